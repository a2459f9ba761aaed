"""From rows of the database to stored versions, opened."""

from collections.abc import Iterable, Sequence
from datetime import datetime

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
# So many columns tell all of a row (`planning.COLUMNS`); others may come with them.
_COLUMNS = 12


def shown_date(date: datetime, date_end: datetime) -> datetime | None:
    """The primary clinical date of a row: the beginning of its period, else its end, None where there is none."""
    if date.tzinfo is None:
        return None
    if date.year == _FIRST_YEAR:
        return date_end if date_end.tzinfo is not None else None
    return date


class Seen:
    """A row that was opened, with the version in it.

    `mark` tells one writing of its coded facts from another (None: not looked at yet), `led_to` what it refers to by
    which parameters, as of so many changes of these: both hold for this version alone.
    """

    __slots__ = ("led_to", "mark", "number", "row", "stored", "version")

    def __init__(self, row: asyncpg.Record, stored: Stored) -> None:
        self.row = row
        self.number: int = row["row"]
        self.stored = stored
        self.version = stored.version
        self.mark: int | None = None
        self.led_to: tuple[int, tuple[tuple[str, str], ...]] | None = None


class Met:
    """The rows that were opened lately, by their number (superseded ones by their sealed bytes), within a bound.

    Bytes that were changed in the database are other bytes, so where they are fetched they are opened, and refused, as
    ever. Whoever asks must have looked first whether the patient's key is still there.
    """

    def __init__(self, most_bytes: int = MET_BYTES) -> None:
        self._most = most_bytes // 2
        self._young: dict[int | bytes, Seen] = {}
        self._old: dict[int | bytes, Seen] = {}
        self._size = 0

    def get(self, name: int | bytes) -> Seen | None:
        """The row as it was when it was opened, and the version in it."""
        return self._young.get(name) or self._old.get(name)

    def keep(self, name: int | bytes, seen: Seen, size: int) -> None:
        """Remember a row. The older half is forgotten when there is no more room."""
        size += _OVERHEAD
        if self._size + size > self._most:
            self._old, self._young, self._size = self._young, {}, 0
        if size <= self._most:
            self._young[name] = seen
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
        return self._seen(row).stored

    def _seen(self, row: asyncpg.Record) -> Seen:
        sealed: bytes = row["body"]
        name = row["row"] or sealed
        known = self._met.get(name)
        if known is not None and (known.row == row or known.row[:_COLUMNS] == row[:_COLUMNS]):
            return known
        stored = self.opened(row)
        seen = Seen(row, stored)
        self._met.keep(name, seen, len(sealed) + len(stored.body))
        return seen

    async def seen_rows(self, connection: Connection, rows: Sequence[asyncpg.Record]) -> list[Seen]:
        """Each of these current rows that can be opened, opened."""
        await self.prepare(connection, rows)
        can_open, seen = self._vault.can_open, self._seen
        return [seen(row) for row in rows if can_open(row["patient"])]

    def known(self, numbers: Iterable[int]) -> list[Seen | None]:
        """Those of the rows of these numbers that are in memory, as they were when they were opened.

        Whoever uses one must know that the row is still the same, and its patient not erased (`still_open`).
        """
        return list(map(self._met.get, numbers))

    async def still_open(self, connection: Connection, seen: Sequence[Seen]) -> Sequence[Seen]:
        """Those whose patients have not been erased."""
        patients = {one.stored.patient for one in seen}
        if self._vault.has(patients):
            return seen
        await self._vault.prepare(connection, patients, make=False)
        return [one for one in seen if self._vault.can_open(one.stored.patient)]

    async def prepare(self, connection: Connection, rows: Sequence[asyncpg.Record]) -> None:
        """Have at hand what opening these rows needs."""
        if not all(map(self._bodies.knows, {row["dictionary"] for row in rows})):
            await self._bodies.refresh(connection)
        await self._vault.prepare(connection, {row["patient"] for row in rows}, make=False)

    def take_key(self, row: asyncpg.Record) -> None:
        """Have the key at hand that came with a row (`vault.KEYS`)."""
        self._vault.take(row["patient"], row["wrapped"], row["generation"])

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
