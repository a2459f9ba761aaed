"""The server is killed in the middle of commits: what was acknowledged is there, what was refused is not."""

import asyncio
import contextlib
import json
import os
import signal
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from stores import KEYS, all_pages, commit, create, delete, ids, opened, patient, put, query, search, update

from verbund.database import Cluster, Database
from verbund.errors import Fault, Interrupted, Unavailable
from verbund.store import Store


@pytest_asyncio.fixture(loop_scope="session")
async def own(quick_base: Path) -> AsyncIterator[Cluster]:
    """A server of our own, that writes to disk what it commits."""
    with tempfile.TemporaryDirectory(prefix="verbund-losses-", dir=quick_base, ignore_cleanup_errors=True) as base:
        Path(base).chmod(0o755)
        cluster = await Cluster.start(Path(base) / "postgres")
        yield cluster
        await cluster.stop()
        await Cluster.erase(Path(base) / "postgres")


def kill_server(cluster: Cluster) -> None:
    pid = int((cluster.home / "data" / "postmaster.pid").read_text().splitlines()[0])
    os.kill(pid, signal.SIGKILL)


async def keep_creating(store: Store, writer: int, kept: list[str], lost: list[str], stop: asyncio.Event) -> None:
    """Create patients until told to stop; note which were acknowledged and which were refused."""
    number = 0
    while not stop.is_set():
        number += 1
        name = f"W{writer}N{number}"
        try:
            await commit(store, create(patient(name, "x")))
        except Interrupted:
            lost.append(name)
        except Unavailable as error:
            if "not known" not in error.text:
                lost.append(name)
            await asyncio.sleep(0.05)
        else:
            kept.append(name)


async def test_nothing_acknowledged_is_lost_and_nothing_refused_is_there(own: Cluster) -> None:
    database = await Database.connect(await own.ensure("losses"), patience_seconds=15)
    kept: list[str] = []
    lost: list[str] = []
    async with opened(database) as store:
        stop = asyncio.Event()
        writers = [asyncio.create_task(keep_creating(store, n, kept, lost, stop)) for n in range(8)]
        for _ in range(3):
            before = len(kept)
            while len(kept) < before + 60:
                await asyncio.sleep(0.01)
            kill_server(own)
        before = len(kept)
        while len(kept) < before + 20:
            await asyncio.sleep(0.01)
        stop.set()
        await asyncio.gather(*writers)
        found = {json.loads(one.body)["name"][0]["family"] for one in await all_pages(store, "Patient?_count=1000")}
    await database.close()
    assert set(kept) <= found
    assert found.isdisjoint(lost)
    assert len(lost) > 0


async def test_without_a_server_every_call_says_so_and_afterwards_works_again(own: Cluster) -> None:
    url = await own.ensure("gone")
    database = await Database.connect(url, patience_seconds=0.3)
    async with opened(database) as store:
        (first,) = await put(store, patient())
        await own.stop()
        for call in (
            store.read("Patient", first),
            search(store, "Patient"),
            commit(store, create(patient())),
            store.load([(create(patient()),)]),
            store.counts(),
        ):
            with pytest.raises((Unavailable, Interrupted)):
                await call
        again = await Cluster.start(own.directory)
        assert (await store.read("Patient", first)).version == 1
        (written,) = await commit(store, create(patient()))
        assert written.status == "created"
        await database.close()
        await again.stop()


async def test_a_connection_lost_at_the_commit_is_told_as_it_ended(database: Database, database_url: str) -> None:
    """The answer to COMMIT gets lost; the store looks up what became of the transaction."""
    killer = await Database.connect(database_url, size=1)
    async with opened(database) as store:
        real = database.transaction
        for committed in (True, False):

            @contextlib.asynccontextmanager
            async def cut(*, committed: bool = committed) -> AsyncIterator[object]:
                async with real() as connection:
                    yield connection
                    if not committed:
                        async with killer.connection() as other:
                            await other.execute("select pg_terminate_backend($1)", connection.get_server_pid())
                if committed:
                    raise Interrupted("The answer was lost.")

            database.transaction = cut  # type: ignore[assignment, method-assign]
            name = f"Cut{committed}"
            try:
                if committed:
                    (written,) = await commit(store, create(patient(name)))
                    assert written.status == "created"
                else:
                    with pytest.raises(Interrupted):
                        await commit(store, create(patient(name)))
            finally:
                database.transaction = real  # type: ignore[method-assign]
            assert len(await ids(store, f"Patient?name={name}")) == int(committed)
    await killer.close()


async def test_a_number_that_another_transaction_got_acknowledges_nothing(database: Database) -> None:
    """A killed server gives the number of a lost transaction again: that it committed says nothing of the lost one."""
    async with opened(database) as store:
        (kept,) = await put(store, patient("Kept"))
        real = database.transaction

        @contextlib.asynccontextmanager
        async def lost(deadline_seconds: float | None = 60.0) -> AsyncIterator[object]:
            async with real(deadline_seconds) as connection:
                await connection.execute("savepoint before")
                yield connection
                await connection.execute("rollback to savepoint before")
            raise Interrupted("The answer was lost.")

        database.transaction = lost  # type: ignore[method-assign, assignment]
        try:
            for write in (create(patient("Lost")), update("new", patient("Lost")), delete("Patient", kept)):
                with pytest.raises(Interrupted):
                    await commit(store, write)
            with pytest.raises(Interrupted):
                await store.load([(update(f"l{number}", patient("Lost")),) for number in range(20)])
        finally:
            database.transaction = real  # type: ignore[method-assign]
        assert await ids(store, "Patient") == [kept]
        (again,) = await commit(store, update("new", patient("Again")))
        assert again.version == 1


async def test_two_stores_on_one_database_agree(database_url: str) -> None:
    """As two processes of one node do: separate pools, separate memories, one database."""
    one, two = await Database.connect(database_url), await Database.connect(database_url)
    async with opened(one) as first, opened(two) as second:
        condition = query("Patient?identifier=urn:k|1")
        write = create(patient(identifier=[{"system": "urn:k", "value": "1"}]), if_none_exist=condition)
        results = await asyncio.gather(*(commit(store, write) for store in (first, second) * 6))
        assert sorted(done.status for (done,) in results) == ["created"] + ["found"] * 11
        rounds = await asyncio.gather(
            *(
                commit(store, update("a", patient(f"{name}{n}")))
                for n in range(12)
                for store, name in ((first, "F"), (second, "S"))
            )
        )
        assert sorted(done.version for (done,) in rounds) == list(range(1, 25))
        assert (await first.read("Patient", "a")).body == (await second.read("Patient", "a")).body
    await one.close()
    await two.close()


async def test_opposite_orders_do_not_deadlock(database: Database) -> None:
    async with opened(database) as store:
        names = [f"p{n}" for n in range(12)]
        forward = [update(name, patient("F")) for name in names]
        backward = [update(name, patient("B")) for name in reversed(names)]
        async with asyncio.timeout(30):
            results = await asyncio.gather(
                *(commit(store, *(forward if n % 2 else backward)) for n in range(30)), return_exceptions=True
            )
        assert not [one for one in results if isinstance(one, BaseException)]
        assert len(await ids(store, "Patient")) == 12


async def test_what_was_changed_in_the_database_does_not_open(database: Database) -> None:
    async with opened(database) as store:
        await put(store, patient(id="a"), patient("Winter", id="b"))
        async with database.connection() as connection:
            await connection.execute("update resource set body = set_byte(body, 20, get_byte(body, 20) # 1)")
        with pytest.raises(Fault, match="does not open"):
            await store.read("Patient", "a")


async def test_a_body_moved_to_another_resource_does_not_open(database: Database) -> None:
    async with opened(database) as store:
        await put(
            store,
            {"resourceType": "Organization", "id": "a", "name": "A"},
            {"resourceType": "Organization", "id": "b", "name": "B"},
        )
        async with database.connection() as connection:
            await connection.execute("update resource r set body = o.body from resource o where o.row <> r.row")
        with pytest.raises(Fault):
            await store.read("Organization", "a")


async def test_another_key_opens_nothing(database: Database) -> None:
    async with opened(database) as store:
        await put(store, patient(id="a"))
    other = type(KEYS).generate()
    with pytest.raises(Fault):
        await Store.open(database, other, classify=lambda _: 1)
