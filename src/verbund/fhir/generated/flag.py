"""The resource type Flag of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import CODES, URIS, is_code, is_uri, is_id
from verbund.fhir.extraction import Collector, known, patient_id, period_range, refers
from verbund.fhir.generated.datatypes import CodeableConcept, DomainResource, Element, Identifier, Period, Reference, Resource

class Flag(DomainResource, kw_only=True, tag_field="resourceType", tag="Flag"):
    identifier: tuple[Identifier, ...] = ()
    status: Literal['active', 'inactive', 'entered-in-error'] | None = None
    status_element: Element | None = named(default=None, name="_status")
    category: tuple[CodeableConcept, ...] = ()
    code: CodeableConcept
    subject: Reference
    period: Period | None = None
    encounter: Reference | None = None
    author: Reference | None = None
    def __post_init__(self) -> None:
        if (v := self.id) is not None and not is_id(v):
            raise ValueError("Resource.id is malformed")
        if (v := self.implicitRules) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Resource.implicitRules is malformed")
        if (v := self.language) is not None and v not in CODES and not is_code(v):
            raise ValueError("Resource.language is malformed")
        if self.status is None and self.status_element is None:
            raise ValueError("Flag.status is required")


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a Flag into `out`; its patient and its clinical date."""
    identifier = out.identifiers.append
    token = out.tokens.append
    uri = out.uris.append
    reference = out.references.append
    date = out.dates.append
    patient0 = date0 = None
    if (v1 := r.author) is not None:
        if (v1r := v1.reference) is not None and v1r[0] != '#':
            reference(('author', v1r))
        if (v1i := v1.identifier) is not None and v1i.value is not None:
            identifier(('author', v1i.system, v1i.value))
    for v2 in r.identifier:
        if v2.value is not None:
            token(('identifier', v2.system, v2.value))
    if (v3 := r.subject) is not None:
        if (v3r := v3.reference) is not None and v3r[0] != '#':
            reference(('subject', v3r))
        if (v3i := v3.identifier) is not None and v3i.value is not None:
            identifier(('subject', v3i.system, v3i.value))
        if refers(v3, 'Patient'):
            if (v3r := v3.reference) is not None and v3r[0] != '#':
                reference(('patient', v3r))
                if patient0 is None: patient0 = patient_id(v3r)
            if (v3i := v3.identifier) is not None and v3i.value is not None:
                identifier(('patient', v3i.system, v3i.value))
    if (v4 := r.meta) is not None:
        for v5 in v4.profile:
            if v5 is not None:
                uri(('_profile', v5))
                if '|' in v5:
                    v5w = v5.partition('|')[0]
                    uri(('_profile', v5w))
        for v6 in v4.security:
            if v6.code is not None:
                token(('_security', v6.system, v6.code))
        if (v7 := v4.source) is not None:
            uri(('_source', v7))
        for v8 in v4.tag:
            if v8.code is not None:
                token(('_tag', v8.system, v8.code))
    if (v9 := r.period) is not None:
        v9l, v9h = period_range(v9)
        date(('date', v9l, v9h))
        if date0 is None: date0 = known(v9l, v9h)
    if (v10 := r.encounter) is not None:
        if (v10r := v10.reference) is not None and v10r[0] != '#':
            reference(('encounter', v10r))
        if (v10i := v10.identifier) is not None and v10i.value is not None:
            identifier(('encounter', v10i.system, v10i.value))
    return patient0, date0
