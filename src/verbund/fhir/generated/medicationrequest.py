"""The resource type MedicationRequest of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import CODES, URIS, DATE_TIMES, aligned, attributes, chosen, is_code, is_uri, is_id, is_date_time
from verbund.fhir.extraction import Collector, date_range, known, patient_id, refers
from verbund.fhir.generated.datatypes import Annotation, BackboneElement, CodeableConcept, DomainResource, Dosage, Duration, Element, Identifier, Period, Quantity, Reference, Resource
from verbund.fhir.generated.primitives import DateTime, UnsignedInt, Uri

class MedicationRequestDispenseRequestInitialFill(BackboneElement, kw_only=True):
    quantity: Quantity | None = None
    duration: Duration | None = None

class MedicationRequestDispenseRequest(BackboneElement, kw_only=True):
    initialFill: MedicationRequestDispenseRequestInitialFill | None = None
    dispenseInterval: Duration | None = None
    validityPeriod: Period | None = None
    numberOfRepeatsAllowed: UnsignedInt | None = None
    numberOfRepeatsAllowed_element: Element | None = named(default=None, name="_numberOfRepeatsAllowed")
    quantity: Quantity | None = None
    expectedSupplyDuration: Duration | None = None
    performer: Reference | None = None

_MEDICATIONREQUESTSUBSTITUTION_ALLOWED = attributes('allowedBoolean', 'allowedCodeableConcept', 'allowedBoolean_element')
class MedicationRequestSubstitution(BackboneElement, kw_only=True):
    allowedBoolean: bool | None = None
    allowedBoolean_element: Element | None = named(default=None, name="_allowedBoolean")
    allowedCodeableConcept: CodeableConcept | None = None
    reason: CodeableConcept | None = None
    def __post_init__(self) -> None:
        given = 3 - _MEDICATIONREQUESTSUBSTITUTION_ALLOWED(self).count(None)
        if given > 1:
            given = chosen(_MEDICATIONREQUESTSUBSTITUTION_ALLOWED(self), 2)
        if given != 1:
            raise ValueError("MedicationRequestSubstitution.allowed[x] takes exactly one type")

_MEDICATIONREQUEST_REPORTED = attributes('reportedBoolean', 'reportedReference', 'reportedBoolean_element')
_MEDICATIONREQUEST_MEDICATION = attributes('medicationCodeableConcept', 'medicationReference')
class MedicationRequest(DomainResource, kw_only=True, tag_field="resourceType", tag="MedicationRequest"):
    identifier: tuple[Identifier, ...] = ()
    status: Literal['active', 'on-hold', 'cancelled', 'completed', 'entered-in-error', 'stopped', 'draft', 'unknown'] | None = None
    status_element: Element | None = named(default=None, name="_status")
    statusReason: CodeableConcept | None = None
    intent: Literal['proposal', 'plan', 'order', 'original-order', 'reflex-order', 'filler-order', 'instance-order', 'option'] | None = None
    intent_element: Element | None = named(default=None, name="_intent")
    category: tuple[CodeableConcept, ...] = ()
    priority: Literal['routine', 'urgent', 'asap', 'stat'] | None = None
    priority_element: Element | None = named(default=None, name="_priority")
    doNotPerform: bool | None = None
    doNotPerform_element: Element | None = named(default=None, name="_doNotPerform")
    reportedBoolean: bool | None = None
    reportedBoolean_element: Element | None = named(default=None, name="_reportedBoolean")
    reportedReference: Reference | None = None
    medicationCodeableConcept: CodeableConcept | None = None
    medicationReference: Reference | None = None
    subject: Reference
    encounter: Reference | None = None
    supportingInformation: tuple[Reference, ...] = ()
    authoredOn: DateTime | None = None
    authoredOn_element: Element | None = named(default=None, name="_authoredOn")
    requester: Reference | None = None
    performer: Reference | None = None
    performerType: CodeableConcept | None = None
    recorder: Reference | None = None
    reasonCode: tuple[CodeableConcept, ...] = ()
    reasonReference: tuple[Reference, ...] = ()
    instantiatesCanonical: tuple[Uri | None, ...] = ()
    instantiatesCanonical_element: tuple[Element | None, ...] = named(default=(), name="_instantiatesCanonical")
    instantiatesUri: tuple[Uri | None, ...] = ()
    instantiatesUri_element: tuple[Element | None, ...] = named(default=(), name="_instantiatesUri")
    basedOn: tuple[Reference, ...] = ()
    groupIdentifier: Identifier | None = None
    courseOfTherapyType: CodeableConcept | None = None
    insurance: tuple[Reference, ...] = ()
    note: tuple[Annotation, ...] = ()
    dosageInstruction: tuple[Dosage, ...] = ()
    dispenseRequest: MedicationRequestDispenseRequest | None = None
    substitution: MedicationRequestSubstitution | None = None
    priorPrescription: Reference | None = None
    detectedIssue: tuple[Reference, ...] = ()
    eventHistory: tuple[Reference, ...] = ()
    def __post_init__(self) -> None:
        if (v := self.id) is not None and not is_id(v):
            raise ValueError("Resource.id is malformed")
        if (v := self.implicitRules) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Resource.implicitRules is malformed")
        if (v := self.language) is not None and v not in CODES and not is_code(v):
            raise ValueError("Resource.language is malformed")
        if self.status is None and self.status_element is None:
            raise ValueError("MedicationRequest.status is required")
        if self.intent is None and self.intent_element is None:
            raise ValueError("MedicationRequest.intent is required")
        given = 3 - _MEDICATIONREQUEST_REPORTED(self).count(None)
        if given > 1:
            given = chosen(_MEDICATIONREQUEST_REPORTED(self), 2)
        if given > 1:
            raise ValueError("MedicationRequest.reported[x] takes at most one type")
        given = 2 - _MEDICATIONREQUEST_MEDICATION(self).count(None)
        if given != 1:
            raise ValueError("MedicationRequest.medication[x] takes exactly one type")
        if (v := self.authoredOn) is not None and v not in DATE_TIMES and not is_date_time(v):
            raise ValueError("MedicationRequest.authoredOn is malformed")
        for v in self.instantiatesCanonical:
            if v is not None and v not in URIS and not is_uri(v):
                raise ValueError("MedicationRequest.instantiatesCanonical is malformed")
        if (self.instantiatesCanonical_element or None in self.instantiatesCanonical) and not aligned(self.instantiatesCanonical, self.instantiatesCanonical_element):
            raise ValueError("MedicationRequest.instantiatesCanonical holds a null without an extension")
        for v in self.instantiatesUri:
            if v is not None and v not in URIS and not is_uri(v):
                raise ValueError("MedicationRequest.instantiatesUri is malformed")
        if (self.instantiatesUri_element or None in self.instantiatesUri) and not aligned(self.instantiatesUri, self.instantiatesUri_element):
            raise ValueError("MedicationRequest.instantiatesUri holds a null without an extension")


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a MedicationRequest into `out`; its patient and its clinical date."""
    identifier = out.identifiers.append
    token = out.tokens.append
    uri = out.uris.append
    reference = out.references.append
    date = out.dates.append
    patient0 = date0 = date1 = None
    if (v1 := r.authoredOn) is not None:
        v1l, v1h = date_range(v1)
        date(('authoredon', v1l, v1h))
        if date1 is None: date1 = known(v1l, v1h)
    for v2 in r.category:
        for c in v2.coding:
            if c.code is not None:
                token(('category', c.system, c.code))
    if (v3 := r.dispenseRequest) is not None:
        if (v4 := v3.performer) is not None:
            if (v4r := v4.reference) is not None and v4r[0] != '#':
                reference(('intended-dispenser', v4r))
            if (v4i := v4.identifier) is not None and v4i.value is not None:
                identifier(('intended-dispenser', v4i.system, v4i.value))
    if (v5 := r.performer) is not None:
        if (v5r := v5.reference) is not None and v5r[0] != '#':
            reference(('intended-performer', v5r))
        if (v5i := v5.identifier) is not None and v5i.value is not None:
            identifier(('intended-performer', v5i.system, v5i.value))
    if (v6 := r.performerType) is not None:
        for c in v6.coding:
            if c.code is not None:
                token(('intended-performertype', c.system, c.code))
    if (v7 := r.intent) is not None:
        token(('intent', 'http://hl7.org/fhir/CodeSystem/medicationrequest-intent', v7))
    if (v8 := r.priority) is not None:
        token(('priority', 'http://hl7.org/fhir/request-priority', v8))
    if (v9 := r.requester) is not None:
        if (v9r := v9.reference) is not None and v9r[0] != '#':
            reference(('requester', v9r))
        if (v9i := v9.identifier) is not None and v9i.value is not None:
            identifier(('requester', v9i.system, v9i.value))
    if (v10 := r.subject) is not None:
        if (v10r := v10.reference) is not None and v10r[0] != '#':
            reference(('subject', v10r))
            if patient0 is None: patient0 = patient_id(v10r)
        if (v10i := v10.identifier) is not None and v10i.value is not None:
            identifier(('subject', v10i.system, v10i.value))
        if refers(v10, 'Patient'):
            if (v10r := v10.reference) is not None and v10r[0] != '#':
                reference(('patient', v10r))
            if (v10i := v10.identifier) is not None and v10i.value is not None:
                identifier(('patient', v10i.system, v10i.value))
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
    if (v16 := r.medicationCodeableConcept) is not None:
        for c in v16.coding:
            if c.code is not None:
                token(('code', c.system, c.code))
    for v17 in r.identifier:
        if v17.value is not None:
            token(('identifier', v17.system, v17.value))
    for v18 in r.dosageInstruction:
        if (v19 := v18.timing) is not None:
            for v20 in v19.event:
                if v20 is not None:
                    v20l, v20h = date_range(v20)
                    date(('date', v20l, v20h))
                    if date0 is None: date0 = known(v20l, v20h)
    if (v21 := r.encounter) is not None:
        if (v21r := v21.reference) is not None and v21r[0] != '#':
            reference(('encounter', v21r))
        if (v21i := v21.identifier) is not None and v21i.value is not None:
            identifier(('encounter', v21i.system, v21i.value))
    if (v22 := r.medicationReference) is not None:
        if (v22r := v22.reference) is not None and v22r[0] != '#':
            reference(('medication', v22r))
        if (v22i := v22.identifier) is not None and v22i.value is not None:
            identifier(('medication', v22i.system, v22i.value))
    if (v23 := r.status) is not None:
        token(('status', 'http://hl7.org/fhir/CodeSystem/medicationrequest-status', v23))
    return patient0, date0 or date1
