"""A unit made ready before its transaction: ids given, references resolved, resources decoded and indexed."""

import asyncio
import os
import re
import uuid
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from copy import copy
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Protocol, Self
from urllib.parse import parse_qsl

from msgspec import structs

from verbund.errors import Incorrect, Invalid, Issue, Outdated
from verbund.fhir import (
    RESOURCE_TYPES,
    Resource,
    SearchQuery,
    decode,
    parse_search,
    references,
    replace_references,
    type_number,
)
from verbund.fhir.references import conditional, parse_reference
from verbund.store.attaching import MAY_BE_ABOUT, belongs_to
from verbund.store.bodies import UNSTAMPED
from verbund.store.holding import check_one_patient
from verbund.store.indexing import NOTHING_INDEXED, Indexed, Indexer
from verbund.store.model import Stored, Unit, Write
from verbund.store.rewriting import NEEDS_RESOLVING, compact, redirected, targets, unstamped_of
from verbund.store.rowfilter import EVERYTHING, RowFilter

ENTRIES_BETWEEN_TURNS = 40
MOST_REMEMBERED = 100_000
_ID = re.compile(r"[A-Za-z0-9.-]{1,64}")
# The first two bits of the digit that names the variant are 1 and 0.
_VARIANT = {digit: "89ab"[int(digit, 16) % 4] for digit in "0123456789abcdef"}

Check = Callable[[str, bytes], Awaitable[None]]
"""What else a resource must be to be written, by type and bytes; Invalid, with the issues, where it is not."""


class Finder(Protocol):
    """Looks up what fits a search."""

    def __call__(self, query: SearchQuery, *, within: RowFilter = EVERYTHING) -> Awaitable[Sequence[Stored]]:
        """At most two resources of these rows that fit, compared in clear."""


@dataclass(slots=True)
class Draft:
    """One write on its way: what is known of it before the transaction, and what the transaction finds."""

    write: Write
    id: str
    # The 16 bytes by which type and id are known.
    id_hash: bytes
    type_number: int
    # For a write with content:
    resource: Resource | None = None
    unstamped: bytes = b""
    digest: bytes = bytes(16)
    indexed: Indexed = NOTHING_INDEXED
    targets: AbstractSet[str] = frozenset()
    # A conditional create that has found its resource.
    found: Stored | None = None
    # The id was given by us just now, so nobody else can be writing it.
    fresh: bool = False

    def stamped(self, version: int, updated: str) -> bytes:
        """The body with its version and time."""
        stamp = b'"versionId":"%d","lastUpdated":"%s"' % (version, updated.encode())
        return self.unstamped.replace(UNSTAMPED, stamp, 1)


@dataclass(frozen=True, slots=True)
class Fitting:
    """Exactly these ids fit a search among some rows."""

    query: SearchQuery
    ids: frozenset[str]
    within: RowFilter = EVERYTHING


@dataclass(frozen=True, slots=True)
class AtVersion:
    """A resource is at this version; None: it is not there, or deleted."""

    type: str
    id: str
    version: int | None


# What a unit rests on, and what must still hold when it has its locks.
Expected = Fitting | AtVersion

# References by what they say, with the id's hash of what they lead to here; None for what is to be found elsewhere.
Leading = Mapping[str, bytes | None]


@dataclass(slots=True)
class Prepared:
    """A unit ready for its transaction."""

    unit: Unit
    drafts: list[Draft]
    locks: set[int] = field(default_factory=set)
    # With the conditions under which something is made.
    expected: tuple[Expected, ...] = ()
    # How many changes to the search parameters were known when it was indexed.
    known: int = 0
    # Where references are looked at.
    leading: Leading = field(default_factory=dict)

    @property
    def own(self) -> dict[str, Draft]:
        """The drafts by `Type/id`."""
        return {f"{draft.write.type}/{draft.id}": draft for draft in self.drafts}


class Preparer:
    """Makes units ready. `find` looks up at most two resources that fit a search, compared in clear."""

    def __init__(
        self,
        indexer: Indexer,
        content_key: bytes,
        find: Finder,
        check: Check | None = None,
        *,
        invariants: bool = False,
    ) -> None:
        self._indexer = indexer
        self._content = blake2b(digest_size=16, key=content_key, person=b"verbund content")
        self._find = find
        self.check = check
        self._invariants = invariants
        # What conditional references were found to mean; kept only within one load.
        self.found: dict[str, str] | None = None
        # Where references lead that were met lately: those to the same patient come again and again.
        self._led: dict[str, bytes | None] = {}

    async def prepare(self, unit: Unit, *, keep_ids: bool = False, expected: tuple[Expected, ...] = ()) -> Prepared:
        """Everything that can be done before the transaction; Invalid, Incorrect and so on say what is wrong and where.

        With `keep_ids` a create keeps the id of its resource or its `urn:uuid:`, so that the same load finds it again.
        """
        known = self._indexer.parameters.number
        drafts = []
        for write in unit.writes:
            conditional = write.if_none_exist is not None and write.verb == "create"
            drafts.append(
                self._drafted(
                    write, await self._existing(write, unit.within) if conditional else None, keep_ids=keep_ids
                )
            )
        mapping: dict[str, str] = {}
        leading: dict[str, bytes | None] = {}
        if len(drafts) > 1:
            _refuse_doubles(drafts)
        for draft in drafts:
            if draft.write.full_url is not None and draft.write.verb != "delete":
                mapping[draft.write.full_url] = f"{draft.write.type}/{draft.id}"
        for place, draft in enumerate(drafts):
            if draft.write.raw is not None and draft.found is None:
                raw = compact(draft.write.raw)
                if NEEDS_RESOLVING.search(raw):
                    raw = await self._resolved(raw, mapping, unit.within)
                resource = self._decoded(draft, raw)
                if self.check is not None:
                    await self.check(draft.write.type, raw)
                self._fill(draft, resource, raw)
                if unit.check_references:
                    self._lead(draft.targets, leading)
            if place % ENTRIES_BETWEEN_TURNS == ENTRIES_BETWEEN_TURNS - 1:
                await asyncio.sleep(0)
        if any(draft.write.type in MAY_BE_ABOUT for draft in drafts):
            await self._attach(drafts)
        expected += _under_conditions(drafts, unit.within)
        return Prepared(unit, drafts, self._locks(drafts, expected), expected, known, leading)

    def remembering(self) -> Self:
        """The same, but what was found once is not looked up again: bundles refer to the same houses."""
        other = copy(self)
        other.found = {}
        return other

    def hashed(self, kind: str, identity: str) -> uuid.UUID:
        """The hash by which a resource is known."""
        return self._indexer.hasher.key128(kind, identity)

    def _drafted(self, write: Write, found: Stored | None, *, keep_ids: bool) -> Draft:
        if write.type not in RESOURCE_TYPES:
            raise Incorrect("There is no such resource type in FHIR R4.")
        identity, fresh = (found.id, False) if found is not None else self._identity(write, keep_ids=keep_ids)
        id_hash = self._indexer.hasher.bytes128(write.type, identity)
        return Draft(write, identity, id_hash, type_number(write.type), found=found, fresh=fresh)

    def _identity(self, write: Write, *, keep_ids: bool) -> tuple[str, bool]:
        """The id of what is written, and whether it was made just now."""
        if write.verb != "create":
            if write.id is None or not _ID.fullmatch(write.id):
                raise Incorrect("An id has 1 to 64 of the characters A-Z, a-z, 0-9, - and . (FHIR R4, 2.24.0.1).")
            return write.id, False
        if not keep_ids:
            return _new_id(), True
        kept = write.id or (write.full_url or "").rpartition(":")[2]
        if _ID.fullmatch(kept):
            return kept, False
        state = self._content.copy()
        state.update(write.raw or b"")
        return str(uuid.UUID(bytes=state.digest())), False

    async def _existing(self, write: Write, within: RowFilter) -> Stored | None:
        """What a conditional create finds already; Outdated when that is more than one."""
        assert write.if_none_exist is not None  # noqa: S101 - it is conditional
        found = await self._find(write.if_none_exist, within=within)
        if len(found) > 1:
            raise Outdated(f"More than one {write.type} fits the condition of If-None-Exist. Make it more exact.")
        return found[0] if found else None

    def _decoded(self, draft: Draft, raw: bytes) -> Resource:
        """The content of a draft, with the draft's id."""
        resource = decode(raw, invariants=self._invariants)
        if type(resource).__name__ != draft.write.type:
            raise Incorrect(f"This is a {type(resource).__name__}, where a {draft.write.type} was expected.")
        if resource.id != draft.id and resource.id is not None and draft.write.verb == "update":
            raise Incorrect("The id in the resource is not the id in the address.")
        return resource

    def _fill(self, draft: Draft, resource: Resource, raw: bytes) -> None:
        """Make ready what a draft becomes."""
        draft.unstamped = unstamped_of(resource, raw, draft.id)
        if resource.id != draft.id:
            # Nobody else has seen it yet.
            structs.force_setattr(resource, "id", draft.id)
        check_one_patient(resource)
        draft.resource = resource
        draft.digest = self._digest(draft.unstamped)
        draft.indexed = self._indexer.index(resource, raw)
        draft.targets = targets(raw)

    async def _attach(self, drafts: Sequence[Draft]) -> None:
        """Give what names no patient to the one of what it is about."""
        own = {(draft.write.type, draft.id): draft for draft in drafts}
        for draft in drafts:
            if draft.indexed.patient is not None:
                continue
            patients: set[int] = set()
            for target in belongs_to(draft.resource):
                patient = await self._patient_of(target, own.get(target))
                patients |= set() if patient is None else {patient}
                if len(patients) > 1:
                    break
            if len(patients) == 1:
                draft.indexed = structs.replace(draft.indexed, patient=patients.pop())

    async def _patient_of(self, target: tuple[str, str], own: Draft | None) -> int | None:
        """Whose something is that comes in the same unit, or is stored."""
        if own is not None:
            return own.indexed.patient if own.found is None else own.found.patient
        stored = await self._find(parse_search(target[0], [("_id", target[1])]), within=EVERYTHING)
        return stored[0].patient if stored else None

    def _lead(self, texts: AbstractSet[str], leading: dict[str, bytes | None]) -> None:
        """Note where references lead."""
        known = self._led
        for text in texts:
            if text not in known:
                if len(known) >= MOST_REMEMBERED:
                    known.clear()
                target = local_target(text)
                known[text] = None if target is None else self._indexer.hasher.bytes128(*target)
            leading[text] = known[text]

    def _digest(self, unstamped: bytes) -> bytes:
        state = self._content.copy()
        state.update(unstamped)
        return state.digest()

    async def _resolved(self, raw: bytes, mapping: dict[str, str], within: RowFilter) -> bytes:
        """References to other entries of the unit and conditional ones, replaced by literal ones."""
        texts = targets(raw)
        resolved = {text: mapping[text] for text in texts if text in mapping}
        for text in texts:
            if "?" in text and (search := conditional(text)) is not None:
                resolved[text] = await self._remembered(text, search, within)
        # Nearly all that must be replaced stands in one place, which can be found without looking at each string.
        raw = redirected(raw, {text.encode(): target.encode() for text, target in resolved.items()})
        return replace_references(raw, mapping | resolved) if NEEDS_RESOLVING.search(raw) else raw

    async def _remembered(self, text: str, search: tuple[str, str], within: RowFilter) -> str:
        """What a conditional reference means, looked up once in a load."""
        if self.found is None:
            return await self._found_by(*search, within)
        if text not in self.found:
            if len(self.found) > MOST_REMEMBERED:
                self.found.clear()
            self.found[text] = await self._found_by(*search, within)
        return self.found[text]

    async def resolved(self, text: str) -> str:
        """What a conditional reference means now; Invalid when it finds none or several, Incorrect when it is none."""
        search = conditional(text)
        if search is None:
            raise Incorrect("A reference by a condition must name a type and a search.")
        return await self._found_by(*search, EVERYTHING)

    async def _found_by(self, kind: str, search: str, within: RowFilter) -> str:
        """The one resource that a conditional reference finds."""
        if kind not in RESOURCE_TYPES:
            raise Incorrect("A conditional reference names a resource type that FHIR R4 does not have.")
        pairs = parse_qsl(search, keep_blank_values=True)
        found = await self._find(parse_search(kind, pairs, known=self._indexer.parameters), within=within)
        if len(found) != 1:
            number = "none" if not found else "more than one"
            raise Invalid(
                f"A conditional reference to {kind} must find one resource; {number} fits.",
                issues=(Issue("not-found" if not found else "multiple-matches", f"{number} fits {kind}?…"),),
            )
        return f"{found[0].type}/{found[0].id}"

    def _locks(self, drafts: Sequence[Draft], expected: Sequence[Expected]) -> set[int]:
        """What must not be written by two at once: existing ids, and the criteria under which something is made."""
        locks = {int.from_bytes(draft.id_hash[:8], "big", signed=True) for draft in drafts if not draft.fresh}
        key64 = self._indexer.hasher.key64
        for one in expected:
            if isinstance(one, Fitting) and not one.ids:
                locks |= {key64("condition", one.query.type, repr(wanted)) for wanted in one.query.filters}
        return locks


def _new_id() -> str:
    """A random UUID (RFC 9562, version 4) as text."""
    digits = os.urandom(16).hex()
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{_VARIANT[digits[16]]}{digits[17:20]}-{digits[20:]}"


def _under_conditions(drafts: Sequence[Draft], within: RowFilter) -> tuple[Fitting, ...]:
    """What conditional creates rest on: that nothing fits."""
    return tuple(
        Fitting(draft.write.if_none_exist, frozenset(), within)
        for draft in drafts
        if draft.write.if_none_exist is not None and draft.found is None
    )


def _refuse_doubles(drafts: Sequence[Draft]) -> None:
    seen: set[bytes] = set()
    for draft in drafts:
        if draft.found is None and draft.id_hash in seen:
            raise _twice(draft.write.type)
        seen.add(draft.id_hash)


def refuse_named_twice(writes: Sequence[Write]) -> None:
    """Incorrect where two of these name the same resource by its id: it does not depend on what is there."""
    named = Counter((one.type, one.id) for one in writes if one.id is not None and one.verb != "create")
    for (kind, _), times in named.items():
        if times > 1:
            raise _twice(kind)


def _twice(kind: str) -> Incorrect:
    return Incorrect(f"Two entries write the same {kind}; each resource may be written only once.")


def broken_references(draft: Draft, missing: set[str]) -> Invalid:
    """The error for references that lead nowhere, with the path of each."""
    assert draft.resource is not None  # noqa: S101 - only drafts with content have references
    issues = tuple(
        Issue(
            "not-found",
            f"{found.path} refers to {_described(found.text)}, which is not here.",
            (f"{found.path}.reference",),
        )
        for found in references(draft.resource)
        if found.text in missing
    )
    first = issues[0].text if issues else "A reference leads to nothing that is here."
    return Invalid(first, issues=issues or (Issue("not-found", first),))


def _described(text: str) -> str:
    target = parse_reference(text)
    return "another entry" if target is None else f"a {target.type}"


def local_target(text: str) -> tuple[str, str] | None:
    """Type and id of a reference to a resource of this node, else None."""
    target = parse_reference(text)
    return None if target is None or target.base is not None else (target.type, target.id)
