"""The demo region: its nodes made, joined, filled and running; a start that was cut off goes on where it stopped."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec

from verbund.access import Write
from verbund.config import FILE_NAME, NodeConfig, load
from verbund.database import Cluster
from verbund.demo.generator import GeneratedRegion, generate
from verbund.demo.houses import BY_NAME, RESCUE
from verbund.demo.people import PASSWORD, Person, people
from verbund.errors import Conflict, Incorrect
from verbund.identity import Role
from verbund.node import Node, RunningNode, create, founding_invitation, invitation, is_member, join, serving
from verbund.node.region import SitePart

HUB = "hub"
SEED = 8400
PATIENTS = 300
DATABASE = "embedded:../postgres/{name}"
FILLED = "filled.json"
# So many resources are held at most while the region is filled.
SHARE = 40_000


@dataclass(frozen=True, slots=True)
class Place:
    """A node of the demo region: its name, title, kind, and how far its port is from the first."""

    name: str
    title: str
    kind: str
    offset: int


PLACES = (
    Place(HUB, "Zentrale der Region Lindtal", "hub", 0),
    *(
        Place(name, BY_NAME[name].title, BY_NAME[name].kind, offset)
        for offset, name in enumerate(("uniklinikum", "praxis", "reha"), start=1)
    ),
    Place(RESCUE, "Rettungsdienst Lindtal", "rescue-service", 4),
)


@dataclass(frozen=True, slots=True)
class Plan:
    """What region to run: in which folder, from which port on, with how many invented patients."""

    directory: Path
    port: int = 8400
    patients: int = PATIENTS
    seed: int = SEED


class _Filled(msgspec.Struct, frozen=True):
    """What the region was filled with, written when it was filled to the end."""

    seed: int
    patients: int


@dataclass(frozen=True, slots=True)
class Region:
    """The running region."""

    plan: Plan
    nodes: Mapping[str, RunningNode]
    people: tuple[Person, ...]

    def address(self, name: str) -> str:
        """Where a node answers."""
        return self.nodes[name].node.config.base_url

    def listens(self, name: str) -> str:
        """The same as a number, as programs without a resolver want it."""
        config = self.nodes[name].node.config
        return f"http://{config.host}:{config.port}"


Say = Callable[[str], None]


@asynccontextmanager
async def running(plan: Plan, say: Say) -> AsyncIterator[Region]:
    """The region, made where it is not there yet, answering within the block. `say` is told what is being done.

    Raises Unavailable for a taken port or a database that does not start, Incorrect when the folder holds a region of
    another size.
    """
    filled = _filled(plan)
    configs = [_made(plan, place) for place in PLACES]
    data = generate(plan.seed, plan.patients)
    async with AsyncExitStack() as stack:
        nodes = {HUB: await stack.enter_async_context(serving(configs[0]))}
        await _joined(configs, say)
        for config in configs[1:]:
            nodes[config.name] = await stack.enter_async_context(serving(config))
        region = Region(plan, nodes, data.people)
        if filled is None:
            await _fill(region, data, say)
            _write(plan.directory / FILLED, _Filled(plan.seed, plan.patients))
        await _connected(region)
        yield region


async def fresh(directory: Path) -> None:
    """Remove a demo region, its database's files too, wherever they lie.

    Conflict for a folder that holds something else, so that nothing else is ever removed, and for a region that runs.
    """
    if await asyncio.to_thread(_is_region, directory):
        await Cluster.erase(directory / "postgres")
        await asyncio.to_thread(shutil.rmtree, directory)


def _is_region(directory: Path) -> bool:
    if not directory.exists():
        return False
    if not (directory / HUB / FILE_NAME).exists() and any(directory.iterdir()):
        raise Conflict(f"{directory} does not hold a demo region; it is not removed. Choose another folder.")
    return True


def _filled(plan: Plan) -> _Filled | None:
    try:
        found = msgspec.json.decode((plan.directory / FILLED).read_bytes(), type=_Filled)
    except FileNotFoundError:
        return None
    if found != _Filled(plan.seed, plan.patients):
        raise Incorrect(
            f"The region in {plan.directory} has {found.patients} patients (seed {found.seed}). "
            f"Start it with these numbers, or make a new one with --fresh."
        )
    return found


def _write(path: Path, filled: _Filled) -> None:
    partial = path.with_suffix(".partial")
    partial.write_bytes(msgspec.json.encode(filled))
    partial.rename(path)


def _made(plan: Plan, place: Place) -> NodeConfig:
    """The settings of a node, which is made where it is not there; ports and addresses follow the plan."""
    folder = plan.directory.absolute() / place.name
    config = NodeConfig(
        name=place.name,
        title=place.title,
        role="hub" if place.kind == "hub" else "site",
        kind=place.kind,
        directory=folder,
        port=plan.port + place.offset,
        # By name: passkeys belong to names, not to numbers.
        public_url=f"http://localhost:{plan.port + place.offset}",
        database=DATABASE.format(name=place.name),
        hub_url=None if place.kind == "hub" else f"http://127.0.0.1:{plan.port}",
        database_connections=6,
        log_level="warning",
        demo=True,
        demo_people=tuple(f"{p.login} {p.role} {p.name}" for p in people(plan.seed) if p.house == place.name),
        demo_password=PASSWORD,
    )
    if not (folder / FILE_NAME).exists():
        create(config)
    found = load(folder)
    if found.port != config.port:
        raise Incorrect(f"The region in {plan.directory} listens from port {found.port - place.offset} on; see --port.")
    return found


async def _joined(configs: Sequence[NodeConfig], say: Say) -> None:
    """Every site is a member: the hub founds the first, which invites the others."""
    hub, first, *others = configs
    by_name = {place.name: place for place in PLACES}
    if await is_member(first):
        waiting = [config for config in others if not await is_member(config)]
    else:
        say("Founding the region …")
        place = by_name[first.name]
        await join(first, await founding_invitation(hub, name=place.name, title=place.title, kind=place.kind))
        waiting = list(others)
    for config in waiting:
        place = by_name[config.name]
        await join(config, await invitation(first, name=place.name, title=place.title, kind=place.kind))


async def _fill(region: Region, data: GeneratedRegion, say: Say) -> None:
    """Load every house's records and add the people; all of it may be repeated without harm."""
    say(f"Inventing {data.count} patients and loading their records …")
    for share in _shares(data):
        for house, units in share.items():
            await _load(region.nodes[house].node, units)
    for person in data.people:
        await _add(region.nodes[person.house].node, person)
    say("Enrolling them with the trust centre …")
    for running_node in region.nodes.values():
        if isinstance(running_node.part, SitePart):
            await running_node.part.linkage.catch_up()


def _shares(data: GeneratedRegion) -> Iterator[dict[str, list[list[bytes]]]]:
    """All records, house by house, in shares that fit into memory whatever the number of patients."""
    share: dict[str, list[list[bytes]]] = {}
    resources = 0
    for house, unit in data.everything():
        share.setdefault(house, []).append(unit)
        resources += len(unit)
        if resources > SHARE:
            yield share
            share, resources = {}, 0
    yield share


async def _load(node: Node, units: Sequence[Sequence[bytes]]) -> None:
    report = await node.gate.load(node.operator(), (tuple(map(_update, unit)) for unit in units))
    if report.refused:
        raise report.refused[0].error


class _Head(msgspec.Struct):
    resource_type: str = msgspec.field(name="resourceType")
    id: str


_head = msgspec.json.Decoder(_Head)


def _update(raw: bytes) -> Write:
    head = _head.decode(raw)
    return Write("update", head.resource_type, head.id, raw)


async def _add(node: Node, person: Person) -> None:
    try:
        await node.people.add(
            person.login,
            person.name,
            Role(person.role),
            person.password,
            patient_id=person.patient_id,
            practitioner_id=person.practitioner_id,
            specialty=person.specialty or None,
        )
    except Conflict:
        # Added before a start that was cut off.
        return


async def _connected(region: Region) -> None:
    """Wait until every site is connected to the hub."""
    for one in region.nodes.values():
        if isinstance(one.part, SitePart):
            while not one.part.correspondence.state.connected:  # noqa: ASYNC110 - the state has no event
                await asyncio.sleep(0.01)
