"""The resource type GraphDefinition of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import CODES, URIS, DATE_TIMES, is_code, is_uri, is_id, is_date_time
from verbund.fhir.extraction import Collector, date_range, known, quantity_range, span
from verbund.fhir.generated.datatypes import BackboneElement, CodeableConcept, ContactDetail, DomainResource, Element, Resource, UsageContext
from verbund.fhir.generated.primitives import CheckedUri, DateTime, Integer, String, Uri

class GraphDefinitionLinkTargetCompartment(BackboneElement, kw_only=True):
    use: Literal['condition', 'requirement'] | None = None
    use_element: Element | None = named(default=None, name="_use")
    code: Literal['Patient', 'Encounter', 'RelatedPerson', 'Practitioner', 'Device'] | None = None
    code_element: Element | None = named(default=None, name="_code")
    rule: Literal['identical', 'matching', 'different', 'custom'] | None = None
    rule_element: Element | None = named(default=None, name="_rule")
    expression: String | None = None
    expression_element: Element | None = named(default=None, name="_expression")
    description: String | None = None
    description_element: Element | None = named(default=None, name="_description")
    def __post_init__(self) -> None:
        if self.use is None and self.use_element is None:
            raise ValueError("GraphDefinitionLinkTargetCompartment.use is required")
        if self.code is None and self.code_element is None:
            raise ValueError("GraphDefinitionLinkTargetCompartment.code is required")
        if self.rule is None and self.rule_element is None:
            raise ValueError("GraphDefinitionLinkTargetCompartment.rule is required")

class GraphDefinitionLinkTarget(BackboneElement, kw_only=True):
    type: Literal['Account', 'ActivityDefinition', 'AdverseEvent', 'AllergyIntolerance', 'Appointment', 'AppointmentResponse', 'AuditEvent', 'Basic', 'Binary', 'BiologicallyDerivedProduct', 'BodyStructure', 'Bundle', 'CapabilityStatement', 'CarePlan', 'CareTeam', 'CatalogEntry', 'ChargeItem', 'ChargeItemDefinition', 'Claim', 'ClaimResponse', 'ClinicalImpression', 'CodeSystem', 'Communication', 'CommunicationRequest', 'CompartmentDefinition', 'Composition', 'ConceptMap', 'Condition', 'Consent', 'Contract', 'Coverage', 'CoverageEligibilityRequest', 'CoverageEligibilityResponse', 'DetectedIssue', 'Device', 'DeviceDefinition', 'DeviceMetric', 'DeviceRequest', 'DeviceUseStatement', 'DiagnosticReport', 'DocumentManifest', 'DocumentReference', 'DomainResource', 'EffectEvidenceSynthesis', 'Encounter', 'Endpoint', 'EnrollmentRequest', 'EnrollmentResponse', 'EpisodeOfCare', 'EventDefinition', 'Evidence', 'EvidenceVariable', 'ExampleScenario', 'ExplanationOfBenefit', 'FamilyMemberHistory', 'Flag', 'Goal', 'GraphDefinition', 'Group', 'GuidanceResponse', 'HealthcareService', 'ImagingStudy', 'Immunization', 'ImmunizationEvaluation', 'ImmunizationRecommendation', 'ImplementationGuide', 'InsurancePlan', 'Invoice', 'Library', 'Linkage', 'List', 'Location', 'Measure', 'MeasureReport', 'Media', 'Medication', 'MedicationAdministration', 'MedicationDispense', 'MedicationKnowledge', 'MedicationRequest', 'MedicationStatement', 'MedicinalProduct', 'MedicinalProductAuthorization', 'MedicinalProductContraindication', 'MedicinalProductIndication', 'MedicinalProductIngredient', 'MedicinalProductInteraction', 'MedicinalProductManufactured', 'MedicinalProductPackaged', 'MedicinalProductPharmaceutical', 'MedicinalProductUndesirableEffect', 'MessageDefinition', 'MessageHeader', 'MolecularSequence', 'NamingSystem', 'NutritionOrder', 'Observation', 'ObservationDefinition', 'OperationDefinition', 'OperationOutcome', 'Organization', 'OrganizationAffiliation', 'Parameters', 'Patient', 'PaymentNotice', 'PaymentReconciliation', 'Person', 'PlanDefinition', 'Practitioner', 'PractitionerRole', 'Procedure', 'Provenance', 'Questionnaire', 'QuestionnaireResponse', 'RelatedPerson', 'RequestGroup', 'ResearchDefinition', 'ResearchElementDefinition', 'ResearchStudy', 'ResearchSubject', 'Resource', 'RiskAssessment', 'RiskEvidenceSynthesis', 'Schedule', 'SearchParameter', 'ServiceRequest', 'Slot', 'Specimen', 'SpecimenDefinition', 'StructureDefinition', 'StructureMap', 'Subscription', 'Substance', 'SubstanceNucleicAcid', 'SubstancePolymer', 'SubstanceProtein', 'SubstanceReferenceInformation', 'SubstanceSourceMaterial', 'SubstanceSpecification', 'SupplyDelivery', 'SupplyRequest', 'Task', 'TerminologyCapabilities', 'TestReport', 'TestScript', 'ValueSet', 'VerificationResult', 'VisionPrescription'] | None = None
    type_element: Element | None = named(default=None, name="_type")
    params: String | None = None
    params_element: Element | None = named(default=None, name="_params")
    profile: CheckedUri | None = None
    profile_element: Element | None = named(default=None, name="_profile")
    compartment: tuple[GraphDefinitionLinkTargetCompartment, ...] = ()
    link: "tuple[GraphDefinitionLink, ...]" = ()
    def __post_init__(self) -> None:
        if self.type is None and self.type_element is None:
            raise ValueError("GraphDefinitionLinkTarget.type is required")

class GraphDefinitionLink(BackboneElement, kw_only=True):
    path: String | None = None
    path_element: Element | None = named(default=None, name="_path")
    sliceName: String | None = None
    sliceName_element: Element | None = named(default=None, name="_sliceName")
    min: Integer | None = None
    min_element: Element | None = named(default=None, name="_min")
    max: String | None = None
    max_element: Element | None = named(default=None, name="_max")
    description: String | None = None
    description_element: Element | None = named(default=None, name="_description")
    target: tuple[GraphDefinitionLinkTarget, ...] = ()

class GraphDefinition(DomainResource, kw_only=True, tag_field="resourceType", tag="GraphDefinition"):
    url: Uri | None = None
    url_element: Element | None = named(default=None, name="_url")
    version: String | None = None
    version_element: Element | None = named(default=None, name="_version")
    name: String | None = None
    name_element: Element | None = named(default=None, name="_name")
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
    start: Literal['Account', 'ActivityDefinition', 'AdverseEvent', 'AllergyIntolerance', 'Appointment', 'AppointmentResponse', 'AuditEvent', 'Basic', 'Binary', 'BiologicallyDerivedProduct', 'BodyStructure', 'Bundle', 'CapabilityStatement', 'CarePlan', 'CareTeam', 'CatalogEntry', 'ChargeItem', 'ChargeItemDefinition', 'Claim', 'ClaimResponse', 'ClinicalImpression', 'CodeSystem', 'Communication', 'CommunicationRequest', 'CompartmentDefinition', 'Composition', 'ConceptMap', 'Condition', 'Consent', 'Contract', 'Coverage', 'CoverageEligibilityRequest', 'CoverageEligibilityResponse', 'DetectedIssue', 'Device', 'DeviceDefinition', 'DeviceMetric', 'DeviceRequest', 'DeviceUseStatement', 'DiagnosticReport', 'DocumentManifest', 'DocumentReference', 'DomainResource', 'EffectEvidenceSynthesis', 'Encounter', 'Endpoint', 'EnrollmentRequest', 'EnrollmentResponse', 'EpisodeOfCare', 'EventDefinition', 'Evidence', 'EvidenceVariable', 'ExampleScenario', 'ExplanationOfBenefit', 'FamilyMemberHistory', 'Flag', 'Goal', 'GraphDefinition', 'Group', 'GuidanceResponse', 'HealthcareService', 'ImagingStudy', 'Immunization', 'ImmunizationEvaluation', 'ImmunizationRecommendation', 'ImplementationGuide', 'InsurancePlan', 'Invoice', 'Library', 'Linkage', 'List', 'Location', 'Measure', 'MeasureReport', 'Media', 'Medication', 'MedicationAdministration', 'MedicationDispense', 'MedicationKnowledge', 'MedicationRequest', 'MedicationStatement', 'MedicinalProduct', 'MedicinalProductAuthorization', 'MedicinalProductContraindication', 'MedicinalProductIndication', 'MedicinalProductIngredient', 'MedicinalProductInteraction', 'MedicinalProductManufactured', 'MedicinalProductPackaged', 'MedicinalProductPharmaceutical', 'MedicinalProductUndesirableEffect', 'MessageDefinition', 'MessageHeader', 'MolecularSequence', 'NamingSystem', 'NutritionOrder', 'Observation', 'ObservationDefinition', 'OperationDefinition', 'OperationOutcome', 'Organization', 'OrganizationAffiliation', 'Parameters', 'Patient', 'PaymentNotice', 'PaymentReconciliation', 'Person', 'PlanDefinition', 'Practitioner', 'PractitionerRole', 'Procedure', 'Provenance', 'Questionnaire', 'QuestionnaireResponse', 'RelatedPerson', 'RequestGroup', 'ResearchDefinition', 'ResearchElementDefinition', 'ResearchStudy', 'ResearchSubject', 'Resource', 'RiskAssessment', 'RiskEvidenceSynthesis', 'Schedule', 'SearchParameter', 'ServiceRequest', 'Slot', 'Specimen', 'SpecimenDefinition', 'StructureDefinition', 'StructureMap', 'Subscription', 'Substance', 'SubstanceNucleicAcid', 'SubstancePolymer', 'SubstanceProtein', 'SubstanceReferenceInformation', 'SubstanceSourceMaterial', 'SubstanceSpecification', 'SupplyDelivery', 'SupplyRequest', 'Task', 'TerminologyCapabilities', 'TestReport', 'TestScript', 'ValueSet', 'VerificationResult', 'VisionPrescription'] | None = None
    start_element: Element | None = named(default=None, name="_start")
    profile: Uri | None = None
    profile_element: Element | None = named(default=None, name="_profile")
    link: tuple[GraphDefinitionLink, ...] = ()
    def __post_init__(self) -> None:
        if (v := self.id) is not None and not is_id(v):
            raise ValueError("Resource.id is malformed")
        if (v := self.implicitRules) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Resource.implicitRules is malformed")
        if (v := self.language) is not None and v not in CODES and not is_code(v):
            raise ValueError("Resource.language is malformed")
        if (v := self.url) is not None and v not in URIS and not is_uri(v):
            raise ValueError("GraphDefinition.url is malformed")
        if self.name is None and self.name_element is None:
            raise ValueError("GraphDefinition.name is required")
        if self.status is None and self.status_element is None:
            raise ValueError("GraphDefinition.status is required")
        if (v := self.date) is not None and v not in DATE_TIMES and not is_date_time(v):
            raise ValueError("GraphDefinition.date is malformed")
        if self.start is None and self.start_element is None:
            raise ValueError("GraphDefinition.start is required")
        if (v := self.profile) is not None and v not in URIS and not is_uri(v):
            raise ValueError("GraphDefinition.profile is malformed")


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a GraphDefinition into `out`; its patient and its clinical date."""
    token = out.tokens.append
    string = out.strings.append
    uri = out.uris.append
    date = out.dates.append
    quantity = out.quantities.append
    date0 = None
    if (v1 := r.start) is not None:
        token(('start', 'http://hl7.org/fhir/resource-types', v1))
    if (v2 := r.meta) is not None:
        for v3 in v2.profile:
            if v3 is not None:
                uri(('_profile', v3))
                if '|' in v3:
                    v3w = v3.partition('|')[0]
                    uri(('_profile', v3w))
        for v4 in v2.security:
            if v4.code is not None:
                token(('_security', v4.system, v4.code))
        if (v5 := v2.source) is not None:
            uri(('_source', v5))
        for v6 in v2.tag:
            if v6.code is not None:
                token(('_tag', v6.system, v6.code))
    for v7 in r.useContext:
        if (v8 := v7.valueCodeableConcept) is not None:
            for c in v8.coding:
                if c.code is not None:
                    token(('context', c.system, c.code))
        if (v9 := v7.valueQuantity) is not None:
            if v9.value is not None:
                v9l, v9h = quantity_range(v9)
                quantity(('context-quantity', v9l, v9h, v9.system, v9.code or v9.unit))
                if v9.unit != v9.code and v9.unit and v9.code:
                    quantity(('context-quantity', v9l, v9h, None, v9.unit))
        if (v10 := v7.valueRange) is not None:
            if (v10q := v10.low or v10.high) is not None:
                v10l, v10h = span(v10)
                quantity(('context-quantity', v10l, v10h, v10q.system, v10q.code or v10q.unit))
        if (v11 := v7.code) is not None:
            if v11.code is not None:
                token(('context-type', v11.system, v11.code))
    if (v12 := r.date) is not None:
        v12l, v12h = date_range(v12)
        date(('date', v12l, v12h))
        if date0 is None: date0 = known(v12l, v12h)
    if (v13 := r.description) is not None:
        string(('description', v13))
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
    if (v18 := r.url) is not None:
        uri(('url', v18))
    if (v19 := r.version) is not None:
        token(('version', None, v19))
    return None, date0
