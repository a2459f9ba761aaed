"""An older version of what turned out to be sensitive is as closed as the present one."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio
from opened_gate import DOCTOR, NOW, OPERATOR, PATIENT, Node, condition, opened, patient, principal

from verbund.access import Selection, Write
from verbund.consent import DataCategory
from verbund.database import Database
from verbund.errors import NotFound
from verbund.identity import Role

AUDITOR = principal(Role.SYSTEM, "TREAT")


@pytest_asyncio.fixture(loop_scope="session")
async def node(database: Database) -> AsyncIterator[Node]:
    """A diagnosis that was coded as HIV by its second version, one by its first alone, and one that is plain."""
    node = await opened(database)
    await node.put(patient("7"), condition("later"), condition("first", code="B20"), condition("plain"))
    await node.put(condition("later", code="B20"), condition("first"), condition("plain", code="I10.00"))
    async with node.database.transaction() as connection:
        await connection.execute(
            "insert into consent_restriction (patient, categories) values ($1, $2)",
            node.store.patient_key("7"),
            int(DataCategory.HIV),
        )
    yield node
    await node.close()


async def test_a_version_from_before_the_code_is_not_read(node: Node) -> None:
    for name, version in (("later", 1), ("later", 2), ("first", 1)):
        with pytest.raises(NotFound):
            await node.gate.vread(DOCTOR, "Condition", name, version)
    for name, version in (("first", 2), ("plain", 1), ("plain", 2)):
        assert (await node.gate.vread(DOCTOR, "Condition", name, version)).version == version
    assert (await node.gate.vread(PATIENT, "Condition", "later", 1)).version == 1


async def test_no_history_tells_of_it(node: Node) -> None:
    with pytest.raises(NotFound):
        await node.gate.history(DOCTOR, "Condition", "later")
    with pytest.raises(NotFound):
        await node.gate.history_of(DOCTOR, "Condition", "later")
    told = {("first", 2), ("plain", 1), ("plain", 2)}
    for of in ("Condition", None):
        page = await node.gate.history_of(DOCTOR, of, None)
        assert {(one.id, one.version) for one in page.versions if one.type == "Condition"} == told
    assert len((await node.gate.history_of(PATIENT, "Condition", None)).versions) == 6


async def test_a_deletion_opens_nothing(node: Node) -> None:
    await node.gate.commit(OPERATOR, [Write("delete", "Condition", "later")])
    with pytest.raises(NotFound):
        await node.gate.vread(DOCTOR, "Condition", "later", 1)


async def test_an_export_of_a_moment_before_the_code_leaves_it_out(node: Node) -> None:
    await node.put(condition("late"))
    node.clock.later(seconds=10)
    at = NOW + timedelta(seconds=5)
    await node.put(condition("late", code="B20"))
    found = [
        raw
        for part in await node.gate.export_slices(AUDITOR, ("Condition",), at, size=100)
        async for some in node.gate.export_slice(AUDITOR, part, Selection(at))
        for raw in some
    ]
    assert found
    assert not any(b'"late"' in raw for raw in found)
