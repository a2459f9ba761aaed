"""Core data set and Synthea keep all invariants, and the fast way says what the slow way says."""

import bz2
import tarfile
from collections.abc import Iterator
from pathlib import Path

from verbund.fhir import parse_bundle, type_of
from verbund.fhir.invariants import issues_of_invariants, kept


def core_data_set(folder: Path) -> Iterator[bytes]:
    """All resources that stand alone in the archive."""
    with tarfile.open(folder / "kds" / "mii-testdata-2026.0.0.tar.xz") as archive:
        for member in archive.getmembers():
            stream = archive.extractfile(member) if member.name.endswith(".json") else None
            raw = stream.read() if stream and "ImplementationGuide" not in member.name else b""
            if type_of(raw) is not None:
                yield raw


def synthea(folder: Path) -> Iterator[bytes]:
    """Some of the resources of some patients."""
    for path in sorted((folder / "synthea").glob("0[0-6]*.json.bz2")):
        for entry in parse_bundle(bz2.decompress(path.read_bytes())).entries[::10]:
            assert entry.resource_raw is not None
            yield entry.resource_raw


def errors(raw: bytes) -> list[str]:
    return [item.text for item in issues_of_invariants(raw) if item.severity == "error"]


def test_the_core_data_set_keeps_all_invariants(data_folder: Path) -> None:
    resources = list(core_data_set(data_folder))
    assert len(resources) > 600
    assert [text for raw in resources for text in errors(raw)] == []
    assert all(map(kept, resources))


def test_synthea_keeps_all_invariants(data_folder: Path) -> None:
    resources = list(synthea(data_folder))
    assert len(resources) > 100
    assert [text for raw in resources for text in errors(raw)] == []
    assert all(map(kept, resources))
