"""The core of the FHIR API as OpenAPI, made from its table of interactions, to be attacked by machine."""

from typing import Any

from verbund.api import INTERACTIONS
from verbund.api.fhir.addresses import Interaction

Json = dict[str, Any]

TYPES = ["Patient", "Observation", "Basic", "Bundle", "Group"]
PLACES = {
    "TYPE": {"type": "string", "enum": TYPES},
    "TARGET": {"type": "string", "enum": [*TYPES, "*"]},
    "ID": {"type": "string", "minLength": 1, "maxLength": 70},
    "VERSION": {"type": "string", "minLength": 1, "maxLength": 12},
}
QUERY = (
    *("_count", "_since", "_at", "_page", "_summary", "_elements", "_format", "_pretty", "_sort", "_include"),
    *("_revinclude", "_total", "_type", "_id", "_filter", "_has:Observation:subject:code", "identifier", "code"),
)
HEADERS = ("Prefer", "If-Match", "If-None-Match", "If-None-Exist", "If-Modified-Since")
RESOURCE = {
    "type": "object",
    "properties": {
        "resourceType": {"type": "string", "enum": [*TYPES, "Parameters", "Binary"]},
        "id": {"type": "string"},
        "type": {"type": "string", "enum": ["batch", "transaction", "collection"]},
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
                            "url": {"type": "string"},
                        },
                    },
                    "resource": {"type": "object"},
                },
            },
        },
    },
}


def description() -> Json:
    """OpenAPI 3.0 of the interactions, without the operations."""
    paths: dict[str, Json] = {}
    for interaction in INTERACTIONS:
        if interaction.name[0] != "$":
            path = "/" + "/".join(f"{{{part}}}" if part in PLACES else part for part in interaction.shape)
            for method in interaction.methods:
                if method != "HEAD":
                    paths.setdefault(path, {})[method.lower()] = _operation(interaction, method)
    return {"openapi": "3.0.3", "info": {"title": "FHIR", "version": "4.0.1"}, "paths": paths}


def _operation(interaction: Interaction, method: str) -> Json:
    parameters = [
        {"name": part, "in": "path", "required": True, "schema": PLACES[part]}
        for part in interaction.shape
        if part in PLACES
    ]
    parameters += [{"name": name, "in": "query", "schema": {"type": "string"}} for name in QUERY]
    parameters += [{"name": name, "in": "header", "schema": {"type": "string"}} for name in HEADERS]
    operation: Json = {"operationId": f"{interaction.name}-{method}", "parameters": parameters}
    if method in {"POST", "PUT", "PATCH"}:
        kinds = ("application/fhir+json", "application/json-patch+json", "application/x-www-form-urlencoded")
        operation["requestBody"] = {"content": {kind: {"schema": RESOURCE} for kind in kinds}}
    return operation | {"responses": {"default": {"description": "any"}}}
