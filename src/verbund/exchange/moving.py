"""What the trust centre's steward decided, one person or two, reaches the houses concerned, as letters."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import msgspec

from verbund.access import Companion, PersonChange, Written
from verbund.config import Clock, utc_now
from verbund.database import Connection
from verbund.errors import Forbidden
from verbund.exchange import wire
from verbund.exchange.consents import ConsentDistribution
from verbund.exchange.correspondence import Correspondence
from verbund.exchange.linking import LinkageClient
from verbund.exchange.model import Message
from verbund.exchange.outbox import Posting
from verbund.exchange.ports import Gate
from verbund.exchange.questions import ARRIVED, MOVED, ArrivedMessage, MovedMessage, MovedPatient
from verbund.linkage import Move, PseudonymBook, Resolution

Post = Callable[[str, str, bytes], Posting]
"""A letter to a site, of a kind, with a payload: written with whatever transaction it is given to."""


async def tell_moves(post: Post, connection: Connection, done: Resolution, moves: Sequence[Move]) -> None:
    """One letter to each house concerned, in the transaction of the decision."""
    by_site: dict[str, list[MovedPatient]] = {}
    for one in moves:
        patient = MovedPatient(one.handle, one.former, one.pseudonym, one.sites, one.joined, one.shared, one.parted)
        by_site.setdefault(one.site, []).append(patient)
    for site, patients in sorted(by_site.items()):
        payload = msgspec.json.encode(MovedMessage(done.decided_at, tuple(patients)))
        await post(site, MOVED, payload).write(connection)


async def tell_arrivals(post: Post, connection: Connection, site: str, known_at: Mapping[str, Sequence[str]]) -> None:
    """One letter to each house that holds somebody whom `site` has enrolled, in the transaction of the enrolment."""
    for other, pseudonyms in sorted(known_at.items()):
        payload = msgspec.json.encode(ArrivedMessage(site, tuple(pseudonyms)))
        await post(other, ARRIVED, payload).write(connection)


class Moves:
    """The house's side: pseudonyms, consents and what is sent of them follow in one transaction."""

    def __init__(
        self,
        correspondence: Correspondence,
        linkage: LinkageClient,
        book: PseudonymBook,
        gate: Gate,
        distribution: ConsentDistribution,
        *,
        hub: str,
        clock: Clock = utc_now,
    ) -> None:
        self._correspondence = correspondence
        self._linkage = linkage
        self._book = book
        self._gate = gate
        self._distribution = distribution
        self._hub = hub
        self._clock = clock

    def register(self) -> None:
        """Handle the trust centre's letters, and what is found out without one."""
        self._correspondence.handle(MOVED, self._moved)
        self._correspondence.handle(ARRIVED, self._arrived)
        self._linkage.moved = self._found_moved

    async def _moved(self, message: Message) -> None:
        self._check(message)
        moved = wire.decoded(message.payload, MovedMessage)
        async with self._linkage.enrolling:
            known = [(patient_id, one) for one in moved.patients if (patient_id := await self._patient(one))]
            changes = [_change(patient_id, one, known) for patient_id, one in known]
            entries = [(patient_id, one.pseudonym) for patient_id, one in known]
            followers = [
                self._follower(change, pseudonym) for change, (_, pseudonym) in zip(changes, entries, strict=True)
            ]
            companions = (_Entered(self._book, entries), *followers, message.once)
            await self._gate.follow_persons(changes, moved.at, companions)

    async def _patient(self, one: MovedPatient) -> str | None:
        """The patient of this handle; None for one whom this house does not find under it, who is enrolled anew."""
        for pseudonym in (one.former, one.pseudonym):
            for patient_id in await self._book.patients_of(pseudonym):
                if self._book.handle_of(patient_id) == one.handle:
                    return patient_id
        await self._linkage.look_again(one.handle)
        return None

    def _follower(self, change: PersonChange, pseudonym: str) -> Companion:
        return self._distribution.follower(change.patient_id, pseudonym, change.sites)

    async def _found_moved(self, patient_id: str, pseudonym: str, sites: Sequence[str]) -> None:
        """A change was found that no letter told of: nothing of a house that is not among these counts any more."""
        others = tuple(one for one in await self._book.patients_of(pseudonym) if one != patient_id)
        parted = PersonChange(patient_id, (), tuple(sites), parted=True)
        joined = PersonChange(patient_id, others, tuple(sites), joined=tuple(sites))
        await self._gate.follow_persons((parted,), self._clock())
        await self._gate.follow_persons((joined,), self._clock(), (self._follower(joined, pseudonym),))

    async def _arrived(self, message: Message) -> None:
        """Another house has enrolled patients of this one: it gets what they decided."""
        self._check(message)
        arrived = wire.decoded(message.payload, ArrivedMessage)
        await self._distribution.send_to(arrived.site, arrived.pseudonyms)

    def _check(self, message: Message) -> None:
        if message.sender != self._hub:
            raise Forbidden("Who is who in the region is told by its trust centre alone.")


def _change(patient_id: str, one: MovedPatient, known: Sequence[tuple[str, MovedPatient]]) -> PersonChange:
    same = tuple(other for other, at in known if at.pseudonym == one.pseudonym and other != patient_id)
    return PersonChange(patient_id, same, one.sites, one.joined, one.shared, one.parted)


@dataclass(frozen=True, slots=True)
class _Entered:
    """Enters the new pseudonyms."""

    pseudonyms: PseudonymBook
    entries: Sequence[tuple[str, str]]

    async def write(self, connection: Connection, written: Sequence[Written]) -> None:  # noqa: ARG002 - a Companion
        """With the consents."""
        await self.pseudonyms.write(connection, self.entries)
