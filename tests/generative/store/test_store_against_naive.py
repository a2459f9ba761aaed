"""Generated resources, changes and searches: the store answers as the naive one does."""

import json
from collections.abc import Sequence
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from naive_store import NaiveStore
from stores import LOINC, all_pages, delete, observation, opened, patient, quantity, query, resource, update

from verbund.database import Database, migrate
from verbund.errors import VerbundError
from verbund.fhir import AllOf, AnyOf, Having, PatientSet, SearchQuery, Without
from verbund.store import EVERYTHING, MIGRATIONS, Store, Unit, Write

Json = dict[str, Any]

PATIENTS = ["p0", "p1", "p2"]
OBSERVATIONS = [f"o{n}" for n in range(7)]
CODES = ["1-1", "2-2", "3-3"]
NAMES = ["Müller", "Muller-Lüd", "Sommer", "Sommerfeld", "Ørsted", "von Berg"]
DATES = ["2023", "2024", "2024-05", "2024-05-06", "2024-05-06T12:00:00+02:00", "2024-05-06T23:30:00Z", "2024-12-31"]
PREFIXES = ["", "eq", "ne", "gt", "ge", "lt", "le", "sa", "eb", "ap"]

few = settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)

patients = st.builds(
    lambda identity, family, born, gender: patient(
        family,
        id=identity,
        **({} if born is None else {"birthDate": born[:10]}),
        **({"gender": gender} if gender else {}),
    ),
    st.sampled_from(PATIENTS),
    st.sampled_from(NAMES),
    st.none() | st.sampled_from(DATES),
    st.sampled_from(["male", "female", ""]),
)
effective = st.one_of(
    st.none(),
    st.sampled_from(DATES).map(lambda date: {"effectiveDateTime": date}),
    st.tuples(st.sampled_from(DATES), st.booleans(), st.booleans()).map(
        lambda drawn: (
            {"effectivePeriod": {"start": "2023-11-01"} | ({"end": "2025-01-01"} if drawn[1] else {})}
            if drawn[2]
            else {"effectivePeriod": {"end": drawn[0]}}
        )
    ),
)
observations = st.builds(
    lambda identity, subject, code, when, value: observation(
        subject,
        code,
        None,
        id=identity,
        **(when or {}),
        **({} if value is None else {"valueQuantity": quantity(value)}),
    ),
    st.sampled_from(OBSERVATIONS),
    st.sampled_from(PATIENTS),
    st.sampled_from(CODES),
    effective,
    st.none() | st.sampled_from([4.9, 5.0, 5.1, 5, 100.25]),
)
conditions = st.builds(
    lambda identity, subject, onset, recorded: resource(
        "Condition",
        id=identity,
        subject={"reference": f"Patient/{subject}"},
        **({"onsetDateTime": onset} if onset else {}),
        **({"recordedDate": recorded} if recorded else {}),
    ),
    st.sampled_from(["c0", "c1"]),
    st.sampled_from(PATIENTS),
    st.none() | st.sampled_from(DATES),
    st.none() | st.sampled_from(DATES),
)
contents = st.one_of(patients, observations, observations, conditions)
writes = st.one_of(
    *[
        st.builds(
            lambda content, match: update(content["id"], content, if_match=match),
            contents,
            st.none() | st.integers(1, 3),
        )
    ]
    * 3,
    contents.map(lambda content: delete(content["resourceType"], content["id"])),
)

dates = st.builds(
    lambda prefix, date: (prefix + date).replace("+", "%2B"), st.sampled_from(PREFIXES), st.sampled_from(DATES)
)
measures = st.builds(
    lambda prefix, number, unit: f"{prefix}{number}||{unit}" if unit else f"{prefix}{number}",
    st.sampled_from(PREFIXES),
    st.sampled_from(["5", "5.0", "5.1", "100"]),
    st.sampled_from(["g/dL", "mg", ""]),
)
of_observations = st.one_of(
    st.lists(
        st.sampled_from([*CODES, *(f"{LOINC}|{code}" for code in CODES), f"{LOINC}|"]), min_size=1, max_size=2
    ).map(lambda codes: f"code={','.join(codes)}"),
    st.sampled_from(CODES).map(lambda code: f"code:not={code}"),
    st.sampled_from(CODES).map(lambda code: f"combo-code={code}"),
    st.lists(st.sampled_from(PATIENTS), min_size=1, max_size=2).map(lambda found: f"patient={','.join(found)}"),
    st.lists(dates, min_size=1, max_size=2).map(lambda found: f"date={','.join(found)}"),
    measures.map(lambda found: f"value-quantity={found}"),
    st.sampled_from(["date:missing=true", "value-quantity:missing=false", "status=final", "_id=o1,o2,o3"]),
)
of_patients = st.one_of(
    st.sampled_from([name.lower()[:length] for name in NAMES for length in (1, 4, 20)]).map(
        lambda name: f"name={name}"
    ),
    st.sampled_from(NAMES).map(lambda name: f"family:exact={name}"),
    st.sampled_from(["ull", "feld", "von", "o"]).map(lambda part: f"name:contains={part}"),
    dates.map(lambda found: f"birthdate={found}"),
    st.sampled_from(["gender=male", "gender:not=male", "gender:missing=true", "birthdate:missing=false"]),
)
of_conditions = dates.map(lambda found: f"onset-date={found}") | dates.map(lambda found: f"recorded-date={found}")


def searching(kind: str, criteria: st.SearchStrategy[str], sorts: Sequence[str]) -> st.SearchStrategy[str]:
    asked = st.tuples(st.lists(criteria, max_size=2), st.sampled_from(["", *sorts]), st.integers(1, 4))
    return asked.map(
        lambda drawn: f"{kind}?{'&'.join([*drawn[0], *([drawn[1]] if drawn[1] else []), f'_count={drawn[2]}'])}"
    )


searches = st.one_of(
    searching("Observation", of_observations, ["_sort=date", "_sort=-date"]),
    searching("Patient", of_patients, []),
    searching("Condition", of_conditions, ["_sort=onset-date"]),
)
sets: st.SearchStrategy[PatientSet] = st.recursive(
    st.one_of(
        searching("Observation", of_observations, []),
        searching("Patient", of_patients.filter(lambda text: "contains" not in text and "feld" not in text), []),
    )
    .map(query)
    .filter(lambda asked: not any(len(str(one)) > 400 for one in asked.filters))
    .map(lambda asked: Having(asked.type, asked.filters)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(tuple).map(AllOf),
        st.lists(inner, max_size=3).map(tuple).map(AnyOf),
        st.builds(Without, inner, inner),
    ),
    max_leaves=4,
)


async def emptied(database: Database) -> None:
    await migrate(database, [MIGRATIONS])
    async with database.connection() as connection:
        await connection.execute("truncate resource, superseded, fact, date_value, quantity_value")


async def apply(store: Store, naive: NaiveStore, write: Write) -> None:
    """The same change to both, with the same outcome."""
    try:
        expected = naive.write(write)
    except VerbundError as error:
        expected = type(error).__name__
    try:
        (written,) = await store.commit(Unit((write,), check_references=False))
        found: str = written.status
    except VerbundError as error:
        found = type(error).__name__
    assert found == expected


async def check_searches(store: Store, naive: NaiveStore, texts: Sequence[str]) -> None:
    for text in texts:
        asked: SearchQuery = query(text)
        expected = naive.search(asked)
        assert [one.id for one in await all_pages(store, text)] == expected, text
        assert await store.count(asked, within=EVERYTHING) == len(expected), text


populations = st.tuples(
    st.lists(patients, min_size=3, max_size=3, unique_by=lambda content: content["id"]),
    st.lists(observations, min_size=5, max_size=7, unique_by=lambda content: content["id"]),
    st.lists(conditions, max_size=2, unique_by=lambda content: content["id"]),
).map(lambda drawn: [content for part in drawn for content in part])


@few
@given(
    populations,
    st.lists(writes, max_size=10),
    st.lists(searches, min_size=12, max_size=24),
    st.lists(sets, min_size=1, max_size=4),
)
async def test_changes_and_searches(
    database: Database, population: list[Json], changes: list[Write], texts: list[str], cohorts: list[PatientSet]
) -> None:
    await emptied(database)
    naive = NaiveStore()
    async with opened(database) as store:
        for write in [*(update(content["id"], content) for content in population), *changes]:
            await apply(store, naive, write)
        await check_searches(store, naive, texts)
        await store.maintain()
        await check_searches(store, naive, texts)
        for wanted in cohorts:
            assert await store.count_patients(wanted, within=EVERYTHING) == len(naive.patients(wanted))
        for (kind, identity), versions in naive.versions.items():
            history = await store.history(kind, identity, count=50)
            assert [one.version for one in history.versions] == [one.number for one in reversed(versions)]
            assert [without_stamps(one.body) for one in history.versions] == [one.content for one in reversed(versions)]


def without_stamps(body: bytes) -> Json | None:
    if not body:
        return None
    content: Json = json.loads(body)
    del content["meta"]
    return content
