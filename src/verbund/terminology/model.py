"""What terminologies are made of: concepts, code systems, value sets as conditions on concepts, maps. All frozen.

http://hl7.org/fhir/R4/terminology-module.html.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, Protocol, TypeAlias

Content = Literal["complete", "fragment", "example", "not-present", "supplement"]
Outcome = Literal["equivalent", "subsumes", "subsumed-by", "not-subsumed"]


class Designation(NamedTuple):
    """Another text for a concept: its language (BCP 47), what it is used for (a code), and the text."""

    text: str
    language: str | None = None
    use: str | None = None
    use_system: str | None = None


class Property(NamedTuple):
    """A value of a concept's property; `kind` is the FHIR type (`code`, `string`, `boolean`, `Coding` …).

    A Coding's value is `system|code`.
    """

    code: str
    value: str
    kind: str = "string"


@dataclass(frozen=True, slots=True)
class Concept:
    """One code of a code system; `parents` are the codes directly above it."""

    code: str
    display: str | None = None
    definition: str | None = None
    parents: tuple[str, ...] = ()
    designations: tuple[Designation, ...] = ()
    properties: tuple[Property, ...] = ()
    inactive: bool = False
    abstract: bool = False

    def texts(self) -> tuple[str, ...]:
        """All texts by which somebody may know the concept."""
        own = () if self.display is None else (self.display,)
        return (*own, *(designation.text for designation in self.designations))


@dataclass(frozen=True, slots=True)
class Head:
    """What is said of a version of a code system as a whole.

    `properties` are those that are declared, by code, with their FHIR types. `value_set` is the canonical of the value
    set of all its codes, where it names one. `language` is that of the displays.
    """

    url: str
    version: str | None = None
    name: str | None = None
    title: str | None = None
    status: str = "active"
    content: Content = "complete"
    case_sensitive: bool = True
    value_set: str | None = None
    language: str | None = None
    properties: Mapping[str, str] = field(default_factory=dict)

    @property
    def canonical(self) -> str:
        """The url with its version, where it has one."""
        return self.url if self.version is None else f"{self.url}|{self.version}"

    @property
    def called(self) -> str:
        """A name for people."""
        return self.title or self.name or self.url

    def key(self, code: str) -> str:
        """The form in which codes are compared (http://hl7.org/fhir/R4/codesystem.html#case)."""
        return code if self.case_sensitive else code.lower()


# Conditions on one concept. A value set is, for each code system, one such condition.


class Everything(NamedTuple):
    """Every concept."""


class Codes(NamedTuple):
    """The concepts that are listed."""

    codes: frozenset[str]


class Below(NamedTuple):
    """The descendants of a concept and, with `itself`, the concept."""

    code: str
    itself: bool = True


class Above(NamedTuple):
    """A concept and its ancestors (`generalizes`)."""

    code: str


class Valued(NamedTuple):
    """Concepts with one of these values of a property; `parent` and `child` are taken from the hierarchy."""

    property: str
    values: frozenset[str]


class Has(NamedTuple):
    """Concepts with any value of a property."""

    property: str


class Matching(NamedTuple):
    """Concepts of which a value of a property (`code` and `display` among them) matches a pattern as a whole."""

    property: str
    pattern: str


class Worded(NamedTuple):
    """Concepts with a word that begins so, for each of these (code, display and designations are looked at)."""

    words: tuple[str, ...]


class Active(NamedTuple):
    """Concepts that are in use."""


class Selectable(NamedTuple):
    """Concepts that are not only there to group others."""


@dataclass(frozen=True, slots=True)
class Every:
    """What fits all parts; with none, everything."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class Either:
    """What fits one part at least; with none, nothing."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """What does not fit."""

    part: "Condition"


Condition: TypeAlias = (
    Everything | Codes | Below | Above | Valued | Has | Matching | Worded | Active | Selectable | Every | Either | Not
)


EVERYTHING: Condition = Everything()


class Page(NamedTuple):
    """Some of the concepts that fit a condition, and how many fit in all."""

    concepts: list[Concept]
    total: int


class System(Protocol):
    """One version of a code system, wherever its concepts lie. Concepts are in an order of their own: parents first.

    A condition that names a code that is not of the system holds for no concept by it.
    """

    @property
    def head(self) -> Head:
        """What is said of it as a whole."""

    async def find(self, codes: Sequence[str], condition: Condition = EVERYTHING, /) -> dict[str, Concept]:
        """The concepts of these codes that fit, by the codes as they were asked; others are missing."""

    async def relation(self, first: str, second: str, /) -> Outcome | None:
        """How the first code relates to the second; None where one of them is not there."""

    async def page(self, condition: Condition, /, *, offset: int, count: int) -> Page:
        """Concepts that fit, in order. TooLarge where they cannot be listed."""

    async def codes(self, condition: Condition, /, *, most: int) -> list[str]:
        """The codes of concepts that fit, at most so many, in no order. TooLarge where they cannot be listed."""

    async def ancestors(self, code: str, /) -> set[str]:
        """The codes above a code, without itself."""

    async def children(self, code: str, /) -> list[str]:
        """The codes directly below a code, at most a thousand."""


@dataclass(frozen=True, slots=True)
class Listed:
    """What a value set itself says of a code that it lists: a display and designations of its own."""

    display: str | None = None
    designations: tuple[Designation, ...] = ()


@dataclass(frozen=True, slots=True)
class Filter:
    """A condition on a property as a value set words it (http://hl7.org/fhir/R4/valueset-filter-operator.html)."""

    property: str
    op: str
    value: str


@dataclass(frozen=True, slots=True)
class Include:
    """One `include` or `exclude`: codes of a system by list or filters, of value sets, or of both."""

    system: str | None = None
    version: str | None = None
    concepts: Mapping[str, Listed] = field(default_factory=dict)
    filters: tuple[Filter, ...] = ()
    value_sets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ValueSet:
    """A value set's definition. `inactive` False leaves out concepts that are no longer in use."""

    url: str
    version: str | None = None
    name: str | None = None
    title: str | None = None
    status: str = "active"
    includes: tuple[Include, ...] = ()
    excludes: tuple[Include, ...] = ()
    inactive: bool = True

    @property
    def canonical(self) -> str:
        """The url with its version, where it has one."""
        return self.url if self.version is None else f"{self.url}|{self.version}"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a concept map: from a code to a code (None: unmapped), and how they relate."""

    source_system: str
    source_code: str
    target_system: str | None
    target_code: str | None
    equivalence: str
    target_display: str | None = None
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class ConceptMap:
    """A concept map (http://hl7.org/fhir/R4/conceptmap.html); `source` and `target` are canonicals of value sets.

    `unmapped` says, by source system, what becomes of codes without a line: (mode, code, display, url).
    """

    url: str
    version: str | None = None
    source: str | None = None
    target: str | None = None
    status: str = "active"
    lines: tuple[Line, ...] = ()
    unmapped: Mapping[str, tuple[str, str | None, str | None, str | None]] = field(default_factory=dict)
