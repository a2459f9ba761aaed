"""The resource type SubstanceSpecification of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import attributes, chosen
from verbund.fhir.extraction import Collector
from verbund.fhir.generated.datatypes import Attachment, BackboneElement, CodeableConcept, DomainResource, Element, Identifier, Quantity, Range, Ratio, Reference
from verbund.fhir.generated.primitives import CheckedDateTime, String

_SUBSTANCESPECIFICATIONMOIETY_AMOUNT = attributes('amountString', 'amountQuantity', 'amountString_element')
class SubstanceSpecificationMoiety(BackboneElement, kw_only=True):
    role: CodeableConcept | None = None
    identifier: Identifier | None = None
    name: String | None = None
    name_element: Element | None = named(default=None, name="_name")
    stereochemistry: CodeableConcept | None = None
    opticalActivity: CodeableConcept | None = None
    molecularFormula: String | None = None
    molecularFormula_element: Element | None = named(default=None, name="_molecularFormula")
    amountString: String | None = None
    amountString_element: Element | None = named(default=None, name="_amountString")
    amountQuantity: Quantity | None = None
    def __post_init__(self) -> None:
        given = 3 - _SUBSTANCESPECIFICATIONMOIETY_AMOUNT(self).count(None)
        if given > 1:
            given = chosen(_SUBSTANCESPECIFICATIONMOIETY_AMOUNT(self), 2)
        if given > 1:
            raise ValueError("SubstanceSpecificationMoiety.amount[x] takes at most one type")

_SUBSTANCESPECIFICATIONPROPERTY_DEFININGSUBSTANCE = attributes('definingSubstanceReference', 'definingSubstanceCodeableConcept')
_SUBSTANCESPECIFICATIONPROPERTY_AMOUNT = attributes('amountString', 'amountQuantity', 'amountString_element')
class SubstanceSpecificationProperty(BackboneElement, kw_only=True):
    category: CodeableConcept | None = None
    code: CodeableConcept | None = None
    parameters: String | None = None
    parameters_element: Element | None = named(default=None, name="_parameters")
    definingSubstanceReference: Reference | None = None
    definingSubstanceCodeableConcept: CodeableConcept | None = None
    amountString: String | None = None
    amountString_element: Element | None = named(default=None, name="_amountString")
    amountQuantity: Quantity | None = None
    def __post_init__(self) -> None:
        given = 2 - _SUBSTANCESPECIFICATIONPROPERTY_DEFININGSUBSTANCE(self).count(None)
        if given > 1:
            raise ValueError("SubstanceSpecificationProperty.definingSubstance[x] takes at most one type")
        given = 3 - _SUBSTANCESPECIFICATIONPROPERTY_AMOUNT(self).count(None)
        if given > 1:
            given = chosen(_SUBSTANCESPECIFICATIONPROPERTY_AMOUNT(self), 2)
        if given > 1:
            raise ValueError("SubstanceSpecificationProperty.amount[x] takes at most one type")

class SubstanceSpecificationStructureIsotopeMolecularWeight(BackboneElement, kw_only=True):
    method: CodeableConcept | None = None
    type: CodeableConcept | None = None
    amount: Quantity | None = None

class SubstanceSpecificationStructureIsotope(BackboneElement, kw_only=True):
    identifier: Identifier | None = None
    name: CodeableConcept | None = None
    substitution: CodeableConcept | None = None
    halfLife: Quantity | None = None
    molecularWeight: SubstanceSpecificationStructureIsotopeMolecularWeight | None = None

class SubstanceSpecificationStructureRepresentation(BackboneElement, kw_only=True):
    type: CodeableConcept | None = None
    representation: String | None = None
    representation_element: Element | None = named(default=None, name="_representation")
    attachment: Attachment | None = None

class SubstanceSpecificationStructure(BackboneElement, kw_only=True):
    stereochemistry: CodeableConcept | None = None
    opticalActivity: CodeableConcept | None = None
    molecularFormula: String | None = None
    molecularFormula_element: Element | None = named(default=None, name="_molecularFormula")
    molecularFormulaByMoiety: String | None = None
    molecularFormulaByMoiety_element: Element | None = named(default=None, name="_molecularFormulaByMoiety")
    isotope: tuple[SubstanceSpecificationStructureIsotope, ...] = ()
    molecularWeight: SubstanceSpecificationStructureIsotopeMolecularWeight | None = None
    source: tuple[Reference, ...] = ()
    representation: tuple[SubstanceSpecificationStructureRepresentation, ...] = ()

class SubstanceSpecificationCode(BackboneElement, kw_only=True):
    code: CodeableConcept | None = None
    status: CodeableConcept | None = None
    statusDate: CheckedDateTime | None = None
    statusDate_element: Element | None = named(default=None, name="_statusDate")
    comment: String | None = None
    comment_element: Element | None = named(default=None, name="_comment")
    source: tuple[Reference, ...] = ()

class SubstanceSpecificationNameOfficial(BackboneElement, kw_only=True):
    authority: CodeableConcept | None = None
    status: CodeableConcept | None = None
    date: CheckedDateTime | None = None
    date_element: Element | None = named(default=None, name="_date")

class SubstanceSpecificationName(BackboneElement, kw_only=True):
    name: String | None = None
    name_element: Element | None = named(default=None, name="_name")
    type: CodeableConcept | None = None
    status: CodeableConcept | None = None
    preferred: bool | None = None
    preferred_element: Element | None = named(default=None, name="_preferred")
    language: tuple[CodeableConcept, ...] = ()
    domain: tuple[CodeableConcept, ...] = ()
    jurisdiction: tuple[CodeableConcept, ...] = ()
    synonym: "tuple[SubstanceSpecificationName, ...]" = ()
    translation: "tuple[SubstanceSpecificationName, ...]" = ()
    official: tuple[SubstanceSpecificationNameOfficial, ...] = ()
    source: tuple[Reference, ...] = ()
    def __post_init__(self) -> None:
        if self.name is None and self.name_element is None:
            raise ValueError("SubstanceSpecificationName.name is required")

_SUBSTANCESPECIFICATIONRELATIONSHIP_SUBSTANCE = attributes('substanceReference', 'substanceCodeableConcept')
_SUBSTANCESPECIFICATIONRELATIONSHIP_AMOUNT = attributes('amountString', 'amountQuantity', 'amountRange', 'amountRatio', 'amountString_element')
class SubstanceSpecificationRelationship(BackboneElement, kw_only=True):
    substanceReference: Reference | None = None
    substanceCodeableConcept: CodeableConcept | None = None
    relationship: CodeableConcept | None = None
    isDefining: bool | None = None
    isDefining_element: Element | None = named(default=None, name="_isDefining")
    amountString: String | None = None
    amountString_element: Element | None = named(default=None, name="_amountString")
    amountQuantity: Quantity | None = None
    amountRange: Range | None = None
    amountRatio: Ratio | None = None
    amountRatioLowLimit: Ratio | None = None
    amountType: CodeableConcept | None = None
    source: tuple[Reference, ...] = ()
    def __post_init__(self) -> None:
        given = 2 - _SUBSTANCESPECIFICATIONRELATIONSHIP_SUBSTANCE(self).count(None)
        if given > 1:
            raise ValueError("SubstanceSpecificationRelationship.substance[x] takes at most one type")
        given = 5 - _SUBSTANCESPECIFICATIONRELATIONSHIP_AMOUNT(self).count(None)
        if given > 1:
            given = chosen(_SUBSTANCESPECIFICATIONRELATIONSHIP_AMOUNT(self), 4)
        if given > 1:
            raise ValueError("SubstanceSpecificationRelationship.amount[x] takes at most one type")

class SubstanceSpecification(DomainResource, kw_only=True, tag_field="resourceType", tag="SubstanceSpecification"):
    identifier: Identifier | None = None
    type: CodeableConcept | None = None
    status: CodeableConcept | None = None
    domain: CodeableConcept | None = None
    description: String | None = None
    description_element: Element | None = named(default=None, name="_description")
    source: tuple[Reference, ...] = ()
    comment: String | None = None
    comment_element: Element | None = named(default=None, name="_comment")
    moiety: tuple[SubstanceSpecificationMoiety, ...] = ()
    property: tuple[SubstanceSpecificationProperty, ...] = ()
    referenceInformation: Reference | None = None
    structure: SubstanceSpecificationStructure | None = None
    code: tuple[SubstanceSpecificationCode, ...] = ()
    name: tuple[SubstanceSpecificationName, ...] = ()
    molecularWeight: tuple[SubstanceSpecificationStructureIsotopeMolecularWeight, ...] = ()
    relationship: tuple[SubstanceSpecificationRelationship, ...] = ()
    nucleicAcid: Reference | None = None
    polymer: Reference | None = None
    protein: Reference | None = None
    sourceMaterial: Reference | None = None


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a SubstanceSpecification into `out`; its patient and its clinical date."""
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
    for v6 in r.code:
        if (v7 := v6.code) is not None:
            for c in v7.coding:
                if c.code is not None:
                    token(('code', c.system, c.code))
    return None, None
