"""Whatever is sent or taught, checking ends soon, with issues and nothing else."""

import copy
import time
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from profiles_at_hand import BASE, CORE, element, extension, known, profile, sliced

from verbund.errors import Incorrect
from verbund.fhir.profiles import Mode, Profiles, validate

SYSTEM = "http://loinc.org"
PROFILE = profile(
    "Observation",
    "p",
    element("subject", min=1, type=[{"code": "Reference", "targetProfile": [CORE + "Patient"]}]),
    sliced("code.coding", "pattern", "$this"),
    element("code.coding:loinc", min=1, patternCoding={"system": SYSTEM}),
    element("code.coding:loinc.display", maxLength=5),
    sliced("component", "value", "code.coding.code"),
    element("component:a.code.coding.code", fixedCode="a"),
    element("component:a.value[x]", min=1, maxValueQuantity={"value": 5}),
    sliced("performer", "profile", "resolve()"),
    element("performer:house", type=[{"code": "Reference", "targetProfile": [BASE + "o"]}]),
    element(
        "value[x]", binding={"strength": "required", "valueSet": "http://hl7.org/fhir/ValueSet/observation-status"}
    ),
    element("", constraint=[{"key": "k", "severity": "error", "human": "k", "expression": "note.text.length() < 9"}]),
)
RESOURCE: dict[str, Any] = {
    "resourceType": "Observation",
    "meta": {"profile": [BASE + "p"]},
    "status": "final",
    "_status": {"extension": [{"url": BASE + "e", "valueCode": "x"}]},
    "contained": [{"resourceType": "Organization", "id": "o", "name": "x"}],
    "code": {"coding": [{"system": SYSTEM, "code": "1", "display": "abc"}]},
    "subject": {"reference": "Patient/1"},
    "performer": [{"reference": "#o"}],
    "component": [{"code": {"coding": [{"code": "a"}]}, "valueQuantity": {"value": 1}}],
    "note": [{"text": "n"}],
    "valueCodeableConcept": {"coding": [{"system": SYSTEM, "code": "final"}]},
}
JSON = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats(allow_nan=False, allow_infinity=False) | some.text(),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.sampled_from(("url", "code", "x")), inner),
    max_leaves=5,
)


@pytest.fixture(scope="module")
def profiles() -> Profiles:
    return known(PROFILE, profile("Organization", "o", element("name", min=1)), extension("e", "code"))


def places(value: Any, way: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [way] * bool(way) + [place for key, one in inner for place in places(one, (*way, key))]


@settings(max_examples=150, deadline=None)
@given(place=some.sampled_from(places(RESOURCE)), value=JSON, twice=some.booleans())
def test_something_else_in_any_place_is_told_or_borne(
    profiles: Profiles, place: tuple[Any, ...], value: Any, twice: bool
) -> None:
    changed = copy.deepcopy(RESOURCE)
    holder = changed
    for step in place[:-1]:
        holder = holder[step]
    holder[place[-1]] = [value, value] if twice else value
    raw = msgspec.json.encode(changed)
    try:
        found = validate(raw, profiles=profiles)
    except Incorrect:
        return
    assert all(one.severity in {"error", "warning", "information"} and one.text for one in found)


@settings(max_examples=150, deadline=None)
@given(place=some.sampled_from(places(PROFILE)), value=JSON)
def test_a_definition_with_something_else_in_any_place_is_refused_or_borne(place: tuple[Any, ...], value: Any) -> None:
    changed = copy.deepcopy(PROFILE)
    holder = changed
    for step in place[:-1]:
        holder = holder[step]
    holder[place[-1]] = value
    taught = Profiles()
    try:
        taught.add(msgspec.json.encode(changed))
    except Incorrect:
        return
    assert isinstance(validate(msgspec.json.encode(RESOURCE), profiles=taught), tuple)


@pytest.mark.parametrize(
    "more",
    [
        {"component": RESOURCE["component"] * 20_000},
        {"performer": RESOURCE["performer"] * 20_000},
        {"code": {"coding": [{"system": f"urn:{number}"} for number in range(20_000)]}},
        {"extension": [{"url": BASE + "e", "valueCode": "x"}] * 20_000},
        {"meta": {"profile": [BASE + "p"] * 20_000}},
        {"meta": {"profile": [f"http://example.org/{number}" for number in range(20_000)]}},
    ],
)
def test_very_much_of_anything_is_cut_short(profiles: Profiles, more: dict[str, Any]) -> None:
    raw = msgspec.json.encode(RESOURCE | more)
    begun = time.process_time()
    validate(raw, profiles=profiles, mode=Mode(seconds=0.5))
    assert time.process_time() - begun < 3.0


def test_profiles_that_build_on_each_other_in_a_circle_come_to_an_end() -> None:
    one = profile("Patient", "one", element("name", min=1), base=BASE + "two")
    two = profile("Patient", "two", element("gender", min=1), base=BASE + "one")
    resource = {"resourceType": "Patient", "meta": {"profile": [BASE + "one"]}}
    found = validate(msgspec.json.encode(resource), profiles=known(one, two))
    assert {issue.expression[0] for issue in found} == {"Patient.name", "Patient.gender"}


def test_types_whose_profiles_name_each_other_come_to_an_end() -> None:
    named = [{"code": "Identifier", "profile": [BASE + "i"]}]
    inner = profile("Identifier", "i", element("", type=named), element("assigner.identifier", type=named, min=1))
    outer = profile("Patient", "p", element("identifier", type=named))
    identifier: dict[str, Any] = {"assigner": {"display": "x"}}
    for _ in range(8):
        identifier = {"assigner": {"identifier": identifier}}
    resource = {"resourceType": "Patient", "meta": {"profile": [BASE + "p"]}, "identifier": [identifier]}
    found = validate(msgspec.json.encode(resource), profiles=known(outer, inner))
    assert [one.rule for one in found] == ["i#Identifier.assigner.identifier"]
