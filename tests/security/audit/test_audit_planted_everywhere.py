"""One value somewhere is changed, in any table or file that a log consists of: `verbund audit verify` finds it.

The log is a real one, partly in the archive, with heads, another site's signatures, a list of each patient's events and
a note of its end; each change is made in the database or the file, looked for, and taken back.
"""

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from logged_rows import several

from verbund.audit import AuditLog, Event, cosigned, read_heads
from verbund.crypto import NodeKeys

Make = Callable[..., Event]
SIZE, ARCHIVED = 40, 12
COLUMNS = {
    "audit_event": ("sequence", "at", "patient", "patients", "sealed", "leaf", "chain", "form"),
    "audit_frontier": ("size", "peaks", "chain"),
    "audit_head": ("size", "root", "at", "signature"),
    "audit_cosignature": ("site", "size", "root", "at", "keys", "signature"),
    "audit_archive": ("first", "last", "leaves", "chain", "file", "digest", "signature"),
    "audit_touched": ("patient", "first", "sequences"),
    "audit_listed": ("upto",),
}
WHOLE_ROWS = ("audit_event", "audit_frontier", "audit_archive", "audit_touched", "audit_listed")
FILES = ("heads.jsonl", "audit-end.ndjson", "*.archive")
OTHER = {
    "bytea": "case when length({0}) = 0 then '\\x00' else set_bit({0}, {1} % (length({0}) * 8), "
    "1 - get_bit({0}, {1} % (length({0}) * 8))) end",
    "bigint": "coalesce({0} + 1 + {1} % 5, {1})",
    "smallint": "case {1} % 3 when 0 then null when 1 then 1 else 3 end",
    "timestamp with time zone": "{0} + interval '1 microsecond' * (1 + {1})",
    "text": "{0} || 'x'",
    "ARRAY": "case when {0} is null then array[{1}] else {0} || {1}::bigint end",
}


@pytest.fixture
async def whole(place: Any, log: AuditLog, event: Make, tmp_path: Path) -> AuditLog:
    """A log that has all there can be of one."""
    folder, witness = tmp_path, NodeKeys.generate()
    for number in range(1, SIZE + 1):
        await log.record(several(event, number) if number % 5 == 0 else event(number))
        if number in {7, 20, SIZE - 3}:
            head = await log.head()
            await log.keep_cosignature(cosigned(witness, "klinik", "praxis", head, head.at))
    await log.archive_before(event(ARCHIVED + 1).at, folder)
    await log.note_end()
    again = await AuditLog.open(place.database, place.vault, place.keys, heads_file=place.heads_file, archive=folder)
    assert (await again.verify(site="praxis")).ok
    return again


async def change_a_row(place: Any, log: AuditLog, chance: random.Random) -> tuple[str, bool]:
    """A value of some row, or a row that is taken away or put in twice; whether it was found."""
    table = chance.choice(sorted(COLUMNS))
    async with place.database.connection() as connection:
        await connection.execute("drop table if exists kept")
        await connection.execute(f"create table kept as select * from {table}")  # noqa: S608 - an attack
        victim = await connection.fetchval("select ctid::text from kept order by random() limit 1")
        row = f"ctid = '{victim}'::tid"
        if table in WHOLE_ROWS and chance.random() < 0.2:
            said = f"delete from {table} where ctid = (select ctid from {table} order by random() limit 1)"  # noqa: S608
        else:
            column = chance.choice(COLUMNS[table])
            kind = await connection.fetchval(
                "select data_type from information_schema.columns where table_name = $1 and column_name = $2",
                table,
                column,
            )
            other = OTHER[kind].format(column, chance.randrange(1, 10**6))
            said = f"update {table} set {column} = {other} where {row}"  # noqa: S608 - an attack
        try:
            async with connection.transaction():
                await connection.execute(said)
        except Exception:  # noqa: BLE001 - the database refuses it: nothing was planted
            return "", True
        changed = await connection.fetchval(
            f"select exists ((select * from {table} except select * from kept) union all "  # noqa: S608
            f"(select * from kept except select * from {table}))"
        )
    found = not (await log.verify(site="praxis")).ok if changed else True
    async with place.database.transaction() as connection:
        await connection.execute(f"delete from {table}")  # noqa: S608
        await connection.execute(f"insert into {table} select * from kept")  # noqa: S608
    return said, found


async def change_a_file(log: AuditLog, folder: Path, chance: random.Random) -> tuple[str, bool]:
    """A bit of a file; whether it was found. What reads the same, such as another case of a hex digit, is no change."""
    path = chance.choice(sorted(folder.glob(chance.choice(FILES))))
    before = path.read_bytes()
    at, bit = chance.randrange(len(before)), 1 << chance.randrange(8)
    path.write_bytes(before[:at] + bytes([before[at] ^ bit]) + before[at + 1 :])
    same = not path.match("*.archive") and read_heads(path) == _read(path, before)
    found = same or not (await log.verify(site="praxis")).ok
    path.write_bytes(before)
    return f"{path.name}: byte {at}, bit {bit}", found


def _read(path: Path, content: bytes) -> Any:
    beside = path.with_suffix(".before")
    beside.write_bytes(content)
    try:
        return read_heads(beside)
    finally:
        beside.unlink()


@pytest.mark.parametrize("number", [150, pytest.param(1_500, marks=pytest.mark.long)])
async def test_a_change_anywhere_is_found(place: Any, whole: AuditLog, number: int) -> None:
    chance = random.Random(41)  # noqa: S311 - a fixed course of changes, no secret
    for turn in range(number):
        if turn % 4 == 0:
            said, found = await change_a_file(whole, place.heads_file.parent, chance)
        else:
            said, found = await change_a_row(place, whole, chance)
        assert found, (turn, said)
    assert (await whole.verify(site="praxis")).ok
