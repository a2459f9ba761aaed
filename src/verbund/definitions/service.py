"""Teaching: packages in, definitions into the store through the gate, and told what was taken and what was not."""

import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

import msgspec

from verbund.definitions.model import TYPES, Found, Known, Package, Refused, Report
from verbund.definitions.packages import read
from verbund.definitions.taught import Taught, named
from verbund.definitions.versions import older
from verbund.errors import Incorrect, NotFound, VerbundError
from verbund.fhir.profiles import Profiles
from verbund.store import LoadReport, Write

_TYPES = frozenset(TYPES)
_raws = msgspec.json.Decoder(dict[str, msgspec.Raw])
_encode = msgspec.json.encode


class Gate(Protocol):
    """The gate, as far as teaching needs it."""

    async def load(self, who: Any, units: Iterator[tuple[Write, ...]], /) -> LoadReport:  # noqa: ANN401 - a principal
        """Load units, each all or nothing."""

    async def commit(self, who: Any, writes: Sequence[Write], /) -> object:  # noqa: ANN401 - a principal
        """Carry out all writes, or none."""


class _Entry(msgspec.Struct):
    resource: msgspec.Raw = msgspec.Raw()


class _Head(msgspec.Struct):
    resource_type: str = msgspec.field(name="resourceType", default="")
    id: str | None = None
    url: str | None = None
    version: str | None = None
    entry: list[_Entry] = []


_head = msgspec.json.Decoder(_Head).decode


async def teach(
    gate: Gate, who: object, taught: Taught, paths: Sequence[Path], *, seen: Callable[[int], None] = lambda _: None
) -> Report:
    """Learn all definitions of packages, archives, folders or files.

    Of each canonical url the newest version is kept; the same again changes nothing. What cannot be read or breaks a
    rule of FHIR is refused with the reason, the rest is learnt. Raises what `packages.read` and the gate raise.
    """
    teaching = _Teaching(named(await taught.known()), seen)
    loaded = await gate.load(who, teaching.writes(paths))
    await taught.note_packages(teaching.origins)
    refused = [*teaching.refused, *(_refusal(one.source, one.error) for one in loaded.refused)]
    counts = Counter(one.type for one in await taught.known())
    return Report(
        created=loaded.created,
        updated=loaded.updated,
        unchanged=loaded.unchanged,
        older=teaching.older,
        others=teaching.others,
        by_type={name: counts[name] for name in TYPES if counts[name]},
        packages=tuple(sorted({f"{one.name} {one.version}" for one in teaching.origins.values() if one.name})),
        refused=tuple(refused),
    )


async def unteach(gate: Gate, who: object, taught: Taught, name: str) -> int:
    """Forget a definition by its url, or all of a package by its name; how many. NotFound where there is none."""
    going = [one for one in await taught.known() if name in {one.url, one.package.name}]
    if not going:
        raise NotFound(f"No definition and no package is called {name[:200]}; `verbund definitions list` shows all.")
    for one in going:
        await gate.commit(who, (Write("delete", one.type, one.id),))
    return len(going)


@dataclass(frozen=True, slots=True)
class Lesson:
    """What was learnt without a node: profiles, the bytes of terminologies, and what could not be used."""

    profiles: Profiles
    terminologies: tuple[bytes, ...]
    refused: tuple[Refused, ...]


def learn(paths: Sequence[Path], profiles: Profiles | None = None) -> Lesson:
    """Learn definitions for this process alone; into `profiles` where some are known already.

    Raises what `packages.read` raises; what cannot be used is in the lesson.
    """
    lesson = Lesson(Profiles() if profiles is None else profiles, (), ())
    terminologies: list[bytes] = []
    teaching = _Teaching({}, lambda _: None)
    for (write,) in teaching.writes(paths):
        raw, (place, _, url) = write.raw or b"", (write.source or "").partition("\n")
        if write.type in {"CodeSystem", "ValueSet"}:
            terminologies.append(raw)
        elif write.type == "StructureDefinition":
            try:
                lesson.profiles.add(raw)
            except Incorrect as error:
                teaching.refused.append(Refused(place, url, error.text))
    return replace(lesson, terminologies=tuple(terminologies), refused=tuple(teaching.refused))


class _Teaching:
    """One lesson: found files to writes, in bounded memory."""

    def __init__(self, known: dict[tuple[str, str], Known], seen: Callable[[int], None]) -> None:
        self._known = known
        self._ids = {(one.type, one.id): one.url for one in known.values()}
        self._seen = seen
        self.origins: dict[tuple[str, str], Package] = {}
        self.refused: list[Refused] = []
        self.older = 0
        self.others = 0

    def writes(self, paths: Sequence[Path]) -> Iterator[tuple[Write, ...]]:
        """A unit for each definition that is new or newer."""
        for found in read(paths):
            for raw in self._resources(found):
                write = self._write(found, raw)
                if write is not None:
                    yield (write,)
            self._seen(1)

    def _resources(self, found: Found) -> Iterator[bytes]:
        """The resource of a file, or those of the bundle that it is."""
        if found.fault is not None:
            self.refused.append(Refused(found.place, "", found.fault))
            return
        try:
            head = _head(found.raw)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            self.refused.append(Refused(found.place, "", f"is no JSON that FHIR allows: {error}"))
            return
        if head.resource_type == "Bundle":
            yield from (bytes(entry.resource) for entry in head.entry if bytes(entry.resource))
        else:
            yield found.raw

    def _write(self, found: Found, raw: bytes) -> Write | None:
        try:
            head = _head(raw)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            head = _Head()
        if head.resource_type not in _TYPES:
            self.others += 1
            return None
        url = head.url or f"{head.resource_type}/{head.id}"
        before = self._known.get((head.resource_type, url))
        if before is not None and older(head.version or "", before.version):
            self.older += 1
            return None
        identity = before.id if before is not None else self._free(head, url)
        now = Known(head.resource_type, identity, url, head.version or "", found.package)
        self._known[(now.type, url)] = now
        self._ids[(now.type, identity)] = url
        self.origins[(now.type, identity)] = found.package
        return Write("update", now.type, identity, _with_id(raw, head, identity), source=f"{found.place}\n{url}")

    def _free(self, head: _Head, url: str) -> str:
        """The definition's own id, unless another url has it: then one that follows from the url."""
        own = head.id or ""
        taken = self._ids.get((head.resource_type, own), url)
        return own if own and taken == url else str(uuid.uuid5(uuid.NAMESPACE_URL, url))


def _with_id(raw: bytes, head: _Head, identity: str) -> bytes:
    if head.id == identity:
        return raw
    parts = _raws.decode(raw)
    return _encode(
        {"resourceType": parts.pop("resourceType"), "id": msgspec.Raw(_encode(identity))}
        | {key: value for key, value in parts.items() if key != "id"}
    )


def _refusal(source: str | None, error: Exception) -> Refused:
    place, _, url = (source or "").partition("\n")
    return Refused(place, url, error.text if isinstance(error, VerbundError) else str(error))
