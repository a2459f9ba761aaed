"""From rows of the database to stored versions, opened."""

from collections.abc import Sequence
from datetime import datetime

import asyncpg

from verbund.database import Connection
from verbund.fhir import type_name
from verbund.store.bodies import Bodies, context_of
from verbund.store.model import Stored
from verbund.store.vault import Vault

_FIRST_YEAR = 1


def shown_date(date: datetime, date_end: datetime) -> datetime | None:
    """The primary clinical date of a row: the beginning of its period, else its end, None where there is none."""
    if date.tzinfo is None:
        return None
    if date.year == _FIRST_YEAR:
        return date_end if date_end.tzinfo is not None else None
    return date


class Records:
    """Opens rows with the columns of `planning.COLUMNS`. Rows of erased patients are left out: nobody can open them."""

    def __init__(self, vault: Vault, bodies: Bodies) -> None:
        self._vault = vault
        self._bodies = bodies

    async def open(self, connection: Connection, rows: Sequence[asyncpg.Record]) -> list[Stored]:
        """The versions in these rows, in their order."""
        return [stored for _, stored in await self.opened_rows(connection, rows)]

    async def opened_rows(
        self, connection: Connection, rows: Sequence[asyncpg.Record]
    ) -> list[tuple[asyncpg.Record, Stored]]:
        """Each of these rows that can be opened, with its version."""
        await self.prepare(connection, rows)
        can_open, opened = self._vault.can_open, self.opened
        return [(row, opened(row)) for row in rows if can_open(row["patient"])]

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
