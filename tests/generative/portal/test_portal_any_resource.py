"""Whatever JSON a house sends, and whatever the official test data holds, the record can be read and shown."""

import bz2
import os
from datetime import date
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from verbund.portal.model import House, HouseItem
from verbund.portal.record import LARGE, SPARK, plot, record
from verbund.portal.record.model import Record

TODAY = date(2026, 11, 1)
TYPES = (
    *("Patient", "Condition", "AllergyIntolerance", "Medication", "MedicationRequest", "MedicationStatement"),
    *("MedicationAdministration", "Observation", "Procedure", "Immunization", "DocumentReference"),
    *("DiagnosticReport", "Composition", "Encounter"),
)
NAMES = (
    *("id", "status", "code", "text", "coding", "system", "display", "value", "valueQuantity", "unit", "category"),
    *("effectiveDateTime", "period", "start", "end", "referenceRange", "low", "high", "component", "name", "family"),
    *("given", "birthDate", "identifier", "content", "attachment", "data", "contentType", "medicationReference"),
    *("reference", "partOf", "encounter", "class", "reaction", "manifestation", "dosage", "timing", "repeat"),
)
WORDS = st.sampled_from(["", "E11", "2024", "2024-02-30", "laboratory", "Encounter/a", "a", "AAA=", "text/html", "IMP"])
LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | WORDS | st.text(max_size=8)
TREES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=6),
    max_leaves=25,
)
RESOURCES = st.builds(
    lambda kind, rest: {**rest, "resourceType": kind},
    st.sampled_from(TYPES),
    st.dictionaries(st.sampled_from(NAMES), TREES, max_size=10),
)


def drawn(found: Record) -> int:
    """Draw everything that can be drawn; how many drawings there are."""
    kinds = (*found.laboratory.rows, *found.vitals.rows)
    return sum(plot(analyte, frame) is not None for analyte in kinds for frame in (LARGE, SPARK))


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(RESOURCES, max_size=6))
def test_any_json_reads_as_a_record(resources: list[dict[str, Any]]) -> None:
    items = [HouseItem(House("h", "H"), resource) for resource in resources]
    found = record(items, TODAY)
    assert found.size == len(resources)
    assert drawn(found) >= 0
    assert len(found.active_problems) <= found.problems.total


def test_english_records_of_other_origin_read_in_full() -> None:
    folder = Path(os.environ.get("VERBUND_TEST_DATA", Path(__file__).parents[4] / "shared/data")) / "synthea"
    files = sorted(folder.glob("*.json.bz2"))
    if not files:
        pytest.skip(f"no test data in {folder}; set VERBUND_TEST_DATA")
    people = [file for file in files if "Information" not in file.name][:3]
    for file in people:
        bundle = orjson.loads(bz2.decompress(file.read_bytes()))
        found = record([HouseItem(House("h", "H"), entry["resource"]) for entry in bundle["entry"]], TODAY)
        assert found.person is not None
        assert found.person.name
        assert found.person.age is not None
        assert found.contacts.total > 0
        assert found.laboratory.total + found.vitals.total > 5
        assert drawn(found) > 0
