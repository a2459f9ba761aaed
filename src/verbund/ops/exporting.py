"""Bulk export: one NDJSON file a resource type, whole or not there."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from verbund.access import Stored
from verbund.errors import Conflict, Unavailable
from verbund.fhir import RESOURCE_TYPES
from verbund.identity import Principal


class Exporter(Protocol):
    """The gate, as far as exporting needs it."""

    def export(self, who: Principal, resource_type: str, /) -> AsyncIterator[tuple[Stored, ...]]:
        """All present resources of a type, page by page."""


@dataclass(frozen=True, slots=True)
class ExportReport:
    """How many resources of each type were written."""

    by_type: dict[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.by_type.values())


async def export_files(
    gate: Exporter, who: Principal, directory: Path, *, seen: Callable[[int], None] = lambda _: None
) -> ExportReport:
    """Write TYPE.ndjson for every type that there is anything of.

    Raises Conflict for a folder that holds NDJSON already, Unavailable when it cannot be written; a file is renamed
    into place when it is whole.
    """
    try:
        _prepare(directory)
        counts = {kind: await _write(gate, who, kind, directory, seen) for kind in sorted(RESOURCE_TYPES)}
    except OSError as error:
        raise Unavailable(f"{directory} cannot be written: {error.strerror or error}.") from error
    return ExportReport({kind: number for kind, number in counts.items() if number})


def _prepare(directory: Path) -> None:
    # What is written here is in clear: a new folder and all files are for their owner only.
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    if any(directory.glob("*.ndjson")):
        raise Conflict(f"{directory} holds an export already. Choose an empty folder.")


async def _write(gate: Exporter, who: Principal, kind: str, directory: Path, seen: Callable[[int], None]) -> int:
    partial = directory / f"{kind}.ndjson.partial"
    number = 0
    partial.touch(mode=0o600)
    with partial.open("wb") as file:
        async for page in gate.export(who, kind):
            file.writelines(line for stored in page for line in (stored.body, b"\n"))
            number += len(page)
            seen(len(page))
    if number:
        partial.rename(directory / f"{kind}.ndjson")
    else:
        partial.unlink()
    return number
