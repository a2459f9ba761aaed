"""A patient's whole record arrives as one transaction, as hospital systems send it."""

import bz2
import json
from collections import Counter
from pathlib import Path

import pytest
from fhir_node import FhirNode


async def test_a_record_of_synthea_is_taken_and_found_again(node: FhirNode, data_folder: Path) -> None:
    folder = data_folder / "synthea"
    files = sorted(folder.glob("*.json.bz2"))
    first = [f for f in files if f.name.startswith("0-")]
    if not first:
        pytest.skip(f"no synthetic records in {folder}")
    record = min((f for f in files if f not in first), key=lambda f: f.stat().st_size)
    for file in (*first, record):
        answer = await node.post("/", bz2.decompress(file.read_bytes()))
        assert answer.status_code == 200, answer.text[:500]
        assert {e["response"]["status"][:3] for e in answer.json()["entry"]} <= {"200", "201"}
    sent = json.loads(bz2.decompress(record.read_bytes()))
    types = Counter(entry["resource"]["resourceType"] for entry in sent["entry"])
    (someone,) = (await node.get("/Patient?_count=10")).json()["entry"]
    reference = f"Patient/{someone['resource']['id']}"
    for resource_type in ("Condition", "Observation", "Encounter"):
        found = (await node.get(f"/{resource_type}?subject={reference}&_summary=count")).json()
        assert found["total"] == types[resource_type]
