"""From rows of the database to stored versions, opened."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypeAlias

import asyncpg

from verbund.database import Connection
from verbund.fhir import type_name
from verbund.store.bodies import Bodies, context_of
from verbund.store.model import Stored
from verbund.store.vault import Vault

_FIRST_YEAR = 1
MET_BYTES = 48 * 2**20
# What a row and a version take in memory beside their bytes, about.
_OVERHEAD = 1_000
_Opened: TypeAlias = tuple[asyncpg.Record, Stored]


def shown_date(date: datetime, date_end: datetime) -> datetime | None:
    """The primary clinical date of a row: the beginning of its period, else its end, None where there is none."""
    if date.tzinfo is None:
        return None
    if date.year == _FIRST_YEAR:
        return date_end if date_end.tzinfo is not None else None
    return date


class Met:
    """The rows that were opened lately, under their sealed bytes, within a bound of memory.

    Bytes that were changed in the database are other bytes, so they are opened, and refused, as ever. Whoever asks
    must have looked first whether the patient's key is still there.
    """

    def __init__(self, most_bytes: int = MET_BYTES) -> None:
        self._most = most_bytes // 2
        self._young: dict[bytes, _Opened] = {}
        self._old: dict[bytes, _Opened] = {}
        self._size = 0

    def get(self, sealed: bytes) -> _Opened | None:
        """The row as it was when it was opened, and the version in it."""
        return self._young.get(sealed) or self._old.get(sealed)

    def keep(self, sealed: bytes, opened: _Opened, size: int) -> None:
        """Remember a row. The older half is forgotten when there is no more room."""
        size += _OVERHEAD
        if self._size + size > self._most:
            self._old, self._young, self._size = self._young, {}, 0
        if size <= self._most:
            self._young[sealed] = opened
            self._size += size


class Records:
    """Opens rows with the columns of `planning.COLUMNS`. Rows of erased patients are left out: nobody can open them."""

    def __init__(self, vault: Vault, bodies: Bodies) -> None:
        self._vault = vault
        self._bodies = bodies
        self._met = Met()

    def forget(self) -> None:
        """Keep nothing in clear that was opened before."""
        self._met = Met()

    async def open(self, connection: Connection, rows: Sequence[asyncpg.Record]) -> list[Stored]:
        """The versions in these rows, in their order."""
        return [stored for _, stored in await self.opened_rows(connection, rows)]

    async def opened_rows(
        self, connection: Connection, rows: Sequence[asyncpg.Record]
    ) -> list[tuple[asyncpg.Record, Stored]]:
        """Each of these rows that can be opened, with its version."""
        await self.prepare(connection, rows)
        can_open, opened = self._vault.can_open, self._again
        return [(row, opened(row)) for row in rows if can_open(row["patient"])]

    def _again(self, row: asyncpg.Record) -> Stored:
        """As `opened`; what was met before, with every column as it is now, is not unpacked again."""
        sealed: bytes = row["body"]
        known = self._met.get(sealed)
        if known is not None and known[0] == row:
            return known[1]
        stored = self.opened(row)
        self._met.keep(sealed, (row, stored), len(sealed) + len(stored.body))
        return stored

    async def prepare(self, connection: Connection, rows: Sequence[asyncpg.Record]) -> None:
        """Have at hand what opening these rows needs."""
        if not all(map(self._bodies.knows, {row["dictionary"] for row in rows})):
            await self._bodies.refresh(connection)
        await self._vault.prepare(connection, {row["patient"] for row in rows}, make=False)

    def can_open(self, row: asyncpg.Record) -> bool:
        """Whether the patient of a row, after `prepare`, has not been erased."""
        return self._vault.can_open(row["patient"])

    def opened(self, row: asyncpg.Record) -> Stored:
        """One version, after `prepare`; Fault when what is stored was changed."""
        context = context_of(row["type"], row["id"].bytes, row["version"])
        identity, body = self._bodies.open(
            row["patient"], row["body"], row["dictionary"], context, row["version"], row["updated"]
        )
        return Stored(
            type_name(row["type"]),
            identity,
            row["version"],
            row["updated"],
            row["deleted"],
            body,
            row["patient"],
            row["category"],
            shown_date(row["date"], row["date_end"]),
        )
