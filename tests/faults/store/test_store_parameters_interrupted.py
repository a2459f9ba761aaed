"""Indexing for a new search parameter is cut off, shared and overtaken: it goes on, and no answer is half a one."""

import asyncio
import os
import signal
import tempfile
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from stores import KEYS, Json, by_type, observation, opened, put, raw, resource

from verbund.database import Cluster, Database
from verbund.fhir import parse_search
from verbund.store import EVERYTHING, Store
from verbund.store.chunks import Chunk
from verbund.store.crew import Crew, There, Worker

ROWS = 3_000
SITE = resource(
    "SearchParameter",
    id="body-site",
    url="https://example.org/body-site",
    name="BodySite",
    status="active",
    description="Where",
    code="body-site",
    base=["Observation"],
    type="token",
    expression="Observation.bodySite",
)


@pytest_asyncio.fixture(loop_scope="session")
async def own(quick_base: Path) -> AsyncIterator[Cluster]:
    """A server of our own, that writes to disk what it commits."""
    with tempfile.TemporaryDirectory(prefix="verbund-growing-", dir=quick_base, ignore_cleanup_errors=True) as base:
        Path(base).chmod(0o755)
        cluster = await Cluster.start(Path(base) / "postgres")
        yield cluster
        await cluster.stop()
        await Cluster.erase(Path(base) / "postgres")


def seen(number: int) -> Json:
    return {**observation("p", bodySite={"coding": [{"code": str(number % 3)}]}), "id": f"o{number}"}


async def filled(store: Store) -> None:
    await store.load([Chunk([raw(seen(number)) for number in range(ROWS)])])


async def known(store: Store) -> list[int | None]:
    """How far each added parameter is indexed, as the database has it now."""
    store._registry._looked = float("-inf")
    return [one.percent for one in (await store.parameters()).added]


async def total(store: Store, value: str) -> int | None:
    pairs = [("body-site", value), ("_total", "accurate"), ("_count", "0")]
    return (await store.search(parse_search("Observation", pairs, known=store.known), within=EVERYTHING)).total


async def test_what_was_cut_off_goes_on_where_it_was(database: Database) -> None:
    async with opened(database) as first:
        await filled(first)
        await put(first, SITE)
        growing = asyncio.create_task(first.grow(share=0.05))
        while not await _half_way(database):
            await asyncio.sleep(0.01)
        growing.cancel()
        await asyncio.gather(growing, return_exceptions=True)
        (percent,) = await known(first)
        assert percent is not None
        assert 0 < percent < 100
    async with opened(database) as second:
        (there,) = await known(second)
        assert there is not None
        assert there >= percent
        await second.grow(share=1.0)
        assert await known(second) == [None]
        assert [await total(second, str(value)) for value in range(3)] == [ROWS // 3] * 3


async def _half_way(database: Database) -> bool:
    async with database.connection() as connection:
        return bool(await connection.fetchval("select next_row > first_row from search_parameter_work"))


async def test_the_server_is_killed_in_the_middle(own: Cluster) -> None:
    database = await Database.connect(await own.ensure("growing"), patience_seconds=15)
    async with opened(database) as store:
        await filled(store)
        await put(store, SITE)
        growing = asyncio.create_task(store.grow(share=0.05))
        while not await _half_way(database):
            await asyncio.sleep(0.01)
        os.kill(int((own.home / "data" / "postmaster.pid").read_text().splitlines()[0]), signal.SIGKILL)
        growing.cancel()
        await asyncio.gather(growing, return_exceptions=True)
        await store.grow(share=1.0)
        assert await known(store) == [None]
        assert [await total(store, str(value)) for value in range(3)] == [ROWS // 3] * 3
    await database.close()


async def test_two_processes_index_while_others_write(database: Database) -> None:
    async with opened(database) as one:
        other = await Store.open(database, KEYS, classify=by_type)
        await filled(one)
        stop = asyncio.Event()

        async def write(store: Store, name: str) -> int:
            written = 0
            while not stop.is_set():
                await put(store, {**seen(0), "id": f"{name}{written}"})
                # What is indexed already, or is about to be, changes and goes back.
                await put(
                    store, {**seen(1), "id": f"o{3 * written % ROWS}"}, {**seen(0), "id": f"o{3 * written % ROWS}"}
                )
                written += 1
            return written

        writers = [asyncio.create_task(write(store, name)) for store, name in ((one, "a"), (other, "b"))]
        await asyncio.sleep(0.05)
        await put(one, SITE)
        await asyncio.gather(one.grow(share=0.5), other.grow(share=0.5))
        while await known(one) != [None]:
            await one.grow(share=1.0)
        stop.set()
        written = sum(await asyncio.gather(*writers))

        assert await known(other) == [None]
        assert await total(other, "0") == ROWS // 3 + written
        assert await total(one, "1") == ROWS // 3
        await other.close()


WHEN = SITE | {
    "id": "issued",
    "url": "https://example.org/issued",
    "name": "Issued",
    "code": "issued",
    "type": "date",
    "expression": "Observation.issued",
}
CUFF = SITE | {
    "id": "cuff",
    "url": "https://example.org/cuff",
    "name": "Cuff",
    "code": "cuff",
    "type": "quantity",
    "expression": "Observation.extension.where(url = 'urn:cuff').value",
}


def cuffed(number: int) -> Json:
    size = {"value": 10 + number % 5, "unit": "cm", "system": "http://unitsofmeasure.org", "code": "cm"}
    more = {"issued": f"202{number % 4}-01-01T00:00:00Z", "extension": [{"url": "urn:cuff", "valueQuantity": size}]}
    return seen(number) | more | {"subject": {"reference": f"Patient/p{number % 3}"}}


async def found(store: Store, text: str) -> set[str]:
    name, _, value = text.partition("=")
    await known(store)
    pairs = [(name, value), ("_count", "1000")]
    query = parse_search("Observation", pairs, known=store.known)
    return {one.id for one in (await store.search(query, within=EVERYTHING)).matches}


@pytest.mark.parametrize("killed", [False, True])
async def test_another_process_does_it_and_if_that_ends_the_next(
    database: Database, monkeypatch: pytest.MonkeyPatch, killed: bool
) -> None:
    monkeypatch.setattr("verbund.store.crew.START_AFTER", 0)
    chosen, asked = Crew.next, list[There]()

    def once_ready(crew: Crew, pieces: int) -> Worker:
        """Whom a crew chooses when its process has started; the first is killed then."""
        while not isinstance(worker := chosen(crew, pieces), There):
            time.sleep(0.02)
        asked.append(worker)
        if killed and len(asked) == 1:
            worker._process.kill()
        return worker

    async with opened(database) as store:
        await store.load([Chunk([raw(cuffed(number)) for number in range(400)])])
        await store.erase("p2")
        monkeypatch.setattr(Crew, "next", once_ready)
        await put(store, SITE, WHEN, CUFF)
        await store.grow(share=1.0)
        left = [number for number in range(400) if number % 3 != 2]
        assert await found(store, "body-site=1") == {f"o{number}" for number in left if number % 3 == 1}
        assert await found(store, "issued=2021") == {f"o{number}" for number in left if number % 4 == 1}
        assert await found(store, "cuff=0.12|http://unitsofmeasure.org|m") == {
            f"o{number}" for number in left if number % 5 == 2
        }
    assert len({id(worker) for worker in asked}) == (2 if killed else 1)
