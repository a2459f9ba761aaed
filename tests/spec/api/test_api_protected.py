"""The FHIR API as a protected resource: who gives tokens for it (RFC 9728), and tokens bound to a key (RFC 9449)."""

import base64
import hashlib
from collections.abc import AsyncIterator

import pytest_asyncio
from fhir_node import FhirNode, patient
from signing_in import TurnedClock
from smart_apps import Prover

from verbund.config import utc_now
from verbund.identity import Scopes
from verbund.identity.tokens import Terms


class Now(TurnedClock):
    def __call__(self):  # type: ignore[no-untyped-def]  # noqa: ANN204
        return utc_now()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def bound(node: FhirNode) -> AsyncIterator[tuple[str, Prover]]:
    """A token that is bound to a key."""
    prover = Prover(Now())
    async with node.database.transaction() as connection:
        await connection.execute(
            "insert into identity_app (id, metadata, created, changed) values ('labor', '{}', now(), now())"
        )
    scopes, terms = Scopes.parse("system/*.cruds"), Terms(jkt=prover.thumbprint)
    minted = node.tokens.mint_service("labor", "Labor", scopes, purpose="TREAT", terms=terms)
    await node.tokens.write_down(minted, None)
    yield minted.token, prover


def proofs(token: str, prover: Prover, method: str, address: str, **changes: str) -> dict[str, str]:
    ath = base64.urlsafe_b64encode(hashlib.sha256(token.encode()).digest()).rstrip(b"=").decode()
    proof = prover.proof(method, address, **({"ath": ath} | changes))
    return {"Authorization": f"DPoP {token}", "DPoP": proof}


async def test_who_has_no_token_is_told_where_to_get_one(node: FhirNode) -> None:
    answer = await node.http.get("Patient")
    assert answer.status_code == 401
    said = answer.headers["www-authenticate"]
    where = f"{node.house.issuer}/.well-known/oauth-protected-resource/fhir"
    assert f'resource_metadata="{where}"' in said
    assert "Bearer realm=" in said
    assert "DPoP realm=" in said
    assert "error=" not in said


async def test_a_bound_token_is_taken_with_its_proof_only(node: FhirNode, bound: tuple[str, Prover]) -> None:
    token, prover = bound
    path = await node.new(patient())
    address = f"{node.base}{path}"
    headers = proofs(token, prover, "GET", address)
    assert (await node.http.get(address, headers=headers)).status_code == 200
    again = await node.http.get(address, headers=headers)
    assert again.status_code == 401
    assert 'DPoP realm="verbund", error="invalid_dpop_proof"' in again.headers["www-authenticate"]
    plain = await node.http.get(address, headers={"Authorization": f"Bearer {token}"})
    assert plain.status_code == 401
    assert 'Bearer realm="verbund", error="invalid_token"' in plain.headers["www-authenticate"]
    for spoiled in (
        proofs(token, prover, "POST", address),
        proofs(token, prover, "GET", f"{address}x"),
        proofs(token, Prover(Now()), "GET", address),
        proofs(token, prover, "GET", address, ath="x"),
        {"Authorization": f"DPoP {token}"},
    ):
        assert (await node.http.get(address, headers=spoiled)).status_code == 401
    searched = f"{node.base}/Patient"
    headers = proofs(token, prover, "GET", searched)
    assert (await node.http.get(f"{searched}?_count=1", headers=headers)).status_code == 200


async def test_a_token_that_is_bound_to_nothing_is_no_dpop_token(node: FhirNode, bound: tuple[str, Prover]) -> None:
    bearer = node.headers["Authorization"].removeprefix("Bearer ")
    headers = proofs(bearer, bound[1], "GET", f"{node.base}/Patient")
    assert (await node.http.get("Patient", headers=headers)).status_code == 401


async def test_a_wrong_nonce_is_answered_with_the_right_one(node: FhirNode, bound: tuple[str, Prover]) -> None:
    token, prover = bound
    address = f"{node.base}/Patient"
    refused = await node.http.get(address, headers=proofs(token, prover, "GET", address, nonce="old"))
    assert 'error="use_dpop_nonce"' in refused.headers["www-authenticate"]
    nonce = refused.headers["dpop-nonce"]
    taken = await node.http.get(address, headers=proofs(token, prover, "GET", address, nonce=nonce))
    assert taken.status_code == 200


async def test_a_granular_scope_counts_over_http(node: FhirNode) -> None:
    system = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"
    await node.new(patient("Eins") | {"gender": "female"})
    await node.new(patient("Zwei") | {"gender": "male"})
    minted = node.tokens.mint_service(
        "labor", "Labor", Scopes.parse("system/Patient.rs?gender=female"), purpose="TREAT"
    )
    await node.tokens.write_down(minted, None)
    headers = {"Authorization": f"Bearer {minted.token}"}
    found = (await node.http.get("Patient?_total=accurate", headers=headers)).json()
    assert {one["resource"].get("gender") for one in found["entry"]} == {"female"}
    assert found["total"] == len(found["entry"])
    assert (await node.http.get(f"Observation?_security={system}|R", headers=headers)).status_code == 403
    assert (await node.http.delete("Patient/1", headers=headers)).status_code == 403
