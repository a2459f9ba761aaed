"""What patients decide in the portal, as it governs what another house gets: from the page's words to the rows."""

from collections.abc import AsyncIterator
from datetime import timedelta

import msgspec
import pytest
import pytest_asyncio
from opened_gate import DOCTOR, HERE, KIND, NOW, NURSE, PATIENT, TITLE, Node, asker, observation, opened, patient

from verbund.consent.templates import OF_REGION, templates
from verbund.database import Database
from verbund.errors import Forbidden, Incorrect, Outdated
from verbund.node.desks import ReleaseDesk
from verbund.portal import House, ReleaseRule, Scan

PRACTICES = ReleaseRule(True, ("kind:practice",), purposes=frozenset({"TREAT"}))
HIDDEN = ReleaseRule(False, holders=(f"site:{HERE}",), items=("Observation/o1",))
SCAN = Scan("application/pdf", b"%PDF-1.7", NOW.date())


@pytest_asyncio.fixture(loop_scope="session")
async def node(database: Database) -> AsyncIterator[Node]:
    fresh = await opened(database)
    await fresh.put(patient(), observation("o1"), observation("o2"))
    yield fresh
    await fresh.close()


@pytest.fixture
def desk(node: Node) -> ReleaseDesk:
    return ReleaseDesk(node.gate, House(HERE, TITLE), KIND, None, node.clock, templates=templates(OF_REGION))


async def seen(node: Node, purpose: str = "TREAT") -> set[str]:
    """The laboratory results that a practice gets."""
    node.clock.later(seconds=1)
    release = await node.gate.release(asker(), purpose, ["7"])
    return {one.id for one in release.items if one.type == "Observation"}


async def decided(node: Node, desk: ReleaseDesk, *rules: ReleaseRule) -> None:
    node.clock.later(seconds=1)
    version = (await desk.current(PATIENT)).version
    await desk.change(PATIENT, (), version, rules)


async def test_a_single_entry_is_withheld_while_all_else_of_its_kind_goes_out(node: Node, desk: ReleaseDesk) -> None:
    await decided(node, desk, PRACTICES)
    assert await seen(node) == {"o1", "o2"}
    await decided(node, desk, PRACTICES, HIDDEN)
    assert await seen(node) == {"o2"}
    now = await desk.current(PATIENT)
    assert now.items == {"Observation/o1": "718-7"}
    assert now.rules == (PRACTICES, HIDDEN)


async def test_a_single_entry_goes_out_alone(node: Node, desk: ReleaseDesk) -> None:
    await decided(node, desk, ReleaseRule(True, ("kind:practice",), (f"site:{HERE}",), items=("Observation/o1",)))
    assert await seen(node) == {"o1"}


async def test_a_rule_ends_by_itself_and_disappears_from_the_page(node: Node, desk: ReleaseDesk) -> None:
    await decided(node, desk, ReleaseRule(True, ("kind:practice",), until=NOW + timedelta(hours=1)))
    assert await seen(node) == {"o1", "o2"}
    node.clock.later(hours=2)
    assert await seen(node) == set()
    assert (await desk.current(PATIENT)).rules == ()


async def test_a_rule_for_one_purpose_says_nothing_of_another(node: Node, desk: ReleaseDesk) -> None:
    await decided(node, desk, ReleaseRule(True, ("kind:practice",), purposes=frozenset({"CAREMGT"})))
    assert await seen(node, "CAREMGT") == {"o1", "o2"}
    assert await seen(node) == await seen(node, "HQUALIMP") == set()


async def test_an_exception_outranks_the_rule_that_it_is_part_of(node: Node, desk: ReleaseDesk) -> None:
    but = ReleaseRule(True, ("kind:practice",))
    await decided(node, desk, ReleaseRule(False, categories=frozenset({"laboratory"}), exceptions=(but,)))
    assert await seen(node) == {"o1", "o2"}


async def test_undo_brings_back_what_held_before_and_again_what_was_undone(node: Node, desk: ReleaseDesk) -> None:
    await decided(node, desk, PRACTICES)
    await decided(node, desk)
    assert await seen(node) == set()
    node.clock.later(seconds=1)
    again = await desk.undo(PATIENT, (await desk.current(PATIENT)).version)
    assert again.rules == (PRACTICES,)
    assert await seen(node) == {"o1", "o2"}
    await desk.undo(PATIENT, again.version)
    assert await seen(node) == set()


async def test_the_first_decision_undone_is_none(node: Node, desk: ReleaseDesk) -> None:
    with pytest.raises(Incorrect):
        await desk.undo(PATIENT, "0")
    await decided(node, desk, PRACTICES)
    node.clock.later(seconds=1)
    none = await desk.undo(PATIENT, (await desk.current(PATIENT)).version)
    assert none.rules == ()
    assert await seen(node) == set()


async def test_who_decides_on_an_old_page_is_told_so(node: Node, desk: ReleaseDesk) -> None:
    await decided(node, desk, PRACTICES)
    for act in (desk.change(PATIENT, (), "0"), desk.undo(PATIENT, "0")):
        with pytest.raises(Outdated):
            await act


async def test_what_cannot_hold_is_refused_before_it_is_saved(node: Node, desk: ReleaseDesk) -> None:
    for rules in (
        (ReleaseRule(True, until=NOW - timedelta(days=1)),),
        (ReleaseRule(True, ("site:unknown",)),),
        (ReleaseRule(True, ("kind:hub",)),),
        (ReleaseRule(True, purposes=frozenset({"FUN"})),),
        (ReleaseRule(True, categories=frozenset({"gossip"})),),
        (ReleaseRule(True, ("kind:practice",)), ReleaseRule(False, ("kind:practice",))),
    ):
        for act in (desk.preview(PATIENT, (), rules), desk.change(PATIENT, (), "0", rules)):
            with pytest.raises(Incorrect):
                await act
    assert (await node.gate.consents_of(PATIENT, "7")) == ()


async def test_paper_holds_at_once_with_its_scan_and_the_patient_sees_who_recorded_it(
    node: Node, desk: ReleaseDesk
) -> None:
    await decided(node, desk, PRACTICES)
    await desk.record_paper(DOCTOR, "7", "no-psychiatry", SCAN)
    now = await desk.current(PATIENT)
    assert PRACTICES in now.rules, "what was released before stays where the paper adds to it"
    newest = now.history[0]
    assert newest.by == DOCTOR.name
    stored = await node.gate.read(PATIENT, "DocumentReference", str(newest.scan))
    document = msgspec.json.decode(stored.body)
    assert document["author"] == [{"display": DOCTOR.name}]
    assert document["context"]["period"]["start"] == SCAN.signed.isoformat()
    events = [one.event for one in await node.events("7") if one.event.kind == "consent" and one.event.action == "U"]
    assert events[-1].entities == (
        f"Consent/{(await node.gate.consents_of(PATIENT, '7'))[0].id}",
        f"DocumentReference/{newest.scan}",
    )
    await desk.record_paper(DOCTOR, "7", "nothing", SCAN)
    assert (await desk.current(PATIENT)).rules == ()
    undone = await desk.undo(PATIENT, (await desk.current(PATIENT)).version)
    assert undone.history[0].scan is None, "the patient's own word is not on that paper"


async def test_paper_is_recorded_by_physicians_and_of_prepared_decisions_only(desk: ReleaseDesk) -> None:
    with pytest.raises(Incorrect):
        await desk.record_paper(DOCTOR, "7", "invented", SCAN)
    with pytest.raises(Forbidden):
        await desk.record_paper(NURSE, "7", "nothing", SCAN)
