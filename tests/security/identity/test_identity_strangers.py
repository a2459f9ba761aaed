"""What strangers publish, and what they send again: fetched within bounds, taken once by all processes of a node."""

import asyncio
import base64
import gzip
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
import pytest_asyncio
from databases import fresh
from serving import free_socket, serving
from signing_in import RETURN, Desk, answered, asked
from smart_apps import KeyPair, Prover, SmartNode, asserted, smart_node

from verbund.config import IdentityProvider
from verbund.database import Cluster, Database
from verbund.errors import Unavailable
from verbund.identity import BadProof, Credentials, Metadata, NotBelieved, OutsideProvider, Refusal
from verbund.identity.fetching import NotFetched, fetched
from verbund.identity.published import PublishedKeys

MOST = 64 * 1024


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def node(cluster: Cluster) -> AsyncIterator[SmartNode]:
    """One for all: each has people and apps of its own."""
    database = await Database.connect(await fresh(cluster))
    async with smart_node(database) as found:
        yield found
    await database.close()


class Publisher:
    """Answers with what it is told, and counts how much of it has gone out."""

    def __init__(self) -> None:
        self.status, self.headers, self.pieces = 200, dict[str, str](), [b"{}"]
        self.pause = 0.0
        self.sent = 0
        self.asked: list[str] = []

    async def __call__(self, scope: Any, _receive: Any, send: Any) -> None:
        self.asked.append(scope["path"])
        headers = [(name.encode(), value.encode()) for name, value in self.headers.items()]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        for piece in self.pieces:
            await send({"type": "http.response.body", "body": piece, "more_body": True})
            self.sent += len(piece)
            await asyncio.sleep(self.pause)
        await send({"type": "http.response.body", "body": b""})


@asynccontextmanager
async def published() -> AsyncIterator[tuple[Publisher, str]]:
    bound, url = free_socket()
    publisher = Publisher()
    with bound:
        async with serving(publisher, bound):
            yield publisher, url


async def got(url: str, seconds: float = 5.0) -> tuple[int, bytes]:
    async with httpx.AsyncClient() as http:
        return await fetched(http, "GET", url, most_bytes=MOST, seconds=seconds)


async def test_what_is_endless_is_left_at_its_limit() -> None:
    async with published() as (publisher, url):
        assert await got(url) == (200, b"{}")
        publisher.pieces = [b"x" * 4096] * 10_000
        with pytest.raises(NotFetched):
            await got(url)
        assert publisher.sent < 16 * 2**20


async def test_what_swells_when_unpacked_is_not_unpacked() -> None:
    async with published() as (publisher, url):
        publisher.headers, publisher.pieces = {"content-encoding": "gzip"}, [gzip.compress(bytes(2**25))]
        with pytest.raises(NotFetched):
            await got(url)


async def test_who_drips_is_not_waited_for() -> None:
    async with published() as (publisher, url):
        publisher.pieces, publisher.pause = [b" "] * 20, 0.05
        with pytest.raises(NotFetched):
            await got(url, seconds=0.3)


@pytest.mark.parametrize(
    "address",
    ["http://127.0.0.1/jwks", "file:///etc/passwd", "https://127.0.0.1:1/jwks", "https://[/", "gopher://x/", ""],
)
async def test_keys_are_fetched_by_https_only_and_their_absence_is_a_refusal(address: str) -> None:
    with pytest.raises(Refusal, match="cannot be had"):
        await PublishedKeys().keys_at(address)


async def test_an_assertion_says_nothing_of_where_its_keys_are(node: SmartNode) -> None:
    """`jku`, `x5u` and a key in the header lead nowhere; the keys that were registered count."""
    async with published() as (publisher, url):
        pair, own = KeyPair.es384(), KeyPair.es384()
        app = await node.service(own)
        publisher.pieces = [str(pair.public).replace("'", '"').encode()]
        for header in ({"jku": f"{url}/jwks"}, {"x5u": f"{url}/x5u"}, {"jwk": pair.public["keys"][0]}):
            header |= {"kid": own.key.kid}
            assertion = pair.assertion(asserted(app.id, node.token_address, node.desk.clock), header)
            assert (await node.service_token(assertion)).json()["error"] == "invalid_client"
        assert publisher.asked == []


DOCUMENT = {
    "issuer": "{url}", "authorization_endpoint": "{url}/a", "token_endpoint": "{url}/t", "jwks_uri": "{url}/k",
}  # fmt: skip


@pytest.mark.parametrize(
    "changes",
    [
        {"end_session_endpoint": "javascript:alert(1)"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"token_endpoint": "ftp://{url}"},
        {"jwks_uri": "file:///etc/passwd"},
        {"issuer": "https://somebody.else"},
    ],
    ids=lambda changes: next(iter(changes)),
)
async def test_an_outside_provider_sends_nobody_to_what_is_no_page(changes: dict[str, str]) -> None:
    async with published() as (publisher, url):
        said = {name: value.replace("{url}", url) for name, value in (DOCUMENT | changes).items()}
        publisher.pieces = [str(said).replace("'", '"').encode()]
        provider = OutsideProvider(
            IdentityProvider(name="k", title="K", issuer=url, client_id="verbund"), Credentials()
        )
        with pytest.raises(NotBelieved):
            await provider.metadata()
        await provider.close()


async def test_an_outside_provider_that_redirects_or_floods_is_not_there() -> None:
    async with published() as (publisher, url):
        provider = OutsideProvider(
            IdentityProvider(name="k", title="K", issuer=url, client_id="verbund"), Credentials()
        )
        publisher.pieces = [b"x" * 2**16] * 100
        with pytest.raises(Unavailable):
            await provider.metadata()
        publisher.status, publisher.headers, publisher.pieces = 302, {"location": f"{url}/elsewhere"}, [b""]
        with pytest.raises(NotBelieved):
            await provider.metadata()
        assert "/elsewhere" not in publisher.asked
        await provider.close()


@pytest.mark.parametrize("app_id", ["c294292f-254b-4c31-9352-46f505bcf1e1", "c" * 32, "portal", "operator", "a/b", ""])
async def test_an_app_is_never_called_like_a_person_or_a_part_of_the_node(node: SmartNode, app_id: str) -> None:
    metadata = Metadata(client_name="Labor", redirect_uris=(RETURN,), scope="user/*.rs")
    if app_id:
        with pytest.raises(Refusal):
            await node.desk.provider.apps.add(metadata, app_id=app_id)
    else:
        app, _ = await node.desk.provider.apps.add(metadata)
        assert app.id.startswith("app-")


async def elsewhere(node: SmartNode) -> Desk:
    """Another process of the same node."""
    other = await Desk.open(node.desk.database, issuer=node.desk.house.issuer, keys=node.desk.keys)
    other.clock.now = node.desk.clock.now
    return other


async def test_a_proof_is_taken_once_by_all_processes_and_their_nonce_is_one(node: SmartNode) -> None:
    desk, other, prover = node.desk, await elsewhere(node), Prover(node.desk.clock)
    address = f"{desk.house.audience}/Patient"
    assert desk.provider.nonce == other.provider.nonce
    outcomes = await asyncio.gather(
        *(
            one.tokens.proofs.key_of(proof, "GET", address)
            for proof in (prover.proof("GET", address, nonce=desk.provider.nonce),)
            for one in (desk, other) * 5
        ),
        return_exceptions=True,
    )
    assert [one for one in outcomes if not isinstance(one, BadProof)] == [prover.thumbprint]


async def test_two_refreshes_at_once_end_the_family_at_every_process(node: SmartNode) -> None:
    app, _ = await node.app()
    given = (await node.launched(app, await node.patient(), "offline_access patient/*.rs")).json()
    other = await elsewhere(node)
    form = [("grant_type", "refresh_token"), ("refresh_token", given["refresh_token"]), ("client_id", app.id)]
    outcomes = await asyncio.gather(
        *(one.provider.exchange(form, {}) for one in (node.desk, other) * 4), return_exceptions=True
    )
    won = [one for one in outcomes if not isinstance(one, BaseException)]
    assert len(won) <= 1
    assert all(isinstance(one, Refusal) and one.error == "invalid_grant" for one in outcomes if one not in won)
    for token in (given["access_token"], *(one["access_token"] for one in won)):
        said = await (await elsewhere(node)).provider.introspect(*await introspecting(node, token))
        assert said == {"active": False}
    for one in won:
        assert (await node.refreshed(app, one["refresh_token"])).json()["error"] == "invalid_grant"


async def introspecting(node: SmartNode, token: str) -> tuple[list[tuple[str, str]], dict[str, str]]:
    server, secret = await node.app(client_name="Server", token_endpoint_auth_method="client_secret_basic")
    word = base64.b64encode(f"{server.id}:{secret}".encode()).decode()
    return [("token", token)], {"authorization": f"Basic {word}"}


async def test_a_stolen_code_is_worth_nothing_in_another_sign_in(node: SmartNode) -> None:
    """Injection: the thief's own sign-in has another verifier, and another key where it is bound to one."""
    app, _ = await node.app()
    person, prover = await node.patient(), Prover(node.desk.clock)
    target = await node.desk.permitted(person, client_id=app.id, scope="patient/*.rs", dpop_jkt=prover.thumbprint)
    form = {
        "grant_type": "authorization_code", "code": answered(target)["code"], "client_id": app.id,
        "redirect_uri": RETURN, "code_verifier": "w" * 64,
    }  # fmt: skip
    assert (await node.http.post("/oauth/token", data=form)).json()["error"] == "invalid_grant"
    target = await node.desk.permitted(person, client_id=app.id, scope="patient/*.rs", dpop_jkt=prover.thumbprint)
    form |= {"code": answered(target)["code"], "code_verifier": "v" * 64}
    thief = Prover(node.desk.clock).proof("POST", node.token_address, nonce=node.desk.provider.nonce)
    answer = await node.http.post("/oauth/token", data=form, headers={"DPoP": thief})
    assert answer.json()["error"] == "invalid_dpop_proof"


async def test_every_answer_names_its_issuer(node: SmartNode) -> None:
    """RFC 9207: also refusals, and errors that are found before anybody signed in."""
    app, _ = await node.app()
    person, issuer = await node.patient(), node.desk.house.issuer
    pending = await node.desk.provider.begin(asked(client_id=app.id))
    question = answered(await node.desk.provider.complete(pending.request_id, person))["request"]
    assert answered(await node.desk.provider.refuse(question))["iss"] == issuer
    for changes in ({"scope": "patient/Nothing at.all"}, {"response_type": "token"}, {"code_challenge": None}):
        answer = await node.http.get("/oauth/authorize", params=asked(client_id=app.id, **changes))
        assert answered(answer.headers["location"])["iss"] == issuer
    said = (await node.http.get("/.well-known/oauth-authorization-server")).json()
    assert said["authorization_response_iss_parameter_supported"] is True


REDIRECTS = [
    RETURN + "/", RETURN + "?x=1", RETURN + "#f", RETURN + "/../evil", RETURN + "\t", " " + RETURN, RETURN + "ä",
    RETURN + '"', RETURN + "\\", RETURN.upper(), RETURN.replace("https", "http"), RETURN.replace("/b", "/%62"),
    RETURN.replace("app.", "app.evil."), RETURN.replace(".org", ".org@evil.org"), RETURN.replace(".org", ".org:443"),
    "//app.example.org/back", "javascript:alert(1)", "",
]  # fmt: skip


@pytest.mark.parametrize("address", REDIRECTS)
async def test_no_address_but_the_registered_one_is_led_to(node: SmartNode, address: str) -> None:
    app, _ = await node.app()
    answer = await node.http.get("/oauth/authorize", params=asked(client_id=app.id, redirect_uri=address))
    assert answer.status_code == 400
    assert "location" not in answer.headers


async def test_a_wider_scope_is_not_refreshed_into(node: SmartNode) -> None:
    app, _ = await node.app()
    scope = "offline_access patient/Observation.rs?category=laboratory patient/Patient.r"
    given = (await node.launched(app, await node.patient(), scope)).json()
    for wider in ("patient/Observation.rs", "patient/Patient.rs", "patient/*.r", "user/Patient.r", "launch/patient",
                  "patient/Observation.rs?category=vital-signs", "system/*.rs"):  # fmt: skip
        answer = (await node.refreshed(app, given["refresh_token"], scope=wider)).json()
        assert answer["error"] == "invalid_scope", wider
    assert (await node.refreshed(app, given["refresh_token"])).status_code == 200


async def test_pages_of_other_origins_read_what_a_token_opens_and_not_where_a_cookie_counts(node: SmartNode) -> None:
    asks = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "dpop,authorization"}
    for path in ("/oauth/token", "/oauth/revoke", "/oauth/userinfo", "/oauth/jwks"):
        before = await node.http.options(path, headers=asks)
        assert (before.status_code, before.headers["access-control-allow-origin"]) == (204, "*")
        assert {"dpop", "authorization"} <= set(before.headers["access-control-allow-headers"].lower().split(", "))
        assert "access-control-allow-credentials" not in before.headers
    refused = await node.http.post("/oauth/token", data={"grant_type": "refresh_token"})
    assert refused.status_code >= 400
    assert refused.headers.get_list("access-control-allow-origin") == ["*"]
    for answer in (
        await node.http.options("/oauth/authorize", headers=asks),
        await node.http.get("/oauth/authorize", params=asked()),
    ):
        assert "access-control-allow-origin" not in answer.headers


async def test_a_compressed_or_sealed_token_is_no_token(node: SmartNode) -> None:
    """Five parts, `zip` and `crit` are never taken: nothing is unpacked before it was proven."""
    header = base64.urlsafe_b64encode(b'{"alg":"dir","enc":"A256GCM","zip":"DEF"}').rstrip(b"=").decode()
    bomb = base64.urlsafe_b64encode(gzip.compress(bytes(2**22))).rstrip(b"=").decode()
    for word in (f"{header}..{bomb[:64]}.{bomb[:7000]}.AAAA", f"{header}.{bomb[:7000]}.AAAA", "a" * 20_000):
        answer = await node.http.get("/oauth/userinfo", headers={"Authorization": f"Bearer {word}"})
        assert answer.status_code == 401
        assert (await node.service_token(word)).status_code in {400, 401}
        with pytest.raises(BadProof):
            await node.desk.tokens.proofs.key_of(word, "GET", "https://x/")


ODD = ['\tä"\\', "\U0001f600\x7f", "\r\nSet-Cookie: x=1", "a" * 9000]


@pytest.mark.parametrize("odd", ODD, ids=range(len(ODD)))
async def test_no_sign_in_any_parameter_is_a_fault(node: SmartNode, odd: str) -> None:
    app, _ = await node.app()
    for name in ("client_id", "redirect_uri", "response_type", "scope", "state", "code_challenge", "nonce", "prompt",
                 "code_challenge_method", "launch", "aud", "max_age", "login_hint", "dpop_jkt"):  # fmt: skip
        answer = await node.http.get("/oauth/authorize", params=asked(**({"client_id": app.id} | {name: odd})))
        assert answer.status_code in {303, 400}, name
        assert "set-cookie" not in answer.headers
    for name in ("grant_type", "code", "client_id", "redirect_uri", "code_verifier", "refresh_token", "scope",
                 "client_secret", "client_assertion_type", "client_assertion"):  # fmt: skip
        for grant in ("authorization_code", "refresh_token", "client_credentials"):
            form = {
                "grant_type": grant,
                "code": "x",
                "refresh_token": "x",
                "client_id": app.id,
                "code_verifier": "v" * 64,
            }
            answer = await node.http.post("/oauth/token", data=form | {name: odd})
            assert answer.status_code in {400, 401}, (name, grant)
    for path in ("/oauth/revoke", "/oauth/introspect"):
        for name in ("token", "client_id", "token_type_hint"):
            answer = await node.http.post(path, data={"token": "x", "client_id": app.id} | {name: odd})
            assert answer.status_code in {200, 400, 401}, (path, name)
