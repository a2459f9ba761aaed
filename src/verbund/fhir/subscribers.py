"""A Subscription of a patient lies in the patient's own compartment, as everything that is the patient's.

R4 gives a Subscription no patient (http://hl7.org/fhir/R4/compartmentdefinition-patient.html), so the node notes it.
"""

from typing import Final

from verbund.fhir.generated.datatypes import DomainResource, Resource

SUBSCRIBER: Final = "https://verbund.example/fhir/StructureDefinition/subscriber"
"""The extension whose reference names the patient."""

_PATIENT = "Patient/"


def subscriber(resource: Resource) -> str | None:
    """The id of the patient whose Subscription this is."""
    if not isinstance(resource, DomainResource):
        return None
    for one in resource.extension:
        if one.url == SUBSCRIBER and one.valueReference is not None:
            text = one.valueReference.reference or ""
            return text.removeprefix(_PATIENT) if text.startswith(_PATIENT) else None
    return None
