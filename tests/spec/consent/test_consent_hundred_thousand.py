"""A hundred thousand consents at one site: they load, and searches, counts and withdrawals stay quick."""

import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from statistics import median
from typing import Any

import msgspec
import pytest
from opened_gate import opened

from verbund.consent import ActorRef, CareConsent, Party, Provision, Purpose, Question, to_fhir
from verbund.consent.index import for_research
from verbund.database import Database
from verbund.fhir import parse_search
from verbund.fhir.patients import Having
from verbund.store import Write

PATIENTS = 50_000
POLICIES = "2.16.840.1.113883.3.1937.777.24.5.3"
LOINC = "http://loinc.org"
AT = datetime(2026, 5, 4, tzinfo=UTC)
Json = dict[str, Any]


def record(number: int) -> list[Json]:
    """A patient with a finding; nine of ten release to the practice, eight of ten agree to research."""
    who, subject = f"p{number}", {"reference": f"Patient/p{number}"}
    code = {"coding": [{"system": LOINC, "code": "718-7"}]}
    found = {"status": "final", "code": code, "subject": subject, "effectiveDateTime": f"2025-{number % 12 + 1:02}-03"}
    permit = Provision(permit=number % 10 != 0, recipients=(Party("praxis"),))
    care = CareConsent(f"{who}-care", who, datetime(2024, 1, 1, tzinfo=UTC), Provision(False, exceptions=(permit,)))
    codes = [{"coding": [{"system": f"urn:oid:{POLICIES}", "code": f"{POLICIES}.{policy}"}]} for policy in (6, 8)]
    return [
        {"resourceType": "Patient", "id": who},
        {"resourceType": "Observation", "id": f"{who}-f", **found},
        to_fhir(care),
        research(who, "permit" if number % 5 else "deny", codes),
    ]


def research(who: str, kind: str, codes: list[Json], identity: str = "r", stated: str = "2024-01-01") -> Json:
    return {
        "resourceType": "Consent",
        "id": f"{who}-{identity}",
        "status": "active",
        "scope": {"coding": [{"code": "research"}]},
        "category": [{"text": "MII"}],
        "patient": {"reference": f"Patient/{who}"},
        "dateTime": stated,
        "policy": [{"uri": "urn:oid:2.16.840.1.113883.3.1937.777.24.2.1791"}],
        "provision": {"type": "deny", "provision": [{"type": kind, "period": {"start": "2024-01-01"}, "code": codes}]},
    }


async def taken(act: Callable[[], Awaitable[object]], rounds: int = 9) -> float:
    """The median of some times, in seconds."""
    times = []
    for _ in range(rounds):
        begun = time.perf_counter()
        await act()
        times.append(time.perf_counter() - begun)
    return median(times)


@pytest.mark.long
async def test_a_hundred_thousand_consents(database: Database) -> None:
    node = await opened(database)
    units = (
        tuple(Write("update", one["resourceType"], one["id"], msgspec.json.encode(one)) for one in record(number))
        for number in range(PATIENTS)
    )
    begun = time.perf_counter()
    report = await node.store.load(units)
    assert (report.created, report.refused) == (4 * PATIENTS, ())
    assert time.perf_counter() - begun < PATIENTS / 50, "at least a hundred consents a second"
    await node.store.maintain()
    question = Question(ActorRef("w", "physician", "praxis", "practice"), "uniklinikum", Purpose.TREAT, "", AT)
    across, studied = await node.consents.across_patients(question), for_research(AT)
    page = parse_search("Observation", [("code", f"{LOINC}|718-7"), ("_sort", "-date")])
    finding = Having("Observation", parse_search("Observation", [("code", f"{LOINC}|718-7")]).filters)
    for within, expected in ((across, PATIENTS * 9 // 10), (studied, PATIENTS * 8 // 10)):
        assert await node.store.count(page, within=within) == expected
        assert await node.store.count_patients(finding, within=within) == expected
        assert len((await node.store.search(page, within=within)).matches) == 50
        assert await taken(lambda within=within: node.store.search(page, within=within)) < 0.05
        assert await taken(lambda within=within: node.store.count(page, within=within)) < 0.5
    codes = [{"coding": [{"system": POLICIES, "code": f"{POLICIES}.8"}]}]
    begun = time.perf_counter()
    await node.put(research("p1", "deny", codes, "no", "2026-01-01"))
    assert time.perf_counter() - begun < 0.5, "one withdrawal among many"
    assert await node.store.count(page, within=studied) == PATIENTS * 8 // 10 - 1
    assert await node.store.count(page, within=for_research(datetime(2025, 12, 1, tzinfo=UTC))) == PATIENTS * 8 // 10
    await node.close()
