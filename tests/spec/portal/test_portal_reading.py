"""What clinicians find and read: order, names in the reader's language, and pages whatever a record holds."""

import re
from typing import Any

import pytest
from asking import Asking, record_address, send
from pretend_region import HOUSES, Node

from verbund.node.desks.records import _belongs_to
from verbund.portal import DocumentContent, FoundPatients, HouseItem, RecordAnswer
from verbund.portal.record import name_order

HOUSE = HOUSES["praxis"]
PATIENT = {"resourceType": "Patient", "id": "p", "name": [{"family": "Sommer"}]}
REPORT = {
    "resourceType": "DiagnosticReport",
    "id": "r",
    "code": {"coding": [{"system": "http://loinc.org", "code": "11502-2", "display": "Laboratory report"}]},
    "conclusion": "unauffällig",
}
TYPES = (
    *("Condition", "AllergyIntolerance", "MedicationRequest", "MedicationStatement", "Observation", "Procedure"),
    *("Immunization", "DocumentReference", "DiagnosticReport", "Composition", "Encounter", "Medication"),
)
FIELDS = ("id", "status", "code", "category", "content", "subject", "period", "class", "valueQuantity", "name", "text")
BROKEN = ([], {}, None, 7, "?", [None], [[]], {"coding": "x"}, {"value": "x"}, [{"attachment": {"data": 3}}])


def named(family: str, given: str = "") -> dict[str, Any]:
    return {"resourceType": "Patient", "id": "x", "name": [{"family": family, "given": [given]}]}


def showing(monkeypatch: pytest.MonkeyPatch, *resources: dict[str, Any]) -> None:
    async def answer(*_: Any) -> RecordAnswer:
        return RecordAnswer(tuple(HouseItem(HOUSE, one) for one in resources))

    monkeypatch.setattr(Node, "record", answer)


async def test_a_page_of_patients_is_sorted_by_family_and_given_name(
    asking: Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def found(*_: Any, **__: Any) -> FoundPatients:
        people = (named("Zeller"), {"id": "n"}, named("Österle"), named("Otto", "Bea"), named("Otto", "Änne"))
        return FoundPatients(people)

    monkeypatch.setattr(Node, "find", found)
    page = await send(await asking.signed_in("physician"), "/patients", {"sought": "x"})
    shown = re.findall(r"Otto, Änne|Otto, Bea|Österle|Zeller", page.text)
    assert list(dict.fromkeys(shown)) == ["Österle", "Otto, Änne", "Otto, Bea", "Zeller"]


def test_who_has_no_name_comes_last() -> None:
    assert sorted([{}, named("Zeller")], key=name_order)[1] == {}


@pytest.mark.parametrize(("language", "title"), [("de", "Laborbefund"), ("en", "Laboratory report")])
async def test_a_laboratory_report_is_named_in_the_reader_s_language(
    asking: Asking, monkeypatch: pytest.MonkeyPatch, language: str, title: str
) -> None:
    client = await asking.signed_in("physician")
    address = await record_address(client)
    showing(monkeypatch, PATIENT, REPORT)
    page = (await client.get(address, headers={"accept-language": language})).text
    assert set(re.findall(r"(Laborbefund|Laboratory report)<", page)) == {title}


async def test_a_name_that_a_house_wrote_itself_stays(asking: Asking, monkeypatch: pytest.MonkeyPatch) -> None:
    client = await asking.signed_in("physician")
    address = await record_address(client)
    showing(monkeypatch, PATIENT, REPORT | {"code": REPORT["code"] | {"text": "Blutbild 100 %"}})
    page = (await client.get(address, headers={"accept-language": "de"})).text
    assert "Blutbild 100 %" in page
    assert "Laborbefund<" not in page


async def test_a_record_that_names_no_patient_is_not_found(asking: Asking, monkeypatch: pytest.MonkeyPatch) -> None:
    physician, patient = await asking.signed_in("physician"), await asking.signed_in("patient")
    address = await record_address(physician)
    showing(monkeypatch, REPORT)
    assert (await physician.get(address)).status_code == 404
    assert (await patient.get("/my/record")).status_code == 404


@pytest.mark.parametrize("broken", BROKEN, ids=repr)
async def test_broken_items_do_not_keep_the_record_from_being_shown(
    asking: Asking, monkeypatch: pytest.MonkeyPatch, broken: object
) -> None:
    physician, patient = await asking.signed_in("physician"), await asking.signed_in("patient")
    address = await record_address(physician)
    items = [{"resourceType": kind, **dict.fromkeys(FIELDS, broken)} for kind in TYPES]
    patients = {"resourceType": "Patient", **dict.fromkeys(("id", "name", "birthDate", "identifier"), broken)}
    showing(monkeypatch, patients, *items, {})
    for language in ("de", "en"):
        for page in (await physician.get(address), await patient.get("/my/record")):
            assert page.status_code == 200, language


@pytest.mark.parametrize("broken", BROKEN, ids=repr)
def test_a_broken_subject_is_nobody_s(broken: object) -> None:
    assert not _belongs_to({"subject": broken}, "p")
    assert _belongs_to({"patient": {"reference": "Patient/p"}}, "p")


@pytest.mark.parametrize("written", ["größe/€", "text", "image/png\r\nx-evil: 1", ""])
async def test_what_is_no_media_type_is_sent_as_bytes(
    asking: Asking, monkeypatch: pytest.MonkeyPatch, written: str
) -> None:
    async def content(*_: Any) -> DocumentContent:
        return DocumentContent(written or "x", b"\x00")

    client = await asking.signed_in("patient")
    showing(monkeypatch, PATIENT, {"resourceType": "DocumentReference", "id": "d", "content": []})
    page = await client.get("/my/record")
    (address,) = set(re.findall(r'href="(/my/record/document/[\w-]+)"', page.text))
    monkeypatch.setattr(Node, "document", content)
    answer = await client.get(address)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/octet-stream")
    assert "x-evil" not in answer.headers
