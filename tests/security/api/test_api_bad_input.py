"""What hostile clients and broken systems send: always a 4xx that says what is wrong, never a failure of ours."""

import gzip
import json
import time
import zlib
from typing import Any

import httpx
import pytest
import zstandard
from fhir_node import FHIR, FhirNode, observation, patient

XML = "application/fhir+xml"
DEEP = 20_000


def refused(answer: httpx.Response, *statuses: int) -> dict[str, Any]:
    """The first issue of a refusal that says what is wrong."""
    assert answer.status_code in (statuses or range(400, 500)), (answer.status_code, answer.text[:300])
    assert answer.headers["content-type"] == FHIR
    outcome: dict[str, Any] = answer.json()
    assert outcome["resourceType"] == "OperationOutcome"
    issue: dict[str, Any] = outcome["issue"][0]
    assert issue["code"] not in {"exception", ""}
    assert len(issue["diagnostics"]) > 10
    return issue


BODIES = {
    "a key twice": b'{"resourceType":"Patient","active":true,"active":false}',
    "a key twice, deep": b'{"resourceType":"Patient","name":[{"family":"a","family":"b"}]}',
    "not a number": b'{"resourceType":"Observation","status":"final","code":{},"valueQuantity":{"value":NaN}}',
    "infinity": b'{"resourceType":"Observation","status":"final","code":{},"valueQuantity":{"value":Infinity}}',
    "a huge whole number": b'{"resourceType":"Patient","multipleBirthInteger":' + b"9" * 5000 + b"}",
    "no UTF-8": b'{"resourceType":"Patient","name":[{"family":"\xff\xfe"}]}',
    "half a surrogate": b'{"resourceType":"Patient","name":[{"family":"\\ud800"}]}',
    "a zero byte": b'{"resourceType":"Patient","name":[{"family":"a\\u0000b"}]}',
    "deep lists": b'{"resourceType":"Patient","name":' + b"[" * DEEP + b"]" * DEEP + b"}",
    "deep objects": b'{"resourceType":"Patient","extension":' + b'[{"url":"u","extension":' * DEEP + b"1",
    "cut off": b'{"resourceType":"Patient","name":[{"family":"Mus',
    "nothing": b"",
    "white space": b"  \n ",
    "a list": b"[]",
    "a text": b'"Patient"',
    "null": b"null",
    "two documents": b'{"resourceType":"Patient"}{"resourceType":"Patient"}',
    "a comment": b'{"resourceType":"Patient" /* x */}',
    "an unknown element": b'{"resourceType":"Patient","surname":"x"}',
    "a wrong type": b'{"resourceType":"Patient","active":"yes"}',
    "an empty object": b'{"resourceType":"Patient","name":[{}]}',
    "an unknown resource": b'{"resourceType":"Human"}',
}


@pytest.mark.parametrize("name", list(BODIES))
async def test_a_broken_body_is_refused_wherever_it_is_sent(node: FhirNode, name: str) -> None:
    body = BODIES[name]
    began = time.perf_counter()
    for answer in (
        await node.post("/Patient" if b"Observation" not in body else "/Observation", body),
        await node.put("/Patient/x", body),
        await node.post("/", body),
        await node.post("/Patient/x/$meta-add", body or b"{}"),
    ):
        refused(answer)
    assert time.perf_counter() - began < 4


async def test_a_broken_resource_in_a_bundle_is_found(node: FhirNode) -> None:
    for name in ("a key twice", "not a number", "no UTF-8", "an unknown element"):
        whole = b'{"resourceType":"Bundle","type":"transaction","entry":[{"resource":%s,"request":{"method":"POST",'
        kind = b"Observation" if b"Observation" in BODIES[name] else b"Patient"
        issue = refused(await node.post("/", (whole + b'"url":"%s"}}]}') % (BODIES[name], kind)))
        assert issue["severity"] in {"error", "fatal"}, name


@pytest.mark.parametrize(
    "xml",
    [
        b"<Patient",
        b"<Patient/>",
        b'<Patient xmlns="http://other"/>',
        b'<!DOCTYPE x [<!ENTITY a "b">]><Patient xmlns="http://hl7.org/fhir"><id value="&a;"/></Patient>',
        b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><Patient xmlns="http://hl7.org/fhir"/>',
        b'<Patient xmlns="http://hl7.org/fhir"><surname value="x"/></Patient>',
        b'<Patient xmlns="http://hl7.org/fhir">' + b"<contact>" * 5000,
        b"\xff\xfe<",
        b"",
        b'<Human xmlns="http://hl7.org/fhir"/>',
    ],
)
async def test_broken_xml_is_refused(node: FhirNode, xml: bytes) -> None:
    for path in ("/Patient", "/"):
        assert refused(await node.post(path, xml, headers={"Content-Type": XML}))["severity"] in {"error", "fatal"}


@pytest.mark.parametrize("pack", ["gzip", "deflate", "zstd"])
async def test_a_bomb_is_not_opened(node: FhirNode, pack: str) -> None:
    plain = b" " * (16 * 2**20)
    packed = {"gzip": gzip.compress, "deflate": zlib.compress, "zstd": zstandard.compress}[pack](plain)
    assert len(packed) < 100_000
    answer = await node.post("/Patient", packed, headers={"Content-Encoding": pack})
    refused(answer, 413)
    for broken in (packed[:50], b"nonsense", b""):
        answer = await node.post("/Patient", broken, headers={"Content-Encoding": pack})
        refused(answer, 400)
    twice = await node.post("/Patient", gzip.compress(packed), headers={"Content-Encoding": f"{pack}, gzip"})
    refused(twice, 413)
    refused(await node.post("/Patient", b"{}", headers={"Content-Encoding": "gzip, gzip, gzip"}), 415)


@pytest.mark.parametrize(
    "query",
    [
        "_id=" + ",".join(["x"] * 10_000),
        "code=" + ",".join(["a|b"] * 10_000),
        "subject:Patient." + "general-practitioner." * 20 + "name=x",
        "_has:" * 20 + "x=1",
        "_page=forged",
        "_page=" + "A" * 5000,
        "_page=",
        "_count=-1",
        "_count=1e9",
        "date=99999-01-01",
        "date=2024-02-30",
        "date=2024-01-01T25:00:00Z",
        "value-quantity=nan",
        "_lastUpdated=0000",
        "_include=*:*:*:*",
        "_include=Observation:nothing",
        "_total=some",
        "_type=Nothing",
        "subject:Nothing.name=x",
        "_elements=" + "x" * 1000,
        "_filter=((((",
        "_filter=" + "(" * 3000,
        "_list=%00",
        "code:in=",
        "%00=1",
        "code=%ff",
        "a" * 3000 + "=1",
    ],
)
async def test_a_search_that_makes_no_sense_is_refused_at_once(node: FhirNode, query: str) -> None:
    began = time.perf_counter()
    answer = await node.get(f"/Observation?{query}")
    if query in {"_page=", "code:in=", "_list=%00"}:
        assert answer.status_code < 500
    else:
        assert 400 <= answer.status_code < 500 or answer.status_code == 501, (answer.status_code, answer.text[:200])
        assert answer.json()["resourceType"] == "OperationOutcome"
    assert time.perf_counter() - began < 2


@pytest.mark.parametrize("query", ["value-quantity=1e400", "_sort=" + ",".join(["date"] * 1000), "code=" + "x" * 9000])
async def test_a_search_for_what_cannot_be_finds_nothing(node: FhirNode, query: str) -> None:
    assert (await node.get(f"/Observation?status=entered-in-error&{query}")).status_code in {200, 400}


async def test_a_number_beyond_all_measure_is_kept_as_it_came(node: FhirNode) -> None:
    body = b'{"resourceType":"Observation","status":"final","code":{"text":"x"},"valueQuantity":{"value":1e999999999}}'
    answer = await node.post("/Observation", body)
    assert answer.status_code < 500
    if answer.status_code == 201:
        assert b'"value":1e999999999' in answer.content


@pytest.mark.parametrize("count", ["1000000000", "9" * 18, "0"])
async def test_a_page_is_never_larger_than_a_page(node: FhirNode, count: str) -> None:
    await node.new(patient())
    answer = await node.get(f"/Patient?_count={count}")
    assert answer.status_code == 200
    assert len(answer.json().get("entry", [])) <= (0 if count == "0" else 1000)
    assert (await node.get(f"/Patient/_history?_count={count}")).status_code == 200


@pytest.mark.parametrize("version", ["0", "2", "999999999", "1e3", "-1", "1.0", "%31", "x" * 70])
async def test_versions_that_never_were_are_not_found(node: FhirNode, version: str) -> None:
    address = await node.new(patient())
    answer = await node.get(f"{address}/_history/{version}")
    assert answer.status_code == (200 if version == "%31" else 404)


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("If-Match", "yes"),
        ("If-Match", 'W/"99999999999999999999"'),
        ("If-None-Match", "x"),
        ("If-None-Exist", ""),
        ("If-None-Exist", "nothing=1"),
        ("If-None-Exist", "_count=1"),
        ("Prefer", "return=all"),
        ("Content-Type", ""),
        ("Content-Type", "application/fhir+json; charset=utf-16"),
        ("Content-Type", "multipart/form-data; boundary=x"),
        ("Accept", "image/png"),
        ("Accept", "application/fhir+json; fhirVersion=3.0"),
    ],
)
async def test_headers_that_make_no_sense_are_refused(node: FhirNode, header: str, value: str) -> None:
    resource = patient() | {"id": "headers"}
    if header == "If-None-Exist":
        answer = await node.post("/Patient", patient(), headers={header: value})
    else:
        answer = await node.put("/Patient/headers", resource, headers={header: value})
    assert refused(answer)["severity"] in {"error", "fatal"}
    assert (await node.get("/Patient/headers")).status_code == 404


async def test_a_preference_that_there_is_none_of_changes_nothing(node: FhirNode) -> None:
    wrong = {"Prefer": "return=everything"}
    bundle = node.transaction(("PUT", "Patient/unwanted", patient() | {"id": "unwanted"}))
    refused(await node.post("/", bundle, headers=wrong), 400)
    assert (await node.get("/Patient/unwanted")).status_code == 404
    address = await node.new(patient())
    labels = {"resourceType": "Parameters", "parameter": [{"name": "meta", "valueMeta": {"tag": [{"code": "x"}]}}]}
    refused(await node.post(f"{address}/$meta-add", labels, headers=wrong), 400)
    assert (await node.get(address)).json()["meta"]["versionId"] == "1"


async def test_dates_in_the_future_and_the_past_are_only_dates(node: FhirNode) -> None:
    address = await node.new(patient())
    for moment in ("Fri, 31 Dec 9999 23:59:59 GMT", "Thu, 01 Jan 0001 00:00:00 GMT", "yesterday", ""):
        answer = await node.get(address, headers={"If-Modified-Since": moment})
        assert answer.status_code in {200, 304}
    someone = await node.new(patient())
    for day in ("9999-12-31", "0001-01-01"):
        made = await node.post("/Observation", observation(someone, day=day))
        assert made.status_code < 500


async def test_a_circle_of_new_resources_is_a_transaction_like_any_other(node: FhirNode) -> None:
    entries = []
    for number in range(3):
        link = {"other": {"reference": f"urn:uuid:0000000{(number + 1) % 3}-0000-4000-8000-000000000000"}}
        resource = patient() | {"link": [link | {"type": "seealso"}]}
        entries.append(
            {
                "fullUrl": f"urn:uuid:0000000{number}-0000-4000-8000-000000000000",
                "resource": resource,
                "request": {"method": "POST", "url": "Patient"},
            }
        )
    answer = await node.post("/", {"resourceType": "Bundle", "type": "transaction", "entry": entries})
    assert answer.status_code == 200, answer.text
    entries[2]["resource"] = patient() | {
        "link": [{"other": {"reference": "urn:uuid:99999999-0000-4000-8000-000000000000"}, "type": "seealso"}]
    }
    refused(await node.post("/", {"resourceType": "Bundle", "type": "transaction", "entry": entries}))


async def test_entries_that_want_the_same_thing_are_refused(node: FhirNode) -> None:
    twice = patient() | {"id": "twice"}
    bundle = node.transaction(("PUT", "Patient/twice", twice), ("DELETE", "Patient/twice", None))
    refused(await node.post("/", bundle))
    bundle = node.transaction(("PUT", "Patient/twice", twice), ("PUT", "Patient/twice", twice))
    refused(await node.post("/", bundle))
    assert (await node.get("/Patient/twice")).status_code == 404


async def test_a_bundle_of_many_thousand_entries_is_answered(node: FhirNode) -> None:
    entries = [{"request": {"method": "GET", "url": "Patient/nobody"}}] * 500
    body = json.dumps({"resourceType": "Bundle", "type": "batch", "entry": entries}).encode()
    answer = await node.post("/", body)
    assert answer.status_code == 200
    assert {e["response"]["status"] for e in answer.json()["entry"]} == {"404 Not Found"}


@pytest.mark.parametrize(
    "url",
    ["", "/", "Patient/../..", "http://other.example/fhir/Patient/1", "metadata", "Patient/_search", "?x=1", "$x"],
)
async def test_an_entry_with_an_odd_address_fails_in_its_place(node: FhirNode, url: str) -> None:
    bundle = {"resourceType": "Bundle", "type": "batch", "entry": [{"request": {"method": "GET", "url": url}}]}
    answer = await node.post("/", bundle)
    assert answer.status_code in {200, 422}, answer.text
    if answer.status_code == 200:
        assert answer.json()["entry"][0]["response"]["status"][0] in "245"
        assert not answer.json()["entry"][0]["response"]["status"].startswith("500")
