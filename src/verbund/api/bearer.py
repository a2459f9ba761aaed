"""Access tokens in HTTP: Bearer (RFC 6750) and, bound to a key, DPoP (RFC 9449)."""

import re

from verbund.errors import Unauthenticated, VerbundError
from verbund.identity import DPOP_ALGORITHMS, BadProof

REALM = "verbund"
RESOURCE_METADATA = "/.well-known/oauth-protected-resource/fhir"
"""Where a client learns who gives tokens for the FHIR API (RFC 9728, section 3.1)."""

_SCHEMES = frozenset({"bearer", "dpop"})


class NoToken(Unauthenticated):
    """The request shows no token at all."""

    def __init__(self) -> None:
        super().__init__("This needs an access token; send it in the header 'Authorization: Bearer …'.")


def credentials_of(authorization: str | None) -> tuple[str, str]:
    """Scheme and token of an Authorization header. Raises NoToken when there is none, also for other schemes."""
    if authorization is not None:
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() in _SCHEMES and token.strip():
            return scheme.lower(), token.strip()
    raise NoToken


def challenges(error: VerbundError, issuer: str) -> tuple[tuple[str, str], ...]:
    """The headers of a refusal with 401: how to prove oneself, and what is wrong only where a token was shown."""
    where = f'resource_metadata="{issuer}{RESOURCE_METADATA}"'
    algorithms = f'algs="{" ".join(DPOP_ALGORITHMS)}"'
    said = "" if isinstance(error, NoToken) else _said(error)
    bearer = f'Bearer realm="{REALM}"{said if not isinstance(error, BadProof) else ""}, {where}'
    dpop = f'DPoP realm="{REALM}"{said if isinstance(error, BadProof) else ""}, {algorithms}, {where}'
    headers: tuple[tuple[str, str], ...] = (("WWW-Authenticate", f"{bearer}, {dpop}"),)
    return (*headers, ("DPoP-Nonce", error.nonce)) if isinstance(error, BadProof) and error.nonce else headers


def _said(error: VerbundError) -> str:
    text = re.sub(r'["\\\x00-\x1f]', " ", error.text.encode("ascii", "replace").decode())
    code = error.code if isinstance(error, BadProof) else "invalid_token"
    return f', error="{code}", error_description="{text}"'
