"""Several processes of one node at one address: no wrong answers, none left behind, and a lost one is started again."""

import asyncio
import contextlib
import os
import signal
from functools import cache
from pathlib import Path

import httpx
import pytest
import websockets
from command_line import Started, gone, processes_of, started, until, verbund

from verbund.config import load

pytestmark = pytest.mark.xdist_group("node")


LISTENERS = 12


def serve(node: Path) -> Started:
    return started("serve", node, VERBUND_NODE_WORKERS="2")  # type: ignore[return-value]


def workers_of(process: Started) -> list[int]:
    """The further processes of a running node."""
    children = Path(f"/proc/{process.process.pid}/task/{process.process.pid}/children").read_text().split()
    spawned = [pid for pid in children if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()]
    return [int(pid) for pid in spawned]


def sockets_of(pid: int) -> int:
    """How many sockets a process holds."""
    found = 0
    for one in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):
            found += str(one.readlink()).startswith("socket:")
    return found


@cache
def bearer(node: Path) -> str:
    return verbund("token", node, "--scope", "system/*.cruds").out.strip()


def client(node: Path) -> httpx.AsyncClient:
    headers = {"authorization": f"Bearer {bearer(node)}", "content-type": "application/fhir+json"}
    return httpx.AsyncClient(base_url=load(node, {}).base_url, headers=headers, timeout=30.0, trust_env=False)


async def put(http: httpx.AsyncClient, number: int) -> int:
    content = f'{{"resourceType":"Patient","id":"p{number}","name":[{{"family":"Nr{number}"}}]}}'
    return (await http.put(f"/fhir/Patient/p{number}", content=content)).status_code


async def written_and_read(node: Path, numbers: range) -> None:
    """Write through one connection, read through others at once: each sees what was acknowledged."""

    async def one(number: int) -> None:
        async with client(node) as writing, client(node) as reading:
            assert await put(writing, number) == 201
            assert (await reading.get(f"/fhir/Patient/p{number}")).status_code == 200
            found = (await reading.get(f"/fhir/Patient?family=nr{number}&_total=accurate")).json()
            assert found["total"] >= 1

    await asyncio.gather(*(one(number) for number in numbers))


async def test_all_processes_answer_and_the_first_answers_what_they_do_not(node: Path) -> None:
    with serve(node) as process:
        process.said("Node ready: ")
        assert len(workers_of(process)) == 2
        await written_and_read(node, range(100, 112))
        async with client(node) as http:
            for _ in range(6):
                async with client(node) as fresh:
                    assert (await fresh.get("/health/ready")).status_code == 200
                    assert "Verbund" in (await fresh.get("/", follow_redirects=True)).text
                    assert (await fresh.get("/health/live")).headers["content-length"].isdecimal()
            metrics = await _metrics(http)
        assert 'verbund_worker_http_requests_total{area="fhir"' in metrics
        done = await asyncio.to_thread(process.end, signal.SIGTERM)
    assert (done.code, "Traceback" in done.err) == (0, False), done.err
    assert gone(node), processes_of(node)
    assert verbund("audit", "verify", node).code == 0


async def _metrics(http: httpx.AsyncClient) -> str:
    for _ in range(60):
        text = (await http.get("/metrics")).text
        if 'verbund_worker_http_requests_total{area="fhir"' in text:
            break
        await asyncio.sleep(0.1)
    return text


async def subscribed(http: httpx.AsyncClient) -> str:
    """A subscription to patients by websocket, as soon as it is active."""
    asked = {
        "resourceType": "Subscription",
        "status": "requested",
        "reason": "to be told",
        "criteria": f"{str(http.base_url).rstrip('/')}/fhir/SubscriptionTopic/Patient",
        "channel": {"type": "websocket", "payload": "application/fhir+json"},
    }
    made = await http.post("/fhir/Subscription", json=asked)
    assert made.status_code == 201, made.text
    identity: str = made.json()["id"]
    async with asyncio.timeout(20):
        while (await http.get(f"/fhir/Subscription/{identity}")).json()["status"] != "active":
            await asyncio.sleep(0.05)
    return identity


async def heard(http: httpx.AsyncClient, identity: str, ready: asyncio.Event, bound: list[int]) -> str:
    """What a websocket of its own is told after its handshake."""
    answer = (await http.get(f"/fhir/Subscription/{identity}/$get-ws-binding-token")).json()
    named = {one["name"]: next(value for key, value in one.items() if key != "name") for one in answer["parameter"]}
    async with websockets.connect(named["websocket-url"]) as socket:
        await socket.send(f"bind-with-token {named['token']}")
        assert "handshake" in str(await socket.recv())
        bound.append(1)
        if len(bound) == LISTENERS:
            ready.set()
        return str(await asyncio.wait_for(socket.recv(), 20))


@pytest.mark.long
async def test_websockets_are_served_by_every_process(node: Path) -> None:
    with serve(node) as process:
        process.said("Node ready: ")
        async with client(node) as http:
            identity = await subscribed(http)
            ready, bound = asyncio.Event(), list[int]()
            before = {pid: sockets_of(pid) for pid in (process.process.pid, *workers_of(process))}
            listening = [asyncio.create_task(heard(http, identity, ready, bound)) for _ in range(LISTENERS)]
            await asyncio.wait_for(ready.wait(), 20)
            holders = [pid for pid, number in before.items() if sockets_of(pid) > number]
            assert await put(http, 300) == 201
            told = await asyncio.gather(*listening)
            await http.delete(f"/fhir/Subscription/{identity}")
    assert all("event-notification" in one and "/Patient/p300" in one for one in told)
    assert len(holders) > 1, "all websockets came to one process, by chance"


async def test_a_killed_process_is_started_again_and_nothing_is_lost(node: Path) -> None:
    with serve(node) as process:
        process.said("Node ready: ")
        before = set(workers_of(process))
        await written_and_read(node, range(200, 204))
        os.kill(min(before), signal.SIGKILL)
        assert await asyncio.to_thread(until, lambda: len(set(workers_of(process)) - before) == 1)
        await written_and_read(node, range(204, 208))
        async with client(node) as http:
            for number in range(200, 208):
                assert (await http.get(f"/fhir/Patient/p{number}")).status_code == 200


@pytest.mark.long
async def test_when_the_first_is_killed_none_is_left(node: Path) -> None:
    with serve(node) as process:
        process.said("Node ready: ")
        workers = workers_of(process)
        process.process.kill()
        assert await asyncio.to_thread(until, lambda: not any(Path(f"/proc/{pid}").exists() for pid in workers))
        assert await asyncio.to_thread(gone, node), processes_of(node)
