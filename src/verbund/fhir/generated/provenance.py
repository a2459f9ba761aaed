"""The resource type Provenance of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import CODES, URIS, DATE_TIMES, INSTANTS, aligned, attributes, chosen, is_code, is_uri, is_id, is_date_time, is_instant
from verbund.fhir.extraction import Collector, date_range, known, patient_id, refers
from verbund.fhir.generated.datatypes import BackboneElement, CodeableConcept, DomainResource, Element, Period, Reference, Resource, Signature
from verbund.fhir.generated.primitives import DateTime, Instant, Uri

class ProvenanceAgent(BackboneElement, kw_only=True):
    type: CodeableConcept | None = None
    role: tuple[CodeableConcept, ...] = ()
    who: Reference
    onBehalfOf: Reference | None = None

class ProvenanceEntity(BackboneElement, kw_only=True):
    role: Literal['derivation', 'revision', 'quotation', 'source', 'removal'] | None = None
    role_element: Element | None = named(default=None, name="_role")
    what: Reference
    agent: tuple[ProvenanceAgent, ...] = ()
    def __post_init__(self) -> None:
        if self.role is None and self.role_element is None:
            raise ValueError("ProvenanceEntity.role is required")

_PROVENANCE_OCCURRED = attributes('occurredDateTime', 'occurredPeriod', 'occurredDateTime_element')
class Provenance(DomainResource, kw_only=True, tag_field="resourceType", tag="Provenance"):
    target: tuple[Reference, ...]
    occurredDateTime: DateTime | None = None
    occurredDateTime_element: Element | None = named(default=None, name="_occurredDateTime")
    occurredPeriod: Period | None = None
    recorded: Instant | None = None
    recorded_element: Element | None = named(default=None, name="_recorded")
    policy: tuple[Uri | None, ...] = ()
    policy_element: tuple[Element | None, ...] = named(default=(), name="_policy")
    location: Reference | None = None
    reason: tuple[CodeableConcept, ...] = ()
    activity: CodeableConcept | None = None
    agent: tuple[ProvenanceAgent, ...]
    entity: tuple[ProvenanceEntity, ...] = ()
    signature: tuple[Signature, ...] = ()
    def __post_init__(self) -> None:
        if (v := self.id) is not None and not is_id(v):
            raise ValueError("Resource.id is malformed")
        if (v := self.implicitRules) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Resource.implicitRules is malformed")
        if (v := self.language) is not None and v not in CODES and not is_code(v):
            raise ValueError("Resource.language is malformed")
        if (v := self.occurredDateTime) is not None and v not in DATE_TIMES and not is_date_time(v):
            raise ValueError("Provenance.occurredDateTime is malformed")
        given = 3 - _PROVENANCE_OCCURRED(self).count(None)
        if given > 1:
            given = chosen(_PROVENANCE_OCCURRED(self), 2)
        if given > 1:
            raise ValueError("Provenance.occurred[x] takes at most one type")
        if (v := self.recorded) is not None and v not in INSTANTS and not is_instant(v):
            raise ValueError("Provenance.recorded is malformed")
        if self.recorded is None and self.recorded_element is None:
            raise ValueError("Provenance.recorded is required")
        for v in self.policy:
            if v is not None and v not in URIS and not is_uri(v):
                raise ValueError("Provenance.policy is malformed")
        if (self.policy_element or None in self.policy) and not aligned(self.policy, self.policy_element):
            raise ValueError("Provenance.policy holds a null without an extension")


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a Provenance into `out`; its patient and its clinical date."""
    identifier = out.identifiers.append
    token = out.tokens.append
    uri = out.uris.append
    reference = out.references.append
    date = out.dates.append
    patient0 = date0 = date1 = None
    for v1 in r.agent:
        if (v2 := v1.who) is not None:
            if (v2r := v2.reference) is not None and v2r[0] != '#':
                reference(('agent', v2r))
            if (v2i := v2.identifier) is not None and v2i.value is not None:
                identifier(('agent', v2i.system, v2i.value))
        for v3 in v1.role:
            for c in v3.coding:
                if c.code is not None:
                    token(('agent-role', c.system, c.code))
        if (v4 := v1.type) is not None:
            for c in v4.coding:
                if c.code is not None:
                    token(('agent-type', c.system, c.code))
    for v5 in r.entity:
        if (v6 := v5.what) is not None:
            if (v6r := v6.reference) is not None and v6r[0] != '#':
                reference(('entity', v6r))
            if (v6i := v6.identifier) is not None and v6i.value is not None:
                identifier(('entity', v6i.system, v6i.value))
    if (v7 := r.location) is not None:
        if (v7r := v7.reference) is not None and v7r[0] != '#':
            reference(('location', v7r))
        if (v7i := v7.identifier) is not None and v7i.value is not None:
            identifier(('location', v7i.system, v7i.value))
    for v8 in r.target:
        if (v8r := v8.reference) is not None and v8r[0] != '#':
            reference(('target', v8r))
        if (v8i := v8.identifier) is not None and v8i.value is not None:
            identifier(('target', v8i.system, v8i.value))
        if refers(v8, 'Patient'):
            if (v8r := v8.reference) is not None and v8r[0] != '#':
                reference(('patient', v8r))
                if patient0 is None: patient0 = patient_id(v8r)
            if (v8i := v8.identifier) is not None and v8i.value is not None:
                identifier(('patient', v8i.system, v8i.value))
    if (v9 := r.recorded) is not None:
        v9l, v9h = date_range(v9)
        date(('recorded', v9l, v9h))
        if date0 is None: date0 = known(v9l, v9h)
    for v10 in r.signature:
        for v11 in v10.type:
            if v11.code is not None:
                token(('signature-type', v11.system, v11.code))
    if (v12 := r.occurredDateTime) is not None:
        v12l, v12h = date_range(v12)
        date(('when', v12l, v12h))
        if date1 is None: date1 = known(v12l, v12h)
    if (v13 := r.meta) is not None:
        for v14 in v13.profile:
            if v14 is not None:
                uri(('_profile', v14))
                if '|' in v14:
                    v14w = v14.partition('|')[0]
                    uri(('_profile', v14w))
        for v15 in v13.security:
            if v15.code is not None:
                token(('_security', v15.system, v15.code))
        if (v16 := v13.source) is not None:
            uri(('_source', v16))
        for v17 in v13.tag:
            if v17.code is not None:
                token(('_tag', v17.system, v17.code))
    return patient0, date0 or date1
