"""Works out UCUM's unit atoms once, so that a node need not load the libraries that can, for two seconds.

The atoms and prefixes are those of UCUM's own table (`ucum-essence.xml`), as the library `ucumvert` carries it.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

from lark.exceptions import LarkError
from pint.errors import PintError
from ucumvert import InvalidUcumError, PintUcumRegistry
from ucumvert.xml_util import get_base_units, get_metric_units, get_non_metric_units, get_prefixes

from verbund.fhir.ucum import Atom, Unit, arbitrary, plain

TARGET = Path(__file__).parents[3] / "src" / "verbund" / "fhir" / "definitions" / "units.json"
UNKNOWN = (
    InvalidUcumError, LarkError, PintError, ArithmeticError, ValueError, TypeError, AttributeError, RecursionError,
)  # fmt: skip
_STRAIGHT = 1e-9


@cache
def _registry() -> Any:  # noqa: ANN401 - the library has no types
    return PintUcumRegistry()


def _line(code: str) -> tuple[Any, float, float] | None:
    """One of a code in base units, and the line from its numbers to theirs; None for what is no line or unknown."""
    registry = _registry()
    try:
        parsed = registry.from_ucum(code)
        points = [(parsed.magnitude * number, parsed.units) for number in (0.0, 1.0, 2.0)]
        zero, one, two = (registry.Quantity(*point).to_base_units() for point in points)
        offset, factor = float(zero.magnitude), float(one.magnitude - zero.magnitude)
        beyond = float(two.magnitude - one.magnitude)
    except UNKNOWN:
        return None
    if not factor or abs(beyond - factor) > _STRAIGHT * abs(factor):
        return None
    return one, factor, offset


def worked_out(code: str) -> Unit | None:
    """What the libraries say of a unit."""
    found = _line(plain(code))
    return None if found is None else Unit(f"{found[0].units}{arbitrary(plain(code))}", found[1], found[2])


def _atom(code: str, *, metric: bool) -> Atom | None:
    found = _line(code)
    if found is None:
        return None
    one, factor, offset = found
    # Half powers are those of Gauss's units.
    powers = {name: int(power) if power == int(power) else float(power) for name, power in one.unit_items()}
    return Atom(powers, factor, offset, metric)


def run() -> None:
    """Write powers of base units, factor, offset and whether prefixes are allowed, of each atom; and the prefixes."""
    listed = [(code, True) for code in (*get_base_units(), *get_metric_units())]
    listed += [(code, False) for code in get_non_metric_units()]
    atoms = {code: atom for code, metric in sorted(listed) if (atom := _atom(code, metric=metric)) is not None}
    prefixes = {code: found[1] / 1e-3 for code in get_prefixes() if (found := _line(f"{code}g")) is not None}
    lines = ",\n".join(f"{json.dumps(code)}: {json.dumps(atom)}" for code, atom in atoms.items())
    TARGET.write_text(f'{{"prefixes": {json.dumps(prefixes)},\n"atoms": {{\n{lines}\n}}}}\n', encoding="utf-8")
