"""The resource type Communication of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import CODES, URIS, DATE_TIMES, aligned, attributes, chosen, is_code, is_uri, is_id, is_date_time
from verbund.fhir.extraction import Collector, date_range, known, patient_id, refers
from verbund.fhir.generated.datatypes import Annotation, Attachment, BackboneElement, CodeableConcept, DomainResource, Element, Identifier, Reference, Resource
from verbund.fhir.generated.primitives import DateTime, String, Uri

_COMMUNICATIONPAYLOAD_CONTENT = attributes('contentString', 'contentAttachment', 'contentReference', 'contentString_element')
class CommunicationPayload(BackboneElement, kw_only=True):
    contentString: String | None = None
    contentString_element: Element | None = named(default=None, name="_contentString")
    contentAttachment: Attachment | None = None
    contentReference: Reference | None = None
    def __post_init__(self) -> None:
        given = 4 - _COMMUNICATIONPAYLOAD_CONTENT(self).count(None)
        if given > 1:
            given = chosen(_COMMUNICATIONPAYLOAD_CONTENT(self), 3)
        if given != 1:
            raise ValueError("CommunicationPayload.content[x] takes exactly one type")

class Communication(DomainResource, kw_only=True, tag_field="resourceType", tag="Communication"):
    identifier: tuple[Identifier, ...] = ()
    instantiatesCanonical: tuple[Uri | None, ...] = ()
    instantiatesCanonical_element: tuple[Element | None, ...] = named(default=(), name="_instantiatesCanonical")
    instantiatesUri: tuple[Uri | None, ...] = ()
    instantiatesUri_element: tuple[Element | None, ...] = named(default=(), name="_instantiatesUri")
    basedOn: tuple[Reference, ...] = ()
    partOf: tuple[Reference, ...] = ()
    inResponseTo: tuple[Reference, ...] = ()
    status: Literal['preparation', 'in-progress', 'not-done', 'on-hold', 'stopped', 'completed', 'entered-in-error', 'unknown'] | None = None
    status_element: Element | None = named(default=None, name="_status")
    statusReason: CodeableConcept | None = None
    category: tuple[CodeableConcept, ...] = ()
    priority: Literal['routine', 'urgent', 'asap', 'stat'] | None = None
    priority_element: Element | None = named(default=None, name="_priority")
    medium: tuple[CodeableConcept, ...] = ()
    subject: Reference | None = None
    topic: CodeableConcept | None = None
    about: tuple[Reference, ...] = ()
    encounter: Reference | None = None
    sent: DateTime | None = None
    sent_element: Element | None = named(default=None, name="_sent")
    received: DateTime | None = None
    received_element: Element | None = named(default=None, name="_received")
    recipient: tuple[Reference, ...] = ()
    sender: Reference | None = None
    reasonCode: tuple[CodeableConcept, ...] = ()
    reasonReference: tuple[Reference, ...] = ()
    payload: tuple[CommunicationPayload, ...] = ()
    note: tuple[Annotation, ...] = ()
    def __post_init__(self) -> None:
        if (v := self.id) is not None and not is_id(v):
            raise ValueError("Resource.id is malformed")
        if (v := self.implicitRules) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Resource.implicitRules is malformed")
        if (v := self.language) is not None and v not in CODES and not is_code(v):
            raise ValueError("Resource.language is malformed")
        for v in self.instantiatesCanonical:
            if v is not None and v not in URIS and not is_uri(v):
                raise ValueError("Communication.instantiatesCanonical is malformed")
        if (self.instantiatesCanonical_element or None in self.instantiatesCanonical) and not aligned(self.instantiatesCanonical, self.instantiatesCanonical_element):
            raise ValueError("Communication.instantiatesCanonical holds a null without an extension")
        for v in self.instantiatesUri:
            if v is not None and v not in URIS and not is_uri(v):
                raise ValueError("Communication.instantiatesUri is malformed")
        if (self.instantiatesUri_element or None in self.instantiatesUri) and not aligned(self.instantiatesUri, self.instantiatesUri_element):
            raise ValueError("Communication.instantiatesUri holds a null without an extension")
        if self.status is None and self.status_element is None:
            raise ValueError("Communication.status is required")
        if (v := self.sent) is not None and v not in DATE_TIMES and not is_date_time(v):
            raise ValueError("Communication.sent is malformed")
        if (v := self.received) is not None and v not in DATE_TIMES and not is_date_time(v):
            raise ValueError("Communication.received is malformed")


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a Communication into `out`; its patient and its clinical date."""
    identifier = out.identifiers.append
    token = out.tokens.append
    uri = out.uris.append
    reference = out.references.append
    date = out.dates.append
    patient0 = patient1 = patient2 = date0 = date1 = None
    for v1 in r.basedOn:
        if (v1r := v1.reference) is not None and v1r[0] != '#':
            reference(('based-on', v1r))
        if (v1i := v1.identifier) is not None and v1i.value is not None:
            identifier(('based-on', v1i.system, v1i.value))
    for v2 in r.category:
        for c in v2.coding:
            if c.code is not None:
                token(('category', c.system, c.code))
    if (v3 := r.encounter) is not None:
        if (v3r := v3.reference) is not None and v3r[0] != '#':
            reference(('encounter', v3r))
        if (v3i := v3.identifier) is not None and v3i.value is not None:
            identifier(('encounter', v3i.system, v3i.value))
    for v4 in r.identifier:
        if v4.value is not None:
            token(('identifier', v4.system, v4.value))
    for v5 in r.instantiatesCanonical:
        if v5 is not None:
            reference(('instantiates-canonical', v5))
            if '|' in v5:
                v5w = v5.partition('|')[0]
                reference(('instantiates-canonical', v5w))
    for v6 in r.instantiatesUri:
        if v6 is not None:
            uri(('instantiates-uri', v6))
    for v7 in r.medium:
        for c in v7.coding:
            if c.code is not None:
                token(('medium', c.system, c.code))
    for v8 in r.partOf:
        if (v8r := v8.reference) is not None and v8r[0] != '#':
            reference(('part-of', v8r))
        if (v8i := v8.identifier) is not None and v8i.value is not None:
            identifier(('part-of', v8i.system, v8i.value))
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
    if (v10 := r.received) is not None:
        v10l, v10h = date_range(v10)
        date(('received', v10l, v10h))
        if date1 is None: date1 = known(v10l, v10h)
    for v11 in r.recipient:
        if (v11r := v11.reference) is not None and v11r[0] != '#':
            reference(('recipient', v11r))
            if patient2 is None: patient2 = patient_id(v11r)
        if (v11i := v11.identifier) is not None and v11i.value is not None:
            identifier(('recipient', v11i.system, v11i.value))
    if (v12 := r.sender) is not None:
        if (v12r := v12.reference) is not None and v12r[0] != '#':
            reference(('sender', v12r))
            if patient1 is None: patient1 = patient_id(v12r)
        if (v12i := v12.identifier) is not None and v12i.value is not None:
            identifier(('sender', v12i.system, v12i.value))
    if (v13 := r.sent) is not None:
        v13l, v13h = date_range(v13)
        date(('sent', v13l, v13h))
        if date0 is None: date0 = known(v13l, v13h)
    if (v14 := r.status) is not None:
        token(('status', 'http://hl7.org/fhir/event-status', v14))
    if (v15 := r.meta) is not None:
        for v16 in v15.profile:
            if v16 is not None:
                uri(('_profile', v16))
                if '|' in v16:
                    v16w = v16.partition('|')[0]
                    uri(('_profile', v16w))
        for v17 in v15.security:
            if v17.code is not None:
                token(('_security', v17.system, v17.code))
        if (v18 := v15.source) is not None:
            uri(('_source', v18))
        for v19 in v15.tag:
            if v19.code is not None:
                token(('_tag', v19.system, v19.code))
    return patient0 or patient1 or patient2, date0 or date1
