"""Times as FHIR writes them (R4 2.24.0.1): a partial date is a stretch, read in Germany where no zone is given."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from verbund.consent.model import Span
from verbund.errors import Invalid, Issue

_BERLIN = ZoneInfo("Europe/Berlin")
_PARTIAL = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


def stretch(text: str, path: str) -> Span:
    """The half-open stretch that a date or dateTime stands for: `2024` is the year, an instant with seconds a second.

    Invalid, naming the path, for what is no date.
    """
    try:
        return _stretch(text)
    except (ValueError, OverflowError) as error:
        raise unreadable(path, f"{path} is not a date or time as FHIR writes them; give it like 2024-05-31") from error


def _stretch(text: str) -> Span:
    match = _PARTIAL.fullmatch(text)
    if match is None:
        moment = datetime.fromisoformat(text)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=_BERLIN)
        return Span(moment, moment + (timedelta(microseconds=1) if moment.microsecond else timedelta(seconds=1)))
    year, month, day = (int(part) if part else None for part in match.groups())
    assert year is not None  # noqa: S101 - the expression begins with it
    low = datetime(year, 1 if month is None else month, 1 if day is None else day, tzinfo=_BERLIN)
    if day:
        return Span(low, _midnight_after(low))
    if month:
        return Span(low, low.replace(year=year + month // 12, month=month % 12 + 1))
    return Span(low, low.replace(year=year + 1))


def _midnight_after(day: datetime) -> datetime:
    following = day.date() + timedelta(days=1)
    return datetime(following.year, following.month, following.day, tzinfo=_BERLIN)


def moment(text: str, path: str) -> datetime:
    """The beginning of what a date or dateTime stands for."""
    since = stretch(text, path).since
    assert since is not None  # noqa: S101 - a stretch has both ends
    return since


def period(value: Mapping[str, Any] | None, path: str) -> Span:
    """A FHIR Period, whose end counts in full (`2024-05-31` ends with that day); a missing side is open."""
    if not value:
        return Span()
    since = stretch(value["start"], f"{path}.start").since if value.get("start") else None
    until = stretch(value["end"], f"{path}.end").until if value.get("end") else None
    if since and until and until <= since:
        raise unreadable(path, f"{path} ends before it begins; exchange its start and its end")
    return Span(since, until)


def unreadable(path: str, text: str) -> Invalid:
    """A consent that this node cannot honour, with the place."""
    return Invalid(text, issues=(Issue("not-supported", text, (path,)),))
