"""The resource type ClaimResponse of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import CODES, URIS, DATE_TIMES, aligned, attributes, chosen, is_code, is_uri, is_id, is_date_time
from verbund.fhir.extraction import Collector, date_range, known, patient_id
from verbund.fhir.generated.datatypes import Address, Attachment, BackboneElement, CodeableConcept, DomainResource, Element, Identifier, Money, Period, Quantity, Reference, Resource
from verbund.fhir.generated.primitives import CheckedDate, DateTime, Decimal, PositiveInt, String

class ClaimResponseItemAdjudication(BackboneElement, kw_only=True):
    category: CodeableConcept
    reason: CodeableConcept | None = None
    amount: Money | None = None
    value: Decimal | None = None
    value_element: Element | None = named(default=None, name="_value")

class ClaimResponseItemDetailSubDetail(BackboneElement, kw_only=True):
    subDetailSequence: PositiveInt | None = None
    subDetailSequence_element: Element | None = named(default=None, name="_subDetailSequence")
    noteNumber: tuple[PositiveInt | None, ...] = ()
    noteNumber_element: tuple[Element | None, ...] = named(default=(), name="_noteNumber")
    adjudication: tuple[ClaimResponseItemAdjudication, ...] = ()
    def __post_init__(self) -> None:
        if self.subDetailSequence is None and self.subDetailSequence_element is None:
            raise ValueError("ClaimResponseItemDetailSubDetail.subDetailSequence is required")
        if (self.noteNumber_element or None in self.noteNumber) and not aligned(self.noteNumber, self.noteNumber_element):
            raise ValueError("ClaimResponseItemDetailSubDetail.noteNumber holds a null without an extension")

class ClaimResponseItemDetail(BackboneElement, kw_only=True):
    detailSequence: PositiveInt | None = None
    detailSequence_element: Element | None = named(default=None, name="_detailSequence")
    noteNumber: tuple[PositiveInt | None, ...] = ()
    noteNumber_element: tuple[Element | None, ...] = named(default=(), name="_noteNumber")
    adjudication: tuple[ClaimResponseItemAdjudication, ...]
    subDetail: tuple[ClaimResponseItemDetailSubDetail, ...] = ()
    def __post_init__(self) -> None:
        if self.detailSequence is None and self.detailSequence_element is None:
            raise ValueError("ClaimResponseItemDetail.detailSequence is required")
        if (self.noteNumber_element or None in self.noteNumber) and not aligned(self.noteNumber, self.noteNumber_element):
            raise ValueError("ClaimResponseItemDetail.noteNumber holds a null without an extension")

class ClaimResponseItem(BackboneElement, kw_only=True):
    itemSequence: PositiveInt | None = None
    itemSequence_element: Element | None = named(default=None, name="_itemSequence")
    noteNumber: tuple[PositiveInt | None, ...] = ()
    noteNumber_element: tuple[Element | None, ...] = named(default=(), name="_noteNumber")
    adjudication: tuple[ClaimResponseItemAdjudication, ...]
    detail: tuple[ClaimResponseItemDetail, ...] = ()
    def __post_init__(self) -> None:
        if self.itemSequence is None and self.itemSequence_element is None:
            raise ValueError("ClaimResponseItem.itemSequence is required")
        if (self.noteNumber_element or None in self.noteNumber) and not aligned(self.noteNumber, self.noteNumber_element):
            raise ValueError("ClaimResponseItem.noteNumber holds a null without an extension")

class ClaimResponseAddItemDetailSubDetail(BackboneElement, kw_only=True):
    productOrService: CodeableConcept
    modifier: tuple[CodeableConcept, ...] = ()
    quantity: Quantity | None = None
    unitPrice: Money | None = None
    factor: Decimal | None = None
    factor_element: Element | None = named(default=None, name="_factor")
    net: Money | None = None
    noteNumber: tuple[PositiveInt | None, ...] = ()
    noteNumber_element: tuple[Element | None, ...] = named(default=(), name="_noteNumber")
    adjudication: tuple[ClaimResponseItemAdjudication, ...]
    def __post_init__(self) -> None:
        if (self.noteNumber_element or None in self.noteNumber) and not aligned(self.noteNumber, self.noteNumber_element):
            raise ValueError("ClaimResponseAddItemDetailSubDetail.noteNumber holds a null without an extension")

class ClaimResponseAddItemDetail(BackboneElement, kw_only=True):
    productOrService: CodeableConcept
    modifier: tuple[CodeableConcept, ...] = ()
    quantity: Quantity | None = None
    unitPrice: Money | None = None
    factor: Decimal | None = None
    factor_element: Element | None = named(default=None, name="_factor")
    net: Money | None = None
    noteNumber: tuple[PositiveInt | None, ...] = ()
    noteNumber_element: tuple[Element | None, ...] = named(default=(), name="_noteNumber")
    adjudication: tuple[ClaimResponseItemAdjudication, ...]
    subDetail: tuple[ClaimResponseAddItemDetailSubDetail, ...] = ()
    def __post_init__(self) -> None:
        if (self.noteNumber_element or None in self.noteNumber) and not aligned(self.noteNumber, self.noteNumber_element):
            raise ValueError("ClaimResponseAddItemDetail.noteNumber holds a null without an extension")

_CLAIMRESPONSEADDITEM_SERVICED = attributes('servicedDate', 'servicedPeriod', 'servicedDate_element')
_CLAIMRESPONSEADDITEM_LOCATION = attributes('locationCodeableConcept', 'locationAddress', 'locationReference')
class ClaimResponseAddItem(BackboneElement, kw_only=True):
    itemSequence: tuple[PositiveInt | None, ...] = ()
    itemSequence_element: tuple[Element | None, ...] = named(default=(), name="_itemSequence")
    detailSequence: tuple[PositiveInt | None, ...] = ()
    detailSequence_element: tuple[Element | None, ...] = named(default=(), name="_detailSequence")
    subdetailSequence: tuple[PositiveInt | None, ...] = ()
    subdetailSequence_element: tuple[Element | None, ...] = named(default=(), name="_subdetailSequence")
    provider: tuple[Reference, ...] = ()
    productOrService: CodeableConcept
    modifier: tuple[CodeableConcept, ...] = ()
    programCode: tuple[CodeableConcept, ...] = ()
    servicedDate: CheckedDate | None = None
    servicedDate_element: Element | None = named(default=None, name="_servicedDate")
    servicedPeriod: Period | None = None
    locationCodeableConcept: CodeableConcept | None = None
    locationAddress: Address | None = None
    locationReference: Reference | None = None
    quantity: Quantity | None = None
    unitPrice: Money | None = None
    factor: Decimal | None = None
    factor_element: Element | None = named(default=None, name="_factor")
    net: Money | None = None
    bodySite: CodeableConcept | None = None
    subSite: tuple[CodeableConcept, ...] = ()
    noteNumber: tuple[PositiveInt | None, ...] = ()
    noteNumber_element: tuple[Element | None, ...] = named(default=(), name="_noteNumber")
    adjudication: tuple[ClaimResponseItemAdjudication, ...]
    detail: tuple[ClaimResponseAddItemDetail, ...] = ()
    def __post_init__(self) -> None:
        if (self.itemSequence_element or None in self.itemSequence) and not aligned(self.itemSequence, self.itemSequence_element):
            raise ValueError("ClaimResponseAddItem.itemSequence holds a null without an extension")
        if (self.detailSequence_element or None in self.detailSequence) and not aligned(self.detailSequence, self.detailSequence_element):
            raise ValueError("ClaimResponseAddItem.detailSequence holds a null without an extension")
        if (self.subdetailSequence_element or None in self.subdetailSequence) and not aligned(self.subdetailSequence, self.subdetailSequence_element):
            raise ValueError("ClaimResponseAddItem.subdetailSequence holds a null without an extension")
        given = 3 - _CLAIMRESPONSEADDITEM_SERVICED(self).count(None)
        if given > 1:
            given = chosen(_CLAIMRESPONSEADDITEM_SERVICED(self), 2)
        if given > 1:
            raise ValueError("ClaimResponseAddItem.serviced[x] takes at most one type")
        given = 3 - _CLAIMRESPONSEADDITEM_LOCATION(self).count(None)
        if given > 1:
            raise ValueError("ClaimResponseAddItem.location[x] takes at most one type")
        if (self.noteNumber_element or None in self.noteNumber) and not aligned(self.noteNumber, self.noteNumber_element):
            raise ValueError("ClaimResponseAddItem.noteNumber holds a null without an extension")

class ClaimResponseTotal(BackboneElement, kw_only=True):
    category: CodeableConcept
    amount: Money

class ClaimResponsePayment(BackboneElement, kw_only=True):
    type: CodeableConcept
    adjustment: Money | None = None
    adjustmentReason: CodeableConcept | None = None
    date: CheckedDate | None = None
    date_element: Element | None = named(default=None, name="_date")
    amount: Money
    identifier: Identifier | None = None

class ClaimResponseProcessNote(BackboneElement, kw_only=True):
    number: PositiveInt | None = None
    number_element: Element | None = named(default=None, name="_number")
    type: Literal['display', 'print', 'printoper'] | None = None
    type_element: Element | None = named(default=None, name="_type")
    text: String | None = None
    text_element: Element | None = named(default=None, name="_text")
    language: CodeableConcept | None = None
    def __post_init__(self) -> None:
        if self.text is None and self.text_element is None:
            raise ValueError("ClaimResponseProcessNote.text is required")

class ClaimResponseInsurance(BackboneElement, kw_only=True):
    sequence: PositiveInt | None = None
    sequence_element: Element | None = named(default=None, name="_sequence")
    focal: bool | None = None
    focal_element: Element | None = named(default=None, name="_focal")
    coverage: Reference
    businessArrangement: String | None = None
    businessArrangement_element: Element | None = named(default=None, name="_businessArrangement")
    claimResponse: Reference | None = None
    def __post_init__(self) -> None:
        if self.sequence is None and self.sequence_element is None:
            raise ValueError("ClaimResponseInsurance.sequence is required")
        if self.focal is None and self.focal_element is None:
            raise ValueError("ClaimResponseInsurance.focal is required")

class ClaimResponseError(BackboneElement, kw_only=True):
    itemSequence: PositiveInt | None = None
    itemSequence_element: Element | None = named(default=None, name="_itemSequence")
    detailSequence: PositiveInt | None = None
    detailSequence_element: Element | None = named(default=None, name="_detailSequence")
    subDetailSequence: PositiveInt | None = None
    subDetailSequence_element: Element | None = named(default=None, name="_subDetailSequence")
    code: CodeableConcept

class ClaimResponse(DomainResource, kw_only=True, tag_field="resourceType", tag="ClaimResponse"):
    identifier: tuple[Identifier, ...] = ()
    status: Literal['active', 'cancelled', 'draft', 'entered-in-error'] | None = None
    status_element: Element | None = named(default=None, name="_status")
    type: CodeableConcept
    subType: CodeableConcept | None = None
    use: Literal['claim', 'preauthorization', 'predetermination'] | None = None
    use_element: Element | None = named(default=None, name="_use")
    patient: Reference
    created: DateTime | None = None
    created_element: Element | None = named(default=None, name="_created")
    insurer: Reference
    requestor: Reference | None = None
    request: Reference | None = None
    outcome: Literal['queued', 'complete', 'error', 'partial'] | None = None
    outcome_element: Element | None = named(default=None, name="_outcome")
    disposition: String | None = None
    disposition_element: Element | None = named(default=None, name="_disposition")
    preAuthRef: String | None = None
    preAuthRef_element: Element | None = named(default=None, name="_preAuthRef")
    preAuthPeriod: Period | None = None
    payeeType: CodeableConcept | None = None
    item: tuple[ClaimResponseItem, ...] = ()
    addItem: tuple[ClaimResponseAddItem, ...] = ()
    adjudication: tuple[ClaimResponseItemAdjudication, ...] = ()
    total: tuple[ClaimResponseTotal, ...] = ()
    payment: ClaimResponsePayment | None = None
    fundsReserve: CodeableConcept | None = None
    formCode: CodeableConcept | None = None
    form: Attachment | None = None
    processNote: tuple[ClaimResponseProcessNote, ...] = ()
    communicationRequest: tuple[Reference, ...] = ()
    insurance: tuple[ClaimResponseInsurance, ...] = ()
    error: tuple[ClaimResponseError, ...] = ()
    def __post_init__(self) -> None:
        if (v := self.id) is not None and not is_id(v):
            raise ValueError("Resource.id is malformed")
        if (v := self.implicitRules) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Resource.implicitRules is malformed")
        if (v := self.language) is not None and v not in CODES and not is_code(v):
            raise ValueError("Resource.language is malformed")
        if self.status is None and self.status_element is None:
            raise ValueError("ClaimResponse.status is required")
        if self.use is None and self.use_element is None:
            raise ValueError("ClaimResponse.use is required")
        if (v := self.created) is not None and v not in DATE_TIMES and not is_date_time(v):
            raise ValueError("ClaimResponse.created is malformed")
        if self.created is None and self.created_element is None:
            raise ValueError("ClaimResponse.created is required")
        if self.outcome is None and self.outcome_element is None:
            raise ValueError("ClaimResponse.outcome is required")


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a ClaimResponse into `out`; its patient and its clinical date."""
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
    if (v7 := r.payment) is not None:
        if (v8 := v7.date) is not None:
            v8l, v8h = date_range(v8)
            date(('payment-date', v8l, v8h))
    if (v9 := r.request) is not None:
        if (v9r := v9.reference) is not None and v9r[0] != '#':
            reference(('request', v9r))
        if (v9i := v9.identifier) is not None and v9i.value is not None:
            identifier(('request', v9i.system, v9i.value))
    if (v10 := r.requestor) is not None:
        if (v10r := v10.reference) is not None and v10r[0] != '#':
            reference(('requestor', v10r))
        if (v10i := v10.identifier) is not None and v10i.value is not None:
            identifier(('requestor', v10i.system, v10i.value))
    if (v11 := r.status) is not None:
        token(('status', 'http://hl7.org/fhir/fm-status', v11))
    if (v12 := r.use) is not None:
        token(('use', 'http://hl7.org/fhir/claim-use', v12))
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
    return patient0, date0
