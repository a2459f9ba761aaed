"""A decision made now: contradictions, what is over, and what could never hold are refused with the place."""

from datetime import UTC, datetime, timedelta

import pytest

from verbund.consent import CareConsent, DataCategory, Party, Provision, Purpose, Span
from verbund.consent.checking import check_decision, faults
from verbund.errors import Invalid

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
PRAXIS = (Party("praxis"),)


def decision(*exceptions: Provision, root: Provision | None = None) -> CareConsent:
    placed = tuple(
        Provision(
            one.permit, one.recipients, (), one.purposes, one.categories, one.span, one.items, one.exceptions,
            f"Consent.provision.provision[{at}]",
        )
        for at, one in enumerate(exceptions)
    )  # fmt: skip
    around = root or Provision(permit=False)
    return CareConsent(
        "c", "7", NOW, Provision(around.permit, span=around.span, categories=around.categories, exceptions=placed)
    )


def places(consent: CareConsent) -> list[str]:
    return [path for path, _ in faults(consent, NOW)]


def test_what_can_hold_is_let_through() -> None:
    fine = decision(
        Provision(True, PRAXIS, span=Span(None, LATER)),
        Provision(False, PRAXIS, categories=DataCategory.HIV),
        Provision(True, PRAXIS),
    )
    check_decision(fine, NOW)


def test_an_end_that_has_passed_is_refused_to_the_moment() -> None:
    assert places(decision(Provision(True, span=Span(None, NOW)))) == ["Consent.provision.provision[0].period"]
    assert places(decision(Provision(True, span=Span(None, NOW + timedelta(microseconds=1))))) == []


@pytest.mark.parametrize(
    "said",
    [
        Provision(True, PRAXIS),
        Provision(True, PRAXIS, purposes=frozenset({Purpose.TREAT})),
        Provision(True, items=frozenset({"Observation/1"})),
        Provision(True, categories=DataCategory.HIV, span=Span(None, LATER)),
    ],
)
def test_yes_and_no_to_the_same_is_a_contradiction(said: Provision) -> None:
    other = Provision(False, said.recipients, (), said.purposes, said.categories, said.span, said.items)
    consent = decision(said, other)
    assert places(consent) == ["Consent.provision.provision[1]"]
    with pytest.raises(Invalid) as refused:
        check_decision(consent, NOW)
    (issue,) = refused.value.issues
    assert issue.expression == ("Consent.provision.provision[1]",)
    assert "says the opposite of Consent.provision.provision[0]" in issue.text
    assert places(decision(said, said)) == [], "to say the same twice is none"


def test_what_lies_outside_of_what_is_around_it_would_never_hold() -> None:
    around = Provision(True, span=Span(None, LATER), categories=DataCategory.HIV)
    late = Provision(False, span=Span(LATER, None), categories=DataCategory.HIV)
    other = Provision(False, categories=DataCategory.VITALS)
    assert places(decision(late, other, root=around)) == [
        "Consent.provision.provision[0].period",
        "Consent.provision.provision[1].class",
    ]


def test_what_is_nested_in_two_makes_no_difference_to_their_contradiction() -> None:
    inner = Provision(False, categories=DataCategory.HIV)
    said, opposite = Provision(True, PRAXIS, exceptions=(inner,)), Provision(False, PRAXIS)
    assert places(decision(said, opposite)) == ["Consent.provision.provision[1]"]


@pytest.mark.parametrize(
    "other",
    [
        Provision(False, (Party("reha"),)),
        Provision(False, PRAXIS, purposes=frozenset({Purpose.TREAT})),
        Provision(False, PRAXIS, categories=DataCategory.HIV),
        Provision(False, PRAXIS, span=Span(None, LATER)),
        Provision(False, PRAXIS, items=frozenset({"Observation/1"})),
    ],
)
def test_what_differs_in_data_houses_or_time_contradicts_nothing(other: Provision) -> None:
    assert places(decision(Provision(True, PRAXIS), other)) == []


def test_the_faults_in_these_words() -> None:
    around = Provision(True, span=Span(None, LATER), categories=DataCategory.HIV)
    said = decision(
        Provision(True, span=Span(LATER, None), categories=DataCategory.HIV),
        Provision(True, categories=DataCategory.VITALS),
        Provision(False, categories=DataCategory.VITALS),
        Provision(True, categories=DataCategory.HIV, span=Span(None, NOW)),
        root=around,
    )
    with pytest.raises(Invalid) as refused:
        check_decision(said, NOW)
    where = "Consent.provision.provision"
    outside = "names none of the kinds of data of the provision around it and would never hold."
    beyond = "lies outside of the period of the provision around it and would never hold."
    texts = {
        (f"{where}[0].period", f"{where}[0].period {beyond}"),
        (f"{where}[1].class", f"{where}[1].class {outside}"),
        (f"{where}[2].class", f"{where}[2].class {outside}"),
        (f"{where}[2]", f"{where}[2] says the opposite of {where}[1] of the same data, houses and time."),
        (f"{where}[3].period", f"{where}[3].period is over already; give an end that is still to come."),
    }
    assert {(*one.expression, one.text) for one in refused.value.issues} == texts
    assert {one.code for one in refused.value.issues} == {"business-rule"}
    assert refused.value.text == " ".join(one.text for one in refused.value.issues)
