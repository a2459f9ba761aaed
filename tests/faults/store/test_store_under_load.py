"""Clients of two processes do everything at once while connections are cut and the server is killed: all fits together.

Per-resource linearizable, transactions whole, own writes seen, nothing acknowledged lost, nothing half.
"""

import asyncio
import os
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import msgspec
import pytest
import pytest_asyncio
import workload
from observed import Act, violations
from stores import KEYS, opened

from verbund.database import Cluster, Database

_CUT = """
select pg_terminate_backend(pid) from pg_stat_activity
where datname = current_database() and pid <> pg_backend_pid() and application_name = 'verbund'
order by random() limit 2
"""


@pytest_asyncio.fixture(loop_scope="session")
async def own(quick_base: Path) -> AsyncIterator[Cluster]:
    """A server of our own, that writes to disk what it commits."""
    with tempfile.TemporaryDirectory(prefix="verbund-load-", dir=quick_base, ignore_cleanup_errors=True) as base:
        Path(base).chmod(0o755)
        cluster = await Cluster.start(Path(base) / "postgres")
        yield cluster
        await cluster.stop()
        await Cluster.erase(Path(base) / "postgres")


async def disturb(cluster: Cluster, url: str, seconds: float, kill_every: int) -> int:
    """Cut connections again and again, and each so many times kill the server; how often it was killed."""
    stop = time.monotonic() + seconds
    turn = kills = 0
    while time.monotonic() < stop:
        await asyncio.sleep(0.25)
        turn += 1
        if turn % kill_every == 0:
            pid = int((cluster.home / "data" / "postmaster.pid").read_text().splitlines()[0])
            os.kill(pid, signal.SIGKILL)
            kills += 1
            await asyncio.sleep(1.0)
            continue
        try:
            connection = await asyncpg.connect(url, timeout=5)
            await connection.execute(_CUT)
            await connection.close()
        except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
            continue
    return kills


async def second_process(url: str, keys: Path, seconds: float, seed: int) -> list[Act]:
    """What the clients of another process of the same node observed."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, workload.__file__, url, str(keys), str(seconds), str(seed), stdout=asyncio.subprocess.PIPE
    )
    out, _ = await process.communicate()
    assert process.returncode == 0
    return msgspec.msgpack.decode(out, type=list[Act])


async def storm(cluster: Cluster, folder: Path, seconds: float, kill_every: int, seed: int) -> list[Act]:
    """Run both processes under disturbance; everything observed, after it was checked."""
    keys = folder / "keys"
    KEYS.save(keys)
    url = await cluster.ensure(f"load{seed}")
    database = await Database.connect(url, patience_seconds=15)
    async with opened(database) as store:
        stop = time.monotonic() + seconds
        names = ["a", "b", "c", "d", "e", "f"]
        acts, others, kills = await asyncio.gather(
            workload.run_clients(store, names, seed, lambda: time.monotonic() > stop),
            second_process(url, keys, seconds, seed),
            disturb(cluster, url, seconds, kill_every),
        )
        end = await workload.end_of(store)
    await database.close()
    every = [*acts, *others]
    assert kills > 0
    assert violations(every, end) == []
    assert len({act.makes for act in every if act.makes is not None}) > seconds
    return every


async def test_all_that_clients_observe_fits_together(own: Cluster, tmp_path: Path) -> None:
    acts = await storm(own, tmp_path, seconds=5, kill_every=8, seed=1)
    outcomes = Counter(act.outcome for act in acts)
    assert outcomes["done"] > 100
    assert outcomes["refused"] > 0
    assert any(len(act.writes) > 1 for act in acts if act.outcome == "done")


@pytest.mark.long
@pytest.mark.parametrize("seed", range(2, 8))
async def test_all_that_clients_observe_fits_together_for_long(own: Cluster, tmp_path: Path, seed: int) -> None:
    acts = await storm(own, tmp_path, seconds=40, kill_every=12, seed=seed)
    assert len(acts) > 1_000
