"""An export is one file a type, whole, for its owner only."""

import stat
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from verbund.errors import Conflict, Unavailable
from verbund.ops.exporting import export_files


@dataclass
class Shelf:
    """The exporter's port over a few patients."""

    pages: tuple[tuple[bytes, ...], ...]

    async def export(self, _who: Any, /) -> AsyncIterator[dict[str, list[bytes]]]:
        for page in self.pages:
            yield {"Patient": list(page)}


async def test_one_file_a_type_in_the_order_of_the_pages(tmp_path: Path) -> None:
    seen: list[int] = []
    report = await export_files(Shelf(((b"1", b"2"), (b"3",))), None, tmp_path / "out", seen=seen.append)  # type: ignore[arg-type]
    assert report.by_type == {"Patient": 3}
    assert report.total == sum(seen) == 3
    assert [file.name for file in (tmp_path / "out").iterdir()] == ["Patient.ndjson"]
    assert (tmp_path / "out" / "Patient.ndjson").read_bytes() == b"1\n2\n3\n"


async def test_what_is_in_clear_is_for_its_owner_only(tmp_path: Path) -> None:
    await export_files(Shelf(((b"1",),)), None, tmp_path / "out")  # type: ignore[arg-type]
    assert stat.S_IMODE((tmp_path / "out").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "out" / "Patient.ndjson").stat().st_mode) == 0o600


async def test_an_export_is_never_written_over_another(tmp_path: Path) -> None:
    (tmp_path / "Patient.ndjson").write_bytes(b"old")
    with pytest.raises(Conflict, match="empty folder"):
        await export_files(Shelf(()), None, tmp_path)  # type: ignore[arg-type]
    assert (tmp_path / "Patient.ndjson").read_bytes() == b"old"


async def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(Unavailable, match="cannot be written"):
        await export_files(Shelf(()), None, tmp_path / "file" / "out")  # type: ignore[arg-type]
