"""Draws what was measured against what was asked for: one bar a figure, beyond the line where the limit is kept."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure as Page

TARGET = Path(__file__).parents[1] / "docs" / "images" / "performance.svg"
_RATE = re.compile(r">= ([\d,]+)/s")
_MEDIAN = re.compile(r"p50 < ([\d.]+) ms")
_KEPT, _MISSED = "#2e7d32", "#c77700"


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure and its limit in the same unit; of a rate more is better, of a time or a size less."""

    label: str
    value: float
    limit: float
    unit: str

    @property
    def more_is_better(self) -> bool:
        """Whether it is a rate."""
        return self.unit.endswith("/s")

    @property
    def share(self) -> float:
        """1 where the limit is just kept, more where it is more than kept."""
        return self.value / self.limit if self.more_is_better else self.limit / self.value


def figures(folder: Path) -> Iterator[Figure]:
    """Every figure with a limit among the results of the last runs."""
    for path in sorted(folder.glob("*.json")):
        for row in json.loads(path.read_text(encoding="utf-8"))["rows"]:
            yield from _of_row(path.stem, row)


def _of_row(benchmark: str, row: dict[str, Any]) -> Iterator[Figure]:
    name = f"{benchmark}: {row.get('name') or row.get('work')}"
    name += f", {row['clients']} clients" if "clients" in row else ""
    limit = row.get("limit")
    if isinstance(limit, int | float) and row.get("value"):
        yield Figure(name, row["value"], limit, row["unit"])
    if isinstance(limit, str) and (rate := _RATE.search(limit)) and row.get("per second"):
        yield Figure(name, row["per second"], float(rate[1].replace(",", "")), "1/s")
    if isinstance(limit, str) and (median := _MEDIAN.search(limit)) and row.get("p50 ms"):
        yield Figure(f"{name}, median", row["p50 ms"], float(median[1]), "ms")
    if row.get("limit_ms") and row.get("p50_ms"):
        yield Figure(f"{name}, median", row["p50_ms"], row["limit_ms"], "ms")


def draw(folder: Path) -> None:
    """Write the picture; nothing where nothing with a limit was measured."""
    found = list(figures(folder))
    if not found:
        return
    mpl.rcParams["svg.hashsalt"] = "verbund"
    page = Page(figsize=(10, 0.32 * len(found) + 1.2), layout="constrained")
    axes = page.subplots()
    places = range(len(found), 0, -1)
    shares = [min(max(one.share, 0.02), 50) for one in found]
    axes.barh(places, shares, color=[_KEPT if one.share >= 1 else _MISSED for one in found], height=0.6)
    axes.axvline(1, color="black", linewidth=1)
    axes.set_xscale("log")
    axes.set_yticks(places, [one.label for one in found], fontsize=8)
    axes.set_xlabel("measured against the limit (right of the line: kept)")
    for place, share, one in zip(places, shares, found, strict=True):
        axes.text(share * 1.05, place, f"{one.value:,.4g} {one.unit} (limit {one.limit:,.4g})", va="center", fontsize=7)
    axes.set_xlim(0.02, 400)
    page.savefig(TARGET, metadata={"Date": None})
