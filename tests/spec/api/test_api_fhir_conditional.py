"""Conditional writes and reads (https://hl7.org/fhir/R4/http.html#cond-update): about what fits, as if by its id."""

import asyncio
import uuid
from typing import Any

import pytest
from fhir_node import IDS, FhirNode, patient

from verbund.identity import operator_token


def fresh() -> str:
    return uuid.uuid4().hex


def having(value: str) -> str:
    return f"identifier={IDS}|{value}"


async def test_a_conditional_update_makes_what_is_not_there_and_changes_what_is(node: FhirNode) -> None:
    value = fresh()
    made = await node.put(f"/Patient?{having(value)}", patient(identifier=value))
    assert (made.status_code, made.headers["etag"]) == (201, 'W/"1"')
    changed = await node.put(f"/Patient?{having(value)}", patient(family="Neu", identifier=value))
    assert (changed.status_code, changed.headers["etag"]) == (200, 'W/"2"')
    assert changed.json()["id"] == made.json()["id"]


async def test_a_conditional_update_of_several_is_refused(node: FhirNode) -> None:
    value = fresh()
    for _ in range(2):
        await node.new(patient(identifier=value))
    answer = await node.put(f"/Patient?{having(value)}", patient(identifier=value))
    assert answer.status_code == 412


async def test_of_many_conditional_updates_at_once_one_creates(node: FhirNode) -> None:
    value = fresh()
    asked = [node.put(f"/Patient?{having(value)}", patient(family=f"N{n}", identifier=value)) for n in range(8)]
    answers = await asyncio.gather(*asked)
    assert sorted(a.status_code for a in answers) == [200] * 7 + [201]
    assert len({a.json()["id"] for a in answers}) == 1


@pytest.mark.parametrize("query", ["", "?_pretty=true", "?_format=json"])
async def test_a_condition_that_everything_meets_is_refused(node: FhirNode, query: str) -> None:
    assert (await node.put(f"/Patient{query}", patient())).status_code == 400
    assert (await node.delete(f"/Patient{query}")).status_code == 400


async def test_a_conditional_delete_takes_all_that_fit(node: FhirNode) -> None:
    value = fresh()
    addresses = [await node.new(patient(identifier=value)) for _ in range(3)]
    wanted = {"Prefer": "return=OperationOutcome"}
    answer = await node.http.delete(f"Patient?{having(value)}", headers=node.headers | wanted)
    assert (answer.status_code, answer.json()["issue"][0]["diagnostics"]) == (200, "Deleted: 3.")
    assert {(await node.get(address)).status_code for address in addresses} == {410}
    assert (await node.delete(f"/Patient?{having(value)}")).status_code == 204


async def test_a_conditional_patch_changes_the_one_that_fits(node: FhirNode) -> None:
    value = fresh()
    patch = [{"op": "add", "path": "/active", "value": True}]
    assert (await node.patch(f"/Patient?{having(value)}", patch)).status_code == 404
    address = await node.new(patient(identifier=value))
    answer = await node.patch(f"/Patient?{having(value)}", patch)
    assert answer.status_code == 200, answer.text
    assert (await node.get(address)).json()["active"] is True


async def test_an_update_may_ask_that_nothing_be_there(node: FhirNode) -> None:
    identity = fresh()
    resource = patient() | {"id": identity}
    wanted = {"If-None-Match": "*"}
    assert (await node.put(f"/Patient/{identity}", resource, headers=wanted)).status_code == 201
    assert (await node.put(f"/Patient/{identity}", patient("B") | {"id": identity}, headers=wanted)).status_code == 412
    assert (await node.put(f"/Patient/{identity}", resource, headers={"If-None-Match": 'W/"1"'})).status_code == 400


async def test_a_deletion_and_a_patch_know_the_version_they_are_about(node: FhirNode) -> None:
    address = await node.new(patient())
    stale = node.headers | {"If-Match": 'W/"7"'}
    assert (await node.http.delete(address.lstrip("/"), headers=stale)).status_code == 412
    patch: list[dict[str, Any]] = [{"op": "add", "path": "/active", "value": True}]
    assert (await node.patch(address, patch, headers={"If-Match": 'W/"7"'})).status_code == 412
    assert (await node.patch(address, patch, headers={"If-Match": 'W/"1"'})).status_code == 200


async def test_a_condition_needs_the_right_to_search(node: FhirNode) -> None:
    value = fresh()
    await node.new(patient(identifier=value))
    for scope in ("system/Patient.cud", "system/Patient.c system/Observation.cruds"):
        token = operator_token(node.keys, node.house, scope, purpose="TREAT")
        headers = {"Authorization": f"Bearer {token}"}
        conditional = headers | {"If-None-Exist": having(value)}
        assert (await node.post("/Patient", patient(), headers=conditional)).status_code == 403
        assert (await node.put(f"/Patient?{having(value)}", patient(), headers=headers)).status_code == 403
        assert (await node.http.delete(f"Patient?{having(value)}", headers=headers)).status_code == 403
