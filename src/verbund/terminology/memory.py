"""Code systems that lie in memory: the standard's own, and what value sets list of systems that are not known here.

Simple on purpose; the one in the database is held against it.
"""

import time
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from verbund.errors import TooLarge
from verbund.terminology.conditions import Place, fits
from verbund.terminology.model import EVERYTHING, Concept, Condition, Head, Outcome, Page
from verbund.terminology.relations import related

PATIENCE_SECONDS = 5.0
MOST_CHILDREN = 1_000


class MemorySystem:
    """One version of a code system, wholly in memory; a `System` whose answers come at once."""

    def __init__(self, head: Head, concepts: Iterable[Concept]) -> None:
        self._head = head
        self._concepts = {head.key(concept.code): concept for concept in concepts}
        self._below: dict[str, list[str]] = {}
        self._above: dict[str, frozenset[str]] = {}
        for concept in self._concepts.values():
            for parent in concept.parents:
                self._below.setdefault(head.key(parent), []).append(concept.code)

    @property
    def head(self) -> Head:
        """What is said of it as a whole."""
        return self._head

    def __len__(self) -> int:
        return len(self._concepts)

    def concept(self, code: str) -> Concept | None:
        """The concept of a code."""
        return self._concepts.get(self._head.key(code))

    def above(self, code: str) -> frozenset[str]:
        """The codes above a code, without itself, also where a hierarchy goes in circles."""
        key = self._head.key(code)
        known = self._above.get(key)
        if known is None:
            known = self._above[key] = frozenset(self._walk(key))
        return known

    def _walk(self, start: str) -> Iterator[str]:
        seen, waiting = {start}, [start]
        while waiting:
            concept = self._concepts.get(waiting.pop())
            for parent in () if concept is None else concept.parents:
                key = self._head.key(parent)
                if key not in seen and key in self._concepts:
                    seen.add(key)
                    waiting.append(key)
                    yield self._concepts[key].code

    def below(self, code: str) -> tuple[str, ...]:
        """The codes directly below a code."""
        return tuple(self._below.get(self._head.key(code), ()))

    def holds(self, condition: Condition, code: str) -> bool:
        """Whether a code is there and fits."""
        concept = self.concept(code)
        return concept is not None and fits(condition, self._place(concept))

    def _place(self, concept: Concept) -> Place:
        return Place(self._head, concept, self.above, self.below)

    def select(self, condition: Condition) -> Iterator[Concept]:
        """Concepts that fit, in order; TooLarge when it takes too long."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        for concept in self._concepts.values():
            if time.monotonic() > deadline:
                raise TooLarge(f"Searching {self._head.called} takes too long. Ask for less: make the filter simpler.")
            if fits(condition, self._place(concept)):
                yield concept

    async def find(self, codes: Sequence[str], condition: Condition = EVERYTHING, /) -> dict[str, Concept]:
        """The concepts of these codes that fit."""
        found = {code: concept for code in codes if (concept := self.concept(code)) is not None}
        return {code: concept for code, concept in found.items() if fits(condition, self._place(concept))}

    async def relation(self, first: str, second: str, /) -> Outcome | None:
        """How the first code relates to the second."""
        one, other = self.concept(first), self.concept(second)
        if one is None or other is None:
            return None
        return related(
            one.code,
            other.code,
            first_above=one.code in self.above(other.code),
            second_above=other.code in self.above(one.code),
        )

    async def page(self, condition: Condition, /, *, offset: int, count: int) -> Page:
        """Concepts that fit, in order."""
        found = list(self.select(condition))
        return Page(found[offset : offset + count], len(found))

    async def codes(self, condition: Condition, /, *, most: int) -> list[str]:
        """The codes of concepts that fit, at most so many."""
        return [concept.code for concept in islice(self.select(condition), most)]

    async def ancestors(self, code: str, /) -> set[str]:
        """The codes above a code, without itself."""
        return set(self.above(code))

    async def children(self, code: str, /) -> list[str]:
        """The codes directly below a code."""
        return list(self.below(code)[:MOST_CHILDREN])
