"""Erasure with all that a node keeps of a patient beside the record: enrolment in the region, letters, the account."""

from dataclasses import dataclass

from verbund.exchange import PatientAnnouncements
from verbund.node.assembly import Node
from verbund.node.region import Part, SitePart
from verbund.rights import Erasures, Ledger, table

_LETTERS = (
    "delete from exchange_consent where subject = $1",
    "delete from exchange_outbox where subject = $1 and outcome is not null",
)


def erasures_of(node: Node, part: Part) -> Erasures:
    """The erasures of a node, by its own table of what must be kept or the one that ships."""
    own = node.config.retention_rules
    rules = table(node.config.directory / own if own else None)
    ledger = Ledger(node.config.directory / "erasures.ndjson")
    elsewhere = InRegion(node, part) if isinstance(part, SitePart) else Alone(node)
    return Erasures(node.requests, rules, node.config.kind, ledger, elsewhere)


@dataclass(frozen=True, slots=True)
class Alone:
    """What a node keeps beside the record: the patient's account."""

    node: Node

    async def before(self, patient_id: str) -> None:
        """Nobody else is to be told."""

    async def forget(self, patient_id: str) -> None:
        """Close and remove the account."""
        person = await self.node.people.of_patient(patient_id)
        if person is None:
            return
        await self.node.people.deactivate(person.id)
        async with self.node.database.transaction() as connection:
            await connection.execute("delete from identity_person where id = $1", person.id)


@dataclass(frozen=True, slots=True)
class InRegion:
    """The same, and what a region knows: letters between houses, the enrolment at the trust centre."""

    node: Node
    part: SitePart

    async def before(self, patient_id: str) -> None:
        """Tell the other houses that hold something; raises when nobody can say which these are now."""
        await self.part.erasures.tell(patient_id)

    async def forget(self, patient_id: str) -> None:
        """Remove letters and account; the trust centre forgets the enrolment as soon as it can be reached."""
        subject = f"consent {self.node.book.handle_of(patient_id)}"
        async with self.node.database.transaction() as connection:
            for statement in _LETTERS:
                await connection.execute(statement, subject)
            await PatientAnnouncements(self.node.keys).project(connection, (_Gone(patient_id),))
        await Alone(self.node).forget(patient_id)


@dataclass(frozen=True, slots=True)
class _Gone:
    """A patient who is no more, as the announcements of patients take it."""

    id: str
    type: str = "Patient"
    status: str = "deleted"
