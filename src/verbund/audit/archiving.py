"""Old events move from the database to files; their leaf hashes stay, and every proof with them."""

import asyncio
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from verbund.audit.archive import ArchiveFile, name_of, opened_file, write
from verbund.audit.heads import append_head, signed_head
from verbund.audit.proof import Check, Row, Tip
from verbund.crypto import NodeKeys, PublicKeys, sign, verify_signature
from verbund.database import Connection
from verbund.errors import Fault, NotFound

ROWS_A_FILE = 20_000
_HASH_BYTES = 32
_SIGNED = b"verbund audit archived range 1\n"

_FIRSTS = "select first from audit_archive order by first"
_RANGE = "select first, last, leaves, chain, file, digest, signature from audit_archive where first = $1"
_FILES = "select first, last, file from audit_archive where last >= $1 and first <= $2 order by first"
_LAST_BEFORE = """
select coalesce((select min(sequence) - 1 from audit_event where at >= $1), (select size from audit_frontier))
"""
_ROWS = """
select sequence, case when isfinite(at) then (extract(epoch from at) * 1000000)::bigint end,
    patient, patients::text, sealed, form, leaf, chain
from audit_event where sequence > $1 and sequence <= $2 order by sequence
"""
_LIST = "select audit_list($1)"
_KEEP_HEAD = "insert into audit_head (size, root, at, signature) values ($1, $2, $3, $4) on conflict do nothing"
_KEEP = """
insert into audit_archive (first, last, leaves, chain, file, digest, signature) values ($1, $2, $3, $4, $5, $6, $7)
"""
_DELETE = "delete from audit_event where sequence >= $1 and sequence <= $2"


class Range(NamedTuple):
    """Events that lie in a file: from the first to the last, with what stayed of them."""

    first: int
    last: int
    leaves: bytes
    chain: bytes
    file: str
    digest: bytes
    signature: bytes

    def hashes(self) -> list[bytes]:
        """The leaf hashes, in order."""
        return [self.leaves[at : at + _HASH_BYTES] for at in range(0, len(self.leaves), _HASH_BYTES)]

    def holds(self, public: PublicKeys) -> bool:
        """Whether the node signed exactly this."""
        return verify_signature(public, _said(self), self.signature)


def _said(one: Range) -> bytes:
    text = f"{one.first}\n{one.last}\n{one.file}\n{one.digest.hex()}\n{one.chain.hex()}\n"
    return _SIGNED + text.encode() + one.leaves


@dataclass(frozen=True, slots=True)
class Archive:
    """The folder of a node's archive, if one is at hand."""

    folder: Path | None
    keys: NodeKeys

    def file(self, one: Range) -> ArchiveFile | None:
        """The file of a range, all of it looked at; None where it is not at hand, Fault where it was changed."""
        if self.folder is None:
            return None
        try:
            return opened_file(self.folder / one.file, self.keys.public(), one.digest)
        except NotFound:
            return None

    async def rows(self, connection: Connection, sequences: Collection[int]) -> dict[int, Row]:
        """The rows of archived events, as far as their files are at hand; Fault for a file that was changed."""
        if self.folder is None or not sequences:
            return {}
        files = await connection.fetch(_FILES, min(sequences), max(sequences))
        return await asyncio.to_thread(self._read, [Filed(*row) for row in files], frozenset(sequences))

    def _read(self, files: Sequence["Filed"], sequences: frozenset[int]) -> dict[int, Row]:
        found: dict[int, Row] = {}
        for one in files:
            wanted = {sequence for sequence in sequences if one.first <= sequence <= one.last}
            if wanted and self.folder is not None:
                with suppress(NotFound):
                    file = opened_file(self.folder / one.file, self.keys.public())
                    found |= {row.sequence: row for row in file.rows_of(self.keys, wanted)}
        return found


class Filed(NamedTuple):
    """Where events lie: from the first to the last, in the file of this name."""

    first: int
    last: int
    file: str


async def ranges(connection: Connection) -> AsyncIterator[Range]:
    """What was archived, in order, one at a time: the hashes of a long log are many."""
    for (first,) in await connection.fetch(_FIRSTS):
        row = await connection.fetchrow(_RANGE, first)
        if row is not None:
            yield Range(*row)


def walk(check: Check, archive: Archive, one: Range) -> bool:
    """Look at archived events as at those that are here; False where only their hashes were at hand.

    A range or a file that was changed is told as a Fault.
    """
    if not one.holds(archive.keys.public()):
        raise Fault(f"what stayed of the archived events {one.first} to {one.last} (audit_archive) was changed")
    file = archive.file(one)
    if file is None:
        check.pass_over(one.first, one.hashes(), one.chain)
        return False
    for rows in file.rows(archive.keys):
        check.walk(rows)
    if check.verdict is None and check.size != one.last:
        raise Fault(f"the archive {one.file} does not hold all of the events {one.first} to {one.last}")
    return True


async def archive_before(
    connection: Connection, keys: NodeKeys, before: datetime, folder: Path, *, at: datetime, heads_file: Path | None
) -> list[Range]:
    """Move what was logged before a moment to files in a folder, a range each; returns the ranges.

    Events are looked at first: Fault, and nothing is moved from there on, where one does not fit. Each range is on disk
    before it leaves the database, in one transaction. Cut off, it is begun again with the range that was not finished.
    """
    while await connection.fetchval(_LIST, ROWS_A_FILE):
        pass
    done: list[Range] = []
    last = await connection.fetchval(_LAST_BEFORE, before)
    tip = await _tip_after(connection, keys)
    while tip.frontier.size < last:
        first = tip.frontier.size + 1
        until = min(last, tip.frontier.size + ROWS_A_FILE)
        rows = [Row(*row) for row in await connection.fetch(_ROWS, first - 1, until)]
        check = Check.after(keys.index, tip)
        if not check.walk(rows) or check.size != until:
            said = f"Event {check.size + 1} is missing." if check.verdict is None else check.verdict.text
            raise Fault(f"Nothing was archived from event {first} on, since the log does not fit. {said}")
        head = signed_head(keys, until, check.tip.frontier.root(), at)
        name = name_of(first, until)
        digest = await asyncio.to_thread(write, folder / name, keys, tip, rows, head)
        tip = check.tip
        one = Range(first, until, b"".join(row.leaf for row in rows), tip.chain, name, digest, b"")
        one = one._replace(signature=sign(keys, _said(one)))
        if heads_file is not None:
            await asyncio.to_thread(append_head, heads_file, head)
        async with connection.transaction():
            await connection.execute(_KEEP_HEAD, head.size, head.root, head.at, head.signature)
            await connection.execute(_KEEP, *one)
            await connection.execute(_DELETE, first, until)
        done.append(one)
    return done


async def _tip_after(connection: Connection, keys: NodeKeys) -> Tip:
    """The end of the log after what was archived before, from the hashes that stayed."""
    tip = Tip()
    async for one in ranges(connection):
        if not one.holds(keys.public()):
            raise Fault(f"What stayed of the archived events {one.first} to {one.last} (audit_archive) was changed.")
        tip = Tip(await asyncio.to_thread(tip.frontier.extend, one.hashes()), one.chain)
    return tip
