"""Ten thousand forged, changed, old, foreign and repeated tokens, assertions and proofs: none is accepted.

A fourth of them in `make test`, all in `make test-long`.
"""

import base64
import hashlib
import json
import random
import uuid
from collections.abc import AsyncIterator, Iterator
from itertools import islice
from typing import Any

import pytest
import pytest_asyncio
from databases import fresh
from forging import WRONG, Claims, forged_tokens, opened, part, same_bits, spoiled
from joserfc import jwk, jwt
from signing_in import Desk, TurnedClock
from smart_apps import BEARER_TYPE, KeyPair, Prover, SmartNode, asserted, smart_node

from verbund.database import Cluster, Database
from verbund.errors import Unauthenticated
from verbund.identity import BadProof, Refusal


def so_many(some: int, all_of_them: int) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("number", [some, pytest.param(all_of_them, marks=pytest.mark.long)])


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def node(cluster: Cluster) -> AsyncIterator[SmartNode]:
    database = await Database.connect(await fresh(cluster))
    async with smart_node(database) as found:
        yield found
    await database.close()


@so_many(1_800, 6_000)
async def test_no_forged_token_is_accepted(node: SmartNode, number: int) -> None:
    chance, desk = random.Random(20260301), node.desk  # noqa: S311 - the same each time
    app, _ = await node.app()
    right = (await node.launched(app, await node.patient(), "patient/*.rs")).json()["access_token"]
    assert await desk.tokens.verify(right)
    accepted = []
    different = (forged for forged in forged_tokens(right, desk, chance) if not same_bits(forged, right))
    for forged in islice(different, number):
        try:
            await desk.tokens.verify(forged)
            accepted.append(forged)
        except Unauthenticated:
            assert desk.tokens.known(forged.encode()) is None
    assert accepted == []


def forged_assertions(app: str, pair: KeyPair, node: SmartNode, chance: random.Random) -> Iterator[str]:
    """Endless: right but for one thing."""
    stranger = KeyPair(jwk.ECKey.generate_key("P-384", {"kid": pair.key.kid}), "ES384")
    clock, address = node.desk.clock, node.token_address
    now = int(clock().timestamp())
    public = json.dumps(pair.key.as_dict(private=False)).encode()

    def right(**changes: Any) -> Claims:
        return asserted(app, address, clock, **changes)

    while True:
        signed = pair.assertion(right())
        head, claims, signature = opened(signed)
        for name in ("iss", "sub", "aud", "exp", "jti"):
            yield pair.assertion(right(**{name: None}))
            # Any short text is an id.
            wrong = [one for one in WRONG if one is not None and (name != "jti" or one not in ["x", "null"])]
            yield pair.assertion(right(**{name: chance.choice(wrong)}))
        yield pair.assertion(right(exp=now - chance.randrange(0, 10**6)))
        yield pair.assertion(right(exp=now + chance.randrange(360, 10**6)))
        yield pair.assertion(right(iat=now + chance.randrange(60, 10**6)))
        yield pair.assertion(right(nbf=now + chance.randrange(60, 10**6)))
        yield pair.assertion(right(aud=[address, "https://evil.org"]))
        yield pair.assertion(right(), {"kid": "other"})
        yield pair.assertion(right(), {"typ": "dpop+jwt"})
        yield stranger.assertion(right())
        yield f"{part(head | {'alg': 'none'})}.{part(claims)}."
        yield f"{part(head)}.{part(claims | {'jti': uuid.uuid4().hex})}.{signature}"
        yield jwt.encode(
            {"alg": "HS256", "kid": pair.key.kid}, right(), jwk.OctKey.import_key(public), algorithms=["HS256"]
        )
        changed = spoiled(signed, chance)
        if not same_bits(changed, signed):
            yield changed


async def refused(node: SmartNode, assertion: str) -> bool:
    form = [
        ("grant_type", "client_credentials"), ("scope", "system/*.rs"),
        ("client_assertion_type", BEARER_TYPE), ("client_assertion", assertion),
    ]  # fmt: skip
    try:
        await node.desk.provider.exchange(form, {})
    except Refusal:
        return True
    return False


@so_many(300, 2_000)
async def test_no_forged_assertion_is_accepted(node: SmartNode, number: int) -> None:
    chance, pair = random.Random(20260302), KeyPair.es384()  # noqa: S311 - the same each time
    app = await node.service(pair)
    forgeries = islice(forged_assertions(app.id, pair, node, chance), number)
    accepted = [opened(forged) for forged in forgeries if not await refused(node, forged)]
    assert accepted == []
    assert not await refused(node, pair.assertion(asserted(app.id, node.token_address, node.desk.clock)))


async def test_an_assertion_is_taken_once_by_whichever_process(node: SmartNode) -> None:
    pair = KeyPair.rs384()
    app = await node.service(pair)
    assertion = pair.assertion(asserted(app.id, node.token_address, node.desk.clock))
    assert not await refused(node, assertion)
    other = await Desk.open(node.desk.database, issuer=node.desk.house.issuer, keys=node.desk.keys)
    other.clock.now = node.desk.clock.now
    assert await refused(node, assertion)
    assert await refused(SmartNode(other, node.http), assertion)
    same_id = pair.assertion(asserted(app.id, node.token_address, node.desk.clock, jti="one", iat=None))
    assert not await refused(node, same_id)
    assert await refused(node, pair.assertion(asserted(app.id, node.token_address, node.desk.clock, jti="one")))


def forged_proofs(prover: Prover, address: str, token: str, chance: random.Random, clock: TurnedClock) -> Iterator[str]:
    """Endless: right but for one thing."""
    other, now = jwk.ECKey.generate_key("P-256"), int(clock().timestamp())
    ath = base64.urlsafe_b64encode(hashlib.sha256(token.encode()).digest()).rstrip(b"=").decode()

    def made(**changes: Any) -> str:
        header = changes.pop("header", None)
        return prover.proof("GET", address, header=header, **({"ath": ath} | changes))

    wrong = [one for one in WRONG if one is not None]
    while True:
        for name in ("htm", "htu", "iat", "jti", "ath"):
            yield made(**{name: None})
            if name != "jti":
                yield made(**{name: chance.choice([one for one in wrong if one != "x"])})
        yield made(jti=chance.choice(["", 7, [], "x" * 300]))
        yield made(htm="POST")
        yield made(htu=address + "/more")
        yield made(htu="https://evil.org/fhir/Patient")
        yield made(iat=now - chance.randrange(61, 10**6))
        yield made(iat=now + chance.randrange(61, 10**6))
        yield made(nonce=chance.choice(["x", 7, uuid.uuid4().hex]))
        yield made(header={"typ": "JWT"})
        yield made(header={"jwk": other.as_dict(private=False)})
        yield made(header={"jwk": prover.key.as_dict(private=True)})
        head, claims, signature = opened(made())
        yield f"{part(head | {'alg': 'none'})}.{part(claims)}."
        yield f"{part(head)}.{part(claims | {'jti': uuid.uuid4().hex})}.{signature}"
        secret = jwk.OctKey.import_key(json.dumps(head["jwk"]).encode())
        yield jwt.encode({"alg": "HS256", "typ": "dpop+jwt", "jwk": head["jwk"]}, claims, secret, algorithms=["HS256"])
        right = made()
        changed = spoiled(right, chance)
        if not same_bits(changed, right):
            yield changed
        stranger = Prover(clock)
        yield stranger.proof("GET", address, ath=ath)


async def bound(node: SmartNode, prover: Prover) -> str:
    """A token that is bound to the prover's key."""
    pair = KeyPair.es384()
    app = await node.service(pair)
    nonce = node.desk.provider.nonce
    form = {
        "grant_type": "client_credentials", "scope": "system/*.rs",
        "client_assertion_type": BEARER_TYPE,
        "client_assertion": pair.assertion(asserted(app.id, node.token_address, node.desk.clock)),
    }  # fmt: skip
    proof = prover.proof("POST", node.token_address, nonce=nonce)
    answer = await node.http.post("/oauth/token", data=form, headers={"DPoP": proof})
    assert answer.json()["token_type"] == "DPoP", answer.text
    token: str = answer.json()["access_token"]
    return token


@so_many(400, 2_000)
async def test_no_forged_proof_is_accepted(node: SmartNode, number: int) -> None:
    chance, desk = random.Random(20260303), node.desk  # noqa: S311 - the same each time
    prover, address = Prover(desk.clock), f"{desk.house.audience}/Patient"
    token = await bound(node, prover)
    accepted = []
    for forged in islice(forged_proofs(prover, address, token, chance, desk.clock), number):
        try:
            await desk.tokens.presented("DPoP", token, forged, "GET", address)
            accepted.append(opened(forged))
        except Unauthenticated:
            continue
    assert accepted == []


async def test_a_bound_token_needs_its_key_each_time(node: SmartNode) -> None:
    desk, prover = node.desk, Prover(node.desk.clock)
    token, address = await bound(node, prover), f"{node.desk.house.audience}/Patient"
    with pytest.raises(Unauthenticated, match="bound to a key"):
        await desk.tokens.verify(token)
    with pytest.raises(Unauthenticated, match="bound to a key"):
        await desk.tokens.presented("Bearer", token, None, "GET", address)
    with pytest.raises(BadProof):
        await desk.tokens.presented("DPoP", token, None, "GET", address)
    digest = hashlib.sha256(token.encode()).digest()
    proof = prover.proof("GET", address, ath=base64.urlsafe_b64encode(digest).rstrip(b"=").decode())
    assert (await desk.tokens.presented("DPoP", token, proof, "GET", address)).role == "system"
    assert desk.tokens.known(token.encode()) is None
    with pytest.raises(BadProof, match="used before"):
        await desk.tokens.presented("DPoP", token, proof, "GET", address)


async def test_a_proof_for_a_token_says_our_nonce(node: SmartNode) -> None:
    prover = Prover(node.desk.clock)
    form = {"grant_type": "client_credentials"}
    answer = await node.http.post("/oauth/token", data=form, headers={"DPoP": prover.proof("POST", node.token_address)})
    assert (answer.status_code, answer.json()["error"]) == (400, "use_dpop_nonce")
    assert answer.headers["dpop-nonce"] == node.desk.provider.nonce
    before = node.desk.provider.nonce
    node.desk.clock.turn(minutes=5)
    assert node.desk.provider.nonce != before


async def test_a_refresh_token_used_twice_ends_all_that_came_of_it(node: SmartNode) -> None:
    app, _ = await node.app()
    first = (await node.launched(app, await node.patient(), "offline_access patient/*.rs")).json()
    second = (await node.refreshed(app, first["refresh_token"])).json()
    assert (await node.refreshed(app, first["refresh_token"])).json()["error"] == "invalid_grant"
    for token in (first["access_token"], second["access_token"]):
        with pytest.raises(Unauthenticated, match="revoked"):
            await node.desk.tokens.verify(token)
    assert (await node.refreshed(app, second["refresh_token"])).json()["error"] == "invalid_grant"


async def test_a_refresh_token_is_worth_nothing_to_another_app_or_key(node: SmartNode) -> None:
    app, _ = await node.app()
    other, _ = await node.app()
    given = (await node.launched(app, await node.patient(), "offline_access patient/*.rs")).json()
    assert (await node.refreshed(other, given["refresh_token"])).json()["error"] == "invalid_grant"
    assert (await node.refreshed(app, given["refresh_token"])).status_code == 200


async def test_a_disabled_app_has_nothing_left(node: SmartNode) -> None:
    app, _ = await node.app()
    person, pair = await node.patient(), KeyPair.es384()
    given = (await node.launched(app, person, "offline_access patient/*.rs")).json()
    service = await node.service(pair)
    own = (await node.service_token(pair.assertion(asserted(service.id, node.token_address, node.desk.clock)))).json()
    for one in (app, service):
        await node.desk.provider.apps.switch(one.id, enabled=False)
    elsewhere = await Desk.open(node.desk.database, issuer=node.desk.house.issuer, keys=node.desk.keys)
    elsewhere.clock.now = node.desk.clock.now
    for token in (given["access_token"], own["access_token"]):
        with pytest.raises(Unauthenticated, match="revoked"):
            await elsewhere.tokens.verify(token)
    assert (await node.refreshed(app, given["refresh_token"])).status_code in {400, 401}
    again = pair.assertion(asserted(service.id, node.token_address, node.desk.clock))
    assert (await node.service_token(again)).status_code == 401
    await node.desk.provider.apps.switch(app.id, enabled=True)
    assert (await node.refreshed(app, given["refresh_token"])).json()["error"] == "invalid_grant"


@pytest.mark.parametrize("scope", ["system/*.cruds", "user/*.rs patient/*.rs openid", "", "system/*.x"])
async def test_a_service_gets_no_more_than_it_is_registered_for(node: SmartNode, scope: str) -> None:
    pair = KeyPair.es384()
    app = await node.service(pair, "system/Observation.rs?category=laboratory system/Patient.r")
    assertion = pair.assertion(asserted(app.id, node.token_address, node.desk.clock))
    answer = (await node.service_token(assertion, scope=scope)).json()
    if scope == "system/*.cruds":
        assert answer["scope"] == "system/Patient.r system/Observation.rs?category=laboratory"
    else:
        assert answer["error"] == "invalid_scope"


async def test_a_patients_account_never_opens_another_patient(node: SmartNode) -> None:
    app, _ = await node.app()
    scope = "launch/patient patient/*.rs user/*.rs"
    body = (await node.launched(app, await node.patient(), scope, patient="pat8")).json()
    assert body["patient"] == "pat1"
    assert (await node.desk.tokens.verify(body["access_token"])).patient_id == "pat1"
