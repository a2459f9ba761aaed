"""What one app of somebody has subscribed to is no other app's to know, to change or to have sent."""

import json

import pytest
from fhir_node import observation, patient
from subscribers import (
    SHAPED,
    Receiver,
    SubscribedNode,
    acting,
    shaped,
    subscription,
)

from verbund.identity import Role

SECRET = "Bearer geheimes-wort-17"
WIDE = "patient/*.rs patient/Subscription.cru"


def resources(body: str) -> list[str]:
    return [one["resource"]["resourceType"] for one in json.loads(body)["entry"] if "resource" in one]


@pytest.mark.parametrize("other_scopes", ["patient/Subscription.r", WIDE])
async def test_another_app_of_the_same_person_learns_nothing_and_changes_nothing(
    other_scopes: str, node: SubscribedNode, hook: Receiver
) -> None:
    own = await node.new(patient("Eigen"))
    ruth = own.rpartition("/")[2]
    app = acting(node, Role.PATIENT, "ruth", client="wide-app", scopes=WIDE, patient=ruth)
    other = acting(node, Role.PATIENT, "ruth", client="other-app", scopes=other_scopes, patient=ruth)
    identity = await node.subscribe(subscription(node.topic("Observation"), hook.url), app)
    await node.new(observation(own))
    await hook.until_told(1)
    place = f"/Subscription/{identity}"
    for asking in (f"{place}/$status", f"{place}/$events?content=full-resource", f"{place}/$get-ws-binding-token"):
        assert (await node.get(asking, other)).status_code == 404
    assert (await node.get("/Subscription/$status", other)).json()["total"] == 0
    changed = subscription(node.topic("Observation"), f"{hook.url}/other") | {"id": identity}
    assert (await node.put(place, changed, other)).status_code in {403, 404}
    await node.http.delete(place.lstrip("/"), headers=other)
    assert (await node.get(f"{place}/$status", app)).json()["total"] == 1
    assert len((await node.get(f"{place}/$events", app)).json()["entry"]) == 1


async def test_one_app_does_not_have_the_secret_of_another_sent_to_itself(node: SubscribedNode, hook: Receiver) -> None:
    app, other = (acting(node, Role.PHYSICIAN, "weber", client=one) for one in ("app", "other-app"))
    asked = subscription(node.topic("Patient"), hook.url, header=[f"Authorization: {SECRET}"])
    identity = await node.subscribe(asked, app)
    shown = (await node.get(f"/Subscription/{identity}", app)).json()
    stolen = shown | {"channel": shown["channel"] | {"endpoint": f"{hook.url}/thief"}}
    del stolen["id"]
    assert (await node.post("/Subscription", stolen, other)).status_code == 422
    assert "geheim" not in json.dumps(shown)


async def test_an_app_launched_for_another_patient_is_told_nothing_of_this_one(
    node: SubscribedNode, hook: Receiver
) -> None:
    first, second = [await node.new(patient(one)) for one in ("Eins", "Zwei")]
    scopes = "patient/*.rs patient/Subscription.cru"
    for_first, for_second = (
        acting(node, Role.PHYSICIAN, "weber", client="growth", scopes=scopes, patient=one.rpartition("/")[2])
        for one in (first, second)
    )
    identity = await node.subscribe(subscription(node.topic("Observation"), hook.url), for_first)
    await node.new(observation(first))
    await hook.until_told(1)
    assert (await node.get(f"/Subscription/{identity}/$events", for_second)).status_code == 404
    assert (await node.get("/Subscription/$status", for_second)).json()["total"] == 0
    assert (await node.get(f"/Subscription/{identity}/$events", for_first)).status_code == 200


async def test_events_are_told_again_as_far_as_the_token_reaches_and_no_more_fully(
    node: SubscribedNode, hook: Receiver
) -> None:
    await node.new(shaped({"url": "include", "valueString": "Observation:subject"}))
    wide = acting(node, Role.PHYSICIAN, "weber")
    less, none = (
        acting(node, Role.PHYSICIAN, "weber", scopes=f"user/Subscription.r {one}")
        for one in ("user/Observation.rs", "")
    )
    full = await node.subscribe(subscription(SHAPED, hook.url, content="full-resource"), wide)
    ids = await node.subscribe(subscription(SHAPED, f"{hook.url}/ids"), wide)
    await node.new(observation(await node.new(patient())))
    await hook.until_told(2)
    asked = "$events?content=full-resource"
    told = [(await node.get(f"/Subscription/{full}/{asked}", one)).text for one in (wide, less, none)]
    assert list(map(resources, told)) == [
        ["Parameters", "Observation", "Patient"],
        ["Parameters", "Observation"],
        ["Parameters"],
    ]
    assert "notification-event" not in told[2]
    assert resources((await node.get(f"/Subscription/{ids}/{asked}", wide)).text) == ["Parameters"]


async def test_a_websocket_is_bound_only_with_all_that_the_subscription_tells(node: SubscribedNode) -> None:
    wide = acting(node, Role.PHYSICIAN, "weber")
    less = acting(node, Role.PHYSICIAN, "weber", scopes="user/Subscription.r user/Observation.rs")
    identity = await node.subscribe(subscription(node.topic("Patient"), "", type="websocket"), wide)
    for asked in (f"{identity}/", ""):
        refused = await node.get(f"/Subscription/{asked}$get-ws-binding-token", less)
        assert (refused.status_code, "more than this token" in refused.text) == (403, True)
    assert (await node.get(f"/Subscription/{identity}/$get-ws-binding-token", wide)).status_code == 200


async def test_an_app_that_speaks_for_itself_is_not_the_operator(node: SubscribedNode, hook: Receiver) -> None:
    app, other = (acting(node, Role.SYSTEM, one, client=one) for one in ("laboratory", "archive"))
    asked = subscription(node.topic("Patient"), hook.url)
    identity = await node.subscribe(asked, app)
    place = f"/Subscription/{identity}"
    assert (await node.get(f"{place}/$status", other)).status_code == 404
    assert (await node.put(place, asked | {"id": identity, "status": "off"}, other)).status_code in {403, 404}
    await node.http.delete(place.lstrip("/"), headers=other)
    assert (await node.get(f"{place}/$status")).json()["total"] == 1
    assert (await node.put(place, asked | {"id": identity, "status": "off"})).status_code == 200
    assert (await node.put(place, asked | {"id": identity}, app)).status_code == 200, "it stays the app's"
    await node.active(identity)
