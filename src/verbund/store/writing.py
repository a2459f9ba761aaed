# ruff: noqa: S608 - composed of literals of this package; values are only ever bound
"""Prepared units in one transaction: locked, looked at, decided, written, with all that belongs to them."""

import asyncio
from collections.abc import Awaitable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, Protocol
from uuid import UUID

import asyncpg
from msgspec import structs

from verbund.database import Connection
from verbund.errors import Conflict, Incorrect, NotFound, Outdated, VerbundError
from verbund.fhir import SearchQuery, decode
from verbund.fhir.stamping import instant
from verbund.store.bodies import Bodies, context_of
from verbund.store.indexing import NOTHING_INDEXED, Indexed, Indexer
from verbund.store.inserting import ResourceRow, Rows
from verbund.store.model import Book, Companion, Projection, Status, Stored, Written
from verbund.store.packing import microseconds
from verbund.store.planning import COLUMNS
from verbund.store.preparing import (
    AtVersion,
    Draft,
    Expected,
    Fitting,
    Prepared,
    broken_references,
)
from verbund.store.records import Records
from verbund.store.rowfilter import EVERYTHING, RowFilter, compiled
from verbund.store.sql import Statement
from verbund.store.vault import Vault

ROWS_BETWEEN_TURNS = 100
# Locks are taken on this many slots, so that a large unit does not fill the server's table of locks.
LOCK_SLOTS = 8_192
LOCK_SPACE = 0x7665

_LOCK = "select pg_advisory_xact_lock($1, slot) from (select unnest($2::int[]) as slot order by 1) s"
_BEGIN = "select * from begin_writing($1, $2::text::int[], $3::text::uuid[], $4::text::uuid[], $5)"
_WHOLE = f"select {COLUMNS} from resource r where r.row = any($1::bigint[])"
_ROWS = "select nextval('resource_row') from generate_series(1, $1::int)"
_ROWS_A_CALL = 1_024
_LIST_UNITS = "insert into unit (code) select unnest($1::text[]) order by 1 on conflict do nothing"
# All parts see the state before the statement.
_TAKE_OUT = """
with dates as (delete from date_value where row = any($1::bigint[])),
quantities as (delete from quantity_value where row = any($1::bigint[])),
facts as (
 delete from fact f using unnest($2::bigint[], $3::bigint[]) o (key, row), resource r
 where r.row = o.row and f.key = o.key and f.date = r.date and f.row = o.row
), gone as (
 delete from resource where row = any($1::bigint[])
 returning id, version, type, deleted, patient, category, updated, date, dictionary, body
)
insert into superseded (id, version, type, deleted, patient, category, updated, date, dictionary, body)
select id, version, type, deleted, patient, category, updated, date, dictionary, body from gone
"""
_SHORTEST = timedelta(milliseconds=1)

Decision = Literal["insert", "replace", "delete", "keep"]


class Raced(Exception):
    """Between preparation and lock another changed what a unit rests on."""


class HeldUp(Exception):
    """Another transaction holds what a unit needs."""


@dataclass(slots=True)
class Change:
    """What a draft does, once its current row is known."""

    draft: Draft
    decision: Decision
    status: Status
    version: int
    updated: datetime
    current: asyncpg.Record | None = None
    body: bytes = b""


@dataclass(slots=True)
class Outcome:
    """What became of a unit: its results, or why it was refused."""

    prepared: Prepared
    changes: list[Change] = field(default_factory=list)
    written: tuple[Written, ...] = ()
    error: Exception | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """What a transaction that has its locks finds, by the hashes of ids; `held` are slots that another has."""

    known: int
    number: str
    held: AbstractSet[int]
    current: Mapping[bytes, asyncpg.Record]
    there: AbstractSet[bytes]


class Unhoped(Exception):
    """Something is not as most often: nothing was written, and all must be looked at."""


class RowNumbers:
    """Row numbers of this process, fetched in blocks; gaps do no harm."""

    def __init__(self) -> None:
        self._free: list[int] = []

    async def take(self, connection: Connection, count: int) -> list[int]:
        """So many numbers that nobody else has."""
        missing = count - len(self._free)
        if missing > 0:
            blocks = await connection.fetch(_ROWS, -(-missing // _ROWS_A_CALL))
            self._free += [row[0] + offset for row in blocks for offset in range(_ROWS_A_CALL)]
        taken, self._free = self._free[:count], self._free[count:]
        return taken

    def forget(self) -> None:
        """Give up what was fetched: a server that crashed may hand out the same numbers again."""
        self._free = []


class Find(Protocol):
    """Looks up what fits a search."""

    def __call__(self, query: SearchQuery, connection: Connection, *, within: RowFilter) -> Awaitable[Sequence[Stored]]:
        """At most two resources of these rows that fit, compared in clear."""


class Writer:
    """Carries out prepared units within a transaction of the caller's."""

    def __init__(
        self,
        *,
        indexer: Indexer,
        vault: Vault,
        bodies: Bodies,
        records: Records,
        projections: Sequence[Projection],
        find: Find,
    ) -> None:
        self._indexer = indexer
        self._vault = vault
        self._bodies = bodies
        self._records = records
        self._projections = projections
        self._find = find
        self.numbers = RowNumbers()
        self._units: set[str] = set()

    async def begin(self, connection: Connection, units: Sequence[Prepared], *, wait: bool = True) -> Found:
        """Take all locks at once, in their order, so that no two transactions can block each other, and look.

        Without `wait`, as far as they are free.
        """
        slots = {lock % LOCK_SLOTS for prepared in units for lock in prepared.locks}
        own = [draft.id_hash for prepared in units for draft in prepared.drafts if not draft.fresh]
        leading = {one for prepared in units for one in prepared.leading.values() if one is not None}
        rows = await connection.fetch(
            _BEGIN,
            LOCK_SPACE,
            _array(map(str, slots)),
            _array(map(bytes.hex, own)),
            _array(map(bytes.hex, leading)),
            wait,
        )
        held: set[int] = set()
        there: set[bytes] = set()
        current: dict[bytes, asyncpg.Record] = {}
        for row in rows[1:]:
            match row["what"]:
                case "current":
                    current[row["id"]] = row
                case "there":
                    there.add(row["id"])
                case _:
                    held.add(row["slot"])
        return Found(rows[0]["known"], str(rows[0]["number"]), held, current, there)

    async def write(
        self,
        connection: Connection,
        units: Sequence[Prepared],
        updated: datetime,
        *,
        upsert: bool = False,
        found: Found | None = None,
    ) -> list[Outcome]:
        """Carry out the units, in their order; a unit that is refused leaves the others alone.

        With `upsert` a create of what is there already updates it. A unit that needs what another transaction holds, as
        `found` when the transaction began, is HeldUp. Units must not write the same resource. Raises what
        the database, a projection or a companion raises: then the transaction must be undone.
        """
        outcomes = [Outcome(prepared) for prepared in units]
        for prepared in units:
            self._index_again(prepared)
        if found is None:
            found = await self.begin(connection, units)
        for outcome in outcomes:
            if found.held and any(lock % LOCK_SLOTS in found.held for lock in outcome.prepared.locks):
                outcome.error = HeldUp()
                continue
            try:
                outcome.changes = [
                    _decided(draft, found.current.get(draft.id_hash), updated, upsert=upsert)
                    for draft in outcome.prepared.drafts
                ]
            except VerbundError as error:
                outcome.error = error
            else:
                await self._check_conditions(connection, outcome, found)
                _check_references(outcome, await _seen(connection, outcome, found.there))
        good = [outcome for outcome in outcomes if outcome.error is None]
        await self._apply(connection, [change for outcome in good for change in outcome.changes])
        for outcome in good:
            outcome.written = tuple([_written(change, bodies=not upsert) for change in outcome.changes])
        await self._accompany(connection, good)
        return outcomes

    async def create(
        self, connection: Connection, units: Sequence[Prepared], updated: datetime
    ) -> tuple[list[Outcome], str]:
        """Carry out units that need no locks, in the hope that nothing stands against any: half as many turns.

        With them comes the number of the transaction, which this must begin. Unhoped when it must be undone and done by
        `begin` and `write`.
        """
        outcomes = [Outcome(prepared) for prepared in units]
        changes = []
        for outcome in outcomes:
            outcome.changes = [Change(one, "insert", "created", 1, updated) for one in outcome.prepared.drafts]
            changes += outcome.changes
        await self._vault.have(connection, {_patient(change) for change in changes}, make=True)
        rows = await self._rows(changes, await self.numbers.take(connection, len(changes)))
        await self.list_units(connection, self._indexer.units)
        if not rows.are_few:
            raise Unhoped
        leading = {one for prepared in units for one in prepared.leading.values() if one is not None}
        look = await rows.put_and_look(connection, _touched(changes), leading)
        self._vault.refuse(look.erased)
        for outcome in outcomes:
            _check_references(outcome, await _seen(connection, outcome, look.there))
            if outcome.error is not None or outcome.prepared.known != look.known:
                raise Unhoped
            outcome.written = tuple([_written(change, bodies=True) for change in outcome.changes])
        await self._accompany(connection, outcomes)
        return outcomes, look.number

    def _index_again(self, prepared: Prepared) -> None:
        """Index once more what was made ready before a search parameter was added that is known now."""
        known = self._indexer.parameters.number
        if prepared.known == known:
            return
        for draft in prepared.drafts:
            if draft.resource is not None:
                anew = self._indexer.index(draft.resource, draft.unstamped)
                draft.indexed = structs.replace(anew, patient=draft.indexed.patient)
        prepared.known = known

    async def _check_conditions(self, connection: Connection, outcome: Outcome, found: Found) -> None:
        """Under the locks, look again at what a unit rests on; Raced where another has changed it."""
        for one in outcome.prepared.expected:
            if outcome.error is None and not await self._holds(connection, one, found):
                outcome.error = Raced()

    async def _holds(self, connection: Connection, one: Expected, found: Found) -> bool:
        match one:
            case AtVersion(kind, identity, version):
                row = found.current.get(self._indexer.hasher.bytes128(kind, identity))
                return version == (None if row is None or row["deleted"] else row["version"])
            case Fitting(query, ids, within):
                return ids == {stored.id for stored in await self._find(query, connection, within=within)}

    async def _apply(self, connection: Connection, changes: Sequence[Change]) -> None:
        """Bring rows and index to what was decided."""
        effective = [change for change in changes if change.decision != "keep"]
        if not effective:
            return
        patients = {_patient(change) for change in effective}
        await self._vault.have(connection, patients, make=True)
        replaced = [change for change in effective if change.current is not None]
        if replaced:
            await self._take_out(connection, replaced)
        fresh = await self.numbers.take(connection, len(effective) - len(replaced))
        await self._put_in(connection, effective, fresh)

    async def _take_out(self, connection: Connection, changes: Sequence[Change]) -> None:
        """Move current versions to history and take their values out of the index."""
        rows = [change.current["row"] for change in changes if change.current is not None]
        whole = await connection.fetch(_WHOLE, rows)
        await self._records.prepare(connection, whole)
        facts = [(key, row["row"]) for row in whole for key in self._facts_of(row)]
        await connection.execute(_TAKE_OUT, rows, [key for key, _ in facts], [row for _, row in facts])

    def _facts_of(self, row: asyncpg.Record) -> tuple[int, ...]:
        """The coded facts that the index holds of a row: they follow from its body."""
        if row["deleted"] or not self._vault.can_open(row["patient"]):
            return ()
        return self._indexer.facts(decode(self._records.opened(row).body))

    async def _put_in(self, connection: Connection, changes: Sequence[Change], fresh: list[int]) -> None:
        rows = await self._rows(changes, fresh)
        await self.list_units(connection, self._indexer.units)
        self._vault.refuse(await rows.put(connection, _touched(changes)))

    async def _rows(self, changes: Sequence[Change], fresh: list[int]) -> Rows:
        """What goes into the tables."""
        rows = Rows()
        numbers = iter(fresh)
        for place, change in enumerate(changes):
            number = change.current["row"] if change.current is not None else next(numbers)
            indexed = change.draft.indexed
            rows.resources.append(self._packed(change, number))
            rows.facts += [(key, indexed.date, number, indexed.category, indexed.patient) for key in indexed.facts]
            rows.dates += [(*date, number) for date in indexed.dates]
            rows.quantities += [(*quantity, number) for quantity in indexed.quantities]
            if place % ROWS_BETWEEN_TURNS == ROWS_BETWEEN_TURNS - 1:
                await asyncio.sleep(0)
        return rows

    async def lock(self, connection: Connection, hashes: Iterable[bytes]) -> None:
        """Take the locks of resources, by the hashes of their ids, as `write` does for its units."""
        await _take(connection, {int.from_bytes(one[:8], "big", signed=True) for one in hashes})

    async def list_units(self, connection: Connection, units: set[str]) -> None:
        """List units of UCUM that quantities have, those that this process has not listed yet."""
        new = units - self._units
        if new:
            await connection.execute(_LIST_UNITS, sorted(new))
            self._units |= new

    def forget(self) -> None:
        """Take nothing for granted of what was done in a transaction that did not come to its end."""
        self.numbers.forget()
        self._units.clear()

    def _packed(self, change: Change, number: int) -> ResourceRow:
        """The row of a new current version."""
        draft, patient = change.draft, _patient(change)
        deleted = change.decision == "delete"
        indexed: Indexed = NOTHING_INDEXED if deleted else draft.indexed
        change.body = b"" if deleted else draft.stamped(change.version, instant(change.updated))
        context = context_of(draft.type_number, draft.id_hash, change.version)
        sealed = (
            self._bodies.pack(patient, draft.id, b"", context)
            if deleted
            else self._bodies.pack_unstamped(patient, draft.unstamped, context)
        )
        return (
            number,
            draft.id_hash,
            draft.type_number,
            change.version,
            deleted,
            patient,
            change.current["category"] if deleted and change.current is not None else indexed.category,
            microseconds(change.updated),
            indexed.date,
            indexed.date_end,
            indexed.present,
            indexed.traits,
            indexed.keys,
            draft.digest,
            self._bodies.current(draft.type_number),
            sealed,
        )

    async def _accompany(self, connection: Connection, outcomes: Sequence[Outcome]) -> None:
        """Projections over all that was written, then each unit's companions, last those that share a book."""
        written = [one for outcome in outcomes for one in outcome.written if one.status not in {"found", "unchanged"}]
        if written:
            for projection in self._projections:
                await projection.project(connection, written)
        books: dict[Book, list[tuple[Companion, Sequence[Written]]]] = {}
        for outcome in outcomes:
            for companion in outcome.prepared.unit.companions:
                book: Book | None = getattr(companion, "book", None)
                if book is None:
                    await companion.write(connection, outcome.written)
                else:
                    books.setdefault(book, []).append((companion, outcome.written))
        for book, told in books.items():
            await book.write_all(connection, told)


def _array(texts: Iterable[str]) -> str:
    """An array as PostgreSQL reads it, of what needs no quotes."""
    return f"{{{','.join(texts)}}}"


def _check_references(outcome: Outcome, there: AbstractSet[bytes]) -> None:
    """Refuse a unit with references to resources of this node that are not here."""
    leading = outcome.prepared.leading
    if not leading or outcome.error is not None:
        return
    deleted = {change.draft.id_hash for change in outcome.changes if change.status == "deleted"}
    staying = {change.draft.id_hash for change in outcome.changes if change.status != "deleted"}
    missing = {
        text
        for text, target in leading.items()
        if (
            text.startswith("urn:")
            if target is None
            else target in deleted or not (target in staying or target in there)
        )
    }
    if missing:
        draft = next(draft for draft in outcome.prepared.drafts if not missing.isdisjoint(draft.targets))
        outcome.error = broken_references(draft, missing & draft.targets)


async def _seen(connection: Connection, outcome: Outcome, there: AbstractSet[bytes]) -> AbstractSet[bytes]:
    """Of what a unit refers to and is there, what the unit's references may lead to."""
    within = outcome.prepared.unit.named_within
    asked = [one for one in outcome.prepared.leading.values() if one in there]
    if within == EVERYTHING or not asked:
        return there
    statement = Statement([[UUID(bytes=one) for one in asked]])
    sql = f"select r.id from resource r where r.id = any($1::uuid[]) and {compiled(within, statement)}"
    return {row["id"].bytes for row in await connection.fetch(sql, *statement.values)}


async def _take(connection: Connection, locks: Iterable[int]) -> None:
    slots = {lock % LOCK_SLOTS for lock in locks}
    if slots:
        await connection.execute(_LOCK, LOCK_SPACE, sorted(slots))


def _patient(change: Change) -> int | None:
    """Whose key seals the new version: after a deletion the one it belonged to."""
    if change.decision == "delete" and change.current is not None:
        patient: int | None = change.current["patient"]
        return patient
    return change.draft.indexed.patient


def _touched(changes: Sequence[Change]) -> set[int]:
    """The patients whose rows these make or move: of none that was erased may any be left."""
    former = {change.current["patient"] for change in changes if change.current is not None}
    return {patient for patient in former.union(map(_patient, changes)) if patient is not None}


def _decided(  # noqa: PLR0911 - a table of cases
    draft: Draft, row: asyncpg.Record | None, now: datetime, *, upsert: bool
) -> Change:
    """What a write does to what is there; Outdated, NotFound or Conflict when it may not."""
    if draft.write.verb == "patch" or draft.write.condition is not None:
        raise Incorrect("A bulk load takes creates, updates and deletions by id; patch and search for what to change.")
    if draft.found is not None:
        return Change(draft, "keep", "found", draft.found.version, draft.found.updated, row)
    if draft.write.verb == "create" and not upsert:
        if row is not None:
            raise Conflict(f"A {draft.write.type} of this id is there already.")
        return Change(draft, "insert", "created", 1, now)
    _check_version(draft, row)
    if draft.write.verb == "delete":
        return _deletion(draft, row, now)
    if row is None:
        return Change(draft, "insert", "created", 1, now)
    if row["deleted"]:
        return Change(draft, "replace", "created", row["version"] + 1, _later(row, now), row)
    if row["digest"] == draft.digest:
        return Change(draft, "keep", "unchanged", row["version"], row["updated"], row)
    return Change(draft, "replace", "updated", row["version"] + 1, _later(row, now), row)


def _later(row: asyncpg.Record, now: datetime) -> datetime:
    """The time of a new version: after that of the last, also when a clock went back or the clocks of two differ."""
    last: datetime = row["updated"]
    return max(now, last + _SHORTEST)


def _deletion(draft: Draft, row: asyncpg.Record | None, now: datetime) -> Change:
    if row is None:
        raise NotFound(f"There is no {draft.write.type} of this id.")
    if row["deleted"]:
        return Change(draft, "keep", "deleted", row["version"], row["updated"], row)
    return Change(draft, "delete", "deleted", row["version"] + 1, _later(row, now), row)


def _check_version(draft: Draft, row: asyncpg.Record | None) -> None:
    if draft.write.if_none_match == "*" and row is not None and not row["deleted"]:
        raise Outdated(f"This {draft.write.type} is there already, and If-None-Match says that it should not be.")
    wanted = draft.write.if_match
    if wanted is None:
        return
    version = None if row is None or row["deleted"] else row["version"]
    if version != wanted:
        is_now = "it is not there" if version is None else f"it is at version {version} now"
        raise Outdated(
            f"This {draft.write.type} should have been at version {wanted}; {is_now}. Read it and try again."
        )


def _written(change: Change, *, bodies: bool) -> Written:
    """The result of a write; the body of what is unchanged only where it is asked for."""
    draft, row = change.draft, change.current
    kind = draft.write.type
    if change.decision == "keep":
        found = draft.found
        patient = row["patient"] if row is not None else found.patient if found is not None else None
        category = row["category"] if row is not None else found.category if found is not None else 0
        kept = bodies and change.status == "unchanged"
        body = found.body if found is not None else b""
        body = draft.stamped(change.version, instant(change.updated)) if kept else body
        return Written(kind, draft.id, change.version, change.updated, change.status, patient, category, None, body)
    if change.decision == "delete" and row is not None:
        return Written(kind, draft.id, change.version, change.updated, change.status, row["patient"], row["category"])
    return Written(
        kind,
        draft.id,
        change.version,
        change.updated,
        change.status,
        draft.indexed.patient,
        draft.indexed.category,
        draft.resource,
        change.body,
    )
