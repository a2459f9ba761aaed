"""The resource type OperationDefinition of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import CODES, URIS, DATE_TIMES, aligned, is_code, is_uri, is_id, is_date_time
from verbund.fhir.extraction import Collector, date_range, known, quantity_range, span
from verbund.fhir.generated.datatypes import Address, Age, Annotation, Attachment, BackboneElement, CodeableConcept, Coding, ContactDetail, ContactPoint, Contributor, Count, DataRequirement, Distance, DomainResource, Dosage, Duration, Element, Expression, Extension, HumanName, Identifier, Meta, Money, Narrative, ParameterDefinition, Period, Quantity, Range, Ratio, Reference, RelatedArtifact, Resource, SampledData, Signature, Timing, TriggerDefinition, UsageContext
from verbund.fhir.generated.primitives import CheckedCode, CheckedUri, Code, DateTime, Integer, String, Uri

class OperationDefinitionParameterBinding(BackboneElement, kw_only=True):
    strength: Literal['required', 'extensible', 'preferred', 'example'] | None = None
    strength_element: Element | None = named(default=None, name="_strength")
    valueSet: CheckedUri | None = None
    valueSet_element: Element | None = named(default=None, name="_valueSet")
    def __post_init__(self) -> None:
        if self.strength is None and self.strength_element is None:
            raise ValueError("OperationDefinitionParameterBinding.strength is required")
        if self.valueSet is None and self.valueSet_element is None:
            raise ValueError("OperationDefinitionParameterBinding.valueSet is required")

class OperationDefinitionParameterReferencedFrom(BackboneElement, kw_only=True):
    source: String | None = None
    source_element: Element | None = named(default=None, name="_source")
    sourceId: String | None = None
    sourceId_element: Element | None = named(default=None, name="_sourceId")
    def __post_init__(self) -> None:
        if self.source is None and self.source_element is None:
            raise ValueError("OperationDefinitionParameterReferencedFrom.source is required")

class OperationDefinitionParameter(BackboneElement, kw_only=True):
    name: CheckedCode | None = None
    name_element: Element | None = named(default=None, name="_name")
    use: Literal['in', 'out'] | None = None
    use_element: Element | None = named(default=None, name="_use")
    min: Integer | None = None
    min_element: Element | None = named(default=None, name="_min")
    max: String | None = None
    max_element: Element | None = named(default=None, name="_max")
    documentation: String | None = None
    documentation_element: Element | None = named(default=None, name="_documentation")
    type: Literal['Address', 'Age', 'Annotation', 'Attachment', 'BackboneElement', 'CodeableConcept', 'Coding', 'ContactDetail', 'ContactPoint', 'Contributor', 'Count', 'DataRequirement', 'Distance', 'Dosage', 'Duration', 'Element', 'ElementDefinition', 'Expression', 'Extension', 'HumanName', 'Identifier', 'MarketingStatus', 'Meta', 'Money', 'MoneyQuantity', 'Narrative', 'ParameterDefinition', 'Period', 'Population', 'ProdCharacteristic', 'ProductShelfLife', 'Quantity', 'Range', 'Ratio', 'Reference', 'RelatedArtifact', 'SampledData', 'Signature', 'SimpleQuantity', 'SubstanceAmount', 'Timing', 'TriggerDefinition', 'UsageContext', 'base64Binary', 'boolean', 'canonical', 'code', 'date', 'dateTime', 'decimal', 'id', 'instant', 'integer', 'markdown', 'oid', 'positiveInt', 'string', 'time', 'unsignedInt', 'uri', 'url', 'uuid', 'xhtml', 'Account', 'ActivityDefinition', 'AdverseEvent', 'AllergyIntolerance', 'Appointment', 'AppointmentResponse', 'AuditEvent', 'Basic', 'Binary', 'BiologicallyDerivedProduct', 'BodyStructure', 'Bundle', 'CapabilityStatement', 'CarePlan', 'CareTeam', 'CatalogEntry', 'ChargeItem', 'ChargeItemDefinition', 'Claim', 'ClaimResponse', 'ClinicalImpression', 'CodeSystem', 'Communication', 'CommunicationRequest', 'CompartmentDefinition', 'Composition', 'ConceptMap', 'Condition', 'Consent', 'Contract', 'Coverage', 'CoverageEligibilityRequest', 'CoverageEligibilityResponse', 'DetectedIssue', 'Device', 'DeviceDefinition', 'DeviceMetric', 'DeviceRequest', 'DeviceUseStatement', 'DiagnosticReport', 'DocumentManifest', 'DocumentReference', 'DomainResource', 'EffectEvidenceSynthesis', 'Encounter', 'Endpoint', 'EnrollmentRequest', 'EnrollmentResponse', 'EpisodeOfCare', 'EventDefinition', 'Evidence', 'EvidenceVariable', 'ExampleScenario', 'ExplanationOfBenefit', 'FamilyMemberHistory', 'Flag', 'Goal', 'GraphDefinition', 'Group', 'GuidanceResponse', 'HealthcareService', 'ImagingStudy', 'Immunization', 'ImmunizationEvaluation', 'ImmunizationRecommendation', 'ImplementationGuide', 'InsurancePlan', 'Invoice', 'Library', 'Linkage', 'List', 'Location', 'Measure', 'MeasureReport', 'Media', 'Medication', 'MedicationAdministration', 'MedicationDispense', 'MedicationKnowledge', 'MedicationRequest', 'MedicationStatement', 'MedicinalProduct', 'MedicinalProductAuthorization', 'MedicinalProductContraindication', 'MedicinalProductIndication', 'MedicinalProductIngredient', 'MedicinalProductInteraction', 'MedicinalProductManufactured', 'MedicinalProductPackaged', 'MedicinalProductPharmaceutical', 'MedicinalProductUndesirableEffect', 'MessageDefinition', 'MessageHeader', 'MolecularSequence', 'NamingSystem', 'NutritionOrder', 'Observation', 'ObservationDefinition', 'OperationDefinition', 'OperationOutcome', 'Organization', 'OrganizationAffiliation', 'Parameters', 'Patient', 'PaymentNotice', 'PaymentReconciliation', 'Person', 'PlanDefinition', 'Practitioner', 'PractitionerRole', 'Procedure', 'Provenance', 'Questionnaire', 'QuestionnaireResponse', 'RelatedPerson', 'RequestGroup', 'ResearchDefinition', 'ResearchElementDefinition', 'ResearchStudy', 'ResearchSubject', 'Resource', 'RiskAssessment', 'RiskEvidenceSynthesis', 'Schedule', 'SearchParameter', 'ServiceRequest', 'Slot', 'Specimen', 'SpecimenDefinition', 'StructureDefinition', 'StructureMap', 'Subscription', 'Substance', 'SubstanceNucleicAcid', 'SubstancePolymer', 'SubstanceProtein', 'SubstanceReferenceInformation', 'SubstanceSourceMaterial', 'SubstanceSpecification', 'SupplyDelivery', 'SupplyRequest', 'Task', 'TerminologyCapabilities', 'TestReport', 'TestScript', 'ValueSet', 'VerificationResult', 'VisionPrescription', 'Type', 'Any'] | None = None
    type_element: Element | None = named(default=None, name="_type")
    targetProfile: tuple[CheckedUri | None, ...] = ()
    targetProfile_element: tuple[Element | None, ...] = named(default=(), name="_targetProfile")
    searchType: Literal['number', 'date', 'string', 'token', 'reference', 'composite', 'quantity', 'uri', 'special'] | None = None
    searchType_element: Element | None = named(default=None, name="_searchType")
    binding: OperationDefinitionParameterBinding | None = None
    referencedFrom: tuple[OperationDefinitionParameterReferencedFrom, ...] = ()
    part: "tuple[OperationDefinitionParameter, ...]" = ()
    def __post_init__(self) -> None:
        if self.name is None and self.name_element is None:
            raise ValueError("OperationDefinitionParameter.name is required")
        if self.use is None and self.use_element is None:
            raise ValueError("OperationDefinitionParameter.use is required")
        if self.min is None and self.min_element is None:
            raise ValueError("OperationDefinitionParameter.min is required")
        if self.max is None and self.max_element is None:
            raise ValueError("OperationDefinitionParameter.max is required")
        if (self.targetProfile_element or None in self.targetProfile) and not aligned(self.targetProfile, self.targetProfile_element):
            raise ValueError("OperationDefinitionParameter.targetProfile holds a null without an extension")

class OperationDefinitionOverload(BackboneElement, kw_only=True):
    parameterName: tuple[String | None, ...] = ()
    parameterName_element: tuple[Element | None, ...] = named(default=(), name="_parameterName")
    comment: String | None = None
    comment_element: Element | None = named(default=None, name="_comment")
    def __post_init__(self) -> None:
        if (self.parameterName_element or None in self.parameterName) and not aligned(self.parameterName, self.parameterName_element):
            raise ValueError("OperationDefinitionOverload.parameterName holds a null without an extension")

class OperationDefinition(DomainResource, kw_only=True, tag_field="resourceType", tag="OperationDefinition"):
    url: Uri | None = None
    url_element: Element | None = named(default=None, name="_url")
    version: String | None = None
    version_element: Element | None = named(default=None, name="_version")
    name: String | None = None
    name_element: Element | None = named(default=None, name="_name")
    title: String | None = None
    title_element: Element | None = named(default=None, name="_title")
    status: Literal['draft', 'active', 'retired', 'unknown'] | None = None
    status_element: Element | None = named(default=None, name="_status")
    kind: Literal['operation', 'query'] | None = None
    kind_element: Element | None = named(default=None, name="_kind")
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
    affectsState: bool | None = None
    affectsState_element: Element | None = named(default=None, name="_affectsState")
    code: Code | None = None
    code_element: Element | None = named(default=None, name="_code")
    comment: String | None = None
    comment_element: Element | None = named(default=None, name="_comment")
    base: Uri | None = None
    base_element: Element | None = named(default=None, name="_base")
    resource: tuple[Literal['Account', 'ActivityDefinition', 'AdverseEvent', 'AllergyIntolerance', 'Appointment', 'AppointmentResponse', 'AuditEvent', 'Basic', 'Binary', 'BiologicallyDerivedProduct', 'BodyStructure', 'Bundle', 'CapabilityStatement', 'CarePlan', 'CareTeam', 'CatalogEntry', 'ChargeItem', 'ChargeItemDefinition', 'Claim', 'ClaimResponse', 'ClinicalImpression', 'CodeSystem', 'Communication', 'CommunicationRequest', 'CompartmentDefinition', 'Composition', 'ConceptMap', 'Condition', 'Consent', 'Contract', 'Coverage', 'CoverageEligibilityRequest', 'CoverageEligibilityResponse', 'DetectedIssue', 'Device', 'DeviceDefinition', 'DeviceMetric', 'DeviceRequest', 'DeviceUseStatement', 'DiagnosticReport', 'DocumentManifest', 'DocumentReference', 'DomainResource', 'EffectEvidenceSynthesis', 'Encounter', 'Endpoint', 'EnrollmentRequest', 'EnrollmentResponse', 'EpisodeOfCare', 'EventDefinition', 'Evidence', 'EvidenceVariable', 'ExampleScenario', 'ExplanationOfBenefit', 'FamilyMemberHistory', 'Flag', 'Goal', 'GraphDefinition', 'Group', 'GuidanceResponse', 'HealthcareService', 'ImagingStudy', 'Immunization', 'ImmunizationEvaluation', 'ImmunizationRecommendation', 'ImplementationGuide', 'InsurancePlan', 'Invoice', 'Library', 'Linkage', 'List', 'Location', 'Measure', 'MeasureReport', 'Media', 'Medication', 'MedicationAdministration', 'MedicationDispense', 'MedicationKnowledge', 'MedicationRequest', 'MedicationStatement', 'MedicinalProduct', 'MedicinalProductAuthorization', 'MedicinalProductContraindication', 'MedicinalProductIndication', 'MedicinalProductIngredient', 'MedicinalProductInteraction', 'MedicinalProductManufactured', 'MedicinalProductPackaged', 'MedicinalProductPharmaceutical', 'MedicinalProductUndesirableEffect', 'MessageDefinition', 'MessageHeader', 'MolecularSequence', 'NamingSystem', 'NutritionOrder', 'Observation', 'ObservationDefinition', 'OperationDefinition', 'OperationOutcome', 'Organization', 'OrganizationAffiliation', 'Parameters', 'Patient', 'PaymentNotice', 'PaymentReconciliation', 'Person', 'PlanDefinition', 'Practitioner', 'PractitionerRole', 'Procedure', 'Provenance', 'Questionnaire', 'QuestionnaireResponse', 'RelatedPerson', 'RequestGroup', 'ResearchDefinition', 'ResearchElementDefinition', 'ResearchStudy', 'ResearchSubject', 'Resource', 'RiskAssessment', 'RiskEvidenceSynthesis', 'Schedule', 'SearchParameter', 'ServiceRequest', 'Slot', 'Specimen', 'SpecimenDefinition', 'StructureDefinition', 'StructureMap', 'Subscription', 'Substance', 'SubstanceNucleicAcid', 'SubstancePolymer', 'SubstanceProtein', 'SubstanceReferenceInformation', 'SubstanceSourceMaterial', 'SubstanceSpecification', 'SupplyDelivery', 'SupplyRequest', 'Task', 'TerminologyCapabilities', 'TestReport', 'TestScript', 'ValueSet', 'VerificationResult', 'VisionPrescription'] | None, ...] = ()
    resource_element: tuple[Element | None, ...] = named(default=(), name="_resource")
    system: bool | None = None
    system_element: Element | None = named(default=None, name="_system")
    type: bool | None = None
    type_element: Element | None = named(default=None, name="_type")
    instance: bool | None = None
    instance_element: Element | None = named(default=None, name="_instance")
    inputProfile: Uri | None = None
    inputProfile_element: Element | None = named(default=None, name="_inputProfile")
    outputProfile: Uri | None = None
    outputProfile_element: Element | None = named(default=None, name="_outputProfile")
    parameter: tuple[OperationDefinitionParameter, ...] = ()
    overload: tuple[OperationDefinitionOverload, ...] = ()
    def __post_init__(self) -> None:
        if (v := self.id) is not None and not is_id(v):
            raise ValueError("Resource.id is malformed")
        if (v := self.implicitRules) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Resource.implicitRules is malformed")
        if (v := self.language) is not None and v not in CODES and not is_code(v):
            raise ValueError("Resource.language is malformed")
        if (v := self.url) is not None and v not in URIS and not is_uri(v):
            raise ValueError("OperationDefinition.url is malformed")
        if self.name is None and self.name_element is None:
            raise ValueError("OperationDefinition.name is required")
        if self.status is None and self.status_element is None:
            raise ValueError("OperationDefinition.status is required")
        if self.kind is None and self.kind_element is None:
            raise ValueError("OperationDefinition.kind is required")
        if (v := self.date) is not None and v not in DATE_TIMES and not is_date_time(v):
            raise ValueError("OperationDefinition.date is malformed")
        if (v := self.code) is not None and v not in CODES and not is_code(v):
            raise ValueError("OperationDefinition.code is malformed")
        if self.code is None and self.code_element is None:
            raise ValueError("OperationDefinition.code is required")
        if (v := self.base) is not None and v not in URIS and not is_uri(v):
            raise ValueError("OperationDefinition.base is malformed")
        if (self.resource_element or None in self.resource) and not aligned(self.resource, self.resource_element):
            raise ValueError("OperationDefinition.resource holds a null without an extension")
        if self.system is None and self.system_element is None:
            raise ValueError("OperationDefinition.system is required")
        if self.type is None and self.type_element is None:
            raise ValueError("OperationDefinition.type is required")
        if self.instance is None and self.instance_element is None:
            raise ValueError("OperationDefinition.instance is required")
        if (v := self.inputProfile) is not None and v not in URIS and not is_uri(v):
            raise ValueError("OperationDefinition.inputProfile is malformed")
        if (v := self.outputProfile) is not None and v not in URIS and not is_uri(v):
            raise ValueError("OperationDefinition.outputProfile is malformed")


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a OperationDefinition into `out`; its patient and its clinical date."""
    token = out.tokens.append
    string = out.strings.append
    uri = out.uris.append
    reference = out.references.append
    date = out.dates.append
    quantity = out.quantities.append
    date0 = None
    if (v1 := r.base) is not None:
        reference(('base', v1))
        if '|' in v1:
            v1w = v1.partition('|')[0]
            reference(('base', v1w))
    if (v2 := r.code) is not None:
        token(('code', None, v2))
    if (v3 := r.inputProfile) is not None:
        reference(('input-profile', v3))
        if '|' in v3:
            v3w = v3.partition('|')[0]
            reference(('input-profile', v3w))
    if (v4 := r.instance) is not None:
        token(('instance', 'http://terminology.hl7.org/CodeSystem/special-values', "true" if v4 else "false"))
    if (v5 := r.kind) is not None:
        token(('kind', 'http://hl7.org/fhir/operation-kind', v5))
    if (v6 := r.outputProfile) is not None:
        reference(('output-profile', v6))
        if '|' in v6:
            v6w = v6.partition('|')[0]
            reference(('output-profile', v6w))
    if (v7 := r.system) is not None:
        token(('system', 'http://terminology.hl7.org/CodeSystem/special-values', "true" if v7 else "false"))
    if (v8 := r.type) is not None:
        token(('type', 'http://terminology.hl7.org/CodeSystem/special-values', "true" if v8 else "false"))
    if (v9 := r.meta) is not None:
        for v10 in v9.profile:
            if v10 is not None:
                uri(('_profile', v10))
                if '|' in v10:
                    v10w = v10.partition('|')[0]
                    uri(('_profile', v10w))
        for v11 in v9.security:
            if v11.code is not None:
                token(('_security', v11.system, v11.code))
        if (v12 := v9.source) is not None:
            uri(('_source', v12))
        for v13 in v9.tag:
            if v13.code is not None:
                token(('_tag', v13.system, v13.code))
    for v14 in r.useContext:
        if (v15 := v14.valueCodeableConcept) is not None:
            for c in v15.coding:
                if c.code is not None:
                    token(('context', c.system, c.code))
        if (v16 := v14.valueQuantity) is not None:
            if v16.value is not None:
                v16l, v16h = quantity_range(v16)
                quantity(('context-quantity', v16l, v16h, v16.system, v16.code or v16.unit))
                if v16.unit != v16.code and v16.unit and v16.code:
                    quantity(('context-quantity', v16l, v16h, None, v16.unit))
        if (v17 := v14.valueRange) is not None:
            if (v17q := v17.low or v17.high) is not None:
                v17l, v17h = span(v17)
                quantity(('context-quantity', v17l, v17h, v17q.system, v17q.code or v17q.unit))
        if (v18 := v14.code) is not None:
            if v18.code is not None:
                token(('context-type', v18.system, v18.code))
    if (v19 := r.date) is not None:
        v19l, v19h = date_range(v19)
        date(('date', v19l, v19h))
        if date0 is None: date0 = known(v19l, v19h)
    if (v20 := r.description) is not None:
        string(('description', v20))
    for v21 in r.jurisdiction:
        for c in v21.coding:
            if c.code is not None:
                token(('jurisdiction', c.system, c.code))
    if (v22 := r.name) is not None:
        string(('name', v22))
    if (v23 := r.publisher) is not None:
        string(('publisher', v23))
    if (v24 := r.status) is not None:
        token(('status', 'http://hl7.org/fhir/publication-status', v24))
    if (v25 := r.title) is not None:
        string(('title', v25))
    if (v26 := r.url) is not None:
        uri(('url', v26))
    if (v27 := r.version) is not None:
        token(('version', None, v27))
    return None, date0
