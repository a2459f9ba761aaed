"""Consents as the cases they tell apart, over all of time: at every moment they release what the decision does."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from random import Random

import pytest
from invented_consents import HOUSES, ITEMS, OTHER_ITEM, START, consents, question

from verbund.consent import ALL, NONE, CareConsent, DataCategory, Party, Provision, Purpose, Question, Span, decide
from verbund.consent.projecting import Case, Cases, House, ResearchCase, care_cases, governing, research_cases
from verbund.consent.research import PolicyStatement, ResearchConsent

HERE = "uniklinikum"
HOUSE = House(HERE, HOUSES[HERE])
SEEDS = 60


def fits(case: Case, cases: Cases, asked: Question, item: str | None) -> bool:
    """Whether a case is about a question, as the database joins them: what is named by itself is not any other."""
    site, kind = asked.actor.organisation, asked.actor.organisation_kind
    return (
        case.item == (item if item in cases.items else None)
        and (site not in cases.sites if case.site is None else site == case.site)
        and (kind not in cases.kinds if case.kind is None else kind == case.kind)
        and asked.purpose in case.purposes
        and case.span.holds(asked.at)
    )


def released(cases: Cases, asked: Question, item: str | None) -> DataCategory:
    """What the cases release; of all there are, one at most is about a question."""
    found = [case.released for case in cases.cases if fits(case, cases, asked, item)]
    assert len(found) <= 1
    return found[0] if found else NONE


def invented(seed: int) -> tuple[Random, list[CareConsent], Cases]:
    chance = Random(seed)  # noqa: S311 - invented cases
    stated = consents(chance)
    return chance, stated, care_cases(stated, HOUSE)


@pytest.mark.parametrize("part", range(4))
def test_the_cases_release_what_the_decision_releases(part: int) -> None:
    out = 0
    for seed in range(part * SEEDS, (part + 1) * SEEDS):
        chance, stated, cases = invented(seed)
        for _ in range(3):
            asked = question(chance, HERE)
            asked = replace(asked, at=asked.at + timedelta(hours=chance.choice([0, 0, 12, 24 * 400])))
            if asked.actor.organisation == "labor" and asked.purpose is Purpose.ETREAT:
                continue  # refused whatever consents say
            for item in (None, *ITEMS, OTHER_ITEM):
                decision = decide(replace(asked, item=item), stated, emergency_allowed=False)
                assert released(cases, asked, item) == decision.categories, (seed, item)
                out += bool(decision.categories)
    assert out > SEEDS, "the cases must be worth something"


def test_no_case_is_empty_and_none_is_cut_without_need() -> None:
    for seed in range(2 * SEEDS):
        _, _, cases = invented(seed)
        assert all(case.released for case in cases.cases)
        for one, other in pairwise(cases.cases):
            alike = replace(one, span=other.span) == other
            assert not alike or one.span.until != other.span.since, seed
        for purposes in {case.purposes for case in cases.cases}:
            assert purposes


def consent(*provisions: Provision, hours: int = 0) -> CareConsent:
    return CareConsent("c", "7", START + timedelta(hours=hours), Provision(None, exceptions=provisions))


def test_without_active_consents_there_are_no_cases() -> None:
    assert care_cases([], HOUSE) == Cases((), (), (), ())
    assert care_cases([replace(consent(Provision(True)), active=False)], HOUSE) == Cases((), (), (), ())


def test_purposes_that_fare_alike_are_one_case_and_those_that_never_open_a_record_none() -> None:
    (every,) = care_cases([consent(Provision(True))], HOUSE).cases
    assert set(every.purposes) == set(Purpose) - {Purpose.HRESCH, Purpose.PATRQT, Purpose.FAMRQT}
    (treating,) = care_cases([consent(Provision(True, purposes=frozenset({Purpose.TREAT})))], HOUSE).cases
    assert set(treating.purposes) == {Purpose.TREAT, Purpose.ETREAT}
    assert every.span == treating.span == Span(START, None)


@pytest.mark.parametrize("holder", [Party(HERE), Party(kind=HOUSES[HERE])])
def test_single_entries_of_this_house_are_cases_of_their_own(holder: Party) -> None:
    hidden = Provision(False, custodians=(holder,), items=frozenset({ITEMS[0]}))
    cases = care_cases([consent(Provision(True, exceptions=(hidden,)))], HOUSE)
    assert cases.items == (ITEMS[0],)
    assert [(case.item, case.released) for case in cases.cases] == [(None, ALL)]
    elsewhere = replace(hidden, custodians=(Party("reha"),))
    assert care_cases([consent(Provision(True, exceptions=(elsewhere,)))], HOUSE).items == ()


def test_who_is_named_by_nothing_is_nobody() -> None:
    """A party without house and kind, which no file of FHIR gives, opens the record to no house of any kind."""
    cases = care_cases([consent(Provision(True, recipients=(Party(), Party(kind="unheard"))))], HOUSE)
    for house, kind in (*HOUSES.items(), ("", "")):
        asked = question(Random(1), HERE)  # noqa: S311 - invented cases
        actor = replace(asked.actor, organisation=house, organisation_kind=kind)
        assert released(cases, replace(asked, actor=actor, at=START), None) == NONE


HOUR = timedelta(hours=1)
LATER = START + timedelta(days=1)


def research(*said: PolicyStatement, stated: datetime = START, active: bool = True) -> ResearchConsent:
    return ResearchConsent("r", stated, said, active)


def permits(since: datetime, until: datetime | None) -> tuple[PolicyStatement, PolicyStatement]:
    return PolicyStatement(6, True, Span(since, None)), PolicyStatement(8, True, Span(since, until))


class TestResearch:
    def test_without_active_documents_there_are_no_cases(self) -> None:
        assert research_cases([]) == ()
        assert research_cases([research(*permits(START, None), active=False)]) == ()

    def test_a_permit_lasts_from_when_it_was_stated_to_its_end(self) -> None:
        two_days = START + timedelta(days=2)
        assert research_cases([research(*permits(START - timedelta(days=9), two_days))]) == (
            ResearchCase(Span(START - timedelta(days=9), None), Span(START, two_days)),
        )

    def test_time_is_cut_where_something_changes_and_nowhere_else(self) -> None:
        before = START - timedelta(days=9)
        documents = [research(*permits(before, None)), research(stated=LATER, active=False)]
        assert research_cases(documents) == (ResearchCase(Span(before, None), Span(START, None)),)
        ended = [research(*permits(START, None)), research(PolicyStatement(8, False, None), stated=LATER)]
        assert [case.span for case in research_cases(ended)] == [Span(START, LATER)]

    def test_an_encounter_under_way_shifts_the_window_to_its_start(self) -> None:
        admitted = START - timedelta(days=2)
        (case,) = research_cases([research(*permits(START, None))], [Span(admitted, LATER)])
        assert case.window == Span(admitted, None)


class TestWhatGoverns:
    """Nothing of what the latest statement ended comes back with a clock that is set back."""

    WINDOW = Span(START, None)

    def test_what_was_over_when_it_came_is_gone_and_what_held_holds_from_ever(self) -> None:
        over, ending, holding, to_come = (
            ResearchCase(self.WINDOW, span)
            for span in (Span(START, LATER), Span(START, LATER + HOUR), Span(LATER, None), Span(LATER + HOUR, None))
        )
        assert governing((over, ending, holding, to_come), LATER) == (
            ResearchCase(self.WINDOW, Span(None, LATER + HOUR)),
            ResearchCase(self.WINDOW, Span(None, None)),
            to_come,
        )

    def test_what_has_no_beginning_has_none_afterwards(self) -> None:
        assert governing((ResearchCase(self.WINDOW, Span()),), LATER) == (ResearchCase(self.WINDOW, Span()),)

    def test_where_nothing_tells_when_it_came_it_is_left_as_it_is(self) -> None:
        cases = (ResearchCase(self.WINDOW, Span(START, LATER)),)
        assert governing(cases, None) == cases
