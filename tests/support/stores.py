"""Small resources, and stores to put them in."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

from verbund.config import utc_now
from verbund.crypto import NodeKeys
from verbund.database import Database, migrate
from verbund.fhir import Resource, SearchQuery, parse_search
from verbund.store import EVERYTHING, MIGRATIONS, Projection, RowFilter, SearchPage, Store, Stored, Unit, Write, Written

LOINC = "http://loinc.org"
UCUM = "http://unitsofmeasure.org"
KEYS = NodeKeys.generate()

Json = dict[str, Any]


def by_type(resource: Resource) -> int:
    """Categories for tests: laboratory and the like 1, diagnoses 2, all else 4."""
    return {"Observation": 1, "Condition": 2}.get(type(resource).__name__, 4)


@asynccontextmanager
async def opened(
    database: Database,
    *,
    keys: NodeKeys = KEYS,
    projections: tuple[Projection, ...] = (),
    clock: Callable[[], datetime] = utc_now,
) -> AsyncIterator[Store]:
    """A store on a migrated database."""
    await migrate(database, [MIGRATIONS])
    store = await Store.open(database, keys, classify=by_type, projections=projections, clock=clock)
    try:
        yield store
    finally:
        await store.close()


def resource(kind: str, **content: Any) -> Json:
    return {"resourceType": kind, **content}


def raw(content: Json) -> bytes:
    return json.dumps(content).encode()


def patient(family: str = "Sommer", *given: str, **content: Any) -> Json:
    name = {"family": family, "given": list(given or ("Erika",))}
    return resource("Patient", name=[name], **content)


def observation(subject: str, code: str = "718-7", when: str | None = "2024-05-06", **content: Any) -> Json:
    dated = {} if when is None else {"effectiveDateTime": when}
    coded = {"coding": [{"system": LOINC, "code": code}]}
    reference = {"reference": f"Patient/{subject}"}
    return resource("Observation", status="final", code=coded, subject=reference, **dated, **content)


def quantity(value: float, unit: str = "g/dL") -> Json:
    return {"value": value, "unit": unit, "system": UCUM, "code": unit}


def create(content: Json, **options: Any) -> Write:
    return Write("create", content["resourceType"], raw=raw(content), **options)


def update(identity: str, content: Json, **options: Any) -> Write:
    return Write("update", content["resourceType"], identity, raw({**content, "id": identity}), **options)


def delete(kind: str, identity: str, **options: Any) -> Write:
    return Write("delete", kind, identity, **options)


def query(text: str) -> SearchQuery:
    """A search as a URL has it: `Observation?code=718-7`."""
    kind, _, rest = text.partition("?")
    return parse_search(kind, parse_qsl(rest, keep_blank_values=True))


async def put(store: Store, *contents: Json) -> list[str]:
    """Create or update resources, each on its own, those without an id under a new one; their ids."""
    ids = []
    for content in contents:
        write = update(content["id"], content) if "id" in content else create(content)
        (written,) = await store.commit(Unit((write,), check_references=False))
        ids.append(written.id)
    return ids


async def commit(store: Store, *writes: Write, check_references: bool = True) -> tuple[Written, ...]:
    return await store.commit(Unit(writes, check_references=check_references))


async def search(store: Store, text: str, within: RowFilter = EVERYTHING, cursor: str | None = None) -> SearchPage:
    return await store.search(query(text), within=within, cursor=cursor)


async def ids(store: Store, text: str, within: RowFilter = EVERYTHING) -> list[str]:
    """The ids on the first page."""
    return [stored.id for stored in (await search(store, text, within)).matches]


async def all_pages(store: Store, text: str, within: RowFilter = EVERYTHING) -> list[Stored]:
    """Everything, page after page."""
    found: list[Stored] = []
    cursor: str | None = None
    while True:
        page = await search(store, text, within, cursor)
        found += page.matches
        cursor = page.next_cursor
        if cursor is None:
            return found


def at(day: int, hour: int = 12) -> datetime:
    return datetime(2024, 5, day, hour, tzinfo=UTC)
