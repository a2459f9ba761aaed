"""The resource type DetectedIssue of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import CODES, URIS, DATE_TIMES, attributes, chosen, is_code, is_uri, is_id, is_date_time
from verbund.fhir.extraction import Collector, date_range, patient_id, period_range
from verbund.fhir.generated.datatypes import BackboneElement, CodeableConcept, DomainResource, Element, Identifier, Period, Reference, Resource
from verbund.fhir.generated.primitives import CheckedDateTime, DateTime, String, Uri

class DetectedIssueEvidence(BackboneElement, kw_only=True):
    code: tuple[CodeableConcept, ...] = ()
    detail: tuple[Reference, ...] = ()

class DetectedIssueMitigation(BackboneElement, kw_only=True):
    action: CodeableConcept
    date: CheckedDateTime | None = None
    date_element: Element | None = named(default=None, name="_date")
    author: Reference | None = None

_DETECTEDISSUE_IDENTIFIED = attributes('identifiedDateTime', 'identifiedPeriod', 'identifiedDateTime_element')
class DetectedIssue(DomainResource, kw_only=True, tag_field="resourceType", tag="DetectedIssue"):
    identifier: tuple[Identifier, ...] = ()
    status: Literal['registered', 'preliminary', 'final', 'amended', 'corrected', 'cancelled', 'entered-in-error', 'unknown'] | None = None
    status_element: Element | None = named(default=None, name="_status")
    code: CodeableConcept | None = None
    severity: Literal['high', 'moderate', 'low'] | None = None
    severity_element: Element | None = named(default=None, name="_severity")
    patient: Reference | None = None
    identifiedDateTime: DateTime | None = None
    identifiedDateTime_element: Element | None = named(default=None, name="_identifiedDateTime")
    identifiedPeriod: Period | None = None
    author: Reference | None = None
    implicated: tuple[Reference, ...] = ()
    evidence: tuple[DetectedIssueEvidence, ...] = ()
    detail: String | None = None
    detail_element: Element | None = named(default=None, name="_detail")
    reference: Uri | None = None
    reference_element: Element | None = named(default=None, name="_reference")
    mitigation: tuple[DetectedIssueMitigation, ...] = ()
    def __post_init__(self) -> None:
        if (v := self.id) is not None and not is_id(v):
            raise ValueError("Resource.id is malformed")
        if (v := self.implicitRules) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Resource.implicitRules is malformed")
        if (v := self.language) is not None and v not in CODES and not is_code(v):
            raise ValueError("Resource.language is malformed")
        if self.status is None and self.status_element is None:
            raise ValueError("DetectedIssue.status is required")
        if (v := self.identifiedDateTime) is not None and v not in DATE_TIMES and not is_date_time(v):
            raise ValueError("DetectedIssue.identifiedDateTime is malformed")
        given = 3 - _DETECTEDISSUE_IDENTIFIED(self).count(None)
        if given > 1:
            given = chosen(_DETECTEDISSUE_IDENTIFIED(self), 2)
        if given > 1:
            raise ValueError("DetectedIssue.identified[x] takes at most one type")
        if (v := self.reference) is not None and v not in URIS and not is_uri(v):
            raise ValueError("DetectedIssue.reference is malformed")


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a DetectedIssue into `out`; its patient and its clinical date."""
    identifier = out.identifiers.append
    token = out.tokens.append
    uri = out.uris.append
    reference = out.references.append
    date = out.dates.append
    patient0 = None
    if (v1 := r.author) is not None:
        if (v1r := v1.reference) is not None and v1r[0] != '#':
            reference(('author', v1r))
        if (v1i := v1.identifier) is not None and v1i.value is not None:
            identifier(('author', v1i.system, v1i.value))
    if (v2 := r.code) is not None:
        for c in v2.coding:
            if c.code is not None:
                token(('code', c.system, c.code))
    if (v3 := r.identifiedDateTime) is not None:
        v3l, v3h = date_range(v3)
        date(('identified', v3l, v3h))
    if (v4 := r.identifiedPeriod) is not None:
        v4l, v4h = period_range(v4)
        date(('identified', v4l, v4h))
    for v5 in r.implicated:
        if (v5r := v5.reference) is not None and v5r[0] != '#':
            reference(('implicated', v5r))
        if (v5i := v5.identifier) is not None and v5i.value is not None:
            identifier(('implicated', v5i.system, v5i.value))
    if (v6 := r.meta) is not None:
        for v7 in v6.profile:
            if v7 is not None:
                uri(('_profile', v7))
                if '|' in v7:
                    v7w = v7.partition('|')[0]
                    uri(('_profile', v7w))
        for v8 in v6.security:
            if v8.code is not None:
                token(('_security', v8.system, v8.code))
        if (v9 := v6.source) is not None:
            uri(('_source', v9))
        for v10 in v6.tag:
            if v10.code is not None:
                token(('_tag', v10.system, v10.code))
    for v11 in r.identifier:
        if v11.value is not None:
            token(('identifier', v11.system, v11.value))
    if (v12 := r.patient) is not None:
        if (v12r := v12.reference) is not None and v12r[0] != '#':
            reference(('patient', v12r))
            if patient0 is None: patient0 = patient_id(v12r)
        if (v12i := v12.identifier) is not None and v12i.value is not None:
            identifier(('patient', v12i.system, v12i.value))
    return patient0, None
