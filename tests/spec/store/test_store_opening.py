"""What no index keeps is compared in clear, on a bounded set: texts, elements, distances, units, orders."""

from typing import Any

import pytest
from stores import LOINC, UCUM, commit, delete, ids, observation, patient, put, quantity, query, resource

from verbund.errors import Incorrect
from verbund.store import EVERYTHING, Store

TYPES = "http://terminology.hl7.org/CodeSystem/v2-0203"


def blood_pressure(identity: str, systolic: float, diastolic: float) -> dict[str, Any]:
    parts = [
        {"code": {"coding": [{"system": LOINC, "code": code}]}, "valueQuantity": quantity(value, "mm[Hg]")}
        for code, value in (("8480-6", systolic), ("8462-4", diastolic))
    ]
    return observation("a", "85354-9", id=identity, component=parts)


async def answers(store: Store, texts: dict[str, list[str]]) -> dict[str, list[str]]:
    """What each search finds, and that its total says the same."""
    found = {text: sorted(await ids(store, text)) for text in texts}
    counted = {text: await store.count(query(text), within=EVERYTHING) for text in texts}
    assert counted == {text: len(one) for text, one in found.items()}
    return found


COMPOSITES = {
    "Observation?component-code-value-quantity=8480-6$140": ["1"],
    "Observation?component-code-value-quantity=8480-6$90": [],
    "Observation?component-code-value-quantity=8480-6$gt100": ["1", "2"],
    "Observation?component-code-value-quantity=8462-4$lt85,8480-6$140": ["1", "2"],
    "Observation?combo-code-value-quantity=8462-4$gt85": ["1"],
    "Observation?code-value-quantity=718-7$7.5": ["3"],
    f"Observation?code-value-quantity={LOINC}|718-7$gt8||g/dL": [],
    "Observation?component-code-value-quantity=8480-6$gt100&patient=b": [],
    "Patient?_has:Observation:patient:component-code-value-quantity=8480-6$140": ["a"],
}


async def test_composites_look_at_one_and_the_same_element(store: Store) -> None:
    await put(store, patient(id="a"), blood_pressure("1", 140, 90), blood_pressure("2", 120, 80))
    await put(store, observation("a", id="3", valueQuantity=quantity(7.5)))
    assert await answers(store, COMPOSITES) == COMPOSITES


TEXTS = {
    "Observation?code:text=hämoglobin": ["1"],
    "Observation?code:text=blood": ["2"],
    "Observation?code:text=globin": [],
    "Patient?_text=kopfschmerz": ["a"],
    "Patient?_text=div": [],
    "Patient?_content=kopfschmerz": ["a"],
    "Patient?_content=sommer": ["a", "b"],
    f"Patient?identifier:of-type={TYPES}|MR|17": ["a"],
    f"Patient?identifier:of-type={TYPES}|SS|17": ["b"],
    "Observation?patient._text=kopfschmerz": ["1", "2"],
    "Observation?subject:identifier=urn:k|9": ["3"],
    "Observation?subject:identifier=9": ["3"],
    "Observation?subject:identifier=urn:other|9": [],
    "Location?near=52.52|13.40|5|km": ["berlin"],
    "Location?near=48.13|11.57|5|km": [],
    "Location?near:missing=true": ["nowhere"],
    "Location?near:missing=false": ["berlin"],
    "Patient?_text:missing=true": ["b"],
    "Patient?_id:missing=true": [],
    "Patient?_id:missing=false": ["a", "b"],
    "Patient?_lastUpdated:missing=true": [],
    "Patient?_content:missing=false": ["a", "b"],
}


async def test_texts_types_and_places(store: Store) -> None:
    def numbered(kind: str) -> list[dict[str, Any]]:
        return [{"type": {"coding": [{"system": TYPES, "code": kind}]}, "system": "urn:k", "value": "17"}]

    narrative = {"status": "generated", "div": '<div xmlns="http://www.w3.org/1999/xhtml">Kopfschmerzen</div>'}
    by_number = {"identifier": {"system": "urn:k", "value": "9"}}
    await put(
        store,
        patient(id="a", text=narrative, identifier=numbered("MR")),
        patient(id="b", identifier=numbered("SS")),
        observation("a", id="1") | {"code": {"text": "Hämoglobin"}},
        observation("a", id="2") | {"code": {"coding": [{"code": "x", "display": "Blood count"}]}},
        observation("a", id="3") | {"subject": by_number},
        resource("Location", id="berlin", position={"latitude": 52.5, "longitude": 13.4}),
        resource("Location", id="nowhere"),
    )
    assert await answers(store, TEXTS) == TEXTS


ADDRESSES = {
    "ValueSet?url:below=http://a.example/fhir": ["1", "2"],
    "ValueSet?url:below=http://a.example/fhir/x": ["2"],
    "ValueSet?url:below=http://a.example/fh": [],
    "ValueSet?url:above=http://a.example/fhir/x/y/z": ["1", "2"],
    "ValueSet?url:above=http://a.example/fhir": ["1"],
    "ValueSet?reference:below=http://b.example": ["2"],
}


async def test_addresses_above_and_below(store: Store) -> None:
    include = {"include": [{"system": "http://b.example/codes"}]}
    await put(
        store,
        resource("ValueSet", id="1", status="active", url="http://a.example/fhir"),
        resource("ValueSet", id="2", status="active", url="http://a.example/fhir/x/y", compose=include),
    )
    assert await answers(store, ADDRESSES) == ADDRESSES


UNITS = {
    f"Observation?value-quantity=7.5|{UCUM}|g/dL": ["1", "2"],
    f"Observation?value-quantity=75|{UCUM}|g/L": ["1", "2"],
    f"Observation?value-quantity=gt74|{UCUM}|g/L": ["1", "2"],
    f"Observation?value-quantity=lt74|{UCUM}|g/L": [],
    f"Observation?value-quantity=lt10|{UCUM}|mmol/L": ["3"],
    "Observation?value-quantity=75": ["2"],
    "Observation?value-quantity=75||g/L": ["2"],
    f"Observation?code-value-quantity=718-7$75|{UCUM}|g/L": ["1", "2"],
    f"Patient?_has:Observation:patient:value-quantity=75|{UCUM}|g/L": ["a"],
}


async def test_quantities_in_units_that_measure_the_same(store: Store) -> None:
    await put(
        store,
        patient(id="a"),
        observation("a", id="1", valueQuantity=quantity(7.5)),
        observation("a", id="2", valueQuantity=quantity(75, "g/L")),
        observation("a", id="3", valueQuantity=quantity(5, "mmol/L")),
    )
    assert await answers(store, UNITS) == UNITS


async def test_several_keys_to_sort_by_and_their_pages(store: Store) -> None:
    for number, (code, day) in enumerate([("2-2", 1), ("1-1", 2), ("1-1", 1), ("2-2", 3)]):
        await put(store, observation("a", code, f"2024-05-{day:02}", id=f"o{number}", valueQuantity=quantity(number)))
    await put(store, observation("a", "3-3", None, id="none"))
    for sort, expected in {
        "code,date": ["o2", "o1", "o0", "o3", "none"],
        "-code,-date": ["none", "o3", "o0", "o1", "o2"],
        "-value-quantity": ["o3", "o2", "o1", "o0", "none"],
        "value-quantity": ["none", "o0", "o1", "o2", "o3"],
        "subject,_id": ["none", "o0", "o1", "o2", "o3"],
        "-_id": ["o3", "o2", "o1", "o0", "none"],
    }.items():
        assert await ids(store, f"Observation?_sort={sort}") == expected
        seen: list[str] = []
        cursor = None
        while True:
            page = await store.search(query(f"Observation?_sort={sort}&_count=2"), within=EVERYTHING, cursor=cursor)
            seen += [one.id for one in page.matches]
            cursor = page.next_cursor
            await put(store, observation("b", "2-2", "2024-05-02", id=f"later{len(seen)}") | {"status": "final"})
            if cursor is None:
                break
        assert [one for one in seen if not one.startswith("later")] == expected
        assert len(seen) == len(set(seen))
        for one in [f"later{number}" for number in range(30)]:
            if one in seen or await ids(store, f"Observation?_id={one}"):
                await commit(store, delete("Observation", one))


async def test_too_much_to_open_is_refused_with_what_to_add(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("verbund.store.opening.MOST_COMPARED", 5)
    await put(store, *(patient(f"Name{n}", id=f"p{n}", birthDate="1950" if n else "1960") for n in range(8)))
    for text in ("Patient?_sort=family", "Patient?_content=name", "Observation?patient._content=name"):
        with pytest.raises(Incorrect, match="Add a criterion"):
            await ids(store, text)
    assert len(await ids(store, "Patient?_sort=family&birthdate=1960")) == 1
