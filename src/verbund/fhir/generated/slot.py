"""The resource type Slot of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import CODES, URIS, INSTANTS, is_code, is_uri, is_id, is_instant
from verbund.fhir.extraction import Collector, date_range
from verbund.fhir.generated.datatypes import CodeableConcept, DomainResource, Element, Identifier, Reference, Resource
from verbund.fhir.generated.primitives import Instant, String

class Slot(DomainResource, kw_only=True, tag_field="resourceType", tag="Slot"):
    identifier: tuple[Identifier, ...] = ()
    serviceCategory: tuple[CodeableConcept, ...] = ()
    serviceType: tuple[CodeableConcept, ...] = ()
    specialty: tuple[CodeableConcept, ...] = ()
    appointmentType: CodeableConcept | None = None
    schedule: Reference
    status: Literal['busy', 'free', 'busy-unavailable', 'busy-tentative', 'entered-in-error'] | None = None
    status_element: Element | None = named(default=None, name="_status")
    start: Instant | None = None
    start_element: Element | None = named(default=None, name="_start")
    end: Instant | None = None
    end_element: Element | None = named(default=None, name="_end")
    overbooked: bool | None = None
    overbooked_element: Element | None = named(default=None, name="_overbooked")
    comment: String | None = None
    comment_element: Element | None = named(default=None, name="_comment")
    def __post_init__(self) -> None:
        if (v := self.id) is not None and not is_id(v):
            raise ValueError("Resource.id is malformed")
        if (v := self.implicitRules) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Resource.implicitRules is malformed")
        if (v := self.language) is not None and v not in CODES and not is_code(v):
            raise ValueError("Resource.language is malformed")
        if self.status is None and self.status_element is None:
            raise ValueError("Slot.status is required")
        if (v := self.start) is not None and v not in INSTANTS and not is_instant(v):
            raise ValueError("Slot.start is malformed")
        if self.start is None and self.start_element is None:
            raise ValueError("Slot.start is required")
        if (v := self.end) is not None and v not in INSTANTS and not is_instant(v):
            raise ValueError("Slot.end is malformed")
        if self.end is None and self.end_element is None:
            raise ValueError("Slot.end is required")


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a Slot into `out`; its patient and its clinical date."""
    identifier = out.identifiers.append
    token = out.tokens.append
    uri = out.uris.append
    reference = out.references.append
    date = out.dates.append
    if (v1 := r.meta) is not None:
        for v2 in v1.profile:
            if v2 is not None:
                uri(('_profile', v2))
                if '|' in v2:
                    v2w = v2.partition('|')[0]
                    uri(('_profile', v2w))
        for v3 in v1.security:
            if v3.code is not None:
                token(('_security', v3.system, v3.code))
        if (v4 := v1.source) is not None:
            uri(('_source', v4))
        for v5 in v1.tag:
            if v5.code is not None:
                token(('_tag', v5.system, v5.code))
    if (v6 := r.appointmentType) is not None:
        for c in v6.coding:
            if c.code is not None:
                token(('appointment-type', c.system, c.code))
    for v7 in r.identifier:
        if v7.value is not None:
            token(('identifier', v7.system, v7.value))
    if (v8 := r.schedule) is not None:
        if (v8r := v8.reference) is not None and v8r[0] != '#':
            reference(('schedule', v8r))
        if (v8i := v8.identifier) is not None and v8i.value is not None:
            identifier(('schedule', v8i.system, v8i.value))
    for v9 in r.serviceCategory:
        for c in v9.coding:
            if c.code is not None:
                token(('service-category', c.system, c.code))
    for v10 in r.serviceType:
        for c in v10.coding:
            if c.code is not None:
                token(('service-type', c.system, c.code))
    for v11 in r.specialty:
        for c in v11.coding:
            if c.code is not None:
                token(('specialty', c.system, c.code))
    if (v12 := r.start) is not None:
        v12l, v12h = date_range(v12)
        date(('start', v12l, v12h))
    if (v13 := r.status) is not None:
        token(('status', 'http://hl7.org/fhir/slotstatus', v13))
    return None, None
