"""A Bundle belongs to the patient whose data it holds; one that holds the data of several is not kept."""

import json
from typing import Any

import pytest
from stores import commit, create, observation, opened, patient, put, update

from verbund.consent import ALL, classify
from verbund.database import Database
from verbund.errors import Invalid, NotFound
from verbund.fhir import decode
from verbund.store import EVERYTHING, Chunk

Json = dict[str, Any]
URN = "urn:uuid:6c1b0c3a-3d5c-4d4e-9a4b-0d8a5a6f8f11"


def entry(resource: Json, url: str | None = None) -> Json:
    return {"resource": resource, **({} if url is None else {"fullUrl": url})}


def bundle(kind: str, *entries: Json) -> Json:
    whole: Json = {"resourceType": "Bundle", "id": "b", "type": kind, "entry": list(entries)}
    if kind == "document":
        whole |= {"identifier": {"system": "urn:x", "value": "1"}, "timestamp": "2026-02-15T10:00:00Z"}
    return whole


def composition(subject: str | None) -> Json:
    return {
        "resourceType": "Composition", "status": "final", "type": {"text": "letter"}, "date": "2026-01-01",
        "author": [{"display": "Dr. Weber"}], "title": "Brief",
        **({} if subject is None else {"subject": {"reference": subject}}),
    }  # fmt: skip


def person(identity: str | None) -> Json:
    return {"resourceType": "Patient", **({} if identity is None else {"id": identity})}


SEARCHSET: Json = {"resourceType": "Bundle", "type": "searchset", "entry": [entry(observation("a"))]}
HELD: dict[str, tuple[Json, str | None]] = {
    "a document is its subject's": (bundle("document", entry(composition("Patient/a"))), "a"),
    "the subject is an entry, by its urn": (
        bundle("document", entry(composition(URN)), entry(person("a"), URN)), "a",
    ),
    "the subject is an entry, by its address": (
        bundle("document", entry(composition("https://x/fhir/Patient/a")), entry(person("a"), "https://x/fhir/Patient/a")),
        "a",
    ),
    "whom a document mentions does not own it": (
        bundle("document", entry(composition("Patient/a")), entry(observation("b"))), "a",
    ),
    "without a subject it is of whom it holds": (
        bundle("document", entry(composition(None)), entry(observation("a"))), "a",
    ),
    "a collection of one patient": (bundle("collection", entry(person("a")), entry(observation("a"))), "a"),
    "a searchset in a collection": (bundle("collection", entry(SEARCHSET)), "a"),
    "nobody": (bundle("collection", entry({"resourceType": "Organization", "name": "Haus"})), None),
    "somebody of whom no id is known": (
        bundle("document", entry(composition(URN)), entry(person(None), URN)), None,
    ),
    "parameters": (
        {"resourceType": "Parameters", "id": "b",
         "parameter": [{"name": "x", "part": [{"name": "y", "resource": observation("a")}]}]}, "a",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", HELD)
async def test_it_belongs_to_the_one_patient_whose_data_it_holds(database: Database, case: str) -> None:
    content, whose = HELD[case]
    async with opened(database) as store:
        await put(store, content)
        found = await store.read(content["resourceType"], "b", within=EVERYTHING)
        assert found.patient == (None if whose is None else store.patient_key(whose))
        lines = Chunk([json.dumps({**content, "id": "loaded"}).encode()], "a.ndjson", "line", range(1))
        assert not (await store.load([lines])).refused
        assert (await store.read(content["resourceType"], "loaded", within=EVERYTHING)).patient == found.patient


SEVERAL: dict[str, Json] = {
    "two patients": bundle("collection", entry(person("a")), entry(person("b"))),
    "entries of two": bundle("searchset", entry(observation("a")), entry(observation("b"))),
    "one of them without an id": bundle("collection", entry(person("a")), entry(person(None), URN)),
    "parameters": {
        "resourceType": "Parameters", "id": "b",
        "parameter": [{"name": one, "resource": observation(one)} for one in "ab"],
    },
}  # fmt: skip


@pytest.mark.parametrize("case", SEVERAL)
async def test_what_holds_the_data_of_several_is_not_kept(database: Database, case: str) -> None:
    content = SEVERAL[case]
    async with opened(database) as store:
        with pytest.raises(Invalid, match="holds the data of 2 patients"):
            await commit(store, update("b", content), check_references=False)
        report = await store.load([Chunk([json.dumps(content).encode()], "a.ndjson", "line", range(1))])
        assert len(report.refused) == 1
        with pytest.raises(NotFound):
            await store.read(content["resourceType"], "b", within=EVERYTHING)


async def test_it_is_gone_with_the_patient_s_key(database: Database) -> None:
    async with opened(database) as store:
        await put(store, patient(id="a"))
        (kept,) = await commit(
            store, create({k: v for k, v in bundle("document", entry(composition("Patient/a"))).items() if k != "id"})
        )
        await store.erase("a")
        with pytest.raises(NotFound):
            await store.read("Bundle", kept.id, within=EVERYTHING)


def test_what_is_in_it_may_be_anything_so_it_is_of_every_kind() -> None:
    for content in (bundle("collection", entry(observation("a"))), SEVERAL["parameters"]):
        assert classify(decode(json.dumps(content).encode())) == int(ALL)
