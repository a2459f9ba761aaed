"""Pages are as true when their plan was kept and their resources are in memory as when both are new: whatever was
written meanwhile, by this process or another, however the figures of the database have changed."""

from typing import Any

from stores import LOINC, UCUM, all_pages, commit, delete, ids, observation, opened, patient, put, quantity, search

from verbund.database import Database
from verbund.store import EVERYTHING, Store, categories, of_patient

CODE = f"Observation?code={LOINC}|1-1"


async def filled(store: Store, count: int = 12) -> None:
    """Observations of one code, the newest first by number."""
    await put(store, patient(id="a"), *(finding(number) for number in range(count)))


def finding(number: int, code: str = "1-1", **content: Any) -> dict[str, Any]:
    return observation("a", code, f"2024-05-{28 - number:02}", id=f"o{number}", **content)


async def test_what_another_process_writes_is_seen_at_once(store: Store, database: Database) -> None:
    async with opened(database) as other:
        await filled(store)
        for text in (CODE, f"{CODE}&date=ge2024", "Observation?patient=a", "Observation?status=final,amended"):
            before = await search(store, text)
            await put(other, finding(3, note=[{"text": text}]))
            after = await search(store, text)
            assert [one.id for one in after.matches] == [one.id for one in before.matches]
            assert [one.id for one in after.matches if one not in before.matches] == ["o3"]
            assert text.encode() in next(one.body for one in after.matches if one.id == "o3")
        await put(other, finding(3, "2-2"))
        assert "o3" not in await ids(store, CODE)
        await commit(other, delete("Observation", "o4"))
        assert await ids(store, CODE) == ["o0", "o1", "o2", *(f"o{number}" for number in range(5, 12))]
        await put(other, finding(4))
        assert (await ids(store, CODE))[:4] == ["o0", "o1", "o2", "o4"]


async def test_a_page_begins_where_the_last_ended_though_that_is_gone(store: Store) -> None:
    await filled(store)
    for text in (f"{CODE}&_count=4", f"{CODE}&date=ge2024-05-01&_count=4", "Observation?patient=a&_count=4"):
        first = await search(store, text)
        last = first.matches[-1]
        await commit(store, delete("Observation", last.id))
        assert first.next_cursor is not None
        second = await search(store, text, cursor=first.next_cursor)
        assert [one.id for one in second.matches] == ["o4", "o5", "o6", "o7"]
        await put(store, finding(3))


async def test_one_shape_with_other_values(store: Store) -> None:
    await filled(store, 3)
    await put(store, finding(3, "2-2"), finding(4, "3-3"))
    one, two, three = (f"{LOINC}|{code}" for code in ("1-1", "2-2", "3-3"))
    for _ in range(2):
        assert await ids(store, f"Observation?code={one}") == ["o0", "o1", "o2"]
        assert await ids(store, f"Observation?code={two}") == ["o3"]
        assert await ids(store, f"Observation?code={two},{two}") == ["o3"]
        assert await ids(store, f"Observation?code={two},{three}") == ["o3", "o4"]
        assert await ids(store, f"Observation?code={two}&code={three}") == []
        assert await ids(store, f"Observation?code={one}&date=ge2024-05-27") == ["o0", "o1"]
        assert await ids(store, f"Observation?code={one}&date=ge2024-05-28") == ["o0"]
        assert await ids(store, f"Observation?code={one}&_count=2&_sort=date") == ["o2", "o1"]
        assert await ids(store, "Observation?patient=a&status=final&_count=2") == ["o0", "o1"]
        assert await ids(store, "Observation?patient=b&status=final&_count=2") == []
        assert await ids(store, f"Observation?code={one}", of_patient(store.patient_key("a"))) == ["o0", "o1", "o2"]
        assert await ids(store, f"Observation?code={one}", of_patient(store.patient_key("b"))) == []
        assert await ids(store, f"Observation?code={one}", categories(1)) == ["o0", "o1", "o2"]
        assert await ids(store, f"Observation?code={one}", categories(None, 1)) == []


async def test_what_reaches_into_the_time_asked_for_is_on_the_page_and_in_the_total(store: Store) -> None:
    def lasting(identity: str, start: str | None, end: str | None) -> dict[str, Any]:
        period = {name: value for name, value in (("start", start), ("end", end)) if value is not None}
        return observation("a", "1-1", None, id=identity, effectivePeriod=period)

    await put(
        store,
        patient(id="a"),
        lasting("within", "2024-05-10", "2024-05-11"),
        lasting("reaching", "2024-04-20", "2024-05-10"),
        lasting("long", "2023-01-01", "2024-06-10"),
        lasting("before", "2024-04-01", "2024-04-10"),
        lasting("until", None, "2024-05-10"),
        lasting("backwards", "2024-05-12", "2024-05-11"),
        observation("a", "1-1", None, id="dateless"),
    )
    for _ in range(12):
        for dates, expected in {
            "date=ge2024-05-01": ["backwards", "long", "reaching", "until", "within"],
            "date=ge2024-05-01&date=lt2024-06-01": ["backwards", "long", "reaching", "until", "within"],
            "date=ge2024-05-01&date=ge2024-04-15": ["backwards", "long", "reaching", "until", "within"],
            "date=lt2024-05-01": ["before", "long", "reaching", "until"],
            "date=sa2024-05-01": ["backwards", "within"],
        }.items():
            page = await search(store, f"{CODE}&{dates}&_total=accurate&_count=2")
            assert page.total == len(expected), dates
            assert sorted(one.id for one in await all_pages(store, f"{CODE}&{dates}&_count=2")) == expected, dates


async def test_new_figures_and_new_units_change_no_answer(store: Store) -> None:
    await put(store, patient(id="a"), finding(0, valueQuantity=quantity(7.5)))
    measured = f"{CODE}&value-quantity=75|{UCUM}|g/L"
    assert await ids(store, measured) == ["o0"]
    await put(store, finding(1, valueQuantity=quantity(75, "g/L")), finding(2, valueQuantity=quantity(0.75, "kg/L")))
    assert await ids(store, measured) == ["o0", "o1"]
    found = await ids(store, CODE), await ids(store, "Observation?code=1-1&patient.name=sommer")
    await put(store, *(finding(number) for number in range(3, 12)))
    await store.maintain()
    assert await ids(store, CODE) == [*found[0], *(f"o{number}" for number in range(3, 12))]
    assert await ids(store, "Observation?code=1-1&patient.name=sommer") == await ids(store, CODE)


async def test_a_search_of_all_types_is_in_one_order(store: Store) -> None:
    await filled(store, 3)
    await put(store, patient(id="b"), finding(5))
    both = "?_type=Patient,Observation&_sort=_lastUpdated"
    for _ in range(2):
        assert await ids(store, both) == ["a", "o0", "o1", "o2", "b", "o5"]
        assert [one.id for one in await all_pages(store, f"{both}&_count=2")] == ["a", "o0", "o1", "o2", "b", "o5"]
    await put(store, finding(0, note=[{"text": "later"}]))
    assert await ids(store, both) == ["a", "o1", "o2", "b", "o5", "o0"]
    assert (await search(store, f"{both}&_total=accurate", EVERYTHING)).total == 6
