"""Who may see what: the rules of the region, one by one."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from verbund.config.model import KINDS
from verbund.consent import (
    ALL,
    ActorRef,
    CareConsent,
    DataCategory,
    Decision,
    Deny,
    Party,
    Permit,
    Provision,
    Purpose,
    Question,
    Relationship,
    Sentence,
    Span,
    decide,
)
from verbund.consent.rules import ASKING_KINDS, TREATING_KINDS

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
C = DataCategory
WEBER = ActorRef("weber", "physician", "praxis", "practice", "Praxis Dr. Weber")
PRACTICE, HOSPITAL = Party("praxis"), Party("uniklinikum")


def asking(
    actor: ActorRef = WEBER, purpose: Purpose = Purpose.TREAT, *, at: datetime = NOW, reason: str | None = None
) -> Question:
    return Question(actor, "uniklinikum", purpose, "7", at, "university-hospital", reason)


def consent(
    *provisions: Provision,
    days_ago: int = 10,
    active: bool = True,
    permit: bool | None = None,
    patient: str = "7",
    identity: str = "c",
) -> CareConsent:
    root = Provision(permit=permit, exceptions=provisions)
    return CareConsent(identity, patient, NOW - timedelta(days=days_ago), root, active)


PERMIT = Provision(permit=True, path="Consent.provision.provision[0]")
DENY = Provision(permit=False, path="Consent.provision.provision[1]")


class TestWithoutAConsent:
    def test_silence_is_a_no(self) -> None:
        decision = decide(asking(), [], emergency_allowed=True)
        assert isinstance(decision, Deny)
        assert decision.provision is None
        assert decision.reason.de == (
            "Keine gültige Einwilligung erlaubt Praxis Dr. Weber den Zugriff (Zweck: Behandlung)."
        )
        assert decision.reason.en == "No valid consent permits Praxis Dr. Weber access for treatment."

    def test_a_no_releases_nothing_at_all(self) -> None:
        decision = decide(asking(), [], emergency_allowed=True)
        assert not decision.permitted
        assert not decision.emergency
        assert decision.categories == 0
        assert decision.withheld == ALL
        assert not decision.releases(C.LABORATORY)

    @pytest.mark.parametrize(
        "silent",
        [
            consent(PERMIT, active=False),
            consent(PERMIT, patient="8"),
            consent(PERMIT, days_ago=-1),
            consent(replace(PERMIT, recipients=(Party("reha"),))),
            consent(replace(PERMIT, recipients=(Party(kind="rehabilitation"),))),
            consent(replace(PERMIT, custodians=(Party("reha"),))),
            consent(replace(PERMIT, purposes=frozenset({Purpose.COVERAGE}))),
            consent(replace(PERMIT, span=Span(None, NOW))),
            consent(replace(PERMIT, span=Span(NOW + timedelta(seconds=1), None))),
            consent(),
        ],
        ids=[
            "withdrawn", "another patient", "from tomorrow on", "another house", "another kind of house",
            "about another house", "another purpose", "ended", "not begun", "says nothing",
        ],
    )  # fmt: skip
    def test_a_consent_that_does_not_speak_of_the_question_permits_nothing(self, silent: CareConsent) -> None:
        assert not decide(asking(), [silent], emergency_allowed=True).permitted


class TestByConsent:
    def test_a_permit_for_this_house_opens_the_record_and_says_which_consent_did(self) -> None:
        decision = decide(asking(), [consent(replace(PERMIT, recipients=(PRACTICE,)))], emergency_allowed=True)
        assert isinstance(decision, Permit)
        assert decision.categories == ALL
        assert not decision.withheld
        assert decision.provision == "Consent/c#Consent.provision.provision[0]"
        assert decision.reason.de == (
            "Erlaubt durch die Einwilligung vom 24.04.2026: Praxis Dr. Weber darf alle Daten sehen (Zweck: Behandlung)."
        )
        assert decision.reason.en == (
            "Permitted by the consent of 24 April 2026: Praxis Dr. Weber may see all data for treatment."
        )

    def test_a_kind_of_house_can_be_named_instead(self) -> None:
        by_kind = consent(replace(PERMIT, recipients=(Party(kind="practice"),), custodians=(HOSPITAL,)))
        assert decide(asking(), [by_kind], emergency_allowed=True).permitted

    def test_a_house_named_by_its_id_is_not_meant_by_its_kind_as_well(self) -> None:
        named = consent(replace(PERMIT, recipients=(Party("reha", kind="practice"),)))
        assert not decide(asking(), [named], emergency_allowed=True).permitted

    def test_a_later_denial_of_laboratory_results_limits_the_release_and_the_sentence_says_so(self) -> None:
        first = consent(PERMIT, identity="first")
        second = consent(replace(DENY, categories=C.LABORATORY), days_ago=1, identity="second")
        decision = decide(asking(), [second, first], emergency_allowed=True)
        assert decision.categories == ALL & ~C.LABORATORY
        assert decision.withheld == C.LABORATORY
        assert decision.provision == "Consent/first#Consent.provision.provision[0]"
        assert "hat die Freigabe am 03.05.2026 eingeschränkt; zurückgehalten: Laborwerte." in decision.reason.de
        assert "The patient limited the release on 3 May 2026; withheld: laboratory results." in decision.reason.en

    def test_the_consent_that_permits_most_is_named_however_much_another_withholds(self) -> None:
        some = consent(replace(PERMIT, categories=C.LABORATORY | C.HIV), days_ago=3, identity="some")
        one = consent(replace(PERMIT, categories=C.IMAGING), days_ago=1, identity="one")
        none = consent(replace(DENY, categories=ALL & ~C.IMAGING & ~C.LABORATORY & ~C.HIV), days_ago=2, identity="none")
        decision = decide(asking(), [some, none, one], emergency_allowed=True)
        assert decision.categories == C.LABORATORY | C.HIV | C.IMAGING
        assert decision.provision == "Consent/some#Consent.provision.provision[0]"

    def test_what_nobody_spoke_of_is_named_as_not_released(self) -> None:
        decision = decide(asking(), [consent(replace(PERMIT, categories=C.MEDICATION))], emergency_allowed=True)
        assert decision.categories == C.MEDICATION
        assert "may see medication for treatment. Not released: laboratory results, imaging" in decision.reason.en
        assert (
            "darf Medikamente sehen (Zweck: Behandlung). Nicht freigegeben: Laborwerte, Bildgebung"
            in decision.reason.de
        )

    def test_an_item_goes_out_only_if_all_its_categories_do(self) -> None:
        decision = decide(asking(), [consent(replace(PERMIT, categories=C.LABORATORY))], emergency_allowed=True)
        assert decision.releases(C.LABORATORY)
        assert not decision.releases(C.LABORATORY | C.HIV)
        assert not decision.releases(0)

    def test_the_withdrawal_of_everything_refuses_and_names_the_day(self) -> None:
        withdrawal = consent(permit=False, days_ago=1, identity="w")
        decision = decide(asking(), [consent(PERMIT), withdrawal], emergency_allowed=True)
        assert isinstance(decision, Deny)
        assert decision.provision == "Consent/w#Consent.provision"
        assert decision.reason.de == (
            "Die Patientin oder der Patient hat der Freigabe an Praxis Dr. Weber (Zweck: Behandlung) "
            "am 03.05.2026 widersprochen."
        )
        assert decision.reason.en == "The patient refused the release to Praxis Dr. Weber for treatment on 3 May 2026."

    def test_of_two_of_the_same_time_the_denial_counts(self) -> None:
        for order in ([consent(PERMIT), consent(DENY)], [consent(DENY), consent(PERMIT)]):
            assert not decide(asking(), order, emergency_allowed=True).permitted
        assert not decide(asking(), [consent(PERMIT, DENY)], emergency_allowed=True).permitted

    def test_an_exception_outranks_what_it_is_nested_in(self) -> None:
        nested = replace(DENY, exceptions=(replace(PERMIT, categories=C.ALLERGIES),))
        assert decide(asking(), [consent(nested)], emergency_allowed=True).categories == C.ALLERGIES

    def test_an_exception_does_not_reach_beyond_what_it_is_nested_in(self) -> None:
        nested = replace(DENY, categories=C.LABORATORY, exceptions=(replace(PERMIT, categories=ALL),))
        assert decide(asking(), [consent(nested)], emergency_allowed=True).categories == C.LABORATORY

    def test_treatment_covers_emergency_treatment_but_not_the_other_way_round(self) -> None:
        for said, asked, expected in [
            (Purpose.TREAT, Purpose.ETREAT, True),
            (Purpose.ETREAT, Purpose.TREAT, False),
            (Purpose.HOPERAT, Purpose.HQUALIMP, True),
        ]:
            given = consent(replace(PERMIT, purposes=frozenset({said})))
            assert decide(asking(purpose=asked), [given], emergency_allowed=False).permitted is expected

    @pytest.mark.parametrize("role", ["system", "administrator", "steward", "researcher", "unheard-of"])
    def test_only_those_who_treat_are_given_another_houses_record(self, role: str) -> None:
        decision = decide(asking(replace(WEBER, role=role)), [consent(PERMIT)], emergency_allowed=True)
        assert not decision.permitted
        assert decision.provision is None


class TestWhatWasSaidUnderAnotherRecordOfThePerson:
    """A refusal counts whenever it was said; a permission stays with the record under which it was given."""

    @staticmethod
    def elsewhere(*said: Provision, permit: bool | None = None, days_ago: int = 5) -> CareConsent:
        return replace(consent(*said, permit=permit, days_ago=days_ago, patient="8", identity="other"), elsewhere=True)

    def test_a_refusal_holds_here_even_where_a_clock_was_set_back(self) -> None:
        for days_ago in (5, -5):
            refused = self.elsewhere(permit=False, days_ago=days_ago)
            decision = decide(asking(), [consent(PERMIT), refused], emergency_allowed=True)
            assert (decision.permitted, decision.provision) == (False, "Consent/other#Consent.provision")

    def test_what_is_said_here_later_decides(self) -> None:
        later = consent(PERMIT, days_ago=1)
        assert decide(asking(), [self.elsewhere(permit=False), later], emergency_allowed=True).permitted

    def test_one_that_does_not_count_any_more_refuses_nothing(self) -> None:
        over = replace(self.elsewhere(permit=False), active=False)
        assert decide(asking(), [over, consent(PERMIT)], emergency_allowed=True).permitted

    def test_a_permission_opens_nothing_here_and_hides_nothing_that_was_said_here(self) -> None:
        permitted = self.elsewhere(PERMIT)
        assert not decide(asking(), [permitted], emergency_allowed=True).permitted
        for order in ([permitted, consent(PERMIT, days_ago=5)], [consent(PERMIT), permitted]):
            assert decide(asking(), order, emergency_allowed=True).provision == (
                "Consent/c#Consent.provision.provision[0]"
            )

    def test_what_it_excepts_from_a_refusal_is_not_refused(self) -> None:
        said = self.elsewhere(replace(DENY, exceptions=(replace(PERMIT, categories=C.VITALS),)))
        assert not decide(asking(), [said], emergency_allowed=True).permitted
        assert decide(asking(), [consent(PERMIT), said], emergency_allowed=True).categories == C.VITALS


class TestKindsOfHouse:
    def test_every_kind_but_the_hub_may_ask(self) -> None:
        assert set(KINDS) - {"hub"} == ASKING_KINDS

    @pytest.mark.parametrize("kind", ["hub", "", "unheard"])
    def test_the_hub_and_unknown_kinds_get_nothing_whatever_is_consented_to(self, kind: str) -> None:
        everything = consent(Provision(permit=True))
        decision = decide(asking(replace(WEBER, organisation_kind=kind)), [everything], emergency_allowed=True)
        assert not decision.permitted
        assert "the hub and unknown ones" in decision.reason.en


class TestInAnEmergency:
    PARAMEDIC = ActorRef("yilmaz", "paramedic", "rettungsdienst", "rescue-service")

    def test_a_stated_reason_opens_the_record_even_against_a_withdrawal_and_marks_it(self) -> None:
        question = asking(self.PARAMEDIC, Purpose.ETREAT, reason=" Bewusstlos aufgefunden ")
        decision = decide(question, [consent(permit=False)], emergency_allowed=True)
        assert isinstance(decision, Permit)
        assert decision.emergency
        assert decision.categories == ALL
        assert decision.provision is None
        assert decision.reason.de.endswith("Angegebener Grund: Bewusstlos aufgefunden")
        assert decision.reason.en.endswith("Stated reason: Bewusstlos aufgefunden")

    @pytest.mark.parametrize("reason", [None, "", "   ", "  zu kurz    "])
    def test_without_a_reason_it_stays_closed(self, reason: str | None) -> None:
        decision = decide(asking(self.PARAMEDIC, Purpose.ETREAT, reason=reason), [], emergency_allowed=True)
        assert not decision.permitted
        assert decision.reason.en == "Emergency access needs a stated reason of at least 10 characters."

    @pytest.mark.parametrize("kind", sorted(TREATING_KINDS))
    def test_every_house_that_treats_may(self, kind: str) -> None:
        question = asking(replace(self.PARAMEDIC, organisation_kind=kind), Purpose.ETREAT, reason="Bewusstlos")
        assert decide(question, [], emergency_allowed=True).permitted

    @pytest.mark.parametrize("kind", [*sorted(set(KINDS) - TREATING_KINDS), "", "unheard"])
    def test_a_house_that_does_not_treat_opens_nothing_even_where_a_consent_permits(self, kind: str) -> None:
        question = asking(replace(self.PARAMEDIC, organisation_kind=kind), Purpose.ETREAT, reason="Bewusstlos")
        everything = consent(Provision(permit=True))
        for allowed in (True, False):
            assert not decide(question, [everything], emergency_allowed=allowed).permitted

    def test_where_the_region_does_not_allow_it_the_consents_decide(self) -> None:
        question = asking(self.PARAMEDIC, Purpose.ETREAT, reason="Bewusstlos")
        assert not decide(question, [consent(permit=False)], emergency_allowed=False).permitted
        permitted = decide(question, [consent(PERMIT)], emergency_allowed=False)
        assert permitted.permitted
        assert not permitted.emergency

    def test_a_nurse_cannot_break_the_glass(self) -> None:
        nurse = replace(WEBER, role="nurse")
        assert not decide(
            asking(nurse, Purpose.ETREAT, reason="Bewusstlos aufgefunden"), [], emergency_allowed=True
        ).permitted

    def test_an_ordinary_permit_is_not_marked(self) -> None:
        assert not decide(asking(), [consent(PERMIT)], emergency_allowed=True).emergency


class TestWithinTheOwnHouse:
    TREATS = Relationship("treatment", Sentence("Behandlung: Termin.", "Treatment: an appointment."), source="A/1")

    def house(
        self, role: str, purpose: Purpose = Purpose.TREAT, treats: Relationship | None = None, reason: str | None = None
    ) -> Decision:
        actor = ActorRef("x", role, "uniklinikum", "university-hospital", "Uniklinikum")
        question = replace(asking(actor, purpose, reason=reason), relationship=treats)
        return decide(question, [consent(permit=False)], emergency_allowed=True)

    @pytest.mark.parametrize("purpose", [Purpose.TREAT, Purpose.ETREAT, Purpose.BTG])
    @pytest.mark.parametrize("role", ["physician", "nurse", "paramedic"])
    def test_those_who_treat_need_no_further_consent(self, role: str, purpose: Purpose) -> None:
        decision = self.house(role, purpose, self.TREATS)
        assert decision.permitted
        assert not decision.emergency
        assert decision.provision == "A/1"
        assert decision.reason.de == "Zugriff im eigenen Haus (Uniklinikum). Behandlung: Termin."
        assert decision.reason.en == "Access within the own house (Uniklinikum). Treatment: an appointment."
        assert decision.categories == ALL
        assert self.house(role, purpose, replace(self.TREATS, categories=C.VITALS)).categories == C.VITALS

    @pytest.mark.parametrize("purpose", [Purpose.TREAT, Purpose.ETREAT])
    @pytest.mark.parametrize("role", ["physician", "nurse", "paramedic"])
    def test_others_of_the_house_see_nothing(self, role: str, purpose: Purpose) -> None:
        acts = replace(self.TREATS, kind="proxy")
        over = replace(self.TREATS, span=Span(None, NOW))
        for treats in (None, acts, over):
            decision = self.house(role, purpose, treats, reason="Notfall auf dem Flur")
            assert not decision.permitted
            assert decision.reason.en == "Within the own house, a record is seen only by those who treat the patient."
            assert decision.reason.de.endswith("nur, wer die Patientin oder den Patienten behandelt.")

    @pytest.mark.parametrize("role", ["physician", "nurse", "paramedic"])
    def test_who_does_not_treat_breaks_the_glass_with_a_reason(self, role: str) -> None:
        decision = self.house(role, Purpose.BTG, reason="Notfall auf dem Flur")
        assert decision.permitted
        assert decision.emergency
        assert decision.reason.en.endswith("without a known treatment. Reason given: Notfall auf dem Flur")
        assert decision.reason.de.endswith("Begründung: Notfall auf dem Flur")
        for reason in (None, "", "   kurz   "):
            refused = self.house(role, Purpose.BTG, reason=reason)
            assert not refused.permitted
            assert "at least 10 characters" in refused.reason.en

    def test_the_operator_runs_the_house(self) -> None:
        assert self.house("system", Purpose.HOPERAT).permitted
        assert self.house("system", Purpose.TREAT).permitted

    @pytest.mark.parametrize(
        ("role", "purpose"),
        [
            ("physician", Purpose.HOPERAT),
            ("physician", Purpose.COVERAGE),
            ("administrator", Purpose.TREAT),
            ("administrator", Purpose.HOPERAT),
            ("steward", Purpose.TREAT),
            ("researcher", Purpose.TREAT),
        ],
    )
    def test_what_is_not_listed_is_denied(self, role: str, purpose: Purpose) -> None:
        decision = self.house(role, purpose)
        assert not decision.permitted
        assert decision.reason.en == f"This role may not open the record for {purpose.label.en}."
        assert decision.reason.de == f"Diese Rolle darf die Akte nicht öffnen (Zweck: {purpose.label.de})."


class TestThePatient:
    ME = ActorRef("me", "patient", "uniklinikum", patient_id="7")

    def test_sees_the_own_record_wherever_it_lies_whatever_was_withdrawn(self) -> None:
        decision = decide(asking(self.ME, Purpose.PATRQT), [consent(permit=False)], emergency_allowed=False)
        assert decision.permitted
        assert decision.categories == ALL
        assert decision.reason.en == "It is the person's own record."

    @pytest.mark.parametrize(
        ("actor", "purpose"),
        [
            (replace(ME, patient_id="8"), Purpose.PATRQT),
            (replace(ME, patient_id=None), Purpose.PATRQT),
            (ME, Purpose.TREAT),
            (ME, Purpose.ETREAT),
            (replace(WEBER, patient_id="7"), Purpose.PATRQT),
        ],
        ids=[
            "another record",
            "no record",
            "for treatment",
            "in an emergency",
            "somebody else at the patient's request",
        ],
    )
    def test_sees_no_other_and_nobody_sees_it_in_the_patients_name(self, actor: ActorRef, purpose: Purpose) -> None:
        decision = decide(asking(actor, purpose, reason="?"), [consent(PERMIT)], emergency_allowed=True)
        assert not decision.permitted
        assert decision.reason.en == "Patients see their own record only."


@pytest.mark.parametrize("role", ["researcher", "physician", "system"])
def test_no_record_is_opened_for_research_by_anybody_of_any_house(role: str) -> None:
    for house in ("uniklinikum", "praxis"):
        decision = decide(asking(ActorRef("r", role, house), Purpose.HRESCH), [consent(PERMIT)], emergency_allowed=True)
        assert not decision.permitted
        assert "No record is opened for research" in decision.reason.en
