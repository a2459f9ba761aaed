"""Clocks that jump: nothing waits for an hour that has passed already, nothing that has ended begins again."""

from datetime import UTC, datetime, timedelta

from verbund.exchange.protocol import Lane, Letter, Pace, Transmit, advance, wake_at

NOON = datetime(2026, 3, 29, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
PACE = Pace()


def sent(lane: Lane, now: datetime) -> list[str]:
    return [one.letter.id for one in advance(lane, now, PACE)[1] if isinstance(one, Transmit)]


def test_a_letter_waits_its_pause_and_not_the_hour_by_which_the_clock_was_put_back() -> None:
    letter = Letter("a", NOON + timedelta(days=30))
    lane, _ = advance(Lane(0, (letter,)), NOON, PACE)
    assert sent(lane, NOON + timedelta(seconds=1)) == []
    assert sent(lane, NOON + PACE.first_pause) == ["a"]
    assert sent(lane, NOON - HOUR) == ["a"]
    again, _ = advance(lane, NOON - HOUR, PACE)
    assert (wake_at(again, PACE) or NOON) <= NOON - HOUR + PACE.longest_pause


def test_a_letter_that_expired_stays_expired_when_the_clock_goes_back() -> None:
    lane = Lane(0, (Letter("a", NOON - HOUR / 2),))
    after, _ = advance(lane, NOON, PACE)
    assert after.waiting == ()
    assert sent(after, NOON - HOUR) == []
