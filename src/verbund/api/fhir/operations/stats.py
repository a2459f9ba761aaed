"""`Observation/$stats`: statistics of a patient's measurements.

https://hl7.org/fhir/R4/observation-operation-stats.html; the statistics are those of the value set
http://hl7.org/fhir/ValueSet/observation-statistics.
"""

import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec

from verbund.api.fhir.messages import Response
from verbund.api.fhir.operations.gathering import gathered
from verbund.api.fhir.operations.model import Call, Operation
from verbund.api.fhir.operations.parameters import Parameter, Parameters, answer_of, refused
from verbund.api.fhir.service import Service
from verbund.api.rules import scope
from verbund.errors import Incorrect
from verbund.fhir import parse_search
from verbund.fhir.dates import date_range
from verbund.fhir.stamping import instant
from verbund.fhir.ucum import converted
from verbund.identity import Principal

MOST_MEASURED = 50_000
SYSTEM = "http://terminology.hl7.org/CodeSystem/observation-statistics"
UCUM = "http://unitsofmeasure.org"
_TAKES = frozenset({"subject", "code", "system", "coding", "duration", "period", "statistic", "include", "limit"})

Numbers = Sequence[float]


def _quantile(parts: int, which: int) -> Callable[[Numbers], float | None]:
    """The boundary between two of so many equal parts."""
    return lambda x: statistics.quantiles(x, n=parts, method="inclusive")[which - 1] if len(x) > 1 else None


def _middle_half(x: Numbers) -> float | None:
    """From the first to the third quartile."""
    return (
        statistics.quantiles(x, n=4, method="inclusive")[2] - statistics.quantiles(x, n=4, method="inclusive")[0]
        if len(x) > 1
        else None
    )


def _spread(moment: Callable[[Numbers], float]) -> Callable[[Numbers], float | None]:
    return lambda x: moment(x) if len(x) > 1 else None


def _standardised(power: int, x: Numbers) -> float | None:
    """The mean of the deviations, in standard deviations, to a power."""
    deviation = statistics.pstdev(x)
    if deviation == 0:
        return None
    mean = statistics.fmean(x)
    return statistics.fmean([((one - mean) / deviation) ** power for one in x])


def _excess(x: Numbers) -> float | None:
    found = _standardised(4, x)
    return None if found is None else found - 3


STATISTICS: Mapping[str, Callable[[Numbers], float | None]] = {
    "average": statistics.fmean,
    "maximum": max,
    "minimum": min,
    "count": len,
    "total-count": len,
    "median": statistics.median,
    "std-dev": _spread(statistics.stdev),
    "sum": sum,
    "variance": _spread(statistics.variance),
    "20-percent": _quantile(5, 1),
    "80-percent": _quantile(5, 4),
    "4-lower": _quantile(4, 1),
    "4-upper": _quantile(4, 3),
    "4-dev": _middle_half,
    "5-1": _quantile(5, 1),
    "5-2": _quantile(5, 2),
    "5-3": _quantile(5, 3),
    "5-4": _quantile(5, 4),
    "skew": lambda x: _standardised(3, x),
    "kurtosis": _excess,
}
"""Code of a statistic to what computes it; None where there are too few values for it."""

_WITHOUT_UNIT = frozenset({"count", "total-count", "skew", "kurtosis"})


class _Quantity(msgspec.Struct):
    value: Decimal | None = None
    unit: str | None = None
    system: str | None = None
    code: str | None = None


class _Measured(msgspec.Struct, rename="camel"):
    value_quantity: _Quantity | None = None


_measured = msgspec.json.Decoder(_Measured).decode


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is to be measured: whose values, of which codes, when, and which statistics."""

    subject: str
    codings: tuple[tuple[str | None, str], ...]
    period: tuple[datetime | None, datetime | None]
    statistics: tuple[str, ...]
    include: bool
    limit: int


async def stats(service: Service, who: Principal, call: Call) -> Response:
    """One Observation of statistics for each code that is asked for; with `include`, also what it was made of.

    Values in other units are converted where UCUM can, and left out, with the count in `total-count`, where it cannot.
    """
    asked = _asked(call.parameters)
    listed: list[Parameter] = []
    for coding in asked.codings:
        found = await gathered(service, who, parse_search("Observation", _criteria(asked, coding)), MOST_MEASURED)
        bodies = [one.body for one in found]
        summary = _summary(asked, coding, [_measured(body).value_quantity for body in bodies])
        listed.append(Parameter("statistics", resource=msgspec.json.encode(summary)))
        if asked.include:
            listed += [Parameter("source", resource=body) for body in bodies[: asked.limit]]
    return Response(200, answer_of(listed))


def _asked(given: Parameters) -> _Asked:
    subject = given.text("subject")
    if not subject:
        raise refused("subject", "is needed: the patient, for example Patient/42.")
    system = given.text("system")
    codings: list[tuple[str | None, str]] = [(system, code) for code in given.texts("code")]
    for one in given.all("coding"):
        coding = one.value
        if not isinstance(coding, dict) or not isinstance(coding.get("code"), str):
            raise refused("coding", "takes a Coding with a code.")
        codings.append((coding.get("system"), coding["code"]))
    names = given.texts("statistic")
    if not codings or not names:
        raise Incorrect("$stats needs at least one code (or coding), and at least one statistic.")
    if unknown := [name for name in names if name not in STATISTICS]:
        raise refused("statistic", f"does not know {unknown[0][:40]}; it takes {', '.join(STATISTICS)}.")
    limit = given.number("limit")
    included = bool(given.flag("include"))
    return _Asked(subject, tuple(codings), _period(given), names, included, MOST_MEASURED if limit is None else limit)


def _period(given: Parameters) -> tuple[datetime | None, datetime | None]:
    """The time that is looked at: a `period`, or a `duration` in hours before now."""
    period, duration = given.structure("period"), given.one("duration")
    if period is not None and duration is not None:
        raise Incorrect("$stats takes a duration or a period, not both.")
    if duration is not None:
        try:
            return datetime.now(UTC) - timedelta(hours=float(duration.value)), None
        except (TypeError, ValueError, OverflowError):
            raise refused("duration", "takes a number of hours.") from None
    if period is None:
        return None, None
    try:
        start, end = period.get("start"), period.get("end")
        return date_range(start)[0] if start else None, date_range(end)[1] if end else None
    except (ValueError, TypeError):
        raise refused("period", "takes a Period with a start, an end, or both.") from None


def _criteria(asked: _Asked, coding: tuple[str | None, str]) -> tuple[tuple[str, str], ...]:
    system, code = coding
    escaped = code.replace("\\", "\\\\").replace(",", "\\,").replace("|", "\\|").replace("$", "\\$")
    pairs = [("subject", asked.subject), ("code", f"{system}|{escaped}" if system else escaped)]
    pairs += [("status:not", "entered-in-error"), ("_sort", "-date"), ("_count", "1000")]
    start, end = asked.period
    pairs += [] if start is None else [("date", f"ge{start.isoformat()}")]
    pairs += [] if end is None else [("date", f"lt{end.isoformat()}")]
    return tuple(pairs)


def _summary(asked: _Asked, coding: tuple[str | None, str], found: Sequence[_Quantity | None]) -> dict[str, Any]:
    """The Observation with a component for each statistic."""
    first = next((one for one in found if one is not None and one.value is not None), None)
    numbers = [number for one in found if first is not None and (number := _in_unit(one, first)) is not None]
    named = {"code": coding[1]} | ({"system": coding[0]} if coding[0] else {})
    start, end = asked.period
    period = {name: instant(at) for name, at in (("start", start), ("end", end)) if at is not None}
    summary: dict[str, Any] = {
        "resourceType": "Observation",
        "status": "final",
        "code": {"coding": [named]},
        "subject": {"reference": asked.subject},
    }
    if period:
        summary["effectivePeriod"] = period
    summary["component"] = [_component(name, numbers, len(found), first) for name in asked.statistics]
    return summary


def _in_unit(one: _Quantity | None, first: _Quantity) -> float | None:
    if one is None or one.value is None:
        return None
    if (one.system, one.code) == (first.system, first.code):
        return float(one.value)
    if one.system == first.system == UCUM and one.code and first.code:
        return converted(float(one.value), one.code, first.code)
    return None


def _component(name: str, numbers: Numbers, total: int, first: _Quantity | None) -> dict[str, Any]:
    component: dict[str, Any] = {"code": {"coding": [{"system": SYSTEM, "code": name}]}}
    value = float(total) if name == "total-count" else STATISTICS[name](numbers) if numbers else None
    if name == "count":
        value = len(numbers)
    if value is None:
        absent = {"system": "http://terminology.hl7.org/CodeSystem/data-absent-reason", "code": "not-applicable"}
        return component | {"dataAbsentReason": {"coding": [absent]}}
    quantity: dict[str, Any] = {"value": int(value) if float(value).is_integer() else float(f"{value:.12g}")}
    if name not in _WITHOUT_UNIT and first is not None:
        quantity |= {k: v for k, v in (("unit", first.unit), ("system", first.system), ("code", first.code)) if v}
    return component | {"valueQuantity": quantity}


OPERATIONS = (
    Operation(
        "stats",
        ("type",),
        scope("s"),
        stats,
        takes=_TAKES,
        types=("Observation",),
        definition="http://hl7.org/fhir/OperationDefinition/Observation-stats",
    ),
)
