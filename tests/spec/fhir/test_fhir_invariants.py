"""The invariants of R4: found with key, path and sentence, by fast checks that agree with the standard's FHIRPath."""

import json
from decimal import Decimal
from typing import Any

import pytest

from verbund.errors import Invalid
from verbund.fhir import decode, validate
from verbund.fhir.fhirpath import compile  # noqa: A004 - named as in re
from verbund.fhir.invariants import invariants, kept
from verbund.fhir.invariants.quick import QUICK, Scope
from verbund.fhir.invariants.rules import every_rule
from verbund.fhir.invariants.walking import by_fhirpath

DIV = '<div xmlns="http://www.w3.org/1999/xhtml">'
OBSERVATION = {"resourceType": "Observation", "status": "final", "code": {"coding": [{"system": "urn:s", "code": "a"}]}}
CONDITION = {"resourceType": "Condition", "subject": {"reference": "Patient/1"}}
ENTRY = [{"item": {"display": "a"}}]
ORGANIZATION = {"resourceType": "Organization", "id": "a", "name": "x"}
STATUS = "http://terminology.hl7.org/CodeSystem/condition-clinical"
VERIFICATION = "http://terminology.hl7.org/CodeSystem/condition-ver-status"


def period(start: str, end: str) -> dict[str, Any]:
    return {
        "resourceType": "Encounter",
        "status": "planned",
        "class": {"code": "a"},
        "period": {"start": start, "end": end},
    }


def patient(**given: Any) -> dict[str, Any]:
    return {"resourceType": "Patient", **given}


def quantity(**given: Any) -> dict[str, Any]:
    return {**OBSERVATION, "valueQuantity": given}


BROKEN: list[tuple[str, str, dict[str, Any]]] = [
    ("per-1", "Encounter.period", period("2024-05-02", "2024-05-01")),
    ("per-1", "Encounter.period", period("2024-05-01T12:00:00+02:00", "2024-05-01T10:30:00+01:00")),
    ("qty-3", "Observation.valueQuantity", quantity(value=1, code="g")),
    ("obs-6", "Observation", {**OBSERVATION, "valueString": "a", "dataAbsentReason": {"text": "b"}}),
    ("obs-7", "Observation", {**OBSERVATION, "valueString": "a", "component": [{"code": OBSERVATION["code"]}]}),
    ("obs-3", "Observation.referenceRange[0]", {**OBSERVATION, "referenceRange": [{"type": {"text": "a"}}]}),
    ("pat-1", "Patient.contact[1]", patient(contact=[{"name": {"text": "a"}}, {"gender": "male"}])),
    ("cpt-2", "Patient.telecom[0]", patient(telecom=[{"value": "1"}])),
    ("att-1", "Patient.photo[0]", patient(photo=[{"data": "YQ=="}])),
    ("ref-1", "Patient.managingOrganization", patient(managingOrganization={"reference": "#a"})),
    ("dom-3", "Patient", patient(contained=[ORGANIZATION])),
    ("org-1", "Organization", {"resourceType": "Organization", "active": True}),
    ("org-3", "Organization.telecom[0]", {"resourceType": "Organization", "name": "a", "telecom": [{"use": "home"}]}),
    ("con-4", "Condition", {**CONDITION, "abatementString": "a"}),
    ("txt-1", "Patient.text.div", patient(text={"status": "generated", "div": f"{DIV}<script>a</script></div>"})),
    ("txt-2", "Patient.text.div", patient(text={"status": "generated", "div": f"{DIV} </div>"})),
    ("ele-1", "Patient.name[0]", patient(name=[{"id": "a"}])),
    (
        "per-1",
        "Patient.extension[0].valuePeriod",
        patient(extension=[{"url": "u", "valuePeriod": {"start": "2003", "end": "2002"}}]),
    ),
    (
        "lst-1",
        "List",
        {"resourceType": "List", "status": "current", "mode": "working", "emptyReason": {"text": "a"}, "entry": ENTRY},
    ),
]

KEPT: list[dict[str, Any]] = [
    period("2024-05-01", "2024-05"),
    period("2024-05-01T12:00:00+02:00", "2024-05-01T11:30:00+01:00"),
    quantity(value=1, code="g", system="http://unitsofmeasure.org"),
    {**OBSERVATION, "valueString": "a", "component": [{"code": {"coding": [{"system": "urn:s", "code": "b"}]}}]},
    patient(contained=[ORGANIZATION], managingOrganization={"reference": "#a"}),
    patient(link=[{"other": {"reference": "#"}, "type": "refer"}]),
    patient(name=[{"id": "a", "text": "b"}], _birthDate={"extension": [{"url": "u", "valueCode": "a"}]}),
    {**CONDITION, "abatementString": "a", "clinicalStatus": {"coding": [{"system": STATUS, "code": "resolved"}]}},
    patient(text={"status": "generated", "div": f"{DIV}<p class='a'>b</p><img src='x' alt='y'/></div>"}),
]


def raw(value: dict[str, Any]) -> bytes:
    return json.dumps(value).encode()


def found(value: dict[str, Any]) -> set[tuple[str | None, str]]:
    return {(item.rule, item.expression[0]) for item in invariants(value)}


@pytest.mark.parametrize(("key", "path", "value"), BROKEN)
def test_what_is_broken_is_named_with_its_place(key: str, path: str, value: dict[str, Any]) -> None:
    assert (key, path) in found(value)
    assert not kept(raw(value))
    assert not kept(raw(value), decode(raw(value)))
    with pytest.raises(Invalid, match=rf"\({key}\)"):
        decode(raw(value), invariants=True)
    assert any(item.rule == key and item.code == "invariant" for item in validate(raw(value)))


@pytest.mark.parametrize("value", KEPT)
def test_what_keeps_them_is_accepted(value: dict[str, Any]) -> None:
    assert found(value) == set()
    assert kept(raw(value))
    assert kept(raw(value), decode(raw(value)))
    assert validate(raw(value)) == ()


@pytest.mark.parametrize("value", [*(value for _, _, value in BROKEN), *KEPT])
def test_quick_checks_say_what_their_fhirpath_says(value: dict[str, Any]) -> None:
    for key, node, kind, scope in objects(value):
        for rule in RULES:
            if rule.key == key and rule.key not in {"txt-1", "txt-2", "que-7"}:
                quick = QUICK[key](node, scope)
                assert quick is None or quick == by_fhirpath(rule, node, kind, scope)


RULES = [rule for rule in every_rule() if rule.key in QUICK]


def objects(value: dict[str, Any]) -> list[tuple[str, Any, str, Scope]]:
    """What each quick rule is asked of: the places of a resource that have it."""
    seen: list[tuple[str, Any, str, Scope]] = []
    from verbund.fhir.invariants import walking  # noqa: PLC0415 - looked into by this helper only

    def note(node: dict[str, Any], kind: str, scope: Scope) -> None:
        plan = walking.plan_of(kind, walking.ALL)
        seen.extend((check.rule.key, node, kind, scope) for check in plan.checks if check.rule.key in QUICK)
        for name, item in node.items():
            branch = plan.branches.get(name)
            for one in item if isinstance(item, list) else [item]:
                if branch is None or one is None:
                    continue
                seen.extend((c.rule.key, one, branch.type, scope) for c in branch.checks if c.rule.key in QUICK)
                if isinstance(one, dict) and branch.inside and branch.type != "Resource":
                    note(one, branch.type, scope)

    note(value, value["resourceType"], Scope(value, value))
    return seen


def test_the_check_of_quick_rules_looks_at_them() -> None:
    asked = {key for _, _, value in BROKEN for key, *_ in objects(value)}
    assert {"per-1", "qty-3", "obs-6", "obs-7", "obs-3", "pat-1", "cpt-2", "att-1", "ref-1", "txt-1", "con-4"} <= asked


def test_all_invariants_of_r4_compile() -> None:
    rules = every_rule()
    assert len(rules) >= 235
    assert all(compile(rule.expression) for rule in rules)
    assert set(QUICK) <= {rule.key for rule in rules}


def test_warnings_do_not_refuse() -> None:
    value = {"resourceType": "ValueSet", "status": "draft", "name": "lower case"}
    assert decode(raw(value), invariants=True) is not None
    assert [(item.rule, item.severity) for item in validate(raw(value))] == [("vsd-0", "warning")]


def test_a_bundle_tells_of_its_entries() -> None:
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": quantity(value=1, code="g")}]}
    with pytest.raises(Invalid, match="qty-3"):
        decode(raw(bundle), invariants=True)
    assert decode(raw(bundle)) is not None


def test_decimals_are_compared_exactly() -> None:
    value = {"resourceType": "Basic", "code": {"text": "a"}, "extension": [{"url": "u", "valueAge": {
        "value": Decimal("-0.1"), "code": "a", "system": "http://unitsofmeasure.org"}}]}  # fmt: skip
    assert ("age-1", "Basic.extension[0].valueAge") in found(value)
