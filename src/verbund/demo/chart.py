"""The record of one patient at one house while it grows: ids, references within the house, and the Patient itself."""

from base64 import b32hexencode
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from verbund.demo.chance import digest
from verbund.demo.houses import TEST_DATA, House, Professional
from verbund.demo.identifiers import IK_SYSTEM, KVNR_SYSTEM
from verbund.demo.persons import Person

Json = dict[str, Any]

KDS = "https://www.medizininformatik-initiative.de/fhir"
_CODES_OF_TYPES = "http://terminology.hl7.org/CodeSystem/v2-0203"
_PSYCHIATRY = (
    {"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "R", "display": "restricted"},
    {
        "system": "http://terminology.hl7.org/CodeSystem/v3-ActCode",
        "code": "PSY",
        "display": "psychiatry disorder information sensitivity",
    },
)


def patient_id(seed: int, house: str, number: int) -> str:
    """The logical id of a patient at a house; each house has its own, and none tells who it is."""
    return b32hexencode(digest(seed, "patient", house, number, size=10)).decode().lower()


@lru_cache(maxsize=16)
def _summer(year: int) -> tuple[date, date]:
    """First and last day of Central European Summer Time: from the last Sunday of March to the one of October."""
    march, october = date(year, 3, 31), date(year, 10, 31)
    start = march - timedelta(days=(march.weekday() + 1) % 7)
    return start, october - timedelta(days=(october.weekday() + 1) % 7)


def instant(moment: datetime) -> str:
    """A local time of the region as a FHIR instant, with the offset of its day."""
    first, after = _summer(moment.year)
    return f"{moment.isoformat(timespec='seconds')}{'+02:00' if first <= moment.date() < after else '+01:00'}"


def coded(system: str, code: str, display: str | None = None, text: str | None = None) -> Json:
    """A CodeableConcept with one coding."""
    coding = {"system": system, "code": code}
    if display is not None:
        coding["display"] = display
    concept: Json = {"coding": [coding]}
    if text is not None:
        concept["text"] = text
    return concept


@lru_cache(maxsize=128)
def _meta(profile: str | None, sensitive: bool) -> Json:
    meta: Json = {"profile": [profile]} if profile else {}
    meta["security"] = [TEST_DATA, *_PSYCHIATRY] if sensitive else [TEST_DATA]
    return meta


@dataclass(frozen=True, slots=True)
class Visit:
    """A contact with the house: what findings and deeds within it refer to.

    `body` may take diagnoses while it goes on.
    """

    reference: str
    start: datetime
    end: datetime
    doctor: Professional
    department: str
    body: Json
    sensitive: bool = False


class Chart:
    """Collects the resources of one patient at one house; ids count up, so the same calls give the same record."""

    __slots__ = ("_key", "house", "patient", "person", "resources", "subject")

    def __init__(self, house: House, person: Person, key: str) -> None:
        self.house = house
        self.person = person
        self.patient = key
        self._key = key
        self.subject: Json = {"reference": f"Patient/{key}"}
        self.resources: list[Json] = [_patient(house, person, key)]

    def put(self, kind: str, body: Json, *, profile: str | None = None, sensitive: bool = False) -> str:
        """Add a resource; returns its reference within the house."""
        number = f"{self._key}-{len(self.resources)}"
        self.resources.append({"resourceType": kind, "id": number, "meta": _meta(profile, sensitive), **body})
        return f"{kind}/{number}"

    def identifier(self, what: str, code: str | None = None) -> Json:
        """A business identifier for the resource to be put next: unique in the region, kept by copies elsewhere."""
        value = f"{self.house.abbreviation}-{self._key[:8]}-{len(self.resources)}"
        identifier: Json = {
            "system": f"{self.house.base}/{what}",
            "value": value,
            "assigner": {"display": self.house.title},
        }
        if code:
            identifier["type"] = {"coding": [{"system": _CODES_OF_TYPES, "code": code}]}
        return identifier

    def practitioner(self, one: Professional) -> Json:
        """A reference to somebody of this house."""
        return {"reference": f"Practitioner/{self.house.name}-{one.key}", "display": one.name}

    def organisation(self, department: str | None = None) -> Json:
        """A reference to this house or a department of it."""
        if department is None:
            return {"reference": f"Organization/{self.house.name}", "display": self.house.title}
        title = self.house.department(department).title
        return {"reference": f"Organization/{self.house.name}-{department}", "display": title}


def _patient(house: House, person: Person, key: str) -> Json:
    patient: Json = {
        "resourceType": "Patient",
        "id": key,
        "meta": _meta(f"{KDS}/core/modul-person/StructureDefinition/Patient", sensitive=False),
        "identifier": _identifiers(house, person, key),
        "active": True,
        "name": _names(person),
        "telecom": _telecom(person),
        "gender": person.gender,
        "birthDate": person.birth.isoformat(),
        "address": [
            {
                "type": "both",
                "line": [person.street],
                "city": person.town,
                "postalCode": person.postcode,
                "country": "DE",
            }
        ],
        "managingOrganization": {"reference": f"Organization/{house.name}", "display": house.title},
    }
    if not patient["telecom"]:
        del patient["telecom"]
    if person.official_gender:
        coding = {"system": "http://fhir.de/CodeSystem/gender-amtlich-de", "code": person.official_gender}
        extension = {"url": "http://fhir.de/StructureDefinition/gender-amtlich-de", "valueCoding": coding}
        patient["_gender"] = {"extension": [extension]}
    if person.died:
        patient["deceasedDateTime"] = person.died.isoformat()
    return patient


def _identifiers(house: House, person: Person, key: str) -> list[Json]:
    insurer = {"display": person.insurer.name, "identifier": {"system": IK_SYSTEM, "value": person.insurer.number}}
    local: Json = {
        "use": "usual",
        "type": coded(_CODES_OF_TYPES, "MR"),
        "system": f"{house.base}/patient",
        "value": f"{house.abbreviation}{int.from_bytes(digest(key, size=4), 'big') % 10_000_000:07d}",
        "assigner": {"display": house.title},
    }
    if person.insurance_number:
        kind = coded("http://fhir.de/CodeSystem/identifier-type-de-basis", "KVZ10")
        insured = {
            "use": "official",
            "type": kind,
            "system": KVNR_SYSTEM,
            "value": person.insurance_number,
            "assigner": insurer,
        }
        return [insured, local]
    if person.private:
        kind = coded("http://fhir.de/CodeSystem/identifier-type-de-basis", "PKV")
        system = f"https://{person.insurer.number}.versicherer.example/versicherungsnummer"
        return [
            local,
            {"use": "secondary", "type": kind, "system": system, "value": f"P{person.number:08d}", "assigner": insurer},
        ]
    return [local]


def _names(person: Person) -> list[Json]:
    official: Json = {"use": "official", "family": person.family, "given": list(person.given)}
    prefix, _, own = person.family.rpartition(" ")
    if prefix:
        base = "http://hl7.org/fhir/StructureDefinition/humanname-own-"
        parts = [{"url": f"{base}name", "valueString": own}, {"url": f"{base}prefix", "valueString": prefix}]
        official["_family"] = {"extension": parts}
    if person.title:
        official["prefix"] = [person.title]
        academic = {"url": "http://hl7.org/fhir/StructureDefinition/iso21090-EN-qualifier", "valueCode": "AC"}
        official["_prefix"] = [{"extension": [academic]}]
    return [official] + ([{"use": "maiden", "family": person.birth_name}] if person.birth_name else [])


def _telecom(person: Person) -> list[Json]:
    ways = (("phone", person.phone, "home"), ("phone", person.mobile, "mobile"), ("email", person.email, "home"))
    return [{"system": system, "value": value, "use": use} for system, value, use in ways if value]
