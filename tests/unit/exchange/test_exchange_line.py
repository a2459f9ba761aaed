"""The line to the hub: whoever closes it leaves no connection behind, however far a request had come."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from verbund.errors import Unavailable
from verbund.exchange.line import Line
from verbund.exchange.requests import Request

ASKED = Request("GET", "/exchange/directory", b"")
TURNS = 40
"""Of the event loop: a request to a hub on this machine takes fewer."""


class Answering:
    """A hub that answers every request, and knows who is still connected."""

    def __init__(self) -> None:
        self.connected: set[asyncio.StreamWriter] = set()
        self.port = 0

    @asynccontextmanager
    async def serving(self) -> AsyncIterator["Answering"]:
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        async with server:
            yield self

    async def all_gone(self) -> None:
        async with asyncio.timeout(5):
            while self.connected:
                await asyncio.sleep(0.001)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connected.add(writer)
        try:
            while line := await reader.readline():
                if line == b"\r\n":
                    writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}")
        except ConnectionError:
            pass
        finally:
            writer.close()
            self.connected.discard(writer)


async def test_a_line_that_is_closed_while_it_connects_asks_or_reads_leaves_no_connection_open() -> None:
    async with Answering().serving() as hub:
        cut = answered = 0
        for turns in range(TURNS):
            line = Line(f"http://127.0.0.1:{hub.port}")
            asked = asyncio.create_task(line.exchanged(ASKED, {}))
            for _ in range(turns):
                await asyncio.sleep(0)
            await line.close()
            try:
                assert await asked == b"{}"
                answered += 1
            except Unavailable:
                cut += 1
            await hub.all_gone()
        assert cut
        assert answered


async def test_a_closed_line_takes_no_request() -> None:
    line = Line("http://127.0.0.1:9")
    await line.close()
    with pytest.raises(Unavailable, match="shutting down"):
        await line.exchanged(ASKED, {})


async def test_a_caller_who_is_cancelled_is_told_so_and_leaves_no_connection_open() -> None:
    async with Answering().serving() as hub:
        for turns in range(1, TURNS):
            async with Line(f"http://127.0.0.1:{hub.port}") as line:
                asked = asyncio.create_task(line.exchanged(ASKED, {}))
                for _ in range(turns):
                    await asyncio.sleep(0)
                asked.cancel()
                await asyncio.gather(asked, line.close(), return_exceptions=True)
                assert asked.cancelled() or asked.result() == b"{}"
            await hub.all_gone()
