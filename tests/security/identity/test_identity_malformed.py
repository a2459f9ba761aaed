"""What strangers send to the token endpoint is refused, however malformed: none of it is an error of the server."""

import base64
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from joserfc import jwk, jws
from smart_apps import BEARER_TYPE, SmartNode, digest, smart_node

from verbund.database import Database
from verbund.identity import BadProof
from verbund.identity.dpop import Proofs

SURROGATE = "\ud800"


@pytest_asyncio.fixture(loop_scope="session")
async def node(database: Database) -> AsyncIterator[SmartNode]:
    """The provider on a socket."""
    async with smart_node(database) as running:
        yield running


def proof(**claims: Any) -> str:
    """A proof signed by a key of its own, whatever it says."""
    key = jwk.ECKey.generate_key("P-256")
    header = {"typ": "dpop+jwt", "alg": "ES256", "jwk": key.as_dict(private=False)}
    return jws.serialize_compact(header, json.dumps(claims).encode(), key, algorithms=["ES256"])


@pytest.mark.parametrize(
    "changes",
    [
        {"htu": "http://["},
        {"htu": "http://a:b\u2100c/"},
        {"nonce": SURROGATE},
        {"ath": SURROGATE},
        {"iat": (1 << 40) - 1},
        {"iat": -1},
        {"jti": SURROGATE},
    ],
)
async def test_a_malformed_proof_is_a_bad_proof(node: SmartNode, changes: dict[str, Any]) -> None:
    now = int(node.desk.clock().timestamp())
    right = {"htm": "POST", "htu": node.token_address, "iat": now, "jti": "a", "nonce": node.desk.provider.nonce}
    headers = {"DPoP": proof(**(right | changes))}
    answer = await node.http.post("/oauth/token", data={"grant_type": "client_credentials"}, headers=headers)
    assert answer.status_code in {400, 401}, answer.text


@pytest.mark.parametrize(
    "changes",
    [{"ath": SURROGATE}, {"nonce": SURROGATE}, {"htu": "http://["}, {"iat": 1 << 37}, {"iat": 1 << 80}, {"iat": 1e300}],
)
async def test_a_malformed_proof_for_a_token_is_a_bad_proof(node: SmartNode, changes: dict[str, Any]) -> None:
    desk, address = node.desk, "https://praxis.example/fhir/Patient"
    proofs = Proofs(desk.database, desk.keys, clock=desk.clock)
    right = {"htm": "GET", "htu": address, "iat": int(desk.clock().timestamp()), "jti": "a", "ath": digest("t")}
    assert await proofs.key_of(proof(**right), "GET", address, token="t")
    with pytest.raises(BadProof):
        await proofs.key_of(proof(**(right | {"jti": "b"} | changes)), "GET", address, token="t")


def assertion(sub: object) -> str:
    """One that nobody signed, and that names an app."""
    parts = ({"alg": "ES384", "kid": "a"}, {"sub": sub})
    head, said = (base64.urlsafe_b64encode(json.dumps(one).encode()).rstrip(b"=").decode() for one in parts)
    return f"{head}.{said}.AAAA"


@pytest.mark.parametrize("name", [SURROGATE, "a\x00b", "nobody", "x" * 300, "-", "ä"])
async def test_an_assertion_of_no_possible_app_is_of_no_client(node: SmartNode, name: str) -> None:
    form = {"grant_type": "client_credentials", "client_assertion_type": BEARER_TYPE}
    answer = await node.http.post("/oauth/token", data=form | {"client_assertion": assertion(name)})
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


@pytest.mark.parametrize("sent", [b"a\x00b:c", b"%00:c", b"\xff\xfe:c", b"%ff:c", b"nobody:c", b"a\x00b", b"a:\xff"])
async def test_credentials_of_no_possible_app_are_of_no_client(node: SmartNode, sent: bytes) -> None:
    basic = {"Authorization": f"Basic {base64.b64encode(sent).decode()}"}
    for path in ("token", "revoke", "introspect"):
        form = {"grant_type": "client_credentials", "token": "x"}
        answer = await node.http.post(f"/oauth/{path}", data=form, headers=basic)
        assert answer.status_code in {400, 401}, answer.text
        assert answer.json()["error"] == "invalid_client", answer.text


@pytest.mark.parametrize("name", ["%00", "%ED%A0%80", "a%00b", "%C3%A4", "nobody"])
async def test_a_client_id_of_no_possible_app_is_of_no_client(node: SmartNode, name: str) -> None:
    content = f"grant_type=authorization_code&code=x&client_id={name}"
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = await node.http.post("/oauth/token", content=content, headers=headers)
    assert answer.status_code in {400, 401}, answer.text
    asked = await node.http.get(f"/oauth/authorize?client_id={name}&response_type=code")
    assert asked.status_code < 500, asked.text
