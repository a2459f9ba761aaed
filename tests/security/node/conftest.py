"""The application of a hub and that of a site."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio
from assembled import Assembled, assembled


@pytest_asyncio.fixture(loop_scope="session")
async def hub(tmp_path: Path, database_url: str) -> AsyncIterator[Assembled]:
    async with assembled(tmp_path / "hub", database_url, role="hub", kind="hub") as found:
        yield found


@pytest_asyncio.fixture(loop_scope="session")
async def site(tmp_path: Path, database_url: str) -> AsyncIterator[Assembled]:
    async with assembled(tmp_path / "site", database_url) as found:
        yield found
