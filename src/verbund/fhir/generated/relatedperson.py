"""The resource type RelatedPerson of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import CODES, URIS, DATES, is_code, is_uri, is_id, is_date
from verbund.fhir.extraction import Collector, address_texts, date_range, name_texts, patient_id, sound
from verbund.fhir.generated.datatypes import Address, Attachment, BackboneElement, CodeableConcept, ContactPoint, DomainResource, Element, HumanName, Identifier, Period, Reference, Resource
from verbund.fhir.generated.primitives import Date

class RelatedPersonCommunication(BackboneElement, kw_only=True):
    language: CodeableConcept
    preferred: bool | None = None
    preferred_element: Element | None = named(default=None, name="_preferred")

class RelatedPerson(DomainResource, kw_only=True, tag_field="resourceType", tag="RelatedPerson"):
    identifier: tuple[Identifier, ...] = ()
    active: bool | None = None
    active_element: Element | None = named(default=None, name="_active")
    patient: Reference
    relationship: tuple[CodeableConcept, ...] = ()
    name: tuple[HumanName, ...] = ()
    telecom: tuple[ContactPoint, ...] = ()
    gender: Literal['male', 'female', 'other', 'unknown'] | None = None
    gender_element: Element | None = named(default=None, name="_gender")
    birthDate: Date | None = None
    birthDate_element: Element | None = named(default=None, name="_birthDate")
    address: tuple[Address, ...] = ()
    photo: tuple[Attachment, ...] = ()
    period: Period | None = None
    communication: tuple[RelatedPersonCommunication, ...] = ()
    def __post_init__(self) -> None:
        if (v := self.id) is not None and not is_id(v):
            raise ValueError("Resource.id is malformed")
        if (v := self.implicitRules) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Resource.implicitRules is malformed")
        if (v := self.language) is not None and v not in CODES and not is_code(v):
            raise ValueError("Resource.language is malformed")
        if (v := self.birthDate) is not None and v not in DATES and not is_date(v):
            raise ValueError("RelatedPerson.birthDate is malformed")


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a RelatedPerson into `out`; its patient and its clinical date."""
    identifier = out.identifiers.append
    token = out.tokens.append
    string = out.strings.append
    uri = out.uris.append
    reference = out.references.append
    date = out.dates.append
    patient0 = None
    if (v1 := r.active) is not None:
        token(('active', 'http://terminology.hl7.org/CodeSystem/special-values', "true" if v1 else "false"))
    for v2 in r.identifier:
        if v2.value is not None:
            token(('identifier', v2.system, v2.value))
    for v3 in r.name:
        for t in name_texts(v3):
            string(('name', t))
            string(('phonetic', sound(t)))
    if (v4 := r.patient) is not None:
        if (v4r := v4.reference) is not None and v4r[0] != '#':
            reference(('patient', v4r))
            if patient0 is None: patient0 = patient_id(v4r)
        if (v4i := v4.identifier) is not None and v4i.value is not None:
            identifier(('patient', v4i.system, v4i.value))
    for v5 in r.relationship:
        for c in v5.coding:
            if c.code is not None:
                token(('relationship', c.system, c.code))
    if (v6 := r.meta) is not None:
        for v7 in v6.profile:
            if v7 is not None:
                uri(('_profile', v7))
                if '|' in v7:
                    v7w = v7.partition('|')[0]
                    uri(('_profile', v7w))
        for v8 in v6.security:
            if v8.code is not None:
                token(('_security', v8.system, v8.code))
        if (v9 := v6.source) is not None:
            uri(('_source', v9))
        for v10 in v6.tag:
            if v10.code is not None:
                token(('_tag', v10.system, v10.code))
    for v11 in r.address:
        for t in address_texts(v11):
            string(('address', t))
        if (v12 := v11.city) is not None:
            string(('address-city', v12))
        if (v13 := v11.country) is not None:
            string(('address-country', v13))
        if (v14 := v11.postalCode) is not None:
            string(('address-postalcode', v14))
        if (v15 := v11.state) is not None:
            string(('address-state', v15))
        if (v16 := v11.use) is not None:
            token(('address-use', 'http://hl7.org/fhir/address-use', v16))
    if (v17 := r.birthDate) is not None:
        v17l, v17h = date_range(v17)
        date(('birthdate', v17l, v17h))
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
    return patient0, None
