"""`lowBoundary()`, `highBoundary()` and `precision()`: the range that a value's precision leaves open.

https://hl7.org/fhirpath/#boundary, of the coming edition.
"""

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Final

from verbund.fhir.fhirpath.environment import Collection, Environment, one, whole
from verbund.fhir.fhirpath.functions.registry import FUNCTIONS, Entry, function
from verbund.fhir.fhirpath.node import Json, system
from verbund.fhir.fhirpath.quantities import Quantity
from verbund.fhir.fhirpath.temporal import Moment

_MOST_DECIMALS: Final = 28
_EARLY_ZONE, _LATE_ZONE = 14 * 60, -12 * 60
_DIGITS: Final = {"Date": {4: 1, 6: 2, 8: 3}, "DateTime": {4: 1, 6: 2, 8: 3, 10: 4, 12: 5, 14: 6, 17: 6}}
_CLOCK: Final = {2: 1, 4: 2, 6: 3, 9: 3}
_USUAL: Final = {"Date": 8, "DateTime": 17, "Time": 9}
_LAST: Final = (9999, 12, 31, 23, 59, 59_999_000)


def _boundary(name: str, *, high: bool) -> None:
    """Enter one of the two functions."""

    def body(_: Environment, items: Collection, precision: Collection | None = None) -> Collection:
        item = one(items, f"{name}()")
        digits = whole(precision, f"{name}()") if precision is not None else None
        return [] if item is None else _of(system(item), digits, high=high)

    FUNCTIONS[name] = Entry(body, 0, 1, lazy=False)


def _of(value: Json, digits: int | None, *, high: bool) -> Collection:
    if isinstance(value, Moment):
        found = _moment(value, _USUAL[value.kind] if digits is None else digits, high=high)
        return [] if found is None else [found]
    amount = value.value if isinstance(value, Quantity) else value
    places = 8 if digits is None else digits
    if isinstance(amount, bool) or not isinstance(amount, int | Decimal) or not 0 <= places <= _MOST_DECIMALS:
        return []
    number = _decimal(Decimal(amount), places, high=high)
    return [Quantity(number, value.unit, value.calendar) if isinstance(value, Quantity) else number]


def _decimal(value: Decimal, places: int, *, high: bool) -> Decimal:
    """Half a unit of the last digit up or down, then outwards to so many decimals."""
    exponent = value.as_tuple().exponent
    half = Decimal(5).scaleb(exponent - 1 if isinstance(exponent, int) else -1)
    edge = value + half if high else value - half
    return edge.quantize(Decimal(1).scaleb(-places), ROUND_CEILING if high else ROUND_FLOOR)


def _moment(value: Moment, digits: int, *, high: bool) -> Moment | None:
    """The first or last moment of so many digits."""
    size = (_CLOCK if value.kind == "Time" else _DIGITS[value.kind]).get(digits)
    if size is None:
        return None
    ends: tuple[int, ...] = _LAST if high else (1, 1, 1, 0, 0, 0)
    ends = ends[3:] if value.kind == "Time" else ends
    parts = [*value.parts, *ends[len(value.parts) :]]
    if high and value.kind != "Time" and len(value.parts) < 3:
        parts[2] = _days(parts[0], parts[1])
    offset = value.offset
    if value.kind == "DateTime" and size > 3 and offset is None:
        offset = _LATE_ZONE if high else _EARLY_ZONE
    shown = 3 if digits in {17, 9} else 0
    return Moment(value.kind, tuple(parts[:size]), shown, offset if size > 3 else None)


def _days(year: int, month: int) -> int:
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return 29 if leap and month == 2 else (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)[month - 1]


_boundary("lowBoundary", high=False)
_boundary("highBoundary", high=True)


@function("precision")
def precision(_: Environment, items: Collection) -> Collection:
    """How many digits a value has: of a decimal those after the point, of a date all that are written."""
    item = one(items, "precision()")
    value = None if item is None else system(item)
    if isinstance(value, Moment):
        return [_written(value)]
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return []
    exponent = Decimal(value).as_tuple().exponent
    return [max(0, -exponent) if isinstance(exponent, int) else 0]


def _written(value: Moment) -> int:
    widths: tuple[int, ...] = (2, 2, 2) if value.kind == "Time" else (4, 2, 2, 2, 2, 2)
    return sum(widths[: len(value.parts)]) + value.digits
