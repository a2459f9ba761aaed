"""A node's identity, opened on a fresh database."""

import sys
from pathlib import Path

import pytest_asyncio

sys.path.insert(0, str(Path(__file__).parents[2] / "support"))

from signing_in import Desk

from verbund.database import Database


@pytest_asyncio.fixture(loop_scope="session")
async def desk(database: Database) -> Desk:
    return await Desk.open(database)
