"""A region for tests: a hub on a real socket and sites that talk to it, each with a database of its own."""

import asyncio
import contextlib
import socket
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Any, Self

import asyncpg
import uvicorn
from databases import fresh

from verbund.crypto import NodeKeys
from verbund.database import Cluster, Database
from verbund.exchange import Correspondence, Hub, HubMembers, LocalPost, Membership, hub_app
from verbund.exchange.protocol import Pace

QUICK = Pace(first_pause=timedelta(seconds=0.3), longest_pause=timedelta(seconds=1))


_FORGET = """
truncate exchange_outbox, exchange_inbox, exchange_pair, exchange_parcel;
update exchange_mailbox set parcels = 0, bytes = 0, listening_until = null;
"""


class QuietServer(uvicorn.Server):
    """uvicorn inside the test's loop, which keeps its own signal handlers."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def until(condition: Callable[[], Any], seconds: float = 10.0) -> Any:
    """Wait until something (maybe awaitable) is so, and return it; TimeoutError when it does not become so."""
    async with asyncio.timeout(seconds):
        while True:
            found = condition()
            if found := (await found if isinstance(found, Awaitable) else found):
                return found
            await asyncio.sleep(0.01)


async def started(region: "World", *, praxis: Any = None, klinik: Any = None, hub: Any = None) -> "tuple[Node, Node]":
    """Start the hub and both sites with these handlers by kind; returns the sites once all are connected."""
    nodes = (region.center, region.sites["praxis"], region.sites["klinik"])
    for node, handlers in zip(nodes, (hub, praxis, klinik), strict=True):
        node.handlers = handlers or {}
        await node.start()
        await node.connected()
    return nodes[1], nodes[2]


def bound_socket(port: int = 0) -> socket.socket:
    """A listening socket on loopback, on a port that the system chooses or a given one again."""
    found = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    found.bind(("127.0.0.1", port))
    found.listen(128)
    return found


class Serving:
    """An ASGI application on a loopback socket that can be taken down and put up again on the same port."""

    def __init__(self, app: Any) -> None:
        self._app = app
        self.port = 0
        self._server: uvicorn.Server | None = None
        self._task: asyncio.Task[None] | None = None

    async def up(self) -> None:
        if self._server is not None:
            return
        listening = bound_socket(self.port)
        self.port = listening.getsockname()[1]
        config = uvicorn.Config(self._app, log_config=None, lifespan="off", timeout_graceful_shutdown=1)
        self._server = QuietServer(config)
        self._task = asyncio.create_task(self._server.serve(sockets=[listening]))
        await until(lambda: self._server is not None and self._server.started)

    async def down(self) -> None:
        if self._server is not None and self._task is not None:
            self._server.should_exit = True
            self._server.force_exit = True
            await self._task
            for connection in list(self._server.server_state.connections):
                connection.transport.abort()
            self._server = None


class Node:
    """One node that takes part: its database, keys and correspondence; `stop` and `start` like a process."""

    def __init__(self, name: str, database: Database, keys: NodeKeys, build: Callable[[], Any]) -> None:
        self.name = name
        self.database = database
        self.keys = keys
        self._build = build
        self._stack = AsyncExitStack()
        self.correspondence: Correspondence
        self.membership: Membership | None = None
        self.handlers: dict[str, Any] = {}

    async def start(self) -> None:
        self.correspondence, self.membership = await self._build()
        for kind, handler in self.handlers.items():
            self.correspondence.handle(kind, handler)
        await self._stack.enter_async_context(self.correspondence.running())

    async def stop(self) -> None:
        await self._stack.aclose()

    async def connected(self) -> None:
        await until(lambda: self.correspondence.state.connected)


class World:
    """A hub and its sites."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._names: list[str] = []
        self._databases: list[Database] = []
        self.hub: Hub
        self.hub_keys = NodeKeys.generate()
        self.serving: Serving
        self.center: Node
        self.sites: dict[str, Node] = {}
        self._tasks: list[asyncio.Task[None]] = []

    async def database(self) -> Database:
        url = await fresh(self._cluster)
        self._names.append(url.rpartition("/")[2].partition("?")[0])
        database = await Database.connect(url, size=6)
        self._databases.append(database)
        return database

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def open(self) -> None:
        database = await self.database()
        reserved = bound_socket()
        port = reserved.getsockname()[1]
        reserved.close()
        self.hub = await Hub.open(database, name="hub", title="Hub", url=f"http://127.0.0.1:{port}", keys=self.hub_keys)
        self.serving = Serving(hub_app(self.hub))
        self.serving.port = port
        await self.serving.up()
        self._tasks.append(asyncio.create_task(self.hub.run()))

        async def build() -> tuple[Correspondence, None]:
            members = HubMembers(self.hub)
            post = LocalPost(self.hub)
            return (
                Correspondence(
                    name="hub", keys=self.hub_keys, database=database, post=post, members=members, pace=QUICK
                ),
                None,
            )

        self.center = Node("hub", database, self.hub_keys, build)

    async def invitation(self, name: str, inviter: str | None = None) -> str:
        if inviter is None:
            return self.hub.found(site=name, title=f"Haus {name}", kind="practice")
        membership = self.sites[inviter].membership
        assert membership is not None
        return membership.invite(name, f"Haus {name}", "hospital")

    async def join(self, name: str, inviter: str | None = None, line: str | None = None) -> Node:
        if line is None and name in self.sites:
            return self.sites[name]
        database, keys = await self.database(), NodeKeys.generate()
        joined = await Membership.join(database, keys, line or await self.invitation(name, inviter))
        await joined.close()

        async def build() -> tuple[Correspondence, Membership]:
            membership = await Membership.open(database, keys)
            assert membership is not None
            return (
                Correspondence(
                    name=name,
                    keys=keys,
                    database=database,
                    post=membership.post,
                    members=membership,
                    pace=QUICK,
                ),
                membership,
            )

        node = Node(name, database, keys, build)
        self.sites[name] = node
        node.membership = await Membership.open(database, keys)
        return node

    async def rest(self) -> None:
        """Stop all nodes and forget what was under way."""
        await self.serving.up()
        for node in (*self.sites.values(), self.center):
            await node.stop()
            async with node.database.connection() as connection:
                await connection.execute(_FORGET)

    async def close(self) -> None:
        for node in (*self.sites.values(), self.center):
            await node.stop()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.serving.down()
        for database in self._databases:
            await database.close()
        connection = await asyncpg.connect(self._cluster.url("postgres"))
        for name in self._names:
            await connection.execute(f'drop database if exists "{name}" with (force)')
        await connection.close()
