"""The resource type RiskAssessment of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import CODES, URIS, DATE_TIMES, attributes, chosen, is_code, is_uri, is_id, is_date_time
from verbund.fhir.extraction import Collector, date_range, known, number_range, patient_id, refers, span
from verbund.fhir.generated.datatypes import Annotation, BackboneElement, CodeableConcept, DomainResource, Element, Identifier, Period, Range, Reference, Resource
from verbund.fhir.generated.primitives import DateTime, Decimal, String

_RISKASSESSMENTPREDICTION_PROBABILITY = attributes('probabilityDecimal', 'probabilityRange', 'probabilityDecimal_element')
_RISKASSESSMENTPREDICTION_WHEN = attributes('whenPeriod', 'whenRange')
class RiskAssessmentPrediction(BackboneElement, kw_only=True):
    outcome: CodeableConcept | None = None
    probabilityDecimal: Decimal | None = None
    probabilityDecimal_element: Element | None = named(default=None, name="_probabilityDecimal")
    probabilityRange: Range | None = None
    qualitativeRisk: CodeableConcept | None = None
    relativeRisk: Decimal | None = None
    relativeRisk_element: Element | None = named(default=None, name="_relativeRisk")
    whenPeriod: Period | None = None
    whenRange: Range | None = None
    rationale: String | None = None
    rationale_element: Element | None = named(default=None, name="_rationale")
    def __post_init__(self) -> None:
        given = 3 - _RISKASSESSMENTPREDICTION_PROBABILITY(self).count(None)
        if given > 1:
            given = chosen(_RISKASSESSMENTPREDICTION_PROBABILITY(self), 2)
        if given > 1:
            raise ValueError("RiskAssessmentPrediction.probability[x] takes at most one type")
        given = 2 - _RISKASSESSMENTPREDICTION_WHEN(self).count(None)
        if given > 1:
            raise ValueError("RiskAssessmentPrediction.when[x] takes at most one type")

_RISKASSESSMENT_OCCURRENCE = attributes('occurrenceDateTime', 'occurrencePeriod', 'occurrenceDateTime_element')
class RiskAssessment(DomainResource, kw_only=True, tag_field="resourceType", tag="RiskAssessment"):
    identifier: tuple[Identifier, ...] = ()
    basedOn: Reference | None = None
    parent: Reference | None = None
    status: Literal['registered', 'preliminary', 'final', 'amended', 'corrected', 'cancelled', 'entered-in-error', 'unknown'] | None = None
    status_element: Element | None = named(default=None, name="_status")
    method: CodeableConcept | None = None
    code: CodeableConcept | None = None
    subject: Reference
    encounter: Reference | None = None
    occurrenceDateTime: DateTime | None = None
    occurrenceDateTime_element: Element | None = named(default=None, name="_occurrenceDateTime")
    occurrencePeriod: Period | None = None
    condition: Reference | None = None
    performer: Reference | None = None
    reasonCode: tuple[CodeableConcept, ...] = ()
    reasonReference: tuple[Reference, ...] = ()
    basis: tuple[Reference, ...] = ()
    prediction: tuple[RiskAssessmentPrediction, ...] = ()
    mitigation: String | None = None
    mitigation_element: Element | None = named(default=None, name="_mitigation")
    note: tuple[Annotation, ...] = ()
    def __post_init__(self) -> None:
        if (v := self.id) is not None and not is_id(v):
            raise ValueError("Resource.id is malformed")
        if (v := self.implicitRules) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Resource.implicitRules is malformed")
        if (v := self.language) is not None and v not in CODES and not is_code(v):
            raise ValueError("Resource.language is malformed")
        if self.status is None and self.status_element is None:
            raise ValueError("RiskAssessment.status is required")
        if (v := self.occurrenceDateTime) is not None and v not in DATE_TIMES and not is_date_time(v):
            raise ValueError("RiskAssessment.occurrenceDateTime is malformed")
        given = 3 - _RISKASSESSMENT_OCCURRENCE(self).count(None)
        if given > 1:
            given = chosen(_RISKASSESSMENT_OCCURRENCE(self), 2)
        if given > 1:
            raise ValueError("RiskAssessment.occurrence[x] takes at most one type")


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a RiskAssessment into `out`; its patient and its clinical date."""
    identifier = out.identifiers.append
    token = out.tokens.append
    uri = out.uris.append
    reference = out.references.append
    date = out.dates.append
    number = out.numbers.append
    patient0 = date0 = None
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
    if (v6 := r.condition) is not None:
        if (v6r := v6.reference) is not None and v6r[0] != '#':
            reference(('condition', v6r))
        if (v6i := v6.identifier) is not None and v6i.value is not None:
            identifier(('condition', v6i.system, v6i.value))
    if (v7 := r.method) is not None:
        for c in v7.coding:
            if c.code is not None:
                token(('method', c.system, c.code))
    if (v8 := r.performer) is not None:
        if (v8r := v8.reference) is not None and v8r[0] != '#':
            reference(('performer', v8r))
        if (v8i := v8.identifier) is not None and v8i.value is not None:
            identifier(('performer', v8i.system, v8i.value))
    for v9 in r.prediction:
        if (v10 := v9.probabilityDecimal) is not None:
            v10l, v10h = number_range(v10)
            number(('probability', v10l, v10h))
        if (v11 := v9.probabilityRange) is not None:
            v11l, v11h = span(v11)
            number(('probability', v11l, v11h))
        if (v12 := v9.qualitativeRisk) is not None:
            for c in v12.coding:
                if c.code is not None:
                    token(('risk', c.system, c.code))
    if (v13 := r.subject) is not None:
        if (v13r := v13.reference) is not None and v13r[0] != '#':
            reference(('subject', v13r))
            if patient0 is None: patient0 = patient_id(v13r)
        if (v13i := v13.identifier) is not None and v13i.value is not None:
            identifier(('subject', v13i.system, v13i.value))
        if refers(v13, 'Patient'):
            if (v13r := v13.reference) is not None and v13r[0] != '#':
                reference(('patient', v13r))
            if (v13i := v13.identifier) is not None and v13i.value is not None:
                identifier(('patient', v13i.system, v13i.value))
    if (v14 := r.occurrenceDateTime) is not None:
        v14l, v14h = date_range(v14)
        date(('date', v14l, v14h))
        if date0 is None: date0 = known(v14l, v14h)
    if (v15 := r.encounter) is not None:
        if (v15r := v15.reference) is not None and v15r[0] != '#':
            reference(('encounter', v15r))
        if (v15i := v15.identifier) is not None and v15i.value is not None:
            identifier(('encounter', v15i.system, v15i.value))
    for v16 in r.identifier:
        if v16.value is not None:
            token(('identifier', v16.system, v16.value))
    return patient0, date0
