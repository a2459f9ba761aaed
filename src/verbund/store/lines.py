"""Rows opened many at once, for what goes out in bulk: the bytes of each resource, and nothing else of it.

All that a row is opened with comes as one value of the driver's, since each further one costs a third of a microsecond.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from struct import Struct
from typing import Final, NamedTuple, TypeAlias

import zstandard

from verbund.crypto import Sealer
from verbund.database import Connection, Database
from verbund.store.bodies import Bodies, stamp_of, unpacked
from verbund.store.cursor import Position
from verbund.store.sql import Statement
from verbund.store.vault import NODE, Vault

PACKED: Final = (
    f"int8send(r.row) || timestamptz_send(r.date) || int8send(coalesce(r.patient, {NODE})) || "
    "timestamptz_send(r.updated) || int2send(r.dictionary) || "
    "int2send(r.type) || uuid_send(r.id) || int4send(r.version) || r.body as packed"
)
"""A row of `resource` as `Line.read` reads it."""

ROWS_AT_ONCE: Final = (1_000, 250, 60, 15, 4, 1)
"""So few sizes that statements can have them in clear: a limit that is bound leads to another plan."""

SEALED_BYTES_AT_ONCE: Final = 4 * 2**20
FRESH_SECONDS: Final = 1.0
"""What was fetched longer ago is fetched again: what was withdrawn meanwhile must not go out."""

_ROWS_BETWEEN_TURNS = 200
# Of a part whose bounds it does not know the planner thinks that it is small, and would sort all of it for each batch.
_IN_ORDER = "set local enable_sort = off"
_HEAD = Struct(">qqqqh")
_IDENTITY = Struct(">q28x16si")
_VERSION = _HEAD.size + 18
_BODY = _VERSION + 4
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_INFINITIES = {-(2**63): "-infinity", 2**63 - 1: "infinity"}


Line: TypeAlias = tuple[int, bytes]
"""The number of a resource's type and its JSON, a line of NDJSON without the end of the line."""


@dataclass(frozen=True, slots=True)
class _Batch:
    """Rows as they were fetched, when, and what opens them, by patient: None for who was erased."""

    rows: Sequence[bytes]
    at: float
    sealers: Mapping[int, Sealer | None]
    # The place of the last, None where no more follow.
    last: Position | None


Compose = Callable[[Position | None, int], tuple[str, Statement]]
"""Makes the statement for the rows, `PACKED`, in order, after a place (None: from the first on), at most so many."""


class Lines:
    """Goes through packed rows. Those of erased patients are left out: nobody can open them."""

    def __init__(self, database: Database, vault: Vault, bodies: Bodies) -> None:
        self._database = database
        self._vault = vault
        self._bodies = bodies

    async def read(
        self, compose: Compose, after: Position | None = None, *, ahead: bool = True
    ) -> AsyncIterator[list[Line]]:
        """Batch after batch, the next being fetched while one is used.

        Memory holds two, of at most a thousand rows, and of fewer where they are large. What nobody took for
        `FRESH_SECONDS` is fetched again. Without `ahead` each is fetched when it is asked for, so that what governs it
        is what governs then.
        """
        most = ROWS_AT_ONCE[1]
        if not ahead:
            async for batch in self._one_by_one(compose, after, most):
                yield batch
            return
        coming = asyncio.create_task(self._fetched(compose, after, most))
        try:
            while True:
                found = await coming
                if time.monotonic() - found.at > FRESH_SECONDS:
                    found = await self._fetched(compose, after, most)
                if found.last is not None:
                    after, most = found.last, _most(found.rows)
                    coming = asyncio.create_task(self._fetched(compose, after, most))
                if found.rows:
                    yield await self._opened(found)
                if found.last is None:
                    return
        finally:
            coming.cancel()
            await asyncio.gather(coming, return_exceptions=True)

    async def _one_by_one(self, compose: Compose, after: Position | None, most: int) -> AsyncIterator[list[Line]]:
        while True:
            found = await self._fetched(compose, after, most)
            if found.rows:
                yield await self._opened(found)
            if found.last is None:
                return
            after, most = found.last, _most(found.rows)

    async def keys(self, connection: Connection, rows: Sequence[bytes]) -> dict[int, bytes]:
        """The keys of these rows by patient, for a process of ours that opens them; none of who was erased."""
        patients = await self._prepared(connection, rows)
        return {one: self._vault.key(one) for one in patients if self._vault.can_open(one)}

    def dictionary(self, number: int) -> bytes | None:
        """A dictionary of rows of which the keys were asked for, for the same."""
        return self._bodies.dictionary(number)

    async def _prepared(self, connection: Connection, rows: Sequence[bytes]) -> set[int]:
        """The patients of rows, whose keys are at hand now, as are the dictionaries."""
        if not all(map(self._bodies.knows, dictionaries_of(rows))):
            await self._bodies.refresh(connection)
        patients = set(map(patient_of, rows))
        await self._vault.prepare(connection, patients, make=False)
        return patients

    async def _fetched(self, compose: Compose, after: Position | None, most: int) -> _Batch:
        at = time.monotonic()
        sql, statement = compose(after, most)
        async with self._database.transaction() as connection:
            await connection.execute(_IN_ORDER)
            rows = [row[0] for row in await connection.fetch(sql, *statement.values)]
            sealers = self._vault.sealers(await self._prepared(connection, rows))
        return _Batch(rows, at, sealers, _place(rows[-1]) if len(rows) == most else None)

    async def _opened(self, found: _Batch) -> list[Line]:
        """The resources of a batch; others get their turn in between."""
        lines: list[Line] = []
        decompressors = {number: self._bodies.decompressor(number) for number in dictionaries_of(found.rows)}
        for start in range(0, len(found.rows), _ROWS_BETWEEN_TURNS):
            lines += opened(found.rows[start : start + _ROWS_BETWEEN_TURNS], found.sealers, decompressors)
            await asyncio.sleep(0)
        return lines


def opened(
    rows: Sequence[bytes],
    sealers: Mapping[int, Sealer | None],
    decompressors: Mapping[int, zstandard.ZstdDecompressor],
) -> list[Line]:
    """The resources in packed rows, in their order, with what opens them by patient and dictionary; at once."""
    found: list[Line] = []
    for row in rows:
        _, _, patient, updated, dictionary = _HEAD.unpack_from(row)
        sealer = sealers[patient]
        if sealer is not None:
            plain = sealer.unseal(row[_BODY:], row[_HEAD.size : _BODY])
            body = unpacked(plain, decompressors[dictionary], _stamp(row[_VERSION:_BODY], updated))
            found.append((row[_HEAD.size + 1] | row[_HEAD.size] << 8, body))
    return found


@lru_cache(maxsize=4_096)
def _stamp(version: bytes, updated: int) -> bytes:
    return stamp_of(int.from_bytes(version, "big"), _EPOCH + timedelta(microseconds=updated))


class Identity(NamedTuple):
    """The number of a row, the hash of the resource's type and id, and the version."""

    number: int
    id_hash: bytes
    version: int


def identity_of(row: bytes) -> Identity:
    """What a packed row is of."""
    return Identity._make(_IDENTITY.unpack_from(row))


def patient_of(row: bytes) -> int:
    """The patient of a packed row; 0 where it is nobody's."""
    return int.from_bytes(row[16:24], "big", signed=True)


def dictionaries_of(rows: Sequence[bytes]) -> set[int]:
    """The dictionaries that rows were packed with."""
    found = {row[_HEAD.size - 2 : _HEAD.size] for row in rows}
    return {int.from_bytes(one, "big", signed=True) for one in found}


def _place(row: bytes) -> Position:
    """Where a packed row stands among those of its type."""
    number, date = _HEAD.unpack_from(row)[:2]
    return Position(_INFINITIES.get(date) or (_EPOCH + timedelta(microseconds=date)).isoformat(), number)


def _most(rows: Sequence[bytes]) -> int:
    """How many rows to fetch at once after these, if the next are as large."""
    fitting = SEALED_BYTES_AT_ONCE * len(rows) // sum(map(len, rows))
    return next((size for size in ROWS_AT_ONCE if size <= fitting), 1)
