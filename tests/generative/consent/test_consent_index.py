"""The tables of consents against the decision itself: the same rows for SQL as for decide() and evaluate()."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest_asyncio
from consent_tables import Row, Tables
from invented_consents import HOUSES, OTHER_ITEM, START, consents, mask, moment, question
from invented_consents import ITEMS as NAMED

from verbund.consent import CareConsent, Provision, Question, Span, decide, to_fhir
from verbund.consent.index import for_research
from verbund.consent.projecting import House
from verbund.consent.research import PolicyStatement, ResearchConsent, evaluate, from_fhir
from verbund.database import Database

HERE = "uniklinikum"
PATIENTS = 250
QUESTIONS, ITEMS = 4, 5  # 250 × 4 × 5 = 5,000 cases
POLICIES = "2.16.840.1.113883.3.1937.777.24.5.3"


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


def _study(chance: Random, patient: str, number: int) -> ResearchConsent:
    """A document with some statements; about a third agree to everything."""
    policies = [6, 8, 45] if chance.random() < 0.5 else chance.choices([6, 8, 45, 19], k=chance.randrange(4))
    agrees = chance.random() < 0.6
    statements = tuple(
        PolicyStatement(policy, agrees or chance.random() < 0.3, None if chance.random() < 0.1 else _span(chance))
        for policy in policies
    )
    active, ends = chance.random() < 0.9, chance.random() < 0.05
    return ResearchConsent(f"{patient}-{number}", patient, moment(chance), statements, active, ends or not statements)


def _span(chance: Random) -> Span:
    since = moment(chance) if chance.random() < 0.8 else None
    return Span(since, moment(chance) + timedelta(days=10) if chance.random() < 0.8 else None)


def _written(study: ResearchConsent) -> dict[str, Any]:
    def provision(said: PolicyStatement) -> dict[str, Any]:
        code = {"system": f"urn:oid:{POLICIES}", "code": f"{POLICIES}.{said.policy}"}
        value: dict[str, Any] = {"type": "permit" if said.permit else "deny", "code": [{"coding": [code]}]}
        if said.span is not None:
            since, until = said.span.since, said.span.until
            end = until - timedelta(seconds=1) if until else None
            parts = {"start": since and since.isoformat(), "end": end and end.isoformat()}
            value["period"] = {name: part for name, part in parts.items() if part} or {"start": "1000-01-01"}
        return value

    ends = [{"uri": "urn:oid:2.16.840.1.113883.3.1937.777.24.2.2718"}] if study.ends_all and study.statements else None
    value: dict[str, Any] = {
        "resourceType": "Consent",
        "id": study.id,
        "status": "active" if study.active else "inactive",
        "scope": {"coding": [{"code": "research"}]},
        "category": [
            {
                "coding": [
                    {
                        "system": "https://www.medizininformatik-initiative.de/fhir/modul-consent/CodeSystem/"
                        "mii-cs-consent-consent_category",
                        "code": "2.16.840.1.113883.3.1937.777.24.2.184",
                    }
                ]
            }
        ],
        "patient": {"reference": f"Patient/{study.patient_id}"},
        "dateTime": study.stated.isoformat(),
        "policy": ends or [{"uri": "urn:oid:2.16.840.1.113883.3.1937.777.24.2.1791"}],
        "provision": {"type": "deny"},
    }
    if study.statements:
        value["provision"]["provision"] = [provision(said) for said in study.statements]
    return value


class Naive:
    """The research consent for one clinical date at one moment, one document after the other."""

    def __init__(self, studies: Sequence[ResearchConsent], at: datetime) -> None:
        self.at = at
        counting = [study for study in studies if study.active and study.stated <= at]
        times = sorted({study.stated for study in counting})
        self.groups = [[study for study in counting if study.stated == time] for time in times]

    def allows(self, date: datetime) -> bool:
        collected = used = False
        pasts: list[bool] = []
        for group in self.groups:
            for study in group:
                if study.ends_all or not self._all(study, 6) or not self._all(study, 8):
                    continue
                collected |= any(span.holds(date) for span in self._all(study, 6))
                used |= any(span.holds(self.at) for span in self._all(study, 8))
                begins = [span.since for span in self._all(study, 6) if span.since]
                pasts.append(
                    bool(begins) and date < min(begins) and any(span.holds(self.at) for span in self._all(study, 45))
                )
            refused = {policy for study in group for policy in self._refused(study, date)}
            collected &= 6 not in refused
            used &= 8 not in refused
            if refused & {6, 45}:
                pasts = []
        return used and (collected or any(pasts))

    def _all(self, study: ResearchConsent, policy: int) -> list[Span]:
        return [s.span for s in study.statements if s.policy == policy and s.permit and s.span is not None]

    def _refused(self, study: ResearchConsent, date: datetime) -> set[int]:
        if study.ends_all:
            return {6, 8, 45}
        moments = {6: date, 8: self.at, 45: self.at}
        return {
            s.policy
            for s in study.statements
            if not s.permit and s.policy in moments and (s.span or Span()).holds(moments[s.policy])
        }


async def test_research_sees_the_rows_that_the_documents_add_up_to(tables: Tables) -> None:
    chance = Random(9)  # noqa: S311 - invented cases
    studies = {f"p{n}": [_study(chance, f"p{n}", k) for k in range(chance.randrange(1, 5))] for n in range(PATIENTS)}
    documents = {patient: [_written(study) for study in many] for patient, many in studies.items()}
    await tables.write(*(document for many in documents.values() for document in many))
    used = 0
    for patient, many in documents.items():
        read = [from_fhir(document) for document in many]
        for _ in range(QUESTIONS):
            at = moment(chance) + timedelta(hours=chance.randrange(24))
            dates = [START + timedelta(days=chance.randrange(-5, 25), hours=3) for _ in range(ITEMS - 2)]
            rows: list[Row] = [("Observation", patient, 1, date) for date in dates]
            rows += [("Observation", patient, 1, None), ("Patient", patient, 1, None)]
            permission, naive = evaluate(read, at), Naive(read, at)
            assert [permission.allows("Observation", date) for date in dates] == [naive.allows(date) for date in dates]
            expected = [place for place, (kind, _, _, date) in enumerate(rows) if permission.allows(kind, date)]
            assert await tables.seen(for_research(at), rows) == expected, (patient, at)
            used += len(expected)
    assert used > 200, "the cases must be worth something"


async def test_what_cannot_be_read_denies_from_its_time_on(tables: Tables) -> None:
    agreed = _written(
        ResearchConsent(
            "agreed", "p", START, tuple(PolicyStatement(policy, True, Span(START, None)) for policy in (6, 8))
        )
    )
    rows: list[Row] = [("Patient", "p", 1, None)]
    await tables.write(agreed)
    assert await tables.seen(for_research(START + timedelta(days=9)), rows) == [0]
    unknown = {**agreed, "id": "unknown", "dateTime": (START + timedelta(days=2)).isoformat()}
    unknown["provision"] = {
        "provision": [{"type": "deny", "code": [{"coding": [{"system": f"urn:oid:{POLICIES}", "code": "nonsense"}]}]}]
    }
    await tables.write(unknown)
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
