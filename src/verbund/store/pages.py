# ruff: noqa: S608 - composed of literals of this package; values are only ever bound, by `Statement`
"""Statements of searches, planned once for each shape, and the rows of their pages.

Of a page first the numbers of its rows are asked for; what was opened lately is still in memory, and only the rest is
fetched. A row in memory is taken only where its version, or the writing of its coded facts, is the one that was found.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import TypeVar

import asyncpg

from verbund.database import Connection
from verbund.errors import Fault
from verbund.fhir import SearchQuery
from verbund.store.ordering import Order, Window
from verbund.store.planning import COLUMNS, Plan, Settings
from verbund.store.records import Records, Seen
from verbund.store.shapes import shape_of
from verbund.store.sql import Statement, Template
from verbund.store.ways import Scope

T = TypeVar("T")

MOST_KEPT = 2_000
# Where less than this share of the last pages was in memory, the rows are fetched whole at once.
_WORTH_ASKING = 0.5
_SLOWLY = 0.9
_TRIED_AGAIN = 0.002
_REST = f"select {COLUMNS} from resource r where r.row = any($1::bigint[])"


@dataclass(frozen=True, slots=True)
class Asked:
    """Searches within one type each that make up one search; `shapes` is None where one of them has no shape."""

    queries: tuple[SearchQuery, ...]
    scope: Scope
    shapes: tuple[Hashable, ...] | None
    parts: tuple[object, ...]

    @classmethod
    def of(cls, queries: Sequence[SearchQuery], scope: Scope, *, counting: bool = False) -> "Asked":
        """With the shapes of all."""
        parts: list[object] = []
        shapes = [shape_of(one.type, one.filters, scope, parts, counting=counting) for one in queries]
        known = None not in shapes and len(set(map(id, parts))) == len(parts)
        return cls(tuple(queries), scope, tuple(shapes) if known else None, tuple(parts) if known else ())

    @property
    def needs_comparing(self) -> bool:
        """Whether the index finds too much, so that what it finds must be opened and compared."""
        return self.shapes is None and any(Plan(one, self.scope).needs_comparing for one in self.queries)


@dataclass(slots=True)
class Finding:
    """How the rows of a page are found: their numbers with versions (or, `marked`, the marks of their facts); or whole.

    `rest` are some of them, whole, by their numbers. Where the numbers are not all, and too few for a page, the page is
    found `otherwise`. `known` is about the share of the last pages that was in memory, `filled` of those with enough.
    """

    numbers: Template
    whole: Template
    rest: Template | None = None
    otherwise: "Finding | None" = None
    known: float = 1.0
    filled: float = 1.0

    def suffices(self, filled: bool) -> bool:
        """Take down whether a page was filled; whether the numbers are all that belong to it."""
        if self.otherwise is None:
            return True
        self.filled = self.filled * _SLOWLY + filled * (1 - _SLOWLY)
        return filled

    def is_promising(self) -> bool:
        """Whether pages have been filled of late, or it is time to try again."""
        if self.otherwise is None or self.filled > _WORTH_ASKING:
            return True
        self.filled += _TRIED_AGAIN
        return False

    def met(self, there: int, of: int) -> None:
        """Take down how many rows of a page were in memory."""
        if of:
            self.known = self.known * _SLOWLY + there / of * (1 - _SLOWLY)


_NOT_PLANNED = Template("", ())


@dataclass(frozen=True, slots=True)
class Counting:
    """How rows are counted: the statement of each type, and the settings that it needs."""

    statements: tuple[tuple[Template, Settings], ...]


class Pages:
    """Finds the rows of pages, and counts."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self._findings: dict[Hashable, Finding] = {}
        self._countings: dict[Hashable, Counting] = {}
        self._others: dict[Hashable, Finding] = {}

    async def page(
        self, connection: Connection, asked: Asked, order: Order, window: Window
    ) -> tuple[Sequence[Seen], bool]:
        """The rows of a window without its last, in order, opened, and whether there is that last one."""
        parts, most = (*asked.parts, window), window.limit - 1
        finding: Finding | None = self._finding(asked, order, window, parts)
        while finding is not None:
            found = await self._window(connection, finding, parts, most)
            if found is not None:
                return found
            finding = finding.otherwise
        raise Fault("A page of a search was found in no way.")

    async def _window(
        self, connection: Connection, finding: Finding, parts: Sequence[object], most: int
    ) -> tuple[Sequence[Seen], bool] | None:
        """At most so many rows, and whether there are more; None where they are to be found otherwise."""
        if not finding.is_promising():
            return None
        if finding.known > _WORTH_ASKING:
            numbers = await connection.fetch(finding.numbers.sql, *finding.numbers.bound(parts))
            if not finding.suffices(len(numbers) > most):
                return None
            found = await self._by_number(connection, finding, numbers[:most], parts)
            if found is not None:
                return found, len(numbers) > most
        rows = await connection.fetch(finding.whole.sql, *finding.whole.bound(parts))
        finding.met(self._there(rows[:most]), len(rows[:most]))
        return await self._opened(connection, finding, rows[:most]), len(rows) > most

    async def found(
        self, connection: Connection, of: Hashable, write: Callable[[str, Statement], str]
    ) -> Sequence[Seen]:
        """The rows `r` of the statement that is written for some of their columns, opened, in its order.

        `of` says which of these statements are alike as to how much of what they find may be in memory.
        """
        finding = self._others.setdefault(of, Finding(_NOT_PLANNED, _NOT_PLANNED))
        numbers, whole = Statement(), Statement()
        if finding.known > _WORTH_ASKING:
            rows = await connection.fetch(write("r.row, r.version", numbers), *numbers.values)
            found = await self._by_number(connection, finding, rows, ())
            if found is not None:
                return found
        rows = await connection.fetch(write(COLUMNS, whole), *whole.values)
        finding.met(self._there(rows), len(rows))
        return await self._opened(connection, finding, rows)

    def _there(self, rows: Sequence[asyncpg.Record]) -> int:
        """How many of these rows are in memory as they are."""
        pairs = zip(self._records.known([row["row"] for row in rows]), rows, strict=True)
        return sum(one is not None and one.version == row["version"] for one, row in pairs)

    async def _opened(self, connection: Connection, finding: Finding, rows: Sequence[asyncpg.Record]) -> list[Seen]:
        """Whole rows opened, and kept with the marks of their facts."""
        seen = await self._records.seen_rows(connection, rows)
        if finding.rest is not None:
            marks = {row["row"]: row["mark"] for row in rows}
            for one in seen:
                one.mark = marks[one.number]
        return seen

    async def _by_number(
        self, connection: Connection, finding: Finding, numbers: Sequence[asyncpg.Record], parts: Sequence[object]
    ) -> Sequence[Seen] | None:
        """The rows of these numbers, from memory or fetched; None where one has been changed meanwhile."""
        there = self._records.known([number for number, _ in numbers])
        pairs = zip(there, numbers, strict=True)
        if finding.rest is None:
            missing = {number: mark for one, (number, mark) in pairs if one is None or one.version != mark}
        else:
            missing = {number: mark for one, (number, mark) in pairs if one is None or one.mark != mark}
        finding.met(len(numbers) - len(missing), len(numbers))
        if not missing:
            return await self._records.still_open(connection, [one for one in there if one is not None])
        values: list[object] = [list(missing)]
        sql = _REST
        if finding.rest is not None:
            sql = finding.rest.sql
            values += finding.rest.bound(parts)[1:]
        rows = await connection.fetch(sql, *values)
        mark = "version" if finding.rest is None else "mark"
        if {row["row"]: row[mark] for row in rows} != missing:
            return None
        fetched = {one.number: one for one in await self._opened(connection, finding, rows)}
        seen = [
            fetched.get(number) if number in missing else one for one, (number, _) in zip(there, numbers, strict=True)
        ]
        return await self._records.still_open(connection, [one for one in seen if one is not None])

    def _finding(self, asked: Asked, order: Order, window: Window, parts: Sequence[object]) -> Finding:
        """How a page is found, as it is known or planned now."""
        key = None if asked.shapes is None else (order, window.after is None, asked.shapes)
        finding = None if key is None else self._findings.get(key)
        if finding is None:
            finding = planned_page(
                asked, order, window, {} if key is None else {id(one): n for n, one in enumerate(parts)}
            )
            _keep(self._findings, key, finding, finding.whole, finding.numbers)
        return finding

    async def count(self, connection: Connection, asked: Asked) -> int:
        """How many rows there are, of searches that need no comparing."""
        key = asked.shapes
        counting = None if key is None else self._countings.get(key)
        if counting is None:
            counting = planned_count(asked, {id(one): n for n, one in enumerate(asked.parts)})
            _keep(self._countings, key, counting, *(one for one, _ in counting.statements))
        return sum([await _count(connection, *one, asked.parts) for one in counting.statements])


async def _count(connection: Connection, template: Template, settings: Settings, parts: Sequence[object]) -> int:
    if not settings:
        return int(await connection.fetchval(template.sql, *template.bound(parts)))
    # A remark keeps apart the generic plans that were made under different settings.
    async with connection.transaction():
        await connection.execute("".join(f"set local {one};" for one in settings))
        sql = f"/* {', '.join(settings)} */ {template.sql}"
        # `fetchval` asks for at most one row, and then no other process may help.
        return int((await connection.fetch(sql, *template.bound(parts)))[0][0])


def _keep(kept: dict[Hashable, T], key: Hashable | None, what: T, *templates: Template) -> None:
    """Remember what was planned, where it serves other searches of the same shape."""
    if key is not None and all(one.serves_others for one in templates):
        if len(kept) >= MOST_KEPT:
            kept.clear()
        kept[key] = what


def planned_page(asked: Asked, order: Order, window: Window, places: Mapping[int, int]) -> Finding:
    """How a page is found; `places` tells by their identity where the parts of the search stand."""
    plans = [Plan(one, asked.scope) for one in asked.queries]

    def template(columns: str) -> Template:
        statement = Statement(places=places)
        pages = [plan.page(order, window, statement, columns=columns) for plan in plans]
        if len(pages) == 1:
            return statement.template(pages[0])
        together = " union all ".join(f"({page})" for page in pages)
        most = statement.bind_of(attrgetter("limit"), window)
        return statement.template(f"select * from ({together}) r order by {order.by('r')} limit {most}::bigint")

    if len(plans) > 1:
        inner = template(f"r.row, r.version, r.{order.column}")
        return Finding(
            Template(f"select n.row, n.version from ({inner.sql}) n", inner.values, inner.serves_others),
            template(COLUMNS),
        )
    plan = plans[0]
    by_version = Finding(template("r.row, r.version"), template(COLUMNS))
    told = plan.numbers_told(order)
    if told == "none":
        return by_version
    numbers, rest = Statement(places=places), Statement(places=places)
    missing = rest.fixed(None)
    return Finding(
        numbers.template(plan.numbers(order, window, numbers)),
        template(f"{COLUMNS}, f.xmin as mark"),
        rest.template(plan.rest(f"{missing}::bigint[]", rest)),
        None if told == "all" else by_version,
    )


def planned_count(asked: Asked, places: Mapping[int, int]) -> Counting:
    """How the rows are counted, in the same way."""
    found = []
    for one in asked.queries:
        plan, statement = Plan(one, asked.scope, counting=True), Statement(places=places)
        found.append((statement.template(plan.count(statement)), plan.counting_settings))
    return Counting(tuple(found))
