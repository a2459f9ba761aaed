"""What the index keeps of a resource, by the official search parameters."""

import json
from math import inf
from typing import Any

import pytest

from verbund.fhir import Entries, decode, index, normalise
from verbund.fhir.dates import date_range

SPECIAL = "http://terminology.hl7.org/CodeSystem/special-values"


def entries(type_: str, **content: Any) -> Entries:
    return index(decode(json.dumps({"resourceType": type_, **content}).encode()))


def observation(**content: Any) -> Entries:
    return entries("Observation", **({"status": "final", "code": {"text": "x"}} | content))


def test_a_patient_is_found_by_name_identifier_and_birth_date() -> None:
    found = entries(
        "Patient",
        id="p1",
        identifier=[{"system": "http://fhir.de/sid/gkv/kvid-10", "value": "A123456789"}],
        name=[{"family": "Müller", "given": ["Erika", "Anna"]}],
        birthDate="1970-05-31",
        gender="female",
        telecom=[{"system": "email", "value": "e@example.org"}],
    )
    assert ("identifier", "http://fhir.de/sid/gkv/kvid-10", "A123456789") in found.tokens
    assert ("gender", "http://hl7.org/fhir/administrative-gender", "female") in found.tokens
    assert ("email", None, "e@example.org") in found.tokens
    assert {text for param, text in found.strings if param == "name"} == {"Müller", "Erika", "Anna"}
    assert {text for param, text in found.strings if param == "given"} == {"Erika", "Anna"}
    assert found.dates == (("birthdate", *date_range("1970-05-31")),)
    assert found.patient == "p1"


def test_a_concept_is_found_by_each_of_its_codings() -> None:
    codings = [
        {"system": "http://loinc.org", "code": "718-7"},
        {"system": "urn:local", "code": "HB"},
        {"display": "Hb"},
    ]
    found = observation(code={"coding": codings})
    assert [row for row in found.tokens if row[0] == "code"] == [
        ("code", "http://loinc.org", "718-7"),
        ("code", "urn:local", "HB"),
    ]


@pytest.mark.parametrize(
    ("quantity", "low", "high"),
    [
        ({"value": 5}, 4.5, 5.5),
        ({"value": 5.4}, 5.35, 5.45),
        ({"value": 5, "comparator": "<"}, -inf, 5),
        ({"value": 5, "comparator": ">="}, 5, inf),
    ],
)
def test_a_quantity_is_a_range_by_its_precision(quantity: dict[str, Any], low: float, high: float) -> None:
    found = observation(valueQuantity=quantity | {"system": "http://unitsofmeasure.org", "code": "mmol/L"})
    assert ("value-quantity", low, high, "http://unitsofmeasure.org", "mmol/L") in found.quantities


def test_trailing_zeros_are_precision() -> None:
    raw = b'{"resourceType":"Observation","status":"final","code":{"text":"x"},"valueQuantity":{"value":5.40}}'
    assert ("value-quantity", 5.395, 5.405, None, None) in index(decode(raw)).quantities


def test_components_are_found_with_and_without_their_observation() -> None:
    component = {"code": {"coding": [{"code": "8480-6"}]}, "valueQuantity": {"value": 120}}
    found = observation(component=[component])
    assert ("component-code", None, "8480-6") in found.tokens
    assert ("combo-code", None, "8480-6") in found.tokens
    assert {row[0] for row in found.quantities} == {"component-value-quantity", "combo-value-quantity"}


def test_references_stand_as_written_without_those_to_contained_resources() -> None:
    found = observation(
        contained=[{"resourceType": "Device", "id": "d"}],
        subject={"reference": "Patient/42"},
        device={"reference": "#d"},
        performer=[{"reference": "https://other/fhir/Organization/1"}],
    )
    assert found.references == (
        ("performer", "https://other/fhir/Organization/1"),
        ("subject", "Patient/42"),
        ("patient", "Patient/42"),
    )


@pytest.mark.parametrize(
    ("content", "patient"),
    [
        ({"subject": {"reference": "Patient/42"}}, "42"),
        ({"subject": {"reference": "Patient/42/_history/3"}}, "42"),
        ({"subject": {"reference": "Group/1"}, "performer": [{"reference": "Patient/7"}]}, "7"),
        ({"subject": {"reference": "Patient/42"}, "performer": [{"reference": "Patient/7"}]}, "42"),
        ({"subject": {"reference": "https://other/fhir/Patient/1"}}, None),
        ({"subject": {"display": "somebody"}}, None),
        ({}, None),
    ],
)
def test_the_compartment_is_that_of_the_first_patient_named(content: dict[str, Any], patient: str | None) -> None:
    assert observation(**content).patient == patient


def test_resources_outside_of_the_compartment_belong_to_the_patient_whom_they_name() -> None:
    assert entries("Organization", name="Uniklinikum").patient is None
    assert entries("Device", deviceName=[{"name": "Holter", "type": "user-friendly-name"}]).patient is None
    assert entries("Device", patient={"reference": "Patient/1"}).patient == "1"


@pytest.mark.parametrize(
    ("type_", "content", "date"),
    [
        ("Condition", {"onsetDateTime": "2024-05", "recordedDate": "2024-06-01"}, "2024-05"),
        ("Condition", {"recordedDate": "2024-06-01"}, "2024-06-01"),
        ("Condition", {"onsetPeriod": {"start": "2020"}}, "2020"),
    ],
)
def test_the_clinical_date_is_when_it_happened_or_else_was_recorded(
    type_: str, content: dict[str, Any], date: str
) -> None:
    assert entries(type_, subject={"reference": "Patient/1"}, **content).date == date_range(date)[0]


def test_a_period_that_only_ends_is_placed_at_its_end() -> None:
    assert observation(effectivePeriod={"end": "2024-01-01"}).date == date_range("2024-01-01")[1]


def test_whether_a_patient_is_dead_is_a_token() -> None:
    cases: list[tuple[dict[str, Any], str]] = [({}, "false"), ({"deceasedBoolean": False}, "false")]
    cases += [({"deceasedBoolean": True}, "true"), ({"deceasedDateTime": "2024"}, "true")]
    for content, expected in cases:
        assert ("deceased", SPECIAL, expected) in entries("Patient", **content).tokens


def test_profiles_tags_and_labels_are_found() -> None:
    found = entries(
        "Patient", meta={"profile": ["urn:p"], "tag": [{"code": "t"}], "security": [{"system": "s", "code": "R"}]}
    )
    assert found.uris == (("_profile", "urn:p"),)
    assert {("_tag", None, "t"), ("_security", "s", "R")} <= set(found.tokens)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Müller", "muller"),
        ("MÜLLER", "muller"),
        ("Groß", "gross"),
        ("Åse Ødegård", "ase odegard"),
        ("Müller-Lüdenscheidt", "muller ludenscheidt"),
        ("  O’Brien   ", "obrien"),
        ("Łukasz", "lukasz"),
        ("Ğülşen", "gulsen"),
        ("Αθήνα", "αθηνα"),
        ("", ""),
    ],
)
def test_texts_are_compared_without_case_accents_and_umlauts(text: str, folded: str) -> None:
    assert normalise(text) == folded


def test_a_quantity_is_found_by_the_code_of_its_unit_and_by_its_name() -> None:
    quantity = {"value": 120, "unit": "mmHg", "code": "mm[Hg]", "system": "http://unitsofmeasure.org"}
    found = observation(valueQuantity=quantity)
    rows = [row[1:] for row in found.quantities if row[0] == "value-quantity"]
    assert rows == [
        (119.5, 120.5, "http://unitsofmeasure.org", "mm[Hg]"),
        (119.5, 120.5, None, "mmHg"),
    ]
    same = observation(valueQuantity=quantity | {"unit": "mm[Hg]"})
    assert len([row for row in same.quantities if row[0] == "value-quantity"]) == 1


def test_a_canonical_is_found_with_its_version_and_without() -> None:
    found = entries("QuestionnaireResponse", status="completed", questionnaire="http://x.org/q|1.2")
    assert [text for param, text in found.references if param == "questionnaire"] == [
        "http://x.org/q|1.2",
        "http://x.org/q",
    ]
    profiled = entries("Patient", meta={"profile": ["http://x.org/p|2", "http://x.org/r"]})
    assert [text for param, text in profiled.uris if param == "_profile"] == [
        "http://x.org/p|2",
        "http://x.org/p",
        "http://x.org/r",
    ]


def test_a_reference_is_found_by_the_identifier_that_it_names() -> None:
    named = {"identifier": {"system": "urn:x", "value": "42"}, "display": "Erika"}
    found = observation(subject=named)
    assert set(found.identifiers) == {("subject", "urn:x", "42"), ("patient", "urn:x", "42")}
    elsewhere = observation(subject=named | {"type": "Group"})
    assert elsewhere.identifiers == (("subject", "urn:x", "42"),)
    assert found.references == elsewhere.references == ()
