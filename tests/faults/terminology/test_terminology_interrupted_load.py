"""A load that does not come to its end leaves everything as it was."""

import asyncio
import contextlib
from collections.abc import Iterator

import pytest

from verbund.database import Database, migrate
from verbund.errors import Interrupted, Invalid, NotFound, Unavailable
from verbund.terminology import MIGRATIONS, Concept, Head, Terminology

URL = "https://example.org/replaced"
HEAD = Head(URL, version="1")


async def with_an_old_version(database: Database) -> Terminology:
    await migrate(database, [MIGRATIONS])
    terms = Terminology(database)
    await terms.add(HEAD, [Concept("old", "Old"), Concept("child", parents=("old",))])
    return terms


async def still_the_old(terms: Terminology) -> None:
    assert (await terms.lookup(URL, "old")).display == "Old"
    assert await terms.subsumes(URL, "old", "child") == "subsumes"
    with pytest.raises(NotFound):
        await terms.lookup(URL, "new0")


def broken(after: int) -> Iterator[Concept]:
    """So many concepts, then the file ends in nonsense."""
    yield from (Concept(f"new{number}") for number in range(after))
    raise Invalid("concepts.csv, line 7: nonsense.")


@pytest.mark.parametrize("after", [0, 3, 12_000])
async def test_a_file_that_is_broken_on_the_way_changes_nothing(database: Database, after: int) -> None:
    terms = await with_an_old_version(database)
    with pytest.raises(Invalid, match="line 7"):
        await terms.add(HEAD, broken(after))
    await still_the_old(terms)


async def test_a_hierarchy_in_circles_changes_nothing(database: Database) -> None:
    terms = await with_an_old_version(database)
    circle = [Concept("new0", parents=("new1",)), Concept("new1", parents=("new0",))]
    with pytest.raises(Invalid, match="circles"):
        await terms.add(HEAD, circle)
    await still_the_old(terms)


async def test_a_connection_lost_while_concepts_are_copied_changes_nothing(
    database: Database, database_url: str
) -> None:
    terms = await with_an_old_version(database)
    other = await Database.connect(database_url, size=2)
    loading = asyncio.create_task(Terminology(other).add(HEAD, (Concept(f"new{n}") for n in range(60_000))))
    killed = 0
    async with database.connection() as connection:
        while not killed and not loading.done():
            killed = await connection.fetchval(
                "select count(pg_terminate_backend(pid)) from pg_stat_activity "
                "where query ilike 'copy%terminology_concept%' and pid <> pg_backend_pid()"
            )
            await asyncio.sleep(0.01)
    assert killed
    with pytest.raises((Interrupted, Unavailable)):
        await loading
    with contextlib.suppress(Interrupted):
        await other.close()
    await still_the_old(terms)


async def test_the_old_version_answers_until_the_new_one_is_whole(database: Database) -> None:
    terms = await with_an_old_version(database)
    seen: list[str | None] = []

    async def watch() -> None:
        while True:
            seen.append((await Terminology(database).lookup(URL, "old")).display)
            await asyncio.sleep(0)

    watching = asyncio.create_task(watch())
    await terms.add(HEAD, [Concept("old", "New"), *(Concept(f"new{n}") for n in range(6_000))])
    watching.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await watching
    assert set(seen) <= {"Old", "New"}
    assert (await terms.lookup(URL, "old")).display == "New"
