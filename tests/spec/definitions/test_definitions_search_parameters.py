"""The search parameters of the German core data set: taught to a node as a package, they find what their FHIRPath says.

The oracle evaluates each expression over every resource and reads the values from the JSON in the plainest way.
"""

from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest
import pytest_asyncio
from fhir_files import core_data_set
from taught_node import TaughtNode, taught_node

from verbund.database import Database
from verbund.definitions import teach
from verbund.fhir import parse_search
from verbund.fhir.fhirpath import Node, compile  # noqa: A004 - named as in re
from verbund.store import EVERYTHING, Store
from verbund.store.chunks import Chunk

Key = tuple[str, str]
Found = dict[Key, dict[str, list[Node]]]
STANDARD = 7
_json = msgspec.json.Decoder(dict[str, Any], float_hook=Decimal).decode


@pytest_asyncio.fixture(loop_scope="session")
async def node(database: Database) -> AsyncIterator[TaughtNode]:
    async with taught_node(database) as opened:
        yield opened


def archive(data: Path, *places: str) -> Path:
    path = data.joinpath(*places)
    if not path.exists():
        pytest.skip(f"the test data has no {'/'.join(places)}")
    return path


def oracle(store: Store, resources: dict[Key, bytes]) -> Found:
    """By type and code: what the expression of each added parameter finds in each resource, by id."""
    found: Found = defaultdict(dict)
    for (kind, identity), raw in resources.items():
        content = _json(raw)
        for one in store.known.added:
            if one.type == kind and one.kind != "composite":
                items = compile(one.expression).evaluate(content)
                nodes = [item for item in items if isinstance(item, Node) and item.value is not None]
                if nodes:
                    found[kind, one.code][identity] = nodes
    return found


def values(kind: str, node: Node) -> Iterator[str]:
    """How one value is asked for, each alternative of its own."""
    value = node.value
    match kind, value:
        case "token", {"coding": list(codings)}:
            yield from (one["code"] for one in codings if "code" in one)
        case "token", {"code": str(code)}:
            yield code
        case (("token" | "uri"), str()):
            yield value
        case "reference", {"reference": str(text)}:
            yield text
        case "number", int():
            yield str(value)
        case "quantity", {"value": amount, "unit": str(unit)} if "comparator" not in value:
            yield f"{amount}||{unit}"


async def count(store: Store, kind: str, *params: tuple[str, str]) -> set[str]:
    pairs = [*((name, _plain(value)) for name, value in params), ("_count", "1000")]
    page = await store.search(parse_search(kind, pairs, known=store.known), within=EVERYTHING)
    return {one.id for one in page.matches}


def _plain(value: str) -> str:
    """A value with the signs of the grammar written out, but for the bars of a quantity."""
    return value.replace(",", "\\,").replace("$", "\\$")


async def test_those_of_the_core_data_set_are_learnt_and_find_what_they_say(
    node: TaughtNode, data_folder: Path
) -> None:
    store: Store = node.gate.ground.store
    resources = core_data_set(archive(data_folder, "kds")).resources
    await store.load([Chunk(list(resources.values()), addresses=list(resources))])
    report = await teach(
        node.gate, node.who, node.taught, [archive(data_folder, "definitions", "mii-search-parameters.tar.xz")]
    )
    assert report.by_type["SearchParameter"] == 170
    states = await store.added_parameters()
    assert [one for one in states if one.state == "refused"] == []
    assert sum(one.state == "standard" for one in states) == STANDARD
    await store.grow(share=1.0)
    await _settled(store)

    found = oracle(store, resources)
    assert len(found) > 40
    compared = 0
    for one in store.known.added:
        if one.kind == "composite":
            continue
        there = found.get((one.type, one.code), {})
        assert await count(store, one.type, (f"{one.code}:missing", "false")) == set(there), one
        by_value: dict[str, set[str]] = defaultdict(set)
        for identity, nodes in there.items():
            for value in (value for node in nodes for value in values(one.kind, node)):
                by_value[value].add(identity)
        for value, expected in sorted(by_value.items())[:3]:
            compared += 1
            assert await count(store, one.type, (one.code, value)) >= expected, (one, value)
            assert (await count(store, one.type, (one.code, value))) == expected or one.kind == "quantity", (
                one,
                value,
            )
    assert compared > 60


async def _settled(store: Store) -> None:
    store._registry._looked = float("-inf")
    assert all(one.percent is None for one in (await store.parameters()).added)
