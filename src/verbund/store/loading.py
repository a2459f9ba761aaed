"""Bulk load: batches of units in one transaction each, the next made ready while the last is being written."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from verbund.database import Connection, Database
from verbund.errors import Interrupted, Invalid, Unavailable, VerbundError
from verbund.store.committing import Committer
from verbund.store.maintenance import FEWEST_RESOURCES, GROWTH, Maintenance
from verbund.store.model import LoadReport, Refusal, Unit, Write
from verbund.store.preparing import Prepared, Preparer, local_target
from verbund.store.writing import Outcome, Writer

# After so many new resources the planner's figures are brought up to date, and a dictionary is trained if one is due.
ANALYSE_AFTER = tuple(FEWEST_RESOURCES * GROWTH**step for step in range(8))
MOST_REMEMBERED = 200_000
MOST_REPORTED = 1_000
_ARE_THERE = "select id from resource where id = any($1::uuid[]) and not deleted"

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


@dataclass(slots=True)
class _Tally:
    """What has happened so far."""

    statuses: Counter[str] = field(default_factory=Counter)
    created: Counter[str] = field(default_factory=Counter)
    refused: list[Refusal] = field(default_factory=list)
    # Targets of references that have not been seen yet, with the source of one who refers to them.
    pending: dict[UUID, tuple[str | None, str]] = field(default_factory=dict)

    def report(self, dangling: Sequence[tuple[str | None, str]]) -> LoadReport:
        of = self.statuses
        return LoadReport(
            of["created"], of["updated"], of["unchanged"], of["found"], of["deleted"],
            dict(sorted(self.created.items())), tuple(self.refused), tuple(dangling),
        )  # fmt: skip


class Loader:
    """Loads units in batches. Everything goes through the same preparation and the same transaction as a commit."""

    def __init__(
        self, database: Database, preparer: Preparer, writer: Writer, committer: Committer, maintenance: Maintenance
    ) -> None:
        self._database = database
        self._preparer = preparer
        self._writer = writer
        self._committer = committer
        self._maintenance = maintenance

    async def load(
        self, units: Iterable[Sequence[Write]], *, progress: Progress | None, batch_writes: int
    ) -> LoadReport:
        """Load all; Unavailable or Interrupted when the database goes away: what was written before stays."""
        run = _Run(self._preparer.remembering(), self._writer, self._committer, self._maintenance, progress)
        for place, writes in enumerate(units):
            await run.take(place, tuple(writes), batch_writes)
        await run.finish()
        return run.tally.report(await self._dangling(run.tally.pending))

    async def _dangling(self, pending: dict[UUID, tuple[str | None, str]]) -> list[tuple[str | None, str]]:
        """The references that still lead nowhere."""
        left: list[tuple[str | None, str]] = []
        wanted = list(pending)
        async with self._database.connection() as connection:
            for start in range(0, len(wanted), 10_000):
                chunk = wanted[start : start + 10_000]
                there = {row["id"] for row in await connection.fetch(_ARE_THERE, chunk)}
                left += [pending[one] for one in chunk if one not in there]
        return left[:MOST_REPORTED]


class _Run:
    """One load under way."""

    def __init__(
        self,
        preparer: Preparer,
        writer: Writer,
        committer: Committer,
        maintenance: Maintenance,
        progress: Progress | None,
    ) -> None:
        self._preparer = preparer
        self._writer = writer
        self._committer = committer
        self._maintenance = maintenance
        self._progress = progress
        self._batch = _Batch()
        self._writing: asyncio.Task[None] | None = None
        self._seen: set[UUID] = set()
        self._looked_for: set[str] = set()
        self._analyse_after: Iterator[int] = iter(ANALYSE_AFTER)
        self._next_analysis = next(self._analyse_after)
        self.tally = _Tally()

    async def take(self, place: int, writes: tuple[Write, ...], most: int) -> None:
        """Make a unit ready and put it into the batch; write the batch when it is full."""
        unit = Unit(writes, check_references=False)
        try:
            prepared = await self._prepared(unit)
        except (Unavailable, Interrupted):
            raise
        except VerbundError as error:
            self.tally.refused.append(Refusal(place, _source(writes), error))
            return
        if not self._batch.takes(prepared, most):
            await self._write_batch()
        self._batch.add(place, prepared)

    async def _prepared(self, unit: Unit) -> Prepared:
        """Made ready; what a condition cannot find yet may be among what is still being written."""
        if any(write.if_none_exist is not None for write in unit.writes):
            await self._write_all()
        try:
            return await self._preparer.prepare(unit, keep_ids=True)
        except Invalid as error:
            if not any(issue.code == "not-found" for issue in error.issues):
                raise
        await self._write_all()
        return await self._preparer.prepare(unit, keep_ids=True)

    async def _write_all(self) -> None:
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

    async def finish(self) -> None:
        """Write what is left and bring the figures up to date."""
        await self._write_all()
        if self.tally.statuses["created"] > 0:
            await self._maintenance.run()

    async def _write(self, batch: _Batch) -> None:
        outcomes = await self._outcomes(batch.units)
        for place, outcome in zip(batch.places, outcomes, strict=True):
            self._note(place, outcome)
        if self._progress is not None:
            self._progress(batch.writes)
        if self.tally.statuses["created"] >= self._next_analysis:
            self._next_analysis = next(self._analyse_after, 2**63)
            await self._maintenance.run()

    async def _outcomes(self, units: Sequence[Prepared]) -> list[Outcome]:
        """One transaction for all; when it fails for what is in it, one for each."""

        async def work(connection: Connection) -> list[Outcome]:
            return await self._writer.write(connection, units, self._committer.now(), upsert=True)

        try:
            return await self._committer.transaction(work)
        except (Unavailable, Interrupted):
            raise
        except VerbundError as error:
            if len(units) == 1:
                return [Outcome(units[0], error=error)]
        return [outcome for unit in units for outcome in await self._outcomes([unit])]

    def _note(self, place: int, outcome: Outcome) -> None:
        if outcome.error is not None:
            self.tally.refused.append(Refusal(place, _source(outcome.prepared.unit.writes), outcome.error))
            return
        if len(self._seen) > MOST_REMEMBERED:
            self._seen.clear()
        for draft, written in zip(outcome.prepared.drafts, outcome.written, strict=True):
            self._seen.add(draft.id_hash)
            self.tally.statuses[written.status] += 1
            if written.status == "created":
                self.tally.created[written.type] += 1
        for draft in outcome.prepared.drafts:
            for text in draft.targets - self._looked_for:
                self._look_for(text, draft.write.source)

    def _look_for(self, text: str, source: str | None) -> None:
        if len(self._looked_for) > MOST_REMEMBERED:
            self._looked_for.clear()
        self._looked_for.add(text)
        target = local_target(text)
        if target is not None:
            id_hash = self._preparer.hashed(*target)
            if id_hash not in self._seen:
                self.tally.pending.setdefault(id_hash, (source, target[0]))


def _source(writes: Sequence[Write]) -> str | None:
    return next((write.source for write in writes if write.source is not None), None)
