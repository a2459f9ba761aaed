"""Scopes that grant part of a type (SMART App Launch 2.2, granular scopes): the part, by every way of reading."""

from collections.abc import Sequence
from dataclasses import replace

import msgspec
import pytest
from opened_gate import DOCTOR, OBSERVATION, OPERATOR, PATIENT, Json, Node, observation, patient

from verbund.access import Selection, Write
from verbund.errors import Forbidden, NotFound
from verbund.fhir import Having, parse_search
from verbund.identity import Principal, Scopes
from verbund.store import Extent, Stored

LABORATORY = f"category={OBSERVATION}|laboratory"
REST = "{0}/Patient.rs {0}/DiagnosticReport.rs"


def narrowed(who: Principal, level: str) -> Principal:
    return replace(who, scopes=Scopes.parse(f"{level}/Observation.rs?{LABORATORY} {REST.format(level)}"))


OF_STAFF = narrowed(DOCTOR, "user")
OF_PATIENT = narrowed(PATIENT, "patient")
OF_SYSTEM = narrowed(OPERATOR, "system")
BOTH = pytest.mark.parametrize("who", [OF_STAFF, OF_PATIENT, OF_SYSTEM], ids=["staff", "patient", "system"])


def report(identity: str, of: str) -> Json:
    return {
        "resourceType": "DiagnosticReport",
        "id": identity,
        "status": "final",
        "code": {"text": "x"},
        "subject": {"reference": "Patient/7"},
        "result": [{"reference": f"Observation/{of}"}],
    }


async def filled(node: Node) -> None:
    await node.put(patient(), observation("lab"), observation("vital", category="vital-signs"))
    await node.put(report("of-lab", "lab"), report("of-vital", "vital"))


def names(found: Sequence[Stored], kind: str = "Observation") -> set[str]:
    return {one.id for one in found if one.type == kind}


@BOTH
async def test_what_is_not_of_the_part_is_as_if_it_were_not_there(node: Node, who: Principal) -> None:
    await filled(node)
    assert (await node.gate.read(who, "Observation", "lab")).id == "lab"
    for asked in (
        node.gate.read(who, "Observation", "vital"),
        node.gate.read(who, "Observation", "nowhere"),
        node.gate.vread(who, "Observation", "vital", 1),
        node.gate.history_of(who, "Observation", "vital"),
        node.gate.history(who, "Observation", "vital"),
    ):
        with pytest.raises(NotFound):
            await asked
    assert await node.gate.read_together([(who, "Observation", "lab")]) == [None]


@BOTH
async def test_searches_totals_and_pages_know_the_part_only(node: Node, who: Principal) -> None:
    await filled(node)
    for asked in ([], [("status", "final")], [("code", "http://loinc.org|718-7")], [("patient", "Patient/7")]):
        page = await node.gate.search(who, parse_search("Observation", [*asked, ("_total", "accurate")]))
        assert (names(page.matches), page.total) == ({"lab"}, 1)
        count = await node.gate.search(who, parse_search("Observation", [*asked, ("_summary", "count")]))
        assert count.total == 1
    other = [("category", "vital-signs"), ("_total", "accurate")]
    page = await node.gate.search(who, parse_search("Observation", other))
    assert (page.matches, page.total) == ((), 0)


@BOTH
async def test_what_comes_along_and_what_is_chained_is_of_the_part(node: Node, who: Principal) -> None:
    await filled(node)
    page = await node.gate.search(who, parse_search("DiagnosticReport", [("_include", "DiagnosticReport:result")]))
    assert names(page.matches, "DiagnosticReport") == {"of-lab", "of-vital"}
    assert names(page.included) == {"lab"}
    page = await node.gate.search(who, parse_search("Patient", [("_revinclude", "Observation:subject")]))
    assert names(page.included) == {"lab"}
    page = await node.gate.search(who, parse_search("DiagnosticReport", [("result.status", "final")]))
    assert names(page.matches, "DiagnosticReport") == {"of-lab"}
    page = await node.gate.search(who, parse_search("Patient", [("_has:Observation:subject:category", "vital-signs")]))
    assert page.matches == ()
    page = await node.gate.search(who, parse_search("", [("_type", "Observation,DiagnosticReport")]))
    assert names(page.matches) == {"lab"}


@BOTH
async def test_histories_and_whole_records_are_of_the_part(node: Node, who: Principal) -> None:
    await filled(node)
    assert names((await node.gate.history_of(who, "Observation", None)).versions) == {"lab"}
    assert names((await node.gate.history_of(who, None, None)).versions) == {"lab"}
    assert names((await node.gate.record(who, "7")).resources) == {"lab"}
    page = await node.gate.everything(who, "7", Extent(), count=100, cursor=None)
    assert names((*page.matches, *page.included)) == {"lab"}


async def test_an_older_version_is_not_told_of(node: Node) -> None:
    await filled(node)
    await node.put(observation("vital", category="laboratory"))
    assert [one.version for one in (await node.gate.history_of(OF_STAFF, "Observation", "vital")).versions] == [2]
    with pytest.raises(NotFound):
        await node.gate.vread(OF_STAFF, "Observation", "vital", 1)
    await node.put(observation("vital", category="vital-signs"))
    with pytest.raises(NotFound):
        await node.gate.read(OF_STAFF, "Observation", "vital")


async def test_exports_are_of_the_part(node: Node) -> None:
    await filled(node)
    whole = [page async for page in node.gate.export(OF_SYSTEM, "Observation", "Patient")]
    assert {msgspec.json.decode(raw)["id"] for page in whole for raw in page["Observation"]} == {"lab"}
    at = await node.gate.begin_export(OF_SYSTEM, ("Observation",), "x")
    slices = await node.gate.export_slices(OF_SYSTEM, ("Observation",), at, size=100)
    out = [
        raw for part in slices async for some in node.gate.export_slice(OF_SYSTEM, part, Selection(at)) for raw in some
    ]
    assert {msgspec.json.decode(raw)["id"] for raw in out} == {"lab"}


async def test_counting_everybody_and_writing_need_the_whole(node: Node) -> None:
    await filled(node)
    with pytest.raises(Forbidden):
        await node.gate.commit(OF_SYSTEM, [Write("delete", "Observation", "lab")])
    part = replace(OPERATOR, scopes=Scopes.parse("system/Patient.rs?gender=female"))
    with pytest.raises(Forbidden):
        await node.gate.count_patients(part, Having(parse_search("Observation", [])), all_patients=True)


async def test_several_parts_add_up_and_several_criteria_narrow(node: Node) -> None:
    await filled(node)
    scopes = f"user/Observation.rs?{LABORATORY} user/Observation.rs?category={OBSERVATION}|vital-signs&status=final"
    both = replace(DOCTOR, scopes=Scopes.parse(scopes))
    assert names((await node.gate.search(both, parse_search("Observation", []))).matches) == {"lab", "vital"}
    none = replace(DOCTOR, scopes=Scopes.parse(f"user/Observation.rs?{LABORATORY}&status=amended"))
    assert (await node.gate.search(none, parse_search("Observation", []))).matches == ()
    either = replace(DOCTOR, scopes=Scopes.parse("user/Observation.r?category=imaging,laboratory"))
    assert (await node.gate.read(either, "Observation", "lab")).id == "lab"
    with pytest.raises(Forbidden):
        await node.gate.search(either, parse_search("Observation", []))
