"""The rights of patients on a fresh database."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio
from opened_rights import House, opened

from verbund.database import Database


@pytest_asyncio.fixture(loop_scope="session")
async def house(database: Database, tmp_path: Path) -> AsyncIterator[House]:
    fresh = await opened(database, tmp_path)
    yield fresh
    await fresh.node.close()
