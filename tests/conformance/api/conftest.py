"""A whole node on a socket, as `make conformance` has it, on the tests' database server."""

import sys
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import pytest_asyncio

from verbund.database import Cluster

# The maintenance code of conformance/ is no part of the installed package.
sys.path.insert(0, str(Path(__file__).parents[3]))

from serving import free_socket

from conformance.client import Client, running


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def client(cluster: Cluster, tmp_path_factory: object) -> AsyncIterator[Client]:
    """May do everything."""
    folder: Path = tmp_path_factory.mktemp("conformance")  # type: ignore[attr-defined]
    bound, address = free_socket()
    bound.close()
    database = await cluster.ensure(f"conformance_{uuid4().hex}")
    async with running(folder / "node", database=database, port=int(address.rpartition(":")[2])) as found:
        yield found
