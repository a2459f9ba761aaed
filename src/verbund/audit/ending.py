"""How the log ended when it was last looked at, signed, beside the database: nobody cuts its end off unseen.

The chain names every event that was changed, added, moved or taken out from between others. Who takes away the last
ones and sets the stored end back leaves a log that holds together; only a head that was signed over them tells. Heads
are kept for ever and are signed by the hour; of the end the last one alone is kept, and that every few seconds.
"""

import asyncio
import os
from collections.abc import Sequence
from pathlib import Path

from verbund.audit.heads import HeadsFile, SignedHead, encoded, read_heads, signed_head
from verbund.audit.proof import Tip
from verbund.audit.tree import tree_of
from verbund.config import Clock
from verbund.crypto import NodeKeys
from verbund.database import Connection, Database
from verbund.errors import Fault

END_EVERY_SECONDS = 5.0
_NAME = "audit-end.ndjson"
_END = """
select f.size, f.peaks, f.chain, e.chain, (select coalesce(max(last), 0) from audit_archive)
from audit_frontier f left join audit_event e on e.sequence = $1
"""


class Ending:
    """The note of a log's end, in a file beside its heads; without such a file nothing is noted."""

    def __init__(self, database: Database, keys: NodeKeys, clock: Clock, heads_file: Path | None) -> None:
        self._database = database
        self._keys = keys
        self._clock = clock
        self._path = None if heads_file is None else heads_file.with_name(_NAME)
        self._size, self._chain = 0, b""
        self._begun = False
        self.cut_short: str | None = None
        """What is wrong, in a sentence, once the log was found not to continue what was noted."""

    def noted(self) -> HeadsFile:
        """What was noted last."""
        return HeadsFile() if self._path is None else read_heads(self._path)

    async def note(self) -> None:
        """Note the end as it is now, if the log continues what was noted before; else say so, and keep the old note."""
        if self._path is None:
            return
        async with self._database.connection() as connection:
            if not self._begun:
                await self._begin(connection)
            row = await connection.fetchrow(_END, self._size)
        if self.cut_short is not None:
            return
        if row is None:
            raise Fault("The end of the audit log is missing from the database. Run `verbund audit verify`.")
        size, peaks, chain, there, archived = row
        if size < self._size or (self._size > archived and there != self._chain):
            self.cut_short = _cut(self._size, size)
        elif size > self._size:
            head = signed_head(self._keys, size, Tip.stored(size, peaks, chain).frontier.root(), self._clock())
            await asyncio.to_thread(_replace, self._path, encoded(head))
            self._size, self._chain = size, chain

    async def _begin(self, connection: Connection) -> None:
        """Hold the log against what an earlier process noted, and go on from there."""
        sound = [head for head in (await asyncio.to_thread(self.noted)).heads if head.holds(self._keys.public())]
        last = max(sound, key=lambda head: head.size, default=None)
        if last is not None and last.size:
            row = await connection.fetchrow(_END, last.size)
            size = 0 if row is None else row[0]
            if size < last.size or not await _continues(connection, last):
                self.cut_short = _cut(last.size, size)
            elif row is not None:
                self._size, self._chain = (last.size, row[3]) if row[3] is not None else (0, b"")
        self._begun = True


async def _continues(connection: Connection, head: SignedHead) -> bool:
    try:
        return (await tree_of(connection, head.size, ())).root(0, head.size) == head.root
    except Fault:
        return False


def _cut(noted: int, size: int) -> str:
    return (
        f"the log was cut short or rewritten: it had {noted} events when its end was last noted beside the database, "
        f"and does not continue them now that it has {size}"
    )


def _replace(path: Path, line: bytes) -> None:
    beside = path.with_suffix(".part")
    with beside.open("wb") as file:
        file.write(line)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def together(*files: HeadsFile) -> HeadsFile:
    """What several files hold; the damaged lines are those of the first that has any."""
    heads: Sequence[SignedHead] = [head for file in files for head in file.heads]
    return HeadsFile(tuple(heads), next((file.damaged_lines for file in files if file.damaged_lines), ()))
