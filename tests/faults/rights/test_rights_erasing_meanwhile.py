"""What happens between the look at a record and its erasure: the erasure sees it, or is over before."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

import pytest
from opened_gate import DOCTOR, care_consent, observation, patient
from opened_rights import House

from verbund.database import Connection
from verbund.errors import Conflict, Fault, Gone, NotFound
from verbund.rights import State, Step
from verbund.rights.book import RequestBook

_WAITING = "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"


async def asked(house: House, *, years: int) -> UUID:
    """An erasure that waits for its answer, so many years after the treatment."""
    await house.node.put(patient(), observation("a"), care_consent())
    house.years_later(years)
    return (await house.erasures.ask(house.proved())).id


@asynccontextmanager
async def deciding(house: House, request: UUID) -> AsyncIterator[tuple[Connection, "asyncio.Task[object]"]]:
    """The house carries it out, has looked at the record, and waits for who holds the request within the block."""
    async with house.database.transaction() as connection:
        await connection.execute("select true from rights_request where id = $1 for update", request)
        carrying = asyncio.create_task(house.erasures.carry_out(house.steward, request))
        async with asyncio.timeout(20):
            while not await connection.fetchval(_WAITING):
                await asyncio.sleep(0.05)
        yield connection, carrying


async def take_back(house: House, connection: Connection, request: UUID) -> None:
    """What `withdraw` writes, within a transaction that is not over yet."""
    book = RequestBook(house.node.vault)
    held = await book.find(connection, request, lock=True)
    after = held.after(Step(house.node.clock.now, held.asked_by, State.WITHDRAWN))
    await book.change(connection, house.node.store.patient_key("7"), after)


@pytest.mark.parametrize("years", [0, 20])
async def test_a_request_that_is_taken_back_meanwhile_erases_nothing(house: House, years: int) -> None:
    request = await asked(house, years=years)
    async with deciding(house, request) as (connection, carrying):
        await take_back(house, connection, request)
    with pytest.raises(Conflict):
        await carrying
    assert (await house.node.gate.read(DOCTOR, "Observation", "a")).id == "a"
    assert (await house.node.gate.read(house.proved(), "Consent", "c")).id == "c"
    assert [one.state for one in await house.requests.mine(house.proved())] == [State.WITHDRAWN]
    assert await house.erasures.ledger.all() == ()
    assert await house.erasures.resume() == 0


@pytest.mark.parametrize("years", [0, 20])
async def test_an_entry_that_is_written_meanwhile_is_not_erased_unseen(house: House, years: int) -> None:
    request = await asked(house, years=years)
    today = house.node.clock.now.date().isoformat()
    async with deciding(house, request) as (_, carrying):
        await house.node.put(observation("new", effectiveDateTime=today))
    with pytest.raises(Conflict):
        await carrying
    assert (await house.node.gate.read(DOCTOR, "Observation", "new")).id == "new"
    found = await house.erasures.carry_out(house.steward, request)
    assert "new" in {one.entry.id for one in found.kept}
    assert (await house.node.gate.read(DOCTOR, "Observation", "new")).id == "new"


async def test_what_was_decided_is_not_taken_back_and_goes_once_it_can_be_written_down(house: House) -> None:
    request = await asked(house, years=20)
    ledger = house.erasures.ledger._path  # the file whose place is taken
    ledger.mkdir()
    with pytest.raises(Fault):
        await house.erasures.carry_out(house.steward, request)
    assert (await house.node.gate.read(DOCTOR, "Observation", "a")).id == "a"
    with pytest.raises(Conflict):
        await house.requests.withdraw(house.proved(), request)
    ledger.rmdir()
    assert await house.erasures.resume() == 1
    with pytest.raises((Gone, NotFound)):
        await house.node.gate.read(DOCTOR, "Observation", "a")
    assert [one.patient for one in await house.erasures.ledger.all()] == [house.node.store.patient_key("7")]
    assert await house.erasures.resume() == 0
