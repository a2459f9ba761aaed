"""What was opened lately is kept within a bound, and only under the very bytes that were opened."""

from typing import Any

from verbund.store.records import Met

ROW: Any = ("row", "stored")


def test_other_bytes_are_not_what_was_met() -> None:
    met = Met()
    met.keep(b"sealed", ROW, 10)
    assert met.get(b"sealed") is ROW
    assert met.get(b"sealeD") is None


def test_the_older_half_is_forgotten_when_there_is_no_more_room() -> None:
    met = Met(most_bytes=20_000)
    for number in range(100):
        met.keep(b"%d" % number, ROW, 500)
    kept = [number for number in range(100) if met.get(b"%d" % number) is not None]
    assert kept[-1] == 99
    assert 6 <= len(kept) <= 13


def test_what_is_larger_than_the_room_is_not_kept() -> None:
    met = Met(most_bytes=20_000)
    met.keep(b"large", ROW, 30_000)
    assert met.get(b"large") is None
