"""Bulk load: chunks several at a time by COPY, units of several writes in batches of one transaction each."""

import asyncio
from collections import Counter, deque
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from verbund.database import Connection
from verbund.errors import Interrupted, Invalid, Unavailable, VerbundError
from verbund.store.ahead import Ahead, Loadable
from verbund.store.bulk import Plan
from verbund.store.chunks import Chunk
from verbund.store.crew import Crew
from verbund.store.maintenance import FEWEST_RESOURCES, GROWTH, Maintenance
from verbund.store.model import BatchCompanion, LoadReport, Refusal, Unit, Write
from verbund.store.pouring import Pouring, Tools
from verbund.store.preparing import Prepared, local_target
from verbund.store.tallying import Tally
from verbund.store.writing import Outcome

# After so many new resources the planner's figures are brought up to date, and a dictionary is trained if one is due.
ANALYSE_AFTER = tuple(FEWEST_RESOURCES * GROWTH**step for step in range(8))
# Rows are some 300 bytes longer than their bodies; bodies shrink to a sixth with a dictionary that suits them.
POOR = 0.5
# Single writes go on together, so many bytes of them at most: others get no turn while they are looked at.
MOST_BYTES = 2**20

Progress = Callable[[int], None]


@dataclass(slots=True)
class _Batch:
    """Units that go in one transaction, with their places in the input."""

    places: list[int] = field(default_factory=list)
    units: list[Prepared] = field(default_factory=list)
    locks: set[int] = field(default_factory=set)
    writes: int = 0

    def takes(self, prepared: Prepared, most: int) -> bool:
        """Whether a unit fits in: it writes nothing that another unit of the batch writes."""
        size = len(prepared.drafts)
        return not self.units or (self.writes + size <= most and self.locks.isdisjoint(prepared.locks))

    def add(self, place: int, prepared: Prepared) -> None:
        self.places.append(place)
        self.units.append(prepared)
        self.locks |= prepared.locks
        self.writes += len(prepared.drafts)


class Loader:
    """Loads into one store. Chunks and units take the locks that commits take, and leave the same rows."""

    def __init__(self, tools: Tools, plan: Plan, maintenance: Maintenance) -> None:
        self._tools = tools
        self._plan = plan
        self._maintenance = maintenance

    async def load(
        self,
        units: Iterable[Loadable],
        *,
        progress: Progress | None,
        batch_writes: int,
        companion: BatchCompanion | None = None,
    ) -> LoadReport:
        """Load all; Unavailable or Interrupted when the database goes away: what was written before stays."""
        tally = Tally(self._tools.database)
        crew = Crew(self._plan)
        upkeep = _Upkeep(self._maintenance, tally, progress)
        run = _Run(self._tools, tally, upkeep, companion)
        ahead = Ahead(self._tools.bodies, self._maintenance.learn)
        pouring = Pouring(self._tools, crew, tally, companion=companion, upkeep=upkeep, one_by_one=run.one_by_one)
        try:
            await _Source(pouring, run, batch_writes).drain(ahead.of(units))
            await upkeep.finish()
        finally:
            await pouring.stop()
            await crew.close()
        return await tally.report()


class _Upkeep:
    """Tells of progress, and brings figures and dictionary up to date as the database grows."""

    def __init__(self, maintenance: Maintenance, tally: Tally, progress: Progress | None) -> None:
        self._maintenance = maintenance
        self._tally = tally
        self._progress = progress
        self._steps: Iterator[int] = iter(ANALYSE_AFTER)
        self._next = next(self._steps)
        self._analysed = 0
        self._training = asyncio.Lock()
        self._enough = FEWEST_RESOURCES
        self._since: Counter[str] = Counter()
        self._latest: deque[tuple[int, int]] = deque(maxlen=4)

    async def written(self, number: int) -> None:
        """So many pieces are done."""
        if self._progress is not None:
            self._progress(number)
        if self._training.locked():
            return
        async with self._training:
            if self._tally.statuses["created"] >= self._next:
                self._next = next(self._steps, 2**63)
                self._analysed = self._tally.statuses["created"]
                await self._maintenance.refresh()
                self._since.clear()
            elif self._is_of_another_kind():
                await self._maintenance.train(now=True)
                # Some things shrink little with any dictionary: it is tried again more and more seldom.
                self._enough *= 2
                self._since.clear()

    async def ready(self) -> None:
        """Wait while a dictionary is being trained: what is packed meanwhile would be several times as large."""
        async with self._training:
            return

    def packed(self, number: int, plain: int, stored: int) -> None:
        """So many resources went in, of so many bytes, which became so many."""
        self._since.update(number=number, plain=plain, stored=stored)
        self._latest.append((plain, stored))

    def _is_of_another_kind(self) -> bool:
        """Whether what comes now shrinks much less than it would with a dictionary that knows its like."""
        plain, stored = sum(one for one, _ in self._latest), sum(one for _, one in self._latest)
        return self._since["number"] >= self._enough and stored > plain * POOR

    async def finish(self) -> None:
        """All is written."""
        created = self._tally.statuses["created"]
        if created > 0:
            await self._maintenance.settle(created, since=created - self._analysed)


class _Source:
    """Hands what comes to the way that it takes: single updates and chunks here, all other units there."""

    def __init__(self, pouring: Pouring, run: "_Run", batch_writes: int) -> None:
        self._pouring = pouring
        self._run = run
        self._most = batch_writes
        self._place = 0
        self._singles: list[Write] = []
        self._size = 0
        self._in_units = False

    async def drain(self, units: AsyncIterator[Loadable]) -> None:
        """Take all, in their order."""
        async for unit in units:
            if isinstance(unit, Chunk):
                await self._pour_singles()
                await self._end_units()
                await self._pouring.take(self._place, unit)
                self._place += len(unit.raws)
            elif _is_plain(unit):
                self._singles.append(unit[0])
                self._size += len(unit[0].raw or b"")
                if len(self._singles) >= self._most or self._size >= MOST_BYTES:
                    await self._pour_singles()
            else:
                await self._pour_singles()
                await self._pouring.settle()
                await self._run.take(self._place, tuple(unit), self._most)
                self._in_units = True
                self._place += 1
        await self._pour_singles()
        await self._pouring.settle()
        await self._end_units()

    async def _end_units(self) -> None:
        """Write the units that were taken, before a chunk is begun: the order of the input holds."""
        if self._in_units:
            await self._run.settle()
        self._in_units = False

    async def _pour_singles(self) -> None:
        if not self._singles:
            return
        singles, self._singles, self._size = self._singles, [], 0
        await self._end_units()
        chunk = Chunk(
            [write.raw or b"" for write in singles],
            sources=[write.source for write in singles],
            addresses=[(write.type, write.id or "") for write in singles],
        )
        await self._pouring.take(self._place, chunk)
        self._place += len(singles)


def _is_plain(unit: Sequence[Write]) -> bool:
    """Whether a unit is one update, or creation under a known id, without any condition."""
    if len(unit) != 1:
        return False
    write = unit[0]
    return write == Write("update", write.type, write.id, write.raw, source=write.source) and bool(write.raw)


class _Run:
    """The units of one load, each ready before its transaction, the next made ready while the last is being written."""

    def __init__(self, tools: Tools, tally: Tally, upkeep: _Upkeep, companion: BatchCompanion | None) -> None:
        self._preparer = tools.preparer.remembering()
        self._tools = tools
        self._upkeep = upkeep
        self._companion = companion
        self._batch = _Batch()
        self._writing: asyncio.Task[None] | None = None
        self._tally = tally

    async def one_by_one(self, writes: Sequence[tuple[int, Write]]) -> None:
        """Take single writes, each on its own; written when it returns."""
        for place, write in writes:
            await self.take(place, (write,), len(writes))
        await self.settle()

    async def take(self, place: int, writes: tuple[Write, ...], most: int) -> None:
        """Make a unit ready and put it into the batch; write the batch when it is full."""
        unit = Unit(writes, check_references=False)
        try:
            prepared = await self._prepared(unit)
        except (Unavailable, Interrupted):
            raise
        except VerbundError as error:
            self._tally.refused.append(Refusal(place, _source(writes), error))
            return
        if not self._batch.takes(prepared, most):
            await self._write_batch()
        self._batch.add(place, prepared)

    async def _prepared(self, unit: Unit) -> Prepared:
        """Made ready; what a condition cannot find yet may be among what is still being written."""
        if any(write.if_none_exist is not None or write.condition is not None for write in unit.writes):
            await self.settle()
        try:
            return await self._preparer.prepare(unit, keep_ids=True)
        except Invalid as error:
            if not any(issue.code == "not-found" for issue in error.issues):
                raise
        await self.settle()
        return await self._preparer.prepare(unit, keep_ids=True)

    async def settle(self) -> None:
        """Write what was taken so far."""
        await self._write_batch()
        await self._written()

    async def _write_batch(self) -> None:
        await self._written()
        batch, self._batch = self._batch, _Batch()
        if batch.units:
            self._writing = asyncio.create_task(self._write(batch))

    async def _written(self) -> None:
        """Wait for the batch that is being written."""
        task, self._writing = self._writing, None
        if task is not None:
            await task

    async def _write(self, batch: _Batch) -> None:
        outcomes = await self._outcomes(batch.units)
        for place, outcome in zip(batch.places, outcomes, strict=True):
            await self._note(place, outcome)
        await self._upkeep.written(batch.writes)

    async def _outcomes(self, units: Sequence[Prepared]) -> list[Outcome]:
        """One transaction for all; when it fails for what is in it, one for each."""

        async def work(connection: Connection) -> list[Outcome]:
            outcomes = await self._tools.writer.write(connection, units, self._tools.committer.now(), upsert=True)
            await self._accompany(connection, outcomes)
            return outcomes

        try:
            return await self._tools.committer.transaction(work)
        except (Unavailable, Interrupted):
            raise
        except VerbundError as error:
            if len(units) == 1:
                return [Outcome(units[0], error=error)]
        return [outcome for unit in units for outcome in await self._outcomes([unit])]

    async def _accompany(self, connection: Connection, outcomes: Sequence[Outcome]) -> None:
        done = Counter(one.status for outcome in outcomes for one in outcome.written)
        effective = {status: done[status] for status in ("created", "updated", "deleted") if done[status]}
        if self._companion is not None and effective:
            created = Counter(one.type for outcome in outcomes for one in outcome.written if one.status == "created")
            await self._companion.write(connection, effective, created)

    async def _note(self, place: int, outcome: Outcome) -> None:
        writes = outcome.prepared.unit.writes
        if outcome.error is not None:
            self._tally.refused.append(Refusal(place, _source(writes), outcome.error))
            return
        self._tally.saw(draft.id_hash for draft in outcome.prepared.drafts)
        for written in outcome.written:
            self._tally.statuses[written.status] += 1
            if written.status == "created":
                self._tally.created[written.type] += 1
        for draft in outcome.prepared.drafts:
            for text in draft.targets:
                if (target := local_target(text)) is not None:
                    id_hash = self._preparer.hashed(*target).bytes
                    await self._tally.refers(id_hash, target[0], draft.write.source)


def _source(writes: Sequence[Write]) -> str | None:
    return next((write.source for write in writes if write.source is not None), None)
