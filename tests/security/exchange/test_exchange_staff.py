"""Lists of staff of a hub or a house that does not mean well: refused, reported, and the last good one stays."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
import pytest
import structlog
from exchange_world import World
from joserfc import jws

from verbund.crypto import NodeKeys
from verbund.errors import Conflict, Fault, Forbidden, Incorrect, TooLarge, VerbundError
from verbund.exchange import Colleague, Colleagues, Companion, Member, Membership, Taken, colleagues
from verbund.exchange.rosters import LARGEST_TEXT, MOST_ENTRIES, Roster, proven, signed

ADA = Colleague("a" * 32, "Dr. Ada", "physician", "INNE")
BEA = Colleague("b" * 32, "Dr. Bea", "physician")


@dataclass
class Register:
    """A directory in memory, which writes the note as a store does."""

    world: World
    site: str
    own: list[Colleague] = field(default_factory=list)
    held: dict[tuple[str, str], Taken] = field(default_factory=dict)
    parts_until_failure: int = 1_000

    async def published(self) -> Sequence[Colleague]:
        return self.own

    async def take_over(self, house: Member, entries: Sequence[Taken], note: Companion) -> None:
        if self.parts_until_failure == 0:
            raise Fault("The disk is full.")
        self.parts_until_failure -= 1
        async with self.world.sites[self.site].database.transaction() as connection:
            await note.write(connection, ())
        self.held |= {(house.site, one.colleague.id): one for one in entries}

    def active(self) -> set[str]:
        return {one.colleague.name for one in self.held.values() if one.active}


@dataclass
class Desk:
    """One house's part."""

    register: Register
    part: Colleagues

    async def refresh(self) -> list[Any]:
        with structlog.testing.capture_logs() as logged:
            await self.part.refresh()
        return [line for line in logged if line["event"] == "roster-refused"]


@pytest.fixture
async def desks(region: World) -> Any:
    """The practice knows the clinic's Dr. Ada."""
    made = {}
    for name, site in region.sites.items():
        async with site.database.connection() as connection:
            await connection.execute("truncate exchange_colleagues")
        membership = await Membership.open(site.database, site.keys)
        assert membership is not None
        register = Register(region, name)
        made[name] = Desk(register, Colleagues(membership, site.database, site.keys, register))
    async with region.center.database.connection() as connection:
        await connection.execute("truncate exchange_roster")
    made["klinik"].register.own = [ADA]
    await made["klinik"].refresh()
    await made["praxis"].refresh()
    assert made["praxis"].register.active() == {"Dr. Ada"}
    yield made
    for desk in made.values():
        await desk.part._membership.close()


def keys(region: World, site: str = "klinik") -> NodeKeys:
    return region.sites[site].keys


def unchecked(content: Any, by: NodeKeys) -> str:
    """A list with a right signature, whatever is in it."""
    return jws.serialize_compact({"alg": "Ed25519"}, msgspec.json.encode(content), by.signing, algorithms=["Ed25519"])


def content(*entries: Any, number: Any = 2**60, site: Any = "klinik") -> dict[str, Any]:
    return {"statement": "verbund-staff", "site": site, "number": number, "entries": entries}


def entry(**changes: Any) -> dict[str, Any]:
    return {"id": "c" * 32, "name": "Dr. Mal", "role": "physician", "specialty": ""} | changes


async def swapped(region: World, text: str, number: int) -> None:
    """What a hub can do that is not to be trusted."""
    async with region.center.database.connection() as connection:
        await connection.execute(
            "update exchange_roster set body = $1, number = $2 where site = 'klinik'", text, number
        )


async def number_at_hub(region: World) -> int:
    return (await region.hub.rosters.numbers())["klinik"]


@pytest.mark.parametrize("signer", ["hub", "stranger", "praxis"])
async def test_the_hub_cannot_invent_staff(region: World, desks: Any, signer: str) -> None:
    forger = {"hub": region.hub_keys, "stranger": NodeKeys.generate(), "praxis": keys(region, "praxis")}[signer]
    number = await number_at_hub(region) + 1
    await swapped(region, signed(Roster("klinik", number, (BEA,)), forger), number)
    (line,) = await desks["praxis"].refresh()
    assert (line["site"], line["log_level"]) == ("klinik", "warning")
    assert "not signed by klinik" in line["reason"]
    assert desks["praxis"].register.active() == {"Dr. Ada"}
    assert await desks["praxis"].refresh() == []
    assert "not signed" in desks["praxis"].part.refused["klinik"]
    await desks["klinik"].refresh()
    desks["klinik"].register.own = [ADA, BEA]
    await desks["klinik"].refresh()
    await desks["praxis"].refresh()
    assert desks["praxis"].register.active() == {"Dr. Ada", "Dr. Bea"}
    assert desks["praxis"].part.refused == {}


async def test_a_list_of_another_house_is_not_taken_for_this_one(region: World, desks: Any) -> None:
    number = await number_at_hub(region) + 1
    await swapped(region, signed(Roster("praxis", number, (BEA,)), keys(region)), number)
    (line,) = await desks["praxis"].refresh()
    assert "another house" in line["reason"]
    assert desks["praxis"].register.active() == {"Dr. Ada"}


async def test_a_hub_that_publishes_a_list_of_its_own_is_not_heard(region: World, desks: Any) -> None:
    text = signed(Roster("hub", 7, (BEA,)), region.hub_keys)

    async def numbers() -> dict[str, int]:
        return {"hub": 7, "nobody": 9, "klinik": await number_at_hub(region)}

    post = desks["praxis"].part._membership.post
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(post, "roster_numbers", numbers)
        patch.setattr(post, "roster", lambda _: asyncio.sleep(0, text))
        await desks["praxis"].refresh()
    assert desks["praxis"].register.active() == {"Dr. Ada"}


@pytest.mark.parametrize("said", [-1, 0, 1], ids=["older", "same", "newer"])
async def test_a_former_list_does_not_come_back_whatever_number_the_hub_says(
    region: World, desks: Any, said: int
) -> None:
    former = await region.hub.rosters.of("klinik")
    desks["klinik"].register.own = [BEA]
    await desks["klinik"].refresh()
    await desks["praxis"].refresh()
    assert desks["praxis"].register.active() == {"Dr. Bea"}
    await swapped(region, former, await number_at_hub(region) + said)
    lines = await desks["praxis"].refresh()
    assert ["older list" in line["reason"] for line in lines] == ([] if said == 0 else [True])
    assert desks["praxis"].register.active() == {"Dr. Bea"}


HOSTILE = {
    "too many": content(*(entry(id=f"{n:032x}") for n in range(MOST_ENTRIES + 1))),
    "one id twice": content(entry(), entry(name="Dr. Zwei")),
    "an id that is a path": content(entry(id="../Patient/1")),
    "an id of capitals": content(entry(id="C" * 32)),
    "a name of two lines": content(entry(name="Dr. Mal\nadmin")),
    "a name that turns the writing": content(entry(name="Dr. \u202eMal")),
    "a name without end": content(entry(name="x" * 5_000)),
    "no name": content(entry(name="  ")),
    "a specialty without end": content(entry(specialty="x" * 5_000)),
    "an administrator": content(entry(role="administrator")),
    "an identifier": content(entry(identifier=[{"system": "lanr", "value": "1"}])),
    "a number that no database holds": content(entry(), number=2**63),
    "no number": content(entry(), number=0),
    "another statement": content(entry()) | {"statement": "grant"},
    "no list": [],
}


@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE.keys())
async def test_a_hostile_list_is_refused_by_the_hub_and_by_every_house(region: World, desks: Any, hostile: Any) -> None:
    text = unchecked(hostile, keys(region))
    with pytest.raises(Incorrect):
        await desks["klinik"].part._membership.post.publish(text)
    await swapped(region, text, 2**60)
    (line,) = await desks["praxis"].refresh()
    assert line["site"] == "klinik"
    assert desks["praxis"].register.active() == {"Dr. Ada"}


async def test_a_list_that_is_too_large_is_not_even_verified(region: World) -> None:
    with pytest.raises(TooLarge):
        proven("x" * (LARGEST_TEXT + 1), "klinik", keys(region).public())


async def test_a_member_publishes_its_own_list_only_and_no_older_one(region: World, desks: Any) -> None:
    post = desks["praxis"].part._membership.post
    former = await region.hub.rosters.of("klinik")
    for by, named in (("praxis", "klinik"), ("klinik", "klinik"), ("klinik", "praxis")):
        with pytest.raises(Forbidden):
            await post.publish(signed(Roster(named, 2**60, (BEA,)), keys(region, by)))
    own = desks["klinik"].part._membership.post
    await own.publish(former)
    for number in (1, await number_at_hub(region)):
        with pytest.raises(Conflict):
            await own.publish(signed(Roster("klinik", number, (BEA,)), keys(region)))
    assert await region.hub.rosters.of("klinik") == former
    for wrong in ("", "nobody", "a%00", "..%2Fdirectory"):
        with pytest.raises(VerbundError, match=r"no list of staff|name has"):
            await own.roster(wrong)


async def test_ever_new_ids_come_to_an_end(desks: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(colleagues, "MOST_EVER", 3)
    refused = []
    for letter in "bcdef":
        desks["klinik"].register.own = [Colleague(letter * 32, f"Dr. {letter}", "physician")]
        await desks["klinik"].refresh()
        refused += await desks["praxis"].refresh()
    assert "at most" in refused[0]["reason"]
    assert desks["praxis"].register.active() == {"Dr. c"}
    assert len(desks["praxis"].register.held) == 3


async def test_a_list_that_was_taken_over_by_half_is_finished_and_what_went_in_between_is_withdrawn(
    desks: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(colleagues, "_AT_ONCE", 2)
    many = [Colleague(f"{n:032x}", f"Dr. {n}", "physician") for n in range(6)]
    desks["klinik"].register.own = many
    await desks["klinik"].refresh()
    register = desks["praxis"].register
    register.parts_until_failure = 1
    await desks["praxis"].refresh()
    assert register.active() == {"Dr. Ada", "Dr. 0", "Dr. 1"}
    register.parts_until_failure = 1_000
    desks["klinik"].register.own = many[1:]
    await desks["klinik"].refresh()
    await desks["praxis"].refresh()
    assert register.active() == {f"Dr. {n}" for n in range(1, 6)}
    assert await desks["praxis"].refresh() == []
