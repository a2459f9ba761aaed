"""The wrapping key is replaced while others read and write; nothing is lost, and nothing stays under the old key."""

import asyncio

import pytest
from stores import commit, create, patient

from verbund.crypto import NodeKeys
from verbund.database import Database, migrate
from verbund.errors import Fault
from verbund.store import MIGRATIONS, Store, Vault, generations, rewrap

WRITERS, EACH = 4, 12


class KeyPlace:
    """The file of keys that all processes of the node read."""

    def __init__(self) -> None:
        self.keys = NodeKeys.generate()

    def read(self) -> NodeKeys:
        return self.keys


async def open_store(database: Database, place: KeyPlace) -> Store:
    await migrate(database, [MIGRATIONS])
    vault = Vault(database, place.keys, place.read)
    return await Store.open(database, place.keys, vault=vault, classify=lambda _: 0)


async def write_patients(store: Store, prefix: str, written: list[str]) -> None:
    for number in range(EACH):
        (one,) = await commit(store, create(patient(f"{prefix}{number}")))
        written.append(one.id)
        await asyncio.sleep(0)


async def test_rotation_under_load_loses_nothing(database: Database) -> None:
    place = KeyPlace()
    serving, written = await open_store(database, place), []
    try:
        await write_patients(serving, "Before", written)
        place.keys = place.keys.with_new_wrapping()
        writers = [write_patients(serving, f"During{number}", written) for number in range(WRITERS)]
        await asyncio.gather(rewrap(database, place.keys), *writers)
        assert await generations(database) == (1, 1)
    finally:
        await serving.close()
    place.keys = place.keys.without_former()
    later = await open_store(database, place)
    try:
        assert len(written) == EACH * (WRITERS + 1)
        for identity in written:
            assert (await later.read("Patient", identity)).body
    finally:
        await later.close()


async def test_a_process_that_missed_the_rotation_reads_the_keys_again(database: Database) -> None:
    place = KeyPlace()
    stale = await open_store(database, place)
    try:
        place.keys = place.keys.with_new_wrapping()
        await rewrap(database, place.keys)
        (one,) = await commit(stale, create(patient("Nachzügler")))
        assert (await stale.read("Patient", one.id)).body
        assert await generations(database) == (1, 1)
    finally:
        await stale.close()


async def test_without_the_former_key_nothing_is_changed(database: Database) -> None:
    place = KeyPlace()
    store = await open_store(database, place)
    await commit(store, create(patient("Müller")))
    await store.close()
    with pytest.raises(Fault, match="generation 0"):
        await rewrap(database, place.keys.with_new_wrapping().without_former())
    assert (await generations(database))[1] == 0


async def test_an_interrupted_rotation_goes_on_where_it_stopped(database: Database) -> None:
    place = KeyPlace()
    store = await open_store(database, place)
    await write_patients(store, "Person", [])
    await store.close()
    place.keys = place.keys.with_new_wrapping()
    task = asyncio.create_task(rewrap(database, place.keys))
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert await rewrap(database, place.keys) <= EACH + 1
    assert await generations(database) == (1, 1)
    assert await rewrap(database, place.keys) == 0
