"""Archiving that is cut off anywhere, by a cancelled task or a killed process, loses no event and no proof."""

import asyncio
import random
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from verbund.audit import AuditLog, Event, examine, rendered

Make = Callable[..., Event]
START = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
EVENTS, A_FILE = 120, 7
BEFORE = START + timedelta(seconds=EVENTS - 5)
ARCHIVING = """
import asyncio, sys
from datetime import datetime
from pathlib import Path
from verbund import store
from verbund.audit import AuditLog, archiving
from verbund.crypto import NodeKeys
from verbund.database import Database

async def work(url, keys, heads, folder, before):
    archiving.ROWS_A_FILE = 7
    database = await Database.connect(url)
    keys = NodeKeys.load(Path(keys))
    log = await AuditLog.open(database, store.Vault(database, keys), keys, heads_file=Path(heads))
    print("begun", flush=True)
    await log.archive_before(datetime.fromisoformat(before), Path(folder))

asyncio.run(work(*sys.argv[1:]))
"""


@pytest.fixture
async def filled(log: AuditLog, event: Make) -> list[int]:
    """A log of old events and a few young ones; the numbers of those about Erika."""
    for start in range(1, EVENTS + 1, 10):
        await log.record(
            *(event(number, patient_id="erika" if number % 2 else "max") for number in range(start, start + 10))
        )
    await log.head()
    return [one.sequence for one in (await log.of_patient("erika", count=EVENTS)).items]


async def whole(place: Any, folder: Path, expected: list[int]) -> None:
    """Nothing is lost, wherever it lies now: the log holds, the patient finds all, and an old event is proven."""
    log = await AuditLog.open(place.database, place.vault, place.keys, heads_file=place.heads_file, archive=folder)
    verdict = await log.verify()
    assert verdict.ok, verdict.text
    assert (verdict.size, verdict.unseen) == (EVENTS, ())
    assert [one.sequence for one in (await log.of_patient("erika", count=EVENTS)).items] == expected
    assert examine(rendered(await log.prove("erika", expected[-1], site="praxis"))).ok


async def test_a_task_that_is_cancelled_anywhere_leaves_a_whole_log(
    place: Any, log: AuditLog, filled: list[int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("verbund.audit.archiving.ROWS_A_FILE", A_FILE)
    folder, chance = tmp_path / "archive", random.Random(5)  # noqa: S311 - when it is cut off, no secret
    folder.mkdir()
    cut_off = 0
    while True:
        archiving = asyncio.create_task(log.archive_before(BEFORE, folder))
        done, _ = await asyncio.wait([archiving], timeout=chance.random() * 0.03 * (2 + cut_off))
        if done:
            archiving.result()
            break
        archiving.cancel()
        await asyncio.gather(archiving, return_exceptions=True)
        cut_off += 1
        if cut_off < 12:
            await whole(place, folder, filled)
    assert cut_off
    await whole(place, folder, filled)
    async with place.database.connection() as connection:
        assert await connection.fetchval("select count(*) from audit_event") < 10


@pytest.mark.long
async def test_a_process_that_is_killed_anywhere_leaves_a_whole_log(
    place: Any, filled: list[int], tmp_path: Path
) -> None:
    folder, keys, chance = tmp_path / "archive", tmp_path / "keys.json", random.Random(6)  # noqa: S311
    folder.mkdir()
    place.keys.save(keys)
    given = (place.database.url, str(keys), str(place.heads_file), str(folder), BEFORE.isoformat())
    killed = 0
    while True:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", ARCHIVING, *given, stdout=asyncio.subprocess.PIPE
        )
        assert process.stdout is not None
        assert await process.stdout.readline() == b"begun\n"
        try:
            assert await asyncio.wait_for(process.wait(), chance.random() * 0.1 * (1 + killed)) == 0
            break
        except TimeoutError:
            process.kill()
            await process.wait()
            killed += 1
            await whole(place, folder, filled)
    assert killed
    await whole(place, folder, filled)
