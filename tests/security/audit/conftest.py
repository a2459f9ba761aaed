"""A log on a real database, and events to put into it."""

import sys
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from verbund import audit, store
from verbund.audit import Agent, AuditLog, Event
from verbund.crypto import NodeKeys
from verbund.database import Database, migrate

sys.path.insert(0, str(Path(__file__).parents[2] / "support"))

WEBER = Agent("weber", "Dr. Anna Weber", "physician", "praxis", "Praxis Weber")
START = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@dataclass
class Place:
    """All a log needs; `open` gives another log on the same database, as another process has."""

    database: Database
    vault: store.Vault
    keys: NodeKeys
    heads_file: Path

    async def open(self) -> AuditLog:
        return await AuditLog.open(self.database, self.vault, self.keys, heads_file=self.heads_file)


@pytest_asyncio.fixture(loop_scope="session")
async def place(database: Database, tmp_path: Path) -> AsyncIterator[Place]:
    await migrate(database, [store.MIGRATIONS, audit.MIGRATIONS])
    keys = NodeKeys.generate()
    vault = store.Vault(database, keys)
    yield Place(database, vault, keys, tmp_path / "heads.jsonl")
    await vault.close()


@pytest_asyncio.fixture(loop_scope="session")
async def log(place: Place) -> AuditLog:
    return await place.open()


@pytest.fixture
def event() -> Callable[..., Event]:
    def make(number: int = 1, **changes: Any) -> Event:
        fields: dict[str, Any] = {
            "kind": "read",
            "action": "R",
            "at": START + timedelta(seconds=number),
            "agent": WEBER,
            "purpose": "TREAT",
            "patient_id": "erika",
            "entities": (f"Observation/{number}",),
            "reason_de": "Behandlung in diesem Haus",
            "reason_en": "Treatment in this house",
        }
        return Event(**(fields | changes))

    return make
