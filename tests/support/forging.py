"""Tokens that look like a right one and are none: changed, unsigned, of another key, with claims that must not hold."""

import base64
import json
import random
import uuid
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, Protocol

from joserfc import jwk, jwt

from verbund.crypto import NodeKeys, sign_token
from verbund.identity import House


class Issuing(Protocol):
    """The node that a token is of."""

    @property
    def house(self) -> House: ...
    @property
    def keys(self) -> NodeKeys: ...
    @property
    def clock(self) -> Callable[[], datetime]: ...


WRONG: tuple[Any, ...] = (None, "", "x", 0, -1, 1.5, True, [], {}, ["x"], {"x": 1}, "null", 1 << 70, "ä" * 300)
Claims = dict[str, Any]


def part(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def opened(token: str) -> tuple[Claims, Claims, str]:
    head, body, signature = token.split(".")
    return *(json.loads(base64.urlsafe_b64decode(one + "=" * (-len(one) % 4))) for one in (head, body)), signature  # type: ignore[return-value]


def spoiled(text: str, chance: random.Random) -> str:
    """A token with one character, or its order, changed so that it is another."""
    place = chance.randrange(len(text))
    match chance.randrange(5):
        case 0:
            made = text[:place] + chance.choice("ABCxyz019-_.") + text[place + 1 :]
        case 1:
            made = text[:place] + text[place + 1 :]
        case 2:
            made = text[:place] + chance.choice("Aa0_.=") + text[place:]
        case 3:
            pieces = text.split(".")
            chance.shuffle(pieces)
            made = ".".join(pieces)
        case _:
            made = text[:place]
    return made


def same_bits(one: str, other: str) -> bool:
    """Whether two texts decode to the same bytes: the last character of base64 has bits that say nothing."""

    def bits(text: str) -> list[bytes]:
        return [base64.urlsafe_b64decode(piece + "=" * (-len(piece) % 4)) for piece in text.split(".")]

    try:
        return bits(one) == bits(other)
    except ValueError:
        return False


def forged_claims(right: Claims, chance: random.Random) -> Claims:
    """What must be said left out, or said wrongly."""
    name = chance.choice(sorted(right))
    if chance.random() < 0.3:
        return {key: value for key, value in right.items() if key != name}
    return right | {name: chance.choice([one for one in WRONG if one != right[name]])}


def forged_tokens(right: str, node: Issuing, chance: random.Random) -> Iterator[str]:
    """Endless: changed, unsigned, signed by another, signed by ours with claims that must not hold."""
    head, claims, signature = opened(right)
    foreign = NodeKeys.generate()
    public = json.dumps(node.keys.public().signing).encode()
    needed = {name: claims[name] for name in ("iss", "aud", "sub", "jti", "iat", "exp", "client_id", "scope", "role")}
    now = int(node.clock().timestamp())
    while True:
        yield spoiled(right, chance)
        yield f"{part(head)}.{part(forged_claims(claims, chance))}.{signature}"
        yield f"{part(head | {'alg': chance.choice(['none', 'None', 'NONE', ''])})}.{part(claims)}."
        other = chance.choice(["HS256", "EdDSA", "RS256", "ES256", "none"])
        yield f"{part(head | {'alg': other})}.{part(claims)}.{signature}"
        yield jwt.encode({"alg": "HS256"}, claims, jwk.OctKey.import_key(public), algorithms=["HS256"])
        yield sign_token(claims | {"jti": str(uuid.uuid4())}, foreign)
        missing = chance.choice(sorted(needed))
        yield sign_token({name: value for name, value in claims.items() if name != missing}, node.keys)
        yield sign_token(
            claims | {chance.choice(["iss", "aud"]): chance.choice(["https://evil.org", "", node.house.issuer + "/"])},
            node.keys,
        )
        yield sign_token(claims | {"exp": now - chance.randrange(1, 10**6)}, node.keys)
        yield sign_token(claims | {"iat": now + chance.randrange(60, 10**6)}, node.keys)
        yield sign_token(claims | {"nbf": now + chance.randrange(60, 10**6)}, node.keys)
        yield sign_token(
            claims | {chance.choice(["role", "scope", "jti"]): chance.choice(["root", "admin/*.x", 7, None])}, node.keys
        )
        yield sign_token(claims | {"cnf": {"jkt": "x" * 43}, "jti": str(uuid.uuid4())}, node.keys)
