"""Applications that may ask people to sign in here: registered, with exact addresses to return to."""

import hashlib
import hmac
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from verbund.errors import Incorrect
from verbund.identity.model import House
from verbund.identity.scopes import NO_SCOPES, Scopes

PORTAL = "portal"
"""The client id of the node's own web pages."""


OFFERED = frozenset({"openid", "profile", "fhirUser"})
"""The scopes about sign-in that are granted; others, such as `offline_access`, are left out of the answer."""


@dataclass(frozen=True, slots=True)
class Client:
    """A registered application (RFC 7591's metadata, as far as it is used here); `scopes` is the most it can get.

    Public clients have no secret; both kinds must use PKCE. A redirect address fits only when it is one of
    `redirect_uris`, character by character (RFC 9700, section 2.1). Implements Authlib's ClientMixin.
    """

    id: str
    name: str
    redirect_uris: tuple[str, ...]
    scopes: Scopes = NO_SCOPES
    secret_sha256: str | None = None

    def __post_init__(self) -> None:
        for uri in self.redirect_uris:
            parts = urlsplit(uri)
            local = parts.hostname in {"127.0.0.1", "::1", "localhost"}
            if parts.fragment or not (parts.scheme == "https" or (parts.scheme == "http" and local)):
                raise Incorrect(
                    f"The client '{self.id}' has a redirect address that is neither https nor of this machine."
                )

    @property
    def public(self) -> bool:
        """Whether it can keep no secret (RFC 6749, section 2.1)."""
        return self.secret_sha256 is None

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
        return str(replace(asked.within(self.scopes), context=asked.context & OFFERED))

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        """Whether answers may go there."""
        return redirect_uri in self.redirect_uris

    def check_client_secret(self, client_secret: str) -> bool:
        """Whether this is the client's secret, in constant time."""
        given = hashlib.sha256(client_secret.encode()).hexdigest()
        return self.secret_sha256 is not None and hmac.compare_digest(given, self.secret_sha256)

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        """How it proves itself: public clients not at all, others by their secret; only those may introspect."""
        if endpoint == "introspection" and self.public:
            return False
        return (method == "none") is self.public

    def check_response_type(self, response_type: str) -> bool:
        """Only the code flow is offered."""
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        """Only the code flow is offered."""
        return grant_type == "authorization_code"


def portal_client(house: House, return_path: str) -> Client:
    """The node's own web pages as a public client that returns to `return_path`; it is granted no data scopes, since
    pages ask the node's services in the person's own name."""
    return Client(PORTAL, house.organisation_name, (f"{house.issuer}{return_path}",))
