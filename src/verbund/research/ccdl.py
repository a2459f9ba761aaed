"""The Clinical Cohort Definition Language (MII, schema version 2): JSON to `CohortQuery`, mistakes with their path."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar, cast, get_args

import msgspec

from verbund.errors import Incorrect, Issue
from verbund.research.model import (
    Attribute,
    Code,
    CohortQuery,
    Comparator,
    Comparison,
    Concepts,
    Criterion,
    Group,
    Range,
    TimeRestriction,
    ValueFilter,
)

Json = Mapping[str, Any]
T = TypeVar("T")

MOST_CRITERIA = 500
MOST_BYTES = 2**20

_TOP = frozenset({"version", "display", "inclusionCriteria", "exclusionCriteria"})
_CRITERION = frozenset({"context", "termCodes", "valueFilter", "attributeFilters", "timeRestriction"})
_FILTERS = {
    "concept": frozenset({"type", "selectedConcepts"}),
    "quantity-comparator": frozenset({"type", "comparator", "value", "unit"}),
    "quantity-range": frozenset({"type", "minValue", "maxValue", "unit"}),
}


def wrong(path: str, text: str) -> Incorrect:
    """A mistake in the query, with where it stands."""
    sentence = f"{path}: {text}"
    return Incorrect(sentence, german=f"Abfrage fehlerhaft bei {sentence}", issues=(Issue("invalid", text, (path,)),))


def parse(query: bytes | str | Json) -> CohortQuery:
    """Read a query; Incorrect, naming the place, for whatever the language does not allow or we do not know.

    An unknown property is refused, since a misspelt restriction that is skipped would count other patients than meant.
    """
    value = query if isinstance(query, Mapping) else _decoded(query)
    _only(value, _TOP, "the query")
    inclusion = _groups(value, "inclusionCriteria")
    if not inclusion:
        raise wrong("inclusionCriteria", "at least one criterion that includes patients is needed")
    result = CohortQuery(inclusion, _groups(value, "exclusionCriteria"))
    if sum(len(group) for group in result.inclusion + result.exclusion) > MOST_CRITERIA:
        raise wrong("the query", f"has more than {MOST_CRITERIA} criteria; ask in parts")
    return result


def _decoded(text: bytes | str) -> Json:
    if len(text) > MOST_BYTES:
        raise wrong("the query", f"is larger than {MOST_BYTES} bytes")
    try:
        value = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise wrong("the query", f"is not JSON ({error})") from error
    return _object(value, "the query")


def _object(value: object, path: str) -> Json:
    if not isinstance(value, Mapping):
        raise wrong(path, "must be an object ({…})")
    return value


def _only(value: Json, known: frozenset[str], path: str) -> None:
    for name in value:
        if name not in known:
            raise wrong(path, f"'{str(name)[:60]}' is not known here; known are {', '.join(sorted(known))}")


def _list(value: Json, name: str, path: str, read: Callable[[object, str], T]) -> tuple[T, ...]:
    items = value.get(name, ())
    if isinstance(items, str) or not isinstance(items, Sequence):
        raise wrong(path, "must be a list ([…])")
    return tuple(read(item, f"{path}[{at}]") for at, item in enumerate(items))


def _text(value: Json, name: str, path: str) -> str:
    text = value.get(name)
    if not isinstance(text, str):
        raise wrong(f"{path}.{name}", "must be given as a text")
    return text


def _number(value: Json, name: str, path: str) -> Decimal:
    number = value.get(name)
    if isinstance(number, bool) or not isinstance(number, int | float):
        raise wrong(f"{path}.{name}", "must be given as a number")
    return Decimal(str(number))


def _groups(value: Json, name: str) -> tuple[Group, ...]:
    return _list(value, name, name, _group)


def _group(value: object, path: str) -> Group:
    group = _list({"group": value}, "group", path, _criterion)
    if not group:
        raise wrong(path, "is empty; put a criterion in it or leave it out")
    return group


def _criterion(value: object, path: str) -> Criterion:
    item = _object(value, path)
    _only(item, _CRITERION, path)
    context = _object(item.get("context"), f"{path}.context")
    codes = _list(item, "termCodes", f"{path}.termCodes", _code)
    if not codes:
        raise wrong(f"{path}.termCodes", "at least one code is needed")
    return Criterion(
        context=_text(context, "code", f"{path}.context"),
        codes=codes,
        value=_value(item["valueFilter"], f"{path}.valueFilter") if item.get("valueFilter") is not None else None,
        attributes=_list(item, "attributeFilters", f"{path}.attributeFilters", _attribute),
        time=_time(item["timeRestriction"], f"{path}.timeRestriction") if item.get("timeRestriction") else None,
        path=path,
    )


def _code(value: object, path: str) -> Code:
    item = _object(value, path)
    code = _text(item, "code", path)
    if not code.strip():
        raise wrong(f"{path}.code", "must not be empty")
    return Code(_text(item, "system", path), code)


def _value(value: object, path: str, more: frozenset[str] = frozenset()) -> ValueFilter:
    item = _object(value, path)
    kind = _text(item, "type", path)
    if kind not in _FILTERS:
        raise wrong(f"{path}.type", f"'{kind[:60]}' is not known; known are {', '.join(_FILTERS)}")
    _only(item, _FILTERS[kind] | more, path)
    if kind == "concept":
        concepts = _list(item, "selectedConcepts", f"{path}.selectedConcepts", _code)
        if not concepts:
            raise wrong(f"{path}.selectedConcepts", "at least one concept is needed")
        return Concepts(concepts)
    return _comparison(item, path) if kind == "quantity-comparator" else _range(item, path)


def _comparison(item: Json, path: str) -> Comparison:
    comparator = _text(item, "comparator", path)
    if comparator not in get_args(Comparator):
        raise wrong(f"{path}.comparator", f"must be one of {', '.join(get_args(Comparator))}")
    return Comparison(cast("Comparator", comparator), _number(item, "value", path), _unit(item, path))


def _range(item: Json, path: str) -> Range:
    low, high = _number(item, "minValue", path), _number(item, "maxValue", path)
    if low > high:
        raise wrong(path, "minValue is greater than maxValue; exchange them")
    return Range(low, high, _unit(item, path))


def _unit(item: Json, path: str) -> str | None:
    if item.get("unit") is None:
        return None
    return _text(_object(item["unit"], f"{path}.unit"), "code", f"{path}.unit")


def _attribute(value: object, path: str) -> Attribute:
    item = _object(value, path)
    if item.get("type") == "reference":
        raise wrong(path, "filters by reference are not offered; ask for the two criteria side by side")
    attribute = _code(item.get("attributeCode"), f"{path}.attributeCode")
    return Attribute(attribute, _value(item, path, frozenset({"attributeCode"})), path)


def _time(value: object, path: str) -> TimeRestriction:
    item = _object(value, path)
    _only(item, frozenset({"afterDate", "beforeDate"}), path)
    result = TimeRestriction(_date(item, "afterDate", path), _date(item, "beforeDate", path))
    if result.after is None and result.before is None:
        raise wrong(path, "needs afterDate, beforeDate or both")
    if result.after and result.before and result.before < result.after:
        raise wrong(path, "beforeDate lies before afterDate; exchange them")
    return result


def _date(item: Json, name: str, path: str) -> date | None:
    if item.get(name) is None:
        return None
    try:
        return date.fromisoformat(_text(item, name, path))
    except ValueError as error:
        raise wrong(f"{path}.{name}", "is not a date; give it like 2024-05-31") from error
