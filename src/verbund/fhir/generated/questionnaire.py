"""The resource type Questionnaire of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import CODES, URIS, DATES, DATE_TIMES, aligned, attributes, chosen, is_code, is_uri, is_id, is_date, is_date_time
from verbund.fhir.extraction import Collector, date_range, known, period_range, quantity_range, span
from verbund.fhir.generated.datatypes import Attachment, BackboneElement, CodeableConcept, Coding, ContactDetail, DomainResource, Element, Identifier, Period, Quantity, Reference, Resource, UsageContext
from verbund.fhir.generated.primitives import CheckedDate, CheckedDateTime, CheckedTime, CheckedUri, Date, DateTime, Decimal, Integer, String, Uri

_QUESTIONNAIREITEMENABLEWHEN_ANSWER = attributes('answerBoolean', 'answerDecimal', 'answerInteger', 'answerDate', 'answerDateTime', 'answerTime', 'answerString', 'answerCoding', 'answerQuantity', 'answerReference', 'answerBoolean_element', 'answerDecimal_element', 'answerInteger_element', 'answerDate_element', 'answerDateTime_element', 'answerTime_element', 'answerString_element')
class QuestionnaireItemEnableWhen(BackboneElement, kw_only=True):
    question: String | None = None
    question_element: Element | None = named(default=None, name="_question")
    operator: Literal['exists', '=', '!=', '>', '<', '>=', '<='] | None = None
    operator_element: Element | None = named(default=None, name="_operator")
    answerBoolean: bool | None = None
    answerBoolean_element: Element | None = named(default=None, name="_answerBoolean")
    answerDecimal: Decimal | None = None
    answerDecimal_element: Element | None = named(default=None, name="_answerDecimal")
    answerInteger: Integer | None = None
    answerInteger_element: Element | None = named(default=None, name="_answerInteger")
    answerDate: CheckedDate | None = None
    answerDate_element: Element | None = named(default=None, name="_answerDate")
    answerDateTime: CheckedDateTime | None = None
    answerDateTime_element: Element | None = named(default=None, name="_answerDateTime")
    answerTime: CheckedTime | None = None
    answerTime_element: Element | None = named(default=None, name="_answerTime")
    answerString: String | None = None
    answerString_element: Element | None = named(default=None, name="_answerString")
    answerCoding: Coding | None = None
    answerQuantity: Quantity | None = None
    answerReference: Reference | None = None
    def __post_init__(self) -> None:
        if self.question is None and self.question_element is None:
            raise ValueError("QuestionnaireItemEnableWhen.question is required")
        if self.operator is None and self.operator_element is None:
            raise ValueError("QuestionnaireItemEnableWhen.operator is required")
        given = 17 - _QUESTIONNAIREITEMENABLEWHEN_ANSWER(self).count(None)
        if given > 1:
            given = chosen(_QUESTIONNAIREITEMENABLEWHEN_ANSWER(self), 10)
        if given != 1:
            raise ValueError("QuestionnaireItemEnableWhen.answer[x] takes exactly one type")

_QUESTIONNAIREITEMANSWEROPTION_VALUE = attributes('valueInteger', 'valueDate', 'valueTime', 'valueString', 'valueCoding', 'valueReference', 'valueInteger_element', 'valueDate_element', 'valueTime_element', 'valueString_element')
class QuestionnaireItemAnswerOption(BackboneElement, kw_only=True):
    valueInteger: Integer | None = None
    valueInteger_element: Element | None = named(default=None, name="_valueInteger")
    valueDate: CheckedDate | None = None
    valueDate_element: Element | None = named(default=None, name="_valueDate")
    valueTime: CheckedTime | None = None
    valueTime_element: Element | None = named(default=None, name="_valueTime")
    valueString: String | None = None
    valueString_element: Element | None = named(default=None, name="_valueString")
    valueCoding: Coding | None = None
    valueReference: Reference | None = None
    initialSelected: bool | None = None
    initialSelected_element: Element | None = named(default=None, name="_initialSelected")
    def __post_init__(self) -> None:
        given = 10 - _QUESTIONNAIREITEMANSWEROPTION_VALUE(self).count(None)
        if given > 1:
            given = chosen(_QUESTIONNAIREITEMANSWEROPTION_VALUE(self), 6)
        if given != 1:
            raise ValueError("QuestionnaireItemAnswerOption.value[x] takes exactly one type")

_QUESTIONNAIREITEMINITIAL_VALUE = attributes('valueBoolean', 'valueDecimal', 'valueInteger', 'valueDate', 'valueDateTime', 'valueTime', 'valueString', 'valueUri', 'valueAttachment', 'valueCoding', 'valueQuantity', 'valueReference', 'valueBoolean_element', 'valueDecimal_element', 'valueInteger_element', 'valueDate_element', 'valueDateTime_element', 'valueTime_element', 'valueString_element', 'valueUri_element')
class QuestionnaireItemInitial(BackboneElement, kw_only=True):
    valueBoolean: bool | None = None
    valueBoolean_element: Element | None = named(default=None, name="_valueBoolean")
    valueDecimal: Decimal | None = None
    valueDecimal_element: Element | None = named(default=None, name="_valueDecimal")
    valueInteger: Integer | None = None
    valueInteger_element: Element | None = named(default=None, name="_valueInteger")
    valueDate: CheckedDate | None = None
    valueDate_element: Element | None = named(default=None, name="_valueDate")
    valueDateTime: CheckedDateTime | None = None
    valueDateTime_element: Element | None = named(default=None, name="_valueDateTime")
    valueTime: CheckedTime | None = None
    valueTime_element: Element | None = named(default=None, name="_valueTime")
    valueString: String | None = None
    valueString_element: Element | None = named(default=None, name="_valueString")
    valueUri: CheckedUri | None = None
    valueUri_element: Element | None = named(default=None, name="_valueUri")
    valueAttachment: Attachment | None = None
    valueCoding: Coding | None = None
    valueQuantity: Quantity | None = None
    valueReference: Reference | None = None
    def __post_init__(self) -> None:
        given = 20 - _QUESTIONNAIREITEMINITIAL_VALUE(self).count(None)
        if given > 1:
            given = chosen(_QUESTIONNAIREITEMINITIAL_VALUE(self), 12)
        if given != 1:
            raise ValueError("QuestionnaireItemInitial.value[x] takes exactly one type")

class QuestionnaireItem(BackboneElement, kw_only=True):
    linkId: String | None = None
    linkId_element: Element | None = named(default=None, name="_linkId")
    definition: CheckedUri | None = None
    definition_element: Element | None = named(default=None, name="_definition")
    code: tuple[Coding, ...] = ()
    prefix: String | None = None
    prefix_element: Element | None = named(default=None, name="_prefix")
    text: String | None = None
    text_element: Element | None = named(default=None, name="_text")
    type: Literal['group', 'display', 'question', 'boolean', 'decimal', 'integer', 'date', 'dateTime', 'time', 'string', 'text', 'url', 'choice', 'open-choice', 'attachment', 'reference', 'quantity'] | None = None
    type_element: Element | None = named(default=None, name="_type")
    enableWhen: tuple[QuestionnaireItemEnableWhen, ...] = ()
    enableBehavior: Literal['all', 'any'] | None = None
    enableBehavior_element: Element | None = named(default=None, name="_enableBehavior")
    required: bool | None = None
    required_element: Element | None = named(default=None, name="_required")
    repeats: bool | None = None
    repeats_element: Element | None = named(default=None, name="_repeats")
    readOnly: bool | None = None
    readOnly_element: Element | None = named(default=None, name="_readOnly")
    maxLength: Integer | None = None
    maxLength_element: Element | None = named(default=None, name="_maxLength")
    answerValueSet: CheckedUri | None = None
    answerValueSet_element: Element | None = named(default=None, name="_answerValueSet")
    answerOption: tuple[QuestionnaireItemAnswerOption, ...] = ()
    initial: tuple[QuestionnaireItemInitial, ...] = ()
    item: "tuple[QuestionnaireItem, ...]" = ()
    def __post_init__(self) -> None:
        if self.linkId is None and self.linkId_element is None:
            raise ValueError("QuestionnaireItem.linkId is required")
        if self.type is None and self.type_element is None:
            raise ValueError("QuestionnaireItem.type is required")

class Questionnaire(DomainResource, kw_only=True, tag_field="resourceType", tag="Questionnaire"):
    url: Uri | None = None
    url_element: Element | None = named(default=None, name="_url")
    identifier: tuple[Identifier, ...] = ()
    version: String | None = None
    version_element: Element | None = named(default=None, name="_version")
    name: String | None = None
    name_element: Element | None = named(default=None, name="_name")
    title: String | None = None
    title_element: Element | None = named(default=None, name="_title")
    derivedFrom: tuple[Uri | None, ...] = ()
    derivedFrom_element: tuple[Element | None, ...] = named(default=(), name="_derivedFrom")
    status: Literal['draft', 'active', 'retired', 'unknown'] | None = None
    status_element: Element | None = named(default=None, name="_status")
    experimental: bool | None = None
    experimental_element: Element | None = named(default=None, name="_experimental")
    subjectType: tuple[Literal['Account', 'ActivityDefinition', 'AdverseEvent', 'AllergyIntolerance', 'Appointment', 'AppointmentResponse', 'AuditEvent', 'Basic', 'Binary', 'BiologicallyDerivedProduct', 'BodyStructure', 'Bundle', 'CapabilityStatement', 'CarePlan', 'CareTeam', 'CatalogEntry', 'ChargeItem', 'ChargeItemDefinition', 'Claim', 'ClaimResponse', 'ClinicalImpression', 'CodeSystem', 'Communication', 'CommunicationRequest', 'CompartmentDefinition', 'Composition', 'ConceptMap', 'Condition', 'Consent', 'Contract', 'Coverage', 'CoverageEligibilityRequest', 'CoverageEligibilityResponse', 'DetectedIssue', 'Device', 'DeviceDefinition', 'DeviceMetric', 'DeviceRequest', 'DeviceUseStatement', 'DiagnosticReport', 'DocumentManifest', 'DocumentReference', 'DomainResource', 'EffectEvidenceSynthesis', 'Encounter', 'Endpoint', 'EnrollmentRequest', 'EnrollmentResponse', 'EpisodeOfCare', 'EventDefinition', 'Evidence', 'EvidenceVariable', 'ExampleScenario', 'ExplanationOfBenefit', 'FamilyMemberHistory', 'Flag', 'Goal', 'GraphDefinition', 'Group', 'GuidanceResponse', 'HealthcareService', 'ImagingStudy', 'Immunization', 'ImmunizationEvaluation', 'ImmunizationRecommendation', 'ImplementationGuide', 'InsurancePlan', 'Invoice', 'Library', 'Linkage', 'List', 'Location', 'Measure', 'MeasureReport', 'Media', 'Medication', 'MedicationAdministration', 'MedicationDispense', 'MedicationKnowledge', 'MedicationRequest', 'MedicationStatement', 'MedicinalProduct', 'MedicinalProductAuthorization', 'MedicinalProductContraindication', 'MedicinalProductIndication', 'MedicinalProductIngredient', 'MedicinalProductInteraction', 'MedicinalProductManufactured', 'MedicinalProductPackaged', 'MedicinalProductPharmaceutical', 'MedicinalProductUndesirableEffect', 'MessageDefinition', 'MessageHeader', 'MolecularSequence', 'NamingSystem', 'NutritionOrder', 'Observation', 'ObservationDefinition', 'OperationDefinition', 'OperationOutcome', 'Organization', 'OrganizationAffiliation', 'Parameters', 'Patient', 'PaymentNotice', 'PaymentReconciliation', 'Person', 'PlanDefinition', 'Practitioner', 'PractitionerRole', 'Procedure', 'Provenance', 'Questionnaire', 'QuestionnaireResponse', 'RelatedPerson', 'RequestGroup', 'ResearchDefinition', 'ResearchElementDefinition', 'ResearchStudy', 'ResearchSubject', 'Resource', 'RiskAssessment', 'RiskEvidenceSynthesis', 'Schedule', 'SearchParameter', 'ServiceRequest', 'Slot', 'Specimen', 'SpecimenDefinition', 'StructureDefinition', 'StructureMap', 'Subscription', 'Substance', 'SubstanceNucleicAcid', 'SubstancePolymer', 'SubstanceProtein', 'SubstanceReferenceInformation', 'SubstanceSourceMaterial', 'SubstanceSpecification', 'SupplyDelivery', 'SupplyRequest', 'Task', 'TerminologyCapabilities', 'TestReport', 'TestScript', 'ValueSet', 'VerificationResult', 'VisionPrescription'] | None, ...] = ()
    subjectType_element: tuple[Element | None, ...] = named(default=(), name="_subjectType")
    date: DateTime | None = None
    date_element: Element | None = named(default=None, name="_date")
    publisher: String | None = None
    publisher_element: Element | None = named(default=None, name="_publisher")
    contact: tuple[ContactDetail, ...] = ()
    description: String | None = None
    description_element: Element | None = named(default=None, name="_description")
    useContext: tuple[UsageContext, ...] = ()
    jurisdiction: tuple[CodeableConcept, ...] = ()
    purpose: String | None = None
    purpose_element: Element | None = named(default=None, name="_purpose")
    copyright: String | None = None
    copyright_element: Element | None = named(default=None, name="_copyright")
    approvalDate: Date | None = None
    approvalDate_element: Element | None = named(default=None, name="_approvalDate")
    lastReviewDate: Date | None = None
    lastReviewDate_element: Element | None = named(default=None, name="_lastReviewDate")
    effectivePeriod: Period | None = None
    code: tuple[Coding, ...] = ()
    item: tuple[QuestionnaireItem, ...] = ()
    def __post_init__(self) -> None:
        if (v := self.id) is not None and not is_id(v):
            raise ValueError("Resource.id is malformed")
        if (v := self.implicitRules) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Resource.implicitRules is malformed")
        if (v := self.language) is not None and v not in CODES and not is_code(v):
            raise ValueError("Resource.language is malformed")
        if (v := self.url) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Questionnaire.url is malformed")
        for v in self.derivedFrom:
            if v is not None and v not in URIS and not is_uri(v):
                raise ValueError("Questionnaire.derivedFrom is malformed")
        if (self.derivedFrom_element or None in self.derivedFrom) and not aligned(self.derivedFrom, self.derivedFrom_element):
            raise ValueError("Questionnaire.derivedFrom holds a null without an extension")
        if self.status is None and self.status_element is None:
            raise ValueError("Questionnaire.status is required")
        if (self.subjectType_element or None in self.subjectType) and not aligned(self.subjectType, self.subjectType_element):
            raise ValueError("Questionnaire.subjectType holds a null without an extension")
        if (v := self.date) is not None and v not in DATE_TIMES and not is_date_time(v):
            raise ValueError("Questionnaire.date is malformed")
        if (v := self.approvalDate) is not None and v not in DATES and not is_date(v):
            raise ValueError("Questionnaire.approvalDate is malformed")
        if (v := self.lastReviewDate) is not None and v not in DATES and not is_date(v):
            raise ValueError("Questionnaire.lastReviewDate is malformed")


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a Questionnaire into `out`; its patient and its clinical date."""
    token = out.tokens.append
    string = out.strings.append
    uri = out.uris.append
    date = out.dates.append
    quantity = out.quantities.append
    date0 = date1 = None
    for v1 in r.item:
        for v2 in v1.code:
            if v2.code is not None:
                token(('code', v2.system, v2.code))
        if (v3 := v1.definition) is not None:
            uri(('definition', v3))
    for v4 in r.useContext:
        if (v5 := v4.valueCodeableConcept) is not None:
            for c in v5.coding:
                if c.code is not None:
                    token(('context', c.system, c.code))
        if (v6 := v4.valueQuantity) is not None:
            if v6.value is not None:
                v6l, v6h = quantity_range(v6)
                quantity(('context-quantity', v6l, v6h, v6.system, v6.code or v6.unit))
                if v6.unit != v6.code and v6.unit and v6.code:
                    quantity(('context-quantity', v6l, v6h, None, v6.unit))
        if (v7 := v4.valueRange) is not None:
            if (v7q := v7.low or v7.high) is not None:
                v7l, v7h = span(v7)
                quantity(('context-quantity', v7l, v7h, v7q.system, v7q.code or v7q.unit))
        if (v8 := v4.code) is not None:
            if v8.code is not None:
                token(('context-type', v8.system, v8.code))
    if (v9 := r.date) is not None:
        v9l, v9h = date_range(v9)
        date(('date', v9l, v9h))
        if date0 is None: date0 = known(v9l, v9h)
    if (v10 := r.description) is not None:
        string(('description', v10))
    if (v11 := r.effectivePeriod) is not None:
        v11l, v11h = period_range(v11)
        date(('effective', v11l, v11h))
        if date1 is None: date1 = known(v11l, v11h)
    for v12 in r.identifier:
        if v12.value is not None:
            token(('identifier', v12.system, v12.value))
    for v13 in r.jurisdiction:
        for c in v13.coding:
            if c.code is not None:
                token(('jurisdiction', c.system, c.code))
    if (v14 := r.name) is not None:
        string(('name', v14))
    if (v15 := r.publisher) is not None:
        string(('publisher', v15))
    if (v16 := r.status) is not None:
        token(('status', 'http://hl7.org/fhir/publication-status', v16))
    for v17 in r.subjectType:
        if v17 is not None:
            token(('subject-type', 'http://hl7.org/fhir/resource-types', v17))
    if (v18 := r.title) is not None:
        string(('title', v18))
    if (v19 := r.url) is not None:
        uri(('url', v19))
    if (v20 := r.version) is not None:
        token(('version', None, v20))
    if (v21 := r.meta) is not None:
        for v22 in v21.profile:
            if v22 is not None:
                uri(('_profile', v22))
                if '|' in v22:
                    v22w = v22.partition('|')[0]
                    uri(('_profile', v22w))
        for v23 in v21.security:
            if v23.code is not None:
                token(('_security', v23.system, v23.code))
        if (v24 := v21.source) is not None:
            uri(('_source', v24))
        for v25 in v21.tag:
            if v25.code is not None:
                token(('_tag', v25.system, v25.code))
    return None, date0 or date1
