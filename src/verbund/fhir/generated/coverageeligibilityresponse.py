"""The resource type CoverageEligibilityResponse of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import CODES, URIS, DATES, DATE_TIMES, aligned, attributes, chosen, is_code, is_uri, is_id, is_date, is_date_time
from verbund.fhir.extraction import Collector, date_range, known, patient_id
from verbund.fhir.generated.datatypes import BackboneElement, CodeableConcept, DomainResource, Element, Identifier, Money, Period, Reference, Resource
from verbund.fhir.generated.primitives import CheckedUri, Date, DateTime, String, UnsignedInt

_COVERAGEELIGIBILITYRESPONSEINSURANCEITEMBENEFIT_ALLOWED = attributes('allowedUnsignedInt', 'allowedString', 'allowedMoney', 'allowedUnsignedInt_element', 'allowedString_element')
_COVERAGEELIGIBILITYRESPONSEINSURANCEITEMBENEFIT_USED = attributes('usedUnsignedInt', 'usedString', 'usedMoney', 'usedUnsignedInt_element', 'usedString_element')
class CoverageEligibilityResponseInsuranceItemBenefit(BackboneElement, kw_only=True):
    type: CodeableConcept
    allowedUnsignedInt: UnsignedInt | None = None
    allowedUnsignedInt_element: Element | None = named(default=None, name="_allowedUnsignedInt")
    allowedString: String | None = None
    allowedString_element: Element | None = named(default=None, name="_allowedString")
    allowedMoney: Money | None = None
    usedUnsignedInt: UnsignedInt | None = None
    usedUnsignedInt_element: Element | None = named(default=None, name="_usedUnsignedInt")
    usedString: String | None = None
    usedString_element: Element | None = named(default=None, name="_usedString")
    usedMoney: Money | None = None
    def __post_init__(self) -> None:
        given = 5 - _COVERAGEELIGIBILITYRESPONSEINSURANCEITEMBENEFIT_ALLOWED(self).count(None)
        if given > 1:
            given = chosen(_COVERAGEELIGIBILITYRESPONSEINSURANCEITEMBENEFIT_ALLOWED(self), 3)
        if given > 1:
            raise ValueError("CoverageEligibilityResponseInsuranceItemBenefit.allowed[x] takes at most one type")
        given = 5 - _COVERAGEELIGIBILITYRESPONSEINSURANCEITEMBENEFIT_USED(self).count(None)
        if given > 1:
            given = chosen(_COVERAGEELIGIBILITYRESPONSEINSURANCEITEMBENEFIT_USED(self), 3)
        if given > 1:
            raise ValueError("CoverageEligibilityResponseInsuranceItemBenefit.used[x] takes at most one type")

class CoverageEligibilityResponseInsuranceItem(BackboneElement, kw_only=True):
    category: CodeableConcept | None = None
    productOrService: CodeableConcept | None = None
    modifier: tuple[CodeableConcept, ...] = ()
    provider: Reference | None = None
    excluded: bool | None = None
    excluded_element: Element | None = named(default=None, name="_excluded")
    name: String | None = None
    name_element: Element | None = named(default=None, name="_name")
    description: String | None = None
    description_element: Element | None = named(default=None, name="_description")
    network: CodeableConcept | None = None
    unit: CodeableConcept | None = None
    term: CodeableConcept | None = None
    benefit: tuple[CoverageEligibilityResponseInsuranceItemBenefit, ...] = ()
    authorizationRequired: bool | None = None
    authorizationRequired_element: Element | None = named(default=None, name="_authorizationRequired")
    authorizationSupporting: tuple[CodeableConcept, ...] = ()
    authorizationUrl: CheckedUri | None = None
    authorizationUrl_element: Element | None = named(default=None, name="_authorizationUrl")

class CoverageEligibilityResponseInsurance(BackboneElement, kw_only=True):
    coverage: Reference
    inforce: bool | None = None
    inforce_element: Element | None = named(default=None, name="_inforce")
    benefitPeriod: Period | None = None
    item: tuple[CoverageEligibilityResponseInsuranceItem, ...] = ()

class CoverageEligibilityResponseError(BackboneElement, kw_only=True):
    code: CodeableConcept

_COVERAGEELIGIBILITYRESPONSE_SERVICED = attributes('servicedDate', 'servicedPeriod', 'servicedDate_element')
class CoverageEligibilityResponse(DomainResource, kw_only=True, tag_field="resourceType", tag="CoverageEligibilityResponse"):
    identifier: tuple[Identifier, ...] = ()
    status: Literal['active', 'cancelled', 'draft', 'entered-in-error'] | None = None
    status_element: Element | None = named(default=None, name="_status")
    purpose: tuple[Literal['auth-requirements', 'benefits', 'discovery', 'validation'] | None, ...] = ()
    purpose_element: tuple[Element | None, ...] = named(default=(), name="_purpose")
    patient: Reference
    servicedDate: Date | None = None
    servicedDate_element: Element | None = named(default=None, name="_servicedDate")
    servicedPeriod: Period | None = None
    created: DateTime | None = None
    created_element: Element | None = named(default=None, name="_created")
    requestor: Reference | None = None
    request: Reference
    outcome: Literal['queued', 'complete', 'error', 'partial'] | None = None
    outcome_element: Element | None = named(default=None, name="_outcome")
    disposition: String | None = None
    disposition_element: Element | None = named(default=None, name="_disposition")
    insurer: Reference
    insurance: tuple[CoverageEligibilityResponseInsurance, ...] = ()
    preAuthRef: String | None = None
    preAuthRef_element: Element | None = named(default=None, name="_preAuthRef")
    form: CodeableConcept | None = None
    error: tuple[CoverageEligibilityResponseError, ...] = ()
    def __post_init__(self) -> None:
        if (v := self.id) is not None and not is_id(v):
            raise ValueError("Resource.id is malformed")
        if (v := self.implicitRules) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Resource.implicitRules is malformed")
        if (v := self.language) is not None and v not in CODES and not is_code(v):
            raise ValueError("Resource.language is malformed")
        if self.status is None and self.status_element is None:
            raise ValueError("CoverageEligibilityResponse.status is required")
        if (self.purpose_element or None in self.purpose) and not aligned(self.purpose, self.purpose_element):
            raise ValueError("CoverageEligibilityResponse.purpose holds a null without an extension")
        if self.purpose == () and self.purpose_element == ():
            raise ValueError("CoverageEligibilityResponse.purpose is required")
        if (v := self.servicedDate) is not None and v not in DATES and not is_date(v):
            raise ValueError("CoverageEligibilityResponse.servicedDate is malformed")
        given = 3 - _COVERAGEELIGIBILITYRESPONSE_SERVICED(self).count(None)
        if given > 1:
            given = chosen(_COVERAGEELIGIBILITYRESPONSE_SERVICED(self), 2)
        if given > 1:
            raise ValueError("CoverageEligibilityResponse.serviced[x] takes at most one type")
        if (v := self.created) is not None and v not in DATE_TIMES and not is_date_time(v):
            raise ValueError("CoverageEligibilityResponse.created is malformed")
        if self.created is None and self.created_element is None:
            raise ValueError("CoverageEligibilityResponse.created is required")
        if self.outcome is None and self.outcome_element is None:
            raise ValueError("CoverageEligibilityResponse.outcome is required")


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a CoverageEligibilityResponse into `out`; its patient and its clinical date."""
    identifier = out.identifiers.append
    token = out.tokens.append
    string = out.strings.append
    uri = out.uris.append
    reference = out.references.append
    date = out.dates.append
    patient0 = date0 = None
    if (v1 := r.created) is not None:
        v1l, v1h = date_range(v1)
        date(('created', v1l, v1h))
        if date0 is None: date0 = known(v1l, v1h)
    if (v2 := r.disposition) is not None:
        string(('disposition', v2))
    for v3 in r.identifier:
        if v3.value is not None:
            token(('identifier', v3.system, v3.value))
    if (v4 := r.insurer) is not None:
        if (v4r := v4.reference) is not None and v4r[0] != '#':
            reference(('insurer', v4r))
        if (v4i := v4.identifier) is not None and v4i.value is not None:
            identifier(('insurer', v4i.system, v4i.value))
    if (v5 := r.outcome) is not None:
        token(('outcome', 'http://hl7.org/fhir/remittance-outcome', v5))
    if (v6 := r.patient) is not None:
        if (v6r := v6.reference) is not None and v6r[0] != '#':
            reference(('patient', v6r))
            if patient0 is None: patient0 = patient_id(v6r)
        if (v6i := v6.identifier) is not None and v6i.value is not None:
            identifier(('patient', v6i.system, v6i.value))
    if (v7 := r.request) is not None:
        if (v7r := v7.reference) is not None and v7r[0] != '#':
            reference(('request', v7r))
        if (v7i := v7.identifier) is not None and v7i.value is not None:
            identifier(('request', v7i.system, v7i.value))
    if (v8 := r.requestor) is not None:
        if (v8r := v8.reference) is not None and v8r[0] != '#':
            reference(('requestor', v8r))
        if (v8i := v8.identifier) is not None and v8i.value is not None:
            identifier(('requestor', v8i.system, v8i.value))
    if (v9 := r.status) is not None:
        token(('status', 'http://hl7.org/fhir/fm-status', v9))
    if (v10 := r.meta) is not None:
        for v11 in v10.profile:
            if v11 is not None:
                uri(('_profile', v11))
                if '|' in v11:
                    v11w = v11.partition('|')[0]
                    uri(('_profile', v11w))
        for v12 in v10.security:
            if v12.code is not None:
                token(('_security', v12.system, v12.code))
        if (v13 := v10.source) is not None:
            uri(('_source', v13))
        for v14 in v10.tag:
            if v14.code is not None:
                token(('_tag', v14.system, v14.code))
    return patient0, date0
