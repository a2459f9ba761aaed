"""Which categories of data a resource belongs to, read from its type, its category and its codes.

The mask is stored with every resource, so the function is fast (a few microseconds) and total: every resource of a
patient gets at least one bit, and where it cannot be told it gets the bits of everything it may be, because an item is
released only when all its categories are.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from verbund.consent.model import NONE, DataCategory
from verbund.consent.sensitive import sensitivity

C = DataCategory

# Types whose kind of data follows from the type.
_BY_TYPE: dict[str, DataCategory] = {
    "Patient": C.DEMOGRAPHICS,
    "Person": C.DEMOGRAPHICS,
    "RelatedPerson": C.DEMOGRAPHICS,
    "Condition": C.DIAGNOSES,
    "ClinicalImpression": C.DIAGNOSES,
    "DetectedIssue": C.DIAGNOSES,
    "AdverseEvent": C.DIAGNOSES,
    "FamilyMemberHistory": C.DIAGNOSES | C.GENETICS,
    "AllergyIntolerance": C.ALLERGIES,
    "Immunization": C.IMMUNISATION,
    "ImmunizationEvaluation": C.IMMUNISATION,
    "ImmunizationRecommendation": C.IMMUNISATION,
    "Procedure": C.PROCEDURES,
    "MedicationAdministration": C.MEDICATION,
    "MedicationDispense": C.MEDICATION,
    "MedicationRequest": C.MEDICATION,
    "MedicationStatement": C.MEDICATION,
    "Encounter": C.ENCOUNTERS,
    "EpisodeOfCare": C.ENCOUNTERS,
    "Appointment": C.ENCOUNTERS,
    "AppointmentResponse": C.ENCOUNTERS,
    "Composition": C.DOCUMENTS,
    "DocumentManifest": C.DOCUMENTS,
    "DocumentReference": C.DOCUMENTS,
    "ImagingStudy": C.IMAGING,
    "BodyStructure": C.DIAGNOSES,
    "Media": C.IMAGING | C.DOCUMENTS,
    "MolecularSequence": C.GENETICS,
    "Specimen": C.LABORATORY,
    "VisionPrescription": C.PROCEDURES,
    # Bills name what was found and done.
    "Claim": C.OTHER | C.DIAGNOSES | C.PROCEDURES,
    "ClaimResponse": C.OTHER | C.DIAGNOSES | C.PROCEDURES,
    "ExplanationOfBenefit": C.OTHER | C.DIAGNOSES | C.PROCEDURES,
}

# Categories of observations, reports and orders: HL7 observation-category and table 0074, LOINC study classes, SNOMED
# CT laboratory and imaging procedures.
_LABORATORY_SECTIONS = """
BLB CH CP CYP HM IMM MB MCB MYC PAR PHR SP SR TX VR
"""
_IMAGING_SECTIONS = """
CT CUS NMR NMS NUC OUS RAD RUS RX VUS XRC MR US EC
"""
_BY_CATEGORY: dict[str, DataCategory] = {
    "laboratory": C.LABORATORY,
    "LAB": C.LABORATORY,
    "26436-6": C.LABORATORY,
    "LP29693-6": C.LABORATORY,
    "108252007": C.LABORATORY,
    "vital-signs": C.VITALS,
    "imaging": C.IMAGING,
    "procedure": C.PROCEDURES,
    "therapy": C.PROCEDURES,
    "LP29684-5": C.IMAGING,
    "18726-0": C.IMAGING,
    "363679005": C.IMAGING,
    "GE": C.GENETICS,
    "social-history": C.OTHER,
    "survey": C.OTHER,
    "exam": C.OTHER,
    "activity": C.OTHER,
    **dict.fromkeys(_LABORATORY_SECTIONS.split(), C.LABORATORY),
    **dict.fromkeys(_IMAGING_SECTIONS.split(), C.IMAGING),
}

# Vital signs by LOINC (http://hl7.org/fhir/R4/observation-vitalsigns.html), for observations without a category.
_VITALS = """
85353-1 9279-1 8867-4 2708-6 59408-5 8310-5 8302-2 9843-4 29463-7 39156-5 85354-9 8480-6 8462-4 8478-0
"""

_VITAL_CODES = frozenset(_VITALS.split())


class _Coding(msgspec.Struct):
    system: str | None = None
    code: str | None = None
    display: str | None = None


class _Concept(msgspec.Struct):
    coding: tuple[_Coding, ...] = ()


class _Contained(msgspec.Struct):
    """What is inside of another resource (such as the Medication of a prescription) comes as bytes."""

    code: _Concept | str | None = None


_CODED = (
    "code",
    "type",
    "category",
    "reasonCode",
    "conclusionCode",
    "valueCodeableConcept",
    "medicationCodeableConcept",
    "vaccineCode",
    "serviceType",
    "bodySite",
)
_NAMES_HIV = re.compile(r"\bHIV\b|\bAIDS\b|[Hh]uman(?:es)? ?[Ii]mmun(?:odeficiency|defizienz|schwäche)")


def classify(resource: Any) -> int:  # noqa: ANN401 - any of the generated types, read by attribute
    """The mask of DataCategory bits; never 0 for a resource that may belong to a patient."""
    kind = type(resource).__name__
    rule = _RULES.get(kind)
    base = rule(resource) if rule else _BY_TYPE.get(kind, C.OTHER)
    return int(base | _sensitive(resource))


def _many(value: object) -> list[Any]:
    if isinstance(value, list):
        return value
    if isinstance(value, tuple):
        return list(value)
    return [value] if hasattr(value, "__struct_fields__") or hasattr(value, "coding") else []


def _codings(resource: object, element: str) -> Iterator[Any]:
    for concept in _many(getattr(resource, element, None)):
        codings = getattr(concept, "coding", None)
        if isinstance(codings, list | tuple):
            yield from codings


def _by_category(resource: object) -> DataCategory:
    found = NONE
    for coding in _codings(resource, "category"):
        found |= _BY_CATEGORY.get(getattr(coding, "code", None) or "", NONE)
    return found


def _observation(resource: object) -> DataCategory:
    found = _by_category(resource)
    if found:
        return found
    codes = {coding.code for coding in _codings(resource, "code")}
    if codes & _VITAL_CODES:
        return C.VITALS
    return C.OTHER if any(_codings(resource, "category")) else C.LABORATORY | C.OTHER


def _report(resource: object) -> DataCategory:
    found = _by_category(resource)
    return found | (NONE if found == C.LABORATORY else C.DOCUMENTS)


def _order(resource: object) -> DataCategory:
    return _by_category(resource) | C.OTHER


_RULES: dict[str, Callable[[Any], DataCategory]] = {
    "Observation": _observation,
    "DiagnosticReport": _report,
    "ServiceRequest": _order,
}


def _sensitive(resource: object) -> DataCategory:
    found = NONE
    for coding in _all_codings(resource):
        found |= sensitivity(getattr(coding, "system", None), getattr(coding, "code", None))
        display = getattr(coding, "display", None)
        if isinstance(display, str) and _NAMES_HIV.search(display):
            found |= C.HIV
    return found


def _all_codings(resource: object) -> Iterator[Any]:
    for element in _CODED:
        yield from _codings(resource, element)
    for part in _many(getattr(resource, "component", None)):
        yield from _codings(part, "code")
        yield from _codings(part, "valueCodeableConcept")
    for part in _many(getattr(resource, "condition", None)):
        yield from _codings(part, "code")
    for part in _many(getattr(resource, "diagnosis", None)):
        yield from _codings(part, "diagnosisCodeableConcept")
    for contained in getattr(resource, "contained", None) or ():
        yield from _codings(msgspec.json.decode(contained, type=_Contained), "code")
    security = getattr(getattr(resource, "meta", None), "security", None)
    if isinstance(security, list | tuple):
        yield from security
