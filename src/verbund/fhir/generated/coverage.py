"""The resource type Coverage of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import CODES, URIS, attributes, is_code, is_uri, is_id
from verbund.fhir.extraction import Collector, patient_id
from verbund.fhir.generated.datatypes import BackboneElement, CodeableConcept, DomainResource, Element, Identifier, Money, Period, Quantity, Reference, Resource
from verbund.fhir.generated.primitives import PositiveInt, String

class CoverageClass(BackboneElement, kw_only=True):
    type: CodeableConcept
    value: String | None = None
    value_element: Element | None = named(default=None, name="_value")
    name: String | None = None
    name_element: Element | None = named(default=None, name="_name")
    def __post_init__(self) -> None:
        if self.value is None and self.value_element is None:
            raise ValueError("CoverageClass.value is required")

class CoverageCostToBeneficiaryException(BackboneElement, kw_only=True):
    type: CodeableConcept
    period: Period | None = None

_COVERAGECOSTTOBENEFICIARY_VALUE = attributes('valueQuantity', 'valueMoney')
class CoverageCostToBeneficiary(BackboneElement, kw_only=True):
    type: CodeableConcept | None = None
    valueQuantity: Quantity | None = None
    valueMoney: Money | None = None
    exception: tuple[CoverageCostToBeneficiaryException, ...] = ()
    def __post_init__(self) -> None:
        given = 2 - _COVERAGECOSTTOBENEFICIARY_VALUE(self).count(None)
        if given != 1:
            raise ValueError("CoverageCostToBeneficiary.value[x] takes exactly one type")

class Coverage(DomainResource, kw_only=True, tag_field="resourceType", tag="Coverage"):
    identifier: tuple[Identifier, ...] = ()
    status: Literal['active', 'cancelled', 'draft', 'entered-in-error'] | None = None
    status_element: Element | None = named(default=None, name="_status")
    type: CodeableConcept | None = None
    policyHolder: Reference | None = None
    subscriber: Reference | None = None
    subscriberId: String | None = None
    subscriberId_element: Element | None = named(default=None, name="_subscriberId")
    beneficiary: Reference
    dependent: String | None = None
    dependent_element: Element | None = named(default=None, name="_dependent")
    relationship: CodeableConcept | None = None
    period: Period | None = None
    payor: tuple[Reference, ...]
    class_: tuple[CoverageClass, ...] = named(default=(), name="class")
    order: PositiveInt | None = None
    order_element: Element | None = named(default=None, name="_order")
    network: String | None = None
    network_element: Element | None = named(default=None, name="_network")
    costToBeneficiary: tuple[CoverageCostToBeneficiary, ...] = ()
    subrogation: bool | None = None
    subrogation_element: Element | None = named(default=None, name="_subrogation")
    contract: tuple[Reference, ...] = ()
    def __post_init__(self) -> None:
        if (v := self.id) is not None and not is_id(v):
            raise ValueError("Resource.id is malformed")
        if (v := self.implicitRules) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Resource.implicitRules is malformed")
        if (v := self.language) is not None and v not in CODES and not is_code(v):
            raise ValueError("Resource.language is malformed")
        if self.status is None and self.status_element is None:
            raise ValueError("Coverage.status is required")


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a Coverage into `out`; its patient and its clinical date."""
    identifier = out.identifiers.append
    token = out.tokens.append
    string = out.strings.append
    uri = out.uris.append
    reference = out.references.append
    patient0 = patient1 = patient2 = patient3 = None
    if (v1 := r.beneficiary) is not None:
        if (v1r := v1.reference) is not None and v1r[0] != '#':
            reference(('beneficiary', v1r))
            reference(('patient', v1r))
            if patient2 is None: patient2 = patient_id(v1r)
        if (v1i := v1.identifier) is not None and v1i.value is not None:
            identifier(('beneficiary', v1i.system, v1i.value))
            identifier(('patient', v1i.system, v1i.value))
    for v2 in r.class_:
        if (v3 := v2.type) is not None:
            for c in v3.coding:
                if c.code is not None:
                    token(('class-type', c.system, c.code))
        if (v4 := v2.value) is not None:
            string(('class-value', v4))
    if (v5 := r.dependent) is not None:
        string(('dependent', v5))
    for v6 in r.identifier:
        if v6.value is not None:
            token(('identifier', v6.system, v6.value))
    for v7 in r.payor:
        if (v7r := v7.reference) is not None and v7r[0] != '#':
            reference(('payor', v7r))
            if patient3 is None: patient3 = patient_id(v7r)
        if (v7i := v7.identifier) is not None and v7i.value is not None:
            identifier(('payor', v7i.system, v7i.value))
    if (v8 := r.policyHolder) is not None:
        if (v8r := v8.reference) is not None and v8r[0] != '#':
            reference(('policy-holder', v8r))
            if patient0 is None: patient0 = patient_id(v8r)
        if (v8i := v8.identifier) is not None and v8i.value is not None:
            identifier(('policy-holder', v8i.system, v8i.value))
    if (v9 := r.status) is not None:
        token(('status', 'http://hl7.org/fhir/fm-status', v9))
    if (v10 := r.subscriber) is not None:
        if (v10r := v10.reference) is not None and v10r[0] != '#':
            reference(('subscriber', v10r))
            if patient1 is None: patient1 = patient_id(v10r)
        if (v10i := v10.identifier) is not None and v10i.value is not None:
            identifier(('subscriber', v10i.system, v10i.value))
    if (v11 := r.type) is not None:
        for c in v11.coding:
            if c.code is not None:
                token(('type', c.system, c.code))
    if (v12 := r.meta) is not None:
        for v13 in v12.profile:
            if v13 is not None:
                uri(('_profile', v13))
                if '|' in v13:
                    v13w = v13.partition('|')[0]
                    uri(('_profile', v13w))
        for v14 in v12.security:
            if v14.code is not None:
                token(('_security', v14.system, v14.code))
        if (v15 := v12.source) is not None:
            uri(('_source', v15))
        for v16 in v12.tag:
            if v16.code is not None:
                token(('_tag', v16.system, v16.code))
    return patient0 or patient1 or patient2 or patient3, None
