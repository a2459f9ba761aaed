"""The operations of a FHIRPath Patch, and what each does to parsed JSON (http://hl7.org/fhir/R4/fhirpatch.html)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final, NoReturn

from verbund.errors import Incorrect, Issue
from verbund.fhir.fhirpath import Node, compile, of_resource  # noqa: A004 - named as in re
from verbund.fhir.fhirpath.node import Property, members_of

Json = Any
"""A JSON value."""

_KINDS: Final = frozenset({"add", "insert", "delete", "replace", "move"})


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation: what to do, where, and with what; `value` is the part that holds the new value."""

    kind: str
    path: str
    name: str | None = None
    value: dict[str, Json] | None = None
    index: int | None = None
    source: int | None = None
    destination: int | None = None


class _Place:
    """The list or the single place in which an element stands, with what stands beside primitives."""

    def __init__(self, holder: dict[str, Json], key: str) -> None:
        self.holder = holder
        self.key = key

    @property
    def columns(self) -> list[list[Json]]:
        """The list of values and, where there is one, that of their ids and extensions, made equally long."""
        found = [self.holder.setdefault(self.key, [])]
        if "_" + self.key in self.holder:
            found.append(self.holder["_" + self.key])
        longest = max(map(len, found))
        for column in found:
            column.extend([None] * (longest - len(column)))
        return found

    def put(self, value: Json, extra: Json, at: int | None) -> None:
        """Put a value into the list, or into the single place if `at` is None."""
        if at is None:
            self.holder.update({self.key: value} if value is not None else {})
            self.holder.update({"_" + self.key: extra} if extra is not None else {})
            return
        if extra is not None:
            self.holder.setdefault("_" + self.key, [])
        columns = self.columns
        columns[0].insert(at, value)
        if len(columns) > 1:
            columns[1].insert(at, extra)
        self.tidy()

    def take(self, at: int | None) -> tuple[Json, Json]:
        """Take a value and what is beside it out."""
        if at is None:
            return self.holder.pop(self.key, None), self.holder.pop("_" + self.key, None)
        taken = [column.pop(at) for column in self.columns]
        self.tidy()
        return taken[0], taken[1] if len(taken) > 1 else None

    def tidy(self) -> None:
        """Leave no list that holds nothing."""
        for key in (self.key, "_" + self.key):
            items = self.holder.get(key)
            if isinstance(items, list) and not any(item is not None for item in items):
                del self.holder[key]


def operations(parameters: Json) -> list[Operation]:
    """The operations of a Parameters resource; Incorrect if it is none, or one of them is malformed."""
    if not isinstance(parameters, dict) or parameters.get("resourceType") != "Parameters":
        raise Incorrect("A FHIRPath Patch is a Parameters resource.")
    given = parameters.get("parameter", [])
    if not isinstance(given, list) or not given:
        raise Incorrect("The FHIRPath Patch has no operation.")
    return [_operation(one, index) for index, one in enumerate(given)]


def _operation(parameter: Json, index: int) -> Operation:
    if not isinstance(parameter, dict) or parameter.get("name") != "operation":
        _refuse(index, "every parameter must have the name 'operation'.")
    parts: dict[str, Json] = {}
    for part in parameter.get("part", []):
        if not isinstance(part, dict) or not isinstance(part.get("name"), str) or part["name"] in parts:
            _refuse(index, "each part needs a name, and none may come twice.")
        parts[part["name"]] = part
    kind, path = _text(parts.get("type")), _text(parts.get("path"))
    if kind not in _KINDS or path is None:
        _refuse(index, f"'type' must be one of {', '.join(sorted(_KINDS))}, and 'path' must be given.")
    numbers = [_number(parts.get(name)) for name in ("index", "source", "destination")]
    operation = Operation(kind, path, _text(parts.get("name")), parts.get("value"), *numbers)
    if missing := [name for name in _NEEDED[kind] if getattr(operation, name) is None]:
        _refuse(index, f"'{kind}' needs {' and '.join(missing)}.")
    return operation


_NEEDED: Final = {
    "add": ("name", "value"),
    "insert": ("value", "index"),
    "delete": (),
    "replace": ("value",),
    "move": ("source", "destination"),
}


def _text(part: Json) -> str | None:
    """The string, code or the like that a part holds."""
    found = [item for key, item in (part or {}).items() if key.startswith("value") and isinstance(item, str)]
    return found[0] if found else None


def _number(part: Json) -> int | None:
    """The integer that a part holds."""
    found = (part or {}).get("valueInteger", (part or {}).get("valueUnsignedInt"))
    return found if isinstance(found, int) and not isinstance(found, bool) else None


def apply(document: Json, operation: Operation, index: int) -> None:
    """Do one operation to a resource in place; Incorrect, with its index, if it cannot be done."""
    root = of_resource(document)
    found = compile(operation.path).evaluate(root)
    nodes = [item for item in found if isinstance(item, Node)]
    if len(nodes) != len(found):
        _refuse(index, "the path must lead to elements of the resource.")
    _DEEDS[operation.kind](nodes, operation, index)


def _single(nodes: list[Node], index: int) -> Node:
    if len(nodes) != 1:
        _refuse(index, f"the path must lead to exactly one element, and leads to {len(nodes)}.")
    return nodes[0]


def _place(node: Node, index: int) -> _Place:
    """Where an element stands."""
    if node.parent is None:
        _refuse(index, "the path leads to the resource itself.")
    return _Place(_members(node.parent), node.name)


def _members(node: Node) -> dict[str, Json]:
    """The JSON object of an element's children; for a primitive the one beside it, made if it is not there."""
    if isinstance(node.value, dict):
        return node.value
    if node.extra is None and node.parent is not None:
        node.extra = {}
        holder = _members(node.parent)
        if node.index is None:
            holder["_" + node.name] = node.extra
        else:
            place = _Place(holder, node.name)
            holder.setdefault("_" + node.name, [])
            place.columns[1][node.index] = node.extra
    return node.extra if node.extra is not None else {}


def _add(nodes: list[Node], operation: Operation, index: int) -> None:
    node = _single(nodes, index)
    kind = node.type if isinstance(node.value, dict) else "Element"
    at, value, extra = _new(kind, operation.name or "", operation.value or {}, index)
    place = _Place(_members(node), at.key)
    present = at.key in place.holder or "_" + at.key in place.holder
    if present and not at.many:
        _refuse(index, "the element is there already, and there may be only one; use replace.")
    place.put(value, extra, len(place.columns[0]) if at.many else None)


def _list_of(nodes: list[Node], index: int) -> _Place:
    """The one list in which all of these elements stand."""
    if not nodes or nodes[0].index is None:
        _refuse(index, "the path must lead to a list.")
    first = nodes[0]
    if any(node.parent is not first.parent or node.name != first.name for node in nodes):
        _refuse(index, "the path leads to more than one list.")
    return _place(first, index)


def _insert(nodes: list[Node], operation: Operation, index: int) -> None:
    place = _list_of(nodes, index)
    where = operation.index or 0
    if not 0 <= where <= len(place.columns[0]):
        _refuse(index, "the index is outside of the list.")
    parent = nodes[0].parent
    kind = parent.type if parent is not None else ""
    _, value, extra = _new(kind, place.key, operation.value or {}, index)
    place.put(value, extra, where)


def _delete(nodes: list[Node], _: Operation, index: int) -> None:
    if nodes:
        node = _single(nodes, index)
        _place(node, index).take(node.index)


def _replace(nodes: list[Node], operation: Operation, index: int) -> None:
    node = _single(nodes, index)
    place = _place(node, index)
    parent = node.parent
    at, value, extra = _new(parent.type if parent is not None else "", place.key, operation.value or {}, index)
    place.take(node.index)
    _Place(place.holder, at.key).put(value, extra, node.index)


def _move(nodes: list[Node], operation: Operation, index: int) -> None:
    place = _list_of(nodes, index)
    source, destination = operation.source or 0, operation.destination or 0
    size = len(place.columns[0])
    if not (0 <= source < size and 0 <= destination < size):
        _refuse(index, "source and destination must be places in the list.")
    value, extra = place.take(source)
    place.put(value, extra, destination)


_DEEDS: Final[dict[str, Callable[[list[Node], Operation, int], None]]] = {
    "add": _add,
    "insert": _insert,
    "delete": _delete,
    "replace": _replace,
    "move": _move,
}


def _new(kind: str, name: str, part: dict[str, Json], index: int) -> tuple[Property, Json, Json]:
    """The JSON property that a new value belongs to, the value, and what is beside a primitive."""
    key = next((key for key in part if key.startswith("value")), None) or next(
        (key[1:] for key in part if key.startswith("_value")), None
    )
    at = _property(kind, name, (key or "value")[5:])
    if at is None:
        _refuse(index, "the type has no element of this name, or none of the value's type.")
    if "resource" in part:
        return at, part["resource"], None
    if key is not None:
        return at, part.get(key), part.get("_" + key)
    if not isinstance(part.get("part"), list):
        _refuse(index, "'value' holds no value.")
    return at, _assembled(at.type, part["part"], index), None


def _property(kind: str, name: str, given: str) -> Property | None:
    """The property of a name: of a choice the one of the value's type, which may also be part of the name."""
    found = [at for at in _properties(kind) if at.key == name]
    if name in members_of(kind):
        found = list(members_of(kind)[name])
    elif found:
        stem = next(stem for stem, ways in members_of(kind).items() if found[0] in ways)
        found = list(members_of(kind)[stem])
    if len(found) == 1:
        return found[0]
    return next((at for at in found if at.type[:1].upper() + at.type[1:] == given), None)


def _properties(kind: str) -> Iterator[Property]:
    for ways in members_of(kind).values():
        yield from ways


def _assembled(kind: str, parts: list[Json], index: int) -> dict[str, Json]:
    """An element without a data type of its own (a backbone element), put together from its parts."""
    value: dict[str, Json] = {}
    for part in parts:
        if not isinstance(part, dict) or not isinstance(part.get("name"), str):
            _refuse(index, "each part of a value needs a name.")
        at, one, extra = _new(kind, part["name"], part, index)
        place = _Place(value, at.key)
        place.put(one, extra, len(place.columns[0]) if at.many else None)
    return value


def _refuse(index: int, reason: str) -> NoReturn:
    sentence = f"Operation {index} of the FHIRPath Patch: {reason}"
    raise Incorrect(sentence, issues=(Issue("processing", sentence, rule="patch"),))
