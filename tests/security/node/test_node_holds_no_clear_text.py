"""No name, number, address or id of any test patient stands in clear in a node's database files, log or statistics."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import asyncpg
import msgspec
import pytest
from command_line import verbund
from fhir_files import core_data_set, synthea
from own_nodes import made, place_below

from verbund.database import Cluster

pytestmark = pytest.mark.xdist_group("node")

# Shorter texts occur in any file of some size.
SHORTEST = 7


def texts_of(patient: dict[str, Any]) -> Iterator[str]:
    """What tells who somebody is."""
    yield patient.get("id", "")
    for name in patient.get("name", ()):
        yield from (name.get("family", ""), name.get("text", ""), *name.get("given", ()))
    for identifier in patient.get("identifier", ()):
        yield identifier.get("value", "")
    for address in patient.get("address", ()):
        yield from (*address.get("line", ()), address.get("city", ""))
    for telecom in patient.get("telecom", ()):
        yield telecom.get("value", "")


@pytest.mark.parametrize("bundles", [1, pytest.param(120, marks=pytest.mark.long)])
async def test_nobody_is_to_be_found_in_the_files(quick_base: Path, data_folder: Path, bundles: int) -> None:
    files = sorted((data_folder / "synthea").glob("*.json.bz2"))[: bundles + 2]
    resources = core_data_set(data_folder / "kds").resources | synthea(files).resources
    patients = [msgspec.json.decode(raw) for (kind, _), raw in resources.items() if kind == "Patient"]
    told = {text for patient in patients for text in texts_of(patient) if len(text) >= SHORTEST}
    assert len(told) > 100
    with place_below(quick_base) as place:
        node = made(place / "haus")
        (place / "all.ndjson").write_bytes(b"\n".join(one_line(raw) for raw in resources.values()))
        done = await asyncio.to_thread(verbund, "import", node, place / "all.ndjson", "--json")
        assert done.json["created"] > len(resources) * 0.99
        held = await files_of(node)
    assert b"data_key" in held
    spelled = {text.encode() for text in told} | {text.lower().encode() for text in told}
    assert [text for text in spelled if text in held] == []


def one_line(raw: bytes) -> bytes:
    return msgspec.json.encode(msgspec.json.decode(raw, type=dict[str, msgspec.Raw])).replace(b"\n", b" ")


async def files_of(node: Path) -> bytes:
    """All files of the server, once it has gathered its statistics and written everything down."""
    cluster = await Cluster.start(node / "postgres")
    try:
        connection = await asyncpg.connect(await cluster.ensure("node"))
        await connection.execute("analyze")
        await connection.execute("checkpoint")
        await connection.close()
        return b"\n".join(path.read_bytes() for path in cluster.home.rglob("*") if path.is_file())
    finally:
        await cluster.stop()
