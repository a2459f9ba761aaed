"""Compartments: what belongs to one patient, encounter, practitioner, related person or device.

http://hl7.org/fhir/R4/compartmentdefinition.html
"""

from verbund.errors import Incorrect, NotFound
from verbund.fhir.criteria import parameter
from verbund.fhir.generated.compartments import COMPARTMENTS
from verbund.fhir.search import Criterion, Either, Filter, ReferenceValue, TokenValue


def types_in(compartment: str) -> tuple[str, ...]:
    """The resource types that a compartment may hold, its own among them; Incorrect if there is no such compartment."""
    if compartment not in COMPARTMENTS:
        raise Incorrect(f"The compartments of FHIR R4 are those of {', '.join(sorted(COMPARTMENTS))}.")
    return tuple(sorted({compartment, *COMPARTMENTS[compartment]}))


def inside(compartment: str, identity: str, resource_type: str) -> Criterion:
    """What holds for the resources of a type in one compartment; NotFound if there are never any."""
    if resource_type not in types_in(compartment):
        raise NotFound(f"{resource_type} is not part of the compartment of a {compartment}.")
    codes = COMPARTMENTS[compartment].get(resource_type, ())
    leading = (ReferenceValue(compartment, identity),)
    found: list[Criterion] = [
        Filter(code, "reference", None, leading)
        for code in codes
        if code != "{def}" and parameter(resource_type, code).kind == "reference"
    ]
    if resource_type == compartment:
        found.insert(0, Filter("_id", "id", None, (TokenValue(None, identity, any_system=True),)))
    return found[0] if len(found) == 1 else Either(tuple(found))
