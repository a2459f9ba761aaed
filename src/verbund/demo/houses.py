"""The houses of the region: departments, people who work there, and the resources that describe them."""

from dataclasses import dataclass
from typing import Any

from verbund.demo.identifiers import BSNR_SYSTEM, IK_SYSTEM, LANR_SYSTEM, SITE_SYSTEM, ik, lanr

Json = dict[str, Any]

# What is made here is test data, and every resource says so.
TEST_DATA: Json = {
    "system": "http://terminology.hl7.org/CodeSystem/v3-ActReason",
    "code": "HTEST",
    "display": "test health data",
}


@dataclass(frozen=True, slots=True)
class Department:
    """A part of a house. `code` is of the Fachabteilungsschlüssel (§ 301 SGB V), `setting` of the IHE-D specialties."""

    key: str
    title: str
    code: str
    setting: str
    ward: str


@dataclass(frozen=True, slots=True)
class Professional:
    """Somebody who works in a house; `department` is the key of one of its departments."""

    key: str
    title: str
    given: str
    family: str
    gender: str
    department: str
    profession: str = "physician"

    @property
    def name(self) -> str:
        """As people say it: `Dr. Emre Yılmaz`."""
        return f"{self.title} {self.given} {self.family}".strip()


@dataclass(frozen=True, slots=True)
class House:
    """An organisation that takes part. `name` is its site id in the region."""

    name: str
    title: str
    kind: str
    street: str
    postcode: str
    town: str
    phone: str
    number: str
    departments: tuple[Department, ...]
    staff: tuple[Professional, ...]
    abbreviation: str

    @property
    def base(self) -> str:
        """The prefix of the systems this house numbers with."""
        return f"https://{self.name}.lindtal.example/fhir/sid"

    def department(self, key: str) -> Department:
        """The department with this key."""
        return next(department for department in self.departments if department.key == key)

    def doctor(self, department: str, turn: int = 0) -> Professional:
        """A physician of the department, another one with another turn."""
        fitting = [one for one in self.staff if one.department == department and one.profession == "physician"]
        return fitting[turn % len(fitting)]


PRAXIS = House(
    name="praxis",
    title="Hausarztpraxis Dr. Weber & Kollegen",
    kind="practice",
    street="Lindenallee 12",
    postcode="05410",
    town="Lindstadt",
    phone="+49 30 23125401",
    number="054100100",
    departments=(Department("hausarzt", "Hausärztliche Versorgung", "3700", "ALLG", "Praxis"),),
    staff=(
        Professional("weber", "Dr. med.", "Anna", "Weber", "female", "hausarzt"),
        Professional("reimann", "Dr. med.", "Daniel", "Reimann", "male", "hausarzt"),
        Professional("klose", "", "Nadine", "Klose", "female", "hausarzt", "assistant"),
    ),
    abbreviation="PX",
)
UNIKLINIKUM = House(
    name="uniklinikum",
    title="Universitätsklinikum Lindtal",
    kind="university-hospital",
    street="Klinikallee 1",
    postcode="05415",
    town="Lindstadt",
    phone="+49 30 23125100",
    number=ik("26054100"),
    departments=(
        Department(
            "innere", "Klinik für Innere Medizin I (Allgemeine Innere, Infektiologie)", "0100", "INNE", "Station M3"
        ),
        Department("kardiologie", "Klinik für Kardiologie", "0300", "KARD", "Station M1"),
        Department("neurologie", "Klinik für Neurologie mit Stroke Unit", "2800", "NEUR", "Stroke Unit N1"),
        Department("chirurgie", "Klinik für Allgemein- und Viszeralchirurgie", "1500", "CHIR", "Station C2"),
        Department("gynaekologie", "Klinik für Frauenheilkunde, Brustzentrum", "2400", "FRAU", "Station F1"),
        Department("onkologie", "Klinik für Hämatologie und Onkologie, Tagesklinik", "0500", "HAEM", "Tagesklinik O1"),
        Department("intensiv", "Interdisziplinäre Intensivmedizin", "3600", "INTM", "Intensivstation I1"),
        Department("psychiatrie", "Klinik für Psychiatrie und Psychotherapie", "2900", "PSYC", "Station P2"),
        Department("notaufnahme", "Zentrale Notaufnahme", "3700", "NOTF", "Notaufnahme"),
        Department("radiologie", "Institut für Diagnostische Radiologie", "3751", "RADI", "Radiologie"),
        Department("labor", "Zentrallabor und Mikrobiologie", "3700", "LABO", "Labor"),
    ),
    staff=(
        Professional("yilmaz", "Dr. med.", "Emre", "Yılmaz", "male", "innere"),
        Professional("hartung", "Prof. Dr. med.", "Sabine", "Hartung", "female", "kardiologie"),
        Professional("nowak", "Dr. med.", "Piotr", "Nowak", "male", "neurologie"),
        Professional("seidel", "PD Dr. med.", "Carsten", "Seidel", "male", "chirurgie"),
        Professional("ebert", "Dr. med.", "Johanna", "Ebert", "female", "gynaekologie"),
        Professional("haddad", "Dr. med.", "Rania", "Haddad", "female", "onkologie"),
        Professional("brunner", "Dr. med.", "Stefan", "Brunner", "male", "intensiv"),
        Professional("lorenz", "Dr. med.", "Mirjam", "Lorenz", "female", "psychiatrie"),
        Professional("petrowa", "Dr. med.", "Olga", "Petrowa", "female", "notaufnahme"),
        Professional("thiel", "Dr. med.", "Henrik", "Thiel", "male", "radiologie"),
        Professional("nguyen", "Dr. med.", "Linh", "Nguyễn", "female", "labor"),
    ),
    abbreviation="UKL",
)
REHA = House(
    name="reha",
    title="Rehabilitationsklinik Lindtal",
    kind="rehabilitation",
    street="Uferpromenade 5",
    postcode="05443",
    town="Seehagen",
    phone="+49 30 23125300",
    number=ik("51054430"),
    departments=(
        Department("kardio", "Kardiologische Rehabilitation", "0300", "KARD", "Haus Seeblick"),
        Department("neuro", "Neurologische Rehabilitation", "2800", "NEUR", "Haus Waldblick"),
        Department("onko", "Onkologische Rehabilitation", "0500", "HAEM", "Haus Wiesengrund"),
    ),
    staff=(
        Professional("vogel", "Dr. med.", "Katrin", "Vogel", "female", "kardio"),
        Professional("sander", "Dr. med.", "Ulrich", "Sander", "male", "neuro"),
        Professional("celik", "Dr. med.", "Hülya", "Çelik", "female", "onko"),
        Professional("marx", "", "Felix", "Marx", "male", "neuro", "therapist"),
    ),
    abbreviation="RKS",
)
HOUSES = (PRAXIS, UNIKLINIKUM, REHA)
BY_NAME = {house.name: house for house in HOUSES}
RESCUE = "rettungsdienst"


def site_reference(house: House) -> Json:
    """A logical reference to a house (R4 2.3.0.3): by site id, for use in another house's resources."""
    return {"type": "Organization", "identifier": {"system": SITE_SYSTEM, "value": house.name}, "display": house.title}


def _meta() -> Json:
    return {"security": [TEST_DATA]}


def _coded(system: str, code: str, display: str) -> Json:
    return {"coding": [{"system": system, "code": code, "display": display}]}


def _organisation(house: House) -> Json:
    number_system = BSNR_SYSTEM if house.kind == "practice" else IK_SYSTEM
    return {
        "resourceType": "Organization",
        "id": house.name,
        "meta": _meta(),
        "identifier": [
            {"system": SITE_SYSTEM, "value": house.name},
            {"use": "official", "system": number_system, "value": house.number},
        ],
        "active": True,
        "type": [_coded("http://terminology.hl7.org/CodeSystem/organization-type", "prov", "Healthcare Provider")],
        "name": house.title,
        "telecom": [{"system": "phone", "value": house.phone, "use": "work"}],
        "address": [
            {
                "type": "both",
                "line": [house.street],
                "city": house.town,
                "postalCode": house.postcode,
                "country": "DE",
            }
        ],
    }


def _department(house: House, department: Department) -> Json:
    return {
        "resourceType": "Organization",
        "id": f"{house.name}-{department.key}",
        "meta": _meta(),
        "identifier": [{"system": f"{house.base}/fachabteilung", "value": department.key}],
        "active": True,
        "type": [
            _coded("http://terminology.hl7.org/CodeSystem/organization-type", "dept", "Hospital Department"),
            {
                "coding": [
                    {"system": "http://fhir.de/CodeSystem/dkgev/Fachabteilungsschluessel", "code": department.code}
                ]
            },
        ],
        "name": department.title,
        "partOf": {"reference": f"Organization/{house.name}"},
    }


def _practitioner(house: House, one: Professional, number: int) -> Json:
    identifiers: list[Json] = [{"system": f"{house.base}/personal", "value": f"{house.abbreviation}-{number:04d}"}]
    if one.profession == "physician":
        identifiers.append(
            {
                "type": _coded("http://terminology.hl7.org/CodeSystem/v2-0203", "LANR", "Lifelong physician number"),
                "system": LANR_SYSTEM,
                "value": lanr(f"{540000 + 97 * number + len(house.name)}", "01"),
            }
        )
    name: Json = {"use": "official", "text": one.name, "family": one.family, "given": [one.given]}
    if one.title:
        name["prefix"] = [one.title]
    return {
        "resourceType": "Practitioner",
        "id": f"{house.name}-{one.key}",
        "meta": _meta(),
        "identifier": identifiers,
        "active": True,
        "name": [name],
        "gender": one.gender,
    }


_ROLE_CODES = {
    "physician": ("309343006", "Physician"),
    "assistant": ("22515006", "Medical assistant"),
    "therapist": ("36682004", "Physiotherapist"),
}


def _role(house: House, one: Professional) -> Json:
    department = house.department(one.department)
    return {
        "resourceType": "PractitionerRole",
        "id": f"{house.name}-{one.key}-rolle",
        "meta": _meta(),
        "active": True,
        "practitioner": {"reference": f"Practitioner/{house.name}-{one.key}", "display": one.name},
        "organization": {"reference": f"Organization/{house.name}-{department.key}", "display": department.title},
        "code": [_coded("http://snomed.info/sct", *_ROLE_CODES[one.profession])],
        "specialty": [
            {"coding": [{"system": "http://ihe-d.de/CodeSystems/AerztlicheFachrichtungen", "code": department.setting}]}
        ],
    }


def directory(house: House) -> list[Json]:
    """The house itself, its departments and its people, each after what it refers to."""
    resources = [_organisation(house), *(_department(house, department) for department in house.departments)]
    for number, one in enumerate(house.staff, start=1):
        resources += [_practitioner(house, one, number), _role(house, one)]
    return resources
