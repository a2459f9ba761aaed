"""What the log promises: events of acts are there when the act is, in order, readable only under the patient's key."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from verbund import store
from verbund.audit import AuditLog, Event
from verbund.crypto import verify_inclusion
from verbund.errors import Fault, Gone
from verbund.store import Written

Make = Callable[..., Event]


async def test_a_recorded_event_comes_back_as_it_was(log: AuditLog, event: Make) -> None:
    told = event(
        7,
        query="code=http://loinc.org|2823-3",
        permitted=False,
        provision="Consent/1#2",
        stated_reason="bewusstlos",
        detail={"client": "portal"},
    )
    await log.record(told)
    page = await log.of_patient("erika")
    assert [(one.sequence, one.event) for one in page.items] == [(1, told)]
    assert page.before is None


async def test_a_patient_sees_the_own_events_newest_first_in_pages(log: AuditLog, event: Make) -> None:
    for number in range(1, 8):
        await log.record(event(number), event(number, patient_id="max"))
    first = await log.of_patient("erika", count=3)
    await log.record(event(99))
    second = await log.of_patient("erika", count=3, before=first.before)
    third = await log.of_patient("erika", count=3, before=second.before)
    shown = [one.event.entities[0] for page in (first, second, third) for one in page.items]
    assert shown == [f"Observation/{number}" for number in (7, 6, 5, 4, 3, 2, 1)]
    assert (third.before, await log.of_patient("nobody")) == (None, await log.of_patient("nobody-else"))


async def test_events_are_logged_with_the_act_or_not_at_all(place: Any, log: AuditLog, event: Make) -> None:
    async with place.database.transaction() as connection:
        await log.companion(event(1), event(2)).write(connection, ())
    with suppress(ZeroDivisionError):
        async with place.database.transaction() as connection:
            await log.companion(event(3)).write(connection, ())
            _ = 1 / 0
    await log.record(event(4))
    page = await log.of_patient("erika")
    assert [one.event.entities for one in page.items] == [("Observation/4",), ("Observation/2",), ("Observation/1",)]
    assert [one.sequence for one in page.items] == [3, 2, 1]
    assert (await log.verify()).ok


async def test_an_event_can_name_the_ids_that_writing_gives(place: Any, log: AuditLog, event: Make) -> None:
    written = (Written("Observation", "new-1", 1, datetime.now(UTC), "created"),)
    describing = log.describing(lambda done: [event(1, entities=tuple(f"{one.type}/{one.id}" for one in done))])
    async with place.database.transaction() as connection:
        await describing.write(connection, written)
    assert (await log.of_patient("erika")).items[0].event.entities == ("Observation/new-1",)


async def test_units_that_are_written_together_are_logged_together(place: Any, log: AuditLog, event: Make) -> None:
    """Each act with its own event, in one append; one whose event cannot be told is undone alone."""

    def describe(number: int) -> Callable[[Sequence[Written]], list[Event]]:
        def told(written: Sequence[Written]) -> list[Event]:
            if number == 3:
                raise Fault("This event cannot be told.")
            return [event(number, entities=(f"{written[0].type}/{written[0].id}",))]

        return told

    held = await store.Store.open(place.database, place.keys, classify=lambda _: 1, vault=place.vault)
    write = store.Write("create", "Organization", raw=b'{"resourceType":"Organization","name":"x"}')
    results = await asyncio.gather(
        *(held.commit(store.Unit((write,), (log.describing(describe(number)),))) for number in range(8)),
        return_exceptions=True,
    )
    assert [isinstance(result, Fault) for result in results] == [number == 3 for number in range(8)]
    made = {f"Organization/{result[0].id}" for result in results if isinstance(result, tuple)}
    assert {entity for one in (await log.of_patient("erika")).items for entity in one.event.entities} == made
    assert await held.counts() == {"Organization": 7}
    assert (await log.verify()).ok


async def test_concurrent_events_are_all_there_once(log: AuditLog, event: Make) -> None:
    await asyncio.gather(*(log.record(event(number)) for number in range(200)))
    page = await log.of_patient("erika", count=500)
    assert sorted(one.event.entities[0] for one in page.items) == sorted(f"Observation/{n}" for n in range(200))
    assert (await log.verify()).size == 200


async def test_nothing_to_log_logs_nothing(place: Any, log: AuditLog) -> None:
    await log.record()
    async with place.database.transaction() as connection:
        await log.companion().write(connection, ())
    assert (await log.head()).size == 0


async def test_a_log_goes_on_where_another_process_left_it(place: Any, log: AuditLog, event: Make) -> None:
    other = await place.open()
    for number in range(6):
        await (log, other)[number % 2].record(event(number))
    verdict = await log.verify()
    assert (verdict.ok, verdict.size) == (True, 6)


async def test_what_is_wrong_with_one_event_is_not_wrong_with_the_others(log: AuditLog, event: Make) -> None:
    unloggable = event(2, at=datetime(2026, 3, 1, 12, 0))  # noqa: DTZ001 - without a time zone: that is what is wrong
    results = await asyncio.gather(
        log.record(event(1)), log.record(unloggable), log.record(event(3)), return_exceptions=True
    )
    assert [type(result) for result in results] == [type(None), Fault, type(None)]
    assert len((await log.of_patient("erika")).items) == 2


async def test_who_stops_waiting_does_not_stop_the_logging(log: AuditLog, event: Make) -> None:
    task = asyncio.create_task(log.record(event(1)))
    await asyncio.sleep(0)
    task.cancel()
    await log.record(event(2))
    await log.close()
    assert len((await log.of_patient("erika")).items) == 2


async def test_heads_are_signed_on_demand_and_at_the_end(place: Any, log: AuditLog, event: Make) -> None:
    await log.record(event(1), event(2))
    head = await log.head()
    assert head.holds(place.keys.public())
    await log.record(event(3))
    await log.close()
    lines = place.heads_file.read_text().splitlines()
    assert [msgspec.json.decode(line)["size"] for line in lines] == [2, 3]
    verdict = await log.verify()
    assert (verdict.ok, verdict.size, verdict.proven) == (True, 3, 3)
    assert "signed" in verdict.text


async def test_a_head_is_signed_every_so_often(place: Any, log: AuditLog, event: Make) -> None:
    await log.record(event(1))
    with suppress(TimeoutError):
        async with asyncio.timeout(0.5):
            await log.keep_signing(every_seconds=0.02)
    assert len(place.heads_file.read_text().splitlines()) > 1
    assert (await log.verify()).proven == 1


async def test_the_root_is_that_of_the_rows(place: Any, log: AuditLog, event: Make) -> None:
    await log.record(event(1))
    async with place.database.connection() as connection:
        leaf = await connection.fetchval("select leaf from audit_event")
    assert verify_inclusion(leaf, 0, 1, (), (await log.head()).root)


async def test_checking_tells_how_far_it_is(log: AuditLog, event: Make) -> None:
    await log.record(*(event(number) for number in range(2_500)))
    told: list[tuple[int, int]] = []
    await log.verify(lambda done, of: told.append((done, of)))
    assert told == [(2_000, 2_500), (2_500, 2_500)]


async def test_an_erased_patients_events_are_gone_and_the_proof_holds(place: Any, log: AuditLog, event: Make) -> None:
    await log.record(event(1), event(2, patient_id="max"))
    await place.vault.destroy(log._hasher.key64("Patient", "erika"))
    with pytest.raises(Gone):
        await log.of_patient("erika")
    await log.record(event(3, kind="delete", action="D"))
    verdict = await log.verify()
    assert (verdict.ok, verdict.size) == (True, 3)
    assert len((await log.of_patient("max")).items) == 1
    async with place.database.connection() as connection:
        assert await connection.fetchval("select patient from audit_event where sequence = 3") is None


async def test_the_database_holds_no_clear_text(place: Any, log: AuditLog, event: Make) -> None:
    await log.record(event(1, query="name=Mustermann", stated_reason="Notfall"))
    async with place.database.connection() as connection:
        row = await connection.fetchrow("select * from audit_event")
    held = b"".join(value if isinstance(value, bytes) else str(value).encode() for value in row.values())
    for word in (b"Mustermann", b"Notfall", b"Weber", b"erika", b"Observation"):
        assert word not in held
