"""Dates, numbers, texts: what holds for all of them."""

from datetime import datetime, timedelta, timezone
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from verbund.fhir import normalise
from verbund.fhir.dates import REGION, _any_shape, _usual, date_range
from verbund.fhir.numbers import number_range

MOMENTS = st.datetimes(min_value=datetime(1880, 1, 1), max_value=datetime(2200, 1, 1))  # noqa: DTZ001 - zoned below


@given(MOMENTS)
def test_a_shorter_date_contains_every_longer_one_of_the_region(moment: datetime) -> None:
    text = moment.replace(microsecond=0).isoformat()
    low, high = date_range(text)
    for length in (16, 10, 7, 4):
        wider_low, wider_high = date_range(text[:length])
        assert wider_low <= low < high <= wider_high
        low, high = wider_low, wider_high


@given(MOMENTS, st.integers(-12 * 60, 14 * 60))
def test_an_instant_is_the_same_in_every_zone(moment: datetime, minutes: int) -> None:
    zoned = moment.replace(microsecond=0, tzinfo=timezone(timedelta(minutes=minutes)))
    low, high = date_range(zoned.isoformat())
    assert low == zoned
    assert high - low == timedelta(seconds=1)


@given(
    st.datetimes(min_value=datetime(1, 1, 1), max_value=datetime(9999, 12, 31)),  # noqa: DTZ001 - zoned in the text
    st.sampled_from(["", ".1", ".123", ",123", ".123456", ":00"]),
    st.sampled_from(["Z", "+02:00", "-11:30", "+0200", "+02", "+24:00", "", "z", "+02:00:00"]),
    st.sampled_from([("", ""), ("T", " "), ("-0", "-W"), (":", ""), ("59", "60"), ("-", ""), ("0", "٠")]),
)
def test_the_quick_way_to_read_a_date_agrees_with_the_thorough_one(
    moment: datetime, fraction: str, zone: str, change: tuple[str, str]
) -> None:
    text = f"{moment:%Y-%m-%dT%H:%M:%S}".rjust(19, "0").replace(*change) + fraction + zone
    quick = _usual(text)
    assert quick is None or quick == _any_shape(text)


@given(MOMENTS)
def test_a_day_is_the_day_of_the_regions_calendar(moment: datetime) -> None:
    low, high = date_range(moment.date().isoformat())
    assert low.astimezone(REGION).date() == moment.date()
    assert (high - timedelta(microseconds=1)).astimezone(REGION).date() == moment.date()


@given(st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-(10**9), max_value=10**9))
def test_a_number_lies_in_its_range_and_more_digits_in_less(value: Decimal) -> None:
    low, high = number_range(value)
    wider_low, wider_high = number_range(value.quantize(Decimal("0.1")))
    assert low < float(value) < high
    assert high - low < wider_high - wider_low


@given(st.decimals(allow_nan=False, allow_infinity=False))
def test_every_decimal_of_json_has_a_range(value: Decimal) -> None:
    low, high = number_range(value)
    assert low <= high


@given(st.text(max_size=60))
def test_normalising_twice_changes_nothing(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@given(st.text(alphabet=st.characters(categories=["Ll", "Lu", "Zs"]), max_size=30))
def test_case_makes_no_difference(text: str) -> None:
    assert normalise(text.upper().lower()) == normalise(text.lower().upper().lower())
