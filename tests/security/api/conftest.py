"""A node's FHIR API on a real socket; the helpers of tests/support can be imported."""

import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

sys.path.insert(0, str(Path(__file__).parents[2] / "support"))

from databases import fresh
from fhir_node import FhirNode, fhir_node

from verbund.database import Cluster, Database


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def node(cluster: Cluster) -> AsyncIterator[FhirNode]:
    """One for a file of tests: what a test looks for it names so that no other finds it."""
    database = await Database.connect(await fresh(cluster))
    async with fhir_node(database) as running:
        yield running
    await database.close()
