"""Searches over many resources: what each shape costs in the database and in Python, and what enforcement adds.

The data are invented: patients with encounters, laboratory results and diagnoses, and the consents that release them.
`VERBUND_BENCH_ROWS` says how many (300,000 if it does not); with `VERBUND_BENCH_KEEP` a folder they are kept there for
the next time. Times are of the median request; `processor_ms` is the time that our own process worked for it, and
`database_ms` that of the database, both on average: they hold on a machine that others use as well.
"""

import asyncio
import os
import random
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import chain
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import msgspec

from bench.access import consents
from verbund import consent, store
from verbund.consent import ActorRef, Purpose, Question
from verbund.consent.index import MIGRATIONS, ConsentIndex, for_research
from verbund.consent.projecting import House
from verbund.crypto import NodeKeys
from verbund.database import Cluster, Database, migrate
from verbund.errors import VerbundError
from verbund.fhir import parse_search
from verbund.store import EVERYTHING, RowFilter, Store, Vault, Write

ROWS = int(os.environ.get("VERBUND_BENCH_ROWS", "300000"))
KEEP = os.environ.get("VERBUND_BENCH_KEEP")
A_PATIENT = 100
PRACTITIONERS = 200
LOINC = "http://loinc.org"
CATEGORIES = "http://terminology.hl7.org/CodeSystem/observation-category"
SECONDS = 2.0
TURNS = 8
START = datetime(2015, 1, 1, tzinfo=UTC)
# How often each code occurs falls with its number, as it does in a laboratory.
CODES = tuple(f"{number}-{number % 10}" for number in range(1_000, 1_120))

Row = dict[str, object]
Json = dict[str, Any]
Task = Callable[[int], Awaitable[object]]


def record(chance: random.Random, patient: str) -> Iterator[Json]:
    """One patient's resources."""
    gender = chance.choice(["male", "female"])
    born = (datetime(1930, 1, 1, tzinfo=UTC) + timedelta(days=chance.randrange(30_000))).date().isoformat()
    name = [{"family": f"{chance.choice('ABCDEFGHIKLM')}familie{chance.randrange(2_000)}", "given": ["Erika"]}]
    yield {"resourceType": "Patient", "id": patient, "gender": gender, "birthDate": born, "name": name}
    subject = {"reference": f"Patient/{patient}"}
    for number in range(A_PATIENT):
        day = START + timedelta(days=chance.randrange(3_600), minutes=chance.randrange(1_440))
        moment = day.isoformat().replace("+00:00", "Z")
        one: Json = {"id": f"{patient}-{number}", "subject": subject}
        doctor = {"reference": f"Practitioner/d{chance.randrange(PRACTITIONERS)}"}
        if number < 8:
            kind = {"code": "IMP" if number < 2 else "AMB"}
            yield {"resourceType": "Encounter", **one, "status": "finished", "class": kind, "period": {"start": moment}}
        elif number < 14:
            code = chance.choice(["I10.90", "E11.90", "F32.1", "M54.5", "J06.9"])
            icd = {"coding": [{"system": "http://fhir.de/CodeSystem/bfarm/icd-10-gm", "code": code}]}
            yield {"resourceType": "Condition", **one, "code": icd, "recordedDate": moment}
        else:
            code = CODES[int(len(CODES) * chance.random() ** 3)]
            value = {"value": round(chance.uniform(5, 15), 1), "system": "http://unitsofmeasure.org", "code": "g/dL"}
            yield {
                "resourceType": "Observation",
                **one,
                "status": "final",
                "category": [
                    {"coding": [{"system": CATEGORIES, "code": "laboratory" if number % 5 else "vital-signs"}]}
                ],
                "code": {"coding": [{"system": LOINC, "code": code}]},
                "effectiveDateTime": moment,
                "encounter": {"reference": f"Encounter/{patient}-{number % 8}"},
                "performer": [doctor],
                "valueQuantity": value,
            }


def everything() -> Iterator[tuple[Write, ...]]:
    """All resources as units, one a patient."""
    chance = random.Random(7)  # noqa: S311 - invented data
    doctors = [{"resourceType": "Practitioner", "id": f"d{n}"} for n in range(PRACTITIONERS)]
    records = (_with_consents(chance, f"p{n}") for n in range(ROWS // (A_PATIENT + 1)))
    for group in chain([doctors], records):
        yield tuple(Write("update", one["resourceType"], one["id"], msgspec.json.encode(one)) for one in group)


def _with_consents(chance: random.Random, patient: str) -> list[Json]:
    return [*record(chance, patient), *consents(chance, patient)]


# What is asked, with the limit of the issue in milliseconds: the median of one request after another. `{p}` stands for
# a patient's number, `{c}` for a code's.
SEARCHES: tuple[tuple[str, str, float | None], ...] = (
    ("token", "Observation?code={L}|{c}", 4),
    ("token and date", "Observation?code={L}|{c}&date=ge2020&date=lt2021", 4),
    ("patient and code", "Observation?patient=Patient/p{p}&code={L}|{c}", 4),
    ("code by date", "Observation?code={L}|{c}&_sort=-date", 4),
    ("patient by date", "Observation?patient=Patient/p{p}&_sort=-date", 4),
    ("category by date", "Observation?category=laboratory&_sort=-date", 4),
    ("chained to the patient, name", "Observation?subject:Patient.name=Afamilie{p}", 8),
    ("chained to the patient, gender", "Observation?code={L}|{c}&patient.gender=female", 8),
    ("chained to the encounter", "Observation?encounter.class=IMP&code={L}|{c}", 8),
    ("_has", "Patient?_has:Observation:patient:code={c}", 8),
    ("_has, with the system", "Patient?_has:Observation:patient:code={L}|{c}", 8),
    ("_has and gender", "Patient?_has:Condition:patient:code=E11.90&gender=female", 8),
    ("_include", "Observation?code={L}|{c}&_include=Observation:patient&_include=Observation:encounter", 8),
    ("_revinclude", "Patient?_id=p{p}&_revinclude=Observation:patient", 8),
    ("sorted by a token, of a patient", "Observation?patient=Patient/p{p}&_sort=code,-date", None),
    ("total of a code", "Observation?code={L}|{c}&_summary=count", 10),
    ("total of code and date", "Observation?code={L}|{c}&date=ge2020-01&date=lt2020-03&_summary=count", 2),
    ("total of two criteria", "Observation?category=laboratory&status=final&_summary=count", 300),
    ("total of a category", "Observation?category=laboratory&_summary=count", 300),
    ("total of a class and a status", "Encounter?class=AMB&status=finished&_summary=count", 300),
    ("all types, by the last change", "?_sort=-_lastUpdated", None),
    ("total of a chain", "Observation?code={L}|{c}&patient.gender=female&_summary=count", None),
)
# What two others needed for the like on the same machine, in milliseconds of processor time of server and database:
# Medplum 5.0.2 and SEKMET (issue 3).
PEERS = {
    "token": (6.8, 10.0),
    "token and date": (5.5, 138.0),
    "chained to the patient, name": (4.0, 10.0),
    "_include": (21.0, 444.0),
}
# What the filter may cost, times the same search without it.
ACROSS, COUNTED = 1.6, 2.0
FILTERED = ("token", "code by date", "category by date", "total of a code", "total of two criteria", "_has")


async def database_seconds(database: Database) -> float:
    """The processor time of the server's processes for us up to now."""
    async with database.connection() as connection:
        found = await connection.fetch("select pid from pg_stat_activity where backend_type = 'client backend'")
    return sum(_seconds(row["pid"]) for row in found)


def _seconds(process: int) -> float:
    """The processor time of a process (https://docs.kernel.org/scheduler/sched-stats.html), to the microsecond."""
    return int(Path(f"/proc/{process}/schedstat").read_text(encoding="utf-8").split()[0]) / 1e9


class _Sum:
    """What the searches of one kind have taken so far."""

    def __init__(self) -> None:
        self.chance = random.Random(5)  # noqa: S311 - invented cases
        self.times: list[float] = []
        self.processor = self.server = 0.0

    def row(self) -> Row:
        """The median, the slowest of a hundred, and the processor time of ours and of the server's for each."""
        worst, number = sorted(self.times)[int(len(self.times) * 0.99)], len(self.times)
        told = {"p50_ms": statistics.median(self.times), "p99_ms": worst}
        return {**told, "processor_ms": self.processor * 1e3 / number, "database_ms": self.server * 1e3 / number}


async def measured(database: Database, kept: Store, text: str, filters: Sequence[RowFilter]) -> list[Row]:
    """The same searches with each filter, in turns, so that what else the machine does falls on all of them alike."""
    sums = [_Sum() for _ in filters]
    try:
        for turn in range(TURNS + 1):
            for one, within in zip(sums, filters, strict=True):
                await _turn(database, kept, text, within, one)
            # The first finds caches and plans empty.
            sums = [_Sum() for _ in filters] if not turn else sums
    except VerbundError as error:
        return [{"outcome": type(error).__name__} for _ in filters]
    return [one.row() for one in sums]


async def _turn(database: Database, kept: Store, text: str, within: RowFilter, into: _Sum) -> None:
    server = await database_seconds(database)
    end, processor = time.perf_counter() + SECONDS / TURNS, time.process_time()
    while (begun := time.perf_counter()) < end:
        patient, code = into.chance.randrange(ROWS // (A_PATIENT + 1)), CODES[into.chance.randrange(len(CODES))]
        kind, _, rest = text.format(L=LOINC, p=patient, c=code).partition("?")
        await kept.search(parse_search(kind, parse_qsl(rest)), within=within)
        into.times.append((time.perf_counter() - begun) * 1e3)
    into.processor += time.process_time() - processor
    into.server += await database_seconds(database) - server


def _needed(row: Row) -> float:
    return float(str(row["processor_ms"])) + float(str(row["database_ms"]))


async def compared(database: Database, kept: Store, index: ConsentIndex, only: Sequence[str] = ()) -> list[Row]:
    """All rows of the table, those that are filtered with what the filter costs."""
    actor = ActorRef("weber", "physician", "praxis", "practice")
    now = datetime.now(UTC)
    across = await index.across_patients(Question(actor, "uniklinikum", Purpose.TREAT, "", now, "university-hospital"))
    rows: list[Row] = []
    for name, text, limit in SEARCHES:
        if only and name not in only:
            continue
        filters = {"none": EVERYTHING}
        if name in FILTERED:
            filters |= {"released": across, "research": for_research(now)}
        bare, *others = await measured(database, kept, text, list(filters.values()))
        peers = dict(zip(("medplum_processor_ms", "sekmet_processor_ms"), PEERS.get(name, ()), strict=False))
        rows.append({"work": name, "filter": "none", **bare, "limit_ms": limit, **peers})
        for filtered, row in zip(list(filters)[1:], others, strict=True):
            if "p50_ms" in row:
                row |= {"times": _needed(row) / _needed(bare), "limit": COUNTED if "total" in name else ACROSS}
            rows.append({"work": name, "filter": filtered, **row})
    return rows


async def _filled(database: Database, kept: Store) -> None:
    report = await kept.load(everything())
    assert not report.refused, report.refused[0].error
    await kept.maintain()
    async with database.connection() as connection:
        await connection.execute("set statement_timeout = 0")
        await connection.execute("vacuum analyze")
        await connection.execute("reset statement_timeout")


async def measure(folder: Path, only: Sequence[str] = ()) -> list[Row]:
    """Start the database in a folder, fill it if it is empty, and measure."""
    cluster = await Cluster.start(folder / "postgres")
    try:
        database = await Database.connect(await cluster.ensure("bench"), size=4)
        await migrate(database, [store.MIGRATIONS, MIGRATIONS])
        if not (folder / "keys").exists():
            NodeKeys.generate().save(folder / "keys")
        keys = NodeKeys.load(folder / "keys")
        vault = Vault(database, keys)
        index = ConsentIndex(database, vault, keys, House("uniklinikum", "university-hospital"))
        kept = await Store.open(database, keys, classify=consent.classify, projections=(index,), vault=vault)
        if not await kept.counts():
            await _filled(database, kept)
        rows = await compared(database, kept, index, only)
        await kept.close()
        await vault.close()
        await database.close()
        return rows
    finally:
        await cluster.stop()


def run() -> list[Row]:
    """What `make bench` calls."""
    if KEEP is not None:
        Path(KEEP).mkdir(exist_ok=True)
        return asyncio.run(measure(Path(KEEP)))
    with tempfile.TemporaryDirectory(dir="/var/tmp", prefix="verbund-bench-") as folder:
        Path(folder).chmod(0o755)
        return asyncio.run(measure(Path(folder)))
