"""A node that stands alone, opened on a database of the tests' server."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from verbund.config import NodeConfig, load
from verbund.node import Node, create, opened


def made(directory: Path, database_url: str, **settings: object) -> NodeConfig:
    """A node's folder with keys and settings."""
    create(NodeConfig(name="haus", title="Haus am Markt", directory=directory, database=database_url, **settings))  # type: ignore[arg-type]
    return load(directory, {})


@asynccontextmanager
async def standalone(directory: Path, database_url: str) -> AsyncIterator[Node]:
    """The node's services within the block."""
    async with opened(made(directory, database_url)) as node:
        yield node
