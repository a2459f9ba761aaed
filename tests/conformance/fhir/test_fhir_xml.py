"""Resources come back from XML as they went in: the test data of Synthea and of the core data set."""

import bz2
import json
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from verbund.fhir import parse_bundle, type_of, validate
from verbund.fhir.xml import to_json, to_xml


def canonical(raw: bytes) -> str:
    """JSON in one order, numbers as they were written, line ends of narrative as XML has them."""
    text = json.dumps(json.loads(raw, parse_float=lambda number: f"#{number}", parse_int=str), sort_keys=True)
    return text.replace("\\r\\n", "\\n")


def synthea(folder: Path, pattern: str, every: int) -> Iterator[bytes]:
    for path in sorted((folder / "synthea").glob(pattern)):
        for entry in parse_bundle(bz2.decompress(path.read_bytes())).entries[::every]:
            assert entry.resource_raw is not None
            yield entry.resource_raw


def core_data_set(folder: Path) -> Iterator[bytes]:
    with tarfile.open(folder / "kds" / "mii-testdata-2026.0.0.tar.xz") as archive:
        for member in archive.getmembers():
            stream = archive.extractfile(member) if member.name.endswith(".json") else None
            raw = stream.read() if stream and "ImplementationGuide" not in member.name else b""
            if type_of(raw) is not None:
                yield raw


def changed(resources: Iterator[bytes]) -> tuple[int, list[str]]:
    """How many resources there are, and which of them come back different."""
    count, different = 0, []
    for raw in resources:
        count += 1
        if canonical(to_json(to_xml(raw))) != canonical(raw):
            different.append(raw[:120].decode())
    return count, different


def test_synthea_comes_back_from_xml(data_folder: Path) -> None:
    count, different = changed(synthea(data_folder, "0[0-6]*.json.bz2", every=6))
    assert count > 100
    assert different == []


@pytest.mark.long
def test_all_of_synthea_comes_back_from_xml(data_folder: Path) -> None:
    assert changed(synthea(data_folder, "*.json.bz2", every=1)) == (92_114, [])


def test_the_core_data_set_comes_back_from_xml(data_folder: Path) -> None:
    count, different = changed(core_data_set(data_folder))
    assert count > 600
    assert different == []


@pytest.mark.parametrize(
    ("name", "broken"),
    [
        ("codesystem-example", {"csd-1"}),  # the suite's own copy has a code twice
        ("observation-example", set()),
        ("parameters-example-types", set()),
        ("patient-example-period", set()),
        ("patient-example", set()),
        ("questionnaire-example", set()),
        ("valueset-example-expansion", set()),
    ],
)
def test_the_official_examples_in_xml_are_valid_and_come_back(name: str, broken: set[str], data_folder: Path) -> None:
    read = to_json((data_folder / "fhirpath" / f"{name}.xml").read_bytes())
    assert {item.rule for item in validate(read) if item.severity == "error"} == broken
    assert to_json(to_xml(read)) == read
