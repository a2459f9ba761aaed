"""Signing in with an outside OpenID provider: another Verbund node, reached over a socket."""

import uuid
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import asyncpg
import pyotp
import pytest
import pytest_asyncio
from enrolling import HOUSE, PASSWORD, member, own
from outsiders import BROWSER, HERE, PORTAL, SECRET, VERIFIER, Outsiders, inside_of, outsiders
from signing_in import answered, browser

from verbund.database import Cluster, Database
from verbund.errors import Conflict, Forbidden, NotFound, Unavailable
from verbund.identity import Arrival, Factors, FrontDoor, NotBelieved, Person, Policy, Resetting, Role, Sessions


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def two(cluster: Cluster, administration: asyncpg.Connection) -> AsyncIterator[Outsiders]:
    """Two nodes for all stories: each has people of its own."""
    names = [f"t_{uuid.uuid4().hex}" for _ in range(2)]
    for name in names:
        await administration.execute(f"create database {name} strategy file_copy")
    here, there = [await Database.connect(cluster.url(name), size=4) for name in names]
    async with outsiders(here, there) as made:
        yield made
    for name, opened in zip(names, (here, there), strict=True):
        await opened.close()
        await administration.execute(f"drop database {name} with (force)")


async def test_a_linked_account_opens_the_own_one(two: Outsiders) -> None:
    here, there = await two.both()
    assert await two.arrived(there, own(here)) is None
    target = await two.arrived(there)
    assert target is not None
    code = answered(target)["code"]
    proof = await two.provider.redeem(code, VERIFIER, PORTAL)
    assert proof.person == here
    assert [(one.title, one.linked is not None) for one in await two.outside.links(own(here))] == [
        ("Klinik-Anmeldung", True)
    ]


async def test_an_account_that_nobody_linked_opens_nothing(two: Outsiders) -> None:
    _, there = await two.both()
    with pytest.raises(Forbidden, match="not linked"):
        await two.arrived(there)


async def test_a_link_can_be_removed_and_belongs_to_one_account(two: Outsiders) -> None:
    here, there = await two.both()
    other = await two.office.people.add("klose", "Nadine Klose", Role.NURSE, PASSWORD)
    await two.arrived(there, own(here))
    with pytest.raises(Conflict, match="linked already"):
        await two.arrived(there, own(other))
    await two.outside.unlink(own(here), HERE)
    with pytest.raises(Forbidden):
        await two.arrived(there)


async def test_who_may_no_longer_sign_in_here_does_not_by_another_door(two: Outsiders) -> None:
    here, there = await two.both()
    await two.arrived(there, own(here))
    await two.office.people.deactivate(here.id)
    with pytest.raises(Forbidden):
        await two.arrived(there)


async def test_only_the_browser_that_began_goes_on_and_only_once(two: Outsiders) -> None:
    here, there = await two.both()
    await two.arrived(there, own(here))
    back = await two.answer_there(there, await two.sent(request_id=await two.waiting()))
    with pytest.raises(NotBelieved):
        await two.outside.arrive(HERE, back, browser(secret="another browser"))
    with pytest.raises(NotBelieved):
        await two.outside.arrive(HERE, back, BROWSER)
    back = await two.answer_there(there, await two.sent(request_id=await two.waiting()))
    await two.outside.arrive(HERE, back, BROWSER)
    with pytest.raises(NotBelieved):
        await two.outside.arrive(HERE, back, BROWSER)


async def test_a_code_of_another_sign_in_does_not_fit(two: Outsiders) -> None:
    """Another's code was made for another PKCE challenge and nonce."""
    here, there = await two.both()
    await two.arrived(there, own(here))
    theirs = await two.answer_there(there, await two.sent(request_id=await two.waiting()))
    mine = await two.answer_there(there, await two.sent(request_id=await two.waiting()))
    with pytest.raises(NotBelieved):
        await two.outside.arrive(HERE, mine | {"code": theirs["code"]}, BROWSER)


@pytest.mark.parametrize(
    "change",
    [{"iss": "https://evil.example"}, {"error": "access_denied"}, {"code": ""}, {"state": "x"}, {"code": "x" * 99}],
)
async def test_an_answer_that_was_changed_is_refused(two: Outsiders, change: dict[str, str]) -> None:
    here, there = await two.both()
    await two.arrived(there, own(here))
    back = await two.answer_there(there, await two.sent(request_id=await two.waiting()))
    with pytest.raises(NotBelieved):
        await two.outside.arrive(HERE, back | change, BROWSER)


async def test_an_attempt_ends_after_ten_minutes(two: Outsiders) -> None:
    here, there = await two.both()
    await two.arrived(there, own(here))
    sent = await two.sent(request_id=await two.waiting())
    two.office.clock.turn(minutes=10)
    with pytest.raises(NotBelieved):
        await two.outside.arrive(HERE, await two.answer_there(there, sent), BROWSER)


async def test_linking_needs_the_same_person_signed_in(two: Outsiders) -> None:
    here, there = await two.both()
    other = await two.office.people.add("vogel", "Jutta Vogel", Role.NURSE, PASSWORD)
    for who in (None, own(other)):
        back = await two.answer_there(there, await two.sent(who=own(here)))
        with pytest.raises(NotBelieved):
            await two.outside.arrive(HERE, back, BROWSER, who)


async def test_what_is_sent_has_pkce_nonce_and_state(two: Outsiders) -> None:
    sent = await two.sent(request_id=await two.waiting())
    assert sent["code_challenge_method"] == "S256"
    assert len(sent["code_challenge"]) == 43
    assert min(len(sent["nonce"]), len(sent["state"])) >= 43
    assert sent["redirect_uri"] == f"http://127.0.0.1:8402/sign-in/outside/{HERE}"
    with pytest.raises(NotFound):
        await two.outside.begin("nobody", SECRET)


async def test_an_unknown_key_is_looked_for_once_more(two: Outsiders) -> None:
    here, there = await two.both()
    await two.arrived(there, own(here))
    two.door._keys.keys.clear()
    two.door._tried_at = -3600.0
    assert await two.arrived(there) is not None
    two.door._keys.keys.clear()
    with pytest.raises(NotBelieved):
        await two.arrived(there)
    two.door._tried_at = -3600.0


async def test_a_provider_that_is_not_there_is_unavailable(two: Outsiders) -> None:
    with pytest.raises(Unavailable):
        await two.trusting(issuer="http://127.0.0.1:9").sent(request_id=await two.waiting())


async def test_a_provider_that_speaks_for_another_issuer_is_not_believed(two: Outsiders) -> None:
    named = two.there.house.issuer.replace("127.0.0.1", "localhost")
    with pytest.raises(NotBelieved):
        await two.trusting(issuer=named).sent(request_id=await two.waiting())


async def test_accounts_are_made_from_claims_only_where_the_settings_say_so(two: Outsiders) -> None:
    two = two.trusting(accounts="create", login_claim="sub", role="nurse")
    there = await two.there.physician("nurse.of.there")
    assert await two.arrived(there) is not None
    made = await two.office.people.by_login(f"{there.id}@{HERE}")
    assert made is not None
    assert (made.role, made.name) == (Role.NURSE, "Dr. Anna Weber")
    # The next time it is the same account; when the house gives it another role, the claim does not bring it back.
    assert await two.arrived(there) is not None
    await two.office.people.change(made.id, role=Role.STEWARD)
    with pytest.raises(Forbidden):
        await two.arrived(there)


async def test_a_patient_gets_an_account_only_as_the_one_whom_the_claim_names(two: Outsiders) -> None:
    two = two.trusting(
        accounts="create", login_claim="sub", role="patient", patient_claim="sub", patient_system="urn:kvnr"
    )
    there = await two.there.physician("patient.of.there")
    with pytest.raises(Forbidden):
        await two.arrived(there)
    two.directory.known["urn:kvnr", str(there.id)] = ["pat7", "pat8"]
    with pytest.raises(Forbidden):
        await two.arrived(there)
    two.directory.known["urn:kvnr", str(there.id)] = ["pat7"]
    assert await two.arrived(there) is not None
    made = await two.office.people.of_patient("pat7")
    assert made is not None
    assert made.role is Role.PATIENT
    # Whose claim names another patient by now is not let in.
    two.directory.known["urn:kvnr", str(there.id)] = ["pat8"]
    with pytest.raises(Forbidden):
        await two.arrived(there)


async def test_an_account_of_a_patient_who_has_one_is_never_taken_over(two: Outsiders) -> None:
    two = two.trusting(
        accounts="create", login_claim="sub", role="patient", patient_claim="sub", patient_system="urn:kvnr"
    )
    await two.office.people.add("schon.da", "Erika Sommer", Role.PATIENT, PASSWORD, patient_id="pat9")
    there = await two.there.physician("thief")
    two.directory.known["urn:kvnr", str(there.id)] = ["pat9"]
    with pytest.raises(Forbidden):
        await two.arrived(there)


async def test_a_demanded_proof_must_have_been_given(two: Outsiders) -> None:
    here, there = await two.both()
    with pytest.raises(NotBelieved):
        await two.trusting(amr=("mfa",)).arrived(there, own(here))


async def test_who_has_a_second_factor_here_shows_it_unless_the_provider_has_seen_one(two: Outsiders) -> None:
    here, there = await two.both()
    await two.arrived(there, own(here))
    secret = await with_an_app(two, here)
    back = await two.answer_there(there, await two.sent(request_id=await two.waiting()))
    arrival = await two.outside.arrive(HERE, back, BROWSER)
    assert arrival.outcome is not None
    assert (arrival.outcome.target, arrival.outcome.want) == (None, "code")
    code = pyotp.TOTP(secret).at(two.office.clock.now)
    outcome = await two.front.code(arrival.request, arrival.outcome.step, code, BROWSER)
    proof = await two.provider.redeem(answered(outcome.target or "")["code"], VERIFIER, PORTAL)
    assert proof.amr == ("pwd", "otp", "mfa")


async def test_what_the_settings_demand_of_a_provider_is_enough(two: Outsiders) -> None:
    here, there = await two.both()
    await two.arrived(there, own(here))
    await with_an_app(two, here)
    assert await two.trusting(amr=("pwd",)).arrived(there) is not None


async def test_who_must_have_a_second_factor_sets_one_up_also_after_another_door(two: Outsiders) -> None:
    here, there = await two.both()
    await two.arrived(there, own(here))
    strict = replace(two, front=FrontDoor(inside_of(two.office, two.provider, Policy(staff=True)), PORTAL))
    strict = strict.trusting()
    back = await two.answer_there(there, await strict.sent(request_id=await two.waiting()))
    arrival = await strict.outside.arrive(HERE, back, BROWSER)
    assert arrival.outcome is not None
    assert (arrival.outcome.target, arrival.outcome.want) == (None, "factor")


async def test_a_sign_in_by_another_door_is_in_the_list_of_who_did_it(two: Outsiders) -> None:
    here, there = await two.both()
    await two.arrived(there, own(here))
    await two.arrived(there)
    journal = inside_of(two.office, two.provider).journal
    assert [one.how for one in await journal.sign_ins(here.id, count=5)] == ["outside"]


async def test_a_reset_takes_the_links_away_too(two: Outsiders) -> None:
    """Whoever got hold of an account may have linked one of theirs."""
    here, there = await two.both()
    await two.arrived(there, own(here))
    given = (two.office.database, two.office.keys)
    resetting = Resetting(*given, HOUSE, two.office.people, two.office.log, clock=two.office.clock)
    await resetting.reset(member(Role.ADMINISTRATOR), here.id, "Konto war in fremden Händen")
    with pytest.raises(Forbidden, match="not linked"):
        await two.arrived(there)


async def with_an_app(two: Outsiders, person: Person) -> str:
    """The key of an authenticator app that somebody has set up here."""
    totp, clock = Factors(two.office.database, two.office.keys, HOUSE, clock=two.office.clock).totp, two.office.clock
    offer = await totp.offer(person, "session")
    await totp.confirm(person.id, "session", pyotp.TOTP(offer.secret).at(clock.now))
    clock.turn(seconds=90)
    return offer.secret


async def confirmed(two: Outsiders, here: Person, there: Person, *, anew: bool = True) -> Arrival:
    """Somebody who is signed in here proves once more, there, who they are."""
    sent = await two.sent(who=own(here), back="/links")
    assert (sent["prompt"], sent["max_age"]) == ("login", "0")
    if not anew:
        two.office.clock.turn(minutes=-30)
    back = await two.answer_there(there, sent)
    if not anew:
        two.office.clock.turn(minutes=30)
    return await two.outside.arrive(HERE, back, BROWSER, own(here))


async def test_who_signs_in_elsewhere_proves_there_once_more_who_they_are(two: Outsiders) -> None:
    here, there = await two.both()
    await two.arrived(there, own(here))
    given = (two.office.database, two.office.keys)
    sessions, account = Sessions(*given, clock=two.office.clock), two.account
    token = await sessions.open(here.id)
    two.office.clock.turn(minutes=11)
    arrival = await confirmed(two, here, there)
    assert (arrival.outcome, arrival.back) == (None, "/links")
    assert arrival.proven is not None
    await account.confirm_from_outside(token, arrival.proven)
    session = await sessions.of(token)
    assert session is not None
    assert session.authenticated == two.office.clock()
    await with_an_app(two, here)
    arrival = await confirmed(two, here, there)
    assert arrival.proven is not None
    with pytest.raises(Forbidden, match="second factor"):
        await account.confirm_from_outside(token, arrival.proven)


async def test_a_proof_elsewhere_is_of_the_same_person_and_of_now(two: Outsiders) -> None:
    here, there = await two.both()
    other, _ = await two.both()
    with pytest.raises(NotBelieved):
        await confirmed(two, here, there)  # not linked yet
    await two.arrived(there, own(here))
    with pytest.raises(NotBelieved):
        await confirmed(two, other, there)
    with pytest.raises(NotBelieved):
        await confirmed(two, here, there, anew=False)
    assert await two.outside.links(own(other)) != await two.outside.links(own(here))


async def test_a_sign_in_elsewhere_of_hours_ago_opens_nothing(two: Outsiders) -> None:
    here, there = await two.both()
    await two.arrived(there, own(here))
    sent = await two.sent(request_id=await two.waiting())
    assert sent["max_age"] == "3600"
    pending = await two.there.provider.begin([(name, value) for name, value in sent.items() if name != "max_age"])
    ago = two.office.clock() - timedelta(hours=2)
    back = answered(await two.there.provider.complete(pending.request_id, there, signed_in=ago))
    with pytest.raises(NotBelieved):
        await two.outside.arrive(HERE, back, BROWSER)
