"""The GraphQL schema of R4, made from the official definitions when it is first asked for.

Every resource type has its elements, `TYPEList` and `TYPEConnection` for those that refer to it, and at the top
`TYPE(id)`, `TYPEList` and `TYPEConnection`, with the search parameters as arguments (`-` written as `_`). Lists take
`_count`, `_offset`, `fhirpath`, and the simple elements of what they hold as filters.
"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache, partial
from typing import Any, Final

from graphql import (
    DirectiveLocation,
    GraphQLArgument,
    GraphQLBoolean,
    GraphQLDirective,
    GraphQLField,
    GraphQLFloat,
    GraphQLInt,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLString,
    GraphQLUnionType,
    specified_directives,
)
from graphql.language import ValueNode

from verbund.api.fhir.operations.graphql import resolving
from verbund.fhir import RESOURCE_TYPES, STANDARD, Parameters
from verbund.fhir.definitions import Element, Type, r4
from verbund.fhir.search import parameters_of

_NUMBERS: Final = {
    "boolean": GraphQLBoolean,
    "integer": GraphQLInt,
    "positiveInt": GraphQLInt,
    "unsignedInt": GraphQLInt,
}
_NAME: Final = re.compile(r"(?!__)[A-Za-z_][A-Za-z0-9_]*")
_ABSTRACT: Final = frozenset({"Resource", "DomainResource"})


def _literal(node: ValueNode, _: Mapping[str, Any] | None = None) -> str:
    """A value as it is written, whatever its form: `official`, `"official"`, `7`, `true`."""
    value = getattr(node, "value", None)
    if isinstance(value, bool):
        return str(value).lower()
    if not isinstance(value, str):
        raise TypeError("A search value is a text, a number, a code, true or false.")
    return value


def _text(value: object) -> str:
    """A value that came in a variable."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str | int | float):
        return str(value)
    raise TypeError("A search value is a text, a number, true or false.")


ANY_VALUE = GraphQLScalarType(
    "SearchValue",
    description="A search value: a text, a code, a number, true or false.",
    parse_value=_text,
    parse_literal=_literal,
)
DECIMAL = GraphQLScalarType("Decimal", description="A number with its precision.", serialize=lambda value: value)

FLATTEN, FIRST, SINGLETON, SLICE = (
    GraphQLDirective(name, [DirectiveLocation.FIELD], arguments, description=description)
    for name, arguments, description in (
        ("flatten", {}, "Put the fields of this element in place of the element."),
        ("first", {}, "Take the first of this list."),
        ("singleton", {}, "Within a flattened list: this is one value, not a list."),
        ("slice", {"path": GraphQLArgument(GraphQLNonNull(GraphQLString))}, "Name each by the value at a path."),
    )
)


def schema(on: str = "", known: Parameters = STANDARD) -> GraphQLSchema:
    """The schema for queries of the whole system, or of one resource of the type `on`.

    Each is made once, and again when the search parameters of the node have changed.
    """
    return _making(known).schema(on)


@lru_cache(maxsize=2)
def _making(known: Parameters) -> "_Making":
    return _Making(known)


class _Making:
    """Types by name; fields are made when the schema asks for them, since types name one another."""

    def __init__(self, known: Parameters) -> None:
        self._known = known
        self._made: dict[str, GraphQLSchema] = {}
        self._definitions = r4()
        self._objects: dict[str, GraphQLObjectType] = {}
        self._resource = GraphQLUnionType(
            "Resource", self._all_resources, resolve_type=lambda value, *_: value["resourceType"]
        )
        self._shared: dict[str, dict[str, GraphQLField]] = {}
        self._searches = {name: self._search_arguments(name) for name in sorted(RESOURCE_TYPES)}

    def schema(self, on: str) -> GraphQLSchema:
        if on not in self._made:
            self._made[on] = self._schema(on)
        return self._made[on]

    def _schema(self, on: str) -> GraphQLSchema:
        query = self._object(on) if on else GraphQLObjectType("Query", self._top)
        own = (FLATTEN, FIRST, SINGLETON, SLICE)
        return GraphQLSchema(
            query,
            types=[self._object(n) for n in RESOURCE_TYPES],
            directives=[*specified_directives, *own],
            assume_valid=True,
        )

    def _all_resources(self) -> list[GraphQLObjectType]:
        return [self._object(name) for name in sorted(RESOURCE_TYPES)]

    def _top(self) -> dict[str, GraphQLField]:
        """What can be asked of the whole system."""
        fields: dict[str, GraphQLField] = {}
        for name in sorted(RESOURCE_TYPES):
            one = {"id": GraphQLArgument(GraphQLNonNull(GraphQLString))}
            fields[name] = GraphQLField(self._object(name), one, resolve=partial(resolving.one, name))
            fields |= self._found(name, referring=False)
        return fields

    def _found(self, name: str, *, referring: bool) -> dict[str, GraphQLField]:
        """The list and the connection of a type: found by a search, or by what refers to the resource around it."""
        arguments = dict(self._searches[name])
        if referring:
            arguments["_reference"] = GraphQLArgument(GraphQLNonNull(ANY_VALUE))
        return {
            f"{name}List": GraphQLField(
                GraphQLList(self._object(name)), arguments, resolve=partial(resolving.listed, name)
            ),
            f"{name}Connection": GraphQLField(
                self._connection(name), arguments, resolve=partial(resolving.connection, name)
            ),
        }

    def _search_arguments(self, name: str) -> dict[str, GraphQLArgument]:
        many = GraphQLList(ANY_VALUE)
        standard = parameters_of(name)
        # A code that was added may be none of GraphQL's names, or spelled there as one of the standard.
        added = [code for code in self._known.of(name) if code not in standard and _NAME.fullmatch(_spelled(code))]
        arguments = {_spelled(code): GraphQLArgument(many, out_name=code) for code in (*added, *standard)}
        for code in ("_count", "_offset"):
            arguments[code] = GraphQLArgument(GraphQLInt)
        for code in ("_sort", "_filter", "_cursor"):
            arguments[code] = GraphQLArgument(ANY_VALUE)
        return arguments

    def _connection(self, name: str) -> GraphQLObjectType:
        known = self._objects.get(f"{name}Connection")
        if known is None:
            edge = GraphQLObjectType(
                f"{name}Edge",
                lambda: {
                    "mode": GraphQLField(GraphQLString),
                    "score": GraphQLField(GraphQLFloat),
                    "resource": GraphQLField(self._object(name)),
                },
            )
            texts, numbers = ("first", "previous", "next", "last"), ("count", "offset", "pagesize")
            fields = {name: GraphQLField(GraphQLString) for name in texts}
            fields |= {name: GraphQLField(GraphQLInt) for name in numbers}
            fields["edges"] = GraphQLField(GraphQLList(edge))
            known = self._objects[f"{name}Connection"] = GraphQLObjectType(f"{name}Connection", fields)
        return known

    def _object(self, name: str) -> GraphQLObjectType:
        known = self._objects.get(name)
        if known is None:
            known = self._objects[name] = GraphQLObjectType(name, partial(self._fields, name))
        return known

    def _fields(self, name: str) -> dict[str, GraphQLField]:
        definition: Type = self._definitions.types[name]
        fields = dict(self._elements(definition))
        if definition.kind == "resource":
            fields["resourceType"] = GraphQLField(GraphQLString)
            for other in sorted(RESOURCE_TYPES):
                fields |= self._referring(other)
        if name == "Reference":
            narrowed = {"optional": GraphQLArgument(GraphQLBoolean), "type": GraphQLArgument(ANY_VALUE)}
            fields["resource"] = GraphQLField(self._resource, narrowed, resolve=resolving.referred)
        return fields

    def _referring(self, name: str) -> dict[str, GraphQLField]:
        """One and the same fields for every resource type: there are hundreds, with thousands of arguments."""
        known = self._shared.get(name)
        if known is None:
            known = self._shared[name] = self._found(name, referring=True)
        return known

    def _elements(self, definition: Type) -> Iterator[tuple[str, GraphQLField]]:
        for element in definition.elements:
            for spelled, kind in _spellings(element):
                yield from self._element(spelled, kind, many=element.max == "*")

    def _element(self, name: str, kind: str, *, many: bool) -> Iterator[tuple[str, GraphQLField]]:
        output, simple = self._output(kind)
        if not many:
            yield name, GraphQLField(output)
        else:
            arguments = {"_count": GraphQLArgument(GraphQLInt), "_offset": GraphQLArgument(GraphQLInt)}
            arguments["fhirpath"] = GraphQLArgument(GraphQLString)
            if not simple and kind not in _ABSTRACT:
                arguments |= {part: GraphQLArgument(ANY_VALUE) for part in self._simple_parts(kind)}
            yield name, GraphQLField(GraphQLList(output), arguments, resolve=resolving.element)
        if simple and kind != "xhtml":
            extended = self._object("Element")
            yield f"_{name}", GraphQLField(GraphQLList(extended) if many else extended)

    def _output(self, kind: str) -> tuple[GraphQLOutputType, bool]:
        """The type of an element, and whether it is a simple one."""
        if kind in _ABSTRACT:
            return self._resource, False
        if kind in self._definitions.types:
            return self._object(kind), False
        return _NUMBERS.get(kind, DECIMAL if kind == "decimal" else GraphQLString), True

    def _simple_parts(self, kind: str) -> Iterator[str]:
        for element in self._definitions.types[kind].elements:
            for name, part in _spellings(element):
                if part not in self._definitions.types and element.max != "*":
                    yield name


def _spellings(element: Element) -> Iterator[tuple[str, str]]:
    """The names of an element, each with its type: a choice of types has one for each."""
    if not element.name.endswith("[x]"):
        yield element.name, element.types[0]
        return
    for kind in element.types:
        yield f"{element.name[:-3]}{kind[:1].upper()}{kind[1:]}", kind


def _spelled(code: str) -> str:
    return code.replace("-", "_")
