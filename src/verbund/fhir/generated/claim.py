"""The resource type Claim of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import CODES, URIS, DATE_TIMES, aligned, attributes, chosen, is_code, is_uri, is_id, is_date_time
from verbund.fhir.extraction import Collector, date_range, known, patient_id
from verbund.fhir.generated.datatypes import Address, Attachment, BackboneElement, CodeableConcept, DomainResource, Element, Identifier, Money, Period, Quantity, Reference, Resource
from verbund.fhir.generated.primitives import CheckedDate, CheckedDateTime, DateTime, Decimal, PositiveInt, String

class ClaimRelated(BackboneElement, kw_only=True):
    claim: Reference | None = None
    relationship: CodeableConcept | None = None
    reference: Identifier | None = None

class ClaimPayee(BackboneElement, kw_only=True):
    type: CodeableConcept
    party: Reference | None = None

class ClaimCareTeam(BackboneElement, kw_only=True):
    sequence: PositiveInt | None = None
    sequence_element: Element | None = named(default=None, name="_sequence")
    provider: Reference
    responsible: bool | None = None
    responsible_element: Element | None = named(default=None, name="_responsible")
    role: CodeableConcept | None = None
    qualification: CodeableConcept | None = None
    def __post_init__(self) -> None:
        if self.sequence is None and self.sequence_element is None:
            raise ValueError("ClaimCareTeam.sequence is required")

_CLAIMSUPPORTINGINFO_TIMING = attributes('timingDate', 'timingPeriod', 'timingDate_element')
_CLAIMSUPPORTINGINFO_VALUE = attributes('valueBoolean', 'valueString', 'valueQuantity', 'valueAttachment', 'valueReference', 'valueBoolean_element', 'valueString_element')
class ClaimSupportingInfo(BackboneElement, kw_only=True):
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
    reason: CodeableConcept | None = None
    def __post_init__(self) -> None:
        if self.sequence is None and self.sequence_element is None:
            raise ValueError("ClaimSupportingInfo.sequence is required")
        given = 3 - _CLAIMSUPPORTINGINFO_TIMING(self).count(None)
        if given > 1:
            given = chosen(_CLAIMSUPPORTINGINFO_TIMING(self), 2)
        if given > 1:
            raise ValueError("ClaimSupportingInfo.timing[x] takes at most one type")
        given = 7 - _CLAIMSUPPORTINGINFO_VALUE(self).count(None)
        if given > 1:
            given = chosen(_CLAIMSUPPORTINGINFO_VALUE(self), 5)
        if given > 1:
            raise ValueError("ClaimSupportingInfo.value[x] takes at most one type")

_CLAIMDIAGNOSIS_DIAGNOSIS = attributes('diagnosisCodeableConcept', 'diagnosisReference')
class ClaimDiagnosis(BackboneElement, kw_only=True):
    sequence: PositiveInt | None = None
    sequence_element: Element | None = named(default=None, name="_sequence")
    diagnosisCodeableConcept: CodeableConcept | None = None
    diagnosisReference: Reference | None = None
    type: tuple[CodeableConcept, ...] = ()
    onAdmission: CodeableConcept | None = None
    packageCode: CodeableConcept | None = None
    def __post_init__(self) -> None:
        if self.sequence is None and self.sequence_element is None:
            raise ValueError("ClaimDiagnosis.sequence is required")
        given = 2 - _CLAIMDIAGNOSIS_DIAGNOSIS(self).count(None)
        if given != 1:
            raise ValueError("ClaimDiagnosis.diagnosis[x] takes exactly one type")

_CLAIMPROCEDURE_PROCEDURE = attributes('procedureCodeableConcept', 'procedureReference')
class ClaimProcedure(BackboneElement, kw_only=True):
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
            raise ValueError("ClaimProcedure.sequence is required")
        given = 2 - _CLAIMPROCEDURE_PROCEDURE(self).count(None)
        if given != 1:
            raise ValueError("ClaimProcedure.procedure[x] takes exactly one type")

class ClaimInsurance(BackboneElement, kw_only=True):
    sequence: PositiveInt | None = None
    sequence_element: Element | None = named(default=None, name="_sequence")
    focal: bool | None = None
    focal_element: Element | None = named(default=None, name="_focal")
    identifier: Identifier | None = None
    coverage: Reference
    businessArrangement: String | None = None
    businessArrangement_element: Element | None = named(default=None, name="_businessArrangement")
    preAuthRef: tuple[String | None, ...] = ()
    preAuthRef_element: tuple[Element | None, ...] = named(default=(), name="_preAuthRef")
    claimResponse: Reference | None = None
    def __post_init__(self) -> None:
        if self.sequence is None and self.sequence_element is None:
            raise ValueError("ClaimInsurance.sequence is required")
        if self.focal is None and self.focal_element is None:
            raise ValueError("ClaimInsurance.focal is required")
        if (self.preAuthRef_element or None in self.preAuthRef) and not aligned(self.preAuthRef, self.preAuthRef_element):
            raise ValueError("ClaimInsurance.preAuthRef holds a null without an extension")

_CLAIMACCIDENT_LOCATION = attributes('locationAddress', 'locationReference')
class ClaimAccident(BackboneElement, kw_only=True):
    date: CheckedDate | None = None
    date_element: Element | None = named(default=None, name="_date")
    type: CodeableConcept | None = None
    locationAddress: Address | None = None
    locationReference: Reference | None = None
    def __post_init__(self) -> None:
        if self.date is None and self.date_element is None:
            raise ValueError("ClaimAccident.date is required")
        given = 2 - _CLAIMACCIDENT_LOCATION(self).count(None)
        if given > 1:
            raise ValueError("ClaimAccident.location[x] takes at most one type")

class ClaimItemDetailSubDetail(BackboneElement, kw_only=True):
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
    def __post_init__(self) -> None:
        if self.sequence is None and self.sequence_element is None:
            raise ValueError("ClaimItemDetailSubDetail.sequence is required")

class ClaimItemDetail(BackboneElement, kw_only=True):
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
    subDetail: tuple[ClaimItemDetailSubDetail, ...] = ()
    def __post_init__(self) -> None:
        if self.sequence is None and self.sequence_element is None:
            raise ValueError("ClaimItemDetail.sequence is required")

_CLAIMITEM_SERVICED = attributes('servicedDate', 'servicedPeriod', 'servicedDate_element')
_CLAIMITEM_LOCATION = attributes('locationCodeableConcept', 'locationAddress', 'locationReference')
class ClaimItem(BackboneElement, kw_only=True):
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
    detail: tuple[ClaimItemDetail, ...] = ()
    def __post_init__(self) -> None:
        if self.sequence is None and self.sequence_element is None:
            raise ValueError("ClaimItem.sequence is required")
        if (self.careTeamSequence_element or None in self.careTeamSequence) and not aligned(self.careTeamSequence, self.careTeamSequence_element):
            raise ValueError("ClaimItem.careTeamSequence holds a null without an extension")
        if (self.diagnosisSequence_element or None in self.diagnosisSequence) and not aligned(self.diagnosisSequence, self.diagnosisSequence_element):
            raise ValueError("ClaimItem.diagnosisSequence holds a null without an extension")
        if (self.procedureSequence_element or None in self.procedureSequence) and not aligned(self.procedureSequence, self.procedureSequence_element):
            raise ValueError("ClaimItem.procedureSequence holds a null without an extension")
        if (self.informationSequence_element or None in self.informationSequence) and not aligned(self.informationSequence, self.informationSequence_element):
            raise ValueError("ClaimItem.informationSequence holds a null without an extension")
        given = 3 - _CLAIMITEM_SERVICED(self).count(None)
        if given > 1:
            given = chosen(_CLAIMITEM_SERVICED(self), 2)
        if given > 1:
            raise ValueError("ClaimItem.serviced[x] takes at most one type")
        given = 3 - _CLAIMITEM_LOCATION(self).count(None)
        if given > 1:
            raise ValueError("ClaimItem.location[x] takes at most one type")

class Claim(DomainResource, kw_only=True, tag_field="resourceType", tag="Claim"):
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
    insurer: Reference | None = None
    provider: Reference
    priority: CodeableConcept
    fundsReserve: CodeableConcept | None = None
    related: tuple[ClaimRelated, ...] = ()
    prescription: Reference | None = None
    originalPrescription: Reference | None = None
    payee: ClaimPayee | None = None
    referral: Reference | None = None
    facility: Reference | None = None
    careTeam: tuple[ClaimCareTeam, ...] = ()
    supportingInfo: tuple[ClaimSupportingInfo, ...] = ()
    diagnosis: tuple[ClaimDiagnosis, ...] = ()
    procedure: tuple[ClaimProcedure, ...] = ()
    insurance: tuple[ClaimInsurance, ...]
    accident: ClaimAccident | None = None
    item: tuple[ClaimItem, ...] = ()
    total: Money | None = None
    def __post_init__(self) -> None:
        if (v := self.id) is not None and not is_id(v):
            raise ValueError("Resource.id is malformed")
        if (v := self.implicitRules) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Resource.implicitRules is malformed")
        if (v := self.language) is not None and v not in CODES and not is_code(v):
            raise ValueError("Resource.language is malformed")
        if self.status is None and self.status_element is None:
            raise ValueError("Claim.status is required")
        if self.use is None and self.use_element is None:
            raise ValueError("Claim.use is required")
        if (v := self.created) is not None and v not in DATE_TIMES and not is_date_time(v):
            raise ValueError("Claim.created is malformed")
        if self.created is None and self.created_element is None:
            raise ValueError("Claim.created is required")


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a Claim into `out`; its patient and its clinical date."""
    identifier = out.identifiers.append
    token = out.tokens.append
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
    if (v3 := r.created) is not None:
        v3l, v3h = date_range(v3)
        date(('created', v3l, v3h))
        if date0 is None: date0 = known(v3l, v3h)
    for v4 in r.item:
        for v5 in v4.detail:
            for v6 in v5.udi:
                if (v6r := v6.reference) is not None and v6r[0] != '#':
                    reference(('detail-udi', v6r))
                if (v6i := v6.identifier) is not None and v6i.value is not None:
                    identifier(('detail-udi', v6i.system, v6i.value))
            for v7 in v5.subDetail:
                for v8 in v7.udi:
                    if (v8r := v8.reference) is not None and v8r[0] != '#':
                        reference(('subdetail-udi', v8r))
                    if (v8i := v8.identifier) is not None and v8i.value is not None:
                        identifier(('subdetail-udi', v8i.system, v8i.value))
        for v9 in v4.encounter:
            if (v9r := v9.reference) is not None and v9r[0] != '#':
                reference(('encounter', v9r))
            if (v9i := v9.identifier) is not None and v9i.value is not None:
                identifier(('encounter', v9i.system, v9i.value))
        for v10 in v4.udi:
            if (v10r := v10.reference) is not None and v10r[0] != '#':
                reference(('item-udi', v10r))
            if (v10i := v10.identifier) is not None and v10i.value is not None:
                identifier(('item-udi', v10i.system, v10i.value))
    if (v11 := r.enterer) is not None:
        if (v11r := v11.reference) is not None and v11r[0] != '#':
            reference(('enterer', v11r))
        if (v11i := v11.identifier) is not None and v11i.value is not None:
            identifier(('enterer', v11i.system, v11i.value))
    if (v12 := r.facility) is not None:
        if (v12r := v12.reference) is not None and v12r[0] != '#':
            reference(('facility', v12r))
        if (v12i := v12.identifier) is not None and v12i.value is not None:
            identifier(('facility', v12i.system, v12i.value))
    for v13 in r.identifier:
        if v13.value is not None:
            token(('identifier', v13.system, v13.value))
    if (v14 := r.insurer) is not None:
        if (v14r := v14.reference) is not None and v14r[0] != '#':
            reference(('insurer', v14r))
        if (v14i := v14.identifier) is not None and v14i.value is not None:
            identifier(('insurer', v14i.system, v14i.value))
    if (v15 := r.patient) is not None:
        if (v15r := v15.reference) is not None and v15r[0] != '#':
            reference(('patient', v15r))
            if patient0 is None: patient0 = patient_id(v15r)
        if (v15i := v15.identifier) is not None and v15i.value is not None:
            identifier(('patient', v15i.system, v15i.value))
    if (v16 := r.payee) is not None:
        if (v17 := v16.party) is not None:
            if (v17r := v17.reference) is not None and v17r[0] != '#':
                reference(('payee', v17r))
                if patient1 is None: patient1 = patient_id(v17r)
            if (v17i := v17.identifier) is not None and v17i.value is not None:
                identifier(('payee', v17i.system, v17i.value))
    if (v18 := r.priority) is not None:
        for c in v18.coding:
            if c.code is not None:
                token(('priority', c.system, c.code))
    for v19 in r.procedure:
        for v20 in v19.udi:
            if (v20r := v20.reference) is not None and v20r[0] != '#':
                reference(('procedure-udi', v20r))
            if (v20i := v20.identifier) is not None and v20i.value is not None:
                identifier(('procedure-udi', v20i.system, v20i.value))
    if (v21 := r.provider) is not None:
        if (v21r := v21.reference) is not None and v21r[0] != '#':
            reference(('provider', v21r))
        if (v21i := v21.identifier) is not None and v21i.value is not None:
            identifier(('provider', v21i.system, v21i.value))
    if (v22 := r.status) is not None:
        token(('status', 'http://hl7.org/fhir/fm-status', v22))
    if (v23 := r.use) is not None:
        token(('use', 'http://hl7.org/fhir/claim-use', v23))
    if (v24 := r.meta) is not None:
        for v25 in v24.profile:
            if v25 is not None:
                uri(('_profile', v25))
                if '|' in v25:
                    v25w = v25.partition('|')[0]
                    uri(('_profile', v25w))
        for v26 in v24.security:
            if v26.code is not None:
                token(('_security', v26.system, v26.code))
        if (v27 := v24.source) is not None:
            uri(('_source', v27))
        for v28 in v24.tag:
            if v28.code is not None:
                token(('_tag', v28.system, v28.code))
    return patient0 or patient1, date0
