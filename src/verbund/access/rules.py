"""Who may do what, for which purpose: a table. What is not in it is forbidden.

The scopes of the token are checked as well, and for whom a row speaks of a patient's data the consent decides after it.
"""

from collections.abc import Mapping
from enum import StrEnum
from functools import lru_cache

from verbund.consent import Purpose
from verbund.identity import OPERATOR, Principal, Role


class Interaction(StrEnum):
    """What is done through the gate."""

    READ = "read"
    VREAD = "vread"
    HISTORY = "history"
    HISTORY_TYPE = "history-type"
    SEARCH = "search"
    CREATE = "create"
    UPDATE = "update"
    PATCH = "patch"
    DELETE = "delete"
    RECORD = "record"
    ACCESSES = "accesses"
    CONSENTS = "consents"
    CHANGE_CONSENT = "change-consent"
    EXPLAIN = "explain"
    COUNT = "count"
    COUNT_EVERYBODY = "count-everybody"
    IMPORT = "import"
    EXPORT = "export"
    BREAK_GLASS = "break-glass"
    OPENINGS = "openings"


I = Interaction  # noqa: E741 - the table reads better

# The letters of SMART scopes that an interaction needs on a resource type, and the type where it is always the same.
SCOPE_LETTER: Mapping[Interaction, str] = {
    I.READ: "r",
    I.VREAD: "r",
    I.HISTORY: "r",
    I.HISTORY_TYPE: "s",
    I.SEARCH: "s",
    I.CREATE: "c",
    I.UPDATE: "u",
    I.PATCH: "u",
    I.DELETE: "d",
    I.RECORD: "r",
    I.ACCESSES: "r",
    I.CONSENTS: "r",
    I.CHANGE_CONSENT: "u",
    I.EXPLAIN: "r",
    I.COUNT: "",
    I.COUNT_EVERYBODY: "s",
    I.IMPORT: "c",
    I.EXPORT: "r",
    I.BREAK_GLASS: "rs",
    I.OPENINGS: "",
}

_LOOK = frozenset({I.READ, I.VREAD, I.HISTORY, I.HISTORY_TYPE, I.SEARCH})
_WRITE = frozenset({I.CREATE, I.UPDATE, I.PATCH, I.DELETE})
_CARE = _LOOK | {I.RECORD}

TABLE: Mapping[Role, Mapping[Purpose, frozenset[Interaction]]] = {
    Role.PHYSICIAN: {
        Purpose.TREAT: _CARE | _WRITE | {I.CONSENTS, I.CHANGE_CONSENT, I.EXPLAIN, I.BREAK_GLASS},
        Purpose.ETREAT: _CARE | {I.BREAK_GLASS},
        Purpose.BTG: _CARE | {I.BREAK_GLASS},
    },
    Role.NURSE: {
        Purpose.TREAT: _CARE | _WRITE | {I.BREAK_GLASS},
        Purpose.ETREAT: _CARE | {I.BREAK_GLASS},
        Purpose.BTG: _CARE | {I.BREAK_GLASS},
    },
    Role.PARAMEDIC: {purpose: _CARE | {I.BREAK_GLASS} for purpose in (Purpose.TREAT, Purpose.ETREAT, Purpose.BTG)},
    Role.PATIENT: {
        Purpose.PATRQT: _CARE | {I.CREATE, I.UPDATE, I.PATCH, I.ACCESSES, I.CONSENTS, I.CHANGE_CONSENT, I.EXPLAIN},
        Purpose.FAMRQT: _CARE | {I.ACCESSES, I.CONSENTS, I.CHANGE_CONSENT},
    },
    Role.RESEARCHER: {Purpose.HRESCH: frozenset({I.COUNT})},
    Role.STEWARD: {Purpose.HOPERAT: _LOOK | {I.CONSENTS, I.EXPLAIN, I.OPENINGS}},
    # Whom to enrol; the role's scopes reach no patient but where the portal looks somebody up for a letter.
    Role.ADMINISTRATOR: {Purpose.HOPERAT: frozenset({I.READ, I.SEARCH})},
    Role.SYSTEM: {
        **{
            purpose: frozenset(Interaction) - {I.COUNT, I.BREAK_GLASS, I.OPENINGS}
            for purpose in Purpose
            if purpose not in {Purpose.HRESCH, Purpose.PATRQT, Purpose.FAMRQT}
        },
        Purpose.HRESCH: frozenset({I.COUNT, I.EXPORT}),
    },
}

# Types that never speak of a patient: the directory of people and houses, definitions and terminology. Whoever is known
# and has the scope may read them; those who look after the house may write them.
SHARED_TYPES = frozenset(
    {
        "ActivityDefinition",
        "CapabilityStatement",
        "ChargeItemDefinition",
        "CodeSystem",
        "CompartmentDefinition",
        "ConceptMap",
        "DeviceDefinition",
        "Endpoint",
        "EventDefinition",
        "GraphDefinition",
        "HealthcareService",
        "ImplementationGuide",
        "InsurancePlan",
        "Library",
        "Location",
        "Measure",
        "Medication",
        "MedicationKnowledge",
        "MessageDefinition",
        "NamingSystem",
        "ObservationDefinition",
        "OperationDefinition",
        "Organization",
        "OrganizationAffiliation",
        "PlanDefinition",
        "Practitioner",
        "PractitionerRole",
        "Questionnaire",
        "ResearchStudy",
        "SearchParameter",
        "SpecimenDefinition",
        "StructureDefinition",
        "StructureMap",
        "Substance",
        "SubstanceSpecification",
        "TerminologyCapabilities",
        "TestScript",
        "ValueSet",
    }
)
# Not medical, and never handed on: what was done with the record, what the patient decided about it, who is told of it.
NEVER_HANDED_ON = frozenset({"AuditEvent", "Consent", "Provenance", "Subscription"})
WRITERS_OF_SHARED = frozenset({Role.PHYSICIAN, Role.ADMINISTRATOR, Role.SYSTEM})

# Who belongs where decides whom they treat: nobody gives themselves a ward.
DIRECTORY_TYPES = frozenset(
    {
        "Endpoint",
        "HealthcareService",
        "Location",
        "Organization",
        "OrganizationAffiliation",
        "Practitioner",
        "PractitionerRole",
    }
)
WRITERS_OF_DIRECTORY = frozenset({Role.ADMINISTRATOR, Role.SYSTEM})

# Types outside of every patient's compartment that tell nothing of patients: who sees only whom they treat sees these
# as well. Others are seen where they belong to a patient: a Bundle, a Binary or a List of which cannot be told whose it
# is is nobody's to see but the operator's.
NOBODYS_TYPES = frozenset(
    {
        "CatalogEntry",
        "EffectEvidenceSynthesis",
        "Evidence",
        "EvidenceVariable",
        "ExampleScenario",
        "MedicinalProduct",
        "MedicinalProductAuthorization",
        "MedicinalProductContraindication",
        "MedicinalProductIndication",
        "MedicinalProductIngredient",
        "MedicinalProductInteraction",
        "MedicinalProductManufactured",
        "MedicinalProductPackaged",
        "MedicinalProductPharmaceutical",
        "MedicinalProductUndesirableEffect",
        "ResearchDefinition",
        "ResearchElementDefinition",
        "RiskEvidenceSynthesis",
        "Slot",
        "SubstanceNucleicAcid",
        "SubstancePolymer",
        "SubstanceProtein",
        "SubstanceReferenceInformation",
        "SubstanceSourceMaterial",
        "TestReport",
    }
)
# Types that may belong to a patient or not: a free appointment, the calendar of a practice.
SOMETIMES_NOBODYS_TYPES = frozenset({"Appointment", "AppointmentResponse", "Schedule"})

# Everybody sees what they made themselves, with the app that made it, and the operator all: what somebody waits for
# names patients and findings, wherever it is kept.
MAKERS_TYPES = frozenset({"Subscription"})

# Written by the node itself only: what is done here is told there, to patients of themselves, and to those who look
# after data protection.
OWN_TYPES = frozenset({"AuditEvent"})
READERS_OF_OWN = frozenset({Role.PATIENT, Role.STEWARD, Role.SYSTEM})


def is_operator(who: Principal) -> bool:
    """Whether it is the node itself or its operator who asks, not an app that speaks for itself."""
    return who.role is Role.SYSTEM and who.client in {None, OPERATOR}


@lru_cache(maxsize=8192)
def permits(role: str, purpose: str, interaction: Interaction, resource_type: str | None) -> bool:
    """Whether the table has a row for this; `resource_type` is None where the interaction is not about one type."""
    if role not in set(Role):
        return False
    if resource_type in OWN_TYPES and (interaction in _WRITE or role not in READERS_OF_OWN):
        return False
    if resource_type in SHARED_TYPES and interaction in _LOOK | _WRITE:
        writers = WRITERS_OF_DIRECTORY if resource_type in DIRECTORY_TYPES else WRITERS_OF_SHARED
        return interaction in _LOOK or role in writers
    if purpose not in set(Purpose):
        return False
    return interaction in TABLE[Role(role)].get(Purpose(purpose), frozenset())
