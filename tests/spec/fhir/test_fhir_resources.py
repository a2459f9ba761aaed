"""What is done with the bytes of a resource: marks of the server, references, outcomes, capabilities."""

import json
from datetime import UTC, datetime

from verbund.errors import Issue, NotFound
from verbund.fhir import (
    RESOURCE_TYPES,
    Offer,
    capability,
    decode,
    outcome,
    parse_reference,
    reference_texts,
    references,
    replace_references,
    stamp,
    type_name,
    type_number,
    validate,
)
from verbund.fhir.generated.search_parameters import LEFT_OUT
from verbund.fhir.outcomes import outcome_of
from verbund.fhir.references import Target, conditional
from verbund.fhir.search import parameters_of

NOW = datetime(2024, 5, 31, 12, 5, 0, 123_456, tzinfo=UTC)
OBSERVATION = (
    b'{"resourceType":"Observation","status":"final","code":{"text":"x"},"subject":{"reference":"urn:uuid:1"},'
    b'"performer":[{"reference":"#c"},{"reference":"Practitioner?identifier=a|b"}],'
    b'"component":[{"code":{"text":"y"},"extension":[{"url":"urn:x","valueReference":{"reference":"Device/5"}}]}]}'
)


def test_a_stamp_sets_id_version_and_time_and_keeps_the_rest() -> None:
    raw = b'{"resourceType":"Patient","meta":{"profile":["p"],"versionId":"9"},"extension":[ {"a": 1.50} ]}'
    assert stamp(raw, id="7", version=2, updated=NOW) == (
        b'{"resourceType":"Patient","id":"7","meta":{"versionId":"2","lastUpdated":"2024-05-31T12:05:00.123Z",'
        b'"profile":["p"]},"extension":[ {"a": 1.50} ]}'
    )


def test_references_are_listed_with_their_places() -> None:
    found = [(item.path, item.text) for item in references(decode(OBSERVATION))]
    assert found == [
        ("Observation.subject", "urn:uuid:1"),
        ("Observation.performer[1]", "Practitioner?identifier=a|b"),
        ("Observation.component[0].extension[0].valueReference", "Device/5"),
    ]


def test_the_fast_way_finds_the_same_references() -> None:
    texts = {item.text for item in references(decode(OBSERVATION))}
    assert set(reference_texts(OBSERVATION)) == texts


def test_a_reference_names_type_id_version_and_server() -> None:
    assert parse_reference("Patient/1") == Target("Patient", "1")
    assert parse_reference("Patient/1/_history/2") == Target("Patient", "1", None, "2")
    assert parse_reference("https://other/fhir/Patient/1") == Target("Patient", "1", "https://other/fhir")
    assert parse_reference("urn:uuid:1") is None
    assert conditional("Practitioner?identifier=a|b") == ("Practitioner", "identifier=a|b")
    assert conditional("Practitioner/1") is None


def test_references_of_a_transaction_are_replaced_and_nothing_else() -> None:
    raw = (
        b'{"subject": {"reference" : "urn:uuid:1"},"url":"urn:uuid:1","identifier":{"value":"urn:uuid:1"},'
        b'"div":"<a href=\\"urn:uuid:1\\">urn:uuid:1</a>","performer":{"reference":"Practitioner?identifier=a|b"}}'
    )
    assert replace_references(raw, {"urn:uuid:1": "Patient/9", "Practitioner?identifier=a|b": "Practitioner/3"}) == (
        b'{"subject": {"reference" : "Patient/9"},"url":"Patient/9","identifier":{"value":"urn:uuid:1"},'
        b'"div":"<a href=\\"Patient/9\\">urn:uuid:1</a>","performer":{"reference":"Practitioner/3"}}'
    )


def test_an_error_becomes_an_outcome_with_code_rule_and_place() -> None:
    issue = Issue("value", "Patient.birthDate: expected a date.", ("Patient.birthDate",), rule="format:date")
    raw = outcome(NotFound("There is no such patient.", issues=(issue,)))
    (told,) = json.loads(raw)["issue"]
    assert told["code"] == "value"
    assert told["expression"] == ["Patient.birthDate"]
    assert told["diagnostics"] == "Patient.birthDate: expected a date."
    assert validate(raw) == validate(outcome_of(())) == ()


def test_the_capability_statement_lists_what_is_offered_and_is_valid() -> None:
    offer = Offer(
        types={"Patient": ("read", "search-type", "history-instance"), "Binary": ("read",)},
        system=("transaction", "batch"),
        behaviour={"conditionalCreate": True},
    )
    told = capability(offer, base_url="http://x/fhir", title="Praxis", version="0.1", date=NOW)
    assert validate(json.dumps(told).encode()) == ()
    binary, patient = told["rest"][0]["resource"]
    assert "searchParam" not in binary
    offered = {item["name"]: item for item in patient["searchParam"]}
    assert offered["birthdate"]["type"] == "date"
    assert offered["birthdate"]["definition"] == "http://hl7.org/fhir/SearchParameter/individual-birthdate"
    assert offered["identifier"]["documentation"].startswith("Modifiers: :above, :below, :in, :missing, :not")
    assert offered["gender"]["documentation"].count(":of-type") == 0
    assert "age" not in offered
    assert patient["readHistory"] is True
    assert patient["searchRevInclude"] == ["Patient:link"]
    assert {"_filter", "_has", "_list", "_type"} == {item["name"] for item in told["rest"][0]["searchParam"]}


def test_nearly_all_search_parameters_of_the_standard_are_offered() -> None:
    offered = {found.definition for name in RESOURCE_TYPES for found in parameters_of(name).values()}
    assert len(offered) >= 1380
    left_out = {code for name in RESOURCE_TYPES for code in LEFT_OUT[name]}
    assert left_out == {"_query", "age", "birthOrderBoolean", "composition", "message"}


def test_type_numbers_never_change() -> None:
    assert [type_number(name) for name in ("Account", "Observation", "Patient", "VisionPrescription")] == [
        1,
        96,
        103,
        146,
    ]
    assert type_name(type_number("Consent")) == "Consent"
