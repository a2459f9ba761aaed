"""The portal as one ASGI application: its pages, each behind its rule, and the headers that every answer carries."""

import logging
import secrets
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlencode

from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from verbund.errors import Fault, Forbidden, NotFound, VerbundError, WrongMethod, incident, report
from verbund.identity import ConfirmationNeeded, Principal
from verbund.portal import (
    accesses,
    administration,
    apps,
    clinician,
    emergency,
    enrolment,
    glass,
    outside,
    patient,
    proofs,
    proxies,
    releases,
    releases_paper,
    research,
    resets,
    rights,
    security,
    signing,
    staff,
    start,
    trust,
)
from verbund.portal.ports import PortalConfig, Services
from verbund.portal.rules import RULES, allowed_while_acting
from verbund.portal.web import HERE, Endpoint, Visit, cookies_of, preferences, static_digest, under_its_name

_log = logging.getLogger(__name__)
GET, FORM, POST = ("GET",), ("GET", "POST"), ("POST",)


@dataclass(frozen=True, slots=True)
class Page:
    """A path, the methods it takes, and what answers."""

    path: str
    methods: tuple[str, ...]
    endpoint: Endpoint


PAGES = (
    Page("/", GET, start.home),
    Page("/about", GET, start.about),
    Page("/settings", POST, signing.settings),
    Page("/sign-in", FORM, signing.sign_in),
    Page("/sign-in/passkey", POST, signing.passkey),
    Page("/sign-in/code", FORM, signing.code),
    Page("/sign-in/factor", FORM, signing.factor),
    Page("/sign-in/password", FORM, signing.password),
    Page("/sign-in/continue", POST, signing.go_on),
    Page(signing.CALLBACK, GET, signing.callback),
    Page("/sign-out", POST, signing.sign_out),
    Page("/signed-out", GET, signing.signed_out),
    Page("/security", FORM, security.security),
    Page("/security/passkey", FORM, security.passkey),
    Page("/security/app", FORM, security.app),
    Page("/security/codes", FORM, security.codes),
    Page("/security/password", FORM, security.password),
    Page("/security/confirm", FORM, security.confirm),
    Page("/apps", GET, apps.permitted),
    Page("/apps/end", POST, apps.end),
    Page("/apps/consent", FORM, apps.consent),
    Page("/patients", FORM, clinician.patients),
    Page("/record/{key}", GET, clinician.open_record),
    Page("/record/{key}/apps", FORM, apps.launch),
    Page("/record/{key}/region", POST, clinician.ask_region),
    Page("/record/{key}/document/{item}", GET, clinician.document),
    Page("/emergency", FORM, emergency.emergency),
    Page("/open-record", FORM, glass.open_record),
    Page("/openings", GET, glass.openings),
    Page("/my/accesses", GET, accesses.accesses),
    Page("/my/accesses/{site}/{sequence}/proof", GET, proofs.proof),
    Page("/my/record", FORM, patient.own_record),
    Page("/my/record/document/{item}", GET, patient.own_document),
    Page("/my/releases", GET, releases.releases),
    Page("/my/releases/check", POST, releases.check),
    Page("/my/releases/confirm", POST, releases.confirm),
    Page("/my/releases/rule", GET, releases.rule),
    Page("/my/releases/entries", GET, releases.entries),
    Page("/my/releases/withdraw", POST, releases.withdraw),
    Page("/my/releases/undo", POST, releases.undo),
    Page("/record/{key}/consent", FORM, releases_paper.paper),
    Page("/my/releases/delivery", GET, releases.delivery),
    Page("/my/releases/history", GET, releases.past),
    Page("/sign-in/outside", POST, outside.begin),
    Page("/sign-in/outside/{name}", GET, outside.arrive),
    Page("/links", FORM, outside.links),
    Page("/my/proxies", FORM, proxies.proxies),
    Page("/my/proxies/answer", POST, proxies.answer),
    Page("/my/proxies/end", POST, proxies.end),
    Page("/my/acting", POST, proxies.act),
    Page("/enrol", FORM, enrolment.enrol),
    Page("/enrolment", FORM, enrolment.overview),
    Page("/enrolment/{key}", GET, enrolment.standing),
    Page("/enrolment/{key}/letter", POST, enrolment.letter),
    Page("/enrolment/{key}/revoke", POST, enrolment.revoke),
    Page("/enrolment/{key}/reset", FORM, resets.patient),
    Page("/enrolment/{key}/relation", POST, enrolment.end_relation),
    Page("/enrolment/{key}/guardian", FORM, enrolment.guardian),
    Page("/my/rights", GET, rights.overview),
    Page("/my/rights/copies", GET, rights.copies),
    Page("/my/rights/copy", POST, rights.ask_copy),
    Page("/my/rights/copy/{item}", GET, rights.fetch_copy),
    Page("/my/rights/copy/{item}/drop", POST, rights.drop_copy),
    Page("/my/rights/correction", FORM, rights.correction),
    Page("/my/rights/restriction", POST, rights.restriction),
    Page("/my/rights/erasure", FORM, rights.erasure),
    Page("/my/rights/withdraw", POST, rights.withdraw),
    Page("/rights", GET, rights.work),
    Page("/rights/{item}", FORM, rights.request),
    Page("/linkage", FORM, trust.doubts),
    Page("/linkage/decided", GET, trust.decided),
    Page("/linkage/decided/{item}", FORM, trust.undo),
    Page("/linkage/{key}", FORM, trust.case),
    Page("/research", FORM, research.builder),
    Page("/research/questions", GET, research.questions),
    Page("/administration", GET, administration.health),
    Page("/administration/members", GET, administration.members),
    Page("/administration/log", FORM, administration.log),
    Page("/administration/people", GET, staff.people),
    Page("/administration/people/new", FORM, staff.new),
    Page("/administration/people/{key}", FORM, staff.one),
    Page("/administration/people/{key}/letter", POST, staff.letter),
    Page("/administration/people/{key}/reset", FORM, resets.staff),
    Page("/administration/people/{key}/close", POST, staff.close),
    Page("/administration/people/{key}/reopen", POST, staff.reopen),
)


def create_app(services: Services, config: PortalConfig) -> Starlette:
    """The portal of one node. Fault when a page has no rule.

    Serves the paths of `RULES`; the node must route `/oauth/callback` here before it routes the rest of `/oauth`.
    """
    portal = _Portal(services, config)
    routes: list[Route | Mount] = [
        Route(page.path, partial(portal.answer, page), methods=list(page.methods)) for page in PAGES
    ]
    routes.append(Mount(f"/static/{static_digest()}", StaticFiles(directory=HERE / "static"), name="static"))
    unruled = [page.path for page in PAGES if page.path not in RULES]
    if unruled:
        raise Fault(f"These pages have no rule: {', '.join(unruled)}")
    return Starlette(
        routes=routes,
        middleware=[Middleware(_Headers, secure=config.base_url.startswith("https://"))],
        exception_handlers={HTTPException: portal.unrouted},
    )


@dataclass(frozen=True, slots=True)
class _Portal:
    services: Services
    config: PortalConfig

    async def answer(self, page: Page, request: Request) -> Response:
        """Let the page answer when its rule allows; errors become pages."""
        visit, cookie = _stranger(self, request), None
        try:
            if elsewhere := under_its_name(request, self.config):
                return RedirectResponse(elsewhere)
            visit, cookie = await self._visit(request, here=_address(request, page))
            response = await self._ruled(page, visit)
        except VerbundError as error:
            report(error, _log)
            response = failure(visit, error)
        except Exception as error:  # noqa: BLE001 -- whatever it is, the reader gets a page with the incident's number
            response = failure(visit, incident(error, _log))
        if cookie:
            cookies = cookies_of(self.config)
            cookies.set(response, cookies.visit, cookie)
        return response

    async def _ruled(self, page: Page, visit: Visit) -> Response:
        if RULES[page.path].allows(visit.who.role if visit.who else None):
            _check_acting(page, visit)
            return await page.endpoint(visit)
        if visit.who is None:
            return visit.go(self._entrance(visit))
        raise Forbidden(
            "This page is not meant for your role.", german="Diese Seite ist für Ihre Rolle nicht vorgesehen."
        )

    def _entrance(self, visit: Visit) -> str:
        had_session = cookies_of(self.config).session in visit.request.cookies
        return "/signed-out?why=expired" if had_session else "/sign-in"

    async def _visit(self, request: Request, *, here: str = "/") -> tuple[Visit, str | None]:
        """The visit, and the word to remember it by when the browser has none yet."""
        cookies = cookies_of(self.config)
        language, theme = preferences(request)
        token = request.cookies.get(cookies.session)
        who: Principal | None = await self.services.sessions.of(token) if token else None
        if who is not None and token:
            return Visit(request, self.services, self.config, who, token, language, theme, here), None
        known = request.cookies.get(cookies.visit)
        secret = known or secrets.token_urlsafe(24)
        return Visit(
            request, self.services, self.config, None, secret, language, theme, here
        ), None if known else secret

    async def unrouted(self, request: Request, error: Exception) -> Response:
        """The page for an address or method that is not there."""
        status = error.status_code if isinstance(error, HTTPException) else 500
        shown: VerbundError = NotFound(
            "There is no page at this address.", german="Unter dieser Adresse gibt es keine Seite."
        )
        if status == 405:
            shown = WrongMethod(
                "This address does not take what was sent.", german="Diese Adresse nimmt das Gesendete nicht an."
            )
        try:
            visit, _ = await self._visit(request)
        except VerbundError:
            visit = _stranger(self, request)
        return failure(visit, shown)


def _check_acting(page: Page, visit: Visit) -> None:
    """Forbidden for what is the patient's own affair while somebody acts for them."""
    proxy = None if visit.who is None else visit.who.proxy
    if proxy is not None and not allowed_while_acting(page.path, proxy):
        raise Forbidden(
            "You act for somebody else; this page is closed to you then. Go back to your own record first.",
            german="Sie handeln gerade für jemand anderen; diese Seite ist dabei geschlossen. Wechseln Sie zuerst zu "
            "Ihrer eigenen Akte.",
        )


def _stranger(portal: _Portal, request: Request) -> Visit:
    """The visit of somebody of whom nothing is known (yet)."""
    language, theme = preferences(request)
    return Visit(request, portal.services, portal.config, None, secrets.token_urlsafe(24), language, theme)


def _address(request: Request, page: Page) -> str:
    """Where the page can be asked for again; for one that only takes forms the page above it."""
    path = request.url.path
    if "GET" not in page.methods:
        return path.rpartition("/")[0] or "/"
    return f"{path}?{request.url.query}" if request.url.query else path


def failure(visit: Visit, error: VerbundError) -> Response:
    """An error as a page, or as an alert where htmx asked for a part of one."""
    if error.http_status == 401:
        return visit.go("/signed-out?why=expired")
    if isinstance(error, ConfirmationNeeded):
        return visit.go(f"/security/confirm?{urlencode({'back': visit.here})}")
    template = "parts/failure.html" if visit.is_fragment else "error.html"
    text = error.german if visit.language == "de" else error.text
    response = visit.show(template, status=error.http_status, text=text, error=error, status_code=error.http_status)
    if error.category.retriable:
        response.headers["retry-after"] = "10"
    return response


_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'{forms}; base-uri 'none'; frame-ancestors 'none'"
)


class _Headers:
    """Adds the security headers; keeps every page, but no static file, out of all caches."""

    def __init__(self, app: ASGIApp, *, secure: bool) -> None:
        self._app = app
        self._secure = secure

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._add(MutableHeaders(scope=message), is_static=scope["path"].startswith("/static/"))
            await send(message)

        await self._app(scope, receive, send_with_headers)

    def _add(self, headers: MutableHeaders, *, is_static: bool) -> None:
        forms = headers.get("x-form-action", "")
        if forms:
            del headers["x-form-action"]
        headers["content-security-policy"] = _POLICY.format(forms=f" {forms}" if forms else "")
        headers["x-content-type-options"] = "nosniff"
        headers["x-frame-options"] = "DENY"
        headers["referrer-policy"] = "same-origin"
        headers["cross-origin-opener-policy"] = "same-origin"
        headers["cross-origin-resource-policy"] = "same-origin"
        headers["permissions-policy"] = "camera=(), microphone=(), geolocation=(), payment=()"
        headers["cache-control"] = "public, max-age=31536000, immutable" if is_static else "no-store"
        if self._secure:
            headers["strict-transport-security"] = "max-age=31536000; includeSubDomains"
