"""Signing in and out: the portal is a client of its own node's OpenID provider (code flow with PKCE, RFC 7636)."""

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64encode
from urllib.parse import urlencode

from starlette.responses import RedirectResponse, Response

from verbund.errors import Busy, Forbidden, NotFound, Unauthenticated
from verbund.identity.clients import PORTAL
from verbund.portal.language import LANGUAGES, noted
from verbund.portal.web import LANGUAGE_COOKIE, THEME_COOKIE, Visit, cookies_of, text_of

CALLBACK = "/oauth/callback"
_ATTEMPT_SECONDS = 900
_YEAR_SECONDS = 365 * 86400
_ENDINGS = {
    "bye": noted("You are signed out."),
    "expired": noted("Your session has ended because nothing happened for a while. Nothing that you saved is lost."),
}


async def sign_in(visit: Visit) -> Response:
    """The form for a waiting request, or, without one, the start of the portal's own."""
    request_id = visit.request.query_params.get("request")
    if not request_id:
        return _start(visit)
    if visit.request.method == "POST":
        return await _submitted(visit, request_id)
    return await _form(visit, request_id, problem=None, login="")


def _start(visit: Visit) -> Response:
    state, verifier = secrets.token_urlsafe(24), secrets.token_urlsafe(48)
    challenge = urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    query = {
        "response_type": "code",
        "client_id": PORTAL,
        "redirect_uri": f"{visit.config.base_url}{CALLBACK}",
        "scope": "openid fhirUser",
        "state": state,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    response = RedirectResponse(f"/oauth/authorize?{urlencode(query)}", status_code=303)
    cookies = cookies_of(visit.config)
    cookies.set(response, cookies.attempt, f"{state}.{verifier}", seconds=_ATTEMPT_SECONDS)
    return response


async def _form(visit: Visit, request_id: str, *, problem: str | None, login: str, status: int = 200) -> Response:
    pending = await visit.services.sign_in.pending(request_id)
    if pending is None:
        return visit.show("sign_in_expired.html", status=410)
    return visit.show(
        "sign_in.html",
        status=status,
        form_action=pending.redirect_origin or "",
        request_id=request_id,
        client=pending.client,
        problem=problem,
        login=login,
    )


async def _submitted(visit: Visit, request_id: str) -> Response:
    form = await visit.form()
    login, password = text_of(form, "login"), form.get("password", "")
    address = visit.request.client.host if visit.request.client else None
    try:
        target = await visit.services.sign_in.complete(request_id, login, str(password), address=address)
    except Unauthenticated:
        problem = visit.gettext(
            "This login and password do not belong together. Check both; capital letters matter in the password."
        )
        return await _form(visit, request_id, problem=problem, login=login, status=401)
    except Busy as locked:
        problem = locked.german if visit.language == "de" else locked.text
        return await _form(visit, request_id, problem=problem, login=login, status=429)
    except NotFound:
        return visit.show("sign_in_expired.html", status=410)
    return RedirectResponse(target, status_code=303)


async def callback(visit: Visit) -> Response:
    """Where the provider sends the code; opens the session."""
    cookies = cookies_of(visit.config)
    state, _, verifier = visit.request.cookies.get(cookies.attempt, "").partition(".")
    given = visit.request.query_params.get("state", "")
    code = visit.request.query_params.get("code", "")
    if not code or not verifier or not hmac.compare_digest(state.encode(), given.encode()):
        return visit.show("sign_in_expired.html", status=400)
    try:
        token = await visit.services.sign_in.redeem(code, verifier)
    except (Forbidden, NotFound):
        return visit.show("sign_in_expired.html", status=400)
    response = RedirectResponse("/", status_code=303)
    cookies.set(response, cookies.session, token)
    cookies.drop(response, cookies.attempt)
    return response


async def sign_out(visit: Visit) -> Response:
    """End the session."""
    await visit.form()
    await visit.services.sessions.close(visit.secret)
    response = RedirectResponse("/signed-out?why=bye", status_code=303)
    cookies = cookies_of(visit.config)
    cookies.drop(response, cookies.session)
    return response


async def signed_out(visit: Visit) -> Response:
    """What somebody sees whose session is over."""
    why = visit.request.query_params.get("why", "bye")
    return visit.show("signed_out.html", ended=_ENDINGS.get(why, _ENDINGS["bye"]), expired=why == "expired")


async def settings(visit: Visit) -> Response:
    """Remember language or theme, and go back to where the switch was used."""
    form = await visit.form()
    language, theme, back = text_of(form, "language"), text_of(form, "theme"), text_of(form, "back", longest=2000)
    response = RedirectResponse(_local(back), status_code=303)
    secure = visit.config.base_url.startswith("https://")
    if language in LANGUAGES:
        response.set_cookie(LANGUAGE_COOKIE, language, max_age=_YEAR_SECONDS, path="/", samesite="lax", secure=secure)
    if theme in {"light", "dark", "system"}:
        response.set_cookie(THEME_COOKIE, theme, max_age=_YEAR_SECONDS, path="/", samesite="lax", secure=secure)
    return response


def _local(path: str) -> str:
    """The path when it leads to a page of this portal, else the start page; never to another server."""
    fits = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable() and "\\" not in path
    return path if fits else "/"
