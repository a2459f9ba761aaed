"""The region's counts at the hub: what is asked, what is shown, what is kept."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import pytest
import pytest_asyncio
from opened_gate import DOCTOR, NOW, RESEARCHER, principal

from verbund import audit, store
from verbund.audit import AuditLog
from verbund.crypto import NodeKeys
from verbund.database import Database, migrate
from verbund.errors import Forbidden, Incorrect, Unavailable, VerbundError
from verbund.identity import Role
from verbund.research import COUNT_KIND, MIGRATIONS, Answer, Question, Site, SiteState, Studies
from verbund.store import Vault

COHORT: dict[str, Any] = {
    "version": "2",
    "inclusionCriteria": [[{"context": {"code": "Diagnose"}, "termCodes": [{"system": "x", "code": "y"}]}]],
}
SITES = ("uniklinikum", "praxis", "reha")
Told = Answer | VerbundError | bytes


class Region:
    """Sites that answer what a test says."""

    def __init__(self) -> None:
        self.answers: dict[str, Told] = {}
        self.asked: list[tuple[str, str, Question]] = []

    async def ask(self, site: str, kind: str, payload: bytes, *, timeout_seconds: float) -> bytes:
        assert timeout_seconds > 0
        self.asked.append((site, kind, msgspec.json.decode(payload, type=Question)))
        await asyncio.sleep(0)
        answer = self.answers[site]
        if isinstance(answer, VerbundError):
            raise answer
        return answer if isinstance(answer, bytes) else msgspec.json.encode(answer)

    async def sites(self) -> Sequence[Site]:
        return [Site(site, site.title()) for site in self.answers]


class Hub:
    """The hub's studies on a real database."""

    def __init__(self, database: Database, region: Region, studies: Studies, log: AuditLog) -> None:
        self.database, self.region, self.studies, self.log = database, region, studies, log

    def answering(self, **answers: Told) -> None:
        self.region.answers = dict(answers)


@pytest_asyncio.fixture(loop_scope="session")
async def hub(database: Database) -> Hub:
    await migrate(database, [store.MIGRATIONS, audit.MIGRATIONS, MIGRATIONS])
    keys, region = NodeKeys.generate(), Region()
    log = await AuditLog.open(database, Vault(database, keys), keys)
    studies = Studies(database, keys, ask=region.ask, sites=region.sites, audit=log, clock=lambda: NOW)
    return Hub(database, region, studies, log)


async def test_all_sites_are_asked_at_once_and_what_they_tell_is_added_up(hub: Hub) -> None:
    hub.answering(uniklinikum=Answer(5, 30), praxis=Answer(5, 12), reha=Answer(5))
    result = await hub.studies.count(RESEARCHER, COHORT)
    assert (result.count, result.suppressed_sites, result.minimum) == (42, 1, 5)
    assert [(site.title, site.state) for site in result.sites] == [
        ("Uniklinikum", SiteState.ANSWERED),
        ("Praxis", SiteState.ANSWERED),
        ("Reha", SiteState.ANSWERED),
    ], "nobody can tell whose number was too small"
    assert {(site, kind) for site, kind, _ in hub.region.asked} == {(site, COUNT_KIND) for site in SITES}
    assert hub.region.asked[0][2] == Question(COHORT, RESEARCHER.subject, RESEARCHER.name)


async def test_a_site_that_fails_is_named_and_the_others_count(hub: Hub) -> None:
    hub.answering(
        uniklinikum=Answer(5, 30),
        praxis=Answer(5, 12),
        reha=Unavailable("down"),
        labor=Forbidden("no", german="nein"),
        x=b"?",
    )
    result = await hub.studies.count(RESEARCHER, COHORT)
    assert result.count == 42
    assert [site.state for site in result.sites] == [
        SiteState.ANSWERED,
        SiteState.ANSWERED,
        SiteState.UNREACHABLE,
        SiteState.REFUSED,
        SiteState.REFUSED,
    ]
    assert result.sites[3].sentence_de == "nein"


@pytest.mark.parametrize(
    "answers",
    [
        {"uniklinikum": Answer(5, 30)},
        {"uniklinikum": Answer(5, 30), "praxis": Unavailable("down")},
        {"uniklinikum": Answer(5), "praxis": Answer(5)},
        {},
    ],
    ids=["one site", "one that answers", "all too small", "no site"],
)
async def test_no_number_that_would_be_a_single_sites(hub: Hub, answers: Mapping[str, Told]) -> None:
    hub.answering(**answers)
    assert (await hub.studies.count(RESEARCHER, COHORT)).count is None


async def test_a_wrong_query_is_refused_before_anybody_is_asked(hub: Hub) -> None:
    hub.answering(praxis=Answer(5, 7))
    with pytest.raises(Incorrect):
        await hub.studies.count(RESEARCHER, {"inclusionCriteria": [[{"context": {"code": "Wetter"}, "termCodes": []}]]})
    with pytest.raises(Incorrect):
        await hub.studies.count(RESEARCHER, {**COHORT, "exclusion": []})
    assert hub.region.asked == []


async def test_only_researchers_for_research(hub: Hub) -> None:
    hub.answering(praxis=Answer(5, 7))
    for who in (DOCTOR, principal(Role.RESEARCHER, "TREAT"), principal(Role.SYSTEM, "HRESCH")):
        with pytest.raises(Forbidden):
            await hub.studies.count(who, COHORT)
        with pytest.raises(Forbidden):
            await hub.studies.previous(who)
    assert hub.region.asked == []


async def test_each_researcher_finds_the_own_questions_again_newest_first(hub: Hub) -> None:
    hub.answering(uniklinikum=Answer(5, 30), praxis=Answer(5, 12))
    first = await hub.studies.count(RESEARCHER, COHORT)
    second = await hub.studies.count(RESEARCHER, {**COHORT, "display": "again"})
    other = principal(Role.RESEARCHER, subject="r-2")
    assert await hub.studies.previous(RESEARCHER) == (second, first)
    assert await hub.studies.previous(RESEARCHER, count=1) == (second,)
    assert await hub.studies.previous(other) == ()


async def test_no_sites_number_is_kept_anywhere_and_the_question_is_sealed_and_logged(hub: Hub) -> None:
    hub.answering(uniklinikum=Answer(5, 987_001), praxis=Answer(5, 654_002))
    result = await hub.studies.count(RESEARCHER, COHORT)
    assert result.count == 1_641_003
    kept = msgspec.json.encode(result)
    assert b"987001" not in kept
    assert b"654002" not in kept
    async with hub.database.connection() as connection:
        (sealed,) = [row[0] for row in await connection.fetch("select sealed from research_question")]
    assert b"Diagnose" not in sealed
    assert (await hub.log.verify()).size == 1


async def test_a_hub_without_a_log_counts_all_the_same(hub: Hub) -> None:
    hub.answering(uniklinikum=Answer(5, 30), praxis=Answer(5, 12))
    silent = Studies(hub.database, NodeKeys.generate(), ask=hub.region.ask, sites=hub.region.sites)
    assert (await silent.count(RESEARCHER, COHORT)).count == 42


async def test_the_same_question_gets_the_same_answer(hub: Hub) -> None:
    hub.answering(uniklinikum=Answer(5, 30), praxis=Answer(5), reha=Answer(5, 8))
    seen = {(await hub.studies.count(RESEARCHER, COHORT)).count for _ in range(5)}
    assert seen == {38}
