"""What the patients of the demo region have agreed to: exchange between the houses for treatment, and research."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import Enum
from typing import Any

from verbund.consent import CareConsent, DataCategory, Party, Provision, Purpose, to_fhir
from verbund.demo.chance import Chance
from verbund.demo.chart import KDS, Chart, coded, instant
from verbund.demo.houses import BY_NAME, HOUSES, House
from verbund.demo.persons import Person

Json = dict[str, Any]


class Exchange(Enum):
    """What a patient allows the houses to tell one another for treatment."""

    EVERYTHING = "everything"
    NO_PSYCHIATRY = "no-psychiatry"
    NO_DOCUMENTS = "no-documents"
    WITHOUT_HOSPITAL_LABORATORY = "without-hospital-laboratory"
    NOTHING = "nothing"


TEMPLATES = (
    (Exchange.EVERYTHING, 78.0),
    (Exchange.NO_PSYCHIATRY, 9.0),
    (Exchange.WITHOUT_HOSPITAL_LABORATORY, 3.0),
    (Exchange.NO_DOCUMENTS, 3.0),
    (Exchange.NOTHING, 7.0),
)


class Research(Enum):
    """What a patient has said to the broad consent of the MII."""

    AGREED = "agreed"
    AGREED_WITH_PAST = "agreed-with-past"
    WITHDRAWN = "withdrawn"
    NOT_ASKED = "not-asked"


ANSWERS = (
    (Research.AGREED_WITH_PAST, 56.0),
    (Research.AGREED, 12.0),
    (Research.WITHDRAWN, 5.0),
    (Research.NOT_ASKED, 27.0),
)


@dataclass(frozen=True, slots=True)
class Will:
    """A patient's answers, and when they gave them."""

    exchange: Exchange
    research: Research
    stated: date


def will(chance: Chance, person: Person, today: date) -> Will:
    """The answers of a patient, given within the last two years and before death; a child's by the parents."""
    last = min(today, person.died or today)
    stated = last - timedelta(days=chance.between(20, 700))
    return Will(chance.weighted(TEMPLATES), chance.weighted(ANSWERS), max(stated, person.birth + timedelta(days=40)))


def _party(house: House) -> Party:
    return Party(organisation=house.name, title=house.title)


_EVERYBODY = tuple(_party(house) for house in HOUSES)


def _provision(exchange: Exchange) -> Provision:
    """Nothing is released but to the houses of the region for treatment, less what the patient holds back."""
    exceptions: tuple[Provision, ...] = ()
    if exchange is Exchange.NO_PSYCHIATRY:
        exceptions = (Provision(permit=False, categories=DataCategory.PSYCHIATRY),)
    elif exchange is Exchange.NO_DOCUMENTS:
        exceptions = (Provision(permit=False, categories=DataCategory.DOCUMENTS),)
    elif exchange is Exchange.WITHOUT_HOSPITAL_LABORATORY:
        hospital = (_party(BY_NAME["uniklinikum"]),)
        exceptions = (Provision(permit=False, custodians=hospital, categories=DataCategory.LABORATORY),)
    treatment = frozenset({Purpose.TREAT})
    permitted = Provision(permit=True, recipients=_EVERYBODY, purposes=treatment, exceptions=exceptions)
    return Provision(permit=False, exceptions=() if exchange is Exchange.NOTHING else (permitted,))


def care_consent(chart: Chart, will: Will) -> str:
    """The consent to exchange for treatment, as every house that holds the patient keeps it."""
    stated = datetime.fromisoformat(instant(datetime.combine(will.stated, time(10, 30))))
    model = CareConsent(id="", patient_id=chart.patient, stated=stated, provision=_provision(will.exchange))
    body = to_fhir(model)
    del body["resourceType"]
    body["identifier"] = [
        {"system": "https://lindtal.example/fhir/sid/freigabe", "value": f"F-{chart.person.number:07d}"}
    ]
    return chart.put("Consent", body)


BROAD_CONSENT = f"{KDS}/modul-consent/StructureDefinition/mii-pr-consent-einwilligung"
_POLICIES = "2.16.840.1.113883.3.1937.777.24.5.3"
_FORM = "urn:oid:2.16.840.1.113883.3.1937.777.24.2.1791"
# Code, text, years of validity (MII broad consent 1.6d and 1.7.2).
_PATIENT_DATA = (
    ("2", "IDAT erheben", 30),
    ("3", "IDAT speichern, verarbeiten", 30),
    ("6", "MDAT erheben", 5),
    ("7", "MDAT speichern, verarbeiten", 30),
    ("8", "MDAT wissenschaftlich nutzen EU DSGVO NIVEAU", 30),
    ("9", "MDAT zusammenfuehren Dritte", 30),
)
_PAST = (("45", "MDAT retrospektiv speichern verarbeiten", 30), ("46", "MDAT retrospektiv wissenschaftlich nutzen", 30))
# The category's code system before and since the consent module of 2026; both are in use.
_CATEGORIES = (
    f"{KDS}/modul-consent/CodeSystem/mii-cs-consent-consent_category",
    f"{KDS}/modul-consent/CodeSystem/mii-cs-consent-version-modules",
)


def _later(day: date, years: int) -> date:
    """The last day of a period of so many years that begins on the day."""
    leap = day.month == 2 and day.day == 29
    return (day - timedelta(days=1) if leap else day).replace(year=day.year + years) - timedelta(days=1)


def _statements(policies: Sequence[tuple[str, str, int]], kind: str, start: date) -> list[Json]:
    return [
        {
            "type": kind,
            "period": {"start": start.isoformat(), "end": _later(start, years).isoformat()},
            "code": [coded(f"urn:oid:{_POLICIES}", f"{_POLICIES}.{code}", display)],
        }
        for code, display, years in policies
    ]


def broad_consent(chart: Chart, will: Will) -> None:
    """The broad consent as its documents: one that agrees and, where it was withdrawn, a later one that ends it."""
    if will.research is Research.NOT_ASKED:
        return
    policies = _PATIENT_DATA + (() if will.research is Research.AGREED else _PAST)
    _document(chart, will.stated, _statements(policies, "permit", will.stated), "CONSENT-OPT-IN", 1)
    if will.research is Research.WITHDRAWN:
        day = will.stated + timedelta(days=12)
        _document(chart, day, _statements(policies, "deny", day), "WITHDRAWAL", 2)


def _document(chart: Chart, day: date, statements: list[Json], template: str, number: int) -> None:
    body: Json = {
        "identifier": [
            {
                "system": "https://uniklinikum.lindtal.example/fhir/sid/einwilligung",
                "value": f"BC-{chart.person.number:07d}-{number}",
            }
        ],
        "status": "active",
        "scope": coded("http://terminology.hl7.org/CodeSystem/consentscope", "research"),
        "category": [
            coded("http://loinc.org", "57016-8"),
            coded(_CATEGORIES[day.year >= 2026], "2.16.840.1.113883.3.1937.777.24.2.184"),
            coded("http://fhir.de/ConsentManagement/CodeSystem/ResultType", "document"),
            coded("http://fhir.de/ConsentManagement/CodeSystem/TemplateType", template),
        ],
        "patient": chart.subject,
        "dateTime": day.isoformat(),
        "organization": [{"display": BY_NAME["uniklinikum"].title}],
        "policy": [{"uri": _FORM}],
        "provision": {
            "type": "deny",
            "period": {"start": day.isoformat(), "end": _later(day, 30).isoformat()},
            "provision": statements,
        },
    }
    chart.put("Consent", body, profile=BROAD_CONSENT)
