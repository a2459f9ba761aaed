"""Contacts and what is found and done in them: Encounter (KDS Fall), Condition (Diagnose), Procedure (Prozedur)."""

from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from verbund.demo.catalogue.diagnoses import Diagnosis
from verbund.demo.catalogue.procedures import Treatment
from verbund.demo.chart import KDS, Chart, Visit, coded, instant
from verbund.demo.houses import House, Professional, site_reference

Json = dict[str, Any]

ENCOUNTER = f"{KDS}/core/modul-fall/StructureDefinition/KontaktGesundheitseinrichtung"
CONDITION = f"{KDS}/core/modul-diagnose/StructureDefinition/Diagnose"
PROCEDURE = f"{KDS}/core/modul-prozedur/StructureDefinition/Procedure"
DEATH = f"{KDS}/core/modul-person/StructureDefinition/Todesursache"

_LEVEL = "http://fhir.de/CodeSystem/Kontaktebene"
_ART = "http://fhir.de/CodeSystem/kontaktart-de"
_CLASSES = {
    "AMB": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB", "display": "ambulatory"},
    "IMP": {
        "system": "http://terminology.hl7.org/CodeSystem/v3-ActCode",
        "code": "IMP",
        "display": "inpatient encounter",
    },
    "EMER": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "EMER", "display": "emergency"},
}
_FACILITY = [coded(_LEVEL, "einrichtungskontakt", "Einrichtungskontakt")]
_DEPARTMENT = [coded(_LEVEL, "abteilungskontakt", "Abteilungskontakt")]
_ATTENDER = [coded("http://terminology.hl7.org/CodeSystem/v3-ParticipationType", "ATND", "attender")]
# How the patient came (Aufnahmeanlass) and left (§ 301 SGB V, Entlassungsgrund, first and second place).
REFERRED, EMERGENCY, TRANSFERRED = ("E", "Einweisung durch einen Arzt"), ("N", "Notfall"), ("V", "Verlegung")
_LEFT = {
    "home": ("01", "Behandlung regulär beendet"),
    "rehabilitation": ("09", "Entlassung in eine Rehabilitationseinrichtung"),
    "death": ("07", "Tod"),
}


@lru_cache(maxsize=256)
def _service(house: House, department: str) -> Json:
    found = house.department(department)
    return coded("http://fhir.de/CodeSystem/dkgev/Fachabteilungsschluessel", found.code, found.title)


def consultation(
    chart: Chart,
    when: datetime,
    doctor: Professional,
    *,
    minutes: int = 15,
    reason: str | None = None,
    sensitive: bool = False,
) -> Visit:
    """An ambulatory contact with a doctor."""
    end = when + timedelta(minutes=minutes)
    body: Json = {
        "identifier": [chart.identifier("fall", "VN")],
        "status": "finished",
        "class": _CLASSES["AMB"],
        "type": _FACILITY,
        "serviceType": _service(chart.house, doctor.department),
        "subject": chart.subject,
        "participant": [{"type": _ATTENDER, "individual": chart.practitioner(doctor)}],
        "period": {"start": instant(when), "end": instant(end)},
        "serviceProvider": chart.organisation(),
    }
    if reason:
        body["reasonCode"] = [{"text": reason}]
    reference = chart.put("Encounter", body, profile=ENCOUNTER, sensitive=sensitive)
    return Visit(reference, when, end, doctor, doctor.department, body, sensitive)


def stay(
    chart: Chart,
    start: datetime,
    end: datetime,
    doctor: Professional,
    *,
    admitted: tuple[str, str] = REFERRED,
    left: str = "home",
    reason: str | None = None,
    sensitive: bool = False,
) -> Visit:
    """An inpatient stay: the contact with the house (Einrichtungskontakt); wards follow by `on_ward`."""
    code, display = _LEFT[left]
    place = {
        "url": "ErsteUndZweiteStelle",
        "valueCoding": _coding("EntlassungsgrundErsteUndZweiteStelle", code, display),
    }
    art = "rehabilitation" if chart.house.kind == "rehabilitation" else "normalstationaer"
    body: Json = {
        "identifier": [chart.identifier("fall", "VN")],
        "status": "finished",
        "class": _CLASSES["IMP"],
        "type": [*_FACILITY, coded(_ART, art)],
        "serviceType": _service(chart.house, doctor.department),
        "subject": chart.subject,
        "participant": [{"type": _ATTENDER, "individual": chart.practitioner(doctor)}],
        "period": {"start": instant(start), "end": instant(end)},
        "hospitalization": {
            "admitSource": coded("http://fhir.de/CodeSystem/dgkev/Aufnahmeanlass", *admitted),
            "dischargeDisposition": {
                "extension": [{"url": "http://fhir.de/StructureDefinition/Entlassungsgrund", "extension": [place]}]
            },
        },
        "serviceProvider": chart.organisation(),
    }
    if reason:
        body["reasonCode"] = [{"text": reason}]
    reference = chart.put("Encounter", body, profile=ENCOUNTER, sensitive=sensitive)
    return Visit(reference, start, end, doctor, doctor.department, body, sensitive)


def _coding(system: str, code: str, display: str) -> Json:
    return {"system": f"http://fhir.de/CodeSystem/dkgev/{system}", "code": code, "display": display}


def on_ward(chart: Chart, within: Visit, department: str, start: datetime, end: datetime, *, room: str) -> Visit:
    """A part of a stay on one ward (Abteilungskontakt), with ward and room."""
    doctor = chart.house.doctor(department)
    ward = chart.house.department(department).ward
    body: Json = {
        "identifier": [chart.identifier("fall", "VN")],
        "status": "finished",
        "class": _CLASSES["IMP"],
        "type": _DEPARTMENT,
        "serviceType": _service(chart.house, department),
        "subject": chart.subject,
        "period": {"start": instant(start), "end": instant(end)},
        "location": [_location(chart, "wa", "station", ward), _location(chart, "ro", "zimmer", f"{ward} / {room}")],
        "serviceProvider": chart.organisation(department),
        "partOf": {"reference": within.reference},
    }
    reference = chart.put("Encounter", body, profile=ENCOUNTER, sensitive=within.sensitive)
    return Visit(reference, start, end, doctor, department, body, within.sensitive)


def _location(chart: Chart, kind: str, what: str, name: str) -> Json:
    return {
        "location": {"identifier": {"system": f"{chart.house.base}/{what}", "value": name}, "display": name},
        "status": "completed",
        "physicalType": coded("http://terminology.hl7.org/CodeSystem/location-physical-type", kind),
    }


@lru_cache(maxsize=1024)
def _icd(diagnosis: Diagnosis, year: int, certainty: str, side: str | None) -> Json:
    extensions: list[Json] = [
        _icd_extension(
            "icd-10-gm-diagnosesicherheit", "KBV_CS_SFHIR_ICD_DIAGNOSESICHERHEIT", certainty, _CERTAINTY[certainty]
        )
    ]
    if side:
        extensions.append(
            _icd_extension("seitenlokalisation", "KBV_CS_SFHIR_ICD_SEITENLOKALISATION", side, _SIDES[side])
        )
    coding = {
        "extension": extensions,
        "system": "http://fhir.de/CodeSystem/bfarm/icd-10-gm",
        "version": str(year),
        "code": diagnosis.code,
        "display": diagnosis.text,
    }
    return {"coding": [coding], "text": diagnosis.text}


def _icd_extension(url: str, system: str, code: str, display: str) -> Json:
    coding = {"system": f"https://fhir.kbv.de/CodeSystem/{system}", "code": code, "display": display}
    return {"url": f"http://fhir.de/StructureDefinition/{url}", "valueCoding": coding}


_CERTAINTY = {
    "G": "gesicherte Diagnose",
    "V": "Verdachtsdiagnose",
    "Z": "symptomloser Zustand nach der betreffenden Diagnose",
}
_SIDES = {"L": "links", "R": "rechts", "B": "beiderseits"}
_STATUS = {
    code: coded("http://terminology.hl7.org/CodeSystem/condition-clinical", code)
    for code in ("active", "resolved", "remission")
}
_CONFIRMED = coded("http://terminology.hl7.org/CodeSystem/condition-ver-status", "confirmed")
_PROVISIONAL = coded("http://terminology.hl7.org/CodeSystem/condition-ver-status", "provisional")
_PROBLEM = [coded("http://terminology.hl7.org/CodeSystem/condition-category", "problem-list-item")]
_DIAGNOSIS = [coded("http://terminology.hl7.org/CodeSystem/condition-category", "encounter-diagnosis")]
# What a diagnosis is for a contact: http://terminology.hl7.org/CodeSystem/diagnosis-role
CHIEF, COMORBID, DISCHARGE = "CC", "CM", "DD"


def diagnose(
    chart: Chart,
    diagnosis: Diagnosis,
    when: date,
    *,
    visit: Visit | None = None,
    onset: date | None = None,
    resolved: date | None = None,
    certainty: str = "G",
    side: str | None = None,
    role: str = COMORBID,
    note: str | None = None,
    profile: str = CONDITION,
) -> str:
    """A diagnosis: on the problem list if it lasts and was not made for one contact; otherwise of that contact."""
    status = "resolved" if resolved else "active"
    body: Json = {
        "clinicalStatus": _STATUS[status],
        "verificationStatus": _PROVISIONAL if certainty == "V" else _CONFIRMED,
        "category": _DIAGNOSIS if visit and not diagnosis.lasting else _PROBLEM,
        "code": _icd(diagnosis, when.year, certainty, side),
        "subject": chart.subject,
        "onsetDateTime": (onset or when).isoformat(),
        "recordedDate": when.isoformat(),
    }
    if resolved:
        body["abatementDateTime"] = resolved.isoformat()
    if visit:
        body["encounter"] = {"reference": visit.reference}
        body["recorder"] = chart.practitioner(visit.doctor)
    if note:
        body["note"] = [{"text": note}]
    sensitive = diagnosis.psychiatric or (visit is not None and visit.sensitive)
    reference = chart.put("Condition", body, profile=profile, sensitive=sensitive)
    if visit:
        name_diagnosis(visit, reference, role)
    return reference


def name_diagnosis(visit: Visit, condition: str, role: str) -> None:
    """Let a contact name a diagnosis, in the order in which they are named."""
    named = visit.body.setdefault("diagnosis", [])
    use = coded("http://terminology.hl7.org/CodeSystem/diagnosis-role", role)
    named.append({"condition": {"reference": condition}, "use": use, "rank": len(named) + 1})


@lru_cache(maxsize=256)
def _treatment(treatment: Treatment, year: int) -> Json:
    codings: list[Json] = []
    if treatment.snomed:
        code, display = treatment.snomed
        codings.append({"system": "http://snomed.info/sct", "code": code, "display": display})
    if treatment.ops:
        ops = "http://fhir.de/CodeSystem/bfarm/ops"
        codings.append({"system": ops, "version": str(year), "code": treatment.ops, "display": treatment.text})
    return {"coding": codings, "text": treatment.text}


def treat(
    chart: Chart,
    treatment: Treatment,
    when: datetime,
    visit: Visit,
    *,
    minutes: int = 0,
    reason: str | None = None,
    note: str | None = None,
) -> str:
    """Something done within a contact, at a time or over some minutes."""
    body: Json = {
        "status": "completed",
        "category": coded("http://snomed.info/sct", *treatment.category),
        "code": _treatment(treatment, when.year),
        "subject": chart.subject,
        "encounter": {"reference": visit.reference},
        "performer": [{"actor": chart.practitioner(visit.doctor)}],
    }
    if minutes:
        body["performedPeriod"] = {"start": instant(when), "end": instant(when + timedelta(minutes=minutes))}
    else:
        body["performedDateTime"] = instant(when)
    if reason:
        body["reasonReference"] = [{"reference": reason}]
    if note:
        body["note"] = [{"text": note}]
    return chart.put("Procedure", body, profile=PROCEDURE, sensitive=visit.sensitive)


def refer(chart: Chart, visit: Visit, when: datetime, to: House, text: str, *, reason: str | None = None) -> str:
    """A referral to another house (Überweisung, Einweisung, Anschlussrehabilitation)."""
    body: Json = {
        "identifier": [chart.identifier("ueberweisung", "PLAC")],
        "status": "completed",
        "intent": "order",
        "category": [coded("http://snomed.info/sct", "3457005", "Patient referral")],
        "code": {"text": text},
        "subject": chart.subject,
        "encounter": {"reference": visit.reference},
        "authoredOn": instant(when),
        "requester": chart.practitioner(visit.doctor),
        "performer": [site_reference(to)],
    }
    if reason:
        body["reasonReference"] = [{"reference": reason}]
    return chart.put("ServiceRequest", body, sensitive=visit.sensitive)
