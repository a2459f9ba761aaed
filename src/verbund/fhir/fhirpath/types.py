"""Types by name: FHIR's and FHIRPath's own (http://hl7.org/fhirpath/N1/#types-and-reflection)."""

from collections.abc import Callable
from decimal import Decimal
from typing import Final

from verbund.fhir.definitions import r4
from verbund.fhir.fhirpath.node import Item, Node, ancestry
from verbund.fhir.fhirpath.quantities import Quantity
from verbund.fhir.fhirpath.temporal import Moment
from verbund.fhir.primitives import EXPECTED

SYSTEM: Final = frozenset({"Boolean", "String", "Integer", "Decimal", "Date", "DateTime", "Time", "Quantity", "Any"})


def system_type(item: object) -> str:
    """The name of the System type of a plain value."""
    if isinstance(item, Moment):
        return item.kind
    for kind, name in (
        (bool, "Boolean"),
        (int, "Integer"),
        (Decimal, "Decimal"),
        (str, "String"),
        (Quantity, "Quantity"),
    ):
        if isinstance(item, kind):
            return name
    return "Any"


def known(name: str) -> bool:
    """Whether a name, with or without its namespace, is that of a type; names of other namespaces are let pass."""
    space, _, plain = name.rpartition(".")
    if space:
        return True
    return plain in SYSTEM or plain in EXPECTED or plain in r4().types


def caster(name: str) -> Callable[[Item], bool]:
    """What `as` and `ofType` let pass: as `tester`, but of primitives only the type itself.

    So `value.ofType(string)` is the choice `valueString`, and not `valueCode`, whose type is derived from string.
    """
    test = tester(name)
    plain = name.rpartition(".")[2]
    if plain not in EXPECTED:
        return test
    return lambda item: test(item) and not (type(item) is Node and item.type != plain)


def tester(name: str) -> Callable[[Item], bool]:
    """Whether an item is of a type or one derived from it.

    A name without a namespace is that of a FHIR type for what comes from a resource, else of a System type.
    """
    space, _, plain = name.rpartition(".")
    fhir, own = space in {"", "FHIR"}, space in {"", "System"}

    def test(item: Item) -> bool:
        if type(item) is Node:
            return fhir and (item.type == plain or plain in ancestry(item.type))
        return own and system_type(item) == plain

    return test
