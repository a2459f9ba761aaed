"""Old events move to files, and every proof goes on to hold."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from verbund.audit import AuditLog, Event, examine, rendered
from verbund.audit.archive import opened_file
from verbund.errors import Fault, NotFound

Make = Callable[..., Event]
START = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
OLD = START + timedelta(seconds=31)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "archive"
    made.mkdir()
    return made


async def filled(log: AuditLog, event: Make, count: int = 40) -> None:
    for number in range(1, count + 1):
        touched = (("erika", (f"Observation/{number}",)), ("max", (f"Observation/m{number}",)))
        many = event(number, patient_id=None, entities=(), kind="search", patients=touched)
        await log.record(many if number % 3 == 0 else event(number, patient_id="erika" if number % 2 else None))
        if number % 9 == 0:
            await log.head()
    await log.head()


async def attached(place: Any, folder: Path) -> AuditLog:
    return await AuditLog.open(place.database, place.vault, place.keys, heads_file=place.heads_file, archive=folder)


async def shown(log: AuditLog, patient_id: str, count: int) -> list[tuple[int, tuple[str, ...]]]:
    found, before = [], None
    while True:
        page = await log.of_patient(patient_id, count=count, before=before)
        found += [(one.sequence, one.event.entities) for one in page.items]
        if (before := page.before) is None:
            return found


async def test_what_was_archived_left_the_database_and_the_log_still_holds(
    log: AuditLog, place: Any, event: Make, folder: Path
) -> None:
    await filled(log, event)
    (one,) = await log.archive_before(OLD, folder)
    assert (one.first, one.last) == (1, 30)
    async with place.database.connection() as connection:
        assert await connection.fetchval("select min(sequence) from audit_event") == 31
    without = await log.verify()
    assert (without.ok, without.size, without.unseen) == (True, 40, ((1, 30),))
    assert "1 to 30" in without.text
    seen = await log.verify(archive=folder)
    assert (seen.ok, seen.size, seen.proven, seen.unseen) == (True, 40, 40, ())
    await log.record(event(41))
    assert (await log.verify(archive=folder)).size == 41


async def test_the_patient_is_shown_old_accesses_while_the_archive_is_attached(
    log: AuditLog, place: Any, event: Make, folder: Path
) -> None:
    await filled(log, event)
    before = {name: await shown(log, name, 100) for name in ("erika", "max")}
    await log.archive_before(OLD, folder)
    together = await attached(place, folder)
    for count in (1, 4, 100):
        for name, all_of in before.items():
            assert await shown(together, name, count) == all_of
            assert await shown(log, name, count) == [one for one in all_of if one[0] > 30]
    page = await log.of_patient("max", count=100)
    assert page.archived == len([one for one in before["max"] if one[0] <= 30])


async def test_accesses_in_the_archive_and_younger_ones_are_proven(
    log: AuditLog, place: Any, event: Make, folder: Path
) -> None:
    await filled(log, event)
    kept = rendered(await log.prove("max", 6, site="praxis"))
    await log.archive_before(OLD, folder)
    assert examine(kept).ok
    together = await attached(place, folder)
    for sequence in (3, 6, 30, 33):
        found = examine(rendered(await together.prove("max", sequence, site="praxis")))
        assert found.ok, found.wrong
        assert found.event["entities"] == [f"Observation/m{sequence}"]
    assert examine(rendered(await log.prove("max", 33, site="praxis"))).ok
    with pytest.raises(NotFound):
        await log.prove("max", 6, site="praxis")
    with pytest.raises(NotFound):
        await together.prove("max", 1, site="praxis")


async def test_archiving_goes_on_where_it_ended(log: AuditLog, event: Make, folder: Path) -> None:
    await filled(log, event)
    moved = []
    for seconds in (5, 5, 12, 31):
        moved += await log.archive_before(START + timedelta(seconds=seconds), folder)
    assert [(one.first, one.last) for one in moved] == [(1, 4), (5, 11), (12, 30)]
    assert (await log.verify()).unseen == ((1, 4), (5, 11), (12, 30))
    (folder / moved[1].file).unlink()
    verdict = await log.verify(archive=folder)
    assert (verdict.ok, verdict.unseen) == (True, ((5, 11),))


async def test_an_erased_patients_events_open_in_no_archive(
    log: AuditLog, place: Any, event: Make, folder: Path
) -> None:
    await filled(log, event)
    (one,) = await log.archive_before(OLD, folder)
    assert not any(word in (folder / one.file).read_bytes() for word in (b"erika", b"Observation", b"Weber"))
    await place.vault.destroy(log._key_of("max"))
    together = await attached(place, folder)
    assert len(await shown(together, "erika", 7)) > 10
    assert (await together.verify()).ok


@pytest.mark.parametrize("at", [5, 100, 600, 2_000, -1])
async def test_a_changed_file_is_found(log: AuditLog, event: Make, folder: Path, at: int) -> None:
    await filled(log, event)
    (one,) = await log.archive_before(OLD, folder)
    content = bytearray((folder / one.file).read_bytes())
    content[at] ^= 1
    (folder / one.file).write_bytes(content)
    verdict = await log.verify(archive=folder)
    assert not verdict.ok
    assert one.file in verdict.text
    assert (await log.verify()).ok, "without the file there are the hashes"


@pytest.mark.parametrize(
    "change",
    [
        "update audit_archive set leaves = set_byte(leaves, 40, get_byte(leaves, 40) # 1)",
        "update audit_archive set chain = set_byte(chain, 1, get_byte(chain, 1) # 1)",
        "update audit_archive set file = 'other'",
        "update audit_archive set digest = ''",
        "delete from audit_archive",
        "delete from audit_event where sequence = 31",
    ],
)
async def test_what_stayed_of_archived_events_cannot_be_changed(
    log: AuditLog, place: Any, event: Make, folder: Path, change: str
) -> None:
    await filled(log, event)
    await log.archive_before(OLD, folder)
    async with place.database.connection() as connection:
        await connection.execute(change)
    for archive in (None, folder):
        assert not (await log.verify(archive=archive)).ok


async def test_a_log_that_does_not_fit_is_not_archived(log: AuditLog, place: Any, event: Make, folder: Path) -> None:
    await filled(log, event)
    async with place.database.connection() as connection:
        await connection.execute("update audit_event set at = at - interval '1 day' where sequence = 7")
    with pytest.raises(Fault, match="Event 7"):
        await log.archive_before(OLD, folder)
    assert not list(folder.iterdir())


async def test_a_page_opens_each_file_once_and_no_more_of_it_than_it_needs(
    log: AuditLog, place: Any, event: Make, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await filled(log, event)
    for seconds in (11, 21, 31):
        await log.archive_before(START + timedelta(seconds=seconds), folder)
    together = await attached(place, folder)
    opened: list[str] = []

    def counted(path: Path, *given: Any) -> Any:
        opened.append(path.name)
        return opened_file(path, *given)

    monkeypatch.setattr("verbund.audit.archiving.opened_file", counted)
    assert len((await together.of_patient("erika", count=100)).items) > 20
    assert len(opened) == len(set(opened)) == 3
    opened.clear()
    await together.prove("erika", 3, site="praxis")
    assert len(opened) == 1
