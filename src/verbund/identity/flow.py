"""The authorization code flow in Authlib's hands, without I/O: what must be stored is handed in and out as values.

Authlib validates requests, clients, redirect addresses, scopes and PKCE, and builds the answers (RFC 6749, 7636, OpenID
Connect Core 1.0). `verbund.identity.provider` loads before and stores after.
"""
# ruff: noqa: ARG002 - the signatures are Authlib's

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from urllib.parse import urlencode

import msgspec
from authlib.oauth2 import OAuth2Error, OAuth2Request
from authlib.oauth2.rfc6749 import AuthorizationServer, InvalidRequestError, OAuth2Payload
from authlib.oauth2.rfc6749.errors import InvalidScopeError
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant, ClientCredentialsGrant, RefreshTokenGrant
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core.grants import OpenIDCode
from authlib.oidc.core.grants.util import is_openid_scope, validate_request_prompt

from verbund.errors import Incorrect
from verbund.identity.clients import KEY_METHOD, SECRET_METHODS, Client
from verbund.identity.model import Person
from verbund.identity.scopes import Scopes

_log = logging.getLogger(__name__)

METHODS = ("none", *SECRET_METHODS, KEY_METHOD)
"""How clients prove themselves."""

Pairs = Sequence[tuple[str, str]]
Headers = Mapping[str, str]


class Refusal(Incorrect):
    """A request that OAuth refuses: `error` is the code of RFC 6749; `redirect` is where to say so, when the client and
    its address can be trusted, else the person is told."""

    def __init__(self, error: str, text: str, *, redirect: str | None = None, status: int = 400) -> None:
        super().__init__(text)
        self.error = error
        self.redirect = redirect
        self.status = status


class Code(msgspec.Struct, frozen=True, kw_only=True):
    """What an authorization code stands for; `epoch` is that of the person (`Person.epoch`)."""

    client_id: str
    redirect_uri: str
    scope: str
    person: str
    auth_time: int
    code_challenge: str
    code_challenge_method: str = "S256"
    nonce: str | None = None
    amr: tuple[str, ...] = ("pwd",)
    patient: str | None = None
    encounter: str | None = None
    jkt: str | None = None
    epoch: int = 0

    def get_redirect_uri(self) -> str:
        """The address it is bound to."""
        return self.redirect_uri

    def get_scope(self) -> str:
        """What was granted."""
        return self.scope

    def get_nonce(self) -> str | None:
        """The client's own value against replay (OpenID Connect Core 1.0, section 3.1.2.1)."""
        return self.nonce

    def get_auth_time(self) -> int:
        """When the person signed in."""
        return self.auth_time

    def get_acr(self) -> str | None:
        """No authentication context class is claimed."""
        return None

    def get_amr(self) -> list[str]:
        """How the person proved who they are (RFC 8176)."""
        return list(self.amr)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A person who signed in, when (seconds since 1970), and how (RFC 8176)."""

    person: str
    auth_time: int
    amr: tuple[str, ...] = ("pwd",)


@dataclass(frozen=True, slots=True)
class Proof:
    """Who signed in, when they proved who they are, and how (RFC 8176)."""

    person: Person
    at: datetime
    amr: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What Authlib answers: a status, a body for JSON, headers."""

    status: int
    body: object
    headers: Mapping[str, str]


class _Payload(OAuth2Payload):  # type: ignore[misc]  # Authlib ships no types
    def __init__(self, pairs: Pairs) -> None:
        self._all: dict[str, list[str]] = {}
        for name, value in pairs:
            self._all.setdefault(name, []).append(value)

    @property
    def data(self) -> dict[str, str]:
        return {name: values[0] for name, values in self._all.items()}

    @property
    def datalist(self) -> dict[str, list[str]]:
        return self._all


class _Request(OAuth2Request):  # type: ignore[misc]  # Authlib ships no types
    def __init__(self, method: str, uri: str, pairs: Pairs, headers: Headers) -> None:
        super().__init__(method, uri, headers={name.title(): value for name, value in headers.items()})
        self.payload = _Payload(pairs)

    @property
    def form(self) -> dict[str, str]:
        return self.payload.data


class _S256Only(CodeChallenge):  # type: ignore[misc]  # Authlib ships no types
    """PKCE for every client, and never `plain`, not even by leaving the method out (RFC 9700, section 2.1.1)."""

    SUPPORTED_CODE_CHALLENGE_METHOD = ("S256",)
    DEFAULT_CODE_CHALLENGE_METHOD = "S256"

    def validate_code_challenge(self, grant: "_CodeGrant", redirect_uri: str) -> None:
        sent = grant.request.payload.data
        if not sent.get("code_challenge") or sent.get("code_challenge_method") != "S256":
            raise InvalidRequestError("PKCE is needed: send 'code_challenge' and 'code_challenge_method=S256'.")
        super().validate_code_challenge(grant, redirect_uri)

    def validate_code_verifier(self, grant: "_CodeGrant", result: object) -> None:
        if not grant.request.form.get("code_verifier"):
            raise InvalidRequestError("Missing 'code_verifier'")
        super().validate_code_verifier(grant, result)


@dataclass
class _Stored:
    """What the grants read and write during one request."""

    code: Code | None = None
    permit: "Refreshable | None" = None
    made: tuple[str, Code] | None = None


class _CodeGrant(AuthorizationCodeGrant):  # type: ignore[misc]  # Authlib ships no types
    TOKEN_ENDPOINT_AUTH_METHODS = METHODS

    def save_authorization_code(self, code: str, request: _Request) -> None:
        sent, who = request.payload.data, request.user
        self.server.stored.made = (
            code,
            Code(
                client_id=request.client.id,
                redirect_uri=request.payload.redirect_uri,
                scope=request.scope,
                person=who.person,
                auth_time=who.auth_time,
                code_challenge=sent["code_challenge"],
                nonce=sent.get("nonce"),
                amr=who.amr,
                jkt=sent.get("dpop_jkt"),
            ),
        )

    def query_authorization_code(self, code: str, client: Client) -> Code | None:  # loaded before
        stored: Code | None = self.server.stored.code
        return stored if stored is not None and stored.client_id == client.id else None

    def delete_authorization_code(self, authorization_code: Code) -> None:
        self.server.stored.code = None

    def authenticate_user(self, authorization_code: Code) -> SignedIn:
        return SignedIn(authorization_code.person, authorization_code.auth_time, authorization_code.amr)


class Refreshable(Protocol):
    """What a refresh token stands for, as Authlib asks it."""

    def check_client(self, client: object) -> bool:
        """Whether it was given to this client."""

    def get_scope(self) -> str:
        """What was granted."""


class _RefreshGrant(RefreshTokenGrant):  # type: ignore[misc]  # Authlib ships no types
    TOKEN_ENDPOINT_AUTH_METHODS = METHODS

    def authenticate_refresh_token(self, refresh_token: str) -> Refreshable | None:  # loaded before
        stored: Refreshable | None = self.server.stored.permit
        return stored

    def _validate_token_scope(self, token: Refreshable) -> None:
        """Less may be asked for than was granted, never more; what is meant counts, not how it is written."""
        sent = self.request.payload.scope
        if not sent:
            return
        try:
            asked, granted = Scopes.parse(sent), Scopes.parse(token.get_scope())
        except Incorrect:
            raise InvalidScopeError from None
        if asked.within(granted) != asked or asked.context - granted.context:
            raise InvalidScopeError

    def authenticate_user(self, refresh_token: Refreshable) -> Refreshable:
        return refresh_token

    def revoke_old_credential(self, refresh_token: Refreshable) -> None:
        self.server.stored.permit = None


class _ServiceGrant(ClientCredentialsGrant):  # type: ignore[misc]  # Authlib ships no types
    TOKEN_ENDPOINT_AUTH_METHODS = (KEY_METHOD,)


class _OpenId(OpenIDCode):  # type: ignore[misc]  # Authlib ships no types
    def exists_nonce(self, nonce: str, request: _Request) -> bool:
        return False  # a code is used once and bound to its request, so a nonce seen twice tells nothing new

    def __call__(self, grant: _CodeGrant) -> None:
        """Check what OpenID Connect adds to a request; the identity token is made by the provider, with its own key."""
        if is_openid_scope(grant.request.payload.scope):
            grant.register_hook(
                "after_validate_authorization_request_payload", self.validate_openid_authorization_request
            )
            grant.register_hook("after_validate_consent_request", validate_request_prompt)


class Flow(AuthorizationServer):  # type: ignore[misc]  # Authlib ships no types
    """Authlib's server for one request; `code` and `permit` are what the code or refresh token of it stand for.

    `proven` is the id of the client that has proved itself by a key, which was checked before.
    """

    def __init__(
        self,
        issuer: str,
        clients: Mapping[str, Client],
        code: Code | None = None,
        *,
        permit: "Refreshable | None" = None,
        proven: str | None = None,
    ) -> None:
        super().__init__()
        self.stored = _Stored(code, permit)
        self._issuer = issuer
        self._clients = clients
        self.register_client_auth_method(KEY_METHOD, lambda query, _: None if proven is None else query(proven))
        self.register_grant(_CodeGrant, [_S256Only(required=True), _OpenId(require_nonce=False)])
        self.register_grant(_RefreshGrant)
        self.register_grant(_ServiceGrant)

    def authorization(self, pairs: Pairs, who: SignedIn | None) -> tuple[Client, str, str]:
        """Check an authorization request; returns its client, scope and prompt (`login` when somebody must sign in)."""
        request = self._request("GET", "/oauth/authorize", pairs, {})
        with _sayable():
            try:
                grant = self.get_consent_grant(request, end_user=who)
            except OAuth2Error as error:
                raise self._refusal(error) from None
        return request.client, request.scope, grant.prompt or ""

    def grant(self, pairs: Pairs, who: SignedIn | None) -> tuple[str, tuple[str, Code] | None]:
        """Answer an authorization request: where to redirect, and the code to store; None when it was refused."""
        request = self._request("GET", "/oauth/authorize", pairs, {})
        try:
            grant = self.get_consent_grant(request, end_user=who)
        except OAuth2Error as error:
            raise self._refusal(error) from None
        answer: Answer = self.create_authorization_response(request, grant_user=who, grant=grant)
        return with_issuer(answer.headers["Location"], self._issuer), self.stored.made

    def exchange(
        self, form: Pairs, headers: Headers, mint: Callable[[Client, str], dict[str, Any]]
    ) -> tuple[Answer, Client | None]:
        """Answer a token request; the code was loaded, and used up, before."""
        self.register_token_generator("default", lambda client, scope=None, **_: mint(client, scope or ""))
        request = self._request("POST", "/oauth/token", form, headers)
        with _sayable():
            answer: Answer = self.create_token_response(request)
        return answer, request.client

    def client_of(self, form: Pairs, headers: Headers, endpoint: str) -> Client:
        """The client that proved itself at another endpoint. Raises Refusal."""
        request = self._request("POST", f"/oauth/{endpoint}", form, headers)
        with _sayable():
            try:
                found: Client = self.authenticate_client(request, METHODS, endpoint)
            except OAuth2Error as error:
                raise self._refusal(error) from None
        return found

    def query_client(self, client_id: str) -> Client | None:
        """The registered client of this id."""
        return self._clients.get(client_id)

    def create_oauth2_request(self, request: _Request) -> _Request:
        """Requests are made by this class already."""
        return request

    def handle_response(self, status: int, body: object, headers: Sequence[tuple[str, str]]) -> Answer:
        """Answers leave as values."""
        return Answer(status, body, dict(headers))

    def save_token(self, token: object, request: _Request) -> None:
        """Grants are written down by the provider."""
        _log.debug("token granted to %s", request.client.id)

    def send_signal(self, name: str, *args: object, **kwargs: object) -> None:
        """Nobody listens but the log."""
        _log.debug("signal %s", name)

    def _refusal(self, error: OAuth2Error) -> Refusal:
        """Authlib's error as ours."""
        status, _, headers = error()
        redirect = with_issuer(dict(headers)["Location"], self._issuer) if status == 302 else None
        text = error.get_error_description() or f"The request was refused: {error.error}."
        return Refusal(error.error, text, redirect=redirect, status=error.status_code)

    def _request(self, method: str, path: str, pairs: Pairs, headers: Headers) -> _Request:
        return _Request(method, f"{self._issuer}{path}", pairs, headers)


@contextmanager
def _sayable() -> Iterator[None]:
    """Refuse what Authlib would repeat in its refusal and may not: signs that no answer holds (RFC 6749, 4.1.2.1)."""
    try:
        yield
    except ValueError:
        raise Refusal("invalid_request", "A parameter holds a character that it must not hold.") from None


def with_issuer(location: str, issuer: str) -> str:
    """Add `iss` to an answer (RFC 9207), so that clients of several providers cannot mix them up."""
    return f"{location}{'&' if '?' in location else '?'}{urlencode({'iss': issuer})}"
