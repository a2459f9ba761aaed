"""The resource type MedicinalProductManufactured of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import aligned
from verbund.fhir.extraction import Collector
from verbund.fhir.generated.datatypes import Attachment, BackboneElement, CodeableConcept, DomainResource, Element, Quantity, Reference
from verbund.fhir.generated.primitives import String

class ProdCharacteristic(BackboneElement, kw_only=True):
    height: Quantity | None = None
    width: Quantity | None = None
    depth: Quantity | None = None
    weight: Quantity | None = None
    nominalVolume: Quantity | None = None
    externalDiameter: Quantity | None = None
    shape: String | None = None
    shape_element: Element | None = named(default=None, name="_shape")
    color: tuple[String | None, ...] = ()
    color_element: tuple[Element | None, ...] = named(default=(), name="_color")
    imprint: tuple[String | None, ...] = ()
    imprint_element: tuple[Element | None, ...] = named(default=(), name="_imprint")
    image: tuple[Attachment, ...] = ()
    scoring: CodeableConcept | None = None
    def __post_init__(self) -> None:
        if (self.color_element or None in self.color) and not aligned(self.color, self.color_element):
            raise ValueError("ProdCharacteristic.color holds a null without an extension")
        if (self.imprint_element or None in self.imprint) and not aligned(self.imprint, self.imprint_element):
            raise ValueError("ProdCharacteristic.imprint holds a null without an extension")

class MedicinalProductManufactured(DomainResource, kw_only=True, tag_field="resourceType", tag="MedicinalProductManufactured"):
    manufacturedDoseForm: CodeableConcept
    unitOfPresentation: CodeableConcept | None = None
    quantity: Quantity
    manufacturer: tuple[Reference, ...] = ()
    ingredient: tuple[Reference, ...] = ()
    physicalCharacteristics: ProdCharacteristic | None = None
    otherCharacteristics: tuple[CodeableConcept, ...] = ()


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a MedicinalProductManufactured into `out`; its patient and its clinical date."""
    token = out.tokens.append
    uri = out.uris.append
    if (v1 := r.meta) is not None:
        for v2 in v1.profile:
            if v2 is not None:
                uri(('_profile', v2))
                if '|' in v2:
                    v2w = v2.partition('|')[0]
                    uri(('_profile', v2w))
        for v3 in v1.security:
            if v3.code is not None:
                token(('_security', v3.system, v3.code))
        if (v4 := v1.source) is not None:
            uri(('_source', v4))
        for v5 in v1.tag:
            if v5.code is not None:
                token(('_tag', v5.system, v5.code))
    return None, None
