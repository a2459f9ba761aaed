"""Partial erasures that go on by themselves: cut off, failing, or of a record that is not there any more."""

import pytest
from opened_gate import DOCTOR, OPERATOR, care_consent, observation, patient
from opened_rights import House

from verbund.access import Write
from verbund.errors import Fault, Gone, NotFound
from verbund.rights import State

_STOP = """
create function stop() returns trigger language plpgsql as $$ begin raise exception 'no room on the disk'; end $$;
create trigger stop before delete on resource for each row when (old.patient = {patient}) execute function stop();
"""


async def stop(house: House, patient_id: str = "7") -> None:
    """From now on no row of this patient's record can be removed."""
    async with house.database.connection() as connection:
        await connection.execute(_STOP.format(patient=house.node.store.patient_key(patient_id)))


async def go_on(house: House) -> None:
    """They can again."""
    async with house.database.connection() as connection:
        await connection.execute("drop function stop cascade")


async def erased_in_part(house: House, *numbers: str) -> None:
    """Patients of whom the treatment has to be kept for ten years."""
    for number in numbers:
        statement = care_consent(patient_id=number, identity=f"c{number}")
        await house.node.put(patient(number), observation(f"o{number}", number), statement)
        request = await house.erasures.ask(house.proved(number))
        assert not (await house.erasures.carry_out(house.steward, request.id)).whole


async def test_a_partial_erasure_that_was_cut_off_is_brought_to_its_end(house: House) -> None:
    await house.node.put(patient(), observation("a"), care_consent())
    request = (await house.erasures.ask(house.proved())).id
    await stop(house)
    with pytest.raises(Fault):
        await house.erasures.carry_out(house.steward, request)
    await go_on(house)
    assert await house.erasures.continue_due() == 1
    async with house.database.connection() as connection:
        assert await connection.fetchval("select count(*) from resource where deleted") == 0
        assert await connection.fetchval("select count(*) from superseded") == 0
    (mine,) = await house.requests.mine(house.proved())
    assert (mine.state, mine.due.year, mine.going) == (State.PARTLY, 2036, ())
    assert await house.erasures.continue_due() == 0


async def test_an_erasure_that_fails_waits_alone(house: House) -> None:
    await erased_in_part(house, "7", "8", "9")
    house.years_later(11)
    await stop(house)
    assert await house.erasures.continue_due() == 2
    for number in ("8", "9"):
        with pytest.raises((Gone, NotFound)):
            await house.node.gate.read(DOCTOR, "Observation", f"o{number}")
    await go_on(house)
    assert await house.erasures.resume() == 1
    with pytest.raises((Gone, NotFound)):
        await house.node.gate.read(DOCTOR, "Observation", "o7")


async def test_of_a_record_that_was_deleted_meanwhile_nothing_has_to_stay(house: House) -> None:
    await erased_in_part(house, "7", "8")
    deleted = (Write("delete", "Observation", "o7"), Write("delete", "Patient", "7"))
    await house.node.gate.commit(OPERATOR, deleted, check_references=False)
    house.years_later(11)
    assert await house.erasures.continue_due() == 2
    for number in ("7", "8"):
        assert not await house.node.vault.is_whole(house.node.store.patient_key(number))
