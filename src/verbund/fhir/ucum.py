"""Units of measure after UCUM, converted where they measure the same (https://ucum.org/ucum).

The unit atoms were worked out beforehand from the libraries `ucumvert` and `pint` (`python -m scripts.vendor fhir`);
what is made of them is read here, in microseconds. What is not converted: arbitrary units into one another, and
logarithms such as pH.
"""

import re
from functools import cache, lru_cache
from importlib.resources import files
from typing import Final, NamedTuple

from msgspec import Struct, json

from verbund.fhir import definitions

SYSTEM: Final = "http://unitsofmeasure.org"

_ALONE = re.compile(r"(^|[./(])\{[^{}]*\}")
_ANNOTATION = re.compile(r"\{[^{}]*\}")
_ARBITRARY = re.compile(
    r"([./]?)[^./()]*?(\[(?:[hk]p_[XCMQ]|[iI]U|(?:arb|USP|GPL|MPL|APL|dye|ka|knk|tb)'U"
    r"|[PFC]FU|IR|BAU|AU|PNU|Lf|FEU|ELU|EU)\][-+0-9]*)"
)
_SIGNS = re.compile(r"[./()]|(?:\[[^\[\]]*\]|[^./()\[\]])+")
_POWER = re.compile(r"(10[*^]|[1-9][0-9]{0,9}(?=\Z)|.*?[^-+0-9])([-+]?[0-9]+)?\Z")
_LONGEST: Final = 64
_HUGE = re.compile(r"[0-9]{4}")
_KEPT: Final = 4_096


class Unit(NamedTuple):
    """What a unit measures, and the straight line from its numbers to those of the base units of that."""

    dimension: str
    factor: float
    offset: float


class Atom(NamedTuple):
    """A unit atom: the powers of its base units, the line to them, and whether it takes prefixes."""

    powers: dict[str, float]
    factor: float
    offset: float
    metric: bool


class _Table(Struct):
    prefixes: dict[str, float]
    atoms: dict[str, Atom]


class _Unknown(Exception):
    """This is no unit, or none that converts by a straight line."""


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
def _unit(code: str) -> Unit | None:
    """A unit by its UCUM code, case-sensitive; None for what UCUM does not know, or nobody would write."""
    text = plain(code)
    if len(code) > _LONGEST or _HUGE.search(text) or not text.isascii() or not text.strip():
        return None
    try:
        found = _Reading(text).whole()
    except (_Unknown, ArithmeticError):
        return None
    return Unit(f"{_shown(found.powers)}{arbitrary(text)}", found.factor, found.offset)


def plain(code: str) -> str:
    """A code without its annotations; `g%` is what laboratories write for g/dL."""
    return _ANNOTATION.sub("", _ALONE.sub(r"\g<1>1", code)).replace("g%", "g/dL")


def arbitrary(code: str) -> str:
    """The arbitrary units in a code: each measures something of its own, and converts into itself only."""
    found = sorted(f"{sign.replace('.', '')}{unit.replace('[IU]', '[iU]')}" for sign, unit in _ARBITRARY.findall(code))
    return "".join(f" {unit}" for unit in found)


@cache
def _table() -> _Table:
    return json.decode(files(definitions).joinpath("units.json").read_bytes(), type=_Table)


class _Reading:
    """A code while it is read, after UCUM's grammar of unit terms (https://ucum.org/ucum, sections 6 to 11)."""

    def __init__(self, code: str) -> None:
        self._signs = _SIGNS.findall(code)
        if "".join(self._signs) != code:
            raise _Unknown
        self._place = 0

    def whole(self) -> Atom:
        """The whole code."""
        found = self._main()
        if self._place < len(self._signs):
            raise _Unknown
        return found

    def _next(self, *wanted: str) -> str:
        """The next sign, passed over, if it is one of these."""
        sign = self._signs[self._place] if self._place < len(self._signs) else ""
        if sign not in wanted:
            return ""
        self._place += 1
        return sign

    def _main(self) -> Atom:
        """Components joined by `.` and `/`, from left to right; a `/` may come first."""
        found = _joined(_ONE, self._component(), -1) if self._next("/") else self._component()
        while sign := self._next(".", "/"):
            found = _joined(found, self._component(), 1 if sign == "." else -1)
        return found

    def _component(self) -> Atom:
        if self._next("("):
            found = self._main()
            if not self._next(")"):
                raise _Unknown
            return found
        if self._place >= len(self._signs) or self._signs[self._place] in "./()":
            raise _Unknown
        self._place += 1
        return _simple(self._signs[self._place - 1])


_ONE: Final = Atom({}, 1.0, 0.0, False)


def _simple(text: str) -> Atom:
    """A number, or an atom with its prefix and power."""
    if text.isdecimal():
        if text.startswith("0"):
            raise _Unknown
        return Atom({}, float(text), 0.0, False)
    found = _POWER.match(text)
    if found is None:
        raise _Unknown
    atom = _prefixed(found[1])
    return atom if found[2] is None else _joined(_ONE, atom, int(found[2]))


def _prefixed(text: str) -> Atom:
    table = _table()
    if atom := table.atoms.get(text):
        return atom
    for width in (1, 2):
        factor, atom = table.prefixes.get(text[:width]), table.atoms.get(text[width:])
        if factor is not None and atom is not None and atom.metric and not atom.offset:
            return Atom(atom.powers, factor * atom.factor, 0.0, False)
    raise _Unknown


def _joined(one: Atom, other: Atom, power: int) -> Atom:
    """One times a power of the other. What has a zero of its own stands alone."""
    if one.offset or other.offset:
        raise _Unknown
    powers = dict(one.powers)
    for name, number in other.powers.items():
        powers[name] = powers.get(name, 0) + power * number
    return Atom(powers, one.factor * other.factor**power, 0.0, False)


def _shown(powers: dict[str, float]) -> str:
    """Powers of base units as text: `kilogram / meter ** 3`."""
    above = [_power(name, number) for name, number in sorted(powers.items()) if number > 0]
    below = [_power(name, -number) for name, number in sorted(powers.items()) if number < 0]
    if not above and not below:
        return "dimensionless"
    return " / ".join((" * ".join(above) or "1", *below))


def _power(name: str, number: float) -> str:
    return name if number == 1 else f"{name} ** {number:g}"
