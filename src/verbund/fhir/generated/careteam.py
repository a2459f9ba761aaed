"""The resource type CareTeam of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.extraction import Collector, known, patient_id, period_range, refers
from verbund.fhir.generated.datatypes import Annotation, BackboneElement, CodeableConcept, ContactPoint, DomainResource, Element, Identifier, Period, Reference
from verbund.fhir.generated.primitives import String

class CareTeamParticipant(BackboneElement, kw_only=True):
    role: tuple[CodeableConcept, ...] = ()
    member: Reference | None = None
    onBehalfOf: Reference | None = None
    period: Period | None = None

class CareTeam(DomainResource, kw_only=True, tag_field="resourceType", tag="CareTeam"):
    identifier: tuple[Identifier, ...] = ()
    status: Literal['proposed', 'active', 'suspended', 'inactive', 'entered-in-error'] | None = None
    status_element: Element | None = named(default=None, name="_status")
    category: tuple[CodeableConcept, ...] = ()
    name: String | None = None
    name_element: Element | None = named(default=None, name="_name")
    subject: Reference | None = None
    encounter: Reference | None = None
    period: Period | None = None
    participant: tuple[CareTeamParticipant, ...] = ()
    reasonCode: tuple[CodeableConcept, ...] = ()
    reasonReference: tuple[Reference, ...] = ()
    managingOrganization: tuple[Reference, ...] = ()
    telecom: tuple[ContactPoint, ...] = ()
    note: tuple[Annotation, ...] = ()


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a CareTeam into `out`; its patient and its clinical date."""
    identifier = out.identifiers.append
    token = out.tokens.append
    uri = out.uris.append
    reference = out.references.append
    date = out.dates.append
    patient0 = patient1 = date0 = None
    for v1 in r.category:
        for c in v1.coding:
            if c.code is not None:
                token(('category', c.system, c.code))
    if (v2 := r.encounter) is not None:
        if (v2r := v2.reference) is not None and v2r[0] != '#':
            reference(('encounter', v2r))
        if (v2i := v2.identifier) is not None and v2i.value is not None:
            identifier(('encounter', v2i.system, v2i.value))
    for v3 in r.participant:
        if (v4 := v3.member) is not None:
            if (v4r := v4.reference) is not None and v4r[0] != '#':
                reference(('participant', v4r))
                if patient1 is None: patient1 = patient_id(v4r)
            if (v4i := v4.identifier) is not None and v4i.value is not None:
                identifier(('participant', v4i.system, v4i.value))
    if (v5 := r.status) is not None:
        token(('status', 'http://hl7.org/fhir/care-team-status', v5))
    if (v6 := r.subject) is not None:
        if (v6r := v6.reference) is not None and v6r[0] != '#':
            reference(('subject', v6r))
        if (v6i := v6.identifier) is not None and v6i.value is not None:
            identifier(('subject', v6i.system, v6i.value))
        if refers(v6, 'Patient'):
            if (v6r := v6.reference) is not None and v6r[0] != '#':
                reference(('patient', v6r))
                if patient0 is None: patient0 = patient_id(v6r)
            if (v6i := v6.identifier) is not None and v6i.value is not None:
                identifier(('patient', v6i.system, v6i.value))
    if (v7 := r.meta) is not None:
        for v8 in v7.profile:
            if v8 is not None:
                uri(('_profile', v8))
                if '|' in v8:
                    v8w = v8.partition('|')[0]
                    uri(('_profile', v8w))
        for v9 in v7.security:
            if v9.code is not None:
                token(('_security', v9.system, v9.code))
        if (v10 := v7.source) is not None:
            uri(('_source', v10))
        for v11 in v7.tag:
            if v11.code is not None:
                token(('_tag', v11.system, v11.code))
    if (v12 := r.period) is not None:
        v12l, v12h = period_range(v12)
        date(('date', v12l, v12h))
        if date0 is None: date0 = known(v12l, v12h)
    for v13 in r.identifier:
        if v13.value is not None:
            token(('identifier', v13.system, v13.value))
    return patient0 or patient1, date0
