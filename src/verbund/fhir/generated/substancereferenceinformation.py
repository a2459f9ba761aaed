"""The resource type SubstanceReferenceInformation of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import attributes, chosen
from verbund.fhir.extraction import Collector
from verbund.fhir.generated.datatypes import BackboneElement, CodeableConcept, DomainResource, Element, Identifier, Quantity, Range, Reference
from verbund.fhir.generated.primitives import String

class SubstanceReferenceInformationGene(BackboneElement, kw_only=True):
    geneSequenceOrigin: CodeableConcept | None = None
    gene: CodeableConcept | None = None
    source: tuple[Reference, ...] = ()

class SubstanceReferenceInformationGeneElement(BackboneElement, kw_only=True):
    type: CodeableConcept | None = None
    element: Identifier | None = None
    source: tuple[Reference, ...] = ()

class SubstanceReferenceInformationClassification(BackboneElement, kw_only=True):
    domain: CodeableConcept | None = None
    classification: CodeableConcept | None = None
    subtype: tuple[CodeableConcept, ...] = ()
    source: tuple[Reference, ...] = ()

_SUBSTANCEREFERENCEINFORMATIONTARGET_AMOUNT = attributes('amountString', 'amountQuantity', 'amountRange', 'amountString_element')
class SubstanceReferenceInformationTarget(BackboneElement, kw_only=True):
    target: Identifier | None = None
    type: CodeableConcept | None = None
    interaction: CodeableConcept | None = None
    organism: CodeableConcept | None = None
    organismType: CodeableConcept | None = None
    amountString: String | None = None
    amountString_element: Element | None = named(default=None, name="_amountString")
    amountQuantity: Quantity | None = None
    amountRange: Range | None = None
    amountType: CodeableConcept | None = None
    source: tuple[Reference, ...] = ()
    def __post_init__(self) -> None:
        given = 4 - _SUBSTANCEREFERENCEINFORMATIONTARGET_AMOUNT(self).count(None)
        if given > 1:
            given = chosen(_SUBSTANCEREFERENCEINFORMATIONTARGET_AMOUNT(self), 3)
        if given > 1:
            raise ValueError("SubstanceReferenceInformationTarget.amount[x] takes at most one type")

class SubstanceReferenceInformation(DomainResource, kw_only=True, tag_field="resourceType", tag="SubstanceReferenceInformation"):
    comment: String | None = None
    comment_element: Element | None = named(default=None, name="_comment")
    gene: tuple[SubstanceReferenceInformationGene, ...] = ()
    geneElement: tuple[SubstanceReferenceInformationGeneElement, ...] = ()
    classification: tuple[SubstanceReferenceInformationClassification, ...] = ()
    target: tuple[SubstanceReferenceInformationTarget, ...] = ()


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a SubstanceReferenceInformation into `out`; its patient and its clinical date."""
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
