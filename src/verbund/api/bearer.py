"""Bearer tokens in HTTP (RFC 6750)."""

import re

from verbund.errors import Unauthenticated, VerbundError

REALM = "verbund"


class NoToken(Unauthenticated):
    """The request shows no token at all."""

    def __init__(self) -> None:
        super().__init__("This needs an access token; send it in the header 'Authorization: Bearer …'.")


def bearer_of(authorization: str | None) -> str:
    """The token of an Authorization header. Raises NoToken when there is none, also for other schemes."""
    if authorization is not None:
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() == "bearer" and token.strip():
            return token.strip()
    raise NoToken


def challenge(error: VerbundError) -> str:
    """The WWW-Authenticate header of a refusal; says what is wrong with the token only when one was shown."""
    if isinstance(error, NoToken):
        return f'Bearer realm="{REALM}"'
    text = re.sub(r'["\\\x00-\x1f]', " ", error.text.encode("ascii", "replace").decode())
    return f'Bearer realm="{REALM}", error="invalid_token", error_description="{text}"'
