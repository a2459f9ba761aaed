"""The resource type SubstanceSourceMaterial of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import CODES, URIS, aligned, is_code, is_uri, is_id
from verbund.fhir.extraction import Collector
from verbund.fhir.generated.datatypes import BackboneElement, CodeableConcept, DomainResource, Element, Identifier, Resource
from verbund.fhir.generated.primitives import String

class SubstanceSourceMaterialFractionDescription(BackboneElement, kw_only=True):
    fraction: String | None = None
    fraction_element: Element | None = named(default=None, name="_fraction")
    materialType: CodeableConcept | None = None

class SubstanceSourceMaterialOrganismAuthor(BackboneElement, kw_only=True):
    authorType: CodeableConcept | None = None
    authorDescription: String | None = None
    authorDescription_element: Element | None = named(default=None, name="_authorDescription")

class SubstanceSourceMaterialOrganismHybrid(BackboneElement, kw_only=True):
    maternalOrganismId: String | None = None
    maternalOrganismId_element: Element | None = named(default=None, name="_maternalOrganismId")
    maternalOrganismName: String | None = None
    maternalOrganismName_element: Element | None = named(default=None, name="_maternalOrganismName")
    paternalOrganismId: String | None = None
    paternalOrganismId_element: Element | None = named(default=None, name="_paternalOrganismId")
    paternalOrganismName: String | None = None
    paternalOrganismName_element: Element | None = named(default=None, name="_paternalOrganismName")
    hybridType: CodeableConcept | None = None

class SubstanceSourceMaterialOrganismOrganismGeneral(BackboneElement, kw_only=True):
    kingdom: CodeableConcept | None = None
    phylum: CodeableConcept | None = None
    class_: CodeableConcept | None = named(default=None, name="class")
    order: CodeableConcept | None = None

class SubstanceSourceMaterialOrganism(BackboneElement, kw_only=True):
    family: CodeableConcept | None = None
    genus: CodeableConcept | None = None
    species: CodeableConcept | None = None
    intraspecificType: CodeableConcept | None = None
    intraspecificDescription: String | None = None
    intraspecificDescription_element: Element | None = named(default=None, name="_intraspecificDescription")
    author: tuple[SubstanceSourceMaterialOrganismAuthor, ...] = ()
    hybrid: SubstanceSourceMaterialOrganismHybrid | None = None
    organismGeneral: SubstanceSourceMaterialOrganismOrganismGeneral | None = None

class SubstanceSourceMaterialPartDescription(BackboneElement, kw_only=True):
    part: CodeableConcept | None = None
    partLocation: CodeableConcept | None = None

class SubstanceSourceMaterial(DomainResource, kw_only=True, tag_field="resourceType", tag="SubstanceSourceMaterial"):
    sourceMaterialClass: CodeableConcept | None = None
    sourceMaterialType: CodeableConcept | None = None
    sourceMaterialState: CodeableConcept | None = None
    organismId: Identifier | None = None
    organismName: String | None = None
    organismName_element: Element | None = named(default=None, name="_organismName")
    parentSubstanceId: tuple[Identifier, ...] = ()
    parentSubstanceName: tuple[String | None, ...] = ()
    parentSubstanceName_element: tuple[Element | None, ...] = named(default=(), name="_parentSubstanceName")
    countryOfOrigin: tuple[CodeableConcept, ...] = ()
    geographicalLocation: tuple[String | None, ...] = ()
    geographicalLocation_element: tuple[Element | None, ...] = named(default=(), name="_geographicalLocation")
    developmentStage: CodeableConcept | None = None
    fractionDescription: tuple[SubstanceSourceMaterialFractionDescription, ...] = ()
    organism: SubstanceSourceMaterialOrganism | None = None
    partDescription: tuple[SubstanceSourceMaterialPartDescription, ...] = ()
    def __post_init__(self) -> None:
        if (v := self.id) is not None and not is_id(v):
            raise ValueError("Resource.id is malformed")
        if (v := self.implicitRules) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Resource.implicitRules is malformed")
        if (v := self.language) is not None and v not in CODES and not is_code(v):
            raise ValueError("Resource.language is malformed")
        if (self.parentSubstanceName_element or None in self.parentSubstanceName) and not aligned(self.parentSubstanceName, self.parentSubstanceName_element):
            raise ValueError("SubstanceSourceMaterial.parentSubstanceName holds a null without an extension")
        if (self.geographicalLocation_element or None in self.geographicalLocation) and not aligned(self.geographicalLocation, self.geographicalLocation_element):
            raise ValueError("SubstanceSourceMaterial.geographicalLocation holds a null without an extension")


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a SubstanceSourceMaterial into `out`; its patient and its clinical date."""
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
