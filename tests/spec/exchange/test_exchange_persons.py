"""One person, two, or one taken for two: what the trust centre decides governs records and consents at once."""

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
import pytest_asyncio
from exchange_houses import House, Region, Somebody, consent, observation
from exchange_world import until

from verbund.database import Cluster
from verbund.errors import Conflict, Incorrect, NotFound
from verbund.exchange.protocol import Outcome
from verbund.exchange.questions import CONSENT_CHANGED, MOVED, MovedMessage, MovedPatient
from verbund.identity import Principal, Role
from verbund.linkage import Resolutions, Verdict

ALL = ("praxis", "klinik", "reha")
WHY = Verdict("Dr. Steward", "Both houses were asked by telephone.")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def region(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Region]:
    """Three houses, one for all tests of this file."""
    async with Region(cluster, tmp_path_factory.mktemp("persons")) as made:
        await made.add(*ALL)
        yield made


def steward() -> Principal:
    role = Role.STEWARD
    return Principal("steward", "Dr. Steward", role, "hub", "Hub", None, role.scopes, role.purpose)


def desk(region: Region) -> Resolutions:
    return region.trust.of(steward())


async def kept(region: Region, person: Somebody, *names: str, day: int = 1) -> None:
    """The person is a patient of these houses, with one finding at each."""
    for name in names:
        own = person.at(name)
        await region.houses[name].keep(person.patient(name), observation(f"o-{own}", own, day=day))


async def decides(house: House, person: Somebody, recipients: Sequence[str]) -> None:
    """She says at this house who may see everything, and every house that holds something has heard."""
    own, distribution = person.at(house.name), house.part.distribution
    herself = house.person(Role.PATIENT, patient_id=own)
    said = consent(own, recipients)
    companion = await distribution.companion(own)
    await house.node.gate.change_consent(herself, own, said, companions=(companion,))
    await settled(house)


async def settled(*houses: House) -> None:
    async def nothing_waits() -> bool:
        for house in houses:
            async with house.node.database.connection() as connection:
                if await connection.fetchval("select count(*) from exchange_outbox where outcome is null"):
                    return False
        return True

    await until(nothing_waits)


async def told(region: Region) -> None:
    """Every letter of the hub has been applied, and what followed from it."""

    async def hub_is_done() -> bool:
        async with region.node.database.connection() as connection:
            return not await connection.fetchval("select count(*) from exchange_outbox where outcome is null")

    await until(hub_is_done)
    await settled(*region.houses.values())


async def asked(region: Region, by: str, person: Somebody) -> dict[str, str]:
    house = region.houses[by]
    answer = await house.part.records.ask(house.person(), person.at(by), "TREAT")
    return {one.site: one.state for one in answer.houses}


async def pseudonym(region: Region, person: Somebody, at: str) -> str:
    found = await region.houses[at].node.book.of_patient(person.at(at))
    assert found is not None
    return found


async def entry(region: Region, person: Somebody, at: str) -> int:
    found = await desk(region).person(await pseudonym(region, person, at))
    return next(one.entry for one in found if one.site == at)


@pytest_asyncio.fixture(loop_scope="session")
async def namesake(region: Region) -> Somebody:
    """Two people of one name, born on one day: one at `praxis` and `klinik`, the other at `reha`, taken for one."""
    both = Somebody.new()
    await kept(region, both, *ALL)
    await decides(region.houses["praxis"], both, ALL)
    assert await asked(region, "praxis", both) == dict.fromkeys(ALL, "released")
    return both


async def parted(region: Region, both: Somebody) -> int:
    one = await pseudonym(region, both, "praxis")
    done = await desk(region).split(one, [await entry(region, both, "reha")], WHY)
    await told(region)
    return done.number


async def test_after_a_split_nothing_of_one_person_is_shown_with_the_other(region: Region, namesake: Somebody) -> None:
    former = await pseudonym(region, namesake, "praxis")
    await parted(region, namesake)
    assert await asked(region, "praxis", namesake) == {"praxis": "released", "klinik": "released"}
    assert await asked(region, "reha", namesake) == {"reha": "released"}
    names = [await pseudonym(region, namesake, name) for name in ALL]
    assert names[0] == names[1] != names[2]
    assert former not in names, "a house that has not heard of it asks for somebody whom nobody knows"
    praxis = region.houses["praxis"]
    herself = praxis.person(Role.PATIENT, patient_id=namesake.at("praxis"))
    page = await praxis.part.accesses.of(herself, namesake.at("praxis"))
    assert {answer.site for answer in page.houses} == {"praxis", "klinik"}


async def test_after_a_split_a_consent_governs_its_own_person_only(region: Region, namesake: Somebody) -> None:
    reha = region.houses["reha"]
    await parted(region, namesake)
    left = await reha.node.gate.ground.care(namesake.at("reha"))
    assert [one for one in left if one.active] == []
    kept_on = await region.houses["klinik"].node.gate.ground.care(namesake.at("klinik"))
    assert [one.active for one in kept_on] == [True], "who stays together goes on without a gap"
    # Her own house speaks for her from now on, and the other's home no longer does.
    await decides(reha, namesake, ("klinik",))
    message = await reha.part.correspondence.letters_about(reha.part.distribution._subject(namesake.at("reha")))
    assert [one.receiver for one in message] == ["reha"]
    await decides(region.houses["praxis"], namesake, ())
    assert [one.active for one in await reha.node.gate.ground.care(namesake.at("reha")) if one.active] == [True]


@pytest.mark.long
async def test_the_patients_log_says_that_records_were_parted(region: Region, namesake: Somebody) -> None:
    reha = region.houses["reha"]
    await parted(region, namesake)
    herself = reha.person(Role.PATIENT, patient_id=namesake.at("reha"))
    page = await reha.node.gate.accesses(herself, namesake.at("reha"))
    assert any("verschiedene Personen" in one.event.reason_de for one in page.items)


async def test_a_split_taken_back_lets_the_denial_win_until_the_patient_decides_anew(
    region: Region, namesake: Somebody
) -> None:
    number = await parted(region, namesake)
    await decides(region.houses["reha"], namesake, ())
    await desk(region).undo(number, WHY)
    await told(region)
    assert await asked(region, "praxis", namesake) == {"praxis": "released", "klinik": "refused", "reha": "refused"}
    await decides(region.houses["praxis"], namesake, ALL)
    assert await asked(region, "praxis", namesake) == dict.fromkeys(ALL, "released")
    with pytest.raises(Conflict):
        await desk(region).undo(number, WHY)


async def two(region: Region) -> tuple[Somebody, Somebody]:
    """One person under two names: of before, at `klinik` and `reha`, and of now, at `praxis`."""
    now, before = Somebody.new(), Somebody.new()
    await kept(region, now, "praxis")
    await kept(region, before, "klinik", "reha")
    await decides(region.houses["praxis"], now, ALL)
    await decides(region.houses["klinik"], before, ())
    return now, before


async def test_after_a_merge_all_is_found_and_deny_wins_until_the_patient_decides_anew(region: Region) -> None:
    now, before = await two(region)
    one, other = await pseudonym(region, now, "praxis"), await pseudonym(region, before, "klinik")
    await desk(region).same(one, other, WHY)
    await told(region)
    assert await asked(region, "praxis", now) == {"praxis": "released", "klinik": "refused", "reha": "refused"}
    assert (await asked(region, "klinik", before))["praxis"] == "refused"
    await decides(region.houses["praxis"], now, ALL)
    assert await asked(region, "praxis", now) == dict.fromkeys(ALL, "released")
    assert await asked(region, "klinik", before) == dict.fromkeys(ALL, "released")
    # Either house where she signs in speaks for her.
    await decides(region.houses["klinik"], before, ())
    assert await asked(region, "praxis", now) == {"praxis": "released", "klinik": "refused", "reha": "refused"}


@pytest.mark.long
async def test_a_merge_taken_back_parts_both_again(region: Region) -> None:
    now, before = await two(region)
    one, other = await pseudonym(region, now, "praxis"), await pseudonym(region, before, "klinik")
    done = await desk(region).same(one, other, WHY)
    await told(region)
    await decides(region.houses["praxis"], now, ALL)
    await desk(region).undo(done.number, WHY)
    await told(region)
    assert await asked(region, "praxis", now) == {"praxis": "released"}
    assert await asked(region, "klinik", before) == {"klinik": "released", "reha": "refused"}
    await decides(region.houses["klinik"], before, ALL)
    assert await asked(region, "klinik", before) == {"klinik": "released", "reha": "released"}


@pytest.mark.long
async def test_two_records_of_one_person_in_one_house_follow_both_words(region: Region) -> None:
    klinik, praxis = region.houses["klinik"], region.houses["praxis"]
    one, other = Somebody.new(), Somebody.new()
    await kept(region, one, "praxis")
    await kept(region, one, "klinik", day=2)
    await kept(region, other, "klinik", day=3)
    await decides(klinik, one, ())
    await decides(klinik, other, ALL)
    await desk(region).same(await pseudonym(region, one, "klinik"), await pseudonym(region, other, "klinik"), WHY)
    await told(region)
    assert (await asked(region, "praxis", one))["klinik"] == "refused"
    await decides(klinik, one, ALL)
    answer = await praxis.part.records.ask(praxis.person(), one.at("praxis"), "TREAT")
    assert {item.id for item in answer.items if item.type == "Observation"} >= {
        f"o-{one.at('klinik')}",
        f"o-{other.at('klinik')}",
    }
    await decides(klinik, other, ())
    assert (await asked(region, "praxis", one))["klinik"] == "refused"


async def test_namesakes_are_a_question_that_can_be_closed_and_opened_again(region: Region) -> None:
    person = Somebody.new()
    sister = Somebody(person.key + "x", person.family, person.birth_date)
    await region.houses["praxis"].keep(_called(person.patient("praxis"), "Anna"))
    await region.houses["reha"].keep(_called(sister.patient("reha"), "Anja"))
    one, other = await pseudonym(region, person, "praxis"), await pseudonym(region, sister, "reha")
    assert one != other
    case = await _case(region, one)
    assert case.review.reason == "given names differ"
    assert {tuple(e.site for e in side) for side in (case.one, case.other)} == {("praxis",), ("reha",)}
    done = await desk(region).different(other, one, WHY)
    assert await _case(region, one) is None
    assert (await desk(region).decided(1))[0].reason == WHY.reason
    await desk(region).undo(done.number, WHY)
    assert await _case(region, one) is not None


async def _case(region: Region, name: str) -> Any:
    cases = await desk(region).cases()
    return next((one for one in cases if name in {one.review.pseudonym, one.review.candidate}), None)


def _called(patient: dict[str, Any], given: str) -> dict[str, Any]:
    return {**patient, "name": [{"use": "official", "family": patient["name"][0]["family"], "given": [given]}]}


async def test_a_record_overwritten_with_another_person_shows_nothing_of_the_first_to_anybody(
    region: Region, namesake: Somebody
) -> None:
    """Somebody edits the wrong record: at `reha` another person stands in it now, whom `klinik` enrols a day later."""
    other, reha = Somebody.new(), region.houses["reha"]
    former = await pseudonym(region, namesake, "reha")
    await reha.keep({**other.patient("reha"), "id": namesake.at("reha")})
    await told(region)
    assert await asked(region, "reha", namesake) == {"reha": "released"}
    assert await asked(region, "praxis", namesake) == {"praxis": "released", "klinik": "released"}
    names = [await pseudonym(region, namesake, name) for name in ALL]
    assert former not in names
    assert names[0] == names[1] != names[2]
    assert [one for one in await reha.node.gate.ground.care(namesake.at("reha")) if one.active] == []
    case = await _case(region, names[2])
    assert (case.review.candidate, case.review.reason) == (names[0], "details became another person's")
    await kept(region, other, "klinik")
    await told(region)
    assert await asked(region, "klinik", other) == {"klinik": "released"}


async def test_a_record_that_is_put_back_is_with_the_others_as_before(region: Region, namesake: Somebody) -> None:
    reha = region.houses["reha"]
    await reha.keep({**Somebody.new().patient("reha"), "id": namesake.at("reha")})
    await told(region)
    await reha.keep(namesake.patient("reha"))
    await told(region)
    assert len({await pseudonym(region, namesake, name) for name in ALL}) == 1
    assert await _case(region, await pseudonym(region, namesake, "reha")) is None
    await decides(region.houses["praxis"], namesake, ALL)
    assert await asked(region, "praxis", namesake) == dict.fromkeys(ALL, "released")
    (back, *_) = await desk(region).decided(1)
    assert (back.kind, back.decided_by) == ("same", "Verbund")


async def test_a_decision_needs_a_reason_and_people_whom_there_are(region: Region, namesake: Somebody) -> None:
    one = await pseudonym(region, namesake, "praxis")
    everybody = [each.entry for each in await desk(region).person(one)]
    with pytest.raises(Incorrect):
        Verdict("Dr. Steward", "so")
    for entries in ([], everybody, [10**9]):
        with pytest.raises(Incorrect):
            await desk(region).split(one, entries, WHY)
    with pytest.raises(NotFound):
        await desk(region).same(one, "0" * 32, WHY)
    with pytest.raises(Incorrect):
        await desk(region).different(one, one, WHY)
    with pytest.raises(NotFound):
        await desk(region).undo(10**9, WHY)


async def test_nobody_but_the_hub_says_who_is_who(region: Region, namesake: Somebody) -> None:
    klinik = region.houses["klinik"]
    former = await pseudonym(region, namesake, "praxis")
    handle = region.houses["praxis"].node.book.handle_of(namesake.at("praxis"))
    patients = (MovedPatient(handle, former, "f" * 32, (), parted=True),)
    payload = msgspec.json.encode(MovedMessage(datetime.now(UTC), patients))
    letter = await klinik.part.correspondence.send("praxis", MOVED, payload)

    async def refused() -> bool:
        state = await klinik.part.correspondence._outbox.state(letter)
        return state is not None and state.outcome is Outcome.REFUSED

    await until(refused)
    assert await pseudonym(region, namesake, "praxis") == former


async def test_a_house_that_missed_the_letter_finds_out_by_itself(region: Region, namesake: Somebody) -> None:
    """As after the restoration of a backup: the pseudonym and the consent of before are there again."""
    reha = region.houses["reha"]
    former = await pseudonym(region, namesake, "reha")
    await parted(region, namesake)
    await reha.node.book.set(namesake.at("reha"), former)
    assert await asked(region, "reha", namesake) == {"reha": "released"}
    assert await pseudonym(region, namesake, "reha") != former
    assert not [one for one in await reha.node.gate.ground.care(namesake.at("reha")) if one.active]


async def test_who_arrives_at_another_house_is_followed_by_the_newest_decision_at_once(region: Region) -> None:
    person = Somebody.new()
    await kept(region, person, "praxis")
    await decides(region.houses["praxis"], person, ALL)
    await decides(region.houses["praxis"], person, ("klinik",))
    await kept(region, person, "klinik")
    await told(region)
    assert await asked(region, "praxis", person) == {"praxis": "released", "klinik": "refused"}
    letters = await region.houses["praxis"].part.correspondence.letters_about(
        region.houses["praxis"].part.distribution._subject(person.at("praxis"))
    )
    assert [one.kind for one in letters if one.receiver == "klinik"] == [CONSENT_CHANGED]
