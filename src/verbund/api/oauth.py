"""The addresses of the OpenID Connect provider: HTTP around `verbund.identity.Provider`.

The sign-in form itself is a page of the portal; `/oauth/authorize` sends the browser there with the id of the request.
"""

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from verbund.api.bearer import RESOURCE_METADATA, challenges, credentials_of
from verbund.api.forms import Pairs, read_pairs
from verbund.api.origins import Across
from verbund.api.rules import BEARER, BROWSER, CLIENT, PUBLIC, Rule
from verbund.crypto import PublicKeys
from verbund.errors import Incorrect, TooLarge, VerbundError, incident
from verbund.identity import (
    BadProof,
    Provider,
    Refusal,
    Session,
    Sessions,
    authorization_server,
    key_set,
    openid_configuration,
    protected_resource,
    smart_configuration,
    style,
)

_log = logging.getLogger(__name__)

SIGN_IN = "/sign-in"
_LONGEST_FORM = 64 * 1024
_PRIVATE = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff"}
_OPEN = {
    # Always, not only to pages of other origins: what is kept of one answer may serve another.
    "Access-Control-Allow-Origin": "*",
    "Cache-Control": "public, max-age=300",
    "X-Content-Type-Options": "nosniff",
}

ROUTES: Mapping[str, tuple[tuple[str, ...], Rule]] = {
    "/oauth/authorize": (("GET", "POST"), BROWSER),
    "/oauth/token": (("POST",), CLIENT),
    "/oauth/introspect": (("POST",), CLIENT),
    "/oauth/revoke": (("POST",), CLIENT),
    "/oauth/userinfo": (("GET", "POST"), BEARER),
    "/oauth/jwks": (("GET",), PUBLIC),
    "/.well-known/openid-configuration": (("GET",), PUBLIC),
    "/oauth/smart-style.json": (("GET",), PUBLIC),
    "/.well-known/smart-configuration": (("GET",), PUBLIC),
    "/.well-known/oauth-authorization-server": (("GET",), PUBLIC),
    "/.well-known/oauth-protected-resource": (("GET",), PUBLIC),
    RESOURCE_METADATA: (("GET",), PUBLIC),
}
"""Every address of the provider, with its methods and its rule."""

Endpoint = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class OpenId:
    """The provider behind its addresses. `session_cookie` is the cookie in which the portal keeps its session."""

    provider: Provider
    sessions: Sessions
    public: PublicKeys
    session_cookie: str

    async def authorize(self, request: Request) -> Response:
        """OpenID Connect Core 1.0, section 3.1.2: to the sign-in page, or back at once when somebody is signed in."""
        params = read_pairs(request.url.query) if request.method == "GET" else await _form(request)
        session = await self._session(request)
        pending = await self.provider.begin(
            params,
            person=None if session is None else session.person,
            signed_in=None if session is None else session.authenticated,
        )
        if session is None or pending.must_sign_in:
            return _redirect(f"{SIGN_IN}?{urlencode({'request': pending.request_id})}")
        # When and how they proved who they are: what comes of the code must not look fresher than the session.
        proven, amr = session.authenticated, session.amr
        return _redirect(await self.provider.complete(pending.request_id, session.person, signed_in=proven, amr=amr))

    async def token(self, request: Request) -> Response:
        """RFC 6749, sections 3.2 and 5.1."""
        headers = _once(request, "dpop")
        answer = await self.provider.exchange(await _form(request), headers)
        nonce = {"DPoP-Nonce": self.provider.nonce} if "dpop" in headers else {}
        return JSONResponse(answer, headers=_PRIVATE | {"Pragma": "no-cache"} | nonce)

    async def introspect(self, request: Request) -> Response:
        """RFC 7662."""
        answer = await self.provider.introspect(await _form(request), dict(request.headers))
        return JSONResponse(answer, headers=_PRIVATE)

    async def revoke(self, request: Request) -> Response:
        """RFC 7009."""
        await self.provider.revoke(await _form(request), dict(request.headers))
        return JSONResponse({}, headers=_PRIVATE)

    async def userinfo(self, request: Request) -> Response:
        """OpenID Connect Core 1.0, section 5.3."""
        scheme, token = credentials_of(request.headers.get("authorization"))
        proof = _once(request, "dpop").get("dpop")
        found = await self.provider.userinfo(token, scheme=scheme, proof=proof, method=request.method)
        return JSONResponse(found, headers=_PRIVATE)

    async def jwks(self, _request: Request) -> Response:
        """RFC 7517."""
        return JSONResponse(key_set(self.public, await self.provider.identity_key.published()), headers=_OPEN)

    async def openid_configuration(self, _request: Request) -> Response:
        """OpenID Connect Discovery 1.0, section 4."""
        return JSONResponse(openid_configuration(self.provider.house), headers=_OPEN)

    async def smart_configuration(self, _request: Request) -> Response:
        """SMART App Launch 2.2, conformance."""
        return JSONResponse(smart_configuration(self.provider.house), headers=_OPEN)

    async def oauth_authorization_server(self, _request: Request) -> Response:
        """RFC 8414, section 3."""
        return JSONResponse(authorization_server(self.provider.house), headers=_OPEN)

    async def oauth_protected_resource(self, _request: Request) -> Response:
        """RFC 9728, section 3."""
        return JSONResponse(protected_resource(self.provider.house), headers=_OPEN)

    async def smart_style(self, _request: Request) -> Response:
        """SMART App Launch 2.2, section 4.5."""
        return JSONResponse(style(), headers=_OPEN)

    async def _session(self, request: Request) -> Session | None:
        return await self.sessions.of(request.cookies.get(self.session_cookie))

    def routes(self) -> list[Route]:
        """The routes of ROUTES, each answered by the method that the second part of its path names."""
        found = []
        for path, (methods, _) in ROUTES.items():
            endpoint: Endpoint = getattr(self, _name(path))
            found.append(Route(path, _guarded(endpoint, self.provider.house.issuer), methods=list(methods)))
        return found


def oauth_app(openid: OpenId) -> Starlette:
    """The provider's addresses as one application; every other address is 404.

    Pages of other origins read all but where somebody signs in, where a cookie counts.
    """
    across = Middleware(Across, closed=frozenset({"/oauth/authorize"}))
    app = Starlette(routes=list(openid.routes()), middleware=[across], exception_handlers={HTTPException: _unrouted})
    app.router.redirect_slashes = False
    return app


def _name(path: str) -> str:
    return path.split("/")[2].partition(".")[0].replace("-", "_")


def _once(request: Request, name: str) -> dict[str, str]:
    """The headers, of which one of this name may be there once only (RFC 9449, section 4.3). Raises BadProof."""
    if len(request.headers.getlist(name)) > 1:
        raise BadProof("There is more than one proof; send one.")
    return dict(request.headers)


def _guarded(endpoint: Endpoint, issuer: str) -> Endpoint:
    """`endpoint`, with refusals and failures answered as RFC 6749, section 5.2 says."""

    async def answer(request: Request) -> Response:
        try:
            return await endpoint(request)
        except Refusal as refusal:
            return _refused(request, refusal)
        except VerbundError as error:
            return _failed(request, error, issuer)
        except ClientDisconnect:
            return _failed(request, Incorrect("The connection was closed in the middle of the form."), issuer)
        except Exception as error:  # noqa: BLE001 - whatever it is, the client learns only the incident's number
            return _failed(request, incident(error, _log), issuer)

    return answer


async def _unrouted(_request: Request, error: Exception) -> Response:
    """What is answered where there is nothing, or not by this method."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    headers = dict(error.headers or {}) if isinstance(error, HTTPException) else {}
    body = {"error": "invalid_request", "error_description": _NOTHING.get(status, "This cannot be answered.")}
    return JSONResponse(body, status, headers=_PRIVATE | headers)


_NOTHING = {404: "There is nothing at this address.", 405: "This address does not take this method."}


def _refused(request: Request, refusal: Refusal) -> Response:
    if refusal.redirect is not None:
        return _redirect(refusal.redirect)
    if request.url.path == "/oauth/authorize":
        text = f"{refusal.text}\n\nDiese Anmeldung kann nicht beginnen; die Anwendung hat sie falsch angefragt.\n"
        return PlainTextResponse(text, refusal.status, headers=_PRIVATE)
    headers = _PRIVATE | ({"WWW-Authenticate": 'Basic realm="verbund"'} if refusal.status == 401 else {})
    return JSONResponse({"error": refusal.error, "error_description": refusal.text}, refusal.status, headers=headers)


def _failed(request: Request, error: VerbundError, issuer: str) -> Response:
    if isinstance(error, BadProof) and request.url.path == "/oauth/token":
        # RFC 9449, section 5: a proof is refused here as any other fault of the request is.
        body = {"error": error.code, "error_description": error.text}
        return JSONResponse(body, 400, headers=_PRIVATE | ({"DPoP-Nonce": error.nonce} if error.nonce else {}))
    body = {"error": _CODES.get(error.http_status, "invalid_request"), "error_description": error.text}
    headers = _PRIVATE | (dict(challenges(error, issuer)) if error.http_status == 401 else {})
    return JSONResponse(body, error.http_status, headers=headers)


_CODES = {401: "invalid_token", 429: "temporarily_unavailable", 500: "server_error", 503: "temporarily_unavailable"}


def _redirect(target: str) -> Response:
    return RedirectResponse(target, status_code=303, headers=_PRIVATE)


async def _form(request: Request) -> Pairs:
    """The fields of a form, of at most 64 kB. Raises Incorrect for anything else."""
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/x-www-form-urlencoded":
        raise Incorrect("Send a form (application/x-www-form-urlencoded).")
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > _LONGEST_FORM:
            raise TooLarge("The form is longer than any that is needed here.")
    return read_pairs(body.decode("utf-8", "replace"))
