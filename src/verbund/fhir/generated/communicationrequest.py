"""The resource type CommunicationRequest of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import CODES, URIS, DATE_TIMES, attributes, chosen, is_code, is_uri, is_id, is_date_time
from verbund.fhir.extraction import Collector, date_range, known, patient_id, refers
from verbund.fhir.generated.datatypes import Annotation, Attachment, BackboneElement, CodeableConcept, DomainResource, Element, Identifier, Period, Reference, Resource
from verbund.fhir.generated.primitives import DateTime, String

_COMMUNICATIONREQUESTPAYLOAD_CONTENT = attributes('contentString', 'contentAttachment', 'contentReference', 'contentString_element')
class CommunicationRequestPayload(BackboneElement, kw_only=True):
    contentString: String | None = None
    contentString_element: Element | None = named(default=None, name="_contentString")
    contentAttachment: Attachment | None = None
    contentReference: Reference | None = None
    def __post_init__(self) -> None:
        given = 4 - _COMMUNICATIONREQUESTPAYLOAD_CONTENT(self).count(None)
        if given > 1:
            given = chosen(_COMMUNICATIONREQUESTPAYLOAD_CONTENT(self), 3)
        if given != 1:
            raise ValueError("CommunicationRequestPayload.content[x] takes exactly one type")

_COMMUNICATIONREQUEST_OCCURRENCE = attributes('occurrenceDateTime', 'occurrencePeriod', 'occurrenceDateTime_element')
class CommunicationRequest(DomainResource, kw_only=True, tag_field="resourceType", tag="CommunicationRequest"):
    identifier: tuple[Identifier, ...] = ()
    basedOn: tuple[Reference, ...] = ()
    replaces: tuple[Reference, ...] = ()
    groupIdentifier: Identifier | None = None
    status: Literal['draft', 'active', 'on-hold', 'revoked', 'completed', 'entered-in-error', 'unknown'] | None = None
    status_element: Element | None = named(default=None, name="_status")
    statusReason: CodeableConcept | None = None
    category: tuple[CodeableConcept, ...] = ()
    priority: Literal['routine', 'urgent', 'asap', 'stat'] | None = None
    priority_element: Element | None = named(default=None, name="_priority")
    doNotPerform: bool | None = None
    doNotPerform_element: Element | None = named(default=None, name="_doNotPerform")
    medium: tuple[CodeableConcept, ...] = ()
    subject: Reference | None = None
    about: tuple[Reference, ...] = ()
    encounter: Reference | None = None
    payload: tuple[CommunicationRequestPayload, ...] = ()
    occurrenceDateTime: DateTime | None = None
    occurrenceDateTime_element: Element | None = named(default=None, name="_occurrenceDateTime")
    occurrencePeriod: Period | None = None
    authoredOn: DateTime | None = None
    authoredOn_element: Element | None = named(default=None, name="_authoredOn")
    requester: Reference | None = None
    recipient: tuple[Reference, ...] = ()
    sender: Reference | None = None
    reasonCode: tuple[CodeableConcept, ...] = ()
    reasonReference: tuple[Reference, ...] = ()
    note: tuple[Annotation, ...] = ()
    def __post_init__(self) -> None:
        if (v := self.id) is not None and not is_id(v):
            raise ValueError("Resource.id is malformed")
        if (v := self.implicitRules) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Resource.implicitRules is malformed")
        if (v := self.language) is not None and v not in CODES and not is_code(v):
            raise ValueError("Resource.language is malformed")
        if self.status is None and self.status_element is None:
            raise ValueError("CommunicationRequest.status is required")
        if (v := self.occurrenceDateTime) is not None and v not in DATE_TIMES and not is_date_time(v):
            raise ValueError("CommunicationRequest.occurrenceDateTime is malformed")
        given = 3 - _COMMUNICATIONREQUEST_OCCURRENCE(self).count(None)
        if given > 1:
            given = chosen(_COMMUNICATIONREQUEST_OCCURRENCE(self), 2)
        if given > 1:
            raise ValueError("CommunicationRequest.occurrence[x] takes at most one type")
        if (v := self.authoredOn) is not None and v not in DATE_TIMES and not is_date_time(v):
            raise ValueError("CommunicationRequest.authoredOn is malformed")


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a CommunicationRequest into `out`; its patient and its clinical date."""
    identifier = out.identifiers.append
    token = out.tokens.append
    uri = out.uris.append
    reference = out.references.append
    date = out.dates.append
    patient0 = patient1 = patient2 = patient3 = date0 = date1 = None
    if (v1 := r.authoredOn) is not None:
        v1l, v1h = date_range(v1)
        date(('authored', v1l, v1h))
        if date1 is None: date1 = known(v1l, v1h)
    for v2 in r.basedOn:
        if (v2r := v2.reference) is not None and v2r[0] != '#':
            reference(('based-on', v2r))
        if (v2i := v2.identifier) is not None and v2i.value is not None:
            identifier(('based-on', v2i.system, v2i.value))
    for v3 in r.category:
        for c in v3.coding:
            if c.code is not None:
                token(('category', c.system, c.code))
    if (v4 := r.encounter) is not None:
        if (v4r := v4.reference) is not None and v4r[0] != '#':
            reference(('encounter', v4r))
        if (v4i := v4.identifier) is not None and v4i.value is not None:
            identifier(('encounter', v4i.system, v4i.value))
    if (v5 := r.groupIdentifier) is not None:
        if v5.value is not None:
            token(('group-identifier', v5.system, v5.value))
    for v6 in r.identifier:
        if v6.value is not None:
            token(('identifier', v6.system, v6.value))
    for v7 in r.medium:
        for c in v7.coding:
            if c.code is not None:
                token(('medium', c.system, c.code))
    if (v8 := r.occurrenceDateTime) is not None:
        v8l, v8h = date_range(v8)
        date(('occurrence', v8l, v8h))
        if date0 is None: date0 = known(v8l, v8h)
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
    if (v10 := r.priority) is not None:
        token(('priority', 'http://hl7.org/fhir/request-priority', v10))
    for v11 in r.recipient:
        if (v11r := v11.reference) is not None and v11r[0] != '#':
            reference(('recipient', v11r))
            if patient2 is None: patient2 = patient_id(v11r)
        if (v11i := v11.identifier) is not None and v11i.value is not None:
            identifier(('recipient', v11i.system, v11i.value))
    for v12 in r.replaces:
        if (v12r := v12.reference) is not None and v12r[0] != '#':
            reference(('replaces', v12r))
        if (v12i := v12.identifier) is not None and v12i.value is not None:
            identifier(('replaces', v12i.system, v12i.value))
    if (v13 := r.requester) is not None:
        if (v13r := v13.reference) is not None and v13r[0] != '#':
            reference(('requester', v13r))
            if patient3 is None: patient3 = patient_id(v13r)
        if (v13i := v13.identifier) is not None and v13i.value is not None:
            identifier(('requester', v13i.system, v13i.value))
    if (v14 := r.sender) is not None:
        if (v14r := v14.reference) is not None and v14r[0] != '#':
            reference(('sender', v14r))
            if patient1 is None: patient1 = patient_id(v14r)
        if (v14i := v14.identifier) is not None and v14i.value is not None:
            identifier(('sender', v14i.system, v14i.value))
    if (v15 := r.status) is not None:
        token(('status', 'http://hl7.org/fhir/request-status', v15))
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
    return patient0 or patient1 or patient2 or patient3, date0 or date1
