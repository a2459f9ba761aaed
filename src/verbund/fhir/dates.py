"""FHIR dates as half-open ranges of time: `2024-05` is the whole of May 2024, in Europe/Berlin where no zone is given.

http://hl7.org/fhir/R4/search.html#date: a date stands for the range that its precision leaves open. All instants are in
UTC; what has no beginning or no end reaches to `EARLIEST` or `LATEST`.
"""

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from verbund.fhir.generated.datatypes import Period, Timing

REGION: Final = ZoneInfo("Europe/Berlin")
EARLIEST: Final = datetime.min.replace(tzinfo=UTC)
LATEST: Final = datetime.max.replace(tzinfo=UTC)

Range = tuple[datetime, datetime]

_SHAPE = re.compile(
    r"(?P<year>\d{4})(?:-(?P<month>\d\d)(?:-(?P<day>\d\d)"
    r"(?:T(?P<hour>\d\d):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:\.(?P<fraction>\d+))?)?(?P<zone>Z|[+-]\d\d:\d\d)?)?)?)?\Z",
    re.ASCII,
)


_USUAL: Final = {
    len("2024-05-31T14:05:00"): timedelta(seconds=1),
    len("2024-05-31T14:05:00.123"): timedelta(milliseconds=1),
}


@lru_cache(maxsize=65_536)
def date_range(text: str) -> Range:
    """The range [low, high) that a date, dateTime or instant stands for; ValueError if it is none.

    Minutes without seconds and times without a zone are read too: they occur in searches. A leap second counts as the
    last second of its minute, since neither Python nor PostgreSQL keeps it.
    """
    return _usual(text) or _any_shape(text)


def _usual(text: str) -> Range | None:
    """The range of a dateTime with seconds or milliseconds and a zone, as nearly all are; None for any other."""
    local = text[:-1] if text.endswith("Z") else text[:-6]
    step = _USUAL.get(len(local))
    if step is None or local[4::3][:5] != "--T::" or local[19:20] not in {"", "."}:
        return None
    if text[-1] != "Z" and text[-3] != ":":
        return None
    try:
        low = datetime.fromisoformat(text).astimezone(UTC)
        return low, low + step
    except (ValueError, OverflowError):
        return None


def _any_shape(text: str) -> Range:
    """The range of a date in any of the forms of FHIR, and in those that a search may take."""
    found = _SHAPE.match(text)
    if found is None:
        raise ValueError("not a date in a form of FHIR")
    if found["day"] is None or found["hour"] is None:
        return _whole_days(int(found["year"]), found["month"], found["day"])
    second = min(int(found["second"] or 0), 59)
    micros = int((found["fraction"] or "")[:6].ljust(6, "0"))
    naive = datetime(  # noqa: DTZ001 - the zone is put on in _in_utc
        int(found["year"]),
        int(found["month"]),
        int(found["day"]),
        int(found["hour"]),
        int(found["minute"]),
        second,
        micros,
    )
    low = _in_utc(naive, found["zone"])
    return low, _later(low, _precision(found["second"], found["fraction"]))


def _precision(second: str | None, fraction: str | None) -> timedelta:
    """How long the last part that is written lasts, in steps that Python can hold."""
    if second is None:
        return timedelta(minutes=1)
    return timedelta(microseconds=10 ** max(0, 6 - len(fraction or "")))


def _in_utc(naive: datetime, zone: str | None) -> datetime:
    """The instant of a local time, at the edges of the calendar the earliest or latest there is."""
    if zone is None:
        aware = naive.replace(tzinfo=REGION)
    else:
        sign = -1 if zone.startswith("-") else 1
        offset = timedelta() if zone == "Z" else sign * timedelta(hours=int(zone[1:3]), minutes=int(zone[4:6]))
        try:
            return (naive - offset).replace(tzinfo=UTC)
        except OverflowError:
            return EARLIEST if naive.year == 1 else LATEST
    try:
        return aware.astimezone(UTC)
    except OverflowError:
        return EARLIEST if naive.year == 1 else LATEST


def _later(instant: datetime, step: timedelta) -> datetime:
    """The instant after a step, at most the latest there is."""
    return LATEST if LATEST - instant < step else instant + step


def _whole_days(year: int, month: str | None, day: str | None) -> Range:
    """A day, a month or a year of the region's calendar."""
    first = datetime(year, int(month or 1), int(day or 1))  # noqa: DTZ001 - the zone is put on in _in_utc
    if day is not None:
        after = _next_day(first)
    elif month is not None:
        after = _first_of(year + int(month) // 12, int(month) % 12 + 1)
    else:
        after = _first_of(year + 1, 1)
    return _in_utc(first, None), LATEST if after is None else _in_utc(after, None)


def _next_day(day: datetime) -> datetime | None:
    """The day after, or None at the end of the calendar."""
    return None if (day.year, day.month, day.day) == (9999, 12, 31) else day + timedelta(days=1)


def _first_of(year: int, month: int) -> datetime | None:
    """The first of a month, or None after the end of the calendar."""
    return None if year > 9999 else datetime(year, month, 1)  # noqa: DTZ001 - the zone is put on in _in_utc


def period_range(period: Period) -> Range:
    """The range of a Period: from the beginning of its start to the end of its end; open where one is missing."""
    low = date_range(period.start)[0] if period.start is not None else EARLIEST
    high = date_range(period.end)[1] if period.end is not None else LATEST
    return low, high


def timing_ranges(timing: Timing) -> list[Range]:
    """The ranges of a Timing: each event, and the bounds of its repetition where they are a period."""
    found = [date_range(event) for event in timing.event if event is not None]
    if timing.repeat is not None and timing.repeat.boundsPeriod is not None:
        found.append(period_range(timing.repeat.boundsPeriod))
    return found


def known(low: datetime, high: datetime) -> datetime | None:
    """The instant by which a range is placed in a history: its beginning, else its end, else none."""
    if low is not EARLIEST:
        return low
    return high if high is not LATEST else None
