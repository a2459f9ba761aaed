"""What no index keeps is decided on the opened resource."""

import json
from typing import Any

import pytest

from verbund.fhir import Resource, decode, index
from verbund.fhir.opening import composites, content, has_words, index_texts, is_near, narrative, of_types
from verbund.fhir.search import NearValue

LOINC = "http://loinc.org"


def resource(kind: str, **said: Any) -> Resource:
    return decode(json.dumps({"resourceType": kind, **said}).encode())


def coded(code: str, **more: Any) -> dict[str, Any]:
    return {"coding": [{"system": LOINC, "code": code, **more}]}


PRESSURE = resource(
    "Observation",
    status="final",
    code=coded("85354-9", display="Blood pressure panel") | {"text": "Blutdruck"},
    text={"status": "generated", "div": '<div xmlns="http://www.w3.org/1999/xhtml">Druck <b>120</b> &lt; 130</div>'},
    identifier=[{"type": {"coding": [{"system": "urn:t", "code": "FN"}], "text": "Fallnummer"}, "value": "7"}],
    component=[
        {"code": coded("8480-6"), "valueQuantity": {"value": 120, "unit": "mmHg"}},
        {"code": coded("8462-4"), "valueQuantity": {"value": 80, "unit": "mmHg"}},
    ],
)


def pairs(param: str, code: str, value: str) -> list[tuple[list[str | None], list[float]]]:
    """Codes and numbers of each element that a composite looks at."""
    return [
        (
            [row[2] for row in found.tokens if row[0] == code],
            [(row[1] + row[2]) / 2 for row in found.quantities if row[0] == value],
        )
        for found in composites(PRESSURE, param)
    ]


def test_a_composite_looks_at_each_component_alone() -> None:
    found = pairs("component-code-value-quantity", "component-code", "component-value-quantity")
    assert found == [(["8480-6"], [120]), (["8462-4"], [80])]


def test_a_composite_may_look_at_the_whole_and_at_each_part() -> None:
    found = pairs("combo-code-value-quantity", "combo-code", "combo-value-quantity")
    assert found == [(["85354-9"], []), (["8480-6"], [120]), (["8462-4"], [80])]


def test_a_composite_may_read_something_beside_its_elements() -> None:
    sequence = resource(
        "MolecularSequence",
        coordinateSystem=0,
        referenceSeq={"chromosome": {"coding": [{"code": "17"}]}, "windowStart": 1, "windowEnd": 9},
        variant=[{"start": 3, "end": 4}, {"start": 7, "end": 8}],
    )
    found = composites(sequence, "chromosome-variant-coordinate")
    assert [one.tokens for one in found] == [(("chromosome", None, "17"),)] * 2
    starts = [[(low + high) / 2 for code, low, high in one.numbers if code == "variant-start"] for one in found]
    assert starts == [[3], [7]]


def test_a_composite_of_the_whole_resource_is_its_index() -> None:
    assert composites(PRESSURE, "code-value-quantity") == (index(PRESSURE),)


def test_a_resource_without_such_elements_has_none() -> None:
    assert composites(resource("Group", type="person", actual=True), "characteristic-value") == ()
    assert composites(resource("MolecularSequence", coordinateSystem=0), "chromosome-window-coordinate") == ()
    with pytest.raises(KeyError):
        composites(PRESSURE, "code")


def test_the_texts_of_codes_are_those_of_concepts_codings_and_types_of_identifiers() -> None:
    assert set(index_texts(PRESSURE)) == {
        ("code", "Blutdruck"),
        ("code", "Blood pressure panel"),
        ("combo-code", "Blutdruck"),
        ("combo-code", "Blood pressure panel"),
        ("identifier", "Fallnummer"),
    }


def test_the_types_of_identifiers() -> None:
    assert of_types(PRESSURE) == (("identifier", "urn:t", "FN", "7"),)


def test_opening_changes_nothing() -> None:
    before = index(PRESSURE)
    index_texts(PRESSURE), of_types(PRESSURE), composites(PRESSURE, "combo-code-value-quantity")
    assert index(PRESSURE) == before


def test_the_narrative_is_read_without_its_marks() -> None:
    assert narrative(PRESSURE).split() == ["Druck", "120", "<", "130"]
    assert narrative(resource("Binary", contentType="text/plain")) == ""


def test_the_content_is_all_text_and_no_attached_data() -> None:
    contained = {"resourceType": "Patient", "id": "p", "name": [{"family": "Zylinder"}]}
    report = resource(
        "DiagnosticReport",
        status="final",
        code={"text": "Befund"},
        contained=[contained],
        presentedForm=[{"title": "Bild", "data": "QUJD"}],
    )
    found = content(report).split("\n")
    assert {"Befund", "Zylinder", "Bild", "final"} <= set(found)
    assert "QUJD" not in found
    assert {"Druck", "130", "Fallnummer"} <= set(content(PRESSURE).split())


def test_words_are_found_by_their_beginnings_in_any_order() -> None:
    assert has_words("Der Blutdruck war HOCH.", "hoch blut")
    assert not has_words("Der Blutdruck war hoch.", "druck")


@pytest.mark.parametrize(("kilometres", "expected"), [(504, False), (505, True)])
def test_how_far_a_place_is(kilometres: float, expected: bool) -> None:
    munich = resource("Location", position={"latitude": 48.137, "longitude": 11.575})
    assert is_near(munich, NearValue(52.52, 13.405, kilometres)) is expected


def test_a_place_without_a_position_is_nowhere() -> None:
    assert not is_near(resource("Location", name="x"), NearValue(0, 0, 1e9))
