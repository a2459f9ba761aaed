"""What the pages need of the region's trust centre."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

from verbund.identity import Principal
from verbund.portal.model import House

Choice = Literal["same", "different"]


@dataclass(frozen=True, slots=True)
class DoubtEntry:
    """One house's patient under a pseudonym."""

    entry: int
    house: House
    since: datetime
    has_number: bool


@dataclass(frozen=True, slots=True)
class Doubt:
    """An open question about two pseudonyms, or about one (`candidate` is the same then) under which may be two."""

    number: int
    pseudonym: str = field(repr=False)
    candidate: str = field(repr=False)
    likeness: float
    reason: str
    one: tuple[DoubtEntry, ...]
    other: tuple[DoubtEntry, ...]


@dataclass(frozen=True, slots=True)
class Ruling:
    """What was decided before."""

    number: int
    at: datetime
    by: str
    kind: str
    reason: str
    can_undo: bool


class TrustCentre(Protocol):
    """The desk of the trust centre's steward. Incorrect without a reason, NotFound for nobody, Conflict when late."""

    async def doubts(self, who: Principal, count: int, before: int | None) -> Sequence[Doubt]:
        """Open questions, newest first."""

    async def person(self, who: Principal, pseudonym: str) -> tuple[DoubtEntry, ...]:
        """The houses' patients under a pseudonym."""

    async def rulings(self, who: Principal, count: int, before: int | None) -> Sequence[Ruling]:
        """What was decided, newest first."""

    async def decide(self, who: Principal, pair: tuple[str, str], choice: Choice, reason: str) -> None:
        """Both are one person, or two."""

    async def split(self, who: Principal, pseudonym: str, entries: Sequence[int], reason: str) -> None:
        """These entries are another person than the rest."""

    async def undo(self, who: Principal, number: int, reason: str) -> None:
        """Take a decision back."""
