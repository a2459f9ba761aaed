"""A hundred subscribers cost those who write next to nothing, and those who are not concerned nearly as little."""

import time

import msgspec
import pytest
from fhir_node import observation, patient
from subscribers import SubscribedNode, subscribed_node, subscription, until

from verbund.access import Write
from verbund.database import Database
from verbund.identity import Principal, Role
from verbund.subscriptions import Pace

WRITES = 300


async def seconds_for(node: SubscribedNode, subject: str) -> float:
    """CPU time of this process for so many writes, each on its own."""
    who = Principal("s", "S", Role.SYSTEM, "praxis", "Praxis", None, Role.SYSTEM.scopes, "TREAT")
    body = msgspec.json.encode(observation(subject))
    began = time.process_time()
    for _ in range(WRITES):
        await node.gate.commit(who, [Write("create", "Observation", raw=body)])
    return time.process_time() - began


@pytest.mark.long
async def test_a_hundred_subscriptions_do_not_slow_writers(database: Database) -> None:
    async with subscribed_node(database, works=False, pace=Pace()) as node:
        subject, other = await node.new(patient()), await node.new(patient())
        await seconds_for(node, subject)
        alone = min([await seconds_for(node, subject) for _ in range(3)])
        topic = node.topic("Observation")
        for number in range(100):
            asked = subscription(topic, "", f"Observation?patient={other.lstrip('/')}&code=c{number}", type="websocket")
            assert (await node.post("/Subscription", asked)).status_code == 201
        async with database.transaction() as connection:
            await connection.execute("update subscription set state = 'active', since = pg_current_xact_id()")
        time.sleep(node.pace.settling)  # noqa: ASYNC251 - nothing else is to run
        beside = min([await seconds_for(node, subject) for _ in range(3)])
        assert node.subscriptions is not None
        began = time.process_time()
        settled = 0
        while step := await node.subscriptions._matcher.step():
            settled += step
        matching = time.process_time() - began
    print(f"\nper create: alone {alone / WRITES * 1e3:.3f} ms, with 100 subscriptions {beside / WRITES * 1e3:.3f} ms; ")
    print(f"matching an event with 100 subscriptions: {matching / settled * 1e3:.3f} ms CPU of this process")
    assert settled == 3 * WRITES
    assert beside < alone * 1.6
    assert matching / settled < 0.02


@pytest.mark.long
async def test_a_burst_reaches_its_end(database: Database) -> None:
    async with subscribed_node(database) as node:
        await node.subscribe(subscription(node.topic("Patient"), "", type="websocket"))
        entries = [("POST", "Patient", patient(f"P{number}")) for number in range(500)]
        assert (await node.post("", node.transaction(*entries))).status_code == 200
        found: list[int] = []

        async def counted() -> None:
            async with database.connection() as connection:
                found.append(await connection.fetchval("select events from subscription"))

        while not found or found[-1] < 500:
            await counted()
        await until(lambda: found[-1] == 500)
        assert found[-1] == 500
