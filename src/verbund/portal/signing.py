"""Signing in and out: the portal is a client of its own node's OpenID provider (code flow with PKCE, RFC 7636)."""

import hashlib
import hmac
import secrets
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Awaitable, Callable
from io import BytesIO
from urllib.parse import urlencode

import msgspec
import segno
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from verbund.errors import Busy, Conflict, Forbidden, Incorrect, NotFound, Unauthenticated, VerbundError
from verbund.identity import Device, Offer
from verbund.identity.clients import PORTAL
from verbund.portal.language import LANGUAGES, noted
from verbund.portal.onward import onward
from verbund.portal.outside import leaving
from verbund.portal.ports import PortalConfig
from verbund.portal.web import LANGUAGE_COOKIE, THEME_COOKIE, Visit, cookies_of, text_of

CALLBACK = "/oauth/callback"
LONGEST_ANSWER = 64 * 1024
LONGEST_PASSWORD = 1024
_ATTEMPT_SECONDS = 900
_YEAR_SECONDS = 365 * 86400
_ENDINGS = {
    "bye": noted("You are signed out."),
    "expired": noted("Your session has ended because nothing happened for a while. Nothing that you saved is lost."),
}


async def sign_in(visit: Visit) -> Response:
    """The form for a waiting request, or, without one, the start of the portal's own."""
    request_id = _request_id(visit)
    if not request_id:
        return _start(visit)
    if visit.request.method == "POST":
        return await _submitted(visit, request_id)
    return await _form(visit, request_id)


def _request_id(visit: Visit) -> str:
    return visit.request.query_params.get("request", "")


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


async def _form(
    visit: Visit, request_id: str, *, problem: str | None = None, login: str = "", status: int = 200
) -> Response:
    door = visit.services.sign_in
    pending = await door.pending(request_id)
    if pending is None:
        return visit.show("sign_in_expired.html", status=410)
    own = pending.client.id == PORTAL
    return visit.show(
        "sign_in.html",
        status=status,
        form_action="" if own else pending.redirect_origin,
        request_id=request_id,
        client=None if own else pending.client.name,
        outside=() if visit.services.outside is None else visit.services.outside.offered,
        passkey=as_json(await door.passkey_request(request_id, visit.browser)),
        problem=problem,
        login=login,
        visitors=_visitors(visit.config),
    )


def _visitors(config: PortalConfig) -> list[tuple[str, str, str]]:
    """Login, role and name of those as whom a demonstration can be looked at; nobody anywhere else."""
    if not config.demo:
        return []
    return [(login, role, name) for login, role, name in (one.split(" ", 2) for one in config.demo_people)]


async def _submitted(visit: Visit, request_id: str) -> Response:
    form = await visit.form()
    login, given = text_of(form, "login"), typed_password(form, "password")
    try:
        outcome = await visit.services.sign_in.sign_in(request_id, login, given, visit.browser)
    except Unauthenticated:
        problem = visit.gettext(
            "This login and password do not belong together. Check both; capital letters matter in the password."
        )
        return await _form(visit, request_id, problem=problem, login=login, status=401)
    except Busy as locked:
        return await _form(visit, request_id, problem=said(visit, locked), login=login, status=429)
    except NotFound:
        return visit.show("sign_in_expired.html", status=410)
    return onward(visit, request_id, outcome)


async def passkey(visit: Visit) -> Response:
    """Sign in with what the browser brought from an authenticator."""
    form, request_id = await visit.form(), _request_id(visit)
    answer = text_of(form, "answer", longest=LONGEST_ANSWER)
    try:
        outcome = await visit.services.sign_in.sign_in_with_passkey(request_id, answer, visit.browser)
    except Unauthenticated as refused:
        return await _form(visit, request_id, problem=said(visit, refused), status=401)
    except NotFound:
        return visit.show("sign_in_expired.html", status=410)
    return onward(visit, request_id, outcome)


def _step(visit: Visit) -> str:
    return visit.request.cookies.get(cookies_of(visit.config).step, "")


Work = Callable[[str, str], Awaitable[Response]]


async def _within(visit: Visit, work: Work) -> Response:
    """Do `work` with the request and the step of this sign-in; what is over is told as such."""
    try:
        return await work(_request_id(visit), _step(visit))
    except NotFound:
        response = visit.show("sign_in_expired.html", status=410)
        cookies = cookies_of(visit.config)
        cookies.drop(response, cookies.step)
        return response


async def code(visit: Visit) -> Response:
    """The second step: a code of the app, or a recovery code; or a passkey in place of both steps."""
    given = text_of(await visit.form(), "code") if visit.request.method == "POST" else None
    door = visit.services.sign_in

    async def work(request_id: str, step: str) -> Response:
        problem, status = None, 200
        if given is not None:
            try:
                return onward(visit, request_id, await door.code(request_id, step, given, visit.browser))
            except (Incorrect, Busy) as refused:
                problem, status = said(visit, refused), refused.http_status
        if await door.wanted(request_id, step) != "code":
            raise NotFound("This sign-in asks for something else now.")
        options = as_json(await door.passkey_request(request_id, visit.browser))
        return await _shown(visit, "sign_in_code.html", request_id, status, problem=problem, passkey=options)

    return await _within(visit, work)


async def factor(visit: Visit) -> Response:
    """Who must have a second factor sets one up before anything else."""
    form = await visit.form() if visit.request.method == "POST" else None
    door = visit.services.sign_in

    async def work(request_id: str, step: str) -> Response:
        problem, status = None, 200
        if form is not None:
            answer = text_of(form, "answer", longest=LONGEST_ANSWER)
            try:
                if answer:
                    codes = await door.set_up_passkey(request_id, step, answer, text_of(form, "name"))
                else:
                    codes = await door.set_up_app(request_id, step, text_of(form, "code"))
                return await _shown(visit, "sign_in_codes.html", request_id, 200, codes=codes)
            except (Incorrect, Conflict, Unauthenticated) as refused:
                problem, status = said(visit, refused), 400
        choice = await door.choice(request_id, step)
        return await _shown(
            visit,
            "sign_in_factor.html",
            request_id,
            status,
            problem=problem,
            offer=choice.offer,
            picture=picture(choice.offer),
            creation=as_json(choice.creation),
            device=device_words(visit),
        )

    return await _within(visit, work)


async def password(visit: Visit) -> Response:
    """A password of one's own in place of the one that an administrator set."""
    form = await visit.form() if visit.request.method == "POST" else None
    door = visit.services.sign_in

    async def work(request_id: str, step: str) -> Response:
        problem, status = None, 200
        if form is not None:
            try:
                chosen = twice(visit, typed_password(form, "password"), typed_password(form, "again"))
                return onward(visit, request_id, await door.renew_password(request_id, step, chosen, visit.browser))
            except Incorrect as refused:
                problem, status = said(visit, refused), 400
        if await door.wanted(request_id, step) != "password":
            raise NotFound("This sign-in asks for something else now.")
        return await _shown(visit, "sign_in_password.html", request_id, status, problem=problem)

    return await _within(visit, work)


async def go_on(visit: Visit) -> Response:
    """On after recovery codes were shown."""
    await visit.form()

    async def work(request_id: str, step: str) -> Response:
        return onward(visit, request_id, await visit.services.sign_in.finish(request_id, step, visit.browser))

    return await _within(visit, work)


async def _shown(visit: Visit, template: str, request_id: str, status: int, **values: object) -> Response:
    """A page of a sign-in under way; its forms may lead to where the application that asked wants its answer."""
    pending = await visit.services.sign_in.pending(request_id)
    if pending is None:
        raise NotFound("This sign-in has waited too long.")
    origin = "" if pending.client.id == PORTAL else pending.redirect_origin
    return visit.show(template, status=status, form_action=origin, request_id=request_id, **values)


def as_json(options: object | None) -> str | None:
    """Options of the browser's credentials as the page's script reads them."""
    return None if options is None else msgspec.json.encode(options).decode()


def picture(offer: Offer) -> str:
    """The key's QR code as a `data:` address of an SVG."""
    drawn = BytesIO()
    segno.make(offer.address, error="m").save(drawn, kind="svg", scale=5, border=4, light="#fff", xmldecl=False)
    return f"data:image/svg+xml;base64,{b64encode(drawn.getvalue()).decode()}"


def device_words(visit: Visit) -> str:
    """The device in words, as the first name of a passkey made on it."""
    return shown_device(visit, visit.browser.device, visit.gettext("My device"))


def shown_device(visit: Visit, device: Device, unknown: str) -> str:
    """A device in words."""
    if device.browser and device.system:
        return visit.gettext("%(browser)s on %(system)s") % {"browser": device.browser, "system": device.system}
    return device.browser or device.system or unknown


def twice(visit: Visit, chosen: str, again: str) -> str:
    """A new password, typed twice alike. Raises Incorrect."""
    if chosen != again:
        text = visit.gettext("The two passwords are not the same. Type the new one twice.")
        raise Incorrect(text, german=text)
    return chosen


def said(visit: Visit, error: VerbundError) -> str:
    """An error in the reader's language."""
    return error.german if visit.language == "de" else error.text


def typed_password(form: FormData, name: str) -> str:
    """A password as it was typed, spaces included."""
    value = form.get(name, "")
    return value[:LONGEST_PASSWORD] if isinstance(value, str) else ""


async def callback(visit: Visit) -> Response:
    """Where the provider sends the code; opens the session."""
    cookies = cookies_of(visit.config)
    state, _, verifier = visit.request.cookies.get(cookies.attempt, "").partition(".")
    given = visit.request.query_params.get("state", "")
    sent = visit.request.query_params.get("code", "")
    if not sent or not verifier or not hmac.compare_digest(state.encode(), given.encode()):
        return visit.show("sign_in_expired.html", status=400)
    try:
        former = visit.secret if visit.who is not None else ""
        token, to_tell = await visit.services.sign_in.redeem(sent, verifier, visit.browser, former)
    except (Forbidden, NotFound):
        return visit.show("sign_in_expired.html", status=400)
    response = RedirectResponse("/security" if to_tell else "/", status_code=303)
    cookies.set(response, cookies.session, token)
    cookies.drop(response, cookies.attempt)
    return response


async def sign_out(visit: Visit) -> Response:
    """End the session."""
    await visit.form()
    await visit.services.account.sign_out(visit.secret)
    response = RedirectResponse("/signed-out?why=bye", status_code=303)
    cookies = cookies_of(visit.config)
    cookies.drop(response, cookies.session)
    return response


async def signed_out(visit: Visit) -> Response:
    """What somebody sees whose session is over."""
    why = visit.request.query_params.get("why", "bye")
    elsewhere = await leaving(visit)
    response = visit.show(
        "signed_out.html",
        ended=_ENDINGS.get(why, _ENDINGS["bye"]),
        expired=why == "expired",
        elsewhere=elsewhere,
    )
    if elsewhere is not None:
        cookies = cookies_of(visit.config)
        cookies.drop(response, cookies.outside)
    return response


async def settings(visit: Visit) -> Response:
    """Remember language or theme, and go back to where the switch was used."""
    form = await visit.form()
    language, theme, back = text_of(form, "language"), text_of(form, "theme"), text_of(form, "back", longest=2000)
    response = RedirectResponse(local(back), status_code=303)
    secure = visit.config.base_url.startswith("https://")
    if language in LANGUAGES:
        response.set_cookie(LANGUAGE_COOKIE, language, max_age=_YEAR_SECONDS, path="/", samesite="lax", secure=secure)
    if theme in {"light", "dark", "system"}:
        response.set_cookie(THEME_COOKIE, theme, max_age=_YEAR_SECONDS, path="/", samesite="lax", secure=secure)
    return response


def local(path: str) -> str:
    """The path when it leads to a page of this portal, else the start page; never to another server."""
    fits = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable() and "\\" not in path
    return path if fits else "/"
