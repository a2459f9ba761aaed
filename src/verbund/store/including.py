# ruff: noqa: S608 - composed of literals of this package; values are only ever bound, by `Statement`
"""What is asked to come along with the matches of a search. http://hl7.org/fhir/R4/search.html#revinclude"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from uuid import UUID

from verbund.database import Connection
from verbund.errors import Incorrect
from verbund.fhir import RESOURCE_TYPES, SearchQuery, type_number
from verbund.fhir.parameters import Parameters
from verbund.fhir.references import reference_texts
from verbund.fhir.search import Include, parameters_of
from verbund.store.canonicals import CANONICAL_TYPES, canonicals, keys_of, names_of
from verbund.store.indexing import Indexer
from verbund.store.keys import without_version
from verbund.store.model import Stored
from verbund.store.planning import COLUMNS
from verbund.store.records import Records
from verbund.store.rowfilter import RowFilter, compiled
from verbund.store.sql import Statement

MOST_INCLUDED = 5_000
MOST_ROUNDS = 10


@dataclass(frozen=True, slots=True)
class Found:
    """A resource with its row number and the keys of its row; keys only where they were asked for."""

    stored: Stored
    row: int
    keys: frozenset[int] = frozenset()


class Includer:
    """Follows references from and to what was found, each resource once, and only to what may be seen.

    `:iterate` follows what came along as well, until nothing new comes, at most ten steps far. More than 5,000
    resources, or steps without an end, are refused: what comes along is whole or not at all.
    """

    def __init__(self, indexer: Indexer, records: Records) -> None:
        self._indexer = indexer
        self._records = records

    async def along(
        self, connection: Connection, query: SearchQuery, matched: Sequence[Found], within: RowFilter
    ) -> tuple[Stored, ...]:
        """What comes along, in the order in which it was met."""
        include, revinclude = query.include, query.revinclude
        frontier, seen = list(matched), {one.row for one in matched}
        result: list[Stored] = []
        rounds = 0
        while frontier and (include or revinclude):
            if rounds == MOST_ROUNDS:
                raise Incorrect(
                    f"What should come along by :iterate lies more than {MOST_ROUNDS} steps away. Ask for less of it."
                )
            met = await self._met(connection, include, revinclude, frontier, within)
            frontier = [one for one in met if one.row not in seen]
            seen.update(one.row for one in frontier)
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
        frontier: Sequence[Found],
        within: RowFilter,
    ) -> list[Found]:
        """One step in both directions; some of it may have been met before."""
        met: dict[int, Found] = {}
        keyed = any(one.iterate for one in include)
        ids = self._targets(include, frontier) if include else []
        if ids:
            met |= await self._fetched(connection, "r.id = any({}::uuid[])", ids, None, within, keyed=keyed)
        addresses = self._addresses(include, frontier) if include else {}
        for kinds, texts in addresses.items():
            found = keys_of(self._indexer, texts, kinds)
            there = await self._fetched(connection, "r.keys && {}::bigint[]", found, set(kinds), within, keyed=keyed)
            met |= {row: one for row, one in there.items() if not texts.isdisjoint(names_of(one.stored))}
        keys = dict.fromkeys(key for one in frontier for key in self._referring(revinclude, one))
        if keys:
            types = None if any(one.source == "*" for one in revinclude) else {one.source for one in revinclude}
            met |= await self._fetched(connection, "r.keys && {}::bigint[]", list(keys), types, within, keyed=keyed)
        for one in revinclude:
            met |= await self._by_address(connection, one, frontier, within)
        return list(met.values())

    async def _by_address(
        self, connection: Connection, include: Include, frontier: Sequence[Found], within: RowFilter
    ) -> dict[int, Found]:
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
        found = await self._fetched(connection, "r.keys && {}::bigint[]", keys, set(sources), within, keyed=True)
        return {
            row: one
            for row, one in found.items()
            if not called.isdisjoint(canonicals(self._indexer, one.stored, one.keys, names[one.stored.type]))
        }

    async def _fetched(
        self,
        connection: Connection,
        found: str,
        values: list[UUID] | list[int],
        types: set[str] | None,
        within: RowFilter,
        *,
        keyed: bool,
    ) -> dict[int, Found]:
        statement = Statement()
        rows = f"(select r.* from resource r where {found.format(statement.bind(values))} offset 0) r"
        conditions = ["not r.deleted", compiled(within, statement)]
        if types is not None:
            conditions.append(f"r.type = any({statement.bind(sorted(map(type_number, types)))}::smallint[])")
        sql = (
            f"select {COLUMNS}{', r.keys' if keyed else ''} from {rows} where {' and '.join(conditions)} "
            f"order by r.date desc, r.row desc limit {statement.bind(MOST_INCLUDED + 1)}::bigint"
        )
        fetched = await connection.fetch(sql, *statement.values)
        if len(fetched) > MOST_INCLUDED:
            raise _too_many()
        opened = await self._records.opened_rows(connection, fetched)
        return {
            row["row"]: Found(stored, row["row"], frozenset(row["keys"]) if keyed else frozenset())
            for row, stored in opened
        }

    def _targets(self, include: Sequence[Include], frontier: Sequence[Found]) -> list[UUID]:
        """The hashed ids of what resources refer to by the parameters, on this node; the keys tell by which they do."""
        keys, known, found = self._indexer.keys, self._indexer.parameters, dict[str, None]()
        leading: dict[str, list[tuple[str | None, tuple[int, ...]]]] = {}
        for one in frontier:
            kind = one.stored.type
            if kind not in leading:
                wanted = [each for each in include if each.source in {"*", kind}]
                leading[kind] = [
                    (
                        each.target,
                        tuple(keys.leading(kind, name) for name in _names(known, kind, each)),
                    )
                    for each in wanted
                ]
            for text in reference_texts(one.stored.body) if leading[kind] else ():
                plain = without_version(text)
                if plain not in found and self._leads(leading[kind], one.keys, plain):
                    found[plain] = None
        pairs = (plain.partition("/") for plain in found)
        return [self._indexer.hasher.key128(kind, identity) for kind, _, identity in pairs]

    def _addresses(self, include: Sequence[Include], frontier: Sequence[Found]) -> dict[frozenset[str], set[str]]:
        """The canonical references by the parameters, by the types that they may lead to."""
        known, found = self._indexer.parameters, dict[frozenset[str], set[str]]()
        for one in frontier:
            kind = one.stored.type
            for each in include:
                for name in _names(known, kind, each) if each.source in {"*", kind} else ():
                    parameter = known.find(kind, name)
                    kinds = CANONICAL_TYPES.intersection((parameter and parameter.targets) or CANONICAL_TYPES)
                    kinds = kinds if each.target is None else kinds & {each.target}
                    found.setdefault(kinds, set()).update(canonicals(self._indexer, one.stored, one.keys, (name,)))
        return {kinds: texts for kinds, texts in found.items() if kinds and texts}

    def _leads(
        self, leading: Sequence[tuple[str | None, tuple[int, ...]]], keys: frozenset[int], reference: str
    ) -> bool:
        """Whether a reference in a resource is one of the parameters'."""
        kind = reference.partition("/")[0]
        if kind not in RESOURCE_TYPES:
            return False
        target = self._indexer.keys.target(reference)
        return any(
            wanted in {None, kind} and any(one ^ target in keys for one in parameters) for wanted, parameters in leading
        )

    def _referring(self, revinclude: Iterable[Include], one: Found) -> Iterator[int]:
        """The keys under which others refer to a resource by the parameters."""
        keys, known = self._indexer.keys, self._indexer.parameters
        target = keys.target(f"{one.stored.type}/{one.stored.id}")
        for include in revinclude:
            if include.target in {None, one.stored.type}:
                for source in [include.source] if include.source != "*" else sorted(RESOURCE_TYPES):
                    for name in _names(known, source, include, one.stored.type):
                        yield keys.leading(source, name) ^ target


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
