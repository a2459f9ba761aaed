"""Invariants: what a profile states as a FHIRPath expression that is true of every instance."""

from collections.abc import Iterable

from verbund.fhir import fhirpath
from verbund.fhir.fhirpath import Collection, Failed, Malformed, Node, Seams, system
from verbund.fhir.profiles.model import Constraint
from verbund.fhir.profiles.run import Run, Scope
from verbund.fhir.profiles.values import Item


def check_constraints(run: Run, label: str, constraints: Iterable[Constraint], item: Item, scope: Scope) -> None:
    """Note each invariant that does not hold of a value; once what cannot be evaluated here."""
    for one in constraints:
        if not run.once(item.value if item.value is not None else item.beside, f"{one.key} {one.expression}"):
            continue
        run.look_at_the_clock()
        held = _holds(run, label, one, item, scope)
        if held is False:
            severity = "error" if one.severity == "error" else "warning"
            run.add(severity, "invariant", one.key, item.path, _sentence(one), group=f"constraint {one.key}")


def _holds(run: Run, label: str, one: Constraint, item: Item, scope: Scope) -> bool | None:
    """Whether an invariant is true of a value; None where that cannot be told.

    Nothing at all is no breach: rules such as ref-1 find nothing in a reference that has only an identifier.
    """
    node = Node(item.value, item.kind, item.beside)
    resource = Node(scope.resource, str(scope.resource.get("resourceType")))
    root = Node(scope.root, str(scope.root.get("resourceType")))
    try:
        found = fhirpath.compile(one.expression).evaluate(node, resource=resource, root=root, seams=seams(run, scope))
        return _true(found)
    except Malformed as error:
        text = f"the rule {one.key} of the profile is no FHIRPath ({error.text}); it is not checked."
    except Failed as error:
        text = f"the rule {one.key} cannot be evaluated here ({error.text}); it is not checked."
    run.note(f"constraint {one.key} {one.expression}", item.path, label, text)
    return None


def _true(found: Collection) -> bool | None:
    if len(found) != 1:
        return None if not found else True
    value = system(found[0])
    return value if isinstance(value, bool) else True


def seams(run: Run, scope: Scope) -> Seams:
    """What FHIRPath asks of the world: the terms of the run, and what references lead to."""
    return Seams(terms=run.terms, resolve=lambda text, _: scope.found(text))


def _sentence(one: Constraint) -> str:
    """What the profile's author wrote about the rule."""
    return one.human if one.human.endswith((".", "!", "?")) else f"{one.human}."
