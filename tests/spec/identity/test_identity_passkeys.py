"""Passkeys: one stands for login, password and second factor; everybody can have several, by name."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from authenticators import Authenticator
from signing_in import Desk, Entrance, browser

from verbund.database import Database
from verbund.errors import Conflict, Incorrect, NotFound
from verbund.identity import ConfirmationNeeded, NotAccepted, Person, Policy
from verbund.identity.ceremonies import Party

ISSUER = "https://praxis.example.org"


@pytest_asyncio.fixture(loop_scope="session")
async def entrance(database: Database) -> AsyncIterator[Entrance]:
    made = await Entrance.open(await Desk.open(database, issuer=ISSUER))
    yield made
    await made.close()


def authenticator(**wishes: bool) -> Authenticator:
    return Authenticator(ISSUER, "praxis.example.org", **wishes)


async def signed_in(entrance: Entrance, person: Person) -> str:
    """A session that was opened just now."""
    return await entrance.desk.sessions.open(person.id, browser=browser())


async def with_passkey(entrance: Entrance, person: Person, name: str = "Telefon") -> Authenticator:
    token, device = await signed_in(entrance, person), authenticator()
    options = await entrance.account.creation(token)
    assert options is not None
    await entrance.account.add_passkey(token, device.create(options), name)
    return device


async def opened_with(entrance: Entrance, device: Authenticator) -> str:
    """The session that a sign-in with this passkey ends with."""
    request = await entrance.request()
    options = await entrance.door.passkey_request(request, browser())
    assert options is not None
    outcome = await entrance.door.sign_in_with_passkey(request, device.get(options), browser())
    return await entrance.session(outcome.target)


async def test_a_passkey_signs_in_without_login_password_and_code(entrance: Entrance) -> None:
    person = await entrance.desk.physician()
    device = await with_passkey(entrance, person)
    session = await entrance.desk.sessions.of(await opened_with(entrance, device))
    assert session is not None
    assert session.person == person
    assert session.amr == ("hwk", "user", "mfa")
    (passkey,) = await entrance.inside.factors.passkeys.of(person.id)
    assert (passkey.name, passkey.signs, passkey.synced) == ("Telefon", 2, False)
    assert passkey.used == entrance.desk.clock.now


async def test_a_passkey_is_enough_where_two_factors_are_wanted(database: Database) -> None:
    entrance = await Entrance.open(await Desk.open(database, issuer=ISSUER), Policy(staff=True, patients=True))
    device = await with_passkey(entrance, await entrance.desk.physician())
    assert await opened_with(entrance, device)
    await entrance.close()


async def test_one_that_is_kept_on_several_devices_is_told_as_such_and_need_not_count(entrance: Entrance) -> None:
    person = await entrance.desk.physician()
    token, device = await signed_in(entrance, person), authenticator(eligible=True, counts=False)
    options = await entrance.account.creation(token)
    assert options is not None
    codes = await entrance.account.add_passkey(token, device.create(options), "Schlüsselbund")
    assert len(codes) == 10
    for _ in range(2):
        session = await entrance.desk.sessions.of(await opened_with(entrance, device))
        assert session is not None
        assert "swk" in session.amr
    (passkey,) = (await entrance.account.security(token)).passkeys
    assert (passkey.synced, passkey.signs) == (True, 0)


async def test_several_passkeys_have_names_and_go_one_by_one(entrance: Entrance) -> None:
    person = await entrance.desk.physician()
    one, two = await with_passkey(entrance, person), await with_passkey(entrance, person, "Rechner")
    token = await signed_in(entrance, person)
    listed = {passkey.name: passkey.id for passkey in (await entrance.account.security(token)).passkeys}
    await entrance.account.rename_passkey(token, listed["Telefon"], "  altes   Telefon ")
    await entrance.account.remove_passkey(token, listed["Rechner"])
    assert [passkey.name for passkey in (await entrance.account.security(token)).passkeys] == ["altes Telefon"]
    assert await opened_with(entrance, one)
    with pytest.raises(NotAccepted):
        await opened_with(entrance, two)


async def test_the_last_one_stays_where_a_second_factor_is_wanted(database: Database) -> None:
    entrance = await Entrance.open(await Desk.open(database, issuer=ISSUER), Policy(staff=True))
    person = await entrance.desk.physician()
    await with_passkey(entrance, person)
    token = await signed_in(entrance, person)
    (passkey,) = (await entrance.account.security(token)).passkeys
    with pytest.raises(Conflict, match="second factor"):
        await entrance.account.remove_passkey(token, passkey.id)
    await with_passkey(entrance, person, "zweiter")
    await entrance.account.remove_passkey(token, passkey.id)
    await entrance.close()


async def test_a_device_is_not_asked_for_a_second_passkey(entrance: Entrance) -> None:
    person = await entrance.desk.physician()
    device = await with_passkey(entrance, person)
    token = await signed_in(entrance, person)
    options = await entrance.account.creation(token)
    assert options is not None
    (excluded,) = options["excludeCredentials"]
    assert excluded["transports"] == ["hybrid", "internal"]
    with pytest.raises(Conflict):
        await entrance.account.add_passkey(token, device.create(options), "noch einmal")


async def test_names_have_a_measure(entrance: Entrance) -> None:
    person = await entrance.desk.physician()
    token = await signed_in(entrance, person)
    for name in ("", " ", "x" * 61, "a\x00b"):
        options = await entrance.account.creation(token)
        assert options is not None
        with pytest.raises(Incorrect, match="name"):
            await entrance.account.add_passkey(token, authenticator().create(options), name)


async def test_a_stale_session_adds_and_removes_nothing(entrance: Entrance) -> None:
    person = await entrance.desk.physician()
    device = await with_passkey(entrance, person)
    token = await signed_in(entrance, person)
    (passkey,) = (await entrance.account.security(token)).passkeys
    entrance.desk.clock.turn(minutes=11)
    with pytest.raises(ConfirmationNeeded):
        await entrance.account.creation(token)
    with pytest.raises(ConfirmationNeeded):
        await entrance.account.remove_passkey(token, passkey.id)
    _, options = await entrance.account.confirmation(token)
    assert options is not None
    await entrance.account.confirm_with_passkey(token, device.get(options))
    await entrance.account.remove_passkey(token, passkey.id)


async def test_who_may_no_longer_sign_in_is_not_let_in_by_a_passkey(entrance: Entrance) -> None:
    person = await entrance.desk.physician()
    device = await with_passkey(entrance, person)
    await entrance.desk.people.deactivate(person.id)
    with pytest.raises(NotAccepted):
        await opened_with(entrance, device)


async def test_an_unknown_passkey_cannot_be_renamed_or_removed(entrance: Entrance) -> None:
    one, other = await entrance.desk.physician(), await entrance.desk.patient()
    await with_passkey(entrance, one)
    (passkey,) = await entrance.inside.factors.passkeys.of(one.id)
    token = await signed_in(entrance, other)
    with pytest.raises(NotFound):
        await entrance.account.rename_passkey(token, passkey.id, "meiner")
    with pytest.raises(NotFound):
        await entrance.account.remove_passkey(token, passkey.id)


@pytest.mark.parametrize(
    ("issuer", "id_", "origin", "possible"),
    [
        ("https://praxis.example.org", "praxis.example.org", "https://praxis.example.org", True),
        ("https://Praxis.Example.org:443", "praxis.example.org", "https://praxis.example.org", True),
        ("https://praxis.example.org:8443", "praxis.example.org", "https://praxis.example.org:8443", True),
        ("http://localhost:8402", "localhost", "http://localhost:8402", True),
        ("http://praxis.example.org", "praxis.example.org", "http://praxis.example.org", False),
        ("http://127.0.0.1:8402", "127.0.0.1", "http://127.0.0.1:8402", False),
        ("https://[2001:db8::1]:8443", "2001:db8::1", "https://[2001:db8::1]:8443", False),
    ],
)
def test_the_relying_party_follows_from_the_nodes_address(issuer: str, id_: str, origin: str, possible: bool) -> None:
    party = Party.of(issuer, "Praxis")
    assert (party.id, party.origin, party.possible) == (id_, origin, possible)


async def test_where_there_can_be_no_passkeys_none_is_offered(desk: Desk) -> None:
    entrance = await Entrance.open(desk)
    person = await desk.physician()
    assert not entrance.door.passkeys_possible
    assert await entrance.door.passkey_request(await entrance.request(), browser()) is None
    assert await entrance.account.creation(await signed_in(entrance, person)) is None
    await entrance.close()
