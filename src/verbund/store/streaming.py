# ruff: noqa: S608 - composed of literals of this package; values are only ever bound, by `Statement`
"""All current resources in the order of their rows, for bulk export: one pass, whatever the number of types."""

import asyncio
from collections.abc import AsyncIterator, Collection, Sequence
from datetime import datetime

import asyncpg

from verbund.database import Database
from verbund.fhir import type_number
from verbund.store.model import Stored
from verbund.store.records import Records
from verbund.store.rowfilter import RowFilter, compiled
from verbund.store.sql import Statement

ROWS_AT_ONCE = 1_000
_ROWS_BETWEEN_TURNS = 200
LAST_ROW = 2**63 - 1
_COLUMNS = (
    "r.row, r.type, r.id, r.version, r.deleted, r.patient, r.category, r.updated, r.date, r.date_end, "
    "r.dictionary, r.body"
)


class Streamer:
    """Reads through a database; memory holds two batches."""

    def __init__(self, database: Database, records: Records) -> None:
        self._database = database
        self._records = records

    async def stream(
        self,
        types: Collection[str] | None,
        *,
        within: RowFilter,
        since: datetime | None,
        until: datetime | None,
        rows: tuple[int, int],
    ) -> AsyncIterator[list[tuple[int, Stored]]]:
        """Batches of row numbers and resources, the next read while one is being used.

        A resource keeps its row through all versions, so that who goes on after a row misses nothing that was there
        before; what is written meanwhile may or may not be met.
        """
        statement = Statement()
        after = statement.bind(rows[0])
        conditions = [f"r.row > {after}::bigint", f"r.row <= {statement.bind(rows[1])}::bigint", "not r.deleted"]
        if types is not None:
            conditions.append(f"r.type = any({statement.bind([type_number(one) for one in types])}::smallint[])")
        if since is not None:
            conditions.append(f"r.updated >= {statement.bind(since)}::timestamptz")
        if until is not None:
            conditions.append(f"r.updated < {statement.bind(until)}::timestamptz")
        conditions.append(compiled(within, statement))
        sql = f"select {_COLUMNS} from resource r where {' and '.join(conditions)} order by r.row limit {ROWS_AT_ONCE}"
        coming = asyncio.create_task(self._fetched(sql, statement.values))
        try:
            while found := await coming:
                bound = [found[-1]["row"], *statement.values[1:]]
                coming = asyncio.create_task(self._fetched(sql, bound))
                yield await self._opened(found)
        finally:
            coming.cancel()
            await asyncio.gather(coming, return_exceptions=True)

    async def _fetched(self, sql: str, values: Sequence[object]) -> list[asyncpg.Record]:
        async with self._database.connection() as connection:
            rows: list[asyncpg.Record] = await connection.fetch(sql, *values)
            await self._records.prepare(connection, rows)
        return rows

    async def _opened(self, rows: Sequence[asyncpg.Record]) -> list[tuple[int, Stored]]:
        opened: list[tuple[int, Stored]] = []
        for start in range(0, len(rows), _ROWS_BETWEEN_TURNS):
            part = rows[start : start + _ROWS_BETWEEN_TURNS]
            opened += [(row["row"], self._records.opened(row)) for row in part if self._records.can_open(row)]
            await asyncio.sleep(0)
        return opened
