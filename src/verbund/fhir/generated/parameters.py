"""The resource type Parameters of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import attributes, chosen
from verbund.fhir.extraction import Collector
from verbund.fhir.generated.datatypes import Address, Age, Annotation, Attachment, BackboneElement, CodeableConcept, Coding, ContactDetail, ContactPoint, Contributor, Count, DataRequirement, Distance, Dosage, Duration, Element, Expression, HumanName, Identifier, Meta, Money, ParameterDefinition, Period, Quantity, Range, Ratio, Reference, RelatedArtifact, Resource, SampledData, Signature, Timing, TriggerDefinition, UsageContext
from verbund.fhir.generated.primitives import CheckedBase64, CheckedCode, CheckedDate, CheckedDateTime, CheckedId, CheckedInstant, CheckedOid, CheckedTime, CheckedUri, CheckedUuid, Decimal, Integer, PositiveInt, String, UnsignedInt

_PARAMETERSPARAMETER_VALUE = attributes('valueBase64Binary', 'valueBoolean', 'valueCanonical', 'valueCode', 'valueDate', 'valueDateTime', 'valueDecimal', 'valueId', 'valueInstant', 'valueInteger', 'valueMarkdown', 'valueOid', 'valuePositiveInt', 'valueString', 'valueTime', 'valueUnsignedInt', 'valueUri', 'valueUrl', 'valueUuid', 'valueAddress', 'valueAge', 'valueAnnotation', 'valueAttachment', 'valueCodeableConcept', 'valueCoding', 'valueContactPoint', 'valueCount', 'valueDistance', 'valueDuration', 'valueHumanName', 'valueIdentifier', 'valueMoney', 'valuePeriod', 'valueQuantity', 'valueRange', 'valueRatio', 'valueReference', 'valueSampledData', 'valueSignature', 'valueTiming', 'valueContactDetail', 'valueContributor', 'valueDataRequirement', 'valueExpression', 'valueParameterDefinition', 'valueRelatedArtifact', 'valueTriggerDefinition', 'valueUsageContext', 'valueDosage', 'valueMeta', 'valueBase64Binary_element', 'valueBoolean_element', 'valueCanonical_element', 'valueCode_element', 'valueDate_element', 'valueDateTime_element', 'valueDecimal_element', 'valueId_element', 'valueInstant_element', 'valueInteger_element', 'valueMarkdown_element', 'valueOid_element', 'valuePositiveInt_element', 'valueString_element', 'valueTime_element', 'valueUnsignedInt_element', 'valueUri_element', 'valueUrl_element', 'valueUuid_element')
class ParametersParameter(BackboneElement, kw_only=True):
    name: String | None = None
    name_element: Element | None = named(default=None, name="_name")
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
    resource: Raw = None
    part: "tuple[ParametersParameter, ...]" = ()
    def __post_init__(self) -> None:
        if self.name is None and self.name_element is None:
            raise ValueError("ParametersParameter.name is required")
        given = 69 - _PARAMETERSPARAMETER_VALUE(self).count(None)
        if given > 1:
            given = chosen(_PARAMETERSPARAMETER_VALUE(self), 50)
        if given > 1:
            raise ValueError("ParametersParameter.value[x] takes at most one type")

class Parameters(Resource, kw_only=True, tag_field="resourceType", tag="Parameters"):
    parameter: tuple[ParametersParameter, ...] = ()


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a Parameters into `out`; its patient and its clinical date."""
    token = out.tokens.append
    uri = out.uris.append
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
    return None, None
