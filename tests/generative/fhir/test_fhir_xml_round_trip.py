"""Whatever a resource holds comes back from XML; whatever a text says, FHIRPath answers or refuses it."""

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from verbund.errors import Incorrect
from verbund.fhir.fhirpath import compile  # noqa: A004 - named as in re
from verbund.fhir.xml import to_json, to_xml

TEXTS = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff") | st.sampled_from("\n\r\t"),
    min_size=1,
)
EXTENSIONS = st.lists(st.fixed_dictionaries({"url": st.just("urn:x"), "valueString": TEXTS}), min_size=1, max_size=2)
BESIDE = st.fixed_dictionaries({"extension": EXTENSIONS})
NAMES = st.fixed_dictionaries(
    {"family": TEXTS},
    optional={"_family": BESIDE, "id": st.just("a"), "given": st.lists(TEXTS, min_size=1)},
)
PATIENTS = st.fixed_dictionaries(
    {"resourceType": st.just("Patient")},
    optional={"name": st.lists(NAMES, min_size=1, max_size=3), "active": st.booleans(), "extension": EXTENSIONS},
)
TOKENS = [
    "name",
    "given",
    ".",
    "(",
    ")",
    "1",
    "'a'",
    "+",
    "-",
    "and",
    "is",
    "String",
    "where",
    "=",
    "|",
    "[",
    "]",
    "{}",
]
TOKENS += [
    "$this",
    "%resource",
    "first()",
    "count()",
    "@2024",
    "~",
    "as",
    "in",
    ",",
    "select",
    "repeat",
    "true",
    "4 'mg'",
]


@given(PATIENTS)
@settings(max_examples=150, deadline=None)
def test_what_is_written_as_xml_reads_the_same(patient: dict[str, Any]) -> None:
    assert json.loads(to_json(to_xml(json.dumps(patient).encode()))) == patient


@given(st.from_regex(r"-?(0|[1-9][0-9]{0,30})(\.[0-9]{1,30})?([eE][+-]?[0-9]{1,3})?", fullmatch=True))
@settings(max_examples=100, deadline=None)
def test_numbers_keep_every_digit(number: str) -> None:
    raw = b'{"resourceType":"Observation","valueQuantity":{"value":%s}}' % number.encode()
    assert to_json(to_xml(raw)) == raw


@given(PATIENTS, st.lists(st.sampled_from(TOKENS), max_size=12))
@settings(max_examples=300, deadline=None)
def test_every_text_is_evaluated_or_refused(patient: dict[str, Any], tokens: list[str]) -> None:
    result: list[Any] | Incorrect
    try:
        result = compile(" ".join(tokens)).evaluate(patient)
    except Incorrect as error:
        result = error
    assert isinstance(result, list) or result.text
