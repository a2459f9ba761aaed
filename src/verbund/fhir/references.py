"""References inside of resources: where they are, what they lead to, and how those of a transaction are resolved."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import get_args

from msgspec import Struct, structs
from msgspec.json import Decoder, Encoder

from verbund.fhir.checks import attributes
from verbund.fhir.generated import ADDRESS_PROPERTIES
from verbund.fhir.generated.datatypes import Reference, Resource

_LITERAL = re.compile(
    r"(?:(https?://[^?#]*)/)?([A-Z][A-Za-z]+)/([A-Za-z0-9.-]{1,64})(?:/_history/([A-Za-z0-9.-]{1,64}))?\Z"
)
_CONDITIONAL = re.compile(r"([A-Z][A-Za-z]+)\?(.+)\Z")
_STRING = rb'"([^"\\]*(?:\\.[^"\\]*)*)"'
_REFERENCE = re.compile(rb'("reference"\s*:\s*)' + _STRING)
_ADDRESS = re.compile(rb'("([A-Za-z]+)"\s*:\s*)"(urn:(?:uuid|oid):[^"\\]+)"')
_IN_NARRATIVE = re.compile(rb'((?:href|src)=\\")(urn:(?:uuid|oid):[^"\\]+)(?=\\")')
_text = Decoder(str).decode
_json = Encoder().encode


@dataclass(frozen=True, slots=True)
class LiteralReference:
    """A `Reference.reference` as it is written, and where (FHIRPath)."""

    path: str
    text: str


@dataclass(frozen=True, slots=True)
class Target:
    """What a literal reference leads to: a resource, perhaps of another server (`base`), perhaps one version of it."""

    type: str
    id: str
    base: str | None = None
    version: str | None = None


def parse_reference(text: str) -> Target | None:
    """The resource that `Patient/1`, `Patient/1/_history/2` or `https://other/fhir/Patient/1` leads to, else None."""
    found = _LITERAL.match(text)
    return None if found is None else Target(found[2], found[3], found[1], found[4])


def conditional(text: str) -> tuple[str, str] | None:
    """Type and search of a conditional reference (`Patient?identifier=urn:x|1`), else None.

    http://hl7.org/fhir/R4/http.html#trules: only in transactions; it must find exactly one resource.
    """
    found = _CONDITIONAL.match(text)
    return None if found is None else (found[1], found[2])


def references(resource: Resource) -> tuple[LiteralReference, ...]:
    """All literal references of a resource, in the order of its elements; without those to contained resources."""
    return tuple(_walk(resource, type(resource).__name__))


@cache
def _leading(kind: type[Struct]) -> tuple[Callable[[object], tuple[object, ...]], tuple[str, ...]]:
    """What reads the attributes of a structure that may hold structures, and their names in JSON."""
    found = [item for item in structs.fields(kind) if _holds_structures(item.type)]
    return attributes(*(item.name for item in found)), tuple(item.encode_name for item in found)


def _holds_structures(kind: object) -> bool:
    """Whether a type, or one of the types it is made of, is a structure."""
    return (isinstance(kind, type) and issubclass(kind, Struct)) or any(map(_holds_structures, get_args(kind)))


def _walk(item: Struct, path: str) -> Iterator[LiteralReference]:
    if isinstance(item, Reference) and item.reference is not None and not item.reference.startswith("#"):
        yield LiteralReference(path, item.reference)
    read, names = _leading(type(item))
    for value, name in zip(read(item), names, strict=True):
        if isinstance(value, Struct):
            yield from _walk(value, f"{path}.{name}")
        elif value:
            assert isinstance(value, tuple)  # noqa: S101 - structures stand alone or in tuples
            for position, one in enumerate(value):
                if one is not None:
                    yield from _walk(one, f"{path}.{name}[{position}]")


def reference_texts(raw: bytes) -> tuple[str, ...]:
    """The different literal references of a resource, read from its bytes: the fast way where no path is needed.

    Includes those of resources inside of it; leaves out those to contained resources.
    """
    found = dict.fromkeys(text for _, text in _REFERENCE.findall(raw) if not text.startswith(b"#"))
    return tuple(_text(b'"' + text + b'"') if b"\\" in text else text.decode() for text in found)


def replace_references(raw: bytes, mapping: Mapping[str, str]) -> bytes:
    """The resource with each reference that is a key of the mapping replaced by its value; all other bytes are kept.

    Replaced are `Reference.reference`; and, for `urn:` keys, single elements of the types uri, url, canonical, oid and
    uuid, and links in the narrative (http://hl7.org/fhir/R4/http.html#trules).
    """

    def reference(found: re.Match[bytes]) -> bytes:
        target = mapping.get(_text(b'"' + found[2] + b'"'))
        return found[0] if target is None else found[1] + _json(target)

    def address(found: re.Match[bytes]) -> bytes:
        target = mapping.get(found[3].decode()) if found[2].decode() in ADDRESS_PROPERTIES else None
        return found[0] if target is None else found[1] + _json(target)

    def link(found: re.Match[bytes]) -> bytes:
        target = mapping.get(found[2].decode())
        return found[0] if target is None else found[1] + _json(target)[1:-1]

    if not mapping:
        return raw
    replaced = _REFERENCE.sub(reference, raw)
    if b"urn:" not in replaced:
        return replaced
    return _IN_NARRATIVE.sub(link, _ADDRESS.sub(address, replaced))
