"""The resource type ServiceRequest of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import CODES, URIS, DATE_TIMES, aligned, attributes, chosen, is_code, is_uri, is_id, is_date_time
from verbund.fhir.extraction import Collector, date_range, known, patient_id, period_range, refers, timing_ranges
from verbund.fhir.generated.datatypes import Annotation, CodeableConcept, DomainResource, Element, Identifier, Period, Quantity, Range, Ratio, Reference, Resource, Timing
from verbund.fhir.generated.primitives import DateTime, String, Uri

_SERVICEREQUEST_QUANTITY = attributes('quantityQuantity', 'quantityRatio', 'quantityRange')
_SERVICEREQUEST_OCCURRENCE = attributes('occurrenceDateTime', 'occurrencePeriod', 'occurrenceTiming', 'occurrenceDateTime_element')
_SERVICEREQUEST_ASNEEDED = attributes('asNeededBoolean', 'asNeededCodeableConcept', 'asNeededBoolean_element')
class ServiceRequest(DomainResource, kw_only=True, tag_field="resourceType", tag="ServiceRequest"):
    identifier: tuple[Identifier, ...] = ()
    instantiatesCanonical: tuple[Uri | None, ...] = ()
    instantiatesCanonical_element: tuple[Element | None, ...] = named(default=(), name="_instantiatesCanonical")
    instantiatesUri: tuple[Uri | None, ...] = ()
    instantiatesUri_element: tuple[Element | None, ...] = named(default=(), name="_instantiatesUri")
    basedOn: tuple[Reference, ...] = ()
    replaces: tuple[Reference, ...] = ()
    requisition: Identifier | None = None
    status: Literal['draft', 'active', 'on-hold', 'revoked', 'completed', 'entered-in-error', 'unknown'] | None = None
    status_element: Element | None = named(default=None, name="_status")
    intent: Literal['proposal', 'plan', 'directive', 'order', 'original-order', 'reflex-order', 'filler-order', 'instance-order', 'option'] | None = None
    intent_element: Element | None = named(default=None, name="_intent")
    category: tuple[CodeableConcept, ...] = ()
    priority: Literal['routine', 'urgent', 'asap', 'stat'] | None = None
    priority_element: Element | None = named(default=None, name="_priority")
    doNotPerform: bool | None = None
    doNotPerform_element: Element | None = named(default=None, name="_doNotPerform")
    code: CodeableConcept | None = None
    orderDetail: tuple[CodeableConcept, ...] = ()
    quantityQuantity: Quantity | None = None
    quantityRatio: Ratio | None = None
    quantityRange: Range | None = None
    subject: Reference
    encounter: Reference | None = None
    occurrenceDateTime: DateTime | None = None
    occurrenceDateTime_element: Element | None = named(default=None, name="_occurrenceDateTime")
    occurrencePeriod: Period | None = None
    occurrenceTiming: Timing | None = None
    asNeededBoolean: bool | None = None
    asNeededBoolean_element: Element | None = named(default=None, name="_asNeededBoolean")
    asNeededCodeableConcept: CodeableConcept | None = None
    authoredOn: DateTime | None = None
    authoredOn_element: Element | None = named(default=None, name="_authoredOn")
    requester: Reference | None = None
    performerType: CodeableConcept | None = None
    performer: tuple[Reference, ...] = ()
    locationCode: tuple[CodeableConcept, ...] = ()
    locationReference: tuple[Reference, ...] = ()
    reasonCode: tuple[CodeableConcept, ...] = ()
    reasonReference: tuple[Reference, ...] = ()
    insurance: tuple[Reference, ...] = ()
    supportingInfo: tuple[Reference, ...] = ()
    specimen: tuple[Reference, ...] = ()
    bodySite: tuple[CodeableConcept, ...] = ()
    note: tuple[Annotation, ...] = ()
    patientInstruction: String | None = None
    patientInstruction_element: Element | None = named(default=None, name="_patientInstruction")
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
                raise ValueError("ServiceRequest.instantiatesCanonical is malformed")
        if (self.instantiatesCanonical_element or None in self.instantiatesCanonical) and not aligned(self.instantiatesCanonical, self.instantiatesCanonical_element):
            raise ValueError("ServiceRequest.instantiatesCanonical holds a null without an extension")
        for v in self.instantiatesUri:
            if v is not None and v not in URIS and not is_uri(v):
                raise ValueError("ServiceRequest.instantiatesUri is malformed")
        if (self.instantiatesUri_element or None in self.instantiatesUri) and not aligned(self.instantiatesUri, self.instantiatesUri_element):
            raise ValueError("ServiceRequest.instantiatesUri holds a null without an extension")
        if self.status is None and self.status_element is None:
            raise ValueError("ServiceRequest.status is required")
        if self.intent is None and self.intent_element is None:
            raise ValueError("ServiceRequest.intent is required")
        given = 3 - _SERVICEREQUEST_QUANTITY(self).count(None)
        if given > 1:
            raise ValueError("ServiceRequest.quantity[x] takes at most one type")
        if (v := self.occurrenceDateTime) is not None and v not in DATE_TIMES and not is_date_time(v):
            raise ValueError("ServiceRequest.occurrenceDateTime is malformed")
        given = 4 - _SERVICEREQUEST_OCCURRENCE(self).count(None)
        if given > 1:
            given = chosen(_SERVICEREQUEST_OCCURRENCE(self), 3)
        if given > 1:
            raise ValueError("ServiceRequest.occurrence[x] takes at most one type")
        given = 3 - _SERVICEREQUEST_ASNEEDED(self).count(None)
        if given > 1:
            given = chosen(_SERVICEREQUEST_ASNEEDED(self), 2)
        if given > 1:
            raise ValueError("ServiceRequest.asNeeded[x] takes at most one type")
        if (v := self.authoredOn) is not None and v not in DATE_TIMES and not is_date_time(v):
            raise ValueError("ServiceRequest.authoredOn is malformed")


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a ServiceRequest into `out`; its patient and its clinical date."""
    identifier = out.identifiers.append
    token = out.tokens.append
    uri = out.uris.append
    reference = out.references.append
    date = out.dates.append
    patient0 = patient1 = date0 = date1 = None
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
    if (v6 := r.authoredOn) is not None:
        v6l, v6h = date_range(v6)
        date(('authored', v6l, v6h))
        if date1 is None: date1 = known(v6l, v6h)
    for v7 in r.basedOn:
        if (v7r := v7.reference) is not None and v7r[0] != '#':
            reference(('based-on', v7r))
        if (v7i := v7.identifier) is not None and v7i.value is not None:
            identifier(('based-on', v7i.system, v7i.value))
    for v8 in r.bodySite:
        for c in v8.coding:
            if c.code is not None:
                token(('body-site', c.system, c.code))
    for v9 in r.category:
        for c in v9.coding:
            if c.code is not None:
                token(('category', c.system, c.code))
    for v10 in r.instantiatesCanonical:
        if v10 is not None:
            reference(('instantiates-canonical', v10))
            if '|' in v10:
                v10w = v10.partition('|')[0]
                reference(('instantiates-canonical', v10w))
    for v11 in r.instantiatesUri:
        if v11 is not None:
            uri(('instantiates-uri', v11))
    if (v12 := r.intent) is not None:
        token(('intent', 'http://hl7.org/fhir/request-intent', v12))
    if (v13 := r.occurrenceDateTime) is not None:
        v13l, v13h = date_range(v13)
        date(('occurrence', v13l, v13h))
        if date0 is None: date0 = known(v13l, v13h)
    if (v14 := r.occurrencePeriod) is not None:
        v14l, v14h = period_range(v14)
        date(('occurrence', v14l, v14h))
        if date0 is None: date0 = known(v14l, v14h)
    if (v15 := r.occurrenceTiming) is not None:
        for v15l, v15h in timing_ranges(v15):
            date(('occurrence', v15l, v15h))
            if date0 is None: date0 = known(v15l, v15h)
    for v16 in r.performer:
        if (v16r := v16.reference) is not None and v16r[0] != '#':
            reference(('performer', v16r))
            if patient1 is None: patient1 = patient_id(v16r)
        if (v16i := v16.identifier) is not None and v16i.value is not None:
            identifier(('performer', v16i.system, v16i.value))
    if (v17 := r.performerType) is not None:
        for c in v17.coding:
            if c.code is not None:
                token(('performer-type', c.system, c.code))
    if (v18 := r.priority) is not None:
        token(('priority', 'http://hl7.org/fhir/request-priority', v18))
    for v19 in r.replaces:
        if (v19r := v19.reference) is not None and v19r[0] != '#':
            reference(('replaces', v19r))
        if (v19i := v19.identifier) is not None and v19i.value is not None:
            identifier(('replaces', v19i.system, v19i.value))
    if (v20 := r.requester) is not None:
        if (v20r := v20.reference) is not None and v20r[0] != '#':
            reference(('requester', v20r))
        if (v20i := v20.identifier) is not None and v20i.value is not None:
            identifier(('requester', v20i.system, v20i.value))
    if (v21 := r.requisition) is not None:
        if v21.value is not None:
            token(('requisition', v21.system, v21.value))
    for v22 in r.specimen:
        if (v22r := v22.reference) is not None and v22r[0] != '#':
            reference(('specimen', v22r))
        if (v22i := v22.identifier) is not None and v22i.value is not None:
            identifier(('specimen', v22i.system, v22i.value))
    if (v23 := r.status) is not None:
        token(('status', 'http://hl7.org/fhir/request-status', v23))
    if (v24 := r.subject) is not None:
        if (v24r := v24.reference) is not None and v24r[0] != '#':
            reference(('subject', v24r))
            if patient0 is None: patient0 = patient_id(v24r)
        if (v24i := v24.identifier) is not None and v24i.value is not None:
            identifier(('subject', v24i.system, v24i.value))
        if refers(v24, 'Patient'):
            if (v24r := v24.reference) is not None and v24r[0] != '#':
                reference(('patient', v24r))
            if (v24i := v24.identifier) is not None and v24i.value is not None:
                identifier(('patient', v24i.system, v24i.value))
    if (v25 := r.code) is not None:
        for c in v25.coding:
            if c.code is not None:
                token(('code', c.system, c.code))
    if (v26 := r.encounter) is not None:
        if (v26r := v26.reference) is not None and v26r[0] != '#':
            reference(('encounter', v26r))
        if (v26i := v26.identifier) is not None and v26i.value is not None:
            identifier(('encounter', v26i.system, v26i.value))
    for v27 in r.identifier:
        if v27.value is not None:
            token(('identifier', v27.system, v27.value))
    return patient0 or patient1, date0 or date1
