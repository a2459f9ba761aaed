"""A node that can be taught definitions: its gate on a fresh database, with the checks that its settings ask for."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from opened_gate import HERE, KIND, OPERATOR, TITLE

from verbund import audit, consent, definitions, store
from verbund.access import Gate
from verbund.audit import AuditLog
from verbund.config import NodeConfig
from verbund.consent.index import MIGRATIONS, ConsentIndex
from verbund.consent.projecting import House
from verbund.crypto import NodeKeys
from verbund.database import Database, migrate
from verbund.definitions import Enforcement, Policy, Taught
from verbund.store import Store, Vault


@dataclass
class TaughtNode:
    """What a test teaches, and writes through."""

    database: Database
    gate: Gate
    taught: Taught
    who: Any = OPERATOR


@asynccontextmanager
async def taught_node(database: Database, **settings: Any) -> AsyncIterator[TaughtNode]:
    """A node with these settings on profiles."""
    await migrate(database, [store.MIGRATIONS, audit.MIGRATIONS, MIGRATIONS, definitions.MIGRATIONS])
    config = NodeConfig(name=HERE, title=TITLE, **settings)
    keys, taught, policy = NodeKeys.generate(), Taught(database), Policy.of(config)
    vault = Vault(database, keys)
    index = ConsentIndex(database, vault, keys, House(HERE, KIND))
    resources = await Store.open(
        database,
        keys,
        vault=vault,
        classify=consent.classify,
        projections=(index, taught),
        check=None if policy.idle else Enforcement(taught, policy).check,
    )
    log = await AuditLog.open(database, vault, keys)
    yield TaughtNode(database, Gate.open(resources, log, index, config), taught)
    await log.close()
    await resources.close()
