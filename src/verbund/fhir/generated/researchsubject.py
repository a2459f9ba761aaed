"""The resource type ResearchSubject of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import CODES, URIS, is_code, is_uri, is_id
from verbund.fhir.extraction import Collector, known, patient_id, period_range
from verbund.fhir.generated.datatypes import DomainResource, Element, Identifier, Period, Reference, Resource
from verbund.fhir.generated.primitives import String

class ResearchSubject(DomainResource, kw_only=True, tag_field="resourceType", tag="ResearchSubject"):
    identifier: tuple[Identifier, ...] = ()
    status: Literal['candidate', 'eligible', 'follow-up', 'ineligible', 'not-registered', 'off-study', 'on-study', 'on-study-intervention', 'on-study-observation', 'pending-on-study', 'potential-candidate', 'screening', 'withdrawn'] | None = None
    status_element: Element | None = named(default=None, name="_status")
    period: Period | None = None
    study: Reference
    individual: Reference
    assignedArm: String | None = None
    assignedArm_element: Element | None = named(default=None, name="_assignedArm")
    actualArm: String | None = None
    actualArm_element: Element | None = named(default=None, name="_actualArm")
    consent: Reference | None = None
    def __post_init__(self) -> None:
        if (v := self.id) is not None and not is_id(v):
            raise ValueError("Resource.id is malformed")
        if (v := self.implicitRules) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Resource.implicitRules is malformed")
        if (v := self.language) is not None and v not in CODES and not is_code(v):
            raise ValueError("Resource.language is malformed")
        if self.status is None and self.status_element is None:
            raise ValueError("ResearchSubject.status is required")


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a ResearchSubject into `out`; its patient and its clinical date."""
    identifier = out.identifiers.append
    token = out.tokens.append
    uri = out.uris.append
    reference = out.references.append
    date = out.dates.append
    patient0 = date0 = None
    if (v1 := r.period) is not None:
        v1l, v1h = period_range(v1)
        date(('date', v1l, v1h))
        if date0 is None: date0 = known(v1l, v1h)
    for v2 in r.identifier:
        if v2.value is not None:
            token(('identifier', v2.system, v2.value))
    if (v3 := r.individual) is not None:
        if (v3r := v3.reference) is not None and v3r[0] != '#':
            reference(('individual', v3r))
            reference(('patient', v3r))
            if patient0 is None: patient0 = patient_id(v3r)
        if (v3i := v3.identifier) is not None and v3i.value is not None:
            identifier(('individual', v3i.system, v3i.value))
            identifier(('patient', v3i.system, v3i.value))
    if (v4 := r.status) is not None:
        token(('status', 'http://hl7.org/fhir/research-subject-status', v4))
    if (v5 := r.study) is not None:
        if (v5r := v5.reference) is not None and v5r[0] != '#':
            reference(('study', v5r))
        if (v5i := v5.identifier) is not None and v5i.value is not None:
            identifier(('study', v5i.system, v5i.value))
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
    return patient0, date0
