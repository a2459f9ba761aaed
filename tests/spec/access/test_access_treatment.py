"""Whom staff see: those they treat, by what establishes it, while it lasts; others are as if they were not there."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio
from opened_gate import NOW, OPERATOR, Node, observation, opened, patient, principal

from verbund.access import Treatment
from verbund.database import Database
from verbund.errors import NotFound
from verbund.fhir import parse_search
from verbund.identity import Role
from verbund.store import Unit, Write

Json = dict[str, Any]
WARD, BED = "Location/ward", "Location/bed"
DOCTOR = principal(Role.PHYSICIAN, subject="p-1", practitioner_id="weber")
NURSE = principal(Role.NURSE, subject="p-2", practitioner_id="klose")


@pytest_asyncio.fixture(loop_scope="session")
async def hospital(database: Database) -> AsyncIterator[Node]:
    """A house whose staff see whom they treat, with a ward, a bed, two people and three patients."""
    node = await opened(database, treatment=Treatment("relation", days=30))
    await node.put(
        {"resourceType": "Organization", "id": "house", "name": "Klinikum"},
        {"resourceType": "Organization", "id": "heart", "name": "Kardiologie", "partOf": ref("Organization/house")},
        {"resourceType": "Location", "id": "ward", "identifier": [{"system": "https://x.example/ward", "value": "M1"}]},
        {"resourceType": "Location", "id": "bed", "partOf": ref(WARD)},
        {"resourceType": "Practitioner", "id": "weber"},
        {"resourceType": "Practitioner", "id": "klose"},
        role("r1", "weber", organization=ref("Organization/house")),
        role("r2", "klose", organization=ref("Organization/heart"), location=[ref(WARD)]),
        *(patient(one) for one in ("7", "8", "9")),
        *(observation(f"o{one}", one) for one in ("7", "8", "9")),
    )
    yield node
    await node.close()


def ref(text: str) -> Json:
    return {"reference": text}


def role(identity: str, practitioner: str, **more: object) -> Json:
    return {
        "resourceType": "PractitionerRole",
        "id": identity,
        "practitioner": ref(f"Practitioner/{practitioner}"),
        **more,
    }


def encounter(identity: str = "e", who: str = "7", status: str = "in-progress", **more: object) -> Json:
    return {
        "resourceType": "Encounter",
        "id": identity,
        "status": status,
        "class": {"code": "IMP"},
        "subject": ref(f"Patient/{who}"),
        **more,
    }


async def seen(node: Node, who: Any) -> set[str]:
    page = await node.gate.search(who, parse_search("Observation", [("_total", "accurate")]))
    assert page.total == len(page.matches)
    by_id = set()
    for one in ("o7", "o8", "o9"):
        try:
            by_id.add((await node.gate.read(who, "Observation", one)).id)
        except NotFound:
            continue
    found = {one.id for one in page.matches}
    assert by_id == found
    (together,) = [await node.gate.read_together([(who, "Observation", one) for one in ("o7", "o8", "o9")])]
    assert {one.id for one in together if one is not None} == found
    return found


ATTENDS = {"participant": [{"individual": ref("Practitioner/weber")}]}
ESTABLISHED = {
    "as participant of an encounter": (encounter(**ATTENDS), DOCTOR),
    "by the role": (encounter(participant=[{"individual": ref("PractitionerRole/r1")}]), DOCTOR),
    "by the ward": (encounter(location=[{"location": ref(WARD)}]), NURSE),
    "by a bed of the ward": (encounter(location=[{"location": ref(BED)}]), NURSE),
    "by the ward's identifier": (
        encounter(location=[{"location": {"identifier": {"system": "https://x.example/ward", "value": "M1"}}}]),
        NURSE,
    ),
    "by the department": (encounter(serviceProvider=ref("Organization/heart")), NURSE),
    "by the care team": (
        {
            "resourceType": "CareTeam",
            "id": "t",
            "status": "active",
            "subject": ref("Patient/7"),
            "participant": [{"member": ref("Practitioner/weber")}],
        },
        DOCTOR,
    ),
    "by a referral": (
        {
            "resourceType": "ServiceRequest",
            "id": "s",
            "status": "active",
            "intent": "order",
            "authoredOn": "2026-04-20",
            "subject": ref("Patient/7"),
            "performer": [ref("Practitioner/weber")],
        },
        DOCTOR,
    ),
    "by a task": (
        {
            "resourceType": "Task",
            "id": "s",
            "status": "accepted",
            "intent": "order",
            "for": ref("Patient/7"),
            "owner": ref("Practitioner/weber"),
        },
        DOCTOR,
    ),
    "by an appointment": (
        {
            "resourceType": "Appointment",
            "id": "a",
            "status": "booked",
            "start": "2026-05-09T10:00:00Z",
            "end": "2026-05-09T10:30:00Z",
            "participant": [
                {"actor": ref("Patient/7"), "status": "accepted"},
                {"actor": ref("Practitioner/weber"), "status": "accepted"},
            ],
        },
        DOCTOR,
    ),
    "as the family doctor": (patient("7", generalPractitioner=[ref("Practitioner/weber")]), DOCTOR),
}


@pytest.mark.parametrize("how", ESTABLISHED)
async def test_staff_see_whom_they_treat_and_nobody_else(hospital: Node, how: str) -> None:
    resource, who = ESTABLISHED[how]
    assert await seen(hospital, who) == set()
    await hospital.put(resource)
    assert await seen(hospital, who) == {"o7"}
    assert await seen(hospital, NURSE if who is DOCTOR else DOCTOR) == set()
    if resource["resourceType"] != "Patient":
        await hospital.put({**resource, "status": "entered-in-error"})
        assert await seen(hospital, who) == set()


async def test_being_employed_by_the_house_is_no_treatment(hospital: Node) -> None:
    await hospital.put(encounter(serviceProvider=ref("Organization/house")))
    assert await seen(hospital, DOCTOR) == set()


async def test_a_treatment_counts_for_some_days_after_its_end(hospital: Node) -> None:
    discharged = {"period": {"start": "2026-04-01", "end": (NOW - timedelta(days=2)).isoformat()}}
    await hospital.put(encounter(status="finished", **ATTENDS, **discharged))
    assert await seen(hospital, DOCTOR) == {"o7"}
    hospital.clock.later(days=27)
    assert await seen(hospital, DOCTOR) == {"o7"}
    hospital.clock.later(days=2)
    assert await seen(hospital, DOCTOR) == set()


async def test_who_leaves_the_ward_no_longer_sees_its_patients(hospital: Node) -> None:
    await hospital.put(encounter(location=[{"location": ref(WARD)}]))
    assert await seen(hospital, NURSE) == {"o7"}
    await hospital.put(role("r2", "klose", active=False, location=[ref(WARD)]))
    assert await seen(hospital, NURSE) == set()
    await hospital.put(role("r2", "klose", location=[ref(WARD)], period={"end": "2026-05-10"}))
    assert await seen(hospital, NURSE) == {"o7"}
    hospital.clock.later(days=7)
    assert await seen(hospital, NURSE) == set()


async def test_a_deleted_encounter_treats_nobody(hospital: Node) -> None:
    await hospital.put(encounter(**ATTENDS))
    assert await seen(hospital, DOCTOR) == {"o7"}
    await hospital.gate.ground.store.commit(unit("Encounter", "e"))
    assert await seen(hospital, DOCTOR) == set()


def unit(kind: str, identity: str) -> Unit:
    return Unit((Write("delete", kind, identity),))


async def test_the_log_says_which_treatment_permitted_it(hospital: Node) -> None:
    await hospital.put(encounter(**ATTENDS))
    await hospital.gate.read(DOCTOR, "Observation", "o7")
    await hospital.gate.record(DOCTOR, "7")
    first, second = [one.event for one in (await hospital.events("7"))[-2:]]
    assert first.kind == "read"
    assert second.kind == "record"
    for told in (first, second):
        assert "stay or visit" in told.reason_en
        assert "Aufenthalt" in told.reason_de


async def test_a_record_of_somebody_else_is_as_if_it_were_not_there(hospital: Node) -> None:
    await hospital.put(encounter(**ATTENDS))
    for missing in ("8", "nobody"):
        for reading in (hospital.gate.record, lambda who, one: hospital.gate.read(who, "Patient", one)):
            with pytest.raises(NotFound) as refused:
                await reading(DOCTOR, missing)
            assert missing not in str(refused.value)


async def test_who_runs_the_node_and_patients_themselves_are_asked_for_no_treatment(hospital: Node) -> None:
    assert await seen(hospital, OPERATOR) == {"o7", "o8", "o9"}
    own = await hospital.gate.search(principal(Role.PATIENT, patient_id="8"), parse_search("Observation", []))
    assert {one.id for one in own.matches} == {"o8"}


async def test_somebody_without_a_practitioner_sees_nobody(hospital: Node) -> None:
    await hospital.put(encounter(**ATTENDS))
    assert await seen(hospital, replace(DOCTOR, practitioner_id=None)) == set()


async def test_what_was_there_before_is_taken_in_once(hospital: Node) -> None:
    await hospital.put(encounter(**ATTENDS), role("r3", "klose"))
    async with hospital.database.transaction() as connection:
        await connection.execute("truncate access_relation, access_part, access_member")
    assert await seen(hospital, DOCTOR) == set()
    relations = hospital.gate.ground.relations
    assert relations is not None
    await relations.complete(hospital.store)
    assert await seen(hospital, DOCTOR) == {"o7"}
    async with hospital.database.transaction() as connection:
        await connection.execute("truncate access_relation, access_part, access_member")
    await relations.complete(hospital.store)
    assert await seen(hospital, DOCTOR) == set()


async def test_who_changes_wards_takes_nobody_elses_place_along(hospital: Node) -> None:
    await hospital.put(encounter(location=[{"location": ref(WARD)}]), role("r3", "weber", location=[ref(WARD)]))
    assert await seen(hospital, NURSE) == await seen(hospital, DOCTOR) == {"o7"}
    await hospital.put(role("r3", "weber"))
    assert (await seen(hospital, NURSE), await seen(hospital, DOCTOR)) == ({"o7"}, set())
    await hospital.gate.ground.store.commit(unit("PractitionerRole", "r3"))
    assert await seen(hospital, NURSE) == {"o7"}


async def test_of_several_that_change_at_once_each_says_what_it_says_now(hospital: Node) -> None:
    await hospital.put(*(encounter(f"e{one}", one, **ATTENDS) for one in ("7", "8", "9")))
    assert await seen(hospital, DOCTOR) == {"o7", "o8", "o9"}
    await hospital.put(encounter("e7", "7"), encounter("e8", "8", status="cancelled", **ATTENDS))
    assert await seen(hospital, DOCTOR) == {"o9"}
    await hospital.put(role("r2", "klose", location=[ref(WARD)]), role("r3", "weber", location=[ref(WARD)]))
    await hospital.put(encounter("e7", "7", location=[{"location": ref(WARD)}]))
    assert (await seen(hospital, NURSE), await seen(hospital, DOCTOR)) == ({"o7"}, {"o7", "o9"})
    await hospital.put(role("r2", "klose"), role("r3", "weber"))
    assert (await seen(hospital, NURSE), await seen(hospital, DOCTOR)) == (set(), {"o9"})


BEGINS, ENDS = NOW + timedelta(days=1), NOW + timedelta(days=3)


async def test_who_works_on_a_ward_for_some_days_sees_its_patients_then_and_not_before(hospital: Node) -> None:
    period = {"start": BEGINS.isoformat(), "end": ENDS.isoformat()}
    await hospital.put(encounter(location=[{"location": ref(WARD)}]))
    await hospital.put(role("r3", "weber", location=[ref(WARD)], period=period))
    found = []
    for _ in range(4):
        assert (await why(hospital, "7") is not None) is ("o7" in await seen(hospital, DOCTOR))
        found.append(await seen(hospital, DOCTOR))
        hospital.clock.later(days=1)
    assert found == [set(), {"o7"}, {"o7"}, {"o7"}]
    hospital.clock.later(days=-1, seconds=1)
    assert (await seen(hospital, DOCTOR), await why(hospital, "7")) == (set(), None), "the last second is over"


async def why(node: Node, patient: str) -> str | None:
    """Why the doctor treats somebody, as it is told to the patient; None where nothing connects them."""
    ground = node.gate.ground
    assert ground.relations is not None
    now = ground.clock()
    key = ground.store.patient_key(patient)
    ground.relations._remembered.clear()  # as another process asks
    ground.relations._lists.clear()
    found = await ground.relations.between(DOCTOR, key, now, ground.treatment.ended(now))
    return None if found is None else found.kind.name


async def test_the_reason_told_is_the_one_that_holds_now(hospital: Node) -> None:
    day = timedelta(days=1)
    over = {"start": "2026-01-01", "end": (NOW - 40 * day).isoformat()}
    await hospital.put(encounter("old", status="finished", period=over, **ATTENDS))
    assert await why(hospital, "7") is None
    await hospital.put(patient("7", generalPractitioner=[ref("Practitioner/weber")]))
    assert await why(hospital, "7") == "FAMILY_DOCTOR"
    recent = {"start": "2026-04-01", "end": (NOW - 29 * day).isoformat()}
    await hospital.put(encounter("new", status="finished", period=recent, **ATTENDS))
    assert (await why(hospital, "7"), await why(hospital, "8")) == ("ENCOUNTER", None)
    hospital.clock.later(days=2)
    assert await why(hospital, "7") == "FAMILY_DOCTOR"


async def test_a_treatment_counts_to_the_last_second_of_the_last_day(hospital: Node) -> None:
    period = {"start": "2026-01-01", "end": (NOW - timedelta(days=30)).isoformat()}
    await hospital.put(encounter(status="finished", period=period, **ATTENDS))
    assert (await why(hospital, "7"), await seen(hospital, DOCTOR)) == ("ENCOUNTER", {"o7"})
    hospital.clock.later(seconds=1)
    assert (await why(hospital, "7"), await seen(hospital, DOCTOR)) == (None, set())


async def test_an_opening_is_the_reason_while_it_lasts_and_not_a_second_longer(hospital: Node) -> None:
    await hospital.gate.open_record(DOCTOR, "8", "Bewusstlos auf dem Flur gefunden")
    hospital.clock.later(minutes=239)
    assert (await why(hospital, "8"), await why(hospital, "7")) == ("OPENED", None)
    hospital.clock.later(minutes=1)
    assert await why(hospital, "8") is None
    await hospital.put(encounter("e8", "8", **ATTENDS))
    assert await why(hospital, "8") == "ENCOUNTER"


async def test_who_treated_until_a_moment_ago_can_open_the_record_at_once(hospital: Node) -> None:
    await hospital.put(encounter(**ATTENDS))
    await hospital.gate.read(DOCTOR, "Observation", "o7")
    await hospital.put(encounter(status="cancelled", **ATTENDS))
    assert await seen(hospital, DOCTOR) == set()
    assert (await hospital.gate.open_record(DOCTOR, "7", "Bewusstlos auf dem Flur gefunden")).until is not None
    assert await seen(hospital, DOCTOR) == {"o7"}


async def test_who_admits_a_patient_is_through_with_it_within_a_day(hospital: Node) -> None:
    relations, key = hospital.gate.ground.relations, hospital.store.patient_key("9")
    assert relations is not None
    async with hospital.database.transaction() as connection:
        await relations.register(connection, DOCTOR, [key], NOW)
    assert (await why(hospital, "9"), await seen(hospital, DOCTOR)) == ("REGISTERED", {"o9"})
    hospital.clock.later(hours=23, minutes=59, seconds=59)
    assert (await why(hospital, "9"), await seen(hospital, DOCTOR)) == ("REGISTERED", {"o9"})
    hospital.clock.later(seconds=1)
    assert (await why(hospital, "9"), await seen(hospital, DOCTOR)) == (None, set())
