"""The resource type ValueSet of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import CODES, URIS, DATE_TIMES, aligned, attributes, chosen, is_code, is_uri, is_id, is_date_time
from verbund.fhir.extraction import Collector, date_range, known, quantity_range, span
from verbund.fhir.generated.datatypes import BackboneElement, CodeableConcept, Coding, ContactDetail, DomainResource, Element, Identifier, Resource, UsageContext
from verbund.fhir.generated.primitives import CheckedCode, CheckedDate, CheckedDateTime, CheckedUri, DateTime, Decimal, Integer, String, Uri

class ValueSetComposeIncludeConceptDesignation(BackboneElement, kw_only=True):
    language: CheckedCode | None = None
    language_element: Element | None = named(default=None, name="_language")
    use: Coding | None = None
    value: String | None = None
    value_element: Element | None = named(default=None, name="_value")
    def __post_init__(self) -> None:
        if self.value is None and self.value_element is None:
            raise ValueError("ValueSetComposeIncludeConceptDesignation.value is required")

class ValueSetComposeIncludeConcept(BackboneElement, kw_only=True):
    code: CheckedCode | None = None
    code_element: Element | None = named(default=None, name="_code")
    display: String | None = None
    display_element: Element | None = named(default=None, name="_display")
    designation: tuple[ValueSetComposeIncludeConceptDesignation, ...] = ()
    def __post_init__(self) -> None:
        if self.code is None and self.code_element is None:
            raise ValueError("ValueSetComposeIncludeConcept.code is required")

class ValueSetComposeIncludeFilter(BackboneElement, kw_only=True):
    property: CheckedCode | None = None
    property_element: Element | None = named(default=None, name="_property")
    op: Literal['=', 'is-a', 'descendent-of', 'is-not-a', 'regex', 'in', 'not-in', 'generalizes', 'exists'] | None = None
    op_element: Element | None = named(default=None, name="_op")
    value: String | None = None
    value_element: Element | None = named(default=None, name="_value")
    def __post_init__(self) -> None:
        if self.property is None and self.property_element is None:
            raise ValueError("ValueSetComposeIncludeFilter.property is required")
        if self.op is None and self.op_element is None:
            raise ValueError("ValueSetComposeIncludeFilter.op is required")
        if self.value is None and self.value_element is None:
            raise ValueError("ValueSetComposeIncludeFilter.value is required")

class ValueSetComposeInclude(BackboneElement, kw_only=True):
    system: CheckedUri | None = None
    system_element: Element | None = named(default=None, name="_system")
    version: String | None = None
    version_element: Element | None = named(default=None, name="_version")
    concept: tuple[ValueSetComposeIncludeConcept, ...] = ()
    filter: tuple[ValueSetComposeIncludeFilter, ...] = ()
    valueSet: tuple[CheckedUri | None, ...] = ()
    valueSet_element: tuple[Element | None, ...] = named(default=(), name="_valueSet")
    def __post_init__(self) -> None:
        if (self.valueSet_element or None in self.valueSet) and not aligned(self.valueSet, self.valueSet_element):
            raise ValueError("ValueSetComposeInclude.valueSet holds a null without an extension")

class ValueSetCompose(BackboneElement, kw_only=True):
    lockedDate: CheckedDate | None = None
    lockedDate_element: Element | None = named(default=None, name="_lockedDate")
    inactive: bool | None = None
    inactive_element: Element | None = named(default=None, name="_inactive")
    include: tuple[ValueSetComposeInclude, ...]
    exclude: tuple[ValueSetComposeInclude, ...] = ()

_VALUESETEXPANSIONPARAMETER_VALUE = attributes('valueString', 'valueBoolean', 'valueInteger', 'valueDecimal', 'valueUri', 'valueCode', 'valueDateTime', 'valueString_element', 'valueBoolean_element', 'valueInteger_element', 'valueDecimal_element', 'valueUri_element', 'valueCode_element', 'valueDateTime_element')
class ValueSetExpansionParameter(BackboneElement, kw_only=True):
    name: String | None = None
    name_element: Element | None = named(default=None, name="_name")
    valueString: String | None = None
    valueString_element: Element | None = named(default=None, name="_valueString")
    valueBoolean: bool | None = None
    valueBoolean_element: Element | None = named(default=None, name="_valueBoolean")
    valueInteger: Integer | None = None
    valueInteger_element: Element | None = named(default=None, name="_valueInteger")
    valueDecimal: Decimal | None = None
    valueDecimal_element: Element | None = named(default=None, name="_valueDecimal")
    valueUri: CheckedUri | None = None
    valueUri_element: Element | None = named(default=None, name="_valueUri")
    valueCode: CheckedCode | None = None
    valueCode_element: Element | None = named(default=None, name="_valueCode")
    valueDateTime: CheckedDateTime | None = None
    valueDateTime_element: Element | None = named(default=None, name="_valueDateTime")
    def __post_init__(self) -> None:
        if self.name is None and self.name_element is None:
            raise ValueError("ValueSetExpansionParameter.name is required")
        given = 14 - _VALUESETEXPANSIONPARAMETER_VALUE(self).count(None)
        if given > 1:
            given = chosen(_VALUESETEXPANSIONPARAMETER_VALUE(self), 7)
        if given > 1:
            raise ValueError("ValueSetExpansionParameter.value[x] takes at most one type")

class ValueSetExpansionContains(BackboneElement, kw_only=True):
    system: CheckedUri | None = None
    system_element: Element | None = named(default=None, name="_system")
    abstract: bool | None = None
    abstract_element: Element | None = named(default=None, name="_abstract")
    inactive: bool | None = None
    inactive_element: Element | None = named(default=None, name="_inactive")
    version: String | None = None
    version_element: Element | None = named(default=None, name="_version")
    code: CheckedCode | None = None
    code_element: Element | None = named(default=None, name="_code")
    display: String | None = None
    display_element: Element | None = named(default=None, name="_display")
    designation: tuple[ValueSetComposeIncludeConceptDesignation, ...] = ()
    contains: "tuple[ValueSetExpansionContains, ...]" = ()

class ValueSetExpansion(BackboneElement, kw_only=True):
    identifier: CheckedUri | None = None
    identifier_element: Element | None = named(default=None, name="_identifier")
    timestamp: CheckedDateTime | None = None
    timestamp_element: Element | None = named(default=None, name="_timestamp")
    total: Integer | None = None
    total_element: Element | None = named(default=None, name="_total")
    offset: Integer | None = None
    offset_element: Element | None = named(default=None, name="_offset")
    parameter: tuple[ValueSetExpansionParameter, ...] = ()
    contains: tuple[ValueSetExpansionContains, ...] = ()
    def __post_init__(self) -> None:
        if self.timestamp is None and self.timestamp_element is None:
            raise ValueError("ValueSetExpansion.timestamp is required")

class ValueSet(DomainResource, kw_only=True, tag_field="resourceType", tag="ValueSet"):
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
    immutable: bool | None = None
    immutable_element: Element | None = named(default=None, name="_immutable")
    purpose: String | None = None
    purpose_element: Element | None = named(default=None, name="_purpose")
    copyright: String | None = None
    copyright_element: Element | None = named(default=None, name="_copyright")
    compose: ValueSetCompose | None = None
    expansion: ValueSetExpansion | None = None
    def __post_init__(self) -> None:
        if (v := self.id) is not None and not is_id(v):
            raise ValueError("Resource.id is malformed")
        if (v := self.implicitRules) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Resource.implicitRules is malformed")
        if (v := self.language) is not None and v not in CODES and not is_code(v):
            raise ValueError("Resource.language is malformed")
        if (v := self.url) is not None and v not in URIS and not is_uri(v):
            raise ValueError("ValueSet.url is malformed")
        if self.status is None and self.status_element is None:
            raise ValueError("ValueSet.status is required")
        if (v := self.date) is not None and v not in DATE_TIMES and not is_date_time(v):
            raise ValueError("ValueSet.date is malformed")


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a ValueSet into `out`; its patient and its clinical date."""
    token = out.tokens.append
    string = out.strings.append
    uri = out.uris.append
    date = out.dates.append
    quantity = out.quantities.append
    date0 = None
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
    if (v6 := r.expansion) is not None:
        for v7 in v6.contains:
            if (v8 := v7.code) is not None:
                token(('code', None, v8))
        if (v9 := v6.identifier) is not None:
            uri(('expansion', v9))
    if (v10 := r.compose) is not None:
        for v11 in v10.include:
            for v12 in v11.concept:
                if (v13 := v12.code) is not None:
                    token(('code', None, v13))
            if (v14 := v11.system) is not None:
                uri(('reference', v14))
    for v15 in r.useContext:
        if (v16 := v15.valueCodeableConcept) is not None:
            for c in v16.coding:
                if c.code is not None:
                    token(('context', c.system, c.code))
        if (v17 := v15.valueQuantity) is not None:
            if v17.value is not None:
                v17l, v17h = quantity_range(v17)
                quantity(('context-quantity', v17l, v17h, v17.system, v17.code or v17.unit))
                if v17.unit != v17.code and v17.unit and v17.code:
                    quantity(('context-quantity', v17l, v17h, None, v17.unit))
        if (v18 := v15.valueRange) is not None:
            if (v18q := v18.low or v18.high) is not None:
                v18l, v18h = span(v18)
                quantity(('context-quantity', v18l, v18h, v18q.system, v18q.code or v18q.unit))
        if (v19 := v15.code) is not None:
            if v19.code is not None:
                token(('context-type', v19.system, v19.code))
    if (v20 := r.date) is not None:
        v20l, v20h = date_range(v20)
        date(('date', v20l, v20h))
        if date0 is None: date0 = known(v20l, v20h)
    if (v21 := r.description) is not None:
        string(('description', v21))
    for v22 in r.identifier:
        if v22.value is not None:
            token(('identifier', v22.system, v22.value))
    for v23 in r.jurisdiction:
        for c in v23.coding:
            if c.code is not None:
                token(('jurisdiction', c.system, c.code))
    if (v24 := r.name) is not None:
        string(('name', v24))
    if (v25 := r.publisher) is not None:
        string(('publisher', v25))
    if (v26 := r.status) is not None:
        token(('status', 'http://hl7.org/fhir/publication-status', v26))
    if (v27 := r.title) is not None:
        string(('title', v27))
    if (v28 := r.url) is not None:
        uri(('url', v28))
    if (v29 := r.version) is not None:
        token(('version', None, v29))
    return None, date0
