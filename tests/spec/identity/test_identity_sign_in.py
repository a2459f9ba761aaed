"""Signing in: an application sends somebody to the node, they sign in, the application gets a token in their name."""

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet
from signing_in import APP, RETURN, SECRET, Desk, answered, asked, exchanged

from verbund.errors import NotFound, Unauthenticated
from verbund.identity import Level, Refusal, Role, key_set


async def test_a_physician_signs_in_and_the_application_acts_in_her_name(desk: Desk) -> None:
    person = await desk.physician()
    pending = await desk.provider.begin(asked(state="s1"))
    location = await desk.permitting(pending.request_id, person)
    assert location.startswith(RETURN + "?")
    back = answered(location)
    assert back["state"] == "s1"
    assert back["iss"] == desk.house.issuer
    answer = await desk.provider.exchange(exchanged(back["code"]), {})
    assert answer["token_type"] == "Bearer"
    who = await desk.tokens.verify(answer["access_token"])
    assert (who.subject, who.role, who.organisation, who.purpose) == (str(person.id), Role.PHYSICIAN, "praxis", "TREAT")
    assert who.client == APP
    assert who.scopes.allows("Observation", "rs", level=Level.USER)
    assert not who.scopes.allows("Observation", "c")


async def test_the_identity_token_says_who_signed_in_to_whom_and_when(desk: Desk) -> None:
    person = await desk.physician()
    answer = await desk.token(person, nonce="n-1", scope="openid profile fhirUser")
    published = key_set(desk.keys.public(), await desk.provider.identity_key.published())
    keys = KeySet.import_key_set(published)  # type: ignore[arg-type]
    token = jwt.decode(answer["id_token"], keys, algorithms=["RS256"])
    claims = token.claims
    assert (claims["iss"], claims["aud"], claims["sub"]) == (desk.house.issuer, APP, str(person.id))
    assert claims["nonce"] == "n-1"
    assert claims["auth_time"] == int(desk.clock.now.timestamp())
    assert claims["fhirUser"] == f"{desk.house.audience}/Practitioner/p1"
    assert claims["name"] == "Dr. Anna Weber"


async def test_a_name_is_told_only_to_applications_that_ask_for_the_profile(desk: Desk) -> None:
    answer = await desk.token(await desk.physician(), scope="openid")
    assert "name" not in await desk.provider.userinfo(answer["access_token"])


async def test_a_patient_gets_what_is_theirs_and_no_more(desk: Desk) -> None:
    answer = await desk.token(await desk.patient())
    assert answer["patient"] == "pat1"
    who = await desk.tokens.verify(answer["access_token"])
    assert who.patient_id == "pat1"
    assert who.purpose == "PATRQT"
    assert str(who.scopes) == "fhirUser openid patient/*.rs"


async def test_scopes_are_what_application_and_role_both_allow(desk: Desk) -> None:
    answer = await desk.token(await desk.physician(), scope="openid user/*.cruds system/*.cruds")
    assert answer["scope"] == "openid user/*.cruds"


async def test_what_is_not_offered_is_not_said_to_be_granted(desk: Desk) -> None:
    answer = await desk.token(await desk.physician(), scope="openid offline_access launch user/*.rs")
    assert answer["scope"] == "openid user/*.rs"
    assert "refresh_token" not in answer


async def test_a_server_application_proves_itself_with_its_secret(desk: Desk) -> None:
    code = await desk.code(await desk.physician(), client_id="server", scope="user/*.rs")
    form = exchanged(code, client_id="server", client_secret=SECRET)
    answer = await desk.provider.exchange(form, {})
    assert answer["scope"] == "user/*.rs"
    assert "id_token" not in answer


async def test_a_request_waits_across_a_restart(desk: Desk) -> None:
    pending = await desk.provider.begin(asked())
    again = await Desk.open(desk.database, keys=desk.keys)
    found = await again.provider.pending(pending.request_id)
    assert (found.client.id, found.redirect_origin) == (APP, "https://app.example.org")


async def test_a_request_is_answered_once_and_only_in_time(desk: Desk) -> None:
    person = await desk.physician()
    first, second = await desk.provider.begin(asked()), await desk.provider.begin(asked())
    await desk.provider.complete(first.request_id, person)
    with pytest.raises(NotFound):
        await desk.provider.complete(first.request_id, person)
    desk.clock.turn(minutes=16)
    with pytest.raises(NotFound):
        await desk.provider.pending(second.request_id)


async def test_who_does_not_want_to_sign_in_is_sent_back_with_the_reason(desk: Desk) -> None:
    pending = await desk.provider.begin(asked(state="s2"))
    back = answered(await desk.provider.refuse(pending.request_id))
    assert (back["error"], back["state"]) == ("access_denied", "s2")


async def test_who_is_signed_in_already_need_not_do_so_again(desk: Desk) -> None:
    person = await desk.physician()
    now = desk.clock.now
    assert not (await desk.provider.begin(asked(), person=person, signed_in=now)).must_sign_in
    assert (await desk.provider.begin(asked(prompt="login"), person=person, signed_in=now)).must_sign_in
    desk.clock.turn(minutes=6)
    assert (await desk.provider.begin(asked(max_age="300"), person=person, signed_in=now)).must_sign_in


async def test_an_application_can_ask_whether_somebody_is_signed_in_without_a_page(desk: Desk) -> None:
    with pytest.raises(Refusal) as refused:
        await desk.provider.begin(asked(prompt="none"))
    assert refused.value.redirect is not None
    assert answered(refused.value.redirect)["error"] == "login_required"


async def test_the_nodes_own_pages_learn_who_signed_in_and_keep_no_token(desk: Desk) -> None:
    person = await desk.physician()
    back = f"{desk.house.issuer}/oauth/callback"
    code = await desk.code(person, client_id="portal", redirect_uri=back, scope="openid")
    client = (
        await desk.provider.pending(
            (await desk.provider.begin(asked(client_id="portal", redirect_uri=back, scope="openid"))).request_id
        )
    ).client
    assert (await desk.provider.redeem(code, "v" * 64, client)).person == person


async def test_a_token_ends_by_time_by_revocation_and_with_its_person(desk: Desk) -> None:
    person = await desk.physician()
    first, second, third = [(await desk.token(person))["access_token"] for _ in range(3)]
    await desk.provider.revoke([("token", first), ("client_id", APP)], {})
    with pytest.raises(Unauthenticated, match="revoked"):
        await desk.tokens.verify(first)
    assert (await desk.tokens.verify(second)).subject == str(person.id)
    await desk.people.change_password(person.id, "gelbe Pflaumen im Juni")
    desk.clock.turn(seconds=3)
    for token in (second, third):
        with pytest.raises(Unauthenticated, match="revoked"):
            await desk.tokens.verify(token)
    person = await desk.people.of(person.id)  # signs in again
    fresh = (await desk.token(person))["access_token"]
    desk.clock.turn(minutes=11)
    with pytest.raises(Unauthenticated, match="expired"):
        await desk.tokens.verify(fresh)


async def test_another_process_of_the_node_learns_of_a_revocation(desk: Desk) -> None:
    other = await Desk.open(desk.database, keys=desk.keys)
    answer = await desk.token(await desk.physician())
    assert await other.tokens.verify(answer["access_token"])
    await desk.provider.revoke([("token", answer["access_token"]), ("client_id", APP)], {})
    other.clock.turn(seconds=3)
    with pytest.raises(Unauthenticated, match="revoked"):
        await other.tokens.verify(answer["access_token"])


async def test_a_server_application_can_ask_what_a_token_says(desk: Desk) -> None:
    token = (await desk.token(await desk.patient()))["access_token"]
    form = [("token", token), ("client_id", "server"), ("client_secret", SECRET)]
    said = await desk.provider.introspect(form, {})
    assert (said["active"], said["client_id"], said["patient"]) == (True, APP, "pat1")
    await desk.provider.revoke([("token", token), ("client_id", APP)], {})
    assert await desk.provider.introspect(form, {}) == {"active": False}
