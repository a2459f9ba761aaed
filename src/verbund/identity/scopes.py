"""SMART App Launch 2.2 scopes for clinical data: what a token may be used for, as a value with set operations.

Section: https://hl7.org/fhir/smart-app-launch/STU2.2/scopes-and-launch-context.html
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from urllib.parse import parse_qsl, quote, urlencode

from verbund.errors import Incorrect, Unsupported
from verbund.fhir import SearchQuery, parse_search
from verbund.fhir.search import Filter

INTERACTIONS = "cruds"
"""Create, read (and vread, instance history), update (and patch), delete, search (and type history), in this order."""

_VERSION_1 = {"read": "rs", "write": "cud", "*": INTERACTIONS}
_SCOPE = re.compile(r"(patient|user|system)/(\*|[A-Z][A-Za-z]+)\.(c?r?u?d?s?|read|write|\*)(\?.*)?")
_CONTEXT = frozenset(
    {"openid", "profile", "fhirUser", "launch", "launch/patient", "launch/encounter", "online_access", "offline_access"}
)
# What narrows a scope is told by the index of keys: codes, references and addresses, compared for equality.
_NARROWING = frozenset({"token", "reference", "uri"})
_NOT_NARROWED = frozenset({"AuditEvent"})  # it lies in the log, not in the index
_KEPT = "|,:/.-_~$"


class Level(StrEnum):
    """Whose data a scope is about: one patient's, what the user may see, or everything the system allows."""

    PATIENT = "patient"
    USER = "user"
    SYSTEM = "system"


_WIDEST_FIRST = (Level.SYSTEM, Level.USER, Level.PATIENT)


@dataclass(frozen=True, slots=True, order=True)
class Narrowed:
    """A scope with search parameters: what is granted of a type is what fits `search` (`category=…|laboratory`)."""

    level: Level
    type: str
    letters: str
    search: str

    @property
    def query(self) -> SearchQuery:
        """What must fit, as a search."""
        return _query(self.type, self.search)

    def __str__(self) -> str:
        return f"{self.level}/{self.type}.{self.letters}?{self.search}"


def _ordered(letters: Iterable[str]) -> str:
    present = set(letters)
    return "".join(letter for letter in INTERACTIONS if letter in present)


@dataclass(frozen=True, slots=True)
class Scopes:
    """What a token may be used for: `grants` maps (level, resource type or `*`) to interaction letters.

    Two values are equal when they grant the same; `str()` gives the canonical form and `parse` reads it back. `context`
    holds the scopes that are about sign-in and launch (`openid`, `launch/patient`), `narrowed` those that grant part of
    a type only: `grants`, `allows` and what else is not said to be narrowed speak of types as a whole.
    """

    grants: frozenset[tuple[Level, str, str]] = frozenset()
    context: frozenset[str] = frozenset()
    narrowed: frozenset[Narrowed] = frozenset()

    @classmethod
    def parse(cls, text: str) -> "Scopes":
        """Read a space-separated list; version 1 (`.read`, `.write`, `.*`) is taken as its version 2 equivalent.

        Raises Incorrect naming the scope that cannot be read. Search parameters (`?category=…`) narrow reading and
        searching one type by codes, references and addresses without a modifier; anything else of them is refused.
        """
        found: dict[tuple[Level, str], set[str]] = {}
        part: dict[tuple[Level, str, str], set[str]] = {}
        context = set()
        for word in text.split():
            if word in _CONTEXT:
                context.add(word)
                continue
            level, resource_type, letters, search = _read(word)
            if search:
                part.setdefault((level, resource_type, search), set()).update(letters)
            else:
                found.setdefault((level, resource_type), set()).update(letters)
        return cls(_grants(found), frozenset(context), _narrowed(part, found))

    def allows(self, resource_type: str, interactions: str, *, level: Level | None = None) -> bool:
        """Whether every one of the interaction letters is granted for the type (at `level`, or at any)."""
        return bool(interactions) and all(
            any(
                letter in letters and of in {"*", resource_type} and (level is None or at is level)
                for at, of, letters in self.grants
            )
            for letter in interactions
        )

    def may(self, resource_type: str, interactions: str) -> bool:
        """Whether each of the letters is granted for the type or for a part of it."""
        return self.allows(resource_type, interactions) or (
            bool(self.narrowed and interactions)
            and all(self.allows(resource_type, one) or self.parts(resource_type, one) for one in interactions)
        )

    def parts(self, resource_type: str, letter: str) -> tuple[Narrowed, ...]:
        """What narrows a letter on a type; nothing where the type is granted as a whole, or not at all.

        Those of the widest level at which there are any.
        """
        found = [one for one in self.narrowed if one.type == resource_type and letter in one.letters]
        if not found or self.allows(resource_type, letter):
            return ()
        widest = min(_WIDEST_FIRST.index(one.level) for one in found)
        return tuple(sorted(one for one in found if one.level is _WIDEST_FIRST[widest]))

    def of_context(self, *kept: str) -> "Scopes":
        """The same with no more than these scopes about sign-in and launch."""
        return Scopes(self.grants, self.context & set(kept), self.narrowed)

    def at(self, level: Level) -> "Scopes":
        """What is granted at any level, granted at this one."""
        return Scopes.parse(
            " ".join(f"{level}/{str(one).partition('/')[2]}" for one in (*self._whole(), *self.narrowed))
        )

    def level_for(self, resource_type: str, interaction: str) -> Level | None:
        """The widest level at which the interaction is granted for the type; None where it is not granted at all.

        Where the type is granted in parts only, the level of these.
        """
        for level in _WIDEST_FIRST:
            if self.allows(resource_type, interaction, level=level):
                return level
        parts = self.parts(resource_type, interaction) if self.narrowed else ()
        return parts[0].level if parts else None

    def within(self, limit: "Scopes") -> "Scopes":
        """What both grant, level by level; context scopes are kept, since they open no data."""
        shared: dict[tuple[Level, str], set[str]] = {}
        for level, mine, my_letters in self.grants:
            for their_level, theirs, their_letters in limit.grants:
                if level is their_level and (mine == theirs or "*" in {mine, theirs}):
                    narrower = theirs if mine == "*" else mine
                    shared.setdefault((level, narrower), set()).update(set(my_letters) & set(their_letters))
        if not self.narrowed and not limit.narrowed:
            return Scopes(_grants(shared), self.context)
        part: dict[tuple[Level, str, str], set[str]] = {}
        for level, kind, letters, search in _shared_parts(self, limit):
            part.setdefault((level, kind, search), set()).update(letters)
        return Scopes(_grants(shared), self.context, _narrowed(part, shared))

    def __or__(self, other: "Scopes") -> "Scopes":
        """What either grants."""
        return Scopes.parse(f"{self} {other}")

    def __iter__(self) -> Iterator[str]:
        yield from sorted(self.context)
        yield from self._whole()
        yield from map(str, sorted(self.narrowed))

    def _whole(self) -> Iterator[str]:
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


def _narrowed(
    part: dict[tuple[Level, str, str], set[str]], whole: dict[tuple[Level, str], set[str]]
) -> frozenset[Narrowed]:
    """Parts in canonical form: what is granted of a type as a whole is not said again of a part of it."""
    found = set()
    for (level, kind, search), letters in part.items():
        rest = letters - whole.get((level, kind), set()) - whole.get((level, "*"), set())
        if rest:
            found.add(Narrowed(level, kind, _ordered(rest), search))
    return frozenset(found)


def _shared_parts(one: Scopes, other: Scopes) -> Iterator[tuple[Level, str, set[str], str]]:
    """What two scopes both grant of a part: of one part and the whole, that part; of two, what fits both."""
    for mine, theirs in ((one, other), (other, one)):
        for part in mine.narrowed:
            for level, kind, letters in theirs.grants:
                if level is part.level and kind in {"*", part.type}:
                    yield level, part.type, set(letters) & set(part.letters), part.search
    for part in one.narrowed:
        for same in other.narrowed:
            if (part.level, part.type) == (same.level, same.type):
                pairs = {*parse_qsl(part.search), *parse_qsl(same.search)}
                yield part.level, part.type, set(part.letters) & set(same.letters), _canonical(pairs)


def _read(word: str) -> tuple[Level, str, str, str]:
    match = _SCOPE.fullmatch(word)
    if match is None or not match[3]:
        raise Incorrect(
            f"'{word[:80]}' is not a scope; write for example 'system/*.cruds', 'user/Observation.rs' or "
            "'patient/*.rs' (the letters c, r, u, d, s in this order)"
        )
    level, kind, letters = Level(match[1]), match[2], match[3]
    if match[4] is None:
        return level, kind, _VERSION_1.get(letters, letters), ""
    if kind == "*" or kind in _NOT_NARROWED or set(letters) - set("rs"):
        raise Incorrect(
            f"The scope '{word[:80]}' cannot be limited by search parameters; these narrow reading and searching "
            "(letters r and s) of one type, as in 'patient/Observation.rs?category=laboratory'"
        )
    return level, kind, letters, _search(word, kind, match[4][1:])


def _search(word: str, kind: str, text: str) -> str:
    """The search parameters of a scope in canonical form."""
    found = _narrowing(kind, text)
    if not found:
        raise Incorrect(
            f"The scope '{word[:80]}' is limited by what is not offered; limit by codes, references and addresses "
            f"that {kind} is searched by, without a modifier"
        )
    return found


@lru_cache(maxsize=1024)
def _narrowing(kind: str, text: str) -> str:
    """Search parameters that can narrow a type, in canonical form; empty for others."""
    try:
        pairs = set(parse_qsl(text, keep_blank_values=True, strict_parsing=True))
        filters = parse_search(kind, sorted(pairs)).filters
    except (Incorrect, Unsupported, ValueError):
        return ""
    fits = len(filters) == len(pairs) and all(
        isinstance(one, Filter) and one.kind in _NARROWING and one.modifier is None for one in filters
    )
    return _canonical(pairs) if fits else ""


def _canonical(pairs: Iterable[tuple[str, str]]) -> str:
    return urlencode(sorted(pairs), quote_via=quote, safe=_KEPT)


@lru_cache(maxsize=1024)
def _query(kind: str, search: str) -> SearchQuery:
    return parse_search(kind, parse_qsl(search))
