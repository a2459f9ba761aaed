"""The resource type MedicinalProductPackaged of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import aligned
from verbund.fhir.extraction import Collector
from verbund.fhir.generated.datatypes import Attachment, BackboneElement, CodeableConcept, DomainResource, Element, Identifier, Period, Quantity, Reference
from verbund.fhir.generated.primitives import CheckedDateTime, String

class MarketingStatus(BackboneElement, kw_only=True):
    country: CodeableConcept
    jurisdiction: CodeableConcept | None = None
    status: CodeableConcept
    dateRange: Period
    restoreDate: CheckedDateTime | None = None
    restoreDate_element: Element | None = named(default=None, name="_restoreDate")

class MedicinalProductPackagedBatchIdentifier(BackboneElement, kw_only=True):
    outerPackaging: Identifier
    immediatePackaging: Identifier | None = None

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

class ProductShelfLife(BackboneElement, kw_only=True):
    identifier: Identifier | None = None
    type: CodeableConcept
    period: Quantity
    specialPrecautionsForStorage: tuple[CodeableConcept, ...] = ()

class MedicinalProductPackagedPackageItem(BackboneElement, kw_only=True):
    identifier: tuple[Identifier, ...] = ()
    type: CodeableConcept
    quantity: Quantity
    material: tuple[CodeableConcept, ...] = ()
    alternateMaterial: tuple[CodeableConcept, ...] = ()
    device: tuple[Reference, ...] = ()
    manufacturedItem: tuple[Reference, ...] = ()
    packageItem: "tuple[MedicinalProductPackagedPackageItem, ...]" = ()
    physicalCharacteristics: ProdCharacteristic | None = None
    otherCharacteristics: tuple[CodeableConcept, ...] = ()
    shelfLifeStorage: tuple[ProductShelfLife, ...] = ()
    manufacturer: tuple[Reference, ...] = ()

class MedicinalProductPackaged(DomainResource, kw_only=True, tag_field="resourceType", tag="MedicinalProductPackaged"):
    identifier: tuple[Identifier, ...] = ()
    subject: tuple[Reference, ...] = ()
    description: String | None = None
    description_element: Element | None = named(default=None, name="_description")
    legalStatusOfSupply: CodeableConcept | None = None
    marketingStatus: tuple[MarketingStatus, ...] = ()
    marketingAuthorization: Reference | None = None
    manufacturer: tuple[Reference, ...] = ()
    batchIdentifier: tuple[MedicinalProductPackagedBatchIdentifier, ...] = ()
    packageItem: tuple[MedicinalProductPackagedPackageItem, ...]


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a MedicinalProductPackaged into `out`; its patient and its clinical date."""
    identifier = out.identifiers.append
    token = out.tokens.append
    uri = out.uris.append
    reference = out.references.append
    for v1 in r.identifier:
        if v1.value is not None:
            token(('identifier', v1.system, v1.value))
    for v2 in r.subject:
        if (v2r := v2.reference) is not None and v2r[0] != '#':
            reference(('subject', v2r))
        if (v2i := v2.identifier) is not None and v2i.value is not None:
            identifier(('subject', v2i.system, v2i.value))
    if (v3 := r.meta) is not None:
        for v4 in v3.profile:
            if v4 is not None:
                uri(('_profile', v4))
                if '|' in v4:
                    v4w = v4.partition('|')[0]
                    uri(('_profile', v4w))
        for v5 in v3.security:
            if v5.code is not None:
                token(('_security', v5.system, v5.code))
        if (v6 := v3.source) is not None:
            uri(('_source', v6))
        for v7 in v3.tag:
            if v7.code is not None:
                token(('_tag', v7.system, v7.code))
    return None, None
