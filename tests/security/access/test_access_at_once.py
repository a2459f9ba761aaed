"""What ends, ends for the next statement of every process of the node, and for what was begun before it ended."""

from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio
from hospital import DOCTOR, TREATED, encounter, hospital
from opened_gate import NOW, PATIENT, Node, asker, care_consent, observation, opened, withdrawal

from verbund.consent import ActorRef, Purpose, Question
from verbund.consent.index import for_research
from verbund.crypto import NodeKeys
from verbund.database import Database
from verbund.errors import NotFound
from verbund.fhir import parse_search
from verbund.store import SearchPage

Json = dict[str, Any]
POLICIES = "2.16.840.1.113883.3.1937.777.24.5.3"


@dataclass
class Processes:
    """Two processes of one node: each has a pool, keys in memory and what else it remembers of its own."""

    one: Node
    other: Node


@pytest_asyncio.fixture(loop_scope="session")
async def node(database: Database, database_url: str) -> AsyncIterator[Processes]:
    keys, second = NodeKeys.generate(), await Database.connect(database_url)
    one = await hospital(database, keys=keys)
    other = await opened(second, treatment=one.gate.ground.treatment, keys=keys)
    await one.put(*(observation(f"more{number}", TREATED) for number in range(3)))
    yield Processes(one, other)
    await other.close()
    await second.close()
    await one.close()


async def found(node: Node, cursor: str | None = None) -> SearchPage:
    query = parse_search("Observation", [("_total", "accurate"), ("_count", "2")])
    return await node.gate.search(DOCTOR, query, cursor=cursor)


async def test_a_treatment_that_ends_is_over_for_all_processes_and_for_a_search_that_was_begun(
    node: Processes,
) -> None:
    page = await found(node.other)
    assert page.total == 4
    assert page.next_cursor is not None
    for _ in range(10):  # so often that whom the physician treats is remembered
        await node.other.gate.read(DOCTOR, "Observation", "o7")
    await node.one.put(encounter("e7", TREATED, "klose"))
    rest = await found(node.other, page.next_cursor)
    assert (rest.total, rest.matches) == (0, ())
    for read in (
        node.other.gate.read(DOCTOR, "Observation", "o7"),
        node.other.gate.vread(DOCTOR, "Observation", "o7", 1),
        node.other.gate.history_of(DOCTOR, "Observation", "o7"),
        node.other.gate.record(DOCTOR, TREATED),
    ):
        with pytest.raises(NotFound):
            await read
    assert await node.other.gate.read_together([(DOCTOR, "Observation", "o7")]) == [None]


async def released(node: Node) -> set[str]:
    """What the practice is given, asked for one person; a search over all says the same."""
    answer = await node.gate.release(asker(), "TREAT", [TREATED])
    actor = ActorRef("weber", "physician", "praxis", "practice")
    within = await node.consents.across_patients(
        Question(actor, "uniklinikum", Purpose.TREAT, "", node.clock(), "university-hospital")
    )
    page = await node.store.search(parse_search("Observation", []), within=within)
    given = {item.id for item in answer.items if item.type == "Observation"}
    assert {one.id for one in page.matches} == given
    return given


async def test_a_withdrawal_governs_the_next_statement_of_all_processes(node: Processes) -> None:
    await node.one.put(care_consent(identity="c"))
    assert len(await released(node.other)) == 4
    await node.one.put(withdrawal(identity="c", stated=NOW))
    assert await released(node.other) == set()
    await node.other.put(care_consent(identity="c", stated=NOW))
    assert len(await released(node.one)) == 4


def research(kind: str) -> Json:
    codes = [{"coding": [{"system": f"urn:oid:{POLICIES}", "code": f"{POLICIES}.{policy}"}]} for policy in (6, 8)]
    provision = {"type": kind, "period": {"start": "2020-01-01", "end": "2050-01-01"}, "code": codes}
    return {
        "resourceType": "Consent",
        "id": f"research-{kind}",
        "status": "active",
        "scope": {"coding": [{"code": "research"}]},
        "category": [{"text": "research"}],
        "patient": {"reference": f"Patient/{TREATED}"},
        "dateTime": (NOW - timedelta(days=1 if kind == "deny" else 2)).isoformat(),
        "policy": [{"uri": "urn:oid:2.16.840.1.113883.3.1937.777.24.2.1791"}],
        "provision": {"type": "deny", "provision": [provision]},
    }


async def test_a_withdrawal_from_research_ends_what_was_begun(node: Processes) -> None:
    await node.one.put(research("permit"))
    query, within = parse_search("Observation", [("_total", "accurate"), ("_count", "2")]), for_research(node.one.clock)
    page = await node.other.store.search(query, within=within)
    assert page.total == 4
    stream = node.other.store.stream(("Observation",), within=within)
    await node.one.put(research("deny"))
    rest = await node.other.store.search(query, within=within, cursor=page.next_cursor)
    assert (rest.total, rest.matches) == (0, ())
    assert [one async for one in stream] == []


async def test_an_opened_record_closes_for_all_processes_at_its_end(node: Processes) -> None:
    await node.one.gate.open_record(DOCTOR, "8", "Bewusstlos aufgefunden")
    assert (await node.other.gate.read(DOCTOR, "Observation", "o8")).id == "o8"
    node.other.clock.later(minutes=241)
    with pytest.raises(NotFound):
        await node.other.gate.read(DOCTOR, "Observation", "o8")


async def test_what_a_patient_had_seen_of_an_entry_that_moved_away_is_gone_for_all_processes(node: Processes) -> None:
    assert (await node.other.gate.read(PATIENT, "Observation", "o7")).id == "o7"
    await node.one.put(observation("o7", "8"))
    with suppress(NotFound):
        pytest.fail((await node.other.gate.read(PATIENT, "Observation", "o7")).id)
    page = await node.other.gate.search(PATIENT, parse_search("Observation", [("_id", "o7"), ("_total", "accurate")]))
    assert (page.total, page.matches) == (0, ())
    assert (await node.other.gate.vread(PATIENT, "Observation", "o7", 1)).version == 1, "the past stays theirs"
