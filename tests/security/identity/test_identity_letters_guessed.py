"""Letters under guessing: however many try at once, from wherever in a network, five wrong entries lock a letter."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date, timedelta

import pytest
import pytest_asyncio
from enrolling import BORN, ERIKA, Office, member

from verbund.database import Database
from verbund.errors import Conflict, Unauthenticated
from verbund.identity import TooManyAttempts
from verbund.identity.letters import ADDRESS, MOST_FAILURES

DAYS = [(date(1958, 1, 1) + timedelta(days=day)).isoformat() for day in range(120)]


@pytest_asyncio.fixture(loop_scope="session")
async def office(database: Database) -> AsyncIterator[Office]:
    """An office that has issued nothing yet."""
    made = await Office.open(database)
    yield made
    await made.close()


async def test_of_a_hundred_birth_dates_at_once_no_more_than_five_are_compared(office: Office) -> None:
    issued = await office.letters.issue(member(), ERIKA)
    tries = (office.letters.open(issued.code, day, address=None) for day in [*DAYS, BORN] if day != BORN)
    said = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(isinstance(one, Unauthenticated) for one in said) == MOST_FAILURES
    assert all(isinstance(one, Unauthenticated | Conflict) for one in said)
    assert len([one for one in await office.told("pat1") if not one.permitted]) == MOST_FAILURES


async def test_a_locked_letter_says_nothing_about_the_birth_date(office: Office) -> None:
    issued = await office.letters.issue(member(), ERIKA)
    for day in DAYS[:MOST_FAILURES]:
        with pytest.raises(Unauthenticated):
            await office.letters.open(issued.code, day, address=None)
    for day in (BORN, DAYS[0]):
        with pytest.raises(Conflict, match="locked"):
            await office.letters.open(issued.code, day, address=None)


async def test_all_addresses_of_one_subscriber_are_braked_together(office: Office) -> None:
    for number in range(ADDRESS.free):
        with pytest.raises(Unauthenticated):
            await office.letters.open("unknown", BORN, address=f"2001:db8::{number:x}")
    with pytest.raises(TooManyAttempts):
        await office.letters.open("unknown", BORN, address="2001:db8::ffff:1")
    with pytest.raises(Unauthenticated):
        await office.letters.open("unknown", BORN, address="2001:db8:0:1::1")
