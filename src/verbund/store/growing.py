"""Indexes what was there before a search parameter was added, in the background, while the node serves.

Rows of the types it is for are opened one after the other, the new parameter is extracted, and what it finds is added
to the index. All parameters that wait are indexed in one go. Progress is kept in the database: it goes on after a stop,
and any process of the node may do it.

Nothing is missed: whoever writes reads the number of changes after its transaction has got its own number. So a
transaction that began when the work was put down, or later, knows the parameter; and the last row is looked up when all
older ones have ended.
"""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import asyncpg

from verbund.database import Connection, Database
from verbund.errors import Busy, Interrupted
from verbund.fhir import type_number
from verbund.fhir.parameters import Added, Parameters
from verbund.store.bulk import Plan
from verbund.store.crew import Crew, Worker
from verbund.store.extending import Extender, Found, Rows
from verbund.store.indexing import Indexer
from verbund.store.lines import PACKED, Lines, dictionaries_of
from verbund.store.packing import DATE_COLUMNS, QUANTITY_COLUMNS, copy_in, date_row, quantity_row
from verbund.store.registry import KNOWN, Registry
from verbund.store.writing import Writer

SHARE: Final = 0.25
"""So much of the time of one process the work takes at most."""

SHARE_OF_DATABASE: Final = 0.7
"""So much of the time a statement of ours is under way in the database, or we work ourselves."""

ROWS_AT_ONCE: Final = 1_000
NICE: Final = 5
"""By so much the process that looks at rows gives way to others."""

_ROWS_TOGETHER: Final = 100
_PATIENCE_SECONDS: Final = 0.2

_LOCK = "select pg_try_advisory_xact_lock(hashtextextended('search parameters that wait', 0))"
_OPEN = "select exists (select from search_parameter_work where done_at is null)"
_WAITING = "select number, type from search_parameter where state = 'waiting' for update"
_BEGIN = """
insert into search_parameter_work (numbers, types, horizon)
values ($1, $2, pg_snapshot_xmax(pg_current_snapshot()))
"""
_STATE = "update search_parameter set state = $2 where number = any($1::bigint[]) and state in ('waiting', 'indexing')"
_CHANGED = "update search_parameter_change set number = number + 1"
_NEXT = """
select id, numbers, types, next_row, last_row,
 pg_snapshot_xmin(pg_current_snapshot()) >= horizon as settled
from search_parameter_work where done_at is null order by id limit 1 for update skip locked
"""
_BOUNDS = """
update search_parameter_work w set first_row = b.first, next_row = b.first, last_row = b.last
from (select coalesce(min(row), 0) as first, coalesce(max(row), -1) as last from resource) b where w.id = $1
returning w.next_row, w.last_row
"""
_MOVE = "update search_parameter_work set next_row = $2 where id = $1"
_DONE = "update search_parameter_work set done_at = now(), next_row = last_row + 1 where id = $1"
# Only by the row number: any other way to the first rows would go through all of the type.
_END = "select max(row) from (select row from resource where row >= $1 and row <= $2 order by row limit $3) w"
_ROWS = f"""
select {PACKED} from resource r
where r.row >= $1 and r.row <= $2 and not r.deleted and r.type = any($3::smallint[]) order by r.row
"""  # noqa: S608 - composed of literals of this package
# What has another version by now was written by someone who knows the parameters; of who was erased all is removed.
_CURRENT = """
select r.row from unnest($1::text::bigint[], $2::text::int[]) n (row, version)
join resource r on r.row = n.row and r.version = n.version
where not exists (select from data_key k where k.patient = r.patient and k.wrapped is null)
"""
_UPDATE = """
update resource r set keys = r.keys || n.keys::bigint[]
from unnest($1::text::bigint[], $2::text[]) n (row, keys) where r.row = n.row and not r.keys @> n.keys::bigint[]
"""
_REMOVE_DATES = "delete from date_value where row = any($1::text::bigint[]) and key = any($2::bigint[])"
_REMOVE_QUANTITIES = "delete from quantity_value where row = any($1::text::bigint[]) and key = any($2::bigint[])"


@dataclass(frozen=True, slots=True)
class _Batch:
    """What a batch came to: whether there was anything to do, and whether it must wait for others to end."""

    worked: bool
    waits: bool = False


class Grower:
    """Indexes the rows of one store for parameters that were added, batch by batch, each in a transaction of its own.

    A batch holds the locks of the resources whose rows it changes, as every writer does.
    """

    def __init__(  # noqa: PLR0917 - what the store is made of
        self, database: Database, registry: Registry, indexer: Indexer, lines: Lines, writer: Writer, plan: Plan
    ) -> None:
        self._database = database
        self._plan = plan
        self._registry = registry
        self._indexer = indexer
        self._lines = lines
        self._writer = writer
        # Of the present batch: at work in this process, and left to others meanwhile.
        self._busy_seconds = 0.0
        self._given_seconds = 0.0

    async def run(self, *, share: float = SHARE) -> None:
        """Do what waits, to its end; the work takes at most this share of one process's time.

        Several may run it: one works at a time. Returns when nothing waits, or another process is at it.
        """
        crew = Crew(self._plan, Extender, most=1, nice=NICE)
        try:
            await self._work(share, crew)
        finally:
            await crew.close()

    async def _work(self, share: float, crew: Crew) -> None:
        while True:
            started, self._busy_seconds, self._given_seconds = time.monotonic(), 0.0, 0.0
            try:
                batch = await self._batch(crew)
            except (Busy, Interrupted):
                # It may be the other process that has ended; when it is needed, there will be a new one.
                await crew.close()
                await asyncio.sleep(_PATIENCE_SECONDS)
                continue
            if not batch.worked and not await self._begun():
                return
            elapsed = time.monotonic() - started
            at_work = (elapsed - self._given_seconds) / max(share, SHARE_OF_DATABASE)
            rest = max(self._busy_seconds / share, at_work) - elapsed
            await asyncio.sleep(_PATIENCE_SECONDS if batch.waits else max(rest, 0))

    async def _begun(self) -> bool:
        """Put down the work for all parameters that wait; False when none does, or others are at work."""
        async with self._database.transaction() as connection:
            if not await connection.fetchval(_LOCK) or await connection.fetchval(_OPEN):
                return False
            waiting = await connection.fetch(_WAITING)
            if not waiting:
                return False
            numbers = [row["number"] for row in waiting]
            types = sorted({type_number(row["type"]) for row in waiting})
            await connection.execute(_STATE, numbers, "indexing")
            await connection.execute(_BEGIN, numbers, types)
            return True

    async def _batch(self, crew: Crew) -> _Batch:
        async with self._database.transaction() as connection:
            known = await self._registry.at(connection, await connection.fetchval(KNOWN))
            work = await connection.fetchrow(_NEXT)
            if work is None:
                return _Batch(worked=False)
            if not work["settled"]:
                return _Batch(worked=True, waits=True)
            next_row, last_row = work["next_row"], work["last_row"]
            if last_row is None:
                ((next_row, last_row),) = await connection.fetch(_BOUNDS, work["id"])
            wanted = _wanted(known, work["numbers"])
            types = sorted({type_number(one.type) for one in wanted})
            end = await connection.fetchval(_END, next_row, last_row, ROWS_AT_ONCE) if wanted else None
            if end is None:
                await self._finish(connection, work)
                return _Batch(worked=True)
            rows = [row[0] for row in await connection.fetch(_ROWS, next_row, end, types)]
            await self._grow(connection, rows, wanted, crew)
            await connection.execute(_MOVE, work["id"], end + 1)
            return _Batch(worked=True)

    async def _finish(self, connection: Connection, work: asyncpg.Record) -> None:
        """All rows are done: from now on the parameters answer."""
        await connection.execute(_DONE, work["id"])
        await connection.execute(_STATE, work["numbers"], "ready")
        await connection.execute(_CHANGED)

    async def _grow(self, connection: Connection, rows: Sequence[bytes], wanted: Sequence[Added], crew: Crew) -> None:
        """Add what the parameters find in these rows."""
        keys = await self._lines.keys(connection, rows)
        made = await self._made(rows, keys, tuple(wanted), crew.next(len(rows)))
        if not made:
            return
        await self._writer.lock(connection, [one.row.id_hash for one in made])
        numbers, versions = _array([one.row.number for one in made]), _array([one.row.version for one in made])
        there = {row["row"] for row in await connection.fetch(_CURRENT, numbers, versions)}
        current = {one.row.number: one for one in made if one.row.number in there}
        keyed = {row: _array(of.keys) for row, of in current.items() if of.keys}
        if keyed:
            await connection.execute(_UPDATE, _array(list(keyed)), list(keyed.values()))
        await self._put_beside(connection, current)

    async def _put_beside(self, connection: Connection, made: dict[int, Found]) -> None:
        """Put in dates and numbers, in place of those that a row may have already."""
        dates = [(*date, row) for row, of in made.items() for date in of.dates]
        quantities = [(*quantity, row) for row, of in made.items() for quantity in of.quantities]
        if dates:
            await connection.execute(_REMOVE_DATES, _array(list(made)), list({row[0] for row in dates}))
        if quantities:
            await connection.execute(_REMOVE_QUANTITIES, _array(list(made)), list({row[0] for row in quantities}))
            await self._writer.list_units(connection, self._indexer.units)
        await copy_in(connection, "date_value", DATE_COLUMNS, [date_row(*row) for row in dates])
        await copy_in(connection, "quantity_value", QUANTITY_COLUMNS, [quantity_row(*row) for row in quantities])

    async def _made(
        self, rows: Sequence[bytes], keys: dict[int, bytes], wanted: tuple[Added, ...], worker: Worker
    ) -> list[Found]:
        """What the index is to keep of each row in which there is something; others get their turn in between."""
        made: list[Found] = []
        together = len(rows) if worker.aside else _ROWS_TOGETHER
        new = {number: self._lines.dictionary(number) for number in dictionaries_of(rows) if worker.lacks(number)}
        for start in range(0, len(rows), together or 1):
            begun = time.perf_counter()
            done = await worker.extend(Rows(rows[start : start + together], keys, new, wanted))
            new = {}
            made += done.found
            self._indexer.units |= done.units
            busy = 0.0 if worker.aside else done.seconds
            self._busy_seconds += busy
            self._given_seconds += time.perf_counter() - begun - busy
        return made


def _array(numbers: Sequence[int]) -> str:
    """Numbers as PostgreSQL reads an array; quicker than one by one."""
    return "{" + ",".join(map(str, numbers)) + "}"


def _wanted(known: Parameters, numbers: Sequence[int]) -> list[Added]:
    """Those of the parameters that are still there."""
    return [one for one in known.added if one.number in set(numbers)]
