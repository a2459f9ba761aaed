"""What is measured: laboratory (KDS Labor), vital signs, scores, cultures, imaging, and copies for another house."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from verbund.demo.catalogue.laboratory import Analyte, Sign
from verbund.demo.chance import Chance, digest
from verbund.demo.chart import KDS, Chart, Visit, coded, instant
from verbund.demo.houses import UNIKLINIKUM, site_reference

Json = dict[str, Any]

LABORATORY = f"{KDS}/core/modul-labor/StructureDefinition/ObservationLab"
REPORT = f"{KDS}/core/modul-labor/StructureDefinition/DiagnosticReportLab"
ORDER = f"{KDS}/core/modul-labor/StructureDefinition/ServiceRequestLab"
STUDY = f"{KDS}/ext/modul-bildgebung/StructureDefinition/mii-pr-bildgebung-bildgebungsstudie"
RADIOLOGY = f"{KDS}/ext/modul-bildgebung/StructureDefinition/mii-pr-bildgebung-radiologischer-befund"
_SIGN_PROFILE = "http://fhir.de/StructureDefinition/observation-de-vitalsign-"
_UCUM = "http://unitsofmeasure.org"
_LOINC = "http://loinc.org"
_CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"
_LABORATORY = [
    {
        "coding": [
            {"system": _LOINC, "code": "26436-6", "display": "Laboratory studies (set)"},
            {"system": _CATEGORY, "code": "laboratory", "display": "Laboratory"},
        ]
    }
]
_REPORT = [
    {
        "coding": [
            {"system": _LOINC, "code": "26436-6", "display": "Laboratory studies (set)"},
            {"system": "http://terminology.hl7.org/CodeSystem/v2-0074", "code": "LAB", "display": "Laboratory"},
        ]
    }
]
_ORDER = [coded(_CATEGORY, "laboratory", "Laboratory")]
_REPORT_CODE = coded(_LOINC, "11502-2", "Laboratory report", "Laborbefund")
_ORDER_CODE = coded(_LOINC, "11502-2", "Laboratory report", "Laboruntersuchung")
_INTERPRETATIONS = {
    code: [coded("http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation", code, display)]
    for code, display in (("L", "Low"), ("N", "Normal"), ("H", "High"), ("HH", "Critical high"), ("LL", "Critical low"))
}


def quantity(value: float, ucum: str, unit: str, decimals: int) -> Json:
    """A Quantity rounded to what the method can tell; whole numbers without a fraction."""
    rounded = round(value, decimals)
    return {"value": int(rounded) if decimals == 0 else rounded, "unit": unit, "system": _UCUM, "code": ucum}


@lru_cache(maxsize=256)
def _analyte_code(analyte: Analyte) -> Json:
    return coded(_LOINC, analyte.loinc, analyte.name, analyte.german)


@lru_cache(maxsize=256)
def _range(analyte: Analyte, female: bool) -> list[Json]:
    low, high = analyte.range_of(female=female)
    limits = {
        side: quantity(limit, analyte.ucum, analyte.unit, analyte.decimals)
        for side, limit in (("low", low), ("high", high))
        if limit is not None
    }
    return [limits]


def interpretation(analyte: Analyte, value: float, *, female: bool) -> str:
    """L, N or H against the reference range; HH from five times its upper limit, LL below half its lower."""
    low, high = analyte.range_of(female=female)
    if high is not None and value > high:
        return "HH" if value >= 5 * high else "H"
    if low is not None and value < low:
        return "LL" if value < low / 2 else "L"
    return "N"


def laboratory(
    chart: Chart, visit: Visit, when: datetime, values: Mapping[Analyte, float], *, conclusion: str | None = None
) -> tuple[str, ...]:
    """Order, results and report of one blood sample. Returns references: the report first, then its results.

    Drawn at `when`, issued an hour later.
    """
    ordered: Json = {
        "identifier": [chart.identifier("laborauftrag", "PLAC")],
        "status": "completed",
        "intent": "order",
        "category": _ORDER,
        "code": _ORDER_CODE,
        "subject": chart.subject,
        "encounter": {"reference": visit.reference},
        "authoredOn": instant(when),
        "requester": chart.practitioner(visit.doctor),
    }
    order = [{"reference": chart.put("ServiceRequest", ordered, profile=ORDER)}]
    drawn, issued = instant(when), instant(when + timedelta(hours=1))
    female = chart.person.is_female
    encounter = {"reference": visit.reference}
    results = []
    for analyte, value in values.items():
        body: Json = {
            "identifier": [chart.identifier("laborwert", "OBI")],
            "basedOn": order,
            "status": "final",
            "category": _LABORATORY,
            "code": _analyte_code(analyte),
            "subject": chart.subject,
            "encounter": encounter,
            "effectiveDateTime": drawn,
            "issued": issued,
            "valueQuantity": quantity(value, analyte.ucum, analyte.unit, analyte.decimals),
            "interpretation": _INTERPRETATIONS[interpretation(analyte, value, female=female)],
            "referenceRange": _range(analyte, female),
        }
        results.append(chart.put("Observation", body, profile=LABORATORY))
    return (_report(chart, visit, (drawn, issued), order, results=results, conclusion=conclusion), *results)


def _report(
    chart: Chart,
    visit: Visit,
    times: tuple[str, str],
    order: list[Json],
    *,
    results: Sequence[str],
    conclusion: str | None,
) -> str:
    body: Json = {
        "identifier": [chart.identifier("laborbefund", "FILL")],
        "basedOn": order,
        "status": "final",
        "category": _REPORT,
        "code": _REPORT_CODE,
        "subject": chart.subject,
        "encounter": {"reference": visit.reference},
        "effectiveDateTime": times[0],
        "issued": times[1],
        "performer": [chart.organisation("labor") if chart.house is UNIKLINIKUM else chart.organisation()],
        "result": [{"reference": result} for result in results],
    }
    if conclusion:
        body["conclusion"] = conclusion
    return chart.put("DiagnosticReport", body, profile=REPORT)


def usual(chance: Chance, analytes: Sequence[Analyte]) -> dict[Analyte, float]:
    """Values of somebody with nothing wrong there."""
    return {analyte: max(0.0, chance.around(analyte.usual, analyte.spread)) for analyte in analytes}


@lru_cache(maxsize=64)
def _sign_code(sign: Sign) -> tuple[Json, list[Json], str | None]:
    concept = coded(_LOINC, sign.loinc, sign.name, sign.german)
    if sign.loinc == "2708-6":
        pulse = {
            "system": _LOINC,
            "code": "59408-5",
            "display": "Oxygen saturation in Arterial blood by Pulse oximetry",
        }
        concept["coding"].append(pulse)
    return concept, [coded(_CATEGORY, sign.category)], f"{_SIGN_PROFILE}{sign.profile}" if sign.profile else None


def measure(chart: Chart, visit: Visit, when: datetime, sign: Sign, value: float, *, note: str | None = None) -> str:
    """A vital sign or a score, taken within a contact."""
    code, category, profile = _sign_code(sign)
    body: Json = {
        "status": "final",
        "category": category,
        "code": code,
        "subject": chart.subject,
        "encounter": {"reference": visit.reference},
        "effectiveDateTime": instant(when),
        "valueQuantity": quantity(value, sign.ucum, sign.unit, sign.decimals),
    }
    if note:
        body["note"] = [{"text": note}]
    return chart.put("Observation", body, profile=profile, sensitive=visit.sensitive)


_PRESSURE = coded(_LOINC, "85354-9", "Blood pressure panel with all children optional", "Blutdruck")
_SYSTOLIC = coded(_LOINC, "8480-6", "Systolic blood pressure", "systolisch")
_DIASTOLIC = coded(_LOINC, "8462-4", "Diastolic blood pressure", "diastolisch")
_VITAL = [coded(_CATEGORY, "vital-signs")]


def blood_pressure(chart: Chart, visit: Visit, when: datetime, systolic: float, diastolic: float) -> str:
    """Blood pressure with its two components."""
    body: Json = {
        "status": "final",
        "category": _VITAL,
        "code": _PRESSURE,
        "subject": chart.subject,
        "encounter": {"reference": visit.reference},
        "effectiveDateTime": instant(when),
        "component": [
            {"code": _SYSTOLIC, "valueQuantity": quantity(systolic, "mm[Hg]", "mmHg", 0)},
            {"code": _DIASTOLIC, "valueQuantity": quantity(diastolic, "mm[Hg]", "mmHg", 0)},
        ],
    }
    return chart.put("Observation", body, profile=f"{_SIGN_PROFILE}blutdruck", sensitive=visit.sensitive)


STREPTOCOCCUS = ("9861002", "Streptococcus pneumoniae")
COLI = ("112283007", "Escherichia coli")
NO_GROWTH = ("264868006", "No growth")


def blood_culture(chart: Chart, visit: Visit, when: datetime, found: tuple[str, str]) -> str:
    """A blood culture, issued two days after it was taken."""
    body: Json = {
        "identifier": [chart.identifier("mikrobiologie", "OBI")],
        "status": "final",
        "category": _LABORATORY,
        "code": coded(_LOINC, "600-7", "Bacteria identified in Blood by Culture", "Blutkultur"),
        "subject": chart.subject,
        "encounter": {"reference": visit.reference},
        "effectiveDateTime": instant(when),
        "issued": instant(when + timedelta(days=2)),
        "valueCodeableConcept": coded("http://snomed.info/sct", *found),
        "interpretation": _INTERPRETATIONS["N"]
        if found is NO_GROWTH
        else [coded("http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation", "POS", "Positive")],
    }
    return chart.put("Observation", body, profile=LABORATORY)


_TNM = {
    "T": ("384625004", "pT category"),
    "N": ("371494008", "pN category"),
    "M": ("371497001", "pM category"),
    "stage": ("399588009", "Pathologic TNM stage grouping"),
}
_ONCOLOGY = f"{KDS}/ext/modul-onko"
_TNM_PROFILE = {"T": "t-kategorie", "N": "n-kategorie", "M": "m-kategorie", "stage": "klassifikation"}


def tumour_stage(chart: Chart, visit: Visit, when: datetime, condition: str, categories: Mapping[str, str]) -> str:
    """The pathological TNM of a tumour: `{"T": "T3", "N": "N1", "M": "M0", "stage": "IIIB"}`.

    The stage names its parts.
    """
    parts: list[str] = []
    for part, value in categories.items():
        body: Json = {
            "status": "final",
            "category": [coded(_CATEGORY, "exam")],
            "code": {"coding": [{"system": "http://snomed.info/sct", "code": _TNM[part][0], "display": _TNM[part][1]}]},
            "subject": chart.subject,
            "focus": [{"reference": condition}],
            "encounter": {"reference": visit.reference},
            "effectiveDateTime": instant(when),
            "valueCodeableConcept": coded("https://www.uicc.org/resources/tnm", value, value),
            "method": coded(f"{_ONCOLOGY}/CodeSystem/mii-cs-onko-tnm-version", "8", "8. Auflage"),
        }
        if part == "stage":
            body["hasMember"] = [{"reference": reference} for reference in parts]
        profile = f"{_ONCOLOGY}/StructureDefinition/mii-pr-onko-tnm-{_TNM_PROFILE[part]}"
        parts.append(chart.put("Observation", body, profile=profile))
    return parts[-1]


_MODALITIES = {
    "CT": ("Computed Tomography", "1.2.840.10008.5.1.4.1.1.2"),
    "MR": ("Magnetic Resonance", "1.2.840.10008.5.1.4.1.1.4"),
    "DX": ("Digital Radiography", "1.2.840.10008.5.1.4.1.1.1.1"),
    "MG": ("Mammography", "1.2.840.10008.5.1.4.1.1.1.2"),
    "US": ("Ultrasound", "1.2.840.10008.5.1.4.1.1.6.1"),
}


def imaging(chart: Chart, visit: Visit, when: datetime, modality: str, what: str, *, text: str, conclusion: str) -> str:
    """An imaging study without pixel data, and its report two hours later, whose reference is returned."""
    study = _study(chart, visit, when, modality, what)
    report: Json = {
        "identifier": [chart.identifier("radiologiebefund", "FILL")],
        "status": "final",
        "category": _RADIOLOGY,
        "code": {
            "coding": [{"system": _LOINC, "code": "18748-4", "display": "Diagnostic imaging study"}],
            "text": what,
        },
        "subject": chart.subject,
        "encounter": {"reference": visit.reference},
        "effectiveDateTime": instant(when),
        "issued": instant(when + timedelta(hours=2)),
        "performer": [chart.practitioner(chart.house.doctor("radiologie"))],
        "imagingStudy": [{"reference": study}],
        "conclusion": f"{text}\n\nBeurteilung: {conclusion}",
    }
    return chart.put("DiagnosticReport", report, profile=RADIOLOGY)


_RADIOLOGY = [
    {
        "coding": [
            {"system": "http://snomed.info/sct", "code": "4201000179104", "display": "Imaging report"},
            {"system": _LOINC, "code": "18748-4", "display": "Diagnostic imaging study"},
            {"system": "http://terminology.hl7.org/CodeSystem/v2-0074", "code": "RAD", "display": "Radiology"},
        ]
    }
]


def _study(chart: Chart, visit: Visit, when: datetime, modality: str, what: str) -> str:
    """UIDs stand under 2.25, where any number may (DICOM PS3.5, B.2)."""
    display, sop_class = _MODALITIES[modality]
    number = int.from_bytes(digest(chart.patient, "study", len(chart.resources), size=12), "big")
    dicom = {"system": "http://dicom.nema.org/resources/ontology/DCM", "code": modality, "display": display}
    image = {
        "uid": f"2.25.{number}11",
        "sopClass": {"system": "urn:ietf:rfc:3986", "code": f"urn:oid:{sop_class}"},
        "number": 1,
    }
    series = {
        "uid": f"2.25.{number}1",
        "number": 1,
        "modality": dicom,
        "numberOfInstances": 1,
        "started": instant(when),
        "instance": [image],
    }
    body: Json = {
        "identifier": [{"system": "urn:dicom:uid", "value": f"urn:oid:2.25.{number}"}],
        "status": "available",
        "modality": [dicom],
        "subject": chart.subject,
        "encounter": {"reference": visit.reference},
        "started": instant(when),
        "numberOfSeries": 1,
        "numberOfInstances": 1,
        "description": what,
        "series": [series],
    }
    return chart.put("ImagingStudy", body, profile=STUDY)


def copy_report(source: Chart, references: Sequence[str], target: Chart) -> None:
    """Put a report and its results into another house's record as that house received them.

    They keep their business identifiers and name the house that made them; contact, order and people stay behind, since
    they have no resource in the other house.
    """
    numbers = {reference.partition("/")[2] for reference in references}
    copied: dict[str, str] = {}
    for resource in [one for one in source.resources if one["id"] in numbers]:
        body = {
            key: value
            for key, value in resource.items()
            if key not in {"resourceType", "id", "meta", "encounter", "basedOn", "result"}
        }
        body["subject"] = target.subject
        body["performer"] = [site_reference(source.house)]
        if "result" in resource:
            body["result"] = [{"reference": copied[one["reference"]]} for one in resource["result"]]
        kind = resource["resourceType"]
        # A report without its order keeps the shape of the profile's core, not its claim.
        profile = LABORATORY if kind == "Observation" else None
        copied[f"{kind}/{resource['id']}"] = target.put(kind, body, profile=profile)
