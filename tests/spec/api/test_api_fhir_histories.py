"""Histories of a resource, of a type, of the system, by time and page by page."""

import asyncio
import uuid
from typing import Any

import pytest
from fhir_node import FhirNode, patient

from verbund.identity import operator_token


async def told(node: FhirNode, path: str) -> list[tuple[str, str, str]]:
    """(id, method, version) of all pages."""
    found: list[tuple[str, str, str]] = []
    url: str | None = path
    while url is not None:
        answer = await node.get(url)
        assert answer.status_code == 200, answer.text
        bundle: dict[str, Any] = answer.json()
        assert bundle["type"] == "history"
        for entry in bundle.get("entry", []):
            identity = entry["fullUrl"].rpartition("/")[2]
            found.append((identity, entry["request"]["method"], entry["response"]["etag"]))
        url = next((link["url"] for link in bundle["link"] if link["relation"] == "next"), None)
    return found


async def test_the_history_of_a_type_tells_all_versions_newest_first(node: FhirNode) -> None:
    made = [(await node.new({"resourceType": "Group", "type": "person", "actual": True})).rpartition("/")[2]]
    made.append((await node.new({"resourceType": "Group", "type": "animal", "actual": True})).rpartition("/")[2])
    changed = {"resourceType": "Group", "id": made[0], "type": "device", "actual": True}
    await node.put(f"/Group/{made[0]}", changed)
    await node.delete(f"/Group/{made[1]}")
    wanted = [
        (made[1], "DELETE", 'W/"2"'),
        (made[0], "PUT", 'W/"2"'),
        (made[1], "POST", 'W/"1"'),
        (made[0], "POST", 'W/"1"'),
    ]
    assert await told(node, "/Group/_history") == wanted
    assert await told(node, "/Group/_history?_count=1") == wanted
    everything = await told(node, "/_history?_count=3")
    assert [one for one in everything if one in wanted] == wanted


async def test_a_history_since_and_at_a_time(node: FhirNode) -> None:
    address = await node.new(patient(family="Eins"))
    identity = address.rpartition("/")[2]
    await asyncio.sleep(0.02)
    second = await node.put(address, patient(family="Zwei") | {"id": identity})
    moment = second.json()["meta"]["lastUpdated"].replace("+", "%2B")
    assert [one[2] for one in await told(node, f"{address}/_history?_since={moment}")] == ['W/"2"']
    assert len(await told(node, f"{address}/_history?_at={moment[:10]}")) == 2
    assert await told(node, f"{address}/_history?_since=2099-01-01") == []
    assert await told(node, f"{address}/_history?_at=1999") == []


@pytest.mark.parametrize("query", ["_since=x", "_at=ge2024", "_count=-1", "nonsense=1", "_page=xyz", "_summary=count"])
async def test_a_history_refuses_what_it_does_not_understand(node: FhirNode, query: str) -> None:
    address = await node.new(patient())
    for place in (f"{address}/_history", "/Patient/_history", "/_history"):
        answer = await node.get(f"{place}?{query}")
        assert answer.status_code == (200 if query == "_summary=count" else 400), answer.text


async def test_a_page_link_of_a_history_serves_at_its_own_address_only(node: FhirNode) -> None:
    for _ in range(2):
        await node.new({"resourceType": "Basic", "code": {"text": uuid.uuid4().hex}})
    page = (await node.get("/Basic/_history?_count=1")).json()
    link = next(link["url"] for link in page["link"] if link["relation"] == "next")
    assert (await node.get(link)).status_code == 200
    assert (await node.get(link.replace("/Basic/", "/Patient/"))).status_code == 400
    assert (await node.get(link[:-3] + "abc")).status_code == 400


async def test_the_history_of_a_type_is_a_search(node: FhirNode) -> None:
    address = await node.new(patient())
    token = operator_token(node.keys, node.house, "system/Patient.r system/Basic.rs", purpose="TREAT")
    reads = {"Authorization": f"Bearer {token}"}
    assert (await node.get(f"{address}/_history", headers=reads)).status_code == 200
    assert (await node.get("/Patient/_history", headers=reads)).status_code == 403
    system = await node.get("/_history", headers=reads)
    assert system.status_code == 200
    assert {e["fullUrl"].split("/")[-2] for e in system.json().get("entry", [])} <= {"Basic"}
