"""How a type stands in XML: its properties in the order of the standard."""

from collections.abc import Mapping
from functools import cache
from typing import Final, NamedTuple

from verbund.fhir.definitions import r4
from verbund.fhir.primitives import EXPECTED, WHOLE_NUMBERS

FHIR: Final = "http://hl7.org/fhir"
XHTML: Final = "http://www.w3.org/1999/xhtml"
NUMBERS: Final = frozenset({"decimal", *WHOLE_NUMBERS})


class Property(NamedTuple):
    """A property: its name in JSON and XML, its type, whether it repeats, whether XML has it as an attribute."""

    key: str
    type: str
    primitive: bool
    many: bool
    attribute: bool


@cache
def properties(kind: str) -> Mapping[str, Property]:
    """The properties of a type by name, each type of a choice as one, in the order of the standard."""
    resource = r4().types[kind].kind == "resource"
    found: dict[str, Property] = {}
    for element in r4().types[kind].elements:
        stem = element.name.removesuffix("[x]")
        attribute = (stem == "id" and not resource) or (kind, stem) == ("Extension", "url")
        for code in element.types:
            key = stem + code[0].upper() + code[1:] if stem != element.name else stem
            found[key] = Property(key, code, code in EXPECTED, element.max != "1", attribute)
    return found


@cache
def attributes(kind: str) -> frozenset[str]:
    """The names of the properties that XML has as attributes."""
    return frozenset(at.key for at in properties(kind).values() if at.attribute)
