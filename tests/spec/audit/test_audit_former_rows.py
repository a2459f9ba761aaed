"""A log that a former version wrote goes on: its rows stay readable, provable, and are found."""

import shutil
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
import pytest_asyncio

from verbund import audit, store
from verbund.audit import AuditLog, Event
from verbund.audit.proof import Content, Tip, chain_key, micros_of
from verbund.crypto import NodeKeys
from verbund.database import Database, migrate

Make = Callable[..., Event]


@pytest_asyncio.fixture(loop_scope="session")
async def former(
    bare_database: Database, tmp_path: Path, event: Make
) -> AsyncIterator[tuple[Any, NodeKeys, list[Event]]]:
    """The database as the former version left it, with forty events: a map in MessagePack each, for one patient."""
    database, folder = bare_database, tmp_path / "former"
    folder.mkdir()
    for name in ("0001_log.sql", "0002_packed.sql"):
        shutil.copy(audit.MIGRATIONS[1] / name, folder)
    await migrate(database, [store.MIGRATIONS, ("audit", folder)])
    keys = NodeKeys.generate()
    vault, log = store.Vault(database, keys), await AuditLog.open(database, store.Vault(database, keys), keys)
    events = [event(number, patient_id=("erika", "max", None)[number % 3]) for number in range(40)]
    async with database.transaction() as connection:
        contents = []
        for one in events:
            patient = None if one.patient_id is None else log._key_of(one.patient_id)
            await vault.prepare(connection, [patient], make=True)
            sealed = vault.seal(patient, msgspec.msgpack.encode(one), b"verbund audit event")
            contents.append(Content(micros_of(one.at), patient, None, sealed, None))
        leaves, links, tip = Tip().extended(chain_key(keys.index), contents)
        epoch = datetime(1970, 1, 1, tzinfo=UTC)
        await connection.executemany(
            "insert into audit_event (sequence, at, patient, sealed, leaf, chain) values ($1, $2, $3, $4, $5, $6)",
            [
                (number, epoch + timedelta(microseconds=one.micros), one.patient, one.sealed, leaf, link)
                for number, (one, leaf, link) in enumerate(zip(contents, leaves, links, strict=True), 1)
            ],
        )
        await connection.execute(
            "update audit_frontier set size = $1, peaks = $2, chain = $3", tip.frontier.size, tip.peaks, tip.chain
        )
    yield vault, keys, events
    await vault.close()


@pytest.mark.parametrize("listed", [0, 25, 40])
async def test_former_rows_are_read_proven_and_followed_by_new_ones(
    bare_database: Database, former: tuple[Any, NodeKeys, list[Event]], event: Make, listed: int
) -> None:
    database, (vault, keys, events) = bare_database, former
    await migrate(database, [store.MIGRATIONS, audit.MIGRATIONS])
    log = await AuditLog.open(database, vault, keys)
    assert (await log.verify()).size == 40
    async with database.connection() as connection:
        await connection.fetchval("select audit_list($1)", listed)
    of_erika = [one for one in reversed(events) if one.patient_id == "erika"]
    assert [one.event for one in (await log.of_patient("erika", count=100)).items] == of_erika
    several = event(
        41, patient_id=None, entities=(), patients=(("erika", ["Observation/1"]), ("max", ["Observation/2"]))
    )
    await log.record(several, event(42))
    page = await log.of_patient("erika", count=100)
    assert [one.sequence for one in page.items[:2]] == [42, 41]
    assert [one.event for one in page.items[2:]] == of_erika
    verdict = await log.verify()
    assert (verdict.ok, verdict.size) == (True, 42)
    await vault.destroy(log._key_of("max"))
    assert [one.event for one in (await log.of_patient("erika", count=100)).items[2:]] == of_erika
    assert (await log.verify()).ok
