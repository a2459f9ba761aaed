"""What the generated types call to check what a decoder's types cannot say."""

from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Any


def attributes(*names: str) -> Callable[[object], tuple[Any, ...]]:
    """A function that reads these attributes of an object into a tuple, also where there is only one."""
    if len(names) == 1:
        single = attrgetter(names[0])
        return lambda item: (single(item),)
    return attrgetter(*names)


def chosen(values: Sequence[object], elements: Sequence[object]) -> int:
    """How many types of a choice are given, where a primitive may be given by its extension alone (`_valueString`).

    `elements` belong to the first of the `values`, in the same order.
    """
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
