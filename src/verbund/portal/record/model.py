"""A record as clinicians and patients read it: frozen views, each item with its house and its time."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Generic, TypeVar

from verbund.portal.language import noted
from verbund.portal.model import House
from verbund.portal.when import When

T = TypeVar("T")


UNKNOWN_AT = datetime.min.replace(tzinfo=UTC)
"""What undated items are sorted by: after everything else, newest first."""


@dataclass(frozen=True, slots=True)
class Concept:
    """What a CodeableConcept says to a reader, with the code that says it exactly where there is one."""

    text: str
    code: str = ""
    system: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """Who the record is about. `insurance` shows only the last three signs; `age` is in years, None when unknown."""

    name: str = field(repr=False)
    birth_date: date | None = field(repr=False)
    age: int | None
    gender: str
    insurance: str = field(default="", repr=False)
    deceased: bool = False


@dataclass(frozen=True, slots=True)
class Problem:
    """A diagnosis or complaint (Condition)."""

    concept: Concept
    active: bool
    status: str
    onset: When | None
    recorded: When | None
    house: House
    note: str = ""
    also: tuple[House, ...] = ()

    @property
    def when(self) -> When | None:
        """When it began, or else when it was written down."""
        return self.onset or self.recorded


@dataclass(frozen=True, slots=True)
class Allergy:
    """An allergy or intolerance. `severe` when its criticality is high."""

    concept: Concept
    severe: bool
    reaction: str
    when: When | None
    house: House
    also: tuple[House, ...] = ()


@dataclass(frozen=True, slots=True)
class Medication:
    """Something prescribed, taken or given; `kind` is for the catalogue."""

    concept: Concept
    active: bool
    status: str
    kind: str
    dosage: str
    when: When | None
    until: When | None
    house: House
    also: tuple[House, ...] = ()


@dataclass(frozen=True, slots=True)
class Deed:
    """A procedure or immunisation, or `times` of the same from `when` to `until`; `kind` is for the catalogue."""

    concept: Concept
    kind: str
    when: When | None
    house: House
    encounter: str = ""
    times: int = 1
    until: When | None = None


class Flag(StrEnum):
    """How a value lies towards its reference range."""

    NONE = ""
    LOW = "low"
    HIGH = "high"
    VERY_LOW = "very-low"
    VERY_HIGH = "very-high"
    ABNORMAL = "abnormal"

    @property
    def mark(self) -> str:
        """A sign that tells it without colour."""
        return _MARKS[self]

    @property
    def words(self) -> str:
        """The same in words, for the catalogue."""
        return _WORDS[self]


_MARKS = {
    Flag.NONE: "",
    Flag.LOW: "↓",
    Flag.HIGH: "↑",
    Flag.VERY_LOW: "⇊",
    Flag.VERY_HIGH: "⇈",
    Flag.ABNORMAL: "!",
}
_WORDS = {
    Flag.NONE: noted("within the reference range"),
    Flag.LOW: noted("below the reference range"),
    Flag.HIGH: noted("above the reference range"),
    Flag.VERY_LOW: noted("far below the reference range"),
    Flag.VERY_HIGH: noted("far above the reference range"),
    Flag.ABNORMAL: noted("abnormal"),
}


@dataclass(frozen=True, slots=True)
class Value:
    """One measurement. `number` is None for what is not a quantity; `text` is how it reads then, or its comparator."""

    when: When | None
    number: float | None
    text: str
    unit: str
    low: float | None
    high: float | None
    flag: Flag
    house: House

    @property
    def at(self) -> datetime:
        """For sorting."""
        return self.when.at if self.when else UNKNOWN_AT


@dataclass(frozen=True, slots=True)
class Analyte:
    """All values of one kind in one unit, newest first; never empty."""

    concept: Concept
    unit: str
    values: tuple[Value, ...]

    @property
    def latest(self) -> Value:
        """The newest value."""
        return self.values[0]

    @property
    def numeric(self) -> tuple[Value, ...]:
        """What can be drawn: dated numbers, oldest first."""
        return tuple(v for v in reversed(self.values) if v.number is not None and v.when is not None)

    @property
    def houses(self) -> tuple[House, ...]:
        """Where the values are from, each house once."""
        return tuple(dict.fromkeys(v.house for v in self.values))


@dataclass(frozen=True, slots=True)
class Document:
    """A document. `text` is its content when that came along as text; otherwise `type` and `id` say what to ask for.

    `named` stands for the title, in the catalogue, where that was only the English display of a code we know.
    """

    title: str
    kind: str
    when: When | None
    author: str
    house: House
    type: str
    id: str
    text: str = field(default="", repr=False)
    content_type: str = ""
    named: str = ""


@dataclass(frozen=True, slots=True)
class Contact:
    """An encounter with what was done in it; `kind` is for the catalogue, `place` the department."""

    kind: str
    title: str
    start: When | None
    end: When | None
    place: str
    reason: str
    house: House
    deeds: tuple[Deed, ...] = ()


@dataclass(frozen=True, slots=True)
class Section(Generic[T]):
    """The newest entries of one kind, and how many there are in all."""

    rows: tuple[T, ...] = ()
    total: int = 0

    @property
    def is_cut(self) -> bool:
        """Whether there are more than are shown."""
        return self.total > len(self.rows)


Statement = TypeVar("Statement", Problem, Allergy, Medication)


def once(rows: Iterable[Statement]) -> tuple[Statement, ...]:
    """The same thing said several times as its first (newest) statement, with the other houses that say it (`also`)."""
    told: dict[tuple[str, str], Statement] = {}
    for row in rows:
        key = row.concept.code, "" if row.concept.code else row.concept.text.casefold()
        first: Statement = told.setdefault(key, row)
        if row.house != first.house and row.house not in first.also:
            told[key] = replace(first, also=(*first.also, row.house))
    return tuple(told.values())


@dataclass(frozen=True, slots=True)
class Record:
    """A whole record, in sections, each newest first."""

    person: Person | None
    problems: Section[Problem]
    allergies: Section[Allergy]
    medications: Section[Medication]
    laboratory: Section[Analyte]
    vitals: Section[Analyte]
    documents: Section[Document]
    contacts: Section[Contact]
    deeds: Section[Deed]
    size: int

    @property
    def active_problems(self) -> tuple[Problem, ...]:
        """What is a problem now, each once."""
        return once(p for p in self.problems.rows if p.active)

    @property
    def known_allergies(self) -> tuple[Allergy, ...]:
        """All allergies, each once."""
        return once(self.allergies.rows)

    @property
    def current_medications(self) -> tuple[Medication, ...]:
        """What is taken now, each once."""
        return once(m for m in self.medications.rows if m.active)

    @property
    def conspicuous(self) -> tuple[Analyte, ...]:
        """Laboratory kinds whose newest value is out of range, newest first."""
        found = [a for a in self.laboratory.rows if a.latest.flag]
        return tuple(sorted(found, key=lambda a: a.latest.at, reverse=True))
