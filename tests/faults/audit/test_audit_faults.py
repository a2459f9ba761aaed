"""The log under concurrency and failure: it never forks, and what was acknowledged is there."""

import asyncio
import random
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import asyncpg
import pytest

from verbund.audit import AuditLog, Event
from verbund.database import Database
from verbund.errors import Fault, Interrupted, VerbundError

Make = Callable[..., Event]


async def test_processes_that_append_at_once_never_fork_the_log(place: Any, event: Make) -> None:
    logs = [await place.open() for _ in range(4)]
    chosen = random.Random(3)  # noqa: S311 - which acts are undone, no secret
    acknowledged: list[str] = []

    async def act(number: int) -> None:
        log, undone = logs[number % 4], chosen.random() < 0.3
        if number % 2:
            await log.record(event(number))
        else:
            with suppress(ZeroDivisionError):
                async with place.database.transaction() as connection:
                    await log.companion(event(number), event(number + 1_000)).write(connection, ())
                    await asyncio.sleep(chosen.random() / 200)
                    _ = 1 / (not undone)
            if undone:
                return
            acknowledged.append(f"Observation/{number + 1_000}")
        acknowledged.append(f"Observation/{number}")

    await asyncio.gather(*(act(number) for number in range(120)))
    page = await logs[0].of_patient("erika", count=1_000)
    assert sorted(one.event.entities[0] for one in page.items) == sorted(acknowledged)
    assert [one.sequence for one in page.items] == list(range(len(acknowledged), 0, -1))
    assert (await logs[0].verify()).ok


async def test_a_connection_lost_between_append_and_commit_leaves_nothing(
    place: Any, log: AuditLog, event: Make
) -> None:
    await log.record(event(1))
    killer = await asyncpg.connect(place.database.url)

    async def act() -> None:
        async with place.database.transaction() as connection:
            await log.companion(event(2)).write(connection, ())
            await killer.execute("select pg_terminate_backend($1)", connection.get_server_pid())
            await connection.fetch("select 1")

    with pytest.raises(Interrupted):
        await act()
    await killer.close()
    await log.record(event(3))
    page = await log.of_patient("erika")
    assert [one.event.entities[0] for one in page.items] == ["Observation/3", "Observation/1"]
    assert (await log.verify()).ok


async def test_without_a_database_nothing_is_acknowledged(place: Any, event: Make) -> None:
    database = await Database.connect(place.database.url)
    log = await AuditLog.open(database, place.vault, place.keys)
    await database.close()
    with pytest.raises(VerbundError):
        await log.record(event(1))
    assert (await (await place.open()).head()).size == 0


async def test_checking_while_others_append_sees_one_state(log: AuditLog, event: Make) -> None:
    await log.record(*(event(number) for number in range(3_000)))

    async def keep_on() -> None:
        while True:
            await log.record(event(1))
            await log.head()

    appending = asyncio.create_task(keep_on())
    for _ in range(5):
        assert (await log.verify()).ok
    appending.cancel()


async def test_a_head_may_be_signed_by_two_at_once(place: Any, log: AuditLog, event: Make) -> None:
    await log.record(event(1))
    other = await place.open()
    one, two = await asyncio.gather(log.head(), other.head())
    assert one.root == two.root
    assert (await log.verify()).proven == 1


async def test_a_heads_file_that_cannot_be_written_is_told_at_the_start(place: Any) -> None:
    place.heads_file.mkdir()
    with pytest.raises(Fault, match="cannot be written"):
        await place.open()


@pytest.mark.parametrize("damage", ["update audit_frontier set size = 3", "delete from audit_frontier"])
async def test_a_damaged_end_stops_appending_and_can_still_be_checked(
    place: Any, log: AuditLog, event: Make, damage: str
) -> None:
    await log.record(event(1))
    async with place.database.connection() as connection:
        await connection.execute(damage)
    reopened = await place.open()
    with pytest.raises(Fault):
        await reopened.record(event(2))
    with pytest.raises(Fault):
        await reopened.head()
    assert not (await reopened.verify()).ok
