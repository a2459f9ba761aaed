"""Houses that enrol, correct, overwrite and put back in any order: two people never stand under one pseudonym."""

from collections.abc import Sequence
from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from verbund.crypto import NodeKeys
from verbund.database import Database
from verbund.linkage import Demographics, Encoding, TrustCentre, encode

KEY = b"k" * 32
RUTH = Demographics("Ruth", "Kessler", "1951-02-03", "female")
HEINRICH = Demographics("Heinrich", "Oberhuber", "1987-11-30", "male")
FATMA = Demographics("Fatma", "Yılmaz", "2004-06-17", "female", "C123456784")
PEOPLE = (RUTH, HEINRICH, FATMA)
# Of each: as first written, with a slip, and as a part of the region may know them.
WAYS = tuple(
    (person, replace(person, family=f"{person.family}{person.family[-1]}"), replace(person, gender=None))
    for person in PEOPLE
)
sites = st.sampled_from(["praxis", "reha", "klinik"])
handles = st.sampled_from(["1", "2"])
deeds = st.lists(st.tuples(sites, handles, st.integers(0, 2), st.integers(0, 2)), min_size=1, max_size=14)
few = settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

Deed = tuple[str, str, int, int]
Shown = dict[tuple[str, str], tuple[int, str]]
"""Whom each handle of a house names now, and its pseudonym."""


def written(deed: Deed) -> Encoding:
    return encode(WAYS[deed[2]][deed[3]], KEY)


async def done(database: Database, deeds: Sequence[Deed]) -> tuple[TrustCentre, Shown]:
    """A region in which this has happened, nobody having decided anything."""
    async with database.connection() as connection:
        await connection.execute("truncate linkage_enrolment, linkage_review, linkage_resolution cascade")
    centre = await TrustCentre.open(database, NodeKeys.generate())
    for deed in deeds:
        await centre.enrol(deed[0], deed[1], written(deed))
    async with database.connection() as connection:
        rows = await connection.fetch("select site, handle, pseudonym from linkage_enrolment")
    names = {(site, handle): who for site, handle, who, _ in deeds}
    return centre, {(row["site"], row["handle"]): (names[row["site"], row["handle"]], row["pseudonym"]) for row in rows}


@few
@given(deeds)
async def test_two_people_never_stand_under_one_pseudonym(
    database: Database, centre: TrustCentre, deeds: list[Deed]
) -> None:
    assert centre
    _, shown = await done(database, deeds)
    people: dict[str, set[int]] = {}
    for who, pseudonym in shown.values():
        people.setdefault(pseudonym, set()).add(who)
    assert all(len(one) == 1 for one in people.values())


@few
@given(deeds, st.integers(0, 2))
async def test_nobody_who_comes_is_given_a_record_that_was_another_persons(
    database: Database, centre: TrustCentre, deeds: list[Deed], who: int
) -> None:
    assert centre
    region, shown = await done(database, deeds)
    pseudonym = await region.enrol("newcomer", "n", encode(PEOPLE[who], KEY))
    once: dict[tuple[str, str], set[int]] = {}
    for site, handle, named, _ in deeds:
        once.setdefault((site, handle), set()).add(named)
    met = [one for one, (_, under) in shown.items() if under == pseudonym]
    assert all(once[one] == {who} or deeds_back(deeds, one) for one in met)


def deeds_back(deeds: Sequence[Deed], one: tuple[str, str]) -> bool:
    """Whether the record was another person's for a while only: what it was first, it is again."""
    named = [deed[2] for deed in deeds if deed[:2] == one]
    return named[0] == named[-1]


@few
@given(deeds, sites, handles, st.integers(0, 2))
async def test_a_record_overwritten_and_put_back_is_where_it_was(
    database: Database, centre: TrustCentre, deeds: list[Deed], site: str, handle: str, other: int
) -> None:
    """Where no record was another person's before."""
    assert centre
    first: dict[tuple[str, str], int] = {}
    kept = [deed for deed in deeds if first.setdefault(deed[:2], deed[2]) == deed[2]]
    region, shown = await done(database, kept)
    known = shown.get((site, handle))
    if known is None:
        return
    last = next(deed for deed in reversed(kept) if deed[:2] == (site, handle))
    together = await houses(region, database, site, handle)
    reviews = {(one.reason, one.similarity) for one in await region.reviews()}
    await region.enrol(site, handle, encode(PEOPLE[other], KEY))
    await region.enrol(site, handle, written(last))
    assert await houses(region, database, site, handle) == together
    assert {(one.reason, one.similarity) for one in await region.reviews()} == reviews


async def houses(region: TrustCentre, database: Database, site: str, handle: str) -> tuple[str, ...]:
    async with database.connection() as connection:
        pseudonym = await connection.fetchval(
            "select pseudonym from linkage_enrolment where site = $1 and handle = $2", site, handle
        )
    return await region.locate(pseudonym, site)
