"""What a clinician and a patient get from the region: records, accesses and consents across houses, on whole nodes."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from exchange_houses import House, Region, Somebody, condition, consent
from exchange_world import until

from verbund.consent import DataCategory
from verbund.database import Cluster
from verbund.errors import Forbidden, Incorrect, NotFound
from verbund.identity import Role
from verbund.linkage import Demographics

ALL = ("praxis", "klinik", "reha")
LETTER = [{"system": "https://klinik.example/befund", "value": "2026-17"}]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def region(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Region]:
    """Three houses, one for all tests of this file: what a test needs of a patient it brings."""
    async with Region(cluster, tmp_path_factory.mktemp("region")) as made:
        await made.add(*ALL)
        yield made


@pytest_asyncio.fixture(loop_scope="session")
async def erika(region: Region) -> Somebody:
    """A patient whom all three houses know, and whom all may see everywhere."""
    return await region.somebody(seen_by=ALL)


def states(answer: Any) -> dict[str, str]:
    return {house.site: house.state for house in answer.houses}


async def test_the_record_of_three_houses_is_one_record_each_item_with_its_house_and_date(
    region: Region, erika: Somebody
) -> None:
    await region.houses["klinik"].keep(condition(f"c-{erika.key}", erika.at("klinik")))
    praxis = region.houses["praxis"]
    answer = await praxis.part.records.ask(praxis.person(), erika.at("praxis"), "TREAT")
    assert states(answer) == {"praxis": "released", "klinik": "released", "reha": "released"}
    held = {(item.type, item.house) for item in answer.items}
    assert {("Observation", name) for name in ALL} | {("Condition", "klinik")} <= held
    assert all(item.date is not None for item in answer.items if item.type == "Observation")
    assert answer.titles["klinik"] == "Haus klinik"


async def test_copies_are_shown_once_and_kept_from_the_house_that_wrote_them(region: Region, erika: Somebody) -> None:
    praxis, klinik = region.houses["praxis"], region.houses["klinik"]
    await klinik.keep(
        condition(f"original-{erika.key}", erika.at("klinik"), identifier=LETTER, meta={"source": "urn:verbund:klinik"})
    )
    await praxis.keep(condition(f"copy-{erika.key}", erika.at("praxis"), identifier=LETTER, note=[{"text": "filed"}]))
    answer = await praxis.part.records.ask(praxis.person(), erika.at("praxis"), "TREAT")
    (kept,) = [item for item in answer.items if item.type == "Condition"]
    assert (kept.house, kept.id, kept.also_at) == ("klinik", f"original-{erika.key}", ("praxis",))


async def test_what_the_patient_withholds_is_missing_and_the_house_says_that_it_is_limited(
    region: Region, erika: Somebody
) -> None:
    praxis, klinik = region.houses["praxis"], region.houses["klinik"]
    await klinik.keep(
        condition(f"c-{erika.key}", erika.at("klinik")),
        consent(erika.at("klinik"), ALL, without=DataCategory.LABORATORY),
    )
    answer = await praxis.part.records.ask(praxis.person(), erika.at("praxis"), "TREAT")
    assert states(answer)["klinik"] == "limited"
    assert {item.type for item in answer.items if item.house == "klinik"} >= {"Condition"}
    assert f"o-{erika.key}-klinik" not in {item.id for item in answer.items}
    sentence = next(house.sentence for house in answer.houses if house.site == "klinik")
    assert sentence.de != sentence.en


async def test_a_house_without_permission_refuses_and_one_that_is_down_is_named_the_rest_is_shown(
    region: Region, erika: Somebody
) -> None:
    praxis, klinik, reha = (region.houses[name] for name in ALL)
    await klinik.keep(consent(erika.at("klinik"), ("reha",)))
    await reha.stop()
    await until(lambda: silent(praxis, erika, "reha"))
    answer = await praxis.part.records.ask(praxis.person(), erika.at("praxis"), "TREAT")
    assert states(answer) == {"praxis": "released", "klinik": "refused", "reha": "unreachable"}
    assert {item.house for item in answer.items} == {"praxis"}
    await reha.start()
    again = await praxis.part.records.ask(praxis.person(), erika.at("praxis"), "TREAT")
    assert states(again)["reha"] == "released"


async def silent(house: House, erika: Somebody, other: str) -> bool:
    answer = await house.part.records.ask(house.person(), erika.at("praxis"), "TREAT")
    return states(answer)[other] == "unreachable"


async def test_without_the_hub_the_own_record_is_shown_and_the_hub_named(region: Region, erika: Somebody) -> None:
    praxis = region.houses["praxis"]
    await region.serving.down()
    answer = await praxis.part.records.ask(praxis.person(), erika.at("praxis"), "TREAT")
    assert states(answer) == {"praxis": "released", "hub": "unreachable"}
    assert {item.house for item in answer.items} == {"praxis"}
    await region.serving.up()


async def test_who_may_not_open_the_record_at_home_asks_nobody(region: Region, erika: Somebody) -> None:
    praxis = region.houses["praxis"]
    with pytest.raises((Forbidden, NotFound)):
        await praxis.part.records.ask(praxis.person(Role.RESEARCHER), erika.at("praxis"), "TREAT")
    with pytest.raises(NotFound):
        await praxis.part.records.ask(praxis.person(), "nobody", "TREAT")


async def test_both_sides_log_the_question(region: Region, erika: Somebody) -> None:
    praxis, klinik = region.houses["praxis"], region.houses["klinik"]
    await praxis.part.records.ask(praxis.person(), erika.at("praxis"), "TREAT")
    asked = (await praxis.node.audit.of_patient(erika.at("praxis"))).items
    released = (await klinik.node.audit.of_patient(erika.at("klinik"))).items
    assert any("klinik released" in one.event.detail.get("houses", "") for one in asked)
    assert any(one.event.kind == "release" and one.event.agent.organisation == "praxis" for one in released)


async def test_in_an_emergency_a_house_that_holds_nothing_finds_the_person_and_must_say_why(
    region: Region, erika: Somebody
) -> None:
    (rettung,) = await region.add("rettung")
    klinik = region.houses["klinik"]
    await klinik.keep(consent(erika.at("klinik"), ()))
    person = erika.demographics()
    paramedic = rettung.person(Role.PARAMEDIC)
    with pytest.raises(Incorrect):
        await rettung.part.records.emergency(paramedic, person, " ")
    with pytest.raises(Forbidden):
        await rettung.part.records.emergency(rettung.person(Role.ADMINISTRATOR), person, "unconscious")
    stranger = Demographics("Nobody", "Anywhere", "1900-01-01", "male")
    with pytest.raises(NotFound):
        await rettung.part.records.emergency(paramedic, stranger, "unconscious")
    answer = await rettung.part.records.emergency(paramedic, person, "unconscious at home")
    assert f"o-{erika.key}-klinik" in {item.id for item in answer.items}
    logged = [one.event for one in (await klinik.node.audit.of_patient(erika.at("klinik"))).items]
    assert ("emergency", "unconscious at home") in {(event.kind, event.stated_reason) for event in logged}


async def test_the_patient_sees_the_accesses_of_all_houses_by_time_and_which_house_did_not_answer(
    region: Region, erika: Somebody
) -> None:
    praxis, reha = region.houses["praxis"], region.houses["reha"]
    await praxis.part.records.ask(praxis.person(), erika.at("praxis"), "TREAT")
    herself = praxis.person(Role.PATIENT, patient_id=erika.at("praxis"))
    page = await praxis.part.accesses.of(herself, erika.at("praxis"), count=3)
    seen = list(page.accesses)
    while page.next_cursor is not None:
        page = await praxis.part.accesses.of(herself, erika.at("praxis"), count=3, cursor=page.next_cursor)
        seen += page.accesses
    assert {access.site for access in seen} == set(ALL)
    assert len({(access.site, access.sequence) for access in seen}) == len(seen)
    releases = [access for access in seen if access.event.kind == "release"]
    assert {access.site for access in releases} == {"klinik", "reha"}
    await reha.stop()
    partial = await praxis.part.accesses.of(herself, erika.at("praxis"))
    assert next(house.state for house in partial.houses if house.site == "reha") == "unreachable"
    await reha.start()
    with pytest.raises(Incorrect):
        await praxis.part.accesses.of(herself, erika.at("praxis"), cursor="?")


async def test_a_withdrawal_reaches_every_house_also_one_that_is_down_once_it_is_back(
    region: Region, erika: Somebody
) -> None:
    praxis, klinik, reha = (region.houses[name] for name in ALL)
    await reha.stop()
    herself = praxis.person(Role.PATIENT, patient_id=erika.at("praxis"))
    withdrawn = consent(erika.at("praxis"), ())
    companion = await praxis.part.distribution.companion(erika.at("praxis"))
    await praxis.node.gate.change_consent(herself, erika.at("praxis"), withdrawn, companions=(companion,))

    async def delivered() -> dict[str, str]:
        return {one.site: one.state for one in await praxis.part.distribution.deliveries(erika.at("praxis"))}

    async def at_klinik() -> bool:
        return (await delivered()).get("klinik") == "delivered"

    await until(at_klinik)
    assert (await delivered())["reha"] == "pending"
    asked = await klinik.part.records.ask(klinik.person(), erika.at("klinik"), "TREAT")
    assert states(asked)["praxis"] == "refused"
    asked = await praxis.part.records.ask(praxis.person(), erika.at("praxis"), "TREAT")
    assert states(asked)["klinik"] == "refused"
    await reha.start()

    async def at_reha() -> bool:
        return (await delivered())["reha"] == "delivered"

    await until(at_reha)
    asked = await klinik.part.records.ask(klinik.person(), erika.at("klinik"), "TREAT")
    assert states(asked)["reha"] == "refused"
