# ruff: noqa: S608 - composed of literals of this package; values are only ever bound
"""What is done now and then: dictionaries, statistics, erasure."""

import asyncio
import logging
import random
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from uuid import UUID

import zstandard

from verbund.database import Connection, Database
from verbund.errors import Busy, Conflict, Interrupted
from verbund.store.bodies import Bodies, unstamped
from verbund.store.frequencies import Frequencies
from verbund.store.model import Stored
from verbund.store.planning import COLUMNS
from verbund.store.records import Records

logger = logging.getLogger(__name__)

DICTIONARY_BYTES = 112 * 1024
# For one type less is enough.
TYPE_DICTIONARY_BYTES = 64 * 1024
# Below so many resources a dictionary would hold the resources themselves.
FEWEST_RESOURCES = 5_000
SAMPLES = 2_000
# A dictionary that was trained on a quarter of the resources, of a few patients perhaps, is worth a new one.
GROWTH = 4
# What fewer patients have in common does not enter a dictionary.
FEWEST_PATIENTS = 5
TABLES = ("resource", "fact", "date_value", "quantity_value")

LONGEST_TEXT = 4_096
# A dictionary is put together of pieces of this length that share runs of that many bytes. Left to look for the best,
# zstd takes three times as long, and makes far too small a dictionary of what only few patients have in common.
_PIECE_BYTES = 1_024
_RUN_BYTES = 8

# Figures of the tables are made again when a fifth is new since the last time.
_WORTH_ANALYSING = 0.2
# From so many resources on, indexes are made anew that a load has left with pages half empty.
_WORTH_REBUILDING = 50_000
# Those that are not filled in the order of their keys; never the one of keys, which takes too long.
_LOOSE = (
    "resource_updated", "resource_date", "resource_patient", "resource_id_key", "fact_key", "quantity_value_value",
)  # fmt: skip

# A text or a number of JSON; in a text letters, digits, or a single sign.
_PART = re.compile(rb'("[^"\\]*(?:\\.[^"\\]*)*"|-?[0-9][0-9.eE+-]*)')
_WORD = re.compile(rb"[A-Za-z\x80-\xff]+|[0-9]+|.", re.DOTALL)

_SAMPLE = (
    f"select {COLUMNS} from resource r "
    "where not r.deleted and r.row = any($1::bigint[]) and r.type <> all($2::smallint[])"
)
_ANALYSED = "select greatest(reltuples, 0) from pg_class where oid = 'resource'::regclass"
_EMPTY_PENDING = "select gin_clean_pending_list('resource_keys'::regclass)"
_REBUILDING = "select pg_try_advisory_lock(hashtext('verbund indexes'))"
_PATIENCE = "set statement_timeout = 0; set lock_timeout = '10s'"
# What is left of an attempt that did not come to its end.
_BROKEN_OFF = """
select format('drop index concurrently if exists %I', c.relname)
from pg_index i join pg_class c on c.oid = i.indexrelid
where not i.indisvalid and i.indrelid = any(array['resource', 'fact', 'quantity_value']::regclass[])
 and c.relname ~ '_ccnew[0-9]*$'
"""
_LAST = "select coalesce(max(resources), 0) from dictionary where type is null"
_BOUNDS = "select min(row), max(row), count(*) from resource where not deleted and type <> all($1::smallint[])"
_ERASE = (
    "delete from fact f using resource r where f.row = r.row and r.patient = $1 and f.patient = $1",
    "delete from date_value d using resource r where d.row = r.row and r.patient = $1",
    "delete from quantity_value q using resource r where q.row = r.row and r.patient = $1",
    "delete from superseded where patient = $1",
    "delete from resource where patient = $1",
)

_PURGE = (
    "delete from superseded s using resource r where s.id = r.id and r.id = any($1::uuid[]) and r.deleted",
    "delete from resource where id = any($1::uuid[]) and deleted",
)


class Maintenance:
    """Keeps a database small, quick, and free of who was erased."""

    def __init__(self, database: Database, records: Records, bodies: Bodies, frequencies: Frequencies) -> None:
        self._database = database
        self._records = records
        self._bodies = bodies
        self._frequencies = frequencies

    async def run(self) -> None:
        """Train a dictionary when one is due, analyse the tables, and close the gaps of their indexes."""
        await self.refresh()
        await self.rebuild()

    async def refresh(self) -> None:
        """Train a dictionary when one is due, and analyse the tables."""
        await self.train()
        await self.analyse()

    async def settle(self, new: int, *, since: int) -> None:
        """After a load of `new` resources, `since` the last time that the tables were analysed so many: what is due.

        A dictionary, figures for the planner when a fifth is new, and after a large load indexes without gaps.
        """
        await self.train()
        async with self._database.connection() as connection:
            await connection.execute(_EMPTY_PENDING)
            before = await connection.fetchval(_ANALYSED)
        if since > before * _WORTH_ANALYSING:
            await self.analyse()
        if new >= max(_WORTH_REBUILDING, before / 2):
            await self.rebuild()

    async def rebuild(self) -> None:
        """Make indexes anew that have gaps, while others read and write; nothing where another process is at it.

        A third of what they take is won back. Where a transaction that does not end hinders it, all is left as it was.
        """
        try:
            async with self._database.dedicated() as connection:
                if await connection.fetchval(_REBUILDING):
                    await _rebuilt(connection)
        except (Busy, Conflict, Interrupted) as error:
            logger.info("Indexes were not made anew: %s", error.text)
            async with self._database.dedicated() as connection:
                await _cleared(connection)

    async def analyse(self) -> None:
        """Bring the planner's figures and ours up to date."""
        for table in TABLES:
            async with self._database.transaction() as connection:
                await connection.execute("set local statement_timeout = 0")
                await connection.execute(f"analyze {table}")
        async with self._database.connection() as connection:
            await self._frequencies.refresh(connection, now=True)

    async def train(self, *, now: bool = False) -> bool:
        """Train a dictionary on the resources of types without their own, when there are many more than for the last.

        `now` even when there are not many more: what comes now is of another kind. Whether one was made; what lies
        there already keeps the one it was packed with.
        """
        async with self._database.connection() as connection:
            await self._bodies.refresh(connection)
            last = await connection.fetchval(_LAST)
            own = self._bodies.own()
            lowest, highest, count = await connection.fetchrow(_BOUNDS, own) or (0, 0, 0)
            if count < max(FEWEST_RESOURCES, 0 if now else (GROWTH - 1) * last):
                return False
            sample = await self._sample(connection, range(lowest, highest + 1), own)
            trained = await asyncio.to_thread(_trained, sample)
            await self._bodies.add(connection, trained, count)
            await self._bodies.refresh(connection)
            return True

    async def learn(self, kind: int | None, sample: Sequence[tuple[str, bytes]], resources: int) -> None:
        """Train a dictionary for a type, or for those without their own, on bodies that each belong to an owner."""
        try:
            trained = await asyncio.to_thread(_trained_on, sample)
        except zstandard.ZstdError:
            # What they share is too little for a dictionary.
            return
        async with self._database.connection() as connection:
            await self._bodies.refresh(connection)
            await self._bodies.add(connection, trained, resources, kind)
            await self._bodies.refresh(connection)

    async def _sample(self, connection: Connection, numbers: range, own: list[int]) -> Sequence[Stored]:
        chance = random.Random(1)  # noqa: S311 - a sample
        latest = numbers[-len(numbers) // 4 :]
        wanted = [
            *chance.sample(numbers, min(SAMPLES // 2, len(numbers))),
            *chance.sample(latest, min(SAMPLES // 2, len(latest))),
        ]
        return await self._records.open(connection, await connection.fetch(_SAMPLE, sorted(wanted), own))

    async def erase(self, patient: int) -> None:
        """Remove the rows of a patient whose key has been destroyed."""
        async with self._database.transaction() as connection:
            for statement in _ERASE:
                await connection.execute(statement, patient)

    async def purge(self, names: Sequence[UUID]) -> None:
        """Remove all versions of these resources, by the hashes of their ids, as far as they were deleted."""
        async with self._database.transaction() as connection:
            for statement in _PURGE:
                await connection.execute(statement, names)


async def _rebuilt(connection: Connection) -> None:
    await connection.execute(_PATIENCE)
    await _cleared(connection)
    for index in _LOOSE:
        await connection.execute(f"reindex index concurrently {index}")


async def _cleared(connection: Connection) -> None:
    """Drop what is left of indexes that were never finished."""
    for row in await connection.fetch(_BROKEN_OFF):
        await connection.execute(row[0])


def _trained(sample: Sequence[Stored]) -> bytes:
    parts: list[bytes | bytearray | memoryview] = list(common_parts(sample))
    return zstandard.train_dictionary(DICTIONARY_BYTES, parts, k=_PIECE_BYTES, d=_RUN_BYTES, level=3).as_bytes()


def _trained_on(sample: Sequence[tuple[str, bytes]]) -> bytes:
    parts: list[bytes | bytearray | memoryview] = list(shared(sample))
    return zstandard.train_dictionary(TYPE_DICTIONARY_BYTES, parts, k=_PIECE_BYTES, d=_RUN_BYTES, level=3).as_bytes()


def common_parts(sample: Sequence[Stored]) -> Iterator[bytes]:
    """The resources without the words and numbers that only few patients have in common (see `shared`)."""
    return shared([(str(stored.patient or stored.id), unstamped(stored.body)) for stored in sample])


def shared(sample: Sequence[tuple[str, bytes]]) -> Iterator[bytes]:
    """Bodies, each with who it belongs to, without the words and numbers that only few owners have in common.

    A dictionary outlives the patients it was trained on: when a patient's key is destroyed, nothing of the patient may
    be left in it.
    """
    divided = [_PART.split(body) for _, body in sample]
    by_owner: dict[str, set[bytes]] = {}
    for (owner, _), pieces in zip(sample, divided, strict=True):
        by_owner.setdefault(owner, set()).update(pieces[1::2])
    owners: Counter[bytes] = Counter()
    for parts in by_owner.values():
        owners.update({word for part in parts for word in (part, *_words(part))})
    common = {word for word, number in owners.items() if number >= FEWEST_PATIENTS}
    kept = {part: _kept(part, common) for part in set().union(*by_owner.values())}
    for pieces in divided:
        pieces[1::2] = [kept[part] for part in pieces[1::2]]
        yield b"".join(pieces)


def _kept(part: bytes, common: set[bytes]) -> bytes:
    """A text or number as far as it is common."""
    if part in common:
        return part
    if part[:1] != b'"':
        return b"0"
    return b'"' + b"".join([word for word in _words(part) if word in common]) + b'"'


@lru_cache(maxsize=50_000)
def _words(part: bytes) -> tuple[bytes, ...]:
    """The words, numbers and signs of a text; none of a number, and of a text so long that it is hardly one."""
    return tuple(_WORD.findall(part[1:-1])) if part[:1] == b'"' and len(part) <= LONGEST_TEXT else ()
