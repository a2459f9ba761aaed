"""The values of an element in a resource's JSON, with their types and places."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

from verbund.fhir.definitions import Element, r4
from verbund.fhir.validation import properties

RESOURCES = frozenset({"Resource", "DomainResource"})


class Item(NamedTuple):
    """One value: `value` is None for a primitive of which only extensions are given; these are in `beside`."""

    value: Any
    beside: dict[str, Any] | None
    kind: str
    path: str


class Property(NamedTuple):
    """A JSON property of a type: its element, its type, the step of a path that leads to it."""

    key: str
    element: Element
    kind: str
    step: str


@cache
def keys(kind: str) -> Mapping[str, Property]:
    """The JSON properties of a type, without those that hold the extensions of primitives."""
    if kind not in r4().types:
        return {}
    return {
        key: Property(key, element, code, _step(element, code))
        for key, (element, code, extended) in properties(kind).items()
        if not extended
    }


@cache
def named(kind: str, name: str) -> tuple[Property, ...]:
    """The properties of an element; several for a choice of types (`value[x]`; some say `valueQuantity`)."""
    found = tuple(one for one in keys(kind).values() if one.element.name in {name, f"{name}[x]"})
    return found or tuple(one for one in keys(kind).values() if one.key == name)


def items(whole: Mapping[str, Any], kind: str, name: str, path: str) -> list[Item]:
    """The values of an element of an object, in their order."""
    found: list[Item] = []
    for one in named(kind, name):
        found += of_property(whole, one, path)
    return found


def of_property(whole: Mapping[str, Any], one: Property, path: str) -> list[Item]:
    """The values of one property, with the extensions of primitives beside them."""
    value, beside = whole.get(one.key), whole.get(f"_{one.key}")
    if value is None and beside is None:
        return []
    place = f"{path}.{one.step}"
    if not isinstance(value, list) and not isinstance(beside, list):
        return [Item(value, beside if isinstance(beside, dict) else None, _kind(value, one), place)]
    values = value if isinstance(value, list) else []
    extended = beside if isinstance(beside, list) else []
    return [
        Item(given, more, _kind(given, one), f"{place}[{number}]")
        for number, given, more in _paired(values, extended)
        if given is not None or more is not None
    ]


def _paired(values: list[Any], extended: list[Any]) -> Iterator[tuple[int, Any, dict[str, Any] | None]]:
    for number in range(max(len(values), len(extended))):
        more = extended[number] if number < len(extended) else None
        yield number, values[number] if number < len(values) else None, more if isinstance(more, dict) else None


def _kind(value: object, one: Property) -> str:
    """The type of a value: of a resource inside of another, what it says it is."""
    if one.kind in RESOURCES and isinstance(value, dict):
        name = value.get("resourceType")
        return name if isinstance(name, str) and name in r4().resources else one.kind
    return one.kind


def _step(element: Element, code: str) -> str:
    return f"{element.name[:-3]}.ofType({code})" if element.name.endswith("[x]") else element.name


@cache
def ancestors(kind: str) -> tuple[str, ...]:
    """A type and all that it is a kind of: `Age` is a Quantity and an Element."""
    found: list[str] = []
    while kind and kind not in found:
        found.append(kind)
        known = r4().types.get(kind)
        kind = known.base if known is not None else "Element" if kind != "Element" else ""
    return tuple(found)
