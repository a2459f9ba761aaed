# ruff: noqa: S608 - composed of literals of this package; values are only ever bound
"""Conditions on concepts as SQL: the same meaning as `conditions.fits`, over the table of concepts (alias `c`)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from verbund.errors import Unsupported
from verbund.terminology.conditions import reads
from verbund.terminology.model import (
    Above,
    Active,
    Below,
    Codes,
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
from verbund.terminology.patterns import LONGEST_VALUE, pattern
from verbund.terminology.worded import AS_LAST

NO_ONE = "false"
_COLUMNS = {"code": "c.code", "display": "c.display", "definition": "c.definition"}
_FLAGS = {"inactive": "c.inactive", "notSelectable": "c.abstract"}


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a concept stands: its number, from where until where it and all below lie, and what is directly above."""

    number: int
    first: int
    until: int
    parents: Sequence[int]


def storable(value: object) -> object:
    """The value without the one character that PostgreSQL has no place for: nothing there is called by it."""
    match value:
        case str():
            return value.replace("\0", "\ufffd")
        case list():
            return [storable(one) for one in value]
    return value


class Compiler:
    """Writes the SQL of conditions on one code system, with values that are only ever bound.

    The system's number is `$1`. `spots` knows every code that a condition names (`named`), `above` the numbers above
    those of `Above`. Where only `few` concepts are looked at, each is looked at by itself for its words.
    """

    def __init__(
        self,
        head: Head,
        spots: Mapping[str, Spot],
        above: Mapping[str, tuple[int, ...]],
        values: list[object],
        *,
        few: bool = False,
    ) -> None:
        self._head = head
        self._spots = spots
        self._above = above
        self._values = values
        self._few = few

    def sql(self, condition: Condition) -> str:  # noqa: C901, PLR0911 - one for each kind of condition
        """The condition; it is never null."""
        match condition:
            case Everything():
                return "true"
            case Every(parts):
                return f"({' and '.join(map(self.sql, parts)) or 'true'})"
            case Either(parts):
                return f"({' or '.join(map(self.sql, parts)) or 'false'})"
            case Not(part):
                return f"not ({self.sql(part)})"
            case Codes(codes):
                return f"c.key = any({self._bind(sorted(codes))}::text[])"
            case Below() | Above():
                return self._placed(condition)
            case Active():
                return "not c.inactive"
            case Selectable():
                return "not c.abstract"
            case Worded(words):
                return self._worded(words)
            case Valued(name, values):
                return self._valued(name, sorted(values))
            case Has(name):
                return self._has(name)
            case Matching(name, text):
                return self._matching(name, text)

    def _bind(self, value: object) -> str:
        self._values.append(value)
        return f"${len(self._values)}"

    def _placed(self, condition: Below | Above) -> str:
        spot = self._spots.get(self._head.key(condition.code))
        if spot is None:
            return NO_ONE
        if isinstance(condition, Above):
            return f"c.number = any({self._bind([spot.number, *self._above[self._head.key(condition.code)]])}::int[])"
        ranges = f"c.number >= {self._bind(spot.first)} and c.number < {self._bind(spot.until)}"
        if spot.until - spot.first > 1:
            key = self._bind(self._head.key(condition.code))
            # Adding nothing unpacks the ranges once; as they are stored they would be unpacked for every row.
            below = f"select below + '{{}}' from terminology_concept where system = $1 and key = {key}"
            ranges += f" and c.number <@ ({below})"
        return f"({ranges})" if condition.itself else f"(({ranges}) and c.number <> {self._bind(spot.number)})"

    def _worded(self, words: tuple[str, ...]) -> str:
        if not words:
            return "true"
        if self._few:
            found = (f"strpos(' ' || c.search, {self._bind(f' {word}')}::text) > 0" for word in words)
        else:
            found = (f"c.number in ({self._with(word)})" for word in words)
        return f"({' and '.join(found)})"

    def _with(self, word: str) -> str:
        """The numbers of concepts of which a word begins so, perhaps more than once."""
        begin, end = self._bind(word), self._bind(f"{word}{AS_LAST}")
        within = f"p.system = $1 and p.word >= {begin}::text and p.word < {end}::text"
        return f"select unnest(p.numbers) from terminology_word p where {within}"

    def _valued(self, name: str, values: list[str]) -> str:
        if name in _COLUMNS:
            return f"coalesce({_COLUMNS[name]} = any({self._bind(values)}::text[]), false)"
        if name in _FLAGS:
            wanted = [value == "true" for value in values if value in {"true", "false"}]
            return f"{_FLAGS[name]} = any({self._bind(wanted)}::bool[])"
        spots = [self._spots[value] for value in map(self._head.key, values) if value in self._spots]
        if name == "parent":
            return f"c.parents && {self._bind([spot.number for spot in spots])}::int[]"
        if name == "child":
            return f"c.number = any({self._bind([p for spot in spots for p in spot.parents])}::int[])"
        return f"coalesce(c.properties -> {self._bind(name)}::text ?| {self._bind(values)}::text[], false)"

    def _has(self, name: str) -> str:
        if name in _COLUMNS:
            return f"{_COLUMNS[name]} is not null"
        if name in _FLAGS:
            return "true"
        if name == "parent":
            return "cardinality(c.parents) > 0"
        if name == "child":
            return "c.below is not null"
        return f"coalesce(c.properties ? {self._bind(name)}::text, false)"

    def _matching(self, name: str, text: str) -> str:
        pattern(text)
        whole = self._bind(f"^(?:{text})$")
        if name in _COLUMNS:
            return f"coalesce(left({_COLUMNS[name]}, {LONGEST_VALUE}) ~ {whole}, false)"
        if name in {*_FLAGS, "parent", "child"}:
            raise Unsupported(f"A pattern on {name} is not offered; use the operators that are meant for it.")
        values = f"jsonb_array_elements_text(c.properties -> {self._bind(name)}::text)"
        return f"exists (select from {values} v where left(v, {LONGEST_VALUE}) ~ {whole})"


def named(head: Head, condition: Condition) -> set[str]:
    """The codes, as they are compared, whose places must be known to write a condition."""
    found: set[str] = set()
    for part in reads(condition):
        if isinstance(part, Below | Above):
            found.add(head.key(part.code))
        elif isinstance(part, Valued) and part.property in {"parent", "child"}:
            found.update(map(head.key, part.values))
    return found


def generalised(head: Head, condition: Condition) -> set[str]:
    """Those of them whose ancestors must be known."""
    return {head.key(part.code) for part in reads(condition) if isinstance(part, Above)}
