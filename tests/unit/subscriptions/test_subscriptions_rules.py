"""Decisions about changes, failures and pauses, on values alone."""

from datetime import UTC, datetime, timedelta

import pytest

from verbund.errors import Invalid
from verbund.subscriptions.model import Change, Pace, Trigger
from verbund.subscriptions.resources import header
from verbund.subscriptions.rules import concerns, pause, state_after, triggered

NOW = datetime(2026, 5, 4, tzinfo=UTC)
BOTH = Trigger("Encounter", current=(("status", "finished"),), previous=(("status:not", "finished"),))


def test_a_trigger_is_about_its_type_and_interactions() -> None:
    trigger = Trigger("Patient", ("create",))
    assert concerns(trigger, Change("Patient", "1", 1, "create"))
    assert not concerns(trigger, Change("Patient", "1", 2, "update"))
    assert not concerns(trigger, Change("Observation", "1", 1, "create"))


@pytest.mark.parametrize(
    ("current", "previous", "expected"),
    [(True, True, True), (True, False, False), (False, True, False), (True, None, True), (None, True, True)],
)
def test_both_conditions_hold_where_both_are_asked(current: bool, previous: bool, expected: bool) -> None:
    assert triggered(BOTH, current, previous) is expected


def test_what_is_not_there_counts_as_the_topic_says() -> None:
    either = Trigger("Encounter", current=(), previous=(), both=False, on_create="test-fails", on_delete="test-fails")
    assert not triggered(either, None, None)
    assert triggered(either, True, None)
    assert triggered(Trigger("Encounter"), None, None)


def test_pauses_grow_up_to_a_limit() -> None:
    pace = Pace(first_pause=1.0, longest_pause=60.0)
    assert [pause(number, pace).total_seconds() for number in (1, 2, 3, 6, 7, 1000)] == [1, 2, 4, 32, 60, 60]


def test_failures_show_as_error_and_end_in_off() -> None:
    pace = Pace(error_after=3, give_up=100.0)
    assert state_after("active", 2, NOW, NOW, pace) == "active"
    assert state_after("active", 3, NOW, NOW, pace) == "error"
    assert state_after("error", 9, NOW, NOW + timedelta(seconds=100), pace) == "off"


@pytest.mark.parametrize("line", ["Host: a", "no colon", "X: a\nb", ": empty", "Transfer-Encoding: chunked"])
def test_headers_of_the_connection_are_not_the_subscribers(line: str) -> None:
    with pytest.raises(Invalid):
        header(line)


def test_a_header_is_a_name_and_a_value() -> None:
    assert header("Authorization:  Bearer a:b ") == ("Authorization", "Bearer a:b")
