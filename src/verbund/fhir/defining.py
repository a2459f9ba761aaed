"""Reads a SearchParameter resource into the parameters that it adds to a node (http://hl7.org/fhir/R4/searchparameter.html)."""

import re
from collections.abc import Callable, Iterator
from typing import Final, cast

import msgspec

from verbund.errors import Incorrect, Unsupported
from verbund.fhir.definitions import r4
from verbund.fhir.extracting import search_expression
from verbund.fhir.fhirpath import of_resource
from verbund.fhir.generated import RESOURCES
from verbund.fhir.parameters import Added
from verbund.fhir.search import Kind, parameters_of

LONGEST: Final = 10_000
"""Characters of an expression."""

MOST_COMPONENTS: Final = 10
OFFERED: Final = frozenset({"token", "string", "uri", "reference", "date", "number", "quantity"})
ABSTRACT: Final = frozenset({"Resource", "DomainResource"})
_STATUS: Final = frozenset({"active", "draft"})
_CODE = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,79}\Z", re.ASCII)
_OFFICIAL: Final = "http://hl7.org/fhir/SearchParameter/"

KindOf = Callable[[str], Kind | None]
"""The kind of another added parameter by its canonical URL, None where it is not known."""


class _Component(msgspec.Struct):
    definition: str = ""
    expression: str = ""


class _Definition(msgspec.Struct):
    url: str = ""
    status: str = ""
    code: str = ""
    type: str = ""
    base: list[str] = []
    target: list[str] = []
    expression: str = ""
    component: list[_Component] = []


_read = msgspec.json.Decoder(_Definition).decode


def defined(raw: bytes, kind_of: KindOf) -> tuple[Added, ...]:
    """The parameters that a SearchParameter adds, one for each of its types; none where it is retired or standard.

    Unsupported or Incorrect, with the reason, where this node cannot offer what it defines.
    """
    found = _read(raw)
    if found.status not in _STATUS or found.url.startswith(_OFFICIAL):
        return ()
    if not _CODE.match(found.code):
        raise Incorrect("Its code must begin with a letter and hold only letters, digits, hyphens and underscores.")
    if found.type not in OFFERED | {"composite"}:
        raise Unsupported(f"Parameters of the type {found.type or '(none)'} cannot be added.")
    if not found.expression:
        raise Unsupported("It has no expression in FHIRPath.")
    components = tuple(_components(found, kind_of)) if found.type == "composite" else ()
    targets = tuple(sorted(set(found.target) & set(RESOURCES)))
    kind = cast("Kind", found.type)
    return tuple(
        Added(base, found.code, kind, _compiled(found.expression, base), targets, components, found.url)
        for base in _bases(found)
    )


def called(raw: bytes) -> tuple[tuple[str, str], ...]:
    """Types and code of a SearchParameter, whatever it defines."""
    found = _read(raw)
    return tuple((base, found.code) for base in dict.fromkeys(found.base)) or (("", found.code),)


def _bases(found: _Definition) -> Iterator[str]:
    if not found.base:
        raise Incorrect("It names no resource type as its base.")
    for base in dict.fromkeys(found.base):
        if base in ABSTRACT:
            raise Unsupported(f"It is for every type ({base}); name the types that it is for.")
        if base not in RESOURCES:
            raise Incorrect("Its base is a resource type that FHIR R4 does not have.")
        yield base


def _components(found: _Definition, kind_of: KindOf) -> Iterator[tuple[Kind, str]]:
    if not 2 <= len(found.component) <= MOST_COMPONENTS:
        raise Incorrect(f"A composite has 2 to {MOST_COMPONENTS} components.")
    for place, one in enumerate(found.component, 1):
        url = one.definition.partition("|")[0]
        kind = _standard_kind(url) or kind_of(url)
        if kind is None:
            raise Unsupported(f"Component {place} is defined by a search parameter that is not known here: {url[:200]}")
        if kind not in OFFERED:
            raise Unsupported(f"Component {place} is of the kind {kind}, which no component can be.")
        _compiled(one.expression or "$this", None)
        yield kind, one.expression or "$this"


def _standard_kind(url: str) -> Kind | None:
    """The kind of a parameter of the standard by its URL."""
    if not url.startswith(_OFFICIAL):
        return None
    base = url.removeprefix(_OFFICIAL).partition("-")[0]
    types = [base] if base in RESOURCES else list(RESOURCES)
    return next((one.kind for of in types for one in parameters_of(of).values() if one.definition == url), None)


def _compiled(expression: str, base: str | None) -> str:
    """The expression, as far as it is about a type; Incorrect with the place where it is no FHIRPath."""
    if len(expression) > LONGEST:
        raise Incorrect(f"Its expression is longer than {LONGEST} characters.")
    search_expression(expression).evaluate(of_resource({"resourceType": base or "Basic"}), strict=False)
    return expression


def same_as_standard(one: Added) -> bool | None:
    """Whether the standard has the same parameter; None where it has none of this code for the type.

    It is the same if it is of the same kind and reads the same elements of the type.
    """
    found = parameters_of(one.type).get(one.code)
    if found is None:
        return None
    return found.kind == one.kind and _paths(expression_of(one.type, one.code), one.type) == _paths(
        one.expression, one.type
    )


def expression_of(type_: str, code: str) -> str:
    """The FHIRPath of a parameter of the standard, for all types that it is for; empty where it has none."""
    of = {type_, *ABSTRACT}
    return next((one.expression for one in r4().search if one.code == code and of.intersection(one.base)), "")


def _paths(expression: str, type_: str) -> frozenset[str]:
    """The parts of a union that are about a type, without white space and parentheses around them."""
    parts = (re.sub(r"\s+", "", part) for part in expression.split("|"))
    plain = (part[1:-1] if part.startswith("(") and part.endswith(")") else part for part in parts)
    return frozenset(part for part in plain if part.partition(".")[0] in {type_, *ABSTRACT})
