"""What a patient states at the home house reaches every house that holds the patient, once it can be reached."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import msgspec
import structlog

from verbund.access import Companion, Written
from verbund.access.consenting import consent_id
from verbund.crypto import seal, unseal
from verbund.database import Connection, Database
from verbund.errors import NotFound, VerbundError
from verbund.exchange import wire
from verbund.exchange.correspondence import Correspondence
from verbund.exchange.linking import LinkageClient
from verbund.exchange.model import Message
from verbund.exchange.outbox import LetterState, Posting
from verbund.exchange.ports import Gate
from verbund.exchange.protocol import Outcome
from verbund.exchange.questions import CONSENT_CHANGED, CONSENT_DISTRIBUTE, ConsentMessage
from verbund.linkage import PseudonymBook

_log = structlog.get_logger(__name__)
_CHECK_SECONDS = 60.0
_CHECKED_AT_ONCE = 2_000
_KEEP = """
insert into exchange_consent (subject, payload, checked) values ($1, $2, now())
on conflict (subject) do update set payload = excluded.payload, checked = excluded.checked
"""
_SENT = """
insert into exchange_consent_sent (subject, site, letter) values ($1, $2, $3)
on conflict (subject, site) do update set letter = excluded.letter
"""
_OLDEST = "select subject, payload from exchange_consent order by checked limit $1"
_PAYLOAD = "select payload from exchange_consent where subject = $1"
_LOOKED_AT = "update exchange_consent set checked = now() where subject = any($1::text[])"
_CHECKED = "update exchange_consent set checked = now() where subject = $1 and payload = $2 returning true"
# A letter that the house refused (it did not know the patient yet) counts as not sent.
_REACHED = """
select s.subject, s.site from exchange_consent_sent s left join exchange_outbox o on o.id = s.letter
where s.subject = any($1::text[]) and o.outcome is distinct from 'refused'
"""

DeliveryState = Literal["delivered", "pending", "failed"]
_STATES: dict[Outcome | None, DeliveryState] = {None: "pending", Outcome.APPLIED: "delivered"}


@dataclass(frozen=True, slots=True)
class ConsentDelivery:
    """Whether a house follows the patient's newest statement: `delivered`, `pending`, or `failed` (see `problem`)."""

    site: str
    title: str
    state: DeliveryState
    since: datetime
    problem: str | None = None


class ConsentDistribution:
    """Sends consents as letters: durable, in the order in which the patient stated them, applied once at each house.

    A change is written as a letter of the house to itself, in the transaction of the change. Delivered, it asks the
    trust centre which houses hold the patient, and becomes a letter to each. So nothing is lost when the hub is away at
    the moment of the change, and a house that is down gets it when it comes back.

    The newest statement is kept: a house that enrols the patient later gets it when the trust centre tells of that.
    While `run` runs it is looked at again, for a house that did not know the patient when the letter came.
    """

    def __init__(
        self,
        correspondence: Correspondence,
        database: Database,
        linkage: LinkageClient,
        book: PseudonymBook,
        gate: Gate,
        *,
        master: bytes,
    ) -> None:
        self._master = master
        self._correspondence = correspondence
        self._database = database
        self._linkage = linkage
        self._book = book
        self._gate = gate

    @property
    def site(self) -> str:
        """The house that distributes."""
        return self._correspondence.name

    def register(self) -> None:
        """Handle both kinds of letters at this house."""
        self._correspondence.handle(CONSENT_DISTRIBUTE, self._distribute)
        self._correspondence.handle(CONSENT_CHANGED, self._changed)

    async def companion(self, patient_id: str, consent: bytes | None = None) -> Companion:
        """To be committed together with the change of the consent at this house.

        What is sent is the Consent as it is written in that transaction; `consent` only where none is among the writes.
        Raises NotFound for a patient the region does not know, Unavailable when that cannot be learned now.
        """
        pseudonym = await self._linkage.pseudonym(patient_id)

        def letter(stated: bytes) -> Posting:
            payload = msgspec.json.encode(ConsentMessage(pseudonym, msgspec.Raw(stated)))
            own = self._correspondence.name
            subject = self._subject(patient_id)
            return self._correspondence.posting(own, CONSENT_DISTRIBUTE, payload, subject=subject, urgent=True)

        return _Announcement(letter, consent)

    async def deliveries(self, patient_id: str) -> tuple[ConsentDelivery, ...]:
        """How far the newest statement has come, house by house, in the order of their names."""
        letters = await self._correspondence.letters_about(self._subject(patient_id))
        own = self._correspondence.name
        newest: dict[str, LetterState] = {}
        for letter in letters:
            newest.setdefault(letter.receiver, letter)
        announced = newest.pop(own, None)
        return tuple(
            self._delivery(letter, announced) for _, letter in sorted(newest.items(), key=lambda entry: entry[0])
        )

    def _delivery(self, letter: LetterState, announced: LetterState | None) -> ConsentDelivery:
        title = self._correspondence.title(letter.receiver)
        if announced is not None and announced.outcome is None:
            return ConsentDelivery(letter.receiver, title, "pending", announced.created_at)
        state = _STATES.get(letter.outcome, "failed")
        return ConsentDelivery(letter.receiver, title, state, letter.settled_at or letter.created_at, letter.problem)

    def _subject(self, patient_id: str) -> str:
        return f"consent {self._book.handle_of(patient_id)}"

    async def _distribute(self, message: Message) -> None:
        """The house's letter to itself: one letter to each house that holds the patient, with this one's end."""
        if message.sender != self._correspondence.name:
            raise NotFound("A house distributes its own patients' statements only.")
        stated = wire.decoded(message.payload, ConsentMessage)
        patient_id = _patient_of(stated.consent)
        if patient_id is None or await self._book.of_patient(patient_id) is None:
            raise NotFound("The patient of this statement is not enrolled here (any more).")
        pseudonym, sites = await self._linkage.whereabouts(patient_id)
        others = [one for one in await self._book.patients_of(pseudonym) if one != patient_id]
        await self._gate.share_consent(msgspec.json.decode(stated.consent), others)
        async with self._database.transaction() as connection:
            said = ConsentMessage(pseudonym, stated.consent)
            await self._anew(connection, patient_id, said, sites, urgent=True)
            await message.once.write(connection, ())

    async def _anew(
        self,
        connection: Connection,
        patient_id: str,
        said: ConsentMessage,
        sites: Iterable[str],
        *,
        urgent: bool = False,
    ) -> None:
        """Keep this as the patient's newest statement, and send it to these houses; what is just decided is urgent."""
        subject, payload = self._subject(patient_id), msgspec.json.encode(said)
        await connection.execute(_KEEP, subject, seal(self._master, payload, subject.encode()))
        await connection.execute("delete from exchange_consent_sent where subject = $1", subject)
        await self._send(connection, subject, payload, sites, urgent=urgent)

    async def _send(
        self, connection: Connection, subject: str, payload: bytes, sites: Iterable[str], *, urgent: bool = False
    ) -> None:
        for site in sites:
            letter = self._correspondence.posting(site, CONSENT_CHANGED, payload, subject=subject, urgent=urgent)
            await letter.write(connection)
            await connection.execute(_SENT, subject, site, letter.id)

    def follower(self, patient_id: str, pseudonym: str, sites: Sequence[str]) -> Companion:
        """To be committed when the patient is under another pseudonym: the newest statement goes to these houses."""
        return _Follower(self, patient_id, pseudonym, tuple(sites))

    async def follow(
        self, connection: Connection, patient_id: str, pseudonym: str, sites: Sequence[str], stated: bytes | None
    ) -> None:
        """Send the newest statement, or `stated` in its place, under the pseudonym; nothing where there is none."""
        subject = self._subject(patient_id)
        sealed = await connection.fetchval(_PAYLOAD, subject)
        if sealed is None:
            return
        said = self._opened(subject, sealed).consent if stated is None else msgspec.Raw(stated)
        await self._anew(connection, patient_id, ConsentMessage(pseudonym, said), sites)

    async def send_to(self, site: str, pseudonyms: Sequence[str]) -> None:
        """A house holds these as well from now on: it gets what they decided here, once."""
        for pseudonym in pseudonyms:
            for patient_id in await self._book.patients_of(pseudonym):
                subject = self._subject(patient_id)
                async with self._database.connection() as connection:
                    sealed = await connection.fetchval(_PAYLOAD, subject)
                if sealed is not None:
                    kept = _Kept(subject, sealed, patient_id, self._opened(subject, sealed))
                    await self._reach(kept, pseudonym, (site,))

    async def run(self, every_seconds: float = _CHECK_SECONDS) -> None:
        """Send the newest statements to houses that came later, until cancelled."""
        while True:
            await asyncio.sleep(every_seconds)
            try:
                await self.catch_up()
            except VerbundError as error:
                _log.info("consents-not-checked", reason=error.text)

    async def catch_up(self) -> None:
        """Look at the statements that were not looked at for longest, many at once; repeating it changes nothing.

        A house that enrols a patient is told of by the trust centre at once: this is for what went wrong then.
        """
        async with self._database.connection() as connection:
            rows = await connection.fetch(_OLDEST, _CHECKED_AT_ONCE)
        kept = [_Kept.of(row["subject"], row["payload"], self._opened(row["subject"], row["payload"])) for row in rows]
        under = {one.subject: name for one in kept if (name := await self._book.of_patient(one.patient_id))}
        sites = await self._linkage.locate_many(sorted(set(under.values()))) if under else {}
        async with self._database.connection() as connection:
            reached: dict[str, set[str]] = {}
            for row in await connection.fetch(_REACHED, [one.subject for one in kept]):
                reached.setdefault(row["subject"], set()).add(row["site"])
            lost = [one.subject for one in kept if one.subject not in under]
            await connection.execute("delete from exchange_consent where subject = any($1::text[])", lost)
            await connection.execute(_LOOKED_AT, [one.subject for one in kept])
        for one in kept:
            pseudonym = under.get(one.subject, "")
            if set(sites.get(pseudonym, ())) - reached.get(one.subject, set()):
                await self._reach(one, pseudonym, sites[pseudonym])

    def _opened(self, subject: str, sealed: bytes) -> ConsentMessage:
        return wire.decoded(unseal(self._master, sealed, subject.encode()), ConsentMessage)

    async def _reach(self, kept: "_Kept", pseudonym: str, sites: Iterable[str]) -> None:
        """Send to those of the houses that it was not sent to, unless something newer was stated meanwhile."""
        payload = msgspec.json.encode(ConsentMessage(pseudonym, kept.said.consent))
        async with self._database.transaction() as connection:
            # The row is locked from here on; a newer statement, written meanwhile, has its own letters.
            if await connection.fetchval(_CHECKED, kept.subject, kept.sealed):
                reached = {row["site"] for row in await connection.fetch(_REACHED, [kept.subject])}
                await self._send(connection, kept.subject, payload, [one for one in sites if one not in reached])

    async def _changed(self, message: Message) -> None:
        """Another house's patient has stated something, and this house holds the patient."""
        house = await self._correspondence.house(message)
        received = wire.decoded(message.payload, ConsentMessage)
        # Whom this house is just enrolling, it knows in a moment.
        async with self._linkage.enrolling:
            patient_ids = await self._book.patients_of(received.pseudonym)
        if not patient_ids:
            # Refused, not applied: the home house sees it and sends it again once this house knows the patient.
            raise NotFound("This house does not know the patient.", german="Dieses Haus kennt die Person nicht.")
        consent = bytes(received.consent)
        await self._gate.apply_remote_consent(
            message.sender, patient_ids, consent, (message.once,), kind=house.kind, title=house.title
        )


def _patient_of(consent: bytes | msgspec.Raw) -> str | None:
    """The patient of this house whose statement it is."""
    reference = str(msgspec.json.decode(consent).get("patient", {}).get("reference", ""))
    return reference.removeprefix("Patient/") or None


@dataclass(frozen=True, slots=True)
class _Kept:
    """The newest statement of a patient, as it lies here."""

    subject: str
    sealed: bytes
    patient_id: str
    said: ConsentMessage

    @classmethod
    def of(cls, subject: str, sealed: bytes, said: ConsentMessage) -> "_Kept":
        """With the patient whom it names."""
        return cls(subject, sealed, _patient_of(said.consent) or "", said)


@dataclass(frozen=True, slots=True)
class _Follower:
    """Sends the newest statement under another pseudonym, as the transaction has written it anew."""

    distribution: ConsentDistribution
    patient_id: str
    pseudonym: str
    sites: tuple[str, ...]

    async def write(self, connection: Connection, written: Sequence[Written]) -> None:
        """With the pseudonym."""
        own = consent_id(self.patient_id, self.distribution.site)
        stated = next((one.body for one in written if (one.type, one.id) == ("Consent", own)), None)
        await self.distribution.follow(connection, self.patient_id, self.pseudonym, self.sites, stated)


@dataclass(frozen=True, slots=True)
class _Announcement:
    """Writes the letter about the consents that the transaction writes."""

    letter: Callable[[bytes], Posting]
    otherwise: bytes | None

    async def write(self, connection: Connection, written: Sequence[Written]) -> None:
        """One letter for each consent that changed."""
        changed = [one.body for one in written if one.type == "Consent" and one.status in {"created", "updated"}]
        for stated in changed or ([self.otherwise] if self.otherwise else []):
            await self.letter(stated).write(connection)
