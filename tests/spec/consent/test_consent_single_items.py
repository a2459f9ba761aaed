"""What a patient says of one entry by itself, of an emergency, and who acts for whom: the decision and its reasons."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from verbund.consent import (
    ALL,
    NONE,
    ActorRef,
    CareConsent,
    DataCategory,
    Decision,
    ItemRelease,
    Party,
    Provision,
    ProxyRef,
    Purpose,
    Question,
    Span,
    decide,
)
from verbund.consent.rules import items_named

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
HERE = "uniklinikum"
LAB = int(DataCategory.LABORATORY)
FINDING, OTHER = "Observation/1", "Observation/2"
REASON = "bewusstlos"  # exactly as long as a reason must be


def asked(purpose: Purpose = Purpose.TREAT, **more: object) -> Question:
    actor = ActorRef("w", "physician", "praxis", "practice", "Praxis Weber")
    return replace(Question(actor, HERE, purpose, "7", NOW, "university-hospital"), **more)  # type: ignore[arg-type]


def consent(provision: Provision, *, days: int = 1, identity: str = "c") -> CareConsent:
    return CareConsent(identity, "7", NOW - timedelta(days=days), provision)


def told(question: Question, *consents: CareConsent, emergencies: bool = True) -> Decision:
    return decide(question, consents, emergency_allowed=emergencies)


HIDDEN = Provision(False, items=frozenset({FINDING}), path="Consent.provision.provision[0]")
ALL_BUT_ONE = consent(Provision(True, exceptions=(HIDDEN,)))


class TestASingleEntry:
    def test_is_withheld_while_others_of_its_kind_go_out_and_the_asking_house_is_not_told(self) -> None:
        with_it, without = told(asked(), ALL_BUT_ONE), told(asked(), consent(Provision(True)))
        assert (with_it.releases(LAB, FINDING), with_it.releases(LAB, OTHER), with_it.releases(LAB)) == (
            False, True, True,
        )  # fmt: skip
        assert (with_it.reason, with_it.withheld) == (without.reason, NONE)

    def test_names_the_provision_that_decided_on_it(self) -> None:
        assert told(asked(), ALL_BUT_ONE).items == (
            ItemRelease(FINDING, NONE, "Consent/c#Consent.provision.provision[0]"),
        )

    def test_names_the_provision_that_speaks_of_it_not_a_later_one_about_all(self) -> None:
        later = consent(Provision(True, categories=DataCategory.LABORATORY), days=0, identity="later")
        (single,) = told(asked(), ALL_BUT_ONE, later).items
        assert (single.categories, single.provision) == (
            DataCategory.LABORATORY,
            "Consent/c#Consent.provision.provision[0]",
        )

    def test_of_this_house_are_those_that_active_consents_name_here(self) -> None:
        inner = replace(HIDDEN, items=frozenset({OTHER}), custodians=(Party(kind="university-hospital"),))
        elsewhere = replace(HIDDEN, items=frozenset({"Observation/9"}), custodians=(Party("reha"),))
        said = consent(Provision(True, exceptions=(replace(HIDDEN, exceptions=(inner,)), elsewhere)))
        assert items_named([said], HERE, "university-hospital") == {FINDING, OTHER}
        assert items_named([said], "reha", "rehabilitation") == {FINDING, "Observation/9"}
        assert items_named([replace(said, active=False)], HERE, "university-hospital") == frozenset()

    def test_asked_for_alone_gets_its_own_decision_with_the_reason(self) -> None:
        alone = told(asked(item=FINDING), ALL_BUT_ONE)
        assert not alone.permitted
        assert alone.provision == "Consent/c#Consent.provision.provision[0]"
        assert alone.items == ()
        of_another = told(asked(item=OTHER), ALL_BUT_ONE)
        assert (of_another.releases(LAB), of_another.items) == (True, ())

    def test_can_be_all_that_is_released(self) -> None:
        only = told(asked(), consent(Provision(True, items=frozenset({FINDING}), path="p")))
        assert (only.permitted, only.categories, only.provision) == (True, NONE, "Consent/c#p")
        assert (only.releases(LAB, FINDING), only.releases(LAB, OTHER)) == (True, False)
        assert only.reason.en == "The patient released single entries to Praxis Weber for treatment."
        assert "einzelne Einträge" in only.reason.de
        single = only.items[0]
        assert (single.releases(LAB), single.releases(0)) == (True, False)

    def test_is_not_told_of_where_the_same_holds_as_for_all(self) -> None:
        assert told(asked(), consent(Provision(True, exceptions=(replace(HIDDEN, permit=True),)))).items == ()

    def test_follows_kinds_of_data_where_the_provision_names_both(self) -> None:
        said = Provision(False, categories=DataCategory.HIV, items=frozenset({FINDING}))
        decision = told(asked(), consent(Provision(True, exceptions=(said,))))
        assert decision.items[0].categories == ALL & ~DataCategory.HIV
        assert decision.releases(LAB, FINDING)
        assert not decision.releases(LAB | DataCategory.HIV, FINDING)

    def test_means_the_entry_of_the_house_that_is_named_or_of_its_kind(self) -> None:
        for holder, meant in ((Party(HERE), True), (Party(kind="university-hospital"), True), (Party("reha"), False)):
            said = replace(HIDDEN, custodians=(holder,))
            decision = told(asked(), consent(Provision(True, exceptions=(said,))))
            assert decision.releases(LAB, FINDING) is not meant

    def test_an_exception_inside_of_what_is_said_of_it_decides(self) -> None:
        yes = Provision(True, recipients=(Party("praxis"),), path="inner")
        said = replace(HIDDEN, permit=None, exceptions=(yes,))
        decision = told(asked(), consent(Provision(False, exceptions=(said,))))
        assert decision.items == (ItemRelease(FINDING, ALL, "Consent/c#inner"),)

    def test_the_later_word_on_it_outranks_the_earlier(self) -> None:
        later = consent(Provision(True, items=frozenset({FINDING})), days=0, identity="later")
        assert told(asked(), ALL_BUT_ONE, later).releases(LAB, FINDING)
        inactive = replace(later, active=False)
        assert not told(asked(), ALL_BUT_ONE, inactive).releases(LAB, FINDING)


class TestAnEmergency:
    @pytest.mark.parametrize(
        ("consents", "covered"),
        [((), False), ((ALL_BUT_ONE,), False), ((consent(Provision(True)),), True), ((consent(HIDDEN),), False)],
    )
    def test_says_whether_the_patient_had_released_it_too(
        self, consents: tuple[CareConsent, ...], covered: bool
    ) -> None:
        decision = told(asked(Purpose.ETREAT, stated_reason=REASON), *consents)
        assert (decision.permitted, decision.emergency, decision.provision) == (True, True, None)
        assert decision.releases(LAB, FINDING)
        assert ("had released all of it as well" in decision.reason.en) is covered
        assert ("hatte alles auch selbst freigegeben" in decision.reason.de) is covered
        assert REASON in decision.reason.de
        assert REASON in decision.reason.en

    def test_some_kinds_of_data_are_not_all(self) -> None:
        some = consent(Provision(True, categories=DataCategory.HIV))
        assert "or not all of it" in told(asked(Purpose.ETREAT, stated_reason=REASON), some).reason.en

    @pytest.mark.parametrize("reason", [None, "", "too short", "   nothing    "])
    def test_needs_a_reason(self, reason: str | None) -> None:
        decision = told(asked(Purpose.ETREAT, stated_reason=reason), consent(Provision(True)))
        assert not decision.permitted
        assert "10 characters" in decision.reason.en

    def test_is_up_to_the_patient_where_the_region_allows_none(self) -> None:
        question = asked(Purpose.ETREAT, stated_reason=REASON)
        assert not told(question, ALL_BUT_ONE, emergencies=False).releases(LAB, FINDING)
        assert told(question, ALL_BUT_ONE, emergencies=False).releases(LAB, OTHER)


class TestActingForAPatient:
    ACTING = ProxyRef("r", "7", "proxy", DataCategory.LABORATORY, Span(None, NOW + timedelta(days=1)))

    def question(self, **changes: object) -> Question:
        proxy = replace(self.ACTING, **{k: v for k, v in changes.items() if k in {"patient_id", "categories", "span"}})  # type: ignore[arg-type]
        actor = ActorRef("p", str(changes.get("role", "patient")), str(changes.get("house", HERE)), proxy=proxy)
        return asked(Purpose.FAMRQT, actor=actor)

    def test_reaches_what_the_relation_covers_and_names_it(self) -> None:
        decision = told(self.question())
        assert (decision.categories, decision.provision) == (DataCategory.LABORATORY, "Proxy/r")
        assert decision.reason.en == "Proxy named by the patient; covers laboratory results."

    @pytest.mark.parametrize(
        "changes",
        [
            {"patient_id": "8"},
            {"house": "reha"},
            {"role": "physician"},
            {"categories": NONE},
            {"span": Span(None, NOW)},
        ],
    )
    def test_ends_where_the_relation_does(self, changes: dict[str, object]) -> None:
        decision = told(self.question(**changes), consent(Provision(True)))
        assert not decision.permitted
        assert decision.reason.en == "There is no valid proxy for this person."

    def test_is_nothing_without_a_relation(self) -> None:
        actor = ActorRef("p", "patient", HERE, patient_id="7")
        assert told(asked(Purpose.FAMRQT, actor=actor)).reason.en == "There is no valid proxy for this person."


class TestBreakingTheGlass:
    @pytest.mark.parametrize(("reason", "opens"), [(None, False), ("too short", False), (REASON, True)])
    def test_in_the_own_house_takes_a_reason_and_is_told(self, reason: str | None, opens: bool) -> None:
        actor = ActorRef("w", "nurse", HERE, "university-hospital", "Klinikum")
        decision = told(asked(Purpose.BTG, actor=actor, stated_reason=reason))
        assert (decision.permitted, decision.emergency) == (opens, opens)
        assert (REASON in decision.reason.en) is opens
