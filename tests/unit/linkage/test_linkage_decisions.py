"""Decisions at their limits, with filters made by hand."""

from dataclasses import replace

from verbund.linkage import AGREED, DOUBTFUL, SAME, Encoding, Reason
from verbund.linkage.rules import Decision, Doubt, Member, Population, decide, is_another, stays

NUMBER, OTHER = b"1" * 16, b"2" * 16


def filter_of(shared: int, own: int, at: int = 500, **changes: bytes) -> Encoding:
    """A filter of bits 0 to `shared`, and of `own` bits from `at` on that no other filter has."""
    bits = ((1 << shared) - 1) | (((1 << own) - 1) << at)
    return Encoding(bits.to_bytes(128, "big"), (7,), changes.get("insurance"))


def named(person: Encoding, *given: int, blocks: tuple[int, ...] = (7,)) -> Encoding:
    """The same with hashes of given names; odd ones are names that people have."""
    return replace(person, given=given, blocks=blocks)


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
    known = [Member("p", filter_of(90, 10)), Member("p", filter_of(100, 0))]
    assert decide(filter_of(100, 0), known) == Decision("p")


def test_nobody_is_taken_for_one_of_two_strangers_under_a_pseudonym() -> None:
    strangers = [Member("p", filter_of(10, 90)), Member("p", filter_of(100, 0))]
    asked = Decision(None, (Doubt("p", 1.0, Reason.DIVIDED),))
    assert decide(filter_of(100, 0), strangers) == asked
    one_settled = [replace(strangers[0], settled=True), strangers[1]]
    assert decide(filter_of(100, 0), one_settled) == asked
    both_settled = [replace(one, settled=True) for one in strangers]
    assert decide(filter_of(100, 0), both_settled) == Decision("p")
    further = [Member("p", filter_of(10, 90)), Member("p", filter_of(100, 0)), Member("p", filter_of(98, 2))]
    assert decide(filter_of(100, 0), further) == asked


def test_members_may_be_tied_through_others() -> None:
    chain = [filter_of(1_000 - 100 * far, 0) for far in range(3)]
    known = [Member("p", one) for one in (chain[0], chain[2], chain[1])]
    assert not stays(chain[0], filter_of(0, 100, 100), [chain[2]])
    assert decide(chain[0], known) == Decision("p")


def test_nobody_is_taken_for_an_entry_in_question() -> None:
    known = [Member("p", filter_of(100, 0), questioned=True)]
    assert decide(filter_of(100, 0), known) == Decision(None, (Doubt("p", 1.0, Reason.DIVIDED),))
    # It keeps nobody from one who fits as well, and from one who fits less.
    for other, chosen in ((filter_of(100, 0), "q"), (filter_of(995, 5, 1_000), "q"), (filter_of(98, 2), None)):
        person = filter_of(1_000, 0) if other == filter_of(995, 5, 1_000) else filter_of(100, 0)
        found = decide(person, [Member("p", person, questioned=True), Member("q", other)])
        assert found.pseudonym == chosen
        assert found.doubts[0] == Doubt("p", 1.0, Reason.DIVIDED)
    assert decide(filter_of(98, 2), [*known, Member("q", filter_of(98, 2))]).pseudonym == "q"
    numbered = Member("p", filter_of(100, 0, insurance=NUMBER), questioned=True)
    sound = Member("q", filter_of(100, 0))
    assert decide(filter_of(100, 0, insurance=NUMBER), [numbered, sound]).pseudonym is None


def test_a_correction_stays_where_it_would_have_been_merged() -> None:
    former = filter_of(100, 0)
    for shared, stay in ((90, True), (89, False)):
        assert stays(filter_of(shared, 100 - shared), former, [former]) is stay
    for shared, stay in ((45, True), (44, False)):
        numbered = filter_of(100, 0, insurance=NUMBER)
        assert stays(filter_of(shared, 100 - shared, insurance=NUMBER), former, [numbered]) is stay
    assert not stays(filter_of(100, 0, insurance=NUMBER), former, [filter_of(100, 0, insurance=OTHER)])


def test_a_marriage_keeps_a_given_name_of_one_birth_date() -> None:
    former, married = named(filter_of(100, 0), 11), filter_of(45, 55)
    assert stays(named(married, 11), former, [former])
    assert not stays(named(filter_of(44, 56), 11), former, [former]), "nothing else is left"
    assert not stays(named(married, 13), former, [former])
    assert not stays(named(married, 11, blocks=(8,)), former, [former]), "without a birth date the name says little"


def test_an_entry_that_stands_alone_is_another_where_it_is_like_a_stranger() -> None:
    for shared, another in ((45, False), (44, True)):
        assert is_another(filter_of(shared, 100 - shared), filter_of(100, 0)) is another


def test_another_given_name_is_another_person_however_alike() -> None:
    anna, anja, slip = (named(filter_of(100, 0), given) for given in (11, 13, 12))
    assert not stays(anja, anna, [anna])
    assert stays(slip, anna, [anna])


def test_what_people_joined_stays_together_while_it_is_like_itself() -> None:
    former, others = filter_of(0, 100, 300), [filter_of(100, 0)]
    assert stays(filter_of(0, 95, 300), former, others)
    assert not stays(filter_of(0, 100, 500), former, others)


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
