"""The way to the hub: over HTTP for a site, directly for the hub itself. Both are a `Post`."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Protocol

import msgspec

from verbund.config import utc_now
from verbund.crypto import NodeKeys
from verbund.errors import Interrupted, VerbundError
from verbund.exchange import wire
from verbund.exchange.hub import Hub
from verbund.exchange.line import ANSWER_SECONDS, Line
from verbund.exchange.model import Delivery, Parcel
from verbund.exchange.requests import Request, authorise
from verbund.exchange.trust import Entry

_SMALL_BYTES = 128 * 1024
"""What is larger goes alone: nothing is to wait for it, and a batch stays below what the hub reads at once."""


class Post(Protocol):
    """What a node does at the hub. Fails with Unavailable or Interrupted when the hub cannot be reached."""

    async def send(self, parcel: Parcel) -> None:
        """Hand a parcel over; the same one again changes nothing."""

    async def poll(self, after: int, wait_seconds: float) -> tuple[Delivery, ...]:
        """Parcels above the sequence `after`, waiting for the first one."""

    async def ack(self, sequences: Sequence[int]) -> None:
        """Let the hub forget these."""

    async def entries(self) -> tuple[Entry, ...]:
        """The directory as the hub tells it: not to be believed before it is verified."""

    async def close(self) -> None:
        """Let go of connections."""


class LocalPost:
    """The hub as an addressee: at the broker in the same process."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub

    async def send(self, parcel: Parcel) -> None:
        """Hand a parcel over."""
        await self._hub.broker.send(self._hub.name, parcel)

    async def poll(self, after: int, wait_seconds: float) -> tuple[Delivery, ...]:
        """Wait for parcels to the hub."""
        return await self._hub.broker.poll(self._hub.name, after, wait_seconds)

    async def ack(self, sequences: Sequence[int]) -> None:
        """Remove them."""
        await self._hub.broker.ack(self._hub.name, sequences)

    async def entries(self) -> tuple[Entry, ...]:
        """The hub's own list."""
        return await self._hub.directory.entries()

    async def close(self) -> None:
        """The hub no longer listens to its own mailbox."""
        await self._hub.broker.left(self._hub.name)


class Together:
    """Gathers messages that are sent in the same turn of the event loop; none waits for another one to come."""

    def __init__(
        self, send_all: Callable[[Sequence[wire.SendRequest]], Awaitable[Sequence[VerbundError | None]]]
    ) -> None:
        self._send_all = send_all
        self._gathered: list[tuple[wire.SendRequest, asyncio.Future[None]]] = []
        self._under_way: set[asyncio.Task[None]] = set()

    async def send(self, request: wire.SendRequest) -> None:
        """Returns when the hub has taken it; raises why it has not."""
        loop = asyncio.get_running_loop()
        taken: asyncio.Future[None] = loop.create_future()
        if not self._gathered:
            loop.call_soon(self._go)
        self._gathered.append((request, taken))
        await taken

    def _go(self) -> None:
        gathered, self._gathered = self._gathered, []
        for start in range(0, len(gathered), wire.MOST_AT_ONCE):
            task = asyncio.ensure_future(self._sent(gathered[start : start + wire.MOST_AT_ONCE]))
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)

    async def _sent(self, gathered: Sequence[tuple[wire.SendRequest, asyncio.Future[None]]]) -> None:
        batch = [(request, taken) for request, taken in gathered if not taken.cancelled()]
        if not batch:
            return
        failures: Sequence[Exception | None]
        try:
            failures = await self._send_all([request for request, _ in batch])
        except Exception as error:  # noqa: BLE001 - whatever it is, it belongs to those who wait
            failures = [error] * len(batch)
        for (_, taken), failure in zip(batch, failures, strict=True):
            if taken.done():
                continue
            if failure is None:
                taken.set_result(None)
            else:
                taken.set_exception(failure)


class HttpPost:
    """A site at its hub: outgoing connections only, kept open, every request signed for itself."""

    def __init__(
        self, *, url: str, hub: str, site: str, keys: NodeKeys, clock: Callable[[], datetime] = utc_now
    ) -> None:
        self._hub = hub
        self._site = site
        self._keys = keys
        self._clock = clock
        self._line = Line(url)
        self._together = Together(self._send_all)

    async def send(self, parcel: Parcel) -> None:
        """POST /exchange/messages; small ones that are handed over at the same moment, POST /exchange/batch."""
        request = wire.SendRequest(parcel.id, parcel.receiver, parcel.expires_at, parcel.body, parcel.transient)
        if len(parcel.body) > _SMALL_BYTES:
            await self._signed("POST", "/exchange/messages", msgspec.json.encode(request))
        else:
            await self._together.send(request)

    async def _send_all(self, requests: Sequence[wire.SendRequest]) -> Sequence[VerbundError | None]:
        if len(requests) == 1:
            await self._signed("POST", "/exchange/messages", msgspec.json.encode(requests[0]))
            return (None,)
        body = msgspec.json.encode(wire.SendManyRequest(tuple(requests)))
        answer = wire.decoded(await self._signed("POST", "/exchange/batch", body), wire.SendManyAnswer)
        if len(answer.problems) != len(requests):
            raise Interrupted("The hub answered for other messages than it was given.")
        return answer.failures(said_by="The hub")

    async def poll(self, after: int, wait_seconds: float) -> tuple[Delivery, ...]:
        """GET /exchange/poll."""
        target = f"/exchange/poll?after={after}&wait={wait_seconds:g}"
        raw = await self._signed("GET", target, answer_seconds=wait_seconds + 10)
        return wire.decoded(raw, wire.PollAnswer).messages

    async def ack(self, sequences: Sequence[int]) -> None:
        """POST /exchange/ack."""
        await self._signed("POST", "/exchange/ack", msgspec.json.encode(wire.AckRequest(tuple(sequences))))

    async def entries(self) -> tuple[Entry, ...]:
        """GET /exchange/directory."""
        return wire.decoded(await self._signed("GET", "/exchange/directory"), wire.DirectoryAnswer).entries

    async def roster_numbers(self) -> dict[str, int]:
        """GET /exchange/rosters."""
        return wire.decoded(await self._signed("GET", "/exchange/rosters"), wire.RostersAnswer).numbers

    async def roster(self, site: str) -> str:
        """GET /exchange/roster: as the hub tells it, not to be believed before it is verified."""
        return wire.decoded(await self._signed("GET", f"/exchange/roster?site={site}"), wire.SignedRoster).roster

    async def publish(self, roster: str) -> None:
        """POST /exchange/publish."""
        await self._signed("POST", "/exchange/publish", msgspec.json.encode(wire.SignedRoster(roster)))

    async def close(self) -> None:
        """Close the connections to the hub."""
        await self._line.close()

    async def _signed(
        self, method: str, target: str, body: bytes = b"", *, answer_seconds: float = ANSWER_SECONDS
    ) -> bytes:
        request = Request(method, target, body)
        header = authorise(request, site=self._site, hub=self._hub, keys=self._keys, now=self._clock())
        return await self._line.exchanged(request, {"authorization": header}, answer_seconds)
