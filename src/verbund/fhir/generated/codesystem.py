"""The resource type CodeSystem of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import CODES, URIS, DATE_TIMES, aligned, attributes, chosen, is_code, is_uri, is_id, is_date_time
from verbund.fhir.extraction import Collector, date_range, known, quantity_range, span
from verbund.fhir.generated.datatypes import BackboneElement, CodeableConcept, Coding, ContactDetail, DomainResource, Element, Identifier, Resource, UsageContext
from verbund.fhir.generated.primitives import CheckedCode, CheckedDateTime, CheckedUri, DateTime, Decimal, Integer, String, UnsignedInt, Uri

class CodeSystemFilter(BackboneElement, kw_only=True):
    code: CheckedCode | None = None
    code_element: Element | None = named(default=None, name="_code")
    description: String | None = None
    description_element: Element | None = named(default=None, name="_description")
    operator: tuple[Literal['=', 'is-a', 'descendent-of', 'is-not-a', 'regex', 'in', 'not-in', 'generalizes', 'exists'] | None, ...] = ()
    operator_element: tuple[Element | None, ...] = named(default=(), name="_operator")
    value: String | None = None
    value_element: Element | None = named(default=None, name="_value")
    def __post_init__(self) -> None:
        if self.code is None and self.code_element is None:
            raise ValueError("CodeSystemFilter.code is required")
        if (self.operator_element or None in self.operator) and not aligned(self.operator, self.operator_element):
            raise ValueError("CodeSystemFilter.operator holds a null without an extension")
        if self.operator == () and self.operator_element == ():
            raise ValueError("CodeSystemFilter.operator is required")
        if self.value is None and self.value_element is None:
            raise ValueError("CodeSystemFilter.value is required")

class CodeSystemProperty(BackboneElement, kw_only=True):
    code: CheckedCode | None = None
    code_element: Element | None = named(default=None, name="_code")
    uri: CheckedUri | None = None
    uri_element: Element | None = named(default=None, name="_uri")
    description: String | None = None
    description_element: Element | None = named(default=None, name="_description")
    type: Literal['code', 'Coding', 'string', 'integer', 'boolean', 'dateTime', 'decimal'] | None = None
    type_element: Element | None = named(default=None, name="_type")
    def __post_init__(self) -> None:
        if self.code is None and self.code_element is None:
            raise ValueError("CodeSystemProperty.code is required")
        if self.type is None and self.type_element is None:
            raise ValueError("CodeSystemProperty.type is required")

class CodeSystemConceptDesignation(BackboneElement, kw_only=True):
    language: CheckedCode | None = None
    language_element: Element | None = named(default=None, name="_language")
    use: Coding | None = None
    value: String | None = None
    value_element: Element | None = named(default=None, name="_value")
    def __post_init__(self) -> None:
        if self.value is None and self.value_element is None:
            raise ValueError("CodeSystemConceptDesignation.value is required")

_CODESYSTEMCONCEPTPROPERTY_VALUE = attributes('valueCode', 'valueString', 'valueInteger', 'valueBoolean', 'valueDateTime', 'valueDecimal', 'valueCoding', 'valueCode_element', 'valueString_element', 'valueInteger_element', 'valueBoolean_element', 'valueDateTime_element', 'valueDecimal_element')
class CodeSystemConceptProperty(BackboneElement, kw_only=True):
    code: CheckedCode | None = None
    code_element: Element | None = named(default=None, name="_code")
    valueCode: CheckedCode | None = None
    valueCode_element: Element | None = named(default=None, name="_valueCode")
    valueString: String | None = None
    valueString_element: Element | None = named(default=None, name="_valueString")
    valueInteger: Integer | None = None
    valueInteger_element: Element | None = named(default=None, name="_valueInteger")
    valueBoolean: bool | None = None
    valueBoolean_element: Element | None = named(default=None, name="_valueBoolean")
    valueDateTime: CheckedDateTime | None = None
    valueDateTime_element: Element | None = named(default=None, name="_valueDateTime")
    valueDecimal: Decimal | None = None
    valueDecimal_element: Element | None = named(default=None, name="_valueDecimal")
    valueCoding: Coding | None = None
    def __post_init__(self) -> None:
        if self.code is None and self.code_element is None:
            raise ValueError("CodeSystemConceptProperty.code is required")
        given = 13 - _CODESYSTEMCONCEPTPROPERTY_VALUE(self).count(None)
        if given > 1:
            given = chosen(_CODESYSTEMCONCEPTPROPERTY_VALUE(self), 7)
        if given != 1:
            raise ValueError("CodeSystemConceptProperty.value[x] takes exactly one type")

class CodeSystemConcept(BackboneElement, kw_only=True):
    code: CheckedCode | None = None
    code_element: Element | None = named(default=None, name="_code")
    display: String | None = None
    display_element: Element | None = named(default=None, name="_display")
    definition: String | None = None
    definition_element: Element | None = named(default=None, name="_definition")
    designation: tuple[CodeSystemConceptDesignation, ...] = ()
    property: tuple[CodeSystemConceptProperty, ...] = ()
    concept: "tuple[CodeSystemConcept, ...]" = ()
    def __post_init__(self) -> None:
        if self.code is None and self.code_element is None:
            raise ValueError("CodeSystemConcept.code is required")

class CodeSystem(DomainResource, kw_only=True, tag_field="resourceType", tag="CodeSystem"):
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
    purpose: String | None = None
    purpose_element: Element | None = named(default=None, name="_purpose")
    copyright: String | None = None
    copyright_element: Element | None = named(default=None, name="_copyright")
    caseSensitive: bool | None = None
    caseSensitive_element: Element | None = named(default=None, name="_caseSensitive")
    valueSet: Uri | None = None
    valueSet_element: Element | None = named(default=None, name="_valueSet")
    hierarchyMeaning: Literal['grouped-by', 'is-a', 'part-of', 'classified-with'] | None = None
    hierarchyMeaning_element: Element | None = named(default=None, name="_hierarchyMeaning")
    compositional: bool | None = None
    compositional_element: Element | None = named(default=None, name="_compositional")
    versionNeeded: bool | None = None
    versionNeeded_element: Element | None = named(default=None, name="_versionNeeded")
    content: Literal['not-present', 'example', 'fragment', 'complete', 'supplement'] | None = None
    content_element: Element | None = named(default=None, name="_content")
    supplements: Uri | None = None
    supplements_element: Element | None = named(default=None, name="_supplements")
    count: UnsignedInt | None = None
    count_element: Element | None = named(default=None, name="_count")
    filter: tuple[CodeSystemFilter, ...] = ()
    property: tuple[CodeSystemProperty, ...] = ()
    concept: tuple[CodeSystemConcept, ...] = ()
    def __post_init__(self) -> None:
        if (v := self.id) is not None and not is_id(v):
            raise ValueError("Resource.id is malformed")
        if (v := self.implicitRules) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Resource.implicitRules is malformed")
        if (v := self.language) is not None and v not in CODES and not is_code(v):
            raise ValueError("Resource.language is malformed")
        if (v := self.url) is not None and v not in URIS and not is_uri(v):
            raise ValueError("CodeSystem.url is malformed")
        if self.status is None and self.status_element is None:
            raise ValueError("CodeSystem.status is required")
        if (v := self.date) is not None and v not in DATE_TIMES and not is_date_time(v):
            raise ValueError("CodeSystem.date is malformed")
        if (v := self.valueSet) is not None and v not in URIS and not is_uri(v):
            raise ValueError("CodeSystem.valueSet is malformed")
        if self.content is None and self.content_element is None:
            raise ValueError("CodeSystem.content is required")
        if (v := self.supplements) is not None and v not in URIS and not is_uri(v):
            raise ValueError("CodeSystem.supplements is malformed")


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a CodeSystem into `out`; its patient and its clinical date."""
    token = out.tokens.append
    string = out.strings.append
    uri = out.uris.append
    reference = out.references.append
    date = out.dates.append
    quantity = out.quantities.append
    date0 = None
    for v1 in r.concept:
        if (v2 := v1.code) is not None:
            token(('code', None, v2))
        for v3 in v1.designation:
            if (v4 := v3.language) is not None:
                token(('language', None, v4))
    if (v5 := r.content) is not None:
        token(('content-mode', 'http://hl7.org/fhir/codesystem-content-mode', v5))
    if (v6 := r.supplements) is not None:
        reference(('supplements', v6))
        if '|' in v6:
            v6w = v6.partition('|')[0]
            reference(('supplements', v6w))
    if (v7 := r.url) is not None:
        uri(('system', v7))
        uri(('url', v7))
    if (v8 := r.meta) is not None:
        for v9 in v8.profile:
            if v9 is not None:
                uri(('_profile', v9))
                if '|' in v9:
                    v9w = v9.partition('|')[0]
                    uri(('_profile', v9w))
        for v10 in v8.security:
            if v10.code is not None:
                token(('_security', v10.system, v10.code))
        if (v11 := v8.source) is not None:
            uri(('_source', v11))
        for v12 in v8.tag:
            if v12.code is not None:
                token(('_tag', v12.system, v12.code))
    for v13 in r.useContext:
        if (v14 := v13.valueCodeableConcept) is not None:
            for c in v14.coding:
                if c.code is not None:
                    token(('context', c.system, c.code))
        if (v15 := v13.valueQuantity) is not None:
            if v15.value is not None:
                v15l, v15h = quantity_range(v15)
                quantity(('context-quantity', v15l, v15h, v15.system, v15.code or v15.unit))
                if v15.unit != v15.code and v15.unit and v15.code:
                    quantity(('context-quantity', v15l, v15h, None, v15.unit))
        if (v16 := v13.valueRange) is not None:
            if (v16q := v16.low or v16.high) is not None:
                v16l, v16h = span(v16)
                quantity(('context-quantity', v16l, v16h, v16q.system, v16q.code or v16q.unit))
        if (v17 := v13.code) is not None:
            if v17.code is not None:
                token(('context-type', v17.system, v17.code))
    if (v18 := r.date) is not None:
        v18l, v18h = date_range(v18)
        date(('date', v18l, v18h))
        if date0 is None: date0 = known(v18l, v18h)
    if (v19 := r.description) is not None:
        string(('description', v19))
    for v20 in r.identifier:
        if v20.value is not None:
            token(('identifier', v20.system, v20.value))
    for v21 in r.jurisdiction:
        for c in v21.coding:
            if c.code is not None:
                token(('jurisdiction', c.system, c.code))
    if (v22 := r.name) is not None:
        string(('name', v22))
    if (v23 := r.publisher) is not None:
        string(('publisher', v23))
    if (v24 := r.status) is not None:
        token(('status', 'http://hl7.org/fhir/publication-status', v24))
    if (v25 := r.title) is not None:
        string(('title', v25))
    if (v26 := r.version) is not None:
        token(('version', None, v26))
    return None, date0
