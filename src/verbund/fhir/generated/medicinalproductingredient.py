"""The resource type MedicinalProductIngredient of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.extraction import Collector
from verbund.fhir.generated.datatypes import BackboneElement, CodeableConcept, DomainResource, Element, Identifier, Ratio, Reference
from verbund.fhir.generated.primitives import String

class MedicinalProductIngredientSpecifiedSubstanceStrengthReferenceStrength(BackboneElement, kw_only=True):
    substance: CodeableConcept | None = None
    strength: Ratio
    strengthLowLimit: Ratio | None = None
    measurementPoint: String | None = None
    measurementPoint_element: Element | None = named(default=None, name="_measurementPoint")
    country: tuple[CodeableConcept, ...] = ()

class MedicinalProductIngredientSpecifiedSubstanceStrength(BackboneElement, kw_only=True):
    presentation: Ratio
    presentationLowLimit: Ratio | None = None
    concentration: Ratio | None = None
    concentrationLowLimit: Ratio | None = None
    measurementPoint: String | None = None
    measurementPoint_element: Element | None = named(default=None, name="_measurementPoint")
    country: tuple[CodeableConcept, ...] = ()
    referenceStrength: tuple[MedicinalProductIngredientSpecifiedSubstanceStrengthReferenceStrength, ...] = ()

class MedicinalProductIngredientSpecifiedSubstance(BackboneElement, kw_only=True):
    code: CodeableConcept
    group: CodeableConcept
    confidentiality: CodeableConcept | None = None
    strength: tuple[MedicinalProductIngredientSpecifiedSubstanceStrength, ...] = ()

class MedicinalProductIngredientSubstance(BackboneElement, kw_only=True):
    code: CodeableConcept
    strength: tuple[MedicinalProductIngredientSpecifiedSubstanceStrength, ...] = ()

class MedicinalProductIngredient(DomainResource, kw_only=True, tag_field="resourceType", tag="MedicinalProductIngredient"):
    identifier: Identifier | None = None
    role: CodeableConcept
    allergenicIndicator: bool | None = None
    allergenicIndicator_element: Element | None = named(default=None, name="_allergenicIndicator")
    manufacturer: tuple[Reference, ...] = ()
    specifiedSubstance: tuple[MedicinalProductIngredientSpecifiedSubstance, ...] = ()
    substance: MedicinalProductIngredientSubstance | None = None


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a MedicinalProductIngredient into `out`; its patient and its clinical date."""
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
