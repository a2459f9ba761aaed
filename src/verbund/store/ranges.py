"""Comparisons of dates and numbers as conditions in SQL, and the bounds that they imply.

How the range of the search, from `{a}` to `{z}`, relates to that of the target:
http://hl7.org/fhir/R4/search.html#prefix.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any, TypeAlias

from verbund.fhir.search import DateValue, NumberValue, QuantityValue, Value
from verbund.store.sql import Statement

# Of a number that is compared for being greater or smaller, this share of it is not told apart from equal.
TOLERANCE = 1e-9

_PERIODS = {
    "eq": "({low} >= {a} and {high} <= {z})",
    "ne": "not ({low} >= {a} and {high} <= {z})",
    "gt": "{high} > {z}",
    "lt": "{low} < {a}",
    "ge": "({high} > {z} or {low} >= {a})",
    "le": "({low} < {a} or {high} <= {z})",
    "sa": "{low} >= {z}",
    "eb": "{high} <= {a}",
    "ap": "({low} < {z} and {high} > {a})",
}
_INSTANTS = {
    "eq": "({v} >= {a} and {v} < {z})",
    "ne": "not ({v} >= {a} and {v} < {z})",
    "gt": "{v} >= {z}",
    "lt": "{v} < {a}",
    "ge": "{v} >= {a}",
    "le": "{v} < {z}",
    "sa": "{v} >= {z}",
    "eb": "{v} < {a}",
    "ap": "({v} >= {a} and {v} < {z})",
}
_NUMBERS = {
    "eq": "({v} >= {a} and {v} < {z})",
    "ne": "not ({v} >= {a} and {v} < {z})",
    "gt": "{v} > {z}",
    "lt": "{v} < {a}",
    "ge": "{v} >= {a}",
    "le": "{v} <= {z}",
    "sa": "{v} > {z}",
    "eb": "{v} < {a}",
    "ap": "({v} >= {a} and {v} < {z})",
}


def any_of(parts: Iterable[str]) -> str:
    """At least one of the conditions; never, where there is none."""
    joined = " or ".join(parts)
    return f"({joined})" if joined else "false"


def period(value: DateValue, statement: Statement, low: str, high: str) -> str:
    """Whether the period between two columns fits."""
    return _filled(_PERIODS[value.prefix], _MOMENTS, value, statement, low=low, high=high)


def instant(value: DateValue, statement: Statement, column: str) -> str:
    """Whether a moment fits."""
    return _filled(_INSTANTS[value.prefix], _MOMENTS, value, statement, v=column)


def number(value: NumberValue | QuantityValue, statement: Statement, column: str) -> str:
    """Whether a number fits."""
    return _filled(_NUMBERS[value.prefix], _AMOUNTS, value, statement, v=column)


def _filled(template: str, bounds: "_Bounds", value: Value, statement: Statement, **columns: str) -> str:
    kind, begin, end = bounds
    a = f"{statement.bind_of(begin, value)}::{kind}" if "{a}" in template else ""
    z = f"{statement.bind_of(end, value)}::{kind}" if "{z}" in template else ""
    return template.format(a=a, z=z, **columns)


def bounds_of_number(value: NumberValue | QuantityValue) -> tuple[float, float]:
    """The two bounds of a comparison, moved a little so that rounding makes no equal numbers unequal."""
    slack = abs(value.low) * TOLERANCE
    match value.prefix:
        case "gt" | "sa":
            return value.low, value.high + slack
        case "lt" | "eb":
            return value.low - slack, value.high
        case "ge":
            return value.low - slack, value.high
        case "le":
            return value.low, value.high + slack
    return value.low, value.high


# The type of the columns, and the two bounds of a value to compare them with.
_Bounds: TypeAlias = tuple[str, Callable[[Any], object], Callable[[Any], object]]
_MOMENTS: _Bounds = ("timestamptz", attrgetter("low"), attrgetter("high"))
_AMOUNTS: _Bounds = ("float8", lambda value: bounds_of_number(value)[0], lambda value: bounds_of_number(value)[1])


def date_bounds(values: Sequence[Value]) -> tuple[datetime | None, datetime | None]:
    """Bounds [from, to) within which the beginning of a matching period must lie; None for no bound."""
    lows: list[datetime | None] = []
    highs: list[datetime | None] = []
    for value in values:
        if isinstance(value, DateValue):
            lows.append({"eq": value.low, "sa": value.high}.get(value.prefix))
            highs.append(
                {"eq": value.high, "lt": value.low, "le": value.high, "eb": value.low, "ap": value.high}.get(
                    value.prefix
                )
            )
    low = None if None in lows else min((bound for bound in lows if bound is not None), default=None)
    high = None if None in highs else max((bound for bound in highs if bound is not None), default=None)
    return low, high
