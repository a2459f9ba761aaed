"""Invariants: what a profile or FHIR itself states as a FHIRPath expression."""

from collections.abc import Iterable

from verbund.fhir.profiles.model import Constraint
from verbund.fhir.profiles.run import Run, Scope
from verbund.fhir.profiles.values import Item


def check_constraints(run: Run, label: str, constraints: Iterable[Constraint], item: Item, scope: Scope) -> None:
    """Note each invariant that does not hold of a value."""
