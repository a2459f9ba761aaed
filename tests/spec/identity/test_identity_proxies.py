"""Acting for others: whom a patient names, whom the house records, as far and as long as was said."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio
from enrolling import BORN, EVERYTHING, PASSWORD, Office, member, own

from verbund.database import Database
from verbund.errors import Conflict, Incorrect, NotFound
from verbund.identity import Recipient, Role, Terms, acting_principal, end_of_minority, last_moment
from verbund.identity.proxies import MOST_PROXIES

SESSION = "the cookie of a session"


@pytest_asyncio.fixture(loop_scope="session")
async def office(database: Database) -> AsyncIterator[Office]:
    made = await Office.open(database)
    yield made
    await made.close()


async def test_a_proxy_acts_only_after_accepting(office: Office) -> None:
    erika, hans = await office.two()
    named = await office.proxies.name(own(erika), erika.name, "hans", Terms(EVERYTHING, False, None))
    with pytest.raises(NotFound):
        await office.proxies.choose(SESSION, hans, named.id)
    await office.proxies.answer(hans, named.id, accepted=True)
    await office.proxies.choose(SESSION, hans, named.id)
    acting = await office.proxies.acting(SESSION, hans)
    assert acting is not None
    who = acting_principal(own(hans), acting)
    assert (who.patient_id, who.purpose, who.capacity, who.name) == ("pat1", "FAMRQT", "proxy", "Hans Bergmann")
    assert str(who.scopes) == "patient/*.rs"


async def test_what_is_declined_never_holds(office: Office) -> None:
    erika, hans = await office.two()
    named = await office.proxies.name(own(erika), erika.name, "hans", Terms(EVERYTHING, False, None))
    await office.proxies.answer(hans, named.id, accepted=False)
    for act in (office.proxies.choose(SESSION, hans, named.id), office.proxies.answer(hans, named.id, accepted=True)):
        with pytest.raises(NotFound):
            await act


async def test_nobody_else_accepts_ends_or_acts_by_it(office: Office) -> None:
    erika, hans, named = await office.acting()
    stranger = await office.enrolled(Recipient("patient", "Ayse Kaya", "1980-01-01", patient_id="pat3"), "kaya")
    for act in (
        office.proxies.choose(SESSION, stranger, named.id),
        office.proxies.answer(stranger, named.id, accepted=True),
        office.proxies.end(own(stranger), named.id),
    ):
        with pytest.raises(NotFound):
            await act
    await office.proxies.choose(SESSION, hans, named.id)
    assert await office.proxies.acting(SESSION, stranger) is None
    assert await office.proxies.acting(SESSION, erika) is None
    assert await office.proxies.acting("another cookie", hans) is None


@pytest.mark.parametrize("by", ["patient", "proxy", "house"])
async def test_it_ends_at_once_whoever_ends_it(office: Office, by: str) -> None:
    erika, hans, named = await office.acting()
    await office.proxies.choose(SESSION, hans, named.id)
    await office.proxies.end({"patient": own(erika), "proxy": own(hans), "house": member()}[by], named.id)
    assert await office.proxies.acting(SESSION, hans) is None
    with pytest.raises(NotFound):
        await office.proxies.choose(SESSION, hans, named.id)


async def test_it_ends_when_its_time_has_come(office: Office) -> None:
    until = office.clock() + timedelta(hours=2)
    _, hans, named = await office.acting(Terms(EVERYTHING, False, until))
    await office.proxies.choose(SESSION, hans, named.id)
    office.clock.turn(hours=2, seconds=-1)
    assert await office.proxies.acting(SESSION, hans) is not None
    office.clock.turn(seconds=1)
    assert await office.proxies.acting(SESSION, hans) is None
    assert [one.state_at(office.clock()) for one in await office.proxies.of_patient("pat1")] == ["ended"]


async def test_going_back_to_oneself(office: Office) -> None:
    _, hans, named = await office.acting()
    await office.proxies.choose(SESSION, hans, named.id)
    await office.proxies.choose(SESSION, hans, None)
    assert await office.proxies.acting(SESSION, hans) is None


async def test_whether_there_is_such_a_login_is_not_said(office: Office) -> None:
    erika = await office.enrolled()
    await office.people.add("weber", "Dr. Anna Weber", Role.PHYSICIAN, PASSWORD)
    for login in ("niemand", "weber"):
        offered = await office.proxies.name(own(erika), erika.name, login, Terms(EVERYTHING, False, None))
        assert (offered.state, offered.named, offered.person) == ("offered", login, None)
    # Who takes the login later has not been named.
    late = await office.enrolled(Recipient("patient", "Spät", "1990-01-01", patient_id="pat9"), "niemand")
    assert await office.proxies.of_person(late.id) == ()


async def test_nobody_names_themselves_and_a_proxy_names_nobody(office: Office) -> None:
    erika, hans, named = await office.acting()
    with pytest.raises(Incorrect):
        await office.proxies.name(own(erika), erika.name, "ERIKA ", Terms(EVERYTHING, False, None))
    with pytest.raises(NotFound):
        await office.proxies.name(acting_principal(own(hans), named), "x", "kaya", Terms(EVERYTHING, False, None))
    with pytest.raises(NotFound):
        await office.proxies.end(acting_principal(own(hans), named), (await _another(office)).id)


async def _another(office: Office):  # noqa: ANN202 - a Proxy
    return await office.proxies.record(
        member(), "pat1", "Erika Sommer", Terms(EVERYTHING, False, None), named="Mutter", proof="Urkunde"
    )


async def test_an_end_in_the_past_and_too_many_are_refused(office: Office) -> None:
    erika = await office.enrolled()
    with pytest.raises(Incorrect, match="past"):
        await office.proxies.name(own(erika), erika.name, "a", Terms(EVERYTHING, False, office.clock()))
    with pytest.raises(Incorrect):
        await office.proxies.name(own(erika), erika.name, "a", Terms(0, False, None))
    for number in range(MOST_PROXIES):
        await office.proxies.name(own(erika), erika.name, f"n{number}", Terms(EVERYTHING, False, None))
    with pytest.raises(Conflict, match="too many"):
        await office.proxies.name(own(erika), erika.name, "zuviel", Terms(EVERYTHING, False, None))


async def test_a_guardian_without_a_login_comes_by_a_letter_of_their_own(office: Office) -> None:
    terms = Terms(EVERYTHING, True, end_of_minority(date(2015, 5, 1)))
    recorded = await office.proxies.record(
        member(), "kind", "Mia Sommer", terms, named="Erika Sommer", proof="Geburtsurkunde"
    )
    letter = Recipient("guardian", "Erika Sommer", BORN, patient_id="kind", proxy=recorded.id)
    guardian = await office.enrolled(letter, "mutter")
    assert (guardian.role, guardian.patient_id) == (Role.PATIENT, None)
    await office.proxies.choose(SESSION, guardian, recorded.id)
    acting = await office.proxies.acting(SESSION, guardian)
    assert acting is not None
    assert acting_principal(own(guardian), acting).capacity == "guardian"
    office.clock.turn(days=365 * 8)
    assert await office.proxies.acting(SESSION, guardian) is None
    proofs = [event.detail.get("proof") for event in await office.told("kind")]
    assert "Geburtsurkunde" in proofs


async def test_a_guardians_letter_is_worth_nothing_once_the_relation_has_ended(office: Office) -> None:
    recorded = await _another(office)
    letter = Recipient("guardian", "Mutter", BORN, patient_id="pat1", proxy=recorded.id)
    issued = await office.letters.issue(member(), letter)
    opened = await office.letters.open(issued.code, BORN, address=None)
    await office.proxies.end(member(), recorded.id)
    with pytest.raises(Conflict, match="ended"):
        await office.letters.redeem(opened.ticket, "mutter", PASSWORD)
    assert await office.people.by_login("mutter") is None


def test_minority_ends_on_the_eighteenth_birthday_in_germany() -> None:
    assert end_of_minority(date(2008, 7, 1)).isoformat() == "2026-07-01T00:00:00+02:00"
    assert end_of_minority(date(2008, 2, 29)).date() == date(2026, 3, 1)
    assert last_moment(date(2026, 12, 31)).astimezone(ZoneInfo("Europe/Berlin")).date() == date(2027, 1, 1)


async def test_the_patients_log_tells_of_it(office: Office) -> None:
    erika, _, named = await office.acting()
    await office.proxies.end(own(erika), named.id)
    told = [(e.action, e.agent.name) for e in await office.told("pat1") if e.kind == "proxy"]
    assert told == [("C", "Erika Sommer"), ("U", "Hans Bergmann"), ("D", "Erika Sommer")]
