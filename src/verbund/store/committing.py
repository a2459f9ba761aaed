"""Units committed in groups: while one transaction is under way, others wait, and go together in the next.

Each unit is durable when `commit` returns. Nobody waits on a timer: a unit alone is committed alone, at once. A unit
that needs what another transaction holds, such as a large one, waits for it on its own, and the others go on. When a
group fails as a whole, its units are tried one by one, so that one's failure is not another's.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from verbund.config import Clock
from verbund.database import Connection, Database
from verbund.errors import Busy, Interrupted, TooLarge, Unavailable, VerbundError
from verbund.store.conditions import Conditions, refuse_twins
from verbund.store.model import Unit, Written
from verbund.store.preparing import Prepared, Preparer
from verbund.store.registry import Registry
from verbund.store.vault import Vault
from verbund.store.writing import Found, HeldUp, Outcome, Raced, Unhoped, Writer

GROUP_WRITES = 500
# A unit with more writes than this goes on its own, so that small ones do not wait for it.
LARGE_UNIT = 100
LARGE_AT_ONCE = 2
# Units that wait for what another transaction holds; each occupies a connection.
HELD_UP_AT_ONCE = 2
# A unit is in memory whole, at some 3 kB a write beside its content.
MOST_WRITES = 20_000
MOST_WAITING = 10_000
ATTEMPTS = 30
# A server that lost its memory may give the number of a transaction that it lost to another one. So a transaction that
# is said to be committed must also have left the version that this one would have left.
_STATUS = """
select pg_xact_status($1::text::xid8) status,
       $2::bytea is null
       or exists (select from resource where id = encode($2, 'hex')::uuid and version = $3 and updated = $4)
       or exists (select from superseded where id = encode($2, 'hex')::uuid and version = $3 and updated = $4) there
"""
_STATUS_PATIENCE_SECONDS = 10.0


@dataclass(slots=True)
class _Waiting:
    prepared: Prepared
    done: asyncio.Future[tuple[Written, ...]]


@dataclass(frozen=True, slots=True)
class Trace:
    """A version that a transaction leaves, by which it is known: keyed hash of the id (16 bytes), version, time."""

    id: bytes
    version: int
    updated: datetime


@dataclass(slots=True)
class _Begun:
    """A transaction by its number, by which one that was cut off is asked after; empty before it writes."""

    number: str = ""
    trace: Trace | None = None


class Committer:
    """Commits units for one process; several processes share a database through its locks."""

    def __init__(
        self,
        database: Database,
        conditions: Conditions,
        preparer: Preparer,
        writer: Writer,
        clock: Clock,
        *,
        registry: Registry,
        vault: Vault,
    ) -> None:
        self._database = database
        self._registry = registry
        self._vault = vault
        self._conditions = conditions
        self._preparer = preparer
        self._writer = writer
        self._clock = clock
        self._waiting: list[_Waiting] = []
        self._running: asyncio.Task[None] | None = None
        self._large = asyncio.Semaphore(LARGE_AT_ONCE)
        self._held_up = asyncio.Semaphore(HELD_UP_AT_ONCE)
        self._later: set[asyncio.Task[None]] = set()

    async def commit(self, unit: Unit) -> tuple[Written, ...]:
        """Carry out a unit; on disk when it returns. Raises what is wrong with it; then nothing of it took effect."""
        if len(self._waiting) >= MOST_WAITING:
            raise Busy("Too many changes wait to be written. Try again in a moment.")
        if len(unit.writes) > MOST_WRITES:
            raise TooLarge(
                f"This would change {len(unit.writes)} resources at once; at most {MOST_WRITES} are possible. "
                "Send it in parts, or import it."
            )
        if not any(write.patch is not None for write in unit.writes):
            return await self._carried_out(unit)
        async with self._conditions.turn(unit):
            return await self._carried_out(unit)

    async def _carried_out(self, unit: Unit) -> tuple[Written, ...]:
        """Try until nobody changes meanwhile what the unit rests on."""
        for attempt in range(ATTEMPTS):
            try:
                return await self._attempt(unit)
            except Raced:
                await asyncio.sleep(random.uniform(0, 0.01) * attempt)  # noqa: S311 - not to meet again at once
        raise Busy("Others keep changing what this change rests on. Try again in a moment.")

    async def _attempt(self, unit: Unit) -> tuple[Written, ...]:
        """Raced when another changed what the unit rests on."""
        settled = await self._conditions.settle(unit)
        prepared = await self._preparer.prepare(settled.unit, expected=settled.expected)
        if len(prepared.expected) > 1:
            refuse_twins(prepared)
        new = [draft.indexed.patient for draft in prepared.drafts if draft.fresh and draft.write.type == "Patient"]
        if new:
            self._vault.expect(new)
        if len(prepared.drafts) > LARGE_UNIT:
            async with self._large:
                written = await self._alone(prepared)
        else:
            written = await self._together(prepared)
        return written if settled.places is None else settled.told(unit, written, self.now())

    async def _together(self, prepared: Prepared) -> tuple[Written, ...]:
        waiting = _Waiting(prepared, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        if self._running is None:
            self._running = asyncio.create_task(self._run())
        return await waiting.done

    async def _run(self) -> None:
        """Commit what waits, group after group, until nothing does."""
        try:
            while self._waiting:
                await self._commit_group(self._next_group())
        finally:
            self._running = None

    def _next_group(self) -> list[_Waiting]:
        """The first that wait and do not write the same; the others keep their turn."""
        group: list[_Waiting] = []
        left: list[_Waiting] = []
        locks: set[int] = set()
        writes = 0
        for waiting in self._waiting:
            size = len(waiting.prepared.drafts)
            if (group and writes + size > GROUP_WRITES) or not locks.isdisjoint(waiting.prepared.locks):
                left.append(waiting)
            else:
                group.append(waiting)
                writes += size
            locks |= waiting.prepared.locks
        self._waiting = left
        return group

    async def _commit_group(self, group: Sequence[_Waiting]) -> None:
        try:
            outcomes = await self._transaction([waiting.prepared for waiting in group], wait=False)
        except Exception as error:  # noqa: BLE001 - whatever it is, each unit must learn of it
            if len(group) == 1 or isinstance(error, Interrupted | Unavailable):
                for waiting in group:
                    _settle(waiting, error)
            else:
                for waiting in group:
                    await self._commit_group([waiting])
            return
        for waiting, outcome in zip(group, outcomes, strict=True):
            if isinstance(outcome.error, HeldUp):
                task = asyncio.create_task(self._wait_and_commit(waiting))
                self._later.add(task)
                task.add_done_callback(self._later.discard)
            else:
                _settle(waiting, outcome.error or outcome.written)

    async def _wait_and_commit(self, waiting: _Waiting) -> None:
        """Commit a unit on its own as soon as it has its locks."""
        try:
            async with self._held_up:
                (outcome,) = await self._transaction([waiting.prepared])
            _settle(waiting, outcome.error or outcome.written)
        except Exception as error:  # noqa: BLE001 - whatever it is, the unit must learn of it
            _settle(waiting, error)

    async def _alone(self, prepared: Prepared) -> tuple[Written, ...]:
        (outcome,) = await self._transaction([prepared])
        if outcome.error is not None:
            raise outcome.error
        return outcome.written

    async def _transaction(self, units: Sequence[Prepared], *, wait: bool = True) -> list[Outcome]:
        """Carry out units; without `wait` those that need what another transaction holds are HeldUp."""
        if all(prepared.drafts and not prepared.locks for prepared in units):
            try:
                return await self._begun(lambda connection, begun: self._created(connection, begun, units))
            except Unhoped:
                pass

        async def work(connection: Connection, begun: _Begun) -> list[Outcome]:
            found = await self._found(connection, begun, units, wait=wait)
            return await self._writer.write(connection, units, self.now(), found=found)

        return await self._begun(work)

    async def transaction(
        self, work: Callable[[Connection], Awaitable[list[Outcome]]], *, trace: Trace | None = None
    ) -> list[Outcome]:
        """One transaction; when the connection is lost at its end, find out how it ended.

        `trace` is a version that it leaves where its outcomes do not tell one. Interrupted means that nothing of it
        took effect.
        """

        async def begun_work(connection: Connection, begun: _Begun) -> list[Outcome]:
            begun.trace = trace
            await self._found(connection, begun, ())
            return await work(connection)

        return await self._begun(begun_work)

    async def _created(self, connection: Connection, begun: "_Begun", units: Sequence[Prepared]) -> list[Outcome]:
        outcomes, begun.number = await self._writer.create(connection, units, self.now())
        return outcomes

    async def _found(
        self, connection: Connection, begun: "_Begun", units: Sequence[Prepared], *, wait: bool = True
    ) -> Found:
        """Take the locks, look, and learn of search parameters that were added."""
        found = await self._writer.begin(connection, units, wait=wait)
        begun.number = found.number
        await self._registry.at(connection, found.known)
        return found

    async def _begun(self, work: "Callable[[Connection, _Begun], Awaitable[list[Outcome]]]") -> list[Outcome]:
        """As `transaction`; the work notes the transaction's number before it writes anything else."""
        outcomes: list[Outcome] | None = None
        begun = _Begun()
        try:
            async with self._database.transaction() as connection:
                outcomes = await work(connection, begun)
        except Interrupted:
            self._writer.forget()
            if not begun.number or outcomes is None:
                raise
            begun.trace = begun.trace or _trace(outcomes)
            if not await self._was_committed(begun):
                raise
        except BaseException:
            self._writer.forget()
            raise
        return outcomes or []

    def now(self) -> datetime:
        """The time of a commit, to the millisecond, as `meta.lastUpdated` shows it."""
        now = self._clock()
        return now.replace(microsecond=now.microsecond // 1000 * 1000)

    async def _was_committed(self, begun: _Begun) -> bool:
        """Whether a transaction whose end we did not hear took effect."""
        trace = begun.trace
        sought = (None, None, None) if trace is None else (trace.id, trace.version, trace.updated)
        deadline = asyncio.get_running_loop().time() + _STATUS_PATIENCE_SECONDS
        while asyncio.get_running_loop().time() < deadline:
            try:
                async with self._database.connection() as connection:
                    told = await connection.fetchrow(_STATUS, begun.number, *sought)
            except VerbundError:
                told = None
            if told is not None and told["status"] in {"committed", "aborted"}:
                return bool(told["status"] == "committed" and told["there"])
            await asyncio.sleep(0.05)
        raise Unavailable(
            "The database went away while this was being written, and it is not known yet whether it took effect. "
            "Look before you try again."
        )

    async def drained(self) -> None:
        """Wait until nothing waits."""
        while self._running is not None or self._later:
            await asyncio.wait({*self._later, *([self._running] if self._running is not None else [])})


def _trace(outcomes: Sequence[Outcome]) -> Trace | None:
    """A version that these leave; None where they change nothing."""
    for outcome in outcomes:
        for change in outcome.changes:
            if outcome.error is None and change.decision != "keep":
                return Trace(change.draft.id_hash, change.version, change.updated)
    return None


def _settle(waiting: _Waiting, result: tuple[Written, ...] | Exception) -> None:
    if waiting.done.done():
        return
    if isinstance(result, Exception):
        waiting.done.set_exception(result)
    else:
        waiting.done.set_result(result)
