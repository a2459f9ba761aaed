"""The resource type Location of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import CODES, URIS, aligned, is_code, is_uri, is_id
from verbund.fhir.extraction import Collector, address_texts
from verbund.fhir.generated.datatypes import Address, BackboneElement, CodeableConcept, Coding, ContactPoint, DomainResource, Element, Identifier, Reference, Resource
from verbund.fhir.generated.primitives import CheckedTime, Decimal, String

class LocationPosition(BackboneElement, kw_only=True):
    longitude: Decimal | None = None
    longitude_element: Element | None = named(default=None, name="_longitude")
    latitude: Decimal | None = None
    latitude_element: Element | None = named(default=None, name="_latitude")
    altitude: Decimal | None = None
    altitude_element: Element | None = named(default=None, name="_altitude")
    def __post_init__(self) -> None:
        if self.longitude is None and self.longitude_element is None:
            raise ValueError("LocationPosition.longitude is required")
        if self.latitude is None and self.latitude_element is None:
            raise ValueError("LocationPosition.latitude is required")

class LocationHoursOfOperation(BackboneElement, kw_only=True):
    daysOfWeek: tuple[Literal['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] | None, ...] = ()
    daysOfWeek_element: tuple[Element | None, ...] = named(default=(), name="_daysOfWeek")
    allDay: bool | None = None
    allDay_element: Element | None = named(default=None, name="_allDay")
    openingTime: CheckedTime | None = None
    openingTime_element: Element | None = named(default=None, name="_openingTime")
    closingTime: CheckedTime | None = None
    closingTime_element: Element | None = named(default=None, name="_closingTime")
    def __post_init__(self) -> None:
        if (self.daysOfWeek_element or None in self.daysOfWeek) and not aligned(self.daysOfWeek, self.daysOfWeek_element):
            raise ValueError("LocationHoursOfOperation.daysOfWeek holds a null without an extension")

class Location(DomainResource, kw_only=True, tag_field="resourceType", tag="Location"):
    identifier: tuple[Identifier, ...] = ()
    status: Literal['active', 'suspended', 'inactive'] | None = None
    status_element: Element | None = named(default=None, name="_status")
    operationalStatus: Coding | None = None
    name: String | None = None
    name_element: Element | None = named(default=None, name="_name")
    alias: tuple[String | None, ...] = ()
    alias_element: tuple[Element | None, ...] = named(default=(), name="_alias")
    description: String | None = None
    description_element: Element | None = named(default=None, name="_description")
    mode: Literal['instance', 'kind'] | None = None
    mode_element: Element | None = named(default=None, name="_mode")
    type: tuple[CodeableConcept, ...] = ()
    telecom: tuple[ContactPoint, ...] = ()
    address: Address | None = None
    physicalType: CodeableConcept | None = None
    position: LocationPosition | None = None
    managingOrganization: Reference | None = None
    partOf: Reference | None = None
    hoursOfOperation: tuple[LocationHoursOfOperation, ...] = ()
    availabilityExceptions: String | None = None
    availabilityExceptions_element: Element | None = named(default=None, name="_availabilityExceptions")
    endpoint: tuple[Reference, ...] = ()
    def __post_init__(self) -> None:
        if (v := self.id) is not None and not is_id(v):
            raise ValueError("Resource.id is malformed")
        if (v := self.implicitRules) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Resource.implicitRules is malformed")
        if (v := self.language) is not None and v not in CODES and not is_code(v):
            raise ValueError("Resource.language is malformed")
        if (self.alias_element or None in self.alias) and not aligned(self.alias, self.alias_element):
            raise ValueError("Location.alias holds a null without an extension")


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a Location into `out`; its patient and its clinical date."""
    identifier = out.identifiers.append
    token = out.tokens.append
    string = out.strings.append
    uri = out.uris.append
    reference = out.references.append
    if (v1 := r.address) is not None:
        for t in address_texts(v1):
            string(('address', t))
        if (v2 := v1.city) is not None:
            string(('address-city', v2))
        if (v3 := v1.country) is not None:
            string(('address-country', v3))
        if (v4 := v1.postalCode) is not None:
            string(('address-postalcode', v4))
        if (v5 := v1.state) is not None:
            string(('address-state', v5))
        if (v6 := v1.use) is not None:
            token(('address-use', 'http://hl7.org/fhir/address-use', v6))
    for v7 in r.endpoint:
        if (v7r := v7.reference) is not None and v7r[0] != '#':
            reference(('endpoint', v7r))
        if (v7i := v7.identifier) is not None and v7i.value is not None:
            identifier(('endpoint', v7i.system, v7i.value))
    for v8 in r.identifier:
        if v8.value is not None:
            token(('identifier', v8.system, v8.value))
    if (v9 := r.name) is not None:
        string(('name', v9))
    for v10 in r.alias:
        if v10 is not None:
            string(('name', v10))
    if (v11 := r.operationalStatus) is not None:
        if v11.code is not None:
            token(('operational-status', v11.system, v11.code))
    if (v12 := r.managingOrganization) is not None:
        if (v12r := v12.reference) is not None and v12r[0] != '#':
            reference(('organization', v12r))
        if (v12i := v12.identifier) is not None and v12i.value is not None:
            identifier(('organization', v12i.system, v12i.value))
    if (v13 := r.partOf) is not None:
        if (v13r := v13.reference) is not None and v13r[0] != '#':
            reference(('partof', v13r))
        if (v13i := v13.identifier) is not None and v13i.value is not None:
            identifier(('partof', v13i.system, v13i.value))
    if (v14 := r.status) is not None:
        token(('status', 'http://hl7.org/fhir/location-status', v14))
    for v15 in r.type:
        for c in v15.coding:
            if c.code is not None:
                token(('type', c.system, c.code))
    if (v16 := r.meta) is not None:
        for v17 in v16.profile:
            if v17 is not None:
                uri(('_profile', v17))
                if '|' in v17:
                    v17w = v17.partition('|')[0]
                    uri(('_profile', v17w))
        for v18 in v16.security:
            if v18.code is not None:
                token(('_security', v18.system, v18.code))
        if (v19 := v16.source) is not None:
            uri(('_source', v19))
        for v20 in v16.tag:
            if v20.code is not None:
                token(('_tag', v20.system, v20.code))
    return None, None
