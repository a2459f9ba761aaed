"""Other sites remember a log: who rewrites it or cuts it short, with all its keys, is found."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio

from verbund.audit import AuditLog, Cosignature, Event, SignedHead, Witness, append_head
from verbund.audit.heads import signed_head
from verbund.crypto import NodeKeys
from verbund.errors import Conflict, Forbidden

Make = Callable[..., Event]
NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@pytest_asyncio.fixture(loop_scope="session")
async def klinik(place: Any) -> Witness:
    """Another site. It has a database of its own; here it shares the one of the log, which changes nothing."""
    return Witness(place.database, NodeKeys.generate(), "klinik", clock=lambda: NOW)


async def asked(log: AuditLog, place: Any, klinik: Witness, head: SignedHead) -> Cosignature | int:
    since = await log.cosigned_by("klinik")
    path = await log.consistency(since, head) if 0 < since < head.size else ()
    found = await klinik.cosign("praxis", place.keys.public(), head, since, path)
    if isinstance(found, Cosignature):
        await log.keep_cosignature(found)
    return found


async def test_a_log_that_grows_is_signed_again_and_again(
    log: AuditLog, place: Any, klinik: Witness, event: Make
) -> None:
    for size in (1, 1, 5, 300, 40):
        await log.record(*(event(number) for number in range(size)))
        found = await asked(log, place, klinik, await log.head())
        assert isinstance(found, Cosignature)
        assert found.holds()
    assert [head.size for head in await klinik.heads_of("praxis")] == [1, 2, 7, 307, 347]
    assert await klinik.alarms() == []
    assert (await log.verify(site="praxis")).ok


async def test_the_same_head_is_signed_twice(log: AuditLog, place: Any, klinik: Witness, event: Make) -> None:
    await log.record(event(1))
    for _ in range(2):
        assert isinstance(await asked(log, place, klinik, await log.head()), Cosignature)


async def test_who_forgot_what_was_signed_is_told_where_the_proof_begins(
    log: AuditLog, place: Any, klinik: Witness, event: Make
) -> None:
    await log.record(event(1), event(2))
    await asked(log, place, klinik, await log.head())
    await log.record(event(3))
    head = await log.head()
    assert await klinik.cosign("praxis", place.keys.public(), head, 0, ()) == 2
    assert await klinik.cosign("praxis", place.keys.public(), head, 1, ()) == 2
    path = await log.consistency(2, head)
    assert isinstance(await klinik.cosign("praxis", place.keys.public(), head, 2, path), Cosignature)


async def test_a_head_that_came_late_is_not_taken_for_a_log_that_went_back(
    log: AuditLog, place: Any, klinik: Witness, event: Make
) -> None:
    await log.record(event(1))
    late = await log.head()
    await log.record(event(2))
    await asked(log, place, klinik, await log.head())
    assert await klinik.cosign("praxis", place.keys.public(), late, 0, ()) == 2
    assert await klinik.alarms() == []


async def test_a_rewritten_log_is_not_signed_and_an_alarm(
    log: AuditLog, place: Any, klinik: Witness, event: Make
) -> None:
    await log.record(event(1), event(2), event(3))
    await asked(log, place, klinik, await log.head())
    await log.record(event(4))
    head = await log.head()
    path = await log.consistency(3, head)
    forged = signed_head(place.keys, 4, b"\x01" * 32, datetime.now(UTC))
    with pytest.raises(Conflict):
        await klinik.cosign("praxis", place.keys.public(), forged, 3, path)
    with pytest.raises(Conflict):
        await klinik.cosign("praxis", place.keys.public(), signed_head(place.keys, 3, b"\2" * 32, NOW), 3, ())
    (alarm,) = await klinik.alarms()
    assert (alarm.site, alarm.witness, alarm.size) == ("praxis", "klinik", 3)
    assert "rewritten" in alarm.text


async def test_a_log_that_was_cut_short_is_an_alarm_until_people_settle_it(
    log: AuditLog, place: Any, klinik: Witness, event: Make
) -> None:
    await log.record(event(1), event(2), event(3))
    last = await log.head()
    await asked(log, place, klinik, last)
    shorter = signed_head(place.keys, 2, b"\x03" * 32, last.at + timedelta(seconds=1))
    with pytest.raises(Conflict):
        await klinik.cosign("praxis", place.keys.public(), shorter, 0, ())
    assert len(await klinik.alarms()) == 1
    assert await klinik.settle("praxis") == 1
    assert await klinik.alarms() == []
    assert isinstance(await klinik.cosign("praxis", place.keys.public(), shorter, 0, ()), Cosignature)


async def test_a_head_of_somebody_else_is_refused(log: AuditLog, klinik: Witness, event: Make, place: Any) -> None:
    await log.record(event(1))
    with pytest.raises(Forbidden):
        await klinik.cosign("praxis", NodeKeys.generate().public(), await log.head(), 0, ())
    empty = signed_head(place.keys, 0, b"", NOW)
    with pytest.raises(Forbidden):
        await klinik.cosign("praxis", place.keys.public(), empty, 0, ())


async def rewritten(place: Any, event: Make, events: int) -> AuditLog:
    """The log as somebody with database and keys makes it anew, all heads, cosignatures and files gone."""
    async with place.database.transaction() as connection:
        for table in ("audit_event", "audit_head", "audit_cosignature", "audit_subtree", "audit_touched"):
            await connection.execute(f"delete from {table}")  # noqa: S608 - an attack
        await connection.execute("update audit_frontier set size = 0, peaks = '', chain = ''")
        await connection.execute("update audit_listed set upto = 0")
    place.heads_file.unlink()
    anew: AuditLog = await place.open()
    await anew.record(*(event(number, patient_id="somebody") for number in range(events)))
    await anew.head()
    return anew


@pytest.mark.parametrize("events", [0, 2, 3, 9])
async def test_what_others_remember_finds_even_who_has_database_and_keys(
    log: AuditLog, place: Any, klinik: Witness, event: Make, events: int, tmp_path: Any
) -> None:
    await log.record(event(1), event(2), event(3))
    await asked(log, place, klinik, await log.head())
    kept = await klinik.heads_of("praxis")
    anew = await rewritten(place, event, events)
    assert (await anew.verify()).ok, "by itself nothing shows"
    verdict = await anew.verify(elsewhere=kept)
    assert not verdict.ok
    assert verdict.first_bad is not None
    append_head(tmp_path / "kept", kept[0])


async def test_changed_cosignatures_and_strange_heads_are_named(
    log: AuditLog, place: Any, klinik: Witness, event: Make
) -> None:
    await log.record(event(1), event(2))
    await asked(log, place, klinik, await log.head())
    strange = signed_head(NodeKeys.generate(), 2, b"\x00" * 32, NOW)
    assert "elsewhere" in (await log.verify(elsewhere=[strange])).text
    async with place.database.connection() as connection:
        await connection.execute("update audit_cosignature set root = set_byte(root, 0, get_byte(root, 0) # 1)")
    verdict = await log.verify(site="praxis")
    assert not verdict.ok
    assert "klinik" in verdict.text
