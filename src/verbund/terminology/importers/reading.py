"""Files of catalogues: single, in a folder, or in a zip archive; lines and rows with their numbers.

Nothing is unpacked to disk. An archive whose members claim to be huge, or to have been packed beyond what text allows,
is refused before it is read.
"""

import csv
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from io import BufferedReader, TextIOWrapper
from pathlib import Path, PurePosixPath
from typing import IO, cast

from verbund.errors import Invalid, NotFound

LONGEST_LINE = 2**20
LARGEST_MEMBER = 8 * 2**30
HIGHEST_RATIO = 300
# Members up to this size are no bomb whatever their ratio.
HARMLESS = 64 * 2**20
ENCODINGS = ("utf-8-sig", "cp1252")
_SAMPLE = 64 * 2**10


@dataclass(frozen=True, slots=True)
class Files:
    """The files of a catalogue by name, in order of the alphabet."""

    path: Path
    names: tuple[str, ...]
    _archive: zipfile.ZipFile | None = None

    @classmethod
    @contextmanager
    def opened(cls, path: Path) -> Iterator["Files"]:
        """A file, a folder or a zip archive; NotFound where there is nothing, Invalid for a broken archive."""
        if not path.exists():
            raise NotFound(f"There is no file or folder {path}.")
        if path.is_dir():
            names = sorted(str(one.relative_to(path)) for one in path.rglob("*") if one.is_file())
            yield cls(path, tuple(names))
        elif zipfile.is_zipfile(path) and path.suffix.lower() == ".zip":
            with _archive(path) as archive:
                yield cls(path, tuple(sorted(one for one in archive.namelist() if not one.endswith("/"))), archive)
        else:
            yield cls(path, (path.name,))

    def first(self, *endings: str) -> str | None:
        """The first file whose name (without folders, in small letters) begins or ends so; None where there is none."""
        for name in self.names:
            short = PurePosixPath(name).name.lower()
            if any(short.startswith(one) if one.endswith("_") else short.endswith(one) for one in endings):
                return name
        return None

    @contextmanager
    def bytes_of(self, name: str) -> Iterator[IO[bytes]]:
        """A file's bytes."""
        try:
            if self._archive is not None:
                with self._archive.open(name) as packed:
                    yield packed
            else:
                place = self.path / name if self.path.is_dir() else self.path
                with place.open("rb") as plain:
                    yield plain
        except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, RuntimeError) as error:
            raise Invalid(f"{name} cannot be read: {error}. Get the file again.") from error

    def lines(self, name: str) -> Iterator[str]:
        """A text's lines, in UTF-8 or, where it is none, Windows-1252. Invalid, with the number, for bad ones."""
        with self.bytes_of(name) as raw:
            encoding = _encoding(cast("BufferedReader", raw))
        with self.bytes_of(name) as raw, TextIOWrapper(raw, encoding=encoding, newline="") as text:
            number = 0
            try:
                while line := text.readline(LONGEST_LINE + 1):
                    number += 1
                    if len(line) > LONGEST_LINE:
                        raise Invalid(f"{name}, line {number}: it is longer than {LONGEST_LINE:,} characters.")
                    yield line
            except UnicodeDecodeError as error:
                raise Invalid(f"{name}, line {number + 1}: it is not in UTF-8. Save it as UTF-8.") from error

    def rows(self, name: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
        """The rows of a table with the number of the line on which each ends. Invalid, with it, for a broken one."""
        reader = csv.reader(self.lines(name), delimiter=delimiter, strict=True)
        try:
            for row in reader:
                if row:
                    yield reader.line_num, row
        except csv.Error as error:
            raise Invalid(f"{name}, line {reader.line_num}: {error}. Correct it.") from error


def _encoding(raw: BufferedReader) -> str:
    sample = raw.read(_SAMPLE)
    with suppress(UnicodeDecodeError):
        # A character may be cut at the end of the sample.
        sample[: max(len(sample) - 4, 0)].decode("utf-8-sig") if len(sample) == _SAMPLE else sample.decode("utf-8-sig")
        return ENCODINGS[0]
    return ENCODINGS[1]


@contextmanager
def _archive(path: Path) -> Iterator[zipfile.ZipFile]:
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError) as error:
        raise Invalid(f"{path.name} is no zip archive that can be read: {error}. Get the file again.") from error
    with archive:
        for member in archive.infolist():
            ratio = member.file_size / max(member.compress_size, 1)
            if member.file_size > LARGEST_MEMBER or (member.file_size > HARMLESS and ratio > HIGHEST_RATIO):
                raise Invalid(
                    f"{path.name}: {member.filename} claims to be far larger than any catalogue. It is refused."
                )
        yield archive


@dataclass(frozen=True, slots=True)
class Columns:
    """Which column has what, found by the names in the first row."""

    name: str
    places: dict[str, int]

    @classmethod
    def of(cls, name: str, row: Sequence[str]) -> "Columns":
        """The columns by their names, in small letters."""
        return cls(name, {title.strip().strip("\ufeff").lower(): place for place, title in reversed([*enumerate(row)])})

    def need(self, *titles: str) -> int:
        """The column of the first of these names; Invalid where there is none."""
        found = self.find(*titles)
        if found is None:
            raise Invalid(f"{self.name}, line 1: there is no column {titles[0]}. Is it the right file?")
        return found

    def find(self, *titles: str) -> int | None:
        """The column of the first of these names; None where there is none."""
        return next((self.places[title.lower()] for title in titles if title.lower() in self.places), None)


def cell(row: Sequence[str], place: int | None) -> str:
    """The text of a cell without spaces around it; empty where the row has none."""
    return row[place].strip() if place is not None and place < len(row) else ""
