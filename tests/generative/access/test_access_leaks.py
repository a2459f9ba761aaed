"""Every way of reading through the gate against the oracle: what must not be seen changes nothing that is."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

import msgspec
import pytest
from invented_consents import HOUSES, ITEMS, START, about, consents, question, released
from opened_gate import OPERATOR, Node, asker, condition, observation, patient, principal

from verbund.access import RemoteAsker, Stored, Write
from verbund.consent import CareConsent, DataCategory, Question, classify, to_fhir
from verbund.errors import NotFound
from verbund.fhir import decode, parse_search
from verbund.identity import Role

Json = dict[str, Any]
CATEGORIES = ("laboratory", "vital-signs", "imaging", "procedure", "social-history")
CODES = ("I10.90", "F32.1", "B20", "E11.90", "Q90.9")


def record(chance: Random, patient_id: str) -> list[Json]:
    """A patient with a dozen facts of all kinds."""
    facts = [patient(patient_id)]
    for number in range(12):
        name = f"{patient_id}-{number}"
        if chance.random() < 0.6:
            facts.append(observation(name, patient_id, chance.choice(CATEGORIES)))
        else:
            facts.append(condition(name, patient_id, chance.choice(CODES)))
    return facts


def masks(facts: Iterable[Json]) -> dict[str, int]:
    return {f"{one['resourceType']}/{one['id']}": classify(decode(msgspec.json.encode(one))) for one in facts}


def names(found: Iterable[Stored]) -> set[str]:
    return {f"{one.type}/{one.id}" for one in found}


def writes(resources: Sequence[Json]) -> list[tuple[Write, ...]]:
    return [(Write("update", one["resourceType"], one["id"], msgspec.json.encode(one)),) for one in resources]


def stated(chance: Random, patient_id: str, facts: Sequence[str]) -> list[CareConsent]:
    """What a patient said, of kinds of data and of some of these facts by themselves."""
    named = dict(zip(ITEMS, chance.sample(facts, len(ITEMS)), strict=True))
    return [
        replace(one, patient_id=patient_id, id=f"{patient_id}-{one.id}", provision=about(one.provision, named))
        for one in consents(chance)
        if one.provision.permit is not None or one.provision.exceptions
    ]


def asking(chance: Random, at: datetime) -> tuple[RemoteAsker, Question]:
    """Somebody of another house who asks; no emergency, which would open everything."""
    asked = replace(question(chance, "uniklinikum"), at=at)
    actor = replace(asked.actor, role="nurse")
    return asker(actor.organisation, actor.role, HOUSES[actor.organisation]), replace(asked, actor=actor)


class Region:
    """Forty patients with facts and consents, loaded into a node."""

    def __init__(self, chance: Random) -> None:
        self.patients = [f"p{number}" for number in range(40)]
        self.facts = {name: record(chance, name) for name in self.patients}
        self.masks = {name: masks(facts) for name, facts in self.facts.items()}
        self.said = {name: stated(chance, name, list(self.masks[name])[1:]) for name in self.patients}

    async def load(self, node: Node) -> None:
        said = [to_fhir(one) for many in self.said.values() for one in many]
        report = await node.gate.load(OPERATOR, writes([one for many in self.facts.values() for one in many] + said))
        assert not report.refused

    def released(self, asked: Question, patient_id: str, kind: str = "") -> set[str]:
        """What the oracle would let out of one patient's record."""
        question = replace(asked, patient_id=patient_id)
        said, items = self.said[patient_id], self.masks[patient_id]
        return {item for item, mask in items.items() if item.startswith(kind) and released(question, said, mask, item)}


def some_day(chance: Random) -> datetime:
    return START + timedelta(days=chance.randrange(10))


@pytest.mark.parametrize("seed", range(2))
async def test_another_house_gets_exactly_what_the_consents_release(node: Node, seed: int) -> None:
    chance = Random(seed)  # noqa: S311 - invented cases
    region = Region(chance)
    await region.load(node)
    out = 0
    for name in region.patients * 6:
        node.clock.now = some_day(chance)
        remote, asked = asking(chance, node.clock.now)
        release = await node.gate.release(remote, asked.purpose, [name])
        # The clock is set back now and then: what is known was said before now.
        asked = replace(asked, at=max((asked.at, *(one.stated for one in region.said[name]))))
        expected = region.released(asked, name)
        assert names(release.items) == expected, (name, asked)
        out += len(expected)
    assert out > 50, "the cases must be worth something"


async def test_a_search_over_all_patients_pages_and_totals_exactly_what_the_consents_release(node: Node) -> None:
    chance = Random(2)  # noqa: S311 - invented cases
    region = Region(chance)
    await region.load(node)
    out = 0
    for _ in range(40):
        _, asked = asking(chance, some_day(chance))
        within = await node.consents.across_patients(asked)
        query = parse_search("Observation", [("_total", "accurate"), ("_count", "5")])
        page = await node.store.search(query, within=within)
        expected = {item for name in region.patients for item in region.released(asked, name, "Observation/")}
        assert page.total == len(expected)
        found = names(page.matches)
        while page.next_cursor is not None:
            page = await node.store.search(query, within=within, cursor=page.next_cursor)
            found |= names(page.matches)
        assert found == expected
        out += len(found)
    assert out > 100, "the cases must be worth something"


async def test_a_patient_sees_the_own_compartment_by_every_way_of_reading(node: Node) -> None:
    chance = Random(3)  # noqa: S311 - invented cases
    patients = [f"p{number}" for number in range(8)]
    facts = {name: record(chance, name) for name in patients}
    await node.gate.load(OPERATOR, writes([one for many in facts.values() for one in many]))
    for name in patients:
        who = principal(Role.PATIENT, patient_id=name)
        own = set(masks(facts[name]))
        assert names((await node.gate.record(who, name)).resources) == own
        for kind in ("Observation", "Condition", "Patient"):
            mine = {item for item in own if item.startswith(f"{kind}/")}
            page = await node.gate.search(who, parse_search(kind, [("_total", "accurate"), ("_count", "3")]))
            assert page.total == len(mine)
            found = names(page.matches)
            while page.next_cursor is not None:
                query = parse_search(kind, [("_count", "3")])
                page = await node.gate.search(who, query, cursor=page.next_cursor)
                found |= names(page.matches)
            assert found == mine
        query = parse_search("Patient", [("_revinclude", "Observation:subject"), ("_revinclude", "Condition:subject")])
        page = await node.gate.search(who, query)
        assert names(page.matches) | names(page.included) == own
        other = chance.choice([one for one in patients if one != name])
        stranger = facts[other][chance.randrange(len(facts[other]))]
        for reading in (node.gate.read, node.gate.history):
            with pytest.raises(NotFound):
                await reading(who, stranger["resourceType"], stranger["id"])
        with pytest.raises(NotFound):
            await node.gate.vread(who, stranger["resourceType"], stranger["id"], 1)


def test_the_facts_are_of_many_kinds() -> None:
    found = DataCategory(0)
    for mask in masks(record(Random(1), "p")).values():  # noqa: S311 - invented cases
        found |= DataCategory(mask)
    assert found.bit_count() >= 6
