# ruff: noqa: S608 - composed of literals of this package; values are only ever bound, by `Statement`
"""What is asked to come along with the matches of a search. http://hl7.org/fhir/R4/search.html#revinclude"""

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from uuid import UUID

from verbund.database import Connection
from verbund.errors import Incorrect
from verbund.fhir import RESOURCE_TYPES, SearchQuery, decode, type_number
from verbund.fhir.parameters import Parameters
from verbund.fhir.search import Include, parameters_of
from verbund.store.canonicals import CANONICAL_TYPES, Reference, canonicals, keys_of, names_of
from verbund.store.indexing import Indexer
from verbund.store.keys import without_version
from verbund.store.model import Stored
from verbund.store.pages import Pages
from verbund.store.records import Seen
from verbund.store.rowfilter import RowFilter, compiled
from verbund.store.sql import Statement

_BY_ID = "r.id = any({}::uuid[])"
_BY_KEY = "r.keys && {}::bigint[]"
MOST_INCLUDED = 5_000
MOST_ROUNDS = 10


class Includer:
    """Follows references from and to what was found, each resource once, and only to what may be seen.

    `:iterate` follows what came along as well, until nothing new comes, at most ten steps far. More than 5,000
    resources, or steps without an end, are refused: what comes along is whole or not at all.
    """

    def __init__(self, indexer: Indexer, pages: Pages) -> None:
        self._indexer = indexer
        self._pages = pages

    async def along(
        self, connection: Connection, query: SearchQuery, matched: Sequence[Seen], within: RowFilter
    ) -> tuple[Stored, ...]:
        """What comes along, in the order in which it was met."""
        include, revinclude = query.include, query.revinclude
        frontier, met = list(matched), {one.number for one in matched}
        result: list[Stored] = []
        rounds = 0
        while frontier and (include or revinclude):
            if rounds == MOST_ROUNDS:
                raise Incorrect(
                    f"What should come along by :iterate lies more than {MOST_ROUNDS} steps away. Ask for less of it."
                )
            found = await self._met(connection, include, revinclude, frontier, within)
            frontier = [one for one in found if one.number not in met]
            met.update([one.number for one in frontier])
            result += [one.stored for one in frontier]
            if len(result) > MOST_INCLUDED:
                raise _too_many()
            include = tuple(one for one in include if one.iterate)
            revinclude = tuple(one for one in revinclude if one.iterate)
            rounds += 1
        return tuple(result)

    async def _met(
        self,
        connection: Connection,
        include: Sequence[Include],
        revinclude: Sequence[Include],
        frontier: Sequence[Seen],
        within: RowFilter,
    ) -> list[Seen]:
        """One step in both directions; some of it may have been met before."""
        met: dict[int, Seen] = {}
        ids, addresses = self._targets(include, frontier) if include else ([], {})
        if ids:
            met |= await self._fetched(connection, _BY_ID, ids, None, within)
        for kinds, texts in addresses.items():
            found = keys_of(self._indexer, texts, kinds)
            there = await self._fetched(connection, _BY_KEY, found, set(kinds), within)
            met |= {number: one for number, one in there.items() if not texts.isdisjoint(names_of(one.stored))}
        keys = dict.fromkeys(key for one in frontier for key in self._referring(revinclude, one.stored))
        if keys:
            types = None if any(one.source == "*" for one in revinclude) else {one.source for one in revinclude}
            met |= await self._fetched(connection, _BY_KEY, list(keys), types, within)
        for one in revinclude:
            met |= await self._by_address(connection, one, frontier, within)
        return list(met.values())

    async def _by_address(
        self, connection: Connection, include: Include, frontier: Sequence[Seen], within: RowFilter
    ) -> dict[int, Seen]:
        """What refers by their addresses to resources that have one."""
        sought = [one.stored for one in frontier if include.target in {None, one.stored.type}]
        called = {name for one in sought for name in names_of(one)}
        if not called:
            return {}
        known, of = self._indexer.parameters, self._indexer.keys
        sources = [include.source] if include.source != "*" else sorted(RESOURCE_TYPES)
        names = {source: _names(known, source, include) for source in sources}
        targets = {of.target(name) for name in called}
        keys = [of.leading(source, name) ^ one for source in sources for name in names[source] for one in targets]
        if not keys:
            return {}
        found = await self._fetched(connection, _BY_KEY, keys, set(sources), within)
        return {
            number: one
            for number, one in found.items()
            if not called.isdisjoint(canonicals(self._references(one), one.stored.body, names[one.stored.type]))
        }

    async def _fetched(
        self,
        connection: Connection,
        condition: str,
        values: list[UUID] | list[int],
        types: set[str] | None,
        within: RowFilter,
    ) -> dict[int, Seen]:
        def write(columns: str, statement: Statement) -> str:
            rows = f"(select r.* from resource r where {condition.format(statement.bind(values))} offset 0) r"
            conditions = ["not r.deleted", compiled(within, statement)]
            if types is not None:
                conditions.append(f"r.type = any({statement.bind(sorted(map(type_number, types)))}::smallint[])")
            return (
                f"select {columns} from {rows} where {' and '.join(conditions)} "
                f"order by r.date desc, r.row desc limit {statement.bind(MOST_INCLUDED + 1)}::bigint"
            )

        found = await self._pages.found(connection, condition, write)
        if len(found) > MOST_INCLUDED:
            raise _too_many()
        return {one.number: one for one in found}

    def _references(self, one: Seen) -> tuple[Reference, ...]:
        """By which parameters a resource refers to what; told once of each version."""
        known = self._indexer.parameters.number
        if one.led_to is None or one.led_to[0] != known:
            body = one.stored.body
            one.led_to = known, tuple(self._indexer.entries(decode(body), body).references)
        return one.led_to[1]

    def _targets(
        self, include: Sequence[Include], frontier: Sequence[Seen]
    ) -> tuple[list[UUID], dict[frozenset[str], set[str]]]:
        """What resources refer to by the parameters: hashed ids of this node, and addresses by possible types."""
        known, literal, addresses = self._indexer.parameters, dict[str, None](), dict[frozenset[str], set[str]]()
        asked: dict[str, list[tuple[str, str | None, frozenset[str]]]] = {}
        for one in frontier:
            kind = one.stored.type
            if kind not in asked:
                asked[kind] = [
                    (name, each.target, _addressed(known, kind, name, each.target))
                    for each in include
                    if each.source in {"*", kind}
                    for name in _names(known, kind, each)
                ]
            references = self._references(one) if asked[kind] else ()
            for name, target, kinds in asked[kind]:
                for text in (text for by, text in references if by == name):
                    of, _, _ = text.partition("/")
                    if of in RESOURCE_TYPES and target in {None, of}:
                        literal[without_version(text)] = None
                if kinds and (called := canonicals(references, one.stored.body, (name,))):
                    addresses.setdefault(kinds, set()).update(called)
        pairs = (plain.partition("/") for plain in literal)
        return [self._indexer.hasher.key128(kind, identity) for kind, _, identity in pairs], addresses

    def _referring(self, revinclude: Iterable[Include], one: Stored) -> Iterator[int]:
        """The keys under which others refer to a resource by the parameters."""
        keys, known = self._indexer.keys, self._indexer.parameters
        target = keys.target(f"{one.type}/{one.id}")
        for include in revinclude:
            if include.target in {None, one.type}:
                for source in [include.source] if include.source != "*" else sorted(RESOURCE_TYPES):
                    for name in _names(known, source, include, one.type):
                        yield keys.leading(source, name) ^ target


def _addressed(known: Parameters, kind: str, name: str, target: str | None) -> frozenset[str]:
    """The types with an address of their own that a parameter may lead to."""
    parameter = known.find(kind, name)
    kinds = CANONICAL_TYPES.intersection((parameter and parameter.targets) or CANONICAL_TYPES)
    return kinds if target is None else kinds & {target}


def _too_many() -> Incorrect:
    return Incorrect(f"More than {MOST_INCLUDED} resources would come along. Ask for fewer matches with _count.")


def _names(known: Parameters, source: str, include: Include, target: str | None = None) -> tuple[str, ...]:
    """The reference parameters of a type that are meant, and may lead to the target."""
    if include.param != "*":
        return (include.param,) if known.find(source, include.param) is not None else ()
    added = (
        one.name
        for one in known.references
        if one.type == source and one.percent is None and (target is None or not one.targets or target in one.targets)
    )
    return (*_references(source, target), *added)


@cache
def _references(source: str, target: str | None) -> tuple[str, ...]:
    found = parameters_of(source).values()
    return tuple(
        one.code
        for one in found
        if one.kind == "reference" and (target is None or not one.targets or target in one.targets)
    )
