"""The resource type Media of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import CODES, URIS, DATE_TIMES, INSTANTS, attributes, chosen, is_code, is_uri, is_id, is_date_time, is_instant
from verbund.fhir.extraction import Collector, date_range, known, patient_id, period_range, refers
from verbund.fhir.generated.datatypes import Annotation, Attachment, CodeableConcept, DomainResource, Element, Identifier, Period, Reference, Resource
from verbund.fhir.generated.primitives import DateTime, Decimal, Instant, PositiveInt, String

_MEDIA_CREATED = attributes('createdDateTime', 'createdPeriod', 'createdDateTime_element')
class Media(DomainResource, kw_only=True, tag_field="resourceType", tag="Media"):
    identifier: tuple[Identifier, ...] = ()
    basedOn: tuple[Reference, ...] = ()
    partOf: tuple[Reference, ...] = ()
    status: Literal['preparation', 'in-progress', 'not-done', 'on-hold', 'stopped', 'completed', 'entered-in-error', 'unknown'] | None = None
    status_element: Element | None = named(default=None, name="_status")
    type: CodeableConcept | None = None
    modality: CodeableConcept | None = None
    view: CodeableConcept | None = None
    subject: Reference | None = None
    encounter: Reference | None = None
    createdDateTime: DateTime | None = None
    createdDateTime_element: Element | None = named(default=None, name="_createdDateTime")
    createdPeriod: Period | None = None
    issued: Instant | None = None
    issued_element: Element | None = named(default=None, name="_issued")
    operator: Reference | None = None
    reasonCode: tuple[CodeableConcept, ...] = ()
    bodySite: CodeableConcept | None = None
    deviceName: String | None = None
    deviceName_element: Element | None = named(default=None, name="_deviceName")
    device: Reference | None = None
    height: PositiveInt | None = None
    height_element: Element | None = named(default=None, name="_height")
    width: PositiveInt | None = None
    width_element: Element | None = named(default=None, name="_width")
    frames: PositiveInt | None = None
    frames_element: Element | None = named(default=None, name="_frames")
    duration: Decimal | None = None
    duration_element: Element | None = named(default=None, name="_duration")
    content: Attachment
    note: tuple[Annotation, ...] = ()
    def __post_init__(self) -> None:
        if (v := self.id) is not None and not is_id(v):
            raise ValueError("Resource.id is malformed")
        if (v := self.implicitRules) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Resource.implicitRules is malformed")
        if (v := self.language) is not None and v not in CODES and not is_code(v):
            raise ValueError("Resource.language is malformed")
        if self.status is None and self.status_element is None:
            raise ValueError("Media.status is required")
        if (v := self.createdDateTime) is not None and v not in DATE_TIMES and not is_date_time(v):
            raise ValueError("Media.createdDateTime is malformed")
        given = 3 - _MEDIA_CREATED(self).count(None)
        if given > 1:
            given = chosen(_MEDIA_CREATED(self), 2)
        if given > 1:
            raise ValueError("Media.created[x] takes at most one type")
        if (v := self.issued) is not None and v not in INSTANTS and not is_instant(v):
            raise ValueError("Media.issued is malformed")


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a Media into `out`; its patient and its clinical date."""
    identifier = out.identifiers.append
    token = out.tokens.append
    uri = out.uris.append
    reference = out.references.append
    date = out.dates.append
    patient0 = date0 = None
    for v1 in r.basedOn:
        if (v1r := v1.reference) is not None and v1r[0] != '#':
            reference(('based-on', v1r))
        if (v1i := v1.identifier) is not None and v1i.value is not None:
            identifier(('based-on', v1i.system, v1i.value))
    if (v2 := r.createdDateTime) is not None:
        v2l, v2h = date_range(v2)
        date(('created', v2l, v2h))
        if date0 is None: date0 = known(v2l, v2h)
    if (v3 := r.createdPeriod) is not None:
        v3l, v3h = period_range(v3)
        date(('created', v3l, v3h))
        if date0 is None: date0 = known(v3l, v3h)
    if (v4 := r.device) is not None:
        if (v4r := v4.reference) is not None and v4r[0] != '#':
            reference(('device', v4r))
        if (v4i := v4.identifier) is not None and v4i.value is not None:
            identifier(('device', v4i.system, v4i.value))
    if (v5 := r.encounter) is not None:
        if (v5r := v5.reference) is not None and v5r[0] != '#':
            reference(('encounter', v5r))
        if (v5i := v5.identifier) is not None and v5i.value is not None:
            identifier(('encounter', v5i.system, v5i.value))
    for v6 in r.identifier:
        if v6.value is not None:
            token(('identifier', v6.system, v6.value))
    if (v7 := r.modality) is not None:
        for c in v7.coding:
            if c.code is not None:
                token(('modality', c.system, c.code))
    if (v8 := r.operator) is not None:
        if (v8r := v8.reference) is not None and v8r[0] != '#':
            reference(('operator', v8r))
        if (v8i := v8.identifier) is not None and v8i.value is not None:
            identifier(('operator', v8i.system, v8i.value))
    if (v9 := r.subject) is not None:
        if (v9r := v9.reference) is not None and v9r[0] != '#':
            reference(('subject', v9r))
            if patient0 is None: patient0 = patient_id(v9r)
        if (v9i := v9.identifier) is not None and v9i.value is not None:
            identifier(('subject', v9i.system, v9i.value))
        if refers(v9, 'Patient'):
            if (v9r := v9.reference) is not None and v9r[0] != '#':
                reference(('patient', v9r))
            if (v9i := v9.identifier) is not None and v9i.value is not None:
                identifier(('patient', v9i.system, v9i.value))
    if (v10 := r.bodySite) is not None:
        for c in v10.coding:
            if c.code is not None:
                token(('site', c.system, c.code))
    if (v11 := r.status) is not None:
        token(('status', 'http://hl7.org/fhir/event-status', v11))
    if (v12 := r.type) is not None:
        for c in v12.coding:
            if c.code is not None:
                token(('type', c.system, c.code))
    if (v13 := r.view) is not None:
        for c in v13.coding:
            if c.code is not None:
                token(('view', c.system, c.code))
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
    return patient0, date0
