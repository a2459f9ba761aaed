"""The resource type PractitionerRole of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import aligned
from verbund.fhir.extraction import Collector, known, period_range
from verbund.fhir.generated.datatypes import BackboneElement, CodeableConcept, ContactPoint, DomainResource, Element, Identifier, Period, Reference
from verbund.fhir.generated.primitives import CheckedTime, String

class PractitionerRoleAvailableTime(BackboneElement, kw_only=True):
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
            raise ValueError("PractitionerRoleAvailableTime.daysOfWeek holds a null without an extension")

class PractitionerRoleNotAvailable(BackboneElement, kw_only=True):
    description: String | None = None
    description_element: Element | None = named(default=None, name="_description")
    during: Period | None = None
    def __post_init__(self) -> None:
        if self.description is None and self.description_element is None:
            raise ValueError("PractitionerRoleNotAvailable.description is required")

class PractitionerRole(DomainResource, kw_only=True, tag_field="resourceType", tag="PractitionerRole"):
    identifier: tuple[Identifier, ...] = ()
    active: bool | None = None
    active_element: Element | None = named(default=None, name="_active")
    period: Period | None = None
    practitioner: Reference | None = None
    organization: Reference | None = None
    code: tuple[CodeableConcept, ...] = ()
    specialty: tuple[CodeableConcept, ...] = ()
    location: tuple[Reference, ...] = ()
    healthcareService: tuple[Reference, ...] = ()
    telecom: tuple[ContactPoint, ...] = ()
    availableTime: tuple[PractitionerRoleAvailableTime, ...] = ()
    notAvailable: tuple[PractitionerRoleNotAvailable, ...] = ()
    availabilityExceptions: String | None = None
    availabilityExceptions_element: Element | None = named(default=None, name="_availabilityExceptions")
    endpoint: tuple[Reference, ...] = ()


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a PractitionerRole into `out`; its patient and its clinical date."""
    identifier = out.identifiers.append
    token = out.tokens.append
    uri = out.uris.append
    reference = out.references.append
    date = out.dates.append
    date0 = None
    if (v1 := r.active) is not None:
        token(('active', 'http://terminology.hl7.org/CodeSystem/special-values', "true" if v1 else "false"))
    if (v2 := r.period) is not None:
        v2l, v2h = period_range(v2)
        date(('date', v2l, v2h))
        if date0 is None: date0 = known(v2l, v2h)
    for v3 in r.endpoint:
        if (v3r := v3.reference) is not None and v3r[0] != '#':
            reference(('endpoint', v3r))
        if (v3i := v3.identifier) is not None and v3i.value is not None:
            identifier(('endpoint', v3i.system, v3i.value))
    for v4 in r.identifier:
        if v4.value is not None:
            token(('identifier', v4.system, v4.value))
    for v5 in r.location:
        if (v5r := v5.reference) is not None and v5r[0] != '#':
            reference(('location', v5r))
        if (v5i := v5.identifier) is not None and v5i.value is not None:
            identifier(('location', v5i.system, v5i.value))
    if (v6 := r.organization) is not None:
        if (v6r := v6.reference) is not None and v6r[0] != '#':
            reference(('organization', v6r))
        if (v6i := v6.identifier) is not None and v6i.value is not None:
            identifier(('organization', v6i.system, v6i.value))
    if (v7 := r.practitioner) is not None:
        if (v7r := v7.reference) is not None and v7r[0] != '#':
            reference(('practitioner', v7r))
        if (v7i := v7.identifier) is not None and v7i.value is not None:
            identifier(('practitioner', v7i.system, v7i.value))
    for v8 in r.code:
        for c in v8.coding:
            if c.code is not None:
                token(('role', c.system, c.code))
    for v9 in r.healthcareService:
        if (v9r := v9.reference) is not None and v9r[0] != '#':
            reference(('service', v9r))
        if (v9i := v9.identifier) is not None and v9i.value is not None:
            identifier(('service', v9i.system, v9i.value))
    for v10 in r.specialty:
        for c in v10.coding:
            if c.code is not None:
                token(('specialty', c.system, c.code))
    if (v11 := r.meta) is not None:
        for v12 in v11.profile:
            if v12 is not None:
                uri(('_profile', v12))
                if '|' in v12:
                    v12w = v12.partition('|')[0]
                    uri(('_profile', v12w))
        for v13 in v11.security:
            if v13.code is not None:
                token(('_security', v13.system, v13.code))
        if (v14 := v11.source) is not None:
            uri(('_source', v14))
        for v15 in v11.tag:
            if v15.code is not None:
                token(('_tag', v15.system, v15.code))
    for v16 in r.telecom:
        if v16.value is not None:
            token(('telecom', None, v16.value))
        if v16.system == 'email':
            if v16.value is not None:
                token(('email', None, v16.value))
        if v16.system == 'phone':
            if v16.value is not None:
                token(('phone', None, v16.value))
    return None, date0
