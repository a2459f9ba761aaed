"""The whole application of a node without a socket, every address that it routes, and the rule of each."""

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from standalone import made
from starlette.applications import Starlette
from starlette.routing import Mount, Route

from verbund import api, exchange, ops, portal
from verbund.api import FhirApp
from verbund.node import Node, opened
from verbund.node.application import SOCKET_ROUTES, Addresses, nothing_here
from verbund.node.region import in_region
from verbund.node.serving import application
from verbund.ops import Metrics, Observed
from verbund.portal.rules import Rule as PageRule

PLACES = {
    "TYPE": "Patient",
    "ID": "1",
    "VERSION": "1",
    "TARGET": "Observation",
    "{key}": "AAAA",
    "{item}": "BBBB",
    "{site}": "haus",
    "{sequence}": "1",
    "{name}": "outside",
}
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
            yield from (Address("sockets", path, frozenset()) for path in SOCKET_ROUTES)
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
        **SOCKET_ROUTES,
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
    node: Node

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
            yield Assembled(app, http, node)


def ruled(address: Address) -> bool:
    """Whether the address stands in a table."""
    return address.path in rules() or STATIC.match(address.path) is not None
