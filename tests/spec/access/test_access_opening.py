"""Breaking the glass inside the house: with a reason, for a time, told to the patient."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
import pytest_asyncio
from hospital import DOCTOR, HIDDEN, NURSE, TREATED, hospital
from opened_gate import ADMINISTRATOR, EVERYBODY, NOW, STEWARD, Node, opened, patient, principal

from verbund.access import Sought
from verbund.database import Database
from verbund.errors import Forbidden, Incorrect, NotFound
from verbund.fhir import parse_search
from verbund.identity import Role, Scopes

REASON = "Bewusstlos auf dem Flur gefunden"
RUTH = Sought("Kess", "Ruth", date(1951, 2, 3))


@pytest_asyncio.fixture(loop_scope="session")
async def node(database: Database) -> AsyncIterator[Node]:
    node = await hospital(database)
    yield node
    await node.close()


async def test_a_record_is_opened_with_a_reason_and_closes_by_itself(node: Node) -> None:
    opened_now = await node.gate.open_record(DOCTOR, HIDDEN, REASON)
    assert opened_now.until == NOW + timedelta(minutes=240)
    assert (await node.gate.record(DOCTOR, HIDDEN)).decision.emergency
    assert (await node.gate.read(DOCTOR, "Observation", "o8")).id == "o8"
    page = await node.gate.search(DOCTOR, parse_search("Observation", []))
    assert {one.id for one in page.matches} == {"o7", "o8"}
    with pytest.raises(NotFound):
        await node.gate.record(NURSE, HIDDEN)
    node.clock.later(minutes=240)
    with pytest.raises(NotFound):
        await node.gate.record(DOCTOR, HIDDEN)
    with pytest.raises(NotFound):
        await node.gate.read(DOCTOR, "Observation", "o8")


async def test_the_patient_and_the_steward_read_of_the_opening_and_of_each_access_in_it(node: Node) -> None:
    await node.gate.open_record(DOCTOR, HIDDEN, REASON)
    await node.gate.record(DOCTOR, HIDDEN)
    await node.gate.read(DOCTOR, "Observation", "o8")
    told = [one.event for one in (await node.events(HIDDEN))[-3:]]
    assert [one.kind for one in told] == ["break-glass"] * 3
    for one in told:
        assert one.purpose == "BTG"
        assert one.stated_reason == REASON
        assert REASON in one.reason_de
        assert "without a known treatment" in one.reason_en
    patient_reads = await node.gate.accesses(principal(Role.PATIENT, patient_id=HIDDEN), HIDDEN)
    assert {one.event.kind for one in patient_reads.items} >= {"break-glass"}
    (seen,) = (await node.gate.openings(STEWARD)).items
    assert (seen.patient_id, seen.person, seen.reason) == (HIDDEN, DOCTOR.name, REASON)
    assert seen.until - seen.since == timedelta(minutes=240)


async def test_the_steward_reads_of_all_openings_page_by_page_and_nobody_else_does(node: Node) -> None:
    for number in range(5):
        await node.gate.open_record(DOCTOR, ("8", "9")[number % 2], f"{REASON} {number}")
        node.clock.later(minutes=1)
    first = await node.gate.openings(STEWARD, count=3)
    rest = await node.gate.openings(STEWARD, count=3, before=first.before)
    assert [one.reason[-1] for one in (*first.items, *rest.items)] == ["4", "3", "2", "1", "0"]
    assert rest.before is None
    for who in (DOCTOR, NURSE, ADMINISTRATOR):
        with pytest.raises(Forbidden):
            await node.gate.openings(who)


@pytest.mark.parametrize("reason", ["", "          ", "Notfall"])
async def test_without_a_reason_nothing_is_opened_and_the_attempt_is_logged(node: Node, reason: str) -> None:
    with pytest.raises(Forbidden, match="at least 10 characters"):
        await node.gate.open_record(DOCTOR, HIDDEN, reason)
    with pytest.raises(NotFound):
        await node.gate.record(DOCTOR, HIDDEN)


@pytest.mark.parametrize("role", [Role.PATIENT, Role.STEWARD, Role.ADMINISTRATOR, Role.RESEARCHER, Role.SYSTEM])
async def test_only_those_who_treat_people_open_records(node: Node, role: Role) -> None:
    with pytest.raises(Forbidden):
        await node.gate.open_record(principal(role, patient_id="9" if role is Role.PATIENT else None), HIDDEN, REASON)


@pytest.mark.parametrize(
    "scopes",
    [
        "patient/Patient.r patient/Observation.rs",
        "patient/*.rs user/Observation.rs",
        "user/Patient.r",
        "patient/Patient.r user/Patient.s",
        "user/Patient.rs?gender=female",
        "user/Patient.rs user/Observation.rs?category=laboratory",
    ],
)
async def test_an_app_that_does_not_reach_everybody_opens_no_record(node: Node, scopes: str) -> None:
    app = replace(DOCTOR, scopes=Scopes.parse(scopes), patient_id=TREATED, client="growth-app")
    for patient_meant in (HIDDEN, Sought("Kess", "Ruth", date(1951, 2, 3))):
        before = (await node.log.head()).size
        with pytest.raises(Forbidden, match=r"user/Patient\.rs"):
            await node.gate.open_record(app, patient_meant, REASON)
        assert (await node.log.head()).size == before + 1, "that it was tried is in the log"
    with pytest.raises(NotFound):
        await node.gate.read(DOCTOR, "Observation", "o8")


async def test_an_app_of_somebody_who_reaches_everybody_opens_a_record(node: Node) -> None:
    app = replace(DOCTOR, scopes=Scopes.parse("user/Patient.rs user/Observation.rs"), client="ward-round")
    assert (await node.gate.open_record(app, HIDDEN, REASON)).until is not None


async def test_a_person_is_described_and_never_listed(node: Node) -> None:
    before = (await node.log.head()).size
    with pytest.raises(Incorrect, match="several people"):
        await node.gate.open_record(DOCTOR, RUTH, REASON)
    assert (await node.log.head()).size == before + 1, "trying who lies here is in the log"
    await node.put(patient("8", name=[{"family": "Keßler", "given": ["Ruth", "Maria"]}], birthDate="1960-01-02"))
    assert (await node.gate.open_record(DOCTOR, Sought("keß", "RUTH", date(1960, 1, 2)), REASON)).patient_id == HIDDEN
    for nobody in (Sought("Kessler", "Ruth", date(1960, 1, 3)), Sought("Kessler", "Erna", date(1960, 1, 2))):
        with pytest.raises(NotFound):
            await node.gate.open_record(DOCTOR, nobody, REASON)
    with pytest.raises(Incorrect, match="at least 2 letters"):
        await node.gate.open_record(DOCTOR, Sought("K", "R", date(1960, 1, 2)), REASON)


async def test_a_patient_who_is_treated_is_not_broken_into(node: Node) -> None:
    assert (await node.gate.open_record(DOCTOR, TREATED, REASON)).until is None
    assert not (await node.gate.record(DOCTOR, TREATED)).decision.emergency


async def test_where_the_whole_house_treats_there_is_no_glass(database: Database) -> None:
    node = await opened(database, treatment=EVERYBODY)
    await node.put(patient("7"))
    with pytest.raises(Incorrect, match="nothing is closed"):
        await node.gate.open_record(DOCTOR, "7", REASON)
    await node.close()
