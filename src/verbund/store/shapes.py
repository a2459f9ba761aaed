"""What two searches have in common that are the same statement with other values.

Beside what is asked the shape holds what the choice of the way in depends on: about how many rows each criterion leads
to. A shape that is taken for another's would be answered wrongly, so all that is not plainly the same has none.
"""

from bisect import bisect_left
from collections.abc import Hashable, Sequence

from verbund.fhir.search import (
    Chain,
    Criterion,
    DateValue,
    Either,
    Every,
    Filter,
    Has,
    Not,
    ReferenceValue,
    StringValue,
    TokenValue,
    Value,
)
from verbund.store.criteria import Criteria
from verbund.store.planning import FIRST_YEAR
from verbund.store.rowfilter import shape_of as shape_of_filter
from verbund.store.ways import Scope

# Between these numbers of rows the same way is the best.
_BORDERS = (0, 25, 200, 300, 400, 500, 1_000, 2_000, 4_000, 10_000, 20_000, 200_000)
_KEYED = frozenset({"token", "reference", "string"})
_DATED = frozenset({"date", "lastUpdated"})


class _Alone(Exception):
    """A search that has no shape in common with others."""


def shape_of(
    kind: str, filters: Sequence[Criterion], scope: Scope, parts: list[object], *, counting: bool
) -> Hashable | None:
    """The shape of a search within one type, None where it has none; the parts that hold its values are added."""
    shaper = _Shaper(scope, parts, counting=counting)
    try:
        found = tuple([shaper.of(kind, one) for one in filters])
    except _Alone:
        return None
    of = scope.frequencies
    known = (scope.indexer.parameters.number, of.known, counting and (of.are_many, of.joined_from))
    return kind, found, shape_of_filter(scope.within, parts), known


class _Shaper:
    def __init__(self, scope: Scope, parts: list[object], *, counting: bool) -> None:
        self._scope = scope
        self._parts = parts
        self._counting = counting

    def of(self, kind: str, wanted: Criterion) -> Hashable:
        match wanted:
            case Filter():
                return self._filter(kind, wanted)
            case Every(some) | Either(some):
                return type(wanted), tuple([self.of(kind, one) for one in some])
            case Not(part):
                return Not, self.of(kind, part)
            case Chain(param, target, some):
                return Chain, param, target, tuple([self.of(target, one) for one in some])
            case Has(source, param, some):
                return Has, source, param, tuple([self.of(source, one) for one in some])
        raise _Alone

    def _filter(self, kind: str, wanted: Filter) -> Hashable:
        of, modifier = wanted.kind, wanted.modifier
        self._parts.append(wanted)
        if of in _KEYED and (modifier is None or modifier == ("exact" if of == "string" else "not")):
            values = tuple([_value(one) for one in wanted.values])
            return of, wanted.param, modifier, values, *self._keyed(self._scope.criteria(kind), wanted)
        if of in _DATED and modifier is None:
            self._parts += wanted.values
            return of, wanted.param, tuple([_value(one) for one in wanted.values])
        if of == "id" and modifier in {None, "not"}:
            return of, modifier, len(wanted.values)
        raise _Alone

    def _keyed(self, criteria: Criteria, wanted: Filter) -> tuple[Hashable, ...]:
        """What the choice of the way in depends on, and whether the values are common codes."""
        if criteria.needs_comparing(wanted):
            raise _Alone
        sets = criteria.key_sets(wanted)
        rows = 0.0 if sets is None else sum(map(self._scope.frequencies.expected, sets.alternatives))
        return bisect_left(_BORDERS, rows), self._counting and criteria.bits(wanted) is not None


def _value(value: Value) -> Hashable:
    """What the statement depends on beside the value itself."""
    match value:
        case TokenValue(system, code, any_system):
            return TokenValue, system is None, code is None, any_system
        case ReferenceValue(kind, identity, url):
            return kind, not identity, url is None
        case DateValue(prefix, low):
            return prefix, low.year < FIRST_YEAR
        case StringValue(text):
            return StringValue, len(text.split())
    raise _Alone
