"""The resource type Basic of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import CODES, URIS, DATES, is_code, is_uri, is_id, is_date
from verbund.fhir.extraction import Collector, date_range, known, patient_id, refers
from verbund.fhir.generated.datatypes import CodeableConcept, DomainResource, Element, Identifier, Reference, Resource
from verbund.fhir.generated.primitives import Date

class Basic(DomainResource, kw_only=True, tag_field="resourceType", tag="Basic"):
    identifier: tuple[Identifier, ...] = ()
    code: CodeableConcept
    subject: Reference | None = None
    created: Date | None = None
    created_element: Element | None = named(default=None, name="_created")
    author: Reference | None = None
    def __post_init__(self) -> None:
        if (v := self.id) is not None and not is_id(v):
            raise ValueError("Resource.id is malformed")
        if (v := self.implicitRules) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Resource.implicitRules is malformed")
        if (v := self.language) is not None and v not in CODES and not is_code(v):
            raise ValueError("Resource.language is malformed")
        if (v := self.created) is not None and v not in DATES and not is_date(v):
            raise ValueError("Basic.created is malformed")


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a Basic into `out`; its patient and its clinical date."""
    identifier = out.identifiers.append
    token = out.tokens.append
    uri = out.uris.append
    reference = out.references.append
    date = out.dates.append
    patient0 = patient1 = date0 = None
    if (v1 := r.author) is not None:
        if (v1r := v1.reference) is not None and v1r[0] != '#':
            reference(('author', v1r))
            if patient1 is None: patient1 = patient_id(v1r)
        if (v1i := v1.identifier) is not None and v1i.value is not None:
            identifier(('author', v1i.system, v1i.value))
    if (v2 := r.code) is not None:
        for c in v2.coding:
            if c.code is not None:
                token(('code', c.system, c.code))
    if (v3 := r.created) is not None:
        v3l, v3h = date_range(v3)
        date(('created', v3l, v3h))
        if date0 is None: date0 = known(v3l, v3h)
    for v4 in r.identifier:
        if v4.value is not None:
            token(('identifier', v4.system, v4.value))
    if (v5 := r.subject) is not None:
        if (v5r := v5.reference) is not None and v5r[0] != '#':
            reference(('subject', v5r))
        if (v5i := v5.identifier) is not None and v5i.value is not None:
            identifier(('subject', v5i.system, v5i.value))
        if refers(v5, 'Patient'):
            if (v5r := v5.reference) is not None and v5r[0] != '#':
                reference(('patient', v5r))
                if patient0 is None: patient0 = patient_id(v5r)
            if (v5i := v5.identifier) is not None and v5i.value is not None:
                identifier(('patient', v5i.system, v5i.value))
    if (v6 := r.meta) is not None:
        for v7 in v6.profile:
            if v7 is not None:
                uri(('_profile', v7))
                if '|' in v7:
                    v7w = v7.partition('|')[0]
                    uri(('_profile', v7w))
        for v8 in v6.security:
            if v8.code is not None:
                token(('_security', v8.system, v8.code))
        if (v9 := v6.source) is not None:
            uri(('_source', v9))
        for v10 in v6.tag:
            if v10.code is not None:
                token(('_tag', v10.system, v10.code))
    return patient0 or patient1, date0
