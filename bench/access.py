"""What enforcement costs: the same requests with a filter and without, on one node's database.

`own` is the record of one patient, as the patient sees it; `treated` what staff see of the patients they treat;
`released` what every patient's consents release to another house; `research` what their consents to research permit.
`times` is against the same request without a filter, asked in turns with it; `limit` is what it may be. Rows that begin
with "request" are whole: decided by the gate, found, and logged on disk; the others are the statement alone.
"""

import random
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import uvloop

from verbund import access, audit, consent, store
from verbund.access import Gate, Relations, Treatment
from verbund.access.ground import Ground
from verbund.audit import AuditLog
from verbund.config import utc_now
from verbund.consent import ActorRef, CareConsent, DataCategory, Party, Provision, Purpose, Question, decide, to_fhir
from verbund.consent.index import MIGRATIONS, ConsentIndex, for_research
from verbund.consent.projecting import House
from verbund.crypto import NodeKeys
from verbund.database import Cluster, Database, migrate
from verbund.fhir import AllOf, Having, parse_search
from verbund.identity import Principal, Role, Scopes
from verbund.store import EVERYTHING, RowFilter, Store, Vault, Write, of_patient

PATIENTS = 2_000
FACTS = 40
ROUNDS = 400
COUNTS = 40
START = datetime(2024, 1, 1, tzinfo=UTC)
POLICIES = "2.16.840.1.113883.3.1937.777.24.5.3"
CODES = ("718-7", "2345-7", "2160-0", "4548-4")
# What enforcement may cost, times the same request without: within one patient, over patients, counting them.
WITHIN_ONE, ACROSS, COUNTED = 1.2, 1.6, 2.0
Row = dict[str, object]
Json = dict[str, Any]
Make = Callable[[str], RowFilter]


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


async def medians_ms(rounds: int, acts: Sequence[Callable[[], Awaitable[object]]]) -> list[float]:
    """The medians of one request after another, in milliseconds; all kinds in turns, so that they fare alike."""
    took: list[list[float]] = [[] for _ in acts]
    for _ in range(rounds):
        for act, times in zip(acts, took, strict=True):
            begun = time.perf_counter()
            await act()
            times.append((time.perf_counter() - begun) * 1_000)
    return [statistics.median(times[rounds // 10 :]) for times in took]


def cohort_of_two() -> AllOf:
    """Patients with a low value of the first code and one diagnosis."""
    anaemia = parse_search("Observation", [("code", "http://loinc.org|718-7"), ("value-quantity", "lt8")])
    diabetes = parse_search("Condition", [("code", "http://fhir.de/CodeSystem/bfarm/icd-10-gm|E11.90")])
    return AllOf(tuple(Having(query.type, query.filters) for query in (anaemia, diabetes)))


class Bench:
    """A filled store, its gate, and the filters to ask it with."""

    def __init__(self, kept: Store, index: ConsentIndex, gate: Gate) -> None:
        self.store, self.index, self.gate = kept, index, gate
        self.rows: list[Row] = []

    async def compared(
        self,
        work: str,
        rounds: int,
        limit: float,
        filters: dict[str, Make],
        act: Callable[[str, RowFilter], Awaitable[object]],
    ) -> None:
        """One row for each filter, the first being none."""

        def of(make: Make) -> Callable[[], Awaitable[object]]:
            chance = random.Random(11)  # noqa: S311 - invented cases

            async def once() -> object:
                patient = f"p{chance.randrange(PATIENTS)}"
                return await act(patient, make(patient))

            return once

        every: dict[str, Make] = {"none": lambda _: EVERYTHING, **filters}
        self._told(work, list(every), await medians_ms(rounds, [of(make) for make in every.values()]), limit)

    def _told(self, work: str, names: list[str], took: list[float], limit: float) -> None:
        for name, each in zip(names, took, strict=True):
            cost = {} if name == names[0] else {"times": each / took[0], "limit": limit}
            self.rows.append({"work": work, "filter": name, "p50_ms": each, **cost})

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
        await self.compared("read by id", ROUNDS, WITHIN_ONE, {"own": self.own}, self.read)
        await self.compared("one patient's observations, by date", ROUNDS, WITHIN_ONE, to_house, self.of_patient)
        await self.compared("code, newest 50 of all patients", ROUNDS, ACROSS, everybody, self.by_code)
        await self.compared("accurate total of a code", COUNTS, COUNTED, everybody, self.total)
        await self.compared("cohort of two criteria", COUNTS, COUNTED, {"research": lambda _: studied}, self.cohort)
        await self.requests()
        await self.decisions(asked)
        return self.rows

    async def requests(self) -> None:
        """The same through the gate: as the operator, who sees all, and as who sees what relations or consents let."""
        gate, scopes = self.gate, Scopes.parse("user/*.rs system/*.rs")
        operator = Principal("o", "o", Role.SYSTEM, "uniklinikum", "", None, scopes, "TREAT")
        doctor = replace(operator, role=Role.PHYSICIAN, practitioner_id="w")
        by_code = parse_search("Observation", [("code", f"http://loinc.org|{CODES[0]}"), ("_sort", "-date")])
        total = parse_search("Observation", [("code", f"http://loinc.org|{CODES[0]}"), ("_summary", "count")])
        within = parse_search("Observation", [("patient", "Patient/p2"), ("_sort", "-date")])
        works: list[tuple[str, float, Callable[[Principal], Awaitable[object]]]] = [
            ("request: read by id", WITHIN_ONE, lambda who: gate.read(who, "Observation", "p2-1")),
            ("request: one patient's observations", WITHIN_ONE, lambda who: gate.search(who, within)),
            ("request: code, newest 50 of all", ACROSS, lambda who: gate.search(who, by_code)),
            ("request: accurate total of a code", COUNTED, lambda who: gate.search(who, total)),
        ]
        everybody = replace(operator, purpose="HOPERAT")
        researcher = replace(operator, role=Role.RESEARCHER, purpose="HRESCH")
        for work, limit, act in works:
            took = await medians_ms(ROUNDS, [partial(act, who) for who in (everybody, doctor, operator)])
            self._told(work, ["none", "treated", "restricted"], took, limit)
        count = partial(gate.count_patients, patients=cohort_of_two(), query="")
        acts = [partial(count, everybody, all_patients=True), partial(count, researcher, all_patients=False)]
        self._told("request: cohort of two criteria", ["none", "research"], await medians_ms(COUNTS, acts), COUNTED)

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
        return await self.store.count_patients(cohort_of_two(), within=within)

    async def decisions(self, asked: Question) -> None:
        """One decision from the consents of a patient, and the writing of a consent with its tables."""
        key = self.store.patient_key("p1")
        stated = (await self.index.of_patient(key)).care
        question = replace(asked, patient_id="p1")
        begun = time.perf_counter()
        for _ in range(2_000):
            decide(question, stated, emergency_allowed=True)
        self.rows.append({"work": "decide()", "filter": "", "p50_ms": (time.perf_counter() - begun) / 2})
        (took,) = await medians_ms(100, [lambda: self.index.of_patient(key)])
        self.rows.append({"work": "consents of a patient, read and opened", "filter": "", "p50_ms": took})


def treated(patient: str) -> Json:
    """A stay that has not ended, with the doctor who asks or, every other time, with another."""
    doctor = {"reference": f"Practitioner/{'x' if int(patient[1:]) % 2 else 'w'}"}
    return {
        "resourceType": "Encounter",
        "id": f"{patient}-stay",
        "status": "in-progress",
        "class": {"code": "IMP"},
        "subject": {"reference": f"Patient/{patient}"},
        "participant": [{"individual": doctor}],
        "period": {"start": "2026-01-05"},
    }


def record(chance: random.Random, patient: str) -> list[Json]:
    """A patient with findings, consents, and half of them treated by the doctor who asks."""
    return [*facts(chance, patient), *consents(chance, patient), treated(patient)]


async def filled(database: Database, keys: NodeKeys, vault: Vault, stack: AsyncExitStack) -> Bench:
    """A node with patients, facts and consents, analysed."""
    index = ConsentIndex(database, vault, keys, House("uniklinikum", "university-hospital"))
    relations = Relations(database, vault, keys)
    kept = await Store.open(database, keys, classify=consent.classify, projections=(index, relations))
    stack.push_async_callback(kept.close)
    chance = random.Random(3)  # noqa: S311 - invented data
    resources = (one for n in range(PATIENTS) for one in record(chance, f"p{n}"))
    writes = ((Write("update", one["resourceType"], one["id"], msgspec.json.encode(one)),) for one in resources)
    report = await kept.load(writes)
    assert not report.refused, report.refused[0].error
    await kept.maintain()
    async with database.connection() as connection:
        await connection.execute("vacuum analyze")
    log = await AuditLog.open(database, vault, keys)
    stack.push_async_callback(log.close)
    ground = Ground(kept, log, index, utc_now, True, treatment=Treatment("relation"), relations=relations)
    return Bench(kept, index, Gate(ground))


async def all_rows() -> list[Row]:
    """Start a database of our own, fill it, measure, stop it."""
    with tempfile.TemporaryDirectory(dir="/var/tmp", prefix="verbund-bench-") as folder:
        async with AsyncExitStack() as stack:
            cluster = await Cluster.start(Path(folder) / "postgres")
            stack.push_async_callback(cluster.stop)
            database = await Database.connect(await cluster.ensure("bench"), size=4)
            stack.push_async_callback(database.close)
            await migrate(database, [store.MIGRATIONS, audit.MIGRATIONS, MIGRATIONS, access.MIGRATIONS])
            keys = NodeKeys.generate()
            vault = Vault(database, keys)
            stack.push_async_callback(vault.close)
            return await (await filled(database, keys, vault, stack)).measure()


def run() -> list[Row]:
    """What `make bench` calls."""
    return uvloop.run(all_rows())
