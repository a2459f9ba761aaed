"""Keeps the invariants of R4: the constraints of all types and elements, with their FHIRPath and their sentences.

What every element inherits (ele-1, and ext-1 on every extension) is kept once, at Element and at Extension.
"""

import json
import tempfile
from pathlib import Path
from typing import Any

import zstandard

from scripts.vendor.fhir import source

ARTEFACT = Path(__file__).parents[3] / "src" / "verbund" / "fhir" / "definitions" / "invariants.json.zst"
BEST_PRACTICE = "http://hl7.org/fhir/StructureDefinition/elementdefinition-bestpractice"
EVERYWHERE = {"ele-1", "ext-1"}
Json = dict[str, Any]


def run() -> None:
    """Read the definitions from npm and write the artefact."""
    with tempfile.TemporaryDirectory() as folder:
        structures = source.download(Path(folder))["StructureDefinition"]
    kept = read(structures)
    packed = json.dumps(kept, ensure_ascii=False, separators=(",", ":")).encode()
    ARTEFACT.write_bytes(zstandard.ZstdCompressor(level=19).compress(packed))
    print(f"{len(kept['rules'])} invariants")


def read(structures: list[Json]) -> Json:
    """The rules, and where they hold: type to element (empty for the type itself) to places in the list of rules."""
    rules: dict[str, int] = {}
    places: dict[str, dict[str, list[int]]] = {}
    for structure in sorted(structures, key=lambda item: str(item["name"])):
        if structure.get("derivation") == "constraint" or structure["kind"] == "logical":
            continue
        for element in structure["snapshot"]["element"]:
            kind, name = place(element)
            for constraint in element.get("constraint", []):
                if constraint["key"] in EVERYWHERE and element["path"] not in {"Element", "Extension"}:
                    continue
                rule = json.dumps(rule_of(constraint))
                number = rules.setdefault(rule, len(rules))
                found = places.setdefault(kind, {}).setdefault(name, [])
                if number not in found:
                    found.append(number)
    return {
        "source": f"{source.PACKAGE} {source.VERSION}",
        "rules": [json.loads(rule) for rule in rules],
        "places": places,
    }


def place(element: Json) -> tuple[str, str]:
    """The type and the element in it that an element's constraints belong to."""
    path = str(element["path"])
    codes = {item.get("code") for item in element.get("type", [])}
    if "." not in path or (codes and codes <= source.ELEMENT_TYPES):
        return source.type_name(path), ""
    parent, name = path.rsplit(".", 1)
    return source.type_name(parent), name.removesuffix("[x]")


def rule_of(constraint: Json) -> Json:
    """What is kept of a constraint."""
    best = any(e["url"] == BEST_PRACTICE and e["valueBoolean"] for e in constraint.get("extension", []))
    kept = {key: constraint[key] for key in ("key", "severity", "human", "expression")}
    return {**kept, "best_practice": best}
