"""The resource type AppointmentResponse of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import CODES, URIS, INSTANTS, is_code, is_uri, is_id, is_instant
from verbund.fhir.extraction import Collector, patient_id, refers
from verbund.fhir.generated.datatypes import CodeableConcept, DomainResource, Element, Identifier, Reference, Resource
from verbund.fhir.generated.primitives import Instant, String

class AppointmentResponse(DomainResource, kw_only=True, tag_field="resourceType", tag="AppointmentResponse"):
    identifier: tuple[Identifier, ...] = ()
    appointment: Reference
    start: Instant | None = None
    start_element: Element | None = named(default=None, name="_start")
    end: Instant | None = None
    end_element: Element | None = named(default=None, name="_end")
    participantType: tuple[CodeableConcept, ...] = ()
    actor: Reference | None = None
    participantStatus: Literal['accepted', 'declined', 'tentative', 'needs-action'] | None = None
    participantStatus_element: Element | None = named(default=None, name="_participantStatus")
    comment: String | None = None
    comment_element: Element | None = named(default=None, name="_comment")
    def __post_init__(self) -> None:
        if (v := self.id) is not None and not is_id(v):
            raise ValueError("Resource.id is malformed")
        if (v := self.implicitRules) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Resource.implicitRules is malformed")
        if (v := self.language) is not None and v not in CODES and not is_code(v):
            raise ValueError("Resource.language is malformed")
        if (v := self.start) is not None and v not in INSTANTS and not is_instant(v):
            raise ValueError("AppointmentResponse.start is malformed")
        if (v := self.end) is not None and v not in INSTANTS and not is_instant(v):
            raise ValueError("AppointmentResponse.end is malformed")
        if self.participantStatus is None and self.participantStatus_element is None:
            raise ValueError("AppointmentResponse.participantStatus is required")


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a AppointmentResponse into `out`; its patient and its clinical date."""
    identifier = out.identifiers.append
    token = out.tokens.append
    uri = out.uris.append
    reference = out.references.append
    patient0 = None
    if (v1 := r.actor) is not None:
        if (v1r := v1.reference) is not None and v1r[0] != '#':
            reference(('actor', v1r))
            if patient0 is None: patient0 = patient_id(v1r)
        if (v1i := v1.identifier) is not None and v1i.value is not None:
            identifier(('actor', v1i.system, v1i.value))
        if refers(v1, 'Location'):
            if (v1r := v1.reference) is not None and v1r[0] != '#':
                reference(('location', v1r))
            if (v1i := v1.identifier) is not None and v1i.value is not None:
                identifier(('location', v1i.system, v1i.value))
        if refers(v1, 'Patient'):
            if (v1r := v1.reference) is not None and v1r[0] != '#':
                reference(('patient', v1r))
            if (v1i := v1.identifier) is not None and v1i.value is not None:
                identifier(('patient', v1i.system, v1i.value))
        if refers(v1, 'Practitioner'):
            if (v1r := v1.reference) is not None and v1r[0] != '#':
                reference(('practitioner', v1r))
            if (v1i := v1.identifier) is not None and v1i.value is not None:
                identifier(('practitioner', v1i.system, v1i.value))
    if (v2 := r.appointment) is not None:
        if (v2r := v2.reference) is not None and v2r[0] != '#':
            reference(('appointment', v2r))
        if (v2i := v2.identifier) is not None and v2i.value is not None:
            identifier(('appointment', v2i.system, v2i.value))
    for v3 in r.identifier:
        if v3.value is not None:
            token(('identifier', v3.system, v3.value))
    if (v4 := r.participantStatus) is not None:
        token(('part-status', 'http://hl7.org/fhir/participationstatus', v4))
    if (v5 := r.meta) is not None:
        for v6 in v5.profile:
            if v6 is not None:
                uri(('_profile', v6))
                if '|' in v6:
                    v6w = v6.partition('|')[0]
                    uri(('_profile', v6w))
        for v7 in v5.security:
            if v7.code is not None:
                token(('_security', v7.system, v7.code))
        if (v8 := v5.source) is not None:
            uri(('_source', v8))
        for v9 in v5.tag:
            if v9.code is not None:
                token(('_tag', v9.system, v9.code))
    return patient0, None
