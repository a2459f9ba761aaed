"""What is no answer of a passkey of this node to this challenge is refused, always in the same words."""

import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
import pytest_asyncio
from authenticators import BACKED_UP, ELIGIBLE, PRESENT, VERIFIED, Authenticator, words
from cryptography.hazmat.primitives.asymmetric import ec
from signing_in import Desk, Entrance, browser

from verbund.database import Database
from verbund.identity import NotAccepted, Person

ISSUER = "https://praxis.example.org"
OWN = "praxis.example.org"


class Scene:
    """A physician with a passkey, and another one."""

    def __init__(self, entrance: Entrance, people: list[Person], devices: list[Authenticator]) -> None:
        self.entrance = entrance
        self.person, self.other = people
        self.device, self.foreign = devices

    async def asked(self, secret: str = "window") -> tuple[str, dict[str, Any]]:
        request = await self.entrance.request()
        options = await self.entrance.door.passkey_request(request, browser(secret=secret))
        assert options is not None
        return request, options

    async def refused(self, request: str, answer: str, secret: str = "window") -> NotAccepted:
        with pytest.raises(NotAccepted) as caught:
            await self.entrance.door.sign_in_with_passkey(request, answer, browser(secret=secret))
        assert caught.value.text == NotAccepted("").text
        return caught.value


@pytest_asyncio.fixture(loop_scope="session")
async def scene(database: Database) -> AsyncIterator[Scene]:
    entrance = await Entrance.open(await Desk.open(database, issuer=ISSUER))
    people = [await entrance.desk.physician(), await entrance.desk.physician("yilmaz")]
    devices = [Authenticator(ISSUER, OWN) for _ in people]
    for person, device in zip(people, devices, strict=True):
        token = await entrance.desk.sessions.open(person.id)
        options = await entrance.account.creation(token)
        assert options is not None
        await entrance.account.add_passkey(token, device.create(options), "Telefon")
    yield Scene(entrance, people, devices)
    await entrance.close()


WRONG: dict[str, dict[str, Any]] = {
    "foreign origin": {"origin": "https://praxis.example.org.evil.org"},
    "origin without tls": {"origin": "http://praxis.example.org"},
    "origin with another port": {"origin": "https://praxis.example.org:8443"},
    "origin with a slash": {"origin": "https://praxis.example.org/"},
    "origin in capitals": {"origin": "https://PRAXIS.example.org"},
    "subdomain": {"origin": "https://x.praxis.example.org"},
    "null origin": {"origin": None},
    "asked within a foreign page": {"cross": True},
    "asked within a page that is named": {"top": "https://evil.org"},
    "foreign rp id": {"rp_id": "evil.org"},
    "parent's rp id": {"rp_id": "example.org"},
    "user not verified": {"flags": PRESENT},
    "user not present": {"flags": VERIFIED},
    "nothing at all": {"flags": 0},
    "suddenly eligible for backup": {"flags": PRESENT | VERIFIED | ELIGIBLE},
    "backed up, though not eligible": {"flags": PRESENT | VERIFIED | BACKED_UP},
    "another ceremony": {"type": "webauthn.create"},
    "no ceremony": {"type": "payment.get"},
    "counter stands still": {"count": 1},
    "counter goes back": {"count": 0},
    "another challenge": {"challenge": words(b"c" * 32)},
    "no challenge": {"challenge": ""},
    "another key": {"key": ec.generate_private_key(ec.SECP256R1())},
    "unknown credential": {"id": b"i" * 32},
    "another person's handle": {"handle": b"h" * 16},
    "no handle": {"handle": b""},
}


async def test_a_wrong_assertion_lets_nobody_in(scene: Scene) -> None:
    for wishes in WRONG.values():
        request, options = await scene.asked()
        assert (await scene.refused(request, scene.device.get(options, **wishes))).why


async def test_an_answer_counts_once(scene: Scene) -> None:
    request, options = await scene.asked()
    answer = scene.device.get(options)
    await scene.entrance.door.sign_in_with_passkey(request, answer, browser())
    request, _ = await scene.asked()
    await scene.refused(request, answer)


async def test_a_challenge_counts_once_even_for_a_fresh_signature(scene: Scene) -> None:
    request, options = await scene.asked()
    assert await scene.entrance.door.sign_in_with_passkey(request, scene.device.get(options), browser())
    other, _ = await scene.asked()
    await scene.refused(other, scene.device.get(options))
    request, options = await scene.asked()
    await scene.refused(request, scene.device.get(options, count=0))
    await scene.refused(request, scene.device.get(options))


async def test_a_challenge_is_good_for_a_quarter_of_an_hour(scene: Scene) -> None:
    _, options = await scene.asked()
    scene.entrance.desk.clock.turn(minutes=15)
    request, _ = await scene.asked()
    await scene.refused(request, scene.device.get(options))


async def test_a_challenge_belongs_to_its_request_and_its_browser(scene: Scene) -> None:
    _, options = await scene.asked()
    request, _ = await scene.asked()
    await scene.refused(request, scene.device.get(options))
    request, options = await scene.asked()
    await scene.refused(request, scene.device.get(options), secret="another window")


async def test_a_challenge_of_one_purpose_serves_no_other(scene: Scene) -> None:
    token = await scene.entrance.desk.sessions.open(scene.person.id)
    _, options = await scene.entrance.account.confirmation(token)
    assert options is not None
    request, _ = await scene.asked()
    await scene.refused(request, scene.device.get(options))
    creation = await scene.entrance.account.creation(token)
    assert creation is not None
    await scene.refused(request, scene.device.get(creation))


async def test_somebody_elses_passkey_confirms_nothing(scene: Scene) -> None:
    token = await scene.entrance.desk.sessions.open(scene.person.id)
    scene.entrance.desk.clock.turn(minutes=11)
    _, options = await scene.entrance.account.confirmation(token)
    assert options is not None
    with pytest.raises(Exception, match="another person"):
        await scene.entrance.account.confirm_with_passkey(token, scene.foreign.get(options))
    session = await scene.entrance.desk.sessions.of(token)
    assert session is not None
    assert session.authenticated < scene.entrance.desk.clock.now


async def test_one_persons_key_under_anothers_id_or_handle_is_refused(scene: Scene) -> None:
    mixes: list[dict[str, Any]] = [
        {"id": scene.device.id},
        {"handle": scene.device.handle},
        {"id": scene.device.id, "handle": scene.device.handle},
    ]
    for mixed in mixes:
        request, options = await scene.asked()
        await scene.refused(request, scene.foreign.get(options, **mixed))


async def test_of_two_that_come_at_once_a_copied_authenticator_gets_at_most_one_in(scene: Scene) -> None:
    request, options = await scene.asked()
    await scene.entrance.door.sign_in_with_passkey(request, scene.device.get(options, count=50), browser())
    request, options = await scene.asked()
    refused = await scene.refused(request, scene.device.get(options, count=50))
    assert refused.why == "InvalidAuthenticationResponse"


Change = Callable[[dict[str, Any]], object]
MISSHAPEN: dict[str, Change] = {
    "an unknown member": lambda sent: sent.update(more=1),
    "an unknown member of the response": lambda sent: sent["response"].update(more=1),
    "two ids": lambda sent: sent.update(id=words(b"x" * 32)),
    "another type": lambda sent: sent.update(type="password"),
    "no response": lambda sent: sent.pop("response"),
    "padding": lambda sent: sent.update(id=sent["id"] + "=", rawId=sent["id"] + "="),
    "an empty id": lambda sent: sent.update(id="", rawId=""),
    "an endless id": lambda sent: sent.update(id=words(b"x" * 2000), rawId=words(b"x" * 2000)),
    "standard base64": lambda sent: sent["response"].update(signature=sent["response"]["signature"] + "+/"),
    "a list for a string": lambda sent: sent["response"].update(signature=[]),
    "client data that is no JSON": lambda sent: sent["response"].update(clientDataJSON=words(b"{")),
    "client data that is a list": lambda sent: sent["response"].update(clientDataJSON=words(b"[]")),
    "client data that is no text": lambda sent: sent["response"].update(clientDataJSON=words(b"\xff\xfe")),
    "authenticator data cut short": lambda sent: sent["response"].update(authenticatorData=words(b"x" * 36)),
    "a signature cut short": lambda sent: sent["response"].update(signature=""),
}


NONSENSE = ("", "null", "[]", "{", "\ud800", "\x00", "[" * 50_000, '"' + "x" * 100_000 + '"')


async def test_misshapen_answers_and_nonsense_are_refused_without_a_fault(scene: Scene) -> None:
    for change in MISSHAPEN.values():
        request, options = await scene.asked()
        sent = json.loads(scene.device.get(options))
        change(sent)
        await scene.refused(request, json.dumps(sent))
    for text in NONSENSE:
        await scene.refused(request, text)


REGISTRATIONS: dict[str, dict[str, Any]] = {
    name: wish
    for name, wish in WRONG.items()
    if not name.startswith(("counter", "another key", "unknown", "another person", "no handle", "suddenly"))
} | {"another ceremony": {"type": "webauthn.get"}}


async def test_a_wrong_registration_leaves_no_passkey(scene: Scene) -> None:
    token = await scene.entrance.desk.sessions.open(scene.person.id)
    for wishes in REGISTRATIONS.values():
        options = await scene.entrance.account.creation(token)
        assert options is not None
        answer = Authenticator(ISSUER, OWN).create(options, **wishes)
        with pytest.raises(NotAccepted):
            await scene.entrance.account.add_passkey(token, answer, "Telefon")
    assert len((await scene.entrance.account.security(token)).passkeys) == 1


async def test_a_registration_belongs_to_the_session_and_person_that_asked(scene: Scene) -> None:
    token = await scene.entrance.desk.sessions.open(scene.person.id)
    again = await scene.entrance.desk.sessions.open(scene.person.id)
    stranger = await scene.entrance.desk.sessions.open(scene.other.id)
    for wrong in (again, stranger):
        options = await scene.entrance.account.creation(token)
        assert options is not None
        with pytest.raises(NotAccepted):
            await scene.entrance.account.add_passkey(wrong, Authenticator(ISSUER, OWN).create(options), "x")


async def test_refusals_are_logged_with_their_reason_and_without_a_name(scene: Scene) -> None:
    before = await scene.entrance.logged()
    request, options = await scene.asked()
    await scene.refused(request, scene.device.get(options, origin="https://evil.org"))
    assert await scene.entrance.logged() == before + 1
