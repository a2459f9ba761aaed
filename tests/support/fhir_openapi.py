"""The FHIR API as OpenAPI, made from its tables of interactions and operations, to be attacked by machine."""

from typing import Any

from verbund.api import INTERACTIONS
from verbund.api.fhir.addresses import Interaction
from verbund.api.fhir.operations import OPERATIONS

Json = dict[str, Any]

TYPES = (
    "Patient", "Observation", "Basic", "Bundle", "Group", "Consent", "AuditEvent", "Subscription", "Binary", "Task",
    "Composition", "Encounter", "Practitioner", "StructureDefinition",
)  # fmt: skip
# What there is in the house that is attacked, so that not all is a blow into the air.
IDS = ("7", "8", "o0", "o1", "foreign", "c1", "consent", "e1", "b1", "comp", "g1", "gd", "l1", "pr-nurse", "1.7")
PLACES = {
    "TYPE": {"type": "string", "enum": [*TYPES]},
    "TARGET": {"type": "string", "enum": [*TYPES, "*"]},
    "ID": {"anyOf": [{"type": "string", "enum": [*IDS]}, {"type": "string", "minLength": 1, "maxLength": 70}]},
    "VERSION": {"anyOf": [{"type": "string", "enum": ["1", "2"]}, {"type": "string", "minLength": 1, "maxLength": 12}]},
}
QUERY = (
    *("_count", "_since", "_at", "_page", "_summary", "_elements", "_format", "_pretty", "_sort", "_include"),
    *("_revinclude", "_total", "_type", "_id", "_filter", "_has:Observation:subject:code", "identifier", "code"),
    *("patient", "_list", "_text", "_content", "_lastUpdated", "_security", "date", "value-quantity", "subject.name"),
)
HEADERS = ("Prefer", "If-Match", "If-None-Match", "If-None-Exist", "If-Modified-Since", "Accept", "X-Security-Context")
WORDS = {
    "_format": ["json", "xml", "application/fhir+xml", "html"],
    "_summary": ["true", "text", "data", "count", "false"],
    "_total": ["accurate", "estimate", "none"],
    "_count": ["0", "1", "1000", "-1"],
    "_include": ["*", "Observation:subject", "Observation:patient:Patient"],
    "_revinclude": ["*", "Observation:subject"],
    "_filter": ["code eq 718-7", "subject.name co x and (date ge 2020", "not (code pr true)"],
    "_list": ["l1", "$current-problems"],
    "_since": ["2020-01-01", "2020-01-01T00:00:00Z"],
    "patient": ["7", "8", "Patient/7"],
    "subject": ["Patient/7"],
    "date": ["2026", "ge2026-01-01"],
    "Prefer": ["respond-async", "return=minimal", "return=OperationOutcome", "handling=lenient", "handling=strict"],
    "If-Match": ['W/"1"', '"1"', "*"],
    "If-None-Match": ['W/"1"', "*"],
    "Accept": ["application/fhir+xml", "text/plain", "*/*", "application/fhir+ndjson"],
}
TEXT = {"type": "string"}
ANY = {"anyOf": [TEXT, {"type": "integer"}, {"type": "boolean"}, {"type": "array", "items": TEXT}, {"type": "object"}]}
RESOURCE = {
    "type": "object",
    "properties": {
        "resourceType": {"type": "string", "enum": [*TYPES, "Parameters", "GraphDefinition", "ValueSet"]},
        "id": PLACES["ID"],
        "type": {"type": "string", "enum": ["batch", "transaction", "collection"]},
        "status": {"type": "string", "enum": ["active", "final", "requested"]},
        "subject": {"type": "object", "properties": {"reference": TEXT}},
        "code": ANY,
        "entry": {
            "type": "array",
            "maxItems": 3,
            "items": {
                "type": "object",
                "properties": {
                    "request": {
                        "type": "object",
                        "properties": {
                            "method": {"type": "string", "enum": ["GET", "POST", "PUT", "DELETE", "PATCH"]},
                            "url": {"anyOf": [{"type": "string", "enum": ["Patient/7", "Observation?code=x"]}, TEXT]},
                        },
                    },
                    "resource": {"type": "object"},
                },
            },
        },
    },
}
FORM = {"type": "object", "properties": dict.fromkeys(QUERY, TEXT)}
KINDS = {
    "application/fhir+json": RESOURCE,
    "application/json-patch+json": {
        "type": "array",
        "maxItems": 2,
        "items": {
            "type": "object",
            "properties": {
                "op": {"type": "string", "enum": ["add", "remove", "replace", "move", "copy", "test"]},
                "path": {"anyOf": [{"type": "string", "enum": ["/status", "/code", "/name/0", "/id"]}, TEXT]},
                "from": TEXT,
                "value": ANY,
            },
        },
    },
    "application/x-www-form-urlencoded": FORM,
    "application/graphql": TEXT,
    "text/plain": TEXT,
}


def description() -> Json:
    """OpenAPI 3.0 of all interactions and operations."""
    paths: dict[str, Json] = {}
    for interaction in INTERACTIONS:
        path = "/" + "/".join(f"{{{part}}}" if part in PLACES else part for part in interaction.shape)
        for method in interaction.methods:
            if method != "HEAD":
                paths.setdefault(path, {})[method.lower()] = _operation(interaction, method)
    return {"openapi": "3.0.3", "info": {"title": "FHIR", "version": "4.0.1"}, "paths": paths}


def _operation(interaction: Interaction, method: str) -> Json:
    operation = OPERATIONS.get(interaction.name.removeprefix("$")) if interaction.name[0] == "$" else None
    takes = sorted(operation.takes) if operation else ()
    parameters = [
        {"name": part, "in": "path", "required": True, "schema": PLACES[part]}
        for part in interaction.shape
        if part in PLACES
    ]
    asked = [*takes, "_format"] if takes else QUERY
    parameters += [{"name": name, "in": "query", "schema": _value(name)} for name in asked]
    parameters += [{"name": name, "in": "header", "schema": _value(name)} for name in HEADERS]
    found: Json = {"operationId": f"{'-'.join(interaction.shape)}-{method}", "parameters": parameters}
    if method in {"POST", "PUT", "PATCH"}:
        kinds = KINDS | ({"application/fhir+json": _parameters(takes)} if takes else {})
        found["requestBody"] = {"content": {kind: {"schema": schema} for kind, schema in kinds.items()}}
    return found | {"responses": {"default": {"description": "any"}}}


def _value(name: str) -> Json:
    """Something that means something, or anything."""
    known = WORDS.get(name)
    return TEXT if known is None else {"anyOf": [{"type": "string", "enum": known}, TEXT]}


def _parameters(takes: list[str] | tuple[str, ...]) -> Json:
    """A Parameters resource with what an operation takes, of right and of wrong types."""
    value = {
        "type": "object",
        "properties": {
            "name": {"type": "string", "enum": [*takes]},
            "valueString": TEXT,
            "valueCode": {"type": "string", "enum": ["de", "laboratory", "x"]},
            "valueUri": TEXT,
            "valueInteger": {"type": "integer"},
            "valueBoolean": {"type": "boolean"},
            "valueReference": {"type": "object", "properties": {"reference": PLACES["ID"]}},
            "valueCoding": {"type": "object", "properties": {"system": TEXT, "code": TEXT}},
            "resource": RESOURCE,
            "part": {"type": "array", "maxItems": 2, "items": {"type": "object", "properties": {"name": TEXT}}},
        },
        "required": ["name"],
    }
    return {
        "type": "object",
        "properties": {
            "resourceType": {"type": "string", "enum": ["Parameters"]},
            "parameter": {"type": "array", "maxItems": 4, "items": value},
        },
        "required": ["resourceType"],
    }
