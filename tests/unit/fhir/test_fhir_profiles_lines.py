"""The lines of a file at which the places are that issues name."""

import json

import pytest

from verbund.fhir.profiles.lines import lines_of, steps_of

TEXT = """{
  "resourceType": "Observation",
  "category": [
    {"text": "a"},
    {
      "text": "b, {\\"c\\": [1]}",
      "coding": [
        {"code": "d"}]
    }
  ],
  "_issued": {
    "extension": [
      {"url": "e"}
    ]
  },
  "valueQuantity": {

    "value": 1.50
  }
}
"""


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("Observation", 1),
        ("Observation.category", 3),
        ("Observation.category[0]", 4),
        ("Observation.category[1]", 5),
        ("Observation.category[1].text", 6),
        ("Observation.category[1].coding[0].code", 8),
        ("Observation.issued.extension[0].url", 13),
        ("Observation.value.ofType(Quantity)", 16),
        ("Observation.value.ofType(Quantity).value", 18),
        # What is not there is looked for in what it should be in.
        ("Observation.subject", 1),
        ("Observation.category[7].text", 3),
        ("Observation.category[1].coding[0].system", 8),
        ("", 1),
    ],
)
def test_a_path_leads_to_its_line(path: str, line: int) -> None:
    steps = steps_of(path)
    assert lines_of(TEXT, [steps]) == {steps: line}


def test_an_entry_of_a_bundle_is_found_below_it() -> None:
    bundle = json.dumps(
        {"resourceType": "Bundle", "entry": [{"resource": {"id": "a"}}, {"resource": {"id": "b"}}]}, indent=1
    )
    place = ("entry", 1, "resource", "id")
    assert bundle.splitlines()[lines_of(bundle, [place])[place] - 1].strip() == '"id": "b"'


@pytest.mark.parametrize("text", ["", "{", "[", '{"a":', '{"a": [1, 2', "]]]}}}", '"', "\x00", "{]}[", '{"a" "b"}'])
def test_torn_text_leads_to_some_line(text: str) -> None:
    assert lines_of(text, [("a", 0)]) == {("a", 0): 1}
