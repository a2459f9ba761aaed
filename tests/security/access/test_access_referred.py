"""A record opens nothing that is closed by itself: not in `$everything`, nor in the copy of who it is about."""

import io
from pathlib import Path
from zipfile import ZipFile

import pytest
from hospital import DOCTOR, hospital, ref
from opened_gate import DOCTOR as PRACTITIONER
from opened_gate import EVERYBODY, OPERATOR, PATIENT, Json, observation, opened, organization, patient
from opened_rights import opened as opened_house

from verbund.access import Extent, Gate
from verbund.database import Database
from verbund.errors import NotFound
from verbund.identity import Principal

GROUP: Json = {
    "resourceType": "Group",
    "id": "g",
    "type": "person",
    "actual": True,
    "name": "HIV cohort",
    "member": [{"entity": ref("Patient/7")}, {"entity": ref("Patient/8")}],
}
CLOSED: list[Json] = [
    GROUP,
    {"resourceType": "Basic", "id": "x", "code": {"text": "Of somebody"}},
    {"resourceType": "List", "id": "l", "status": "current", "mode": "working", "title": "Of somebody"},
    {"resourceType": "Parameters", "id": "p", "parameter": [{"name": "of", "valueString": "somebody"}]},
]
SLOT: Json = {
    "resourceType": "Slot",
    "id": "free",
    "schedule": ref("Schedule/s"),
    "status": "free",
    "start": "2026-05-04T12:00:00Z",
    "end": "2026-05-04T12:30:00Z",
}
NAMED = [*CLOSED, organization("house"), SLOT]
NAMING = observation("naming", focus=[ref(f"{one['resourceType']}/{one['id']}") for one in NAMED])


async def along(gate: Gate, who: Principal) -> set[str]:
    """What comes along with the record of patient 7."""
    page = await gate.everything(who, "7", Extent(), count=50, cursor=None)
    assert any(one.id == "naming" for one in page.matches)
    return {one.type for one in page.included} - {"Practitioner"}


async def test_what_cannot_be_read_by_itself_does_not_come_along_with_a_record(database: Database) -> None:
    node = await hospital(database)
    try:
        await node.put(*NAMED, NAMING)
        for who, expected in ((PATIENT, {"Organization"}), (DOCTOR, {"Organization", "Slot"})):
            for one in CLOSED:
                with pytest.raises(NotFound):
                    await node.gate.read(who, one["resourceType"], one["id"])
            assert await along(node.gate, who) == expected
    finally:
        await node.close()


async def test_a_group_of_several_comes_along_with_no_record_where_all_are_treated(database: Database) -> None:
    node = await opened(database, treatment=EVERYBODY)
    try:
        await node.put(patient(), *NAMED, NAMING)
        for who in (PRACTITIONER, OPERATOR):
            assert await along(node.gate, who) == {"Organization", "Slot"}
        assert await along(node.gate, PATIENT) == {"Organization"}
    finally:
        await node.close()


async def test_a_copy_holds_no_group_of_several(database: Database, tmp_path: Path) -> None:
    house = await opened_house(database, tmp_path)
    try:
        await house.node.put(patient(), *NAMED, NAMING)
        archive = ZipFile(io.BytesIO(await house.copied()))
        said = b"".join(archive.read(name) for name in archive.namelist())
        assert b"HIV cohort" not in said
        assert b"Of somebody" not in said
        assert b"Organization/house" in said
    finally:
        await house.node.close()
