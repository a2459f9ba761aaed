"""Scopes as SMART App Launch writes them, in its second and its first version."""

import pytest

from verbund.errors import Incorrect
from verbund.identity import Level, Role, Scopes


@pytest.mark.parametrize(
    ("version_1", "version_2"),
    [
        ("user/Observation.read", "user/Observation.rs"),
        ("patient/*.write", "patient/*.cud"),
        ("system/*.*", "system/*.cruds"),
    ],
)
def test_version_1_is_taken_as_its_version_2_equivalent(version_1: str, version_2: str) -> None:
    assert Scopes.parse(version_1) == Scopes.parse(version_2)


def test_scopes_add_up() -> None:
    assert str(Scopes.parse("user/Patient.s openid user/Patient.r")) == "openid user/Patient.rs"


def test_what_the_star_grants_is_not_said_again() -> None:
    assert str(Scopes.parse("user/*.rs user/Patient.cr")) == "user/*.rs user/Patient.c"


@pytest.mark.parametrize(
    "text",
    [
        "everything",
        "user/*.",
        "user/*.sr",
        "user/*.rr",
        "user/patient.r",
        "admin/*.r",
        "user/Patient",
        "user/*.RS",
        "x" * 999,
    ],
)
def test_what_is_no_scope_is_refused_and_named(text: str) -> None:
    with pytest.raises(Incorrect, match="is not a scope") as refused:
        Scopes.parse(text)
    assert text[:80] in refused.value.text
    assert len(refused.value.text) < 300


@pytest.mark.parametrize(
    "condition",
    [
        "",
        "category",
        "category=",
        "category:not=laboratory",
        "patient.name=x",
        "_has:Patient:subject:name=x",
        "_id=3",
        "date=2020",
        "value-quantity=gt3",
        "nothing=x",
        "category=laboratory&_count=3",
        "category=laboratory&_include=Observation:subject",
    ],
)
def test_a_condition_that_the_index_of_keys_cannot_tell_is_refused_rather_than_widened(condition: str) -> None:
    with pytest.raises(Incorrect, match="limited by what is not offered"):
        Scopes.parse(f"patient/Observation.rs?{condition}")


@pytest.mark.parametrize("scope", ["patient/*.rs", "patient/Observation.cruds", "user/AuditEvent.r", "user/Task.cr"])
def test_only_reading_and_searching_of_one_type_is_limited_by_a_condition(scope: str) -> None:
    with pytest.raises(Incorrect, match="cannot be limited"):
        Scopes.parse(f"{scope}?status=final")


def test_what_is_granted_in_part_is_not_granted_as_a_whole() -> None:
    scopes = Scopes.parse("patient/Observation.rs?category=laboratory")
    assert not scopes.allows("Observation", "r")
    assert scopes.may("Observation", "rs")
    assert not scopes.may("Observation", "rsu")
    assert not scopes.may("Condition", "r")
    assert [str(one) for one in scopes.parts("Observation", "s")] == ["patient/Observation.rs?category=laboratory"]


def test_the_whole_takes_its_parts_in() -> None:
    assert Scopes.parse("user/*.r user/Task.rs?status=draft") == Scopes.parse("user/*.r user/Task.s?status=draft")
    assert Scopes.parse("user/Task.rs user/Task.r?status=draft") == Scopes.parse("user/Task.rs")


def test_nothing_granted_allows_nothing() -> None:
    assert not Scopes().allows("Patient", "r")
    assert not Scopes.parse("user/*.cruds").allows("Patient", "")


def test_a_level_is_not_another() -> None:
    scopes = Scopes.parse("patient/*.rs")
    assert not scopes.allows("Patient", "r", level=Level.USER)
    assert not scopes.allows("Patient", "r", level=Level.SYSTEM)


@pytest.mark.parametrize("role", list(Role))
def test_every_role_has_scopes_and_a_purpose(role: Role) -> None:
    assert role.purpose
    system = {level for level, _, _ in role.scopes.grants} & {Level.SYSTEM}
    assert bool(system) == (role is Role.SYSTEM)
