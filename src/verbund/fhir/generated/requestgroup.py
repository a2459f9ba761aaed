"""The resource type RequestGroup of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import CODES, URIS, DATE_TIMES, aligned, attributes, chosen, is_code, is_uri, is_id, is_date_time
from verbund.fhir.extraction import Collector, date_range, known, patient_id, refers
from verbund.fhir.generated.datatypes import Age, Annotation, BackboneElement, CodeableConcept, DomainResource, Duration, Element, Expression, Identifier, Period, Range, Reference, RelatedArtifact, Resource, Timing
from verbund.fhir.generated.primitives import CheckedDateTime, CheckedId, DateTime, String, Uri

class RequestGroupActionCondition(BackboneElement, kw_only=True):
    kind: Literal['applicability', 'start', 'stop'] | None = None
    kind_element: Element | None = named(default=None, name="_kind")
    expression: Expression | None = None
    def __post_init__(self) -> None:
        if self.kind is None and self.kind_element is None:
            raise ValueError("RequestGroupActionCondition.kind is required")

_REQUESTGROUPACTIONRELATEDACTION_OFFSET = attributes('offsetDuration', 'offsetRange')
class RequestGroupActionRelatedAction(BackboneElement, kw_only=True):
    actionId: CheckedId | None = None
    actionId_element: Element | None = named(default=None, name="_actionId")
    relationship: Literal['before-start', 'before', 'before-end', 'concurrent-with-start', 'concurrent', 'concurrent-with-end', 'after-start', 'after', 'after-end'] | None = None
    relationship_element: Element | None = named(default=None, name="_relationship")
    offsetDuration: Duration | None = None
    offsetRange: Range | None = None
    def __post_init__(self) -> None:
        if self.actionId is None and self.actionId_element is None:
            raise ValueError("RequestGroupActionRelatedAction.actionId is required")
        if self.relationship is None and self.relationship_element is None:
            raise ValueError("RequestGroupActionRelatedAction.relationship is required")
        given = 2 - _REQUESTGROUPACTIONRELATEDACTION_OFFSET(self).count(None)
        if given > 1:
            raise ValueError("RequestGroupActionRelatedAction.offset[x] takes at most one type")

_REQUESTGROUPACTION_TIMING = attributes('timingDateTime', 'timingAge', 'timingPeriod', 'timingDuration', 'timingRange', 'timingTiming', 'timingDateTime_element')
class RequestGroupAction(BackboneElement, kw_only=True):
    prefix: String | None = None
    prefix_element: Element | None = named(default=None, name="_prefix")
    title: String | None = None
    title_element: Element | None = named(default=None, name="_title")
    description: String | None = None
    description_element: Element | None = named(default=None, name="_description")
    textEquivalent: String | None = None
    textEquivalent_element: Element | None = named(default=None, name="_textEquivalent")
    priority: Literal['routine', 'urgent', 'asap', 'stat'] | None = None
    priority_element: Element | None = named(default=None, name="_priority")
    code: tuple[CodeableConcept, ...] = ()
    documentation: tuple[RelatedArtifact, ...] = ()
    condition: tuple[RequestGroupActionCondition, ...] = ()
    relatedAction: tuple[RequestGroupActionRelatedAction, ...] = ()
    timingDateTime: CheckedDateTime | None = None
    timingDateTime_element: Element | None = named(default=None, name="_timingDateTime")
    timingAge: Age | None = None
    timingPeriod: Period | None = None
    timingDuration: Duration | None = None
    timingRange: Range | None = None
    timingTiming: Timing | None = None
    participant: tuple[Reference, ...] = ()
    type: CodeableConcept | None = None
    groupingBehavior: Literal['visual-group', 'logical-group', 'sentence-group'] | None = None
    groupingBehavior_element: Element | None = named(default=None, name="_groupingBehavior")
    selectionBehavior: Literal['any', 'all', 'all-or-none', 'exactly-one', 'at-most-one', 'one-or-more'] | None = None
    selectionBehavior_element: Element | None = named(default=None, name="_selectionBehavior")
    requiredBehavior: Literal['must', 'could', 'must-unless-documented'] | None = None
    requiredBehavior_element: Element | None = named(default=None, name="_requiredBehavior")
    precheckBehavior: Literal['yes', 'no'] | None = None
    precheckBehavior_element: Element | None = named(default=None, name="_precheckBehavior")
    cardinalityBehavior: Literal['single', 'multiple'] | None = None
    cardinalityBehavior_element: Element | None = named(default=None, name="_cardinalityBehavior")
    resource: Reference | None = None
    action: "tuple[RequestGroupAction, ...]" = ()
    def __post_init__(self) -> None:
        given = 7 - _REQUESTGROUPACTION_TIMING(self).count(None)
        if given > 1:
            given = chosen(_REQUESTGROUPACTION_TIMING(self), 6)
        if given > 1:
            raise ValueError("RequestGroupAction.timing[x] takes at most one type")

class RequestGroup(DomainResource, kw_only=True, tag_field="resourceType", tag="RequestGroup"):
    identifier: tuple[Identifier, ...] = ()
    instantiatesCanonical: tuple[Uri | None, ...] = ()
    instantiatesCanonical_element: tuple[Element | None, ...] = named(default=(), name="_instantiatesCanonical")
    instantiatesUri: tuple[Uri | None, ...] = ()
    instantiatesUri_element: tuple[Element | None, ...] = named(default=(), name="_instantiatesUri")
    basedOn: tuple[Reference, ...] = ()
    replaces: tuple[Reference, ...] = ()
    groupIdentifier: Identifier | None = None
    status: Literal['draft', 'active', 'on-hold', 'revoked', 'completed', 'entered-in-error', 'unknown'] | None = None
    status_element: Element | None = named(default=None, name="_status")
    intent: Literal['proposal', 'plan', 'directive', 'order', 'original-order', 'reflex-order', 'filler-order', 'instance-order', 'option'] | None = None
    intent_element: Element | None = named(default=None, name="_intent")
    priority: Literal['routine', 'urgent', 'asap', 'stat'] | None = None
    priority_element: Element | None = named(default=None, name="_priority")
    code: CodeableConcept | None = None
    subject: Reference | None = None
    encounter: Reference | None = None
    authoredOn: DateTime | None = None
    authoredOn_element: Element | None = named(default=None, name="_authoredOn")
    author: Reference | None = None
    reasonCode: tuple[CodeableConcept, ...] = ()
    reasonReference: tuple[Reference, ...] = ()
    note: tuple[Annotation, ...] = ()
    action: tuple[RequestGroupAction, ...] = ()
    def __post_init__(self) -> None:
        if (v := self.id) is not None and not is_id(v):
            raise ValueError("Resource.id is malformed")
        if (v := self.implicitRules) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Resource.implicitRules is malformed")
        if (v := self.language) is not None and v not in CODES and not is_code(v):
            raise ValueError("Resource.language is malformed")
        for v in self.instantiatesCanonical:
            if v is not None and v not in URIS and not is_uri(v):
                raise ValueError("RequestGroup.instantiatesCanonical is malformed")
        if (self.instantiatesCanonical_element or None in self.instantiatesCanonical) and not aligned(self.instantiatesCanonical, self.instantiatesCanonical_element):
            raise ValueError("RequestGroup.instantiatesCanonical holds a null without an extension")
        for v in self.instantiatesUri:
            if v is not None and v not in URIS and not is_uri(v):
                raise ValueError("RequestGroup.instantiatesUri is malformed")
        if (self.instantiatesUri_element or None in self.instantiatesUri) and not aligned(self.instantiatesUri, self.instantiatesUri_element):
            raise ValueError("RequestGroup.instantiatesUri holds a null without an extension")
        if self.status is None and self.status_element is None:
            raise ValueError("RequestGroup.status is required")
        if self.intent is None and self.intent_element is None:
            raise ValueError("RequestGroup.intent is required")
        if (v := self.authoredOn) is not None and v not in DATE_TIMES and not is_date_time(v):
            raise ValueError("RequestGroup.authoredOn is malformed")


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a RequestGroup into `out`; its patient and its clinical date."""
    identifier = out.identifiers.append
    token = out.tokens.append
    uri = out.uris.append
    reference = out.references.append
    date = out.dates.append
    patient0 = patient1 = date0 = None
    if (v1 := r.author) is not None:
        if (v1r := v1.reference) is not None and v1r[0] != '#':
            reference(('author', v1r))
        if (v1i := v1.identifier) is not None and v1i.value is not None:
            identifier(('author', v1i.system, v1i.value))
    if (v2 := r.authoredOn) is not None:
        v2l, v2h = date_range(v2)
        date(('authored', v2l, v2h))
        if date0 is None: date0 = known(v2l, v2h)
    if (v3 := r.code) is not None:
        for c in v3.coding:
            if c.code is not None:
                token(('code', c.system, c.code))
    if (v4 := r.encounter) is not None:
        if (v4r := v4.reference) is not None and v4r[0] != '#':
            reference(('encounter', v4r))
        if (v4i := v4.identifier) is not None and v4i.value is not None:
            identifier(('encounter', v4i.system, v4i.value))
    if (v5 := r.groupIdentifier) is not None:
        if v5.value is not None:
            token(('group-identifier', v5.system, v5.value))
    for v6 in r.identifier:
        if v6.value is not None:
            token(('identifier', v6.system, v6.value))
    for v7 in r.instantiatesCanonical:
        if v7 is not None:
            reference(('instantiates-canonical', v7))
            if '|' in v7:
                v7w = v7.partition('|')[0]
                reference(('instantiates-canonical', v7w))
    for v8 in r.instantiatesUri:
        if v8 is not None:
            uri(('instantiates-uri', v8))
    if (v9 := r.intent) is not None:
        token(('intent', 'http://hl7.org/fhir/request-intent', v9))
    for v10 in r.action:
        for v11 in v10.participant:
            if (v11r := v11.reference) is not None and v11r[0] != '#':
                reference(('participant', v11r))
                if patient1 is None: patient1 = patient_id(v11r)
            if (v11i := v11.identifier) is not None and v11i.value is not None:
                identifier(('participant', v11i.system, v11i.value))
    if (v12 := r.subject) is not None:
        if (v12r := v12.reference) is not None and v12r[0] != '#':
            reference(('subject', v12r))
            if patient0 is None: patient0 = patient_id(v12r)
        if (v12i := v12.identifier) is not None and v12i.value is not None:
            identifier(('subject', v12i.system, v12i.value))
        if refers(v12, 'Patient'):
            if (v12r := v12.reference) is not None and v12r[0] != '#':
                reference(('patient', v12r))
            if (v12i := v12.identifier) is not None and v12i.value is not None:
                identifier(('patient', v12i.system, v12i.value))
    if (v13 := r.priority) is not None:
        token(('priority', 'http://hl7.org/fhir/request-priority', v13))
    if (v14 := r.status) is not None:
        token(('status', 'http://hl7.org/fhir/request-status', v14))
    if (v15 := r.meta) is not None:
        for v16 in v15.profile:
            if v16 is not None:
                uri(('_profile', v16))
                if '|' in v16:
                    v16w = v16.partition('|')[0]
                    uri(('_profile', v16w))
        for v17 in v15.security:
            if v17.code is not None:
                token(('_security', v17.system, v17.code))
        if (v18 := v15.source) is not None:
            uri(('_source', v18))
        for v19 in v15.tag:
            if v19.code is not None:
                token(('_tag', v19.system, v19.code))
    return patient0 or patient1, date0
