"""A patient is erased while somebody writes of them: what is refused leaves nothing, what was accepted goes as well."""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest
import pytest_asyncio
from stores import (
    KEYS,
    Json,
    commit,
    create,
    delete,
    observation,
    opened,
    patient,
    put,
    quantity,
    raw,
    resource,
    update,
)

from verbund.database import Connection, Database
from verbund.errors import Busy, Gone
from verbund.store import Store, Unit, Vault, Write, Written
from verbund.store.chunks import Chunk
from verbund.store.vault import NODE

CANARY = 4242.5
_TABLES = """
select c.table_name from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
where c.table_schema = current_schema() and c.column_name = 'patient' and t.table_type = 'BASE TABLE'
 and c.data_type = 'bigint' and c.table_name <> 'data_key'
"""
_BESIDE = {
    "quantity_value": "select count(*) from quantity_value where value = $1 or row not in (select row from resource)",
    "date_value": "select count(*) from date_value where row not in (select row from resource)",
    "fact": "select count(*) from fact where row not in (select row from resource)",
}


class Slow:
    """A companion, of a unit or of a load, that holds its transaction open until it is let go."""

    def __init__(self) -> None:
        self.inside, self.go_on = asyncio.Event(), asyncio.Event()

    async def write(self, _connection: Connection, _done: Sequence[Written] | Mapping[str, int], *_: object) -> None:
        self.inside.set()
        await self.go_on.wait()

    @asynccontextmanager
    async def within(self, act: Coroutine[Any, Any, Any]) -> AsyncIterator[asyncio.Task[Any]]:
        """Begin an act, and let it go on when the block is left; raises what it fails of before it is here."""
        doing, reached = asyncio.create_task(act), asyncio.create_task(self.inside.wait())
        await asyncio.wait([doing, reached], return_when=asyncio.FIRST_COMPLETED)
        if not reached.done():
            reached.cancel()
            doing.result()
        try:
            yield doing
        finally:
            self.go_on.set()
            await asyncio.wait([doing])


def seen(identity: str, subject: str = "p") -> Json:
    """An observation with a date and a canary that lie in the index in clear."""
    return observation(subject, id=identity, issued="2024-05-07T08:00:00Z", valueQuantity=quantity(CANARY))


@pytest_asyncio.fixture(loop_scope="session")
async def store(database: Database) -> AsyncIterator[Store]:
    """A store with a patient `p`, who is going to be erased, and a patient `q`."""
    async with opened(database) as found:
        await put(found, patient(id="p"), patient(id="q"), seen("before"))
        yield found


@asynccontextmanager
async def another_process(database: Database) -> AsyncIterator[Store]:
    """The store of another process on the same database, which has the patient's key in memory."""
    async with opened(database) as other:
        await put(other, seen("known"))
        yield other


async def left_of(database: Database, key: int) -> dict[str, int]:
    """How many rows each table has of a patient; of the index also those that belong to no resource."""
    found = {}
    async with database.connection() as connection:
        for (table,) in await connection.fetch(_TABLES):
            found[table] = await connection.fetchval(f"select count(*) from {table} where patient = $1", key)  # noqa: S608 - a name from the catalogue
        for table, sql in _BESIDE.items():
            found[table] = found.get(table, 0) + await connection.fetchval(sql, *([CANARY] if "$1" in sql else []))
    return {table: number for table, number in found.items() if number}


WRITES = {
    "a creation": [create(observation("p", valueQuantity=quantity(CANARY)))],
    "an update": [update("before", seen("before") | {"status": "amended"})],
    "a new version": [update("late", seen("late"))],
    "a large unit": [update(f"late{number}", seen(f"late{number}")) for number in range(250)],
    "a deletion": [delete("Observation", "before")],
    "a move to another": [update("before", seen("before", "q") | {"valueQuantity": quantity(1)})],
}


@pytest.mark.parametrize("writes", WRITES.values(), ids=WRITES)
async def test_an_erasure_takes_what_was_being_written(
    database: Database, store: Store, writes: Sequence[Write]
) -> None:
    slow, key = Slow(), store.patient_key("p")
    unit = Unit(tuple(writes), (slow,), check_references=False)
    async with slow.within(store.commit(unit)) as writing:
        erasing = asyncio.create_task(store.erase("p"))
        await asyncio.sleep(0.2)
        assert not erasing.done()
    assert len(writing.result()) == len(writes)
    await erasing
    assert await left_of(database, key) == {}


@pytest.mark.parametrize("writes", WRITES.values(), ids=WRITES)
async def test_another_process_that_has_the_key_writes_nothing(
    database: Database, store: Store, writes: Sequence[Write]
) -> None:
    async with another_process(database) as other:
        key = store.patient_key("p")
        # The rows go later: who erases may be about it, or have been cut off.
        await store.vault.destroy(key)
        with pytest.raises(Gone):
            await commit(other, *writes, check_references=False)
        await store.erase("p")
        assert await left_of(database, key) == {}


async def test_who_writes_in_one_group_with_it_of_another_patient_is_not_refused(
    database: Database, store: Store
) -> None:
    async with another_process(database) as other:
        await store.erase("p")
        units = [create(observation("pq"[number % 2], valueQuantity=quantity(1))) for number in range(8)]
        answers = await asyncio.gather(
            *(commit(other, one, check_references=False) for one in units), return_exceptions=True
        )
        assert [isinstance(answer, Gone) for answer in answers] == [True, False] * 4
        assert await left_of(database, store.patient_key("p")) == {}


def chunk() -> Chunk:
    """Observations of both patients."""
    later = [seen(f"late{number}", "pq"[number % 2]) for number in range(60)]
    return Chunk(
        [raw(one if number % 2 == 0 else one | {"valueQuantity": quantity(1)}) for number, one in enumerate(later)]
    )


async def test_another_process_that_has_the_key_imports_nothing_of_the_patient(
    database: Database, store: Store
) -> None:
    async with another_process(database) as other:
        await store.erase("p")
        report = await other.load([chunk()])
        assert report.created == 30
        assert [type(one.error) for one in report.refused] == [Gone] * 30
        assert await left_of(database, store.patient_key("p")) == {}


async def test_an_erasure_takes_what_was_being_imported(database: Database, store: Store) -> None:
    async with another_process(database) as other:
        slow = Slow()
        async with slow.within(other.load([chunk()], companion=slow)) as importing:
            erasing = asyncio.create_task(store.erase("p"))
            await asyncio.sleep(0.2)
            assert not erasing.done()
        assert importing.result().created == 60
        await erasing
        assert await left_of(database, store.patient_key("p")) == {}


async def test_nothing_of_an_erased_patient_is_indexed_again(database: Database, store: Store) -> None:
    async with another_process(database) as other:
        await store.vault.destroy(store.patient_key("p"))
        async with database.connection() as connection:
            await connection.execute("delete from quantity_value")
            await connection.execute("delete from date_value")
            await connection.execute("update resource set present = 0")
        await other.reindex(["Observation"])
        await put(other, issued_parameter())
        await other.grow(share=1.0)
        async with database.connection() as connection:
            assert await connection.fetchval("select count(*) from quantity_value") == 0
            assert await connection.fetchval("select count(*) from date_value") == 0


def issued_parameter() -> Json:
    """A search parameter that is added, and finds a date in what is there."""
    return resource(
        "SearchParameter",
        id="issued",
        url="https://example.org/issued",
        name="issued",
        status="active",
        description="issued",
        code="issued",
        base=["Observation"],
        type="date",
        expression="Observation.issued",
    )


async def test_who_seals_in_a_transaction_is_waited_for_or_refused(database: Database, store: Store) -> None:
    other, key = Vault(database, KEYS), store.patient_key("p")
    async with database.transaction() as connection:
        await other.prepare(connection, [key], make=True)
        destroying = asyncio.create_task(store.vault.destroy(key))
        await asyncio.sleep(0.2)
        assert not destroying.done()
    await destroying
    async with database.transaction() as connection:
        with pytest.raises(Gone):
            await other.prepare(connection, [key], make=True)
    with pytest.raises(Gone):
        other.seal(key, b"a body", b"place")
    await other.close()


async def test_those_who_wait_for_a_key_that_is_to_be_made_are_not_waited_for_in_a_circle(
    database: Database, store: Store
) -> None:
    async with asyncio.timeout(10), database.transaction() as connection:
        await store.vault.hold(connection, [store.patient_key("q")])
        destroying = asyncio.create_task(store.vault.destroy(store.patient_key("p")))
        await asyncio.sleep(0.1)
        await store.vault.prepare(connection, [NODE, 77], make=True)
        assert not destroying.done()
    await destroying
    assert not await store.vault.is_whole(store.patient_key("p"))


async def test_an_answer_that_was_under_way_does_not_bring_a_destroyed_key_back(
    database: Database, store: Store
) -> None:
    key, other = store.patient_key("p"), Vault(database, KEYS)
    async with database.connection() as connection:
        row = await connection.fetchrow("select wrapped, generation from data_key where patient = $1", key)
        await other.prepare(connection, [key], make=False)
    await store.vault.destroy(key)
    store.vault.take(key, row["wrapped"], row["generation"])
    assert not store.vault.can_open(key)
    assert other.can_open(key)
    other.take(key, None, 0)
    assert not other.can_open(key)
    await other.close()


async def test_a_writer_that_does_not_end_leaves_the_erasure_to_be_repeated(
    database: Database, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow, key = Slow(), store.patient_key("p")
    monkeypatch.setattr("verbund.store.vault.ENDING_SECONDS", 0.1)
    async with slow.within(store.commit(Unit((update("late", seen("late")),), (slow,), check_references=False))):
        with pytest.raises(Busy):
            await store.erase("p")
        assert not await store.vault.is_whole(key)
    await store.erase("p")
    assert await left_of(database, key) == {}
