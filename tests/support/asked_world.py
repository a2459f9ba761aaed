"""The invented house of `treating_world` on a whole node, asked over HTTP with real tokens of its people.

The oracle is the same, with two words more: what the scopes of a token leave, and what lies beside the record (attached
files, lists, documents), which only who sees the entry that they belong to may see.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import httpx
import msgspec
from serving import free_socket
from signing_in import quick_passwords
from treating_world import CODES, World, owner, ref

from verbund.access import Write
from verbund.config import NodeConfig, load, utc_now
from verbund.identity import Level, People, Person, Principal, Role, Scopes, operator_token
from verbund.identity.tokens import Terms
from verbund.node import create, serving
from verbund.node.assembly import Node

Json = dict[str, Any]
HEALTH_STAFF = (Role.PHYSICIAN, Role.NURSE, Role.PARAMEDIC)
PASSWORD = "blaue Birnen im Mai"
WORDS = ("Apfelbaum", "Birnbaum", "Kirschbaum")
CODE = "http://loinc.org|718-7"
NARROW = (
    f"user/Patient.rs user/Observation.rs?code={CODE}",
    "user/Observation.rs user/Encounter.rs user/Composition.r",
    f"user/Encounter.rs user/Condition.rs user/Observation.rs?code={CODE}",
)
STAFF = {Role.PHYSICIAN: ("d1", "d2", "d3"), Role.NURSE: ("n1",), Role.PARAMEDIC: ("p1",)}
"""Each of the staff is one person: a record that somebody opens is open to nobody else."""
ALWAYS = ("Practitioner", "Organization", "Location", "PractitionerRole", "GraphDefinition")
"""Types of the directory, which everybody sees who may read them."""

LINKS = [
    {"path": "Observation.hasMember", "target": [{"type": "Observation"}]},
    {"path": "Observation.subject", "target": [
        {"type": "Patient", "link": [{"target": [{"type": "Condition", "params": "patient={ref}"}]}]}]},
]  # fmt: skip


@dataclass
class RichWorld(World):
    """With numbers, words, attachments, documents and lists, some of which name entries of others."""

    def record(self, patient: str) -> list[Json]:
        """A patient with more to ask for."""
        found = super().record(patient)
        for one in found:
            if one["resourceType"] != "Consent":
                one["meta"] = {"tag": [{"system": "urn:whose", "code": patient}]}
            if one["resourceType"] == "Observation":
                one["valueQuantity"] = {"value": self.chance.randrange(1, 90), "unit": "g"}
                word = self.chance.choice(WORDS)
                one["text"] = {"status": "generated", "div": f'<div xmlns="http://www.w3.org/1999/xhtml">{word}</div>'}
        return found + [self.put(one) for one in self.beside(patient)]

    def beside(self, patient: str) -> list[Json]:
        """An attachment with its document, a letter, a list; the last two name entries of anybody."""
        entries = [
            ref(f"Observation/{self.chance.choice(self.patients)}-o{self.chance.randrange(3)}") for _ in range(4)
        ]
        of, who = ref(f"Patient/{patient}"), ref(f"Practitioner/{self.chance.choice(self.staff)}")
        return [
            {"resourceType": "Binary", "id": f"{patient}-b", "contentType": "text/plain", "securityContext": of,
             "data": "aGFsbG8="},
            {"resourceType": "DocumentReference", "id": f"{patient}-d", "status": "current", "subject": of,
             "content": [{"attachment": {"url": f"Binary/{patient}-b", "contentType": "text/plain"}}]},
            {"resourceType": "Composition", "id": f"{patient}-w", "status": "final", "type": {"text": "Brief"},
             "subject": of, "date": "2026-01-01", "author": [who], "title": "Brief",
             "section": [{"title": "Befunde", "entry": entries}]},
            {"resourceType": "List", "id": f"{patient}-l", "status": "current", "mode": "working", "subject": of,
             "entry": [{"item": one} for one in entries]},
        ]  # fmt: skip

    def shared(self) -> list[Json]:
        """A list and a group of everybody's, which belong to nobody, and a graph."""
        items = [ref(f"Observation/{one}-o{number}") for one in self.patients for number in range(2)]
        return [
            {"resourceType": "List", "id": "all", "status": "current", "mode": "working",
             "entry": [{"item": one} for one in items]},
            {"resourceType": "Group", "id": "some", "type": "person", "actual": True,
             "member": [{"entity": ref(f"Patient/{one}")} for one in self.patients[::2]]},
            {"resourceType": "GraphDefinition", "id": "net", "name": "net", "status": "active", "start": "Observation",
             "link": LINKS},
        ]  # fmt: skip

    def patient_of(self, name: str) -> str | None:
        """Whose something is."""
        one = self.there[name]
        if one["resourceType"] == "Binary":
            return str(one["securityContext"]["reference"].partition("/")[2])
        return owner(one)

    def seen(self, who: Principal) -> frozenset[str]:
        """Everything of patients that somebody may see now with this token."""
        self.now = utc_now()
        visible = self.visible(who)
        attached = {name for name in self.there if name.startswith("Binary/")}
        found = visible | {name for name in attached if f"Patient/{self.patient_of(name)}" in visible}
        return frozenset(name for name in found if self.granted(who, name))

    def granted(self, who: Principal, name: str) -> bool:
        """Whether the scopes reach so far; what can be read by a scope is what can be found by it, here."""
        kind = name.partition("/")[0]
        parts = who.scopes.parts(kind, "r") or who.scopes.parts(kind, "s")
        if parts:
            return kind == "Observation" and self.there[name]["code"]["coding"][0]["code"] == "718-7"
        level = who.scopes.level_for(kind, "r") or who.scopes.level_for(kind, "s")
        return level is not None and (level is not Level.PATIENT or self.patient_of(name) == who.patient_id)


@dataclass(frozen=True)
class Somebody:
    """Who asks, as the node knows them, and the header that says so."""

    principal: Principal
    headers: dict[str, str] = field(repr=False)


@dataclass(repr=False)
class AskedHouse:
    """A running node with a world in it, and a client."""

    node: Node
    world: RichWorld
    http: httpx.AsyncClient
    people: People
    known: dict[tuple[Any, ...], Somebody] = field(default_factory=dict)
    persons: dict[tuple[Role, str], Person] = field(default_factory=dict)

    @property
    def chance(self) -> Random:
        return self.world.chance

    async def load(self, resources: Sequence[Json]) -> None:
        writes = [(Write("update", one["resourceType"], one["id"], msgspec.json.encode(one)),) for one in resources]
        report = await self.node.gate.load(self.node.operator(), writes)
        assert not report.refused, report.refused[0].error

    async def put(self, one: Json) -> int:
        """The version that something has now."""
        write = Write("update", one["resourceType"], one["id"], msgspec.json.encode(one))
        (done,) = await self.node.gate.commit(self.node.operator(), [write], check_references=False)
        return done.version

    async def somebody(self) -> Somebody:
        """Anybody, mostly staff, mostly for treatment, sometimes with an app that may do less."""
        chance = self.chance
        role = chance.choice((*HEALTH_STAFF, Role.PHYSICIAN, Role.PATIENT, *Role))
        purpose = role.purpose
        if chance.random() < 0.15:
            purpose = chance.choice(("TREAT", "BTG", "ETREAT", "HOPERAT", "HRESCH"))
        if role is Role.SYSTEM:
            return await self.known_as(role, purpose)
        who = chance.choice(self.world.patients if role is Role.PATIENT else STAFF.get(role, self.world.staff))
        narrow, launched = None, None
        if role in HEALTH_STAFF and chance.random() < 0.25:
            narrow = chance.choice((*NARROW, "patient/*.rs"))
            launched = chance.choice(self.world.patients) if narrow.startswith("patient/") else None
        return await self.known_as(role, purpose, who, narrow, launched)

    async def known_as(
        self, role: Role, purpose: str, who: str = "", narrow: str | None = None, launched: str | None = None
    ) -> Somebody:
        """Somebody of a role and a purpose, with all scopes of the role or these."""
        key = (role, purpose, who, narrow, launched)
        if key not in self.known:
            token = await self._person(*key) if who else self._operator(purpose)
            principal = await self.node.tokens.verify(token)
            self.known[key] = Somebody(principal, {"Authorization": f"Bearer {token}"})
        return self.known[key]

    def _operator(self, purpose: str) -> str:
        return operator_token(self.node.keys, self.node.house, "system/*.cruds", purpose=purpose, ttl=timedelta(days=1))

    async def _person(self, role: Role, purpose: str, who: str, narrow: str | None, launched: str | None) -> str:
        person = self.persons.get((role, who))
        if person is None:
            of = {"patient_id": who} if role is Role.PATIENT else {"practitioner_id": who}
            person = await self.people.add(f"{role}-{who}", "Somebody", role, PASSWORD, **of)
            self.persons[role, who] = person
        scopes = role.scopes if narrow is None else Scopes.parse(narrow)
        minted = self.node.tokens.mint(person, scopes, client="app", purpose=purpose, terms=Terms(patient=launched))
        await self.node.tokens.write_down(minted, person)
        return minted.token

    async def changed(self) -> None:
        """What happens in a house: treatments begin and end, people change wards, records are opened."""
        world, chance = self.world, self.chance
        world.now = utc_now()
        for _ in range(3):
            patient = chance.choice(world.patients)
            await self.put(world.put(world.treatment(patient, chance.randrange(3))))
        await self.put(world.put(world.role(chance.choice(world.staff))))
        if chance.random() < 0.5:
            who, patient = chance.choice(STAFF[Role.PHYSICIAN]), chance.choice(world.patients)
            doctor = await self.known_as(Role.PHYSICIAN, "TREAT", who)
            asked = {"resourceType": "Parameters", "parameter": [{"name": "reason", "valueString": "Bewusstlos"}]}
            answer = await self.http.post(f"/Patient/{patient}/$break-the-glass", json=asked, headers=doctor.headers)
            assert answer.status_code == 200, answer.text
            if any(one["name"] == "until" for one in answer.json()["parameter"]):
                world.opened[who, patient] = utc_now() + timedelta(minutes=200)


@asynccontextmanager
async def asked_house(folder: Path, database_url: str, seed: int, **settings: Any) -> AsyncIterator[AskedHouse]:
    """The node with its world, answering within the block."""
    bound, url = free_socket()
    bound.close()
    config = NodeConfig(
        name="uniklinikum", title="Universitätsklinikum", kind="university-hospital", directory=folder,
        port=int(url.rpartition(":")[2]), database=database_url, log_level="error", token_minutes=600, **settings,
    )  # fmt: skip
    create(config)
    async with AsyncExitStack() as stack:
        running = await stack.enter_async_context(serving(load(folder, {})))
        node = running.node
        client = httpx.AsyncClient(base_url=node.house.audience, timeout=30.0, trust_env=False)
        http = await stack.enter_async_context(client)
        world = RichWorld(Random(seed), now=utc_now())  # noqa: S311 - invented cases
        house = AskedHouse(node, world, http, People(node.database, node.keys, passwords=quick_passwords()))
        await house.load(world.directory())
        await house.load([world.put(one) for one in world.shared()])
        await house.load([one for patient in world.patients for one in world.record(patient)])
        yield house


__all__ = ["CODES", "WORDS", "AskedHouse", "RichWorld", "Somebody", "asked_house"]
