"""A Binary belongs to the patient of what its `securityContext` names.

http://hl7.org/fhir/R4/binary.html#Binary.securityContext. So it is sealed under that patient's key, and restricted and
erased with the record. A patient who is named as such is found when it is indexed; what else may be named must be
looked up: in the same unit, or among what is stored. While it is not there the Binary belongs to nobody.
"""

from verbund.fhir import RESOURCE_TYPES, Resource
from verbund.fhir.references import parse_reference

BINARY = "Binary"
_OF_ITSELF = frozenset({"Patient", BINARY})


def belongs_to(resource: Resource | None) -> tuple[str, str] | None:
    """Type and id of what a Binary belongs to, where only looking it up tells the patient."""
    said = getattr(resource, "securityContext", None)
    target = parse_reference(said.reference) if said is not None and said.reference else None
    if target is None or target.base is not None or target.type in _OF_ITSELF or target.type not in RESOURCE_TYPES:
        return None
    return target.type, target.id
