"""What somebody finds who walks through the portal: the forms of each page, and what stands in the places of addresses.

Attacks by machine are made of it, so that they come further than to the first check.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import httpx

from verbund.demo.browsing import Form, Page, read
from verbund.portal.app import PAGES

MOST_PAGES = 24
_PLACE = re.compile(r"\{(\w+)\}")
_SHAPES = [(page.path, re.compile(_PLACE.sub(r"(?P<\1>[^/]+)", page.path))) for page in PAGES]
# Walking through these would end the walk, or begin it anew.
_NOT_WALKED = ("/sign-out", "/signed-out", "/settings", "/static")
_SEARCHES = {"/patients": {"sought": "Kessler"}, "/enrolment": {"sought": "Kessler"}}


@dataclass
class Found:
    """Values by field by page, and values by place."""

    fields: dict[str, dict[str, set[str]]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(set)))
    places: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    pages: int = 0

    def add_form(self, form: Form, path: str) -> None:
        known = shape_of(urlsplit(form.action or path).path)
        if known is None:
            return
        for name, value in (*form.fields, *form.buttons):
            if name and name != "csrf":
                self.fields[known[0]][name].add(value[:200])

    def add_address(self, path: str) -> None:
        known = shape_of(path)
        for name, value in (known[1] if known else {}).items():
            self.places[name].add(value)


def shape_of(path: str) -> tuple[str, dict[str, str]] | None:
    """The page that answers at a path, and what stands in its places."""
    for shape, pattern in _SHAPES:
        found = pattern.fullmatch(path)
        if found:
            return shape, found.groupdict()
    return None


def walked(client: httpx.Client) -> Found:
    """Every page that leads on from the first, one of each shape and a few more."""
    found, waiting, seen = Found(), ["/", *(page.path for page in PAGES if "{" not in page.path)], set()
    of_shape: dict[str, int] = defaultdict(int)
    while waiting and found.pages < MOST_PAGES:
        path = waiting.pop(0)
        known = shape_of(urlsplit(path).path)
        if path in seen or known is None or path.startswith(_NOT_WALKED) or of_shape[known[0]] >= 2:
            continue
        seen.add(path)
        of_shape[known[0]] += 1
        answer = client.get(path)
        if answer.status_code == 200 and answer.headers.get("content-type", "").startswith("text/html"):
            waiting += list(_led(client, read(answer), path, found))
    return found


def _led(client: httpx.Client, page: Page, path: str, found: Found, *, searches: bool = True) -> Iterator[str]:
    """Where a page leads; a search on it is carried out, so that what it finds leads on as well."""
    found.pages += 1
    for form in page.forms:
        found.add_form(form, path)
        action = urlsplit(form.action or path).path
        found.add_address(action)
        sought = _SEARCHES.get(action)
        if searches and sought is not None and any(name in sought for name, _ in form.fields):
            answer = client.post(action, data=dict(form.fields) | sought)
            yield from _led(client, read(answer), action, found, searches=False)
    for address, _ in page.links:
        found.add_address(urlsplit(address).path)
        if address.startswith("/"):
            yield address
