"""SMART App Launch 2.2 scopes for clinical data: what a token may be used for, as a value with set operations.

Section: https://hl7.org/fhir/smart-app-launch/STU2.2/scopes-and-launch-context.html
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from verbund.errors import Incorrect

INTERACTIONS = "cruds"
"""Create, read (and vread, instance history), update (and patch), delete, search (and type history), in this order."""

_VERSION_1 = {"read": "rs", "write": "cud", "*": INTERACTIONS}
_SCOPE = re.compile(r"(patient|user|system)/(\*|[A-Z][A-Za-z]+)\.(c?r?u?d?s?|read|write|\*)(\?.*)?")
_CONTEXT = frozenset({"openid", "profile", "fhirUser", "launch", "launch/patient", "online_access", "offline_access"})


class Level(StrEnum):
    """Whose data a scope is about: one patient's, what the user may see, or everything the system allows."""

    PATIENT = "patient"
    USER = "user"
    SYSTEM = "system"


_WIDEST_FIRST = (Level.SYSTEM, Level.USER, Level.PATIENT)


def _ordered(letters: Iterable[str]) -> str:
    present = set(letters)
    return "".join(letter for letter in INTERACTIONS if letter in present)


@dataclass(frozen=True, slots=True)
class Scopes:
    """What a token may be used for: `grants` maps (level, resource type or `*`) to interaction letters.

    Two values are equal when they grant the same; `str()` gives the canonical form and `parse` reads it back. `context`
    holds the scopes that are about sign-in and launch (`openid`, `launch/patient`).
    """

    grants: frozenset[tuple[Level, str, str]] = frozenset()
    context: frozenset[str] = frozenset()

    @classmethod
    def parse(cls, text: str) -> "Scopes":
        """Read a space-separated list; version 1 (`.read`, `.write`, `.*`) is taken as its version 2 equivalent.

        Raises Incorrect naming the scope that cannot be read. Scopes with search parameters (`?category=…`) are
        refused rather than widened, since they are not enforced here.
        """
        found: dict[tuple[Level, str], set[str]] = {}
        context = set()
        for word in text.split():
            if word in _CONTEXT:
                context.add(word)
                continue
            level, resource_type, letters = _read(word)
            found.setdefault((level, resource_type), set()).update(letters)
        return cls(_grants(found), frozenset(context))

    def allows(self, resource_type: str, interactions: str, *, level: Level | None = None) -> bool:
        """Whether every one of the interaction letters is granted for the type (at `level`, or at any)."""
        return bool(interactions) and all(
            any(
                letter in letters and of in {"*", resource_type} and (level is None or at is level)
                for at, of, letters in self.grants
            )
            for letter in interactions
        )

    def level_for(self, resource_type: str, interaction: str) -> Level | None:
        """The widest level at which the interaction is granted for the type; None where it is not granted at all."""
        for level in _WIDEST_FIRST:
            if self.allows(resource_type, interaction, level=level):
                return level
        return None

    def within(self, limit: "Scopes") -> "Scopes":
        """What both grant, level by level; context scopes are kept, since they open no data."""
        shared: dict[tuple[Level, str], set[str]] = {}
        for level, mine, my_letters in self.grants:
            for their_level, theirs, their_letters in limit.grants:
                if level is their_level and (mine == theirs or "*" in {mine, theirs}):
                    narrower = theirs if mine == "*" else mine
                    shared.setdefault((level, narrower), set()).update(set(my_letters) & set(their_letters))
        return Scopes(_grants(shared), self.context)

    def __or__(self, other: "Scopes") -> "Scopes":
        """What either grants."""
        return Scopes.parse(f"{self} {other}")

    def __iter__(self) -> Iterator[str]:
        yield from sorted(self.context)
        for level, resource_type, letters in sorted(self.grants):
            yield f"{level}/{resource_type}.{letters}"

    def __str__(self) -> str:
        return " ".join(self)


NO_SCOPES = Scopes()


def _grants(found: dict[tuple[Level, str], set[str]]) -> frozenset[tuple[Level, str, str]]:
    """The grants in canonical form: what `*` grants at a level is not said again for single types."""
    rest = {
        (level, of): letters - found.get((level, "*"), set()) if of != "*" else letters
        for (level, of), letters in found.items()
    }
    return frozenset((level, of, _ordered(letters)) for (level, of), letters in rest.items() if letters)


def _read(word: str) -> tuple[Level, str, str]:
    match = _SCOPE.fullmatch(word)
    if match is None or not match[3]:
        raise Incorrect(
            f"'{word[:80]}' is not a scope; write for example 'system/*.cruds', 'user/Observation.rs' or "
            "'patient/*.rs' (the letters c, r, u, d, s in this order)"
        )
    if match[4]:
        raise Incorrect(f"The scope '{word[:80]}' limits by search parameters, which is not offered; leave out '?…'")
    return Level(match[1]), match[2], _VERSION_1.get(match[3], match[3])
