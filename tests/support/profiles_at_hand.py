"""Profiles of a few lines, made for a test, and those of the test data."""

import re
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from verbund.errors import Issue
from verbund.fhir.profiles import Mode, Profiles, validate

BASE = "http://example.org/fhir/StructureDefinition/"
CORE = "http://hl7.org/fhir/StructureDefinition/"
DATA_TYPES = {"Extension", "Identifier", "Coding", "HumanName", "Address", "Quantity"}
ARCHIVES = ("base-profiles.tar.xz", "kds-isik-profiles.tar.xz")


def profile(kind: str, name: str, *elements: dict[str, Any], base: str = "", **more: Any) -> dict[str, Any]:
    """A profile by its differential."""
    return {
        "resourceType": "StructureDefinition",
        "id": name,
        "url": BASE + name,
        "version": "1.0.0",
        "name": name.replace("-", ""),
        "status": "active",
        "kind": "resource" if kind[0].isupper() and kind not in DATA_TYPES else "complex-type",
        "abstract": False,
        "type": kind,
        "baseDefinition": base or CORE + kind,
        "derivation": "constraint",
        "differential": {"element": [_of_type(kind, one) for one in elements]},
    } | more


def element(identity: str, **said: Any) -> dict[str, Any]:
    """What a profile says of an element; its id without the type at its head: `code.coding:loinc.system`."""
    last = identity.rpartition(".")[2]
    name = {"sliceName": last.partition(":")[2]} if ":" in last else {}
    return {"id": identity, "path": re.sub(r":[^.]+", "", identity)} | name | said


def sliced(
    identity: str, kind: str, by: str, rules: str = "open", *, ordered: bool = False, **said: Any
) -> dict[str, Any]:
    """An element with slices that are told apart by one discriminator."""
    slicing = {"discriminator": [{"type": kind, "path": by}], "rules": rules, "ordered": ordered}
    return element(identity, slicing=slicing, **said)


def extension(name: str, value: str, **context: Any) -> dict[str, Any]:
    """The definition of an extension with a value of one type."""
    return profile(
        "Extension",
        name,
        element("url", fixedUri=BASE + name),
        element("value[x]", min=1, type=[{"code": value}]),
        **context,
    )


def _of_type(kind: str, one: dict[str, Any]) -> dict[str, Any]:
    """The element with its type at the head of id and path; empty ones stand for the type itself."""
    return one | {key: f"{kind}.{one[key]}" if one[key] else kind for key in ("id", "path")}


def known(*definitions: dict[str, Any]) -> Profiles:
    """The registry with these definitions."""
    profiles = Profiles()
    for one in definitions:
        profiles.add(msgspec.json.encode(one))
    return profiles


def issues(resource: dict[str, Any], *definitions: dict[str, Any], terms: Any = None, **mode: Any) -> tuple[Issue, ...]:
    """What is wrong with a resource by the first of the definitions, with the others at hand."""
    against = (definitions[0]["url"],) if definitions[0]["type"] == resource["resourceType"] else ()
    raw = msgspec.json.encode(resource)
    return validate(raw, profiles=known(*definitions), terms=terms, mode=Mode(against=against, **mode))


def errors(resource: dict[str, Any], *definitions: dict[str, Any], terms: Any = None) -> list[tuple[str, str]]:
    """Path and rule of each error."""
    found = issues(resource, *definitions, terms=terms)
    return [(one.expression[0], one.rule or "") for one in found if one.severity == "error"]


def of_test_data(folder: Path) -> Profiles:
    """All profiles of the test data."""
    profiles = Profiles()
    for name in ARCHIVES:
        for raw in members(folder / "definitions" / name):
            profiles.add(raw)
    return profiles


def members(archive: Path) -> Iterator[bytes]:
    """The JSON files of an archive."""
    with tarfile.open(archive) as opened:
        for member in opened:
            content = opened.extractfile(member) if member.name.endswith(".json") else None
            if content is not None:
                yield content.read()
