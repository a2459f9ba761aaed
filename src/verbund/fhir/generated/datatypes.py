"""The data types of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from typing import TYPE_CHECKING, Any, Literal

from msgspec import Raw, Struct
from msgspec import field as named

from verbund.fhir.checks import CODES, URIS, DATES, DATE_TIMES, INSTANTS, aligned, among, attributes, chosen, is_code, is_uri, is_id, is_oid, is_uuid, is_date, is_date_time, is_instant, is_time, is_base64
from verbund.fhir.generated.primitives import Base64, CheckedBase64, CheckedCode, CheckedDate, CheckedDateTime, CheckedId, CheckedInstant, CheckedOid, CheckedTime, CheckedUri, CheckedUuid, Code, Date, DateTime, Decimal, Id, Instant, Integer, Oid, PositiveInt, String, Time, UnsignedInt, Uri, Uuid, Xhtml

class Element(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True, gc=False):
    id: String | None = None
    extension: "tuple[Extension, ...]" = ()

class Period(Element, kw_only=True):
    start: DateTime | None = None
    start_element: Element | None = named(default=None, name="_start")
    end: DateTime | None = None
    end_element: Element | None = named(default=None, name="_end")
    def __post_init__(self) -> None:
        if (v := self.start) is not None and v not in DATE_TIMES and not is_date_time(v):
            raise ValueError("Period.start is malformed")
        if (v := self.end) is not None and v not in DATE_TIMES and not is_date_time(v):
            raise ValueError("Period.end is malformed")

class Address(Element, kw_only=True):
    use: Literal['home', 'work', 'temp', 'old', 'billing'] | None = None
    use_element: Element | None = named(default=None, name="_use")
    type: Literal['postal', 'physical', 'both'] | None = None
    type_element: Element | None = named(default=None, name="_type")
    text: String | None = None
    text_element: Element | None = named(default=None, name="_text")
    line: tuple[String | None, ...] = ()
    line_element: tuple[Element | None, ...] = named(default=(), name="_line")
    city: String | None = None
    city_element: Element | None = named(default=None, name="_city")
    district: String | None = None
    district_element: Element | None = named(default=None, name="_district")
    state: String | None = None
    state_element: Element | None = named(default=None, name="_state")
    postalCode: String | None = None
    postalCode_element: Element | None = named(default=None, name="_postalCode")
    country: String | None = None
    country_element: Element | None = named(default=None, name="_country")
    period: Period | None = None
    def __post_init__(self) -> None:
        if (self.line_element or None in self.line) and not aligned(self.line, self.line_element):
            raise ValueError("Address.line holds a null without an extension")

class Quantity(Element, kw_only=True):
    value: Decimal | None = None
    value_element: Element | None = named(default=None, name="_value")
    comparator: Literal['<', '<=', '>=', '>'] | None = None
    comparator_element: Element | None = named(default=None, name="_comparator")
    unit: String | None = None
    unit_element: Element | None = named(default=None, name="_unit")
    system: Uri | None = None
    system_element: Element | None = named(default=None, name="_system")
    code: Code | None = None
    code_element: Element | None = named(default=None, name="_code")
    def __post_init__(self) -> None:
        if (v := self.system) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Quantity.system is malformed")
        if (v := self.code) is not None and v not in CODES and not is_code(v):
            raise ValueError("Quantity.code is malformed")

class Age(Quantity, kw_only=True):
    pass

class Coding(Element, kw_only=True):
    system: Uri | None = None
    system_element: Element | None = named(default=None, name="_system")
    version: String | None = None
    version_element: Element | None = named(default=None, name="_version")
    code: Code | None = None
    code_element: Element | None = named(default=None, name="_code")
    display: String | None = None
    display_element: Element | None = named(default=None, name="_display")
    userSelected: bool | None = None
    userSelected_element: Element | None = named(default=None, name="_userSelected")
    def __post_init__(self) -> None:
        if (v := self.system) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Coding.system is malformed")
        if (v := self.code) is not None and v not in CODES and not is_code(v):
            raise ValueError("Coding.code is malformed")

class CodeableConcept(Element, kw_only=True):
    coding: tuple[Coding, ...] = ()
    text: String | None = None
    text_element: Element | None = named(default=None, name="_text")

class Identifier(Element, kw_only=True):
    use: Literal['usual', 'official', 'temp', 'secondary', 'old'] | None = None
    use_element: Element | None = named(default=None, name="_use")
    type: CodeableConcept | None = None
    system: Uri | None = None
    system_element: Element | None = named(default=None, name="_system")
    value: String | None = None
    value_element: Element | None = named(default=None, name="_value")
    period: Period | None = None
    assigner: "Reference | None" = None
    def __post_init__(self) -> None:
        if (v := self.system) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Identifier.system is malformed")

class Reference(Element, kw_only=True):
    reference: String | None = None
    reference_element: Element | None = named(default=None, name="_reference")
    type: CheckedUri | None = None
    type_element: Element | None = named(default=None, name="_type")
    identifier: Identifier | None = None
    display: String | None = None
    display_element: Element | None = named(default=None, name="_display")

_ANNOTATION_AUTHOR = attributes('authorString', 'authorReference', 'authorString_element')
class Annotation(Element, kw_only=True):
    authorString: String | None = None
    authorString_element: Element | None = named(default=None, name="_authorString")
    authorReference: Reference | None = None
    time: CheckedDateTime | None = None
    time_element: Element | None = named(default=None, name="_time")
    text: String | None = None
    text_element: Element | None = named(default=None, name="_text")
    def __post_init__(self) -> None:
        given = 3 - _ANNOTATION_AUTHOR(self).count(None)
        if given > 1:
            given = chosen(_ANNOTATION_AUTHOR(self), 2)
        if given > 1:
            raise ValueError("Annotation.author[x] takes at most one type")
        if self.text is None and self.text_element is None:
            raise ValueError("Annotation.text is required")

class Attachment(Element, kw_only=True):
    contentType: Code | None = None
    contentType_element: Element | None = named(default=None, name="_contentType")
    language: Code | None = None
    language_element: Element | None = named(default=None, name="_language")
    data: Base64 | None = None
    data_element: Element | None = named(default=None, name="_data")
    url: Uri | None = None
    url_element: Element | None = named(default=None, name="_url")
    size: UnsignedInt | None = None
    size_element: Element | None = named(default=None, name="_size")
    hash: Base64 | None = None
    hash_element: Element | None = named(default=None, name="_hash")
    title: String | None = None
    title_element: Element | None = named(default=None, name="_title")
    creation: DateTime | None = None
    creation_element: Element | None = named(default=None, name="_creation")
    def __post_init__(self) -> None:
        if (v := self.contentType) is not None and v not in CODES and not is_code(v):
            raise ValueError("Attachment.contentType is malformed")
        if (v := self.language) is not None and v not in CODES and not is_code(v):
            raise ValueError("Attachment.language is malformed")
        if (v := self.data) is not None and not is_base64(v):
            raise ValueError("Attachment.data is malformed")
        if (v := self.url) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Attachment.url is malformed")
        if (v := self.hash) is not None and not is_base64(v):
            raise ValueError("Attachment.hash is malformed")
        if (v := self.creation) is not None and v not in DATE_TIMES and not is_date_time(v):
            raise ValueError("Attachment.creation is malformed")

class ContactPoint(Element, kw_only=True):
    system: Literal['phone', 'fax', 'email', 'pager', 'url', 'sms', 'other'] | None = None
    system_element: Element | None = named(default=None, name="_system")
    value: String | None = None
    value_element: Element | None = named(default=None, name="_value")
    use: Literal['home', 'work', 'temp', 'old', 'mobile'] | None = None
    use_element: Element | None = named(default=None, name="_use")
    rank: PositiveInt | None = None
    rank_element: Element | None = named(default=None, name="_rank")
    period: Period | None = None

class Count(Quantity, kw_only=True):
    pass

class Distance(Quantity, kw_only=True):
    pass

class Duration(Quantity, kw_only=True):
    pass

class HumanName(Element, kw_only=True):
    use: Literal['usual', 'official', 'temp', 'nickname', 'anonymous', 'old', 'maiden'] | None = None
    use_element: Element | None = named(default=None, name="_use")
    text: String | None = None
    text_element: Element | None = named(default=None, name="_text")
    family: String | None = None
    family_element: Element | None = named(default=None, name="_family")
    given: tuple[String | None, ...] = ()
    given_element: tuple[Element | None, ...] = named(default=(), name="_given")
    prefix: tuple[String | None, ...] = ()
    prefix_element: tuple[Element | None, ...] = named(default=(), name="_prefix")
    suffix: tuple[String | None, ...] = ()
    suffix_element: tuple[Element | None, ...] = named(default=(), name="_suffix")
    period: Period | None = None
    def __post_init__(self) -> None:
        if (self.given_element or None in self.given) and not aligned(self.given, self.given_element):
            raise ValueError("HumanName.given holds a null without an extension")
        if (self.prefix_element or None in self.prefix) and not aligned(self.prefix, self.prefix_element):
            raise ValueError("HumanName.prefix holds a null without an extension")
        if (self.suffix_element or None in self.suffix) and not aligned(self.suffix, self.suffix_element):
            raise ValueError("HumanName.suffix holds a null without an extension")

class Money(Element, kw_only=True):
    value: Decimal | None = None
    value_element: Element | None = named(default=None, name="_value")
    currency: CheckedCode | None = None
    currency_element: Element | None = named(default=None, name="_currency")

class Range(Element, kw_only=True):
    low: Quantity | None = None
    high: Quantity | None = None

class Ratio(Element, kw_only=True):
    numerator: Quantity | None = None
    denominator: Quantity | None = None

class SampledData(Element, kw_only=True):
    origin: Quantity
    period: Decimal | None = None
    period_element: Element | None = named(default=None, name="_period")
    factor: Decimal | None = None
    factor_element: Element | None = named(default=None, name="_factor")
    lowerLimit: Decimal | None = None
    lowerLimit_element: Element | None = named(default=None, name="_lowerLimit")
    upperLimit: Decimal | None = None
    upperLimit_element: Element | None = named(default=None, name="_upperLimit")
    dimensions: PositiveInt | None = None
    dimensions_element: Element | None = named(default=None, name="_dimensions")
    data: String | None = None
    data_element: Element | None = named(default=None, name="_data")
    def __post_init__(self) -> None:
        if self.period is None and self.period_element is None:
            raise ValueError("SampledData.period is required")
        if self.dimensions is None and self.dimensions_element is None:
            raise ValueError("SampledData.dimensions is required")

class Signature(Element, kw_only=True):
    type: tuple[Coding, ...]
    when: CheckedInstant | None = None
    when_element: Element | None = named(default=None, name="_when")
    who: Reference
    onBehalfOf: Reference | None = None
    targetFormat: CheckedCode | None = None
    targetFormat_element: Element | None = named(default=None, name="_targetFormat")
    sigFormat: CheckedCode | None = None
    sigFormat_element: Element | None = named(default=None, name="_sigFormat")
    data: CheckedBase64 | None = None
    data_element: Element | None = named(default=None, name="_data")
    def __post_init__(self) -> None:
        if self.when is None and self.when_element is None:
            raise ValueError("Signature.when is required")

class BackboneElement(Element, kw_only=True):
    modifierExtension: "tuple[Extension, ...]" = ()

_TIMINGREPEAT_BOUNDS = attributes('boundsDuration', 'boundsRange', 'boundsPeriod')
class TimingRepeat(Element, kw_only=True):
    boundsDuration: Duration | None = None
    boundsRange: Range | None = None
    boundsPeriod: Period | None = None
    count: PositiveInt | None = None
    count_element: Element | None = named(default=None, name="_count")
    countMax: PositiveInt | None = None
    countMax_element: Element | None = named(default=None, name="_countMax")
    duration: Decimal | None = None
    duration_element: Element | None = named(default=None, name="_duration")
    durationMax: Decimal | None = None
    durationMax_element: Element | None = named(default=None, name="_durationMax")
    durationUnit: Literal['s', 'min', 'h', 'd', 'wk', 'mo', 'a'] | None = None
    durationUnit_element: Element | None = named(default=None, name="_durationUnit")
    frequency: PositiveInt | None = None
    frequency_element: Element | None = named(default=None, name="_frequency")
    frequencyMax: PositiveInt | None = None
    frequencyMax_element: Element | None = named(default=None, name="_frequencyMax")
    period: Decimal | None = None
    period_element: Element | None = named(default=None, name="_period")
    periodMax: Decimal | None = None
    periodMax_element: Element | None = named(default=None, name="_periodMax")
    periodUnit: Literal['s', 'min', 'h', 'd', 'wk', 'mo', 'a'] | None = None
    periodUnit_element: Element | None = named(default=None, name="_periodUnit")
    dayOfWeek: tuple[Literal['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] | None, ...] = ()
    dayOfWeek_element: tuple[Element | None, ...] = named(default=(), name="_dayOfWeek")
    timeOfDay: tuple[CheckedTime | None, ...] = ()
    timeOfDay_element: tuple[Element | None, ...] = named(default=(), name="_timeOfDay")
    when: tuple[Literal['MORN', 'MORN.early', 'MORN.late', 'NOON', 'AFT', 'AFT.early', 'AFT.late', 'EVE', 'EVE.early', 'EVE.late', 'NIGHT', 'PHS', 'HS', 'WAKE', 'C', 'CM', 'CD', 'CV', 'AC', 'ACM', 'ACD', 'ACV', 'PC', 'PCM', 'PCD', 'PCV'] | None, ...] = ()
    when_element: tuple[Element | None, ...] = named(default=(), name="_when")
    offset: UnsignedInt | None = None
    offset_element: Element | None = named(default=None, name="_offset")
    def __post_init__(self) -> None:
        given = 3 - _TIMINGREPEAT_BOUNDS(self).count(None)
        if given > 1:
            raise ValueError("TimingRepeat.bounds[x] takes at most one type")
        if (self.dayOfWeek_element or None in self.dayOfWeek) and not aligned(self.dayOfWeek, self.dayOfWeek_element):
            raise ValueError("TimingRepeat.dayOfWeek holds a null without an extension")
        if (self.timeOfDay_element or None in self.timeOfDay) and not aligned(self.timeOfDay, self.timeOfDay_element):
            raise ValueError("TimingRepeat.timeOfDay holds a null without an extension")
        if (self.when_element or None in self.when) and not aligned(self.when, self.when_element):
            raise ValueError("TimingRepeat.when holds a null without an extension")

class Timing(BackboneElement, kw_only=True):
    event: tuple[CheckedDateTime | None, ...] = ()
    event_element: tuple[Element | None, ...] = named(default=(), name="_event")
    repeat: TimingRepeat | None = None
    code: CodeableConcept | None = None
    def __post_init__(self) -> None:
        if (self.event_element or None in self.event) and not aligned(self.event, self.event_element):
            raise ValueError("Timing.event holds a null without an extension")

class ContactDetail(Element, kw_only=True):
    name: String | None = None
    name_element: Element | None = named(default=None, name="_name")
    telecom: tuple[ContactPoint, ...] = ()

class Contributor(Element, kw_only=True):
    type: Literal['author', 'editor', 'reviewer', 'endorser'] | None = None
    type_element: Element | None = named(default=None, name="_type")
    name: String | None = None
    name_element: Element | None = named(default=None, name="_name")
    contact: tuple[ContactDetail, ...] = ()
    def __post_init__(self) -> None:
        if self.type is None and self.type_element is None:
            raise ValueError("Contributor.type is required")
        if self.name is None and self.name_element is None:
            raise ValueError("Contributor.name is required")

class DataRequirementCodeFilter(Element, kw_only=True):
    path: String | None = None
    path_element: Element | None = named(default=None, name="_path")
    searchParam: String | None = None
    searchParam_element: Element | None = named(default=None, name="_searchParam")
    valueSet: CheckedUri | None = None
    valueSet_element: Element | None = named(default=None, name="_valueSet")
    code: tuple[Coding, ...] = ()

_DATAREQUIREMENTDATEFILTER_VALUE = attributes('valueDateTime', 'valuePeriod', 'valueDuration', 'valueDateTime_element')
class DataRequirementDateFilter(Element, kw_only=True):
    path: String | None = None
    path_element: Element | None = named(default=None, name="_path")
    searchParam: String | None = None
    searchParam_element: Element | None = named(default=None, name="_searchParam")
    valueDateTime: CheckedDateTime | None = None
    valueDateTime_element: Element | None = named(default=None, name="_valueDateTime")
    valuePeriod: Period | None = None
    valueDuration: Duration | None = None
    def __post_init__(self) -> None:
        given = 4 - _DATAREQUIREMENTDATEFILTER_VALUE(self).count(None)
        if given > 1:
            given = chosen(_DATAREQUIREMENTDATEFILTER_VALUE(self), 3)
        if given > 1:
            raise ValueError("DataRequirementDateFilter.value[x] takes at most one type")

class DataRequirementSort(Element, kw_only=True):
    path: String | None = None
    path_element: Element | None = named(default=None, name="_path")
    direction: Literal['ascending', 'descending'] | None = None
    direction_element: Element | None = named(default=None, name="_direction")
    def __post_init__(self) -> None:
        if self.path is None and self.path_element is None:
            raise ValueError("DataRequirementSort.path is required")
        if self.direction is None and self.direction_element is None:
            raise ValueError("DataRequirementSort.direction is required")

_DATAREQUIREMENT_SUBJECT = attributes('subjectCodeableConcept', 'subjectReference')
class DataRequirement(Element, kw_only=True):
    type: Literal['Address', 'Age', 'Annotation', 'Attachment', 'BackboneElement', 'CodeableConcept', 'Coding', 'ContactDetail', 'ContactPoint', 'Contributor', 'Count', 'DataRequirement', 'Distance', 'Dosage', 'Duration', 'Element', 'ElementDefinition', 'Expression', 'Extension', 'HumanName', 'Identifier', 'MarketingStatus', 'Meta', 'Money', 'MoneyQuantity', 'Narrative', 'ParameterDefinition', 'Period', 'Population', 'ProdCharacteristic', 'ProductShelfLife', 'Quantity', 'Range', 'Ratio', 'Reference', 'RelatedArtifact', 'SampledData', 'Signature', 'SimpleQuantity', 'SubstanceAmount', 'Timing', 'TriggerDefinition', 'UsageContext', 'base64Binary', 'boolean', 'canonical', 'code', 'date', 'dateTime', 'decimal', 'id', 'instant', 'integer', 'markdown', 'oid', 'positiveInt', 'string', 'time', 'unsignedInt', 'uri', 'url', 'uuid', 'xhtml', 'Account', 'ActivityDefinition', 'AdverseEvent', 'AllergyIntolerance', 'Appointment', 'AppointmentResponse', 'AuditEvent', 'Basic', 'Binary', 'BiologicallyDerivedProduct', 'BodyStructure', 'Bundle', 'CapabilityStatement', 'CarePlan', 'CareTeam', 'CatalogEntry', 'ChargeItem', 'ChargeItemDefinition', 'Claim', 'ClaimResponse', 'ClinicalImpression', 'CodeSystem', 'Communication', 'CommunicationRequest', 'CompartmentDefinition', 'Composition', 'ConceptMap', 'Condition', 'Consent', 'Contract', 'Coverage', 'CoverageEligibilityRequest', 'CoverageEligibilityResponse', 'DetectedIssue', 'Device', 'DeviceDefinition', 'DeviceMetric', 'DeviceRequest', 'DeviceUseStatement', 'DiagnosticReport', 'DocumentManifest', 'DocumentReference', 'DomainResource', 'EffectEvidenceSynthesis', 'Encounter', 'Endpoint', 'EnrollmentRequest', 'EnrollmentResponse', 'EpisodeOfCare', 'EventDefinition', 'Evidence', 'EvidenceVariable', 'ExampleScenario', 'ExplanationOfBenefit', 'FamilyMemberHistory', 'Flag', 'Goal', 'GraphDefinition', 'Group', 'GuidanceResponse', 'HealthcareService', 'ImagingStudy', 'Immunization', 'ImmunizationEvaluation', 'ImmunizationRecommendation', 'ImplementationGuide', 'InsurancePlan', 'Invoice', 'Library', 'Linkage', 'List', 'Location', 'Measure', 'MeasureReport', 'Media', 'Medication', 'MedicationAdministration', 'MedicationDispense', 'MedicationKnowledge', 'MedicationRequest', 'MedicationStatement', 'MedicinalProduct', 'MedicinalProductAuthorization', 'MedicinalProductContraindication', 'MedicinalProductIndication', 'MedicinalProductIngredient', 'MedicinalProductInteraction', 'MedicinalProductManufactured', 'MedicinalProductPackaged', 'MedicinalProductPharmaceutical', 'MedicinalProductUndesirableEffect', 'MessageDefinition', 'MessageHeader', 'MolecularSequence', 'NamingSystem', 'NutritionOrder', 'Observation', 'ObservationDefinition', 'OperationDefinition', 'OperationOutcome', 'Organization', 'OrganizationAffiliation', 'Parameters', 'Patient', 'PaymentNotice', 'PaymentReconciliation', 'Person', 'PlanDefinition', 'Practitioner', 'PractitionerRole', 'Procedure', 'Provenance', 'Questionnaire', 'QuestionnaireResponse', 'RelatedPerson', 'RequestGroup', 'ResearchDefinition', 'ResearchElementDefinition', 'ResearchStudy', 'ResearchSubject', 'Resource', 'RiskAssessment', 'RiskEvidenceSynthesis', 'Schedule', 'SearchParameter', 'ServiceRequest', 'Slot', 'Specimen', 'SpecimenDefinition', 'StructureDefinition', 'StructureMap', 'Subscription', 'Substance', 'SubstanceNucleicAcid', 'SubstancePolymer', 'SubstanceProtein', 'SubstanceReferenceInformation', 'SubstanceSourceMaterial', 'SubstanceSpecification', 'SupplyDelivery', 'SupplyRequest', 'Task', 'TerminologyCapabilities', 'TestReport', 'TestScript', 'ValueSet', 'VerificationResult', 'VisionPrescription', 'Type', 'Any'] | None = None
    type_element: Element | None = named(default=None, name="_type")
    profile: tuple[CheckedUri | None, ...] = ()
    profile_element: tuple[Element | None, ...] = named(default=(), name="_profile")
    subjectCodeableConcept: CodeableConcept | None = None
    subjectReference: Reference | None = None
    mustSupport: tuple[String | None, ...] = ()
    mustSupport_element: tuple[Element | None, ...] = named(default=(), name="_mustSupport")
    codeFilter: tuple[DataRequirementCodeFilter, ...] = ()
    dateFilter: tuple[DataRequirementDateFilter, ...] = ()
    limit: PositiveInt | None = None
    limit_element: Element | None = named(default=None, name="_limit")
    sort: tuple[DataRequirementSort, ...] = ()
    def __post_init__(self) -> None:
        if self.type is None and self.type_element is None:
            raise ValueError("DataRequirement.type is required")
        if (self.profile_element or None in self.profile) and not aligned(self.profile, self.profile_element):
            raise ValueError("DataRequirement.profile holds a null without an extension")
        given = 2 - _DATAREQUIREMENT_SUBJECT(self).count(None)
        if given > 1:
            raise ValueError("DataRequirement.subject[x] takes at most one type")
        if (self.mustSupport_element or None in self.mustSupport) and not aligned(self.mustSupport, self.mustSupport_element):
            raise ValueError("DataRequirement.mustSupport holds a null without an extension")

class Expression(Element, kw_only=True):
    description: String | None = None
    description_element: Element | None = named(default=None, name="_description")
    name: CheckedId | None = None
    name_element: Element | None = named(default=None, name="_name")
    language: CheckedCode | None = None
    language_element: Element | None = named(default=None, name="_language")
    expression: String | None = None
    expression_element: Element | None = named(default=None, name="_expression")
    reference: CheckedUri | None = None
    reference_element: Element | None = named(default=None, name="_reference")
    def __post_init__(self) -> None:
        if self.language is None and self.language_element is None:
            raise ValueError("Expression.language is required")

class ParameterDefinition(Element, kw_only=True):
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
    profile: CheckedUri | None = None
    profile_element: Element | None = named(default=None, name="_profile")
    def __post_init__(self) -> None:
        if self.use is None and self.use_element is None:
            raise ValueError("ParameterDefinition.use is required")
        if self.type is None and self.type_element is None:
            raise ValueError("ParameterDefinition.type is required")

class RelatedArtifact(Element, kw_only=True):
    type: Literal['documentation', 'justification', 'citation', 'predecessor', 'successor', 'derived-from', 'depends-on', 'composed-of'] | None = None
    type_element: Element | None = named(default=None, name="_type")
    label: String | None = None
    label_element: Element | None = named(default=None, name="_label")
    display: String | None = None
    display_element: Element | None = named(default=None, name="_display")
    citation: String | None = None
    citation_element: Element | None = named(default=None, name="_citation")
    url: CheckedUri | None = None
    url_element: Element | None = named(default=None, name="_url")
    document: Attachment | None = None
    resource: CheckedUri | None = None
    resource_element: Element | None = named(default=None, name="_resource")
    def __post_init__(self) -> None:
        if self.type is None and self.type_element is None:
            raise ValueError("RelatedArtifact.type is required")

_TRIGGERDEFINITION_TIMING = attributes('timingDate', 'timingDateTime', 'timingTiming', 'timingReference', 'timingDate_element', 'timingDateTime_element')
class TriggerDefinition(Element, kw_only=True):
    type: Literal['named-event', 'periodic', 'data-changed', 'data-added', 'data-modified', 'data-removed', 'data-accessed', 'data-access-ended'] | None = None
    type_element: Element | None = named(default=None, name="_type")
    name: String | None = None
    name_element: Element | None = named(default=None, name="_name")
    timingDate: CheckedDate | None = None
    timingDate_element: Element | None = named(default=None, name="_timingDate")
    timingDateTime: CheckedDateTime | None = None
    timingDateTime_element: Element | None = named(default=None, name="_timingDateTime")
    timingTiming: Timing | None = None
    timingReference: Reference | None = None
    data: tuple[DataRequirement, ...] = ()
    condition: Expression | None = None
    def __post_init__(self) -> None:
        if self.type is None and self.type_element is None:
            raise ValueError("TriggerDefinition.type is required")
        given = 6 - _TRIGGERDEFINITION_TIMING(self).count(None)
        if given > 1:
            given = chosen(_TRIGGERDEFINITION_TIMING(self), 4)
        if given > 1:
            raise ValueError("TriggerDefinition.timing[x] takes at most one type")

_USAGECONTEXT_VALUE = attributes('valueCodeableConcept', 'valueQuantity', 'valueRange', 'valueReference')
class UsageContext(Element, kw_only=True):
    code: Coding
    valueCodeableConcept: CodeableConcept | None = None
    valueQuantity: Quantity | None = None
    valueRange: Range | None = None
    valueReference: Reference | None = None
    def __post_init__(self) -> None:
        given = 4 - _USAGECONTEXT_VALUE(self).count(None)
        if given != 1:
            raise ValueError("UsageContext.value[x] takes exactly one type")

_DOSAGEDOSEANDRATE_DOSE = attributes('doseRange', 'doseQuantity')
_DOSAGEDOSEANDRATE_RATE = attributes('rateRatio', 'rateRange', 'rateQuantity')
class DosageDoseAndRate(Element, kw_only=True):
    type: CodeableConcept | None = None
    doseRange: Range | None = None
    doseQuantity: Quantity | None = None
    rateRatio: Ratio | None = None
    rateRange: Range | None = None
    rateQuantity: Quantity | None = None
    def __post_init__(self) -> None:
        given = 2 - _DOSAGEDOSEANDRATE_DOSE(self).count(None)
        if given > 1:
            raise ValueError("DosageDoseAndRate.dose[x] takes at most one type")
        given = 3 - _DOSAGEDOSEANDRATE_RATE(self).count(None)
        if given > 1:
            raise ValueError("DosageDoseAndRate.rate[x] takes at most one type")

_DOSAGE_ASNEEDED = attributes('asNeededBoolean', 'asNeededCodeableConcept', 'asNeededBoolean_element')
class Dosage(BackboneElement, kw_only=True):
    sequence: Integer | None = None
    sequence_element: Element | None = named(default=None, name="_sequence")
    text: String | None = None
    text_element: Element | None = named(default=None, name="_text")
    additionalInstruction: tuple[CodeableConcept, ...] = ()
    patientInstruction: String | None = None
    patientInstruction_element: Element | None = named(default=None, name="_patientInstruction")
    timing: Timing | None = None
    asNeededBoolean: bool | None = None
    asNeededBoolean_element: Element | None = named(default=None, name="_asNeededBoolean")
    asNeededCodeableConcept: CodeableConcept | None = None
    site: CodeableConcept | None = None
    route: CodeableConcept | None = None
    method: CodeableConcept | None = None
    doseAndRate: tuple[DosageDoseAndRate, ...] = ()
    maxDosePerPeriod: Ratio | None = None
    maxDosePerAdministration: Quantity | None = None
    maxDosePerLifetime: Quantity | None = None
    def __post_init__(self) -> None:
        given = 3 - _DOSAGE_ASNEEDED(self).count(None)
        if given > 1:
            given = chosen(_DOSAGE_ASNEEDED(self), 2)
        if given > 1:
            raise ValueError("Dosage.asNeeded[x] takes at most one type")

class Meta(Element, kw_only=True):
    versionId: Id | None = None
    versionId_element: Element | None = named(default=None, name="_versionId")
    lastUpdated: Instant | None = None
    lastUpdated_element: Element | None = named(default=None, name="_lastUpdated")
    source: Uri | None = None
    source_element: Element | None = named(default=None, name="_source")
    profile: tuple[Uri | None, ...] = ()
    profile_element: tuple[Element | None, ...] = named(default=(), name="_profile")
    security: tuple[Coding, ...] = ()
    tag: tuple[Coding, ...] = ()
    def __post_init__(self) -> None:
        if (v := self.versionId) is not None and not is_id(v):
            raise ValueError("Meta.versionId is malformed")
        if (v := self.lastUpdated) is not None and v not in INSTANTS and not is_instant(v):
            raise ValueError("Meta.lastUpdated is malformed")
        if (v := self.source) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Meta.source is malformed")
        for v in self.profile:
            if v is not None and v not in URIS and not is_uri(v):
                raise ValueError("Meta.profile is malformed")
        if (self.profile_element or None in self.profile) and not aligned(self.profile, self.profile_element):
            raise ValueError("Meta.profile holds a null without an extension")

_EXTENSION_VALUE = attributes('valueBase64Binary', 'valueBoolean', 'valueCanonical', 'valueCode', 'valueDate', 'valueDateTime', 'valueDecimal', 'valueId', 'valueInstant', 'valueInteger', 'valueMarkdown', 'valueOid', 'valuePositiveInt', 'valueString', 'valueTime', 'valueUnsignedInt', 'valueUri', 'valueUrl', 'valueUuid', 'valueAddress', 'valueAge', 'valueAnnotation', 'valueAttachment', 'valueCodeableConcept', 'valueCoding', 'valueContactPoint', 'valueCount', 'valueDistance', 'valueDuration', 'valueHumanName', 'valueIdentifier', 'valueMoney', 'valuePeriod', 'valueQuantity', 'valueRange', 'valueRatio', 'valueReference', 'valueSampledData', 'valueSignature', 'valueTiming', 'valueContactDetail', 'valueContributor', 'valueDataRequirement', 'valueExpression', 'valueParameterDefinition', 'valueRelatedArtifact', 'valueTriggerDefinition', 'valueUsageContext', 'valueDosage', 'valueMeta', 'valueBase64Binary_element', 'valueBoolean_element', 'valueCanonical_element', 'valueCode_element', 'valueDate_element', 'valueDateTime_element', 'valueDecimal_element', 'valueId_element', 'valueInstant_element', 'valueInteger_element', 'valueMarkdown_element', 'valueOid_element', 'valuePositiveInt_element', 'valueString_element', 'valueTime_element', 'valueUnsignedInt_element', 'valueUri_element', 'valueUrl_element', 'valueUuid_element')
class Extension(Element, kw_only=True):
    url: Uri
    valueBase64Binary: CheckedBase64 | None = None
    valueBase64Binary_element: Element | None = named(default=None, name="_valueBase64Binary")
    valueBoolean: bool | None = None
    valueBoolean_element: Element | None = named(default=None, name="_valueBoolean")
    valueCanonical: CheckedUri | None = None
    valueCanonical_element: Element | None = named(default=None, name="_valueCanonical")
    valueCode: CheckedCode | None = None
    valueCode_element: Element | None = named(default=None, name="_valueCode")
    valueDate: CheckedDate | None = None
    valueDate_element: Element | None = named(default=None, name="_valueDate")
    valueDateTime: CheckedDateTime | None = None
    valueDateTime_element: Element | None = named(default=None, name="_valueDateTime")
    valueDecimal: Decimal | None = None
    valueDecimal_element: Element | None = named(default=None, name="_valueDecimal")
    valueId: CheckedId | None = None
    valueId_element: Element | None = named(default=None, name="_valueId")
    valueInstant: CheckedInstant | None = None
    valueInstant_element: Element | None = named(default=None, name="_valueInstant")
    valueInteger: Integer | None = None
    valueInteger_element: Element | None = named(default=None, name="_valueInteger")
    valueMarkdown: String | None = None
    valueMarkdown_element: Element | None = named(default=None, name="_valueMarkdown")
    valueOid: CheckedOid | None = None
    valueOid_element: Element | None = named(default=None, name="_valueOid")
    valuePositiveInt: PositiveInt | None = None
    valuePositiveInt_element: Element | None = named(default=None, name="_valuePositiveInt")
    valueString: String | None = None
    valueString_element: Element | None = named(default=None, name="_valueString")
    valueTime: CheckedTime | None = None
    valueTime_element: Element | None = named(default=None, name="_valueTime")
    valueUnsignedInt: UnsignedInt | None = None
    valueUnsignedInt_element: Element | None = named(default=None, name="_valueUnsignedInt")
    valueUri: CheckedUri | None = None
    valueUri_element: Element | None = named(default=None, name="_valueUri")
    valueUrl: CheckedUri | None = None
    valueUrl_element: Element | None = named(default=None, name="_valueUrl")
    valueUuid: CheckedUuid | None = None
    valueUuid_element: Element | None = named(default=None, name="_valueUuid")
    valueAddress: Address | None = None
    valueAge: Age | None = None
    valueAnnotation: Annotation | None = None
    valueAttachment: Attachment | None = None
    valueCodeableConcept: CodeableConcept | None = None
    valueCoding: Coding | None = None
    valueContactPoint: ContactPoint | None = None
    valueCount: Count | None = None
    valueDistance: Distance | None = None
    valueDuration: Duration | None = None
    valueHumanName: HumanName | None = None
    valueIdentifier: Identifier | None = None
    valueMoney: Money | None = None
    valuePeriod: Period | None = None
    valueQuantity: Quantity | None = None
    valueRange: Range | None = None
    valueRatio: Ratio | None = None
    valueReference: Reference | None = None
    valueSampledData: SampledData | None = None
    valueSignature: Signature | None = None
    valueTiming: Timing | None = None
    valueContactDetail: ContactDetail | None = None
    valueContributor: Contributor | None = None
    valueDataRequirement: DataRequirement | None = None
    valueExpression: Expression | None = None
    valueParameterDefinition: ParameterDefinition | None = None
    valueRelatedArtifact: RelatedArtifact | None = None
    valueTriggerDefinition: TriggerDefinition | None = None
    valueUsageContext: UsageContext | None = None
    valueDosage: Dosage | None = None
    valueMeta: Meta | None = None
    def __post_init__(self) -> None:
        if (v := self.url) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Extension.url is malformed")
        given = 69 - _EXTENSION_VALUE(self).count(None)
        if given > 1:
            given = chosen(_EXTENSION_VALUE(self), 50)
        if given + (self.extension != ()) != 1:
            raise ValueError("an extension has either a value or extensions")

class Narrative(Element, kw_only=True):
    status: Literal['generated', 'extensions', 'additional', 'empty'] | None = None
    status_element: Element | None = named(default=None, name="_status")
    div: Xhtml
    def __post_init__(self) -> None:
        if self.status is None and self.status_element is None:
            raise ValueError("Narrative.status is required")

class Resource(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True, gc=False):
    id: Id | None = None
    meta: Meta | None = None
    implicitRules: Uri | None = None
    implicitRules_element: Element | None = named(default=None, name="_implicitRules")
    language: Code | None = None
    language_element: Element | None = named(default=None, name="_language")

    if TYPE_CHECKING:
        def __getattr__(self, name: str) -> Any: ...
    def __post_init__(self) -> None:
        if (v := self.id) is not None and not is_id(v):
            raise ValueError("Resource.id is malformed")
        if (v := self.implicitRules) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Resource.implicitRules is malformed")
        if (v := self.language) is not None and v not in CODES and not is_code(v):
            raise ValueError("Resource.language is malformed")

class DomainResource(Resource, kw_only=True):
    text: Narrative | None = None
    contained: tuple[Raw, ...] = ()
    extension: tuple[Extension, ...] = ()
    modifierExtension: tuple[Extension, ...] = ()
