"""A trust centre and a site's book, each on a real database."""

from collections.abc import AsyncIterator

import pytest_asyncio

from verbund import linkage, store
from verbund.crypto import NodeKeys
from verbund.database import Database, migrate
from verbund.linkage import PseudonymBook, TrustCentre


@pytest_asyncio.fixture(loop_scope="session")
async def centre(database: Database) -> TrustCentre:
    await migrate(database, [linkage.MIGRATIONS])
    return await TrustCentre.open(database, NodeKeys.generate())


@pytest_asyncio.fixture(loop_scope="session")
async def vault_and_keys(database: Database) -> AsyncIterator[tuple[store.Vault, NodeKeys]]:
    await migrate(database, [store.MIGRATIONS, linkage.MIGRATIONS])
    keys = NodeKeys.generate()
    vault = store.Vault(database, keys)
    yield vault, keys
    await vault.close()


@pytest_asyncio.fixture(loop_scope="session")
async def book(database: Database, vault_and_keys: tuple[store.Vault, NodeKeys]) -> PseudonymBook:
    vault, keys = vault_and_keys
    return await PseudonymBook.open(database, keys, vault)
