"""The resource type Schedule of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.extraction import Collector, known, patient_id, period_range
from verbund.fhir.generated.datatypes import CodeableConcept, DomainResource, Element, Identifier, Period, Reference
from verbund.fhir.generated.primitives import String

class Schedule(DomainResource, kw_only=True, tag_field="resourceType", tag="Schedule"):
    identifier: tuple[Identifier, ...] = ()
    active: bool | None = None
    active_element: Element | None = named(default=None, name="_active")
    serviceCategory: tuple[CodeableConcept, ...] = ()
    serviceType: tuple[CodeableConcept, ...] = ()
    specialty: tuple[CodeableConcept, ...] = ()
    actor: tuple[Reference, ...]
    planningHorizon: Period | None = None
    comment: String | None = None
    comment_element: Element | None = named(default=None, name="_comment")


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a Schedule into `out`; its patient and its clinical date."""
    identifier = out.identifiers.append
    token = out.tokens.append
    uri = out.uris.append
    reference = out.references.append
    date = out.dates.append
    patient0 = date0 = None
    if (v1 := r.meta) is not None:
        for v2 in v1.profile:
            if v2 is not None:
                uri(('_profile', v2))
                if '|' in v2:
                    v2w = v2.partition('|')[0]
                    uri(('_profile', v2w))
        for v3 in v1.security:
            if v3.code is not None:
                token(('_security', v3.system, v3.code))
        if (v4 := v1.source) is not None:
            uri(('_source', v4))
        for v5 in v1.tag:
            if v5.code is not None:
                token(('_tag', v5.system, v5.code))
    if (v6 := r.active) is not None:
        token(('active', 'http://terminology.hl7.org/CodeSystem/special-values', "true" if v6 else "false"))
    for v7 in r.actor:
        if (v7r := v7.reference) is not None and v7r[0] != '#':
            reference(('actor', v7r))
            if patient0 is None: patient0 = patient_id(v7r)
        if (v7i := v7.identifier) is not None and v7i.value is not None:
            identifier(('actor', v7i.system, v7i.value))
    if (v8 := r.planningHorizon) is not None:
        v8l, v8h = period_range(v8)
        date(('date', v8l, v8h))
        if date0 is None: date0 = known(v8l, v8h)
    for v9 in r.identifier:
        if v9.value is not None:
            token(('identifier', v9.system, v9.value))
    for v10 in r.serviceCategory:
        for c in v10.coding:
            if c.code is not None:
                token(('service-category', c.system, c.code))
    for v11 in r.serviceType:
        for c in v11.coding:
            if c.code is not None:
                token(('service-type', c.system, c.code))
    for v12 in r.specialty:
        for c in v12.coding:
            if c.code is not None:
                token(('specialty', c.system, c.code))
    return patient0, date0
