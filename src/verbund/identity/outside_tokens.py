"""What an outside provider's identity token must say before it is believed, and what it then says of somebody: pure.

OpenID Connect Core 1.0, section 3.1.3.7, checked by Authlib, and stricter where the standard leaves it open: a key must
be named when there are several, `iat` must be recent, `acr` and `amr` must be what the settings demand.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import Key, KeySet
from joserfc.jws import JWSRegistry, extract_compact

from verbund.config import IdentityProvider
from verbund.errors import Unauthenticated

LONGEST_TOKEN = 32_768
LEEWAY_SECONDS = 30
LONGEST_AGO_SECONDS = 3600
"""How long ago somebody may have signed in there: a session here begins with that."""
OLDEST_SECONDS = 600
"""How long ago a token may have been issued: it answers a sign-in that began minutes ago."""

_ASYMMETRIC = frozenset({"RSA", "EC", "OKP"})


class NotBelieved(Unauthenticated):
    """An identity token, or an answer, of an outside provider that does not hold; `why` is for the log."""

    def __init__(self, why: str) -> None:
        super().__init__(
            "The sign-in at the other provider does not hold here. Begin again, or sign in with your login.",
            german="Die Anmeldung bei dem anderen Anbieter gilt hier nicht. Beginnen Sie neu, oder melden Sie sich mit "
            "Ihrem Anmeldenamen an.",
        )
        self.why = why


class UnknownKey(NotBelieved):
    """The token names a key that is not among those known: the provider may have a new one."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What a token must be for: whose settings, which sign-in (`nonce`), and the access token it came with."""

    provider: IdentityProvider
    nonce: str = field(repr=False)
    access_token: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Outsider:
    """What a provider says of somebody; role and patient are what the settings make of it."""

    subject: str = field(repr=False)
    login: str = field(repr=False)
    name: str = field(repr=False)
    role: str | None
    patient: str | None = field(repr=False)
    amr: tuple[str, ...]
    auth_time: int | None


def usable(keys: Iterable[Mapping[str, Any]]) -> KeySet:
    """The public signing keys of a JWK Set; keys for sealing, secret ones and what is no key are left out."""
    found: list[Key] = []
    for one in keys:
        if one.get("use", "sig") != "sig" or one.get("kty") not in _ASYMMETRIC:
            continue
        try:
            found += KeySet.import_key_set({"keys": [dict(one)]}).keys
        except (JoseError, ValueError, TypeError, KeyError):
            continue
    return KeySet(found)


def claims_of(token: str, keys: KeySet, expected: Expected, now: datetime) -> dict[str, Any]:
    """The claims of a token that holds. Raises NotBelieved, UnknownKey where other keys may help."""
    provider = expected.provider
    if len(token) > LONGEST_TOKEN:
        raise NotBelieved("too long")
    registry = JWSRegistry(algorithms=list(provider.algorithms))
    registry.max_payload_length = LONGEST_TOKEN
    try:
        key = _key_of(token, keys)
        opened = jwt.decode(token, key, registry=registry)
        _check(dict(opened.claims), opened.header, expected, int(now.timestamp()))
    except (JoseError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise NotBelieved(type(error).__name__) from None
    return dict(opened.claims)


def _key_of(token: str, keys: KeySet) -> Key:
    header = extract_compact(token.encode()).headers()
    kid = header.get("kid")
    if kid is None and len(keys.keys) != 1:
        raise NotBelieved("names no key")
    for key in keys.keys:
        if kid is None or key.as_dict(private=False).get("kid") == kid:
            told = key.as_dict(private=False).get("alg")
            if told is not None and told != header.get("alg"):
                raise NotBelieved("the key is for another algorithm")
            return key
    raise UnknownKey("unknown key")


def _check(claims: dict[str, Any], header: Mapping[str, Any], expected: Expected, now: int) -> None:
    provider = expected.provider
    for name in ("exp", "iat", *(("auth_time",) if "auth_time" in claims else ())):
        if not isinstance(claims.get(name), int) or isinstance(claims[name], bool):
            raise NotBelieved(f"{name} is no time")
    options = {
        "iss": {"essential": True, "value": provider.issuer},
        "aud": {"essential": True, "value": provider.client_id},
        "sub": {"essential": True},
        "nonce": {"essential": True, "value": expected.nonce},
    }
    params = {"nonce": expected.nonce, "client_id": provider.client_id, "access_token": expected.access_token}
    CodeIDToken(claims, dict(header), options, params).validate(now=now, leeway=LEEWAY_SECONDS)
    if claims["exp"] <= now:
        raise NotBelieved("expired")
    if claims["iat"] > now + LEEWAY_SECONDS or claims["iat"] < now - OLDEST_SECONDS:
        raise NotBelieved("not issued just now")
    if now - claims.get("auth_time", now) > LONGEST_AGO_SECONDS + LEEWAY_SECONDS:
        raise NotBelieved("signed in there too long ago")
    audience = claims["aud"]
    if not isinstance(audience, str) and not (isinstance(audience, list) and all(isinstance(a, str) for a in audience)):
        raise NotBelieved("aud is no audience")
    subject = claims["sub"]
    if not isinstance(subject, str) or not 1 <= len(subject) <= 255 or not subject.isprintable():
        raise NotBelieved("sub is no name")
    if provider.acr and claims.get("acr") not in provider.acr:
        raise NotBelieved("acr is not enough")
    if not set(provider.amr) <= set(_strings(claims.get("amr"))):
        raise NotBelieved("amr is not enough")


def outsider_of(claims: Mapping[str, Any], provider: IdentityProvider) -> Outsider:
    """What believed claims say of somebody, through the settings. NotBelieved for a role that they do not know."""
    role = provider.role or None
    if provider.role_claim:
        said = [provider.roles[one] for one in _strings(_found(claims, provider.role_claim)) if one in provider.roles]
        if len(set(said)) > 1:
            raise NotBelieved("more than one role")
        role = said[0] if said else role
    auth_time = claims.get("auth_time")
    return Outsider(
        subject=str(claims["sub"]),
        login=_text(_found(claims, provider.login_claim)),
        name=_text(_found(claims, provider.name_claim)),
        role=role,
        patient=_text(_found(claims, provider.patient_claim)) or None if provider.patient_claim else None,
        amr=tuple(_strings(claims.get("amr"))),
        auth_time=auth_time if isinstance(auth_time, int) else None,
    )


def _found(claims: Mapping[str, Any], path: str) -> object:
    """A claim by its name, or else by a path of names with dots (`realm_access.roles`)."""
    if not path:
        return None
    if path in claims:
        return claims[path]
    value: object = claims
    for name in path.split("."):
        if not isinstance(value, Mapping):
            return None
        value = value.get(name)
    return value


def _strings(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def _text(value: object) -> str:
    return value.strip()[:200] if isinstance(value, str) and value.isprintable() else ""
