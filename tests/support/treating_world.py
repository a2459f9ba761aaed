"""An invented house in memory: who treats whom, written from the words of the rule, as the oracle of the gate.

Staff see the patients they treat: by encounter, care team, referral, appointment, as the family doctor, through their
ward or department, until some days after the end; others not. Who opened a record sees it until it closes.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from opened_gate import NOW, principal

from verbund.identity import Principal, Role

Json = dict[str, Any]
CODES = ("718-7", "2345-7", "8480-6")
BIRTHS = ("1950-01-01", "1960-02-02", "1970-03-03")
DAYS = 30
WARDS = {"ward-a": ("bed-a1", "bed-a2"), "ward-b": ("bed-b1",)}
DEPARTMENTS = ("dep-1", "dep-2")
OF_PATIENTS = (
    "Patient",
    "Observation",
    "Condition",
    "Encounter",
    "CareTeam",
    "Appointment",
    "ServiceRequest",
    "Consent",
)
LOOKING = {"TREAT", "ETREAT", "BTG"}


def ref(text: str) -> Json:
    return {"reference": text}


@dataclass
class World:
    """Everything there is, and what was opened: (practitioner, patient) until when."""

    chance: Random
    size: int = 16
    staff: tuple[str, ...] = ("d1", "d2", "d3", "n1", "p1")
    now: datetime = NOW
    there: dict[str, Json] = field(default_factory=dict)
    opened: dict[tuple[str, str], datetime] = field(default_factory=dict)

    @property
    def patients(self) -> list[str]:
        return [f"p{number}" for number in range(self.size)]

    def put(self, resource: Json) -> Json:
        self.there[f"{resource['resourceType']}/{resource['id']}"] = resource
        return resource

    def directory(self) -> list[Json]:
        found: list[Json] = [{"resourceType": "Organization", "id": "house", "name": "Klinikum"}]
        found += [
            {"resourceType": "Organization", "id": one, "name": one, "partOf": ref("Organization/house")}
            for one in DEPARTMENTS
        ]
        for ward, beds in WARDS.items():
            found.append({"resourceType": "Location", "id": ward})
            found += [{"resourceType": "Location", "id": bed, "partOf": ref(f"Location/{ward}")} for bed in beds]
        for one in self.staff:
            found.append({"resourceType": "Practitioner", "id": one})
            found.append(self.role(one))
        return [self.put(one) for one in found]

    def role(self, who: str) -> Json:
        """What somebody works as: in a department, on a ward, or for the whole house."""
        found: Json = {
            "resourceType": "PractitionerRole",
            "id": f"role-{who}",
            "practitioner": ref(f"Practitioner/{who}"),
        }
        place = self.chance.choice([*WARDS, *DEPARTMENTS, "house"])
        if place in WARDS:
            found["location"] = [ref(f"Location/{place}")]
        else:
            found["organization"] = ref(f"Organization/{place}")
        if self.chance.random() < 0.1:
            found["active"] = False
        if self.chance.random() < 0.2:
            found["period"] = {"end": (self.now + timedelta(days=self.chance.choice((-2, 40)))).isoformat()}
        return found

    def record(self, patient: str) -> list[Json]:
        """A patient with facts, some of which refer to those of others."""
        chance = self.chance
        found: list[Json] = [
            {
                "resourceType": "Patient",
                "id": patient,
                "name": [{"family": "Muster"}],
                "birthDate": chance.choice(BIRTHS),
                **({"generalPractitioner": [self.somebody()]} if chance.random() < 0.1 else {}),
            }
        ]
        for number in range(3):
            other = chance.choice(self.patients)
            found.append(
                {
                    "resourceType": "Observation",
                    "id": f"{patient}-o{number}",
                    "status": "final",
                    "code": {"coding": [{"system": "http://loinc.org", "code": chance.choice(CODES)}]},
                    "subject": ref(f"Patient/{patient}"),
                    "effectiveDateTime": f"2026-0{chance.randrange(1, 5)}-1{chance.randrange(10)}",
                    "hasMember": [ref(f"Observation/{other}-o{chance.randrange(3)}")],
                    "performer": [ref(f"Practitioner/{chance.choice(self.staff)}")],
                }
            )
        found.append(
            {
                "resourceType": "Condition",
                "id": f"{patient}-c",
                "code": {"text": "Husten"},
                "subject": ref(f"Patient/{patient}"),
                "evidence": [{"detail": [ref(f"Observation/{chance.choice(self.patients)}-o0")]}],
            }
        )
        found.append(self.consent(patient))
        found += [self.treatment(patient, number) for number in range(chance.randrange(3))]
        return [self.put(one) for one in found]

    @staticmethod
    def consent(patient: str) -> Json:
        return {
            "resourceType": "Consent",
            "id": f"{patient}-k",
            "status": "active",
            "scope": {"coding": [{"code": "treatment"}]},
            "category": [{"text": "x"}],
            "patient": ref(f"Patient/{patient}"),
            "policyRule": {"text": "x"},
        }

    def somebody(self) -> Json:
        who = self.chance.choice(self.staff)
        return ref(self.chance.choice((f"Practitioner/{who}", f"PractitionerRole/role-{who}")))

    def treatment(self, patient: str, number: int) -> Json:
        """Something that makes somebody treat the patient, or just not."""
        make = self.chance.choice((self.encounter, self.encounter, self.team, self.referral, self.appointment))
        return make(patient, f"{patient}-t{number}")

    def ends(self) -> datetime | None:
        return self.chance.choice((None, *(self.now + timedelta(days=days) for days in (-50, -31, -29, -1, 5))))

    def encounter(self, patient: str, identity: str) -> Json:
        chance, end = self.chance, self.ends()
        bed = chance.choice([*WARDS, *(bed for beds in WARDS.values() for bed in beds)])
        found: Json = {
            "resourceType": "Encounter",
            "id": identity,
            "status": chance.choice(("in-progress", "finished", "planned", "cancelled")),
            "class": {"code": "IMP"},
            "subject": ref(f"Patient/{patient}"),
            "period": {"start": "2026-01-01", **({"end": end.isoformat()} if end else {})},
        }
        how = chance.randrange(4)
        if how == 0:
            found["participant"] = [{"individual": self.somebody()}]
        elif how == 1:
            found["location"] = [{"location": ref(f"Location/{bed}")}]
        else:
            found["serviceProvider"] = ref(f"Organization/{chance.choice((*DEPARTMENTS, 'house'))}")
        return found

    def team(self, patient: str, identity: str) -> Json:
        end = self.ends()
        return {
            "resourceType": "CareTeam",
            "id": identity,
            "status": self.chance.choice(("active", "inactive", "proposed")),
            "subject": ref(f"Patient/{patient}"),
            "participant": [{"member": self.somebody()}],
            **({"period": {"end": end.isoformat()}} if end else {}),
        }

    def referral(self, patient: str, identity: str) -> Json:
        return {
            "resourceType": "ServiceRequest",
            "id": identity,
            "status": self.chance.choice(("active", "revoked", "draft")),
            "intent": "order",
            "subject": ref(f"Patient/{patient}"),
            "performer": [self.somebody()],
            "authoredOn": (self.now - timedelta(days=self.chance.choice((1, 91, 121, 123)))).isoformat(),
        }

    def appointment(self, patient: str, identity: str) -> Json:
        end = self.ends() or self.now
        return {
            "resourceType": "Appointment",
            "id": identity,
            "status": self.chance.choice(("booked", "cancelled")),
            "start": (end - timedelta(minutes=30)).isoformat(),
            "end": end.isoformat(),
            "participant": [
                {"actor": ref(f"Patient/{patient}"), "status": "accepted"},
                {"actor": self.somebody(), "status": self.chance.choice(("accepted", "declined"))},
            ],
        }

    # The oracle.

    def belongs(self, who: str, name: str) -> bool:
        """Whether a reference means somebody: themselves, their role, their department or a place of their ward."""
        if name == f"Practitioner/{who}":
            return True
        role = self.there[f"PractitionerRole/role-{who}"]
        if role.get("active") is False or not self.lasts(role.get("period"), 0):
            return False
        if name == f"PractitionerRole/role-{who}":
            return True
        kind, _, identity = name.partition("/")
        if kind == "Organization":
            return identity in DEPARTMENTS and role.get("organization") == ref(name)
        ward = next((ward for ward, beds in WARDS.items() if identity == ward or identity in beds), None)
        return kind == "Location" and role.get("location") == [ref(f"Location/{ward}")]

    def lasts(self, period: Json | None, days: int) -> bool:
        """Whether something has not ended more than so many days ago."""
        end = (period or {}).get("end")
        return end is None or self.now < after(end) + timedelta(days=days)

    def treats(self, who: str, patient: str) -> bool:
        """Whether a practitioner treats a patient now, or has opened the record."""
        until = self.opened.get((who, patient))
        if until is not None and self.now < until:
            return True
        return any(
            self.belongs(who, one["reference"])
            for resource in self.there.values()
            for one in self.involved(resource, patient)
        )

    def involved(self, one: Json, patient: str) -> list[Json]:
        """Who takes part in the treatment of a patient by what a resource says, as far as it still counts."""
        if one["resourceType"] == "Patient":
            return list(one.get("generalPractitioner", ())) if one["id"] == patient else []
        if one["resourceType"] == "Appointment":
            coming = [p["actor"] for p in one["participant"] if p["status"] != "declined"]
            counts = one["status"] == "booked" and self.lasts({"end": one["end"]}, DAYS)
            return coming if counts and ref(f"Patient/{patient}") in coming else []
        about = one.get("subject") == ref(f"Patient/{patient}")
        return self.taking_part(one) if about and self.lasts(one.get("period"), DAYS) else []

    def taking_part(self, one: Json) -> list[Json]:
        """Who takes part in an encounter, team or order, as far as its state still counts."""
        match one["resourceType"]:
            case "Encounter" if one["status"] != "cancelled":
                places = [place["location"] for place in one.get("location", ())]
                people = [p["individual"] for p in one.get("participant", ())]
                return [*people, *places, *([one["serviceProvider"]] if "serviceProvider" in one else [])]
            case "CareTeam" if one["status"] == "active":
                return [p["member"] for p in one["participant"]]
            case "ServiceRequest" if one["status"] == "active":
                open_until = datetime.fromisoformat(one["authoredOn"]) + timedelta(days=92 + DAYS)
                return list(one["performer"]) if self.now < open_until else []
        return []

    def visible(self, who: Principal) -> frozenset[str]:
        """Everything of patients that somebody may see now."""
        match who.role:
            case Role.SYSTEM if who.purpose not in {"HRESCH", "PATRQT", "FAMRQT"}:
                seen = set(self.patients)
            case Role.PATIENT if who.purpose == "PATRQT":
                seen = {who.patient_id}
            case Role.PHYSICIAN | Role.NURSE | Role.PARAMEDIC if who.purpose in LOOKING:
                seen = {one for one in self.patients if self.treats(str(who.practitioner_id), one)}
            case Role.STEWARD if who.purpose == "HOPERAT":
                return frozenset(name for name in self.there if name.startswith("Consent/"))
            case _:
                seen = set()
        return frozenset(name for name, one in self.there.items() if owner(one) in seen)

    def actor(self) -> Principal:
        """Somebody, for some purpose; mostly staff, mostly for treatment."""
        chance = self.chance
        role = chance.choice((Role.PHYSICIAN, Role.PHYSICIAN, Role.NURSE, Role.PARAMEDIC, *Role))
        purpose = (
            role.purpose if chance.random() < 0.8 else chance.choice(("TREAT", "BTG", "ETREAT", "HOPERAT", "HRESCH"))
        )
        who = chance.choice(self.staff)
        if role in {Role.PHYSICIAN, Role.NURSE, Role.PARAMEDIC}:
            return principal(role, purpose, subject=f"person-{who}", practitioner_id=who)
        return principal(role, purpose, chance.choice(self.patients) if role is Role.PATIENT else None)


def after(text: str) -> datetime:
    """The end of what a time to the second or finer stands for, or of a day."""
    found = datetime.fromisoformat(text)
    return found if found.microsecond else found + timedelta(seconds=1)


def owner(one: Json) -> str | None:
    """Whose record a resource is in."""
    if one["resourceType"] == "Patient":
        return str(one["id"])
    if one["resourceType"] == "Appointment":
        return str(one["participant"][0]["actor"]["reference"].partition("/")[2])
    found = one.get("subject") or one.get("patient")
    return None if found is None else str(found["reference"].partition("/")[2])
