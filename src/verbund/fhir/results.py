"""Reads what a search says about its result: order, pages, totals, what comes along, how much of each resource."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Final, get_args

from verbund.errors import Incorrect, Unsupported
from verbund.fhir.criteria import Ignorable, parameter
from verbund.fhir.generated import RESOURCES
from verbund.fhir.parameters import Parameters
from verbund.fhir.search import NOT_INDEXED, Include, SearchQuery, Sort, Summary, Total
from verbund.fhir.values import Malformed

MOST_COUNT: Final = 10_000

_INCLUDE = re.compile(r"([A-Z][A-Za-z]+|\*):([\w-]+|\*)(?::([A-Z][A-Za-z]+))?\Z")

_TYPES: Final = frozenset({*RESOURCES, "*"})

Types = tuple[str, ...]
Reader = Callable[[SearchQuery, Types, str, str, Parameters], SearchQuery]


def _sort(query: SearchQuery, types: Types, value: str, _: str, known: Parameters) -> SearchQuery:
    keys = []
    for text in value.split(","):
        name = text.removeprefix("-")
        if name == "_score":
            raise Ignorable(Unsupported("Results have no score here; sort by a search parameter."))
        found = [parameter(of, name, known) for of in types]
        if any(one.kind in NOT_INDEXED for one in found):
            raise Malformed(f"cannot order by {name}.")
        if len({one.key for one in found}) > 1:
            raise Malformed(f"cannot order several types by {name}, which was added to some of them.")
        keys.append(Sort(found[0].key, text.startswith("-")))
    return replace(query, sort=(*query.sort, *keys))


def _count(query: SearchQuery, _: Types, value: str, __: str, ___: Parameters) -> SearchQuery:
    if not re.fullmatch(r"[0-9]{1,18}", value):
        raise Malformed("takes a whole number from 0 on.")
    return replace(query, count=min(int(value), MOST_COUNT))


def _total(query: SearchQuery, _: Types, value: str, __: str, ___: Parameters) -> SearchQuery:
    for known in get_args(Total):
        if value == known:
            return replace(query, total=known)
    raise Malformed("takes none, estimate or accurate.")


def _summary(query: SearchQuery, _: Types, value: str, __: str, ___: Parameters) -> SearchQuery:
    for known in get_args(Summary):
        if value == known:
            return replace(query, summary=known)
    raise Malformed("takes true, text, data, count or false.")


def _elements(query: SearchQuery, _: Types, value: str, __: str, ___: Parameters) -> SearchQuery:
    names = tuple(name.strip() for name in value.split(","))
    if not all(re.fullmatch(r"(?:[A-Z][A-Za-z]{0,63}\.)?[A-Za-z]\w{0,63}", name) for name in names):
        raise Malformed("takes names of top-level elements, separated by commas.")
    return replace(query, elements=(*query.elements, *names))


def _included(types: Types, value: str, modifier: str, known: Parameters, *, reverse: bool) -> Include:
    """One `_include` or `_revinclude`, checked against the search parameters of the type it begins at."""
    if modifier not in {"", "iterate", "recurse"}:
        raise Malformed("knows only the modifier :iterate.")
    found = _INCLUDE.match("*:*" if value == "*" else value)
    if found is None or not {found[1], found[3] or "*"} <= _TYPES or (found[1] == "*" != found[2]):
        raise Malformed("takes Type:parameter or Type:parameter:TargetType.")
    name = found[2]
    if name != "*":
        named = parameter(found[1], name, known)
        if named.kind != "reference":
            raise Malformed("needs a search parameter that is a reference.")
        name = named.key
    if not reverse and not modifier and found[1] not in {*types, "*"}:
        raise Malformed(f"begins at {' or '.join(types[:3])} here, unless it iterates.")
    only = types[0] if found[1] == "*" and not reverse and not modifier and len(types) == 1 else found[1]
    return Include(only, name, found[3], iterate=bool(modifier))


def _include(query: SearchQuery, types: Types, value: str, modifier: str, known: Parameters) -> SearchQuery:
    return replace(query, include=(*query.include, _included(types, value, modifier, known, reverse=False)))


def _revinclude(query: SearchQuery, types: Types, value: str, modifier: str, known: Parameters) -> SearchQuery:
    return replace(query, revinclude=(*query.revinclude, _included(types, value, modifier, known, reverse=True)))


def _contained(query: SearchQuery, _: Types, value: str, __: str, ___: Parameters) -> SearchQuery:
    if value in {"true", "both"}:
        raise Ignorable(Unsupported("Contained resources are not found on their own here; leave _contained out."))
    if value != "false":
        raise Malformed("takes true, false or both.")
    return query


def _contained_type(query: SearchQuery, _: Types, value: str, __: str, ___: Parameters) -> SearchQuery:
    if value not in {"container", "contained"}:
        raise Malformed("takes container or contained.")
    return query


def _score(*_: object) -> SearchQuery:
    raise Ignorable(Incorrect("_score is no search parameter of its own; results have no score here."))


RESULTS: Final[dict[str, Reader]] = {
    "_sort": _sort,
    "_count": _count,
    "_total": _total,
    "_summary": _summary,
    "_elements": _elements,
    "_include": _include,
    "_revinclude": _revinclude,
    "_contained": _contained,
    "_containedType": _contained_type,
    "_score": _score,
}
"""Parameters of the result, to how each changes a query: the types searched, its value, its modifier.

http://hl7.org/fhir/R4/search.html#return
"""
