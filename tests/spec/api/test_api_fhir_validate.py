"""`$validate` over HTTP: http://hl7.org/fhir/R4/resource-operation-validate.html."""

from typing import Any

import pytest
from fhir_node import FhirNode, patient
from profiles_at_hand import BASE, element, profile

PERSON = profile("Patient", "validated-person", element("name", min=1), element("gender", min=1))
CLAIM = {"meta": {"profile": [PERSON["url"]]}}


def told(answer: Any) -> set[tuple[str, str]]:
    """Severity and path of each issue; an OperationOutcome with 200 in any case."""
    assert answer.status_code == 200, answer.text
    said = answer.json()
    assert said["resourceType"] == "OperationOutcome"
    return {(one["severity"], one.get("expression", [""])[0]) for one in said["issue"]}


def asked(resource: dict[str, Any], **more: str) -> dict[str, Any]:
    rows: list[dict[str, Any]] = [{"name": "resource", "resource": resource}]
    kinds = {"mode": "valueCode", "profile": "valueUri"}
    return {
        "resourceType": "Parameters",
        "parameter": rows + [{"name": name, kinds[name]: text} for name, text in more.items()],
    }


async def test_a_resource_is_validated_as_fhir(node: FhirNode) -> None:
    assert told(await node.post("/Patient/$validate", patient())) == {("information", "")}
    assert ("error", "Patient.gender") in told(await node.post("/Patient/$validate", patient() | {"gender": "x"}))


async def test_a_resource_in_parameters_may_be_broken(node: FhirNode) -> None:
    assert ("error", "Patient.gender") in told(await node.post("/Patient/$validate", asked({"gender": 1} | patient())))


async def test_what_is_no_json_is_an_issue(node: FhirNode) -> None:
    assert ("error", "") in told(await node.post("/Patient/$validate", b'{"resourceType": "Patient", '))


async def test_profiles_count_that_are_claimed_or_asked_for(node: FhirNode) -> None:
    address = await node.new(PERSON)
    broken = {("error", "Patient.gender")}
    assert told(await node.post("/Patient/$validate", patient() | CLAIM)) == broken
    assert told(await node.post(f"/Patient/$validate?profile={PERSON['url']}", patient())) == broken
    assert (
        told(await node.post("/Patient/$validate", asked(patient(), mode="profile", profile=PERSON["url"]))) == broken
    )
    assert told(await node.post("/Patient/$validate", patient() | CLAIM | {"gender": "male"})) == {("information", "")}
    assert (await node.delete(address)).status_code in {200, 204}


async def test_a_profile_that_is_not_known_is_an_error(node: FhirNode) -> None:
    assert told(await node.post(f"/Patient/$validate?profile={BASE}nobody", patient())) == {("error", "Patient")}


async def test_what_is_stored_is_validated_at_its_address(node: FhirNode) -> None:
    address = await node.new(patient())
    assert told(await node.get(f"{address}/$validate")) == {("information", "")}
    assert told(await node.get(f"{address}/$validate?profile={BASE}nobody")) == {("error", "Patient")}
    assert (await node.get("/Patient/nobody/$validate")).status_code == 404


async def test_an_update_needs_the_id_of_its_address(node: FhirNode) -> None:
    address = await node.new(patient())
    own = {"id": address.rpartition("/")[2]}
    assert told(await node.post(f"{address}/$validate?mode=update", patient() | own)) == {("information", "")}
    for given in (patient(), patient() | {"id": "other"}):
        assert told(await node.post(f"{address}/$validate?mode=update", given)) == {("error", "Patient.id")}


async def test_a_deletion_needs_what_is_to_be_deleted(node: FhirNode) -> None:
    address = await node.new(patient())
    assert told(await node.post(f"{address}/$validate?mode=delete", b"")) == {("information", "")}
    assert (await node.post("/Patient/nobody/$validate?mode=delete", b"")).status_code == 404
    assert (await node.get(address)).status_code == 200


async def test_another_type_is_told(node: FhirNode) -> None:
    assert ("error", "Patient") in told(await node.post("/Observation/$validate", patient()))


@pytest.mark.parametrize("query", ["mode=nonsense", "mode=profile", "mode=delete", "nonsense=1"])
async def test_what_cannot_be_asked_is_refused(node: FhirNode, query: str) -> None:
    assert (await node.post(f"/Patient/$validate?{query}", patient())).status_code == 400


async def test_something_must_be_sent_for_a_type(node: FhirNode) -> None:
    assert (await node.post("/Patient/$validate", b"")).status_code == 400
