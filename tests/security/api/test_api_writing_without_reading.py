"""Over HTTP: who may write and not read is answered without what was there, alone and in bundles."""

import base64
from typing import Any

import msgspec
import pytest
from fhir_node import JSON_PATCH, FhirNode, observation, patient

from verbund.identity import operator_token

ISSUED = [{"op": "add", "path": "/issued", "value": "2026-01-01T00:00:00Z"}]
ASKING = [{"op": "test", "path": "/status", "value": "final"}]
WHOLE = {"Prefer": "return=representation"}


def token(node: FhirNode, scopes: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {operator_token(node.keys, node.house, scopes, purpose='TREAT')}"}


def carried(patch: list[dict[str, Any]]) -> dict[str, Any]:
    data = base64.b64encode(msgspec.json.encode(patch)).decode()
    return {"resourceType": "Binary", "contentType": JSON_PATCH, "data": data}


@pytest.mark.parametrize(
    "scopes",
    [
        "system/Observation.u",
        "system/Observation.u system/Observation.rs?category=laboratory",
    ],
)
async def test_a_patch_is_answered_without_what_may_not_be_read(node: FhirNode, scopes: str) -> None:
    address = await node.new(observation((await node.new(patient())).lstrip("/")))
    writer = token(node, scopes)
    assert (await node.get(address, writer)).status_code in {403, 404}
    answer = await node.patch(address, ISSUED, headers=writer | WHOLE)
    assert (answer.status_code, answer.content, answer.headers["etag"]) == (200, b"", 'W/"2"')
    refused = await node.patch(address, ASKING, headers=writer)
    assert refused.status_code == 403
    assert "scope user/Observation.r" in refused.text
    assert (await node.get(address)).json()["issued"]


@pytest.mark.parametrize("kind", ["batch", "transaction"])
async def test_a_bundle_is_answered_likewise(node: FhirNode, kind: str) -> None:
    address = await node.new(observation((await node.new(patient())).lstrip("/")))
    writer = token(node, "system/Observation.cu")
    there = (await node.get(address)).json()
    fresh = {name: value for name, value in there.items() if name not in {"id", "meta"}}
    entries = [("PATCH", address, carried(ISSUED)), ("POST", "Observation", fresh)]
    answer = await node.post("/", node.transaction(*entries, kind=kind), writer | WHOLE)
    patched, made = answer.json()["entry"]
    assert patched["response"]["status"] == "200 OK", answer.text
    assert "resource" not in patched
    assert made["resource"]["status"] == fresh["status"], "what was sent is the sender's"
    same = (await node.get(address)).json()
    answer = await node.post("/", node.transaction(("PUT", address, same), kind=kind), writer | WHOLE)
    (kept,) = answer.json()["entry"]
    assert (kept["response"]["status"], "resource" in kept) == ("200 OK", False)
    answer = await node.post("/", node.transaction(("PATCH", address, carried(ASKING)), kind=kind), writer)
    assert "tells of it" in answer.text
