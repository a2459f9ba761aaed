"""Patches: JSON Patch and FHIRPath Patch, alone and in bundles (https://hl7.org/fhir/R4/http.html#patch)."""

import base64
import json
from typing import Any

import pytest
from fhir_node import JSON_PATCH, FhirNode, patient

ACTIVE: list[dict[str, Any]] = [{"op": "add", "path": "/active", "value": True}]


def operation(kind: str, **values: Any) -> dict[str, Any]:
    parts = [{"name": "type", "valueCode": kind}]
    parts += [{"name": name, **value} for name, value in values.items()]
    return {"resourceType": "Parameters", "parameter": [{"name": "operation", "part": parts}]}


async def test_a_json_patch_changes_what_it_names(node: FhirNode) -> None:
    address = await node.new(patient())
    answer = await node.patch(address, ACTIVE)
    assert (answer.status_code, answer.headers["etag"]) == (200, 'W/"2"')
    assert answer.json()["active"] is True
    again = await node.patch(address, ACTIVE)
    assert (again.status_code, again.headers["etag"]) == (200, 'W/"2"'), "nothing changed, so there is no new version"


async def test_a_fhirpath_patch_changes_what_it_names(node: FhirNode) -> None:
    address = await node.new(patient())
    replace = operation("replace", path={"valueString": "Patient.name.first().family"}, value={"valueString": "Neu"})
    answer = await node.patch(address, replace)
    assert answer.status_code == 200, answer.text
    assert answer.json()["name"][0]["family"] == "Neu"


async def test_a_patch_says_as_much_as_is_preferred(node: FhirNode) -> None:
    address = await node.new(patient())
    answer = await node.patch(address, ACTIVE, headers={"Prefer": "return=minimal"})
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["location"].endswith("/_history/2")


async def test_an_outdated_version_is_told_before_the_patch_is_tried(node: FhirNode) -> None:
    """Whoever patches a version that is no more must hear that, not that the patch no longer fits."""
    address = await node.new(patient())
    add = operation(
        "add", path={"valueString": "Patient"}, name={"valueString": "active"}, value={"valueBoolean": True}
    )
    assert (await node.patch(address, add, headers={"If-Match": 'W/"1"'})).status_code == 200
    assert (await node.patch(address, add, headers={"If-Match": 'W/"1"'})).status_code == 412


@pytest.mark.parametrize(
    ("patch", "statuses"),
    [
        ([{"op": "test", "path": "/active", "value": False}], {400, 409, 412, 422}),
        ([{"op": "remove", "path": "/nothing"}], {400, 409, 422}),
        ([{"op": "replace", "path": "/gender", "value": "x"}], {400, 422}),
        ([{"op": "replace", "path": "/id", "value": "other"}], {400, 422}),
        ([{"op": "replace", "path": "/resourceType", "value": "Group"}], {400, 422}),
        ([{"op": "dance"}], {400, 422}),
        ([1], {400, 422}),
        (operation("add", path={"valueString": "Patient"}, name={"valueString": "nothing"}), {400, 422}),
        (operation("delete", path={"valueString": "((("}), {400, 422}),
        ({"resourceType": "Patient"}, {400}),
    ],
)
async def test_a_patch_that_does_not_fit_changes_nothing(node: FhirNode, patch: Any, statuses: set[int]) -> None:
    address = await node.new(patient())
    answer = await node.patch(address, patch)
    assert answer.status_code in statuses, answer.text
    assert answer.json()["resourceType"] == "OperationOutcome"
    assert (await node.get(address)).headers["etag"] == 'W/"1"'


async def test_what_is_no_patch_is_refused(node: FhirNode) -> None:
    address = await node.new(patient())
    for kind in ("text/plain", "application/xml-patch+xml"):
        assert (await node.patch(address, ACTIVE, headers={"Content-Type": kind})).status_code == 415
    assert (await node.patch("/Patient/nobody", ACTIVE)).status_code == 404


async def test_patches_stand_in_bundles(node: FhirNode) -> None:
    address = await node.new(patient())
    binary = {
        "resourceType": "Binary",
        "contentType": JSON_PATCH,
        "data": base64.b64encode(json.dumps(ACTIVE).encode()).decode(),
    }
    family = operation("replace", path={"valueString": "Patient.name[0].family"}, value={"valueString": "Neu"})
    for kind in ("transaction", "batch"):
        changed = patient("Alt") | {"id": address.rpartition("/")[2]}
        await node.put(address, changed)
        for body in (binary, family):
            answer = await node.post("/", node.transaction(("PATCH", address, body), kind=kind))
            assert answer.json()["entry"][0]["response"]["status"] == "200 OK", answer.text
        found = (await node.get(address)).json()
        assert (found["active"], found["name"][0]["family"]) == (True, "Neu")
