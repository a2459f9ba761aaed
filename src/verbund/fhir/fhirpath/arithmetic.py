"""The operators that calculate (http://hl7.org/fhirpath/N1/#math). Overflow and division by zero are empty."""

from collections.abc import Callable
from decimal import ROUND_DOWN, Context, Decimal, DecimalException
from typing import Any, Final

from verbund.fhir.fhirpath import quantities
from verbund.fhir.fhirpath.environment import Collection, bounded, one
from verbund.fhir.fhirpath.errors import Failed
from verbund.fhir.fhirpath.node import Json, system
from verbund.fhir.fhirpath.quantities import Quantity
from verbund.fhir.fhirpath.temporal import Moment, moved

EXACT: Final = Context(prec=40)
_INTEGERS: Final = range(-(2**31), 2**31)


def calculate(sign: str, left: Collection, right: Collection) -> Collection:
    """What an operator makes of two collections, empty if one is; Failed for what cannot be calculated with."""
    a, b = one(left, sign), one(right, sign)
    if a is None or b is None:
        return []
    x, y = system(a), system(b)
    if isinstance(x, str) and isinstance(y, str) and sign == "+":
        return bounded(x + y)
    try:
        if _numeric(x) and _numeric(y):
            return result(_NUMBERS[sign](x, y))
        if isinstance(x, Moment) and isinstance(y, Quantity) and sign in "+-":
            return _moved(x, y, sign)
        if isinstance(x, Quantity) or isinstance(y, Quantity):
            return _with_units(sign, x, y)
    except (DecimalException, ZeroDivisionError, OverflowError):
        return []
    raise Failed(f"{sign} is given what it cannot calculate with.")


def _numeric(value: Json) -> bool:
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


def result(value: int | Decimal | None) -> Collection:
    """A number as a collection: empty where an integer is beyond 32 bits or a decimal is none."""
    if value is None or (isinstance(value, int) and value not in _INTEGERS):
        return []
    return [value] if not isinstance(value, Decimal) or value.is_finite() else []


def _divided(x: int | Decimal, y: int | Decimal) -> Decimal | None:
    return EXACT.divide(Decimal(x), Decimal(y)) if y else None


def _whole(x: int | Decimal, y: int | Decimal) -> int | None:
    return int(EXACT.divide_int(Decimal(x), Decimal(y)).to_integral_value(ROUND_DOWN)) if y else None


def _rest(x: int | Decimal, y: int | Decimal) -> int | Decimal | None:
    rest = EXACT.remainder(Decimal(x), Decimal(y)) if y else None
    return int(rest) if rest is not None and isinstance(x, int) and isinstance(y, int) else rest


def _exactly(run: Callable[[Decimal, Decimal], Decimal]) -> Callable[[Any, Any], int | Decimal]:
    def calculated(x: int | Decimal, y: int | Decimal) -> int | Decimal:
        value = run(Decimal(x), Decimal(y))
        return int(value) if isinstance(x, int) and isinstance(y, int) else value

    return calculated


_NUMBERS: Final[dict[str, Callable[[Any, Any], int | Decimal | None]]] = {
    "+": _exactly(EXACT.add),
    "-": _exactly(EXACT.subtract),
    "*": _exactly(EXACT.multiply),
    "/": _divided,
    "div": _whole,
    "mod": _rest,
}


def _moved(moment: Moment, amount: Quantity, sign: str) -> Collection:
    unit = quantities.duration(amount)
    steps = int(amount.value) if abs(amount.value) < 10**15 else 10**15
    later = moved(moment, -steps if sign == "-" else steps, unit)
    return [] if later is None else [later]


def _with_units(sign: str, x: Json, y: Json) -> Collection:
    left = Quantity(Decimal(x)) if _numeric(x) else x
    right = Quantity(Decimal(y)) if _numeric(y) else y
    if not isinstance(left, Quantity) or not isinstance(right, Quantity):
        raise Failed(f"{sign} is given what it cannot calculate with.")
    if sign == "*":
        return [quantities.combined(left, right, ".", EXACT.multiply(left.value, right.value))]
    if sign == "/":
        value = _divided(left.value, right.value)
        return [] if value is None else [quantities.combined(left, right, "/", value)]
    if sign not in {"+", "-"}:
        raise Failed(f"{sign} does not take quantities.")
    other = quantities.as_unit(right, left.unit)
    if other is None:
        return []
    value = EXACT.add(left.value, other.value if sign == "+" else -other.value)
    return [Quantity(value, left.unit, left.calendar)]


def signed(sign: str, items: Collection) -> Collection:
    """A number or quantity with a sign before it."""
    item = one(items, sign)
    value = None if item is None else system(item)
    if value is None:
        return []
    if isinstance(value, Quantity):
        return [Quantity(-value.value if sign == "-" else value.value, value.unit, value.calendar)]
    if not _numeric(value):
        raise Failed(f"{sign} stands before numbers and quantities only.")
    return result(-value if sign == "-" else value)


def concatenated(left: Collection, right: Collection) -> Collection:
    """`&`: two strings, nothing counting as the empty string."""
    parts = []
    for items in (left, right):
        item = one(items, "&")
        value = "" if item is None else system(item)
        if not isinstance(value, str):
            raise Failed("& takes strings.")
        parts.append(value)
    return bounded("".join(parts))
