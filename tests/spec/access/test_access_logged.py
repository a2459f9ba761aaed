"""The log over FHIR: patients find what was done with their own data, stewards what was done with anybody's."""

from dataclasses import replace
from typing import Any

import msgspec
import pytest
from opened_gate import (
    DOCTOR,
    NURSE,
    OPERATOR,
    OTHER_PATIENT,
    PATIENT,
    RESEARCHER,
    STEWARD,
    Node,
    observation,
    organization,
    patient,
    principal,
)

from verbund.access import Selection
from verbund.errors import Forbidden, Incorrect, NotFound, Unsupported, VerbundError
from verbund.fhir import parse_compartment, parse_search, validate
from verbund.identity import Principal, Role, Scopes


async def looked_at(node: Node) -> None:
    """A doctor reads and searches, a nurse reads, and the clock goes on in between."""
    await node.put(patient(), patient("8"), observation("a"), observation("b", "8"), organization("o"))
    node.clock.later(days=1)
    await node.gate.read(DOCTOR, "Observation", "a")
    await node.gate.search(DOCTOR, parse_search("Observation", [("code", "718-7")]))
    node.clock.later(days=1)
    await node.gate.read(NURSE, "Patient", "7")


async def events(node: Node, who: Principal, *asked: tuple[str, str]) -> list[dict[str, Any]]:
    page = await node.gate.search(who, parse_search("AuditEvent", asked))
    assert page.included == ()
    return [msgspec.json.decode(one.body) for one in page.matches]


def what(found: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """Who did what: the interaction and the name of who asked."""
    asking = (next(agent for agent in one["agent"] if agent["requestor"]) for one in found)
    return [(one["subtype"][0]["code"], agent["name"]) for one, agent in zip(found, asking, strict=True)]


DOCTORS, NURSES = "Name of physician", "Name of nurse"
BY_OTHERS = [("read", NURSES), ("search-type", DOCTORS), ("read", DOCTORS)]


async def test_patients_find_who_looked_at_their_record(node: Node) -> None:
    await looked_at(node)
    found = await events(node, PATIENT, ("patient", "Patient/7"))
    assert what(found)[:3] == BY_OTHERS
    assert {one["resourceType"] for one in found} == {"AuditEvent"}
    for one in found:
        assert validate(msgspec.json.encode(one)) == ()
        assert "Patient/8" not in str(one)
        assert "Observation/b" not in str(one)
    search = found[1]["entity"]
    assert [one["what"]["reference"] for one in search if "what" in one] == ["Patient/7", "Observation/a"]


NARROWED = {
    ("action", "R"): 2,
    ("action", "E"): 1,
    ("date", "ge2026-05-06"): 1,
    ("date", "2026-05-05"): 2,
    ("agent-name", "nurse"): 1,
    ("agent-name", "name"): 5,
    ("agent-role", "urn:verbund:role|physician"): 2,
    ("agent:identifier", "urn:verbund:person|physician-1"): 2,
    ("entity", "Observation/a"): 3,
    ("subtype", "read"): 2,
    ("type", "rest"): 5,
    ("outcome", "0"): 5,
    ("outcome", "8"): 0,
    ("outcome:not", "8"): 5,
    ("site", "nowhere"): 0,
}


@pytest.mark.parametrize(("narrowed", "number"), NARROWED.items())
async def test_a_search_is_narrowed_by_what_events_say(node: Node, narrowed: tuple[str, str], number: int) -> None:
    await looked_at(node)
    found = await events(node, STEWARD, ("patient", "7"), narrowed)
    assert len(found) == number


async def test_pages_follow_one_another_and_hold_everything_once(node: Node) -> None:
    await looked_at(node)
    query = replace(parse_search("AuditEvent", [("patient", "7")]), count=2)
    whole = [one.sequence for one in reversed(await node.events("7"))]
    found: list[int] = []
    cursor: str | None = None
    while True:
        page = await node.gate.search(STEWARD, query, cursor=cursor)
        found += [int(one.id.partition(".")[0]) for one in page.matches]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert found == whole


async def test_a_page_looks_at_no_more_than_it_may_and_the_next_goes_on(
    node: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    await looked_at(node)
    monkeypatch.setattr("verbund.access.logged.MOST_LOOKED_AT", 1)
    monkeypatch.setattr("verbund.access.logged._AT_ONCE", 1)
    query = parse_search("AuditEvent", [("patient", "7"), ("action", "E")])
    first = await node.gate.search(STEWARD, query)
    assert (first.matches, first.next_cursor is None) == ((), False)
    second = await node.gate.search(STEWARD, query, cursor=first.next_cursor)
    assert len(second.matches) == 1


async def test_an_event_is_read_as_its_patient_is_shown_it(node: Node) -> None:
    await looked_at(node)
    (found,) = await events(node, PATIENT, ("patient", "7"), ("action", "E"))
    one = await node.gate.read(PATIENT, "AuditEvent", found["id"])
    assert msgspec.json.decode(one.body) == found
    for who, identity in (
        (OTHER_PATIENT, found["id"]),
        (PATIENT, "1.8"),
        (PATIENT, "0.7"),
        (PATIENT, "999999.7"),
        (PATIENT, "x.7"),
        (PATIENT, "7"),
        (STEWARD, "9" * 30 + ".7"),
    ):
        with pytest.raises(NotFound):
            await node.gate.read(who, "AuditEvent", identity)


async def test_each_look_is_in_the_log_too(node: Node) -> None:
    await looked_at(node)
    await events(node, STEWARD, ("patient", "7"), ("action", "R"))
    last = (await node.events("7"))[-1].event
    assert (last.kind, last.agent.role, last.query) == ("access-log", "steward", "AuditEvent?patient=7&action=R")


async def test_an_export_of_named_patients_is_in_the_log_of_each(node: Node) -> None:
    await looked_at(node)
    for patients, told in ((("7", "8"), 1), (("8",), 0), (None, 0), (("7", "nobody"), 1)):
        before = len(await node.events("7"))
        at = await node.gate.begin_export(OPERATOR, ("Observation",), "$export")
        for part in await node.gate.export_slices(OPERATOR, ("Observation",), at, size=100):
            async for _ in node.gate.export_slice(OPERATOR, part, Selection(at, patients=patients)):
                pass
        found = [one.event for one in (await node.events("7"))[before:]]
        assert [(one.kind, one.entities, one.patient_id) for one in found] == [("export", ("Patient/7",), "7")] * told
    async with node.database.connection() as connection:
        assert not await connection.fetchval(
            "select exists (select from data_key where patient = $1)", node.store.patient_key("nobody")
        )


async def test_of_others_a_patient_finds_nothing(node: Node) -> None:
    await looked_at(node)
    assert await events(node, OTHER_PATIENT, ("patient", "7")) == []
    launched = principal(Role.STEWARD, patient_id="8", scopes=Scopes.parse("patient/AuditEvent.rs"))
    assert await events(node, launched, ("patient", "7")) == []
    assert [one.event.kind for one in await node.events("7")].count("access-log") == 0


@pytest.mark.parametrize("who", [DOCTOR, NURSE, RESEARCHER, principal(Role.STEWARD, scopes=Scopes())])
async def test_who_has_no_part_in_data_protection_is_refused(node: Node, who: Principal) -> None:
    with pytest.raises(Forbidden):
        await events(node, who, ("patient", "7"))
    with pytest.raises(Forbidden):
        await node.gate.read(who, "AuditEvent", "1.7")


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        ([("action", "R")], Incorrect),
        ([("patient", "7"), ("_sort", "action")], Unsupported),
        ([("patient", "7"), ("_sort", "date")], Unsupported),
        ([("patient", "7"), ("_total", "accurate")], Unsupported),
        ([("patient", "7"), ("_summary", "count")], Unsupported),
        ([("patient", "7"), ("_include", "AuditEvent:patient")], Unsupported),
        ([("patient.name", "x"), ("patient", "7")], Unsupported),
    ],
)
async def test_what_the_log_does_not_answer_is_refused(
    node: Node, asked: list[tuple[str, str]], error: type[VerbundError]
) -> None:
    with pytest.raises(error):
        await events(node, STEWARD, *asked)


async def test_the_log_is_not_searched_together_with_resources(node: Node) -> None:
    await looked_at(node)
    assert "AuditEvent" not in node.gate.searchable(OPERATOR)
    with pytest.raises(Incorrect, match="by itself"):
        await node.gate.search(OPERATOR, parse_search("", [("_type", "Patient,AuditEvent")]))


async def test_newest_first_may_be_said_two_patients_are_nobody_and_compartments_are_a_way(node: Node) -> None:
    await looked_at(node)
    assert len(await events(node, OPERATOR, ("patient", "7"), ("_sort", "-date"), ("_count", "1"))) == 1
    assert await events(node, OPERATOR, ("patient", "7"), ("patient", "8")) == []
    assert await events(node, OPERATOR, ("patient", "nobody")) == []
    page = await node.gate.search(PATIENT, parse_compartment("Patient", "7", "AuditEvent", [("action", "E")]))
    assert len(page.matches) == 1
