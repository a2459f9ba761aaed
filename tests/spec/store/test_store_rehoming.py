"""What was stored as nobody's becomes the patient's when the index is made again, and is erased with the record."""

from typing import Any

import pytest
from stores import commit, ids, observation, opened, patient, put, update

from verbund.database import Database
from verbund.errors import NotFound
from verbund.fhir import type_number
from verbund.store import EVERYTHING, Store, of_patient
from verbund.store.bodies import Bodies, context_of

Json = dict[str, Any]


def bundle(text: str) -> Json:
    held = [{"resource": {**observation("a"), "valueString": text}}]
    return {"resourceType": "Bundle", "id": "b", "type": "collection", "entry": held}


def told(recorded: str) -> Json:
    return {
        "resourceType": "Provenance",
        "id": "p",
        "target": [{"reference": "Observation/seen"}],
        "recorded": recorded,
        "agent": [{"who": {"display": "Dr. Weber"}}],
    }


async def nobodys(store: Store, database: Database, kind: str, identity: str) -> None:
    """Leave the present version as a former release would have stored it: under the node's key."""
    bodies, number = Bodies(store.vault), type_number(kind)
    stored = await store.read(kind, identity, within=EVERYTHING)
    async with database.connection() as connection:
        await bodies.refresh(connection)
        await store.vault.prepare(connection, [None], make=True)
        row = await connection.fetchrow("select id from resource where type = $1 and not deleted", number)
        assert row is not None
        sealed = bodies.pack(None, identity, stored.body, context_of(number, row["id"].bytes, stored.version))
        await connection.execute(
            "update resource set patient = null, dictionary = $2, body = $3 where id = $1",
            row["id"], bodies.current(number), sealed,
        )  # fmt: skip


async def test_a_bundle_of_before_goes_to_whose_data_it_holds_in_all_its_versions(database: Database) -> None:
    async with opened(database) as store:
        await put(store, patient(id="a"), bundle("first"))
        await nobodys(store, database, "Bundle", "b")
        await commit(store, update("b", bundle("second")))
        await nobodys(store, database, "Bundle", "b")
    async with opened(database) as store:
        own = of_patient(store.patient_key("a"))
        assert await ids(store, "Bundle", own) == []
        done = await store.reindex(["Bundle"], share=1.0)
        assert (done.looked_at, done.changed) == (1, 1)
        assert await ids(store, "Bundle", own) == ["b"]
        for version, text in ((1, b"first"), (2, b"second")):
            assert text in (await store.vread("Bundle", "b", version, within=own)).body
        assert (await store.reindex(["Bundle"], share=1.0)).changed == 0
        await store.erase("a")
        for version in (1, 2):
            with pytest.raises(NotFound):
                await store.vread("Bundle", "b", version, within=EVERYTHING)


async def test_what_came_before_what_it_is_about_goes_to_its_patient(database: Database) -> None:
    async with opened(database) as store:
        await put(store, told("2026-01-01T00:00:00Z"), told("2026-01-02T00:00:00Z"))
        await put(store, patient(id="a"), {**observation("a"), "id": "seen"})
        assert (await store.reindex(["Provenance"], share=1.0)).changed == 1
        own = of_patient(store.patient_key("a"))
        page = await store.history("Provenance", "p", within=own)
        assert [one.version for one in page.versions] == [2, 1]


async def test_coded_facts_go_with_it(database: Database) -> None:
    listed = {
        "resourceType": "List", "id": "l", "status": "current", "mode": "working",
        "code": {"coding": [{"system": "urn:x", "code": "problems"}]},
        "entry": [{"item": {"reference": "Observation/seen"}}],
    }  # fmt: skip
    async with opened(database) as store:
        await put(store, listed, patient(id="a"), {**observation("a"), "id": "seen"})
        await store.reindex(["List"], share=1.0)
        own = of_patient(store.patient_key("a"))
        assert await ids(store, "List?code=urn:x|problems", own) == ["l"]
        # Made again once more, they stay there: the List itself does not tell whose it is.
        async with database.connection() as connection:
            facts = await connection.fetch("select * from fact order by key, row")
            await connection.execute("update resource set keys = '{1}'")
        await store.reindex(["List"], share=1.0)
        async with database.connection() as connection:
            owners = await connection.fetch("select distinct patient from fact")
            assert len(facts) > 0
            assert {row["patient"] for row in owners} == {store.patient_key("a")}


async def test_what_is_of_nobody_still_stays_as_it_is(database: Database) -> None:
    async with opened(database) as store:
        await put(store, told("2026-01-01T00:00:00Z"), {"resourceType": "Organization", "id": "o", "name": "Haus"})
        assert (await store.reindex(["Provenance", "Organization"], share=1.0)).changed == 0
        assert (await store.read("Provenance", "p", within=EVERYTHING)).patient is None


async def test_of_a_patient_who_was_erased_meanwhile_it_is_removed(database: Database) -> None:
    async with opened(database) as store:
        await put(store, patient(id="a"), bundle("first"))
        await commit(store, update("b", bundle("second")))
        await nobodys(store, database, "Bundle", "b")
        await store.erase("a")
    async with opened(database) as store:
        assert await ids(store, "Bundle") == ["b"]
        assert (await store.reindex(["Bundle"], share=1.0)).changed == 1
        assert await ids(store, "Bundle") == []
        async with database.connection() as connection:
            for table in ("resource", "superseded"):
                count = f"select count(*) from {table} where type = $1"  # noqa: S608 - a literal of this test
                assert await connection.fetchval(count, type_number("Bundle")) == 0
