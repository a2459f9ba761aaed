"""Guessing is braked where it comes from; nobody can be locked out by others."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from argon2 import PasswordHasher
from signing_in import PASSWORD, Desk, Entrance, browser

from verbund.errors import Unauthenticated
from verbund.identity import Browser, Outcome, Passwords, TooManyAttempts, caller_of, networks

STRANGER = browser("203.0.113.7", secret="stranger")
OWN = browser("198.51.100.20")


@pytest_asyncio.fixture(loop_scope="session")
async def entrance(desk: Desk) -> AsyncIterator[Entrance]:
    made = await Entrance.open(desk)
    await desk.physician()
    yield made
    await made.close()


async def tried(entrance: Entrance, login: str, password: str, where: Browser) -> Outcome:
    return await entrance.door.sign_in(await entrance.request(), login, password, where)


async def fail(entrance: Entrance, times: int, where: Browser, login: str = "weber") -> None:
    for _ in range(times):
        with pytest.raises(Unauthenticated):
            await tried(entrance, login, "wrong", where)


async def braked(entrance: Entrance, where: Browser, login: str = "weber") -> int:
    with pytest.raises(TooManyAttempts) as caught:
        await tried(entrance, login, PASSWORD, where)
    return caught.value.wait_seconds


async def test_after_some_failures_each_try_waits_longer(entrance: Entrance) -> None:
    await fail(entrance, 5, STRANGER)
    waits = []
    for _ in range(4):
        waits.append(await braked(entrance, STRANGER))
        entrance.desk.clock.turn(seconds=waits[-1])
        await fail(entrance, 1, STRANGER)
    assert waits == [1, 2, 4, 8]
    entrance.desk.clock.turn(seconds=16)
    assert (await tried(entrance, "weber", PASSWORD, STRANGER)).target
    await fail(entrance, 1, STRANGER)


async def test_a_stranger_cannot_lock_somebody_out(entrance: Entrance) -> None:
    for _ in range(20):
        await fail(entrance, 5, STRANGER)
        entrance.desk.clock.turn(hours=2)
    await fail(entrance, 5, STRANGER)
    assert await braked(entrance, STRANGER)
    assert (await tried(entrance, "weber", PASSWORD, OWN)).target


async def test_who_signed_in_on_a_device_is_not_braked_there_by_the_neighbours(entrance: Entrance) -> None:
    known = (await tried(entrance, "weber", PASSWORD, OWN)).devices
    neighbour = browser(OWN.address, secret="neighbour")
    await fail(entrance, 5, neighbour)
    assert await braked(entrance, neighbour)
    assert (await tried(entrance, "weber", PASSWORD, browser(OWN.address, devices=known))).target
    await fail(entrance, 5, browser(OWN.address, devices=known))
    assert await braked(entrance, browser(OWN.address, devices=known))
    assert (await tried(entrance, "weber", PASSWORD, browser("192.0.2.1"))).target


async def test_a_made_up_or_borrowed_device_is_a_strangers(entrance: Entrance) -> None:
    await entrance.desk.physician("yilmaz")
    of_another = (await tried(entrance, "yilmaz", PASSWORD, OWN)).devices
    device, day, mac = of_another.split(".")
    await fail(entrance, 5, STRANGER)
    for devices in (of_another, f"{device}.{int(day) + 1}.{mac}", "a.b.c", "~~~", "..", "é.1.x", f"{device}..{mac}"):
        assert await braked(entrance, browser(STRANGER.address, devices=devices))


async def test_a_device_is_known_for_half_a_year_and_to_several_people(entrance: Entrance) -> None:
    await entrance.desk.physician("yilmaz")
    known = (await tried(entrance, "weber", PASSWORD, OWN)).devices
    known = (await tried(entrance, "yilmaz", PASSWORD, browser(OWN.address, devices=known))).devices
    devices = entrance.inside.brake.devices
    assert devices.known(known, "weber")
    assert devices.known(known, " YILMAZ")
    again = devices.remembering(known, "weber")
    assert again.count("~") == 1
    entrance.desk.clock.turn(days=181)
    assert devices.known(known, "weber") is None


async def test_a_hundred_guesses_at_once_are_a_hundred_guesses(entrance: Entrance) -> None:
    request = await entrance.request()
    outcomes = await asyncio.gather(
        *(entrance.door.sign_in(request, "weber", f"guess {n}", STRANGER) for n in range(100)), return_exceptions=True
    )
    assert sum(type(outcome) is Unauthenticated for outcome in outcomes) == 5
    assert sum(type(outcome) is TooManyAttempts for outcome in outcomes) == 95


async def test_one_network_cannot_try_everybody(entrance: Entrance) -> None:
    for number in range(50):
        await fail(entrance, 1, STRANGER, f"login{number}")
    assert await braked(entrance, STRANGER, "login51")
    assert (await tried(entrance, "weber", PASSWORD, OWN)).target


async def test_one_subscribers_ipv6_addresses_are_one_network(entrance: Entrance) -> None:
    for number in range(5):
        await fail(entrance, 1, browser(f"2001:db8:1:2::{number + 1:x}"))
    assert await braked(entrance, browser("2001:db8:1:2:ffff::1"))
    assert (await tried(entrance, "weber", PASSWORD, browser("2001:db8:1:3::1"))).target


async def test_an_unknown_login_is_answered_in_the_same_words_and_braked_alike(entrance: Entrance) -> None:
    texts = set()
    for login in ("weber", "nobody"):
        for _ in range(5):
            with pytest.raises(Unauthenticated) as wrong:
                await tried(entrance, login, "wrong", STRANGER)
            texts.add(wrong.value.text)
        assert await braked(entrance, STRANGER, login) == 1
    assert len(texts) == 1


async def test_an_unknown_login_costs_as_much_work_as_a_known_one(entrance: Entrance) -> None:
    """Counted, not timed: the same hash is verified, whoever it is, also of a closed account."""
    people, hasher, checked = entrance.desk.people, PasswordHasher(time_cost=1, memory_cost=64, parallelism=1), []

    class Counting(Passwords):
        def _verify(self, encoded: str, password: str) -> bool:
            checked.append(encoded.split("$")[1:4])
            return super()._verify(encoded, password)

    people._passwords = Counting(hasher)
    gone = await entrance.desk.patient()
    await people.deactivate(gone.id)
    for login in ("weber", "nobody", "muster"):
        with pytest.raises(Unauthenticated, match="Login or password is wrong"):
            await people.authenticate(login, "wrong")
    assert len(checked) == 3
    assert checked[0] == checked[1] == checked[2]


async def test_invented_logins_do_not_fill_the_table(entrance: Entrance) -> None:
    for number in range(20):
        await fail(entrance, 1, STRANGER, f"login{number}")
    entrance.desk.clock.turn(hours=2)
    await tried(entrance, "weber", PASSWORD, STRANGER)
    async with entrance.desk.database.connection() as connection:
        assert await connection.fetchval("select count(*) from identity_attempt where failures > 0") == 0


@pytest.mark.parametrize(
    ("peer", "forwarded", "trusted", "caller"),
    [
        ("203.0.113.7", ["10.0.0.1"], [], "203.0.113.7"),
        ("203.0.113.7", ["10.0.0.1"], ["192.0.2.0/24"], "203.0.113.7"),
        ("192.0.2.1", [], ["192.0.2.0/24"], "192.0.2.1"),
        ("192.0.2.1", ["203.0.113.7"], ["192.0.2.0/24"], "203.0.113.7"),
        ("192.0.2.1", ["10.0.0.1, 203.0.113.7"], ["192.0.2.0/24"], "203.0.113.7"),
        ("192.0.2.1", ["10.0.0.1", "203.0.113.7, 192.0.2.9"], ["192.0.2.0/24"], "203.0.113.7"),
        ("192.0.2.1", ["10.0.0.1, nonsense"], ["192.0.2.0/24"], "192.0.2.1"),
        ("192.0.2.1", [""], ["192.0.2.0/24"], "192.0.2.1"),
        ("192.0.2.1", ["2001:db8::5"], ["192.0.2.1"], "2001:db8::5"),
        ("::ffff:192.0.2.1", ["203.0.113.7"], ["192.0.2.0/24"], "203.0.113.7"),
        ("2001:db8::1", ["203.0.113.7"], ["2001:db8::/32"], "203.0.113.7"),
        (None, ["203.0.113.7"], ["192.0.2.0/24"], None),
    ],
)
def test_who_asks_is_believed_from_trusted_proxies_only(
    peer: str | None, forwarded: list[str], trusted: list[str], caller: str | None
) -> None:
    assert caller_of(peer, forwarded, networks(trusted)) == caller
