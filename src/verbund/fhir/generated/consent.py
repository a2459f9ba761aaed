"""The resource type Consent of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import CODES, URIS, DATE_TIMES, attributes, is_code, is_uri, is_id, is_date_time
from verbund.fhir.extraction import Collector, date_range, known, patient_id, period_range
from verbund.fhir.generated.datatypes import Attachment, BackboneElement, CodeableConcept, Coding, DomainResource, Element, Identifier, Period, Reference, Resource
from verbund.fhir.generated.primitives import CheckedDateTime, CheckedUri, DateTime

class ConsentPolicy(BackboneElement, kw_only=True):
    authority: CheckedUri | None = None
    authority_element: Element | None = named(default=None, name="_authority")
    uri: CheckedUri | None = None
    uri_element: Element | None = named(default=None, name="_uri")

class ConsentVerification(BackboneElement, kw_only=True):
    verified: bool | None = None
    verified_element: Element | None = named(default=None, name="_verified")
    verifiedWith: Reference | None = None
    verificationDate: CheckedDateTime | None = None
    verificationDate_element: Element | None = named(default=None, name="_verificationDate")
    def __post_init__(self) -> None:
        if self.verified is None and self.verified_element is None:
            raise ValueError("ConsentVerification.verified is required")

class ConsentProvisionActor(BackboneElement, kw_only=True):
    role: CodeableConcept
    reference: Reference

class ConsentProvisionData(BackboneElement, kw_only=True):
    meaning: Literal['instance', 'related', 'dependents', 'authoredby'] | None = None
    meaning_element: Element | None = named(default=None, name="_meaning")
    reference: Reference
    def __post_init__(self) -> None:
        if self.meaning is None and self.meaning_element is None:
            raise ValueError("ConsentProvisionData.meaning is required")

class ConsentProvision(BackboneElement, kw_only=True):
    type: Literal['deny', 'permit'] | None = None
    type_element: Element | None = named(default=None, name="_type")
    period: Period | None = None
    actor: tuple[ConsentProvisionActor, ...] = ()
    action: tuple[CodeableConcept, ...] = ()
    securityLabel: tuple[Coding, ...] = ()
    purpose: tuple[Coding, ...] = ()
    class_: tuple[Coding, ...] = named(default=(), name="class")
    code: tuple[CodeableConcept, ...] = ()
    dataPeriod: Period | None = None
    data: tuple[ConsentProvisionData, ...] = ()
    provision: "tuple[ConsentProvision, ...]" = ()

_CONSENT_SOURCE = attributes('sourceAttachment', 'sourceReference')
class Consent(DomainResource, kw_only=True, tag_field="resourceType", tag="Consent"):
    identifier: tuple[Identifier, ...] = ()
    status: Literal['draft', 'proposed', 'active', 'rejected', 'inactive', 'entered-in-error'] | None = None
    status_element: Element | None = named(default=None, name="_status")
    scope: CodeableConcept
    category: tuple[CodeableConcept, ...]
    patient: Reference | None = None
    dateTime: DateTime | None = None
    dateTime_element: Element | None = named(default=None, name="_dateTime")
    performer: tuple[Reference, ...] = ()
    organization: tuple[Reference, ...] = ()
    sourceAttachment: Attachment | None = None
    sourceReference: Reference | None = None
    policy: tuple[ConsentPolicy, ...] = ()
    policyRule: CodeableConcept | None = None
    verification: tuple[ConsentVerification, ...] = ()
    provision: ConsentProvision | None = None
    def __post_init__(self) -> None:
        if (v := self.id) is not None and not is_id(v):
            raise ValueError("Resource.id is malformed")
        if (v := self.implicitRules) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Resource.implicitRules is malformed")
        if (v := self.language) is not None and v not in CODES and not is_code(v):
            raise ValueError("Resource.language is malformed")
        if self.status is None and self.status_element is None:
            raise ValueError("Consent.status is required")
        if (v := self.dateTime) is not None and v not in DATE_TIMES and not is_date_time(v):
            raise ValueError("Consent.dateTime is malformed")
        given = 2 - _CONSENT_SOURCE(self).count(None)
        if given > 1:
            raise ValueError("Consent.source[x] takes at most one type")


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a Consent into `out`; its patient and its clinical date."""
    identifier = out.identifiers.append
    token = out.tokens.append
    uri = out.uris.append
    reference = out.references.append
    date = out.dates.append
    patient0 = date0 = date1 = None
    if (v1 := r.provision) is not None:
        for v2 in v1.action:
            for c in v2.coding:
                if c.code is not None:
                    token(('action', c.system, c.code))
        for v3 in v1.actor:
            if (v4 := v3.reference) is not None:
                if (v4r := v4.reference) is not None and v4r[0] != '#':
                    reference(('actor', v4r))
                if (v4i := v4.identifier) is not None and v4i.value is not None:
                    identifier(('actor', v4i.system, v4i.value))
        for v5 in v1.data:
            if (v6 := v5.reference) is not None:
                if (v6r := v6.reference) is not None and v6r[0] != '#':
                    reference(('data', v6r))
                if (v6i := v6.identifier) is not None and v6i.value is not None:
                    identifier(('data', v6i.system, v6i.value))
        if (v7 := v1.period) is not None:
            v7l, v7h = period_range(v7)
            date(('period', v7l, v7h))
            if date1 is None: date1 = known(v7l, v7h)
        for v8 in v1.purpose:
            if v8.code is not None:
                token(('purpose', v8.system, v8.code))
        for v9 in v1.securityLabel:
            if v9.code is not None:
                token(('security-label', v9.system, v9.code))
    for v10 in r.category:
        for c in v10.coding:
            if c.code is not None:
                token(('category', c.system, c.code))
    for v11 in r.performer:
        if (v11r := v11.reference) is not None and v11r[0] != '#':
            reference(('consentor', v11r))
        if (v11i := v11.identifier) is not None and v11i.value is not None:
            identifier(('consentor', v11i.system, v11i.value))
    for v12 in r.organization:
        if (v12r := v12.reference) is not None and v12r[0] != '#':
            reference(('organization', v12r))
        if (v12i := v12.identifier) is not None and v12i.value is not None:
            identifier(('organization', v12i.system, v12i.value))
    if (v13 := r.scope) is not None:
        for c in v13.coding:
            if c.code is not None:
                token(('scope', c.system, c.code))
    if (v15 := r.sourceReference) is not None:
        if (v15r := v15.reference) is not None and v15r[0] != '#':
            reference(('source-reference', v15r))
        if (v15i := v15.identifier) is not None and v15i.value is not None:
            identifier(('source-reference', v15i.system, v15i.value))
    if (v16 := r.status) is not None:
        token(('status', 'http://hl7.org/fhir/consent-state-codes', v16))
    if (v17 := r.meta) is not None:
        for v18 in v17.profile:
            if v18 is not None:
                uri(('_profile', v18))
                if '|' in v18:
                    v18w = v18.partition('|')[0]
                    uri(('_profile', v18w))
        for v19 in v17.security:
            if v19.code is not None:
                token(('_security', v19.system, v19.code))
        if (v20 := v17.source) is not None:
            uri(('_source', v20))
        for v21 in v17.tag:
            if v21.code is not None:
                token(('_tag', v21.system, v21.code))
    if (v22 := r.dateTime) is not None:
        v22l, v22h = date_range(v22)
        date(('date', v22l, v22h))
        if date0 is None: date0 = known(v22l, v22h)
    for v23 in r.identifier:
        if v23.value is not None:
            token(('identifier', v23.system, v23.value))
    if (v24 := r.patient) is not None:
        if (v24r := v24.reference) is not None and v24r[0] != '#':
            reference(('patient', v24r))
            if patient0 is None: patient0 = patient_id(v24r)
        if (v24i := v24.identifier) is not None and v24i.value is not None:
            identifier(('patient', v24i.system, v24i.value))
    return patient0, date0 or date1
