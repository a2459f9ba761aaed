# ruff: noqa: S608 - composed of literals of this package; values are only ever bound
"""Code systems that lie in the database."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import asyncpg
import msgspec

from verbund.database import Database
from verbund.terminology import worded
from verbund.terminology.model import (
    EVERYTHING,
    Above,
    Below,
    Concept,
    Condition,
    Designation,
    Head,
    Outcome,
    Page,
    Property,
)
from verbund.terminology.relations import related
from verbund.terminology.sql import Compiler, Spot, generalised, named, storable

MOST_CHILDREN = 1_000
MOST_SPOTS = 20_000
MOST_RANGES = 200
_COLUMNS = """
select c.code, c.key, c.display, c.definition, c.inactive, c.abstract, c.properties, c.designations,
 case when c.parents = '{}' then '{}'::text[] else
  array(select p.code from terminology_concept p where p.system = c.system and p.number = any(c.parents)
        order by array_position(c.parents, p.number)) end as parents
"""
# First the few codes, then whether they fit: the planner would rather walk through all that fit.
_OF_CODES = f"""
{_COLUMNS} from
 (select * from terminology_concept where system = $1 and key = any($2::text[]) offset 0) c where
"""
_OF_NUMBERS = f"""
{_COLUMNS} from terminology_concept c where c.system = $1 and c.number = any($2::int[]) order by c.number
"""
_WITH_WORD = "select numbers from terminology_word where system = $1 and word >= $2 and word < $3 limit $4"
_WITH_WORD_TOO = """
select number from terminology_concept where system = $1 and number = any($2::int[])
 and strpos(' ' || search, $3) > 0 order by number
"""
_BY_NUMBER = """
select asked.word from unnest($2::text[], $3::text[]) asked (word, until) cross join lateral (
 select sum(cardinality(w.numbers)) as concepts from (
  select numbers from terminology_word w where w.system = $1 and w.word >= asked.word and w.word < asked.until limit $4
 ) w
) met order by met.concepts nulls first
"""
_RANGES = """
select array(select lower(r) from unnest(s.places) r order by 1) as first,
 array(select upper(r) from unnest(s.places) r order by 1) as until
from (select coalesce(below, '{}') + int4multirange(int4range(number, number + 1)) as places
      from terminology_concept where system = $1 and key = $2) s
"""
_SPOTS = """
select key, number, coalesce(lower(below), number) as first, coalesce(upper(below), number + 1) as until, parents
from terminology_concept where system = $1 and key = any($2::text[])
"""
_RELATION = """
select coalesce(a.below @> b.number, false) as above, coalesce(b.below @> a.number, false) as below
from terminology_concept a, terminology_concept b
where a.system = $1 and a.key = $2 and b.system = $1 and b.key = $3
"""
# Each step looks its parents up by the primary key; the planner, not knowing how few they are, would join tables.
_ABOVE = """
with recursive up(number, code, parents) as (
 select number, code, parents from terminology_concept where system = $1 and key = $2
 union
 select c.number, c.code, c.parents from up cross join lateral unnest(up.parents) as p(number)
 cross join lateral (
  select number, code, parents from terminology_concept where system = $1 and number = p.number limit 1
 ) c
)
select number, code from up where number <> (select number from terminology_concept where system = $1 and key = $2)
"""
_CHILDREN = """
select c.code from terminology_concept p join terminology_concept c on c.system = p.system
 and c.number >= lower(p.below) and c.number < upper(p.below) and c.parents @> array[p.number]
where p.system = $1 and p.key = $2 order by c.number limit $3
"""
_detail = msgspec.json.Decoder(dict[str, list[str]])
_texts = msgspec.json.Decoder(list[Designation])


@dataclass(frozen=True, slots=True)
class TableSystem:
    """One version of a code system in the database; a `System` that asks for what it needs."""

    head: Head
    number: int
    database: Database
    spots: dict[str, Spot] = field(default_factory=dict)
    ranges: dict[str, worded.Ranges] = field(default_factory=dict)

    async def find(self, codes: Sequence[str], condition: Condition = EVERYTHING, /) -> dict[str, Concept]:
        """The concepts of these codes that fit."""
        keys = {code: self.head.key(code) for code in codes}
        values: list[object] = [self.number, sorted(set(keys.values()))]
        where = (await self._compiler(condition, values, few=True)).sql(condition)
        rows = await self._fetch(f"{_OF_CODES} {where}", *values[1:])
        found = {row["key"]: self._concept(row) for row in rows}
        return {code: found[key] for code, key in keys.items() if key in found}

    async def relation(self, first: str, second: str, /) -> Outcome | None:
        """How the first code relates to the second."""
        one, other = self.head.key(first), self.head.key(second)
        rows = await self._fetch(_RELATION, one, other)
        if not rows:
            return None
        return related(one, other, first_above=rows[0]["above"], second_above=rows[0]["below"])

    async def page(self, condition: Condition, /, *, offset: int, count: int) -> Page:
        """Concepts that fit, in order."""
        found = await self._worded(condition)
        if found is not None:
            rows = await self._fetch(_OF_NUMBERS, found[offset : offset + count]) if count else []
            return Page([self._concept(row) for row in rows], len(found))
        values: list[object] = [self.number]
        where = (await self._compiler(condition, values)).sql(condition)
        rows = await self._fetch(
            f"""
            with hit as materialized (
             select c.number from terminology_concept c where c.system = $1 and {where}
            ), chosen as (select number from hit order by number limit {count:d} offset {offset:d})
            {_COLUMNS}, (select count(*) from hit) as total from terminology_concept c
            where c.system = $1 and c.number = any(array(select number from chosen)) order by c.number
            """,
            *values[1:],
        )
        total = rows[0]["total"] if rows else await self._count(where, values)
        return Page([self._concept(row) for row in rows], total)

    async def _count(self, where: str, values: list[object]) -> int:
        rows = await self._fetch(
            f"select count(*) as n from terminology_concept c where c.system = $1 and {where}", *values[1:]
        )
        return int(rows[0]["n"])

    async def _worded(self, condition: Condition) -> list[int] | None:
        """The numbers of the concepts that fit, in order; None where words alone do not tell, or begin too many."""
        wanted = worded.asked(condition)
        if wanted is None:
            return None
        rarest, *others = await self._by_number(wanted.words)
        found = await self._with_word(rarest)
        for word in others:
            if found is not None and len(found) > worded.FEW:
                more = await self._with_word(word)
                found = None if more is None else sorted(set(found).intersection(more))
            elif found:
                rows = await self._fetch(_WITH_WORD_TOO, found, f" {word}")
                found = [row["number"] for row in rows]
        if found is None:
            return None
        for place in wanted.places:
            found = await self._among(found, place)
        return found

    async def _by_number(self, words: Sequence[str]) -> list[str]:
        """The words, first that with the fewest concepts."""
        if len(words) == 1:
            return list(words)
        ends = [word + worded.AS_LAST for word in words]
        return [row["word"] for row in await self._fetch(_BY_NUMBER, list(words), ends, worded.MOST_WORDS)]

    async def _with_word(self, word: str) -> list[int] | None:
        """The numbers of concepts of which a word begins so, in order; None where too many words do."""
        rows = await self._fetch(_WITH_WORD, word, word + worded.AS_LAST, worded.MOST_WORDS + 1)
        return None if len(rows) > worded.MOST_WORDS else worded.united([row["numbers"] for row in rows])

    async def _among(self, numbers: list[int], place: Below | Above) -> list[int]:
        """Those of the numbers that lie below or above a code."""
        key = self.head.key(place.code)
        spot = (await self._known([key])).get(key)
        if spot is None:
            return []
        if isinstance(place, Above):
            above = {spot.number, *await self._above(key)}
            return [number for number in numbers if number in above]
        if key not in self.ranges:
            if len(self.ranges) >= MOST_RANGES:
                self.ranges.clear()
            (row,) = await self._fetch(_RANGES, key)
            self.ranges[key] = (row["first"], row["until"])
        found = worded.within(numbers, self.ranges[key])
        return found if place.itself else [number for number in found if number != spot.number]

    async def codes(self, condition: Condition, /, *, most: int) -> list[str]:
        """The codes of concepts that fit, at most so many, in no order."""
        values: list[object] = [self.number]
        where = (await self._compiler(condition, values)).sql(condition)
        rows = await self._fetch(
            f"select c.code from terminology_concept c where c.system = $1 and {where} limit {most:d}", *values[1:]
        )
        return [row["code"] for row in rows]

    async def ancestors(self, code: str, /) -> set[str]:
        """The codes above a code, without itself."""
        return {row["code"] for row in await self._fetch(_ABOVE, self.head.key(code))}

    async def children(self, code: str, /) -> list[str]:
        """The codes directly below a code."""
        return [row["code"] for row in await self._fetch(_CHILDREN, self.head.key(code), MOST_CHILDREN)]

    async def _above(self, key: str) -> tuple[int, ...]:
        return tuple(row["number"] for row in await self._fetch(_ABOVE, key))

    async def _known(self, keys: Iterable[str]) -> dict[str, Spot]:
        """Where these codes stand; what was asked before is at hand, since a version never changes."""
        missing = [key for key in keys if key not in self.spots]
        if missing:
            rows = await self._fetch(_SPOTS, missing)
            if len(self.spots) + len(rows) > MOST_SPOTS:
                self.spots.clear()
            for row in rows:
                self.spots[row["key"]] = Spot(*list(row.values())[1:])
            return {key: self.spots[key] for key in keys if key in self.spots}
        return {key: self.spots[key] for key in keys}

    async def _compiler(self, condition: Condition, values: list[object], *, few: bool = False) -> Compiler:
        """What makes SQL of the condition; its values are added to those that are bound already."""
        spots = await self._known(named(self.head, condition))
        above = {key: await self._above(key) for key in generalised(self.head, condition) if key in spots}
        return Compiler(self.head, spots, above, values, few=few)

    async def _fetch(self, sql: str, *values: object) -> list[asyncpg.Record]:
        async with self.database.connection() as connection:
            return await connection.fetch(sql, self.number, *map(storable, values))

    def _concept(self, row: Any) -> Concept:  # noqa: ANN401 - a record of the driver
        properties = _detail.decode(row["properties"]) if row["properties"] else {}
        kinds = self.head.properties
        return Concept(
            code=row["code"],
            display=row["display"],
            definition=row["definition"],
            parents=tuple(row["parents"]),
            designations=tuple(_texts.decode(row["designations"])) if row["designations"] else (),
            properties=tuple(
                Property(name, value, kinds.get(name, "string")) for name, all_ in properties.items() for value in all_
            ),
            inactive=row["inactive"],
            abstract=row["abstract"],
        )
