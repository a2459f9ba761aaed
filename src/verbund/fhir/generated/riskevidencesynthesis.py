"""The resource type RiskEvidenceSynthesis of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import CODES, URIS, DATES, DATE_TIMES, is_code, is_uri, is_id, is_date, is_date_time
from verbund.fhir.extraction import Collector, date_range, known, period_range, quantity_range, span
from verbund.fhir.generated.datatypes import Annotation, BackboneElement, CodeableConcept, ContactDetail, DomainResource, Element, Identifier, Period, Reference, RelatedArtifact, Resource, UsageContext
from verbund.fhir.generated.primitives import Date, DateTime, Decimal, Integer, String, Uri

class RiskEvidenceSynthesisSampleSize(BackboneElement, kw_only=True):
    description: String | None = None
    description_element: Element | None = named(default=None, name="_description")
    numberOfStudies: Integer | None = None
    numberOfStudies_element: Element | None = named(default=None, name="_numberOfStudies")
    numberOfParticipants: Integer | None = None
    numberOfParticipants_element: Element | None = named(default=None, name="_numberOfParticipants")

class RiskEvidenceSynthesisRiskEstimatePrecisionEstimate(BackboneElement, kw_only=True):
    type: CodeableConcept | None = None
    level: Decimal | None = None
    level_element: Element | None = named(default=None, name="_level")
    from_: Decimal | None = named(default=None, name="from")
    from_element: Element | None = named(default=None, name="_from")
    to: Decimal | None = None
    to_element: Element | None = named(default=None, name="_to")

class RiskEvidenceSynthesisRiskEstimate(BackboneElement, kw_only=True):
    description: String | None = None
    description_element: Element | None = named(default=None, name="_description")
    type: CodeableConcept | None = None
    value: Decimal | None = None
    value_element: Element | None = named(default=None, name="_value")
    unitOfMeasure: CodeableConcept | None = None
    denominatorCount: Integer | None = None
    denominatorCount_element: Element | None = named(default=None, name="_denominatorCount")
    numeratorCount: Integer | None = None
    numeratorCount_element: Element | None = named(default=None, name="_numeratorCount")
    precisionEstimate: tuple[RiskEvidenceSynthesisRiskEstimatePrecisionEstimate, ...] = ()

class RiskEvidenceSynthesisCertaintyCertaintySubcomponent(BackboneElement, kw_only=True):
    type: CodeableConcept | None = None
    rating: tuple[CodeableConcept, ...] = ()
    note: tuple[Annotation, ...] = ()

class RiskEvidenceSynthesisCertainty(BackboneElement, kw_only=True):
    rating: tuple[CodeableConcept, ...] = ()
    note: tuple[Annotation, ...] = ()
    certaintySubcomponent: tuple[RiskEvidenceSynthesisCertaintyCertaintySubcomponent, ...] = ()

class RiskEvidenceSynthesis(DomainResource, kw_only=True, tag_field="resourceType", tag="RiskEvidenceSynthesis"):
    url: Uri | None = None
    url_element: Element | None = named(default=None, name="_url")
    identifier: tuple[Identifier, ...] = ()
    version: String | None = None
    version_element: Element | None = named(default=None, name="_version")
    name: String | None = None
    name_element: Element | None = named(default=None, name="_name")
    title: String | None = None
    title_element: Element | None = named(default=None, name="_title")
    status: Literal['draft', 'active', 'retired', 'unknown'] | None = None
    status_element: Element | None = named(default=None, name="_status")
    date: DateTime | None = None
    date_element: Element | None = named(default=None, name="_date")
    publisher: String | None = None
    publisher_element: Element | None = named(default=None, name="_publisher")
    contact: tuple[ContactDetail, ...] = ()
    description: String | None = None
    description_element: Element | None = named(default=None, name="_description")
    note: tuple[Annotation, ...] = ()
    useContext: tuple[UsageContext, ...] = ()
    jurisdiction: tuple[CodeableConcept, ...] = ()
    copyright: String | None = None
    copyright_element: Element | None = named(default=None, name="_copyright")
    approvalDate: Date | None = None
    approvalDate_element: Element | None = named(default=None, name="_approvalDate")
    lastReviewDate: Date | None = None
    lastReviewDate_element: Element | None = named(default=None, name="_lastReviewDate")
    effectivePeriod: Period | None = None
    topic: tuple[CodeableConcept, ...] = ()
    author: tuple[ContactDetail, ...] = ()
    editor: tuple[ContactDetail, ...] = ()
    reviewer: tuple[ContactDetail, ...] = ()
    endorser: tuple[ContactDetail, ...] = ()
    relatedArtifact: tuple[RelatedArtifact, ...] = ()
    synthesisType: CodeableConcept | None = None
    studyType: CodeableConcept | None = None
    population: Reference
    exposure: Reference | None = None
    outcome: Reference
    sampleSize: RiskEvidenceSynthesisSampleSize | None = None
    riskEstimate: RiskEvidenceSynthesisRiskEstimate | None = None
    certainty: tuple[RiskEvidenceSynthesisCertainty, ...] = ()
    def __post_init__(self) -> None:
        if (v := self.id) is not None and not is_id(v):
            raise ValueError("Resource.id is malformed")
        if (v := self.implicitRules) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Resource.implicitRules is malformed")
        if (v := self.language) is not None and v not in CODES and not is_code(v):
            raise ValueError("Resource.language is malformed")
        if (v := self.url) is not None and v not in URIS and not is_uri(v):
            raise ValueError("RiskEvidenceSynthesis.url is malformed")
        if self.status is None and self.status_element is None:
            raise ValueError("RiskEvidenceSynthesis.status is required")
        if (v := self.date) is not None and v not in DATE_TIMES and not is_date_time(v):
            raise ValueError("RiskEvidenceSynthesis.date is malformed")
        if (v := self.approvalDate) is not None and v not in DATES and not is_date(v):
            raise ValueError("RiskEvidenceSynthesis.approvalDate is malformed")
        if (v := self.lastReviewDate) is not None and v not in DATES and not is_date(v):
            raise ValueError("RiskEvidenceSynthesis.lastReviewDate is malformed")


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a RiskEvidenceSynthesis into `out`; its patient and its clinical date."""
    token = out.tokens.append
    string = out.strings.append
    uri = out.uris.append
    date = out.dates.append
    quantity = out.quantities.append
    date0 = date1 = None
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
    for v6 in r.useContext:
        if (v7 := v6.valueCodeableConcept) is not None:
            for c in v7.coding:
                if c.code is not None:
                    token(('context', c.system, c.code))
        if (v8 := v6.valueQuantity) is not None:
            if v8.value is not None:
                v8l, v8h = quantity_range(v8)
                quantity(('context-quantity', v8l, v8h, v8.system, v8.code or v8.unit))
                if v8.unit != v8.code and v8.unit and v8.code:
                    quantity(('context-quantity', v8l, v8h, None, v8.unit))
        if (v9 := v6.valueRange) is not None:
            if (v9q := v9.low or v9.high) is not None:
                v9l, v9h = span(v9)
                quantity(('context-quantity', v9l, v9h, v9q.system, v9q.code or v9q.unit))
        if (v10 := v6.code) is not None:
            if v10.code is not None:
                token(('context-type', v10.system, v10.code))
    if (v11 := r.date) is not None:
        v11l, v11h = date_range(v11)
        date(('date', v11l, v11h))
        if date0 is None: date0 = known(v11l, v11h)
    if (v12 := r.description) is not None:
        string(('description', v12))
    if (v13 := r.effectivePeriod) is not None:
        v13l, v13h = period_range(v13)
        date(('effective', v13l, v13h))
        if date1 is None: date1 = known(v13l, v13h)
    for v14 in r.identifier:
        if v14.value is not None:
            token(('identifier', v14.system, v14.value))
    for v15 in r.jurisdiction:
        for c in v15.coding:
            if c.code is not None:
                token(('jurisdiction', c.system, c.code))
    if (v16 := r.name) is not None:
        string(('name', v16))
    if (v17 := r.publisher) is not None:
        string(('publisher', v17))
    if (v18 := r.status) is not None:
        token(('status', 'http://hl7.org/fhir/publication-status', v18))
    if (v19 := r.title) is not None:
        string(('title', v19))
    if (v20 := r.url) is not None:
        uri(('url', v20))
    if (v21 := r.version) is not None:
        token(('version', None, v21))
    return None, date0 or date1
