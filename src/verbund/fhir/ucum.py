"""Units of measure after UCUM, converted where they measure the same (https://ucum.org/ucum).

The definitions of the units are those of the libraries `ucumvert` and `pint`. Loading these takes a second, so what is
in common use was worked out beforehand (`python -m scripts.vendor fhir`). What is not converted: arbitrary units into
one another, and logarithms such as pH.
"""

import re
from functools import cache, lru_cache
from importlib import import_module
from importlib.resources import files
from typing import Any, Final, NamedTuple

from msgspec import json

from verbund.fhir import definitions

SYSTEM: Final = "http://unitsofmeasure.org"

_ALONE = re.compile(r"(^|[./(])\{[^{}]*\}")
_ANNOTATION = re.compile(r"\{[^{}]*\}")
_ARBITRARY = re.compile(
    r"([./]?)[^./()]*?(\[(?:[hk]p_[XCMQ]|[iI]U|(?:arb|USP|GPL|MPL|APL|dye|ka|knk|tb)'U"
    r"|[PFC]FU|IR|BAU|AU|PNU|Lf|FEU|ELU|EU)\][-+0-9]*)"
)
_LONGEST: Final = 64
_HUGE = re.compile(r"[0-9]{4}")
_KEPT: Final = 4_096
_STRAIGHT: Final = 1e-9


class _Unit(NamedTuple):
    """What a unit measures, and the straight line from its numbers to those of the base units of that."""

    dimension: str
    factor: float
    offset: float


def converted(value: float, from_unit: str, to_unit: str) -> float | None:
    """A value in another unit: 36.6 `Cel` are 97.88 `[degF]`; None if a unit is unknown or measures something else.

    Annotations say nothing: `{score}` is `1`, `{beats}/min` is `/min`. The answer has twelve digits.
    """
    source, target = _unit(from_unit), _unit(to_unit)
    if source is None or target is None or source.dimension != target.dimension:
        return None
    if source == target:
        return value
    return float(f"{(value * source.factor + source.offset - target.offset) / target.factor:.12g}")


def dimension(unit: str) -> str | None:
    """What a unit measures, the same text for all units that convert into one another; None if it is unknown."""
    found = _unit(unit)
    return None if found is None else found.dimension


def canonical(value: float, unit: str) -> tuple[float, str] | None:
    """A value in the base units of what it measures, and that as text; None if the unit is unknown."""
    found = _unit(unit)
    return None if found is None else (value * found.factor + found.offset, found.dimension)


@lru_cache(maxsize=_KEPT)
def _unit(code: str) -> _Unit | None:
    """A unit by its UCUM code, case-sensitive; None for what UCUM does not know, or nobody would write."""
    return _common().get(code) or worked_out(code)


@cache
def _common() -> dict[str, _Unit]:
    """The units in common use, worked out beforehand."""
    return json.decode(files(definitions).joinpath("units.json").read_bytes(), type=dict[str, _Unit])


def worked_out(code: str) -> _Unit | None:
    """The same by the libraries alone."""
    plain = _ANNOTATION.sub("", _ALONE.sub(r"\g<1>1", code)).replace("g%", "g/dL")
    if len(code) > _LONGEST or _HUGE.search(plain) or not plain.isascii() or not plain.strip():
        return None
    registry, failures = _library()
    try:
        parsed = registry.from_ucum(plain)
        points = [(parsed.magnitude * number, parsed.units) for number in (0.0, 1.0, 2.0)]
        zero, one, two = (registry.Quantity(*point).to_base_units() for point in points)
        offset, factor = float(zero.magnitude), float(one.magnitude - zero.magnitude)
        beyond = float(two.magnitude - one.magnitude)
    except failures:
        return None
    if not factor or abs(beyond - factor) > _STRAIGHT * abs(factor):
        return None
    return _Unit(f"{one.units}{_arbitrary(plain)}", factor, offset)


def _arbitrary(code: str) -> str:
    """The arbitrary units in a code: each measures something of its own, and converts into itself only."""
    found = sorted(f"{sign.replace('.', '')}{unit.replace('[IU]', '[iU]')}" for sign, unit in _ARBITRARY.findall(code))
    return "".join(f" {unit}" for unit in found)


@cache
def _library() -> tuple[Any, tuple[type[Exception], ...]]:
    """The registry of units, and what it raises for codes that it does not know."""
    lark, pint = import_module("lark.exceptions"), import_module("pint.errors")
    own = import_module("ucumvert")
    known = (own.InvalidUcumError, lark.LarkError, pint.PintError)
    return own.PintUcumRegistry(), (*known, ArithmeticError, ValueError, TypeError, AttributeError, RecursionError)
