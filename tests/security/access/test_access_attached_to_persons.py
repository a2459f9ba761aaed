"""What is attached to a person, not to an entry, may be anything: nobody who sees but a part of the record sees it."""

from base64 import b64encode
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
import pytest_asyncio
from hospital import DOCTOR, hospital, ref
from opened_gate import NOW, PATIENT, Json, Node

from verbund.consent import ALL, DataCategory
from verbund.database import Database
from verbund.errors import NotFound
from verbund.identity import Acting, Principal, Scopes

CONTEXTS = {"of-patient": "Patient/7", "of-relative": "RelatedPerson/r"}


def binary(identity: str, context: str) -> Json:
    data = b64encode(b"a letter").decode()
    return {
        "resourceType": "Binary", "id": identity, "contentType": "text/plain", "data": data,
        "securityContext": ref(context),
    }  # fmt: skip


def acting(categories: DataCategory) -> Principal:
    """Somebody who acts for patient 7 as to these kinds of data."""
    relation = Acting(UUID(int=7), "Ruth Kessler", "proxy", int(categories), False, NOW, NOW + timedelta(days=3))
    return replace(PATIENT, subject="proxy", purpose="FAMRQT", proxy=relation, scopes=Scopes.parse("patient/*.rs"))


@pytest_asyncio.fixture(loop_scope="session")
async def node(database: Database) -> AsyncIterator[Node]:
    node = await hospital(database)
    relative = {"resourceType": "RelatedPerson", "id": "r", "patient": ref("Patient/7")}
    await node.put(relative, *(binary(name, context) for name, context in CONTEXTS.items()))
    yield node
    await node.close()


@pytest.mark.parametrize("name", CONTEXTS)
async def test_who_acts_as_to_some_kinds_of_data_does_not_see_it(node: Node, name: str) -> None:
    some = acting(DataCategory.LABORATORY | DataCategory.DEMOGRAPHICS)
    assert await node.gate.read(some, *CONTEXTS[name].split("/"))
    with pytest.raises(NotFound):
        await node.gate.read(some, "Binary", name)
    assert (await node.gate.read(acting(ALL), "Binary", name)).id == name


@pytest.mark.parametrize("name", CONTEXTS)
async def test_what_is_restricted_but_who_they_are_stays_closed_to_who_treats_them(node: Node, name: str) -> None:
    assert (await node.gate.read(DOCTOR, "Binary", name)).id == name
    async with node.database.transaction() as connection:
        await connection.execute(
            "insert into consent_restriction (patient, categories) values ($1, $2)",
            node.store.patient_key("7"), int(ALL & ~DataCategory.DEMOGRAPHICS),
        )  # fmt: skip
    assert await node.gate.read(DOCTOR, *CONTEXTS[name].split("/"))
    with pytest.raises(NotFound):
        await node.gate.read(DOCTOR, "Binary", name)
    # The patient's own purposes are not restricted.
    assert (await node.gate.read(PATIENT, "Binary", name)).id == name
