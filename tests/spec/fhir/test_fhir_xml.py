"""XML and JSON hold the same (http://hl7.org/fhir/R4/xml.html)."""

import json

import pytest

from verbund.fhir.xml import to_json, to_xml

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


def as_xml(value: dict[str, object]) -> str:
    return to_xml(json.dumps(value).encode()).decode().removeprefix(HEAD)


def test_elements_stand_in_the_order_of_the_standard() -> None:
    written = as_xml({"resourceType": "Patient", "birthDate": "1970", "active": True, "id": "a"})
    assert written == (
        '<Patient xmlns="http://hl7.org/fhir"><id value="a"/><active value="true"/><birthDate value="1970"/></Patient>'
    )


def test_ids_and_extensions_of_primitives_stand_with_them() -> None:
    value = {
        "resourceType": "Patient",
        "name": [{"given": ["a", None], "_given": [None, {"extension": [{"url": "urn:x", "valueCode": "b"}]}]}],
        "_birthDate": {"id": "x"},
    }
    written = as_xml(value)
    assert '<given value="a"/><given><extension url="urn:x"><valueCode value="b"/></extension></given>' in written
    assert '<birthDate id="x"/>' in written
    assert json.loads(to_json(written.encode())) == value


def test_numbers_keep_their_digits() -> None:
    raw = b'{"resourceType":"Observation","status":"final","code":{"text":"x"},"valueQuantity":{"value":1.500}}'
    assert b'<value value="1.500"/>' in to_xml(raw)
    assert to_json(to_xml(raw)) == raw


@pytest.mark.parametrize("text", ["a\nb\tc\rd", "<&>\"'", "ü€😀", "  a  "])
def test_texts_keep_every_character(text: str) -> None:
    value = {"resourceType": "Patient", "name": [{"text": text}]}
    assert json.loads(to_json(to_xml(json.dumps(value).encode()))) == value


def test_narrative_keeps_its_text() -> None:
    div = '<div xmlns="http://www.w3.org/1999/xhtml" lang="de"><p>a &lt; b &quot;c&quot;</p>\n<br/><p></p></div>'
    value = {"resourceType": "Patient", "text": {"status": "generated", "div": div}}
    assert div in as_xml(value)
    assert json.loads(to_json(as_xml(value).encode())) == value


def test_narrative_with_a_prefix_becomes_narrative() -> None:
    raw = (
        '<Patient xmlns="http://hl7.org/fhir" xmlns:h="http://www.w3.org/1999/xhtml"><text><status value="generated"/>'
        "<h:div><h:p>a</h:p></h:div></text></Patient>"
    )
    div = json.loads(to_json(raw.encode()))["text"]["div"]
    assert 'xmlns:h="http://www.w3.org/1999/xhtml"' in div
    assert ">a</h:p>" in div


def test_contained_resources_and_comments() -> None:
    raw = (
        '<Patient xmlns="http://hl7.org/fhir"><!-- gone --><contained><Organization><id value="o"/></Organization>'
        '</contained><managingOrganization><reference value="#o"/></managingOrganization></Patient>'
    )
    read = to_json(raw.encode())
    assert json.loads(read) == {
        "resourceType": "Patient",
        "contained": [{"resourceType": "Organization", "id": "o"}],
        "managingOrganization": {"reference": "#o"},
    }
    assert to_xml(read).decode().removeprefix(HEAD) == raw.replace("<!-- gone -->", "")


def test_single_elements_that_repeat_are_lists() -> None:
    raw = b'<Patient xmlns="http://hl7.org/fhir"><name><given value="a"/></name></Patient>'
    assert json.loads(to_json(raw)) == {"resourceType": "Patient", "name": [{"given": ["a"]}]}
