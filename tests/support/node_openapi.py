"""What a node answers beside FHIR as OpenAPI, made from its tables of routes, to be attacked by machine."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from verbund import exchange, ops
from verbund.api.oauth import ROUTES as OF_THE_PROVIDER
from verbund.portal.app import PAGES

Json = dict[str, Any]
TEXT: Json = {"type": "string"}
FORM = "application/x-www-form-urlencoded"
_PLACE = re.compile(r"\{(\w+)\}")

# What the provider of tokens reads, and what may be right of it.
OF_TOKENS = {
    "grant_type": ["authorization_code", "refresh_token", "client_credentials"],
    "code": [],
    "redirect_uri": ["https://app.example.org/back"],
    "client_id": ["portal", "app"],
    "client_secret": [],
    "code_verifier": ["v" * 64],
    "refresh_token": [],
    "scope": ["user/*.rs", "system/*.rs", "openid fhirUser launch/patient patient/*.rs", "user/Observation.rs?x=1"],
    "client_assertion_type": ["urn:ietf:params:oauth:client-assertion-type:jwt-bearer"],
    "client_assertion": ["a.b.c", "eyJhbGciOiJub25lIn0.e30."],
    "token": ["a.b.c"],
    "token_type_hint": ["access_token", "refresh_token"],
    "response_type": ["code", "token"],
    "state": ["s"],
    "code_challenge": ["E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"],
    "code_challenge_method": ["S256", "plain"],
    "nonce": [],
    "aud": [],
    "launch": [],
    "prompt": ["none", "login", "consent"],
    "max_age": ["0", "-1", "1e9"],
    "login_hint": [],
    "request": [],
}
OF_TOKEN_HEADERS = ("Authorization", "DPoP", "Content-Type")
OF_THE_HUB = {"Authorization": ["Bearer a.b.c", "Verbund x"], "Content-Type": ["application/json"]}


def of_the_provider() -> Json:
    """The addresses of OpenID Connect, OAuth 2 and SMART: whatever a form may hold, in the address and in the body."""
    fields = {name: _or_anything(known) for name, known in OF_TOKENS.items()}
    paths = {}
    for path, (methods, _) in OF_THE_PROVIDER.items():
        query = [{"name": name, "in": "query", "schema": schema} for name, schema in fields.items()]
        sent = [{"name": name, "in": "header", "schema": TEXT} for name in OF_TOKEN_HEADERS[:2]]
        body = _form(fields)
        paths[path] = {
            method.lower(): _operation(f"{path}-{method}", [*query, *sent], body if method == "POST" else None)
            for method in methods
        }
    return _described(paths)


def of_the_hub() -> Json:
    """The ports of the exchange, as they look to somebody who is no member, and those for the operator."""
    message = {
        "type": "object",
        "properties": {
            **dict.fromkeys(
                ("id", "receiver", "expires_at", "body", "grant", "admission", "statement", "roster"), TEXT
            ),
            "sequences": {"type": "array", "items": {"type": "integer"}},
            "transient": {"type": "boolean"},
        },
    }
    headers = [{"name": name, "in": "header", "schema": _or_anything(known)} for name, known in OF_THE_HUB.items()]
    query = [{"name": name, "in": "query", "schema": TEXT} for name in ("after", "wait", "site")]
    paths: dict[str, Json] = {}
    for rule in exchange.ROUTES:
        body = {"content": {"application/json": {"schema": message}, "text/plain": {"schema": TEXT}}}
        made = _operation(rule.path, [*headers[:1], *query], body if rule.method == "POST" else None)
        paths.setdefault(rule.path, {})[rule.method.lower()] = made
    for path in ops.ROUTES:
        paths[path] = {"get": _operation(path, headers[:1], None)}
    return _described(paths)


def of_the_portal(fields: Mapping[str, Mapping[str, Iterable[str]]], places: Mapping[str, Iterable[str]]) -> Json:
    """The pages: `fields` are those of the forms of each with what they held, `places` what an address may hold."""
    everywhere = {name: values for form in fields.values() for name, values in form.items()}
    paths = {}
    for page in PAGES:
        inside = [
            {"name": name, "in": "path", "required": True, "schema": _or_anything(places.get(name, ()), least=1)}
            for name in _PLACE.findall(page.path)
        ]
        form = {name: _or_anything(values) for name, values in (fields.get(page.path) or everywhere).items()}
        query = [{"name": name, "in": "query", "schema": schema} for name, schema in form.items()][:12]
        asked = [{"name": name, "in": "query", "schema": TEXT} for name in OF_PAGES]
        paths[page.path] = {
            method.lower(): _operation(
                f"{page.path}-{method}", [*inside, *query, *asked], _form(form) if method == "POST" else None
            )
            for method in page.methods
        }
    return _described(paths)


OF_PAGES = ("request", "state", "code", "before", "after", "page", "since", "until", "saved", "why", "back", "house")
"""What pages read of their address."""


def _described(paths: Json) -> Json:
    return {"openapi": "3.0.3", "info": {"title": "Node", "version": "1"}, "paths": paths}


def _operation(name: str, parameters: list[Json], body: Json | None) -> Json:
    seen = {(one["name"], one["in"]): one for one in parameters}
    made: Json = {"operationId": name, "parameters": list(seen.values())}
    return made | ({"requestBody": body} if body else {}) | {"responses": {"default": {"description": "any"}}}


def _form(fields: Mapping[str, Json]) -> Json:
    schema = {"type": "object", "properties": dict(fields), "additionalProperties": False}
    return {"content": {FORM: {"schema": schema}, "multipart/form-data": {"schema": schema}}}


def _or_anything(known: Iterable[str], *, least: int = 0) -> Json:
    anything = TEXT | ({"minLength": least} if least else {})
    values = sorted(set(known))
    return {"anyOf": [{"type": "string", "enum": values}, anything]} if values else anything
