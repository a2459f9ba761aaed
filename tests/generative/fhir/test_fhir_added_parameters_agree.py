"""A parameter that is added with the expression of one of the standard finds what the generated extraction finds."""

import json
from functools import cache
from pathlib import Path

import pytest
from fhir_files import core_data_set
from hypothesis import given
from hypothesis import strategies as st

from verbund.errors import Invalid
from verbund.fhir import decode, index
from verbund.fhir.defining import OFFERED, expression_of
from verbund.fhir.extracting import Extractor
from verbund.fhir.parameters import Added, Parameters
from verbund.fhir.search import parameters_of

# It compares by sound, which no added parameter does.
BY_SOUND = "phonetic"


@cache
def extractor(kind: str) -> Extractor:
    """All parameters of the standard of a type, as if they were added."""
    added = [
        Added(kind, code, found.kind, expression_of(kind, code), number=1)
        for code, found in parameters_of(kind).items()
        if found.kind in OFFERED and expression_of(kind, code) and code != BY_SOUND
    ]
    made = Parameters(added).extractor(kind)
    assert made is not None
    return made


def agree(kind: str, raw: bytes) -> int:
    """Assert that both find the same; how many values that are."""
    names = {one.name for one, _ in extractor(kind)._reads}
    number = 0
    for generated, added in zip(index(decode(raw)).rows, extractor(kind).entries(raw).rows, strict=True):
        expected = {(f"{row[0]}~1", *row[1:]) for row in generated if f"{row[0]}~1" in names}
        assert expected == set(added), kind
        number += len(expected)
    return number


def test_on_all_resources_of_the_core_data_set(data_folder: Path) -> None:
    number = refused = 0
    for (kind, _), raw in core_data_set(data_folder / "kds").resources.items():
        try:
            number += agree(kind, raw)
        except Invalid:
            refused += 1
    assert number > 7_000
    assert refused < 10


def escaped(text: str, places: set[int]) -> str:
    """JSON that means the same, with some letters of names written as numbers."""
    return "".join(
        f"\\u{ord(sign):04x}" if place in places and sign.isalpha() and sign.isascii() else sign
        for place, sign in enumerate(text)
    )


@given(st.sets(st.integers(0, 200), max_size=12), st.sampled_from(["Arm", "Bein", "a\\b"]))
def test_however_a_name_is_written_in_json(places: set[int], text: str) -> None:
    site = {"coding": [{"system": "http://snomed.info/sct", "code": "1", "display": text}]}
    plain = json.dumps({"method": site, "bodySite": site})
    head = '{"resourceType":"Observation","status":"final","code":{"text":"x"},'
    # Whatever stands in a string may be written as a number; a backslash of the text itself stays.
    raw = (head + (plain[1:] if "\\" in plain else escaped(plain[1:], places))).encode()
    made = Parameters([Added("Observation", "site", "token", "Observation.bodySite", number=1)]).extractor(
        "Observation"
    )
    assert made is not None
    assert made.entries(raw).tokens == (("site~1", "http://snomed.info/sct", "1"),)


@pytest.mark.parametrize(
    "expression",
    ["Patient.name", "Patient.name.where(use = 'official').family", "Patient.name.given.first() | Patient.photo.title"],
)
def test_what_is_not_in_the_bytes_is_not_looked_for(expression: str) -> None:
    made = Parameters([Added("Patient", "x", "string", expression, number=1)]).extractor("Patient")
    assert made is not None
    # No JSON at all: it would be an error to parse it.
    assert not any(made.entries(b"{ nothing of the kind").rows)
