"""The resource type DeviceRequest of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import CODES, URIS, DATE_TIMES, aligned, attributes, chosen, is_code, is_uri, is_id, is_date_time
from verbund.fhir.extraction import Collector, date_range, known, patient_id, period_range, refers
from verbund.fhir.generated.datatypes import Annotation, BackboneElement, CodeableConcept, DomainResource, Element, Identifier, Period, Quantity, Range, Reference, Resource, Timing
from verbund.fhir.generated.primitives import DateTime, Uri

_DEVICEREQUESTPARAMETER_VALUE = attributes('valueBoolean', 'valueCodeableConcept', 'valueQuantity', 'valueRange', 'valueBoolean_element')
class DeviceRequestParameter(BackboneElement, kw_only=True):
    code: CodeableConcept | None = None
    valueBoolean: bool | None = None
    valueBoolean_element: Element | None = named(default=None, name="_valueBoolean")
    valueCodeableConcept: CodeableConcept | None = None
    valueQuantity: Quantity | None = None
    valueRange: Range | None = None
    def __post_init__(self) -> None:
        given = 5 - _DEVICEREQUESTPARAMETER_VALUE(self).count(None)
        if given > 1:
            given = chosen(_DEVICEREQUESTPARAMETER_VALUE(self), 4)
        if given > 1:
            raise ValueError("DeviceRequestParameter.value[x] takes at most one type")

_DEVICEREQUEST_CODE = attributes('codeReference', 'codeCodeableConcept')
_DEVICEREQUEST_OCCURRENCE = attributes('occurrenceDateTime', 'occurrencePeriod', 'occurrenceTiming', 'occurrenceDateTime_element')
class DeviceRequest(DomainResource, kw_only=True, tag_field="resourceType", tag="DeviceRequest"):
    identifier: tuple[Identifier, ...] = ()
    instantiatesCanonical: tuple[Uri | None, ...] = ()
    instantiatesCanonical_element: tuple[Element | None, ...] = named(default=(), name="_instantiatesCanonical")
    instantiatesUri: tuple[Uri | None, ...] = ()
    instantiatesUri_element: tuple[Element | None, ...] = named(default=(), name="_instantiatesUri")
    basedOn: tuple[Reference, ...] = ()
    priorRequest: tuple[Reference, ...] = ()
    groupIdentifier: Identifier | None = None
    status: Literal['draft', 'active', 'on-hold', 'revoked', 'completed', 'entered-in-error', 'unknown'] | None = None
    status_element: Element | None = named(default=None, name="_status")
    intent: Literal['proposal', 'plan', 'directive', 'order', 'original-order', 'reflex-order', 'filler-order', 'instance-order', 'option'] | None = None
    intent_element: Element | None = named(default=None, name="_intent")
    priority: Literal['routine', 'urgent', 'asap', 'stat'] | None = None
    priority_element: Element | None = named(default=None, name="_priority")
    codeReference: Reference | None = None
    codeCodeableConcept: CodeableConcept | None = None
    parameter: tuple[DeviceRequestParameter, ...] = ()
    subject: Reference
    encounter: Reference | None = None
    occurrenceDateTime: DateTime | None = None
    occurrenceDateTime_element: Element | None = named(default=None, name="_occurrenceDateTime")
    occurrencePeriod: Period | None = None
    occurrenceTiming: Timing | None = None
    authoredOn: DateTime | None = None
    authoredOn_element: Element | None = named(default=None, name="_authoredOn")
    requester: Reference | None = None
    performerType: CodeableConcept | None = None
    performer: Reference | None = None
    reasonCode: tuple[CodeableConcept, ...] = ()
    reasonReference: tuple[Reference, ...] = ()
    insurance: tuple[Reference, ...] = ()
    supportingInfo: tuple[Reference, ...] = ()
    note: tuple[Annotation, ...] = ()
    relevantHistory: tuple[Reference, ...] = ()
    def __post_init__(self) -> None:
        if (v := self.id) is not None and not is_id(v):
            raise ValueError("Resource.id is malformed")
        if (v := self.implicitRules) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Resource.implicitRules is malformed")
        if (v := self.language) is not None and v not in CODES and not is_code(v):
            raise ValueError("Resource.language is malformed")
        for v in self.instantiatesCanonical:
            if v is not None and v not in URIS and not is_uri(v):
                raise ValueError("DeviceRequest.instantiatesCanonical is malformed")
        if (self.instantiatesCanonical_element or None in self.instantiatesCanonical) and not aligned(self.instantiatesCanonical, self.instantiatesCanonical_element):
            raise ValueError("DeviceRequest.instantiatesCanonical holds a null without an extension")
        for v in self.instantiatesUri:
            if v is not None and v not in URIS and not is_uri(v):
                raise ValueError("DeviceRequest.instantiatesUri is malformed")
        if (self.instantiatesUri_element or None in self.instantiatesUri) and not aligned(self.instantiatesUri, self.instantiatesUri_element):
            raise ValueError("DeviceRequest.instantiatesUri holds a null without an extension")
        if self.intent is None and self.intent_element is None:
            raise ValueError("DeviceRequest.intent is required")
        given = 2 - _DEVICEREQUEST_CODE(self).count(None)
        if given != 1:
            raise ValueError("DeviceRequest.code[x] takes exactly one type")
        if (v := self.occurrenceDateTime) is not None and v not in DATE_TIMES and not is_date_time(v):
            raise ValueError("DeviceRequest.occurrenceDateTime is malformed")
        given = 4 - _DEVICEREQUEST_OCCURRENCE(self).count(None)
        if given > 1:
            given = chosen(_DEVICEREQUEST_OCCURRENCE(self), 3)
        if given > 1:
            raise ValueError("DeviceRequest.occurrence[x] takes at most one type")
        if (v := self.authoredOn) is not None and v not in DATE_TIMES and not is_date_time(v):
            raise ValueError("DeviceRequest.authoredOn is malformed")


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a DeviceRequest into `out`; its patient and its clinical date."""
    identifier = out.identifiers.append
    token = out.tokens.append
    uri = out.uris.append
    reference = out.references.append
    date = out.dates.append
    patient0 = patient1 = date0 = date1 = None
    if (v1 := r.authoredOn) is not None:
        v1l, v1h = date_range(v1)
        date(('authored-on', v1l, v1h))
        if date1 is None: date1 = known(v1l, v1h)
    for v2 in r.basedOn:
        if (v2r := v2.reference) is not None and v2r[0] != '#':
            reference(('based-on', v2r))
        if (v2i := v2.identifier) is not None and v2i.value is not None:
            identifier(('based-on', v2i.system, v2i.value))
    if (v3 := r.codeReference) is not None:
        if (v3r := v3.reference) is not None and v3r[0] != '#':
            reference(('device', v3r))
        if (v3i := v3.identifier) is not None and v3i.value is not None:
            identifier(('device', v3i.system, v3i.value))
    if (v4 := r.occurrenceDateTime) is not None:
        v4l, v4h = date_range(v4)
        date(('event-date', v4l, v4h))
        if date0 is None: date0 = known(v4l, v4h)
    if (v5 := r.occurrencePeriod) is not None:
        v5l, v5h = period_range(v5)
        date(('event-date', v5l, v5h))
        if date0 is None: date0 = known(v5l, v5h)
    if (v6 := r.groupIdentifier) is not None:
        if v6.value is not None:
            token(('group-identifier', v6.system, v6.value))
    for v7 in r.instantiatesCanonical:
        if v7 is not None:
            reference(('instantiates-canonical', v7))
            if '|' in v7:
                v7w = v7.partition('|')[0]
                reference(('instantiates-canonical', v7w))
    for v8 in r.instantiatesUri:
        if v8 is not None:
            uri(('instantiates-uri', v8))
    for v9 in r.insurance:
        if (v9r := v9.reference) is not None and v9r[0] != '#':
            reference(('insurance', v9r))
        if (v9i := v9.identifier) is not None and v9i.value is not None:
            identifier(('insurance', v9i.system, v9i.value))
    if (v10 := r.intent) is not None:
        token(('intent', 'http://hl7.org/fhir/request-intent', v10))
    if (v11 := r.performer) is not None:
        if (v11r := v11.reference) is not None and v11r[0] != '#':
            reference(('performer', v11r))
            if patient1 is None: patient1 = patient_id(v11r)
        if (v11i := v11.identifier) is not None and v11i.value is not None:
            identifier(('performer', v11i.system, v11i.value))
    for v12 in r.priorRequest:
        if (v12r := v12.reference) is not None and v12r[0] != '#':
            reference(('prior-request', v12r))
        if (v12i := v12.identifier) is not None and v12i.value is not None:
            identifier(('prior-request', v12i.system, v12i.value))
    if (v13 := r.requester) is not None:
        if (v13r := v13.reference) is not None and v13r[0] != '#':
            reference(('requester', v13r))
        if (v13i := v13.identifier) is not None and v13i.value is not None:
            identifier(('requester', v13i.system, v13i.value))
    if (v14 := r.status) is not None:
        token(('status', 'http://hl7.org/fhir/request-status', v14))
    if (v15 := r.subject) is not None:
        if (v15r := v15.reference) is not None and v15r[0] != '#':
            reference(('subject', v15r))
            if patient0 is None: patient0 = patient_id(v15r)
        if (v15i := v15.identifier) is not None and v15i.value is not None:
            identifier(('subject', v15i.system, v15i.value))
        if refers(v15, 'Patient'):
            if (v15r := v15.reference) is not None and v15r[0] != '#':
                reference(('patient', v15r))
            if (v15i := v15.identifier) is not None and v15i.value is not None:
                identifier(('patient', v15i.system, v15i.value))
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
    if (v21 := r.codeCodeableConcept) is not None:
        for c in v21.coding:
            if c.code is not None:
                token(('code', c.system, c.code))
    if (v22 := r.encounter) is not None:
        if (v22r := v22.reference) is not None and v22r[0] != '#':
            reference(('encounter', v22r))
        if (v22i := v22.identifier) is not None and v22i.value is not None:
            identifier(('encounter', v22i.system, v22i.value))
    for v23 in r.identifier:
        if v23.value is not None:
            token(('identifier', v23.system, v23.value))
    return patient0 or patient1, date0 or date1
