"""Tokens: only what this key signed, for this audience, within its time, with the one algorithm."""

import base64
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from joserfc import jws, jwt
from joserfc.jwk import OctKey, RSAKey

from verbund.crypto import NodeKeys, sign_token, verify_token
from verbund.errors import Unauthenticated

KEYS, STRANGER = NodeKeys.generate(), NodeKeys.generate()
NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
ISSUER, AUDIENCE = "http://praxis", "http://praxis/fhir"
STAMP = int(NOW.timestamp())
CLAIMS: dict[str, Any] = {"iss": ISSUER, "aud": AUDIENCE, "iat": STAMP, "exp": STAMP + 60, "sub": "weber"}


def verified(token: str, now: datetime = NOW) -> dict[str, Any]:
    return verify_token(token, KEYS.public(), issuer=ISSUER, audience=AUDIENCE, now=now)


def token(**changes: Any) -> str:
    claims = {name: value for name, value in (CLAIMS | changes).items() if value is not None}
    return sign_token(claims, KEYS)


def part(value: Mapping[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def test_a_token_gives_back_its_claims() -> None:
    assert verified(token(scope="user/*.rs")) == CLAIMS | {"scope": "user/*.rs"}


def test_one_of_several_audiences_is_enough() -> None:
    assert verified(token(aud=["http://other", AUDIENCE]))["sub"] == "weber"


def test_it_holds_until_it_expires_and_not_a_second_longer() -> None:
    assert verified(token(), NOW + timedelta(seconds=59))
    with pytest.raises(Unauthenticated, match="expired"):
        verified(token(), NOW + timedelta(seconds=60))


def test_a_clock_may_be_half_a_minute_ahead_and_no_more() -> None:
    assert verified(token(iat=STAMP + 30, nbf=STAMP + 30))
    for claim in ("iat", "nbf"):
        with pytest.raises(Unauthenticated, match="here or now"):
            verified(token(**{claim: STAMP + 31}))


@pytest.mark.parametrize("claim", ["iss", "aud", "iat", "exp"])
def test_each_required_claim_is_required_and_exact(claim: str) -> None:
    with pytest.raises(Unauthenticated, match=f"lacks a claim.*{claim}"):
        verified(token(**{claim: None}))
    for wrong in ("http://elsewhere", "", [], {}, True, "NaN", float("nan"), float("inf"), [["x"]]):
        with pytest.raises(Unauthenticated):
            verified(token(**{claim: wrong}))


def test_another_nodes_token_is_refused() -> None:
    with pytest.raises(Unauthenticated, match="signature"):
        verified(sign_token(CLAIMS, STRANGER))
    forged = jwt.encode({"alg": "Ed25519", "kid": KEYS.public().key_id}, CLAIMS, STRANGER.signing, ["Ed25519"])
    with pytest.raises(Unauthenticated, match="signature"):
        verified(forged)


def test_a_token_that_names_another_key_is_refused() -> None:
    for header in ({"alg": "Ed25519"}, {"alg": "Ed25519", "kid": "other"}):
        with pytest.raises(Unauthenticated, match="another key"):
            verified(jwt.encode(header, dict(CLAIMS), KEYS.signing, ["Ed25519"]))


@pytest.mark.filterwarnings("ignore::joserfc.errors.SecurityWarning")
def test_no_other_algorithm_is_accepted() -> None:
    kid = KEYS.public().key_id
    secret = OctKey.import_key(json.dumps(KEYS.public().signing).encode())
    rsa = RSAKey.generate_key(2048)
    forged = [
        jwt.encode({"alg": "none", "kid": kid}, dict(CLAIMS), KEYS.signing, ["none"]),
        f"{part({'alg': 'none', 'kid': kid})}.{part(CLAIMS)}.",
        f"{part({'kid': kid})}.{part(CLAIMS)}.",
        jwt.encode({"alg": "HS256", "kid": kid}, dict(CLAIMS), secret, ["HS256"]),
        jwt.encode({"alg": "EdDSA", "kid": kid}, dict(CLAIMS), KEYS.signing, ["EdDSA"]),
        jwt.encode({"alg": "RS256", "kid": kid}, dict(CLAIMS), rsa, ["RS256"]),
    ]
    for one in forged:
        with pytest.raises(Unauthenticated):
            verified(one)


def test_a_header_that_brings_its_own_key_changes_nothing() -> None:
    header = {"alg": "Ed25519", "kid": KEYS.public().key_id, "jwk": STRANGER.public().signing}
    with pytest.raises(Unauthenticated, match="signature"):
        verified(jwt.encode(header, dict(CLAIMS), STRANGER.signing, ["Ed25519"]))
    critical = {"alg": "Ed25519", "kid": KEYS.public().key_id, "crit": ["exp"], "exp": 1}
    body = f"{part(critical)}.{part(CLAIMS)}"
    with pytest.raises(Unauthenticated):
        verified(f"{body}.{token().split('.')[2]}")


@given(st.integers(0, len(token()) - 1))
@settings(max_examples=150)
def test_no_changed_or_cut_token_is_accepted(at: int) -> None:
    whole = token()
    flipped = whole[:at] + ("A" if whole[at] != "A" else "B") + whole[at + 1 :]
    for broken in (whole[:at], whole[at + 1 :], whole[:at] + whole[at + 1 :]):
        with pytest.raises(Unauthenticated):
            verified(broken)
    if at != len(whole) - 1:  # the last character carries bits that no byte uses
        with pytest.raises(Unauthenticated):
            verified(flipped)


@given(st.text(max_size=80))
@settings(max_examples=100)
def test_noise_is_refused(noise: str) -> None:
    with pytest.raises(Unauthenticated):
        verified(noise)


@pytest.mark.parametrize("body", ["[]", "7", "null", "{", '"x"'])
def test_claims_that_are_no_object_are_refused(body: str) -> None:
    header = {"alg": "Ed25519", "kid": KEYS.public().key_id}
    with pytest.raises(Unauthenticated):
        verified(jws.serialize_compact(header, body.encode(), KEYS.signing, ["Ed25519"]))


def test_a_huge_token_is_not_even_looked_at() -> None:
    with pytest.raises(Unauthenticated, match="longer"):
        verified(token(padding="x" * 20_000))


def test_the_reason_never_repeats_the_token() -> None:
    forged = sign_token(CLAIMS, STRANGER)
    with pytest.raises(Unauthenticated) as caught:
        verified(forged)
    assert forged not in str(caught.value)
    assert "weber" not in str(caught.value)
