"""Erasures that must hold for ever: written down beside the database too, so that a restored backup is erased again."""

import asyncio
import os
from datetime import datetime
from pathlib import Path
from uuid import UUID

import msgspec

from verbund.errors import Fault


class Traces(msgspec.Struct, frozen=True, omit_defaults=True):
    """By what a patient is found outside of the record, as keyed hashes. Lines of a former version name none.

    Account, letters and proxies are found by `account`, what is exchanged in the region by `handle`.
    """

    account: UUID | None = None
    handle: str | None = None


class Erased(msgspec.Struct, frozen=True, omit_defaults=True):
    """That a patient, by keyed hash, was erased."""

    patient: int
    at: datetime
    traces: Traces = Traces()


class Ledger:
    """A file of lines that are only ever added to; it says nothing of who was erased."""

    def __init__(self, path: Path) -> None:
        self._path = path

    async def add(self, erased: Erased) -> None:
        """Write it down; on disk when it returns. Fault when that is not possible: then nothing may be erased."""
        await asyncio.to_thread(self._add, erased)

    def _add(self, erased: Erased) -> None:
        try:
            with self._path.open("ab") as file:
                file.write(msgspec.json.encode(erased) + b"\n")
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise Fault("The list of erasures beside the database cannot be written.") from error

    async def all(self) -> tuple[Erased, ...]:
        """All of them; none when there is no file yet. A line that was cut off by a crash is left out."""
        return await asyncio.to_thread(self._all)

    def _all(self) -> tuple[Erased, ...]:
        if not self._path.exists():
            return ()
        found = []
        for line in self._path.read_bytes().splitlines():
            try:
                found.append(msgspec.json.decode(line, type=Erased))
            except msgspec.MsgspecError:
                continue
        return tuple(found)
