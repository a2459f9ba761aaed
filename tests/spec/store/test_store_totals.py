"""Totals that are read off an index alone: the same before and after the index knows of common codes."""

import pytest
from stores import opened, patient, put, query

from verbund.database import Database, migrate
from verbund.store import EVERYTHING, MIGRATIONS, Store, categories, of_types

pytestmark = pytest.mark.usefixtures("large")

# The tables as they were before steps 23 and 25.
_BEFORE = """
alter table fact drop column category;
create index fact_key on fact (key, date, row) include (patient);
drop index resource_without_traits;
alter table resource drop column traits;
create index resource_updated on resource (type, updated) where not deleted;
delete from schema_step where package = 'store' and number in (23, 25);
update index_work set layout = layout - 1 where layout is not null;
"""
SEARCHES = {
    "Patient?gender=female": 3,
    "Patient?gender=female,male": 4,
    "Patient?gender:not=female": 2,
    "Patient?gender=female&active=true": 2,
    "Patient?gender=http://hl7.org/fhir/administrative-gender|female": 3,
    "Patient": 5,
}


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few rows are taken for many, so that the ways of large stores are taken."""
    monkeypatch.setattr("verbund.store.ways.FEW_ROWS", -1)


async def totals(store: Store) -> dict[str, int]:
    return {text: await store.count(query(text), within=EVERYTHING) for text in SEARCHES}


async def of_codes(database: Database) -> int:
    async with database.connection() as connection:
        return int(await connection.fetchval("select count(*) from resource where traits <> 0"))


async def test_totals_of_common_codes_hold_before_and_after_the_index_knows_them(database: Database) -> None:
    await migrate(database, [MIGRATIONS])
    async with opened(database) as store:
        await put(store, patient("A", id="a", gender="female", active=True), patient("B", id="b", gender="female"))
        await put(store, patient("C", id="c", gender="female", active=True), patient("D", id="d", gender="male"))
        await put(store, patient("E", id="e"))
        assert await totals(store) == SEARCHES
        assert await of_codes(database) == 4
        async with database.connection() as connection:
            await connection.execute(_BEFORE)
        assert await migrate(database, [MIGRATIONS]) == 2
    async with opened(database) as store:
        assert await of_codes(database) == 0
        assert await totals(store) == SEARCHES
        await put(store, patient("B", id="b", gender="male", active=True))
        assert await of_codes(database) == 1
        changed = {**SEARCHES, "Patient?gender=female": 2, "Patient?gender:not=female": 3}
        changed["Patient?gender=http://hl7.org/fhir/administrative-gender|female"] = 2
        assert await totals(store) == changed
        assert (await store.reindex(share=1.0)).done
        assert await of_codes(database) == 4
        assert await totals(store) == changed


async def test_a_filter_by_type_is_decided_before_anything_is_looked_at(store: Store) -> None:
    await put(store, patient("A", id="a", gender="female"))
    asked = query("Patient?gender=female")
    assert await store.count(asked, within=of_types("Patient")) == 1
    assert await store.count(asked, within=of_types("Observation")) == 0
    assert await store.count(asked, within=categories(None, 4)) == 0
