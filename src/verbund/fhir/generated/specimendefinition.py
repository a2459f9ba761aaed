"""The resource type SpecimenDefinition of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import attributes, chosen
from verbund.fhir.extraction import Collector
from verbund.fhir.generated.datatypes import BackboneElement, CodeableConcept, DomainResource, Duration, Element, Identifier, Quantity, Range, Reference
from verbund.fhir.generated.primitives import String

_SPECIMENDEFINITIONTYPETESTEDCONTAINERADDITIVE_ADDITIVE = attributes('additiveCodeableConcept', 'additiveReference')
class SpecimenDefinitionTypeTestedContainerAdditive(BackboneElement, kw_only=True):
    additiveCodeableConcept: CodeableConcept | None = None
    additiveReference: Reference | None = None
    def __post_init__(self) -> None:
        given = 2 - _SPECIMENDEFINITIONTYPETESTEDCONTAINERADDITIVE_ADDITIVE(self).count(None)
        if given != 1:
            raise ValueError("SpecimenDefinitionTypeTestedContainerAdditive.additive[x] takes exactly one type")

_SPECIMENDEFINITIONTYPETESTEDCONTAINER_MINIMUMVOLUME = attributes('minimumVolumeString', 'minimumVolumeQuantity', 'minimumVolumeString_element')
class SpecimenDefinitionTypeTestedContainer(BackboneElement, kw_only=True):
    material: CodeableConcept | None = None
    type: CodeableConcept | None = None
    cap: CodeableConcept | None = None
    description: String | None = None
    description_element: Element | None = named(default=None, name="_description")
    capacity: Quantity | None = None
    minimumVolumeString: String | None = None
    minimumVolumeString_element: Element | None = named(default=None, name="_minimumVolumeString")
    minimumVolumeQuantity: Quantity | None = None
    additive: tuple[SpecimenDefinitionTypeTestedContainerAdditive, ...] = ()
    preparation: String | None = None
    preparation_element: Element | None = named(default=None, name="_preparation")
    def __post_init__(self) -> None:
        given = 3 - _SPECIMENDEFINITIONTYPETESTEDCONTAINER_MINIMUMVOLUME(self).count(None)
        if given > 1:
            given = chosen(_SPECIMENDEFINITIONTYPETESTEDCONTAINER_MINIMUMVOLUME(self), 2)
        if given > 1:
            raise ValueError("SpecimenDefinitionTypeTestedContainer.minimumVolume[x] takes at most one type")

class SpecimenDefinitionTypeTestedHandling(BackboneElement, kw_only=True):
    temperatureQualifier: CodeableConcept | None = None
    temperatureRange: Range | None = None
    maxDuration: Duration | None = None
    instruction: String | None = None
    instruction_element: Element | None = named(default=None, name="_instruction")

class SpecimenDefinitionTypeTested(BackboneElement, kw_only=True):
    isDerived: bool | None = None
    isDerived_element: Element | None = named(default=None, name="_isDerived")
    type: CodeableConcept | None = None
    preference: Literal['preferred', 'alternate'] | None = None
    preference_element: Element | None = named(default=None, name="_preference")
    container: SpecimenDefinitionTypeTestedContainer | None = None
    requirement: String | None = None
    requirement_element: Element | None = named(default=None, name="_requirement")
    retentionTime: Duration | None = None
    rejectionCriterion: tuple[CodeableConcept, ...] = ()
    handling: tuple[SpecimenDefinitionTypeTestedHandling, ...] = ()
    def __post_init__(self) -> None:
        if self.preference is None and self.preference_element is None:
            raise ValueError("SpecimenDefinitionTypeTested.preference is required")

class SpecimenDefinition(DomainResource, kw_only=True, tag_field="resourceType", tag="SpecimenDefinition"):
    identifier: Identifier | None = None
    typeCollected: CodeableConcept | None = None
    patientPreparation: tuple[CodeableConcept, ...] = ()
    timeAspect: String | None = None
    timeAspect_element: Element | None = named(default=None, name="_timeAspect")
    collection: tuple[CodeableConcept, ...] = ()
    typeTested: tuple[SpecimenDefinitionTypeTested, ...] = ()


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a SpecimenDefinition into `out`; its patient and its clinical date."""
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
    for v6 in r.typeTested:
        if (v7 := v6.container) is not None:
            if (v8 := v7.type) is not None:
                for c in v8.coding:
                    if c.code is not None:
                        token(('container', c.system, c.code))
    if (v9 := r.identifier) is not None:
        if v9.value is not None:
            token(('identifier', v9.system, v9.value))
    if (v10 := r.typeCollected) is not None:
        for c in v10.coding:
            if c.code is not None:
                token(('type', c.system, c.code))
    return None, None
