"""The exchange: a record of 1,000 resources asked from three houses, all in this process, and what delivery costs.

Complete: consent, audit durable before each answer, sealed storage, signed and sealed messages, real HTTP on loopback.
The bare round trip (an empty ask through the hub) and the bare sealing of the same bytes are measured beside it.
"""

import asyncio
import os
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import uvicorn
import uvloop

from verbund.config import NodeConfig
from verbund.consent import CareConsent, Party, Provision, to_fhir
from verbund.crypto import NodeKeys, pack, unpack
from verbund.database import Cluster
from verbund.exchange import Membership, Message, hub_app
from verbund.identity import Principal, Role
from verbund.node.assembly import Node, opened
from verbund.node.region import HubPart, SitePart, in_region
from verbund.store import Unit, Write

PORT = 25_800
HOUSES = ("praxis", "klinik", "reha")
RESOURCES = 1_000
ROUNDS = 40
LETTERS = 200

Row = dict[str, object]


def run() -> list[Row]:
    """The rows of the table, in milliseconds and per second."""
    return uvloop.run(_measured())


async def _measured() -> list[Row]:
    with tempfile.TemporaryDirectory() as folder:
        cluster = await Cluster.start(Path(folder) / "postgres")
        try:
            async with _region(cluster, Path(folder)) as houses:
                return [
                    *await _sealing(),
                    await _bare_ask(houses),
                    await _record(houses),
                    await _letters(houses),
                    await _overtaking(houses),
                ]
        finally:
            await cluster.stop()


async def _timed(name: str, deed: Callable[[], Awaitable[object]], rounds: int = ROUNDS) -> Row:
    for _ in range(3):
        await deed()
    times = []
    cpu = time.process_time()
    for _ in range(rounds):
        begun = time.perf_counter()
        await deed()
        times.append((time.perf_counter() - begun) * 1_000)
    return {
        "what": name,
        "p50_ms": round(statistics.median(times), 2),
        "p95_ms": round(sorted(times)[int(0.95 * len(times))], 2),
        "cpu_ms": round((time.process_time() - cpu) * 1_000 / rounds, 2),
    }


async def _sealing() -> list[Row]:
    sender, receiver = NodeKeys.generate(), NodeKeys.generate()
    payload = msgspec.json.encode([_observation(str(number), "p", number) for number in range(RESOURCES // 3)])

    async def once() -> None:
        text = pack(payload, sender=sender, sender_name="a", receiver=receiver.public(), claims={})
        unpack(text, receiver=receiver, public_of=lambda _: sender.public())

    row = await _timed(f"limit: seal and open {len(payload) // 1024} KiB", once)
    return [row]


async def _bare_ask(houses: "list[tuple[Node, SitePart]]") -> Row:
    correspondence = houses[0][1].correspondence
    return await _timed(
        "an empty ask and its answer, through the hub", lambda: correspondence.ask("klinik", "echo", b"")
    )


async def _record(houses: "list[tuple[Node, SitePart]]") -> Row:
    node, part = houses[0]
    title = node.config.title
    role = Role.PHYSICIAN
    who = Principal("weber", "Dr. Weber", role, "praxis", title, None, role.scopes, "TREAT")
    answer = await part.records.ask(who, "p-praxis", "TREAT")
    assert [house.state for house in answer.houses] == ["released"] * 3, answer.houses
    assert len(answer.items) >= RESOURCES, len(answer.items)
    row = await _timed(
        f"a record of {len(answer.items)} resources from three houses",
        lambda: part.records.ask(who, "p-praxis", "TREAT"),
    )
    return {**row, "limit_ms": 500}


async def _letters(houses: "list[tuple[Node, SitePart]]") -> Row:
    correspondence = houses[0][1].correspondence
    begun = time.perf_counter()
    for number in range(LETTERS):
        await correspondence.send("klinik", "news", b"x", subject=f"bench {number}")
    while (await correspondence.letters_about(f"bench {LETTERS - 1}"))[0].outcome is None:  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    seconds = time.perf_counter() - begun
    return {"what": "letters written, delivered, applied, receipted", "per_second": round(LETTERS / seconds)}


async def _overtaking(houses: "list[tuple[Node, SitePart]]") -> Row:
    """A withdrawal behind the letters of others, of which each takes its receiver 50 ms."""
    correspondence = houses[0][1].correspondence
    for _ in range(LETTERS):
        await correspondence.send("klinik", "slow news", b"x")
    begun = time.perf_counter()
    await correspondence.send("klinik", "news", b"x", subject="bench urgent", urgent=True)
    while (await correspondence.letters_about("bench urgent"))[0].outcome is None:  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    elapsed = round((time.perf_counter() - begun) * 1_000, 1)
    return {"what": f"an urgent letter behind {LETTERS} slow ones", "p50_ms": elapsed, "limit_ms": 5_000}


async def _echo(message: Message) -> bytes:
    return message.payload


async def _noted(_: Message) -> None:
    return None


async def _noted_slowly(_: Message) -> None:
    await asyncio.sleep(0.05)


@asynccontextmanager
async def _region(cluster: Cluster, folder: Path) -> "AsyncIterator[list[tuple[Node, SitePart]]]":
    async with AsyncExitStack() as stack:
        configs = {name: await _config(cluster, folder, name) for name in ("hub", *HOUSES)}
        node = await stack.enter_async_context(opened(configs["hub"]))
        hub = await stack.enter_async_context(in_region(node))
        assert isinstance(hub, HubPart)
        settings = uvicorn.Config(hub_app(hub.hub), port=PORT, lifespan="off", log_config=None)
        server = uvicorn.Server(settings)
        serving = asyncio.create_task(server.serve())
        while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
            await asyncio.sleep(0.01)
        line = hub.hub.found(site="praxis", title="Praxis", kind="practice")
        houses = []
        for name in HOUSES:
            site, part, line = await _house(stack, configs[name], line)
            houses.append((site, part))
        try:
            yield houses
        finally:
            server.should_exit = server.force_exit = True
            await serving


async def _config(cluster: Cluster, folder: Path, name: str) -> NodeConfig:
    directory = folder / name
    directory.mkdir()
    NodeKeys.generate().save(directory / "keys.json")
    return NodeConfig(
        name=name,
        title=name,
        role="hub" if name == "hub" else "site",
        kind="hub" if name == "hub" else "practice",
        directory=directory,
        database=await cluster.ensure(f"bench_{name}"),
        port=PORT,
        log_level="error",
    )


async def _house(stack: AsyncExitStack, config: NodeConfig, line: str) -> tuple[Node, SitePart, str]:
    """A house that has joined and holds its third of the record; and an invitation for the next."""
    node = await stack.enter_async_context(opened(config))
    membership = await Membership.join(node.database, node.keys, line)
    others = [name for name in HOUSES if name not in {"praxis", config.name}]
    following = membership.invite(others[-1] if config.name != "praxis" else "klinik", "", "practice")
    await membership.close()
    await node.store.commit(Unit(_writes(config.name), check_references=False))
    part = await stack.enter_async_context(in_region(node))
    assert isinstance(part, SitePart)
    part.correspondence.handle("echo", _echo)
    part.correspondence.handle("news", _noted)
    part.correspondence.handle("slow news", _noted_slowly)
    enrolling = asyncio.create_task(part.linkage.run())
    stack.callback(enrolling.cancel)
    await part.linkage.catch_up()
    return node, part, following


def _writes(house: str) -> tuple[Write, ...]:
    own = f"p-{house}"
    name = [{"family": "Sommer", "given": ["Erika"]}]
    patient = {"resourceType": "Patient", "id": own, "name": name, "birthDate": "1956-03-05", "gender": "female"}
    recipients = tuple(Party(organisation=one) for one in HOUSES)
    said = CareConsent("c", own, datetime(2026, 1, 1, tzinfo=UTC), Provision(permit=True, recipients=recipients))
    first = HOUSES.index(house) * 400
    results = [_observation(f"o-{number}", own, number) for number in range(first, first + RESOURCES // 3 + 1)]
    return tuple(
        Write("update", one["resourceType"], one["id"], msgspec.json.encode(one))
        for one in (patient, dict(to_fhir(said)), *results)
    )


def _observation(identity: str, patient: str, number: int) -> dict[str, Any]:
    """Some 1.5 kB, as a laboratory's result is."""
    laboratory = "http://terminology.hl7.org/CodeSystem/observation-category"
    return {
        "resourceType": "Observation",
        "id": identity,
        "identifier": [{"system": "https://labor.example/auftrag", "value": f"{os.urandom(12).hex()}"}],
        "status": "final",
        "category": [{"coding": [{"system": laboratory, "code": "laboratory", "display": "Laboratory"}]}],
        "code": {"coding": [{"system": "http://loinc.org", "code": "718-7", "display": "Hemoglobin [Mass/volume]"}]},
        "subject": {"reference": f"Patient/{patient}"},
        "effectiveDateTime": f"20{10 + number % 16}-0{1 + number % 9}-1{number % 9}T08:{number % 60:02}:00+01:00",
        "valueQuantity": {"value": 10 + number % 70 / 10, "unit": "g/dL", "system": "http://unitsofmeasure.org"},
        "note": [{"text": f"Befund {number}: {os.urandom(240).hex()}"}],
    }
