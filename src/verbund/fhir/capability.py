"""The CapabilityStatement: what a node really offers, and nothing else (http://hl7.org/fhir/R4/capabilitystatement.html)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from verbund.fhir.criteria import modifiers_of
from verbund.fhir.generated import RESOURCES
from verbund.fhir.parameters import STANDARD, Parameters
from verbund.fhir.search import Parameter, parameters_of
from verbund.fhir.stamping import instant

COMPARTMENT = "http://hl7.org/fhir/CompartmentDefinition"
KIND_OF = {"id": "token", "lastUpdated": "date", "text": "string", "content": "string"}
OF_ALL_TYPES = (
    ("_filter", "http://hl7.org/fhir/SearchParameter/filter", "Conditions joined by and, or, not."),
    ("_has", "", "The reverse of a chain, nested up to five deep: _has:Observation:patient:code."),
    ("_list", "", "The entries of a List, by its id."),
    ("_type", "", "The types that a search over several types looks for."),
)
"""What is no parameter of any one type: name, definition (empty where the standard gives none), and what it does."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What a node offers: interactions by resource type and of the whole system, and how they behave.

    `behaviour` are the elements of `CapabilityStatement.rest.resource` that say how (`conditionalCreate` …).
    `operations` are (name, canonical of the definition) of the whole system; `type_operations` those of single types.
    `profiles` are the canonicals of the profiles that are known for a type, `known` the search parameters. `own` are
    the types that the node itself writes, elsewhere than others: they do not come along with what is found.
    """

    types: Mapping[str, Sequence[str]]
    system: Sequence[str] = ()
    behaviour: Mapping[str, bool | str] = field(default_factory=dict)
    operations: Sequence[tuple[str, str]] = ()
    type_operations: Mapping[str, Sequence[tuple[str, str]]] = field(default_factory=dict)
    formats: Sequence[str] = ("application/fhir+json", "json")
    patch_formats: Sequence[str] = ()
    compartments: Sequence[str] = ()
    profiles: Mapping[str, Sequence[str]] = field(default_factory=dict)
    known: Parameters = STANDARD
    own: frozenset[str] = frozenset()


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
    if any("search-type" in codes for codes in offer.types.values()):
        rest["searchParam"] = [
            {"name": name} | ({"definition": url} if url else {}) | {"type": "special", "documentation": text}
            for name, url, text in OF_ALL_TYPES
        ]
    if offer.system:
        rest["interaction"] = [{"code": code} for code in offer.system]
    if offer.compartments:
        rest["compartment"] = [f"{COMPARTMENT}/{name[:1].lower()}{name[1:]}" for name in offer.compartments]
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
    row: dict[str, Any] = {"type": name, "supportedProfile": list(offer.profiles.get(name, ()))}
    row["interaction"] = [{"code": code} for code in codes]
    row |= {"versioning": "versioned-update", "readHistory": "history-instance" in codes}
    row |= {} if name in offer.own else offer.behaviour
    if "search-type" in codes:
        found = [one for one in offer.known.of(name).values() if one.percent is None]
        row["searchParam"] = [_parameter(name, item) for item in found]
    if "search-type" in codes and name not in offer.own:
        row["searchInclude"] = [f"{name}:{item.code}" for item in found if item.kind == "reference"]
        row["searchRevInclude"] = [
            code
            for code in (*_leading_to(name), *_added(offer.known, name))
            if code.partition(":")[0] in offer.types.keys() - offer.own
        ]
    row["operation"] = [{"name": code, "definition": url} for code, url in offer.type_operations.get(name, ())]
    return {key: value for key, value in row.items() if value != []}


def _parameter(of: str, found: Parameter) -> dict[str, str]:
    """What is told of a search parameter."""
    row = {"name": found.code, "definition": found.definition, "type": KIND_OF.get(found.kind, found.kind)}
    if names := modifiers_of(found, of):
        row["documentation"] = f"Modifiers: {', '.join(f':{name}' for name in names)}."
    return row


@cache
def _leading_to(name: str) -> tuple[str, ...]:
    """The reference parameters of all types that lead to a type, as `_revinclude` takes them."""
    return tuple(
        f"{of}:{found.code}"
        for of in RESOURCES
        for found in parameters_of(of).values()
        if found.kind == "reference" and name in found.targets
    )


def _added(known: Parameters, name: str) -> list[str]:
    """The same of parameters that were added, as far as they answer."""
    return [f"{one.type}:{one.code}" for one in known.references if name in one.targets and one.percent is None]
