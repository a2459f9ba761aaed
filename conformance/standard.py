"""The official search parameters of R4 as the standard words them: an oracle that owes nothing to a node's own tables.

`python -m conformance.standard` makes the file anew from the npm package that the definitions come from (CC0-1.0).
"""

import json
import sys
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import zstandard

from verbund.fhir.definitions import r4
from verbund.fhir.generated import RESOURCES

ARTEFACT = Path(__file__).parent / "search_parameters.json.zst"
SWAPPED = frozenset({"http://hl7.org/fhir/SearchParameter/DocumentReference-relationship"})
"""Composites of R4 whose definitions name the expressions of their components in the wrong order."""
WITHOUT_NARRATIVE = frozenset({"Binary", "Bundle", "Parameters"})


@dataclass(frozen=True, slots=True)
class Official:
    """One search parameter at one resource type; `expression` is the FHIRPath of the standard, for all its types."""

    type: str
    code: str
    kind: str
    expression: str
    targets: tuple[str, ...] = ()
    components: tuple[tuple[str, str], ...] = ()
    url: str = ""


@cache
def read() -> tuple[dict[str, Any], ...]:
    """The definitions as they were kept."""
    packed = zstandard.ZstdDecompressor().decompress(ARTEFACT.read_bytes())
    return tuple(json.loads(packed))


@cache
def official() -> tuple[Official, ...]:
    """Every pair of resource type and search parameter that the standard defines, in order of types and names.

    Parameters of all resources (`_id`, `_text` …) are listed at every type.
    """
    by_url = {one["url"]: one for one in read()}
    found: dict[tuple[str, str], Official] = {}
    for one in read():
        parts = _components(one, by_url)
        for base in one["base"]:
            for kind in _types(base):
                made = Official(
                    kind, one["code"], one["type"], one["expression"], tuple(one.get("target", ())), parts, one["url"]
                )
                found[kind, one["code"]] = made
    return tuple(found[key] for key in sorted(found))


def _components(one: dict[str, Any], by_url: dict[str, dict[str, Any]]) -> tuple[tuple[str, str], ...]:
    """Kind and expression of each part of a composite."""
    listed = one.get("component", ())
    expressions = [expression for _, expression in listed]
    if one["url"] in SWAPPED:
        expressions.reverse()
    return tuple((by_url[url]["type"], text) for (url, _), text in zip(listed, expressions, strict=True))


def _types(base: str) -> tuple[str, ...]:
    if base == "Resource":
        return tuple(RESOURCES)
    if base == "DomainResource":
        return tuple(name for name in RESOURCES if r4().types[name].base == "DomainResource")
    return (base,)


def make() -> int:
    """Fetch the package with npm and keep what is needed of its search parameters."""
    from scripts.vendor.fhir import source  # noqa: PLC0415 - only here, and only where npm is

    with tempfile.TemporaryDirectory() as folder:
        found = source.download(Path(folder))["SearchParameter"]
    kept = [_kept(one) for one in sorted(found, key=lambda one: str(one["url"])) if _of_the_standard(one)]
    packed = json.dumps(kept, ensure_ascii=False, separators=(",", ":")).encode()
    ARTEFACT.write_bytes(zstandard.ZstdCompressor(level=19).compress(packed))
    sys.stdout.write(f"{len(kept)} search parameters\n")
    return 0


def _of_the_standard(one: dict[str, Any]) -> bool:
    """Leaves out the examples of the package, which are not parameters of the standard."""
    return str(one["url"]).startswith("http://hl7.org/fhir/SearchParameter/") and "example" not in str(one["id"])


def _kept(one: dict[str, Any]) -> dict[str, Any]:
    kept = {name: one.get(name, "") for name in ("url", "code", "base", "type", "expression")}
    if one.get("target"):
        kept["target"] = one["target"]
    if one.get("component"):
        kept["component"] = [(part["definition"], part["expression"]) for part in one["component"]]
    return kept


if __name__ == "__main__":
    sys.exit(make())
