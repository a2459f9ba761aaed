"""A document that is kept is as much the patient's as what it was made of: restricted with it, and erased with it."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
import pytest_asyncio
from fhir_node import FhirNode, patient

Json = dict[str, Any]


async def kept_by_operation(node: FhirNode, subject: str) -> str:
    """A Composition and what it names, put together by the node and kept."""
    answer = await node.get(f"{await node.new(letter(subject))}/$document?persist=true")
    assert answer.status_code == 200, answer.text
    return "/Bundle/" + str(answer.json()["id"])


async def posted(node: FhirNode, subject: str) -> str:
    """The same, put together by somebody else."""
    whole = {
        "resourceType": "Bundle",
        "type": "document",
        "identifier": {"system": "urn:ietf:rfc:3986", "value": "urn:uuid:2f0b9c1e-2f1b-4a5e-9a5a-0d6f3d1f1a11"},
        "timestamp": "2026-02-15T10:00:00Z",
        "entry": [{"fullUrl": f"{node.base}/Composition/1", "resource": {**letter(subject), "id": "1"}}],
    }
    return await node.new(whole)


def letter(subject: str) -> Json:
    return {
        "resourceType": "Composition",
        "status": "final",
        "type": {"text": "letter"},
        "subject": {"reference": subject.lstrip("/")},
        "date": "2026-01-01",
        "author": [{"display": "Dr. Weber"}],
        "title": "SECRET LETTER",
    }


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def doctor(node: FhirNode) -> dict[str, str]:
    """Somebody on the staff of a practice."""
    return {"Authorization": f"Bearer {await node.token_of_a_physician()}"}


@pytest.mark.parametrize("kept", [kept_by_operation, posted])
async def test_it_is_restricted_and_erased_with_the_record(
    node: FhirNode, doctor: dict[str, str], kept: Callable[[FhirNode, str], Awaitable[str]]
) -> None:
    subject = await node.new(patient())
    document = await kept(node, subject)
    assert "SECRET LETTER" in (await node.get(document, doctor)).text
    store = node.gate.ground.store
    key = store.patient_key(subject.rpartition("/")[2])
    async with node.database.transaction() as connection:
        await connection.execute("insert into consent_restriction (patient, categories) values ($1, -1)", key)
    for path in (document, f"{document}/_history/1"):
        assert (await node.get(path, doctor)).status_code == 404
    assert "SECRET LETTER" not in (await node.get("/Bundle", doctor)).text
    await store.erase_known(key)
    assert (await node.get(document)).status_code == 404
    assert "SECRET LETTER" not in (await node.get("/Bundle")).text
