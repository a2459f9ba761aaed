"""Patches: JSON Patch (RFC 6902) and FHIRPath Patch (http://hl7.org/fhir/R4/fhirpatch.html)."""

import json
from typing import Any

import pytest

from verbund.errors import Incorrect, Invalid, TooLarge
from verbund.fhir.patching import LARGEST_PATCH, MOST_OPERATIONS, fhirpath_patch, json_patch

PATIENT = {
    "resourceType": "Patient",
    "active": True,
    "name": [{"family": "Muster", "given": ["Eva", "Anna"]}, {"use": "usual", "given": ["Evi"]}],
    "birthDate": "1970-05",
}


def patched(*operations: dict[str, Any], on: dict[str, Any] = PATIENT) -> Any:
    return json.loads(json_patch(json.dumps(on).encode(), json.dumps(operations).encode()))


def operation(kind: str, path: str, value: dict[str, Any] | None = None, **parts: Any) -> dict[str, Any]:
    """One operation of a FHIRPath Patch."""
    found: list[dict[str, Any]] = [{"name": "type", "valueCode": kind}, {"name": "path", "valueString": path}]
    if value is not None:
        found.append({"name": "value", **value})
    for name, part in parts.items():
        found.append({"name": name, ("valueString" if name == "name" else "valueInteger"): part})
    if "element" in parts:
        found[-1] = {"name": "name", "valueString": parts["element"]}
    return {"name": "operation", "part": found}


def changed(*operations: dict[str, Any], on: dict[str, Any] = PATIENT) -> Any:
    parameters = {"resourceType": "Parameters", "parameter": list(operations)}
    return json.loads(fhirpath_patch(json.dumps(on).encode(), json.dumps(parameters).encode()))


def test_a_json_patch_does_all_six_operations() -> None:
    result = patched(
        {"op": "test", "path": "/active", "value": True},
        {"op": "replace", "path": "/active", "value": False},
        {"op": "add", "path": "/name/0/given/-", "value": "Lea"},
        {"op": "remove", "path": "/birthDate"},
        {"op": "copy", "from": "/name/0/family", "path": "/name/1/family"},
        {"op": "move", "from": "/name/1", "path": "/name/0"},
    )
    assert result["active"] is False
    assert [name["family"] for name in result["name"]] == ["Muster", "Muster"]
    assert result["name"][1]["given"] == ["Eva", "Anna", "Lea"]
    assert "birthDate" not in result


def test_numbers_keep_their_digits() -> None:
    raw = b'{"resourceType":"Observation","valueQuantity":{"value":1.500},"issued":1e2,"n":12345678901234567890123}'
    result = json_patch(
        raw, b'[{"op":"copy","from":"/valueQuantity","path":"/second"},{"op":"add","path":"/x","value":0.10}]'
    )
    assert result.count(b"1.500") == 2
    assert b'"issued":1e2' in result
    assert b"12345678901234567890123" in result
    assert b'"x":0.10' in result


def test_numbers_are_tested_by_their_value() -> None:
    assert patched({"op": "test", "path": "/n", "value": 1.50}, on={"n": 1.5}) == {"n": 1.5}


def test_a_test_that_fails_is_unprocessable_and_names_its_place() -> None:
    with pytest.raises(Invalid, match=r"Operation 1 of the JSON Patch at /active: the test fails") as refused:
        patched({"op": "test", "path": "/active", "value": True}, {"op": "test", "path": "/active", "value": False})
    assert refused.value.http_status == 422
    assert refused.value.issues[0].code == "conflict"


@pytest.mark.parametrize(
    "bad",
    [
        {"op": "remove", "path": "/gender"},
        {"op": "replace", "path": "/name/7", "value": {}},
        {"op": "add", "path": "/name/9", "value": {}},
        {"op": "add", "path": "no pointer", "value": 1},
        {"op": "add", "path": "/a"},
        {"op": "move", "path": "/a"},
        {"op": "burn", "path": "/a"},
        {"path": "/a"},
        {"op": "add", "path": 5, "value": 1},
        {"op": "add", "path": "/active/x/y", "value": 1},
    ],
)
def test_a_json_patch_that_cannot_be_done_names_the_operation(bad: dict[str, Any]) -> None:
    with pytest.raises(Incorrect, match="Operation 1 of the JSON Patch"):
        patched({"op": "test", "path": "/active", "value": True}, bad)


@pytest.mark.parametrize("patch", [b"{}", b"[", b'[{"op":"add","path":"/a","value":NaN}]', b"\xff", b'"x"', b"[1]"])
def test_what_is_no_json_patch_is_refused(patch: bytes) -> None:
    with pytest.raises(Incorrect):
        json_patch(b'{"resourceType":"Patient"}', patch)


def test_patches_are_bounded() -> None:
    with pytest.raises(TooLarge):
        json_patch(b"{}", b" " * (LARGEST_PATCH + 1))
    with pytest.raises(Incorrect, match=str(MOST_OPERATIONS)):
        patched(*[{"op": "test", "path": "/active", "value": True}] * (MOST_OPERATIONS + 1))
    doubling = [{"op": "copy", "from": "", "path": "/a"}] * 60
    with pytest.raises(TooLarge):
        json_patch(json.dumps({"text": "x" * 500_000}).encode(), json.dumps(doubling).encode())


def test_fhirpath_patch_adds() -> None:
    result = changed(
        operation("add", "Patient", {"valueCode": "female"}, element="gender"),
        operation("add", "Patient.name[0]", {"valueString": "Lea"}, element="given"),
        operation("add", "Patient", {"valueDateTime": "2024"}, element="deceased"),
        operation(
            "add", "Patient.birthDate", {"valueExtension": {"url": "urn:x", "valueCode": "a"}}, element="extension"
        ),
    )
    assert result["gender"] == "female"
    assert result["name"][0]["given"] == ["Eva", "Anna", "Lea"]
    assert result["deceasedDateTime"] == "2024"
    assert result["_birthDate"] == {"extension": [{"url": "urn:x", "valueCode": "a"}]}


def test_fhirpath_patch_puts_backbone_elements_together() -> None:
    value = {
        "part": [
            {"name": "name", "valueHumanName": {"text": "Eva"}},
            {"name": "relationship", "valueCodeableConcept": {"text": "a"}},
            {"name": "relationship", "valueCodeableConcept": {"text": "b"}},
        ]
    }
    result = changed(operation("add", "Patient", value, element="contact"))
    assert result["contact"] == [{"name": {"text": "Eva"}, "relationship": [{"text": "a"}, {"text": "b"}]}]


def test_fhirpath_patch_inserts_moves_replaces_and_deletes() -> None:
    result = changed(
        operation("insert", "Patient.name[0].given", {"valueString": "Lea"}, index=1),
        operation("move", "Patient.name[0].given", source=2, destination=0),
        operation("replace", "Patient.name.where(use = 'usual').given[0]", {"valueString": "Evchen"}),
        operation("replace", "Patient.birthDate", {"valueDate": "1971"}),
        operation("delete", "Patient.active"),
        operation("delete", "Patient.gender"),
    )
    assert result["name"][0]["given"] == ["Anna", "Eva", "Lea"]
    assert result["name"][1]["given"] == ["Evchen"]
    assert result["birthDate"] == "1971"
    assert "active" not in result


def test_fhirpath_patch_keeps_values_and_their_extensions_together() -> None:
    on = {"resourceType": "Patient", "name": [{"given": ["a", "b"], "_given": [None, {"id": "x"}]}]}
    result = changed(operation("insert", "Patient.name.given", {"valueString": "c"}, index=0), on=on)
    assert result["name"][0] == {"given": ["c", "a", "b"], "_given": [None, None, {"id": "x"}]}
    result = changed(operation("delete", "Patient.name.given[1]"), on=on)
    assert result["name"][0] == {"given": ["a"]}


def test_a_choice_changes_its_type() -> None:
    on = {"resourceType": "Patient", "deceasedBoolean": True}
    result = changed(operation("replace", "Patient.deceased", {"valueDateTime": "2024"}), on=on)
    assert result == {"resourceType": "Patient", "deceasedDateTime": "2024"}


@pytest.mark.parametrize(
    "bad",
    [
        operation("replace", "Patient.name", {"valueHumanName": {"text": "a"}}),
        operation("delete", "Patient.name"),
        operation("replace", "Patient.gender", {"valueCode": "male"}),
        operation("add", "Patient.name", {"valueString": "a"}, element="given"),
        operation("add", "Patient", {"valueString": "a"}, element="nothing"),
        operation("add", "Patient", {"valueBoolean": True}, element="active"),
        operation("add", "Patient", {"valueCode": "male"}),
        operation("insert", "Patient.name", {"valueHumanName": {"text": "a"}}, index=3),
        operation("insert", "Patient.active", {"valueBoolean": True}, index=0),
        operation("insert", "Patient.photo", {"valueAttachment": {"title": "a"}}, index=0),
        operation("move", "Patient.name", source=0, destination=5),
        operation("replace", "Patient", {"valueString": "a"}),
        operation("replace", "Patient.name.count()", {"valueInteger": 1}),
        operation("burn", "Patient.name"),
        {"name": "operation", "part": [{"name": "type", "valueCode": "delete"}]},
        {"name": "other"},
    ],
)
def test_a_fhirpath_patch_that_cannot_be_done_names_the_operation(bad: dict[str, Any]) -> None:
    with pytest.raises(Incorrect, match="Operation 0 of the FHIRPath Patch"):
        changed(bad)


def test_a_malformed_path_tells_where() -> None:
    with pytest.raises(Incorrect, match="malformed at character 15"):
        changed(operation("delete", "Patient.name[0"))
