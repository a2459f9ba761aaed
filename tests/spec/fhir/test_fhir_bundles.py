"""Bundles: what is asked for, in which order, and the answers."""

import json
from datetime import UTC, datetime
from typing import Any, NamedTuple

import pytest

from verbund.errors import Incorrect, Invalid
from verbund.fhir import parse_bundle, validate
from verbund.fhir.bundles import Outcome, Version, collection, history_bundle, response_bundle, searchset

NOW = datetime(2024, 5, 31, 12, 5, tzinfo=UTC)
PATIENT = b'{"resourceType":"Patient","id":"1"}'


def bundle(type_: str, *entries: Any) -> bytes:
    return json.dumps({"resourceType": "Bundle", "type": type_, "entry": list(entries)}).encode()


def entry(method: str, url: str, **more: Any) -> dict[str, Any]:
    return {"request": {"method": method, "url": url, **more.pop("request", {})}, **more}


def test_entries_keep_their_resources_as_bytes() -> None:
    raw = b'{"resourceType":"Bundle","type":"transaction","entry":[{"fullUrl":"urn:uuid:1","resource":{ "a": 5.40 },'
    raw += b'"request":{"method":"POST","url":"Patient","ifNoneExist":"identifier=x"}}]}'
    (only,) = parse_bundle(raw).entries
    assert (only.full_url, only.method, only.url, only.if_none_exist) == (
        "urn:uuid:1",
        "POST",
        "Patient",
        "identifier=x",
    )
    assert only.resource_raw == b'{ "a": 5.40 }'


def test_a_transaction_deletes_then_creates_then_updates_then_reads() -> None:
    resource = {"resourceType": "Patient"}
    asked = parse_bundle(
        bundle(
            "transaction",
            entry("GET", "Patient/1"),
            entry("PUT", "Patient/2", resource=resource),
            entry("POST", "Patient", resource=resource),
            entry("DELETE", "Patient/3"),
        )
    )
    assert [item.method for item in asked.in_order()] == ["DELETE", "POST", "PUT", "GET"]
    assert [item.position for item in asked.in_order()] == [3, 2, 1, 0]


@pytest.mark.parametrize(
    ("raw", "path"),
    [
        (bundle("transaction", {"resource": {"resourceType": "Patient"}}), "Bundle.entry[0].request"),
        (bundle("batch", entry("GET", "Patient"), entry("POST", "Patient")), "Bundle.entry[1].resource"),
        (bundle("party"), "Bundle.type"),
        (bundle("batch", {"request": {"method": "GET"}}), "Bundle.entry[0].request.url"),
        (b'{"resourceType":"Bundle","type":"batch","type":"transaction"}', "Bundle"),
    ],
)
def test_half_a_bundle_is_refused_with_the_place(raw: bytes, path: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse_bundle(raw)
    assert path in {place for item in refused.value.issues for place in item.expression}


@pytest.mark.parametrize("raw", [PATIENT, b"[]", b'{"resourceType":"Bundle","type":"ba'])
def test_what_is_no_bundle_is_refused(raw: bytes) -> None:
    with pytest.raises(Incorrect):
        parse_bundle(raw)


def test_a_bundle_of_data_needs_no_requests() -> None:
    assert parse_bundle(bundle("collection", {"resource": {"resourceType": "Patient"}})).entries[0].method is None


class Part(NamedTuple):
    """A resource of a page."""

    type: str
    id: str
    body: bytes


def test_a_page_may_hold_nothing_or_notes_only() -> None:
    note = b'{"resourceType":"OperationOutcome","issue":[{"severity":"information","code":"informational"}]}'
    assert "entry" not in json.loads(searchset("http://x", [], total=0))
    (entry,) = json.loads(searchset('http://x"', [], outcomes=[note]))["entry"]
    assert entry == {"resource": json.loads(note), "search": {"mode": "outcome"}}


def test_answers_are_valid_bundles_with_the_stored_bytes() -> None:
    page = searchset(
        "http://x/fhir",
        [Part("Patient", "1", PATIENT)],
        [Part("Organization", "2", b'{"resourceType":"Organization","id":"2","name":"a"}')],
        links=[("self", "http://x/fhir/Patient?_count=1")],
        total=7,
    )
    versions = [
        Version("http://x/fhir/Patient/1", "Patient", "1", 2, NOW, b"", deleted=True),
        Version("http://x/fhir/Patient/1", "Patient", "1", 1, NOW, PATIENT),
    ]
    history = history_bundle(versions, total=2)
    answer = response_bundle("transaction-response", [Outcome("201 Created", "Patient/1/_history/1", 1, NOW, PATIENT)])
    for raw in (page, history, answer, collection([("urn:uuid:c757873d-ec9a-4326-a141-556f43239520", PATIENT)])):
        assert validate(raw) == ()
    assert PATIENT in page
    assert [entry["fullUrl"] for entry in json.loads(page)["entry"]] == [
        "http://x/fhir/Patient/1",
        "http://x/fhir/Organization/2",
    ]
    assert [entry["search"]["mode"] for entry in json.loads(page)["entry"]] == ["match", "include"]
    assert b'"total":7' in page
    assert [item["request"]["method"] for item in json.loads(history)["entry"]] == ["DELETE", "POST"]
    assert json.loads(answer)["entry"][0]["response"]["etag"] == 'W/"1"'
