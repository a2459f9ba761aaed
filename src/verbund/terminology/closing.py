"""Closure tables: clients keep by name which of their codes are below which (`$closure`)."""

from collections.abc import Iterable, Sequence

from verbund.database import Connection, Database
from verbund.errors import Incorrect, NotFound, TooLarge
from verbund.terminology.answers import Closure, Coding
from verbund.terminology.catalogue import Catalogue
from verbund.terminology.model import System

LONGEST_NAME = 200
MOST = 10_000
MOST_TABLES = 100
_MAKE = """
insert into terminology_closure (owner, name, version) select $1, $2, 0
where (select count(*) from terminology_closure where owner = $1) < $3 on conflict (owner, name) do nothing
"""
_LOCK = "select version from terminology_closure where owner = $1 and name = $2 for update"
_COUNT = "update terminology_closure set version = $3 where owner = $1 and name = $2"
_EMPTY = (
    "delete from terminology_closure_concept where owner = $1 and name = $2",
    "delete from terminology_closure_line where owner = $1 and name = $2",
)
_KNOWN = "select system, code from terminology_closure_concept where owner = $1 and name = $2"
_ADD = """
insert into terminology_closure_concept (owner, name, system, code, version) select $1, $2, *, $5
from unnest($3::text[], $4::text[])
"""
_ADD_LINES = """
insert into terminology_closure_line (owner, name, system, below, above, version) select $1, $2, *, $6
from unnest($3::text[], $4::text[], $5::text[]) on conflict do nothing
"""
_SINCE = """
select system, below, above from terminology_closure_line where owner = $1 and name = $2 and version > $3
order by version, system, below, above
"""
Line = tuple[str, str, str]
# Whose table it is, and its name.
Table = tuple[str, str]


async def close(
    database: Database, catalogue: Catalogue, table: Table, codings: Sequence[Coding], version: int | None
) -> Closure:
    """Carry out one call: make or empty the table, add codings, or tell all lines since a version.

    Calls on one table wait for each other. A call without codings and version makes the table anew.
    """
    name = table[1]
    if not name.isprintable() or not 0 < len(name) <= LONGEST_NAME:
        raise Incorrect(f"A closure table needs a name of at most {LONGEST_NAME} printable characters.")
    if codings and version is not None:
        raise Incorrect("A closure is asked either to take concepts or to tell all since a version, not both.")
    async with database.transaction() as connection:
        if version is not None:
            return await _since(connection, table, version)
        await connection.execute(_MAKE, *table, MOST_TABLES)
        current = await connection.fetchval(_LOCK, *table)
        if current is None:
            raise TooLarge(f"One client keeps at most {MOST_TABLES} closure tables. Use those that are there.")
        if not codings:
            return await _emptied(connection, table)
        return await _added(connection, catalogue, table, codings, int(current))


async def _since(connection: Connection, table: Table, version: int) -> Closure:
    current = await connection.fetchval(_LOCK, *table)
    if current is None:
        raise NotFound(f"There is no closure table {table[1]}. Make it by a call with its name alone.")
    rows = await connection.fetch(_SINCE, *table, version)
    return Closure(table[1], int(current), tuple((row["system"], row["below"], row["above"]) for row in rows))


async def _emptied(connection: Connection, table: Table) -> Closure:
    for statement in _EMPTY:
        await connection.execute(statement, *table)
    await connection.execute(_COUNT, *table, 0)
    return Closure(table[1], 0)


async def _added(
    connection: Connection, catalogue: Catalogue, table: Table, codings: Sequence[Coding], current: int
) -> Closure:
    there: dict[str, set[str]] = {}
    for row in await connection.fetch(_KNOWN, *table):
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
        return Closure(table[1], current)
    await connection.execute(_ADD, *table, [url for url, _ in added], [code for _, code in added], current + 1)
    columns = ([line[column] for line in lines] for column in range(3))
    await connection.execute(_ADD_LINES, *table, *columns, current + 1)
    await connection.execute(_COUNT, *table, current + 1)
    return Closure(table[1], current + 1, tuple(lines))


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
