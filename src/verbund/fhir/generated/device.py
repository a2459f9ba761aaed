"""The resource type Device of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import CODES, URIS, DATE_TIMES, is_code, is_uri, is_id, is_date_time
from verbund.fhir.extraction import Collector, named_patient
from verbund.fhir.generated.datatypes import Annotation, BackboneElement, CodeableConcept, ContactPoint, DomainResource, Element, Identifier, Quantity, Reference, Resource
from verbund.fhir.generated.primitives import CheckedBase64, CheckedUri, DateTime, String, Uri

class DeviceUdiCarrier(BackboneElement, kw_only=True):
    deviceIdentifier: String | None = None
    deviceIdentifier_element: Element | None = named(default=None, name="_deviceIdentifier")
    issuer: CheckedUri | None = None
    issuer_element: Element | None = named(default=None, name="_issuer")
    jurisdiction: CheckedUri | None = None
    jurisdiction_element: Element | None = named(default=None, name="_jurisdiction")
    carrierAIDC: CheckedBase64 | None = None
    carrierAIDC_element: Element | None = named(default=None, name="_carrierAIDC")
    carrierHRF: String | None = None
    carrierHRF_element: Element | None = named(default=None, name="_carrierHRF")
    entryType: Literal['barcode', 'rfid', 'manual', 'card', 'self-reported', 'unknown'] | None = None
    entryType_element: Element | None = named(default=None, name="_entryType")

class DeviceDeviceName(BackboneElement, kw_only=True):
    name: String | None = None
    name_element: Element | None = named(default=None, name="_name")
    type: Literal['udi-label-name', 'user-friendly-name', 'patient-reported-name', 'manufacturer-name', 'model-name', 'other'] | None = None
    type_element: Element | None = named(default=None, name="_type")
    def __post_init__(self) -> None:
        if self.name is None and self.name_element is None:
            raise ValueError("DeviceDeviceName.name is required")
        if self.type is None and self.type_element is None:
            raise ValueError("DeviceDeviceName.type is required")

class DeviceSpecialization(BackboneElement, kw_only=True):
    systemType: CodeableConcept
    version: String | None = None
    version_element: Element | None = named(default=None, name="_version")

class DeviceVersion(BackboneElement, kw_only=True):
    type: CodeableConcept | None = None
    component: Identifier | None = None
    value: String | None = None
    value_element: Element | None = named(default=None, name="_value")
    def __post_init__(self) -> None:
        if self.value is None and self.value_element is None:
            raise ValueError("DeviceVersion.value is required")

class DeviceProperty(BackboneElement, kw_only=True):
    type: CodeableConcept
    valueQuantity: tuple[Quantity, ...] = ()
    valueCode: tuple[CodeableConcept, ...] = ()

class Device(DomainResource, kw_only=True, tag_field="resourceType", tag="Device"):
    identifier: tuple[Identifier, ...] = ()
    definition: Reference | None = None
    udiCarrier: tuple[DeviceUdiCarrier, ...] = ()
    status: Literal['active', 'inactive', 'entered-in-error', 'unknown'] | None = None
    status_element: Element | None = named(default=None, name="_status")
    statusReason: tuple[CodeableConcept, ...] = ()
    distinctIdentifier: String | None = None
    distinctIdentifier_element: Element | None = named(default=None, name="_distinctIdentifier")
    manufacturer: String | None = None
    manufacturer_element: Element | None = named(default=None, name="_manufacturer")
    manufactureDate: DateTime | None = None
    manufactureDate_element: Element | None = named(default=None, name="_manufactureDate")
    expirationDate: DateTime | None = None
    expirationDate_element: Element | None = named(default=None, name="_expirationDate")
    lotNumber: String | None = None
    lotNumber_element: Element | None = named(default=None, name="_lotNumber")
    serialNumber: String | None = None
    serialNumber_element: Element | None = named(default=None, name="_serialNumber")
    deviceName: tuple[DeviceDeviceName, ...] = ()
    modelNumber: String | None = None
    modelNumber_element: Element | None = named(default=None, name="_modelNumber")
    partNumber: String | None = None
    partNumber_element: Element | None = named(default=None, name="_partNumber")
    type: CodeableConcept | None = None
    specialization: tuple[DeviceSpecialization, ...] = ()
    version: tuple[DeviceVersion, ...] = ()
    property: tuple[DeviceProperty, ...] = ()
    patient: Reference | None = None
    owner: Reference | None = None
    contact: tuple[ContactPoint, ...] = ()
    location: Reference | None = None
    url: Uri | None = None
    url_element: Element | None = named(default=None, name="_url")
    note: tuple[Annotation, ...] = ()
    safety: tuple[CodeableConcept, ...] = ()
    parent: Reference | None = None
    def __post_init__(self) -> None:
        if (v := self.id) is not None and not is_id(v):
            raise ValueError("Resource.id is malformed")
        if (v := self.implicitRules) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Resource.implicitRules is malformed")
        if (v := self.language) is not None and v not in CODES and not is_code(v):
            raise ValueError("Resource.language is malformed")
        if (v := self.manufactureDate) is not None and v not in DATE_TIMES and not is_date_time(v):
            raise ValueError("Device.manufactureDate is malformed")
        if (v := self.expirationDate) is not None and v not in DATE_TIMES and not is_date_time(v):
            raise ValueError("Device.expirationDate is malformed")
        if (v := self.url) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Device.url is malformed")


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a Device into `out`; its patient and its clinical date."""
    identifier = out.identifiers.append
    token = out.tokens.append
    string = out.strings.append
    uri = out.uris.append
    reference = out.references.append
    for v1 in r.deviceName:
        if (v2 := v1.name) is not None:
            string(('device-name', v2))
    if (v3 := r.type) is not None:
        for c in v3.coding:
            if c.code is not None:
                token(('type', c.system, c.code))
        for v4 in v3.coding:
            if (v5 := v4.display) is not None:
                string(('device-name', v5))
        if (v6 := v3.text) is not None:
            string(('device-name', v6))
    for v7 in r.identifier:
        if v7.value is not None:
            token(('identifier', v7.system, v7.value))
    if (v8 := r.location) is not None:
        if (v8r := v8.reference) is not None and v8r[0] != '#':
            reference(('location', v8r))
        if (v8i := v8.identifier) is not None and v8i.value is not None:
            identifier(('location', v8i.system, v8i.value))
    if (v9 := r.manufacturer) is not None:
        string(('manufacturer', v9))
    if (v10 := r.modelNumber) is not None:
        string(('model', v10))
    if (v11 := r.owner) is not None:
        if (v11r := v11.reference) is not None and v11r[0] != '#':
            reference(('organization', v11r))
        if (v11i := v11.identifier) is not None and v11i.value is not None:
            identifier(('organization', v11i.system, v11i.value))
    if (v12 := r.patient) is not None:
        if (v12r := v12.reference) is not None and v12r[0] != '#':
            reference(('patient', v12r))
        if (v12i := v12.identifier) is not None and v12i.value is not None:
            identifier(('patient', v12i.system, v12i.value))
    if (v13 := r.status) is not None:
        token(('status', 'http://hl7.org/fhir/device-status', v13))
    for v14 in r.udiCarrier:
        if (v15 := v14.carrierHRF) is not None:
            string(('udi-carrier', v15))
        if (v16 := v14.deviceIdentifier) is not None:
            string(('udi-di', v16))
    if (v17 := r.url) is not None:
        uri(('url', v17))
    if (v18 := r.meta) is not None:
        for v19 in v18.profile:
            if v19 is not None:
                uri(('_profile', v19))
                if '|' in v19:
                    v19w = v19.partition('|')[0]
                    uri(('_profile', v19w))
        for v20 in v18.security:
            if v20.code is not None:
                token(('_security', v20.system, v20.code))
        if (v21 := v18.source) is not None:
            uri(('_source', v21))
        for v22 in v18.tag:
            if v22.code is not None:
                token(('_tag', v22.system, v22.code))
    for v23 in r.extension:
        if v23.url == 'http://hl7.org/fhir/SearchParameter/device-extensions-Device-din':
            if (v24 := v23.valueBoolean) is not None:
                token(('din', 'http://terminology.hl7.org/CodeSystem/special-values', "true" if v24 else "false"))
            if (v25 := v23.valueCanonical) is not None:
                token(('din', None, v25))
            if (v26 := v23.valueCode) is not None:
                token(('din', None, v26))
            if (v27 := v23.valueDate) is not None:
                token(('din', None, v27))
            if (v28 := v23.valueDateTime) is not None:
                token(('din', None, v28))
            if (v31 := v23.valueMarkdown) is not None:
                token(('din', None, v31))
            if (v32 := v23.valueString) is not None:
                token(('din', None, v32))
            if (v33 := v23.valueUri) is not None:
                token(('din', None, v33))
            if (v34 := v23.valueCodeableConcept) is not None:
                for c in v34.coding:
                    if c.code is not None:
                        token(('din', c.system, c.code))
            if (v35 := v23.valueCoding) is not None:
                if v35.code is not None:
                    token(('din', v35.system, v35.code))
            if (v36 := v23.valueIdentifier) is not None:
                if v36.value is not None:
                    token(('din', v36.system, v36.value))
    return named_patient(r.patient), None
