"""Conversion between the System types (http://hl7.org/fhirpath/N1/#conversion)."""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

from verbund.fhir.fhirpath import quantities, temporal
from verbund.fhir.fhirpath.environment import Collection, Environment, one, text
from verbund.fhir.fhirpath.functions.registry import FUNCTIONS, Entry, function
from verbund.fhir.fhirpath.node import Json, Node, system
from verbund.fhir.fhirpath.quantities import Quantity
from verbund.fhir.fhirpath.temporal import Moment

_TRUE: Final = frozenset({"true", "t", "yes", "y", "1", "1.0"})
_FALSE: Final = frozenset({"false", "f", "no", "n", "0", "0.0"})
_INTEGER: Final = re.compile(r"[+-]?\d{1,12}\Z", re.ASCII)
_DECIMAL: Final = re.compile(r"[+-]?\d{1,60}(?:\.\d{1,60})?\Z", re.ASCII)


def _boolean(value: Json) -> bool | None:
    if isinstance(value, bool):
        return value
    if isinstance(value, int | Decimal):
        return bool(value) if value in {0, 1} else None
    if not isinstance(value, str):
        return None
    return True if value.lower() in _TRUE else (False if value.lower() in _FALSE else None)


def _integer(value: Json) -> int | None:
    if isinstance(value, bool | int):
        return int(value)
    if not isinstance(value, str) or not _INTEGER.match(value):
        return None
    return int(value) if -(2**31) <= int(value) < 2**31 else None


def _decimal(value: Json) -> Decimal | None:
    if isinstance(value, bool | int | Decimal):
        return Decimal(value)
    return Decimal(value) if isinstance(value, str) and _DECIMAL.match(value) else None


def as_text(value: Json) -> str | None:
    """A value as FHIRPath writes it, None for what has no such form."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, int | str | Moment | Quantity):
        return str(value)
    return None


def _moment(kind: str) -> Callable[[Any], Moment | None]:
    """The conversion to a Date, DateTime or Time."""

    def converted(value: Json) -> Moment | None:
        if isinstance(value, str):
            return temporal.read(value, kind)
        if not isinstance(value, Moment) or (value.kind == "Time") != (kind == "Time"):
            return None
        return (
            Moment(kind, value.parts[:3]) if kind == "Date" else Moment(kind, value.parts, value.digits, value.offset)
        )

    return converted


def _quantity(value: Json) -> Quantity | None:
    if isinstance(value, Quantity):
        return value
    if isinstance(value, bool | int | Decimal):
        return Quantity(Decimal(value))
    return quantities.read(value) if isinstance(value, str) else None


_CONVERSIONS: Final[dict[str, Callable[[Json], Json]]] = {
    "Boolean": _boolean,
    "Integer": _integer,
    "Decimal": _decimal,
    "String": as_text,
    "Date": _moment("Date"),
    "DateTime": _moment("DateTime"),
    "Time": _moment("Time"),
}


def _enter(name: str, convert: Callable[[Json], Json]) -> None:
    """Enter `toX()` and `convertsToX()`."""

    def to(_: Environment, items: Collection) -> Collection:
        item = one(items, f"to{name}()")
        value = None if item is None else convert(_plain(item))
        return [] if value is None else [value]

    def converts(_: Environment, items: Collection) -> Collection:
        item = one(items, f"convertsTo{name}()")
        return [] if item is None else [convert(_plain(item)) is not None]

    FUNCTIONS[f"to{name}"] = Entry(to, 0, 0, lazy=False)
    FUNCTIONS[f"convertsTo{name}"] = Entry(converts, 0, 0, lazy=False)


def _plain(item: Json) -> Json:
    value = system(item)
    return None if isinstance(value, Node) else value


def _to_quantity(_: Environment, items: Collection, unit: Collection | None = None) -> Collection:
    item = one(items, "toQuantity()")
    value = None if item is None else _quantity(_plain(item))
    wanted = text(unit, "toQuantity()") if unit is not None else None
    turned = quantities.as_unit(value, wanted) if value is not None and wanted is not None else value
    return [] if turned is None else [turned]


def _converts_to_quantity(env: Environment, items: Collection, unit: Collection | None = None) -> Collection:
    return [bool(_to_quantity(env, items, unit))] if items else []


@function("comparable", 1)
def comparable(_: Environment, items: Collection, other: Collection) -> Collection:
    """Whether two quantities have units of one kind."""
    pair = [one(given, "comparable()") for given in (items, other)]
    if None in pair:
        return []
    left, right = (_quantity(_plain(item)) for item in pair)
    return [left is not None and right is not None and quantities.compared(left, right) is not None]


FUNCTIONS["toQuantity"] = Entry(_to_quantity, 0, 1, lazy=False)
FUNCTIONS["convertsToQuantity"] = Entry(_converts_to_quantity, 0, 1, lazy=False)
for _name, _convert in _CONVERSIONS.items():
    _enter(_name, _convert)
