"""The course of a measurement as a drawing: where everything goes, in the units of an SVG view box.

Pure arithmetic; templates draw it. The reference range is a band, values outside it have another shape as well as
another colour, and the table with the same values stands beside it.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from verbund.portal.record.model import Analyte, Flag, Value

_MOST_POINTS = 240


@dataclass(frozen=True, slots=True)
class Frame:
    """Size of the drawing and the space left for the axes."""

    width: int
    height: int
    left: int = 0
    right: int = 0
    top: int = 0
    bottom: int = 0


LARGE = Frame(720, 240, left=52, right=16, top=14, bottom=30)
SPARK = Frame(120, 32, left=4, right=6, top=5, bottom=5)


@dataclass(frozen=True, slots=True)
class Dot:
    """One value in the drawing."""

    x: float
    y: float
    flag: Flag
    value: Value


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on an axis; of a time axis `at` is the moment, of a value axis `number` the value."""

    place: float
    number: float = 0.0
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Band:
    """The reference range, cut to the drawing."""

    top: float
    height: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Plot:
    """Everything a template needs to draw one analyte."""

    frame: Frame
    dots: tuple[Dot, ...]
    line: str
    band: Band | None
    values: tuple[Tick, ...]
    times: tuple[Tick, ...]


def plot(analyte: Analyte, frame: Frame) -> Plot | None:
    """The drawing; None with fewer than two dated numbers."""
    shown = analyte.numeric[-_MOST_POINTS:]
    if len(shown) < 2:
        return None
    lowest, highest = _span(shown)
    begin, end = shown[0].at, shown[-1].at

    def y(number: float) -> float:
        room = frame.height - frame.top - frame.bottom
        return round(frame.top + room * (1 - (number - lowest) / (highest - lowest)), 1)

    def x(at: datetime) -> float:
        room, whole = frame.width - frame.left - frame.right, (end - begin).total_seconds()
        share = (at - begin).total_seconds() / whole if whole else 0.5
        return round(frame.left + room * share, 1)

    dots = tuple(Dot(x(v.at), y(v.number or 0.0), v.flag, v) for v in shown)
    return Plot(
        frame=frame,
        dots=dots,
        line="M" + " L".join(f"{dot.x} {dot.y}" for dot in dots),
        band=_band(shown[-1], frame, y(lowest), y(highest), y),
        values=tuple(Tick(y(number), number) for number in steps(lowest, highest, 4)),
        times=tuple(Tick(x(at), at=at) for at in _moments(begin, end)),
    )


def _span(shown: tuple[Value, ...]) -> tuple[float, float]:
    """Lowest and highest number to be seen: values and reference range, with a little air."""
    numbers = [v.number for v in shown if v.number is not None]
    numbers += [limit for limit in (shown[-1].low, shown[-1].high) if limit is not None]
    lowest, highest = min(numbers), max(numbers)
    air = (highest - lowest) * 0.08 or abs(highest) * 0.1 or 1.0
    return max(0.0, lowest - air) if lowest >= 0 else lowest - air, highest + air


def _band(last: Value, frame: Frame, bottom: float, top: float, y: Callable[[float], float]) -> Band | None:
    if last.low is None and last.high is None:
        return None
    upper = max(top, y(last.high)) if last.high is not None else float(frame.top)
    lower = min(bottom, y(last.low)) if last.low is not None else bottom
    return Band(upper, round(max(0.0, lower - upper), 1), last.low, last.high)


def steps(lowest: float, highest: float, wanted: int) -> tuple[float, ...]:
    """Round numbers between two limits, about as many as wanted."""
    rough = (highest - lowest) / wanted
    power = 10 ** math.floor(math.log10(rough))
    step = next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor >= rough)
    first = math.ceil(lowest / step)
    last = math.floor(highest / step)
    return tuple(round(step * place, 10) for place in range(first, last + 1))


def _moments(begin: datetime, end: datetime) -> tuple[datetime, ...]:
    """Beginnings of years or months between two moments, at most seven; the ends themselves when too close."""
    months = (end.year - begin.year) * 12 + end.month - begin.month
    if months < 2 or end - begin < timedelta(days=45):
        return (begin, end) if begin != end else (begin,)
    step = next(step for step in (1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200) if months / step <= 6)
    first = begin.year * 12 + begin.month  # the month after the beginning, counted from 0
    start = -(-first // step) * step
    found = [datetime(month // 12, month % 12 + 1, 1, tzinfo=UTC) for month in range(start, first + months, step)]
    return tuple(at for at in found if begin <= at <= end)
