"""The resource type ResearchStudy of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import CODES, URIS, is_code, is_uri, is_id
from verbund.fhir.extraction import Collector, known, period_range
from verbund.fhir.generated.datatypes import Annotation, BackboneElement, CodeableConcept, ContactDetail, DomainResource, Element, Identifier, Period, Reference, RelatedArtifact, Resource
from verbund.fhir.generated.primitives import String

class ResearchStudyArm(BackboneElement, kw_only=True):
    name: String | None = None
    name_element: Element | None = named(default=None, name="_name")
    type: CodeableConcept | None = None
    description: String | None = None
    description_element: Element | None = named(default=None, name="_description")
    def __post_init__(self) -> None:
        if self.name is None and self.name_element is None:
            raise ValueError("ResearchStudyArm.name is required")

class ResearchStudyObjective(BackboneElement, kw_only=True):
    name: String | None = None
    name_element: Element | None = named(default=None, name="_name")
    type: CodeableConcept | None = None

class ResearchStudy(DomainResource, kw_only=True, tag_field="resourceType", tag="ResearchStudy"):
    identifier: tuple[Identifier, ...] = ()
    title: String | None = None
    title_element: Element | None = named(default=None, name="_title")
    protocol: tuple[Reference, ...] = ()
    partOf: tuple[Reference, ...] = ()
    status: Literal['active', 'administratively-completed', 'approved', 'closed-to-accrual', 'closed-to-accrual-and-intervention', 'completed', 'disapproved', 'in-review', 'temporarily-closed-to-accrual', 'temporarily-closed-to-accrual-and-intervention', 'withdrawn'] | None = None
    status_element: Element | None = named(default=None, name="_status")
    primaryPurposeType: CodeableConcept | None = None
    phase: CodeableConcept | None = None
    category: tuple[CodeableConcept, ...] = ()
    focus: tuple[CodeableConcept, ...] = ()
    condition: tuple[CodeableConcept, ...] = ()
    contact: tuple[ContactDetail, ...] = ()
    relatedArtifact: tuple[RelatedArtifact, ...] = ()
    keyword: tuple[CodeableConcept, ...] = ()
    location: tuple[CodeableConcept, ...] = ()
    description: String | None = None
    description_element: Element | None = named(default=None, name="_description")
    enrollment: tuple[Reference, ...] = ()
    period: Period | None = None
    sponsor: Reference | None = None
    principalInvestigator: Reference | None = None
    site: tuple[Reference, ...] = ()
    reasonStopped: CodeableConcept | None = None
    note: tuple[Annotation, ...] = ()
    arm: tuple[ResearchStudyArm, ...] = ()
    objective: tuple[ResearchStudyObjective, ...] = ()
    def __post_init__(self) -> None:
        if (v := self.id) is not None and not is_id(v):
            raise ValueError("Resource.id is malformed")
        if (v := self.implicitRules) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Resource.implicitRules is malformed")
        if (v := self.language) is not None and v not in CODES and not is_code(v):
            raise ValueError("Resource.language is malformed")
        if self.status is None and self.status_element is None:
            raise ValueError("ResearchStudy.status is required")


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a ResearchStudy into `out`; its patient and its clinical date."""
    identifier = out.identifiers.append
    token = out.tokens.append
    string = out.strings.append
    uri = out.uris.append
    reference = out.references.append
    date = out.dates.append
    date0 = None
    for v1 in r.category:
        for c in v1.coding:
            if c.code is not None:
                token(('category', c.system, c.code))
    if (v2 := r.period) is not None:
        v2l, v2h = period_range(v2)
        date(('date', v2l, v2h))
        if date0 is None: date0 = known(v2l, v2h)
    for v3 in r.focus:
        for c in v3.coding:
            if c.code is not None:
                token(('focus', c.system, c.code))
    for v4 in r.identifier:
        if v4.value is not None:
            token(('identifier', v4.system, v4.value))
    for v5 in r.keyword:
        for c in v5.coding:
            if c.code is not None:
                token(('keyword', c.system, c.code))
    for v6 in r.location:
        for c in v6.coding:
            if c.code is not None:
                token(('location', c.system, c.code))
    for v7 in r.partOf:
        if (v7r := v7.reference) is not None and v7r[0] != '#':
            reference(('partof', v7r))
        if (v7i := v7.identifier) is not None and v7i.value is not None:
            identifier(('partof', v7i.system, v7i.value))
    if (v8 := r.principalInvestigator) is not None:
        if (v8r := v8.reference) is not None and v8r[0] != '#':
            reference(('principalinvestigator', v8r))
        if (v8i := v8.identifier) is not None and v8i.value is not None:
            identifier(('principalinvestigator', v8i.system, v8i.value))
    for v9 in r.protocol:
        if (v9r := v9.reference) is not None and v9r[0] != '#':
            reference(('protocol', v9r))
        if (v9i := v9.identifier) is not None and v9i.value is not None:
            identifier(('protocol', v9i.system, v9i.value))
    for v10 in r.site:
        if (v10r := v10.reference) is not None and v10r[0] != '#':
            reference(('site', v10r))
        if (v10i := v10.identifier) is not None and v10i.value is not None:
            identifier(('site', v10i.system, v10i.value))
    if (v11 := r.sponsor) is not None:
        if (v11r := v11.reference) is not None and v11r[0] != '#':
            reference(('sponsor', v11r))
        if (v11i := v11.identifier) is not None and v11i.value is not None:
            identifier(('sponsor', v11i.system, v11i.value))
    if (v12 := r.status) is not None:
        token(('status', 'http://hl7.org/fhir/research-study-status', v12))
    if (v13 := r.title) is not None:
        string(('title', v13))
    if (v14 := r.meta) is not None:
        for v15 in v14.profile:
            if v15 is not None:
                uri(('_profile', v15))
                if '|' in v15:
                    v15w = v15.partition('|')[0]
                    uri(('_profile', v15w))
        for v16 in v14.security:
            if v16.code is not None:
                token(('_security', v16.system, v16.code))
        if (v17 := v14.source) is not None:
            uri(('_source', v17))
        for v18 in v14.tag:
            if v18.code is not None:
                token(('_tag', v18.system, v18.code))
    return None, date0
