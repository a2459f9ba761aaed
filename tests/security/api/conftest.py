"""A node's FHIR API on a real socket; the helpers of tests/support can be imported."""

import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

sys.path.insert(0, str(Path(__file__).parents[2] / "support"))

from fhir_node import FhirNode, fhir_node

from verbund.database import Database


@pytest_asyncio.fixture(loop_scope="session")
async def node(database: Database) -> AsyncIterator[FhirNode]:
    async with fhir_node(database) as running:
        yield running
