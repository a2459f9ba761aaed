"""What an expression is evaluated on: JSON values with the FHIR types that the definitions give them.

A collection is a list; its items are `Node` for what comes from a resource, and plain values for what FHIRPath itself
makes: bool, int, Decimal, str, `Moment`, `Quantity`, `TypeInfo`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any, Final, NamedTuple

from verbund.fhir.definitions import r4
from verbund.fhir.fhirpath.quantities import CALENDAR, UCUM, Quantity
from verbund.fhir.fhirpath.temporal import Moment, read
from verbund.fhir.primitives import EXPECTED

PRIMITIVE_BASES: Final[Mapping[str, str]] = {
    **dict.fromkeys(("code", "id", "markdown"), "string"),
    **dict.fromkeys(("url", "canonical", "oid", "uuid"), "uri"),
    **dict.fromkeys(("unsignedInt", "positiveInt"), "integer"),
}
_MOMENTS: Final = {"date": "Date", "dateTime": "DateTime", "instant": "DateTime", "time": "Time"}


Json = Any
"""A JSON value: dict, list, str, int, Decimal, bool or None."""


class TypeInfo(NamedTuple):
    """What `type()` tells: a namespace and a name."""

    namespace: str
    name: str


@dataclass(slots=True, eq=False, repr=False)
class Node:
    """An element of a resource: its JSON value, its FHIR type, and where it stands.

    `value` is None for a primitive that has only an id or extensions, which are in `extra` (the JSON property with an
    underscore). `type` is the name of a resource, a data type, a primitive, or a backbone element as the definitions
    name it (`PatientContact`). `name` is the JSON property, `index` the place in its list, None where it is none.
    """

    value: Json
    type: str
    extra: dict[str, Any] | None = None
    parent: "Node | None" = None
    name: str = ""
    index: int | None = None

    def __repr__(self) -> str:
        return f"Node({self.path}: {self.type})"

    @property
    def path(self) -> str:
        """Where it stands, as a FHIRPath from the resource down: `Patient.name[0].given[1]`."""
        if self.parent is None:
            return self.type
        place = "" if self.index is None else f"[{self.index}]"
        return f"{self.parent.path}.{self.name}{place}"


Item = Node | bool | int | Decimal | str | Moment | Quantity | TypeInfo


class Property(NamedTuple):
    """A JSON property of a type that an element's name leads to."""

    key: str
    extra: str
    type: str
    primitive: bool
    many: bool


@cache
def members_of(kind: str) -> Mapping[str, tuple[Property, ...]]:
    """The elements of a type by their FHIRPath names, a choice by its stem; none for a type that is not of R4."""
    definition = r4().types.get(kind)
    if definition is None:
        return {}
    found: dict[str, tuple[Property, ...]] = {}
    for element in definition.elements:
        stem = element.name.removesuffix("[x]")
        found[stem] = tuple(
            Property(key, "_" + key, code, code in EXPECTED, element.max != "1")
            for code in element.types
            for key in (stem + code[0].upper() + code[1:] if stem != element.name else stem,)
        )
    return found


@cache
def ancestry(kind: str) -> frozenset[str]:
    """A type and all types it is derived from."""
    found = {kind}
    while base := PRIMITIVE_BASES.get(kind) or (kind in r4().types and r4().types[kind].base):
        found.add(base)
        kind = base
    if kind in EXPECTED:
        found.add("Element")
    return frozenset(found)


def of_resource(value: Json) -> Node:
    """The node of a whole resource; of a value that names no type of R4, one that has no elements."""
    name = value.get("resourceType") if isinstance(value, dict) else None
    return Node(value, name if isinstance(name, str) else "Resource")


def child(parent: Node, at: Property, value: Json, extra: Json, index: int | None) -> Node:
    """The node of one value of a property."""
    kind = at.type
    if kind == "Resource" and isinstance(value, dict) and isinstance(value.get("resourceType"), str):
        kind = value["resourceType"]
    return Node(value, kind, extra if isinstance(extra, dict) else None, parent, at.key, index)


def step(node: Node, properties: tuple[Property, ...], out: list[Item]) -> None:
    """Append the children of a node that stand in these properties."""
    holder = node.value
    for at in properties:
        key = at.key
        if key in holder:
            value = holder[key]
            if at.primitive and at.extra in holder:
                _with_extras(node, at, value, holder[at.extra], out)
            elif isinstance(value, list):
                out.extend([child(node, at, item, None, place) for place, item in enumerate(value) if item is not None])
            elif value is not None:
                out.append(child(node, at, value, None, None))
        elif at.primitive and at.extra in holder:
            _with_extras(node, at, None, holder[at.extra], out)


def _with_extras(node: Node, at: Property, value: Json, extra: Json, out: list[Item]) -> None:
    """Append the primitives whose ids or extensions stand in a property of their own."""
    if not isinstance(value, list) and not isinstance(extra, list):
        out.append(child(node, at, value, extra, None))
        return
    values = value if isinstance(value, list) else []
    extras = extra if isinstance(extra, list) else []
    for place in range(max(len(values), len(extras))):
        one = values[place] if place < len(values) else None
        more = extras[place] if place < len(extras) else None
        if one is not None or more is not None:
            out.append(child(node, at, one, more, place))


def members(node: Node, name: str, out: list[Item]) -> bool:
    """Append the children of this name; False if the node's type has none of it."""
    if isinstance(node.value, dict):
        properties = members_of(node.type).get(name)
        if properties is None:
            return name == "resourceType"
        step(node, properties, out)
        return True
    properties = members_of("Element").get(name)
    if properties is not None and node.extra is not None:
        step(extras(node), properties, out)
    return properties is not None


def extras(node: Node) -> Node:
    """The id and the extensions of a primitive, as a node of their own."""
    return Node(node.extra or {}, "Element", None, node.parent, "_" + node.name, node.index)


def children(node: Node, out: list[Item]) -> None:
    """Append all children of a node, in the order of the definitions."""
    if isinstance(node.value, dict):
        for properties in members_of(node.type).values():
            step(node, properties, out)
    elif node.extra is not None:
        children(extras(node), out)


def descendants(node: Node) -> Iterator[Node]:
    """All nodes below a node, each level after the one above it."""
    waiting: list[Item] = []
    children(node, waiting)
    for item in waiting:
        if isinstance(item, Node):
            yield item
            children(item, waiting)


def system(item: Item) -> Json:
    """The plain value of an item: what it is as System type; a node of a complex type as it is, None for no value.

    http://hl7.org/fhir/R4/fhirpath.html#types: primitives and Quantity are converted where an operator needs it.
    """
    if type(item) is not Node:
        return item
    value, kind = item.value, item.type
    if isinstance(value, str):
        moment = _MOMENTS.get(kind)
        return value if moment is None else read(value, moment) or value
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int | Decimal):
        return Decimal(value) if kind == "decimal" else value
    if isinstance(value, dict) and "Quantity" in ancestry(kind):
        return _quantity(value) or item
    return item


def _quantity(value: dict[str, Any]) -> Quantity | None:
    """A FHIR Quantity as FHIRPath's: with its UCUM code, or else its unit; None with a comparator or no number."""
    number = value.get("value")
    if isinstance(number, bool) or not isinstance(number, int | Decimal) or "comparator" in value:
        return None
    code = value.get("code") if value.get("system") == UCUM else value.get("unit", value.get("code"))
    if not isinstance(code, str):
        return Quantity(Decimal(number))
    return Quantity(Decimal(number), CALENDAR.get(code, code), code in CALENDAR)
