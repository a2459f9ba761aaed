"""FHIRPath: expressions over resources, compiled to closures.

http://hl7.org/fhirpath/N1/ with the additions of http://hl7.org/fhir/R4/fhirpath.html.
"""

from verbund.fhir.fhirpath.environment import Collection, Seams
from verbund.fhir.fhirpath.errors import Failed, Malformed
from verbund.fhir.fhirpath.expression import Expression, compile, truth  # noqa: A004 - named as in re
from verbund.fhir.fhirpath.node import Item, Node, of_resource, system

__all__ = [
    "Collection",
    "Expression",
    "Failed",
    "Item",
    "Malformed",
    "Node",
    "Seams",
    "compile",
    "of_resource",
    "system",
    "truth",
]
