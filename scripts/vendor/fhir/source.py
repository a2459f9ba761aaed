"""Reads the official R4 definitions from npm and keeps what Verbund needs of them, as plain data.

The npm package `hl7.fhir.r4.examples` 4.0.1 (CC0-1.0) holds every StructureDefinition, SearchParameter, ValueSet and
CodeSystem of the specification, in R4 only. What is kept: the elements of each type, the formats of the primitives, the
codes of required bindings, the search parameters, the compartments.
"""

import json
import subprocess
import tarfile
import tempfile
from pathlib import Path
from typing import Any

PACKAGE = "hl7.fhir.r4.examples"
VERSION = "4.0.1"
LARGEST_BINDING = 400
ELEMENT_TYPES = {"BackboneElement", "Element"}
FHIR_TYPE = "http://hl7.org/fhir/StructureDefinition/structuredefinition-fhir-type"
REGEX = "http://hl7.org/fhir/StructureDefinition/regex"

Json = dict[str, Any]


def download(folder: Path) -> dict[str, list[Json]]:
    """The package's resources by type, fetched with npm into `folder`."""
    subprocess.run(
        ["npm", "pack", "--silent", f"{PACKAGE}@{VERSION}"], cwd=folder, check=True, stdout=subprocess.DEVNULL
    )
    found: dict[str, list[Json]] = {}
    with tarfile.open(next(folder.glob("*.tgz"))) as archive:
        for member in sorted(archive.getmembers(), key=lambda item: item.name):
            stream = archive.extractfile(member)
            if not member.name.endswith(".json") or stream is None:
                continue
            content = json.load(stream)
            if kind := content.get("resourceType"):
                found.setdefault(kind, []).append(content)
    return found


def read() -> Json:
    """The compact definitions, ordered so that the same package gives the same bytes."""
    with tempfile.TemporaryDirectory() as folder:
        found = download(Path(folder))
    structures = [item for item in found["StructureDefinition"] if item.get("derivation") != "constraint"]
    structures = [item for item in structures if item["kind"] != "logical"]
    expander = Expander(found["ValueSet"], found["CodeSystem"])
    types: Json = {}
    for structure in sorted(structures, key=lambda item: item["name"]):
        if structure["kind"] != "primitive-type":
            types.update(elements_of(structure, expander))
    return {
        "source": f"{PACKAGE} {VERSION}",
        "licence": "CC0-1.0",
        "resources": sorted(s["name"] for s in structures if s["kind"] == "resource" and not s["abstract"]),
        "primitives": {s["name"]: regex_of(s) for s in structures if s["kind"] == "primitive-type"},
        "types": types,
        "codes": expander.used,
        "search": search_parameters(found["SearchParameter"]),
        "compartments": compartments(found["CompartmentDefinition"]),
    }


def regex_of(structure: Json) -> str:
    """The format that the specification gives for a primitive type, or an empty string."""
    for element in structure["snapshot"]["element"]:
        if element["path"] == f"{structure['name']}.value":
            for extension in element["type"][0].get("extension", []):
                if extension["url"] == REGEX:
                    return str(extension["valueString"])
    return ""


def elements_of(structure: Json, expander: "Expander") -> Json:
    """The type and its backbone elements: name to base, kind and list of elements, in the specification's order."""
    root = structure["name"]
    kind = "resource" if structure["kind"] == "resource" else "datatype"
    base = structure.get("baseDefinition", "").rsplit("/", 1)[-1]
    types: Json = {root: {"kind": kind, "base": base, "abstract": structure["abstract"], "elements": []}}
    for element in structure["snapshot"]["element"]:
        path = element["path"]
        if "." not in path:
            continue
        parent, name = path.rsplit(".", 1)
        entry = element_of(element, name, expander)
        if len(entry["types"]) == 1 and entry["types"][0] in ELEMENT_TYPES and path.count(".") >= 1:
            base = entry["types"][0]
            entry["types"] = [type_name(path)]
            types[type_name(path)] = {"kind": "backbone", "base": base, "abstract": False, "elements": []}
        types[type_name(parent)]["elements"].append(entry)
    return types


def type_name(path: str) -> str:
    """`Observation.referenceRange` is the type `ObservationReferenceRange`."""
    return "".join(part[0].upper() + part[1:] for part in path.split("."))


def element_of(element: Json, name: str, expander: "Expander") -> Json:
    """One element: name, cardinality, marks, types, targets of references, and the codes of a required binding."""
    entry: Json = {"name": name, "min": element["min"], "max": element["max"]}
    entry |= {key: True for key, flag in (("summary", "isSummary"), ("modifier", "isModifier")) if element.get(flag)}
    if reference := element.get("contentReference"):
        entry["types"] = [type_name(reference.rsplit("#", 1)[-1])]
        return entry
    entry["types"] = list(dict.fromkeys(type_code(item) for item in element["type"]))
    targets = {t.rsplit("/", 1)[-1] for item in element["type"] for t in item.get("targetProfile", [])}
    if targets - {"Resource"}:
        entry["targets"] = sorted(targets)
    binding = element.get("binding", {})
    if binding.get("strength") == "required" and expander.expand(binding["valueSet"]) is not None:
        entry["binding"] = binding["valueSet"].split("|")[0]
    return entry


def type_code(item: Json) -> str:
    """The FHIR type of an element; for `id`, `url` and the values of primitives the specification writes others."""
    code = str(item["code"])
    if not code.startswith("http://hl7.org/fhirpath/"):
        return code
    return next(str(e["valueUrl"]) for e in item["extension"] if e["url"] == FHIR_TYPE)


class Expander:
    """Lists the codes of value sets that are finite and given in the package."""

    def __init__(self, value_sets: list[Json], code_systems: list[Json]) -> None:
        self.value_sets = {item["url"]: item for item in value_sets}
        self.code_systems = {item["url"]: item for item in code_systems}
        self.used: dict[str, list[Any]] = {}

    def expand(self, url: str) -> list[Any] | None:
        """Pairs of system and codes, or None where the value set is open, filtered, or too large to list."""
        url = url.split("|", maxsplit=1)[0]
        if url not in self.used:
            members = self.members(url)
            if members is None or not 0 < sum(map(len, members.values())) <= LARGEST_BINDING:
                return None
            self.used[url] = [[system, codes] for system, codes in members.items()]
        return self.used[url]

    def members(self, url: str) -> dict[str, list[str]] | None:
        """Codes by system, or None where they cannot be listed."""
        compose = self.value_sets.get(url, {}).get("compose", {})
        if not compose.get("include") or compose.get("exclude"):
            return None
        members: dict[str, list[str]] = {}
        for include in compose["include"]:
            part = self.included(include)
            if part is None:
                return None
            for system, codes in part.items():
                members[system] = list(dict.fromkeys([*members.get(system, []), *codes]))
        return members

    def included(self, include: Json) -> dict[str, list[str]] | None:
        """What one `include` names: listed concepts, a whole code system, or other value sets."""
        if include.get("filter"):
            return None
        if nested := include.get("valueSet"):
            return self.members(nested[0].split("|")[0]) if len(nested) == 1 and "system" not in include else None
        if concepts := include.get("concept"):
            return {include["system"]: [item["code"] for item in concepts]}
        system = self.code_systems.get(include["system"])
        if system is None or system.get("content") != "complete":
            return None
        return {include["system"]: list(codes_in(system.get("concept", [])))}


def codes_in(concepts: list[Json]) -> list[str]:
    """The codes of a concept tree, parents first."""
    found: list[str] = []
    for concept in concepts:
        found += [concept["code"], *codes_in(concept.get("concept", []))]
    return found


def search_parameters(parameters: list[Json]) -> list[Json]:
    """What a search parameter says: code, kind, types it belongs to, expression, targets, components."""
    kept = []
    known = {item["url"]: item for item in parameters}
    for item in parameters:
        if not item.get("base") or item["id"].split("-")[0] == "example":
            continue
        entry = {"code": item["code"], "kind": item["type"], "base": item["base"], "url": item["url"]}
        entry |= {key: item[key] for key in ("expression", "target") if item.get(key)}
        if parts := item.get("component"):
            entry["component"] = [component(part, known[part["definition"]]) for part in parts]
        kept.append(entry)
    return sorted(kept, key=lambda item: str(item["url"]))


def component(part: Json, definition: Json) -> Json:
    """One component of a composite: the parameter that defines it, and what it reads within the element."""
    return {"code": definition["code"], "kind": definition["type"], "expression": part["expression"]}


def compartments(definitions: list[Json]) -> Json:
    """Compartment to resource type to the search parameters that place a resource in it."""
    official = [item for item in definitions if item["id"] != "example"]
    return {
        item["code"]: {entry["code"]: entry["param"] for entry in item["resource"] if entry.get("param")}
        for item in sorted(official, key=lambda item: str(item["code"]))
    }
