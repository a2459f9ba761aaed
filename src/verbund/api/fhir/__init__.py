"""The FHIR R4 API: one raw ASGI application and the table of its interactions."""

from verbund.api.fhir.addresses import Interaction
from verbund.api.fhir.app import FhirApp, fhir_app
from verbund.api.fhir.capabilities import capability_statement
from verbund.api.fhir.pages import PageLinks
from verbund.api.fhir.routing import INTERACTIONS
from verbund.api.fhir.service import Service

__all__ = ["INTERACTIONS", "FhirApp", "Interaction", "PageLinks", "Service", "capability_statement", "fhir_app"]
