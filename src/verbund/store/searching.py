"""Searches carried out: pages, totals, and what is asked to come along."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

import asyncpg

from verbund.database import Connection, Database
from verbund.errors import Incorrect, Issue
from verbund.fhir import SearchQuery, type_number
from verbund.store.cursor import Cursors, Position, position_of
from verbund.store.frequencies import Frequencies
from verbund.store.including import Includer
from verbund.store.indexing import Indexer
from verbund.store.model import SearchPage, Stored
from verbund.store.opening import Opened, Opener
from verbund.store.ordering import NEWEST, Order, Window, order_of
from verbund.store.pages import Asked, Pages
from verbund.store.planning import Plan
from verbund.store.records import Records, Seen
from verbund.store.registry import Registry
from verbund.store.rowfilter import EVERYTHING, RowFilter
from verbund.store.sorting import SortedPosition, place_of
from verbund.store.sorting import position_of as sorted_position_of
from verbund.store.sql import Statement
from verbund.store.units import any_in_units, units_met
from verbund.store.ways import UNKNOWN, Scope, expected

COUNT_BY_DEFAULT = 50
MOST_A_PAGE = 1_000
_TYPES = """
select t.type from unnest($1::smallint[]) t (type)
where exists (select from resource r where r.type = t.type and not r.deleted)
"""
# An estimate is made of what is expected to be at least so much; less is counted at once.
ESTIMATED_FROM = 10_000


class Searcher:
    """Runs searches on one database."""

    def __init__(
        self,
        database: Database,
        indexer: Indexer,
        records: Records,
        cursors: Cursors,
        frequencies: Frequencies,
        *,
        registry: Registry,
    ) -> None:
        self._database = database
        self._indexer = indexer
        self._records = records
        self._cursors = cursors
        self._frequencies = frequencies
        self._registry = registry
        self._pages = Pages(records)
        self._includer = Includer(indexer, self._pages)

    async def search(self, query: SearchQuery, within: RowFilter, cursor: str | None) -> SearchPage:
        """One page, with total and included resources as the query asks."""
        async with self._database.connection() as connection:
            with _within_deadline():
                run = await self._run(connection, query, within)
                return await run.page(cursor)

    async def count(self, query: SearchQuery, within: RowFilter) -> int:
        """How many resources fit."""
        async with self._database.connection() as connection:
            with _within_deadline():
                run = await self._run(connection, query, within)
                return await run.count()

    async def find(
        self,
        query: SearchQuery,
        connection: Connection | None = None,
        most: int = 2,
        *,
        within: RowFilter = EVERYTHING,
    ) -> Sequence[Stored]:
        """At most `most` resources of these rows that fit, compared in clear: hashes may collide, ids must not."""
        if connection is None:
            async with self._database.connection() as own:
                return await self.find(query, own, most, within=within)
        run = await self._run(connection, query, within)
        return await run.find(most)

    async def _run(self, connection: Connection, query: SearchQuery, within: RowFilter) -> "_Run":
        await self._frequencies.refresh(connection)
        await self._registry.check(connection, query)
        asked = await _there(connection, query.union) or (query,)
        scope = Scope(self._indexer, self._frequencies, within)
        found = Asked.of(asked, scope)
        if found.shapes is None:
            # Something may have to be opened, or compared in several units.
            units = await units_met(connection) if any_in_units(query) else frozenset[str]()
            scope = Scope(self._indexer, self._frequencies, within, units)
        opener = Opener(connection, self._records, scope)
        if found.shapes is None:
            resolved = [SearchQuery(one.type, await opener.resolved(one.type, one.filters)) for one in asked]
            found = Asked.of(resolved, scope)
        return _Run(connection, query, found, opener, self._records, self._pages, self._cursors, self._includer)


@dataclass(frozen=True, slots=True)
class _Run:
    """One search under way; what is `asked` of each type is as the index can decide it."""

    connection: Connection
    query: SearchQuery
    asked: Asked
    opener: Opener
    records: Records
    pages: Pages
    cursors: Cursors
    includer: Includer

    async def page(self, cursor: str | None) -> SearchPage:
        order = order_of(self.query)
        if order is None or self.asked.needs_comparing:
            return await self._opened_page(order, cursor)
        after = None if cursor is None else self.cursors.read(cursor, _identity(self.query))
        limit = 0 if self.query.summary == "count" else _limit(self.query)
        total = await self._total()
        if limit == 0:
            return SearchPage((), (), total)
        found, more = await self.pages.page(self.connection, self.asked, order, Window(after, limit + 1))
        following = None
        if more and found:
            last = found[-1].row
            following = self.cursors.write(position_of(last[order.column], last["row"]), _identity(self.query))
        return SearchPage(tuple([one.stored for one in found]), await self._along(found), total, following)

    async def _total(self) -> int | None:
        """The total as asked for: an estimate only of what is common and may be seen whole, else all are counted."""
        if not _wants_total(self.query):
            return None
        scope = self.asked.scope
        if self.query.total == "estimate" and self.query.summary != "count" and scope.within == EVERYTHING:
            first = self.asked.queries[0]
            about = expected(first.type, first.filters, scope)
            if len(self.asked.queries) == len(first.filters) == 1 and ESTIMATED_FROM <= about < UNKNOWN:
                return round(about)
        return await self.count()

    async def _along(self, found: Sequence[Seen]) -> tuple[Stored, ...]:
        if not found or not (self.query.include or self.query.revinclude):
            return ()
        return await self.includer.along(self.connection, self.query, found, self.asked.scope.within)

    async def _opened_page(self, order: Order | None, cursor: str | None) -> SearchPage:
        """A page of what must be opened, to be compared or sorted: all of it is there, in order."""
        plans = [Plan(one, self.asked.scope) for one in self.asked.queries]
        found = [one for plan in plans for one in await self.opener.all(plan, order or NEWEST)]
        total = len(found)
        limit = 0 if self.query.summary == "count" else _limit(self.query)
        if order is None:
            page, following = self._sorted(found, cursor, limit)
        else:
            page, following = self._in_order(found, order, cursor, limit)
        matched = [Seen(one.row, one.stored) for one in page]
        return SearchPage(tuple(one.stored for one in page), await self._along(matched), total, following)

    def _in_order(
        self, found: list[Opened], order: Order, cursor: str | None, limit: int
    ) -> tuple[list[Opened], str | None]:
        identity = _identity(self.query)
        found = sorted(found, key=lambda one: _place(order, one.row), reverse=order.descending)
        if cursor is not None:
            after: Position = self.cursors.read(cursor, identity)
            there = (_comparable(after.moment), after.row)
            places = [(_place(order, one.row), one) for one in found]
            found = [one for place, one in places if (place < there if order.descending else place > there)]
        if not 0 < limit < len(found):
            return found[:limit], None
        last = found[limit - 1].row
        return found[:limit], self.cursors.write(position_of(last[order.column], last["row"]), identity)

    def _sorted(self, found: list[Opened], cursor: str | None, limit: int) -> tuple[list[Opened], str | None]:
        identity, sorts = _identity(self.query), self.query.sort
        places = [(sorted_position_of(sorts, one.stored, one.candidate, one.row["row"]), one) for one in found]
        ranked = sorted(
            ((place_of(position, sorts), position, one) for position, one in places), key=lambda each: each[0]
        )
        if cursor is not None:
            there = place_of(self.cursors.read(cursor, identity, SortedPosition), sorts)
            ranked = [each for each in ranked if there < each[0]]
        page = [one for _, _, one in ranked[:limit]]
        if not 0 < limit < len(ranked):
            return page, None
        return page, self.cursors.write(ranked[limit - 1][1], identity)

    async def count(self) -> int:
        """How many resources fit, of all types together."""
        scope = self.asked.scope
        if not self.asked.needs_comparing:
            return await self.pages.count(self.connection, Asked.of(self.asked.queries, scope, counting=True))
        plans = [Plan(one, scope, counting=True) for one in self.asked.queries]
        plain = [plan.query for plan in plans if not plan.needs_comparing]
        total = sum([len(await self.opener.all(plan)) for plan in plans if plan.needs_comparing])
        return total + await self.pages.count(self.connection, Asked.of(plain, scope, counting=True))

    async def find(self, most: int) -> Sequence[Stored]:
        """At most so many that fit, each value compared in clear."""
        found: list[Stored] = []
        for one in self.asked.queries:
            plan, statement = Plan(one, self.asked.scope), Statement()
            if plan.needs_comparing:
                found += [each.stored for each in await self.opener.all(plan)]
                continue
            sql = plan.page(NEWEST, Window(None, most + 1), statement)
            rows = await self.connection.fetch(sql, *statement.values)
            found += [each for each in await self.records.open(self.connection, rows) if self.opener.fits(one, each)]
        return found[:most]


@contextmanager
def _within_deadline() -> Iterator[None]:
    """Refuse a search whose statement ran into its deadline, with what to add."""
    try:
        yield
    except asyncpg.QueryCanceledError as error:
        sentence = (
            "This search takes the database longer than is allowed. Add a criterion, such as a patient, a code or a "
            "shorter period, or leave out the total."
        )
        raise Incorrect(sentence, issues=(Issue("too-costly", sentence),)) from error


async def _there(connection: Connection, asked: tuple[SearchQuery, ...]) -> tuple[SearchQuery, ...]:
    """The searches of those types of which there is any resource; always one, where one is asked for."""
    if len(asked) <= 1:
        return asked
    there = {row["type"] for row in await connection.fetch(_TYPES, [type_number(one.type) for one in asked])}
    return tuple(one for one in asked if type_number(one.type) in there) or asked[:1]


def _identity(query: SearchQuery) -> str:
    """What a cursor belongs to: the criteria and the order, not the size of a page or what comes along."""
    return repr((query.type, query.filters, query.sort, [(one.type, one.filters) for one in query.union]))


def _wants_total(query: SearchQuery) -> bool:
    return query.total != "none" or query.summary == "count" or query.count == 0


def _limit(query: SearchQuery) -> int:
    return min(COUNT_BY_DEFAULT if query.count is None else query.count, MOST_A_PAGE)


def _place(order: Order, row: asyncpg.Record) -> tuple[tuple[int, datetime | None], int]:
    """Where a row stands; the same comparison as `Order.beyond` makes in SQL."""
    return _comparable(position_of(row[order.column], row["row"]).moment), row["row"]


def _comparable(moment: str) -> tuple[int, datetime | None]:
    if moment.endswith("infinity"):
        return (-1, None) if moment.startswith("-") else (1, None)
    return 0, datetime.fromisoformat(moment)
