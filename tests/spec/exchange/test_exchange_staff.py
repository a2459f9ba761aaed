"""The staff of the region in the directory of every house: found by specialty, up to date, and nobody's account."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest
import pytest_asyncio
from exchange_houses import House, Region
from exchange_world import until

from verbund.database import Cluster
from verbund.errors import Conflict, Unavailable
from verbund.exchange import colleagues
from verbund.exchange.rosters import proven
from verbund.fhir import parse_search
from verbund.identity import Person, Role
from verbund.node.staff import Entry

CARDIOLOGY = "http://ihe-d.de/CodeSystems/AerztlicheFachrichtungen|KARD"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def region(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Region]:
    """Two houses, one for all tests of this file."""
    async with Region(cluster, tmp_path_factory.mktemp("staff")) as made:
        await made.add("praxis", "klinik")
        yield made


async def employed(house: House, login: str, name: str, role: Role = Role.PHYSICIAN, specialty: str = "KARD") -> Person:
    return await house.node.staff.add(house.node.operator(), Entry(login, name, role, specialty))


async def roles(house: House, *query: tuple[str, str]) -> dict[str, dict[str, Any]]:
    """The PractitionerRoles of other houses that a physician of this one finds, by name."""
    parsed = parse_search("PractitionerRole", [*query, ("organization", "Organization/klinik")])
    found = (await house.node.gate.search(house.person(), parsed)).matches
    decoded = [msgspec.json.decode(one.body) for one in found]
    return {one["practitioner"]["display"]: one for one in decoded}


async def told(region: Region) -> None:
    """What changed at the clinic is sent, and fetched by the practice."""
    for name in ("klinik", "praxis"):
        await region.houses[name].part.colleagues.refresh()


async def test_a_physician_of_another_house_is_found_by_specialty(region: Region) -> None:
    praxis, klinik = region.houses["praxis"], region.houses["klinik"]
    await employed(klinik, "login-herz", "Dr. Ida Herz")
    await employed(klinik, "login-pflege", "Jo Pfleger", Role.NURSE)
    await employed(klinik, "login-namenlos", "namenlos@klinik.example")
    await told(region)
    found = await roles(praxis, ("specialty", CARDIOLOGY), ("active", "true"))
    assert found.keys() == {"Dr. Ida Herz"}
    role = found["Dr. Ida Herz"]
    assert role["organization"] == {"reference": "Organization/klinik", "display": "Haus klinik"}
    assert role["code"][0]["coding"][0]["code"] == "309343006"
    entry = await praxis.node.gate.read(praxis.person(), *role["practitioner"]["reference"].split("/"))
    assert msgspec.json.decode(entry.body)["name"][0]["text"] == "Dr. Ida Herz"
    assert await roles(praxis, ("specialty", CARDIOLOGY.replace("KARD", "NEUR"))) == {}


async def test_the_hub_learns_no_login_and_no_account(region: Region) -> None:
    klinik = region.houses["klinik"]
    person = await employed(klinik, "login-geheim", "Dr. Gil Heim")
    await told(region)
    text = msgspec.json.encode([msgspec.to_builtins(one) for one in await _published(region)])
    assert b"Dr. Gil Heim" in text
    for secret in ("login-", str(person.id), person.id.hex, str(person.practitioner_id), "@"):
        assert secret.encode() not in text


async def _published(region: Region) -> Any:
    text = await region.hub.rosters.of("klinik")
    return proven(text, "klinik", region.houses["klinik"].node.keys.public()).entries


async def test_changes_come_and_who_leaves_becomes_inactive_and_comes_back(region: Region) -> None:
    praxis, klinik = region.houses["praxis"], region.houses["klinik"]
    operator, staff = klinik.node.operator(), klinik.node.staff
    person = await employed(klinik, "login-jung", "Dr. Una Jung", specialty="INNE")
    await told(region)
    (before,) = [one for name, one in (await roles(praxis)).items() if name == "Dr. Una Jung"]
    person = await staff.change(operator, person, Entry(person.login, "Dr. Una Alt", Role.PHYSICIAN, "NEUR"))
    await told(region)
    renamed = (await roles(praxis))["Dr. Una Alt"]
    assert (renamed["id"], renamed["specialty"][0]["coding"][0]["code"]) == (before["id"], "NEUR")
    await staff.close(operator, person)
    await told(region)
    assert (await roles(praxis))["Dr. Una Alt"]["active"] is False
    await staff.reopen(operator, person)
    await told(region)
    assert (await roles(praxis))["Dr. Una Alt"]["active"] is True


async def test_a_list_that_has_not_changed_is_neither_sent_nor_fetched_nor_written_again(
    region: Region, monkeypatch: pytest.MonkeyPatch
) -> None:
    praxis, klinik = region.houses["praxis"], region.houses["klinik"]
    await employed(klinik, "login-gleich", "Dr. Pia Gleich")
    await told(region)
    before = await roles(praxis)
    asked: list[str] = []
    for house in (praxis, klinik):
        post = house.part.colleagues._membership.post
        signed = post._signed

        async def noted(method: str, target: str, *rest: Any, signed: Any = signed) -> bytes:
            asked.append(target)
            return await signed(method, target, *rest)  # type: ignore[no-any-return]

        monkeypatch.setattr(post, "_signed", noted)
    await told(region)
    assert {one for one in asked if "roster" in one or "publish" in one} == {"/exchange/rosters"}
    assert await roles(praxis) == before


async def test_what_changed_while_the_hub_was_down_comes_once_it_is_back(region: Region) -> None:
    praxis, klinik = region.houses["praxis"], region.houses["klinik"]
    await region.serving.down()
    await employed(klinik, "login-spaet", "Dr. Kim Spaet")
    with pytest.raises(Unavailable):
        await told(region)
    await region.serving.up()
    await told(region)
    assert "Dr. Kim Spaet" in await roles(praxis)


async def test_it_is_kept_up_to_date_by_itself_and_goes_on_after_an_outage(
    region: Region, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(colleagues, "_FIRST_PAUSE_SECONDS", 0.05)
    monkeypatch.setattr(colleagues, "_LONGEST_PAUSE_SECONDS", 0.1)
    praxis, klinik = region.houses["praxis"], region.houses["klinik"]

    async def active(name: str) -> bool:
        return name in await roles(praxis, ("active", "true"))

    tasks = [asyncio.create_task(house.part.colleagues.run()) for house in (praxis, klinik)]
    await employed(klinik, "login-vorher", "Dr. Tom Vorher")
    await until(lambda: active("Dr. Tom Vorher"))
    await region.serving.down()
    await employed(klinik, "login-nachher", "Dr. Tom Nachher")
    await asyncio.sleep(0.2)
    await region.serving.up()
    await until(lambda: active("Dr. Tom Nachher"))
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def test_a_hub_that_lost_the_list_gets_it_again_with_its_number(region: Region) -> None:
    praxis, klinik = region.houses["praxis"], region.houses["klinik"]
    await employed(klinik, "login-dauer", "Dr. Max Dauer")
    await told(region)
    before, number = await roles(praxis), (await region.hub.rosters.numbers())["klinik"]
    async with region.node.database.connection() as connection:
        await connection.execute("delete from exchange_roster")
    await told(region)
    assert (await region.hub.rosters.numbers())["klinik"] == number
    assert await roles(praxis) == before


async def test_a_house_that_lost_its_memory_sends_a_list_that_the_others_take(region: Region) -> None:
    praxis, klinik = region.houses["praxis"], region.houses["klinik"]
    await told(region)
    async with klinik.node.database.connection() as connection:
        await connection.execute("delete from exchange_colleagues where site = 'klinik'")
    await employed(klinik, "login-neu", "Dr. Eva Neu")
    await told(region)
    assert "Dr. Eva Neu" in await roles(praxis)
    assert praxis.part.colleagues.refused == klinik.part.colleagues.refused == {}


async def test_nobody_signs_in_as_somebody_of_another_house(region: Region) -> None:
    praxis, klinik = region.houses["praxis"], region.houses["klinik"]
    await employed(klinik, "login-fremd", "Dr. Lou Fremd")
    await told(region)
    foreign = (await roles(praxis))["Dr. Lou Fremd"]["practitioner"]["reference"].rpartition("/")[2]
    assert "Dr. Lou Fremd" not in {one.name for one in await praxis.node.people.staff()}
    entry = Entry("login-dieb", "Ein Dieb", Role.PHYSICIAN)
    with pytest.raises(Conflict, match="another house"):
        await praxis.node.staff.add(praxis.node.operator(), entry, practitioner_id=foreign)
    assert await praxis.node.people.by_login("login-dieb") is None


@pytest.mark.parametrize(
    ("published", "names"),
    [("treating", {"Dr. Alle", "Pfleger Alle"}), ("physicians", {"Dr. Alle"}), ("nobody", set())],
)
async def test_the_house_says_whom_it_publishes(region: Region, published: str, names: set[str]) -> None:
    praxis, klinik = region.houses["praxis"], region.houses["klinik"]
    if await klinik.node.people.by_login("alle-1") is None:
        await employed(klinik, "alle-1", "Dr. Alle")
        await employed(klinik, "alle-2", "Pfleger Alle", Role.NURSE)
        await employed(klinik, "alle-3", "Verwaltung Alle", Role.ADMINISTRATOR)
    former = klinik.config
    await klinik.stop()
    klinik.config = msgspec.structs.replace(former, published_staff=published)
    await klinik.start()
    await told(region)
    assert {name for name in await roles(praxis, ("active", "true")) if name.endswith("Alle")} == names
    klinik.config = former


async def test_the_staff_of_a_house_that_left_becomes_inactive(region: Region) -> None:
    praxis, klinik = region.houses["praxis"], region.houses["klinik"]
    await klinik.stop()
    await klinik.start()
    await employed(klinik, "login-letzte", "Dr. Letzte")
    await told(region)
    assert "Dr. Letzte" in await roles(praxis, ("active", "true"))
    async with region.node.database.connection() as connection:
        await connection.execute("delete from exchange_member where site = 'klinik'")
    await praxis.part.colleagues.refresh()
    assert await roles(praxis, ("active", "true")) == {}
    assert (await roles(praxis))["Dr. Letzte"]["active"] is False
