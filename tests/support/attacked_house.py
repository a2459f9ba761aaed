"""A whole node with somebody of every role and a little record, to be attacked; all of it on a real socket."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
from opened_gate import care_consent, condition, observation, patient
from serving import free_socket
from signing_in import quick_passwords
from smart_apps import Prover, digest

from verbund.access import Write
from verbund.config import NodeConfig, load, utc_now
from verbund.consent import ALL
from verbund.crypto import NodeKeys
from verbund.identity import House, People, Person, Role, Scopes, Sessions, operator_token
from verbund.identity.proxies import Terms as ProxyTerms
from verbund.identity.tokens import Terms
from verbund.node import create, serving
from verbund.node.assembly import Node

PASSWORD = "blaue Birnen im Mai"
OF_ROLES = {
    "physician": Role.PHYSICIAN,
    "nurse": Role.NURSE,
    "paramedic": Role.PARAMEDIC,
    "patient": Role.PATIENT,
    "steward": Role.STEWARD,
    "administrator": Role.ADMINISTRATOR,
    "researcher": Role.RESEARCHER,
}
GRANULAR = "user/Observation.rs?category=laboratory user/Patient.rs"
Headers = Callable[[str, str], dict[str, str]]
"""The headers of somebody for a method and an address."""


@dataclass(repr=False)
class AttackedHouse:
    """A running node, its people, and what each of them asks with."""

    node: Node
    sessions: Sessions
    people: dict[str, Person] = field(default_factory=dict)
    askers: dict[str, Headers] = field(default_factory=dict)
    guardian: Any = None

    @property
    def address(self) -> str:
        return self.node.config.base_url

    @property
    def api(self) -> str:
        return self.node.house.audience

    async def session(self, name: str) -> str:
        """The cookie of somebody who has just signed in; a guardian acts for the patient."""
        person = self.people[name]
        token = await self.sessions.open(person.id)
        if name == "guardian":
            await self.node.proxies.choose(token, person, self.guardian.id)
        return token


def bearer(token: str) -> Headers:
    return lambda _method, _address: {"Authorization": f"Bearer {token}"}


def proven(token: str, prover: Prover) -> Headers:
    """A token that is bound to a key, with a fresh proof for each request."""

    def headers(method: str, address: str) -> dict[str, str]:
        proof = prover.proof(method, address.partition("?")[0].partition("#")[0], ath=digest(token))
        return {"Authorization": f"DPoP {token}", "DPoP": proof}

    return headers


@asynccontextmanager
async def attacked_house(folder: Path, database_url: str) -> AsyncIterator[AttackedHouse]:
    """A hospital with its people and some records, answering within the block."""
    async with _running(folder, database_url, name="uniklinikum", kind="university-hospital") as house:
        await _filled(house)
        yield house


@asynccontextmanager
async def attacked_hub(folder: Path, database_url: str) -> AsyncIterator[AttackedHouse]:
    """The centre of a region, which has neither records nor people but a researcher."""
    async with _running(folder, database_url, name="hub", kind="hub", role="hub") as house:
        people = People(house.node.database, house.node.keys, passwords=quick_passwords())
        house.people["researcher"] = await people.add("researcher", "Some researcher", Role.RESEARCHER, PASSWORD)
        yield house


@asynccontextmanager
async def _running(folder: Path, database_url: str, **settings: Any) -> AsyncIterator[AttackedHouse]:
    bound, url = free_socket()
    bound.close()
    port = int(url.rpartition(":")[2])
    config = NodeConfig(title="Haus", directory=folder, port=port, database=database_url, log_level="error", **settings)
    create(config)
    async with serving(load(folder, {})) as running:
        yield AttackedHouse(running.node, Sessions(running.node.database, running.node.keys))


async def _filled(house: AttackedHouse) -> None:
    """People, records and tokens."""
    node = house.node
    writes = [Write("update", one["resourceType"], one["id"], msgspec.json.encode(one)) for one in _resources()]
    await node.gate.commit(node.operator(), writes, check_references=False)
    people = People(node.database, node.keys, passwords=quick_passwords())
    for name, role in OF_ROLES.items():
        of = {"patient_id": "7"} if role is Role.PATIENT else {"practitioner_id": f"pr-{name}"}
        house.people[name] = await people.add(name, f"Some {name}", role, PASSWORD, **of)
    house.people["guardian"] = await people.add("guardian", "Some guardian", Role.PATIENT, PASSWORD, patient_id="8")
    await _guarded(house)
    await _tokens(house)


def _resources() -> list[dict[str, Any]]:
    """Two patients, treated by everybody of the staff, with something of many types."""
    about = {"reference": "Patient/7"}
    staff = [{"member": {"reference": f"Practitioner/pr-{name}"}} for name in OF_ROLES]
    written = {"date": "2026-01-01", "title": "Brief", "status": "final", "type": {"text": "Brief"}}
    return [
        *({"resourceType": "Practitioner", "id": f"pr-{name}"} for name in OF_ROLES),
        *(patient(one) for one in ("7", "8")),
        *({"resourceType": "CareTeam", "id": f"t{one}", "status": "active", "subject": {"reference": f"Patient/{one}"},
           "participant": staff} for one in ("7", "8")),
        *(observation(f"o{number}") for number in range(3)),
        observation("foreign", "8"),
        condition("c1"),
        care_consent(identity="consent"),
        {"resourceType": "Encounter", "id": "e1", "status": "in-progress", "class": {"code": "IMP"}, "subject": about},
        {"resourceType": "Binary", "id": "b1", "contentType": "text/plain", "securityContext": about, "data": "aGFs"},
        {"resourceType": "Composition", "id": "comp", "subject": about, **written,
         "author": [{"reference": "Practitioner/pr-physician"}],
         "section": [{"title": "x", "entry": [{"reference": "Observation/o0"}]}]},
        {"resourceType": "Group", "id": "g1", "type": "person", "actual": True, "member": [{"entity": about}]},
        {"resourceType": "GraphDefinition", "id": "gd", "name": "x", "status": "active", "start": "Patient",
         "link": [{"target": [{"type": "Observation", "params": "patient={ref}"}]}]},
        {"resourceType": "List", "id": "l1", "status": "current", "mode": "working", "subject": about,
         "entry": [{"item": {"reference": "Observation/o1"}}]},
    ]  # fmt: skip


async def _guarded(house: AttackedHouse) -> None:
    """The guardian of the patient."""
    node = house.node
    who = house.people["physician"].principal(node.house, authenticated=utc_now())
    terms = ProxyTerms(categories=int(ALL), decides=True, until=utc_now() + timedelta(days=300))
    offered = await node.proxies.record(
        who, "7", "Ruth Kessler", terms, named="Some guardian", proof="x", login="guardian"
    )
    await node.proxies.answer(house.people["guardian"], offered.id, accepted=True)
    house.guardian = offered


async def _tokens(house: AttackedHouse) -> None:
    """What everybody asks the API with."""
    node, people = house.node, house.people
    tokens = node.tokens
    tokens.ttl = timedelta(hours=1)
    house.askers = {
        name: bearer(await tokens.issue(one, one.role.scopes, client="app")) for name, one in people.items()
    }
    doctor, prover = people["physician"], Prover(utc_now)
    for name, scope, terms in (
        ("granular", GRANULAR, Terms()),
        ("launched", "launch/patient patient/*.cruds", Terms(patient="7")),
        ("bound", "user/*.cruds", Terms(jkt=prover.thumbprint)),
    ):
        minted = tokens.mint(doctor, Scopes.parse(scope), client="app", terms=terms)
        await tokens.write_down(minted, doctor)
        house.askers[name] = proven(minted.token, prover) if terms.jkt else bearer(minted.token)
    emergency = await tokens.issue(people["paramedic"], Scopes.parse("user/*.rs"), client="app", purpose="ETREAT")
    foreign = House("reha", "Reha", "http://127.0.0.1:9")
    house.askers |= {
        "emergency": bearer(emergency),
        "operator": bearer(operator_token(node.keys, node.house, "system/*.cruds", purpose="TREAT")),
        "service": bearer(operator_token(node.keys, node.house, "system/*.rs")),
        "foreign": bearer(operator_token(NodeKeys.generate(), foreign, "system/*.cruds")),
        "forged": bearer(operator_token(NodeKeys.generate(), node.house, "system/*.cruds")),
        "expired": bearer(operator_token(node.keys, node.house, "system/*.cruds", clock=_yesterday)),
        "nobody": lambda _method, _address: {},
    }


def _yesterday() -> datetime:
    return utc_now() - timedelta(days=1)
