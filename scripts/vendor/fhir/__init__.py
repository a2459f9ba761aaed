"""Brings in the FHIR R4 definitions and generates the types and the search extraction from them."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import zstandard

from scripts.vendor.fhir import invariants, source, units
from scripts.vendor.fhir.search import HELPERS, Extraction
from scripts.vendor.fhir.structs import (
    HEADER,
    PRIMITIVES,
    Alternative,
    Structs,
    alternatives,
    common_module,
    resource_module,
)

ADDRESS_TYPES = {"uri", "url", "canonical", "oid", "uuid"}
FHIR = Path(__file__).parents[3] / "src" / "verbund" / "fhir"
ARTEFACT = FHIR / "definitions" / "r4.json.zst"
LICENCE = """# R4 definitions

`r4.json.zst` and `invariants.json.zst` are extracted from the npm package `{source}` (HL7 International), which is
dedicated to the public domain under {licence} (https://creativecommons.org/publicdomain/zero/1.0/). FHIR® is a
registered trademark of HL7. `units.json` holds what the library `ucumvert` makes of UCUM's unit atoms. Made by
`python -m scripts.vendor fhir`.
"""


def run() -> None:
    """Read the definitions from npm, write the artefact, and generate the code from it."""
    definitions = source.read()
    packed = json.dumps(definitions, ensure_ascii=False, separators=(",", ":")).encode()
    ARTEFACT.parent.mkdir(parents=True, exist_ok=True)
    ARTEFACT.write_bytes(zstandard.ZstdCompressor(level=19).compress(packed))
    (ARTEFACT.parent / "LICENCE.md").write_text(LICENCE.format(**definitions))
    invariants.run()
    units.run()
    generate(json.loads(packed))


def generate(definitions: dict[str, Any], folder: Path = FHIR / "generated") -> None:
    """Write `verbund.fhir.generated` anew, or the same elsewhere."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    structs = Structs(definitions)
    header = lambda title: HEADER.format(title=title, source=definitions["source"])  # noqa: E731
    (folder / "primitives.py").write_text(header("The primitive types") + PRIMITIVES)
    (folder / "datatypes.py").write_text(common_module(structs))
    found: dict[str, Extraction] = {}
    for name in definitions["resources"]:
        extraction = Extraction(structs, name)
        text = resource_module(structs, name, extraction.code(), HELPERS)
        (folder / f"{name.lower()}.py").write_text(text)
        found[name] = extraction
    (folder / "search_parameters.py").write_text(header("The search parameters") + parameters_module(found))
    (folder / "__init__.py").write_text(header("The types") + index_module(definitions))
    (folder / "compartments.py").write_text(header("The compartments") + compartments_module(definitions))
    print(f"{len(found)} resource types, {sum(len(one.parameters) for one in found.values())} search parameters")


def parameters_module(found: dict[str, Extraction]) -> str:
    """The tables of search parameters by type and code."""
    tables: dict[str, tuple[str, dict[str, dict[str, Any]]]] = {
        "PARAMETERS": ("tuple[str, tuple[str, ...]]", {name: one.parameters for name, one in found.items()}),
        "COMPOSITES": (
            "tuple[tuple[tuple[str, str], ...], tuple[str, ...], tuple[str, ...], bool]",
            {name: one.composites for name, one in found.items() if one.composites},
        ),
        "DEFINITIONS": ("str", {name: renamed(name, one) for name, one in found.items() if renamed(name, one)}),
        "LEFT_OUT": ("str", {name: one.skipped for name, one in found.items()}),
    }
    lines = []
    for title, (row, table) in tables.items():
        lines += [f"{title}: dict[str, dict[str, {row}]] = {{"]
        for name, rows in table.items():
            lines += [f"    {name!r}: {{", *(f"        {code!r}: {rows[code]!r}," for code in sorted(rows)), "    },"]
        lines += ["}", ""]
    identifying = {name: tuple(sorted(one.identifying)) for name, one in found.items() if one.identifying}
    lines += ["IDENTIFYING: dict[str, tuple[str, ...]] = {"]
    lines += [*(f"    {name!r}: {codes!r}," for name, codes in identifying.items()), "}", ""]
    return "\n".join(lines)


def renamed(name: str, extraction: Extraction) -> dict[str, str]:
    """The ids of the official definitions of those parameters where they are not type and code."""
    offered = {code: url for code, url in extraction.definitions.items() if code in extraction.parameters}
    return {code: url for code, url in offered.items() if url != f"{name}-{code}"}


def compartments_module(definitions: dict[str, Any]) -> str:
    """Compartment to type to the search parameters that place a resource in it."""
    lines = ["COMPARTMENTS: dict[str, dict[str, tuple[str, ...]]] = {"]
    for name, table in definitions["compartments"].items():
        rows = (f"        {of!r}: {tuple(codes)!r}," for of, codes in sorted(table.items()))
        lines += [f"    {name!r}: {{", *rows, "    },"]
    return "\n".join([*lines, "}", ""])


def properties(definitions: dict[str, Any]) -> Iterator[Alternative]:
    """All JSON properties of all types."""
    for definition in definitions["types"].values():
        for element in definition["elements"]:
            yield from alternatives(element)


def index_module(definitions: dict[str, Any]) -> str:
    """The list of resource types, and their structures by name, loaded when first asked for."""
    names = definitions["resources"]
    patients = sorted({*definitions["compartments"]["Patient"], "Patient"})
    lines = ["from importlib import import_module", "from typing import TYPE_CHECKING, Any", "", "if TYPE_CHECKING:"]
    lines += [f"    from verbund.fhir.generated.{name.lower()} import {name} as {name}" for name in names]
    addresses = sorted({item.json for item in properties(definitions) if item.kind in ADDRESS_TYPES})
    lines += ["", f"ADDRESS_PROPERTIES = frozenset({addresses!r})"]
    lines += [f"RESOURCES = ({', '.join(map(repr, names))})", f"PATIENT_COMPARTMENT = frozenset({patients!r})", ""]
    lines += ["", "def __getattr__(name: str) -> Any:", "    if name not in RESOURCES:"]
    lines += ["        raise AttributeError(name)"]
    lines += ['    return getattr(import_module(f"{__name__}.{name.lower()}"), name)', ""]
    return "\n".join(lines)
