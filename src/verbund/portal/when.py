"""Times as FHIR gives them: the beginning of what they name, and how exactly it is known."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

Precision = Literal["year", "month", "day", "time"]


@dataclass(frozen=True, slots=True)
class When:
    """A FHIR date or dateTime: the beginning of what it names, in UTC, and how exactly it is known."""

    at: datetime
    precision: Precision

    @property
    def day(self) -> date:
        """The day it begins on."""
        return self.at.date()
