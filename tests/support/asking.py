"""Pages asked for without a browser: who signs in where, forms with their tokens."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
from pretend_region import PretendRegion, app_of

from verbund.demo import PASSWORD

PEOPLE = {
    "physician": ("praxis", "weber"),
    "nurse": ("praxis", "klose"),
    "patient": ("praxis", "sommer"),
    "paramedic": ("rettungsdienst", "brandt"),
    "researcher": ("hub", "hoffmann"),
    "administrator": ("uniklinikum", "kramer"),
    "steward": ("uniklinikum", "lehmann"),
}


@dataclass
class Asking:
    """A region and the clients that ask it."""

    region: PretendRegion
    clients: list[httpx.AsyncClient] = field(default_factory=list)

    def client(self, site: str = "praxis", *, scheme: str = "http") -> httpx.AsyncClient:
        address = f"{scheme}://{site}.example"
        transport = httpx.ASGITransport(app_of(self.region, site, address), raise_app_exceptions=False)
        made = httpx.AsyncClient(transport=transport, base_url=address, headers={"accept-language": "en"})
        self.clients.append(made)
        return made

    async def signed_in(self, role: str, *, scheme: str = "http") -> httpx.AsyncClient:
        site, login = PEOPLE[role]
        client = self.client(site, scheme=scheme)
        form = await client.get("/sign-in", follow_redirects=True)
        sent = {"csrf": token(form), "login": login, "password": PASSWORD}
        done = await client.post(str(form.url), data=sent, follow_redirects=True)
        assert done.status_code == 200, done.text
        return client

    async def close(self) -> None:
        for client in self.clients:
            await client.aclose()


def token(page: httpx.Response) -> str:
    """The token of the forms on a page."""
    found = re.search(r'name="csrf"\s+value="(\w+)"', page.text)
    assert found, page.text[:500]
    return found[1]


async def send(
    client: httpx.AsyncClient, path: str, data: Mapping[str, Any], *, page: str = "/about"
) -> httpx.Response:
    """Send a form with the token that a page of this client carries."""
    return await client.post(path, data={"csrf": token(await client.get(page)), **data})


async def record_address(client: httpx.AsyncClient, sought: str = "Sommer") -> str:
    """The address of a patient's record in this client's session."""
    found = await send(client, "/patients", {"sought": sought})
    match = re.search(r'href="(/record/[\w-]+)"', found.text)
    assert match, found.text
    return match[1]
