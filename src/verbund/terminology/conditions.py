"""Whether a concept fits a condition: the plain meaning, on concepts in memory."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from verbund.fhir import normalise
from verbund.terminology.model import (
    EVERYTHING,
    Above,
    Active,
    Below,
    Codes,
    Concept,
    Condition,
    Either,
    Every,
    Everything,
    Has,
    Head,
    Matching,
    Not,
    Selectable,
    Valued,
    Worded,
)
from verbund.terminology.patterns import matches

_WORDS = re.compile(r"[^\W_]+")
NOTHING = Either(())
LONGEST_WORD = 100


@dataclass(frozen=True, slots=True)
class Place:
    """A concept with what is around it: its system's head, the codes above it, and those above any code."""

    head: Head
    concept: Concept
    above: Callable[[str], frozenset[str]]
    children: Callable[[str], tuple[str, ...]]


def words(text: str) -> tuple[str, ...]:
    """The words of a text as they are compared: without case and accents."""
    return tuple(word[:LONGEST_WORD] for word in _WORDS.findall(normalise(text)))


def search_text(concept: Concept) -> str:
    """All words by which a concept can be found, parted by spaces."""
    return " ".join(dict.fromkeys(word for text in (concept.code, *concept.texts()) for word in words(text)))


def fits(condition: Condition, place: Place) -> bool:  # noqa: PLR0911 - one for each kind of condition
    """Whether the concept fits."""
    concept, head = place.concept, place.head
    match condition:
        case Every(parts):
            return all(fits(part, place) for part in parts)
        case Either(parts):
            return any(fits(part, place) for part in parts)
        case Not(part):
            return not fits(part, place)
        case Everything():
            return True
        case Codes(codes):
            return head.key(concept.code) in codes
        case Below(code, itself):
            key = head.key(code)
            return (itself and head.key(concept.code) == key) or key in map(head.key, place.above(concept.code))
        case Above(code):
            key = head.key(concept.code)
            return head.key(code) == key or key in map(head.key, place.above(code))
        case Active():
            return not concept.inactive
        case Selectable():
            return not concept.abstract
    return _described(condition, place)


def _described(condition: Valued | Has | Matching | Worded, place: Place) -> bool:
    match condition:
        case Valued(name, wanted):
            return not wanted.isdisjoint(values(name, place))
        case Has(name):
            return any(True for _ in values(name, place))
        case Matching(name, pattern):
            return any(matches(pattern, value) for value in values(name, place))
        case Worded(wanted):
            own = search_text(place.concept).split()
            return all(any(word.startswith(one) for word in own) for one in wanted)


def values(name: str, place: Place) -> Iterator[str]:
    """The values of a property, those that the standard defines for every code system among them."""
    concept = place.concept
    match name:
        case "code":
            yield concept.code
        case "display":
            yield from () if concept.display is None else (concept.display,)
        case "definition":
            yield from () if concept.definition is None else (concept.definition,)
        case "parent":
            yield from concept.parents
        case "child":
            yield from place.children(concept.code)
        case "inactive":
            yield "true" if concept.inactive else "false"
        case "notSelectable":
            yield "true" if concept.abstract else "false"
        case _:
            for one in concept.properties:
                if one.code == name:
                    yield one.value
                    if one.kind == "Coding":
                        yield one.value.rpartition("|")[2]


def every(*parts: Condition) -> Condition:
    """What fits all parts, without parts that always hold."""
    kept = tuple(part for part in parts if not isinstance(part, Everything))
    if not kept:
        return EVERYTHING
    return kept[0] if len(kept) == 1 else Every(kept)


def either(*parts: Condition) -> Condition:
    """What fits one part at least."""
    if any(isinstance(part, Everything) for part in parts):
        return EVERYTHING
    return parts[0] if len(parts) == 1 else Either(parts)


def reads(condition: Condition) -> Iterator[Condition]:
    """The single conditions of which a condition is made."""
    match condition:
        case Every(parts) | Either(parts):
            for part in parts:
                yield from reads(part)
        case Not(part):
            yield from reads(part)
        case _:
            yield condition
