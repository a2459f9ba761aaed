"""One filter of a search as a condition on a row of `resource`."""

from dataclasses import dataclass
from uuid import UUID

from verbund.errors import Incorrect, Unsupported
from verbund.fhir import RESOURCE_TYPES
from verbund.fhir.search import (
    CompositeValue,
    Criterion,
    DateValue,
    Every,
    Filter,
    NumberValue,
    OfTypeValue,
    Parameter,
    QuantityValue,
    ReferenceValue,
    StringValue,
    TokenValue,
    UriValue,
    Value,
)
from verbund.store.indexing import PRIMARY_DATES, Indexer
from verbund.store.keys import PREFIX_LENGTH, stored_names
from verbund.store.ranges import any_of, instant, number, period
from verbund.store.sql import Statement
from verbund.store.units import alternatives

# What is decided by opening resources, whatever the index finds.
_OPENED_KINDS = frozenset({"text", "content", "special"})
_OPENED_MODIFIERS = frozenset({"contains", "text", "of-type", "eq", "sw", "ew"})
# Of texts that contain or end with something, no word need begin with it.
_WITHOUT_KEYS = frozenset({"missing", "contains", "text", "ew"})
_KEYED_KINDS = frozenset({"token", "string", "reference", "uri"})
_BY_TERMINOLOGY = frozenset({"in", "not-in", "above", "below"})


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
    """Compiles the filters of one resource type. `indexer` makes the keys as it made them when indexing.

    `units` are the UCUM units that quantities here have, for comparisons between units.
    """

    def __init__(self, kind: str, indexer: Indexer, units: frozenset[str] = frozenset()) -> None:
        self.kind = kind
        self._indexer = indexer
        self._keys = indexer.keys
        self._units = units

    def _of(self, param: str) -> Parameter:
        return self._indexer.parameters.get(self.kind, param)

    def key_sets(self, wanted: Filter) -> KeySets | None:
        """The keys that a filter asks for, None where it is not asked by keys."""
        if wanted.kind not in _KEYED_KINDS or wanted.modifier in _WITHOUT_KEYS:
            return None
        if wanted.kind == "uri" and wanted.modifier == "below" and wanted.param != "url":
            return None
        names = stored_names(self.kind, wanted.param)
        return KeySets(
            tuple(keys for name in names for value in wanted.values for keys in self._alternatives(wanted, name, value))
        )

    def keys_of(self, wanted: Filter) -> list[int]:
        """The keys of which a row must have one, where each alternative is one key."""
        sets = self.key_sets(wanted)
        return [] if sets is None else [keys[0] for keys in sets.alternatives]

    def _alternatives(self, wanted: Filter, name: str, value: Value) -> list[tuple[int, ...]]:
        match value:
            case TokenValue() if wanted.kind == "reference":
                return [(self._token(f"{name}:identifier", value),)]
            case TokenValue() if wanted.modifier not in _BY_TERMINOLOGY:
                return [(self._token(name, value),)]
            case OfTypeValue():
                return [(self._keys.code(self.kind, name, value.value),)]
            case StringValue(text):
                return [self._text(wanted, name, text)]
            case ReferenceValue():
                return [(self._keys.reference(self.kind, name, target),) for target in self._targets(wanted, value)]
            case UriValue(text) if wanted.kind == "uri":
                return [(key,) for key in self._addresses(wanted, name, text)]
        raise self._impossible(wanted)

    def _impossible(self, wanted: Filter) -> Unsupported:
        asked = wanted.param if wanted.modifier is None else f"{wanted.param}:{wanted.modifier}"
        return Unsupported(f"The search parameter {asked} of {self.kind} cannot be asked for in this way here.")

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

    def _addresses(self, wanted: Filter, name: str, text: str) -> list[int]:
        if wanted.modifier == "below":
            return [self._keys.below(self.kind, name, text)]
        if wanted.modifier == "above":
            return [self._keys.uri(self.kind, name, one) for one in (text, *ancestors(text))]
        return [self._keys.uri(self.kind, name, text)]

    def _targets(self, wanted: Filter, value: ReferenceValue) -> list[str]:
        if value.url is not None:
            return [value.url if wanted.modifier != "below" else value.url.partition("|")[0]]
        if value.type is not None:
            return [f"{value.type}/{value.id}"]
        return [f"{kind}/{value.id}" for kind in self._of(wanted.param).targets or sorted(RESOURCE_TYPES)]

    def full_codes(self, wanted: Filter) -> tuple[int, ...]:
        """The keys of codes with their system; none if one of the values is anything else."""
        full = [
            self._keys.token(self.kind, wanted.param, value.system, value.code)
            for value in wanted.values
            if isinstance(value, TokenValue) and value.code is not None and not value.any_system
        ]
        return tuple(dict.fromkeys(full)) if len(full) == len(wanted.values) else ()

    def first_code(self, wanted: Filter) -> int:
        """The first of them."""
        return self.full_codes(wanted)[0]

    def codes(self, wanted: Filter) -> list[int]:
        """All of them, for a statement."""
        return list(self.full_codes(wanted))

    def bits(self, wanted: Filter) -> int | None:
        """The bits of common codes of which a row must have one, or none where the filter negates; None without."""
        sets = self.key_sets(wanted)
        keys = None if sets is None else sets.single
        return None if not keys else self._indexer.traits(self.kind).any_of(keys)

    def leading(self, param: str) -> int:
        """The part of the keys of references that belongs to a parameter."""
        return self._keys.leading(self.kind, param)

    def patient(self, patient_id: str) -> int:
        """The hash of a patient."""
        return self._indexer.patient(patient_id)

    def needs_comparing(self, wanted: Filter) -> bool:
        """Whether the index finds too much for this filter, so that what it found must be opened and compared."""
        if wanted.kind in _OPENED_KINDS or wanted.kind == "composite":
            return wanted.kind != "composite" or wanted.modifier == "missing" or not self._independent(wanted)
        if wanted.modifier == "missing":
            return False
        if wanted.kind == "uri":
            return wanted.modifier == "below" and wanted.param != "url"
        if wanted.modifier in _OPENED_MODIFIERS or (wanted.kind == "reference" and wanted.modifier == "below"):
            return True
        return (
            wanted.kind == "string"
            and wanted.modifier != "exact"
            and any(
                len(word) > PREFIX_LENGTH
                for value in wanted.values
                if isinstance(value, StringValue)
                for word in value.text.split()
            )
        )

    def _independent(self, wanted: Filter) -> bool:
        return self._of(wanted.param).independent

    def condition(self, wanted: Filter, statement: Statement, alias: str, *, leads: bool = False) -> str:
        """The condition for a filter; only where it `leads` may it be looked up in the index of keys.

        Otherwise the planner would intersect a common key with the few rows that another index has found already. Where
        `needs_comparing` says so, it holds for more rows than fit.
        """
        if wanted.modifier == "missing":
            return self._missing(wanted, statement, alias)
        sets = self.key_sets(wanted)
        if sets is not None:
            return self._keyed(wanted, sets, statement, alias, leads=leads)
        if wanted.kind == "composite":
            return self._composite(wanted, statement, alias)
        if self.needs_comparing(wanted):
            return "true"
        return self._ranged(wanted, statement, alias)

    def _keyed(self, wanted: Filter, sets: KeySets, statement: Statement, alias: str, *, leads: bool) -> str:
        single = sets.single
        if single is not None:
            found = f"{alias}.keys && {statement.bind_of(self.keys_of, wanted)}::bigint[]"
        else:
            parts = [f"{alias}.keys @> {statement.bind(list(keys))}::bigint[]" for keys in sets.alternatives]
            found = any_of(parts)
        if wanted.modifier == "not":
            return f"({found}) is not true"
        return found if leads else f"({found}) is not false"

    def with_parts(self, wanted: Criterion) -> Criterion:
        """A composite together with filters for its parts, by which an index can lead; all else as it is."""
        if isinstance(wanted, Filter) and wanted.kind == "composite" and wanted.modifier is None:
            parts = [self._parts(wanted.param, value) for value in wanted.values if isinstance(value, CompositeValue)]
            if len(parts) == 1:
                return Every((*parts[0], wanted))
        return wanted

    def _parts(self, param: str, value: CompositeValue) -> list[Filter]:
        pairs = zip(self._of(param).components, value.parts, strict=True)
        return [Filter(component.code, component.kind, None, (part,)) for component, part in pairs]

    def _composite(self, wanted: Filter, statement: Statement, alias: str) -> str:
        """All components of one of the values fit, not always those of one element."""
        found = [self._parts(wanted.param, value) for value in wanted.values if isinstance(value, CompositeValue)]
        together = (" and ".join(self.condition(part, statement, alias) for part in parts) for parts in found)
        return any_of(f"({one})" for one in together)

    def _missing(self, wanted: Filter, statement: Statement, alias: str) -> str:
        states = {value.code for value in wanted.values if isinstance(value, TokenValue)}
        if states == {"true", "false"} or (wanted.kind in _OPENED_KINDS or wanted.kind == "composite"):
            return "true"
        if wanted.kind in {"id", "lastUpdated"}:
            return "false" if states == {"true"} else "true"
        if self._of(wanted.param).name:
            found = self._is_there(wanted, statement, alias)
            return f"({found}) is not true" if states == {"true"} else f"({found}) is not false"
        bit = self._indexer.present_bit(self.kind, wanted.param)
        return f"({alias}.present & {statement.fixed(bit)}::bigint) {'=' if states == {'true'} else '<>'} 0"

    def _is_there(self, wanted: Filter, statement: Statement, alias: str) -> str:
        """Whether an added parameter, which has no bit, has a value."""
        if wanted.kind in _KEYED_KINDS:
            return f"{alias}.keys @> {statement.bind([self._keys.present(self.kind, wanted.param)])}::bigint[]"
        table = "date_value" if wanted.kind == "date" else "quantity_value"
        key, inner = statement.bind(self._keys.parameter(self.kind, wanted.param)), statement.alias()
        return f"exists (select from {table} {inner} where {inner}.row = {alias}.row and {inner}.key = {key}::bigint)"

    def _ranged(self, wanted: Filter, statement: Statement, alias: str) -> str:
        match wanted.kind:
            case "id":
                way = "<> all" if wanted.modifier == "not" else "= any"
                return f"{alias}.id {way} ({statement.bind_of(self._hashes, wanted)}::uuid[])"
            case "lastUpdated":
                dates = [value for value in wanted.values if isinstance(value, DateValue)]
                return any_of(instant(value, statement, f"{alias}.updated") for value in dates)
            case "date" if PRIMARY_DATES.get(self.kind) == wanted.param:
                dated = _dated(wanted, statement, f"{alias}.date", f"{alias}.date_end")
                return f"({alias}.date_end > '-infinity' and {dated})"
            case "date":
                key = statement.fixed(self._keys.parameter(self.kind, wanted.param))
                inner = statement.alias()
                dated = _dated(wanted, statement, f"{inner}.low", f"{inner}.high")
                found = f"{inner}.row = {alias}.row and {inner}.key = {key}::bigint and {dated}"
                return f"exists (select from date_value {inner} where {found})"
            case "number" | "quantity":
                return self._measured(wanted, statement, alias)
        raise self._impossible(wanted)

    def _hashes(self, wanted: Filter) -> list[UUID]:
        """The ids that are asked for, as rows have them."""
        ids = (value.code for value in wanted.values if isinstance(value, TokenValue))
        return [self._indexer.hasher.key128(self.kind, identity or "") for identity in ids]

    def _measured(self, wanted: Filter, statement: Statement, alias: str) -> str:
        names = stored_names(self.kind, wanted.param)
        keys = statement.bind([self._keys.parameter(self.kind, name) for name in names])
        inner = statement.alias()
        parts = [
            self._quantity(value, statement, inner)
            if isinstance(value, QuantityValue)
            else number(value, statement, f"{inner}.value")
            for value in wanted.values
            if isinstance(value, QuantityValue | NumberValue)
        ]
        found = f"{inner}.row = {alias}.row and {inner}.key = any({keys}::bigint[]) and {any_of(parts)}"
        return f"exists (select from quantity_value {inner} where {found})"

    def _quantity(self, value: QuantityValue, statement: Statement, inner: str) -> str:
        if value.code is None:
            return number(value, statement, f"{inner}.value")
        return any_of(self._in_unit(one, statement, inner) for one in alternatives(value, self._units))

    def _in_unit(self, value: QuantityValue, statement: Statement, inner: str) -> str:
        unit = statement.bind(self._keys.unit(value.system, value.code or ""))
        compared = number(value, statement, f"{inner}.value")
        return f"({compared} and {inner}.{'code' if value.system is None else 'unit'} = {unit}::bigint)"


def _dated(wanted: Filter, statement: Statement, low: str, high: str) -> str:
    return any_of(period(value, statement, low, high) for value in wanted.values if isinstance(value, DateValue))


def ancestors(address: str) -> list[str]:
    """The addresses above one, by the segments of its path: `http://a/b` and `http://a` of `http://a/b/c`.

    The scheme and what stands for the host are no segments of their own (http://hl7.org/fhir/R4/search.html#uri).
    """
    start = address.find("://")
    begin = 0 if start < 0 else start + 3
    places = [place for place in range(begin, len(address)) if address[place] == "/"]
    return [address[:place] for place in places if place > begin]


def too_dear(what: str, most: int, add: str) -> Incorrect:
    """The refusal of a search that would have to open too much, with what to add."""
    return Incorrect(
        f"This search would have to open more than {most} resources {what}. Add a criterion, such as {add}."
    )
