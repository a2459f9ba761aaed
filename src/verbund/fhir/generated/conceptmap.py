"""The resource type ConceptMap of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import CODES, URIS, DATE_TIMES, attributes, chosen, is_code, is_uri, is_id, is_date_time
from verbund.fhir.extraction import Collector, date_range, known, quantity_range, span
from verbund.fhir.generated.datatypes import BackboneElement, CodeableConcept, ContactDetail, DomainResource, Element, Identifier, Resource, UsageContext
from verbund.fhir.generated.primitives import CheckedCode, CheckedUri, DateTime, String, Uri

class ConceptMapGroupElementTargetDependsOn(BackboneElement, kw_only=True):
    property: CheckedUri | None = None
    property_element: Element | None = named(default=None, name="_property")
    system: CheckedUri | None = None
    system_element: Element | None = named(default=None, name="_system")
    value: String | None = None
    value_element: Element | None = named(default=None, name="_value")
    display: String | None = None
    display_element: Element | None = named(default=None, name="_display")
    def __post_init__(self) -> None:
        if self.property is None and self.property_element is None:
            raise ValueError("ConceptMapGroupElementTargetDependsOn.property is required")
        if self.value is None and self.value_element is None:
            raise ValueError("ConceptMapGroupElementTargetDependsOn.value is required")

class ConceptMapGroupElementTarget(BackboneElement, kw_only=True):
    code: CheckedCode | None = None
    code_element: Element | None = named(default=None, name="_code")
    display: String | None = None
    display_element: Element | None = named(default=None, name="_display")
    equivalence: Literal['relatedto', 'equivalent', 'equal', 'wider', 'subsumes', 'narrower', 'specializes', 'inexact', 'unmatched', 'disjoint'] | None = None
    equivalence_element: Element | None = named(default=None, name="_equivalence")
    comment: String | None = None
    comment_element: Element | None = named(default=None, name="_comment")
    dependsOn: tuple[ConceptMapGroupElementTargetDependsOn, ...] = ()
    product: tuple[ConceptMapGroupElementTargetDependsOn, ...] = ()
    def __post_init__(self) -> None:
        if self.equivalence is None and self.equivalence_element is None:
            raise ValueError("ConceptMapGroupElementTarget.equivalence is required")

class ConceptMapGroupElement(BackboneElement, kw_only=True):
    code: CheckedCode | None = None
    code_element: Element | None = named(default=None, name="_code")
    display: String | None = None
    display_element: Element | None = named(default=None, name="_display")
    target: tuple[ConceptMapGroupElementTarget, ...] = ()

class ConceptMapGroupUnmapped(BackboneElement, kw_only=True):
    mode: Literal['provided', 'fixed', 'other-map'] | None = None
    mode_element: Element | None = named(default=None, name="_mode")
    code: CheckedCode | None = None
    code_element: Element | None = named(default=None, name="_code")
    display: String | None = None
    display_element: Element | None = named(default=None, name="_display")
    url: CheckedUri | None = None
    url_element: Element | None = named(default=None, name="_url")
    def __post_init__(self) -> None:
        if self.mode is None and self.mode_element is None:
            raise ValueError("ConceptMapGroupUnmapped.mode is required")

class ConceptMapGroup(BackboneElement, kw_only=True):
    source: CheckedUri | None = None
    source_element: Element | None = named(default=None, name="_source")
    sourceVersion: String | None = None
    sourceVersion_element: Element | None = named(default=None, name="_sourceVersion")
    target: CheckedUri | None = None
    target_element: Element | None = named(default=None, name="_target")
    targetVersion: String | None = None
    targetVersion_element: Element | None = named(default=None, name="_targetVersion")
    element: tuple[ConceptMapGroupElement, ...]
    unmapped: ConceptMapGroupUnmapped | None = None

_CONCEPTMAP_SOURCE = attributes('sourceUri', 'sourceCanonical', 'sourceUri_element', 'sourceCanonical_element')
_CONCEPTMAP_TARGET = attributes('targetUri', 'targetCanonical', 'targetUri_element', 'targetCanonical_element')
class ConceptMap(DomainResource, kw_only=True, tag_field="resourceType", tag="ConceptMap"):
    url: Uri | None = None
    url_element: Element | None = named(default=None, name="_url")
    identifier: Identifier | None = None
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
    sourceUri: Uri | None = None
    sourceUri_element: Element | None = named(default=None, name="_sourceUri")
    sourceCanonical: Uri | None = None
    sourceCanonical_element: Element | None = named(default=None, name="_sourceCanonical")
    targetUri: Uri | None = None
    targetUri_element: Element | None = named(default=None, name="_targetUri")
    targetCanonical: Uri | None = None
    targetCanonical_element: Element | None = named(default=None, name="_targetCanonical")
    group: tuple[ConceptMapGroup, ...] = ()
    def __post_init__(self) -> None:
        if (v := self.id) is not None and not is_id(v):
            raise ValueError("Resource.id is malformed")
        if (v := self.implicitRules) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Resource.implicitRules is malformed")
        if (v := self.language) is not None and v not in CODES and not is_code(v):
            raise ValueError("Resource.language is malformed")
        if (v := self.url) is not None and v not in URIS and not is_uri(v):
            raise ValueError("ConceptMap.url is malformed")
        if self.status is None and self.status_element is None:
            raise ValueError("ConceptMap.status is required")
        if (v := self.date) is not None and v not in DATE_TIMES and not is_date_time(v):
            raise ValueError("ConceptMap.date is malformed")
        if (v := self.sourceUri) is not None and v not in URIS and not is_uri(v):
            raise ValueError("ConceptMap.sourceUri is malformed")
        if (v := self.sourceCanonical) is not None and v not in URIS and not is_uri(v):
            raise ValueError("ConceptMap.sourceCanonical is malformed")
        given = 4 - _CONCEPTMAP_SOURCE(self).count(None)
        if given > 1:
            given = chosen(_CONCEPTMAP_SOURCE(self), 2)
        if given > 1:
            raise ValueError("ConceptMap.source[x] takes at most one type")
        if (v := self.targetUri) is not None and v not in URIS and not is_uri(v):
            raise ValueError("ConceptMap.targetUri is malformed")
        if (v := self.targetCanonical) is not None and v not in URIS and not is_uri(v):
            raise ValueError("ConceptMap.targetCanonical is malformed")
        given = 4 - _CONCEPTMAP_TARGET(self).count(None)
        if given > 1:
            given = chosen(_CONCEPTMAP_TARGET(self), 2)
        if given > 1:
            raise ValueError("ConceptMap.target[x] takes at most one type")


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a ConceptMap into `out`; its patient and its clinical date."""
    token = out.tokens.append
    string = out.strings.append
    uri = out.uris.append
    reference = out.references.append
    date = out.dates.append
    quantity = out.quantities.append
    date0 = None
    for v1 in r.group:
        for v2 in v1.element:
            for v3 in v2.target:
                for v4 in v3.dependsOn:
                    if (v5 := v4.property) is not None:
                        uri(('dependson', v5))
                for v6 in v3.product:
                    if (v7 := v6.property) is not None:
                        uri(('product', v7))
                if (v8 := v3.code) is not None:
                    token(('target-code', None, v8))
            if (v9 := v2.code) is not None:
                token(('source-code', None, v9))
        if (v10 := v1.unmapped) is not None:
            if (v11 := v10.url) is not None:
                reference(('other', v11))
                if '|' in v11:
                    v11w = v11.partition('|')[0]
                    reference(('other', v11w))
        if (v12 := v1.source) is not None:
            uri(('source-system', v12))
        if (v13 := v1.target) is not None:
            uri(('target-system', v13))
    if (v14 := r.sourceCanonical) is not None:
        reference(('source', v14))
        if '|' in v14:
            v14w = v14.partition('|')[0]
            reference(('source', v14w))
    if (v15 := r.sourceUri) is not None:
        reference(('source-uri', v15))
    if (v16 := r.targetCanonical) is not None:
        reference(('target', v16))
        if '|' in v16:
            v16w = v16.partition('|')[0]
            reference(('target', v16w))
    if (v17 := r.targetUri) is not None:
        reference(('target-uri', v17))
    if (v18 := r.meta) is not None:
        for v19 in v18.profile:
            if v19 is not None:
                uri(('_profile', v19))
                if '|' in v19:
                    v19w = v19.partition('|')[0]
                    uri(('_profile', v19w))
        for v20 in v18.security:
            if v20.code is not None:
                token(('_security', v20.system, v20.code))
        if (v21 := v18.source) is not None:
            uri(('_source', v21))
        for v22 in v18.tag:
            if v22.code is not None:
                token(('_tag', v22.system, v22.code))
    for v23 in r.useContext:
        if (v24 := v23.valueCodeableConcept) is not None:
            for c in v24.coding:
                if c.code is not None:
                    token(('context', c.system, c.code))
        if (v25 := v23.valueQuantity) is not None:
            if v25.value is not None:
                v25l, v25h = quantity_range(v25)
                quantity(('context-quantity', v25l, v25h, v25.system, v25.code or v25.unit))
                if v25.unit != v25.code and v25.unit and v25.code:
                    quantity(('context-quantity', v25l, v25h, None, v25.unit))
        if (v26 := v23.valueRange) is not None:
            if (v26q := v26.low or v26.high) is not None:
                v26l, v26h = span(v26)
                quantity(('context-quantity', v26l, v26h, v26q.system, v26q.code or v26q.unit))
        if (v27 := v23.code) is not None:
            if v27.code is not None:
                token(('context-type', v27.system, v27.code))
    if (v28 := r.date) is not None:
        v28l, v28h = date_range(v28)
        date(('date', v28l, v28h))
        if date0 is None: date0 = known(v28l, v28h)
    if (v29 := r.description) is not None:
        string(('description', v29))
    if (v30 := r.identifier) is not None:
        if v30.value is not None:
            token(('identifier', v30.system, v30.value))
    for v31 in r.jurisdiction:
        for c in v31.coding:
            if c.code is not None:
                token(('jurisdiction', c.system, c.code))
    if (v32 := r.name) is not None:
        string(('name', v32))
    if (v33 := r.publisher) is not None:
        string(('publisher', v33))
    if (v34 := r.status) is not None:
        token(('status', 'http://hl7.org/fhir/publication-status', v34))
    if (v35 := r.title) is not None:
        string(('title', v35))
    if (v36 := r.url) is not None:
        uri(('url', v36))
    if (v37 := r.version) is not None:
        token(('version', None, v37))
    return None, date0
