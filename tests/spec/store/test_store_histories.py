"""Histories of a resource, a type and the node: what they tell, in which order, and that pages do not shift."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from stores import KEYS, at, commit, create, delete, observation, opened, patient, put, update

from verbund.crypto import Hasher
from verbund.database import Database
from verbund.errors import Gone, Incorrect, NotFound
from verbund.store import EVERYTHING, NOTHING, RowFilter, Store, and_, categories, of_patient

Told = list[tuple[str, int, bool]]


async def told(store: Store, kind: str | None = None, identity: str | None = None, **asked: object) -> Told:
    """Every version of a history, page after page."""
    found: Told = []
    cursor = None
    asked.setdefault("within", EVERYTHING)
    while True:
        page = await store.history_of(kind, identity, cursor=cursor, **asked)  # type: ignore[arg-type]
        found += [(one.id, one.version, one.deleted) for one in page.versions]
        cursor = page.next_cursor
        if cursor is None:
            return found


async def by_days(store: Store, days: list[datetime]) -> None:
    """One act a day: a made, b made, a changed, a deleted, an observation of b."""
    for day, write in enumerate(
        (
            update("a", patient("Sommer")),
            update("b", patient("Winter")),
            update("a", patient("Herbst")),
            delete("Patient", "a"),
            update("o", observation("b")),
        ),
        1,
    ):
        days[0] = at(day)
        await commit(store, write)


EVERY = [("o", 1, False), ("a", 3, True), ("a", 2, False), ("b", 1, False), ("a", 1, False)]


@pytest.mark.parametrize("count", [1, 2, 5])
async def test_histories_tell_all_versions_newest_first(database: Database, count: int) -> None:
    days = [at(1)]
    async with opened(database, clock=lambda: days[0]) as store:
        await by_days(store, days)
        assert await told(store, count=count) == EVERY
        assert await told(store, "Patient", count=count) == EVERY[1:]
        assert await told(store, "Patient", "a", count=count) == [EVERY[1], EVERY[2], EVERY[4]]
        assert await told(store, "Encounter", count=count) == []
        assert (await store.history_of("Patient", "a", within=EVERYTHING)).total == 3


async def test_since_and_at_choose_by_time(database: Database) -> None:
    days = [at(1)]
    async with opened(database, clock=lambda: days[0]) as store:
        await by_days(store, days)
        assert await told(store, since=at(3)) == EVERY[:3]
        assert await told(store, "Patient", since=at(3, 13)) == [EVERY[1]]
        noon = (at(2, 18), at(2, 19))
        assert await told(store, at=noon) == [("b", 1, False), ("a", 1, False)]
        assert await told(store, "Patient", "a", at=(at(3), at(4, 18))) == [EVERY[1], EVERY[2]]
        assert await told(store, "Patient", "a", at=(at(20), at(21))) == [EVERY[1]]
        bounded = await store.history_of("Patient", "a", since=at(30), within=EVERYTHING)
        assert (bounded.versions, bounded.total) == ((), None)


async def test_histories_leave_out_what_may_not_be_seen(store: Store) -> None:
    await put(store, patient(id="a"), patient(id="b"), observation("a", id="x"), observation("b", id="y"))
    await commit(store, update("a", patient("Herbst")), delete("Observation", "x"))
    key = Hasher(KEYS.index).key64("Patient", "a")
    cases: list[tuple[RowFilter, set[tuple[str, int]]]] = [
        (of_patient(key), {("a", 1), ("a", 2), ("x", 1), ("x", 2)}),
        (and_(categories(1), of_patient(key)), {("x", 1), ("x", 2)}),
        (categories(1), {("x", 1), ("x", 2), ("y", 1)}),
        (NOTHING, set()),
    ]
    for within, expected in cases:
        assert {(one, version) for one, version, _ in await told(store, within=within, count=2)} == expected
    with pytest.raises(NotFound):
        await store.history_of("Patient", "b", within=of_patient(key))
    with pytest.raises(NotFound):
        await store.history_of("Patient", "c", within=EVERYTHING)


async def test_pages_are_stable_while_others_write(store: Store) -> None:
    names = await put(store, *(patient(f"Name{n}") for n in range(30)))
    before = {(one, version) for one, version, _ in await told(store)}
    stop = asyncio.Event()

    async def disturb() -> None:
        turn = 0
        while not stop.is_set():
            turn += 1
            await commit(store, update(names[turn % 30], patient(f"New{turn}")), create(patient("Other")))

    task = asyncio.create_task(disturb())
    for _ in range(5):
        found = [(one, version) for one, version, _ in await told(store, "Patient", count=4)]
        assert len(found) == len(set(found))
        assert before <= set(found)
    stop.set()
    await task


async def test_versions_of_one_resource_are_later_and_later_whatever_the_clock(database: Database) -> None:
    now = [datetime(2024, 5, 6, 12, tzinfo=UTC)]
    async with opened(database, clock=lambda: now[0]) as store:
        for turn in range(4):
            await commit(store, update("a", patient(f"Name{turn}")))
            now[0] -= timedelta(hours=1)
        await commit(store, delete("Patient", "a"))
        page = await store.history_of("Patient", "a", within=EVERYTHING)
        moments = [one.updated for one in page.versions]
        assert [one.version for one in page.versions] == [5, 4, 3, 2, 1]
        assert moments == sorted(set(moments), reverse=True)
        for one in page.versions[1:]:
            assert (await store.vread("Patient", "a", one.version)).updated == one.updated
        with pytest.raises(Gone):
            await store.vread("Patient", "a", 5)


async def test_pages_that_cannot_be_are_refused(store: Store) -> None:
    await put(store, *(patient() for _ in range(3)))
    cursor = (await store.history_of("Patient", count=1, within=EVERYTHING)).next_cursor
    with pytest.raises(Incorrect, match="link"):
        await store.history_of("Observation", count=1, cursor=cursor, within=EVERYTHING)
    with pytest.raises(Incorrect, match="link"):
        await store.history_of("Patient", count=1, cursor="forged", within=EVERYTHING)
    for count in (0, 10**9):
        with pytest.raises(Incorrect, match="_count"):
            await store.history_of("Patient", count=count, within=EVERYTHING)
    with pytest.raises(Incorrect, match="no such resource type"):
        await store.history_of("Patiant", within=EVERYTHING)
