# ruff: noqa: S608 - composed of literals of this package; values are only ever bound, by `Statement`
"""Histories of a resource, of a type, of everything: versions newest first, page after page.

http://hl7.org/fhir/R4/http.html#history
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import msgspec

from verbund.database import Connection, Database
from verbund.errors import Incorrect, NotFound
from verbund.fhir import RESOURCE_TYPES, type_number
from verbund.store.cursor import Cursors
from verbund.store.indexing import Indexer
from verbund.store.model import HistoryPage
from verbund.store.planning import COLUMNS
from verbund.store.records import Records
from verbund.store.rowfilter import All, OfPatient, RowFilter, compiled
from verbund.store.sql import Statement

MOST_A_PAGE = 1_000

OLD_COLUMNS = (
    "0::bigint as row, r.type, r.id, r.version, r.deleted, r.patient, r.category, r.updated, r.date, "
    "r.date as date_end, r.dictionary, r.body"
)
# Superseded versions, each of the kinds of data that it or the present version tells of: what turned out to be
# sensitive was so before it was coded.
OLD_ROWS = """(select o.id, o.version, o.type, o.deleted, o.patient, o.updated, o.date, o.dictionary, o.body,
 o.category | coalesce((select c.category from resource c where c.id = o.id), 0) as category from superseded o)"""
# When the version after a superseded one came.
_REPLACED = """coalesce(
 (select n.updated from superseded n where n.id = r.id and n.version = r.version + 1),
 (select c.updated from resource c where c.id = r.id))"""
# Current resources, deleted ones, superseded versions, of which each has its end: each has an index in order of time.
_PARTS = (
    (COLUMNS, "resource", "not r.deleted", False),
    (COLUMNS, "resource", "r.deleted", False),
    (OLD_COLUMNS, OLD_ROWS, "true", True),
)
_ORDER = "order by r.updated desc, r.id desc, r.version desc limit {most}::bigint"


class _Position(msgspec.Struct, frozen=True, array_like=True):
    """The last version of a page."""

    updated: datetime
    id: UUID
    version: int


@dataclass(frozen=True, slots=True)
class Asked:
    """Of what a history tells, and when: made at or after `since`; current at some time of `at`, from and before."""

    kind: str | None
    identity: str | None = None
    since: datetime | None = None
    at: tuple[datetime, datetime] | None = None


class Histories:
    """Pages through versions in order of time; the hash of the id and the version decide between equal times.

    A page's cursor tells the version it ended with, so pages are stable while others write: what was there from the
    first page to the last is told exactly once, what is written meanwhile is newer than the first page and not told.
    """

    def __init__(self, database: Database, indexer: Indexer, records: Records, cursors: Cursors) -> None:
        self._database = database
        self._hash = indexer.hasher.key128
        self._records = records
        self._cursors = cursors

    async def page(self, asked: Asked, within: RowFilter, *, count: int, cursor: str | None) -> HistoryPage:
        """One page of a resource's, a type's or the node's versions; NotFound when a resource has none to be seen."""
        if not 0 < count <= MOST_A_PAGE:
            raise Incorrect(f"A page of a history has 1 to {MOST_A_PAGE} entries; change _count.")
        if asked.kind is not None and asked.kind not in RESOURCE_TYPES:
            raise Incorrect("There is no such resource type in FHIR R4.")
        after = None if cursor is None else self._cursors.read(cursor, repr(asked), _Position)
        async with self._database.connection() as connection:
            sql, values = self._statement(asked, within, after, count + 1)
            rows = await connection.fetch(sql, *values)
            found = await self._records.open(connection, rows[:count])
            total = await self._total(connection, asked, within)
        following = None
        if len(rows) > count:
            last = rows[count - 1]
            following = self._cursors.write(_Position(last["updated"], last["id"], last["version"]), repr(asked))
        return HistoryPage(
            tuple(found), total if asked.since is None and asked.at is None else None, next_cursor=following
        )

    async def _total(self, connection: Connection, asked: Asked, within: RowFilter) -> int | None:
        """How many versions of one resource may be seen; NotFound when there are none."""
        if asked.kind is None or asked.identity is None:
            return None
        statement = Statement()
        chosen = (
            f"r.id = {statement.bind(self._hash(asked.kind, asked.identity))}::uuid and {compiled(within, statement)}"
        )
        sql = (
            f"select (select count(*) from resource r where {chosen}) + "
            f"(select count(*) from {OLD_ROWS} r where {chosen})"
        )
        total = int(await connection.fetchval(sql, *statement.values))
        if total == 0:
            raise NotFound(f"There is no {asked.kind} of this id.")
        return total

    def _statement(
        self, asked: Asked, within: RowFilter, after: _Position | None, most: int
    ) -> tuple[str, list[object]]:
        """The page as one statement: the newest of each part, together in order."""
        statement = Statement()
        conditions = [compiled(within, statement), *_bounds(asked, after, statement)]
        order = _ORDER.format(most=statement.bind(most))
        source, chosen = "", ""
        if asked.kind is not None and asked.identity is not None:
            chosen = f"r.id = {statement.bind(self._hash(asked.kind, asked.identity))}::uuid"
        elif (patient := _one_patient(within)) is not None:
            # Few rows of one patient, found by the patient; in order of time they would be far apart.
            types = statement.bind(_numbers(asked.kind))
            chosen = (
                f"r.patient = {statement.bind(patient)}::bigint and (r.type = any({types}::smallint[])) is not false"
            )
        else:
            source = f"unnest({statement.bind(_numbers(asked.kind))}::smallint[]) t (type) cross join lateral "
            chosen = "r.type = t.type"
        low = "true" if asked.at is None else f"{_REPLACED} > {statement.bind(asked.at[0])}::timestamptz"
        parts = []
        for columns, table, part, ended in _PARTS:
            where = " and ".join([chosen, part, *conditions, *([low] if ended else [])])
            inner = f"(select {columns} from {table} r where {where} {order}) r"
            parts.append(f"(select r.* from {source}{inner} {order})")
        return f"select * from ({' union all '.join(parts)}) r {order}", statement.values


def _bounds(asked: Asked, after: _Position | None, statement: Statement) -> list[str]:
    """The bounds of time on a version."""
    conditions = []
    if asked.since is not None:
        conditions.append(f"r.updated >= {statement.bind(asked.since)}::timestamptz")
    if asked.at is not None:
        conditions.append(f"r.updated < {statement.bind(asked.at[1])}::timestamptz")
    if after is not None:
        moment, id_hash = statement.bind(after.updated), statement.bind(after.id)
        version = statement.bind(after.version)
        # The first of the two is what the index can use.
        conditions.append(f"r.updated <= {moment}::timestamptz")
        conditions.append(f"(r.updated, r.id, r.version) < ({moment}::timestamptz, {id_hash}::uuid, {version}::int)")
    return conditions


def _numbers(kind: str | None) -> list[int]:
    return [type_number(kind)] if kind is not None else sorted(type_number(one) for one in RESOURCE_TYPES)


def _one_patient(within: RowFilter) -> int | None:
    """The patient that a filter is confined to, if it is."""
    match within:
        case OfPatient(patient):
            return patient
        case All(parts):
            return next((found for part in parts if (found := _one_patient(part)) is not None), None)
    return None
