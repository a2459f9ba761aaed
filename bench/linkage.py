"""Linkage: encoding at the site, enrolment in batches and one by one at the trust centre, up to a hundred thousand."""

import asyncio
import random
import tempfile
import time
from pathlib import Path

import uvloop

from verbund import linkage
from verbund.crypto import NodeKeys
from verbund.database import Cluster, Database, migrate
from verbund.linkage import Demographics, Encoding, TrustCentre, encode

KEY = bytes(32)
PEOPLE = 100_000
Row = dict[str, object]


def people(count: int) -> list[Demographics]:
    """Invented people, the more frequent syllables first, born over ninety years."""
    chosen = random.Random(7)  # noqa: S311 - a fixed population
    syllables = "mül ler schmidt schnei der fi scher we ber mey er wag ner be cker schulz hoff mann koch bau".split()  # noqa: SIM905 - words read better

    def name() -> str:
        return "".join(chosen.choices(syllables, k=chosen.randint(2, 3))).title()

    return [
        Demographics(
            name(),
            name(),
            f"{chosen.randint(1935, 2025)}-{chosen.randint(1, 12):02}-{chosen.randint(1, 28):02}",
            chosen.choice(["male", "female"]),
        )
        for _ in range(count)
    ]


async def measure(url: str) -> list[Row]:
    """All rows of the table."""
    rows: list[Row] = []
    start = time.perf_counter()
    encodings = [encode(person, KEY) for person in people(PEOPLE)]
    rows.append({"work": "encode", "enrolled": 0, "per_second": PEOPLE / (time.perf_counter() - start)})
    database = await Database.connect(url)
    await migrate(database, [linkage.MIGRATIONS])
    centre = await TrustCentre.open(database, NodeKeys.generate())
    for first in range(0, PEOPLE, PEOPLE // 4):
        batch = [(str(at), encodings[at]) for at in range(first, first + PEOPLE // 4)]
        start = time.perf_counter()
        await centre.enrol_many("praxis", batch)
        rate = len(batch) / (time.perf_counter() - start)
        rows.append({"work": "enrol in batches", "enrolled": first + len(batch), "per_second": rate})
    rows.append(await one_by_one(centre, encodings[:1_000]))
    rows.append(await all_at_once(centre, encodings[:1_000]))
    await database.close()
    return rows


async def one_by_one(centre: TrustCentre, encodings: list[Encoding]) -> Row:
    """The same patients at another house, each when the patient comes."""
    took = []
    for at, encoding in enumerate(encodings):
        start = time.perf_counter()
        await centre.enrol("reha", str(at), encoding)
        took.append(time.perf_counter() - start)
    slow = sorted(took)[int(len(took) * 0.95)] * 1_000
    return {"work": "enrol one by one", "enrolled": PEOPLE, "per_second": len(took) / sum(took), "p95_ms": slow}


async def all_at_once(centre: TrustCentre, encodings: list[Encoding]) -> Row:
    """Sixteen houses at the same time."""
    start = time.perf_counter()
    count = len(encodings) // 16
    await asyncio.gather(
        *(enrol_all(centre, f"site-{site}", encodings[site * count : (site + 1) * count]) for site in range(16))
    )
    rate = count * 16 / (time.perf_counter() - start)
    return {"work": "enrol by 16 houses at once", "enrolled": PEOPLE, "per_second": rate}


async def enrol_all(centre: TrustCentre, site: str, encodings: list[Encoding]) -> None:
    """One house after its own order."""
    for at, encoding in enumerate(encodings):
        await centre.enrol(site, str(at), encoding)


async def all_rows() -> list[Row]:
    """Start a database of our own, measure, stop it."""
    with tempfile.TemporaryDirectory(dir="/var/tmp", prefix="verbund-bench-") as folder:
        cluster = await Cluster.start(Path(folder) / "postgres")
        try:
            return await measure(await cluster.ensure("bench"))
        finally:
            await cluster.stop()


def run() -> list[Row]:
    """What `make bench` calls."""
    return uvloop.run(all_rows())
