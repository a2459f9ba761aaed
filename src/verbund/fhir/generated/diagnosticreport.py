"""The resource type DiagnosticReport of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import CODES, URIS, DATE_TIMES, INSTANTS, attributes, chosen, is_code, is_uri, is_id, is_date_time, is_instant
from verbund.fhir.extraction import Collector, date_range, known, patient_id, period_range, refers
from verbund.fhir.generated.datatypes import Attachment, BackboneElement, CodeableConcept, DomainResource, Element, Identifier, Period, Reference, Resource
from verbund.fhir.generated.primitives import DateTime, Instant, String

class DiagnosticReportMedia(BackboneElement, kw_only=True):
    comment: String | None = None
    comment_element: Element | None = named(default=None, name="_comment")
    link: Reference

_DIAGNOSTICREPORT_EFFECTIVE = attributes('effectiveDateTime', 'effectivePeriod', 'effectiveDateTime_element')
class DiagnosticReport(DomainResource, kw_only=True, tag_field="resourceType", tag="DiagnosticReport"):
    identifier: tuple[Identifier, ...] = ()
    basedOn: tuple[Reference, ...] = ()
    status: Literal['registered', 'partial', 'preliminary', 'final', 'amended', 'corrected', 'appended', 'cancelled', 'entered-in-error', 'unknown'] | None = None
    status_element: Element | None = named(default=None, name="_status")
    category: tuple[CodeableConcept, ...] = ()
    code: CodeableConcept
    subject: Reference | None = None
    encounter: Reference | None = None
    effectiveDateTime: DateTime | None = None
    effectiveDateTime_element: Element | None = named(default=None, name="_effectiveDateTime")
    effectivePeriod: Period | None = None
    issued: Instant | None = None
    issued_element: Element | None = named(default=None, name="_issued")
    performer: tuple[Reference, ...] = ()
    resultsInterpreter: tuple[Reference, ...] = ()
    specimen: tuple[Reference, ...] = ()
    result: tuple[Reference, ...] = ()
    imagingStudy: tuple[Reference, ...] = ()
    media: tuple[DiagnosticReportMedia, ...] = ()
    conclusion: String | None = None
    conclusion_element: Element | None = named(default=None, name="_conclusion")
    conclusionCode: tuple[CodeableConcept, ...] = ()
    presentedForm: tuple[Attachment, ...] = ()
    def __post_init__(self) -> None:
        if (v := self.id) is not None and not is_id(v):
            raise ValueError("Resource.id is malformed")
        if (v := self.implicitRules) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Resource.implicitRules is malformed")
        if (v := self.language) is not None and v not in CODES and not is_code(v):
            raise ValueError("Resource.language is malformed")
        if self.status is None and self.status_element is None:
            raise ValueError("DiagnosticReport.status is required")
        if (v := self.effectiveDateTime) is not None and v not in DATE_TIMES and not is_date_time(v):
            raise ValueError("DiagnosticReport.effectiveDateTime is malformed")
        given = 3 - _DIAGNOSTICREPORT_EFFECTIVE(self).count(None)
        if given > 1:
            given = chosen(_DIAGNOSTICREPORT_EFFECTIVE(self), 2)
        if given > 1:
            raise ValueError("DiagnosticReport.effective[x] takes at most one type")
        if (v := self.issued) is not None and v not in INSTANTS and not is_instant(v):
            raise ValueError("DiagnosticReport.issued is malformed")


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a DiagnosticReport into `out`; its patient and its clinical date."""
    identifier = out.identifiers.append
    token = out.tokens.append
    uri = out.uris.append
    reference = out.references.append
    date = out.dates.append
    patient0 = date0 = date1 = None
    for v1 in r.basedOn:
        if (v1r := v1.reference) is not None and v1r[0] != '#':
            reference(('based-on', v1r))
        if (v1i := v1.identifier) is not None and v1i.value is not None:
            identifier(('based-on', v1i.system, v1i.value))
    for v2 in r.category:
        for c in v2.coding:
            if c.code is not None:
                token(('category', c.system, c.code))
    for v3 in r.conclusionCode:
        for c in v3.coding:
            if c.code is not None:
                token(('conclusion', c.system, c.code))
    if (v4 := r.issued) is not None:
        v4l, v4h = date_range(v4)
        date(('issued', v4l, v4h))
        if date1 is None: date1 = known(v4l, v4h)
    for v5 in r.media:
        if (v6 := v5.link) is not None:
            if (v6r := v6.reference) is not None and v6r[0] != '#':
                reference(('media', v6r))
            if (v6i := v6.identifier) is not None and v6i.value is not None:
                identifier(('media', v6i.system, v6i.value))
    for v7 in r.performer:
        if (v7r := v7.reference) is not None and v7r[0] != '#':
            reference(('performer', v7r))
        if (v7i := v7.identifier) is not None and v7i.value is not None:
            identifier(('performer', v7i.system, v7i.value))
    for v8 in r.result:
        if (v8r := v8.reference) is not None and v8r[0] != '#':
            reference(('result', v8r))
        if (v8i := v8.identifier) is not None and v8i.value is not None:
            identifier(('result', v8i.system, v8i.value))
    for v9 in r.resultsInterpreter:
        if (v9r := v9.reference) is not None and v9r[0] != '#':
            reference(('results-interpreter', v9r))
        if (v9i := v9.identifier) is not None and v9i.value is not None:
            identifier(('results-interpreter', v9i.system, v9i.value))
    for v10 in r.specimen:
        if (v10r := v10.reference) is not None and v10r[0] != '#':
            reference(('specimen', v10r))
        if (v10i := v10.identifier) is not None and v10i.value is not None:
            identifier(('specimen', v10i.system, v10i.value))
    if (v11 := r.status) is not None:
        token(('status', 'http://hl7.org/fhir/diagnostic-report-status', v11))
    if (v12 := r.subject) is not None:
        if (v12r := v12.reference) is not None and v12r[0] != '#':
            reference(('subject', v12r))
            if patient0 is None: patient0 = patient_id(v12r)
        if (v12i := v12.identifier) is not None and v12i.value is not None:
            identifier(('subject', v12i.system, v12i.value))
        if refers(v12, 'Patient'):
            if (v12r := v12.reference) is not None and v12r[0] != '#':
                reference(('patient', v12r))
            if (v12i := v12.identifier) is not None and v12i.value is not None:
                identifier(('patient', v12i.system, v12i.value))
    if (v13 := r.meta) is not None:
        for v14 in v13.profile:
            if v14 is not None:
                uri(('_profile', v14))
                if '|' in v14:
                    v14w = v14.partition('|')[0]
                    uri(('_profile', v14w))
        for v15 in v13.security:
            if v15.code is not None:
                token(('_security', v15.system, v15.code))
        if (v16 := v13.source) is not None:
            uri(('_source', v16))
        for v17 in v13.tag:
            if v17.code is not None:
                token(('_tag', v17.system, v17.code))
    if (v18 := r.code) is not None:
        for c in v18.coding:
            if c.code is not None:
                token(('code', c.system, c.code))
    if (v19 := r.effectiveDateTime) is not None:
        v19l, v19h = date_range(v19)
        date(('date', v19l, v19h))
        if date0 is None: date0 = known(v19l, v19h)
    if (v20 := r.effectivePeriod) is not None:
        v20l, v20h = period_range(v20)
        date(('date', v20l, v20h))
        if date0 is None: date0 = known(v20l, v20h)
    if (v21 := r.encounter) is not None:
        if (v21r := v21.reference) is not None and v21r[0] != '#':
            reference(('encounter', v21r))
        if (v21i := v21.identifier) is not None and v21i.value is not None:
            identifier(('encounter', v21i.system, v21i.value))
    for v22 in r.identifier:
        if v22.value is not None:
            token(('identifier', v22.system, v22.value))
    for v23 in r.extension:
        if v23.url == 'http://hl7.org/fhir/StructureDefinition/DiagnosticReport-geneticsAssessedCondition':
            if (v25 := v23.valueCanonical) is not None:
                reference(('assessed-condition', v25))
                if '|' in v25:
                    v25w = v25.partition('|')[0]
                    reference(('assessed-condition', v25w))
            if (v33 := v23.valueUri) is not None:
                reference(('assessed-condition', v33))
            if (v39 := v23.valueReference) is not None:
                if (v39r := v39.reference) is not None and v39r[0] != '#':
                    reference(('assessed-condition', v39r))
                if (v39i := v39.identifier) is not None and v39i.value is not None:
                    identifier(('assessed-condition', v39i.system, v39i.value))
    return patient0, date0 or date1
