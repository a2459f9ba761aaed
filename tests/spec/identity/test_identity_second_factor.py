"""A password and what else: codes of an app, recovery codes, and who must have a second factor."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pyotp
import pytest
import pytest_asyncio
from signing_in import PASSWORD, VERIFIER, Desk, Entrance, answered, browser

from verbund.config import NodeConfig
from verbund.database import Database
from verbund.errors import Conflict, Forbidden, Incorrect, NotFound
from verbund.identity import Outcome, Person, Policy, Role, TooManyAttempts, WrongCode

REQUIRED = Policy(staff=True)
NEW_PASSWORD = "gelbe Pflaumen im Juni"


@pytest_asyncio.fixture(loop_scope="session")
async def entrance(desk: Desk) -> AsyncIterator[Entrance]:
    made = await Entrance.open(desk)
    yield made
    await made.close()


@pytest_asyncio.fixture(loop_scope="session")
async def strict(database: Database) -> AsyncIterator[Entrance]:
    made = await Entrance.open(await Desk.open(database), REQUIRED)
    yield made
    await made.close()


def shown(entrance: Entrance, secret: str, steps: int = 0) -> str:
    """What the app shows now, or so many half minutes later."""
    return pyotp.TOTP(secret).at(entrance.desk.clock.now + timedelta(seconds=30 * steps))


async def with_app(entrance: Entrance, person: Person) -> tuple[str, tuple[str, ...]]:
    """The key of an app that was set up, and the recovery codes that were shown."""
    token = await entrance.desk.sessions.open(person.id)
    offer = await entrance.account.offer(token)
    codes = await entrance.account.add_app(token, shown(entrance, offer.secret))
    entrance.desk.clock.turn(seconds=90)
    return offer.secret, codes


async def first_step(entrance: Entrance, password: str = PASSWORD) -> tuple[str, Outcome]:
    request = await entrance.request()
    return request, await entrance.door.sign_in(request, "weber", password, browser())


async def test_without_a_second_factor_a_password_is_enough_where_none_is_wanted(entrance: Entrance) -> None:
    await entrance.desk.physician()
    _, outcome = await first_step(entrance)
    session = await entrance.desk.sessions.of(await entrance.session(outcome.target))
    assert session is not None
    assert session.amr == ("pwd",)


async def test_who_has_an_app_types_its_code_after_the_password(entrance: Entrance) -> None:
    person = await entrance.desk.physician()
    secret, _ = await with_app(entrance, person)
    request, outcome = await first_step(entrance)
    assert (outcome.target, outcome.want) == (None, "code")
    code = shown(entrance, secret)
    outcome = await entrance.door.code(request, outcome.step, f" {code[:3]} {code[3:]} ", browser())
    session = await entrance.desk.sessions.of(await entrance.session(outcome.target))
    assert session is not None
    assert session.amr == ("pwd", "otp", "mfa")


async def test_the_id_token_says_how_somebody_signed_in(entrance: Entrance) -> None:
    person = await entrance.desk.physician()
    secret, _ = await with_app(entrance, person)
    request, outcome = await first_step(entrance)
    outcome = await entrance.door.code(request, outcome.step, shown(entrance, secret), browser())
    portal = entrance.door._portal
    proof = await entrance.desk.provider.redeem(answered(outcome.target or "")["code"], VERIFIER, portal)
    assert (proof.person, proof.amr, proof.at) == (person, ("pwd", "otp", "mfa"), entrance.desk.clock.now)


async def test_clocks_may_differ_by_one_step(entrance: Entrance) -> None:
    person = await entrance.desk.physician()
    secret, _ = await with_app(entrance, person)
    for steps, fits in ((-2, False), (-1, True), (0, True), (1, True), (2, False)):
        entrance.desk.clock.turn(hours=1)
        assert await entrance.inside.factors.totp.use(person.id, shown(entrance, secret, steps)) is fits


async def test_a_code_counts_once_and_no_older_one_after_it(entrance: Entrance) -> None:
    person = await entrance.desk.physician()
    secret, _ = await with_app(entrance, person)
    totp = entrance.inside.factors.totp
    before, present = shown(entrance, secret, -1), shown(entrance, secret)
    assert await totp.use(person.id, present)
    assert not await totp.use(person.id, present)
    assert not await totp.use(person.id, before)
    assert await totp.use(person.id, shown(entrance, secret, 1))


async def test_an_app_counts_only_after_its_first_code(entrance: Entrance) -> None:
    person = await entrance.desk.physician()
    token = await entrance.desk.sessions.open(person.id)
    offer = await entrance.account.offer(token)
    assert await entrance.account.offer(token) == offer
    with pytest.raises(WrongCode):
        await entrance.account.add_app(token, "000000" if shown(entrance, offer.secret) != "000000" else "000001")
    assert (await first_step(entrance))[1].target
    await entrance.account.add_app(token, shown(entrance, offer.secret))
    assert (await first_step(entrance))[1].want == "code"
    assert not await entrance.inside.factors.totp.use(person.id, shown(entrance, offer.secret))


async def test_another_app_takes_the_place_of_the_first_when_it_has_shown_its_code(entrance: Entrance) -> None:
    person = await entrance.desk.physician()
    first, _ = await with_app(entrance, person)
    token = await entrance.desk.sessions.open(person.id)
    offer = await entrance.account.offer(token)
    assert await entrance.inside.factors.totp.use(person.id, shown(entrance, first))
    await entrance.account.add_app(token, shown(entrance, offer.secret))
    entrance.desk.clock.turn(seconds=90)
    assert not await entrance.inside.factors.totp.use(person.id, shown(entrance, first))
    assert await entrance.inside.factors.totp.use(person.id, shown(entrance, offer.secret))


async def test_a_key_is_told_in_letters_and_as_an_address_for_a_picture(entrance: Entrance) -> None:
    person = await entrance.desk.physician()
    offer = await entrance.account.offer(await entrance.desk.sessions.open(person.id))
    parsed = pyotp.parse_uri(offer.address)
    assert (parsed.secret, parsed.name, parsed.issuer) == (offer.secret, "weber", "Praxis am Markt")
    assert offer.spaced.replace(" ", "") == offer.secret
    assert len(offer.secret) == 32


async def test_each_recovery_code_replaces_the_device_once(entrance: Entrance) -> None:
    person = await entrance.desk.physician()
    _, codes = await with_app(entrance, person)
    assert len(set(codes)) == 10
    request, outcome = await first_step(entrance)
    typed = codes[0].upper().replace("-", " ")
    outcome = await entrance.door.code(request, outcome.step, typed, browser())
    assert outcome.target
    request, outcome = await first_step(entrance)
    with pytest.raises(WrongCode):
        await entrance.door.code(request, outcome.step, codes[0], browser())
    token = await entrance.desk.sessions.open(person.id)
    assert (await entrance.account.security(token)).having.codes_left == 9


async def test_new_recovery_codes_end_the_former(entrance: Entrance) -> None:
    person = await entrance.desk.physician()
    token = await entrance.desk.sessions.open(person.id)
    with pytest.raises(Conflict):
        await entrance.account.new_codes(token)
    _, former = await with_app(entrance, person)
    fresh = await entrance.account.new_codes(token)
    recovery = entrance.inside.factors.recovery
    assert not await recovery.use(person.id, former[3])
    assert await recovery.use(person.id, fresh[3])


async def test_who_must_have_a_second_factor_sets_one_up_before_anything_else(strict: Entrance) -> None:
    await strict.desk.physician()
    request, outcome = await first_step(strict)
    assert (outcome.target, outcome.want) == (None, "factor")
    for early in (strict.door.finish, strict.door.finish):
        with pytest.raises(NotFound):
            await early(request, outcome.step, browser())
    choice = await strict.door.choice(request, outcome.step)
    with pytest.raises(WrongCode):
        await strict.door.set_up_app(request, outcome.step, "12345")
    codes = await strict.door.set_up_app(request, outcome.step, shown(strict, choice.offer.secret))
    assert len(codes) == 10
    outcome = await strict.door.finish(request, outcome.step, browser())
    session = await strict.desk.sessions.of(await strict.session(outcome.target))
    assert session is not None
    assert "mfa" in session.amr


async def test_patients_are_offered_one_where_only_staff_must(strict: Entrance) -> None:
    await strict.desk.patient()
    request = await strict.request()
    assert (await strict.door.sign_in(request, "muster", PASSWORD, browser())).target


def test_the_nodes_settings_say_who_must() -> None:
    def policy(**settings: str | bool) -> Policy:
        return Policy.of(NodeConfig(name="a", title="A", **settings))  # type: ignore[arg-type]

    assert policy() == Policy(staff=True, patients=False)
    assert policy(demo=True) == Policy(staff=False, patients=False)
    assert policy(demo=True, second_factor_staff="required").staff
    assert not policy(second_factor_staff="offered").staff
    assert policy(second_factor_patients="required").wants(Role.PATIENT)


async def test_five_wrong_codes_end_the_sign_in_and_more_are_braked(entrance: Entrance) -> None:
    person = await entrance.desk.physician()
    secret, _ = await with_app(entrance, person)
    entrance.desk.clock.turn(hours=2)
    request, outcome = await first_step(entrance)
    for _ in range(5):
        with pytest.raises(WrongCode):
            await entrance.door.code(request, outcome.step, "abc", browser())
    with pytest.raises(NotFound):
        await entrance.door.code(request, outcome.step, shown(entrance, secret), browser())
    request, outcome = await first_step(entrance)
    with pytest.raises(TooManyAttempts):
        await entrance.door.code(request, outcome.step, shown(entrance, secret), browser("192.0.2.77"))


async def test_a_step_belongs_to_its_request_and_ends(entrance: Entrance) -> None:
    person = await entrance.desk.physician()
    secret, _ = await with_app(entrance, person)
    request, outcome = await first_step(entrance)
    other = await entrance.request()
    for wrong_request, step in ((other, outcome.step), (request, "guess"), (request, "")):
        with pytest.raises(NotFound):
            await entrance.door.code(wrong_request, step, shown(entrance, secret), browser())
    entrance.desk.clock.turn(minutes=11)
    with pytest.raises(NotFound):
        await entrance.door.code(request, outcome.step, shown(entrance, secret), browser())


async def test_a_second_factor_cannot_be_replaced_from_the_password_alone(strict: Entrance) -> None:
    person = await strict.desk.physician()
    await with_app(strict, person)
    request, outcome = await first_step(strict)
    assert outcome.want == "code"
    for door in (strict.door.choice(request, outcome.step), strict.door.set_up_app(request, outcome.step, "1")):
        with pytest.raises(NotFound):
            await door


async def test_a_reset_takes_all_away_tells_the_person_and_lets_them_begin_anew(strict: Entrance) -> None:
    person = await strict.desk.physician()
    kramer = await strict.desk.people.add("kramer", "Tobias Kramer", Role.ADMINISTRATOR, PASSWORD)
    admin = kramer.principal(strict.desk.house)
    secret, codes = await with_app(strict, person)
    open_session = await strict.desk.sessions.open(person.id)
    password = await strict.resetting.reset(admin, person.id, "Telefon und Codes verloren, Ausweis gesehen")
    assert await strict.desk.sessions.of(open_session) is None
    request, outcome = await first_step(strict, password)
    assert outcome.want == "password"
    with pytest.raises(Incorrect):
        await strict.door.renew_password(request, outcome.step, "kurz", browser())
    outcome = await strict.door.renew_password(request, outcome.step, NEW_PASSWORD, browser())
    assert outcome.want == "factor"
    choice = await strict.door.choice(request, outcome.step)
    assert choice.offer.secret != secret
    assert set(await strict.door.set_up_app(request, outcome.step, shown(strict, choice.offer.secret))).isdisjoint(
        codes
    )
    outcome = await strict.door.finish(request, outcome.step, browser())
    token, to_tell = await strict.door.redeem(answered(outcome.target or "")["code"], VERIFIER, browser())
    assert to_tell
    (notice,) = (await strict.account.security(token)).notices
    assert (notice.by, notice.reason) == ("Tobias Kramer", "Telefon und Codes verloren, Ausweis gesehen")
    await strict.account.noted(token)
    assert not (await strict.account.security(token)).notices


async def test_only_administrators_reset_with_a_reason_and_never_themselves(entrance: Entrance) -> None:
    person = await entrance.desk.physician()
    kramer = await entrance.desk.people.add("kramer", "Tobias Kramer", Role.ADMINISTRATOR, PASSWORD)
    reset, house = entrance.resetting.reset, entrance.desk.house
    with pytest.raises(Forbidden):
        await reset(person.principal(house), kramer.id, "weil ich das gern hätte")
    with pytest.raises(Forbidden):
        await reset(kramer.principal(house), kramer.id, "weil ich das gern hätte")
    with pytest.raises(Incorrect, match="why"):
        await reset(kramer.principal(house), person.id, "   so   ")
    assert (await first_step(entrance))[1].target
