"""What may leave: rules on numbers, pure and complete.

At a site a number below the minimum is not told, and nothing tells zero from few. At the hub only sums are told, and
only of at least `FEWEST_SITES` numbers: a sum of one is that site's number, however many sites answered.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

FEWEST_SITES = 2


@dataclass(frozen=True, slots=True)
class Disclosed:
    """What a site tells: its number, or that it is below the minimum (`count` None)."""

    minimum: int
    count: int | None = None


def disclose(count: int, minimum: int) -> Disclosed:
    """A number as it may leave the site. The same number gives the same answer, always."""
    return Disclosed(minimum, count if count >= minimum else None)


class SiteState(StrEnum):
    """How a site took part. Whether its number was too small to tell is not said of a single site."""

    ANSWERED = "answered"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True)
class Summed:
    """The region's number: the sum of what was told; None where fewer than `FEWEST_SITES` sites told a number.

    `suppressed` sites answered without a number, since theirs was below `minimum` and perhaps zero: the true number is
    higher by 0 to `minimum` - 1 for each of them.
    """

    count: int | None
    answered: int
    suppressed: int
    minimum: int


def summed(told: Sequence[Disclosed]) -> Summed:
    """Add up what sites told."""
    numbers = [one.count for one in told if one.count is not None]
    minimum = max((one.minimum for one in told), default=0)
    count = sum(numbers) if len(numbers) >= FEWEST_SITES else None
    return Summed(count, len(told), len(told) - len(numbers), minimum)
