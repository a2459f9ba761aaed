"""The resource type CoverageEligibilityRequest of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import CODES, URIS, DATES, DATE_TIMES, aligned, attributes, chosen, is_code, is_uri, is_id, is_date, is_date_time
from verbund.fhir.extraction import Collector, date_range, known, patient_id
from verbund.fhir.generated.datatypes import BackboneElement, CodeableConcept, DomainResource, Element, Identifier, Money, Period, Quantity, Reference, Resource
from verbund.fhir.generated.primitives import Date, DateTime, PositiveInt, String

class CoverageEligibilityRequestSupportingInfo(BackboneElement, kw_only=True):
    sequence: PositiveInt | None = None
    sequence_element: Element | None = named(default=None, name="_sequence")
    information: Reference
    appliesToAll: bool | None = None
    appliesToAll_element: Element | None = named(default=None, name="_appliesToAll")
    def __post_init__(self) -> None:
        if self.sequence is None and self.sequence_element is None:
            raise ValueError("CoverageEligibilityRequestSupportingInfo.sequence is required")

class CoverageEligibilityRequestInsurance(BackboneElement, kw_only=True):
    focal: bool | None = None
    focal_element: Element | None = named(default=None, name="_focal")
    coverage: Reference
    businessArrangement: String | None = None
    businessArrangement_element: Element | None = named(default=None, name="_businessArrangement")

_COVERAGEELIGIBILITYREQUESTITEMDIAGNOSIS_DIAGNOSIS = attributes('diagnosisCodeableConcept', 'diagnosisReference')
class CoverageEligibilityRequestItemDiagnosis(BackboneElement, kw_only=True):
    diagnosisCodeableConcept: CodeableConcept | None = None
    diagnosisReference: Reference | None = None
    def __post_init__(self) -> None:
        given = 2 - _COVERAGEELIGIBILITYREQUESTITEMDIAGNOSIS_DIAGNOSIS(self).count(None)
        if given > 1:
            raise ValueError("CoverageEligibilityRequestItemDiagnosis.diagnosis[x] takes at most one type")

class CoverageEligibilityRequestItem(BackboneElement, kw_only=True):
    supportingInfoSequence: tuple[PositiveInt | None, ...] = ()
    supportingInfoSequence_element: tuple[Element | None, ...] = named(default=(), name="_supportingInfoSequence")
    category: CodeableConcept | None = None
    productOrService: CodeableConcept | None = None
    modifier: tuple[CodeableConcept, ...] = ()
    provider: Reference | None = None
    quantity: Quantity | None = None
    unitPrice: Money | None = None
    facility: Reference | None = None
    diagnosis: tuple[CoverageEligibilityRequestItemDiagnosis, ...] = ()
    detail: tuple[Reference, ...] = ()
    def __post_init__(self) -> None:
        if (self.supportingInfoSequence_element or None in self.supportingInfoSequence) and not aligned(self.supportingInfoSequence, self.supportingInfoSequence_element):
            raise ValueError("CoverageEligibilityRequestItem.supportingInfoSequence holds a null without an extension")

_COVERAGEELIGIBILITYREQUEST_SERVICED = attributes('servicedDate', 'servicedPeriod', 'servicedDate_element')
class CoverageEligibilityRequest(DomainResource, kw_only=True, tag_field="resourceType", tag="CoverageEligibilityRequest"):
    identifier: tuple[Identifier, ...] = ()
    status: Literal['active', 'cancelled', 'draft', 'entered-in-error'] | None = None
    status_element: Element | None = named(default=None, name="_status")
    priority: CodeableConcept | None = None
    purpose: tuple[Literal['auth-requirements', 'benefits', 'discovery', 'validation'] | None, ...] = ()
    purpose_element: tuple[Element | None, ...] = named(default=(), name="_purpose")
    patient: Reference
    servicedDate: Date | None = None
    servicedDate_element: Element | None = named(default=None, name="_servicedDate")
    servicedPeriod: Period | None = None
    created: DateTime | None = None
    created_element: Element | None = named(default=None, name="_created")
    enterer: Reference | None = None
    provider: Reference | None = None
    insurer: Reference
    facility: Reference | None = None
    supportingInfo: tuple[CoverageEligibilityRequestSupportingInfo, ...] = ()
    insurance: tuple[CoverageEligibilityRequestInsurance, ...] = ()
    item: tuple[CoverageEligibilityRequestItem, ...] = ()
    def __post_init__(self) -> None:
        if (v := self.id) is not None and not is_id(v):
            raise ValueError("Resource.id is malformed")
        if (v := self.implicitRules) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Resource.implicitRules is malformed")
        if (v := self.language) is not None and v not in CODES and not is_code(v):
            raise ValueError("Resource.language is malformed")
        if self.status is None and self.status_element is None:
            raise ValueError("CoverageEligibilityRequest.status is required")
        if (self.purpose_element or None in self.purpose) and not aligned(self.purpose, self.purpose_element):
            raise ValueError("CoverageEligibilityRequest.purpose holds a null without an extension")
        if self.purpose == () and self.purpose_element == ():
            raise ValueError("CoverageEligibilityRequest.purpose is required")
        if (v := self.servicedDate) is not None and v not in DATES and not is_date(v):
            raise ValueError("CoverageEligibilityRequest.servicedDate is malformed")
        given = 3 - _COVERAGEELIGIBILITYREQUEST_SERVICED(self).count(None)
        if given > 1:
            given = chosen(_COVERAGEELIGIBILITYREQUEST_SERVICED(self), 2)
        if given > 1:
            raise ValueError("CoverageEligibilityRequest.serviced[x] takes at most one type")
        if (v := self.created) is not None and v not in DATE_TIMES and not is_date_time(v):
            raise ValueError("CoverageEligibilityRequest.created is malformed")
        if self.created is None and self.created_element is None:
            raise ValueError("CoverageEligibilityRequest.created is required")


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a CoverageEligibilityRequest into `out`; its patient and its clinical date."""
    identifier = out.identifiers.append
    token = out.tokens.append
    uri = out.uris.append
    reference = out.references.append
    date = out.dates.append
    patient0 = date0 = None
    if (v1 := r.created) is not None:
        v1l, v1h = date_range(v1)
        date(('created', v1l, v1h))
        if date0 is None: date0 = known(v1l, v1h)
    if (v2 := r.enterer) is not None:
        if (v2r := v2.reference) is not None and v2r[0] != '#':
            reference(('enterer', v2r))
        if (v2i := v2.identifier) is not None and v2i.value is not None:
            identifier(('enterer', v2i.system, v2i.value))
    if (v3 := r.facility) is not None:
        if (v3r := v3.reference) is not None and v3r[0] != '#':
            reference(('facility', v3r))
        if (v3i := v3.identifier) is not None and v3i.value is not None:
            identifier(('facility', v3i.system, v3i.value))
    for v4 in r.identifier:
        if v4.value is not None:
            token(('identifier', v4.system, v4.value))
    if (v5 := r.patient) is not None:
        if (v5r := v5.reference) is not None and v5r[0] != '#':
            reference(('patient', v5r))
            if patient0 is None: patient0 = patient_id(v5r)
        if (v5i := v5.identifier) is not None and v5i.value is not None:
            identifier(('patient', v5i.system, v5i.value))
    if (v6 := r.provider) is not None:
        if (v6r := v6.reference) is not None and v6r[0] != '#':
            reference(('provider', v6r))
        if (v6i := v6.identifier) is not None and v6i.value is not None:
            identifier(('provider', v6i.system, v6i.value))
    if (v7 := r.status) is not None:
        token(('status', 'http://hl7.org/fhir/fm-status', v7))
    if (v8 := r.meta) is not None:
        for v9 in v8.profile:
            if v9 is not None:
                uri(('_profile', v9))
                if '|' in v9:
                    v9w = v9.partition('|')[0]
                    uri(('_profile', v9w))
        for v10 in v8.security:
            if v10.code is not None:
                token(('_security', v10.system, v10.code))
        if (v11 := v8.source) is not None:
            uri(('_source', v11))
        for v12 in v8.tag:
            if v12.code is not None:
                token(('_tag', v12.system, v12.code))
    return patient0, date0
