"""What a hostile client sends is refused with an answer, quickly, and says nothing about a patient."""

import json
import time
from typing import Any

import pytest

from verbund.errors import Incorrect
from verbund.fhir import decode, index, parse_bundle, parse_search, validate
from verbund.fhir.validation import MAX_DEPTH, MOST_ISSUES


def nested_extensions(depth: int) -> bytes:
    inner: dict[str, Any] = {"url": "urn:x", "valueString": "a"}
    for _ in range(depth):
        inner = {"url": "urn:x", "extension": [inner]}
    return json.dumps({"resourceType": "Patient", "extension": [inner]}).encode()


def nested_assigners(depth: int) -> bytes:
    inner: dict[str, Any] = {"value": "a"}
    for _ in range(depth):
        inner = {"value": "a", "assigner": {"identifier": inner}}
    return json.dumps({"resourceType": "Patient", "identifier": [inner]}).encode()


def rules(raw: bytes) -> set[str | None]:
    return {item.rule for item in validate(raw)}


def test_nesting_is_accepted_up_to_the_limit() -> None:
    assert validate(nested_extensions(MAX_DEPTH - 2)) == ()


@pytest.mark.parametrize("raw", [nested_extensions(70), nested_extensions(400), nested_assigners(80)])
def test_deep_nesting_is_refused(raw: bytes) -> None:
    assert rules(raw) == {"depth"}


@pytest.mark.parametrize(
    "raw",
    [
        b'{"resourceType":"Patient","extension":' + b"[" * 100_000,
        b'{"resourceType":"Patient","extension":' + b'[{"extension":' * 50_000 + b"[]" + b"}]" * 50_000 + b"}",
        b'{"resourceType":"Patient",' + b'"a":1,' * 50_000 + b'"a":1}',
        b'{"resourceType":"Patient",' + b",".join(b'"k%d":1' % i for i in range(50_000)) + b"}",
        b'{"resourceType":"Patient","name":[' + b",".join([b"{}"] * 50_000) + b"]}",
        b'{"resourceType":"Patient","active":' + b"9" * 1_000_000 + b"}",
        b'{"resourceType":"Patient","id":"' + b"a" * 2_000_000 + b'"}',
        b'{"resourceType":"Patient","implicitRules":"' + b" a" * 500_000 + b'"}',
        b'{"resourceType":"Binary","contentType":"a/b","data":"' + b"YQ= " * 250_000 + b'"}',
        b'{"resourceType":"Patient","birthDate":"' + b"1" * 1_000_000 + b'"}',
    ],
)
def test_large_nonsense_is_refused_within_seconds(raw: bytes) -> None:
    begun = time.process_time()
    with pytest.raises(Incorrect) as refused:
        decode(raw)
    assert len(refused.value.issues) <= MOST_ISSUES
    assert time.process_time() - begun < 5


@pytest.mark.parametrize("value", [b"1e1000000", b"-1e1000000", b"1e-1000000", b"0e99999999", b"1E+400", b"-0"])
def test_enormous_numbers_are_kept_and_indexed(value: bytes) -> None:
    raw = b'{"resourceType":"Observation","status":"final","code":{"text":"x"},"valueQuantity":{"value":%s}}' % value
    (row,) = [row for row in index(decode(raw)).quantities if row[0] == "value-quantity"]
    assert row[1] <= row[2]


def test_a_number_beyond_every_scale_gets_an_answer() -> None:
    raw = b'{"resourceType":"Observation","status":"final","code":{"text":"x"},"valueQuantity":{"value":1e%s}}' % (
        b"9" * 30
    )
    with pytest.raises(Incorrect):
        decode(raw)


def test_a_key_hidden_behind_escapes_is_still_found_twice() -> None:
    raw = b'{"resourceType":"Patient","name":[{"text":"\\u0022\\u0022","family":"a","family":"b"}]}'
    assert rules(raw) == {"duplicate-key"}


def test_a_key_hidden_behind_longer_numbers_is_still_found_twice() -> None:
    values = b",".join([b'{"value":1e2}'] * 12)
    raw = b'{"resourceType":"Observation","status":"final","status":"final","code":{"text":"x"},"component":[%s]}'
    components = b",".join(b'{"code":{"text":"x"},"valueQuantity":%s}' % item for item in values.split(b","))
    assert "duplicate-key" in rules(raw % components)


def test_sentences_do_not_repeat_what_was_sent() -> None:
    secret = "Mustermann"
    bodies = [
        {"gender": secret},
        {"birthDate": secret},
        {"name": secret},
        {"active": secret},
        {secret + " ": 1},
        {"name": [{"family": 1, "given": secret}]},
        {"id": secret + " " + secret},
        {"maritalStatus": {"coding": secret}},
    ]
    for body in bodies:
        issues = validate(json.dumps({"resourceType": "Patient", **body}).encode())
        assert issues
        assert not any(secret in item.text for item in issues)


def test_search_errors_do_not_repeat_the_value() -> None:
    for name in ("birthdate", "_id", "general-practitioner", "_count"):
        with pytest.raises(Incorrect) as refused:
            parse_search("Patient", [(name, "Erika Mustermann/")])
        assert "Mustermann" not in refused.value.text


def test_a_bundle_of_many_entries_is_read_quickly() -> None:
    entry = b'{"resource":{"resourceType":"Patient"},"request":{"method":"POST","url":"Patient"}}'
    raw = b'{"resourceType":"Bundle","type":"batch","entry":[' + b",".join([entry] * 100_000) + b"]}"
    begun = time.process_time()
    assert len(parse_bundle(raw).entries) == 100_000
    assert time.process_time() - begun < 5


def test_of_a_huge_bundle_the_first_bad_resource_is_told() -> None:
    good = b'{"resource":{"resourceType":"Basic","code":{"text":"%s"}}}' % (b"a" * 1000)
    bad = b'{"resource":{"resourceType":"Patient","gender":"m"}}'
    entries = b",".join([good] * 2500 + [bad])
    with pytest.raises(Incorrect, match=r"Patient\.gender: the code must be one of"):
        decode(b'{"resourceType":"Bundle","type":"collection","entry":[%s]}' % entries)
