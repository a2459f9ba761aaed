"""ICD-10-GM, OPS and ATC without their catalogues: what a code tells by itself.

A code is below those that it begins with, at the places where the classification branches: `E11.90` is below `E11.9`
and `E11`, `5-470.11` below `5-470.1`, `5-470`, `5-47` and `5`, `A10BA02` below `A10BA`, `A10B`, `A10` and `A`. Chapters
and groups of ICD-10-GM (`E10-E14`) cannot be told from a code. Whether a code of the right form is really in the
catalogue is not known, nor what it means.

The marks of ICD-10-GM (cross, asterisk, exclamation mark) belong to the use of a code, not to the code.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from string import ascii_lowercase, ascii_uppercase, digits

from verbund.errors import TooLarge
from verbund.terminology.conditions import Place, fits, reads
from verbund.terminology.model import (
    EVERYTHING,
    Above,
    Below,
    Codes,
    Concept,
    Condition,
    Either,
    Every,
    Head,
    Not,
    Outcome,
    Page,
)
from verbund.terminology.relations import related

ICD = "http://fhir.de/CodeSystem/bfarm/icd-10-gm"
OPS = "http://fhir.de/CodeSystem/bfarm/ops"
ATC = "http://fhir.de/CodeSystem/bfarm/atc"
# Names that the same systems have or had, each with the one that is used now.
ALIASES = {
    "http://fhir.de/CodeSystem/dimdi/icd-10-gm": ICD,
    "urn:oid:1.2.276.0.76.5.311": ICD,
    "http://fhir.de/CodeSystem/dimdi/ops": OPS,
    "urn:oid:1.2.276.0.76.5.310": OPS,
    "http://fhir.de/CodeSystem/dimdi/atc": ATC,
    "http://fhir.de/CodeSystem/ifa/atc": ATC,
}
MOST = 10_000
_MARKS = "†*!+"
_ICD = re.compile(r"([A-Z]\d\d)(?:\.(?:(\d)(\d)?)?-?)?[†*!+]*")
_OPS = re.compile(r"(\d)-(\d\d)([0-9a-z])?(?:\.([0-9a-z])([0-9a-z])?)?")
_ATC = re.compile(r"([A-Z])(?:(\d\d)(?:([A-Z])(?:([A-Z])(\d\d)?)?)?)?")
_WILD = digits + ascii_lowercase
_NUMBERS = tuple(f"{number:02}" for number in range(100))


def canonical(system: str) -> str:
    """The name of a code system that is used now."""
    return ALIASES.get(system, system)


def names(system: str) -> tuple[str, ...]:
    """All names of a code system, the one that is used now first."""
    current = canonical(system)
    return (current, *(old for old, new in ALIASES.items() if new == current))


def bare(code: str) -> str:
    """An ICD-10-GM code without its marks and without the dash that stands for a missing digit."""
    return code.rstrip(_MARKS).rstrip("-").rstrip(".")


def icd(code: str) -> tuple[str, ...] | None:
    """The codes that an ICD-10-GM code is below, nearest first; None where it has not the form of one."""
    found = _ICD.fullmatch(code)
    if found is None:
        return None
    steps = [found[1]]
    if found[2]:
        steps.append(f"{found[1]}.{found[2]}")
    if found[3]:
        steps.append(f"{found[1]}.{found[2]}{found[3]}")
    return _all_but_last(steps)


def ops(code: str) -> tuple[str, ...] | None:
    """The codes that an OPS code is below, nearest first; None where it has not the form of one."""
    if code.isdigit() and len(code) == 1:
        return ()
    found = _OPS.fullmatch(code)
    if found is None or (found[4] and not found[3]):
        return None
    steps = [found[1], f"{found[1]}-{found[2]}"]
    if found[3]:
        steps.append(f"{steps[-1]}{found[3]}")
    if found[4]:
        steps.append(f"{steps[-1]}.{found[4]}")
    if found[5]:
        steps.append(f"{steps[-1]}{found[5]}")
    return _all_but_last(steps)


def atc(code: str) -> tuple[str, ...] | None:
    """The codes that an ATC code is below, nearest first; None where it has not the form of one."""
    found = _ATC.fullmatch(code)
    if found is None:
        return None
    steps: list[str] = []
    for part in found.groups():
        if part:
            steps.append(f"{steps[-1] if steps else ''}{part}")
    return _all_but_last(steps)


def _all_but_last(steps: list[str]) -> tuple[str, ...]:
    return tuple(reversed(steps[:-1]))


def _icd_below(code: str) -> Iterator[str]:
    """Every code of the form that can be below, as data may write it: plain, with a mark, with a dash."""
    stem = bare(code)
    tails = {3: ("", *digits, *map("".join, product(digits, digits))), 5: ("", *digits), 6: ("",)}[len(stem)]
    for tail in tails:
        full = stem + (f".{tail}" if len(stem) == 3 and tail else tail)
        yield full
        yield from (f"{full}{mark}" for mark in _MARKS)
        if len(full) < 6:
            yield f"{full}.-" if len(full) == 3 else f"{full}-"


def _ops_below(code: str) -> Iterator[str]:
    yield code
    if len(code) == 1:
        yield from (one for number in _NUMBERS for one in _ops_below(f"{code}-{number}"))
    elif len(code) == 4:
        yield from (one for digit in _WILD for one in _ops_below(f"{code}{digit}"))
    elif len(code) == 5:
        yield from (one for digit in _WILD for one in _ops_below(f"{code}.{digit}"))
    elif len(code) == 7:
        yield from (f"{code}{digit}" for digit in _WILD)


def _atc_below(code: str) -> Iterator[str]:
    yield code
    if len(code) in {1, 5}:
        yield from (one for number in _NUMBERS for one in _atc_below(f"{code}{number}"))
    elif len(code) in {3, 4}:
        yield from (one for letter in ascii_uppercase for one in _atc_below(f"{code}{letter}"))


@dataclass(frozen=True, slots=True)
class StructuredSystem:
    """A classification of which only the form of its codes is known; a `System` whose answers come at once."""

    head: Head
    _path: Callable[[str], tuple[str, ...] | None]
    _below: Callable[[str], Iterator[str]]

    def concept(self, code: str) -> Concept | None:
        """A concept for any code of the right form; it has no display."""
        path = self._path(code)
        return None if path is None else Concept(code, parents=path[:1])

    def above(self, code: str) -> frozenset[str]:
        """The codes that this one begins with; for `E11.90†` also `E11.90`."""
        path = self._path(code)
        if path is None:
            return frozenset()
        plain = bare(code)
        return frozenset(path if plain == code or self.head.url != ICD else (plain, *path))

    def holds(self, condition: Condition, code: str) -> bool:
        """Whether a code has the right form and fits."""
        concept = self.concept(code)
        if self.head.url == ICD:
            condition = _plain(condition)
        return concept is not None and fits(condition, Place(self.head, concept, self.above, lambda _: ()))

    async def find(self, codes: Sequence[str], condition: Condition = EVERYTHING, /) -> dict[str, Concept]:
        """A concept for each code that has the right form and fits."""
        found = {code: concept for code in codes if (concept := self.concept(code)) is not None}
        return {code: concept for code, concept in found.items() if self.holds(condition, code)}

    async def relation(self, first: str, second: str, /) -> Outcome | None:
        """How the first code relates to the second."""
        if self.concept(first) is None or self.concept(second) is None:
            return None
        above, below = first in self.above(second), second in self.above(first)
        return related(first, second, first_above=above, second_above=below)

    async def page(self, condition: Condition, /, *, offset: int, count: int) -> Page:
        """Every code that can fit, whether the catalogue has it or not."""
        found = self._candidates(condition)
        return Page([Concept(code) for code in found[offset : offset + count]], len(found))

    async def codes(self, condition: Condition, /, *, most: int) -> list[str]:
        """Every code that can fit, at most so many."""
        return self._candidates(condition)[:most]

    async def ancestors(self, code: str, /) -> set[str]:
        """The codes that this one begins with."""
        return set(self.above(code))

    async def children(self, code: str, /) -> list[str]:  # noqa: ARG002 - as the others are asked
        """Nothing is known of what is really below."""
        return []

    def _candidates(self, condition: Condition) -> list[str]:
        """Codes that fit, of those that the condition names or that can be below one that it names."""
        found: dict[str, None] = {}
        for part in reads(condition):
            for code in self._named(part):
                found[code] = None
                if len(found) > MOST:
                    raise self._too_large()
        if not found and not _bounded(condition):
            raise self._too_large()
        return [code for code in found if self.holds(condition, code)]

    def _named(self, part: Condition) -> Iterator[str]:
        match part:
            case Codes(codes):
                yield from sorted(codes)
            case Below(code):
                yield from () if self._path(code) is None else self._below(code)

    def _too_large(self) -> TooLarge:
        return TooLarge(
            f"More than {MOST:,} codes of {self.head.called} may fit. Name a narrower code, or load the catalogue "
            "(verbund terminology add)."
        )


def _plain(condition: Condition) -> Condition:
    """The condition with the codes of ICD-10-GM that it names without marks and dashes."""
    match condition:
        case Every(parts):
            return Every(tuple(map(_plain, parts)))
        case Either(parts):
            return Either(tuple(map(_plain, parts)))
        case Not(part):
            return Not(_plain(part))
        case Below(code, itself):
            return Below(bare(code), itself)
        case Above(code):
            return Above(bare(code))
    return condition


def _bounded(condition: Condition) -> bool:
    parts = condition.parts if isinstance(condition, Every) else (condition,)
    return any(isinstance(part, Codes | Below) for part in parts)


STRUCTURED = {
    ICD: StructuredSystem(Head(ICD, title="ICD-10-GM", content="not-present"), icd, _icd_below),
    OPS: StructuredSystem(Head(OPS, title="OPS", content="not-present"), ops, _ops_below),
    ATC: StructuredSystem(Head(ATC, title="ATC", content="not-present"), atc, _atc_below),
}
