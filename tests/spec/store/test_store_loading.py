"""What a bulk load promises: everything good goes in once, what is bad is told."""

import json
from collections.abc import Iterator

import pytest
from stores import commit, create, delete, ids, observation, opened, patient, query, search, update

from verbund.database import Database
from verbund.errors import Invalid
from verbund.store import EVERYTHING, Store, Write
from verbund.store.maintenance import FEWEST_RESOURCES

URN = "urn:uuid:00000000-0000-4000-8000-{:012}"


def bundle(number: int) -> tuple[Write, ...]:
    """A patient with two findings, as a transaction bundle has them."""
    subject = {"subject": {"reference": URN.format(number)}}
    return (
        create(patient(f"Name{number}"), full_url=URN.format(number), source=f"{number}.json"),
        *(
            create(observation("x", when=f"2024-05-{day:02}") | subject, full_url=URN.format(number * 10 + day + 1000))
            for day in (1, 2)
        ),
    )


async def test_a_repeated_load_changes_nothing(store: Store) -> None:
    units = [bundle(number) for number in range(30)]
    first = await store.load(units, batch_writes=20)
    assert (first.created, first.by_type, first.refused) == (90, {"Observation": 60, "Patient": 30}, ())
    second = await store.load(iter(units))
    assert (second.created, second.unchanged, second.updated) == (0, 90, 0)
    assert await store.counts() == {"Observation": 60, "Patient": 30}
    assert len(await ids(store, "Observation?patient=00000000-0000-4000-8000-000000000007")) == 2
    assert first.dangling == ()


async def test_a_resource_without_any_id_is_known_by_its_content(store: Store) -> None:
    writes = [(create(patient("Sommer")),), (create(patient("Winter")),), (create(patient("Sommer")),)]
    report = await store.load(writes)
    assert (report.created, report.unchanged) == (2, 1)


async def test_what_is_bad_is_told_with_its_source_and_the_rest_loads(store: Store) -> None:
    bad = Write("create", "Patient", raw=b'{"resourceType":"Patient","gender":"f"}', source="b.json")
    report = await store.load([bundle(1), (bad,), bundle(2)])
    assert report.created == 6
    (refusal,) = report.refused
    assert (refusal.unit, refusal.source) == (1, "b.json")
    assert isinstance(refusal.error, Invalid)
    assert refusal.error.issues[0].expression == ("Patient.gender",)


async def test_references_that_lead_nowhere_are_told_those_to_what_comes_later_are_not(store: Store) -> None:
    early = update("o1", observation("later"), source="o.ndjson:1")
    lost = update("o2", observation("never"), source="o.ndjson:2")
    report = await store.load([(early,), (lost,), (update("later", patient()),)], batch_writes=1)
    assert report.created == 3
    assert report.dangling == (("o.ndjson:2", "Patient"),)


async def test_conditional_references_find_what_the_same_load_brought(store: Store) -> None:
    doctor = {"resourceType": "Practitioner", "identifier": [{"system": "urn:k", "value": "1"}]}
    seen = observation("x", performer=[{"reference": "Practitioner?identifier=urn:k|1"}])
    report = await store.load(
        [(create(doctor),), *((create(seen | {"issued": f"2024-05-0{n}T00:00:00Z"}),) for n in range(1, 5))]
    )
    assert (report.created, report.refused) == (5, ())
    (one,) = (await search(store, "Practitioner")).matches
    assert len(await ids(store, f"Observation?performer=Practitioner/{one.id}")) == 4


async def test_a_load_updates_deletes_and_finds(store: Store) -> None:
    await commit(store, update("a", patient("Sommer")), update("b", patient("Winter")))
    condition = query("Patient?name=sommer")
    report = await store.load(
        [
            (update("a", patient("Herbst")),),
            (delete("Patient", "b"),),
            (create(patient("Herbst"), if_none_exist=condition),),
        ],
        batch_writes=1,
    )
    assert (report.updated, report.deleted, report.created) == (1, 1, 1)
    assert await store.counts() == {"Patient": 2}


async def test_progress_is_told_and_input_is_read_as_it_is_needed(store: Store) -> None:
    told: list[int] = []

    def units() -> Iterator[tuple[Write, ...]]:
        for number in range(20):
            yield bundle(number)

    await store.load(units(), progress=told.append, batch_writes=15)
    assert sum(told) == 60
    assert len(told) >= 4


async def test_a_dictionary_is_trained_when_there_is_enough_to_learn_from(
    store: Store, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("verbund.store.maintenance.FEWEST_RESOURCES", 200)
    assert FEWEST_RESOURCES == 5_000
    await store.load([bundle(number) for number in range(100)])
    async with database.connection() as connection:
        assert await connection.fetchval("select count(*) from dictionary") == 1
    await store.load([bundle(number) for number in range(1000, 1100)])
    async with database.connection() as connection:
        small, large = [
            float(await connection.fetchval("select avg(length(body)) from resource where dictionary = $1", number))
            for number in (1, 0)
        ]
    assert small < large * 0.7
    async with opened(database) as other:
        found = (await search(other, "Observation?_count=1000")).matches
    assert len(found) == 400
    assert {json.loads(one.body)["resourceType"] for one in found} == {"Observation"}
    assert await store.count(query("Patient"), within=EVERYTHING) == 200
