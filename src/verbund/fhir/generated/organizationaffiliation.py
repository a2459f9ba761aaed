"""The resource type OrganizationAffiliation of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.extraction import Collector, known, period_range
from verbund.fhir.generated.datatypes import CodeableConcept, ContactPoint, DomainResource, Element, Identifier, Period, Reference

class OrganizationAffiliation(DomainResource, kw_only=True, tag_field="resourceType", tag="OrganizationAffiliation"):
    identifier: tuple[Identifier, ...] = ()
    active: bool | None = None
    active_element: Element | None = named(default=None, name="_active")
    period: Period | None = None
    organization: Reference | None = None
    participatingOrganization: Reference | None = None
    network: tuple[Reference, ...] = ()
    code: tuple[CodeableConcept, ...] = ()
    specialty: tuple[CodeableConcept, ...] = ()
    location: tuple[Reference, ...] = ()
    healthcareService: tuple[Reference, ...] = ()
    telecom: tuple[ContactPoint, ...] = ()
    endpoint: tuple[Reference, ...] = ()


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a OrganizationAffiliation into `out`; its patient and its clinical date."""
    identifier = out.identifiers.append
    token = out.tokens.append
    uri = out.uris.append
    reference = out.references.append
    date = out.dates.append
    date0 = None
    if (v1 := r.active) is not None:
        token(('active', 'http://terminology.hl7.org/CodeSystem/special-values', "true" if v1 else "false"))
    if (v2 := r.period) is not None:
        v2l, v2h = period_range(v2)
        date(('date', v2l, v2h))
        if date0 is None: date0 = known(v2l, v2h)
    for v3 in r.telecom:
        if v3.value is not None:
            token(('telecom', None, v3.value))
        if v3.system == 'email':
            if v3.value is not None:
                token(('email', None, v3.value))
        if v3.system == 'phone':
            if v3.value is not None:
                token(('phone', None, v3.value))
    for v4 in r.endpoint:
        if (v4r := v4.reference) is not None and v4r[0] != '#':
            reference(('endpoint', v4r))
        if (v4i := v4.identifier) is not None and v4i.value is not None:
            identifier(('endpoint', v4i.system, v4i.value))
    for v5 in r.identifier:
        if v5.value is not None:
            token(('identifier', v5.system, v5.value))
    for v6 in r.location:
        if (v6r := v6.reference) is not None and v6r[0] != '#':
            reference(('location', v6r))
        if (v6i := v6.identifier) is not None and v6i.value is not None:
            identifier(('location', v6i.system, v6i.value))
    for v7 in r.network:
        if (v7r := v7.reference) is not None and v7r[0] != '#':
            reference(('network', v7r))
        if (v7i := v7.identifier) is not None and v7i.value is not None:
            identifier(('network', v7i.system, v7i.value))
    if (v8 := r.participatingOrganization) is not None:
        if (v8r := v8.reference) is not None and v8r[0] != '#':
            reference(('participating-organization', v8r))
        if (v8i := v8.identifier) is not None and v8i.value is not None:
            identifier(('participating-organization', v8i.system, v8i.value))
    if (v9 := r.organization) is not None:
        if (v9r := v9.reference) is not None and v9r[0] != '#':
            reference(('primary-organization', v9r))
        if (v9i := v9.identifier) is not None and v9i.value is not None:
            identifier(('primary-organization', v9i.system, v9i.value))
    for v10 in r.code:
        for c in v10.coding:
            if c.code is not None:
                token(('role', c.system, c.code))
    for v11 in r.healthcareService:
        if (v11r := v11.reference) is not None and v11r[0] != '#':
            reference(('service', v11r))
        if (v11i := v11.identifier) is not None and v11i.value is not None:
            identifier(('service', v11i.system, v11i.value))
    for v12 in r.specialty:
        for c in v12.coding:
            if c.code is not None:
                token(('specialty', c.system, c.code))
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
    return None, date0
