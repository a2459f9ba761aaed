"""Brings in the code systems, value sets and concept maps of FHIR R4 itself, which its bindings refer to.

From the npm package `hl7.fhir.r4.examples` 4.0.1 (CC0-1.0). What is kept are codes, texts and hierarchies. Examples are
left out, and so are the texts of SNOMED CT and LOINC codes that value sets list: their terms are their owners', and a
node shows them when its operator loads these catalogues.
"""

import json
import tempfile
from pathlib import Path
from typing import Any

import zstandard

from scripts.vendor.fhir.source import PACKAGE, VERSION, Json, download

ARTEFACT = Path(__file__).parents[2] / "src" / "verbund" / "terminology" / "definitions" / "r4.json.zst"
KINDS = ("CodeSystem", "ValueSet", "ConceptMap")
LEFT_OUT = (
    *("text", "contact", "meta", "extension", "date", "publisher", "identifier", "useContext", "jurisdiction"),
    *("purpose", "copyright", "description", "experimental", "id"),
)
OF_OTHERS = {"http://snomed.info/sct", "http://loinc.org"}
# Some systems of the standard are marked as examples; bindings name them all the same.
LISTED = {"complete", "example"}
EXAMPLES = ("example", "acme", "/summary")
LICENCE = f"""# R4 terminology

`r4.json.zst` holds the code systems, value sets and concept maps of the npm package `{PACKAGE} {VERSION}` (HL7
International), which is dedicated to the public domain under CC0-1.0
(https://creativecommons.org/publicdomain/zero/1.0/). FHIR® is a registered trademark of HL7. Texts of SNOMED CT and
LOINC are not in it. Made by `python -m scripts.vendor terminology`.
"""


def run() -> None:
    """Read the package from npm and write the artefact."""
    with tempfile.TemporaryDirectory() as folder:
        found = download(Path(folder))
    kept = {
        kind: sorted(map(compact, filter(wanted, found[kind])), key=lambda item: str(item["url"])) for kind in KINDS
    }
    packed = json.dumps(kept, ensure_ascii=False, separators=(",", ":")).encode()
    ARTEFACT.parent.mkdir(parents=True, exist_ok=True)
    ARTEFACT.write_bytes(zstandard.ZstdCompressor(level=19).compress(packed))
    (ARTEFACT.parent / "LICENCE.md").write_text(LICENCE)
    print({kind: len(items) for kind, items in kept.items()}, f"{ARTEFACT.stat().st_size:,} bytes")


def wanted(resource: Json) -> bool:
    """Whether it belongs to the standard: no example, no stub of a catalogue that is elsewhere, no supplement."""
    url = str(resource.get("url", ""))
    if not url or any(word in url.lower().replace("examplescenario", "") for word in EXAMPLES):
        return False
    return resource["resourceType"] != "CodeSystem" or bool(resource.get("concept") and resource["content"] in LISTED)


def compact(resource: Json) -> Json:
    """The resource without what no operation reads."""
    kept: Any = {key: value for key, value in resource.items() if key not in LEFT_OUT}
    for part in ("include", "exclude"):
        for group in kept.get("compose", {}).get(part, ()):
            if group.get("system") in OF_OTHERS and "concept" in group:
                group["concept"] = [{"code": item["code"]} for item in group["concept"]]
    return without_extensions(kept)


def without_extensions(value: Any) -> Any:  # noqa: ANN401 - decoded JSON
    """The same without extensions, at any depth."""
    if isinstance(value, dict):
        return {key: without_extensions(item) for key, item in value.items() if key != "extension"}
    return [without_extensions(item) for item in value] if isinstance(value, list) else value
