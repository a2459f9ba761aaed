"""The resource type MedicinalProductInteraction of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import attributes
from verbund.fhir.extraction import Collector
from verbund.fhir.generated.datatypes import BackboneElement, CodeableConcept, DomainResource, Element, Reference
from verbund.fhir.generated.primitives import String

_MEDICINALPRODUCTINTERACTIONINTERACTANT_ITEM = attributes('itemReference', 'itemCodeableConcept')
class MedicinalProductInteractionInteractant(BackboneElement, kw_only=True):
    itemReference: Reference | None = None
    itemCodeableConcept: CodeableConcept | None = None
    def __post_init__(self) -> None:
        given = 2 - _MEDICINALPRODUCTINTERACTIONINTERACTANT_ITEM(self).count(None)
        if given != 1:
            raise ValueError("MedicinalProductInteractionInteractant.item[x] takes exactly one type")

class MedicinalProductInteraction(DomainResource, kw_only=True, tag_field="resourceType", tag="MedicinalProductInteraction"):
    subject: tuple[Reference, ...] = ()
    description: String | None = None
    description_element: Element | None = named(default=None, name="_description")
    interactant: tuple[MedicinalProductInteractionInteractant, ...] = ()
    type: CodeableConcept | None = None
    effect: CodeableConcept | None = None
    incidence: CodeableConcept | None = None
    management: CodeableConcept | None = None


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a MedicinalProductInteraction into `out`; its patient and its clinical date."""
    identifier = out.identifiers.append
    token = out.tokens.append
    uri = out.uris.append
    reference = out.references.append
    for v1 in r.subject:
        if (v1r := v1.reference) is not None and v1r[0] != '#':
            reference(('subject', v1r))
        if (v1i := v1.identifier) is not None and v1i.value is not None:
            identifier(('subject', v1i.system, v1i.value))
    if (v2 := r.meta) is not None:
        for v3 in v2.profile:
            if v3 is not None:
                uri(('_profile', v3))
                if '|' in v3:
                    v3w = v3.partition('|')[0]
                    uri(('_profile', v3w))
        for v4 in v2.security:
            if v4.code is not None:
                token(('_security', v4.system, v4.code))
        if (v5 := v2.source) is not None:
            uri(('_source', v5))
        for v6 in v2.tag:
            if v6.code is not None:
                token(('_tag', v6.system, v6.code))
    return None, None
