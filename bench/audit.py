"""The audit log: events recorded durably by many callers at once, appended with units of work, and proven.

`node_us` and `database_us` are processor time an event, of this process with its callers and of all of the database's.
The limit beside them is the database's own: one bare insert of a row of the same size, a transaction each, by the same
number of callers without any log.
"""

import asyncio
import os
import random
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import msgspec
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
TOUCHED = 50  # patients of a search
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


def search(number: int) -> Event:
    """A search that showed a resource of each of many patients."""
    chance = random.Random(number)  # noqa: S311 - which patients, no secret
    touched = [(f"patient-{one}", (f"Observation/{number}-{one}",)) for one in chance.sample(range(PATIENTS), TOUCHED)]
    return msgspec.structs.replace(
        event(number),
        kind="search",
        action="E",
        patient_id=None,
        entities=(),
        query="code=718-7",
        patients=tuple(touched),
    )


def processor_seconds(data: Path) -> float:
    """What the processes of the server in a data directory have taken so far."""
    seconds = 0.0
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if (process / "cwd").readlink() == data:
                seconds += int((process / "schedstat").read_text().split()[0]) / 1e9
    return seconds


async def measured(data: Path, callers: int, act: Callable[[int], Awaitable[None]]) -> Row:
    """Acts a second, the 95th percentile of one in milliseconds, and processor time, over some seconds."""
    took: list[float] = []
    start, node, database = time.perf_counter(), time.process_time(), processor_seconds(data)

    async def caller(first: int) -> None:
        number = first
        while time.perf_counter() - start < SECONDS:
            begun = time.perf_counter()
            await act(number)
            took.append(time.perf_counter() - begun)
            number += callers

    await asyncio.gather(*(caller(first) for first in range(callers)))
    return {
        "callers": callers,
        "per_second": len(took) / (time.perf_counter() - start),
        "p95_ms": sorted(took)[int(len(took) * 0.95)] * 1_000,
        "node_us": (time.process_time() - node) / len(took) * 1e6,
        "database_us": (processor_seconds(data) - database) / len(took) * 1e6,
    }


async def measure(url: str, heads_file: Path, data: Path) -> list[Row]:
    """All rows of the table."""
    database = await Database.connect(url, size=max(CALLERS))
    await migrate(database, [store.MIGRATIONS, audit.MIGRATIONS])
    keys = NodeKeys.generate()
    vault = store.Vault(database, keys)
    log = await AuditLog.open(database, vault, keys, heads_file=heads_file)
    await log.record(*(event(number) for number in range(PATIENTS)))
    reads, searches = [event(number) for number in range(PATIENTS)], [search(number) for number in range(PATIENTS)]

    async def record(number: int) -> None:
        await log.record(reads[number % PATIENTS])

    async def record_search(number: int) -> None:
        await log.record(searches[number % PATIENTS])

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
    several = f"record a search of {TOUCHED} patients"
    for callers in CALLERS:
        for name, act in (("record", record), (several, record_search), ("limit: bare insert", bare)):
            rows.append({"work": name} | await measured(data, callers, act))
    rows += [{"work": "transaction with an event"} | await measured(data, callers, with_unit) for callers in UNITS]
    rows.append({"work": "accesses of a patient, first 50"} | await measured(data, 1, looked_up(log)))
    await log.head()
    start = time.perf_counter()
    verdict = await log.verify()
    assert verdict.ok
    rows.append({"work": "verify", "callers": 1, "per_second": verdict.size / (time.perf_counter() - start)})
    async with database.connection() as connection:
        size = await connection.fetchval(
            "select pg_total_relation_size('audit_event') + pg_total_relation_size('audit_touched')"
        )
    rows.append({"work": "bytes an event on disk, index included", "per_second": size / verdict.size})
    await vault.close()
    await database.close()
    return rows


def looked_up(log: AuditLog) -> Callable[[int], Awaitable[None]]:
    """Looks at the newest events of one patient after the other."""

    async def look(number: int) -> None:
        assert (await log.of_patient(f"patient-{number % PATIENTS}")).items

    return look


async def all_rows() -> list[Row]:
    """Start a database of our own, measure, stop it."""
    with tempfile.TemporaryDirectory(dir="/var/tmp", prefix="verbund-bench-") as folder:
        cluster = await Cluster.start(Path(folder) / "postgres")
        try:
            data = (cluster.home / "data").resolve()
            return await measure(await cluster.ensure("bench"), Path(folder) / "heads.jsonl", data)
        finally:
            await cluster.stop()


def run() -> list[Row]:
    """What `make bench` calls."""
    return uvloop.run(all_rows())
