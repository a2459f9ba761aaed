"""Reading resources from files as they come: bundles, single resources, NDJSON, folders, archives, compressed or not.

Nothing is held but the file being read. Every piece knows its place, so that what is wrong with it can be reported with
file and entry or line.
"""

import bz2
import gzip
import io
import lzma
import tarfile
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

import msgspec
import zstandard

from verbund.errors import Incorrect, NotFound

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
    """One file's pieces in their order, to be loaded together; `fault` says why it could not be read.

    `rule` is what a faulty file breaks: `json` for its text, `file` for what wraps it.
    """

    name: str
    pieces: tuple[Piece, ...]
    fault: str | None = None
    rule: str = "json"


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


def documents(paths: Iterable[Path]) -> Iterator[Document]:
    """Every document below the paths, files of a folder in the order of their names.

    A folder gives the files whose names end as FHIR data does, at any depth; a file named itself is read whatever its
    name. A file of lines is given in documents of 1,000 lines. Raises NotFound for a path that does not exist.
    """
    for path in paths:
        if not path.exists():
            raise NotFound(f"There is no file or folder {path}.")
        for file in _files(path):
            yield from _read(file)


def _files(path: Path) -> Iterator[Path]:
    if path.is_file():
        yield path
        return
    for file in sorted(path.rglob("*")):
        if file.is_file() and _is_data(file.name):
            yield file


def _is_data(name: str) -> bool:
    stem = _without_compression(name)
    return stem.endswith((*LINE_FORMATS, *WHOLE_FORMATS, ".tar")) or name.endswith(".tgz")


def _without_compression(name: str) -> str:
    for ending in COMPRESSIONS:
        name = name.removesuffix(ending)
    return name


def _read(file: Path) -> Iterator[Document]:
    try:
        if _without_compression(file.name).endswith(".tar") or file.name.endswith(".tgz"):
            yield from _archive(file)
        else:
            with file.open("rb") as raw, _opened(file.name, raw) as stream:
                yield from _parse(file.name, stream)
    except (OSError, EOFError, lzma.LZMAError, tarfile.TarError, zstandard.ZstdError) as error:
        yield Document(file.name, (), f"cannot be read: {error}", "file")


def _archive(file: Path) -> Iterator[Document]:
    packed = "tar.gz" if file.suffix == ".tgz" else file.name
    with file.open("rb") as raw, _opened(packed, raw) as plain, tarfile.open(fileobj=plain, mode="r|") as archive:
        for member in archive:
            content = archive.extractfile(member) if member.isfile() and _is_data(member.name) else None
            if content is not None:
                with _opened(member.name, content) as stream:
                    yield from _parse(f"{file.name}:{member.name}", stream)


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


def _parse(name: str, stream: IO[bytes]) -> Iterator[Document]:
    if _without_compression(name).endswith(LINE_FORMATS):
        yield from _lines(name, stream)
        return
    try:
        # The node keeps no white space between tokens; without it, everything after is quicker.
        raw = msgspec.json.format(stream.read().removeprefix(BOM_UTF8), indent=-1)
        yield Document(name, tuple(_pieces(name, raw)))
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        yield Document(name, (), f"is not JSON that FHIR allows: {error}")
    except RecursionError:
        yield Document(name, (), "is nested too deeply to be FHIR")
    except Incorrect as error:
        yield Document(name, (), error.text)


def _lines(name: str, stream: IO[bytes]) -> Iterator[Document]:
    pieces: list[Piece] = []
    for number, line in enumerate(stream, 1):
        if line.strip():
            pieces.append(Piece(f"{name} line {number}", line.strip()))
        if len(pieces) == LINES_A_DOCUMENT:
            yield Document(name, tuple(pieces))
            pieces = []
    if pieces:
        yield Document(name, tuple(pieces))


def _pieces(name: str, raw: bytes) -> Iterator[Piece]:
    kind = _kind.decode(raw)
    if kind.resource_type is None:
        raise Incorrect("has no resourceType: it is neither a FHIR resource nor a bundle of them.")
    if kind.resource_type != "Bundle" or kind.type in KEPT_WHOLE:
        yield Piece(name, raw)
        return
    for number, entry in enumerate(_bundle.decode(raw).entry, 1):
        if bytes(entry.resource):
            yield Piece(f"{name} entry {number}", bytes(entry.resource), entry.full_url)
