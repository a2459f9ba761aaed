"""FHIR REST and the sign-in protocols: HTTP in, HTTP out."""

from verbund.api.fhir import INTERACTIONS, FhirApp, PageLinks, Service, capability_statement, fhir_app
from verbund.api.oauth import ROUTES as OAUTH_ROUTES
from verbund.api.oauth import OpenId, oauth_app
from verbund.api.rules import Rule

ROUTES: dict[str, Rule] = {path: rule for path, (_, rule) in OAUTH_ROUTES.items()} | {
    "/".join(("/fhir", *interaction.shape)): interaction.rule for interaction in INTERACTIONS
}
"""Every address of the API with its rule; TYPE, ID and VERSION stand for what varies."""

__all__ = [
    "INTERACTIONS",
    "ROUTES",
    "FhirApp",
    "OpenId",
    "PageLinks",
    "Rule",
    "Service",
    "capability_statement",
    "fhir_app",
    "oauth_app",
]
