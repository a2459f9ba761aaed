"""The resource type AuditEvent of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import CODES, URIS, INSTANTS, aligned, attributes, chosen, is_code, is_uri, is_id, is_instant
from verbund.fhir.extraction import Collector, date_range, known, patient_id, refers
from verbund.fhir.generated.datatypes import BackboneElement, CodeableConcept, Coding, DomainResource, Element, Period, Reference, Resource
from verbund.fhir.generated.primitives import CheckedBase64, CheckedUri, Instant, String

class AuditEventAgentNetwork(BackboneElement, kw_only=True):
    address: String | None = None
    address_element: Element | None = named(default=None, name="_address")
    type: Literal['1', '2', '3', '4', '5'] | None = None
    type_element: Element | None = named(default=None, name="_type")

class AuditEventAgent(BackboneElement, kw_only=True):
    type: CodeableConcept | None = None
    role: tuple[CodeableConcept, ...] = ()
    who: Reference | None = None
    altId: String | None = None
    altId_element: Element | None = named(default=None, name="_altId")
    name: String | None = None
    name_element: Element | None = named(default=None, name="_name")
    requestor: bool | None = None
    requestor_element: Element | None = named(default=None, name="_requestor")
    location: Reference | None = None
    policy: tuple[CheckedUri | None, ...] = ()
    policy_element: tuple[Element | None, ...] = named(default=(), name="_policy")
    media: Coding | None = None
    network: AuditEventAgentNetwork | None = None
    purposeOfUse: tuple[CodeableConcept, ...] = ()
    def __post_init__(self) -> None:
        if self.requestor is None and self.requestor_element is None:
            raise ValueError("AuditEventAgent.requestor is required")
        if (self.policy_element or None in self.policy) and not aligned(self.policy, self.policy_element):
            raise ValueError("AuditEventAgent.policy holds a null without an extension")

class AuditEventSource(BackboneElement, kw_only=True):
    site: String | None = None
    site_element: Element | None = named(default=None, name="_site")
    observer: Reference
    type: tuple[Coding, ...] = ()

_AUDITEVENTENTITYDETAIL_VALUE = attributes('valueString', 'valueBase64Binary', 'valueString_element', 'valueBase64Binary_element')
class AuditEventEntityDetail(BackboneElement, kw_only=True):
    type: String | None = None
    type_element: Element | None = named(default=None, name="_type")
    valueString: String | None = None
    valueString_element: Element | None = named(default=None, name="_valueString")
    valueBase64Binary: CheckedBase64 | None = None
    valueBase64Binary_element: Element | None = named(default=None, name="_valueBase64Binary")
    def __post_init__(self) -> None:
        if self.type is None and self.type_element is None:
            raise ValueError("AuditEventEntityDetail.type is required")
        given = 4 - _AUDITEVENTENTITYDETAIL_VALUE(self).count(None)
        if given > 1:
            given = chosen(_AUDITEVENTENTITYDETAIL_VALUE(self), 2)
        if given != 1:
            raise ValueError("AuditEventEntityDetail.value[x] takes exactly one type")

class AuditEventEntity(BackboneElement, kw_only=True):
    what: Reference | None = None
    type: Coding | None = None
    role: Coding | None = None
    lifecycle: Coding | None = None
    securityLabel: tuple[Coding, ...] = ()
    name: String | None = None
    name_element: Element | None = named(default=None, name="_name")
    description: String | None = None
    description_element: Element | None = named(default=None, name="_description")
    query: CheckedBase64 | None = None
    query_element: Element | None = named(default=None, name="_query")
    detail: tuple[AuditEventEntityDetail, ...] = ()

class AuditEvent(DomainResource, kw_only=True, tag_field="resourceType", tag="AuditEvent"):
    type: Coding
    subtype: tuple[Coding, ...] = ()
    action: Literal['C', 'R', 'U', 'D', 'E'] | None = None
    action_element: Element | None = named(default=None, name="_action")
    period: Period | None = None
    recorded: Instant | None = None
    recorded_element: Element | None = named(default=None, name="_recorded")
    outcome: Literal['0', '4', '8', '12'] | None = None
    outcome_element: Element | None = named(default=None, name="_outcome")
    outcomeDesc: String | None = None
    outcomeDesc_element: Element | None = named(default=None, name="_outcomeDesc")
    purposeOfEvent: tuple[CodeableConcept, ...] = ()
    agent: tuple[AuditEventAgent, ...]
    source: AuditEventSource
    entity: tuple[AuditEventEntity, ...] = ()
    def __post_init__(self) -> None:
        if (v := self.id) is not None and not is_id(v):
            raise ValueError("Resource.id is malformed")
        if (v := self.implicitRules) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Resource.implicitRules is malformed")
        if (v := self.language) is not None and v not in CODES and not is_code(v):
            raise ValueError("Resource.language is malformed")
        if (v := self.recorded) is not None and v not in INSTANTS and not is_instant(v):
            raise ValueError("AuditEvent.recorded is malformed")
        if self.recorded is None and self.recorded_element is None:
            raise ValueError("AuditEvent.recorded is required")


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a AuditEvent into `out`; its patient and its clinical date."""
    identifier = out.identifiers.append
    token = out.tokens.append
    string = out.strings.append
    uri = out.uris.append
    reference = out.references.append
    date = out.dates.append
    patient0 = date0 = None
    if (v1 := r.action) is not None:
        token(('action', 'http://hl7.org/fhir/audit-event-action', v1))
    for v2 in r.agent:
        if (v3 := v2.network) is not None:
            if (v4 := v3.address) is not None:
                string(('address', v4))
        if (v5 := v2.who) is not None:
            if (v5r := v5.reference) is not None and v5r[0] != '#':
                reference(('agent', v5r))
            if (v5i := v5.identifier) is not None and v5i.value is not None:
                identifier(('agent', v5i.system, v5i.value))
            if refers(v5, 'Patient'):
                if (v5r := v5.reference) is not None and v5r[0] != '#':
                    reference(('patient', v5r))
                    if patient0 is None: patient0 = patient_id(v5r)
                if (v5i := v5.identifier) is not None and v5i.value is not None:
                    identifier(('patient', v5i.system, v5i.value))
        if (v6 := v2.name) is not None:
            string(('agent-name', v6))
        for v7 in v2.role:
            for c in v7.coding:
                if c.code is not None:
                    token(('agent-role', c.system, c.code))
        if (v8 := v2.altId) is not None:
            token(('altid', None, v8))
        for v9 in v2.policy:
            if v9 is not None:
                uri(('policy', v9))
    if (v10 := r.recorded) is not None:
        v10l, v10h = date_range(v10)
        date(('date', v10l, v10h))
        if date0 is None: date0 = known(v10l, v10h)
    for v11 in r.entity:
        if (v12 := v11.what) is not None:
            if (v12r := v12.reference) is not None and v12r[0] != '#':
                reference(('entity', v12r))
            if (v12i := v12.identifier) is not None and v12i.value is not None:
                identifier(('entity', v12i.system, v12i.value))
            if refers(v12, 'Patient'):
                if (v12r := v12.reference) is not None and v12r[0] != '#':
                    reference(('patient', v12r))
                    if patient0 is None: patient0 = patient_id(v12r)
                if (v12i := v12.identifier) is not None and v12i.value is not None:
                    identifier(('patient', v12i.system, v12i.value))
        if (v13 := v11.name) is not None:
            string(('entity-name', v13))
        if (v14 := v11.role) is not None:
            if v14.code is not None:
                token(('entity-role', v14.system, v14.code))
        if (v15 := v11.type) is not None:
            if v15.code is not None:
                token(('entity-type', v15.system, v15.code))
    if (v16 := r.outcome) is not None:
        token(('outcome', 'http://hl7.org/fhir/audit-event-outcome', v16))
    if (v17 := r.source) is not None:
        if (v18 := v17.site) is not None:
            token(('site', None, v18))
        if (v19 := v17.observer) is not None:
            if (v19r := v19.reference) is not None and v19r[0] != '#':
                reference(('source', v19r))
            if (v19i := v19.identifier) is not None and v19i.value is not None:
                identifier(('source', v19i.system, v19i.value))
    for v20 in r.subtype:
        if v20.code is not None:
            token(('subtype', v20.system, v20.code))
    if (v21 := r.type) is not None:
        if v21.code is not None:
            token(('type', v21.system, v21.code))
    if (v22 := r.meta) is not None:
        for v23 in v22.profile:
            if v23 is not None:
                uri(('_profile', v23))
                if '|' in v23:
                    v23w = v23.partition('|')[0]
                    uri(('_profile', v23w))
        for v24 in v22.security:
            if v24.code is not None:
                token(('_security', v24.system, v24.code))
        if (v25 := v22.source) is not None:
            uri(('_source', v25))
        for v26 in v22.tag:
            if v26.code is not None:
                token(('_tag', v26.system, v26.code))
    return patient0, date0
