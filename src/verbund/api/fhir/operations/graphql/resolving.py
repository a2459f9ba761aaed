"""What answers the fields: resources through the gate, elements from their JSON."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, TypeAlias

import msgspec
from graphql import GraphQLResolveInfo, get_named_type

from verbund.api.fhir.operations.following import followed
from verbund.api.fhir.service import Service
from verbund.api.ports import Found, Version
from verbund.errors import Incorrect, NotFound
from verbund.fhir import parse_search
from verbund.fhir.fhirpath import Node
from verbund.fhir.fhirpath import compile as compiled
from verbund.identity import Principal

MOST_RESOURCES = 5_000
COUNT_BY_DEFAULT = 50
MOST_A_PAGE = 1_000
# Where a reference to a contained resource keeps what contains it.
_CONTAINER = "$container"

Json = dict[str, Any]
_json = msgspec.json.Decoder(Json, float_hook=Decimal).decode


@dataclass(slots=True)
class Asking:
    """One query under way: for whom, and how much it has loaded. `slices` are names by the path of a list."""

    service: Service
    who: Principal
    loaded: int = 0
    slices: dict[tuple[str | int, ...], list[str]] = field(default_factory=dict)

    def opened(self, version: Version) -> Json:
        """A resource as its elements. Incorrect when the query loads too much."""
        self.loaded += 1
        if self.loaded > MOST_RESOURCES:
            raise Incorrect(f"This query loads more than {MOST_RESOURCES} resources; ask for less with _count.")
        resource = _json(version.body)
        if "contained" in resource:
            _link(resource, resource)
        return resource


Info: TypeAlias = GraphQLResolveInfo[Asking]


def _link(value: object, container: Json) -> None:
    """Let references to contained resources know where those are."""
    if isinstance(value, list):
        for part in value:
            _link(part, container)
    elif isinstance(value, dict):
        if str(value.get("reference", "")).startswith("#"):
            value[_CONTAINER] = container
        for name, part in value.items():
            if name != _CONTAINER:
                _link(part, container)


async def one(kind: str, _: object, info: Info, **given: str) -> Json:
    """The resource of an id."""
    asking = info.context
    return asking.opened(await asking.service.gate.read(asking.who, kind, given["id"]))


async def listed(kind: str, source: Json | None, info: Info, **given: Any) -> list[Json]:  # noqa: ANN401
    """What a search finds, or what refers to the resource around it."""
    asking = info.context
    offset, count = given.pop("_offset", None) or 0, given.pop("_count", None)
    count = COUNT_BY_DEFAULT if count is None else count
    if offset < 0 or count < 0 or offset + count > MOST_A_PAGE:
        raise Incorrect(f"_offset and _count together reach to {MOST_A_PAGE} at most; use {kind}Connection beyond.")
    found = await _search(asking, kind, source, given, offset + count)
    return [asking.opened(version) for version in found.matches[offset:]]


async def connection(kind: str, source: Json | None, info: Info, **given: Any) -> Json:  # noqa: ANN401
    """A page of what a search finds, with its total and the cursor of the next page."""
    asking = info.context
    count = given.pop("_count", None)
    count = min(COUNT_BY_DEFAULT if count is None else max(count, 0), MOST_A_PAGE)
    offset = given.pop("_offset", None) or 0
    if offset:
        raise Incorrect("A connection goes on by _cursor, the value of `next`, not by _offset.")
    found = await _search(asking, kind, source, given | {"_total": ["accurate"]}, count)
    edges = [{"mode": "match", "resource": asking.opened(version)} for version in found.matches]
    return {"count": found.total, "offset": None, "pagesize": count, "next": found.next_cursor, "edges": edges}


async def _search(asking: Asking, kind: str, source: Json | None, given: Mapping[str, Any], count: int) -> Found:
    arguments = dict(given)
    cursor = arguments.pop("_cursor", None)
    pairs = [("_count", str(count))]
    if (parameter := arguments.pop("_reference", None)) is not None and source is not None:
        pairs.append((parameter.replace("_", "-"), f"{source['resourceType']}/{source['id']}"))
    for name, values in arguments.items():
        pairs.append((name, ",".join(values) if isinstance(values, list) else values))
    return await asking.service.gate.search(
        asking.who, parse_search(kind, pairs, known=asking.service.gate.known), cursor=cursor
    )


async def referred(
    source: Json,
    info: Info,
    *,
    optional: bool = False,
    type: str | None = None,  # noqa: A002
) -> Json | None:
    """The resource that a reference leads to.

    NotFound when it is not there and not `optional`; None when it is of another type than `type`.
    """
    asking = info.context
    text = source.get("reference")
    if text is None:
        return None
    if text.startswith("#"):
        held = source.get(_CONTAINER, {}).get("contained", ())
        found = next((part for part in held if part.get("id") == text[1:]), None)
    else:
        versions = await followed(asking.service, asking.who, [text])
        found = asking.opened(versions[0]) if versions else None
    if found is None:
        if optional or type is not None:
            return None
        raise NotFound("A reference leads to nothing here; ask with resource(optional: true).")
    return found if type in {None, found["resourceType"]} else None


def element(source: Json, info: Info, **given: Any) -> Sequence[Any] | None:  # noqa: ANN401
    """The parts of a list that are asked for."""
    values = source.get(info.field_name)
    if values is None:
        return None
    path, offset, count = given.pop("fhirpath", None), given.pop("_offset", None) or 0, given.pop("_count", None)
    if path is not None:
        kind = get_named_type(info.return_type).name
        values = [value for value in values if _holds(path, value, kind)]
    for name, wanted in given.items():
        values = [value for value in values if _said(value.get(name)) == wanted]
    if offset < 0 or (count is not None and count < 0):
        raise Incorrect("_offset and _count are numbers from 0 on.")
    values = values[offset:] if count is None else values[offset : offset + count]
    _name_slices(info, values)
    return values


def _said(value: object) -> str | None:
    if isinstance(value, bool):
        return str(value).lower()
    return None if value is None else str(value)


def _holds(path: str, value: object, kind: str) -> bool:
    return _values(path, value, kind) == [True]


def _values(path: str, value: object, kind: str) -> list[Any]:
    """What a FHIRPath gives on a part of a resource."""
    found = compiled(path).evaluate(Node(value, kind)) if isinstance(value, dict) else []
    return [getattr(node, "value", node) for node in found]


def _name_slices(info: Info, values: Sequence[Any]) -> None:
    """For `@slice(path)`: what each part is called."""
    for node in info.field_nodes:
        for directive in node.directives or ():
            if directive.name.value == "slice":
                path = str(getattr((directive.arguments or ())[0].value, "value", ""))
                kind = get_named_type(info.return_type).name
                names = [str(n) if path == "$index" else _name(path, value, kind) for n, value in enumerate(values)]
                info.context.slices[tuple(info.path.as_list())] = names


def _name(path: str, value: object, kind: str) -> str:
    return ".".join(str(one) for one in _values(path, value, kind))
