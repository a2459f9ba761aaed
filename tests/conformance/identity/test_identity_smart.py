"""The cases of Inferno's SMART App Launch test kit (STU 2.2) as tests of ours; each names the ids it ports."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from databases import fresh
from joserfc import jwt
from joserfc.jwk import KeySet
from signing_in import answered, asked, exchanged
from smart_apps import KeyPair, SmartNode, asserted, smart_node

from verbund.database import Cluster, Database
from verbund.identity import Launch, Refusal, Scopes

STANDALONE = "launch/patient openid fhirUser offline_access patient/*.rs"
EHR = "launch openid fhirUser offline_access user/*.rs patient/*.rs"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def node(cluster: Cluster) -> AsyncIterator[SmartNode]:
    """One for all cases: each has people and apps of its own."""
    database = await Database.connect(await fresh(cluster))
    async with smart_node(database) as found:
        yield found
    await database.close()


async def test_discovery(node: SmartNode) -> None:
    """smart_discovery_stu2_2: well_known_endpoint, well_known_capabilities_stu2, smart_cors_well_known_endpoint."""
    answer = await node.http.get("/.well-known/smart-configuration", headers={"Origin": "https://app.example.org"})
    assert answer.headers["content-type"].startswith("application/json")
    assert answer.headers["access-control-allow-origin"] == "*"
    said = answer.json()
    for name in ("authorization_endpoint", "token_endpoint", "jwks_uri", "issuer"):
        assert said[name].startswith(node.desk.house.issuer)
    assert set(said["grant_types_supported"]) >= {"authorization_code", "client_credentials"}
    assert "S256" in said["code_challenge_methods_supported"]
    assert "plain" not in said["code_challenge_methods_supported"]
    assert set(said["capabilities"]) >= {
        "launch-ehr", "launch-standalone", "client-public", "client-confidential-symmetric",
        "client-confidential-asymmetric", "sso-openid-connect", "context-ehr-patient", "context-standalone-patient",
        "permission-offline", "permission-patient", "permission-user", "permission-v2", "authorize-post",
    }  # fmt: skip
    assert "RS384" in said["token_endpoint_auth_signing_alg_values_supported"]
    assert "ES384" in said["token_endpoint_auth_signing_alg_values_supported"]


@pytest.mark.parametrize("who", ["patient", "physician"])
async def test_standalone_launch(node: SmartNode, who: str) -> None:
    """smart_standalone_launch_stu2_2: smart_app_redirect_stu2_2, smart_code_received, smart_token_exchange_stu2_2,
    smart_token_response_body_stu2_2, smart_token_response_headers, smart_cors_token_exchange."""
    app, _ = await node.app()
    person = await (node.patient() if who == "patient" else node.physician())
    chosen = None if who == "patient" else "pat7"
    answer = await node.launched(app, person, STANDALONE, patient=chosen)
    assert answer.status_code == 200, answer.text
    assert "no-store" in answer.headers["cache-control"]
    assert "no-cache" in answer.headers["pragma"]
    assert answer.headers["access-control-allow-origin"] == "*"
    body = answer.json()
    assert body["token_type"].casefold() == "bearer"
    assert isinstance(body["expires_in"], int)
    assert body["expires_in"] <= 3600
    assert body["patient"] == ("pat1" if who == "patient" else "pat7")
    assert body["need_patient_banner"] is True
    assert set(body["scope"].split()) == set(STANDALONE.split())
    assert body["refresh_token"]
    principal = await node.desk.tokens.verify(body["access_token"])
    assert principal.patient_id == body["patient"]
    assert {level for level, _, _ in principal.scopes.grants} == {"patient"}


async def test_ehr_launch(node: SmartNode) -> None:
    """smart_app_launch, smart_launch_received, smart_app_redirect_stu2_2, smart_token_exchange_stu2_2."""
    app, _ = await node.app(launch_uri="https://app.example.org/launch")
    person = await node.physician()
    word = await node.desk.provider.launches.open(Launch(app.id, str(person.id), "pat9", "enc4"))
    body = (await node.launched(app, person, EHR, launch=word)).json()
    assert (body["patient"], body["encounter"]) == ("pat9", "enc4")
    style = await node.http.get(body["smart_style_url"])
    assert style.json()["color_background"].startswith("#")
    principal = await node.desk.tokens.verify(body["access_token"])
    assert principal.patient_id == "pat9"
    assert str(principal.scopes) == "fhirUser launch offline_access openid patient/*.rs user/*.rs"


async def test_a_launch_is_taken_once_in_time_by_its_app_and_by_who_made_it(node: SmartNode) -> None:
    app, _ = await node.app()
    other, _ = await node.app()
    person, stranger = await node.physician(), await node.physician()
    launches = node.desk.provider.launches

    async def refused(word: str, client: str) -> str:
        with pytest.raises(Refusal) as caught:
            await node.desk.provider.begin(asked(client_id=client, scope=EHR, launch=word))
        return answered(caught.value.redirect or "")["error"]

    word = await launches.open(Launch(app.id, str(person.id), "pat9"))
    await node.desk.provider.begin(asked(client_id=app.id, scope=EHR, launch=word))
    assert await refused(word, app.id) == "invalid_request"
    word = await launches.open(Launch(app.id, str(person.id), "pat9"))
    assert await refused(word, other.id) == "invalid_request"
    assert await refused(word, app.id) == "invalid_request"
    word = await launches.open(Launch(app.id, str(person.id), "pat9"))
    target = await node.desk.permitted(stranger, client_id=app.id, scope=EHR, launch=word)
    assert answered(target)["error"] == "access_denied"
    word = await launches.open(Launch(app.id, str(person.id), "pat9"))
    node.desk.clock.turn(minutes=6)
    assert await refused(word, app.id) == "invalid_request"


async def test_openid_connect(node: SmartNode) -> None:
    """smart_openid_retrieve_configuration, smart_openid_required_configuration_fields, smart_openid_retrieve_jwks,
    smart_openid_decode_id_token, smart_openid_token_header, smart_openid_token_payload; what fhirUser names
    is read in `test_identity_smart_api`."""
    app, _ = await node.app()
    person = await node.physician()
    body = (await node.launched(app, person, STANDALONE, patient="pat7")).json()
    said = (await node.http.get("/.well-known/openid-configuration")).json()
    for name in (
        "issuer", "authorization_endpoint", "token_endpoint", "jwks_uri", "response_types_supported",
        "subject_types_supported", "id_token_signing_alg_values_supported",
    ):  # fmt: skip
        assert said[name]
    assert "RS256" in said["id_token_signing_alg_values_supported"]
    keys = (await node.http.get(said["jwks_uri"])).json()
    token = jwt.decode(
        body["id_token"], KeySet.import_key_set(keys), algorithms=said["id_token_signing_alg_values_supported"]
    )
    assert token.header["alg"] == "RS256"
    assert token.header["kid"] in {key["kid"] for key in keys["keys"] if key["kty"] == "RSA"}
    assert not any("d" in key for key in keys["keys"])
    assert 0 < len(token.claims["sub"]) < 256
    assert (token.claims["iss"], token.claims["aud"]) == (said["issuer"], app.id)
    assert token.claims["exp"] > node.desk.clock().timestamp()
    assert token.claims["fhirUser"] == f"{node.desk.house.audience}/Practitioner/p1"


async def test_token_refresh(node: SmartNode) -> None:
    """smart_token_refresh_stu2 (smart_standalone_refresh_without_scopes and …_with_scopes), smart_token_refresh_body,
    smart_token_response_headers."""
    app, _ = await node.app()
    person = await node.patient()
    first = (await node.launched(app, person, STANDALONE)).json()
    answer = await node.refreshed(app, first["refresh_token"])
    assert answer.status_code == 200
    assert (answer.headers["cache-control"], answer.headers["pragma"]) == ("no-store", "no-cache")
    second = answer.json()
    assert set(second["scope"].split()) == set(first["scope"].split())
    assert second["patient"] == "pat1"
    assert second["refresh_token"] != first["refresh_token"]
    narrower = (await node.refreshed(app, second["refresh_token"], scope="patient/Observation.rs")).json()
    assert narrower["scope"] == "patient/Observation.rs"
    wider = await node.refreshed(app, narrower["refresh_token"], scope="patient/*.cruds")
    assert wider.json()["error"] == "invalid_scope"
    again = (await node.refreshed(app, narrower["refresh_token"])).json()
    assert set(again["scope"].split()) == set(first["scope"].split())


async def test_granular_scopes(node: SmartNode) -> None:
    """g10_smart_granular_scope_selection: the person is asked for them as such, and may give less. That they narrow
    reading is shown in `test_identity_smart_api`."""
    app, _ = await node.app()
    person = await node.patient()
    category = "http://terminology.hl7.org/CodeSystem/observation-category"
    scope = f"patient/Condition.rs patient/Observation.rs?category={category}|laboratory"
    pending = await node.desk.provider.begin(asked(client_id=app.id, scope=scope))
    question = answered(await node.desk.provider.complete(pending.request_id, person))["request"]
    kept = Scopes.parse(f"patient/Observation.r?category={category}|laboratory")
    code = answered(await node.desk.provider.answer(question, kept))["code"]
    body = (await node.http.post("/oauth/token", data=dict(exchanged(code, client_id=app.id)))).json()
    assert body["scope"] == f"patient/Observation.r?category={category}|laboratory"


async def test_token_introspection(node: SmartNode) -> None:
    """smart_token_introspection_stu2_2: smart_token_introspection_request_group, token_introspection_response_group,
    active and invalid tokens."""
    app, _ = await node.app()
    server, secret = await node.app(client_name="Server", token_endpoint_auth_method="client_secret_basic")
    person = await node.patient()
    given = (await node.launched(app, person, STANDALONE)).json()
    auth = (server.id, secret or "")
    said = (await node.http.post("/oauth/introspect", data={"token": given["access_token"]}, auth=auth)).json()
    claims = jwt.decode(given["id_token"], KeySet.import_key_set((await node.http.get("/oauth/jwks")).json()),
                        algorithms=["RS256"]).claims  # fmt: skip
    assert said["active"] is True
    assert (said["client_id"], said["patient"]) == (app.id, given["patient"])
    assert set(said["scope"].split()) == set(given["scope"].split())
    assert said["exp"] >= node.desk.clock().timestamp()
    assert (said["iss"], said["sub"], said["fhirUser"]) == (claims["iss"], claims["sub"], claims["fhirUser"])
    for invalid in ("invalid", "", given["refresh_token"]):
        answer = await node.http.post("/oauth/introspect", data={"token": invalid}, auth=auth)
        assert answer.json() == {"active": False}
    public = await node.http.post("/oauth/introspect", data={"token": given["access_token"], "client_id": app.id})
    assert public.status_code in {400, 401}


@pytest.mark.parametrize("pair", [KeyPair.es384(), KeyPair.rs384()], ids=["ES384", "RS384"])
async def test_backend_services(node: SmartNode, pair: KeyPair) -> None:
    """smart_backend_services_invalid_grant_type, smart_backend_services_invalid_client_assertion,
    smart_backend_services_invalid_jwt, smart_backend_services_auth_request_success,
    smart_backend_services_auth_response_body."""
    app = await node.service(pair)
    clock, address = node.desk.clock, node.token_address

    def fresh(**changes: str) -> str:
        return pair.assertion(asserted(app.id, address, clock, **changes))

    wrong = await node.service_token(fresh(), grant_type="not_a_grant_type")
    assert (wrong.status_code, wrong.json()["error"]) == (400, "unsupported_grant_type")
    wrong = await node.service_token(fresh(), client_assertion_type="not_an_assertion_type")
    assert wrong.status_code == 400
    wrong = await node.service_token(fresh(iss="not_a_valid_iss"))
    assert (wrong.status_code, wrong.json()["error"]) == (401, "invalid_client")
    right = await node.service_token(fresh())
    assert right.status_code == 200, right.text
    body = right.json()
    assert (body["token_type"].casefold(), body["scope"]) == ("bearer", "system/*.rs")
    assert body["expires_in"] <= 3600
    assert "refresh_token" not in body
    who = await node.desk.tokens.verify(body["access_token"])
    assert (who.subject, who.role, who.patient_id) == (app.id, "system", None)


async def test_pkce_is_needed_and_s256_only(node: SmartNode) -> None:
    """smart_app_redirect_stu2_2 asks with S256; anything less is refused."""
    app, _ = await node.app()
    for changes in ({"code_challenge": None}, {"code_challenge_method": None}, {"code_challenge_method": "plain"}):
        with pytest.raises(Refusal):
            await node.desk.provider.begin(asked(client_id=app.id, **changes))
