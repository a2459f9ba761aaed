"""`:above` and `:below` follow references through a hierarchy (http://hl7.org/fhir/R4/search.html#recursive)."""

from typing import Any

import pytest
from stores import commit, delete, ids, put, query, resource

from verbund.errors import Incorrect
from verbund.store import EVERYTHING, Store, of_types

Json = dict[str, Any]


def place(identity: str, above: str | None = None) -> Json:
    part = {} if above is None else {"partOf": {"reference": f"Location/{above}"}}
    return resource("Location", id=identity, name=identity, **part)


def done_at(identity: str, place_id: str) -> Json:
    there = {"reference": f"Location/{place_id}"}
    return resource("Procedure", id=identity, status="completed", subject={"reference": "Patient/p"}, location=there)


async def a_hospital(store: Store) -> None:
    await put(store, place("house"), place("ward", "house"), place("room", "ward"), place("bed", "room"))
    await put(store, place("garden"), done_at("1", "house"), done_at("2", "ward"), done_at("3", "bed"))
    await put(store, done_at("4", "garden"))


PLACES = {
    "Procedure?location:below=Location/house": ["1", "2", "3"],
    "Procedure?location:below=ward": ["2", "3"],
    "Procedure?location:below=bed": ["3"],
    "Procedure?location:below=room,garden": ["3", "4"],
    "Procedure?location:above=Location/bed": ["1", "2", "3"],
    "Procedure?location:above=ward": ["1", "2"],
    "Procedure?location:below=nowhere": [],
    "Location?partof:below=house": ["bed", "room", "ward"],
    "Location?partof:above=room": ["bed", "room", "ward"],
    "Location?_has:Procedure:location:location:below=room": ["bed"],
    "Procedure?location.partof:below=ward": ["3"],
}


async def test_references_into_a_hierarchy(store: Store) -> None:
    await a_hospital(store)
    assert {text: sorted(await ids(store, text)) for text in PLACES} == PLACES
    assert await store.count(query("Procedure?location:below=ward"), within=EVERYTHING) == 2


async def test_what_nobody_may_see_leads_nowhere(store: Store) -> None:
    await a_hospital(store)
    assert await ids(store, "Procedure?location:below=house", of_types("Procedure")) == ["1"]


async def test_what_was_deleted_leads_nowhere(store: Store) -> None:
    await a_hospital(store)
    await commit(store, delete("Location", "room"), check_references=False)
    assert sorted(await ids(store, "Procedure?location:below=house")) == ["1", "2"]


async def test_circles_end(store: Store) -> None:
    await put(store, place("a", "c"), place("b", "a"), place("c", "b"), done_at("1", "b"), place("self", "self"))
    found = {way: await ids(store, f"Procedure?location:{way}=a") for way in ("above", "below")}
    assert found == {"above": ["1"], "below": ["1"]}
    assert await ids(store, "Location?partof:below=self") == ["self"]


async def test_a_hierarchy_without_an_end_is_refused(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    await a_hospital(store)
    monkeypatch.setattr("verbund.store.hierarchies.MOST_PLACES", 3)
    with pytest.raises(Incorrect, match="more than 3 resources here"):
        await ids(store, "Procedure?location:below=house")
    assert sorted(await ids(store, "Procedure?location:below=ward")) == ["2", "3"]


def profile(name: str, base: str) -> Json:
    about = {
        "kind": "resource",
        "abstract": False,
        "type": "Patient",
        "derivation": "constraint",
        "baseDefinition": base,
    }
    return resource("StructureDefinition", id=name, url=f"http://x.org/{name}", name=name, status="active") | about


async def test_definitions_that_rest_on_one_another(store: Store) -> None:
    await put(store, profile("a", "http://hl7.org/fhir/StructureDefinition/Patient"))
    await put(store, profile("b", "http://x.org/a|1.0"), profile("c", "http://x.org/b"))
    expected = {
        "base:below=http://hl7.org/fhir/StructureDefinition/Patient": ["a", "b", "c"],
        "base:below=http://x.org/a": ["b", "c"],
        "base:above=http://x.org/b": ["a", "b", "c"],
        "base:above=http://x.org/a": ["a", "b"],
    }
    assert {text: sorted(await ids(store, f"StructureDefinition?{text}")) for text in expected} == expected


def answered(identity: str, canonical: str) -> Json:
    return resource("QuestionnaireResponse", id=identity, status="completed", questionnaire=canonical)


VERSIONS = {
    "below=http://x.org/q|2": ["2", "21", "213"],
    "below=http://x.org/q|2.1": ["21", "213"],
    "below=http://x.org/q|3": [],
    "above=http://x.org/q|2.1.3": ["2", "21", "213"],
    "above=http://x.org/q|2.2": ["2"],
    "below=http://x.org/q|2.1,http://x.org/q|20": ["20", "21", "213"],
}


async def test_versions_of_canonicals(store: Store) -> None:
    versions = {"any": "", "2": "|2", "20": "|20", "21": "|2.1", "213": "|2.1.3"}
    await put(store, *(answered(name, f"http://x.org/q{version}") for name, version in versions.items()))
    found = {text: sorted(await ids(store, f"QuestionnaireResponse?questionnaire:{text}")) for text in VERSIONS}
    assert found == VERSIONS
