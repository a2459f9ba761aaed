"""The resource type MessageDefinition of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import CODES, URIS, DATE_TIMES, aligned, attributes, chosen, is_code, is_uri, is_id, is_date_time
from verbund.fhir.extraction import Collector, date_range, known, quantity_range, span
from verbund.fhir.generated.datatypes import BackboneElement, CodeableConcept, Coding, ContactDetail, DomainResource, Element, Identifier, Resource, UsageContext
from verbund.fhir.generated.primitives import CheckedUri, DateTime, String, UnsignedInt, Uri

class MessageDefinitionFocus(BackboneElement, kw_only=True):
    code: Literal['Account', 'ActivityDefinition', 'AdverseEvent', 'AllergyIntolerance', 'Appointment', 'AppointmentResponse', 'AuditEvent', 'Basic', 'Binary', 'BiologicallyDerivedProduct', 'BodyStructure', 'Bundle', 'CapabilityStatement', 'CarePlan', 'CareTeam', 'CatalogEntry', 'ChargeItem', 'ChargeItemDefinition', 'Claim', 'ClaimResponse', 'ClinicalImpression', 'CodeSystem', 'Communication', 'CommunicationRequest', 'CompartmentDefinition', 'Composition', 'ConceptMap', 'Condition', 'Consent', 'Contract', 'Coverage', 'CoverageEligibilityRequest', 'CoverageEligibilityResponse', 'DetectedIssue', 'Device', 'DeviceDefinition', 'DeviceMetric', 'DeviceRequest', 'DeviceUseStatement', 'DiagnosticReport', 'DocumentManifest', 'DocumentReference', 'DomainResource', 'EffectEvidenceSynthesis', 'Encounter', 'Endpoint', 'EnrollmentRequest', 'EnrollmentResponse', 'EpisodeOfCare', 'EventDefinition', 'Evidence', 'EvidenceVariable', 'ExampleScenario', 'ExplanationOfBenefit', 'FamilyMemberHistory', 'Flag', 'Goal', 'GraphDefinition', 'Group', 'GuidanceResponse', 'HealthcareService', 'ImagingStudy', 'Immunization', 'ImmunizationEvaluation', 'ImmunizationRecommendation', 'ImplementationGuide', 'InsurancePlan', 'Invoice', 'Library', 'Linkage', 'List', 'Location', 'Measure', 'MeasureReport', 'Media', 'Medication', 'MedicationAdministration', 'MedicationDispense', 'MedicationKnowledge', 'MedicationRequest', 'MedicationStatement', 'MedicinalProduct', 'MedicinalProductAuthorization', 'MedicinalProductContraindication', 'MedicinalProductIndication', 'MedicinalProductIngredient', 'MedicinalProductInteraction', 'MedicinalProductManufactured', 'MedicinalProductPackaged', 'MedicinalProductPharmaceutical', 'MedicinalProductUndesirableEffect', 'MessageDefinition', 'MessageHeader', 'MolecularSequence', 'NamingSystem', 'NutritionOrder', 'Observation', 'ObservationDefinition', 'OperationDefinition', 'OperationOutcome', 'Organization', 'OrganizationAffiliation', 'Parameters', 'Patient', 'PaymentNotice', 'PaymentReconciliation', 'Person', 'PlanDefinition', 'Practitioner', 'PractitionerRole', 'Procedure', 'Provenance', 'Questionnaire', 'QuestionnaireResponse', 'RelatedPerson', 'RequestGroup', 'ResearchDefinition', 'ResearchElementDefinition', 'ResearchStudy', 'ResearchSubject', 'Resource', 'RiskAssessment', 'RiskEvidenceSynthesis', 'Schedule', 'SearchParameter', 'ServiceRequest', 'Slot', 'Specimen', 'SpecimenDefinition', 'StructureDefinition', 'StructureMap', 'Subscription', 'Substance', 'SubstanceNucleicAcid', 'SubstancePolymer', 'SubstanceProtein', 'SubstanceReferenceInformation', 'SubstanceSourceMaterial', 'SubstanceSpecification', 'SupplyDelivery', 'SupplyRequest', 'Task', 'TerminologyCapabilities', 'TestReport', 'TestScript', 'ValueSet', 'VerificationResult', 'VisionPrescription'] | None = None
    code_element: Element | None = named(default=None, name="_code")
    profile: CheckedUri | None = None
    profile_element: Element | None = named(default=None, name="_profile")
    min: UnsignedInt | None = None
    min_element: Element | None = named(default=None, name="_min")
    max: String | None = None
    max_element: Element | None = named(default=None, name="_max")
    def __post_init__(self) -> None:
        if self.code is None and self.code_element is None:
            raise ValueError("MessageDefinitionFocus.code is required")
        if self.min is None and self.min_element is None:
            raise ValueError("MessageDefinitionFocus.min is required")

class MessageDefinitionAllowedResponse(BackboneElement, kw_only=True):
    message: CheckedUri | None = None
    message_element: Element | None = named(default=None, name="_message")
    situation: String | None = None
    situation_element: Element | None = named(default=None, name="_situation")
    def __post_init__(self) -> None:
        if self.message is None and self.message_element is None:
            raise ValueError("MessageDefinitionAllowedResponse.message is required")

_MESSAGEDEFINITION_EVENT = attributes('eventUri', 'eventCoding', 'eventUri_element')
class MessageDefinition(DomainResource, kw_only=True, tag_field="resourceType", tag="MessageDefinition"):
    url: Uri | None = None
    url_element: Element | None = named(default=None, name="_url")
    identifier: tuple[Identifier, ...] = ()
    version: String | None = None
    version_element: Element | None = named(default=None, name="_version")
    name: String | None = None
    name_element: Element | None = named(default=None, name="_name")
    title: String | None = None
    title_element: Element | None = named(default=None, name="_title")
    replaces: tuple[Uri | None, ...] = ()
    replaces_element: tuple[Element | None, ...] = named(default=(), name="_replaces")
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
    base: Uri | None = None
    base_element: Element | None = named(default=None, name="_base")
    parent: tuple[Uri | None, ...] = ()
    parent_element: tuple[Element | None, ...] = named(default=(), name="_parent")
    eventUri: Uri | None = None
    eventUri_element: Element | None = named(default=None, name="_eventUri")
    eventCoding: Coding | None = None
    category: Literal['consequence', 'currency', 'notification'] | None = None
    category_element: Element | None = named(default=None, name="_category")
    focus: tuple[MessageDefinitionFocus, ...] = ()
    responseRequired: Literal['always', 'on-error', 'never', 'on-success'] | None = None
    responseRequired_element: Element | None = named(default=None, name="_responseRequired")
    allowedResponse: tuple[MessageDefinitionAllowedResponse, ...] = ()
    graph: tuple[Uri | None, ...] = ()
    graph_element: tuple[Element | None, ...] = named(default=(), name="_graph")
    def __post_init__(self) -> None:
        if (v := self.id) is not None and not is_id(v):
            raise ValueError("Resource.id is malformed")
        if (v := self.implicitRules) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Resource.implicitRules is malformed")
        if (v := self.language) is not None and v not in CODES and not is_code(v):
            raise ValueError("Resource.language is malformed")
        if (v := self.url) is not None and v not in URIS and not is_uri(v):
            raise ValueError("MessageDefinition.url is malformed")
        for v in self.replaces:
            if v is not None and v not in URIS and not is_uri(v):
                raise ValueError("MessageDefinition.replaces is malformed")
        if (self.replaces_element or None in self.replaces) and not aligned(self.replaces, self.replaces_element):
            raise ValueError("MessageDefinition.replaces holds a null without an extension")
        if self.status is None and self.status_element is None:
            raise ValueError("MessageDefinition.status is required")
        if (v := self.date) is not None and v not in DATE_TIMES and not is_date_time(v):
            raise ValueError("MessageDefinition.date is malformed")
        if self.date is None and self.date_element is None:
            raise ValueError("MessageDefinition.date is required")
        if (v := self.base) is not None and v not in URIS and not is_uri(v):
            raise ValueError("MessageDefinition.base is malformed")
        for v in self.parent:
            if v is not None and v not in URIS and not is_uri(v):
                raise ValueError("MessageDefinition.parent is malformed")
        if (self.parent_element or None in self.parent) and not aligned(self.parent, self.parent_element):
            raise ValueError("MessageDefinition.parent holds a null without an extension")
        if (v := self.eventUri) is not None and v not in URIS and not is_uri(v):
            raise ValueError("MessageDefinition.eventUri is malformed")
        given = 3 - _MESSAGEDEFINITION_EVENT(self).count(None)
        if given > 1:
            given = chosen(_MESSAGEDEFINITION_EVENT(self), 2)
        if given != 1:
            raise ValueError("MessageDefinition.event[x] takes exactly one type")
        for v in self.graph:
            if v is not None and v not in URIS and not is_uri(v):
                raise ValueError("MessageDefinition.graph is malformed")
        if (self.graph_element or None in self.graph) and not aligned(self.graph, self.graph_element):
            raise ValueError("MessageDefinition.graph holds a null without an extension")


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a MessageDefinition into `out`; its patient and its clinical date."""
    token = out.tokens.append
    string = out.strings.append
    uri = out.uris.append
    reference = out.references.append
    date = out.dates.append
    quantity = out.quantities.append
    date0 = None
    if (v1 := r.category) is not None:
        token(('category', 'http://hl7.org/fhir/message-significance-category', v1))
    if (v2 := r.eventUri) is not None:
        token(('event', None, v2))
    if (v3 := r.eventCoding) is not None:
        if v3.code is not None:
            token(('event', v3.system, v3.code))
    for v4 in r.focus:
        if (v5 := v4.code) is not None:
            token(('focus', 'http://hl7.org/fhir/resource-types', v5))
    for v6 in r.parent:
        if v6 is not None:
            reference(('parent', v6))
            if '|' in v6:
                v6w = v6.partition('|')[0]
                reference(('parent', v6w))
    if (v7 := r.meta) is not None:
        for v8 in v7.profile:
            if v8 is not None:
                uri(('_profile', v8))
                if '|' in v8:
                    v8w = v8.partition('|')[0]
                    uri(('_profile', v8w))
        for v9 in v7.security:
            if v9.code is not None:
                token(('_security', v9.system, v9.code))
        if (v10 := v7.source) is not None:
            uri(('_source', v10))
        for v11 in v7.tag:
            if v11.code is not None:
                token(('_tag', v11.system, v11.code))
    for v12 in r.useContext:
        if (v13 := v12.valueCodeableConcept) is not None:
            for c in v13.coding:
                if c.code is not None:
                    token(('context', c.system, c.code))
        if (v14 := v12.valueQuantity) is not None:
            if v14.value is not None:
                v14l, v14h = quantity_range(v14)
                quantity(('context-quantity', v14l, v14h, v14.system, v14.code or v14.unit))
                if v14.unit != v14.code and v14.unit and v14.code:
                    quantity(('context-quantity', v14l, v14h, None, v14.unit))
        if (v15 := v12.valueRange) is not None:
            if (v15q := v15.low or v15.high) is not None:
                v15l, v15h = span(v15)
                quantity(('context-quantity', v15l, v15h, v15q.system, v15q.code or v15q.unit))
        if (v16 := v12.code) is not None:
            if v16.code is not None:
                token(('context-type', v16.system, v16.code))
    if (v17 := r.date) is not None:
        v17l, v17h = date_range(v17)
        date(('date', v17l, v17h))
        if date0 is None: date0 = known(v17l, v17h)
    if (v18 := r.description) is not None:
        string(('description', v18))
    for v19 in r.identifier:
        if v19.value is not None:
            token(('identifier', v19.system, v19.value))
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
    if (v24 := r.title) is not None:
        string(('title', v24))
    if (v25 := r.url) is not None:
        uri(('url', v25))
    if (v26 := r.version) is not None:
        token(('version', None, v26))
    return None, date0
