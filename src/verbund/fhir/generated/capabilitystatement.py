"""The resource type CapabilityStatement of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import CODES, URIS, DATE_TIMES, aligned, is_code, is_uri, is_id, is_date_time
from verbund.fhir.extraction import Collector, date_range, known, quantity_range, span
from verbund.fhir.generated.datatypes import BackboneElement, CodeableConcept, Coding, ContactDetail, DomainResource, Element, Reference, Resource, UsageContext
from verbund.fhir.generated.primitives import CheckedDateTime, CheckedUri, Code, DateTime, String, UnsignedInt, Uri

class CapabilityStatementSoftware(BackboneElement, kw_only=True):
    name: String | None = None
    name_element: Element | None = named(default=None, name="_name")
    version: String | None = None
    version_element: Element | None = named(default=None, name="_version")
    releaseDate: CheckedDateTime | None = None
    releaseDate_element: Element | None = named(default=None, name="_releaseDate")
    def __post_init__(self) -> None:
        if self.name is None and self.name_element is None:
            raise ValueError("CapabilityStatementSoftware.name is required")

class CapabilityStatementImplementation(BackboneElement, kw_only=True):
    description: String | None = None
    description_element: Element | None = named(default=None, name="_description")
    url: CheckedUri | None = None
    url_element: Element | None = named(default=None, name="_url")
    custodian: Reference | None = None
    def __post_init__(self) -> None:
        if self.description is None and self.description_element is None:
            raise ValueError("CapabilityStatementImplementation.description is required")

class CapabilityStatementRestSecurity(BackboneElement, kw_only=True):
    cors: bool | None = None
    cors_element: Element | None = named(default=None, name="_cors")
    service: tuple[CodeableConcept, ...] = ()
    description: String | None = None
    description_element: Element | None = named(default=None, name="_description")

class CapabilityStatementRestResourceInteraction(BackboneElement, kw_only=True):
    code: Literal['read', 'vread', 'update', 'patch', 'delete', 'history-instance', 'history-type', 'create', 'search-type'] | None = None
    code_element: Element | None = named(default=None, name="_code")
    documentation: String | None = None
    documentation_element: Element | None = named(default=None, name="_documentation")
    def __post_init__(self) -> None:
        if self.code is None and self.code_element is None:
            raise ValueError("CapabilityStatementRestResourceInteraction.code is required")

class CapabilityStatementRestResourceSearchParam(BackboneElement, kw_only=True):
    name: String | None = None
    name_element: Element | None = named(default=None, name="_name")
    definition: CheckedUri | None = None
    definition_element: Element | None = named(default=None, name="_definition")
    type: Literal['number', 'date', 'string', 'token', 'reference', 'composite', 'quantity', 'uri', 'special'] | None = None
    type_element: Element | None = named(default=None, name="_type")
    documentation: String | None = None
    documentation_element: Element | None = named(default=None, name="_documentation")
    def __post_init__(self) -> None:
        if self.name is None and self.name_element is None:
            raise ValueError("CapabilityStatementRestResourceSearchParam.name is required")
        if self.type is None and self.type_element is None:
            raise ValueError("CapabilityStatementRestResourceSearchParam.type is required")

class CapabilityStatementRestResourceOperation(BackboneElement, kw_only=True):
    name: String | None = None
    name_element: Element | None = named(default=None, name="_name")
    definition: CheckedUri | None = None
    definition_element: Element | None = named(default=None, name="_definition")
    documentation: String | None = None
    documentation_element: Element | None = named(default=None, name="_documentation")
    def __post_init__(self) -> None:
        if self.name is None and self.name_element is None:
            raise ValueError("CapabilityStatementRestResourceOperation.name is required")
        if self.definition is None and self.definition_element is None:
            raise ValueError("CapabilityStatementRestResourceOperation.definition is required")

class CapabilityStatementRestResource(BackboneElement, kw_only=True):
    type: Literal['Account', 'ActivityDefinition', 'AdverseEvent', 'AllergyIntolerance', 'Appointment', 'AppointmentResponse', 'AuditEvent', 'Basic', 'Binary', 'BiologicallyDerivedProduct', 'BodyStructure', 'Bundle', 'CapabilityStatement', 'CarePlan', 'CareTeam', 'CatalogEntry', 'ChargeItem', 'ChargeItemDefinition', 'Claim', 'ClaimResponse', 'ClinicalImpression', 'CodeSystem', 'Communication', 'CommunicationRequest', 'CompartmentDefinition', 'Composition', 'ConceptMap', 'Condition', 'Consent', 'Contract', 'Coverage', 'CoverageEligibilityRequest', 'CoverageEligibilityResponse', 'DetectedIssue', 'Device', 'DeviceDefinition', 'DeviceMetric', 'DeviceRequest', 'DeviceUseStatement', 'DiagnosticReport', 'DocumentManifest', 'DocumentReference', 'DomainResource', 'EffectEvidenceSynthesis', 'Encounter', 'Endpoint', 'EnrollmentRequest', 'EnrollmentResponse', 'EpisodeOfCare', 'EventDefinition', 'Evidence', 'EvidenceVariable', 'ExampleScenario', 'ExplanationOfBenefit', 'FamilyMemberHistory', 'Flag', 'Goal', 'GraphDefinition', 'Group', 'GuidanceResponse', 'HealthcareService', 'ImagingStudy', 'Immunization', 'ImmunizationEvaluation', 'ImmunizationRecommendation', 'ImplementationGuide', 'InsurancePlan', 'Invoice', 'Library', 'Linkage', 'List', 'Location', 'Measure', 'MeasureReport', 'Media', 'Medication', 'MedicationAdministration', 'MedicationDispense', 'MedicationKnowledge', 'MedicationRequest', 'MedicationStatement', 'MedicinalProduct', 'MedicinalProductAuthorization', 'MedicinalProductContraindication', 'MedicinalProductIndication', 'MedicinalProductIngredient', 'MedicinalProductInteraction', 'MedicinalProductManufactured', 'MedicinalProductPackaged', 'MedicinalProductPharmaceutical', 'MedicinalProductUndesirableEffect', 'MessageDefinition', 'MessageHeader', 'MolecularSequence', 'NamingSystem', 'NutritionOrder', 'Observation', 'ObservationDefinition', 'OperationDefinition', 'OperationOutcome', 'Organization', 'OrganizationAffiliation', 'Parameters', 'Patient', 'PaymentNotice', 'PaymentReconciliation', 'Person', 'PlanDefinition', 'Practitioner', 'PractitionerRole', 'Procedure', 'Provenance', 'Questionnaire', 'QuestionnaireResponse', 'RelatedPerson', 'RequestGroup', 'ResearchDefinition', 'ResearchElementDefinition', 'ResearchStudy', 'ResearchSubject', 'Resource', 'RiskAssessment', 'RiskEvidenceSynthesis', 'Schedule', 'SearchParameter', 'ServiceRequest', 'Slot', 'Specimen', 'SpecimenDefinition', 'StructureDefinition', 'StructureMap', 'Subscription', 'Substance', 'SubstanceNucleicAcid', 'SubstancePolymer', 'SubstanceProtein', 'SubstanceReferenceInformation', 'SubstanceSourceMaterial', 'SubstanceSpecification', 'SupplyDelivery', 'SupplyRequest', 'Task', 'TerminologyCapabilities', 'TestReport', 'TestScript', 'ValueSet', 'VerificationResult', 'VisionPrescription'] | None = None
    type_element: Element | None = named(default=None, name="_type")
    profile: CheckedUri | None = None
    profile_element: Element | None = named(default=None, name="_profile")
    supportedProfile: tuple[CheckedUri | None, ...] = ()
    supportedProfile_element: tuple[Element | None, ...] = named(default=(), name="_supportedProfile")
    documentation: String | None = None
    documentation_element: Element | None = named(default=None, name="_documentation")
    interaction: tuple[CapabilityStatementRestResourceInteraction, ...] = ()
    versioning: Literal['no-version', 'versioned', 'versioned-update'] | None = None
    versioning_element: Element | None = named(default=None, name="_versioning")
    readHistory: bool | None = None
    readHistory_element: Element | None = named(default=None, name="_readHistory")
    updateCreate: bool | None = None
    updateCreate_element: Element | None = named(default=None, name="_updateCreate")
    conditionalCreate: bool | None = None
    conditionalCreate_element: Element | None = named(default=None, name="_conditionalCreate")
    conditionalRead: Literal['not-supported', 'modified-since', 'not-match', 'full-support'] | None = None
    conditionalRead_element: Element | None = named(default=None, name="_conditionalRead")
    conditionalUpdate: bool | None = None
    conditionalUpdate_element: Element | None = named(default=None, name="_conditionalUpdate")
    conditionalDelete: Literal['not-supported', 'single', 'multiple'] | None = None
    conditionalDelete_element: Element | None = named(default=None, name="_conditionalDelete")
    referencePolicy: tuple[Literal['literal', 'logical', 'resolves', 'enforced', 'local'] | None, ...] = ()
    referencePolicy_element: tuple[Element | None, ...] = named(default=(), name="_referencePolicy")
    searchInclude: tuple[String | None, ...] = ()
    searchInclude_element: tuple[Element | None, ...] = named(default=(), name="_searchInclude")
    searchRevInclude: tuple[String | None, ...] = ()
    searchRevInclude_element: tuple[Element | None, ...] = named(default=(), name="_searchRevInclude")
    searchParam: tuple[CapabilityStatementRestResourceSearchParam, ...] = ()
    operation: tuple[CapabilityStatementRestResourceOperation, ...] = ()
    def __post_init__(self) -> None:
        if self.type is None and self.type_element is None:
            raise ValueError("CapabilityStatementRestResource.type is required")
        if (self.supportedProfile_element or None in self.supportedProfile) and not aligned(self.supportedProfile, self.supportedProfile_element):
            raise ValueError("CapabilityStatementRestResource.supportedProfile holds a null without an extension")
        if (self.referencePolicy_element or None in self.referencePolicy) and not aligned(self.referencePolicy, self.referencePolicy_element):
            raise ValueError("CapabilityStatementRestResource.referencePolicy holds a null without an extension")
        if (self.searchInclude_element or None in self.searchInclude) and not aligned(self.searchInclude, self.searchInclude_element):
            raise ValueError("CapabilityStatementRestResource.searchInclude holds a null without an extension")
        if (self.searchRevInclude_element or None in self.searchRevInclude) and not aligned(self.searchRevInclude, self.searchRevInclude_element):
            raise ValueError("CapabilityStatementRestResource.searchRevInclude holds a null without an extension")

class CapabilityStatementRestInteraction(BackboneElement, kw_only=True):
    code: Literal['transaction', 'batch', 'search-system', 'history-system'] | None = None
    code_element: Element | None = named(default=None, name="_code")
    documentation: String | None = None
    documentation_element: Element | None = named(default=None, name="_documentation")
    def __post_init__(self) -> None:
        if self.code is None and self.code_element is None:
            raise ValueError("CapabilityStatementRestInteraction.code is required")

class CapabilityStatementRest(BackboneElement, kw_only=True):
    mode: Literal['client', 'server'] | None = None
    mode_element: Element | None = named(default=None, name="_mode")
    documentation: String | None = None
    documentation_element: Element | None = named(default=None, name="_documentation")
    security: CapabilityStatementRestSecurity | None = None
    resource: tuple[CapabilityStatementRestResource, ...] = ()
    interaction: tuple[CapabilityStatementRestInteraction, ...] = ()
    searchParam: tuple[CapabilityStatementRestResourceSearchParam, ...] = ()
    operation: tuple[CapabilityStatementRestResourceOperation, ...] = ()
    compartment: tuple[CheckedUri | None, ...] = ()
    compartment_element: tuple[Element | None, ...] = named(default=(), name="_compartment")
    def __post_init__(self) -> None:
        if self.mode is None and self.mode_element is None:
            raise ValueError("CapabilityStatementRest.mode is required")
        if (self.compartment_element or None in self.compartment) and not aligned(self.compartment, self.compartment_element):
            raise ValueError("CapabilityStatementRest.compartment holds a null without an extension")

class CapabilityStatementMessagingEndpoint(BackboneElement, kw_only=True):
    protocol: Coding
    address: CheckedUri | None = None
    address_element: Element | None = named(default=None, name="_address")
    def __post_init__(self) -> None:
        if self.address is None and self.address_element is None:
            raise ValueError("CapabilityStatementMessagingEndpoint.address is required")

class CapabilityStatementMessagingSupportedMessage(BackboneElement, kw_only=True):
    mode: Literal['sender', 'receiver'] | None = None
    mode_element: Element | None = named(default=None, name="_mode")
    definition: CheckedUri | None = None
    definition_element: Element | None = named(default=None, name="_definition")
    def __post_init__(self) -> None:
        if self.mode is None and self.mode_element is None:
            raise ValueError("CapabilityStatementMessagingSupportedMessage.mode is required")
        if self.definition is None and self.definition_element is None:
            raise ValueError("CapabilityStatementMessagingSupportedMessage.definition is required")

class CapabilityStatementMessaging(BackboneElement, kw_only=True):
    endpoint: tuple[CapabilityStatementMessagingEndpoint, ...] = ()
    reliableCache: UnsignedInt | None = None
    reliableCache_element: Element | None = named(default=None, name="_reliableCache")
    documentation: String | None = None
    documentation_element: Element | None = named(default=None, name="_documentation")
    supportedMessage: tuple[CapabilityStatementMessagingSupportedMessage, ...] = ()

class CapabilityStatementDocument(BackboneElement, kw_only=True):
    mode: Literal['producer', 'consumer'] | None = None
    mode_element: Element | None = named(default=None, name="_mode")
    documentation: String | None = None
    documentation_element: Element | None = named(default=None, name="_documentation")
    profile: CheckedUri | None = None
    profile_element: Element | None = named(default=None, name="_profile")
    def __post_init__(self) -> None:
        if self.mode is None and self.mode_element is None:
            raise ValueError("CapabilityStatementDocument.mode is required")
        if self.profile is None and self.profile_element is None:
            raise ValueError("CapabilityStatementDocument.profile is required")

class CapabilityStatement(DomainResource, kw_only=True, tag_field="resourceType", tag="CapabilityStatement"):
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
    kind: Literal['instance', 'capability', 'requirements'] | None = None
    kind_element: Element | None = named(default=None, name="_kind")
    instantiates: tuple[Uri | None, ...] = ()
    instantiates_element: tuple[Element | None, ...] = named(default=(), name="_instantiates")
    imports: tuple[Uri | None, ...] = ()
    imports_element: tuple[Element | None, ...] = named(default=(), name="_imports")
    software: CapabilityStatementSoftware | None = None
    implementation: CapabilityStatementImplementation | None = None
    fhirVersion: Literal['0.01', '0.05', '0.06', '0.11', '0.0.80', '0.0.81', '0.0.82', '0.4.0', '0.5.0', '1.0.0', '1.0.1', '1.0.2', '1.1.0', '1.4.0', '1.6.0', '1.8.0', '3.0.0', '3.0.1', '3.3.0', '3.5.0', '4.0.0', '4.0.1'] | None = None
    fhirVersion_element: Element | None = named(default=None, name="_fhirVersion")
    format: tuple[Code | None, ...] = ()
    format_element: tuple[Element | None, ...] = named(default=(), name="_format")
    patchFormat: tuple[Code | None, ...] = ()
    patchFormat_element: tuple[Element | None, ...] = named(default=(), name="_patchFormat")
    implementationGuide: tuple[Uri | None, ...] = ()
    implementationGuide_element: tuple[Element | None, ...] = named(default=(), name="_implementationGuide")
    rest: tuple[CapabilityStatementRest, ...] = ()
    messaging: tuple[CapabilityStatementMessaging, ...] = ()
    document: tuple[CapabilityStatementDocument, ...] = ()
    def __post_init__(self) -> None:
        if (v := self.id) is not None and not is_id(v):
            raise ValueError("Resource.id is malformed")
        if (v := self.implicitRules) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Resource.implicitRules is malformed")
        if (v := self.language) is not None and v not in CODES and not is_code(v):
            raise ValueError("Resource.language is malformed")
        if (v := self.url) is not None and v not in URIS and not is_uri(v):
            raise ValueError("CapabilityStatement.url is malformed")
        if self.status is None and self.status_element is None:
            raise ValueError("CapabilityStatement.status is required")
        if (v := self.date) is not None and v not in DATE_TIMES and not is_date_time(v):
            raise ValueError("CapabilityStatement.date is malformed")
        if self.date is None and self.date_element is None:
            raise ValueError("CapabilityStatement.date is required")
        if self.kind is None and self.kind_element is None:
            raise ValueError("CapabilityStatement.kind is required")
        for v in self.instantiates:
            if v is not None and v not in URIS and not is_uri(v):
                raise ValueError("CapabilityStatement.instantiates is malformed")
        if (self.instantiates_element or None in self.instantiates) and not aligned(self.instantiates, self.instantiates_element):
            raise ValueError("CapabilityStatement.instantiates holds a null without an extension")
        for v in self.imports:
            if v is not None and v not in URIS and not is_uri(v):
                raise ValueError("CapabilityStatement.imports is malformed")
        if (self.imports_element or None in self.imports) and not aligned(self.imports, self.imports_element):
            raise ValueError("CapabilityStatement.imports holds a null without an extension")
        if self.fhirVersion is None and self.fhirVersion_element is None:
            raise ValueError("CapabilityStatement.fhirVersion is required")
        for v in self.format:
            if v is not None and v not in CODES and not is_code(v):
                raise ValueError("CapabilityStatement.format is malformed")
        if (self.format_element or None in self.format) and not aligned(self.format, self.format_element):
            raise ValueError("CapabilityStatement.format holds a null without an extension")
        if self.format == () and self.format_element == ():
            raise ValueError("CapabilityStatement.format is required")
        for v in self.patchFormat:
            if v is not None and v not in CODES and not is_code(v):
                raise ValueError("CapabilityStatement.patchFormat is malformed")
        if (self.patchFormat_element or None in self.patchFormat) and not aligned(self.patchFormat, self.patchFormat_element):
            raise ValueError("CapabilityStatement.patchFormat holds a null without an extension")
        for v in self.implementationGuide:
            if v is not None and v not in URIS and not is_uri(v):
                raise ValueError("CapabilityStatement.implementationGuide is malformed")
        if (self.implementationGuide_element or None in self.implementationGuide) and not aligned(self.implementationGuide, self.implementationGuide_element):
            raise ValueError("CapabilityStatement.implementationGuide holds a null without an extension")


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a CapabilityStatement into `out`; its patient and its clinical date."""
    token = out.tokens.append
    string = out.strings.append
    uri = out.uris.append
    reference = out.references.append
    date = out.dates.append
    quantity = out.quantities.append
    date0 = None
    if (v1 := r.version) is not None:
        token(('fhirversion', None, v1))
        token(('version', None, v1))
    for v2 in r.format:
        if v2 is not None:
            token(('format', None, v2))
    for v3 in r.implementationGuide:
        if v3 is not None:
            reference(('guide', v3))
            if '|' in v3:
                v3w = v3.partition('|')[0]
                reference(('guide', v3w))
    for v4 in r.rest:
        if (v5 := v4.mode) is not None:
            token(('mode', 'http://hl7.org/fhir/restful-capability-mode', v5))
        for v6 in v4.resource:
            if (v7 := v6.type) is not None:
                token(('resource', 'http://hl7.org/fhir/resource-types', v7))
            if (v8 := v6.profile) is not None:
                reference(('resource-profile', v8))
                if '|' in v8:
                    v8w = v8.partition('|')[0]
                    reference(('resource-profile', v8w))
            for v9 in v6.supportedProfile:
                if v9 is not None:
                    reference(('supported-profile', v9))
                    if '|' in v9:
                        v9w = v9.partition('|')[0]
                        reference(('supported-profile', v9w))
        if (v10 := v4.security) is not None:
            for v11 in v10.service:
                for c in v11.coding:
                    if c.code is not None:
                        token(('security-service', c.system, c.code))
    if (v12 := r.software) is not None:
        if (v13 := v12.name) is not None:
            string(('software', v13))
    if (v14 := r.meta) is not None:
        for v15 in v14.profile:
            if v15 is not None:
                uri(('_profile', v15))
                if '|' in v15:
                    v15w = v15.partition('|')[0]
                    uri(('_profile', v15w))
        for v16 in v14.security:
            if v16.code is not None:
                token(('_security', v16.system, v16.code))
        if (v17 := v14.source) is not None:
            uri(('_source', v17))
        for v18 in v14.tag:
            if v18.code is not None:
                token(('_tag', v18.system, v18.code))
    for v19 in r.useContext:
        if (v20 := v19.valueCodeableConcept) is not None:
            for c in v20.coding:
                if c.code is not None:
                    token(('context', c.system, c.code))
        if (v21 := v19.valueQuantity) is not None:
            if v21.value is not None:
                v21l, v21h = quantity_range(v21)
                quantity(('context-quantity', v21l, v21h, v21.system, v21.code or v21.unit))
                if v21.unit != v21.code and v21.unit and v21.code:
                    quantity(('context-quantity', v21l, v21h, None, v21.unit))
        if (v22 := v19.valueRange) is not None:
            if (v22q := v22.low or v22.high) is not None:
                v22l, v22h = span(v22)
                quantity(('context-quantity', v22l, v22h, v22q.system, v22q.code or v22q.unit))
        if (v23 := v19.code) is not None:
            if v23.code is not None:
                token(('context-type', v23.system, v23.code))
    if (v24 := r.date) is not None:
        v24l, v24h = date_range(v24)
        date(('date', v24l, v24h))
        if date0 is None: date0 = known(v24l, v24h)
    if (v25 := r.description) is not None:
        string(('description', v25))
    for v26 in r.jurisdiction:
        for c in v26.coding:
            if c.code is not None:
                token(('jurisdiction', c.system, c.code))
    if (v27 := r.name) is not None:
        string(('name', v27))
    if (v28 := r.publisher) is not None:
        string(('publisher', v28))
    if (v29 := r.status) is not None:
        token(('status', 'http://hl7.org/fhir/publication-status', v29))
    if (v30 := r.title) is not None:
        string(('title', v30))
    if (v31 := r.url) is not None:
        uri(('url', v31))
    return None, date0
