"""The resource type NutritionOrder of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import CODES, URIS, DATE_TIMES, aligned, attributes, is_code, is_uri, is_id, is_date_time
from verbund.fhir.extraction import Collector, date_range, known, patient_id
from verbund.fhir.generated.datatypes import Annotation, BackboneElement, CodeableConcept, DomainResource, Element, Identifier, Quantity, Ratio, Reference, Resource, Timing
from verbund.fhir.generated.primitives import DateTime, String, Uri

class NutritionOrderOralDietNutrient(BackboneElement, kw_only=True):
    modifier: CodeableConcept | None = None
    amount: Quantity | None = None

class NutritionOrderOralDietTexture(BackboneElement, kw_only=True):
    modifier: CodeableConcept | None = None
    foodType: CodeableConcept | None = None

class NutritionOrderOralDiet(BackboneElement, kw_only=True):
    type: tuple[CodeableConcept, ...] = ()
    schedule: tuple[Timing, ...] = ()
    nutrient: tuple[NutritionOrderOralDietNutrient, ...] = ()
    texture: tuple[NutritionOrderOralDietTexture, ...] = ()
    fluidConsistencyType: tuple[CodeableConcept, ...] = ()
    instruction: String | None = None
    instruction_element: Element | None = named(default=None, name="_instruction")

class NutritionOrderSupplement(BackboneElement, kw_only=True):
    type: CodeableConcept | None = None
    productName: String | None = None
    productName_element: Element | None = named(default=None, name="_productName")
    schedule: tuple[Timing, ...] = ()
    quantity: Quantity | None = None
    instruction: String | None = None
    instruction_element: Element | None = named(default=None, name="_instruction")

_NUTRITIONORDERENTERALFORMULAADMINISTRATION_RATE = attributes('rateQuantity', 'rateRatio')
class NutritionOrderEnteralFormulaAdministration(BackboneElement, kw_only=True):
    schedule: Timing | None = None
    quantity: Quantity | None = None
    rateQuantity: Quantity | None = None
    rateRatio: Ratio | None = None
    def __post_init__(self) -> None:
        given = 2 - _NUTRITIONORDERENTERALFORMULAADMINISTRATION_RATE(self).count(None)
        if given > 1:
            raise ValueError("NutritionOrderEnteralFormulaAdministration.rate[x] takes at most one type")

class NutritionOrderEnteralFormula(BackboneElement, kw_only=True):
    baseFormulaType: CodeableConcept | None = None
    baseFormulaProductName: String | None = None
    baseFormulaProductName_element: Element | None = named(default=None, name="_baseFormulaProductName")
    additiveType: CodeableConcept | None = None
    additiveProductName: String | None = None
    additiveProductName_element: Element | None = named(default=None, name="_additiveProductName")
    caloricDensity: Quantity | None = None
    routeofAdministration: CodeableConcept | None = None
    administration: tuple[NutritionOrderEnteralFormulaAdministration, ...] = ()
    maxVolumeToDeliver: Quantity | None = None
    administrationInstruction: String | None = None
    administrationInstruction_element: Element | None = named(default=None, name="_administrationInstruction")

class NutritionOrder(DomainResource, kw_only=True, tag_field="resourceType", tag="NutritionOrder"):
    identifier: tuple[Identifier, ...] = ()
    instantiatesCanonical: tuple[Uri | None, ...] = ()
    instantiatesCanonical_element: tuple[Element | None, ...] = named(default=(), name="_instantiatesCanonical")
    instantiatesUri: tuple[Uri | None, ...] = ()
    instantiatesUri_element: tuple[Element | None, ...] = named(default=(), name="_instantiatesUri")
    instantiates: tuple[Uri | None, ...] = ()
    instantiates_element: tuple[Element | None, ...] = named(default=(), name="_instantiates")
    status: Literal['draft', 'active', 'on-hold', 'revoked', 'completed', 'entered-in-error', 'unknown'] | None = None
    status_element: Element | None = named(default=None, name="_status")
    intent: Literal['proposal', 'plan', 'directive', 'order', 'original-order', 'reflex-order', 'filler-order', 'instance-order', 'option'] | None = None
    intent_element: Element | None = named(default=None, name="_intent")
    patient: Reference
    encounter: Reference | None = None
    dateTime: DateTime | None = None
    dateTime_element: Element | None = named(default=None, name="_dateTime")
    orderer: Reference | None = None
    allergyIntolerance: tuple[Reference, ...] = ()
    foodPreferenceModifier: tuple[CodeableConcept, ...] = ()
    excludeFoodModifier: tuple[CodeableConcept, ...] = ()
    oralDiet: NutritionOrderOralDiet | None = None
    supplement: tuple[NutritionOrderSupplement, ...] = ()
    enteralFormula: NutritionOrderEnteralFormula | None = None
    note: tuple[Annotation, ...] = ()
    def __post_init__(self) -> None:
        if (v := self.id) is not None and not is_id(v):
            raise ValueError("Resource.id is malformed")
        if (v := self.implicitRules) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Resource.implicitRules is malformed")
        if (v := self.language) is not None and v not in CODES and not is_code(v):
            raise ValueError("Resource.language is malformed")
        for v in self.instantiatesCanonical:
            if v is not None and v not in URIS and not is_uri(v):
                raise ValueError("NutritionOrder.instantiatesCanonical is malformed")
        if (self.instantiatesCanonical_element or None in self.instantiatesCanonical) and not aligned(self.instantiatesCanonical, self.instantiatesCanonical_element):
            raise ValueError("NutritionOrder.instantiatesCanonical holds a null without an extension")
        for v in self.instantiatesUri:
            if v is not None and v not in URIS and not is_uri(v):
                raise ValueError("NutritionOrder.instantiatesUri is malformed")
        if (self.instantiatesUri_element or None in self.instantiatesUri) and not aligned(self.instantiatesUri, self.instantiatesUri_element):
            raise ValueError("NutritionOrder.instantiatesUri holds a null without an extension")
        for v in self.instantiates:
            if v is not None and v not in URIS and not is_uri(v):
                raise ValueError("NutritionOrder.instantiates is malformed")
        if (self.instantiates_element or None in self.instantiates) and not aligned(self.instantiates, self.instantiates_element):
            raise ValueError("NutritionOrder.instantiates holds a null without an extension")
        if self.status is None and self.status_element is None:
            raise ValueError("NutritionOrder.status is required")
        if self.intent is None and self.intent_element is None:
            raise ValueError("NutritionOrder.intent is required")
        if (v := self.dateTime) is not None and v not in DATE_TIMES and not is_date_time(v):
            raise ValueError("NutritionOrder.dateTime is malformed")
        if self.dateTime is None and self.dateTime_element is None:
            raise ValueError("NutritionOrder.dateTime is required")


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a NutritionOrder into `out`; its patient and its clinical date."""
    identifier = out.identifiers.append
    token = out.tokens.append
    uri = out.uris.append
    reference = out.references.append
    date = out.dates.append
    patient0 = date0 = None
    if (v1 := r.enteralFormula) is not None:
        if (v2 := v1.additiveType) is not None:
            for c in v2.coding:
                if c.code is not None:
                    token(('additive', c.system, c.code))
        if (v3 := v1.baseFormulaType) is not None:
            for c in v3.coding:
                if c.code is not None:
                    token(('formula', c.system, c.code))
    if (v4 := r.dateTime) is not None:
        v4l, v4h = date_range(v4)
        date(('datetime', v4l, v4h))
        if date0 is None: date0 = known(v4l, v4h)
    for v5 in r.instantiatesCanonical:
        if v5 is not None:
            reference(('instantiates-canonical', v5))
            if '|' in v5:
                v5w = v5.partition('|')[0]
                reference(('instantiates-canonical', v5w))
    for v6 in r.instantiatesUri:
        if v6 is not None:
            uri(('instantiates-uri', v6))
    if (v7 := r.oralDiet) is not None:
        for v8 in v7.type:
            for c in v8.coding:
                if c.code is not None:
                    token(('oraldiet', c.system, c.code))
    if (v9 := r.orderer) is not None:
        if (v9r := v9.reference) is not None and v9r[0] != '#':
            reference(('provider', v9r))
        if (v9i := v9.identifier) is not None and v9i.value is not None:
            identifier(('provider', v9i.system, v9i.value))
    if (v10 := r.status) is not None:
        token(('status', 'http://hl7.org/fhir/request-status', v10))
    for v11 in r.supplement:
        if (v12 := v11.type) is not None:
            for c in v12.coding:
                if c.code is not None:
                    token(('supplement', c.system, c.code))
    if (v13 := r.meta) is not None:
        for v14 in v13.profile:
            if v14 is not None:
                uri(('_profile', v14))
                if '|' in v14:
                    v14w = v14.partition('|')[0]
                    uri(('_profile', v14w))
        for v15 in v13.security:
            if v15.code is not None:
                token(('_security', v15.system, v15.code))
        if (v16 := v13.source) is not None:
            uri(('_source', v16))
        for v17 in v13.tag:
            if v17.code is not None:
                token(('_tag', v17.system, v17.code))
    if (v18 := r.encounter) is not None:
        if (v18r := v18.reference) is not None and v18r[0] != '#':
            reference(('encounter', v18r))
        if (v18i := v18.identifier) is not None and v18i.value is not None:
            identifier(('encounter', v18i.system, v18i.value))
    for v19 in r.identifier:
        if v19.value is not None:
            token(('identifier', v19.system, v19.value))
    if (v20 := r.patient) is not None:
        if (v20r := v20.reference) is not None and v20r[0] != '#':
            reference(('patient', v20r))
            if patient0 is None: patient0 = patient_id(v20r)
        if (v20i := v20.identifier) is not None and v20i.value is not None:
            identifier(('patient', v20i.system, v20i.value))
    return patient0, date0
