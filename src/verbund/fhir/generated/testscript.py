"""The resource type TestScript of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import CODES, URIS, DATE_TIMES, aligned, is_code, is_uri, is_id, is_date_time
from verbund.fhir.extraction import Collector, date_range, known, quantity_range, span
from verbund.fhir.generated.datatypes import Address, Age, Annotation, Attachment, BackboneElement, CodeableConcept, Coding, ContactDetail, ContactPoint, Contributor, Count, DataRequirement, Distance, DomainResource, Dosage, Duration, Element, Expression, Extension, HumanName, Identifier, Meta, Money, Narrative, ParameterDefinition, Period, Quantity, Range, Ratio, Reference, RelatedArtifact, Resource, SampledData, Signature, Timing, TriggerDefinition, UsageContext
from verbund.fhir.generated.primitives import CheckedCode, CheckedId, CheckedUri, DateTime, Integer, String, Uri

class TestScriptOrigin(BackboneElement, kw_only=True):
    index: Integer | None = None
    index_element: Element | None = named(default=None, name="_index")
    profile: Coding
    def __post_init__(self) -> None:
        if self.index is None and self.index_element is None:
            raise ValueError("TestScriptOrigin.index is required")

class TestScriptDestination(BackboneElement, kw_only=True):
    index: Integer | None = None
    index_element: Element | None = named(default=None, name="_index")
    profile: Coding
    def __post_init__(self) -> None:
        if self.index is None and self.index_element is None:
            raise ValueError("TestScriptDestination.index is required")

class TestScriptMetadataLink(BackboneElement, kw_only=True):
    url: CheckedUri | None = None
    url_element: Element | None = named(default=None, name="_url")
    description: String | None = None
    description_element: Element | None = named(default=None, name="_description")
    def __post_init__(self) -> None:
        if self.url is None and self.url_element is None:
            raise ValueError("TestScriptMetadataLink.url is required")

class TestScriptMetadataCapability(BackboneElement, kw_only=True):
    required: bool | None = None
    required_element: Element | None = named(default=None, name="_required")
    validated: bool | None = None
    validated_element: Element | None = named(default=None, name="_validated")
    description: String | None = None
    description_element: Element | None = named(default=None, name="_description")
    origin: tuple[Integer | None, ...] = ()
    origin_element: tuple[Element | None, ...] = named(default=(), name="_origin")
    destination: Integer | None = None
    destination_element: Element | None = named(default=None, name="_destination")
    link: tuple[CheckedUri | None, ...] = ()
    link_element: tuple[Element | None, ...] = named(default=(), name="_link")
    capabilities: CheckedUri | None = None
    capabilities_element: Element | None = named(default=None, name="_capabilities")
    def __post_init__(self) -> None:
        if self.required is None and self.required_element is None:
            raise ValueError("TestScriptMetadataCapability.required is required")
        if self.validated is None and self.validated_element is None:
            raise ValueError("TestScriptMetadataCapability.validated is required")
        if (self.origin_element or None in self.origin) and not aligned(self.origin, self.origin_element):
            raise ValueError("TestScriptMetadataCapability.origin holds a null without an extension")
        if (self.link_element or None in self.link) and not aligned(self.link, self.link_element):
            raise ValueError("TestScriptMetadataCapability.link holds a null without an extension")
        if self.capabilities is None and self.capabilities_element is None:
            raise ValueError("TestScriptMetadataCapability.capabilities is required")

class TestScriptMetadata(BackboneElement, kw_only=True):
    link: tuple[TestScriptMetadataLink, ...] = ()
    capability: tuple[TestScriptMetadataCapability, ...]

class TestScriptFixture(BackboneElement, kw_only=True):
    autocreate: bool | None = None
    autocreate_element: Element | None = named(default=None, name="_autocreate")
    autodelete: bool | None = None
    autodelete_element: Element | None = named(default=None, name="_autodelete")
    resource: Reference | None = None
    def __post_init__(self) -> None:
        if self.autocreate is None and self.autocreate_element is None:
            raise ValueError("TestScriptFixture.autocreate is required")
        if self.autodelete is None and self.autodelete_element is None:
            raise ValueError("TestScriptFixture.autodelete is required")

class TestScriptVariable(BackboneElement, kw_only=True):
    name: String | None = None
    name_element: Element | None = named(default=None, name="_name")
    defaultValue: String | None = None
    defaultValue_element: Element | None = named(default=None, name="_defaultValue")
    description: String | None = None
    description_element: Element | None = named(default=None, name="_description")
    expression: String | None = None
    expression_element: Element | None = named(default=None, name="_expression")
    headerField: String | None = None
    headerField_element: Element | None = named(default=None, name="_headerField")
    hint: String | None = None
    hint_element: Element | None = named(default=None, name="_hint")
    path: String | None = None
    path_element: Element | None = named(default=None, name="_path")
    sourceId: CheckedId | None = None
    sourceId_element: Element | None = named(default=None, name="_sourceId")
    def __post_init__(self) -> None:
        if self.name is None and self.name_element is None:
            raise ValueError("TestScriptVariable.name is required")

class TestScriptSetupActionOperationRequestHeader(BackboneElement, kw_only=True):
    field: String | None = None
    field_element: Element | None = named(default=None, name="_field")
    value: String | None = None
    value_element: Element | None = named(default=None, name="_value")
    def __post_init__(self) -> None:
        if self.field is None and self.field_element is None:
            raise ValueError("TestScriptSetupActionOperationRequestHeader.field is required")
        if self.value is None and self.value_element is None:
            raise ValueError("TestScriptSetupActionOperationRequestHeader.value is required")

class TestScriptSetupActionOperation(BackboneElement, kw_only=True):
    type: Coding | None = None
    resource: Literal['Address', 'Age', 'Annotation', 'Attachment', 'BackboneElement', 'CodeableConcept', 'Coding', 'ContactDetail', 'ContactPoint', 'Contributor', 'Count', 'DataRequirement', 'Distance', 'Dosage', 'Duration', 'Element', 'ElementDefinition', 'Expression', 'Extension', 'HumanName', 'Identifier', 'MarketingStatus', 'Meta', 'Money', 'MoneyQuantity', 'Narrative', 'ParameterDefinition', 'Period', 'Population', 'ProdCharacteristic', 'ProductShelfLife', 'Quantity', 'Range', 'Ratio', 'Reference', 'RelatedArtifact', 'SampledData', 'Signature', 'SimpleQuantity', 'SubstanceAmount', 'Timing', 'TriggerDefinition', 'UsageContext', 'base64Binary', 'boolean', 'canonical', 'code', 'date', 'dateTime', 'decimal', 'id', 'instant', 'integer', 'markdown', 'oid', 'positiveInt', 'string', 'time', 'unsignedInt', 'uri', 'url', 'uuid', 'xhtml', 'Account', 'ActivityDefinition', 'AdverseEvent', 'AllergyIntolerance', 'Appointment', 'AppointmentResponse', 'AuditEvent', 'Basic', 'Binary', 'BiologicallyDerivedProduct', 'BodyStructure', 'Bundle', 'CapabilityStatement', 'CarePlan', 'CareTeam', 'CatalogEntry', 'ChargeItem', 'ChargeItemDefinition', 'Claim', 'ClaimResponse', 'ClinicalImpression', 'CodeSystem', 'Communication', 'CommunicationRequest', 'CompartmentDefinition', 'Composition', 'ConceptMap', 'Condition', 'Consent', 'Contract', 'Coverage', 'CoverageEligibilityRequest', 'CoverageEligibilityResponse', 'DetectedIssue', 'Device', 'DeviceDefinition', 'DeviceMetric', 'DeviceRequest', 'DeviceUseStatement', 'DiagnosticReport', 'DocumentManifest', 'DocumentReference', 'DomainResource', 'EffectEvidenceSynthesis', 'Encounter', 'Endpoint', 'EnrollmentRequest', 'EnrollmentResponse', 'EpisodeOfCare', 'EventDefinition', 'Evidence', 'EvidenceVariable', 'ExampleScenario', 'ExplanationOfBenefit', 'FamilyMemberHistory', 'Flag', 'Goal', 'GraphDefinition', 'Group', 'GuidanceResponse', 'HealthcareService', 'ImagingStudy', 'Immunization', 'ImmunizationEvaluation', 'ImmunizationRecommendation', 'ImplementationGuide', 'InsurancePlan', 'Invoice', 'Library', 'Linkage', 'List', 'Location', 'Measure', 'MeasureReport', 'Media', 'Medication', 'MedicationAdministration', 'MedicationDispense', 'MedicationKnowledge', 'MedicationRequest', 'MedicationStatement', 'MedicinalProduct', 'MedicinalProductAuthorization', 'MedicinalProductContraindication', 'MedicinalProductIndication', 'MedicinalProductIngredient', 'MedicinalProductInteraction', 'MedicinalProductManufactured', 'MedicinalProductPackaged', 'MedicinalProductPharmaceutical', 'MedicinalProductUndesirableEffect', 'MessageDefinition', 'MessageHeader', 'MolecularSequence', 'NamingSystem', 'NutritionOrder', 'Observation', 'ObservationDefinition', 'OperationDefinition', 'OperationOutcome', 'Organization', 'OrganizationAffiliation', 'Parameters', 'Patient', 'PaymentNotice', 'PaymentReconciliation', 'Person', 'PlanDefinition', 'Practitioner', 'PractitionerRole', 'Procedure', 'Provenance', 'Questionnaire', 'QuestionnaireResponse', 'RelatedPerson', 'RequestGroup', 'ResearchDefinition', 'ResearchElementDefinition', 'ResearchStudy', 'ResearchSubject', 'Resource', 'RiskAssessment', 'RiskEvidenceSynthesis', 'Schedule', 'SearchParameter', 'ServiceRequest', 'Slot', 'Specimen', 'SpecimenDefinition', 'StructureDefinition', 'StructureMap', 'Subscription', 'Substance', 'SubstanceNucleicAcid', 'SubstancePolymer', 'SubstanceProtein', 'SubstanceReferenceInformation', 'SubstanceSourceMaterial', 'SubstanceSpecification', 'SupplyDelivery', 'SupplyRequest', 'Task', 'TerminologyCapabilities', 'TestReport', 'TestScript', 'ValueSet', 'VerificationResult', 'VisionPrescription'] | None = None
    resource_element: Element | None = named(default=None, name="_resource")
    label: String | None = None
    label_element: Element | None = named(default=None, name="_label")
    description: String | None = None
    description_element: Element | None = named(default=None, name="_description")
    accept: CheckedCode | None = None
    accept_element: Element | None = named(default=None, name="_accept")
    contentType: CheckedCode | None = None
    contentType_element: Element | None = named(default=None, name="_contentType")
    destination: Integer | None = None
    destination_element: Element | None = named(default=None, name="_destination")
    encodeRequestUrl: bool | None = None
    encodeRequestUrl_element: Element | None = named(default=None, name="_encodeRequestUrl")
    method: Literal['delete', 'get', 'options', 'patch', 'post', 'put', 'head'] | None = None
    method_element: Element | None = named(default=None, name="_method")
    origin: Integer | None = None
    origin_element: Element | None = named(default=None, name="_origin")
    params: String | None = None
    params_element: Element | None = named(default=None, name="_params")
    requestHeader: tuple[TestScriptSetupActionOperationRequestHeader, ...] = ()
    requestId: CheckedId | None = None
    requestId_element: Element | None = named(default=None, name="_requestId")
    responseId: CheckedId | None = None
    responseId_element: Element | None = named(default=None, name="_responseId")
    sourceId: CheckedId | None = None
    sourceId_element: Element | None = named(default=None, name="_sourceId")
    targetId: CheckedId | None = None
    targetId_element: Element | None = named(default=None, name="_targetId")
    url: String | None = None
    url_element: Element | None = named(default=None, name="_url")
    def __post_init__(self) -> None:
        if self.encodeRequestUrl is None and self.encodeRequestUrl_element is None:
            raise ValueError("TestScriptSetupActionOperation.encodeRequestUrl is required")

class TestScriptSetupActionAssert(BackboneElement, kw_only=True):
    label: String | None = None
    label_element: Element | None = named(default=None, name="_label")
    description: String | None = None
    description_element: Element | None = named(default=None, name="_description")
    direction: Literal['response', 'request'] | None = None
    direction_element: Element | None = named(default=None, name="_direction")
    compareToSourceId: String | None = None
    compareToSourceId_element: Element | None = named(default=None, name="_compareToSourceId")
    compareToSourceExpression: String | None = None
    compareToSourceExpression_element: Element | None = named(default=None, name="_compareToSourceExpression")
    compareToSourcePath: String | None = None
    compareToSourcePath_element: Element | None = named(default=None, name="_compareToSourcePath")
    contentType: CheckedCode | None = None
    contentType_element: Element | None = named(default=None, name="_contentType")
    expression: String | None = None
    expression_element: Element | None = named(default=None, name="_expression")
    headerField: String | None = None
    headerField_element: Element | None = named(default=None, name="_headerField")
    minimumId: String | None = None
    minimumId_element: Element | None = named(default=None, name="_minimumId")
    navigationLinks: bool | None = None
    navigationLinks_element: Element | None = named(default=None, name="_navigationLinks")
    operator: Literal['equals', 'notEquals', 'in', 'notIn', 'greaterThan', 'lessThan', 'empty', 'notEmpty', 'contains', 'notContains', 'eval'] | None = None
    operator_element: Element | None = named(default=None, name="_operator")
    path: String | None = None
    path_element: Element | None = named(default=None, name="_path")
    requestMethod: Literal['delete', 'get', 'options', 'patch', 'post', 'put', 'head'] | None = None
    requestMethod_element: Element | None = named(default=None, name="_requestMethod")
    requestURL: String | None = None
    requestURL_element: Element | None = named(default=None, name="_requestURL")
    resource: Literal['Address', 'Age', 'Annotation', 'Attachment', 'BackboneElement', 'CodeableConcept', 'Coding', 'ContactDetail', 'ContactPoint', 'Contributor', 'Count', 'DataRequirement', 'Distance', 'Dosage', 'Duration', 'Element', 'ElementDefinition', 'Expression', 'Extension', 'HumanName', 'Identifier', 'MarketingStatus', 'Meta', 'Money', 'MoneyQuantity', 'Narrative', 'ParameterDefinition', 'Period', 'Population', 'ProdCharacteristic', 'ProductShelfLife', 'Quantity', 'Range', 'Ratio', 'Reference', 'RelatedArtifact', 'SampledData', 'Signature', 'SimpleQuantity', 'SubstanceAmount', 'Timing', 'TriggerDefinition', 'UsageContext', 'base64Binary', 'boolean', 'canonical', 'code', 'date', 'dateTime', 'decimal', 'id', 'instant', 'integer', 'markdown', 'oid', 'positiveInt', 'string', 'time', 'unsignedInt', 'uri', 'url', 'uuid', 'xhtml', 'Account', 'ActivityDefinition', 'AdverseEvent', 'AllergyIntolerance', 'Appointment', 'AppointmentResponse', 'AuditEvent', 'Basic', 'Binary', 'BiologicallyDerivedProduct', 'BodyStructure', 'Bundle', 'CapabilityStatement', 'CarePlan', 'CareTeam', 'CatalogEntry', 'ChargeItem', 'ChargeItemDefinition', 'Claim', 'ClaimResponse', 'ClinicalImpression', 'CodeSystem', 'Communication', 'CommunicationRequest', 'CompartmentDefinition', 'Composition', 'ConceptMap', 'Condition', 'Consent', 'Contract', 'Coverage', 'CoverageEligibilityRequest', 'CoverageEligibilityResponse', 'DetectedIssue', 'Device', 'DeviceDefinition', 'DeviceMetric', 'DeviceRequest', 'DeviceUseStatement', 'DiagnosticReport', 'DocumentManifest', 'DocumentReference', 'DomainResource', 'EffectEvidenceSynthesis', 'Encounter', 'Endpoint', 'EnrollmentRequest', 'EnrollmentResponse', 'EpisodeOfCare', 'EventDefinition', 'Evidence', 'EvidenceVariable', 'ExampleScenario', 'ExplanationOfBenefit', 'FamilyMemberHistory', 'Flag', 'Goal', 'GraphDefinition', 'Group', 'GuidanceResponse', 'HealthcareService', 'ImagingStudy', 'Immunization', 'ImmunizationEvaluation', 'ImmunizationRecommendation', 'ImplementationGuide', 'InsurancePlan', 'Invoice', 'Library', 'Linkage', 'List', 'Location', 'Measure', 'MeasureReport', 'Media', 'Medication', 'MedicationAdministration', 'MedicationDispense', 'MedicationKnowledge', 'MedicationRequest', 'MedicationStatement', 'MedicinalProduct', 'MedicinalProductAuthorization', 'MedicinalProductContraindication', 'MedicinalProductIndication', 'MedicinalProductIngredient', 'MedicinalProductInteraction', 'MedicinalProductManufactured', 'MedicinalProductPackaged', 'MedicinalProductPharmaceutical', 'MedicinalProductUndesirableEffect', 'MessageDefinition', 'MessageHeader', 'MolecularSequence', 'NamingSystem', 'NutritionOrder', 'Observation', 'ObservationDefinition', 'OperationDefinition', 'OperationOutcome', 'Organization', 'OrganizationAffiliation', 'Parameters', 'Patient', 'PaymentNotice', 'PaymentReconciliation', 'Person', 'PlanDefinition', 'Practitioner', 'PractitionerRole', 'Procedure', 'Provenance', 'Questionnaire', 'QuestionnaireResponse', 'RelatedPerson', 'RequestGroup', 'ResearchDefinition', 'ResearchElementDefinition', 'ResearchStudy', 'ResearchSubject', 'Resource', 'RiskAssessment', 'RiskEvidenceSynthesis', 'Schedule', 'SearchParameter', 'ServiceRequest', 'Slot', 'Specimen', 'SpecimenDefinition', 'StructureDefinition', 'StructureMap', 'Subscription', 'Substance', 'SubstanceNucleicAcid', 'SubstancePolymer', 'SubstanceProtein', 'SubstanceReferenceInformation', 'SubstanceSourceMaterial', 'SubstanceSpecification', 'SupplyDelivery', 'SupplyRequest', 'Task', 'TerminologyCapabilities', 'TestReport', 'TestScript', 'ValueSet', 'VerificationResult', 'VisionPrescription'] | None = None
    resource_element: Element | None = named(default=None, name="_resource")
    response: Literal['okay', 'created', 'noContent', 'notModified', 'bad', 'forbidden', 'notFound', 'methodNotAllowed', 'conflict', 'gone', 'preconditionFailed', 'unprocessable'] | None = None
    response_element: Element | None = named(default=None, name="_response")
    responseCode: String | None = None
    responseCode_element: Element | None = named(default=None, name="_responseCode")
    sourceId: CheckedId | None = None
    sourceId_element: Element | None = named(default=None, name="_sourceId")
    validateProfileId: CheckedId | None = None
    validateProfileId_element: Element | None = named(default=None, name="_validateProfileId")
    value: String | None = None
    value_element: Element | None = named(default=None, name="_value")
    warningOnly: bool | None = None
    warningOnly_element: Element | None = named(default=None, name="_warningOnly")
    def __post_init__(self) -> None:
        if self.warningOnly is None and self.warningOnly_element is None:
            raise ValueError("TestScriptSetupActionAssert.warningOnly is required")

class TestScriptSetupAction(BackboneElement, kw_only=True):
    operation: TestScriptSetupActionOperation | None = None
    assert_: TestScriptSetupActionAssert | None = named(default=None, name="assert")

class TestScriptSetup(BackboneElement, kw_only=True):
    action: tuple[TestScriptSetupAction, ...]

class TestScriptTestAction(BackboneElement, kw_only=True):
    operation: TestScriptSetupActionOperation | None = None
    assert_: TestScriptSetupActionAssert | None = named(default=None, name="assert")

class TestScriptTest(BackboneElement, kw_only=True):
    name: String | None = None
    name_element: Element | None = named(default=None, name="_name")
    description: String | None = None
    description_element: Element | None = named(default=None, name="_description")
    action: tuple[TestScriptTestAction, ...]

class TestScriptTeardownAction(BackboneElement, kw_only=True):
    operation: TestScriptSetupActionOperation

class TestScriptTeardown(BackboneElement, kw_only=True):
    action: tuple[TestScriptTeardownAction, ...]

class TestScript(DomainResource, kw_only=True, tag_field="resourceType", tag="TestScript"):
    url: Uri | None = None
    url_element: Element | None = named(default=None, name="_url")
    identifier: Identifier | None = None
    version: String | None = None
    version_element: Element | None = named(default=None, name="_version")
    name: String | None = None
    name_element: Element | None = named(default=None, name="_name")
    title: String | None = None
    title_element: Element | None = named(default=None, name="_title")
    status: Literal['draft', 'active', 'retired', 'unknown'] | None = None
    status_element: Element | None = named(default=None, name="_status")
    experimental: bool | None = None
    experimental_element: Element | None = named(default=None, name="_experimental")
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
    origin: tuple[TestScriptOrigin, ...] = ()
    destination: tuple[TestScriptDestination, ...] = ()
    metadata: TestScriptMetadata | None = None
    fixture: tuple[TestScriptFixture, ...] = ()
    profile: tuple[Reference, ...] = ()
    variable: tuple[TestScriptVariable, ...] = ()
    setup: TestScriptSetup | None = None
    test: tuple[TestScriptTest, ...] = ()
    teardown: TestScriptTeardown | None = None
    def __post_init__(self) -> None:
        if (v := self.id) is not None and not is_id(v):
            raise ValueError("Resource.id is malformed")
        if (v := self.implicitRules) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Resource.implicitRules is malformed")
        if (v := self.language) is not None and v not in CODES and not is_code(v):
            raise ValueError("Resource.language is malformed")
        if (v := self.url) is not None and v not in URIS and not is_uri(v):
            raise ValueError("TestScript.url is malformed")
        if self.url is None and self.url_element is None:
            raise ValueError("TestScript.url is required")
        if self.name is None and self.name_element is None:
            raise ValueError("TestScript.name is required")
        if self.status is None and self.status_element is None:
            raise ValueError("TestScript.status is required")
        if (v := self.date) is not None and v not in DATE_TIMES and not is_date_time(v):
            raise ValueError("TestScript.date is malformed")


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a TestScript into `out`; its patient and its clinical date."""
    token = out.tokens.append
    string = out.strings.append
    uri = out.uris.append
    date = out.dates.append
    quantity = out.quantities.append
    date0 = None
    if (v1 := r.meta) is not None:
        for v2 in v1.profile:
            if v2 is not None:
                uri(('_profile', v2))
                if '|' in v2:
                    v2w = v2.partition('|')[0]
                    uri(('_profile', v2w))
        for v3 in v1.security:
            if v3.code is not None:
                token(('_security', v3.system, v3.code))
        if (v4 := v1.source) is not None:
            uri(('_source', v4))
        for v5 in v1.tag:
            if v5.code is not None:
                token(('_tag', v5.system, v5.code))
    for v6 in r.useContext:
        if (v7 := v6.valueCodeableConcept) is not None:
            for c in v7.coding:
                if c.code is not None:
                    token(('context', c.system, c.code))
        if (v8 := v6.valueQuantity) is not None:
            if v8.value is not None:
                v8l, v8h = quantity_range(v8)
                quantity(('context-quantity', v8l, v8h, v8.system, v8.code or v8.unit))
                if v8.unit != v8.code and v8.unit and v8.code:
                    quantity(('context-quantity', v8l, v8h, None, v8.unit))
        if (v9 := v6.valueRange) is not None:
            if (v9q := v9.low or v9.high) is not None:
                v9l, v9h = span(v9)
                quantity(('context-quantity', v9l, v9h, v9q.system, v9q.code or v9q.unit))
        if (v10 := v6.code) is not None:
            if v10.code is not None:
                token(('context-type', v10.system, v10.code))
    if (v11 := r.date) is not None:
        v11l, v11h = date_range(v11)
        date(('date', v11l, v11h))
        if date0 is None: date0 = known(v11l, v11h)
    if (v12 := r.description) is not None:
        string(('description', v12))
    if (v13 := r.identifier) is not None:
        if v13.value is not None:
            token(('identifier', v13.system, v13.value))
    for v14 in r.jurisdiction:
        for c in v14.coding:
            if c.code is not None:
                token(('jurisdiction', c.system, c.code))
    if (v15 := r.name) is not None:
        string(('name', v15))
    if (v16 := r.publisher) is not None:
        string(('publisher', v16))
    if (v17 := r.status) is not None:
        token(('status', 'http://hl7.org/fhir/publication-status', v17))
    if (v18 := r.metadata) is not None:
        for v19 in v18.capability:
            if (v20 := v19.description) is not None:
                string(('testscript-capability', v20))
    if (v21 := r.title) is not None:
        string(('title', v21))
    if (v22 := r.url) is not None:
        uri(('url', v22))
    if (v23 := r.version) is not None:
        token(('version', None, v23))
    return None, date0
