"""Erasure with all that a node keeps of a patient beside the record: enrolment in the region, letters, the account."""

from collections.abc import Sequence
from dataclasses import dataclass

from verbund.database import Connection
from verbund.exchange import PatientAnnouncements
from verbund.identity import Forgetting
from verbund.node.assembly import Node
from verbund.node.region import Part, SitePart
from verbund.rights import Erased, Erasures, Ledger, Traces, table
from verbund.store import Companion

_LETTERS = (
    "delete from exchange_consent where subject = $1",
    "delete from exchange_outbox where subject = $1 and outcome is not null",
)
# Heard without a name, it lets the enrolment look at all patients and withdraw those who are gone.
_LOOK_AGAIN = """
select pg_notify('exchange_patients', '') from exchange_enrolment where handle = $1
"""


def erasures_of(node: Node, part: Part) -> Erasures:
    """The erasures of a node, by its own table of what must be kept or the one that ships."""
    own = node.config.retention_rules
    rules = table(node.config.directory / own if own else None)
    ledger = Ledger(node.config.directory / "erasures.ndjson")
    elsewhere = InRegion(node, part) if isinstance(part, SitePart) else Alone(node)
    return Erasures(node.requests, rules, node.config.kind, ledger, elsewhere)


@dataclass(frozen=True, slots=True)
class Alone:
    """What a node keeps beside the record: account, proxies, letters with a code."""

    node: Node

    @property
    def _identities(self) -> Forgetting:
        node = self.node
        return Forgetting(node.database, node.people, node.proxies, node.letters)

    def traces(self, patient_id: str) -> Traces:
        """The hashes under which identity and linkage find the patient."""
        return Traces(self.node.people.patient_key(patient_id), self.node.book.handle_of(patient_id))

    async def found(self, erased: Erased) -> Sequence[Traces]:
        """The traces of who was erased; where the ledger does not name them, of whoever is kept here and fits."""
        if erased.traces.account is not None:
            return (erased.traces,)
        key = self.node.store.patient_key
        return [self.traces(one) for one in await self._identities.patients() if key(one) == erased.patient]

    async def before(self, patient_id: str) -> Sequence[Companion]:  # noqa: ARG002 - the shape of Elsewhere
        """Nobody else is to be told."""
        return ()

    async def forget(self, erased: Erased, patient_id: str | None) -> None:  # noqa: ARG002 - the shape of Elsewhere
        """Close and remove the account, with proxies and letters."""
        for traces in await self.found(erased):
            if traces.account is not None:
                await self._identities.forget(traces.account)


@dataclass(frozen=True, slots=True)
class InRegion:
    """The same, and what a region knows: letters between houses, the enrolment at the trust centre."""

    node: Node
    part: SitePart

    @property
    def _alone(self) -> Alone:
        return Alone(self.node)

    def traces(self, patient_id: str) -> Traces:
        """As of a node that stands alone."""
        return self._alone.traces(patient_id)

    async def before(self, patient_id: str) -> Sequence[Companion]:
        """Letters to the other houses that hold something; raises when nobody can say which these are now."""
        return await self.part.erasures.notices(patient_id)

    async def forget(self, erased: Erased, patient_id: str | None) -> None:
        """Remove letters and account; the trust centre forgets the enrolment as soon as it can be reached."""
        found = await self._alone.found(erased)
        async with self.node.database.transaction() as connection:
            for traces in found:
                await self._exchanged(connection, traces, announced=patient_id is not None)
            if patient_id is not None:
                await PatientAnnouncements(self.node.keys).project(connection, (_Gone(patient_id),))
        await self._alone.forget(erased, patient_id)

    async def _exchanged(self, connection: Connection, traces: Traces, *, announced: bool) -> None:
        for statement in _LETTERS:
            await connection.execute(statement, f"consent {traces.handle}")
        if not announced:
            await connection.execute(_LOOK_AGAIN, traces.handle)


@dataclass(frozen=True, slots=True)
class _Gone:
    """A patient who is no more, as the announcements of patients take it."""

    id: str
    type: str = "Patient"
    status: str = "deleted"
