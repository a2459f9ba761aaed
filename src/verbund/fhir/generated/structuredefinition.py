"""The resource type StructureDefinition of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import CODES, URIS, DATE_TIMES, aligned, attributes, chosen, is_code, is_uri, is_id, is_date_time
from verbund.fhir.extraction import Collector, date_range, known, quantity_range, span
from verbund.fhir.generated.datatypes import Address, Age, Annotation, Attachment, BackboneElement, CodeableConcept, Coding, ContactDetail, ContactPoint, Contributor, Count, DataRequirement, Distance, DomainResource, Dosage, Duration, Element, Expression, HumanName, Identifier, Meta, Money, ParameterDefinition, Period, Quantity, Range, Ratio, Reference, RelatedArtifact, Resource, SampledData, Signature, Timing, TriggerDefinition, UsageContext
from verbund.fhir.generated.primitives import CheckedBase64, CheckedCode, CheckedDate, CheckedDateTime, CheckedId, CheckedInstant, CheckedOid, CheckedTime, CheckedUri, CheckedUuid, DateTime, Decimal, Integer, PositiveInt, String, UnsignedInt, Uri

class StructureDefinitionMapping(BackboneElement, kw_only=True):
    identity: CheckedId | None = None
    identity_element: Element | None = named(default=None, name="_identity")
    uri: CheckedUri | None = None
    uri_element: Element | None = named(default=None, name="_uri")
    name: String | None = None
    name_element: Element | None = named(default=None, name="_name")
    comment: String | None = None
    comment_element: Element | None = named(default=None, name="_comment")
    def __post_init__(self) -> None:
        if self.identity is None and self.identity_element is None:
            raise ValueError("StructureDefinitionMapping.identity is required")

class StructureDefinitionContext(BackboneElement, kw_only=True):
    type: Literal['fhirpath', 'element', 'extension'] | None = None
    type_element: Element | None = named(default=None, name="_type")
    expression: String | None = None
    expression_element: Element | None = named(default=None, name="_expression")
    def __post_init__(self) -> None:
        if self.type is None and self.type_element is None:
            raise ValueError("StructureDefinitionContext.type is required")
        if self.expression is None and self.expression_element is None:
            raise ValueError("StructureDefinitionContext.expression is required")

class ElementDefinitionSlicingDiscriminator(Element, kw_only=True):
    type: Literal['value', 'exists', 'pattern', 'type', 'profile'] | None = None
    type_element: Element | None = named(default=None, name="_type")
    path: String | None = None
    path_element: Element | None = named(default=None, name="_path")
    def __post_init__(self) -> None:
        if self.type is None and self.type_element is None:
            raise ValueError("ElementDefinitionSlicingDiscriminator.type is required")
        if self.path is None and self.path_element is None:
            raise ValueError("ElementDefinitionSlicingDiscriminator.path is required")

class ElementDefinitionSlicing(Element, kw_only=True):
    discriminator: tuple[ElementDefinitionSlicingDiscriminator, ...] = ()
    description: String | None = None
    description_element: Element | None = named(default=None, name="_description")
    ordered: bool | None = None
    ordered_element: Element | None = named(default=None, name="_ordered")
    rules: Literal['closed', 'open', 'openAtEnd'] | None = None
    rules_element: Element | None = named(default=None, name="_rules")
    def __post_init__(self) -> None:
        if self.rules is None and self.rules_element is None:
            raise ValueError("ElementDefinitionSlicing.rules is required")

class ElementDefinitionBase(Element, kw_only=True):
    path: String | None = None
    path_element: Element | None = named(default=None, name="_path")
    min: UnsignedInt | None = None
    min_element: Element | None = named(default=None, name="_min")
    max: String | None = None
    max_element: Element | None = named(default=None, name="_max")
    def __post_init__(self) -> None:
        if self.path is None and self.path_element is None:
            raise ValueError("ElementDefinitionBase.path is required")
        if self.min is None and self.min_element is None:
            raise ValueError("ElementDefinitionBase.min is required")
        if self.max is None and self.max_element is None:
            raise ValueError("ElementDefinitionBase.max is required")

class ElementDefinitionType(Element, kw_only=True):
    code: CheckedUri | None = None
    code_element: Element | None = named(default=None, name="_code")
    profile: tuple[CheckedUri | None, ...] = ()
    profile_element: tuple[Element | None, ...] = named(default=(), name="_profile")
    targetProfile: tuple[CheckedUri | None, ...] = ()
    targetProfile_element: tuple[Element | None, ...] = named(default=(), name="_targetProfile")
    aggregation: tuple[Literal['contained', 'referenced', 'bundled'] | None, ...] = ()
    aggregation_element: tuple[Element | None, ...] = named(default=(), name="_aggregation")
    versioning: Literal['either', 'independent', 'specific'] | None = None
    versioning_element: Element | None = named(default=None, name="_versioning")
    def __post_init__(self) -> None:
        if self.code is None and self.code_element is None:
            raise ValueError("ElementDefinitionType.code is required")
        if (self.profile_element or None in self.profile) and not aligned(self.profile, self.profile_element):
            raise ValueError("ElementDefinitionType.profile holds a null without an extension")
        if (self.targetProfile_element or None in self.targetProfile) and not aligned(self.targetProfile, self.targetProfile_element):
            raise ValueError("ElementDefinitionType.targetProfile holds a null without an extension")
        if (self.aggregation_element or None in self.aggregation) and not aligned(self.aggregation, self.aggregation_element):
            raise ValueError("ElementDefinitionType.aggregation holds a null without an extension")

_ELEMENTDEFINITIONEXAMPLE_VALUE = attributes('valueBase64Binary', 'valueBoolean', 'valueCanonical', 'valueCode', 'valueDate', 'valueDateTime', 'valueDecimal', 'valueId', 'valueInstant', 'valueInteger', 'valueMarkdown', 'valueOid', 'valuePositiveInt', 'valueString', 'valueTime', 'valueUnsignedInt', 'valueUri', 'valueUrl', 'valueUuid', 'valueAddress', 'valueAge', 'valueAnnotation', 'valueAttachment', 'valueCodeableConcept', 'valueCoding', 'valueContactPoint', 'valueCount', 'valueDistance', 'valueDuration', 'valueHumanName', 'valueIdentifier', 'valueMoney', 'valuePeriod', 'valueQuantity', 'valueRange', 'valueRatio', 'valueReference', 'valueSampledData', 'valueSignature', 'valueTiming', 'valueContactDetail', 'valueContributor', 'valueDataRequirement', 'valueExpression', 'valueParameterDefinition', 'valueRelatedArtifact', 'valueTriggerDefinition', 'valueUsageContext', 'valueDosage', 'valueMeta', 'valueBase64Binary_element', 'valueBoolean_element', 'valueCanonical_element', 'valueCode_element', 'valueDate_element', 'valueDateTime_element', 'valueDecimal_element', 'valueId_element', 'valueInstant_element', 'valueInteger_element', 'valueMarkdown_element', 'valueOid_element', 'valuePositiveInt_element', 'valueString_element', 'valueTime_element', 'valueUnsignedInt_element', 'valueUri_element', 'valueUrl_element', 'valueUuid_element')
class ElementDefinitionExample(Element, kw_only=True):
    label: String | None = None
    label_element: Element | None = named(default=None, name="_label")
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
        if self.label is None and self.label_element is None:
            raise ValueError("ElementDefinitionExample.label is required")
        given = 69 - _ELEMENTDEFINITIONEXAMPLE_VALUE(self).count(None)
        if given > 1:
            given = chosen(_ELEMENTDEFINITIONEXAMPLE_VALUE(self), 50)
        if given != 1:
            raise ValueError("ElementDefinitionExample.value[x] takes exactly one type")

class ElementDefinitionConstraint(Element, kw_only=True):
    key: CheckedId | None = None
    key_element: Element | None = named(default=None, name="_key")
    requirements: String | None = None
    requirements_element: Element | None = named(default=None, name="_requirements")
    severity: Literal['error', 'warning'] | None = None
    severity_element: Element | None = named(default=None, name="_severity")
    human: String | None = None
    human_element: Element | None = named(default=None, name="_human")
    expression: String | None = None
    expression_element: Element | None = named(default=None, name="_expression")
    xpath: String | None = None
    xpath_element: Element | None = named(default=None, name="_xpath")
    source: CheckedUri | None = None
    source_element: Element | None = named(default=None, name="_source")
    def __post_init__(self) -> None:
        if self.key is None and self.key_element is None:
            raise ValueError("ElementDefinitionConstraint.key is required")
        if self.severity is None and self.severity_element is None:
            raise ValueError("ElementDefinitionConstraint.severity is required")
        if self.human is None and self.human_element is None:
            raise ValueError("ElementDefinitionConstraint.human is required")

class ElementDefinitionBinding(Element, kw_only=True):
    strength: Literal['required', 'extensible', 'preferred', 'example'] | None = None
    strength_element: Element | None = named(default=None, name="_strength")
    description: String | None = None
    description_element: Element | None = named(default=None, name="_description")
    valueSet: CheckedUri | None = None
    valueSet_element: Element | None = named(default=None, name="_valueSet")
    def __post_init__(self) -> None:
        if self.strength is None and self.strength_element is None:
            raise ValueError("ElementDefinitionBinding.strength is required")

class ElementDefinitionMapping(Element, kw_only=True):
    identity: CheckedId | None = None
    identity_element: Element | None = named(default=None, name="_identity")
    language: CheckedCode | None = None
    language_element: Element | None = named(default=None, name="_language")
    map: String | None = None
    map_element: Element | None = named(default=None, name="_map")
    comment: String | None = None
    comment_element: Element | None = named(default=None, name="_comment")
    def __post_init__(self) -> None:
        if self.identity is None and self.identity_element is None:
            raise ValueError("ElementDefinitionMapping.identity is required")
        if self.map is None and self.map_element is None:
            raise ValueError("ElementDefinitionMapping.map is required")

_ELEMENTDEFINITION_DEFAULTVALUE = attributes('defaultValueBase64Binary', 'defaultValueBoolean', 'defaultValueCanonical', 'defaultValueCode', 'defaultValueDate', 'defaultValueDateTime', 'defaultValueDecimal', 'defaultValueId', 'defaultValueInstant', 'defaultValueInteger', 'defaultValueMarkdown', 'defaultValueOid', 'defaultValuePositiveInt', 'defaultValueString', 'defaultValueTime', 'defaultValueUnsignedInt', 'defaultValueUri', 'defaultValueUrl', 'defaultValueUuid', 'defaultValueAddress', 'defaultValueAge', 'defaultValueAnnotation', 'defaultValueAttachment', 'defaultValueCodeableConcept', 'defaultValueCoding', 'defaultValueContactPoint', 'defaultValueCount', 'defaultValueDistance', 'defaultValueDuration', 'defaultValueHumanName', 'defaultValueIdentifier', 'defaultValueMoney', 'defaultValuePeriod', 'defaultValueQuantity', 'defaultValueRange', 'defaultValueRatio', 'defaultValueReference', 'defaultValueSampledData', 'defaultValueSignature', 'defaultValueTiming', 'defaultValueContactDetail', 'defaultValueContributor', 'defaultValueDataRequirement', 'defaultValueExpression', 'defaultValueParameterDefinition', 'defaultValueRelatedArtifact', 'defaultValueTriggerDefinition', 'defaultValueUsageContext', 'defaultValueDosage', 'defaultValueMeta', 'defaultValueBase64Binary_element', 'defaultValueBoolean_element', 'defaultValueCanonical_element', 'defaultValueCode_element', 'defaultValueDate_element', 'defaultValueDateTime_element', 'defaultValueDecimal_element', 'defaultValueId_element', 'defaultValueInstant_element', 'defaultValueInteger_element', 'defaultValueMarkdown_element', 'defaultValueOid_element', 'defaultValuePositiveInt_element', 'defaultValueString_element', 'defaultValueTime_element', 'defaultValueUnsignedInt_element', 'defaultValueUri_element', 'defaultValueUrl_element', 'defaultValueUuid_element')
_ELEMENTDEFINITION_FIXED = attributes('fixedBase64Binary', 'fixedBoolean', 'fixedCanonical', 'fixedCode', 'fixedDate', 'fixedDateTime', 'fixedDecimal', 'fixedId', 'fixedInstant', 'fixedInteger', 'fixedMarkdown', 'fixedOid', 'fixedPositiveInt', 'fixedString', 'fixedTime', 'fixedUnsignedInt', 'fixedUri', 'fixedUrl', 'fixedUuid', 'fixedAddress', 'fixedAge', 'fixedAnnotation', 'fixedAttachment', 'fixedCodeableConcept', 'fixedCoding', 'fixedContactPoint', 'fixedCount', 'fixedDistance', 'fixedDuration', 'fixedHumanName', 'fixedIdentifier', 'fixedMoney', 'fixedPeriod', 'fixedQuantity', 'fixedRange', 'fixedRatio', 'fixedReference', 'fixedSampledData', 'fixedSignature', 'fixedTiming', 'fixedContactDetail', 'fixedContributor', 'fixedDataRequirement', 'fixedExpression', 'fixedParameterDefinition', 'fixedRelatedArtifact', 'fixedTriggerDefinition', 'fixedUsageContext', 'fixedDosage', 'fixedMeta', 'fixedBase64Binary_element', 'fixedBoolean_element', 'fixedCanonical_element', 'fixedCode_element', 'fixedDate_element', 'fixedDateTime_element', 'fixedDecimal_element', 'fixedId_element', 'fixedInstant_element', 'fixedInteger_element', 'fixedMarkdown_element', 'fixedOid_element', 'fixedPositiveInt_element', 'fixedString_element', 'fixedTime_element', 'fixedUnsignedInt_element', 'fixedUri_element', 'fixedUrl_element', 'fixedUuid_element')
_ELEMENTDEFINITION_PATTERN = attributes('patternBase64Binary', 'patternBoolean', 'patternCanonical', 'patternCode', 'patternDate', 'patternDateTime', 'patternDecimal', 'patternId', 'patternInstant', 'patternInteger', 'patternMarkdown', 'patternOid', 'patternPositiveInt', 'patternString', 'patternTime', 'patternUnsignedInt', 'patternUri', 'patternUrl', 'patternUuid', 'patternAddress', 'patternAge', 'patternAnnotation', 'patternAttachment', 'patternCodeableConcept', 'patternCoding', 'patternContactPoint', 'patternCount', 'patternDistance', 'patternDuration', 'patternHumanName', 'patternIdentifier', 'patternMoney', 'patternPeriod', 'patternQuantity', 'patternRange', 'patternRatio', 'patternReference', 'patternSampledData', 'patternSignature', 'patternTiming', 'patternContactDetail', 'patternContributor', 'patternDataRequirement', 'patternExpression', 'patternParameterDefinition', 'patternRelatedArtifact', 'patternTriggerDefinition', 'patternUsageContext', 'patternDosage', 'patternMeta', 'patternBase64Binary_element', 'patternBoolean_element', 'patternCanonical_element', 'patternCode_element', 'patternDate_element', 'patternDateTime_element', 'patternDecimal_element', 'patternId_element', 'patternInstant_element', 'patternInteger_element', 'patternMarkdown_element', 'patternOid_element', 'patternPositiveInt_element', 'patternString_element', 'patternTime_element', 'patternUnsignedInt_element', 'patternUri_element', 'patternUrl_element', 'patternUuid_element')
_ELEMENTDEFINITION_MINVALUE = attributes('minValueDate', 'minValueDateTime', 'minValueInstant', 'minValueTime', 'minValueDecimal', 'minValueInteger', 'minValuePositiveInt', 'minValueUnsignedInt', 'minValueQuantity', 'minValueDate_element', 'minValueDateTime_element', 'minValueInstant_element', 'minValueTime_element', 'minValueDecimal_element', 'minValueInteger_element', 'minValuePositiveInt_element', 'minValueUnsignedInt_element')
_ELEMENTDEFINITION_MAXVALUE = attributes('maxValueDate', 'maxValueDateTime', 'maxValueInstant', 'maxValueTime', 'maxValueDecimal', 'maxValueInteger', 'maxValuePositiveInt', 'maxValueUnsignedInt', 'maxValueQuantity', 'maxValueDate_element', 'maxValueDateTime_element', 'maxValueInstant_element', 'maxValueTime_element', 'maxValueDecimal_element', 'maxValueInteger_element', 'maxValuePositiveInt_element', 'maxValueUnsignedInt_element')
class ElementDefinition(BackboneElement, kw_only=True):
    path: String | None = None
    path_element: Element | None = named(default=None, name="_path")
    representation: tuple[Literal['xmlAttr', 'xmlText', 'typeAttr', 'cdaText', 'xhtml'] | None, ...] = ()
    representation_element: tuple[Element | None, ...] = named(default=(), name="_representation")
    sliceName: String | None = None
    sliceName_element: Element | None = named(default=None, name="_sliceName")
    sliceIsConstraining: bool | None = None
    sliceIsConstraining_element: Element | None = named(default=None, name="_sliceIsConstraining")
    label: String | None = None
    label_element: Element | None = named(default=None, name="_label")
    code: tuple[Coding, ...] = ()
    slicing: ElementDefinitionSlicing | None = None
    short: String | None = None
    short_element: Element | None = named(default=None, name="_short")
    definition: String | None = None
    definition_element: Element | None = named(default=None, name="_definition")
    comment: String | None = None
    comment_element: Element | None = named(default=None, name="_comment")
    requirements: String | None = None
    requirements_element: Element | None = named(default=None, name="_requirements")
    alias: tuple[String | None, ...] = ()
    alias_element: tuple[Element | None, ...] = named(default=(), name="_alias")
    min: UnsignedInt | None = None
    min_element: Element | None = named(default=None, name="_min")
    max: String | None = None
    max_element: Element | None = named(default=None, name="_max")
    base: ElementDefinitionBase | None = None
    contentReference: CheckedUri | None = None
    contentReference_element: Element | None = named(default=None, name="_contentReference")
    type: tuple[ElementDefinitionType, ...] = ()
    defaultValueBase64Binary: CheckedBase64 | None = None
    defaultValueBase64Binary_element: Element | None = named(default=None, name="_defaultValueBase64Binary")
    defaultValueBoolean: bool | None = None
    defaultValueBoolean_element: Element | None = named(default=None, name="_defaultValueBoolean")
    defaultValueCanonical: CheckedUri | None = None
    defaultValueCanonical_element: Element | None = named(default=None, name="_defaultValueCanonical")
    defaultValueCode: CheckedCode | None = None
    defaultValueCode_element: Element | None = named(default=None, name="_defaultValueCode")
    defaultValueDate: CheckedDate | None = None
    defaultValueDate_element: Element | None = named(default=None, name="_defaultValueDate")
    defaultValueDateTime: CheckedDateTime | None = None
    defaultValueDateTime_element: Element | None = named(default=None, name="_defaultValueDateTime")
    defaultValueDecimal: Decimal | None = None
    defaultValueDecimal_element: Element | None = named(default=None, name="_defaultValueDecimal")
    defaultValueId: CheckedId | None = None
    defaultValueId_element: Element | None = named(default=None, name="_defaultValueId")
    defaultValueInstant: CheckedInstant | None = None
    defaultValueInstant_element: Element | None = named(default=None, name="_defaultValueInstant")
    defaultValueInteger: Integer | None = None
    defaultValueInteger_element: Element | None = named(default=None, name="_defaultValueInteger")
    defaultValueMarkdown: String | None = None
    defaultValueMarkdown_element: Element | None = named(default=None, name="_defaultValueMarkdown")
    defaultValueOid: CheckedOid | None = None
    defaultValueOid_element: Element | None = named(default=None, name="_defaultValueOid")
    defaultValuePositiveInt: PositiveInt | None = None
    defaultValuePositiveInt_element: Element | None = named(default=None, name="_defaultValuePositiveInt")
    defaultValueString: String | None = None
    defaultValueString_element: Element | None = named(default=None, name="_defaultValueString")
    defaultValueTime: CheckedTime | None = None
    defaultValueTime_element: Element | None = named(default=None, name="_defaultValueTime")
    defaultValueUnsignedInt: UnsignedInt | None = None
    defaultValueUnsignedInt_element: Element | None = named(default=None, name="_defaultValueUnsignedInt")
    defaultValueUri: CheckedUri | None = None
    defaultValueUri_element: Element | None = named(default=None, name="_defaultValueUri")
    defaultValueUrl: CheckedUri | None = None
    defaultValueUrl_element: Element | None = named(default=None, name="_defaultValueUrl")
    defaultValueUuid: CheckedUuid | None = None
    defaultValueUuid_element: Element | None = named(default=None, name="_defaultValueUuid")
    defaultValueAddress: Address | None = None
    defaultValueAge: Age | None = None
    defaultValueAnnotation: Annotation | None = None
    defaultValueAttachment: Attachment | None = None
    defaultValueCodeableConcept: CodeableConcept | None = None
    defaultValueCoding: Coding | None = None
    defaultValueContactPoint: ContactPoint | None = None
    defaultValueCount: Count | None = None
    defaultValueDistance: Distance | None = None
    defaultValueDuration: Duration | None = None
    defaultValueHumanName: HumanName | None = None
    defaultValueIdentifier: Identifier | None = None
    defaultValueMoney: Money | None = None
    defaultValuePeriod: Period | None = None
    defaultValueQuantity: Quantity | None = None
    defaultValueRange: Range | None = None
    defaultValueRatio: Ratio | None = None
    defaultValueReference: Reference | None = None
    defaultValueSampledData: SampledData | None = None
    defaultValueSignature: Signature | None = None
    defaultValueTiming: Timing | None = None
    defaultValueContactDetail: ContactDetail | None = None
    defaultValueContributor: Contributor | None = None
    defaultValueDataRequirement: DataRequirement | None = None
    defaultValueExpression: Expression | None = None
    defaultValueParameterDefinition: ParameterDefinition | None = None
    defaultValueRelatedArtifact: RelatedArtifact | None = None
    defaultValueTriggerDefinition: TriggerDefinition | None = None
    defaultValueUsageContext: UsageContext | None = None
    defaultValueDosage: Dosage | None = None
    defaultValueMeta: Meta | None = None
    meaningWhenMissing: String | None = None
    meaningWhenMissing_element: Element | None = named(default=None, name="_meaningWhenMissing")
    orderMeaning: String | None = None
    orderMeaning_element: Element | None = named(default=None, name="_orderMeaning")
    fixedBase64Binary: CheckedBase64 | None = None
    fixedBase64Binary_element: Element | None = named(default=None, name="_fixedBase64Binary")
    fixedBoolean: bool | None = None
    fixedBoolean_element: Element | None = named(default=None, name="_fixedBoolean")
    fixedCanonical: CheckedUri | None = None
    fixedCanonical_element: Element | None = named(default=None, name="_fixedCanonical")
    fixedCode: CheckedCode | None = None
    fixedCode_element: Element | None = named(default=None, name="_fixedCode")
    fixedDate: CheckedDate | None = None
    fixedDate_element: Element | None = named(default=None, name="_fixedDate")
    fixedDateTime: CheckedDateTime | None = None
    fixedDateTime_element: Element | None = named(default=None, name="_fixedDateTime")
    fixedDecimal: Decimal | None = None
    fixedDecimal_element: Element | None = named(default=None, name="_fixedDecimal")
    fixedId: CheckedId | None = None
    fixedId_element: Element | None = named(default=None, name="_fixedId")
    fixedInstant: CheckedInstant | None = None
    fixedInstant_element: Element | None = named(default=None, name="_fixedInstant")
    fixedInteger: Integer | None = None
    fixedInteger_element: Element | None = named(default=None, name="_fixedInteger")
    fixedMarkdown: String | None = None
    fixedMarkdown_element: Element | None = named(default=None, name="_fixedMarkdown")
    fixedOid: CheckedOid | None = None
    fixedOid_element: Element | None = named(default=None, name="_fixedOid")
    fixedPositiveInt: PositiveInt | None = None
    fixedPositiveInt_element: Element | None = named(default=None, name="_fixedPositiveInt")
    fixedString: String | None = None
    fixedString_element: Element | None = named(default=None, name="_fixedString")
    fixedTime: CheckedTime | None = None
    fixedTime_element: Element | None = named(default=None, name="_fixedTime")
    fixedUnsignedInt: UnsignedInt | None = None
    fixedUnsignedInt_element: Element | None = named(default=None, name="_fixedUnsignedInt")
    fixedUri: CheckedUri | None = None
    fixedUri_element: Element | None = named(default=None, name="_fixedUri")
    fixedUrl: CheckedUri | None = None
    fixedUrl_element: Element | None = named(default=None, name="_fixedUrl")
    fixedUuid: CheckedUuid | None = None
    fixedUuid_element: Element | None = named(default=None, name="_fixedUuid")
    fixedAddress: Address | None = None
    fixedAge: Age | None = None
    fixedAnnotation: Annotation | None = None
    fixedAttachment: Attachment | None = None
    fixedCodeableConcept: CodeableConcept | None = None
    fixedCoding: Coding | None = None
    fixedContactPoint: ContactPoint | None = None
    fixedCount: Count | None = None
    fixedDistance: Distance | None = None
    fixedDuration: Duration | None = None
    fixedHumanName: HumanName | None = None
    fixedIdentifier: Identifier | None = None
    fixedMoney: Money | None = None
    fixedPeriod: Period | None = None
    fixedQuantity: Quantity | None = None
    fixedRange: Range | None = None
    fixedRatio: Ratio | None = None
    fixedReference: Reference | None = None
    fixedSampledData: SampledData | None = None
    fixedSignature: Signature | None = None
    fixedTiming: Timing | None = None
    fixedContactDetail: ContactDetail | None = None
    fixedContributor: Contributor | None = None
    fixedDataRequirement: DataRequirement | None = None
    fixedExpression: Expression | None = None
    fixedParameterDefinition: ParameterDefinition | None = None
    fixedRelatedArtifact: RelatedArtifact | None = None
    fixedTriggerDefinition: TriggerDefinition | None = None
    fixedUsageContext: UsageContext | None = None
    fixedDosage: Dosage | None = None
    fixedMeta: Meta | None = None
    patternBase64Binary: CheckedBase64 | None = None
    patternBase64Binary_element: Element | None = named(default=None, name="_patternBase64Binary")
    patternBoolean: bool | None = None
    patternBoolean_element: Element | None = named(default=None, name="_patternBoolean")
    patternCanonical: CheckedUri | None = None
    patternCanonical_element: Element | None = named(default=None, name="_patternCanonical")
    patternCode: CheckedCode | None = None
    patternCode_element: Element | None = named(default=None, name="_patternCode")
    patternDate: CheckedDate | None = None
    patternDate_element: Element | None = named(default=None, name="_patternDate")
    patternDateTime: CheckedDateTime | None = None
    patternDateTime_element: Element | None = named(default=None, name="_patternDateTime")
    patternDecimal: Decimal | None = None
    patternDecimal_element: Element | None = named(default=None, name="_patternDecimal")
    patternId: CheckedId | None = None
    patternId_element: Element | None = named(default=None, name="_patternId")
    patternInstant: CheckedInstant | None = None
    patternInstant_element: Element | None = named(default=None, name="_patternInstant")
    patternInteger: Integer | None = None
    patternInteger_element: Element | None = named(default=None, name="_patternInteger")
    patternMarkdown: String | None = None
    patternMarkdown_element: Element | None = named(default=None, name="_patternMarkdown")
    patternOid: CheckedOid | None = None
    patternOid_element: Element | None = named(default=None, name="_patternOid")
    patternPositiveInt: PositiveInt | None = None
    patternPositiveInt_element: Element | None = named(default=None, name="_patternPositiveInt")
    patternString: String | None = None
    patternString_element: Element | None = named(default=None, name="_patternString")
    patternTime: CheckedTime | None = None
    patternTime_element: Element | None = named(default=None, name="_patternTime")
    patternUnsignedInt: UnsignedInt | None = None
    patternUnsignedInt_element: Element | None = named(default=None, name="_patternUnsignedInt")
    patternUri: CheckedUri | None = None
    patternUri_element: Element | None = named(default=None, name="_patternUri")
    patternUrl: CheckedUri | None = None
    patternUrl_element: Element | None = named(default=None, name="_patternUrl")
    patternUuid: CheckedUuid | None = None
    patternUuid_element: Element | None = named(default=None, name="_patternUuid")
    patternAddress: Address | None = None
    patternAge: Age | None = None
    patternAnnotation: Annotation | None = None
    patternAttachment: Attachment | None = None
    patternCodeableConcept: CodeableConcept | None = None
    patternCoding: Coding | None = None
    patternContactPoint: ContactPoint | None = None
    patternCount: Count | None = None
    patternDistance: Distance | None = None
    patternDuration: Duration | None = None
    patternHumanName: HumanName | None = None
    patternIdentifier: Identifier | None = None
    patternMoney: Money | None = None
    patternPeriod: Period | None = None
    patternQuantity: Quantity | None = None
    patternRange: Range | None = None
    patternRatio: Ratio | None = None
    patternReference: Reference | None = None
    patternSampledData: SampledData | None = None
    patternSignature: Signature | None = None
    patternTiming: Timing | None = None
    patternContactDetail: ContactDetail | None = None
    patternContributor: Contributor | None = None
    patternDataRequirement: DataRequirement | None = None
    patternExpression: Expression | None = None
    patternParameterDefinition: ParameterDefinition | None = None
    patternRelatedArtifact: RelatedArtifact | None = None
    patternTriggerDefinition: TriggerDefinition | None = None
    patternUsageContext: UsageContext | None = None
    patternDosage: Dosage | None = None
    patternMeta: Meta | None = None
    example: tuple[ElementDefinitionExample, ...] = ()
    minValueDate: CheckedDate | None = None
    minValueDate_element: Element | None = named(default=None, name="_minValueDate")
    minValueDateTime: CheckedDateTime | None = None
    minValueDateTime_element: Element | None = named(default=None, name="_minValueDateTime")
    minValueInstant: CheckedInstant | None = None
    minValueInstant_element: Element | None = named(default=None, name="_minValueInstant")
    minValueTime: CheckedTime | None = None
    minValueTime_element: Element | None = named(default=None, name="_minValueTime")
    minValueDecimal: Decimal | None = None
    minValueDecimal_element: Element | None = named(default=None, name="_minValueDecimal")
    minValueInteger: Integer | None = None
    minValueInteger_element: Element | None = named(default=None, name="_minValueInteger")
    minValuePositiveInt: PositiveInt | None = None
    minValuePositiveInt_element: Element | None = named(default=None, name="_minValuePositiveInt")
    minValueUnsignedInt: UnsignedInt | None = None
    minValueUnsignedInt_element: Element | None = named(default=None, name="_minValueUnsignedInt")
    minValueQuantity: Quantity | None = None
    maxValueDate: CheckedDate | None = None
    maxValueDate_element: Element | None = named(default=None, name="_maxValueDate")
    maxValueDateTime: CheckedDateTime | None = None
    maxValueDateTime_element: Element | None = named(default=None, name="_maxValueDateTime")
    maxValueInstant: CheckedInstant | None = None
    maxValueInstant_element: Element | None = named(default=None, name="_maxValueInstant")
    maxValueTime: CheckedTime | None = None
    maxValueTime_element: Element | None = named(default=None, name="_maxValueTime")
    maxValueDecimal: Decimal | None = None
    maxValueDecimal_element: Element | None = named(default=None, name="_maxValueDecimal")
    maxValueInteger: Integer | None = None
    maxValueInteger_element: Element | None = named(default=None, name="_maxValueInteger")
    maxValuePositiveInt: PositiveInt | None = None
    maxValuePositiveInt_element: Element | None = named(default=None, name="_maxValuePositiveInt")
    maxValueUnsignedInt: UnsignedInt | None = None
    maxValueUnsignedInt_element: Element | None = named(default=None, name="_maxValueUnsignedInt")
    maxValueQuantity: Quantity | None = None
    maxLength: Integer | None = None
    maxLength_element: Element | None = named(default=None, name="_maxLength")
    condition: tuple[CheckedId | None, ...] = ()
    condition_element: tuple[Element | None, ...] = named(default=(), name="_condition")
    constraint: tuple[ElementDefinitionConstraint, ...] = ()
    mustSupport: bool | None = None
    mustSupport_element: Element | None = named(default=None, name="_mustSupport")
    isModifier: bool | None = None
    isModifier_element: Element | None = named(default=None, name="_isModifier")
    isModifierReason: String | None = None
    isModifierReason_element: Element | None = named(default=None, name="_isModifierReason")
    isSummary: bool | None = None
    isSummary_element: Element | None = named(default=None, name="_isSummary")
    binding: ElementDefinitionBinding | None = None
    mapping: tuple[ElementDefinitionMapping, ...] = ()
    def __post_init__(self) -> None:
        if self.path is None and self.path_element is None:
            raise ValueError("ElementDefinition.path is required")
        if (self.representation_element or None in self.representation) and not aligned(self.representation, self.representation_element):
            raise ValueError("ElementDefinition.representation holds a null without an extension")
        if (self.alias_element or None in self.alias) and not aligned(self.alias, self.alias_element):
            raise ValueError("ElementDefinition.alias holds a null without an extension")
        given = 69 - _ELEMENTDEFINITION_DEFAULTVALUE(self).count(None)
        if given > 1:
            given = chosen(_ELEMENTDEFINITION_DEFAULTVALUE(self), 50)
        if given > 1:
            raise ValueError("ElementDefinition.defaultValue[x] takes at most one type")
        given = 69 - _ELEMENTDEFINITION_FIXED(self).count(None)
        if given > 1:
            given = chosen(_ELEMENTDEFINITION_FIXED(self), 50)
        if given > 1:
            raise ValueError("ElementDefinition.fixed[x] takes at most one type")
        given = 69 - _ELEMENTDEFINITION_PATTERN(self).count(None)
        if given > 1:
            given = chosen(_ELEMENTDEFINITION_PATTERN(self), 50)
        if given > 1:
            raise ValueError("ElementDefinition.pattern[x] takes at most one type")
        given = 17 - _ELEMENTDEFINITION_MINVALUE(self).count(None)
        if given > 1:
            given = chosen(_ELEMENTDEFINITION_MINVALUE(self), 9)
        if given > 1:
            raise ValueError("ElementDefinition.minValue[x] takes at most one type")
        given = 17 - _ELEMENTDEFINITION_MAXVALUE(self).count(None)
        if given > 1:
            given = chosen(_ELEMENTDEFINITION_MAXVALUE(self), 9)
        if given > 1:
            raise ValueError("ElementDefinition.maxValue[x] takes at most one type")
        if (self.condition_element or None in self.condition) and not aligned(self.condition, self.condition_element):
            raise ValueError("ElementDefinition.condition holds a null without an extension")

class StructureDefinitionSnapshot(BackboneElement, kw_only=True):
    element: tuple[ElementDefinition, ...]

class StructureDefinitionDifferential(BackboneElement, kw_only=True):
    element: tuple[ElementDefinition, ...]

class StructureDefinition(DomainResource, kw_only=True, tag_field="resourceType", tag="StructureDefinition"):
    url: Uri | None = None
    url_element: Element | None = named(default=None, name="_url")
    identifier: tuple[Identifier, ...] = ()
    version: String | None = None
    version_element: Element | None = named(default=None, name="_version")
    name: String | None = None
    name_element: Element | None = named(default=None, name="_name")
    title: String | None = None
    title_element: Element | None = named(default=None, name="_title")
    status: Literal['draft', 'active', 'retired', 'unknown'] | None = None
    status_element: Element | None = named(default=None, name="_status")
    experimental: bool | None = None
    experimental_element: Element | None = named(default=None, name="_experimental")
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
    copyright: String | None = None
    copyright_element: Element | None = named(default=None, name="_copyright")
    keyword: tuple[Coding, ...] = ()
    fhirVersion: Literal['0.01', '0.05', '0.06', '0.11', '0.0.80', '0.0.81', '0.0.82', '0.4.0', '0.5.0', '1.0.0', '1.0.1', '1.0.2', '1.1.0', '1.4.0', '1.6.0', '1.8.0', '3.0.0', '3.0.1', '3.3.0', '3.5.0', '4.0.0', '4.0.1'] | None = None
    fhirVersion_element: Element | None = named(default=None, name="_fhirVersion")
    mapping: tuple[StructureDefinitionMapping, ...] = ()
    kind: Literal['primitive-type', 'complex-type', 'resource', 'logical'] | None = None
    kind_element: Element | None = named(default=None, name="_kind")
    abstract: bool | None = None
    abstract_element: Element | None = named(default=None, name="_abstract")
    context: tuple[StructureDefinitionContext, ...] = ()
    contextInvariant: tuple[String | None, ...] = ()
    contextInvariant_element: tuple[Element | None, ...] = named(default=(), name="_contextInvariant")
    type: Uri | None = None
    type_element: Element | None = named(default=None, name="_type")
    baseDefinition: Uri | None = None
    baseDefinition_element: Element | None = named(default=None, name="_baseDefinition")
    derivation: Literal['specialization', 'constraint'] | None = None
    derivation_element: Element | None = named(default=None, name="_derivation")
    snapshot: StructureDefinitionSnapshot | None = None
    differential: StructureDefinitionDifferential | None = None
    def __post_init__(self) -> None:
        if (v := self.id) is not None and not is_id(v):
            raise ValueError("Resource.id is malformed")
        if (v := self.implicitRules) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Resource.implicitRules is malformed")
        if (v := self.language) is not None and v not in CODES and not is_code(v):
            raise ValueError("Resource.language is malformed")
        if (v := self.url) is not None and v not in URIS and not is_uri(v):
            raise ValueError("StructureDefinition.url is malformed")
        if self.url is None and self.url_element is None:
            raise ValueError("StructureDefinition.url is required")
        if self.name is None and self.name_element is None:
            raise ValueError("StructureDefinition.name is required")
        if self.status is None and self.status_element is None:
            raise ValueError("StructureDefinition.status is required")
        if (v := self.date) is not None and v not in DATE_TIMES and not is_date_time(v):
            raise ValueError("StructureDefinition.date is malformed")
        if self.kind is None and self.kind_element is None:
            raise ValueError("StructureDefinition.kind is required")
        if self.abstract is None and self.abstract_element is None:
            raise ValueError("StructureDefinition.abstract is required")
        if (self.contextInvariant_element or None in self.contextInvariant) and not aligned(self.contextInvariant, self.contextInvariant_element):
            raise ValueError("StructureDefinition.contextInvariant holds a null without an extension")
        if (v := self.type) is not None and v not in URIS and not is_uri(v):
            raise ValueError("StructureDefinition.type is malformed")
        if self.type is None and self.type_element is None:
            raise ValueError("StructureDefinition.type is required")
        if (v := self.baseDefinition) is not None and v not in URIS and not is_uri(v):
            raise ValueError("StructureDefinition.baseDefinition is malformed")


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a StructureDefinition into `out`; its patient and its clinical date."""
    token = out.tokens.append
    string = out.strings.append
    uri = out.uris.append
    reference = out.references.append
    date = out.dates.append
    quantity = out.quantities.append
    date0 = None
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
    if (v6 := r.abstract) is not None:
        token(('abstract', 'http://terminology.hl7.org/CodeSystem/special-values', "true" if v6 else "false"))
    if (v7 := r.baseDefinition) is not None:
        reference(('base', v7))
        if '|' in v7:
            v7w = v7.partition('|')[0]
            reference(('base', v7w))
    if (v8 := r.snapshot) is not None:
        for v9 in v8.element:
            if (v10 := v9.base) is not None:
                if (v11 := v10.path) is not None:
                    token(('base-path', None, v11))
            if (v12 := v9.path) is not None:
                token(('path', None, v12))
            if (v13 := v9.binding) is not None:
                if (v14 := v13.valueSet) is not None:
                    reference(('valueset', v14))
                    if '|' in v14:
                        v14w = v14.partition('|')[0]
                        reference(('valueset', v14w))
    if (v15 := r.differential) is not None:
        for v16 in v15.element:
            if (v17 := v16.base) is not None:
                if (v18 := v17.path) is not None:
                    token(('base-path', None, v18))
            if (v19 := v16.path) is not None:
                token(('path', None, v19))
    if (v20 := r.derivation) is not None:
        token(('derivation', 'http://hl7.org/fhir/type-derivation-rule', v20))
    if (v21 := r.experimental) is not None:
        token(('experimental', 'http://terminology.hl7.org/CodeSystem/special-values', "true" if v21 else "false"))
    for v22 in r.context:
        if (v23 := v22.type) is not None:
            token(('ext-context', 'http://hl7.org/fhir/extension-context-type', v23))
    for v24 in r.keyword:
        if v24.code is not None:
            token(('keyword', v24.system, v24.code))
    if (v25 := r.kind) is not None:
        token(('kind', 'http://hl7.org/fhir/structure-definition-kind', v25))
    if (v26 := r.type) is not None:
        uri(('type', v26))
    for v27 in r.useContext:
        if (v28 := v27.valueCodeableConcept) is not None:
            for c in v28.coding:
                if c.code is not None:
                    token(('context', c.system, c.code))
        if (v29 := v27.valueQuantity) is not None:
            if v29.value is not None:
                v29l, v29h = quantity_range(v29)
                quantity(('context-quantity', v29l, v29h, v29.system, v29.code or v29.unit))
                if v29.unit != v29.code and v29.unit and v29.code:
                    quantity(('context-quantity', v29l, v29h, None, v29.unit))
        if (v30 := v27.valueRange) is not None:
            if (v30q := v30.low or v30.high) is not None:
                v30l, v30h = span(v30)
                quantity(('context-quantity', v30l, v30h, v30q.system, v30q.code or v30q.unit))
        if (v31 := v27.code) is not None:
            if v31.code is not None:
                token(('context-type', v31.system, v31.code))
    if (v32 := r.date) is not None:
        v32l, v32h = date_range(v32)
        date(('date', v32l, v32h))
        if date0 is None: date0 = known(v32l, v32h)
    if (v33 := r.description) is not None:
        string(('description', v33))
    for v34 in r.identifier:
        if v34.value is not None:
            token(('identifier', v34.system, v34.value))
    for v35 in r.jurisdiction:
        for c in v35.coding:
            if c.code is not None:
                token(('jurisdiction', c.system, c.code))
    if (v36 := r.name) is not None:
        string(('name', v36))
    if (v37 := r.publisher) is not None:
        string(('publisher', v37))
    if (v38 := r.status) is not None:
        token(('status', 'http://hl7.org/fhir/publication-status', v38))
    if (v39 := r.title) is not None:
        string(('title', v39))
    if (v40 := r.url) is not None:
        uri(('url', v40))
    if (v41 := r.version) is not None:
        token(('version', None, v41))
    return None, date0
