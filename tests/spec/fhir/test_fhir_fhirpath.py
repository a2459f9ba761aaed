"""FHIRPath on resources: types, choices, variables and the seams to the world (http://hl7.org/fhir/R4/fhirpath.html)."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from verbund.fhir.fhirpath import Failed, Malformed, Node, Seams, compile, system, truth  # noqa: A004 - as in re

OBSERVATION: dict[str, Any] = {
    "resourceType": "Observation",
    "status": "final",
    "code": {"coding": [{"system": "http://loinc.org", "code": "1-8"}]},
    "subject": {"reference": "Patient/p"},
    "valueQuantity": {"value": Decimal("5.40"), "unit": "g", "system": "http://unitsofmeasure.org", "code": "g"},
    "_issued": {"extension": [{"url": "urn:x", "valueString": "a"}]},
    "contained": [{"resourceType": "Patient", "id": "c", "active": True}],
    "performer": [{"reference": "#c"}],
}


class Terms:
    """Terms of which one code is a member, and one is above another."""

    def member(self, value_set: str, system: str | None, code: str) -> bool | None:
        return None if value_set == "urn:unknown" else (system, code) == ("http://loinc.org", "1-8")

    def subsumes(self, system: str, above: str, below: str) -> bool | None:
        return system == "http://loinc.org" and above == below


def found(text: str, **given: Any) -> list[Any]:
    return [system(item) for item in compile(text).evaluate(OBSERVATION, **given)]


def test_a_choice_is_found_by_its_stem_and_knows_its_type() -> None:
    assert found("value.value") == [Decimal("5.40")]
    assert found("value is Quantity") == [True]
    assert found("valueQuantity") == []
    assert found("value > 5000 'mg'") == [True]


def test_nodes_know_where_they_stand() -> None:
    (node,) = compile("code.coding.code").evaluate(OBSERVATION)
    assert isinstance(node, Node)
    assert (node.path, node.type) == ("Observation.code.coding[0].code", "code")
    assert "1-8" not in repr(node)


def test_extensions_of_a_primitive_without_a_value() -> None:
    assert found("issued.extension('urn:x').value") == ["a"]
    assert found("issued.hasValue()") == [False]
    assert found("issued.exists()") == [True]


def test_the_resource_and_its_root() -> None:
    (contained,) = compile("contained").evaluate(OBSERVATION)
    assert isinstance(contained, Node)
    assert compile("%resource.type().name").evaluate(contained) == ["Patient"]
    assert compile("%rootResource.type().name").evaluate(contained) == ["Observation"]


def test_references_are_resolved_by_the_seam_and_to_what_is_contained() -> None:
    assert found("performer.resolve().active") == [True]
    assert found("subject.resolve()") == []
    seams = Seams(resolve=lambda reference, _: {"resourceType": "Patient", "id": reference})
    assert found("subject.resolve().id", seams=seams) == ["Patient/p"]


def test_terms_are_asked_and_may_not_know() -> None:
    seams = Seams(terms=Terms())
    assert found("code.memberOf('urn:v')", seams=seams) == [True]
    assert found("code.memberOf('urn:unknown')", seams=seams) == []
    assert found("code.memberOf('urn:v')") == []
    assert found("code.coding.first().subsumes(%resource.code.coding.first())", seams=seams) == [True]


def test_profiles_are_asked_and_must_be_known() -> None:
    seams = Seams(conforms=lambda _, profile: profile == "urn:p")
    assert found("conformsTo('urn:p')", seams=seams) == [True]
    assert found("conformsTo('http://hl7.org/fhir/StructureDefinition/Patient')") == [False]
    with pytest.raises(Failed):
        found("conformsTo('urn:p')")


def test_the_clock_is_an_argument() -> None:
    seams = Seams(now=datetime(2024, 5, 31, 14, 5, 6, 789000, tzinfo=UTC))
    assert str(found("now()", seams=seams)[0]) == "2024-05-31T14:05:06.789Z"
    assert str(found("today()", seams=seams)[0]) == "2024-05-31"
    with pytest.raises(Failed, match="clock"):
        found("now()")


def test_a_trace_is_heard() -> None:
    heard: list[tuple[str, int]] = []
    assert found("status.trace('s')", seams=Seams(trace=lambda name, items: heard.append((name, len(items)))))
    assert heard == [("s", 1)]


def test_variables_are_given() -> None:
    assert found("%a + 1", variables={"a": [2]}) == [3]


def test_truth_of_an_expression() -> None:
    assert truth("status = 'final'", OBSERVATION)
    assert not truth("status = 'amended'", OBSERVATION)
    assert not truth("dataAbsentReason", OBSERVATION)


def test_strict_evaluation_refuses_what_a_type_does_not_have() -> None:
    assert found("nonsense") == []
    with pytest.raises(Failed, match="Observation has no element"):
        found("nonsense", strict=True)


def test_an_error_says_where_it_is() -> None:
    with pytest.raises(Malformed, match="character 11") as refused:
        compile("status = (")
    assert refused.value.position == 10


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("@2024-01-31 + 1 month", "2024-02-29"),
        ("@2024-02-29 + 1 year", "2025-02-28"),
        ("@2024-03-31T23:30:00+02:00 + 45 minutes", "2024-04-01T00:15:00+02:00"),
        ("@2024 - 13 months", "2023"),
        ("@T23:30 + 1 hour", "00:30"),
        ("@2024-05-01 - 1 day", "2024-04-30"),
    ],
)
def test_dates_move_by_durations_and_keep_their_precision(text: str, value: str) -> None:
    assert str(found(text)[0]) == value
