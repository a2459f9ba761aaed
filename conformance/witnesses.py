"""For each search parameter, resources with what its expression names, and the text that a search asks for them."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

import msgspec

from conformance.asking import asked
from conformance.given import WHOLE, Json
from conformance.made import TARGET, Hints, Maker, Path, paths
from conformance.standard import WITHOUT_NARRATIVE, Official
from verbund.errors import VerbundError
from verbund.fhir import decode
from verbund.fhir.definitions import Element, r4
from verbund.fhir.fhirpath import Node, Seams, of_resource
from verbund.fhir.fhirpath import compile as compiled
from verbund.fhir.generated import RESOURCES

MOST_WAYS = 8
VARIANTS = 12
ASIDE = frozenset({"_id", "_text", "_content"})
"""Parameters of all types that read no element by an expression."""

_read = msgspec.json.Decoder(float_hook=Decimal).decode


@dataclass(frozen=True, slots=True)
class Witness:
    """A resource, the element in it, and the value that finds it. `type` is the FHIR type of the element."""

    resource: Json
    element: Any
    type: str
    value: str


def witnesses(maker: Maker, one: Official) -> Iterator[Witness]:
    """One for each way, by path and by data type, in which a resource can have what the parameter reads."""
    if one.code in ASIDE:
        yield _aside(maker, one)
        return
    if (whole := WHOLE.get((one.type, one.code))) is not None:
        yield from found_in(one, maker.plain(one.type) | whole)
        return
    hints = hints_of(one)
    if "extension(" in one.expression.lower():
        yield from _extended(maker, one, hints)
        return
    ways: set[tuple[str, str]] = set()
    for path in paths(one.type, hints):
        if len(ways) >= MOST_WAYS:
            return
        for variant in range(VARIANTS):
            found = _tried(maker, one, path, hints, variant)
            way = found and (".".join(step.key for step in path), found.type)
            if found and way:
                if way not in ways:
                    ways.add(way)
                    yield found
                break


def _tried(maker: Maker, one: Official, path: Path, hints: Hints, variant: int) -> Witness | None:
    resource = maker.holding(one.type, path, hints, variant)
    for part in one.components:
        _complete(maker, one, resource, part[1], path=path, variant=variant)
    return next(found_in(one, resource), None) if valid(resource) else None


def found_in(one: Official, resource: Json) -> Iterator[Witness]:
    """What the expression finds in a resource, as values to search for."""
    inside = ".value" if re.fullmatch(r"\w+\.extension\([^)]*\)", one.expression) else ""
    for node in evaluated(one.expression + inside, resource):
        if one.kind == "composite":
            values = [_component(kind, expression, node) for kind, expression in one.components]
            if all(values):
                yield Witness(resource, node.value, "composite", "$".join(map(str, values)))
        elif value := asked(one.kind, node, one.targets):
            yield Witness(resource, node.value, str(node.type), value)


def _component(kind: str, expression: str, node: Node) -> str | None:
    inside = compiled(expression).evaluate(node, seams=_SEAMS, strict=False)
    return next((text for one in inside if isinstance(one, Node) and (text := asked(kind, one, ()))), None)


def _complete(maker: Maker, one: Official, resource: Json, expression: str, *, path: Path, variant: int) -> None:
    """Put what a component names beside the element, or into it where it is a part of the resource."""
    hints = hints_from(expression)
    steps = [step for step in path if step.type in _backbones()]
    place: Any = resource
    for step in steps:
        place = place.get(step.key)
        place = place[0] if isinstance(place, list) else place
        if not isinstance(place, dict):
            return
    kind = steps[-1].type if steps else one.type
    for inner in paths(kind, hints):
        before = json.dumps(place)
        maker.put(place, inner, hints, variant)
        if valid(resource):
            return
        place.clear()
        place.update(json.loads(before))


@cache
def _backbones() -> frozenset[str]:
    return frozenset(name for name, of in r4().types.items() if of.kind == "backbone" or name == "UsageContext")


def _aside(maker: Maker, one: Official) -> Witness:
    """A witness for a parameter that reads no element by an expression."""
    resource = maker.plain(one.type)
    word = f"Wort{maker.number:05}"
    div = f'<div xmlns="http://www.w3.org/1999/xhtml">Ein {word} hier</div>'
    if one.code == "_id":
        return Witness(resource, "", "id", "")
    if one.type in WITHOUT_NARRATIVE:
        return Witness(resource | {"language": word}, word, "string", word)
    return Witness(resource | {"text": {"status": "generated", "div": div}}, div, "Narrative", word)


def _extended(maker: Maker, one: Official, hints: Hints) -> Iterator[Witness]:
    """Witnesses that have what is read in an extension."""
    for url in hints.literals:
        for kind in ("String", "CodeableConcept", "Reference"):
            element = Element(f"value{kind}", 0, "1", (kind,))
            of = kind if kind in r4().types else kind.lower()
            value = maker.value(of, element, hints, 0)
            extension = {"url": url, f"value{kind}": value}
            for resource in ({"extension": [extension]}, _item(extension)):
                whole = maker.plain(one.type) | resource
                if valid(whole):
                    yield from found_in(one, whole)


def _item(extension: Json) -> Json:
    """An answer to a question that has the extension (QuestionnaireResponse)."""
    answer = {"valueReference": {"reference": f"Patient/{TARGET}"}}
    return {"item": [{"linkId": "1", "extension": [extension], "answer": [answer]}]}


def hints_of(one: Official) -> Hints:
    """The names in the expression, as far as it is about this type, and in those of the components."""
    ways = re.split(r"\s\|\s", one.expression)
    own = [way for way in ways if re.search(rf"\b({one.type}|Resource|DomainResource)\b", way)] or ways
    return hints_from(" ".join([*own, *(expression for _, expression in one.components)]))


@cache
def hints_from(expression: str) -> Hints:
    """The names and the texts in an expression."""
    literals = tuple(re.findall(r"'([^']*)'", expression))
    return Hints(frozenset(re.findall(r"[A-Za-z]\w*", re.sub(r"'[^']*'", "", expression))), literals)


def valid(resource: Json) -> bool:
    """Whether the node could take it: decoded, and every invariant of R4 kept."""
    try:
        decode(json.dumps(resource).encode(), invariants=True)
    except VerbundError:
        return False
    return True


def evaluated(expression: str, resource: Json) -> list[Node]:
    """What an expression finds in a resource, by the standard's own words."""
    if not expression:
        return []
    root = of_resource(_read(json.dumps(resource)))
    try:
        found = compiled(expression).evaluate(root, seams=_SEAMS, strict=False)
    except VerbundError:
        return []
    return [one if isinstance(one, Node) else Node(one, "boolean") for one in found if one is not None]


def _resolved(text: str, _: Node | None) -> Mapping[str, Any] | None:
    kind = text.split("/")[-2] if "/" in text else ""
    return {"resourceType": kind} if kind in RESOURCES else None


_SEAMS = Seams(resolve=_resolved)
