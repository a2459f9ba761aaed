"""Correction and restriction: asked by the patient, answered by the house, seen by both, and in the log."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import msgspec
import pytest
from opened_gate import (
    ADMINISTRATOR,
    DOCTOR,
    NURSE,
    OPERATOR,
    OTHER_PATIENT,
    PATIENT,
    RESEARCHER,
    STEWARD,
    asker,
    care_consent,
    condition,
    observation,
    patient,
    principal,
)
from opened_rights import House

from verbund.consent import DataCategory
from verbund.errors import Conflict, Forbidden, Incorrect, NotFound, VerbundError
from verbund.fhir import parse_search, validate
from verbund.identity import Principal, Role
from verbund.rights import Kind, State

WRONG = "Ich habe nie Bluthochdruck gehabt."
ETREAT = principal(Role.PHYSICIAN, "ETREAT")


@pytest.fixture
async def asked(house: House) -> House:
    await house.node.put(
        patient(), patient("8"), condition("c"), condition("theirs", "8"), observation("a"), care_consent()
    )
    return house


async def test_a_correction_is_asked_for_seen_and_answered(asked: House) -> None:
    requests = asked.requests
    request = await requests.ask(PATIENT, Kind.CORRECTION, WRONG, about="Condition/c")
    assert request.due - request.asked_at == timedelta(days=30)
    (waiting,) = (await requests.waiting(DOCTOR)).requests
    assert (waiting.text, waiting.about, waiting.asked_by) == (WRONG, "Condition/c", PATIENT.name)
    with pytest.raises(Incorrect):
        await requests.answer(DOCTOR, request.id, "refused", " ")
    await requests.answer(DOCTOR, request.id, "refused", "Der Befund ist gesichert.")
    (mine,) = await requests.mine(PATIENT)
    assert mine.state is State.REFUSED
    assert mine.last is not None
    assert (mine.last.by, mine.last.text) == (DOCTOR.name, "Der Befund ist gesichert.")
    assert (await requests.waiting(DOCTOR)).requests == ()
    told = [(one.event.kind, one.event.action, one.event.agent.role) for one in await asked.node.events("7")]
    for step in (("correction", "C", "patient"), ("correction", "R", "physician"), ("correction", "U", "physician")):
        assert step in told
    assert WRONG not in str(await asked.node.events("7"))


async def test_corrected_is_believed_when_the_entry_has_changed(asked: House) -> None:
    request = await asked.requests.ask(PATIENT, Kind.CORRECTION, WRONG, about="Condition/c")
    with pytest.raises(Conflict):
        await asked.requests.answer(DOCTOR, request.id, "corrected", "")
    await asked.node.put(condition("c", code="I10.00"))
    done = await asked.requests.answer(DOCTOR, request.id, "corrected", "")
    assert done.state is State.ACCEPTED
    with pytest.raises(Conflict):
        await asked.requests.answer(DOCTOR, request.id, "refused", "zu spät")


async def test_the_patient_s_words_can_be_added_to_the_entry(asked: House) -> None:
    request = await asked.requests.ask(PATIENT, Kind.CORRECTION, WRONG, about="Condition/c")
    await asked.requests.answer(DOCTOR, request.id, "supplemented", "")
    stored = msgspec.json.decode((await asked.node.gate.read(PATIENT, "Condition", "c")).body)
    assert stored["note"][0]["text"] == WRONG
    assert stored["note"][0]["authorReference"] == {"reference": "Patient/7"}


async def provenance(house: House) -> dict[str, Any]:
    """The one Provenance of the record, as its patient may read it."""
    (one,) = (await house.node.gate.search(PATIENT, parse_search("Provenance", [("patient", "7")]))).matches
    assert validate(one.body) == ()
    found: dict[str, Any] = msgspec.json.decode(one.body)
    return found


@pytest.mark.parametrize(("answer", "who"), [("corrected", DOCTOR), ("corrected", STEWARD), ("supplemented", DOCTOR)])
async def test_a_correction_leaves_in_the_record_what_was_changed_by_whom_at_whose_wish(
    asked: House, answer: Any, who: Principal
) -> None:
    request = await asked.requests.ask(PATIENT, Kind.CORRECTION, WRONG, about="Condition/c")
    if answer == "corrected":
        await asked.node.put(condition("c", code="I10.00"))
    await asked.requests.answer(replace(who, practitioner_id="weber"), request.id, answer, "")
    said = await provenance(asked)
    assert [one["reference"] for one in said["target"]] == ["Condition/c/_history/2", "Patient/7"]
    assert [one["who"].get("reference") for one in said["agent"]] == ["Practitioner/weber", "Patient/7"]
    assert said["entity"][0]["what"]["reference"] == "Condition/c/_history/1"
    assert (await asked.node.gate.vread(PATIENT, "Condition", "c", 2)).version == 2
    assert any("Provenance" in str(one.event.entities) for one in await asked.node.events("7"))


async def test_words_about_an_entry_without_place_for_notes_stand_beside_it(asked: House) -> None:
    letter = {
        "resourceType": "DocumentReference",
        "id": "d",
        "status": "current",
        "subject": {"reference": "Patient/7"},
    }
    await asked.node.put(letter | {"content": [{"attachment": {"title": "Arztbrief"}}]})
    request = await asked.requests.ask(PATIENT, Kind.CORRECTION, WRONG, about="DocumentReference/d")
    assert (await asked.requests.answer(DOCTOR, request.id, "supplemented", "")).state is State.ACCEPTED
    (one,) = (await asked.node.gate.search(DOCTOR, parse_search("Communication", [("patient", "7")]))).matches
    said = msgspec.json.decode(one.body)
    assert validate(one.body) == ()
    assert (said["payload"][0]["contentString"], said["about"][0]["reference"]) == (WRONG, "DocumentReference/d")
    assert said["sender"] == {"reference": "Patient/7"}


@pytest.mark.parametrize("about", ["Condition/theirs", "Condition/none", "nonsense", "", None])
async def test_only_entries_of_the_own_record_are_corrected(asked: House, about: str | None) -> None:
    with pytest.raises((NotFound, Incorrect)):
        await asked.requests.ask(PATIENT, Kind.CORRECTION, WRONG, about=about)


async def test_nobody_else_sees_or_answers_or_takes_back(asked: House) -> None:
    request = await asked.requests.ask(PATIENT, Kind.CORRECTION, WRONG, about="Condition/c")
    for stranger in (NURSE, ADMINISTRATOR, RESEARCHER, OPERATOR, replace(DOCTOR, organisation="praxis")):
        with pytest.raises(Forbidden):
            await asked.requests.waiting(stranger)
        with pytest.raises(VerbundError):
            await asked.requests.answer(stranger, request.id, "refused", "nein")
    with pytest.raises(NotFound):
        await asked.requests.withdraw(OTHER_PATIENT, request.id)
    with pytest.raises(NotFound):
        await asked.requests.one(DOCTOR, uuid4())
    with pytest.raises(Forbidden):
        await asked.requests.ask(DOCTOR, Kind.RESTRICTION, "")
    assert await asked.requests.mine(OTHER_PATIENT) == ()
    assert (await asked.requests.withdraw(PATIENT, request.id)).state is State.WITHDRAWN


async def test_physicians_do_not_decide_on_restriction_and_erasure(asked: House) -> None:
    request = await asked.requests.ask(PATIENT, Kind.RESTRICTION, "")
    assert (await asked.requests.waiting(DOCTOR)).requests == ()
    with pytest.raises(Forbidden):
        await asked.requests.answer(DOCTOR, request.id, "accepted", "")
    assert [one.id for one in (await asked.requests.waiting(STEWARD)).requests] == [request.id]


async def test_the_work_list_pages_over_all_once(asked: House) -> None:
    for _ in range(7):
        asked.node.clock.later(seconds=1)
        await asked.requests.ask(PATIENT, Kind.CORRECTION, WRONG, about="Condition/c")
    found, cursor = [], None
    while True:
        page = await asked.requests.waiting(STEWARD, count=3, cursor=cursor)
        found += [one.asked_at for one in page.requests]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert found == sorted(found)
    assert len(set(found)) == 7
    with pytest.raises(Incorrect):
        await asked.requests.waiting(STEWARD, cursor="forged")


async def test_too_many_at_once_are_put_off(asked: House) -> None:
    for _ in range(50):
        await asked.requests.ask(PATIENT, Kind.CORRECTION, WRONG, about="Condition/c")
    with pytest.raises(Conflict):
        await asked.requests.ask(PATIENT, Kind.CORRECTION, WRONG, about="Condition/c")


async def test_what_is_asked_lies_sealed(asked: House) -> None:
    await asked.requests.ask(PATIENT, Kind.CORRECTION, WRONG, about="Condition/c")
    async with asked.database.connection() as connection:
        rows = await connection.fetch("select r::text from rights_request r")
    assert len(rows) == 1
    assert WRONG.encode().hex() not in rows[0][0]
    assert "Condition" not in rows[0][0]


# ---------------------------------------------------------------------------------------------------- restriction


async def seen_by_doctor(house: House) -> list[str]:
    page = await house.node.gate.search(DOCTOR, parse_search("Condition", []))
    return sorted(one.id for one in page.matches)


async def test_restricted_data_is_used_for_nothing_but_what_the_law_allows(asked: House) -> None:
    gate, requests = asked.node.gate, asked.requests
    assert len((await gate.release(asker(), "TREAT", ["7"])).items) == 3
    request = await requests.ask(PATIENT, Kind.RESTRICTION, "Ich bestreite die Diagnosen.")
    assert await seen_by_doctor(asked) == ["c", "theirs"], "not before the house has confirmed it"
    await requests.answer(STEWARD, request.id, "accepted", "")
    assert await seen_by_doctor(asked) == ["theirs"]
    with pytest.raises(NotFound):
        await gate.read(DOCTOR, "Condition", "c")
    assert await gate.read_together([(DOCTOR, "Condition", "c")]) == [None]
    assert {one.type for one in (await gate.record(DOCTOR, "7")).resources} == {"Patient"}
    assert [one.type for one in (await gate.release(asker(), "TREAT", ["7"])).items] == ["Patient"]
    total = await gate.search(DOCTOR, parse_search("Condition", [("_total", "accurate"), ("code", "I10.90")]))
    assert total.total == 1
    assert {one.type for one in (await gate.record(PATIENT, "7")).resources} >= {"Condition", "Observation"}
    assert (await gate.read(ETREAT, "Condition", "c")).id == "c"
    await requests.withdraw(PATIENT, request.id)
    assert await seen_by_doctor(asked) == ["c", "theirs"]


async def test_a_restriction_of_some_kinds_leaves_the_others(asked: House) -> None:
    request = await asked.requests.ask(PATIENT, Kind.RESTRICTION, "", categories=DataCategory.LABORATORY)
    await asked.requests.answer(STEWARD, request.id, "accepted", "")
    assert await seen_by_doctor(asked) == ["c", "theirs"]
    with pytest.raises(NotFound):
        await asked.node.gate.read(DOCTOR, "Observation", "a")


async def test_the_house_ends_a_restriction_with_a_reason_that_the_patient_reads(asked: House) -> None:
    request = await asked.requests.ask(PATIENT, Kind.RESTRICTION, "")
    await asked.requests.answer(STEWARD, request.id, "accepted", "")
    with pytest.raises(Incorrect):
        await asked.requests.answer(STEWARD, request.id, "ended", "")
    await asked.requests.answer(STEWARD, request.id, "ended", "Die Diagnose wurde geprüft und stimmt.")
    assert await seen_by_doctor(asked) == ["c", "theirs"]
    (mine,) = await asked.requests.mine(PATIENT)
    assert mine.state is State.ENDED
    assert [one.state for one in mine.steps] == [State.ACCEPTED, State.ENDED]
