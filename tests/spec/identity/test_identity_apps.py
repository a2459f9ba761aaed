"""Apps: registered within bounds, permitted by people who may narrow what they get, seen and ended by them."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from databases import fresh
from signing_in import RETURN, answered, asked
from smart_apps import MOST, KeyPair, SmartNode, smart_node

from verbund import audit, store
from verbund.audit import AuditLog
from verbund.database import Cluster, Database, migrate
from verbund.errors import Conflict, Incorrect, NotFound, Unauthenticated
from verbund.identity import (
    OPERATOR,
    Launch,
    Metadata,
    Provider,
    Refusal,
    Scopes,
    operator_minted,
    portal_client,
)
from verbund.identity.permits import ONLINE_IDLE_MINUTES
from verbund.store import Vault

KEYS = KeyPair.es384()
SYMMETRIC = {"keys": [{"kty": "oct", "k": "eA", "kid": "1"}]}
RIGHT = Metadata(client_name="Kurve", redirect_uris=(RETURN,), scope="patient/*.rs")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def node(cluster: Cluster) -> AsyncIterator[SmartNode]:
    database = await Database.connect(await fresh(cluster))
    async with smart_node(database) as found:
        yield found
    await database.close()


def described(**changes: Any) -> Metadata:
    said = {name: getattr(RIGHT, name) for name in ("client_name", "redirect_uris", "scope")}
    return Metadata(**(said | changes))


@pytest.mark.parametrize(
    ("changes", "error", "said"),
    [
        ({"client_name": " "}, "invalid_client_metadata", "client_name"),
        ({"client_name": "a\u202eb"}, "invalid_client_metadata", "client_name"),
        ({"redirect_uris": ()}, "invalid_redirect_uri", "needs a redirect"),
        ({"redirect_uris": ("http://app.example.org/",)}, "invalid_redirect_uri", "https"),
        ({"redirect_uris": ("https://app.example.org/#x",)}, "invalid_redirect_uri", "https"),
        ({"redirect_uris": ("https://app.example.org/#",)}, "invalid_redirect_uri", "https"),
        ({"redirect_uris": ("https://user@app.example.org/",)}, "invalid_redirect_uri", "https"),
        ({"redirect_uris": ("javascript:alert(1)",)}, "invalid_redirect_uri", "https"),
        ({"grant_types": ("password",)}, "invalid_client_metadata", "grant_types"),
        ({"grant_types": ("refresh_token",)}, "invalid_client_metadata", "comes with"),
        ({"grant_types": ("client_credentials",)}, "invalid_client_metadata", "private_key_jwt"),
        ({"token_endpoint_auth_method": "client_secret_jwt"}, "invalid_client_metadata", "auth_method"),
        ({"token_endpoint_auth_method": "private_key_jwt"}, "invalid_client_metadata", "needs 'jwks'"),
        ({"jwks": KEYS.public}, "invalid_client_metadata", "needs 'jwks'"),
        (
            {"token_endpoint_auth_method": "private_key_jwt", "jwks": SYMMETRIC},
            "invalid_client_metadata", "no public key",
        ),
        (
            {"token_endpoint_auth_method": "private_key_jwt", "jwks": {"keys": [KEYS.key.as_dict(private=True)]}},
            "invalid_client_metadata", "no public key",
        ),
        (
            {"token_endpoint_auth_method": "private_key_jwt", "jwks_uri": "http://app.example.org/jwks"},
            "invalid_client_metadata", "https",
        ),
        ({"scope": "patient/*.x"}, "invalid_client_metadata", "is not a scope"),
        ({"scope": "system/*.rs"}, "invalid_client_metadata", "level system"),
        ({"launch_uri": "https://app.example.org/launch?x=1"}, "invalid_client_metadata", "launch_uri"),
        ({"purpose": "for fun"}, "invalid_client_metadata", "purpose"),
    ],
)  # fmt: skip
async def test_what_cannot_be_registered_is_refused_as_rfc_7591_says(
    node: SmartNode, changes: dict[str, Any], error: str, said: str
) -> None:
    with pytest.raises(Refusal, match=said) as refused:
        await node.desk.provider.apps.add(described(**changes))
    assert refused.value.error == error


async def test_a_secret_is_told_once_and_only_its_hash_is_kept(node: SmartNode) -> None:
    app, secret = await node.app(token_endpoint_auth_method="client_secret_post")
    assert secret is not None
    async with node.desk.database.connection() as connection:
        row = await connection.fetchrow("select * from identity_app where id = $1", app.id)
    assert secret not in repr(dict(row))
    client = await node.desk.provider.apps.client(app.id)
    assert client is not None
    assert client.check_client_secret(secret)
    assert not client.check_client_secret(secret + "x")


async def test_an_id_is_taken_once_and_is_none_of_ours(node: SmartNode) -> None:
    apps = node.desk.provider.apps
    await apps.add(RIGHT, app_id="curve")
    with pytest.raises(Conflict):
        await apps.add(RIGHT, app_id="curve")
    for own in ("portal", "operator", "a b", "x" * 65):
        with pytest.raises(Refusal):
            await apps.add(RIGHT, app_id=own)
    await apps.remove("curve")
    with pytest.raises(NotFound):
        await apps.switch("curve", enabled=True)


async def test_who_is_asked_may_leave_things_out_and_never_gives_more(node: SmartNode) -> None:
    app, _ = await node.app()
    person = await node.patient()
    scope = "openid offline_access patient/*.rs patient/Consent.cru"
    for kept, granted in (
        ("openid patient/Observation.r", "openid patient/Observation.r"),
        ("patient/*.cruds user/*.cruds system/*.cruds launch", "patient/*.rs patient/Consent.cu"),
        ("openid", "openid"),
    ):
        target = await node.desk.permitted(person, kept=Scopes.parse(kept), client_id=app.id, scope=scope)
        answer = await node.http.post(
            "/oauth/token",
            data={
                "grant_type": "authorization_code", "code": answered(target)["code"], "client_id": app.id,
                "redirect_uri": RETURN, "code_verifier": "v" * 64,
            },
        )  # fmt: skip
        assert Scopes.parse(answer.json()["scope"]) == Scopes.parse(granted)
        assert "refresh_token" not in answer.json()


async def test_staff_choose_a_patient_and_are_not_asked_where_the_house_has_approved(node: SmartNode) -> None:
    app, _ = await node.app(preapproved=True)
    person, patient = await node.physician(), await node.patient()
    picking = await node.desk.provider.begin(asked(client_id=app.id, scope="launch/patient patient/*.rs"))
    target = await node.desk.provider.complete(picking.request_id, person)
    question = await node.desk.provider.question(answered(target)["request"])
    assert question.picks_patient
    with pytest.raises(Incorrect, match="Choose"):
        await node.desk.provider.answer(question.request_id, question.scopes)
    for somebody, straight in ((person, True), (patient, False)):
        pending = await node.desk.provider.begin(asked(client_id=app.id, scope="openid user/*.rs patient/*.rs"))
        target = await node.desk.provider.complete(pending.request_id, somebody)
        assert target.startswith(RETURN) is straight
    word = await node.desk.provider.launches.open(Launch(app.id, str(person.id), "pat9"))
    pending = await node.desk.provider.begin(asked(client_id=app.id, scope="launch patient/*.rs", launch=word))
    assert (await node.desk.provider.complete(pending.request_id, person)).startswith(RETURN)


async def test_without_a_page_nobody_can_be_asked(node: SmartNode) -> None:
    app, _ = await node.app()
    person = await node.patient()
    params = asked(client_id=app.id, scope="openid patient/*.rs", prompt="none")
    pending = await node.desk.provider.begin(params, person=person, signed_in=node.desk.clock())
    target = await node.desk.provider.complete(pending.request_id, person)
    assert answered(target)["error"] == "consent_required"


async def test_only_who_signed_in_learns_under_which_id_they_are_asked(node: SmartNode) -> None:
    app, _ = await node.app()
    pending = await node.desk.provider.begin(asked(client_id=app.id, scope="patient/*.rs"))
    with pytest.raises(NotFound):
        await node.desk.provider.question(pending.request_id)
    with pytest.raises(NotFound):
        await node.desk.provider.answer(pending.request_id, Scopes.parse("patient/*.rs"))
    target = await node.desk.provider.complete(pending.request_id, await node.patient())
    assert answered(target)["request"] != pending.request_id


async def test_what_is_permitted_is_seen_and_ended_by_who_permits_it(node: SmartNode) -> None:
    app, _ = await node.app()
    person, other = await node.patient(), await node.patient()
    given = (await node.launched(app, person, "offline_access patient/*.rs")).json()
    permits = node.desk.provider.permits
    (permit,) = await permits.of_person(person.id)
    assert (permit.client, permit.said.lasting, permit.said.scope) == (app.id, "offline", "offline_access patient/*.rs")
    assert await permits.of_person(other.id) == ()
    with pytest.raises(NotFound):
        await permits.end(permit.id, person=other.id)
    await permits.end(permit.id, person=person.id)
    assert await permits.of_person(person.id) == ()
    node.desk.clock.turn(seconds=3)
    with pytest.raises(Unauthenticated, match="revoked"):
        await node.desk.tokens.verify(given["access_token"])
    assert (await node.refreshed(app, given["refresh_token"])).json()["error"] == "invalid_grant"


async def test_permits_end_with_the_password_and_with_a_returned_refresh_token(node: SmartNode) -> None:
    app, _ = await node.app()
    person = await node.patient()
    given = (await node.launched(app, person, "offline_access patient/*.rs")).json()
    await node.desk.people.change_password(person.id, "gelbe Pflaumen im Juni")
    assert (await node.refreshed(app, given["refresh_token"])).json()["error"] == "invalid_grant"
    person = await node.desk.people.of(person.id)  # signs in again
    given = (await node.launched(app, person, "offline_access patient/*.rs")).json()
    form = {"token": given["refresh_token"], "client_id": app.id}
    assert (await node.http.post("/oauth/revoke", data=form)).status_code == 200
    assert await node.desk.provider.permits.of_person(person.id) == ()
    assert (await node.http.post("/oauth/revoke", data=form)).status_code == 200


async def test_online_access_ends_when_it_is_not_used(node: SmartNode) -> None:
    app, _ = await node.app()
    given = (await node.launched(app, await node.patient(), "online_access patient/*.rs")).json()
    node.desk.clock.turn(minutes=ONLINE_IDLE_MINUTES - 1)
    given = (await node.refreshed(app, given["refresh_token"])).json()
    for _ in range(30):
        node.desk.clock.turn(minutes=ONLINE_IDLE_MINUTES - 1)
        answer = await node.refreshed(app, given["refresh_token"])
        if answer.status_code != 200:
            break
        given = answer.json()
    assert answer.status_code == 400  # twelve hours are over, however much it was used


async def test_the_operators_tokens_are_listed_and_revoked(node: SmartNode) -> None:
    desk = node.desk
    minted = operator_minted(desk.keys, desk.house, "system/*.rs", purpose="TREAT", clock=desk.clock)
    await desk.tokens.write_down(minted, None)
    (listed,) = await desk.tokens.written_down(OPERATOR)
    assert (listed.id, listed.scope, listed.purpose, listed.revoked) == (
        minted.claims.jti, "system/*.rs", "TREAT", False,
    )  # fmt: skip
    assert await desk.tokens.verify(minted.token)
    with pytest.raises(NotFound):
        await desk.tokens.revoke_written_down("app", minted.claims.jti)
    await desk.tokens.revoke_written_down(OPERATOR, minted.claims.jti)
    with pytest.raises(Unauthenticated, match="revoked"):
        await desk.tokens.verify(minted.token)


async def test_the_log_tells_of_permits_their_end_and_refusals(database: Database) -> None:
    async with smart_node(database) as node:
        desk = node.desk
        await migrate(database, [store.MIGRATIONS, audit.MIGRATIONS])
        vault = Vault(database, desk.keys)
        log = await AuditLog.open(database, vault, desk.keys, clock=desk.clock)
        desk.provider = Provider(
            desk.house, desk.keys, database, people=desk.people, tokens=desk.tokens,
            clients=[portal_client(desk.house, "/oauth/callback")], log=log, clock=desk.clock,
        )  # fmt: skip
        app, _ = await desk.provider.apps.add(described(scope=MOST))
        person = await desk.patient()
        target = await desk.permitted(person, client_id=app.id, scope="patient/*.rs")
        form = [
            ("grant_type", "authorization_code"), ("code", answered(target)["code"]), ("client_id", app.id),
            ("redirect_uri", RETURN), ("code_verifier", "v" * 64),
        ]  # fmt: skip
        given = await desk.provider.exchange(form, {})
        with pytest.raises(Refusal):
            await desk.provider.exchange(form, {})
        page = await log.of_patient("pat1", count=10)
        assert [one.event.kind for one in page.items] == ["app-grant"]
        assert page.items[0].event.detail["scope"] == "patient/*.rs"
        with pytest.raises(Unauthenticated):  # the code was used twice
            desk.clock.turn(seconds=3)
            await desk.tokens.verify(given["access_token"])
        assert (await log.head()).size == 2
        await log.close()
        await vault.close()
