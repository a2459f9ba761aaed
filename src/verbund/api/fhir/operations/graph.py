"""`$graph`: a resource with the net around it that a GraphDefinition describes.

https://hl7.org/fhir/R4/resource-operation-graph.html and https://hl7.org/fhir/R4/graphdefinition.html.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl

import msgspec

from verbund.api.fhir.messages import Response
from verbund.api.fhir.operations.following import followed
from verbund.api.fhir.operations.gathering import gathered
from verbund.api.fhir.operations.model import Call, Operation
from verbund.api.fhir.operations.parameters import refused
from verbund.api.fhir.service import Service
from verbund.api.ports import Version
from verbund.api.rules import scope
from verbund.errors import Incorrect, NotFound
from verbund.fhir import parse_search
from verbund.fhir.bundles import collection
from verbund.fhir.fhirpath import compile as compiled
from verbund.identity import Principal

MOST_RESOURCES = 5_000
DEEPEST = 12

Json = Mapping[str, Any]
_json = msgspec.json.Decoder(float_hook=Decimal).decode


@dataclass(slots=True)
class _Net:
    """What was met so far: each resource once; what a node of the definition has looked at is not looked at again."""

    found: dict[tuple[str, str], Version] = field(default_factory=dict)
    looked_at: set[tuple[int, str, str]] = field(default_factory=set)

    def add(self, version: Version) -> None:
        self.found.setdefault((version.type, version.id), version)
        if len(self.found) > MOST_RESOURCES:
            raise Incorrect(f"This graph would hold more than {MOST_RESOURCES} resources; describe a smaller one.")


async def graph(service: Service, who: Principal, call: Call) -> Response:
    """A collection: the resource, then what the links of the definition lead to, as far as who asks may see it."""
    definition = await _definition(service, who, call)
    if definition.get("start") not in {call.type, "Resource", "DomainResource"}:
        raise Incorrect(f"This GraphDefinition begins at {definition.get('start')}, not at {call.type}.")
    start = await service.gate.read(who, call.type, call.id)
    net = _Net()
    net.add(start)
    await _follow(service, who, definition.get("link", ()), start, net)
    return Response(200, collection([(service.full_url(one), one.body) for one in net.found.values()]))


async def _definition(service: Service, who: Principal, call: Call) -> Json:
    raw = call.parameters.resource("graph") if any(one.resource for one in call.parameters.all("graph")) else None
    if raw is None:
        name = call.parameters.text("graph")
        if not name:
            raise refused("graph", "is needed: the canonical address or the id of a GraphDefinition.")
        raw = await _found(service, who, name)
    content: Json = _json(raw)
    if content.get("resourceType") != "GraphDefinition":
        raise refused("graph", "must lead to a GraphDefinition.")
    _check_depth(content.get("link", ()), 1)
    return content


def _check_depth(links: Sequence[Json], depth: int) -> None:
    if depth > DEEPEST:
        raise Incorrect(f"The GraphDefinition nests its links deeper than {DEEPEST}.")
    for link in links:
        for target in link.get("target", ()):
            _check_depth(target.get("link", ()), depth + 1)


async def _found(service: Service, who: Principal, name: str) -> bytes:
    if "://" not in name and not name.startswith("urn:"):
        return (await service.gate.read(who, "GraphDefinition", name.removeprefix("GraphDefinition/"))).body
    url, _, version = name.partition("|")
    pairs = [("url", url), ("_count", "1"), *([("version", version)] if version else [])]
    page = await service.gate.search(who, parse_search("GraphDefinition", pairs), cursor=None)
    if not page.matches:
        raise NotFound("There is no GraphDefinition of this address here.")
    return page.matches[0].body


async def _follow(service: Service, who: Principal, links: Sequence[Json], version: Version, net: _Net) -> None:
    content = _json(version.body)
    for link in links:
        texts = _named(link["path"], content) if "path" in link else []
        for target in link.get("target", ()):
            async for one in _reached(service, who, target, version, texts):
                net.add(one)
                seen = (id(target), one.type, one.id)
                if seen not in net.looked_at:
                    net.looked_at.add(seen)
                    await _follow(service, who, target.get("link", ()), one, net)


def _named(path: str, content: Json) -> list[str]:
    """The references at a path."""
    nodes = compiled(path).evaluate(dict(content))
    values = [getattr(node, "value", node) for node in nodes]
    found = [value.get("reference") if isinstance(value, dict) else value for value in values]
    return [text for text in found if isinstance(text, str)]


async def _reached(
    service: Service, who: Principal, target: Json, version: Version, texts: Sequence[str]
) -> AsyncIterator[Version]:
    """What a target of a link leads to: by the references at its path, or by a search that names `{ref}`."""
    kind, params = target.get("type"), target.get("params")
    if not isinstance(kind, str):
        raise Incorrect("A target in the GraphDefinition has no type.")
    if params is not None:
        pairs = parse_qsl(str(params).replace("{ref}", f"{version.type}/{version.id}").lstrip("?"))
        query = parse_search(kind, [*pairs, ("_count", "1000")], known=service.gate.known)
        for one in await gathered(service, who, query, MOST_RESOURCES):
            yield one
        return
    for one in await followed(service, who, texts):
        if kind in {one.type, "Resource"}:
            yield one


OPERATIONS = (Operation("graph", ("instance",), scope("r"), graph, takes=frozenset({"graph"})),)
