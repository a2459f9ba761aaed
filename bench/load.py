"""Import and export of NDJSON: rate, processor time by part and by stage, memory, bytes on disk.

The store is a node's, with R4's invariants asked for. Data: the Synthea bundles of the test data (VERBUND_TEST_DATA),
loaded once and streamed out as NDJSON, which is then loaded into an empty database. Where others work on the same
machine, processor time tells more than the clock: `two cores, by processor time` is the rate at which two idle ones
would be busy.
"""

import asyncio
import os
import resource
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from itertools import islice
from pathlib import Path

from msgspec import json

from verbund.config import NodeConfig
from verbund.consent import classify
from verbund.crypto import NodeKeys
from verbund.database import Cluster, Database
from verbund.fhir import decode, index
from verbund.node.assembly import opened
from verbund.ops.loading import CHUNK, _Reading
from verbund.store import EVERYTHING, Chunk, Store
from verbund.store.bulk import Analyst, Plan
from verbund.store.chunks import Analysis, Order
from verbund.store.rewriting import compact

TABLES = ("resource", "fact", "date_value", "quantity_value", "dictionary", "data_key", "unit")
SAMPLE_EVERY = 9
ROUNDS = 4

Row = dict[str, object]


def _row(name: str, value: float, unit: str, limit: float | None = None) -> Row:
    return {"name": name, "value": round(value, 1), "unit": unit, "limit": limit}


def _folder() -> Path:
    return Path(os.environ.get("VERBUND_TEST_DATA", Path(__file__).parents[2] / "shared" / "data")) / "synthea"


def _chunks(file: Path) -> Iterator[Chunk]:
    number = 1
    with file.open("rb") as lines:
        while some := list(islice(lines, CHUNK)):
            yield Chunk(some, file.name, "line", range(number, number + len(some)))
            number += len(some)


def _server_seconds() -> float:
    """Processor time of all PostgreSQL processes that there are now."""
    total = 0
    for file in Path("/proc").glob("[0-9]*/stat"):
        try:
            text = file.read_text(encoding="utf-8")
        except OSError:
            continue
        if "(postgres)" in text:
            fields = text.rsplit(")", 1)[1].split()
            total += int(fields[11]) + int(fields[12])
    return total / os.sysconf("SC_CLK_TCK")


def _children() -> tuple[float, int]:
    """Processor time of processes of ours that have ended, and the most memory that one of them had (kB)."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime, used.ru_maxrss


async def _loaded(name: str, store: Store, file: Path, target: float | None) -> list[Row]:
    wall, here, there, server = time.perf_counter(), time.process_time(), _children()[0], _server_seconds()
    report = await store.load(_chunks(file))
    count = report.created + report.unchanged
    wall = time.perf_counter() - wall
    parts = {
        "this process": time.process_time() - here,
        "processes that decode, index and seal": _children()[0] - there,
        "database": _server_seconds() - server,
    }
    rows = [_row(name, count / wall, "resources/s", target)]
    rows.append(_row(f"{name}: two cores, by processor time", 2 * count / sum(parts.values()), "resources/s", target))
    rows += [_row(f"{name}: {part}", seconds / count * 1e6, "µs/resource") for part, seconds in parts.items()]
    return rows


async def _exported(store: Store, file: Path) -> list[Row]:
    wall, here, server, count = time.perf_counter(), time.process_time(), _server_seconds(), 0
    with file.open("wb") as out:
        async for page in store.stream(within=EVERYTHING):
            for bodies in page.values():
                out.write(b"\n".join([*bodies, b""]))
                count += len(bodies)
    wall, here, server = time.perf_counter() - wall, time.process_time() - here, _server_seconds() - server
    return [
        _row("export", count / wall, "resources/s", 80_000),
        _row("export: two cores, by processor time", count / max(here, (here + server) / 2), "resources/s", 80_000),
        _row("export: this process", here / count * 1e6, "µs/resource"),
        _row("export: database", server / count * 1e6, "µs/resource"),
    ]


async def _sizes(database: Database) -> list[Row]:
    async with database.connection() as connection:
        count = await connection.fetchval("select count(*) from resource")
        sizes = {
            table: await connection.fetchval("select pg_total_relation_size($1::text::regclass)", table)
            for table in TABLES
        }
    rows = [_row("disk, index included", sum(sizes.values()) / count, "bytes/resource", 1_100)]
    return rows + [_row(f"disk: {table}", size / count, "bytes/resource") for table, size in sizes.items()]


def _timed(items: Sequence[bytes], work: Callable[[bytes], object]) -> float:
    started = time.process_time()
    for item in items:
        work(item)
    return (time.process_time() - started) / len(items) * 1e6


def _alone(lines: Sequence[bytes]) -> list[Row]:
    """Processor time of single stages: the best of several rounds in turn, so that what else runs hits all alike.

    The first is the measure: what it takes to parse the same bytes and no more.
    """
    works: dict[str, Callable[[bytes], object]] = {
        "stage: parse, and nothing else": json.Decoder().decode,
        "stage: take out white space": compact,
        "stage: decode and validate": decode,
        "stage: decode, validate, extract": lambda raw: index(decode(raw)),
        "stage: the same with invariants, not extracted": lambda raw: decode(raw, invariants=True),
    }
    best = dict.fromkeys(works, float("inf"))
    for _ in range(ROUNDS):
        for name, work in works.items():
            best[name] = min(best[name], _timed(lines, work))
    return [_row(name, microseconds, "µs/resource") for name, microseconds in best.items()]


def _stages(lines: Sequence[bytes], keys: NodeKeys) -> list[Row]:
    """Processor time a resource of what a worker does, on the same resources."""
    rows = _alone(lines)
    analyst = Analyst(Plan(keys.index, keys.master, classify, frozenset(), invariants=True))
    spent = [0.0, 0.0]
    for start in range(0, len(lines), CHUNK):
        before = time.process_time()
        found = analyst.analyse(start, Chunk(lines[start : start + CHUNK]))
        assert isinstance(found, Analysis)
        between = time.process_time()
        sealing = {patient or 0: bytes(32) for patient in found.patients}
        numbers = list(range(len(found.indexes)))
        analyst.pack(start, Order(numbers, numbers, 0, sealing))
        spent = [spent[0] + between - before, spent[1] + time.process_time() - between]
        analyst.drop(start)
    names = ("stage: all up to the index", "stage: compress, seal, lay out rows")
    return rows + [_row(name, s / len(lines) * 1e6, "µs/resource") for name, s in zip(names, spent, strict=True)]


@asynccontextmanager
async def _opened(cluster: Cluster, name: str, base: Path) -> AsyncIterator[tuple[Database, Store]]:
    """The store as a node has it: with R4's invariants, and with what follows certain types."""
    folder = base / name
    folder.mkdir()
    NodeKeys.generate().save(folder / "keys.json")
    config = NodeConfig(name=name, title=name, directory=folder, database=await cluster.ensure(name))
    async with opened(config) as node:
        yield node.database, node.store


async def _measure(base: Path) -> list[Row]:
    cluster = await Cluster.start(base / "postgres")
    try:
        async with _opened(cluster, "first", base) as (_, store):
            await store.load(_Reading([_folder()]).chunks())
            rows = await _exported(store, base / "synthea.ndjson")
        async with _opened(cluster, "second", base) as (database, store):
            rows += await _loaded("import", store, base / "synthea.ndjson", 18_000)
            rows += await _loaded("import again", store, base / "synthea.ndjson", None)
            rows += await _sizes(database)
    finally:
        await cluster.stop()
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    rows.append(_row("memory, this process", most / 1024, "MB", 600))
    rows.append(_row("memory, largest other process of ours", _children()[1] / 1024, "MB", 600))
    lines = (base / "synthea.ndjson").read_bytes().splitlines()[::SAMPLE_EVERY]
    return rows + _stages(lines, NodeKeys.generate())


def run() -> list[Row]:
    """Name, value, unit, and limit of each figure; nothing without the test data."""
    if not _folder().is_dir():
        return []
    with tempfile.TemporaryDirectory(prefix="verbund-bench-", ignore_cleanup_errors=True) as base:
        Path(base).chmod(0o755)
        rows = asyncio.run(_measure(Path(base)))
        asyncio.run(Cluster.erase(Path(base) / "postgres"))
        return rows
