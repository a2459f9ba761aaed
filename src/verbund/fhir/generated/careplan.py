"""The resource type CarePlan of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import CODES, URIS, DATE_TIMES, aligned, attributes, chosen, is_code, is_uri, is_id, is_date_time
from verbund.fhir.extraction import Collector, known, patient_id, period_range, refers, timing_ranges
from verbund.fhir.generated.datatypes import Annotation, BackboneElement, CodeableConcept, DomainResource, Element, Identifier, Period, Quantity, Reference, Resource, Timing
from verbund.fhir.generated.primitives import CheckedUri, DateTime, String, Uri

_CAREPLANACTIVITYDETAIL_SCHEDULED = attributes('scheduledString', 'scheduledTiming', 'scheduledPeriod', 'scheduledString_element')
_CAREPLANACTIVITYDETAIL_PRODUCT = attributes('productCodeableConcept', 'productReference')
class CarePlanActivityDetail(BackboneElement, kw_only=True):
    kind: Literal['Appointment', 'CommunicationRequest', 'DeviceRequest', 'MedicationRequest', 'NutritionOrder', 'Task', 'ServiceRequest', 'VisionPrescription'] | None = None
    kind_element: Element | None = named(default=None, name="_kind")
    instantiatesCanonical: tuple[CheckedUri | None, ...] = ()
    instantiatesCanonical_element: tuple[Element | None, ...] = named(default=(), name="_instantiatesCanonical")
    instantiatesUri: tuple[CheckedUri | None, ...] = ()
    instantiatesUri_element: tuple[Element | None, ...] = named(default=(), name="_instantiatesUri")
    code: CodeableConcept | None = None
    reasonCode: tuple[CodeableConcept, ...] = ()
    reasonReference: tuple[Reference, ...] = ()
    goal: tuple[Reference, ...] = ()
    status: Literal['not-started', 'scheduled', 'in-progress', 'on-hold', 'completed', 'cancelled', 'stopped', 'unknown', 'entered-in-error'] | None = None
    status_element: Element | None = named(default=None, name="_status")
    statusReason: CodeableConcept | None = None
    doNotPerform: bool | None = None
    doNotPerform_element: Element | None = named(default=None, name="_doNotPerform")
    scheduledString: String | None = None
    scheduledString_element: Element | None = named(default=None, name="_scheduledString")
    scheduledTiming: Timing | None = None
    scheduledPeriod: Period | None = None
    location: Reference | None = None
    performer: tuple[Reference, ...] = ()
    productCodeableConcept: CodeableConcept | None = None
    productReference: Reference | None = None
    dailyAmount: Quantity | None = None
    quantity: Quantity | None = None
    description: String | None = None
    description_element: Element | None = named(default=None, name="_description")
    def __post_init__(self) -> None:
        if (self.instantiatesCanonical_element or None in self.instantiatesCanonical) and not aligned(self.instantiatesCanonical, self.instantiatesCanonical_element):
            raise ValueError("CarePlanActivityDetail.instantiatesCanonical holds a null without an extension")
        if (self.instantiatesUri_element or None in self.instantiatesUri) and not aligned(self.instantiatesUri, self.instantiatesUri_element):
            raise ValueError("CarePlanActivityDetail.instantiatesUri holds a null without an extension")
        if self.status is None and self.status_element is None:
            raise ValueError("CarePlanActivityDetail.status is required")
        given = 4 - _CAREPLANACTIVITYDETAIL_SCHEDULED(self).count(None)
        if given > 1:
            given = chosen(_CAREPLANACTIVITYDETAIL_SCHEDULED(self), 3)
        if given > 1:
            raise ValueError("CarePlanActivityDetail.scheduled[x] takes at most one type")
        given = 2 - _CAREPLANACTIVITYDETAIL_PRODUCT(self).count(None)
        if given > 1:
            raise ValueError("CarePlanActivityDetail.product[x] takes at most one type")

class CarePlanActivity(BackboneElement, kw_only=True):
    outcomeCodeableConcept: tuple[CodeableConcept, ...] = ()
    outcomeReference: tuple[Reference, ...] = ()
    progress: tuple[Annotation, ...] = ()
    reference: Reference | None = None
    detail: CarePlanActivityDetail | None = None

class CarePlan(DomainResource, kw_only=True, tag_field="resourceType", tag="CarePlan"):
    identifier: tuple[Identifier, ...] = ()
    instantiatesCanonical: tuple[Uri | None, ...] = ()
    instantiatesCanonical_element: tuple[Element | None, ...] = named(default=(), name="_instantiatesCanonical")
    instantiatesUri: tuple[Uri | None, ...] = ()
    instantiatesUri_element: tuple[Element | None, ...] = named(default=(), name="_instantiatesUri")
    basedOn: tuple[Reference, ...] = ()
    replaces: tuple[Reference, ...] = ()
    partOf: tuple[Reference, ...] = ()
    status: Literal['draft', 'active', 'on-hold', 'revoked', 'completed', 'entered-in-error', 'unknown'] | None = None
    status_element: Element | None = named(default=None, name="_status")
    intent: Literal['proposal', 'plan', 'order', 'option'] | None = None
    intent_element: Element | None = named(default=None, name="_intent")
    category: tuple[CodeableConcept, ...] = ()
    title: String | None = None
    title_element: Element | None = named(default=None, name="_title")
    description: String | None = None
    description_element: Element | None = named(default=None, name="_description")
    subject: Reference
    encounter: Reference | None = None
    period: Period | None = None
    created: DateTime | None = None
    created_element: Element | None = named(default=None, name="_created")
    author: Reference | None = None
    contributor: tuple[Reference, ...] = ()
    careTeam: tuple[Reference, ...] = ()
    addresses: tuple[Reference, ...] = ()
    supportingInfo: tuple[Reference, ...] = ()
    goal: tuple[Reference, ...] = ()
    activity: tuple[CarePlanActivity, ...] = ()
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
                raise ValueError("CarePlan.instantiatesCanonical is malformed")
        if (self.instantiatesCanonical_element or None in self.instantiatesCanonical) and not aligned(self.instantiatesCanonical, self.instantiatesCanonical_element):
            raise ValueError("CarePlan.instantiatesCanonical holds a null without an extension")
        for v in self.instantiatesUri:
            if v is not None and v not in URIS and not is_uri(v):
                raise ValueError("CarePlan.instantiatesUri is malformed")
        if (self.instantiatesUri_element or None in self.instantiatesUri) and not aligned(self.instantiatesUri, self.instantiatesUri_element):
            raise ValueError("CarePlan.instantiatesUri holds a null without an extension")
        if self.status is None and self.status_element is None:
            raise ValueError("CarePlan.status is required")
        if self.intent is None and self.intent_element is None:
            raise ValueError("CarePlan.intent is required")
        if (v := self.created) is not None and v not in DATE_TIMES and not is_date_time(v):
            raise ValueError("CarePlan.created is malformed")


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a CarePlan into `out`; its patient and its clinical date."""
    identifier = out.identifiers.append
    token = out.tokens.append
    uri = out.uris.append
    reference = out.references.append
    date = out.dates.append
    patient0 = patient1 = date0 = None
    for v1 in r.activity:
        if (v2 := v1.detail) is not None:
            if (v3 := v2.code) is not None:
                for c in v3.coding:
                    if c.code is not None:
                        token(('activity-code', c.system, c.code))
            if (v5 := v2.scheduledTiming) is not None:
                for v5l, v5h in timing_ranges(v5):
                    date(('activity-date', v5l, v5h))
            if (v6 := v2.scheduledPeriod) is not None:
                v6l, v6h = period_range(v6)
                date(('activity-date', v6l, v6h))
            for v7 in v2.performer:
                if (v7r := v7.reference) is not None and v7r[0] != '#':
                    reference(('performer', v7r))
                    if patient1 is None: patient1 = patient_id(v7r)
                if (v7i := v7.identifier) is not None and v7i.value is not None:
                    identifier(('performer', v7i.system, v7i.value))
        if (v8 := v1.reference) is not None:
            if (v8r := v8.reference) is not None and v8r[0] != '#':
                reference(('activity-reference', v8r))
            if (v8i := v8.identifier) is not None and v8i.value is not None:
                identifier(('activity-reference', v8i.system, v8i.value))
    for v9 in r.basedOn:
        if (v9r := v9.reference) is not None and v9r[0] != '#':
            reference(('based-on', v9r))
        if (v9i := v9.identifier) is not None and v9i.value is not None:
            identifier(('based-on', v9i.system, v9i.value))
    for v10 in r.careTeam:
        if (v10r := v10.reference) is not None and v10r[0] != '#':
            reference(('care-team', v10r))
        if (v10i := v10.identifier) is not None and v10i.value is not None:
            identifier(('care-team', v10i.system, v10i.value))
    for v11 in r.category:
        for c in v11.coding:
            if c.code is not None:
                token(('category', c.system, c.code))
    for v12 in r.addresses:
        if (v12r := v12.reference) is not None and v12r[0] != '#':
            reference(('condition', v12r))
        if (v12i := v12.identifier) is not None and v12i.value is not None:
            identifier(('condition', v12i.system, v12i.value))
    if (v13 := r.encounter) is not None:
        if (v13r := v13.reference) is not None and v13r[0] != '#':
            reference(('encounter', v13r))
        if (v13i := v13.identifier) is not None and v13i.value is not None:
            identifier(('encounter', v13i.system, v13i.value))
    for v14 in r.goal:
        if (v14r := v14.reference) is not None and v14r[0] != '#':
            reference(('goal', v14r))
        if (v14i := v14.identifier) is not None and v14i.value is not None:
            identifier(('goal', v14i.system, v14i.value))
    for v15 in r.instantiatesCanonical:
        if v15 is not None:
            reference(('instantiates-canonical', v15))
            if '|' in v15:
                v15w = v15.partition('|')[0]
                reference(('instantiates-canonical', v15w))
    for v16 in r.instantiatesUri:
        if v16 is not None:
            uri(('instantiates-uri', v16))
    if (v17 := r.intent) is not None:
        token(('intent', 'http://hl7.org/fhir/request-intent', v17))
    for v18 in r.partOf:
        if (v18r := v18.reference) is not None and v18r[0] != '#':
            reference(('part-of', v18r))
        if (v18i := v18.identifier) is not None and v18i.value is not None:
            identifier(('part-of', v18i.system, v18i.value))
    for v19 in r.replaces:
        if (v19r := v19.reference) is not None and v19r[0] != '#':
            reference(('replaces', v19r))
        if (v19i := v19.identifier) is not None and v19i.value is not None:
            identifier(('replaces', v19i.system, v19i.value))
    if (v20 := r.status) is not None:
        token(('status', 'http://hl7.org/fhir/request-status', v20))
    if (v21 := r.subject) is not None:
        if (v21r := v21.reference) is not None and v21r[0] != '#':
            reference(('subject', v21r))
        if (v21i := v21.identifier) is not None and v21i.value is not None:
            identifier(('subject', v21i.system, v21i.value))
        if refers(v21, 'Patient'):
            if (v21r := v21.reference) is not None and v21r[0] != '#':
                reference(('patient', v21r))
                if patient0 is None: patient0 = patient_id(v21r)
            if (v21i := v21.identifier) is not None and v21i.value is not None:
                identifier(('patient', v21i.system, v21i.value))
    if (v22 := r.meta) is not None:
        for v23 in v22.profile:
            if v23 is not None:
                uri(('_profile', v23))
                if '|' in v23:
                    v23w = v23.partition('|')[0]
                    uri(('_profile', v23w))
        for v24 in v22.security:
            if v24.code is not None:
                token(('_security', v24.system, v24.code))
        if (v25 := v22.source) is not None:
            uri(('_source', v25))
        for v26 in v22.tag:
            if v26.code is not None:
                token(('_tag', v26.system, v26.code))
    if (v27 := r.period) is not None:
        v27l, v27h = period_range(v27)
        date(('date', v27l, v27h))
        if date0 is None: date0 = known(v27l, v27h)
    for v28 in r.identifier:
        if v28.value is not None:
            token(('identifier', v28.system, v28.value))
    return patient0 or patient1, date0
