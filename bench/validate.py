"""How fast resources are held against profiles, on one core, beside decoding alone in the same run.

Data: the MII's test data against the MII and ISiK profiles that it claims, with the code systems of FHIR R4 known.
Reading the definitions and making a profile ready are measured apart: a node does the one when it starts, the other
when a profile is first asked for.
"""

import tarfile
import time
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path

from bench.fhir import data_folder, per_second
from verbund.fhir import validate as decoding_issues
from verbund.fhir.profiles import Mode, Profiles, validate
from verbund.terminology.loose import in_memory

ARCHIVES = ("base-profiles.tar.xz", "kds-isik-profiles.tar.xz")


def run() -> list[dict[str, object]]:
    """The figures; none where there is no test data."""
    folder = data_folder() / "definitions"
    if not folder.is_dir():
        return []
    raws = [raw for name in ARCHIVES for raw in _members(folder / name)]
    started = time.process_time()
    profiles = _learnt(raws)
    reading = time.process_time() - started
    started = time.process_time()
    made = sum(profiles.get(url) is not None for url in profiles)
    ready = round(made / (time.process_time() - started))
    tracemalloc.start()
    kept = _learnt(raws)
    packed_bytes = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    terms = in_memory([])
    archive = next((data_folder() / "kds").glob("*.tar.xz"))
    resources = [raw for raw in _members(archive) if b'"resourceType": "Bundle"' not in raw[:200]]
    plain = per_second(decoding_issues, resources)
    mode = Mode(claimed=False)
    return [
        {"name": "read a definition", "value": round(len(raws) / reading), "unit": "definitions/s"},
        {"name": "a definition in memory", "value": round(packed_bytes / len(kept)), "unit": "bytes"},
        {"name": "make a profile ready", "value": ready, "unit": "profiles/s"},
        {"name": "R4 alone", "value": plain, "unit": "resources/s", "peer": True},
        _row("with extensions", lambda raw: validate(raw, profiles=profiles, terms=terms, mode=mode), resources, plain),
        _row("with the profiles claimed", lambda raw: validate(raw, profiles=profiles, terms=terms), resources, plain),
    ]


def _row(name: str, work: Callable[[bytes], object], resources: list[bytes], plain: float) -> dict[str, object]:
    figure = per_second(work, resources)
    return {"name": name, "value": figure, "unit": "resources/s", "share": round(figure / plain, 3)}


def _learnt(raws: list[bytes]) -> Profiles:
    profiles = Profiles()
    for raw in raws:
        profiles.add(raw)
    return profiles


def _members(path: Path) -> Iterator[bytes]:
    with tarfile.open(path) as archive:
        for member in archive:
            content = archive.extractfile(member) if member.name.endswith(".json") else None
            if content is not None:
                yield content.read()
