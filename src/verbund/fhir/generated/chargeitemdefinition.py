"""The resource type ChargeItemDefinition of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import CODES, URIS, DATES, DATE_TIMES, aligned, is_code, is_uri, is_id, is_date, is_date_time
from verbund.fhir.extraction import Collector, date_range, known, period_range, quantity_range, span
from verbund.fhir.generated.datatypes import BackboneElement, CodeableConcept, ContactDetail, DomainResource, Element, Identifier, Money, Period, Reference, Resource, UsageContext
from verbund.fhir.generated.primitives import Date, DateTime, Decimal, String, Uri

class ChargeItemDefinitionApplicability(BackboneElement, kw_only=True):
    description: String | None = None
    description_element: Element | None = named(default=None, name="_description")
    language: String | None = None
    language_element: Element | None = named(default=None, name="_language")
    expression: String | None = None
    expression_element: Element | None = named(default=None, name="_expression")

class ChargeItemDefinitionPropertyGroupPriceComponent(BackboneElement, kw_only=True):
    type: Literal['base', 'surcharge', 'deduction', 'discount', 'tax', 'informational'] | None = None
    type_element: Element | None = named(default=None, name="_type")
    code: CodeableConcept | None = None
    factor: Decimal | None = None
    factor_element: Element | None = named(default=None, name="_factor")
    amount: Money | None = None
    def __post_init__(self) -> None:
        if self.type is None and self.type_element is None:
            raise ValueError("ChargeItemDefinitionPropertyGroupPriceComponent.type is required")

class ChargeItemDefinitionPropertyGroup(BackboneElement, kw_only=True):
    applicability: tuple[ChargeItemDefinitionApplicability, ...] = ()
    priceComponent: tuple[ChargeItemDefinitionPropertyGroupPriceComponent, ...] = ()

class ChargeItemDefinition(DomainResource, kw_only=True, tag_field="resourceType", tag="ChargeItemDefinition"):
    url: Uri | None = None
    url_element: Element | None = named(default=None, name="_url")
    identifier: tuple[Identifier, ...] = ()
    version: String | None = None
    version_element: Element | None = named(default=None, name="_version")
    title: String | None = None
    title_element: Element | None = named(default=None, name="_title")
    derivedFromUri: tuple[Uri | None, ...] = ()
    derivedFromUri_element: tuple[Element | None, ...] = named(default=(), name="_derivedFromUri")
    partOf: tuple[Uri | None, ...] = ()
    partOf_element: tuple[Element | None, ...] = named(default=(), name="_partOf")
    replaces: tuple[Uri | None, ...] = ()
    replaces_element: tuple[Element | None, ...] = named(default=(), name="_replaces")
    status: Literal['draft', 'active', 'retired', 'unknown'] | None = None
    status_element: Element | None = named(default=None, name="_status")
    experimental: bool | None = None
    experimental_element: Element | None = named(default=None, name="_experimental")
    date: DateTime | None = None
    date_element: Element | None = named(default=None, name="_date")
    publisher: String | None = None
    publisher_element: Element | None = named(default=None, name="_publisher")
    contact: tuple[ContactDetail, ...] = ()
    description: String | None = None
    description_element: Element | None = named(default=None, name="_description")
    useContext: tuple[UsageContext, ...] = ()
    jurisdiction: tuple[CodeableConcept, ...] = ()
    copyright: String | None = None
    copyright_element: Element | None = named(default=None, name="_copyright")
    approvalDate: Date | None = None
    approvalDate_element: Element | None = named(default=None, name="_approvalDate")
    lastReviewDate: Date | None = None
    lastReviewDate_element: Element | None = named(default=None, name="_lastReviewDate")
    effectivePeriod: Period | None = None
    code: CodeableConcept | None = None
    instance: tuple[Reference, ...] = ()
    applicability: tuple[ChargeItemDefinitionApplicability, ...] = ()
    propertyGroup: tuple[ChargeItemDefinitionPropertyGroup, ...] = ()
    def __post_init__(self) -> None:
        if (v := self.id) is not None and not is_id(v):
            raise ValueError("Resource.id is malformed")
        if (v := self.implicitRules) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Resource.implicitRules is malformed")
        if (v := self.language) is not None and v not in CODES and not is_code(v):
            raise ValueError("Resource.language is malformed")
        if (v := self.url) is not None and v not in URIS and not is_uri(v):
            raise ValueError("ChargeItemDefinition.url is malformed")
        if self.url is None and self.url_element is None:
            raise ValueError("ChargeItemDefinition.url is required")
        for v in self.derivedFromUri:
            if v is not None and v not in URIS and not is_uri(v):
                raise ValueError("ChargeItemDefinition.derivedFromUri is malformed")
        if (self.derivedFromUri_element or None in self.derivedFromUri) and not aligned(self.derivedFromUri, self.derivedFromUri_element):
            raise ValueError("ChargeItemDefinition.derivedFromUri holds a null without an extension")
        for v in self.partOf:
            if v is not None and v not in URIS and not is_uri(v):
                raise ValueError("ChargeItemDefinition.partOf is malformed")
        if (self.partOf_element or None in self.partOf) and not aligned(self.partOf, self.partOf_element):
            raise ValueError("ChargeItemDefinition.partOf holds a null without an extension")
        for v in self.replaces:
            if v is not None and v not in URIS and not is_uri(v):
                raise ValueError("ChargeItemDefinition.replaces is malformed")
        if (self.replaces_element or None in self.replaces) and not aligned(self.replaces, self.replaces_element):
            raise ValueError("ChargeItemDefinition.replaces holds a null without an extension")
        if self.status is None and self.status_element is None:
            raise ValueError("ChargeItemDefinition.status is required")
        if (v := self.date) is not None and v not in DATE_TIMES and not is_date_time(v):
            raise ValueError("ChargeItemDefinition.date is malformed")
        if (v := self.approvalDate) is not None and v not in DATES and not is_date(v):
            raise ValueError("ChargeItemDefinition.approvalDate is malformed")
        if (v := self.lastReviewDate) is not None and v not in DATES and not is_date(v):
            raise ValueError("ChargeItemDefinition.lastReviewDate is malformed")


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a ChargeItemDefinition into `out`; its patient and its clinical date."""
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
    if (v11 := r.publisher) is not None:
        string(('publisher', v11))
    if (v12 := r.status) is not None:
        token(('status', 'http://hl7.org/fhir/publication-status', v12))
    if (v13 := r.title) is not None:
        string(('title', v13))
    if (v14 := r.url) is not None:
        uri(('url', v14))
    if (v15 := r.version) is not None:
        token(('version', None, v15))
    if (v16 := r.meta) is not None:
        for v17 in v16.profile:
            if v17 is not None:
                uri(('_profile', v17))
                if '|' in v17:
                    v17w = v17.partition('|')[0]
                    uri(('_profile', v17w))
        for v18 in v16.security:
            if v18.code is not None:
                token(('_security', v18.system, v18.code))
        if (v19 := v16.source) is not None:
            uri(('_source', v19))
        for v20 in v16.tag:
            if v20.code is not None:
                token(('_tag', v20.system, v20.code))
    return None, date0 or date1
