"""Search parameters that are added over the FHIR API."""

import asyncio
from typing import Any

from fhir_node import FhirNode, patient

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
