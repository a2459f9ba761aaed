"""Who wanted to see a record and was refused stands in the log of its patient, with what was asked for."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from uuid import UUID

import pytest
import pytest_asyncio
from opened_gate import NURSE, OTHER_PATIENT, PATIENT, RESEARCHER, Node, observation, opened, patient, principal

from verbund.access import Gate, Treatment
from verbund.audit import Event
from verbund.audit.sealing import NODE, Found
from verbund.audit.sealing import opened as opened_event
from verbund.crypto import Sealer
from verbund.database import Database
from verbund.errors import Forbidden, NotFound, VerbundError
from verbund.fhir import parse_search
from verbund.identity import Principal, Role, Scopes
from verbund.store import Extent

STRANGER = principal(Role.PHYSICIAN, subject="p-1", practitioner_id="weber")
SCOPELESS = replace(NURSE, scopes=Scopes.parse("user/Organization.rs"))


@pytest_asyncio.fixture(loop_scope="session")
async def hospital(database: Database) -> AsyncIterator[Node]:
    """A house whose staff see whom they treat, with two patients whom nobody treats."""
    node = await opened(database, treatment=Treatment("relation", days=30))
    attached = {"resourceType": "Binary", "id": "x", "contentType": "text/plain", "data": "aGk="}
    await node.put(patient(), patient("8"), observation("a"), observation("b", "8"))
    await node.put(attached | {"securityContext": {"reference": "Patient/7"}})
    yield node
    await node.close()


async def refused(node: Node, asked: Awaitable[object]) -> list[Event]:
    """What the log of patient 7 says of an attempt that must fail."""
    before = len(await node.events("7"))
    with pytest.raises((NotFound, Forbidden)):
        await asked
    return [one.event for one in (await node.events("7"))[before:]]


WAYS: dict[str, tuple[Callable[[Gate, Principal], Awaitable[object]], str, str]] = {
    "read": (lambda gate, who: gate.read(who, "Observation", "a"), "read", "Observation/a"),
    "attachment": (lambda gate, who: gate.read(who, "Binary", "x"), "read", "Binary/x"),
    "vread": (lambda gate, who: gate.vread(who, "Observation", "a", 1), "read", "Observation/a"),
    "history": (lambda gate, who: gate.history(who, "Observation", "a"), "history", "Observation/a"),
    "history_of": (lambda gate, who: gate.history_of(who, "Observation", "a"), "history", "Observation/a"),
    "record": (lambda gate, who: gate.record(who, "7"), "record", "Patient/7"),
    "everything": (
        lambda gate, who: gate.everything(who, "7", Extent(), count=10, cursor=None),
        "record",
        "Patient/7",
    ),
}


async def test_the_patient_reads_of_every_refused_attempt(hospital: Node) -> None:
    for who in (STRANGER, SCOPELESS, RESEARCHER):
        for way, (ask, kind, entity) in WAYS.items():
            (told,) = await refused(hospital, ask(hospital.gate, who))
            assert (told.kind, told.permitted, told.entities) == (kind, False, (entity,)), (way, who)
            assert (told.agent.id, told.purpose, told.patient_id) == (who.subject, who.purpose, "7")
            assert told.reason_de
            assert told.reason_en


async def test_nobody_is_told_of_an_attempt_by_another_patient_or_at_what_is_not_there(hospital: Node) -> None:
    for ask, _, _ in WAYS.values():
        assert await refused(hospital, ask(hospital.gate, OTHER_PATIENT)) == []
    assert await refused(hospital, hospital.gate.read(STRANGER, "Observation", "nowhere")) == []
    assert await refused(hospital, hospital.gate.record(STRANGER, "nobody")) == []


async def test_a_refused_search_is_logged_with_its_query(hospital: Node) -> None:
    query = parse_search("Observation", [("patient", "7"), ("code", "718-7")])
    with pytest.raises(VerbundError):
        await hospital.gate.search(SCOPELESS, query)
    async with hospital.database.connection() as connection:
        last = await connection.fetchval("select max(sequence) from audit_event")
    told = await logged(hospital, last)
    assert (told.kind, told.permitted, told.query) == ("search", False, "Observation?patient=7&code=718-7")


async def test_the_log_names_the_application_and_the_token_and_which_version_was_read(hospital: Node) -> None:
    token = UUID("5f0c5f0c-0000-4000-8000-000000000001")
    await hospital.gate.vread(replace(PATIENT, client="growth-chart", token=token), "Observation", "a", 1)
    told = (await hospital.events("7"))[-1].event
    assert told.detail == {"client": "growth-chart", "token": str(token), "interaction": "vread"}


async def logged(node: Node, sequence: int) -> Event:
    """An event that tells of nobody, opened with the node's own key."""
    async with node.database.connection() as connection:
        row = await connection.fetchrow("select at, sealed, form from audit_event where sequence = $1", sequence)
        key = Sealer(await node.vault.key_for(connection, NODE))
    return opened_event(key, Found(row["at"], None, row["sealed"], row["form"]), "")
