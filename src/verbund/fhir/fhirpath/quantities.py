"""Quantities: a decimal with a UCUM unit or a unit of the calendar (http://hl7.org/fhirpath/N1/#quantity)."""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from verbund.fhir.fhirpath.errors import Failed
from verbund.fhir.ucum import converted

_UNITS: Final = ("year", "month", "week", "day", "hour", "minute", "second", "millisecond")
CALENDAR: Final = {name: unit for unit in _UNITS for name in (unit, f"{unit}s")}
"""The words for units of the calendar, to their singular."""

_UCUM: Final = {"week": "wk", "day": "d", "hour": "h", "minute": "min", "second": "s", "millisecond": "ms"}
_DEFINITE: Final = {code: unit for unit, code in _UCUM.items()}
_VAGUE: Final = {"year": "a", "month": "mo"}
_TEXT: Final = re.compile(r"([+-]?\d{1,40}(?:\.\d{1,40})?)\s*(?:'([^']+)'|([a-zA-Z]+))?\Z", re.ASCII)
_TOLERANCE: Final = 1e-9
UCUM: Final = "http://unitsofmeasure.org"


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with a unit: a UCUM code, or a word of the calendar in the singular."""

    value: Decimal
    unit: str = "1"
    calendar: bool = False

    def __str__(self) -> str:
        if not self.calendar:
            return f"{self.value:f} '{self.unit}'"
        return f"{self.value:f} {self.unit}{'' if self.value == 1 else 's'}"


def read(text: str) -> Quantity | None:
    """`4 days` or `4 'mg'` or a bare number, None for anything else."""
    found = _TEXT.match(text)
    if found is None:
        return None
    value, code, word = Decimal(found[1]), found[2], found[3]
    if word is not None:
        return Quantity(value, CALENDAR[word], calendar=True) if word in CALENDAR else None
    return Quantity(value, code or "1")


def duration(quantity: Quantity) -> str:
    """The unit of the calendar that may be added to a date; Failed for `mo`, `a` and what is no duration."""
    unit = CALENDAR.get(quantity.unit) or _DEFINITE.get(quantity.unit)
    if unit is None:
        raise Failed("To a date only durations in units of the calendar, or in d, wk, h, min, s, ms may be added.")
    return unit


def compared(one: Quantity, other: Quantity, *, loosely: bool = False) -> int | None:
    """-1, 0 or 1 as one is less than, equal to or more than the other; None where their units do not compare.

    Years and months of the calendar differ in length and do not compare with UCUM's, except `loosely` (for `~`).
    """
    if one.unit == other.unit and one.calendar == other.calendar:
        return _order(one.value, other.value)
    if {one.unit, other.unit} <= set(_VAGUE) and one.calendar and other.calendar:
        return _order(_months(one), _months(other))
    codes = _code(one, loosely=loosely), _code(other, loosely=loosely)
    if codes[0] is None or codes[1] is None:
        return None
    return _converted_order(one.value, codes[0], other.value, codes[1])


def _converted_order(one: Decimal, unit: str, other: Decimal, target: str) -> int | None:
    if unit == target:
        return _order(one, other)
    value = converted(float(one), unit, target)
    if value is None:
        return None
    if abs(value - float(other)) <= _TOLERANCE * max(abs(value), abs(float(other))):
        return 0
    return -1 if value < float(other) else 1


def _order(one: Decimal, other: Decimal) -> int:
    return (one > other) - (one < other)


def _months(quantity: Quantity) -> Decimal:
    return quantity.value * (12 if quantity.unit == "year" else 1)


def _code(quantity: Quantity, *, loosely: bool) -> str | None:
    """The UCUM code of a unit, None for years and months of the calendar."""
    if not quantity.calendar:
        return quantity.unit
    return _UCUM.get(quantity.unit) or (_VAGUE[quantity.unit] if loosely else None)


def combined(one: Quantity, other: Quantity, sign: str, value: Decimal) -> Quantity:
    """A product (`.`) or quotient (`/`) with the unit that follows."""
    left, right = _code(one, loosely=True) or "1", _code(other, loosely=True) or "1"
    if right == "1":
        return Quantity(value, left)
    if left == "1" and sign == ".":
        return Quantity(value, right)
    if left == right and sign == "/":
        return Quantity(value)
    return Quantity(value, f"({left}){sign}({right})")


def as_unit(quantity: Quantity, unit: str) -> Quantity | None:
    """The same quantity in another unit, None if it has none in it."""
    code = _code(quantity, loosely=True)
    target = _UCUM.get(CALENDAR.get(unit, ""), unit)
    if code == target:
        return Quantity(quantity.value, unit)
    value = converted(float(quantity.value), code or "1", target)
    return None if value is None else Quantity(Decimal(repr(value)), unit)
