"""The complete copy: all that is in the record is in it, for programs and in words, and nothing of anybody else."""

import io
import json
import time
from base64 import b64encode
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from opened_gate import DOCTOR, OPERATOR, OTHER_PATIENT, PATIENT, Json, condition, observation, patient
from opened_rights import House
from pypdf import PdfReader

from verbund.access import Write
from verbund.audit import LoggedEvent
from verbund.errors import Conflict, Forbidden, NotFound, VerbundError
from verbund.fhir import validate
from verbund.identity import Principal
from verbund.rights import Looks

LETTER = b"%PDF-1.4 a letter"


def record() -> list[Json]:
    """A little of everything, one thing of somebody else."""
    return [
        patient(),
        patient("8"),
        {"resourceType": "Practitioner", "id": "p", "name": [{"family": "Öztürk", "given": ["Şeyma"]}]},
        condition("c")
        | {"note": [{"text": "Erstdiagnose durch Dr. Wałęsa"}], "recorder": {"reference": "Practitioner/p"}},
        observation(
            "a",
            code={"coding": [{"system": "http://loinc.org", "code": "718-7", "display": "Hämoglobin"}]},
            valueQuantity={"value": 13.4, "unit": "g/dL", "system": "http://unitsofmeasure.org", "code": "g/dL"},
        ),
        observation("theirs", "8", valueString="SOMEBODY ELSE"),
        {
            "resourceType": "DocumentReference",
            "id": "d",
            "status": "current",
            "subject": {"reference": "Patient/7"},
            "date": "2026-02-03T10:00:00Z",
            "content": [
                {
                    "attachment": {
                        "contentType": "application/pdf",
                        "title": "Arztbrief",
                        "data": b64encode(LETTER).decode(),
                    }
                }
            ],
        },
    ]


def words_of(archive: ZipFile) -> str:
    """All that the readable files say, in one line."""
    texts = [page.extract_text() for name in archive.namelist() if name.endswith(".pdf") and "/" not in name
             for page in PdfReader(io.BytesIO(archive.read(name))).pages]  # fmt: skip
    return " ".join(" ".join(texts).split())


def bundle(archive: ZipFile, name: str) -> list[Any]:
    return [entry["resource"] for entry in json.loads(archive.read(f"fhir/{name}.json"))["entry"]]


async def test_everything_of_the_record_is_in_it_for_programs_and_in_words(house: House) -> None:
    await house.node.put(*record())
    await house.node.put(observation("a", valueQuantity={"value": 14.1, "unit": "g/dL"}))
    await house.node.gate.read(DOCTOR, "Observation", "a")
    archive = ZipFile(io.BytesIO(await house.copied()))
    assert archive.testzip() is None
    assert all(validate(archive.read(f"fhir/{name}.json")) == () for name in ("record", "versions", "accesses"))
    there = {f"{one['resourceType']}/{one['id']}": one for one in bundle(archive, "record")}
    assert set(there) == {"Patient/7", "Condition/c", "Observation/a", "DocumentReference/d", "Practitioner/p"}
    assert there["Observation/a"]["valueQuantity"]["value"] == 14.1
    assert [one["valueQuantity"]["value"] for one in bundle(archive, "versions")] == [14.1, 13.4]
    looks = bundle(archive, "accesses")
    assert {one["resourceType"] for one in looks} == {"AuditEvent"}
    assert any("Name of physician" in json.dumps(one) for one in looks)
    (letter,) = [name for name in archive.namelist() if name.startswith("documents/")]
    assert archive.read(letter) == LETTER
    words = words_of(archive)
    for said in ("Kessler, Ruth", "03.02.1951", "I10.90", "Wałęsa", "Öztürk, Şeyma", "14,1 g/dL", "01.04.2026", letter):
        assert said in words, said
    assert "Name of physician" in words
    assert "SOMEBODY ELSE" not in words
    assert b"SOMEBODY ELSE" not in archive.read("fhir/record.json")


@pytest.mark.parametrize(
    ("language", "title", "value"),
    [("de", "Vollständige Kopie meiner Daten", "13,4 g/dL"), ("en", "Complete copy of my data", "13.4 g/dL")],
)
async def test_it_is_written_in_the_reader_s_language_with_title_and_bookmarks(
    house: House, language: str, title: str, value: str
) -> None:
    await house.node.put(*record())
    archive = ZipFile(io.BytesIO(await house.copied(language=language)))
    name = next(name for name in archive.namelist() if name.endswith("-1.pdf"))
    reader = PdfReader(io.BytesIO(archive.read(name)))
    assert reader.metadata is not None
    assert title in (reader.metadata.title or "")
    assert str(reader.trailer["/Root"]["/Lang"])[:2] == language  # type: ignore[index]
    assert len(reader.outline) >= 4
    assert value in words_of(archive)


async def test_what_is_the_patient_s_beside_the_compartment_of_the_standard_is_in_it(house: House) -> None:
    own = {"reference": "Patient/7"}
    letter = {
        "resourceType": "Composition", "status": "final", "type": {"text": "letter"}, "subject": own,
        "date": "2026-01-01", "author": [{"display": "Dr. Weber"}], "title": "Kept letter",
    }  # fmt: skip
    kept = {
        "resourceType": "Bundle", "id": "kept", "type": "document", "timestamp": "2026-01-01T00:00:00Z",
        "identifier": {"system": "urn:x", "value": "1"}, "entry": [{"fullUrl": "urn:x:1", "resource": letter}],
    }  # fmt: skip
    await house.node.put(
        patient(),
        kept,
        {"resourceType": "Device", "id": "pump", "patient": own},
        {"resourceType": "Task", "id": "call", "status": "requested", "intent": "order", "for": own},
    )
    archive = ZipFile(io.BytesIO(await house.copied()))
    there = {f"{one['resourceType']}/{one['id']}" for one in bundle(archive, "record")}
    assert there == {"Patient/7", "Bundle/kept", "Device/pump", "Task/call"}
    assert "Kept letter" in words_of(archive)


def binary(identity: str, content: bytes, context: str | None) -> Json:
    held: Json = {"resourceType": "Binary", "id": identity, "contentType": "application/pdf"}
    named = {"securityContext": {"reference": context}} if context else {}
    return held | named | {"data": b64encode(content).decode()}


def document(identity: str, *attachments: Json) -> Json:
    return {
        "resourceType": "DocumentReference",
        "id": identity,
        "status": "current",
        "subject": {"reference": "Patient/7"},
        "content": [{"attachment": one} for one in attachments],
    }


async def test_every_file_of_an_entry_is_in_it_and_none_that_is_not_known_to_be_the_patient_s(house: House) -> None:
    plain = {"contentType": "text/plain", "title": "Notiz", "data": b64encode(b"two").decode()}
    named = [{"contentType": "application/pdf", "title": f"Brief {one}", "url": f"Binary/{one}"} for one in "abcd"]
    elsewhere = {"contentType": "application/pdf", "url": "https://elsewhere.example/Binary/x"}
    asked = {"item": [{"linkId": "1", "answer": [{"valueAttachment": plain}]}]}
    whose = {"reference": "Patient/7"}
    await house.node.put(
        patient(),
        patient("8"),
        observation("theirs", "8"),
        document("d", plain, *named, elsewhere),
        binary("a", b"one", "DocumentReference/d"),
        binary("b", b"SOMEBODY ELSE", "Observation/theirs"),
        binary("c", b"NOBODY SAYS WHOSE", None),
        binary("lone", b"three", "Patient/7"),
        {"resourceType": "QuestionnaireResponse", "id": "q", "status": "completed", "subject": whose} | asked,
    )
    archive = ZipFile(io.BytesIO(await house.copied()))
    files = {name: archive.read(name) for name in archive.namelist() if name.startswith("documents/")}
    assert sorted(files.values()) == [b"one", b"three", b"two", b"two"]
    assert {one["id"] for one in bundle(archive, "record") if one["resourceType"] == "Binary"} == {"a", "lone"}
    words = words_of(archive)
    assert all(name in words for name in files)
    assert words.count("Eine Datei dieses Eintrags fehlt in der Kopie") == 3
    assert (await house.node.gate.read(PATIENT, "Binary", "a")).id == "a"
    for hidden in "bcd":
        with pytest.raises(NotFound):
            await house.node.gate.read(PATIENT, "Binary", hidden)


class TwoHouses:
    """A region of a house that answers and one that is down."""

    def __init__(self, items: tuple[LoggedEvent, ...]) -> None:
        self.items = items

    async def accesses(self, who: Principal) -> AsyncIterator[Looks]:
        assert who.patient_id == "7"
        yield Looks("praxis", "Praxis Dr. Weber", self.items[:1])
        yield Looks("praxis", "Praxis Dr. Weber", self.items[1:])
        yield Looks("klinik", "Klinik am See", None)


async def test_a_record_that_never_changed_has_valid_bundles_too_and_archived_accesses_are_told(
    house: House, tmp_path: Path
) -> None:
    await house.node.put(*record())
    house.node.clock.later(days=5_000)
    await house.node.gate.read(DOCTOR, "Observation", "a")
    await house.node.log.archive_before(house.node.clock.now, tmp_path)
    archive = ZipFile(io.BytesIO(await house.copied()))
    assert all(validate(archive.read(f"fhir/{name}.json")) == () for name in ("record", "versions", "accesses"))
    assert "entry" not in json.loads(archive.read("fhir/versions.json"))
    (said,) = [one for one in bundle(archive, "accesses") if one["resourceType"] == "OperationOutcome"]
    assert "archive" in said["issue"][0]["details"]["text"]
    assert "Ältere Zugriffe, die im Archiv des Hauses liegen" in words_of(archive)


@pytest.mark.parametrize("number", [0, 1, 5])
async def test_it_tells_who_looked_at_other_houses_and_which_did_not_answer(house: House, number: int) -> None:
    await house.node.put(*record())
    for _ in range(number):
        await house.node.gate.read(DOCTOR, "Observation", "a")
    there = [one for one in await house.node.events("7") if one.event.kind == "read"]
    house.copies.region = TwoHouses(tuple(there))
    archive = ZipFile(io.BytesIO(await house.copied()))
    looks = bundle(archive, "accesses")
    elsewhere = [one for one in looks if one["id"].startswith("praxis-")]
    assert len(elsewhere) == number
    assert all(one["source"]["site"] == "praxis" and validate(json.dumps(one).encode()) == () for one in elsewhere)
    (silent,) = [one for one in looks if one["resourceType"] == "OperationOutcome"]
    assert "Klinik am See" in silent["issue"][0]["details"]["text"]
    words = words_of(archive)
    assert "Wer hat geschaut – Klinik am See Dieses Haus hat nicht geantwortet" in words
    assert ("Wer hat geschaut – Praxis Dr. Weber" in words) == (number > 0)


async def test_only_who_asked_gets_it_and_each_fetching_is_logged(house: House) -> None:
    await house.node.put(*record())
    asked = await house.copies.ask(PATIENT, "de")
    with pytest.raises(Conflict):
        await house.copies.fetch(PATIENT, asked.id)
    assert (await house.copies.ask(PATIENT, "de")).id == asked.id
    assert await house.copies.make_next()
    for stranger in (OTHER_PATIENT, DOCTOR, OPERATOR):
        with pytest.raises(VerbundError) as refused:
            await house.copies.fetch(stranger, asked.id)
        assert isinstance(refused.value, NotFound | Forbidden)
    with pytest.raises(Forbidden):
        await house.copies.ask(DOCTOR, "de")
    await house.fetched(PATIENT, asked.id)
    kinds = [(one.event.kind, one.event.action) for one in await house.node.events("7")]
    assert kinds.count(("copy", "E")) == 1
    assert kinds.count(("copy", "R")) == 1


async def test_one_that_was_left_half_made_is_made_anew(house: House) -> None:
    await house.node.put(*record())
    asked = await house.copies.ask(PATIENT, "de")
    async with house.database.connection() as connection:
        await connection.execute("update rights_copy set seen_at = now(), begun = 1, bytes = 5")
        await connection.execute("insert into rights_copy_piece values ($1, 0, $2)", asked.id, b"half")
    assert not await house.copies.make_next()
    async with house.database.connection() as connection:
        await connection.execute("update rights_copy set seen_at = now() - interval '1 minute'")
    assert await house.copies.make_next()
    archive = ZipFile(io.BytesIO(await house.fetched(PATIENT, asked.id)))
    assert len(bundle(archive, "record")) == 5
    (copy,) = await house.copies.mine(PATIENT)
    assert (copy.state, copy.done, copy.whole) == ("ready", 4, 4)


async def test_it_is_gone_after_three_days_or_when_it_is_dropped(house: House) -> None:
    await house.node.put(*record())
    await house.copied()
    (copy,) = await house.copies.mine(PATIENT)
    house.node.clock.later(hours=73)
    assert await house.copies.mine(PATIENT) == ()
    with pytest.raises(NotFound):
        await house.copies.fetch(PATIENT, copy.id)
    again = await house.copies.ask(PATIENT, "en")
    async with house.database.connection() as connection:
        assert await connection.fetchval("select count(*) from rights_copy where id = $1", copy.id) == 0
    await house.copies.drop(PATIENT, again.id)
    assert not await house.copies.make_next()


@pytest.mark.long
async def test_ten_thousand_entries_take_less_than_a_minute(house: House) -> None:
    await house.node.put(patient())
    for start in range(0, 10_000, 1_000):
        writes = [
            Write("update", "Observation", f"o{number}", json.dumps(
                observation(f"o{number}", valueQuantity={"value": number / 10, "unit": "g/dL"})).encode())
            for number in range(start, start + 1_000)
        ]  # fmt: skip
        await house.node.gate.commit(OPERATOR, writes, check_references=False)
    house.node.clock.later(seconds=1)
    begun = time.monotonic()
    content = await house.copied()
    took = time.monotonic() - begun
    assert took < 60
    archive = ZipFile(io.BytesIO(content))
    print(f"a copy of 10,000 entries takes {took:.1f} s")
    assert len(bundle(archive, "record")) == 10_001
    assert len([name for name in archive.namelist() if name.endswith(".pdf")]) == 3
