"""What the index alone cannot decide: a bounded set of resources is opened and compared in clear.

Pieces of texts, narratives, values of one and the same element, entries of lists. Inside of chains, `_has` and
alternatives such a criterion is first looked up by itself, and then replaced by the ids that it found.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import asyncpg

from verbund.database import Connection
from verbund.errors import Incorrect
from verbund.fhir import Resource, SearchQuery, decode
from verbund.fhir.hierarchies import WAYS
from verbund.fhir.search import Chain, Criterion, Either, Every, Filter, Has, InList, Not, TokenValue
from verbund.store.hierarchies import Hierarchies
from verbund.store.matching import Candidate, fits, listed
from verbund.store.model import Stored
from verbund.store.ordering import NEWEST, Order, Window
from verbund.store.planning import Plan
from verbund.store.records import Records
from verbund.store.sql import Statement
from verbund.store.ways import Scope, parts_of

# How many resources one search opens at most, to compare what the index cannot.
MOST_COMPARED = 2_000


@dataclass(frozen=True, slots=True)
class Opened:
    """A resource that fits, opened, with its row."""

    row: asyncpg.Record
    stored: Stored
    resource: Resource
    candidate: Candidate


class Opener:
    """Opens what one search needs, and keeps count of it."""

    def __init__(self, connection: Connection, records: Records, scope: Scope) -> None:
        self._connection = connection
        self._records = records
        self._scope = scope
        self._left = MOST_COMPARED
        self._hierarchies = Hierarchies(connection, records, scope)

    async def all(self, plan: Plan, order: Order = NEWEST) -> list[Opened]:
        """All that fit, in order; Incorrect, with what to add, when too much would have to be opened."""
        statement = Statement()
        sql = plan.page(order, Window(None, self._left + 1), statement)
        rows = await self._connection.fetch(sql, *statement.values)
        if len(rows) > self._left:
            raise Incorrect(
                f"This search would have to open more than {MOST_COMPARED} resources to compare or sort them. Add a "
                "criterion, such as a patient, a code, a date, or the beginning of a name."
            )
        self._left -= len(rows)
        compared = plan.compared
        found = []
        for row, stored in await self._records.opened_rows(self._connection, rows):
            candidate = self._candidate(stored)
            if all(fits(wanted, candidate) for wanted in compared):
                found.append(Opened(row, stored, candidate.resource, candidate))
        return found

    def _candidate(self, stored: Stored) -> Candidate:
        resource, indexer = decode(stored.body), self._scope.indexer
        entries = indexer.entries(resource, stored.body)
        return Candidate(stored.type, stored.id, stored.updated, entries, resource, stored.body, indexer.parameters)

    def fits(self, query: SearchQuery, stored: Stored) -> bool:
        """Whether the resource's own values fit in clear, not only by their hashes."""
        candidate = self._candidate(stored)
        return all(fits(wanted, candidate) for wanted in query.filters if isinstance(wanted, Filter))

    async def resolved(self, kind: str, wanted: Sequence[Criterion]) -> tuple[Criterion, ...]:
        """The criteria, as the index can decide them; what must be compared stays only where it must hold by itself."""
        return tuple([await self._resolved(kind, one, alone=True) for one in wanted])

    async def _resolved(  # noqa: PLR0911 - one for each kind
        self, kind: str, wanted: Criterion, *, alone: bool
    ) -> Criterion:
        match wanted:
            case Filter():
                if wanted.kind == "reference" and wanted.modifier in WAYS:
                    wanted = await self._hierarchies.resolved(kind, wanted)
                dear = not alone and self._scope.criteria(kind).needs_comparing(wanted)
                return await self._by_ids(kind, (wanted,)) if dear else wanted
            case Every(parts):
                return Every(tuple([await self._resolved(kind, one, alone=alone) for one in parts]))
            case Either(parts):
                return Either(tuple([await self._resolved(kind, one, alone=False) for one in parts]))
            case Not(part):
                return Not(await self._resolved(kind, part, alone=False))
            case Chain(param, target, parts):
                return Chain(param, target, await self._nested(target, parts))
            case Has(source, param, parts):
                return Has(source, param, await self._nested(source, parts))
            case InList(list_id):
                return await self._listed(kind, list_id)

    async def _nested(self, kind: str, wanted: tuple[Criterion, ...]) -> tuple[Criterion, ...]:
        """Criteria on other resources, without any that must be compared."""
        found = await self.resolved(kind, wanted)
        criteria = self._scope.criteria(kind)
        if any(isinstance(one, Filter) and criteria.needs_comparing(one) for one in parts_of(found)):
            return (await self._by_ids(kind, found),)
        return found

    async def _by_ids(self, kind: str, wanted: tuple[Criterion, ...]) -> Criterion:
        found = await self.all(Plan(SearchQuery(kind, wanted), self._scope))
        return _ids([one.stored.id for one in found])

    async def _listed(self, kind: str, list_id: str) -> Criterion:
        """The entries of a List that may be seen, without those that it marks as deleted."""
        found = await self.all(Plan(SearchQuery("List", (_ids([list_id]),)), self._scope))
        return _ids(listed(found[0].resource, kind) if found else [])


def _ids(ids: Sequence[str]) -> Criterion:
    values = tuple(TokenValue(None, identity, any_system=True) for identity in ids)
    return Filter("_id", "id", None, values) if values else Either(())
