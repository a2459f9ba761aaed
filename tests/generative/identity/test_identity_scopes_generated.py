"""Scopes as sets: whatever is asked and granted, only what both say is left."""

from hypothesis import given
from hypothesis import strategies as st

from verbund.identity import Level, Scopes
from verbund.identity.scopes import INTERACTIONS

TYPES = ["*", "Patient", "Observation", "Consent"]
LETTERS = st.sets(st.sampled_from(INTERACTIONS), min_size=1).map(lambda s: "".join(c for c in INTERACTIONS if c in s))
WORDS = st.builds("{}/{}.{}".format, st.sampled_from(list(Level)), st.sampled_from(TYPES), LETTERS)
TEXTS = st.lists(WORDS | st.sampled_from(["openid", "fhirUser"]), max_size=6).map(" ".join)
SCOPES = TEXTS.map(Scopes.parse)


def reference(text: str) -> set[tuple[str, str, str]]:
    """Every single thing that a text grants, naively."""
    allowed = set()
    for word in text.split():
        if "/" in word:
            level, rest = word.split("/")
            named, letters = rest.split(".")
            types = ["Patient", "Observation", "Consent", "Other"] if named == "*" else [named]
            allowed |= {(level, of, letter) for of in types for letter in letters}
    return allowed


def everything(scopes: Scopes) -> set[tuple[str, str, str]]:
    types = ["Patient", "Observation", "Consent", "Other"]
    return {
        (level, of, letter)
        for level in Level
        for of in types
        for letter in INTERACTIONS
        if scopes.allows(of, letter, level=level)
    }


@given(TEXTS)
def test_what_is_written_is_what_is_allowed(text: str) -> None:
    assert everything(Scopes.parse(text)) == reference(text)


@given(SCOPES)
def test_the_canonical_form_reads_back(scopes: Scopes) -> None:
    assert Scopes.parse(str(scopes)) == scopes


@given(SCOPES, SCOPES)
def test_equal_means_granting_the_same(one: Scopes, other: Scopes) -> None:
    assert (one.grants == other.grants) == (everything(one) == everything(other))


@given(SCOPES, SCOPES)
def test_within_grants_what_both_grant(one: Scopes, other: Scopes) -> None:
    assert everything(one.within(other)) == everything(one) & everything(other)


@given(SCOPES, SCOPES)
def test_together_they_grant_what_either_grants(one: Scopes, other: Scopes) -> None:
    assert everything(one | other) == everything(one) | everything(other)


@given(SCOPES, st.sampled_from(["Patient", "Other"]), st.sampled_from(INTERACTIONS))
def test_the_widest_level_is_named(scopes: Scopes, of: str, letter: str) -> None:
    level = scopes.level_for(of, letter)
    levels = [at for at in (Level.SYSTEM, Level.USER, Level.PATIENT) if (at, of, letter) in everything(scopes)]
    assert level == (levels[0] if levels else None)
