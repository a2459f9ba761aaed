"""Few rows go in by one statement, many by COPY: the same rows either way."""

from stores import KEYS, commit, create, observation, opened, patient, quantity, raw, update

from verbund.database import Database
from verbund.fhir import type_number
from verbund.store import Unit, Write
from verbund.store.inserting import MOST_IN_ONE

CONTENTS = [
    observation("p", when=None, effectivePeriod={"end": "2023"}),
    observation("p", when=None, effectivePeriod={"start": "2023-05-06T07:08:09.123456+02:00"}),
    observation("p", when=None),
    observation("p", when="0001-01-01", valueQuantity=quantity(13.5)),
    observation("p", when="9999-12-31", valueQuantity={"value": 1e300}),
    observation("p", issued="2024-05-06T07:08:09.999Z", valueQuantity={"value": -0.0001, "unit": "x"}),
    patient("Müller", "Änne", birthDate="1950-02", telecom=[{"system": "email", "value": "a,b{c}@x"}]),
    {"resourceType": "Organization", "name": "No patient's"},
]
_TABLES = {
    "resource": "type, version, deleted, patient, category, date::text, date_end::text, present, keys, digest::text",
    "fact": "key, date::text, patient",
    "date_value": "key, low::text, high::text",
    "quantity_value": "key, value, unit, code",
}


async def rows(database: Database) -> dict[str, list[tuple[object, ...]]]:
    async with database.connection() as connection:
        found = {
            table: [tuple(row) for row in await connection.fetch(f"select {columns} from {table}")]  # noqa: S608 - fixed
            for table, columns in _TABLES.items()
        }
    return {table: sorted(some, key=repr) for table, some in found.items()}


async def test_rows_are_the_same_by_statement_and_by_copy(database: Database) -> None:
    writes = [
        Write("update", one["resourceType"], f"r{n}", raw({**one, "id": f"r{n}"})) for n, one in enumerate(CONTENTS)
    ]
    fill = [update(f"b{n}", {"resourceType": "Basic", "code": {"text": "x"}}) for n in range(MOST_IN_ONE)]
    async with opened(database, keys=KEYS) as store:
        await store.commit(Unit(tuple(writes), check_references=False))
        few = await rows(database)
        async with database.connection() as connection:
            await connection.execute("truncate resource, superseded, fact, date_value, quantity_value")
        await store.commit(Unit((*writes, *fill), check_references=False))
        async with database.connection() as connection:
            await connection.execute("delete from resource where type = $1", type_number("Basic"))
            await connection.execute("delete from fact where patient is null")
        many = await rows(database)
    assert len(few["resource"]) == len(CONTENTS)
    assert all(few.values())
    assert few == many


async def test_a_unit_of_many_reads_as_one_of_few(database: Database) -> None:
    async with opened(database) as store:
        few = await commit(store, create(patient("Sommer")))
        many = await commit(store, *(create(patient("Sommer")) for _ in range(MOST_IN_ONE + 1)))
        for written in (few[0], many[0], many[-1]):
            assert (await store.read("Patient", written.id)).body == written.body
        assert await store.counts() == {"Patient": MOST_IN_ONE + 2}
