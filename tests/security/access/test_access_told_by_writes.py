"""Who may write an entry and not read it is told nothing of it by writing: no body, no value, no test of one."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import msgspec
import pytest
from opened_gate import DOCTOR, OBSERVATION, PATIENT, Node, observation, patient

from verbund.access import Write
from verbund.errors import Forbidden, Incorrect, NotFound
from verbund.fhir import parse_search
from verbund.fhir.patching import Patch
from verbund.identity import Principal, Scopes

Json = dict[str, Any]
LABORATORY = f"category={OBSERVATION}|laboratory"
ISSUED = {"op": "add", "path": "/issued", "value": "2026-01-01T00:00:00Z"}
ASKING = [
    Patch("json", msgspec.json.encode(operations))
    for operations in (
        [{"op": "test", "path": "/valueString", "value": "secret"}],
        [ISSUED, {"op": "test", "path": "/status", "value": "final"}],
        [{"op": "copy", "from": "/valueString", "path": "/status"}],
        [{"op": "move", "from": "/valueString", "path": "/status"}],
    )
]


def by_path(path: str, kind: str = "delete") -> Patch:
    parts = [{"name": "type", "valueCode": kind}, {"name": "path", "valueString": path}]
    parameters = {"resourceType": "Parameters", "parameter": [{"name": "operation", "part": parts}]}
    return Patch("fhirpath", msgspec.json.encode(parameters))


ASKING += [
    by_path("Observation.note.where(text = 'secret')"),
    by_path("Observation.value.ofType(string)"),
    by_path("Observation.note[%resource.note.count() - 1]"),
    by_path("iif(Observation.value = 'secret', Observation.issued, Observation.note)"),
]
PLAIN = [
    Patch("json", msgspec.json.encode([ISSUED])),
    Patch("json", msgspec.json.encode([{"op": "remove", "path": "/effectiveDateTime"}])),
    Patch("json", msgspec.json.encode([{"op": "replace", "path": "/status", "value": "final"}])),
    by_path("Observation.effective"),
    by_path("Observation.category[0].coding[0].display"),
]


def staff(scopes: str) -> Principal:
    return replace(DOCTOR, scopes=Scopes.parse(scopes))


WITHOUT_READING = [
    staff("user/Observation.u"),
    staff("user/Observation.us patient/Condition.r"),
    replace(PATIENT, scopes=Scopes.parse("patient/Observation.u")),
]
IN_PART = [staff(f"user/Observation.rs?{LABORATORY} user/Observation.u"),
           replace(staff("patient/Observation.rs user/Observation.us"), patient_id="8")]  # fmt: skip


async def filled(node: Node) -> None:
    await node.put(patient(), patient("8"))
    await node.put(observation("vital", category="vital-signs", valueString="secret"))


def patching(patch: Patch, name: str = "vital") -> Write:
    return Write("patch", "Observation", name, patch=patch)


@pytest.mark.parametrize("who", [*WITHOUT_READING, *IN_PART])
@pytest.mark.parametrize("patch", PLAIN)
async def test_a_patch_is_carried_out_and_answered_without_what_is_there(
    node: Node, who: Principal, patch: Patch
) -> None:
    await filled(node)
    with pytest.raises((Forbidden, NotFound)):
        await node.gate.read(who, "Observation", "vital")
    (done,) = await node.gate.commit(who, [patching(patch)])
    assert (done.id, done.body, done.resource) == ("vital", b"", None)
    kept = await node.store.read("Observation", "vital")
    assert kept.version == done.version


@pytest.mark.parametrize("who", [*WITHOUT_READING, *IN_PART])
@pytest.mark.parametrize("patch", ASKING)
async def test_a_patch_asks_nothing_of_what_may_not_be_read(node: Node, who: Principal, patch: Patch) -> None:
    await filled(node)
    with pytest.raises(Forbidden, match=r"tells of it; .* scope user/Observation\.r") as refused:
        await node.gate.commit(who, [patching(patch)])
    assert "verrät etwas davon" in refused.value.german
    assert (await node.store.read("Observation", "vital")).version == 1
    assert not (await node.log.of_patient("7", count=1)).items[0].event.permitted or who.role == "patient"


@pytest.mark.parametrize("who", IN_PART)
async def test_what_a_token_may_read_it_is_told_and_may_ask(node: Node, who: Principal) -> None:
    await filled(node)
    await node.put(observation("mine", who.patient_id or "7", valueString="known"))
    ask = Patch("json", msgspec.json.encode([{"op": "test", "path": "/valueString", "value": "known"}, ISSUED]))
    (done,) = await node.gate.commit(who, [patching(ask, "mine")])
    assert b"known" in done.body


async def test_a_condition_finds_no_place_to_ask_at_either(node: Node) -> None:
    await filled(node)
    query = parse_search("Observation", [("category", "vital-signs")])
    who = staff(f"user/Observation.us user/Observation.r?{LABORATORY}")
    for patch in ASKING:
        with pytest.raises(Forbidden, match="tells of it"):
            await node.gate.commit(who, [Write("patch", "Observation", condition=query, patch=patch)])
    (done,) = await node.gate.commit(who, [Write("patch", "Observation", condition=query, patch=PLAIN[0])])
    assert (done.status, done.body) == ("updated", b"")


@pytest.mark.parametrize("who", IN_PART)
async def test_what_is_found_or_stays_as_it_is_is_shown_as_far_as_it_may_be_read(node: Node, who: Principal) -> None:
    await filled(node)
    same = observation("vital", category="vital-signs", valueString="secret")
    (kept,) = await node.gate.commit(who, [Write("update", "Observation", "vital", msgspec.json.encode(same))])
    assert (kept.status, kept.body) == ("unchanged", b"")
    whole = staff("user/Observation.ru")
    (kept,) = await node.gate.commit(whole, [Write("update", "Observation", "vital", msgspec.json.encode(same))])
    assert (kept.status, b"secret" in kept.body) == ("unchanged", True)


async def test_who_may_read_all_patches_as_ever(node: Node) -> None:
    await filled(node)
    (done,) = await node.gate.commit(DOCTOR, [patching(ASKING[1])])
    assert b"secret" in done.body


@pytest.mark.parametrize("patch", [Patch("json", b"{"), Patch("fhirpath", b"{}")])
async def test_what_is_no_patch_is_refused_as_such(node: Node, patch: Patch) -> None:
    await filled(node)
    with pytest.raises(Incorrect):
        await node.gate.commit(WITHOUT_READING[0], [patching(patch)])


def names(patches: Sequence[Patch]) -> set[bool]:
    return {one.asks for one in patches}


def test_a_patch_knows_whether_it_asks() -> None:
    assert (names(ASKING), names(PLAIN)) == ({True}, {False})
    assert Patch("json", b'[{"op":"dance"}]').asks
    assert Patch("json", b"[1]").asks
    assert Patch("json", b"{}").asks
