"""The resource type Evidence of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import CODES, URIS, DATES, DATE_TIMES, is_code, is_uri, is_id, is_date, is_date_time
from verbund.fhir.extraction import Collector, date_range, known, period_range, quantity_range, span
from verbund.fhir.generated.datatypes import Annotation, CodeableConcept, ContactDetail, DomainResource, Element, Identifier, Period, Reference, RelatedArtifact, Resource, UsageContext
from verbund.fhir.generated.primitives import Date, DateTime, String, Uri

class Evidence(DomainResource, kw_only=True, tag_field="resourceType", tag="Evidence"):
    url: Uri | None = None
    url_element: Element | None = named(default=None, name="_url")
    identifier: tuple[Identifier, ...] = ()
    version: String | None = None
    version_element: Element | None = named(default=None, name="_version")
    name: String | None = None
    name_element: Element | None = named(default=None, name="_name")
    title: String | None = None
    title_element: Element | None = named(default=None, name="_title")
    shortTitle: String | None = None
    shortTitle_element: Element | None = named(default=None, name="_shortTitle")
    subtitle: String | None = None
    subtitle_element: Element | None = named(default=None, name="_subtitle")
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
    exposureBackground: Reference
    exposureVariant: tuple[Reference, ...] = ()
    outcome: tuple[Reference, ...] = ()
    def __post_init__(self) -> None:
        if (v := self.id) is not None and not is_id(v):
            raise ValueError("Resource.id is malformed")
        if (v := self.implicitRules) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Resource.implicitRules is malformed")
        if (v := self.language) is not None and v not in CODES and not is_code(v):
            raise ValueError("Resource.language is malformed")
        if (v := self.url) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Evidence.url is malformed")
        if self.status is None and self.status_element is None:
            raise ValueError("Evidence.status is required")
        if (v := self.date) is not None and v not in DATE_TIMES and not is_date_time(v):
            raise ValueError("Evidence.date is malformed")
        if (v := self.approvalDate) is not None and v not in DATES and not is_date(v):
            raise ValueError("Evidence.approvalDate is malformed")
        if (v := self.lastReviewDate) is not None and v not in DATES and not is_date(v):
            raise ValueError("Evidence.lastReviewDate is malformed")


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a Evidence into `out`; its patient and its clinical date."""
    token = out.tokens.append
    string = out.strings.append
    uri = out.uris.append
    reference = out.references.append
    date = out.dates.append
    quantity = out.quantities.append
    date0 = date1 = None
    for v1 in r.relatedArtifact:
        if v1.type == 'composed-of':
            if (v2 := v1.resource) is not None:
                reference(('composed-of', v2))
                if '|' in v2:
                    v2w = v2.partition('|')[0]
                    reference(('composed-of', v2w))
        if v1.type == 'depends-on':
            if (v3 := v1.resource) is not None:
                reference(('depends-on', v3))
                if '|' in v3:
                    v3w = v3.partition('|')[0]
                    reference(('depends-on', v3w))
        if v1.type == 'derived-from':
            if (v4 := v1.resource) is not None:
                reference(('derived-from', v4))
                if '|' in v4:
                    v4w = v4.partition('|')[0]
                    reference(('derived-from', v4w))
        if v1.type == 'predecessor':
            if (v5 := v1.resource) is not None:
                reference(('predecessor', v5))
                if '|' in v5:
                    v5w = v5.partition('|')[0]
                    reference(('predecessor', v5w))
        if v1.type == 'successor':
            if (v6 := v1.resource) is not None:
                reference(('successor', v6))
                if '|' in v6:
                    v6w = v6.partition('|')[0]
                    reference(('successor', v6w))
    for v7 in r.useContext:
        if (v8 := v7.valueCodeableConcept) is not None:
            for c in v8.coding:
                if c.code is not None:
                    token(('context', c.system, c.code))
        if (v9 := v7.valueQuantity) is not None:
            if v9.value is not None:
                v9l, v9h = quantity_range(v9)
                quantity(('context-quantity', v9l, v9h, v9.system, v9.code or v9.unit))
                if v9.unit != v9.code and v9.unit and v9.code:
                    quantity(('context-quantity', v9l, v9h, None, v9.unit))
        if (v10 := v7.valueRange) is not None:
            if (v10q := v10.low or v10.high) is not None:
                v10l, v10h = span(v10)
                quantity(('context-quantity', v10l, v10h, v10q.system, v10q.code or v10q.unit))
        if (v11 := v7.code) is not None:
            if v11.code is not None:
                token(('context-type', v11.system, v11.code))
    if (v12 := r.date) is not None:
        v12l, v12h = date_range(v12)
        date(('date', v12l, v12h))
        if date0 is None: date0 = known(v12l, v12h)
    if (v13 := r.description) is not None:
        string(('description', v13))
    if (v14 := r.effectivePeriod) is not None:
        v14l, v14h = period_range(v14)
        date(('effective', v14l, v14h))
        if date1 is None: date1 = known(v14l, v14h)
    for v15 in r.identifier:
        if v15.value is not None:
            token(('identifier', v15.system, v15.value))
    for v16 in r.jurisdiction:
        for c in v16.coding:
            if c.code is not None:
                token(('jurisdiction', c.system, c.code))
    if (v17 := r.name) is not None:
        string(('name', v17))
    if (v18 := r.publisher) is not None:
        string(('publisher', v18))
    if (v19 := r.status) is not None:
        token(('status', 'http://hl7.org/fhir/publication-status', v19))
    if (v20 := r.title) is not None:
        string(('title', v20))
    for v21 in r.topic:
        for c in v21.coding:
            if c.code is not None:
                token(('topic', c.system, c.code))
    if (v22 := r.url) is not None:
        uri(('url', v22))
    if (v23 := r.version) is not None:
        token(('version', None, v23))
    if (v24 := r.meta) is not None:
        for v25 in v24.profile:
            if v25 is not None:
                uri(('_profile', v25))
                if '|' in v25:
                    v25w = v25.partition('|')[0]
                    uri(('_profile', v25w))
        for v26 in v24.security:
            if v26.code is not None:
                token(('_security', v26.system, v26.code))
        if (v27 := v24.source) is not None:
            uri(('_source', v27))
        for v28 in v24.tag:
            if v28.code is not None:
                token(('_tag', v28.system, v28.code))
    return None, date0 or date1
