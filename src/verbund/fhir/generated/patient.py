"""The resource type Patient of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import CODES, URIS, DATES, DATE_TIMES, attributes, chosen, is_code, is_uri, is_id, is_date, is_date_time
from verbund.fhir.extraction import Collector, address_texts, date_range, name_texts, sound
from verbund.fhir.generated.datatypes import Address, Attachment, BackboneElement, CodeableConcept, ContactPoint, DomainResource, Element, HumanName, Identifier, Period, Reference, Resource
from verbund.fhir.generated.primitives import Date, DateTime, Integer

class PatientContact(BackboneElement, kw_only=True):
    relationship: tuple[CodeableConcept, ...] = ()
    name: HumanName | None = None
    telecom: tuple[ContactPoint, ...] = ()
    address: Address | None = None
    gender: Literal['male', 'female', 'other', 'unknown'] | None = None
    gender_element: Element | None = named(default=None, name="_gender")
    organization: Reference | None = None
    period: Period | None = None

class PatientCommunication(BackboneElement, kw_only=True):
    language: CodeableConcept
    preferred: bool | None = None
    preferred_element: Element | None = named(default=None, name="_preferred")

class PatientLink(BackboneElement, kw_only=True):
    other: Reference
    type: Literal['replaced-by', 'replaces', 'refer', 'seealso'] | None = None
    type_element: Element | None = named(default=None, name="_type")
    def __post_init__(self) -> None:
        if self.type is None and self.type_element is None:
            raise ValueError("PatientLink.type is required")

_PATIENT_DECEASED = attributes('deceasedBoolean', 'deceasedDateTime', 'deceasedBoolean_element', 'deceasedDateTime_element')
_PATIENT_MULTIPLEBIRTH = attributes('multipleBirthBoolean', 'multipleBirthInteger', 'multipleBirthBoolean_element', 'multipleBirthInteger_element')
class Patient(DomainResource, kw_only=True, tag_field="resourceType", tag="Patient"):
    identifier: tuple[Identifier, ...] = ()
    active: bool | None = None
    active_element: Element | None = named(default=None, name="_active")
    name: tuple[HumanName, ...] = ()
    telecom: tuple[ContactPoint, ...] = ()
    gender: Literal['male', 'female', 'other', 'unknown'] | None = None
    gender_element: Element | None = named(default=None, name="_gender")
    birthDate: Date | None = None
    birthDate_element: Element | None = named(default=None, name="_birthDate")
    deceasedBoolean: bool | None = None
    deceasedBoolean_element: Element | None = named(default=None, name="_deceasedBoolean")
    deceasedDateTime: DateTime | None = None
    deceasedDateTime_element: Element | None = named(default=None, name="_deceasedDateTime")
    address: tuple[Address, ...] = ()
    maritalStatus: CodeableConcept | None = None
    multipleBirthBoolean: bool | None = None
    multipleBirthBoolean_element: Element | None = named(default=None, name="_multipleBirthBoolean")
    multipleBirthInteger: Integer | None = None
    multipleBirthInteger_element: Element | None = named(default=None, name="_multipleBirthInteger")
    photo: tuple[Attachment, ...] = ()
    contact: tuple[PatientContact, ...] = ()
    communication: tuple[PatientCommunication, ...] = ()
    generalPractitioner: tuple[Reference, ...] = ()
    managingOrganization: Reference | None = None
    link: tuple[PatientLink, ...] = ()
    def __post_init__(self) -> None:
        if (v := self.id) is not None and not is_id(v):
            raise ValueError("Resource.id is malformed")
        if (v := self.implicitRules) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Resource.implicitRules is malformed")
        if (v := self.language) is not None and v not in CODES and not is_code(v):
            raise ValueError("Resource.language is malformed")
        if (v := self.birthDate) is not None and v not in DATES and not is_date(v):
            raise ValueError("Patient.birthDate is malformed")
        if (v := self.deceasedDateTime) is not None and v not in DATE_TIMES and not is_date_time(v):
            raise ValueError("Patient.deceasedDateTime is malformed")
        given = 4 - _PATIENT_DECEASED(self).count(None)
        if given > 1:
            given = chosen(_PATIENT_DECEASED(self), 2)
        if given > 1:
            raise ValueError("Patient.deceased[x] takes at most one type")
        given = 4 - _PATIENT_MULTIPLEBIRTH(self).count(None)
        if given > 1:
            given = chosen(_PATIENT_MULTIPLEBIRTH(self), 2)
        if given > 1:
            raise ValueError("Patient.multipleBirth[x] takes at most one type")


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a Patient into `out`; its patient and its clinical date."""
    identifier = out.identifiers.append
    token = out.tokens.append
    string = out.strings.append
    uri = out.uris.append
    reference = out.references.append
    date = out.dates.append
    token(('deceased', 'http://terminology.hl7.org/CodeSystem/special-values', "true" if r.deceasedBoolean or r.deceasedDateTime is not None else "false"))
    if (v1 := r.active) is not None:
        token(('active', 'http://terminology.hl7.org/CodeSystem/special-values', "true" if v1 else "false"))
    if (v2 := r.deceasedDateTime) is not None:
        v2l, v2h = date_range(v2)
        date(('death-date', v2l, v2h))
    for v3 in r.generalPractitioner:
        if (v3r := v3.reference) is not None and v3r[0] != '#':
            reference(('general-practitioner', v3r))
        if (v3i := v3.identifier) is not None and v3i.value is not None:
            identifier(('general-practitioner', v3i.system, v3i.value))
    for v4 in r.identifier:
        if v4.value is not None:
            token(('identifier', v4.system, v4.value))
    for v5 in r.communication:
        if (v6 := v5.language) is not None:
            for c in v6.coding:
                if c.code is not None:
                    token(('language', c.system, c.code))
    for v7 in r.link:
        if (v8 := v7.other) is not None:
            if (v8r := v8.reference) is not None and v8r[0] != '#':
                reference(('link', v8r))
            if (v8i := v8.identifier) is not None and v8i.value is not None:
                identifier(('link', v8i.system, v8i.value))
    for v9 in r.name:
        for t in name_texts(v9):
            string(('name', t))
            string(('phonetic', sound(t)))
        if (v10 := v9.family) is not None:
            string(('family', v10))
        for v11 in v9.given:
            if v11 is not None:
                string(('given', v11))
    if (v12 := r.managingOrganization) is not None:
        if (v12r := v12.reference) is not None and v12r[0] != '#':
            reference(('organization', v12r))
        if (v12i := v12.identifier) is not None and v12i.value is not None:
            identifier(('organization', v12i.system, v12i.value))
    if (v13 := r.meta) is not None:
        for v14 in v13.profile:
            if v14 is not None:
                uri(('_profile', v14))
                if '|' in v14:
                    v14w = v14.partition('|')[0]
                    uri(('_profile', v14w))
        for v15 in v13.security:
            if v15.code is not None:
                token(('_security', v15.system, v15.code))
        if (v16 := v13.source) is not None:
            uri(('_source', v16))
        for v17 in v13.tag:
            if v17.code is not None:
                token(('_tag', v17.system, v17.code))
    for v18 in r.address:
        for t in address_texts(v18):
            string(('address', t))
        if (v19 := v18.city) is not None:
            string(('address-city', v19))
        if (v20 := v18.country) is not None:
            string(('address-country', v20))
        if (v21 := v18.postalCode) is not None:
            string(('address-postalcode', v21))
        if (v22 := v18.state) is not None:
            string(('address-state', v22))
        if (v23 := v18.use) is not None:
            token(('address-use', 'http://hl7.org/fhir/address-use', v23))
    if (v24 := r.birthDate) is not None:
        v24l, v24h = date_range(v24)
        date(('birthdate', v24l, v24h))
    for v25 in r.telecom:
        if v25.value is not None:
            token(('telecom', None, v25.value))
        if v25.system == 'email':
            if v25.value is not None:
                token(('email', None, v25.value))
        if v25.system == 'phone':
            if v25.value is not None:
                token(('phone', None, v25.value))
    if (v26 := r.gender) is not None:
        token(('gender', 'http://hl7.org/fhir/administrative-gender', v26))
    for v27 in r.extension:
        if v27.url == 'http://hl7.org/fhir/StructureDefinition/patient-extensions-Patient-mothersMaidenName':
            if (v29 := v27.valueCanonical) is not None:
                string(('mothersMaidenName', v29))
            if (v30 := v27.valueCode) is not None:
                string(('mothersMaidenName', v30))
            if (v31 := v27.valueDate) is not None:
                string(('mothersMaidenName', v31))
            if (v32 := v27.valueDateTime) is not None:
                string(('mothersMaidenName', v32))
            if (v35 := v27.valueMarkdown) is not None:
                string(('mothersMaidenName', v35))
            if (v36 := v27.valueString) is not None:
                string(('mothersMaidenName', v36))
            if (v37 := v27.valueUri) is not None:
                string(('mothersMaidenName', v37))
    return r.id, None
