"""The resource type Person of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import CODES, URIS, DATES, is_code, is_uri, is_id, is_date
from verbund.fhir.extraction import Collector, address_texts, date_range, name_texts, patient_id, refers, sound
from verbund.fhir.generated.datatypes import Address, Attachment, BackboneElement, ContactPoint, DomainResource, Element, HumanName, Identifier, Reference, Resource
from verbund.fhir.generated.primitives import Date

class PersonLink(BackboneElement, kw_only=True):
    target: Reference
    assurance: Literal['level1', 'level2', 'level3', 'level4'] | None = None
    assurance_element: Element | None = named(default=None, name="_assurance")

class Person(DomainResource, kw_only=True, tag_field="resourceType", tag="Person"):
    identifier: tuple[Identifier, ...] = ()
    name: tuple[HumanName, ...] = ()
    telecom: tuple[ContactPoint, ...] = ()
    gender: Literal['male', 'female', 'other', 'unknown'] | None = None
    gender_element: Element | None = named(default=None, name="_gender")
    birthDate: Date | None = None
    birthDate_element: Element | None = named(default=None, name="_birthDate")
    address: tuple[Address, ...] = ()
    photo: Attachment | None = None
    managingOrganization: Reference | None = None
    active: bool | None = None
    active_element: Element | None = named(default=None, name="_active")
    link: tuple[PersonLink, ...] = ()
    def __post_init__(self) -> None:
        if (v := self.id) is not None and not is_id(v):
            raise ValueError("Resource.id is malformed")
        if (v := self.implicitRules) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Resource.implicitRules is malformed")
        if (v := self.language) is not None and v not in CODES and not is_code(v):
            raise ValueError("Resource.language is malformed")
        if (v := self.birthDate) is not None and v not in DATES and not is_date(v):
            raise ValueError("Person.birthDate is malformed")


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a Person into `out`; its patient and its clinical date."""
    identifier = out.identifiers.append
    token = out.tokens.append
    string = out.strings.append
    uri = out.uris.append
    reference = out.references.append
    date = out.dates.append
    patient0 = None
    for v1 in r.identifier:
        if v1.value is not None:
            token(('identifier', v1.system, v1.value))
    for v2 in r.link:
        if (v3 := v2.target) is not None:
            if (v3r := v3.reference) is not None and v3r[0] != '#':
                reference(('link', v3r))
            if (v3i := v3.identifier) is not None and v3i.value is not None:
                identifier(('link', v3i.system, v3i.value))
            if refers(v3, 'Patient'):
                if (v3r := v3.reference) is not None and v3r[0] != '#':
                    reference(('patient', v3r))
                    if patient0 is None: patient0 = patient_id(v3r)
                if (v3i := v3.identifier) is not None and v3i.value is not None:
                    identifier(('patient', v3i.system, v3i.value))
            if refers(v3, 'Practitioner'):
                if (v3r := v3.reference) is not None and v3r[0] != '#':
                    reference(('practitioner', v3r))
                if (v3i := v3.identifier) is not None and v3i.value is not None:
                    identifier(('practitioner', v3i.system, v3i.value))
            if refers(v3, 'RelatedPerson'):
                if (v3r := v3.reference) is not None and v3r[0] != '#':
                    reference(('relatedperson', v3r))
                if (v3i := v3.identifier) is not None and v3i.value is not None:
                    identifier(('relatedperson', v3i.system, v3i.value))
    for v4 in r.name:
        for t in name_texts(v4):
            string(('name', t))
            string(('phonetic', sound(t)))
    if (v5 := r.managingOrganization) is not None:
        if (v5r := v5.reference) is not None and v5r[0] != '#':
            reference(('organization', v5r))
        if (v5i := v5.identifier) is not None and v5i.value is not None:
            identifier(('organization', v5i.system, v5i.value))
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
