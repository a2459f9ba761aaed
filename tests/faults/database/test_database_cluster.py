"""An embedded server is there as long as it is used, comes back after any kill, and leaves nothing behind."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from verbund.database import Cluster, Database, guardian, resolve
from verbund.errors import Conflict, Incorrect, Unavailable

USER = """
import asyncio, sys
from pathlib import Path
from verbund.database import Cluster
async def main():
    cluster = await Cluster.start(Path(sys.argv[1]))
    print("ready", flush=True)
    await asyncio.sleep(600)
asyncio.run(main())
"""


@pytest_asyncio.fixture(loop_scope="session")
async def empty(quick_base: Path) -> AsyncIterator[Path]:
    """A control directory of our own, removed with its server's files at the end."""
    with tempfile.TemporaryDirectory(prefix="verbund-cluster-", dir=quick_base, ignore_cleanup_errors=True) as base:
        Path(base).chmod(0o755)  # as a checkout usually is
        yield Path(base) / "postgres"
        await Cluster.erase(Path(base) / "postgres")


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def pattern(quick_base: Path) -> AsyncIterator[Path]:
    """A directory with a new server's files, to copy: making them takes a second."""
    with tempfile.TemporaryDirectory(prefix="verbund-pattern-", dir=quick_base, ignore_cleanup_errors=True) as base:
        Path(base).chmod(0o755)  # as a checkout usually is
        cluster = await Cluster.start(Path(base) / "postgres")
        await cluster.stop()
        yield Path(base) / "postgres"


@pytest.fixture
def directory(empty: Path, pattern: Path) -> Path:
    """A control directory in which a server has been made already."""
    subprocess.run(["cp", "-a", str(pattern), str(empty)], check=True)
    return empty


def start_user(directory: Path) -> subprocess.Popen[str]:
    """Another process that uses the server until it is killed."""
    process = subprocess.Popen([sys.executable, "-c", USER, str(directory)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def kill(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.wait()
    assert process.stdout is not None
    process.stdout.close()


def server_processes(cluster: Cluster) -> list[int]:
    return guardian.processes_in(cluster.home / "data")


def postmaster(cluster: Cluster) -> int:
    return int((cluster.home / "data" / "postmaster.pid").read_text().splitlines()[0])


def until(condition: object, seconds: float = 15.0) -> bool:
    """Whether a condition comes true in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():  # type: ignore[operator]
            return True
        time.sleep(0.02)
    return False


async def select_one(url: str) -> int:
    database = await Database.connect(url, patience_seconds=15)
    try:
        async with database.connection() as connection:
            return int(await connection.fetchval("select 1"))
    finally:
        await database.close()


async def test_a_server_starts_keeps_its_data_and_ends_with_its_user(empty: Path) -> None:
    directory = empty
    cluster = await Cluster.start(directory)
    database = await Database.connect(await cluster.ensure("praxis"))
    async with database.transaction() as connection:
        await connection.execute("create table note as select 'kept' as text")
    await database.close()
    await cluster.stop()
    assert server_processes(cluster) == []

    started = time.monotonic()
    again = await Cluster.start(directory)
    assert time.monotonic() - started < 5
    database = await Database.connect(await again.ensure("praxis"))
    async with database.connection() as connection:
        assert await connection.fetchval("select text from note") == "kept"
    await database.close()
    await again.stop()
    assert server_processes(again) == []


async def test_it_ends_with_the_last_user_even_when_killed(directory: Path) -> None:
    other = start_user(directory)
    mine = await Cluster.start(directory)
    kill(other)
    assert await select_one(await mine.ensure("one")) == 1
    await mine.stop()
    assert server_processes(mine) == []

    last = start_user(directory)
    kill(last)
    assert until(lambda: server_processes(mine) == [])


async def test_several_processes_may_start_at_once(directory: Path) -> None:
    clusters = await asyncio.gather(*(Cluster.start(directory) for _ in range(4)))
    urls = await asyncio.gather(*(cluster.ensure("same") for cluster in clusters))
    assert await select_one(urls[0]) == 1
    await asyncio.gather(*(cluster.stop() for cluster in clusters))
    assert server_processes(clusters[0]) == []


async def test_a_killed_server_is_started_anew_under_its_users(directory: Path) -> None:
    cluster = await Cluster.start(directory)
    url = await cluster.ensure("one")
    first = postmaster(cluster)
    os.kill(first, signal.SIGKILL)
    assert await asyncio.to_thread(
        until, lambda: guardian.is_ready(cluster.home / "data") and postmaster(cluster) != first
    )
    assert await select_one(url) == 1
    await cluster.stop()


async def test_everything_killed_at_once_recovers(directory: Path) -> None:
    user = start_user(directory)
    cluster = await Cluster.start(directory)
    url = await cluster.ensure("one")
    os.kill(user.pid, signal.SIGSTOP)
    victims = [*guardians(directory), *server_processes(cluster)]
    assert len(victims) > 2
    for victim in victims:
        with contextlib.suppress(ProcessLookupError):
            os.kill(victim, signal.SIGKILL)
    kill(user)
    # What died cannot have given back the lock file; another process may have its number by now.
    await asyncio.to_thread(until, lambda: server_processes(cluster) == [])
    pid_file = cluster.home / "data" / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    pid_file.write_text("\n".join(["1", *lines[1:]]) + "\n")
    again = await Cluster.start(directory)
    assert await select_one(url) == 1
    await again.stop()
    await cluster.stop()
    assert server_processes(again) == []


def guardians(directory: Path) -> list[int]:
    found = []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            command = entry.read_bytes()
        except OSError:
            continue
        if b"guardian.py" in command and str(directory).encode() in command:
            found.append(int(entry.parent.name))
    return found


async def test_a_killed_guardian_takes_its_server_along(directory: Path) -> None:
    cluster = await Cluster.start(directory)
    (pid,) = guardians(directory)
    os.kill(pid, signal.SIGKILL)
    assert await asyncio.to_thread(until, lambda: server_processes(cluster) == [])
    again = await Cluster.start(directory)
    assert await select_one(await again.ensure("one")) == 1
    await cluster.stop()
    await again.stop()


async def test_a_long_path_still_has_a_socket(empty: Path) -> None:
    deep = empty / ("d" * 90) / ("e" * 90)
    cluster = await Cluster.start(deep)
    assert await select_one(await cluster.ensure("one")) == 1
    await cluster.stop()
    await Cluster.erase(deep)
    assert not deep.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server as another account")
async def test_root_below_a_private_folder(empty: Path) -> None:
    directory = empty
    directory.mkdir()
    directory.chmod(0o700)
    cluster = await Cluster.start(directory / "postgres")
    assert cluster.home != cluster.directory
    assert (cluster.home / "data").stat().st_uid != 0
    assert await select_one(await cluster.ensure("one")) == 1
    await cluster.stop()
    subprocess.run(["rm", "-r", str(directory / "postgres")], check=True)
    other = await Cluster.start(directory / "other")
    await other.stop()
    assert not cluster.home.exists()
    await Cluster.erase(directory / "other")
    assert not other.home.exists()


async def test_no_password_stands_in_the_address_and_none_gets_in_without(directory: Path) -> None:
    cluster = await Cluster.start(directory)
    url = await cluster.ensure("one")
    secret = (directory / "pgpass").read_text().strip().rsplit(":", 1)[1]
    assert secret not in url
    assert (directory / "pgpass").stat().st_mode & 0o077 == 0
    with pytest.raises(Unavailable, match="does not accept"):
        await Database.connect(url.replace("pgpass", "absent"))
    await cluster.stop()


async def test_what_is_in_use_is_not_erased(directory: Path) -> None:
    cluster = await Cluster.start(directory)
    with pytest.raises(Conflict, match="in use"):
        await Cluster.erase(directory)
    await cluster.stop()
    await Cluster.erase(directory)
    assert not directory.exists()


async def test_data_of_another_version_is_refused(directory: Path) -> None:
    cluster = await Cluster.start(directory)
    await cluster.stop()
    (cluster.home / "data" / "PG_VERSION").write_text("14\n")
    with pytest.raises(Conflict, match="made by PostgreSQL 14"):
        await Cluster.start(directory)


async def test_a_setting_that_the_server_refuses_is_told(directory: Path) -> None:
    with pytest.raises(Unavailable, match="shared_buffers"):
        await Cluster.start(directory, changes={"shared_buffers": "all of it"})
    cluster = await Cluster.start(directory)
    assert await select_one(await cluster.ensure("one")) == 1
    await cluster.stop()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount a small disk")
async def test_a_full_disk_is_told_in_plain_words(empty: Path) -> None:
    directory = empty
    directory.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", str(directory)], check=False)
    if mounted.returncode != 0:
        pytest.skip("this machine does not let us mount")
    try:
        with pytest.raises(Unavailable, match="disk is full"):
            await Cluster.start(directory / "postgres")
    finally:
        subprocess.run(["umount", "-l", str(directory)], check=True)


async def test_a_lock_that_another_holds_is_told(directory: Path) -> None:
    cluster = await Cluster.start(directory)
    await cluster.stop()
    holder = subprocess.Popen(["flock", str(directory / "lock"), "sleep", "60"])
    try:
        assert await asyncio.to_thread(until, lambda: _held(directory / "lock"))
        with pytest.raises(Unavailable, match="Another process"):
            await Cluster.start(directory, patience_seconds=0.2)
    finally:
        subprocess.run(["pkill", "-P", str(holder.pid)], check=False)
        holder.kill()
        holder.wait()


def _held(path: Path) -> bool:
    return subprocess.run(["flock", "-n", str(path), "true"], check=False).returncode != 0


async def test_an_address_is_read_from_the_setting(directory: Path) -> None:
    url, cluster = await resolve("embedded:../postgres/praxis", directory.parent / "node")
    assert cluster is not None
    assert await select_one(url) == 1
    await cluster.stop()
    assert await resolve("postgresql://db/x", directory) == ("postgresql://db/x", None)
    with pytest.raises(Incorrect, match="embedded:PATH/NAME"):
        await resolve("embedded:praxis", directory)


@pytest.mark.parametrize("name", ["", "Praxis", 'x"; drop database y; --', "1a", "a" * 64])
async def test_a_database_has_a_plain_name(cluster: Cluster, name: str) -> None:
    with pytest.raises(Incorrect, match="cannot be called"):
        await cluster.ensure(name)
