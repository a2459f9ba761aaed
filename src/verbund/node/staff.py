"""The staff of a house: their accounts, and who they are in the directory (FHIR Practitioner and PractitionerRole)."""

import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import msgspec

from verbund.access import Gate, Write
from verbund.audit import AuditLog
from verbund.audit.model import Action
from verbund.config import Clock, utc_now
from verbund.errors import Conflict, Incorrect, NotFound
from verbund.identity import House, Issued, Letters, People, Person, Principal, Recipient, Role
from verbund.identity.recording import Said, told
from verbund.node.houses import TAG, missing

SPECIALTY_SYSTEM = "http://ihe-d.de/CodeSystems/AerztlicheFachrichtungen"
STAFF_ROLES = tuple(role for role in Role if role not in {Role.PATIENT, Role.SYSTEM})

# Only who treats stands in the directory; codes of SNOMED CT.
TREATING = {
    Role.PHYSICIAN: ("309343006", "Physician"),
    Role.NURSE: ("106292003", "Professional nurse"),
    Role.PARAMEDIC: ("397897005", "Paramedic"),
}
# Nobody types these signs, so no password chosen at random holds a login.
_SIGNS = "†‡§¶◊♠♣♥♦♪♫☼►◄▲▼"
_SIGNS_OF_256_BITS = 64


@dataclass(frozen=True, slots=True)
class Entry:
    """What is entered of somebody: `specialty` is a code of SPECIALTY_SYSTEM or words, empty for none."""

    login: str
    name: str
    role: Role
    specialty: str = ""


class StaffBook:
    """Adds, changes, closes and reopens accounts of staff; every deed is in the log."""

    def __init__(
        self, gate: Gate, house: House, kind: str, *, people: People, letters: Letters, audit: AuditLog,
        operator: Principal, clock: Clock = utc_now,
    ) -> None:  # fmt: skip
        self._gate = gate
        self._house = house
        self._kind = kind
        self._people = people
        self._letters = letters
        self._audit = audit
        self._operator = operator
        self._clock = clock

    async def all(self) -> tuple[Person, ...]:
        """Everybody, by name; those whose access has ended too."""
        return await self._people.staff()

    async def one(self, person_id: str) -> Person:
        """One of them; NotFound."""
        found = next((one for one in await self._people.staff() if str(one.id) == person_id), None)
        if found is None:
            raise NotFound("There is nobody of this id.", german="Diese Person gibt es hier nicht.")
        return found

    async def add(
        self, who: Principal, entry: Entry, *, password: str | None = None, practitioner_id: str | None = None
    ) -> Person:
        """Somebody new, with an entry in the directory unless `practitioner_id` names one that is there.

        Without a `password` nobody can sign in before a letter was used. Conflict for a login that is taken or an
        entry of another house, Incorrect for a role that is not of the staff.
        """
        if entry.role not in STAFF_ROLES:
            raise Incorrect("This is not a role of the staff.", german="Das ist keine Rolle des Personals.")
        if await self._people.by_login(entry.login) is not None:
            raise Conflict("This login is taken; choose another.", german="Dieser Anmeldename ist vergeben.")
        if practitioner_id is not None:
            await self._check_own(practitioner_id)
        role_id = None
        if practitioner_id is None and entry.role in TREATING:
            practitioner_id, role_id = str(uuid4()), str(uuid4())
            await self._enter(entry, practitioner_id, role_id)
        person = await self._people.add(
            entry.login,
            entry.name,
            entry.role,
            password or "".join(secrets.choice(_SIGNS) for _ in range(_SIGNS_OF_256_BITS)),
            practitioner_id=practitioner_id,
            specialty=entry.specialty or None,
            role_id=role_id,
        )
        await self._tell(who, person, "C", Said("Konto angelegt.", "An account was added."))
        return person

    async def letter(self, who: Principal, person: Person) -> Issued:
        """A letter with which they choose a password; the former one ends."""
        if not person.active:
            raise Conflict("This account is closed.", german="Dieses Konto ist geschlossen.")
        return await self._letters.issue(who, recipient_of(person))

    async def change(self, who: Principal, person: Person, entry: Entry) -> Person:
        """Change name, role and specialty, here and in the directory. A new role ends sessions and tokens."""
        if entry.role not in STAFF_ROLES:
            raise Incorrect("This is not a role of the staff.", german="Das ist keine Rolle des Personals.")
        if str(person.id) == who.subject and entry.role is not person.role:
            raise Conflict("Nobody changes the own role.", german="Die eigene Rolle ändert niemand selbst.")
        practitioner_id, role_id = person.practitioner_id, person.role_id
        if entry.role in TREATING and practitioner_id is None:
            practitioner_id, role_id = str(uuid4()), str(uuid4())
            await self._enter(entry, practitioner_id, role_id)
        else:
            await self._rewrite(person, entry, active=person.active and entry.role in TREATING)
        changed = await self._people.change(
            person.id,
            name=entry.name,
            role=entry.role,
            specialty=entry.specialty or None,
            practitioner_id=practitioner_id,
            role_id=role_id,
        )
        await self._tell(who, changed, "U", Said("Konto geändert.", "An account was changed."))
        return changed

    async def close(self, who: Principal, person: Person) -> None:
        """End somebody's access at once: sign-in, sessions, tokens, open letters. Conflict for oneself."""
        if str(person.id) == who.subject:
            raise Conflict("Nobody closes the own account.", german="Das eigene Konto schließt niemand selbst.")
        await self._people.deactivate(person.id)
        await self._letters.revoke(who, recipient_of(person))
        await self._rewrite(person, _entry_of(person), active=False)
        await self._tell(who, person, "D", Said("Konto geschlossen.", "An account was closed."))

    async def reopen(self, who: Principal, person: Person) -> None:
        """Let somebody sign in again."""
        await self._people.activate(person.id)
        await self._rewrite(person, _entry_of(person), active=person.role in TREATING)
        await self._tell(who, person, "U", Said("Konto wieder geöffnet.", "An account was opened again."))

    async def _check_own(self, practitioner_id: str) -> None:
        """Conflict for an entry that another house publishes: nobody here signs in as staff of another house."""
        with suppress(NotFound):
            stored = await self._gate.read(self._operator, "Practitioner", practitioner_id)
            if TAG in (msgspec.json.decode(stored.body).get("meta") or {}).get("tag", ()):
                raise Conflict(
                    "This entry of the directory is another house's.",
                    german="Dieser Eintrag im Verzeichnis gehört einem anderen Haus.",
                )

    async def _enter(self, entry: Entry, practitioner_id: str, role_id: str) -> None:
        writes = [
            *await missing(self._gate, self._operator, self._house, self._kind),
            _update(practitioner(practitioner_id, entry.name, active=True)),
            _update(self._role(practitioner_id, role_id, entry)),
        ]
        await self._gate.commit(self._operator, writes)

    async def _rewrite(self, person: Person, entry: Entry, *, active: bool) -> None:
        """Bring what this node wrote into the directory up to date; entries of other origin keep their names."""
        if person.practitioner_id is None or person.role_id is None:
            return
        writes = [
            _update(practitioner(person.practitioner_id, entry.name, active=active)),
            _update(self._role(person.practitioner_id, person.role_id, entry) | {"active": active}),
        ]
        await self._gate.commit(self._operator, writes)

    def _role(self, practitioner_id: str, role_id: str, entry: Entry) -> dict[str, Any]:
        house = self._house.organisation, self._house.organisation_name
        return practitioner_role(role_id, practitioner_id, entry, house)

    async def _tell(self, who: Principal, person: Person, action: Action, said: Said) -> None:
        detail = {"person": str(person.id), "role": str(person.role)}
        await self._audit.record(told(who, "person", action, said, self._clock(), detail=detail))


def recipient_of(person: Person) -> Recipient:
    """Somebody of the staff as who a letter is for."""
    return Recipient("person", person.name, person.login, person=person.id)


def _entry_of(person: Person) -> Entry:
    return Entry(person.login, person.name, person.role, person.specialty or "")


def practitioner(practitioner_id: str, name: str, *, active: bool) -> dict[str, Any]:
    """Somebody as FHIR R4 Practitioner."""
    family = name.rsplit(maxsplit=1)[-1]
    return {
        "resourceType": "Practitioner",
        "id": practitioner_id,
        "active": active,
        "name": [{"use": "official", "text": name, "family": family}],
    }


def practitioner_role(role_id: str, practitioner_id: str, entry: Entry, house: tuple[str, str]) -> dict[str, Any]:
    """What somebody does at a house (its id and name), as FHIR R4 PractitionerRole."""
    resource: dict[str, Any] = {
        "resourceType": "PractitionerRole",
        "id": role_id,
        "active": True,
        "practitioner": {"reference": f"Practitioner/{practitioner_id}", "display": entry.name},
        "organization": {"reference": f"Organization/{house[0]}", "display": house[1]},
    }
    if entry.role in TREATING:
        code, display = TREATING[entry.role]
        coding = {"system": "http://snomed.info/sct", "code": code, "display": display}
        resource["code"] = [{"coding": [coding]}]
    if entry.specialty:
        resource["specialty"] = [_specialty(entry.specialty)]
    return resource


def _specialty(specialty: str) -> Mapping[str, Any]:
    if len(specialty) == 4 and specialty.isupper() and specialty.isascii():
        return {"coding": [{"system": SPECIALTY_SYSTEM, "code": specialty}]}
    return {"text": specialty}


def _update(resource: Mapping[str, Any]) -> Write:
    return Write("update", resource["resourceType"], resource["id"], msgspec.json.encode(resource))
