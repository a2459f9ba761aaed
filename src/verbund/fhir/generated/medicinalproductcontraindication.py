"""The resource type MedicinalProductContraindication of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import attributes
from verbund.fhir.extraction import Collector
from verbund.fhir.generated.datatypes import BackboneElement, CodeableConcept, DomainResource, Range, Reference

_MEDICINALPRODUCTCONTRAINDICATIONOTHERTHERAPY_MEDICATION = attributes('medicationCodeableConcept', 'medicationReference')
class MedicinalProductContraindicationOtherTherapy(BackboneElement, kw_only=True):
    therapyRelationshipType: CodeableConcept
    medicationCodeableConcept: CodeableConcept | None = None
    medicationReference: Reference | None = None
    def __post_init__(self) -> None:
        given = 2 - _MEDICINALPRODUCTCONTRAINDICATIONOTHERTHERAPY_MEDICATION(self).count(None)
        if given != 1:
            raise ValueError("MedicinalProductContraindicationOtherTherapy.medication[x] takes exactly one type")

_POPULATION_AGE = attributes('ageRange', 'ageCodeableConcept')
class Population(BackboneElement, kw_only=True):
    ageRange: Range | None = None
    ageCodeableConcept: CodeableConcept | None = None
    gender: CodeableConcept | None = None
    race: CodeableConcept | None = None
    physiologicalCondition: CodeableConcept | None = None
    def __post_init__(self) -> None:
        given = 2 - _POPULATION_AGE(self).count(None)
        if given > 1:
            raise ValueError("Population.age[x] takes at most one type")

class MedicinalProductContraindication(DomainResource, kw_only=True, tag_field="resourceType", tag="MedicinalProductContraindication"):
    subject: tuple[Reference, ...] = ()
    disease: CodeableConcept | None = None
    diseaseStatus: CodeableConcept | None = None
    comorbidity: tuple[CodeableConcept, ...] = ()
    therapeuticIndication: tuple[Reference, ...] = ()
    otherTherapy: tuple[MedicinalProductContraindicationOtherTherapy, ...] = ()
    population: tuple[Population, ...] = ()


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a MedicinalProductContraindication into `out`; its patient and its clinical date."""
    identifier = out.identifiers.append
    token = out.tokens.append
    uri = out.uris.append
    reference = out.references.append
    for v1 in r.subject:
        if (v1r := v1.reference) is not None and v1r[0] != '#':
            reference(('subject', v1r))
        if (v1i := v1.identifier) is not None and v1i.value is not None:
            identifier(('subject', v1i.system, v1i.value))
    if (v2 := r.meta) is not None:
        for v3 in v2.profile:
            if v3 is not None:
                uri(('_profile', v3))
                if '|' in v3:
                    v3w = v3.partition('|')[0]
                    uri(('_profile', v3w))
        for v4 in v2.security:
            if v4.code is not None:
                token(('_security', v4.system, v4.code))
        if (v5 := v2.source) is not None:
            uri(('_source', v5))
        for v6 in v2.tag:
            if v6.code is not None:
                token(('_tag', v6.system, v6.code))
    return None, None
