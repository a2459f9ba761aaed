"""A resource's bytes on their way in: without white space, with other references, with room for version and time."""

import re
from datetime import UTC, datetime

import msgspec
from msgspec.json import format as reformatted

from verbund.fhir import Resource, stamp
from verbund.store.bodies import UNSTAMPED

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_VALUE = re.compile(rb'\s*:\s*"((?:[^"\\]|\\.)*)"')
# A reference by a condition, or an address by which an entry of the same bundle is called.
NEEDS_RESOLVING = re.compile(rb'"(?:urn:(?:uuid|oid):|[A-Z][A-Za-z]+\?)')
_STAMP = re.compile(rb'"versionId":"[^"\\]*","lastUpdated":"[^"\\]*"(?=[,}])')


def compact(raw: bytes) -> bytes:
    """The same JSON without white space between its parts; what is no JSON as it is, for the decoder to complain of."""
    try:
        return reformatted(raw, indent=-1)
    except msgspec.DecodeError:
        return raw


def targets(raw: bytes) -> set[str]:
    """What the references in these bytes say; looking for the word is much quicker than a pattern over all bytes."""
    found = set()
    for part in raw.split(b'"reference"')[1:]:
        end = part.find(b'"', 2)
        if part[:2] == b':"' and b"\\" not in part[2:end]:
            found.add(part[2:end].decode())
        elif (value := _VALUE.match(part)) is not None:
            found.add(str(msgspec.json.decode(b'"' + value[1] + b'"')))
    return found


def refers_by_condition(raw: bytes) -> bool:
    """Whether a reference in bytes without white space may be one by a condition (`Patient?identifier=…`)."""
    return b"?" in raw and any(part.endswith(b'"reference":', 0, part.rfind(b'"')) for part in raw.split(b"?")[:-1])


def redirected(raw: bytes, resolved: dict[bytes, bytes]) -> bytes:
    """The same bytes with other values of references."""
    first, *parts = raw.split(b'"reference":"')
    for place, part in enumerate(parts):
        end = part.find(b'"')
        target = resolved.get(part[:end])
        if target is not None:
            parts[place] = target + part[end:]
    return b'"reference":"'.join([first, *parts])


def unstamped(raw: bytes, kind: str, identity: str) -> bytes:
    """A valid resource without white space, its id and version and time as nought at its head, all else as it was.

    The same as `fhir.stamp` makes, found by looking at the head alone where that is as most senders write it.
    """
    head = f'{{"resourceType":"{kind}","id":"{identity}"'.encode()
    # A key may be written with escapes; then what looks as if it were not there may be.
    if raw.startswith(head) and (b"\\" not in raw or b"\\u" not in raw):
        length = len(head)
        if raw.startswith(b',"meta":{', length):
            inside = length + 9
            if found := _STAMP.match(raw, inside):
                return raw[:inside] + UNSTAMPED + raw[found.end() :]
            if b'"versionId"' not in raw and b'"lastUpdated"' not in raw:
                return raw[:inside] + UNSTAMPED + (b"" if raw[inside : inside + 1] == b"}" else b",") + raw[inside:]
        elif b'"meta"' not in raw:
            return head + b',"meta":{' + UNSTAMPED + b"}" + raw[length:]
    return stamp(raw, id=identity, version=0, updated=_EPOCH)


def unstamped_of(resource: Resource, raw: bytes, identity: str) -> bytes:
    """The same, of bytes that were decoded: what the resource does not have need not be looked for."""
    kind, meta = type(resource).__name__, resource.meta
    start = b'{"resourceType":"%b"' % kind.encode()
    if raw.startswith(start) and (b"\\" not in raw or b"\\u" not in raw):
        head = b'%b,"id":"%b"' % (start, identity.encode())
        if meta is None:
            return _with_meta(resource, raw, start, head) or unstamped(raw, kind, identity)
        if meta.versionId is None and meta.lastUpdated is None and raw.startswith(b'%b,"meta":{' % head):
            inside = len(head) + 9
            return raw[:inside] + UNSTAMPED + (b"" if raw[inside : inside + 1] == b"}" else b",") + raw[inside:]
    return unstamped(raw, kind, identity)


def _with_meta(resource: Resource, raw: bytes, start: bytes, head: bytes) -> bytes | None:
    """The same of a resource without `meta`; None where its id is not found."""
    if raw.startswith(head):
        return b'%b,"meta":{%b}' % (head, UNSTAMPED) + raw[len(head) :]
    if resource.id is None:
        return b'%b,"meta":{%b}' % (head, UNSTAMPED) + raw[len(start) :]
    own = b',"id":"%b"' % resource.id.encode()
    # Where there is one id only, it is its own.
    if raw.count(b'"id"') == 1 and (at := raw.find(own)) > 0:
        return b'%b,"meta":{%b}' % (head, UNSTAMPED) + raw[len(start) : at] + raw[at + len(own) :]
    return None
