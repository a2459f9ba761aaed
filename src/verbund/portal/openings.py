"""What the pages need of records that are opened with a reason."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from verbund.identity import Principal


@dataclass(frozen=True, slots=True)
class OpenedRecord:
    """A record that was opened, as its steward sees it."""

    patient: str = field(repr=False)
    person: str = field(repr=False)
    role: str
    reason: str = field(repr=False)
    since: datetime
    until: datetime


class Glass(Protocol):
    """What of the house's records is opened in an emergency."""

    async def open(self, who: Principal, family: str, given: str, born: date, reason: str) -> str:
        """Open the record of the one person whom this describes; the patient's id.

        NotFound when nobody fits, Incorrect when several do, Forbidden without a reason.
        """

    async def opened(self, who: Principal, before: int | None) -> tuple[tuple[OpenedRecord, ...], int | None]:
        """The records that were opened, the latest first, and from where there are more; Forbidden but to a steward."""
