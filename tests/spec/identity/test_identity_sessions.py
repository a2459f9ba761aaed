"""Staying signed in: a session lasts while it is used, half a day at most, and ends everywhere when told to."""

from uuid import uuid4

import pytest
from signing_in import PASSWORD, Desk

from verbund.errors import Conflict, Incorrect, NotFound, Unauthenticated
from verbund.identity import Role


async def test_a_session_is_found_by_its_cookie(desk: Desk) -> None:
    person = await desk.physician()
    session = await desk.sessions.of(await desk.sessions.open(person.id))
    assert session is not None
    assert session.person == person
    assert session.person.principal(desk.house).purpose == "TREAT"


async def test_a_session_ends_when_it_is_idle(desk: Desk) -> None:
    cookie = await desk.sessions.open((await desk.physician()).id)
    for _ in range(3):
        desk.clock.turn(minutes=29)
        assert await desk.sessions.of(cookie) is not None
    desk.clock.turn(minutes=31)
    assert await desk.sessions.of(cookie) is None


async def test_a_session_ends_after_half_a_day_even_in_use(desk: Desk) -> None:
    cookie = await desk.sessions.open((await desk.physician()).id)
    for _ in range(28):
        desk.clock.turn(minutes=25)
        assert await desk.sessions.of(cookie) is not None
    desk.clock.turn(minutes=25)
    assert await desk.sessions.of(cookie) is None


async def test_signing_out_ends_this_session_and_a_new_password_all(desk: Desk) -> None:
    person = await desk.physician()
    one, two, three = [await desk.sessions.open(person.id) for _ in range(3)]
    await desk.sessions.close(one)
    assert await desk.sessions.of(one) is None
    assert await desk.sessions.of(two) is not None
    await desk.people.change_password(person.id, "gelbe Pflaumen im Juni")
    assert await desk.sessions.of(two) is None
    assert await desk.sessions.of(three) is None


async def test_a_new_password_ends_all_sessions(desk: Desk) -> None:
    person = await desk.physician()
    cookie = await desk.sessions.open(person.id)
    await desk.people.change_password(person.id, "gelbe Pflaumen im Juni")
    assert await desk.sessions.of(cookie) is None
    with pytest.raises(Unauthenticated):
        await desk.people.authenticate("weber", PASSWORD)
    assert await desk.people.authenticate("weber", "gelbe Pflaumen im Juni") == person


async def test_who_may_no_longer_sign_in_is_out_at_once(desk: Desk) -> None:
    person = await desk.physician()
    cookie = await desk.sessions.open(person.id)
    token = (await desk.token(person))["access_token"]
    await desk.people.deactivate(person.id)
    assert await desk.sessions.of(cookie) is None
    with pytest.raises(NotFound):
        await desk.people.of(person.id)
    with pytest.raises(Unauthenticated):
        await desk.people.authenticate("weber", PASSWORD)
    desk.clock.turn(seconds=3)
    with pytest.raises(Unauthenticated, match="revoked"):
        await desk.tokens.verify(token)


async def test_a_login_is_one_persons_however_it_is_written(desk: Desk) -> None:
    person = await desk.physician("Weber ")
    assert await desk.people.authenticate("ｗＥＢＥＲ", PASSWORD) == person
    with pytest.raises(Conflict):
        await desk.physician("WEBER")


@pytest.mark.parametrize("password", ["kurz", "weber-weber", "x" * 257])
async def test_a_weak_password_is_refused_with_what_to_change(desk: Desk, password: str) -> None:
    with pytest.raises(Incorrect, match="take"):
        await desk.people.add("weber", "Dr. Anna Weber", Role.PHYSICIAN, password)


async def test_a_patients_sign_in_needs_the_patients_record(desk: Desk) -> None:
    with pytest.raises(Incorrect, match="patient_id"):
        await desk.people.add("muster", "Max Muster", Role.PATIENT, PASSWORD)


async def test_everybody_is_listed_by_name(desk: Desk) -> None:
    physician, patient = await desk.physician(), await desk.patient()
    assert await desk.people.all() == (physician, patient)
    with pytest.raises(NotFound):
        await desk.people.of(uuid4())
