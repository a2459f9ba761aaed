"""Careful reading of FHIR JSON: whatever is missing or of another shape than the standard says reads as nothing."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from verbund.portal.record.model import Concept
from verbund.portal.when import When

_BERLIN = ZoneInfo("Europe/Berlin")
_DATE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d)(T.+)?)?)?$")
_FRACTION = re.compile(r"\.(\d{1,6})\d*")
_PREFERRED = ("icd-10-gm", "/ops", "loinc.org", "atc", "snomed")


def part(value: object, *path: str) -> Mapping[str, Any]:
    """The object at a path of names; of a list the first entry; empty when there is none."""
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
        if isinstance(value, list):
            value = value[0] if value else None
    return value if isinstance(value, dict) else {}


def parts(value: object, name: str) -> tuple[Mapping[str, Any], ...]:
    """The objects in a list (or the one that stands there without a list)."""
    found = value.get(name) if isinstance(value, dict) else None
    entries = found if isinstance(found, list) else [found]
    return tuple(entry for entry in entries if isinstance(entry, dict))


def text(value: object, *path: str) -> str:
    """The text at a path; of a list the first entry; empty when there is none."""
    found = part(value, *path[:-1]).get(path[-1]) if path else value
    if isinstance(found, list):
        found = found[0] if found else ""
    return found.strip() if isinstance(found, str) else ""


def texts(value: object, name: str) -> tuple[str, ...]:
    """The texts in a list."""
    found = value.get(name) if isinstance(value, dict) else None
    return tuple(entry for entry in found if isinstance(entry, str)) if isinstance(found, list) else ()


def number(value: object, name: str) -> float | None:
    """The finite number under a name; None when there is none."""
    found = value.get(name) if isinstance(value, dict) else None
    if isinstance(found, bool) or not isinstance(found, int | float):
        return None
    return float(found) if abs(found) < 1e15 else None


def concept(value: object) -> Concept:
    """A CodeableConcept for readers: its text or a display, and of its codes the most useful one."""
    codings = sorted(parts(value, "coding"), key=_usefulness)
    chosen: Mapping[str, Any] = codings[0] if codings else {}
    display = text(value, "text") or next((text(c, "display") for c in codings if text(c, "display")), "")
    code = text(chosen, "code")
    return Concept(display or code, code if display else "", text(chosen, "system"))


def codes(value: object) -> frozenset[str]:
    """All codes of a CodeableConcept, in lower case."""
    return frozenset(text(coding, "code").casefold() for coding in parts(value, "coding"))


def _usefulness(coding: Mapping[str, Any]) -> int:
    system = text(coding, "system").casefold()
    return next((place for place, name in enumerate(_PREFERRED) if name in system), len(_PREFERRED))


def when(value: object) -> When | None:
    """A FHIR date, dateTime or instant; None when it is none. Without a time zone it is meant in Germany."""
    found = _DATE.match(value.strip()) if isinstance(value, str) else None
    if found is None:
        return None
    year, month, day, clock = found.groups()
    try:
        if clock:
            exact = datetime.fromisoformat(_FRACTION.sub(_six_digits, str(value).strip()))
            return When((exact if exact.tzinfo else exact.replace(tzinfo=_BERLIN)).astimezone(UTC), "time")
        begin = datetime(int(year), int(month or 1), int(day or 1), 12, tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
    return When(begin, "day" if day else "month" if month else "year")


def _six_digits(fraction: re.Match[str]) -> str:
    return f".{fraction[1]:0<6}"


def chosen_when(resource: object, *names: str) -> When | None:
    """The first of several elements that holds a time; of a Period its start, else its end."""
    for name in names:
        value = resource.get(name) if isinstance(resource, dict) else None
        found = when(value) or when(part(value).get("start")) or when(part(value).get("end"))
        if found is not None:
            return found
    return None


def references(value: object, name: str) -> Iterator[str]:
    """The literal references in a list."""
    return (text(entry, "reference") for entry in parts(value, name) if text(entry, "reference"))
