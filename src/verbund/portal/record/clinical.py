"""Problems, allergies, medication, procedures and immunisations, read from FHIR R4 resources."""

from collections.abc import Mapping
from typing import Any

from verbund.portal.language import noted
from verbund.portal.model import HouseItem
from verbund.portal.record.model import Allergy, Concept, Deed, Medication, Problem
from verbund.portal.record.reading import chosen_when, codes, concept, number, part, parts, text, when

_OVER = {"resolved", "inactive", "remission"}
_WRONG = "entered-in-error"
_NEGATIVE = {"716186003", "no-known-allergies", "160244002"}
_TAKEN = {"active", "on-hold", "intended", "unknown", "draft", ""}
Resolve = Mapping[tuple[str, str], Mapping[str, Any]]
"""(site, `Type/id`) → resource, for following references within one house."""

STATUS_WORDS = {
    "active": noted("active"),
    "recurrence": noted("active again"),
    "relapse": noted("relapse"),
    "inactive": noted("inactive"),
    "remission": noted("in remission"),
    "resolved": noted("resolved"),
    "completed": noted("completed"),
    "stopped": noted("stopped"),
    "on-hold": noted("paused"),
    "cancelled": noted("cancelled"),
    "intended": noted("planned"),
    "not-taken": noted("not taken"),
    "in-progress": noted("under way"),
    "unknown": noted("unknown"),
    "draft": noted("draft"),
}
_KINDS = {
    "MedicationRequest": noted("Prescribed"),
    "MedicationStatement": noted("Taken"),
    "MedicationAdministration": noted("Given"),
}


def problem(item: HouseItem) -> Problem | None:
    """A Condition, unless it was entered in error or refuted."""
    source = item.resource
    if codes(source.get("verificationStatus")) & {_WRONG, "refuted"}:
        return None
    ended = chosen_when(source, "abatementDateTime", "abatementPeriod")
    status = next(iter(codes(source.get("clinicalStatus"))), "") or ("resolved" if ended else "active")
    return Problem(
        concept=_named(concept(source.get("code"))),
        active=status not in _OVER,
        status=STATUS_WORDS.get(status, status),
        onset=chosen_when(source, "onsetDateTime", "onsetPeriod"),
        recorded=chosen_when(source, "recordedDate"),
        house=item.house,
        note=text(part(source, "note"), "text"),
    )


def allergy(item: HouseItem) -> Allergy | None:
    """An AllergyIntolerance that holds; the statement that there is none is not one."""
    source = item.resource
    known = codes(source.get("code"))
    if _WRONG in codes(source.get("verificationStatus")) or known & _NEGATIVE:
        return None
    if codes(source.get("clinicalStatus")) & _OVER:
        return None
    reaction = concept(part(part(source, "reaction"), "manifestation")).text
    return Allergy(
        concept=_named(concept(source.get("code"))),
        severe=text(source, "criticality") == "high",
        reaction=reaction or text(part(source, "reaction"), "description"),
        when=chosen_when(source, "onsetDateTime", "recordedDate"),
        house=item.house,
    )


def medication(item: HouseItem, resolve: Resolve) -> Medication | None:
    """A MedicationRequest, MedicationStatement or MedicationAdministration, unless entered in error."""
    source = item.resource
    status = text(source, "status")
    if status == _WRONG:
        return None
    kind = text(source, "resourceType")
    period = part(source, "effectivePeriod") or part(source, "dispenseRequest", "validityPeriod")
    return Medication(
        concept=_named(_substance(item, resolve)),
        active=kind != "MedicationAdministration" and status in _TAKEN,
        status=STATUS_WORDS.get(status, status),
        kind=_KINDS.get(kind, kind),
        dosage=dosage_of(source),
        when=chosen_when(source, "effectiveDateTime", "effectivePeriod", "authoredOn", "dateAsserted"),
        until=when(period.get("end")),
        house=item.house,
    )


def procedure(item: HouseItem) -> Deed | None:
    """A Procedure that was done or is under way."""
    source = item.resource
    if text(source, "status") in {_WRONG, "not-done"}:
        return None
    at = chosen_when(source, "performedDateTime", "performedPeriod", "performedString")
    return Deed(
        _named(concept(source.get("code"))),
        noted("Procedure"),
        at,
        item.house,
        encounter=text(part(source, "encounter"), "reference"),
    )


def immunisation(item: HouseItem) -> Deed | None:
    """An Immunization that was given."""
    source = item.resource
    if text(source, "status") in {_WRONG, "not-done"}:
        return None
    return Deed(
        _named(concept(source.get("vaccineCode"))),
        noted("Immunisation"),
        chosen_when(source, "occurrenceDateTime"),
        item.house,
        encounter=text(part(source, "encounter"), "reference"),
    )


def _named(found: Concept) -> Concept:
    return found if found.text else Concept("–")


def _substance(item: HouseItem, resolve: Resolve) -> Concept:
    source = item.resource
    direct = concept(source.get("medicationCodeableConcept"))
    reference = part(source, "medicationReference")
    target = text(reference, "reference")
    if direct.text or not reference:
        return direct
    if target.startswith("#"):
        inside = {text(c, "id"): c for c in parts(source, "contained")}
        found: Mapping[str, Any] = inside.get(target[1:], {})
    else:
        found = resolve.get((item.house.site, target), {})
    named = concept(found.get("code"))
    return named if named.text else _ingredient(found, text(reference, "display"))


def _ingredient(medicine: Mapping[str, Any], display: str) -> Concept:
    named = concept(part(medicine, "ingredient").get("itemCodeableConcept"))
    return named if named.text else Concept(display)


def dosage_of(source: Mapping[str, Any]) -> str:
    """How it is to be taken: as written, else dose and rhythm."""
    instruction = part(source, "dosageInstruction") or part(source, "dosage")
    written = text(instruction, "text") or text(instruction, "patientInstruction")
    if written:
        return written
    quantity = part(instruction, "doseAndRate", "doseQuantity") or part(instruction, "dose")
    dose = number(quantity, "value")
    amount = f"{dose:g} {text(quantity, 'unit') or text(quantity, 'code')}".strip() if dose is not None else ""
    return ", ".join(words for words in (amount, _rhythm(part(instruction, "timing"))) if words)


def _rhythm(timing: Mapping[str, Any]) -> str:
    repeat = part(timing, "repeat")
    times, period, unit = number(repeat, "frequency"), number(repeat, "period"), text(repeat, "periodUnit")
    if times is None or period is None or not unit:
        return text(part(timing, "code"), "text")
    return f"{times:g} × / {period:g} {unit}" if period != 1 else f"{times:g} × / {unit}"
