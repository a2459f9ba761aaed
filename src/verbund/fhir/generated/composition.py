"""The resource type Composition of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import CODES, URIS, DATE_TIMES, attributes, is_code, is_uri, is_id, is_date_time
from verbund.fhir.extraction import Collector, date_range, known, patient_id, period_range, refers
from verbund.fhir.generated.datatypes import BackboneElement, CodeableConcept, DomainResource, Element, Identifier, Narrative, Period, Reference, Resource
from verbund.fhir.generated.primitives import CheckedDateTime, DateTime, String

class CompositionAttester(BackboneElement, kw_only=True):
    mode: Literal['personal', 'professional', 'legal', 'official'] | None = None
    mode_element: Element | None = named(default=None, name="_mode")
    time: CheckedDateTime | None = None
    time_element: Element | None = named(default=None, name="_time")
    party: Reference | None = None
    def __post_init__(self) -> None:
        if self.mode is None and self.mode_element is None:
            raise ValueError("CompositionAttester.mode is required")

_COMPOSITIONRELATESTO_TARGET = attributes('targetIdentifier', 'targetReference')
class CompositionRelatesTo(BackboneElement, kw_only=True):
    code: Literal['replaces', 'transforms', 'signs', 'appends'] | None = None
    code_element: Element | None = named(default=None, name="_code")
    targetIdentifier: Identifier | None = None
    targetReference: Reference | None = None
    def __post_init__(self) -> None:
        if self.code is None and self.code_element is None:
            raise ValueError("CompositionRelatesTo.code is required")
        given = 2 - _COMPOSITIONRELATESTO_TARGET(self).count(None)
        if given != 1:
            raise ValueError("CompositionRelatesTo.target[x] takes exactly one type")

class CompositionEvent(BackboneElement, kw_only=True):
    code: tuple[CodeableConcept, ...] = ()
    period: Period | None = None
    detail: tuple[Reference, ...] = ()

class CompositionSection(BackboneElement, kw_only=True):
    title: String | None = None
    title_element: Element | None = named(default=None, name="_title")
    code: CodeableConcept | None = None
    author: tuple[Reference, ...] = ()
    focus: Reference | None = None
    text: Narrative | None = None
    mode: Literal['working', 'snapshot', 'changes'] | None = None
    mode_element: Element | None = named(default=None, name="_mode")
    orderedBy: CodeableConcept | None = None
    entry: tuple[Reference, ...] = ()
    emptyReason: CodeableConcept | None = None
    section: "tuple[CompositionSection, ...]" = ()

class Composition(DomainResource, kw_only=True, tag_field="resourceType", tag="Composition"):
    identifier: Identifier | None = None
    status: Literal['preliminary', 'final', 'amended', 'entered-in-error'] | None = None
    status_element: Element | None = named(default=None, name="_status")
    type: CodeableConcept
    category: tuple[CodeableConcept, ...] = ()
    subject: Reference | None = None
    encounter: Reference | None = None
    date: DateTime | None = None
    date_element: Element | None = named(default=None, name="_date")
    author: tuple[Reference, ...]
    title: String | None = None
    title_element: Element | None = named(default=None, name="_title")
    confidentiality: Literal['U', 'L', 'M', 'N', 'R', 'V'] | None = None
    confidentiality_element: Element | None = named(default=None, name="_confidentiality")
    attester: tuple[CompositionAttester, ...] = ()
    custodian: Reference | None = None
    relatesTo: tuple[CompositionRelatesTo, ...] = ()
    event: tuple[CompositionEvent, ...] = ()
    section: tuple[CompositionSection, ...] = ()
    def __post_init__(self) -> None:
        if (v := self.id) is not None and not is_id(v):
            raise ValueError("Resource.id is malformed")
        if (v := self.implicitRules) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Resource.implicitRules is malformed")
        if (v := self.language) is not None and v not in CODES and not is_code(v):
            raise ValueError("Resource.language is malformed")
        if self.status is None and self.status_element is None:
            raise ValueError("Composition.status is required")
        if (v := self.date) is not None and v not in DATE_TIMES and not is_date_time(v):
            raise ValueError("Composition.date is malformed")
        if self.date is None and self.date_element is None:
            raise ValueError("Composition.date is required")
        if self.title is None and self.title_element is None:
            raise ValueError("Composition.title is required")


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a Composition into `out`; its patient and its clinical date."""
    identifier = out.identifiers.append
    token = out.tokens.append
    string = out.strings.append
    uri = out.uris.append
    reference = out.references.append
    date = out.dates.append
    patient0 = patient1 = patient2 = date0 = date1 = None
    for v1 in r.attester:
        if (v2 := v1.party) is not None:
            if (v2r := v2.reference) is not None and v2r[0] != '#':
                reference(('attester', v2r))
                if patient2 is None: patient2 = patient_id(v2r)
            if (v2i := v2.identifier) is not None and v2i.value is not None:
                identifier(('attester', v2i.system, v2i.value))
    for v3 in r.author:
        if (v3r := v3.reference) is not None and v3r[0] != '#':
            reference(('author', v3r))
            if patient1 is None: patient1 = patient_id(v3r)
        if (v3i := v3.identifier) is not None and v3i.value is not None:
            identifier(('author', v3i.system, v3i.value))
    for v4 in r.category:
        for c in v4.coding:
            if c.code is not None:
                token(('category', c.system, c.code))
    if (v5 := r.confidentiality) is not None:
        token(('confidentiality', 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality', v5))
    for v6 in r.event:
        for v7 in v6.code:
            for c in v7.coding:
                if c.code is not None:
                    token(('context', c.system, c.code))
        if (v8 := v6.period) is not None:
            v8l, v8h = period_range(v8)
            date(('period', v8l, v8h))
            if date1 is None: date1 = known(v8l, v8h)
    for v9 in r.section:
        for v10 in v9.entry:
            if (v10r := v10.reference) is not None and v10r[0] != '#':
                reference(('entry', v10r))
            if (v10i := v10.identifier) is not None and v10i.value is not None:
                identifier(('entry', v10i.system, v10i.value))
        if (v11 := v9.code) is not None:
            for c in v11.coding:
                if c.code is not None:
                    token(('section', c.system, c.code))
    for v12 in r.relatesTo:
        if (v13 := v12.targetIdentifier) is not None:
            if v13.value is not None:
                token(('related-id', v13.system, v13.value))
        if (v14 := v12.targetReference) is not None:
            if (v14r := v14.reference) is not None and v14r[0] != '#':
                reference(('related-ref', v14r))
            if (v14i := v14.identifier) is not None and v14i.value is not None:
                identifier(('related-ref', v14i.system, v14i.value))
    if (v15 := r.status) is not None:
        token(('status', 'http://hl7.org/fhir/composition-status', v15))
    if (v16 := r.subject) is not None:
        if (v16r := v16.reference) is not None and v16r[0] != '#':
            reference(('subject', v16r))
            if patient0 is None: patient0 = patient_id(v16r)
        if (v16i := v16.identifier) is not None and v16i.value is not None:
            identifier(('subject', v16i.system, v16i.value))
        if refers(v16, 'Patient'):
            if (v16r := v16.reference) is not None and v16r[0] != '#':
                reference(('patient', v16r))
            if (v16i := v16.identifier) is not None and v16i.value is not None:
                identifier(('patient', v16i.system, v16i.value))
    if (v17 := r.title) is not None:
        string(('title', v17))
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
    if (v23 := r.date) is not None:
        v23l, v23h = date_range(v23)
        date(('date', v23l, v23h))
        if date0 is None: date0 = known(v23l, v23h)
    if (v24 := r.encounter) is not None:
        if (v24r := v24.reference) is not None and v24r[0] != '#':
            reference(('encounter', v24r))
        if (v24i := v24.identifier) is not None and v24i.value is not None:
            identifier(('encounter', v24i.system, v24i.value))
    if (v25 := r.identifier) is not None:
        if v25.value is not None:
            token(('identifier', v25.system, v25.value))
    if (v26 := r.type) is not None:
        for c in v26.coding:
            if c.code is not None:
                token(('type', c.system, c.code))
    return patient0 or patient1 or patient2, date0 or date1
