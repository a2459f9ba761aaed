"""The store alone, without HTTP: bulk load, creates, reads and searches on a durable embedded server.

Data: the Synthea bundles of the test data (VERBUND_TEST_DATA), or generated resources where there are none. Limits are
those of the issue on the node, which count HTTP, authorisation and audit as well.
"""

import asyncio
import bz2
import os
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qsl

from verbund import audit
from verbund.crypto import NodeKeys
from verbund.database import Cluster, Database, migrate
from verbund.fhir import parse_bundle, parse_search
from verbund.store import EVERYTHING, MIGRATIONS, Store, Stored, Unit, Write

PATIENTS = int(os.environ.get("VERBUND_BENCH_PATIENTS", "60"))
SECONDS = 3.0
BUNDLE = 100

Row = dict[str, object]
Task = Callable[[int], Awaitable[object]]


def _folder() -> Path:
    return Path(os.environ.get("VERBUND_TEST_DATA", Path(__file__).parents[2] / "shared" / "data")) / "synthea"


def _bundles() -> Iterator[tuple[Write, ...]]:
    """Transaction bundles as units: houses and people first, then patients."""
    files = sorted(_folder().glob("*.json.bz2"), key=lambda path: (not path.name.startswith("0-"), path.name))
    for path in files[: PATIENTS + 2]:
        writes = []
        for entry in parse_bundle(bz2.decompress(path.read_bytes())).in_order():
            kind = (entry.url or "").partition("?")[0].partition("/")[0]
            condition = entry.if_none_exist and parse_search(kind, parse_qsl(entry.if_none_exist))
            writes.append(
                Write("create", kind, raw=entry.resource_raw, full_url=entry.full_url, if_none_exist=condition or None)
            )
        yield tuple(writes)


async def _rate(task: Task, clients: int) -> tuple[float, float, float]:
    """Calls a second, and the median and 99th percentile of their times in milliseconds."""
    times: list[float] = []
    end = time.perf_counter() + SECONDS

    async def client(number: int) -> None:
        turn = number
        while (start := time.perf_counter()) < end:
            await task(turn)
            times.append(time.perf_counter() - start)
            turn += clients

    started = time.perf_counter()
    await asyncio.gather(*(client(number) for number in range(clients)))
    taken = time.perf_counter() - started
    times.sort()
    return len(times) / taken, times[len(times) // 2] * 1e3, times[int(len(times) * 0.99)] * 1e3


def _row(name: str, value: float, unit: str, limit: float | None = None) -> Row:
    return {"name": name, "value": round(value, 2), "unit": unit, "limit": limit}


async def _timed(name: str, task: Task, clients: int, limit: float | None) -> list[Row]:
    rate, median, worst = await _rate(task, clients)
    label = f"{name}, {clients} clients" if clients > 1 else f"{name}, alone"
    return [
        _row(label, rate, "1/s", limit),
        _row(f"{label}: median", median, "ms"),
        _row(f"{label}: 99th percentile", worst, "ms"),
    ]


async def _load(store: Store, units: Sequence[tuple[Write, ...]]) -> list[Row]:
    rows = []
    for name in ("load", "load again, nothing new"):
        wall, processor = time.perf_counter(), time.process_time()
        report = await store.load(units)
        count = report.created + report.unchanged + report.found
        rows.append(_row(name, count / (time.perf_counter() - wall), "resources/s", 10_000 if name == "load" else None))
        rows.append(_row(f"{name}: our processor time", (time.process_time() - processor) / count * 1e6, "µs/resource"))
    return rows


async def _sizes(database: Database) -> list[Row]:
    tables = ["resource", "fact", "date_value", "quantity_value"]
    async with database.connection() as connection:
        sizes = [await connection.fetchval("select pg_total_relation_size($1::text::regclass)", one) for one in tables]
        size, count = sum(sizes), await connection.fetchval("select count(*) from resource")
    return [_row("disk, index included", float(size) / count, "bytes/resource", 1_100)]


async def _searches(store: Store, patients: Sequence[str]) -> list[Row]:
    loinc = "http://loinc.org|"

    def asked(kind: str, text: Callable[[int], str], total: str = "") -> Task:
        async def task(turn: int) -> object:
            query = parse_search(kind, parse_qsl(text(turn) + total))
            return await store.search(query, within=EVERYTHING)

        return task

    def patient(turn: int) -> str:
        return patients[turn % len(patients)]

    cases: list[tuple[str, Task, float | None]] = [
        ("search code, newest 50", asked("Observation", lambda _: f"code={loinc}8302-2&_sort=-date"), 3_500),
        ("search code and date", asked("Observation", lambda _: f"code={loinc}8302-2&date=ge2015"), 3_500),
        ("search patient and code", asked("Observation", lambda n: f"patient={patient(n)}&code={loinc}8302-2"), 3_500),
        ("search patient, newest 50", asked("Observation", lambda n: f"patient={patient(n)}&_sort=-date"), 3_500),
        ("search by name", asked("Patient", lambda n: f"name={'abcdefghijklm'[n % 13]}"), None),
        ("count of a code", asked("Observation", lambda _: f"code={loinc}8302-2&_summary=count"), None),
        (
            "search with _include",
            asked("Observation", lambda n: f"patient={patient(n)}&_include=Observation:encounter"),
            None,
        ),
    ]
    rows: list[Row] = []
    for name, task, limit in cases:
        rows += await _timed(name, task, 16, limit)
    return rows


async def _single(store: Store, created: bytes, sample: Sequence[Stored]) -> list[Row]:
    """Single creates, of a patient with a data key of its own and of an observation, bundles, and reads."""

    async def patient(_: int) -> object:
        return await store.commit(Unit((Write("create", "Patient", raw=created),)))

    async def observation(turn: int) -> object:
        write = Write("create", "Observation", raw=sample[turn % len(sample)].body)
        return await store.commit(Unit((write,)))

    async def bundle(turn: int) -> object:
        bodies = [sample[(turn * BUNDLE + place) % len(sample)].body for place in range(BUNDLE)]
        return await store.commit(Unit(tuple(Write("create", "Observation", raw=body) for body in bodies)))

    async def read(turn: int) -> object:
        return await store.read("Observation", sample[turn % len(sample)].id)

    return [
        *await _timed("create of a patient, durable", patient, 32, None),
        *await _timed("create, durable", observation, 1, None),
        *await _timed("create, durable", observation, 32, 4_500),
        *await _timed(f"transaction of {BUNDLE}", bundle, 4, 10_000 / BUNDLE),
        *await _timed("read", read, 1, None),
        *await _timed("read", read, 16, 12_000),
    ]


async def _audited(database: Database, store: Store, keys: NodeKeys, sample: Sequence[Stored]) -> list[Row]:
    """The same with an audit event that is on disk before the answer."""
    log = await audit.AuditLog.open(database, store.vault, keys)
    agent = audit.Agent("weber", "Dr. Anna Weber", "physician", "praxis", "Praxis Weber")

    def event(turn: int) -> audit.Event:
        patient = f"patient-{turn % 500}"
        return audit.Event("read", "R", datetime.now(UTC), agent, "TREAT", patient, (f"Observation/{turn}",))

    async def create(turn: int) -> object:
        write = Write("create", "Observation", raw=sample[turn % len(sample)].body)
        return await store.commit(Unit((write,), (log.companion(event(turn)),)))

    async def read(turn: int) -> object:
        found = await store.read("Observation", sample[turn % len(sample)].id)
        await log.record(event(turn))
        return found

    return [
        *await _timed("create with its audit event", create, 32, 4_500),
        *await _timed("read, audit event durable", read, 16, 7_000),
    ]


async def _measure(directory: Path) -> list[Row]:
    started = time.perf_counter()
    cluster = await Cluster.start(directory)
    rows = [_row("first start of the server", (time.perf_counter() - started) * 1e3, "ms", 2_000)]
    await cluster.stop()
    started = time.perf_counter()
    cluster = await Cluster.start(directory)
    rows.append(_row("second start of the server", (time.perf_counter() - started) * 1e3, "ms", 1_000))
    database = await Database.connect(await cluster.ensure("bench"))
    await migrate(database, [MIGRATIONS, audit.MIGRATIONS])
    keys = NodeKeys.generate()
    store = await Store.open(database, keys, classify=lambda _: 1)
    units = list(_bundles())
    rows += await _load(store, units)
    rows += await _sizes(database)
    patients = [
        one.id for one in (await store.search(parse_search("Patient", [("_count", "1000")]), within=EVERYTHING)).matches
    ]
    sample = (await store.search(parse_search("Observation", [("_count", "1000")]), within=EVERYTHING)).matches
    created = next(write.raw for unit in reversed(units) for write in unit if write.type == "Patient")
    rows += await _single(store, created or b"", sample)
    rows += await _audited(database, store, keys, sample)
    rows += await _searches(store, patients)
    await store.close()
    await database.close()
    await cluster.stop()
    return rows


def run() -> list[Row]:
    """Name, value, unit, and limit of each figure; nothing without the test data."""
    if not _folder().is_dir():
        return []
    with tempfile.TemporaryDirectory(prefix="verbund-bench-", ignore_cleanup_errors=True) as base:
        Path(base).chmod(0o755)
        rows = asyncio.run(_measure(Path(base) / "postgres"))
        asyncio.run(Cluster.erase(Path(base) / "postgres"))
        return rows
