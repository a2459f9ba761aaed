"""The fast way of validation accepts a resource exactly when the slow, naive way finds no issue."""

import json
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from verbund.errors import Incorrect, Invalid, Issue
from verbund.fhir import decode
from verbund.fhir.validation import issues_of

EXTENSION = {"url": "urn:x", "valueString": "a"}
CONCEPT = {"coding": [{"system": "http://loinc.org", "code": "718-7", "display": "Hb [Mass]"}], "text": "Hämoglobin"}
SEEDS: list[dict[str, Any]] = [
    {
        "resourceType": "Patient",
        "id": "p1",
        "meta": {"profile": ["urn:p"], "lastUpdated": "2024-05-31T14:05:00Z"},
        "text": {"status": "generated", "div": '<div xmlns="http://www.w3.org/1999/xhtml">a {} [] null</div>'},
        "extension": [{"url": "urn:a", "extension": [EXTENSION]}],
        "identifier": [
            {"use": "official", "system": "urn:i", "value": "1", "assigner": {"identifier": {"value": "2"}}}
        ],
        "name": [{"family": "Müller", "given": ["Erika", None], "_given": [None, {"extension": [EXTENSION]}]}],
        "birthDate": "1970-05-31",
        "_birthDate": {"extension": [EXTENSION]},
        "deceasedBoolean": False,
        "contact": [{"gender": "male"}],
        "communication": [{"language": {"text": "de"}, "preferred": True}],
        "link": [{"other": {"reference": "Patient/2"}, "type": "seealso"}],
    },
    {
        "resourceType": "Observation",
        "contained": [{"resourceType": "Device", "id": "d"}],
        "status": "final",
        "code": CONCEPT,
        "subject": {"reference": "Patient/1"},
        "effectivePeriod": {"start": "2024-05-31T14:05:00+02:00"},
        "valueQuantity": {"value": 5.4, "system": "http://unitsofmeasure.org", "code": "g/dL", "comparator": "<"},
        "component": [{"code": CONCEPT, "valueInteger": 3}, {"code": CONCEPT, "valueSampledData": {"period": 1}}],
    },
    {
        "resourceType": "Condition",
        "clinicalStatus": {
            "coding": [{"system": "http://terminology.hl7.org/CodeSystem/condition-clinical", "code": "active"}]
        },
        "subject": {"reference": "Patient/1"},
        "onsetAge": {"value": 40},
    },
    {
        "resourceType": "Parameters",
        "parameter": [{"name": "a", "valueBase64Binary": "YQ=="}, {"name": "b", "part": [{"name": "c"}]}],
    },
]
ODD_VALUES = st.one_of(
    st.sampled_from(
        [
            None,
            True,
            0,
            -1,
            2.5,
            "",
            " ",
            "a b",
            " a",
            "\u0000",
            "\b",
            "\ud800",
            [],
            {},
            [None],
            [[]],
            [{}],
            {"id": "x"},
        ]
    ),
    st.sampled_from(["2024", "2024-02-30", "2024-05-31T14:05", "urn:x y", "final", "male", 2**31, 10**30, 1e300]),
    st.sampled_from([{"url": "urn:x"}, {"extension": []}, {"coding": [{}]}, {"reference": 3}, ["a"], [EXTENSION]]),
)
NAMES = (
    "id extension status valueString _valueString valueBoolean _status resourceType contained _id colour system value "
    "modifierExtension _div given _given deceasedDateTime _url"
)
ODD_KEYS = st.sampled_from(NAMES.split())


def places(node: Any) -> list[Any]:
    """All objects and lists of a document."""
    inner = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    return ([node] if isinstance(node, dict | list) else []) + [found for item in inner for found in places(item)]


@st.composite
def documents(draw: st.DrawFn) -> bytes:
    """A valid resource, changed at a few places."""
    document = deepcopy(draw(st.sampled_from(SEEDS)))
    for _ in range(draw(st.integers(0, 3))):
        place = draw(st.sampled_from(places(document)))
        if isinstance(place, list):
            added = [deepcopy(draw(ODD_VALUES))]
            place[:] = [[*place, *added], place[1:], added][draw(st.integers(0, 2))]
            continue
        key = draw(st.one_of(ODD_KEYS, st.sampled_from(sorted(place) or ["id"])))
        if draw(st.booleans()):
            place[key] = deepcopy(draw(ODD_VALUES))
        else:
            place.pop(key, None)
    indent = draw(st.sampled_from([None, 2]))
    text = json.dumps(document, ensure_ascii=draw(st.booleans()), indent=indent)
    if draw(st.integers(0, 9)) == 0:
        text = text.replace('"status":', '"status": "final", "status":', 1)
    return text.encode("utf-8", "surrogatepass")


@settings(max_examples=400, deadline=None)
@given(documents())
def test_the_fast_and_the_slow_way_agree(raw: bytes) -> None:
    assert told(decode, raw) == told(issues_of, raw)


@pytest.mark.long
@settings(max_examples=20_000, deadline=None)
@given(documents())
def test_the_fast_and_the_slow_way_agree_on_many(raw: bytes) -> None:
    assert told(decode, raw) == told(issues_of, raw)


def told(check: Callable[[bytes], object], raw: bytes) -> tuple[Issue, ...] | None:
    """The issues that a check tells, returned or raised; None if it tells that this is no JSON."""
    try:
        found = check(raw)
    except Invalid as error:
        return error.issues
    except Incorrect:
        return None
    return found if isinstance(found, tuple) else ()


@settings(max_examples=500, deadline=None)
@given(st.one_of(st.binary(max_size=80), st.text(max_size=80).map(str.encode)))
def test_any_bytes_are_refused_with_an_answer(raw: bytes) -> None:
    assert all(item.text for item in refused(raw))


def refused(raw: bytes) -> tuple[Issue, ...]:
    """The issues with which the bytes are refused, none if they are accepted."""
    try:
        decode(raw)
    except Incorrect as error:
        return error.issues
    return ()
