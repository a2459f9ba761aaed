"""Medicines (KDS Medikation), allergies and vaccinations."""

from datetime import date, datetime
from functools import lru_cache
from typing import Any

from verbund.demo.catalogue.drugs import Drug, Vaccine
from verbund.demo.chart import KDS, Chart, Visit, coded, instant

Json = dict[str, Any]

STATEMENT = f"{KDS}/core/modul-medikation/StructureDefinition/MedicationStatement"
REQUEST = f"{KDS}/core/modul-medikation/StructureDefinition/MedicationRequest"
ADMINISTRATION = f"{KDS}/core/modul-medikation/StructureDefinition/MedicationAdministration"
ATC = "http://fhir.de/CodeSystem/bfarm/atc"
_UCUM = "http://unitsofmeasure.org"
_TIMES = ("MORN", "NOON", "EVE", "NIGHT")


@lru_cache(maxsize=512)
def _code(drug: Drug, year: int) -> Json:
    coding = {"system": ATC, "version": str(year), "code": drug.atc, "display": drug.substance}
    return {"coding": [coding], "text": drug.product}


@lru_cache(maxsize=512)
def _dosage(drug: Drug) -> list[Json]:
    parts = (drug.morning, drug.noon, drug.evening, drug.night)
    when = [time for time, part in zip(_TIMES, parts, strict=True) if part]
    repeat: Json = {"frequency": len(when), "period": drug.every_days, "periodUnit": "d", "when": when}
    if drug.every_days > 1:
        repeat = {"frequency": 1, "period": drug.every_days, "periodUnit": "d"}
    code, unit = drug.dose
    dose = {"value": max(parts), "unit": unit, "system": _UCUM, "code": code}
    route = coded("http://standardterms.edqm.eu", drug.route)
    return [
        {"text": drug.scheme, "timing": {"repeat": repeat}, "route": route, "doseAndRate": [{"doseQuantity": dose}]}
    ]


_USED = coded("http://terminology.hl7.org/CodeSystem/medication-statement-category", "outpatient")
_USED_IN = coded("http://terminology.hl7.org/CodeSystem/medication-statement-category", "inpatient")


def takes(
    chart: Chart,
    drug: Drug,
    since: date,
    *,
    until: date | None = None,
    asserted: date | None = None,
    visit: Visit | None = None,
    reason: str | None = None,
    sensitive: bool = False,
) -> str:
    """What somebody takes, since when and, where it has ended, until when."""
    period = {"start": since.isoformat()}
    if until:
        period["end"] = until.isoformat()
    body: Json = {
        "status": "completed" if until else "active",
        "category": _USED_IN if visit and visit.body["class"]["code"] == "IMP" else _USED,
        "medicationCodeableConcept": _code(drug, since.year),
        "subject": chart.subject,
        "effectivePeriod": period,
        "dateAsserted": (asserted or since).isoformat(),
        "dosage": _dosage(drug),
    }
    if visit:
        body["context"] = {"reference": visit.reference}
        body["informationSource"] = chart.practitioner(visit.doctor)
    if reason:
        body["reasonReference"] = [{"reference": reason}]
    return chart.put("MedicationStatement", body, profile=STATEMENT, sensitive=sensitive)


def prescribe(chart: Chart, drug: Drug, visit: Visit, *, reason: str | None = None, sensitive: bool = False) -> str:
    """A prescription written in a contact."""
    body: Json = {
        "identifier": [chart.identifier("verordnung")],
        "status": "completed",
        "intent": "order",
        "medicationCodeableConcept": _code(drug, visit.start.year),
        "subject": chart.subject,
        "encounter": {"reference": visit.reference},
        "authoredOn": instant(visit.start),
        "requester": chart.practitioner(visit.doctor),
        "dosageInstruction": _dosage(drug),
        "dispenseRequest": {"quantity": {"value": drug.pack, "unit": drug.form, "system": _UCUM, "code": "1"}},
    }
    if reason:
        body["reasonReference"] = [{"reference": reason}]
    return chart.put("MedicationRequest", body, profile=REQUEST, sensitive=sensitive or visit.sensitive)


def give(chart: Chart, drug: Drug, visit: Visit, when: datetime, *, reason: str | None = None) -> str:
    """One dose given by the staff of a house."""
    body: Json = {
        "status": "completed",
        "medicationCodeableConcept": _code(drug, when.year),
        "subject": chart.subject,
        "context": {"reference": visit.reference},
        "effectiveDateTime": instant(when),
        "performer": [{"actor": chart.practitioner(visit.doctor)}],
        "dosage": {
            "text": drug.product,
            "route": coded("http://standardterms.edqm.eu", drug.route),
            "dose": {"value": drug.amount, "unit": drug.unit, "system": _UCUM, "code": drug.unit},
        },
    }
    if reason:
        body["reasonReference"] = [{"reference": reason}]
    return chart.put("MedicationAdministration", body, profile=ADMINISTRATION, sensitive=visit.sensitive)


PENICILLIN = (("764146007", "Penicillin"), "medication", "high", "Exanthem", ("271807003", "Eruption of skin"))
GRASS = (("256277009", "Grass pollen"), "environment", "low", "Fließschnupfen", ("64531003", "Nasal discharge"))
MITES = (("260147004", "House dust mite"), "environment", "low", "Niesreiz", ("76067001", "Sneezing"))
CONTRAST = (("426722004", "Iodinated contrast media"), "medication", "high", "Urtikaria", ("126485001", "Urticaria"))
LATEX = (("111088007", "Latex"), "environment", "high", "Kontaktekzem", ("40275004", "Contact dermatitis"))
ALLERGIES = (PENICILLIN, GRASS, MITES, CONTRAST, LATEX)
_GERMAN = {
    "764146007": "Penicillin",
    "256277009": "Gräserpollen",
    "260147004": "Hausstaubmilbe",
    "426722004": "Jodhaltiges Kontrastmittel",
    "111088007": "Latex",
}

Allergy = tuple[tuple[str, str], str, str, str, tuple[str, str]]


def allergic(chart: Chart, allergy: Allergy, recorded: date) -> str:
    """An allergy with the reaction seen."""
    (code, display), category, criticality, reaction, manifestation = allergy
    seen = coded("http://snomed.info/sct", *manifestation, text=reaction)
    body: Json = {
        "clinicalStatus": coded("http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical", "active"),
        "verificationStatus": coded(
            "http://terminology.hl7.org/CodeSystem/allergyintolerance-verification", "confirmed"
        ),
        "type": "allergy",
        "category": [category],
        "criticality": criticality,
        "code": coded("http://snomed.info/sct", code, display, _GERMAN[code]),
        "patient": chart.subject,
        "recordedDate": recorded.isoformat(),
        "reaction": [{"manifestation": [seen]}],
    }
    return chart.put("AllergyIntolerance", body)


def vaccinate(chart: Chart, vaccine: Vaccine, when: date, visit: Visit | None = None) -> str:
    """A vaccination as it stands in the certificate."""
    target = coded("http://snomed.info/sct", vaccine.disease, vaccine.disease_name)
    body: Json = {
        "status": "completed",
        "vaccineCode": coded(ATC, vaccine.atc, vaccine.name),
        "patient": chart.subject,
        "occurrenceDateTime": when.isoformat(),
        "primarySource": True,
        "lotNumber": f"DEMO{when:%y%m}{len(chart.resources) % 100:02d}",
        "protocolApplied": [{"doseNumberPositiveInt": 1, "targetDisease": [target]}],
    }
    if visit:
        body["encounter"] = {"reference": visit.reference}
        body["performer"] = [{"actor": chart.practitioner(visit.doctor)}]
    return chart.put("Immunization", body)
