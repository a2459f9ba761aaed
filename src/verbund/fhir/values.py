"""Reads the values of search parameters: escapes, prefixes, tokens, references, dates, numbers, quantities."""

import re
from decimal import Decimal
from typing import Final, cast, get_args

from verbund.fhir.dates import date_range
from verbund.fhir.generated import RESOURCES
from verbund.fhir.numbers import number_range
from verbund.fhir.search import DateValue, NumberValue, Prefix, QuantityValue, ReferenceValue, TokenValue

PREFIXES: Final = frozenset(get_args(Prefix))

_PREFIXED = re.compile(r"([a-z]{2})(?=[-+0-9.])")
_NUMBER = re.compile(r"[-+]?(?:[0-9]{1,40}(?:\.[0-9]{0,40})?|\.[0-9]{1,40})(?:[eE][-+]?[0-9]{1,3})?\Z")
_REFERENCE = re.compile(r"([A-Z][A-Za-z]+)/([A-Za-z0-9.-]{1,64})(?:/_history/[A-Za-z0-9.-]{1,64})?\Z")
_ID = re.compile(r"[A-Za-z0-9.-]{1,64}\Z")
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*:\S+\Z", re.IGNORECASE)


class Malformed(Exception):
    """A value that its parameter does not take; the text completes "The search parameter x …"."""


def parts(text: str, separator: str | None) -> list[str]:
    r"""The text at each separator that is not escaped; without a separator the whole, its escapes resolved.

    `\,` `\|` `\$` and `\\` stand for the character itself (http://hl7.org/fhir/R4/search.html#escaping). Pieces keep
    their escapes until they are read whole.
    """
    if separator is None:
        return [re.sub(r"\\([,|$\\])", r"\1", text)]
    found, position = [""], 0
    while position < len(text):
        width = 2 if text[position] == "\\" else 1
        if text[position] == separator:
            found.append("")
        else:
            found[-1] += text[position : position + width]
        position += width
    return found


def _plain(text: str) -> str:
    return parts(text, None)[0]


def token_value(text: str) -> TokenValue:
    """`system|code`, `|code`, `code` or `system|`."""
    pieces = parts(text, "|")
    if len(pieces) == 1:
        return TokenValue(None, _plain(text), any_system=True)
    if len(pieces) > 2 or pieces == ["", ""]:
        raise Malformed("takes a code, system|code, |code or system|.")
    return TokenValue(_plain(pieces[0]) or None, _plain(pieces[1]) or None)


def reference_value(text: str, modifier: str | None, targets: tuple[str, ...]) -> ReferenceValue:
    """`Type/id`, `id`, or an address; the modifier, or the only type that a parameter leads to, is that of an id."""
    plain = _plain(text)
    if found := _REFERENCE.match(plain):
        if found[1] not in RESOURCES or modifier not in {None, found[1]}:
            raise Malformed("names a resource type that does not fit.")
        return ReferenceValue(found[1], found[2])
    if _ID.match(plain):
        return ReferenceValue(modifier or (targets[0] if len(targets) == 1 else None), plain)
    if _ADDRESS.match(plain):
        return ReferenceValue(None, None, plain)
    raise Malformed("takes Type/id, an id, or an address.")


def _prefixed(text: str) -> tuple[Prefix, str]:
    """A comparison's prefix (`eq` if none is written) and the rest."""
    if found := _PREFIXED.match(text):
        if found[1] not in PREFIXES:
            raise Malformed(f"knows the prefixes {', '.join(sorted(PREFIXES))}.")
        return cast("Prefix", found[1]), text[2:]
    return "eq", text


def date_value(text: str) -> DateValue:
    """A date with an optional prefix; without a zone it is read in Europe/Berlin."""
    prefix, rest = _prefixed(_plain(text))
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
        return prefix, *number_range(value)
    return prefix, float(value), float(value)


def number_value(text: str) -> NumberValue:
    """A number with an optional prefix."""
    return NumberValue(*_number_range(_plain(text)))


def quantity_value(text: str) -> QuantityValue:
    """`number`, `number|system|code` or `number||unit`."""
    pieces = parts(text, "|")
    if len(pieces) not in {1, 3}:
        raise Malformed("takes a number, number|system|code or number||unit.")
    number = _number_range(_plain(pieces[0]))
    if len(pieces) == 1:
        return QuantityValue(*number)
    return QuantityValue(*number, _plain(pieces[1]) or None, _plain(pieces[2]) or None)
