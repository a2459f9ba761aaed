"""Functions on numbers (http://hl7.org/fhirpath/N1/#math-1)."""

import math
from collections.abc import Callable
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_UP, Decimal, DecimalException

from verbund.fhir.fhirpath.arithmetic import EXACT, result
from verbund.fhir.fhirpath.environment import Collection, Environment, number, one, whole
from verbund.fhir.fhirpath.errors import Failed
from verbund.fhir.fhirpath.functions.registry import FUNCTIONS, Entry, function
from verbund.fhir.fhirpath.node import system
from verbund.fhir.fhirpath.quantities import Quantity


def _rounding(name: str, way: str) -> None:
    """Enter a function that makes an integer of a number."""

    def body(_: Environment, items: Collection) -> Collection:
        value = number(items, f"{name}()")
        return [] if value is None else result(int(Decimal(value).to_integral_value(way)))

    FUNCTIONS[name] = Entry(body, 0, 0, lazy=False)


def _decimal(name: str, run: Callable[[Decimal], Decimal | None]) -> None:
    """Enter a function from a decimal to a decimal; empty where it has no value."""

    def body(_: Environment, items: Collection) -> Collection:
        value = number(items, f"{name}()")
        try:
            return [] if value is None else result(run(Decimal(value)))
        except DecimalException:
            return []

    FUNCTIONS[name] = Entry(body, 0, 0, lazy=False)


_rounding("ceiling", ROUND_CEILING)
_rounding("floor", ROUND_FLOOR)
_rounding("truncate", ROUND_DOWN)
_decimal("sqrt", lambda value: EXACT.sqrt(value) if value >= 0 else None)
_decimal("ln", lambda value: EXACT.ln(value) if value > 0 else None)
_decimal("exp", lambda value: EXACT.exp(value) if value < 10_000 else None)


@function("abs")
def absolute(_: Environment, items: Collection) -> Collection:
    """A number or quantity without its sign."""
    item = one(items, "abs()")
    value = None if item is None else system(item)
    if isinstance(value, Quantity):
        return [Quantity(abs(value.value), value.unit, value.calendar)]
    plain = number(items, "abs()")
    return [] if plain is None else result(plain if plain >= 0 else -plain)


@function("round", 0, 1)
def rounded(_: Environment, items: Collection, precision: Collection | None = None) -> Collection:
    """A number to so many decimals, half away from zero."""
    value = number(items, "round()")
    places = whole(precision, "round()") if precision is not None else 0
    if value is None or places is None:
        return []
    if not 0 <= places <= 30:
        raise Failed("round() takes 0 to 30 decimals.")
    try:
        return result(Decimal(value).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP, EXACT))
    except DecimalException:
        return []


@function("log", 1)
def logarithm(_: Environment, items: Collection, base: Collection) -> Collection:
    """The logarithm of a number to a base."""
    value, root = number(items, "log()"), number(base, "log()")
    if value is None or root is None or value <= 0 or root <= 0 or root == 1:
        return []
    return result(_tidy(EXACT.divide(EXACT.ln(Decimal(value)), EXACT.ln(Decimal(root)))))


def _tidy(value: Decimal) -> Decimal:
    """A decimal without the digits that division of rounded logarithms leaves."""
    return value.quantize(Decimal(1).scaleb(-30), ROUND_HALF_UP, EXACT) if abs(value) < 10**9 else value


@function("power", 1)
def power(_: Environment, items: Collection, exponent: Collection) -> Collection:
    """A number to the power of another, an integer where both are and it fits."""
    base, times = number(items, "power()"), number(exponent, "power()")
    if base is None or times is None:
        return []
    try:
        value = EXACT.power(Decimal(base), Decimal(times))
    except DecimalException:
        return []
    both = isinstance(base, int) and isinstance(times, int) and times >= 0
    return result(int(value)) if both and abs(value) < math.inf and value.adjusted() < 12 else result(value)
