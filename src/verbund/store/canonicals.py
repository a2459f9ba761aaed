"""Canonical references: by the address that a resource gives itself, with or without its business version.

http://hl7.org/fhir/R4/references.html#canonical. One without a version means every version that is here.
"""

from collections.abc import Collection, Iterable
from typing import TypeAlias

from msgspec import Struct
from msgspec.json import Decoder

from verbund.fhir import RESOURCE_TYPES
from verbund.fhir.references import reference_texts
from verbund.fhir.search import parameters_of
from verbund.store.indexing import Indexer
from verbund.store.model import Stored

# The parameter by which a resource refers to something, and how.
Reference: TypeAlias = tuple[str, str]

# The types of resources that have an address of their own.
CANONICAL_TYPES = frozenset(kind for kind in RESOURCE_TYPES if "url" in parameters_of(kind))


class _Named(Struct):
    url: str = ""
    version: str = ""


_named = Decoder(_Named).decode


def names_of(stored: Stored) -> tuple[str, ...]:
    """What canonical references call a resource: its address, and that with its version; nothing without an address."""
    if stored.type not in CANONICAL_TYPES:
        return ()
    named = _named(stored.body)
    if not named.url:
        return ()
    return (named.url, f"{named.url}|{named.version}") if named.version else (named.url,)


def canonicals(references: Iterable[Reference], body: bytes, names: Collection[str]) -> set[str]:
    """The canonical references of a resource by these parameters, as they are written."""
    found = {text for name, text in references if name in names and ":" in text}
    if found:
        found.difference_update(reference_texts(body))
    # One with a version is indexed without it too.
    return found - {text.rpartition("|")[0] for text in found if "|" in text}


def keys_of(indexer: Indexer, references: Iterable[str], kinds: Collection[str]) -> list[int]:
    """The keys under which resources of these types are found that canonical references lead to, whatever version."""
    addresses = {text.rpartition("|")[0] or text for text in references}
    return [indexer.keys.uri(kind, "url", one) for one in addresses for kind in kinds if kind in CANONICAL_TYPES]
