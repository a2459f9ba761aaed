"""The resource type MeasureReport of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import CODES, URIS, DATE_TIMES, among, is_code, is_uri, is_id, is_date_time
from verbund.fhir.extraction import Collector, date_range, known, patient_id, period_range, refers
from verbund.fhir.generated.datatypes import BackboneElement, CodeableConcept, DomainResource, Element, Identifier, Period, Quantity, Reference, Resource
from verbund.fhir.generated.primitives import DateTime, Integer, Uri

class MeasureReportGroupPopulation(BackboneElement, kw_only=True):
    code: CodeableConcept | None = None
    count: Integer | None = None
    count_element: Element | None = named(default=None, name="_count")
    subjectResults: Reference | None = None

class MeasureReportGroupStratifierStratumComponent(BackboneElement, kw_only=True):
    code: CodeableConcept
    value: CodeableConcept

class MeasureReportGroupStratifierStratumPopulation(BackboneElement, kw_only=True):
    code: CodeableConcept | None = None
    count: Integer | None = None
    count_element: Element | None = named(default=None, name="_count")
    subjectResults: Reference | None = None

class MeasureReportGroupStratifierStratum(BackboneElement, kw_only=True):
    value: CodeableConcept | None = None
    component: tuple[MeasureReportGroupStratifierStratumComponent, ...] = ()
    population: tuple[MeasureReportGroupStratifierStratumPopulation, ...] = ()
    measureScore: Quantity | None = None

class MeasureReportGroupStratifier(BackboneElement, kw_only=True):
    code: tuple[CodeableConcept, ...] = ()
    stratum: tuple[MeasureReportGroupStratifierStratum, ...] = ()

class MeasureReportGroup(BackboneElement, kw_only=True):
    code: CodeableConcept | None = None
    population: tuple[MeasureReportGroupPopulation, ...] = ()
    measureScore: Quantity | None = None
    stratifier: tuple[MeasureReportGroupStratifier, ...] = ()

_MEASUREREPORT_IMPROVEMENTNOTATION = frozenset([('http://terminology.hl7.org/CodeSystem/measure-improvement-notation', 'decrease'), ('http://terminology.hl7.org/CodeSystem/measure-improvement-notation', 'increase')])
class MeasureReport(DomainResource, kw_only=True, tag_field="resourceType", tag="MeasureReport"):
    identifier: tuple[Identifier, ...] = ()
    status: Literal['complete', 'pending', 'error'] | None = None
    status_element: Element | None = named(default=None, name="_status")
    type: Literal['individual', 'subject-list', 'summary', 'data-collection'] | None = None
    type_element: Element | None = named(default=None, name="_type")
    measure: Uri | None = None
    measure_element: Element | None = named(default=None, name="_measure")
    subject: Reference | None = None
    date: DateTime | None = None
    date_element: Element | None = named(default=None, name="_date")
    reporter: Reference | None = None
    period: Period
    improvementNotation: CodeableConcept | None = None
    group: tuple[MeasureReportGroup, ...] = ()
    evaluatedResource: tuple[Reference, ...] = ()
    def __post_init__(self) -> None:
        if (v := self.id) is not None and not is_id(v):
            raise ValueError("Resource.id is malformed")
        if (v := self.implicitRules) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Resource.implicitRules is malformed")
        if (v := self.language) is not None and v not in CODES and not is_code(v):
            raise ValueError("Resource.language is malformed")
        if self.status is None and self.status_element is None:
            raise ValueError("MeasureReport.status is required")
        if self.type is None and self.type_element is None:
            raise ValueError("MeasureReport.type is required")
        if (v := self.measure) is not None and v not in URIS and not is_uri(v):
            raise ValueError("MeasureReport.measure is malformed")
        if self.measure is None and self.measure_element is None:
            raise ValueError("MeasureReport.measure is required")
        if (v := self.date) is not None and v not in DATE_TIMES and not is_date_time(v):
            raise ValueError("MeasureReport.date is malformed")
        if self.improvementNotation is not None and not among(self.improvementNotation, _MEASUREREPORT_IMPROVEMENTNOTATION):
            raise ValueError("MeasureReport.improvementNotation is not one of the required codes")


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a MeasureReport into `out`; its patient and its clinical date."""
    identifier = out.identifiers.append
    token = out.tokens.append
    uri = out.uris.append
    reference = out.references.append
    date = out.dates.append
    patient0 = date0 = date1 = None
    if (v1 := r.date) is not None:
        v1l, v1h = date_range(v1)
        date(('date', v1l, v1h))
        if date0 is None: date0 = known(v1l, v1h)
    for v2 in r.evaluatedResource:
        if (v2r := v2.reference) is not None and v2r[0] != '#':
            reference(('evaluated-resource', v2r))
        if (v2i := v2.identifier) is not None and v2i.value is not None:
            identifier(('evaluated-resource', v2i.system, v2i.value))
    for v3 in r.identifier:
        if v3.value is not None:
            token(('identifier', v3.system, v3.value))
    if (v4 := r.measure) is not None:
        reference(('measure', v4))
        if '|' in v4:
            v4w = v4.partition('|')[0]
            reference(('measure', v4w))
    if (v5 := r.subject) is not None:
        if (v5r := v5.reference) is not None and v5r[0] != '#':
            reference(('subject', v5r))
        if (v5i := v5.identifier) is not None and v5i.value is not None:
            identifier(('subject', v5i.system, v5i.value))
        if refers(v5, 'Patient'):
            if (v5r := v5.reference) is not None and v5r[0] != '#':
                reference(('patient', v5r))
                if patient0 is None: patient0 = patient_id(v5r)
            if (v5i := v5.identifier) is not None and v5i.value is not None:
                identifier(('patient', v5i.system, v5i.value))
    if (v6 := r.period) is not None:
        v6l, v6h = period_range(v6)
        date(('period', v6l, v6h))
        if date1 is None: date1 = known(v6l, v6h)
    if (v7 := r.reporter) is not None:
        if (v7r := v7.reference) is not None and v7r[0] != '#':
            reference(('reporter', v7r))
        if (v7i := v7.identifier) is not None and v7i.value is not None:
            identifier(('reporter', v7i.system, v7i.value))
    if (v8 := r.status) is not None:
        token(('status', 'http://hl7.org/fhir/measure-report-status', v8))
    if (v9 := r.meta) is not None:
        for v10 in v9.profile:
            if v10 is not None:
                uri(('_profile', v10))
                if '|' in v10:
                    v10w = v10.partition('|')[0]
                    uri(('_profile', v10w))
        for v11 in v9.security:
            if v11.code is not None:
                token(('_security', v11.system, v11.code))
        if (v12 := v9.source) is not None:
            uri(('_source', v12))
        for v13 in v9.tag:
            if v13.code is not None:
                token(('_tag', v13.system, v13.code))
    return patient0, date0 or date1
