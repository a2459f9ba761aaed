"""Who may do what, for which purpose: the whole table, written down once more as the documentation says it."""

from itertools import product

import pytest

from verbund.access import SHARED_TYPES, Interaction, permits
from verbund.access.rules import (
    DIRECTORY_TYPES,
    MAKERS_TYPES,
    NEVER_HANDED_ON,
    NOBODYS_TYPES,
    OWN_TYPES,
    SCOPE_LETTER,
    SOMETIMES_NOBODYS_TYPES,
)
from verbund.consent import Purpose
from verbund.fhir import RESOURCE_TYPES
from verbund.fhir.compartments import types_in
from verbund.identity import Role

LOOK = "read vread history history-type search"
WRITE = "create update patch delete"
CARE = f"{LOOK} record break-glass"
STAFF = {
    "TREAT": f"{CARE} {WRITE}",
    "ETREAT": CARE,
    "BTG": CARE,
}
EVERYTHING = (
    f"{LOOK} {WRITE} record accesses consents change-consent explain count-everybody import export"  # but not to count
)
RUNNING = ("TREAT", "ETREAT", "BTG", "CAREMGT", "HQUALIMP", "HOPERAT", "COVERAGE", "HPAYMT", "PUBHLTH")
MAY: dict[str, dict[str, str]] = {
    "physician": {**STAFF, "TREAT": f"{STAFF['TREAT']} consents change-consent explain"},
    "nurse": STAFF,
    "paramedic": dict.fromkeys(STAFF, CARE),
    "patient": {
        "PATRQT": f"{LOOK} record create update patch accesses consents change-consent explain",
        "FAMRQT": f"{LOOK} record accesses consents change-consent",
    },
    "researcher": {"HRESCH": "count"},
    "steward": {"HOPERAT": f"{LOOK} consents explain openings"},
    "administrator": {"HOPERAT": "read search"},
    "system": {**dict.fromkeys(RUNNING, EVERYTHING), "HRESCH": "count export"},
}


@pytest.mark.parametrize("role", list(Role))
def test_of_a_patients_data_each_role_may_exactly_this(role: Role) -> None:
    for purpose, interaction in product(Purpose, Interaction):
        expected = interaction in MAY[role].get(purpose, "").split()
        for kind in ("Observation", "Patient", "Consent", None):
            assert permits(role, purpose, interaction, kind) is expected, (purpose, interaction, kind)


@pytest.mark.parametrize("role", list(Role))
def test_what_speaks_of_no_patient_is_read_by_all_and_written_by_those_who_look_after_it(role: Role) -> None:
    for kind, purpose in product(sorted(SHARED_TYPES), [*Purpose, "UNHEARD"]):
        for interaction in LOOK.split():
            assert permits(role, purpose, Interaction(interaction), kind), (kind, purpose)
        may = {"administrator", "system"} if kind in DIRECTORY_TYPES else {"physician", "administrator", "system"}
        for interaction in WRITE.split():
            assert permits(role, purpose, Interaction(interaction), kind) is (role in may), (kind, interaction)
    for kind, interaction in product(sorted(SHARED_TYPES), set(Interaction) - {*LOOK.split(), *WRITE.split()}):
        assert permits(role, "TREAT", interaction, kind) is (interaction in MAY[role].get("TREAT", "").split())


def test_who_or_what_for_is_not_known_is_forbidden() -> None:
    for interaction, kind in product(Interaction, ("Observation", "Organization", "AuditEvent", None)):
        assert not permits("visitor", "TREAT", interaction, kind)
    for role, interaction, kind in product(Role, Interaction, ("Observation", "AuditEvent", None)):
        assert not permits(role, "UNHEARD", interaction, kind)


@pytest.mark.parametrize("role", list(Role))
def test_the_log_is_read_by_patients_stewards_and_the_node_and_written_by_nobody(role: Role) -> None:
    for purpose, interaction in product(Purpose, Interaction):
        may = role in {"patient", "steward", "system"} and interaction not in WRITE.split()
        expected = may and interaction in MAY[role].get(purpose, "").split()
        assert permits(role, purpose, interaction, "AuditEvent") is expected, (purpose, interaction)


def test_an_interaction_needs_its_letter_of_the_scope() -> None:
    by_letter = {
        "r": "read vread history record accesses consents explain export",
        "rs": "break-glass",
        "s": "history-type search count-everybody",
        "c": "create import",
        "u": "update patch change-consent",
        "d": "delete",
        "": "count openings",
    }
    assert {one: letter for letter, some in by_letter.items() for one in some.split()} == SCOPE_LETTER


# Outside of patients' compartments, and yet nobody's to see but the operator's: they may tell of somebody.
MAY_TELL_OF_SOMEBODY = {
    *("Binary", "BiologicallyDerivedProduct", "Bundle", "Contract", "Device", "DeviceMetric", "EnrollmentResponse"),
    *("GuidanceResponse", "Linkage", "MessageHeader", "OperationOutcome", "Parameters", "PaymentNotice"),
    *("PaymentReconciliation", "Task", "VerificationResult"),
}


def test_every_type_of_fhir_is_a_patients_or_stands_in_one_list() -> None:
    lists = [SHARED_TYPES, NOBODYS_TYPES, MAKERS_TYPES, MAY_TELL_OF_SOMEBODY, set(types_in("Patient"))]
    assert sum(map(len, lists)) == len(RESOURCE_TYPES)
    assert frozenset().union(*lists) == RESOURCE_TYPES
    assert {"Appointment", "AppointmentResponse", "Schedule"} == SOMETIMES_NOBODYS_TYPES
    assert {"Subscription"} == MAKERS_TYPES, "what somebody waits for is theirs alone to read"
    assert ({"AuditEvent"}, {"AuditEvent", "Consent", "Provenance", "Subscription"}) == (OWN_TYPES, NEVER_HANDED_ON)


def test_what_tells_of_nobody_is_not_what_everybody_may_write() -> None:
    """The directory decides who treats whom; notes, results and trial data are never shared with all who sign in."""
    assert {
        *("Practitioner", "PractitionerRole", "Location", "Organization", "HealthcareService"),
        *("OrganizationAffiliation", "Endpoint"),
    } == DIRECTORY_TYPES
    assert DIRECTORY_TYPES < SHARED_TYPES
    assert {"Medication", "Questionnaire", "ValueSet", "CodeSystem", "StructureDefinition"} < SHARED_TYPES
    assert {"Slot", "TestReport", "EvidenceVariable", "Evidence"} < NOBODYS_TYPES
