"""The resource type Appointment of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import CODES, URIS, DATE_TIMES, INSTANTS, is_code, is_uri, is_id, is_date_time, is_instant
from verbund.fhir.extraction import Collector, date_range, known, patient_id, refers
from verbund.fhir.generated.datatypes import BackboneElement, CodeableConcept, DomainResource, Element, Identifier, Period, Reference, Resource
from verbund.fhir.generated.primitives import DateTime, Instant, PositiveInt, String, UnsignedInt

class AppointmentParticipant(BackboneElement, kw_only=True):
    type: tuple[CodeableConcept, ...] = ()
    actor: Reference | None = None
    required: Literal['required', 'optional', 'information-only'] | None = None
    required_element: Element | None = named(default=None, name="_required")
    status: Literal['accepted', 'declined', 'tentative', 'needs-action'] | None = None
    status_element: Element | None = named(default=None, name="_status")
    period: Period | None = None
    def __post_init__(self) -> None:
        if self.status is None and self.status_element is None:
            raise ValueError("AppointmentParticipant.status is required")

class Appointment(DomainResource, kw_only=True, tag_field="resourceType", tag="Appointment"):
    identifier: tuple[Identifier, ...] = ()
    status: Literal['proposed', 'pending', 'booked', 'arrived', 'fulfilled', 'cancelled', 'noshow', 'entered-in-error', 'checked-in', 'waitlist'] | None = None
    status_element: Element | None = named(default=None, name="_status")
    cancelationReason: CodeableConcept | None = None
    serviceCategory: tuple[CodeableConcept, ...] = ()
    serviceType: tuple[CodeableConcept, ...] = ()
    specialty: tuple[CodeableConcept, ...] = ()
    appointmentType: CodeableConcept | None = None
    reasonCode: tuple[CodeableConcept, ...] = ()
    reasonReference: tuple[Reference, ...] = ()
    priority: UnsignedInt | None = None
    priority_element: Element | None = named(default=None, name="_priority")
    description: String | None = None
    description_element: Element | None = named(default=None, name="_description")
    supportingInformation: tuple[Reference, ...] = ()
    start: Instant | None = None
    start_element: Element | None = named(default=None, name="_start")
    end: Instant | None = None
    end_element: Element | None = named(default=None, name="_end")
    minutesDuration: PositiveInt | None = None
    minutesDuration_element: Element | None = named(default=None, name="_minutesDuration")
    slot: tuple[Reference, ...] = ()
    created: DateTime | None = None
    created_element: Element | None = named(default=None, name="_created")
    comment: String | None = None
    comment_element: Element | None = named(default=None, name="_comment")
    patientInstruction: String | None = None
    patientInstruction_element: Element | None = named(default=None, name="_patientInstruction")
    basedOn: tuple[Reference, ...] = ()
    participant: tuple[AppointmentParticipant, ...]
    requestedPeriod: tuple[Period, ...] = ()
    def __post_init__(self) -> None:
        if (v := self.id) is not None and not is_id(v):
            raise ValueError("Resource.id is malformed")
        if (v := self.implicitRules) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Resource.implicitRules is malformed")
        if (v := self.language) is not None and v not in CODES and not is_code(v):
            raise ValueError("Resource.language is malformed")
        if self.status is None and self.status_element is None:
            raise ValueError("Appointment.status is required")
        if (v := self.start) is not None and v not in INSTANTS and not is_instant(v):
            raise ValueError("Appointment.start is malformed")
        if (v := self.end) is not None and v not in INSTANTS and not is_instant(v):
            raise ValueError("Appointment.end is malformed")
        if (v := self.created) is not None and v not in DATE_TIMES and not is_date_time(v):
            raise ValueError("Appointment.created is malformed")


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a Appointment into `out`; its patient and its clinical date."""
    identifier = out.identifiers.append
    token = out.tokens.append
    uri = out.uris.append
    reference = out.references.append
    date = out.dates.append
    patient0 = date0 = None
    for v1 in r.participant:
        if (v2 := v1.actor) is not None:
            if (v2r := v2.reference) is not None and v2r[0] != '#':
                reference(('actor', v2r))
                if patient0 is None: patient0 = patient_id(v2r)
            if (v2i := v2.identifier) is not None and v2i.value is not None:
                identifier(('actor', v2i.system, v2i.value))
            if refers(v2, 'Location'):
                if (v2r := v2.reference) is not None and v2r[0] != '#':
                    reference(('location', v2r))
                if (v2i := v2.identifier) is not None and v2i.value is not None:
                    identifier(('location', v2i.system, v2i.value))
            if refers(v2, 'Patient'):
                if (v2r := v2.reference) is not None and v2r[0] != '#':
                    reference(('patient', v2r))
                if (v2i := v2.identifier) is not None and v2i.value is not None:
                    identifier(('patient', v2i.system, v2i.value))
            if refers(v2, 'Practitioner'):
                if (v2r := v2.reference) is not None and v2r[0] != '#':
                    reference(('practitioner', v2r))
                if (v2i := v2.identifier) is not None and v2i.value is not None:
                    identifier(('practitioner', v2i.system, v2i.value))
        if (v3 := v1.status) is not None:
            token(('part-status', 'http://hl7.org/fhir/participationstatus', v3))
    if (v4 := r.appointmentType) is not None:
        for c in v4.coding:
            if c.code is not None:
                token(('appointment-type', c.system, c.code))
    for v5 in r.basedOn:
        if (v5r := v5.reference) is not None and v5r[0] != '#':
            reference(('based-on', v5r))
        if (v5i := v5.identifier) is not None and v5i.value is not None:
            identifier(('based-on', v5i.system, v5i.value))
    if (v6 := r.start) is not None:
        v6l, v6h = date_range(v6)
        date(('date', v6l, v6h))
        if date0 is None: date0 = known(v6l, v6h)
    for v7 in r.identifier:
        if v7.value is not None:
            token(('identifier', v7.system, v7.value))
    for v8 in r.reasonCode:
        for c in v8.coding:
            if c.code is not None:
                token(('reason-code', c.system, c.code))
    for v9 in r.reasonReference:
        if (v9r := v9.reference) is not None and v9r[0] != '#':
            reference(('reason-reference', v9r))
        if (v9i := v9.identifier) is not None and v9i.value is not None:
            identifier(('reason-reference', v9i.system, v9i.value))
    for v10 in r.serviceCategory:
        for c in v10.coding:
            if c.code is not None:
                token(('service-category', c.system, c.code))
    for v11 in r.serviceType:
        for c in v11.coding:
            if c.code is not None:
                token(('service-type', c.system, c.code))
    for v12 in r.slot:
        if (v12r := v12.reference) is not None and v12r[0] != '#':
            reference(('slot', v12r))
        if (v12i := v12.identifier) is not None and v12i.value is not None:
            identifier(('slot', v12i.system, v12i.value))
    for v13 in r.specialty:
        for c in v13.coding:
            if c.code is not None:
                token(('specialty', c.system, c.code))
    if (v14 := r.status) is not None:
        token(('status', 'http://hl7.org/fhir/appointmentstatus', v14))
    for v15 in r.supportingInformation:
        if (v15r := v15.reference) is not None and v15r[0] != '#':
            reference(('supporting-info', v15r))
        if (v15i := v15.identifier) is not None and v15i.value is not None:
            identifier(('supporting-info', v15i.system, v15i.value))
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
    return patient0, date0
