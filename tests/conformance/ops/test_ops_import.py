"""Import of the reference data: what the files hold is there, all of it, as it was written, and once."""

import os
import subprocess
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pytest
import pytest_asyncio
from command_line import PROGRAM, verbund
from fhir_files import Held, core_data_set, members, own_meta, synthea
from standalone import standalone

from verbund.database import Cluster
from verbund.node import Node
from verbund.ops.loading import ImportReport, load_files

pytestmark = pytest.mark.xdist_group("import")

GUIDE = "mii-testdata-2026.0.0.tar.xz:resources/ImplementationGuide-mii-kds-testdata.json"
LARGEST_BYTES = 600 * 2**20


class _Head(msgspec.Struct):
    resourceType: str  # noqa: N815 - as in the file
    id: str


@dataclass(frozen=True)
class Imported:
    """A node after an import and the same once more."""

    first: ImportReport
    again: ImportReport
    held: Held
    stored: dict[tuple[str, str], bytes]


async def stored_in(node: Node) -> dict[tuple[str, str], bytes]:
    """Every present resource's bytes by type and id."""
    pages = [page async for page in node.gate.export(node.operator())]
    lines = [(kind, body) for page in pages for kind, bodies in page.items() for body in bodies]
    return {(kind, msgspec.json.decode(body)["id"]): body for kind, body in lines}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def node(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Node]:
    url = await cluster.ensure(f"import_{os.getpid()}")
    async with standalone(tmp_path_factory.mktemp("import") / "haus", url) as opened:
        yield opened


def part_of_synthea(folder: Path) -> list[Path]:
    """The houses, the practitioners, and thirteen patients with little to much of a record."""
    houses, practitioners, *patients = sorted((folder / "synthea").glob("*.json.bz2"))
    return [houses, practitioners, *sorted(patients, key=lambda file: file.stat().st_size)[:104:8]]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def patients(node: Node, data_folder: Path) -> Imported:
    files = part_of_synthea(data_folder)
    first = await load_files(node.gate, node.operator(), files)
    again = await load_files(node.gate, node.operator(), files)
    return Imported(first, again, synthea(files), await stored_in(node))


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def core(node: Node, patients: Imported, data_folder: Path) -> Imported:
    first = await load_files(node.gate, node.operator(), [data_folder / "kds"])
    again = await load_files(node.gate, node.operator(), [data_folder / "kds"])
    stored = {key: body for key, body in (await stored_in(node)).items() if key not in patients.stored}
    return Imported(first, again, core_data_set(data_folder / "kds"), stored)


def assert_same(stored: dict[tuple[str, str], bytes], held: Held) -> None:
    """What is stored is what the files hold, each number and string as written; the node adds to `meta` only."""
    assert stored.keys() == held.resources.keys()
    assert [key for key, body in stored.items() if members(body) != members(held.resources[key])] == []
    assert [key for key, body in stored.items() if own_meta(body) != own_meta(held.resources[key])] == []


def test_synthea_is_there_with_the_counts_of_the_files(patients: Imported) -> None:
    assert patients.first.refused == 0
    assert patients.first.by_type == patients.held.read
    assert Counter(kind for kind, _ in patients.stored) == patients.held.by_type
    assert patients.first.created == len(patients.held.resources) > 4000
    assert patients.first.dangling == ()


def test_synthea_is_kept_as_it_was_written_with_references_resolved(patients: Imported) -> None:
    assert b"urn:uuid" not in b"".join(
        body for (kind, _), body in patients.stored.items() if kind == "Encounter"
    ).replace(b'"value":"urn:uuid', b"")
    assert_same(patients.stored, patients.held)


def test_a_repeated_import_adds_nothing(patients: Imported, core: Imported) -> None:
    for one in (patients, core):
        assert (one.again.created, one.again.updated) == (0, 0)
        assert one.again.unchanged == one.held.read.total() - one.again.refused
        assert one.again.by_type == one.first.by_type


def test_the_core_data_set_is_there_but_for_what_breaks_a_rule(core: Imported) -> None:
    del core.held.resources["ImplementationGuide", "mii-kds-testdata"]
    assert core.first.by_type == core.held.read
    assert core.first.created == len(core.held.resources) == 639
    assert Counter(kind for kind, _ in core.stored) == core.held.by_type
    assert core.held.by_type["Patient"] == 31
    assert_same(core.stored, core.held)


def test_what_breaks_a_rule_is_told_with_file_path_and_rule(core: Imported) -> None:
    assert core.first.refused == 1
    assert [(fault.place, fault.path, fault.rule) for fault in core.first.faults] == [
        (GUIDE, f"ImplementationGuide.definition.parameter[{number}].code", "binding") for number in (0, 1)
    ]
    assert "must be one of" in core.first.faults[0].text


async def test_generated_patients_without_a_valid_gender_are_told_one_by_one(node: Node, data_folder: Path) -> None:
    report = await load_files(node.gate, node.operator(), [data_folder / "generated"])
    assert report.by_type["Patient"] == 835
    assert report.refused == len({fault.place for fault in report.faults}) == 173
    assert {(fault.path, fault.rule) for fault in report.faults} == {("Patient.gender", "binding")}
    assert report.faults[0].place.startswith("flare-generated-bundle.json.xz entry ")
    assert report.created == sum(report.by_type.values()) - 173


def has_fault(report: ImportReport, place: str, path: str, rule: str) -> bool:
    """Whether the report tells of this."""
    return any((one.place, one.path, one.rule) == (place, path, rule) for one in report.faults)


async def test_order_does_not_matter(cluster: Cluster, tmp_path: Path, data_folder: Path) -> None:
    houses, practitioners, patient, *_ = part_of_synthea(data_folder)
    for name, file in (("a", patient), ("b", practitioners), ("c", houses)):
        (tmp_path / f"{name}.json.bz2").symlink_to(file)
    async with standalone(tmp_path / "haus", await cluster.ensure(f"order_{os.getpid()}")) as node:
        report = await load_files(node.gate, node.operator(), [tmp_path / f"{name}.json.bz2" for name in "abc"])
        assert (report.refused, report.faults) == (0, ())
        assert_same(await stored_in(node), synthea([houses, practitioners, patient]))


def peak_bytes(process: int) -> int:
    """The most memory that a process has held; 0 where it has ended.

    What `wait4` tells would not do: a process begins with the peak of the one that started it.
    """
    with suppress(FileNotFoundError):
        for line in Path(f"/proc/{process}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    return 0


@pytest.mark.long
def test_all_of_synthea(tmp_path: Path, data_folder: Path) -> None:
    files = sorted((data_folder / "synthea").glob("*.json.bz2"))
    assert verbund("init", tmp_path / "haus", "--name", "haus").code == 0
    begun = time.monotonic()
    with subprocess.Popen(
        [PROGRAM, "import", tmp_path / "haus", data_folder / "synthea"], stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        most = 0
        while process.poll() is None:
            most = max(most, peak_bytes(process.pid))
            time.sleep(0.05)
        said = process.stdout.read().decode()
    print(f"{92_114 / (time.monotonic() - begun):,.0f} resources/s, {most >> 20} MB")
    assert process.returncode == 0
    assert "92,114 created, 0 updated, 0 unchanged, 0 refused" in said
    assert 0 < most < LARGEST_BYTES
    held = synthea(files)
    for kind, number in held.by_type.items():
        assert f"{number:,} {kind}\n" in said
    assert verbund("export", tmp_path / "haus", tmp_path / "out").code == 0
    exported = [line for file in (tmp_path / "out").glob("*.ndjson") for line in file.read_bytes().splitlines()]
    heads = [msgspec.json.decode(line, type=_Head) for line in exported]
    assert_same({(head.resourceType, head.id): line for head, line in zip(heads, exported, strict=True)}, held)
    repeated = verbund("import", tmp_path / "haus", data_folder / "synthea")
    assert "0 created, 0 updated, 92,114 unchanged, 0 refused" in repeated.out
