"""A statement under construction: SQL text from literals of this package, and values that are only ever bound.

Where each value is the same for all searches of one shape, or made from a part of the search that is known by its place
among all parts, the statement becomes a `Template`: another search of the shape has the same text and its own values.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar

P = TypeVar("P")
Make: TypeAlias = Callable[[Any], object]


@dataclass(frozen=True, slots=True)
class Template:
    """Text with place holders; each value is one of all searches (no `Make`), or made from the part at a place.

    It serves others of the same shape unless a value was bound of which nothing is said: then only the search it is of.
    """

    sql: str
    values: tuple[tuple[Make | None, Any], ...]
    serves_others: bool = True

    def bound(self, parts: Sequence[object]) -> list[object]:
        """The values for the search that consists of these parts."""
        return [value if make is None else make(parts[value]) for make, value in self.values]


class Statement:
    """Collects bound values; `bind` gives the place holder for one. The same shape of search makes the same text.

    `places` says of the parts of the search, by their identity, where each stands among all.
    """

    def __init__(self, *values: object, places: Mapping[int, int] | None = None) -> None:
        self.values: list[object] = list(values)
        self._places: Mapping[int, int] = places or {}
        # None as soon as a value is bound of which nothing is said.
        self._makes: list[tuple[Make | None, Any]] | None = None if values else []
        self._aliases = 0

    def bind(self, value: object) -> str:
        """The place holder (`$3`) that stands for the value."""
        self._makes = None
        self.values.append(value)
        return f"${len(self.values)}"

    def fixed(self, value: object) -> str:
        """The same for a value that all searches of this shape have."""
        if self._makes is not None:
            self._makes.append((None, value))
        self.values.append(value)
        return f"${len(self.values)}"

    def bind_of(self, make: Callable[[P], object], part: P) -> str:
        """The same for a value that is made from a part of the search alone."""
        place = self._places.get(id(part))
        if place is None:
            return self.bind(make(part))
        if self._makes is not None:
            self._makes.append((make, place))
        self.values.append(make(part))
        return f"${len(self.values)}"

    def alias(self) -> str:
        """A new name for the rows of a subquery."""
        self._aliases += 1
        return f"r{self._aliases}"

    def template(self, sql: str) -> Template:
        """The text with what makes its values."""
        if self._makes is None:
            return Template(sql, tuple([(None, value) for value in self.values]), serves_others=False)
        return Template(sql, tuple(self._makes))
