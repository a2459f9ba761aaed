"""Sorting by what the index has no order for: after opening a bounded set. http://hl7.org/fhir/R4/search.html#sort"""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from verbund.errors import Unsupported
from verbund.fhir import normalise
from verbund.fhir.search import Sort
from verbund.store.indexing import PRIMARY_DATES, middle
from verbund.store.matching import Candidate
from verbund.store.model import Stored

# First whether there is a value at all, then the value: those without come first, last in descending order.
Key = tuple[int, str | float]


class SortedPosition(msgspec.Struct, frozen=True, array_like=True):
    """The last of a page: its values to sort by, and its row number."""

    keys: tuple[Key, ...]
    row: int


class _Descending:
    """A value that comes before smaller ones."""

    __slots__ = ("value",)

    def __init__(self, value: Key) -> None:
        self.value = value

    def __lt__(self, other: "_Descending") -> bool:
        return bool(other.value < self.value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Descending) and bool(self.value == other.value)

    __hash__ = None  # type: ignore[assignment]


def place_of(position: SortedPosition, sorts: Sequence[Sort]) -> tuple[Any, ...]:
    """What positions are compared by."""
    pairs = zip(position.keys, sorts, strict=True)
    return (*(_Descending(key) if sort.descending else key for key, sort in pairs), position.row)


def position_of(sorts: Sequence[Sort], stored: Stored, of: Candidate, row: int) -> SortedPosition:
    """Where a resource stands; Unsupported names a parameter that has no order."""
    return SortedPosition(tuple(_key(sort, stored, of) for sort in sorts), row)


def _key(sort: Sort, stored: Stored, of: Candidate) -> Key:
    """The smallest value when ascending, the greatest when descending."""
    values = _values(sort.param, stored, of)
    if not values:
        return 0, ""
    return 1, max(values) if sort.descending else min(values)


def _values(param: str, stored: Stored, of: Candidate) -> list[Any]:  # noqa: PLR0911 - one for each kind
    found, entries = of.parameters.find(stored.type, param), of.entries
    match None if found is None else found.kind:
        case None:
            return []
        case "id":
            return [stored.id]
        case "lastUpdated":
            return [stored.updated.timestamp()]
        case "token":
            return [code or "" for name, _, code in entries.tokens if name == param]
        case "string":
            return [normalise(text) for name, text in entries.strings if name == param]
        case "reference":
            return [text for name, text in entries.references if name == param]
        case "uri":
            return [text for name, text in entries.uris if name == param]
        case "date":
            dates = [(low.timestamp(), high.timestamp()) for name, low, high in entries.dates if name == param]
            primary = PRIMARY_DATES.get(stored.type) == param
            return [min(dates)[0]] if dates and primary else [low for low, _ in dates]
        case "number":
            return _numbers((low, high) for name, low, high in entries.numbers if name == param)
        case "quantity":
            return _numbers((low, high) for name, low, high, _, _ in entries.quantities if name == param)
        case kind:
            raise Unsupported(f"{stored.type} cannot be sorted by {param}, which is of the kind {kind}.")


def _numbers(ranges: Iterable[tuple[float, float]]) -> list[float]:
    return [value for low, high in ranges if (value := middle(low, high)) is not None]
