# ruff: noqa: S608 - composed of constants of this package; values are only ever bound
"""Rows of a group of writes into all tables by one statement; many rows, as of a large bundle, by COPY.

A COPY takes several turns with the server for each table, which costs more than the rows when they are few.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from verbund.database import Connection
from verbund.store.packing import (
    DATE_COLUMNS,
    FACT_COLUMNS,
    INFINITY,
    NO_DATE,
    QUANTITY_COLUMNS,
    RESOURCE_COLUMNS,
    copy_in,
    date_row,
    fact_row,
    quantity_row,
    resource_row,
)

# Above so many resources COPY is quicker.
MOST_IN_ONE = 200
# More values of one resource than this are not few.
_MOST_VALUES = 20_000
_DAY = 86_400_000_000


def _moment(column: str) -> str:
    """Microseconds as a moment, exactly: the driver takes the first moment that Python has for -infinity."""
    return (
        f"case {column} when {NO_DATE} then '-infinity' when {INFINITY} then 'infinity' else "
        f"(timestamp '2000-01-01' + make_interval(days => ({column} / {_DAY})::int) "
        f"+ ({column} % {_DAY}) * interval '1 microsecond') at time zone 'UTC' end"
    )


# Numbers come as the text of an array, which the driver hands on as it is; lists of them it looks at one by one. The
# keys of all rows lie in one array, read once, of which each row takes its part.
_WITH = f"""
with resources as (
 insert into resource (row, id, type, version, deleted, patient, category, updated, date, date_end, present,
  traits, keys, digest, dictionary, body)
 select v.row, v.id, v.type, v.version, v.deleted, v.patient, v.category, {_moment("v.updated")}, {_moment("v.date")},
  {_moment("v.date_end")}, v.present, v.traits, (select $13::text::bigint[])[v.first:v.last], v.digest, v.dictionary,
  v.body
 from unnest($1::text::bigint[], $2::text::uuid[], $3::text::smallint[], $4::text::int[], $5::text::boolean[],
  $6::text::bigint[], $7::text::bigint[], $8::text::bigint[], $9::text::bigint[], $10::text::bigint[],
  $11::text::bigint[], $12::text::bigint[], $14::text::int[], $15::text::int[], $16::text::uuid[],
  $17::text::smallint[], $18::bytea[])
  as v (row, id, type, version, deleted, patient, category, updated, date, date_end, present, traits, first, last,
  digest, dictionary, body)
), facts as (
 insert into fact (key, date, row, category, patient) select key, {_moment("date")}, row, category, patient
 from unnest($19::text::bigint[], $20::text::bigint[], $21::text::bigint[], $22::text::bigint[], $23::text::bigint[])
  as v (key, date, row, category, patient)
), dates as (
 insert into date_value (key, low, high, row) select key, {_moment("low")}, {_moment("high")}, row
 from unnest($24::text::bigint[], $25::text::bigint[], $26::text::bigint[], $27::text::bigint[])
  as v (key, low, high, row)
)
"""
_QUANTITIES = """
insert into quantity_value (key, value, unit, code, row) select * from unnest($28::text::bigint[],
 $29::text::double precision[], $30::text::bigint[], $31::text::bigint[], $32::text::bigint[])
"""
_ERASED = "erased_among($33::text::bigint[])"
_ERASED_ALONE = "select erased_among($1::text::bigint[])"
_INSERT = f"{_WITH}, quantities as ({_QUANTITIES}) select {_ERASED}"
# Resources are looked at as they were before the statement, patients as they are when it has said that it writes.
_INSERT_AND_LOOK = f"""{_WITH}, quantities as ({_QUANTITIES})
select search_parameters_known() as known, pg_current_xact_id()::text as number, {_ERASED} as erased,
 (select string_agg(uuid_send(r.id), '') from resource r where r.id = any($34::text::uuid[]) and not r.deleted) as there
"""

# The columns of a resource, in their order.
ResourceRow = tuple[
    int, bytes, int, int, bool, int | None, int, int, int, int, int, int, Sequence[int], bytes, int, bytes
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Look:
    """What a transaction finds that looks: the number of changes to the search parameters, its own, what is there.

    `erased` are those of the patients that were erased, None for nobody: then it must be undone.
    """

    known: int
    number: str
    erased: Sequence[int] | None
    there: frozenset[bytes]


@dataclass(slots=True)
class Rows:
    """Rows for each table, their values in the order of the columns, times in microseconds as `packing` has them."""

    resources: list[
        tuple[int, bytes, int, int, bool, int | None, int, int, int, int, int, int, Sequence[int], bytes, int, bytes]
    ] = field(default_factory=list)
    facts: list[tuple[int, int, int, int, int | None]] = field(default_factory=list)
    dates: list[tuple[int, int, int, int]] = field(default_factory=list)
    quantities: list[tuple[int, float, int | None, int | None, int]] = field(default_factory=list)

    @property
    def are_few(self) -> bool:
        """Whether one statement takes all."""
        values = len(self.facts) + len(self.dates) + len(self.quantities)
        return len(self.resources) <= MOST_IN_ONE and values <= _MOST_VALUES

    async def put_and_look(self, connection: Connection, patients: Iterable[int], ids: Iterable[bytes]) -> "Look":
        """Insert all, which are few, as the first of a transaction, and look whether these resources are there."""
        row = await connection.fetchrow(_INSERT_AND_LOOK, *self._columns(), _text(patients), _text(_hexadecimal(ids)))
        assert row is not None  # noqa: S101 - it has no condition
        there: bytes = row["there"] or b""
        hashes = frozenset([there[start : start + 16] for start in range(0, len(there), 16)])
        return Look(row["known"], row["number"], row["erased"], hashes)

    async def put(self, connection: Connection, patients: Iterable[int]) -> Sequence[int] | None:
        """Insert all; those of these patients that were erased, None for nobody: then all must be undone."""
        erased: Sequence[int] | None
        if self.are_few:
            erased = await connection.fetchval(_INSERT, *self._columns(), _text(patients))
        else:
            await copy_in(connection, "resource", RESOURCE_COLUMNS, [resource_row(*one) for one in self.resources])
            await copy_in(connection, "fact", FACT_COLUMNS, [fact_row(*one) for one in self.facts])
            await copy_in(connection, "date_value", DATE_COLUMNS, [date_row(*one) for one in self.dates])
            rows = [quantity_row(*one) for one in self.quantities]
            await copy_in(connection, "quantity_value", QUANTITY_COLUMNS, rows)
            erased = await connection.fetchval(_ERASED_ALONE, _text(patients))
        return erased

    def _columns(self) -> list[object]:
        """The values column by column, as the statement takes them."""
        columns: tuple[Sequence[Any], ...] = tuple(zip(*self.resources, strict=True))
        row, id_hash, *others, keys, digest, dictionary, body = columns
        every: list[int] = []
        bounds: list[tuple[int, int]] = []
        for some in keys:
            bounds.append((len(every) + 1, len(every) + len(some)))
            every += some
        parts = zip(*bounds, strict=True)
        numbers = (row, _hexadecimal(id_hash), *others, every, *parts, _hexadecimal(digest), dictionary)
        beside = (*_turned(self.facts, 5), *_turned(self.dates, 4), *_turned(self.quantities, 5))
        return [*map(_text, numbers), body, *map(_text, beside)]


def _turned(rows: Sequence[tuple[object, ...]], columns: int) -> Sequence[Sequence[object]]:
    """Rows as columns, as many also when there is no row."""
    return tuple(zip(*rows, strict=True)) if rows else ((),) * columns


def _hexadecimal(values: Iterable[bytes]) -> list[str]:
    return [value.hex() for value in values]


def _text(values: Iterable[object]) -> str:
    """An array as PostgreSQL reads it, of what needs no quotes: numbers, truth values, hexadecimal digits, nothing."""
    return "{" + ",".join(["NULL" if value is None else str(value) for value in values]) + "}"
