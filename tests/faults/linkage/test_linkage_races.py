"""Houses that enrol at the same moment: one person stays one, and nothing is half."""

import asyncio

import pytest

from verbund.crypto import NodeKeys
from verbund.database import Database
from verbund.errors import VerbundError
from verbund.linkage import Demographics, Encoding, TrustCentre, encode

KEY = b"k" * 32


def person(number: int) -> Encoding:
    return encode(Demographics(f"Name{number:04}", f"Familie{number * 7:05}", f"19{40 + number}-03-12", "female"), KEY)


async def test_houses_that_enrol_a_patient_at_once_get_one_pseudonym(centre: TrustCentre) -> None:
    found = await asyncio.gather(*(centre.enrol(f"site-{site}", "h", person(1)) for site in range(16)))
    assert len(set(found)) == 1
    assert len(await centre.locate(found[0], "site-0")) == 15


async def test_two_processes_of_the_hub_agree_too(database: Database, centre: TrustCentre) -> None:
    other_database = await Database.connect(database.url)
    other = await TrustCentre.open(other_database, NodeKeys.generate())
    batch = [(f"h{number}", person(number)) for number in range(40)]
    one, two = await asyncio.gather(centre.enrol_many("praxis", batch), other.enrol_many("reha", batch[::-1]))
    assert one == two[::-1]
    assert len(set(one)) == 40
    await other_database.close()


async def test_a_batch_that_fails_leaves_nothing_and_can_be_repeated(database: Database, centre: TrustCentre) -> None:
    async with database.connection() as connection:
        await connection.execute("alter table linkage_block add constraint planted check (key <> 7)")
    poisoned = Encoding(person(2).bits, (7,))
    with pytest.raises(VerbundError):
        await centre.enrol_many("praxis", [("h1", person(1)), ("h2", poisoned)])
    assert await centre.find(person(1), "site-0") is None
    async with database.connection() as connection:
        await connection.execute("alter table linkage_block drop constraint planted")
    assert len(set(await centre.enrol_many("praxis", [("h1", person(1)), ("h2", poisoned)]))) == 2
