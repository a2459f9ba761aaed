"""Patients merged and split, removed and made again, entries moved: whatever becomes of records, a refusal wins."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio
from opened_gate import (
    NOW,
    OPERATOR,
    PATIENT,
    Node,
    asker,
    care_consent,
    observation,
    opened,
    patient,
    withdrawal,
)

from verbund.access import Write
from verbund.consent import ActorRef, Purpose, Question
from verbund.consent.index import for_research
from verbund.database import Database
from verbund.fhir import parse_search

Json = dict[str, Any]
POLICIES = "2.16.840.1.113883.3.1937.777.24.5.3"


@pytest_asyncio.fixture(loop_scope="session")
async def node(database: Database) -> AsyncIterator[Node]:
    """Patients 7, 8 and 9, each with one observation."""
    node = await opened(database)
    await node.put(*(patient(one) for one in "789"), *(observation(f"o{one}", one) for one in "789"))
    yield node
    await node.close()


def linked(identity: str, *others: str, kind: str = "replaces") -> Json:
    return patient(identity, link=[{"other": {"reference": f"Patient/{one}"}, "type": kind} for one in others])


async def released(node: Node) -> set[str]:
    """Whose observations the practice gets, asked one by one; a search over all says the same."""
    one_by_one = set()
    for name in "789":
        found = await node.gate.release(asker(), "TREAT", [name])
        one_by_one |= {item.id for item in found.items if item.type == "Observation"}
    actor = ActorRef("weber", "physician", "praxis", "practice")
    within = await node.consents.across_patients(
        Question(actor, "uniklinikum", Purpose.TREAT, "", node.clock(), "university-hospital")
    )
    page = await node.store.search(parse_search("Observation", [("_total", "accurate")]), within=within)
    assert {one.id for one in page.matches} == one_by_one
    assert page.total == len(one_by_one)
    return one_by_one


@pytest.mark.parametrize("kind", ["replaced-by", "seealso"])
async def test_what_is_refused_under_one_record_of_a_person_is_refused_under_all(node: Node, kind: str) -> None:
    await node.put(care_consent(identity="a"), withdrawal(patient_id="8", identity="b", stated=NOW - timedelta(days=9)))
    assert await released(node) == {"o7"}
    node.clock.later(hours=1)
    await node.put(linked("7", "8", kind=kind))
    assert await released(node) == set(), "though the refusal was said before the permission"
    node.clock.later(hours=1)
    await node.put(patient("7"))
    assert await released(node) == {"o7"}, "they were two people after all"


async def test_a_refusal_after_the_merge_counts_under_both_whichever_way_they_are_linked(node: Node) -> None:
    await node.put(care_consent(identity="a"), care_consent(patient_id="8", identity="b"))
    await node.put(care_consent(patient_id="9", identity="c"), linked("7", "8"), linked("9", "8"))
    assert await released(node) == {"o7", "o8", "o9"}, "links lead on: three records of one person, all open"
    node.clock.later(hours=1)
    await node.put(withdrawal(patient_id="9", identity="c", stated=node.clock()))
    assert await released(node) == set()


async def test_what_the_person_says_after_the_merge_decides(node: Node) -> None:
    await node.put(withdrawal(patient_id="8", identity="b", stated=NOW - timedelta(days=9)), linked("7", "8"))
    node.clock.later(hours=1)
    await node.gate.change_consent(PATIENT, "7", care_consent())
    assert await released(node) == {"o7"}, "for the record under which it was said"


async def test_what_is_permitted_under_one_record_opens_no_other(node: Node) -> None:
    await node.put(care_consent(identity="a"), linked("7", "8"))
    assert await released(node) == {"o7"}
    explained = await node.gate.release(asker(), "TREAT", ["8"])
    assert not explained.decision.permitted


async def test_a_record_that_was_merged_and_then_removed_goes_on_refusing(node: Node) -> None:
    await node.put(care_consent(identity="a"), withdrawal(patient_id="8", identity="b"))
    await node.put(linked("8", "7", kind="replaced-by"))
    assert await released(node) == set()
    await node.gate.commit(OPERATOR, [Write("delete", "Observation", "o8"), Write("delete", "Patient", "8")])
    assert await released(node) == set()


async def test_a_patient_who_is_made_again_under_the_same_id_has_said_what_was_said(node: Node) -> None:
    await node.put(care_consent(identity="a"), withdrawal(patient_id="8", identity="b"))
    for name in "78":
        await node.gate.commit(OPERATOR, [Write("delete", "Patient", name)])
    await node.put(patient("7"), patient("8"))
    assert await released(node) == {"o7"}


async def test_an_entry_that_is_moved_follows_whom_it_belongs_to_now_and_its_past_stays_behind(node: Node) -> None:
    await node.put(care_consent(identity="a"), withdrawal(patient_id="8", identity="b"))
    await node.put(observation("o8", "7"), observation("o7", "8"))
    assert await released(node) == {"o8"}
    # Of each the patient sees what is theirs: the present version of the one, the former one of the other.
    page = await node.gate.history_of(PATIENT, "Observation", None)
    assert {(one.id, one.version) for one in page.versions} == {("o8", 2), ("o7", 1)}
    assert (await node.gate.history_of(PATIENT, "Observation", "o8")).total == 1


def research(identity: str, patient_id: str, kind: str, stated: str) -> Json:
    """A broad consent that permits all that research needs, or refuses it."""
    provisions = [
        {
            "type": kind,
            "period": {"start": "2020-01-01", "end": "2050-01-01"},
            "code": [{"coding": [{"system": f"urn:oid:{POLICIES}", "code": f"{POLICIES}.{policy}"}]}],
        }
        for policy in (6, 8)
    ]
    scope = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/consentscope", "code": "research"}]}
    return {
        "resourceType": "Consent",
        "id": identity,
        "status": "active",
        "scope": scope,
        "category": [{"text": "research"}],
        "patient": {"reference": f"Patient/{patient_id}"},
        "dateTime": stated,
        "policy": [{"uri": "urn:oid:2.16.840.1.113883.3.1937.777.24.2.1791"}],
        "provision": {"type": "deny", "provision": provisions},
    }


async def usable(node: Node) -> set[str]:
    page = await node.store.search(parse_search("Observation", []), within=for_research(node.clock()))
    return {one.id for one in page.matches}


async def test_a_clock_that_is_set_back_brings_back_nothing_that_was_withdrawn(node: Node) -> None:
    """The clock was an hour ahead, or a year, when patients withdrew, and is put right."""
    await node.put(care_consent(identity="a"), care_consent(patient_id="9", identity="c"))
    await node.put(*(research(f"r{name}", name, "permit", "2024-01-01") for name in "79"))
    node.clock.later(days=365)
    await node.gate.change_consent(PATIENT, "7", withdrawal())
    await node.put(withdrawal(identity="a", stated=node.clock()))
    await node.put(research("r7-2", "7", "deny", node.clock().isoformat()))
    for now in (node.clock(), NOW + timedelta(hours=1), NOW):
        node.clock.now = now
        assert not (await node.gate.release(asker(), "TREAT", ["7"])).decision.permitted
        assert (await node.gate.release(asker(), "TREAT", ["9"])).decision.permitted
        assert await usable(node) == {"o9"}


async def test_a_permission_that_came_while_the_clock_was_ahead_holds_when_it_is_put_right(node: Node) -> None:
    node.clock.later(hours=1)
    await node.put(care_consent(identity="a", stated=node.clock()))
    await node.put(research("r7", "7", "permit", node.clock().isoformat()))
    node.clock.now = NOW
    assert (await node.gate.release(asker(), "TREAT", ["7"])).decision.permitted
    assert await usable(node) == {"o7"}


async def test_a_refusal_of_research_counts_under_all_records_of_a_person(node: Node) -> None:
    await node.put(
        research("r7", "7", "permit", "2024-01-01"),
        research("r9", "9", "permit", "2024-01-01"),
        research("r8", "8", "deny", "2023-01-01"),
    )
    assert await usable(node) == {"o7", "o9"}
    node.clock.later(hours=1)
    await node.put(linked("8", "7", kind="replaced-by"))
    assert await usable(node) == {"o9"}
    assert not (await node.gate.explain_research(OPERATOR, "7")).permitted
    node.clock.later(hours=1)
    await node.put(research("r7-2", "7", "permit", node.clock().isoformat()))
    assert await usable(node) == {"o7", "o9"}, "said anew, when it was known"


async def test_links_that_were_written_before_they_counted_are_taken_in_when_a_node_starts(node: Node) -> None:
    await node.put(care_consent(identity="a"), withdrawal(patient_id="8", identity="b"), linked("7", "8"))
    async with node.database.transaction() as connection:
        await connection.execute("delete from consent_link")
    await node.put(care_consent(identity="a", stated=NOW))
    assert await released(node) == {"o7"}, "as a former version had it"
    await node.consents.complete(node.store)
    assert await released(node) == set()
    await node.consents.complete(node.store)
    assert await released(node) == set()


async def test_who_is_erased_refuses_nothing_any_more(node: Node) -> None:
    await node.put(care_consent(identity="a"), withdrawal(patient_id="8", identity="b"), linked("7", "8"))
    assert await released(node) == set()
    async with node.database.transaction() as connection:
        await node.consents.forget(connection, node.store.patient_key("8"))
    assert await released(node) == {"o7"}
