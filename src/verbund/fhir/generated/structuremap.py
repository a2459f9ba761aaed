"""The resource type StructureMap of FHIR R4.

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

class StructureMapStructure(BackboneElement, kw_only=True):
    url: CheckedUri | None = None
    url_element: Element | None = named(default=None, name="_url")
    mode: Literal['source', 'queried', 'target', 'produced'] | None = None
    mode_element: Element | None = named(default=None, name="_mode")
    alias: String | None = None
    alias_element: Element | None = named(default=None, name="_alias")
    documentation: String | None = None
    documentation_element: Element | None = named(default=None, name="_documentation")
    def __post_init__(self) -> None:
        if self.url is None and self.url_element is None:
            raise ValueError("StructureMapStructure.url is required")
        if self.mode is None and self.mode_element is None:
            raise ValueError("StructureMapStructure.mode is required")

class StructureMapGroupInput(BackboneElement, kw_only=True):
    name: CheckedId | None = None
    name_element: Element | None = named(default=None, name="_name")
    type: String | None = None
    type_element: Element | None = named(default=None, name="_type")
    mode: Literal['source', 'target'] | None = None
    mode_element: Element | None = named(default=None, name="_mode")
    documentation: String | None = None
    documentation_element: Element | None = named(default=None, name="_documentation")
    def __post_init__(self) -> None:
        if self.name is None and self.name_element is None:
            raise ValueError("StructureMapGroupInput.name is required")
        if self.mode is None and self.mode_element is None:
            raise ValueError("StructureMapGroupInput.mode is required")

_STRUCTUREMAPGROUPRULESOURCE_DEFAULTVALUE = attributes('defaultValueBase64Binary', 'defaultValueBoolean', 'defaultValueCanonical', 'defaultValueCode', 'defaultValueDate', 'defaultValueDateTime', 'defaultValueDecimal', 'defaultValueId', 'defaultValueInstant', 'defaultValueInteger', 'defaultValueMarkdown', 'defaultValueOid', 'defaultValuePositiveInt', 'defaultValueString', 'defaultValueTime', 'defaultValueUnsignedInt', 'defaultValueUri', 'defaultValueUrl', 'defaultValueUuid', 'defaultValueAddress', 'defaultValueAge', 'defaultValueAnnotation', 'defaultValueAttachment', 'defaultValueCodeableConcept', 'defaultValueCoding', 'defaultValueContactPoint', 'defaultValueCount', 'defaultValueDistance', 'defaultValueDuration', 'defaultValueHumanName', 'defaultValueIdentifier', 'defaultValueMoney', 'defaultValuePeriod', 'defaultValueQuantity', 'defaultValueRange', 'defaultValueRatio', 'defaultValueReference', 'defaultValueSampledData', 'defaultValueSignature', 'defaultValueTiming', 'defaultValueContactDetail', 'defaultValueContributor', 'defaultValueDataRequirement', 'defaultValueExpression', 'defaultValueParameterDefinition', 'defaultValueRelatedArtifact', 'defaultValueTriggerDefinition', 'defaultValueUsageContext', 'defaultValueDosage', 'defaultValueMeta', 'defaultValueBase64Binary_element', 'defaultValueBoolean_element', 'defaultValueCanonical_element', 'defaultValueCode_element', 'defaultValueDate_element', 'defaultValueDateTime_element', 'defaultValueDecimal_element', 'defaultValueId_element', 'defaultValueInstant_element', 'defaultValueInteger_element', 'defaultValueMarkdown_element', 'defaultValueOid_element', 'defaultValuePositiveInt_element', 'defaultValueString_element', 'defaultValueTime_element', 'defaultValueUnsignedInt_element', 'defaultValueUri_element', 'defaultValueUrl_element', 'defaultValueUuid_element')
class StructureMapGroupRuleSource(BackboneElement, kw_only=True):
    context: CheckedId | None = None
    context_element: Element | None = named(default=None, name="_context")
    min: Integer | None = None
    min_element: Element | None = named(default=None, name="_min")
    max: String | None = None
    max_element: Element | None = named(default=None, name="_max")
    type: String | None = None
    type_element: Element | None = named(default=None, name="_type")
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
    element: String | None = None
    element_element: Element | None = named(default=None, name="_element")
    listMode: Literal['first', 'not_first', 'last', 'not_last', 'only_one'] | None = None
    listMode_element: Element | None = named(default=None, name="_listMode")
    variable: CheckedId | None = None
    variable_element: Element | None = named(default=None, name="_variable")
    condition: String | None = None
    condition_element: Element | None = named(default=None, name="_condition")
    check: String | None = None
    check_element: Element | None = named(default=None, name="_check")
    logMessage: String | None = None
    logMessage_element: Element | None = named(default=None, name="_logMessage")
    def __post_init__(self) -> None:
        if self.context is None and self.context_element is None:
            raise ValueError("StructureMapGroupRuleSource.context is required")
        given = 69 - _STRUCTUREMAPGROUPRULESOURCE_DEFAULTVALUE(self).count(None)
        if given > 1:
            given = chosen(_STRUCTUREMAPGROUPRULESOURCE_DEFAULTVALUE(self), 50)
        if given > 1:
            raise ValueError("StructureMapGroupRuleSource.defaultValue[x] takes at most one type")

_STRUCTUREMAPGROUPRULETARGETPARAMETER_VALUE = attributes('valueId', 'valueString', 'valueBoolean', 'valueInteger', 'valueDecimal', 'valueId_element', 'valueString_element', 'valueBoolean_element', 'valueInteger_element', 'valueDecimal_element')
class StructureMapGroupRuleTargetParameter(BackboneElement, kw_only=True):
    valueId: CheckedId | None = None
    valueId_element: Element | None = named(default=None, name="_valueId")
    valueString: String | None = None
    valueString_element: Element | None = named(default=None, name="_valueString")
    valueBoolean: bool | None = None
    valueBoolean_element: Element | None = named(default=None, name="_valueBoolean")
    valueInteger: Integer | None = None
    valueInteger_element: Element | None = named(default=None, name="_valueInteger")
    valueDecimal: Decimal | None = None
    valueDecimal_element: Element | None = named(default=None, name="_valueDecimal")
    def __post_init__(self) -> None:
        given = 10 - _STRUCTUREMAPGROUPRULETARGETPARAMETER_VALUE(self).count(None)
        if given > 1:
            given = chosen(_STRUCTUREMAPGROUPRULETARGETPARAMETER_VALUE(self), 5)
        if given != 1:
            raise ValueError("StructureMapGroupRuleTargetParameter.value[x] takes exactly one type")

class StructureMapGroupRuleTarget(BackboneElement, kw_only=True):
    context: CheckedId | None = None
    context_element: Element | None = named(default=None, name="_context")
    contextType: Literal['type', 'variable'] | None = None
    contextType_element: Element | None = named(default=None, name="_contextType")
    element: String | None = None
    element_element: Element | None = named(default=None, name="_element")
    variable: CheckedId | None = None
    variable_element: Element | None = named(default=None, name="_variable")
    listMode: tuple[Literal['first', 'share', 'last', 'collate'] | None, ...] = ()
    listMode_element: tuple[Element | None, ...] = named(default=(), name="_listMode")
    listRuleId: CheckedId | None = None
    listRuleId_element: Element | None = named(default=None, name="_listRuleId")
    transform: Literal['create', 'copy', 'truncate', 'escape', 'cast', 'append', 'translate', 'reference', 'dateOp', 'uuid', 'pointer', 'evaluate', 'cc', 'c', 'qty', 'id', 'cp'] | None = None
    transform_element: Element | None = named(default=None, name="_transform")
    parameter: tuple[StructureMapGroupRuleTargetParameter, ...] = ()
    def __post_init__(self) -> None:
        if (self.listMode_element or None in self.listMode) and not aligned(self.listMode, self.listMode_element):
            raise ValueError("StructureMapGroupRuleTarget.listMode holds a null without an extension")

class StructureMapGroupRuleDependent(BackboneElement, kw_only=True):
    name: CheckedId | None = None
    name_element: Element | None = named(default=None, name="_name")
    variable: tuple[String | None, ...] = ()
    variable_element: tuple[Element | None, ...] = named(default=(), name="_variable")
    def __post_init__(self) -> None:
        if self.name is None and self.name_element is None:
            raise ValueError("StructureMapGroupRuleDependent.name is required")
        if (self.variable_element or None in self.variable) and not aligned(self.variable, self.variable_element):
            raise ValueError("StructureMapGroupRuleDependent.variable holds a null without an extension")
        if self.variable == () and self.variable_element == ():
            raise ValueError("StructureMapGroupRuleDependent.variable is required")

class StructureMapGroupRule(BackboneElement, kw_only=True):
    name: CheckedId | None = None
    name_element: Element | None = named(default=None, name="_name")
    source: tuple[StructureMapGroupRuleSource, ...]
    target: tuple[StructureMapGroupRuleTarget, ...] = ()
    rule: "tuple[StructureMapGroupRule, ...]" = ()
    dependent: tuple[StructureMapGroupRuleDependent, ...] = ()
    documentation: String | None = None
    documentation_element: Element | None = named(default=None, name="_documentation")
    def __post_init__(self) -> None:
        if self.name is None and self.name_element is None:
            raise ValueError("StructureMapGroupRule.name is required")

class StructureMapGroup(BackboneElement, kw_only=True):
    name: CheckedId | None = None
    name_element: Element | None = named(default=None, name="_name")
    extends: CheckedId | None = None
    extends_element: Element | None = named(default=None, name="_extends")
    typeMode: Literal['none', 'types', 'type-and-types'] | None = None
    typeMode_element: Element | None = named(default=None, name="_typeMode")
    documentation: String | None = None
    documentation_element: Element | None = named(default=None, name="_documentation")
    input: tuple[StructureMapGroupInput, ...]
    rule: tuple[StructureMapGroupRule, ...]
    def __post_init__(self) -> None:
        if self.name is None and self.name_element is None:
            raise ValueError("StructureMapGroup.name is required")
        if self.typeMode is None and self.typeMode_element is None:
            raise ValueError("StructureMapGroup.typeMode is required")

class StructureMap(DomainResource, kw_only=True, tag_field="resourceType", tag="StructureMap"):
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
    structure: tuple[StructureMapStructure, ...] = ()
    import_: tuple[Uri | None, ...] = named(default=(), name="import")
    import_element: tuple[Element | None, ...] = named(default=(), name="_import")
    group: tuple[StructureMapGroup, ...]
    def __post_init__(self) -> None:
        if (v := self.id) is not None and not is_id(v):
            raise ValueError("Resource.id is malformed")
        if (v := self.implicitRules) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Resource.implicitRules is malformed")
        if (v := self.language) is not None and v not in CODES and not is_code(v):
            raise ValueError("Resource.language is malformed")
        if (v := self.url) is not None and v not in URIS and not is_uri(v):
            raise ValueError("StructureMap.url is malformed")
        if self.url is None and self.url_element is None:
            raise ValueError("StructureMap.url is required")
        if self.name is None and self.name_element is None:
            raise ValueError("StructureMap.name is required")
        if self.status is None and self.status_element is None:
            raise ValueError("StructureMap.status is required")
        if (v := self.date) is not None and v not in DATE_TIMES and not is_date_time(v):
            raise ValueError("StructureMap.date is malformed")
        for v in self.import_:
            if v is not None and v not in URIS and not is_uri(v):
                raise ValueError("StructureMap.import is malformed")
        if (self.import_element or None in self.import_) and not aligned(self.import_, self.import_element):
            raise ValueError("StructureMap.import holds a null without an extension")


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a StructureMap into `out`; its patient and its clinical date."""
    token = out.tokens.append
    string = out.strings.append
    uri = out.uris.append
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
    for v6 in r.useContext:
        if (v7 := v6.valueCodeableConcept) is not None:
            for c in v7.coding:
                if c.code is not None:
                    token(('context', c.system, c.code))
        if (v8 := v6.valueQuantity) is not None:
            if v8.value is not None:
                v8l, v8h = quantity_range(v8)
                quantity(('context-quantity', v8l, v8h, v8.system, v8.code or v8.unit))
                if v8.unit != v8.code and v8.unit and v8.code:
                    quantity(('context-quantity', v8l, v8h, None, v8.unit))
        if (v9 := v6.valueRange) is not None:
            if (v9q := v9.low or v9.high) is not None:
                v9l, v9h = span(v9)
                quantity(('context-quantity', v9l, v9h, v9q.system, v9q.code or v9q.unit))
        if (v10 := v6.code) is not None:
            if v10.code is not None:
                token(('context-type', v10.system, v10.code))
    if (v11 := r.date) is not None:
        v11l, v11h = date_range(v11)
        date(('date', v11l, v11h))
        if date0 is None: date0 = known(v11l, v11h)
    if (v12 := r.description) is not None:
        string(('description', v12))
    for v13 in r.identifier:
        if v13.value is not None:
            token(('identifier', v13.system, v13.value))
    for v14 in r.jurisdiction:
        for c in v14.coding:
            if c.code is not None:
                token(('jurisdiction', c.system, c.code))
    if (v15 := r.name) is not None:
        string(('name', v15))
    if (v16 := r.publisher) is not None:
        string(('publisher', v16))
    if (v17 := r.status) is not None:
        token(('status', 'http://hl7.org/fhir/publication-status', v17))
    if (v18 := r.title) is not None:
        string(('title', v18))
    if (v19 := r.url) is not None:
        uri(('url', v19))
    if (v20 := r.version) is not None:
        token(('version', None, v20))
    return None, date0
