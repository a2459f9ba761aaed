"""The hub's side of the exchange over HTTP: joining, the directory, and the mailboxes."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import parse_qs

import msgspec
import structlog
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect
from starlette.requests import Request as HttpRequest
from starlette.responses import Response
from starlette.routing import Route

from verbund.config import utc_now
from verbund.crypto import NodeKeys
from verbund.database import Database
from verbund.errors import Fault, Forbidden, Incorrect, Interrupted, TooLarge, VerbundError, incident
from verbund.exchange import wire
from verbund.exchange.broker import Broker, Limits
from verbund.exchange.directory import INVITATION_LIFE, Directory, checked_site
from verbund.exchange.requests import Proven, authenticated
from verbund.exchange.rosters import Rosters, proven

_log = structlog.get_logger(__name__)
_incidents = logging.getLogger(__name__)
_MARGIN_BYTES = 4_096
_LARGEST_OF_STRANGERS = 64 * 1024
"""Whoever joins sends three signed texts; nothing more is read of somebody who is not proven."""


class Hub:
    """All that the hub does for the exchange: the directory, the lists of staff, the broker, its own name and keys."""

    def __init__(
        self, *, name: str, title: str, url: str, keys: NodeKeys, directory: Directory, rosters: Rosters, broker: Broker
    ) -> None:
        self.name = name
        self.title = title
        self.url = url
        self.keys = keys
        self.directory = directory
        self.rosters = rosters
        self.broker = broker

    @classmethod
    async def open(
        cls,
        database: Database,
        *,
        name: str,
        title: str,
        url: str,
        keys: NodeKeys,
        clock: Callable[[], datetime] = utc_now,
        limits: Limits | None = None,
    ) -> "Hub":
        """Make the hub ready; its own mailbox is opened, since it is an addressee like the sites."""
        directory = Directory(database, hub=name, keys=keys, clock=clock)
        broker = Broker(database, clock=clock, limits=limits)
        await broker.open_mailbox(name)
        rosters = Rosters(database)
        return cls(name=name, title=title, url=url, keys=keys, directory=directory, rosters=rosters, broker=broker)

    def found(self, *, site: str, title: str, kind: str, life: timedelta = INVITATION_LIFE) -> str:
        """The founding invitation, for the region's first site."""
        return self.directory.found(site=site, title=title, kind=kind, hub_url=self.url, life=life)

    async def run(self) -> None:
        """Hear the hub's other processes, remove what has expired; until cancelled."""
        await self.broker.run()


@dataclass(frozen=True, slots=True)
class Rule:
    """Who may use a route: `invitation` (proves itself by its content) or `member` (signs the request)."""

    method: str
    path: str
    who: str
    purpose: str


ROUTES: tuple[Rule, ...] = (
    Rule("POST", "/exchange/join", "invitation", "become a member, with the signatures of an invitation"),
    Rule("GET", "/exchange/directory", "member", "the members and their signed keys"),
    Rule("GET", "/exchange/rosters", "member", "which lists of staff there are, each with its number"),
    Rule("GET", "/exchange/roster", "member", "the signed list of staff of a member"),
    Rule("POST", "/exchange/publish", "member", "publish the list of one's own staff"),
    Rule("POST", "/exchange/messages", "member", "hand over a sealed message for another member"),
    Rule("POST", "/exchange/batch", "member", "hand over several sealed messages at once"),
    Rule("GET", "/exchange/poll", "member", "wait for messages to oneself"),
    Rule("POST", "/exchange/ack", "member", "say which messages need not be kept any more"),
)

Action = Callable[[str, HttpRequest, bytes], Awaitable[bytes]]


def hub_app(hub: Hub, *, clock: Callable[[], datetime] = utc_now) -> Starlette:
    """The ASGI application with exactly the routes of `ROUTES`; every failure is an OperationOutcome."""
    return Starlette(routes=hub_routes(hub, clock=clock))


def hub_routes(hub: Hub, *, clock: Callable[[], datetime] = utc_now) -> list[Route]:
    """The same routes, to be mounted beside others."""
    desk = _Desk(hub, clock)
    return [Route(rule.path, desk.endpoint(rule), methods=[rule.method]) for rule in ROUTES]


class _Desk:
    """Reads, authenticates and answers requests; what a route does is one method named after it."""

    def __init__(self, hub: Hub, clock: Callable[[], datetime]) -> None:
        self._hub = hub
        self._clock = clock
        self._actions: dict[str, Action] = {
            "/exchange/join": self._join,
            "/exchange/directory": self._directory,
            "/exchange/rosters": self._rosters,
            "/exchange/roster": self._roster,
            "/exchange/publish": self._publish,
            "/exchange/messages": self._messages,
            "/exchange/batch": self._batch,
            "/exchange/poll": self._poll,
            "/exchange/ack": self._ack,
        }

    def endpoint(self, rule: Rule) -> Callable[[HttpRequest], Awaitable[Response]]:
        action = self._actions[rule.path]

        async def answer(request: HttpRequest) -> Response:
            try:
                if rule.who != "member":
                    return _answered(await action("", request, await self._body(request, _LARGEST_OF_STRANGERS)))
                # Who is not proven has nothing read, and nothing kept in memory.
                proven = await self._proven(request)
                body = await self._body(request, self._hub.broker.limits.body_bytes + _MARGIN_BYTES)
                proven.check(body)
                return _answered(await action(proven.site, request, body))
            except VerbundError as error:
                _report(rule.path, error)
                return _refusal(error)
            except ClientDisconnect:
                return Response(status_code=400)
            except Exception as error:  # noqa: BLE001 - whatever it is, the member learns only the incident's number
                return _refusal(incident(error, _incidents))

        return answer

    async def _body(self, request: HttpRequest, largest: int) -> bytes:
        announced = request.headers.get("content-length", "")
        if announced.isdecimal() and int(announced) > largest:
            raise TooLarge(f"A request to the hub may have {largest} bytes at most.")
        body = bytearray()
        async for chunk in request.stream():
            body += chunk
            if len(body) > largest:
                raise TooLarge(f"A request to the hub may have {largest} bytes at most.")
        return bytes(body)

    async def _proven(self, request: HttpRequest) -> Proven:
        query = request.url.query
        return await authenticated(
            request.headers.get("authorization", ""),
            request.method,
            f"{request.scope['path']}?{query}" if query else request.scope["path"],
            hub=self._hub.name,
            keys_of=self._hub.directory.keys_of,
            first_use=self._hub.broker.use_token,
            now=self._clock(),
        )

    async def _join(self, _site: str, _request: HttpRequest, body: bytes) -> bytes:
        await self._hub.directory.join(wire.decoded(body, wire.JoinRequest).entry())
        return b"{}"

    async def _directory(self, _site: str, _request: HttpRequest, _body: bytes) -> bytes:
        return msgspec.json.encode(wire.DirectoryAnswer(await self._hub.directory.entries()))

    async def _rosters(self, _site: str, _request: HttpRequest, _body: bytes) -> bytes:
        return msgspec.json.encode(wire.RostersAnswer(await self._hub.rosters.numbers()))

    async def _roster(self, _site: str, request: HttpRequest, _body: bytes) -> bytes:
        named = checked_site(parse_qs(request.url.query).get("site", [""])[0])
        return msgspec.json.encode(wire.SignedRoster(await self._hub.rosters.of(named)))

    async def _publish(self, site: str, _request: HttpRequest, body: bytes) -> bytes:
        text = wire.decoded(body, wire.SignedRoster).roster
        await self._hub.rosters.keep(proven(text, site, await self._hub.directory.keys_of(site)), text)
        return b"{}"

    async def _messages(self, site: str, _request: HttpRequest, body: bytes) -> bytes:
        parcel = wire.decoded(body, wire.SendRequest).parcel()
        await self._hub.broker.send(site, parcel)
        return b"{}"

    async def _batch(self, site: str, _request: HttpRequest, body: bytes) -> bytes:
        messages = wire.decoded(body, wire.SendManyRequest).messages
        failures = await self._hub.broker.send_many(site, [message.parcel() for message in messages])
        return msgspec.json.encode(wire.SendManyAnswer.of(failures))

    async def _ack(self, site: str, _request: HttpRequest, body: bytes) -> bytes:
        await self._hub.broker.ack(site, wire.decoded(body, wire.AckRequest).sequences)
        return b"{}"

    async def _poll(self, site: str, request: HttpRequest, _body: bytes) -> bytes:
        after, wait_seconds = _poll_parameters(request.url.query)
        broker = self._hub.broker
        polling = asyncio.ensure_future(broker.poll(site, after, wait_seconds))
        gone = asyncio.ensure_future(_disconnected(request))
        try:
            await asyncio.wait({polling, gone}, return_when=asyncio.FIRST_COMPLETED)
            if polling.done():
                return msgspec.json.encode(wire.PollAnswer(polling.result()))
        finally:
            gone.cancel()
            polling.cancel()
            await asyncio.gather(polling, gone, return_exceptions=True)
        await broker.left(site)
        raise Interrupted(f"{site} has gone while it waited for messages.")


def _answered(body: bytes) -> Response:
    return Response(body, media_type="application/json")


def _refusal(error: VerbundError) -> Response:
    return Response(wire.problem(error), status_code=error.http_status, media_type="application/json")


def _report(path: str, error: VerbundError) -> None:
    """Forged requests and our own mistakes are for the operator; that a house is not connected is everyday."""
    if isinstance(error, Forbidden | Fault):
        _log.warning("exchange-refused", path=path, reason=error.text)
    else:
        _log.info("exchange-refused", path=path, reason=error.text)


async def _disconnected(request: HttpRequest) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        continue


def _poll_parameters(query: str) -> tuple[int, float]:
    given = parse_qs(query)
    try:
        after, wait_seconds = int(given.pop("after", ["0"])[0]), float(given.pop("wait", ["25"])[0])
    except ValueError:
        raise Incorrect("`after` is a whole number and `wait` a number of seconds.") from None
    if given or after < 0 or not 0 <= wait_seconds <= 60 or after >= 2**63:
        raise Incorrect("Poll takes `after` (0 or more) and `wait` (0 to 60 seconds), nothing else.")
    return after, wait_seconds
