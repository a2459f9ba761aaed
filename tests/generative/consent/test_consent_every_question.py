"""decide() and the rows it becomes, for every actor, purpose and item, against the rules said as simply as can be."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
import pytest_asyncio
from consent_tables import Row, Tables
from invented_consents import HOUSES, ITEMS, OTHER_ITEM, PATIENT, START, consents, mask, moment, span
from naive_consent import Item, may_see

from verbund.consent import ActorRef, CareConsent, ProxyRef, Purpose, Question, Relationship, Sentence, decide, to_fhir
from verbund.consent.projecting import House
from verbund.database import Database

HERE = "uniklinikum"
ROLES = ("physician", "nurse", "paramedic", "patient", "researcher", "steward", "administrator", "system", "unheard")
KINDS = (*HOUSES.values(), "hub", "insurer", "rescue-service", "")
FEW, MANY = 5_000, 100_000


def actor(chance: Random) -> ActorRef:
    house = chance.choice([*HOUSES, HERE])
    kind = HOUSES[house] if chance.random() < 0.8 else chance.choice(KINDS)
    role = chance.choice(ROLES) if chance.random() < 0.6 else "physician"
    who = chance.choice([None, PATIENT, "8"])
    acting = ProxyRef("r", chance.choice([PATIENT, PATIENT, "8"]), "proxy", mask(chance), span(chance))
    return ActorRef("p", role, house, kind, "", who, acting if chance.random() < 0.5 else None)


def question(chance: Random) -> Question:
    asking = actor(chance)
    purpose = chance.choice([*Purpose, *[Purpose.TREAT] * 6, *[Purpose.ETREAT] * 3, *[Purpose.FAMRQT] * 2])
    if purpose is Purpose.FAMRQT and chance.random() < 0.8:
        asking = replace(asking, role="patient", organisation=chance.choice([HERE, HERE, "reha"]))
    kind = chance.choice(["treatment", "treatment", "proxy"])
    relation = Relationship(kind, Sentence("weil", "because"), mask(chance), span(chance), "Encounter/1")  # type: ignore[arg-type]
    return Question(
        actor=asking,
        holder=HERE,
        holder_kind=HOUSES[HERE],
        purpose=purpose,
        patient_id=PATIENT,
        at=moment(chance) + timedelta(hours=chance.randrange(24)),
        stated_reason=chance.choice([None, "", "  short   ", "bewusstlos aufgefunden"]),
        relationship=relation if chance.random() < 0.5 else None,
    )


def check(seed: int) -> int:
    """Compare one question over all items; how many go out."""
    chance = Random(seed)  # noqa: S311 - invented cases
    asked, stated, emergencies = question(chance), consents(chance), chance.random() < 0.5
    items = [Item(reference, mask(chance)) for reference in (*ITEMS, OTHER_ITEM)]
    expected = [may_see(asked, stated, item, emergencies=emergencies) for item in items]
    decision = decide(asked, stated, emergency_allowed=emergencies)
    assert [decision.releases(int(one.kinds), one.reference) for one in items] == expected, seed
    for item, goes_out in zip(items, expected, strict=True):
        alone = decide(replace(asked, item=item.reference), stated, emergency_allowed=emergencies)
        assert alone.releases(int(item.kinds)) == goes_out, (seed, item)
        assert alone.reason.de
        assert alone.reason.en
    return sum(expected)


@pytest.mark.parametrize("cases", [FEW // 4, pytest.param(MANY // 4, marks=pytest.mark.long)])
def test_every_item_goes_out_exactly_where_the_rules_say_so(cases: int) -> None:
    assert sum(map(check, range(cases))) > cases // 8, "the cases must be worth something"


@pytest_asyncio.fixture(loop_scope="session")
async def tables(database: Database) -> AsyncIterator[Tables]:
    opened = await Tables.open(database, House(HERE, HOUSES[HERE]))
    yield opened
    await opened.close()


@pytest.mark.parametrize("cases", [FEW // 4, pytest.param(MANY, marks=pytest.mark.long)])
async def test_the_rows_of_every_question_are_those_that_the_rules_let_out(tables: Tables, cases: int) -> None:
    chance = Random(11)  # noqa: S311 - invented cases
    out = 0
    for number in range(cases // 25):
        stated = [one for one in _stated(chance, f"p{number}") if one.provision.permit is not None or _says(one)]
        await tables.write(*map(to_fhir, stated))
        for _ in range(5):
            out += await _compared(tables, chance, f"p{number}", stated)
    assert out > cases // 60, "the cases must be worth something"


def _stated(chance: Random, patient: str) -> list[CareConsent]:
    return [replace(one, patient_id=patient, id=f"{patient}-{one.id}") for one in consents(chance)]


def _says(one: CareConsent) -> bool:
    return bool(one.provision.exceptions)


async def _compared(tables: Tables, chance: Random, patient: str, stated: list[CareConsent]) -> int:
    asked = replace(question(chance), patient_id=patient)
    asked = replace(asked, actor=replace(asked.actor, patient_id=None, proxy=None))
    items = [Item(chance.choice((*ITEMS, OTHER_ITEM)), mask(chance)) for _ in range(5)]
    rows: list[Row] = [("Observation", patient, int(one.kinds), START) for one in items]
    ids = [one.reference for one in items]
    told = [may_see(asked, stated, one, emergencies=False) for one in items]
    expected = [place for place, goes_out in enumerate(told) if goes_out]
    decision = decide(asked, stated, emergency_allowed=False)
    assert await tables.seen(tables.index.filter_of(decision), rows, ids) == expected, asked
    if asked.actor.organisation != HERE:
        assert await tables.seen(await tables.index.across_patients(asked), rows, ids) == expected, asked
    return len(expected)
