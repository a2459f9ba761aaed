"""The resource type InsurancePlan of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import CODES, URIS, aligned, among, is_code, is_uri, is_id
from verbund.fhir.extraction import Collector, address_texts, sound
from verbund.fhir.generated.datatypes import Address, BackboneElement, CodeableConcept, ContactPoint, DomainResource, Element, HumanName, Identifier, Money, Period, Quantity, Reference, Resource
from verbund.fhir.generated.primitives import PositiveInt, String

class InsurancePlanContact(BackboneElement, kw_only=True):
    purpose: CodeableConcept | None = None
    name: HumanName | None = None
    telecom: tuple[ContactPoint, ...] = ()
    address: Address | None = None

class InsurancePlanCoverageBenefitLimit(BackboneElement, kw_only=True):
    value: Quantity | None = None
    code: CodeableConcept | None = None

class InsurancePlanCoverageBenefit(BackboneElement, kw_only=True):
    type: CodeableConcept
    requirement: String | None = None
    requirement_element: Element | None = named(default=None, name="_requirement")
    limit: tuple[InsurancePlanCoverageBenefitLimit, ...] = ()

class InsurancePlanCoverage(BackboneElement, kw_only=True):
    type: CodeableConcept
    network: tuple[Reference, ...] = ()
    benefit: tuple[InsurancePlanCoverageBenefit, ...]

class InsurancePlanPlanGeneralCost(BackboneElement, kw_only=True):
    type: CodeableConcept | None = None
    groupSize: PositiveInt | None = None
    groupSize_element: Element | None = named(default=None, name="_groupSize")
    cost: Money | None = None
    comment: String | None = None
    comment_element: Element | None = named(default=None, name="_comment")

_INSURANCEPLANPLANSPECIFICCOSTBENEFITCOST_APPLICABILITY = frozenset([('http://terminology.hl7.org/CodeSystem/applicability', 'in-network'), ('http://terminology.hl7.org/CodeSystem/applicability', 'other'), ('http://terminology.hl7.org/CodeSystem/applicability', 'out-of-network')])
class InsurancePlanPlanSpecificCostBenefitCost(BackboneElement, kw_only=True):
    type: CodeableConcept
    applicability: CodeableConcept | None = None
    qualifiers: tuple[CodeableConcept, ...] = ()
    value: Quantity | None = None
    def __post_init__(self) -> None:
        if self.applicability is not None and not among(self.applicability, _INSURANCEPLANPLANSPECIFICCOSTBENEFITCOST_APPLICABILITY):
            raise ValueError("InsurancePlanPlanSpecificCostBenefitCost.applicability is not one of the required codes")

class InsurancePlanPlanSpecificCostBenefit(BackboneElement, kw_only=True):
    type: CodeableConcept
    cost: tuple[InsurancePlanPlanSpecificCostBenefitCost, ...] = ()

class InsurancePlanPlanSpecificCost(BackboneElement, kw_only=True):
    category: CodeableConcept
    benefit: tuple[InsurancePlanPlanSpecificCostBenefit, ...] = ()

class InsurancePlanPlan(BackboneElement, kw_only=True):
    identifier: tuple[Identifier, ...] = ()
    type: CodeableConcept | None = None
    coverageArea: tuple[Reference, ...] = ()
    network: tuple[Reference, ...] = ()
    generalCost: tuple[InsurancePlanPlanGeneralCost, ...] = ()
    specificCost: tuple[InsurancePlanPlanSpecificCost, ...] = ()

class InsurancePlan(DomainResource, kw_only=True, tag_field="resourceType", tag="InsurancePlan"):
    identifier: tuple[Identifier, ...] = ()
    status: Literal['draft', 'active', 'retired', 'unknown'] | None = None
    status_element: Element | None = named(default=None, name="_status")
    type: tuple[CodeableConcept, ...] = ()
    name: String | None = None
    name_element: Element | None = named(default=None, name="_name")
    alias: tuple[String | None, ...] = ()
    alias_element: tuple[Element | None, ...] = named(default=(), name="_alias")
    period: Period | None = None
    ownedBy: Reference | None = None
    administeredBy: Reference | None = None
    coverageArea: tuple[Reference, ...] = ()
    contact: tuple[InsurancePlanContact, ...] = ()
    endpoint: tuple[Reference, ...] = ()
    network: tuple[Reference, ...] = ()
    coverage: tuple[InsurancePlanCoverage, ...] = ()
    plan: tuple[InsurancePlanPlan, ...] = ()
    def __post_init__(self) -> None:
        if (v := self.id) is not None and not is_id(v):
            raise ValueError("Resource.id is malformed")
        if (v := self.implicitRules) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Resource.implicitRules is malformed")
        if (v := self.language) is not None and v not in CODES and not is_code(v):
            raise ValueError("Resource.language is malformed")
        if (self.alias_element or None in self.alias) and not aligned(self.alias, self.alias_element):
            raise ValueError("InsurancePlan.alias holds a null without an extension")


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a InsurancePlan into `out`; its patient and its clinical date."""
    identifier = out.identifiers.append
    token = out.tokens.append
    string = out.strings.append
    uri = out.uris.append
    reference = out.references.append
    for v1 in r.contact:
        if (v2 := v1.address) is not None:
            for t in address_texts(v2):
                string(('address', t))
            if (v3 := v2.city) is not None:
                string(('address-city', v3))
            if (v4 := v2.country) is not None:
                string(('address-country', v4))
            if (v5 := v2.postalCode) is not None:
                string(('address-postalcode', v5))
            if (v6 := v2.state) is not None:
                string(('address-state', v6))
            if (v7 := v2.use) is not None:
                token(('address-use', 'http://hl7.org/fhir/address-use', v7))
    if (v8 := r.administeredBy) is not None:
        if (v8r := v8.reference) is not None and v8r[0] != '#':
            reference(('administered-by', v8r))
        if (v8i := v8.identifier) is not None and v8i.value is not None:
            identifier(('administered-by', v8i.system, v8i.value))
    for v9 in r.endpoint:
        if (v9r := v9.reference) is not None and v9r[0] != '#':
            reference(('endpoint', v9r))
        if (v9i := v9.identifier) is not None and v9i.value is not None:
            identifier(('endpoint', v9i.system, v9i.value))
    for v10 in r.identifier:
        if v10.value is not None:
            token(('identifier', v10.system, v10.value))
    if (v11 := r.name) is not None:
        string(('name', v11))
        string(('phonetic', sound(v11)))
    for v12 in r.alias:
        if v12 is not None:
            string(('name', v12))
    if (v13 := r.ownedBy) is not None:
        if (v13r := v13.reference) is not None and v13r[0] != '#':
            reference(('owned-by', v13r))
        if (v13i := v13.identifier) is not None and v13i.value is not None:
            identifier(('owned-by', v13i.system, v13i.value))
    if (v14 := r.status) is not None:
        token(('status', 'http://hl7.org/fhir/publication-status', v14))
    for v15 in r.type:
        for c in v15.coding:
            if c.code is not None:
                token(('type', c.system, c.code))
    if (v16 := r.meta) is not None:
        for v17 in v16.profile:
            if v17 is not None:
                uri(('_profile', v17))
                if '|' in v17:
                    v17w = v17.partition('|')[0]
                    uri(('_profile', v17w))
        for v18 in v16.security:
            if v18.code is not None:
                token(('_security', v18.system, v18.code))
        if (v19 := v16.source) is not None:
            uri(('_source', v19))
        for v20 in v16.tag:
            if v20.code is not None:
                token(('_tag', v20.system, v20.code))
    return None, None
