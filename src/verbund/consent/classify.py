"""Which categories of data a resource belongs to, read from its type, its category and its codes.

The mask is stored with every resource, so the function is fast (a few microseconds) and total: every resource of a
patient gets at least one bit, and where it cannot be told it gets the bits of everything it may be, because an item is
released only when all its categories are.
"""

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

import msgspec

from verbund.consent.model import ALL, DataCategory
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
    # They may hold anything.
    "Bundle": ALL,
    "Parameters": ALL,
}

# Categories of observations, reports and orders: HL7 observation-category and table 0074, LOINC study classes, SNOMED
# CT laboratory and imaging procedures.
_LABORATORY_SECTIONS = """
BLB CH CP CYP HM IMM MB MCB MYC PAR PHR SP SR TX VR
"""
_IMAGING_SECTIONS = """
CT CUS NMR NMS NUC OUS RAD RUS RX VUS XRC MR US EC
"""
_CATEGORIES: dict[str, DataCategory] = {
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

# Flags are put together many times as slowly as numbers.
_BY_CATEGORY: dict[str | None, int] = {code: int(category) for code, category in _CATEGORIES.items()}

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
    kind = type(resource)
    rule = _RULES.get(kind.__name__)
    found = rule(resource) if rule else _BY_TYPE.get(kind.__name__, C.OTHER)
    mask = int(found)
    for element in _elements(kind):
        value = getattr(resource, element)
        if value:
            mask |= _within(element, value)
    meta = getattr(resource, "meta", None)
    return mask | _of_codings(meta.security) if meta is not None and meta.security else mask


# Elements that hold no codes themselves but parts that do.
_PARTS = {
    "component": ("code", "valueCodeableConcept"),
    "condition": ("code",),
    "diagnosis": ("diagnosisCodeableConcept",),
}


_ELEMENTS: dict[type, tuple[str, ...]] = {}


def _elements(kind: type) -> tuple[str, ...]:
    """The elements of a type that may give something away."""
    found = _ELEMENTS.get(kind)
    if found is None:
        fields = frozenset(getattr(kind, "__struct_fields__", ()))
        found = _ELEMENTS[kind] = tuple(name for name in (*_CODED, *_PARTS, "contained") if name in fields)
    return found


def _within(element: str, value: Any) -> int:  # noqa: ANN401 - concepts, parts or bytes
    if element == "contained":
        return _of_concepts(_inner(raw) for raw in value)
    names = _PARTS.get(element)
    if names is None:
        return _of_concepts(value if type(value) is tuple else (value,))
    parts = value if type(value) is tuple else ()
    return _of_concepts(getattr(part, name, None) for part in parts for name in names)


def _inner(raw: bytes) -> object:
    return msgspec.json.decode(raw, type=_Contained).code


def _of_concepts(concepts: Iterable[Any]) -> int:
    mask = 0
    for concept in concepts:
        codings = getattr(concept, "coding", None)
        if codings:
            mask |= _of_codings(codings)
    return mask


def _of_codings(codings: Iterable[Any]) -> int:
    mask = 0
    for coding in codings:
        mask |= _given_away(coding.system, coding.code, coding.display)
    return mask


@lru_cache(maxsize=1 << 16)
def _given_away(system: str | None, code: str | None, display: str | None) -> int:
    found = sensitivity(system, code)
    if display is not None and _NAMES_HIV.search(display):
        found |= C.HIV
    return int(found)


def _by_category(resource: Any) -> int:  # noqa: ANN401 - read by attribute
    found = 0
    for concept in getattr(resource, "category", ()):
        for coding in concept.coding:
            found |= _BY_CATEGORY.get(coding.code, 0)
    return found


def _observation(resource: Any) -> int:  # noqa: ANN401 - read by attribute
    found = _by_category(resource)
    if found:
        return found
    if any(coding.code in _VITAL_CODES for coding in getattr(getattr(resource, "code", None), "coding", ())):
        return int(C.VITALS)
    return int(C.OTHER if getattr(resource, "category", ()) else C.LABORATORY | C.OTHER)


def _report(resource: Any) -> int:  # noqa: ANN401 - read by attribute
    found = _by_category(resource)
    return found if found == C.LABORATORY else found | int(C.DOCUMENTS)


def _order(resource: Any) -> int:  # noqa: ANN401 - read by attribute
    return _by_category(resource) | int(C.OTHER)


def _binary(resource: Any) -> int:  # noqa: ANN401 - read by attribute
    """What is in a Binary nobody can tell: where it belongs to something it is of every kind."""
    return int(C.OTHER if getattr(resource, "securityContext", None) is None else ALL)


_RULES: dict[str, Callable[[Any], int]] = {
    "Binary": _binary,
    "Observation": _observation,
    "DiagnosticReport": _report,
    "ServiceRequest": _order,
}
