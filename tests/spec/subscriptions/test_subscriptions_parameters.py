"""What search parameters were added to a node narrows subscriptions too: criteria, filters and topics."""

import asyncio
from typing import Any

import pytest
from fhir_node import observation, patient
from subscribers import R5, Receiver, SubscribedNode, subscription, topic

SITE = {
    "resourceType": "SearchParameter",
    "id": "site",
    "url": "https://example.org/SearchParameter/site",
    "name": "Site",
    "status": "active",
    "description": "Where it was measured",
    "code": "site",
    "base": ["Observation"],
    "type": "token",
    "expression": "Observation.bodySite",
}
ARM = "https://example.org/topics/arm"


def measured(subject: str, site: str) -> dict[str, Any]:
    return observation(subject) | {"bodySite": {"coding": [{"system": "http://example.org/sites", "code": site}]}}


async def added(node: SubscribedNode) -> None:
    """The parameter, known to all; subscriptions need not wait for it to be indexed."""
    assert (await node.put("/SearchParameter/site", SITE)).status_code == 201
    await asyncio.sleep(1.1)


def about_the_arm() -> dict[str, Any]:
    """A topic of what is measured at the arm."""
    made = topic(ARM)
    (trigger,) = (one for one in made["extension"] if one["url"] == f"{R5}resourceTrigger")
    trigger["extension"][-1]["extension"] = [{"url": "current", "valueString": "site=arm"}]
    made["extension"] = [one for one in made["extension"] if not one["url"].endswith("canFilterBy")]
    return made


@pytest.mark.parametrize("how", ["criteria", "filter", "topic"])
async def test_only_what_fits_an_added_parameter_is_told(node: SubscribedNode, hook: Receiver, how: str) -> None:
    wanted = {
        "criteria": subscription("Observation?site=arm", hook.url),
        "filter": subscription(node.topic("Observation"), hook.url, "Observation?site=arm"),
        "topic": subscription(ARM, hook.url),
    }[how]
    unknown = await node.post("/Subscription", wanted)
    assert unknown.is_client_error, unknown.text
    await added(node)
    if how == "topic":
        await node.new(about_the_arm())
    await node.subscribe(wanted)
    subject = await node.new(patient())
    await node.new(measured(subject, "leg"))
    arm = await node.new(measured(subject, "arm"))
    await hook.until_told(1)
    (told,) = hook.of("event-notification")
    assert told.events[0]["focus"] == {"reference": f"{node.base}{arm}"}
