"""The work of a bulk load that needs no database: from pieces of files to validated, indexed, sealed rows.

Pure but for random nonces, so that any number of processes can do it.
"""

import hashlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from hashlib import blake2b
from uuid import UUID

import msgspec
from msgspec import structs

from verbund.crypto import Hasher, Sealer
from verbund.errors import Incorrect, Issue, VerbundError
from verbund.fhir import RESOURCE_TYPES, Resource, decode, replace_references, type_name, type_number
from verbund.fhir.parameters import Parameters
from verbund.fhir.references import conditional
from verbund.store.attaching import belongs_to
from verbund.store.bodies import NO_DICTIONARY, Packer, context_of
from verbund.store.chunks import Analysis, Chunk, Followed, Order, Packed, Problem, Wanted
from verbund.store.holding import check_one_patient
from verbund.store.indexing import Indexed, Indexer
from verbund.store.packing import HEADER, TRAILER, date_row, fact_row, quantity_row, resource_row
from verbund.store.rewriting import compact, redirected, refers_by_condition, targets, unstamped, unstamped_of

URN = "urn:uuid:"
MOST_REMEMBERED = 100_000
_HEAD = re.compile(rb'\{"resourceType":"([A-Za-z]+)","id":"([A-Za-z0-9.-]{1,64})"')
_ID = re.compile(r"[A-Za-z0-9.-]{1,64}")
_LITERAL = re.compile(r"([A-Z][A-Za-z]+)/([A-Za-z0-9.-]{1,64})(?:/_history/[A-Za-z0-9.-]{1,64})?\Z")
_URNS = (b'"urn:uuid:', b'"urn:oid:', b'\\"urn:')


class Head(msgspec.Struct):
    """What names a resource."""

    resource_type: str = msgspec.field(name="resourceType")
    id: str | None = None


head_of = msgspec.json.Decoder(Head).decode


def lasting_id(raw: bytes, full_url: str | None) -> str:
    """The id of a resource that has none: that of its `urn:uuid`, or one made of its content, the same each time."""
    if full_url and full_url.startswith(URN):
        return full_url.removeprefix(URN).lower()
    return str(UUID(bytes=hashlib.sha256(raw).digest()[:16], version=5))


@dataclass(frozen=True, slots=True)
class Plan:
    """What a process must know to take part; it goes there when the process is started."""

    index_key: bytes
    content_key: bytes
    classify: Callable[[Resource], int]
    # Types of which projections are told; None: all.
    followed: frozenset[str] | None
    # Whether the invariants of R4 are asked for.
    invariants: bool = False


@dataclass(slots=True)
class _Draft:
    """A valid resource between analysis and packing."""

    type_number: int
    id_hash: bytes
    digest: bytes
    unstamped: bytes
    indexed: Indexed
    # How many changes to the search parameters were known when it was indexed.
    known: int
    # Whether only what it belongs to tells its patient.
    attached: bool = False


class Analyst:
    """Looks at chunks and packs them; keeps the drafts of a chunk until they are packed or dropped."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._hasher = Hasher(plan.index_key)
        self._indexer = Indexer(self._hasher, plan.classify)
        self._content = blake2b(digest_size=16, key=plan.content_key, person=b"verbund content")
        self._waiting: dict[int, tuple[Chunk, frozenset[int]]] = {}
        self._drafts: dict[int, list[_Draft]] = {}
        self._found: dict[str, str] = {}
        self._looked_for: set[bytes] = set()
        self._packers = {NO_DICTIONARY: Packer()}
        self._sealers: dict[int, Sealer] = {}
        self._units: set[str] = set()

    def analyse(self, number: int, chunk: Chunk) -> Analysis | Wanted:
        """Decode, validate and index a chunk; or say what its conditional references must be found to mean first."""
        chunk = _prepared(chunk)
        conditional_ones = frozenset(index for index, raw in enumerate(chunk.raws) if refers_by_condition(raw))
        self._waiting[number] = chunk, conditional_ones
        texts = {
            text for index in conditional_ones for text in targets(chunk.raws[index]) if conditional(text) is not None
        }
        wanted = sorted(texts - self._found.keys())
        return Wanted(wanted) if wanted else self.resume(number, {}, {})

    def resume(self, number: int, found: dict[str, str], refused: dict[str, Problem]) -> Analysis:
        """Go on with a chunk once it is known what its conditional references mean."""
        if len(self._found) + len(found) > MOST_REMEMBERED:
            self._found.clear()
        self._found |= found
        if len(self._looked_for) > MOST_REMEMBERED:
            self._looked_for.clear()
        chunk, conditional_ones = self._waiting.pop(number)
        done = Analysis()
        hashes: dict[bytes, int] = {}
        drafts: list[_Draft] = []
        for index, raw in enumerate(chunk.raws):
            if not raw:
                continue
            try:
                kind, identity = self._address(chunk, index, raw, done)
                id_hash = self._hasher.bytes128(kind, identity)
                if id_hash in hashes:
                    done.later.append(index)
                    continue
                by_condition = index in conditional_ones
                if by_condition or chunk.names:
                    raw = self._redirected(chunk, raw, refused, by_condition=by_condition)  # noqa: PLW2901 - the same
                draft = self._draft(kind, identity, id_hash, raw)
                self._look_for(raw, index, done)
            except VerbundError as error:
                done.refused.append((index, Problem.of(error)))
                continue
            if self._plan.followed is None or kind in self._plan.followed:
                of = draft.indexed
                done.followed.append(Followed(len(drafts), kind, identity, of.patient, of.category, draft.unstamped))
            if draft.attached:
                done.attached.append(len(drafts))
            hashes[id_hash] = index
            drafts.append(draft)
        done.indexes = list(hashes.values())
        done.hashes = b"".join(hashes)
        done.digests = b"".join([draft.digest for draft in drafts])
        done.types = [draft.type_number for draft in drafts]
        done.patients = [draft.indexed.patient for draft in drafts]
        new = self._indexer.units - self._units
        self._units |= new
        done.units = sorted(new)
        self._drafts[number] = drafts
        return done

    def _address(self, chunk: Chunk, index: int, raw: bytes, done: Analysis) -> tuple[str, str]:
        """Type and id of a piece; Incorrect when it is no resource, or has an id that FHIR does not allow."""
        if chunk.addresses:
            kind, identity = chunk.addresses[index]
        elif (found := _HEAD.match(raw)) is not None:
            kind = found[1].decode()
            if kind in RESOURCE_TYPES:
                done.read[kind] = done.read.get(kind, 0) + 1
                return kind, found[2].decode()
            identity = found[2].decode()
        else:
            head = _named(raw)
            kind = head.resource_type
            identity = head.id or lasting_id(chunk.raws[index], chunk.full_urls[index] if chunk.full_urls else None)
        done.read[kind] = done.read.get(kind, 0) + 1
        if kind not in RESOURCE_TYPES:
            raise Incorrect("There is no such resource type in FHIR R4.")
        if not _ID.fullmatch(identity):
            raise Incorrect("An id has 1 to 64 of the characters A-Z, a-z, 0-9, - and . (FHIR R4, 2.24.0.1).")
        return kind, identity

    def _redirected(self, chunk: Chunk, raw: bytes, refused: dict[str, Problem], *, by_condition: bool) -> bytes:
        """The piece with literal references in the place of those to entries of its document and by conditions."""
        mapping: dict[str, str] = {}
        if by_condition:
            for text in targets(raw):
                if text in refused:
                    raise refused[text].error()
                if text in self._found:
                    mapping[text] = self._found[text]
        if chunk.names and any(urn in raw for urn in _URNS):
            mapping |= {text: chunk.names[text] for text in targets(raw) if text in chunk.names}
            raw = redirected(raw, {text.encode(): target.encode() for text, target in mapping.items()})
            return replace_references(raw, {**chunk.names, **mapping}) if any(urn in raw for urn in _URNS) else raw
        return redirected(raw, {text.encode(): target.encode() for text, target in mapping.items()}) if mapping else raw

    def _draft(self, kind: str, identity: str, id_hash: bytes, raw: bytes) -> _Draft:
        """Decoded, validated, indexed."""
        resource = decode(raw, invariants=self._plan.invariants)
        if type(resource).__name__ != kind:
            raise Incorrect(f"This is a {type(resource).__name__}, where a {kind} was expected.")
        check_one_patient(resource)
        if resource.id != identity:
            if resource.id is not None:
                raise Incorrect("The id in the resource is not the id in the address.")
            # Nobody else has seen it yet.
            structs.force_setattr(resource, "id", identity)
            content = unstamped(raw, kind, identity)
        else:
            content = unstamped_of(resource, raw, identity)
        state = self._content.copy()
        state.update(content)
        indexer = self._indexer
        indexed = indexer.index(resource, raw)
        attached = indexed.patient is None and bool(belongs_to(resource))
        return _Draft(type_number(kind), id_hash, state.digest(), content, indexed, indexer.parameters.number, attached)

    def _look_for(self, raw: bytes, index: int, done: Analysis) -> None:
        """Take down what references lead to, the first time that each is met."""
        known = self._looked_for
        for part in raw.split(b'"reference":"')[1:]:
            text = part[: part.find(b'"')]
            if text in known:
                continue
            known.add(text)
            found = _LITERAL.match(text.decode())
            if found is not None:
                done.targets.append((self._indexer.keys.hashed(found[1], found[2]), found[1], index))

    def contents(self, number: int, places: Iterable[int]) -> list[bytes]:
        """The bytes of drafts, references resolved, for a way that handles one at a time."""
        return [self._drafts[number][place].unstamped for place in places]

    def followed(self, number: int, places: Iterable[int]) -> list[Followed]:
        """Drafts as projections are told of them, of whatever type."""
        drafts, found = self._drafts[number], []
        for place in places:
            draft = drafts[place]
            of, identity = draft.indexed, head_of(draft.unstamped).id or ""
            kind = type_name(draft.type_number)
            found.append(Followed(place, kind, identity, of.patient, of.category, draft.unstamped))
        return found

    def pack(self, number: int, order: Order) -> Packed:
        """Compress, seal and lay out the rows of drafts, all of version 1."""
        drafts = self._drafts[number]
        if order.added is not None:
            self._indexer.parameters = Parameters(order.added, number=order.known)
        self._packers |= {dictionary: Packer(given) for dictionary, given in order.given.items()}
        if len(self._sealers) > MOST_REMEMBERED:
            self._sealers.clear()
        self._sealers |= {patient: Sealer(key) for patient, key in order.keys.items()}
        resources: list[bytes] = [HEADER]
        facts: list[bytes] = [HEADER]
        dates: list[bytes] = [HEADER]
        quantities: list[bytes] = [HEADER]
        plain = 0
        for place, row in zip(order.places, order.rows, strict=True):
            draft = drafts[place]
            if draft.known != order.known:
                draft.indexed = self._indexer.index(decode(draft.unstamped), draft.unstamped)
                draft.known = order.known
            of = draft.indexed
            plain += len(draft.unstamped)
            resources.append(self._row(draft, of, row, order))
            if of.facts:
                facts += [fact_row(key, of.date, row, of.category, of.patient) for key in of.facts]
            if of.dates:
                dates += [date_row(key, low, high, row) for key, low, high in of.dates]
            if of.quantities:
                quantities += [quantity_row(*quantity, row) for quantity in of.quantities]
        stored = sum(map(len, resources))
        return Packed(_table(resources), _table(facts), _table(dates), _table(quantities), plain, stored)

    def _row(self, draft: _Draft, of: Indexed, row: int, order: Order) -> bytes:
        kind, id_hash = draft.type_number, draft.id_hash
        dictionary = order.dictionaries.get(kind, NO_DICTIONARY)
        inside = self._packers[dictionary].inside(draft.unstamped)
        body = self._sealers[of.patient or 0].seal(inside, context_of(kind, id_hash, 1))
        return resource_row(
            row, id_hash, kind, 1, False, of.patient, of.category, order.moment,
            of.date, of.date_end, of.present, of.traits, of.keys, draft.digest, dictionary, body,
        )  # fmt: skip

    def drop(self, number: int) -> None:
        """Forget a chunk that is not packed."""
        self._waiting.pop(number, None)
        self._drafts.pop(number, None)


def _table(rows: list[bytes]) -> bytes:
    """All that COPY reads of a table; nothing where there is no row after the header."""
    return b"".join([*rows, TRAILER]) if len(rows) > 1 else b""


def _prepared(chunk: Chunk) -> Chunk:
    """The chunk without white space between tokens."""
    return replace(chunk, raws=[_tidy(raw) for raw in chunk.raws])


def _tidy(raw: bytes) -> bytes:
    try:
        return compact(raw) if (raw := raw.strip()) else raw
    except (UnicodeDecodeError, RecursionError):
        return raw


def _named(raw: bytes) -> Head:
    try:
        return head_of(raw)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        text = f"is no FHIR resource: {error}"
    except RecursionError:
        text = "is nested too deeply to be FHIR"
    raise Incorrect(text, issues=(Issue("structure", text, rule="json"),))
