"""Subscribers on a websocket: bound by a token, told what they have not been told, in any process of the node.

https://hl7.org/fhir/uv/subscriptions-backport/STU1.1/channels.html#websockets
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any
from uuid import UUID

import structlog

from verbund.database import Database
from verbund.errors import VerbundError
from verbund.exchange.listening import Listener
from verbund.subscriptions.book import NOTICES
from verbund.subscriptions.delivering import Teller
from verbund.subscriptions.messages import reached
from verbund.subscriptions.model import Standing

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

BIND = "bind-with-token"
BIND_SECONDS = 30.0
LOOK_SECONDS = 5.0
MOST_SOCKETS = 1_000
MOST_AT_ONCE = 20
_LONGEST = 4_096
_POLICY, _LATER, _MISTAKE = 1008, 1013, 1011

_log = structlog.get_logger("verbund.subscriptions")


class Bell:
    """Wakes those who wait when there are new events; it listens to the database only while somebody waits."""

    def __init__(self, database: Database) -> None:
        self._listener = Listener(database, NOTICES, self._ring)
        self._waiting: set[asyncio.Event] = set()
        self._task: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def heard(self) -> AsyncIterator[asyncio.Event]:
        """An event that is set whenever there may be something new."""
        rung = asyncio.Event()
        self._waiting.add(rung)
        if self._task is None:
            self._task = asyncio.create_task(self._listener.run())
        try:
            yield rung
        finally:
            self._waiting.discard(rung)
            if not self._waiting and self._task is not None:
                self._task.cancel()
                self._task = None

    def _ring(self, _: str) -> None:
        for rung in self._waiting:
            rung.set()


class Sockets:
    """An ASGI application for the websockets of subscribers."""

    def __init__(self, teller: Teller) -> None:
        self._teller = teller
        self._bell = Bell(teller.book.database)
        self._open = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - ASGI's signature
        """ASGI 3, for scopes of the type websocket."""
        await receive()
        if self._open >= MOST_SOCKETS:
            await send({"type": "websocket.close", "code": _LATER})
            return
        self._open += 1
        try:
            await send({"type": "websocket.accept"})
            async with self._bell.heard() as rung:
                await _Conversation(self._teller, receive, send, rung).run()
        except VerbundError as error:
            _log.info("websocket-ended", reason=error.text)
            await send({"type": "websocket.close", "code": _MISTAKE})
        finally:
            self._open -= 1


class _Gone(Exception):
    """The other side has closed."""


class _Conversation:
    """One websocket: what it is bound to, and how far each has been told."""

    def __init__(self, teller: Teller, receive: Receive, send: Send, rung: asyncio.Event) -> None:
        self._teller = teller
        self._receive = receive
        self._send = send
        self._rung = rung
        self._bound: dict[UUID, tuple[int, int]] = {}
        self._told_at: dict[UUID, float] = {}
        self._loop = asyncio.get_running_loop()

    async def run(self) -> None:
        """Talk until one of the two closes."""
        began = self._loop.time()
        reading = asyncio.ensure_future(self._receive())
        try:
            while True:
                ringing = asyncio.create_task(self._rung.wait())
                await asyncio.wait({reading, ringing}, timeout=self._patience(), return_when=asyncio.FIRST_COMPLETED)
                ringing.cancel()
                if reading.done():
                    if not await self._heard(reading.result()):
                        return
                    reading = asyncio.ensure_future(self._receive())
                self._rung.clear()
                if self._bound:
                    await self._tell()
                if not self._bound and self._loop.time() - began > BIND_SECONDS:
                    await self._close()
                    return
        except _Gone:
            return
        finally:
            reading.cancel()

    def _patience(self) -> float:
        """How long to wait at most for the next look."""
        return LOOK_SECONDS if self._bound else 1.0

    async def _heard(self, message: Message) -> bool:
        """Take a message of the client; False when the conversation is over."""
        if message["type"] == "websocket.disconnect":
            return False
        text = message.get("text") or ""
        word, _, token = text.strip().partition(" ")
        keys = None
        if word == BIND and 0 < len(token) <= _LONGEST:
            keys = await self._teller.book.take_token(token.strip())
        if keys is None:
            await self._close()
            return False
        for one in await self._teller.book.find(keys):
            self._bound[one.key] = (one.generation, one.delivered)
            await self._say(one, self._teller.message(one, "handshake"))
        return True

    async def _tell(self) -> None:
        """What is new, in order, and signs of life where they were asked for."""
        found = {one.key: one for one in await self._teller.book.find(self._bound)}
        for key, (generation, _) in list(self._bound.items()):
            one = found.get(key)
            if one is None or one.generation != generation or one.state == "off":
                del self._bound[key]
                continue
            await self._tell_one(one)
        if not self._bound:
            await self._close()
            raise _Gone

    async def _tell_one(self, one: Standing) -> None:
        generation, told = self._bound[one.key]
        while told < one.events:
            most = min(one.kept.channel.most, MOST_AT_ONCE)
            notices = await self._teller.book.notices(one.key, told + 1, one.events, most)
            events = await self._teller.events(one, notices)
            told = notices[-1].number if notices else one.events
            if events:
                shown = reached(replace(one, events=told))
                await self._say(one, self._teller.message(shown, "event-notification", events))
            self._bound[one.key] = (generation, told)
            await self._teller.book.reached(one.key, told)
        beat = one.kept.channel.heartbeat_seconds
        if beat and self._loop.time() - self._told_at[one.key] >= beat:
            await self._say(one, self._teller.message(one, "heartbeat"))

    async def _say(self, one: Standing, body: bytes) -> None:
        try:
            await self._send({"type": "websocket.send", "text": body.decode()})
        except (OSError, RuntimeError):
            raise _Gone from None
        self._told_at[one.key] = self._loop.time()

    async def _close(self) -> None:
        await self._send({"type": "websocket.close", "code": _POLICY})
