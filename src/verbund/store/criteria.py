"""One filter of a search as a condition on a row `r` of `resource`."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from verbund.errors import Unsupported
from verbund.fhir import RESOURCE_TYPES
from verbund.fhir.search import (
    DateValue,
    Filter,
    NumberValue,
    QuantityValue,
    ReferenceValue,
    StringValue,
    TokenValue,
    UriValue,
    Value,
    parameters_of,
)
from verbund.store.indexing import PRIMARY_DATES, Indexer
from verbund.store.keys import PREFIX_LENGTH, stored_names
from verbund.store.sql import Statement

# Of a number that is compared for being greater or smaller, this share of it is not told apart from equal.
TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True)
class KeySets:
    """Alternatives, each a set of keys that a row must have all of."""

    alternatives: tuple[tuple[int, ...], ...]

    @property
    def single(self) -> tuple[int, ...] | None:
        """The keys, where each alternative is one key."""
        if all(len(keys) == 1 for keys in self.alternatives):
            return tuple(keys[0] for keys in self.alternatives)
        return None


class Criteria:
    """Compiles the filters of one resource type. `indexer` makes the keys as it made them when indexing."""

    def __init__(self, kind: str, indexer: Indexer) -> None:
        self.kind = kind
        self._indexer = indexer
        self._keys = indexer.keys

    def key_sets(self, wanted: Filter) -> KeySets | None:
        """The keys that a filter asks for, None where it is not asked by keys."""
        if wanted.kind not in {"token", "string", "reference", "uri"} or wanted.modifier == "missing":
            return None
        names = stored_names(self.kind, wanted.param)
        return KeySets(
            tuple(keys for name in names for value in wanted.values for keys in self._alternatives(wanted, name, value))
        )

    def _alternatives(self, wanted: Filter, name: str, value: Value) -> list[tuple[int, ...]]:
        match value:
            case TokenValue():
                return [(self._token(name, value),)]
            case StringValue(text):
                return [self._text(wanted, name, text)]
            case ReferenceValue():
                return [
                    (self._keys.reference(self.kind, name, target),) for target in self._targets(wanted.param, value)
                ]
            case UriValue(text):
                return [(self._keys.uri(self.kind, name, text),)]
        raise Unsupported(f"The search parameter {wanted.param} cannot be asked for in this way.")

    def _token(self, name: str, value: TokenValue) -> int:
        if value.code is None:
            return self._keys.system(self.kind, name, value.system or "")
        if value.any_system:
            return self._keys.code(self.kind, name, value.code)
        return self._keys.token(self.kind, name, value.system, value.code)

    def _text(self, wanted: Filter, name: str, text: str) -> tuple[int, ...]:
        if wanted.modifier == "exact":
            return (self._keys.exact(self.kind, name, text),)
        return tuple(self._keys.beginning(self.kind, name, word) for word in text.split())

    def _targets(self, param: str, value: ReferenceValue) -> list[str]:
        if value.url is not None:
            return [value.url]
        if value.type is not None:
            return [f"{value.type}/{value.id}"]
        return [f"{kind}/{value.id}" for kind in parameters_of(self.kind)[param].targets or sorted(RESOURCE_TYPES)]

    def full_codes(self, wanted: Filter) -> tuple[int, ...]:
        """The keys of codes with their system; none if one of the values is anything else."""
        full = [
            self._keys.token(self.kind, wanted.param, value.system, value.code)
            for value in wanted.values
            if isinstance(value, TokenValue) and value.code is not None and not value.any_system
        ]
        return tuple(dict.fromkeys(full)) if len(full) == len(wanted.values) else ()

    def patient(self, patient_id: str) -> int:
        """The hash of a patient."""
        return self._indexer.patient(patient_id)

    def needs_comparing(self, wanted: Filter) -> bool:
        """Whether the index finds too much for this filter, so that what it found must be opened and compared."""
        if wanted.kind != "string" or wanted.modifier in {"exact", "missing"}:
            return False
        return wanted.modifier == "contains" or any(
            len(word) > PREFIX_LENGTH
            for value in wanted.values
            if isinstance(value, StringValue)
            for word in value.text.split()
        )

    def condition(self, wanted: Filter, statement: Statement, *, leads: bool = False) -> str:
        """The condition for a filter; only where it `leads` may it be looked up in the index of keys.

        Otherwise the planner would intersect a common key with the few rows that another index has found already.
        """
        if wanted.modifier == "missing":
            return self._missing(wanted, statement)
        if wanted.modifier == "contains":
            return "true"
        sets = self.key_sets(wanted)
        if sets is not None:
            return self._keyed(wanted, sets, statement, leads=leads)
        return self._ranged(wanted, statement)

    def _keyed(self, wanted: Filter, sets: KeySets, statement: Statement, *, leads: bool) -> str:
        single = sets.single
        if single is not None:
            found = f"r.keys && {statement.bind(list(single))}::bigint[]"
        else:
            parts = [f"r.keys @> {statement.bind(list(keys))}::bigint[]" for keys in sets.alternatives]
            found = "(" + " or ".join(parts) + ")"
        if wanted.modifier == "not":
            return f"({found}) is not true"
        return found if leads else f"({found}) is not false"

    def _missing(self, wanted: Filter, statement: Statement) -> str:
        bit = self._indexer.present_bit(self.kind, wanted.param)
        states = {value.code for value in wanted.values if isinstance(value, TokenValue)}
        if states == {"true", "false"}:
            return "true"
        return f"(r.present & {statement.bind(bit)}::bigint) {'=' if states == {'true'} else '<>'} 0"

    def _ranged(self, wanted: Filter, statement: Statement) -> str:
        match wanted.kind:
            case "id":
                ids = [value.code for value in wanted.values if isinstance(value, TokenValue)]
                hashes = [self._indexer.hasher.key128(self.kind, identity or "") for identity in ids]
                return f"r.id {'<> all' if wanted.modifier == 'not' else '= any'} ({statement.bind(hashes)}::uuid[])"
            case "lastUpdated":
                return _any(_instant(value, statement) for value in wanted.values if isinstance(value, DateValue))
            case "date" if PRIMARY_DATES.get(self.kind) == wanted.param:
                return f"(r.date_end > '-infinity' and {self._dated(wanted, statement, 'r.date', 'r.date_end')})"
            case "date":
                key = statement.bind(self._keys.parameter(self.kind, wanted.param))
                dated = self._dated(wanted, statement, "d.low", "d.high")
                return f"exists (select from date_value d where d.row = r.row and d.key = {key} and {dated})"
            case "number" | "quantity":
                return self._measured(wanted, statement)
        raise Unsupported(f"The search parameter {wanted.param} cannot be asked for in this way.")

    def _dated(self, wanted: Filter, statement: Statement, low: str, high: str) -> str:
        return _any(_period(value, statement, low, high) for value in wanted.values if isinstance(value, DateValue))

    def _measured(self, wanted: Filter, statement: Statement) -> str:
        names = stored_names(self.kind, wanted.param)
        keys = statement.bind([self._keys.parameter(self.kind, name) for name in names])
        parts = [
            self._quantity(value, statement) if isinstance(value, QuantityValue) else _number(value, statement)
            for value in wanted.values
            if isinstance(value, QuantityValue | NumberValue)
        ]
        found = f"q.row = r.row and q.key = any({keys}::bigint[]) and {_any(parts)}"
        return f"exists (select from quantity_value q where {found})"

    def _quantity(self, value: QuantityValue, statement: Statement) -> str:
        number = _number(value, statement)
        if value.code is None:
            return number
        unit = self._keys.unit(value.system, value.code)
        return f"({number} and q.{'code' if value.system is None else 'unit'} = {statement.bind(unit)})"


def _any(parts: Iterable[str]) -> str:
    return "(" + " or ".join(parts) + ")"


# How the range of the search, from `{a}` to `{z}`, relates to that of the target
# (http://hl7.org/fhir/R4/search.html#prefix).
_PERIODS = {
    "eq": "({low} >= {a} and {high} <= {z})",
    "ne": "not ({low} >= {a} and {high} <= {z})",
    "gt": "{high} > {z}",
    "lt": "{low} < {a}",
    "ge": "({high} > {z} or {low} >= {a})",
    "le": "({low} < {a} or {high} <= {z})",
    "sa": "{low} >= {z}",
    "eb": "{high} <= {a}",
    "ap": "({low} < {z} and {high} > {a})",
}
_INSTANTS = {
    "eq": "(r.updated >= {a} and r.updated < {z})",
    "ne": "not (r.updated >= {a} and r.updated < {z})",
    "gt": "r.updated >= {z}",
    "lt": "r.updated < {a}",
    "ge": "r.updated >= {a}",
    "le": "r.updated < {z}",
    "sa": "r.updated >= {z}",
    "eb": "r.updated < {a}",
    "ap": "(r.updated >= {a} and r.updated < {z})",
}
_NUMBERS = {
    "eq": "(q.value >= {a} and q.value < {z})",
    "ne": "not (q.value >= {a} and q.value < {z})",
    "gt": "q.value > {z}",
    "lt": "q.value < {a}",
    "ge": "q.value >= {a}",
    "le": "q.value <= {z}",
    "sa": "q.value > {z}",
    "eb": "q.value < {a}",
    "ap": "(q.value >= {a} and q.value < {z})",
}


def _moment(statement: Statement, moment: datetime) -> str:
    return f"{statement.bind(moment)}::timestamptz"


def _period(value: DateValue, statement: Statement, low: str, high: str) -> str:
    template = _PERIODS[value.prefix]
    a = _moment(statement, value.low) if "{a}" in template else ""
    z = _moment(statement, value.high) if "{z}" in template else ""
    return template.format(low=low, high=high, a=a, z=z)


def _instant(value: DateValue, statement: Statement) -> str:
    template = _INSTANTS[value.prefix]
    a = _moment(statement, value.low) if "{a}" in template else ""
    z = _moment(statement, value.high) if "{z}" in template else ""
    return template.format(a=a, z=z)


def bounds_of_number(value: NumberValue | QuantityValue) -> tuple[float, float]:
    """The two bounds of a comparison, moved a little so that rounding makes no equal numbers unequal."""
    slack = abs(value.low) * TOLERANCE
    match value.prefix:
        case "gt" | "sa":
            return value.low, value.high + slack
        case "lt" | "eb":
            return value.low - slack, value.high
        case "ge":
            return value.low - slack, value.high
        case "le":
            return value.low, value.high + slack
    return value.low, value.high


def _number(value: NumberValue | QuantityValue, statement: Statement) -> str:
    template = _NUMBERS[value.prefix]
    low, high = bounds_of_number(value)
    a = f"{statement.bind(low)}::float8" if "{a}" in template else ""
    z = f"{statement.bind(high)}::float8" if "{z}" in template else ""
    return template.format(a=a, z=z)


def date_bounds(values: Sequence[Value]) -> tuple[datetime | None, datetime | None]:
    """Bounds [from, to) within which the beginning of a matching period must lie; None for no bound."""
    lows: list[datetime | None] = []
    highs: list[datetime | None] = []
    for value in values:
        if isinstance(value, DateValue):
            lows.append({"eq": value.low, "sa": value.high}.get(value.prefix))
            highs.append(
                {"eq": value.high, "lt": value.low, "le": value.high, "eb": value.low, "ap": value.high}.get(
                    value.prefix
                )
            )
    low = None if None in lows else min((bound for bound in lows if bound is not None), default=None)
    high = None if None in highs else max((bound for bound in highs if bound is not None), default=None)
    return low, high
