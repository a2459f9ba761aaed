"""The resource type Task of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import CODES, URIS, DATE_TIMES, attributes, chosen, is_code, is_uri, is_id, is_date_time
from verbund.fhir.extraction import Collector, date_range, known, named_patient, period_range, refers
from verbund.fhir.generated.datatypes import Address, Age, Annotation, Attachment, BackboneElement, CodeableConcept, Coding, ContactDetail, ContactPoint, Contributor, Count, DataRequirement, Distance, DomainResource, Dosage, Duration, Element, Expression, HumanName, Identifier, Meta, Money, ParameterDefinition, Period, Quantity, Range, Ratio, Reference, RelatedArtifact, Resource, SampledData, Signature, Timing, TriggerDefinition, UsageContext
from verbund.fhir.generated.primitives import CheckedBase64, CheckedCode, CheckedDate, CheckedDateTime, CheckedId, CheckedInstant, CheckedOid, CheckedTime, CheckedUri, CheckedUuid, DateTime, Decimal, Integer, PositiveInt, String, UnsignedInt, Uri

class TaskRestriction(BackboneElement, kw_only=True):
    repetitions: PositiveInt | None = None
    repetitions_element: Element | None = named(default=None, name="_repetitions")
    period: Period | None = None
    recipient: tuple[Reference, ...] = ()

_TASKINPUT_VALUE = attributes('valueBase64Binary', 'valueBoolean', 'valueCanonical', 'valueCode', 'valueDate', 'valueDateTime', 'valueDecimal', 'valueId', 'valueInstant', 'valueInteger', 'valueMarkdown', 'valueOid', 'valuePositiveInt', 'valueString', 'valueTime', 'valueUnsignedInt', 'valueUri', 'valueUrl', 'valueUuid', 'valueAddress', 'valueAge', 'valueAnnotation', 'valueAttachment', 'valueCodeableConcept', 'valueCoding', 'valueContactPoint', 'valueCount', 'valueDistance', 'valueDuration', 'valueHumanName', 'valueIdentifier', 'valueMoney', 'valuePeriod', 'valueQuantity', 'valueRange', 'valueRatio', 'valueReference', 'valueSampledData', 'valueSignature', 'valueTiming', 'valueContactDetail', 'valueContributor', 'valueDataRequirement', 'valueExpression', 'valueParameterDefinition', 'valueRelatedArtifact', 'valueTriggerDefinition', 'valueUsageContext', 'valueDosage', 'valueMeta', 'valueBase64Binary_element', 'valueBoolean_element', 'valueCanonical_element', 'valueCode_element', 'valueDate_element', 'valueDateTime_element', 'valueDecimal_element', 'valueId_element', 'valueInstant_element', 'valueInteger_element', 'valueMarkdown_element', 'valueOid_element', 'valuePositiveInt_element', 'valueString_element', 'valueTime_element', 'valueUnsignedInt_element', 'valueUri_element', 'valueUrl_element', 'valueUuid_element')
class TaskInput(BackboneElement, kw_only=True):
    type: CodeableConcept
    valueBase64Binary: CheckedBase64 | None = None
    valueBase64Binary_element: Element | None = named(default=None, name="_valueBase64Binary")
    valueBoolean: bool | None = None
    valueBoolean_element: Element | None = named(default=None, name="_valueBoolean")
    valueCanonical: CheckedUri | None = None
    valueCanonical_element: Element | None = named(default=None, name="_valueCanonical")
    valueCode: CheckedCode | None = None
    valueCode_element: Element | None = named(default=None, name="_valueCode")
    valueDate: CheckedDate | None = None
    valueDate_element: Element | None = named(default=None, name="_valueDate")
    valueDateTime: CheckedDateTime | None = None
    valueDateTime_element: Element | None = named(default=None, name="_valueDateTime")
    valueDecimal: Decimal | None = None
    valueDecimal_element: Element | None = named(default=None, name="_valueDecimal")
    valueId: CheckedId | None = None
    valueId_element: Element | None = named(default=None, name="_valueId")
    valueInstant: CheckedInstant | None = None
    valueInstant_element: Element | None = named(default=None, name="_valueInstant")
    valueInteger: Integer | None = None
    valueInteger_element: Element | None = named(default=None, name="_valueInteger")
    valueMarkdown: String | None = None
    valueMarkdown_element: Element | None = named(default=None, name="_valueMarkdown")
    valueOid: CheckedOid | None = None
    valueOid_element: Element | None = named(default=None, name="_valueOid")
    valuePositiveInt: PositiveInt | None = None
    valuePositiveInt_element: Element | None = named(default=None, name="_valuePositiveInt")
    valueString: String | None = None
    valueString_element: Element | None = named(default=None, name="_valueString")
    valueTime: CheckedTime | None = None
    valueTime_element: Element | None = named(default=None, name="_valueTime")
    valueUnsignedInt: UnsignedInt | None = None
    valueUnsignedInt_element: Element | None = named(default=None, name="_valueUnsignedInt")
    valueUri: CheckedUri | None = None
    valueUri_element: Element | None = named(default=None, name="_valueUri")
    valueUrl: CheckedUri | None = None
    valueUrl_element: Element | None = named(default=None, name="_valueUrl")
    valueUuid: CheckedUuid | None = None
    valueUuid_element: Element | None = named(default=None, name="_valueUuid")
    valueAddress: Address | None = None
    valueAge: Age | None = None
    valueAnnotation: Annotation | None = None
    valueAttachment: Attachment | None = None
    valueCodeableConcept: CodeableConcept | None = None
    valueCoding: Coding | None = None
    valueContactPoint: ContactPoint | None = None
    valueCount: Count | None = None
    valueDistance: Distance | None = None
    valueDuration: Duration | None = None
    valueHumanName: HumanName | None = None
    valueIdentifier: Identifier | None = None
    valueMoney: Money | None = None
    valuePeriod: Period | None = None
    valueQuantity: Quantity | None = None
    valueRange: Range | None = None
    valueRatio: Ratio | None = None
    valueReference: Reference | None = None
    valueSampledData: SampledData | None = None
    valueSignature: Signature | None = None
    valueTiming: Timing | None = None
    valueContactDetail: ContactDetail | None = None
    valueContributor: Contributor | None = None
    valueDataRequirement: DataRequirement | None = None
    valueExpression: Expression | None = None
    valueParameterDefinition: ParameterDefinition | None = None
    valueRelatedArtifact: RelatedArtifact | None = None
    valueTriggerDefinition: TriggerDefinition | None = None
    valueUsageContext: UsageContext | None = None
    valueDosage: Dosage | None = None
    valueMeta: Meta | None = None
    def __post_init__(self) -> None:
        given = 69 - _TASKINPUT_VALUE(self).count(None)
        if given > 1:
            given = chosen(_TASKINPUT_VALUE(self), 50)
        if given != 1:
            raise ValueError("TaskInput.value[x] takes exactly one type")

_TASKOUTPUT_VALUE = attributes('valueBase64Binary', 'valueBoolean', 'valueCanonical', 'valueCode', 'valueDate', 'valueDateTime', 'valueDecimal', 'valueId', 'valueInstant', 'valueInteger', 'valueMarkdown', 'valueOid', 'valuePositiveInt', 'valueString', 'valueTime', 'valueUnsignedInt', 'valueUri', 'valueUrl', 'valueUuid', 'valueAddress', 'valueAge', 'valueAnnotation', 'valueAttachment', 'valueCodeableConcept', 'valueCoding', 'valueContactPoint', 'valueCount', 'valueDistance', 'valueDuration', 'valueHumanName', 'valueIdentifier', 'valueMoney', 'valuePeriod', 'valueQuantity', 'valueRange', 'valueRatio', 'valueReference', 'valueSampledData', 'valueSignature', 'valueTiming', 'valueContactDetail', 'valueContributor', 'valueDataRequirement', 'valueExpression', 'valueParameterDefinition', 'valueRelatedArtifact', 'valueTriggerDefinition', 'valueUsageContext', 'valueDosage', 'valueMeta', 'valueBase64Binary_element', 'valueBoolean_element', 'valueCanonical_element', 'valueCode_element', 'valueDate_element', 'valueDateTime_element', 'valueDecimal_element', 'valueId_element', 'valueInstant_element', 'valueInteger_element', 'valueMarkdown_element', 'valueOid_element', 'valuePositiveInt_element', 'valueString_element', 'valueTime_element', 'valueUnsignedInt_element', 'valueUri_element', 'valueUrl_element', 'valueUuid_element')
class TaskOutput(BackboneElement, kw_only=True):
    type: CodeableConcept
    valueBase64Binary: CheckedBase64 | None = None
    valueBase64Binary_element: Element | None = named(default=None, name="_valueBase64Binary")
    valueBoolean: bool | None = None
    valueBoolean_element: Element | None = named(default=None, name="_valueBoolean")
    valueCanonical: CheckedUri | None = None
    valueCanonical_element: Element | None = named(default=None, name="_valueCanonical")
    valueCode: CheckedCode | None = None
    valueCode_element: Element | None = named(default=None, name="_valueCode")
    valueDate: CheckedDate | None = None
    valueDate_element: Element | None = named(default=None, name="_valueDate")
    valueDateTime: CheckedDateTime | None = None
    valueDateTime_element: Element | None = named(default=None, name="_valueDateTime")
    valueDecimal: Decimal | None = None
    valueDecimal_element: Element | None = named(default=None, name="_valueDecimal")
    valueId: CheckedId | None = None
    valueId_element: Element | None = named(default=None, name="_valueId")
    valueInstant: CheckedInstant | None = None
    valueInstant_element: Element | None = named(default=None, name="_valueInstant")
    valueInteger: Integer | None = None
    valueInteger_element: Element | None = named(default=None, name="_valueInteger")
    valueMarkdown: String | None = None
    valueMarkdown_element: Element | None = named(default=None, name="_valueMarkdown")
    valueOid: CheckedOid | None = None
    valueOid_element: Element | None = named(default=None, name="_valueOid")
    valuePositiveInt: PositiveInt | None = None
    valuePositiveInt_element: Element | None = named(default=None, name="_valuePositiveInt")
    valueString: String | None = None
    valueString_element: Element | None = named(default=None, name="_valueString")
    valueTime: CheckedTime | None = None
    valueTime_element: Element | None = named(default=None, name="_valueTime")
    valueUnsignedInt: UnsignedInt | None = None
    valueUnsignedInt_element: Element | None = named(default=None, name="_valueUnsignedInt")
    valueUri: CheckedUri | None = None
    valueUri_element: Element | None = named(default=None, name="_valueUri")
    valueUrl: CheckedUri | None = None
    valueUrl_element: Element | None = named(default=None, name="_valueUrl")
    valueUuid: CheckedUuid | None = None
    valueUuid_element: Element | None = named(default=None, name="_valueUuid")
    valueAddress: Address | None = None
    valueAge: Age | None = None
    valueAnnotation: Annotation | None = None
    valueAttachment: Attachment | None = None
    valueCodeableConcept: CodeableConcept | None = None
    valueCoding: Coding | None = None
    valueContactPoint: ContactPoint | None = None
    valueCount: Count | None = None
    valueDistance: Distance | None = None
    valueDuration: Duration | None = None
    valueHumanName: HumanName | None = None
    valueIdentifier: Identifier | None = None
    valueMoney: Money | None = None
    valuePeriod: Period | None = None
    valueQuantity: Quantity | None = None
    valueRange: Range | None = None
    valueRatio: Ratio | None = None
    valueReference: Reference | None = None
    valueSampledData: SampledData | None = None
    valueSignature: Signature | None = None
    valueTiming: Timing | None = None
    valueContactDetail: ContactDetail | None = None
    valueContributor: Contributor | None = None
    valueDataRequirement: DataRequirement | None = None
    valueExpression: Expression | None = None
    valueParameterDefinition: ParameterDefinition | None = None
    valueRelatedArtifact: RelatedArtifact | None = None
    valueTriggerDefinition: TriggerDefinition | None = None
    valueUsageContext: UsageContext | None = None
    valueDosage: Dosage | None = None
    valueMeta: Meta | None = None
    def __post_init__(self) -> None:
        given = 69 - _TASKOUTPUT_VALUE(self).count(None)
        if given > 1:
            given = chosen(_TASKOUTPUT_VALUE(self), 50)
        if given != 1:
            raise ValueError("TaskOutput.value[x] takes exactly one type")

class Task(DomainResource, kw_only=True, tag_field="resourceType", tag="Task"):
    identifier: tuple[Identifier, ...] = ()
    instantiatesCanonical: Uri | None = None
    instantiatesCanonical_element: Element | None = named(default=None, name="_instantiatesCanonical")
    instantiatesUri: Uri | None = None
    instantiatesUri_element: Element | None = named(default=None, name="_instantiatesUri")
    basedOn: tuple[Reference, ...] = ()
    groupIdentifier: Identifier | None = None
    partOf: tuple[Reference, ...] = ()
    status: Literal['draft', 'requested', 'received', 'accepted', 'rejected', 'ready', 'cancelled', 'in-progress', 'on-hold', 'failed', 'completed', 'entered-in-error'] | None = None
    status_element: Element | None = named(default=None, name="_status")
    statusReason: CodeableConcept | None = None
    businessStatus: CodeableConcept | None = None
    intent: Literal['unknown', 'proposal', 'plan', 'order', 'original-order', 'reflex-order', 'filler-order', 'instance-order', 'option'] | None = None
    intent_element: Element | None = named(default=None, name="_intent")
    priority: Literal['routine', 'urgent', 'asap', 'stat'] | None = None
    priority_element: Element | None = named(default=None, name="_priority")
    code: CodeableConcept | None = None
    description: String | None = None
    description_element: Element | None = named(default=None, name="_description")
    focus: Reference | None = None
    for_: Reference | None = named(default=None, name="for")
    encounter: Reference | None = None
    executionPeriod: Period | None = None
    authoredOn: DateTime | None = None
    authoredOn_element: Element | None = named(default=None, name="_authoredOn")
    lastModified: DateTime | None = None
    lastModified_element: Element | None = named(default=None, name="_lastModified")
    requester: Reference | None = None
    performerType: tuple[CodeableConcept, ...] = ()
    owner: Reference | None = None
    location: Reference | None = None
    reasonCode: CodeableConcept | None = None
    reasonReference: Reference | None = None
    insurance: tuple[Reference, ...] = ()
    note: tuple[Annotation, ...] = ()
    relevantHistory: tuple[Reference, ...] = ()
    restriction: TaskRestriction | None = None
    input: tuple[TaskInput, ...] = ()
    output: tuple[TaskOutput, ...] = ()
    def __post_init__(self) -> None:
        if (v := self.id) is not None and not is_id(v):
            raise ValueError("Resource.id is malformed")
        if (v := self.implicitRules) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Resource.implicitRules is malformed")
        if (v := self.language) is not None and v not in CODES and not is_code(v):
            raise ValueError("Resource.language is malformed")
        if (v := self.instantiatesCanonical) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Task.instantiatesCanonical is malformed")
        if (v := self.instantiatesUri) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Task.instantiatesUri is malformed")
        if self.status is None and self.status_element is None:
            raise ValueError("Task.status is required")
        if self.intent is None and self.intent_element is None:
            raise ValueError("Task.intent is required")
        if (v := self.authoredOn) is not None and v not in DATE_TIMES and not is_date_time(v):
            raise ValueError("Task.authoredOn is malformed")
        if (v := self.lastModified) is not None and v not in DATE_TIMES and not is_date_time(v):
            raise ValueError("Task.lastModified is malformed")


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a Task into `out`; its patient and its clinical date."""
    identifier = out.identifiers.append
    token = out.tokens.append
    uri = out.uris.append
    reference = out.references.append
    date = out.dates.append
    date0 = date1 = date2 = None
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
    if (v6 := r.authoredOn) is not None:
        v6l, v6h = date_range(v6)
        date(('authored-on', v6l, v6h))
        if date1 is None: date1 = known(v6l, v6h)
    for v7 in r.basedOn:
        if (v7r := v7.reference) is not None and v7r[0] != '#':
            reference(('based-on', v7r))
        if (v7i := v7.identifier) is not None and v7i.value is not None:
            identifier(('based-on', v7i.system, v7i.value))
    if (v8 := r.businessStatus) is not None:
        for c in v8.coding:
            if c.code is not None:
                token(('business-status', c.system, c.code))
    if (v9 := r.code) is not None:
        for c in v9.coding:
            if c.code is not None:
                token(('code', c.system, c.code))
    if (v10 := r.encounter) is not None:
        if (v10r := v10.reference) is not None and v10r[0] != '#':
            reference(('encounter', v10r))
        if (v10i := v10.identifier) is not None and v10i.value is not None:
            identifier(('encounter', v10i.system, v10i.value))
    if (v11 := r.focus) is not None:
        if (v11r := v11.reference) is not None and v11r[0] != '#':
            reference(('focus', v11r))
        if (v11i := v11.identifier) is not None and v11i.value is not None:
            identifier(('focus', v11i.system, v11i.value))
    if (v12 := r.groupIdentifier) is not None:
        if v12.value is not None:
            token(('group-identifier', v12.system, v12.value))
    for v13 in r.identifier:
        if v13.value is not None:
            token(('identifier', v13.system, v13.value))
    if (v14 := r.intent) is not None:
        token(('intent', None, v14))
    if (v15 := r.lastModified) is not None:
        v15l, v15h = date_range(v15)
        date(('modified', v15l, v15h))
        if date2 is None: date2 = known(v15l, v15h)
    if (v16 := r.owner) is not None:
        if (v16r := v16.reference) is not None and v16r[0] != '#':
            reference(('owner', v16r))
        if (v16i := v16.identifier) is not None and v16i.value is not None:
            identifier(('owner', v16i.system, v16i.value))
    for v17 in r.partOf:
        if (v17r := v17.reference) is not None and v17r[0] != '#':
            reference(('part-of', v17r))
        if (v17i := v17.identifier) is not None and v17i.value is not None:
            identifier(('part-of', v17i.system, v17i.value))
    if (v18 := r.for_) is not None:
        if (v18r := v18.reference) is not None and v18r[0] != '#':
            reference(('subject', v18r))
        if (v18i := v18.identifier) is not None and v18i.value is not None:
            identifier(('subject', v18i.system, v18i.value))
        if refers(v18, 'Patient'):
            if (v18r := v18.reference) is not None and v18r[0] != '#':
                reference(('patient', v18r))
            if (v18i := v18.identifier) is not None and v18i.value is not None:
                identifier(('patient', v18i.system, v18i.value))
    for v19 in r.performerType:
        for c in v19.coding:
            if c.code is not None:
                token(('performer', c.system, c.code))
    if (v20 := r.executionPeriod) is not None:
        v20l, v20h = period_range(v20)
        date(('period', v20l, v20h))
        if date0 is None: date0 = known(v20l, v20h)
    if (v21 := r.priority) is not None:
        token(('priority', 'http://hl7.org/fhir/request-priority', v21))
    if (v22 := r.requester) is not None:
        if (v22r := v22.reference) is not None and v22r[0] != '#':
            reference(('requester', v22r))
        if (v22i := v22.identifier) is not None and v22i.value is not None:
            identifier(('requester', v22i.system, v22i.value))
    if (v23 := r.status) is not None:
        token(('status', 'http://hl7.org/fhir/task-status', v23))
    return named_patient(r.for_), date0 or date1 or date2
