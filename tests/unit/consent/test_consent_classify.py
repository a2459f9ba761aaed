"""Which kinds of data a resource belongs to."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from verbund.consent import ALL, DataCategory, classify
from verbund.consent.sensitive import sensitivity
from verbund.fhir import RESOURCE_TYPES, decode

C = DataCategory
Json = dict[str, Any]
OBSERVATION = "http://terminology.hl7.org/CodeSystem/observation-category"
SECTION = "http://terminology.hl7.org/CodeSystem/v2-0074"
LOINC, SNOMED = "http://loinc.org", "http://snomed.info/sct"
ICD, ATC, OPS = (f"http://fhir.de/CodeSystem/bfarm/{name}" for name in ("icd-10-gm", "atc", "ops"))


def concept(system: str, code: str, display: str | None = None) -> Json:
    coding = {"system": system, "code": code}
    return {"coding": [coding | ({"display": display} if display else {})]}


def masked(kind: str, **elements: object) -> DataCategory:
    required: dict[str, Json] = {
        "Observation": {"status": "final", "code": {"text": "x"}},
        "DiagnosticReport": {"status": "final", "code": {"text": "x"}},
        "Condition": {"subject": {"reference": "Patient/7"}},
        "Procedure": {"status": "completed", "subject": {"reference": "Patient/7"}},
        "ServiceRequest": {"status": "active", "intent": "order", "subject": {"reference": "Patient/7"}},
        "MedicationStatement": {
            "status": "active",
            "subject": {"reference": "Patient/7"},
            "medicationCodeableConcept": {"text": "x"},
        },
        "Encounter": {"status": "finished", "class": {"code": "IMP"}},
        "DocumentReference": {"status": "current", "content": [{"attachment": {"url": "Binary/1"}}]},
    }
    value = {"resourceType": kind} | required.get(kind, {}) | elements
    return DataCategory(classify(decode(msgspec.json.encode(value))))


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("Patient", C.DEMOGRAPHICS),
        ("Condition", C.DIAGNOSES),
        ("Procedure", C.PROCEDURES),
        ("MedicationStatement", C.MEDICATION),
        ("Encounter", C.ENCOUNTERS),
        ("DocumentReference", C.DOCUMENTS),
        ("Basic", C.OTHER),
    ],
)
def test_by_type(kind: str, expected: DataCategory) -> None:
    extra = {"code": {"text": "x"}} if kind == "Basic" else {}
    assert masked(kind, **extra) == expected


@pytest.mark.parametrize(
    ("system", "code", "expected"),
    [
        (OBSERVATION, "laboratory", C.LABORATORY),
        (LOINC, "26436-6", C.LABORATORY),
        (SECTION, "CH", C.LABORATORY),
        (OBSERVATION, "vital-signs", C.VITALS),
        (OBSERVATION, "imaging", C.IMAGING),
        (OBSERVATION, "procedure", C.PROCEDURES),
        (OBSERVATION, "social-history", C.OTHER),
        (SECTION, "GE", C.GENETICS),
        ("urn:own", "something", C.OTHER),
    ],
)
def test_an_observation_by_its_category(system: str, code: str, expected: DataCategory) -> None:
    assert masked("Observation", category=[concept(system, code)]) == expected


def test_an_observation_without_a_category_is_taken_for_all_that_it_may_be() -> None:
    assert masked("Observation") == C.LABORATORY | C.OTHER
    assert masked("Observation", code=concept(LOINC, "85354-9")) == C.VITALS


@pytest.mark.parametrize(
    ("category", "expected"),
    [
        ([concept(SECTION, "LAB")], C.LABORATORY),
        ([concept(SECTION, "RAD")], C.IMAGING | C.DOCUMENTS),
        ([concept(SECTION, "GE")], C.GENETICS | C.DOCUMENTS),
        ([concept(SECTION, "LAB"), concept(SECTION, "GE")], C.LABORATORY | C.GENETICS | C.DOCUMENTS),
        ([], C.DOCUMENTS),
    ],
)
def test_a_report_by_its_category(category: list[Json], expected: DataCategory) -> None:
    assert masked("DiagnosticReport", **({"category": category} if category else {})) == expected


def test_an_order_by_what_is_ordered() -> None:
    assert masked("ServiceRequest") == C.OTHER
    assert masked("ServiceRequest", category=[concept(SNOMED, "108252007")]) == C.OTHER | C.LABORATORY
    assert masked("ServiceRequest", code=concept(SNOMED, "405825005")) == C.OTHER | C.GENETICS


LAB, EXAM, SURVEY = ({"category": [concept(OBSERVATION, code)]} for code in ("laboratory", "exam", "survey"))
DEPARTMENT = "http://fhir.de/CodeSystem/dkgev/Fachabteilungsschluessel"
LABELLED = {"meta": {"security": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "PSY"}]}}


@pytest.mark.parametrize(
    ("kind", "elements", "expected"),
    [
        ("Condition", {"code": concept(ICD, "F32.1")}, C.DIAGNOSES | C.PSYCHIATRY),
        ("Condition", {"code": concept("http://hl7.org/fhir/sid/icd-10-cm", "b20")}, C.DIAGNOSES | C.HIV),
        ("Condition", {"code": concept(ICD, "Z21")}, C.DIAGNOSES | C.HIV),
        ("Condition", {"code": concept(ICD, "I10.90")}, C.DIAGNOSES),
        ("Condition", {"code": concept(SNOMED, "86406008")}, C.DIAGNOSES | C.HIV),
        ("Condition", {"code": concept("urn:own", "1", "HIV-Infektion")}, C.DIAGNOSES | C.HIV),
        ("MedicationStatement", {"medicationCodeableConcept": concept(ATC, "N06AB04")}, C.MEDICATION | C.PSYCHIATRY),
        ("MedicationStatement", {"medicationCodeableConcept": concept(ATC, "J05AR20")}, C.MEDICATION | C.HIV),
        ("MedicationStatement", {"medicationCodeableConcept": concept(ATC, "A10BA02")}, C.MEDICATION),
        ("Procedure", {"code": concept(OPS, "9-607")}, C.PROCEDURES | C.PSYCHIATRY),
        ("Encounter", {"serviceType": concept(DEPARTMENT, "2900")}, C.ENCOUNTERS | C.PSYCHIATRY),
        ("Encounter", {"reasonCode": [concept(ICD, "F20.0")]}, C.ENCOUNTERS | C.PSYCHIATRY),
        ("Observation", LAB | {"code": concept(LOINC, "25836-8")}, C.LABORATORY | C.HIV),
        ("Observation", SURVEY | {"code": concept(LOINC, "44261-6")}, C.OTHER | C.PSYCHIATRY),
        ("Observation", LAB | {"component": [{"code": concept(LOINC, "69548-6")}]}, C.LABORATORY | C.GENETICS),
        ("Observation", EXAM | {"valueCodeableConcept": concept(ICD, "F00.1")}, C.OTHER | C.PSYCHIATRY),
        ("DocumentReference", {"type": concept(LOINC, "28635-1")}, C.DOCUMENTS | C.PSYCHIATRY),
        ("DocumentReference", LABELLED, C.DOCUMENTS | C.PSYCHIATRY),
    ],
)
def test_sensitive_codes_wherever_they_stand(kind: str, elements: Json, expected: DataCategory) -> None:
    assert masked(kind, **elements) == expected


def test_a_prescription_is_as_sensitive_as_the_medication_inside_of_it() -> None:
    contained = {"resourceType": "Medication", "id": "m", "code": concept(ATC, "N05AX08")}
    value = {
        "resourceType": "MedicationStatement",
        "status": "active",
        "subject": {"reference": "Patient/7"},
        "contained": [contained],
        "medicationReference": {"reference": "#m"},
    }
    assert classify(decode(msgspec.json.encode(value))) == C.MEDICATION | C.PSYCHIATRY


@pytest.mark.parametrize(
    ("system", "code"), [(None, "F32"), (ICD, None), ("", ""), ("urn:x", "F32"), (ATC, "N"), (LOINC, "2-2")]
)
def test_what_says_nothing_sensitive(system: str | None, code: str | None) -> None:
    assert sensitivity(system, code) == 0


def test_every_type_has_a_category() -> None:
    for kind in sorted(RESOURCE_TYPES):
        mask = classify(type(kind, (), {})())
        assert mask
        assert mask & ~int(ALL) == 0


def test_the_core_data_set_is_told_apart(data_folder: Path) -> None:
    import tarfile  # noqa: PLC0415 - one test needs it

    found: dict[str, set[int]] = {}
    with tarfile.open(data_folder / "kds" / "mii-testdata-2026.0.0.tar.xz") as archive:
        for member in archive:
            skipped = "/Bundle-" in member.name or "/ImplementationGuide-" in member.name
            if not skipped and member.name.endswith(".json") and (raw := archive.extractfile(member)):
                resource = decode(raw.read())
                found.setdefault(type(resource).__name__, set()).add(classify(resource))
    assert any(mask & C.GENETICS for mask in found["Observation"])
    assert any(mask == C.LABORATORY for mask in found["Observation"])
    assert all(mask & C.MEDICATION for mask in found["MedicationStatement"])
    assert found["Patient"] == {int(C.DEMOGRAPHICS)}
