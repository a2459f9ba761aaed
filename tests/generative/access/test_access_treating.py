"""Everybody of a house by every way of reading, against the oracle: what is hidden changes no page, count or total.

At least 5,000 cases in `make test` and 100,000 in `make test-long` at the gate itself; with those of
`test_access_leaks.py` and `tests/generative/api/test_api_ways_of_reading.py` all ways of reading are tried.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from math import ceil
from random import Random
from typing import Any

import msgspec
import pytest
import pytest_asyncio
from opened_gate import OPERATOR, Node, opened
from treating_world import BIRTHS, CODES, OF_PATIENTS, World, owner

from verbund.access import Extent, Treatment, Write
from verbund.database import Database
from verbund.errors import Forbidden, NotFound
from verbund.fhir import parse_search
from verbund.identity import Principal, Role

Json = dict[str, Any]
Pairs = Sequence[tuple[str, str]]
AT_ONCE = 24
SHARED = ("Practitioner/", "Organization/", "Location/", "PractitionerRole/")


@pytest_asyncio.fixture(loop_scope="session")
async def house(database: Database) -> Any:
    node = await opened(database, treatment=Treatment("relation", days=30))
    yield node
    await node.close()


def of(kind: str, names: frozenset[str]) -> set[str]:
    return {name for name in names if name.startswith(f"{kind}/")}


class Asking:
    """One case: somebody, a way of reading, and what the oracle says."""

    def __init__(self, node: Node, world: World, who: Principal, chance: Random) -> None:
        self.node, self.world, self.who, self.chance = node, world, who, chance
        self.seen = world.visible(who)

    async def pages(self, kind: str, pairs: Pairs) -> tuple[set[str], set[str]]:
        """All matches and all that came along, page by page; the total must be that of the matches."""
        query = parse_search(kind, [*pairs, ("_count", str(self.chance.choice((2, 5, 50)))), ("_total", "accurate")])
        found: list[str] = []
        along: set[str] = set()
        cursor: str | None = None
        totals = set()
        while True:
            page = await self.node.gate.search(self.who, query, cursor=cursor)
            found += [f"{one.type}/{one.id}" for one in page.matches]
            along |= {f"{one.type}/{one.id}" for one in page.included}
            totals.add(page.total)
            cursor = page.next_cursor
            if cursor is None:
                break
        assert len(found) == len(set(found)), "nothing comes twice"
        assert totals <= {len(found), None}, (totals, len(found))
        return set(found), {name for name in along if not name.startswith(SHARED)}

    async def searched(self, kind: str, pairs: Pairs, expected: set[str], along: set[str] | None = None) -> None:
        try:
            found, came = await self.pages(kind, pairs)
        except Forbidden:
            assert not expected
            return
        assert found == expected
        assert came - found == (along or set()) - found

    async def by_type(self) -> None:
        kind = self.chance.choice(OF_PATIENTS)
        sort = self.chance.choice((("_sort", "_id"), ("_sort", "-_lastUpdated"), ("_sort", "_lastUpdated")))
        await self.searched(kind, [sort], of(kind, self.seen))

    async def by_code(self) -> None:
        code = self.chance.choice(CODES)
        expected = {name for name in of("Observation", self.seen) if coded(self.world.there[name], code)}
        extra = self.chance.choice(((), (("_sort", "-date"),), (("date", "ge2026-01-01"),)))
        await self.searched("Observation", [("code", code), *extra], expected)

    async def of_a_patient(self) -> None:
        patient = self.chance.choice(self.world.patients)
        kind = self.chance.choice([one for one in OF_PATIENTS if one != "Patient"])
        expected = {name for name in of(kind, self.seen) if owner(self.world.there[name]) == patient}
        await self.searched(kind, [("patient", f"Patient/{patient}")], expected)

    async def chained(self) -> None:
        born = self.chance.choice(BIRTHS)
        fits = {name for name in of("Patient", self.seen) if self.world.there[name]["birthDate"] == born}
        expected = {name for name in of("Observation", self.seen) if f"Patient/{owner(self.world.there[name])}" in fits}
        await self.searched("Observation", [("subject:Patient.birthdate", born)], expected)

    async def chained_across(self) -> None:
        """What refers to an observation of somebody else, found only where that may be seen as well."""
        code = self.chance.choice(CODES)
        fits = {name for name in of("Observation", self.seen) if coded(self.world.there[name], code)}
        expected = {name for name in of("Observation", self.seen) if self.member(name) in fits}
        await self.searched("Observation", [("has-member:Observation.code", code)], expected)

    async def having(self) -> None:
        code = self.chance.choice(CODES)
        owners = {
            owner(self.world.there[one]) for one in of("Observation", self.seen) if coded(self.world.there[one], code)
        }
        expected = {name for name in of("Patient", self.seen) if name.partition("/")[2] in owners}
        await self.searched("Patient", [("_has:Observation:patient:code", code)], expected)

    async def having_across(self) -> None:
        members = {self.member(one) for one in of("Observation", self.seen)}
        expected = of("Observation", self.seen) & members
        await self.searched("Observation", [("_has:Observation:has-member:status", "final")], expected)

    async def including(self) -> None:
        code = self.chance.choice(CODES)
        found = {name for name in of("Observation", self.seen) if coded(self.world.there[name], code)}
        along = {self.member(name) for name in found} & self.seen
        along |= {f"Patient/{owner(self.world.there[name])}" for name in found} & self.seen
        pairs = [("code", code), ("_include", "Observation:has-member"), ("_include", "Observation:subject")]
        await self.searched("Observation", [*pairs, ("_include", "Observation:performer")], found, along)

    async def including_back(self) -> None:
        patient = self.chance.choice(self.world.patients)
        found = of("Patient", self.seen) & {f"Patient/{patient}"}
        along = {name for name in self.seen if found and owner(self.world.there[name]) == patient} - found
        along = {name for name in along if name.startswith(("Observation/", "Condition/"))}
        pairs = [("_id", patient), ("_revinclude", "Observation:subject"), ("_revinclude", "Condition:subject")]
        await self.searched("Patient", pairs, found, along)

    async def including_back_across(self) -> None:
        name = f"{self.chance.choice(self.world.patients)}-o0"
        found = of("Observation", self.seen) & {f"Observation/{name}"}
        along = {one for one in of("Observation", self.seen) if found and self.member(one) in found}
        pairs = [("_id", name), ("_revinclude", "Observation:has-member"), ("_revinclude", "Condition:evidence-detail")]
        details = {one for one in of("Condition", self.seen) if found and self.detail(one) in found}
        await self.searched("Observation", pairs, found, along | details)

    async def by_id(self) -> None:
        """One by id, by version, its history: there, or not there, whichever way."""
        name = self.chance.choice([*self.world.there, "Observation/none"])
        kind, _, identity = name.partition("/")
        if name.startswith(SHARED):
            return
        gate = self.node.gate
        ways: list[Callable[[], Awaitable[object]]] = [
            lambda: gate.read(self.who, kind, identity),
            lambda: gate.vread(self.who, kind, identity, 1),
            lambda: gate.history(self.who, kind, identity),
            lambda: gate.history_of(self.who, kind, identity),
        ]
        try:
            await self.chance.choice(ways)()
        except (NotFound, Forbidden):
            assert name not in self.seen
        else:
            assert name in self.seen

    async def together(self) -> None:
        names = self.chance.choices([name for name in self.world.there if not name.startswith(SHARED)], k=8)
        asked = [(self.who, *name.split("/")) for name in names]
        found = await self.node.gate.read_together(asked)  # type: ignore[arg-type]
        for name, one in zip(names, found, strict=True):
            assert one is None or (f"{one.type}/{one.id}" == name and name in self.seen)
            if self.who.role in {Role.PHYSICIAN, Role.NURSE, Role.PARAMEDIC}:
                assert (one is not None) == (name in self.seen)

    async def history_of_a_type(self) -> None:
        kind = self.chance.choice(OF_PATIENTS)
        found: set[str] = set()
        cursor: str | None = None
        try:
            while True:
                page = await self.node.gate.history_of(self.who, kind, None, count=7, cursor=cursor)
                found |= {f"{one.type}/{one.id}" for one in page.versions}
                cursor = page.next_cursor
                if cursor is None:
                    break
        except Forbidden:
            pass
        assert found == of(kind, self.seen)

    async def whole_record(self) -> None:
        patient = self.chance.choice([*self.world.patients, "none"])
        expected = {name for name in self.seen if owner(self.world.there[name]) == patient}
        if self.who.role is Role.STEWARD:
            expected = set()
        try:
            if self.chance.random() < 0.5:
                found = {f"{one.type}/{one.id}" for one in (await self.node.gate.record(self.who, patient)).resources}
            else:
                found = set()
                cursor: str | None = None
                while True:
                    page = await self.node.gate.everything(self.who, patient, Extent(), count=6, cursor=cursor)
                    found |= {f"{one.type}/{one.id}" for one in page.matches}
                    assert {name for name in map(named, page.included) if not name.startswith(SHARED)} <= self.seen
                    cursor = page.next_cursor
                    if cursor is None:
                        break
        except (NotFound, Forbidden):
            assert not expected
        else:
            assert found == expected

    def member(self, name: str) -> str:
        return str(self.world.there[name]["hasMember"][0]["reference"])

    def detail(self, name: str) -> str:
        return str(self.world.there[name]["evidence"][0]["detail"][0]["reference"])


WAYS = (
    Asking.by_type, Asking.by_code, Asking.of_a_patient, Asking.chained, Asking.chained_across, Asking.having,
    Asking.having_across, Asking.including, Asking.including_back, Asking.including_back_across, Asking.by_id,
    Asking.by_id, Asking.by_id, Asking.by_id, Asking.together, Asking.history_of_a_type, Asking.whole_record,
)  # fmt: skip


def named(one: Any) -> str:
    return f"{one.type}/{one.id}"


def coded(one: Json, code: str) -> bool:
    return bool(one["code"]["coding"][0]["code"] == code)


async def load(node: Node, resources: Sequence[Json]) -> None:
    writes = [(Write("update", one["resourceType"], one["id"], msgspec.json.encode(one)),) for one in resources]
    report = await node.gate.load(OPERATOR, writes)
    assert not report.refused, report.refused[0].error


async def changed(node: Node, world: World) -> None:
    """What happens in a house: treatments begin and end, people change wards, records are opened, time goes on."""
    chance = world.chance
    for _ in range(3):
        patient = chance.choice(world.patients)
        await node.put(world.put(world.treatment(patient, chance.randrange(3))))
    await node.put(world.put(world.role(chance.choice(world.staff))))
    if chance.random() < 0.5:
        who, patient = chance.choice(world.staff), chance.choice(world.patients)
        actor = next(
            one for one in iter(world.actor, None) if one.practitioner_id == who and one.purpose in {"TREAT", "BTG"}
        )
        done = await node.gate.open_record(actor, patient, "Bewusstlos aufgefunden")
        assert (done.until is None) == (world.treats(who, patient) and not already(world, who, patient))
        if done.until is not None:
            world.opened[who, patient] = max(done.until, world.opened.get((who, patient), done.until))
    node.clock.later(hours=chance.choice((0, 1, 30)))
    world.now = node.clock.now


def already(world: World, who: str, patient: str) -> bool:
    """Whether a record is open to somebody by nothing but an opening."""
    kept = world.opened.pop((who, patient), None)
    ordinary = world.treats(who, patient)
    if kept is not None:
        world.opened[who, patient] = kept
    return not ordinary


async def cases(node: Node, seed: int, number: int) -> tuple[int, int]:
    """So many cases in one house; how many showed something, and how many kept something back."""
    chance = Random(seed)  # noqa: S311 - invented cases
    world = World(chance)
    node.clock.now = world.now
    await load(node, world.directory())
    await load(node, [one for patient in world.patients for one in world.record(patient)])
    showed = kept = 0
    for _ in range(ceil(number / (AT_ONCE * 8))):
        await changed(node, world)
        for _ in range(8):
            asking = [Asking(node, world, world.actor(), Random(chance.random())) for _ in range(AT_ONCE)]  # noqa: S311
            await asyncio.gather(*(chance.choice(WAYS)(one) for one in asking))
            showed += sum(bool(one.seen) for one in asking)
            kept += sum(bool(one.seen) and len(one.seen) < len(world.there) // 2 for one in asking)
    return showed, kept


async def test_nobody_sees_what_they_may_not_by_any_way_of_reading(house: Node) -> None:
    showed, kept = await cases(house, 4, 5_000)
    assert showed > 2_000
    assert kept > 1_000


@pytest.mark.long
@pytest.mark.parametrize("seed", range(10))
async def test_nobody_sees_what_they_may_not_in_a_hundred_thousand_cases(house: Node, seed: int) -> None:
    showed, _ = await cases(house, 100 + seed, 10_000)
    assert showed > 4_000
