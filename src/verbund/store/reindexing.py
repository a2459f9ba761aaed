"""The index made again from the resources, in the background, while the node serves.

After a new version that lays the index out otherwise, or a search parameter that is added, what lies in the database is
opened, extracted again, and written where it differs. What was nobody's goes to the patient whose it is known to be
now. Progress is kept in the database: it goes on after a stop, and any process of the node may do it.
"""

import asyncio
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import asyncpg
from msgspec import structs

from verbund.database import Connection, Database
from verbund.errors import Busy, Gone, Interrupted
from verbund.fhir import decode, type_number
from verbund.store.indexing import Indexed, Indexer
from verbund.store.model import Stored
from verbund.store.packing import (
    DATE_COLUMNS,
    FACT_COLUMNS,
    INDEX_COLUMNS,
    QUANTITY_COLUMNS,
    copy_in,
    date_row,
    fact_row,
    index_row,
    quantity_row,
)
from verbund.store.records import Records
from verbund.store.registry import KNOWN, Registry
from verbund.store.rehoming import Nobodys, Rehoming
from verbund.store.writing import Writer

# Goes up with every change to what `Indexer` makes of a resource.
LAYOUT = 5
ROWS_AT_ONCE = 500
_ROWS_BETWEEN_TURNS = 50
# Of each second so much is left to others, unless the work is asked to hurry.
SHARE = 0.7
_PATIENCE_SECONDS = 1.0

_ASKED = "select exists (select from index_work where layout = $1)"
_ASK = """
insert into index_work (layout, types, next_row, last_row, done_at)
select $1::int, $2::smallint[], coalesce(min(row), 0), coalesce(max(row), -1),
 case when count(*) = 0 then now() end
from resource
on conflict (layout) do nothing
"""
_NEXT = """
select id, types, next_row, last_row from index_work where done_at is null order by id limit 1 for update skip locked
"""
_IDS = """
select id, row from resource where row >= $1 and row <= $2 and not deleted
 and ($3::smallint[] is null or type = any($3)) order by row limit $4
"""
_ROWS = """
select row, type, id, version, deleted, patient, category, updated, date, date_end, dictionary, body from resource r
 where row = any($1::bigint[]) and not deleted
 and not exists (select from data_key k where k.patient = r.patient and k.wrapped is null) order by row
"""
_MOVE = "update index_work set next_row = $2 where id = $1"
_DONE = "update index_work set done_at = now() where id = $1"
# The index as it would be made now, until the end of the transaction.
_BESIDE = """
create temporary table if not exists reindexed (
    row bigint primary key, category bigint, date timestamptz, date_end timestamptz, present bigint, traits bigint,
    keys bigint[]
) on commit delete rows
"""
_CHANGED = """
select r.row from resource r join reindexed n on n.row = r.row
where (r.keys, r.present, r.traits, r.category, r.date, r.date_end)
 is distinct from (n.keys, n.present, n.traits, n.category, n.date, n.date_end)
"""
# A fact's key is among the keys of its resource.
_REMOVE = """
with facts as (
 delete from fact f using resource r
 where r.row = any($1::bigint[]) and f.key = any(r.keys) and f.date = r.date and f.row = r.row
), dates as (delete from date_value where row = any($1::bigint[]))
delete from quantity_value where row = any($1::bigint[])
"""
_DROP = """
with old as (delete from superseded o using resource r where r.row = any($1::bigint[]) and o.id = r.id)
delete from resource where row = any($1::bigint[])
"""
_UPDATE = """
update resource r set keys = n.keys, present = n.present, traits = n.traits, category = n.category,
 date = n.date, date_end = n.date_end
from reindexed n where n.row = r.row and r.row = any($1::bigint[])
"""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the work is: rows looked at in this run, and rows of the index that were made anew."""

    looked_at: int = 0
    changed: int = 0
    done: bool = False


class Reindexer:
    """Makes the index of one store again, batch by batch, each in a transaction with the locks of its resources."""

    def __init__(
        self,
        database: Database,
        registry: Registry,
        indexer: Indexer,
        records: Records,
        writer: Writer,
        *,
        rehoming: Rehoming,
    ) -> None:
        self._database = database
        self._registry = registry
        self._indexer = indexer
        self._records = records
        self._writer = writer
        self._rehoming = rehoming

    async def ask(self, types: Collection[str] | None = None) -> None:
        """Put down that the index is to be made again for these types, or, without any, for the present layout.

        For a layout that was asked for already this does nothing.
        """
        async with self._database.connection() as connection:
            if types is not None:
                await connection.execute(_ASK, None, [type_number(one) for one in types])
            elif not await connection.fetchval(_ASKED, LAYOUT):
                await connection.execute(_ASK, LAYOUT, None)

    async def run(self, *, share: float = SHARE) -> Progress:
        """Do what was put down, to its end; the work takes at most this share of one process's time.

        Several may run it: one works at a time. `done` is False when another process is at it.
        """
        looked_at = changed = 0
        while True:
            started = time.monotonic()
            try:
                batch = await self._batch()
            except (Busy, Gone, Interrupted):
                # Gone: a patient was erased while we were about to give them what was nobody's.
                await asyncio.sleep(_PATIENCE_SECONDS)
                continue
            if batch is None:
                return Progress(looked_at, changed, done=await self._is_done())
            looked_at += batch.looked_at
            changed += batch.changed
            await asyncio.sleep((time.monotonic() - started) * (1 / share - 1))

    async def _is_done(self) -> bool:
        async with self._database.connection() as connection:
            return not await connection.fetchval("select exists (select from index_work where done_at is null)")

    async def _batch(self) -> Progress | None:
        """One batch of the oldest work; None when there is none that nobody is at."""
        async with self._database.transaction() as connection:
            await self._registry.at(connection, await connection.fetchval(KNOWN))
            work = await connection.fetchrow(_NEXT)
            if work is None:
                return None
            found = await connection.fetch(_IDS, work["next_row"], work["last_row"], work["types"], ROWS_AT_ONCE)
            if not found:
                await connection.execute(_DONE, work["id"])
                return Progress()
            await self._writer.lock(connection, [row["id"].bytes for row in found])
            rows = await connection.fetch(_ROWS, [row["row"] for row in found])
            changed = await self._renewed(connection, rows)
            await connection.execute(_MOVE, work["id"], found[-1]["row"] + 1)
            return Progress(len(found), changed)

    async def _renewed(self, connection: Connection, rows: Sequence[asyncpg.Record]) -> int:
        """Write anew what of the index of these rows is not as it would be made now; of how many that was."""
        await self._records.prepare(connection, rows)
        made: dict[int, Indexed] = {}
        nobodys = []
        for place, row in enumerate(rows):
            if self._records.can_open(row):
                stored = self._records.opened(row)
                indexed = made[row["row"]] = self._index(stored)
                if stored.patient is None:
                    nobodys.append(Nobodys(row, stored, indexed))
            if place % _ROWS_BETWEEN_TURNS == 0:
                await asyncio.sleep(0)
        moved = await self._rehomed(connection, nobodys, made)
        await connection.execute(_BESIDE)
        await copy_in(connection, "reindexed", INDEX_COLUMNS, [
            index_row(row, of.category, of.date, of.date_end, of.present, of.traits, of.keys)
            for row, of in made.items()
        ])  # fmt: skip
        different = {row["row"] for row in await connection.fetch(_CHANGED)} | (moved & made.keys())
        changed = [(number, made[number]) for number in sorted(different)]
        if changed:
            await self._replace(connection, changed)
        return len(different | moved)

    async def _rehomed(self, connection: Connection, nobodys: Sequence[Nobodys], made: dict[int, Indexed]) -> set[int]:
        """Give what is nobody's to whose it is known to be now; of who was erased it is removed, and from `made`."""
        owners = await self._rehoming.move(connection, nobodys)
        gone = [number for number, patient in owners.items() if patient is None]
        if gone:
            await connection.execute(_REMOVE, gone)
            await connection.execute(_DROP, gone)
        for number, patient in owners.items():
            if patient is None:
                del made[number]
            else:
                made[number] = structs.replace(made[number], patient=patient)
        return set(owners)

    def _index(self, stored: Stored) -> Indexed:
        """What the index would keep; whose it is stays, where not the resource alone tells."""
        found = self._indexer.index(decode(stored.body), stored.body)
        if stored.patient is None or stored.patient == found.patient:
            return found
        return structs.replace(found, patient=stored.patient)

    async def _replace(self, connection: Connection, changed: Sequence[tuple[int, Indexed]]) -> None:
        """Take the old values out of all tables and put the new ones in."""
        numbers = [row for row, _ in changed]
        await connection.execute(_REMOVE, numbers)
        await connection.execute(_UPDATE, numbers)
        await self._writer.list_units(connection, self._indexer.units)
        facts = [fact_row(key, of.date, row, of.category, of.patient) for row, of in changed for key in of.facts]
        dates = [date_row(*date, row) for row, of in changed for date in of.dates]
        quantities = [quantity_row(*quantity, row) for row, of in changed for quantity in of.quantities]
        await copy_in(connection, "fact", FACT_COLUMNS, facts)
        await copy_in(connection, "date_value", DATE_COLUMNS, dates)
        await copy_in(connection, "quantity_value", QUANTITY_COLUMNS, quantities)
