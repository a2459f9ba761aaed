"""A patient was erased by another process, and this one has the key in memory still: the log takes nothing under it."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest_asyncio

from verbund.audit import AuditLog, Event
from verbund.crypto import Sealer
from verbund.store import Vault

Make = Callable[..., Event]


@pytest_asyncio.fixture(loop_scope="session")
async def elsewhere(place: Any, log: AuditLog, event: Make) -> AsyncIterator[AuditLog]:
    """The log of a process that knows the keys of two patients, one of whom was erased since by another process."""
    await log.record(event(1), event(2, patient_id="max"))
    vault = Vault(place.database, place.keys)
    found = await AuditLog.open(place.database, vault, place.keys)
    await found.record(event(3), event(4, patient_id="max"))
    await place.vault.destroy(log._key_of("erika"))
    yield found
    await vault.close()


async def rows(place: Any) -> list[Any]:
    """What the log holds since the erasure."""
    async with place.database.connection() as connection:
        return list(await connection.fetch("select patient, patients, sealed from audit_event where sequence > 4"))


async def test_what_happens_to_the_erased_patient_is_logged_without_a_name(
    place: Any, elsewhere: AuditLog, event: Make
) -> None:
    await elsewhere.record(event(5), event(6, patient_id="max"))
    first, second = await rows(place)
    assert (first["patient"], second["patient"]) == (None, elsewhere._key_of("max"))
    async with place.database.connection() as connection:
        house = Sealer(await place.vault.key_for(connection, None))
    plain = house.unseal(first["sealed"][32:], b"verbund audit event")
    assert b"read" in plain
    assert b"erika" not in plain
    assert b"Observation" not in plain
    assert (await elsewhere.verify()).ok


async def test_in_a_transaction_likewise(place: Any, elsewhere: AuditLog, event: Make) -> None:
    async with place.database.transaction() as connection:
        await elsewhere.append(connection, [event(5)])
        await elsewhere.append(connection, [event(6)])
    assert [row["patient"] for row in await rows(place)] == [None, None]
    assert (await elsewhere.verify()).ok


async def test_of_an_act_on_several_the_others_keep_their_part(place: Any, elsewhere: AuditLog, event: Make) -> None:
    touched = (("erika", ["Observation/1"]), ("max", ["Observation/2"]))
    await elsewhere.record(event(5, patient_id=None, entities=(), patients=touched))
    (row,) = await rows(place)
    assert (row["patient"], row["patients"]) == (None, [elsewhere._key_of("max")])
    newest, *_ = (await elsewhere.of_patient("max")).items
    assert newest.event.entities == ("Observation/2",)
