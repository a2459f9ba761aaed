# ruff: noqa: S608 - composed of literals of this package; values are only ever bound, by `Statement`
"""From a search to one SQL statement: which index leads, what is checked on each row, in which order, from where on.

The planner of PostgreSQL cannot know how often a hashed key occurs when it makes a generic plan, and takes the wrong
index for rare or for common ones. So the way in is chosen here, by the frequencies that ANALYZE has found, and fixed by
the shape of the statement.
"""

from dataclasses import dataclass
from typing import Literal

from verbund.errors import Unsupported
from verbund.fhir import SearchQuery, type_number
from verbund.fhir.search import Filter, ReferenceValue
from verbund.store.criteria import Criteria, date_bounds
from verbund.store.cursor import Position
from verbund.store.frequencies import Frequencies
from verbund.store.indexing import FACT_PARAMETERS, ONE_PATIENT, PRIMARY_DATES, Indexer
from verbund.store.keys import COMBINED
from verbund.store.rowfilter import EVERYTHING, All, OfPatient, RowFilter, compiled
from verbund.store.sql import Statement

COLUMNS = (
    "r.row, r.type, r.id, r.version, r.deleted, r.patient, r.category, r.updated, r.date, r.date_end, "
    "r.dictionary, r.body"
)
# Up to so many rows are fetched through the index of keys and sorted; above it, rows are read in order and checked.
FEW_ROWS = 4_000
ROWS_OF_A_PATIENT = 300

OrderName = Literal["date-", "date+", "updated-", "updated+"]


@dataclass(frozen=True, slots=True)
class Order:
    """By which moment a search is sorted; the row number decides between equal ones."""

    name: OrderName

    @property
    def column(self) -> str:
        """The column of `resource`."""
        return "date" if self.name.startswith("date") else "updated"

    def by(self, alias: str) -> str:
        """The ORDER BY of a table."""
        way = "desc" if self.name.endswith("-") else "asc"
        return f"{alias}.{self.column} {way}, {alias}.row {way}"

    def beyond(self, alias: str, position: Position | None, statement: Statement) -> str:
        """The condition that a row comes after a position."""
        if position is None:
            return "true"
        sign = "<" if self.name.endswith("-") else ">"
        moment, row = statement.bind(position.moment), statement.bind(position.row)
        return f"({alias}.{self.column}, {alias}.row) {sign} ({moment}::text::timestamptz, {row}::bigint)"


def order_of(query: SearchQuery) -> Order:
    """The order that a query asks for; newest clinical date first when it asks for none. Unsupported names what is."""
    if not query.sort:
        return Order("date-")
    sort = query.sort[0]
    primary = PRIMARY_DATES.get(query.type)
    if len(query.sort) == 1 and sort.param == "_lastUpdated":
        return Order("updated-" if sort.descending else "updated+")
    if len(query.sort) == 1 and primary is not None and sort.param == primary:
        return Order("date-" if sort.descending else "date+")
    offered = ["_lastUpdated"] if primary is None else [primary, "_lastUpdated"]
    raise Unsupported(f"{query.type} can be sorted by one of: {', '.join(offered)} (with - before it, latest first).")


@dataclass(frozen=True, slots=True)
class Way:
    """The index that leads: by id, patient, keys, coded facts, or reading the type in order."""

    name: Literal["id", "patient", "keys", "fact", "scan"]
    filter: Filter | None = None
    values: tuple[int, ...] = ()


def plain(query: SearchQuery) -> tuple[Filter, ...]:
    """The filters of a search, which must ask for the values of its own resources only."""
    filters = tuple(wanted for wanted in query.filters if isinstance(wanted, Filter))
    if len(filters) != len(query.filters):
        raise Unsupported("A search by the values of other resources is not offered here.")
    return filters


def way_of(query: SearchQuery, within: RowFilter, criteria: Criteria, frequencies: Frequencies) -> Way:
    """The cheapest way in."""
    best, fewest = Way("scan"), float("inf")
    for wanted in plain(query):
        if wanted.kind == "id" and wanted.modifier is None:
            return Way("id", wanted)
        if wanted.modifier in {"not", "missing", "contains"}:
            continue
        patients = _patients(query.type, wanted, criteria)
        sets = criteria.key_sets(wanted)
        if patients and fewest > ROWS_OF_A_PATIENT:
            best, fewest = Way("patient", wanted, patients), ROWS_OF_A_PATIENT
        elif sets is not None and (expected := sum(map(frequencies.expected, sets.alternatives))) < fewest:
            best, fewest = Way("keys", wanted), expected
    patient = _only_patient(within)
    if patient is not None and fewest > ROWS_OF_A_PATIENT:
        return Way("patient", None, (patient,))
    if best.name == "keys" and best.filter is not None:
        facts = _facts(query.type, best.filter, criteria)
        if facts and (fewest > FEW_ROWS // 10 or not frequencies.known):
            return Way("fact", best.filter, facts)
        if fewest > FEW_ROWS:
            return Way("scan")
    return best


def _patients(kind: str, wanted: Filter, criteria: Criteria) -> tuple[int, ...]:
    """The patients' hashes where a filter asks for the patient of the compartment."""
    if kind not in ONE_PATIENT or wanted.kind != "reference" or wanted.param not in {"patient", "subject"}:
        return ()
    found = [
        criteria.patient(value.id)
        for value in wanted.values
        if isinstance(value, ReferenceValue) and value.id and (value.type == "Patient" or wanted.param == "patient")
    ]
    return tuple(found) if len(found) == len(wanted.values) else ()


def _only_patient(within: RowFilter) -> int | None:
    match within:
        case OfPatient(patient):
            return patient
        case All(parts):
            return next((part.patient for part in parts if isinstance(part, OfPatient)), None)
    return None


def _facts(kind: str, wanted: Filter, criteria: Criteria) -> tuple[int, ...]:
    """The keys of coded facts, where a filter asks for codes with their system."""
    if wanted.param not in FACT_PARAMETERS or (kind, wanted.param) in COMBINED:
        return ()
    return criteria.full_codes(wanted)


class Plan:
    """A search ready to be made into statements: for one page, or for a count."""

    def __init__(self, query: SearchQuery, within: RowFilter, indexer: Indexer, frequencies: Frequencies) -> None:
        self.query = query
        self.within = within
        self.criteria = Criteria(query.type, indexer)
        self.way = way_of(query, within, self.criteria, frequencies)

    @property
    def needs_comparing(self) -> bool:
        """Whether the statements find too much, so that what they find must be opened and compared."""
        return any(self.criteria.needs_comparing(wanted) for wanted in plain(self.query))

    def page(self, order: Order, after: Position | None, limit: int) -> tuple[str, Statement]:
        """The statement for at most `limit` rows after a position, in order."""
        statement = Statement()
        if self.way.name == "fact":
            return self._page_of_facts(statement, order, after, limit), statement
        conditions = [*self._conditions(statement), order.beyond("r", after, statement)]
        source = self._source(statement)
        return (
            f"select {COLUMNS} from {source} where {' and '.join(conditions)} "
            f"order by {order.by('r')} limit {statement.bind(limit)}::bigint"
        ), statement

    def _page_of_facts(self, statement: Statement, order: Order, after: Position | None, limit: int) -> str:
        """Facts of each code in order of date; the first of all codes together are the first of the result."""
        most = statement.bind(limit)
        conditions = self._conditions(statement)
        if order.column == "date":
            conditions += [order.beyond("f", after, statement), *self._bounded("f", statement)]
            ordered = order.by("f")
        else:
            conditions.append(order.beyond("r", after, statement))
            ordered = order.by("r")
        keys = statement.bind(list(self.way.values))
        found = (
            f"select {COLUMNS} from fact f join resource r on r.row = f.row "
            f"where f.key = k.key and {' and '.join(conditions)} order by {ordered} limit {most}::bigint"
        )
        distinct = f"distinct on (r.{order.column}, r.row)" if len(self.way.values) > 1 else ""
        return (
            f"select {distinct} r.* from unnest({keys}::bigint[]) k (key) cross join lateral ({found}) r "
            f"order by {order.by('r')} limit {most}::bigint"
        )

    def count(self) -> tuple[str, Statement]:
        """The statement for the number of all rows of the result."""
        statement = Statement()
        return self._all("count(distinct r.row)" if self._may_repeat() else "count(*)", statement), statement

    def patients(self, statement: Statement) -> str:
        """The query for the patients of all rows of the result, perhaps more than once, as part of a statement."""
        return self._all("r.patient", statement)

    def _all(self, columns: str, statement: Statement) -> str:
        if self.way.name == "fact" and self._facts_suffice():
            keys = statement.bind(list(self.way.values))
            bounds = "".join(f" and {bound}" for bound in self._bounded("r", statement))
            return f"select {columns} from fact r where r.key = any({keys}::bigint[]){bounds}"
        conditions = self._conditions(statement)
        source = self._source(statement)
        return f"select {columns} from {source} where {' and '.join(conditions)}"

    def _may_repeat(self) -> bool:
        return self.way.name == "fact" and len(self.way.values) > 1

    def _facts_suffice(self) -> bool:
        """Whether the covering table alone holds the answer: only the code is asked, and all rows may be seen."""
        return self.query.filters == (self.way.filter,) and self.within == EVERYTHING

    def _conditions(self, statement: Statement) -> list[str]:
        """What holds for every row of the result, apart from what the leading index has found."""
        led = self.way.filter if self.way.name in {"keys", "id", "fact"} else None
        checked = [self.criteria.condition(wanted, statement) for wanted in plain(self.query) if wanted is not led]
        conditions = [f"r.type = {statement.bind(type_number(self.query.type))}::smallint", "not r.deleted"]
        if self.way.name == "patient":
            conditions.append(_equal("r.patient", self.way.values, statement))
        conditions += checked
        if self.way.name in {"scan", "patient"}:
            conditions += self._bounded("r", statement)
        return [*conditions, compiled(self.within, statement)]

    def _source(self, statement: Statement) -> str:
        """The rows that the leading index finds, as `r`; `offset 0` keeps the planner from taking another way."""
        led = self.way.filter
        if self.way.name in {"keys", "id"} and led is not None:
            found = self.criteria.condition(led, statement, leads=True)
            return f"(select r.* from resource r where {found} offset 0) r"
        if self.way.name == "fact":
            keys = statement.bind(list(self.way.values))
            return f"(select * from fact where key = any({keys}::bigint[]) offset 0) f join resource r on r.row = f.row"
        return "resource r"

    def _bounded(self, alias: str, statement: Statement) -> list[str]:
        """Conditions on the beginning of the primary period, implied by the filters, that an index can use."""
        found: list[str] = []
        for wanted in plain(self.query):
            if wanted.kind == "date" and wanted.param == PRIMARY_DATES.get(self.query.type) and not wanted.modifier:
                low, high = date_bounds(wanted.values)
                found += [] if low is None else [f"{alias}.date >= {statement.bind(low)}::timestamptz"]
                found += [] if high is None else [f"{alias}.date < {statement.bind(high)}::timestamptz"]
        return found


def _equal(column: str, values: tuple[int, ...], statement: Statement) -> str:
    """Equality in the form that keeps an index's order, where there is one value."""
    if len(values) == 1:
        return f"{column} = {statement.bind(values[0])}::bigint"
    return f"{column} = any({statement.bind(list(values))}::bigint[])"
