"""Search parameters that are added over the FHIR API."""

import asyncio
import json
from typing import Any

from fhir_node import FhirNode, observation, patient

PETS = {
    "resourceType": "SearchParameter",
    "id": "has-pets",
    "url": "https://example.org/SearchParameter/has-pets",
    "name": "HasPets",
    "status": "active",
    "description": "Whether somebody keeps animals",
    "code": "has-pets",
    "base": ["Patient"],
    "type": "token",
    "expression": "Patient.extension.where(url = 'https://example.org/pets').value",
}


def keeper(*, pets: bool) -> dict[str, Any]:
    return patient() | {"extension": [{"url": "https://example.org/pets", "valueBoolean": pets}]}


async def listed(node: FhirNode) -> set[str]:
    """The search parameters of patients that the CapabilityStatement names."""
    rest = (await node.http.get("metadata")).json()["rest"][0]
    (found,) = (one for one in rest["resource"] if one["type"] == "Patient")
    return {one["name"] for one in found["searchParam"]}


async def test_a_parameter_is_added_indexed_used_listed_and_taken_away(node: FhirNode) -> None:
    one = (await node.post("/Patient", keeper(pets=True))).json()["id"]
    await node.post("/Patient", keeper(pets=False))
    unknown = await node.get("/Patient?has-pets=true")
    assert unknown.status_code == 400
    assert "has-pets" not in await listed(node)

    assert (await node.put("/SearchParameter/has-pets", PETS)).status_code == 201
    await asyncio.sleep(1.1)
    early = await node.get("/Patient?has-pets=true")
    assert early.status_code == 503
    assert early.headers["retry-after"]
    assert "is being indexed, 0 % done" in early.json()["issue"][0]["diagnostics"]
    assert "has-pets" not in await listed(node)

    await node.gate.ground.store.grow(share=1.0)
    await asyncio.sleep(1.1)
    found = (await node.get("/Patient?has-pets=true")).json()
    assert [entry["resource"]["id"] for entry in found["entry"]] == [one]
    assert found["link"][0]["url"].endswith("has-pets=true")
    assert "has-pets" in await listed(node)
    again = await node.post("/Patient", keeper(pets=True), {"If-None-Exist": "has-pets=true"})
    assert (again.status_code, again.json()["id"]) == (200, one)

    assert (await node.delete("/SearchParameter/has-pets")).status_code in {200, 204}
    await asyncio.sleep(1.1)
    assert (await node.get("/Patient?has-pets=true")).status_code == 400
    assert "has-pets" not in await listed(node)


async def test_why_a_parameter_is_not_offered_is_told_to_who_asks_for_it(node: FhirNode) -> None:
    other = PETS | {"id": "rival", "url": "https://example.org/rival", "code": "rival", "base": ["Basic"]}
    await node.put("/SearchParameter/rival", other)
    await node.put("/SearchParameter/rival-2", other | {"id": "rival-2", "url": "https://example.org/rival-2"})
    broken = PETS | {"id": "gender", "url": "https://example.org/gender", "code": "gender", "type": "string"}
    assert (await node.put("/SearchParameter/gender", broken)).status_code == 201
    await asyncio.sleep(1.1)
    answer = await node.get("/Patient?gender=male")
    assert answer.status_code == 200
    states = {each.url: each.reason for each in await node.gate.ground.store.added_parameters()}
    assert states["https://example.org/gender"] == "The standard has another search parameter gender for Patient."
    assert "defines the search parameter rival of Basic already" in states["https://example.org/rival-2"]


SITE = PETS | {
    "id": "site",
    "url": "https://example.org/SearchParameter/site",
    "name": "Site",
    "code": "site",
    "base": ["Observation"],
    "expression": "Observation.bodySite",
}


def measured(subject: str, day: str, site: str) -> dict[str, Any]:
    return observation(subject, day) | {"bodySite": {"coding": [{"system": "http://example.org/sites", "code": site}]}}


async def added(node: FhirNode, *parameters: dict[str, Any]) -> None:
    """Search parameters that answer from now on."""
    for one in parameters:
        assert (await node.put(f"/SearchParameter/{one['id']}", one)).status_code == 201
    await node.gate.ground.store.grow(share=1.0)
    await asyncio.sleep(1.1)


async def exported_ids(node: FhirNode, query: str) -> set[str]:
    begun = await node.get(f"/$export?{query}", {"Prefer": "respond-async"})
    assert begun.status_code == 202, begun.text
    manifest = (await node.get(begun.headers["content-location"])).json()
    texts = [(await node.get(file["url"])).text for file in manifest["output"]]
    return {json.loads(line)["id"] for text in texts for line in text.splitlines()}


async def test_an_export_is_narrowed_by_an_added_parameter(node: FhirNode) -> None:
    keeping, other = [(await node.new(keeper(pets=pets))).rpartition("/")[2] for pets in (True, False)]
    asked = "_type=Patient&_typeFilter=Patient%3Fhas-pets%3Dtrue"
    assert (await node.get(f"/$export?{asked}", {"Prefer": "respond-async"})).status_code == 400
    await added(node, PETS)
    assert await exported_ids(node, asked) & {keeping, other} == {keeping}
    # What is decided on each resource by itself need not wait for the index.
    assert (await node.put("/SearchParameter/has-pets", PETS | {"expression": f"({PETS['expression']})"})).is_success
    await asyncio.sleep(1.1)
    assert await exported_ids(node, asked) & {keeping, other} == {keeping}
    assert (await node.delete("/SearchParameter/has-pets")).is_success
    await asyncio.sleep(1.1)
    assert (await node.get(f"/$export?{asked}", {"Prefer": "respond-async"})).status_code == 400


async def test_graphql_takes_added_parameters_as_arguments(node: FhirNode) -> None:
    keeping = (await node.new(keeper(pets=True) | {"gender": "other"})).rpartition("/")[2]
    await node.new(keeper(pets=False) | {"gender": "other"})
    animals = PETS | {"id": "animals", "url": "https://example.org/animals", "code": "house-animals", "name": "Animals"}
    dotted = PETS | {"id": "d", "url": "https://example.org/d", "code": "has.pets", "name": "Dotted"}
    hidden = PETS | {"id": "h", "url": "https://example.org/h", "code": "birth_date", "name": "Hidden"}
    asked = {"query": '{ PatientList(house_animals: "true", gender: other) { id } }'}
    json_body = {"Content-Type": "application/json"}
    assert (await node.post("/$graphql", asked, json_body)).status_code == 400
    await added(node, animals, dotted, hidden)
    found = await node.post("/$graphql", asked, json_body)
    assert found.json()["data"] == {"PatientList": [{"id": keeping}]}
    connected = {
        "query": "{ PatientConnection(house_animals: true, gender: other) { count edges { resource { id } } } }"
    }
    counted = (await node.post("/$graphql", connected, json_body)).json()["data"]["PatientConnection"]
    assert counted == {"count": 1, "edges": [{"resource": {"id": keeping}}]}


async def test_the_latest_observations_are_narrowed_by_an_added_parameter(node: FhirNode) -> None:
    someone = await node.new(patient())
    early, late = [
        await node.new(measured(someone, day, site)) for day, site in (("2024-01-01", "arm"), ("2024-01-02", "leg"))
    ]
    place = f"/Observation/$lastn?patient={someone.lstrip('/')}&code=718-7"
    await added(node, SITE)
    narrowed = (await node.get(f"{place}&site=arm")).json()
    assert [f"/Observation/{entry['resource']['id']}" for entry in narrowed["entry"]] == [early]
    (latest,) = (await node.get(place)).json()["entry"]
    assert f"/Observation/{latest['resource']['id']}" == late
