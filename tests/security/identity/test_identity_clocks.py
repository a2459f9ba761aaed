"""Clocks that jump, ahead or back: what ended does not come back, nobody is locked out, nothing gets fresher."""

from collections.abc import AsyncIterator, Iterator
from datetime import timedelta

import pyotp
import pytest
import pytest_asyncio
from signing_in import PASSWORD, Desk, Entrance, TurnedClock, browser, exchanged
from smart_apps import Prover

from verbund.errors import Unauthenticated
from verbund.identity import BadProof, ConfirmationNeeded, Refusal, TooManyAttempts, require_recent
from verbund.identity.once import Once

JUMPS = [timedelta(hours=1), timedelta(days=400), timedelta(hours=-1), timedelta(days=-400)]


@pytest_asyncio.fixture(loop_scope="session")
async def entrance(desk: Desk) -> AsyncIterator[Entrance]:
    made = await Entrance.open(desk)
    await desk.physician()
    yield made
    await made.close()


async def tried(entrance: Entrance, password: str) -> object:
    return await entrance.door.sign_in(await entrance.request(), "weber", password, browser())


@pytest.mark.parametrize("failures", [1, 8])
async def test_nobody_waits_longer_because_the_clock_was_put_back(entrance: Entrance, failures: int) -> None:
    for _ in range(failures):
        with pytest.raises(Unauthenticated):
            await tried(entrance, "wrong")
        entrance.desk.clock.turn(seconds=64)
    entrance.desk.clock.turn(days=-30)
    assert await tried(entrance, PASSWORD)


async def test_guessing_stays_braked_after_the_clock_was_put_back(entrance: Entrance) -> None:
    for _ in range(6):
        with pytest.raises(Unauthenticated):
            await tried(entrance, "wrong")
        entrance.desk.clock.turn(seconds=2)
    entrance.desk.clock.turn(days=-30)
    with pytest.raises(Unauthenticated):
        await tried(entrance, "wrong")
    with pytest.raises(TooManyAttempts):
        await tried(entrance, "wrong")


@pytest.mark.parametrize("back", [timedelta(hours=-1), timedelta(days=-400)])
async def test_a_revocation_elsewhere_is_heard_of_though_the_clock_was_put_back(desk: Desk, back: timedelta) -> None:
    token = (await desk.token(await desk.physician()))["access_token"]
    desk.clock.turn(seconds=1)
    assert await desk.tokens.verify(token)
    assert desk.tokens.known(token.encode())
    desk.clock.now += back
    assert desk.tokens.known(token.encode()) is None
    other = await Desk.open(desk.database, keys=desk.keys)
    other.clock.now = desk.clock.now - back
    await other.tokens.revoke(await other.tokens.claims(token))
    with pytest.raises(Unauthenticated, match="revoked"):
        await desk.tokens.verify(token)


@pytest.mark.parametrize("jump", JUMPS)
async def test_what_was_revoked_stays_so(desk: Desk, jump: timedelta) -> None:
    token = (await desk.token(await desk.physician()))["access_token"]
    await desk.tokens.revoke(await desk.tokens.claims(token))
    for by in (jump, -jump):
        desk.clock.now += by
        with pytest.raises(Unauthenticated):
            await desk.tokens.verify(token)


@pytest.mark.parametrize("jump", JUMPS)
async def test_a_code_works_once_whatever_the_clock_does(desk: Desk, jump: timedelta) -> None:
    person = await desk.physician()
    code = await desk.code(person)
    assert await desk.provider.exchange(exchanged(code), {})
    for by in (jump, -jump):
        desk.clock.now += by
        await desk.code(person)  # sweeps away what has expired
        with pytest.raises(Refusal):
            await desk.provider.exchange(exchanged(code), {})


class Steady:
    """Seconds that pass whatever the clock does."""

    def __init__(self) -> None:
        self.passed = 0.0

    def __call__(self) -> float:
        return self.passed


@pytest.fixture
def steady() -> Iterator[Steady]:
    return Steady()


async def test_what_was_used_once_is_not_forgotten_by_a_clock_that_jumps_ahead(desk: Desk, steady: Steady) -> None:
    once = Once(desk.database, desk.keys, clock=desk.clock, steady=steady)
    until = desk.clock() + timedelta(minutes=2)
    assert await once.first("proof", "a", until=until)
    desk.clock.turn(days=1)
    assert await once.first("proof", "b", until=desk.clock() + timedelta(minutes=2))
    desk.clock.turn(days=-1)
    assert not await once.first("proof", "a", until=until)


async def test_what_was_used_once_is_forgotten_when_its_time_has_passed(desk: Desk, steady: Steady) -> None:
    once = Once(desk.database, desk.keys, clock=desk.clock, steady=steady)
    assert await once.first("proof", "a", until=desk.clock() + timedelta(minutes=2))
    desk.clock.turn(minutes=3)
    steady.passed += 180
    assert await once.first("proof", "b", until=desk.clock() + timedelta(minutes=2))
    async with desk.database.connection() as connection:
        assert await connection.fetchval("select count(*) from identity_once") == 1


async def test_a_proof_of_another_time_is_refused(desk: Desk) -> None:
    prover = Prover(desk.clock)
    address = f"{desk.house.audience}/Patient"
    proof = prover.proof("GET", address)
    assert await desk.tokens.proofs.key_of(proof, "GET", address)
    for by in (timedelta(hours=1), timedelta(hours=-2), timedelta(hours=1)):
        desk.clock.now += by
        with pytest.raises(BadProof):
            await desk.tokens.proofs.key_of(proof, "GET", address)


async def test_a_session_of_a_time_to_come_is_over_and_no_fresh_proof(desk: Desk) -> None:
    person = await desk.physician()
    cookie = await desk.sessions.open(person.id)
    session = await desk.sessions.of(cookie)
    assert session is not None
    desk.clock.turn(minutes=-5)
    assert await desk.sessions.of(cookie) is None
    assert await desk.sessions.all_of(person.id, cookie) == ()
    with pytest.raises(ConfirmationNeeded):
        require_recent(person.principal(desk.house, authenticated=session.authenticated), desk.clock())


@pytest.mark.parametrize("back", [timedelta(minutes=-1), timedelta(days=-400)])
async def test_a_one_time_code_does_not_count_again_when_its_half_minute_comes_again(
    entrance: Entrance, back: timedelta
) -> None:
    clock: TurnedClock = entrance.desk.clock
    person = (await entrance.desk.people.all())[0]
    token = await entrance.desk.sessions.open(person.id)
    secret = (await entrance.account.offer(token)).secret
    await entrance.account.add_app(token, pyotp.TOTP(secret).at(clock.now))
    clock.turn(seconds=90)
    used = pyotp.TOTP(secret).at(clock.now)
    assert await entrance.inside.factors.totp.use(person.id, used)
    clock.now += back
    assert not await entrance.inside.factors.totp.use(person.id, used)
    assert not await entrance.inside.factors.totp.use(person.id, pyotp.TOTP(secret).at(clock.now))
