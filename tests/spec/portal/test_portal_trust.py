"""The steward's pages at the hub: questions without a name, answered with a reason, for stewards only."""

import re
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import httpx
import pytest
import pytest_asyncio

from verbund.config import NodeConfig
from verbund.errors import Conflict, NotFound
from verbund.identity import Principal, Role
from verbund.linkage import Verdict
from verbund.portal import House, Services, create_app
from verbund.portal.doubts import Choice, Doubt, DoubtEntry, Ruling
from verbund.portal.web import cookies_of

NOW = datetime(2026, 3, 5, 12, tzinfo=UTC)
ONE, OTHER = "1" * 32, "2" * 32
PRAXIS = DoubtEntry(7, House("praxis", "Praxis am Markt"), NOW, has_number=True)
REHA = DoubtEntry(9, House("reha", "Rehaklinik"), NOW, has_number=False)


class Desk:
    """A trust centre with one question of each kind, that notes what is decided."""

    def __init__(self) -> None:
        self.done: list[tuple[Any, ...]] = []

    async def doubts(self, _: Principal, count: int, before: int | None) -> Sequence[Doubt]:
        both = Doubt(2, ONE, OTHER, 0.93, "given names differ", (PRAXIS,), (REHA,))
        within = Doubt(1, ONE, ONE, 0.93, "insurance numbers contradict", (PRAXIS, REHA), (PRAXIS, REHA))
        return [one for one in (both, within) if before is None or one.number < before][:count]

    async def person(self, _: Principal, pseudonym: str) -> tuple[DoubtEntry, ...]:
        if pseudonym not in {ONE, OTHER}:
            raise NotFound("Nobody.", german="Niemand.")
        return (PRAXIS, REHA) if pseudonym == ONE else (REHA,)

    async def rulings(self, _: Principal, count: int, before: int | None) -> Sequence[Ruling]:
        made = [Ruling(4, NOW, "Dr. Berg", "same", "Both houses asked", can_undo=True)]
        return [one for one in made if before is None or one.number < before][:count]

    async def decide(self, who: Principal, pair: tuple[str, str], choice: Choice, reason: str) -> None:
        self.done.append((*pair, choice, Verdict(who.name, reason).reason))

    async def split(self, who: Principal, pseudonym: str, entries: Sequence[int], reason: str) -> None:
        self.done.append((pseudonym, tuple(entries), Verdict(who.name, reason).reason))

    async def undo(self, _: Principal, number: int, reason: str) -> None:
        if "late" in reason:
            raise Conflict("Decided anew since.", german="Seither neu entschieden.")
        self.done.append((number, reason))


class Sessions:
    """One who is signed in by the role that the token names."""

    since = NOW

    async def of(self, token: str) -> Principal | None:
        role = Role(token)
        return Principal("s", "Dr. Berg", role, "hub", "Hub", None, role.scopes, role.purpose, authenticated=self.since)


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest_asyncio.fixture(loop_scope="session")
async def steward(desk: Desk) -> AsyncIterator[httpx.AsyncClient]:
    async with _browser(desk, "steward") as client:
        yield client


def _browser(desk: Desk | None, role: str) -> httpx.AsyncClient:
    config = NodeConfig(name="hub", title="Hub", role="hub", kind="hub", public_url="http://hub.example")
    nothing = cast("Any", None)
    services = Services(
        nothing, nothing, Sessions(), *[nothing] * 5, studies=None, clock=lambda: NOW, trust=desk
    )  # fmt: skip
    app = create_app(services, config)
    cookie = {"cookie": f"{cookies_of(config).session}={role}"}
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://hub.example", headers=cookie)


async def sent(client: httpx.AsyncClient, path: str, **fields: Any) -> httpx.Response:
    page = await client.get(path)
    token = re.search(r'name="csrf" value="(\w+)"', page.text)
    assert token, page.text
    return await client.post(path, data={"csrf": token[1], **fields})


async def cases(client: httpx.AsyncClient) -> list[str]:
    page = await client.get("/linkage")
    assert page.status_code == 200
    return re.findall(r'href="(/linkage/[\w-]{30,})"', page.text)


@pytest.mark.parametrize(("language", "word"), [("de", "Vornamen"), ("en", "given names")])
async def test_open_questions_name_houses_and_reasons_and_no_pseudonym_in_an_address(
    steward: httpx.AsyncClient, language: str, word: str
) -> None:
    page = await steward.get("/linkage", headers={"accept-language": language})
    assert word in page.text
    assert "Praxis am Markt – Rehaklinik" in page.text
    assert ONE not in page.text
    assert len(await cases(steward)) == 2


async def test_one_person_or_two_is_decided_with_a_reason(steward: httpx.AsyncClient, desk: Desk) -> None:
    pair, _ = await cases(steward)
    page = await steward.get(pair)
    assert page.text.index(ONE) < page.text.index(OTHER)
    for fields in ({}, {"choice": "same"}, {"choice": "both", "reason": "Both houses were asked"}):
        answer = await sent(steward, pair, **fields)
        assert (answer.status_code, "kern-alert--danger" in answer.text, desk.done) == (400, True, [])
    for choice in ("same", "different"):
        answer = await sent(steward, pair, choice=choice, reason="Both houses were asked")
        assert (answer.status_code, answer.headers["location"]) == (303, "/linkage/decided")
        assert desk.done.pop() == (ONE, OTHER, choice, "Both houses were asked")


async def test_one_pseudonym_of_two_people_is_parted_by_entries(steward: httpx.AsyncClient, desk: Desk) -> None:
    _, within = await cases(steward)
    answer = await sent(steward, within, entry="9", reason="Two people of one name")
    assert (answer.status_code, desk.done) == (303, [(ONE, (9,), "Two people of one name")])
    answer = await sent(steward, within, choice="different", entry="9", reason="Two people of one name")
    assert (answer.status_code, len(desk.done)) == (303, 2)
    found = await sent(steward, "/linkage", pseudonym=f" {ONE} ")
    assert found.headers["location"] == within, "a house has named its pseudonym"
    assert (await sent(steward, "/linkage", pseudonym="3" * 32)).status_code == 404


async def test_one_pseudonym_of_one_person_is_kept_together(steward: httpx.AsyncClient, desk: Desk) -> None:
    _, within = await cases(steward)
    answer = await sent(steward, within, choice="same", entry="9", reason="Both houses were asked")
    assert (answer.status_code, "kern-alert--danger" in answer.text, desk.done) == (400, True, [])
    answer = await sent(steward, within, choice="same", reason="Both houses were asked")
    assert (answer.status_code, desk.done) == (303, [(ONE, ONE, "same", "Both houses were asked")])


async def test_of_a_record_that_stands_alone_nobody_can_be_parted(steward: httpx.AsyncClient) -> None:
    alone = (await sent(steward, "/linkage", pseudonym=OTHER)).headers["location"]
    page = await steward.get(alone)
    assert 'value="same"' in page.text
    assert 'value="different"' not in page.text
    assert 'name="entry"' not in page.text


async def test_a_decision_is_taken_back_with_a_reason(steward: httpx.AsyncClient, desk: Desk) -> None:
    assert "/linkage/decided/4" in (await steward.get("/linkage/decided")).text
    assert (await sent(steward, "/linkage/decided/4", reason="too late")).status_code == 409
    assert (await sent(steward, "/linkage/decided/4", reason="The wrong pair")).status_code == 303
    assert desk.done == [(4, "The wrong pair")]
    for other in ("5", "0", "x", "9" * 30):
        assert (await steward.get(f"/linkage/decided/{other}")).status_code == 404


async def test_stewards_of_a_hub_begin_here_and_others_never_come_in(desk: Desk) -> None:
    async with _browser(desk, "steward") as client:
        assert (await client.get("/")).headers["location"] == "/linkage"
        page = await client.get("/linkage")
        assert '"/openings"' not in page.text
    async with _browser(None, "steward") as client:
        assert (await client.get("/")).headers["location"] == "/openings"
        assert (await client.get("/linkage")).status_code == 404
    for role in ("administrator", "researcher", "physician", "patient"):
        async with _browser(desk, role) as client:
            assert (await client.get("/linkage")).status_code == 403


async def test_who_signed_in_long_ago_confirms_first(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    async with _browser(desk, "steward") as client:
        pair, _ = await cases(client)
        monkeypatch.setattr(Sessions, "since", NOW - timedelta(hours=2))
        answer = await sent(client, pair, choice="same", reason="Both houses were asked")
    assert answer.headers["location"].startswith("/security/confirm")
    assert desk.done == []
