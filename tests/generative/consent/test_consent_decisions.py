"""decide() against an evaluation that is naive and obviously right: one category, one item at a time."""

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from invented_consents import ITEMS, OTHER_ITEM, consents, mask, question, released

from verbund.consent import NONE, CareConsent, Decision, Permit, Question, decide, from_fhir, to_fhir
from verbund.consent.rules import rule

CASES = 5_000


def case(seed: int) -> tuple[Question, list[CareConsent], Decision]:
    chance = Random(seed)  # noqa: S311 - invented cases
    asked, stated = question(chance), consents(chance)
    return asked, stated, decide(asked, stated, emergency_allowed=False)


def check_case(seed: int) -> bool:
    """Whether the case releases anything; fails when an item leaks or is withheld without reason."""
    asked, stated, decision = case(seed)
    chance = Random(-seed)  # noqa: S311 - invented cases
    masks = [(mask(chance), item) for item in (*ITEMS, OTHER_ITEM)]
    expected = [released(asked, stated, kinds, item) for kinds, item in masks]
    assert [decision.releases(kinds, item) for kinds, item in masks] == expected, seed
    alone = [decide(replace(asked, item=item), stated, emergency_allowed=False) for _, item in masks]
    assert [one.releases(kinds) for one, (kinds, _) in zip(alone, masks, strict=True)] == expected, seed
    return decision.permitted


@pytest.mark.parametrize("part", range(5))
def test_an_item_goes_out_only_if_every_category_of_it_is_permitted(part: int) -> None:
    permitted = sum(check_case(seed) for seed in range(part * CASES // 5, (part + 1) * CASES // 5))
    assert permitted > 100, "the cases must be worth something"


@settings(max_examples=200, deadline=None)
@given(st.integers(min_value=0))
def test_no_case_that_hypothesis_thinks_of_leaks(seed: int) -> None:
    check_case(seed)
    assert seed >= 0


def test_a_decision_names_a_consent_that_was_given_and_reasons_in_both_languages() -> None:
    for seed in range(500):
        _, stated, decision = case(seed)
        assert decision.reason.de
        assert decision.reason.en
        assert decision.categories & decision.withheld == 0
        assert (
            decision.permitted
            == isinstance(decision, Permit)
            == bool(decision.categories or any(one.categories for one in decision.items))
        )
        if decision.provision is not None:
            assert decision.provision.partition("#")[0] in {f"Consent/{consent.id}" for consent in stated}


def test_rulings_say_something_and_never_speak_of_the_same_twice() -> None:
    for seed in range(500):
        asked, stated, _ = case(seed)
        for item in (None, *ITEMS):
            spoken = NONE
            for ruling in rule(asked, stated, item):
                assert ruling.categories, seed
                assert not ruling.categories & spoken, seed
                spoken |= ruling.categories


def test_the_order_in_which_consents_arrive_changes_nothing() -> None:
    for seed in range(500):
        asked, stated, decision = case(seed)
        Random(seed).shuffle(stated)  # noqa: S311 - invented cases
        again = decide(asked, stated, emergency_allowed=False)
        assert (again.categories, again.permitted) == (decision.categories, decision.permitted), seed


def test_what_a_consent_says_survives_fhir() -> None:
    for seed in range(300):
        speaking = [c for c in case(seed)[1] if c.provision.permit is not None or c.provision.exceptions]
        assert [from_fhir(to_fhir(consent)) for consent in speaking] == speaking, seed
