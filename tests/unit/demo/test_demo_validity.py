"""Everything in the demo region is valid R4, refers to what is there, and says that it is test data."""

import re
from collections.abc import Iterator
from typing import Any

import orjson
import pytest
from invented_region import Invented

from verbund.demo import generate
from verbund.fhir import validate

HOUSES = ("praxis", "uniklinikum", "reha")


def test_all_resources_of_fifty_patients_and_of_the_houses_are_valid() -> None:
    resources = [raw for _, part in generate(patients=50).everything() for raw in part]

    issues = [(issue, raw) for raw in resources for issue in validate(raw)]

    assert len(resources) > 5_000
    assert issues == []


def literal_references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, part in value.items():
            if key == "reference" and isinstance(part, str):
                yield part
            else:
                yield from literal_references(part)
    elif isinstance(value, list):
        for part in value:
            yield from literal_references(part)


@pytest.mark.parametrize("house", HOUSES)
def test_references_lead_to_the_patients_own_list_or_to_the_houses_directory(house: str) -> None:
    parts = [[orjson.loads(raw) for raw in part] for part in generate(patients=60).bundles(house)]
    names = [{f"{one['resourceType']}/{one['id']}" for one in part} for part in parts]

    for part, own in zip(parts, names, strict=True):
        for resource in part:
            assert set(literal_references(resource)) <= own | names[0]


def test_the_directory_can_be_loaded_one_by_one() -> None:
    for house in HOUSES:
        seen: set[str] = set()
        for resource in map(orjson.loads, next(generate(patients=0).bundles(house))):
            assert set(literal_references(resource)) <= seen
            seen.add(f"{resource['resourceType']}/{resource['id']}")


def test_logical_ids_are_unique_in_a_house_and_legal(invented: Invented) -> None:
    for house in HOUSES:
        ids = [one["id"] for (_, name), part in invented.records.items() if name == house for one in part]

        assert len(ids) == len(set(ids))
        assert all(re.fullmatch(r"[A-Za-z0-9\-.]{1,64}", one) for one in ids)


def test_no_id_and_no_business_identifier_tells_who_the_patient_is(invented: Invented) -> None:
    for patient in invented.patients:
        names = {part.casefold() for part in (*patient.person.given, patient.person.family) if len(part) > 3}
        for record in patient.records.values():
            assert not any(name in record.patient_id for name in names)


def test_every_resource_is_labelled_as_test_data(invented: Invented) -> None:
    for resource in invented.everything():
        assert "HTEST" in {label["code"] for label in resource["meta"]["security"]}


def test_psychiatry_is_labelled_as_such(invented: Invented) -> None:
    diagnoses = [one for one in invented.of_type("Condition") if one["code"]["coding"][0]["code"].startswith("F")]
    letters = [one for one in invented.of_type("DocumentReference") if "Psychiatrie" in one.get("description", "")]

    assert len(diagnoses) > 5
    assert len(letters) > 0
    for resource in (*diagnoses, *letters):
        assert "PSY" in {label["code"] for label in resource["meta"]["security"]}
