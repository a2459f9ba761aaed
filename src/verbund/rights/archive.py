"""What a complete copy holds: one ZIP file, written piece by piece while the record is read.

`fhir/record.json` is a Bundle (collection) of every entry as it is now, with what the entries refer to;
`fhir/versions.json` a Bundle (history) of what these entries said before they were changed; `fhir/accesses.json` a
Bundle of who looked (AuditEvent), here and at the other houses of the region; an OperationOutcome names each house that
did not answer, or says that who asks may not read the log. `documents/` holds the files that entries carry, the
readable copy lies beside them.
Former versions of entries that were deleted are not part of it: the house uses them no more.
"""

import asyncio
import re
from abc import ABC, abstractmethod
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from mimetypes import guess_extension
from typing import Any, Literal, Protocol
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

import msgspec

from verbund.access import Extent, Gate, Stored, attached
from verbund.access.everything import beside
from verbund.access.rules import NOBODYS_TYPES, SHARED_TYPES, Interaction
from verbund.access.views import view, whole
from verbund.audit import Event, LoggedEvent, to_fhir
from verbund.errors import NotFound
from verbund.fhir import RESOURCE_TYPES, parse_reference
from verbund.identity import Principal
from verbund.store import RowFilter, and_, of_patient

AT_ONCE = 500
PIECE_BYTES = 256 * 1024
Language = Literal["de", "en"]
Json = Mapping[str, Any]
_decode = msgspec.json.Decoder(dict[str, Any]).decode
_NAME = re.compile(r"[^\w.-]+")
_FIRST = (
    "Patient", "AllergyIntolerance", "Condition", "MedicationRequest", "MedicationStatement",
    "MedicationAdministration", "Immunization", "Observation", "DiagnosticReport", "DocumentReference", "Composition",
    "ImagingStudy", "Procedure", "Encounter",
)  # fmt: skip
_LOG = "AuditEvent"
_FILE = "Binary"  # last: what entries name is known then
# All types that may belong to a patient, be it outside of the compartment of the standard.
TYPES = (*_FIRST, *sorted(RESOURCE_TYPES - SHARED_TYPES - NOBODYS_TYPES - {*_FIRST, _FILE}), _FILE)


class Paper(Protocol):
    """A readable copy that is being written, type after type. Its methods compute only, in any thread."""

    def learn(self, resource: Json) -> None:
        """What entries refer to, such as a medicine or a physician, so that it can be called by its name."""

    def add(self, resource: Json, files: Sequence[str | None]) -> None:
        """An entry, and where the files lie that it carries; None for one that cannot be given."""

    def add_access(self, event: Event, house: str | None = None) -> None:
        """Who looked, here or at another house."""

    def add_silent(self, house: str) -> None:
        """That it could not be learned who looked at another house."""

    def add_archived(self, number: int) -> None:
        """That so many older accesses lie in the house's archive and are not told."""

    def finish(self) -> Sequence[tuple[str, bytes]]:
        """The files, with their names."""


class Readable(Protocol):
    """Makes readable copies."""

    def paper(self, house: str, language: Language) -> Paper:
        """An empty one."""

    def explanation(self, house: str, language: Language) -> tuple[str, str]:
        """The name and the text of the file that says what is in the copy."""


@dataclass(frozen=True, slots=True)
class Looks:
    """Some of the accesses at another house; None where it did not answer."""

    site: str
    title: str
    items: Sequence[LoggedEvent] | None


class Region(Protocol):
    """The other houses that hold something of a patient."""

    def accesses(self, who: Principal) -> AsyncIterator[Looks]:
        """Who looked there, house by house, in pieces; each house says for itself whether it tells."""


class NoRegion:
    """A house that stands alone."""

    async def accesses(self, who: Principal) -> AsyncIterator[Looks]:  # noqa: ARG002 - a Region
        """Nothing."""
        nowhere: tuple[Looks, ...] = ()
        for nothing in nowhere:
            yield nothing


class Archive(ABC):
    """Where the pieces of a copy go."""

    @abstractmethod
    async def expect(self, whole: int) -> None:
        """How many entries there will be."""

    @abstractmethod
    async def put(self, piece: bytes, done: int) -> None:
        """Keep a piece; `done` entries are in what was put so far."""


class _Sink:
    """A file that can only be written to; what was written is taken out in pieces."""

    def __init__(self) -> None:
        self._held = bytearray()

    def write(self, data: bytes, /) -> int:
        self._held += data
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    def close(self) -> None:
        """Nothing is to be closed."""

    def taken(self, *, all_of_it: bool = False) -> Iterator[bytes]:
        """Whole pieces, and at the end the rest."""
        while len(self._held) >= PIECE_BYTES or (all_of_it and self._held):
            yield bytes(self._held[:PIECE_BYTES])
            del self._held[:PIECE_BYTES]


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be copied: whose record, as whom it is read, in which language."""

    gate: Gate
    who: Principal
    language: Language
    readable: Readable
    region: Region


class _Entries:
    """The entries of a Bundle, one behind the other; without any there is no list of them."""

    def __init__(self, write: Callable[[bytes], object], kind: str) -> None:
        self._write = write
        self._some = False
        write(b'{"resourceType":"Bundle","type":"%b"' % kind.encode())

    def add(self, entry: bytes) -> None:
        """One more."""
        self._write((b",\n" if self._some else b',"entry":[\n') + entry)
        self._some = True

    def close(self) -> None:
        """That was all."""
        self._write(b"\n]}" if self._some else b"}")


async def written(order: Order, archive: Archive) -> None:
    """Write a copy of the record of who asks; memory holds a part of it only. NotFound when there is none."""
    await _Writer(order, archive).write()


class _Writer:
    def __init__(self, order: Order, archive: Archive) -> None:
        self._gate, self._who, self._language = order.gate, order.who, order.language
        self._readable, self._region, self._archive = order.readable, order.region, archive
        self._sink = _Sink()
        self._zip = ZipFile(self._sink, "w", ZIP_DEFLATED, compresslevel=4)
        ground = order.gate.ground
        self._paper = order.readable.paper(ground.title or ground.site, order.language)
        self._done = 0
        self._changed: list[tuple[str, str]] = []
        self._files: list[tuple[str, str, int, str]] = []
        self._lacking: set[str] = set()
        self._given: set[str] = set()
        self._referred: set[tuple[str, str]] = set()

    async def write(self) -> None:
        within = await self._within()
        store, patient_id = self._gate.ground.store, self._who.patient_id or ""
        size = await store.size_of(patient_id, within=within)
        if not size:
            raise NotFound("There is no such patient here.", german="Diese Akte gibt es hier nicht.")
        await self._archive.expect(size)
        name, text = self._readable.explanation(self._gate.ground.title, self._language)
        self._whole_file(name, text.encode())
        await self._entries(within)
        await self._versions(within)
        await self._attached(within)
        await self._accesses()
        for name, content in await asyncio.to_thread(self._paper.finish):
            self._whole_file(name, content)
            await self._put()
        self._zip.close()
        await self._put(all_of_it=True)

    async def _within(self) -> RowFilter:
        """The rows of the one patient that who asks may see."""
        seen = await view(self._gate.ground, self._who, Interaction.RECORD, "Patient")
        return and_(of_patient(self._gate.ground.store.patient_key(self._who.patient_id or "")), seen.within)

    async def _entries(self, within: RowFilter) -> None:
        with self._zip.open(_info("fhir/record.json"), "w", force_zip64=True) as file:
            entries = _Entries(file.write, "collection")
            for kind in TYPES:
                if not self._who.scopes.allows(kind, "r"):
                    continue
                async for page, referred in self._pages(kind, within):
                    await self._look_for_files(page)
                    await asyncio.to_thread(self._told, entries, page, referred)
                    await self._put()
            entries.close()

    async def _pages(self, kind: str, within: RowFilter) -> AsyncIterator[tuple[list[Stored], list[Stored]]]:
        """The entries of a type, newest first, with what they refer to and was not given yet."""
        cursor: str | None = None
        while True:
            page = await self._gate.ground.store.everything(
                self._who.patient_id or "",
                Extent((kind,)),
                within=within,
                shared=beside(self._gate.ground, self._who),
                count=AT_ONCE,
                cursor=cursor,
            )
            new = [one for one in page.included if (one.type, one.id) not in self._referred]
            self._referred.update((one.type, one.id) for one in new)
            yield list(page.matches), [one for one in new if self._who.scopes.allows(one.type, "r")]
            cursor = page.next_cursor
            if cursor is None:
                return

    def _told(self, entries: _Entries, page: Sequence[Stored], referred: Sequence[Stored]) -> None:
        """Put entries into the Bundle and onto paper; takes a while, in a thread of its own."""
        for one in (*referred, *page):
            entries.add(b'{"fullUrl":"%b","resource":%b}' % (f"{one.type}/{one.id}".encode(), one.body))
        for one in referred:
            self._paper.learn(_decode(one.body))
        for one in page:
            if one.type != _FILE or one.id not in self._given:
                resource = _decode(one.body)
                self._paper.add(_named(resource), self._files_of(one, resource))
            if one.version > 1:
                self._changed.append((one.type, one.id))
        self._done += len(page)

    async def _look_for_files(self, page: Sequence[Stored]) -> None:
        """Find out which of the files that entries name cannot be given: they are not here, or nobody says whose."""
        for one in page:
            if b"Binary/" not in one.body:
                continue
            for attachment in attachments(_decode(one.body)):
                identity = _binary_of(attachment)
                if identity is not None and await self._binary(identity) is None:
                    self._lacking.add(identity)

    def _files_of(self, one: Stored, resource: Json) -> list[str | None]:
        """Where the files will lie that an entry carries; None for one that cannot be given."""
        names: list[str | None] = []
        for place, attachment in enumerate(attachments(resource)):
            if _binary_of(attachment) in self._lacking:
                names.append(None)
                continue
            ending = guess_extension(str(attachment.get("contentType", "")).partition(";")[0]) or ".bin"
            title = _NAME.sub("-", str(attachment.get("title") or one.type))[:60].strip("-.")
            name = f"documents/{len(self._files) + 1:04}-{title.removesuffix(ending)}{ending}"
            self._files.append((one.type, one.id, place, name))
            names.append(name)
            self._given.add(_binary_of(attachment) or "")
        return names

    async def _versions(self, within: RowFilter) -> None:
        store = self._gate.ground.store
        with self._zip.open(_info("fhir/versions.json"), "w", force_zip64=True) as file:
            entries = _Entries(file.write, "history")
            for kind, identity in self._changed:
                before: int | None = None
                while True:
                    page = await store.history(kind, identity, count=50, before_version=before, within=within)
                    for one in page.versions:
                        if one.body:
                            entries.add(_version(one))
                    before = page.versions[-1].version if page.versions else None
                    if before is None or before == 1 or len(page.versions) < 50:
                        break
                await self._put()
            entries.close()

    async def _attached(self, within: RowFilter) -> None:
        """The files that entries carry, each read again by itself."""
        for kind, identity, place, name in self._files:
            try:
                stored = await self._gate.ground.store.read(kind, identity, within=within)
            except NotFound:
                continue
            content = await self._content(next(islice(attachments(_decode(stored.body)), place, None), {}))
            if content is not None:
                self._whole_file(name, content, packed=False)
                await self._put()

    async def _content(self, attachment: Json) -> bytes | None:
        data, identity = attachment.get("data"), _binary_of(attachment)
        if identity is not None:
            data = await self._binary(identity)
        try:
            return None if data is None else b64decode(str(data))
        except (NotBase64, ValueError):
            return None

    async def _binary(self, identity: str) -> str | None:
        """What a Binary holds that belongs to an entry of the record; None where it is not to be given."""
        if not self._who.scopes.allows(_FILE, "r"):
            return None
        try:
            found, _ = await attached.find(self._gate.ground, self._who, identity)
        except NotFound:
            return None
        return str(_decode(found.body).get("data") or "")

    async def _accesses(self) -> None:
        with self._zip.open(_info("fhir/accesses.json"), "w", force_zip64=True) as file:
            entries = _Entries(file.write, "collection")
            if whole(self._who) and self._who.scopes.allows(_LOG, "r"):
                await self._looks_here(entries)
                async for looks in self._region.accesses(self._who):
                    await asyncio.to_thread(self._looks_elsewhere, entries, looks)
                    await self._put()
            else:
                entries.add(_lacking(self._gate.ground.site, f"Who asked for this copy may not read the log ({_LOG})."))
            entries.close()

    async def _looks_here(self, entries: _Entries) -> None:
        before = None
        while True:
            page = await self._gate.ground.audit.of_patient(self._who.patient_id or "", count=AT_ONCE, before=before)
            await asyncio.to_thread(self._looks, entries, page.items)
            before = page.before
            await self._put()
            if before is None:
                break
        if page.archived:
            entries.add(_lacking(self._gate.ground.site, f"{page.archived} older accesses lie in the archive."))
            self._paper.add_archived(page.archived)

    def _looks_elsewhere(self, entries: _Entries, looks: Looks) -> None:
        if looks.items is None:
            text = f"{looks.title} did not answer when this copy was made: who looked there is not in it."
            entries.add(_lacking(looks.site, text))
            self._paper.add_silent(looks.title)
            return
        for one in looks.items:
            name = f"{looks.site}-{one.sequence}"
            body = msgspec.json.encode(to_fhir(one.event, site=looks.site, id=name))
            entries.add(b'{"fullUrl":"AuditEvent/%b","resource":%b}' % (name.encode(), body))
            self._paper.add_access(one.event, looks.title)

    def _looks(self, entries: _Entries, items: Sequence[LoggedEvent]) -> None:
        site = self._gate.ground.site
        for one in items:
            body = msgspec.json.encode(to_fhir(one.event, site=site, id=f"{one.sequence}"))
            entries.add(b'{"fullUrl":"AuditEvent/%d","resource":%b}' % (one.sequence, body))
            self._paper.add_access(one.event)

    def _whole_file(self, name: str, content: bytes, *, packed: bool = True) -> None:
        self._zip.writestr(_info(name, packed=packed), content)

    async def _put(self, *, all_of_it: bool = False) -> None:
        for piece in self._sink.taken(all_of_it=all_of_it):
            await self._archive.put(piece, self._done)


def attachments(value: object) -> Iterator[Json]:
    """All that holds a file, anywhere in an entry: with its content, or the address of a Binary of this house."""
    if isinstance(value, dict):
        typed = isinstance(value.get("contentType"), str)
        if (typed and isinstance(value.get("data"), str)) or _binary_of(value) is not None:
            yield value
        for part in value.values():
            yield from attachments(part)
    elif isinstance(value, list):
        for part in value:
            yield from attachments(part)


def _binary_of(attachment: Json) -> str | None:
    """The id of the Binary of this house that an attachment names; what lies elsewhere is not ours to give."""
    url = attachment.get("url")
    if attachment.get("data") is not None or not isinstance(url, str):
        return None
    target = parse_reference(url)
    return target.id if target is not None and target.base is None and target.type == "Binary" else None


def _named(resource: Json) -> Json:
    """An entry as it is told in words: a file by itself without what is in it."""
    return {**resource, "data": None} if resource.get("resourceType") == _FILE else resource


def _lacking(site: str, text: str) -> bytes:
    """An entry that says what of a house's log is not in the Bundle."""
    issue = {"severity": "warning", "code": "incomplete", "details": {"text": text}}
    return msgspec.json.encode({"resource": {"resourceType": "OperationOutcome", "id": site, "issue": [issue]}})


def _version(one: Stored) -> bytes:
    place = f"{one.type}/{one.id}"
    request = msgspec.json.encode({"method": "PUT", "url": place})
    response = msgspec.json.encode({"status": "200", "etag": f'W/"{one.version}"'})
    return b'{"fullUrl":"%b","resource":%b,"request":%b,"response":%b}' % (
        place.encode(), one.body, request, response,
    )  # fmt: skip


def _info(name: str, *, packed: bool = True) -> ZipInfo:
    """A file in the archive; no time of day tells when it was made."""
    info = ZipInfo(name)
    info.compress_type = ZIP_DEFLATED if packed else ZIP_STORED
    return info
