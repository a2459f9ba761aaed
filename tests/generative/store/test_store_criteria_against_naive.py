"""Generated criteria of every kind, over generated resources that refer to each other, as different people see them:
pages and totals hold what the naive store finds among what may be seen, and nothing else; whatever way is taken, that
of a new store, of one that knows its frequencies, or of one where everything is common."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from naive_store import NaiveStore
from stores import LOINC, UCUM, observation, opened, patient, quantity, resource, update

from verbund.consent.index import MIGRATIONS as CONSENTS
from verbund.database import Connection, Database, migrate
from verbund.fhir import SearchQuery, parse_search
from verbund.fhir.search import Chain, Criterion, Either, Every, Filter, Has, InList, Not, Sort
from verbund.store import (
    EVERYTHING,
    MIGRATIONS,
    RowFilter,
    Store,
    Unit,
    and_,
    categories,
    of_patient,
    of_types,
    or_,
    released,
    research,
)
from verbund.store.indexing import PRIMARY_DATES
from verbund.store.matching import Candidate

Json = dict[str, Any]
Visible = Callable[[Candidate], bool]

PATIENTS, ENCOUNTERS, HOUSES = ["p0", "p1", "p2"], ["e0", "e1"], ["h0", "h1", "h2"]
CODES = ["1-1", "2-2", "3-3"]
NAMES = ["Müller", "Sommerfeld", "von Berg"]
DATES = ["2024", "2024-05", "2024-05-06", "2024-05-06T12:00:00Z", "2024-12-31"]
CLASSES = {"Observation": 1, "Condition": 2}

# Not shrunk: each try fills and searches a database, and what fails says the criteria that it failed on.
several = settings(
    max_examples=6,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def reference(kind: str, ids: list[str]) -> st.SearchStrategy[Json]:
    return st.sampled_from(ids).map(lambda identity: {"reference": f"{kind}/{identity}"})


def optional(name: str, values: st.SearchStrategy[Any]) -> st.SearchStrategy[Json]:
    return st.none().map(lambda _: {}) | values.map(lambda value: {name: value})


def merged(*parts: st.SearchStrategy[Json]) -> st.SearchStrategy[Json]:
    return st.tuples(*parts).map(lambda drawn: {name: value for part in drawn for name, value in part.items()})


def identified(ids: list[str], made: st.SearchStrategy[Json]) -> st.SearchStrategy[list[Json]]:
    """Some of these ids, each with a content."""
    chosen = st.lists(st.sampled_from(ids), unique=True, min_size=1)
    return chosen.flatmap(
        lambda some: st.tuples(*(made.map(lambda one, i=i: {**one, "id": i}) for i in some)).map(list)
    )


components = st.lists(
    st.tuples(st.sampled_from(["4-4", "5-5"]), st.sampled_from([5.0, 7.5])).map(
        lambda drawn: {"code": {"coding": [{"system": LOINC, "code": drawn[0]}]}, "valueQuantity": quantity(drawn[1])}
    ),
    min_size=1,
    max_size=2,
)
houses = identified(
    HOUSES, merged(st.sampled_from(NAMES).map(lambda name: resource("Organization", name=name)),
                   optional("partOf", reference("Organization", HOUSES))),
)  # fmt: skip
people = identified(
    PATIENTS, merged(st.sampled_from(NAMES).map(patient), optional("gender", st.sampled_from(["male", "female"])),
                     optional("managingOrganization", reference("Organization", HOUSES))),
)  # fmt: skip
encounters = identified(
    ENCOUNTERS,
    merged(st.sampled_from(["IMP", "AMB"]).map(
               lambda code: resource("Encounter", status="finished", **{"class": {"code": code}})),
           optional("subject", reference("Patient", PATIENTS)), optional("partOf", reference("Encounter", ENCOUNTERS))),
)  # fmt: skip
findings = identified(
    [f"o{number}" for number in range(6)],
    merged(
        st.tuples(st.sampled_from(PATIENTS), st.sampled_from(CODES), st.none() | st.sampled_from(DATES)).map(
            lambda drawn: observation(*drawn)
        ),
        optional("subject", reference("Group", ["g"]) | reference("Patient", PATIENTS)),
        optional("encounter", reference("Encounter", ENCOUNTERS)),
        optional("performer", reference("Organization", HOUSES).map(lambda one: [one])),
        optional("valueQuantity", st.sampled_from([quantity(7.5), quantity(75, "g/L"), quantity(5, "mmol/L")])),
        optional("component", components),
    ),
)
lists = st.lists(
    st.tuples(st.sampled_from(["Patient/p0", "Patient/p1", "Observation/o0", "Observation/o1"]), st.booleans()),
    min_size=1,
    max_size=3,
).map(
    lambda drawn: [resource("List", id="l", status="current", mode="changes",
                            entry=[{"item": {"reference": one}, "deleted": gone} for one, gone in drawn])]
)  # fmt: skip
populations = st.tuples(houses, people, encounters, findings, lists).map(
    lambda drawn: [one for part in drawn for one in part]
)


def asked(kind: str, *texts: str) -> list[Filter]:
    """The filters that these parameters stand for."""
    found = [parse_search(kind, [tuple(text.split("=", 1))]).filters[0] for text in texts]  # type: ignore[misc]
    assert all(isinstance(one, Filter) for one in found)
    return found  # type: ignore[return-value]


LEAVES: dict[str, list[Filter]] = {
    "Observation": asked(
        "Observation", *(f"code={LOINC}|{code}" for code in CODES), "code=1-1,2-2", "code:not=1-1", "date=2024-05",
        "date=gt2024-05-06", "date:missing=true", "value-quantity=gt6", "subject:missing=false", "patient=p0",
        "subject=Patient/p1",
        f"value-quantity=75|{UCUM}|g/L", f"value-quantity=le7.5|{UCUM}|g/dL", "component-code-value-quantity=4-4$5.0",
        "combo-code-value-quantity=2-2$gt7,4-4$gt7", "code-value-quantity=1-1$7.5",
        f"code-value-quantity={LOINC}|1-1$gt6",
        "combo-code=1-1,4-4",
        "_id=o0,o1,o2",
        "component-code:missing=true", "encounter=e0", "code:text=x", "_content=final", "status=final",
        "status:not=final", "status=final,amended", "encounter:below=Encounter/e0", "encounter:above=e1",
        "performer:below=Organization/h0,Organization/h2",
    ),
    "Patient": asked(
        "Patient", "gender=female", "gender:not=male", "gender:missing=true", "name=müller", "name:contains=omme",
        "_id=p0,p2", "family:exact=von Berg", "organization=h0", "organization:missing=true", "_content=erika",
        "organization:below=h1", "organization:above=h0",
    ),
    "Encounter": asked("Encounter", "class=IMP", "class:not=IMP", "patient=p1", "part-of=e0", "subject:missing=true",
                       "_id=e1", "part-of:below=e0"),
    "Organization": asked("Organization", "name=berg", "name:contains=feld", "partof=h1", "partof:missing=true",
                          "_id=h0", "partof:below=h1", "partof:above=h2"),
}  # fmt: skip
CHAINS = {
    "Observation": [("patient", "Patient"), ("subject", "Patient"), ("encounter", "Encounter"),
                    ("performer", "Organization")],
    "Patient": [("organization", "Organization")],
    "Encounter": [("patient", "Patient"), ("part-of", "Encounter")],
    "Organization": [("partof", "Organization")],
}  # fmt: skip
TYPES = sorted(CHAINS)


def criteria(kind: str, depth: int = 2) -> st.SearchStrategy[Criterion]:
    """Criteria of every kind on the resources of a type."""
    leaf: st.SearchStrategy[Criterion] = st.sampled_from(LEAVES[kind])
    if kind in {"Patient", "Observation"}:
        leaf |= st.sampled_from([InList("l"), InList("none")])
    if not depth:
        return leaf
    inner = st.lists(st.deferred(lambda: criteria(kind, depth - 1)), max_size=2).map(tuple)
    chains = st.sampled_from(CHAINS[kind]).flatmap(
        lambda link: some(link[1], depth - 1).map(lambda parts: Chain(link[0], link[1], parts))
    )
    reverse = [(source, param) for source, links in CHAINS.items() for param, target in links if target == kind]
    ways = [leaf, leaf, inner.map(Either), inner.map(Every), criteria(kind, depth - 1).map(Not), chains]
    if reverse:
        ways.append(
            st.sampled_from(reverse).flatmap(
                lambda link: some(link[0], depth - 1).map(lambda parts: Has(link[0], link[1], parts))
            )
        )
    return st.one_of(ways)


def some(kind: str, depth: int) -> st.SearchStrategy[tuple[Criterion, ...]]:
    return st.lists(criteria(kind, depth), min_size=1, max_size=2).map(tuple)


searches = st.sampled_from(TYPES).flatmap(
    lambda kind: st.builds(
        lambda filters, count, ascending: SearchQuery(
            kind, filters, (Sort("date"),) if ascending and kind == "Observation" else (), count
        ),
        some(kind, 2),
        st.integers(1, 4),
        st.booleans(),
    )
)


def class_of(one: Candidate) -> int:
    return CLASSES.get(one.type, 4)


NOW = datetime(2026, 1, 1, tzinfo=UTC)
MAY = datetime(2024, 5, 1, tzinfo=UTC), datetime(2024, 6, 1, tzinfo=UTC)
_CONSENTS = """
insert into consent_release (actor, patient, purposes, since, until, category_any, category_none)
values (7, $1, 1, '-infinity', 'infinity', 1, 2), (7, $2, 1, '-infinity', 'infinity', 5, 1),
 (7, $2, 2, '-infinity', 'infinity', -1, 0), (7, $3, 1, '-infinity', '2025-01-01Z', -1, 0),
 (8, $3, 1, '-infinity', 'infinity', -1, 0)
"""
_WINDOWS = """
insert into consent_window (patient, data_from, data_until, since, until)
values ($1, $4, $5, '-infinity', 'infinity'), ($2, '-infinity', 'infinity', '-infinity', 'infinity'),
 ($3, '-infinity', 'infinity', '-infinity', '2025-01-01Z')
"""


async def permit(connection: Connection, store: Store) -> None:
    """To house 7: p0 releases findings for treatment, p1 all else; for research p0 what is of May, p1 everything."""
    patients = [store.patient_key(name) for name in PATIENTS]
    await connection.execute("truncate consent_release, consent_window")
    await connection.execute(_CONSENTS, *patients)
    await connection.execute(_WINDOWS, *patients, *MAY)


def is_released(one: Candidate) -> bool:
    return (one.entries.patient, class_of(one)) in {("p0", 1), ("p1", 4)}


def is_for_research(one: Candidate) -> bool:
    lows = [low for name, low, _ in one.entries.dates if name == PRIMARY_DATES.get(one.type)]
    in_may = one.type == "Patient" or bool(lows and MAY[0] <= min(lows) < MAY[1])
    return one.entries.patient == "p1" or (one.entries.patient == "p0" and in_may)


Sight = Callable[[Store], tuple[RowFilter, Visible]]


def own(name: str) -> Sight:
    return lambda store: (of_patient(store.patient_key(name)), lambda one: one.entries.patient == name)


def both(one: Sight, other: Sight) -> Sight:
    def made(store: Store) -> tuple[RowFilter, Visible]:
        (first, sees), (second, also) = one(store), other(store)
        return or_(first, second), lambda each: sees(each) or also(each)

    return made


SIGHTS: dict[str, Sight] = {
    "all": lambda _: (EVERYTHING, lambda _: True),
    "findings": lambda _: (categories(1), lambda one: class_of(one) == 1),
    "no findings": lambda _: (categories(None, 1), lambda one: class_of(one) != 1),
    "own": own("p0"),
    "own findings": lambda store: (
        and_(of_patient(store.patient_key("p1")), categories(1)),
        lambda one: one.entries.patient == "p1" and class_of(one) == 1,
    ),
}
SIGHTS |= {
    "released": lambda _: (released(7, 0, NOW), is_released),
    "for research": lambda _: (research(NOW), is_for_research),
    "released findings, and houses": lambda _: (
        or_(and_(of_types("Observation"), released(7, 0, NOW)), of_types("Organization")),
        lambda one: one.type == "Organization" or (one.type == "Observation" and is_released(one)),
    ),
}
SIGHTS["own and findings"] = both(SIGHTS["own"], SIGHTS["findings"])


async def everything(store: Store, query: SearchQuery, within: RowFilter) -> list[str]:
    """All pages of a search."""
    found: list[str] = []
    cursor = None
    while True:
        page = await store.search(query, within=within, cursor=cursor)
        found += [one.id for one in page.matches]
        cursor = page.next_cursor
        if cursor is None:
            return found


@several
@given(populations, st.lists(searches, min_size=10, max_size=20), st.sampled_from(sorted(SIGHTS)))
async def test_every_criterion_as_everybody_sees_it(
    database: Database, population: list[Json], queries: list[SearchQuery], sight: str
) -> None:
    await migrate(database, [MIGRATIONS, CONSENTS])
    async with database.connection() as connection:
        await connection.execute("truncate resource, superseded, fact, date_value, quantity_value")
    naive = NaiveStore()
    async with opened(database) as store:
        async with database.connection() as connection:
            await permit(connection, store)
        within, visible = SIGHTS[sight](store)
        writes = tuple(update(content["id"], content) for content in population)
        for write in writes:
            naive.write(write)
        await store.commit(Unit(writes, check_references=False))
    # Each time a store that has planned nothing yet; every search is asked again when its plan is there.
    for state in ("new", "analysed", "large"):
        async with opened(database) as store:
            with pytest.MonkeyPatch.context() as patch:
                if state == "large":
                    patch.setattr("verbund.store.ways.FEW_ROWS", -1)
                for query in queries:
                    expected = naive.search(query, visible)
                    assert await everything(store, query, within) == expected, (state, sight, query)
                    assert await store.count(query, within=within) == len(expected), (state, sight, query)
                    assert [one.id for one in (await store.search(query, within=within)).matches] == expected[
                        : query.count
                    ], (state, sight, query)
            await store.maintain()
