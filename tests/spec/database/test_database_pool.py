"""What a pool promises: one connection a user, errors of our own tree, and a way back after a loss."""

import asyncio
import time
from contextlib import AbstractAsyncContextManager

import asyncpg
import pytest

from verbund.database import Connection, Database
from verbund.database.settings import READ_SECONDS, WRITE_SECONDS
from verbund.errors import Busy, Conflict, Interrupted, Unavailable


async def test_what_a_transaction_wrote_is_there_for_others(database: Database) -> None:
    async with database.transaction() as connection:
        await connection.execute("create table note (text text primary key)")
        await connection.execute("insert into note values ('kept')")
    async with database.connection() as connection:
        assert await connection.fetchval("select text from note") == "kept"


async def test_a_transaction_that_raises_leaves_nothing(database: Database) -> None:
    with pytest.raises(LookupError):
        async with database.transaction() as connection:
            await connection.execute("create table note (text text)")
            raise LookupError
    async with database.connection() as connection:
        assert await connection.fetchval("select to_regclass('note')") is None


async def test_more_users_than_connections_take_turns(database_url: str) -> None:
    database = await Database.connect(database_url, size=2)
    seen: set[int] = set()

    async def ask() -> None:
        async with database.connection() as connection:
            seen.add(await connection.fetchval("select pg_backend_pid() from pg_sleep(0.005)"))

    await asyncio.gather(*(ask() for _ in range(20)))
    await database.close()
    assert 1 <= len(seen) <= 2


async def test_one_who_gives_up_waiting_does_not_hold_a_place(database_url: str) -> None:
    database = await Database.connect(database_url, size=1)
    async with database.connection():
        waiting = asyncio.create_task(database._acquire(READ_SECONDS))
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
    async with asyncio.timeout(2), database.connection() as connection:
        assert await connection.fetchval("select 1") == 1
    await database.close()


async def test_a_statement_cut_short_does_not_spoil_the_next(database_url: str) -> None:
    database = await Database.connect(database_url, size=1)

    async def sleep() -> None:
        async with database.connection() as connection:
            await connection.execute("select pg_sleep(30)")

    task = asyncio.create_task(sleep())
    await asyncio.sleep(0.05)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with database.connection() as connection:
        assert await connection.fetchval("select 7") == 7
    await database.close()


async def test_a_lost_connection_is_interrupted_and_then_replaced(database: Database, database_url: str) -> None:
    killer = await asyncpg.connect(database_url)
    with pytest.raises(Interrupted, match="lost"):
        async with database.connection() as connection:
            await killer.execute("select pg_terminate_backend($1)", connection.get_server_pid())
            await connection.fetchval("select 1")
    await killer.close()
    async with database.connection() as connection:
        assert await connection.fetchval("select 1") == 1


async def test_a_statement_past_its_deadline_is_busy_and_says_what_to_do(database: Database) -> None:
    with pytest.raises(Busy, match="Ask for less"):
        async with database.connection() as connection:
            await connection.execute("set statement_timeout = 20")
            await connection.execute("select pg_sleep(5)")


async def test_reading_writing_and_bulk_each_have_their_deadline(database: Database) -> None:
    async def deadline(within: AbstractAsyncContextManager[Connection]) -> str:
        async with within as connection:
            return str(await connection.fetchval("select current_setting('statement_timeout')"))

    for _ in range(2):
        assert await deadline(database.connection()) == f"{READ_SECONDS:.0f}s"
        assert await deadline(database.transaction()) == f"{WRITE_SECONDS:.0f}s"
        assert await deadline(database.transaction(None)) == "0"
    several = [database.connection, database.transaction] * 8
    found = await asyncio.gather(*(deadline(use()) for use in several))
    assert found == [f"{READ_SECONDS:.0f}s", f"{WRITE_SECONDS:.0f}s"] * 8


async def test_a_statement_is_refused_at_the_deadline_that_it_was_given(database: Database) -> None:
    begun = time.monotonic()
    with pytest.raises(Busy, match="10 seconds to read, 30 to write"):
        async with database.connection(0.05) as connection:
            await connection.execute("select pg_sleep(5)")
    assert time.monotonic() - begun < 3


async def test_two_of_one_kind_conflict(database: Database) -> None:
    with pytest.raises(Conflict):
        async with database.transaction() as connection:
            await connection.execute("create table note (text text primary key)")
            await connection.execute("insert into note values ('a'), ('a')")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (("/t_", "/absent_"), "no database of this name"),
        (("verbund@", "nobody:wrong@"), "does not accept our user or password"),
        (("host=", "host=%2Fnowhere%2F"), "cannot be reached"),
    ],
)
async def test_a_wrong_address_is_told_apart(database_url: str, change: tuple[str, str], sentence: str) -> None:
    with pytest.raises(Unavailable, match=sentence):
        await Database.connect(database_url.replace(*change), patience_seconds=0.1)
