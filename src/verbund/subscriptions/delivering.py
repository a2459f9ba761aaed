"""Telling subscribers: handshakes, events in order, heartbeats; and what becomes of those who do not answer."""

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Protocol

import httpx
import msgspec
import structlog

from verbund.access import HistoryPage, SearchPage, Stored, Write
from verbund.config import Clock
from verbund.errors import Forbidden, Gone, Incorrect, NotFound, VerbundError
from verbund.fhir import Parameters, SearchQuery, parse_search
from verbund.fhir.xml import to_xml
from verbund.identity import Asked, Principal, Role, Scopes
from verbund.subscriptions.book import Book
from verbund.subscriptions.messages import Event, Kind, notification, reached
from verbund.subscriptions.model import Content, Kept, Notice, Pace, Standing, State
from verbund.subscriptions.registering import Registrar
from verbund.subscriptions.resources import Json, from_json, with_state
from verbund.subscriptions.rules import Places, pause, state_after

LARGEST_BYTES = 8 * 2**20
_FAR = datetime(9000, 1, 1, tzinfo=UTC)
_log = structlog.get_logger("verbund.subscriptions")


class Telling(Protocol):
    """The gate, as far as somebody is told through it: each time it decides anew, and logs."""

    @property
    def known(self) -> Parameters: ...
    async def vread(self, who: Principal, resource_type: str, resource_id: str, version: int, /) -> Stored: ...
    async def history(self, who: Principal, resource_type: str, resource_id: str, /, *, count: int) -> HistoryPage: ...
    async def search(self, who: Principal, query: SearchQuery, /) -> SearchPage: ...
    async def restate(self, who: Principal, subscription_id: str, write: Write, /) -> None: ...


class Rights(Protocol):
    """Who knows whose right to act has ended (`verbund.identity.Rights`)."""

    async def ended(self, asked: Collection[Asked], /) -> Mapping[Asked, str]:
        """Those whose right has ended, each with a sentence that says why."""

    async def epoch(self, one: Asked, /) -> int | None:
        """The present epoch of a person who still has the role; None for others."""


class Failed(Exception):
    """A receiver did not take a message; the text says how, without its address."""


class Teller:
    """What is told to whom: events as their owner may see them now, as messages of the subscription's form."""

    def __init__(self, book: Book, gate: Telling, base: str, clock: Clock, rights: Rights | None = None) -> None:
        self.book = book
        self._rights = rights
        self.base = base
        self.clock = clock
        self._gate = gate

    async def events(self, one: Standing, notices: Sequence[Notice], *, within: Scopes | None = None) -> list[Event]:
        """Those events that the owner may still see; what is hidden meanwhile is left out without a word.

        With `within` those that may be read with these scopes as well. None, and the subscription ends, where the right
        of who asked for it has ended.
        """
        if not await self._may_go_on(one):
            return []
        who = one.kept.who.principal
        who = who if within is None else replace(who, scopes=who.scopes.within(within))
        found = [await self._event(who, notice) for notice in notices]
        return [await self._shaped(one.kept, who, event) for event in found if event is not None]

    async def _may_go_on(self, one: Standing) -> bool:
        """Whether the person and the app are still those who asked; else it ends before anything is told."""
        asked = one.kept.asked
        reason = None if self._rights is None else (await self._rights.ended((asked,))).get(asked)
        if reason is not None:
            await self.end(one, reason)
        return reason is None

    async def _shaped(self, kept: Kept, who: Principal, event: Event) -> Event:
        """The event with what its topic adds, as far as the owner may search and read that; else nothing."""
        pairs = [pair for one in kept.shapes if one.type == event.notice.change.type for pair in one.pairs]
        if not pairs or event.stored is None or kept.channel.content == "empty":
            return event
        try:
            query = parse_search(event.stored.type, (("_id", event.stored.id), *pairs), known=self._gate.known)
            page = await self._gate.search(who, query)
        except (Forbidden, Incorrect) as error:
            _log.info("subscription-without-context", reason=error.text)
            return event
        size = sum(len(one.body) for one in page.included)
        return event if size > LARGEST_BYTES else replace(event, along=page.included)

    async def _event(self, who: Principal, notice: Notice) -> Event | None:
        change = notice.change
        try:
            if change.interaction == "delete":
                await self._gate.history(who, change.type, change.id, count=1)
                return Event(notice, None)
            return Event(notice, await self._gate.vread(who, change.type, change.id, change.version))
        except (NotFound, Forbidden):
            return None

    def message(self, one: Standing, kind: Kind, events: Sequence[Event] = (), content: Content | None = None) -> bytes:
        """A notification as JSON."""
        chosen = one.kept.channel.content if content is None else content
        return notification(one, self.base, kind, events, content=chosen, now=self.clock())

    async def end(self, one: Standing, reason: str) -> None:
        """Turn a subscription off, and say why."""
        if await self.book.turn_off(one, reason):
            await self.restate(one, "off", reason)

    async def restate(self, one: Standing, state: State, reason: str | None) -> None:
        """Show the state of a subscription in its resource; nothing where that is gone."""
        await self.rewrite(one, lambda resource: with_state(resource, state, reason))

    async def rewrite(self, one: Standing, change: Callable[[Json], Json]) -> None:
        """Change the resource of a subscription in the name of the node; nothing where that is gone."""

        def changed(raw: bytes) -> bytes:
            return from_json(change(msgspec.json.decode(raw)))

        write = Write("patch", "Subscription", one.kept.id, patch=changed)
        try:
            await self._gate.restate(_node(one.kept.who.principal), one.kept.id, write)
        except (NotFound, Gone):
            _log.info("subscription-without-resource", subscription=str(one.key))


class Deliverer:
    """Serves subscriptions that have something to do: each by one process at a time, many at once.

    `rung` is set whenever one was served, since it may have more to do.
    """

    def __init__(self, teller: Teller, registrar: Registrar, places: Places, pace: Pace, rung: asyncio.Event) -> None:
        self._teller = teller
        self._rung = rung
        self._book = teller.book
        self._registrar = registrar
        self._places = places
        self._pace = pace
        self._client = httpx.AsyncClient(trust_env=False, follow_redirects=False, timeout=None)  # noqa: S113 - each has its own
        self._running: set[asyncio.Task[None]] = set()

    async def close(self) -> None:
        """Leave what is under way to be taken up again, and close connections."""
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
        await self._client.aclose()

    async def step(self) -> int:
        """Take up what is due, as far as there is room; how many subscriptions that were."""
        room = self._pace.at_once - len(self._running)
        if room <= 0:
            await asyncio.wait(self._running, return_when=asyncio.FIRST_COMPLETED)
            return 1
        claimed = await self._book.claim(room, self._pace)
        for one in claimed:
            task = asyncio.create_task(self._served(one))
            self._running.add(task)
            task.add_done_callback(self._done)
        return len(claimed)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        self._rung.set()

    async def _served(self, one: Standing) -> None:
        try:
            await self._serve(one)
        except Failed as error:
            await self._failed(one, str(error))
        except VerbundError as error:
            _log.warning("subscription-held-up", subscription=str(one.key), reason=error.text)
        except Exception as error:  # noqa: BLE001 - the others must go on being served
            _log.error("subscription-failed", subscription=str(one.key), error=type(error).__name__)

    async def _serve(self, one: Standing) -> None:
        """Do what is due: the end, the first contact, events, or a sign of life."""
        if one.kept.ends is not None and one.kept.ends <= self._now():
            await self._teller.end(one, "Its end has come.")
        elif one.seen_at is None:
            await self._book.seen(one, self._pace)
        elif one.since is None:
            await self._begin(one)
        elif one.kept.channel.type == "websocket":
            await self._told(one, one.delivered)
        elif one.delivered < one.events:
            await self._tell(one)
        else:
            if not one.kept.channel.classic:
                await self._send(one, "heartbeat")
            await self._told(one, one.delivered)

    async def _begin(self, one: Standing) -> None:
        """The handshake; a websocket has its own when it binds, and R4 alone knows none."""
        if one.kept.channel.type == "rest-hook" and not one.kept.channel.classic:
            await self._send(replace(one, state="requested"), "handshake")
        await self._told(one, one.delivered)

    async def _tell(self, one: Standing) -> None:
        """The next events, as many as one message holds."""
        channel = one.kept.channel
        most = 1 if channel.classic else channel.most
        notices = await self._book.notices(one.key, one.delivered + 1, one.events, most)
        seen = await self._teller.events(one, notices)
        events = _within(seen)
        last = one.events if not notices else notices[-1].number
        if len(events) < len(seen):
            last = events[-1].notice.number
        if events and channel.classic:
            await self._send_classic(one, events[0])
        elif events:
            await self._send(replace(one, events=last), "event-notification", events)
        await self._told(one, last)

    async def _send(self, one: Standing, kind: Kind, events: Sequence[Event] = ()) -> None:
        channel = one.kept.channel
        body = self._teller.message(reached(one), kind, events)
        if channel.media.endswith("xml"):
            body = await asyncio.to_thread(to_xml, body)
        await self._request(one, "POST", channel.endpoint, body)

    async def _send_classic(self, one: Standing, event: Event) -> None:
        """As FHIR R4 tells: the resource by an update at the receiver, or an empty message."""
        channel = one.kept.channel
        if not channel.media or event.stored is None:
            await self._request(one, "POST", channel.endpoint, b"")
            return
        body = event.stored.body
        if channel.media.endswith("xml"):
            body = await asyncio.to_thread(to_xml, body)
        where = f"{channel.endpoint.rstrip('/')}/{event.stored.type}/{event.stored.id}"
        await self._request(one, "PUT", where, body)

    async def _request(self, one: Standing, method: str, address: str, body: bytes) -> None:
        """Failed unless the receiver answers with a success; what it answers beyond that is not read."""
        channel, who = one.kept.channel, one.kept.who.principal
        try:
            self._places.check(address)
        except Forbidden as error:
            raise Failed(error.text) from None
        headers = {name: self._registrar.sent(who, name, value) for name, value in channel.headers}
        if body:
            headers["Content-Type"] = channel.media
        request = self._client.build_request(method, address, content=body, headers=headers)
        try:
            async with asyncio.timeout(channel.timeout_seconds):
                answer = await self._client.send(request, stream=True)
                await answer.aclose()
        except TimeoutError:
            raise Failed(f"The receiver did not answer within {channel.timeout_seconds} seconds.") from None
        except (httpx.HTTPError, httpx.InvalidURL, ValueError, OSError) as error:
            raise Failed(f"The receiver cannot be reached ({type(error).__name__}).") from None
        if not 200 <= answer.status_code < 300:
            raise Failed(f"The receiver answered {answer.status_code}.")

    async def _told(self, one: Standing, delivered: int) -> None:
        beat, now = one.kept.channel.heartbeat_seconds, self._now()
        next_at = now + timedelta(seconds=beat) if beat and one.kept.channel.type == "rest-hook" else _FAR
        if await self._book.told(one, delivered, min(next_at, one.kept.ends or _FAR)) and (
            one.state != "active" or one.since is None
        ):
            await self._teller.restate(one, "active", None)

    async def _failed(self, one: Standing, reason: str) -> None:
        now = self._now()
        since = one.failing_since or now
        failures = one.failures + 1
        state = state_after(one.state, failures, since, now, self._pace)
        _log.info("subscription-not-told", subscription=str(one.key), failures=failures, reason=reason)
        wait = min(now + pause(failures, self._pace), one.kept.ends or _FAR)
        if await self._book.failed(one, state, failing_since=since, next_at=wait, reason=reason) and (
            state != one.state
        ):
            await self._teller.restate(one, state, reason)

    def _now(self) -> datetime:
        return self._teller.clock()


def _node(owner: Principal) -> Principal:
    """The node itself, for the log: nobody asked for this now."""
    return Principal(
        subject="subscriptions",
        name="Subscriptions of this node",
        role=Role.SYSTEM,
        organisation=owner.organisation,
        organisation_name=owner.organisation_name,
        patient_id=None,
        scopes=Scopes(),
        purpose=Role.SYSTEM.purpose,
    )


def _within(events: Sequence[Event]) -> list[Event]:
    """The first events, as many as a message holds; at least one."""
    taken: list[Event] = []
    size = 0
    for event in events:
        size += sum(len(one.body) for one in (event.stored, *event.along) if one is not None)
        if taken and size > LARGEST_BYTES:
            break
        taken.append(event)
    return taken
