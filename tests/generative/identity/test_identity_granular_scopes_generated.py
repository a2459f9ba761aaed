"""Granular scopes as sets of single entries: parsing, limiting and adding keep to what each scope says naively."""

from itertools import product
from urllib.parse import parse_qsl

from hypothesis import given
from hypothesis import strategies as st

from verbund.identity import Level, Scopes
from verbund.identity.scopes import INTERACTIONS

TYPES = ("Observation", "Condition")
CATEGORIES, STATES = ("laboratory", "vital-signs", ""), ("final", "amended")
Thing = tuple[str, str, str, str, str]
"""A level, a letter, and an entry by its type, category and status."""

LETTERS = st.sets(st.sampled_from(INTERACTIONS), min_size=1).map(lambda s: "".join(c for c in INTERACTIONS if c in s))
READING = st.sampled_from(["r", "s", "rs"])
VALUES = st.lists(st.sampled_from(["laboratory", "vital-signs"]), min_size=1, max_size=2, unique=True).map(",".join)
CRITERIA = st.one_of(
    VALUES.map("category={}".format),
    st.builds("category={}&code=x,{}".format, VALUES, st.sampled_from(STATES)),
    st.sampled_from(STATES).map("code={}".format),
)
WHOLE = st.builds("{}/{}.{}".format, st.sampled_from(list(Level)), st.sampled_from(["*", *TYPES]), LETTERS)
PART = st.builds("{}/{}.{}?{}".format, st.sampled_from(list(Level)), st.sampled_from(TYPES), READING, CRITERIA)
TEXTS = st.lists(WHOLE | PART | PART, max_size=6).map(" ".join)
SCOPES = TEXTS.map(Scopes.parse)


def entries() -> list[tuple[str, str, str]]:
    return list(product(TYPES, CATEGORIES, STATES))


def fits(search: str, category: str, state: str) -> bool:
    said = {"category": category, "code": state}
    return all(said[name] in value.split(",") for name, value in parse_qsl(search))


def reference(text: str) -> set[Thing]:
    """Everything that a text grants, entry by entry."""
    found = set()
    for word in text.split():
        plain, _, search = word.partition("?")
        level, rest = plain.split("/")
        named, letters = rest.split(".")
        for kind, category, state in entries():
            if named in {"*", kind} and fits(search, category, state):
                found |= {(level, letter, kind, category, state) for letter in letters}
    return found


def granted(scopes: Scopes) -> set[Thing]:
    """Everything that a value grants, by its own words."""
    found = set()
    for level, letter, (kind, category, state) in product(Level, INTERACTIONS, entries()):
        parts = (one for one in scopes.narrowed if one.level is level and one.type == kind and letter in one.letters)
        if scopes.allows(kind, letter, level=level) or any(fits(one.search, category, state) for one in parts):
            found.add((str(level), letter, kind, category, state))
    return found


@given(TEXTS)
def test_what_is_written_is_what_is_granted(text: str) -> None:
    assert granted(Scopes.parse(text)) == reference(text)


@given(SCOPES)
def test_the_canonical_form_reads_back(scopes: Scopes) -> None:
    assert Scopes.parse(str(scopes)) == scopes


@given(SCOPES, SCOPES)
def test_within_grants_what_both_grant(one: Scopes, other: Scopes) -> None:
    assert granted(one.within(other)) == granted(one) & granted(other)
    assert one.within(one) == one or granted(one.within(one)) == granted(one)


@given(SCOPES, SCOPES)
def test_together_they_grant_what_either_grants(one: Scopes, other: Scopes) -> None:
    assert granted(one | other) == granted(one) | granted(other)


@given(SCOPES, st.sampled_from(TYPES), READING)
def test_what_may_be_asked_for_at_all_is_granted_of_something(scopes: Scopes, kind: str, letters: str) -> None:
    of_kind = {letter for _, letter, named, _, _ in granted(scopes) if named == kind}
    if scopes.may(kind, letters):
        assert all(scopes.allows(kind, one) or scopes.parts(kind, one) for one in letters)
    elif set(letters) <= of_kind:
        raise AssertionError("something of it is granted, and it may not be asked for")


@given(SCOPES, st.sampled_from(TYPES), st.sampled_from("rs"))
def test_the_parts_of_a_type_never_widen_it(scopes: Scopes, kind: str, letter: str) -> None:
    level = scopes.level_for(kind, letter)
    for part in scopes.parts(kind, letter):
        assert part.level is level
        assert not scopes.allows(kind, letter)
        allowed = {(c, s) for at, one, named, c, s in granted(scopes) if (at, one, named) == (str(level), letter, kind)}
        assert {(c, s) for c, s in product(CATEGORIES, STATES) if fits(part.search, c, s)} <= allowed
