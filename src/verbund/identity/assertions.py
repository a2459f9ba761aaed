"""How an app proves itself by a key: `private_key_jwt` (RFC 7523, section 3; SMART App Launch 2.2, asymmetric).

An assertion is signed with RS384 or ES384 by a key of the app's, names the app as issuer and subject and this server as
audience, lives five minutes at most, and is taken once.
"""

import base64
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet, OctKey, OKPKey, RSAKey
from joserfc.jws import JWSRegistry

from verbund.config import Clock, utc_now
from verbund.identity.clients import Client
from verbund.identity.flow import Refusal
from verbund.identity.once import LAST_SECOND, Once

ALGORITHMS = ("RS384", "ES384")
TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
LONGEST_SECONDS = 300
_SKEW_SECONDS = 30
_LONGEST = 8_192
_LEAST_RSA_BITS = 2_048
_COMPACT = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")


class _Registry(JWSRegistry):
    max_payload_length = _LONGEST


_REGISTRY = _Registry(algorithms=list(ALGORITHMS))


class KeySource(Protocol):
    """Knows the public keys of apps that publish them at an address."""

    async def keys_at(self, address: str) -> Mapping[str, Any]:
        """The JWK Set there, fetched within bounds. Raises Refusal where it cannot be had."""


class Assertions:
    """Checks assertions. `audiences` are the names of this server that one may be made for."""

    def __init__(self, audiences: tuple[str, ...], once: Once, source: KeySource, *, clock: Clock = utc_now) -> None:
        self._audiences = audiences
        self._once = once
        self._source = source
        self._clock = clock

    async def check(self, client: Client, assertion: str) -> None:
        """Refuse (Refusal, invalid_client) an assertion that does not prove `client`, or that was used before."""
        claims = _opened(assertion, await self._keys(client))
        expires = self._check_claims(claims, client)
        name = claims.get("jti")
        if not isinstance(name, str) or not 0 < len(name) <= 256:
            raise _refused("has no id ('jti')")
        # Remembered a little longer than it holds, since clocks differ.
        until = expires + timedelta(seconds=2 * _SKEW_SECONDS)
        if not await self._once.first("assertion", f"{client.id} {name}", until=until):
            raise _refused("was used before ('jti')")

    async def _keys(self, client: Client) -> KeySet:
        published = client.keys if client.jwks_uri is None else await self._source.keys_at(client.jwks_uri)
        return usable_keys(published or {})

    def _check_claims(self, claims: Mapping[str, Any], client: Client) -> datetime:
        if claims.get("iss") != client.id or claims.get("sub") != client.id:
            raise _refused("must name the app as issuer and subject ('iss', 'sub')")
        audience = claims.get("aud")
        named = audience if isinstance(audience, list) else [audience]
        if not named or not set(map(str, named)) <= set(self._audiences):
            raise _refused(f"is not made for {self._audiences[0]} ('aud')")
        now, expires = self._clock(), _moment(claims, "exp")
        if expires <= now:
            raise _refused("has expired ('exp')")
        if expires > now + timedelta(seconds=LONGEST_SECONDS + _SKEW_SECONDS):
            raise _refused("lives longer than five minutes ('exp')")
        for name in ("iat", "nbf"):
            if name in claims and _moment(claims, name) > now + timedelta(seconds=_SKEW_SECONDS):
                raise _refused(f"lies ahead ('{name}')")
        return expires


def _opened(assertion: str, keys: KeySet) -> Mapping[str, Any]:
    if len(assertion) > _LONGEST:
        raise _refused("is longer than any that is needed")
    if not _COMPACT.fullmatch(assertion):
        raise _refused("is no signed JWT")
    try:
        opened = jwt.decode(assertion, keys, registry=_REGISTRY)
    except (JoseError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise _refused("is not signed, with RS384 or ES384, by a key that the app is registered with") from None
    if not opened.header.get("kid") or opened.header.get("typ", "JWT") != "JWT":
        raise _refused("must name its key ('kid') and be of the type JWT")
    return opened.claims


def claimed_by(assertion: str) -> str:
    """Whom an assertion names as its subject, unproven. Raises Refusal for what is none."""
    try:
        part = assertion.split(".")[1]
        said = json.loads(base64.urlsafe_b64decode(part[:_LONGEST] + "=" * (-len(part) % 4)))
        name = said["sub"]
    except (ValueError, TypeError, KeyError, IndexError, RecursionError):
        raise _refused("names no app ('sub')") from None
    if not isinstance(name, str) or not name:
        raise _refused("names no app ('sub')")
    return name


def usable_keys(published: Mapping[str, Any]) -> KeySet:
    """The public keys of a JWK Set that sign assertions; keys of other kinds are left out. Raises Refusal for none."""
    found: list[OctKey | RSAKey | ECKey | OKPKey] = []
    for one in published.get("keys", ()):
        if isinstance(one, Mapping) and one.get("kid") and one.get("use", "sig") == "sig" and "d" not in one:
            try:
                found += _usable(dict(one))
            except (JoseError, ValueError, TypeError, KeyError):
                continue
    if not found:
        raise Refusal("invalid_client", "The app has no key for RS384 or ES384 with a 'kid'.", status=401)
    return KeySet(found)


def _usable(one: dict[str, Any]) -> list[ECKey | RSAKey]:
    if one.get("kty") == "EC" and one.get("crv") == "P-384":
        return [ECKey.import_key(one)]
    if one.get("kty") == "RSA":
        key = RSAKey.import_key(one)
        return [key] if key.public_key.key_size >= _LEAST_RSA_BITS else []
    return []


def _moment(claims: Mapping[str, Any], name: str) -> datetime:
    said = claims.get(name)
    if isinstance(said, bool) or not isinstance(said, int | float) or not 0 < said < LAST_SECOND:
        raise _refused(f"must say '{name}' in seconds since 1970")
    return datetime.fromtimestamp(said, UTC)


def _refused(why: str) -> Refusal:
    return Refusal("invalid_client", f"The assertion {why}.", status=401)
