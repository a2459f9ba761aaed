"""HTTP/1.1 on a connection: uvicorn's protocol on httptools, with less work where every request passes.

What a `Door` takes is answered without a task and a scope of its own; everything else goes the way of ASGI, as with
uvicorn. What is sent is checked as there: no byte of a header can end it.
"""

import asyncio
import re
import time
from functools import lru_cache
from typing import Any, Protocol, cast
from urllib.parse import unquote

import httptools
from uvicorn._types import HTTPScope
from uvicorn.protocols.http.httptools_impl import (
    HEADER_RE,
    STATUS_LINE,
    HttpToolsProtocol,
    RequestResponseCycle,
)

from verbund.ops import Observed

Headers = list[tuple[bytes, bytes]]

# What no header may hold; the ends of the lines that we put between them are taken out before.
_CONTROL = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")
_OF_THE_CONNECTION = frozenset({b"connection", b"transfer-encoding"})


class Caller(Protocol):
    """Who waits for an answer. Exactly one of these is called, once, and not from within `take`."""

    def answer(self, head: bytes, body: bytes) -> None:
        """200, with these headers (lines that end with CR LF, the length of the body among them) and this body."""

    def decline(self) -> None:
        """The request is answered by way of ASGI, as if it had not been taken."""


class Taker(Protocol):
    """Answers some requests by a shorter way."""

    def take(self, target: bytes, headers: Headers, caller: Caller) -> bool:
        """Whether this GET is answered here; header names are lower case. One with a body never is."""


class Door:
    """What answers by a shorter way, and what observes it."""

    __slots__ = ("area", "observed", "taker")

    def __init__(self, taker: Taker, observed: Observed, area: str) -> None:
        self.taker = taker
        self.observed = observed
        self.area = area


class _NobodyWaits:
    """In place of the event by which uvicorn wakes who waits for a body."""

    def set(self) -> None:
        """Nobody waits."""


_NOBODY_WAITS = _NobodyWaits()


class _Taken:
    """A request behind the door; for uvicorn's protocol a cycle of a request and its answer."""

    __slots__ = (
        "_began", "_headers", "_number", "_protocol", "_target",
        "disconnected", "keep_alive", "message_event", "more_body", "response_complete",
    )  # fmt: skip

    def __init__(self, protocol: "Http", target: bytes, headers: Headers) -> None:
        self._protocol = protocol
        self._target = target
        self._headers = headers
        self._number = ""
        self._began = 0.0
        self.message_event = _NOBODY_WAITS
        self.disconnected = False
        self.keep_alive = True
        self.more_body = False
        self.response_complete = False

    def begin(self, observed: Observed) -> None:
        """It was taken."""
        self._number = observed.begin()
        self._began = time.perf_counter()

    def answer(self, head: bytes, body: bytes) -> None:
        """Send it, if the caller is still there."""
        protocol, door = self._protocol, self._protocol.door
        transport = protocol.transport
        if not transport.is_closing():
            pieces = [STATUS_LINE[200]]
            for name, value in protocol.server_state.default_headers:
                pieces += (name, b": ", value, b"\r\n")
            pieces += (head, b"x-request-id: ", self._number.encode(), b"\r\n")
            pieces += (b"\r\n" if self.keep_alive else b"connection: close\r\n\r\n", body)
            transport.write(b"".join(pieces))
        self.response_complete = True
        door.observed.end(self._number, door.area, "GET", 200, time.perf_counter() - self._began)
        if not self.keep_alive:
            transport.close()
        protocol.on_response_complete()

    def decline(self) -> None:
        """Answer it by way of ASGI."""
        protocol = self._protocol
        protocol.door.observed.hand_on()
        if protocol.transport.is_closing():
            self.response_complete = True
            return
        cycle = protocol.cycle_of(protocol.scope_of(b"GET", self._target, self._headers), keep_alive=self.keep_alive)
        cycle.more_body = False
        if protocol.cycle is cast("object", self):
            protocol.cycle = cycle
        protocol.start(cycle)


class _Cycle(RequestResponseCycle):
    """One request and its answer by way of ASGI."""

    async def send(self, message: Any) -> None:  # noqa: ANN401 - as uvicorn has it
        """As uvicorn's, with the head checked and written at once where nothing in it concerns the connection."""
        kind = message["type"]
        if self.disconnected or self.flow.write_paused:
            await super().send(message)
        elif kind == "http.response.start" and not self.response_started:
            headers = [*self.default_headers, *message.get("headers", ())]
            if self.keep_alive and _OF_THE_CONNECTION.isdisjoint([name for name, _ in headers]):
                self._start(message["status"], headers)
            else:
                await super().send(message)
        else:
            await super().send(message)

    def _start(self, status: int, headers: Headers) -> None:
        self.response_started = True  # what cannot be sent ends the connection
        lines = [STATUS_LINE[status]]
        for name, value in headers:
            lower = _checked(name)
            if lower == b"content-length":
                self.expected_content_length = int(value)
                self.chunked_encoding = False
            lines += (lower, b": ", value, b"\r\n")
        if _CONTROL.search(b"".join([value for _, value in headers])):
            raise RuntimeError("A header of an answer holds what it must not.")
        if self.chunked_encoding is None and self.scope["method"] != "HEAD" and status not in {204, 304}:
            self.chunked_encoding = True
            lines.append(b"transfer-encoding: chunked\r\n")
        lines.append(b"\r\n")
        self.waiting_for_100_continue = False
        self.transport.write(b"".join(lines))


@lru_cache(maxsize=512)
def _checked(name: bytes) -> bytes:
    """A header's name in lower case, once it is clear that it is one."""
    if HEADER_RE.search(name):
        raise RuntimeError("An answer has a header of no possible name.")
    return name.lower()


class Http(HttpToolsProtocol):
    """A connection. Subclasses made by `speaking` have the door of their application."""

    door: Door
    has_door = False
    _idle_since: float | None = None

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing of it is waited for any more."""
        super().connection_lost(exc)
        if self.timeout_keep_alive_task is not None:
            self.timeout_keep_alive_task.cancel()
            self.timeout_keep_alive_task = None

    def on_message_begin(self) -> None:
        """The scope is made when it is needed."""
        self.url = b""
        self.expect_100_continue = False
        self.headers = []

    def on_headers_complete(self) -> None:
        """Through the door, if it is taken there, else by way of ASGI; what is pipelined waits for what is before."""
        parser = self.parser
        before: RequestResponseCycle | None = self.cycle
        method, version, upgrades = parser.get_method(), parser.get_http_version(), parser.should_upgrade()
        free = before is None or before.response_complete
        keep_alive = version != "1.0" and parser.should_keep_alive()
        if free and method == b"GET" and self._may_be_taken(version, keep_alive=keep_alive, upgrades=upgrades):
            taken = _Taken(self, self.url, self.headers)
            if self.door.taker.take(self.url, self.headers, taken):
                taken.begin(self.door.observed)
                self.cycle = cast("RequestResponseCycle", taken)
                return
        self.scope = self.scope_of(method, self.url, self.headers, version)
        if upgrades and self._should_upgrade():
            return
        cycle = self.cycle = self.cycle_of(self.scope, keep_alive=keep_alive)
        if free:
            self.start(cycle)
        else:
            self.flow.pause_reading()
            self.pipeline.appendleft((cycle, self.app))

    def _may_be_taken(self, version: str, *, keep_alive: bool, upgrades: bool) -> bool:
        usual = self.has_door and keep_alive and version == "1.1" and not upgrades
        return usual and not self.expect_100_continue and not self.flow.write_paused

    def scope_of(self, method: bytes, target: bytes, headers: Headers, version: str = "1.1") -> HTTPScope:
        """The scope of a request, as ASGI has it."""
        if target[:1] == b"/" and b"#" not in target:
            raw_path, _, query = target.partition(b"?")
        else:
            parsed = httptools.parse_url(target)
            raw_path, query = parsed.path, parsed.query or b""
        path = raw_path.decode("ascii")
        return {
            "type": "http",
            "asgi": {"version": self.asgi_version, "spec_version": "2.3"},
            "http_version": version,
            "server": self.server,
            "client": self.client,
            "scheme": self.scheme or "http",
            "root_path": self.root_path,
            "headers": headers,
            "state": self.app_state.copy(),
            "method": method.decode("ascii"),
            "path": self.root_path + (unquote(path) if "%" in path else path),
            "raw_path": self.root_path.encode("ascii") + raw_path,
            "query_string": query,
        }

    def cycle_of(self, scope: HTTPScope, *, keep_alive: bool) -> RequestResponseCycle:
        """A request that is to be answered by the application."""
        return _Cycle(
            scope=scope,
            transport=self.transport,
            flow=self.flow,
            logger=self.logger,
            access_logger=self.access_logger,
            access_log=self.access_log,
            default_headers=self.server_state.default_headers,
            message_event=asyncio.Event(),
            expect_100_continue=self.expect_100_continue,
            keep_alive=keep_alive,
            on_response=self.on_response_complete,
        )

    def start(self, cycle: RequestResponseCycle) -> None:
        """Have the application answer."""
        self._start_asgi_task(cycle, self.app)

    def on_response_complete(self) -> None:
        """Go on with what is pipelined; else the connection is idle from now on."""
        self.server_state.total_requests += 1
        if self.transport.is_closing():
            return
        self.flow.resume_reading()
        if self.pipeline:
            cycle, app = self.pipeline.pop()
            self._start_asgi_task(cycle, app)
            return
        self._idle_since = self.loop.time()
        if self.timeout_keep_alive_task is None:
            self._look_again(self.timeout_keep_alive)

    def _unset_keepalive_if_required(self) -> None:
        """The timer goes on; it looks whether the connection is idle when it has run down."""
        self._idle_since = None

    def _look_again(self, seconds: float) -> None:
        self.timeout_keep_alive_task = self.loop.call_later(seconds, self._close_if_idle)

    def _close_if_idle(self) -> None:
        since = self._idle_since
        left = self.timeout_keep_alive if since is None else since + self.timeout_keep_alive - self.loop.time()
        if left > 0:
            self._look_again(left)
        else:
            self.timeout_keep_alive_handler()


def speaking(door: Door | None) -> type[Http]:
    """The protocol of an application with this door."""
    return Http if door is None else type("HttpWithDoor", (Http,), {"door": door, "has_door": True})
