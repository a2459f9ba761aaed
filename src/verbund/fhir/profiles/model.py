"""A profile as rules, made ready for checking: a tree of elements with their slices. All frozen."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

CORE = "http://hl7.org/fhir/StructureDefinition/"
"""Where the definitions of FHIR's own types begin."""

ABSENT: Any = object()
"""Stands for a value that is not demanded: JSON's null can be none, but Python's None is easily mistaken."""


@dataclass(frozen=True, slots=True)
class TypeRule:
    """One type that an element may have, the profiles on it, and what a reference of it may lead to."""

    code: str
    profiles: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Binding:
    """The value set that the codes of an element are of, and how strictly.

    `most` is the value set that no code may be outside of, also where the binding is not required (maxValueSet); empty
    where there is none.
    """

    strength: str
    value_set: str
    most: str = ""


@dataclass(frozen=True, slots=True)
class Constraint:
    """An invariant: a FHIRPath expression that is true of every instance."""

    key: str
    severity: str
    human: str
    expression: str


@dataclass(frozen=True, slots=True)
class Slicing:
    """How slices are told apart (pairs of kind and path), and what else may stand beside them."""

    discriminators: tuple[tuple[str, str], ...]
    rules: str = "open"
    ordered: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """What a profile says of one element, or of one slice of it (http://hl7.org/fhir/R4/elementdefinition.html).

    `most` is None where there is no upper limit. `children` are the elements below, without their slices; `slices`
    are those of this element, each a whole rule of its own; `refers` is the id of the element whose rules apply here
    as well (contentReference).
    """

    id: str
    name: str
    slice: str = ""
    least: int = 0
    most: int | None = None
    types: tuple[TypeRule, ...] = ()
    fixed: Any = ABSENT
    pattern: Any = ABSENT
    low: Any = ABSENT
    high: Any = ABSENT
    longest: int | None = None
    binding: Binding | None = None
    constraints: tuple[Constraint, ...] = ()
    refers: str = ""
    slicing: Slicing | None = None
    slices: tuple["Rule", ...] = ()
    children: tuple["Rule", ...] = ()

    def child(self, name: str) -> "Rule | None":
        """The element of this name below; `value` finds `value[x]`."""
        return next((one for one in self.children if one.name in {name, f"{name}[x]"}), None)


@dataclass(frozen=True, slots=True, eq=False)
class Profile:
    """A definition made ready: its rules as a tree, and by the ids of their elements.

    `contexts` are the places at which an extension may stand, as pairs of kind and expression; `faults` says what of
    the definition could not be understood. How slices are told apart is found out once and remembered here.
    """

    url: str
    version: str
    name: str
    type: str
    root: Rule
    rules: Mapping[str, Rule] = field(repr=False)
    contexts: tuple[tuple[str, str], ...] = ()
    faults: tuple[str, ...] = ()
    tests: dict[str, tuple[Any, ...]] = field(default_factory=dict, repr=False)
    urls: dict[str, dict[str, Rule]] = field(default_factory=dict, repr=False)
