"""Teaching a node: packages in, definitions known, by every process, at once; what is wrong is told."""

import io
import json
import tarfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from profiles_at_hand import BASE, element, profile
from taught_node import TaughtNode, taught_node

from verbund.database import Database
from verbund.definitions import Report, Taught, packages, teach, unteach
from verbund.errors import Incorrect, NotFound, TooLarge

Json = dict[str, Any]


@pytest_asyncio.fixture
async def node(database: Database) -> AsyncIterator[TaughtNode]:
    async with taught_node(database) as opened:
        yield opened


def package(path: Path, *resources: Json, version: str = "1.0.0", mode: str = "w:gz", **files: bytes) -> Path:
    """A FHIR package, as the registries have them, with these resources and further files."""
    manifest = json.dumps({"name": "de.example.r4", "version": version}).encode()
    named = {f"package/{one['resourceType']}-{one.get('id', 'x')}.json": json.dumps(one).encode() for one in resources}
    with tarfile.open(path, mode) as archive:
        for name, content in ({"package/package.json": manifest} | named | files).items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return path


async def learn(node: TaughtNode, *paths: Path) -> Report:
    return await teach(node.gate, node.who, node.taught, paths)


def person(version: str = "1.0.0", **more: Any) -> Json:
    return profile("Patient", "person", element("name", min=1), **({"version": version} | more))


VALUE_SET: Json = {"resourceType": "ValueSet", "id": "v", "url": "http://example.org/v", "status": "active"}


@pytest.mark.parametrize("name", ["p.tgz", "p.tar.xz", "p.tar.bz2", "p.tar"])
async def test_an_archive_is_learnt_whatever_it_is_packed_with(node: TaughtNode, tmp_path: Path, name: str) -> None:
    mode = "w:" + {"tgz": "gz", "xz": "xz", "bz2": "bz2", "tar": ""}[name.rpartition(".")[2]]
    report = await learn(
        node, package(tmp_path / name, person(), VALUE_SET, {"resourceType": "Patient", "id": "p"}, mode=mode)
    )
    assert (report.created, report.others, report.refused) == (2, 1, ())
    assert report.packages == ("de.example.r4 1.0.0",)
    known = await node.taught.known()
    assert {(one.type, one.url, one.package.name) for one in known} == {
        ("StructureDefinition", BASE + "person", "de.example.r4"),
        ("ValueSet", "http://example.org/v", "de.example.r4"),
    }


async def test_a_folder_a_file_and_a_bundle_are_learnt_as_well(node: TaughtNode, tmp_path: Path) -> None:
    (tmp_path / "folder" / "deep").mkdir(parents=True)
    (tmp_path / "folder" / "deep" / "one.json").write_text(json.dumps(person()))
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": VALUE_SET}]}
    (tmp_path / "two.json").write_text(json.dumps(bundle))
    report = await learn(node, tmp_path / "folder", tmp_path / "two.json")
    assert (report.created, report.by_type) == (2, {"StructureDefinition": 1, "ValueSet": 1})


async def test_the_same_again_changes_nothing_and_older_is_left_alone(node: TaughtNode, tmp_path: Path) -> None:
    await learn(node, package(tmp_path / "a.tgz", person("1.2.0")))
    again = await learn(node, package(tmp_path / "b.tgz", person("1.2.0")))
    older = await learn(node, package(tmp_path / "c.tgz", person("1.1.9")))
    newer = await learn(node, package(tmp_path / "d.tgz", person("1.10.0"), version="2.0.0"))
    assert (again.created, again.updated, again.unchanged) == (0, 0, 1)
    assert (older.older, older.updated) == (1, 0)
    assert (newer.updated, newer.packages) == (1, ("de.example.r4 2.0.0",))
    (known,) = await node.taught.known()
    assert (known.version, known.package.version) == ("1.10.0", "2.0.0")


async def test_two_definitions_of_one_id_are_both_learnt(node: TaughtNode, tmp_path: Path) -> None:
    other = person(url="http://example.org/other")
    (tmp_path / "a.json").write_text(json.dumps(person()))
    (tmp_path / "b.json").write_text(json.dumps(other))
    assert (await learn(node, tmp_path / "a.json", tmp_path / "b.json")).created == 2
    assert (await learn(node, tmp_path / "b.json")).unchanged == 1
    assert {one.url for one in await node.taught.known()} == {BASE + "person", "http://example.org/other"}


async def test_what_is_wrong_is_told_with_its_place_and_the_rest_is_learnt(node: TaughtNode, tmp_path: Path) -> None:
    broken = person(url="http://example.org/broken", id="broken", status="nonsense")
    path = package(tmp_path / "p.tgz", person(), broken, **{"package/half.json": b'{"resourceType":'})
    report = await learn(node, path)
    assert report.created == 1
    told = {(one.place, one.url) for one in report.refused}
    assert told == {
        ("p.tgz:package/StructureDefinition-broken.json", "http://example.org/broken"),
        ("p.tgz:package/half.json", ""),
    }
    assert any("StructureDefinition.status" in one.reason for one in report.refused)


async def test_examples_are_not_learnt(node: TaughtNode, tmp_path: Path) -> None:
    path = package(tmp_path / "p.tgz", **{"package/example/one.json": json.dumps(person()).encode()})
    assert (await learn(node, path)).created == 0


async def test_names_in_an_archive_lead_nowhere(node: TaughtNode, tmp_path: Path) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    path = package(inside / "p.tgz", **{"../../escaped.json": json.dumps(person()).encode()})
    with tarfile.open(path, "w:gz") as archive:
        link = tarfile.TarInfo("package/link.json")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
        member = tarfile.TarInfo("../../escaped.json")
        content = json.dumps(person()).encode()
        member.size = len(content)
        archive.addfile(member, io.BytesIO(content))
    assert (await learn(node, path)).created == 1
    assert [file.name for file in tmp_path.rglob("*")] == ["inside", "p.tgz"]


async def test_what_is_no_archive_and_what_is_not_there_are_told(node: TaughtNode, tmp_path: Path) -> None:
    (tmp_path / "p.tgz").write_bytes(b"no archive")
    with pytest.raises(Incorrect, match=r"p\.tgz cannot be read as an archive"):
        await learn(node, tmp_path / "p.tgz")
    with pytest.raises(NotFound, match="There is no file or folder"):
        await learn(node, tmp_path / "nowhere")


def test_an_archive_that_swells_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packages, "LARGEST_PACKAGE", 10_000)
    path = package(tmp_path / "p.tgz", **{"package/big.json": b" " * 20_000})
    with pytest.raises(TooLarge):
        list(packages.read([path]))


def test_a_file_that_is_too_large_is_told_and_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packages, "LARGEST_FILE", 1_000)
    (tmp_path / "big.json").write_bytes(b" " * 2_000)
    (found,) = packages.read([tmp_path / "big.json"])
    assert (found.raw, found.fault is not None) == (b"", True)


async def test_another_process_knows_at_once_what_was_learnt_and_what_was_forgotten(
    node: TaughtNode, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("verbund.definitions.taught.LOOK_AGAIN_SECONDS", 0.0)
    beside = Taught(node.database)
    assert (await beside.profiles()).get(BASE + "person") is None
    await learn(node, package(tmp_path / "a.tgz", person()))
    found = (await beside.profiles()).get(BASE + "person")
    assert found is not None
    assert found.version == "1.0.0"
    await learn(node, package(tmp_path / "b.tgz", person("1.1.0")))
    newer = (await beside.profiles()).get(BASE + "person")
    assert newer is not None
    assert newer.version == "1.1.0"
    assert await unteach(node.gate, node.who, node.taught, "de.example.r4") == 1
    assert (await beside.profiles()).get(BASE + "person") is None
    assert await node.taught.known() == ()


async def test_nothing_is_forgotten_of_what_is_not_known(node: TaughtNode) -> None:
    with pytest.raises(NotFound, match="No definition and no package"):
        await unteach(node.gate, node.who, node.taught, "http://example.org/never")
