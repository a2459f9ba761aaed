"""What comes along: forwards and backwards, by steps, from every type, and never more than was asked for."""

import pytest
import pytest_asyncio
from stores import ids, observation, patient, put, query, resource, search

from verbund.errors import Incorrect
from verbund.fhir import SearchQuery, parse_search
from verbund.store import EVERYTHING, RowFilter, Store, categories


@pytest_asyncio.fixture(loop_scope="session")
async def filled(store: Store) -> Store:
    """Houses in a circle, a patient of one, and findings that build on each other."""
    for number in range(4):
        part = {"reference": f"Organization/h{(number + 1) % 4}"}
        await put(store, resource("Organization", id=f"h{number}", name=f"House {number}", partOf=part))
    house = {"reference": "Organization/h0"}
    await put(store, patient(id="p", managingOrganization=house), observation("p", id="o0"))
    for number in range(1, 4):
        before = [{"reference": f"Observation/o{number - 1}"}]
        await put(store, observation("p", id=f"o{number}", derivedFrom=before))
    return store


async def along(store: Store, text: str, within: RowFilter = EVERYTHING) -> list[str]:
    return sorted(f"{one.type}/{one.id}" for one in (await search(store, text, within)).included)


async def test_iterating_follows_what_came_along_until_nothing_new_comes(filled: Store) -> None:
    circle = ["Organization/h0", "Organization/h1", "Organization/h2", "Organization/h3"]
    start = "Patient?_include=Patient:organization"
    assert await along(filled, start) == circle[:1]
    assert await along(filled, f"{start}&_include:iterate=Organization:partof") == circle
    assert await along(filled, "Organization?_id=h0&_include:iterate=Organization:partof") == circle[1:]
    later = ["Observation/o1", "Observation/o2", "Observation/o3"]
    assert await along(filled, "Observation?_id=o0&_revinclude=Observation:derived-from") == later[:1]
    assert await along(filled, "Observation?_id=o0&_revinclude:iterate=Observation:derived-from") == later
    both = "Observation?_id=o3&_include=Observation:subject&_include:iterate=Patient:organization"
    assert await along(filled, both) == ["Organization/h0", "Patient/p"]


async def test_every_parameter_and_every_type(filled: Store) -> None:
    assert await along(filled, "Observation?_id=o1&_include=*") == ["Observation/o0", "Patient/p"]
    assert await along(filled, "Observation?_id=o1&_include=Observation:*:Patient") == ["Patient/p"]
    assert await along(filled, "Observation?_id=o1&_include=Observation:subject:Patient") == ["Patient/p"]
    everything = ["Observation/o0", "Observation/o1", "Observation/o2", "Observation/o3"]
    assert await along(filled, "Patient?_revinclude=*") == everything
    assert await along(filled, "Patient?_revinclude=Observation:*") == everything
    assert await along(filled, "Organization?_id=h1&_revinclude=*") == ["Organization/h0"]


async def test_what_is_hidden_does_not_come_along_nor_lead_further(filled: Store) -> None:
    text = "Observation?_id=o3&_include:iterate=Observation:derived-from&_include:iterate=Observation:subject"
    assert await along(filled, text, categories(1)) == ["Observation/o0", "Observation/o1", "Observation/o2"]
    chain = "Observation?_id=o3&_include=Observation:subject&_include:iterate=Patient:organization"
    assert await along(filled, chain, categories(1)) == []


async def test_too_many_steps_or_resources_are_refused(filled: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "Observation?_id=o0&_revinclude:iterate=Observation:derived-from"
    monkeypatch.setattr("verbund.store.including.MOST_ROUNDS", 2)
    with pytest.raises(Incorrect, match="steps away"):
        await along(filled, text)
    monkeypatch.setattr("verbund.store.including.MOST_ROUNDS", 10)
    monkeypatch.setattr("verbund.store.including.MOST_INCLUDED", 2)
    with pytest.raises(Incorrect, match="fewer matches"):
        await along(filled, text)


async def test_several_types_are_searched_in_one_order(store: Store) -> None:
    made = [patient(id="p")]
    made += [observation("p", when=f"2024-05-{n + 1:02}", id=f"o{n}") for n in range(0, 8, 2)]
    subject = {"reference": "Patient/p"}
    made += [resource("Procedure", id=f"c{n}", status="completed", subject=subject,
                      performedDateTime=f"2024-05-{n + 1:02}") for n in range(1, 8, 2)]  # fmt: skip
    await put(store, *made)
    asked = parse_search("", [("_type", "Observation,Procedure"), ("_count", "3")])
    seen: list[str] = []
    cursor = None
    while True:
        page = await store.search(asked, within=EVERYTHING, cursor=cursor)
        seen += [one.id for one in page.matches]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert seen == ["c7", "o6", "c5", "o4", "c3", "o2", "c1", "o0"]
    assert await store.count(asked, within=EVERYTHING) == 8
    by_id = parse_search("", [("_type", "Patient,Observation"), ("_sort", "_id"), ("_total", "accurate")])
    page = await store.search(by_id, within=EVERYTHING)
    assert ([one.id for one in page.matches], page.total) == (["o0", "o2", "o4", "o6", "p"], 5)
    assert await store.count(SearchQuery("", (), union=asked.union[:1]), within=categories(1)) == 4


async def test_ten_thousand_values_and_chains_of_five_are_answered(filled: Store) -> None:
    codes = ",".join(f"x{number}" for number in range(990))
    wanted = query(f"Observation?code={codes},718-7").filters[0]
    many = SearchQuery("Observation", (type(wanted)(wanted.param, "token", None, wanted.values * 10),))  # type: ignore[union-attr,call-arg,arg-type]
    assert len((await filled.search(many, within=EVERYTHING)).matches) == 4
    far = "Patient?organization.partof.partof.partof.partof.name=house"
    assert await ids(filled, far) == ["p"]
    assert await ids(filled, "Observation?derived-from.derived-from.derived-from.patient.organization.name=house") == [
        "o3"
    ]


async def test_canonical_references_lead_to_what_bears_the_address(store: Store) -> None:
    form = resource("Questionnaire", status="active", url="http://forms.example/weight")
    await put(store, {**form, "id": "q1", "version": "1"}, {**form, "id": "q2", "version": "2"}, {**form, "id": "q"})
    await put(store, resource("ValueSet", id="v", status="active", url="http://forms.example/weight"))
    answer = resource("QuestionnaireResponse", status="completed")
    await put(store, {**answer, "id": "any", "questionnaire": form["url"]})
    await put(store, {**answer, "id": "first", "questionnaire": f"{form['url']}|1"})
    await put(store, {**answer, "id": "none", "questionnaire": "http://forms.example/other"})
    forwards = "QuestionnaireResponse?_include=QuestionnaireResponse:questionnaire&_id="
    assert await along(store, f"{forwards}any") == ["Questionnaire/q", "Questionnaire/q1", "Questionnaire/q2"]
    assert await along(store, f"{forwards}first") == ["Questionnaire/q1"]
    assert await along(store, f"{forwards}none") == []
    assert await along(store, "QuestionnaireResponse?_include=*&_id=first") == ["Questionnaire/q1"]
    backwards = "Questionnaire?_revinclude=QuestionnaireResponse:questionnaire&_id="
    assert await along(store, f"{backwards}q2") == ["QuestionnaireResponse/any"]
    assert await along(store, f"{backwards}q1") == ["QuestionnaireResponse/any", "QuestionnaireResponse/first"]
    assert await along(store, f"{backwards}q1", categories(1 << 40)) == []
