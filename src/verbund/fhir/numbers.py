"""Numbers as ranges by their precision: 5.4 stands for 5.35 up to 5.45 (http://hl7.org/fhir/R4/search.html#number)."""

import sys
from decimal import Decimal
from math import inf
from typing import Final

MOST: Final = sys.float_info.max


def number_range(value: Decimal | int) -> tuple[float, float]:
    """The range [low, high) of the numbers that round to this one at its precision; `100` reaches from 99.5 to 100.5.

    Exponents count as written: 1e2 has one significant digit and reaches from 50 to 150.
    """
    if isinstance(value, int):
        return value - 0.5, value + 0.5
    exponent = value.as_tuple().exponent
    assert isinstance(exponent, int)  # noqa: S101 - JSON has no infinities and no NaN
    try:
        half = Decimal(5).scaleb(exponent - 1)
        return float(value - half), float(value + half)
    except ArithmeticError:
        return _beyond(value)


def search_range(value: Decimal) -> tuple[float, float]:
    """The range that a search asks for by a number with an exponent: `1e2` from 95 to 105.

    So the standard has it (http://hl7.org/fhir/R4/search.html#number): a twentieth of the last digit that is written,
    where a number in a resource has a half.
    """
    exponent = value.as_tuple().exponent
    assert isinstance(exponent, int)  # noqa: S101 - the grammar reads digits only
    try:
        part = Decimal(5).scaleb(exponent - 2)
        return float(value - part), float(value + part)
    except ArithmeticError:
        return _beyond(value)


def _beyond(value: Decimal) -> tuple[float, float]:
    """What is left of a number whose exponent leaves every scale: nothing, or more than there is."""
    if value.is_zero() or value.adjusted() < 0:
        return 0.0, 0.0
    return (-inf, -MOST) if value.is_signed() else (MOST, inf)
