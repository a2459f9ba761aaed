"""The search parameters of a node: a table that follows from SearchParameter resources, and what a process knows of it.

Whoever writes learns in the same transaction whether what it knows is the last, and indexes again what it prepared with
anything older (`Registry.at`). Whoever searches by an added parameter asks before the search.
"""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

import asyncpg
import msgspec

from verbund.database import Connection, Database
from verbund.errors import Unavailable, VerbundError
from verbund.fhir import SearchQuery
from verbund.fhir.defining import called, defined, same_as_standard
from verbund.fhir.parameters import Added, Parameters, added_names
from verbund.fhir.search import Kind
from verbund.store.indexing import Indexer
from verbund.store.model import Written

LOOK_AGAIN_SECONDS: Final = 1.0
TYPE: Final = "SearchParameter"
State = Literal["waiting", "indexing", "ready", "standard", "refused"]

KNOWN: Final = "select search_parameters_known()"
"""The number of changes, for a transaction that is going to write: its first statement."""

_NUMBER = "select number from search_parameter_change"
_NEXT = "update search_parameter_change set number = number + 1"
_ALL = """
select c.number as change, p.number, p.type, p.code, p.packed, p.state, p.reason,
 case when p.state = 'waiting' then 0 when p.state = 'indexing' then coalesce((
  select 100 * (w.next_row - w.first_row) / greatest(w.last_row - w.first_row + 1, 1)
  from search_parameter_work w where w.done_at is null and p.number = any(w.numbers) limit 1), 0) end as percent
from search_parameter_change c left join search_parameter p on p.state <> 'standard' order by p.number
"""
_OF_RESOURCE = "select number, type, packed, state from search_parameter where resource = $1"
_OTHERS = "select type, code, packed, url, state from search_parameter where resource <> $1 and state <> 'refused'"
_REMOVE = "delete from search_parameter where number = any($1::bigint[])"
_ADD = """
insert into search_parameter (resource, url, type, code, packed, state, reason) values ($1, $2, $3, $4, $5, $6, $7)
"""
_REFUSED = "select distinct resource, url, packed from search_parameter where state = 'refused'"
_STATES = "select resource, url, type, code, state, reason from search_parameter order by type, code, number"

_pack = msgspec.json.Encoder().encode
_unpack = msgspec.json.Decoder(Added).decode
_encode = msgspec.json.Encoder(decimal_format="number").encode


@dataclass(frozen=True, slots=True)
class Condition:
    """What became of a SearchParameter for one resource type; `percent` is how far it is indexed."""

    resource: str
    url: str
    type: str
    code: str
    state: State
    reason: str = ""


class Registry:
    """What this process knows of the search parameters of a node; the indexer works with it."""

    def __init__(self, database: Database, indexer: Indexer) -> None:
        self._database = database
        self._indexer = indexer
        self._looked = float("-inf")

    @property
    def parameters(self) -> Parameters:
        """All that are known here; at most a second behind what `current` was last asked for."""
        return self._indexer.parameters

    async def current(self) -> Parameters:
        """All that are offered, as they were at most a second ago."""
        now = time.monotonic()
        if now - self._looked >= LOOK_AGAIN_SECONDS:
            self._looked = now
            async with self._database.connection() as connection:
                growing = any(one.percent is not None for one in self.parameters.added)
                await self.at(connection, -1 if growing else await connection.fetchval(_NUMBER))
        return self.parameters

    async def at(self, connection: Connection, number: int) -> Parameters:
        """The parameters after so many changes, or after later ones."""
        if number != self.parameters.number:
            found = _parameters(await connection.fetch(_ALL))
            # Another may have looked later and heard earlier.
            if found.number >= self.parameters.number:
                self._indexer.parameters = found
        return self.parameters

    async def check(self, connection: Connection, query: SearchQuery) -> None:
        """Unavailable where a query asks for an added parameter that is not offered any more as it was."""
        names = set(added_names(query)) if self.parameters.added else set()
        if not names:
            return
        known = await self.at(connection, await connection.fetchval(_NUMBER))
        for type_, name in names:
            found = known.find(type_, name)
            if found is None or found.percent is not None:
                raise changed(type_, name)

    async def states(self) -> tuple[Condition, ...]:
        """What became of every SearchParameter, by type and code."""
        async with self._database.connection() as connection:
            return tuple(Condition(*row) for row in await connection.fetch(_STATES))


def changed(type_: str, name: str) -> Unavailable:
    """What to raise where a query asks for an added parameter that is not there any more as it was."""
    code = name.partition("~")[0]
    return Unavailable(f"The search parameter {code} of {type_} has just been changed. Ask again in a moment.")


def _parameters(rows: Sequence[asyncpg.Record]) -> Parameters:
    refused = {(row["type"], row["code"]): row["reason"] for row in rows if row["state"] == "refused"}
    added = [
        msgspec.structs.replace(_unpack(row["packed"]), number=row["number"], percent=row["percent"])
        for row in rows
        if row["state"] in {"waiting", "indexing", "ready"}
    ]
    return Parameters(added, number=rows[0]["change"], refused=refused)


class SearchParameters:
    """Keeps the table in step with the resources; a `Projection` that every store has.

    Nothing that is written is refused for it: what a node cannot offer is noted, with the reason.
    """

    types = frozenset({TYPE})

    async def project(self, connection: Connection, written: Sequence[Written]) -> None:
        """Take over what was written of SearchParameters."""
        ours = {one.id: one for one in written if one.type == TYPE}
        if not ours:
            return
        # Also makes those wait who do the same at this moment.
        await connection.execute(_NEXT)
        for one in ours.values():
            if one.status == "deleted":
                await self._take(connection, one.id, "", b"")
            elif one.status in {"created", "updated"}:
                url = getattr(one.resource, "url", None) or f"{TYPE}/{one.id}"
                await self._take(connection, one.id, url, one.body or _encode(one.resource))
        # What was refused may rest on what has just come, or have stood against what has just gone.
        for row in await connection.fetch(_REFUSED):
            if row["resource"] not in ours or len(ours) > 1:
                await self._take(connection, row["resource"], row["url"], row["packed"])

    async def _take(self, connection: Connection, resource: str, url: str, raw: bytes) -> None:
        """Note what a resource defines, in place of what it defined before; what stays the same stays as it is."""
        there = await connection.fetch(_OF_RESOURCE, resource)
        others = [
            (row["url"], row["state"], _unpack(row["packed"])) for row in await connection.fetch(_OTHERS, resource)
        ]
        rows = _rows(raw, others) if raw else []
        offered = {(row["type"], row["packed"]): row["number"] for row in there if row["state"] in _OFFERED}
        kept = {offered.get((row.type, row.packed)) for row in rows if row.state in _OFFERED}
        await connection.execute(_REMOVE, [row["number"] for row in there if row["number"] not in kept])
        new = [row for row in rows if row.state not in _OFFERED or (row.type, row.packed) not in offered]
        await connection.executemany(_ADD, [(resource, url, *row) for row in new])


_OFFERED = frozenset({"waiting", "indexing", "ready"})


class _Row(NamedTuple):
    """What is noted of a resource for one type."""

    type: str
    code: str
    packed: bytes
    state: State
    reason: str


def _rows(raw: bytes, others: Iterable[tuple[str, str, Added]]) -> list[_Row]:
    """Type, code, what to keep, state and reason for each type that a resource is for."""
    others = list(others)
    kinds: dict[str, Kind] = {where: one.kind for where, _, one in others}
    try:
        found = defined(raw, kinds.get)
    except VerbundError as error:
        return [_Row(*one, raw, "refused", error.text) for one in called(raw)]
    rows = []
    for one in found:
        state, reason = _judged(one, others)
        rows.append(_Row(one.type, one.code, raw if state == "refused" else _pack(one), state, reason))
    return rows


def _judged(one: Added, others: Sequence[tuple[str, str, Added]]) -> tuple[State, str]:
    """Whether a parameter can be offered beside those that are there."""
    same = same_as_standard(one)
    if same is True:
        return "standard", "The standard has the same parameter; that one answers."
    if same is False:
        return "refused", f"The standard has another search parameter {one.code} for {one.type}."
    for where, state, other in others:
        if (other.type, other.code) == (one.type, one.code) and state in _OFFERED:
            return "refused", f"{where[:200]} defines the search parameter {one.code} of {one.type} already."
    return "waiting", ""
