"""What the generated types call to check what a decoder's types cannot say."""

import re
from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Any, Final

from verbund.fhir import primitives as formats

CODES: Final[set[str]] = set()
"""Codes that are well-formed: the most frequent, since the first are remembered."""

URIS: Final[set[str]] = set()
"""Addresses that are well-formed."""

DATES: Final[set[str]] = set()
DATE_TIMES: Final[set[str]] = set()
INSTANTS: Final[set[str]] = set()
"""Dates that are well-formed, the latest: what was done together has the same time."""

MOST_REMEMBERED: Final = 20_000
LONGEST_REMEMBERED: Final = 200

_code = re.compile(formats.CODE).match
_uri = re.compile(formats.URI).match
is_id: Final = re.compile(formats.ID).match
is_oid: Final = re.compile(formats.OID).match
is_uuid: Final = re.compile(formats.UUID).match
_date = re.compile(formats.DATE).match
_date_time = re.compile(formats.DATE_TIME).match
_instant = re.compile(formats.INSTANT).match
is_time: Final = re.compile(formats.TIME).match
is_base64: Final = re.compile(formats.BASE64).match


def is_code(text: str) -> bool:
    """Whether a text has the form of a code; if so, it is remembered in `CODES` while there is room."""
    return _remembered(text, CODES) if _code(text) else False


def is_uri(text: str) -> bool:
    """Whether a text has the form of an address; if so, it is remembered in `URIS` while there is room."""
    return _remembered(text, URIS) if _uri(text) else False


def is_date(text: str) -> bool:
    """Whether a text has the form of a date; if so, it is remembered in `DATES` for a while."""
    return _lately(text, DATES) if _date(text) else False


def is_date_time(text: str) -> bool:
    """Whether a text has the form of a dateTime; if so, it is remembered in `DATE_TIMES` for a while."""
    return _lately(text, DATE_TIMES) if _date_time(text) else False


def is_instant(text: str) -> bool:
    """Whether a text has the form of an instant; if so, it is remembered in `INSTANTS` for a while."""
    return _lately(text, INSTANTS) if _instant(text) else False


def _lately(text: str, known: set[str]) -> bool:
    if len(known) >= MOST_REMEMBERED:
        known.clear()
    if len(text) <= LONGEST_REMEMBERED:
        known.add(text)
    return True


def _remembered(text: str, known: set[str]) -> bool:
    if len(known) < MOST_REMEMBERED and len(text) <= LONGEST_REMEMBERED:
        known.add(text)
    return True


def attributes(*names: str) -> Callable[[object], tuple[Any, ...]]:
    """A function that reads these attributes of an object into a tuple, also where there is only one."""
    if len(names) == 1:
        single = attrgetter(names[0])
        return lambda item: (single(item),)
    return attrgetter(*names)


def chosen(given: Sequence[object], types: int) -> int:
    """How many types of a choice are given, where a primitive may be given by its extension alone (`_valueString`).

    First stand the values of so many `types`, then the extensions of the first of them, in the same order.
    """
    values, elements = given[:types], given[types:]
    alone = sum(element is not None and value is None for value, element in zip(values, elements, strict=False))
    return alone + sum(value is not None for value in values)


def among(concept: object, members: frozenset[tuple[str | None, str | None]]) -> bool:
    """Whether a Coding, or one coding of a CodeableConcept, is one of the (system, code) pairs."""
    codings = getattr(concept, "coding", None) or (concept,)
    return any((getattr(c, "system", None), getattr(c, "code", None)) in members for c in codings)


def aligned(values: Sequence[object], elements: Sequence[object]) -> bool:
    """Whether a repeated primitive and the list of its extensions fit (http://hl7.org/fhir/R4/json.html#primitive).

    Each place holds a value, an extension or both; the list of extensions is no longer than that of values, unless
    there are no values at all.
    """
    if len(elements) > len(values) and values:
        return False
    padded = (*elements, *([None] * (len(values) - len(elements))))
    given = values or (None,) * len(padded)
    return all(value is not None or element is not None for value, element in zip(given, padded, strict=True))
