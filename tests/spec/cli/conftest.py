"""A node made by the command line, on the tests' database server."""

import json
import os
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from command_line import verbund

from verbund.database import Cluster

Json = dict[str, Any]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def module_url(cluster: Cluster) -> str:
    """The address of an empty database for the tests of one module."""
    return await cluster.ensure(f"cli_{os.getpid()}_{uuid.uuid4().hex[:8]}")


@pytest.fixture(scope="module")
def node(module_url: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a node named praxis."""
    directory = tmp_path_factory.mktemp("cli") / "praxis"
    done = verbund("init", directory, "--name", "praxis", "--title", "Praxis am Markt", "--database", module_url)
    assert done.code == 0, done.err
    return directory


@pytest.fixture
def written(tmp_path: Path) -> Callable[..., Path]:
    """Writes resources to a file as a bundle."""

    def write(name: str, *resources: Json) -> Path:
        file = tmp_path / name
        entries = [{"resource": one} for one in resources]
        file.write_text(json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries}))
        return file

    return write
