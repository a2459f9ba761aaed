"""Bulk export: one NDJSON file a resource type, whole or not there."""

from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Protocol

from verbund.errors import Conflict, Unavailable
from verbund.identity import Principal


class Exporter(Protocol):
    """The gate, as far as exporting needs it."""

    def export(self, who: Principal, /) -> AsyncIterator[Mapping[str, list[bytes]]]:
        """The JSON of all present resources, page by page, by type."""


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
        counts = await _write(gate, who, directory, seen)
    except OSError as error:
        raise Unavailable(f"{directory} cannot be written: {error.strerror or error}.") from error
    return ExportReport(dict(sorted(counts.items())))


def _prepare(directory: Path) -> None:
    # What is written here is in clear: a new folder and all files are for their owner only.
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    if any(directory.glob("*.ndjson")):
        raise Conflict(f"{directory} holds an export already. Choose an empty folder.")


async def _write(gate: Exporter, who: Principal, directory: Path, seen: Callable[[int], None]) -> Counter[str]:
    counts: Counter[str] = Counter()
    with ExitStack() as stack:
        files: dict[str, BinaryIO] = {}
        async for page in gate.export(who):
            for kind, bodies in page.items():
                file = files.get(kind)
                if file is None:
                    partial = directory / f"{kind}.ndjson.partial"
                    partial.touch(mode=0o600)
                    file = files[kind] = stack.enter_context(partial.open("wb"))
                file.write(b"\n".join([*bodies, b""]))
                counts[kind] += len(bodies)
            seen(sum(map(len, page.values())))
    for kind in counts:
        (directory / f"{kind}.ndjson.partial").rename(directory / f"{kind}.ndjson")
    return counts
