"""Searches that touch several types: each type by its own right, and each row by the filter of its type.

A chain, `_has`, `_revinclude` or a hierarchy tells of what it looks at, so it needs the right to search there; what
`_include` brings along is left out where it may not be read.
"""

from collections.abc import Iterable, Iterator, Sequence

from verbund.access.ground import Ground
from verbund.access.rules import OWN_TYPES, Interaction
from verbund.access.views import View, view, view_of
from verbund.errors import Forbidden
from verbund.fhir import RESOURCE_TYPES, Parameters, SearchQuery
from verbund.fhir.hierarchies import places_of
from verbund.fhir.search import Chain, Criterion, Either, Every, Filter, Has, Include, InList, Not
from verbund.identity import Principal
from verbund.store import RowFilter, and_, of_types, or_


async def search_view(ground: Ground, who: Principal, query: SearchQuery) -> View:
    """The rows that a search may look at; Forbidden, and logged, where it asks for a type that may not be searched."""
    own, asked = [part.type for part in query.union] if query.union else [query.type], as_asked(query)
    views = {name: await view(ground, who, Interaction.SEARCH, name, query=asked) for name in own}
    for name in sorted(_asked(query)):
        if name not in views:
            views[name] = await view(ground, who, Interaction.SEARCH, name, query=asked)
    along = [name for name in _along(query, ground.store.known) if name not in views]
    views |= permitted(ground, who, Interaction.READ, along)
    return combined(views, views[own[0]])


def as_asked(query: SearchQuery) -> str:
    """The search as the log keeps it."""
    return f"{query.type}?" + "&".join([f"{name}={value}" for name, value in query.params])


def permitted(ground: Ground, who: Principal, interaction: Interaction, types: Iterable[str]) -> dict[str, View]:
    """The views of those types that may be seen; the others are left out."""
    views = {}
    for name in types:
        try:
            views[name] = view_of(ground, who, interaction, name)
        except Forbidden:
            continue
    return views


def combined(views: dict[str, View], first: View, *, every: int = 0) -> View:
    """One view of rows of several types, each row by the filter of its type; the reason is that of the first.

    `every` is how many types there are, where rows of all are looked at: fewer views then hold rows of the others back.
    """
    by_filter: dict[RowFilter, list[str]] = {}
    for name, seen in views.items():
        by_filter.setdefault(seen.within, []).append(name)
    if len(by_filter) == 1 and len(views) >= every:
        return first
    within = or_(*(and_(of_types(*names), rows) for rows, names in by_filter.items()))
    return View(within, first.reason, first.provision)


def searchable(ground: Ground, who: Principal, types: Iterable[str] | None = None) -> tuple[str, ...]:
    """Those types, of all when none are named, that may be searched together with others: the log is none of them."""
    asked = sorted(RESOURCE_TYPES) if types is None else types
    return tuple(permitted(ground, who, Interaction.SEARCH, [name for name in asked if name not in OWN_TYPES]))


def _asked(query: SearchQuery) -> set[str]:
    """The types that a search tells something of beside its own."""
    found = set(_in_criteria(query.filters))
    for part in query.union:
        found.update(_in_criteria(part.filters))
    found.update(include.source for include in query.revinclude if include.source not in {"*", query.type})
    return found


def _in_criteria(criteria: Sequence[Criterion]) -> Iterator[str]:
    for one in criteria:
        match one:
            case Filter():
                yield from (kind for kind, _ in places_of(one))
            case Chain():
                yield one.target
                yield from _in_criteria(one.criteria)
            case Has():
                yield one.type
                yield from _in_criteria(one.criteria)
            case Every() | Either():
                yield from _in_criteria(one.parts)
            case Not():
                yield from _in_criteria((one.part,))
            case InList():
                yield "List"


def _along(query: SearchQuery, known: Parameters) -> set[str]:
    """The types that may come along."""
    found: set[str] = set()
    for include in query.include:
        found |= _targets(include, query.type, known)
    if any(include.source == "*" for include in query.revinclude):
        found |= RESOURCE_TYPES
    return found


def _targets(include: Include, own: str, known: Parameters) -> set[str]:
    """What an `_include` may bring: the targets of its parameter, any type where these are not known."""
    if include.target is not None:
        return {include.target}
    source = own if include.source == "*" else include.source
    if include.param == "*" or not source:
        return set(RESOURCE_TYPES)
    found = known.find(source, include.param)
    return set(found.targets) & RESOURCE_TYPES if found is not None and found.targets else set(RESOURCE_TYPES)


def tells_of(query: SearchQuery) -> set[str]:
    """Every type that a condition tells something of."""
    return {query.type} | _asked(query)
