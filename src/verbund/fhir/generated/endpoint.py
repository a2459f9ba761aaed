"""The resource type Endpoint of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import CODES, URIS, aligned, is_code, is_uri, is_id
from verbund.fhir.extraction import Collector
from verbund.fhir.generated.datatypes import CodeableConcept, Coding, ContactPoint, DomainResource, Element, Identifier, Period, Reference, Resource
from verbund.fhir.generated.primitives import Code, String, Uri

class Endpoint(DomainResource, kw_only=True, tag_field="resourceType", tag="Endpoint"):
    identifier: tuple[Identifier, ...] = ()
    status: Literal['active', 'suspended', 'error', 'off', 'entered-in-error', 'test'] | None = None
    status_element: Element | None = named(default=None, name="_status")
    connectionType: Coding
    name: String | None = None
    name_element: Element | None = named(default=None, name="_name")
    managingOrganization: Reference | None = None
    contact: tuple[ContactPoint, ...] = ()
    period: Period | None = None
    payloadType: tuple[CodeableConcept, ...]
    payloadMimeType: tuple[Code | None, ...] = ()
    payloadMimeType_element: tuple[Element | None, ...] = named(default=(), name="_payloadMimeType")
    address: Uri | None = None
    address_element: Element | None = named(default=None, name="_address")
    header: tuple[String | None, ...] = ()
    header_element: tuple[Element | None, ...] = named(default=(), name="_header")
    def __post_init__(self) -> None:
        if (v := self.id) is not None and not is_id(v):
            raise ValueError("Resource.id is malformed")
        if (v := self.implicitRules) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Resource.implicitRules is malformed")
        if (v := self.language) is not None and v not in CODES and not is_code(v):
            raise ValueError("Resource.language is malformed")
        if self.status is None and self.status_element is None:
            raise ValueError("Endpoint.status is required")
        for v in self.payloadMimeType:
            if v is not None and v not in CODES and not is_code(v):
                raise ValueError("Endpoint.payloadMimeType is malformed")
        if (self.payloadMimeType_element or None in self.payloadMimeType) and not aligned(self.payloadMimeType, self.payloadMimeType_element):
            raise ValueError("Endpoint.payloadMimeType holds a null without an extension")
        if (v := self.address) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Endpoint.address is malformed")
        if self.address is None and self.address_element is None:
            raise ValueError("Endpoint.address is required")
        if (self.header_element or None in self.header) and not aligned(self.header, self.header_element):
            raise ValueError("Endpoint.header holds a null without an extension")


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a Endpoint into `out`; its patient and its clinical date."""
    identifier = out.identifiers.append
    token = out.tokens.append
    string = out.strings.append
    uri = out.uris.append
    reference = out.references.append
    if (v1 := r.connectionType) is not None:
        if v1.code is not None:
            token(('connection-type', v1.system, v1.code))
    for v2 in r.identifier:
        if v2.value is not None:
            token(('identifier', v2.system, v2.value))
    if (v3 := r.name) is not None:
        string(('name', v3))
    if (v4 := r.managingOrganization) is not None:
        if (v4r := v4.reference) is not None and v4r[0] != '#':
            reference(('organization', v4r))
        if (v4i := v4.identifier) is not None and v4i.value is not None:
            identifier(('organization', v4i.system, v4i.value))
    for v5 in r.payloadType:
        for c in v5.coding:
            if c.code is not None:
                token(('payload-type', c.system, c.code))
    if (v6 := r.status) is not None:
        token(('status', 'http://hl7.org/fhir/endpoint-status', v6))
    if (v7 := r.meta) is not None:
        for v8 in v7.profile:
            if v8 is not None:
                uri(('_profile', v8))
                if '|' in v8:
                    v8w = v8.partition('|')[0]
                    uri(('_profile', v8w))
        for v9 in v7.security:
            if v9.code is not None:
                token(('_security', v9.system, v9.code))
        if (v10 := v7.source) is not None:
            uri(('_source', v10))
        for v11 in v7.tag:
            if v11.code is not None:
                token(('_tag', v11.system, v11.code))
    return None, None
