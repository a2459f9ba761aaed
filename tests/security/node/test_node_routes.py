"""Every address of an assembled node has a rule, and without a token none but the public ones says anything."""

from typing import Any

import pytest
from assembled import STATIC, Assembled, is_public, ruled, rules
from starlette.routing import Route

from verbund import exchange


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
        "/.well-known/oauth-authorization-server",
        "/.well-known/oauth-protected-resource",
        "/.well-known/oauth-protected-resource/fhir",
        "/.well-known/openid-configuration",
        "/.well-known/smart-configuration",
        "/about",
        "/apps/consent",  # shows what an app asks for, to who signed in just now and knows the request
        "/enrol",
        "/fhir/.well-known/smart-configuration",
        "/fhir/metadata",
        "/health/live",
        "/health/ready",
        "/oauth/authorize",
        "/oauth/callback",
        "/oauth/jwks",
        "/oauth/smart-style.json",
        "/settings",
        "/sign-in",
        "/sign-in/code",
        "/sign-in/continue",
        "/sign-in/factor",
        "/sign-in/outside",
        "/sign-in/outside/{name}",
        "/sign-in/passkey",
        "/sign-in/password",
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
