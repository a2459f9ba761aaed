"""Who signed in long ago and wants to open doors for others, or erase a record, proves once more who they are."""

import re
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from uuid import UUID

import httpx
import pytest
import pytest_asyncio
from asking import Asking, record_address

from verbund.config import NodeConfig
from verbund.identity import Principal, Role, require_recent
from verbund.portal import Services, create_app
from verbund.portal.web import cookies_of
from verbund.rights import Kind, Outcome, Request, State

NOW = datetime(2026, 3, 5, 12, tzinfo=UTC)
ERASURE = Request(UUID(int=7), Kind.ERASURE, State.OPEN, "7", NOW, "Ruth Kessler", NOW + timedelta(days=30))
PAGE = f"/rights/{ERASURE.id}"


@dataclass
class Desk:
    """A house in which one patient waits for the erasure of the record, and who answers there."""

    since: datetime = NOW
    erased: bool = False

    async def of(self, token: str) -> Principal:
        role = Role.STEWARD
        return Principal(
            token, "Dr. Berg", role, "praxis", "Praxis", None, role.scopes, role.purpose, authenticated=self.since
        )

    async def one(self, _: Principal, identity: UUID) -> tuple[Request, Mapping[str, Any] | None, Outcome | None]:
        assert identity == ERASURE.id
        return ERASURE, None, Outcome((), ())

    async def answer(self, who: Principal, *_: object) -> None:
        require_recent(who, NOW)
        self.erased = True


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest_asyncio.fixture(loop_scope="session")
async def steward(desk: Desk) -> AsyncIterator[httpx.AsyncClient]:
    config = NodeConfig(name="praxis", title="Praxis", kind="practice", public_url="http://praxis.example")
    parts: Sequence[Any] = [cast("Any", None)] * 5
    app = create_app(Services(parts[0], parts[0], desk, *parts, studies=None, clock=lambda: NOW, rights=desk), config)  # type: ignore[arg-type]
    cookie = {"cookie": f"{cookies_of(config).session}=steward"}
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://praxis.example", headers=cookie) as client:
        yield client


async def accepted(client: httpx.AsyncClient, desk: Desk, since: datetime) -> httpx.Response:
    """The erasure is carried out from a page that was opened in time, by who signed in then."""
    page = await client.get(PAGE)
    token = re.search(r'name="csrf" value="(\w+)"', page.text)
    assert token, page.text
    desk.since = since
    return await client.post(PAGE, data={"csrf": token[1], "answer": "accepted"})


async def test_a_record_is_erased_by_who_has_just_proved_who_they_are(desk: Desk, steward: httpx.AsyncClient) -> None:
    late = await accepted(steward, desk, NOW - timedelta(minutes=11))
    assert late.headers["location"] == f"/security/confirm?back=%2Frights%2F{ERASURE.id}"
    assert not desk.erased
    assert (await steward.get(PAGE)).headers["location"] == late.headers["location"]
    desk.since = NOW
    assert (await accepted(steward, desk, NOW)).headers["location"] == "/rights?answered=yes"
    assert desk.erased


async def test_who_acts_for_a_patient_is_recorded_by_who_has_just_proved_who_they_are(asking: Asking) -> None:
    client = await asking.signed_in("nurse")
    key = (await record_address(client)).rpartition("/")[2]
    for token, who in asking.region.sessions.items():
        asking.region.sessions[token] = replace(who, authenticated=asking.region.clock - timedelta(minutes=11))
    answer = await client.get(f"/enrolment/{key}/guardian")
    assert answer.headers["location"] == f"/security/confirm?back=%2Fenrolment%2F{key}%2Fguardian"
