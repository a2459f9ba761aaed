"""The audit log: events recorded durably by many callers at once, appended with units of work, and proven.

The limit beside them is the database's own: one bare insert of a row of the same size, a transaction each, by the same
number of callers without any log.
"""

import asyncio
import os
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

import uvloop

from verbund import audit, store
from verbund.audit import Agent, AuditLog, Event
from verbund.crypto import NodeKeys
from verbund.database import Cluster, Database, migrate

SECONDS = 3.0
CALLERS = (1, 16, 64)
# Transactions that log hold the log's end one after the other; a node has few at a time: the store groups its units.
UNITS = (1, 4)
PATIENTS = 500
WEBER = Agent("weber", "Dr. Anna Weber", "physician", "praxis", "Praxis Weber")
Row = dict[str, object]


def event(number: int) -> Event:
    """A read of one resource, as the gate records it."""
    return Event(
        "read",
        "R",
        datetime.now(UTC),
        WEBER,
        "TREAT",
        patient_id=f"patient-{number % PATIENTS}",
        entities=(f"Observation/{number}",),
        reason_de="Behandlung in diesem Haus",
        reason_en="Treatment in this house",
    )


async def measured(callers: int, act: Callable[[int], Awaitable[None]]) -> tuple[float, float]:
    """Acts a second, and the 95th percentile of one in milliseconds, over some seconds."""
    took: list[float] = []
    start = time.perf_counter()

    async def caller(first: int) -> None:
        number = first
        while time.perf_counter() - start < SECONDS:
            begun = time.perf_counter()
            await act(number)
            took.append(time.perf_counter() - begun)
            number += callers

    await asyncio.gather(*(caller(first) for first in range(callers)))
    return len(took) / (time.perf_counter() - start), sorted(took)[int(len(took) * 0.95)] * 1_000


async def measure(url: str, heads_file: Path) -> list[Row]:
    """All rows of the table."""
    database = await Database.connect(url, size=max(CALLERS))
    await migrate(database, [store.MIGRATIONS, audit.MIGRATIONS])
    keys = NodeKeys.generate()
    vault = store.Vault(database, keys)
    log = await AuditLog.open(database, vault, keys, heads_file=heads_file)
    await log.record(*(event(number) for number in range(PATIENTS)))

    async def record(number: int) -> None:
        await log.record(event(number))

    async def with_unit(number: int) -> None:
        async with database.transaction() as connection:
            await log.companion(event(number)).write(connection, ())

    async with database.connection() as connection:
        await connection.execute("create table bare (body bytea)")
    body = os.urandom(450)

    async def bare(_number: int) -> None:
        async with database.connection() as connection:
            await connection.execute("insert into bare values ($1)", body)

    rows: list[Row] = []
    for callers in CALLERS:
        for name, act in (("record", record), ("limit: bare insert", bare)):
            rate, slow = await measured(callers, act)
            rows.append({"work": name, "callers": callers, "per_second": rate, "p95_ms": slow})
    for callers in UNITS:
        rate, slow = await measured(callers, with_unit)
        rows.append({"work": "transaction with an event", "callers": callers, "per_second": rate, "p95_ms": slow})
    await log.head()
    start = time.perf_counter()
    verdict = await log.verify()
    assert verdict.ok
    rows.append({"work": "verify", "callers": 1, "per_second": verdict.size / (time.perf_counter() - start)})
    async with database.connection() as connection:
        size = await connection.fetchval("select pg_total_relation_size('audit_event')")
    rows.append({"work": "bytes an event on disk, index included", "per_second": size / verdict.size})
    await vault.close()
    await database.close()
    return rows


async def all_rows() -> list[Row]:
    """Start a database of our own, measure, stop it."""
    with tempfile.TemporaryDirectory(dir="/var/tmp", prefix="verbund-bench-") as folder:
        cluster = await Cluster.start(Path(folder) / "postgres")
        try:
            return await measure(await cluster.ensure("bench"), Path(folder) / "heads.jsonl")
        finally:
            await cluster.stop()


def run() -> list[Row]:
    """What `make bench` calls."""
    return uvloop.run(all_rows())
