"""HTTP on a node's connections: what is sent is well formed, and what was begun is answered in its order."""

import asyncio
from collections.abc import AsyncIterator, Callable, MutableMapping
from contextlib import asynccontextmanager, closing
from typing import Any

import pytest
import uvicorn

from verbund.node.listening import answering, bound
from verbund.node.protocol import Caller, Door, Headers, speaking
from verbund.ops import Metrics, Observed

Sent = list[tuple[bytes, bytes]]


def telling(headers: Sent, body: bytes = b"hello") -> Any:
    """An application that answers with these headers."""

    async def app(_scope: MutableMapping[str, Any], _receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    return app


class Later:
    """Takes what is asked of /taken, and answers or declines it when told to."""

    def __init__(self) -> None:
        self.callers: list[Caller] = []

    def take(self, target: bytes, _headers: Headers, caller: Caller) -> bool:
        if target == b"/taken":
            self.callers.append(caller)
        return target == b"/taken"


@asynccontextmanager
async def at(app: Any, taker: Later | None = None) -> AsyncIterator[tuple[str, int]]:
    """The address of an application on a node's socket, perhaps with a door."""
    listener = bound("127.0.0.1", 0)
    observed = Observed(app, Metrics("haus"), "haus")
    async with answering(observed, listener, None if taker is None else Door(taker, observed, "fhir")):
        yield listener.getsockname()


async def asked(address: tuple[str, int], request: bytes) -> bytes:
    """All that comes until the connection is closed."""
    reader, writer = await asyncio.open_connection(*address)
    with closing(writer):
        writer.write(request)
        async with asyncio.timeout(5):
            return await reader.read()


async def until(true: Callable[[], object]) -> None:
    """Wait for something."""
    async with asyncio.timeout(5):
        while not true():
            await asyncio.sleep(0.005)


LAST = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"


@pytest.mark.parametrize(
    "header",
    [
        (b"location", b"/a\r\nset-cookie: b=c"),
        (b"location", b"/a\nb"),
        (b"location", b"/a\x00"),
        (b"bad name", b"a"),
        (b"bad:name", b"a"),
        (b"bad\r\nname", b"a"),
    ],
)
@pytest.mark.parametrize("connection", [b"close", b"keep-alive"])
async def test_no_answer_goes_out_whose_headers_could_be_read_as_others(
    header: tuple[bytes, bytes], connection: bytes
) -> None:
    async with at(telling([header, (b"content-length", b"5")])) as address:
        said = await asked(address, LAST.replace(b"close", connection))
    assert said == b""


async def test_an_answer_of_unknown_length_comes_in_pieces() -> None:
    async with at(telling([])) as address:
        said = await asked(address, LAST.replace(b"Connection: close\r\n", b"") + LAST)
    assert said.count(b"transfer-encoding: chunked\r\n") == 2
    assert said.count(b"5\r\nhello\r\n0\r\n\r\n") == 2


async def test_paths_and_queries_reach_the_application_as_they_were_sent() -> None:
    seen: list[tuple[str, bytes, bytes]] = []

    async def app(scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        seen.append((scope["path"], scope["raw_path"], scope["query_string"]))
        await telling([(b"content-length", b"5")])(scope, receive, send)

    async with at(app) as address:
        for target in (b"/a%20b?c=%20d?e", b"//x/y", b"/a?b#c", b"http://host/p?q"):
            await asked(address, LAST.replace(b"GET /", b"GET " + target))
    assert seen == [
        ("/a b", b"/a%20b", b"c=%20d?e"),
        ("//x/y", b"//x/y", b""),
        ("/a", b"/a", b"b"),
        ("/p", b"/p", b"q"),
    ]


async def test_what_is_taken_is_answered_in_the_order_in_which_it_was_asked() -> None:
    taker = Later()
    app = telling([(b"content-length", b"5")])
    taken = b"GET /taken HTTP/1.1\r\nHost: x\r\n\r\n"
    async with at(app, taker) as address:
        task = asyncio.create_task(asked(address, taken + b"GET / HTTP/1.1\r\nHost: x\r\n\r\n" + LAST))
        await until(lambda: taker.callers)
        taker.callers[0].answer(b"content-length: 5\r\n", b"first")
        said = await task
    assert [said.index(word) for word in (b"first", b"hello")] == sorted(map(said.index, (b"first", b"hello")))
    assert said.count(b"hello") == 2
    assert said.count(b"x-request-id: ") == 3


async def test_what_is_declined_is_answered_by_the_application() -> None:
    taker = Later()
    async with at(telling([(b"content-length", b"5")]), taker) as address:
        task = asyncio.create_task(asked(address, b"GET /taken HTTP/1.1\r\nHost: x\r\n\r\n" + LAST))
        await until(lambda: taker.callers)
        taker.callers[0].decline()
        said = await task
    assert said.count(b"HTTP/1.1 200 OK") == said.count(b"hello") == 2


@pytest.mark.parametrize("end", ["answer", "decline"])
async def test_a_caller_who_is_gone_is_no_trouble(end: str) -> None:
    taker = Later()
    async with at(telling([(b"content-length", b"5")]), taker) as address:
        _, writer = await asyncio.open_connection(*address)
        writer.write(b"GET /taken HTTP/1.1\r\nHost: x\r\n\r\n")
        await until(lambda: taker.callers)
        writer.close()
        await writer.wait_closed()
        await asyncio.sleep(0.05)
        if end == "answer":
            taker.callers[0].answer(b"content-length: 5\r\n", b"first")
        else:
            taker.callers[0].decline()
        assert b"hello" in await asked(address, LAST)


async def test_what_was_taken_is_answered_before_the_end() -> None:
    taker = Later()
    async with at(telling([]), taker) as address:
        task = asyncio.create_task(asked(address, b"GET /taken HTTP/1.1\r\nHost: x\r\n\r\n"))
        await until(lambda: taker.callers)
        asyncio.get_running_loop().call_later(0.2, lambda: taker.callers[0].answer(b"content-length: 5\r\n", b"first"))
    said = await task
    assert said.endswith(b"first")
    assert b"connection: close\r\n" in said


@pytest.mark.parametrize(
    "request_",
    [
        b"POST /taken HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
        b"HEAD /taken HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        b"GET /taken HTTP/1.0\r\nHost: x\r\n\r\n",
        b"GET /taken HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        b"GET /taken HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n",
    ],
)
async def test_only_a_usual_read_comes_to_the_door(request_: bytes) -> None:
    taker = Later()
    async with at(telling([(b"content-length", b"5")]), taker) as address:
        said = await asked(address, request_)
    assert said.startswith(b"HTTP/1.1 200 OK")
    assert taker.callers == []


async def test_an_idle_connection_is_closed_after_its_time() -> None:
    config = uvicorn.Config(
        telling([(b"content-length", b"5")]), http=speaking(None), timeout_keep_alive=1, lifespan="off", log_config=None
    )
    server = uvicorn.Server(config)
    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
    listener = bound("127.0.0.1", 0)
    task = asyncio.create_task(server._serve([listener]))
    await until(lambda: server.started)
    loop = asyncio.get_running_loop()
    reader, writer = await asyncio.open_connection(*listener.getsockname())
    with closing(writer):
        for _ in range(2):
            writer.write(LAST.replace(b"Connection: close\r\n", b""))
            await reader.readuntil(b"hello")
            began = loop.time()
            await asyncio.sleep(0.5)
        assert await reader.read() == b""
    assert 0.9 <= loop.time() - began <= 2.5
    server.should_exit = True
    await task
