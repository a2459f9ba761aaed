"""The types of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from verbund.fhir.generated.account import Account as Account
    from verbund.fhir.generated.activitydefinition import ActivityDefinition as ActivityDefinition
    from verbund.fhir.generated.adverseevent import AdverseEvent as AdverseEvent
    from verbund.fhir.generated.allergyintolerance import AllergyIntolerance as AllergyIntolerance
    from verbund.fhir.generated.appointment import Appointment as Appointment
    from verbund.fhir.generated.appointmentresponse import AppointmentResponse as AppointmentResponse
    from verbund.fhir.generated.auditevent import AuditEvent as AuditEvent
    from verbund.fhir.generated.basic import Basic as Basic
    from verbund.fhir.generated.binary import Binary as Binary
    from verbund.fhir.generated.biologicallyderivedproduct import BiologicallyDerivedProduct as BiologicallyDerivedProduct
    from verbund.fhir.generated.bodystructure import BodyStructure as BodyStructure
    from verbund.fhir.generated.bundle import Bundle as Bundle
    from verbund.fhir.generated.capabilitystatement import CapabilityStatement as CapabilityStatement
    from verbund.fhir.generated.careplan import CarePlan as CarePlan
    from verbund.fhir.generated.careteam import CareTeam as CareTeam
    from verbund.fhir.generated.catalogentry import CatalogEntry as CatalogEntry
    from verbund.fhir.generated.chargeitem import ChargeItem as ChargeItem
    from verbund.fhir.generated.chargeitemdefinition import ChargeItemDefinition as ChargeItemDefinition
    from verbund.fhir.generated.claim import Claim as Claim
    from verbund.fhir.generated.claimresponse import ClaimResponse as ClaimResponse
    from verbund.fhir.generated.clinicalimpression import ClinicalImpression as ClinicalImpression
    from verbund.fhir.generated.codesystem import CodeSystem as CodeSystem
    from verbund.fhir.generated.communication import Communication as Communication
    from verbund.fhir.generated.communicationrequest import CommunicationRequest as CommunicationRequest
    from verbund.fhir.generated.compartmentdefinition import CompartmentDefinition as CompartmentDefinition
    from verbund.fhir.generated.composition import Composition as Composition
    from verbund.fhir.generated.conceptmap import ConceptMap as ConceptMap
    from verbund.fhir.generated.condition import Condition as Condition
    from verbund.fhir.generated.consent import Consent as Consent
    from verbund.fhir.generated.contract import Contract as Contract
    from verbund.fhir.generated.coverage import Coverage as Coverage
    from verbund.fhir.generated.coverageeligibilityrequest import CoverageEligibilityRequest as CoverageEligibilityRequest
    from verbund.fhir.generated.coverageeligibilityresponse import CoverageEligibilityResponse as CoverageEligibilityResponse
    from verbund.fhir.generated.detectedissue import DetectedIssue as DetectedIssue
    from verbund.fhir.generated.device import Device as Device
    from verbund.fhir.generated.devicedefinition import DeviceDefinition as DeviceDefinition
    from verbund.fhir.generated.devicemetric import DeviceMetric as DeviceMetric
    from verbund.fhir.generated.devicerequest import DeviceRequest as DeviceRequest
    from verbund.fhir.generated.deviceusestatement import DeviceUseStatement as DeviceUseStatement
    from verbund.fhir.generated.diagnosticreport import DiagnosticReport as DiagnosticReport
    from verbund.fhir.generated.documentmanifest import DocumentManifest as DocumentManifest
    from verbund.fhir.generated.documentreference import DocumentReference as DocumentReference
    from verbund.fhir.generated.effectevidencesynthesis import EffectEvidenceSynthesis as EffectEvidenceSynthesis
    from verbund.fhir.generated.encounter import Encounter as Encounter
    from verbund.fhir.generated.endpoint import Endpoint as Endpoint
    from verbund.fhir.generated.enrollmentrequest import EnrollmentRequest as EnrollmentRequest
    from verbund.fhir.generated.enrollmentresponse import EnrollmentResponse as EnrollmentResponse
    from verbund.fhir.generated.episodeofcare import EpisodeOfCare as EpisodeOfCare
    from verbund.fhir.generated.eventdefinition import EventDefinition as EventDefinition
    from verbund.fhir.generated.evidence import Evidence as Evidence
    from verbund.fhir.generated.evidencevariable import EvidenceVariable as EvidenceVariable
    from verbund.fhir.generated.examplescenario import ExampleScenario as ExampleScenario
    from verbund.fhir.generated.explanationofbenefit import ExplanationOfBenefit as ExplanationOfBenefit
    from verbund.fhir.generated.familymemberhistory import FamilyMemberHistory as FamilyMemberHistory
    from verbund.fhir.generated.flag import Flag as Flag
    from verbund.fhir.generated.goal import Goal as Goal
    from verbund.fhir.generated.graphdefinition import GraphDefinition as GraphDefinition
    from verbund.fhir.generated.group import Group as Group
    from verbund.fhir.generated.guidanceresponse import GuidanceResponse as GuidanceResponse
    from verbund.fhir.generated.healthcareservice import HealthcareService as HealthcareService
    from verbund.fhir.generated.imagingstudy import ImagingStudy as ImagingStudy
    from verbund.fhir.generated.immunization import Immunization as Immunization
    from verbund.fhir.generated.immunizationevaluation import ImmunizationEvaluation as ImmunizationEvaluation
    from verbund.fhir.generated.immunizationrecommendation import ImmunizationRecommendation as ImmunizationRecommendation
    from verbund.fhir.generated.implementationguide import ImplementationGuide as ImplementationGuide
    from verbund.fhir.generated.insuranceplan import InsurancePlan as InsurancePlan
    from verbund.fhir.generated.invoice import Invoice as Invoice
    from verbund.fhir.generated.library import Library as Library
    from verbund.fhir.generated.linkage import Linkage as Linkage
    from verbund.fhir.generated.list import List as List
    from verbund.fhir.generated.location import Location as Location
    from verbund.fhir.generated.measure import Measure as Measure
    from verbund.fhir.generated.measurereport import MeasureReport as MeasureReport
    from verbund.fhir.generated.media import Media as Media
    from verbund.fhir.generated.medication import Medication as Medication
    from verbund.fhir.generated.medicationadministration import MedicationAdministration as MedicationAdministration
    from verbund.fhir.generated.medicationdispense import MedicationDispense as MedicationDispense
    from verbund.fhir.generated.medicationknowledge import MedicationKnowledge as MedicationKnowledge
    from verbund.fhir.generated.medicationrequest import MedicationRequest as MedicationRequest
    from verbund.fhir.generated.medicationstatement import MedicationStatement as MedicationStatement
    from verbund.fhir.generated.medicinalproduct import MedicinalProduct as MedicinalProduct
    from verbund.fhir.generated.medicinalproductauthorization import MedicinalProductAuthorization as MedicinalProductAuthorization
    from verbund.fhir.generated.medicinalproductcontraindication import MedicinalProductContraindication as MedicinalProductContraindication
    from verbund.fhir.generated.medicinalproductindication import MedicinalProductIndication as MedicinalProductIndication
    from verbund.fhir.generated.medicinalproductingredient import MedicinalProductIngredient as MedicinalProductIngredient
    from verbund.fhir.generated.medicinalproductinteraction import MedicinalProductInteraction as MedicinalProductInteraction
    from verbund.fhir.generated.medicinalproductmanufactured import MedicinalProductManufactured as MedicinalProductManufactured
    from verbund.fhir.generated.medicinalproductpackaged import MedicinalProductPackaged as MedicinalProductPackaged
    from verbund.fhir.generated.medicinalproductpharmaceutical import MedicinalProductPharmaceutical as MedicinalProductPharmaceutical
    from verbund.fhir.generated.medicinalproductundesirableeffect import MedicinalProductUndesirableEffect as MedicinalProductUndesirableEffect
    from verbund.fhir.generated.messagedefinition import MessageDefinition as MessageDefinition
    from verbund.fhir.generated.messageheader import MessageHeader as MessageHeader
    from verbund.fhir.generated.molecularsequence import MolecularSequence as MolecularSequence
    from verbund.fhir.generated.namingsystem import NamingSystem as NamingSystem
    from verbund.fhir.generated.nutritionorder import NutritionOrder as NutritionOrder
    from verbund.fhir.generated.observation import Observation as Observation
    from verbund.fhir.generated.observationdefinition import ObservationDefinition as ObservationDefinition
    from verbund.fhir.generated.operationdefinition import OperationDefinition as OperationDefinition
    from verbund.fhir.generated.operationoutcome import OperationOutcome as OperationOutcome
    from verbund.fhir.generated.organization import Organization as Organization
    from verbund.fhir.generated.organizationaffiliation import OrganizationAffiliation as OrganizationAffiliation
    from verbund.fhir.generated.parameters import Parameters as Parameters
    from verbund.fhir.generated.patient import Patient as Patient
    from verbund.fhir.generated.paymentnotice import PaymentNotice as PaymentNotice
    from verbund.fhir.generated.paymentreconciliation import PaymentReconciliation as PaymentReconciliation
    from verbund.fhir.generated.person import Person as Person
    from verbund.fhir.generated.plandefinition import PlanDefinition as PlanDefinition
    from verbund.fhir.generated.practitioner import Practitioner as Practitioner
    from verbund.fhir.generated.practitionerrole import PractitionerRole as PractitionerRole
    from verbund.fhir.generated.procedure import Procedure as Procedure
    from verbund.fhir.generated.provenance import Provenance as Provenance
    from verbund.fhir.generated.questionnaire import Questionnaire as Questionnaire
    from verbund.fhir.generated.questionnaireresponse import QuestionnaireResponse as QuestionnaireResponse
    from verbund.fhir.generated.relatedperson import RelatedPerson as RelatedPerson
    from verbund.fhir.generated.requestgroup import RequestGroup as RequestGroup
    from verbund.fhir.generated.researchdefinition import ResearchDefinition as ResearchDefinition
    from verbund.fhir.generated.researchelementdefinition import ResearchElementDefinition as ResearchElementDefinition
    from verbund.fhir.generated.researchstudy import ResearchStudy as ResearchStudy
    from verbund.fhir.generated.researchsubject import ResearchSubject as ResearchSubject
    from verbund.fhir.generated.riskassessment import RiskAssessment as RiskAssessment
    from verbund.fhir.generated.riskevidencesynthesis import RiskEvidenceSynthesis as RiskEvidenceSynthesis
    from verbund.fhir.generated.schedule import Schedule as Schedule
    from verbund.fhir.generated.searchparameter import SearchParameter as SearchParameter
    from verbund.fhir.generated.servicerequest import ServiceRequest as ServiceRequest
    from verbund.fhir.generated.slot import Slot as Slot
    from verbund.fhir.generated.specimen import Specimen as Specimen
    from verbund.fhir.generated.specimendefinition import SpecimenDefinition as SpecimenDefinition
    from verbund.fhir.generated.structuredefinition import StructureDefinition as StructureDefinition
    from verbund.fhir.generated.structuremap import StructureMap as StructureMap
    from verbund.fhir.generated.subscription import Subscription as Subscription
    from verbund.fhir.generated.substance import Substance as Substance
    from verbund.fhir.generated.substancenucleicacid import SubstanceNucleicAcid as SubstanceNucleicAcid
    from verbund.fhir.generated.substancepolymer import SubstancePolymer as SubstancePolymer
    from verbund.fhir.generated.substanceprotein import SubstanceProtein as SubstanceProtein
    from verbund.fhir.generated.substancereferenceinformation import SubstanceReferenceInformation as SubstanceReferenceInformation
    from verbund.fhir.generated.substancesourcematerial import SubstanceSourceMaterial as SubstanceSourceMaterial
    from verbund.fhir.generated.substancespecification import SubstanceSpecification as SubstanceSpecification
    from verbund.fhir.generated.supplydelivery import SupplyDelivery as SupplyDelivery
    from verbund.fhir.generated.supplyrequest import SupplyRequest as SupplyRequest
    from verbund.fhir.generated.task import Task as Task
    from verbund.fhir.generated.terminologycapabilities import TerminologyCapabilities as TerminologyCapabilities
    from verbund.fhir.generated.testreport import TestReport as TestReport
    from verbund.fhir.generated.testscript import TestScript as TestScript
    from verbund.fhir.generated.valueset import ValueSet as ValueSet
    from verbund.fhir.generated.verificationresult import VerificationResult as VerificationResult
    from verbund.fhir.generated.visionprescription import VisionPrescription as VisionPrescription

ADDRESS_PROPERTIES = frozenset(['address', 'answerValueSet', 'authority', 'authorizationUrl', 'base', 'baseDefinition', 'capabilities', 'code', 'compartment', 'contentReference', 'defaultValueCanonical', 'defaultValueOid', 'defaultValueUri', 'defaultValueUrl', 'defaultValueUuid', 'definition', 'definitionCanonical', 'definitionUri', 'derivedFrom', 'derivedFromUri', 'detail', 'endpoint', 'eventUri', 'exampleCanonical', 'fixedCanonical', 'fixedOid', 'fixedUri', 'fixedUrl', 'fixedUuid', 'fullUrl', 'graph', 'identifier', 'implementationGuide', 'implicitRules', 'import', 'imports', 'inputProfile', 'instantiates', 'instantiatesCanonical', 'instantiatesUri', 'issuer', 'jurisdiction', 'library', 'link', 'location', 'measure', 'message', 'moduleCanonical', 'moduleUri', 'nameUrl', 'onlineInformation', 'outputProfile', 'parent', 'partOf', 'patternCanonical', 'patternOid', 'patternUri', 'patternUrl', 'patternUuid', 'policy', 'profile', 'property', 'protocol', 'questionnaire', 'reference', 'relativePath', 'rendering', 'replaces', 'resource', 'source', 'sourceCanonical', 'sourceUri', 'supplements', 'supportedProfile', 'system', 'target', 'targetCanonical', 'targetProfile', 'targetUri', 'transform', 'type', 'uri', 'url', 'valueCanonical', 'valueOid', 'valueSet', 'valueUri', 'valueUrl', 'valueUuid', 'workflow'])
RESOURCES = ('Account', 'ActivityDefinition', 'AdverseEvent', 'AllergyIntolerance', 'Appointment', 'AppointmentResponse', 'AuditEvent', 'Basic', 'Binary', 'BiologicallyDerivedProduct', 'BodyStructure', 'Bundle', 'CapabilityStatement', 'CarePlan', 'CareTeam', 'CatalogEntry', 'ChargeItem', 'ChargeItemDefinition', 'Claim', 'ClaimResponse', 'ClinicalImpression', 'CodeSystem', 'Communication', 'CommunicationRequest', 'CompartmentDefinition', 'Composition', 'ConceptMap', 'Condition', 'Consent', 'Contract', 'Coverage', 'CoverageEligibilityRequest', 'CoverageEligibilityResponse', 'DetectedIssue', 'Device', 'DeviceDefinition', 'DeviceMetric', 'DeviceRequest', 'DeviceUseStatement', 'DiagnosticReport', 'DocumentManifest', 'DocumentReference', 'EffectEvidenceSynthesis', 'Encounter', 'Endpoint', 'EnrollmentRequest', 'EnrollmentResponse', 'EpisodeOfCare', 'EventDefinition', 'Evidence', 'EvidenceVariable', 'ExampleScenario', 'ExplanationOfBenefit', 'FamilyMemberHistory', 'Flag', 'Goal', 'GraphDefinition', 'Group', 'GuidanceResponse', 'HealthcareService', 'ImagingStudy', 'Immunization', 'ImmunizationEvaluation', 'ImmunizationRecommendation', 'ImplementationGuide', 'InsurancePlan', 'Invoice', 'Library', 'Linkage', 'List', 'Location', 'Measure', 'MeasureReport', 'Media', 'Medication', 'MedicationAdministration', 'MedicationDispense', 'MedicationKnowledge', 'MedicationRequest', 'MedicationStatement', 'MedicinalProduct', 'MedicinalProductAuthorization', 'MedicinalProductContraindication', 'MedicinalProductIndication', 'MedicinalProductIngredient', 'MedicinalProductInteraction', 'MedicinalProductManufactured', 'MedicinalProductPackaged', 'MedicinalProductPharmaceutical', 'MedicinalProductUndesirableEffect', 'MessageDefinition', 'MessageHeader', 'MolecularSequence', 'NamingSystem', 'NutritionOrder', 'Observation', 'ObservationDefinition', 'OperationDefinition', 'OperationOutcome', 'Organization', 'OrganizationAffiliation', 'Parameters', 'Patient', 'PaymentNotice', 'PaymentReconciliation', 'Person', 'PlanDefinition', 'Practitioner', 'PractitionerRole', 'Procedure', 'Provenance', 'Questionnaire', 'QuestionnaireResponse', 'RelatedPerson', 'RequestGroup', 'ResearchDefinition', 'ResearchElementDefinition', 'ResearchStudy', 'ResearchSubject', 'RiskAssessment', 'RiskEvidenceSynthesis', 'Schedule', 'SearchParameter', 'ServiceRequest', 'Slot', 'Specimen', 'SpecimenDefinition', 'StructureDefinition', 'StructureMap', 'Subscription', 'Substance', 'SubstanceNucleicAcid', 'SubstancePolymer', 'SubstanceProtein', 'SubstanceReferenceInformation', 'SubstanceSourceMaterial', 'SubstanceSpecification', 'SupplyDelivery', 'SupplyRequest', 'Task', 'TerminologyCapabilities', 'TestReport', 'TestScript', 'ValueSet', 'VerificationResult', 'VisionPrescription')
PATIENT_COMPARTMENT = frozenset(['Account', 'AdverseEvent', 'AllergyIntolerance', 'Appointment', 'AppointmentResponse', 'AuditEvent', 'Basic', 'BodyStructure', 'CarePlan', 'CareTeam', 'ChargeItem', 'Claim', 'ClaimResponse', 'ClinicalImpression', 'Communication', 'CommunicationRequest', 'Composition', 'Condition', 'Consent', 'Coverage', 'CoverageEligibilityRequest', 'CoverageEligibilityResponse', 'DetectedIssue', 'DeviceRequest', 'DeviceUseStatement', 'DiagnosticReport', 'DocumentManifest', 'DocumentReference', 'Encounter', 'EnrollmentRequest', 'EpisodeOfCare', 'ExplanationOfBenefit', 'FamilyMemberHistory', 'Flag', 'Goal', 'Group', 'ImagingStudy', 'Immunization', 'ImmunizationEvaluation', 'ImmunizationRecommendation', 'Invoice', 'List', 'MeasureReport', 'Media', 'MedicationAdministration', 'MedicationDispense', 'MedicationRequest', 'MedicationStatement', 'MolecularSequence', 'NutritionOrder', 'Observation', 'Patient', 'Person', 'Procedure', 'Provenance', 'QuestionnaireResponse', 'RelatedPerson', 'RequestGroup', 'ResearchSubject', 'RiskAssessment', 'Schedule', 'ServiceRequest', 'Specimen', 'SupplyDelivery', 'SupplyRequest', 'VisionPrescription'])


def __getattr__(name: str) -> Any:
    if name not in RESOURCES:
        raise AttributeError(name)
    return getattr(import_module(f"{__name__}.{name.lower()}"), name)
