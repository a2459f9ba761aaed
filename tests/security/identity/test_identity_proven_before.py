"""What was proven once counts as long as it should: it gets no fresher by itself, and a new password puts it out."""

from collections.abc import AsyncIterator
from datetime import timedelta
from urllib.parse import urlsplit

import pyotp
import pytest
import pytest_asyncio
from joserfc import jwt
from joserfc.jwk import KeySet
from signing_in import PASSWORD, RETURN, VERIFIER, Desk, Entrance, answered, asked, browser, exchanged
from smart_apps import SmartNode, smart_node

from verbund.database import Database
from verbund.errors import NotFound, Unauthenticated
from verbund.identity import ConfirmationNeeded, Person, Policy, Refusal, WrongCode, portal_client, require_recent

NEW = "gelbe Pflaumen im Juni"
STRONG = ("hwk", "user", "mfa")


@pytest_asyncio.fixture(loop_scope="session")
async def entrance(desk: Desk) -> AsyncIterator[Entrance]:
    made = await Entrance.open(desk)
    yield made
    await made.close()


@pytest_asyncio.fixture(loop_scope="session")
async def node(database: Database) -> AsyncIterator[SmartNode]:
    async with smart_node(database) as found:
        yield found


async def through_the_portal(node: SmartNode, cookie: str) -> str:
    """The cookie of a browser that has a session and opens the sign-in page once more."""
    back = f"{node.desk.house.issuer}/oauth/callback"
    headers = {"Cookie": f"{node.desk.house.session_cookie}={cookie}"}
    answer = await node.http.get(
        "/oauth/authorize", params=asked(client_id="portal", redirect_uri=back), headers=headers
    )
    target = answer.headers["location"]
    assert urlsplit(target).path == "/oauth/callback"
    client = portal_client(node.desk.house, "/oauth/callback")
    proof = await node.desk.provider.redeem(answered(target)["code"], VERIFIER, client)
    return await node.desk.sessions.open(proof.person.id, proven=proof.at, amr=proof.amr)


async def test_who_signs_in_again_by_a_session_has_proven_nothing_new(node: SmartNode) -> None:
    person, desk = await node.physician(), node.desk
    proven = desk.clock() - timedelta(hours=11)
    cookie = await desk.sessions.open(person.id, proven=proven, amr=STRONG)
    for _ in range(3):
        desk.clock.turn(minutes=15)
        cookie = await through_the_portal(node, cookie)
        session = await desk.sessions.of(cookie)
        assert session is not None
        assert (session.authenticated, session.amr) == (proven, STRONG)
        with pytest.raises(ConfirmationNeeded):
            require_recent(person.principal(desk.house, authenticated=session.authenticated), desk.clock())
    desk.clock.turn(minutes=20)
    assert await desk.sessions.of(cookie) is None


async def test_an_app_learns_when_and_how_somebody_proved_who_they_are(node: SmartNode) -> None:
    person, desk = await node.physician(), node.desk
    app, _ = await node.app(preapproved=True)
    proven = int(desk.clock().timestamp())
    headers = {"Cookie": f"{desk.house.session_cookie}={await desk.sessions.open(person.id, amr=STRONG)}"}
    desk.clock.turn(minutes=20)

    async def sent(**changes: str) -> str:
        params = asked(client_id=app.id, scope="openid user/*.rs", **changes)
        return str((await node.http.get("/oauth/authorize", params=params, headers=headers)).headers["location"])

    code = answered(await sent())["code"]
    body = (await node.http.post("/oauth/token", data=dict(exchanged(code, client_id=app.id)))).json()
    keys = KeySet.import_key_set((await node.http.get("/oauth/jwks")).json())
    claims = jwt.decode(body["id_token"], keys, algorithms=["RS256"]).claims
    assert (claims["auth_time"], tuple(claims["amr"])) == (proven, STRONG)
    assert urlsplit(await sent(max_age="600")).path == "/sign-in"
    assert (await sent(max_age="3600")).startswith(RETURN)


async def renewed(desk: Desk, person: Person) -> Person:
    await desk.people.change_password(person.id, NEW)
    return await desk.people.of(person.id)


async def test_a_new_password_puts_out_questions_of_apps_that_wait(desk: Desk) -> None:
    person = await desk.physician()
    pending = await desk.provider.begin(asked())
    question = answered(await desk.provider.complete(pending.request_id, person))["request"]
    assert (await desk.provider.question(question)).person == person
    await renewed(desk, person)
    with pytest.raises(NotFound):
        await desk.provider.question(question)
    with pytest.raises(NotFound):
        await desk.provider.answer(question, person.role.scopes)


async def test_a_new_password_puts_out_codes(desk: Desk) -> None:
    person = await desk.physician()
    code = await desk.code(person)
    await renewed(desk, person)
    with pytest.raises(Refusal):
        await desk.provider.exchange(exchanged(code), {})
    assert (await desk.token(await desk.people.of(person.id)))["access_token"]


async def test_a_new_password_puts_out_a_sign_in_between_two_steps(entrance: Entrance) -> None:
    desk = entrance.desk
    person = await desk.physician()
    token = await desk.sessions.open(person.id)
    offer = await entrance.account.offer(token)
    await entrance.account.add_app(token, pyotp.TOTP(offer.secret).at(desk.clock.now))
    desk.clock.turn(seconds=90)
    request = await entrance.request()
    step = (await entrance.door.sign_in(request, "weber", PASSWORD, browser())).step
    await renewed(desk, person)
    with pytest.raises(NotFound):
        await entrance.door.code(request, step, pyotp.TOTP(offer.secret).at(desk.clock.now), browser())


async def test_a_code_of_the_portal_from_before_opens_no_session(entrance: Entrance) -> None:
    desk = entrance.desk
    person = await desk.physician()
    request = await entrance.request()
    target = (await entrance.door.sign_in(request, "weber", PASSWORD, browser())).target or ""
    await renewed(desk, person)
    with pytest.raises(Unauthenticated):
        await entrance.door.redeem(answered(target)["code"], VERIFIER, browser())
    with pytest.raises(Unauthenticated):
        await desk.sessions.open(person.id, epoch=person.epoch)
    await desk.people.deactivate(person.id)
    with pytest.raises(Unauthenticated):
        await desk.sessions.open(person.id)


async def test_a_token_made_while_its_person_is_put_out_is_not_handed_out(desk: Desk) -> None:
    person = await desk.physician()
    minted = desk.tokens.mint(person, person.role.scopes, client="app")
    await desk.people.deactivate(person.id)
    with pytest.raises(Unauthenticated, match="no longer"):
        await desk.tokens.write_down(minted, person)
    await desk.people.activate(person.id)
    with pytest.raises(Unauthenticated, match="no longer"):
        await desk.tokens.write_down(desk.tokens.mint(person, person.role.scopes, client="app"), person)


async def test_signing_in_ends_the_session_that_the_browser_had(entrance: Entrance) -> None:
    desk = entrance.desk
    await desk.physician()
    other = await desk.patient()
    former = await desk.sessions.open(other.id)
    request = await entrance.request()
    target = (await entrance.door.sign_in(request, "weber", PASSWORD, browser())).target or ""
    token, _ = await entrance.door.redeem(answered(target)["code"], VERIFIER, browser(), former)
    assert await desk.sessions.of(token) is not None
    assert await desk.sessions.of(former) is None


async def test_a_key_that_somebody_else_was_shown_is_never_taken_into_use(database: Database) -> None:
    """Whoever found the password of somebody new sees a key at the first sign-in; the owner gets another."""
    entrance = await Entrance.open(await Desk.open(database), Policy(staff=True))
    try:
        await entrance.desk.physician()
        seen = []
        for _ in range(2):
            request = await entrance.request()
            step = (await entrance.door.sign_in(request, "weber", PASSWORD, browser())).step
            offer = (await entrance.door.choice(request, step)).offer
            assert (await entrance.door.choice(request, step)).offer == offer
            seen.append((request, step, offer.secret))
        (thief, thiefs_step, stolen), (request, step, own) = seen
        assert stolen != own
        now = entrance.desk.clock.now
        for secret in (stolen, own):
            with pytest.raises(WrongCode):
                await entrance.door.set_up_app(thief, thiefs_step, pyotp.TOTP(secret).at(now))
        assert len(await entrance.door.set_up_app(request, step, pyotp.TOTP(own).at(now))) == 10
    finally:
        await entrance.close()
