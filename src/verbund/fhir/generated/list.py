"""The resource type List of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import CODES, URIS, DATE_TIMES, is_code, is_uri, is_id, is_date_time
from verbund.fhir.extraction import Collector, date_range, known, patient_id, refers
from verbund.fhir.generated.datatypes import Annotation, BackboneElement, CodeableConcept, DomainResource, Element, Identifier, Reference, Resource
from verbund.fhir.generated.primitives import CheckedDateTime, DateTime, String

class ListEntry(BackboneElement, kw_only=True):
    flag: CodeableConcept | None = None
    deleted: bool | None = None
    deleted_element: Element | None = named(default=None, name="_deleted")
    date: CheckedDateTime | None = None
    date_element: Element | None = named(default=None, name="_date")
    item: Reference

class List(DomainResource, kw_only=True, tag_field="resourceType", tag="List"):
    identifier: tuple[Identifier, ...] = ()
    status: Literal['current', 'retired', 'entered-in-error'] | None = None
    status_element: Element | None = named(default=None, name="_status")
    mode: Literal['working', 'snapshot', 'changes'] | None = None
    mode_element: Element | None = named(default=None, name="_mode")
    title: String | None = None
    title_element: Element | None = named(default=None, name="_title")
    code: CodeableConcept | None = None
    subject: Reference | None = None
    encounter: Reference | None = None
    date: DateTime | None = None
    date_element: Element | None = named(default=None, name="_date")
    source: Reference | None = None
    orderedBy: CodeableConcept | None = None
    note: tuple[Annotation, ...] = ()
    entry: tuple[ListEntry, ...] = ()
    emptyReason: CodeableConcept | None = None
    def __post_init__(self) -> None:
        if (v := self.id) is not None and not is_id(v):
            raise ValueError("Resource.id is malformed")
        if (v := self.implicitRules) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Resource.implicitRules is malformed")
        if (v := self.language) is not None and v not in CODES and not is_code(v):
            raise ValueError("Resource.language is malformed")
        if self.status is None and self.status_element is None:
            raise ValueError("List.status is required")
        if self.mode is None and self.mode_element is None:
            raise ValueError("List.mode is required")
        if (v := self.date) is not None and v not in DATE_TIMES and not is_date_time(v):
            raise ValueError("List.date is malformed")


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a List into `out`; its patient and its clinical date."""
    identifier = out.identifiers.append
    token = out.tokens.append
    string = out.strings.append
    uri = out.uris.append
    reference = out.references.append
    date = out.dates.append
    patient0 = patient1 = date0 = None
    if (v1 := r.emptyReason) is not None:
        for c in v1.coding:
            if c.code is not None:
                token(('empty-reason', c.system, c.code))
    for v2 in r.entry:
        if (v3 := v2.item) is not None:
            if (v3r := v3.reference) is not None and v3r[0] != '#':
                reference(('item', v3r))
            if (v3i := v3.identifier) is not None and v3i.value is not None:
                identifier(('item', v3i.system, v3i.value))
    for v4 in r.note:
        if (v5 := v4.text) is not None:
            string(('notes', v5))
    if (v6 := r.source) is not None:
        if (v6r := v6.reference) is not None and v6r[0] != '#':
            reference(('source', v6r))
            if patient1 is None: patient1 = patient_id(v6r)
        if (v6i := v6.identifier) is not None and v6i.value is not None:
            identifier(('source', v6i.system, v6i.value))
    if (v7 := r.status) is not None:
        token(('status', 'http://hl7.org/fhir/list-status', v7))
    if (v8 := r.subject) is not None:
        if (v8r := v8.reference) is not None and v8r[0] != '#':
            reference(('subject', v8r))
            if patient0 is None: patient0 = patient_id(v8r)
        if (v8i := v8.identifier) is not None and v8i.value is not None:
            identifier(('subject', v8i.system, v8i.value))
        if refers(v8, 'Patient'):
            if (v8r := v8.reference) is not None and v8r[0] != '#':
                reference(('patient', v8r))
            if (v8i := v8.identifier) is not None and v8i.value is not None:
                identifier(('patient', v8i.system, v8i.value))
    if (v9 := r.title) is not None:
        string(('title', v9))
    if (v10 := r.meta) is not None:
        for v11 in v10.profile:
            if v11 is not None:
                uri(('_profile', v11))
                if '|' in v11:
                    v11w = v11.partition('|')[0]
                    uri(('_profile', v11w))
        for v12 in v10.security:
            if v12.code is not None:
                token(('_security', v12.system, v12.code))
        if (v13 := v10.source) is not None:
            uri(('_source', v13))
        for v14 in v10.tag:
            if v14.code is not None:
                token(('_tag', v14.system, v14.code))
    if (v15 := r.code) is not None:
        for c in v15.coding:
            if c.code is not None:
                token(('code', c.system, c.code))
    if (v16 := r.date) is not None:
        v16l, v16h = date_range(v16)
        date(('date', v16l, v16h))
        if date0 is None: date0 = known(v16l, v16h)
    if (v17 := r.encounter) is not None:
        if (v17r := v17.reference) is not None and v17r[0] != '#':
            reference(('encounter', v17r))
        if (v17i := v17.identifier) is not None and v17i.value is not None:
            identifier(('encounter', v17i.system, v17i.value))
    for v18 in r.identifier:
        if v18.value is not None:
            token(('identifier', v18.system, v18.value))
    return patient0 or patient1, date0
