"""An age today as a stretch of birth dates, after the rules of the reference implementation (flare).

"equal 9 years" are those who have had their ninth birthday and not yet their tenth; "greater than 18 years" those born
more than 18 years ago; a range reaches from the day on which the higher age is completed to that of the lower one.
"""

from calendar import monthrange
from datetime import date, timedelta
from decimal import Decimal

from verbund.research.ccdl import wrong
from verbund.research.model import Comparison, Range

_REVERSED = {"gt": "lt", "ge": "le", "lt": "gt", "le": "ge"}


def birth_dates(value: Comparison | Range, today: date, path: str) -> tuple[tuple[str, str], ...]:
    """Search parameters on Patient.birthdate; all must hold. Incorrect for units and ages that make no sense."""
    if isinstance(value, Range):
        return (
            ("birthdate", f"ge{_born(today, value.high, value.unit, path)}"),
            ("birthdate", f"le{_born(today, value.low, value.unit, path)}"),
        )
    if value.comparator == "eq":
        youngest = _born(today, value.value, value.unit, path)
        oldest = _born(today, value.value + 1, value.unit, path) + timedelta(days=1)
        return (("birthdate", f"ge{oldest}"), ("birthdate", f"le{youngest}"))
    if value.comparator == "ne":
        raise wrong(f"{path}.comparator", "'ne' is not offered for an age; exclude those of that age instead")
    born = _born(today, value.value, value.unit, path)
    return (("birthdate", f"{_REVERSED[value.comparator]}{born}"),)


def _born(today: date, age: Decimal, unit: str | None, path: str) -> date:
    if not 0 <= age <= 2_000 or age != age.to_integral_value():
        raise wrong(path, "an age is a whole number from 0 to 2000")
    count = int(age)
    try:
        if unit in {"a", "year", None}:
            return _months_before(today, 12 * count)
        if unit == "mo":
            return _months_before(today, count)
        if unit in {"wk", "d"}:
            return today - timedelta(days=count * (7 if unit == "wk" else 1))
    except (ValueError, OverflowError) as error:
        raise wrong(path, "this age reaches back before the calendar") from error
    raise wrong(f"{path}.unit", "an age is counted in a (years), mo (months), wk (weeks) or d (days)")


def _months_before(today: date, months: int) -> date:
    """The same day that many months ago, or the last day of that month where it has no such day."""
    year, month = divmod(today.year * 12 + today.month - 1 - months, 12)
    return date(year, month + 1, min(today.day, monthrange(year, month + 1)[1]))
