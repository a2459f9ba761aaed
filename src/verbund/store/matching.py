"""Whether a resource fits a search, decided on its values in clear: naive, and what the index is held against.

Used where hashes do not suffice (`:contains`, long words, identifiers of conditional requests), and as the oracle of
the generated tests. http://hl7.org/fhir/R4/search.html
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeAlias

from verbund.errors import Unsupported
from verbund.fhir import Entries, Resource, normalise
from verbund.fhir.generated.list import List
from verbund.fhir.hierarchies import is_below, is_placed, link_of, place_of, versions_above
from verbund.fhir.opening import composites, content, has_words, index_texts, is_near, narrative, of_types
from verbund.fhir.parameters import STANDARD, Parameters
from verbund.fhir.search import (
    Chain,
    CompositeValue,
    Criterion,
    DateValue,
    Either,
    Every,
    Filter,
    Has,
    InList,
    NearValue,
    Not,
    NumberValue,
    OfTypeValue,
    QuantityValue,
    ReferenceValue,
    Single,
    StringValue,
    TokenValue,
    UriValue,
    Value,
)
from verbund.store.criteria import ancestors
from verbund.store.indexing import PRIMARY_DATES, middle
from verbund.store.keys import without_version, words
from verbund.store.ranges import bounds_of_number
from verbund.store.units import alternatives

Period = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A resource that may fit: its type, id and time of last update, the values of its parameters, and itself.

    `raw` is its JSON, and `parameters` those of the node; only added parameters need them.
    """

    type: str
    id: str
    updated: datetime
    entries: Entries
    resource: Resource
    raw: bytes = b""
    parameters: Parameters = STANDARD

    def elements(self, name: str) -> Iterator["Candidate"]:
        """It once for each element that a composite looks at, with the values of that alone."""
        extractor = self.parameters.extractor(self.type) if "~" in name else None
        found = composites(self.resource, name) if extractor is None else extractor.elements(self.raw, name)
        return (replace(self, entries=one) for one in found)

    def texts(self, name: str) -> Iterable[str]:
        """The texts of a token parameter, as written."""
        extractor = self.parameters.extractor(self.type) if "~" in name else None
        if extractor is not None:
            return extractor.texts(self.raw, name)
        return (text for param, text in index_texts(self.resource) if param == name)


Population: TypeAlias = Mapping[tuple[str, str], Candidate]


def holds(wanted: Criterion, candidate: Candidate, others: Population) -> bool:  # noqa: PLR0911 - one for each kind
    """Whether a resource fits a criterion, with all resources that it may be about, by type and id."""
    match wanted:
        case Filter():
            return fits(_spread(wanted, candidate.type, others) if is_placed(wanted) else wanted, candidate)
        case Every(parts):
            return all(holds(part, candidate, others) for part in parts)
        case Either(parts):
            return any(holds(part, candidate, others) for part in parts)
        case Not(part):
            return not holds(part, candidate, others)
        case Chain(param, target, parts):
            ends = [others.get((target, identity)) for kind, identity in referred(candidate, param) if kind == target]
            return any(end is not None and all(holds(part, end, others) for part in parts) for end in ends)
        case Has(source, param, parts):
            here = (candidate.type, candidate.id)
            referring = (one for one in others.values() if one.type == source and here in referred(one, param))
            return any(all(holds(part, one, others) for part in parts) for one in referring)
        case InList(list_id):
            found = others.get(("List", list_id))
            return found is not None and candidate.id in listed(found.resource, candidate.type)


def _spread(wanted: Filter, kind: str, others: Population) -> Filter:
    """References into hierarchies, with every place above or below, by type and id or by address."""
    found: dict[Value, None] = {}
    todo = list(wanted.values)
    while todo:
        value = todo.pop()
        target = place_of(value)
        if value in found or target is None or not isinstance(value, ReferenceValue):
            found[value] = None
            continue
        found[value] = None
        link = link_of(kind, wanted.param, target)
        for one in others.values():
            if one.type != target:
                continue
            name, above = _name(one), [_place(text) for param, text in one.entries.references if param == link]
            todo += [name] if wanted.modifier == "below" and value in above else []
            todo += above if wanted.modifier == "above" and value == name else []
    return replace(wanted, values=tuple(found))


def _name(candidate: Candidate) -> ReferenceValue:
    """How a resource of a hierarchy is referred to."""
    url = next((text for param, text in candidate.entries.uris if param == "url"), None)
    return ReferenceValue(candidate.type, candidate.id) if url is None else ReferenceValue(None, None, url)


def _place(text: str) -> ReferenceValue:
    kind, _, identity = without_version(text).partition("/")
    return ReferenceValue(None, None, text) if ":" in kind else ReferenceValue(kind, identity)


def referred(candidate: Candidate, param: str) -> set[tuple[str, str]]:
    """Type and id of what a resource refers to by a parameter, on this node."""
    found = (without_version(text).partition("/") for name, text in candidate.entries.references if name == param)
    return {(kind, identity) for kind, _, identity in found}


def listed(resource: Resource, kind: str) -> list[str]:
    """The ids of this type among the entries of a List, without those that it marks as deleted.

    http://hl7.org/fhir/R4/list.html
    """
    if not isinstance(resource, List):
        return []
    texts = [one.item.reference or "" for one in resource.entry if not one.deleted]
    targets = [without_version(text).partition("/") for text in texts]
    return list(dict.fromkeys(identity for found, _, identity in targets if found == kind))


def fits(wanted: Filter, candidate: Candidate) -> bool:
    """Whether a resource fits a filter."""
    if wanted.modifier == "missing":
        present = _present(wanted, candidate)
        return any(isinstance(value, TokenValue) and (value.code == "true") != present for value in wanted.values)
    if wanted.kind == "id":
        found = any(isinstance(value, TokenValue) and value.code == candidate.id for value in wanted.values)
        return found != (wanted.modifier == "not")
    if wanted.kind == "lastUpdated":
        return any(_instant(value, candidate.updated) for value in wanted.values if isinstance(value, DateValue))
    found = any(_fits(wanted, value, candidate) for value in wanted.values)
    return found != (wanted.modifier == "not")


def _present(wanted: Filter, candidate: Candidate) -> bool:
    """Whether a parameter has a value at all."""
    match wanted.kind:
        case "composite":
            parts = candidate.parameters.get(candidate.type, wanted.param).components
            alone = candidate.elements(wanted.param)
            return any(all(_present(Filter(part.code, part.kind, None, ()), one) for part in parts) for one in alone)
        case "text":
            return bool(narrative(candidate.resource))
        case "special":
            return getattr(candidate.resource, "position", None) is not None
        case "content" | "id" | "lastUpdated":
            return True
    return any(True for rows in candidate.entries.rows for row in rows if row[0] == wanted.param)


def _fits(wanted: Filter, value: Value, candidate: Candidate) -> bool:
    """Whether one value of a filter fits, decided on the resource itself or on the values of its parameters."""
    name, resource = wanted.param, candidate.resource
    match value:
        case CompositeValue(parts):
            return _within_one_element(name, parts, candidate)
        case OfTypeValue(system, code, text):
            return (name, system, code, text) in of_types(resource)
        case NearValue():
            return is_near(resource, value)
        case StringValue(text) if wanted.kind in {"text", "content"}:
            return has_words(narrative(resource) if wanted.kind == "text" else content(resource), text)
        case StringValue(text) if wanted.kind == "token":
            return any(_text(None, text, stored) for stored in candidate.texts(name))
        case _:
            return _fits_entries(wanted, value, candidate)


def _fits_entries(wanted: Filter, value: Value, candidate: Candidate) -> bool:  # noqa: PLR0911 - one for each
    name, kind, entries = wanted.param, candidate.type, candidate.entries
    match value:
        case TokenValue():
            tokens = entries.identifiers if wanted.modifier == "identifier" else entries.tokens
            return any(_token(value, system, code) for param, system, code in tokens if param == name)
        case StringValue(text):
            return any(_text(wanted.modifier, text, stored) for param, stored in entries.strings if param == name)
        case ReferenceValue():
            targets = candidate.parameters.get(kind, name).targets
            found = (stored for param, stored in entries.references if param == name)
            return any(_reference(wanted.modifier, value, stored, targets) for stored in found)
        case UriValue(text):
            return any(_address(wanted.modifier, text, stored) for param, stored in entries.uris if param == name)
        case DateValue():
            return any(_period(value, period) for period in _periods(kind, name, entries))
        case NumberValue():
            numbers = (middle(low, high) for param, low, high in entries.numbers if param == name)
            return any(number is not None and _number(value, number) for number in numbers)
        case QuantityValue():
            return any(
                _quantity(value, number, system, code)
                for param, low, high, system, code in entries.quantities
                if param == name and (number := middle(low, high)) is not None
            )
    raise Unsupported(f"The search parameter {name} cannot be asked for in this way.")


def _within_one_element(name: str, parts: tuple[Single, ...], candidate: Candidate) -> bool:
    """Whether all parts of a composite fit one and the same element."""
    components = candidate.parameters.get(candidate.type, name).components
    asked = [Filter(one.code, one.kind, None, (part,)) for one, part in zip(components, parts, strict=True)]
    return any(all(fits(one, element) for one in asked) for element in candidate.elements(name))


def _address(modifier: str | None, wanted: str, stored: str) -> bool:
    if modifier == "below":
        return stored == wanted or stored.startswith(wanted.rstrip("/") + "/")
    if modifier == "above":
        return stored in {wanted, *ancestors(wanted)}
    return stored == wanted


def _quantity(value: QuantityValue, number: float, system: str | None, code: str | None) -> bool:
    units = frozenset() if code is None else frozenset({code})
    return any(_unit(one, system, code) and _number(one, number) for one in alternatives(value, units))


def _token(value: TokenValue, system: str | None, code: str | None) -> bool:
    if value.code is None:
        return bool(system) and system == value.system
    if value.any_system:
        return code == value.code
    return (system or "") == (value.system or "") and code == value.code


# Comparisons of normalised texts as a whole; those but `contains` are of `_filter`.
_WHOLE: dict[str | None, Callable[[str, str], bool]] = {
    "contains": lambda stored, wanted: wanted in stored,
    "eq": str.__eq__,
    "sw": str.startswith,
    "ew": str.endswith,
}


def _text(modifier: str | None, wanted: str, stored: str) -> bool:
    if modifier == "exact":
        return stored == wanted
    if modifier in _WHOLE:
        return _WHOLE[modifier](normalise(stored), wanted)
    found = words(stored)
    return all(any(word.startswith(part) for word in found) for part in wanted.split())


def _reference(modifier: str | None, value: ReferenceValue, stored: str, targets: tuple[str, ...]) -> bool:
    plain = without_version(stored)
    if value.url is not None and "|" in value.url and modifier is not None:
        return is_below(plain, value.url) if modifier == "below" else plain in versions_above(value.url)
    if value.url is not None:
        return plain == value.url
    kind, _, identity = plain.rpartition("/")
    if value.type is not None:
        return plain == f"{value.type}/{value.id}"
    return identity == value.id and "/" not in kind and (not targets or kind in targets)


def _periods(kind: str, name: str, entries: Entries) -> Iterator[Period]:
    """The periods of a date parameter; of the primary date only the outer limits."""
    periods = [(low, high) for param, low, high in entries.dates if param == name]
    if periods and PRIMARY_DATES.get(kind) == name:
        yield min(low for low, _ in periods), max(high for _, high in periods)
    else:
        yield from periods


def _unit(value: QuantityValue, system: str | None, code: str | None) -> bool:
    if value.code is None:
        return True
    return code == value.code and (value.system is None or (system or "") == value.system)


_PERIODS: dict[str, Callable[[Period, Period], bool]] = {
    "eq": lambda search, target: target[0] >= search[0] and target[1] <= search[1],
    "ne": lambda search, target: not (target[0] >= search[0] and target[1] <= search[1]),
    "gt": lambda search, target: target[1] > search[1],
    "lt": lambda search, target: target[0] < search[0],
    "ge": lambda search, target: target[1] > search[1] or target[0] >= search[0],
    "le": lambda search, target: target[0] < search[0] or target[1] <= search[1],
    "sa": lambda search, target: target[0] >= search[1],
    "eb": lambda search, target: target[1] <= search[0],
    "ap": lambda search, target: target[0] < search[1] and target[1] > search[0],
}


def _period(value: DateValue, target: Period) -> bool:
    return _PERIODS[value.prefix]((value.low, value.high), target)


def _instant(value: DateValue, updated: datetime) -> bool:
    match value.prefix:
        case "eq" | "ap":
            return value.low <= updated < value.high
        case "ne":
            return not value.low <= updated < value.high
        case "gt" | "sa":
            return updated >= value.high
        case "lt" | "eb":
            return updated < value.low
        case "ge":
            return updated >= value.low
    return updated < value.high


def _number(value: NumberValue | QuantityValue, number: float) -> bool:
    low, high = bounds_of_number(value)
    match value.prefix:
        case "eq" | "ap":
            return low <= number < high
        case "ne":
            return not low <= number < high
        case "gt" | "sa":
            return number > high
        case "lt" | "eb":
            return number < low
        case "ge":
            return number >= low
    return number <= high
