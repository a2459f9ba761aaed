"""Whatever somebody changes in the database is found and named, as exactly as can be known."""

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from logged_rows import content_of, rows_of, several

from verbund.audit import AuditLog, Event, Verdict
from verbund.audit.heads import append_head, signed_head
from verbund.audit.proof import Row, Tip, chain_key, leaf_of
from verbund.crypto import Frontier, NodeKeys

Make = Callable[..., Event]
SIZE = 12
SEVERAL = 7  # the event that touched three patients
HOUR = 3_600_000_000  # in microseconds
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@pytest.fixture
def attack(place: Any, log: AuditLog, event: Make) -> Callable[..., Any]:
    """Log twelve events, with a signed head after `heads` of them, do something to the database, and check the log."""

    async def attacked(*statements: str, heads: tuple[int, ...] = (SIZE,), arguments: tuple[Any, ...] = ()) -> Verdict:
        for number in range(1, SIZE + 1):
            await log.record(several(event, SEVERAL) if number == SEVERAL else event(number, patient_id=of(number)))
            if number in heads:
                await log.head()
        assert (await log.verify()).ok
        async with place.database.transaction() as connection:
            for statement in statements:
                await connection.execute(statement, *arguments)
        return await log.verify()

    return attacked


def of(number: int) -> str | None:
    return None if number == 5 else f"patient-{number % 3}"


def time_of(row: Row) -> datetime:
    return EPOCH + timedelta(microseconds=row.micros or 0)


async def rewrite(place: Any, rows: list[Row], tip: Tip) -> None:
    """What an attacker does who knows how the log is made: put in these rows and a fitting end."""
    async with place.database.transaction() as connection:
        await connection.execute("delete from audit_event")
        columns = [(r.sequence, time_of(r), r.patient, r.patients, r.sealed, r.form, r.leaf, r.chain) for r in rows]
        await connection.executemany(
            "insert into audit_event (sequence, at, patient, patients, sealed, form, leaf, chain) "
            "values ($1, $2, $3, $4::text::bigint[], $5, $6, $7, $8)",
            columns,
        )
        update = "update audit_frontier set size = $1, peaks = $2, chain = $3"
        await connection.execute(update, tip.frontier.size, tip.peaks, tip.chain)


COLUMN_CHANGES = (
    "at = at + interval '1 microsecond'",
    "at = 'infinity'",
    "at = '20000-01-01'",
    "at = '0044-03-15 BC'",
    "sealed = set_byte(sealed, 20, get_byte(sealed, 20) # 1)",
    "sealed = sealed || '\\x00'::bytea",
    "sealed = ''",
    "leaf = set_byte(leaf, 31, get_byte(leaf, 31) # 128)",
    "leaf = ''",
    "chain = set_byte(chain, 0, get_byte(chain, 0) # 1)",
    "form = null",
    "form = 3",
)
CHANGES_OF_ONE = (
    "patient = patient + 1",
    "patient = null",
    "patients = '{}'",
    "patients = array[patient], patient = null",
)
CHANGES_OF_SEVERAL = (
    "patient = patients[1]",
    "patient = patients[1], patients = null",
    "patients = null",
    "patients = '{}'",
    "patients = '{1,2,3}'",
    "patients = patients || 1::bigint",
    "patients = patients[1:2]",
    "patients = array[patients]",
    "patients = array[patients[2], patients[1], patients[3]]",
    "patients = array_replace(patients, patients[2], null)",
    "patients = ('[2:4]=' || patients::text)::bigint[]",
)


@pytest.mark.parametrize("victim", [1, SEVERAL, SIZE])
async def test_a_change_in_any_column_names_the_event(place: Any, attack: Any, log: AuditLog, victim: int) -> None:
    assert (await attack("create table kept as select * from audit_event")).ok
    for change in COLUMN_CHANGES + (CHANGES_OF_SEVERAL if victim == SEVERAL else CHANGES_OF_ONE):
        async with place.database.connection() as connection:
            await connection.execute(f"update audit_event set {change} where sequence = {victim}")  # noqa: S608 - an attack
            verdict = await log.verify()
            await connection.execute("truncate audit_event")
            await connection.execute("insert into audit_event select * from kept")
        assert not verdict.ok
        assert (verdict.first_bad, verdict.last_bad) == (victim, victim)
        assert str(victim) in verdict.text
    assert (await log.verify()).ok


async def test_giving_an_event_of_nobody_to_a_patient_is_found(attack: Any) -> None:
    verdict = await attack("update audit_event set patient = 0 where sequence = 5")
    assert verdict.first_bad == 5


@pytest.mark.parametrize("victim", [1, 6, SIZE])
async def test_a_deleted_event_is_named(attack: Any, victim: int) -> None:
    verdict = await attack("delete from audit_event where sequence = $1", arguments=(victim,))
    assert (verdict.ok, verdict.first_bad) == (False, victim)
    assert "missing" in verdict.text


async def test_deleting_and_closing_the_gap_names_the_event(attack: Any) -> None:
    close = "update audit_event set sequence = sequence - 1000 where sequence > 4"
    reopen = "update audit_event set sequence = sequence + 999 where sequence < 0"
    verdict = await attack("delete from audit_event where sequence = 4", close, reopen)
    assert (verdict.ok, verdict.first_bad) == (False, 4)


@pytest.mark.parametrize("sequence", [0, -3, SIZE + 1, SIZE + 5])
async def test_an_inserted_event_is_found(attack: Any, sequence: int) -> None:
    columns = "at, patient, patients, sealed, form, leaf, chain"
    copy = f"insert into audit_event (sequence, {columns}) select $1, {columns} from audit_event where sequence = 3"  # noqa: S608
    verdict = await attack(copy, arguments=(sequence,))
    assert not verdict.ok
    assert verdict.first_bad == (1 if sequence <= 0 else SIZE + 1)


async def test_two_swapped_events_are_named_at_the_first(attack: Any) -> None:
    verdict = await attack(
        "update audit_event set sequence = -3 where sequence = 3",
        "update audit_event set sequence = 3 where sequence = 8",
        "update audit_event set sequence = 8 where sequence = -3",
    )
    assert (verdict.ok, verdict.first_bad) == (False, 3)


async def test_cutting_the_end_off_is_found_by_the_stored_end(attack: Any) -> None:
    verdict = await attack("delete from audit_event where sequence > 9", heads=())
    assert (verdict.first_bad, verdict.last_bad) == (10, SIZE)
    assert "cut short" in verdict.text


async def test_emptying_the_log_is_found(attack: Any) -> None:
    verdict = await attack("truncate audit_event", "update audit_frontier set size = 0, peaks = '', chain = ''")
    assert (verdict.ok, verdict.first_bad, verdict.last_bad) == (False, 1, SIZE)


async def test_going_back_to_an_earlier_end_is_found_by_the_heads(place: Any, log: AuditLog, event: Make) -> None:
    await log.record(*(event(number) for number in range(6)))
    rows, tip = await rows_of(place), log._tip
    await log.record(*(event(number) for number in range(4)))
    await log.head()
    await rewrite(place, rows, tip)
    verdict = await log.verify()
    assert (verdict.first_bad, verdict.last_bad) == (7, 10)


async def test_the_heads_file_tells_when_the_heads_in_the_database_are_gone(
    place: Any, log: AuditLog, event: Make
) -> None:
    await log.record(*(event(number) for number in range(6)))
    rows, tip = await rows_of(place), log._tip
    await log.record(*(event(number) for number in range(4)))
    await log.head()
    async with place.database.connection() as connection:
        await connection.execute("delete from audit_head")
    await rewrite(place, rows, tip)
    assert (await log.verify()).first_bad == 7
    place.heads_file.unlink()
    assert (await log.verify()).ok, "without any head, an earlier end is a log like any other"


async def test_fitting_leaf_hashes_do_not_help_without_the_key(place: Any, log: AuditLog, event: Make) -> None:
    await log.record(*(event(number) for number in range(SIZE)))
    rows = await rows_of(place)
    changed = rows[6]
    later = (changed.micros or 0) + HOUR
    rows[6] = changed._replace(micros=later, leaf=leaf_of(7, content_of(changed, micros=later)))
    frontier = Frontier().extend(row.leaf for row in rows)
    await rewrite(place, rows, Tip(frontier, rows[-1].chain))
    verdict = await log.verify()
    assert (verdict.first_bad, verdict.last_bad) == (7, 7)
    assert "made to fit" in verdict.text


async def test_who_has_the_chains_key_too_is_caught_between_two_heads(place: Any, log: AuditLog, event: Make) -> None:
    for number in range(SIZE):
        await log.record(event(number))
        if number + 1 in {4, 9}:
            await log.head()
    rows = await rows_of(place)
    contents = [content_of(row, micros=(row.micros or 0) + HOUR * (row.sequence == 6)) for row in rows]
    leaves, links, tip = Tip().extended(chain_key(place.keys.index), contents)
    bound = zip(contents, leaves, links, strict=True)
    forged = [Row(number, *content, leaf, link) for number, (content, leaf, link) in enumerate(bound, 1)]
    await rewrite(place, forged, tip)
    verdict = await log.verify()
    assert (verdict.ok, verdict.first_bad, verdict.last_bad, verdict.proven) == (False, 5, 9, 4)
    assert "5 to 9" in verdict.text


@pytest.mark.parametrize(
    "change",
    [
        "root = set_byte(root, 3, get_byte(root, 3) # 1)",
        "at = at + interval '1 second'",
        "size = size - 1",
        "signature = ''",
    ],
)
async def test_a_changed_head_is_found_and_is_no_evidence_against_events(attack: Any, change: str) -> None:
    verdict = await attack(f"update audit_head set {change} where size = 12", heads=(4, SIZE))  # noqa: S608 - an attack
    assert (verdict.ok, verdict.first_bad) == (False, None)
    assert "head" in verdict.text


async def test_another_nodes_head_proves_nothing(place: Any, log: AuditLog, event: Make) -> None:
    await log.record(event(1))
    append_head(place.heads_file, signed_head(NodeKeys.generate(), 1, b"\x00" * 32, datetime.now(UTC)))
    verdict = await log.verify()
    assert (verdict.ok, verdict.first_bad) == (False, None)


async def test_two_heads_that_contradict_are_found(place: Any, log: AuditLog, event: Make) -> None:
    await log.record(event(1), event(2))
    await log.head()
    append_head(place.heads_file, signed_head(place.keys, 2, b"\x00" * 32, datetime.now(UTC)))
    verdict = await log.verify()
    assert (verdict.first_bad, verdict.last_bad) == (1, 2)


@pytest.mark.parametrize(
    "change", ["size = size + 1", "size = size - 1", "peaks = '\\x00'::bytea || peaks", "chain = ''"]
)
async def test_a_changed_end_is_found(attack: Any, change: str) -> None:
    verdict = await attack(f"update audit_frontier set {change}")  # noqa: S608 - an attack
    assert not verdict.ok


async def test_a_missing_end_is_found(attack: Any) -> None:
    verdict = await attack("delete from audit_frontier", heads=())
    assert (verdict.ok, verdict.first_bad) == (False, None)


async def test_a_line_that_a_crash_cut_short_is_reported_and_the_next_head_stands_alone(
    place: Any, log: AuditLog, event: Make
) -> None:
    await log.record(event(1))
    await log.head()
    place.heads_file.write_bytes(place.heads_file.read_bytes() + b'{"size":9,"ro')
    await log.record(event(2))
    await log.head()
    assert len(place.heads_file.read_bytes().splitlines()) == 3
    verdict = await log.verify()
    assert (verdict.ok, verdict.proven) == (False, 2)
    assert "line 2" in verdict.text


@pytest.fixture
async def listed(place: Any, log: AuditLog, event: Make) -> AuditLog:
    """A log of which all events but the last are in the list of each patient's events."""
    await log.record(
        *(several(event, SEVERAL) if number == SEVERAL else event(number) for number in range(1, SIZE + 1))
    )
    await log._lister.finish()
    async with place.database.connection() as connection:
        assert await connection.fetchval("select audit_list($1)", SIZE) == 0
    await log.record(event(SIZE + 1, patient_id="patient-1"))
    assert (await log.verify()).ok
    return log


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ("delete from audit_touched where first = 7", "7"),
        ("delete from audit_touched where sequences is not null", "1"),
        ("update audit_touched set sequences = sequences[2:] where sequences is not null", ""),
        ("update audit_touched set patient = patient + 1 where first = 7", "7"),
        ("insert into audit_touched (patient, first) values (5, 3)", "3"),
        ("update audit_listed set upto = upto + 1", ""),
        ("update audit_listed set upto = upto + 5", ""),
        ("update audit_listed set upto = upto - 1", ""),
        ("delete from audit_listed", "1"),
        ("truncate audit_touched", "1"),
        ("update audit_touched set first = 1000000 where sequences is not null", "1000000"),
    ],
)
async def test_hiding_an_event_from_its_patient_is_found(place: Any, listed: AuditLog, change: str, named: str) -> None:
    async with place.database.connection() as connection:
        await connection.execute(change)
    verdict = await listed.verify()
    assert (verdict.ok, verdict.first_bad) == (False, None)
    assert "the list of the events about each patient" in verdict.text
    assert verdict.text.endswith(f"{named}.")


async def test_many_planted_changes_are_all_found(place: Any, log: AuditLog, event: Make) -> None:
    await log.record(*(event(number) for number in range(30)), *(several(event, SEVERAL) for _ in range(10)))
    await log.head()
    chosen = random.Random(7)  # noqa: S311 - a fixed course of changes, no secret
    flip = "update audit_event set {0} = set_bit({0}, $2, 1 - get_bit({0}, $2)) where sequence = $1"
    lengths = {"sealed": 100, "leaf": 32, "chain": 16}
    for _ in range(120):
        victim, column = chosen.randint(1, 40), chosen.choice(sorted(lengths))
        bit = chosen.randrange(lengths[column] * 8)
        async with place.database.connection() as connection:
            await connection.execute(flip.format(column), victim, bit)
            assert (await log.verify()).first_bad == victim
            await connection.execute(flip.format(column), victim, bit)
    assert (await log.verify()).ok


async def cut(place: Any, log: AuditLog, event: Make, *, noted: bool) -> None:
    """Six events under a signed head, four after it; whoever knows how the log is made takes these four away."""
    await log.record(*(event(number) for number in range(6)))
    await log.head()
    rows, tip = await rows_of(place), log._tip
    await log.record(*(event(number) for number in range(4)))
    if noted:
        await log.note_end()
    await rewrite(place, rows, tip)


async def test_the_end_after_the_last_head_is_held_by_the_note_beside_the_database(
    place: Any, log: AuditLog, event: Make
) -> None:
    await cut(place, log, event, noted=True)
    verdict = await log.verify()
    assert (verdict.ok, verdict.first_bad, verdict.last_bad) == (False, 7, 10)


@pytest.mark.parametrize("restarted", [False, True])
async def test_a_running_node_notices_that_its_log_was_cut_short_and_keeps_the_note(
    place: Any, log: AuditLog, event: Make, restarted: bool
) -> None:
    await cut(place, log, event, noted=True)
    noticing = await place.open() if restarted else log
    await noticing.record(*(event(number) for number in range(9)))
    assert noticing.cut_short is None
    for _ in range(2):
        await noticing.note_end()
        assert noticing.cut_short is not None
    verdict = await noticing.verify()
    assert (verdict.ok, verdict.last_bad) == (False, 10)


async def test_a_log_that_only_grew_is_noted_by_any_process_also_after_it_was_archived(
    place: Any, log: AuditLog, event: Make
) -> None:
    for number in range(1, 5):
        await log.record(event(number))
        other = await place.open()
        await log.note_end()
        await other.note_end()
        assert (log.cut_short, other.cut_short) == (None, None)
    await log.archive_before(event(4).at, place.heads_file.parent)
    later = await place.open()
    await later.record(event(5))
    await later.note_end()
    await log.note_end()
    assert (log.cut_short, later.cut_short) == (None, None)
    assert (await later.verify()).ok


async def test_a_list_that_reaches_beyond_the_log_would_hide_what_comes_next_and_is_found(
    place: Any, log: AuditLog, event: Make
) -> None:
    await log.record(event(1))
    await log._lister.finish()
    async with place.database.connection() as connection:
        assert await connection.fetchval("select audit_list($1)", SIZE) == 0
        await connection.execute("update audit_listed set upto = upto + 5")
    assert "the list of the events" in (await log.verify()).text


async def test_a_list_whose_runs_overlap_would_hide_events_between_pages_and_is_found(
    place: Any, log: AuditLog, event: Make
) -> None:
    for until in (4, 8):
        await log.record(*(event(number) for number in range(until - 3, until + 1)))
        await log._lister.finish()
        async with place.database.connection() as connection:
            assert await connection.fetchval("select audit_list($1)", SIZE) == 0
    assert (await log.verify()).ok
    async with place.database.connection() as connection:
        runs = await connection.fetch("select first, sequences from audit_touched order by first")
        assert len(runs) > 1, "two runs of one patient"
        earlier, later = runs[0][0], runs[-1][0]
        await connection.execute(
            "update audit_touched set sequences = $2 where first = $1", earlier, [8, 3, 2, earlier]
        )
        kept = [one for one in range(7, 3, -1) if one != 8]
        await connection.execute(
            "update audit_touched set first = 4, sequences = $2 where first = $1", later, sorted(kept, reverse=True)
        )
    assert "the list of the events" in (await log.verify()).text
