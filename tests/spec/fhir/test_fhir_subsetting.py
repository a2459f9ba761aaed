"""Parts of resources: the summary as the definitions mark it, the narrative, single elements."""

import json
from typing import Any

import pytest

from verbund.errors import Incorrect
from verbund.fhir import validate
from verbund.fhir.subsetting import SUBSETTED, check_elements, restricted, summarised

PATIENT = (
    b'{"resourceType":"Patient","id":"1","meta":{"versionId":"3","tag":[{"code":"x"}]},'
    b'"text":{"status":"generated","div":"<div xmlns=\\"http://www.w3.org/1999/xhtml\\">E</div>"},'
    b'"extension":[{"url":"http://e","valueDecimal":1.50}],"name":[{"family":"Muster"}],"_birthDate":{"id":"b"},'
    b'"birthDate":"1951","photo":[{"title":"p"}],"contact":[{"name":{"family":"x"}}],'
    b'"link":[{"other":{"reference":"Patient/2"},"type":"seealso"}]}'
)
OBSERVATION = (
    b'{"resourceType":"Observation","id":"1","status":"final","code":{"text":"c"},"valueQuantity":{"value":1.50},'
    b'"note":[{"text":"n"}],"component":[{"code":{"text":"z"},"interpretation":[{"text":"i"}],"valueString":"v"}]}'
)


def parts(raw: bytes) -> dict[str, Any]:
    found = json.loads(raw)
    assert found["meta"]["tag"][-1] == SUBSETTED
    return found


def test_the_summary_is_what_the_definitions_mark() -> None:
    found = parts(summarised(PATIENT, "true"))
    assert found.keys() == {"resourceType", "id", "meta", "name", "birthDate", "_birthDate", "link"}
    assert found["meta"]["versionId"] == "3"
    assert found["meta"]["tag"][0] == {"code": "x"}


def test_the_summary_goes_into_backbone_elements_and_choices() -> None:
    raw = summarised(OBSERVATION, "true")
    found = parts(raw)
    assert b'"valueQuantity":{"value":1.50}' in raw
    assert "note" not in found
    assert found["component"] == [{"code": {"text": "z"}, "valueString": "v"}]
    assert validate(raw) == ()


def test_the_text_keeps_what_must_be_there() -> None:
    assert parts(summarised(PATIENT, "text")).keys() == {"resourceType", "id", "meta", "text"}
    assert parts(summarised(OBSERVATION, "text")).keys() == {"resourceType", "id", "meta", "status", "code"}


def test_the_data_is_all_but_the_narrative() -> None:
    assert json.loads(PATIENT).keys() - parts(summarised(PATIENT, "data")).keys() == {"text"}


def test_elements_keep_what_was_asked_for_and_what_must_be_there() -> None:
    found = parts(restricted(OBSERVATION, ("value", "Patient.name")))
    assert found.keys() == {"resourceType", "id", "meta", "status", "code", "valueQuantity"}
    assert "birthDate" in parts(restricted(PATIENT, ("Patient.birthDate",)))
    assert "contact" in parts(restricted(PATIENT, ("contact.name",)))


def test_elements_of_a_type_must_exist() -> None:
    check_elements(("Patient.name", "whatever", "Observation.value"))
    with pytest.raises(Incorrect, match="Patient has no element surname"):
        check_elements(("Patient.surname",))
