"""What enforcement costs: the same requests with a filter and without, on one node's database.

`own` is the record of one patient, as the patient sees it; `released` what every patient's consents release to another
house; `research` what their consents to research permit. `times` is against the same request without a filter.
"""

import random
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import uvloop

from verbund import consent, store
from verbund.consent import ActorRef, CareConsent, DataCategory, Party, Provision, Purpose, Question, decide, to_fhir
from verbund.consent.index import MIGRATIONS, ConsentIndex, for_research
from verbund.consent.projecting import House
from verbund.crypto import NodeKeys
from verbund.database import Cluster, Database, migrate
from verbund.errors import Busy
from verbund.fhir import AllOf, Having, parse_search
from verbund.store import EVERYTHING, RowFilter, Store, Vault, Write, of_patient

PATIENTS = 2_000
FACTS = 40
ROUNDS = 400
COUNTS = 40
START = datetime(2024, 1, 1, tzinfo=UTC)
POLICIES = "2.16.840.1.113883.3.1937.777.24.5.3"
CODES = ("718-7", "2345-7", "2160-0", "4548-4")
Row = dict[str, object]
Json = dict[str, Any]


def facts(chance: random.Random, patient: str) -> list[Json]:
    """A patient with laboratory results and diagnoses over two years."""
    found: list[Json] = [{"resourceType": "Patient", "id": patient, "gender": chance.choice(["male", "female"])}]
    for number in range(FACTS):
        day = (START + timedelta(days=chance.randrange(700))).date().isoformat()
        subject = {"reference": f"Patient/{patient}"}
        identity = f"{patient}-{number}"
        if number % 4:
            code = {"coding": [{"system": "http://loinc.org", "code": chance.choice(CODES)}]}
            category = [
                {
                    "coding": [
                        {"system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "laboratory"}
                    ]
                }
            ]
            value = {"value": round(chance.uniform(5, 15), 1), "system": "http://unitsofmeasure.org", "code": "g/dL"}
            found.append(
                {
                    "resourceType": "Observation",
                    "id": identity,
                    "status": "final",
                    "category": category,
                    "code": code,
                    "subject": subject,
                    "effectiveDateTime": day,
                    "valueQuantity": value,
                }
            )
        else:
            icd = {
                "coding": [
                    {
                        "system": "http://fhir.de/CodeSystem/bfarm/icd-10-gm",
                        "code": chance.choice(["I10.90", "E11.90", "F32.1"]),
                    }
                ]
            }
            found.append(
                {"resourceType": "Condition", "id": identity, "code": icd, "subject": subject, "recordedDate": day}
            )
    return found


def consents(chance: random.Random, patient: str) -> list[Json]:
    """What the patient said: most release to the practice, some less the laboratory; four of five agree to research."""
    limits = (Provision(permit=False, categories=DataCategory.LABORATORY),) if chance.random() < 0.2 else ()
    permit = Provision(permit=True, recipients=(Party("praxis"), Party(kind="hospital")), exceptions=limits)
    said = (permit,) if chance.random() < 0.9 else ()
    care = to_fhir(CareConsent(f"{patient}-care", patient, START, Provision(permit=False, exceptions=said)))
    return [care, *([broad_consent(patient)] if chance.random() < 0.8 else [])]


def broad_consent(patient: str) -> Json:
    """An MII broad consent that opens the past."""
    period = {"start": "2024-06-01", "end": "2050-01-01"}
    codes = [{"coding": [{"system": f"urn:oid:{POLICIES}", "code": f"{POLICIES}.{number}"}]} for number in (6, 8, 45)]
    return {
        "resourceType": "Consent",
        "id": f"{patient}-research",
        "status": "active",
        "scope": {"coding": [{"code": "research"}]},
        "category": [{"text": "MII"}],
        "patient": {"reference": f"Patient/{patient}"},
        "dateTime": "2024-06-01",
        "policy": [{"uri": "urn:oid:2.16.840.1.113883.3.1937.777.24.2.1791"}],
        "provision": {"type": "deny", "provision": [{"type": "permit", "period": period, "code": codes}]},
    }


async def median_ms(rounds: int, act: Callable[[], Awaitable[object]]) -> float:
    """The median of one request after another, in milliseconds."""
    took = []
    for _ in range(rounds):
        begun = time.perf_counter()
        await act()
        took.append((time.perf_counter() - begun) * 1_000)
    return statistics.median(took[rounds // 10 :])


class Bench:
    """A filled store and the filters to ask it with."""

    def __init__(self, kept: Store, index: ConsentIndex) -> None:
        self.store, self.index = kept, index
        self.rows: list[Row] = []

    async def compared(
        self,
        work: str,
        rounds: int,
        filters: dict[str, Callable[[str], RowFilter]],
        act: Callable[[str, RowFilter], Awaitable[object]],
    ) -> None:
        """One row for each filter, the first being none."""
        bare = 0.0
        for name, make in {"none": lambda _: EVERYTHING, **filters}.items():
            chance = random.Random(11)  # noqa: S311 - invented cases

            async def once(make: Callable[[str], RowFilter] = make, chance: random.Random = chance) -> object:
                patient = f"p{chance.randrange(PATIENTS)}"
                return await act(patient, make(patient))

            try:
                took = await median_ms(rounds, once)
            except Busy:
                self.rows.append({"work": work, "filter": name, "p50_ms": "over the deadline"})
                continue
            bare = bare or took
            self.rows.append({"work": work, "filter": name, "p50_ms": took, "times": took / bare})

    def own(self, patient: str) -> RowFilter:
        return of_patient(self.store.patient_key(patient))

    async def measure(self) -> list[Row]:
        """All rows of the table."""
        actor = ActorRef("weber", "physician", "praxis", "practice")
        now = datetime.now(UTC)
        asked = Question(actor, "uniklinikum", Purpose.TREAT, "", now, "university-hospital")
        across = await self.index.across_patients(asked)
        studied = for_research(now)
        to_house: dict[str, Callable[[str], RowFilter]] = {"own": self.own, "released": lambda _: across}
        everybody: dict[str, Callable[[str], RowFilter]] = {"released": lambda _: across, "research": lambda _: studied}
        await self.compared("read by id", ROUNDS, {"own": self.own}, self.read)
        await self.compared("one patient's observations, by date", ROUNDS, to_house, self.of_patient)
        await self.compared("code, newest 50 of all patients", ROUNDS, {"released": lambda _: across}, self.by_code)
        await self.compared("accurate total of a code", COUNTS, everybody, self.total)
        await self.compared("cohort of two criteria", COUNTS, {"research": lambda _: studied}, self.cohort)
        await self.decisions(asked)
        return self.rows

    async def read(self, patient: str, within: RowFilter) -> object:
        return await self.store.read("Observation", f"{patient}-1", within=within)

    async def of_patient(self, patient: str, within: RowFilter) -> object:
        query = parse_search("Observation", [("patient", f"Patient/{patient}"), ("_sort", "-date"), ("_count", "50")])
        return await self.store.search(query, within=within)

    async def by_code(self, patient: str, within: RowFilter) -> object:
        code = CODES[int(patient[1:]) % len(CODES)]
        query = parse_search(
            "Observation", [("code", f"http://loinc.org|{code}"), ("_sort", "-date"), ("_count", "50")]
        )
        return await self.store.search(query, within=within)

    async def total(self, patient: str, within: RowFilter) -> object:
        code = CODES[int(patient[1:]) % len(CODES)]
        return await self.store.count(
            parse_search("Observation", [("code", f"http://loinc.org|{code}")]), within=within
        )

    async def cohort(self, _patient: str, within: RowFilter) -> object:
        anaemia = parse_search("Observation", [("code", "http://loinc.org|718-7"), ("value-quantity", "lt8")])
        diabetes = parse_search("Condition", [("code", "http://fhir.de/CodeSystem/bfarm/icd-10-gm|E11.90")])
        sets = AllOf(tuple(Having(query.type, query.filters) for query in (anaemia, diabetes)))
        return await self.store.count_patients(sets, within=within)

    async def decisions(self, asked: Question) -> None:
        """One decision from the consents of a patient, and the writing of a consent with its tables."""
        key = self.store.patient_key("p1")
        stated = (await self.index.of_patient(key)).care
        question = replace(asked, patient_id="p1")
        begun = time.perf_counter()
        for _ in range(2_000):
            decide(question, stated, emergency_allowed=True)
        self.rows.append({"work": "decide()", "filter": "", "p50_ms": (time.perf_counter() - begun) / 2})
        took = await median_ms(100, lambda: self.index.of_patient(key))
        self.rows.append({"work": "consents of a patient, read and opened", "filter": "", "p50_ms": took})


async def filled(database: Database, keys: NodeKeys, vault: Vault) -> Bench:
    """A node with patients, facts and consents, analysed."""
    index = ConsentIndex(database, vault, keys, House("uniklinikum", "university-hospital"))
    kept = await Store.open(database, keys, classify=consent.classify, projections=(index,))
    chance = random.Random(3)  # noqa: S311 - invented data
    resources = (one for n in range(PATIENTS) for one in [*facts(chance, f"p{n}"), *consents(chance, f"p{n}")])
    writes = ((Write("update", one["resourceType"], one["id"], msgspec.json.encode(one)),) for one in resources)
    report = await kept.load(writes)
    assert not report.refused, report.refused[0].error
    await kept.maintain()
    async with database.connection() as connection:
        await connection.execute("analyze")
    return Bench(kept, index)


async def all_rows() -> list[Row]:
    """Start a database of our own, fill it, measure, stop it."""
    with tempfile.TemporaryDirectory(dir="/var/tmp", prefix="verbund-bench-") as folder:
        cluster = await Cluster.start(Path(folder) / "postgres")
        try:
            database = await Database.connect(await cluster.ensure("bench"), size=4)
            await migrate(database, [store.MIGRATIONS, MIGRATIONS])
            keys = NodeKeys.generate()
            vault = Vault(database, keys)
            bench = await filled(database, keys, vault)
            rows = await bench.measure()
            await bench.store.close()
            await vault.close()
            await database.close()
            return rows
        finally:
            await cluster.stop()


def run() -> list[Row]:
    """What `make bench` calls."""
    return uvloop.run(all_rows())
