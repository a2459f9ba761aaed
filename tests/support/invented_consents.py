"""Invented consents, questions and items for generated cases, and an evaluation that is naive and obviously right."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

from verbund.consent import ALL, ActorRef, CareConsent, DataCategory, Party, Provision, Purpose, Question, Span

START = datetime(2026, 1, 1, tzinfo=UTC)
HOUSES = {"praxis": "practice", "uniklinikum": "university-hospital", "reha": "rehabilitation", "labor": "laboratory"}
ASKED = (Purpose.TREAT, Purpose.ETREAT, Purpose.COVERAGE, Purpose.HQUALIMP)
SAID = (Purpose.TREAT, Purpose.ETREAT, Purpose.HOPERAT)
PATIENT = "7"
ITEMS = ("Observation/1", "Observation/2", "Condition/3")
OTHER_ITEM = "Observation/9"


def moment(chance: Random) -> datetime:
    return START + timedelta(days=chance.randrange(10))


def span(chance: Random) -> Span:
    since = moment(chance) if chance.random() < 0.5 else None
    if chance.random() < 0.5:
        return Span(since, None)
    return Span(since, (since or moment(chance)) + timedelta(days=chance.randrange(1, 6)))


def parties(chance: Random, most: int) -> tuple[Party, ...]:
    some = (_party(chance) for _ in range(chance.randrange(most + 1)))
    return tuple(some) if chance.random() < 0.7 else ()


def _party(chance: Random) -> Party:
    site = chance.choice(sorted(HOUSES))
    return Party(organisation=site) if chance.random() < 0.6 else Party(kind=HOUSES[site])


def mask(chance: Random) -> DataCategory:
    if chance.random() < 0.3:
        return ALL
    return DataCategory(sum(1 << bit for bit in chance.sample(range(15), chance.randrange(1, 6))))


def provision(chance: Random, depth: int = 2, path: str = "Consent.provision", *, anybody: bool = False) -> Provision:
    """A rule with exceptions; for `anybody` it differs from others by what it says of which data only."""
    count = chance.randrange(4) if depth else 0
    return Provision(
        permit=chance.choice([True, False, None] if depth == 2 else [True, True, False]),
        recipients=() if anybody else parties(chance, 2),
        custodians=() if anybody else parties(chance, 1),
        purposes=frozenset() if anybody else frozenset(chance.sample(SAID, chance.choice([0, 0, 1, 2]))),
        categories=mask(chance),
        span=span(chance) if not anybody and chance.random() < 0.4 else Span(),
        items=frozenset(chance.sample(ITEMS, chance.choice([1, 1, 2]))) if chance.random() < 0.25 else frozenset(),
        exceptions=tuple(
            provision(chance, depth - 1, f"{path}.provision[{at}]", anybody=anybody) for at in range(count)
        ),
        path=path,
    )


def consent(chance: Random, identity: str, *, anybody: bool = False) -> CareConsent:
    said = provision(chance, anybody=anybody)
    return CareConsent(identity, PATIENT, moment(chance), said, active=chance.random() < 0.9)


def about(said: Provision, names: Mapping[str, str]) -> Provision:
    """The same provision about other single items."""
    items = frozenset(names[item] for item in said.items)
    return replace(said, items=items, exceptions=tuple(about(one, names) for one in said.exceptions))


def consents(chance: Random, most: int = 4) -> list[CareConsent]:
    # Often all of them apply, so that much hangs on which of them outranks which.
    anybody = chance.random() < 0.4
    return [consent(chance, f"c{at}", anybody=anybody) for at in range(chance.randrange(most + 1))]


def question(chance: Random, holder: str | None = None) -> Question:
    asking, other = chance.sample([house for house in sorted(HOUSES) if house != holder], 2)
    holding = holder or other
    return Question(
        actor=ActorRef("p", chance.choice(["physician", "nurse", "paramedic"]), asking, HOUSES[asking]),
        holder=holding,
        holder_kind=HOUSES[holding],
        purpose=chance.choice(ASKED),
        patient_id=PATIENT,
        at=moment(chance),
    )


def naive(asked: Question, stated: Sequence[CareConsent], category: DataCategory, item: str) -> bool | None:
    """What the latest consents that speak of one category of an item say; None when nobody does."""
    counting = [c for c in stated if c.active and c.patient_id == asked.patient_id and c.stated <= asked.at]
    for time in sorted({c.stated for c in counting}, reverse=True):
        says = [_says(c.provision, asked, category, item) for c in counting if c.stated == time]
        if False in says:
            return False
        if True in says:
            return True
    return None


def released(asked: Question, stated: Sequence[CareConsent], categories: int, item: str = OTHER_ITEM) -> bool:
    """Whether an item goes out: if every category of it is permitted, and never to a laboratory in an emergency."""
    if asked.purpose is Purpose.ETREAT and asked.actor.organisation == "labor":
        return False
    return all(naive(asked, stated, bit, item) is True for bit in DataCategory if bit & categories)


def _says(said: Provision, asked: Question, category: DataCategory, item: str) -> bool | None:
    if not _applies(said, asked, category) or (said.items and item not in said.items):
        return None
    nested = [_says(exception, asked, category, item) for exception in said.exceptions]
    if False in nested:
        return False
    return True if True in nested else said.permit


def _applies(said: Provision, asked: Question, category: DataCategory) -> bool:
    if not said.categories & category:
        return False
    if said.span.since is not None and asked.at < said.span.since:
        return False
    if said.span.until is not None and asked.at >= said.span.until:
        return False
    spoken = {
        Purpose.ETREAT: {Purpose.ETREAT, Purpose.TREAT},
        Purpose.HQUALIMP: {Purpose.HQUALIMP, Purpose.HOPERAT},
    }.get(asked.purpose, {asked.purpose})
    if said.purposes and not said.purposes & spoken:
        return False
    return _meant(said.recipients, asked.actor.organisation) and _meant(said.custodians, asked.holder)


def _meant(named: Sequence[Party], house: str) -> bool:
    by_kind = {party.kind for party in named if party.organisation is None}
    return not named or house in {party.organisation for party in named} or HOUSES[house] in by_kind
