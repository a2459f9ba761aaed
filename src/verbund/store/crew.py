"""Processes that do the work of a bulk load, or of indexing anew, which needs no database.

For little work this process does it itself. A process is started with the first larger load and ends with it. It holds
its end of a socket and nothing else of ours: when this process goes away, however it goes, the other reads the end of
its input and ends too.
"""

import asyncio
import gc
import multiprocessing
import os
import pickle
import signal
from abc import ABC, abstractmethod
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from multiprocessing.connection import Connection as Pipe
from typing import Any, Protocol, TypeAlias

from verbund.errors import Interrupted
from verbund.store.bodies import NO_DICTIONARY
from verbund.store.bulk import Analyst, Plan
from verbund.store.chunks import Analysis, Chunk, Followed, Order, Packed, Problem, Wanted
from verbund.store.extending import Extended, Rows

# A process costs a second of start; so many resources are done here before one is worth it.
START_AFTER = 4_000
MOST_PROCESSES = 2
_COLLECT_EVERY = 64
_PATIENCE_SECONDS = 5.0


Make: TypeAlias = Callable[[Plan], object]
"""Makes who does the work, an `Analyst` or an `Extender`, in whatever process."""


class Worker(Protocol):
    """Whoever does the work: a chunk that was begun with one must be finished with the same."""

    async def analyse(self, number: int, chunk: Chunk) -> Analysis | Wanted:
        """See `Analyst.analyse`."""

    async def resume(self, number: int, found: dict[str, str], refused: dict[str, Problem]) -> Analysis:
        """See `Analyst.resume`."""

    async def contents(self, number: int, places: list[int]) -> list[bytes]:
        """See `Analyst.contents`."""

    async def followed(self, number: int, places: list[int]) -> list[Followed]:
        """See `Analyst.followed`."""

    async def pack(self, number: int, order: Order) -> Packed:
        """See `Analyst.pack`."""

    async def drop(self, number: int) -> None:
        """See `Analyst.drop`."""

    async def extend(self, rows: Rows) -> Extended:
        """See `Extender.extend`."""

    @property
    def aside(self) -> bool:
        """Whether it is done elsewhere, so that nobody here waits for it."""

    def lacks(self, dictionary: int) -> bool:
        """Whether it has not been given this dictionary yet; from now on it counts as given."""

    def ignores(self, known: int) -> bool:
        """Whether it lacks the search parameters after so many changes; from now on they count as given."""


class _Calls(ABC):
    """The methods of `Worker`, each one call by name."""

    def __init__(self) -> None:
        self._dictionaries = {NO_DICTIONARY}
        self._known = 0

    @abstractmethod
    async def _call(self, name: str, *arguments: object) -> Any:  # noqa: ANN401 - what the named method gives
        """Call a method of the analyst."""

    async def analyse(self, number: int, chunk: Chunk) -> Analysis | Wanted:
        found: Analysis | Wanted = await self._call("analyse", number, chunk)
        return found

    async def resume(self, number: int, found: dict[str, str], refused: dict[str, Problem]) -> Analysis:
        done: Analysis = await self._call("resume", number, found, refused)
        return done

    async def contents(self, number: int, places: list[int]) -> list[bytes]:
        found: list[bytes] = await self._call("contents", number, places)
        return found

    async def followed(self, number: int, places: list[int]) -> list[Followed]:
        found: list[Followed] = await self._call("followed", number, places)
        return found

    async def pack(self, number: int, order: Order) -> Packed:
        packed: Packed = await self._call("pack", number, order)
        return packed

    async def drop(self, number: int) -> None:
        await self._call("drop", number)

    async def extend(self, rows: Rows) -> Extended:
        extended: Extended = await self._call("extend", rows)
        return extended

    def lacks(self, dictionary: int) -> bool:
        if dictionary in self._dictionaries:
            return False
        self._dictionaries.add(dictionary)
        return True

    def ignores(self, known: int) -> bool:
        if known == self._known:
            return False
        self._known = known
        return True


class Here(_Calls):
    """Does the work in this process, between turns of the event loop."""

    aside = False

    def __init__(self, plan: Plan, make: Make = Analyst) -> None:
        super().__init__()
        self._made = make(plan)

    async def _call(self, name: str, *arguments: object) -> Any:  # noqa: ANN401 - see above
        await asyncio.sleep(0)
        return getattr(self._made, name)(*arguments)


class There(_Calls):
    """Does the work in a process of its own; Interrupted when that has ended."""

    aside = True

    def __init__(self, plan: Plan, make: Make = Analyst, nice: int = 0) -> None:
        super().__init__()
        context = multiprocessing.get_context("spawn")
        self._pipe, other = context.Pipe()
        self._process = context.Process(target=_serve, args=(other, plan, make, nice), daemon=True, name="verbund load")
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="load")
        self._started = self._thread.submit(self._start, other)

    def _start(self, other: Pipe) -> None:
        self._process.start()
        other.close()
        self._pipe.recv_bytes()

    @property
    def ready(self) -> bool:
        """Whether the process has started."""
        return self._started.done() and self._started.exception() is None

    async def _call(self, name: str, *arguments: object) -> Any:  # noqa: ANN401 - see above
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._ask, name, arguments)

    def _ask(self, name: str, arguments: tuple[object, ...]) -> object:
        try:
            self._pipe.send_bytes(pickle.dumps((name, arguments), pickle.HIGHEST_PROTOCOL))
            failed, answer = pickle.loads(self._pipe.recv_bytes())  # noqa: S301 - our own process wrote it
        except (EOFError, OSError) as error:
            raise Interrupted("A process that was loading data has ended. Load once more.") from error
        if failed:
            raise answer
        result: object = answer
        return result

    def close(self) -> None:
        """End the process; whatever it is doing is lost."""
        self._thread.shutdown(wait=True, cancel_futures=True)
        self._pipe.close()
        self._process.join(_PATIENCE_SECONDS)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()
        self._process.close()


def _serve(pipe: Pipe, plan: Plan, make: Make, nice: int) -> None:
    """What the process does, until there is nobody to ask it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(nice)
    made = make(plan)
    # Nothing here refers to itself in a circle but errors do: the collector need not look after every thousand objects.
    gc.freeze()
    gc.disable()
    pipe.send_bytes(b"ready")
    for turn in count(1):
        try:
            name, arguments = pickle.loads(pipe.recv_bytes())  # noqa: S301 - our own process wrote it
        except (EOFError, OSError):
            return
        try:
            answer: tuple[bool, object] = (False, getattr(made, name)(*arguments))
        except Exception as error:  # noqa: BLE001 - whoever asked must learn of it
            answer = (True, RuntimeError(f"{type(error).__name__}: {error}"))
        try:
            pipe.send_bytes(pickle.dumps(answer, pickle.HIGHEST_PROTOCOL))
        except OSError:
            return
        if turn % _COLLECT_EVERY == 0:
            gc.collect()


class Crew:
    """The workers of one load: this process at first, others when there is enough to do.

    `make` gives who does the work; at most so many processes, which give way to others by so much.
    """

    def __init__(self, plan: Plan, make: Make = Analyst, *, most: int = MOST_PROCESSES, nice: int = 0) -> None:
        self._plan = plan
        self._make = make
        self._nice = nice
        self._here = Here(plan, make)
        self._there: list[There] = []
        self._taken = 0
        self._turn = 0
        self._wanted = min(most, os.cpu_count() or 1) if _travels(plan) else 0

    def next(self, pieces: int) -> Worker:
        """Who takes the next chunk, of so many pieces."""
        self._taken += pieces
        if self._taken >= START_AFTER and len(self._there) < self._wanted:
            self._there += [There(self._plan, self._make, self._nice) for _ in range(self._wanted)]
        ready = [worker for worker in self._there if worker.ready]
        if not ready:
            return self._here
        self._turn += 1
        return ready[self._turn % len(ready)]

    async def close(self) -> None:
        """End the processes."""
        there, self._there = self._there, []
        for worker in there:
            await asyncio.to_thread(worker.close)


def _travels(plan: Plan) -> bool:
    """Whether the plan can go to another process: a function that has no name of its own cannot."""
    try:
        pickle.dumps(plan)
    except (pickle.PicklingError, AttributeError, TypeError):
        return False
    return True
