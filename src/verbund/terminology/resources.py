"""FHIR's CodeSystem, ValueSet and ConceptMap as what they mean."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import msgspec

from verbund.errors import Invalid
from verbund.terminology import wire
from verbund.terminology.model import (
    Concept,
    ConceptMap,
    Content,
    Designation,
    Filter,
    Head,
    Include,
    Line,
    Listed,
    Property,
    ValueSet,
)
from verbund.terminology.structure import canonical

CONTENTS: tuple[Content, ...] = ("complete", "fragment", "example", "not-present", "supplement")
INACTIVE_STATUSES = frozenset({"retired", "deprecated", "withdrawn", "inactive"})
PARENT_PROPERTIES = frozenset({"parent", "subsumedBy", "partOf"})


def _read(raw: bytes, kind: str) -> Any:  # noqa: ANN401 - the kind tells which structure
    try:
        return wire.READERS[kind].decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Invalid(f"This is no {kind}: {error}. Correct it.") from error
    except RecursionError as error:
        raise Invalid(f"This {kind} is nested too deeply. Give parents as properties instead.") from error


def code_system(raw: bytes) -> tuple[Head, list[Concept]]:
    """A CodeSystem's head and its concepts, parents before their children; Invalid where it cannot be read.

    What is a parent by nesting, and what is one by the properties `parent` and `child`, count alike.
    """
    found: wire.CodeSystemJson = _read(raw, "CodeSystem")
    if found.url is None:
        raise Invalid("A CodeSystem needs a url: concepts are known by it.")
    head = Head(
        url=canonical(found.url),
        version=found.version,
        name=found.name,
        title=found.title,
        status=found.status,
        content=next((content for content in CONTENTS if content == found.content), "fragment"),
        case_sensitive=found.case_sensitive is not False,
        value_set=found.value_set,
        language=found.language,
        properties=_kinds(found),
    )
    return head, _with_children(list(_concepts(found.concept, ())))


def _kinds(found: wire.CodeSystemJson) -> dict[str, str]:
    kinds = {one.code: one.type for one in found.property}
    waiting = list(found.concept)
    while waiting:
        concept = waiting.pop()
        waiting.extend(concept.concept)
        for one in concept.property:
            kinds.setdefault(one.code, _valued(one).kind)
    return kinds


def _concepts(listed: Sequence[wire.ConceptJson], above: tuple[str, ...]) -> Iterator[Concept]:
    for found in listed:
        properties = tuple(_valued(one) for one in found.property)
        further = tuple(one.value for one in properties if one.code in PARENT_PROPERTIES)
        yield Concept(
            code=found.code,
            display=found.display,
            definition=found.definition,
            parents=tuple(dict.fromkeys((*above, *further))),
            designations=tuple(map(_designation, found.designation)),
            properties=properties,
            inactive=_inactive(properties),
            abstract=any(p.code in {"notSelectable", "abstract"} and p.value == "true" for p in properties),
        )
        yield from _concepts(found.concept, (found.code,))


def _with_children(concepts: list[Concept]) -> list[Concept]:
    """The same, where a property `child` made its concept a parent of another."""
    above: dict[str, list[str]] = {}
    for concept in concepts:
        for one in concept.properties:
            if one.code == "child":
                above.setdefault(one.value, []).append(concept.code)
    if not above:
        return concepts
    return [_under(concept, above.get(concept.code, ())) for concept in concepts]


def _under(concept: Concept, further: Iterable[str]) -> Concept:
    parents = tuple(dict.fromkeys((*concept.parents, *further)))
    return concept if parents == concept.parents else replace(concept, parents=parents)


def _inactive(properties: Iterable[Property]) -> bool:
    return any(
        (one.code == "inactive" and one.value == "true") or (one.code == "status" and one.value in INACTIVE_STATUSES)
        for one in properties
    )


def _valued(found: wire.PropertyJson) -> Property:  # noqa: PLR0911 - one for each type
    match found:
        case wire.PropertyJson(value_code=str(text)):
            return Property(found.code, text, "code")
        case wire.PropertyJson(value_coding=wire.CodingJson() as coding):
            return Property(found.code, f"{coding.system or ''}|{coding.code or ''}", "Coding")
        case wire.PropertyJson(value_boolean=bool(flag)):
            return Property(found.code, "true" if flag else "false", "boolean")
        case wire.PropertyJson(value_integer=int(number)):
            return Property(found.code, str(number), "integer")
        case wire.PropertyJson(value_date_time=str(text)):
            return Property(found.code, text, "dateTime")
        case wire.PropertyJson(value_decimal=msgspec.Raw() as text):
            return Property(found.code, bytes(text).decode(), "decimal")
    return Property(found.code, found.value_string or "")


def _designation(found: wire.DesignationJson) -> Designation:
    use = found.use or wire.CodingJson()
    return Designation(found.value, found.language, use.code, use.system)


def value_set(raw: bytes) -> ValueSet:
    """A ValueSet; one without a definition is what its expansion lists. Invalid where it cannot be read."""
    found: wire.ValueSetJson = _read(raw, "ValueSet")
    compose = found.compose
    includes = tuple(map(_include, compose.include)) if compose else _expanded(found.expansion)
    return ValueSet(
        url=found.url or "",
        version=found.version,
        name=found.name,
        title=found.title,
        status=found.status,
        includes=includes,
        excludes=tuple(map(_include, compose.exclude)) if compose else (),
        inactive=compose.inactive if compose else True,
    )


def _include(found: wire.IncludeJson) -> Include:
    return Include(
        system=None if found.system is None else canonical(found.system),
        version=found.version,
        concepts={one.code: Listed(one.display, tuple(map(_designation, one.designation))) for one in found.concept},
        filters=tuple(Filter(one.property, one.op, one.value) for one in found.filter),
        value_sets=found.value_set,
    )


def _expanded(expansion: wire.ExpansionJson | None) -> tuple[Include, ...]:
    listed: dict[tuple[str | None, str | None], dict[str, Listed]] = {}
    waiting = list(reversed(expansion.contains)) if expansion else []
    while waiting:
        one = waiting.pop()
        waiting.extend(reversed(one.contains))
        if one.code is not None and not one.abstract:
            said = Listed(one.display, tuple(map(_designation, one.designation)))
            listed.setdefault((one.system, one.version), {})[one.code] = said
    return tuple(Include(system, version, codes) for (system, version), codes in listed.items())


def concept_map(raw: bytes) -> ConceptMap:
    """A ConceptMap; Invalid where it cannot be read or has no url."""
    found: wire.ConceptMapJson = _read(raw, "ConceptMap")
    if found.url is None:
        raise Invalid("A ConceptMap needs a url to be translated by.")
    return ConceptMap(
        url=found.url,
        version=found.version,
        source=found.source_canonical or found.source_uri,
        target=found.target_canonical or found.target_uri,
        status=found.status,
        lines=tuple(line for group in found.group for line in _lines(group)),
        unmapped={
            canonical(group.source or ""): (one.mode, one.code, one.display, one.url or group.target)
            for group in found.group
            if (one := group.unmapped) is not None
        },
    )


def _lines(group: wire.GroupJson) -> Iterator[Line]:
    source = canonical(group.source or "")
    target = None if group.target is None else canonical(group.target)
    for element in group.element:
        for one in element.target or (wire.TargetJson(equivalence="unmatched"),):
            yield Line(source, element.code or "", target, one.code, one.equivalence, one.display, one.comment)


def described(raw: bytes) -> tuple[str, str | None]:
    """The type of a resource, and the canonical that it gives itself."""
    try:
        head = wire.HEAD.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Invalid(f"This is no FHIR resource: {error}. Correct it.") from error
    name = head.url if head.version is None or head.url is None else f"{head.url}|{head.version}"
    return head.resource_type or "", name
