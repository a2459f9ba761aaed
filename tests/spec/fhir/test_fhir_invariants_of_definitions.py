"""What is taken for kept at a glance in profiles is kept, as the FHIRPath of each invariant says."""

from copy import deepcopy
from typing import Any

import pytest

from verbund.fhir.invariants import walking
from verbund.fhir.invariants.definitions import AT_A_GLANCE
from verbund.fhir.invariants.quick import Scope
from verbund.fhir.invariants.rules import every_rule
from verbund.fhir.invariants.walking import by_fhirpath

RULES = {rule.key: rule for rule in every_rule() if rule.key in AT_A_GLANCE}
Json = dict[str, Any]


def element(path: str, **given: Any) -> Json:
    base = {"path": path, "min": 0, "max": "*"}
    return {"id": path, "path": path, "definition": "x", "min": 0, "max": "*", "base": base, **given}


CODED = element(
    "Patient.gender",
    sliceName="one",
    min=1,
    max="1",
    type=[{"code": "code"}, {"code": "Reference", "targetProfile": ["http://x"], "aggregation": ["bundled"]}],
    constraint=[{"key": "a-1", "severity": "error", "human": "a"}, {"key": "a-2", "severity": "error", "human": "a"}],
    binding={"strength": "required", "valueSet": "http://x"},
    isModifier=False,
)
PROFILE: Json = {
    "resourceType": "StructureDefinition",
    "url": "https://example.org/p",
    "name": "P",
    "status": "active",
    "kind": "resource",
    "abstract": False,
    "type": "Patient",
    "baseDefinition": "http://hl7.org/fhir/StructureDefinition/Patient",
    "derivation": "constraint",
    "snapshot": {"element": [element("Patient"), CODED, element("Patient.name", fixedString="x")]},
    "differential": {"element": [element("Patient.gender"), element("Patient.name.family", patternString="y")]},
}
TOP, SECOND = ("snapshot", "element", 0), ("snapshot", "element", 1)
TYPE = (*SECOND, "type")
BROKEN: list[tuple[str, tuple[Any, ...], Any]] = [
    ("eld-2", (*SECOND, "max"), "0"),
    ("eld-3", (*SECOND, "max"), "-1"),
    ("eld-4", (*TYPE, 1, "code"), "Quantity"),
    ("eld-5", (*SECOND, "contentReference"), "#x"),
    ("eld-6", (*SECOND, "fixedCode"), "x"),
    ("eld-7", (*SECOND, "patternCode"), "x"),
    ("eld-8", ("differential", "element", 1, "fixedString"), "x"),
    ("eld-13", (*TYPE, 1, "code"), "code"),
    ("eld-14", (*SECOND, "constraint", 1, "key"), "a-1"),
    ("eld-15", SECOND, CODED | {"defaultValueCode": "x", "meaningWhenMissing": "y"}),
    ("eld-16", (*SECOND, "sliceName"), "a b"),
    ("eld-17", (*TYPE, 0, "targetProfile"), ["http://y"]),
    ("eld-18", (*SECOND, "isModifier"), True),
    ("eld-19", (*SECOND, "path"), ".?"),
    ("eld-22", ("differential", "element", 0, "sliceIsConstraining"), True),
    ("sdf-3", SECOND, {name: value for name, value in CODED.items() if name != "definition"}),
    ("sdf-8", (*SECOND, "path"), "Person.gender"),
    ("sdf-8", (*TOP, "path"), "Person"),
    ("sdf-8a", ("differential", "element", 1, "path"), "Person.name"),
    ("sdf-8b", SECOND, {name: value for name, value in CODED.items() if name != "base"}),
    ("sdf-9", (*TOP, "label"), "x"),
    ("sdf-10", (*SECOND, "binding"), {"strength": "required"}),
    ("sdf-14", SECOND, {name: value for name, value in CODED.items() if name != "id"}),
    ("sdf-16", (*SECOND, "id"), "Patient"),
    ("sdf-23", (*TOP, "sliceName"), "x"),
]


def changed(place: tuple[Any, ...], value: Any) -> Json:
    made = deepcopy(PROFILE)
    at: Any = made
    for step in place[:-1]:
        at = at[step]
    at[place[-1]] = value
    return made


def looked_at(profile: Json) -> list[tuple[str, bool | None, bool]]:
    """Each rule at each of its places: what the glance says, and what the FHIRPath."""
    found: list[tuple[str, bool | None, bool]] = []
    scope = Scope(profile, profile)

    def ask(checks: tuple[walking.Check, ...], value: Any, kind: str) -> None:
        rules = [check.rule for check in checks if check.rule.key in AT_A_GLANCE]
        found.extend(
            (one.key, AT_A_GLANCE[one.key](value, scope), by_fhirpath(one, value, kind, scope)) for one in rules
        )

    def walk(value: Json, kind: str) -> None:
        plan = walking.plan_of(kind, walking.ALL)
        ask(plan.checks, value, kind)
        for name, item in value.items():
            branch = plan.branches.get(name)
            for one in (item if isinstance(item, list) else [item]) if branch else ():
                ask(branch.checks, one, branch.type)
                if isinstance(one, dict) and branch.inside:
                    walk(one, branch.type)

    walk(profile, "StructureDefinition")
    return found


def test_a_profile_without_faults_is_taken_for_sound_at_a_glance() -> None:
    found = looked_at(PROFILE)
    assert {key for key, *_ in found} == set(AT_A_GLANCE) == set(RULES)
    assert [key for key, glance, _ in found if glance is not True] == []
    assert all(truth for _, _, truth in found)


@pytest.mark.parametrize(("key", "place", "value"), BROKEN, ids=[f"{key}-{n}" for n, (key, *_) in enumerate(BROKEN)])
def test_what_breaks_a_rule_is_left_to_its_fhirpath(key: str, place: tuple[Any, ...], value: Any) -> None:
    found = looked_at(changed(place, value))
    assert not all(truth for asked, _, truth in found if asked == key)
    assert [asked for asked, glance, truth in found if glance is not None and not (glance and truth)] == []


def test_each_rule_that_is_looked_at_was_broken_once() -> None:
    # That of the standard's own definitions concerns their addresses alone; eld-11 cannot be broken as it is written.
    assert {key for key, *_ in BROKEN} == set(AT_A_GLANCE) - {"sdf-19", "eld-11"}
