"""A subscription ends with the right of who asked for it, also where nothing is kept of the token any more."""

import asyncio
from collections.abc import Awaitable, Callable

import msgspec
import pytest
from fhir_node import observation, patient
from signing_in import quick_passwords
from subscribers import Receiver, SubscribedNode, ended, subscribed_node, subscription, until

from verbund.crypto import NodeKeys
from verbund.database import Database
from verbund.identity import PORTAL, Apps, People, Person, Role
from verbund.subscriptions import Book
from verbund.subscriptions.model import Kept

PASSWORD = "ein langes Wort 17"


async def a_doctor(node: SubscribedNode, client: str = PORTAL) -> tuple[People, Person, dict[str, str]]:
    """Somebody who has signed in with an app: who keeps the accounts, who it is, and the headers of a request."""
    people = People(node.database, node.keys, passwords=quick_passwords())
    person = await people.add(login="weber-x", name="Dr. Weber", role=Role.PHYSICIAN, password=PASSWORD)
    bearer = await node.tokens.issue(person, Role.PHYSICIAN.scopes, client=client)
    return people, person, {"Authorization": f"Bearer {bearer}"}


async def forget_grants(node: SubscribedNode) -> None:
    """What becomes of tokens that have expired without a permit."""
    async with node.database.transaction() as connection:
        await connection.execute("delete from identity_grant")


async def full(node: SubscribedNode, hook: Receiver, headers: dict[str, str]) -> str:
    return await node.subscribe(subscription(node.topic("Observation"), hook.url, content="full-resource"), headers)


async def keep_as_formerly(node: SubscribedNode) -> None:
    """Put what is kept of subscriptions back to what a former version kept."""
    book = Book(node.database, node.keys)
    for one in await book.find([key for key, _ in await book.there()]):
        who = msgspec.structs.replace(one.kept.who, epoch=None)
        await book.keep(one, msgspec.structs.replace(one.kept, who=who, asked_at=None, marked=False))


async def nothing_is_told(node: SubscribedNode, hook: Receiver) -> None:
    """An event for another subscription is told; for those that have ended none."""
    await node.subscribe(subscription(node.topic("Observation"), f"{hook.url}/stays"))
    await node.new(observation(await node.new(patient())))
    await until(lambda: bool(hook.of("event-notification")))
    assert [one.path for one in hook.of("event-notification")] == ["/stays"]


async def change_role(people: People, person: Person) -> None:
    await people.change(person.id, role=Role.ADMINISTRATOR)


async def change_password(people: People, person: Person) -> None:
    await people.change_password(person.id, "ein anderes langes Wort 18")


async def close(people: People, person: Person) -> None:
    await people.deactivate(person.id)


Deed = Callable[[People, Person], Awaitable[None]]


@pytest.mark.parametrize(
    ("deed", "said"),
    [(change_role, "role or the password"), (change_password, "role or the password"), (close, "been closed")],
)
async def test_it_ends_with_the_account_when_the_token_is_long_forgotten(
    deed: Deed, said: str, node: SubscribedNode, hook: Receiver
) -> None:
    people, person, doctor = await a_doctor(node)
    identity = await full(node, hook, doctor)
    await forget_grants(node)
    await deed(people, person)
    await node.active(identity, "off")
    assert said in (await node.get(f"/Subscription/{identity}")).json()["error"]
    await nothing_is_told(node, hook)


async def test_a_changed_name_ends_nothing(node: SubscribedNode, hook: Receiver) -> None:
    people, person, doctor = await a_doctor(node)
    identity = await full(node, hook, doctor)
    await people.change(person.id, name="Dr. Weber-Kurz")
    await node.new(observation(await node.new(patient())))
    await hook.until_told(1)
    assert (await node.get(f"/Subscription/{identity}")).json()["status"] == "active"


@pytest.mark.parametrize("way", ["switched off", "removed"])
async def test_it_ends_with_the_app_when_the_token_is_long_forgotten(
    way: str, node: SubscribedNode, hook: Receiver
) -> None:
    _, _, doctor = await a_doctor(node, "growth")
    identity = await full(node, hook, doctor)
    await forget_grants(node)
    apps = Apps(node.database)
    await (apps.switch("growth", enabled=False) if way == "switched off" else apps.remove("growth"))
    await node.active(identity, "off")
    assert "app that asked for this" in (await node.get(f"/Subscription/{identity}")).json()["error"]
    await nothing_is_told(node, hook)


@pytest.mark.parametrize("formerly", [False, True])
async def test_what_an_app_had_is_not_given_back_with_it(formerly: bool, database: Database, hook: Receiver) -> None:
    keys = NodeKeys.generate()
    async with subscribed_node(database, keys=keys) as node:
        _, _, doctor = await a_doctor(node, "growth")
        identity = await full(node, hook, doctor)
        await forget_grants(node)
        house = node.house
    async with subscribed_node(database, keys=keys, house=house, works=False) as node:
        if formerly:
            await keep_as_formerly(node)
        for enabled in (False, True):
            await Apps(database).switch("growth", enabled=enabled)
    async with subscribed_node(database, keys=keys, house=house) as node:
        await node.active(identity, "off")
        assert "app that asked for this" in (await node.get(f"/Subscription/{identity}")).json()["error"]


async def test_nothing_is_told_before_anybody_has_looked_whose_right_has_ended(
    database: Database, hook: Receiver
) -> None:
    async with subscribed_node(database, works=False) as node:
        assert node.subscriptions is not None
        node.subscriptions._ending = None
        working = asyncio.create_task(node.subscriptions.run())
        people, person, doctor = await a_doctor(node)
        identity = await full(node, hook, doctor)
        await forget_grants(node)
        await people.change(person.id, role=Role.NURSE)
        await node.new(observation(await node.new(patient())))
        await node.active(identity, "off")
        assert hook.of("event-notification") == []
        await ended(working)


async def kept(node: SubscribedNode) -> Kept:
    book = Book(node.database, node.keys)
    (one,) = await book.find([key for key, _ in await book.there()])
    return one.kept


async def test_what_a_former_version_kept_goes_on_and_ends_with_the_next_change(
    database: Database, hook: Receiver
) -> None:
    keys = NodeKeys.generate()
    async with subscribed_node(database, keys=keys) as node:
        people, person, doctor = await a_doctor(node, "growth")
        identity = await full(node, hook, doctor)
        await people.change(person.id, name="Dr. Weber-Kurz")
        house = node.house
    async with subscribed_node(database, keys=keys, house=house, works=False) as node:
        await keep_as_formerly(node)
    async with subscribed_node(database, keys=keys, house=house) as node:
        async with asyncio.timeout(15):
            while (await kept(node)).who.epoch != 0 or not (await kept(node)).marked:
                await asyncio.sleep(0.02)
        await node.new(observation(await node.new(patient())))
        await hook.until_told(1)
        await forget_grants(node)
        await change_password(people, person)
        await node.active(identity, "off")
        assert (await kept(node)).who.epoch == 0, "what has ended is not taken up again"


async def test_what_a_former_version_kept_ends_where_the_role_is_another_by_now(
    database: Database, hook: Receiver
) -> None:
    keys = NodeKeys.generate()
    async with subscribed_node(database, keys=keys) as node:
        people, person, doctor = await a_doctor(node)
        identity = await full(node, hook, doctor)
        await forget_grants(node)
        house = node.house
    async with subscribed_node(database, keys=keys, house=house, works=False) as node:
        await keep_as_formerly(node)
        await people.change(person.id, role=Role.NURSE)
    async with subscribed_node(database, keys=keys, house=house) as node:
        await node.active(identity, "off")
        assert "role or the password" in (await node.get(f"/Subscription/{identity}")).json()["error"]
        await nothing_is_told(node, hook)
