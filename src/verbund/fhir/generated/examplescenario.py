"""The resource type ExampleScenario of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import CODES, URIS, DATE_TIMES, aligned, is_code, is_uri, is_id, is_date_time
from verbund.fhir.extraction import Collector, date_range, known, quantity_range, span
from verbund.fhir.generated.datatypes import BackboneElement, CodeableConcept, ContactDetail, DomainResource, Element, Identifier, Resource, UsageContext
from verbund.fhir.generated.primitives import DateTime, String, Uri

class ExampleScenarioActor(BackboneElement, kw_only=True):
    actorId: String | None = None
    actorId_element: Element | None = named(default=None, name="_actorId")
    type: Literal['person', 'entity'] | None = None
    type_element: Element | None = named(default=None, name="_type")
    name: String | None = None
    name_element: Element | None = named(default=None, name="_name")
    description: String | None = None
    description_element: Element | None = named(default=None, name="_description")
    def __post_init__(self) -> None:
        if self.actorId is None and self.actorId_element is None:
            raise ValueError("ExampleScenarioActor.actorId is required")
        if self.type is None and self.type_element is None:
            raise ValueError("ExampleScenarioActor.type is required")

class ExampleScenarioInstanceVersion(BackboneElement, kw_only=True):
    versionId: String | None = None
    versionId_element: Element | None = named(default=None, name="_versionId")
    description: String | None = None
    description_element: Element | None = named(default=None, name="_description")
    def __post_init__(self) -> None:
        if self.versionId is None and self.versionId_element is None:
            raise ValueError("ExampleScenarioInstanceVersion.versionId is required")
        if self.description is None and self.description_element is None:
            raise ValueError("ExampleScenarioInstanceVersion.description is required")

class ExampleScenarioInstanceContainedInstance(BackboneElement, kw_only=True):
    resourceId: String | None = None
    resourceId_element: Element | None = named(default=None, name="_resourceId")
    versionId: String | None = None
    versionId_element: Element | None = named(default=None, name="_versionId")
    def __post_init__(self) -> None:
        if self.resourceId is None and self.resourceId_element is None:
            raise ValueError("ExampleScenarioInstanceContainedInstance.resourceId is required")

class ExampleScenarioInstance(BackboneElement, kw_only=True):
    resourceId: String | None = None
    resourceId_element: Element | None = named(default=None, name="_resourceId")
    resourceType: Literal['Account', 'ActivityDefinition', 'AdverseEvent', 'AllergyIntolerance', 'Appointment', 'AppointmentResponse', 'AuditEvent', 'Basic', 'Binary', 'BiologicallyDerivedProduct', 'BodyStructure', 'Bundle', 'CapabilityStatement', 'CarePlan', 'CareTeam', 'CatalogEntry', 'ChargeItem', 'ChargeItemDefinition', 'Claim', 'ClaimResponse', 'ClinicalImpression', 'CodeSystem', 'Communication', 'CommunicationRequest', 'CompartmentDefinition', 'Composition', 'ConceptMap', 'Condition', 'Consent', 'Contract', 'Coverage', 'CoverageEligibilityRequest', 'CoverageEligibilityResponse', 'DetectedIssue', 'Device', 'DeviceDefinition', 'DeviceMetric', 'DeviceRequest', 'DeviceUseStatement', 'DiagnosticReport', 'DocumentManifest', 'DocumentReference', 'DomainResource', 'EffectEvidenceSynthesis', 'Encounter', 'Endpoint', 'EnrollmentRequest', 'EnrollmentResponse', 'EpisodeOfCare', 'EventDefinition', 'Evidence', 'EvidenceVariable', 'ExampleScenario', 'ExplanationOfBenefit', 'FamilyMemberHistory', 'Flag', 'Goal', 'GraphDefinition', 'Group', 'GuidanceResponse', 'HealthcareService', 'ImagingStudy', 'Immunization', 'ImmunizationEvaluation', 'ImmunizationRecommendation', 'ImplementationGuide', 'InsurancePlan', 'Invoice', 'Library', 'Linkage', 'List', 'Location', 'Measure', 'MeasureReport', 'Media', 'Medication', 'MedicationAdministration', 'MedicationDispense', 'MedicationKnowledge', 'MedicationRequest', 'MedicationStatement', 'MedicinalProduct', 'MedicinalProductAuthorization', 'MedicinalProductContraindication', 'MedicinalProductIndication', 'MedicinalProductIngredient', 'MedicinalProductInteraction', 'MedicinalProductManufactured', 'MedicinalProductPackaged', 'MedicinalProductPharmaceutical', 'MedicinalProductUndesirableEffect', 'MessageDefinition', 'MessageHeader', 'MolecularSequence', 'NamingSystem', 'NutritionOrder', 'Observation', 'ObservationDefinition', 'OperationDefinition', 'OperationOutcome', 'Organization', 'OrganizationAffiliation', 'Parameters', 'Patient', 'PaymentNotice', 'PaymentReconciliation', 'Person', 'PlanDefinition', 'Practitioner', 'PractitionerRole', 'Procedure', 'Provenance', 'Questionnaire', 'QuestionnaireResponse', 'RelatedPerson', 'RequestGroup', 'ResearchDefinition', 'ResearchElementDefinition', 'ResearchStudy', 'ResearchSubject', 'Resource', 'RiskAssessment', 'RiskEvidenceSynthesis', 'Schedule', 'SearchParameter', 'ServiceRequest', 'Slot', 'Specimen', 'SpecimenDefinition', 'StructureDefinition', 'StructureMap', 'Subscription', 'Substance', 'SubstanceNucleicAcid', 'SubstancePolymer', 'SubstanceProtein', 'SubstanceReferenceInformation', 'SubstanceSourceMaterial', 'SubstanceSpecification', 'SupplyDelivery', 'SupplyRequest', 'Task', 'TerminologyCapabilities', 'TestReport', 'TestScript', 'ValueSet', 'VerificationResult', 'VisionPrescription'] | None = None
    resourceType_element: Element | None = named(default=None, name="_resourceType")
    name: String | None = None
    name_element: Element | None = named(default=None, name="_name")
    description: String | None = None
    description_element: Element | None = named(default=None, name="_description")
    version: tuple[ExampleScenarioInstanceVersion, ...] = ()
    containedInstance: tuple[ExampleScenarioInstanceContainedInstance, ...] = ()
    def __post_init__(self) -> None:
        if self.resourceId is None and self.resourceId_element is None:
            raise ValueError("ExampleScenarioInstance.resourceId is required")
        if self.resourceType is None and self.resourceType_element is None:
            raise ValueError("ExampleScenarioInstance.resourceType is required")

class ExampleScenarioProcessStepOperation(BackboneElement, kw_only=True):
    number: String | None = None
    number_element: Element | None = named(default=None, name="_number")
    type: String | None = None
    type_element: Element | None = named(default=None, name="_type")
    name: String | None = None
    name_element: Element | None = named(default=None, name="_name")
    initiator: String | None = None
    initiator_element: Element | None = named(default=None, name="_initiator")
    receiver: String | None = None
    receiver_element: Element | None = named(default=None, name="_receiver")
    description: String | None = None
    description_element: Element | None = named(default=None, name="_description")
    initiatorActive: bool | None = None
    initiatorActive_element: Element | None = named(default=None, name="_initiatorActive")
    receiverActive: bool | None = None
    receiverActive_element: Element | None = named(default=None, name="_receiverActive")
    request: ExampleScenarioInstanceContainedInstance | None = None
    response: ExampleScenarioInstanceContainedInstance | None = None
    def __post_init__(self) -> None:
        if self.number is None and self.number_element is None:
            raise ValueError("ExampleScenarioProcessStepOperation.number is required")

class ExampleScenarioProcessStepAlternative(BackboneElement, kw_only=True):
    title: String | None = None
    title_element: Element | None = named(default=None, name="_title")
    description: String | None = None
    description_element: Element | None = named(default=None, name="_description")
    step: "tuple[ExampleScenarioProcessStep, ...]" = ()
    def __post_init__(self) -> None:
        if self.title is None and self.title_element is None:
            raise ValueError("ExampleScenarioProcessStepAlternative.title is required")

class ExampleScenarioProcessStep(BackboneElement, kw_only=True):
    process: "tuple[ExampleScenarioProcess, ...]" = ()
    pause: bool | None = None
    pause_element: Element | None = named(default=None, name="_pause")
    operation: ExampleScenarioProcessStepOperation | None = None
    alternative: tuple[ExampleScenarioProcessStepAlternative, ...] = ()

class ExampleScenarioProcess(BackboneElement, kw_only=True):
    title: String | None = None
    title_element: Element | None = named(default=None, name="_title")
    description: String | None = None
    description_element: Element | None = named(default=None, name="_description")
    preConditions: String | None = None
    preConditions_element: Element | None = named(default=None, name="_preConditions")
    postConditions: String | None = None
    postConditions_element: Element | None = named(default=None, name="_postConditions")
    step: tuple[ExampleScenarioProcessStep, ...] = ()
    def __post_init__(self) -> None:
        if self.title is None and self.title_element is None:
            raise ValueError("ExampleScenarioProcess.title is required")

class ExampleScenario(DomainResource, kw_only=True, tag_field="resourceType", tag="ExampleScenario"):
    url: Uri | None = None
    url_element: Element | None = named(default=None, name="_url")
    identifier: tuple[Identifier, ...] = ()
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
    useContext: tuple[UsageContext, ...] = ()
    jurisdiction: tuple[CodeableConcept, ...] = ()
    copyright: String | None = None
    copyright_element: Element | None = named(default=None, name="_copyright")
    purpose: String | None = None
    purpose_element: Element | None = named(default=None, name="_purpose")
    actor: tuple[ExampleScenarioActor, ...] = ()
    instance: tuple[ExampleScenarioInstance, ...] = ()
    process: tuple[ExampleScenarioProcess, ...] = ()
    workflow: tuple[Uri | None, ...] = ()
    workflow_element: tuple[Element | None, ...] = named(default=(), name="_workflow")
    def __post_init__(self) -> None:
        if (v := self.id) is not None and not is_id(v):
            raise ValueError("Resource.id is malformed")
        if (v := self.implicitRules) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Resource.implicitRules is malformed")
        if (v := self.language) is not None and v not in CODES and not is_code(v):
            raise ValueError("Resource.language is malformed")
        if (v := self.url) is not None and v not in URIS and not is_uri(v):
            raise ValueError("ExampleScenario.url is malformed")
        if self.status is None and self.status_element is None:
            raise ValueError("ExampleScenario.status is required")
        if (v := self.date) is not None and v not in DATE_TIMES and not is_date_time(v):
            raise ValueError("ExampleScenario.date is malformed")
        for v in self.workflow:
            if v is not None and v not in URIS and not is_uri(v):
                raise ValueError("ExampleScenario.workflow is malformed")
        if (self.workflow_element or None in self.workflow) and not aligned(self.workflow, self.workflow_element):
            raise ValueError("ExampleScenario.workflow holds a null without an extension")


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a ExampleScenario into `out`; its patient and its clinical date."""
    token = out.tokens.append
    string = out.strings.append
    uri = out.uris.append
    date = out.dates.append
    quantity = out.quantities.append
    date0 = None
    for v1 in r.useContext:
        if (v2 := v1.valueCodeableConcept) is not None:
            for c in v2.coding:
                if c.code is not None:
                    token(('context', c.system, c.code))
        if (v3 := v1.valueQuantity) is not None:
            if v3.value is not None:
                v3l, v3h = quantity_range(v3)
                quantity(('context-quantity', v3l, v3h, v3.system, v3.code or v3.unit))
                if v3.unit != v3.code and v3.unit and v3.code:
                    quantity(('context-quantity', v3l, v3h, None, v3.unit))
        if (v4 := v1.valueRange) is not None:
            if (v4q := v4.low or v4.high) is not None:
                v4l, v4h = span(v4)
                quantity(('context-quantity', v4l, v4h, v4q.system, v4q.code or v4q.unit))
        if (v5 := v1.code) is not None:
            if v5.code is not None:
                token(('context-type', v5.system, v5.code))
    if (v6 := r.date) is not None:
        v6l, v6h = date_range(v6)
        date(('date', v6l, v6h))
        if date0 is None: date0 = known(v6l, v6h)
    for v7 in r.identifier:
        if v7.value is not None:
            token(('identifier', v7.system, v7.value))
    for v8 in r.jurisdiction:
        for c in v8.coding:
            if c.code is not None:
                token(('jurisdiction', c.system, c.code))
    if (v9 := r.name) is not None:
        string(('name', v9))
    if (v10 := r.publisher) is not None:
        string(('publisher', v10))
    if (v11 := r.status) is not None:
        token(('status', 'http://hl7.org/fhir/publication-status', v11))
    if (v12 := r.url) is not None:
        uri(('url', v12))
    if (v13 := r.version) is not None:
        token(('version', None, v13))
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
    return None, date0
