"""The resource type HealthcareService of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import aligned
from verbund.fhir.extraction import Collector
from verbund.fhir.generated.datatypes import Attachment, BackboneElement, CodeableConcept, ContactPoint, DomainResource, Element, Identifier, Period, Reference
from verbund.fhir.generated.primitives import CheckedTime, String

class HealthcareServiceEligibility(BackboneElement, kw_only=True):
    code: CodeableConcept | None = None
    comment: String | None = None
    comment_element: Element | None = named(default=None, name="_comment")

class HealthcareServiceAvailableTime(BackboneElement, kw_only=True):
    daysOfWeek: tuple[Literal['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] | None, ...] = ()
    daysOfWeek_element: tuple[Element | None, ...] = named(default=(), name="_daysOfWeek")
    allDay: bool | None = None
    allDay_element: Element | None = named(default=None, name="_allDay")
    availableStartTime: CheckedTime | None = None
    availableStartTime_element: Element | None = named(default=None, name="_availableStartTime")
    availableEndTime: CheckedTime | None = None
    availableEndTime_element: Element | None = named(default=None, name="_availableEndTime")
    def __post_init__(self) -> None:
        if (self.daysOfWeek_element or None in self.daysOfWeek) and not aligned(self.daysOfWeek, self.daysOfWeek_element):
            raise ValueError("HealthcareServiceAvailableTime.daysOfWeek holds a null without an extension")

class HealthcareServiceNotAvailable(BackboneElement, kw_only=True):
    description: String | None = None
    description_element: Element | None = named(default=None, name="_description")
    during: Period | None = None
    def __post_init__(self) -> None:
        if self.description is None and self.description_element is None:
            raise ValueError("HealthcareServiceNotAvailable.description is required")

class HealthcareService(DomainResource, kw_only=True, tag_field="resourceType", tag="HealthcareService"):
    identifier: tuple[Identifier, ...] = ()
    active: bool | None = None
    active_element: Element | None = named(default=None, name="_active")
    providedBy: Reference | None = None
    category: tuple[CodeableConcept, ...] = ()
    type: tuple[CodeableConcept, ...] = ()
    specialty: tuple[CodeableConcept, ...] = ()
    location: tuple[Reference, ...] = ()
    name: String | None = None
    name_element: Element | None = named(default=None, name="_name")
    comment: String | None = None
    comment_element: Element | None = named(default=None, name="_comment")
    extraDetails: String | None = None
    extraDetails_element: Element | None = named(default=None, name="_extraDetails")
    photo: Attachment | None = None
    telecom: tuple[ContactPoint, ...] = ()
    coverageArea: tuple[Reference, ...] = ()
    serviceProvisionCode: tuple[CodeableConcept, ...] = ()
    eligibility: tuple[HealthcareServiceEligibility, ...] = ()
    program: tuple[CodeableConcept, ...] = ()
    characteristic: tuple[CodeableConcept, ...] = ()
    communication: tuple[CodeableConcept, ...] = ()
    referralMethod: tuple[CodeableConcept, ...] = ()
    appointmentRequired: bool | None = None
    appointmentRequired_element: Element | None = named(default=None, name="_appointmentRequired")
    availableTime: tuple[HealthcareServiceAvailableTime, ...] = ()
    notAvailable: tuple[HealthcareServiceNotAvailable, ...] = ()
    availabilityExceptions: String | None = None
    availabilityExceptions_element: Element | None = named(default=None, name="_availabilityExceptions")
    endpoint: tuple[Reference, ...] = ()


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a HealthcareService into `out`; its patient and its clinical date."""
    identifier = out.identifiers.append
    token = out.tokens.append
    string = out.strings.append
    uri = out.uris.append
    reference = out.references.append
    if (v1 := r.active) is not None:
        token(('active', 'http://terminology.hl7.org/CodeSystem/special-values', "true" if v1 else "false"))
    for v2 in r.characteristic:
        for c in v2.coding:
            if c.code is not None:
                token(('characteristic', c.system, c.code))
    for v3 in r.coverageArea:
        if (v3r := v3.reference) is not None and v3r[0] != '#':
            reference(('coverage-area', v3r))
        if (v3i := v3.identifier) is not None and v3i.value is not None:
            identifier(('coverage-area', v3i.system, v3i.value))
    for v4 in r.endpoint:
        if (v4r := v4.reference) is not None and v4r[0] != '#':
            reference(('endpoint', v4r))
        if (v4i := v4.identifier) is not None and v4i.value is not None:
            identifier(('endpoint', v4i.system, v4i.value))
    for v5 in r.identifier:
        if v5.value is not None:
            token(('identifier', v5.system, v5.value))
    for v6 in r.location:
        if (v6r := v6.reference) is not None and v6r[0] != '#':
            reference(('location', v6r))
        if (v6i := v6.identifier) is not None and v6i.value is not None:
            identifier(('location', v6i.system, v6i.value))
    if (v7 := r.name) is not None:
        string(('name', v7))
    if (v8 := r.providedBy) is not None:
        if (v8r := v8.reference) is not None and v8r[0] != '#':
            reference(('organization', v8r))
        if (v8i := v8.identifier) is not None and v8i.value is not None:
            identifier(('organization', v8i.system, v8i.value))
    for v9 in r.program:
        for c in v9.coding:
            if c.code is not None:
                token(('program', c.system, c.code))
    for v10 in r.category:
        for c in v10.coding:
            if c.code is not None:
                token(('service-category', c.system, c.code))
    for v11 in r.type:
        for c in v11.coding:
            if c.code is not None:
                token(('service-type', c.system, c.code))
    for v12 in r.specialty:
        for c in v12.coding:
            if c.code is not None:
                token(('specialty', c.system, c.code))
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
    return None, None
