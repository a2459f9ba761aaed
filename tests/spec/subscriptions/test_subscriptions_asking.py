"""What subscribers ask of their subscriptions: state, events that were missed, websockets, topics of their own."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import websockets
from fhir_node import observation, patient
from subscribers import (
    FINAL,
    SHAPED,
    Receiver,
    SubscribedNode,
    shaped,
    subscription,
    topic,
    until,
)

from verbund.fhir import validate


async def test_state_and_missed_events_can_be_asked_for(node: SubscribedNode, hook: Receiver) -> None:
    identity = await node.subscribe(subscription(node.topic("Patient"), hook.url, content="full-resource"))
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


async def test_a_topic_says_what_comes_along(node: SubscribedNode, hook: Receiver) -> None:
    house = await node.new({"resourceType": "Organization", "name": "Ahorn"})
    subject = await node.new(patient() | {"managingOrganization": {"reference": house.lstrip("/")}})
    include = {"url": "include", "valueString": "Observation:subject&iterate=Patient.organization"}
    await node.new(shaped(include, {"url": "revInclude", "valueString": "Observation:has-member"}))
    await node.subscribe(subscription(SHAPED, f"{hook.url}/full", content="full-resource"))
    await node.subscribe(subscription(SHAPED, f"{hook.url}/ids"))
    await node.subscribe(subscription(SHAPED, f"{hook.url}/empty", content="empty"))
    made = await node.new(observation(subject))
    await hook.until_told(3)
    told = {one.path: one for one in hook.of("event-notification")}
    entries = told["/full"].json["entry"]
    assert [one["fullUrl"] for one in entries[1:]] == [f"{node.base}{one}" for one in (made, subject, house)]
    assert [one["request"]["method"] for one in entries] == ["GET", "POST", "GET", "GET"]
    assert validate(told["/full"].body) == ()
    part = told["/ids"].json["entry"][0]["resource"]["parameter"][-1]["part"]
    context = [one["valueReference"]["reference"] for one in part if one["name"] == "additional-context"]
    assert context == [f"{node.base}{one}" for one in (subject, house)]
    assert len(told["/ids"].json["entry"]) == len(told["/empty"].json["entry"]) == 1
    assert "additional-context" not in told["/empty"].events[0]


async def test_a_topic_whose_shape_is_no_search_can_not_be_subscribed_to(node: SubscribedNode, hook: Receiver) -> None:
    await node.new(shaped({"url": "include", "valueString": "Observation:code"}))
    refused = await node.post("/Subscription", subscription(SHAPED, hook.url))
    assert (refused.status_code, "no such topic" in refused.text) == (422, True)


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
