"""Coming to an account by letter: a code that works once, for some days, with the birth date."""

import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from enrolling import BORN, ERIKA, EVERYTHING, PASSWORD, Office, member

from verbund.database import Database
from verbund.errors import Conflict, Incorrect, Unauthenticated
from verbund.identity import ConfirmationNeeded, Recipient, Role, Terms, TooManyAttempts
from verbund.identity.codes import canonical_code, new_code
from verbund.identity.letters import MOST_FAILURES, TICKET_MINUTES, VALID_DAYS

ALL = Terms(EVERYTHING, decides=False, until=None)


@pytest_asyncio.fixture(loop_scope="session")
async def office(database: Database) -> AsyncIterator[Office]:
    made = await Office.open(database)
    yield made
    await made.close()


async def test_a_patient_becomes_a_person_with_the_code_and_the_birth_date(office: Office) -> None:
    issued = await office.letters.issue(member(), ERIKA)
    opened = await office.letters.open(issued.code, BORN, address="10.0.0.1")
    assert opened.recipient.name == "Erika Sommer"
    person = await office.letters.redeem(opened.ticket, "erika", PASSWORD)
    assert (person.role, person.patient_id, person.name) == (Role.PATIENT, "pat1", "Erika Sommer")
    assert await office.people.authenticate("erika", PASSWORD) == person
    assert await office.people.of_patient("pat1") == person


def test_codes_are_long_and_read_as_people_write_them() -> None:
    code = new_code()
    assert re.fullmatch(r"([0-9A-HJKMNP-TV-Z]{4}-){4}[0-9A-HJKMNP-TV-Z]{4}", code)
    assert len({new_code() for _ in range(1000)}) == 1000
    written = code.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert canonical_code(written) == canonical_code(code) != ""
    assert canonical_code("") == canonical_code("zu kurz") == canonical_code("U" * 20) == ""


async def test_a_code_works_once(office: Office) -> None:
    issued = await office.letters.issue(member(), ERIKA)
    first = await office.letters.open(issued.code, BORN, address=None)
    second = await office.letters.open(issued.code, BORN, address=None)
    await office.letters.redeem(first.ticket, "erika", PASSWORD)
    for ticket in (first.ticket, second.ticket):
        with pytest.raises(Conflict, match="has been used"):
            await office.letters.redeem(ticket, "nochmal", PASSWORD)
    with pytest.raises(Conflict, match="has been used"):
        await office.letters.open(issued.code, BORN, address=None)


async def test_a_code_expires(office: Office) -> None:
    issued = await office.letters.issue(member(), ERIKA)
    office.clock.turn(days=VALID_DAYS, seconds=-1)
    opened = await office.letters.open(issued.code, BORN, address=None)
    office.clock.turn(seconds=1)
    with pytest.raises(Conflict, match="expired"):
        await office.letters.open(issued.code, BORN, address=None)
    with pytest.raises(Conflict, match="expired"):
        await office.letters.redeem(opened.ticket, "erika", PASSWORD)


async def test_a_new_letter_ends_the_former(office: Office) -> None:
    former = await office.letters.issue(member(), ERIKA)
    opened = await office.letters.open(former.code, BORN, address=None)
    latter = await office.letters.issue(member(), ERIKA)
    with pytest.raises(Conflict, match="replaced"):
        await office.letters.open(former.code, BORN, address=None)
    with pytest.raises(Conflict, match="replaced"):
        await office.letters.redeem(opened.ticket, "erika", PASSWORD)
    again = await office.letters.open(latter.code, BORN, address=None)
    assert (await office.letters.redeem(again.ticket, "erika", PASSWORD)).login == "erika"


async def test_a_letter_can_be_revoked(office: Office) -> None:
    issued = await office.letters.issue(member(), ERIKA)
    assert await office.letters.open_for(ERIKA) == issued.letter
    await office.letters.revoke(member(), ERIKA)
    assert await office.letters.open_for(ERIKA) is None
    with pytest.raises(Conflict, match="revoked"):
        await office.letters.open(issued.code, BORN, address=None)


async def test_after_some_wrong_birth_dates_a_letter_is_locked(office: Office) -> None:
    issued = await office.letters.issue(member(), ERIKA)
    for day in range(1, MOST_FAILURES + 1):
        with pytest.raises(Unauthenticated):
            await office.letters.open(issued.code, f"1958-04-{day:02}", address=None)
    with pytest.raises(Conflict, match="locked"):
        await office.letters.open(issued.code, BORN, address=None)


async def test_a_taken_login_or_a_weak_password_leaves_the_letter_open(office: Office) -> None:
    await office.people.add("erika", "Erika Winter", Role.PATIENT, PASSWORD, patient_id="other")
    issued = await office.letters.issue(member(), ERIKA)
    opened = await office.letters.open(issued.code, BORN, address=None)
    with pytest.raises(Conflict, match="taken"):
        await office.letters.redeem(opened.ticket, "erika", PASSWORD)
    with pytest.raises(Incorrect, match="too short"):
        await office.letters.redeem(opened.ticket, "sommer", "kurz")
    assert (await office.letters.redeem(opened.ticket, "sommer", PASSWORD)).login == "sommer"


async def test_who_has_a_letter_cannot_ask_for_one_login_after_another_who_has_an_account(office: Office) -> None:
    issued = await office.letters.issue(member(), ERIKA)
    ticket = (await office.letters.open(issued.code, BORN, address=None)).ticket
    await office.people.add("max", "Max Muster", Role.PATIENT, PASSWORD, patient_id="pat2")
    for _ in range(10):
        with pytest.raises(Conflict, match="taken"):
            await office.letters.redeem(ticket, "max", PASSWORD)
    with pytest.raises(TooManyAttempts):
        await office.letters.redeem(ticket, "erika", PASSWORD)
    office.clock.turn(seconds=2)
    assert (await office.letters.redeem(ticket, "erika", PASSWORD)).patient_id == "pat1"


async def test_the_ticket_after_the_code_lasts_half_an_hour(office: Office) -> None:
    issued = await office.letters.issue(member(), ERIKA)
    opened = await office.letters.open(issued.code, BORN, address=None)
    office.clock.turn(minutes=TICKET_MINUTES)
    with pytest.raises(Unauthenticated, match="too long"):
        await office.letters.redeem(opened.ticket, "erika", PASSWORD)


async def test_with_an_account_a_letter_sets_a_new_password_and_ends_what_was_open(office: Office) -> None:
    person = await office.enrolled()
    again = Recipient("patient", "Erika Sommer", BORN, patient_id="pat1", person=person.id)
    issued = await office.letters.issue(member(), again)
    opened = await office.letters.open(issued.code, BORN, address=None)
    assert await office.letters.redeem(opened.ticket, "", "gelbe Pflaumen im Juni") == person
    with pytest.raises(Unauthenticated):
        await office.people.authenticate("erika", PASSWORD)
    assert await office.people.authenticate("erika", "gelbe Pflaumen im Juni") == person


async def test_two_letters_for_one_patient_make_one_account(office: Office) -> None:
    issued = await office.letters.issue(member(), ERIKA)
    opened = await office.letters.open(issued.code, BORN, address=None)
    await office.people.add("schon", "Erika Sommer", Role.PATIENT, PASSWORD, patient_id="pat1")
    with pytest.raises(Conflict, match="account already"):
        await office.letters.redeem(opened.ticket, "erika", PASSWORD)


async def test_open_letters_are_listed_page_by_page(office: Office) -> None:
    for number in range(7):
        await office.letters.issue(member(), Recipient("patient", f"P {number}", BORN, patient_id=f"p{number}"))
        office.clock.turn(minutes=1)
    names, cursor = [], None
    while True:
        letters, cursor = await office.letters.open_letters(count=3, cursor=cursor)
        names += [letter.recipient.name for letter in letters]
        if cursor is None:
            break
    assert names == [f"P {number}" for number in reversed(range(7))]
    with pytest.raises(Incorrect):
        await office.letters.open_letters(count=3, cursor="x")


async def test_the_patient_sees_who_issued_the_letter_and_that_it_was_used(office: Office) -> None:
    await office.enrolled()
    told = await office.told("pat1")
    assert [(event.kind, event.action, event.agent.name) for event in told] == [
        ("enrolment", "C", "Nadine Klose"),
        ("enrolment", "U", "Erika Sommer"),
    ]


async def test_neither_code_nor_name_stands_in_the_tables(office: Office) -> None:
    issued = await office.letters.issue(member(), ERIKA)
    await office.enrolled(Recipient("patient", "Hans Bergmann", "1949-11-02", patient_id="pat2"), "hans")
    async with office.database.connection() as connection:
        rows = [
            await connection.fetch("select t::text from identity_letter t"),
            await connection.fetch("select t::text from identity_person t"),
        ]
    told = " ".join(row[0] for some in rows for row in some)
    for word in ("Sommer", "Bergmann", "pat1", BORN, issued.code, canonical_code(issued.code)):
        assert word not in told
        assert word.encode().hex() not in told


async def test_accounts_of_a_former_version_are_told_apart(office: Office) -> None:
    nurse = await office.people.add("klose", "Nadine Klose", Role.NURSE, PASSWORD)
    person = await office.enrolled()
    async with office.database.transaction() as connection:
        await connection.execute("update identity_person set staff = null, patient = null")
    assert await office.people.of_patient("pat1") is None
    await office.people.settle()
    assert await office.people.of_patient("pat1") == person
    assert await office.people.staff() == (nurse,)


async def test_letters_and_relations_come_from_who_has_just_proved_who_they_are(office: Office) -> None:
    office.clock.turn(minutes=11)
    for late in (member(), member(Role.ADMINISTRATOR), member(authenticated=None)):
        with pytest.raises(ConfirmationNeeded):
            await office.letters.issue(late, ERIKA)
        with pytest.raises(ConfirmationNeeded):
            await office.proxies.record(late, "pat1", "Erika Sommer", ALL, named="Mutter", proof="Urkunde")
    assert await office.letters.open_for(ERIKA) is None
    assert await office.proxies.of_patient("pat1") == ()
    fresh = member(authenticated=office.clock())
    await office.proxies.record(fresh, "pat1", "Erika Sommer", ALL, named="Mutter", proof="Urkunde")
    await office.letters.issue(fresh, ERIKA)


async def test_whoever_runs_the_commands_of_the_node_has_no_session_and_needs_none(office: Office) -> None:
    await office.letters.issue(member(Role.SYSTEM, authenticated=None), ERIKA)
    assert await office.letters.open_for(ERIKA) is not None
