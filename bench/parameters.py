"""Search parameters added while a node serves: how long it takes to index what is there, and what is noticed.

Invented resources (`VERBUND_BENCH_ROWS` says how many; 100,000 if it does not). Clients read and search without a
pause, in the process that also indexes: first for themselves, then while a parameter is indexed that every observation
has, or one in a thousand. `speed` is their rate meanwhile against their rate before and after; `for_a_million_seconds`
is the time a row, multiplied. The limits are 180 s and 0.7.
"""

import asyncio
import os
import random
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from verbund import store
from verbund.crypto import NodeKeys
from verbund.database import Cluster, Database, migrate
from verbund.fhir import Resource, parse_search
from verbund.store import EVERYTHING, Store, Unit, Write
from verbund.store.chunks import Chunk

ROWS = int(os.environ.get("VERBUND_BENCH_ROWS", "100000"))
CLIENTS = 8
SECONDS = 6.0
LIMIT_SECONDS = 180
LIMIT_SPEED = 0.7
LINES = 500

Row = dict[str, object]
Json = dict[str, Any]
PARAMETERS = (
    ("issued, a date of every resource", "date", "Observation.issued"),
    ("body site, a token of every resource", "token", "Observation.bodySite"),
    ("device, a reference of one in a thousand", "reference", "Observation.device"),
)


def no_category(_: Resource) -> int:
    """Nothing is classified here."""
    return 0


def observation(number: int, chance: random.Random) -> Json:
    """A laboratory result of usual size."""
    rare = {"device": {"reference": f"Device/{number % 7}"}} if number % 1000 == 0 else {}
    return {
        "resourceType": "Observation",
        "id": f"o{number}",
        "status": "final",
        "category": [{"coding": [{"system": "http://example.org/category", "code": "laboratory"}]}],
        "code": {"coding": [{"system": "http://loinc.org", "code": f"{number % 120}-{number % 10}"}], "text": "Wert"},
        "subject": {"reference": f"Patient/p{number // 200}"},
        "effectiveDateTime": f"20{10 + number % 15}-0{1 + number % 9}-1{number % 10}T08:30:00+01:00",
        "issued": f"20{10 + number % 15}-0{1 + number % 9}-1{number % 10}T09:30:00.000+01:00",
        "bodySite": {"coding": [{"system": "http://snomed.info/sct", "code": f"{368209000 + number % 50}"}]},
        "valueQuantity": {"value": round(chance.uniform(5, 15), 1), "unit": "g/dL", "code": "g/dL"},
        **rare,
    }


def chunks() -> Iterator[Chunk]:
    """All resources, as the lines of a file."""
    chance = random.Random(3)  # noqa: S311 - invented data
    for first in range(0, ROWS, LINES):
        yield Chunk([msgspec.json.encode(observation(n, chance)) for n in range(first, min(first + LINES, ROWS))])


def definition(kind: str, expression: str) -> Json:
    """The SearchParameter."""
    code = f"added-{kind}"
    return {
        "resourceType": "SearchParameter",
        "id": code,
        "url": f"https://example.org/{code}",
        "name": code,
        "status": "active",
        "description": code,
        "code": code,
        "base": ["Observation"],
        "type": kind,
        "expression": expression,
    }


class Clients:
    """Read and search without a pause, until they are told to stop."""

    def __init__(self, kept: Store) -> None:
        self._kept = kept
        self._ending = False
        self.done = 0

    async def run(self, number: int) -> None:
        """One client: nine reads to each search."""
        chance = random.Random(number)  # noqa: S311 - invented cases
        while not self._ending:
            if self.done % 10 == 0:
                pairs = [("patient", f"Patient/p{chance.randrange(ROWS // 200)}"), ("_count", "20")]
                await self._kept.search(parse_search("Observation", pairs), within=EVERYTHING)
            else:
                await self._kept.read("Observation", f"o{chance.randrange(ROWS)}")
            self.done += 1

    async def rate(self, seconds: float) -> float:
        """How many they answer a second, over so many seconds from now."""
        before, begun = self.done, time.perf_counter()
        await asyncio.sleep(seconds)
        return (self.done - before) / (time.perf_counter() - begun)

    def stop(self) -> None:
        """Let them end."""
        self._ending = True


async def indexed(kept: Store, title: str, kind: str, expression: str) -> Row:
    """The row of one parameter."""
    clients = Clients(kept)
    tasks = [asyncio.create_task(clients.run(number)) for number in range(CLIENTS)]
    await asyncio.sleep(1)
    before = await clients.rate(SECONDS)
    raw = msgspec.json.encode(definition(kind, expression))
    await kept.commit(Unit((Write("update", "SearchParameter", f"added-{kind}", raw),)))
    done, begun = clients.done, time.perf_counter()
    await kept.grow()
    seconds = time.perf_counter() - begun
    meanwhile = (clients.done - done) / seconds
    after = await clients.rate(SECONDS)
    clients.stop()
    await asyncio.gather(*tasks)
    begun, processor = time.perf_counter(), time.process_time()
    alone = msgspec.json.encode({**definition(kind, expression), "expression": f"({expression})"})
    await kept.commit(Unit((Write("update", "SearchParameter", f"added-{kind}", alone),)))
    await kept.grow(share=1.0)
    return {
        "parameter": title,
        "rows": ROWS,
        "seconds": seconds,
        "for_a_million_seconds": seconds / ROWS * 1e6,
        "limit_seconds": LIMIT_SECONDS,
        "requests_before": round(before),
        "requests_meanwhile": round(meanwhile),
        "requests_after": round(after),
        "speed": meanwhile / max(before, after),
        "limit_speed": LIMIT_SPEED,
        "alone_seconds": time.perf_counter() - begun,
        "alone_processor_us_a_row": (time.process_time() - processor) / ROWS * 1e6,
    }


async def measure(folder: Path) -> list[Row]:
    """Load, then one parameter after the other."""
    cluster = await Cluster.start(folder / "postgres")
    try:
        database = await Database.connect(await cluster.ensure("parameters"))
        await migrate(database, [store.MIGRATIONS])
        kept = await Store.open(database, NodeKeys.generate(), classify=no_category)
        await kept.load(chunks())
        rows = [await indexed(kept, *one) for one in PARAMETERS]
        await kept.close()
        await database.close()
    finally:
        await cluster.stop()
    return rows


def run() -> list[Row]:
    """All parameters, in a folder that goes afterwards."""
    with tempfile.TemporaryDirectory(prefix="verbund-parameters-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        try:
            return asyncio.run(measure(Path(folder)))
        finally:
            asyncio.run(Cluster.erase(Path(folder) / "postgres"))
