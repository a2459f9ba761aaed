"""Core data set and Synthea keep all invariants, and the fast way says what the slow way says."""

import bz2
import json
import random
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from verbund.errors import Incorrect
from verbund.fhir import Resource, decode, parse_bundle, type_of
from verbund.fhir.decoding import nested
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


def fast(raw: bytes, decoded: Resource) -> bool:
    """The fast way, with what is contained decoded."""
    inside = getattr(decoded, "contained", ())
    return kept(raw, decoded, [decode(part) for part in nested(decoded)] if inside else ())


def test_the_core_data_set_keeps_all_invariants(data_folder: Path) -> None:
    resources = list(core_data_set(data_folder))
    assert len(resources) > 600
    assert [text for raw in resources for text in errors(raw)] == []
    assert all(map(kept, resources))
    assert all(fast(raw, decode(raw)) for raw in resources)


def test_synthea_keeps_all_invariants(data_folder: Path) -> None:
    resources = list(synthea(data_folder))
    assert len(resources) > 100
    assert [text for raw in resources for text in errors(raw)] == []
    assert all(map(kept, resources))
    assert all(fast(raw, decode(raw)) for raw in resources)


def decoded(raw: bytes) -> Resource | None:
    try:
        return decode(raw)
    except Incorrect:
        return None


def maimed(value: Any, chance: random.Random) -> Any:
    """The same JSON without some of its parts, and here and there with two values exchanged."""
    if isinstance(value, dict):
        return {key: maimed(one, chance) for key, one in value.items() if key != "div" and chance.random() > 0.06}
    if isinstance(value, list):
        return [maimed(one, chance) for one in value if chance.random() > 0.1]
    return (
        chance.choice(["home", "2001", "2030", value]) if isinstance(value, str) and chance.random() < 0.05 else value
    )


def test_what_has_lost_parts_is_judged_alike_both_ways(data_folder: Path) -> None:
    chance = random.Random(7)  # noqa: S311 - the same each time
    judged: list[bool] = []
    for resource in [*core_data_set(data_folder), *synthea(data_folder)]:
        for _ in range(3):
            raw = json.dumps(maimed(json.loads(resource), chance), ensure_ascii=False).encode()
            found = decoded(raw)
            if found is not None:
                judged.append(fast(raw, found))
                assert judged[-1] == (errors(raw) == []), raw
    assert judged.count(False) > 20
    assert judged.count(True) > 100


def test_what_contained_resources_lose_is_judged_alike_both_ways() -> None:
    chance = random.Random(3)  # noqa: S311 - the same each time
    whole = {
        "resourceType": "Observation",
        "contained": [
            {"resourceType": "Organization", "id": "house", "name": "Klinik", "telecom": [{"use": "work"}]},
            {"resourceType": "Patient", "id": "who", "meta": {"profile": ["urn:x"]}, "managingOrganization": {}},
        ],
        "status": "final",
        "code": {"text": "x", "coding": [{"code": "1"}]},
        "subject": {"reference": "#who"},
        "performer": [{"reference": "#house"}, {"reference": "#"}],
        "effectivePeriod": {"start": "2024", "end": "2025"},
    }
    whole["contained"][1]["managingOrganization"] = {"reference": "#house"}  # type: ignore[index]
    judged: list[bool] = []
    for _ in range(2_000):
        raw = json.dumps(maimed(whole, chance)).encode()
        found = decoded(raw)
        if found is not None:
            judged.append(fast(raw, found))
            assert judged[-1] == (not errors(raw)), raw
    assert min(judged.count(True), judged.count(False)) > 50
