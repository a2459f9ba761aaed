"""Every address of an assembled node has a rule, and without a token none but the public ones says anything."""

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from standalone import made
from starlette.applications import Starlette
from starlette.routing import Mount, Route

from verbund import api, exchange, ops, portal
from verbund.api import FhirApp
from verbund.node import opened
from verbund.node.application import Addresses, nothing_here
from verbund.node.region import in_region
from verbund.node.serving import application
from verbund.ops import Metrics, Observed
from verbund.portal.rules import Rule as PageRule

PLACES = {"TYPE": "Patient", "ID": "1", "VERSION": "1", "TARGET": "Observation", "{key}": "AAAA", "{item}": "BBBB"}
STATIC = re.compile(r"^/static/[^/]+$")


@dataclass(frozen=True)
class Address:
    """An address as it is routed, its methods, and the part of the node that answers."""

    part: str
    path: str
    methods: frozenset[str]

    @property
    def filled(self) -> str:
        """The address with something in its places."""
        path = self.path
        for place, value in PLACES.items():
            path = path.replace(place, value)
        return path


def walked(app: Any, part: str = "") -> Iterator[Address]:
    """Every address that an application routes; fails for one whose routes nobody can know."""
    match app:
        case Observed():
            yield from walked(app._app, part)
        case Addresses():
            for inner in {id(one): one for one in app._parts.values()}.values():
                yield from walked(inner, next(name for name, one in app._parts.items() if one is inner))
            yield from walked(app._portal, "portal")
        case Starlette():
            for route in app.routes:
                yield from walked(route, part)
        case Route():
            yield Address(part, app.path, frozenset(app.methods or ()))
        case Mount():
            yield Address(part, app.path, frozenset({"GET"}))
        case FhirApp():
            for interaction in api.INTERACTIONS:
                yield Address(part, "/".join(("/fhir", *interaction.shape)), frozenset(interaction.methods))
        case _:
            assert app is nothing_here, f"nobody knows what {app!r} answers"


def rules() -> dict[str, object]:
    """Every rule there is, by address."""
    return {
        **portal.RULES,
        **api.ROUTES,
        **ops.ROUTES,
        **{rule.path: rule for rule in exchange.ROUTES},
    }


def is_public(address: Address) -> bool:
    """Whether the tables let everybody in who does not prove anything."""
    if STATIC.match(address.path):
        return True
    rule = rules()[address.path]
    match rule:
        case str():
            return rule == "public"
        case PageRule():
            return rule.roles is None
        case api.Rule():
            return rule.kind in {"public", "browser"}
    return False


@dataclass(frozen=True)
class Assembled:
    """A node's application and somebody without a token at it."""

    app: Any
    http: httpx.AsyncClient

    @property
    def addresses(self) -> list[Address]:
        """All addresses."""
        return list(walked(self.app))


@asynccontextmanager
async def assembled(directory: Path, database_url: str, **settings: object) -> AsyncIterator[Assembled]:
    """A node's application, without a socket."""
    config = made(directory, database_url, **settings)
    async with opened(config) as node, in_region(node) as part:
        app, _ = application(node, part, Metrics("haus"))
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=config.base_url) as http:
            yield Assembled(app, http)


@pytest_asyncio.fixture(loop_scope="session")
async def hub(tmp_path: Path, database_url: str) -> AsyncIterator[Assembled]:
    async with assembled(tmp_path / "hub", database_url, role="hub", kind="hub") as found:
        yield found


@pytest_asyncio.fixture(loop_scope="session")
async def site(tmp_path: Path, database_url: str) -> AsyncIterator[Assembled]:
    async with assembled(tmp_path / "site", database_url) as found:
        yield found


def ruled(address: Address) -> bool:
    """Whether the address stands in a table."""
    return address.path in rules() or STATIC.match(address.path) is not None


async def test_every_route_of_a_hub_has_a_rule_and_every_rule_a_route(hub: Assembled) -> None:
    assert [address for address in hub.addresses if not ruled(address)] == []
    paths = {address.path for address in hub.addresses}
    assert set(rules()) - paths == {"/static"}
    assert {address.part for address in hub.addresses} >= {"portal", "fhir", "oauth", "health", "exchange"}


async def test_a_site_answers_nothing_of_a_hub(site: Assembled) -> None:
    assert [address for address in site.addresses if not ruled(address)] == []
    assert not any(address.path.startswith("/exchange") for address in site.addresses)
    for rule in exchange.ROUTES:
        assert (await site.http.request(rule.method, rule.path)).status_code == 404


async def test_a_route_that_nobody_ruled_would_be_found(site: Assembled) -> None:
    async def stray(_: object) -> None:
        """Answers nothing."""

    inner = site.app._app._portal
    inner.router.routes.append(Route("/stray", stray))
    assert [address.path for address in site.addresses if not ruled(address)] == ["/stray"]


async def test_without_a_token_only_public_addresses_answer(hub: Assembled) -> None:
    closed = [address for address in hub.addresses if not is_public(address)]
    assert len(closed) > 25
    for address in closed:
        for method in address.methods:
            answer = await hub.http.request(method, address.filled)
            to_sign_in = answer.status_code == 303 and answer.headers["location"].startswith("/sign-in")
            assert to_sign_in or answer.status_code in {400, 401, 403}, (method, address, answer.status_code)


async def test_what_is_public_is_what_was_agreed(hub: Assembled) -> None:
    assert {address.path for address in hub.addresses if is_public(address) and not STATIC.match(address.path)} == {
        "/.well-known/openid-configuration",
        "/.well-known/smart-configuration",
        "/about",
        "/fhir/.well-known/smart-configuration",
        "/fhir/metadata",
        "/health/live",
        "/health/ready",
        "/oauth/authorize",
        "/oauth/callback",
        "/oauth/jwks",
        "/settings",
        "/sign-in",
        "/signed-out",
    }


@pytest.mark.parametrize(
    "path",
    [
        "/health", "/health/", "/health/all", "/metrics/", "/metrics/all", "/exchange", "/exchange/all", "/oauth",
        "/oauth/all", "/.well-known", "/.well-known/all", "/nowhere", "//fhir/metadata", "/static", "/my",
        "/static/../keys.json", "/FHIR/metadata", "/fhir/metadata/more", "/administration/all", "/%2e%2e/keys.json",
    ],
)  # fmt: skip
async def test_an_address_that_is_in_no_table_shows_nothing(hub: Assembled, path: str) -> None:
    answer = await hub.http.get(path)
    to_sign_in = answer.status_code == 303 and answer.headers["location"].startswith("/sign-in")
    assert to_sign_in or answer.status_code in {307, 401, 404}, answer.status_code


async def test_a_websocket_is_refused(site: Assembled) -> None:
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "websocket.connect"}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    await site.app({"type": "websocket", "path": "/fhir", "headers": []}, receive, send)
    assert sent == [{"type": "websocket.close", "code": 1000}]
