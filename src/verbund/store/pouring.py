"""Chunks of resources on their way into the database, several at a time.

A chunk is decoded, validated, indexed and later packed and sealed by a worker, which needs no database. What of it is
new goes in by COPY, in one transaction with the locks that every writer takes, the tables that follow from it, and its
audit event; what is there already with the same content is left alone; what has changed takes the common way.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from verbund.database import Connection, Database
from verbund.errors import Busy, Conflict, Gone, Interrupted, Unavailable, VerbundError
from verbund.fhir import decode, type_name
from verbund.fhir.stamping import instant
from verbund.store.bodies import UNSTAMPED, Bodies, id_inside
from verbund.store.chunks import Analysis, Chunk, Followed, Order, Packed, Problem, Wanted
from verbund.store.committing import Committer, Trace
from verbund.store.crew import Crew, Worker
from verbund.store.model import BatchCompanion, Projection, Refusal, Write, Written
from verbund.store.packing import DATE_COLUMNS, FACT_COLUMNS, QUANTITY_COLUMNS, RESOURCE_COLUMNS, microseconds
from verbund.store.preparing import Preparer
from verbund.store.registry import Registry
from verbund.store.tallying import Tally
from verbund.store.vault import NODE, Vault
from verbund.store.writing import Outcome, Writer

CHUNKS_AT_ONCE = 4
WRITING_AT_ONCE = 2
MOST_REMEMBERED = 100_000
# What counts as one resource where there is enough to do for further processes.
USUAL_BYTES = 2_000
_ATTEMPTS = 5
# The more keys wait to be sorted into their index together, the fewer ways down its tree; but searches look through all
# that wait.
_PENDING = "set local gin_pending_list_limit = '1MB'"
_CURRENT = "select id, digest, deleted from resource where id = any($1::text::uuid[])"
_GONE = Problem.of(Gone("This patient's data was erased; nothing of it can be read or added to."))


@dataclass(frozen=True, slots=True)
class Tools:
    """What of the store a load works with."""

    database: Database
    preparer: Preparer
    writer: Writer
    committer: Committer
    vault: Vault
    bodies: Bodies
    projections: Sequence[Projection]
    registry: Registry


class _Unaware(Exception):
    """Something was made ready before a search parameter was added, or a type followed, that is known now."""


class Upkeep(Protocol):
    """Who looks after the database while it grows."""

    async def written(self, number: int) -> None:
        """So many pieces are done."""

    async def ready(self) -> None:
        """Wait until it is worth while to pack more."""

    def packed(self, number: int, plain: int, stored: int) -> None:
        """So many resources went in, of so many bytes, which became so many."""


def _weight(chunk: Chunk) -> int:
    """For how many resources of usual size a chunk counts."""
    return max(len(chunk.raws), sum(map(len, chunk.raws)) // USUAL_BYTES)


@dataclass(slots=True)
class _Job:
    """A chunk under way: its number in the order of the input, and the place there of its first piece."""

    number: int
    first: int
    chunk: Chunk
    worker: Worker
    registered: asyncio.Event
    hashes: frozenset[bytes] = frozenset()
    task: asyncio.Task[None] | None = None


class Pouring:
    """The chunks of one load. Pieces that write the same resource take effect in the order of the input."""

    def __init__(
        self,
        tools: Tools,
        crew: Crew,
        tally: Tally,
        *,
        companion: BatchCompanion | None,
        upkeep: Upkeep,
        one_by_one: Callable[[Sequence[tuple[int, Write]]], Awaitable[None]],
    ) -> None:
        self._tools = tools
        self._crew = crew
        self._tally = tally
        self._companion = companion
        self._upkeep = upkeep
        self._one_by_one = one_by_one
        self._jobs: list[_Job] = []
        self._count = 0
        self._meanings: dict[str, str] = {}
        self._followed = followed_types(tools.projections)
        self._turn = asyncio.Semaphore(WRITING_AT_ONCE)
        self._alone = asyncio.Lock()

    async def take(self, first: int, chunk: Chunk) -> None:
        """Begin a chunk; waits while as many as may be are under way. Raises what made an earlier one fail."""
        while len(self._jobs) >= CHUNKS_AT_ONCE:
            await self._one_done()
        job = _Job(self._count, first, chunk, self._crew.next(_weight(chunk)), asyncio.Event())
        self._count += 1
        before = list(self._jobs)
        self._jobs.append(job)
        job.task = asyncio.create_task(self._carry(job, before))

    async def settle(self) -> None:
        """Wait until all that was begun is written."""
        while self._jobs:
            await self._one_done()

    async def stop(self) -> None:
        """Break off what is under way."""
        tasks = [job.task for job in self._jobs if job.task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._jobs.clear()

    async def _one_done(self) -> None:
        await asyncio.wait([job.task for job in self._jobs if job.task], return_when=asyncio.FIRST_COMPLETED)
        finished = [job for job in self._jobs if job.task is not None and job.task.done()]
        self._jobs = [job for job in self._jobs if job not in finished]
        for job in finished:
            assert job.task is not None  # noqa: S101 - see above
            job.task.result()

    async def _carry(self, job: _Job, before: Sequence[_Job]) -> None:
        try:
            analysis = await self._analysed(job, job.chunk, before)
            for other in before:
                await other.registered.wait()
            job.hashes = frozenset(analysis.ids())
            job.registered.set()
            await _ended(other for other in before if not other.hashes.isdisjoint(job.hashes))
            await self._write(job, job.chunk, analysis)
            if analysis.later:
                await self._again(job, analysis.later)
        finally:
            job.registered.set()
            await job.worker.drop(job.number)
        await self._upkeep.written(len(job.chunk.raws))

    async def _again(self, job: _Job, indexes: list[int]) -> None:
        """Pieces that write once more what other pieces of the chunk wrote, now that those are in."""
        while indexes:
            chunk = job.chunk.only(indexes)
            analysis = await self._analysed(job, chunk, ())
            await self._write(job, chunk, analysis, indexes)
            indexes = [indexes[index] for index in analysis.later]

    async def _analysed(self, job: _Job, chunk: Chunk, before: Sequence[_Job]) -> Analysis:
        found = await job.worker.analyse(job.number, chunk)
        if isinstance(found, Wanted):
            meanings, refused = await self._meaning(found.texts, before)
            found = await job.worker.resume(job.number, meanings, refused)
        return found

    async def _meaning(self, texts: Sequence[str], before: Sequence[_Job]) -> tuple[dict[str, str], dict[str, Problem]]:
        """What conditional references mean; what is not found may be among what is still being written."""
        if len(self._meanings) > MOST_REMEMBERED:
            self._meanings.clear()
        missing = [text for text in texts if text not in self._meanings and await self._fails(text) is not None]
        if missing:
            await _ended(before)
        refused = {text: problem for text in missing if (problem := await self._fails(text)) is not None}
        return {text: self._meanings[text] for text in texts if text not in refused}, refused

    async def _fails(self, text: str) -> Problem | None:
        """Look up what a conditional reference means; why that fails."""
        try:
            self._meanings[text] = await self._tools.preparer.resolved(text)
        except (Unavailable, Interrupted):
            raise
        except VerbundError as error:
            return Problem.of(error)
        return None

    async def _write(self, job: _Job, chunk: Chunk, analysis: Analysis, origins: Sequence[int] | None = None) -> None:
        """Bring the resources of a chunk into the database; `origins` are the places of its pieces in the job's."""
        places = _Places(job.first, chunk, origins)
        for index, problem in analysis.refused:
            self._refuse(places, index, problem)
        for kind, number in analysis.read.items() if origins is None else ():
            self._tally.read[kind] += number
        barred = await self._barred(job, analysis, places)
        changed = await self._insert_new(job, analysis, places, barred)
        if changed:
            await self._change(job, analysis, changed, places)
        self._tally.saw(analysis.ids())
        for target, kind, index in analysis.targets:
            await self._tally.refers(target, kind, chunk.source(index))

    def _refuse(self, places: "_Places", index: int, problem: Problem) -> None:
        self._tally.refused.append(Refusal(places.of(index), places.chunk.source(index), problem.error()))

    async def _barred(self, job: _Job, analysis: Analysis, places: "_Places") -> frozenset[int]:
        """The drafts that this node refuses, beyond what the standard asks."""
        check = self._tools.preparer.check
        if check is None:
            return frozenset()
        barred: set[int] = set()
        contents = await job.worker.contents(job.number, list(range(len(analysis.indexes))))
        for place, content in enumerate(contents):
            try:
                await check(type_name(analysis.types[place]), content)
            except VerbundError as error:
                barred.add(place)
                self._refuse(places, analysis.indexes[place], Problem.of(error))
        return frozenset(barred)

    async def _insert_new(self, job: _Job, analysis: Analysis, places: "_Places", barred: frozenset[int]) -> list[int]:
        """Insert what is not there yet; the drafts that are there with other content."""
        for _ in range(_ATTEMPTS):
            new, changed, unchanged = await self._compared(analysis, barred)
            keys = await self._keys(analysis, new) if new else {}
            erased = [place for place in new if analysis.patients[place] not in keys]
            new = [place for place in new if analysis.patients[place] in keys]
            try:
                if new:
                    await self._insert(job, analysis, new, keys)
                break
            except (Conflict, Gone, _Unaware):
                # Another made one of them between our look and our lock, added a search parameter, or erased a patient.
                continue
        else:
            raise Busy("Others keep making what this load makes. Load once more in a moment.")
        self._tally.statuses.update(created=len(new), unchanged=unchanged)
        self._tally.created.update(Counter(type_name(analysis.types[place]) for place in new))
        for place in erased:
            self._refuse(places, analysis.indexes[place], _GONE)
        return changed

    async def _compared(self, analysis: Analysis, barred: frozenset[int]) -> tuple[list[int], list[int], int]:
        """Which drafts are new, which are written one by one, and how many are there as they are.

        One by one goes what is there with other content, and after the rest of the chunk what belongs to another.
        """
        ids = {one: place for place, one in enumerate(analysis.ids()) if place not in barred}
        if not ids:
            return [], [], 0
        # Text is quicker to send than so many objects.
        wanted = "{" + ",".join([one.hex() for one in ids]) + "}"
        # Without a deadline, as a bulk load is: what busies this process keeps it from taking the answer.
        async with self._tools.database.connection(None) as connection:
            rows = await connection.fetch(_CURRENT, wanted)
        there = {ids[row["id"].bytes]: row for row in rows}
        changed = [
            place for place, row in there.items() if row["deleted"] or row["digest"].bytes != analysis.digest(place)
        ]
        unchanged, new = len(there) - len(changed), [place for place in ids.values() if place not in there]
        later = set(new) & set(analysis.attached)
        return [place for place in new if place not in later], sorted({*changed, *later}), unchanged

    async def _keys(self, analysis: Analysis, new: list[int]) -> dict[int | None, bytes]:
        """The data keys of the patients of drafts, without those of patients who were erased."""
        vault, patients = self._tools.vault, {analysis.patients[place] for place in new}
        async with self._tools.database.connection(None) as connection:
            with suppress(Gone):
                await vault.have(connection, patients, make=True)
            return {patient: vault.key(patient) for patient in patients if vault.can_open(patient)}

    async def _insert(self, job: _Job, analysis: Analysis, new: list[int], keys: dict[int | None, bytes]) -> None:
        tools = self._tools
        await self._upkeep.ready()
        updated = tools.committer.now()
        async with tools.database.connection(None) as connection:
            rows = await tools.writer.numbers.take(connection, len(new))
        dictionaries = {kind: tools.bodies.current(kind) for kind in {analysis.types[place] for place in new}}
        lacking = [number for number in set(dictionaries.values()) if job.worker.lacks(number)]
        given = {number: tools.bodies.dictionary(number) for number in lacking}
        sealing = {patient or NODE: key for patient, key in keys.items()}
        known = tools.registry.parameters
        added = known.added if job.worker.ignores(known.number) else None
        order = Order(new, rows, microseconds(updated), sealing, dictionaries, given, known.number, added)
        packed = await job.worker.pack(job.number, order)
        followed = self._followed
        written = await self._told(job, analysis, new, updated)
        counts = Counter(type_name(analysis.types[place]) for place in new)

        ids = analysis.ids()

        async def work(connection: Connection) -> list[Outcome]:
            if tools.registry.parameters.number != known.number:
                raise _Unaware
            await tools.writer.lock(connection, [ids[place] for place in new])
            await tools.writer.list_units(connection, set(analysis.units))
            await connection.execute(_PENDING)
            await _copied(connection, packed)
            await tools.vault.hold(connection, keys)
            self._followed = await _followed_now(connection, tools.projections)
            if _of_types(analysis, new, self._followed) != _of_types(analysis, new, followed):
                raise _Unaware
            if written:
                for projection in tools.projections:
                    await projection.project(connection, written)
            if self._companion is not None:
                await self._companion.write(connection, {"created": len(new)}, counts)
            return []

        async with self._turn:
            await tools.committer.transaction(work, trace=Trace(ids[new[0]], 1, updated))
        self._upkeep.packed(len(new), packed.plain, packed.sealed)

    async def _told(self, job: _Job, analysis: Analysis, new: list[int], updated: datetime) -> list[Written]:
        """What projections are told of; of types that are followed only since the chunk was analysed, too."""
        chosen, known = set(new), {one.place for one in analysis.followed}
        late = [place for place in _of_types(analysis, new, self._followed) if place not in known]
        found = [one for one in analysis.followed if one.place in chosen]
        if late:
            found += await job.worker.followed(job.number, late)
        return [_written(one, updated) for one in found]

    async def _change(self, job: _Job, analysis: Analysis, changed: list[int], places: "_Places") -> None:
        """What is there with other content, one by one, the common way."""
        contents = await job.worker.contents(job.number, changed)
        writes: list[tuple[int, Write]] = []
        for place, content in zip(changed, contents, strict=True):
            index = analysis.indexes[place]
            kind, identity = type_name(analysis.types[place]), id_inside(content)
            writes.append(
                (places.of(index), Write("update", kind, identity, content, source=places.chunk.source(index)))
            )
        async with self._alone:
            await self._one_by_one(writes)


@dataclass(frozen=True, slots=True)
class _Places:
    """Where the pieces of a chunk stand in the input."""

    first: int
    chunk: Chunk
    origins: Sequence[int] | None

    def of(self, index: int) -> int:
        """The place of a piece."""
        return self.first + (index if self.origins is None else self.origins[index])


def followed_types(projections: Iterable[Projection]) -> frozenset[str] | None:
    """The types of which projections must be told; None for all."""
    followed = [projection.types for projection in projections]
    return None if None in followed else frozenset().union(*(types for types in followed if types))


async def _followed_now(connection: Connection, projections: Iterable[Projection]) -> frozenset[str] | None:
    """The same, after those whose types change have looked which these are."""
    for projection in projections:
        refresh = getattr(projection, "refresh", None)
        if refresh is not None:
            await refresh(connection)
    return followed_types(projections)


def _of_types(analysis: Analysis, places: list[int], types: frozenset[str] | None) -> list[int]:
    """The places of resources of these types."""
    return [place for place in places if types is None or type_name(analysis.types[place]) in types]


async def _ended(jobs: Iterable[_Job]) -> None:
    """Wait for jobs to end; what made one fail is told to whoever waits for that one."""
    tasks = [job.task for job in jobs if job.task is not None]
    if tasks:
        await asyncio.wait(tasks)


def _written(one: Followed, updated: datetime) -> Written:
    stamp = b'"versionId":"1","lastUpdated":"%s"' % instant(updated).encode()
    return Written(
        one.type, one.id, 1, updated, "created", one.patient, one.category, decode(one.body),
        one.body.replace(UNSTAMPED, stamp, 1),
    )  # fmt: skip


async def _copied(connection: Connection, packed: Packed) -> None:
    for table, columns, rows in (
        ("resource", RESOURCE_COLUMNS, packed.resource),
        ("fact", FACT_COLUMNS, packed.fact),
        ("date_value", DATE_COLUMNS, packed.date_value),
        ("quantity_value", QUANTITY_COLUMNS, packed.quantity_value),
    ):
        if rows:
            await connection.copy_to_table(table, source=_once(rows), columns=list(columns), format="binary")


async def _once(rows: bytes) -> AsyncIterator[bytes]:
    yield rows
