"""Whatever is changed in a valid assertion of a passkey, by a bit, a byte, a letter or a piece: it is refused."""

import base64
import json
import random
from collections.abc import Callable
from typing import Any

import pytest
from authenticators import Authenticator, unwords, words
from signing_in import Desk, Entrance, browser

from verbund.database import Database
from verbund.identity import NotAccepted
from verbund.identity.ceremonies import (
    Known,
    Party,
    read_assertion,
    read_attestation,
    verify_assertion,
    verify_attestation,
)

ISSUER = "https://praxis.example.org"
PARTY = Party.of(ISSUER, "Praxis")
SEED = 8400
FIELDS = ("clientDataJSON", "authenticatorData", "signature")
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=+/ "
Sent = dict[str, Any]


def flip(chance: random.Random, data: bytes) -> bytes:
    at = chance.randrange(len(data) * 8)
    return data[: at // 8] + bytes([data[at // 8] ^ 1 << at % 8]) + data[at // 8 + 1 :]


def cut(chance: random.Random, data: bytes) -> bytes:
    at = chance.randrange(len(data))
    return data[:at] + data[at + chance.randint(1, 8) :]


def grown(chance: random.Random, data: bytes) -> bytes:
    at = chance.randrange(len(data) + 1)
    return data[:at] + chance.randbytes(chance.randint(1, 8)) + data[at:]


def swapped(chance: random.Random, data: bytes) -> bytes:
    one, other = sorted(chance.sample(range(len(data)), 2))
    return data[:one] + data[other:] + data[one:other]


def random_bytes(chance: random.Random, data: bytes) -> bytes:
    return chance.randbytes(len(data))


BYTES: tuple[Callable[[random.Random, bytes], bytes], ...] = (flip, flip, cut, grown, swapped, random_bytes)


def mutated(chance: random.Random, sent: Sent) -> Sent:
    """The answer with one thing changed: bytes of a field, or a letter of how it is written."""
    changed: Sent = json.loads(json.dumps(sent))
    name = chance.choice(FIELDS)
    text: str = changed["response"][name]
    if chance.random() < 0.8:
        changed["response"][name] = words(chance.choice(BYTES)(chance, unwords(text)))
    else:
        at = chance.randrange(len(text))
        changed["response"][name] = text[:at] + chance.choice(LETTERS) + text[at + 1 :]
    return changed


def options(chance: random.Random) -> Sent:
    challenge = base64.urlsafe_b64encode(chance.randbytes(32)).rstrip(b"=").decode()
    return {"challenge": challenge, "user": {"id": words(b"h" * 16)}}


def made(chance: random.Random) -> tuple[Authenticator, Known]:
    device = Authenticator(ISSUER, "praxis.example.org")
    return device, verify_attestation(read_attestation(device.create(options(chance)), PARTY), PARTY).known


def accepted(sent: Sent, challenge: str, known: Known) -> bool:
    try:
        assertion = read_assertion(json.dumps(sent), PARTY)
        verify_assertion(assertion, known, PARTY)
    except NotAccepted:
        return False
    return words(assertion.challenge) == challenge


def none_of(count: int, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - reproducible on purpose
    device, known = made(chance)
    for number in range(count):
        asked = options(chance)
        sent: Sent = json.loads(device.get(asked))
        if number % 100 == 0:
            assert accepted(sent, asked["challenge"], known)
        changed = mutated(chance, sent)
        if changed != sent:
            assert not accepted(changed, asked["challenge"], known), (number, changed)


def test_thousands_of_mutated_assertions_are_refused() -> None:
    none_of(3_000, SEED)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(10))
def test_ten_thousands_of_mutated_assertions_are_refused(seed: int) -> None:
    none_of(3_000, SEED + 1 + seed)


async def test_they_are_refused_at_the_front_door_too(database: Database) -> None:
    chance = random.Random(SEED)  # noqa: S311
    entrance = await Entrance.open(await Desk.open(database, issuer=ISSUER))
    device = Authenticator(ISSUER, "praxis.example.org")
    token = await entrance.desk.sessions.open((await entrance.desk.physician()).id)
    creation = await entrance.account.creation(token)
    assert creation is not None
    await entrance.account.add_passkey(token, device.create(creation), "Telefon")
    request = await entrance.request()
    for _ in range(100):
        asked = await entrance.door.passkey_request(request, browser())
        assert asked is not None
        right: Sent = json.loads(device.get(asked))
        wrong = mutated(chance, right)
        if wrong != right:
            with pytest.raises(NotAccepted):
                await entrance.door.sign_in_with_passkey(request, json.dumps(wrong), browser())
    await entrance.close()
