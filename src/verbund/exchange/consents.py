"""What a patient states at the home house reaches every house that holds the patient, once it can be reached."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import msgspec
import structlog

from verbund.access import Companion, Written
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
_CHECKED_AT_ONCE = 200
_KEEP = """
insert into exchange_consent (subject, payload, checked) values ($1, $2, now())
on conflict (subject) do update set payload = excluded.payload, checked = excluded.checked
"""
_SENT = """
insert into exchange_consent_sent (subject, site, letter) values ($1, $2, $3)
on conflict (subject, site) do update set letter = excluded.letter
"""
_OLDEST = "select subject, payload from exchange_consent order by checked limit $1"
_CHECKED = "update exchange_consent set checked = now() where subject = $1 and payload = $2 returning true"
# A letter that the house refused (it did not know the patient yet) counts as not sent.
_REACHED = """
select s.site from exchange_consent_sent s left join exchange_outbox o on o.id = s.letter
where s.subject = $1 and o.outcome is distinct from 'refused'
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

    The newest statement is kept, and looked at again while `run` runs: a house that has enrolled the patient since, or
    that did not know the patient when the letter came, gets it within minutes.
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
            return self._correspondence.posting(own, CONSENT_DISTRIBUTE, payload, subject=self._subject(patient_id))

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
        pseudonym = wire.decoded(message.payload, ConsentMessage).pseudonym
        sites = await self._linkage.locate(pseudonym)
        patient_ids = await self._book.patients_of(pseudonym)
        async with self._database.transaction() as connection:
            if patient_ids:
                subject = self._subject(patient_ids[0])
                sealed = seal(self._master, message.payload, subject.encode())
                await connection.execute(_KEEP, subject, sealed)
                await connection.execute("delete from exchange_consent_sent where subject = $1", subject)
                await self._send(connection, subject, message.payload, sites)
            await message.once.write(connection, ())

    async def _send(self, connection: Connection, subject: str, payload: bytes, sites: Iterable[str]) -> None:
        for site in sites:
            letter = self._correspondence.posting(site, CONSENT_CHANGED, payload, subject=subject)
            await letter.write(connection)
            await connection.execute(_SENT, subject, site, letter.id)

    async def run(self, every_seconds: float = _CHECK_SECONDS) -> None:
        """Send the newest statements to houses that came later, until cancelled."""
        while True:
            await asyncio.sleep(every_seconds)
            try:
                await self.catch_up()
            except VerbundError as error:
                _log.info("consents-not-checked", reason=error.text)

    async def catch_up(self) -> None:
        """Look at the statements that were not looked at for longest, some at once; repeating it changes nothing."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(_OLDEST, _CHECKED_AT_ONCE)
        for row in rows:
            await self._check(row["subject"], row["payload"])

    async def _check(self, subject: str, sealed: bytes) -> None:
        payload = unseal(self._master, sealed, subject.encode())
        pseudonym = wire.decoded(payload, ConsentMessage).pseudonym
        known = await self._book.patients_of(pseudonym)
        try:
            sites = await self._linkage.locate(pseudonym) if known else ()
        except NotFound:
            sites = ()
        async with self._database.transaction() as connection:
            if not known:
                await connection.execute("delete from exchange_consent where subject = $1", subject)
            # The row is locked from here on; a newer statement, written meanwhile, has its own letters.
            elif await connection.fetchval(_CHECKED, subject, sealed):
                reached = {row["site"] for row in await connection.fetch(_REACHED, subject)}
                await self._send(connection, subject, payload, [site for site in sites if site not in reached])

    async def _changed(self, message: Message) -> None:
        """Another house's patient has stated something, and this house holds the patient."""
        house = await self._correspondence.house(message)
        received = wire.decoded(message.payload, ConsentMessage)
        patient_ids = await self._book.patients_of(received.pseudonym)
        if not patient_ids:
            # Refused, not applied: the home house sees it and sends it again once this house knows the patient.
            raise NotFound("This house does not know the patient.", german="Dieses Haus kennt die Person nicht.")
        consent = bytes(received.consent)
        await self._gate.apply_remote_consent(
            message.sender, patient_ids, consent, (message.once,), kind=house.kind, title=house.title
        )


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
