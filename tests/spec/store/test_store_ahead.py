"""Dictionaries that a load trains for each type before it packs, and what may be in them."""

import json
from collections.abc import Iterable

import pytest
from stores import Json, observation, opened, patient

from verbund.database import Database
from verbund.fhir import type_number
from verbund.store import Chunk, Store
from verbund.store.ahead import Ahead
from verbund.store.bodies import Bodies

PATIENTS = 40


def lines(contents: Iterable[Json]) -> Chunk:
    return Chunk([json.dumps(one, separators=(",", ":")).encode() for one in contents], "a.ndjson")


def of_type_after_type() -> list[Chunk]:
    """All patients, then all observations, as exports are sorted."""
    values = [
        observation(
            f"p{n % PATIENTS}", id=f"o{n}", valueString=f"kept by patient {n % PATIENTS} alone x{n % PATIENTS}y"
        )
        for n in range(12 * PATIENTS)
    ]
    return [lines(patient("Muster", id=f"p{n}") for n in range(PATIENTS)), lines(values[:100]), lines(values[100:])]


@pytest.fixture
def learning_from_little(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("verbund.store.maintenance.TYPE_DICTIONARY_BYTES", 2_048)


@pytest.mark.usefixtures("learning_from_little")
async def test_the_first_of_a_type_are_packed_with_a_dictionary_of_its_own(store: Store, database: Database) -> None:
    report = await store.load(of_type_after_type())
    assert report.created == 13 * PATIENTS
    async with database.connection() as connection:
        trained = await connection.fetch("select id, type from dictionary")
        used = await connection.fetch(
            "select distinct dictionary from resource where type = $1", type_number("Observation")
        )
    assert [row["type"] for row in trained] == [type_number("Observation")]
    assert [row["dictionary"] for row in used] == [trained[0]["id"]]
    async with opened(database) as other:
        assert json.loads((await other.read("Observation", "o7")).body)["valueString"].endswith("x7y")


async def test_what_is_read_ahead_comes_in_its_order_and_belongs_to_its_patient(store: Store) -> None:
    learned: list[tuple[int | None, list[str]]] = []

    async def learn(kind: int | None, sample: object, number: int) -> None:
        assert isinstance(sample, list)
        assert number == 12 * PATIENTS
        learned.append((kind, sorted({owner for owner, _ in sample})))

    chunks = of_type_after_type()
    given = [unit async for unit in Ahead(Bodies(store.vault), learn).of(chunks)]
    assert given == chunks
    assert learned == [(type_number("Observation"), sorted(f"Patient/p{n}" for n in range(PATIENTS)))]


async def test_nothing_is_learned_of_few_patients(store: Store) -> None:
    async def learn(*_: object) -> None:
        raise AssertionError

    few = lines(observation(f"p{n % 5}", id=f"o{n}") for n in range(400))
    assert [unit async for unit in Ahead(Bodies(store.vault), learn).of([few])] == [few]
    unresolved = [raw.replace(b'"Patient/p', b'"Patient?identifier=p') for raw in of_type_after_type()[2].raws]
    assert [unit async for unit in Ahead(Bodies(store.vault), learn).of([Chunk(unresolved)])] == [Chunk(unresolved)]
