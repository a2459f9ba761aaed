"""Tokens at the FHIR API that are forged, over, revoked, bound to a key or too narrow, by each way that a request goes.

Plain reads are taken at the door of the connection, everything else by way of ASGI: what is refused by one must be by
the other, also right after a right token was let in by it.
"""

import asyncio
from datetime import timedelta
from itertools import islice
from random import Random

import httpx
import pytest
from fhir_node import FhirNode, observation, patient
from forging import forged_tokens, same_bits
from signing_in import quick_passwords
from smart_apps import Prover, digest

from verbund.config import utc_now
from verbund.identity import People, Person, Role, Scopes
from verbund.identity.tokens import Terms

NOT_PLAIN = {"If-None-Match": 'W/"99"'}


async def physician(node: FhirNode, login: str) -> Person:
    people = People(node.database, node.keys, passwords=quick_passwords())
    return await people.add(login, "Dr. Weber", Role.PHYSICIAN, "blaue Birnen im Mai", practitioner_id=login)


async def asked(node: FhirNode, address: str, token: str, scheme: str = "Bearer", **more: str) -> list[int]:
    """What a plain read, one on a condition and a batch are answered."""
    sent = {"Authorization": f"{scheme} {token}".encode("utf-8", "replace")}
    batch = node.transaction(("GET", address, None), kind="batch")
    answers: list[httpx.Response] = [
        await node.http.get(address.lstrip("/"), headers=sent | more),  # type: ignore[arg-type]
        await node.http.get(address.lstrip("/"), headers=sent | NOT_PLAIN | more),  # type: ignore[arg-type]
        await node.http.post("", json=batch, headers=sent | more),  # type: ignore[arg-type]
    ]
    assert not any(answer.status_code == 401 and token in answer.text for answer in answers if len(token) > 8)
    return [answer.status_code for answer in answers]


async def test_no_forged_token_opens_anything_at_either_way_in(node: FhirNode) -> None:
    address = await node.new(patient())
    right = await node.tokens.issue(await physician(node, "forged"), Scopes.parse("user/*.rs"), client="app")
    assert await asked(node, address, right) == [200, 200, 200]
    forgeries = forged_tokens(right, node, Random(20261123))  # noqa: S311 - the same each time
    different = (one for one in forgeries if not same_bits(one, right) and "\n" not in one and one.strip())
    for forged in islice(different, 80):
        assert set(await asked(node, address, forged)) == {401}, forged
    assert await asked(node, address, right) == [200, 200, 200]


async def test_a_token_that_is_over_opens_nothing_though_it_was_known(node: FhirNode) -> None:
    address = await node.new(patient())
    who, before = await physician(node, "over"), node.tokens.ttl
    node.tokens.ttl = timedelta(seconds=2)
    token = await node.tokens.issue(who, Scopes.parse("user/*.rs"), client="app")
    node.tokens.ttl = before
    assert await asked(node, address, token) == [200, 200, 200]
    await asyncio.sleep(2.1)
    assert await asked(node, address, token) == [401, 401, 401]


async def test_a_token_that_was_revoked_opens_nothing_from_the_next_request_on(node: FhirNode) -> None:
    address = await node.new(patient())
    token = await node.tokens.issue(await physician(node, "revoked"), Scopes.parse("user/*.rs"), client="app")
    assert await asked(node, address, token) == [200, 200, 200]
    await node.tokens.revoke(await node.tokens.claims(token))
    assert await asked(node, address, token) == [401, 401, 401]


async def test_a_bound_token_opens_nothing_without_a_fresh_proof_of_its_key(node: FhirNode) -> None:
    address = await node.new(patient())
    who, prover, thief = await physician(node, "bound"), Prover(utc_now), Prover(utc_now)
    minted = node.tokens.mint(who, Scopes.parse("user/*.rs"), client="app", terms=Terms(jkt=prover.thumbprint))
    await node.tokens.write_down(minted, who)
    url, token = f"{node.base}{address}", minted.token
    proof = prover.proof("GET", url, ath=digest(token))
    first = await node.http.get(url, headers={"Authorization": f"DPoP {token}", "DPoP": proof})
    assert first.status_code == 200, first.text
    wrong = (
        proof,
        prover.proof("GET", url),
        prover.proof("POST", url, ath=digest(token)),
        prover.proof("GET", f"{url}x", ath=digest(token)),
        prover.proof("GET", url, ath=digest(token), iat=1),
        thief.proof("GET", url, ath=digest(token)),
        "x",
    )
    for one in wrong:
        answer = await node.http.get(url, headers={"Authorization": f"DPoP {token}", "DPoP": one})
        assert answer.status_code == 401, one
    assert await asked(node, address, token) == [401, 401, 401]
    assert await asked(node, address, token, "DPoP") == [401, 401, 401]


@pytest.mark.parametrize("scope", ["user/Observation.rs", "user/Patient.c", "user/Observation.rs?code=718-7", ""])
async def test_no_way_in_gives_more_than_the_scopes_of_the_token(node: FhirNode, scope: str) -> None:
    address = await node.new(patient())
    await node.new(observation(address))
    who = await physician(node, f"narrow-{len(scope)}")
    token = await node.tokens.issue(who, Scopes.parse(scope), client="app")
    plain, other, batch = await asked(node, address, token)
    assert (plain, other) == (403, 403)
    assert batch in {200, 403}
    ways = (
        f"{address}/_history", f"{address}/$everything", "/Patient", "/Patient?_summary=count", f"{address}/$meta",
        f"/Patient?_has:Observation:patient:code=718-7&_id={address[9:]}", "/Patient/$export", f"{address}/Condition",
        f"{address}/$graphql?query={{id}}",
    )  # fmt: skip
    for way in ways:
        answer = await node.get(way, {"Authorization": f"Bearer {token}", "Prefer": "respond-async"})
        assert answer.status_code == 403 or not answer.json().get("data"), (way, answer.text)
        assert "Muster" not in answer.text
    for method, body in (("PUT", patient() | {"id": address[9:]}), ("DELETE", None), ("PATCH", None)):
        sent = {"Authorization": f"Bearer {token}", "Content-Type": "application/fhir+json"}
        answer = await node.http.request(method, address.lstrip("/"), json=body, headers=sent)
        assert answer.status_code in {403, 415}, (method, answer.text)
    assert (await node.get(address)).json()["meta"]["versionId"] == "1"
