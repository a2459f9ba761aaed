"""The resource type EpisodeOfCare of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import CODES, URIS, is_code, is_uri, is_id
from verbund.fhir.extraction import Collector, known, patient_id, period_range, refers
from verbund.fhir.generated.datatypes import BackboneElement, CodeableConcept, DomainResource, Element, Identifier, Period, Reference, Resource
from verbund.fhir.generated.primitives import PositiveInt

class EpisodeOfCareStatusHistory(BackboneElement, kw_only=True):
    status: Literal['planned', 'waitlist', 'active', 'onhold', 'finished', 'cancelled', 'entered-in-error'] | None = None
    status_element: Element | None = named(default=None, name="_status")
    period: Period
    def __post_init__(self) -> None:
        if self.status is None and self.status_element is None:
            raise ValueError("EpisodeOfCareStatusHistory.status is required")

class EpisodeOfCareDiagnosis(BackboneElement, kw_only=True):
    condition: Reference
    role: CodeableConcept | None = None
    rank: PositiveInt | None = None
    rank_element: Element | None = named(default=None, name="_rank")

class EpisodeOfCare(DomainResource, kw_only=True, tag_field="resourceType", tag="EpisodeOfCare"):
    identifier: tuple[Identifier, ...] = ()
    status: Literal['planned', 'waitlist', 'active', 'onhold', 'finished', 'cancelled', 'entered-in-error'] | None = None
    status_element: Element | None = named(default=None, name="_status")
    statusHistory: tuple[EpisodeOfCareStatusHistory, ...] = ()
    type: tuple[CodeableConcept, ...] = ()
    diagnosis: tuple[EpisodeOfCareDiagnosis, ...] = ()
    patient: Reference
    managingOrganization: Reference | None = None
    period: Period | None = None
    referralRequest: tuple[Reference, ...] = ()
    careManager: Reference | None = None
    team: tuple[Reference, ...] = ()
    account: tuple[Reference, ...] = ()
    def __post_init__(self) -> None:
        if (v := self.id) is not None and not is_id(v):
            raise ValueError("Resource.id is malformed")
        if (v := self.implicitRules) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Resource.implicitRules is malformed")
        if (v := self.language) is not None and v not in CODES and not is_code(v):
            raise ValueError("Resource.language is malformed")
        if self.status is None and self.status_element is None:
            raise ValueError("EpisodeOfCare.status is required")


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a EpisodeOfCare into `out`; its patient and its clinical date."""
    identifier = out.identifiers.append
    token = out.tokens.append
    uri = out.uris.append
    reference = out.references.append
    date = out.dates.append
    patient0 = date0 = None
    if (v1 := r.careManager) is not None:
        if refers(v1, 'Practitioner'):
            if (v1r := v1.reference) is not None and v1r[0] != '#':
                reference(('care-manager', v1r))
            if (v1i := v1.identifier) is not None and v1i.value is not None:
                identifier(('care-manager', v1i.system, v1i.value))
    for v2 in r.diagnosis:
        if (v3 := v2.condition) is not None:
            if (v3r := v3.reference) is not None and v3r[0] != '#':
                reference(('condition', v3r))
            if (v3i := v3.identifier) is not None and v3i.value is not None:
                identifier(('condition', v3i.system, v3i.value))
    for v4 in r.referralRequest:
        if (v4r := v4.reference) is not None and v4r[0] != '#':
            reference(('incoming-referral', v4r))
        if (v4i := v4.identifier) is not None and v4i.value is not None:
            identifier(('incoming-referral', v4i.system, v4i.value))
    if (v5 := r.managingOrganization) is not None:
        if (v5r := v5.reference) is not None and v5r[0] != '#':
            reference(('organization', v5r))
        if (v5i := v5.identifier) is not None and v5i.value is not None:
            identifier(('organization', v5i.system, v5i.value))
    if (v6 := r.status) is not None:
        token(('status', 'http://hl7.org/fhir/episode-of-care-status', v6))
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
    if (v14 := r.patient) is not None:
        if (v14r := v14.reference) is not None and v14r[0] != '#':
            reference(('patient', v14r))
            if patient0 is None: patient0 = patient_id(v14r)
        if (v14i := v14.identifier) is not None and v14i.value is not None:
            identifier(('patient', v14i.system, v14i.value))
    for v15 in r.type:
        for c in v15.coding:
            if c.code is not None:
                token(('type', c.system, c.code))
    return patient0, date0
