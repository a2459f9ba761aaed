"""What a patient states at the home house reaches every house that holds the patient, once it can be reached."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import msgspec

from verbund.access import Companion, Written
from verbund.database import Connection, Database
from verbund.errors import NotFound
from verbund.exchange import wire
from verbund.exchange.correspondence import Correspondence
from verbund.exchange.linking import LinkageClient
from verbund.exchange.model import Message
from verbund.exchange.outbox import LetterState, Posting
from verbund.exchange.ports import Gate
from verbund.exchange.protocol import Outcome
from verbund.exchange.questions import CONSENT_CHANGED, CONSENT_DISTRIBUTE, ConsentMessage
from verbund.linkage import PseudonymBook

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
    """

    def __init__(
        self,
        correspondence: Correspondence,
        database: Database,
        linkage: LinkageClient,
        book: PseudonymBook,
        gate: Gate,
    ) -> None:
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
        subject = self._subject(patient_ids[0]) if patient_ids else None
        async with self._database.transaction() as connection:
            for site in sites:
                letter = self._correspondence.posting(site, CONSENT_CHANGED, message.payload, subject=subject)
                await letter.write(connection)
            await message.once.write(connection, ())

    async def _changed(self, message: Message) -> None:
        """Another house's patient has stated something, and this house holds the patient."""
        await self._correspondence.house(message)
        received = wire.decoded(message.payload, ConsentMessage)
        patient_ids = await self._book.patients_of(received.pseudonym)
        if patient_ids:
            consent = bytes(received.consent)
            await self._gate.apply_remote_consent(message.sender, patient_ids, consent, (message.once,))


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
