"""A hub and sites on real sockets; the helpers of tests/support can be imported."""

import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from verbund.database import Cluster

sys.path.insert(0, str(Path(__file__).parents[2] / "support"))

from exchange_world import World


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def standing(cluster: Cluster) -> AsyncIterator[World]:
    """Two sites, `praxis` (the founder) and `klinik`, invited by it; one for all tests of a file."""
    async with World(cluster) as made:
        await made.join("praxis")
        await made.join("klinik", inviter="praxis")
        yield made


@pytest_asyncio.fixture(loop_scope="session")
async def region(standing: World) -> AsyncIterator[World]:
    """The same, with nothing under way; nothing runs yet."""
    yield standing
    await standing.rest()


@pytest_asyncio.fixture(loop_scope="session")
async def world(cluster: Cluster) -> AsyncIterator[World]:
    """A hub of one's own, without sites yet."""
    async with World(cluster) as made:
        yield made
