"""A person at a browser without a screen: follows links, fills in forms, keeps cookies. Used to walk the story."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from types import MappingProxyType

import httpx

from verbund.errors import Fault

Fields = list[tuple[str, str]]
NO_VALUES: Mapping[str, str] = MappingProxyType({})


@dataclass(slots=True)
class Form:
    """A form as the page has it: where it goes, its fields with their present values, its buttons."""

    action: str
    method: str
    fields: Fields = field(default_factory=list)
    buttons: Fields = field(default_factory=list)


@dataclass(slots=True)
class Page:
    """A page as a reader has it: its status, its text without marks, its links and forms, the classes of its parts.

    `sections` holds the text of each section that has an id.
    """

    status: int
    text: str
    links: list[tuple[str, str]]
    forms: list[Form]
    classes: list[str]
    sections: dict[str, str]

    def form(self, action: str, button: str | None = None) -> Form:
        """The first form whose address begins so, with a button of that value where one is named; Fault without."""
        for one in self.forms:
            if one.action.startswith(action) and (button is None or any(v == button for _, v in one.buttons)):
                return one
        raise Fault(f"The page has no form for {action}; it says: {self.text[:300]}")

    def link(self, start: str) -> str:
        """The first link whose address begins so; Fault without."""
        for address, _ in self.links:
            if address.startswith(start):
                return address
        raise Fault(f"The page has no link to {start}…; it says: {self.text[:300]}")


class _Reader(HTMLParser):
    """Collects text, links and forms; keeps nothing of scripts and styles."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.links: list[tuple[str, str]] = []
        self.forms: list[Form] = []
        self.classes: list[str] = []
        self._form: Form | None = None
        self._select: str | None = None
        self._chosen: str | None = None
        self._textarea: str | None = None
        self._silent = 0
        self._open_sections: list[str] = []
        self.sections: dict[str, list[str]] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what the tag contributes."""
        got = {name: value or "" for name, value in attrs}
        self.classes += got.get("class", "").split()
        if tag in {"script", "style"}:
            self._silent += 1
        elif tag == "section":
            self._open_sections.append(got.get("id", ""))
        elif tag == "a":
            self.links.append((got.get("href", ""), ""))
        elif tag == "form":
            self._form = Form(got.get("action", ""), got.get("method", "get").lower())
            self.forms.append(self._form)
        elif self._form is not None:
            self._control(tag, got, self._form)

    def _control(self, tag: str, got: Mapping[str, str], form: Form) -> None:
        name, value = got.get("name", ""), got.get("value", "")
        if tag == "button":
            form.buttons.append((name, value))
        elif tag == "input" and name:
            ticked = got.get("type") not in {"checkbox", "radio"} or "checked" in got
            if ticked:
                form.fields.append((name, value))
        elif tag == "select":
            self._select, self._chosen = name, None
        elif tag == "option" and self._select is not None:
            if self._chosen is None or "selected" in got:
                self._chosen = value
        elif tag == "textarea":
            self._textarea = name
            form.fields.append((name, ""))

    def handle_endtag(self, tag: str) -> None:
        """Close what the tag opened."""
        if tag in {"script", "style"}:
            self._silent -= 1
        elif tag == "section" and self._open_sections:
            self._open_sections.pop()
        elif tag == "form":
            self._form = None
        elif tag == "select" and self._select is not None:
            if self._form is not None and self._select:
                self._form.fields.append((self._select, self._chosen or ""))
            self._select = None
        elif tag == "textarea":
            self._textarea = None

    def handle_data(self, data: str) -> None:
        """Keep text."""
        if not self._silent and data.strip():
            words = " ".join(data.split())
            self.words.append(words)
            for name in self._open_sections:
                self.sections.setdefault(name, []).append(words)


def read(response: httpx.Response) -> Page:
    """The page in an answer."""
    reader = _Reader()
    reader.feed(response.text)
    sections = {name: " ".join(words) for name, words in reader.sections.items()}
    return Page(response.status_code, " ".join(reader.words), reader.links, reader.forms, reader.classes, sections)


class Browser:
    """One person's browser at one node."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def open(self, path: str) -> Page:
        """Go to an address of the node; addresses count from where that has led, as in any browser."""
        answer = await self._client.get(path)
        self._client.base_url = answer.url.join("/")
        return read(answer)

    async def fetch(self, path: str) -> bytes:
        """Download a file of the node; Fault when there is none."""
        answer = await self._client.get(path)
        if answer.status_code != 200:
            raise Fault(f"{path} cannot be downloaded (status {answer.status_code}).")
        return answer.content

    async def leave(self, form: Form, values: Mapping[str, str]) -> str:
        """Send a form that leads away from the node; the address to which it leads, which is not gone to."""
        body = dict(form.fields) | dict(values)
        answer = await self._client.post(form.action, data=body, follow_redirects=False)
        return str(answer.headers.get("location", ""))

    async def send(
        self, form: Form, values: Mapping[str, str] = NO_VALUES, *, button: tuple[str, str] | None = None
    ) -> Page:
        """Send a form with these values in place of what it holds."""
        fields = [(name, value) for name, value in form.fields if name not in values] + list(values.items())
        return await self.send_fields(form, fields + ([button] if button else []))

    async def send_fields(self, form: Form, fields: Sequence[tuple[str, str]]) -> Page:
        """Send exactly these fields."""
        body: dict[str, list[str]] = {}
        for name, value in fields:
            body.setdefault(name, []).append(value)
        return read(await self._client.post(form.action, data=body))

    async def sign_in(self, login: str, password: str) -> Page:
        """From the start page through the node's OpenID provider to the first page of the person's role."""
        page = await self.open("/sign-in")
        return await self.send(page.form("/sign-in?"), {"login": login, "password": password})


@asynccontextmanager
async def browser(address: str, language: str = "en") -> AsyncIterator[Browser]:
    """A fresh browser at a node, without cookies, reading in a language."""
    headers = {"accept-language": language, "accept": "text/html"}
    async with httpx.AsyncClient(
        base_url=address, follow_redirects=True, headers=headers, timeout=30.0, trust_env=False
    ) as client:
        yield Browser(client)
