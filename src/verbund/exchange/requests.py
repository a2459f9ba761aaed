"""How a member proves to the hub that a request is its own: a token for this one request, signed with its key.

The token (JWT, RFC 7519) names the member, the hub, method and path, the SHA-256 of the body, lives a minute and works
once. A request that somebody kept or changed is refused.
"""

import hashlib
import secrets
from base64 import urlsafe_b64decode
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import msgspec

from verbund.crypto import NodeKeys, PublicKeys, sign_token, verify_token
from verbund.errors import NotFound, Unauthenticated

_LIFE = timedelta(seconds=60)
_LONGEST_LIFE = timedelta(seconds=120)


class _Named(msgspec.Struct, frozen=True):
    iss: str


@dataclass(frozen=True, slots=True)
class Request:
    """What is signed of a request: `target` is path and query as sent."""

    method: str
    target: str
    body: bytes

    def claims(self) -> dict[str, str]:
        """The claims that bind a token to this request."""
        return {"method": self.method, "target": self.target, "digest": hashlib.sha256(self.body).hexdigest()}


def authorise(request: Request, *, site: str, hub: str, keys: NodeKeys, now: datetime) -> str:
    """The `Authorization` header for this request."""
    claims = {
        "iss": site,
        "aud": hub,
        "iat": int(now.timestamp()),
        "exp": int((now + _LIFE).timestamp()),
        "jti": secrets.token_urlsafe(16),
        **request.claims(),
    }
    return f"Bearer {sign_token(claims, keys)}"


@dataclass(frozen=True, slots=True)
class Proven:
    """A request whose head is proven, before its body was read: by which member, and which body it is to have."""

    site: str
    digest: str

    def check(self, body: bytes) -> None:
        """Unauthenticated when this is another body."""
        if hashlib.sha256(body).hexdigest() != self.digest:
            raise Unauthenticated("The signature belongs to another request.")


async def authenticated(
    header: str,
    method: str,
    target: str,
    *,
    hub: str,
    keys_of: Callable[[str], Awaitable[PublicKeys]],
    first_use: Callable[[str, datetime], Awaitable[bool]],
    now: datetime,
) -> Proven:
    """The member that signed this request; Unauthenticated when none did, for another request, or when it was used.

    Nothing of the body is needed, so that nobody else's is read.
    """
    token = header.removeprefix("Bearer ")
    if token == header:
        raise Unauthenticated("This address is for members of the region, who sign each request.")
    site = _issuer(token)
    try:
        keys = await keys_of(site)
    except NotFound:
        raise Unauthenticated("The request is signed by nobody who belongs to this region.") from None
    claims = verify_token(token, keys, issuer=site, audience=hub, now=now)
    if (claims.get("method"), claims.get("target")) != (method, target) or not isinstance(claims.get("digest"), str):
        raise Unauthenticated("The signature belongs to another request.")
    expires_at = datetime.fromtimestamp(float(claims["exp"]), UTC)
    if expires_at - now > _LONGEST_LIFE or not isinstance(claims.get("jti"), str):
        raise Unauthenticated("A request token names its `jti` and lives two minutes at most.")
    if not await first_use(f"{site} {claims['jti']}", expires_at):
        raise Unauthenticated("This request was sent before.")
    return Proven(site, claims["digest"])


def _issuer(token: str) -> str:
    try:
        payload = token.split(".")[1]
        return msgspec.json.decode(urlsafe_b64decode(payload + "=" * (-len(payload) % 4)), type=_Named).iss
    except (ValueError, IndexError):
        raise Unauthenticated("The request's token is not readable.") from None
