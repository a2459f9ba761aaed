"""Erasure: what goes, what must stay and why; and that nothing of who was erased can be read again."""

import json
from datetime import UTC, date, datetime, time, timedelta

import pytest
from opened_gate import DOCTOR, PATIENT, STEWARD, Json, care_consent, condition, observation, patient
from opened_rights import JUST_PROVED, House

from verbund.consent import ALL
from verbund.errors import Conflict, Forbidden, Gone, NotFound
from verbund.fhir import parse_search
from verbund.identity import ConfirmationNeeded
from verbund.rights import Erased, Kind, State, table
from verbund.rights.retention import Entry, entry_of, outcome

TODAY = date(2026, 5, 4)
HOSPITAL = "university-hospital"


def old(resource: Json, day: str) -> Json:
    """The same, of that day."""
    names = ("effectiveDateTime", "recordedDate", "dateTime", "authored")
    return resource | {name: day for name in names if name in resource}


def questionnaire(day: str = "2026-04-01") -> Json:
    """Something that the patient has stated alone."""
    return {
        "resourceType": "QuestionnaireResponse",
        "id": "q",
        "status": "completed",
        "subject": {"reference": "Patient/7"},
        "source": {"reference": "Patient/7"},
        "authored": day,
    }


def entries(*resources: Json) -> list[Entry]:
    """What the rules see of resources."""
    found = []
    for one in resources:
        day = next(
            (one[name] for name in ("effectiveDateTime", "recordedDate", "dateTime", "authored") if name in one), None
        )
        at = None if day is None else date.fromisoformat(day[:10])
        found.append(entry_of(one, None, datetime.combine(at or TODAY, time(12), UTC)))
    return found


def left(
    *resources: Json, house: str = HOSPITAL, birth: date | None = None, today: date = TODAY
) -> dict[str, tuple[str, date]]:
    """What stays by reference: by which rule and until when."""
    kept = outcome(entries(*resources), table(), house, birth, today).kept
    return {f"{one.entry.type}/{one.entry.id}": (one.rule.name, one.until) for one in kept}


def test_a_record_stays_ten_years_after_the_end_of_the_treatment_and_the_person_with_it() -> None:
    found = left(patient(), old(condition("c"), "2019-03-01"), old(observation("a"), "2020-06-01"))
    assert found["Condition/c"] == ("record", date(2030, 6, 1))
    assert found["Patient/7"] == ("record", date(2030, 6, 1))


def test_a_pause_of_two_years_ends_a_treatment() -> None:
    found = left(patient(), old(condition("c"), "2010-03-01"), old(observation("a"), "2020-06-01"))
    assert set(found) == {"Observation/a", "Patient/7"}


def test_what_still_holds_belongs_to_the_last_treatment_and_what_was_noted_later_to_that_time() -> None:
    active = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/condition-clinical", "code": "active"}]}
    lasting = condition("lasting") | {
        "onsetDateTime": "1990-01-01",
        "recordedDate": "1990-01-02",
        "clinicalStatus": active,
    }
    over = condition("over") | {"recordedDate": "1990-01-02"}
    noted = {"resourceType": "Procedure", "id": "noted", "recordedDate": "2020-06-01", "status": "completed"}
    found = left(patient(), lasting, over, noted, old(observation("a"), "2020-06-01"))
    assert found["Condition/lasting"] == ("record", date(2030, 6, 1))
    assert "Procedure/noted" in found
    assert "Condition/over" not in found


def test_what_the_patient_stated_alone_is_kept_by_nobody() -> None:
    assert left(patient(), questionnaire(), care_consent()) == {}


def test_radiotherapy_stays_thirty_years_and_pictures_of_minors_until_they_are_28() -> None:
    beam = {
        "resourceType": "Procedure",
        "id": "p",
        "status": "completed",
        "code": {"coding": [{"system": "http://fhir.de/CodeSystem/bfarm/ops", "code": "8-522.d0"}]},
        "subject": {"reference": "Patient/7"},
        "recordedDate": "2005-01-10",
    }
    picture = {"resourceType": "ImagingStudy", "id": "i", "status": "available", "recordedDate": "2010-05-05"}
    assert left(beam)["Procedure/p"] == ("radiotherapy", date(2035, 1, 10))
    assert left(picture, birth=date(2004, 2, 29))["ImagingStudy/i"] == ("imaging", date(2032, 2, 29))
    assert left(picture, birth=date(1980, 1, 1)) == {}


def test_other_houses_have_other_duties() -> None:
    assert left(patient(), condition("c"), house="research-institute") == {}
    assert left(patient(), condition("c"), house="insurer")["Condition/c"] == ("insurance", date(2036, 12, 31))


async def begun(house: House) -> None:
    await house.node.put(
        patient(), patient("8"), observation("a"), observation("b", "8"), care_consent(), questionnaire()
    )


async def test_it_is_asked_for_by_who_has_just_proved_who_they_are(house: House) -> None:
    await begun(house)
    with pytest.raises(ConfirmationNeeded):
        await house.erasures.ask(PATIENT)
    await house.erasures.ask(JUST_PROVED)
    with pytest.raises(Conflict):
        await house.erasures.ask(JUST_PROVED)


async def test_while_something_must_stay_the_rest_goes_with_every_version(house: House) -> None:
    await begun(house)
    await house.node.put(questionnaire("2026-04-02"))
    preview = await house.erasures.preview(PATIENT)
    assert not preview.whole
    assert {one.type for one in preview.erased} == {"QuestionnaireResponse", "Consent"}
    request = await house.erasures.ask(JUST_PROVED)
    with pytest.raises(Forbidden):
        await house.erasures.carry_out(DOCTOR, request.id)
    await house.erasures.carry_out(house.steward, request.id, "Der Rest folgt.")
    for kind, identity in (("QuestionnaireResponse", "q"), ("Consent", "c")):
        with pytest.raises(NotFound) as gone:
            await house.node.gate.read(PATIENT, kind, identity)
        assert not isinstance(gone.value, Gone)
        with pytest.raises(NotFound):
            await house.node.gate.history(PATIENT, kind, identity)
    async with house.database.connection() as connection:
        assert await connection.fetchval("select count(*) from superseded") == 0
        assert await connection.fetchval("select count(*) from consent_statement") == 0
    assert (await house.node.gate.read(PATIENT, "Observation", "a")).id == "a"
    (mine,) = await house.requests.mine(PATIENT)
    assert mine.state is State.PARTLY
    assert mine.due.date() == date(2036, 4, 1)
    assert (await house.node.log.verify()).ok


async def test_what_was_left_goes_by_itself_when_its_time_is_over(house: House) -> None:
    await begun(house)
    request = await house.erasures.ask(JUST_PROVED)
    await house.erasures.carry_out(house.steward, request.id)
    assert await house.erasures.continue_due() == 0
    house.years_later(10)
    assert await house.erasures.continue_due() == 1
    with pytest.raises((Gone, NotFound)):
        await house.node.gate.read(PATIENT, "Observation", "a")
    assert (await house.node.gate.read(DOCTOR, "Observation", "b")).id == "b"


async def erased(house: House) -> None:
    """The patient after an erasure of all."""
    await begun(house)
    await house.requests.ask(PATIENT, Kind.RESTRICTION, "bis dahin", categories=ALL)
    await house.copied()
    house.years_later(11)
    request = await house.erasures.ask(house.proved())
    assert (await house.erasures.carry_out(house.steward, request.id)).whole


async def test_when_nothing_must_stay_the_key_goes_and_every_row_with_it(house: House) -> None:
    await erased(house)
    patient_key = house.node.store.patient_key("7")
    async with house.database.connection() as connection:
        tables = await connection.fetch(
            "select table_name from information_schema.columns where column_name = 'patient' and data_type = 'bigint'"
            " and table_schema = current_schema()"
        )
        left = {
            row[0]: await connection.fetchval(f"select count(*) from {row[0]} where patient = $1", patient_key)  # noqa: S608
            for row in tables
        }
        wrapped = await connection.fetchval("select wrapped from data_key where patient = $1", patient_key)
    assert wrapped is None
    assert {name for name, count in left.items() if count and not name.startswith("audit_")} == {
        "data_key",
        "rights_erasure",
    }
    with pytest.raises(Gone):
        await house.node.log.of_patient("7")
    with pytest.raises(Gone):
        await house.node.put(observation("again"))
    verdict = await house.node.log.verify()
    assert verdict.ok, verdict.text
    found = await house.node.gate.search(DOCTOR, parse_search("Observation", []))
    assert [one.id for one in found.matches] == ["b"]


async def test_a_restored_backup_is_erased_again(house: House) -> None:
    await begun(house)
    patient_key = house.node.store.patient_key("7")
    async with house.database.connection() as connection:
        await connection.execute("create table kept_key as select * from data_key")
        await connection.execute("create table kept_rows as select * from resource")
    house.years_later(11)
    request = await house.erasures.ask(house.proved())
    await house.erasures.carry_out(house.steward, request.id)
    assert await house.erasures.resume() == 0
    async with house.database.transaction() as connection:
        await connection.execute("delete from data_key where patient = $1", patient_key)
        await connection.execute("insert into data_key select * from kept_key where patient = $1", patient_key)
        await connection.execute("insert into resource select * from kept_rows where patient = $1", patient_key)
        await connection.execute("delete from rights_erasure")
        await connection.execute("drop table kept_key, kept_rows")
    assert await house.erasures.resume() == 1
    async with house.database.connection() as connection:
        assert await connection.fetchval("select count(*) from resource where patient = $1", patient_key) == 0
        assert await connection.fetchval("select wrapped from data_key where patient = $1", patient_key) is None


async def test_an_erasure_that_was_cut_off_is_brought_to_its_end(house: House) -> None:
    await begun(house)
    patient_key = house.node.store.patient_key("7")
    await house.erasures.ledger.add(Erased(patient_key, house.node.clock.now))
    assert await house.erasures.resume() == 1
    with pytest.raises((Gone, NotFound)):
        await house.node.gate.read(DOCTOR, "Observation", "a")
    assert json.dumps([one.patient for one in await house.erasures.ledger.all()]) == f"[{patient_key}]"
    assert timedelta(0) <= house.node.clock.now - (await house.erasures.ledger.all())[0].at


async def test_it_is_carried_out_by_who_has_just_proved_who_they_are(house: House) -> None:
    await begun(house)
    request = await house.erasures.ask(JUST_PROVED)
    steward = house.steward
    house.node.clock.later(minutes=11)
    for late in (STEWARD, steward):
        with pytest.raises(ConfirmationNeeded):
            await house.erasures.carry_out(late, request.id)
    assert (await house.requests.mine(PATIENT))[0].state is State.OPEN
    await house.erasures.carry_out(house.steward, request.id)
