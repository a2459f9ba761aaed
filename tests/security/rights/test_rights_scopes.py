"""What a patient's app is given by the rights of patients is never more than its token reads elsewhere."""

import io
import json
from base64 import b64encode
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID
from zipfile import ZipFile

import pytest
import pytest_asyncio
from opened_gate import DOCTOR, NOW, OTHER_PATIENT, PATIENT, observation, patient
from opened_rights import House, opened

from verbund.consent import ALL, DataCategory
from verbund.database import Database
from verbund.errors import Forbidden, NotFound
from verbund.identity import Acting, Principal, Scopes

WIDE = replace(PATIENT, client="wide", scopes=Scopes.parse("patient/*.rs"))
NARROW = replace(PATIENT, client="narrow", scopes=Scopes.parse("patient/Patient.r openid"))


@pytest_asyncio.fixture(loop_scope="session")
async def house(database: Database, tmp_path: Path) -> AsyncIterator[House]:
    """A house with a patient's record in which somebody looked."""
    house = await opened(database, tmp_path)
    await house.node.put(patient("7"), observation("a"))
    await house.node.gate.read(DOCTOR, "Observation", "a")
    yield house
    await house.node.close()


def kinds(archive: ZipFile, name: str) -> set[str]:
    return {one["resource"]["resourceType"] for one in json.loads(archive.read(f"fhir/{name}.json"))["entry"]}


async def test_a_copy_in_the_making_for_one_app_is_not_given_to_another(house: House) -> None:
    wide = await house.copies.ask(WIDE, "en")
    narrow = await house.copies.ask(NARROW, "en")
    assert narrow.id != wide.id
    assert await house.copies.make_next()
    assert await house.copies.make_next()
    archive = ZipFile(io.BytesIO(await house.fetched(NARROW, narrow.id)))
    assert kinds(archive, "record") == {"Patient"}
    with pytest.raises(NotFound):
        await house.copies.fetch(NARROW, wide.id)


async def test_an_app_s_copies_are_not_the_patient_s_in_the_portal_nor_the_other_way_round(house: House) -> None:
    own = await house.copies.ask(PATIENT, "de")
    app = await house.copies.ask(replace(WIDE, scopes=PATIENT.scopes), "de")
    assert own.id != app.id
    assert [one.id for one in await house.copies.mine(PATIENT)] == [own.id]
    assert [one.id for one in await house.copies.mine(WIDE)] == []


async def test_an_app_that_was_narrowed_meanwhile_is_not_given_its_former_copy(house: House) -> None:
    asked = await house.copies.ask(WIDE, "en")
    assert await house.copies.make_next()
    assert await house.fetched(replace(WIDE, scopes=Scopes.parse("patient/*.rs openid")), asked.id)
    with pytest.raises(NotFound):
        await house.copies.one(replace(WIDE, scopes=NARROW.scopes), asked.id)


async def test_without_the_scope_for_the_log_a_copy_holds_nothing_of_it(house: House) -> None:
    for who, log in ((NARROW, {"OperationOutcome"}), (WIDE, {"AuditEvent"})):
        archive = ZipFile(io.BytesIO(await house.copied(who, "en")))
        assert kinds(archive, "accesses") == log
        told = b"Name of physician" in archive.read("fhir/accesses.json")
        assert told == (who is WIDE)


async def test_without_the_scope_for_files_a_copy_holds_none_that_lie_by_themselves(house: House) -> None:
    letter = {"contentType": "application/pdf", "data": b64encode(b"A LETTER").decode()}
    whose = {"reference": "Patient/7"}
    await house.node.put(
        {"resourceType": "DocumentReference", "id": "d", "status": "current", "subject": whose}
        | {"content": [{"attachment": {"contentType": "application/pdf", "url": "Binary/b"}}]},
        {"resourceType": "Binary", "id": "b", "securityContext": {"reference": "DocumentReference/d"}} | letter,
    )
    documents = replace(NARROW, scopes=Scopes.parse("patient/Patient.r patient/DocumentReference.rs"))
    for who, files in ((documents, []), (WIDE, [b"A LETTER"])):
        archive = ZipFile(io.BytesIO(await house.copied(who, "en")))
        assert [archive.read(name) for name in archive.namelist() if name.startswith("documents/")] == files


def acting(categories: DataCategory) -> Principal:
    """Another patient, who decides for patient 7 as to some kinds of data."""
    relation = Acting(UUID(int=7), "Ruth Kessler", "proxy", int(categories), True, NOW, None)
    return replace(OTHER_PATIENT, patient_id="7", purpose="FAMRQT", scopes=PATIENT.scopes, proxy=relation)


async def test_who_acts_as_to_some_kinds_of_data_gets_a_copy_without_the_log_and_no_more_than_now(house: House) -> None:
    some = acting(DataCategory.LABORATORY | DataCategory.DEMOGRAPHICS)
    for who, told in ((some, {"OperationOutcome"}), (acting(ALL), {"AuditEvent"})):
        asked = await house.copies.ask(who, "en")
        assert await house.copies.make_next()
        archive = ZipFile(io.BytesIO(await house.fetched(who, asked.id)))
        assert kinds(archive, "accesses") == told
        with pytest.raises(NotFound):
            await house.copies.fetch(acting(DataCategory.DEMOGRAPHICS), asked.id)


async def test_an_erasure_is_foreseen_and_asked_for_by_who_acts_as_to_all_kinds_of_data_only(house: House) -> None:
    some = acting(DataCategory.LABORATORY | DataCategory.DEMOGRAPHICS)
    for act in (house.erasures.preview, house.erasures.ask):
        with pytest.raises(Forbidden):
            await act(replace(some, authenticated=NOW))
    assert (await house.erasures.preview(acting(ALL))).kept
    (told,) = [one.event for one in await house.node.events("7") if "preview" in one.event.reason_en]
    assert (told.action, told.purpose) == ("R", "FAMRQT")
