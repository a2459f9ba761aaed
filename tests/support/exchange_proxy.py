"""A TCP proxy on loopback that can cut its connections, refuse new ones, or go deaf."""

import asyncio
import contextlib
from typing import Self


class Proxy:
    """Forwards to a port until told otherwise."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._hearing = asyncio.Event()
        self._hearing.set()
        self._refusing = False
        self._pairs: set[asyncio.Task[None]] = set()
        self.port = 0
        self.accepted = 0

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._hearing.set()
        self._server.close()
        await self.cut()

    async def cut(self) -> None:
        """Break every connection in the middle of whatever it carries."""
        pairs = tuple(self._pairs)
        for pair in pairs:
            pair.cancel()
        await asyncio.gather(*pairs, return_exceptions=True)

    async def refuse(self) -> None:
        """Cut, and take no new connection."""
        self._refusing = True
        await self.cut()

    def accept(self) -> None:
        """Take connections again."""
        self._refusing = False

    def go_deaf(self) -> None:
        """Keep connections open and forward nothing any more."""
        self._hearing.clear()

    def hear(self) -> None:
        """Forward again, what was held back first."""
        self._hearing.set()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.accepted += 1
        task = asyncio.current_task()
        assert task is not None
        self._pairs.add(task)
        with contextlib.suppress(asyncio.CancelledError, OSError):
            if not self._refusing:
                await self._both(reader, writer)
        writer.transport.abort()
        self._pairs.discard(task)

    async def _both(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        onward, back = await asyncio.open_connection("127.0.0.1", self._target)
        ways = [asyncio.ensure_future(self._pump(reader, back)), asyncio.ensure_future(self._pump(onward, writer))]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            back.transport.abort()
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)

    async def _pump(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        while data := await source.read(65_536):
            await self._hearing.wait()
            sink.write(data)
            await sink.drain()
