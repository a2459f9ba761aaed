"""The resource type MedicationKnowledge of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import CODES, URIS, aligned, attributes, chosen, is_code, is_uri, is_id
from verbund.fhir.extraction import Collector
from verbund.fhir.generated.datatypes import BackboneElement, CodeableConcept, DomainResource, Dosage, Duration, Element, Money, Quantity, Ratio, Reference, Resource
from verbund.fhir.generated.primitives import CheckedBase64, String

class MedicationKnowledgeRelatedMedicationKnowledge(BackboneElement, kw_only=True):
    type: CodeableConcept
    reference: tuple[Reference, ...]

class MedicationKnowledgeMonograph(BackboneElement, kw_only=True):
    type: CodeableConcept | None = None
    source: Reference | None = None

_MEDICATIONKNOWLEDGEINGREDIENT_ITEM = attributes('itemCodeableConcept', 'itemReference')
class MedicationKnowledgeIngredient(BackboneElement, kw_only=True):
    itemCodeableConcept: CodeableConcept | None = None
    itemReference: Reference | None = None
    isActive: bool | None = None
    isActive_element: Element | None = named(default=None, name="_isActive")
    strength: Ratio | None = None
    def __post_init__(self) -> None:
        given = 2 - _MEDICATIONKNOWLEDGEINGREDIENT_ITEM(self).count(None)
        if given != 1:
            raise ValueError("MedicationKnowledgeIngredient.item[x] takes exactly one type")

class MedicationKnowledgeCost(BackboneElement, kw_only=True):
    type: CodeableConcept
    source: String | None = None
    source_element: Element | None = named(default=None, name="_source")
    cost: Money

class MedicationKnowledgeMonitoringProgram(BackboneElement, kw_only=True):
    type: CodeableConcept | None = None
    name: String | None = None
    name_element: Element | None = named(default=None, name="_name")

class MedicationKnowledgeAdministrationGuidelinesDosage(BackboneElement, kw_only=True):
    type: CodeableConcept
    dosage: tuple[Dosage, ...]

_MEDICATIONKNOWLEDGEADMINISTRATIONGUIDELINESPATIENTCHARACTERISTICS_CHARACTERISTIC = attributes('characteristicCodeableConcept', 'characteristicQuantity')
class MedicationKnowledgeAdministrationGuidelinesPatientCharacteristics(BackboneElement, kw_only=True):
    characteristicCodeableConcept: CodeableConcept | None = None
    characteristicQuantity: Quantity | None = None
    value: tuple[String | None, ...] = ()
    value_element: tuple[Element | None, ...] = named(default=(), name="_value")
    def __post_init__(self) -> None:
        given = 2 - _MEDICATIONKNOWLEDGEADMINISTRATIONGUIDELINESPATIENTCHARACTERISTICS_CHARACTERISTIC(self).count(None)
        if given != 1:
            raise ValueError("MedicationKnowledgeAdministrationGuidelinesPatientCharacteristics.characteristic[x] takes exactly one type")
        if (self.value_element or None in self.value) and not aligned(self.value, self.value_element):
            raise ValueError("MedicationKnowledgeAdministrationGuidelinesPatientCharacteristics.value holds a null without an extension")

_MEDICATIONKNOWLEDGEADMINISTRATIONGUIDELINES_INDICATION = attributes('indicationCodeableConcept', 'indicationReference')
class MedicationKnowledgeAdministrationGuidelines(BackboneElement, kw_only=True):
    dosage: tuple[MedicationKnowledgeAdministrationGuidelinesDosage, ...] = ()
    indicationCodeableConcept: CodeableConcept | None = None
    indicationReference: Reference | None = None
    patientCharacteristics: tuple[MedicationKnowledgeAdministrationGuidelinesPatientCharacteristics, ...] = ()
    def __post_init__(self) -> None:
        given = 2 - _MEDICATIONKNOWLEDGEADMINISTRATIONGUIDELINES_INDICATION(self).count(None)
        if given > 1:
            raise ValueError("MedicationKnowledgeAdministrationGuidelines.indication[x] takes at most one type")

class MedicationKnowledgeMedicineClassification(BackboneElement, kw_only=True):
    type: CodeableConcept
    classification: tuple[CodeableConcept, ...] = ()

class MedicationKnowledgePackaging(BackboneElement, kw_only=True):
    type: CodeableConcept | None = None
    quantity: Quantity | None = None

_MEDICATIONKNOWLEDGEDRUGCHARACTERISTIC_VALUE = attributes('valueString', 'valueBase64Binary', 'valueCodeableConcept', 'valueQuantity', 'valueString_element', 'valueBase64Binary_element')
class MedicationKnowledgeDrugCharacteristic(BackboneElement, kw_only=True):
    type: CodeableConcept | None = None
    valueString: String | None = None
    valueString_element: Element | None = named(default=None, name="_valueString")
    valueBase64Binary: CheckedBase64 | None = None
    valueBase64Binary_element: Element | None = named(default=None, name="_valueBase64Binary")
    valueCodeableConcept: CodeableConcept | None = None
    valueQuantity: Quantity | None = None
    def __post_init__(self) -> None:
        given = 6 - _MEDICATIONKNOWLEDGEDRUGCHARACTERISTIC_VALUE(self).count(None)
        if given > 1:
            given = chosen(_MEDICATIONKNOWLEDGEDRUGCHARACTERISTIC_VALUE(self), 4)
        if given > 1:
            raise ValueError("MedicationKnowledgeDrugCharacteristic.value[x] takes at most one type")

class MedicationKnowledgeRegulatorySubstitution(BackboneElement, kw_only=True):
    type: CodeableConcept
    allowed: bool | None = None
    allowed_element: Element | None = named(default=None, name="_allowed")
    def __post_init__(self) -> None:
        if self.allowed is None and self.allowed_element is None:
            raise ValueError("MedicationKnowledgeRegulatorySubstitution.allowed is required")

class MedicationKnowledgeRegulatorySchedule(BackboneElement, kw_only=True):
    schedule: CodeableConcept

class MedicationKnowledgeRegulatoryMaxDispense(BackboneElement, kw_only=True):
    quantity: Quantity
    period: Duration | None = None

class MedicationKnowledgeRegulatory(BackboneElement, kw_only=True):
    regulatoryAuthority: Reference
    substitution: tuple[MedicationKnowledgeRegulatorySubstitution, ...] = ()
    schedule: tuple[MedicationKnowledgeRegulatorySchedule, ...] = ()
    maxDispense: MedicationKnowledgeRegulatoryMaxDispense | None = None

class MedicationKnowledgeKinetics(BackboneElement, kw_only=True):
    areaUnderCurve: tuple[Quantity, ...] = ()
    lethalDose50: tuple[Quantity, ...] = ()
    halfLifePeriod: Duration | None = None

class MedicationKnowledge(DomainResource, kw_only=True, tag_field="resourceType", tag="MedicationKnowledge"):
    code: CodeableConcept | None = None
    status: Literal['active', 'inactive', 'entered-in-error'] | None = None
    status_element: Element | None = named(default=None, name="_status")
    manufacturer: Reference | None = None
    doseForm: CodeableConcept | None = None
    amount: Quantity | None = None
    synonym: tuple[String | None, ...] = ()
    synonym_element: tuple[Element | None, ...] = named(default=(), name="_synonym")
    relatedMedicationKnowledge: tuple[MedicationKnowledgeRelatedMedicationKnowledge, ...] = ()
    associatedMedication: tuple[Reference, ...] = ()
    productType: tuple[CodeableConcept, ...] = ()
    monograph: tuple[MedicationKnowledgeMonograph, ...] = ()
    ingredient: tuple[MedicationKnowledgeIngredient, ...] = ()
    preparationInstruction: String | None = None
    preparationInstruction_element: Element | None = named(default=None, name="_preparationInstruction")
    intendedRoute: tuple[CodeableConcept, ...] = ()
    cost: tuple[MedicationKnowledgeCost, ...] = ()
    monitoringProgram: tuple[MedicationKnowledgeMonitoringProgram, ...] = ()
    administrationGuidelines: tuple[MedicationKnowledgeAdministrationGuidelines, ...] = ()
    medicineClassification: tuple[MedicationKnowledgeMedicineClassification, ...] = ()
    packaging: MedicationKnowledgePackaging | None = None
    drugCharacteristic: tuple[MedicationKnowledgeDrugCharacteristic, ...] = ()
    contraindication: tuple[Reference, ...] = ()
    regulatory: tuple[MedicationKnowledgeRegulatory, ...] = ()
    kinetics: tuple[MedicationKnowledgeKinetics, ...] = ()
    def __post_init__(self) -> None:
        if (v := self.id) is not None and not is_id(v):
            raise ValueError("Resource.id is malformed")
        if (v := self.implicitRules) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Resource.implicitRules is malformed")
        if (v := self.language) is not None and v not in CODES and not is_code(v):
            raise ValueError("Resource.language is malformed")
        if (self.synonym_element or None in self.synonym) and not aligned(self.synonym, self.synonym_element):
            raise ValueError("MedicationKnowledge.synonym holds a null without an extension")


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a MedicationKnowledge into `out`; its patient and its clinical date."""
    identifier = out.identifiers.append
    token = out.tokens.append
    uri = out.uris.append
    reference = out.references.append
    for v1 in r.medicineClassification:
        for v2 in v1.classification:
            for c in v2.coding:
                if c.code is not None:
                    token(('classification', c.system, c.code))
        if (v3 := v1.type) is not None:
            for c in v3.coding:
                if c.code is not None:
                    token(('classification-type', c.system, c.code))
    if (v4 := r.code) is not None:
        for c in v4.coding:
            if c.code is not None:
                token(('code', c.system, c.code))
    if (v5 := r.doseForm) is not None:
        for c in v5.coding:
            if c.code is not None:
                token(('doseform', c.system, c.code))
    for v6 in r.ingredient:
        if (v7 := v6.itemReference) is not None:
            if (v7r := v7.reference) is not None and v7r[0] != '#':
                reference(('ingredient', v7r))
            if (v7i := v7.identifier) is not None and v7i.value is not None:
                identifier(('ingredient', v7i.system, v7i.value))
        if (v8 := v6.itemCodeableConcept) is not None:
            for c in v8.coding:
                if c.code is not None:
                    token(('ingredient-code', c.system, c.code))
    if (v9 := r.manufacturer) is not None:
        if (v9r := v9.reference) is not None and v9r[0] != '#':
            reference(('manufacturer', v9r))
        if (v9i := v9.identifier) is not None and v9i.value is not None:
            identifier(('manufacturer', v9i.system, v9i.value))
    for v10 in r.monitoringProgram:
        if (v11 := v10.name) is not None:
            token(('monitoring-program-name', None, v11))
        if (v12 := v10.type) is not None:
            for c in v12.coding:
                if c.code is not None:
                    token(('monitoring-program-type', c.system, c.code))
    for v13 in r.monograph:
        if (v14 := v13.source) is not None:
            if (v14r := v14.reference) is not None and v14r[0] != '#':
                reference(('monograph', v14r))
            if (v14i := v14.identifier) is not None and v14i.value is not None:
                identifier(('monograph', v14i.system, v14i.value))
        if (v15 := v13.type) is not None:
            for c in v15.coding:
                if c.code is not None:
                    token(('monograph-type', c.system, c.code))
    for v16 in r.cost:
        if (v17 := v16.source) is not None:
            token(('source-cost', None, v17))
    if (v18 := r.status) is not None:
        token(('status', 'http://terminology.hl7.org/CodeSystem/medicationknowledge-status', v18))
    if (v19 := r.meta) is not None:
        for v20 in v19.profile:
            if v20 is not None:
                uri(('_profile', v20))
                if '|' in v20:
                    v20w = v20.partition('|')[0]
                    uri(('_profile', v20w))
        for v21 in v19.security:
            if v21.code is not None:
                token(('_security', v21.system, v21.code))
        if (v22 := v19.source) is not None:
            uri(('_source', v22))
        for v23 in v19.tag:
            if v23.code is not None:
                token(('_tag', v23.system, v23.code))
    return None, None
