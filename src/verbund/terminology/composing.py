"""What a value set's definition comes to: for each code system, one condition on its concepts.

http://hl7.org/fhir/R4/valueset.html#composition.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from verbund.errors import Incorrect, TooLarge
from verbund.terminology.conditions import either, every
from verbund.terminology.memory import MemorySystem
from verbund.terminology.model import (
    EVERYTHING,
    Active,
    Concept,
    Condition,
    Head,
    Include,
    Listed,
    Not,
    System,
    ValueSet,
)
from verbund.terminology.rules import condition_of

DEEPEST = 20
Key = tuple[str, str | None]


class NotAtHand(Exception):
    """A value set that the definition names is not in memory; whoever composes gets it and tries again."""

    def __init__(self, canonical: str) -> None:
        super().__init__(canonical)
        self.canonical = canonical


@dataclass(frozen=True, slots=True)
class Part:
    """What a value set takes of one code system; `system` is None where its concepts are not known here.

    Then codes that are listed are known all the same: they are in `fragment`.
    """

    url: str
    version: str | None
    condition: Condition
    system: System | None
    fragment: MemorySystem | None = None

    @property
    def source(self) -> System | None:
        """Where concepts can be asked for."""
        return self.system or self.fragment


@dataclass(frozen=True, slots=True)
class Composed:
    """A value set as conditions, in the order in which its systems are named; `listed` has its own texts for codes."""

    definition: ValueSet
    parts: tuple[Part, ...]
    listed: dict[Key, Listed] = field(default_factory=dict)

    def of(self, url: str) -> tuple[Part, ...]:
        """The parts of a code system, in any version."""
        return tuple(part for part in self.parts if part.url == url)


Resolve = Callable[[str], ValueSet]
Find = Callable[[str, str | None], System | None]


@dataclass(slots=True)
class _Sets:
    """Conditions by system and version."""

    by_system: dict[Key, Condition] = field(default_factory=dict)

    def add(self, key: Key, condition: Condition) -> None:
        known = self.by_system.get(key)
        self.by_system[key] = condition if known is None else either(known, condition)


class Composer:
    """Composes one value set; `resolve` gives those that it names, or raises NotAtHand, `find` code systems."""

    def __init__(self, resolve: Resolve, find: Find) -> None:
        self._resolve = resolve
        self._find = find
        self._listed: dict[Key, Listed] = {}
        self._unknown: dict[Key, dict[str, Concept]] = {}
        self._filtered: set[Key] = set()

    def compose(self, definition: ValueSet) -> Composed:
        """The value set as conditions. Incorrect where it includes itself; NotAtHand as `resolve` says."""
        sets = self._of(definition, (definition.canonical,))
        parts = [self._part(key, condition) for key, condition in sets.by_system.items()]
        return Composed(definition, tuple(parts), self._listed)

    def _part(self, key: Key, condition: Condition) -> Part:
        system = self._find(*key)
        if system is not None:
            return Part(key[0], key[1], condition, system)
        complete = key not in self._filtered
        listed = self._unknown.get(key, {})
        fragment = MemorySystem(Head(key[0], key[1], content="fragment"), listed.values()) if complete else None
        return Part(key[0], key[1], condition, None, fragment)

    def _of(self, definition: ValueSet, within: tuple[str, ...]) -> _Sets:
        if len(within) > DEEPEST:
            raise TooLarge(f"The value set {within[0]} includes others more than {DEEPEST} deep.")
        sets = _Sets()
        for include in definition.includes:
            for key, condition in self._included(include, within).by_system.items():
                sets.add(key, condition)
        for exclude in definition.excludes:
            self._take_away(sets, self._included(exclude, within))
        if not definition.inactive:
            sets.by_system = {key: every(condition, Active()) for key, condition in sets.by_system.items()}
        return sets

    def _take_away(self, sets: _Sets, gone: _Sets) -> None:
        for key, condition in gone.by_system.items():
            for mine in [mine for mine in sets.by_system if mine[0] == key[0]]:
                if key[1] in {None, mine[1]} or mine == key:
                    sets.by_system[mine] = every(sets.by_system[mine], Not(condition))

    def _included(self, include: Include, within: tuple[str, ...]) -> _Sets:
        nested = [self._nested(name, within) for name in include.value_sets]
        sets = _Sets()
        if include.system is not None:
            sets.add(*self._own(include, include.system))
        elif nested:
            sets = nested.pop(0)
        else:
            raise Incorrect("An include of a value set needs a system or a valueSet.")
        for other in nested:
            shared = sets.by_system.keys() & other.by_system.keys()
            kept = {key: condition for key, condition in sets.by_system.items() if key in shared}
            sets.by_system = {key: every(condition, other.by_system[key]) for key, condition in kept.items()}
        return sets

    def _nested(self, name: str, within: tuple[str, ...]) -> _Sets:
        definition = self._resolve(name)
        if definition.canonical in within:
            raise Incorrect(f"The value set {definition.canonical} includes itself. Correct its definition.")
        return self._of(definition, (*within, definition.canonical))

    def _own(self, include: Include, url: str) -> tuple[Key, Condition]:
        system = self._find(url, include.version)
        head = system.head if system is not None else Head(url, include.version)
        key = (url, head.version if system is not None else include.version)
        for code, said in include.concepts.items():
            if said.display or said.designations:
                self._listed.setdefault((url, code), said)
        if system is None:
            if not include.concepts or include.filters:
                self._filtered.add(key)
            known = self._unknown.setdefault(key, {})
            for code, said in include.concepts.items():
                known.setdefault(code, Concept(code, said.display, designations=said.designations))
        return key, condition_of(include, head)


def narrowed(composed: Composed, *conditions: Condition) -> Composed:
    """The same, of concepts that fit further conditions."""
    if all(condition is EVERYTHING for condition in conditions):
        return composed
    parts = tuple(replace(part, condition=every(part.condition, *conditions)) for part in composed.parts)
    return replace(composed, parts=parts)
