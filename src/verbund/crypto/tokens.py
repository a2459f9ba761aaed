"""Bearer tokens: JWTs (RFC 7519) signed with Ed25519, after the best current practice for them (RFC 8725).

The algorithm is named `Ed25519`, as RFC 9864 wants it; `EdDSA`, `none` and all others are refused, whatever a token
says.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from joserfc import jwt
from joserfc.errors import BadSignatureError, ExpiredTokenError, InvalidClaimError, JoseError, MissingClaimError
from joserfc.jws import JWSRegistry

from verbund.crypto.keys import NodeKeys, PublicKeys
from verbund.errors import Unauthenticated

ALGORITHM = "Ed25519"
_LONGEST_TOKEN = 16_384
_CLOCK_SKEW_SECONDS = 30


class _TokenRegistry(JWSRegistry):
    max_payload_length = _LONGEST_TOKEN


_REGISTRY = _TokenRegistry(algorithms=[ALGORITHM])


def sign_token(claims: Mapping[str, Any], keys: NodeKeys) -> str:
    """Sign the claims as they are; the header names the algorithm and the key (its RFC 7638 thumbprint)."""
    header = {"alg": ALGORITHM, "kid": keys.public().key_id}
    return jwt.encode(header, dict(claims), keys.signing, registry=_REGISTRY)


def verify_token(token: str, public: PublicKeys, *, issuer: str, audience: str, now: datetime) -> dict[str, Any]:
    """The claims, when this key signed them for this audience and they hold now; else Unauthenticated with the reason.

    `iss`, `aud`, `iat` and `exp` must be there. `exp` is exact; `nbf` and `iat` may lie 30 seconds ahead, since clocks
    of houses differ.
    """
    if len(token) > _LONGEST_TOKEN:
        raise Unauthenticated("The token is longer than any that is issued here.")
    try:
        opened = jwt.decode(token, public.signing_key, registry=_REGISTRY)
        if opened.header.get("kid") != public.key_id:
            raise Unauthenticated("The token names another key than the one it must be signed with.")
        _check(opened.claims, issuer, audience, now)
    except ExpiredTokenError:
        raise Unauthenticated("The token has expired. Sign in again.") from None
    except MissingClaimError as error:
        raise Unauthenticated(f"The token lacks a claim: {error.description}.") from None
    except InvalidClaimError as error:
        raise Unauthenticated(f"The token does not hold here or now: {error.description}.") from None
    except BadSignatureError:
        raise Unauthenticated("The token's signature does not fit.") from None
    except (JoseError, ValueError, TypeError, KeyError):
        raise Unauthenticated("This is not a token that is issued here.") from None
    return opened.claims


def _check(claims: dict[str, Any], issuer: str, audience: str, now: datetime) -> None:
    moment = int(now.timestamp())
    skewed = jwt.JWTClaimsRegistry(
        now=moment + _CLOCK_SKEW_SECONDS,
        iss={"essential": True, "value": issuer},
        aud={"essential": True, "value": audience},
        iat={"essential": True},
    )
    skewed.validate({name: value for name, value in claims.items() if name != "exp"})
    jwt.JWTClaimsRegistry(now=moment, exp={"essential": True}).validate({"exp": claims.get("exp")})
