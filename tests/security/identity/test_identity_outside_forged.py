"""Identity tokens of outside providers: forged, changed, old, for others or signed otherwise they are not believed."""

import hmac
import json
import random
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, OctKey, OKPKey, RSAKey
from joserfc.jws import JWSRegistry

from verbund.config import IdentityProvider
from verbund.identity import NotBelieved
from verbund.identity.outside_tokens import Expected, Outsider, UnknownKey, claims_of, outsider_of, usable

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
AT = int(NOW.timestamp())
ISSUER = "https://sso.klinik.example/realms/klinik"
PROVIDER = IdentityProvider(name="klinik", title="Klinik", issuer=ISSUER, client_id="verbund", acr=("2",), amr=("mfa",))
NONCE = "n" * 43
EXPECTED = Expected(PROVIDER, NONCE)
EC = ECKey.generate_key("P-256", {"kid": "ec"})
RSA = RSAKey.generate_key(2048, {"kid": "rsa"})
OKP = OKPKey.generate_key("Ed25519", {"kid": "okp"})
STRANGER = ECKey.generate_key("P-256", {"kid": "ec"})
KEYS = usable([key.as_dict(private=False) for key in (EC, RSA, OKP)])
RIGHT: dict[str, Any] = {
    "iss": ISSUER, "aud": "verbund", "sub": "person-1", "nonce": NONCE, "iat": AT, "exp": AT + 300, "auth_time": AT - 5,
    "acr": "2", "amr": ["pwd", "mfa"],
}  # fmt: skip


def signed(claims: dict[str, Any], key: Any = EC, alg: str = "ES256", **header: Any) -> str:
    head = {"alg": alg, "kid": key.kid} | header
    registry = JWSRegistry(algorithms=[alg], strict_check_header=False)
    return jwt.encode({k: v for k, v in head.items() if v is not None}, claims, key, registry=registry)


def believed(token: str) -> dict[str, Any]:
    return claims_of(token, KEYS, EXPECTED, NOW)


@pytest.mark.parametrize(("key", "alg"), [(EC, "ES256"), (RSA, "RS256"), (RSA, "PS256"), (OKP, "Ed25519")])
def test_a_right_token_is_believed(key: Any, alg: str) -> None:
    assert believed(signed(RIGHT, key, alg))["sub"] == "person-1"


@pytest.mark.parametrize("name", ["iss", "aud", "sub", "nonce", "iat", "exp", "acr", "amr"])
def test_no_claim_may_be_missing(name: str) -> None:
    with pytest.raises(NotBelieved):
        believed(signed({k: v for k, v in RIGHT.items() if k != name}))


WRONG: list[tuple[str, Any]] = [
    ("iss", "https://sso.klinik.example/realms/andere"), ("iss", ISSUER + "/"), ("iss", [ISSUER]), ("iss", ""),
    ("aud", "another"), ("aud", ["another"]), ("aud", ["verbund", "another"]), ("aud", []), ("aud", {"verbund": 1}),
    ("azp", "another"), ("nonce", "m" * 43), ("nonce", ""), ("nonce", [NONCE]), ("nonce", None),
    ("sub", ""), ("sub", 7), ("sub", "x" * 256), ("sub", "a\nb"), ("sub", ["person-1"]),
    ("exp", AT), ("exp", AT - 1), ("exp", "later"), ("exp", None), ("exp", 1e12), ("exp", True),
    ("iat", AT - 601), ("iat", AT + 31), ("iat", "now"), ("iat", -1), ("nbf", AT + 3600),
    ("acr", "1"), ("acr", ["2"]), ("amr", ["pwd"]), ("amr", "pwd"), ("amr", {"mfa": 1}), ("amr", 7), ("auth_time", "x"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_no_claim_may_be_wrong_or_old(name: str, value: Any) -> None:
    with pytest.raises(NotBelieved):
        believed(signed(RIGHT | {name: value}))


def test_a_second_audience_needs_the_party_that_asked() -> None:
    with pytest.raises(NotBelieved):
        believed(signed(RIGHT | {"aud": ["verbund", "other"], "azp": "other"}))
    assert believed(signed(RIGHT | {"aud": ["verbund", "other"], "azp": "verbund"}))


def test_an_access_token_that_does_not_belong_to_it() -> None:
    with pytest.raises(NotBelieved):
        claims_of(signed(RIGHT | {"at_hash": "x" * 22}), KEYS, Expected(PROVIDER, NONCE, "access"), NOW)


def test_a_nonce_is_of_one_sign_in() -> None:
    token = signed(RIGHT)
    with pytest.raises(NotBelieved):
        claims_of(token, KEYS, Expected(PROVIDER, "another sign-in"), NOW)


def test_no_other_key_and_no_other_algorithm() -> None:
    secret = OctKey.import_key(json.dumps(EC.as_dict(private=False)))
    forged = [
        signed(RIGHT, STRANGER),
        signed(RIGHT, secret, "HS256", kid="ec"),
        _with_the_public_key_as_secret(RIGHT),
        signed(RIGHT, RSA, "RS384"),
        signed(RIGHT, RSA, "RS256", kid="ec"),
        signed(RIGHT, EC, "ES256", kid=None),
        _unsigned(RIGHT, "none"), _unsigned(RIGHT, "None"), _unsigned(RIGHT, "nOnE"),
        signed(RIGHT, EC, jwk=STRANGER.as_dict(private=False)).rpartition(".")[0] + ".",
    ]  # fmt: skip
    for token in forged:
        with pytest.raises(NotBelieved):
            believed(token)
    with pytest.raises(UnknownKey):
        believed(signed(RIGHT, STRANGER, kid="new"))


def test_a_key_that_comes_with_the_token_is_not_used() -> None:
    for header in (
        {"jwk": STRANGER.as_dict(private=False)},
        {"jku": "https://evil.example/keys"},
        {"x5u": "https://e"},
    ):
        with pytest.raises(NotBelieved):
            believed(signed(RIGHT, STRANGER, **header))


def test_secret_and_sealing_keys_of_a_key_set_are_not_used() -> None:
    oct_key = OctKey.generate_key(256, {"kid": "oct"}).as_dict(private=True)
    sealing = EC.as_dict(private=False) | {"use": "enc"}
    broken = {"kty": "EC", "crv": "P-256", "x": "!", "y": "?"}
    assert usable([oct_key, sealing, broken, {"kty": "weird"}]).keys == []
    declared = usable([RSA.as_dict(private=False) | {"alg": "PS256"}])
    with pytest.raises(NotBelieved):
        claims_of(signed(RIGHT, RSA, "RS256"), declared, EXPECTED, NOW)
    with pytest.raises(NotBelieved):
        claims_of(signed(RIGHT), KeySet([]), EXPECTED, NOW)


def test_thousands_of_changed_tokens_and_not_one_is_believed() -> None:
    """Each is a right token with signs changed, parts exchanged, claims rewritten, cut or grown."""
    chance = random.Random(8400)  # noqa: S311 - to repeat it
    right = [signed(RIGHT, EC), signed(RIGHT, OKP, "Ed25519"), signed(RIGHT, RSA, "RS256")]
    others = [signed(RIGHT | {"sub": "person-2"}, STRANGER), signed(RIGHT | {"nonce": "x"}, EC)]
    tried = 0
    for _ in range(6_000):
        token = chance.choice(right)
        changed = _changed(token, chance, others)
        if _same(changed, token):
            continue
        tried += 1
        with pytest.raises(NotBelieved):
            believed(changed)
    assert tried > 5_000


def _changed(token: str, chance: random.Random, others: list[str]) -> str:
    parts = token.split(".")
    match chance.randrange(6):
        case 0:
            at = chance.randrange(len(token))
            return token[:at] + chance.choice("ABCabc012-_.=") + token[at + 1 :]
        case 1:
            at = chance.randrange(3)
            parts[at] = chance.choice(others).split(".")[at]
        case 2:
            claims = json.loads(_raw(parts[1]))
            name = chance.choice(sorted(claims))
            claims[name] = chance.choice(["", 0, None, [], "verbund", AT + 10**6, "admin", True, {"a": 1}])
            parts[1] = _coded(claims)
        case 3:
            header = json.loads(_raw(parts[0]))
            header[chance.choice(["alg", "kid", "crit", "b64"])] = chance.choice(
                ["none", "HS256", "RS256", "ec", "okp", ["x"], False, ""]
            )
            parts[0] = _coded(header)
        case 4:
            return token[: chance.randrange(len(token))]
        case _:
            parts.insert(chance.randrange(4), chance.choice(["", "e30", parts[0]]))
    return ".".join(parts)


def _same(one: str, other: str) -> bool:
    """Whether it is the same token, though the last sign of a part may be written in several ways."""
    try:
        return [_raw(part) for part in one.split(".")] == [_raw(part) for part in other.split(".")]
    except ValueError:
        return False


def _raw(part: str) -> bytes:
    return urlsafe_b64decode(part + "=" * (-len(part) % 4))


def _coded(value: object) -> str:
    return urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def _with_the_public_key_as_secret(claims: dict[str, Any]) -> str:
    signed_part = f"{_coded({'alg': 'HS256', 'kid': 'rsa'})}.{_coded(claims)}"
    tag = hmac.digest(RSA.as_pem(private=False), signed_part.encode(), "sha256")
    return f"{signed_part}.{urlsafe_b64encode(tag).rstrip(b'=').decode()}"


def _unsigned(claims: dict[str, Any], alg: str) -> str:
    return f"{_coded({'alg': alg})}.{_coded(claims)}."


def test_what_claims_say_of_somebody_is_what_the_settings_make_of_it() -> None:
    settings = IdentityProvider(
        name="k", title="K", issuer=ISSUER, client_id="verbund", role_claim="realm_access.roles",
        roles={"arzt": "physician", "pflege": "nurse"},
        patient_claim="urn:telematik:claims:id", patient_system="urn:kvnr",
    )  # fmt: skip
    said = RIGHT | {"realm_access": {"roles": ["arzt", "offline_access", "administrator", "system"]}, "name": " A "}
    assert outsider_of(said | {"urn:telematik:claims:id": "X110", "preferred_username": "weber"}, settings) == Outsider(
        "person-1", "weber", "A", "physician", "X110", ("pwd", "mfa"), AT - 5
    )
    assert outsider_of(RIGHT | {"realm_access": {"roles": ["administrator"]}}, settings).role is None
    assert outsider_of(RIGHT | {"realm_access": "arzt"}, settings).role is None
    with pytest.raises(NotBelieved, match="does not hold"):
        outsider_of(RIGHT | {"realm_access": {"roles": ["arzt", "pflege"]}}, settings)
