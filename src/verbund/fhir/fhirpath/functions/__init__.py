"""The functions of FHIRPath and those that R4 adds."""

from verbund.fhir.fhirpath.functions import (
    boundaries,
    collections,
    conversions,
    filtering,
    mathematics,
    resources,
    strings,
    utilities,
)
from verbund.fhir.fhirpath.functions.registry import FUNCTIONS, Entry

MODULES = (boundaries, collections, conversions, filtering, mathematics, resources, strings, utilities)

__all__ = ["FUNCTIONS", "MODULES", "Entry"]
