"""GraphQL: exactly what is asked for, across resources, and clear answers to what cannot be."""

from typing import Any

import pytest
from fhir_node import FhirNode, patient
from graphql import validate_schema

from verbund.api.fhir.operations.graphql.schema import schema


@pytest.fixture
async def someone(node: FhirNode) -> dict[str, str]:
    """A patient of a practice with two diagnoses."""
    house = await node.new({"resourceType": "Organization", "name": "Praxis am Markt"})
    person = patient(family="Graph") | {
        "name": [
            {"use": "official", "family": "Graph", "given": ["Erika", "Maria"]},
            {"use": "nickname", "given": ["Eri"]},
        ],
        "managingOrganization": {"reference": "#o"},
        "generalPractitioner": [{"reference": house.lstrip("/")}],
        "contained": [{"resourceType": "Organization", "id": "o", "name": "Enthalten"}],
    }
    made = {"house": house, "patient": await node.new(person)}
    for code in ("I10", "E11"):
        condition = {"resourceType": "Condition", "code": {"coding": [{"code": code}]}}
        await node.new(condition | {"subject": {"reference": made["patient"].lstrip("/")}})
    return made


async def asked(node: FhirNode, query: str, place: str = "", **more: Any) -> dict[str, Any]:
    answer = await node.post(f"{place}/$graphql", {"query": query, **more}, {"Content-Type": "application/json"})
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("application/json")
    found: dict[str, Any] = answer.json()
    return found


async def test_a_resource_gives_the_elements_that_are_asked_for(node: FhirNode, someone: dict[str, str]) -> None:
    found = await asked(node, "{ id name { family given } }", someone["patient"])
    assert found["data"]["id"] == someone["patient"].rpartition("/")[2]
    assert found["data"]["name"] == [
        {"family": "Graph", "given": ["Erika", "Maria"]},
        {"family": None, "given": ["Eri"]},
    ]


async def test_lists_are_filtered_by_their_elements_and_by_fhirpath(node: FhirNode, someone: dict[str, str]) -> None:
    by_path = 'b: name(fhirpath: "family.exists()") {use}'
    query = f"{{ a: name(use: nickname) {{given}} {by_path} c: name(_count: 1, _offset: 1) {{use}} }}"
    data = (await asked(node, query, someone["patient"]))["data"]
    assert data == {"a": [{"given": ["Eri"]}], "b": [{"use": "official"}], "c": [{"use": "nickname"}]}


async def test_references_lead_on_forward_and_backward(node: FhirNode, someone: dict[str, str]) -> None:
    query = """
    { managingOrganization { resource { ... on Organization { name } } }
      generalPractitioner { reference resource(type: Organization) { ... on Organization { name } } }
      ConditionList(_reference: patient, code: "I10") { code { coding { code } } } }
    """
    data = (await asked(node, query, someone["patient"]))["data"]
    assert data["managingOrganization"]["resource"]["name"] == "Enthalten"
    assert data["generalPractitioner"] == [
        {"reference": someone["house"].lstrip("/"), "resource": {"name": "Praxis am Markt"}}
    ]
    assert [one["code"]["coding"][0]["code"] for one in data["ConditionList"]] == ["I10"]


async def test_the_system_is_searched_with_variables(node: FhirNode, someone: dict[str, str]) -> None:
    query = "query Find($family: [SearchValue]) { PatientList(family: $family) { id } }"
    found = await asked(node, query, variables={"family": "graph"}, operationName="Find")
    assert {"id": someone["patient"].rpartition("/")[2]} in found["data"]["PatientList"]
    one = await asked(node, f'{{ Patient(id: "{someone["patient"].rpartition("/")[2]}") {{ resourceType }} }}')
    assert one["data"]["Patient"] == {"resourceType": "Patient"}
    got = await node.get("/$graphql?query={OrganizationList(name:Praxis,_count:1){name}}")
    assert got.json()["data"] == {"OrganizationList": [{"name": "Praxis am Markt"}]}


async def test_a_connection_goes_through_all_pages(node: FhirNode, someone: dict[str, str]) -> None:
    subject, cursor, seen = someone["patient"].lstrip("/"), None, []
    for _ in range(2):
        go_on = f', _cursor: "{cursor}"' if cursor else ""
        fields = "count next edges { resource { id } }"
        query = f'{{ ConditionConnection(subject: "{subject}", _count: 1{go_on}) {{ {fields} }} }}'
        page = (await asked(node, query))["data"]["ConditionConnection"]
        assert page["count"] == 2
        seen += [edge["resource"]["id"] for edge in page["edges"]]
        cursor = page["next"]
    assert len(set(seen)) == 2
    assert cursor is None


async def test_directives_shape_the_answer(node: FhirNode, someone: dict[str, str]) -> None:
    flat = await asked(node, "{ name @flatten { given family @singleton } }", someone["patient"])
    assert flat["data"] == {"given": ["Erika", "Maria", "Eri"], "family": "Graph"}
    first = await asked(node, "{ name @first { use } }", someone["patient"])
    assert first["data"] == {"name": [{"use": "official"}]}
    sliced = await asked(node, '{ name @slice(path: "use") { given } }', someone["patient"])
    assert sliced["data"] == {"name.official": {"given": ["Erika", "Maria"]}, "name.nickname": {"given": ["Eri"]}}


async def test_a_wrong_query_is_told_with_its_place(node: FhirNode) -> None:
    for query, said in (
        ("{ PatientList { nam } }", "Cannot query field"),
        ("{ PatientList(", "Syntax Error"),
        ("mutation { PatientCreate { id } }", ""),
        ("{" * 30 + "id" + "}" * 30, "Syntax Error"),
        (" ".join(["{"] + ["a: PatientList { id }"] * 2_000 + ["}"]), "tokens"),
    ):
        answer = await node.post("/$graphql", {"query": query}, {"Content-Type": "application/json"})
        assert answer.status_code == 400, answer.text
        assert said in answer.json()["errors"][0]["message"]
    assert (await node.get("/$graphql")).status_code == 400
    assert (await node.post("/$graphql", b"{", {"Content-Type": "application/json"})).status_code == 400


async def test_a_query_that_nests_without_end_is_refused(node: FhirNode) -> None:
    body = "{ PatientList " + "{ link { other { resource { ... on Patient " * 12 + "{ id }" + " } } } }" * 12 + " }"
    answer = await node.post("/$graphql", {"query": body}, {"Content-Type": "application/json"})
    assert answer.status_code == 400
    assert "deeper" in answer.json()["errors"][0]["message"]


async def test_what_is_not_there_is_an_error_beside_the_data(node: FhirNode) -> None:
    found = await asked(node, '{ Patient(id: "nobody") { id } OrganizationList(name: nobody) { id } }')
    assert found["data"] == {"Patient": None, "OrganizationList": []}
    assert found["errors"][0]["path"] == ["Patient"]
    assert found["errors"][0]["extensions"]["status"] == 404


def test_the_schema_is_a_valid_one() -> None:
    made = schema()
    made._validation_errors = None
    assert validate_schema(made) == []
