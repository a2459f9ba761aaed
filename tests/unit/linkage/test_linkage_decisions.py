"""Decisions at their limits, with filters made by hand."""

from verbund.linkage import AGREED, DOUBTFUL, SAME, Encoding, Reason
from verbund.linkage.rules import Decision, Doubt, Member, Population, decide

NUMBER, OTHER = b"1" * 16, b"2" * 16


def filter_of(shared: int, own: int, at: int = 500, **changes: bytes) -> Encoding:
    """A filter of bits 0 to `shared`, and of `own` bits from `at` on that no other filter has."""
    bits = ((1 << shared) - 1) | (((1 << own) - 1) << at)
    return Encoding(bits.to_bytes(128, "big"), (7,), changes.get("insurance"))


def met(shared: int, of: int, number: bytes | None = None) -> Decision:
    """The decision about a person of `of` bits who shares so many with somebody of as many."""
    changes = {} if number is None else {"insurance": number}
    person = filter_of(shared, of - shared, 500, **changes)
    return decide(person, [Member("p", filter_of(of, 0, **changes))])


def test_the_limits_belong_to_what_they_allow() -> None:
    assert (SAME, DOUBTFUL, AGREED) == (0.90, 0.75, 0.45)
    assert met(90, 100) == Decision("p")
    assert met(89, 100) == Decision(None, (Doubt("p", 0.89, Reason.SIMILAR),))
    assert met(75, 100) == Decision(None, (Doubt("p", 0.75, Reason.SIMILAR),))
    assert met(74, 100) == Decision(None)
    assert met(45, 100, NUMBER) == Decision("p")
    assert met(44, 100, NUMBER) == Decision(None, (Doubt("p", 0.44, Reason.WRONG_CARD),))


def test_a_contradiction_is_shown_from_where_it_would_have_been_the_same() -> None:
    for shared, shown in ((90, True), (89, False)):
        known = [Member("p", filter_of(100, 0, insurance=NUMBER))]
        decision = decide(filter_of(shared, 100 - shared, insurance=OTHER), known)
        assert decision.pseudonym is None
        assert [doubt.reason for doubt in decision.doubts] == ([Reason.CONTRADICTION] if shown else [])


def test_an_insurance_number_counts_before_likeness() -> None:
    person = filter_of(100, 0, insurance=NUMBER)
    numbered = Member("numbered", filter_of(60, 40, insurance=NUMBER))
    equal = Member("equal", filter_of(100, 0))
    assert decide(person, [numbered, equal]) == Decision("numbered", (Doubt("equal", 1.0, Reason.AMBIGUOUS),))
    alike = Member("numbered", filter_of(100, 0, insurance=NUMBER))
    assert decide(person, [alike, equal]).pseudonym == "numbered"


def test_the_more_similar_is_chosen_unless_both_are_alike() -> None:
    person = filter_of(100, 0)
    best, other = Member("best", filter_of(100, 0)), Member("other", filter_of(95, 5))
    assert decide(person, [other, best]) == Decision("best", (Doubt("other", 0.95, Reason.AMBIGUOUS),))
    near = Member("near", filter_of(995, 5, 1_000))
    assert decide(filter_of(1_000, 0), [Member("best", filter_of(1_000, 0)), near]).pseudonym is None


def test_likeness_to_any_enrolment_of_a_pseudonym_counts() -> None:
    known = [Member("p", filter_of(10, 90)), Member("p", filter_of(100, 0))]
    assert decide(filter_of(100, 0), known) == Decision("p")


def test_all_that_is_known_of_a_candidate_is_looked_at() -> None:
    """Found by one enrolment, contradicted by another that alone would not have been found."""
    elsewhere = Encoding(filter_of(0, 100, 800).bits, (8,), OTHER)
    population = Population([Member("p", filter_of(100, 0)), Member("p", elsewhere)])
    pseudonym, doubts = population.enrol(filter_of(100, 0, insurance=NUMBER), lambda: "new")
    assert pseudonym == "new"
    assert [doubt.reason for doubt in doubts] == [Reason.CONTRADICTION]


def test_empty_filters_are_like_nobody() -> None:
    empty = Encoding(bytes(128), (7,))
    assert decide(empty, [Member("p", empty)]) == Decision(None)
