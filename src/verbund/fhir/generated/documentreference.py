"""The resource type DocumentReference of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import CODES, URIS, INSTANTS, is_code, is_uri, is_id, is_instant
from verbund.fhir.extraction import Collector, date_range, known, patient_id, period_range, refers
from verbund.fhir.generated.datatypes import Attachment, BackboneElement, CodeableConcept, Coding, DomainResource, Element, Identifier, Period, Reference, Resource
from verbund.fhir.generated.primitives import Instant, String

class DocumentReferenceRelatesTo(BackboneElement, kw_only=True):
    code: Literal['replaces', 'transforms', 'signs', 'appends'] | None = None
    code_element: Element | None = named(default=None, name="_code")
    target: Reference
    def __post_init__(self) -> None:
        if self.code is None and self.code_element is None:
            raise ValueError("DocumentReferenceRelatesTo.code is required")

class DocumentReferenceContent(BackboneElement, kw_only=True):
    attachment: Attachment
    format: Coding | None = None

class DocumentReferenceContext(BackboneElement, kw_only=True):
    encounter: tuple[Reference, ...] = ()
    event: tuple[CodeableConcept, ...] = ()
    period: Period | None = None
    facilityType: CodeableConcept | None = None
    practiceSetting: CodeableConcept | None = None
    sourcePatientInfo: Reference | None = None
    related: tuple[Reference, ...] = ()

class DocumentReference(DomainResource, kw_only=True, tag_field="resourceType", tag="DocumentReference"):
    masterIdentifier: Identifier | None = None
    identifier: tuple[Identifier, ...] = ()
    status: Literal['current', 'superseded', 'entered-in-error'] | None = None
    status_element: Element | None = named(default=None, name="_status")
    docStatus: Literal['preliminary', 'final', 'amended', 'entered-in-error'] | None = None
    docStatus_element: Element | None = named(default=None, name="_docStatus")
    type: CodeableConcept | None = None
    category: tuple[CodeableConcept, ...] = ()
    subject: Reference | None = None
    date: Instant | None = None
    date_element: Element | None = named(default=None, name="_date")
    author: tuple[Reference, ...] = ()
    authenticator: Reference | None = None
    custodian: Reference | None = None
    relatesTo: tuple[DocumentReferenceRelatesTo, ...] = ()
    description: String | None = None
    description_element: Element | None = named(default=None, name="_description")
    securityLabel: tuple[CodeableConcept, ...] = ()
    content: tuple[DocumentReferenceContent, ...]
    context: DocumentReferenceContext | None = None
    def __post_init__(self) -> None:
        if (v := self.id) is not None and not is_id(v):
            raise ValueError("Resource.id is malformed")
        if (v := self.implicitRules) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Resource.implicitRules is malformed")
        if (v := self.language) is not None and v not in CODES and not is_code(v):
            raise ValueError("Resource.language is malformed")
        if self.status is None and self.status_element is None:
            raise ValueError("DocumentReference.status is required")
        if (v := self.date) is not None and v not in INSTANTS and not is_instant(v):
            raise ValueError("DocumentReference.date is malformed")


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a DocumentReference into `out`; its patient and its clinical date."""
    identifier = out.identifiers.append
    token = out.tokens.append
    string = out.strings.append
    uri = out.uris.append
    reference = out.references.append
    date = out.dates.append
    patient0 = patient1 = date0 = date1 = None
    if (v1 := r.authenticator) is not None:
        if (v1r := v1.reference) is not None and v1r[0] != '#':
            reference(('authenticator', v1r))
        if (v1i := v1.identifier) is not None and v1i.value is not None:
            identifier(('authenticator', v1i.system, v1i.value))
    for v2 in r.author:
        if (v2r := v2.reference) is not None and v2r[0] != '#':
            reference(('author', v2r))
            if patient1 is None: patient1 = patient_id(v2r)
        if (v2i := v2.identifier) is not None and v2i.value is not None:
            identifier(('author', v2i.system, v2i.value))
    for v3 in r.category:
        for c in v3.coding:
            if c.code is not None:
                token(('category', c.system, c.code))
    for v4 in r.content:
        if (v5 := v4.attachment) is not None:
            if (v6 := v5.contentType) is not None:
                token(('contenttype', None, v6))
            if (v7 := v5.language) is not None:
                token(('language', None, v7))
            if (v8 := v5.url) is not None:
                uri(('location', v8))
        if (v9 := v4.format) is not None:
            if v9.code is not None:
                token(('format', v9.system, v9.code))
    if (v10 := r.custodian) is not None:
        if (v10r := v10.reference) is not None and v10r[0] != '#':
            reference(('custodian', v10r))
        if (v10i := v10.identifier) is not None and v10i.value is not None:
            identifier(('custodian', v10i.system, v10i.value))
    if (v11 := r.date) is not None:
        v11l, v11h = date_range(v11)
        date(('date', v11l, v11h))
        if date0 is None: date0 = known(v11l, v11h)
    if (v12 := r.description) is not None:
        string(('description', v12))
    if (v13 := r.context) is not None:
        for v14 in v13.event:
            for c in v14.coding:
                if c.code is not None:
                    token(('event', c.system, c.code))
        if (v15 := v13.facilityType) is not None:
            for c in v15.coding:
                if c.code is not None:
                    token(('facility', c.system, c.code))
        if (v16 := v13.period) is not None:
            v16l, v16h = period_range(v16)
            date(('period', v16l, v16h))
            if date1 is None: date1 = known(v16l, v16h)
        for v17 in v13.related:
            if (v17r := v17.reference) is not None and v17r[0] != '#':
                reference(('related', v17r))
            if (v17i := v17.identifier) is not None and v17i.value is not None:
                identifier(('related', v17i.system, v17i.value))
        if (v18 := v13.practiceSetting) is not None:
            for c in v18.coding:
                if c.code is not None:
                    token(('setting', c.system, c.code))
        for v19 in v13.encounter:
            if (v19r := v19.reference) is not None and v19r[0] != '#':
                reference(('encounter', v19r))
            if (v19i := v19.identifier) is not None and v19i.value is not None:
                identifier(('encounter', v19i.system, v19i.value))
    for v20 in r.relatesTo:
        if (v21 := v20.target) is not None:
            if (v21r := v21.reference) is not None and v21r[0] != '#':
                reference(('relatesto', v21r))
            if (v21i := v21.identifier) is not None and v21i.value is not None:
                identifier(('relatesto', v21i.system, v21i.value))
        if (v22 := v20.code) is not None:
            token(('relation', 'http://hl7.org/fhir/document-relationship-type', v22))
    for v23 in r.securityLabel:
        for c in v23.coding:
            if c.code is not None:
                token(('security-label', c.system, c.code))
    if (v24 := r.status) is not None:
        token(('status', 'http://hl7.org/fhir/document-reference-status', v24))
    if (v25 := r.subject) is not None:
        if (v25r := v25.reference) is not None and v25r[0] != '#':
            reference(('subject', v25r))
            if patient0 is None: patient0 = patient_id(v25r)
        if (v25i := v25.identifier) is not None and v25i.value is not None:
            identifier(('subject', v25i.system, v25i.value))
        if refers(v25, 'Patient'):
            if (v25r := v25.reference) is not None and v25r[0] != '#':
                reference(('patient', v25r))
            if (v25i := v25.identifier) is not None and v25i.value is not None:
                identifier(('patient', v25i.system, v25i.value))
    if (v26 := r.meta) is not None:
        for v27 in v26.profile:
            if v27 is not None:
                uri(('_profile', v27))
                if '|' in v27:
                    v27w = v27.partition('|')[0]
                    uri(('_profile', v27w))
        for v28 in v26.security:
            if v28.code is not None:
                token(('_security', v28.system, v28.code))
        if (v29 := v26.source) is not None:
            uri(('_source', v29))
        for v30 in v26.tag:
            if v30.code is not None:
                token(('_tag', v30.system, v30.code))
    if (v31 := r.masterIdentifier) is not None:
        if v31.value is not None:
            token(('identifier', v31.system, v31.value))
    for v32 in r.identifier:
        if v32.value is not None:
            token(('identifier', v32.system, v32.value))
    if (v33 := r.type) is not None:
        for c in v33.coding:
            if c.code is not None:
                token(('type', c.system, c.code))
    return patient0 or patient1, date0 or date1
