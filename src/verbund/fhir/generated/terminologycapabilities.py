"""The resource type TerminologyCapabilities of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import CODES, URIS, DATE_TIMES, aligned, is_code, is_uri, is_id, is_date_time
from verbund.fhir.extraction import Collector, date_range, known, quantity_range, span
from verbund.fhir.generated.datatypes import BackboneElement, CodeableConcept, ContactDetail, DomainResource, Element, Resource, UsageContext
from verbund.fhir.generated.primitives import CheckedCode, CheckedUri, DateTime, String, Uri

class TerminologyCapabilitiesSoftware(BackboneElement, kw_only=True):
    name: String | None = None
    name_element: Element | None = named(default=None, name="_name")
    version: String | None = None
    version_element: Element | None = named(default=None, name="_version")
    def __post_init__(self) -> None:
        if self.name is None and self.name_element is None:
            raise ValueError("TerminologyCapabilitiesSoftware.name is required")

class TerminologyCapabilitiesImplementation(BackboneElement, kw_only=True):
    description: String | None = None
    description_element: Element | None = named(default=None, name="_description")
    url: CheckedUri | None = None
    url_element: Element | None = named(default=None, name="_url")
    def __post_init__(self) -> None:
        if self.description is None and self.description_element is None:
            raise ValueError("TerminologyCapabilitiesImplementation.description is required")

class TerminologyCapabilitiesCodeSystemVersionFilter(BackboneElement, kw_only=True):
    code: CheckedCode | None = None
    code_element: Element | None = named(default=None, name="_code")
    op: tuple[CheckedCode | None, ...] = ()
    op_element: tuple[Element | None, ...] = named(default=(), name="_op")
    def __post_init__(self) -> None:
        if self.code is None and self.code_element is None:
            raise ValueError("TerminologyCapabilitiesCodeSystemVersionFilter.code is required")
        if (self.op_element or None in self.op) and not aligned(self.op, self.op_element):
            raise ValueError("TerminologyCapabilitiesCodeSystemVersionFilter.op holds a null without an extension")
        if self.op == () and self.op_element == ():
            raise ValueError("TerminologyCapabilitiesCodeSystemVersionFilter.op is required")

class TerminologyCapabilitiesCodeSystemVersion(BackboneElement, kw_only=True):
    code: String | None = None
    code_element: Element | None = named(default=None, name="_code")
    isDefault: bool | None = None
    isDefault_element: Element | None = named(default=None, name="_isDefault")
    compositional: bool | None = None
    compositional_element: Element | None = named(default=None, name="_compositional")
    language: tuple[CheckedCode | None, ...] = ()
    language_element: tuple[Element | None, ...] = named(default=(), name="_language")
    filter: tuple[TerminologyCapabilitiesCodeSystemVersionFilter, ...] = ()
    property: tuple[CheckedCode | None, ...] = ()
    property_element: tuple[Element | None, ...] = named(default=(), name="_property")
    def __post_init__(self) -> None:
        if (self.language_element or None in self.language) and not aligned(self.language, self.language_element):
            raise ValueError("TerminologyCapabilitiesCodeSystemVersion.language holds a null without an extension")
        if (self.property_element or None in self.property) and not aligned(self.property, self.property_element):
            raise ValueError("TerminologyCapabilitiesCodeSystemVersion.property holds a null without an extension")

class TerminologyCapabilitiesCodeSystem(BackboneElement, kw_only=True):
    uri: CheckedUri | None = None
    uri_element: Element | None = named(default=None, name="_uri")
    version: tuple[TerminologyCapabilitiesCodeSystemVersion, ...] = ()
    subsumption: bool | None = None
    subsumption_element: Element | None = named(default=None, name="_subsumption")

class TerminologyCapabilitiesExpansionParameter(BackboneElement, kw_only=True):
    name: CheckedCode | None = None
    name_element: Element | None = named(default=None, name="_name")
    documentation: String | None = None
    documentation_element: Element | None = named(default=None, name="_documentation")
    def __post_init__(self) -> None:
        if self.name is None and self.name_element is None:
            raise ValueError("TerminologyCapabilitiesExpansionParameter.name is required")

class TerminologyCapabilitiesExpansion(BackboneElement, kw_only=True):
    hierarchical: bool | None = None
    hierarchical_element: Element | None = named(default=None, name="_hierarchical")
    paging: bool | None = None
    paging_element: Element | None = named(default=None, name="_paging")
    incomplete: bool | None = None
    incomplete_element: Element | None = named(default=None, name="_incomplete")
    parameter: tuple[TerminologyCapabilitiesExpansionParameter, ...] = ()
    textFilter: String | None = None
    textFilter_element: Element | None = named(default=None, name="_textFilter")

class TerminologyCapabilitiesValidateCode(BackboneElement, kw_only=True):
    translations: bool | None = None
    translations_element: Element | None = named(default=None, name="_translations")
    def __post_init__(self) -> None:
        if self.translations is None and self.translations_element is None:
            raise ValueError("TerminologyCapabilitiesValidateCode.translations is required")

class TerminologyCapabilitiesTranslation(BackboneElement, kw_only=True):
    needsMap: bool | None = None
    needsMap_element: Element | None = named(default=None, name="_needsMap")
    def __post_init__(self) -> None:
        if self.needsMap is None and self.needsMap_element is None:
            raise ValueError("TerminologyCapabilitiesTranslation.needsMap is required")

class TerminologyCapabilitiesClosure(BackboneElement, kw_only=True):
    translation: bool | None = None
    translation_element: Element | None = named(default=None, name="_translation")

class TerminologyCapabilities(DomainResource, kw_only=True, tag_field="resourceType", tag="TerminologyCapabilities"):
    url: Uri | None = None
    url_element: Element | None = named(default=None, name="_url")
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
    purpose: String | None = None
    purpose_element: Element | None = named(default=None, name="_purpose")
    copyright: String | None = None
    copyright_element: Element | None = named(default=None, name="_copyright")
    kind: Literal['instance', 'capability', 'requirements'] | None = None
    kind_element: Element | None = named(default=None, name="_kind")
    software: TerminologyCapabilitiesSoftware | None = None
    implementation: TerminologyCapabilitiesImplementation | None = None
    lockedDate: bool | None = None
    lockedDate_element: Element | None = named(default=None, name="_lockedDate")
    codeSystem: tuple[TerminologyCapabilitiesCodeSystem, ...] = ()
    expansion: TerminologyCapabilitiesExpansion | None = None
    codeSearch: Literal['explicit', 'all'] | None = None
    codeSearch_element: Element | None = named(default=None, name="_codeSearch")
    validateCode: TerminologyCapabilitiesValidateCode | None = None
    translation: TerminologyCapabilitiesTranslation | None = None
    closure: TerminologyCapabilitiesClosure | None = None
    def __post_init__(self) -> None:
        if (v := self.id) is not None and not is_id(v):
            raise ValueError("Resource.id is malformed")
        if (v := self.implicitRules) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Resource.implicitRules is malformed")
        if (v := self.language) is not None and v not in CODES and not is_code(v):
            raise ValueError("Resource.language is malformed")
        if (v := self.url) is not None and v not in URIS and not is_uri(v):
            raise ValueError("TerminologyCapabilities.url is malformed")
        if self.status is None and self.status_element is None:
            raise ValueError("TerminologyCapabilities.status is required")
        if (v := self.date) is not None and v not in DATE_TIMES and not is_date_time(v):
            raise ValueError("TerminologyCapabilities.date is malformed")
        if self.date is None and self.date_element is None:
            raise ValueError("TerminologyCapabilities.date is required")
        if self.kind is None and self.kind_element is None:
            raise ValueError("TerminologyCapabilities.kind is required")


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a TerminologyCapabilities into `out`; its patient and its clinical date."""
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
    for v13 in r.jurisdiction:
        for c in v13.coding:
            if c.code is not None:
                token(('jurisdiction', c.system, c.code))
    if (v14 := r.name) is not None:
        string(('name', v14))
    if (v15 := r.publisher) is not None:
        string(('publisher', v15))
    if (v16 := r.status) is not None:
        token(('status', 'http://hl7.org/fhir/publication-status', v16))
    if (v17 := r.title) is not None:
        string(('title', v17))
    if (v18 := r.url) is not None:
        uri(('url', v18))
    if (v19 := r.version) is not None:
        token(('version', None, v19))
    return None, date0
