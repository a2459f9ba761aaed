# ruff: noqa: S608 - composed of literals of this package; values are only ever bound, by `Statement`
"""From a search to one SQL statement: which index leads, what is checked on each row, in which order, from where on.

A criterion on other resources (a chain, `_has`) becomes a subquery, planned in the same way. Each subquery passes the
same row filter: what may not be seen finds nothing, and is not found.
"""

from datetime import datetime, timedelta
from functools import partial
from operator import attrgetter
from typing import Literal, LiteralString, TypeAlias

from verbund.errors import Fault
from verbund.fhir import SearchQuery, type_number
from verbund.fhir.search import Chain, Criterion, DateValue, Either, Every, Filter, Has, InList, Not
from verbund.store.criteria import Criteria
from verbund.store.indexing import PRIMARY_DATES
from verbund.store.ordering import Order, Window
from verbund.store.ranges import any_of, date_bounds
from verbund.store.rowfilter import (
    asks_who_treats,
    compiled,
    compiled_for_fact,
    for_type,
    joins_consents,
    tells_by_index,
)
from verbund.store.sql import Statement
from verbund.store.ways import Scope, by_patient, expected, parts_of, patients_of, way_of

Settings: TypeAlias = tuple[LiteralString, ...]

COLUMNS = (
    "r.row, r.type, r.id, r.version, r.deleted, r.patient, r.category, r.updated, r.date, r.date_end, "
    "r.dictionary, r.body"
)
# For a total, so many resources of a subquery are put into a hash table; with more, each row is checked by itself.
MOST_HASHED = 200_000
# For a page, so many resources of a `_has` are gathered by their patients before each patient is looked at.
MOST_GATHERED = 20_000

# What the index of long periods holds, in its words (migration 0022).
_LONG = "(r.date_end at time zone 'UTC') > (r.date at time zone 'UTC') + interval '31 days'"
# Comparisons that hold only for what reaches to the beginning of the time asked for, or begins after it.
_REACHING = frozenset({"eq", "ge", "gt", "ap", "sa"})
FIRST_YEAR = 1000
# Comparisons that hold where the period begins on one side of a bound of the value.
_BY_BEGINNING = {"ge": (">=", "low"), "sa": (">=", "high"), "lt": ("<", "low")}


class Plan:
    """A search within one type, ready to be made into statements: for one page, or for a count.

    `counting` says that all rows are asked for, not only the first.
    """

    def __init__(self, query: SearchQuery, scope: Scope, *, counting: bool = False) -> None:
        self.scope = scope
        self.criteria = scope.criteria(query.type)
        self.within = for_type(scope.within, query.type)
        self.query = SearchQuery(query.type, tuple(map(self.criteria.with_parts, query.filters)))
        self.way = way_of(query.type, self.query.filters, scope, counting=counting)
        self._counting = counting

    @property
    def needs_comparing(self) -> bool:
        """Whether the statements find too much, so that what they find must be opened and compared."""
        return bool(self.compared)

    @property
    def compared(self) -> tuple[Filter, ...]:
        """The filters that the index does not decide."""
        return tuple(
            one
            for one in parts_of(self.query.filters)
            if isinstance(one, Filter) and self.criteria.needs_comparing(one)
        )

    def page(self, order: Order, window: Window, statement: Statement, *, columns: str = COLUMNS) -> str:
        """The statement for the rows of a window, in order."""
        if self.way.name == "fact":
            # The first of several codes together are found by the column of the order, asked for or not.
            lacks = self._several_codes and f"r.{order.column}" not in columns.split(", ")
            asked = f"{columns}, r.{order.column}" if lacks else columns
            found = self._rows_of_facts(statement, order, window, asked)
            rows = self._each_code(statement, window, order.column, order.by("r"), found)
            return f"select {columns} from ({rows}) r order by {order.by('r')}" if lacks else rows
        conditions = [*self._conditions(statement, "r"), order.beyond("r", window, statement)]
        source = self._source(statement, "r")
        return (
            f"select {columns} from {source} where {' and '.join(conditions)} "
            f"order by {order.by('r')} limit {_most(window, statement)}"
        )

    def _rows_of_facts(self, statement: Statement, order: Order, window: Window, columns: str) -> str:
        """The rows of the facts of a code, in order of date."""
        conditions = self._conditions(statement, "r")
        if order.column == "date":
            conditions += [order.beyond("f", window, statement), *self.bounded("f", statement)]
        else:
            conditions.append(order.beyond("r", window, statement))
        ordered = order.by("f" if order.column == "date" else "r")
        return (
            f"select {columns} from fact f join resource r on r.row = f.row "
            f"where f.key = {{key}}::bigint and {' and '.join(conditions)} order by {ordered}"
        )

    def _each_code(self, statement: Statement, window: Window, column: str, ordered: str, found: str) -> str:
        """What is found of each code; the first of all codes together are the first of the result."""
        led, most = self.way.criterion, _most(window, statement)
        if not self._several_codes and isinstance(led, Filter):
            key = statement.bind_of(self.criteria.first_code, led)
            return f"{found.format(key=key)} limit {most}"
        return (
            f"select distinct on (r.{column}, r.row) r.* from unnest({self.codes(statement)}) k (key) "
            f"cross join lateral ({found.format(key='k.key')} limit {most}) r order by {ordered} limit {most}"
        )

    def _told(self) -> list[DateValue] | None:
        """What is asked of the primary date, where nothing but that and a code is, and a fact's date tells most of it.

        A fact's date is the beginning of the period. None where the covering table tells too little.
        """
        if self.way.name != "fact" or not tells_by_index(self.within):
            return None
        found: list[DateValue] = []
        for one in parts_of(self.query.filters):
            if one is self.way.criterion:
                continue
            if not isinstance(one, Filter) or one.param != PRIMARY_DATES.get(self.query.type) or one.modifier:
                return None
            value = one.values[0]
            if len(one.values) > 1 or not isinstance(value, DateValue) or value.low.year < FIRST_YEAR:
                return None
            if value.prefix not in _BY_BEGINNING:
                return None
            found.append(value)
        return found

    def numbers_told(self, order: Order) -> Literal["all", "first", "none"]:
        """Which rows of a page in this order the covering table of coded facts tells by itself.

        With "first" there may be more, after those that it tells: what began before the time asked for and reaches
        into it.
        """
        told = None if order.column != "date" else self._told()
        if told is None or (told and not order.descending):
            return "none"
        prefixes = {value.prefix for value in told}
        return "all" if not told or ("sa" in prefixes and "ge" not in prefixes) else "first"

    def _by_beginning(self, alias: str, statement: Statement) -> list[str]:
        """The conditions on the date of a fact under which what is asked of dates holds for certain."""
        told, found = self._told() or [], []
        for value in told:
            sign, bound = _BY_BEGINNING[value.prefix]
            found.append(f"{alias}.date {sign} {statement.bind_of(attrgetter(bound), value)}::timestamptz")
        return [*found, f"{alias}.date > '-infinity'"] if told else found

    def numbers(self, order: Order, window: Window, statement: Statement) -> str:
        """The numbers of those rows of a window, in order, with the marks of their facts."""
        conditions = [
            order.beyond("f", window, statement),
            *self._by_beginning("f", statement),
            compiled_for_fact(self.within, statement, "f", each=True),
        ]
        found = (
            f"select f.row, f.xmin as mark, f.date from fact f "
            f"where f.key = {{key}}::bigint and {' and '.join(conditions)} order by {order.by('f')}"
        )
        inner = self._each_code(statement, window, "date", order.by("r"), found)
        return f"select r.row, r.mark from ({inner}) r"

    def rest(self, missing: str, statement: Statement) -> str:
        """Of those rows these, whole, with the marks of their facts."""
        facts = f"f.row = r.row and f.date = r.date and f.key = any({self.codes(statement)})"
        return f"select {COLUMNS}, f.xmin as mark from resource r join fact f on {facts} where r.row = any({missing})"

    @property
    def _several_codes(self) -> bool:
        return isinstance(self.way.criterion, Filter) and len(self.way.criterion.values) > 1

    def count(self, statement: Statement) -> str:
        """The statement for the number of all rows of the result."""
        bits = self._bits()
        if bits is not None:
            return self._count_of_bits(bits, statement)
        repeats = self.way.name == "fact" and self._several_codes
        number = "count(distinct r.row)" if repeats else "count(*)"
        told = self._told()
        if told and [value.prefix for value in told if value.prefix != "lt"] in ([], ["ge"]):
            return self._count_by_beginning(number, told, statement)
        since = self._since()
        if since is None:
            return self.all(number, statement)
        bound = f"{statement.bind(since)}::timestamptz"
        recent = self.all(number, statement, dated=f" and date >= {bound}")
        before = f"{_LONG} and r.date < {bound} and {self.checked(statement, 'r')}"
        return f"select ({recent}) + (select count(*) from resource r where {before})"

    def _count_by_beginning(self, number: str, told: list[DateValue], statement: Statement) -> str:
        """What begins within the time asked for, from the covering table; what reaches into it, row by row."""
        together = self.joins_much
        seen = compiled_for_fact(self.within, statement, "r", each=not together, together=together)
        conditions = [f"r.key = any({self.codes(statement)})", *self._by_beginning("r", statement), seen]
        certain = f"select {number} from fact r where {' and '.join(conditions)}"
        first = next((value for value in told if value.prefix == "ge"), None)
        if first is None:
            dateless = " and date = '-infinity'"
            return f"select ({certain}) + ({self.all(number, statement, dated=dateless)})"
        begin, month_before = (
            f"{statement.bind_of(of, first)}::timestamptz" for of in (attrgetter("low"), _month_before)
        )
        recent = self.all(number, statement, dated=f" and date >= {month_before} and date < {begin}")
        before = f"{_LONG} and r.date < {month_before} and {self.checked(statement, 'r')}"
        return f"select ({certain}) + ({recent}) + (select count(*) from resource r where {before})"

    def _bits(self) -> list[Filter] | None:
        """The filters, where they ask for common codes alone."""
        if self.way.name != "scan" or not tells_by_index(self.within):
            return None
        found = [*parts_of(self.query.filters)]
        bits = [one for one in found if isinstance(one, Filter) and self.criteria.bits(one) is not None]
        return bits if len(bits) == len(found) else None

    def _count_of_bits(self, bits: list[Filter], statement: Statement) -> str:
        """All from the index in order of date, and one by one the rows whose common codes it does not tell yet."""
        masks = [(one, statement.bind_of(self.criteria.bits, one)) for one in bits]
        common = [f"(r.traits & {mask}::bigint) {'=' if one.modifier == 'not' else '<>'} 0" for one, mask in masks]
        one = f"r.type = {statement.fixed(type_number(self.query.type))}::smallint and not r.deleted"
        may = compiled(self.within, statement, together=self.joins_much)
        told = f"select count(*) from resource r where {' and '.join([one, *common, may])}"
        if not bits:
            return told
        asked = (self.condition(each, statement, "r") for each in self.query.filters)
        untold = f"select count(*) from resource r where {' and '.join([one, 'r.traits is null', *asked, may])}"
        return f"select ({told}) + ({untold})"

    def _since(self) -> datetime | None:
        """A month before the time that coded facts must reach into; what began earlier fits only if it was long."""
        if self.way.name != "fact":
            return None
        values = [
            value
            for one in parts_of(self.query.filters)
            if isinstance(one, Filter)
            and one.param == PRIMARY_DATES.get(self.query.type)
            and not one.modifier
            and {value.prefix for value in one.values if isinstance(value, DateValue)} <= _REACHING
            for value in [min((v for v in one.values if isinstance(v, DateValue)), key=lambda v: v.low)]
        ]
        floor = max((value.low for value in values), default=None)
        return None if floor is None or floor.year < FIRST_YEAR else floor - timedelta(days=31)

    @property
    def joins_much(self) -> bool:
        """Whether so many rows are counted that what patients permit is better put together than looked up."""
        if not self._counting or not joins_consents(self.within):
            return False
        return expected(self.query.type, self.query.filters, self.scope) > self.scope.frequencies.joined_from

    @property
    def counting_settings(self) -> Settings:
        """What the database must be told to count well; costs cannot tell a generic plan how many rows there are."""
        # A request that spreads over processes slows the others: only what reads an index of very many rows does.
        reads_much = self.scope.frequencies.are_many and self._bits() is not None
        return ("max_parallel_workers_per_gather = 2",) if reads_much else ()

    def patients(self, statement: Statement) -> str:
        """The query for the patients of all rows of the result, perhaps more than once, as part of a statement."""
        return self.all("r.patient", statement)

    def all(self, columns: str, statement: Statement, alias: str = "r", *, joined: str = "", dated: str = "") -> str:
        """The query for columns of all rows of the result, of what is joined to them too.

        `dated` narrows the coded facts that lead.
        """
        if self.way.name == "fact" and not joined and self._facts_suffice():
            keys = self.codes(statement)
            together = self.joins_much
            each = not together and not asks_who_treats(self.within)
            seen = compiled_for_fact(self.within, statement, alias, each=each, together=together)
            return f"select {columns} from fact {alias} where {alias}.key = any({keys}) and {seen}"
        conditions = self._conditions(statement, alias)
        source = self._source(statement, alias, dated)
        return f"select {columns} from {source}{joined} where {' and '.join(conditions)}"

    def _facts_suffice(self) -> bool:
        """Whether the covering table alone holds the answer: only the code is asked, and it tells who may see it."""
        return [*parts_of(self.query.filters)] == [self.way.criterion] and tells_by_index(self.within)

    def checked(self, statement: Statement, alias: str) -> str:
        """The condition that a row, found in another way, is one of the result."""
        return " and ".join(
            [
                f"{alias}.type = {statement.fixed(type_number(self.query.type))}::smallint and not {alias}.deleted",
                *(self.condition(one, statement, alias) for one in self.query.filters),
                compiled(self.within, statement, alias),
            ]
        )

    def _conditions(self, statement: Statement, alias: str) -> list[str]:
        """What holds for every row of the result, apart from what the leading index has found."""
        way = self.way
        led = way.criterion if way.name not in {"patient", "scan"} else None
        checked = [
            self.condition(wanted, statement, alias) for wanted in parts_of(self.query.filters) if wanted is not led
        ]
        conditions = [f"{alias}.type = {statement.fixed(type_number(self.query.type))}::smallint"]
        conditions.append(f"not {alias}.deleted")
        if way.name == "patient":
            conditions.append(f"{alias}.patient = {self._patient(statement)}")
        conditions += checked
        if way.name in {"scan", "patient"}:
            conditions += self.bounded(alias, statement)
        return [*conditions, compiled(self.within, statement, alias, together=self.joins_much)]

    def _patient(self, statement: Statement) -> str:
        """The patient whose rows are read, in the form that keeps an index's order where it is one."""
        led, of = self.way.criterion, self.criteria
        if self.way.within is not None:
            return f"{statement.bind_of(attrgetter('patient'), self.way.within)}::bigint"
        if not isinstance(led, Filter):
            raise Fault("Rows of a patient are read, and it is not said of which.")
        if len(led.values) == 1:
            return f"{statement.bind_of(partial(_first_patient, criteria=of), led)}::bigint"
        return f"any({statement.bind_of(partial(_patients, criteria=of), led)}::bigint[])"

    def codes(self, statement: Statement) -> str:
        """The keys of the coded facts that lead."""
        if not isinstance(self.way.criterion, Filter):
            raise Fault("Coded facts are read, and it is not said which.")
        return f"{statement.bind_of(self.criteria.codes, self.way.criterion)}::bigint[]"

    def _source(self, statement: Statement, alias: str, dated: str = "") -> str:
        """The rows that the leading index finds; `offset 0` keeps the planner from taking another way."""
        led = self.way.criterion
        match self.way.name, led:
            case (("keys" | "id"), Filter() | Either()):
                inner = statement.alias()
                found = self.condition(led, statement, inner, leads=True)
                return f"(select {inner}.* from resource {inner} where {found} offset 0) {alias}"
            case "chain", Chain():
                inner = statement.alias()
                found = f"{inner}.keys && array({self._keys_of_targets(led, statement)})"
                return f"(select {inner}.* from resource {inner} where {found} offset 0) {alias}"
            case "has", Has():
                inner, rows = statement.alias(), self._rows_of_targets(led, statement)
                found = f"(select distinct * from ({rows}) s (row)) t join resource {inner} on {inner}.row = t.row"
                return f"(select {inner}.* from {found} offset 0) {alias}"
            case "fact", _:
                bounds = "".join(f" and {bound}" for bound in self.bounded("fact", statement)) + dated
                facts = f"(select * from fact where key = any({self.codes(statement)}){bounds} offset 0) {alias}f"
                rows = f"select * from resource where row = {alias}f.row offset 0"
                return f"{facts} cross join lateral ({rows}) {alias}"
        return f"resource {alias}"

    def condition(self, wanted: Criterion, statement: Statement, alias: str, *, leads: bool = False) -> str:
        """The condition for a criterion; see `Criteria.condition`."""
        match wanted:
            case Filter():
                return self.criteria.condition(wanted, statement, alias, leads=leads)
            case Every(parts):
                return "(" + " and ".join(["true", *(self.condition(one, statement, alias) for one in parts)]) + ")"
            case Either(parts):
                return any_of(self.condition(one, statement, alias, leads=leads) for one in parts)
            case Not(part):
                return f"({self.condition(part, statement, alias)}) is not true"
            case Chain():
                return self._chained(wanted, statement, alias)
            case Has():
                return self._referred_to(wanted, statement, alias)
            case InList():
                raise Fault("A list was not looked up before the search was planned.")

    def _inner(self, kind: str, criteria: tuple[Criterion, ...]) -> "Plan":
        return Plan(SearchQuery(kind, criteria), self.scope, counting=self._counting)

    def _keys_of_targets(self, chain: Chain, statement: Statement) -> str:
        """The keys under which the resources at the end of a chain are referred to."""
        alias, leading = statement.alias(), statement.fixed(self.criteria.leading(chain.param))
        inner = self._inner(chain.target, chain.criteria)
        return inner.all(f"{leading}::bigint # target_hash({alias}.id)", statement, alias, joined=" ")

    def _chained(self, chain: Chain, statement: Statement, alias: str) -> str:
        """Whether a row refers to one of the resources at the end of a chain."""
        inner = self._inner(chain.target, chain.criteria)
        if by_patient(self.query.type, chain.param, chain.target):
            leading, target = statement.fixed(self.criteria.leading(chain.param)), statement.alias()
            refers = f"({alias}.keys @> array[{leading}::bigint # target_hash({target}.id)]) is not false"
            found = f"{target}.patient = {alias}.patient and {inner.checked(statement, target)} and {refers}"
            return f"exists (select from resource {target} where {found} offset 0)"
        key = statement.alias()
        if self._counting and expected(chain.target, chain.criteria, self.scope) <= MOST_HASHED:
            keys = self._keys_of_targets(chain, statement)
            return f"exists (select from unnest({alias}.keys) {key} (key) where {key}.key in ({keys}))"
        leading, target = statement.fixed(self.criteria.leading(chain.param)), statement.alias()
        hashed = f"{key}.key # {leading}::bigint"
        rows = f"{_told(f'{alias}.keys', hashed, key)} cross join lateral {_at(hashed, target)}"
        return f"exists (select from {rows} where {inner.checked(statement, target)} offset 0)"

    def _rows_of_targets(self, has: Has, statement: Statement) -> str:
        """The rows that the resources of a `_has` refer to, perhaps more than once."""
        inner = self._inner(has.type, has.criteria)
        leading = statement.fixed(inner.criteria.leading(has.param))
        source, target = statement.alias(), statement.alias()
        kind = f"{target}.type = {statement.fixed(type_number(self.query.type))}::smallint"
        if by_patient(has.type, has.param, self.query.type):
            refers = f"({source}.keys @> array[{leading}::bigint # target_hash({target}.id)]) is not false"
            own = f"patient = {source}.patient and {kind.removeprefix(f'{target}.')} and not deleted"
            join = f" join lateral (select * from resource where {own} offset 0) {target} on {refers}"
        else:
            key = statement.alias()
            hashed = f"{key}.key # {leading}::bigint"
            told = _told(f"{source}.keys", hashed, key)
            join = f" cross join lateral {told} join lateral {_at(hashed, target)} on {kind}"
        return inner.all(f"{target}.row", statement, source, joined=join)

    def _referred_to(self, has: Has, statement: Statement, alias: str) -> str:
        """Whether one of the resources of a `_has` refers to a row."""
        if self._counting and expected(has.type, has.criteria, self.scope) <= MOST_HASHED:
            return f"({alias}.row in ({self._rows_of_targets(has, statement)})) is true"
        inner = self._inner(has.type, has.criteria)
        leading, source = statement.fixed(inner.criteria.leading(has.param)), statement.alias()
        refers = f"@> array[{leading}::bigint # target_hash({alias}.id)]"
        if by_patient(has.type, has.param, self.query.type):
            found = (
                f"{source}.patient = {alias}.patient and {inner.checked(statement, source)} "
                f"and ({source}.keys {refers}) is not false"
            )
            return (
                f"{self._perhaps(inner, statement, alias)}exists (select from resource {source} where {found} offset 0)"
            )
        rows = f"(select * from resource where keys {refers} offset 0) {source}"
        return f"exists (select from {rows} where {inner.checked(statement, source)} offset 0)"

    def _perhaps(self, inner: "Plan", statement: Statement, alias: str) -> str:
        """What a look into an index tells at once of all patients: whether one has such a resource at all."""
        led = inner.way.criterion
        if led is None or expected(inner.query.type, inner.query.filters, self.scope) > MOST_GATHERED:
            return ""
        of = statement.alias()
        if inner.way.name == "fact":
            keys = inner.codes(statement)
            bounds = "".join(f" and {bound}" for bound in inner.bounded(of, statement))
            found = f"select {of}.patient from fact {of} where {of}.key = any({keys}){bounds}"
        elif isinstance(led, Filter) and inner.criteria.key_sets(led) is not None:
            found = f"select {of}.patient from resource {of} where {inner.condition(led, statement, of, leads=True)}"
        else:
            return ""
        return f"({alias}.patient in ({found} offset 0)) is not false and "

    def bounded(self, alias: str, statement: Statement) -> list[str]:
        """Conditions on the beginning of the primary period, implied by the filters, that an index can use."""
        found: list[str] = []
        for wanted in parts_of(self.query.filters):
            if not isinstance(wanted, Filter) or wanted.kind != "date" or wanted.modifier:
                continue
            if wanted.param == PRIMARY_DATES.get(self.query.type):
                low, high = date_bounds(wanted.values)
                found += [] if low is None else [f"{alias}.date >= {statement.bind_of(_lowest, wanted)}::timestamptz"]
                found += [] if high is None else [f"{alias}.date < {statement.bind_of(_highest, wanted)}::timestamptz"]
        return found


def _most(window: Window, statement: Statement) -> str:
    return f"{statement.bind_of(attrgetter('limit'), window)}::bigint"


def _told(keys: str, hashed: str, alias: str) -> str:
    """Those of a row's keys that may be references by the parameter that `hashed` takes out of them."""
    return f"(select key from unnest({keys}) {alias} (key) where ({hashed}) & 255 = 0 offset 0) {alias}"


def _at(hashed: str, alias: str) -> str:
    """The row whose id begins with a hash."""
    within = f"id >= first_id({hashed}) and id <= last_id({hashed})"
    return f"(select * from resource where {within} offset 0) {alias}"


def _month_before(value: DateValue) -> datetime:
    return value.low - timedelta(days=31)


def _lowest(wanted: Filter) -> object:
    return date_bounds(wanted.values)[0]


def _highest(wanted: Filter) -> object:
    return date_bounds(wanted.values)[1]


def _first_patient(wanted: Filter, *, criteria: Criteria) -> int:
    return patients_of(wanted, criteria)[0]


def _patients(wanted: Filter, *, criteria: Criteria) -> list[int]:
    return list(patients_of(wanted, criteria))
