"""The resource type SubstancePolymer of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import CODES, URIS, aligned, attributes, chosen, is_code, is_uri, is_id
from verbund.fhir.extraction import Collector
from verbund.fhir.generated.datatypes import Attachment, BackboneElement, CodeableConcept, DomainResource, Element, Quantity, Range, Resource
from verbund.fhir.generated.primitives import Integer, String

class SubstanceAmountReferenceRange(Element, kw_only=True):
    lowLimit: Quantity | None = None
    highLimit: Quantity | None = None

_SUBSTANCEAMOUNT_AMOUNT = attributes('amountString', 'amountQuantity', 'amountRange', 'amountString_element')
class SubstanceAmount(BackboneElement, kw_only=True):
    amountString: String | None = None
    amountString_element: Element | None = named(default=None, name="_amountString")
    amountQuantity: Quantity | None = None
    amountRange: Range | None = None
    amountType: CodeableConcept | None = None
    amountText: String | None = None
    amountText_element: Element | None = named(default=None, name="_amountText")
    referenceRange: SubstanceAmountReferenceRange | None = None
    def __post_init__(self) -> None:
        given = 4 - _SUBSTANCEAMOUNT_AMOUNT(self).count(None)
        if given > 1:
            given = chosen(_SUBSTANCEAMOUNT_AMOUNT(self), 3)
        if given > 1:
            raise ValueError("SubstanceAmount.amount[x] takes at most one type")

class SubstancePolymerMonomerSetStartingMaterial(BackboneElement, kw_only=True):
    material: CodeableConcept | None = None
    type: CodeableConcept | None = None
    isDefining: bool | None = None
    isDefining_element: Element | None = named(default=None, name="_isDefining")
    amount: SubstanceAmount | None = None

class SubstancePolymerMonomerSet(BackboneElement, kw_only=True):
    ratioType: CodeableConcept | None = None
    startingMaterial: tuple[SubstancePolymerMonomerSetStartingMaterial, ...] = ()

class SubstancePolymerRepeatRepeatUnitDegreeOfPolymerisation(BackboneElement, kw_only=True):
    degree: CodeableConcept | None = None
    amount: SubstanceAmount | None = None

class SubstancePolymerRepeatRepeatUnitStructuralRepresentation(BackboneElement, kw_only=True):
    type: CodeableConcept | None = None
    representation: String | None = None
    representation_element: Element | None = named(default=None, name="_representation")
    attachment: Attachment | None = None

class SubstancePolymerRepeatRepeatUnit(BackboneElement, kw_only=True):
    orientationOfPolymerisation: CodeableConcept | None = None
    repeatUnit: String | None = None
    repeatUnit_element: Element | None = named(default=None, name="_repeatUnit")
    amount: SubstanceAmount | None = None
    degreeOfPolymerisation: tuple[SubstancePolymerRepeatRepeatUnitDegreeOfPolymerisation, ...] = ()
    structuralRepresentation: tuple[SubstancePolymerRepeatRepeatUnitStructuralRepresentation, ...] = ()

class SubstancePolymerRepeat(BackboneElement, kw_only=True):
    numberOfUnits: Integer | None = None
    numberOfUnits_element: Element | None = named(default=None, name="_numberOfUnits")
    averageMolecularFormula: String | None = None
    averageMolecularFormula_element: Element | None = named(default=None, name="_averageMolecularFormula")
    repeatUnitAmountType: CodeableConcept | None = None
    repeatUnit: tuple[SubstancePolymerRepeatRepeatUnit, ...] = ()

class SubstancePolymer(DomainResource, kw_only=True, tag_field="resourceType", tag="SubstancePolymer"):
    class_: CodeableConcept | None = named(default=None, name="class")
    geometry: CodeableConcept | None = None
    copolymerConnectivity: tuple[CodeableConcept, ...] = ()
    modification: tuple[String | None, ...] = ()
    modification_element: tuple[Element | None, ...] = named(default=(), name="_modification")
    monomerSet: tuple[SubstancePolymerMonomerSet, ...] = ()
    repeat: tuple[SubstancePolymerRepeat, ...] = ()
    def __post_init__(self) -> None:
        if (v := self.id) is not None and not is_id(v):
            raise ValueError("Resource.id is malformed")
        if (v := self.implicitRules) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Resource.implicitRules is malformed")
        if (v := self.language) is not None and v not in CODES and not is_code(v):
            raise ValueError("Resource.language is malformed")
        if (self.modification_element or None in self.modification) and not aligned(self.modification, self.modification_element):
            raise ValueError("SubstancePolymer.modification holds a null without an extension")


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a SubstancePolymer into `out`; its patient and its clinical date."""
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
