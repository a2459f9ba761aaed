"""Dates and times of any precision: comparison that may be uncertain, and arithmetic with durations.

http://hl7.org/fhirpath/N1/#datetime and #datetime-arithmetic.
"""

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final

_SHAPE: Final = re.compile(
    r"(?:(\d{4})(?:-(\d\d)(?:-(\d\d))?)?)?(?:T?(\d\d)(?::(\d\d)(?::(\d\d)(?:\.(\d+))?)?)?(Z|[+-]\d\d:\d\d)?|T)?\Z",
    re.ASCII,
)
_SECOND: Final = 1_000_000
_CLOCK_PARTS: Final = 3


@dataclass(frozen=True, slots=True)
class Moment:
    """A Date, DateTime or Time (`kind`); `parts` are year, month, day, hour, minute, microseconds of the minute.

    Parts that are not known are left out at the end; a Time begins with the hour. `digits` are those of the fraction
    of the second as written, `offset` the minutes east of UTC, None where no zone is given.
    """

    kind: str
    parts: tuple[int, ...]
    digits: int = 0
    offset: int | None = None

    def __str__(self) -> str:
        days, clock = ((), self.parts) if self.kind == "Time" else (self.parts[:3], self.parts[3:])
        text = "-".join(f"{part:0{2 if place else 4}}" for place, part in enumerate(days))
        if not clock:
            return text
        text += "T" if self.kind == "DateTime" else ""
        text += ":".join(f"{part:02}" for part in clock[:2])
        if len(clock) == _CLOCK_PARTS:
            seconds, micros = divmod(clock[2], _SECOND)
            text += f":{seconds:02}" + (f".{micros:06}"[: self.digits + 1] if self.digits else "")
        return text + self._zone()

    def _zone(self) -> str:
        if self.offset is None:
            return ""
        hours, minutes = divmod(abs(self.offset), 60)
        return f"{'-' if self.offset < 0 else '+'}{hours:02}:{minutes:02}" if self.offset else "Z"

    @property
    def has_clock(self) -> bool:
        """Whether it says an hour."""
        return self.kind == "Time" or len(self.parts) > 3


@lru_cache(maxsize=16_384)
def read(text: str, kind: str) -> Moment | None:
    """A Date, DateTime or Time of this text, None if it is none or does not exist."""
    found = _SHAPE.match(text.removeprefix("T") if kind == "Time" else text)
    if found is None:
        return None
    days, clock = found.group(1, 2, 3), found.group(4, 5, 6)
    if (days[0] is None) != (kind == "Time") or (kind == "Time" and (clock[0] is None or found[8])):
        return None
    if kind == "Date" and "T" in text:
        return None
    whole = [int(part) for part in (*days, *clock) if part is not None]
    if clock[2] is not None:
        whole[-1] = whole[-1] * _SECOND + int((found[7] or "")[:6].ljust(6, "0"))
    if clock[0] is not None and kind != "Time" and days[2] is None:
        return None
    moment = Moment(kind, tuple(whole), min(len(found[7] or ""), 6), _offset(found[8]))
    return moment if _exists(moment) else None


def _offset(zone: str | None) -> int | None:
    if zone is None or zone == "Z":
        return None if zone is None else 0
    minutes = int(zone[1:3]) * 60 + int(zone[4:6])
    return -minutes if zone[0] == "-" else minutes


def _exists(moment: Moment) -> bool:
    try:
        _naive(moment)
    except ValueError:
        return False
    return True


def _naive(moment: Moment) -> datetime:
    """The beginning of a moment, without its zone."""
    days = (1, 1, 1) if moment.kind == "Time" else (*moment.parts, 1, 1)[:3]
    clock = (*(moment.parts if moment.kind == "Time" else moment.parts[3:]), 0, 0, 0)[:3]
    second, micros = divmod(clock[2], _SECOND)
    return datetime(days[0], days[1], days[2], clock[0], clock[1], min(second, 59), micros)  # noqa: DTZ001


def compared(one: Moment, other: Moment) -> int | None:
    """-1, 0 or 1 as one is before, at or after the other; None where their precision or zones leave it open."""
    left, right = one.parts, other.parts
    if one.offset != other.offset and one.has_clock and other.has_clock:
        if one.offset is None or other.offset is None:
            return None
        left, right = in_utc(one), in_utc(other)
    for a, b in zip(left, right, strict=False):
        if a != b:
            return -1 if a < b else 1
    return 0 if len(left) == len(right) else None


def in_utc(moment: Moment) -> tuple[int, ...]:
    """The parts of a moment with hours, moved to UTC if it has a zone."""
    if not moment.offset or not moment.has_clock:
        return moment.parts
    try:
        moved = _naive(moment) - timedelta(minutes=moment.offset)
    except OverflowError:
        return moment.parts
    return _parts(moved)[: len(moment.parts)]


def _parts(instant: datetime) -> tuple[int, ...]:
    micros = instant.second * _SECOND + instant.microsecond
    return (instant.year, instant.month, instant.day, instant.hour, instant.minute, micros)


def instant(moment: datetime) -> Moment:
    """A DateTime to the millisecond; a clock without a zone is read as UTC."""
    aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    offset = aware.utcoffset() or timedelta()
    micros = aware.second * _SECOND + aware.microsecond // 1000 * 1000
    return Moment("DateTime", (*_parts(aware)[:5], micros), 3, int(offset.total_seconds()) // 60)


_DAYS: Final = {"week": 7, "day": 1}
_MICROS: Final = {"hour": 3600 * _SECOND, "minute": 60 * _SECOND, "second": _SECOND, "millisecond": 1000}


def moved(moment: Moment, amount: int, unit: str) -> Moment | None:
    """A moment this many years, …, milliseconds later; None beyond the calendar. Precision stays what it was.

    What is finer than the precision is turned into whole steps of it, a month taken as 30 and a year as 365 days.
    """
    try:
        if unit in {"year", "month"}:
            return _by_months(moment, amount * (12 if unit == "year" else 1))
        return _by_time(moment, amount * (_DAYS[unit] * 86_400 * _SECOND if unit in _DAYS else _MICROS[unit]))
    except (OverflowError, ValueError):
        return None


def _by_months(moment: Moment, months: int) -> Moment | None:
    if moment.kind == "Time":
        return None
    year, *rest = moment.parts
    if not rest:
        return _with_year(moment, year + int(months / 12))
    total = year * 12 + rest[0] - 1 + months
    day = rest[1:2]
    last = (_first(total + 1) - timedelta(days=1)).day
    parts = (total // 12, total % 12 + 1, *(min(d, last) for d in day), *rest[2:])
    return replace(moment, parts=parts)


def _first(months: int) -> datetime:
    return datetime(months // 12, months % 12 + 1, 1)  # noqa: DTZ001 - a day of the calendar


def _with_year(moment: Moment, year: int) -> Moment | None:
    return replace(moment, parts=(year,)) if 1 <= year <= 9999 else None


def _by_time(moment: Moment, micros: int) -> Moment | None:
    day = 86_400 * _SECOND
    size = len(moment.parts)
    if moment.kind == "Time":
        later = _parts(_naive(moment) + timedelta(microseconds=micros % day))[3:]
        return replace(moment, parts=later[:size])
    if size <= 2:
        days = int(micros / day)
        return _by_months(moment, int(days / 30) if size == 2 else int(days / 365) * 12)
    step = {3: day, 4: 3600 * _SECOND, 5: 60 * _SECOND}.get(size, 1)
    later = _parts(_naive(moment) + timedelta(microseconds=int(micros / step) * step))
    return replace(moment, parts=later[:size])
