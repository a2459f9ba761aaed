"""What all tests share: one real PostgreSQL server a session, a fresh database a test, the folder of test data.

The server lies in memory where that can be, and does not wait for the disk: what is tested here is that our statements
are right. Tests of durability (tests/faults) start servers of their own.
"""

import contextlib
import os
import tempfile
import time
import uuid
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio
from databases import copied, whole_schema

from verbund.database import Cluster, Connection, Database
from verbund.errors import Conflict

QUICK = {"fsync": "off", "full_page_writes": "off", "shared_buffers": "128MB", "max_wal_size": "512MB"}


def _free_bytes(path: Path) -> int:
    found = os.statvfs(path)
    return found.f_bavail * found.f_frsize


async def _sweep(base: Path) -> None:
    """Remove what runs that were killed have left; their servers have ended by themselves."""
    for left in _left_behind(base):
        with contextlib.suppress(Conflict):
            await Cluster.erase(left)


def _left_behind(base: Path) -> list[Path]:
    return [path for path in base.glob("verbund-test-*") if time.time() - path.stat().st_mtime > 3_600]


@pytest.fixture(scope="session")
def quick_base() -> Path:
    """A folder for what is made and removed by tests: in memory where there is room."""
    memory = Path("/dev/shm")  # noqa: S108 - folders of our own are made in it
    return memory if os.access(memory, os.W_OK) and _free_bytes(memory) > 2 * 2**30 else Path(tempfile.gettempdir())


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def cluster(quick_base: Path) -> AsyncIterator[Cluster]:
    """The session's server, the same for all workers of one run; it goes with the last of them."""
    await _sweep(quick_base)
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID") or uuid.uuid4().hex
    directory = quick_base / f"verbund-test-{run[:16]}"
    started = await Cluster.start(directory, changes=QUICK)
    yield started
    await started.stop()
    with contextlib.suppress(Conflict):
        await Cluster.erase(directory)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def administration(cluster: Cluster) -> AsyncIterator[Connection]:
    """A connection that makes and drops databases."""
    connection = await asyncpg.connect(cluster.url("postgres"))
    yield connection
    await connection.close()


@contextlib.asynccontextmanager
async def _copied(cluster: Cluster, administration: Connection, template: str) -> AsyncIterator[str]:
    name = await copied(administration, template)
    yield cluster.url(name)
    await administration.execute(f"drop database if exists {name} with (force)")


@pytest_asyncio.fixture(loop_scope="session")
async def database_url(cluster: Cluster, administration: Connection) -> AsyncIterator[str]:
    """The address of a fresh database with the tables of a node, without a row."""
    async with _copied(cluster, administration, await whole_schema(cluster, administration)) as url:
        yield url


@pytest_asyncio.fixture(loop_scope="session")
async def bare_url(cluster: Cluster, administration: Connection) -> AsyncIterator[str]:
    """The address of a fresh database without a table."""
    async with _copied(cluster, administration, "template1") as url:
        yield url


@pytest_asyncio.fixture(loop_scope="session")
async def database(database_url: str) -> AsyncIterator[Database]:
    """A connected pool on a fresh database with the tables of a node, without a row."""
    connected = await Database.connect(database_url)
    yield connected
    await connected.close()


@pytest_asyncio.fixture(loop_scope="session")
async def bare_database(bare_url: str) -> AsyncIterator[Database]:
    """A connected pool on a fresh database without a table."""
    connected = await Database.connect(bare_url)
    yield connected
    await connected.close()


@pytest.fixture(scope="session")
def data_folder() -> Path:
    """The folder of test data; the test is skipped where there is none."""
    folder = Path(os.environ.get("VERBUND_TEST_DATA", Path(__file__).parents[2] / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"no test data in {folder} (VERBUND_TEST_DATA)")
    return folder
