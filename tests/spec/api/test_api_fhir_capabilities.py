"""What the node says it can do, and that it can."""

import httpx
from fhir_node import FHIR, FhirNode, patient


async def test_the_statement_is_open_and_names_the_server(node: FhirNode) -> None:
    answer = await node.http.get("metadata")
    assert answer.headers["content-type"] == FHIR
    said = answer.json()
    assert (said["resourceType"], said["fhirVersion"]) == ("CapabilityStatement", "4.0.1")
    assert said["implementation"]["url"] == node.base
    created = await node.post("/CapabilityStatement", answer.content)
    assert created.status_code == 201, created.text


async def test_every_interaction_that_it_names_is_answered(node: FhirNode) -> None:
    rest = (await node.http.get("metadata")).json()["rest"][0]
    offered = {r["type"]: {i["code"] for i in r["interaction"]} for r in rest["resource"]}["Patient"]
    resource = patient() | {"id": "c1"}
    asked: dict[str, httpx.Response] = {
        "create": await node.post("/Patient", patient()),
        "update": await node.put("/Patient/c1", resource),
        "read": await node.get("/Patient/c1"),
        "vread": await node.get("/Patient/c1/_history/1"),
        "history-instance": await node.get("/Patient/c1/_history"),
        "search-type": await node.get("/Patient?family=muster"),
        "patch": await node.patch("/Patient/c1", [{"op": "add", "path": "/active", "value": True}]),
        "history-type": await node.get("/Patient/_history"),
        "delete": await node.delete("/Patient/c1"),
    }
    assert offered == asked.keys()
    assert {name: answer.status_code // 100 for name, answer in asked.items()} == dict.fromkeys(asked, 2)


async def test_the_log_is_offered_to_be_read_alone(node: FhirNode) -> None:
    rows = {one["type"]: one for one in (await node.http.get("metadata")).json()["rest"][0]["resource"]}
    log = rows["AuditEvent"]
    assert [one["code"] for one in log["interaction"]] == ["read", "search-type"]
    assert {"patient", "date", "agent", "action", "entity", "type", "subtype", "outcome"} <= {
        one["name"] for one in log["searchParam"]
    }
    assert not {"conditionalCreate", "updateCreate", "searchInclude", "searchRevInclude"} & log.keys()
    assert not [one for one in rows["Patient"]["searchRevInclude"] if one.startswith("AuditEvent:")]


async def test_what_was_done_with_a_record_is_found_page_by_page(node: FhirNode) -> None:
    place = await node.new(patient())
    for _ in range(3):
        assert (await node.get(place)).status_code == 200
    url, found = f"/AuditEvent?patient={place.lstrip('/')}&subtype=read&_count=2", []
    while url:
        page = (await node.get(url)).json()
        assert (page["resourceType"], page["type"]) == ("Bundle", "searchset")
        found += page.get("entry", [])
        links = {one["relation"]: one["url"] for one in page["link"]}
        url = links["next"].removeprefix(node.base) if "next" in links else ""
    assert {one["resource"]["action"] for one in found} == {"R"}
    assert len({one["fullUrl"] for one in found}) == len(found) >= 3
    answer = await node.get(found[0]["fullUrl"].removeprefix(node.base))
    assert (answer.status_code, answer.json()) == (200, found[0]["resource"])
    assert (await node.get("/AuditEvent?action=R")).status_code == 400
    assert (await node.post("/AuditEvent", found[0]["resource"])).status_code == 403


async def test_every_search_parameter_that_it_names_is_known(node: FhirNode) -> None:
    rest = (await node.http.get("metadata")).json()["rest"][0]
    values = {
        "date": "2024",
        "number": "1",
        "quantity": "1",
        "composite": "x$2024",
        "special": "",
        "reference": "Patient/1",
        "token": "x",
        "string": "x",
        "uri": "x",
    }
    asked = [
        f"/{resource['type']}?{parameter['name']}={values[parameter['type']]}&_count=1"
        for resource in rest["resource"]
        if resource["type"] in {"Patient", "Observation"}
        for parameter in resource["searchParam"]
    ]
    assert len(asked) > 40
    answers = [await node.get(url) for url in asked]
    refused = [(url, answer.text) for url, answer in zip(asked, answers, strict=True) if answer.status_code != 200]
    assert refused == []


async def test_smart_apps_find_the_provider_at_the_base(node: FhirNode) -> None:
    said = (await node.http.get(".well-known/smart-configuration")).json()
    assert said["issuer"] == node.house.issuer
    assert said["authorization_endpoint"] == f"{node.house.issuer}/oauth/authorize"
    assert "S256" in said["code_challenge_methods_supported"]
    assert {"launch-ehr", "launch-standalone", "permission-v2"} <= set(said["capabilities"])


async def test_it_says_how_writes_behave_and_what_else_can_be_asked(node: FhirNode) -> None:
    said = (await node.http.get("metadata")).json()
    assert {"application/fhir+json", "application/fhir+xml"} <= set(said["format"])
    assert "application/json-patch+json" in said["patchFormat"]
    rest = said["rest"][0]
    assert {i["code"] for i in rest["interaction"]} == {"batch", "transaction", "history-system", "search-system"}
    assert {c.rpartition("/")[2] for c in rest["compartment"]} == {
        "device",
        "encounter",
        "patient",
        "practitioner",
        "relatedPerson",
    }
    of_patient = next(row for row in rest["resource"] if row["type"] == "Patient")
    assert of_patient["conditionalDelete"] == "multiple"
    assert of_patient["conditionalRead"] == "full-support"
    assert of_patient["conditionalCreate"] is of_patient["conditionalUpdate"] is of_patient["updateCreate"] is True
