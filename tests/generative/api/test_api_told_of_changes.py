"""Who is told of changes: subscribers of every kind hear of what they may see when it is sent, and of nothing else."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from asked_world import STAFF, AskedHouse, Somebody, asked_house
from subscribers import Receiver, receiver, registered_apps, subscription, until

from verbund.identity import Role


@pytest_asyncio.fixture(loop_scope="session")
async def house(database_url: str) -> AsyncIterator[AskedHouse]:
    with tempfile.TemporaryDirectory() as folder:
        async with asked_house(Path(folder), database_url, 5, subscription_endpoints=("http://127.0.0.1:",)) as running:
            await registered_apps(running.node.database)
            yield running


@pytest_asyncio.fixture(loop_scope="session")
async def hook() -> AsyncIterator[Receiver]:
    async with receiver() as taking:
        yield taking


async def subscribers(house: AskedHouse) -> dict[str, Somebody]:
    """The operator, all physicians, two patients."""
    found = {"operator": await house.known_as(Role.SYSTEM, "HOPERAT")}
    for who in STAFF[Role.PHYSICIAN]:
        found[who] = await house.known_as(Role.PHYSICIAN, "TREAT", who)
    for who in ("p0", "p1"):
        found[who] = await house.known_as(Role.PATIENT, "PATRQT", who)
    return found


async def subscribed(house: AskedHouse, hook: Receiver, name: str, by: Somebody) -> None:
    """One subscription, from when on it is active."""
    topic = f"{house.node.house.audience}/SubscriptionTopic/Observation"
    asked = subscription(topic, f"{hook.url}/{name}", content="full-resource")
    answer = await house.http.post("/Subscription", json=asked, headers=by.headers)
    assert answer.status_code == 201, answer.text
    address = f"/Subscription/{answer.json()['id']}"
    async with asyncio.timeout(30):
        while (await house.http.get(address, headers=by.headers)).json().get("status") != "active":
            await asyncio.sleep(0.05)


def told(hook: Receiver, name: str) -> set[str]:
    """The observations, each with its version, of which somebody was told."""
    resources = [
        entry["resource"]
        for sent in hook.of("event-notification")
        if sent.path == f"/{name}"
        for entry in sent.json["entry"][1:]
        if "resource" in entry
    ]
    return {f"{one['resourceType']}/{one['id']}/{one['meta']['versionId']}" for one in resources}


async def rounds(house: AskedHouse, hook: Receiver, number: int) -> int:
    """Changes of treatments, then of observations; of how many others than the operator were told."""
    people, world = await subscribers(house), house.world
    await asyncio.gather(*(subscribed(house, hook, name, by) for name, by in people.items()))
    expected: dict[str, set[str]] = {name: set() for name in people}
    for one in range(number):
        await house.changed()
        for name in house.chance.sample(sorted(name for name in world.there if name.startswith("Observation/")), 10):
            version = await house.put(world.put(world.there[name] | {"note": [{"text": f"Runde {one}"}]}))
            for who, by in people.items():
                expected[who] |= {f"{name}/{version}"} if name in world.seen(by.principal) else set()
        for who in people:
            await until(lambda who=who: expected[who] <= told(hook, who), seconds=30)
    await asyncio.sleep(0.3)
    assert {who: told(hook, who) for who in people} == expected
    return sum(len(said) for who, said in expected.items() if who != "operator")


async def test_nobody_is_told_of_what_they_may_not_see(house: AskedHouse, hook: Receiver) -> None:
    assert await rounds(house, hook, 3) > 10


@pytest.mark.long
async def test_nobody_is_told_of_what_they_may_not_see_whatever_changes(house: AskedHouse, hook: Receiver) -> None:
    assert await rounds(house, hook, 60) > 200
