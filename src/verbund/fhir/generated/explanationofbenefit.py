"""The resource type ExplanationOfBenefit of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import CODES, URIS, DATE_TIMES, aligned, attributes, chosen, is_code, is_uri, is_id, is_date_time
from verbund.fhir.extraction import Collector, date_range, known, patient_id
from verbund.fhir.generated.datatypes import Address, Attachment, BackboneElement, CodeableConcept, Coding, DomainResource, Element, Identifier, Money, Period, Quantity, Reference, Resource
from verbund.fhir.generated.primitives import CheckedDate, CheckedDateTime, DateTime, Decimal, PositiveInt, String, UnsignedInt

class ExplanationOfBenefitRelated(BackboneElement, kw_only=True):
    claim: Reference | None = None
    relationship: CodeableConcept | None = None
    reference: Identifier | None = None

class ExplanationOfBenefitPayee(BackboneElement, kw_only=True):
    type: CodeableConcept | None = None
    party: Reference | None = None

class ExplanationOfBenefitCareTeam(BackboneElement, kw_only=True):
    sequence: PositiveInt | None = None
    sequence_element: Element | None = named(default=None, name="_sequence")
    provider: Reference
    responsible: bool | None = None
    responsible_element: Element | None = named(default=None, name="_responsible")
    role: CodeableConcept | None = None
    qualification: CodeableConcept | None = None
    def __post_init__(self) -> None:
        if self.sequence is None and self.sequence_element is None:
            raise ValueError("ExplanationOfBenefitCareTeam.sequence is required")

_EXPLANATIONOFBENEFITSUPPORTINGINFO_TIMING = attributes('timingDate', 'timingPeriod', 'timingDate_element')
_EXPLANATIONOFBENEFITSUPPORTINGINFO_VALUE = attributes('valueBoolean', 'valueString', 'valueQuantity', 'valueAttachment', 'valueReference', 'valueBoolean_element', 'valueString_element')
class ExplanationOfBenefitSupportingInfo(BackboneElement, kw_only=True):
    sequence: PositiveInt | None = None
    sequence_element: Element | None = named(default=None, name="_sequence")
    category: CodeableConcept
    code: CodeableConcept | None = None
    timingDate: CheckedDate | None = None
    timingDate_element: Element | None = named(default=None, name="_timingDate")
    timingPeriod: Period | None = None
    valueBoolean: bool | None = None
    valueBoolean_element: Element | None = named(default=None, name="_valueBoolean")
    valueString: String | None = None
    valueString_element: Element | None = named(default=None, name="_valueString")
    valueQuantity: Quantity | None = None
    valueAttachment: Attachment | None = None
    valueReference: Reference | None = None
    reason: Coding | None = None
    def __post_init__(self) -> None:
        if self.sequence is None and self.sequence_element is None:
            raise ValueError("ExplanationOfBenefitSupportingInfo.sequence is required")
        given = 3 - _EXPLANATIONOFBENEFITSUPPORTINGINFO_TIMING(self).count(None)
        if given > 1:
            given = chosen(_EXPLANATIONOFBENEFITSUPPORTINGINFO_TIMING(self), 2)
        if given > 1:
            raise ValueError("ExplanationOfBenefitSupportingInfo.timing[x] takes at most one type")
        given = 7 - _EXPLANATIONOFBENEFITSUPPORTINGINFO_VALUE(self).count(None)
        if given > 1:
            given = chosen(_EXPLANATIONOFBENEFITSUPPORTINGINFO_VALUE(self), 5)
        if given > 1:
            raise ValueError("ExplanationOfBenefitSupportingInfo.value[x] takes at most one type")

_EXPLANATIONOFBENEFITDIAGNOSIS_DIAGNOSIS = attributes('diagnosisCodeableConcept', 'diagnosisReference')
class ExplanationOfBenefitDiagnosis(BackboneElement, kw_only=True):
    sequence: PositiveInt | None = None
    sequence_element: Element | None = named(default=None, name="_sequence")
    diagnosisCodeableConcept: CodeableConcept | None = None
    diagnosisReference: Reference | None = None
    type: tuple[CodeableConcept, ...] = ()
    onAdmission: CodeableConcept | None = None
    packageCode: CodeableConcept | None = None
    def __post_init__(self) -> None:
        if self.sequence is None and self.sequence_element is None:
            raise ValueError("ExplanationOfBenefitDiagnosis.sequence is required")
        given = 2 - _EXPLANATIONOFBENEFITDIAGNOSIS_DIAGNOSIS(self).count(None)
        if given != 1:
            raise ValueError("ExplanationOfBenefitDiagnosis.diagnosis[x] takes exactly one type")

_EXPLANATIONOFBENEFITPROCEDURE_PROCEDURE = attributes('procedureCodeableConcept', 'procedureReference')
class ExplanationOfBenefitProcedure(BackboneElement, kw_only=True):
    sequence: PositiveInt | None = None
    sequence_element: Element | None = named(default=None, name="_sequence")
    type: tuple[CodeableConcept, ...] = ()
    date: CheckedDateTime | None = None
    date_element: Element | None = named(default=None, name="_date")
    procedureCodeableConcept: CodeableConcept | None = None
    procedureReference: Reference | None = None
    udi: tuple[Reference, ...] = ()
    def __post_init__(self) -> None:
        if self.sequence is None and self.sequence_element is None:
            raise ValueError("ExplanationOfBenefitProcedure.sequence is required")
        given = 2 - _EXPLANATIONOFBENEFITPROCEDURE_PROCEDURE(self).count(None)
        if given != 1:
            raise ValueError("ExplanationOfBenefitProcedure.procedure[x] takes exactly one type")

class ExplanationOfBenefitInsurance(BackboneElement, kw_only=True):
    focal: bool | None = None
    focal_element: Element | None = named(default=None, name="_focal")
    coverage: Reference
    preAuthRef: tuple[String | None, ...] = ()
    preAuthRef_element: tuple[Element | None, ...] = named(default=(), name="_preAuthRef")
    def __post_init__(self) -> None:
        if self.focal is None and self.focal_element is None:
            raise ValueError("ExplanationOfBenefitInsurance.focal is required")
        if (self.preAuthRef_element or None in self.preAuthRef) and not aligned(self.preAuthRef, self.preAuthRef_element):
            raise ValueError("ExplanationOfBenefitInsurance.preAuthRef holds a null without an extension")

_EXPLANATIONOFBENEFITACCIDENT_LOCATION = attributes('locationAddress', 'locationReference')
class ExplanationOfBenefitAccident(BackboneElement, kw_only=True):
    date: CheckedDate | None = None
    date_element: Element | None = named(default=None, name="_date")
    type: CodeableConcept | None = None
    locationAddress: Address | None = None
    locationReference: Reference | None = None
    def __post_init__(self) -> None:
        given = 2 - _EXPLANATIONOFBENEFITACCIDENT_LOCATION(self).count(None)
        if given > 1:
            raise ValueError("ExplanationOfBenefitAccident.location[x] takes at most one type")

class ExplanationOfBenefitItemAdjudication(BackboneElement, kw_only=True):
    category: CodeableConcept
    reason: CodeableConcept | None = None
    amount: Money | None = None
    value: Decimal | None = None
    value_element: Element | None = named(default=None, name="_value")

class ExplanationOfBenefitItemDetailSubDetail(BackboneElement, kw_only=True):
    sequence: PositiveInt | None = None
    sequence_element: Element | None = named(default=None, name="_sequence")
    revenue: CodeableConcept | None = None
    category: CodeableConcept | None = None
    productOrService: CodeableConcept
    modifier: tuple[CodeableConcept, ...] = ()
    programCode: tuple[CodeableConcept, ...] = ()
    quantity: Quantity | None = None
    unitPrice: Money | None = None
    factor: Decimal | None = None
    factor_element: Element | None = named(default=None, name="_factor")
    net: Money | None = None
    udi: tuple[Reference, ...] = ()
    noteNumber: tuple[PositiveInt | None, ...] = ()
    noteNumber_element: tuple[Element | None, ...] = named(default=(), name="_noteNumber")
    adjudication: tuple[ExplanationOfBenefitItemAdjudication, ...] = ()
    def __post_init__(self) -> None:
        if self.sequence is None and self.sequence_element is None:
            raise ValueError("ExplanationOfBenefitItemDetailSubDetail.sequence is required")
        if (self.noteNumber_element or None in self.noteNumber) and not aligned(self.noteNumber, self.noteNumber_element):
            raise ValueError("ExplanationOfBenefitItemDetailSubDetail.noteNumber holds a null without an extension")

class ExplanationOfBenefitItemDetail(BackboneElement, kw_only=True):
    sequence: PositiveInt | None = None
    sequence_element: Element | None = named(default=None, name="_sequence")
    revenue: CodeableConcept | None = None
    category: CodeableConcept | None = None
    productOrService: CodeableConcept
    modifier: tuple[CodeableConcept, ...] = ()
    programCode: tuple[CodeableConcept, ...] = ()
    quantity: Quantity | None = None
    unitPrice: Money | None = None
    factor: Decimal | None = None
    factor_element: Element | None = named(default=None, name="_factor")
    net: Money | None = None
    udi: tuple[Reference, ...] = ()
    noteNumber: tuple[PositiveInt | None, ...] = ()
    noteNumber_element: tuple[Element | None, ...] = named(default=(), name="_noteNumber")
    adjudication: tuple[ExplanationOfBenefitItemAdjudication, ...] = ()
    subDetail: tuple[ExplanationOfBenefitItemDetailSubDetail, ...] = ()
    def __post_init__(self) -> None:
        if self.sequence is None and self.sequence_element is None:
            raise ValueError("ExplanationOfBenefitItemDetail.sequence is required")
        if (self.noteNumber_element or None in self.noteNumber) and not aligned(self.noteNumber, self.noteNumber_element):
            raise ValueError("ExplanationOfBenefitItemDetail.noteNumber holds a null without an extension")

_EXPLANATIONOFBENEFITITEM_SERVICED = attributes('servicedDate', 'servicedPeriod', 'servicedDate_element')
_EXPLANATIONOFBENEFITITEM_LOCATION = attributes('locationCodeableConcept', 'locationAddress', 'locationReference')
class ExplanationOfBenefitItem(BackboneElement, kw_only=True):
    sequence: PositiveInt | None = None
    sequence_element: Element | None = named(default=None, name="_sequence")
    careTeamSequence: tuple[PositiveInt | None, ...] = ()
    careTeamSequence_element: tuple[Element | None, ...] = named(default=(), name="_careTeamSequence")
    diagnosisSequence: tuple[PositiveInt | None, ...] = ()
    diagnosisSequence_element: tuple[Element | None, ...] = named(default=(), name="_diagnosisSequence")
    procedureSequence: tuple[PositiveInt | None, ...] = ()
    procedureSequence_element: tuple[Element | None, ...] = named(default=(), name="_procedureSequence")
    informationSequence: tuple[PositiveInt | None, ...] = ()
    informationSequence_element: tuple[Element | None, ...] = named(default=(), name="_informationSequence")
    revenue: CodeableConcept | None = None
    category: CodeableConcept | None = None
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
    udi: tuple[Reference, ...] = ()
    bodySite: CodeableConcept | None = None
    subSite: tuple[CodeableConcept, ...] = ()
    encounter: tuple[Reference, ...] = ()
    noteNumber: tuple[PositiveInt | None, ...] = ()
    noteNumber_element: tuple[Element | None, ...] = named(default=(), name="_noteNumber")
    adjudication: tuple[ExplanationOfBenefitItemAdjudication, ...] = ()
    detail: tuple[ExplanationOfBenefitItemDetail, ...] = ()
    def __post_init__(self) -> None:
        if self.sequence is None and self.sequence_element is None:
            raise ValueError("ExplanationOfBenefitItem.sequence is required")
        if (self.careTeamSequence_element or None in self.careTeamSequence) and not aligned(self.careTeamSequence, self.careTeamSequence_element):
            raise ValueError("ExplanationOfBenefitItem.careTeamSequence holds a null without an extension")
        if (self.diagnosisSequence_element or None in self.diagnosisSequence) and not aligned(self.diagnosisSequence, self.diagnosisSequence_element):
            raise ValueError("ExplanationOfBenefitItem.diagnosisSequence holds a null without an extension")
        if (self.procedureSequence_element or None in self.procedureSequence) and not aligned(self.procedureSequence, self.procedureSequence_element):
            raise ValueError("ExplanationOfBenefitItem.procedureSequence holds a null without an extension")
        if (self.informationSequence_element or None in self.informationSequence) and not aligned(self.informationSequence, self.informationSequence_element):
            raise ValueError("ExplanationOfBenefitItem.informationSequence holds a null without an extension")
        given = 3 - _EXPLANATIONOFBENEFITITEM_SERVICED(self).count(None)
        if given > 1:
            given = chosen(_EXPLANATIONOFBENEFITITEM_SERVICED(self), 2)
        if given > 1:
            raise ValueError("ExplanationOfBenefitItem.serviced[x] takes at most one type")
        given = 3 - _EXPLANATIONOFBENEFITITEM_LOCATION(self).count(None)
        if given > 1:
            raise ValueError("ExplanationOfBenefitItem.location[x] takes at most one type")
        if (self.noteNumber_element or None in self.noteNumber) and not aligned(self.noteNumber, self.noteNumber_element):
            raise ValueError("ExplanationOfBenefitItem.noteNumber holds a null without an extension")

class ExplanationOfBenefitAddItemDetailSubDetail(BackboneElement, kw_only=True):
    productOrService: CodeableConcept
    modifier: tuple[CodeableConcept, ...] = ()
    quantity: Quantity | None = None
    unitPrice: Money | None = None
    factor: Decimal | None = None
    factor_element: Element | None = named(default=None, name="_factor")
    net: Money | None = None
    noteNumber: tuple[PositiveInt | None, ...] = ()
    noteNumber_element: tuple[Element | None, ...] = named(default=(), name="_noteNumber")
    adjudication: tuple[ExplanationOfBenefitItemAdjudication, ...] = ()
    def __post_init__(self) -> None:
        if (self.noteNumber_element or None in self.noteNumber) and not aligned(self.noteNumber, self.noteNumber_element):
            raise ValueError("ExplanationOfBenefitAddItemDetailSubDetail.noteNumber holds a null without an extension")

class ExplanationOfBenefitAddItemDetail(BackboneElement, kw_only=True):
    productOrService: CodeableConcept
    modifier: tuple[CodeableConcept, ...] = ()
    quantity: Quantity | None = None
    unitPrice: Money | None = None
    factor: Decimal | None = None
    factor_element: Element | None = named(default=None, name="_factor")
    net: Money | None = None
    noteNumber: tuple[PositiveInt | None, ...] = ()
    noteNumber_element: tuple[Element | None, ...] = named(default=(), name="_noteNumber")
    adjudication: tuple[ExplanationOfBenefitItemAdjudication, ...] = ()
    subDetail: tuple[ExplanationOfBenefitAddItemDetailSubDetail, ...] = ()
    def __post_init__(self) -> None:
        if (self.noteNumber_element or None in self.noteNumber) and not aligned(self.noteNumber, self.noteNumber_element):
            raise ValueError("ExplanationOfBenefitAddItemDetail.noteNumber holds a null without an extension")

_EXPLANATIONOFBENEFITADDITEM_SERVICED = attributes('servicedDate', 'servicedPeriod', 'servicedDate_element')
_EXPLANATIONOFBENEFITADDITEM_LOCATION = attributes('locationCodeableConcept', 'locationAddress', 'locationReference')
class ExplanationOfBenefitAddItem(BackboneElement, kw_only=True):
    itemSequence: tuple[PositiveInt | None, ...] = ()
    itemSequence_element: tuple[Element | None, ...] = named(default=(), name="_itemSequence")
    detailSequence: tuple[PositiveInt | None, ...] = ()
    detailSequence_element: tuple[Element | None, ...] = named(default=(), name="_detailSequence")
    subDetailSequence: tuple[PositiveInt | None, ...] = ()
    subDetailSequence_element: tuple[Element | None, ...] = named(default=(), name="_subDetailSequence")
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
    adjudication: tuple[ExplanationOfBenefitItemAdjudication, ...] = ()
    detail: tuple[ExplanationOfBenefitAddItemDetail, ...] = ()
    def __post_init__(self) -> None:
        if (self.itemSequence_element or None in self.itemSequence) and not aligned(self.itemSequence, self.itemSequence_element):
            raise ValueError("ExplanationOfBenefitAddItem.itemSequence holds a null without an extension")
        if (self.detailSequence_element or None in self.detailSequence) and not aligned(self.detailSequence, self.detailSequence_element):
            raise ValueError("ExplanationOfBenefitAddItem.detailSequence holds a null without an extension")
        if (self.subDetailSequence_element or None in self.subDetailSequence) and not aligned(self.subDetailSequence, self.subDetailSequence_element):
            raise ValueError("ExplanationOfBenefitAddItem.subDetailSequence holds a null without an extension")
        given = 3 - _EXPLANATIONOFBENEFITADDITEM_SERVICED(self).count(None)
        if given > 1:
            given = chosen(_EXPLANATIONOFBENEFITADDITEM_SERVICED(self), 2)
        if given > 1:
            raise ValueError("ExplanationOfBenefitAddItem.serviced[x] takes at most one type")
        given = 3 - _EXPLANATIONOFBENEFITADDITEM_LOCATION(self).count(None)
        if given > 1:
            raise ValueError("ExplanationOfBenefitAddItem.location[x] takes at most one type")
        if (self.noteNumber_element or None in self.noteNumber) and not aligned(self.noteNumber, self.noteNumber_element):
            raise ValueError("ExplanationOfBenefitAddItem.noteNumber holds a null without an extension")

class ExplanationOfBenefitTotal(BackboneElement, kw_only=True):
    category: CodeableConcept
    amount: Money

class ExplanationOfBenefitPayment(BackboneElement, kw_only=True):
    type: CodeableConcept | None = None
    adjustment: Money | None = None
    adjustmentReason: CodeableConcept | None = None
    date: CheckedDate | None = None
    date_element: Element | None = named(default=None, name="_date")
    amount: Money | None = None
    identifier: Identifier | None = None

class ExplanationOfBenefitProcessNote(BackboneElement, kw_only=True):
    number: PositiveInt | None = None
    number_element: Element | None = named(default=None, name="_number")
    type: Literal['display', 'print', 'printoper'] | None = None
    type_element: Element | None = named(default=None, name="_type")
    text: String | None = None
    text_element: Element | None = named(default=None, name="_text")
    language: CodeableConcept | None = None

_EXPLANATIONOFBENEFITBENEFITBALANCEFINANCIAL_ALLOWED = attributes('allowedUnsignedInt', 'allowedString', 'allowedMoney', 'allowedUnsignedInt_element', 'allowedString_element')
_EXPLANATIONOFBENEFITBENEFITBALANCEFINANCIAL_USED = attributes('usedUnsignedInt', 'usedMoney', 'usedUnsignedInt_element')
class ExplanationOfBenefitBenefitBalanceFinancial(BackboneElement, kw_only=True):
    type: CodeableConcept
    allowedUnsignedInt: UnsignedInt | None = None
    allowedUnsignedInt_element: Element | None = named(default=None, name="_allowedUnsignedInt")
    allowedString: String | None = None
    allowedString_element: Element | None = named(default=None, name="_allowedString")
    allowedMoney: Money | None = None
    usedUnsignedInt: UnsignedInt | None = None
    usedUnsignedInt_element: Element | None = named(default=None, name="_usedUnsignedInt")
    usedMoney: Money | None = None
    def __post_init__(self) -> None:
        given = 5 - _EXPLANATIONOFBENEFITBENEFITBALANCEFINANCIAL_ALLOWED(self).count(None)
        if given > 1:
            given = chosen(_EXPLANATIONOFBENEFITBENEFITBALANCEFINANCIAL_ALLOWED(self), 3)
        if given > 1:
            raise ValueError("ExplanationOfBenefitBenefitBalanceFinancial.allowed[x] takes at most one type")
        given = 3 - _EXPLANATIONOFBENEFITBENEFITBALANCEFINANCIAL_USED(self).count(None)
        if given > 1:
            given = chosen(_EXPLANATIONOFBENEFITBENEFITBALANCEFINANCIAL_USED(self), 2)
        if given > 1:
            raise ValueError("ExplanationOfBenefitBenefitBalanceFinancial.used[x] takes at most one type")

class ExplanationOfBenefitBenefitBalance(BackboneElement, kw_only=True):
    category: CodeableConcept
    excluded: bool | None = None
    excluded_element: Element | None = named(default=None, name="_excluded")
    name: String | None = None
    name_element: Element | None = named(default=None, name="_name")
    description: String | None = None
    description_element: Element | None = named(default=None, name="_description")
    network: CodeableConcept | None = None
    unit: CodeableConcept | None = None
    term: CodeableConcept | None = None
    financial: tuple[ExplanationOfBenefitBenefitBalanceFinancial, ...] = ()

class ExplanationOfBenefit(DomainResource, kw_only=True, tag_field="resourceType", tag="ExplanationOfBenefit"):
    identifier: tuple[Identifier, ...] = ()
    status: Literal['active', 'cancelled', 'draft', 'entered-in-error'] | None = None
    status_element: Element | None = named(default=None, name="_status")
    type: CodeableConcept
    subType: CodeableConcept | None = None
    use: Literal['claim', 'preauthorization', 'predetermination'] | None = None
    use_element: Element | None = named(default=None, name="_use")
    patient: Reference
    billablePeriod: Period | None = None
    created: DateTime | None = None
    created_element: Element | None = named(default=None, name="_created")
    enterer: Reference | None = None
    insurer: Reference
    provider: Reference
    priority: CodeableConcept | None = None
    fundsReserveRequested: CodeableConcept | None = None
    fundsReserve: CodeableConcept | None = None
    related: tuple[ExplanationOfBenefitRelated, ...] = ()
    prescription: Reference | None = None
    originalPrescription: Reference | None = None
    payee: ExplanationOfBenefitPayee | None = None
    referral: Reference | None = None
    facility: Reference | None = None
    claim: Reference | None = None
    claimResponse: Reference | None = None
    outcome: Literal['queued', 'complete', 'error', 'partial'] | None = None
    outcome_element: Element | None = named(default=None, name="_outcome")
    disposition: String | None = None
    disposition_element: Element | None = named(default=None, name="_disposition")
    preAuthRef: tuple[String | None, ...] = ()
    preAuthRef_element: tuple[Element | None, ...] = named(default=(), name="_preAuthRef")
    preAuthRefPeriod: tuple[Period, ...] = ()
    careTeam: tuple[ExplanationOfBenefitCareTeam, ...] = ()
    supportingInfo: tuple[ExplanationOfBenefitSupportingInfo, ...] = ()
    diagnosis: tuple[ExplanationOfBenefitDiagnosis, ...] = ()
    procedure: tuple[ExplanationOfBenefitProcedure, ...] = ()
    precedence: PositiveInt | None = None
    precedence_element: Element | None = named(default=None, name="_precedence")
    insurance: tuple[ExplanationOfBenefitInsurance, ...]
    accident: ExplanationOfBenefitAccident | None = None
    item: tuple[ExplanationOfBenefitItem, ...] = ()
    addItem: tuple[ExplanationOfBenefitAddItem, ...] = ()
    adjudication: tuple[ExplanationOfBenefitItemAdjudication, ...] = ()
    total: tuple[ExplanationOfBenefitTotal, ...] = ()
    payment: ExplanationOfBenefitPayment | None = None
    formCode: CodeableConcept | None = None
    form: Attachment | None = None
    processNote: tuple[ExplanationOfBenefitProcessNote, ...] = ()
    benefitPeriod: Period | None = None
    benefitBalance: tuple[ExplanationOfBenefitBenefitBalance, ...] = ()
    def __post_init__(self) -> None:
        if (v := self.id) is not None and not is_id(v):
            raise ValueError("Resource.id is malformed")
        if (v := self.implicitRules) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Resource.implicitRules is malformed")
        if (v := self.language) is not None and v not in CODES and not is_code(v):
            raise ValueError("Resource.language is malformed")
        if self.status is None and self.status_element is None:
            raise ValueError("ExplanationOfBenefit.status is required")
        if self.use is None and self.use_element is None:
            raise ValueError("ExplanationOfBenefit.use is required")
        if (v := self.created) is not None and v not in DATE_TIMES and not is_date_time(v):
            raise ValueError("ExplanationOfBenefit.created is malformed")
        if self.created is None and self.created_element is None:
            raise ValueError("ExplanationOfBenefit.created is required")
        if self.outcome is None and self.outcome_element is None:
            raise ValueError("ExplanationOfBenefit.outcome is required")
        if (self.preAuthRef_element or None in self.preAuthRef) and not aligned(self.preAuthRef, self.preAuthRef_element):
            raise ValueError("ExplanationOfBenefit.preAuthRef holds a null without an extension")


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a ExplanationOfBenefit into `out`; its patient and its clinical date."""
    identifier = out.identifiers.append
    token = out.tokens.append
    string = out.strings.append
    uri = out.uris.append
    reference = out.references.append
    date = out.dates.append
    patient0 = patient1 = date0 = None
    for v1 in r.careTeam:
        if (v2 := v1.provider) is not None:
            if (v2r := v2.reference) is not None and v2r[0] != '#':
                reference(('care-team', v2r))
            if (v2i := v2.identifier) is not None and v2i.value is not None:
                identifier(('care-team', v2i.system, v2i.value))
    if (v3 := r.claim) is not None:
        if (v3r := v3.reference) is not None and v3r[0] != '#':
            reference(('claim', v3r))
        if (v3i := v3.identifier) is not None and v3i.value is not None:
            identifier(('claim', v3i.system, v3i.value))
    for v4 in r.insurance:
        if (v5 := v4.coverage) is not None:
            if (v5r := v5.reference) is not None and v5r[0] != '#':
                reference(('coverage', v5r))
            if (v5i := v5.identifier) is not None and v5i.value is not None:
                identifier(('coverage', v5i.system, v5i.value))
    if (v6 := r.created) is not None:
        v6l, v6h = date_range(v6)
        date(('created', v6l, v6h))
        if date0 is None: date0 = known(v6l, v6h)
    for v7 in r.item:
        for v8 in v7.detail:
            for v9 in v8.udi:
                if (v9r := v9.reference) is not None and v9r[0] != '#':
                    reference(('detail-udi', v9r))
                if (v9i := v9.identifier) is not None and v9i.value is not None:
                    identifier(('detail-udi', v9i.system, v9i.value))
            for v10 in v8.subDetail:
                for v11 in v10.udi:
                    if (v11r := v11.reference) is not None and v11r[0] != '#':
                        reference(('subdetail-udi', v11r))
                    if (v11i := v11.identifier) is not None and v11i.value is not None:
                        identifier(('subdetail-udi', v11i.system, v11i.value))
        for v12 in v7.encounter:
            if (v12r := v12.reference) is not None and v12r[0] != '#':
                reference(('encounter', v12r))
            if (v12i := v12.identifier) is not None and v12i.value is not None:
                identifier(('encounter', v12i.system, v12i.value))
        for v13 in v7.udi:
            if (v13r := v13.reference) is not None and v13r[0] != '#':
                reference(('item-udi', v13r))
            if (v13i := v13.identifier) is not None and v13i.value is not None:
                identifier(('item-udi', v13i.system, v13i.value))
    if (v14 := r.disposition) is not None:
        string(('disposition', v14))
    if (v15 := r.enterer) is not None:
        if (v15r := v15.reference) is not None and v15r[0] != '#':
            reference(('enterer', v15r))
        if (v15i := v15.identifier) is not None and v15i.value is not None:
            identifier(('enterer', v15i.system, v15i.value))
    if (v16 := r.facility) is not None:
        if (v16r := v16.reference) is not None and v16r[0] != '#':
            reference(('facility', v16r))
        if (v16i := v16.identifier) is not None and v16i.value is not None:
            identifier(('facility', v16i.system, v16i.value))
    for v17 in r.identifier:
        if v17.value is not None:
            token(('identifier', v17.system, v17.value))
    if (v18 := r.patient) is not None:
        if (v18r := v18.reference) is not None and v18r[0] != '#':
            reference(('patient', v18r))
            if patient0 is None: patient0 = patient_id(v18r)
        if (v18i := v18.identifier) is not None and v18i.value is not None:
            identifier(('patient', v18i.system, v18i.value))
    if (v19 := r.payee) is not None:
        if (v20 := v19.party) is not None:
            if (v20r := v20.reference) is not None and v20r[0] != '#':
                reference(('payee', v20r))
                if patient1 is None: patient1 = patient_id(v20r)
            if (v20i := v20.identifier) is not None and v20i.value is not None:
                identifier(('payee', v20i.system, v20i.value))
    for v21 in r.procedure:
        for v22 in v21.udi:
            if (v22r := v22.reference) is not None and v22r[0] != '#':
                reference(('procedure-udi', v22r))
            if (v22i := v22.identifier) is not None and v22i.value is not None:
                identifier(('procedure-udi', v22i.system, v22i.value))
    if (v23 := r.provider) is not None:
        if (v23r := v23.reference) is not None and v23r[0] != '#':
            reference(('provider', v23r))
        if (v23i := v23.identifier) is not None and v23i.value is not None:
            identifier(('provider', v23i.system, v23i.value))
    if (v24 := r.status) is not None:
        token(('status', 'http://hl7.org/fhir/explanationofbenefit-status', v24))
    if (v25 := r.meta) is not None:
        for v26 in v25.profile:
            if v26 is not None:
                uri(('_profile', v26))
                if '|' in v26:
                    v26w = v26.partition('|')[0]
                    uri(('_profile', v26w))
        for v27 in v25.security:
            if v27.code is not None:
                token(('_security', v27.system, v27.code))
        if (v28 := v25.source) is not None:
            uri(('_source', v28))
        for v29 in v25.tag:
            if v29.code is not None:
                token(('_tag', v29.system, v29.code))
    return patient0 or patient1, date0
