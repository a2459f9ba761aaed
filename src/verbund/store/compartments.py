# ruff: noqa: S608 - composed of literals of this package; values are only ever bound, by `Statement`
"""Whole records: everything of one patient, or of one encounter of a patient, with what it refers to."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import asyncpg

from verbund.database import Connection, Database
from verbund.fhir import RESOURCE_TYPES, type_number
from verbund.fhir.generated.compartments import COMPARTMENTS
from verbund.store.cursor import Cursors, Position, position_of
from verbund.store.indexing import Indexer
from verbund.store.model import SearchPage, Stored
from verbund.store.planning import COLUMNS
from verbund.store.records import Records
from verbund.store.rowfilter import RowFilter, compiled
from verbund.store.sql import Statement

# Of what a record refers to outside of itself: practitioners, houses, medications.
MOST_REFERRED = 5_000
_REFERENCE = re.compile(rb'"reference" ?: ?"([A-Z][A-Za-z]+)/([A-Za-z0-9.-]{1,64})"')


@dataclass(frozen=True, slots=True)
class Extent:
    """Which part of a record is asked for.

    `types` are the resource types, all when empty; `since` leaves out what was last changed before; `start` and `end`
    bound the clinical date (resources without one always belong); `encounter` narrows to the compartment of one.
    """

    types: tuple[str, ...] = ()
    since: datetime | None = None
    start: datetime | None = None
    end: datetime | None = None
    encounter: str | None = None


class Compartments:
    """Reads records of one database."""

    def __init__(self, database: Database, indexer: Indexer, records: Records, cursors: Cursors) -> None:
        self._database = database
        self._indexer = indexer
        self._records = records
        self._cursors = cursors

    async def page(
        self, patient_id: str, extent: Extent, *, within: RowFilter, shared: RowFilter, count: int, cursor: str | None
    ) -> SearchPage:
        """At most `count` resources of a record, the patient first, then newest clinical date first.

        `included` is what they refer to outside of the patient's compartment, seen through `shared`.
        """
        scope = repr((patient_id, extent))
        after = None if cursor is None else self._cursors.read(cursor, scope)
        sql, statement = self._statement(patient_id, extent, within, after, count + 1)
        async with self._database.connection() as connection:
            rows = await connection.fetch(sql, *statement.values)
            found = await self._records.open(connection, rows[:count])
            included = await self._referred(connection, found, shared)
        following = None
        if len(rows) > count:
            last: asyncpg.Record = rows[count - 1]
            following = self._cursors.write(position_of(last["date"], last["row"]), scope)
        return SearchPage(tuple(found), included, None, following)

    async def size(self, patient_id: str, *, within: RowFilter) -> int:
        """How many resources of a record may be seen."""
        statement = Statement()
        patient = statement.bind(self._indexer.patient(patient_id))
        sql = (
            f"select count(*) from resource r where r.patient = {patient}::bigint and not r.deleted "
            f"and {compiled(within, statement)}"
        )
        async with self._database.connection() as connection:
            return int(await connection.fetchval(sql, *statement.values))

    def _statement(
        self, patient_id: str, extent: Extent, within: RowFilter, after: Position | None, limit: int
    ) -> tuple[str, Statement]:
        statement = Statement()
        conditions = [
            f"r.patient = {statement.bind(self._indexer.patient(patient_id))}::bigint",
            "not r.deleted",
            *self._narrowed(extent, statement),
            compiled(within, statement),
        ]
        person = f"(r.type = {statement.bind(type_number('Patient'))}::smallint)"
        if after is not None:
            moment, row = statement.bind(after.moment), statement.bind(after.row)
            conditions.append(f"not {person} and (r.date, r.row) < ({moment}::text::timestamptz, {row}::bigint)")
        return (
            f"select {COLUMNS} from resource r where {' and '.join(conditions)} "
            f"order by {person} desc, r.date desc, r.row desc limit {statement.bind(limit)}::bigint"
        ), statement

    def _narrowed(self, extent: Extent, statement: Statement) -> Iterable[str]:
        if extent.types:
            numbers = [type_number(name) for name in extent.types]
            yield f"r.type = any({statement.bind(numbers)}::smallint[])"
        if extent.since is not None:
            yield f"r.updated >= {statement.bind(extent.since)}::timestamptz"
        if extent.start is not None:
            start = f"{statement.bind(extent.start)}::timestamptz"
            yield f"(r.date = '-infinity' or r.date >= {start} or r.date_end > {start})"
        if extent.end is not None:
            yield f"(r.date = '-infinity' or r.date < {statement.bind(extent.end)}::timestamptz)"
        if extent.encounter is not None:
            identity = statement.bind(self._indexer.hasher.key128("Encounter", extent.encounter))
            keys = statement.bind(self._encounter_keys(extent.encounter))
            person = statement.bind(type_number("Patient"))
            alone = f"r.id = {identity}::uuid or r.type = {person}::smallint"
            yield f"({alone} or (r.keys && {keys}::bigint[]) is not false)"

    def _encounter_keys(self, encounter: str) -> list[int]:
        """The keys under which the resources of an encounter's compartment refer to it."""
        return [
            self._indexer.keys.reference(kind, parameter, f"Encounter/{encounter}")
            for kind, parameters in COMPARTMENTS["Encounter"].items()
            for parameter in parameters
            if parameter != "{def}"
        ]

    async def _referred(self, connection: Connection, found: Sequence[Stored], shared: RowFilter) -> tuple[Stored, ...]:
        own = {(one.type, one.id) for one in found}
        named = {(kind.decode(), identity.decode()) for one in found for kind, identity in _REFERENCE.findall(one.body)}
        wanted = sorted(target for target in named - own if target[0] in RESOURCE_TYPES)[:MOST_REFERRED]
        if not wanted:
            return ()
        statement = Statement([self._indexer.hasher.key128(*target) for target in wanted])
        sql = (
            f"select {COLUMNS} from resource r where r.id = any($1::uuid[]) and not r.deleted "
            f"and {compiled(shared, statement)}"
        )
        return tuple(await self._records.open(connection, await connection.fetch(sql, *statement.values)))
