"""The resource type Account of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import CODES, URIS, is_code, is_uri, is_id
from verbund.fhir.extraction import Collector, known, patient_id, period_range, refers
from verbund.fhir.generated.datatypes import BackboneElement, CodeableConcept, DomainResource, Element, Identifier, Period, Reference, Resource
from verbund.fhir.generated.primitives import PositiveInt, String

class AccountCoverage(BackboneElement, kw_only=True):
    coverage: Reference
    priority: PositiveInt | None = None
    priority_element: Element | None = named(default=None, name="_priority")

class AccountGuarantor(BackboneElement, kw_only=True):
    party: Reference
    onHold: bool | None = None
    onHold_element: Element | None = named(default=None, name="_onHold")
    period: Period | None = None

class Account(DomainResource, kw_only=True, tag_field="resourceType", tag="Account"):
    identifier: tuple[Identifier, ...] = ()
    status: Literal['active', 'inactive', 'entered-in-error', 'on-hold', 'unknown'] | None = None
    status_element: Element | None = named(default=None, name="_status")
    type: CodeableConcept | None = None
    name: String | None = None
    name_element: Element | None = named(default=None, name="_name")
    subject: tuple[Reference, ...] = ()
    servicePeriod: Period | None = None
    coverage: tuple[AccountCoverage, ...] = ()
    owner: Reference | None = None
    description: String | None = None
    description_element: Element | None = named(default=None, name="_description")
    guarantor: tuple[AccountGuarantor, ...] = ()
    partOf: Reference | None = None
    def __post_init__(self) -> None:
        if (v := self.id) is not None and not is_id(v):
            raise ValueError("Resource.id is malformed")
        if (v := self.implicitRules) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Resource.implicitRules is malformed")
        if (v := self.language) is not None and v not in CODES and not is_code(v):
            raise ValueError("Resource.language is malformed")
        if self.status is None and self.status_element is None:
            raise ValueError("Account.status is required")


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a Account into `out`; its patient and its clinical date."""
    identifier = out.identifiers.append
    token = out.tokens.append
    string = out.strings.append
    uri = out.uris.append
    reference = out.references.append
    date = out.dates.append
    patient0 = date0 = None
    for v1 in r.identifier:
        if v1.value is not None:
            token(('identifier', v1.system, v1.value))
    if (v2 := r.name) is not None:
        string(('name', v2))
    if (v3 := r.owner) is not None:
        if (v3r := v3.reference) is not None and v3r[0] != '#':
            reference(('owner', v3r))
        if (v3i := v3.identifier) is not None and v3i.value is not None:
            identifier(('owner', v3i.system, v3i.value))
    for v4 in r.subject:
        if (v4r := v4.reference) is not None and v4r[0] != '#':
            reference(('subject', v4r))
            if patient0 is None: patient0 = patient_id(v4r)
        if (v4i := v4.identifier) is not None and v4i.value is not None:
            identifier(('subject', v4i.system, v4i.value))
        if refers(v4, 'Patient'):
            if (v4r := v4.reference) is not None and v4r[0] != '#':
                reference(('patient', v4r))
            if (v4i := v4.identifier) is not None and v4i.value is not None:
                identifier(('patient', v4i.system, v4i.value))
    if (v5 := r.servicePeriod) is not None:
        v5l, v5h = period_range(v5)
        date(('period', v5l, v5h))
        if date0 is None: date0 = known(v5l, v5h)
    if (v6 := r.status) is not None:
        token(('status', 'http://hl7.org/fhir/account-status', v6))
    if (v7 := r.type) is not None:
        for c in v7.coding:
            if c.code is not None:
                token(('type', c.system, c.code))
    if (v8 := r.meta) is not None:
        for v9 in v8.profile:
            if v9 is not None:
                uri(('_profile', v9))
                if '|' in v9:
                    v9w = v9.partition('|')[0]
                    uri(('_profile', v9w))
        for v10 in v8.security:
            if v10.code is not None:
                token(('_security', v10.system, v10.code))
        if (v11 := v8.source) is not None:
            uri(('_source', v11))
        for v12 in v8.tag:
            if v12.code is not None:
                token(('_tag', v12.system, v12.code))
    return patient0, date0
