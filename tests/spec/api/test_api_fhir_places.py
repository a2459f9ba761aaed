"""Searching everywhere and in compartments, by address and by form; and how much of each resource is shown."""

import pytest
from fhir_node import FhirNode, observation, patient

from verbund.identity import operator_token


async def kinds(node: FhirNode, path: str, headers: dict[str, str] | None = None) -> list[str]:
    answer = await node.get(path, headers)
    assert answer.status_code == 200, answer.text
    return sorted(e["resource"]["resourceType"] for e in answer.json().get("entry", []))


async def test_several_types_are_searched_at_once(node: FhirNode) -> None:
    someone = await node.new(patient())
    made = await node.new(observation(someone))
    both = f"{someone.rpartition('/')[2]},{made.rpartition('/')[2]}"
    assert await kinds(node, f"/?_type=Patient,Observation&_id={both}") == ["Observation", "Patient"]
    assert await kinds(node, f"/?_id={both}") == ["Observation", "Patient"]
    form = await node.post_form("/_search", {"_type": "Patient,Observation", "_id": both})
    assert len(form.json()["entry"]) == 2
    pages = []
    url: str | None = f"/?_type=Patient,Observation&_id={both}&_count=1"
    while url is not None:
        page = (await node.get(url)).json()
        pages += [e["resource"]["id"] for e in page["entry"]]
        url = next((link["url"] for link in page["link"] if link["relation"] == "next"), None)
    assert sorted(pages) == sorted(both.split(","))


async def test_everywhere_is_where_one_may_search(node: FhirNode) -> None:
    someone = await node.new(patient())
    made = await node.new(observation(someone))
    both = f"{someone.rpartition('/')[2]},{made.rpartition('/')[2]}"
    token = operator_token(node.keys, node.house, "system/Observation.rs", purpose="TREAT")
    headers = {"Authorization": f"Bearer {token}"}
    assert await kinds(node, f"/?_id={both}", headers) == ["Observation"]
    assert (await node.get(f"/?_type=Patient&_id={both}", headers)).status_code == 403


async def test_a_compartment_holds_what_is_the_patients(node: FhirNode) -> None:
    mine, other = await node.new(patient()), await node.new(patient())
    made = await node.new(observation(mine))
    await node.new(observation(other))
    assert await kinds(node, f"{mine}/Observation") == ["Observation"]
    assert await kinds(node, f"{mine}/*") == ["Observation", "Patient"]
    found = (await node.get(f"{mine}/Observation?code=http://loinc.org|718-7")).json()["entry"]
    assert [e["resource"]["id"] for e in found] == [made.rpartition("/")[2]]
    by_form = await node.post_form(f"{mine}/Observation/_search", {"code": "718-7"})
    assert len(by_form.json()["entry"]) == 1
    assert len((await node.post_form(f"{mine}/_search", {})).json()["entry"]) == 2


async def test_there_are_five_kinds_of_compartments(node: FhirNode) -> None:
    assert (await node.get("/Organization/1/Patient")).status_code == 404
    assert (await node.get("/Patient/1/Nothing")).status_code == 404
    for name in ("Patient", "Encounter", "Practitioner", "Device", "RelatedPerson"):
        assert (await node.get(f"/{name}/1/Observation")).status_code == 200


async def test_a_search_that_tells_of_another_type_needs_the_right_to_search_it(node: FhirNode) -> None:
    token = operator_token(node.keys, node.house, "system/Observation.rs", purpose="TREAT")
    headers = {"Authorization": f"Bearer {token}"}
    for path in (
        "/Observation?subject:Patient.name=muster",
        "/Observation?_has:DiagnosticReport:result:status=final",
        "/Observation?_revinclude=DiagnosticReport:result",
    ):
        answer = await node.get(path, headers)
        assert (path, answer.status_code) == (path, 403)
        assert (await node.get(path)).status_code == 200


@pytest.mark.parametrize("how", ["_summary=true", "_elements=name", "_summary=text", "_summary=data"])
async def test_parts_are_shown_of_reads_searches_and_histories(node: FhirNode, how: str) -> None:
    address = await node.new(patient() | {"contact": [{"name": {"family": "K"}}], "gender": "female"})
    identity = address.rpartition("/")[2]
    read = (await node.get(f"{address}?{how}")).json()
    searched = (await node.get(f"/Patient?_id={identity}&{how}")).json()["entry"][0]["resource"]
    past = (await node.get(f"{address}/_history?{how}")).json()["entry"][0]["resource"]
    assert read == searched == past
    assert read["meta"]["tag"][0]["code"] == "SUBSETTED"
    assert ("gender" in read) == (how in {"_summary=true", "_summary=data"})
    assert ("contact" in read) == (how == "_summary=data")


async def test_elements_may_be_named_with_their_type(node: FhirNode) -> None:
    someone = await node.new(patient() | {"gender": "female"})
    await node.new(observation(someone))
    path = f"/Observation?subject={someone[1:]}&_include=Observation:subject&_elements=Observation.value,Patient.gender"
    found = {e["resource"]["resourceType"]: e["resource"] for e in (await node.get(path)).json()["entry"]}
    assert "valueQuantity" in found["Observation"]
    assert "subject" not in found["Observation"]
    assert found["Patient"].keys() == {"resourceType", "id", "meta", "gender"}


@pytest.mark.parametrize(
    "query", ["_summary=some", "_elements=%3C", "_elements=Patient.surname", "_summary=true&_elements=name", "x=1"]
)
async def test_parts_that_do_not_exist_are_refused(node: FhirNode, query: str) -> None:
    address = await node.new(patient())
    answer = await node.get(f"{address}?{query}")
    assert answer.status_code == 400, answer.text
