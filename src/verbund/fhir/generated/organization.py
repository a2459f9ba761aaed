"""The resource type Organization of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import CODES, URIS, aligned, is_code, is_uri, is_id
from verbund.fhir.extraction import Collector, address_texts, sound
from verbund.fhir.generated.datatypes import Address, BackboneElement, CodeableConcept, ContactPoint, DomainResource, Element, HumanName, Identifier, Reference, Resource
from verbund.fhir.generated.primitives import String

class OrganizationContact(BackboneElement, kw_only=True):
    purpose: CodeableConcept | None = None
    name: HumanName | None = None
    telecom: tuple[ContactPoint, ...] = ()
    address: Address | None = None

class Organization(DomainResource, kw_only=True, tag_field="resourceType", tag="Organization"):
    identifier: tuple[Identifier, ...] = ()
    active: bool | None = None
    active_element: Element | None = named(default=None, name="_active")
    type: tuple[CodeableConcept, ...] = ()
    name: String | None = None
    name_element: Element | None = named(default=None, name="_name")
    alias: tuple[String | None, ...] = ()
    alias_element: tuple[Element | None, ...] = named(default=(), name="_alias")
    telecom: tuple[ContactPoint, ...] = ()
    address: tuple[Address, ...] = ()
    partOf: Reference | None = None
    contact: tuple[OrganizationContact, ...] = ()
    endpoint: tuple[Reference, ...] = ()
    def __post_init__(self) -> None:
        if (v := self.id) is not None and not is_id(v):
            raise ValueError("Resource.id is malformed")
        if (v := self.implicitRules) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Resource.implicitRules is malformed")
        if (v := self.language) is not None and v not in CODES and not is_code(v):
            raise ValueError("Resource.language is malformed")
        if (self.alias_element or None in self.alias) and not aligned(self.alias, self.alias_element):
            raise ValueError("Organization.alias holds a null without an extension")


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a Organization into `out`; its patient and its clinical date."""
    identifier = out.identifiers.append
    token = out.tokens.append
    string = out.strings.append
    uri = out.uris.append
    reference = out.references.append
    if (v1 := r.active) is not None:
        token(('active', 'http://terminology.hl7.org/CodeSystem/special-values', "true" if v1 else "false"))
    for v2 in r.address:
        for t in address_texts(v2):
            string(('address', t))
        if (v3 := v2.city) is not None:
            string(('address-city', v3))
        if (v4 := v2.country) is not None:
            string(('address-country', v4))
        if (v5 := v2.postalCode) is not None:
            string(('address-postalcode', v5))
        if (v6 := v2.state) is not None:
            string(('address-state', v6))
        if (v7 := v2.use) is not None:
            token(('address-use', 'http://hl7.org/fhir/address-use', v7))
    for v8 in r.endpoint:
        if (v8r := v8.reference) is not None and v8r[0] != '#':
            reference(('endpoint', v8r))
        if (v8i := v8.identifier) is not None and v8i.value is not None:
            identifier(('endpoint', v8i.system, v8i.value))
    for v9 in r.identifier:
        if v9.value is not None:
            token(('identifier', v9.system, v9.value))
    if (v10 := r.name) is not None:
        string(('name', v10))
        string(('phonetic', sound(v10)))
    for v11 in r.alias:
        if v11 is not None:
            string(('name', v11))
    if (v12 := r.partOf) is not None:
        if (v12r := v12.reference) is not None and v12r[0] != '#':
            reference(('partof', v12r))
        if (v12i := v12.identifier) is not None and v12i.value is not None:
            identifier(('partof', v12i.system, v12i.value))
    for v13 in r.type:
        for c in v13.coding:
            if c.code is not None:
                token(('type', c.system, c.code))
    if (v14 := r.meta) is not None:
        for v15 in v14.profile:
            if v15 is not None:
                uri(('_profile', v15))
                if '|' in v15:
                    v15w = v15.partition('|')[0]
                    uri(('_profile', v15w))
        for v16 in v14.security:
            if v16.code is not None:
                token(('_security', v16.system, v16.code))
        if (v17 := v14.source) is not None:
            uri(('_source', v17))
        for v18 in v14.tag:
            if v18.code is not None:
                token(('_tag', v18.system, v18.code))
    return None, None
