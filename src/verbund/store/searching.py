# ruff: noqa: S608 - composed of literals of this package; values are only ever bound, by `Statement`
"""Searches carried out: pages, totals, and what is asked to come along."""

from collections.abc import Iterable, Sequence
from datetime import datetime

import asyncpg

from verbund.database import Connection, Database
from verbund.errors import Incorrect, Unsupported
from verbund.fhir import RESOURCE_TYPES, SearchQuery, decode, index, type_number
from verbund.fhir.search import Include, parameters_of
from verbund.store.cursor import Cursors, Position, position_of
from verbund.store.frequencies import Frequencies
from verbund.store.indexing import Indexer
from verbund.store.keys import stored_names, without_version
from verbund.store.matching import matches
from verbund.store.model import SearchPage, Stored
from verbund.store.planning import COLUMNS, Order, Plan, order_of, plain
from verbund.store.records import Records
from verbund.store.rowfilter import EVERYTHING, RowFilter, compiled
from verbund.store.sql import Statement

COUNT_BY_DEFAULT = 50
MOST_A_PAGE = 1_000
# How many resources are opened at most, to compare what the index cannot.
MOST_COMPARED = 2_000
MOST_INCLUDED = 2_000


class Searcher:
    """Runs searches on one database."""

    def __init__(
        self, database: Database, indexer: Indexer, records: Records, cursors: Cursors, frequencies: Frequencies
    ) -> None:
        self._database = database
        self._indexer = indexer
        self._records = records
        self._cursors = cursors
        self._frequencies = frequencies

    async def search(self, query: SearchQuery, within: RowFilter, cursor: str | None) -> SearchPage:
        """One page, with total and included resources as the query asks."""
        order = order_of(query)
        after = None if cursor is None else self._cursors.read(cursor, _identity(query))
        async with self._database.connection() as connection:
            await self._frequencies.refresh(connection)
            plan = Plan(query, within, self._indexer, self._frequencies)
            if plan.needs_comparing:
                return await self._compared_page(connection, plan, order, after)
            total = await self._counted(connection, plan) if _wants_total(query) else None
            limit = 0 if query.summary == "count" else _limit(query)
            if limit == 0:
                return SearchPage((), (), total)
            sql, statement = plan.page(order, after, limit + 1)
            rows = await connection.fetch(sql, *statement.values)
            found = await self._records.open(connection, rows[:limit])
            included = await self._included(connection, query, found, within)
            return SearchPage(tuple(found), included, total, self._next(query, order, rows, limit))

    async def count(self, query: SearchQuery, within: RowFilter) -> int:
        """How many resources fit."""
        async with self._database.connection() as connection:
            await self._frequencies.refresh(connection)
            plan = Plan(query, within, self._indexer, self._frequencies)
            if plan.needs_comparing:
                return len(await self._compared(connection, plan, order_of(query)))
            return await self._counted(connection, plan)

    async def find(self, query: SearchQuery, connection: Connection | None = None, most: int = 2) -> Sequence[Stored]:
        """At most `most` that fit, whoever asks, compared in clear: hashes may collide, identities must not."""
        if connection is None:
            async with self._database.connection() as own:
                return await self.find(query, own, most)
        plan = Plan(query, EVERYTHING, self._indexer, self._frequencies)
        if plan.needs_comparing:
            return [stored for stored, _ in await self._compared(connection, plan, Order("date-"))][:most]
        sql, statement = plan.page(Order("date-"), None, most + 1)
        rows = await connection.fetch(sql, *statement.values)
        return [stored for stored in await self._records.open(connection, rows) if _fits(query, stored)][:most]

    async def _counted(self, connection: Connection, plan: Plan) -> int:
        sql, statement = plan.count()
        return int(await connection.fetchval(sql, *statement.values))

    def _next(self, query: SearchQuery, order: Order, rows: Sequence[asyncpg.Record], limit: int) -> str | None:
        if len(rows) <= limit:
            return None
        last = rows[limit - 1]
        return self._cursors.write(position_of(last[order.column], last["row"]), _identity(query))

    async def _compared(self, connection: Connection, plan: Plan, order: Order) -> list[tuple[Stored, asyncpg.Record]]:
        """All that fit, in order, after opening what the index found; refused when that is too much."""
        sql, statement = plan.page(order, None, MOST_COMPARED + 1)
        rows = await connection.fetch(sql, *statement.values)
        if len(rows) > MOST_COMPARED:
            raise Incorrect(
                f"This search would have to open more than {MOST_COMPARED} resources to compare their texts. Add a "
                "criterion, such as a date of birth or the beginning of a name, or a patient."
            )
        found = await self._records.open(connection, rows)
        by_version = {(row["type"], row["id"], row["version"]): row for row in rows}
        hashed = self._indexer.hasher.key128
        return [
            (stored, by_version[type_number(stored.type), hashed(stored.type, stored.id), stored.version])
            for stored in found
            if _fits(plan.query, stored)
        ]

    async def _compared_page(
        self, connection: Connection, plan: Plan, order: Order, after: Position | None
    ) -> SearchPage:
        query, limit = plan.query, 0 if plan.query.summary == "count" else _limit(plan.query)
        fitting = await self._compared(connection, plan, order)
        total = len(fitting)
        if after is not None:
            fitting = [pair for pair in fitting if _is_beyond(order, pair[1], after)]
        found = [stored for stored, _ in fitting[:limit]]
        included = await self._included(connection, query, found, plan.within)
        following = self._next(query, order, [row for _, row in fitting[: limit + 1]], limit) if limit else None
        return SearchPage(tuple(found), included, total, following)

    async def _included(
        self, connection: Connection, query: SearchQuery, matched: Sequence[Stored], within: RowFilter
    ) -> tuple[Stored, ...]:
        """What the matches refer to and what refers to them, as asked, each once, and only what may be seen."""
        if not matched or not (query.include or query.revinclude):
            return ()
        targets = {target for include in query.include for one in matched for target in _targets(include, one)}
        forward = await self._by_reference(connection, targets, within)
        backward: list[Stored] = []
        for include in query.revinclude:
            backward += await self._referring(connection, include, matched, within)
        seen = {(one.type, one.id) for one in matched}
        result: dict[tuple[str, str], Stored] = {}
        for one in [*forward, *backward]:
            if (one.type, one.id) not in seen:
                result.setdefault((one.type, one.id), one)
        return tuple(result.values())

    async def _by_reference(
        self, connection: Connection, targets: Iterable[tuple[str, str]], within: RowFilter
    ) -> list[Stored]:
        hashes = [self._indexer.hasher.key128(*target) for target in targets]
        if not hashes:
            return []
        statement = Statement()
        sql = (
            f"select {COLUMNS} from resource r where r.id = any({statement.bind(hashes)}::uuid[]) and not r.deleted "
            f"and {compiled(within, statement)}"
        )
        return await self._records.open(connection, await connection.fetch(sql, *statement.values))

    async def _referring(
        self, connection: Connection, include: Include, matched: Sequence[Stored], within: RowFilter
    ) -> list[Stored]:
        keys = self._indexer.keys
        wanted = [
            keys.reference(include.source, name, f"{one.type}/{one.id}")
            for one in matched
            if include.target in {None, one.type}
            for parameter in _parameters(include)
            for name in stored_names(include.source, parameter)
        ]
        statement = Statement(wanted, type_number(include.source))
        sql = (
            f"select {COLUMNS} from (select * from resource where keys && $1::bigint[] offset 0) r "
            f"where r.type = $2::smallint and not r.deleted and {compiled(within, statement)} "
            f"order by r.date desc, r.row desc limit {MOST_INCLUDED + 1}"
        )
        rows = await connection.fetch(sql, *statement.values)
        if len(rows) > MOST_INCLUDED:
            raise Incorrect(f"More than {MOST_INCLUDED} {include.source} would come along. Ask for fewer with _count.")
        return await self._records.open(connection, rows)


def _identity(query: SearchQuery) -> str:
    """What a cursor belongs to: the criteria and the order, not the size of a page or what comes along."""
    return repr((query.type, query.filters, query.sort))


def _wants_total(query: SearchQuery) -> bool:
    return query.total != "none" or query.summary == "count" or query.count == 0


def _limit(query: SearchQuery) -> int:
    return min(COUNT_BY_DEFAULT if query.count is None else query.count, MOST_A_PAGE)


def _fits(query: SearchQuery, stored: Stored) -> bool:
    entries = index(decode(stored.body))
    return all(matches(wanted, stored.type, stored.id, stored.updated, entries) for wanted in plain(query))


def _is_beyond(order: Order, row: asyncpg.Record, after: Position) -> bool:
    """Whether a row comes after a position; the same comparison as `Order.beyond` makes in SQL."""
    here = (_comparable(position_of(row[order.column], row["row"]).moment), row["row"])
    there = (_comparable(after.moment), after.row)
    return here < there if order.name.endswith("-") else here > there


def _comparable(moment: str) -> tuple[int, datetime | None]:
    if moment == "-infinity":
        return -1, None
    return 0, datetime.fromisoformat(moment)


def _parameters(include: Include) -> list[str]:
    if include.source not in RESOURCE_TYPES:
        raise Unsupported("Resources of every type cannot come along; name one type.")
    if include.param != "*":
        return [include.param]
    return [name for name, parameter in parameters_of(include.source).items() if parameter.kind == "reference"]


def _targets(include: Include, stored: Stored) -> Iterable[tuple[str, str]]:
    """Type and id of what a match refers to by the parameter, on this node."""
    if include.source != stored.type:
        return
    wanted = set(_parameters(include))
    for name, reference in index(decode(stored.body)).references:
        kind, _, identity = without_version(reference).partition("/")
        if name in wanted and kind in RESOURCE_TYPES and include.target in {None, kind}:
            yield kind, identity
