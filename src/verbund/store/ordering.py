"""By what a search is sorted in the database: one of two moments of a row, and the row number between equal ones."""

from dataclasses import dataclass
from operator import attrgetter
from typing import Literal

from verbund.fhir import SearchQuery
from verbund.store.cursor import Position
from verbund.store.indexing import PRIMARY_DATES
from verbund.store.sql import Statement

OrderName = Literal["date-", "date+", "updated-", "updated+"]


@dataclass(frozen=True, slots=True)
class Window:
    """Which rows of all, in order: at most so many, after a position or (None) from the first."""

    after: Position | None
    limit: int


@dataclass(frozen=True, slots=True)
class Order:
    """By which moment a search is sorted; the row number decides between equal ones."""

    name: OrderName

    @property
    def column(self) -> str:
        """The column of `resource`."""
        return "date" if self.name.startswith("date") else "updated"

    @property
    def descending(self) -> bool:
        """Whether the latest come first."""
        return self.name.endswith("-")

    def by(self, alias: str) -> str:
        """The ORDER BY of a table."""
        way = "desc" if self.descending else "asc"
        return f"{alias}.{self.column} {way}, {alias}.row {way}"

    def beyond(self, alias: str, window: Window, statement: Statement) -> str:
        """The condition that a row comes after the beginning of a window."""
        if window.after is None:
            return "true"
        sign = "<" if self.descending else ">"
        moment, row = (statement.bind_of(attrgetter(name), window) for name in ("after.moment", "after.row"))
        return f"({alias}.{self.column}, {alias}.row) {sign} ({moment}::text::timestamptz, {row}::bigint)"


NEWEST = Order("date-")


def order_of(query: SearchQuery) -> Order | None:
    """The order that a query asks for, newest clinical date first when it asks for none; None if no index has it."""
    if not query.sort:
        return NEWEST
    sort = query.sort[0]
    if len(query.sort) > 1:
        return None
    if sort.param == "_lastUpdated":
        return Order("updated-" if sort.descending else "updated+")
    if query.type and sort.param == PRIMARY_DATES.get(query.type):
        return Order("date-" if sort.descending else "date+")
    return None
