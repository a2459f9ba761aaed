"""The log of accesses narrowed down: full pages of what fits, each fitting access exactly once."""

from datetime import timedelta
from pathlib import Path

import pytest
from opened_gate import DOCTOR, NOW, NURSE, PATIENT, Node, observation, patient

from verbund.access import Looks
from verbund.audit import Event


async def looked(node: Node, times: int) -> None:
    """A doctor and a nurse look in turn, an hour apart."""
    await node.put(patient(), observation("a"))
    for _ in range(times):
        node.clock.later(hours=1)
        await node.gate.read(DOCTOR, "Observation", "a")
        node.clock.later(hours=1)
        await node.gate.read(NURSE, "Patient", "7")


async def paged(node: Node, wanted: Looks, count: int = 4) -> list[Event]:
    """All pages, one behind the other; each but the last is full."""
    found: list[Event] = []
    before: int | None = None
    while True:
        page = await node.gate.accesses(PATIENT, "7", count, before, wanted=wanted)
        found += [one.event for one in page.items]
        before = page.before
        if before is None:
            return found
        assert len(page.items) == count


@pytest.mark.parametrize(
    ("wanted", "number"),
    [
        (Looks(by="of NURSE"), 9),
        (Looks(roles=("physician",)), 9),
        (Looks(not_roles=("physician", "patient", "system")), 9),
        (Looks(kinds=("read",), purposes=("TREAT",)), 18),
        (Looks(since=NOW + timedelta(hours=3), until=NOW + timedelta(hours=6)), 3),
        (Looks(emergency=True), 0),
        (Looks(refused=True), 0),
    ],
)
async def test_pages_hold_what_fits_and_each_once(node: Node, wanted: Looks, number: int) -> None:
    await looked(node, 9)
    found = await paged(node, wanted)
    assert len(found) == number
    assert all(wanted.holds(one) for one in found)
    assert [one.at for one in found] == sorted((one.at for one in found), reverse=True)


async def test_the_entries_of_the_own_record_are_named_and_no_others(node: Node) -> None:
    await node.put(patient(), patient("8"), observation("a"), observation("b", "8"))
    named = await node.gate.entries(
        PATIENT, ["Observation/a", "Observation/b", "Observation/c", "nonsense", "Patient/7"]
    )
    assert sorted(named) == ["Observation/a", "Patient/7"]
    assert await node.gate.entries(DOCTOR, ["Observation/a"]) == {}


@pytest.mark.parametrize("wanted", [Looks(), Looks(roles=("physician",))])
async def test_the_last_page_says_how_many_older_ones_lie_in_the_archive(
    node: Node, tmp_path: Path, wanted: Looks
) -> None:
    await looked(node, 3)
    archived = len(await node.events("7"))
    await node.log.archive_before(node.clock.now + timedelta(seconds=1), tmp_path)
    await node.gate.read(DOCTOR, "Observation", "a")
    page = await node.gate.accesses(PATIENT, "7", 50, None, wanted=wanted)
    assert [one.event.agent.role for one in page.items] == ["physician"]
    assert (page.before, page.archived) == (None, archived)
