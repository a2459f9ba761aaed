"""A reference into a hierarchy (`:above`, `:below`) as references to each of the resources there.

Only what may be seen is followed. Circles end, since no resource is met twice; a hierarchy of more resources than
`MOST_PLACES` is refused, so that what is found is whole.
"""

from collections.abc import Iterable, Sequence

from verbund.database import Connection
from verbund.errors import Incorrect
from verbund.fhir import SearchQuery, decode
from verbund.fhir.hierarchies import link_of, place_of, versions_above
from verbund.fhir.search import Filter, ReferenceValue, TokenValue, UriValue, Value
from verbund.store.canonicals import names_of
from verbund.store.keys import without_version
from verbund.store.model import Stored
from verbund.store.ordering import NEWEST, Window
from verbund.store.planning import Plan
from verbund.store.records import Records
from verbund.store.sql import Statement
from verbund.store.ways import Scope

MOST_PLACES = 5_000
"""How many resources of a hierarchy one search follows."""


class Hierarchies:
    """Follows references between resources of one type, for one search."""

    def __init__(self, connection: Connection, records: Records, scope: Scope) -> None:
        self._connection = connection
        self._records = records
        self._scope = scope

    async def resolved(self, kind: str, wanted: Filter) -> Filter:
        """The filter with every place above or below its values; versions of canonicals below stay as they are."""
        found: dict[Value, None] = {}
        for value in wanted.values:
            target = place_of(value)
            if target is None:
                found |= dict.fromkeys(_versions(wanted, value))
            elif isinstance(value, ReferenceValue):
                link = link_of(kind, wanted.param, target)
                found |= await self._places(target, link, value, down=wanted.modifier == "below")
        plain = not any(isinstance(value, ReferenceValue) and _has_version(value) for value in found)
        modifier = None if plain or wanted.modifier == "above" else wanted.modifier
        return Filter(wanted.param, wanted.kind, modifier, tuple(found))

    async def _places(self, target: str, link: str, start: ReferenceValue, *, down: bool) -> dict[Value, None]:
        """A resource and all that lie above or below it, as far as they may be seen."""
        seen: dict[Value, None] = {start: None}
        frontier: list[Value] = [start]
        while frontier:
            met = await (self._below if down else self._above)(target, link, frontier, MOST_PLACES + 1 - len(seen))
            frontier = [one for one in dict.fromkeys(met) if one not in seen]
            seen |= dict.fromkeys(frontier)
            if len(seen) > MOST_PLACES:
                raise Incorrect(
                    f"The hierarchy in which this search follows {link} of {target} has more than {MOST_PLACES} "
                    "resources here. Begin further down in it."
                )
        return seen

    async def _below(self, target: str, link: str, frontier: Sequence[Value], most: int) -> Iterable[Value]:
        """What lies directly below."""
        found = await self._found(target, Filter(link, "reference", None, tuple(frontier)), most)
        return [name for one in found for name in _called(one)]

    async def _above(self, target: str, link: str, frontier: Sequence[Value], most: int) -> Iterable[Value]:
        """What lies directly above."""
        ones = [one for one in frontier if isinstance(one, ReferenceValue)]
        ids = tuple(TokenValue(None, one.id, any_system=True) for one in ones if one.id)
        wanted = Filter("_id", "id", None, ids) if ids else Filter("url", "uri", None, tuple(map(_address, ones)))
        texts: list[str] = []
        for one in await self._found(target, wanted, most):
            entries = self._scope.indexer.entries(decode(one.body), one.body)
            texts += [text for name, text in entries.references if name == link]
        return [found for text in texts if (found := _reference(target, text)) is not None]

    async def _found(self, target: str, wanted: Filter, most: int) -> list[Stored]:
        plan = Plan(SearchQuery(target, (wanted,)), self._scope)
        statement = Statement()
        sql = plan.page(NEWEST, Window(None, max(1, most)), statement)
        return await self._records.open(self._connection, await self._connection.fetch(sql, *statement.values))


def _versions(wanted: Filter, value: Value) -> tuple[Value, ...]:
    """A canonical's versions above it, each by itself; those below are found by the address alone, and compared."""
    if wanted.modifier == "above" and isinstance(value, ReferenceValue) and value.url is not None:
        return tuple(ReferenceValue(None, None, one) for one in versions_above(value.url))
    return (value,)


def _has_version(value: ReferenceValue) -> bool:
    return value.url is not None and "|" in value.url


def _address(value: ReferenceValue) -> Value:
    return UriValue(value.url or "")


def _called(stored: Stored) -> Iterable[Value]:
    """How a resource is referred to: by its address, where it has one, else by type and id."""
    if stored.type == "StructureDefinition":
        return [ReferenceValue(None, None, name) for name in names_of(stored)[:1]]
    return [ReferenceValue(stored.type, stored.id)]


def _reference(target: str, text: str) -> Value | None:
    """What a reference leads to; None for anything but a resource of the hierarchy."""
    if target == "StructureDefinition":
        return ReferenceValue(None, None, text) if "|" not in text else None
    kind, _, identity = without_version(text).partition("/")
    return ReferenceValue(kind, identity) if kind == target else None
