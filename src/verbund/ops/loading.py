"""Bulk import: documents to writes, through the gate; what is refused is told with its place, the rest is loaded.

A resource keeps its id; one without gets a lasting one from its bundle's `fullUrl` or its content, so that a repeated
import finds it again. References by `fullUrl` are resolved within their document, conditional ones by what is stored;
what another file brings later is found in another pass.
"""

import hashlib
from collections import Counter, deque
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol
from uuid import UUID

import msgspec

from verbund.access import LoadReport, Refusal, Write
from verbund.errors import Issue, VerbundError
from verbund.fhir import replace_references
from verbund.identity import Principal
from verbund.ops.files import Document, Piece, documents

URN = "urn:uuid:"
# Issues of these codes may go away when other files have been loaded (http://hl7.org/fhir/issue-type).
LATER_CODES = frozenset({"not-found", "multiple-matches"})
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

    async def load(self, who: Principal, units: Iterable[tuple[Write, ...]], /) -> LoadReport:
        """Load units, each all or nothing."""


def ahead(items: Iterable[Document], most: int = DOCUMENTS_AHEAD) -> Iterator[Document]:
    """The same documents in the same order, up to `most` of them read ahead in a thread; errors come in their place."""
    source = iter(items)
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="reading") as pool:
        waiting = deque(pool.submit(next, source, None) for _ in range(most))
        while (document := waiting.popleft().result()) is not None:
            waiting.append(pool.submit(next, source, None))
            yield document


class _Head(msgspec.Struct):
    resource_type: str = msgspec.field(name="resourceType")
    id: str | None = None


_head = msgspec.json.Decoder(_Head)


class _Reading:
    """Documents as writes, in the order of the files; remembers what could not be read, and how many of each type."""

    def __init__(self, paths: Sequence[Path], seen: Callable[[int], None]) -> None:
        self._paths = paths
        self._seen = seen
        self.faults: list[Fault] = []
        self.types: Counter[str] = Counter()

    def writes(self) -> Iterator[Write]:
        """All writes; a document's are given together, so that they can name each other by `fullUrl`."""
        for document in ahead(documents(self._paths)):
            if document.fault:
                self.faults.append(Fault(document.name, "", document.rule, document.fault))
            yield from self._of(document)
            self._seen(len(document.pieces))

    def _of(self, document: Document) -> Iterator[Write]:
        known = [(piece, head) for piece in document.pieces if (head := self._head_of(piece)) is not None]
        names = {
            piece.full_url: f"{head.resource_type}/{head.id}"
            for piece, head in known
            if piece.full_url is not None and piece.full_url.startswith(URN)
        }
        for piece, head in known:
            raw = replace_references(piece.raw, names) if names else piece.raw
            self.types[head.resource_type] += 1
            yield Write("update", head.resource_type, head.id, raw, source=piece.place)

    def _head_of(self, piece: Piece) -> _Head | None:
        try:
            head = _head.decode(piece.raw)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            self.faults.append(Fault(piece.place, "", "json", f"is no FHIR resource: {error}"))
            return None
        except RecursionError:
            self.faults.append(Fault(piece.place, "", "json", "is nested too deeply to be FHIR"))
            return None
        head.id = head.id or _lasting_id(piece)
        return head


def _lasting_id(piece: Piece) -> str:
    if piece.full_url and piece.full_url.startswith(URN):
        return piece.full_url.removeprefix(URN).lower()
    return str(UUID(bytes=hashlib.sha256(piece.raw).digest()[:16], version=5))


async def load_files(
    gate: Loader, who: Principal, paths: Sequence[Path], *, seen: Callable[[int], None] = lambda _: None
) -> ImportReport:
    """Load everything below the paths; `seen` is told how many resources were read, document by document.

    What refers by a condition to something that another file brings is tried again when all files have been read, until
    nothing more comes of it. Raises NotFound for a path that is not there and Forbidden for who may not; all else is in
    the report.
    """
    reading = _Reading(paths, seen)
    report = await gate.load(who, ((write,) for write in reading.writes()))
    refused = {refusal.unit: refusal for refusal in report.refused}
    total = report
    while waiting := {unit for unit, refusal in refused.items() if _may_come(refusal.error)}:
        chosen = sorted(waiting)
        report = await gate.load(who, _again(paths, waiting))
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
        by_type=dict(sorted(reading.types.items())),
        faults=tuple(faults),
        dangling=tuple(f"{place or ''}: reference to {target}" for place, target in total.dangling),
    )


def _again(paths: Sequence[Path], waiting: Container[int]) -> Iterator[tuple[Write, ...]]:
    """The writes at these places, read once more, so that none had to be kept."""
    for number, write in enumerate(_Reading(paths, lambda _: None).writes()):
        if number in waiting:
            yield (write,)


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
