"""What `search` promises: the meaning of each kind of parameter, order, pages, totals, and what comes along."""

from collections.abc import Iterable

import pytest
from stores import (
    LOINC,
    all_pages,
    commit,
    create,
    delete,
    ids,
    observation,
    patient,
    put,
    quantity,
    query,
    resource,
    search,
    update,
)

from verbund.errors import Incorrect
from verbund.store import EVERYTHING, Store, of_patient


async def found_by(store: Store, start: str, texts: Iterable[str]) -> dict[str, list[str]]:
    """What each search finds."""
    return {text: sorted(await ids(store, start + text)) for text in texts}


TOKENS = {
    "Patient?identifier=urn:k|1": ["a"],
    "Patient?identifier=1": ["a", "b"],
    "Patient?identifier=|1": ["b"],
    "Patient?identifier=urn:k|": ["a", "c"],
    "Patient?identifier=urn:k|1,urn:k|2": ["a", "c"],
    "Patient?identifier=urn:k|1&identifier=1": ["a"],
    "Patient?identifier=urn:k|3": [],
    "Patient?identifier:not=urn:k|1": ["b", "c", "d"],
    "Patient?identifier:missing=true": ["d"],
    "Patient?identifier:missing=false": ["a", "b", "c"],
    "Patient?active=true": ["a"],
}


async def test_tokens(store: Store) -> None:
    await put(
        store,
        patient(id="a", identifier=[{"system": "urn:k", "value": "1"}], active=True),
        patient(id="b", identifier=[{"value": "1"}], active=False),
        patient(id="c", identifier=[{"system": "urn:k", "value": "2"}]),
        patient(id="d"),
    )
    assert await found_by(store, "", TOKENS) == TOKENS


SEVERAL_CODES = {
    f"patient=a&code={LOINC}|1-1,{LOINC}|2-2&_sort=-date": ["o3", "o2", "o1", "o0"],
    f"code={LOINC}|1-1,{LOINC}|2-2&_sort=date": ["o0", "o1", "o2", "o3", "b"],
    f"subject=Patient/a&code={LOINC}|1-1,{LOINC}|2-2": ["o0", "o1", "o2", "o3"],
    f"patient=a&code={LOINC}|1-1,{LOINC}|2-2&_sort=-date&_count=3": ["o3", "o2", "o1"],
}


@pytest.mark.parametrize("text", list(SEVERAL_CODES))
async def test_several_codes_together_with_other_criteria(store: Store, text: str) -> None:
    for number, code in enumerate(["1-1", "2-2", "1-1", "2-2", "3-3"]):
        await put(store, observation("a", code, f"2024-05-{number + 1:02}", id=f"o{number}"))
    await put(store, observation("b", "1-1", "2024-06-01", id="b"))
    found = await ids(store, f"Observation?{text}")
    assert (found if "_sort" in text else sorted(found)) == SEVERAL_CODES[text]


STRINGS = {
    "name=müller": ["a", "b"],
    "name=MUELL": [],
    "name=mül": ["a", "b"],
    "name=lüd": ["a"],
    "family=müller lüdenscheidt": ["a"],
    "family:exact=Müller-Lüdenscheidt": ["a"],
    "family:exact=müller-lüdenscheidt": [],
    "family:contains=denscheid": ["a"],
    "name:contains=li": ["a", "b"],
    "given=e": ["a", "b"],
    "given=elisabeth&family=müller": ["b"],
    "given=elsa,elisabeth": ["a", "b"],
    "family=müller lüdenscheidtxyz": [],
    "address-city=donaudampfschifffahrtsgesellschaftsstadt": ["a"],
    "address-city=donaudampfschifffahrtsgesellschaftsdorf": [],
    "address-city:missing=true": ["b"],
}


async def test_strings(store: Store) -> None:
    city = {"city": "Donaudampfschifffahrtsgesellschaftsstadt"}
    await put(
        store,
        patient("Müller-Lüdenscheidt", "Elsa", "Lili", id="a", address=[city]),
        patient("Muller", "Elisabeth", id="b"),
    )
    assert await found_by(store, "Patient?", STRINGS) == STRINGS


REFERENCES = {
    "patient=a": ["1", "2"],
    "patient=Patient/a": ["1", "2"],
    "subject=Patient/b": ["3"],
    "subject:Patient=a": ["1", "2"],
    "subject=a": ["1", "2"],
    "patient=a,b": ["1", "2", "3"],
    "performer=Practitioner/p": ["1"],
    "performer=https://other.example/fhir/Practitioner/p": ["2"],
    "performer:missing=true": ["3"],
    "encounter=e": ["3"],
}


async def test_references(store: Store) -> None:
    elsewhere = {"reference": "https://other.example/fhir/Practitioner/p"}
    await put(
        store,
        observation("a", id="1", performer=[{"reference": "Practitioner/p/_history/4"}]),
        observation("a", id="2", performer=[elsewhere]),
        observation("b", id="3", encounter={"reference": "Encounter/e"}),
    )
    assert await found_by(store, "Observation?", REFERENCES) == REFERENCES


DATES = {
    "2024": ["day", "month", "noon", "period"],
    "2024-05": ["day", "month", "noon"],
    "2024-05-06": ["day", "noon"],
    "2024-05-06T12:00:00%2B02:00": ["noon"],
    "ne2024-05-06": ["month", "open", "period"],
    "gt2024-05-06": ["month", "open", "period"],
    "ge2024-05-06": ["day", "month", "noon", "open", "period"],
    "lt2024-05-06": ["month", "period"],
    "le2024-05-06": ["day", "month", "noon", "period"],
    "sa2024-05-06": ["open"],
    "eb2024-05-06": [],
    "ap2024-05-06": ["day", "month", "noon", "period"],
    "2023,2025": [],
}


async def test_dates_as_ranges(store: Store) -> None:
    period = {"start": "2024-04-01", "end": "2024-06-30"}
    await put(
        store,
        observation("a", when="2024-05-06", id="day"),
        observation("a", when="2024-05-06T12:00:00+02:00", id="noon"),
        observation("a", when="2024-05", id="month"),
        observation("a", when=None, effectivePeriod=period, id="period"),
        observation("a", when=None, effectivePeriod={"start": "2024-05-07"}, id="open"),
        observation("a", when=None, id="none"),
    )
    for further in ("", f"code={LOINC}|718-7&", "code=718-7&", "patient=a&"):
        assert await found_by(store, f"Observation?{further}date=", DATES) == DATES
        counts = {
            text: await store.count(query(f"Observation?{further}date={text}"), within=EVERYTHING) for text in DATES
        }
        assert counts == {text: len(found) for text, found in DATES.items()}


async def test_dates_of_other_parameters(store: Store) -> None:
    await put(store, patient(id="a", birthDate="1950-03-04"), patient(id="b", birthDate="1961"), patient(id="c"))
    assert await ids(store, "Patient?birthdate=1950-03-04") == ["a"]
    assert sorted(await ids(store, "Patient?birthdate=ge1950")) == ["a", "b"]
    assert await ids(store, "Patient?birthdate=lt1961") == ["a"]
    assert await ids(store, "Patient?birthdate:missing=true") == ["c"]


QUANTITIES = {
    "7.0||g/dL": ["7"],
    "gt7.0||g/dL": ["7.1", "9"],
    "ge7.0||g/dL": ["7", "7.1", "9"],
    "lt7.1||g/dL": ["7"],
    "le7.1||g/dL": ["7", "7.1"],
    "7||g/dL": ["7", "7.1"],
    "ne7||g/dL": ["9"],
    "ap8||g/dL": [],
    "9|http://unitsofmeasure.org|g/dL": ["9"],
    "9|http://other.example|g/dL": [],
    "9": ["9", "9mmol"],
    "9||mmol/L": ["9mmol"],
}


async def test_quantities(store: Store) -> None:
    await put(
        store,
        observation("a", id="7", valueQuantity=quantity(7.0)),
        observation("a", id="7.1", valueQuantity=quantity(7.1)),
        observation("a", id="9", valueQuantity=quantity(9)),
        observation("a", id="9mmol", valueQuantity=quantity(9, "mmol/L")),
        observation("a", id="none"),
    )
    assert await found_by(store, "Observation?value-quantity=", QUANTITIES) == QUANTITIES
    assert await found_by(store, "Observation?combo-value-quantity=", QUANTITIES) == QUANTITIES


async def test_parameters_that_combine_others_look_into_components(store: Store) -> None:
    part = {"code": {"coding": [{"system": LOINC, "code": "8480-6"}]}, "valueQuantity": quantity(120, "mm[Hg]")}
    await put(store, observation("a", id="1", component=[part]), observation("a", id="2", code="8480-6"))
    assert await ids(store, "Observation?code=8480-6") == ["2"]
    assert sorted(await ids(store, "Observation?combo-code=8480-6")) == ["1", "2"]
    assert await ids(store, "Observation?component-code=8480-6") == ["1"]
    assert await ids(store, "Observation?combo-value-quantity=gt100") == ["1"]


async def test_addresses_and_ids_and_times_of_update(store: Store) -> None:
    await put(store, resource("ValueSet", id="v", url="urn:x:1", status="active"), patient(id="a"), patient(id="b"))
    assert await ids(store, "ValueSet?url=urn:x:1") == ["v"]
    assert await ids(store, "ValueSet?url=urn:x") == []
    assert sorted(await ids(store, "Patient?_id=a,b,c")) == ["a", "b"]
    assert await ids(store, "Patient?_id=a&name=sommer") == ["a"]
    updated = (await store.read("Patient", "a")).updated.isoformat().replace("+00:00", "Z")
    assert "a" in await ids(store, f"Patient?_lastUpdated=le{updated}")
    assert await ids(store, "Patient?_lastUpdated=gt2999") == []
    assert sorted(await ids(store, "Patient?_lastUpdated=ge2020")) == ["a", "b"]


async def test_results_come_in_the_order_asked_for(store: Store) -> None:
    days = {"c": "2024-05-01", "a": "2024-05-03", "b": "2024-05-02"}
    await put(
        store, *(observation("p", when=day, id=name) for name, day in days.items()), observation("p", when=None, id="n")
    )
    assert await ids(store, "Observation?code=718-7&_sort=date") == ["n", "c", "b", "a"]
    assert await ids(store, "Observation?patient=p&_sort=-date") == ["a", "b", "c", "n"]
    assert await ids(store, f"Observation?code={LOINC}|718-7,{LOINC}|x&_sort=-date") == ["a", "b", "c", "n"]
    assert await ids(store, "Observation") == ["a", "b", "c", "n"]
    assert await ids(store, f"Observation?code={LOINC}|718-7&_sort=_lastUpdated") == ["c", "a", "b", "n"]
    assert await ids(store, "Observation?_sort=-_lastUpdated") == ["n", "b", "a", "c"]
    assert await ids(store, "Observation?_sort=-code,date") == ["n", "c", "b", "a"]


PAGED = (
    "Observation?_count=3",
    "Observation?_count=3&patient=p",
    f"Observation?_count=3&code={LOINC}|718-7",
    f"Observation?_count=3&code={LOINC}|718-7,{LOINC}|1-1",
    "Observation?_count=3&code=718-7&_sort=date",
    "Observation?_count=3&_sort=-_lastUpdated",
)


async def test_pages_hold_everything_once_while_others_write(store: Store) -> None:
    made = await put(store, *(observation("p", when=None if n == 4 else f"2024-05-{n // 2 + 1:02}") for n in range(14)))
    for text in PAGED:
        seen: list[str] = []
        cursor: str | None = None
        for turn in range(60):
            page = await search(store, text, cursor=cursor)
            seen += [stored.id for stored in page.matches]
            await put(store, observation("p", when=f"2024-05-{turn % 9 + 1:02}"))
            cursor = page.next_cursor
            if cursor is None:
                break
        assert cursor is None
        assert len(seen) == len(set(seen))
        assert set(made) <= set(seen)


async def test_pages_of_compared_texts(store: Store) -> None:
    await put(store, *(patient(f"Name{n}mann", id=f"a{n}") for n in range(7)), patient("Name"))
    found = await all_pages(store, "Patient?family:contains=mann&_count=3")
    assert sorted(stored.id for stored in found) == [f"a{n}" for n in range(7)]
    assert (await search(store, "Patient?family:contains=mann&_count=3")).total == 7


async def test_a_cursor_cannot_be_forged_or_used_for_another_search(store: Store) -> None:
    await put(store, *(patient(f"Name{n}") for n in range(3)))
    cursor = (await search(store, "Patient?name=name&_count=1")).next_cursor
    assert cursor is not None
    assert len((await search(store, "Patient?name=name&_count=2", cursor=cursor)).matches) == 2
    flipped = cursor[:20] + ("A" if cursor[20] != "A" else "B") + cursor[21:]
    for forged in (flipped, "", "!!", cursor[:8]):
        with pytest.raises(Incorrect, match="page link"):
            await search(store, "Patient?name=name&_count=1", cursor=forged)
    with pytest.raises(Incorrect, match="another search"):
        await search(store, "Patient?name=nam&_count=1", cursor=cursor)


async def test_totals(store: Store) -> None:
    await put(store, *(observation("p", code="1-1" if n % 2 else "2-2") for n in range(9)))
    assert (await search(store, "Observation?_count=2")).total is None
    for text, total in (
        (f"code={LOINC}|1-1", 4),
        ("code=2-2", 5),
        (f"code={LOINC}|1-1,{LOINC}|2-2", 9),
        ("patient=p", 9),
    ):
        for wish in ("accurate", "estimate"):
            page = await search(store, f"Observation?{text}&_count=2&_total={wish}")
            assert (page.total, len(page.matches)) == (total, 2)
    counted = await search(store, "Observation?code=1-1&_summary=count")
    assert (counted.total, counted.matches, counted.next_cursor) == (4, (), None)


async def test_what_is_referred_to_and_what_refers_comes_along_once(store: Store) -> None:
    await put(
        store,
        patient(id="p"),
        patient(id="q"),
        resource(
            "Encounter", id="e", status="finished", **{"class": {"code": "IMP"}}, subject={"reference": "Patient/p"}
        ),
        observation("p", id="1", encounter={"reference": "Encounter/e"}),
        observation("p", id="2"),
        observation("q", id="3"),
    )

    async def included(text: str) -> list[str]:
        return sorted(f"{one.type}/{one.id}" for one in (await search(store, text)).included)

    assert await included("Observation?patient=p&_include=Observation:subject") == ["Patient/p"]
    assert await included("Observation?patient=p&_include=Observation:encounter") == ["Encounter/e"]
    assert await included("Observation?_include=Observation:*") == ["Encounter/e", "Patient/p", "Patient/q"]
    assert await included("Observation?_include=Observation:subject:Group") == []
    assert await included("Patient?_id=p&_revinclude=Observation:subject") == ["Observation/1", "Observation/2"]
    assert await included("Encounter?_revinclude=Observation:encounter&_include=Encounter:patient") == [
        "Observation/1",
        "Patient/p",
    ]


async def test_an_update_takes_the_old_values_out_of_every_index(store: Store) -> None:
    before = observation("p", code="1-1", when="2024-05-01", valueQuantity=quantity(5), id="o")
    after = observation("q", code="2-2", when="2023-01-01", valueQuantity=quantity(9), id="o")
    asked = ["code=1-1", f"code={LOINC}|1-1", "patient=p", "date=2024", "value-quantity=5"]
    asked += [f"code={LOINC}|1-1&_total=accurate&_count=0"]
    await put(store, before)
    assert all([(await search(store, f"Observation?{text}&_total=accurate")).total == 1 for text in asked])
    await put(store, after)
    assert [(await search(store, f"Observation?{text}&_total=accurate")).total for text in asked] == [0] * len(asked)
    assert await ids(store, f"Observation?code={LOINC}|2-2&patient=q&date=2023&value-quantity=9") == ["o"]
    await commit(store, delete("Observation", "o"))
    assert (await search(store, f"Observation?code={LOINC}|2-2&_total=accurate")).total == 0


async def test_a_search_finds_the_same_before_and_after_analysis(store: Store) -> None:
    """With figures at hand the store takes other ways to the same answer."""
    contents = [
        observation(f"p{n % 7}", "1-1" if n % 50 else "2-2", f"2024-05-{n % 28 + 1:02}", valueQuantity=quantity(n))
        for n in range(300)
    ]
    await store.load([tuple(create(content) for content in contents)])
    texts = [
        f"code={LOINC}|1-1", f"code={LOINC}|2-2", "code=1-1&date=ge2024-05-20", "status=final&patient=p3",
        f"status=final&code={LOINC}|2-2", "status=final", f"code={LOINC}|1-1,{LOINC}|2-2&date=le2024-05-03",
    ]  # fmt: skip
    before = [[one.id for one in await all_pages(store, f"Observation?{text}&_count=20")] for text in texts]
    await store.maintain()
    after = [[one.id for one in await all_pages(store, f"Observation?{text}&_count=20")] for text in texts]
    assert before == after
    assert [len(found) for found in before] == [294, 6, 89, 43, 6, 300, 33]


async def test_a_text_that_would_open_too_much_is_refused_with_what_to_add(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("verbund.store.opening.MOST_COMPARED", 5)
    await put(store, *(patient(f"Name{n}", birthDate="1950" if n else "1960") for n in range(8)))
    with pytest.raises(Incorrect, match="Add a criterion"):
        await search(store, "Patient?name:contains=ame")
    assert len(await ids(store, "Patient?name:contains=ame&birthdate=1960")) == 1


async def test_an_update_moves_a_resource_to_another_patient(store: Store) -> None:
    await commit(store, update("o", observation("p")), check_references=False)
    await commit(store, update("o", observation("q")), check_references=False)
    assert [one.id for one in await store.compartment("p", within=EVERYTHING)] == []
    assert [one.id for one in await store.compartment("q", within=EVERYTHING)] == ["o"]


async def test_totals_of_a_code_and_a_time_know_what_lasted_long(store: Store) -> None:
    def lasting(start: str | None, end: str | None) -> dict[str, str]:
        return ({} if start is None else {"start": start}) | ({} if end is None else {"end": end})

    for number, period in enumerate(
        [("2020-01-01", "2024-06-01"), ("2024-04-20", "2024-05-10"), ("2020-01-01", None), (None, "2024-05-10"),
         ("2020-01-01", "2020-03-01"), ("2024-05-02", "2024-05-03"), ("2024-06-01", None)]
    ):  # fmt: skip
        await put(store, observation("a", when=None, id=f"o{number}", effectivePeriod=lasting(*period)))
    await put(store, observation("a", when="2024-05-06", id="day"), observation("a", when=None, id="none"))
    for dates in ("ge2024-05", "gt2024-05-06", "ge2024-05&date=lt2024-06", "ap2024-05", "2024-05", "sa2024-05-05",
                  "ge2024-05,ge2020", "ge2024-05&date=ge2024-06", "ge0001", "ne2024-05", "le2024-05"):  # fmt: skip
        text = f"Observation?code={LOINC}|718-7&date={dates}"
        assert await store.count(query(text), within=EVERYTHING) == len(await ids(store, text)), dates
        twice = f"Observation?code={LOINC}|718-7,{LOINC}|x&date={dates}"
        assert await store.count(query(twice), within=EVERYTHING) == len(await ids(store, text)), dates
    assert await store.count(query(f"Observation?code={LOINC}|718-7&date=ge2024-05"), within=EVERYTHING) == 5


async def test_an_estimate_tells_of_nothing_that_is_hidden(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("verbund.store.searching.ESTIMATED_FROM", 20)
    await store.load([tuple(create(observation(f"p{n % 3}", id=f"o{n}")) for n in range(60))])
    await store.maintain()
    asked = f"Observation?code={LOINC}|718-7&_total=estimate&_count=1"
    assert 50 <= ((await search(store, asked)).total or 0) <= 70
    assert (await search(store, asked, of_patient(store.patient_key("p1")))).total == 20
    assert (await search(store, f"{asked}&patient=p1")).total == 20
