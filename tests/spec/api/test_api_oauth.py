"""The OpenID Connect provider over HTTP, as an application meets it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
import pytest_asyncio
from joserfc import jwt
from joserfc.jwk import KeySet
from serving import free_socket, serving
from signing_in import APP, RETURN, SECRET, Desk, answered, asked, exchanged

from verbund.api.oauth import ROUTES, OpenId, oauth_app
from verbund.database import Database


@dataclass
class Node:
    desk: Desk
    http: httpx.AsyncClient


@pytest_asyncio.fixture(loop_scope="session")
async def node(database: Database) -> AsyncIterator[Node]:
    bound, url = free_socket()
    desk = await Desk.open(database, issuer=url)
    app = oauth_app(OpenId(desk.provider, desk.sessions, desk.keys.public(), desk.house.session_cookie))
    with bound:
        async with serving(app, bound), httpx.AsyncClient(base_url=url) as http:
            yield Node(desk, http)


async def test_an_application_finds_its_way_from_discovery_to_a_verified_identity(node: Node) -> None:
    found = (await node.http.get("/.well-known/openid-configuration")).json()
    person = await node.desk.physician()
    page = await node.http.get(found["authorization_endpoint"], params=asked(state="s1"))
    assert page.status_code == 303
    target = urlsplit(page.headers["location"])
    assert target.path == "/sign-in"
    request_id = parse_qs(target.query)["request"][0]
    back = answered(await node.desk.permitting(request_id, person))
    assert back["state"] == "s1"
    answer = await node.http.post(found["token_endpoint"], data=dict(exchanged(back["code"])))
    assert answer.headers["cache-control"] == "no-store"
    tokens = answer.json()
    keys = KeySet.import_key_set((await node.http.get(found["jwks_uri"])).json())
    identity = jwt.decode(tokens["id_token"], keys, algorithms=found["id_token_signing_alg_values_supported"])
    assert identity.claims["iss"] == found["issuer"] == str(node.http.base_url).rstrip("/")
    who = await node.http.get(found["userinfo_endpoint"], headers={"Authorization": f"Bearer {tokens['access_token']}"})
    assert who.json()["sub"] == identity.claims["sub"] == str(person.id)


async def test_who_has_a_session_goes_straight_back(node: Node) -> None:
    person = await node.desk.physician()
    cookie = {node.desk.house.session_cookie: await node.desk.sessions.open(person.id)}
    headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookie.items())}
    answer = await node.http.get("/oauth/authorize", params=asked(), headers=headers)
    assert answer.headers["location"].startswith(f"{node.desk.house.issuer}/apps/consent?request=")
    question = await node.desk.provider.question(answered(answer.headers["location"])["request"])
    assert (question.person.id, question.client.id) == (person.id, APP)
    again = await node.http.get("/oauth/authorize", params=asked(prompt="login"), headers=headers)
    assert again.headers["location"].startswith("/sign-in")


async def test_a_refusal_goes_to_the_application_only_when_its_address_is_registered(node: Node) -> None:
    told = await node.http.get("/oauth/authorize", params=asked(code_challenge=None))
    assert told.headers["location"].startswith(RETURN)
    shown = await node.http.get("/oauth/authorize", params=asked(redirect_uri="https://evil.example.org/"))
    assert shown.status_code == 400
    assert "location" not in shown.headers
    assert shown.headers["content-type"].startswith("text/plain")


async def test_a_request_may_come_as_a_form(node: Node) -> None:
    answer = await node.http.post("/oauth/authorize", data=dict(asked()))
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/sign-in?request=")


async def test_a_wrong_code_is_refused_as_the_standard_says(node: Node) -> None:
    answer = await node.http.post("/oauth/token", data=dict(exchanged("guess")))
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")


async def test_a_server_application_may_prove_itself_in_the_header(node: Node) -> None:
    code = await node.desk.code(await node.desk.physician(), client_id="server")
    form = dict(exchanged(code, client_id=None))
    answer = await node.http.post("/oauth/token", data=form, auth=("server", SECRET))
    assert answer.status_code == 200
    code = await node.desk.code(await node.desk.patient(), client_id="server")
    wrong = await node.http.post("/oauth/token", data=dict(exchanged(code, client_id=None)), auth=("server", "wrong"))
    assert (wrong.status_code, wrong.json()["error"]) == (401, "invalid_client")
    assert "basic" in wrong.headers["www-authenticate"].lower()


async def test_a_token_can_be_given_back_and_inspected(node: Node) -> None:
    token = (await node.desk.token(await node.desk.physician()))["access_token"]
    said = await node.http.post("/oauth/introspect", data={"token": token}, auth=("server", SECRET))
    assert said.json()["active"] is True
    assert (await node.http.post("/oauth/revoke", data={"token": token, "client_id": APP})).status_code == 200
    said = await node.http.post("/oauth/introspect", data={"token": token}, auth=("server", SECRET))
    assert said.json() == {"active": False}
    who = await node.http.get("/oauth/userinfo", headers={"Authorization": f"Bearer {token}"})
    assert who.status_code == 401
    assert 'error="invalid_token"' in who.headers["www-authenticate"]


@pytest.mark.parametrize("name", ["openid-configuration", "smart-configuration", "oauth-authorization-server"])
async def test_what_it_says_of_itself_is_so(node: Node, name: str) -> None:
    said = (await node.http.get(f"/.well-known/{name}")).json()
    for field, address in said.items():
        if field.endswith(("_endpoint", "_uri")):
            assert (await node.http.options(address)).status_code == 405, name
            assert urlsplit(address).path in ROUTES
    assert said["code_challenge_methods_supported"] == ["S256"]
    assert said["grant_types_supported"] == ["authorization_code", "refresh_token", "client_credentials"]


@pytest.mark.parametrize("path", sorted(ROUTES))
async def test_an_address_takes_only_its_methods(node: Node, path: str) -> None:
    methods, _ = ROUTES[path]
    for method in {"GET", "POST", "PUT", "DELETE", "PATCH"} - set(methods):
        assert (await node.http.request(method, path)).status_code == 405


async def test_what_is_not_listed_is_not_there(node: Node) -> None:
    for path in ("/oauth", "/oauth/", "/oauth/admin", "/oauth/token/", "/.well-known/", "/docs", "/openapi.json"):
        assert (await node.http.get(path)).status_code == 404


async def test_a_form_has_an_end(node: Node) -> None:
    answer = await node.http.post("/oauth/token", data={"code": "x" * 70_000})
    assert answer.status_code == 413
    answer = await node.http.post("/oauth/token", json={"code": "x"})
    assert answer.status_code == 400
