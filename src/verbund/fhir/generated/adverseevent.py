"""The resource type AdverseEvent of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import CODES, URIS, DATE_TIMES, among, is_code, is_uri, is_id, is_date_time
from verbund.fhir.extraction import Collector, date_range, known, patient_id
from verbund.fhir.generated.datatypes import BackboneElement, CodeableConcept, DomainResource, Element, Identifier, Reference, Resource
from verbund.fhir.generated.primitives import DateTime, String

class AdverseEventSuspectEntityCausality(BackboneElement, kw_only=True):
    assessment: CodeableConcept | None = None
    productRelatedness: String | None = None
    productRelatedness_element: Element | None = named(default=None, name="_productRelatedness")
    author: Reference | None = None
    method: CodeableConcept | None = None

class AdverseEventSuspectEntity(BackboneElement, kw_only=True):
    instance: Reference
    causality: tuple[AdverseEventSuspectEntityCausality, ...] = ()

_ADVERSEEVENT_SEVERITY = frozenset([('http://terminology.hl7.org/CodeSystem/adverse-event-severity', 'mild'), ('http://terminology.hl7.org/CodeSystem/adverse-event-severity', 'moderate'), ('http://terminology.hl7.org/CodeSystem/adverse-event-severity', 'severe')])
_ADVERSEEVENT_OUTCOME = frozenset([('http://terminology.hl7.org/CodeSystem/adverse-event-outcome', 'fatal'), ('http://terminology.hl7.org/CodeSystem/adverse-event-outcome', 'ongoing'), ('http://terminology.hl7.org/CodeSystem/adverse-event-outcome', 'recovering'), ('http://terminology.hl7.org/CodeSystem/adverse-event-outcome', 'resolved'), ('http://terminology.hl7.org/CodeSystem/adverse-event-outcome', 'resolvedWithSequelae'), ('http://terminology.hl7.org/CodeSystem/adverse-event-outcome', 'unknown')])
class AdverseEvent(DomainResource, kw_only=True, tag_field="resourceType", tag="AdverseEvent"):
    identifier: Identifier | None = None
    actuality: Literal['actual', 'potential'] | None = None
    actuality_element: Element | None = named(default=None, name="_actuality")
    category: tuple[CodeableConcept, ...] = ()
    event: CodeableConcept | None = None
    subject: Reference
    encounter: Reference | None = None
    date: DateTime | None = None
    date_element: Element | None = named(default=None, name="_date")
    detected: DateTime | None = None
    detected_element: Element | None = named(default=None, name="_detected")
    recordedDate: DateTime | None = None
    recordedDate_element: Element | None = named(default=None, name="_recordedDate")
    resultingCondition: tuple[Reference, ...] = ()
    location: Reference | None = None
    seriousness: CodeableConcept | None = None
    severity: CodeableConcept | None = None
    outcome: CodeableConcept | None = None
    recorder: Reference | None = None
    contributor: tuple[Reference, ...] = ()
    suspectEntity: tuple[AdverseEventSuspectEntity, ...] = ()
    subjectMedicalHistory: tuple[Reference, ...] = ()
    referenceDocument: tuple[Reference, ...] = ()
    study: tuple[Reference, ...] = ()
    def __post_init__(self) -> None:
        if (v := self.id) is not None and not is_id(v):
            raise ValueError("Resource.id is malformed")
        if (v := self.implicitRules) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Resource.implicitRules is malformed")
        if (v := self.language) is not None and v not in CODES and not is_code(v):
            raise ValueError("Resource.language is malformed")
        if self.actuality is None and self.actuality_element is None:
            raise ValueError("AdverseEvent.actuality is required")
        if (v := self.date) is not None and v not in DATE_TIMES and not is_date_time(v):
            raise ValueError("AdverseEvent.date is malformed")
        if (v := self.detected) is not None and v not in DATE_TIMES and not is_date_time(v):
            raise ValueError("AdverseEvent.detected is malformed")
        if (v := self.recordedDate) is not None and v not in DATE_TIMES and not is_date_time(v):
            raise ValueError("AdverseEvent.recordedDate is malformed")
        if self.severity is not None and not among(self.severity, _ADVERSEEVENT_SEVERITY):
            raise ValueError("AdverseEvent.severity is not one of the required codes")
        if self.outcome is not None and not among(self.outcome, _ADVERSEEVENT_OUTCOME):
            raise ValueError("AdverseEvent.outcome is not one of the required codes")


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a AdverseEvent into `out`; its patient and its clinical date."""
    identifier = out.identifiers.append
    token = out.tokens.append
    uri = out.uris.append
    reference = out.references.append
    date = out.dates.append
    patient0 = date0 = None
    if (v1 := r.actuality) is not None:
        token(('actuality', 'http://hl7.org/fhir/adverse-event-actuality', v1))
    for v2 in r.category:
        for c in v2.coding:
            if c.code is not None:
                token(('category', c.system, c.code))
    if (v3 := r.date) is not None:
        v3l, v3h = date_range(v3)
        date(('date', v3l, v3h))
        if date0 is None: date0 = known(v3l, v3h)
    if (v4 := r.event) is not None:
        for c in v4.coding:
            if c.code is not None:
                token(('event', c.system, c.code))
    if (v5 := r.location) is not None:
        if (v5r := v5.reference) is not None and v5r[0] != '#':
            reference(('location', v5r))
        if (v5i := v5.identifier) is not None and v5i.value is not None:
            identifier(('location', v5i.system, v5i.value))
    if (v6 := r.recorder) is not None:
        if (v6r := v6.reference) is not None and v6r[0] != '#':
            reference(('recorder', v6r))
        if (v6i := v6.identifier) is not None and v6i.value is not None:
            identifier(('recorder', v6i.system, v6i.value))
    for v7 in r.resultingCondition:
        if (v7r := v7.reference) is not None and v7r[0] != '#':
            reference(('resultingcondition', v7r))
        if (v7i := v7.identifier) is not None and v7i.value is not None:
            identifier(('resultingcondition', v7i.system, v7i.value))
    if (v8 := r.seriousness) is not None:
        for c in v8.coding:
            if c.code is not None:
                token(('seriousness', c.system, c.code))
    if (v9 := r.severity) is not None:
        for c in v9.coding:
            if c.code is not None:
                token(('severity', c.system, c.code))
    for v10 in r.study:
        if (v10r := v10.reference) is not None and v10r[0] != '#':
            reference(('study', v10r))
        if (v10i := v10.identifier) is not None and v10i.value is not None:
            identifier(('study', v10i.system, v10i.value))
    if (v11 := r.subject) is not None:
        if (v11r := v11.reference) is not None and v11r[0] != '#':
            reference(('subject', v11r))
            if patient0 is None: patient0 = patient_id(v11r)
        if (v11i := v11.identifier) is not None and v11i.value is not None:
            identifier(('subject', v11i.system, v11i.value))
    for v12 in r.suspectEntity:
        if (v13 := v12.instance) is not None:
            if (v13r := v13.reference) is not None and v13r[0] != '#':
                reference(('substance', v13r))
            if (v13i := v13.identifier) is not None and v13i.value is not None:
                identifier(('substance', v13i.system, v13i.value))
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
