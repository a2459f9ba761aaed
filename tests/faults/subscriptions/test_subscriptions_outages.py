"""Receivers that are down or slow, and nodes that end in the middle: nothing that was written goes untold."""

import asyncio
from dataclasses import replace

import pytest
from fhir_node import patient
from subscribers import QUICK, receiver, subscribed_node, subscription

from verbund.crypto import NodeKeys
from verbund.database import Database


async def test_what_a_receiver_misses_is_told_when_it_is_back(database: Database) -> None:
    async with subscribed_node(database) as node, receiver() as hook:
        identity = await node.subscribe(subscription(node.topic("Patient"), hook.url, max_count=1))
        hook.answer = 503
        for number in range(3):
            await node.new(patient(f"P{number}"))
        await node.active(identity, "error")
        found = (await node.get(f"/Subscription/{identity}")).json()
        assert found["error"] == "The receiver answered 503."
        assert hook.told == []
        hook.answer = 200
        assert await hook.until_told(3) == [1, 2, 3]
        await node.active(identity)
        assert "error" not in (await node.get(f"/Subscription/{identity}")).json()


async def test_who_never_answers_is_given_up(database: Database) -> None:
    async with subscribed_node(database, pace=replace(QUICK, give_up=0.5)) as node, receiver() as hook:
        identity = await node.subscribe(subscription(node.topic("Patient"), hook.url, timeout=1))
        hook.answer = 500
        await node.new(patient())
        await node.active(identity, "off")
        hook.answer = 200
        await node.new(patient())
        async with database.connection() as connection:
            assert await connection.fetchval("select state from subscription") == "off"
        assert hook.told == []


async def test_a_slow_receiver_holds_up_nobody_else(database: Database) -> None:
    async with subscribed_node(database) as node, receiver() as slow, receiver() as quick:
        identity = await node.subscribe(subscription(node.topic("Patient"), slow.url, timeout=1))
        await node.subscribe(subscription(node.topic("Patient"), quick.url))
        slow.delay_seconds = 3.0
        await node.new(patient())
        await quick.until_told(1)
        assert slow.told == []
        await node.active(identity, "error")
        assert "within 1 seconds" in (await node.get(f"/Subscription/{identity}")).json()["error"]


async def test_events_between_the_end_of_one_process_and_the_next_are_told(database: Database) -> None:
    keys = NodeKeys.generate()
    async with receiver() as hook:
        async with subscribed_node(database, keys=keys) as first:
            await first.subscribe(subscription(first.topic("Patient"), hook.url))
            house = first.house
        async with subscribed_node(database, keys=keys, works=False, house=house) as silent:
            for number in range(5):
                await silent.new(patient(f"P{number}"))
            async with database.connection() as connection:
                assert await connection.fetchval("select count(*) from subscription_event") == 5
        assert hook.told == []
        async with subscribed_node(database, keys=keys, house=house):
            assert await hook.until_told(5) == [1, 2, 3, 4, 5]


@pytest.mark.long
async def test_a_message_that_one_process_did_not_finish_is_sent_by_another(database: Database) -> None:
    keys, pace = NodeKeys.generate(), replace(QUICK, taken=1.0)
    async with receiver() as hook:
        async with subscribed_node(database, keys=keys, pace=pace) as first:
            await first.subscribe(subscription(first.topic("Patient"), hook.url))
            house = first.house
            hook.delay_seconds = 30.0
            await first.new(patient())
            async with database.connection() as connection:
                while not await connection.fetchval("select taken_until is not null from subscription"):
                    await asyncio.sleep(0.02)
        hook.delay_seconds = 0.0
        assert hook.told == []
        async with subscribed_node(database, keys=keys, house=house, pace=pace):
            assert await hook.until_told(1) == [1]


async def test_two_processes_tell_each_event_once(database: Database) -> None:
    keys = NodeKeys.generate()
    async with (
        receiver() as hook,
        subscribed_node(database, keys=keys) as one,
        subscribed_node(database, keys=keys, house=one.house) as other,
    ):
        await one.subscribe(subscription(one.topic("Patient"), hook.url, max_count=3))
        for number in range(10):
            await (one, other)[number % 2].new(patient(f"P{number}"))
        assert await hook.until_told(10) == list(range(1, 11))
