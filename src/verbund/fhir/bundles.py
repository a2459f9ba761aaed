"""Bundles: read as requests, written as answers, from the bytes of the resources, which are not parsed again.

http://hl7.org/fhir/R4/bundle.html and http://hl7.org/fhir/R4/http.html#transaction.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Protocol

from msgspec import DecodeError, Raw, Struct, ValidationError, field
from msgspec.json import Decoder, Encoder

from verbund.errors import Incorrect, Invalid, Issue
from verbund.fhir.decoding import LONGEST_EXPLAINED, encode, kind_of, refusal, type_of
from verbund.fhir.stamping import instant
from verbund.fhir.validation import parse

METHODS: Final = ("DELETE", "POST", "PUT", "PATCH", "GET", "HEAD")
"""In the order in which a transaction processes its entries."""

REQUESTS: Final = frozenset({"transaction", "batch"})

_encode = Encoder().encode


class BundleEntry(Struct, frozen=True, gc=False):
    """One entry: a resource, a request, or both. Preconditions as written; `resource_raw` is not yet validated."""

    position: int
    full_url: str | None
    method: str | None
    url: str | None
    resource_raw: bytes | None
    if_none_exist: str | None = None
    if_match: str | None = None
    if_none_match: str | None = None
    if_modified_since: str | None = None


@dataclass(frozen=True, slots=True)
class BundleRequest:
    """A bundle that was sent to us, of any type."""

    type: str
    entries: tuple[BundleEntry, ...]

    def in_order(self) -> tuple[BundleEntry, ...]:
        """The entries as a transaction processes them: deletes, creates, updates, then reads; else as they stand."""
        return tuple(sorted(self.entries, key=lambda entry: METHODS.index(entry.method or "GET")))


class _Request(Struct, rename="camel"):
    method: str
    url: str
    if_none_exist: str | None = None
    if_match: str | None = None
    if_none_match: str | None = None
    if_modified_since: str | None = None


class _Entry(Struct, rename="camel"):
    full_url: str | None = None
    resource: Raw = field(default_factory=Raw)
    request: _Request | None = None


class _Bundle(Struct):
    resource_type: str = field(name="resourceType")
    type: str
    entry: tuple[_Entry, ...] = ()


class _Counted(Struct):
    entry: tuple[Raw, ...] = ()


_read = Decoder(_Bundle).decode
_count = Decoder(_Counted).decode


def parse_bundle(raw: bytes) -> BundleRequest:
    """The bundle in these bytes, its structure checked, its resources not.

    Incorrect if it is no JSON or no Bundle; Invalid, with every issue, if its own structure breaks a rule. In a
    transaction or batch each entry needs a request, and what is created or updated needs a resource.
    """
    if type_of(raw) != "Bundle":
        if len(raw) <= LONGEST_EXPLAINED:
            parse(raw)
        raise Incorrect("A Bundle is expected here: a JSON object whose resourceType is Bundle.")
    try:
        again = encode(kind_of("Bundle").decode(raw))
        bundle = _read(raw)
    except (ValidationError, DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise refusal(raw, error) from None
    if again.count(b'"') != raw.count(b'"'):
        raise refusal(raw)
    entries = tuple(_entry(position, entry) for position, entry in enumerate(bundle.entry))
    if bundle.type in REQUESTS and (issues := tuple(issue for entry in entries for issue in _issues(entry))):
        raise Invalid(issues[0].text, issues=issues)
    return BundleRequest(bundle.type, entries)


def number_of_entries(raw: bytes) -> int:
    """How many entries a bundle has, counted without reading them; 0 for what is no bundle that could be read."""
    try:
        return len(_count(raw).entry)
    except (ValidationError, DecodeError, UnicodeDecodeError, RecursionError):
        return 0


def _entry(position: int, entry: _Entry) -> BundleEntry:
    """An entry as a value."""
    request, resource = entry.request, bytes(entry.resource) or None
    if request is None:
        return BundleEntry(position, entry.full_url, None, None, resource)
    conditions = (request.if_none_exist, request.if_match, request.if_none_match, request.if_modified_since)
    return BundleEntry(position, entry.full_url, request.method, request.url, resource, *conditions)


def _issues(entry: BundleEntry) -> Iterable[Issue]:
    """What is missing from an entry of a transaction or batch (bdl-3)."""
    path = f"Bundle.entry[{entry.position}]"
    if entry.method is None:
        yield Issue("required", f"{path}: needs a request.", (f"{path}.request",), rule="bdl-3")
    elif _needs_resource(entry) and entry.resource_raw is None:
        yield Issue("required", f"{path}: a {entry.method} needs a resource.", (f"{path}.resource",), rule="bdl-3")


def _needs_resource(entry: BundleEntry) -> bool:
    """Whether an entry creates, updates or patches; operations and searches by POST may have no body."""
    return entry.method in {"PUT", "PATCH"} or (entry.method == "POST" and "$" not in (entry.url or ""))


class Outcome(Struct, frozen=True, gc=False):
    """What became of one entry: its HTTP status and, where there are any, version, location, resource, outcome."""

    status: str
    location: str | None = None
    version: int | None = None
    updated: datetime | None = None
    resource: bytes | None = None
    outcome: bytes | None = None


def response_bundle(type_: str, outcomes: Sequence[Outcome]) -> bytes:
    """The answer to a transaction (`transaction-response`) or batch (`batch-response`), in the order of its entries."""
    return _bundle(type_, [_answer(item) for item in outcomes])


def _answer(item: Outcome) -> dict[str, Any]:
    response: dict[str, Any] = {"status": item.status}
    if item.location:
        response["location"] = item.location
    if item.version is not None:
        response["etag"] = f'W/"{item.version}"'
    if item.updated is not None:
        response["lastModified"] = instant(item.updated)
    if item.outcome is not None:
        response["outcome"] = Raw(item.outcome)
    return {"response": response} | ({} if item.resource is None else {"resource": Raw(item.resource)})


class Shown(Protocol):
    """A resource as a page of a search shows it: its type and id, which are those of the standard, and its JSON."""

    @property
    def type(self) -> str: ...
    @property
    def id(self) -> str: ...
    @property
    def body(self) -> bytes: ...


def searchset(
    base: str,
    matches: Sequence[Shown],
    included: Sequence[Shown] = (),
    *,
    links: Sequence[tuple[str, str]] = (),
    total: int | None = None,
    outcomes: Sequence[bytes] = (),
) -> bytes:
    """A page of search results below an absolute address: what matched, what was included, and notes on the search."""
    head = _bundle("searchset", (), links=links, total=total)
    start = b'{"fullUrl":%b/' % _encode(base)[:-1]
    pieces: list[bytes] = []
    for mode, shown in ((b"match", matches), (b"include", included)):
        end = b',"search":{"mode":"%b"}},' % mode
        for one in shown:
            # Types and ids have no character that JSON writes otherwise.
            pieces += (start, f"{one.type}/{one.id}".encode(), b'","resource":', one.body, end)
    pieces += [b'{"resource":%b,"search":{"mode":"outcome"}},' % body for body in outcomes]
    return b'%b,"entry":[%b]}' % (head[:-1], b"".join(pieces)[:-1]) if pieces else head


@dataclass(frozen=True, slots=True)
class Version:
    """One version in a history; `body` is empty where the resource was deleted."""

    full_url: str
    type: str
    id: str
    version: int
    updated: datetime
    body: bytes
    deleted: bool = False


def history_bundle(
    versions: Sequence[Version], *, links: Sequence[tuple[str, str]] = (), total: int | None = None
) -> bytes:
    """A history, newest first (http://hl7.org/fhir/R4/http.html#history)."""
    return _bundle("history", [_past(item) for item in versions], links=links, total=total)


def _past(item: Version) -> dict[str, Any]:
    method, url, status = "PUT", f"{item.type}/{item.id}", "200"
    if item.deleted:
        method, status = "DELETE", "204"
    elif item.version == 1:
        method, url, status = "POST", item.type, "201"
    response = {"status": status, "etag": f'W/"{item.version}"', "lastModified": instant(item.updated)}
    entry: dict[str, Any] = {"fullUrl": item.full_url}
    if not item.deleted:
        entry["resource"] = Raw(item.body)
    return entry | {"request": {"method": method, "url": url}, "response": response}


def collection(resources: Iterable[tuple[str | None, bytes]]) -> bytes:
    """Resources put together, each with its full URL where it has one."""
    entries = [({"fullUrl": url} if url else {}) | {"resource": Raw(body)} for url, body in resources]
    return _bundle("collection", entries)


def _bundle(
    type_: str,
    entries: Sequence[dict[str, Any]],
    *,
    links: Sequence[tuple[str, str]] = (),
    total: int | None = None,
) -> bytes:
    content: dict[str, Any] = {"resourceType": "Bundle", "type": type_}
    if total is not None:
        content["total"] = total
    if links:
        content["link"] = [{"relation": relation, "url": url} for relation, url in links]
    if entries:
        content["entry"] = entries
    return _encode(content)
