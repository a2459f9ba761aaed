"""The tables of consents against the decision itself: the same rows for SQL as for decide() and evaluate()."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest_asyncio
from consent_tables import Row, Tables
from invented_consents import HOUSES, OTHER_ITEM, START, consents, mask, question
from invented_consents import ITEMS as NAMED
from naive_research import POLICIES, Naive, documents, hour

from verbund.consent import CareConsent, Provision, Question, decide, to_fhir
from verbund.consent.index import for_research
from verbund.consent.projecting import House
from verbund.consent.research import evaluate, from_fhir
from verbund.database import Database

HERE = "uniklinikum"
PATIENTS = 250
QUESTIONS, ITEMS = 4, 5  # 250 × 4 × 5 = 5,000 cases


@pytest_asyncio.fixture(loop_scope="session")
async def tables(database: Database) -> AsyncIterator[Tables]:
    opened = await Tables.open(database, House(HERE, HOUSES[HERE]))
    yield opened
    await opened.close()


def _invented(chance: Random, patient: str) -> list[CareConsent]:
    return [
        replace(one, patient_id=patient, id=f"{patient}-{one.id}")
        for one in consents(chance)
        if one.provision.permit is not None or one.provision.exceptions
    ]


async def _compared(tables: Tables, chance: Random, patient: str, stated: Sequence[CareConsent]) -> int:
    """Ask some questions of one patient in both ways; the number of items that were released."""
    released = 0
    for _ in range(QUESTIONS):
        asked: Question = replace(question(chance, HERE), patient_id=patient)
        decision = decide(asked, stated, emergency_allowed=False)
        items = [(int(mask(chance)), chance.choice((*NAMED, OTHER_ITEM, OTHER_ITEM))) for _ in range(ITEMS)]
        rows: list[Row] = [("Observation", patient, kinds, START) for kinds, _ in items]
        ids = [item for _, item in items]
        expected = [at for at, (kinds, item) in enumerate(items) if decision.releases(kinds, item)]
        assert await tables.seen(await tables.index.across_patients(asked), rows, ids) == expected, (patient, asked)
        assert await tables.seen(tables.index.filter_of(decision), rows, ids) == expected, (patient, asked)
        released += len(expected)
    return released


async def test_the_rows_that_are_released_are_those_that_the_decision_releases(tables: Tables) -> None:
    chance = Random(7)  # noqa: S311 - invented cases
    stated = {f"p{number}": _invented(chance, f"p{number}") for number in range(PATIENTS)}
    await tables.write(*(to_fhir(one) for many in stated.values() for one in many))
    released = 0
    for patient, many in stated.items():
        released += await _compared(tables, chance, patient, many)
    assert released > 150, "the cases must be worth something"


async def test_after_any_history_of_changes_the_tables_say_what_the_present_consents_say(tables: Tables) -> None:
    chance = Random(8)  # noqa: S311 - invented cases
    present: dict[str, CareConsent] = {}
    for _ in range(60):
        one = next(one for one in iter(lambda: _invented(chance, "p"), None) if one)[0]
        if one.id in present and chance.random() < 0.4:
            await tables.write(to_fhir(present.pop(one.id)), status="deleted")
        else:
            await tables.write(to_fhir(one), status="updated" if one.id in present else "created")
            present[one.id] = one
        await _compared(tables, chance, "p", list(present.values()))
    assert present


async def test_research_sees_the_rows_that_the_documents_add_up_to(tables: Tables) -> None:
    chance = Random(9)  # noqa: S311 - invented cases
    said = {f"p{number}": documents(chance, f"p{number}") for number in range(PATIENTS)}
    await tables.write(*(document for many in said.values() for document in many))
    used = 0
    for patient, many in said.items():
        for _ in range(QUESTIONS):
            at = hour(chance)
            dates = [hour(chance) for _ in range(ITEMS - 2)]
            rows: list[Row] = [("Observation", patient, 1, date) for date in dates]
            rows += [("Observation", patient, 1, None), ("Patient", patient, 1, None)]
            naive, permission = Naive(many, (), at), evaluate([from_fhir(document) for document in many], at)
            allowed = [*map(naive.allows, dates), naive.allows_undated(), permission.permitted]
            expected = [place for place, may in enumerate(allowed) if may]
            assert await tables.seen(for_research(at), rows) == expected, (patient, at)
            used += len(expected)
    assert used > 200, "the cases must be worth something"


def _agreed(identity: str, **changes: Any) -> dict[str, Any]:
    system = f"urn:oid:{POLICIES}"
    codes = [{"coding": [{"system": system, "code": f"{POLICIES}.{policy}"}]} for policy in (6, 8)]
    return {
        "resourceType": "Consent",
        "id": identity,
        "status": "active",
        "scope": {"coding": [{"code": "research"}]},
        "category": [{"text": "MII"}],
        "patient": {"reference": "Patient/p"},
        "dateTime": START.isoformat(),
        "provision": {
            "type": "deny",
            "provision": [{"type": "permit", "period": {"start": START.isoformat()}, "code": codes}],
        },
        **changes,
    }


async def test_what_cannot_be_read_denies_from_its_time_on(tables: Tables) -> None:
    rows: list[Row] = [("Patient", "p", 1, None)]
    await tables.write(_agreed("agreed"))
    assert await tables.seen(for_research(START + timedelta(days=9)), rows) == [0]
    nonsense = [{"type": "deny", "code": [{"coding": [{"system": f"urn:oid:{POLICIES}", "code": "nonsense"}]}]}]
    said = {"dateTime": (START + timedelta(days=2)).isoformat(), "provision": {"provision": nonsense}}
    await tables.write(_agreed("unknown", **said))
    assert await tables.seen(for_research(START + timedelta(days=1)), rows) == [0]
    assert await tables.seen(for_research(START + timedelta(days=9)), rows) == []


async def test_when_it_was_said_is_when_it_came_where_nothing_else_is_known(tables: Tables) -> None:
    statements = {}
    for name, more in (("came", {"meta": {"lastUpdated": "2026-02-03T00:00:00Z"}}), ("never", {})):
        consent = to_fhir(CareConsent(name, name, START, Provision(permit=True, exceptions=(Provision(permit=False),))))
        del consent["dateTime"]
        await tables.write(consent | more)
        (statements[name],) = (await tables.index.of_patient(tables.patient(name))).care
    assert statements["came"].stated == datetime(2026, 2, 3, tzinfo=UTC)
    assert statements["never"].stated == datetime.min.replace(tzinfo=UTC)
    assert not statements["came"].provision.permit


async def test_other_consents_and_deletions_leave_nothing_behind(tables: Tables) -> None:
    other = to_fhir(CareConsent("o", "p", START, Provision(permit=True))) | {
        "scope": {"coding": [{"code": "treatment"}]}
    }
    await tables.write(other)
    assert (await tables.index.of_patient(tables.patient("p"))).care == ()
    async with tables.database.transaction() as connection:
        await tables.index.project(connection, ())
    await tables.write(other, status="deleted")


async def test_only_a_claim_makes_a_house_the_patients_home_and_only_the_first(tables: Tables) -> None:
    patient = tables.patient("p")
    async with tables.index.transaction() as connection:
        assert not await tables.index.is_home(connection, patient, "reha"), "asking claims nothing"
        assert await tables.index.claim_home(connection, patient, "praxis")
        assert not await tables.index.claim_home(connection, patient, "reha")
        assert await tables.index.is_home(connection, patient, "praxis")
        assert not await tables.index.is_home(connection, patient, "reha")


async def test_a_new_house_and_a_new_decision_do_not_pass_each_other_unseen(tables: Tables) -> None:
    released = to_fhir(CareConsent("c", "p", START, Provision(permit=True)))
    async with tables.database.transaction() as connection:
        await tables.write_in(connection, released)
        asking = asyncio.create_task(tables.index.know("praxis", HOUSES["praxis"]))
        await asyncio.sleep(0.2)
        assert not asking.done(), "the house waits for the decision that is being written"
    await asking
    async with tables.database.connection() as connection:
        assert await connection.fetchval("select count(distinct patient) from consent_release") == 1
    await tables.index.know("praxis", "hospital")
    await tables.write(released, status="deleted")
    async with tables.database.connection() as connection:
        assert await connection.fetchval("select count(*) from consent_release") == 0
