"""The CapabilityStatement: what a node really offers, and nothing else (http://hl7.org/fhir/R4/capabilitystatement.html)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from verbund.fhir.search import parameters_of
from verbund.fhir.stamping import instant

DEFINITION = "http://hl7.org/fhir/SearchParameter"
COMPARTMENT = "http://hl7.org/fhir/CompartmentDefinition"
KIND_OF = {"id": "token", "lastUpdated": "date"}


@dataclass(frozen=True, slots=True)
class Offer:
    """What a node offers: interactions by resource type and of the whole system, and how they behave.

    `behaviour` are the elements of `CapabilityStatement.rest.resource` that say how (`conditionalCreate` …).
    `operations` are (name, canonical of the definition) of the whole system; `type_operations` those of single types.
    """

    types: Mapping[str, Sequence[str]]
    system: Sequence[str] = ()
    behaviour: Mapping[str, bool | str] = field(default_factory=dict)
    operations: Sequence[tuple[str, str]] = ()
    type_operations: Mapping[str, Sequence[tuple[str, str]]] = field(default_factory=dict)
    formats: Sequence[str] = ("application/fhir+json", "json")
    patch_formats: Sequence[str] = ()
    compartments: Sequence[str] = ()


def capability(
    offer: Offer,
    *,
    base_url: str,
    title: str,
    version: str,
    date: datetime,
    security: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The CapabilityStatement for an offer; search parameters are listed for the types that can be searched."""
    rest: dict[str, Any] = {"mode": "server"}
    if security is not None:
        rest["security"] = dict(security)
    rest["resource"] = [_resource(name, codes, offer) for name, codes in sorted(offer.types.items())]
    if offer.system:
        rest["interaction"] = [{"code": code} for code in offer.system]
    if offer.compartments:
        rest["compartment"] = [f"{COMPARTMENT}/{name}" for name in offer.compartments]
    if offer.operations:
        rest["operation"] = [{"name": name, "definition": url} for name, url in offer.operations]
    said = {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": instant(date),
        "kind": "instance",
        "software": {"name": "Verbund", "version": version},
        "implementation": {"description": title, "url": base_url},
        "fhirVersion": "4.0.1",
        "format": list(offer.formats),
        "patchFormat": list(offer.patch_formats),
        "rest": [rest],
    }
    return {name: value for name, value in said.items() if value != []}


def _resource(name: str, codes: Sequence[str], offer: Offer) -> dict[str, Any]:
    """What is offered for one resource type."""
    row: dict[str, Any] = {"type": name, "interaction": [{"code": code} for code in codes]}
    row |= {"versioning": "versioned-update", "readHistory": "history-instance" in codes}
    row |= offer.behaviour
    if "search-type" in codes:
        found = parameters_of(name).values()
        row["searchInclude"] = [f"{name}:{item.code}" for item in found if item.kind == "reference"]
        row["searchParam"] = [{"name": item.code, "type": KIND_OF.get(item.kind, item.kind)} for item in found]
    row["operation"] = [{"name": code, "definition": url} for code, url in offer.type_operations.get(name, ())]
    return {key: value for key, value in row.items() if value != []}
