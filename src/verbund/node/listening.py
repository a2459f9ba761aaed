"""The HTTP server of a node: its socket is bound before anything else starts, so that a taken port shows at once."""

import asyncio
import contextlib
import errno
import gc
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import uvicorn

from verbund.errors import Unavailable
from verbund.node.protocol import Door, speaking
from verbund.ops.middleware import AsgiApp

# Long polls of the hub's members may be open when a node ends; they poll again elsewhere or later.
GRACE_SECONDS = 2
OBJECTS_BETWEEN_SEARCHES = 10_000


def settle() -> None:
    """Take what a process has loaded by now out of the search for garbage: it stays, and looking at it costs time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(OBJECTS_BETWEEN_SEARCHES, 20, 20)


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals are the process's matter, which may run many servers."""
        yield


def bound(host: str, port: int) -> socket.socket:
    """A listening socket; Unavailable, with what to do, when the port is taken or may not be used."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(1024)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise Unavailable(
                f"Port {port} on {host} is taken by another program. End it, or choose another port."
            ) from error
        raise Unavailable(f"Port {port} on {host} cannot be used: {error.strerror or error}.") from error
    return listener


def bound_file(path: Path) -> socket.socket:
    """A listening socket at a file, for other processes of the same node."""
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(str(path))
    listener.listen(1024)
    return listener


@asynccontextmanager
async def answering(app: AsgiApp, listener: socket.socket, door: Door | None = None) -> AsyncIterator[None]:
    """Answer requests on the socket within the block; what is taken at the door does not come to the application."""
    config = uvicorn.Config(
        app,
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        # Whom to believe in X-Forwarded-For is the node's setting (`trusted_proxies`), not the server's guess.
        proxy_headers=False,
        http=speaking(door),
        timeout_keep_alive=75,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    server = _Server(config)
    task = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        while not server.started and not task.done():  # noqa: ASYNC110 - uvicorn tells it by an attribute only
            await asyncio.sleep(0.005)
        yield
    finally:
        server.should_exit = True
        with contextlib.suppress(asyncio.CancelledError):
            await task
        listener.close()
