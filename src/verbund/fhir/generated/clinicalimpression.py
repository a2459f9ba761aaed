"""The resource type ClinicalImpression of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import CODES, URIS, DATE_TIMES, aligned, attributes, chosen, is_code, is_uri, is_id, is_date_time
from verbund.fhir.extraction import Collector, date_range, known, patient_id, refers
from verbund.fhir.generated.datatypes import Annotation, BackboneElement, CodeableConcept, DomainResource, Element, Identifier, Period, Reference, Resource
from verbund.fhir.generated.primitives import DateTime, String, Uri

class ClinicalImpressionInvestigation(BackboneElement, kw_only=True):
    code: CodeableConcept
    item: tuple[Reference, ...] = ()

class ClinicalImpressionFinding(BackboneElement, kw_only=True):
    itemCodeableConcept: CodeableConcept | None = None
    itemReference: Reference | None = None
    basis: String | None = None
    basis_element: Element | None = named(default=None, name="_basis")

_CLINICALIMPRESSION_EFFECTIVE = attributes('effectiveDateTime', 'effectivePeriod', 'effectiveDateTime_element')
class ClinicalImpression(DomainResource, kw_only=True, tag_field="resourceType", tag="ClinicalImpression"):
    identifier: tuple[Identifier, ...] = ()
    status: Literal['in-progress', 'completed', 'entered-in-error'] | None = None
    status_element: Element | None = named(default=None, name="_status")
    statusReason: CodeableConcept | None = None
    code: CodeableConcept | None = None
    description: String | None = None
    description_element: Element | None = named(default=None, name="_description")
    subject: Reference
    encounter: Reference | None = None
    effectiveDateTime: DateTime | None = None
    effectiveDateTime_element: Element | None = named(default=None, name="_effectiveDateTime")
    effectivePeriod: Period | None = None
    date: DateTime | None = None
    date_element: Element | None = named(default=None, name="_date")
    assessor: Reference | None = None
    previous: Reference | None = None
    problem: tuple[Reference, ...] = ()
    investigation: tuple[ClinicalImpressionInvestigation, ...] = ()
    protocol: tuple[Uri | None, ...] = ()
    protocol_element: tuple[Element | None, ...] = named(default=(), name="_protocol")
    summary: String | None = None
    summary_element: Element | None = named(default=None, name="_summary")
    finding: tuple[ClinicalImpressionFinding, ...] = ()
    prognosisCodeableConcept: tuple[CodeableConcept, ...] = ()
    prognosisReference: tuple[Reference, ...] = ()
    supportingInfo: tuple[Reference, ...] = ()
    note: tuple[Annotation, ...] = ()
    def __post_init__(self) -> None:
        if (v := self.id) is not None and not is_id(v):
            raise ValueError("Resource.id is malformed")
        if (v := self.implicitRules) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Resource.implicitRules is malformed")
        if (v := self.language) is not None and v not in CODES and not is_code(v):
            raise ValueError("Resource.language is malformed")
        if self.status is None and self.status_element is None:
            raise ValueError("ClinicalImpression.status is required")
        if (v := self.effectiveDateTime) is not None and v not in DATE_TIMES and not is_date_time(v):
            raise ValueError("ClinicalImpression.effectiveDateTime is malformed")
        given = 3 - _CLINICALIMPRESSION_EFFECTIVE(self).count(None)
        if given > 1:
            given = chosen(_CLINICALIMPRESSION_EFFECTIVE(self), 2)
        if given > 1:
            raise ValueError("ClinicalImpression.effective[x] takes at most one type")
        if (v := self.date) is not None and v not in DATE_TIMES and not is_date_time(v):
            raise ValueError("ClinicalImpression.date is malformed")
        for v in self.protocol:
            if v is not None and v not in URIS and not is_uri(v):
                raise ValueError("ClinicalImpression.protocol is malformed")
        if (self.protocol_element or None in self.protocol) and not aligned(self.protocol, self.protocol_element):
            raise ValueError("ClinicalImpression.protocol holds a null without an extension")


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a ClinicalImpression into `out`; its patient and its clinical date."""
    identifier = out.identifiers.append
    token = out.tokens.append
    uri = out.uris.append
    reference = out.references.append
    date = out.dates.append
    patient0 = date0 = None
    if (v1 := r.assessor) is not None:
        if (v1r := v1.reference) is not None and v1r[0] != '#':
            reference(('assessor', v1r))
        if (v1i := v1.identifier) is not None and v1i.value is not None:
            identifier(('assessor', v1i.system, v1i.value))
    if (v2 := r.encounter) is not None:
        if (v2r := v2.reference) is not None and v2r[0] != '#':
            reference(('encounter', v2r))
        if (v2i := v2.identifier) is not None and v2i.value is not None:
            identifier(('encounter', v2i.system, v2i.value))
    for v3 in r.finding:
        if (v4 := v3.itemCodeableConcept) is not None:
            for c in v4.coding:
                if c.code is not None:
                    token(('finding-code', c.system, c.code))
        if (v5 := v3.itemReference) is not None:
            if (v5r := v5.reference) is not None and v5r[0] != '#':
                reference(('finding-ref', v5r))
            if (v5i := v5.identifier) is not None and v5i.value is not None:
                identifier(('finding-ref', v5i.system, v5i.value))
    for v6 in r.identifier:
        if v6.value is not None:
            token(('identifier', v6.system, v6.value))
    for v7 in r.investigation:
        for v8 in v7.item:
            if (v8r := v8.reference) is not None and v8r[0] != '#':
                reference(('investigation', v8r))
            if (v8i := v8.identifier) is not None and v8i.value is not None:
                identifier(('investigation', v8i.system, v8i.value))
    if (v9 := r.previous) is not None:
        if (v9r := v9.reference) is not None and v9r[0] != '#':
            reference(('previous', v9r))
        if (v9i := v9.identifier) is not None and v9i.value is not None:
            identifier(('previous', v9i.system, v9i.value))
    for v10 in r.problem:
        if (v10r := v10.reference) is not None and v10r[0] != '#':
            reference(('problem', v10r))
        if (v10i := v10.identifier) is not None and v10i.value is not None:
            identifier(('problem', v10i.system, v10i.value))
    if (v11 := r.status) is not None:
        token(('status', 'http://hl7.org/fhir/event-status', v11))
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
    for v13 in r.supportingInfo:
        if (v13r := v13.reference) is not None and v13r[0] != '#':
            reference(('supporting-info', v13r))
        if (v13i := v13.identifier) is not None and v13i.value is not None:
            identifier(('supporting-info', v13i.system, v13i.value))
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
    if (v19 := r.date) is not None:
        v19l, v19h = date_range(v19)
        date(('date', v19l, v19h))
        if date0 is None: date0 = known(v19l, v19h)
    return patient0, date0
