"""A store on a fresh database for each test."""

from collections.abc import AsyncIterator

import pytest_asyncio
from stores import opened

from verbund.database import Database
from verbund.store import Store


@pytest_asyncio.fixture(loop_scope="session")
async def store(database: Database) -> AsyncIterator[Store]:
    """An empty store."""
    async with opened(database) as made:
        yield made
