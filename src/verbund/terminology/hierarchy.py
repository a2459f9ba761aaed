"""Numbers for concepts, so that what is below a concept is a few ranges of numbers.

Each concept is numbered on a walk through the tree that its first parent gives; in a tree the descendants are then one
range. Where a concept has further parents, their ranges take its ranges in, merged where they touch (Agrawal, Borgida
and Jagadish 1989).
"""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass

from verbund.errors import Invalid

Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Numbering:
    """For each concept, by its place in the input: its number, and the ranges [from, until) of it and all below."""

    numbers: Sequence[int]
    below: dict[int, tuple[Range, ...]]


def numbered(codes: Sequence[str], parents: Sequence[Sequence[int]]) -> Numbering:
    """Number concepts by the places of their parents; those with nothing below are not in `below`.

    Siblings keep their order. Invalid, with a code, where a hierarchy goes in circles.
    """
    children = _children(parents)
    order = _walk(parents, children)
    numbers = array("i", bytes(4 * len(codes)))
    for number, place in enumerate(order):
        numbers[place] = number
    last = array("i", numbers)
    for place in reversed(order):
        above = parents[place]
        if above:
            last[above[0]] = max(last[above[0]], last[place])
    below: dict[int, tuple[Range, ...]] = {}
    for place in _children_first(codes, parents, children):
        if place in children:
            own = [(numbers[place], last[place] + 1)]
            parts = [r for child in children[place] for r in below.get(child, ((numbers[child], numbers[child] + 1),))]
            below[place] = _merged(own + parts)
    return Numbering(numbers, below)


def _children(parents: Sequence[Sequence[int]]) -> dict[int, list[int]]:
    children: dict[int, list[int]] = {}
    for place, above in enumerate(parents):
        for parent in above:
            children.setdefault(parent, []).append(place)
    return children


def _walk(parents: Sequence[Sequence[int]], children: dict[int, list[int]]) -> list[int]:
    """Every concept that a root leads to, each after its first parent and before that one's next child."""
    order: list[int] = []
    waiting = [place for place in range(len(parents) - 1, -1, -1) if not parents[place]]
    while waiting:
        place = waiting.pop()
        order.append(place)
        waiting.extend(c for c in reversed(children.get(place, ())) if parents[c][0] == place)
    return order


def _children_first(
    codes: Sequence[str], parents: Sequence[Sequence[int]], children: dict[int, list[int]]
) -> list[int]:
    """Every concept after all that are below it."""
    left = {place: len(below) for place, below in children.items()}
    ready = [place for place in range(len(codes)) if place not in children]
    order: list[int] = []
    while ready:
        place = ready.pop()
        order.append(place)
        for parent in parents[place]:
            left[parent] -= 1
            if left[parent] == 0:
                ready.append(parent)
    if len(order) < len(codes):
        stuck = next(codes[place] for place, count in left.items() if count)
        raise Invalid(f"The hierarchy goes in circles: the code {stuck} is below itself. Correct its parents.")
    return order


def _merged(ranges: list[Range]) -> tuple[Range, ...]:
    ranges.sort()
    merged = [ranges[0]]
    for start, end in ranges[1:]:
        if start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)
