"""Acting for a patient: the gate shows what the relation covers, while it holds, and writes down in which capacity."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from opened_gate import NOW, OTHER_PATIENT, Node, condition, observation, patient

from verbund.consent import ALL, DataCategory
from verbund.errors import Forbidden, NotFound
from verbund.fhir import parse_search
from verbund.identity import Acting, Principal, Scopes

RELATION = UUID(int=7)
READS, DECIDES = Scopes.parse("patient/*.rs"), Scopes.parse("patient/*.rs patient/Consent.cru")


def acting(categories: DataCategory = ALL, *, decides: bool = False, hours: float | None = None) -> Principal:
    """The other patient, acting for patient 7."""
    until = None if hours is None else NOW + timedelta(hours=hours)
    relation = Acting(RELATION, "Ruth Kessler", "proxy", int(categories), decides, NOW, until)
    scopes = DECIDES if decides else READS
    return replace(OTHER_PATIENT, patient_id="7", purpose="FAMRQT", scopes=scopes, proxy=relation)


async def filled(node: Node) -> None:
    await node.put(patient("7"), patient("8"), observation("lab"), condition("c"), observation("other", "8"))


async def test_a_proxy_sees_the_patients_record_and_nobody_elses(node: Node) -> None:
    await filled(node)
    who = acting()
    assert (await node.gate.read(who, "Observation", "lab")).id == "lab"
    assert {one.id for one in (await node.gate.record(who, "7")).resources} == {"7", "lab", "c"}
    for seen in (
        node.gate.read(who, "Observation", "other"),
        node.gate.read(who, "Patient", "8"),
        node.gate.record(who, "8"),
    ):
        with pytest.raises(NotFound):
            await seen


async def test_a_proxy_sees_only_the_kinds_of_data_that_were_named(node: Node) -> None:
    await filled(node)
    who = acting(DataCategory.LABORATORY | DataCategory.DEMOGRAPHICS)
    assert {one.id for one in (await node.gate.record(who, "7")).resources} == {"7", "lab"}
    page = await node.gate.search(who, parse_search("Condition", [("_total", "accurate")]))
    assert (page.matches, page.total) == ((), 0)
    with pytest.raises(NotFound):
        await node.gate.read(who, "Condition", "c")
    with pytest.raises(Forbidden):
        await node.gate.accesses(who, "7")
    with pytest.raises(NotFound):
        await node.gate.read(who, "AuditEvent", "1.7")


async def test_the_end_is_exact_to_the_moment(node: Node) -> None:
    await filled(node)
    who = acting(hours=1)
    node.clock.later(minutes=59)
    assert await node.gate.read(who, "Observation", "lab")
    node.clock.later(minutes=1)
    with pytest.raises(NotFound):
        await node.gate.read(who, "Observation", "lab")
    with pytest.raises(NotFound):
        await node.gate.record(who, "7")


async def test_without_a_relation_the_purpose_opens_nothing(node: Node) -> None:
    await filled(node)
    for who in (replace(acting(), proxy=None), replace(OTHER_PATIENT, purpose="FAMRQT")):
        with pytest.raises(NotFound):
            await node.gate.read(who, "Observation", "lab")


async def test_a_proxy_writes_nothing_but_releases_and_those_only_when_deciding(node: Node) -> None:
    await filled(node)
    release = {
        "resourceType": "Consent",
        "status": "active",
        "scope": {
            "coding": [{"system": "http://terminology.hl7.org/CodeSystem/consentscope", "code": "patient-privacy"}]
        },
        "category": [{"coding": [{"system": "http://loinc.org", "code": "59284-0"}]}],
        "provision": {"type": "deny"},
    }
    with pytest.raises(Forbidden):
        await node.gate.change_consent(acting(), "7", release)
    assert (await node.gate.change_consent(acting(decides=True), "7", release)).version == 1
    with pytest.raises(NotFound):
        await node.gate.change_consent(acting(decides=True), "8", release)


async def test_the_log_names_the_proxy_and_the_capacity(node: Node) -> None:
    await filled(node)
    await node.gate.record(acting(), "7")
    event = (await node.events("7"))[-1].event
    assert (event.kind, event.agent.role, event.agent.name, event.purpose) == (
        "record", "proxy", OTHER_PATIENT.name, "FAMRQT",
    )  # fmt: skip
    assert "Proxy named by the patient" in event.reason_en
