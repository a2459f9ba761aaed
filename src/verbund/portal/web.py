"""One visit of one page: who it is, in which language and theme, and how an answer is made for them."""

import hashlib
import hmac
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote, urlsplit
from uuid import UUID

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import Message, Receive

from verbund.errors import Forbidden, Incorrect, NotFound, TooLarge
from verbund.identity import Browser, Principal
from verbund.identity import House as Issuer
from verbund.portal import opaque
from verbund.portal.language import Format, Language, choose, translations
from verbund.portal.ports import PortalConfig, Services
from verbund.portal.record import LARGE, SPARK, plot
from verbund.portal.record.model import Analyte
from verbund.portal.record.plot import Plot
from verbund.portal.rules import ROLE_NAMES, home_of, navigation_of, role_name

HERE = Path(__file__).parent
LANGUAGE_COOKIE = "verbund-language"
THEME_COOKIE = "verbund-theme"
FORM_BYTES = 256 * 1024
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
Theme = Literal["light", "dark", "system"]


@dataclass(frozen=True, slots=True)
class Visit:
    """A request to a page with everything known about who makes it.

    `secret` is what this visit's form tokens and opaque addresses hang on: the session's token, or before signing in a
    random word that the browser keeps. `who` is None when nobody is signed in. `here` is the address to come back to
    after a switch of language or theme.
    """

    request: Request
    services: Services
    config: PortalConfig
    who: Principal | None
    secret: str
    language: Language
    theme: Theme
    here: str = "/"

    @property
    def person(self) -> Principal:
        """Who is signed in; the rules have made sure that somebody is."""
        if self.who is None:
            raise Forbidden("Sign in first.", german="Melden Sie sich zuerst an.")
        return self.who

    @property
    def format(self) -> Format:
        """Dates and numbers for this reader."""
        return Format(self.language)

    @property
    def browser(self) -> Browser:
        """From where and with what the request comes."""
        request = self.request
        return Browser(
            address=request.client.host if request.client else None,
            agent=request.headers.get("user-agent", ""),
            devices=request.cookies.get(cookies_of(self.config).devices, ""),
            secret=self.secret,
        )

    @property
    def is_fragment(self) -> bool:
        """Whether htmx asks for a part of a page."""
        return self.request.headers.get("hx-request") == "true"

    @property
    def csrf(self) -> str:
        """The token that every form of this visit carries."""
        return hmac.new(self.secret.encode(), b"verbund form", hashlib.sha256).hexdigest()

    @property
    def home(self) -> str:
        """Where the work of who is signed in begins."""
        return home_of(self.person, hub=self.services.trust is not None)

    @property
    def navigation(self) -> tuple[tuple[str, str, bool], ...]:
        """The main navigation of who is signed in: addresses, texts for the catalogue, and which one is open."""
        links = navigation_of(self.person, emergency=self.config.emergency_access, hub=self.services.trust is not None)
        path = self.request.url.path
        below = [href for href, _ in links if f"{path}/".startswith(f"{href}/")]
        open_now = max(below, key=len, default="/patients" if path.startswith("/record/") else "")
        return tuple((href, text, href == open_now) for href, text in links)

    @property
    def role_name(self) -> str:
        """What the person is, for the catalogue."""
        return ROLE_NAMES[self.person.role]

    def name_of_role(self, role: str) -> str:
        """What people of a role are called, for the catalogue."""
        return role_name(role)

    def gettext(self, text: str) -> str:
        """A text in the reader's language."""
        return translations(self.language).gettext(text)

    def hide(self, *parts: str) -> str:
        """An id as it may stand in an address of this session."""
        return opaque.hide(self.secret, *parts)

    def reveal(self, name: str, count: int = 1) -> tuple[str, ...]:
        """The id behind a part of this request's address, of so many parts; NotFound when it is not of this session."""
        return opaque.reveal(self.secret, self.request.path_params[name], count)

    def revealed(self, hidden: str, count: int = 1) -> tuple[str, ...]:
        """The id behind a word that `hide` made of so many parts; NotFound when it is not of this session."""
        return opaque.reveal(self.secret, hidden, count)

    def revealed_id(self, hidden: str) -> UUID:
        """The UUID behind a word that `hide` made; NotFound when it is not of this session, or another kind of id."""
        try:
            return UUID(self.revealed(hidden)[0])
        except ValueError:
            raise NotFound("There is no such thing here.", german="Das gibt es hier nicht.") from None

    async def form(self) -> FormData:
        """The submitted form, once its token has been checked (Forbidden) and its size (TooLarge).

        Incorrect for what is no form.
        """
        form = await self._read(FORM_BYTES, max_files=0, max_fields=3000)
        self._check_csrf(form)
        return form

    async def upload(self, name: str, most_bytes: int) -> tuple[FormData, bytes]:
        """As `form`, with the content of the one file that may come along under this name; TooLarge above its size."""
        form = await self._read(most_bytes + FORM_BYTES, max_files=1, max_fields=100)
        try:
            self._check_csrf(form)
            file = form.get(name)
            return form, b"" if file is None or isinstance(file, str) else await file.read()
        finally:
            await form.close()

    async def _read(self, most_bytes: int, *, max_files: int, max_fields: int) -> FormData:
        """The form in the body, which is not read beyond its limit, whatever length it says."""
        request = Request(self.request.scope, bounded(self.request.receive, most_bytes))
        try:
            return await request.form(max_files=max_files, max_fields=max_fields, max_part_size=FORM_BYTES)
        except (HTTPException, ClientDisconnect):
            raise Incorrect(
                "This form cannot be read. Load the page again and repeat the step.",
                german="Dieses Formular ist nicht lesbar. Laden Sie die Seite neu und wiederholen Sie den Schritt.",
            ) from None

    def _check_csrf(self, form: FormData) -> None:
        if not hmac.compare_digest(str(form.get("csrf", "")).encode(), self.csrf.encode()):
            raise Forbidden(
                "This form is no longer valid. Load the page again and repeat the step.",
                german="Dieses Formular gilt nicht mehr. Laden Sie die Seite neu und wiederholen Sie den Schritt.",
            )

    def show(self, template: str, *, status: int = 200, form_action: str = "", **values: object) -> Response:
        """A page or fragment made from a template; `form_action` is one more origin that its forms may lead to."""
        page = environment(self.language).get_template(template)
        response = HTMLResponse(page.render(self._context(values)), status_code=status)
        if form_action:
            response.headers["x-form-action"] = form_action
        return response

    def go(self, path: str) -> Response:
        """On to another page of this portal."""
        if self.is_fragment:
            return Response(status_code=204, headers={"HX-Redirect": path})
        return RedirectResponse(path, status_code=303)

    def _context(self, values: Mapping[str, object]) -> dict[str, object]:
        return {
            "visit": self,
            "who": self.who,
            "home": self.home if self.who else "/",
            "config": self.config,
            "language": self.language,
            "theme": self.theme,
            "csrf": self.csrf,
            "path": self.request.url.path,
            "fmt": self.format,
            "static": static_path,
            "hide": self.hide,
            "draw": drawn,
            **values,
        }


def bounded(receive: Receive, most_bytes: int) -> Receive:
    """Gives on what comes of a body, until it is more than this: TooLarge."""
    came = 0

    async def counted() -> Message:
        nonlocal came
        message = await receive()
        came += len(message.get("body", b""))
        if came > most_bytes:
            raise TooLarge("This form is too large.", german="Dieses Formular ist zu groß.")
        return message

    return counted


def drawn(analyte: Analyte, size: str) -> Plot | None:
    """The drawing of an analyte, `spark` or `large`."""
    return plot(analyte, SPARK if size == "spark" else LARGE)


Endpoint = Callable[[Visit], Awaitable[Response]]


@cache
def environment(language: Language) -> Environment:
    """The templates in one language: escaped, strict about what is not defined."""
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
    )
    made.install_gettext_translations(translations(language), newstyle=True)  # type: ignore[attr-defined]  # of the i18n extension
    return made


@cache
def static_digest() -> str:
    """A word that changes with any static file, so that browsers may keep them for ever."""
    digest = hashlib.blake2b(digest_size=8)
    for file in sorted((HERE / "static").rglob("*")):
        if file.is_file():
            digest.update(file.read_bytes())
    return digest.hexdigest()


def static_path(name: str) -> str:
    """The address of a static file."""
    return f"/static/{static_digest()}/{name}"


def preferences(request: Request) -> tuple[Language, Theme]:
    """Language and theme of a request, from its cookies and Accept-Language."""
    chosen = request.cookies.get(THEME_COOKIE)
    theme: Theme = "dark" if chosen == "dark" else "light" if chosen == "light" else "system"
    return choose(request.cookies.get(LANGUAGE_COOKIE), request.headers.get("accept-language", "")), theme


@dataclass(frozen=True, slots=True)
class Cookies:
    """The portal's cookies; their names carry the node's, since cookies do not tell the ports of one host apart."""

    issuer: Issuer

    @property
    def session(self) -> str:
        """Holds the session's token."""
        return self.issuer.session_cookie

    @property
    def visit(self) -> str:
        """Holds the random word of a browser that is not signed in."""
        return f"{self.session}-visit"

    @property
    def attempt(self) -> str:
        """Holds state and PKCE verifier of a sign-in under way."""
        return f"{self.session}-attempt"

    @property
    def outside(self) -> str:
        """Holds the name of the outside provider with which somebody signed in."""
        return f"{self.session}-outside"

    @property
    def step(self) -> str:
        """Holds the secret between two steps of a sign-in."""
        return f"{self.session}-step"

    @property
    def devices(self) -> str:
        """Holds what the device is remembered by, so that strangers cannot brake who signs in on it."""
        return f"{self.session}-device"

    def set(self, response: Response, name: str, value: str, *, seconds: int | None = None) -> None:
        """Set a cookie that scripts and other sites cannot use."""
        response.set_cookie(
            name, value, max_age=seconds, path="/", httponly=True, samesite="lax", secure=self.issuer.secure
        )

    def drop(self, response: Response, name: str) -> None:
        """Take a cookie away."""
        response.delete_cookie(name, path="/", httponly=True, samesite="lax", secure=self.issuer.secure)


def cookies_of(config: PortalConfig) -> Cookies:
    """The cookies of a node."""
    return Cookies(Issuer(config.name, config.title, config.base_url))


def under_its_name(request: Request, config: PortalConfig) -> str | None:
    """The same address under the name that the node goes by, where this machine was called by another of its names.

    A sign-in ends at the node's own name, and cookies belong to one name only; passkeys as well.
    """
    asked, own = request.url.hostname, urlsplit(config.base_url).hostname
    if request.method != "GET" or asked == own or not {asked, own} <= LOOPBACK:
        return None
    query = f"?{request.url.query}" if request.url.query else ""
    return f"{config.base_url}{quote(request.url.path)}{query}"


def text_of(form: FormData | Mapping[str, Any], name: str, *, longest: int = 200) -> str:
    """A field of a form as stripped text, empty when absent, cut at `longest` characters."""
    value = form.get(name, "")
    return value.strip()[:longest] if isinstance(value, str) else ""
