"""The resource type SearchParameter of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import CODES, URIS, DATE_TIMES, aligned, is_code, is_uri, is_id, is_date_time
from verbund.fhir.extraction import Collector, date_range, known, quantity_range, span
from verbund.fhir.generated.datatypes import BackboneElement, CodeableConcept, ContactDetail, DomainResource, Element, Resource, UsageContext
from verbund.fhir.generated.primitives import CheckedUri, Code, DateTime, String, Uri

class SearchParameterComponent(BackboneElement, kw_only=True):
    definition: CheckedUri | None = None
    definition_element: Element | None = named(default=None, name="_definition")
    expression: String | None = None
    expression_element: Element | None = named(default=None, name="_expression")
    def __post_init__(self) -> None:
        if self.definition is None and self.definition_element is None:
            raise ValueError("SearchParameterComponent.definition is required")
        if self.expression is None and self.expression_element is None:
            raise ValueError("SearchParameterComponent.expression is required")

class SearchParameter(DomainResource, kw_only=True, tag_field="resourceType", tag="SearchParameter"):
    url: Uri | None = None
    url_element: Element | None = named(default=None, name="_url")
    version: String | None = None
    version_element: Element | None = named(default=None, name="_version")
    name: String | None = None
    name_element: Element | None = named(default=None, name="_name")
    derivedFrom: Uri | None = None
    derivedFrom_element: Element | None = named(default=None, name="_derivedFrom")
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
    code: Code | None = None
    code_element: Element | None = named(default=None, name="_code")
    base: tuple[Literal['Account', 'ActivityDefinition', 'AdverseEvent', 'AllergyIntolerance', 'Appointment', 'AppointmentResponse', 'AuditEvent', 'Basic', 'Binary', 'BiologicallyDerivedProduct', 'BodyStructure', 'Bundle', 'CapabilityStatement', 'CarePlan', 'CareTeam', 'CatalogEntry', 'ChargeItem', 'ChargeItemDefinition', 'Claim', 'ClaimResponse', 'ClinicalImpression', 'CodeSystem', 'Communication', 'CommunicationRequest', 'CompartmentDefinition', 'Composition', 'ConceptMap', 'Condition', 'Consent', 'Contract', 'Coverage', 'CoverageEligibilityRequest', 'CoverageEligibilityResponse', 'DetectedIssue', 'Device', 'DeviceDefinition', 'DeviceMetric', 'DeviceRequest', 'DeviceUseStatement', 'DiagnosticReport', 'DocumentManifest', 'DocumentReference', 'DomainResource', 'EffectEvidenceSynthesis', 'Encounter', 'Endpoint', 'EnrollmentRequest', 'EnrollmentResponse', 'EpisodeOfCare', 'EventDefinition', 'Evidence', 'EvidenceVariable', 'ExampleScenario', 'ExplanationOfBenefit', 'FamilyMemberHistory', 'Flag', 'Goal', 'GraphDefinition', 'Group', 'GuidanceResponse', 'HealthcareService', 'ImagingStudy', 'Immunization', 'ImmunizationEvaluation', 'ImmunizationRecommendation', 'ImplementationGuide', 'InsurancePlan', 'Invoice', 'Library', 'Linkage', 'List', 'Location', 'Measure', 'MeasureReport', 'Media', 'Medication', 'MedicationAdministration', 'MedicationDispense', 'MedicationKnowledge', 'MedicationRequest', 'MedicationStatement', 'MedicinalProduct', 'MedicinalProductAuthorization', 'MedicinalProductContraindication', 'MedicinalProductIndication', 'MedicinalProductIngredient', 'MedicinalProductInteraction', 'MedicinalProductManufactured', 'MedicinalProductPackaged', 'MedicinalProductPharmaceutical', 'MedicinalProductUndesirableEffect', 'MessageDefinition', 'MessageHeader', 'MolecularSequence', 'NamingSystem', 'NutritionOrder', 'Observation', 'ObservationDefinition', 'OperationDefinition', 'OperationOutcome', 'Organization', 'OrganizationAffiliation', 'Parameters', 'Patient', 'PaymentNotice', 'PaymentReconciliation', 'Person', 'PlanDefinition', 'Practitioner', 'PractitionerRole', 'Procedure', 'Provenance', 'Questionnaire', 'QuestionnaireResponse', 'RelatedPerson', 'RequestGroup', 'ResearchDefinition', 'ResearchElementDefinition', 'ResearchStudy', 'ResearchSubject', 'Resource', 'RiskAssessment', 'RiskEvidenceSynthesis', 'Schedule', 'SearchParameter', 'ServiceRequest', 'Slot', 'Specimen', 'SpecimenDefinition', 'StructureDefinition', 'StructureMap', 'Subscription', 'Substance', 'SubstanceNucleicAcid', 'SubstancePolymer', 'SubstanceProtein', 'SubstanceReferenceInformation', 'SubstanceSourceMaterial', 'SubstanceSpecification', 'SupplyDelivery', 'SupplyRequest', 'Task', 'TerminologyCapabilities', 'TestReport', 'TestScript', 'ValueSet', 'VerificationResult', 'VisionPrescription'] | None, ...] = ()
    base_element: tuple[Element | None, ...] = named(default=(), name="_base")
    type: Literal['number', 'date', 'string', 'token', 'reference', 'composite', 'quantity', 'uri', 'special'] | None = None
    type_element: Element | None = named(default=None, name="_type")
    expression: String | None = None
    expression_element: Element | None = named(default=None, name="_expression")
    xpath: String | None = None
    xpath_element: Element | None = named(default=None, name="_xpath")
    xpathUsage: Literal['normal', 'phonetic', 'nearby', 'distance', 'other'] | None = None
    xpathUsage_element: Element | None = named(default=None, name="_xpathUsage")
    target: tuple[Literal['Account', 'ActivityDefinition', 'AdverseEvent', 'AllergyIntolerance', 'Appointment', 'AppointmentResponse', 'AuditEvent', 'Basic', 'Binary', 'BiologicallyDerivedProduct', 'BodyStructure', 'Bundle', 'CapabilityStatement', 'CarePlan', 'CareTeam', 'CatalogEntry', 'ChargeItem', 'ChargeItemDefinition', 'Claim', 'ClaimResponse', 'ClinicalImpression', 'CodeSystem', 'Communication', 'CommunicationRequest', 'CompartmentDefinition', 'Composition', 'ConceptMap', 'Condition', 'Consent', 'Contract', 'Coverage', 'CoverageEligibilityRequest', 'CoverageEligibilityResponse', 'DetectedIssue', 'Device', 'DeviceDefinition', 'DeviceMetric', 'DeviceRequest', 'DeviceUseStatement', 'DiagnosticReport', 'DocumentManifest', 'DocumentReference', 'DomainResource', 'EffectEvidenceSynthesis', 'Encounter', 'Endpoint', 'EnrollmentRequest', 'EnrollmentResponse', 'EpisodeOfCare', 'EventDefinition', 'Evidence', 'EvidenceVariable', 'ExampleScenario', 'ExplanationOfBenefit', 'FamilyMemberHistory', 'Flag', 'Goal', 'GraphDefinition', 'Group', 'GuidanceResponse', 'HealthcareService', 'ImagingStudy', 'Immunization', 'ImmunizationEvaluation', 'ImmunizationRecommendation', 'ImplementationGuide', 'InsurancePlan', 'Invoice', 'Library', 'Linkage', 'List', 'Location', 'Measure', 'MeasureReport', 'Media', 'Medication', 'MedicationAdministration', 'MedicationDispense', 'MedicationKnowledge', 'MedicationRequest', 'MedicationStatement', 'MedicinalProduct', 'MedicinalProductAuthorization', 'MedicinalProductContraindication', 'MedicinalProductIndication', 'MedicinalProductIngredient', 'MedicinalProductInteraction', 'MedicinalProductManufactured', 'MedicinalProductPackaged', 'MedicinalProductPharmaceutical', 'MedicinalProductUndesirableEffect', 'MessageDefinition', 'MessageHeader', 'MolecularSequence', 'NamingSystem', 'NutritionOrder', 'Observation', 'ObservationDefinition', 'OperationDefinition', 'OperationOutcome', 'Organization', 'OrganizationAffiliation', 'Parameters', 'Patient', 'PaymentNotice', 'PaymentReconciliation', 'Person', 'PlanDefinition', 'Practitioner', 'PractitionerRole', 'Procedure', 'Provenance', 'Questionnaire', 'QuestionnaireResponse', 'RelatedPerson', 'RequestGroup', 'ResearchDefinition', 'ResearchElementDefinition', 'ResearchStudy', 'ResearchSubject', 'Resource', 'RiskAssessment', 'RiskEvidenceSynthesis', 'Schedule', 'SearchParameter', 'ServiceRequest', 'Slot', 'Specimen', 'SpecimenDefinition', 'StructureDefinition', 'StructureMap', 'Subscription', 'Substance', 'SubstanceNucleicAcid', 'SubstancePolymer', 'SubstanceProtein', 'SubstanceReferenceInformation', 'SubstanceSourceMaterial', 'SubstanceSpecification', 'SupplyDelivery', 'SupplyRequest', 'Task', 'TerminologyCapabilities', 'TestReport', 'TestScript', 'ValueSet', 'VerificationResult', 'VisionPrescription'] | None, ...] = ()
    target_element: tuple[Element | None, ...] = named(default=(), name="_target")
    multipleOr: bool | None = None
    multipleOr_element: Element | None = named(default=None, name="_multipleOr")
    multipleAnd: bool | None = None
    multipleAnd_element: Element | None = named(default=None, name="_multipleAnd")
    comparator: tuple[Literal['eq', 'ne', 'gt', 'lt', 'ge', 'le', 'sa', 'eb', 'ap'] | None, ...] = ()
    comparator_element: tuple[Element | None, ...] = named(default=(), name="_comparator")
    modifier: tuple[Literal['missing', 'exact', 'contains', 'not', 'text', 'in', 'not-in', 'below', 'above', 'type', 'identifier', 'ofType'] | None, ...] = ()
    modifier_element: tuple[Element | None, ...] = named(default=(), name="_modifier")
    chain: tuple[String | None, ...] = ()
    chain_element: tuple[Element | None, ...] = named(default=(), name="_chain")
    component: tuple[SearchParameterComponent, ...] = ()
    def __post_init__(self) -> None:
        if (v := self.id) is not None and not is_id(v):
            raise ValueError("Resource.id is malformed")
        if (v := self.implicitRules) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Resource.implicitRules is malformed")
        if (v := self.language) is not None and v not in CODES and not is_code(v):
            raise ValueError("Resource.language is malformed")
        if (v := self.url) is not None and v not in URIS and not is_uri(v):
            raise ValueError("SearchParameter.url is malformed")
        if self.url is None and self.url_element is None:
            raise ValueError("SearchParameter.url is required")
        if self.name is None and self.name_element is None:
            raise ValueError("SearchParameter.name is required")
        if (v := self.derivedFrom) is not None and v not in URIS and not is_uri(v):
            raise ValueError("SearchParameter.derivedFrom is malformed")
        if self.status is None and self.status_element is None:
            raise ValueError("SearchParameter.status is required")
        if (v := self.date) is not None and v not in DATE_TIMES and not is_date_time(v):
            raise ValueError("SearchParameter.date is malformed")
        if self.description is None and self.description_element is None:
            raise ValueError("SearchParameter.description is required")
        if (v := self.code) is not None and v not in CODES and not is_code(v):
            raise ValueError("SearchParameter.code is malformed")
        if self.code is None and self.code_element is None:
            raise ValueError("SearchParameter.code is required")
        if (self.base_element or None in self.base) and not aligned(self.base, self.base_element):
            raise ValueError("SearchParameter.base holds a null without an extension")
        if self.base == () and self.base_element == ():
            raise ValueError("SearchParameter.base is required")
        if self.type is None and self.type_element is None:
            raise ValueError("SearchParameter.type is required")
        if (self.target_element or None in self.target) and not aligned(self.target, self.target_element):
            raise ValueError("SearchParameter.target holds a null without an extension")
        if (self.comparator_element or None in self.comparator) and not aligned(self.comparator, self.comparator_element):
            raise ValueError("SearchParameter.comparator holds a null without an extension")
        if (self.modifier_element or None in self.modifier) and not aligned(self.modifier, self.modifier_element):
            raise ValueError("SearchParameter.modifier holds a null without an extension")
        if (self.chain_element or None in self.chain) and not aligned(self.chain, self.chain_element):
            raise ValueError("SearchParameter.chain holds a null without an extension")


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a SearchParameter into `out`; its patient and its clinical date."""
    token = out.tokens.append
    string = out.strings.append
    uri = out.uris.append
    reference = out.references.append
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
    for v6 in r.base:
        if v6 is not None:
            token(('base', 'http://hl7.org/fhir/resource-types', v6))
    if (v7 := r.code) is not None:
        token(('code', None, v7))
    for v8 in r.component:
        if (v9 := v8.definition) is not None:
            reference(('component', v9))
            if '|' in v9:
                v9w = v9.partition('|')[0]
                reference(('component', v9w))
    if (v10 := r.derivedFrom) is not None:
        reference(('derived-from', v10))
        if '|' in v10:
            v10w = v10.partition('|')[0]
            reference(('derived-from', v10w))
    for v11 in r.target:
        if v11 is not None:
            token(('target', 'http://hl7.org/fhir/resource-types', v11))
    if (v12 := r.type) is not None:
        token(('type', 'http://hl7.org/fhir/search-param-type', v12))
    for v13 in r.useContext:
        if (v14 := v13.valueCodeableConcept) is not None:
            for c in v14.coding:
                if c.code is not None:
                    token(('context', c.system, c.code))
        if (v15 := v13.valueQuantity) is not None:
            if v15.value is not None:
                v15l, v15h = quantity_range(v15)
                quantity(('context-quantity', v15l, v15h, v15.system, v15.code or v15.unit))
                if v15.unit != v15.code and v15.unit and v15.code:
                    quantity(('context-quantity', v15l, v15h, None, v15.unit))
        if (v16 := v13.valueRange) is not None:
            if (v16q := v16.low or v16.high) is not None:
                v16l, v16h = span(v16)
                quantity(('context-quantity', v16l, v16h, v16q.system, v16q.code or v16q.unit))
        if (v17 := v13.code) is not None:
            if v17.code is not None:
                token(('context-type', v17.system, v17.code))
    if (v18 := r.date) is not None:
        v18l, v18h = date_range(v18)
        date(('date', v18l, v18h))
        if date0 is None: date0 = known(v18l, v18h)
    if (v19 := r.description) is not None:
        string(('description', v19))
    for v20 in r.jurisdiction:
        for c in v20.coding:
            if c.code is not None:
                token(('jurisdiction', c.system, c.code))
    if (v21 := r.name) is not None:
        string(('name', v21))
    if (v22 := r.publisher) is not None:
        string(('publisher', v22))
    if (v23 := r.status) is not None:
        token(('status', 'http://hl7.org/fhir/publication-status', v23))
    if (v24 := r.url) is not None:
        uri(('url', v24))
    if (v25 := r.version) is not None:
        token(('version', None, v25))
    return None, date0
