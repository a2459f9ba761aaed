"""Operations over HTTP: called by address or by body, where they are offered and nowhere else."""

from typing import Any

import pytest
from fhir_node import FhirNode, patient

from verbund.api.fhir.operations import OPERATIONS
from verbund.api.fhir.operations.parameters import Parameter, Parameters, answer_of, from_address, from_body
from verbund.errors import Incorrect, Invalid
from verbund.identity import operator_token

TAG = {"system": "https://example.org/tags", "code": "study"}
LABEL = {"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "R"}


def with_meta(**meta: Any) -> dict[str, Any]:
    return {"resourceType": "Parameters", "parameter": [{"name": "meta", "valueMeta": meta}]}


def meta_in(answer: Any) -> dict[str, Any]:
    assert answer.status_code == 200, answer.text
    said = answer.json()
    assert said["resourceType"] == "Parameters"
    return said["parameter"][0]["valueMeta"]


async def test_a_resource_is_given_back_in_the_format_that_is_asked_for(node: FhirNode) -> None:
    mine = {"resourceType": "Patient", "id": "x", "active": True}
    answer = await node.post("/$convert?_format=xml", mine)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/fhir+xml")
    assert b'<active value="true"/>' in answer.content
    assert (await node.post("/$convert", mine | {"active": "yes"})).status_code == 422
    assert (await node.get("/Patient/x")).status_code == 404
    versions = (await node.get("/$versions")).json()
    assert {one["name"]: one["valueCode"] for one in versions["parameter"]} == {"version": "4.0", "default": "4.0"}


async def test_another_name_of_a_system(node: FhirNode) -> None:
    system = {
        "resourceType": "NamingSystem",
        "name": "Krankenkassen",
        "status": "active",
        "kind": "identifier",
        "date": "2024-01-01",
        "uniqueId": [
            {"type": "oid", "value": "1.2.276.0.76.4.5"},
            {"type": "uri", "value": "http://old.example/ik"},
            {"type": "uri", "value": "http://fhir.de/sid/arge-ik/iknr", "preferred": True},
        ],
    }
    await node.new(system)
    for name in ("1.2.276.0.76.4.5", "urn:oid:1.2.276.0.76.4.5", "http://old.example/ik"):
        found = await node.get(f"/NamingSystem/$preferred-id?id={name}&type=uri")
        assert found.json()["parameter"] == [{"name": "result", "valueString": "http://fhir.de/sid/arge-ik/iknr"}]
    back = await node.get("/NamingSystem/$preferred-id?id=http://fhir.de/sid/arge-ik/iknr&type=oid")
    assert back.json()["parameter"][0]["valueString"] == "1.2.276.0.76.4.5"
    for wrong, status in (("id=1.2.3&type=uri", 404), ("id=1.2.276.0.76.4.5&type=uuid", 404), ("type=uri", 400)):
        assert (await node.get(f"/NamingSystem/$preferred-id?{wrong}")).status_code == status


async def test_meta_is_told_of_a_resource_and_of_a_version(node: FhirNode) -> None:
    address = await node.new(patient() | {"meta": {"tag": [TAG]}})
    assert meta_in(await node.get(f"{address}/$meta"))["tag"] == [TAG]
    assert meta_in(await node.post(f"{address}/$meta", b""))["versionId"] == "1"
    assert meta_in(await node.get(f"{address}/_history/1/$meta"))["tag"] == [TAG]


async def test_meta_is_added_once_and_taken_away(node: FhirNode) -> None:
    address = await node.new(patient() | {"meta": {"tag": [TAG]}})
    added = meta_in(await node.post(f"{address}/$meta-add", with_meta(tag=[TAG], security=[LABEL])))
    assert (added["tag"], added["security"], added["versionId"]) == ([TAG], [LABEL], "2")
    left = meta_in(await node.post(f"{address}/$meta-delete", with_meta(tag=[TAG])))
    assert "tag" not in left
    assert left["security"] == [LABEL]
    assert (await node.get(address)).json()["name"] == patient()["name"]


async def test_meta_of_a_type_is_all_that_its_resources_carry(node: FhirNode) -> None:
    for code in ("a", "b", "a"):
        await node.new({"resourceType": "Basic", "code": {"text": "x"}, "meta": {"tag": [TAG | {"code": code}]}})
    found = meta_in(await node.get("/Basic/$meta"))
    assert {tag["code"] for tag in found["tag"]} == {"a", "b"}
    assert {tag["code"] for tag in meta_in(await node.get("/$meta"))["tag"]} >= {"a", "b"}


async def test_an_operation_is_refused_where_it_is_not_offered(node: FhirNode) -> None:
    address = await node.new(patient())
    assert (await node.get("/Patient/$meta-add")).status_code == 501
    assert (await node.get("/$nonsense")).status_code == 501
    refused = await node.get(f"{address}/$meta-add")
    assert (refused.status_code, refused.headers["allow"]) == (405, "POST")
    assert (await node.get("/Nothing/1/$meta")).status_code == 404


async def test_an_operation_asks_for_the_scope_of_its_rule(node: FhirNode) -> None:
    address = await node.new(patient())
    token = operator_token(node.keys, node.house, "system/Patient.rs", purpose="TREAT")
    reads = {"Authorization": f"Bearer {token}"}
    assert (await node.get(f"{address}/$meta", headers=reads)).status_code == 200
    assert (await node.get("/$meta", headers=reads)).status_code == 403
    refused = await node.post(f"{address}/$meta-add", with_meta(tag=[TAG]), headers=reads)
    assert refused.status_code == 403
    assert (await node.http.get(f"{address}/$meta".lstrip("/"))).status_code == 401


async def test_parameters_that_are_not_taken_are_refused_unless_lenient(node: FhirNode) -> None:
    address = await node.new(patient())
    refused = await node.get(f"{address}/$meta?depth=3")
    assert (refused.status_code, "depth" in refused.text) == (400, True)
    lenient = await node.get(f"{address}/$meta?depth=3", headers={"Prefer": "handling=lenient"})
    assert lenient.status_code == 200
    missing = await node.post(f"{address}/$meta-add", {"resourceType": "Parameters"})
    assert missing.status_code == 400
    assert missing.json()["issue"][0]["expression"] == ["Parameters.parameter.where(name='meta')"]


async def test_operations_are_listed_where_they_are_offered(node: FhirNode) -> None:
    rest = (await node.http.get("metadata")).json()["rest"][0]
    assert {row["name"] for row in rest["operation"]} == {o.name for o in OPERATIONS.values() if "system" in o.levels}
    of_patient = next(row for row in rest["resource"] if row["type"] == "Patient")["operation"]
    assert {"meta", "meta-add", "meta-delete"} <= {row["name"] for row in of_patient}
    assert all(row["definition"].startswith(("http", "urn:verbund:operation:")) for row in of_patient)


def test_parameters_are_read_from_bodies_and_addresses() -> None:
    raw = (
        b'{"resourceType":"Parameters","parameter":[{"name":"code","valueCode":"a"},{"name":"n","valueInteger":3},'
        b'{"name":"on","valueBoolean":true},{"name":"c","valueCoding":{"code":"x"}},'
        b'{"name":"r","resource":{"resourceType":"Basic","code":{"text":"t"}}},'
        b'{"name":"p","part":[{"name":"q","valueDecimal":1.50}]}]}'
    )
    found = from_body(raw)
    assert (found.text("code"), found.number("n"), found.flag("on")) == ("a", 3, True)
    assert found.structure("c") == {"code": "x"}
    assert found.resource("r") == b'{"resourceType":"Basic","code":{"text":"t"}}'
    assert found.all("p")[0].parts[0].kind == "decimal"
    assert answer_of(found) == raw
    address = from_address((("on", "false"), ("n", "12"), ("t", "a,b"), ("t", "c")))
    assert (address.flag("on"), address.number("n"), address.texts("t")) == (False, 12, ("a", "b", "c"))
    assert from_body(b'{"resourceType":"Basic"}').resource("resource") == b'{"resourceType":"Basic"}'


def test_wrong_parameters_are_named() -> None:
    listed = Parameters((Parameter("x", "no", ""), Parameter("x", "no", ""), Parameter("n", True, "boolean")))
    for ask in (lambda: listed.text("x"), lambda: listed.number("n"), lambda: listed.structure("n")):
        with pytest.raises(Incorrect, match=r"The parameter [xn]"):
            ask()
    with pytest.raises(Invalid):
        from_body(b'{"resourceType":"Parameters","parameter":[{"valueString":"nameless"}]}')
