"""Subscriptions of a node: the work in the background, and what subscribers ask of their own."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import structlog

from verbund.access import is_operator
from verbund.config import Clock, utc_now
from verbund.errors import Forbidden, Incorrect, NotFound, VerbundError
from verbund.exchange.listening import Listener
from verbund.identity import Principal
from verbund.subscriptions.book import CHANGES, NOTICES
from verbund.subscriptions.capture import WAKE_SECONDS
from verbund.subscriptions.delivering import Deliverer, Rights, Teller, Telling
from verbund.subscriptions.ending import Ending
from verbund.subscriptions.matching import Matcher, Seeing
from verbund.subscriptions.messages import statuses
from verbund.subscriptions.model import Content, Pace, Standing, State
from verbund.subscriptions.registering import Registrar
from verbund.subscriptions.rules import Places, covers, is_theirs, no_fuller
from verbund.subscriptions.sockets import Sockets

TOKEN_SECONDS = 60.0
MOST_EVENTS = 1_000
BUSY_SECONDS = WAKE_SECONDS * 1.2  # what comes without waking anybody is met with the next look
_FORGET_SECONDS = 3_600.0
_AGAIN_SECONDS = 1.0

_log = structlog.get_logger("verbund.subscriptions")


class Gate(Seeing, Telling, Protocol):
    """The gate, as far as subscribers are told through it (`verbund.access.Gate`)."""


@dataclass(frozen=True, slots=True)
class Binding:
    """A token that binds a websocket once, until when, at which address, and the subscriptions it is for."""

    token: str
    until: datetime
    address: str
    subscriptions: tuple[str, ...]


class Subscriptions:
    """Who is told what has changed. `base` is the address of the FHIR API, `socket` that of the websockets.

    `rights` says whose right to be told has ended; without it, subscriptions end by themselves or by their owner only.
    """

    def __init__(
        self,
        registrar: Registrar,
        gate: Gate,
        places: Places,
        *,
        base: str,
        socket: str,
        rights: Rights | None = None,
        pace: Pace | None = None,
        clock: Clock = utc_now,
    ) -> None:
        self._book = registrar.book
        self._pace = pace or Pace()
        self._socket = socket
        self._teller = Teller(self._book, gate, base, clock, rights)
        self._matcher = Matcher(self._book, gate)
        self._ending = None if rights is None else Ending(self._teller, registrar, rights)
        self._registrar = registrar
        self._places = places
        self.sockets = Sockets(self._teller)

    async def run(self) -> None:
        """Match and deliver until cancelled. Several processes may: each change and message is one's."""
        changes, notices = asyncio.Event(), asyncio.Event()
        deliverer = Deliverer(self._teller, self._registrar, self._places, self._pace, notices)
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(Listener(self._book.database, CHANGES, lambda _: changes.set()).run())
                group.create_task(Listener(self._book.database, NOTICES, lambda _: notices.set()).run())
                group.create_task(self._keep(self._matcher.step, changes))
                group.create_task(self._keep(deliverer.step, notices))
                group.create_task(self._forget())
                if self._ending is not None:
                    group.create_task(self._keep(self._ending.step, asyncio.Event()))
        finally:
            await deliverer.close()

    async def _keep(self, step: Callable[[], Awaitable[int]], rung: asyncio.Event) -> None:
        """Step after step; where there is nothing to do, wait to be woken, or a while."""
        while True:
            rung.clear()
            try:
                done = await step()
            except VerbundError as error:
                _log.warning("subscriptions-held-up", reason=error.text)
                await asyncio.sleep(_AGAIN_SECONDS)
                continue
            except Exception as error:  # noqa: BLE001 - subscribers must go on being told
                _log.error("subscriptions-failed", error=type(error).__name__)
                await asyncio.sleep(_AGAIN_SECONDS)
                continue
            with suppress(TimeoutError):
                await asyncio.wait_for(rung.wait(), BUSY_SECONDS if done else self._pace.idle)

    async def _forget(self) -> None:
        while True:
            with suppress(VerbundError):
                await self._book.forget(self._pace.kept_days)
            await asyncio.sleep(_FORGET_SECONDS)

    async def status(self, who: Principal, ids: Sequence[str] | None, states: Sequence[State] = ()) -> bytes:
        """The state of subscriptions of who asks, of those with these ids or of all, as a Bundle.

        NotFound where one is asked for that is not there or belongs to another, be it another app of the same person.
        The operator sees everybody's.
        """
        found = await self._own(who) if ids is None else await self._theirs(who, ids, operator=is_operator(who))
        chosen = [one for one in found if not states or one.state in states]
        return statuses(chosen, self._teller.base)

    async def events(
        self, who: Principal, subscription_id: str, first: int, last: int | None, content: Content | None
    ) -> bytes:
        """Events of a subscription of who asks, by their numbers, as the owner may see them now.

        What this token does not let be read is left out, and nothing is told more fully than the subscription tells it.
        NotFound for one that is not theirs; Incorrect for more than are told at once.
        """
        (one,) = await self._theirs(who, [subscription_id])
        until = min(one.events if last is None else last, one.events)
        if until - first >= MOST_EVENTS:
            raise Incorrect(f"At most {MOST_EVENTS} events are told at once; ask for a smaller range.")
        notices = await self._book.notices(one.key, first, until, MOST_EVENTS)
        events = await self._teller.events(one, notices, within=who.scopes)
        content = no_fuller(content, one.kept.channel.content)
        return self._teller.message(one, "query-event", events, content)

    async def binding(self, who: Principal, ids: Sequence[str] | None) -> Binding:
        """A token for a websocket that is told of these subscriptions, or of all of who asks.

        NotFound for one that is not theirs; Forbidden where it would be told more than this token lets be read;
        Incorrect where none of them is told by websocket.
        """
        found = await self._own(who) if ids is None else await self._theirs(who, ids)
        chosen = [one for one in found if one.kept.channel.type == "websocket" and one.state != "off"]
        if not chosen or (ids is not None and len(chosen) < len(found)):
            raise Incorrect("Only subscriptions with the channel websocket that are not off can be bound.")
        if not all(covers(who, one.kept.who) for one in chosen):
            raise Forbidden(
                "The subscription tells more than this token lets be read; ask with the scopes that it was made with.",
                german="Das Abonnement umfasst mehr, als dieser Zugang lesen darf.",
            )
        token = secrets.token_urlsafe(32)
        until = await self._book.put_token(token, [one.key for one in chosen], TOKEN_SECONDS)
        return Binding(token, until, self._socket, tuple(one.kept.id for one in chosen))

    async def _own(self, who: Principal) -> list[Standing]:
        return [one for one in await self._book.of_owner(who) if is_theirs(one.kept.who, who)]

    async def _theirs(self, who: Principal, ids: Sequence[str], *, operator: bool = False) -> list[Standing]:
        keys = {self._book.key(one) for one in ids}
        found = [one for one in await self._book.find(keys) if operator or is_theirs(one.kept.who, who)]
        if len(found) < len(keys):
            raise NotFound("There is no such subscription, or it is somebody else's.")
        return found
