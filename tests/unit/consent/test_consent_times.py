"""Partial dates as stretches of time, and sets of spans."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random

import pytest

from verbund.consent import Span
from verbund.consent.spans import holds, minus, overlap, plus
from verbund.consent.times import moment, period, stretch
from verbund.errors import Invalid


@pytest.mark.parametrize(
    ("text", "since", "until"),
    [
        ("2024", "2023-12-31T23:00:00", "2024-12-31T23:00:00"),
        ("2024-12", "2024-11-30T23:00:00", "2024-12-31T23:00:00"),
        ("2024-07", "2024-06-30T22:00:00", "2024-07-31T22:00:00"),
        ("2024-03-31", "2024-03-30T23:00:00", "2024-03-31T22:00:00"),
        ("2024-10-27", "2024-10-26T22:00:00", "2024-10-27T23:00:00"),
        ("2024-05-31T10:00:00Z", "2024-05-31T10:00:00", "2024-05-31T10:00:01"),
        ("2024-05-31T10:00:00+02:00", "2024-05-31T08:00:00", "2024-05-31T08:00:01"),
        ("2024-05-31T10:00:00", "2024-05-31T08:00:00", "2024-05-31T08:00:01"),
        ("2024-05-31T10:00:00.500000Z", "2024-05-31T10:00:00.500000", "2024-05-31T10:00:00.500001"),
    ],
)
def test_a_partial_date_is_a_stretch_read_in_germany(text: str, since: str, until: str) -> None:
    expected = Span(
        datetime.fromisoformat(since).replace(tzinfo=UTC), datetime.fromisoformat(until).replace(tzinfo=UTC)
    )
    assert stretch(text, "x") == expected
    assert moment(text, "x") == expected.since


@pytest.mark.parametrize(
    "text", ["", "24-05-31", "2024-5-31", "31.05.2024", "2024-00", "9999-99", "2024-02-30", "9999-12-31"]
)
def test_what_is_no_date_is_refused_with_the_place(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        stretch(text, "Consent.dateTime")
    assert refused.value.issues[0].expression == ("Consent.dateTime",)


def test_a_period_may_be_open() -> None:
    assert period(None, "x") == Span()
    assert period({}, "x") == Span()
    assert period({"start": "2024"}, "x").until is None
    assert period({"end": "2024"}, "x").since is None


def _days(spans: tuple[Span, ...]) -> set[int]:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    return {day for day in range(-2, 32) if holds(spans, start + timedelta(days=day))}


def test_sets_of_spans_behave_like_sets_of_days() -> None:
    chance = Random(1)  # noqa: S311 - invented cases
    start = datetime(2026, 1, 1, tzinfo=UTC)
    for _ in range(400):
        spans: tuple[Span, ...] = ()
        days: set[int] = set()
        for _ in range(chance.randrange(6)):
            low = chance.choice([None, *range(30)])
            high = chance.choice([None, *range((low or 0) + 1, 31)])
            one = Span(
                None if low is None else start + timedelta(days=low),
                None if high is None else start + timedelta(days=high),
            )
            add = chance.random() < 0.6
            spans, days = (plus(spans, one), days | _days((one,))) if add else (minus(spans, one), days - _days((one,)))
            assert _days(spans) == days
            assert all(overlap(a, b) is None for a in spans for b in spans if a is not b)
            assert all(one.since is None or one.until is None or one.since < one.until for one in spans), "none empty"
            assert all(one.until is not None and one.until <= other.since for one, other in pairwise(spans)), "in order"  # type: ignore[operator]


def test_spans_that_touch_become_one_and_those_with_a_gap_do_not() -> None:
    first, second, third = (datetime(2026, 1, day, tzinfo=UTC) for day in (1, 2, 3))
    moment_later = second + timedelta(microseconds=1)
    assert plus((Span(first, second),), Span(second, third)) == (Span(first, third),)
    assert plus((Span(second, third),), Span(None, second)) == (Span(None, third),)
    assert plus((Span(first, second),), Span(moment_later, None)) == (Span(first, second), Span(moment_later, None))
    assert minus((Span(first, third),), Span(first, third)) == ()
    assert minus((Span(first, third),), Span(None, second)) == (Span(second, third),)
    assert minus((Span(first, third),), Span(first, None)) == ()
