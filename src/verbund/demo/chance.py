"""Chance that can be repeated: the same seed gives the same draws on every machine and Python version.

Only `random.Random.random` keeps its sequence across Python versions (library reference, "Notes on Reproducibility"),
so everything here is made of it. A stream belongs to one purpose: a new draw in one course of disease then changes no
other course, no demographics and no other patient.
"""

from collections.abc import Sequence
from hashlib import blake2b
from random import Random
from typing import TypeVar

T = TypeVar("T")


def digest(*parts: str | int, size: int = 8) -> bytes:
    """A hash of the parts, unambiguous in their borders; `size` bytes."""
    return blake2b("\x1f".join(map(str, parts)).encode(), digest_size=size).digest()


class Chance:
    """A stream of draws, fixed by its labels."""

    __slots__ = ("_labels", "_next")

    def __init__(self, *labels: str | int) -> None:
        self._labels = labels
        self._next = Random(int.from_bytes(digest(*labels), "big")).random  # noqa: S311 -- invented data, no secret

    def part(self, *labels: str | int) -> "Chance":
        """A stream of its own for a part of the whole; drawing from one leaves the other as it was."""
        return Chance(*self._labels, *labels)

    def happens(self, probability: float) -> bool:
        """True with the given probability."""
        return self._next() < probability

    def between(self, low: int, high: int) -> int:
        """A whole number from low to high, both included."""
        return low + int(self._next() * (high - low + 1))

    def within(self, low: float, high: float) -> float:
        """A number from low (included) to high (excluded)."""
        return low + self._next() * (high - low)

    def around(self, mean: float, spread: float) -> float:
        """Bell-shaped about the mean, standard deviation `spread`, never more than three of them away."""
        draw = self._next
        return mean + spread * 2.0 * (draw() + draw() + draw() - 1.5)

    def choice(self, items: Sequence[T]) -> T:
        """One of the items, each as likely as the others."""
        return items[int(self._next() * len(items))]

    def weighted(self, items: Sequence[tuple[T, float]]) -> T:
        """One of the items, as likely as its weight."""
        left = self._next() * sum(weight for _, weight in items)
        for item, weight in items:
            left -= weight
            if left < 0:
                return item
        return items[-1][0]
