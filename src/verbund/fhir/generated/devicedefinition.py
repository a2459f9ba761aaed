"""The resource type DeviceDefinition of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import CODES, URIS, aligned, attributes, chosen, is_code, is_uri, is_id
from verbund.fhir.extraction import Collector
from verbund.fhir.generated.datatypes import Annotation, Attachment, BackboneElement, CodeableConcept, ContactPoint, DomainResource, Element, Identifier, Quantity, Reference, Resource
from verbund.fhir.generated.primitives import CheckedUri, String, Uri

class DeviceDefinitionUdiDeviceIdentifier(BackboneElement, kw_only=True):
    deviceIdentifier: String | None = None
    deviceIdentifier_element: Element | None = named(default=None, name="_deviceIdentifier")
    issuer: CheckedUri | None = None
    issuer_element: Element | None = named(default=None, name="_issuer")
    jurisdiction: CheckedUri | None = None
    jurisdiction_element: Element | None = named(default=None, name="_jurisdiction")
    def __post_init__(self) -> None:
        if self.deviceIdentifier is None and self.deviceIdentifier_element is None:
            raise ValueError("DeviceDefinitionUdiDeviceIdentifier.deviceIdentifier is required")
        if self.issuer is None and self.issuer_element is None:
            raise ValueError("DeviceDefinitionUdiDeviceIdentifier.issuer is required")
        if self.jurisdiction is None and self.jurisdiction_element is None:
            raise ValueError("DeviceDefinitionUdiDeviceIdentifier.jurisdiction is required")

class DeviceDefinitionDeviceName(BackboneElement, kw_only=True):
    name: String | None = None
    name_element: Element | None = named(default=None, name="_name")
    type: Literal['udi-label-name', 'user-friendly-name', 'patient-reported-name', 'manufacturer-name', 'model-name', 'other'] | None = None
    type_element: Element | None = named(default=None, name="_type")
    def __post_init__(self) -> None:
        if self.name is None and self.name_element is None:
            raise ValueError("DeviceDefinitionDeviceName.name is required")
        if self.type is None and self.type_element is None:
            raise ValueError("DeviceDefinitionDeviceName.type is required")

class DeviceDefinitionSpecialization(BackboneElement, kw_only=True):
    systemType: String | None = None
    systemType_element: Element | None = named(default=None, name="_systemType")
    version: String | None = None
    version_element: Element | None = named(default=None, name="_version")
    def __post_init__(self) -> None:
        if self.systemType is None and self.systemType_element is None:
            raise ValueError("DeviceDefinitionSpecialization.systemType is required")

class ProductShelfLife(BackboneElement, kw_only=True):
    identifier: Identifier | None = None
    type: CodeableConcept
    period: Quantity
    specialPrecautionsForStorage: tuple[CodeableConcept, ...] = ()

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

class DeviceDefinitionCapability(BackboneElement, kw_only=True):
    type: CodeableConcept
    description: tuple[CodeableConcept, ...] = ()

class DeviceDefinitionProperty(BackboneElement, kw_only=True):
    type: CodeableConcept
    valueQuantity: tuple[Quantity, ...] = ()
    valueCode: tuple[CodeableConcept, ...] = ()

class DeviceDefinitionMaterial(BackboneElement, kw_only=True):
    substance: CodeableConcept
    alternate: bool | None = None
    alternate_element: Element | None = named(default=None, name="_alternate")
    allergenicIndicator: bool | None = None
    allergenicIndicator_element: Element | None = named(default=None, name="_allergenicIndicator")

_DEVICEDEFINITION_MANUFACTURER = attributes('manufacturerString', 'manufacturerReference', 'manufacturerString_element')
class DeviceDefinition(DomainResource, kw_only=True, tag_field="resourceType", tag="DeviceDefinition"):
    identifier: tuple[Identifier, ...] = ()
    udiDeviceIdentifier: tuple[DeviceDefinitionUdiDeviceIdentifier, ...] = ()
    manufacturerString: String | None = None
    manufacturerString_element: Element | None = named(default=None, name="_manufacturerString")
    manufacturerReference: Reference | None = None
    deviceName: tuple[DeviceDefinitionDeviceName, ...] = ()
    modelNumber: String | None = None
    modelNumber_element: Element | None = named(default=None, name="_modelNumber")
    type: CodeableConcept | None = None
    specialization: tuple[DeviceDefinitionSpecialization, ...] = ()
    version: tuple[String | None, ...] = ()
    version_element: tuple[Element | None, ...] = named(default=(), name="_version")
    safety: tuple[CodeableConcept, ...] = ()
    shelfLifeStorage: tuple[ProductShelfLife, ...] = ()
    physicalCharacteristics: ProdCharacteristic | None = None
    languageCode: tuple[CodeableConcept, ...] = ()
    capability: tuple[DeviceDefinitionCapability, ...] = ()
    property: tuple[DeviceDefinitionProperty, ...] = ()
    owner: Reference | None = None
    contact: tuple[ContactPoint, ...] = ()
    url: Uri | None = None
    url_element: Element | None = named(default=None, name="_url")
    onlineInformation: Uri | None = None
    onlineInformation_element: Element | None = named(default=None, name="_onlineInformation")
    note: tuple[Annotation, ...] = ()
    quantity: Quantity | None = None
    parentDevice: Reference | None = None
    material: tuple[DeviceDefinitionMaterial, ...] = ()
    def __post_init__(self) -> None:
        if (v := self.id) is not None and not is_id(v):
            raise ValueError("Resource.id is malformed")
        if (v := self.implicitRules) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Resource.implicitRules is malformed")
        if (v := self.language) is not None and v not in CODES and not is_code(v):
            raise ValueError("Resource.language is malformed")
        given = 3 - _DEVICEDEFINITION_MANUFACTURER(self).count(None)
        if given > 1:
            given = chosen(_DEVICEDEFINITION_MANUFACTURER(self), 2)
        if given > 1:
            raise ValueError("DeviceDefinition.manufacturer[x] takes at most one type")
        if (self.version_element or None in self.version) and not aligned(self.version, self.version_element):
            raise ValueError("DeviceDefinition.version holds a null without an extension")
        if (v := self.url) is not None and v not in URIS and not is_uri(v):
            raise ValueError("DeviceDefinition.url is malformed")
        if (v := self.onlineInformation) is not None and v not in URIS and not is_uri(v):
            raise ValueError("DeviceDefinition.onlineInformation is malformed")


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a DeviceDefinition into `out`; its patient and its clinical date."""
    identifier = out.identifiers.append
    token = out.tokens.append
    uri = out.uris.append
    reference = out.references.append
    for v1 in r.identifier:
        if v1.value is not None:
            token(('identifier', v1.system, v1.value))
    if (v2 := r.parentDevice) is not None:
        if (v2r := v2.reference) is not None and v2r[0] != '#':
            reference(('parent', v2r))
        if (v2i := v2.identifier) is not None and v2i.value is not None:
            identifier(('parent', v2i.system, v2i.value))
    if (v3 := r.type) is not None:
        for c in v3.coding:
            if c.code is not None:
                token(('type', c.system, c.code))
    if (v4 := r.meta) is not None:
        for v5 in v4.profile:
            if v5 is not None:
                uri(('_profile', v5))
                if '|' in v5:
                    v5w = v5.partition('|')[0]
                    uri(('_profile', v5w))
        for v6 in v4.security:
            if v6.code is not None:
                token(('_security', v6.system, v6.code))
        if (v7 := v4.source) is not None:
            uri(('_source', v7))
        for v8 in v4.tag:
            if v8.code is not None:
                token(('_tag', v8.system, v8.code))
    return None, None
