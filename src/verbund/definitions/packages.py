"""Reading packages: archives, folders, single files. Nothing is unpacked onto the disk, and nothing follows a link.

An archive is read as it comes and in bounds, so that neither the names in it nor its size can do harm.
"""

import lzma
import tarfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import IO, Final

import msgspec

from verbund.definitions.model import Found, Package
from verbund.errors import Incorrect, NotFound, TooLarge

LARGEST_FILE: Final = 64 * 2**20
LARGEST_PACKAGE: Final = 2**30
MOST_FILES: Final = 100_000
_ARCHIVES = (".tgz", ".tar", ".tar.gz", ".tar.xz", ".tar.bz2")
_SKIPPED = frozenset({"example", "examples", "openapi", "xml", "other"})
_NAMES = ("package.json", ".index.json", ".index.db", "ig-r4.json", "spec.internals")


class _Manifest(msgspec.Struct):
    name: str = ""
    version: str = ""


_manifest = msgspec.json.Decoder(_Manifest).decode


def read(paths: Sequence[Path]) -> Iterator[Found]:
    """All files of the packages; NotFound for a path that is not there, Incorrect for an archive that is none.

    TooLarge for an archive of more than 1 GiB or 100,000 files. A file of more than 64 MiB is told as a fault.
    """
    for path in paths:
        if not path.exists():
            raise NotFound(f"There is no file or folder {path}.")
        if path.is_dir():
            yield from _folder(path)
        elif path.name.endswith(_ARCHIVES):
            yield from _archive(path)
        else:
            yield _file(path, path.name, Package())


def _folder(path: Path) -> Iterator[Found]:
    """The JSON below a folder; a folder that was a package says so in its package.json."""
    manifest = next((one for one in (path / "package.json", path / "package" / "package.json") if one.is_file()), None)
    package = _package(manifest.read_bytes()) if manifest is not None else Package()
    for file in sorted(path.rglob("*.json")):
        inside = file.relative_to(path)
        if file.is_file() and not file.is_symlink() and _is_definition(PurePosixPath(inside.as_posix())):
            yield _file(file, f"{path.name}/{inside}", package)
    for file in sorted(path.rglob("*")):
        if file.is_file() and not file.is_symlink() and file.name.endswith(_ARCHIVES):
            yield from _archive(file)


def _file(path: Path, place: str, package: Package) -> Found:
    if path.stat().st_size > LARGEST_FILE:
        return _too_large(place, package)
    return Found(place, package, path.read_bytes())


def _archive(path: Path) -> Iterator[Found]:
    """An archive's files; the package is known from its package.json, which the format puts first."""
    package, total = Package(), 0
    try:
        with tarfile.open(path, mode="r:*") as archive:
            for number, member in enumerate(archive):
                total += member.size
                if total > LARGEST_PACKAGE or number >= MOST_FILES:
                    raise TooLarge(f"{path.name} holds more than 1 GiB or {MOST_FILES:,} files; it is no FHIR package.")
                name = PurePosixPath(member.name)
                content = archive.extractfile(member) if member.isfile() and name.suffix == ".json" else None
                if content is None:
                    continue
                if name.name == "package.json":
                    package = _package(_bounded(content)) if len(name.parts) <= 2 else package
                elif _is_definition(name):
                    yield _member(f"{path.name}:{name}", package, member, content)
    except (tarfile.TarError, lzma.LZMAError, zlib.error, EOFError, OSError) as error:
        raise Incorrect(f"{path.name} cannot be read as an archive: {error}") from None


def _member(place: str, package: Package, member: tarfile.TarInfo, content: IO[bytes]) -> Found:
    return _too_large(place, package) if member.size > LARGEST_FILE else Found(place, package, content.read())


def _too_large(place: str, package: Package) -> Found:
    return Found(place, package, fault=f"is larger than {LARGEST_FILE // 2**20} MiB.")


def _is_definition(name: PurePosixPath) -> bool:
    """Whether a file may be a definition: examples and the package's own books are none."""
    return name.name not in _NAMES and not _SKIPPED & set(name.parts[:-1])


def _bounded(content: IO[bytes]) -> bytes:
    return content.read(LARGEST_FILE)


def _package(raw: bytes) -> Package:
    try:
        found = _manifest(raw)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return Package()
    return Package(found.name[:200], found.version[:100])
