"""What was well-formed is remembered, within bounds, and never what was not."""

import pytest

from verbund.fhir import checks


@pytest.mark.parametrize(
    ("known", "is_one", "text"),
    [
        (checks.INSTANTS, checks.is_instant, "2024-05-31T14:05:00.{:03}Z"),
        (checks.DATE_TIMES, checks.is_date_time, "2024-05-31T14:05:00.{:06}Z"),
        (checks.DATES, checks.is_date, "{:04}-05-31"),
    ],
)
def test_dates_are_remembered_and_forgotten_before_they_are_too_many(
    known: set[str], is_one: object, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert callable(is_one)
    monkeypatch.setattr(checks, "MOST_REMEMBERED", 50)
    known.clear()
    for number in range(100, 300):
        assert is_one(text.format(number))
        assert text.format(number) in known
        assert len(known) <= 50
    assert not is_one("2024-02-31T14:05:00Z")
    assert not is_one("gestern")
    assert not {"2024-02-31T14:05:00Z", "gestern"} & known
