"""Profiles: what a StructureDefinition asks of a resource, and whether it is so."""

from verbund.fhir.profiles.model import Profile
from verbund.fhir.profiles.registry import Profiles
from verbund.fhir.profiles.run import Mode, Strictness
from verbund.fhir.profiles.service import identity_of, validate

__all__ = ["Mode", "Profile", "Profiles", "Strictness", "identity_of", "validate"]
