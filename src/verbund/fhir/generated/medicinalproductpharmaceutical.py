"""The resource type MedicinalProductPharmaceutical of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.extraction import Collector
from verbund.fhir.generated.datatypes import BackboneElement, CodeableConcept, DomainResource, Duration, Element, Identifier, Quantity, Ratio, Reference
from verbund.fhir.generated.primitives import String

class MedicinalProductPharmaceuticalCharacteristics(BackboneElement, kw_only=True):
    code: CodeableConcept
    status: CodeableConcept | None = None

class MedicinalProductPharmaceuticalRouteOfAdministrationTargetSpeciesWithdrawalPeriod(BackboneElement, kw_only=True):
    tissue: CodeableConcept
    value: Quantity
    supportingInformation: String | None = None
    supportingInformation_element: Element | None = named(default=None, name="_supportingInformation")

class MedicinalProductPharmaceuticalRouteOfAdministrationTargetSpecies(BackboneElement, kw_only=True):
    code: CodeableConcept
    withdrawalPeriod: tuple[MedicinalProductPharmaceuticalRouteOfAdministrationTargetSpeciesWithdrawalPeriod, ...] = ()

class MedicinalProductPharmaceuticalRouteOfAdministration(BackboneElement, kw_only=True):
    code: CodeableConcept
    firstDose: Quantity | None = None
    maxSingleDose: Quantity | None = None
    maxDosePerDay: Quantity | None = None
    maxDosePerTreatmentPeriod: Ratio | None = None
    maxTreatmentPeriod: Duration | None = None
    targetSpecies: tuple[MedicinalProductPharmaceuticalRouteOfAdministrationTargetSpecies, ...] = ()

class MedicinalProductPharmaceutical(DomainResource, kw_only=True, tag_field="resourceType", tag="MedicinalProductPharmaceutical"):
    identifier: tuple[Identifier, ...] = ()
    administrableDoseForm: CodeableConcept
    unitOfPresentation: CodeableConcept | None = None
    ingredient: tuple[Reference, ...] = ()
    device: tuple[Reference, ...] = ()
    characteristics: tuple[MedicinalProductPharmaceuticalCharacteristics, ...] = ()
    routeOfAdministration: tuple[MedicinalProductPharmaceuticalRouteOfAdministration, ...]


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a MedicinalProductPharmaceutical into `out`; its patient and its clinical date."""
    token = out.tokens.append
    uri = out.uris.append
    for v1 in r.identifier:
        if v1.value is not None:
            token(('identifier', v1.system, v1.value))
    for v2 in r.routeOfAdministration:
        if (v3 := v2.code) is not None:
            for c in v3.coding:
                if c.code is not None:
                    token(('route', c.system, c.code))
        for v4 in v2.targetSpecies:
            if (v5 := v4.code) is not None:
                for c in v5.coding:
                    if c.code is not None:
                        token(('target-species', c.system, c.code))
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
