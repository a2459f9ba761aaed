"""The index is made again in the background, from the resources alone, and nothing is missed meanwhile."""

import asyncio

from stores import commit, ids, observation, opened, patient, put, quantity, update

from verbund.database import Database
from verbund.store import Store

_SPOIL = (
    "update resource set keys = '{1,2}', present = 0",
    "delete from date_value",
    "delete from quantity_value",
)
_FACTS = "select key, date, row, patient from fact order by 1, 2, 3"
_INDEX = "select row, keys, present, category, date, date_end from resource order by row"


async def fill(store: Store) -> None:
    await put(store, patient("Sommer", id="a", birthDate="1970-01-01"))
    for number in range(12):
        await put(store, observation("a", id=f"o{number}", valueQuantity=quantity(number)))


async def test_rows_of_an_older_layout_are_made_anew_as_if_they_were_written_now(
    store: Store, database: Database
) -> None:
    await fill(store)
    async with database.connection() as connection:
        index, facts = await connection.fetch(_INDEX), await connection.fetch(_FACTS)
        for statement in _SPOIL:
            await connection.execute(statement)
    assert await ids(store, "Patient?name=sommer") == []
    done = await store.reindex(["Patient", "Observation"], share=1.0)
    assert (done.looked_at, done.changed, done.done) == (13, 13, True)
    assert await ids(store, "Patient?birthdate=1970-01-01") == ["a"]
    assert set(await ids(store, "Observation?value-quantity=gt9")) == {"o10", "o11"}
    async with database.connection() as connection:
        assert await connection.fetch(_INDEX) == index
        assert {tuple(row) for row in facts} <= {tuple(row) for row in await connection.fetch(_FACTS)}


async def test_what_is_right_already_is_not_written_again(store: Store, database: Database) -> None:
    await fill(store)
    async with database.connection() as connection:
        before = await connection.fetch("select row, xmin::text from resource order by row")
    done = await store.reindex(["Observation"], share=1.0)
    assert (done.looked_at, done.changed) == (12, 0)
    async with database.connection() as connection:
        assert await connection.fetch("select row, xmin::text from resource order by row") == before


async def older(database: Database) -> None:
    """Make the database one that was last opened by a version with another layout."""
    async with database.connection() as connection:
        await connection.execute("delete from index_work")
        await connection.execute(_SPOIL[0])


async def test_a_layout_is_made_once_for_a_database(store: Store, database: Database) -> None:
    await fill(store)
    assert (await store.reindex(share=1.0)).looked_at == 0
    await older(database)
    async with opened(database) as newer:
        assert (await newer.reindex(share=1.0)).changed == 13
        assert (await newer.reindex(share=1.0)).looked_at == 0


async def test_work_goes_on_where_another_process_left_it(store: Store, database: Database) -> None:
    await fill(store)
    await older(database)
    async with opened(database) as newer:
        async with database.connection() as connection:
            middle = await connection.fetchval("select row from resource order by row offset 6 limit 1")
            await connection.execute("update index_work set next_row = $1", middle)
        assert (await newer.reindex(share=1.0)).changed == 7


async def test_who_writes_meanwhile_is_neither_lost_nor_undone(store: Store) -> None:
    await fill(store)

    async def write() -> None:
        for number in range(12):
            await commit(store, update(f"o{number}", observation("a", "8867-4", valueQuantity=quantity(number))))

    await asyncio.gather(store.reindex(["Observation"], share=1.0), write())
    assert len(await ids(store, "Observation?code=8867-4")) == 12
    assert await ids(store, "Observation?code=718-7") == []
