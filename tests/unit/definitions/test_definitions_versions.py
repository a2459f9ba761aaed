"""Which version of a definition is older."""

import pytest

from verbund.definitions.versions import older


@pytest.mark.parametrize(
    ("version", "than"),
    [
        ("1.0.0", "1.0.1"),
        ("1.9.0", "1.10.0"),
        ("1.0", "1.0.1"),
        ("2024.0.0", "2025.0.0-rc.1"),
        ("2025.0.0-ballot", "2025.0.0"),
        ("1.0.0-alpha.1", "1.0.0-alpha.2"),
        ("1.0.0-alpha", "1.0.0-beta"),
        ("1.0.0-2", "1.0.0-alpha"),
        ("2023-05-01", "2023-11-30"),
        ("2023-05", "2023-11-30"),
    ],
)
def test_one_is_older_and_the_other_is_not(version: str, than: str) -> None:
    assert older(version, than)
    assert not older(than, version)


@pytest.mark.parametrize(
    ("one", "same"), [("1.0.0", "1.0.0"), ("1.0", "1.0.0"), ("", "1.0.0"), ("1.0.0", ""), ("1.0.0+a", "1.0.0+b")]
)
def test_neither_is_older(one: str, same: str) -> None:
    assert not older(one, same)
    assert not older(same, one)
