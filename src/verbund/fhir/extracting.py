"""The values of search parameters that were added at run time, found by their FHIRPath in the JSON of a resource.

The rows are those that generated extraction makes of the same elements (http://hl7.org/fhir/R4/search.html#table).
Nearly every resource lacks most of what such parameters read: the names of elements that must occur are looked for in
the bytes first, and only what may have a value is parsed and evaluated.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields, is_dataclass, replace
from decimal import Decimal
from functools import cache
from typing import Any, Final, NamedTuple

import msgspec

from verbund.errors import VerbundError
from verbund.fhir.dates import date_range, period_range, timing_ranges
from verbund.fhir.definitions import r4
from verbund.fhir.extraction import address_texts, name_texts, quantity_range, span
from verbund.fhir.fhirpath import Expression, Failed, Item, Node, Seams, of_resource
from verbund.fhir.fhirpath.compiling import compiled
from verbund.fhir.fhirpath.parser import parse
from verbund.fhir.fhirpath.syntax import TypeOperation
from verbund.fhir.generated.datatypes import Address, HumanName, Period, Quantity, Timing
from verbund.fhir.generated.datatypes import Range as Interval
from verbund.fhir.model import Collector, Entries
from verbund.fhir.needles import needles
from verbund.fhir.numbers import number_range
from verbund.fhir.search import Kind

SPECIAL_VALUES: Final = "http://terminology.hl7.org/CodeSystem/special-values"
CURRENCIES: Final = "urn:iso:std:iso:4217"
NOTHING: Final = Entries()

_TEXTS: Final = frozenset(
    {"string", "markdown", "code", "id", "uri", "url", "canonical", "oid", "uuid", "date", "dateTime", "instant"}
)
_ADDRESSES: Final = frozenset({"uri", "url", "canonical", "oid", "uuid"})
_QUANTITIES: Final = frozenset({"Quantity", "Age", "Duration", "Count", "Distance", "SimpleQuantity", "MoneyQuantity"})
_NUMBERS: Final = frozenset({"integer", "decimal", "positiveInt", "unsignedInt"})
_MOMENTS: Final = frozenset({"date", "dateTime", "instant"})

_read = msgspec.json.Decoder(float_hook=Decimal).decode
Json = dict[str, Any]


class Reads(NamedTuple):
    """What is extracted under a name: FHIRPath on the resource and, of a component, on each element that it finds."""

    name: str
    kind: Kind
    expression: str
    inner: str | None = None
    targets: tuple[str, ...] = ()


class Extractor:
    """Finds the values of the added parameters of one resource type."""

    def __init__(self, reads: Sequence[Reads]) -> None:
        self._reads = [(one, _needles(one)) for one in reads]

    def only(self, names: frozenset[str]) -> "Extractor":
        """The same for some of its names."""
        return Extractor([one for one, _ in self._reads if one.name in names])

    def entries(self, raw: bytes) -> Entries:
        """The values in a resource, each row beginning with the name; empty where there is none."""
        escaped = b"\\" in raw
        wanted = [one for one, some in self._reads if escaped or not some or _any_in(some, raw)]
        if not wanted:
            return NOTHING
        out, node = Collector(), of_resource(_read(raw))
        for one in wanted:
            for item in _found(one, node):
                collect(one, item, out)
        return _entries(out)

    def elements(self, raw: bytes, name: str) -> tuple[Entries, ...]:
        """The values of the components of a composite in each element that it looks at, one by one."""
        parts = [one for one, _ in self._reads if one.name.startswith(f"{name}$")]
        if not parts:
            return ()
        node = of_resource(_read(raw))
        found = []
        for element in _evaluated(parts[0].expression, node):
            out = Collector()
            for one in parts:
                for item in _inside(one, element):
                    collect(one, item, out)
            found.append(_entries(out))
        return tuple(found)

    def texts(self, raw: bytes, name: str) -> tuple[str, ...]:
        """The texts of a token parameter, for `:text`, as `verbund.fhir.opening.index_texts` gives them."""
        node = of_resource(_read(raw))
        return tuple(
            text
            for one, _ in self._reads
            if one.name == name
            for item in _found(one, node)
            if isinstance(item, Node) and isinstance(item.value, dict)
            for text in _texts(item.type, item.value)
        )


@cache
def search_expression(text: str) -> Expression:
    """FHIRPath as search parameters have it: `as` leaves out what is of another type, of any number of items.

    So the standard's own parameters are written: `(Observation.component.value as Quantity)`. Malformed for a text that
    is no FHIRPath.
    """
    try:
        return Expression(text, compiled(_filtering(parse(text))))
    except RecursionError:
        raise Failed("The FHIRPath expression is nested too deep.") from None


def _filtering(part: Any) -> Any:  # noqa: ANN401 - a part of an expression, or what stands in one
    """The same with `ofType` in the place of `as`."""
    if isinstance(part, tuple):
        return tuple(map(_filtering, part))
    if not is_dataclass(part) or isinstance(part, type):
        return part
    names = [one.name for one in fields(part)]
    changed = replace(part, **{name: _filtering(getattr(part, name)) for name in names})
    if isinstance(changed, TypeOperation) and changed.operator == "as":
        return replace(changed, operator="ofType")
    return changed


def _any_in(texts: Sequence[bytes], raw: bytes) -> bool:
    """Whether one of them occurs; a generator for `any` would take longer than looking."""
    for text in texts:  # noqa: SIM110 - see above
        if text in raw:
            return True
    return False


def _needles(one: Reads) -> tuple[bytes, ...]:
    """What must occur in a resource for it to have a value; nothing where that is not known."""
    inner = needles(one.inner) if one.inner is not None else ()
    return inner or needles(one.expression)


def _found(one: Reads, node: Node) -> list[Item]:
    if one.inner is None:
        return _evaluated(one.expression, node)
    return [item for element in _evaluated(one.expression, node) for item in _inside(one, element)]


def _inside(one: Reads, element: Item) -> list[Item]:
    return _evaluated(one.inner or "$this", element) if isinstance(element, Node) else []


def _evaluated(expression: str, node: Node) -> list[Item]:
    """What an expression finds; nothing where it cannot be evaluated on this resource."""
    try:
        return search_expression(expression).evaluate(node, seams=_SEAMS)
    except VerbundError:
        return []


def _target(text: str, _: Node | None) -> Json | None:
    """As much of what a reference leads to as its text tells: a resource of its type."""
    kind = text.partition("/_history/")[0].rpartition("/")[0].rpartition("/")[2]
    return {"resourceType": kind} if kind in r4().types else None


_SEAMS: Final = Seams(resolve=_target)


def _entries(out: Collector) -> Entries:
    return Entries(
        tuple(out.tokens),
        tuple(out.strings),
        tuple(out.uris),
        tuple(out.references),
        tuple(out.dates),
        tuple(out.numbers),
        tuple(out.quantities),
        identifiers=tuple(out.identifiers),
    )


def collect(one: Reads, item: Item, out: Collector) -> None:
    """The rows of one item that an expression has found; none of what has no value for the kind of parameter.

    A value that is no more than a fragment, such as a period whose bounds are wrong, has none.
    """
    kind, value = (item.type, item.value) if isinstance(item, Node) else (_plain(item), item)
    if value is None:
        return
    try:
        _COLLECTORS[one.kind](one.name, kind, value, item, out)
    except (ValueError, msgspec.ValidationError, OverflowError):
        return


def _plain(item: object) -> str:
    """The type of what FHIRPath itself makes."""
    if isinstance(item, bool):
        return "boolean"
    if isinstance(item, int):
        return "integer"
    return "decimal" if isinstance(item, Decimal) else "string"


def _token(name: str, kind: str, value: Any, item: Item, out: Collector) -> None:  # noqa: ANN401 - JSON
    rows: list[tuple[str | None, str | None]] = []
    match kind:
        case "CodeableConcept":
            rows = [(one.get("system"), one.get("code")) for one in value.get("coding", ())]
        case "Coding":
            rows = [(value.get("system"), value.get("code"))]
        case "Identifier":
            rows = [(value.get("system"), value.get("value"))]
        case "ContactPoint":
            rows = [(None, value.get("value"))]
        case "boolean":
            rows = [(SPECIAL_VALUES, "true" if value else "false")]
        case "code":
            rows = [(_system(item), str(value))]
        case _ if kind in _TEXTS:
            rows = [(None, str(value))]
    out.tokens += [(name, system, code) for system, code in rows if code is not None]


def _system(item: Item) -> str | None:
    """The code system that a `code` implies by its required binding."""
    if not isinstance(item, Node) or item.parent is None:
        return None
    return _bound(item.parent.type, item.name)


@cache
def _bound(kind: str, name: str) -> str | None:
    definition = r4().types.get(kind)
    for element in definition.elements if definition is not None else ():
        if element.name == name or element.name == f"{name.removesuffix('Code')}[x]":
            members = r4().codes.get(element.binding or "", ())
            return members[0][0] if len(members) == 1 else None
    return None


def _string(name: str, kind: str, value: Any, _: Item, out: Collector) -> None:  # noqa: ANN401 - JSON
    match kind:
        case "HumanName":
            out.strings += [(name, text) for text in name_texts(msgspec.convert(value, HumanName))]
        case "Address":
            out.strings += [(name, text) for text in address_texts(msgspec.convert(value, Address))]
        case _ if kind in _TEXTS:
            out.strings.append((name, str(value)))


def _uri(name: str, kind: str, value: Any, _: Item, out: Collector) -> None:  # noqa: ANN401 - JSON
    if kind in _ADDRESSES or kind == "string":
        out.uris.append((name, str(value)))
        if kind == "canonical" and "|" in value:
            out.uris.append((name, value.partition("|")[0]))


def _reference(name: str, kind: str, value: Any, _: Item, out: Collector) -> None:  # noqa: ANN401 - JSON
    if kind == "Reference":
        text, identifier = value.get("reference"), value.get("identifier") or {}
        if text is not None and text[0] != "#":
            out.references.append((name, text))
        if identifier.get("value") is not None:
            out.identifiers.append((name, identifier.get("system"), identifier["value"]))
    elif kind in _ADDRESSES:
        out.references.append((name, str(value)))
        if kind == "canonical" and "|" in value:
            out.references.append((name, value.partition("|")[0]))


def _date(name: str, kind: str, value: Any, _: Item, out: Collector) -> None:  # noqa: ANN401 - JSON
    ranges: Iterator[tuple[Any, Any]] | list[tuple[Any, Any]] = []
    if kind in _MOMENTS:
        ranges = [date_range(value)]
    elif kind == "Period":
        ranges = [period_range(msgspec.convert(value, Period))]
    elif kind == "Timing":
        ranges = timing_ranges(msgspec.convert(value, Timing))
    out.dates += [(name, low, high) for low, high in ranges]


def _number(name: str, kind: str, value: Any, _: Item, out: Collector) -> None:  # noqa: ANN401 - JSON
    if kind in _NUMBERS:
        out.numbers.append((name, *number_range(value)))
    elif kind == "Range":
        out.numbers.append((name, *span(msgspec.convert(value, Interval))))


def _quantity(name: str, kind: str, value: Any, _: Item, out: Collector) -> None:  # noqa: ANN401 - JSON
    if kind in _QUANTITIES:
        found = msgspec.convert(value, Quantity)
        if found.value is None:
            return
        low, high = quantity_range(found)
        out.quantities.append((name, low, high, found.system, found.code or found.unit))
        if found.unit and found.code and found.unit != found.code:
            out.quantities.append((name, low, high, None, found.unit))
    elif kind == "Money" and value.get("value") is not None:
        out.quantities.append((name, *number_range(value["value"]), CURRENCIES, value.get("currency")))
    elif kind == "Range":
        between = msgspec.convert(value, Interval)
        unit = between.low or between.high
        if unit is not None:
            out.quantities.append((name, *span(between), unit.system, unit.code or unit.unit))


_COLLECTORS: Final[dict[str, Callable[[str, str, Any, Item, Collector], None]]] = {
    "token": _token,
    "string": _string,
    "uri": _uri,
    "reference": _reference,
    "date": _date,
    "number": _number,
    "quantity": _quantity,
}


def _texts(kind: str, value: Json) -> Iterator[str]:
    """The texts of an element that is asked for as a token (http://hl7.org/fhir/R4/search.html#modifiers)."""
    match kind:
        case "CodeableConcept":
            yield from filter(None, (value.get("text"), *(one.get("display") for one in value.get("coding", ()))))
        case "Coding":
            yield from filter(None, (value.get("display"),))
        case "Identifier":
            yield from filter(None, ((value.get("type") or {}).get("text"),))
