"""Searches by the values of other resources: chains, `_has`, lists; what is hidden finds nothing and is not found."""

import pytest_asyncio
from stores import all_pages, ids, observation, patient, put, query, resource, search

from verbund.fhir import SearchQuery
from verbund.fhir.search import Chain, Criterion, Either, Every, Filter, Has, InList, Not, TokenValue
from verbund.store import EVERYTHING, RowFilter, Store, and_, categories, of_patient, or_


@pytest_asyncio.fixture(loop_scope="session")
async def filled(store: Store) -> Store:
    """Two patients with encounters and findings, a house inside a house, and a list."""
    await put(
        store,
        resource("Organization", id="top", name="Klinikum"),
        resource("Organization", id="ward", name="Station", partOf={"reference": "Organization/top"}),
        resource("Practitioner", id="d", name=[{"family": "Weber"}]),
        resource("List", id="l", status="current", mode="changes", entry=[
            {"item": {"reference": "Observation/a1"}}, {"item": {"reference": "Observation/a2"}, "deleted": True},
            {"item": {"reference": "Patient/a"}}, {"item": {"reference": "Observation/b1/_history/1"}},
        ]),
    )  # fmt: skip
    for name, family, gender in (("a", "Sommer", "female"), ("b", "Winter", "male")):
        house = {"reference": "Organization/ward"} if name == "a" else {"reference": "Organization/top"}
        met = {"status": "finished", "class": {"code": "IMP" if name == "a" else "AMB"}}
        subject = {"reference": f"Patient/{name}"}
        await put(
            store,
            patient(family, id=name, gender=gender, managingOrganization=house),
            resource("Encounter", id=f"{name}e", subject=subject, **met),
            observation(name, "1-1", "2024-05-01", id=f"{name}1", encounter={"reference": f"Encounter/{name}e"}),
            observation(name, "2-2" if name == "a" else "3-3", "2024-05-02", id=f"{name}2",
                        performer=[{"reference": "Practitioner/d"}]),
        )  # fmt: skip
    return store


def token(param: str, code: str) -> Filter:
    return Filter(param, "token", None, (TokenValue(None, code, any_system=True),))


async def found(store: Store, kind: str, *wanted: Criterion, within: RowFilter = EVERYTHING) -> list[str]:
    """What fits, which pages and totals must agree on."""
    asked = SearchQuery(kind, wanted)
    listed = sorted(one.id for one in (await store.search(asked, within=within)).matches)
    assert await store.count(asked, within=within) == len(listed)
    return listed


FOLLOWED = {
    "Observation?subject:Patient.family=sommer": ["a1", "a2"],
    "Observation?patient.gender=male": ["b1", "b2"],
    "Observation?patient.gender=male&code=1-1": ["b1"],
    "Observation?encounter.class=IMP": ["a1"],
    "Observation?encounter.class:not=IMP": ["b1"],
    "Observation?performer:Practitioner.family=weber": ["a2", "b2"],
    "Observation?encounter.subject:Patient.gender=female": ["a1"],
    "Observation?patient.organization.name=station": ["a1", "a2"],
    "Observation?patient.organization.partof.name=klinikum": ["a1", "a2"],
    "Observation?subject:Patient.name:contains=omme": ["a1", "a2"],
    "Observation?subject.family=winter": ["b1", "b2"],
    "Patient?_has:Observation:patient:code=2-2": ["a"],
    "Patient?_has:Observation:patient:code=1-1": ["a", "b"],
    "Patient?_has:Observation:patient:code=1-1&gender=male": ["b"],
    "Patient?_has:Observation:subject:encounter.class=AMB": ["b"],
    "Patient?_has:Encounter:patient:_has:Observation:encounter:code=1-1": ["a", "b"],
    "Practitioner?_has:Observation:performer:code=3-3": ["d"],
    "Practitioner?_has:Observation:performer:code=1-1": [],
    "Organization?_has:Patient:organization:gender=female": ["ward"],
    "Organization?_has:Organization:partof:name=stat": ["top"],
    "Encounter?_has:Observation:encounter:patient.family=winter": ["be"],
    "Observation?_list=l": ["a1", "b1"],
    "Patient?_list=l": ["a"],
    "Patient?_list=none": [],
}


async def test_chains_and_their_reverse(filled: Store) -> None:
    for state in ("before", "after"):
        answers = {text: sorted(await ids(filled, text)) for text in FOLLOWED}
        assert answers == FOLLOWED, state
        counted = {text: await filled.count(query(text), within=EVERYTHING) for text in FOLLOWED}
        assert counted == {text: len(one) for text, one in FOLLOWED.items()}, state
        await filled.maintain()


async def test_alternatives_and_negations_of_what_follows(filled: Store) -> None:
    women = Chain("patient", "Patient", (token("gender", "female"),))
    first = token("code", "1-1")
    assert await found(filled, "Observation", Either((women, first))) == ["a1", "a2", "b1"]
    assert await found(filled, "Observation", Not(women)) == ["b1", "b2"]
    assert await found(filled, "Observation", Not(Either((women, first)))) == ["b2"]
    assert await found(filled, "Observation", Every((women, Not(first)))) == ["a2"]
    assert await found(filled, "Observation", Every(())) == ["a1", "a2", "b1", "b2"]
    assert await found(filled, "Observation", Either(())) == []
    assert await found(filled, "Observation", Not(InList("l"))) == ["a2", "b2"]
    text = query("Patient?family:contains=omme").filters[0]
    assert await found(filled, "Patient", Not(text)) == ["b"]
    assert await found(filled, "Patient", Either((text, token("gender", "male")))) == ["a", "b"]
    assert await found(filled, "Patient", Not(Has("Observation", "patient", (token("code", "2-2"),)))) == ["b"]


async def test_what_is_hidden_finds_nothing_and_is_not_found(filled: Store) -> None:
    women = Chain("patient", "Patient", (token("gender", "female"),))
    laboratory = Has("Observation", "patient", (token("code", "1-1"),))
    houses = Chain("organization", "Organization", (query("Organization?name=station").filters[0],))
    observations, others = categories(1), categories(4)
    only_b = of_patient(filled.patient_key("b"))
    for _ in ("before", "after"):
        assert await found(filled, "Observation", women, within=observations) == []
        assert await found(filled, "Observation", Not(women), within=observations) == ["a1", "a2", "b1", "b2"]
        assert await found(filled, "Patient", laboratory, within=others) == []
        assert await found(filled, "Patient", Not(laboratory), within=others) == ["a", "b"]
        assert await found(filled, "Patient", laboratory, within=only_b) == ["b"]
        assert await found(filled, "Patient", laboratory, within=or_(only_b, others)) == ["b"]
        assert await found(filled, "Observation", women, within=or_(only_b, observations)) == []
        assert await found(filled, "Patient", houses, within=and_(of_patient(filled.patient_key("a")))) == []
        assert await found(filled, "Observation", InList("l"), within=observations) == []
        await filled.maintain()


async def test_one_who_only_performed_is_not_the_subject(store: Store) -> None:
    by_a = resource("Observation", id="o", status="final", code={"text": "x", "coding": [{"code": "7-7"}]},
                    subject={"reference": "Group/g"}, performer=[{"reference": "Patient/a"}])  # fmt: skip
    await put(store, patient(id="a", gender="female"), by_a)
    for _ in ("before", "after"):
        assert await ids(store, "Observation?patient.gender=female") == []
        assert await ids(store, "Patient?_has:Observation:patient:code=7-7") == []
        assert await store.count(query("Patient?_has:Observation:patient:code=7-7"), within=EVERYTHING) == 0
        assert await store.count(query("Observation?patient.gender=female"), within=EVERYTHING) == 0
        assert await ids(store, "Patient?_has:Observation:performer:code=7-7") == ["a"]
        await store.maintain()


async def test_pages_of_a_chain_hold_everything_once(store: Store) -> None:
    await put(
        store, patient(id="p", gender="female"), *(observation("p", when=f"2024-05-{n + 1:02}") for n in range(9))
    )
    found = [one.id for one in await all_pages(store, "Observation?patient.gender=female&_count=2")]
    assert len(found) == len(set(found)) == 9
    page = await search(store, "Observation?patient.gender=female&_count=2&_total=accurate")
    assert page.total == 9
