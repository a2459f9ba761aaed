"""What a filter of words finds in a code system of the database, decided on the numbers of concepts alone.

The numbers of the concepts with a word lie together, so that tens of thousands are united, counted and put in order in
a few milliseconds, without reading the concepts.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from verbund.terminology.model import Above, Below, Condition, Every, Everything, Worded

MOST_WORDS = 5_000
"""Beginnings of more words than this are left to the database: they are hardly a filter."""

FEW = 2_000
"""So many concepts are rather read for their other words than united with all that have these."""

AS_LAST = chr(0x10FFFF)
"""Behind every word that begins as what stands before it."""

Ranges = tuple[Sequence[int], Sequence[int]]
"""Where a concept and what is below it lie: beginnings and ends, in order."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A condition that numbers decide: words that must all be there, and codes that concepts lie below or above of."""

    words: tuple[str, ...]
    places: tuple[Below | Above, ...]


def asked(condition: Condition) -> Asked | None:
    """What a condition asks of numbers; None where concepts must be read, or no word is asked for."""
    parts = condition.parts if isinstance(condition, Every) else (condition,)
    if not all(isinstance(part, Everything | Worded | Below | Above) for part in parts):
        return None
    words = {word for part in parts if isinstance(part, Worded) for word in part.words}
    if not words:
        return None
    return Asked(tuple(sorted(words)), tuple(part for part in parts if isinstance(part, Below | Above)))


def united(lists: Iterable[Sequence[int]]) -> list[int]:
    """The numbers that are in one of the lists at least, in order."""
    return sorted(set().union(*lists))


def within(numbers: list[int], ranges: Ranges) -> list[int]:
    """Those of the numbers, in order, that lie in one of the ranges."""
    kept: list[int] = []
    for first, until in zip(*ranges, strict=True):
        kept += numbers[bisect_left(numbers, first) : bisect_left(numbers, until)]
    return kept
