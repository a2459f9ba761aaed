"""What goes out in bulk: the bytes that a read gives, in batches that fit into memory, nothing that was withdrawn."""

import asyncio
import json
from base64 import b64encode
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from os import urandom

import pytest
from stores import commit, create, delete, observation, patient, put, update

from verbund.database import Database
from verbund.errors import Fault
from verbund.store import EVERYTHING, Slice, Store, categories, released
from verbund.store.cursor import Position
from verbund.store.lines import _IN_ORDER, FRESH_SECONDS, PACKED, ROWS_AT_ONCE
from verbund.store.snapshots import _current

NOW = datetime(2024, 6, 1, tzinfo=UTC)


async def streamed(store: Store, *types: str) -> dict[str, list[bytes]]:
    """All that goes out, by type."""
    found: dict[str, list[bytes]] = {}
    async for batch in store.stream(types or None, within=EVERYTHING):
        for kind, bodies in batch.items():
            found.setdefault(kind, []).extend(bodies)
    return found


async def sliced(store: Store, kind: str) -> list[bytes]:
    """All of a type, as it is now."""
    at = await store.snapshots.moment()
    parts = await store.snapshots.slices([kind], at, 400)
    return [
        one for part in parts async for batch in store.snapshots.lines(part, within=EVERYTHING, at=at) for one in batch
    ]


async def many(store: Store, number: int) -> None:
    await commit(store, *(update(f"p{n}", patient(f"Sommer{n}")) for n in range(number)))


async def test_what_goes_out_is_what_a_read_gives(store: Store) -> None:
    written = await commit(
        store,
        update("p", patient(birthDate="1950-01-01")),
        update("o", observation("p", text={"status": "generated", "div": "<div>Grüße</div>"})),
        update("undated", observation("p", when=None)),
        create({"resourceType": "Organization", "name": "Haus"}),
        check_references=False,
    )
    await commit(store, update("p", patient("Winter")))
    await commit(store, delete("Observation", "undated"))
    there = [await store.read(one.type, one.id) for one in written if one.id != "undated"]
    found = await streamed(store)
    assert {kind: sorted(bodies) for kind, bodies in found.items()} == {
        kind: sorted(one.body for one in there if one.type == kind)
        for kind in ("Patient", "Observation", "Organization")
    }
    assert json.loads(found["Patient"][0])["meta"]["versionId"] == "2"
    assert set(await streamed(store, "Organization")) == {"Organization"}
    await asyncio.sleep(0.01)
    assert await sliced(store, "Observation") == found["Observation"]


async def test_each_resource_goes_out_once_whatever_the_number_of_batches(store: Store) -> None:
    await many(store, 2 * ROWS_AT_ONCE[0])
    expected = {f"p{n}" for n in range(2 * ROWS_AT_ONCE[0])}
    await asyncio.sleep(0.01)
    for bodies in ((await streamed(store))["Patient"], await sliced(store, "Patient")):
        assert len(bodies) == len(expected)
        assert {json.loads(body)["id"] for body in bodies} == expected


async def test_batches_of_large_resources_are_small(store: Store) -> None:
    data = [b64encode(urandom(30_000)).decode() for _ in range(600)]
    await commit(store, *(create({"resourceType": "Binary", "contentType": "x/y", "data": one}) for one in data))
    sizes = [
        len(bodies) for batch in [one async for one in store.stream(within=EVERYTHING)] for bodies in batch.values()
    ]
    assert sum(sizes) == 600
    assert max(sizes[1:]) <= ROWS_AT_ONCE[2]


@pytest.mark.parametrize("pause_seconds", [0.0, FRESH_SECONDS + 0.1])
async def test_what_was_withdrawn_while_nobody_fetched_does_not_go_out(
    store: Store, database: Database, pause_seconds: float
) -> None:
    await many(store, 2 * ROWS_AT_ONCE[1])
    async with database.connection() as connection:
        await connection.execute(
            "insert into consent_release (patient, actor, purposes, since, until, category_any, category_none) "
            "select distinct patient, 7, 2, '2024-01-01'::timestamptz, "
            "'2025-01-01'::timestamptz, 7, 0 from resource"
        )
    await asyncio.sleep(0.01)
    at = await store.snapshots.moment()
    within = released(7, 1, NOW)
    batches: AsyncIterator[list[bytes]] = store.snapshots.lines(Slice("Patient"), within=within, at=at)
    first = await anext(batches)
    await asyncio.sleep(max(pause_seconds, 0.05))
    async with database.connection() as connection:
        await connection.execute("delete from consent_release")
    await asyncio.sleep(pause_seconds)
    rest = [one for batch in [batch async for batch in batches] for one in batch]
    assert len(first) == ROWS_AT_ONCE[1]
    # Of what is not waited for, a batch may have been on its way.
    assert rest == [] or not pause_seconds


async def test_who_was_erased_is_left_out(store: Store) -> None:
    await put(store, patient(id="a"), patient(id="b"))
    await store.erase("a")
    assert [json.loads(body)["id"] for body in (await streamed(store))["Patient"]] == ["b"]


async def test_bytes_that_were_changed_in_the_database_do_not_go_out(store: Store, database: Database) -> None:
    await put(store, patient(id="a"))
    async with database.connection() as connection:
        await connection.execute("update resource set version = version + 1")
    with pytest.raises(Fault):
        await streamed(store)


async def test_only_what_may_be_seen_goes_out(store: Store) -> None:
    await put(store, patient(id="a"), observation("a", id="o"))
    found = [one async for one in store.stream(within=categories(1))]
    assert [list(batch) for batch in found] == [["Observation"]]


async def test_no_batch_sorts_what_is_left_of_its_part(store: Store, database: Database) -> None:
    await many(store, ROWS_AT_ONCE[0])
    places = Position("2020-01-01", 1), Position("2021-01-01", 2)
    sql, statement = _current(PACKED, Slice("Patient", *places), EVERYTHING, NOW, None, places[0], ROWS_AT_ONCE[0])
    assert len(statement.values) == 6
    async with database.transaction() as connection:
        await connection.execute("analyze resource")
        await connection.execute(_IN_ORDER)
        await connection.execute(f"prepare batch as {sql}")
        bound = "1::smallint, now(), '2020-01-01', 1, '2021-01-01', 2"
        plan = [row[0] for row in await connection.fetch(f"explain execute batch({bound})")]
    assert "Index Scan using resource_date" in plan[1]
