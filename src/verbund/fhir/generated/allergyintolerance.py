"""The resource type AllergyIntolerance of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import CODES, URIS, DATE_TIMES, aligned, among, attributes, chosen, is_code, is_uri, is_id, is_date_time
from verbund.fhir.extraction import Collector, date_range, known, patient_id
from verbund.fhir.generated.datatypes import Age, Annotation, BackboneElement, CodeableConcept, DomainResource, Element, Identifier, Period, Range, Reference, Resource
from verbund.fhir.generated.primitives import CheckedDateTime, DateTime, String

class AllergyIntoleranceReaction(BackboneElement, kw_only=True):
    substance: CodeableConcept | None = None
    manifestation: tuple[CodeableConcept, ...]
    description: String | None = None
    description_element: Element | None = named(default=None, name="_description")
    onset: CheckedDateTime | None = None
    onset_element: Element | None = named(default=None, name="_onset")
    severity: Literal['mild', 'moderate', 'severe'] | None = None
    severity_element: Element | None = named(default=None, name="_severity")
    exposureRoute: CodeableConcept | None = None
    note: tuple[Annotation, ...] = ()

_ALLERGYINTOLERANCE_CLINICALSTATUS = frozenset([('http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical', 'active'), ('http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical', 'inactive'), ('http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical', 'resolved')])
_ALLERGYINTOLERANCE_VERIFICATIONSTATUS = frozenset([('http://terminology.hl7.org/CodeSystem/allergyintolerance-verification', 'confirmed'), ('http://terminology.hl7.org/CodeSystem/allergyintolerance-verification', 'entered-in-error'), ('http://terminology.hl7.org/CodeSystem/allergyintolerance-verification', 'refuted'), ('http://terminology.hl7.org/CodeSystem/allergyintolerance-verification', 'unconfirmed')])
_ALLERGYINTOLERANCE_ONSET = attributes('onsetDateTime', 'onsetString', 'onsetAge', 'onsetPeriod', 'onsetRange', 'onsetDateTime_element', 'onsetString_element')
class AllergyIntolerance(DomainResource, kw_only=True, tag_field="resourceType", tag="AllergyIntolerance"):
    identifier: tuple[Identifier, ...] = ()
    clinicalStatus: CodeableConcept | None = None
    verificationStatus: CodeableConcept | None = None
    type: Literal['allergy', 'intolerance'] | None = None
    type_element: Element | None = named(default=None, name="_type")
    category: tuple[Literal['food', 'medication', 'environment', 'biologic'] | None, ...] = ()
    category_element: tuple[Element | None, ...] = named(default=(), name="_category")
    criticality: Literal['low', 'high', 'unable-to-assess'] | None = None
    criticality_element: Element | None = named(default=None, name="_criticality")
    code: CodeableConcept | None = None
    patient: Reference
    encounter: Reference | None = None
    onsetDateTime: DateTime | None = None
    onsetDateTime_element: Element | None = named(default=None, name="_onsetDateTime")
    onsetString: String | None = None
    onsetString_element: Element | None = named(default=None, name="_onsetString")
    onsetAge: Age | None = None
    onsetPeriod: Period | None = None
    onsetRange: Range | None = None
    recordedDate: DateTime | None = None
    recordedDate_element: Element | None = named(default=None, name="_recordedDate")
    recorder: Reference | None = None
    asserter: Reference | None = None
    lastOccurrence: DateTime | None = None
    lastOccurrence_element: Element | None = named(default=None, name="_lastOccurrence")
    note: tuple[Annotation, ...] = ()
    reaction: tuple[AllergyIntoleranceReaction, ...] = ()
    def __post_init__(self) -> None:
        if (v := self.id) is not None and not is_id(v):
            raise ValueError("Resource.id is malformed")
        if (v := self.implicitRules) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Resource.implicitRules is malformed")
        if (v := self.language) is not None and v not in CODES and not is_code(v):
            raise ValueError("Resource.language is malformed")
        if self.clinicalStatus is not None and not among(self.clinicalStatus, _ALLERGYINTOLERANCE_CLINICALSTATUS):
            raise ValueError("AllergyIntolerance.clinicalStatus is not one of the required codes")
        if self.verificationStatus is not None and not among(self.verificationStatus, _ALLERGYINTOLERANCE_VERIFICATIONSTATUS):
            raise ValueError("AllergyIntolerance.verificationStatus is not one of the required codes")
        if (self.category_element or None in self.category) and not aligned(self.category, self.category_element):
            raise ValueError("AllergyIntolerance.category holds a null without an extension")
        if (v := self.onsetDateTime) is not None and v not in DATE_TIMES and not is_date_time(v):
            raise ValueError("AllergyIntolerance.onsetDateTime is malformed")
        given = 7 - _ALLERGYINTOLERANCE_ONSET(self).count(None)
        if given > 1:
            given = chosen(_ALLERGYINTOLERANCE_ONSET(self), 5)
        if given > 1:
            raise ValueError("AllergyIntolerance.onset[x] takes at most one type")
        if (v := self.recordedDate) is not None and v not in DATE_TIMES and not is_date_time(v):
            raise ValueError("AllergyIntolerance.recordedDate is malformed")
        if (v := self.lastOccurrence) is not None and v not in DATE_TIMES and not is_date_time(v):
            raise ValueError("AllergyIntolerance.lastOccurrence is malformed")


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a AllergyIntolerance into `out`; its patient and its clinical date."""
    identifier = out.identifiers.append
    token = out.tokens.append
    uri = out.uris.append
    reference = out.references.append
    date = out.dates.append
    patient0 = patient1 = patient2 = date0 = date1 = None
    if (v1 := r.asserter) is not None:
        if (v1r := v1.reference) is not None and v1r[0] != '#':
            reference(('asserter', v1r))
            if patient2 is None: patient2 = patient_id(v1r)
        if (v1i := v1.identifier) is not None and v1i.value is not None:
            identifier(('asserter', v1i.system, v1i.value))
    for v2 in r.category:
        if v2 is not None:
            token(('category', 'http://hl7.org/fhir/allergy-intolerance-category', v2))
    if (v3 := r.clinicalStatus) is not None:
        for c in v3.coding:
            if c.code is not None:
                token(('clinical-status', c.system, c.code))
    if (v4 := r.criticality) is not None:
        token(('criticality', 'http://hl7.org/fhir/allergy-intolerance-criticality', v4))
    if (v5 := r.lastOccurrence) is not None:
        v5l, v5h = date_range(v5)
        date(('last-date', v5l, v5h))
    for v6 in r.reaction:
        for v7 in v6.manifestation:
            for c in v7.coding:
                if c.code is not None:
                    token(('manifestation', c.system, c.code))
        if (v8 := v6.onset) is not None:
            v8l, v8h = date_range(v8)
            date(('onset', v8l, v8h))
            if date0 is None: date0 = known(v8l, v8h)
        if (v9 := v6.exposureRoute) is not None:
            for c in v9.coding:
                if c.code is not None:
                    token(('route', c.system, c.code))
        if (v10 := v6.severity) is not None:
            token(('severity', 'http://hl7.org/fhir/reaction-event-severity', v10))
        if (v11 := v6.substance) is not None:
            for c in v11.coding:
                if c.code is not None:
                    token(('code', c.system, c.code))
    if (v12 := r.recorder) is not None:
        if (v12r := v12.reference) is not None and v12r[0] != '#':
            reference(('recorder', v12r))
            if patient1 is None: patient1 = patient_id(v12r)
        if (v12i := v12.identifier) is not None and v12i.value is not None:
            identifier(('recorder', v12i.system, v12i.value))
    if (v13 := r.verificationStatus) is not None:
        for c in v13.coding:
            if c.code is not None:
                token(('verification-status', c.system, c.code))
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
    if (v19 := r.code) is not None:
        for c in v19.coding:
            if c.code is not None:
                token(('code', c.system, c.code))
    if (v20 := r.recordedDate) is not None:
        v20l, v20h = date_range(v20)
        date(('date', v20l, v20h))
        if date1 is None: date1 = known(v20l, v20h)
    for v21 in r.identifier:
        if v21.value is not None:
            token(('identifier', v21.system, v21.value))
    if (v22 := r.patient) is not None:
        if (v22r := v22.reference) is not None and v22r[0] != '#':
            reference(('patient', v22r))
            if patient0 is None: patient0 = patient_id(v22r)
        if (v22i := v22.identifier) is not None and v22i.value is not None:
            identifier(('patient', v22i.system, v22i.value))
    if (v23 := r.type) is not None:
        token(('type', 'http://hl7.org/fhir/allergy-intolerance-type', v23))
    return patient0 or patient1 or patient2, date0 or date1
