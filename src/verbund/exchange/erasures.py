"""A house that erased its data of a patient tells every house that may hold a copy (GDPR, Articles 17(2) and 19)."""

from collections.abc import Sequence

import msgspec

from verbund.audit import Agent, AuditLog, Event
from verbund.config import Clock, utc_now
from verbund.database import Database
from verbund.errors import NotFound
from verbund.exchange import wire
from verbund.exchange.correspondence import Correspondence
from verbund.exchange.linking import LinkageClient
from verbund.exchange.model import Message
from verbund.exchange.outbox import Posting
from verbund.linkage import PseudonymBook

ERASED = "rights.erased"


class ErasedMessage(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`rights.erased`: this house has erased what it held under this pseudonym."""

    pseudonym: str


class ErasureNotices:
    """Sends and takes in the notices. A house that is down gets its letter when it comes back."""

    def __init__(
        self,
        correspondence: Correspondence,
        database: Database,
        *,
        linkage: LinkageClient,
        book: PseudonymBook,
        audit: AuditLog,
        clock: Clock = utc_now,
    ) -> None:
        self._correspondence = correspondence
        self._database = database
        self._linkage = linkage
        self._book = book
        self._audit = audit
        self._clock = clock

    def register(self) -> None:
        """Handle the notices of other houses."""
        self._correspondence.handle(ERASED, self._erased)

    async def notices(self, patient_id: str) -> Sequence[Posting]:
        """Letters to every other house that holds something of the patient, for the transaction that decides to erase.

        None for a patient whom the region does not know. Unavailable when it cannot be learned now who holds something:
        then the erasure waits.
        """
        try:
            pseudonym, sites = await self._linkage.whereabouts(patient_id)
        except NotFound:
            return ()
        payload = msgspec.json.encode(ErasedMessage(pseudonym))
        return [self._correspondence.posting(site, ERASED, payload) for site in sites]

    async def _erased(self, message: Message) -> None:
        """Have it in the log of the patient here: the house's copies from there are to be looked at."""
        house = await self._correspondence.house(message)
        pseudonym = wire.decoded(message.payload, ErasedMessage).pseudonym
        patient_ids = await self._book.patients_of(pseudonym)
        events = [self._told(message.sender, house.title, patient_id) for patient_id in patient_ids]
        async with self._database.transaction() as connection:
            await message.once.write(connection, ())
            await self._audit.append(connection, events)

    def _told(self, site: str, title: str, patient_id: str) -> Event:
        return Event(
            kind="erasure",
            action="D",
            at=self._clock(),
            agent=Agent(site, title, "system", site, title),
            purpose="PATRQT",
            patient_id=patient_id,
            entities=(f"Patient/{patient_id}",),
            reason_de=f"{title} hat die eigenen Daten über Sie gelöscht und teilt das diesem Haus mit.",
            reason_en=f"{title} has erased its own data about you, and tells this house so.",
        )
