"""Closure tables: clients keep by name which of their codes are below which (`$closure`)."""

from collections.abc import Iterable, Sequence

from verbund.database import Connection, Database
from verbund.errors import Incorrect, NotFound, TooLarge
from verbund.terminology.answers import Closure, Coding
from verbund.terminology.catalogue import Catalogue
from verbund.terminology.model import System

LONGEST_NAME = 200
MOST = 10_000
_MAKE = "insert into terminology_closure (name, version) values ($1, 0) on conflict (name) do nothing"
_LOCK = "select version from terminology_closure where name = $1 for update"
_COUNT = "update terminology_closure set version = $2 where name = $1"
_EMPTY = (
    "delete from terminology_closure_concept where name = $1",
    "delete from terminology_closure_line where name = $1",
)
_KNOWN = "select system, code from terminology_closure_concept where name = $1"
_ADD = """
insert into terminology_closure_concept (name, system, code, version) select $1, *, $4
from unnest($2::text[], $3::text[])
"""
_ADD_LINES = """
insert into terminology_closure_line (name, system, below, above, version) select $1, *, $5
from unnest($2::text[], $3::text[], $4::text[]) on conflict do nothing
"""
_SINCE = """
select system, below, above from terminology_closure_line where name = $1 and version > $2
order by version, system, below, above
"""
Line = tuple[str, str, str]


async def close(
    database: Database, catalogue: Catalogue, name: str, codings: Sequence[Coding], version: int | None
) -> Closure:
    """Carry out one call: make or empty the table, add codings, or tell all lines since a version.

    Calls on one table wait for each other. A call without codings and version makes the table anew.
    """
    if not name or len(name) > LONGEST_NAME:
        raise Incorrect(f"A closure table needs a name of at most {LONGEST_NAME} characters.")
    if codings and version is not None:
        raise Incorrect("A closure is asked either to take concepts or to tell all since a version, not both.")
    async with database.transaction() as connection:
        if version is not None:
            return await _since(connection, name, version)
        await connection.execute(_MAKE, name)
        current = int(await connection.fetchval(_LOCK, name))
        if not codings:
            return await _emptied(connection, name)
        return await _added(connection, catalogue, name, codings, current)


async def _since(connection: Connection, name: str, version: int) -> Closure:
    current = await connection.fetchval(_LOCK, name)
    if current is None:
        raise NotFound(f"There is no closure table {name}. Make it by a call with its name alone.")
    rows = await connection.fetch(_SINCE, name, version)
    return Closure(name, int(current), tuple((row["system"], row["below"], row["above"]) for row in rows))


async def _emptied(connection: Connection, name: str) -> Closure:
    for statement in _EMPTY:
        await connection.execute(statement, name)
    await connection.execute(_COUNT, name, 0)
    return Closure(name, 0)


async def _added(
    connection: Connection, catalogue: Catalogue, name: str, codings: Sequence[Coding], current: int
) -> Closure:
    there: dict[str, set[str]] = {}
    for row in await connection.fetch(_KNOWN, name):
        there.setdefault(row["system"], set()).add(row["code"])
    fresh: dict[str, list[str]] = {}
    lines: list[Line] = []
    for url, codes in (await _by_system(catalogue, codings)).items():
        known = there.setdefault(url, set())
        fresh[url] = [code for code in codes[1] if code not in known]
        lines += [(url, below, above) for below, above in await _lines(codes[0], fresh[url], known)]
    added = [(url, code) for url, codes in fresh.items() for code in codes]
    if len(added) + sum(map(len, there.values())) > MOST:
        raise TooLarge(f"A closure table holds at most {MOST:,} codes. Begin another.")
    if not added:
        return Closure(name, current)
    await connection.execute(_ADD, name, [url for url, _ in added], [code for _, code in added], current + 1)
    columns = ([line[column] for line in lines] for column in range(3))
    await connection.execute(_ADD_LINES, name, *columns, current + 1)
    await connection.execute(_COUNT, name, current + 1)
    return Closure(name, current + 1, tuple(lines))


async def _by_system(catalogue: Catalogue, codings: Iterable[Coding]) -> dict[str, tuple[System, list[str]]]:
    found: dict[str, tuple[System, list[str]]] = {}
    for coding in codings:
        system = None if coding.system is None else catalogue.system(coding.system, coding.version)
        if system is None:
            raise NotFound(f"The code system {coding.system} is not known here.")
        known = await system.find([coding.code])
        if coding.code not in known:
            raise NotFound(f"{system.head.called} has no code {coding.code}.")
        codes = found.setdefault(system.head.url, (system, []))[1]
        if known[coding.code].code not in codes:
            codes.append(known[coding.code].code)
    return found


async def _lines(system: System, fresh: Sequence[str], known: set[str]) -> list[tuple[str, str]]:
    """Which of the new codes are below which known or new ones, and which known ones are below new ones."""
    lines: list[tuple[str, str]] = []
    everything = known | set(fresh)
    for code in fresh:
        lines += [(code, above) for above in sorted(await system.ancestors(code) & everything)]
    added = set(fresh)
    for code in sorted(known):
        lines += [(code, above) for above in sorted(await system.ancestors(code) & added)]
    return lines
