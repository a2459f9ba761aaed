"""When items are equal, equivalent, or in order (http://hl7.org/fhirpath/N1/#equality, #equivalence, #comparison)."""

import json
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

from verbund.fhir.fhirpath import quantities, temporal
from verbund.fhir.fhirpath.errors import Failed
from verbund.fhir.fhirpath.node import Item, Json, Node, system
from verbund.fhir.fhirpath.quantities import Quantity
from verbund.fhir.fhirpath.temporal import Moment


def equal(one: Item, other: Item) -> bool | None:
    """Whether two items are equal, None where precision or units leave it open."""
    left, right = system(one), system(other)
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, Moment) and isinstance(right, Moment):
        return _same_moment(left, right)
    if isinstance(left, Quantity) or isinstance(right, Quantity):
        return _same_quantity(left, right)
    if isinstance(left, Node) and isinstance(right, Node):
        return left is right or bool(left.value == right.value and left.extra == right.extra)
    return bool(left == right) and left is not None


def _same_moment(left: Moment, right: Moment) -> bool | None:
    if (left.kind == "Time") != (right.kind == "Time"):
        return False
    order = temporal.compared(left, right)
    return None if order is None else order == 0


def _same_quantity(left: Json, right: Json, *, loosely: bool = False) -> bool | None:
    pair = _quantity(left), _quantity(right)
    if pair[0] is None or pair[1] is None:
        return False
    order = quantities.compared(pair[0], pair[1], loosely=loosely)
    return None if order is None else order == 0


def _quantity(value: Json) -> Quantity | None:
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return Quantity(Decimal(value))
    return value if isinstance(value, Quantity) else None


def all_equal(one: list[Item], other: list[Item]) -> bool | None:
    """Whether two collections are equal item by item; None if one is empty or it is left open."""
    if not one or not other:
        return None
    if len(one) != len(other):
        return False
    unsure = False
    for left, right in zip(one, other, strict=True):
        same = equal(left, right)
        if same is False:
            return False
        unsure = unsure or same is None
    return None if unsure else True


def equivalent(one: Item, other: Item) -> bool:  # noqa: PLR0911 - one way for each kind of value
    """Whether two items mean the same: strings without case and spacing, numbers to the precision of the lesser."""
    left, right = system(one), system(other)
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, str) and isinstance(right, str):
        return _folded(left) == _folded(right)
    if isinstance(left, int | Decimal) and isinstance(right, int | Decimal):
        return _near(Decimal(left), Decimal(right))
    if isinstance(left, Moment) and isinstance(right, Moment):
        return _same_moment(left, right) is True
    if isinstance(left, Quantity) or isinstance(right, Quantity):
        return _alike(left, right)
    if isinstance(left, Node) and isinstance(right, Node):
        return left.type == right.type and _loose(left.value) == _loose(right.value)
    return bool(left == right)


def _alike(left: Json, right: Json) -> bool:
    """Quantities that are the same to the precision of the lesser."""
    one, other = _quantity(left), _quantity(right)
    if one is None or other is None:
        return False
    if quantities.compared(one, other, loosely=True) == 0:
        return True
    if one.calendar != other.calendar and {one.unit, other.unit} & {"a", "mo"}:
        return False
    there, back = quantities.as_unit(one, other.unit), quantities.as_unit(other, one.unit)
    if there is None or back is None:
        return False
    return _near(there.value, other.value) or _near(one.value, back.value)


def _exponent(number: Decimal) -> int:
    exponent = number.as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0


def _near(one: Decimal, other: Decimal) -> bool:
    step = Decimal(1).scaleb(min(0, max(_exponent(one), _exponent(other))))
    return one.quantize(step, ROUND_HALF_UP) == other.quantize(step, ROUND_HALF_UP)


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


def _loose(value: Json) -> Json:
    """A complex value in which strings have no case, lists no order, and ids do not count."""
    if isinstance(value, dict):
        return {key: _loose(item) for key, item in value.items() if key != "id"}
    if isinstance(value, list):
        return sorted((_loose(item) for item in value), key=repr)
    return _folded(value) if isinstance(value, str) else value


def all_equivalent(one: list[Item], other: list[Item]) -> bool:
    """Whether two collections mean the same, in any order."""
    if len(one) != len(other):
        return False
    left = list(other)
    for item in one:
        found = next((place for place, candidate in enumerate(left) if equivalent(item, candidate)), None)
        if found is None:
            return False
        del left[found]
    return True


def order(one: Item, other: Item, sign: str) -> int | None:
    """-1, 0 or 1, None where precision or units leave it open; Failed for items that have no order."""
    left, right = system(one), system(other)
    if left is None or right is None:
        return None
    if isinstance(left, str) and isinstance(right, str):
        return (left > right) - (left < right)
    if isinstance(left, Moment) and isinstance(right, Moment) and (left.kind == "Time") == (right.kind == "Time"):
        return temporal.compared(left, right)
    numeric = not isinstance(left, bool) and not isinstance(right, bool)
    if numeric and isinstance(left, int | Decimal) and isinstance(right, int | Decimal):
        return (left > right) - (left < right)
    if isinstance(left, Quantity) or isinstance(right, Quantity):
        pair = _quantity(left), _quantity(right)
        if pair[0] is not None and pair[1] is not None:
            return quantities.compared(pair[0], pair[1])
    raise Failed(f"{sign} compares numbers, strings, quantities, dates and times with their like.")


def key(item: Item) -> object:
    """What two items have in common exactly if they are equal; quantities are told apart by unit."""
    value = system(item)
    if isinstance(value, bool):
        return ("boolean", value)
    if isinstance(value, Moment):
        clock = value.has_clock
        days = "Time" if value.kind == "Time" else "days"
        return (days, temporal.in_utc(value), clock and value.offset is None)
    if isinstance(value, Node):
        return ("complex", json.dumps([value.value, value.extra], sort_keys=True, default=_number))
    return value


def _number(value: Decimal) -> str:
    return str(value.normalize())


def distinct(items: Iterable[Item]) -> list[Item]:
    """The items without those that equal an earlier one."""
    found: dict[object, Item] = {}
    for item in items:
        found.setdefault(key(item), item)
    if any(
        isinstance(item, Quantity) or (isinstance(item, Node) and "Quantity" in item.type) for item in found.values()
    ):
        return _by_comparing(list(found.values()))
    return list(found.values())


def _by_comparing(items: list[Item]) -> list[Item]:
    kept: list[Item] = []
    for item in items[:MOST_COMPARED]:
        if not any(equal(item, other) for other in kept):
            kept.append(item)
    return kept + items[MOST_COMPARED:]


MOST_COMPARED = 200
"""Quantities of which a collection is freed of doubles in other units."""


def contained(item: Item, items: list[Item]) -> bool:
    """Whether an item equals one of these."""
    return any(equal(item, other) for other in items)
