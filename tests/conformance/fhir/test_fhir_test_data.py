"""All resources of the test data are accepted, and what they hold is found: Synthea, MII core data set, flare."""

import bz2
import lzma
import tarfile
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from verbund.errors import Incorrect
from verbund.fhir import decode, index, parse_bundle, stamp, type_of
from verbund.fhir.stamping import instant


def entries(raw: bytes) -> Iterator[bytes]:
    """The resources of a bundle."""
    for entry in parse_bundle(raw).entries:
        assert entry.resource_raw is not None
        yield entry.resource_raw


def refused(resources: Iterator[bytes]) -> tuple[int, list[str]]:
    """How many resources there are, and why some are refused."""
    count, reasons = 0, []
    for raw in resources:
        count += 1
        try:
            index(decode(raw))
        except Incorrect as error:
            reasons.append(error.text)
    return count, reasons


def synthea(folder: Path, pattern: str) -> Iterator[bytes]:
    """The resources of all bundles whose file fits the pattern."""
    for path in sorted((folder / "synthea").glob(pattern)):
        yield from entries(bz2.decompress(path.read_bytes()))


def core_data_set(folder: Path) -> Iterator[bytes]:
    """All resources of the core data set's archive, in bundles and alone, without the guide that describes them."""
    with tarfile.open(folder / "kds" / "mii-testdata-2026.0.0.tar.xz") as archive:
        for member in archive.getmembers():
            if "ImplementationGuide" in member.name:
                continue
            stream = archive.extractfile(member) if member.name.endswith(".json") else None
            raw = stream.read() if stream else b""
            if type_of(raw) is not None:
                yield raw


def test_synthea_is_accepted(data_folder: Path) -> None:
    count, reasons = refused(synthea(data_folder, "0[0-6]*.json.bz2"))
    assert count > 1000
    assert reasons == []


@pytest.mark.long
def test_all_of_synthea_is_accepted(data_folder: Path) -> None:
    assert refused(synthea(data_folder, "*.json.bz2")) == (92_114, [])


def test_the_core_data_set_is_accepted(data_folder: Path) -> None:
    counts: Counter[str] = Counter()
    for raw in core_data_set(data_folder):
        counts[type(decode(raw)).__name__] += 1
    assert counts["Bundle"] >= 22
    assert counts["Consent"] > 0
    assert sum(counts.values()) - counts["Bundle"] >= 630


def test_each_resource_about_a_patient_lies_in_a_compartment(data_folder: Path) -> None:
    of_patients = (
        "Condition",
        "Observation",
        "Procedure",
        "Encounter",
        "Consent",
        "MedicationStatement",
        "DiagnosticReport",
    )
    missing = [
        raw[:300]
        for raw in core_data_set(data_folder)
        if type_of(raw) in of_patients and b'"Patient/' in raw and index(decode(raw)).patient is None
    ]
    assert missing == []


def test_the_generated_bundle_of_flare_is_accepted_but_for_its_patients_of_gender_question_mark(
    data_folder: Path,
) -> None:
    raw = lzma.decompress((data_folder / "generated" / "flare-generated-bundle.json.xz").read_bytes())
    count, reasons = refused(entries(raw))
    assert count == 3336
    assert reasons == ["Patient.gender: the code must be one of female, male, other, unknown."] * 173


def test_a_stamp_keeps_every_element_byte_for_byte(data_folder: Path) -> None:
    elements = msgspec.json.Decoder(dict[str, msgspec.Raw])
    moment = datetime(2024, 5, 31, tzinfo=UTC)
    for raw in core_data_set(data_folder):
        before = elements.decode(raw)
        after = elements.decode(stamp(raw, id="x", version=3, updated=moment))
        assert instant(moment).encode() in bytes(after["meta"])
        unchanged = [key for key in before if key not in {"id", "meta"}]
        assert [bytes(after[key]) for key in unchanged] == [bytes(before[key]) for key in unchanged]
