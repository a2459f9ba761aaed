"""Codes in other code systems, by concept maps."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from verbund.errors import Incorrect, NotFound
from verbund.terminology.answers import Coding, Match
from verbund.terminology.catalogue import Catalogue, standard_map
from verbund.terminology.definitions import r4
from verbund.terminology.model import ConceptMap, Line
from verbund.terminology.resources import concept_map
from verbund.terminology.rules import split
from verbund.terminology.sql import storable
from verbund.terminology.structure import canonical

_COLUMNS = """
select m.map, m.source_system, m.source_code, m.target_system, m.target_code, m.equivalence, m.target_display, m.comment
from terminology_mapping m where m.map = any($1::int[])
"""
_FORWARD = f"{_COLUMNS} and m.source_code = $2 and ($3::text is null or m.source_system = $3) order by map, position"
_REVERSE = f"{_COLUMNS} and m.target_code = $2 and ($3::text is null or m.target_system = $3) order by map, position"
_BODY = "select body from terminology_definition where id = $1"
# What a line says when it is read from its target (http://hl7.org/fhir/R4/valueset-concept-map-equivalence.html).
_TURNED = {"wider": "narrower", "narrower": "wider", "subsumes": "specializes", "specializes": "subsumes"}
UNMATCHED = frozenset({"unmatched", "disjoint"})


@dataclass(frozen=True, slots=True)
class Question:
    """What to translate: codings, by which map (all that fit, if none is named), to which value set or system.

    `reverse` reads maps from target to source; `source` and `target` are then as in the map, not swapped.
    """

    codings: tuple[Coding, ...]
    map: str | None = None
    source: str | None = None
    target: str | None = None
    target_system: str | None = None
    reverse: bool = False


@dataclass(frozen=True, slots=True)
class _Named:
    """A map that may answer: its number in the database, or itself."""

    url: str
    number: int | None = None
    given: ConceptMap | None = None


async def translate(catalogue: Catalogue, question: Question, given: ConceptMap | None) -> list[Match]:
    """Every match of the codings, in the order of maps and lines. NotFound for a map that is not known."""
    if not question.codings:
        raise Incorrect("There is nothing to translate: give a code with its system, a coding or a codeableConcept.")
    maps = [_Named(given.url, given=given)] if given is not None else list(_maps(catalogue, question))
    found: list[Match] = []
    for coding in question.codings:
        lines = [(maps_url, line) for maps_url, line in await _lines(catalogue, maps, coding, question)]
        wanted = canonical(question.target_system) if question.target_system else None
        matches = (_match(url, line, question) for url, line in lines)
        found += [m for m in matches if wanted is None or m.target is None or m.target.system == wanted]
        if not lines and not question.reverse:
            found += await _unmapped(catalogue, maps, coding)
    return found


def _maps(catalogue: Catalogue, question: Question) -> Iterator[_Named]:
    if question.map is not None:
        url, version = split(question.map)
        for entry in catalogue.entries.get(("ConceptMap", url), ()):
            if version in {None, entry.version}:
                yield _Named(url, number=entry.id)
                return
        own = standard_map(url)
        if own is None:
            raise NotFound(f"The concept map {question.map} is not known here. Load it, or check its address.")
        yield _Named(url, given=own)
        return
    yield from (_Named(url, number=entries[0].id) for url, entries in catalogue.maps())
    for url in r4()["ConceptMap"]:
        own = standard_map(url)
        if own is not None and ("ConceptMap", url) not in catalogue.entries:
            yield _Named(url, given=own)


async def _lines(
    catalogue: Catalogue, maps: Sequence[_Named], coding: Coding, question: Question
) -> list[tuple[str, Line]]:
    system = None if coding.system is None else canonical(coding.system)
    chosen = [one for one in maps if await _fits(catalogue, one, question)]
    urls = {one.number: one.url for one in chosen if one.number is not None}
    found: list[tuple[str, Line]] = []
    if urls and catalogue.database is not None:
        async with catalogue.database.connection() as connection:
            sql = _REVERSE if question.reverse else _FORWARD
            rows = await connection.fetch(sql, sorted(urls), storable(coding.code), storable(system))
        found = [(urls[row["map"]], Line(*list(row.values())[1:])) for row in rows]
    for one in chosen:
        for line in one.given.lines if one.given is not None else ():
            side = (
                (line.target_system, line.target_code) if question.reverse else (line.source_system, line.source_code)
            )
            if side[1] == coding.code and system in {None, side[0]}:
                found.append((one.url, line))
    return found


async def _fits(catalogue: Catalogue, one: _Named, question: Question) -> bool:
    """Whether a map goes from and to the value sets that were named."""
    if question.source is None and question.target is None:
        return True
    whole = await _whole(catalogue, one)
    return question.source in {None, whole.source} and question.target in {None, whole.target}


async def _whole(catalogue: Catalogue, one: _Named) -> ConceptMap:
    if one.given is not None:
        return one.given
    assert catalogue.database is not None  # noqa: S101 - its number is from there
    async with catalogue.database.connection() as connection:
        body = await connection.fetchval(_BODY, one.number)
    if body is None:
        raise NotFound(f"The concept map {one.url} has just been removed.")
    return concept_map(body)


def _match(url: str, line: Line, question: Question) -> Match:
    if question.reverse:
        equivalence = _TURNED.get(line.equivalence, line.equivalence)
        return Match(equivalence, Coding(line.source_system, line.source_code), url, line.comment)
    if line.target_code is None:
        return Match(line.equivalence, None, url, line.comment)
    target = Coding(line.target_system, line.target_code, display=line.target_display)
    return Match(line.equivalence, target, url, line.comment)


async def _unmapped(catalogue: Catalogue, maps: Iterable[_Named], coding: Coding) -> list[Match]:
    """What maps say of codes for which they have no line, when one map was named."""
    named = list(maps)
    if len(named) != 1 or coding.system is None:
        return []
    whole = await _whole(catalogue, named[0])
    mode, code, display, url = whole.unmapped.get(canonical(coding.system), ("", None, None, None))
    if mode == "provided":
        return [Match("equal", Coding(url, coding.code), whole.url)]
    if mode == "fixed" and code is not None:
        return [Match("inexact", Coding(url, code, display=display), whole.url)]
    if mode == "other-map" and url is not None:
        return await translate(catalogue, Question((coding,), url), None)
    return []
