"""Rows in PostgreSQL's binary COPY format, packed by hand: the fastest way in, for one row as for a million.

https://www.postgresql.org/docs/18/sql-copy.html#SQL-COPY-FILE-FORMATS-BINARY-FORMAT; each field is its length (int32,
-1 for null) and its bytes in network order, timestamps are microseconds since 2000-01-01 UTC.
"""

from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import UTC, datetime
from struct import Struct

from verbund.database import Connection

HEADER = b"PGCOPY\n\xff\r\n\x00" + b"\x00" * 8
TRAILER = b"\xff\xff"
NULL = b"\xff\xff\xff\xff"
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
# What stands where there is no date: PostgreSQL's -infinity.
NO_DATE = -(2**63)
# And its infinity.
INFINITY = 2**63 - 1
_LATEST = datetime.max.replace(tzinfo=UTC)
_CHUNK_BYTES = 512 * 1024

_INT8 = Struct(">iq")
_FACT_HEAD = Struct(">hiqiqiqiq")
_DATE_ROW = Struct(">hiqiqiqiq")
_QUANTITY_HEAD = Struct(">hiqid")
_RESOURCE_HEAD = Struct(">hiqi16sihiii?")
_RESOURCE_MIDDLE = Struct(">iqiqiqiqiqiq")
_INDEX_ROW = Struct(">hiqiqiqiqiqiq")
_ARRAY_HEAD = Struct(">iiiIii")
_INT8_OID = 20
_KEY_LENGTH = b"\x00\x00\x00\x08"

RESOURCE_COLUMNS = (
    "row", "id", "type", "version", "deleted", "patient", "category", "updated", "date", "date_end", "present",
    "traits", "keys", "digest", "dictionary", "body",
)  # fmt: skip
INDEX_COLUMNS = ("row", "category", "date", "date_end", "present", "traits", "keys")
FACT_COLUMNS = ("key", "date", "row", "category", "patient")
DATE_COLUMNS = ("key", "low", "high", "row")
QUANTITY_COLUMNS = ("key", "value", "unit", "code", "row")


def microseconds(moment: datetime) -> int:
    """A moment as PostgreSQL counts it; the latest that Python knows is its infinity, as for the driver."""
    if moment == _LATEST:
        return INFINITY
    since = moment - EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def _int8_or_null(value: int | None) -> bytes:
    return NULL if value is None else _INT8.pack(8, value)


def _keys(keys: Sequence[int]) -> bytes:
    """A bigint array of one dimension; an empty one has none."""
    if not keys:
        return b"\x00\x00\x00\x0c" + b"\x00" * 8 + _INT8_OID.to_bytes(4, "big")
    head = _ARRAY_HEAD.pack(20 + 12 * len(keys), 1, 0, _INT8_OID, len(keys), 1)
    return head + _KEY_LENGTH + _KEY_LENGTH.join([key.to_bytes(8, "big", signed=True) for key in keys])


def resource_row(  # noqa: PLR0917 - the columns of a table, in their order, called for every row
    row: int,
    id_hash: bytes,
    type_number: int,
    version: int,
    deleted: bool,
    patient: int | None,
    category: int,
    updated: int,
    date: int,
    date_end: int,
    present: int,
    traits: int,
    keys: Sequence[int],
    digest: bytes,
    dictionary: int,
    body: bytes,
) -> bytes:
    """One row of `resource`; times in microseconds as `microseconds` gives them."""
    return b"".join(
        (
            _RESOURCE_HEAD.pack(16, 8, row, 16, id_hash, 2, type_number, 4, version, 1, deleted),
            _int8_or_null(patient),
            _RESOURCE_MIDDLE.pack(8, category, 8, updated, 8, date, 8, date_end, 8, present, 8, traits),
            _keys(keys),
            b"\x00\x00\x00\x10",
            digest,
            b"\x00\x00\x00\x02",
            dictionary.to_bytes(2, "big"),
            len(body).to_bytes(4, "big"),
            body,
        )
    )


def index_row(  # noqa: PLR0917 - the columns of a table, as above
    row: int, category: int, date: int, date_end: int, present: int, traits: int, keys: Sequence[int]
) -> bytes:
    """What the index keeps in a row of `resource`, for rows that are there already (`INDEX_COLUMNS`)."""
    return _INDEX_ROW.pack(7, 8, row, 8, category, 8, date, 8, date_end, 8, present, 8, traits) + _keys(keys)


def fact_row(key: int, date: int, row: int, category: int, patient: int | None) -> bytes:
    """One row of `fact`."""
    return _FACT_HEAD.pack(5, 8, key, 8, date, 8, row, 8, category) + _int8_or_null(patient)


def date_row(key: int, low: int, high: int, row: int) -> bytes:
    """One row of `date_value`."""
    return _DATE_ROW.pack(4, 8, key, 8, low, 8, high, 8, row)


def quantity_row(key: int, value: float, unit: int | None, code: int | None, row: int) -> bytes:
    """One row of `quantity_value`."""
    return b"".join(
        (_QUANTITY_HEAD.pack(5, 8, key, 8, value), _int8_or_null(unit), _int8_or_null(code), _INT8.pack(8, row))
    )


async def _stream(rows: Iterable[bytes]) -> AsyncIterator[bytes]:
    chunk = [HEADER]
    size = 0
    for row in rows:
        chunk.append(row)
        size += len(row)
        if size >= _CHUNK_BYTES:
            yield b"".join(chunk)
            chunk, size = [], 0
    chunk.append(TRAILER)
    yield b"".join(chunk)


async def copy_in(connection: Connection, table: str, columns: Sequence[str], rows: Sequence[bytes]) -> None:
    """Copy packed rows into a table; no statement at all for no rows."""
    if rows:
        await connection.copy_to_table(table, source=_stream(rows), columns=list(columns), format="binary")
