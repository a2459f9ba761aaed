"""A gate on a fresh database."""

import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

sys.path.insert(0, str(Path(__file__).parents[2] / "support"))

from opened_gate import Node, opened

from verbund.database import Database


@pytest_asyncio.fixture(loop_scope="session")
async def node(database: Database) -> AsyncIterator[Node]:
    fresh = await opened(database)
    yield fresh
    await fresh.close()
