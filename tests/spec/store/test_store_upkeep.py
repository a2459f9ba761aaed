"""What is done after much was loaded: figures for the planner when they are due, indexes without gaps."""

from stores import patient, update

from verbund.database import Database
from verbund.store import EVERYTHING, Store

_ANALYSED = "select reltuples::int from pg_class where oid = 'resource'::regclass"
_FILE = "select relfilenode from pg_class where relname = 'fact_key'"
_INDEXES = "select relname from pg_class where relkind = 'i' and relname like '%ccnew%'"


async def loaded(store: Store, first: int, number: int) -> None:
    """Load so many patients."""
    await store.load([(update(f"p{one}", patient()),) for one in range(first, first + number)])


async def test_the_planner_learns_of_a_load_that_is_large_for_the_database(store: Store, database: Database) -> None:
    async with database.connection() as connection:
        await loaded(store, 0, 100)
        assert await connection.fetchval(_ANALYSED) == 100
        await loaded(store, 100, 10)
        assert await connection.fetchval(_ANALYSED) == 100
        await loaded(store, 110, 40)
        assert await connection.fetchval(_ANALYSED) == 150


async def test_no_keys_wait_to_be_sorted_into_their_index_when_a_load_ends(store: Store, database: Database) -> None:
    await loaded(store, 0, 50)
    async with database.connection() as connection:
        assert await connection.fetchval("select gin_clean_pending_list('resource_keys'::regclass)") == 0


async def test_gaps_of_indexes_are_closed_and_what_was_broken_off_is_cleared(store: Store, database: Database) -> None:
    await loaded(store, 0, 10)
    async with database.connection() as connection:
        before = await connection.fetchval(_FILE)
        await connection.execute("create index resource_date_ccnew on resource (type)")
        await connection.execute(
            "update pg_index set indisvalid = false where indexrelid = 'resource_date_ccnew'::regclass"
        )
        await store.maintain()
        assert await connection.fetchval(_FILE) != before
        assert await connection.fetch(_INDEXES) == []
    assert (await store.read("Patient", "p7", within=EVERYTHING)).version == 1


async def test_what_hinders_the_closing_of_gaps_leaves_all_as_it_was(store: Store, database: Database) -> None:
    await loaded(store, 0, 10)
    async with database.connection() as other, database.connection() as connection:
        assert await other.fetchval("select pg_try_advisory_lock(hashtext('verbund indexes'))")
        before = await connection.fetchval(_FILE)
        await store.maintain()
        assert await connection.fetchval(_FILE) == before
        await other.fetchval("select pg_advisory_unlock(hashtext('verbund indexes'))")
