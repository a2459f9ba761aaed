"""Terminology: loading a catalogue of 100,000 concepts, and the operations on it, beside one bare SELECT by key.

`cpu_us` is the processor time of this process; the database's is not in it.
"""

import random
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import uvloop

from verbund.database import Cluster, Database, migrate
from verbund.fhir import parse_search
from verbund.terminology import MIGRATIONS, Coding, Concept, Designation, Head, Property, Terminology, Wish
from verbund.terminology.model import Filter, Include, ValueSet

CONCEPTS = 100_000
ROUNDS = 500
URL = "https://example.org/large"
WORDS = [
    f"{stem}{ending}" for stem in ("lung", "heart", "kidney", "liver", "bone", "skin", "nerve") for ending in range(20)
]
GENDER = "http://hl7.org/fhir/ValueSet/administrative-gender"
Row = dict[str, object]
Work = Callable[[], Awaitable[object]]


def concepts(number: int = CONCEPTS) -> Iterator[Concept]:
    """A hierarchy nine deep, every tenth concept with two parents, each with words, a German text and a property."""
    chance = random.Random(1)  # noqa: S311 - the same each time
    for place in range(number):
        parents = () if place == 0 else (f"C{(place - 1) // 4}",)
        if place > 10 and place % 10 == 0:
            parents = (*parents, f"C{chance.randrange(place // 2)}")
        text = " ".join(chance.choices(WORDS, k=5))
        yield Concept(
            code=f"C{place}",
            display=f"{text} {place}",
            parents=tuple(dict.fromkeys(parents)),
            designations=(Designation(f"{text} auf Deutsch", "de"),),
            properties=(Property("kind", chance.choice("abcdef"), "code"),),
        )


async def timed(name: str, work: Work, rounds: int = ROUNDS) -> Row:
    """Median and 99th percentile of one operation after another."""
    await work()
    times = []
    before = time.process_time()
    for _ in range(rounds):
        started = time.perf_counter()
        await work()
        times.append((time.perf_counter() - started) * 1000)
    cpu = (time.process_time() - before) / rounds * 1e6
    times.sort()
    return {"work": name, "p50_ms": times[rounds // 2], "p99_ms": times[rounds * 99 // 100], "cpu_us": cpu}


async def measured(database: Database) -> list[Row]:
    """All rows of the table."""
    await migrate(database, [MIGRATIONS])
    terms = await Terminology.open(database)
    started = time.perf_counter()
    await terms.add(Head(URL, version="1", title="Large"), concepts())
    seconds = time.perf_counter() - started
    rows: list[Row] = [{"work": f"load {CONCEPTS:,} concepts", "seconds": seconds, "per_second": CONCEPTS / seconds}]
    chance = random.Random(2)  # noqa: S311 - the same each time
    below = ValueSet("", includes=(Include(URL, filters=(Filter("concept", "is-a", "C3"),)),))
    whole = ValueSet("", includes=(Include(URL),))

    def code() -> str:
        return f"C{chance.randrange(CONCEPTS)}"

    async def bare() -> object:
        async with database.connection() as connection:
            return await connection.fetchrow(
                "select code from terminology_concept where system = 1 and key = $1", code()
            )

    query = parse_search("Condition", [("code:below", f"{URL}|C300")])
    rows += [
        await timed("bare SELECT by key (limit)", bare),
        await timed("$lookup", lambda: terms.lookup(URL, code())),
        await timed(
            "$validate-code, value set by hierarchy", lambda: terms.validate_code(below, [Coding(URL, code())])
        ),
        await timed("$validate-code, FHIR's own", lambda: terms.validate_code(GENDER, [Coding(None, "male")])),
        await timed("$subsumes", lambda: terms.subsumes(URL, code(), code())),
        await timed("$expand, one word, 20 of all", lambda: terms.expand(whole, Wish(filter="lung1", count=20)), 50),
        await timed("$expand, two words, 20", lambda: terms.expand(whole, Wish(filter="lun 777", count=20)), 50),
        await timed("$expand, word below a concept, 20", lambda: terms.expand(below, Wish(filter="kid", count=20)), 50),
        await timed("rewrite :below to its codes", lambda: terms.rewritten(query), 50),
    ]
    await terms.settled(lambda at_hand: at_hand.subsumes(URL, "C3", "C9"))
    before = time.process_time()
    for _ in range(100_000):
        terms.terms.subsumes(URL, "C3", "C999")
    rows.append({"work": "membership in memory", "cpu_us": (time.process_time() - before) * 10})
    return rows


async def _run() -> list[Row]:
    with tempfile.TemporaryDirectory(prefix="verbund-bench-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)  # noqa: ASYNC240 - at the start, once
        cluster = await Cluster.start(Path(folder) / "postgres")
        try:
            database = await Database.connect(cluster.url("postgres"))
            rows = await measured(database)
            await database.close()
        finally:
            await cluster.stop()
            await Cluster.erase(Path(folder) / "postgres")
        return rows


def run() -> list[Row]:
    """Measure on a server of our own."""
    return uvloop.run(_run())
