"""A date stands for the time that its precision leaves open; without a zone it is read in Europe/Berlin."""

from datetime import UTC, datetime

import pytest

from verbund.fhir.dates import EARLIEST, LATEST, date_range


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc, arg-type]


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("2024", utc(2023, 12, 31, 23), utc(2024, 12, 31, 23)),
        ("2024-02", utc(2024, 1, 31, 23), utc(2024, 2, 29, 23)),
        ("2024-12", utc(2024, 11, 30, 23), utc(2024, 12, 31, 23)),
        ("2024-07-15", utc(2024, 7, 14, 22), utc(2024, 7, 15, 22)),
        ("2024-05-31T14:05:00+02:00", utc(2024, 5, 31, 12, 5), utc(2024, 5, 31, 12, 5, 1)),
        ("2024-05-31T14:05:00.5Z", utc(2024, 5, 31, 14, 5, 0, 500_000), utc(2024, 5, 31, 14, 5, 0, 600_000)),
        ("2024-05-31T14:05:00-05:30", utc(2024, 5, 31, 19, 35), utc(2024, 5, 31, 19, 35, 1)),
    ],
)
def test_a_date_is_a_range_by_its_precision(text: str, low: datetime, high: datetime) -> None:
    assert date_range(text) == (low, high)


def test_a_year_contains_its_first_instant_in_the_region() -> None:
    low, high = date_range("2024")
    assert low <= date_range("2024-01-01T00:00:00+01:00")[0] < high


def test_the_days_on_which_clocks_change_have_23_and_25_hours() -> None:
    spring, autumn = date_range("2024-03-31"), date_range("2024-10-27")
    assert (spring[1] - spring[0]).total_seconds() == 23 * 3600
    assert (autumn[1] - autumn[0]).total_seconds() == 25 * 3600


def test_searches_may_leave_out_seconds_and_zone() -> None:
    assert date_range("2024-05-31T14:05") == (utc(2024, 5, 31, 12, 5), utc(2024, 5, 31, 12, 6))


def test_a_leap_second_counts_as_the_last_second_of_its_minute() -> None:
    assert date_range("2016-12-31T23:59:60Z") == date_range("2016-12-31T23:59:59Z")


def test_the_edges_of_the_calendar_are_kept() -> None:
    assert date_range("0001")[0] == EARLIEST
    assert date_range("9999-12-31")[1] == LATEST
    assert date_range("0001-01-01T00:00:00+14:00")[0] == EARLIEST
    assert date_range("9999-12-31T23:59:59-12:00") == (LATEST, LATEST)


def within(searched: str, stored: str) -> bool:
    """Whether a search by equality finds what is stored: its range holds the other."""
    low, high = date_range(searched)
    inner = date_range(stored)
    return low <= inner[0] and inner[1] <= high


@pytest.mark.parametrize(
    ("searched", "first", "last", "before", "after"),
    [
        ("2024", "2024-01-01T00:00:00+01:00", "2024-12-31T23:59:59.999+01:00", "2023-12-31", "2025-01-01"),
        ("2024", "2023-12-31T23:00:00Z", "2024-12-31T22:59:59Z", "2023-12-31T22:59:59Z", "2024-12-31T23:00:00Z"),
        ("2024", "2024-01", "2024-12", "2023-12", "2025-01"),
        ("2024-02", "2024-02-01T00:00+01:00", "2024-02-29T23:59+01:00", "2024-01-31", "2024-03-01"),
        ("2024-07", "2024-06-30T22:00:00Z", "2024-07-31T21:59:59Z", "2024-06-30T21:59:59Z", "2024-07-31T22:00:00Z"),
        ("2024-07-15", "2024-07-15T00:00:00+02:00", "2024-07-15T23:59:59+02:00", "2024-07-14", "2024-07-16"),
        (
            "2024-07-15",
            "2024-07-14T18:00:00-04:00",
            "2024-07-15T17:59:59-04:00",
            "2024-07-14T17:59:59-04:00",
            "2024-07-16",
        ),
        (
            "2024-05-31T14:05",
            "2024-05-31T14:05:00+02:00",
            "2024-05-31T14:05:59.9+02:00",
            "2024-05-31T14:04",
            "2024-05-31T14:06",
        ),
        (
            "2024-05-31T14:05:07Z",
            "2024-05-31T14:05:07.000Z",
            "2024-05-31T16:05:07.999+02:00",
            "2024-05-31T14:05:06Z",
            "2024-05-31T14:05:08Z",
        ),
    ],
)
def test_a_search_finds_what_lies_within_and_nothing_on_either_side(
    searched: str, first: str, last: str, before: str, after: str
) -> None:
    assert within(searched, first)
    assert within(searched, last)
    assert not within(searched, before)
    assert not within(searched, after)


def test_what_is_stored_less_exactly_than_it_is_searched_is_not_equal() -> None:
    assert not within("2024-05-31", "2024-05")
    assert not within("2024-05-31T14:05:07Z", "2024-05-31T14:05Z")
    assert within("2024-05-31T14:05Z", "2024-05-31T14:05:07Z")


@pytest.mark.parametrize(
    "text", ["", "2024-13", "2023-02-29", "2024-1-1", "yesterday", "2024-05-31T25:00:00Z", "20240531"]
)
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        date_range(text)
