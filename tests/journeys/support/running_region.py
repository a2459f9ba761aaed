"""The region that the journeys walk: the nodes of the demo, made and filled once; each can go and come back."""

import asyncio
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import structlog
from command_line import free_ports

from verbund.config import NodeConfig, load
from verbund.demo.region import PLACES, Plan, fresh, running
from verbund.node import RunningNode, serving
from verbund.node.region import SitePart

PATIENTS = 12
_say = structlog.get_logger("journeys").info


@dataclass(repr=False)
class Houses:
    """The nodes of the region, in this process: real databases, real sockets."""

    configs: Mapping[str, NodeConfig]
    nodes: dict[str, RunningNode] = field(default_factory=dict)
    stacks: dict[str, AsyncExitStack] = field(default_factory=dict)

    async def start(self, site: str) -> None:
        """A node that answers and, when it is a member, is connected to the hub."""
        stack = self.stacks[site] = AsyncExitStack()
        node = self.nodes[site] = await stack.enter_async_context(serving(self.configs[site]))
        if isinstance(node.part, SitePart):
            while not node.part.correspondence.state.connected:
                await asyncio.sleep(0.01)

    async def stop(self, site: str) -> None:
        """As when somebody ends the program."""
        del self.nodes[site]
        await self.stacks.pop(site).aclose()

    @asynccontextmanager
    async def down(self, site: str) -> AsyncIterator[None]:
        """A house whose node does not run within the block."""
        await self.stop(site)
        try:
            yield
        finally:
            await self.start(site)

    async def execute(self, site: str, statement: str) -> None:
        """A statement in a node's own database: time that passes, damage that is done."""
        async with self.nodes[site].node.database.transaction() as connection:
            await connection.execute(statement)


@dataclass(frozen=True)
class Region:
    """Where the nodes answer; `houses` holds them in hand, None for a region that somebody else runs."""

    addresses: Mapping[str, str]
    houses: Houses | None = None

    def at(self, site: str, path: str = "/") -> str:
        """The address of a page."""
        return f"{self.addresses[site]}{path}"


def elsewhere(hub: str) -> Region:
    """A running demo region, by the address of its hub."""
    parts = urlsplit(hub)
    first = parts.port or 8400
    host = "localhost" if parts.hostname == "127.0.0.1" else parts.hostname
    return Region({place.name: f"http://{host}:{first + place.offset}" for place in PLACES})


@asynccontextmanager
async def started(directory: Path) -> AsyncIterator[Region]:
    """A region of our own: made and filled as `verbund demo` does it, then started again, node by node."""
    plan = Plan(directory, port=free_ports(len(PLACES)), patients=PATIENTS)
    async with running(plan, _say):
        pass
    houses = Houses({place.name: load(directory / place.name) for place in PLACES})
    try:
        for place in PLACES:
            await houses.start(place.name)
        yield Region({name: config.base_url for name, config in houses.configs.items()}, houses)
    finally:
        for site in reversed(tuple(houses.stacks)):
            await houses.stop(site)
        await fresh(directory)


@asynccontextmanager
async def region_to_walk(directory: Path) -> AsyncIterator[Region]:
    """The region named by VERBUND_REGION, else one of our own in the folder."""
    if named := os.environ.get("VERBUND_REGION"):
        yield elsewhere(named)
        return
    async with started(directory) as region:
        yield region
