"""Many at once: a large unit holds up nobody but those who write the same, and units in circles do not deadlock."""

import asyncio
import json
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from stores import commit, create, delete, observation, opened, patient, put, update

from verbund.database import Database
from verbund.errors import Incorrect, TooLarge
from verbund.store import Store, Unit, Write
from verbund.store.committing import MOST_WRITES
from verbund.store.writing import LOCK_SLOTS, LOCK_SPACE


@pytest_asyncio.fixture(loop_scope="session")
async def store(database: Database) -> AsyncIterator[Store]:
    """A store on an empty database."""
    async with opened(database) as found:
        yield found


async def test_who_is_held_up_does_not_hold_up_others(database: Database, database_url: str) -> None:
    other = await Database.connect(database_url, size=1)
    async with opened(database) as store:
        await put(store, patient(id="held"), patient(id="free"))
        number = store.hasher.key128("Patient", "held").bytes[:8]
        slot = int.from_bytes(number, "big", signed=True) % LOCK_SLOTS
        async with other.transaction() as connection:
            await connection.execute("select pg_advisory_xact_lock($1, $2)", LOCK_SPACE, slot)
            held = asyncio.create_task(commit(store, update("held", patient("Winter"))))
            async with asyncio.timeout(5):
                for turn in range(5):
                    await commit(store, create(patient(f"Name{turn}")), update("free", patient(f"Name{turn}")))
            assert not held.done()
        (written,) = await held
        assert (written.status, written.version) == ("updated", 2)
    await other.close()


async def test_units_in_circles_do_not_deadlock(store: Store) -> None:
    """Each of many units writes the same three resources, which refer to one another, in another order."""
    urns = [f"urn:uuid:6c1b0c3a-3d5c-4d4e-9a4b-0d8a5a6f8f1{n}" for n in range(3)]

    def unit(turn: int) -> tuple[Write, ...]:
        writes = []
        for place in range(3):
            content = patient(f"Name{turn}", link=[{"other": {"reference": urns[(place + 1) % 3]}, "type": "seealso"}])
            writes.append(update(f"p{place}", content, full_url=urns[place]))
        return tuple(writes[(place + turn) % 3] for place in range(3))

    async with asyncio.timeout(30):
        await asyncio.gather(*(commit(store, *unit(turn)) for turn in range(24)))
    bodies = [json.loads((await store.read("Patient", f"p{place}")).body) for place in range(3)]
    assert len({body["name"][0]["family"] for body in bodies}) == 1
    assert {body["meta"]["versionId"] for body in bodies} == {"24"}
    assert [body["link"][0]["other"]["reference"] for body in bodies] == ["Patient/p1", "Patient/p2", "Patient/p0"]


async def test_a_large_unit_lets_small_ones_by(store: Store) -> None:
    large = Unit(tuple(update(f"large{n}", patient(f"Name{n}")) for n in range(2000)))
    done: list[str] = []

    async def carry_out(unit: Unit, name: str) -> None:
        await store.commit(unit)
        done.append(name)

    task = asyncio.create_task(carry_out(large, "large"))
    await asyncio.sleep(0.01)
    await asyncio.gather(*(carry_out(Unit((create(patient()),)), "small") for _ in range(10)))
    await task
    assert done[-1] == "large"
    assert await store.counts() == {"Patient": 2010}


async def test_more_than_a_unit_may_hold_is_refused_at_once(store: Store) -> None:
    write = create(patient())
    with pytest.raises(TooLarge, match=f"at most {MOST_WRITES}"):
        await store.commit(Unit((write,) * 100_000))
    assert await store.counts() == {}


async def test_deleting_again_changes_nothing_and_an_update_brings_back(store: Store) -> None:
    await put(store, patient(id="a"))
    results = await asyncio.gather(*(commit(store, delete("Patient", "a")) for _ in range(6)))
    assert {one.version for (one,) in results} == {2}
    (back,) = await commit(store, update("a", patient("Winter")))
    assert (back.status, back.version) == ("created", 3)
    with pytest.raises(Incorrect, match="same Patient"):
        await commit(store, delete("Patient", "a"), update("a", patient()))
    (seen,) = await commit(store, create(observation("a")))
    assert seen.patient == back.patient
