"""Batches and transactions over HTTP."""

import asyncio
from typing import Any

import pytest
from fhir_node import IDS, FhirNode, observation, patient


def statuses(bundle: dict[str, Any]) -> list[str]:
    return [entry["response"]["status"][:3] for entry in bundle["entry"]]


async def test_a_transaction_writes_all_and_answers_in_the_order_of_its_entries(node: FhirNode) -> None:
    old = await node.new(patient(family="Alt"))
    someone = {"fullUrl": "urn:uuid:11111111-1111-4111-8111-111111111111", "resource": patient(family="Neu")}
    bundle = node.transaction(("GET", "Patient?family=neu", None), ("PUT", "Patient/p7", patient() | {"id": "p7"}))
    bundle["entry"] += [
        {"resource": observation(someone["fullUrl"]), "request": {"method": "POST", "url": "Observation"}},
        someone | {"request": {"method": "POST", "url": "Patient"}},
        {"request": {"method": "DELETE", "url": old.lstrip("/")}},
    ]
    answer = await node.post("/", bundle)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["type"] == "transaction-response"
    assert statuses(body) == ["200", "201", "201", "201", "204"]
    found = body["entry"][0]["resource"]
    assert len(found["entry"]) == 1
    made = body["entry"][3]["response"]
    assert made["etag"] == 'W/"1"'
    assert made["location"].startswith("Patient/")
    assert "lastModified" in made
    value = (await node.get("/" + body["entry"][2]["response"]["location"].partition("/_history")[0])).json()
    assert value["subject"]["reference"] == made["location"].partition("/_history")[0]
    assert (await node.get(old)).status_code == 410


@pytest.mark.parametrize(
    ("spoilt", "status"),
    [
        (("POST", "Observation", observation("Patient/nobody")), 422),
        (("POST", "Patient", patient() | {"gender": "x"}), 422),
        (("POST", "Patient", observation("Patient/p1")), 400),
        (("PUT", "Patient/a", patient() | {"id": "b"}), 400),
        (("PATCH", "Patient/a", patient()), 400),
        (("POST", "Nothing", patient()), 404),
        (("POST", "metadata", patient()), 405),
        (("POST", "Patient/_search", patient()), 400),
    ],
)
async def test_a_transaction_with_one_bad_entry_does_nothing_and_names_it(
    node: FhirNode, spoilt: tuple[str, str, dict[str, Any]], status: int
) -> None:
    bundle = node.transaction(("PUT", "Patient/p1", patient() | {"id": "p1"}), spoilt)
    answer = await node.post("/", bundle)
    assert answer.status_code == status, answer.text
    issue = answer.json()["issue"][0]
    assert any("entry[1]" in place for place in issue["expression"]), issue
    assert (await node.get("/Patient/p1")).status_code == 404


async def test_a_transaction_creates_only_what_is_not_there(node: FhirNode) -> None:
    bundle = node.transaction(("POST", "Patient", patient(identifier="t1")))
    bundle["entry"][0]["request"]["ifNoneExist"] = f"identifier={IDS}|t1"
    first, second = await node.post("/", bundle), await node.post("/", bundle)
    assert (statuses(first.json()), statuses(second.json())) == (["201"], ["200"])
    assert second.json()["entry"][0]["response"]["location"] == first.json()["entry"][0]["response"]["location"]


async def test_a_transaction_updates_only_the_version_it_knows(node: FhirNode) -> None:
    address = await node.new(patient())
    resource = patient(family="Neu") | {"id": address.rpartition("/")[2]}
    bundle = node.transaction(("PUT", address, resource))
    bundle["entry"][0]["request"]["ifMatch"] = 'W/"7"'
    assert (await node.post("/", bundle)).status_code == 412
    bundle["entry"][0]["request"]["ifMatch"] = 'W/"1"'
    assert statuses((await node.post("/", bundle)).json()) == ["200"]


async def test_a_transaction_returns_resources_when_asked(node: FhirNode) -> None:
    bundle = node.transaction(("POST", "Patient", patient()))
    assert "resource" not in (await node.post("/", bundle)).json()["entry"][0]
    full = await node.post("/", bundle, headers={"Prefer": "return=representation"})
    assert full.json()["entry"][0]["resource"]["meta"]["versionId"] == "1"


async def test_an_entry_of_a_batch_that_fails_hinders_no_other(node: FhirNode) -> None:
    address = await node.new(patient())
    bundle = node.transaction(
        ("GET", address, None),
        ("GET", "Patient/nobody", None),
        ("POST", "Patient", patient()),
        ("POST", "Patient", patient() | {"gender": "x"}),
        ("GET", "Patient?nothing=1", None),
        ("GET", "metadata", None),
        kind="batch",
    )
    body = (await node.post("/", bundle)).json()
    assert body["type"] == "batch-response"
    assert statuses(body) == ["200", "404", "201", "422", "400", "400"]
    assert body["entry"][0]["resource"]["id"] == address.rpartition("/")[2]
    assert body["entry"][1]["response"]["outcome"]["resourceType"] == "OperationOutcome"


async def test_an_empty_bundle_does_nothing(node: FhirNode) -> None:
    for kind in ("transaction", "batch"):
        answer = await node.post("/", {"resourceType": "Bundle", "type": kind})
        assert (answer.status_code, answer.json()["type"]) == (200, f"{kind}-response")


@pytest.mark.parametrize(
    ("bundle", "status"),
    [
        ({"resourceType": "Bundle", "type": "collection"}, 400),
        ({"resourceType": "Patient"}, 400),
        ({"resourceType": "Bundle"}, 422),
        ({"resourceType": "Bundle", "type": "transaction", "entry": [{"resource": patient()}]}, 422),
        (
            {"resourceType": "Bundle", "type": "batch", "entry": [{"request": {"method": "POST", "url": "Patient"}}]},
            422,
        ),
    ],
)
async def test_what_is_no_batch_and_no_transaction(node: FhirNode, bundle: dict[str, Any], status: int) -> None:
    answer = await node.post("/", bundle)
    assert answer.status_code == status, answer.text
    assert answer.json()["resourceType"] == "OperationOutcome"


async def test_half_a_bundle_does_nothing(node: FhirNode) -> None:
    whole = b'{"resourceType":"Bundle","type":"transaction","entry":[{"resource":{"resourceType":"Patient"}'
    before = (await node.get("/Patient?_summary=count")).json()["total"]
    answer = await node.post("/", whole)
    assert answer.status_code == 400
    assert (await node.get("/Patient?_summary=count")).json()["total"] == before


async def test_a_transaction_deletes_before_it_creates_and_reads_last(node: FhirNode) -> None:
    old = await node.new(patient(identifier="order"))
    bundle = node.transaction(
        ("GET", f"Patient?identifier={IDS}|order", None),
        ("PUT", "Patient/order-2", patient(identifier="order-2") | {"id": "order-2"}),
        ("POST", "Patient", patient(identifier="order")),
        ("DELETE", old, None),
    )
    bundle["entry"][2]["request"]["ifNoneExist"] = f"identifier={IDS}|order"
    body = (await node.post("/", bundle)).json()
    assert statuses(body)[1:] == ["201", "200", "204"], "what is to be deleted is there when conditions are looked at"
    assert body["entry"][0]["resource"].get("entry", []) == []
    assert (await node.get(old)).status_code == 410


async def test_conditions_hold_for_entries_as_for_requests(node: FhirNode) -> None:
    fits = f"Patient?identifier={IDS}|bundled"
    steps: list[tuple[str, str, dict[str, Any] | None, str]] = [
        ("PUT", fits, patient(identifier="bundled"), "201"),
        ("PUT", fits, patient(family="Neu", identifier="bundled"), "200"),
        ("DELETE", fits, None, "204"),
        ("DELETE", fits, None, "204"),
    ]
    for method, url, resource, status in steps:
        answer = await node.post("/", node.transaction((method, url, resource)))
        assert statuses(answer.json()) == [status], answer.text
    unchanged = node.transaction(("GET", await node.new(patient()), None), kind="batch")
    unchanged["entry"][0]["request"]["ifNoneMatch"] = 'W/"1"'
    assert statuses((await node.post("/", unchanged)).json()) == ["304"]


async def test_conditional_references_are_resolved(node: FhirNode) -> None:
    someone = await node.new(patient(identifier="referred"))
    about = observation(f"Patient?identifier={IDS}|referred")
    wanted = {"Prefer": "return=representation"}
    body = (await node.post("/", node.transaction(("POST", "Observation", about)), headers=wanted)).json()
    assert body["entry"][0]["resource"]["subject"]["reference"] == someone[1:]
    nobody = node.transaction(("POST", "Observation", observation(f"Patient?identifier={IDS}|nobody")))
    assert (await node.post("/", nobody)).status_code in {400, 404, 412, 422}


async def test_operations_searches_and_histories_stand_in_batches(node: FhirNode) -> None:
    address = await node.new(patient())
    tag = {"name": "meta", "valueMeta": {"tag": [{"system": "https://example.org", "code": "b"}]}}
    bundle = node.transaction(
        ("GET", f"{address}/$meta", None),
        ("POST", f"{address}/$meta-add", {"resourceType": "Parameters", "parameter": [tag]}),
        ("GET", f"{address}/_history", None),
        ("GET", f"{address}/*", None),
        ("GET", "?_type=Patient,Group", None),
        ("GET", f"{address}?_summary=true", None),
        ("HEAD", address, None),
        kind="batch",
    )
    body = (await node.post("/", bundle)).json()
    assert statuses(body) == ["200"] * 7
    assert body["entry"][1]["resource"]["parameter"][0]["valueMeta"]["tag"][0]["code"] == "b"
    assert body["entry"][5]["resource"]["meta"]["tag"][-1]["code"] == "SUBSETTED"


async def test_an_operation_that_changes_something_is_no_part_of_a_transaction(node: FhirNode) -> None:
    address = await node.new(patient())
    bundle = node.transaction(("POST", f"{address}/$meta-add", {"resourceType": "Parameters"}))
    assert (await node.post("/", bundle)).status_code == 501
    asked = node.transaction(("GET", f"{address}/$meta", None))
    assert statuses((await node.post("/", asked)).json()) == ["200"]


async def test_a_bundle_says_what_was_done_when_that_is_preferred(node: FhirNode) -> None:
    wanted = {"Prefer": "return=OperationOutcome"}
    body = (await node.post("/", node.transaction(("POST", "Patient", patient())), headers=wanted)).json()
    assert "resource" not in body["entry"][0]
    assert body["entry"][0]["response"]["outcome"]["resourceType"] == "OperationOutcome"
    assert body["entry"][0]["response"]["etag"] == 'W/"1"'


async def test_a_large_bundle_holds_up_no_small_request(node: FhirNode) -> None:
    entries = [("PUT", f"Patient/big-{n}", patient(family=f"B{n}") | {"id": f"big-{n}"}) for n in range(1500)]
    large = asyncio.create_task(node.post("/", node.transaction(*entries)))
    waits = []
    while not large.done():
        began = asyncio.get_running_loop().time()
        assert (await node.http.get("metadata")).status_code == 200
        waits.append(asyncio.get_running_loop().time() - began)
    assert (await large).status_code == 200
    assert len(waits) > 3
    assert sorted(waits)[len(waits) // 2] < 0.5
