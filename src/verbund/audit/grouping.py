"""Many callers, one write: what arrives while a write is under way is written together by the next."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from verbund.errors import VerbundError

Item = TypeVar("Item")

# So many turns a write waits at most: a busy loop takes a millisecond for one.
_TURNS = 6


class Grouped(Generic[Item]):
    """Calls `write` with what callers put in, in order of arrival, never two at a time and without a timer.

    A write waits for who is just about to put something in: for the next turn of the event loop, and for a few more as
    long as each brings somebody. A loop with nothing else to do turns at once.

    `put` returns when the write that held the caller's items has, and raises what it raised. When a write for several
    callers fails for what is in it, each is written alone, so that nobody suffers from a stranger's items; when it
    fails for want of a database, all learn that at once. A caller who is cancelled stops waiting; the items are written
    all the same.
    """

    def __init__(self, write: Callable[[Sequence[Item]], Awaitable[None]], *, most: int = 1_000) -> None:
        self._write = write
        self._most = most
        self._queue: list[tuple[Sequence[Item], asyncio.Future[None]]] = []
        self._task: asyncio.Task[None] | None = None

    async def put(self, items: Sequence[Item]) -> None:
        """Write the items, together with those of others."""
        if not items:
            return
        written: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._queue.append((items, written))
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run())
        await written

    async def drain(self) -> None:
        """Wait until all that was put in so far is written."""
        if self._task is not None:
            await asyncio.wait([self._task])

    async def _run(self) -> None:
        while self._queue:
            await self._more()
            group, self._queue = self._queue[: self._most], self._queue[self._most :]
            await self._attempt(group)

    async def _more(self) -> None:
        """Return when a turn of the loop brought nobody, or there have been enough of them."""
        met = 0
        for _ in range(_TURNS):
            if not met < len(self._queue) < self._most:
                return
            met = len(self._queue)
            await asyncio.sleep(0)

    async def _attempt(self, group: Sequence[tuple[Sequence[Item], asyncio.Future[None]]]) -> None:
        try:
            await self._write([item for items, _ in group for item in items])
        except Exception as error:  # noqa: BLE001 - whatever it is, each caller gets it or a second chance
            if len(group) > 1 and not _temporary(error):
                for one in group:
                    await self._attempt([one])
            else:
                for _, written in group:
                    if not written.done():
                        written.set_exception(error)
        else:
            for _, written in group:
                if not written.done():
                    written.set_result(None)


def _temporary(error: Exception) -> bool:
    return isinstance(error, VerbundError) and error.category.retriable
