"""The standard itself: definitions, validation, search grammar; no I/O."""

from verbund.fhir.bundles import BundleEntry, BundleRequest, parse_bundle
from verbund.fhir.capability import Offer, capability
from verbund.fhir.decoding import RESOURCE_TYPES, decode, index, type_of, validate
from verbund.fhir.generated.datatypes import DomainResource, Resource
from verbund.fhir.grammar import parse_compartment, parse_search
from verbund.fhir.model import Entries
from verbund.fhir.outcomes import outcome
from verbund.fhir.parameters import STANDARD, Parameters
from verbund.fhir.patients import AllOf, AnyOf, Having, PatientSet, Without
from verbund.fhir.references import parse_reference, reference_texts, references, replace_references
from verbund.fhir.search import SearchQuery
from verbund.fhir.stamping import stamp
from verbund.fhir.text import normalise
from verbund.fhir.type_numbers import type_name, type_number

__all__ = [
    "RESOURCE_TYPES",
    "STANDARD",
    "AllOf",
    "AnyOf",
    "BundleEntry",
    "BundleRequest",
    "DomainResource",
    "Entries",
    "Having",
    "Offer",
    "Parameters",
    "PatientSet",
    "Resource",
    "SearchQuery",
    "Without",
    "capability",
    "decode",
    "index",
    "normalise",
    "outcome",
    "parse_bundle",
    "parse_compartment",
    "parse_reference",
    "parse_search",
    "reference_texts",
    "references",
    "replace_references",
    "stamp",
    "type_name",
    "type_number",
    "type_of",
    "validate",
]
