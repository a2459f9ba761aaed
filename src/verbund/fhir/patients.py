"""Sets of patients: what a cohort asks for, put together from searches (`research` compiles to it, `store` runs it)."""

from dataclasses import dataclass, field
from typing import TypeAlias

from verbund.fhir.search import Criterion


@dataclass(frozen=True, slots=True)
class Having:
    """Patients who have at least one resource of a type that fits all filters; for `Patient`, the patient itself does.

    The filters hold for one and the same resource. A date filter bounds the time within which it must lie.
    """

    type: str
    filters: tuple[Criterion, ...] = ()


@dataclass(frozen=True, slots=True)
class AllOf:
    """Patients who are in each of the sets; of none at all: every patient."""

    sets: tuple["PatientSet", ...] = ()


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Patients who are in at least one of the sets; of none at all: nobody."""

    sets: tuple["PatientSet", ...] = ()


@dataclass(frozen=True, slots=True)
class Without:
    """Patients who are in the one set and not in the other."""

    set: "PatientSet"
    minus: "PatientSet" = field(default_factory=AnyOf)


PatientSet: TypeAlias = Having | AllOf | AnyOf | Without
