"""The FHIR API over HTTP on loopback: one server process, its database, and clients in this process.

Complete: with authorisation, audit (durable before each answer) and sealing. The bare answer of an empty ASGI
application, measured by the same clients in the same run, is the limit.
"""

import asyncio
import json
import multiprocessing
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import uvicorn
import uvloop

from verbund.api import fhir_app
from verbund.config import NodeConfig
from verbund.crypto import NodeKeys
from verbund.database import Cluster
from verbund.identity import House, operator_token
from verbund.node.assembly import opened

PORT = 24_800
BARE_PORT = 24_801
SECONDS = 3.0
PATIENTS = 200
OBSERVATIONS = 50

Request = Callable[[int], bytes]


async def bare(_scope: object, _receive: object, send: Callable[[dict[str, object]], Awaitable[None]]) -> None:
    """The smallest answer that there is."""
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"{}"})


def settings(folder: Path, url: str) -> NodeConfig:
    """The node that is measured."""
    return NodeConfig(name="bench", title="Bench", directory=folder, database=url, port=PORT)


def serve(folder: Path, url: str) -> None:
    """The server process: the node on one port, the bare application on another."""

    async def both() -> None:
        config = settings(folder, url)
        async with opened(config) as node:
            app = fhir_app(node.gate, node.tokens, node.keys, node.house, max_body_bytes=config.max_body_bytes)
            await asyncio.gather(answering(app, PORT), answering(bare, BARE_PORT))

    uvloop.run(both())


async def answering(app: Any, port: int) -> None:  # noqa: ANN401 - any ASGI application
    """Serve an application until the process is told to end."""
    await uvicorn.Server(
        uvicorn.Config(app, port=port, lifespan="off", log_level="error", access_log=False, ws="none")
    ).serve()


class Client:
    """One connection that asks, waits for the whole answer, and asks again."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    @classmethod
    async def connect(cls, port: int) -> "Client":
        for _ in range(200):
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
        resource = {"resourceType": "Patient", "id": f"p{patient}", "name": [{"family": f"Name{patient}"}]}
        entries.append({"resource": resource, "request": {"method": "PUT", "url": f"Patient/p{patient}"}})
        for number in range(observations):
            resource = observation(f"Patient/p{patient}", patient * observations + number) | {
                "id": f"o{patient}-{number}"
            }
            entries.append(
                {"resource": resource, "request": {"method": "PUT", "url": f"Observation/o{patient}-{number}"}}
            )
    return json.dumps({"resourceType": "Bundle", "type": "transaction", "entry": entries}).encode()


async def fill(token: str) -> None:
    """The data that is read and searched."""
    client = await Client.connect(PORT)
    for patient in range(0, PATIENTS, 10):
        status, body = await client.ask(
            http("POST", "/", token, bundle(list(range(patient, patient + 10)), OBSERVATIONS))
        )
        assert status == 200, body[:300]
    client.close()


async def measured(house: House, keys: NodeKeys) -> list[dict[str, Any]]:
    """All rows of the table."""
    token = operator_token(keys, house, "system/*.cruds", purpose="TREAT")
    await fill(token)

    def read(n: int) -> bytes:
        return http("GET", f"/Observation/o{n * 7 % PATIENTS}-{n % OBSERVATIONS}", token)

    def search(n: int) -> bytes:
        return http("GET", f"/Observation?subject=Patient/p{n * 7 % PATIENTS}&_count=50", token)

    def coded(n: int) -> bytes:
        return http("GET", f"/Observation?code=http://loinc.org|{700 + n % 40}-7&_sort=-date&_count=50", token)

    def create(n: int) -> bytes:
        return http("POST", "/Observation", token, json.dumps(observation(f"Patient/p{n % PATIENTS}", n)).encode())

    def transaction(n: int) -> bytes:
        return http("POST", "/", token, bundle([PATIENTS + n], OBSERVATIONS))

    rows = [await measure("bare ASGI answer", BARE_PORT, 16, lambda _: http("GET", "/x", token))]
    rows += [await measure("read by id", PORT, clients, read) for clients in (1, 16)]
    rows.append(await measure("search patient, 50", PORT, 16, search))
    rows.append(await measure("search code, by date, 50", PORT, 16, coded))
    rows += [await measure("create", PORT, clients, create) for clients in (1, 8, 32)]
    rows.append(await measure("transaction, resources", PORT, 4, transaction, per_request=OBSERVATIONS + 1))
    return rows


async def prepared(folder: Path) -> tuple[Cluster, str, NodeKeys]:
    """A server for the database and the keys of a node."""
    cluster = await Cluster.start(folder / "postgres")
    keys = NodeKeys.generate()
    keys.save(folder / "keys.json")
    return cluster, await cluster.ensure("api"), keys


def run() -> list[dict[str, Any]]:
    """Start the node in a process of its own, measure, stop everything."""

    async def whole() -> list[dict[str, Any]]:
        with tempfile.TemporaryDirectory(prefix="verbund-bench-") as name:
            folder = Path(name)
            cluster, url, keys = await prepared(folder)
            server = multiprocessing.get_context("spawn").Process(target=serve, args=(folder, url))
            server.start()
            try:
                return await measured(House.of(settings(folder, url)), keys)
            finally:
                server.terminate()
                server.join()
                await cluster.stop()

    return uvloop.run(whole())
