"""What the operations answer, as values."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from verbund.terminology.model import Concept, Designation, Head


@dataclass(frozen=True, slots=True)
class Coding:
    """A code with its system, as somebody used it; `display` as they wrote it."""

    system: str | None
    code: str
    version: str | None = None
    display: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """What is known of a code: its concept, the text to show, and the codes directly below, where asked for."""

    head: Head
    concept: Concept
    display: str | None
    children: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether codes are valid: of the codings the first that is, with its text; else why none is.

    `issue` is a code of http://hl7.org/fhir/issue-type for what is wrong.
    """

    valid: bool
    message: str | None = None
    display: str | None = None
    coding: Coding | None = None
    issue: str | None = None


@dataclass(frozen=True, slots=True)
class Member:
    """One entry of an expansion, with what is below it where it is nested."""

    system: str
    version: str | None
    code: str
    display: str | None
    abstract: bool = False
    inactive: bool = False
    designations: tuple[Designation, ...] = ()
    contains: tuple["Member", ...] = ()


@dataclass(frozen=True, slots=True)
class Expansion:
    """A page of a value set's members; `total` counts all. `versions` are the code systems used, by canonical."""

    url: str
    version: str | None
    name: str | None
    title: str | None
    status: str
    total: int
    offset: int
    members: tuple[Member, ...]
    versions: tuple[str, ...] = ()
    parameters: Mapping[str, str | int | bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Match:
    """One translation of a code; `target` None says that there is none, by this map."""

    equivalence: str
    target: Coding | None
    source: str
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class Closure:
    """A closure table's answer: its version, and the lines (system, code below, code above) that are new."""

    name: str
    version: int
    lines: tuple[tuple[str, str, str], ...] = ()
