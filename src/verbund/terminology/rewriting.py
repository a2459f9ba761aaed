"""Searches by value set and hierarchy as searches by codes.

`:in`, `:not-in`, `:above` and `:below` on tokens (http://hl7.org/fhir/R4/search.html#token) become lists of codes, so
that the store need not know terminologies.
"""

from dataclasses import replace

from verbund.errors import Incorrect, Issue, NotFound, TooLarge
from verbund.fhir.search import (
    Chain,
    Criterion,
    Either,
    Every,
    Filter,
    Has,
    InList,
    Not,
    SearchQuery,
    TokenValue,
    UriValue,
    Value,
)
from verbund.terminology.catalogue import Catalogue
from verbund.terminology.composing import Composed, Part
from verbund.terminology.expanding import codes
from verbund.terminology.model import Above, Below, System, ValueSet
from verbund.terminology.rules import MOST_CODES
from verbund.terminology.structure import names

MODIFIERS = frozenset({"in", "not-in", "above", "below"})
NEVER = Either(())
ALWAYS = Every(())


def concerns(query: SearchQuery) -> bool:
    """Whether a query asks for what only terminologies know."""
    return any(map(_asks, query.filters)) or any(map(concerns, query.union))


def _asks(criterion: Criterion) -> bool:
    match criterion:
        case Filter():
            return criterion.kind == "token" and criterion.modifier in MODIFIERS
        case Chain(criteria=parts) | Has(criteria=parts) | Every(parts) | Either(parts):
            return any(map(_asks, parts))
        case Not(part):
            return _asks(part)
        case InList():
            return False


async def rewritten(catalogue: Catalogue, query: SearchQuery) -> SearchQuery:
    """The query with codes in place of value sets and hierarchies.

    Incorrect, with the parameter, for an unknown value set or code and for more than 10,000 codes.
    """
    return replace(
        query,
        filters=tuple([await _rewritten(catalogue, part) for part in query.filters]),
        union=tuple([await rewritten(catalogue, part) for part in query.union]),
    )


async def _rewritten(catalogue: Catalogue, criterion: Criterion) -> Criterion:
    match criterion:
        case Filter():
            return await _filter(catalogue, criterion) if _asks(criterion) else criterion
        case Chain() | Has():
            criteria = tuple([await _rewritten(catalogue, part) for part in criterion.criteria])
            return replace(criterion, criteria=criteria)
        case Every() | Either():
            return replace(criterion, parts=tuple([await _rewritten(catalogue, part) for part in criterion.parts]))
        case Not():
            return replace(criterion, part=await _rewritten(catalogue, criterion.part))
        case InList():
            return criterion


async def _filter(catalogue: Catalogue, criterion: Filter) -> Criterion:
    values: dict[Value, None] = {}
    for value in criterion.values:
        try:
            values.update(dict.fromkeys(await _codes(catalogue, criterion, value)))
        except (Incorrect, NotFound) as error:
            raise _told(criterion, error) from error
        if len(values) > MOST_CODES:
            raise _told(criterion, TooLarge(f"It comes to more than {MOST_CODES:,} codes. Name fewer."))
    if not values:
        return ALWAYS if criterion.modifier == "not-in" else NEVER
    return replace(criterion, modifier="not" if criterion.modifier == "not-in" else None, values=tuple(values))


def _told(criterion: Filter, error: Incorrect | NotFound) -> Incorrect:
    name = f"{criterion.param}:{criterion.modifier}"
    code = "too-costly" if isinstance(error, TooLarge) else error.issues[0].code
    text = f"{name}: {error.text}"
    return Incorrect(text, issues=(Issue(code, text, (name,)),))


async def _codes(catalogue: Catalogue, criterion: Filter, value: Value) -> list[TokenValue]:
    if isinstance(value, UriValue):
        composed = await catalogue.composed_of(named(catalogue, value.text))
        return [TokenValue(name, code) for system, code in await codes(composed, MOST_CODES) for name in names(system)]
    if not isinstance(value, TokenValue) or not value.system or not value.code:
        raise Incorrect("Name a code with its system, as in http://snomed.info/sct|73211009.")
    system = catalogue.system(value.system)
    if system is None:
        raise NotFound(f"The code system {value.system} is not known here. Load it (verbund terminology add).")
    if not await system.find([value.code]):
        raise NotFound(f"{system.head.called} has no code {value.code}.")
    asked = Below(value.code) if criterion.modifier == "below" else Above(value.code)
    return await _placed(system, asked)


async def _placed(system: System, asked: Below | Above) -> list[TokenValue]:
    """The codes below or above one, itself among them, under every name of its system."""
    if isinstance(asked, Above):
        found = sorted({asked.code, *await system.ancestors(asked.code)})
    else:
        part = Part(system.head.url, system.head.version, asked, system)
        listed = await codes(Composed(ValueSet(system.head.url), (part,)), MOST_CODES)
        found = [code for _, code in listed]
    return [TokenValue(name, code) for code in found for name in names(system.head.url)]


def named(catalogue: Catalogue, text: str) -> str:
    """A value set's canonical: as it is given, or of the resource `ValueSet/42`."""
    kind, _, identity = text.rpartition("/")
    if kind.rpartition("/")[2] == "ValueSet" and not kind.rpartition("/")[0]:
        known = catalogue.ids.get(("ValueSet", identity))
        if known is None:
            raise NotFound(f"There is no {text} here that could be searched by.")
        return known
    return text
