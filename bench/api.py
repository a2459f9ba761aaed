"""The FHIR API over HTTP on loopback: a node as it serves, its database, and clients in this process.

Complete: with authorisation, audit (durable before each answer), sealing, metrics and logs. The bare answer of an empty
ASGI application, measured by the same clients in the same run, is what is possible at all. `limit` is what the issue on
the node asks for; `peers` are processor milliseconds of server and database an operation that others took on the same
machine (Medplum 5.0.2, SEKMET). What is searched are the invented records of `bench.search`, as many as it says.
"""

import asyncio
import json
import multiprocessing
import os
import random
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import uvloop

from bench.search import A_PATIENT, CODES, LOINC, PRACTITIONERS, ROWS, record
from verbund.config import NodeConfig
from verbund.crypto import NodeKeys
from verbund.database import Cluster
from verbund.identity import House, operator_token
from verbund.node.assembly import opened
from verbund.node.listening import answering, bound
from verbund.node.serving import ending, serving
from verbund.ops import configure_logs
from verbund.store import Write

PORT = 24_800
BARE_PORT = 24_801
SECONDS = 3.0
OBSERVATIONS = 50
RECORDED = ROWS // (A_PATIENT + 1)
WHOLE = 310  # resources of the patients whose record is read whole
WHOLE_PATIENTS = 20
WORKERS = (0, 1)  # further processes of the node

Request = Callable[[int], bytes]


async def bare(_scope: object, _receive: object, send: Callable[[dict[str, object]], Awaitable[None]]) -> None:
    """The smallest answer that there is."""
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"{}"})


def settings(folder: Path, url: str, workers: int = 0) -> NodeConfig:
    """The node that is measured."""
    return NodeConfig(name="bench", title="Bench", directory=folder, database=url, port=PORT, workers=workers)


def serve(folder: Path, url: str, workers: int) -> None:
    """The server process: the node on one port, the bare application on another; the log goes to a file."""
    with (folder / "log").open("a") as log:
        os.dup2(log.fileno(), 2)
    configure_logs("info", "json")

    async def both() -> None:
        ended = ending()
        async with serving(settings(folder, url, workers)), answering(bare, bound("127.0.0.1", BARE_PORT)):
            await ended.wait()

    uvloop.run(both())


class Client:
    """One connection that asks, waits for the whole answer, and asks again."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    @classmethod
    async def connect(cls, port: int) -> "Client":
        for _ in range(1200):
            try:
                return cls(*await asyncio.open_connection("127.0.0.1", port, limit=2**20))
            except ConnectionRefusedError:
                await asyncio.sleep(0.05)
        message = "The server did not start."
        raise TimeoutError(message)

    async def ask(self, request: bytes) -> tuple[int, bytes]:
        self._writer.write(request)
        head = await self._reader.readuntil(b"\r\n\r\n")
        lower = head.lower()
        start = lower.find(b"content-length: ") + 16
        length = int(lower[start : lower.find(b"\r", start)]) if start > 15 else 0
        return int(head[9:12]), await self._reader.readexactly(length)

    def close(self) -> None:
        self._writer.close()


async def measure(work: str, port: int, clients: int, request: Request, *, per_request: int = 1) -> dict[str, Any]:
    """Requests a second and their times, from `clients` connections for some seconds."""
    connections = [await Client.connect(port) for _ in range(clients)]
    times: list[float] = []
    numbers = iter(range(10**9))
    end = time.perf_counter() + SECONDS

    async def run_one(connection: Client) -> None:
        while (began := time.perf_counter()) < end:
            status, body = await connection.ask(request(next(numbers)))
            times.append(time.perf_counter() - began)
            assert status < 300, (work, status, body[:300])

    began = time.perf_counter()
    await asyncio.gather(*(run_one(connection) for connection in connections))
    seconds = time.perf_counter() - began
    for connection in connections:
        connection.close()
    cuts = statistics.quantiles(times, n=100)
    return {
        "work": work,
        "clients": clients,
        "per second": len(times) * per_request / seconds,
        "p50 ms": cuts[49] * 1000,
        "p99 ms": cuts[98] * 1000,
    }


def http(method: str, path: str, token: str, body: bytes = b"") -> bytes:
    """A request as it goes over the wire."""
    head = f"{method} /fhir{path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n"
    if body:
        head += f"Content-Type: application/fhir+json\r\nPrefer: return=minimal\r\nContent-Length: {len(body)}\r\n"
    return f"{head}\r\n".encode() + body


def observation(patient: str, number: int) -> dict[str, Any]:
    """A laboratory value, as they come."""
    return {
        "resourceType": "Observation",
        "status": "final",
        "category": [
            {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "laboratory"}]}
        ],
        "code": {"coding": [{"system": "http://loinc.org", "code": f"{700 + number % 40}-7"}], "text": "Value"},
        "subject": {"reference": patient},
        "effectiveDateTime": f"2025-{number % 12 + 1:02}-{number % 28 + 1:02}T08:00:00+01:00",
        "valueQuantity": {
            "value": number % 200 / 10,
            "unit": "g/dL",
            "system": "http://unitsofmeasure.org",
            "code": "g/dL",
        },
    }


def bundle(patients: list[int], observations: int) -> bytes:
    """A transaction with these patients and their observations."""
    entries = []
    for patient in patients:
        resource = {"resourceType": "Patient", "id": f"t{patient}", "name": [{"family": f"Name{patient}"}]}
        entries.append({"resource": resource, "request": {"method": "PUT", "url": f"Patient/t{patient}"}})
        for number in range(observations):
            resource = observation(f"Patient/t{patient}", patient * observations + number) | {
                "id": f"o{patient}-{number}"
            }
            entries.append(
                {"resource": resource, "request": {"method": "PUT", "url": f"Observation/o{patient}-{number}"}}
            )
    return json.dumps({"resourceType": "Bundle", "type": "transaction", "entry": entries}).encode()


def units() -> Iterator[tuple[Write, ...]]:
    """The records that are searched, and those that are read whole."""
    chance = random.Random(7)  # noqa: S311 - invented data
    yield tuple(_written({"resourceType": "Practitioner", "id": f"d{n}"}) for n in range(PRACTITIONERS))
    for patient in range(RECORDED):
        yield tuple(map(_written, record(chance, f"p{patient}")))
    for number in range(WHOLE_PATIENTS):
        patient = f"whole{number}"
        subject = f"Patient/{patient}"
        found = [observation(subject, n) | {"id": f"{patient}-{n}"} for n in range(WHOLE - 1)]
        yield tuple(map(_written, ({"resourceType": "Patient", "id": patient}, *found)))


def _written(resource: dict[str, Any]) -> Write:
    return Write("update", resource["resourceType"], resource["id"], msgspec.json.encode(resource))


@dataclass(frozen=True, slots=True)
class Task:
    """Reads of one kind: addresses with `{p}` for a patient's number, `{n}` for a resource's and `{c}` for a code's."""

    work: str
    path: str
    limit: str
    peers: str = ""
    clients: tuple[int, ...] = (16,)


_PAGE = ">= 3,500/s, p50 < 4 ms"
_FAR = "p50 < 8 ms"
TASKS = (
    Task("read by id", "/Observation/p{p}-{n}", ">= 7,000/s, p50 < 1.5 ms", "Medplum 0.8-2.3, SEKMET 0.65", (1, 16)),
    Task("token, 50", "/Observation?code={l}|{c}", _PAGE, "Medplum 6.8, SEKMET 10"),
    Task("token and date, 50", "/Observation?code={l}|{c}&date=ge2020&date=lt2021", _PAGE, "Medplum 5.5, SEKMET 138"),
    Task("patient and code", "/Observation?patient=Patient/p{p}&code={l}|{c}", _PAGE),
    Task("patient, 50", "/Observation?subject=Patient/p{p}&_count=50", _PAGE),
    Task("code by date, 50", "/Observation?code={l}|{c}&_sort=-date", _PAGE),
    Task("chained", "/Observation?code={l}|{c}&patient.gender=female", _FAR, "Medplum 4.0, SEKMET 10", (1,)),
    Task("_has", "/Patient?_has:Observation:patient:code={c}", _FAR, "", (1,)),
    Task(
        "_include",
        "/Observation?code={l}|{c}&_include=Observation:patient&_include=Observation:encounter",
        _FAR,
        "Medplum 21, SEKMET 444",
        (1,),
    ),
    Task("_revinclude", "/Patient?_id=p{p}&_revinclude=Observation:patient", _FAR, "", (1,)),
    Task(f"$everything of {WHOLE}", "/Patient/whole{w}/$everything", "p50 < 12 ms", "Medplum 93, SEKMET 29", (1,)),
)


def requests_of(task: Task, token: str) -> Request:
    """Requests of a kind, for one patient and code after the other."""

    def request(number: int) -> bytes:
        turn = number * 7 + 3
        places = {"p": turn % RECORDED, "n": 14 + turn % (A_PATIENT - 14), "c": CODES[turn % len(CODES)]}
        return http("GET", task.path.format(l=LOINC, w=turn % WHOLE_PATIENTS, **places), token)

    return request


async def read_and_searched(token: str) -> list[dict[str, Any]]:
    """The rows of what changes nothing."""
    rows = []
    for task in TASKS:
        for clients in task.clients:
            row = await measure(task.work, PORT, clients, requests_of(task, token))
            rows.append({**row, "limit": task.limit, "peers": task.peers})
    return rows


async def exported(token: str) -> dict[str, Any]:
    """`$export` of everything, its files fetched one after the other by one client that reads and throws away."""
    begun = http("GET", "/$export", token).replace(b"\r\n\r\n", b"\r\nPrefer: respond-async\r\n\r\n")
    status = (await _heads(begun))["content-location"]
    client = await Client.connect(PORT)
    _, manifest = await client.ask(http("GET", status.partition("/fhir")[2], token))
    client.close()
    files = [http("GET", one["url"].partition("/fhir")[2], token) for one in json.loads(manifest)["output"]]
    began = time.perf_counter()
    count = sum([await _lines(file) for file in files])
    return {
        "work": "$export, resources",
        "clients": 1,
        "per second": count / (time.perf_counter() - began),
        "limit": ">= 80,000/s",
    }


async def _heads(request: bytes) -> dict[str, str]:
    """The headers of an answer."""
    reader, writer = await asyncio.open_connection("127.0.0.1", PORT)
    writer.write(request)
    lines = (await reader.readuntil(b"\r\n\r\n")).decode().lower().split("\r\n")[1:-2]
    writer.close()
    return dict(line.split(": ", 1) for line in lines)


async def _lines(request: bytes) -> int:
    """How many lines an answer has that comes in pieces; lines of ours end with a brace."""
    reader, writer = await asyncio.open_connection("127.0.0.1", PORT, limit=2**22)
    writer.write(request.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
    await reader.readuntil(b"\r\n\r\n")
    count = 0
    while piece := await reader.read(2**20):
        count += piece.count(b"}\n")
    writer.close()
    return count


async def measured(house: House, keys: NodeKeys, first: int) -> list[dict[str, Any]]:
    """All rows of the table; the patients of transactions are numbered from `first` on."""
    token = operator_token(keys, house, "system/*.cruds", purpose="TREAT")

    def create(n: int) -> bytes:
        return http("POST", "/Observation", token, json.dumps(observation(f"Patient/p{n % RECORDED}", n)).encode())

    def transaction(n: int) -> bytes:
        return http("POST", "/", token, bundle([first + n], OBSERVATIONS))

    rows = [await measure("bare ASGI answer", BARE_PORT, 16, lambda _: http("GET", "/x", token))]
    rows += [await exported(token), *await read_and_searched(token)]
    created = {"limit": ">= 4,500/s at 32 clients, p99 < 20 ms", "peers": "Medplum 9-13, SEKMET 2.5"}
    rows += [await measure("create", PORT, clients, create) | created for clients in (1, 8, 32)]
    row = await measure("transaction, resources", PORT, 4, transaction, per_request=OBSERVATIONS + 1)
    return [*rows, {**row, "limit": ">= 10,000/s"}]


async def prepared(folder: Path) -> tuple[Cluster, str, NodeKeys]:
    """A server for the database and the keys of a node."""
    cluster = await Cluster.start(folder / "postgres")
    keys = NodeKeys.generate()
    keys.save(folder / "keys.json")
    url = await cluster.ensure("api")
    async with opened(settings(folder, url)) as node:
        report = await node.store.load(units())
        assert not report.refused, report.refused[0].error
        await node.store.maintain()
    return cluster, url, keys


@asynccontextmanager
async def server_of(folder: Path, url: str, workers: int) -> AsyncIterator[None]:
    """The server process, within the block."""
    server = multiprocessing.get_context("spawn").Process(target=serve, args=(folder, url, workers))
    server.start()
    try:
        yield
    finally:
        server.terminate()
        await asyncio.to_thread(server.join)


def run() -> list[dict[str, Any]]:
    """Start the node in a process of its own, measure, stop everything."""

    async def whole() -> list[dict[str, Any]]:
        with tempfile.TemporaryDirectory(prefix="verbund-bench-") as name:
            folder = Path(name)
            cluster, url, keys = await prepared(folder)
            try:
                rows = []
                for workers in WORKERS:
                    async with server_of(folder, url, workers):
                        found = await measured(House.of(settings(folder, url)), keys, workers * 1_000_000)
                    rows += [{**row, "processes": workers + 1} for row in found]
                return rows
            finally:
                await cluster.stop()

    return uvloop.run(whole())
