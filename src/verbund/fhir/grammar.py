"""Reads a search from its parameters: what is not understood is refused, never silently ignored."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final, get_args

from verbund.errors import Incorrect, Issue, Unsupported, VerbundError
from verbund.fhir.generated import RESOURCES
from verbund.fhir.search import (
    Filter,
    Include,
    Parameter,
    SearchQuery,
    Sort,
    StringValue,
    Summary,
    TokenValue,
    Total,
    UriValue,
    Value,
    parameters_of,
    reason_left_out,
)
from verbund.fhir.text import normalise
from verbund.fhir.values import Malformed, date_value, number_value, parts, quantity_value, reference_value, token_value

MOST_VALUES: Final = 1_000
MOST_COUNT: Final = 10_000
MODIFIERS: Final[dict[str, frozenset[str]]] = {
    "string": frozenset({"exact", "contains", "missing"}),
    "token": frozenset({"not", "missing"}),
    "reference": frozenset({"missing", *RESOURCES}),
    "date": frozenset({"missing"}),
    "number": frozenset({"missing"}),
    "quantity": frozenset({"missing"}),
    "uri": frozenset({"missing"}),
    "id": frozenset({"not"}),
    "lastUpdated": frozenset(),
}
"""Kind of parameter to the modifiers that are offered."""

_OF_THE_STANDARD = frozenset({"text", "in", "not-in", "above", "below", "of-type", "identifier"})
_PRESENTATION = frozenset({"_format", "_pretty"})
_NOT_OFFERED = frozenset(
    {"_filter", "_has", "_list", "_query", "_text", "_content", "_type", "_contained", "_containedType", "_score"}
)
_INCLUDE = re.compile(r"([A-Z][A-Za-z]+):([\w-]+|\*)(?::([A-Z][A-Za-z]+))?\Z")
_ID = re.compile(r"[A-Za-z0-9.-]{1,64}\Z")
_NAME = re.compile(r"[\w:.-]{1,80}\Z")


class _Ignorable(Exception):
    def __init__(self, error: VerbundError) -> None:
        super().__init__()
        self.error = error


def parse_search(resource_type: str, params: Sequence[tuple[str, str]], *, lenient: bool = False) -> SearchQuery:
    """The search that these parameters ask for.

    Incorrect names the parameter that is unknown or malformed; Unsupported one that FHIR knows and that is not offered
    here. A lenient search leaves out what is unknown or not offered (listed in `ignored`), but never a malformed value
    of a parameter that it does understand. Parameters without a value are left out
    (http://hl7.org/fhir/R4/search.html#errors).
    """
    if resource_type not in RESOURCES:
        raise Incorrect("There is no such resource type in FHIR R4.")
    query = SearchQuery(resource_type, params=tuple(params))
    ignored: list[str] = []
    for name, value in params:
        if not value.strip() or name in _PRESENTATION:
            continue
        try:
            query = _applied(query, name, value)
        except _Ignorable as left_out:
            if not lenient:
                raise left_out.error from None
            ignored.append(name)
        except Malformed as error:
            raise _malformed(name, str(error)) from None
    return replace(query, ignored=tuple(ignored))


def _applied(query: SearchQuery, name: str, value: str) -> SearchQuery:
    """The query with one more parameter."""
    base, _, modifier = name.partition(":")
    if base in _RESULTS:
        return _RESULTS[base](query, value, modifier)
    if base in _NOT_OFFERED or "." in name:
        sentence = f"The search parameter {_shown(name)} is not offered here."
        raise _Ignorable(Unsupported("Chained search is not offered here." if "." in name else sentence))
    return replace(query, filters=(*query.filters, _filter(query.type, base, modifier or None, value)))


def _malformed(name: str, text: str) -> Incorrect:
    sentence = f"The search parameter {_shown(name)} {text}"
    return Incorrect(sentence, issues=(Issue("value", sentence, (f"http.{_shown(name)}",)),))


def _shown(name: str) -> str:
    """A parameter's name as it may be repeated in a sentence."""
    return name if _NAME.match(name) else "with this name"


def parameter(resource_type: str, code: str) -> Parameter:
    """The search parameter of a type; one that is unknown or not offered may be ignored by a lenient search."""
    if found := parameters_of(resource_type).get(code):
        return found
    if reason := reason_left_out(resource_type, code):
        raise _Ignorable(Unsupported(f"The search parameter {code} is not offered here: {reason}."))
    sentence = f"{resource_type} has no search parameter {_shown(code)}."
    raise _Ignorable(Incorrect(sentence, issues=(Issue("not-supported", sentence, (f"http.{_shown(code)}",)),)))


def _filter(resource_type: str, code: str, modifier: str | None, text: str) -> Filter:
    """The filter of one search parameter."""
    found = parameter(resource_type, code)
    if modifier is not None and modifier not in MODIFIERS[found.kind]:
        sentence = f"The modifier :{_shown(modifier)} is not offered for {code}, which is of the kind {found.kind}."
        raise _Ignorable((Unsupported if modifier in _OF_THE_STANDARD else Incorrect)(sentence))
    pieces = [piece for piece in parts(text, ",") if piece]
    if not 0 < len(pieces) <= MOST_VALUES:
        raise Malformed(f"takes 1 to {MOST_VALUES} values, separated by commas.")
    return Filter(code, found.kind, modifier, tuple(_value(found, modifier, piece) for piece in pieces))


def _value(found: Parameter, modifier: str | None, text: str) -> Value:
    """One value of a parameter."""
    if modifier == "missing":
        if text not in {"true", "false"}:
            raise Malformed("takes true or false with :missing.")
        return TokenValue(None, text, any_system=True)
    if found.kind == "reference":
        return reference_value(text, modifier, found.targets)
    return _READERS[found.kind](text, modifier)


def _string(text: str, modifier: str | None) -> StringValue:
    plain = parts(text, None)[0]
    folded = plain if modifier == "exact" else normalise(plain)
    if not folded:
        raise Malformed("needs at least one letter or digit.")
    return StringValue(folded)


def _id(text: str, _: str | None) -> TokenValue:
    if not _ID.match(text):
        raise Malformed("takes ids of 1 to 64 letters, digits, hyphens and dots.")
    return TokenValue(None, text, any_system=True)


_READERS: Final[dict[str, Callable[[str, str | None], Value]]] = {
    "string": _string,
    "id": _id,
    "token": lambda text, _: token_value(text),
    "date": lambda text, _: date_value(text),
    "lastUpdated": lambda text, _: date_value(text),
    "number": lambda text, _: number_value(text),
    "quantity": lambda text, _: quantity_value(text),
    "uri": lambda text, _: UriValue(parts(text, None)[0]),
}


def _sort(query: SearchQuery, value: str, _: str) -> SearchQuery:
    keys = [Sort(key.removeprefix("-"), key.startswith("-")) for key in value.split(",")]
    for key in keys:
        parameter(query.type, key.param)
    return replace(query, sort=(*query.sort, *keys))


def _count(query: SearchQuery, value: str, _: str) -> SearchQuery:
    if not re.fullmatch(r"[0-9]{1,18}", value):
        raise Malformed("takes a whole number from 0 on.")
    return replace(query, count=min(int(value), MOST_COUNT))


def _total(query: SearchQuery, value: str, _: str) -> SearchQuery:
    for known in get_args(Total):
        if value == known:
            return replace(query, total=known)
    raise Malformed("takes none, estimate or accurate.")


def _summary(query: SearchQuery, value: str, _: str) -> SearchQuery:
    for known in get_args(Summary):
        if value == known:
            return replace(query, summary=known)
    raise Malformed("takes true, text, data, count or false.")


def _elements(query: SearchQuery, value: str, _: str) -> SearchQuery:
    names = tuple(name.strip() for name in value.split(","))
    if not all(re.fullmatch(r"[A-Za-z]\w{0,63}", name) for name in names):
        raise Malformed("takes names of top-level elements, separated by commas.")
    return replace(query, elements=(*query.elements, *names))


def _included(query: SearchQuery, value: str, modifier: str, *, reverse: bool) -> Include:
    """One `_include` or `_revinclude`, checked against the search parameters of the type it begins at."""
    if modifier not in {"", "iterate", "recurse"}:
        raise Malformed("knows only the modifier :iterate.")
    found = _INCLUDE.match("X:*" if value == "*" else value)
    source = query.type if value == "*" else (found[1] if found else "")
    if found is None or source not in RESOURCES or (found[3] and found[3] not in RESOURCES):
        raise Malformed("takes Type:parameter or Type:parameter:TargetType.")
    if found[2] != "*" and parameter(source, found[2]).kind != "reference":
        raise Malformed("needs a search parameter that is a reference.")
    if not reverse and not modifier and source != query.type:
        raise Malformed(f"begins at {query.type} here, unless it iterates.")
    return Include(source, found[2], found[3], iterate=bool(modifier))


def _include(query: SearchQuery, value: str, modifier: str) -> SearchQuery:
    return replace(query, include=(*query.include, _included(query, value, modifier, reverse=False)))


def _revinclude(query: SearchQuery, value: str, modifier: str) -> SearchQuery:
    return replace(query, revinclude=(*query.revinclude, _included(query, value, modifier, reverse=True)))


_RESULTS: Final[dict[str, Callable[[SearchQuery, str, str], SearchQuery]]] = {
    "_sort": _sort,
    "_count": _count,
    "_total": _total,
    "_summary": _summary,
    "_elements": _elements,
    "_include": _include,
    "_revinclude": _revinclude,
}
