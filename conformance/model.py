"""What a conformance run finds: one row for each thing that was tried."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Literal

Outcome = Literal["passed", "failed", "not offered"]


@dataclass(frozen=True, slots=True)
class Row:
    """One thing of the standard: the part that it belongs to, what it is, and how it went.

    `detail` says what went otherwise than expected, or why the node does not offer it, in the node's own words.
    `cases` is how many requests it took.
    """

    area: str
    kind: str
    name: str
    outcome: Outcome
    detail: str = ""
    cases: int = 1

    def as_json(self) -> dict[str, object]:
        """The row for bench-like results."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Total:
    """How many things of an area and kind were tried, and with which outcomes."""

    area: str
    kind: str
    passed: int
    failed: int
    not_offered: int

    @property
    def tested(self) -> int:
        """All that was tried."""
        return self.passed + self.failed + self.not_offered


def totals(rows: Iterable[Row]) -> list[Total]:
    """One for each area and kind, in the order in which they first appear."""
    found: dict[tuple[str, str], dict[str, int]] = {}
    for row in rows:
        counted = found.setdefault((row.area, row.kind), {"passed": 0, "failed": 0, "not offered": 0})
        counted[row.outcome] += 1
    return [Total(area, kind, one["passed"], one["failed"], one["not offered"]) for (area, kind), one in found.items()]
