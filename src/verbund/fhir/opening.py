"""What is decided on an opened resource, since no index keeps it: texts, types of identifiers, elements, distances.

Slow beside `verbund.fhir.index`; meant for the few resources that an index has found before.
"""

import re
from collections.abc import Callable, Iterator
from copy import copy
from html import unescape
from math import asin, cos, radians, sin, sqrt
from typing import Any, Final

from msgspec import Raw, Struct, structs
from msgspec.json import decode as read

from verbund.fhir.decoding import index
from verbund.fhir.generated.datatypes import CodeableConcept, Coding, DomainResource, Identifier, Narrative, Resource
from verbund.fhir.generated.search_parameters import COMPOSITES
from verbund.fhir.model import Entries
from verbund.fhir.search import NearValue
from verbund.fhir.text import has_words

__all__ = ["composites", "content", "has_words", "index_texts", "is_near", "narrative", "of_types"]

RADIUS_KILOMETRES: Final = 6371.0088
"""The mean radius of the Earth."""

# Begins what was put in the place of a code; the others part what is in it.
_MARK = "\x1d"
_NEXT = "\x1e"
_INNER = "\x1f"
_NO_MARKS = dict.fromkeys(map(ord, (_MARK, _NEXT, _INNER)))
_TAG = re.compile(r"<[^>]*>")
_NO_TEXT = frozenset({"data", "hash"})


def composites(resource: Resource, param: str) -> tuple[Entries, ...]:
    """The search values of each element that a composite parameter looks at, one by one.

    A resource fits a composite if for one of them each part fits the values of its component
    (`verbund.fhir.search.Parameter.components`). KeyError if the type has no such composite.
    """
    _, places, beside, _ = COMPOSITES[type(resource).__name__][param]
    split = {place for place in places if place}
    return tuple(
        index(alone)
        for place in places
        for alone in ([_without(resource, split)] if not place else _each(resource, place, {place, *beside}))
    )


def _each(resource: Resource, place: str, kept: set[str]) -> Iterator[Resource]:
    """The resource with nothing but one element, and what is kept beside it, for each element at a place."""
    elements = getattr(resource, place)
    gone = {name for name in resource.__struct_fields__ if name not in kept}
    for element in elements if isinstance(elements, tuple) else () if elements is None else (elements,):
        alone = _without(resource, gone)
        structs.force_setattr(alone, place, (element,) if isinstance(elements, tuple) else element)
        yield alone


def _without(resource: Resource, gone: set[str]) -> Resource:
    """A copy without these elements; it need not be valid."""
    found = copy(resource)
    for name in gone:
        structs.force_setattr(found, name, () if isinstance(getattr(resource, name), tuple) else None)
    return found


def index_texts(resource: Resource) -> tuple[tuple[str, str], ...]:
    """The texts of the token parameters, for `:text`: parameter and text, as written.

    Those are the text of a CodeableConcept, the display of a Coding, and the text of the type of an Identifier
    (http://hl7.org/fhir/R4/search.html#modifiers).
    """
    return tuple(_marked_tokens(resource, _texts))


def of_types(resource: Resource) -> tuple[tuple[str, str, str, str], ...]:
    """The identifiers with their types, for `:of-type`: parameter, system and code of the type, value."""
    found: list[tuple[str, str, str, str]] = []
    for param, marked in _marked_tokens(resource, _typed):
        for row in filter(None, marked.split(_NEXT)):
            system, code, value = row.split(_INNER, 2)
            found.append((param, system, code, value))
    return tuple(found)


def _marked_tokens(resource: Resource, mark: Callable[[Any], Any]) -> Iterator[tuple[str, str]]:
    """What extraction finds of a copy in which codes were replaced by something else, marked."""
    for param, _, code in index(_changed(resource, mark)).tokens:
        if code is not None and code.startswith(_MARK):
            yield param, code[len(_MARK) :]


def _changed(value: Any, mark: Callable[[Any], Any]) -> Any:  # noqa: ANN401 - any element, its type unchanged
    """A copy in which `mark` has replaced the data types that it knows, at any depth."""
    if isinstance(value, tuple):
        return tuple(_changed(item, mark) for item in value)
    if not isinstance(value, Struct):
        return value
    if (marked := mark(value)) is not value:
        return marked
    found = copy(value)
    for name in value.__struct_fields__:
        inner = getattr(value, name)
        if isinstance(inner, tuple | Struct):
            structs.force_setattr(found, name, _changed(inner, mark))
    return found


def _texts(value: Any) -> Any:  # noqa: ANN401 - any element, its type unchanged
    """The element with its texts, marked, in the place of its codes."""
    match value:
        case CodeableConcept(coding=codings, text=text):
            return _with(value, coding=tuple(_coded(one) for one in (text, *(c.display for c in codings)) if one))
        case Coding(display=display):
            return _coded(display)
        case Identifier(type=kind):
            text = None if kind is None else kind.text
            return _with(value, value=None if text is None else _MARK + text)
    return value


def _typed(value: Any) -> Any:  # noqa: ANN401 - any element, its type unchanged
    """An identifier with its types and its value, marked, in the place of its value."""
    if not isinstance(value, Identifier) or value.value is None:
        return value
    codings = () if value.type is None else value.type.coding
    plain = value.value.translate(_NO_MARKS)
    rows = [_INNER.join((c.system or "", c.code, plain)) for c in codings if c.code is not None]
    return _with(value, value=_MARK + _NEXT.join(rows))


def _coded(text: str | None) -> Any:  # noqa: ANN401 - as above
    return _with(Coding(), code=None if text is None else _MARK + text)


def _with(original: Any, /, **changes: object) -> Any:  # noqa: ANN401 - any element, its type unchanged
    """A copy with other values, which need not be valid."""
    found = copy(original)
    for name, change in changes.items():
        structs.force_setattr(found, name, change)
    return found


def narrative(resource: Resource) -> str:
    """The words of the narrative, without its marks; an empty string where there is none. For `_text`."""
    text = resource.text if isinstance(resource, DomainResource) else None
    return "" if text is None else _words(text)


def content(resource: Resource) -> str:
    """All texts of a resource, those of its narrative and of what it contains among them, one a line. For `_content`.

    Attached data is left out.
    """
    return "\n".join(_strings(resource))


def _words(text: Narrative) -> str:
    return unescape(_TAG.sub(" ", text.div))


def _strings(value: Any) -> Iterator[str]:  # noqa: ANN401 - any element
    """The texts in an element, at any depth."""
    match value:
        case str():
            yield value
        case Narrative():
            yield _words(value)
        case Raw():
            yield from _strings(read(value))
        case Struct():
            for name in value.__struct_fields__:
                if name not in _NO_TEXT:
                    yield from _strings(getattr(value, name))
        case dict():
            for name, inner in value.items():
                if name not in _NO_TEXT:
                    yield from [_TAG.sub(" ", text) for text in _strings(inner)] if name == "div" else _strings(inner)
        case tuple() | list():
            for inner in value:
                yield from _strings(inner)


def is_near(resource: Resource, asked: NearValue) -> bool:
    """Whether a Location lies within the distance asked for; one without a position does not."""
    position = getattr(resource, "position", None)
    if position is None or position.latitude is None or position.longitude is None:
        return False
    here = float(position.latitude), float(position.longitude)
    return distance_kilometres(here, (asked.latitude, asked.longitude)) <= asked.kilometres


def distance_kilometres(one: tuple[float, float], other: tuple[float, float]) -> float:
    """The length of the great circle between two points, each latitude and longitude in degrees."""
    (north, east), (there, far) = (tuple(map(radians, point)) for point in (one, other))
    half = sin((there - north) / 2) ** 2 + cos(north) * cos(there) * sin((far - east) / 2) ** 2
    return 2 * RADIUS_KILOMETRES * asin(min(1.0, sqrt(half)))
