"""A node's connection to the hub's mailboxes: waits for parcels, hands them on, acknowledges, survives cuts."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

import structlog

from verbund.config import utc_now
from verbund.errors import VerbundError
from verbund.exchange.model import Delivery
from verbund.exchange.post import Post

_log = structlog.get_logger(__name__)
_WAIT_SECONDS = 25.0
_FIRST_PAUSE_SECONDS = 0.1
_LONGEST_PAUSE_SECONDS = 15.0
_AT_ONCE = 2_000
_ACKNOWLEDGE_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class CourierState:
    """For health pages: whether the hub answers, since when it was last heard, and why it is not."""

    connected: bool
    last_contact: datetime | None
    problem: str | None


class Courier:
    """Polls the hub until cancelled. `deliver` deals with one parcel and must not raise; it is acknowledged after that.

    Parcels are handed on as they come, many at once, those of one poll in their order. Within one run a parcel is
    handed on once; after a cut the hub is asked for everything that has not been acknowledged, and what is still being
    dealt with is passed over.
    """

    def __init__(
        self,
        post: Post,
        deliver: Callable[[Delivery], Awaitable[None]],
        *,
        connected: Callable[[], Awaitable[None]],
        clock: Callable[[], datetime] = utc_now,
        wait_seconds: float = _WAIT_SECONDS,
    ) -> None:
        self._post = post
        self._deliver = deliver
        self._connected = connected
        self._clock = clock
        self._wait_seconds = wait_seconds
        self._after = 0
        self._in_hand: set[int] = set()
        self._done: set[int] = set()
        self._something_done = asyncio.Event()
        self._room = asyncio.Semaphore(_AT_ONCE)
        self._state = CourierState(connected=False, last_contact=None, problem="not connected yet")

    @property
    def state(self) -> CourierState:
        """How the connection is now."""
        return self._state

    async def run(self) -> None:
        """Poll and acknowledge until cancelled; may be run again after it failed, and then asks for everything anew."""
        self._after = 0
        self._in_hand = set(self._done)
        self._room = asyncio.Semaphore(_AT_ONCE)
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._acknowledge())
                tasks.create_task(self._poll(tasks))
        finally:
            self._state = CourierState(connected=False, last_contact=self._state.last_contact, problem="not running")

    async def _poll(self, tasks: asyncio.TaskGroup) -> None:
        pause = _FIRST_PAUSE_SECONDS
        while True:
            try:
                wait = self._wait_seconds if self._state.connected else 0.0
                deliveries = await self._post.poll(self._after, wait)
            except VerbundError as error:
                self._lost(error)
                await asyncio.sleep(pause * random.uniform(0.5, 1.0))  # noqa: S311 - spreads reconnections
                pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)
                continue
            pause = _FIRST_PAUSE_SECONDS
            await self._heard()
            for delivery in deliveries:
                await self._take(tasks, delivery)

    async def _take(self, tasks: asyncio.TaskGroup, delivery: Delivery) -> None:
        self._after = max(self._after, delivery.sequence)
        if delivery.sequence in self._in_hand:
            return
        await self._room.acquire()
        self._in_hand.add(delivery.sequence)
        tasks.create_task(self._handle(delivery))

    async def _handle(self, delivery: Delivery) -> None:
        try:
            await self._deliver(delivery)
            self._done.add(delivery.sequence)
            self._something_done.set()
        finally:
            self._room.release()

    async def _acknowledge(self) -> None:
        while True:
            await self._something_done.wait()
            # Nobody waits for an acknowledgement: many go in one request.
            await asyncio.sleep(_ACKNOWLEDGE_SECONDS)
            self._something_done.clear()
            done = set(self._done)
            try:
                await self._post.ack(sorted(done))
            except VerbundError:
                await asyncio.sleep(1.0)
                self._something_done.set()
                continue
            self._done -= done
            self._in_hand -= done

    async def _heard(self) -> None:
        was_connected = self._state.connected
        self._state = CourierState(connected=True, last_contact=self._clock(), problem=None)
        if not was_connected:
            _log.info("hub-connected")
            await self._connected()

    def _lost(self, error: VerbundError) -> None:
        if self._state.connected:
            _log.warning("hub-lost", reason=error.text)
        self._state = CourierState(connected=False, last_contact=self._state.last_contact, problem=error.text)
        self._after = 0
