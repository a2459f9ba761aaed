"""Rows of a log on a real database, for tests that change them."""

from collections.abc import Callable
from typing import Any

from verbund.audit import Event
from verbund.audit.proof import Content, Row, micros_of

Make = Callable[..., Event]


def several(event: Make, number: int) -> Event:
    """A search that touched three patients."""
    touched = tuple((f"patient-{one}", (f"Observation/{one}",)) for one in range(3))
    return event(number, patient_id=None, entities=(), patients=touched, kind="search", query="code=718-7")


def content_of(row: Row, **changes: Any) -> Content:
    """What the row holds besides its place, with changes."""
    return Content(row.micros or 0, row.patient, row.patients, row.sealed, row.form)._replace(**changes)


async def rows_of(place: Any) -> list[Row]:
    """All rows of a log as they are stored."""
    async with place.database.connection() as connection:
        rows = await connection.fetch(
            "select sequence, at, patient, patients::text, sealed, form, leaf, chain from audit_event order by sequence"
        )
    return [Row(row[0], micros_of(row[1]), *row[2:]) for row in rows]
