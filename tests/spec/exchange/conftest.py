"""A hub and sites on real sockets; the helpers of tests/support can be imported."""

import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from verbund.database import Cluster

sys.path.insert(0, str(Path(__file__).parents[2] / "support"))

from exchange_world import World


@pytest_asyncio.fixture(loop_scope="session")
async def world(cluster: Cluster) -> AsyncIterator[World]:
    """A hub that runs, without sites yet."""
    async with World(cluster) as made:
        yield made


@pytest_asyncio.fixture(loop_scope="session")
async def region(world: World) -> World:
    """Two sites, `praxis` (the founder) and `klinik`, invited by it; not started yet."""
    await world.join("praxis")
    await world.join("klinik", inviter="praxis")
    return world
