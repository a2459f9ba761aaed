"""Decisions over generated people: never a merge against the insurance number, never a choice between equals."""

import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

from verbund.linkage import AGREED, DOUBTFUL, SAME, Demographics, Encoding, Reason, encode, similarity
from verbund.linkage.rules import Member, Population, decide

KEY = b"k" * 32
names = st.sampled_from(["Müller", "Mueller", "Miller", "Schmidt", "Schmitt", "Weber", "Weber-Groß", "Иванов", "X", ""])
people = st.builds(
    Demographics,
    names,
    names,
    st.none() | st.sampled_from(["1970-03-12", "1970-12-03", "1971-03-12", "1970", "1970-03"]),
    st.none() | st.sampled_from(["male", "female", "other", "unknown"]),
    st.none() | st.sampled_from(["A123456780", "B123456782", "C123456784"]),
)
encodings = people.map(lambda person: encode(person, KEY))
rarely = st.sampled_from([False, False, False, True])
members = st.lists(st.builds(Member, st.sampled_from(["p", "q", "r"]), encodings, rarely, rarely), max_size=6)


def one_person(one: Member, other: Member) -> bool:
    """Whether two members alone are taken for one person."""
    a, b = one.encoding, other.encoding
    if one.settled and other.settled:
        return True
    if a.insurance and b.insurance:
        return a.insurance == b.insurance and similarity(a.bits, b.bits) >= AGREED
    if {*a.given} & {*b.given} and {*a.blocks} & {*b.blocks}:
        return similarity(a.bits, b.bits) >= AGREED
    names = [{given & 1 for given in one.given} for one in (a, b) if one.given]
    other_names = len(names) == 2 and not {*a.given} & {*b.given} and any(names[0]) == any(names[1])
    return similarity(a.bits, b.bits) >= SAME and not other_names


def in_question(own: list[Member]) -> bool:
    """Whether one is in question, or some of them are tied to none of the others: by trying every way to part them."""
    ways = (set(way) for size in range(1, len(own)) for way in itertools.combinations(range(len(own)), size))
    parts = any(
        not any(one_person(own[at], own[to]) for at in way for to in range(len(own)) if to not in way) for way in ways
    )
    return parts or any(member.questioned for member in own)


def naive(person: Encoding, known: list[Member]) -> str | None:
    """The pseudonym to choose, by trying every one: the best that fits, unless another fits as well."""
    fits = []
    for pseudonym in {member.pseudonym for member in known}:
        own = [member.encoding for member in known if member.pseudonym == pseudonym]
        numbers = {one.insurance for one in own} - {None}
        if person.insurance is not None and numbers - {person.insurance}:
            continue
        agreed = person.insurance is not None and person.insurance in numbers
        best = max(similarity(person.bits, one.bits) for one in own)
        if best >= (AGREED if agreed else SAME):
            fits.append((agreed, best, pseudonym))
    asked = {name for _, _, name in fits if in_question([member for member in known if member.pseudonym == name])}
    return next((name for agreed, best, name in fits if stands_out(agreed, best, name, fits, asked)), None)


def stands_out(agreed: bool, best: float, name: str, fits: list[tuple[bool, float, str]], asked: set[str]) -> bool:
    """Whether it is not in question, better than every other that is not, and none in question is better."""
    if name in asked:
        return False
    for other_agreed, other_best, other in fits:
        better = agreed > other_agreed or (agreed == other_agreed and best - other_best >= 0.01)
        worse = other_agreed > agreed or (agreed == other_agreed and other_best - best >= 0.01)
        if other != name and (worse if other in asked else not better):
            return False
    return True


@given(encodings, members)
@settings(max_examples=300)
def test_the_choice_is_the_naive_one(person: Encoding, known: list[Member]) -> None:
    assert decide(person, known).pseudonym == naive(person, known)


@given(encodings, members)
@settings(max_examples=300)
def test_what_is_nearly_the_same_is_put_before_people(person: Encoding, known: list[Member]) -> None:
    decision = decide(person, known)
    doubted = {doubt.pseudonym: doubt for doubt in decision.doubts}
    assert decision.pseudonym not in doubted
    for pseudonym in {member.pseudonym for member in known} - {decision.pseudonym}:
        own = [member.encoding for member in known if member.pseudonym == pseudonym]
        best = max(similarity(person.bits, one.bits) for one in own)
        numbers = {one.insurance for one in own} - {None}
        agreed = person.insurance in numbers
        contradicted = person.insurance is not None and bool(numbers - {person.insurance})
        expected = agreed or best >= (SAME if contradicted else DOUBTFUL)
        assert (pseudonym in doubted) == expected
        if expected:
            assert doubted[pseudonym].similarity == best


@given(st.lists(encodings, max_size=12))
@settings(max_examples=150)
def test_no_pseudonym_ever_holds_two_insurance_numbers(people_in_turn: list[Encoding]) -> None:
    population, counter = Population(), itertools.count()
    numbers: dict[str, set[bytes]] = {}
    for person in people_in_turn:
        pseudonym, _ = population.enrol(person, lambda: str(next(counter)))
        if person.insurance is not None:
            numbers.setdefault(pseudonym, set()).add(person.insurance)
    assert all(len(found) == 1 for found in numbers.values())


@given(people)
def test_an_encoding_survives_the_way(person: Demographics) -> None:
    encoding = encode(person, KEY)
    assert Encoding.from_bytes(encoding.to_bytes()) == encoding
    assert similarity(encoding.bits, encoding.bits) == (1.0 if any(encoding.bits) else 0.0)


@given(people, people)
def test_similarity_is_symmetric_and_bounded(one: Demographics, other: Demographics) -> None:
    a, b = encode(one, KEY).bits, encode(other, KEY).bits
    assert 0.0 <= similarity(a, b) == similarity(b, a) <= 1.0


def test_each_reason_to_look_is_told() -> None:
    erika = Demographics("Erika", "Mustermann", "1970-03-12", "female", "A123456780")
    known = [Member("p", encode(erika, KEY))]

    def reasons(person: Demographics, known: list[Member] = known) -> list[Reason]:
        return [doubt.reason for doubt in decide(encode(person, KEY), known).doubts]

    other_number = Demographics("Erika", "Mustermann", "1970-03-12", "female", "B123456782")
    wrong_card = Demographics("Thorsten", "Yılmaz", "2004-11-30", "male", "A123456780")
    other_day = Demographics("Erika", "Mustermann", "1970-03-21", "female")
    assert reasons(other_number) == [Reason.CONTRADICTION]
    assert reasons(wrong_card) == [Reason.WRONG_CARD]
    assert reasons(other_day) == [Reason.SIMILAR]
    twice = [Member(name, encode(Demographics("Erika", "Mustermann", "1970-03-12", "female"), KEY)) for name in "pq"]
    unnumbered = Demographics("Erika", "Mustermann", "1970-03-12", "female")
    assert reasons(unnumbered, twice) == [Reason.AMBIGUOUS, Reason.AMBIGUOUS]
    assert decide(encode(unnumbered, KEY), twice).pseudonym is None
