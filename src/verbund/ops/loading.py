"""Bulk import: documents to writes, through the gate; what is refused is told with its place, the rest is loaded.

A resource keeps its id; one without gets a lasting one from its bundle's `fullUrl` or its content, so that a repeated
import finds it again. References by `fullUrl` are resolved within their document, conditional ones by what is stored;
what another file brings later is found in another pass.
"""

from collections import deque
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

import msgspec

from verbund.access import URN, Chunk, LoadReport, Refusal, head_of, lasting_id
from verbund.errors import Issue, VerbundError
from verbund.fhir import replace_references
from verbund.identity import Principal
from verbund.ops.files import Document, documents

# Issues of these codes may go away when other files have been loaded (http://hl7.org/fhir/issue-type).
LATER_CODES = frozenset({"not-found", "multiple-matches"})
# So many resources go together; documents of fewer than `SMALL` share.
CHUNK = 1_000
SMALL = 200
# The entries of larger bundles are not told of to each process that looks at some of them.
MOST_NAMES = 5_000
LARGE_BYTES = 16 * 2**20
# Unpacking takes no lock of the interpreter, so a thread does it while the documents before are being loaded.
DOCUMENTS_AHEAD = 2


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that could not be loaded: file and entry or line, where in the resource, which rule, what is wrong."""

    place: str
    path: str
    rule: str
    text: str


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did; counts are resources. `by_type` counts what was read.

    `dangling` names references that lead to nothing on this node, with their place; what refers so is loaded all the
    same.
    """

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: int = 0
    by_type: dict[str, int] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()
    dangling: tuple[str, ...] = ()


class Loader(Protocol):
    """The gate, as far as loading needs it."""

    async def load(self, who: Principal, units: Iterable[Chunk], /, *, progress: Callable[[int], None]) -> LoadReport:
        """Load chunks, each resource on its own; `progress` is told how many pieces are done."""


def ahead(items: Iterable[Document], most: int = DOCUMENTS_AHEAD) -> Iterator[Document]:
    """The same documents in the same order, up to `most` of them read ahead in a thread; errors come in their place.

    Beside a large one no other is read.
    """
    source = iter(items)
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="reading") as pool:
        waiting = deque([pool.submit(next, source, None)])
        while (document := waiting.popleft().result()) is not None:
            if document.size <= LARGE_BYTES:
                waiting.extend(pool.submit(next, source, None) for _ in range(most - len(waiting)))
            yield document
            if not waiting:
                waiting.append(pool.submit(next, source, None))


class _Reading:
    """Documents as chunks, in the order of the files; remembers what could not be read."""

    def __init__(self, paths: Sequence[Path]) -> None:
        self._paths = paths
        self.faults: list[Fault] = []

    def chunks(self) -> Iterator[Chunk]:
        """All resources; small documents share a chunk, large ones take several."""
        small: list[Chunk] = []
        for document in ahead(documents(self._paths)):
            if document.fault:
                self.faults.append(Fault(document.name, "", document.rule, document.fault))
            for chunk in _chunks(document):
                if len(chunk.raws) >= SMALL:
                    yield from _together(small)
                    small = []
                    yield chunk
                else:
                    small.append(chunk)
            if sum(len(chunk.raws) for chunk in small) >= CHUNK:
                yield from _together(small)
                small = []
        yield from _together(small)


def _chunks(document: Document) -> Iterator[Chunk]:
    names = _names(document)
    in_place = len(names) > MOST_NAMES
    for start in range(0, len(document.raws), CHUNK):
        part = slice(start, start + CHUNK)
        raws = [bytes(raw) for raw in document.raws[part]]
        yield Chunk(
            [replace_references(raw, names) for raw in raws] if in_place else raws,
            document.name,
            document.unit,
            document.numbers[part],
            full_urls=document.full_urls[part],
            names={} if in_place else names,
        )


def _names(document: Document) -> dict[str, str]:
    """What the resources of a bundle call each other by, and what they are called here."""
    names = {}
    for raw, full_url in zip(document.raws, document.full_urls, strict=bool(document.full_urls)):
        if full_url is not None and full_url.startswith(URN):
            with suppress(msgspec.DecodeError, UnicodeDecodeError, RecursionError):
                head = head_of(raw)
                names[full_url] = f"{head.resource_type}/{head.id or lasting_id(bytes(raw), full_url)}"
    return names


def _together(chunks: Sequence[Chunk]) -> Iterator[Chunk]:
    """Small documents as one chunk, references among the entries of each resolved."""
    if not chunks:
        return
    yield Chunk(
        [replace_references(raw, chunk.names) if chunk.names else raw for chunk in chunks for raw in chunk.raws],
        sources=[chunk.source(index) for chunk in chunks for index in range(len(chunk.raws))],
        full_urls=[url for chunk in chunks for url in chunk.full_urls or [None] * len(chunk.raws)],
    )


async def load_files(
    gate: Loader, who: Principal, paths: Sequence[Path], *, seen: Callable[[int], None] = lambda _: None
) -> ImportReport:
    """Load everything below the paths; `seen` is told how many pieces are done, as they are.

    What refers by a condition to something that another file brings is tried again when all files have been read, until
    nothing more comes of it. Raises NotFound for a path that is not there and Forbidden for who may not; all else is in
    the report.
    """
    reading = _Reading(paths)
    report = await gate.load(who, reading.chunks(), progress=seen)
    first = report
    refused = {refusal.unit: refusal for refusal in report.refused}
    total = report
    while waiting := {unit for unit, refusal in refused.items() if _may_come(refusal.error)}:
        chosen = sorted(waiting)
        report = await gate.load(who, _again(paths, waiting), progress=lambda _: None)
        still = {chosen[refusal.unit]: refusal for refusal in report.refused}
        refused = {unit: refusal for unit, refusal in refused.items() if unit not in waiting} | still
        total = _added(total, report)
        if len(still) == len(waiting):
            break
    faults = [*reading.faults, *(fault for unit in sorted(refused) for fault in _faults_of(refused[unit]))]
    return ImportReport(
        created=total.created,
        updated=total.updated,
        unchanged=total.unchanged,
        refused=len(refused) + len(reading.faults),
        by_type=dict(sorted(first.read.items())),
        faults=tuple(faults),
        dangling=tuple(f"{place or ''}: reference to {target}" for place, target in total.dangling),
    )


def _again(paths: Sequence[Path], waiting: Container[int]) -> Iterator[Chunk]:
    """The resources at these places, read once more, so that none had to be kept."""
    first = 0
    for chunk in _Reading(paths).chunks():
        indexes = [index for index in range(len(chunk.raws)) if first + index in waiting]
        first += len(chunk.raws)
        if indexes:
            yield chunk.only(indexes)


def _may_come(error: Exception) -> bool:
    issues: tuple[Issue, ...] = error.issues if isinstance(error, VerbundError) else ()
    return bool(issues) and all(issue.code in LATER_CODES for issue in issues)


def _added(total: LoadReport, more: LoadReport) -> LoadReport:
    return replace(
        more,
        created=total.created + more.created,
        updated=total.updated + more.updated,
        unchanged=total.unchanged + more.unchanged,
        dangling=total.dangling if len(total.dangling) > len(more.dangling) else more.dangling,
    )


def _faults_of(refusal: Refusal) -> Iterator[Fault]:
    issues: tuple[Issue, ...] = refusal.error.issues if isinstance(refusal.error, VerbundError) else ()
    for issue in issues or (Issue("exception", str(refusal.error)),):
        path = issue.expression[0] if issue.expression else ""
        yield Fault(refusal.source or "", path, issue.rule or issue.code, issue.text)
