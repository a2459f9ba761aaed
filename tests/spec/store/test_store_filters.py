"""What is filtered out is as if it were not there, whichever way one looks; cohorts are sets of patients."""

from datetime import UTC, datetime

import pytest
import pytest_asyncio
from stores import LOINC, commit, delete, ids, observation, patient, put, quantity, query, resource, search

from verbund.database import Connection, Database
from verbund.errors import NotFound, Unsupported
from verbund.fhir import AllOf, AnyOf, Having, PatientSet, Without
from verbund.store import (
    EVERYTHING,
    NOTHING,
    WITHOUT_PATIENT,
    RowFilter,
    Store,
    and_,
    categories,
    known_at,
    of_patient,
    or_,
    released,
    research,
)

NOW = datetime(2024, 6, 1, tzinfo=UTC)


@pytest_asyncio.fixture(loop_scope="session")
async def filled(store: Store) -> Store:
    """Two patients with findings and diagnoses, and a practitioner."""
    await put(store, resource("Practitioner", id="d"))
    for name in ("a", "b"):
        subject = {"reference": f"Patient/{name}"}
        coded = {"coding": [{"system": "urn:icd", "code": "E11.9"}]}
        await put(
            store,
            patient(id=name, gender="female" if name == "a" else "male"),
            observation(name, when="2024-05-01", id=f"{name}1", valueQuantity=quantity(7.5)),
            observation(name, when="2020-05-01", id=f"{name}2", performer=[{"reference": "Practitioner/d"}]),
            resource("Condition", id=f"{name}3", subject=subject, code=coded, onsetDateTime="2021-05"),
        )
    return store


async def release(connection: Connection, patient_hash: int, any_of: int, none_of: int = 0) -> None:
    await connection.execute(
        "insert into consent_release (patient, actor, purposes, since, until, category_any, category_none) "
        "values ($1, 77, 2, '2024-01-01', '2025-01-01', $2, $3)",
        patient_hash, any_of, none_of,
    )  # fmt: skip


async def seen(store: Store, within: RowFilter) -> set[str]:
    """All ids that can be seen, asked for in every way, which must agree."""
    found: set[str] = set()
    for kind in ("Patient", "Observation", "Condition", "Practitioner"):
        page = await search(store, f"{kind}?_total=accurate", within)
        listed = {stored.id for stored in page.matches}
        assert page.total == len(listed) == await store.count(query(kind), within=within)
        assert listed == {
            stored.id for stored in (await search(store, f"{kind}?_id=a,b,d,a1,a2,a3,b1,b2,b3", within)).matches
        }
        for identity in ("a", "b", "d", "a1", "a2", "a3", "b1", "b2", "b3"):
            readable = await _succeeds(store, kind, identity, within)
            assert readable == (identity in listed)
        found |= listed
    coded = (await ids(store, f"Observation?code={LOINC}|718-7", within)) + await ids(
        store, "Observation?code=718-7", within
    )
    assert set(coded) == {one for one in found if one[1:] in {"1", "2"}}
    of_a = {stored.id for stored in await store.compartment("a", within=within)}
    assert of_a == {one for one in found if one[0] == "a"}
    return found


async def _succeeds(store: Store, kind: str, identity: str, within: RowFilter) -> bool:
    try:
        stored = await store.read(kind, identity, within=within)
        assert (await store.vread(kind, identity, 1, within=within)).body == stored.body
        assert (await store.history(kind, identity, within=within)).total == 1
    except NotFound:
        with pytest.raises(NotFound):
            await store.vread(kind, identity, 1, within=within)
        with pytest.raises(NotFound):
            await store.history(kind, identity, within=within)
        return False
    return True


async def test_filters_by_patient_and_category(filled: Store) -> None:
    a, b = filled.patient_key("a"), filled.patient_key("b")
    cases = [
        (EVERYTHING, {"a", "a1", "a2", "a3", "b", "b1", "b2", "b3", "d"}),
        (NOTHING, set()),
        (of_patient(a), {"a", "a1", "a2", "a3"}),
        (WITHOUT_PATIENT, {"d"}),
        (categories(1), {"a1", "a2", "b1", "b2"}),
        (categories(None, 1), {"a", "a3", "b", "b3", "d"}),
        (categories(1 | 2, 2), {"a1", "a2", "b1", "b2"}),
        (and_(of_patient(a), categories(2)), {"a3"}),
        (or_(of_patient(b), WITHOUT_PATIENT), {"b", "b1", "b2", "b3", "d"}),
        (and_(), {"a", "a1", "a2", "a3", "b", "b1", "b2", "b3", "d"}),
        (or_(), set()),
        (and_(of_patient(a), or_(categories(1), NOTHING), EVERYTHING), {"a1", "a2"}),
    ]
    assert [await seen(filled, within) for within, _ in cases] == [found for _, found in cases]


async def test_a_release_governs_the_next_statement(filled: Store, database: Database) -> None:
    within = released(77, 1, NOW)
    assert await seen(filled, within) == set()
    async with database.connection() as connection:
        await release(connection, filled.patient_key("a"), 7, none_of=2)
        await release(connection, filled.patient_key("b"), 2)
    assert await seen(filled, within) == {"a", "a1", "a2", "b3"}
    assert await seen(filled, released(78, 1, NOW)) == set()
    assert await seen(filled, released(77, 2, NOW)) == set()
    assert await seen(filled, released(77, 1, datetime(2025, 1, 1, tzinfo=UTC))) == set()
    async with database.connection() as connection:
        await connection.execute("delete from consent_release where patient = $1", filled.patient_key("a"))
    assert await seen(filled, within) == {"b3"}


async def test_research_sees_what_its_date_permits_and_the_person(filled: Store, database: Database) -> None:
    async with database.connection() as connection:
        await connection.execute(
            "insert into consent_window (patient, data_from, data_until, since, until) "
            "values ($1, '2021-01-01', '2030-01-01', '2024-01-01', '2025-01-01')",
            filled.patient_key("a"),
        )
    assert await seen(filled, research(NOW)) == {"a", "a1"} | {"a3"}
    assert await seen(filled, research(datetime(2026, 1, 1, tzinfo=UTC))) == set()


async def test_research_by_a_clock_asks_it_for_each_statement(filled: Store, database: Database) -> None:
    moments = [datetime(2023, 1, 1, tzinfo=UTC)]
    within = research(lambda: moments[-1])
    async with database.connection() as connection:
        await connection.execute(
            "insert into consent_window (patient, data_from, data_until, since, until) "
            "values ($1, '2021-01-01', '2030-01-01', '2024-01-01', '2025-01-01')",
            filled.patient_key("a"),
        )
    assert await seen(filled, within) == set()
    moments.append(NOW)
    assert await seen(filled, within) == {"a", "a1", "a3"}


async def test_what_comes_along_passes_the_same_filter(filled: Store) -> None:
    within = and_(of_patient(filled.patient_key("a")), categories(1))
    page = await search(filled, "Observation?_include=Observation:subject&_include=Observation:performer", within)
    assert (len(page.matches), page.included) == (2, ())
    within = categories(4)
    page = await search(filled, "Patient?_id=a&_revinclude=Observation:subject", within)
    assert [one.id for one in page.matches] == ["a"]
    assert page.included == ()


async def test_versions_are_seen_by_what_they_were(filled: Store) -> None:
    await commit(filled, delete("Observation", "a1"))
    history = await filled.history("Observation", "a1", within=of_patient(filled.patient_key("a")))
    assert [one.version for one in history.versions] == [2, 1]
    with pytest.raises(NotFound):
        await filled.history("Observation", "a1", within=of_patient(filled.patient_key("b")))


def having(text: str) -> Having:
    asked = query(text)
    return Having(asked.type, asked.filters)


async def test_cohorts_are_sets_of_patients(filled: Store) -> None:
    women, anaemic = having("Patient?gender=female"), having(f"Observation?code={LOINC}|718-7&value-quantity=lt8")
    diabetic = having("Condition?code=urn:icd|E11.9")
    cases: list[tuple[PatientSet, int]] = [
        (women, 1),
        (anaemic, 2),
        (AllOf((women, anaemic, diabetic)), 1),
        (AnyOf((women, having("Patient?gender=male"))), 2),
        (Without(diabetic, women), 1),
        (AllOf(), 2),
        (AnyOf(), 0),
        (Without(AllOf((anaemic, diabetic)), AnyOf((women, having("Observation?code=none")))), 1),
        (having("Observation?date=ge2024&code=718-7"), 2),
        (having(f"Observation?code={LOINC}|718-7"), 2),
    ]
    assert [await filled.count_patients(patients, within=EVERYTHING) for patients, _ in cases] == [n for _, n in cases]
    only_a = of_patient(filled.patient_key("a"))
    assert await filled.count_patients(diabetic, within=only_a) == 1
    assert await filled.count_patients(Without(AllOf(), women), within=only_a) == 0
    assert await filled.count_patients(diabetic, within=EVERYTHING, at=datetime(2020, 1, 1, tzinfo=UTC)) == 0
    assert await filled.count(query("Condition"), within=known_at(datetime(2020, 1, 1, tzinfo=UTC))) == 0
    with pytest.raises(Unsupported, match="contains"):
        await filled.count_patients(having("Patient?name:contains=x"), within=EVERYTHING)


async def test_cohorts_compare_quantities_in_any_unit_that_measures_the_same(store: Store) -> None:
    await put(store, patient(id="a"), observation("a", id="o", valueQuantity=quantity(75, "g/L")))
    anaemic = having("Observation?value-quantity=lt8|http://unitsofmeasure.org|g/dL")
    assert await store.count_patients(anaemic, within=EVERYTHING) == 1
    healthy = having("Observation?value-quantity=gt8|http://unitsofmeasure.org|g/dL")
    assert await store.count_patients(healthy, within=EVERYTHING) == 0
