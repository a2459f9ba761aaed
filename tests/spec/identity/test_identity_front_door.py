"""The node's own sign-in page: who comes in, who does not, and that the log has both."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from signing_in import PASSWORD, VERIFIER, Desk, Entrance, answered, browser

from verbund.audit import Event
from verbund.errors import NotFound, Unauthenticated
from verbund.identity import TooManyAttempts


@pytest_asyncio.fixture(loop_scope="session")
async def entrance(desk: Desk) -> AsyncIterator[Entrance]:
    made = await Entrance.open(desk)
    yield made
    await made.close()


async def test_login_and_password_lead_to_a_session(entrance: Entrance) -> None:
    person = await entrance.desk.physician()
    target = await entrance.door.sign_in(await entrance.request(), "weber", PASSWORD, browser())
    cookie = await entrance.session(target.target)
    session = await entrance.desk.sessions.of(cookie)
    assert session is not None
    assert session.person == person
    assert await entrance.logged() == 1


async def test_every_attempt_is_logged(entrance: Entrance) -> None:
    await entrance.desk.physician()
    request = await entrance.request()
    for _ in range(5):
        with pytest.raises(Unauthenticated):
            await entrance.door.sign_in(request, "weber", "wrong", browser())
    with pytest.raises(TooManyAttempts):
        await entrance.door.sign_in(request, "weber", PASSWORD, browser())
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
            await entrance.door.sign_in(request, login, "wrong", browser(None))
    first, second, other = [event.detail["login"] for event in failed]
    assert first == second != other
    assert len(first) == 12
    assert "weber" not in repr(failed).casefold()


async def test_a_code_that_does_not_fit_opens_no_session(entrance: Entrance) -> None:
    await entrance.desk.physician()
    target = await entrance.door.sign_in(await entrance.request(), "weber", PASSWORD, browser(None))
    with pytest.raises(Unauthenticated):
        await entrance.door.redeem(answered(target.target or "")["code"], "w" * 64, browser())
    with pytest.raises(Unauthenticated):
        await entrance.door.redeem("guess", VERIFIER, browser())


async def test_no_password_is_looked_at_without_a_waiting_request(entrance: Entrance) -> None:
    await entrance.desk.physician()
    with pytest.raises(NotFound):
        await entrance.door.sign_in("guess", "weber", PASSWORD, browser(None))
    assert await entrance.logged() == 0
