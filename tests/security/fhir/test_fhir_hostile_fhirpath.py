"""Hostile expressions and data: refused or answered within a second."""

import time
from typing import Any

import pytest

from verbund.errors import Incorrect
from verbund.fhir.fhirpath import Failed, Malformed, compile  # noqa: A004 - named as in re
from verbund.fhir.fhirpath.patterns import longest

PATIENT: dict[str, Any] = {"resourceType": "Patient", "name": [{"given": ["a"] * 200, "family": "b" * 5_000}]}
SECONDS = 2.0


def outcome(text: str, data: dict[str, Any] = PATIENT) -> object:
    begun = time.process_time()
    try:
        return compile(text).evaluate(data)
    except Incorrect as error:
        return error
    finally:
        assert time.process_time() - begun < SECONDS


@pytest.mark.parametrize(
    "text",
    [
        "(" * 5_000 + "1" + ")" * 5_000,
        "1" + "+1" * 5_000,
        "-" * 5_000 + "1",
        "a" + ".a" * 5_000,
        "a" + "[0]" * 5_000,
        "'" + "a" * 30_000 + "'",
        "where(" * 500 + "true" + ")" * 500,
        "a is b.c.d",
        "name.first(1)",
        "nothing()",
        "%unknown + 1",
        "name as Nothing",
        "1 +",
        "@2024-13-01",
        "9999999999",
        "'a",
        "a b",
        "",
    ],
)
def test_what_is_no_expression_is_refused(text: str) -> None:
    assert isinstance(outcome(text), Malformed)


@pytest.mark.parametrize(
    "text",
    [
        "name.given" + ".select($this.combine($this))" * 30,
        "name.given.select(%context.name.given.select(%context.name.given.select(%context.name.given)))",
        "'a'" + ".replace('a', 'aaaaaaaaaa')" * 30,
        "repeat($this.combine($this)).repeat('a' & $this.toString())",
        "(1).repeat($this + 1)",
        "name.given.aggregate($total & $total & $this, 'a')" + ".select($this & $this)" * 60,
        "descendants()" + ".select(%resource.descendants())" * 5,
        "name.family.matches('(b+)+c')",
        "name.family.matches('(b|b)*c')",
        "name.family.matches('" + "b*" * 30 + "c')",
        "name.family.matches('[')",
        "name.family.replaceMatches('b', 'bbbbbbbbbb')" + ".replaceMatches('b', 'bbbbbbbbbb')" * 6,
    ],
)
def test_what_would_run_away_is_stopped(text: str) -> None:
    assert isinstance(outcome(text), Failed)


@pytest.mark.parametrize(
    "text",
    ["10.power(1000000)", "2.power(-99999)", "1e5", "(1/3).power(0.5)", "99999.exp()", "@9999-12-31 + 9999999 years"],
)
def test_huge_numbers_get_an_answer(text: str) -> None:
    assert isinstance(outcome(text), list | Incorrect)


@pytest.mark.parametrize(
    "pattern", ["(a+)+", "(a|a)*", "(a|b+)*", "(a?)*", "((a.)+)+", "([.]a*)*", "(aa?)*", "(a{1,9})*"]
)
def test_patterns_that_may_run_away_are_tried_on_short_texts_only(pattern: str) -> None:
    assert longest(pattern) <= 20


@pytest.mark.parametrize("pattern", ["[A-Z]([A-Za-z0-9_]){0,254}", r"a(\.[a-z]+)*", "(abc)*", "a.*b", "^a+$"])
def test_patterns_that_can_be_read_in_one_way_are_tried_on_longer_ones(pattern: str) -> None:
    assert longest(pattern) >= 64


def test_broken_data_does_not_break_the_engine() -> None:
    shapes: list[Any] = [1, "a", [], {}, [[1]], [None], {"given": 5}, [{"given": {"a": 1}}], True]
    for shape in shapes:
        found = outcome("name.given.where($this = 'a') | descendants()", {"resourceType": "Patient", "name": shape})
        assert isinstance(found, list | Incorrect)
    assert outcome("name", {"resourceType": "Nothing", "name": "a"}) == []
    assert outcome("descendants().count()", {}) == [0]


def test_errors_do_not_repeat_values() -> None:
    data = {"resourceType": "Patient", "name": [{"family": "Mustermann"}, {"family": "Musterfrau"}]}
    for text in (
        "name.family.single()",
        "name.family + 1",
        "name.first().family.toInteger() + 'a'",
        "name.family[0] > 5",
    ):
        error = outcome(text, data)
        assert "Muster" not in str(error)
