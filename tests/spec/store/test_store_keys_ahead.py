"""Keys that are made while a transaction does what comes before: on disk before anything is sealed with them."""

import pytest

from verbund.crypto import NodeKeys
from verbund.database import Database, migrate
from verbund.errors import Gone
from verbund.store import MIGRATIONS
from verbund.store.vault import Vault

_COUNT = "select count(*) from data_key where patient = any($1::bigint[]) and wrapped is not null"


async def test_a_key_that_is_expected_is_on_disk_before_it_serves(database: Database) -> None:
    await migrate(database, [MIGRATIONS])
    vault = Vault(database, NodeKeys.generate())
    patients = list(range(101, 121))
    for patient in patients:
        vault.expect([patient])
        vault.expect([patient])
    async with database.connection() as connection:
        await vault.prepare(connection, patients, make=False)
        assert await connection.fetchval(_COUNT, patients) == len(patients)
    assert vault.unseal(101, vault.seal(101, b"a body", b"place"), b"place") == b"a body"
    await vault.close()


async def test_a_key_that_is_there_stays_and_one_that_was_destroyed_is_not_made_anew(database: Database) -> None:
    await migrate(database, [MIGRATIONS])
    keys = NodeKeys.generate()
    first, second = Vault(database, keys), Vault(database, keys)
    async with database.connection() as connection:
        await first.prepare(connection, [7, 8], make=True)
        sealed = first.seal(7, b"a body", b"place")
        await first.destroy(8)
        second.expect([7, 8])
        await second.prepare(connection, [7], make=True)
        assert second.unseal(7, sealed, b"place") == b"a body"
        with pytest.raises(Gone):
            await second.prepare(connection, [8], make=True)
    await first.close()
    await second.close()
