"""Hierarchies that resources of one type form by references, which `:above` and `:below` follow.

http://hl7.org/fhir/R4/search.html#recursive: only references that establish a strict hierarchy. Which do is said by the
extension `structuredefinition-hierarchy` in the definitions of R4. The address of a canonical reference is no place in
a hierarchy, but its version is one: `2.1.3` lies below `2.1` and `2`.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from verbund.fhir.search import Criterion, Filter, ReferenceValue, Value, parameters_of

LINKS: Final = {
    "CarePlan": "part-of",
    "Encounter": "part-of",
    "Location": "partof",
    "Organization": "partof",
    "StructureDefinition": "base",
}
"""Type to the parameter that leads from a resource to the one above it."""

WAYS: Final = frozenset({"above", "below"})
_ALSO: Final = frozenset({("CarePlan", "based-on"), ("CarePlan", "replaces")})


def follows(targets: Iterable[str]) -> bool:
    """Whether a reference that leads to these types (none: to any) may lead into a hierarchy, or to versions."""
    found = tuple(targets)
    return not found or any(target in LINKS or "url" in parameters_of(target) for target in found)


def is_placed(wanted: Criterion) -> bool:
    """Whether a criterion asks for references into a hierarchy of resources, which must be looked up."""
    return isinstance(wanted, Filter) and any(True for _ in places_of(wanted))


def places_of(wanted: Filter) -> Iterator[tuple[str, ReferenceValue]]:
    """Those values of a filter that are places in a hierarchy of resources, each with the type of these."""
    if wanted.kind == "reference" and wanted.modifier in WAYS:
        for value in wanted.values:
            kind = place_of(value)
            if kind is not None and isinstance(value, ReferenceValue):
                yield kind, value


def place_of(value: Value) -> str | None:
    """The type of resources in whose hierarchy a value of `:above` or `:below` is a place; None for a version."""
    if not isinstance(value, ReferenceValue):
        return None
    if value.url is None:
        return value.type
    return None if "|" in value.url else "StructureDefinition"


def link_of(kind: str, param: str, target: str) -> str:
    """The parameter by which the hierarchy of a type is followed, when `param` of `kind` is asked for."""
    return param if kind == target and (kind, param) in _ALSO else LINKS[target]


def versions_above(canonical: str) -> tuple[str, ...]:
    """A canonical with a version, and those with the versions above it: `u|2.1`, `u|2`."""
    address, _, version = canonical.rpartition("|")
    segments = version.split(".")
    return tuple(f"{address}|{'.'.join(segments[:end])}" for end in range(len(segments), 0, -1))


def is_below(canonical: str, other: str) -> bool:
    """Whether a canonical with a version is another one, or of a version below it."""
    return canonical == other or canonical.startswith(f"{other}.")
