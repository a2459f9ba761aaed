# ruff: noqa: S608 - composed of literals of this package; values are only ever bound, by `Statement`
"""The store as it was at one moment, in slices that can be read one after the other, at once, or again.

Every resource has one place in the order of its type: the clinical date and the row of the version that was current at
the moment. What has changed since is read from its superseded versions, so a slice gives the same whenever it is read,
apart from what may no longer be seen.
"""

from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import datetime

import asyncpg
import msgspec

from verbund.database import Database
from verbund.fhir import type_name, type_number
from verbund.store.cursor import Position, position_of
from verbund.store.histories import OLD_COLUMNS, OLD_ROWS
from verbund.store.lines import PACKED, Lines
from verbund.store.model import Stored
from verbund.store.planning import COLUMNS
from verbund.store.records import Records
from verbund.store.rowfilter import RowFilter, compiled, follows_patients
from verbund.store.sql import Statement

ROWS_AT_ONCE = 1_000

# Before it everything is written that ever will be: whoever writes now gives a later time.
_MOMENT = """
select date_trunc('milliseconds', least(now(), (
  select min(xact_start) from pg_stat_activity
  where datname = current_database() and backend_xid is not null and pid <> pg_backend_pid())))
"""
_TYPES = "select distinct type from resource where not deleted or updated >= $1 order by type"
_EVERY = """
select date, row from (
  select date, row, row_number() over (order by date, row) as place from resource where type = $1 and not deleted
) numbered where place % $2::bigint = 0 order by date, row
"""


class Slice(msgspec.Struct, frozen=True):
    """A part of the resources of a type: those after one place, up to another; None for the beginning or the end."""

    type: str
    after: Position | None = None
    upto: Position | None = None


class Snapshots:
    """Reads a database as it was at a moment."""

    def __init__(self, database: Database, records: Records, lines: Lines) -> None:
        self._database = database
        self._records = records
        self._lines = lines

    async def moment(self) -> datetime:
        """The latest moment of which all is known: no transaction that is under way can still write before it."""
        async with self._database.connection() as connection:
            found: datetime = await connection.fetchval(_MOMENT)
            return found

    async def slices(self, types: Sequence[str] | None, at: datetime, size: int) -> list[Slice]:
        """Slices of about `size` resources that together hold all of these types; none of a type that is not there."""
        found: list[Slice] = []
        async with self._database.connection() as connection:
            there = {type_name(row["type"]) for row in await connection.fetch(_TYPES, at)}
            for kind in sorted(there if types is None else there.intersection(types)):
                rows = await connection.fetch(_EVERY, type_number(kind), size)
                ends = [position_of(row["date"], row["row"]) for row in rows]
                found += [Slice(kind, *bounds) for bounds in zip([None, *ends], [*ends, None], strict=True)]
        return found

    async def read(
        self, part: Slice, *, within: RowFilter, at: datetime, since: datetime | None = None
    ) -> AsyncIterator[list[Stored]]:
        """The versions that were current at the moment and made since `since`, in batches; memory holds two."""
        after = part.after
        while True:
            async with self._database.connection() as connection:
                sql, statement = _current(COLUMNS, part, within, at, since, after, ROWS_AT_ONCE)
                rows = await connection.fetch(sql, *statement.values)
                found = await self._records.open(connection, rows)
            if found:
                yield found
            if len(rows) < ROWS_AT_ONCE:
                break
            after = position_of(rows[-1]["date"], rows[-1]["row"])
        async for late in self._replaced(part, within, at, since):
            yield late

    async def lines(
        self, part: Slice, *, within: RowFilter, at: datetime, since: datetime | None = None
    ) -> AsyncIterator[list[bytes]]:
        """The same, of each its JSON alone, which is much quicker."""

        def compose(after: Position | None, most: int) -> tuple[str, Statement]:
            return _current(PACKED, part, within, at, since, after or part.after, most)

        async for batch in self._lines.read(compose, ahead=not follows_patients(within)):
            yield [body for _, body in batch]
        async for late in self._replaced(part, within, at, since):
            yield [one.body for one in late]

    async def _replaced(
        self, part: Slice, within: RowFilter, at: datetime, since: datetime | None
    ) -> AsyncIterator[list[Stored]]:
        """Of what has changed since the moment, the versions of then."""
        last = -(2**63)
        while True:
            async with self._database.connection() as connection:
                sql, statement = _late(part, within, at, since, last)
                rows = await connection.fetch(sql, *statement.values)
                found = await self._records.open(connection, rows)
            if found:
                yield found
            if len(rows) < ROWS_AT_ONCE:
                return
            last = rows[-1]["now_row"]

    async def deleted(
        self, types: Sequence[str], *, within: RowFilter, at: datetime, since: datetime
    ) -> AsyncIterator[list[Stored]]:
        """What was deleted from `since` on and was not there at the moment, in batches."""
        last = -(2**63)
        while True:
            statement = Statement()
            numbers = statement.bind([type_number(kind) for kind in types])
            sql = (
                f"select {COLUMNS} from resource r where r.deleted and r.type = any({numbers}::smallint[]) "
                f"and r.updated >= {statement.bind(since)}::timestamptz "
                f"and r.updated < {statement.bind(at)}::timestamptz and r.row > {statement.bind(last)}::bigint "
                f"and {compiled(within, statement)} order by r.row limit {ROWS_AT_ONCE}"
            )
            async with self._database.connection() as connection:
                rows: list[asyncpg.Record] = await connection.fetch(sql, *statement.values)
                found = await self._records.open(connection, rows)
            if found:
                yield found
            if len(rows) < ROWS_AT_ONCE:
                return
            last = rows[-1]["row"]


def _current(  # noqa: PLR0917 - what a slice is, and how much of it
    columns: str,
    part: Slice,
    within: RowFilter,
    at: datetime,
    since: datetime | None,
    after: Position | None,
    most: int,
) -> tuple[str, Statement]:
    statement = Statement()
    conditions = [
        f"r.type = {statement.bind(type_number(part.type))}::smallint",
        "not r.deleted",
        *_times("r", at, since, statement),
        *_places("r.date", "r.row", after, part.upto, statement),
        compiled(within, statement),
    ]
    return (
        f"select {columns} from resource r where {' and '.join(conditions)} order by r.date, r.row limit {most}"
    ), statement


def _late(part: Slice, within: RowFilter, at: datetime, since: datetime | None, last: int) -> tuple[str, Statement]:
    statement = Statement()
    moment = statement.bind(at)
    then = (
        f"select s.* from {OLD_ROWS} s where s.id = c.id and s.updated < {moment}::timestamptz "
        "order by s.version desc limit 1"
    )
    kind = statement.bind(type_number(part.type))
    changed = f"select id, row from resource where type = {kind}::smallint and updated >= {moment}::timestamptz"
    conditions = [
        f"c.row > {statement.bind(last)}::bigint",
        "not r.deleted",
        *_times("r", at, since, statement),
        *_places("r.date", "c.row", part.after, part.upto, statement),
        compiled(within, statement),
    ]
    return (
        f"select {OLD_COLUMNS}, c.row as now_row from ({changed} and not deleted union all {changed} and deleted) c "
        f"cross join lateral ({then}) r "
        f"where {' and '.join(conditions)} order by c.row limit {ROWS_AT_ONCE}"
    ), statement


def _times(alias: str, at: datetime, since: datetime | None, statement: Statement) -> Iterable[str]:
    yield f"{alias}.updated < {statement.bind(at)}::timestamptz"
    if since is not None:
        yield f"{alias}.updated >= {statement.bind(since)}::timestamptz"


def _places(date: str, row: str, after: Position | None, upto: Position | None, statement: Statement) -> Iterable[str]:
    """Conditions that a place lies after one and up to another."""
    for sign, bound in ((">", after), ("<=", upto)):
        if bound is not None:
            moment, number = statement.bind(bound.moment), statement.bind(bound.row)
            yield f"({date}, {row}) {sign} ({moment}::text::timestamptz, {number}::bigint)"
