"""The node's own sign-in page: who comes in, who does not, and that the log has both."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import pytest_asyncio
from signing_in import PASSWORD, VERIFIER, Desk, answered, asked

from verbund import audit, store
from verbund.audit import AuditLog, Event
from verbund.database import migrate
from verbund.errors import NotFound, Unauthenticated
from verbund.identity import FrontDoor, TooManyAttempts, portal_client
from verbund.store import Vault


@dataclass
class Entrance:
    desk: Desk
    door: FrontDoor
    log: AuditLog

    async def request(self) -> str:
        back = f"{self.desk.house.issuer}/oauth/callback"
        return (await self.desk.provider.begin(asked(client_id="portal", redirect_uri=back))).request_id

    async def logged(self) -> int:
        return (await self.log.head()).size


@pytest_asyncio.fixture(loop_scope="session")
async def entrance(desk: Desk) -> AsyncIterator[Entrance]:
    await migrate(desk.database, [store.MIGRATIONS, audit.MIGRATIONS])
    vault = Vault(desk.database, desk.keys)
    log = await AuditLog.open(desk.database, vault, desk.keys, clock=desk.clock)
    door = FrontDoor(
        desk.house,
        people=desk.people,
        provider=desk.provider,
        sessions=desk.sessions,
        audit=log,
        portal=portal_client(desk.house, "/oauth/callback"),
        clock=desk.clock,
    )
    yield Entrance(desk, door, log)
    await log.close()
    await vault.close()


async def test_login_and_password_lead_to_a_session(entrance: Entrance) -> None:
    person = await entrance.desk.physician()
    target = await entrance.door.sign_in(await entrance.request(), "weber", PASSWORD, address="10.0.0.1")
    cookie = await entrance.door.redeem(answered(target)["code"], VERIFIER)
    session = await entrance.desk.sessions.of(cookie)
    assert session is not None
    assert session.person == person
    assert await entrance.logged() == 1


async def test_every_attempt_is_logged(entrance: Entrance) -> None:
    await entrance.desk.physician()
    request = await entrance.request()
    for _ in range(5):
        with pytest.raises(Unauthenticated):
            await entrance.door.sign_in(request, "weber", "wrong", address="10.0.0.1")
    with pytest.raises(TooManyAttempts):
        await entrance.door.sign_in(request, "weber", PASSWORD, address="10.0.0.1")
    assert await entrance.logged() == 6
    assert (await entrance.log.verify()).ok


async def test_a_failed_attempt_tells_which_account_without_naming_it(
    entrance: Entrance, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed: list[Event] = []

    async def kept(*events: Event) -> None:
        failed.extend(events)

    monkeypatch.setattr(entrance.log, "record", kept)
    await entrance.desk.physician()
    request = await entrance.request()
    for login in ("weber", " WEBER ", "nobody"):
        with pytest.raises(Unauthenticated):
            await entrance.door.sign_in(request, login, "wrong", address=None)
    first, second, other = [event.detail["login"] for event in failed]
    assert first == second != other
    assert len(first) == 12
    assert "weber" not in repr(failed).casefold()


async def test_a_code_that_does_not_fit_opens_no_session(entrance: Entrance) -> None:
    await entrance.desk.physician()
    target = await entrance.door.sign_in(await entrance.request(), "weber", PASSWORD, address=None)
    with pytest.raises(Unauthenticated):
        await entrance.door.redeem(answered(target)["code"], "w" * 64)
    with pytest.raises(Unauthenticated):
        await entrance.door.redeem("guess", VERIFIER)


async def test_no_password_is_looked_at_without_a_waiting_request(entrance: Entrance) -> None:
    await entrance.desk.physician()
    with pytest.raises(NotFound):
        await entrance.door.sign_in("guess", "weber", PASSWORD, address=None)
    assert await entrance.logged() == 0
