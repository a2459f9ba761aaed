"""A cohort as researchers describe it: criteria by code, value and time, joined to inclusion and exclusion."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

Comparator = Literal["gt", "ge", "lt", "le", "eq", "ne"]


@dataclass(frozen=True, slots=True)
class Code:
    """A concept by its code system and code; an empty system stands for whatever the context implies."""

    system: str
    code: str


@dataclass(frozen=True, slots=True)
class Concepts:
    """The value is one of these."""

    concepts: tuple[Code, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """The value compares so with a number, in a UCUM unit where one is given."""

    comparator: Comparator
    value: Decimal
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Range:
    """The value lies between the two, both included, in a UCUM unit where one is given."""

    low: Decimal
    high: Decimal
    unit: str | None = None


ValueFilter = Concepts | Comparison | Range


@dataclass(frozen=True, slots=True)
class Attribute:
    """A further property of what is looked for, and what it must be."""

    attribute: Code
    value: ValueFilter
    path: str


@dataclass(frozen=True, slots=True)
class TimeRestriction:
    """On or after the one day, on or before the other; at least one is given."""

    after: date | None = None
    before: date | None = None


@dataclass(frozen=True, slots=True)
class Criterion:
    """One thing that is or was so with a patient; `path` says where it stands in the query."""

    context: str
    codes: tuple[Code, ...]
    value: ValueFilter | None = None
    attributes: tuple[Attribute, ...] = ()
    time: TimeRestriction | None = None
    path: str = ""


Group = tuple[Criterion, ...]


@dataclass(frozen=True, slots=True)
class CohortQuery:
    """Who is meant: every inclusion group holds by one of its criteria, and no exclusion group holds by all of its.

    After the Clinical Cohort Definition Language of the MII, version 2.
    """

    inclusion: tuple[Group, ...]
    exclusion: tuple[Group, ...] = ()
