"""How fast resources are decoded (which validates them), indexed and stamped, on one core, against bare JSON parsing.

Run: `python -m bench.fhir`. Data: every tenth Synthea resource of the test data, without white space between elements.
"""

import bz2
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import orjson

from verbund.fhir import decode, index, parse_search, reference_texts, replace_references, stamp
from verbund.fhir.bundles import parse_bundle
from verbund.fhir.decoding import kind_of, type_of

SEARCHES = [
    ("Observation", [("patient", "42"), ("code", "http://loinc.org|718-7"), ("_sort", "-date"), ("_count", "50")]),
    ("Patient", [("name", "müller"), ("birthdate", "ge1970-01-01")]),
    ("Observation", [("subject:Patient.name", "x"), ("_include", "Observation:subject")]),
    ("Patient", [("_filter", 'name co "pet" and (birthdate ge 1970 or gender eq male)')]),
]
EVERY = 10
ROUNDS = 3


def data_folder() -> Path:
    """The folder of test data."""
    return Path(os.environ.get("VERBUND_TEST_DATA", Path(__file__).parents[1].parent / "shared" / "data"))


def resources() -> Iterator[bytes]:
    """A tenth of the Synthea resources, as a client would send them."""
    for path in sorted((data_folder() / "synthea").glob("*.json.bz2")):
        for entry in parse_bundle(bz2.decompress(path.read_bytes())).entries[::EVERY]:
            if entry.resource_raw is not None:
                yield msgspec.json.format(entry.resource_raw, indent=-1)


def per_second(work: Callable[[Any], object], items: list[Any]) -> int:
    """How many items a core does in a second, the best of some rounds."""
    seconds = []
    for _ in range(ROUNDS):
        begun = time.process_time()
        for item in items:
            work(item)
        seconds.append(time.process_time() - begun)
    return round(len(items) / min(seconds))


def seconds_to_import() -> float:
    """How long a fresh interpreter takes to import the package, beside its own start."""
    program = "import time; t = time.perf_counter(); import verbund.fhir; print(time.perf_counter() - t)"
    command = [sys.executable, "-c", program]
    printed = [subprocess.run(command, capture_output=True, check=True).stdout for _ in range(5)]  # noqa: S603 - our own
    return min(map(float, printed))


def run() -> list[dict[str, Any]]:
    """The figures: name, value, unit, and what they are held against; none where there is no test data."""
    rows = [{"name": "import of verbund.fhir", "value": round(seconds_to_import(), 3), "unit": "s", "limit": 0.5}]
    raws = list(resources())
    if not raws:
        return rows
    for raw in raws:
        decode(raw)
    decoded = [decode(raw) for raw in raws]
    now = datetime.now(UTC)
    names = {text: f"Patient/{number}" for number, text in enumerate({t for raw in raws for t in reference_texts(raw)})}
    bare = per_second(msgspec.json.decode, raws)
    work: list[tuple[str, Callable[[Any], object], list[Any]]] = [
        ("types only", lambda raw: kind_of(type_of(raw) or "").decode(raw), raws),
        ("decode", decode, raws),
        ("index", index, decoded),
        ("decode and index", lambda raw: index(decode(raw)), raws),
        ("stamp", lambda raw: stamp(raw, id="a", version=1, updated=now), raws),
        ("list references", reference_texts, raws),
        ("replace references", lambda raw: replace_references(raw, names), raws),
    ]
    rows.append({"name": "mean size", "value": round(sum(map(len, raws)) / len(raws)), "unit": "bytes"})
    rows.append({"name": "orjson.loads", "value": per_second(orjson.loads, raws), "unit": "resources/s", "peer": True})
    rows.append({"name": "msgspec.json.decode, untyped", "value": bare, "unit": "resources/s", "peer": True})
    for name, function, items in work:
        figure = per_second(function, items)
        rows.append(
            {"name": name, "value": figure, "unit": "resources/s", "limit": bare, "share": round(figure / bare, 3)}
        )
    rows.append({"name": "read a search", "value": searches_per_second(), "unit": "searches/s"})
    return rows


def searches_per_second() -> int:
    """How many searches a core reads in a second, of four kinds in turn."""
    return per_second(lambda search: parse_search(*search), SEARCHES * 500)


def main() -> None:
    """Print the figures as a table."""
    for row in run():
        share = f"{row['share']:.0%} of bare parsing" if "share" in row else ""
        print(f"{row['name']:32}{row['value']:>12,} {row['unit']:14}{share}")


if __name__ == "__main__":
    main()
