"""Generated code systems and value sets: memory and database answer as plain sets and a walk through the graph do."""

import re
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from verbund.database import Database, migrate
from verbund.terminology import (
    MIGRATIONS,
    Coding,
    Concept,
    Designation,
    Head,
    MemorySystem,
    Property,
    Terminology,
    Wish,
)
from verbund.terminology.hierarchy import numbered
from verbund.terminology.model import (
    Above,
    Active,
    Below,
    Every,
    Filter,
    Include,
    Listed,
    System,
    ValueSet,
    Worded,
)
from verbund.terminology.rules import condition_of

URL = "https://example.org/generated"
MOST = 12
WORDS = ["Größe", "Herz", "heart", "left lung", "Lunge links", "mg/dL", "E11.9", "X"]
few = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@st.composite
def concepts(draw: st.DrawFn) -> list[Concept]:
    """Concepts of which each is below any of those before it: every hierarchy without circles."""
    made: list[Concept] = []
    for number in range(draw(st.integers(1, MOST))):
        above = draw(st.lists(st.sampled_from([one.code for one in made]), max_size=3, unique=True)) if made else []
        texts = draw(st.lists(st.sampled_from(WORDS), max_size=2))
        colour = draw(st.sampled_from(["red", "blue", ""]))
        made.append(
            Concept(
                code=f"c{number}",
                display=draw(st.none() | st.sampled_from(WORDS)),
                parents=tuple(above),
                designations=tuple(Designation(text, "de") for text in texts),
                properties=(Property("colour", colour),) if colour else (),
                inactive=draw(st.booleans()),
            )
        )
    return made


codes = st.integers(0, MOST + 1).map(lambda number: f"c{number}")
filters = st.one_of(
    st.builds(
        Filter,
        st.just("concept"),
        st.sampled_from(["is-a", "descendent-of", "is-not-a", "generalizes", "="]),
        codes,
    ),
    st.builds(
        Filter,
        st.sampled_from(["parent", "child", "colour"]),
        st.just("="),
        st.sampled_from(["c0", "c3", "red", "blue"]),
    ),
    st.builds(
        Filter, st.just("concept"), st.sampled_from(["in", "not-in"]), st.sampled_from(["c1,c2", "c3", "c0, c9"])
    ),
    st.builds(Filter, st.sampled_from(["colour", "parent"]), st.just("exists"), st.sampled_from(["true", "false"])),
    st.builds(
        Filter,
        st.sampled_from(["code", "colour"]),
        st.just("regex"),
        st.sampled_from(["c[0-3]", "r.*", "c1?", "[^c]+"]),
    ),
)
includes = st.one_of(
    st.builds(
        lambda listed: Include(URL, concepts=dict.fromkeys(listed, Listed())), st.lists(codes, min_size=1, max_size=4)
    ),
    st.builds(lambda asked: Include(URL, filters=tuple(asked)), st.lists(filters, max_size=2)),
)


def above(listed: Sequence[Concept], code: str) -> set[str]:
    """Everything above a code, by walking up."""
    by_code = {one.code: one for one in listed}
    found: set[str] = set()
    waiting = list(by_code[code].parents) if code in by_code else []
    while waiting:
        parent = waiting.pop()
        if parent not in found:
            found.add(parent)
            waiting += by_code[parent].parents
    return found


def passes(listed: Sequence[Concept], concept: Concept, one: Filter) -> bool:  # noqa: PLR0911 - one for each operator
    """What the standard says of a filter, as plainly as it can be put."""
    there = one.value in {known.code for known in listed}
    mine = above(listed, concept.code)
    values = {
        "colour": {p.value for p in concept.properties},
        "parent": set(concept.parents),
        "child": {known.code for known in listed if concept.code in known.parents},
        "code": {concept.code},
        "concept": {concept.code},
    }[one.property]
    match one.op:
        case "is-a":
            return there and (concept.code == one.value or one.value in mine)
        case "descendent-of":
            return one.value in mine
        case "is-not-a":
            return not (there and (concept.code == one.value or one.value in mine))
        case "generalizes":
            return there and (concept.code == one.value or concept.code in above(listed, one.value))
        case "=":
            return one.value in values
        case "in" | "not-in":
            return (concept.code in one.value.replace(" ", "").split(",")) == (one.op == "in")
        case "exists":
            return bool(values) == (one.value == "true")
        case _:
            return any(re.fullmatch(one.value, value) for value in values)


def members(listed: Sequence[Concept], include: Include) -> set[str]:
    """The codes that an include names."""
    there = {one.code for one in listed}
    chosen = there & set(include.concepts) if include.concepts else there
    return {
        one.code
        for one in listed
        if one.code in chosen and all(passes(listed, one, filter_) for filter_ in include.filters)
    }


async def both(database: Database, listed: Sequence[Concept]) -> tuple[Terminology, tuple[System, System]]:
    """The system in the database, in place of the one before, and in memory."""
    await migrate(database, [MIGRATIONS])
    terms = Terminology(database)
    head = Head(URL, version="1", properties={"colour": "string"})
    await terms.add(head, listed)
    stored = (await terms.catalogue()).system(URL)
    assert stored is not None
    return terms, (stored, MemorySystem(head, listed))


@few
@given(listed=concepts(), include=includes)
async def test_conditions_hold_for_the_same_concepts_everywhere(
    database: Database, listed: list[Concept], include: Include
) -> None:
    _, systems = await both(database, listed)
    expected = members(listed, include)
    for system in systems:
        condition = condition_of(include, system.head)
        found, total = await system.page(condition, offset=0, count=100)
        assert {one.code for one in found} == expected
        assert total == len(expected)
        assert set(await system.codes(condition, most=100)) == expected
        assert set(await system.find([one.code for one in listed], condition)) == expected
        paged = [
            one for start in range(0, MOST, 3) for one in (await system.page(condition, offset=start, count=3)).concepts
        ]
        assert paged == found


@few
@given(listed=concepts(), parts=st.lists(includes, min_size=1, max_size=3), gone=st.lists(includes, max_size=2))
async def test_expansions_are_unions_without_what_is_excluded(
    database: Database, listed: list[Concept], parts: list[Include], gone: list[Include]
) -> None:
    terms, _ = await both(database, listed)
    inner = ValueSet("https://example.org/vs", includes=tuple(parts), excludes=tuple(gone))
    expected = set().union(*(members(listed, one) for one in parts)) - set().union(*(members(listed, o) for o in gone))
    expansion = await terms.expand(inner)
    assert {member.code for member in expansion.members} == expected
    assert expansion.total == len(expected)
    in_use = {one.code for one in listed if not one.inactive}
    active = await terms.expand(replace(inner, inactive=False))
    assert {member.code for member in active.members} == expected & in_use
    for one in listed:
        verdict = await terms.validate_code(inner, [Coding(URL, one.code)])
        assert verdict.valid == (one.code in expected)


@few
@given(
    listed=concepts(),
    asked=st.lists(st.sampled_from(["gro", "HERZ", "lun", "links", "mg", "c1", "e11 9", ""]), max_size=2),
)
async def test_words_find_the_same_in_memory_and_in_the_database(
    database: Database, listed: list[Concept], asked: list[str]
) -> None:
    terms, (_, memory) = await both(database, listed)
    wish = Wish(filter=" ".join(asked))
    found = await terms.expand(ValueSet("", includes=(Include(URL),)), wish)
    assert isinstance(memory, MemorySystem)
    expected = [one.code for condition in wish.conditions() for one in memory.select(condition)]
    assert {member.code for member in found.members} == set(expected)


places = st.none() | st.builds(Below, codes, st.booleans()) | st.builds(Above, codes)


@few
@given(
    listed=concepts(),
    asked=st.lists(st.sampled_from(["gro", "herz", "lun", "c", "c1", "mg", "nowhere"]), min_size=1, max_size=3),
    place=places,
    active=st.booleans(),
    most=st.sampled_from(["few", "many", "too many"]),
)
async def test_words_within_a_hierarchy_whatever_way_is_taken(
    database: Database, listed: list[Concept], asked: list[str], place: Below | Above | None, active: bool, most: str
) -> None:
    _, (stored, memory) = await both(database, listed)
    parts = [Worded(tuple(asked)), *([place] if place else []), *([Active()] if active else [])]
    condition = Every(tuple(parts))
    with pytest.MonkeyPatch.context() as patch:
        if most != "few":
            patch.setattr("verbund.terminology.worded.FEW", 0)
        if most == "too many":
            patch.setattr("verbund.terminology.worded.MOST_WORDS", 1)
        found, expected = [await one.page(condition, offset=0, count=100) for one in (stored, memory)]
        assert ({one.code for one in found.concepts}, found.total) == (
            {one.code for one in expected.concepts},
            expected.total,
        )
        for offset, count in ((1, 2), (0, 0)):
            page = await stored.page(condition, offset=offset, count=count)
            assert (page.concepts, page.total) == (found.concepts[offset : offset + count], found.total)
        assert set(await stored.codes(condition, most=100)) == set(await memory.codes(condition, most=100))
        names = [one.code for one in listed]
        assert (await stored.find(names, condition)).keys() == (await memory.find(names, condition)).keys()


@few
@given(listed=concepts(), pairs=st.lists(st.tuples(codes, codes), min_size=1, max_size=12))
async def test_subsumption_is_reachability(
    database: Database, listed: list[Concept], pairs: list[tuple[str, str]]
) -> None:
    terms, systems = await both(database, listed)
    there = {one.code for one in listed}
    for first, second in pairs:
        for system in systems:
            outcome = await system.relation(first, second)
            assert (outcome is None) == (not {first, second} <= there)
            if outcome is None:
                continue
            assert (outcome == "equivalent") == (first == second)
            assert (outcome == "subsumes") == (first in above(listed, second))
            assert (outcome == "subsumed-by") == (second in above(listed, first))
            known = await terms.settled(lambda at_hand, a=first, b=second: at_hand.subsumes(URL, a, b))  # type: ignore[misc]
            assert known == (outcome in {"equivalent", "subsumes"})
    for one in listed:
        for system in systems:
            assert await system.ancestors(one.code) == above(listed, one.code)
            assert set(await system.children(one.code)) == {c.code for c in listed if one.code in c.parents}


@given(concepts())
def test_ranges_of_numbers_hold_exactly_a_concept_and_its_descendants(listed: list[Concept]) -> None:
    places = {one.code: place for place, one in enumerate(listed)}
    numbering = numbered([one.code for one in listed], [[places[p] for p in one.parents] for one in listed])
    assert sorted(numbering.numbers) == list(range(len(listed)))
    for one in listed:
        number = numbering.numbers[places[one.code]]
        ranges = numbering.below.get(places[one.code], ((number, number + 1),))
        inside = {
            other.code
            for other in listed
            if any(start <= numbering.numbers[places[other.code]] < end for start, end in ranges)
        }
        assert inside == {one.code} | {other.code for other in listed if one.code in above(listed, other.code)}
