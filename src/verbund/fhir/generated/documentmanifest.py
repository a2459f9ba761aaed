"""The resource type DocumentManifest of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import CODES, URIS, DATE_TIMES, is_code, is_uri, is_id, is_date_time
from verbund.fhir.extraction import Collector, date_range, known, patient_id, refers
from verbund.fhir.generated.datatypes import BackboneElement, CodeableConcept, DomainResource, Element, Identifier, Reference, Resource
from verbund.fhir.generated.primitives import DateTime, String, Uri

class DocumentManifestRelated(BackboneElement, kw_only=True):
    identifier: Identifier | None = None
    ref: Reference | None = None

class DocumentManifest(DomainResource, kw_only=True, tag_field="resourceType", tag="DocumentManifest"):
    masterIdentifier: Identifier | None = None
    identifier: tuple[Identifier, ...] = ()
    status: Literal['current', 'superseded', 'entered-in-error'] | None = None
    status_element: Element | None = named(default=None, name="_status")
    type: CodeableConcept | None = None
    subject: Reference | None = None
    created: DateTime | None = None
    created_element: Element | None = named(default=None, name="_created")
    author: tuple[Reference, ...] = ()
    recipient: tuple[Reference, ...] = ()
    source: Uri | None = None
    source_element: Element | None = named(default=None, name="_source")
    description: String | None = None
    description_element: Element | None = named(default=None, name="_description")
    content: tuple[Reference, ...]
    related: tuple[DocumentManifestRelated, ...] = ()
    def __post_init__(self) -> None:
        if (v := self.id) is not None and not is_id(v):
            raise ValueError("Resource.id is malformed")
        if (v := self.implicitRules) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Resource.implicitRules is malformed")
        if (v := self.language) is not None and v not in CODES and not is_code(v):
            raise ValueError("Resource.language is malformed")
        if self.status is None and self.status_element is None:
            raise ValueError("DocumentManifest.status is required")
        if (v := self.created) is not None and v not in DATE_TIMES and not is_date_time(v):
            raise ValueError("DocumentManifest.created is malformed")
        if (v := self.source) is not None and v not in URIS and not is_uri(v):
            raise ValueError("DocumentManifest.source is malformed")


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a DocumentManifest into `out`; its patient and its clinical date."""
    identifier = out.identifiers.append
    token = out.tokens.append
    string = out.strings.append
    uri = out.uris.append
    reference = out.references.append
    date = out.dates.append
    patient0 = patient1 = patient2 = date0 = None
    for v1 in r.author:
        if (v1r := v1.reference) is not None and v1r[0] != '#':
            reference(('author', v1r))
            if patient1 is None: patient1 = patient_id(v1r)
        if (v1i := v1.identifier) is not None and v1i.value is not None:
            identifier(('author', v1i.system, v1i.value))
    if (v2 := r.created) is not None:
        v2l, v2h = date_range(v2)
        date(('created', v2l, v2h))
        if date0 is None: date0 = known(v2l, v2h)
    if (v3 := r.description) is not None:
        string(('description', v3))
    for v4 in r.content:
        if (v4r := v4.reference) is not None and v4r[0] != '#':
            reference(('item', v4r))
        if (v4i := v4.identifier) is not None and v4i.value is not None:
            identifier(('item', v4i.system, v4i.value))
    for v5 in r.recipient:
        if (v5r := v5.reference) is not None and v5r[0] != '#':
            reference(('recipient', v5r))
            if patient2 is None: patient2 = patient_id(v5r)
        if (v5i := v5.identifier) is not None and v5i.value is not None:
            identifier(('recipient', v5i.system, v5i.value))
    for v6 in r.related:
        if (v7 := v6.identifier) is not None:
            if v7.value is not None:
                token(('related-id', v7.system, v7.value))
        if (v8 := v6.ref) is not None:
            if (v8r := v8.reference) is not None and v8r[0] != '#':
                reference(('related-ref', v8r))
            if (v8i := v8.identifier) is not None and v8i.value is not None:
                identifier(('related-ref', v8i.system, v8i.value))
    if (v9 := r.source) is not None:
        uri(('source', v9))
    if (v10 := r.status) is not None:
        token(('status', 'http://hl7.org/fhir/document-reference-status', v10))
    if (v11 := r.subject) is not None:
        if (v11r := v11.reference) is not None and v11r[0] != '#':
            reference(('subject', v11r))
            if patient0 is None: patient0 = patient_id(v11r)
        if (v11i := v11.identifier) is not None and v11i.value is not None:
            identifier(('subject', v11i.system, v11i.value))
        if refers(v11, 'Patient'):
            if (v11r := v11.reference) is not None and v11r[0] != '#':
                reference(('patient', v11r))
            if (v11i := v11.identifier) is not None and v11i.value is not None:
                identifier(('patient', v11i.system, v11i.value))
    if (v12 := r.meta) is not None:
        for v13 in v12.profile:
            if v13 is not None:
                uri(('_profile', v13))
                if '|' in v13:
                    v13w = v13.partition('|')[0]
                    uri(('_profile', v13w))
        for v14 in v12.security:
            if v14.code is not None:
                token(('_security', v14.system, v14.code))
        if (v15 := v12.source) is not None:
            uri(('_source', v15))
        for v16 in v12.tag:
            if v16.code is not None:
                token(('_tag', v16.system, v16.code))
    if (v17 := r.masterIdentifier) is not None:
        if v17.value is not None:
            token(('identifier', v17.system, v17.value))
    for v18 in r.identifier:
        if v18.value is not None:
            token(('identifier', v18.system, v18.value))
    if (v19 := r.type) is not None:
        for c in v19.coding:
            if c.code is not None:
                token(('type', c.system, c.code))
    return patient0 or patient1 or patient2, date0
