"""The resource type Practitioner of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import CODES, URIS, DATES, is_code, is_uri, is_id, is_date
from verbund.fhir.extraction import Collector, address_texts, name_texts, sound
from verbund.fhir.generated.datatypes import Address, Attachment, BackboneElement, CodeableConcept, ContactPoint, DomainResource, Element, HumanName, Identifier, Period, Reference, Resource
from verbund.fhir.generated.primitives import Date

class PractitionerQualification(BackboneElement, kw_only=True):
    identifier: tuple[Identifier, ...] = ()
    code: CodeableConcept
    period: Period | None = None
    issuer: Reference | None = None

class Practitioner(DomainResource, kw_only=True, tag_field="resourceType", tag="Practitioner"):
    identifier: tuple[Identifier, ...] = ()
    active: bool | None = None
    active_element: Element | None = named(default=None, name="_active")
    name: tuple[HumanName, ...] = ()
    telecom: tuple[ContactPoint, ...] = ()
    address: tuple[Address, ...] = ()
    gender: Literal['male', 'female', 'other', 'unknown'] | None = None
    gender_element: Element | None = named(default=None, name="_gender")
    birthDate: Date | None = None
    birthDate_element: Element | None = named(default=None, name="_birthDate")
    photo: tuple[Attachment, ...] = ()
    qualification: tuple[PractitionerQualification, ...] = ()
    communication: tuple[CodeableConcept, ...] = ()
    def __post_init__(self) -> None:
        if (v := self.id) is not None and not is_id(v):
            raise ValueError("Resource.id is malformed")
        if (v := self.implicitRules) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Resource.implicitRules is malformed")
        if (v := self.language) is not None and v not in CODES and not is_code(v):
            raise ValueError("Resource.language is malformed")
        if (v := self.birthDate) is not None and v not in DATES and not is_date(v):
            raise ValueError("Practitioner.birthDate is malformed")


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a Practitioner into `out`; its patient and its clinical date."""
    token = out.tokens.append
    string = out.strings.append
    uri = out.uris.append
    if (v1 := r.active) is not None:
        token(('active', 'http://terminology.hl7.org/CodeSystem/special-values', "true" if v1 else "false"))
    for v2 in r.communication:
        for c in v2.coding:
            if c.code is not None:
                token(('communication', c.system, c.code))
    for v3 in r.identifier:
        if v3.value is not None:
            token(('identifier', v3.system, v3.value))
    for v4 in r.name:
        for t in name_texts(v4):
            string(('name', t))
            string(('phonetic', sound(t)))
        if (v5 := v4.family) is not None:
            string(('family', v5))
        for v6 in v4.given:
            if v6 is not None:
                string(('given', v6))
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
    for v12 in r.address:
        for t in address_texts(v12):
            string(('address', t))
        if (v13 := v12.city) is not None:
            string(('address-city', v13))
        if (v14 := v12.country) is not None:
            string(('address-country', v14))
        if (v15 := v12.postalCode) is not None:
            string(('address-postalcode', v15))
        if (v16 := v12.state) is not None:
            string(('address-state', v16))
        if (v17 := v12.use) is not None:
            token(('address-use', 'http://hl7.org/fhir/address-use', v17))
    for v18 in r.telecom:
        if v18.value is not None:
            token(('telecom', None, v18.value))
        if v18.system == 'email':
            if v18.value is not None:
                token(('email', None, v18.value))
        if v18.system == 'phone':
            if v18.value is not None:
                token(('phone', None, v18.value))
    if (v19 := r.gender) is not None:
        token(('gender', 'http://hl7.org/fhir/administrative-gender', v19))
    return None, None
