"""A region of whole nodes: a hub and houses with their stores, gates and logs, joined and talking over real sockets."""

import asyncio
import random
import socket
import uuid
from collections.abc import Iterable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

import msgspec
from databases import fresh
from exchange_world import Serving, until

from verbund.config import NodeConfig
from verbund.consent import NONE, CareConsent, DataCategory, Party, Provision, to_fhir
from verbund.crypto import NodeKeys
from verbund.database import Cluster
from verbund.exchange import Hub, Membership, hub_app
from verbund.identity import Principal, Role
from verbund.linkage import Demographics
from verbund.node.assembly import Node, opened
from verbund.node.region import HubPart, SitePart, in_region
from verbund.node.trust import TrustDesk
from verbund.store import Unit, Write

KINDS = {"praxis": "practice", "klinik": "hospital", "reha": "rehabilitation", "rettung": "rescue-service"}


@dataclass
class House:
    """A node that runs, and its part in the region."""

    name: str
    config: NodeConfig
    stack: AsyncExitStack = field(default_factory=AsyncExitStack)
    node: Node = field(init=False)
    part: SitePart = field(init=False)

    async def start(self) -> None:
        self.stack = AsyncExitStack()
        self.node = await self.stack.enter_async_context(opened(self.config))
        part = await self.stack.enter_async_context(in_region(self.node))
        assert isinstance(part, SitePart)
        self.part = part
        enrolling = asyncio.create_task(part.linkage.run())
        self.stack.push_async_callback(_ended, enrolling)
        await until(lambda: part.correspondence.state.connected)

    async def stop(self) -> None:
        await self.stack.aclose()

    def person(self, role: Role = Role.PHYSICIAN, *, patient_id: str | None = None, **changes: Any) -> Principal:
        title = self.config.title
        return Principal(
            f"{role}-of-{self.name}",
            "Dr. Weber",
            role,
            self.name,
            title,
            patient_id,
            role.scopes,
            role.purpose,
            **changes,
        )

    async def keep(self, *resources: dict[str, Any]) -> None:
        """Put resources into the store as they are, with their ids."""
        writes = tuple(Write("update", one["resourceType"], one["id"], msgspec.json.encode(one)) for one in resources)
        await self.node.store.commit(Unit(writes, check_references=False))
        await self.part.linkage.catch_up()


async def _ended(task: asyncio.Task[Any]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


@dataclass(frozen=True)
class Somebody:
    """A person nobody else resembles, whom every house knows under an id of its own."""

    key: str
    family: str
    birth_date: str

    @classmethod
    def new(cls) -> Self:
        letters = "".join(random.choices("abcdefghijklmnoprstuvwz", k=14))  # noqa: S311 - a name
        born = f"{random.randint(1920, 2020)}-0{random.randint(1, 9)}-11"  # noqa: S311 - a date
        return cls(uuid.uuid4().hex[:12], letters.title(), born)

    def at(self, house: str) -> str:
        """The id of the Patient at a house."""
        return f"p-{self.key}-{house}"

    def demographics(self) -> Demographics:
        return Demographics("Erika", self.family, self.birth_date, "female")

    def patient(self, house: str) -> dict[str, Any]:
        name = [{"use": "official", "family": self.family, "given": ["Erika"]}]
        born, sex = self.birth_date, "female"
        return {"resourceType": "Patient", "id": self.at(house), "name": name, "birthDate": born, "gender": sex}


class Region:
    """The hub and its houses."""

    def __init__(self, cluster: Cluster, folder: Path) -> None:
        self._cluster = cluster
        self._folder = folder
        self._stack = AsyncExitStack()
        self.houses: dict[str, House] = {}
        self.serving: Serving
        self.hub: Hub
        self.node: Node
        self.trust: TrustDesk

    async def __aenter__(self) -> Self:
        await self._stack.__aenter__()
        port = free_port()
        config = await self._config("hub", "hub", port)
        node = await self._stack.enter_async_context(opened(config))
        part = await self._stack.enter_async_context(in_region(node))
        assert isinstance(part, HubPart)
        self.hub = part.hub
        self.node = node
        self.trust = part.trust
        self.correspondence = part.correspondence
        self.serving = Serving(hub_app(part.hub))
        self.serving.port = port
        await self.serving.up()
        self._stack.push_async_callback(self.serving.down)
        return self

    async def __aexit__(self, *_: object) -> None:
        for house in self.houses.values():
            await house.stop()
        await self._stack.aclose()

    async def add(self, *names: str) -> Sequence[House]:
        """Let houses join, the first as the founder, the others invited by it, and start them."""
        return [await self._add(name) for name in names]

    async def somebody(self, *, seen_by: Sequence[str]) -> Somebody:
        """A patient of all houses but the rescue service, with an observation at each; `seen_by` may see all of it."""
        person = Somebody.new()
        for day, (name, house) in enumerate(self.houses.items(), start=1):
            if name == "rettung":
                continue
            own = person.at(name)
            value = observation(f"o-{person.key}-{name}", own, day=day)
            await house.keep(person.patient(name), consent(own, seen_by), value)
        return person

    async def _add(self, name: str) -> House:
        config = await self._config(name, KINDS[name], free_port())
        if self.houses:
            inviter = next(iter(self.houses.values()))
            membership = await Membership.open(inviter.node.database, inviter.node.keys)
            assert membership is not None
            line = membership.invite(name, config.title, config.kind)
            await membership.close()
        else:
            line = self.hub.found(site=name, title=config.title, kind=config.kind)
        async with opened(config) as node:
            await (await Membership.join(node.database, node.keys, line)).close()
        house = self.houses[name] = House(name, config)
        await house.start()
        return house

    async def _config(self, name: str, kind: str, port: int) -> NodeConfig:
        directory = self._folder / name
        directory.mkdir()
        NodeKeys.generate().save(directory / "keys.json")
        database = await fresh(self._cluster)
        role = "hub" if name == "hub" else "site"
        return NodeConfig(
            name=name, title=f"Haus {name}", role=role, kind=kind, directory=directory, database=database, port=port,
            house_timeout_seconds=2.0, database_connections=5, treatment="house",
        )  # fmt: skip


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def observation(identity: str, subject: str, *, day: int = 1, value: float = 7.1, **content: Any) -> dict[str, Any]:
    laboratory = "http://terminology.hl7.org/CodeSystem/observation-category"
    return {
        "resourceType": "Observation",
        "id": identity,
        "status": "final",
        "category": [{"coding": [{"system": laboratory, "code": "laboratory"}]}],
        "code": {"coding": [{"system": "http://loinc.org", "code": "4548-4", "display": "HbA1c"}], "text": "HbA1c"},
        "subject": {"reference": f"Patient/{subject}"},
        "effectiveDateTime": f"2026-01-{day:02}T08:00:00+01:00",
        "valueQuantity": {"value": value, "unit": "%", "system": "http://unitsofmeasure.org", "code": "%"},
        **content,
    }


def condition(identity: str, subject: str, **content: Any) -> dict[str, Any]:
    return {
        "resourceType": "Condition",
        "id": identity,
        "code": {"coding": [{"system": "http://fhir.de/CodeSystem/bfarm/icd-10-gm", "code": "E11.9"}]},
        "subject": {"reference": f"Patient/{subject}"},
        "recordedDate": "2026-01-03",
        **content,
    }


def consent(
    subject: str, recipients: Iterable[str], *, home: str = "praxis", without: DataCategory = NONE
) -> dict[str, Any]:
    """What the patient signed at the home house: these houses may see everything but some categories."""
    exceptions = (Provision(permit=False, categories=without),) if without else ()
    permits = tuple(
        Provision(permit=True, recipients=(Party(organisation=name),), exceptions=exceptions) for name in recipients
    )
    whole = Provision(None if permits else False, exceptions=permits)
    model = CareConsent(f"consent-{subject}", subject, datetime(2026, 1, 1, tzinfo=UTC), whole)
    site = {"identifier": {"system": "https://verbund.example/fhir/sid/site", "value": home}}
    return {**dict(to_fhir(model)), "organization": [site]}
