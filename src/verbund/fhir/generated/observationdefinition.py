"""The resource type ObservationDefinition of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import CODES, URIS, aligned, is_code, is_uri, is_id
from verbund.fhir.extraction import Collector
from verbund.fhir.generated.datatypes import BackboneElement, CodeableConcept, DomainResource, Element, Identifier, Period, Quantity, Range, Ratio, Reference, Resource, SampledData
from verbund.fhir.generated.primitives import Decimal, Integer, String

class ObservationDefinitionQuantitativeDetails(BackboneElement, kw_only=True):
    customaryUnit: CodeableConcept | None = None
    unit: CodeableConcept | None = None
    conversionFactor: Decimal | None = None
    conversionFactor_element: Element | None = named(default=None, name="_conversionFactor")
    decimalPrecision: Integer | None = None
    decimalPrecision_element: Element | None = named(default=None, name="_decimalPrecision")

class ObservationDefinitionQualifiedInterval(BackboneElement, kw_only=True):
    category: Literal['reference', 'critical', 'absolute'] | None = None
    category_element: Element | None = named(default=None, name="_category")
    range: Range | None = None
    context: CodeableConcept | None = None
    appliesTo: tuple[CodeableConcept, ...] = ()
    gender: Literal['male', 'female', 'other', 'unknown'] | None = None
    gender_element: Element | None = named(default=None, name="_gender")
    age: Range | None = None
    gestationalAge: Range | None = None
    condition: String | None = None
    condition_element: Element | None = named(default=None, name="_condition")

class ObservationDefinition(DomainResource, kw_only=True, tag_field="resourceType", tag="ObservationDefinition"):
    category: tuple[CodeableConcept, ...] = ()
    code: CodeableConcept
    identifier: tuple[Identifier, ...] = ()
    permittedDataType: tuple[Literal['Quantity', 'CodeableConcept', 'string', 'boolean', 'integer', 'Range', 'Ratio', 'SampledData', 'time', 'dateTime', 'Period'] | None, ...] = ()
    permittedDataType_element: tuple[Element | None, ...] = named(default=(), name="_permittedDataType")
    multipleResultsAllowed: bool | None = None
    multipleResultsAllowed_element: Element | None = named(default=None, name="_multipleResultsAllowed")
    method: CodeableConcept | None = None
    preferredReportName: String | None = None
    preferredReportName_element: Element | None = named(default=None, name="_preferredReportName")
    quantitativeDetails: ObservationDefinitionQuantitativeDetails | None = None
    qualifiedInterval: tuple[ObservationDefinitionQualifiedInterval, ...] = ()
    validCodedValueSet: Reference | None = None
    normalCodedValueSet: Reference | None = None
    abnormalCodedValueSet: Reference | None = None
    criticalCodedValueSet: Reference | None = None
    def __post_init__(self) -> None:
        if (v := self.id) is not None and not is_id(v):
            raise ValueError("Resource.id is malformed")
        if (v := self.implicitRules) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Resource.implicitRules is malformed")
        if (v := self.language) is not None and v not in CODES and not is_code(v):
            raise ValueError("Resource.language is malformed")
        if (self.permittedDataType_element or None in self.permittedDataType) and not aligned(self.permittedDataType, self.permittedDataType_element):
            raise ValueError("ObservationDefinition.permittedDataType holds a null without an extension")


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a ObservationDefinition into `out`; its patient and its clinical date."""
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
