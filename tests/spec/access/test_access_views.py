"""From who asks to the rows of a statement, and to the question behind them: no database is asked for either."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from opened_gate import HERE, KIND, NOW, OBSERVATION, TITLE, Clock, principal

from verbund import consent
from verbund.access import Relations, Treatment
from verbund.access.ground import Ground
from verbund.access.relations import Kind
from verbund.access.rules import SHARED_TYPES, Interaction
from verbund.access.treating import TREATING, WHOLE_HOUSE, TreatedBy
from verbund.access.views import CONSENTING, View, decide_for, moment, question_of, view_of
from verbund.audit import AuditLog
from verbund.consent import ALL, DataCategory, Decision, ProxyRef, Purpose, Question, Relationship, Sentence, Span
from verbund.consent.index import ConsentIndex, for_research
from verbund.consent.projecting import House
from verbund.crypto import NodeKeys
from verbund.database import Database
from verbund.errors import Forbidden
from verbund.fhir import RESOURCE_TYPES, parse_search
from verbund.identity import Acting, Principal, Role, Scopes
from verbund.store import (
    EVERYTHING,
    NOTHING,
    UNRESTRICTED,
    WITHOUT_PATIENT,
    RowFilter,
    Store,
    Vault,
    and_,
    categories,
    of_patient,
    of_types,
    or_,
    treated,
)

IN_HOUSE = Sentence("Zugriff im eigenen Haus nach Rolle und Zweck.", "Access within the own house by role and purpose.")
SHARED = Sentence("Keine Daten von Patientinnen und Patienten.", "No data of patients.")
HOSPITAL, PRACTICE = Treatment("relation", days=30), Treatment("house")
LATE = NOW.replace(microsecond=777)
READ, SEARCH = Interaction.READ, Interaction.SEARCH


def ground(treatment: Treatment = HOSPITAL, *, relations: bool = True, emergencies: bool = True) -> Ground:
    """What a gate stands on, with a database behind it that nobody can reach."""
    nowhere, keys, clock = Database("postgresql:///nowhere", 1, 0.1), NodeKeys.generate(), Clock()
    clock.now = LATE
    vault = Vault(nowhere, keys)
    resources = Store(nowhere, keys, classify=consent.classify, projections=(), clock=clock, vault=vault)
    log, index = AuditLog(nowhere, vault, keys, clock), ConsentIndex(nowhere, vault, keys, House(HERE, KIND))
    known = Relations(nowhere, vault, keys) if relations else None
    return Ground(resources, log, index, clock, emergencies, TITLE, treatment=treatment, relations=known)


DOCTOR = principal(Role.PHYSICIAN, practitioner_id="weber")
PATIENT = principal(Role.PATIENT, patient_id="7")


def launched(who: Principal) -> Principal:
    """The same with a token for one patient."""
    return replace(who, patient_id="7", scopes=Scopes.parse("patient/*.cruds"))


def theirs(on: Ground, who: Principal) -> RowFilter:
    """The rows of the patients whom somebody treats, to the second, counting thirty days after the end."""
    assert on.relations is not None
    return treated(on.relations.parties(who), NOW, NOW - timedelta(days=30))


def own(on: Ground) -> RowFilter:
    return of_patient(on.store.patient_key("7"))


def acting(covered: int) -> Principal:
    proxy = Acting(UUID(int=5), "Kim", "guardian", covered, False, NOW - timedelta(days=1), NOW + timedelta(days=1))
    return replace(PATIENT, purpose="FAMRQT", proxy=proxy)


CASES: dict[str, tuple[Treatment, Principal, str, Callable[[Ground, Principal], RowFilter], Sentence | None, bool]] = {
    "who treats sees whom they treat": (
        HOSPITAL, DOCTOR, "Observation", lambda on, who: and_(theirs(on, who), UNRESTRICTED), TREATING, True,
    ),
    "free appointments are nobody's": (
        HOSPITAL, DOCTOR, "Appointment",
        lambda on, who: and_(or_(theirs(on, who), WITHOUT_PATIENT), UNRESTRICTED), TREATING, True,
    ),
    "some types tell of nobody": (HOSPITAL, DOCTOR, "Slot", lambda *_: WITHOUT_PATIENT, SHARED, False),
    "the directory is shared": (HOSPITAL, DOCTOR, "Organization", lambda *_: WITHOUT_PATIENT, SHARED, False),
    "what was restricted saves lives": (
        HOSPITAL, replace(DOCTOR, purpose="ETREAT"), "Observation", theirs, TREATING, True,
    ),
    "a practice treats all together": (PRACTICE, DOCTOR, "Observation", lambda *_: UNRESTRICTED, IN_HOUSE, False),
    "who runs the node sees everything": (
        HOSPITAL, principal(Role.SYSTEM), "Observation", lambda *_: EVERYTHING, IN_HOUSE, False,
    ),
    "patients see their own": (HOSPITAL, PATIENT, "Observation", lambda on, _: own(on), None, False),
    "patients without a record see nothing": (
        HOSPITAL, replace(PATIENT, patient_id=None), "Observation", lambda *_: NOTHING, IN_HOUSE, False,
    ),
    "a token for one patient narrows whom somebody treats": (
        HOSPITAL, launched(DOCTOR), "Observation",
        lambda on, who: and_(own(on), and_(theirs(on, who), UNRESTRICTED)), TREATING, True,
    ),
    "a token for one patient in a practice": (
        PRACTICE, launched(DOCTOR), "Observation", lambda on, _: and_(own(on), UNRESTRICTED), None, False,
    ),
    "a token for one patient without one": (
        HOSPITAL, replace(launched(DOCTOR), patient_id=None), "Observation", lambda *_: NOTHING, IN_HOUSE, False,
    ),
    "who acts for a patient sees what that covers": (
        HOSPITAL, acting(5), "Observation", lambda on, _: and_(own(on), categories(5, int(ALL) & ~5)), None, False,
    ),
    "who acts as to everything": (
        HOSPITAL, acting(int(ALL) | 1 << 15), "Observation", lambda on, _: own(on), None, False,
    ),
    "who acts as to nothing": (HOSPITAL, acting(0), "Observation", lambda *_: NOTHING, None, False),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_the_rows_that_somebody_sees(case: str) -> None:
    treatment, who, kind, rows, reason, treating = CASES[case]
    on = ground(treatment)
    for interaction in (READ, SEARCH):
        seen = view_of(on, who, interaction, kind)
        assert (seen.within, seen.treating) == (rows(on, who), treating)
        assert reason is None or seen.reason == reason


def test_why_a_patient_and_who_acts_for_one_see_it() -> None:
    own_record = view_of(ground(), PATIENT, READ, "Observation")
    assert own_record.reason == Sentence("Es ist die eigene Akte.", "It is the person's own record.")
    assert own_record.provision is None
    by_proxy = view_of(ground(), acting(4), READ, "Observation")
    assert by_proxy.reason.en == "Legal guardian; covers documents and reports."
    assert by_proxy.provision == f"Proxy/{UUID(int=5)}"


def refused(who: Principal, interaction: Interaction = READ, kind: str = "Observation") -> tuple[str, str]:
    with pytest.raises(Forbidden) as told:
        view_of(ground(), who, interaction, kind)
    return told.value.german, told.value.text


def test_what_is_refused_is_refused_in_these_words() -> None:
    assert refused(replace(DOCTOR, organisation="praxis")) == (
        "Diese Anmeldung gehört zu einem anderen Haus.",
        "This sign-in belongs to another house.",
    )
    assert refused(replace(DOCTOR, purpose="COVERAGE")) == (
        "Die Rolle physician erlaubt 'read' für Observation zum Zweck COVERAGE nicht.",
        "The role physician may not read Observation for the purpose COVERAGE.",
    )
    assert refused(replace(DOCTOR, scopes=Scopes()), SEARCH, "Condition") == (
        "Der Zugang erlaubt das nicht; nötig ist die Berechtigung user/Condition.s.",
        "The token does not allow this; it needs the scope user/Condition.s.",
    )


def test_where_nothing_is_known_of_treatments_nobody_treats() -> None:
    assert view_of(ground(relations=False), DOCTOR, READ, "Observation") == View(NOTHING, TREATING, treating=True)


def test_research_sees_what_patients_permit_at_each_statement_and_nothing_that_is_not_medical() -> None:
    on, exporter = ground(), principal(Role.SYSTEM, "HRESCH")
    found = view_of(on, exporter, Interaction.EXPORT, "Observation")
    assert found == View(and_(for_research(on.clock), UNRESTRICTED), CONSENTING)
    for kind in ("AuditEvent", "Consent", "Provenance"):
        assert view_of(on, exporter, Interaction.EXPORT, kind) == View(NOTHING, CONSENTING)
    assert CONSENTING.de == "Die Einwilligung der Betroffenen in die Forschung erlaubt die Nutzung."
    assert CONSENTING.en == "The consent to research of those concerned permits the use."


def test_a_scope_for_a_part_of_a_type_narrows_that_type_and_no_other() -> None:
    on = ground(PRACTICE)
    part = f"category={OBSERVATION}|laboratory"
    who = replace(DOCTOR, scopes=Scopes.parse(f"user/Observation.rs?{part} user/*.u user/Condition.rs"))
    rows = on.store.narrowed_to(parse_search("Observation", [("category", f"{OBSERVATION}|laboratory")]))
    expected = and_(UNRESTRICTED, or_(of_types(*(RESOURCE_TYPES - {"Observation"})), rows))
    for interaction, kind in ((READ, "Observation"), (SEARCH, "Observation"), (READ, "Condition")):
        assert view_of(on, who, interaction, kind).within == expected
    assert view_of(on, who, Interaction.UPDATE, "Condition").within == UNRESTRICTED, "writing is never narrowed"


STAY = Sentence("Behandlung: Aufenthalt.", "Treatment: a stay.")
ORDINARY = TreatedBy(Kind.ENCOUNTER, Relationship("treatment", STAY))
OVER = TreatedBy(Kind.REGISTERED, Relationship("treatment", STAY, span=Span(None, NOW)))
OPENED = TreatedBy(Kind.OPENED, Relationship("treatment", STAY), "bewusstlos aufgefunden")


def decided(on: Ground, known: TreatedBy | None = None, who: Principal = DOCTOR) -> Decision:
    return decide_for(on, who, "7", NOW, known)


class TestTheDecisionForStaff:
    def test_of_a_practice_needs_no_relation(self) -> None:
        found = decided(ground(PRACTICE))
        assert (found.permitted, found.categories, found.emergency) == (True, ALL, False)
        assert found.reason.en.endswith(WHOLE_HOUSE.reason.en)
        assert found.reason.de.endswith(
            "Behandlung: dieses Haus betreut alle seine Patientinnen und Patienten gemeinsam."
        )

    def test_of_a_hospital_rests_on_what_connects_them(self) -> None:
        assert not decided(ground()).permitted
        assert not decided(ground(), OVER).permitted
        found = decided(ground(), ORDINARY)
        assert (found.permitted, found.emergency) == (True, False)
        assert found.reason.en.endswith(STAY.en)

    def test_of_an_opened_record_is_the_one_made_when_it_was_opened(self) -> None:
        found = decided(ground(), OPENED)
        assert (found.permitted, found.emergency) == (True, True)
        assert found.reason.en.endswith("Reason given: bewusstlos aufgefunden")
        assert not decided(ground(), replace(OPENED, stated_reason="kurz")).permitted

    def test_who_runs_the_node_is_asked_for_no_treatment(self) -> None:
        for known in (None, ORDINARY, OPENED):
            assert decided(ground(), known, principal(Role.SYSTEM)).reason.en == (
                f"Access within the own house ({TITLE}) for operation of the house."
            )


def test_the_question_behind_a_request() -> None:
    on = ground()
    who = replace(DOCTOR, emergency_reason="bewusstlos aufgefunden", purpose="BTG", patient_id="9")
    asked = question_of(on, who, "7", NOW, ORDINARY.relationship)
    assert asked == Question(
        actor=consent.ActorRef(who.subject, "physician", HERE, KIND, TITLE, "9"),
        holder=HERE,
        purpose=Purpose.BTG,
        patient_id="7",
        at=NOW,
        holder_kind=KIND,
        stated_reason="bewusstlos aufgefunden",
        relationship=ORDINARY.relationship,
    )
    stranger = question_of(on, replace(who, organisation="praxis"), "7", NOW)
    assert (stranger.actor.organisation, stranger.actor.organisation_kind) == ("praxis", "")
    assert stranger.relationship is None


def test_for_whom_somebody_acts_is_part_of_the_question() -> None:
    on, who = ground(), acting(int(ALL) | 1 << 15)
    span = Span(NOW - timedelta(days=1), NOW + timedelta(days=1))
    assert question_of(on, who, "7", NOW).actor.proxy == ProxyRef(str(UUID(int=5)), "7", "guardian", ALL, span)
    assert question_of(on, replace(who, patient_id=None), "7", NOW).actor.proxy is None
    assert question_of(on, PATIENT, "7", NOW).actor.proxy is None
    assert question_of(on, acting(4), "7", NOW).actor.proxy == ProxyRef(
        str(UUID(int=5)), "7", "guardian", DataCategory.DOCUMENTS, span
    )


def test_one_request_asks_for_one_second() -> None:
    assert moment(ground()) == datetime(2026, 5, 4, 12, tzinfo=UTC)
    assert "Observation" not in SHARED_TYPES


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("treatment", [HOSPITAL, PRACTICE])
def test_a_relation_is_asked_of_those_who_treat_where_each_has_their_own(role: Role, treatment: Treatment) -> None:
    asks = treatment.rule == "relation" and role in {"physician", "nurse", "paramedic"}
    assert treatment.asks(principal(role)) is asks


def test_a_relation_counts_for_the_days_of_the_house_after_its_end() -> None:
    assert Treatment(days=7).ended(NOW) == NOW - timedelta(days=7)
    assert (Treatment().rule, Treatment().days, Treatment().glass_minutes) == ("relation", 30, 240)
