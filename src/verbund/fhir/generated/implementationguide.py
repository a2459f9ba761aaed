"""The resource type ImplementationGuide of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import CODES, URIS, DATE_TIMES, aligned, attributes, chosen, is_code, is_uri, is_id, is_date_time
from verbund.fhir.extraction import Collector, date_range, known, quantity_range, span
from verbund.fhir.generated.datatypes import BackboneElement, CodeableConcept, ContactDetail, DomainResource, Element, Reference, Resource, UsageContext
from verbund.fhir.generated.primitives import CheckedCode, CheckedId, CheckedUri, Code, DateTime, Id, String, Uri

class ImplementationGuideDependsOn(BackboneElement, kw_only=True):
    uri: CheckedUri | None = None
    uri_element: Element | None = named(default=None, name="_uri")
    packageId: CheckedId | None = None
    packageId_element: Element | None = named(default=None, name="_packageId")
    version: String | None = None
    version_element: Element | None = named(default=None, name="_version")
    def __post_init__(self) -> None:
        if self.uri is None and self.uri_element is None:
            raise ValueError("ImplementationGuideDependsOn.uri is required")

class ImplementationGuideGlobal(BackboneElement, kw_only=True):
    type: Literal['Account', 'ActivityDefinition', 'AdverseEvent', 'AllergyIntolerance', 'Appointment', 'AppointmentResponse', 'AuditEvent', 'Basic', 'Binary', 'BiologicallyDerivedProduct', 'BodyStructure', 'Bundle', 'CapabilityStatement', 'CarePlan', 'CareTeam', 'CatalogEntry', 'ChargeItem', 'ChargeItemDefinition', 'Claim', 'ClaimResponse', 'ClinicalImpression', 'CodeSystem', 'Communication', 'CommunicationRequest', 'CompartmentDefinition', 'Composition', 'ConceptMap', 'Condition', 'Consent', 'Contract', 'Coverage', 'CoverageEligibilityRequest', 'CoverageEligibilityResponse', 'DetectedIssue', 'Device', 'DeviceDefinition', 'DeviceMetric', 'DeviceRequest', 'DeviceUseStatement', 'DiagnosticReport', 'DocumentManifest', 'DocumentReference', 'DomainResource', 'EffectEvidenceSynthesis', 'Encounter', 'Endpoint', 'EnrollmentRequest', 'EnrollmentResponse', 'EpisodeOfCare', 'EventDefinition', 'Evidence', 'EvidenceVariable', 'ExampleScenario', 'ExplanationOfBenefit', 'FamilyMemberHistory', 'Flag', 'Goal', 'GraphDefinition', 'Group', 'GuidanceResponse', 'HealthcareService', 'ImagingStudy', 'Immunization', 'ImmunizationEvaluation', 'ImmunizationRecommendation', 'ImplementationGuide', 'InsurancePlan', 'Invoice', 'Library', 'Linkage', 'List', 'Location', 'Measure', 'MeasureReport', 'Media', 'Medication', 'MedicationAdministration', 'MedicationDispense', 'MedicationKnowledge', 'MedicationRequest', 'MedicationStatement', 'MedicinalProduct', 'MedicinalProductAuthorization', 'MedicinalProductContraindication', 'MedicinalProductIndication', 'MedicinalProductIngredient', 'MedicinalProductInteraction', 'MedicinalProductManufactured', 'MedicinalProductPackaged', 'MedicinalProductPharmaceutical', 'MedicinalProductUndesirableEffect', 'MessageDefinition', 'MessageHeader', 'MolecularSequence', 'NamingSystem', 'NutritionOrder', 'Observation', 'ObservationDefinition', 'OperationDefinition', 'OperationOutcome', 'Organization', 'OrganizationAffiliation', 'Parameters', 'Patient', 'PaymentNotice', 'PaymentReconciliation', 'Person', 'PlanDefinition', 'Practitioner', 'PractitionerRole', 'Procedure', 'Provenance', 'Questionnaire', 'QuestionnaireResponse', 'RelatedPerson', 'RequestGroup', 'ResearchDefinition', 'ResearchElementDefinition', 'ResearchStudy', 'ResearchSubject', 'Resource', 'RiskAssessment', 'RiskEvidenceSynthesis', 'Schedule', 'SearchParameter', 'ServiceRequest', 'Slot', 'Specimen', 'SpecimenDefinition', 'StructureDefinition', 'StructureMap', 'Subscription', 'Substance', 'SubstanceNucleicAcid', 'SubstancePolymer', 'SubstanceProtein', 'SubstanceReferenceInformation', 'SubstanceSourceMaterial', 'SubstanceSpecification', 'SupplyDelivery', 'SupplyRequest', 'Task', 'TerminologyCapabilities', 'TestReport', 'TestScript', 'ValueSet', 'VerificationResult', 'VisionPrescription'] | None = None
    type_element: Element | None = named(default=None, name="_type")
    profile: CheckedUri | None = None
    profile_element: Element | None = named(default=None, name="_profile")
    def __post_init__(self) -> None:
        if self.type is None and self.type_element is None:
            raise ValueError("ImplementationGuideGlobal.type is required")
        if self.profile is None and self.profile_element is None:
            raise ValueError("ImplementationGuideGlobal.profile is required")

class ImplementationGuideDefinitionGrouping(BackboneElement, kw_only=True):
    name: String | None = None
    name_element: Element | None = named(default=None, name="_name")
    description: String | None = None
    description_element: Element | None = named(default=None, name="_description")
    def __post_init__(self) -> None:
        if self.name is None and self.name_element is None:
            raise ValueError("ImplementationGuideDefinitionGrouping.name is required")

_IMPLEMENTATIONGUIDEDEFINITIONRESOURCE_EXAMPLE = attributes('exampleBoolean', 'exampleCanonical', 'exampleBoolean_element', 'exampleCanonical_element')
class ImplementationGuideDefinitionResource(BackboneElement, kw_only=True):
    reference: Reference
    fhirVersion: tuple[Literal['0.01', '0.05', '0.06', '0.11', '0.0.80', '0.0.81', '0.0.82', '0.4.0', '0.5.0', '1.0.0', '1.0.1', '1.0.2', '1.1.0', '1.4.0', '1.6.0', '1.8.0', '3.0.0', '3.0.1', '3.3.0', '3.5.0', '4.0.0', '4.0.1'] | None, ...] = ()
    fhirVersion_element: tuple[Element | None, ...] = named(default=(), name="_fhirVersion")
    name: String | None = None
    name_element: Element | None = named(default=None, name="_name")
    description: String | None = None
    description_element: Element | None = named(default=None, name="_description")
    exampleBoolean: bool | None = None
    exampleBoolean_element: Element | None = named(default=None, name="_exampleBoolean")
    exampleCanonical: CheckedUri | None = None
    exampleCanonical_element: Element | None = named(default=None, name="_exampleCanonical")
    groupingId: CheckedId | None = None
    groupingId_element: Element | None = named(default=None, name="_groupingId")
    def __post_init__(self) -> None:
        if (self.fhirVersion_element or None in self.fhirVersion) and not aligned(self.fhirVersion, self.fhirVersion_element):
            raise ValueError("ImplementationGuideDefinitionResource.fhirVersion holds a null without an extension")
        given = 4 - _IMPLEMENTATIONGUIDEDEFINITIONRESOURCE_EXAMPLE(self).count(None)
        if given > 1:
            given = chosen(_IMPLEMENTATIONGUIDEDEFINITIONRESOURCE_EXAMPLE(self), 2)
        if given > 1:
            raise ValueError("ImplementationGuideDefinitionResource.example[x] takes at most one type")

_IMPLEMENTATIONGUIDEDEFINITIONPAGE_NAME = attributes('nameUrl', 'nameReference', 'nameUrl_element')
class ImplementationGuideDefinitionPage(BackboneElement, kw_only=True):
    nameUrl: CheckedUri | None = None
    nameUrl_element: Element | None = named(default=None, name="_nameUrl")
    nameReference: Reference | None = None
    title: String | None = None
    title_element: Element | None = named(default=None, name="_title")
    generation: Literal['html', 'markdown', 'xml', 'generated'] | None = None
    generation_element: Element | None = named(default=None, name="_generation")
    page: "tuple[ImplementationGuideDefinitionPage, ...]" = ()
    def __post_init__(self) -> None:
        given = 3 - _IMPLEMENTATIONGUIDEDEFINITIONPAGE_NAME(self).count(None)
        if given > 1:
            given = chosen(_IMPLEMENTATIONGUIDEDEFINITIONPAGE_NAME(self), 2)
        if given != 1:
            raise ValueError("ImplementationGuideDefinitionPage.name[x] takes exactly one type")
        if self.title is None and self.title_element is None:
            raise ValueError("ImplementationGuideDefinitionPage.title is required")
        if self.generation is None and self.generation_element is None:
            raise ValueError("ImplementationGuideDefinitionPage.generation is required")

class ImplementationGuideDefinitionParameter(BackboneElement, kw_only=True):
    code: Literal['apply', 'path-resource', 'path-pages', 'path-tx-cache', 'expansion-parameter', 'rule-broken-links', 'generate-xml', 'generate-json', 'generate-turtle', 'html-template'] | None = None
    code_element: Element | None = named(default=None, name="_code")
    value: String | None = None
    value_element: Element | None = named(default=None, name="_value")
    def __post_init__(self) -> None:
        if self.code is None and self.code_element is None:
            raise ValueError("ImplementationGuideDefinitionParameter.code is required")
        if self.value is None and self.value_element is None:
            raise ValueError("ImplementationGuideDefinitionParameter.value is required")

class ImplementationGuideDefinitionTemplate(BackboneElement, kw_only=True):
    code: CheckedCode | None = None
    code_element: Element | None = named(default=None, name="_code")
    source: String | None = None
    source_element: Element | None = named(default=None, name="_source")
    scope: String | None = None
    scope_element: Element | None = named(default=None, name="_scope")
    def __post_init__(self) -> None:
        if self.code is None and self.code_element is None:
            raise ValueError("ImplementationGuideDefinitionTemplate.code is required")
        if self.source is None and self.source_element is None:
            raise ValueError("ImplementationGuideDefinitionTemplate.source is required")

class ImplementationGuideDefinition(BackboneElement, kw_only=True):
    grouping: tuple[ImplementationGuideDefinitionGrouping, ...] = ()
    resource: tuple[ImplementationGuideDefinitionResource, ...]
    page: ImplementationGuideDefinitionPage | None = None
    parameter: tuple[ImplementationGuideDefinitionParameter, ...] = ()
    template: tuple[ImplementationGuideDefinitionTemplate, ...] = ()

_IMPLEMENTATIONGUIDEMANIFESTRESOURCE_EXAMPLE = attributes('exampleBoolean', 'exampleCanonical', 'exampleBoolean_element', 'exampleCanonical_element')
class ImplementationGuideManifestResource(BackboneElement, kw_only=True):
    reference: Reference
    exampleBoolean: bool | None = None
    exampleBoolean_element: Element | None = named(default=None, name="_exampleBoolean")
    exampleCanonical: CheckedUri | None = None
    exampleCanonical_element: Element | None = named(default=None, name="_exampleCanonical")
    relativePath: CheckedUri | None = None
    relativePath_element: Element | None = named(default=None, name="_relativePath")
    def __post_init__(self) -> None:
        given = 4 - _IMPLEMENTATIONGUIDEMANIFESTRESOURCE_EXAMPLE(self).count(None)
        if given > 1:
            given = chosen(_IMPLEMENTATIONGUIDEMANIFESTRESOURCE_EXAMPLE(self), 2)
        if given > 1:
            raise ValueError("ImplementationGuideManifestResource.example[x] takes at most one type")

class ImplementationGuideManifestPage(BackboneElement, kw_only=True):
    name: String | None = None
    name_element: Element | None = named(default=None, name="_name")
    title: String | None = None
    title_element: Element | None = named(default=None, name="_title")
    anchor: tuple[String | None, ...] = ()
    anchor_element: tuple[Element | None, ...] = named(default=(), name="_anchor")
    def __post_init__(self) -> None:
        if self.name is None and self.name_element is None:
            raise ValueError("ImplementationGuideManifestPage.name is required")
        if (self.anchor_element or None in self.anchor) and not aligned(self.anchor, self.anchor_element):
            raise ValueError("ImplementationGuideManifestPage.anchor holds a null without an extension")

class ImplementationGuideManifest(BackboneElement, kw_only=True):
    rendering: CheckedUri | None = None
    rendering_element: Element | None = named(default=None, name="_rendering")
    resource: tuple[ImplementationGuideManifestResource, ...]
    page: tuple[ImplementationGuideManifestPage, ...] = ()
    image: tuple[String | None, ...] = ()
    image_element: tuple[Element | None, ...] = named(default=(), name="_image")
    other: tuple[String | None, ...] = ()
    other_element: tuple[Element | None, ...] = named(default=(), name="_other")
    def __post_init__(self) -> None:
        if (self.image_element or None in self.image) and not aligned(self.image, self.image_element):
            raise ValueError("ImplementationGuideManifest.image holds a null without an extension")
        if (self.other_element or None in self.other) and not aligned(self.other, self.other_element):
            raise ValueError("ImplementationGuideManifest.other holds a null without an extension")

class ImplementationGuide(DomainResource, kw_only=True, tag_field="resourceType", tag="ImplementationGuide"):
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
    copyright: String | None = None
    copyright_element: Element | None = named(default=None, name="_copyright")
    packageId: Id | None = None
    packageId_element: Element | None = named(default=None, name="_packageId")
    license: Literal['not-open-source', '0BSD', 'AAL', 'Abstyles', 'Adobe-2006', 'Adobe-Glyph', 'ADSL', 'AFL-1.1', 'AFL-1.2', 'AFL-2.0', 'AFL-2.1', 'AFL-3.0', 'Afmparse', 'AGPL-1.0-only', 'AGPL-1.0-or-later', 'AGPL-3.0-only', 'AGPL-3.0-or-later', 'Aladdin', 'AMDPLPA', 'AML', 'AMPAS', 'ANTLR-PD', 'Apache-1.0', 'Apache-1.1', 'Apache-2.0', 'APAFML', 'APL-1.0', 'APSL-1.0', 'APSL-1.1', 'APSL-1.2', 'APSL-2.0', 'Artistic-1.0-cl8', 'Artistic-1.0-Perl', 'Artistic-1.0', 'Artistic-2.0', 'Bahyph', 'Barr', 'Beerware', 'BitTorrent-1.0', 'BitTorrent-1.1', 'Borceux', 'BSD-1-Clause', 'BSD-2-Clause-FreeBSD', 'BSD-2-Clause-NetBSD', 'BSD-2-Clause-Patent', 'BSD-2-Clause', 'BSD-3-Clause-Attribution', 'BSD-3-Clause-Clear', 'BSD-3-Clause-LBNL', 'BSD-3-Clause-No-Nuclear-License-2014', 'BSD-3-Clause-No-Nuclear-License', 'BSD-3-Clause-No-Nuclear-Warranty', 'BSD-3-Clause', 'BSD-4-Clause-UC', 'BSD-4-Clause', 'BSD-Protection', 'BSD-Source-Code', 'BSL-1.0', 'bzip2-1.0.5', 'bzip2-1.0.6', 'Caldera', 'CATOSL-1.1', 'CC-BY-1.0', 'CC-BY-2.0', 'CC-BY-2.5', 'CC-BY-3.0', 'CC-BY-4.0', 'CC-BY-NC-1.0', 'CC-BY-NC-2.0', 'CC-BY-NC-2.5', 'CC-BY-NC-3.0', 'CC-BY-NC-4.0', 'CC-BY-NC-ND-1.0', 'CC-BY-NC-ND-2.0', 'CC-BY-NC-ND-2.5', 'CC-BY-NC-ND-3.0', 'CC-BY-NC-ND-4.0', 'CC-BY-NC-SA-1.0', 'CC-BY-NC-SA-2.0', 'CC-BY-NC-SA-2.5', 'CC-BY-NC-SA-3.0', 'CC-BY-NC-SA-4.0', 'CC-BY-ND-1.0', 'CC-BY-ND-2.0', 'CC-BY-ND-2.5', 'CC-BY-ND-3.0', 'CC-BY-ND-4.0', 'CC-BY-SA-1.0', 'CC-BY-SA-2.0', 'CC-BY-SA-2.5', 'CC-BY-SA-3.0', 'CC-BY-SA-4.0', 'CC0-1.0', 'CDDL-1.0', 'CDDL-1.1', 'CDLA-Permissive-1.0', 'CDLA-Sharing-1.0', 'CECILL-1.0', 'CECILL-1.1', 'CECILL-2.0', 'CECILL-2.1', 'CECILL-B', 'CECILL-C', 'ClArtistic', 'CNRI-Jython', 'CNRI-Python-GPL-Compatible', 'CNRI-Python', 'Condor-1.1', 'CPAL-1.0', 'CPL-1.0', 'CPOL-1.02', 'Crossword', 'CrystalStacker', 'CUA-OPL-1.0', 'Cube', 'curl', 'D-FSL-1.0', 'diffmark', 'DOC', 'Dotseqn', 'DSDP', 'dvipdfm', 'ECL-1.0', 'ECL-2.0', 'EFL-1.0', 'EFL-2.0', 'eGenix', 'Entessa', 'EPL-1.0', 'EPL-2.0', 'ErlPL-1.1', 'EUDatagrid', 'EUPL-1.0', 'EUPL-1.1', 'EUPL-1.2', 'Eurosym', 'Fair', 'Frameworx-1.0', 'FreeImage', 'FSFAP', 'FSFUL', 'FSFULLR', 'FTL', 'GFDL-1.1-only', 'GFDL-1.1-or-later', 'GFDL-1.2-only', 'GFDL-1.2-or-later', 'GFDL-1.3-only', 'GFDL-1.3-or-later', 'Giftware', 'GL2PS', 'Glide', 'Glulxe', 'gnuplot', 'GPL-1.0-only', 'GPL-1.0-or-later', 'GPL-2.0-only', 'GPL-2.0-or-later', 'GPL-3.0-only', 'GPL-3.0-or-later', 'gSOAP-1.3b', 'HaskellReport', 'HPND', 'IBM-pibs', 'ICU', 'IJG', 'ImageMagick', 'iMatix', 'Imlib2', 'Info-ZIP', 'Intel-ACPI', 'Intel', 'Interbase-1.0', 'IPA', 'IPL-1.0', 'ISC', 'JasPer-2.0', 'JSON', 'LAL-1.2', 'LAL-1.3', 'Latex2e', 'Leptonica', 'LGPL-2.0-only', 'LGPL-2.0-or-later', 'LGPL-2.1-only', 'LGPL-2.1-or-later', 'LGPL-3.0-only', 'LGPL-3.0-or-later', 'LGPLLR', 'Libpng', 'libtiff', 'LiLiQ-P-1.1', 'LiLiQ-R-1.1', 'LiLiQ-Rplus-1.1', 'Linux-OpenIB', 'LPL-1.0', 'LPL-1.02', 'LPPL-1.0', 'LPPL-1.1', 'LPPL-1.2', 'LPPL-1.3a', 'LPPL-1.3c', 'MakeIndex', 'MirOS', 'MIT-0', 'MIT-advertising', 'MIT-CMU', 'MIT-enna', 'MIT-feh', 'MIT', 'MITNFA', 'Motosoto', 'mpich2', 'MPL-1.0', 'MPL-1.1', 'MPL-2.0-no-copyleft-exception', 'MPL-2.0', 'MS-PL', 'MS-RL', 'MTLL', 'Multics', 'Mup', 'NASA-1.3', 'Naumen', 'NBPL-1.0', 'NCSA', 'Net-SNMP', 'NetCDF', 'Newsletr', 'NGPL', 'NLOD-1.0', 'NLPL', 'Nokia', 'NOSL', 'Noweb', 'NPL-1.0', 'NPL-1.1', 'NPOSL-3.0', 'NRL', 'NTP', 'OCCT-PL', 'OCLC-2.0', 'ODbL-1.0', 'OFL-1.0', 'OFL-1.1', 'OGTSL', 'OLDAP-1.1', 'OLDAP-1.2', 'OLDAP-1.3', 'OLDAP-1.4', 'OLDAP-2.0.1', 'OLDAP-2.0', 'OLDAP-2.1', 'OLDAP-2.2.1', 'OLDAP-2.2.2', 'OLDAP-2.2', 'OLDAP-2.3', 'OLDAP-2.4', 'OLDAP-2.5', 'OLDAP-2.6', 'OLDAP-2.7', 'OLDAP-2.8', 'OML', 'OpenSSL', 'OPL-1.0', 'OSET-PL-2.1', 'OSL-1.0', 'OSL-1.1', 'OSL-2.0', 'OSL-2.1', 'OSL-3.0', 'PDDL-1.0', 'PHP-3.0', 'PHP-3.01', 'Plexus', 'PostgreSQL', 'psfrag', 'psutils', 'Python-2.0', 'Qhull', 'QPL-1.0', 'Rdisc', 'RHeCos-1.1', 'RPL-1.1', 'RPL-1.5', 'RPSL-1.0', 'RSA-MD', 'RSCPL', 'Ruby', 'SAX-PD', 'Saxpath', 'SCEA', 'Sendmail', 'SGI-B-1.0', 'SGI-B-1.1', 'SGI-B-2.0', 'SimPL-2.0', 'SISSL-1.2', 'SISSL', 'Sleepycat', 'SMLNJ', 'SMPPL', 'SNIA', 'Spencer-86', 'Spencer-94', 'Spencer-99', 'SPL-1.0', 'SugarCRM-1.1.3', 'SWL', 'TCL', 'TCP-wrappers', 'TMate', 'TORQUE-1.1', 'TOSL', 'Unicode-DFS-2015', 'Unicode-DFS-2016', 'Unicode-TOU', 'Unlicense', 'UPL-1.0', 'Vim', 'VOSTROM', 'VSL-1.0', 'W3C-19980720', 'W3C-20150513', 'W3C', 'Watcom-1.0', 'Wsuipa', 'WTFPL', 'X11', 'Xerox', 'XFree86-1.1', 'xinetd', 'Xnet', 'xpp', 'XSkat', 'YPL-1.0', 'YPL-1.1', 'Zed', 'Zend-2.0', 'Zimbra-1.3', 'Zimbra-1.4', 'zlib-acknowledgement', 'Zlib', 'ZPL-1.1', 'ZPL-2.0', 'ZPL-2.1'] | None = None
    license_element: Element | None = named(default=None, name="_license")
    fhirVersion: tuple[Literal['0.01', '0.05', '0.06', '0.11', '0.0.80', '0.0.81', '0.0.82', '0.4.0', '0.5.0', '1.0.0', '1.0.1', '1.0.2', '1.1.0', '1.4.0', '1.6.0', '1.8.0', '3.0.0', '3.0.1', '3.3.0', '3.5.0', '4.0.0', '4.0.1'] | None, ...] = ()
    fhirVersion_element: tuple[Element | None, ...] = named(default=(), name="_fhirVersion")
    dependsOn: tuple[ImplementationGuideDependsOn, ...] = ()
    global_: tuple[ImplementationGuideGlobal, ...] = named(default=(), name="global")
    definition: ImplementationGuideDefinition | None = None
    manifest: ImplementationGuideManifest | None = None
    def __post_init__(self) -> None:
        if (v := self.id) is not None and not is_id(v):
            raise ValueError("Resource.id is malformed")
        if (v := self.implicitRules) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Resource.implicitRules is malformed")
        if (v := self.language) is not None and v not in CODES and not is_code(v):
            raise ValueError("Resource.language is malformed")
        if (v := self.url) is not None and v not in URIS and not is_uri(v):
            raise ValueError("ImplementationGuide.url is malformed")
        if self.url is None and self.url_element is None:
            raise ValueError("ImplementationGuide.url is required")
        if self.name is None and self.name_element is None:
            raise ValueError("ImplementationGuide.name is required")
        if self.status is None and self.status_element is None:
            raise ValueError("ImplementationGuide.status is required")
        if (v := self.date) is not None and v not in DATE_TIMES and not is_date_time(v):
            raise ValueError("ImplementationGuide.date is malformed")
        if (v := self.packageId) is not None and not is_id(v):
            raise ValueError("ImplementationGuide.packageId is malformed")
        if self.packageId is None and self.packageId_element is None:
            raise ValueError("ImplementationGuide.packageId is required")
        if (self.fhirVersion_element or None in self.fhirVersion) and not aligned(self.fhirVersion, self.fhirVersion_element):
            raise ValueError("ImplementationGuide.fhirVersion holds a null without an extension")
        if self.fhirVersion == () and self.fhirVersion_element == ():
            raise ValueError("ImplementationGuide.fhirVersion is required")


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a ImplementationGuide into `out`; its patient and its clinical date."""
    identifier = out.identifiers.append
    token = out.tokens.append
    string = out.strings.append
    uri = out.uris.append
    reference = out.references.append
    date = out.dates.append
    quantity = out.quantities.append
    date0 = None
    for v1 in r.dependsOn:
        if (v2 := v1.uri) is not None:
            reference(('depends-on', v2))
            if '|' in v2:
                v2w = v2.partition('|')[0]
                reference(('depends-on', v2w))
    if (v3 := r.experimental) is not None:
        token(('experimental', 'http://terminology.hl7.org/CodeSystem/special-values', "true" if v3 else "false"))
    for v4 in r.global_:
        if (v5 := v4.profile) is not None:
            reference(('global', v5))
            if '|' in v5:
                v5w = v5.partition('|')[0]
                reference(('global', v5w))
    if (v6 := r.definition) is not None:
        for v7 in v6.resource:
            if (v8 := v7.reference) is not None:
                if (v8r := v8.reference) is not None and v8r[0] != '#':
                    reference(('resource', v8r))
                if (v8i := v8.identifier) is not None and v8i.value is not None:
                    identifier(('resource', v8i.system, v8i.value))
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
