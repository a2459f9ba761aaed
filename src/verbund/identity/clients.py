"""Applications that may ask people to sign in here: registered, with exact addresses to return to."""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit

from verbund.errors import Incorrect
from verbund.identity.model import House
from verbund.identity.scopes import NO_SCOPES, Scopes

PORTAL = "portal"
"""The client id of the node's own web pages."""


OFFERED = frozenset(
    {
        "openid",
        "profile",
        "fhirUser",
        "launch",
        "launch/patient",
        "launch/encounter",
        "online_access",
        "offline_access",
    }
)
"""The scopes about sign-in and launch that are granted."""

CODE, REFRESH, SERVICE = "authorization_code", "refresh_token", "client_credentials"
GRANTS = (CODE, REFRESH, SERVICE)
KEY_METHOD = "private_key_jwt"
SECRET_METHODS = ("client_secret_basic", "client_secret_post")


@dataclass(frozen=True, slots=True)
class Client:
    """A registered application (RFC 7591's metadata, as far as it is used here); `scopes` is the most it can get.

    Public clients have no secret; all must use PKCE. A redirect address fits only when it is one of `redirect_uris`,
    character by character (RFC 9700, section 2.1). With `keys` (a JWK Set) or `jwks_uri` it proves itself by a key
    (`private_key_jwt`). `grants` are the grant types it may use, `launch_uri` is where the portal opens it, `purpose`
    is why it asks when it speaks for itself. Staff are not asked for consent to one that is `preapproved` by the house;
    `dpop_bound` says that it gets no token that is bound to no key (RFC 9449, section 5.2). Implements Authlib's
    ClientMixin.
    """

    id: str
    name: str
    redirect_uris: tuple[str, ...]
    scopes: Scopes = NO_SCOPES
    secret_sha256: str | None = None
    keys: Mapping[str, Any] | None = field(default=None, hash=False)
    jwks_uri: str | None = None
    grants: frozenset[str] = frozenset({CODE})
    launch_uri: str | None = None
    purpose: str = "HOPERAT"
    preapproved: bool = False
    dpop_bound: bool = False

    def __post_init__(self) -> None:
        for uri in self.redirect_uris:
            if not is_safe_address(uri):
                raise Incorrect(
                    f"The client '{self.id}' has a redirect address that is neither https nor of this machine."
                )

    @property
    def public(self) -> bool:
        """Whether it can keep no secret (RFC 6749, section 2.1)."""
        return self.secret_sha256 is None and not self.has_keys

    @property
    def has_keys(self) -> bool:
        """Whether it proves itself by a key."""
        return self.keys is not None or self.jwks_uri is not None

    @property
    def is_portal(self) -> bool:
        """Whether these are the node's own pages, to which nobody need consent."""
        return self.id == PORTAL

    def get_client_id(self) -> str:
        """The client id."""
        return self.id

    def get_default_redirect_uri(self) -> str | None:
        """None: a request always says where to return to."""
        return None

    def get_allowed_scope(self, scope: str | None) -> str | None:
        """What of the asked scopes this client can get at most; None when they cannot be read."""
        try:
            asked = Scopes.parse(scope or "openid")
        except Incorrect:
            return None
        kept = OFFERED if REFRESH in self.grants else OFFERED - {"online_access", "offline_access"}
        return str(replace(asked.within(self.scopes), context=asked.context & kept))

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        """Whether answers may go there."""
        return redirect_uri in self.redirect_uris

    def check_client_secret(self, client_secret: str) -> bool:
        """Whether this is the client's secret, in constant time."""
        given = hashlib.sha256(client_secret.encode()).hexdigest()
        return self.secret_sha256 is not None and hmac.compare_digest(given, self.secret_sha256)

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        """How it proves itself: by its key, by its secret, or, if public, not at all; those may not introspect."""
        if endpoint == "introspection" and self.public:
            return False
        if self.has_keys:
            return method == KEY_METHOD
        return (method == "none") is self.public and method != KEY_METHOD

    def check_response_type(self, response_type: str) -> bool:
        """Only the code flow is offered."""
        return response_type == "code" and CODE in self.grants

    def check_grant_type(self, grant_type: str) -> bool:
        """Whether it is registered for this one."""
        return grant_type in self.grants


def is_safe_address(uri: str) -> bool:
    """Whether an address is https, or http on this machine, and without a fragment (RFC 9700, section 2.1)."""
    try:
        parts = urlsplit(uri)
        host = parts.hostname
    except ValueError:
        return False
    local = host in {"127.0.0.1", "::1", "localhost"}
    fits = parts.scheme == "https" or (parts.scheme == "http" and local)
    return bool(host) and fits and "#" not in uri and parts.username is None and uri.isascii() and uri.isprintable()


def portal_client(house: House, return_path: str) -> Client:
    """The node's own web pages as a public client that returns to `return_path`; it is granted no data scopes, since
    pages ask the node's services in the person's own name."""
    return Client(PORTAL, house.organisation_name, (f"{house.issuer}{return_path}",))
