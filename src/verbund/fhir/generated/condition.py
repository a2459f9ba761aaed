"""The resource type Condition of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import CODES, URIS, DATE_TIMES, among, attributes, chosen, is_code, is_uri, is_id, is_date_time
from verbund.fhir.extraction import Collector, date_range, known, patient_id, period_range, quantity_range, refers, span
from verbund.fhir.generated.datatypes import Age, Annotation, BackboneElement, CodeableConcept, DomainResource, Element, Identifier, Period, Range, Reference, Resource
from verbund.fhir.generated.primitives import DateTime, String

class ConditionStage(BackboneElement, kw_only=True):
    summary: CodeableConcept | None = None
    assessment: tuple[Reference, ...] = ()
    type: CodeableConcept | None = None

class ConditionEvidence(BackboneElement, kw_only=True):
    code: tuple[CodeableConcept, ...] = ()
    detail: tuple[Reference, ...] = ()

_CONDITION_CLINICALSTATUS = frozenset([('http://terminology.hl7.org/CodeSystem/condition-clinical', 'active'), ('http://terminology.hl7.org/CodeSystem/condition-clinical', 'inactive'), ('http://terminology.hl7.org/CodeSystem/condition-clinical', 'recurrence'), ('http://terminology.hl7.org/CodeSystem/condition-clinical', 'relapse'), ('http://terminology.hl7.org/CodeSystem/condition-clinical', 'remission'), ('http://terminology.hl7.org/CodeSystem/condition-clinical', 'resolved')])
_CONDITION_VERIFICATIONSTATUS = frozenset([('http://terminology.hl7.org/CodeSystem/condition-ver-status', 'confirmed'), ('http://terminology.hl7.org/CodeSystem/condition-ver-status', 'differential'), ('http://terminology.hl7.org/CodeSystem/condition-ver-status', 'entered-in-error'), ('http://terminology.hl7.org/CodeSystem/condition-ver-status', 'provisional'), ('http://terminology.hl7.org/CodeSystem/condition-ver-status', 'refuted'), ('http://terminology.hl7.org/CodeSystem/condition-ver-status', 'unconfirmed')])
_CONDITION_ONSET = attributes('onsetDateTime', 'onsetString', 'onsetAge', 'onsetPeriod', 'onsetRange', 'onsetDateTime_element', 'onsetString_element')
_CONDITION_ABATEMENT = attributes('abatementDateTime', 'abatementString', 'abatementAge', 'abatementPeriod', 'abatementRange', 'abatementDateTime_element', 'abatementString_element')
class Condition(DomainResource, kw_only=True, tag_field="resourceType", tag="Condition"):
    identifier: tuple[Identifier, ...] = ()
    clinicalStatus: CodeableConcept | None = None
    verificationStatus: CodeableConcept | None = None
    category: tuple[CodeableConcept, ...] = ()
    severity: CodeableConcept | None = None
    code: CodeableConcept | None = None
    bodySite: tuple[CodeableConcept, ...] = ()
    subject: Reference
    encounter: Reference | None = None
    onsetDateTime: DateTime | None = None
    onsetDateTime_element: Element | None = named(default=None, name="_onsetDateTime")
    onsetString: String | None = None
    onsetString_element: Element | None = named(default=None, name="_onsetString")
    onsetAge: Age | None = None
    onsetPeriod: Period | None = None
    onsetRange: Range | None = None
    abatementDateTime: DateTime | None = None
    abatementDateTime_element: Element | None = named(default=None, name="_abatementDateTime")
    abatementString: String | None = None
    abatementString_element: Element | None = named(default=None, name="_abatementString")
    abatementAge: Age | None = None
    abatementPeriod: Period | None = None
    abatementRange: Range | None = None
    recordedDate: DateTime | None = None
    recordedDate_element: Element | None = named(default=None, name="_recordedDate")
    recorder: Reference | None = None
    asserter: Reference | None = None
    stage: tuple[ConditionStage, ...] = ()
    evidence: tuple[ConditionEvidence, ...] = ()
    note: tuple[Annotation, ...] = ()
    def __post_init__(self) -> None:
        if (v := self.id) is not None and not is_id(v):
            raise ValueError("Resource.id is malformed")
        if (v := self.implicitRules) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Resource.implicitRules is malformed")
        if (v := self.language) is not None and v not in CODES and not is_code(v):
            raise ValueError("Resource.language is malformed")
        if self.clinicalStatus is not None and not among(self.clinicalStatus, _CONDITION_CLINICALSTATUS):
            raise ValueError("Condition.clinicalStatus is not one of the required codes")
        if self.verificationStatus is not None and not among(self.verificationStatus, _CONDITION_VERIFICATIONSTATUS):
            raise ValueError("Condition.verificationStatus is not one of the required codes")
        if (v := self.onsetDateTime) is not None and v not in DATE_TIMES and not is_date_time(v):
            raise ValueError("Condition.onsetDateTime is malformed")
        given = 7 - _CONDITION_ONSET(self).count(None)
        if given > 1:
            given = chosen(_CONDITION_ONSET(self), 5)
        if given > 1:
            raise ValueError("Condition.onset[x] takes at most one type")
        if (v := self.abatementDateTime) is not None and v not in DATE_TIMES and not is_date_time(v):
            raise ValueError("Condition.abatementDateTime is malformed")
        given = 7 - _CONDITION_ABATEMENT(self).count(None)
        if given > 1:
            given = chosen(_CONDITION_ABATEMENT(self), 5)
        if given > 1:
            raise ValueError("Condition.abatement[x] takes at most one type")
        if (v := self.recordedDate) is not None and v not in DATE_TIMES and not is_date_time(v):
            raise ValueError("Condition.recordedDate is malformed")


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a Condition into `out`; its patient and its clinical date."""
    identifier = out.identifiers.append
    token = out.tokens.append
    string = out.strings.append
    uri = out.uris.append
    reference = out.references.append
    date = out.dates.append
    quantity = out.quantities.append
    patient0 = patient1 = date0 = date1 = None
    if (v1 := r.abatementAge) is not None:
        if v1.value is not None:
            v1l, v1h = quantity_range(v1)
            quantity(('abatement-age', v1l, v1h, v1.system, v1.code or v1.unit))
            if v1.unit != v1.code and v1.unit and v1.code:
                quantity(('abatement-age', v1l, v1h, None, v1.unit))
    if (v2 := r.abatementRange) is not None:
        if (v2q := v2.low or v2.high) is not None:
            v2l, v2h = span(v2)
            quantity(('abatement-age', v2l, v2h, v2q.system, v2q.code or v2q.unit))
    if (v3 := r.abatementDateTime) is not None:
        v3l, v3h = date_range(v3)
        date(('abatement-date', v3l, v3h))
    if (v4 := r.abatementPeriod) is not None:
        v4l, v4h = period_range(v4)
        date(('abatement-date', v4l, v4h))
    if (v5 := r.abatementString) is not None:
        string(('abatement-string', v5))
    if (v6 := r.asserter) is not None:
        if (v6r := v6.reference) is not None and v6r[0] != '#':
            reference(('asserter', v6r))
            if patient1 is None: patient1 = patient_id(v6r)
        if (v6i := v6.identifier) is not None and v6i.value is not None:
            identifier(('asserter', v6i.system, v6i.value))
    for v7 in r.bodySite:
        for c in v7.coding:
            if c.code is not None:
                token(('body-site', c.system, c.code))
    for v8 in r.category:
        for c in v8.coding:
            if c.code is not None:
                token(('category', c.system, c.code))
    if (v9 := r.clinicalStatus) is not None:
        for c in v9.coding:
            if c.code is not None:
                token(('clinical-status', c.system, c.code))
    if (v10 := r.encounter) is not None:
        if (v10r := v10.reference) is not None and v10r[0] != '#':
            reference(('encounter', v10r))
        if (v10i := v10.identifier) is not None and v10i.value is not None:
            identifier(('encounter', v10i.system, v10i.value))
    for v11 in r.evidence:
        for v12 in v11.code:
            for c in v12.coding:
                if c.code is not None:
                    token(('evidence', c.system, c.code))
        for v13 in v11.detail:
            if (v13r := v13.reference) is not None and v13r[0] != '#':
                reference(('evidence-detail', v13r))
            if (v13i := v13.identifier) is not None and v13i.value is not None:
                identifier(('evidence-detail', v13i.system, v13i.value))
    if (v14 := r.onsetAge) is not None:
        if v14.value is not None:
            v14l, v14h = quantity_range(v14)
            quantity(('onset-age', v14l, v14h, v14.system, v14.code or v14.unit))
            if v14.unit != v14.code and v14.unit and v14.code:
                quantity(('onset-age', v14l, v14h, None, v14.unit))
    if (v15 := r.onsetRange) is not None:
        if (v15q := v15.low or v15.high) is not None:
            v15l, v15h = span(v15)
            quantity(('onset-age', v15l, v15h, v15q.system, v15q.code or v15q.unit))
    if (v16 := r.onsetDateTime) is not None:
        v16l, v16h = date_range(v16)
        date(('onset-date', v16l, v16h))
        if date0 is None: date0 = known(v16l, v16h)
    if (v17 := r.onsetPeriod) is not None:
        v17l, v17h = period_range(v17)
        date(('onset-date', v17l, v17h))
        if date0 is None: date0 = known(v17l, v17h)
    if (v18 := r.onsetString) is not None:
        string(('onset-info', v18))
    if (v19 := r.recordedDate) is not None:
        v19l, v19h = date_range(v19)
        date(('recorded-date', v19l, v19h))
        if date1 is None: date1 = known(v19l, v19h)
    if (v20 := r.severity) is not None:
        for c in v20.coding:
            if c.code is not None:
                token(('severity', c.system, c.code))
    for v21 in r.stage:
        if (v22 := v21.summary) is not None:
            for c in v22.coding:
                if c.code is not None:
                    token(('stage', c.system, c.code))
    if (v23 := r.subject) is not None:
        if (v23r := v23.reference) is not None and v23r[0] != '#':
            reference(('subject', v23r))
        if (v23i := v23.identifier) is not None and v23i.value is not None:
            identifier(('subject', v23i.system, v23i.value))
        if refers(v23, 'Patient'):
            if (v23r := v23.reference) is not None and v23r[0] != '#':
                reference(('patient', v23r))
                if patient0 is None: patient0 = patient_id(v23r)
            if (v23i := v23.identifier) is not None and v23i.value is not None:
                identifier(('patient', v23i.system, v23i.value))
    if (v24 := r.verificationStatus) is not None:
        for c in v24.coding:
            if c.code is not None:
                token(('verification-status', c.system, c.code))
    if (v25 := r.meta) is not None:
        for v26 in v25.profile:
            if v26 is not None:
                uri(('_profile', v26))
                if '|' in v26:
                    v26w = v26.partition('|')[0]
                    uri(('_profile', v26w))
        for v27 in v25.security:
            if v27.code is not None:
                token(('_security', v27.system, v27.code))
        if (v28 := v25.source) is not None:
            uri(('_source', v28))
        for v29 in v25.tag:
            if v29.code is not None:
                token(('_tag', v29.system, v29.code))
    if (v30 := r.code) is not None:
        for c in v30.coding:
            if c.code is not None:
                token(('code', c.system, c.code))
    for v31 in r.identifier:
        if v31.value is not None:
            token(('identifier', v31.system, v31.value))
    return patient0 or patient1, date0 or date1
