"""Reading resources from files as they come: bundles, single resources, NDJSON, folders, archives, compressed or not.

Nothing is held but the file being read, of a file of lines a thousand of them. Every piece knows its place, so that
what is wrong with it can be reported with file and entry or line.
"""

import bz2
import gzip
import io
import lzma
import tarfile
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, cast

import msgspec
import zstandard

from verbund.errors import Incorrect, NotFound, TooLarge

COMPRESSIONS = (".gz", ".bz2", ".xz", ".zst")
LINE_FORMATS = (".ndjson", ".jsonl")
WHOLE_FORMATS = (".json",)
# Bundles that are something in themselves, not an envelope for their entries (R4, Bundle.type).
KEPT_WHOLE = ("document", "message")


@dataclass(frozen=True, slots=True)
class Piece:
    """One resource's bytes; `full_url` is how other entries of the same bundle call it, None outside a bundle.

    `place` names file and entry (from 1) or line (from 1). White space between tokens may have been left out.
    """

    place: str
    raw: bytes
    full_url: str | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """One file's resources in their order, to be loaded together; `fault` says why it could not be read.

    `raws` are their bytes, each numbered as `unit` (line or entry) of the document; without numbers the document is one
    resource. `rule` is what a faulty file breaks: `json` for its text, `file` for what wraps it. `text` is the file as
    it was written, where that was asked for and it is no file of lines. `size` is what it takes in memory.
    """

    name: str
    raws: Sequence[bytes | msgspec.Raw] = field(default=(), repr=False)
    fault: str | None = None
    rule: str = "json"
    text: bytes = field(default=b"", repr=False)
    unit: str = ""
    numbers: Sequence[int] = ()
    full_urls: Sequence[str | None] = ()
    size: int = 0

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """The resources one by one, each with its place; lines of white space left out."""
        return tuple(self._pieces())

    def _pieces(self) -> Iterator[Piece]:
        for index, raw in enumerate(self.raws):
            place = f"{self.name} {self.unit} {self.numbers[index]}" if self.numbers else self.name
            if stripped := bytes(raw).strip():
                yield Piece(place, stripped, self.full_urls[index] if self.full_urls else None)


class _Entry(msgspec.Struct):
    resource: msgspec.Raw = msgspec.Raw()
    full_url: str | None = msgspec.field(default=None, name="fullUrl")


class _Bundle(msgspec.Struct):
    resource_type: str = msgspec.field(name="resourceType")
    entry: list[_Entry] = []


class _Kind(msgspec.Struct):
    resource_type: str | None = msgspec.field(default=None, name="resourceType")
    type: object = None


_bundle = msgspec.json.Decoder(_Bundle)
_kind = msgspec.json.Decoder(_Kind)
LINES_A_DOCUMENT = 1000
LINES_BYTES = 4 * 2**20
# A bundle of 100,000 entries fits; what is larger would take more memory than an import may.
LARGEST_BYTES = 256 * 2**20
_STEP_BYTES = 2**20


def documents(paths: Iterable[Path], *, with_text: bool = False) -> Iterator[Document]:
    """Every document below the paths, files of a folder in the order of their names, those of Binaries last.

    A folder gives the files whose names end as FHIR data does, at any depth; a file named itself is read whatever its
    name. A file of lines is given in documents of 1,000 lines. Raises NotFound for a path that does not exist.
    """
    for path in paths:
        if not path.exists():
            raise NotFound(f"There is no file or folder {path}.")
        for file in _files(path):
            yield from _read(file, with_text=with_text)


def _files(path: Path) -> Iterator[Path]:
    if path.is_file():
        yield path
        return
    # A Binary belongs to the patient of what it is attached to, which must be there before.
    for file in sorted(path.rglob("*"), key=lambda file: (file.name.startswith("Binary"), file)):
        if file.is_file() and _is_data(file.name):
            yield file


def _is_data(name: str) -> bool:
    stem = _without_compression(name)
    return stem.endswith((*LINE_FORMATS, *WHOLE_FORMATS, ".tar")) or name.endswith(".tgz")


def _without_compression(name: str) -> str:
    for ending in COMPRESSIONS:
        name = name.removesuffix(ending)
    return name


def _read(file: Path, *, with_text: bool) -> Iterator[Document]:
    try:
        if _without_compression(file.name).endswith(".tar") or file.name.endswith(".tgz"):
            yield from _archive(file, with_text=with_text)
        else:
            with file.open("rb") as raw, _opened(file.name, raw) as stream:
                yield from _parse(file.name, stream, with_text=with_text)
    except (OSError, EOFError, lzma.LZMAError, tarfile.TarError, zstandard.ZstdError) as error:
        yield Document(file.name, fault=f"cannot be read: {error}", rule="file")


def _archive(file: Path, *, with_text: bool) -> Iterator[Document]:
    packed = "tar.gz" if file.suffix == ".tgz" else file.name
    with file.open("rb") as raw, _opened(packed, raw) as plain, tarfile.open(fileobj=plain, mode="r|") as archive:
        for member in archive:
            content = archive.extractfile(member) if member.isfile() and _is_data(member.name) else None
            if content is not None:
                with _opened(member.name, content) as stream:
                    yield from _parse(f"{file.name}:{member.name}", stream, with_text=with_text)


def _opened(name: str, raw: IO[bytes]) -> IO[bytes]:
    if name.endswith(".gz"):
        return cast("IO[bytes]", gzip.open(raw))
    if name.endswith(".bz2"):
        return bz2.open(raw)
    if name.endswith(".xz"):
        return lzma.open(raw)
    if name.endswith(".zst"):
        return io.BufferedReader(zstandard.ZstdDecompressor().stream_reader(raw, read_across_frames=True, closefd=True))
    return raw


def _parse(name: str, stream: IO[bytes], *, with_text: bool) -> Iterator[Document]:
    if _without_compression(name).endswith(LINE_FORMATS):
        yield from _lines(name, stream)
        return
    try:
        yield _whole(name, _read_whole(stream), with_text=with_text)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        yield Document(name, fault=f"is not JSON that FHIR allows: {error}")
    except RecursionError:
        yield Document(name, fault="is nested too deeply to be FHIR")
    except TooLarge as error:
        yield Document(name, fault=error.text, rule="file")
    except Incorrect as error:
        yield Document(name, fault=error.text)


def _read_whole(stream: IO[bytes]) -> bytes:
    """All of a file, in steps, so that one that unpacks without end is not read to its end."""
    read = bytearray()
    while step := stream.read(_STEP_BYTES):
        read += step
        if len(read) > LARGEST_BYTES:
            raise TooLarge(
                f"is larger than {LARGEST_BYTES >> 20} MB, too much for one piece. Give it as NDJSON, a resource a "
                "line, or in several bundles."
            )
    return bytes(read)


def _lines(name: str, stream: IO[bytes]) -> Iterator[Document]:
    raws: list[bytes] = []
    size, first = 0, 1
    while line := stream.readline(LARGEST_BYTES + 1):
        if len(line) > LARGEST_BYTES:
            if raws:
                yield Document(name, raws, unit="line", numbers=range(first, first + len(raws)), size=size)
            fault = f"line {first + len(raws)} is larger than {LARGEST_BYTES >> 20} MB; the rest is not read."
            yield Document(name, fault=fault, rule="file")
            return
        raws.append(line)
        size += len(line)
        if len(raws) == LINES_A_DOCUMENT or size > LINES_BYTES:
            yield Document(name, raws, unit="line", numbers=range(first, first + len(raws)), size=size)
            first, raws, size = first + len(raws), [], 0
    if raws:
        yield Document(name, raws, unit="line", numbers=range(first, first + len(raws)), size=size)


def _whole(name: str, text: bytes, *, with_text: bool) -> Document:
    """A bundle's resources, or the one resource of a file; Incorrect when it is neither."""
    raw = text.removeprefix(BOM_UTF8)
    if len(raw) < LINES_BYTES:
        # The node keeps no white space between tokens; without it, everything after is quicker.
        raw = msgspec.json.format(raw, indent=-1)
    kept = text if with_text else b""
    kind = _kind.decode(raw)
    if kind.resource_type is None:
        raise Incorrect("has no resourceType: it is neither a FHIR resource nor a bundle of them.")
    if kind.resource_type != "Bundle" or kind.type in KEPT_WHOLE:
        return Document(name, (raw,), text=kept, size=len(raw))
    entries = [
        (number, entry) for number, entry in enumerate(_bundle.decode(raw).entry, 1) if memoryview(entry.resource)
    ]
    return Document(
        name,
        [entry.resource for _, entry in entries],
        text=kept,
        unit="entry",
        numbers=[number for number, _ in entries],
        full_urls=[entry.full_url for _, entry in entries],
        size=len(raw),
    )
