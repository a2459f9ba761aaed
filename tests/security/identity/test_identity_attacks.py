"""What strangers try at the sign-in, and what they get."""

import asyncio
import base64
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey
from signing_in import (
    APP,
    CHALLENGE,
    PASSWORD,
    RETURN,
    SECRET,
    VERIFIER,
    Desk,
    Entrance,
    answered,
    asked,
    browser,
    exchanged,
)

from verbund.crypto import NodeKeys, sign_token
from verbund.errors import Incorrect, NotFound, Unauthenticated
from verbund.identity import Client, House, Refusal, Role, Scopes, operator_token


async def refused(desk: Desk, **changes: str | None) -> Refusal:
    with pytest.raises(Refusal) as caught:
        await desk.provider.begin(asked(**changes))
    return caught.value


class TestAuthorizationRequests:
    @pytest.mark.parametrize(
        "address",
        [
            "https://evil.example.org/back",
            "https://app.example.org.evil.org/back",
            "https://app.example.org/back/../elsewhere",
            "https://app.example.org/back?x=1",
            "https://app.example.org/back#fragment",
            "https://app.example.org@evil.org/back",
            "HTTPS://APP.EXAMPLE.ORG/back",
            "//evil.org",
            "javascript:alert(1)",
            "",
            None,
        ],
    )
    async def test_nobody_is_sent_to_an_address_that_is_not_registered(self, desk: Desk, address: str | None) -> None:
        refusal = await refused(desk, redirect_uri=address)
        assert refusal.redirect is None
        assert refusal.error == "invalid_request"

    async def test_an_unknown_application_is_not_redirected_to(self, desk: Desk) -> None:
        refusal = await refused(desk, client_id="somebody", redirect_uri="https://evil.org")
        assert (refusal.error, refusal.redirect) == ("invalid_client", None)

    @pytest.mark.parametrize(
        "changes",
        [
            {"code_challenge": None},
            {"code_challenge": None, "code_challenge_method": None},
            {"code_challenge_method": None},
            {"code_challenge_method": "plain"},
            {"code_challenge_method": "s256"},
            {"code_challenge": "short"},
        ],
    )
    async def test_there_is_no_way_without_pkce_s256(self, desk: Desk, changes: dict[str, str | None]) -> None:
        refusal = await refused(desk, **changes)
        assert refusal.error == "invalid_request"
        assert refusal.redirect is not None
        assert refusal.redirect.startswith(RETURN)
        assert answered(refusal.redirect)["iss"] == desk.house.issuer

    @pytest.mark.parametrize("kind", ["token", "id_token", "code token", "none", ""])
    async def test_no_other_flow_is_offered(self, desk: Desk, kind: str) -> None:
        assert (await refused(desk, response_type=kind)).error == "unsupported_response_type"

    async def test_a_parameter_twice_is_refused(self, desk: Desk) -> None:
        with pytest.raises(Refusal, match="twice"):
            await desk.provider.begin([*asked(), ("redirect_uri", "https://evil.org")])

    async def test_a_token_for_another_server_cannot_be_asked_for(self, desk: Desk) -> None:
        assert (await refused(desk, aud="https://other.example.org/fhir")).error == "invalid_request"

    async def test_request_objects_and_endless_requests_are_refused(self, desk: Desk) -> None:
        assert (await refused(desk, request_uri="https://evil.org/r")).error == "request_not_supported"
        assert "long" in (await refused(desk, state="s" * 10_000)).text

    async def test_a_scope_that_cannot_be_read_goes_back_as_such(self, desk: Desk) -> None:
        refusal = await refused(desk, scope="user/Observation.sr")
        assert refusal.error == "invalid_scope"

    async def test_a_guessed_request_is_unknown(self, desk: Desk) -> None:
        with pytest.raises(NotFound):
            await desk.provider.pending("guess")

    def test_a_client_cannot_be_registered_with_an_open_address(self) -> None:
        with pytest.raises(Incorrect, match="redirect"):
            Client("bad", "Bad", ("http://app.example.org/back",))


class TestCodes:
    async def spoiled(self, desk: Desk, form: list[tuple[str, str]]) -> Refusal:
        with pytest.raises(Refusal) as caught:
            await desk.provider.exchange(form, {})
        return caught.value

    @pytest.mark.parametrize(
        ("changes", "error"),
        [
            ({"code_verifier": None}, "invalid_request"),
            ({"code_verifier": "w" * 64}, "invalid_grant"),
            ({"code_verifier": CHALLENGE}, "invalid_grant"),
            ({"redirect_uri": "https://evil.org"}, "invalid_grant"),
            ({"redirect_uri": None}, "invalid_grant"),
            ({"client_id": "portal"}, "invalid_grant"),
            ({"client_id": "nobody"}, "invalid_client"),
            ({"client_id": "server", "client_secret": SECRET}, "invalid_grant"),
            ({"grant_type": "refresh_token"}, "unauthorized_client"),
            ({"grant_type": "password"}, "unsupported_grant_type"),
            ({"grant_type": "client_credentials"}, "invalid_client"),
        ],
    )
    async def test_a_code_is_bound_to_client_address_and_verifier(
        self, desk: Desk, changes: dict[str, str | None], error: str
    ) -> None:
        code = await desk.code(await desk.physician())
        assert (await self.spoiled(desk, exchanged(code, **changes))).error == error

    async def test_a_code_used_twice_revokes_what_it_gave(self, desk: Desk) -> None:
        code = await desk.code(await desk.physician())
        answer = await desk.provider.exchange(exchanged(code), {})
        assert (await self.spoiled(desk, exchanged(code))).error == "invalid_grant"
        with pytest.raises(Unauthenticated, match="revoked"):
            await desk.tokens.verify(answer["access_token"])

    async def test_of_many_at_once_at_most_one_gets_a_token_which_is_worth_nothing(self, desk: Desk) -> None:
        code = await desk.code(await desk.physician())
        outcomes = await asyncio.gather(
            *(desk.provider.exchange(exchanged(code), {}) for _ in range(8)), return_exceptions=True
        )
        assert all(isinstance(outcome, dict | Refusal) for outcome in outcomes)
        given = [outcome["access_token"] for outcome in outcomes if isinstance(outcome, dict)]
        assert len(given) <= 1
        for token in given:
            with pytest.raises(Unauthenticated, match="revoked"):
                await desk.tokens.verify(token)

    async def test_a_code_is_good_for_a_minute(self, desk: Desk) -> None:
        code = await desk.code(await desk.physician())
        desk.clock.turn(seconds=61)
        assert (await self.spoiled(desk, exchanged(code))).error == "invalid_grant"

    async def test_a_failed_try_uses_the_code_up(self, desk: Desk) -> None:
        code = await desk.code(await desk.physician())
        await self.spoiled(desk, exchanged(code, code_verifier="w" * 64))
        assert (await self.spoiled(desk, exchanged(code))).error == "invalid_grant"

    async def test_somebody_deactivated_in_between_gets_no_token(self, desk: Desk) -> None:
        person = await desk.physician()
        code = await desk.code(person)
        await desk.people.deactivate(person.id)
        assert (await self.spoiled(desk, exchanged(code))).error == "invalid_grant"

    async def test_a_server_application_needs_its_secret(self, desk: Desk) -> None:
        code = await desk.code(await desk.physician(), client_id="server")
        form = exchanged(code, client_id="server", client_secret="wrong")
        assert (await self.spoiled(desk, form)).error == "invalid_client"
        code = await desk.code(await desk.patient(), client_id="server")
        assert (await self.spoiled(desk, exchanged(code, client_id="server"))).error == "invalid_client"

    async def test_one_application_cannot_revoke_or_inspect_anothers_tokens(self, desk: Desk) -> None:
        token = (await desk.token(await desk.physician()))["access_token"]
        with pytest.raises(Refusal):
            await desk.provider.revoke([("token", token), ("client_id", "portal")], {})
        with pytest.raises(Refusal):
            await desk.provider.introspect([("token", token), ("client_id", APP)], {})
        assert await desk.tokens.verify(token)


def changed(**claims: Any) -> Callable[[Desk, dict[str, Any]], str]:
    """The token with other claims, truly signed by the node's key."""

    def forge(desk: Desk, said: dict[str, Any]) -> str:
        return sign_token({k: v for k, v in (said | claims).items() if v is not None}, desk.keys)

    return forge


def _unsigned(_: Desk, said: dict[str, Any]) -> str:
    parts = [{"alg": "none", "typ": "JWT"}, said]
    encoded = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in parts]
    return ".".join([*encoded, ""])


def _keyed_with_the_public_key(desk: Desk, said: dict[str, Any]) -> str:
    public = desk.keys.public()
    key = OctKey.import_key(json.dumps(public.signing).encode())
    return jwt.encode({"alg": "HS256", "kid": public.key_id}, said, key, ["HS256"])


def _foreign(_: Desk, said: dict[str, Any]) -> str:
    return sign_token(said, NodeKeys.generate())


def _tampered(desk: Desk, said: dict[str, Any]) -> str:
    head, _, signature = sign_token(said, desk.keys).split(".")
    body = base64.urlsafe_b64encode(json.dumps(said | {"scope": "system/*.cruds"}).encode()).rstrip(b"=").decode()
    return f"{head}.{body}.{signature}"


class TestForgedTokens:
    @pytest.mark.parametrize(
        "forge",
        [
            _unsigned,
            _keyed_with_the_public_key,
            _foreign,
            _tampered,
            lambda *_: "",
            lambda *_: "a.b.c",
            lambda *_: "\udcff.\x00.é",
            lambda *_: "x" * 100_000,
            changed(iss="https://other.example.org"),
            changed(iss=None),
            changed(aud="app"),
            changed(aud=None),
            changed(exp=1),
            changed(exp=None),
            changed(exp="never"),
            changed(iat=9_999_999_999),
            changed(nbf=9_999_999_999),
            changed(sub=None),
            changed(jti=None),
            changed(jti="no uuid"),
            changed(role="king"),
            changed(role=None),
            changed(scope=None),
            changed(scope="everything"),
            changed(organisation=None),
            changed(purpose=None),
            changed(patient=["pat1", "pat2"]),
        ],
    )
    async def test_none_is_accepted(self, desk: Desk, forge: Callable[[Desk, dict[str, Any]], str]) -> None:
        right = (await desk.token(await desk.physician()))["access_token"]
        said = jwt.decode(right, desk.keys.signing, algorithms=["Ed25519"]).claims
        assert await desk.tokens.verify(sign_token(said, desk.keys))
        with pytest.raises(Unauthenticated):
            await desk.tokens.verify(forge(desk, said))

    async def test_an_identity_token_opens_nothing(self, desk: Desk) -> None:
        answer = await desk.token(await desk.physician())
        with pytest.raises(Unauthenticated):
            await desk.tokens.verify(answer["id_token"])

    async def test_a_token_of_another_house_opens_nothing_here(self, desk: Desk) -> None:
        elsewhere = House("reha", "Reha", "http://127.0.0.1:8403")
        for keys in (desk.keys, NodeKeys.generate()):
            with pytest.raises(Unauthenticated):
                await desk.tokens.verify(operator_token(keys, elsewhere, "system/*.cruds", clock=desk.clock))

    async def test_an_operators_token_does_what_its_scope_says_while_it_lasts(self, desk: Desk) -> None:
        token = operator_token(desk.keys, desk.house, "system/*.rs", ttl=timedelta(minutes=5), clock=desk.clock)
        who = await desk.tokens.verify(token)
        assert (who.role, who.purpose, str(who.scopes)) == (Role.SYSTEM, "HOPERAT", "system/*.rs")
        with pytest.raises(Unauthenticated):
            await desk.provider.userinfo(token)
        desk.clock.turn(minutes=5)
        with pytest.raises(Unauthenticated, match="expired"):
            await desk.tokens.verify(token)

    @pytest.mark.parametrize("days", [-1, 0, 400])
    def test_an_operators_token_does_not_last_for_ever(self, days: int) -> None:
        with pytest.raises(Incorrect, match="lifetime"):
            operator_token(NodeKeys.generate(), House("a", "A", "http://a"), "system/*.rs", ttl=timedelta(days=days))


class TestBrowsers:
    async def test_a_cookie_from_before_the_sign_in_is_worth_nothing(self, desk: Desk) -> None:
        person = await desk.physician()
        planted = "A" * 43
        assert await desk.sessions.of(planted) is None
        cookie = await desk.sessions.open(person.id)
        assert cookie != planted
        assert await desk.sessions.of(planted) is None
        assert len({await desk.sessions.open(person.id) for _ in range(20)}) == 20


class TestTheDatabase:
    async def test_it_holds_no_clear_text_of_a_person(self, desk: Desk) -> None:
        person = await desk.physician()
        cookie = await desk.sessions.open(person.id)
        pending = await desk.provider.begin(asked(login_hint="weber"))
        code = await desk.code(person)
        answer = await desk.token(person)
        entrance = await Entrance.open(desk)
        key = (await entrance.account.offer(cookie)).secret
        codes = await entrance.inside.factors.recovery.renew(person.id)
        with pytest.raises(Unauthenticated):
            await entrance.door.sign_in(pending.request_id, "weber", "falsch geraten", browser("10.1.2.3"))
        step = await entrance.door.sign_in(await entrance.request(), "weber", PASSWORD, browser("10.1.2.4"))
        await entrance.close()
        secrets = ["weber", "Anna", PASSWORD, VERIFIER, "10.1.2.3", "10.1.2.4", "$argon2", cookie, pending.request_id]
        secrets += ["Firefox", "Linux", code, key, str(step.devices), *codes]
        found = await dump(desk)
        assert len(found) > 1000
        assert [secret for secret in [*secrets, answer["access_token"]] if secret.casefold() in found.casefold()] == []


async def dump(desk: Desk) -> str:
    """Everything in identity's tables, as text and with bytes read as text."""
    parts = []
    async with desk.database.connection() as connection:
        tables = await connection.fetch("select tablename from pg_tables where tablename like 'identity_%'")
        assert len(tables) >= 15
        for table in tables:
            everything = f'select * from "{table["tablename"]}"'  # noqa: S608 - a name of the catalogue
            for row in await connection.fetch(everything):
                parts += [v.decode("latin-1") if isinstance(v, bytes) else str(v) for v in row.values()]
    return "\n".join(parts)


async def test_scopes_of_a_forged_role_are_cut_to_the_role(desk: Desk) -> None:
    person = await desk.patient()
    token = await desk.tokens.issue(person, Scopes.parse("system/*.cruds user/*.cruds patient/*.rs"), client=APP)
    assert str((await desk.tokens.verify(token)).scopes) == "patient/*.rs"
