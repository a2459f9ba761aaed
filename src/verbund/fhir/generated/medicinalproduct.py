"""The resource type MedicinalProduct of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import CODES, URIS, aligned, attributes, is_code, is_uri, is_id
from verbund.fhir.extraction import Collector
from verbund.fhir.generated.datatypes import BackboneElement, CodeableConcept, Coding, DomainResource, Element, Identifier, Period, Reference, Resource
from verbund.fhir.generated.primitives import CheckedDateTime, String

class MarketingStatus(BackboneElement, kw_only=True):
    country: CodeableConcept
    jurisdiction: CodeableConcept | None = None
    status: CodeableConcept
    dateRange: Period
    restoreDate: CheckedDateTime | None = None
    restoreDate_element: Element | None = named(default=None, name="_restoreDate")

class MedicinalProductNameNamePart(BackboneElement, kw_only=True):
    part: String | None = None
    part_element: Element | None = named(default=None, name="_part")
    type: Coding
    def __post_init__(self) -> None:
        if self.part is None and self.part_element is None:
            raise ValueError("MedicinalProductNameNamePart.part is required")

class MedicinalProductNameCountryLanguage(BackboneElement, kw_only=True):
    country: CodeableConcept
    jurisdiction: CodeableConcept | None = None
    language: CodeableConcept

class MedicinalProductName(BackboneElement, kw_only=True):
    productName: String | None = None
    productName_element: Element | None = named(default=None, name="_productName")
    namePart: tuple[MedicinalProductNameNamePart, ...] = ()
    countryLanguage: tuple[MedicinalProductNameCountryLanguage, ...] = ()
    def __post_init__(self) -> None:
        if self.productName is None and self.productName_element is None:
            raise ValueError("MedicinalProductName.productName is required")

class MedicinalProductManufacturingBusinessOperation(BackboneElement, kw_only=True):
    operationType: CodeableConcept | None = None
    authorisationReferenceNumber: Identifier | None = None
    effectiveDate: CheckedDateTime | None = None
    effectiveDate_element: Element | None = named(default=None, name="_effectiveDate")
    confidentialityIndicator: CodeableConcept | None = None
    manufacturer: tuple[Reference, ...] = ()
    regulator: Reference | None = None

_MEDICINALPRODUCTSPECIALDESIGNATION_INDICATION = attributes('indicationCodeableConcept', 'indicationReference')
class MedicinalProductSpecialDesignation(BackboneElement, kw_only=True):
    identifier: tuple[Identifier, ...] = ()
    type: CodeableConcept | None = None
    intendedUse: CodeableConcept | None = None
    indicationCodeableConcept: CodeableConcept | None = None
    indicationReference: Reference | None = None
    status: CodeableConcept | None = None
    date: CheckedDateTime | None = None
    date_element: Element | None = named(default=None, name="_date")
    species: CodeableConcept | None = None
    def __post_init__(self) -> None:
        given = 2 - _MEDICINALPRODUCTSPECIALDESIGNATION_INDICATION(self).count(None)
        if given > 1:
            raise ValueError("MedicinalProductSpecialDesignation.indication[x] takes at most one type")

class MedicinalProduct(DomainResource, kw_only=True, tag_field="resourceType", tag="MedicinalProduct"):
    identifier: tuple[Identifier, ...] = ()
    type: CodeableConcept | None = None
    domain: Coding | None = None
    combinedPharmaceuticalDoseForm: CodeableConcept | None = None
    legalStatusOfSupply: CodeableConcept | None = None
    additionalMonitoringIndicator: CodeableConcept | None = None
    specialMeasures: tuple[String | None, ...] = ()
    specialMeasures_element: tuple[Element | None, ...] = named(default=(), name="_specialMeasures")
    paediatricUseIndicator: CodeableConcept | None = None
    productClassification: tuple[CodeableConcept, ...] = ()
    marketingStatus: tuple[MarketingStatus, ...] = ()
    pharmaceuticalProduct: tuple[Reference, ...] = ()
    packagedMedicinalProduct: tuple[Reference, ...] = ()
    attachedDocument: tuple[Reference, ...] = ()
    masterFile: tuple[Reference, ...] = ()
    contact: tuple[Reference, ...] = ()
    clinicalTrial: tuple[Reference, ...] = ()
    name: tuple[MedicinalProductName, ...]
    crossReference: tuple[Identifier, ...] = ()
    manufacturingBusinessOperation: tuple[MedicinalProductManufacturingBusinessOperation, ...] = ()
    specialDesignation: tuple[MedicinalProductSpecialDesignation, ...] = ()
    def __post_init__(self) -> None:
        if (v := self.id) is not None and not is_id(v):
            raise ValueError("Resource.id is malformed")
        if (v := self.implicitRules) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Resource.implicitRules is malformed")
        if (v := self.language) is not None and v not in CODES and not is_code(v):
            raise ValueError("Resource.language is malformed")
        if (self.specialMeasures_element or None in self.specialMeasures) and not aligned(self.specialMeasures, self.specialMeasures_element):
            raise ValueError("MedicinalProduct.specialMeasures holds a null without an extension")


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a MedicinalProduct into `out`; its patient and its clinical date."""
    token = out.tokens.append
    string = out.strings.append
    uri = out.uris.append
    for v1 in r.identifier:
        if v1.value is not None:
            token(('identifier', v1.system, v1.value))
    for v2 in r.name:
        if (v3 := v2.productName) is not None:
            string(('name', v3))
        for v4 in v2.countryLanguage:
            if (v5 := v4.language) is not None:
                for c in v5.coding:
                    if c.code is not None:
                        token(('name-language', c.system, c.code))
    if (v6 := r.meta) is not None:
        for v7 in v6.profile:
            if v7 is not None:
                uri(('_profile', v7))
                if '|' in v7:
                    v7w = v7.partition('|')[0]
                    uri(('_profile', v7w))
        for v8 in v6.security:
            if v8.code is not None:
                token(('_security', v8.system, v8.code))
        if (v9 := v6.source) is not None:
            uri(('_source', v9))
        for v10 in v6.tag:
            if v10.code is not None:
                token(('_tag', v10.system, v10.code))
    return None, None
