"""What a node refuses to write, as its settings say: nothing for the sake of profiles unless asked to."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest
from profiles_at_hand import BASE, element, profile
from taught_node import TaughtNode, taught_node

from verbund.access import Write
from verbund.database import Database
from verbund.definitions import teach
from verbund.errors import Invalid
from verbund.ops.loading import load_files

PERSON = profile("Patient", "person", element("name", min=1))
CLAIMS: dict[str, Any] = {"resourceType": "Patient", "id": "p", "meta": {"profile": [BASE + "person"]}}
NAMED = CLAIMS | {"name": [{"text": "x"}]}
PLAIN: dict[str, Any] = {"resourceType": "Patient", "id": "p", "gender": "male"}
UNKNOWN = NAMED | {"meta": {"profile": ["http://example.org/unknown"]}}


async def taught(node: TaughtNode, folder: Path) -> TaughtNode:
    file = folder / "person.json"
    file.write_bytes(msgspec.json.encode(PERSON))
    assert (await teach(node.gate, node.who, node.taught, [file])).created == 1
    return node


def writes(resources: Sequence[dict[str, Any]]) -> list[Write]:
    return [Write("update", one["resourceType"], one["id"], msgspec.json.encode(one)) for one in resources]


@pytest.mark.parametrize(
    ("settings", "refused"),
    [
        ({}, []),
        ({"profiles": "claimed"}, [CLAIMS]),
        ({"profiles": "claimed", "profiles_unknown": "error"}, [CLAIMS, UNKNOWN]),
        ({"profiles": "claimed", "profiles_lenient": (BASE + "person",)}, []),
        ({"profiles_enforced": (BASE + "person",)}, [CLAIMS, PLAIN]),
        ({"profiles_enforced": (BASE + "person",), "profiles_lenient": (BASE + "person",)}, []),
    ],
)
async def test_writes_are_refused_as_the_settings_say(
    database: Database, tmp_path: Path, settings: dict[str, Any], refused: list[dict[str, Any]]
) -> None:
    async with taught_node(database, **settings) as opened:
        node = await taught(opened, tmp_path)
        for resource in (CLAIMS, NAMED, PLAIN, UNKNOWN):
            if resource in refused:
                with pytest.raises(Invalid) as error:
                    await node.gate.commit(node.who, writes([resource]))
                assert error.value.issues[0].expression[0].startswith("Patient.")
                assert error.value.issues[0].rule
            else:
                await node.gate.commit(node.who, writes([resource]))


async def test_a_bulk_load_refuses_one_by_one(database: Database, tmp_path: Path) -> None:
    async with taught_node(database, profiles="claimed") as opened:
        node = await taught(opened, tmp_path)
        resources = [one | {"id": f"p{number}"} for number, one in enumerate((CLAIMS, NAMED, PLAIN))]
        report = await node.gate.load(node.who, ((one,) for one in writes(resources)))
        assert (report.created, [one.unit for one in report.refused]) == (2, [0])
        (refusal,) = report.refused
        assert isinstance(refusal.error, Invalid)
        assert refusal.error.issues[0].expression == ("Patient.name",)


async def test_an_import_refuses_one_by_one_and_says_where(database: Database, tmp_path: Path) -> None:
    async with taught_node(database, profiles="claimed") as opened:
        node = await taught(opened, tmp_path)
        resources = [one | {"id": f"p{number}"} for number, one in enumerate((NAMED, CLAIMS, PLAIN))]
        file = tmp_path / "patients.ndjson"
        file.write_bytes(b"\n".join(map(msgspec.json.encode, resources)))
        report = await load_files(node.gate, node.who, [file])
        assert (report.created, report.refused) == (2, 1)
        (fault,) = report.faults
        assert (fault.place, fault.path, fault.rule) == (
            "patients.ndjson line 2",
            "Patient.name",
            "person#Patient.name",
        )


async def test_a_profile_counts_from_when_it_was_taught(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("verbund.definitions.taught.LOOK_AGAIN_SECONDS", 0.0)
    async with taught_node(database, profiles="claimed") as node:
        await node.gate.commit(node.who, writes([CLAIMS]))
        await taught(node, tmp_path)
        with pytest.raises(Invalid, match=r"Patient\.name"):
            await node.gate.commit(node.who, writes([CLAIMS | {"active": True}]))
