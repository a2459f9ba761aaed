"""What a house corrects: a marriage keeps a record whole; one that is overwritten with another person opens nothing."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
import pytest_asyncio

from verbund.crypto import NodeKeys
from verbund.database import Connection, Database
from verbund.errors import Conflict, NotFound
from verbund.linkage import (
    Demographics,
    Encoding,
    Found,
    Move,
    Reason,
    Resolution,
    Resolutions,
    TrustCentre,
    Verdict,
    encode,
)

KEY = b"k" * 32
NUMBER, OTHER_NUMBER = "A123456780", "B123456782"
RUTH = Demographics("Ruth", "Kessler", "1951-02-03", "female")
HEINRICH = Demographics("Heinrich", "Oberhuber", "1987-11-30", "male")
MARRIED = replace(RUTH, family="Leutheusser-Schnarrenberger")
TWIN = replace(RUTH, given="Hannelore")
WHY = Verdict("Dr. Steward", "Both houses were asked by telephone.")


def coded(person: Demographics, number: str | None = None) -> Encoding:
    return encode(replace(person, insurance_number=number), KEY)


class Told:
    """Notes what the houses are told."""

    def __init__(self) -> None:
        self.moves: list[Move] = []

    async def __call__(self, connection: Connection, done: Resolution, moves: Sequence[Move]) -> None:
        assert await connection.fetchval("select true from linkage_resolution where resolution = $1", done.number)
        self.moves = list(moves)


@pytest.fixture
def told() -> Told:
    return Told()


@pytest_asyncio.fixture(loop_scope="session")
async def hub(database: Database, centre: TrustCentre, told: Told) -> TrustCentre:
    """On the database of `centre`, with houses that are told."""
    assert centre
    return await TrustCentre.open(database, NodeKeys.generate(), announce=told)


@pytest.fixture
def desk(database: Database, hub: TrustCentre, told: Told) -> Resolutions:
    return Resolutions(database, hub, told)


async def pseudonym(hub: TrustCentre, site: str, handle: str, person: Encoding) -> str:
    """Whatever the handle has by now; the house asks again with what it asked last."""
    return await hub.enrol(site, handle, person)


async def overwritten(
    hub: TrustCentre, person: Encoding | None = None, by: Encoding | None = None
) -> tuple[str, str, str]:
    """Ruth at two houses; one of them writes Heinrich over her record. Her pseudonym of before, hers, and the other."""
    first, second = person or coded(RUTH), by or coded(HEINRICH)
    before = await hub.enrol("uniklinikum", "a", first)
    assert await hub.enrol("praxis", "x", first) == before
    torn = await hub.enrol("praxis", "x", second)
    return before, await pseudonym(hub, "uniklinikum", "a", first), torn


async def questions(hub: TrustCentre) -> list[tuple[str, str, str]]:
    return [(one.pseudonym, one.candidate, one.reason) for one in await hub.reviews()]


@pytest.mark.parametrize("numbers", [(None, None), (NUMBER, None), (None, NUMBER), (NUMBER, OTHER_NUMBER)])
async def test_a_record_overwritten_with_another_person_is_parted_at_once_and_asked_about(
    hub: TrustCentre, numbers: tuple[str | None, str | None]
) -> None:
    before, ruth, torn = await overwritten(hub, coded(RUTH, numbers[0]), coded(HEINRICH, numbers[1]))
    assert len({before, ruth, torn}) == 3, "a house that has not heard of it asks for somebody whom nobody knows"
    assert await hub.locate(ruth, "uniklinikum") == ()
    assert await hub.locate(torn, "praxis") == ()
    with pytest.raises(NotFound):
        await hub.locate(before, "praxis")
    assert await questions(hub) == [(torn, ruth, Reason.REPLACED)]


@pytest.mark.parametrize("numbers", [(None, None), (NUMBER, None), (None, NUMBER), (NUMBER, OTHER_NUMBER)])
@pytest.mark.parametrize("written", [None, NUMBER, OTHER_NUMBER])
async def test_the_other_person_is_never_taken_for_the_one_whose_record_was_overwritten(
    hub: TrustCentre, numbers: tuple[str | None, str | None], written: str | None
) -> None:
    _, ruth, torn = await overwritten(hub, coded(RUTH, numbers[0]), coded(HEINRICH, written))
    heinrich = await hub.enrol("reha", "b", coded(HEINRICH, numbers[1]))
    assert heinrich not in {ruth, torn}
    assert await hub.locate(heinrich, "reha") == ()
    assert await hub.find(coded(HEINRICH, numbers[1]), "rettungsdienst") == Found(heinrich, ("reha",))
    assert await hub.find(coded(RUTH, numbers[0]), "rettungsdienst") == Found(ruth, ("uniklinikum",))
    contradict = None not in (numbers[1], written) and numbers[1] != written
    asked = Reason.CONTRADICTION if contradict else Reason.DIVIDED
    assert (heinrich, torn, asked) in await questions(hub)


async def test_the_houses_are_told_who_is_parted(hub: TrustCentre, told: Told) -> None:
    before, ruth, torn = await overwritten(hub)
    assert told.moves == [
        Move("uniklinikum", "a", before, ruth, (), parted=True),
        Move("praxis", "x", before, torn, (), parted=True),
    ]


async def test_the_others_stay_together_when_one_is_parted(hub: TrustCentre) -> None:
    await hub.enrol("reha", "r", coded(RUTH))
    _, ruth, _ = await overwritten(hub)
    assert await hub.locate(ruth, "uniklinikum") == ("reha",)
    assert await hub.enrol("rettungsdienst", "n", coded(RUTH)) == ruth


async def test_a_house_that_corrects_it_back_is_where_it_was(hub: TrustCentre, told: Told) -> None:
    _, ruth, torn = await overwritten(hub)
    assert await hub.enrol("praxis", "x", coded(RUTH)) == ruth
    assert await hub.locate(ruth, "praxis") == ("uniklinikum",)
    assert await questions(hub) == []
    assert told.moves == [
        Move("uniklinikum", "a", ruth, ruth, ("praxis",), ("praxis",)),
        Move("praxis", "x", torn, ruth, ("uniklinikum",), ("uniklinikum",)),
    ]
    assert await hub.enrol("reha", "r", coded(RUTH)) == ruth
    again = await hub.enrol("praxis", "x", coded(HEINRICH))
    assert (await questions(hub))[0] == (again, await hub.enrol("reha", "r", coded(RUTH)), Reason.REPLACED)


async def test_a_record_that_is_nearly_put_back_stays_in_question(hub: TrustCentre) -> None:
    _, ruth, torn = await overwritten(hub)
    assert await hub.enrol("praxis", "x", coded(TWIN)) == torn
    assert await questions(hub) == [(torn, ruth, Reason.REPLACED)]
    assert await hub.enrol("reha", "h", coded(TWIN)) not in {ruth, torn}


async def test_step_by_step_a_record_becomes_another_person_too(hub: TrustCentre) -> None:
    ruth = await hub.enrol("uniklinikum", "a", coded(RUTH))
    steps = [replace(RUTH, gender="male"), replace(RUTH, gender="male", given="Heinrich")]
    for step in [*steps, replace(HEINRICH, birth_date=RUTH.birth_date), HEINRICH]:
        torn = await hub.enrol("praxis", "x", coded(step))
    ruth = await hub.enrol("uniklinikum", "a", coded(RUTH))
    assert torn != ruth
    assert await hub.enrol("reha", "b", coded(HEINRICH)) not in {ruth, torn}


async def test_a_twin_over_the_twins_record_is_parted(hub: TrustCentre) -> None:
    _, ruth, torn = await overwritten(hub, by=coded(TWIN))
    assert torn != ruth
    assert await hub.enrol("reha", "h", coded(TWIN)) not in {ruth, torn}


async def test_a_record_overwritten_all_but_its_number_is_parted(hub: TrustCentre) -> None:
    _, ruth, torn = await overwritten(hub, coded(RUTH, NUMBER), coded(HEINRICH, NUMBER))
    assert torn != ruth
    assert await hub.enrol("reha", "b", coded(HEINRICH)) not in {ruth, torn}


async def test_two_records_of_one_house_overwritten_at_once_are_both_parted(hub: TrustCentre) -> None:
    ruth = await hub.enrol("uniklinikum", "a", coded(RUTH))
    assert await hub.enrol_many("praxis", [("x", coded(RUTH)), ("y", coded(RUTH))]) == [ruth, ruth]
    one, other, new = await hub.enrol_many(
        "praxis", [("x", coded(HEINRICH)), ("y", coded(HEINRICH)), ("z", coded(RUTH))]
    )
    assert len({one, other, new}) == 3
    assert await hub.locate(new, "praxis") == ("uniklinikum",)


@pytest.mark.parametrize("number", [None, NUMBER])
@pytest.mark.parametrize("married", [MARRIED, replace(RUTH, family="Li"), replace(RUTH, family="Kessler-Wu")])
async def test_a_marriage_never_tears_a_record_apart(
    hub: TrustCentre, told: Told, number: str | None, married: Demographics
) -> None:
    ruth = await hub.enrol("uniklinikum", "a", coded(RUTH, number))
    assert await hub.enrol("praxis", "x", coded(RUTH, number)) == ruth
    assert await hub.enrol("praxis", "x", coded(married, number)) == ruth
    assert await hub.locate(ruth, "praxis") == ("uniklinikum",)
    assert await hub.enrol("reha", "r", coded(married, number)) == ruth
    assert await hub.enrol("pflege", "p", coded(RUTH, number)) == ruth
    assert (await hub.reviews(), told.moves) == ((), [])


async def test_a_corrected_birth_date_under_one_number_keeps_a_record_whole(hub: TrustCentre) -> None:
    ruth = await hub.enrol("uniklinikum", "a", coded(RUTH, NUMBER))
    assert await hub.enrol("praxis", "x", coded(RUTH, NUMBER)) == ruth
    assert await hub.enrol("praxis", "x", coded(replace(RUTH, birth_date="1951-02-13"), NUMBER)) == ruth
    assert await hub.reviews() == ()


async def test_what_the_steward_keeps_together_stays_so_and_is_found_by_both(
    hub: TrustCentre, desk: Resolutions
) -> None:
    changed = replace(MARRIED, birth_date="1951-03-02")
    _, ruth, torn = await overwritten(hub, by=coded(changed))
    await desk.same(ruth, torn, WHY)
    assert await hub.locate(ruth, "praxis") == ("uniklinikum",)
    assert await hub.enrol("reha", "r", coded(changed)) == ruth
    assert await hub.enrol("pflege", "p", coded(RUTH)) == ruth
    assert await hub.enrol("praxis", "x", coded(replace(changed, gender=None))) == ruth
    assert await questions(hub) == []


async def test_what_the_steward_parts_is_matched_from_then_on(hub: TrustCentre, desk: Resolutions) -> None:
    _, ruth, torn = await overwritten(hub)
    done = await desk.different(torn, ruth, WHY)
    assert await questions(hub) == []
    assert await hub.enrol("reha", "b", coded(HEINRICH)) == torn
    await desk.undo(done.number, WHY)
    assert await questions(hub) == [(torn, ruth, Reason.REPLACED)]
    assert await hub.find(coded(HEINRICH), "rettungsdienst") is None


async def test_another_decision_about_it_leaves_it_in_question(hub: TrustCentre, desk: Resolutions) -> None:
    _, ruth, torn = await overwritten(hub)
    heinrich = await hub.enrol("reha", "b", coded(HEINRICH))
    await desk.different(heinrich, torn, WHY)
    assert await questions(hub) == [(torn, ruth, Reason.REPLACED)]
    await hub.withdraw("reha", "b")
    assert (await hub.find(coded(HEINRICH), "rettungsdienst")) is None


async def test_what_a_rule_parted_stands_among_the_decisions_and_can_be_taken_back(
    hub: TrustCentre, desk: Resolutions
) -> None:
    _, _, torn = await overwritten(hub)
    (parted,) = await desk.decided()
    assert (parted.kind, parted.decided_by) == ("split", "Verbund")
    await desk.undo(parted.number, WHY)
    together = await hub.enrol("praxis", "x", coded(HEINRICH))
    assert await hub.locate(together, "praxis") == ("uniklinikum",)
    assert torn not in {one for row in await questions(hub) for one in row[:2]} - {together}


async def test_corrected_back_after_the_steward_parted_it_it_is_asked_anew(hub: TrustCentre, desk: Resolutions) -> None:
    _, ruth, torn = await overwritten(hub)
    await desk.different(torn, ruth, WHY)
    assert await hub.enrol("praxis", "x", coded(RUTH)) == torn
    assert set(await questions(hub)) == {(torn, ruth, Reason.AMBIGUOUS), (torn, torn, Reason.REPLACED)}
    await desk.same(ruth, torn, WHY)
    assert await questions(hub) == []
    assert await hub.enrol("reha", "r", coded(RUTH)) == ruth


async def test_nobody_is_in_question_when_nobody_else_is_left(hub: TrustCentre) -> None:
    _, _, torn = await overwritten(hub)
    await hub.withdraw("uniklinikum", "a")
    assert await questions(hub) == []
    assert await hub.enrol("reha", "b", coded(HEINRICH)) == torn


async def test_a_record_that_stands_alone_is_in_question_when_it_is_overwritten(
    hub: TrustCentre, desk: Resolutions
) -> None:
    alone = await hub.enrol("praxis", "x", coded(RUTH))
    assert await hub.enrol("praxis", "x", coded(HEINRICH)) == alone
    assert await questions(hub) == [(alone, alone, Reason.REPLACED)]
    assert await hub.find(coded(HEINRICH), "rettungsdienst") is None
    heinrich = await hub.enrol("reha", "b", coded(HEINRICH))
    assert heinrich != alone, "what the practice wrote of Ruth would be shown with him"
    done = await desk.same(alone, alone, WHY)
    assert await questions(hub) == [(heinrich, alone, Reason.DIVIDED)]
    await desk.undo(done.number, WHY)
    assert (alone, alone, Reason.REPLACED) in await questions(hub)
    assert await hub.enrol("pflege", "p", coded(HEINRICH)) == heinrich


async def test_a_record_that_stands_alone_and_is_put_back_is_in_question_no_more(hub: TrustCentre) -> None:
    alone = await hub.enrol("praxis", "x", coded(RUTH))
    for _ in range(2):
        await hub.enrol("praxis", "x", coded(HEINRICH))
        assert await questions(hub) == [(alone, alone, Reason.REPLACED)]
        await hub.enrol("praxis", "x", coded(RUTH))
        assert await questions(hub) == []
    assert await hub.enrol("reha", "r", coded(RUTH)) == alone


async def test_a_stranger_left_under_a_pseudonym_by_a_former_release_baits_nobody(
    database: Database, hub: TrustCentre
) -> None:
    ruth = await hub.enrol("uniklinikum", "a", coded(RUTH))
    bait = await hub.enrol("praxis", "x", coded(HEINRICH))
    async with database.connection() as connection:
        await connection.execute("update linkage_enrolment set pseudonym = $1 where pseudonym = $2", ruth, bait)
    heinrich = await hub.enrol("reha", "b", coded(HEINRICH))
    assert heinrich != ruth
    assert await questions(hub) == [(heinrich, ruth, Reason.DIVIDED)]


async def test_keeping_one_pseudonym_together_needs_somebody_under_it(hub: TrustCentre, desk: Resolutions) -> None:
    with pytest.raises(NotFound):
        await desk.same("0" * 32, "0" * 32, WHY)
    one, other = await hub.enrol("praxis", "x", coded(RUTH)), await hub.enrol("reha", "b", coded(HEINRICH))
    done = await desk.same(one, other, WHY)
    await hub.withdraw("reha", "b")
    with pytest.raises(Conflict):
        await desk.undo(done.number, WHY)
