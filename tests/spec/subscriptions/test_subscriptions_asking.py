"""What subscribers ask of their subscriptions: state, events that were missed, websockets, topics of their own."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio
import websockets
from fhir_node import observation, patient
from subscribers import Receiver, SubscribedNode, receiver, subscribed_node, subscription, until

from verbund.database import Database

R5 = "http://hl7.org/fhir/5.0/StructureDefinition/extension-SubscriptionTopic."
FINAL = "https://example.org/SubscriptionTopic/final"


@pytest_asyncio.fixture(loop_scope="session")
async def node(database: Database) -> AsyncIterator[SubscribedNode]:
    async with subscribed_node(database) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def hook() -> AsyncIterator[Receiver]:
    async with receiver() as taking:
        yield taking


async def test_state_and_missed_events_can_be_asked_for(node: SubscribedNode, hook: Receiver) -> None:
    identity = await node.subscribe(subscription(node.topic("Patient"), hook.url))
    made = [await node.new(patient(f"P{number}")) for number in range(3)]
    await hook.until_told(3)
    answer = (await node.get(f"/Subscription/{identity}/$status")).json()
    (entry,) = answer["entry"]
    said = {one["name"]: one for one in entry["resource"]["parameter"]}
    assert answer["type"] == "searchset"
    assert (said["type"]["valueCode"], said["status"]["valueCode"]) == ("query-status", "active")
    assert said["events-since-subscription-start"]["valueString"] == "3"
    assert (await node.get("/Subscription/$status?status=off")).json()["total"] == 0
    asked = f"/Subscription/{identity}/$events?eventsSinceNumber=2&eventsUntilNumber=2&content=full-resource"
    missed = (await node.get(asked)).json()
    first, event = missed["entry"]
    assert {"name": "type", "valueCode": "query-event"} in first["resource"]["parameter"]
    assert event["fullUrl"] == f"{node.base}{made[1]}"
    assert event["resource"]["name"][0]["family"] == "P1"
    assert (await node.get("/Subscription/nowhere/$events")).status_code == 404


def topic(canonical: str = FINAL) -> dict[str, Any]:
    """Observations that become final, narrowed by patient only."""
    query = [
        {"url": "previous", "valueString": "status:not=final"},
        {"url": "resultForCreate", "valueCode": "test-passes"},
        {"url": "current", "valueString": "status=final"},
        {"url": "requireBoth", "valueBoolean": True},
    ]
    trigger = [
        {"url": "resource", "valueUri": "http://hl7.org/fhir/StructureDefinition/Observation"},
        {"url": "supportedInteraction", "valueCode": "create"},
        {"url": "supportedInteraction", "valueCode": "update"},
        {"url": "queryCriteria", "extension": query},
    ]
    narrowed = [{"url": "resource", "valueUri": "Observation"}, {"url": "filterParameter", "valueString": "patient"}]
    return {
        "resourceType": "Basic",
        "code": {"coding": [{"system": "http://hl7.org/fhir/fhir-types", "code": "SubscriptionTopic"}]},
        "extension": [
            {"url": f"{R5}url", "valueUri": canonical},
            {"url": f"{R5}resourceTrigger", "extension": trigger},
            {"url": f"{R5}canFilterBy", "extension": narrowed},
        ],
    }


async def test_a_basic_resource_brings_a_topic(node: SubscribedNode, hook: Receiver) -> None:
    refused = await node.post("/Subscription", subscription(FINAL, hook.url))
    assert refused.status_code == 422
    await node.new(topic())
    wrong = await node.post("/Subscription", subscription(FINAL, hook.url, "Observation?code=718-7"))
    assert "cannot be narrowed by code" in wrong.text
    await node.subscribe(subscription(FINAL, hook.url))
    subject = await node.new(patient())
    made = await node.new(observation(subject) | {"status": "preliminary"})
    again = observation(subject) | {"id": made.rpartition("/")[2]}
    await node.put(made, again)
    await node.put(made, again | {"effectiveDateTime": "2024-03-03"})
    await node.new(observation(subject))
    assert await hook.until_told(2) == [1, 2]
    await until(lambda: len(hook.told) == 2)


async def test_a_topic_may_ask_by_fhirpath(node: SubscribedNode, hook: Receiver) -> None:
    made = topic("https://example.org/SubscriptionTopic/moved")
    made["extension"][1]["extension"][3] = {
        "url": "fhirPathCriteria",
        "valueString": "%previous.effective.exists() and %previous.effective != %current.effective",
    }
    await node.new(made)
    await node.subscribe(subscription("https://example.org/SubscriptionTopic/moved", hook.url))
    subject = await node.new(patient())
    place = await node.new(observation(subject))
    own = {"id": place.rpartition("/")[2]}
    await node.put(place, observation(subject, "2024-03-02") | own)
    await hook.until_told(1)
    (sent,) = hook.of("event-notification")
    assert sent.events[0]["focus"]["reference"] == f"{node.base}{place}"


async def token_for(node: SubscribedNode, *ids: str) -> dict[str, Any]:
    answer = await node.get("/Subscription/$get-ws-binding-token?" + "&".join(f"id={one}" for one in ids))
    assert answer.status_code == 200, answer.text
    return {one["name"]: next(v for k, v in one.items() if k != "name") for one in answer.json()["parameter"]}


def of(message: str | bytes) -> dict[str, Any]:
    rows = json.loads(message)["entry"][0]["resource"]["parameter"]
    return {one["name"]: next((v for k, v in one.items() if k != "name"), None) for one in rows}


async def test_a_websocket_is_bound_by_a_token_and_told(node: SubscribedNode) -> None:
    asked = subscription(node.topic("Patient"), "", type="websocket")
    identity = await node.subscribe(asked)
    await node.new(patient("Vorher"))
    bound = await token_for(node, identity)
    assert bound["subscription"] == identity
    async with websockets.connect(bound["websocket-url"]) as socket:
        await socket.send(f"bind-with-token {bound['token']}")
        assert of(await socket.recv())["type"] == "handshake"
        assert of(await socket.recv())["events-since-subscription-start"] == "1"
        await node.new(patient("Danach"))
        assert of(await socket.recv())["events-since-subscription-start"] == "2"
    async with websockets.connect(bound["websocket-url"]) as socket:
        await socket.send(f"bind-with-token {bound['token']}")
        with pytest.raises(websockets.ConnectionClosed) as closed:
            await socket.recv()
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1008


async def test_off_update_and_delete_take_effect_at_once(node: SubscribedNode, hook: Receiver) -> None:
    asked = subscription(node.topic("Patient"), f"{hook.url}/one")
    identity = await node.subscribe(asked)
    place = f"/Subscription/{identity}"
    await node.put(place, asked | {"id": identity, "status": "off"})
    await node.new(patient("Niemand"))
    moved = subscription(node.topic("Patient"), f"{hook.url}/two") | {"id": identity, "status": "active"}
    answer = await node.put(place, moved)
    assert answer.json()["status"] == "requested"
    await node.active(identity)
    await node.new(patient("Jemand"))
    await hook.until_told(1)
    assert {one.path for one in hook.of("event-notification")} == {"/two"}
    assert (await node.delete(place)).status_code in {200, 204}
    assert (await node.get(f"{place}/$status")).status_code == 404
    async with node.database.connection() as connection:
        assert await connection.fetchval("select count(*) from subscription") == 0


async def test_a_subscription_ends_when_it_says(node: SubscribedNode, hook: Receiver) -> None:
    end = (datetime.now(UTC) + timedelta(seconds=1.5)).isoformat(timespec="milliseconds")
    identity = await node.subscribe(subscription(node.topic("Patient"), hook.url) | {"end": end})
    await node.active(identity, "off")
    assert "end" in (await node.get(f"/Subscription/{identity}")).json()["error"]


async def test_the_capability_statement_lists_the_operations(node: SubscribedNode) -> None:
    statement = (await node.http.get("metadata")).json()
    (listed,) = [one for one in statement["rest"][0]["resource"] if one["type"] == "Subscription"]
    assert {"status", "events", "get-ws-binding-token"} <= {one["name"] for one in listed["operation"]}
