"""The resource type EffectEvidenceSynthesis of FHIR R4.

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

class EffectEvidenceSynthesisSampleSize(BackboneElement, kw_only=True):
    description: String | None = None
    description_element: Element | None = named(default=None, name="_description")
    numberOfStudies: Integer | None = None
    numberOfStudies_element: Element | None = named(default=None, name="_numberOfStudies")
    numberOfParticipants: Integer | None = None
    numberOfParticipants_element: Element | None = named(default=None, name="_numberOfParticipants")

class EffectEvidenceSynthesisResultsByExposure(BackboneElement, kw_only=True):
    description: String | None = None
    description_element: Element | None = named(default=None, name="_description")
    exposureState: Literal['exposure', 'exposure-alternative'] | None = None
    exposureState_element: Element | None = named(default=None, name="_exposureState")
    variantState: CodeableConcept | None = None
    riskEvidenceSynthesis: Reference

class EffectEvidenceSynthesisEffectEstimatePrecisionEstimate(BackboneElement, kw_only=True):
    type: CodeableConcept | None = None
    level: Decimal | None = None
    level_element: Element | None = named(default=None, name="_level")
    from_: Decimal | None = named(default=None, name="from")
    from_element: Element | None = named(default=None, name="_from")
    to: Decimal | None = None
    to_element: Element | None = named(default=None, name="_to")

class EffectEvidenceSynthesisEffectEstimate(BackboneElement, kw_only=True):
    description: String | None = None
    description_element: Element | None = named(default=None, name="_description")
    type: CodeableConcept | None = None
    variantState: CodeableConcept | None = None
    value: Decimal | None = None
    value_element: Element | None = named(default=None, name="_value")
    unitOfMeasure: CodeableConcept | None = None
    precisionEstimate: tuple[EffectEvidenceSynthesisEffectEstimatePrecisionEstimate, ...] = ()

class EffectEvidenceSynthesisCertaintyCertaintySubcomponent(BackboneElement, kw_only=True):
    type: CodeableConcept | None = None
    rating: tuple[CodeableConcept, ...] = ()
    note: tuple[Annotation, ...] = ()

class EffectEvidenceSynthesisCertainty(BackboneElement, kw_only=True):
    rating: tuple[CodeableConcept, ...] = ()
    note: tuple[Annotation, ...] = ()
    certaintySubcomponent: tuple[EffectEvidenceSynthesisCertaintyCertaintySubcomponent, ...] = ()

class EffectEvidenceSynthesis(DomainResource, kw_only=True, tag_field="resourceType", tag="EffectEvidenceSynthesis"):
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
    exposure: Reference
    exposureAlternative: Reference
    outcome: Reference
    sampleSize: EffectEvidenceSynthesisSampleSize | None = None
    resultsByExposure: tuple[EffectEvidenceSynthesisResultsByExposure, ...] = ()
    effectEstimate: tuple[EffectEvidenceSynthesisEffectEstimate, ...] = ()
    certainty: tuple[EffectEvidenceSynthesisCertainty, ...] = ()
    def __post_init__(self) -> None:
        if (v := self.id) is not None and not is_id(v):
            raise ValueError("Resource.id is malformed")
        if (v := self.implicitRules) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Resource.implicitRules is malformed")
        if (v := self.language) is not None and v not in CODES and not is_code(v):
            raise ValueError("Resource.language is malformed")
        if (v := self.url) is not None and v not in URIS and not is_uri(v):
            raise ValueError("EffectEvidenceSynthesis.url is malformed")
        if self.status is None and self.status_element is None:
            raise ValueError("EffectEvidenceSynthesis.status is required")
        if (v := self.date) is not None and v not in DATE_TIMES and not is_date_time(v):
            raise ValueError("EffectEvidenceSynthesis.date is malformed")
        if (v := self.approvalDate) is not None and v not in DATES and not is_date(v):
            raise ValueError("EffectEvidenceSynthesis.approvalDate is malformed")
        if (v := self.lastReviewDate) is not None and v not in DATES and not is_date(v):
            raise ValueError("EffectEvidenceSynthesis.lastReviewDate is malformed")


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a EffectEvidenceSynthesis into `out`; its patient and its clinical date."""
    token = out.tokens.append
    string = out.strings.append
    uri = out.uris.append
    date = out.dates.append
    quantity = out.quantities.append
    date0 = date1 = None
    for v1 in r.useContext:
        if (v2 := v1.valueCodeableConcept) is not None:
            for c in v2.coding:
                if c.code is not None:
                    token(('context', c.system, c.code))
        if (v3 := v1.valueQuantity) is not None:
            if v3.value is not None:
                v3l, v3h = quantity_range(v3)
                quantity(('context-quantity', v3l, v3h, v3.system, v3.code or v3.unit))
                if v3.unit != v3.code and v3.unit and v3.code:
                    quantity(('context-quantity', v3l, v3h, None, v3.unit))
        if (v4 := v1.valueRange) is not None:
            if (v4q := v4.low or v4.high) is not None:
                v4l, v4h = span(v4)
                quantity(('context-quantity', v4l, v4h, v4q.system, v4q.code or v4q.unit))
        if (v5 := v1.code) is not None:
            if v5.code is not None:
                token(('context-type', v5.system, v5.code))
    if (v6 := r.date) is not None:
        v6l, v6h = date_range(v6)
        date(('date', v6l, v6h))
        if date0 is None: date0 = known(v6l, v6h)
    if (v7 := r.description) is not None:
        string(('description', v7))
    if (v8 := r.effectivePeriod) is not None:
        v8l, v8h = period_range(v8)
        date(('effective', v8l, v8h))
        if date1 is None: date1 = known(v8l, v8h)
    for v9 in r.identifier:
        if v9.value is not None:
            token(('identifier', v9.system, v9.value))
    for v10 in r.jurisdiction:
        for c in v10.coding:
            if c.code is not None:
                token(('jurisdiction', c.system, c.code))
    if (v11 := r.name) is not None:
        string(('name', v11))
    if (v12 := r.publisher) is not None:
        string(('publisher', v12))
    if (v13 := r.status) is not None:
        token(('status', 'http://hl7.org/fhir/publication-status', v13))
    if (v14 := r.title) is not None:
        string(('title', v14))
    if (v15 := r.url) is not None:
        uri(('url', v15))
    if (v16 := r.version) is not None:
        token(('version', None, v16))
    if (v17 := r.meta) is not None:
        for v18 in v17.profile:
            if v18 is not None:
                uri(('_profile', v18))
                if '|' in v18:
                    v18w = v18.partition('|')[0]
                    uri(('_profile', v18w))
        for v19 in v17.security:
            if v19.code is not None:
                token(('_security', v19.system, v19.code))
        if (v20 := v17.source) is not None:
            uri(('_source', v20))
        for v21 in v17.tag:
            if v21.code is not None:
                token(('_tag', v21.system, v21.code))
    return None, date0 or date1
