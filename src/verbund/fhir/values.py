"""Reads the values of search parameters: escapes, prefixes, tokens, references, dates, numbers, quantities."""

import re
from decimal import Decimal
from typing import Final, cast, get_args

from verbund.fhir.checks import is_id
from verbund.fhir.dates import date_range
from verbund.fhir.generated import RESOURCES
from verbund.fhir.hierarchies import LINKS
from verbund.fhir.numbers import number_range, search_range
from verbund.fhir.search import (
    DateValue,
    NearValue,
    NumberValue,
    OfTypeValue,
    Prefix,
    QuantityValue,
    ReferenceValue,
    StringValue,
    TokenValue,
    UriValue,
)
from verbund.fhir.text import normalise
from verbund.fhir.ucum import converted

PREFIXES: Final = frozenset(get_args(Prefix))
NEARBY_KILOMETRES: Final = 10.0
"""How far `near` reaches if no distance is given."""

_ESCAPED = re.compile(r"\\([,|$\\])")
_PREFIXED = re.compile(r"([a-z]{2})(?=[-+0-9.])")
_NUMBER = re.compile(r"[-+]?(?:[0-9]{1,40}(?:\.[0-9]{0,40})?|\.[0-9]{1,40})(?:[eE][-+]?[0-9]{1,3})?\Z")
_REFERENCE = re.compile(r"([A-Z][A-Za-z]+)/([A-Za-z0-9.-]{1,64})(?:/_history/[A-Za-z0-9.-]{1,64})?\Z")
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*:\S+\Z", re.IGNORECASE)
_VALUE_SET = re.compile(r"ValueSet/[A-Za-z0-9.-]{1,64}\Z")
_METRES: Final = {"": 1.0, "km": 1.0, "m": 0.001}


class Malformed(Exception):
    """A value that its parameter does not take; the text completes "The search parameter x …"."""


def parts(text: str, separator: str | None) -> list[str]:
    r"""The text at each separator that is not escaped; without a separator the whole, its escapes resolved.

    `\,` `\|` `\$` and `\\` stand for the character itself (http://hl7.org/fhir/R4/search.html#escaping). Pieces keep
    their escapes until they are read whole.
    """
    if "\\" not in text:
        return [text] if separator is None else text.split(separator)
    if separator is None:
        return [_ESCAPED.sub(r"\1", text)]
    found, position = [""], 0
    while position < len(text):
        width = 2 if text[position] == "\\" else 1
        if text[position] == separator:
            found.append("")
        else:
            found[-1] += text[position : position + width]
        position += width
    return found


def plain(text: str) -> str:
    """A piece with its escapes resolved."""
    return parts(text, None)[0]


def folded(text: str) -> StringValue:
    """A text as it is compared; Malformed if nothing is left of it."""
    found = normalise(plain(text))
    if not found:
        raise Malformed("needs at least one letter or digit.")
    return StringValue(found)


def exact(text: str) -> StringValue:
    """A text as it is written."""
    return StringValue(plain(text))


def id_value(text: str) -> TokenValue:
    """An id, as a token of any system."""
    if not is_id(text):
        raise Malformed("takes ids of 1 to 64 letters, digits, hyphens and dots.")
    return TokenValue(None, text, any_system=True)


def token_value(text: str) -> TokenValue:
    """`system|code`, `|code`, `code` or `system|`."""
    pieces = parts(text, "|")
    if len(pieces) == 1:
        return TokenValue(None, plain(text), any_system=True)
    if len(pieces) > 2 or pieces == ["", ""]:
        raise Malformed("takes a code, system|code, |code or system|.")
    return TokenValue(plain(pieces[0]) or None, plain(pieces[1]) or None)


def concept_value(text: str) -> TokenValue:
    """A code with or without its system, never a system alone."""
    found = token_value(text)
    if found.code is None:
        raise Malformed("takes a code or system|code with this modifier.")
    return found


def of_type_value(text: str) -> OfTypeValue:
    """`system|code|value` of `:of-type`: the type of an identifier and its value."""
    pieces = [plain(piece) for piece in parts(text, "|")]
    if len(pieces) != 3 or not all(pieces):
        raise Malformed("takes system|code|value with :of-type: the type of the identifier, and its value.")
    return OfTypeValue(*pieces)


def value_set(text: str) -> UriValue:
    """The address of a value set, or `ValueSet/id` of one that lies here."""
    found = plain(text)
    if not _ADDRESS.match(found) and not _VALUE_SET.match(found):
        raise Malformed("takes the address of a value set, or ValueSet/id, with this modifier.")
    return UriValue(found)


def uri_value(text: str) -> UriValue:
    """An address, as it is written."""
    return UriValue(plain(text))


def reference_value(text: str, modifier: str | None, targets: tuple[str, ...]) -> ReferenceValue:
    """`Type/id`, `id`, or an address; the modifier, or the only type that a parameter leads to, is that of an id."""
    whole = plain(text)
    if found := _REFERENCE.match(whole):
        if found[1] not in RESOURCES or modifier not in {None, found[1]}:
            raise Malformed("names a resource type that does not fit.")
        return ReferenceValue(found[1], found[2])
    if is_id(whole):
        return ReferenceValue(modifier or (targets[0] if len(targets) == 1 else None), whole)
    if _ADDRESS.match(whole):
        return ReferenceValue(None, None, whole)
    raise Malformed("takes Type/id, an id, or an address.")


def place_value(text: str, targets: tuple[str, ...]) -> ReferenceValue:
    """A resource of a hierarchy, or a canonical with a version, for `:above` and `:below`."""
    found = reference_value(text, None, targets)
    offered = tuple(kind for kind in LINKS if not targets or kind in targets)
    if found.url is not None:
        if "|" not in found.url and "StructureDefinition" not in offered:
            raise Malformed(
                "takes Type/id, or a canonical with a version, as in http://x.org/a|2.1, with this modifier."
            )
        return found
    kind = found.type or (offered[0] if len(offered) == 1 else None)
    if kind not in offered or kind == "StructureDefinition":
        places = " or ".join(f"{kind}/id" for kind in offered if kind != "StructureDefinition") or "a canonical"
        raise Malformed(f"takes {places} with this modifier: a resource of a hierarchy.")
    return ReferenceValue(kind, found.id)


def _prefixed(text: str) -> tuple[Prefix, str]:
    """A comparison's prefix (`eq` if none is written) and the rest."""
    if found := _PREFIXED.match(text):
        if found[1] not in PREFIXES:
            raise Malformed(f"knows the prefixes {', '.join(sorted(PREFIXES))}.")
        return cast("Prefix", found[1]), text[2:]
    return "eq", text


def date_value(text: str) -> DateValue:
    """A date with an optional prefix; without a zone it is read in Europe/Berlin."""
    prefix, rest = _prefixed(plain(text))
    try:
        low, high = date_range(rest.replace(" ", "+"))
    except ValueError:
        raise Malformed("takes a date that exists: 2024, 2024-05, 2024-05-31 or 2024-05-31T14:05:00+02:00.") from None
    return DateValue(prefix, low, high)


def _number_range(text: str) -> tuple[Prefix, float, float]:
    """A number with an optional prefix, as the range that its prefix compares with."""
    prefix, rest = _prefixed(text)
    if not _NUMBER.match(rest):
        raise Malformed("takes a number, such as 5.4 or 1e-3.")
    value = Decimal(rest)
    if prefix == "ap":
        margin = abs(value) / 10
        return prefix, float(value - margin), float(value + margin)
    if prefix in {"eq", "ne"}:
        return prefix, *(search_range(value) if "e" in rest.lower() else number_range(value))
    return prefix, float(value), float(value)


def number_value(text: str) -> NumberValue:
    """A number with an optional prefix."""
    return NumberValue(*_number_range(plain(text)))


def quantity_value(text: str) -> QuantityValue:
    """`number`, `number|system|code` or `number||unit`."""
    pieces = parts(text, "|")
    if len(pieces) not in {1, 3}:
        raise Malformed("takes a number, number|system|code or number||unit.")
    number = _number_range(plain(pieces[0]))
    if len(pieces) == 1:
        return QuantityValue(*number)
    return QuantityValue(*number, plain(pieces[1]) or None, plain(pieces[2]) or None)


def near_value(text: str) -> NearValue:
    """`latitude|longitude`, with a distance and its unit (kilometres if none is given)."""
    pieces = [plain(piece).strip() for piece in parts(text, "|")]
    if not 2 <= len(pieces) <= 4 or not all(_NUMBER.match(piece) for piece in pieces[:3] if piece):
        raise Malformed("takes latitude|longitude|distance|unit, such as 52.52|13.40|5|km.")
    latitude, longitude = (float(piece or "nan") for piece in pieces[:2])
    if not (abs(latitude) <= 90 and abs(longitude) <= 180):
        raise Malformed("takes a latitude from -90 to 90 and a longitude from -180 to 180.")
    distance = _kilometres(pieces[2], pieces[3] if len(pieces) == 4 else "") if pieces[2:] else NEARBY_KILOMETRES
    return NearValue(latitude, longitude, distance)


def _kilometres(distance: str, unit: str) -> float:
    """A distance in kilometres."""
    if not distance:
        return NEARBY_KILOMETRES
    number = float(distance)
    found = number * _METRES[unit] if unit in _METRES else converted(number, unit, "km")
    if found is None or found < 0:
        raise Malformed("takes a distance from 0 on, in a unit of length of UCUM, such as km or m.")
    return found
