"""The resource type Library of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import CODES, URIS, DATES, DATE_TIMES, attributes, is_code, is_uri, is_id, is_date, is_date_time
from verbund.fhir.extraction import Collector, date_range, known, period_range, quantity_range, span
from verbund.fhir.generated.datatypes import Attachment, CodeableConcept, ContactDetail, DataRequirement, DomainResource, Element, Identifier, ParameterDefinition, Period, Reference, RelatedArtifact, Resource, UsageContext
from verbund.fhir.generated.primitives import Date, DateTime, String, Uri

_LIBRARY_SUBJECT = attributes('subjectCodeableConcept', 'subjectReference')
class Library(DomainResource, kw_only=True, tag_field="resourceType", tag="Library"):
    url: Uri | None = None
    url_element: Element | None = named(default=None, name="_url")
    identifier: tuple[Identifier, ...] = ()
    version: String | None = None
    version_element: Element | None = named(default=None, name="_version")
    name: String | None = None
    name_element: Element | None = named(default=None, name="_name")
    title: String | None = None
    title_element: Element | None = named(default=None, name="_title")
    subtitle: String | None = None
    subtitle_element: Element | None = named(default=None, name="_subtitle")
    status: Literal['draft', 'active', 'retired', 'unknown'] | None = None
    status_element: Element | None = named(default=None, name="_status")
    experimental: bool | None = None
    experimental_element: Element | None = named(default=None, name="_experimental")
    type: CodeableConcept
    subjectCodeableConcept: CodeableConcept | None = None
    subjectReference: Reference | None = None
    date: DateTime | None = None
    date_element: Element | None = named(default=None, name="_date")
    publisher: String | None = None
    publisher_element: Element | None = named(default=None, name="_publisher")
    contact: tuple[ContactDetail, ...] = ()
    description: String | None = None
    description_element: Element | None = named(default=None, name="_description")
    useContext: tuple[UsageContext, ...] = ()
    jurisdiction: tuple[CodeableConcept, ...] = ()
    purpose: String | None = None
    purpose_element: Element | None = named(default=None, name="_purpose")
    usage: String | None = None
    usage_element: Element | None = named(default=None, name="_usage")
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
    parameter: tuple[ParameterDefinition, ...] = ()
    dataRequirement: tuple[DataRequirement, ...] = ()
    content: tuple[Attachment, ...] = ()
    def __post_init__(self) -> None:
        if (v := self.id) is not None and not is_id(v):
            raise ValueError("Resource.id is malformed")
        if (v := self.implicitRules) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Resource.implicitRules is malformed")
        if (v := self.language) is not None and v not in CODES and not is_code(v):
            raise ValueError("Resource.language is malformed")
        if (v := self.url) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Library.url is malformed")
        if self.status is None and self.status_element is None:
            raise ValueError("Library.status is required")
        given = 2 - _LIBRARY_SUBJECT(self).count(None)
        if given > 1:
            raise ValueError("Library.subject[x] takes at most one type")
        if (v := self.date) is not None and v not in DATE_TIMES and not is_date_time(v):
            raise ValueError("Library.date is malformed")
        if (v := self.approvalDate) is not None and v not in DATES and not is_date(v):
            raise ValueError("Library.approvalDate is malformed")
        if (v := self.lastReviewDate) is not None and v not in DATES and not is_date(v):
            raise ValueError("Library.lastReviewDate is malformed")


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a Library into `out`; its patient and its clinical date."""
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
    for v7 in r.content:
        if (v8 := v7.contentType) is not None:
            token(('content-type', None, v8))
    for v9 in r.useContext:
        if (v10 := v9.valueCodeableConcept) is not None:
            for c in v10.coding:
                if c.code is not None:
                    token(('context', c.system, c.code))
        if (v11 := v9.valueQuantity) is not None:
            if v11.value is not None:
                v11l, v11h = quantity_range(v11)
                quantity(('context-quantity', v11l, v11h, v11.system, v11.code or v11.unit))
                if v11.unit != v11.code and v11.unit and v11.code:
                    quantity(('context-quantity', v11l, v11h, None, v11.unit))
        if (v12 := v9.valueRange) is not None:
            if (v12q := v12.low or v12.high) is not None:
                v12l, v12h = span(v12)
                quantity(('context-quantity', v12l, v12h, v12q.system, v12q.code or v12q.unit))
        if (v13 := v9.code) is not None:
            if v13.code is not None:
                token(('context-type', v13.system, v13.code))
    if (v14 := r.date) is not None:
        v14l, v14h = date_range(v14)
        date(('date', v14l, v14h))
        if date0 is None: date0 = known(v14l, v14h)
    if (v15 := r.description) is not None:
        string(('description', v15))
    if (v16 := r.effectivePeriod) is not None:
        v16l, v16h = period_range(v16)
        date(('effective', v16l, v16h))
        if date1 is None: date1 = known(v16l, v16h)
    for v17 in r.identifier:
        if v17.value is not None:
            token(('identifier', v17.system, v17.value))
    for v18 in r.jurisdiction:
        for c in v18.coding:
            if c.code is not None:
                token(('jurisdiction', c.system, c.code))
    if (v19 := r.name) is not None:
        string(('name', v19))
    if (v20 := r.publisher) is not None:
        string(('publisher', v20))
    if (v21 := r.status) is not None:
        token(('status', 'http://hl7.org/fhir/publication-status', v21))
    if (v22 := r.title) is not None:
        string(('title', v22))
    for v23 in r.topic:
        for c in v23.coding:
            if c.code is not None:
                token(('topic', c.system, c.code))
    if (v24 := r.type) is not None:
        for c in v24.coding:
            if c.code is not None:
                token(('type', c.system, c.code))
    if (v25 := r.url) is not None:
        uri(('url', v25))
    if (v26 := r.version) is not None:
        token(('version', None, v26))
    if (v27 := r.meta) is not None:
        for v28 in v27.profile:
            if v28 is not None:
                uri(('_profile', v28))
                if '|' in v28:
                    v28w = v28.partition('|')[0]
                    uri(('_profile', v28w))
        for v29 in v27.security:
            if v29.code is not None:
                token(('_security', v29.system, v29.code))
        if (v30 := v27.source) is not None:
            uri(('_source', v30))
        for v31 in v27.tag:
            if v31.code is not None:
                token(('_tag', v31.system, v31.code))
    return None, date0 or date1
