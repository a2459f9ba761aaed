"""What a clinician and a patient get from the region: records, accesses and consents across houses, on whole nodes."""

from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest
import pytest_asyncio
from exchange_houses import House, Region, Somebody, condition, consent
from exchange_world import until

from verbund.audit import Agent, Event
from verbund.consent import DataCategory
from verbund.database import Cluster
from verbund.errors import Forbidden, Incorrect, NotFound, Unavailable
from verbund.exchange import Message
from verbund.exchange.protocol import Outcome
from verbund.exchange.questions import (
    ACCESSES,
    CONSENT_CHANGED,
    RECORD,
    AccessesRequest,
    ConsentMessage,
    RecordRequest,
)
from verbund.identity import Role
from verbund.linkage import Demographics
from verbund.node.assembly import opened

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
    region: Region, erika: Somebody, monkeypatch: pytest.MonkeyPatch
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
    recorded: list[Event] = []
    record = rettung.node.audit.record

    async def overheard(*events: Event) -> None:
        recorded.extend(events)
        await record(*events)

    monkeypatch.setattr(rettung.node.audit, "record", overheard)
    stranger = Demographics("Nobody", "Anywhere", "1900-01-01", "male")
    with pytest.raises(NotFound):
        await rettung.part.records.emergency(paramedic, stranger, "unconscious")
    await region.serving.down()
    with pytest.raises(Unavailable):
        await rettung.part.records.emergency(paramedic, stranger, "hub away")
    await region.serving.up()
    await until(lambda: rettung.part.correspondence.state.connected, 30)
    attempts = [one for one in recorded if one.kind == "emergency"]
    assert {(one.stated_reason, one.permitted, one.detail["houses"]) for one in attempts} == {
        ("unconscious", False, "nobody found"),
        ("hub away", False, "nobody asked"),
    }
    assert any("Nobody was found" in one.reason_en for one in attempts)
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


@pytest.mark.parametrize(
    "broken",
    [
        b"[]",
        b"7",
        b'{"resourceType": "Patient", "id": "1"}',
        b'{"id": "1"}',
        b'{"resourceType": "Observation", "id": "\xff"}',
    ],
)
async def test_a_house_whose_answer_cannot_be_read_is_named_and_the_rest_is_shown(
    region: Region, erika: Somebody, broken: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    praxis, klinik = region.houses["praxis"], region.houses["klinik"]

    async def answer(_: Message) -> bytes:
        date = b'"updated": "2026-01-01T00:00:00Z", "date": null'
        item = b'{"type": "Observation", "id": "1", ' + date + b', "body": ' + broken + b"}"
        return b'{"state": "released", "de": "", "en": "", "items": [' + item + b"]}"

    monkeypatch.setitem(klinik.part.correspondence._handlers, RECORD, answer)
    found = await praxis.part.records.ask(praxis.person(), erika.at("praxis"), "TREAT")
    assert states(found) == {"praxis": "released", "klinik": "unreachable", "reha": "released"}
    assert {item.house for item in found.items} == {"praxis", "reha"}
    sentence = next(house.sentence for house in found.houses if house.site == "klinik")
    assert "read" in sentence.en
    assert sentence.de != sentence.en


async def test_the_hub_gets_no_answer_about_a_patient_and_changes_no_consent(region: Region, erika: Somebody) -> None:
    klinik, hub = region.houses["klinik"], region.correspondence
    pseudonym = await klinik.part.linkage.pseudonym(erika.at("klinik"))
    person = Agent("p", "P", Role.PATIENT.value, "hub", "Hub")
    with pytest.raises(Forbidden, match="hub"):
        await hub.ask("klinik", RECORD, msgspec.json.encode(RecordRequest(pseudonym, "TREAT", person)))
    with pytest.raises(Forbidden, match="hub"):
        await hub.ask("klinik", ACCESSES, msgspec.json.encode(AccessesRequest(pseudonym, person, 5)))
    stated = msgspec.Raw(msgspec.json.encode(consent(erika.at("klinik"), ALL, home="hub")))
    message = msgspec.json.encode(ConsentMessage(pseudonym, stated))
    letter = await hub.send("klinik", CONSENT_CHANGED, message, subject="from the hub")

    async def settled() -> bool:
        (state,) = await hub.letters_about("from the hub")
        return state.id == letter and state.outcome is not None

    await until(settled)
    (state,) = await hub.letters_about("from the hub")
    assert state.outcome is Outcome.REFUSED
    assert "hub" in (state.problem or "")


async def test_a_hub_that_has_moved_is_followed_by_the_setting(region: Region) -> None:
    praxis = region.houses["praxis"]
    await praxis.stop()
    async with opened(praxis.config) as node, node.database.connection() as connection:
        stored = await connection.fetchval("select hub_url from exchange_membership")
        await connection.execute("update exchange_membership set hub_url = 'http://127.0.0.1:9'")
    moved = praxis.config
    praxis.config = msgspec.structs.replace(moved, hub_url=stored)
    await praxis.start()
    assert praxis.part.correspondence.state.connected
    await praxis.stop()
    async with opened(moved) as node, node.database.connection() as connection:
        await connection.execute("update exchange_membership set hub_url = $1", stored)
    praxis.config = moved
    await praxis.start()


async def test_a_house_that_enrols_the_patient_later_gets_the_newest_decision_once(region: Region) -> None:
    praxis, klinik = region.houses["praxis"], region.houses["klinik"]
    person, distribution = Somebody.new(), praxis.part.distribution
    own = person.at("praxis")
    await praxis.keep(person.patient("praxis"), consent(own, ALL))
    herself = praxis.person(Role.PATIENT, patient_id=own)
    companion = await distribution.companion(own)
    await praxis.node.gate.change_consent(herself, own, consent(own, ()), companions=(companion,))

    async def distributed() -> bool:
        async with praxis.node.database.connection() as connection:
            return bool(await connection.fetchval("select count(*) from exchange_outbox where outcome is null") == 0)

    await until(distributed)
    assert await distribution.deliveries(own) == ()
    await klinik.keep(person.patient("klinik"), consent(person.at("klinik"), ALL))
    for _ in range(2):
        await distribution.catch_up()
        await until(distributed)
        assert [(one.site, one.state) for one in await distribution.deliveries(own)] == [("klinik", "delivered")]
    letters = await praxis.part.correspondence.letters_about(distribution._subject(own))
    assert len([one for one in letters if one.receiver == "klinik"]) == 1
    asked = await praxis.part.records.ask(praxis.person(), own, "TREAT")
    assert states(asked)["klinik"] == "refused"
