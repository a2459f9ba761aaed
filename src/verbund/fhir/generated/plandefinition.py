"""The resource type PlanDefinition of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import CODES, URIS, DATES, DATE_TIMES, aligned, attributes, chosen, is_code, is_uri, is_id, is_date, is_date_time
from verbund.fhir.extraction import Collector, date_range, known, period_range, quantity_range, span
from verbund.fhir.generated.datatypes import Age, BackboneElement, CodeableConcept, ContactDetail, DataRequirement, DomainResource, Duration, Element, Expression, Identifier, Period, Quantity, Range, Reference, RelatedArtifact, Resource, Timing, TriggerDefinition, UsageContext
from verbund.fhir.generated.primitives import CheckedDateTime, CheckedId, CheckedUri, Date, DateTime, String, Uri

_PLANDEFINITIONGOALTARGET_DETAIL = attributes('detailQuantity', 'detailRange', 'detailCodeableConcept')
class PlanDefinitionGoalTarget(BackboneElement, kw_only=True):
    measure: CodeableConcept | None = None
    detailQuantity: Quantity | None = None
    detailRange: Range | None = None
    detailCodeableConcept: CodeableConcept | None = None
    due: Duration | None = None
    def __post_init__(self) -> None:
        given = 3 - _PLANDEFINITIONGOALTARGET_DETAIL(self).count(None)
        if given > 1:
            raise ValueError("PlanDefinitionGoalTarget.detail[x] takes at most one type")

class PlanDefinitionGoal(BackboneElement, kw_only=True):
    category: CodeableConcept | None = None
    description: CodeableConcept
    priority: CodeableConcept | None = None
    start: CodeableConcept | None = None
    addresses: tuple[CodeableConcept, ...] = ()
    documentation: tuple[RelatedArtifact, ...] = ()
    target: tuple[PlanDefinitionGoalTarget, ...] = ()

class PlanDefinitionActionCondition(BackboneElement, kw_only=True):
    kind: Literal['applicability', 'start', 'stop'] | None = None
    kind_element: Element | None = named(default=None, name="_kind")
    expression: Expression | None = None
    def __post_init__(self) -> None:
        if self.kind is None and self.kind_element is None:
            raise ValueError("PlanDefinitionActionCondition.kind is required")

_PLANDEFINITIONACTIONRELATEDACTION_OFFSET = attributes('offsetDuration', 'offsetRange')
class PlanDefinitionActionRelatedAction(BackboneElement, kw_only=True):
    actionId: CheckedId | None = None
    actionId_element: Element | None = named(default=None, name="_actionId")
    relationship: Literal['before-start', 'before', 'before-end', 'concurrent-with-start', 'concurrent', 'concurrent-with-end', 'after-start', 'after', 'after-end'] | None = None
    relationship_element: Element | None = named(default=None, name="_relationship")
    offsetDuration: Duration | None = None
    offsetRange: Range | None = None
    def __post_init__(self) -> None:
        if self.actionId is None and self.actionId_element is None:
            raise ValueError("PlanDefinitionActionRelatedAction.actionId is required")
        if self.relationship is None and self.relationship_element is None:
            raise ValueError("PlanDefinitionActionRelatedAction.relationship is required")
        given = 2 - _PLANDEFINITIONACTIONRELATEDACTION_OFFSET(self).count(None)
        if given > 1:
            raise ValueError("PlanDefinitionActionRelatedAction.offset[x] takes at most one type")

class PlanDefinitionActionParticipant(BackboneElement, kw_only=True):
    type: Literal['patient', 'practitioner', 'related-person', 'device'] | None = None
    type_element: Element | None = named(default=None, name="_type")
    role: CodeableConcept | None = None
    def __post_init__(self) -> None:
        if self.type is None and self.type_element is None:
            raise ValueError("PlanDefinitionActionParticipant.type is required")

class PlanDefinitionActionDynamicValue(BackboneElement, kw_only=True):
    path: String | None = None
    path_element: Element | None = named(default=None, name="_path")
    expression: Expression | None = None

_PLANDEFINITIONACTION_SUBJECT = attributes('subjectCodeableConcept', 'subjectReference')
_PLANDEFINITIONACTION_TIMING = attributes('timingDateTime', 'timingAge', 'timingPeriod', 'timingDuration', 'timingRange', 'timingTiming', 'timingDateTime_element')
_PLANDEFINITIONACTION_DEFINITION = attributes('definitionCanonical', 'definitionUri', 'definitionCanonical_element', 'definitionUri_element')
class PlanDefinitionAction(BackboneElement, kw_only=True):
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
    reason: tuple[CodeableConcept, ...] = ()
    documentation: tuple[RelatedArtifact, ...] = ()
    goalId: tuple[CheckedId | None, ...] = ()
    goalId_element: tuple[Element | None, ...] = named(default=(), name="_goalId")
    subjectCodeableConcept: CodeableConcept | None = None
    subjectReference: Reference | None = None
    trigger: tuple[TriggerDefinition, ...] = ()
    condition: tuple[PlanDefinitionActionCondition, ...] = ()
    input: tuple[DataRequirement, ...] = ()
    output: tuple[DataRequirement, ...] = ()
    relatedAction: tuple[PlanDefinitionActionRelatedAction, ...] = ()
    timingDateTime: CheckedDateTime | None = None
    timingDateTime_element: Element | None = named(default=None, name="_timingDateTime")
    timingAge: Age | None = None
    timingPeriod: Period | None = None
    timingDuration: Duration | None = None
    timingRange: Range | None = None
    timingTiming: Timing | None = None
    participant: tuple[PlanDefinitionActionParticipant, ...] = ()
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
    definitionCanonical: CheckedUri | None = None
    definitionCanonical_element: Element | None = named(default=None, name="_definitionCanonical")
    definitionUri: CheckedUri | None = None
    definitionUri_element: Element | None = named(default=None, name="_definitionUri")
    transform: CheckedUri | None = None
    transform_element: Element | None = named(default=None, name="_transform")
    dynamicValue: tuple[PlanDefinitionActionDynamicValue, ...] = ()
    action: "tuple[PlanDefinitionAction, ...]" = ()
    def __post_init__(self) -> None:
        if (self.goalId_element or None in self.goalId) and not aligned(self.goalId, self.goalId_element):
            raise ValueError("PlanDefinitionAction.goalId holds a null without an extension")
        given = 2 - _PLANDEFINITIONACTION_SUBJECT(self).count(None)
        if given > 1:
            raise ValueError("PlanDefinitionAction.subject[x] takes at most one type")
        given = 7 - _PLANDEFINITIONACTION_TIMING(self).count(None)
        if given > 1:
            given = chosen(_PLANDEFINITIONACTION_TIMING(self), 6)
        if given > 1:
            raise ValueError("PlanDefinitionAction.timing[x] takes at most one type")
        given = 4 - _PLANDEFINITIONACTION_DEFINITION(self).count(None)
        if given > 1:
            given = chosen(_PLANDEFINITIONACTION_DEFINITION(self), 2)
        if given > 1:
            raise ValueError("PlanDefinitionAction.definition[x] takes at most one type")

_PLANDEFINITION_SUBJECT = attributes('subjectCodeableConcept', 'subjectReference')
class PlanDefinition(DomainResource, kw_only=True, tag_field="resourceType", tag="PlanDefinition"):
    url: Uri | None = None
    url_element: Element | None = named(default=None, name="_url")
    identifier: tuple[Identifier, ...] = ()
    version: String | None = None
    version_element: Element | None = named(default=None, name="_version")
    name: String | None = None
    name_element: Element | None = named(default=None, name="_name")
    title: String | None = None
    title_element: Element | None = named(default=None, name="_title")
    subtitle: String | None = None
    subtitle_element: Element | None = named(default=None, name="_subtitle")
    type: CodeableConcept | None = None
    status: Literal['draft', 'active', 'retired', 'unknown'] | None = None
    status_element: Element | None = named(default=None, name="_status")
    experimental: bool | None = None
    experimental_element: Element | None = named(default=None, name="_experimental")
    subjectCodeableConcept: CodeableConcept | None = None
    subjectReference: Reference | None = None
    date: DateTime | None = None
    date_element: Element | None = named(default=None, name="_date")
    publisher: String | None = None
    publisher_element: Element | None = named(default=None, name="_publisher")
    contact: tuple[ContactDetail, ...] = ()
    description: String | None = None
    description_element: Element | None = named(default=None, name="_description")
    useContext: tuple[UsageContext, ...] = ()
    jurisdiction: tuple[CodeableConcept, ...] = ()
    purpose: String | None = None
    purpose_element: Element | None = named(default=None, name="_purpose")
    usage: String | None = None
    usage_element: Element | None = named(default=None, name="_usage")
    copyright: String | None = None
    copyright_element: Element | None = named(default=None, name="_copyright")
    approvalDate: Date | None = None
    approvalDate_element: Element | None = named(default=None, name="_approvalDate")
    lastReviewDate: Date | None = None
    lastReviewDate_element: Element | None = named(default=None, name="_lastReviewDate")
    effectivePeriod: Period | None = None
    topic: tuple[CodeableConcept, ...] = ()
    author: tuple[ContactDetail, ...] = ()
    editor: tuple[ContactDetail, ...] = ()
    reviewer: tuple[ContactDetail, ...] = ()
    endorser: tuple[ContactDetail, ...] = ()
    relatedArtifact: tuple[RelatedArtifact, ...] = ()
    library: tuple[Uri | None, ...] = ()
    library_element: tuple[Element | None, ...] = named(default=(), name="_library")
    goal: tuple[PlanDefinitionGoal, ...] = ()
    action: tuple[PlanDefinitionAction, ...] = ()
    def __post_init__(self) -> None:
        if (v := self.id) is not None and not is_id(v):
            raise ValueError("Resource.id is malformed")
        if (v := self.implicitRules) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Resource.implicitRules is malformed")
        if (v := self.language) is not None and v not in CODES and not is_code(v):
            raise ValueError("Resource.language is malformed")
        if (v := self.url) is not None and v not in URIS and not is_uri(v):
            raise ValueError("PlanDefinition.url is malformed")
        if self.status is None and self.status_element is None:
            raise ValueError("PlanDefinition.status is required")
        given = 2 - _PLANDEFINITION_SUBJECT(self).count(None)
        if given > 1:
            raise ValueError("PlanDefinition.subject[x] takes at most one type")
        if (v := self.date) is not None and v not in DATE_TIMES and not is_date_time(v):
            raise ValueError("PlanDefinition.date is malformed")
        if (v := self.approvalDate) is not None and v not in DATES and not is_date(v):
            raise ValueError("PlanDefinition.approvalDate is malformed")
        if (v := self.lastReviewDate) is not None and v not in DATES and not is_date(v):
            raise ValueError("PlanDefinition.lastReviewDate is malformed")
        for v in self.library:
            if v is not None and v not in URIS and not is_uri(v):
                raise ValueError("PlanDefinition.library is malformed")
        if (self.library_element or None in self.library) and not aligned(self.library, self.library_element):
            raise ValueError("PlanDefinition.library holds a null without an extension")


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a PlanDefinition into `out`; its patient and its clinical date."""
    token = out.tokens.append
    string = out.strings.append
    uri = out.uris.append
    reference = out.references.append
    date = out.dates.append
    quantity = out.quantities.append
    date0 = date1 = None
    for v1 in r.relatedArtifact:
        if v1.type == 'composed-of':
            if (v2 := v1.resource) is not None:
                reference(('composed-of', v2))
                if '|' in v2:
                    v2w = v2.partition('|')[0]
                    reference(('composed-of', v2w))
        if v1.type == 'depends-on':
            if (v3 := v1.resource) is not None:
                reference(('depends-on', v3))
                if '|' in v3:
                    v3w = v3.partition('|')[0]
                    reference(('depends-on', v3w))
        if v1.type == 'derived-from':
            if (v4 := v1.resource) is not None:
                reference(('derived-from', v4))
                if '|' in v4:
                    v4w = v4.partition('|')[0]
                    reference(('derived-from', v4w))
        if v1.type == 'predecessor':
            if (v5 := v1.resource) is not None:
                reference(('predecessor', v5))
                if '|' in v5:
                    v5w = v5.partition('|')[0]
                    reference(('predecessor', v5w))
        if v1.type == 'successor':
            if (v6 := v1.resource) is not None:
                reference(('successor', v6))
                if '|' in v6:
                    v6w = v6.partition('|')[0]
                    reference(('successor', v6w))
    for v7 in r.useContext:
        if (v8 := v7.valueCodeableConcept) is not None:
            for c in v8.coding:
                if c.code is not None:
                    token(('context', c.system, c.code))
        if (v9 := v7.valueQuantity) is not None:
            if v9.value is not None:
                v9l, v9h = quantity_range(v9)
                quantity(('context-quantity', v9l, v9h, v9.system, v9.code or v9.unit))
                if v9.unit != v9.code and v9.unit and v9.code:
                    quantity(('context-quantity', v9l, v9h, None, v9.unit))
        if (v10 := v7.valueRange) is not None:
            if (v10q := v10.low or v10.high) is not None:
                v10l, v10h = span(v10)
                quantity(('context-quantity', v10l, v10h, v10q.system, v10q.code or v10q.unit))
        if (v11 := v7.code) is not None:
            if v11.code is not None:
                token(('context-type', v11.system, v11.code))
    if (v12 := r.date) is not None:
        v12l, v12h = date_range(v12)
        date(('date', v12l, v12h))
        if date0 is None: date0 = known(v12l, v12h)
    for v13 in r.action:
        if (v14 := v13.definitionCanonical) is not None:
            reference(('definition', v14))
            if '|' in v14:
                v14w = v14.partition('|')[0]
                reference(('definition', v14w))
        if (v15 := v13.definitionUri) is not None:
            reference(('definition', v15))
    for v16 in r.library:
        if v16 is not None:
            reference(('depends-on', v16))
            if '|' in v16:
                v16w = v16.partition('|')[0]
                reference(('depends-on', v16w))
    if (v17 := r.description) is not None:
        string(('description', v17))
    if (v18 := r.effectivePeriod) is not None:
        v18l, v18h = period_range(v18)
        date(('effective', v18l, v18h))
        if date1 is None: date1 = known(v18l, v18h)
    for v19 in r.identifier:
        if v19.value is not None:
            token(('identifier', v19.system, v19.value))
    for v20 in r.jurisdiction:
        for c in v20.coding:
            if c.code is not None:
                token(('jurisdiction', c.system, c.code))
    if (v21 := r.name) is not None:
        string(('name', v21))
    if (v22 := r.publisher) is not None:
        string(('publisher', v22))
    if (v23 := r.status) is not None:
        token(('status', 'http://hl7.org/fhir/publication-status', v23))
    if (v24 := r.title) is not None:
        string(('title', v24))
    for v25 in r.topic:
        for c in v25.coding:
            if c.code is not None:
                token(('topic', c.system, c.code))
    if (v26 := r.type) is not None:
        for c in v26.coding:
            if c.code is not None:
                token(('type', c.system, c.code))
    if (v27 := r.url) is not None:
        uri(('url', v27))
    if (v28 := r.version) is not None:
        token(('version', None, v28))
    if (v29 := r.meta) is not None:
        for v30 in v29.profile:
            if v30 is not None:
                uri(('_profile', v30))
                if '|' in v30:
                    v30w = v30.partition('|')[0]
                    uri(('_profile', v30w))
        for v31 in v29.security:
            if v31.code is not None:
                token(('_security', v31.system, v31.code))
        if (v32 := v29.source) is not None:
            uri(('_source', v32))
        for v33 in v29.tag:
            if v33.code is not None:
                token(('_tag', v33.system, v33.code))
    return None, date0 or date1
