"""A node is ended or killed, or loses its database or disk: what it acknowledged stays, and it says how it is."""

import asyncio
import base64
import os
import signal
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Self

import httpx
import pytest
from command_line import PATIENCE_SECONDS, Started, gone, processes_of, started, until, verbund
from own_nodes import made, place_below

from verbund.config import load

pytestmark = pytest.mark.xdist_group("node")


@asynccontextmanager
async def client(node: Path) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody who may do everything at the node, with a token as `verbund token` prints it."""
    done = await asyncio.to_thread(verbund, "token", node, "--scope", "system/*.cruds")
    assert done.code == 0
    headers = {"authorization": f"Bearer {done.out.strip()}", "content-type": "application/fhir+json"}
    async with httpx.AsyncClient(
        base_url=load(node, {}).base_url, headers=headers, timeout=30.0, trust_env=False
    ) as found:
        yield found


def patient(identity: str) -> str:
    """A patient's resource."""
    return f'{{"resourceType":"Patient","id":"{identity}"}}'


async def put(http: httpx.AsyncClient, identity: str) -> httpx.Response:
    """Write a patient."""
    return await http.put(f"/fhir/Patient/{identity}", content=patient(identity))


async def ids(http: httpx.AsyncClient) -> set[str]:
    """All patients that are there."""
    found: set[str] = set()
    address: str | None = "/fhir/Patient?_count=1000&_elements=id"
    while address:
        answer = await http.get(address)
        assert answer.status_code == 200, answer.text
        bundle = answer.json()
        found |= {entry["resource"]["id"] for entry in bundle.get("entry", ())}
        address = next((link["url"] for link in bundle["link"] if link["relation"] == "next"), None)
    return found


def server_of(node: Path) -> int:
    """The process of the node's database server."""
    home = node / "postgres"
    if (home / "home").exists():
        home = Path((home / "home").read_text().strip())
    return int((home / "data" / "postmaster.pid").read_text().splitlines()[0])


def guardian_of(node: Path) -> int:
    """The process that keeps the node's database server up."""
    return next(pid for pid, command in processes_of(node).items() if "guardian.py" in command)


class Writers:
    """Clients that go on writing; they know what was acknowledged and what was refused, and how."""

    def __init__(self, http: httpx.AsyncClient, prefix: str) -> None:
        self._http = http
        self._prefix = prefix
        self._tasks: list[asyncio.Task[None]] = []
        self._stopped = False
        self.kept: set[str] = set()
        self.refused: list[httpx.Response] = []

    async def _write(self, writer: int) -> None:
        number = 0
        while not self._stopped:
            number += 1
            name = f"{self._prefix}-{writer}-{number}"
            answer = await put(self._http, name)
            if answer.status_code in {200, 201}:
                self.kept.add(name)
            else:
                self.refused.append(answer)
                await asyncio.sleep(0.05)

    async def __aenter__(self) -> Self:
        self._tasks = [asyncio.create_task(self._write(one)) for one in range(4)]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._stopped = True
        await asyncio.gather(*self._tasks)

    async def wrote(self, more: int) -> None:
        """Wait until so many more writes were acknowledged."""
        goal = len(self.kept) + more
        async with asyncio.timeout(PATIENCE_SECONDS):
            while len(self.kept) < goal:
                await asyncio.sleep(0.01)


@contextmanager
def running(node: Path) -> Iterator[Started]:
    """The node, serving in a process of its own."""
    with started("serve", node) as process:
        process.said("Node ready: ")
        yield process


@pytest.fixture(scope="module")
def node(quick_base: Path) -> Iterator[Path]:
    """One node for the tests of this module, each of which starts it anew; at their end nothing may run for it."""
    with place_below(quick_base) as place:
        yield made(place / "haus")


async def test_a_signal_ends_the_node_and_its_database_in_good_order(node: Path) -> None:
    with running(node) as process:
        async with client(node) as http:
            assert (await put(http, "a")).status_code == 201
        done = await asyncio.to_thread(process.end, signal.SIGTERM)
    assert (done.code, done.out) == (0, "")
    assert "Traceback" not in done.err
    assert gone(node), processes_of(node)


async def test_a_killed_node_leaves_nothing_running_and_finds_its_data_again(node: Path) -> None:
    with running(node) as process:
        async with client(node) as http, Writers(http, "killed") as writers:
            await writers.wrote(50)
        process.process.kill()
        assert await asyncio.to_thread(gone, node), processes_of(node)
    with running(node):
        async with client(node) as http:
            assert {name for name in await ids(http) if name.startswith("killed")} == writers.kept
    verified = await asyncio.to_thread(verbund, "audit", "verify", node)
    assert verified.code == 0, verified.out


async def test_commands_work_beside_the_running_node(node: Path, tmp_path: Path) -> None:
    (tmp_path / "more.ndjson").write_text("\n".join(patient(f"p{n}") for n in range(20)))
    with running(node) as process:
        async with client(node) as http:
            assert (await put(http, "beside")).status_code == 201
            done = await asyncio.to_thread(verbund, "import", node, tmp_path / "more.ndjson")
            assert done.code == 0, done.err
            assert await ids(http) >= {"beside", *(f"p{n}" for n in range(20))}
            assert (await asyncio.to_thread(verbund, "audit", "verify", node)).code == 0
        assert process.process.poll() is None


async def test_a_killed_database_loses_nothing_acknowledged_and_the_node_goes_on(node: Path) -> None:
    with running(node):
        async with client(node) as http:
            async with Writers(http, "lost") as writers:
                for _ in range(2):
                    await writers.wrote(40)
                    os.kill(server_of(node), signal.SIGKILL)
                await writers.wrote(40)
            assert {answer.status_code for answer in writers.refused} <= {503}
            assert all(answer.json()["resourceType"] == "OperationOutcome" for answer in writers.refused)
            assert writers.kept <= await ids(http)
            assert (await http.get("/health/ready")).status_code == 200


async def test_while_the_database_is_away_the_node_says_so_and_recovers_by_itself(node: Path) -> None:
    with running(node):
        async with client(node) as http:
            assert (await put(http, "before")).status_code == 201
            guardian = guardian_of(node)
            os.kill(guardian, signal.SIGSTOP)
            os.kill(server_of(node), signal.SIGKILL)
            ready, live, written, read, page = await asyncio.gather(
                http.get("/health/ready"),
                http.get("/health/live"),
                put(http, "meanwhile"),
                http.get("/fhir/Patient/before"),
                http.get("/"),
            )
            os.kill(guardian, signal.SIGCONT)
            assert ready.status_code == 503
            assert live.status_code == 200
            assert (written.status_code, read.status_code) == (503, 503)
            # Cut off on the way, or begun when the loss had been seen.
            assert {answer.json()["issue"][0]["code"] for answer in (written, read)} <= {"transient", "incomplete"}
            assert page.status_code in {200, 302, 303, 503}
            async with asyncio.timeout(PATIENCE_SECONDS):
                while (await http.get("/health/ready")).status_code != 200:
                    await asyncio.sleep(0.1)
            found = await ids(http)
            assert "before" in found
            assert "meanwhile" not in found
            assert (await put(http, "after")).status_code in {200, 201}


@pytest.fixture
def small_disk(quick_base: Path) -> Iterator[Path]:
    """A folder on a disk of 112 MB of its own."""
    with place_below(quick_base) as place:
        folder = place / "disk"
        folder.mkdir()
        mounted = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=112m,mode=755", "verbund-test", folder],
            capture_output=True,
            text=True,
            check=False,
        )
        if mounted.returncode != 0:
            pytest.skip(f"a small disk needs the right to mount: {mounted.stderr.strip()}")
        yield folder
        assert gone(folder), processes_of(folder)
        assert until(lambda: subprocess.run(["umount", folder], check=False).returncode == 0, 10)


def document(identity: str) -> bytes:
    """A document of a megabyte that cannot be compressed."""
    content = base64.b64encode(os.urandom(768 * 1024))
    return b'{"resourceType":"Binary","id":"%b","contentType":"text/plain","data":"%b"}' % (identity.encode(), content)


@pytest.mark.long
async def test_on_a_full_disk_writes_are_refused_reads_go_on_and_room_mends_it(small_disk: Path) -> None:
    node = await asyncio.to_thread(made, small_disk / "haus")
    ballast = small_disk / "ballast"
    ballast.write_bytes(bytes(24 * 2**20))
    with running(node) as process:
        async with client(node) as http:
            kept: list[str] = []
            refused: list[httpx.Response] = []
            while len(refused) < 3 and len(kept) < 200:
                name = f"d{len(kept)}"
                answer = await http.put(f"/fhir/Binary/{name}", content=document(name))
                kept += [name] if answer.status_code == 201 else []
                refused += [] if answer.status_code == 201 else [answer]
            assert len(kept) > 5
            assert {answer.status_code for answer in refused} == {503}, [answer.text for answer in refused]
            ready = await http.get("/health/ready")
            assert (ready.status_code, ready.json()["checks"]["disk"]["ok"]) == (503, False)
            ballast.unlink()
            async with asyncio.timeout(PATIENCE_SECONDS):
                while (await http.put("/fhir/Patient/after", content=patient("after"))).status_code not in {200, 201}:
                    await asyncio.sleep(0.2)
            for name in kept:
                assert (await http.get(f"/fhir/Binary/{name}")).status_code == 200
        done = await asyncio.to_thread(process.end, signal.SIGTERM)
    assert done.code == 0
