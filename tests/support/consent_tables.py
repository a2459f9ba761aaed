"""The tables of consents on a real database, with the store's row filter run on made-up rows."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Self

import msgspec

from verbund.consent.index import MIGRATIONS, ConsentIndex
from verbund.consent.projecting import House
from verbund.crypto import Hasher, NodeKeys
from verbund.database import Connection, Database, migrate
from verbund.fhir import decode, type_number
from verbund.store import MIGRATIONS as STORE
from verbund.store import RowFilter, Vault, Written
from verbund.store.rowfilter import compiled
from verbund.store.sql import Statement

_ROWS = """
select r.place from unnest($1::int[], $2::smallint[], $3::bigint[], $4::bigint[], $5::timestamptz[], $6::uuid[])
 r (place, type, patient, category, date, id) where {} order by 1
"""
Row = tuple[str, str, int, datetime | None]


class Tables:
    """An index whose consents are written as the store would write them."""

    def __init__(self, database: Database, house: House) -> None:
        self.keys = NodeKeys.generate()
        self.database = database
        self.vault = Vault(database, self.keys)
        self.index = ConsentIndex(database, self.vault, self.keys, house)
        self._hasher = Hasher(self.keys.index)

    @classmethod
    async def open(cls, database: Database, house: House) -> Self:
        await migrate(database, [STORE, MIGRATIONS])
        return cls(database, house)

    async def close(self) -> None:
        await self.vault.close()

    def patient(self, identity: str) -> int:
        return self._hasher.key64("Patient", identity)

    async def write(self, *consents: dict[str, Any], status: Any = "created") -> None:
        """Project consents in one transaction."""
        async with self.database.transaction() as connection:
            await self.write_in(connection, *consents, status=status)

    async def write_in(self, connection: Connection, *consents: dict[str, Any], status: Any = "created") -> None:
        """The same in a transaction of the caller's."""
        await self.index.project(connection, [self._written(consent, status) for consent in consents])

    def _written(self, consent: dict[str, Any], status: Any) -> Written:
        patient = self.patient(consent["patient"]["reference"].removeprefix("Patient/"))
        raw = msgspec.json.encode(consent)
        kept = None if status == "deleted" else decode(raw)
        now = datetime.fromisoformat("2026-05-04T12:00:00Z")
        return Written("Consent", consent["id"], 1, now, status, patient, 0, kept, raw if kept else b"")

    async def seen(self, within: RowFilter, rows: Sequence[Row], ids: Sequence[str] = ()) -> list[int]:
        """The places of the rows (type, patient, categories, date; perhaps id) that pass the filter."""
        values = (
            list(range(len(rows))),
            [type_number(kind) for kind, _, _, _ in rows],
            [self.patient(patient) for _, patient, _, _ in rows],
            [category for _, _, category, _ in rows],
            [_UNDATED if date is None else date for _, _, _, date in rows],
            [self.index.item_key(one) for one in ids or [f"{kind}/none" for kind, _, _, _ in rows]],
        )
        statement = Statement(*values)
        condition = compiled(within, statement)
        async with self.database.connection() as connection:
            found = await connection.fetch(_ROWS.format(condition), *statement.values)
        return [row["place"] for row in found]


# asyncpg writes the smallest datetime as -infinity, which stands for "no date" in the store.
_UNDATED = datetime.min  # noqa: DTZ901 - a marker, not a time
