"""The resource type CompartmentDefinition of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import CODES, URIS, DATE_TIMES, aligned, is_code, is_uri, is_id, is_date_time
from verbund.fhir.extraction import Collector, date_range, known, quantity_range, span
from verbund.fhir.generated.datatypes import BackboneElement, ContactDetail, DomainResource, Element, Resource, UsageContext
from verbund.fhir.generated.primitives import DateTime, String, Uri

class CompartmentDefinitionResource(BackboneElement, kw_only=True):
    code: Literal['Account', 'ActivityDefinition', 'AdverseEvent', 'AllergyIntolerance', 'Appointment', 'AppointmentResponse', 'AuditEvent', 'Basic', 'Binary', 'BiologicallyDerivedProduct', 'BodyStructure', 'Bundle', 'CapabilityStatement', 'CarePlan', 'CareTeam', 'CatalogEntry', 'ChargeItem', 'ChargeItemDefinition', 'Claim', 'ClaimResponse', 'ClinicalImpression', 'CodeSystem', 'Communication', 'CommunicationRequest', 'CompartmentDefinition', 'Composition', 'ConceptMap', 'Condition', 'Consent', 'Contract', 'Coverage', 'CoverageEligibilityRequest', 'CoverageEligibilityResponse', 'DetectedIssue', 'Device', 'DeviceDefinition', 'DeviceMetric', 'DeviceRequest', 'DeviceUseStatement', 'DiagnosticReport', 'DocumentManifest', 'DocumentReference', 'DomainResource', 'EffectEvidenceSynthesis', 'Encounter', 'Endpoint', 'EnrollmentRequest', 'EnrollmentResponse', 'EpisodeOfCare', 'EventDefinition', 'Evidence', 'EvidenceVariable', 'ExampleScenario', 'ExplanationOfBenefit', 'FamilyMemberHistory', 'Flag', 'Goal', 'GraphDefinition', 'Group', 'GuidanceResponse', 'HealthcareService', 'ImagingStudy', 'Immunization', 'ImmunizationEvaluation', 'ImmunizationRecommendation', 'ImplementationGuide', 'InsurancePlan', 'Invoice', 'Library', 'Linkage', 'List', 'Location', 'Measure', 'MeasureReport', 'Media', 'Medication', 'MedicationAdministration', 'MedicationDispense', 'MedicationKnowledge', 'MedicationRequest', 'MedicationStatement', 'MedicinalProduct', 'MedicinalProductAuthorization', 'MedicinalProductContraindication', 'MedicinalProductIndication', 'MedicinalProductIngredient', 'MedicinalProductInteraction', 'MedicinalProductManufactured', 'MedicinalProductPackaged', 'MedicinalProductPharmaceutical', 'MedicinalProductUndesirableEffect', 'MessageDefinition', 'MessageHeader', 'MolecularSequence', 'NamingSystem', 'NutritionOrder', 'Observation', 'ObservationDefinition', 'OperationDefinition', 'OperationOutcome', 'Organization', 'OrganizationAffiliation', 'Parameters', 'Patient', 'PaymentNotice', 'PaymentReconciliation', 'Person', 'PlanDefinition', 'Practitioner', 'PractitionerRole', 'Procedure', 'Provenance', 'Questionnaire', 'QuestionnaireResponse', 'RelatedPerson', 'RequestGroup', 'ResearchDefinition', 'ResearchElementDefinition', 'ResearchStudy', 'ResearchSubject', 'Resource', 'RiskAssessment', 'RiskEvidenceSynthesis', 'Schedule', 'SearchParameter', 'ServiceRequest', 'Slot', 'Specimen', 'SpecimenDefinition', 'StructureDefinition', 'StructureMap', 'Subscription', 'Substance', 'SubstanceNucleicAcid', 'SubstancePolymer', 'SubstanceProtein', 'SubstanceReferenceInformation', 'SubstanceSourceMaterial', 'SubstanceSpecification', 'SupplyDelivery', 'SupplyRequest', 'Task', 'TerminologyCapabilities', 'TestReport', 'TestScript', 'ValueSet', 'VerificationResult', 'VisionPrescription'] | None = None
    code_element: Element | None = named(default=None, name="_code")
    param: tuple[String | None, ...] = ()
    param_element: tuple[Element | None, ...] = named(default=(), name="_param")
    documentation: String | None = None
    documentation_element: Element | None = named(default=None, name="_documentation")
    def __post_init__(self) -> None:
        if self.code is None and self.code_element is None:
            raise ValueError("CompartmentDefinitionResource.code is required")
        if (self.param_element or None in self.param) and not aligned(self.param, self.param_element):
            raise ValueError("CompartmentDefinitionResource.param holds a null without an extension")

class CompartmentDefinition(DomainResource, kw_only=True, tag_field="resourceType", tag="CompartmentDefinition"):
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
    purpose: String | None = None
    purpose_element: Element | None = named(default=None, name="_purpose")
    code: Literal['Patient', 'Encounter', 'RelatedPerson', 'Practitioner', 'Device'] | None = None
    code_element: Element | None = named(default=None, name="_code")
    search: bool | None = None
    search_element: Element | None = named(default=None, name="_search")
    resource: tuple[CompartmentDefinitionResource, ...] = ()
    def __post_init__(self) -> None:
        if (v := self.id) is not None and not is_id(v):
            raise ValueError("Resource.id is malformed")
        if (v := self.implicitRules) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Resource.implicitRules is malformed")
        if (v := self.language) is not None and v not in CODES and not is_code(v):
            raise ValueError("Resource.language is malformed")
        if (v := self.url) is not None and v not in URIS and not is_uri(v):
            raise ValueError("CompartmentDefinition.url is malformed")
        if self.url is None and self.url_element is None:
            raise ValueError("CompartmentDefinition.url is required")
        if self.name is None and self.name_element is None:
            raise ValueError("CompartmentDefinition.name is required")
        if self.status is None and self.status_element is None:
            raise ValueError("CompartmentDefinition.status is required")
        if (v := self.date) is not None and v not in DATE_TIMES and not is_date_time(v):
            raise ValueError("CompartmentDefinition.date is malformed")
        if self.code is None and self.code_element is None:
            raise ValueError("CompartmentDefinition.code is required")
        if self.search is None and self.search_element is None:
            raise ValueError("CompartmentDefinition.search is required")


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a CompartmentDefinition into `out`; its patient and its clinical date."""
    token = out.tokens.append
    string = out.strings.append
    uri = out.uris.append
    date = out.dates.append
    quantity = out.quantities.append
    date0 = None
    if (v1 := r.code) is not None:
        token(('code', 'http://hl7.org/fhir/compartment-type', v1))
    for v2 in r.resource:
        if (v3 := v2.code) is not None:
            token(('resource', 'http://hl7.org/fhir/resource-types', v3))
    if (v4 := r.meta) is not None:
        for v5 in v4.profile:
            if v5 is not None:
                uri(('_profile', v5))
                if '|' in v5:
                    v5w = v5.partition('|')[0]
                    uri(('_profile', v5w))
        for v6 in v4.security:
            if v6.code is not None:
                token(('_security', v6.system, v6.code))
        if (v7 := v4.source) is not None:
            uri(('_source', v7))
        for v8 in v4.tag:
            if v8.code is not None:
                token(('_tag', v8.system, v8.code))
    for v9 in r.useContext:
        if (v10 := v9.valueCodeableConcept) is not None:
            for c in v10.coding:
                if c.code is not None:
                    token(('context', c.system, c.code))
        if (v11 := v9.valueQuantity) is not None:
            if v11.value is not None:
                v11l, v11h = quantity_range(v11)
                quantity(('context-quantity', v11l, v11h, v11.system, v11.code or v11.unit))
                if v11.unit != v11.code and v11.unit and v11.code:
                    quantity(('context-quantity', v11l, v11h, None, v11.unit))
        if (v12 := v9.valueRange) is not None:
            if (v12q := v12.low or v12.high) is not None:
                v12l, v12h = span(v12)
                quantity(('context-quantity', v12l, v12h, v12q.system, v12q.code or v12q.unit))
        if (v13 := v9.code) is not None:
            if v13.code is not None:
                token(('context-type', v13.system, v13.code))
    if (v14 := r.date) is not None:
        v14l, v14h = date_range(v14)
        date(('date', v14l, v14h))
        if date0 is None: date0 = known(v14l, v14h)
    if (v15 := r.description) is not None:
        string(('description', v15))
    if (v16 := r.name) is not None:
        string(('name', v16))
    if (v17 := r.publisher) is not None:
        string(('publisher', v17))
    if (v18 := r.status) is not None:
        token(('status', 'http://hl7.org/fhir/publication-status', v18))
    if (v19 := r.url) is not None:
        uri(('url', v19))
    if (v20 := r.version) is not None:
        token(('version', None, v20))
    return None, date0
