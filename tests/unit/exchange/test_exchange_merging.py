"""When two resources of different houses are the same thing, and which copy is kept."""

from datetime import UTC, datetime
from typing import Any

import msgspec

from verbund.demo import generate
from verbund.exchange import RegionItem, merge

NOW = datetime(2026, 5, 4, tzinfo=UTC)


def item(
    house: str, identity: str, *, date: datetime | None = NOW, kind: str = "Condition", **content: Any
) -> RegionItem:
    body = msgspec.json.encode({"resourceType": kind, "id": identity, **content})
    return RegionItem(kind, identity, house, date, NOW, body)


def numbered(value: str) -> list[dict[str, str]]:
    return [{"system": "https://klinik.example/befund", "value": value}]


def kept(*items: RegionItem) -> list[tuple[str, str, tuple[str, ...]]]:
    houses = dict.fromkeys(one.house for one in items)
    answers = {house: [one for one in items if one.house == house] for house in houses}
    return [(one.house, one.id, one.also_at) for one in merge(answers)]


def test_a_shared_business_identifier_makes_one_of_two() -> None:
    found = kept(item("a", "1", identifier=numbered("x")), item("b", "2", identifier=numbered("x"), note="other"))
    assert found == [("a", "1", ("b",))]


def laboratory(house: str, identity: str, code: str, value: float, **more: Any) -> RegionItem:
    coded = {"coding": [{"system": "http://loinc.org", "code": code, "display": f"{code} at {house}"}]}
    quantity = {"value": value, "unit": "mmol/L"}
    return item(
        house, identity, kind="Observation", identifier=numbered("order"), code=coded, valueQuantity=quantity, **more
    )


def test_two_results_with_the_number_of_one_order_stay_two() -> None:
    potassium = laboratory("a", "1", "2823-3", 3.1)
    assert len(kept(potassium, laboratory("b", "2", "2951-2", 140))) == 2
    assert len(kept(potassium, laboratory("b", "2", "2823-3", 6.9))) == 2
    assert len(kept(potassium, laboratory("b", "2", "2823-3", 3.1, date=datetime(2026, 5, 5, tzinfo=UTC)))) == 2
    assert len(kept(potassium, laboratory("b", "2", "2823-3", 3.1, component=[{"valueInteger": 1}]))) == 2
    assert kept(potassium, laboratory("b", "2", "2823-3", 3.1, note=[{"text": "filed"}])) == [("a", "1", ("b",))]


def test_one_number_on_two_vaccines_or_medicines_does_not_make_one_of_them() -> None:
    for name, kind in (("vaccineCode", "Immunization"), ("medicationCodeableConcept", "MedicationStatement")):
        one = item("a", "1", kind=kind, identifier=numbered("x"), **{name: {"text": "one"}})
        other = item("b", "2", kind=kind, identifier=numbered("x"), **{name: {"text": "other"}})
        copy = item("b", "2", kind=kind, identifier=numbered("x"), **{name: {"text": "one"}}, note="filed")
        assert len(kept(one, other)) == 2
        assert len(kept(one, copy)) == 1


def dated(house: str, resource: dict[str, Any]) -> RegionItem:
    names = ("effectiveDateTime", "date", "authoredOn", "started", "recordedDate")
    text = next((resource[name] for name in names if name in resource), None)
    date = None if text is None else datetime.fromisoformat(text)
    moment = date if date is None or date.tzinfo else date.replace(tzinfo=UTC)
    return RegionItem(resource["resourceType"], resource["id"], house, moment, NOW, msgspec.json.encode(resource))


def numbers_of(body: bytes) -> set[tuple[str, str]]:
    found = msgspec.json.decode(body).get("identifier") or []
    return {(one["system"], one["value"]) for one in found if isinstance(found, list)}


def test_the_letters_and_reports_that_the_demo_region_copies_are_still_shown_once() -> None:
    copies = 0
    types = {"Observation", "DiagnosticReport", "DocumentReference"}
    for patient in generate(patients=120).patients():
        records = {house: list(map(msgspec.json.decode, one.resources)) for house, one in patient.records.items()}
        answers = {h: [dated(h, one) for one in found if one["resourceType"] in types] for h, found in records.items()}
        merged = merge(answers)
        copies += sum(len(one.also_at) for one in merged)
        shown = [(one.type, number) for one in merged for number in numbers_of(one.body)]
        assert len(shown) == len(set(shown)), patient.number
    assert copies > 20


def test_the_same_identifier_on_another_type_or_in_another_system_is_another_thing() -> None:
    other_system = [{"system": "https://else.example", "value": "x"}]
    found = kept(
        item("a", "1", identifier=numbered("x")),
        item("b", "2", identifier=other_system),
        item("b", "3", kind="Procedure", identifier=numbered("x")),
        item("b", "4", identifier=[{"value": "x"}]),
    )
    assert len(found) == 4


def test_equal_content_is_one_thing_whatever_id_meta_and_patient_reference_say() -> None:
    found = kept(
        item("a", "1", meta={"versionId": "1"}, subject={"reference": "Patient/7"}, code={"text": "E11"}),
        item("b", "2", code={"text": "E11"}, subject={"reference": "https://b.example/fhir/Patient/8"}),
    )
    assert found == [("a", "1", ("b",))]
    assert len(kept(item("a", "1", code={"text": "E11"}), item("b", "2", code={"text": "E10"}))) == 2
    references = [
        item("a", "1", encounter={"reference": "Encounter/1"}),
        item("b", "2", encounter={"reference": "E/2"}),
    ]
    assert len(kept(*references)) == 2


def test_the_copy_of_the_house_that_wrote_it_is_kept_whoever_comes_first() -> None:
    copy = item("a", "1", identifier=numbered("x"), meta={"source": "urn:verbund:b"}, note="filed")
    original = item("b", "2", identifier=numbered("x"), meta={"source": "urn:verbund:b"})
    assert kept(copy, original) == [("b", "2", ("a",))]
    assert kept(original, copy) == [("b", "2", ("a",))]


def test_three_copies_are_one_and_name_all_houses() -> None:
    found = kept(*(item(house, house, identifier=numbered("x")) for house in "abc"))
    assert found == [("a", "a", ("b", "c"))]


def test_what_one_house_keeps_twice_stays_twice() -> None:
    assert len(kept(item("a", "1", code="x"), item("a", "2", code="x"))) == 2
    assert len(kept(item("a", "1", code="x"), item("a", "2", code="x"), item("b", "3", code="x"))) == 2


def test_results_of_one_order_are_matched_by_content_first() -> None:
    found = kept(
        item("a", "1", identifier=numbered("order"), value=1),
        item("a", "2", identifier=numbered("order"), value=2),
        item("b", "3", identifier=numbered("order"), value=2),
        item("b", "4", identifier=numbered("order"), value=1),
    )
    assert sorted(found) == [("a", "1", ("b",)), ("a", "2", ("b",))]


def test_the_newest_comes_first_and_what_has_no_date_last() -> None:
    old, new = datetime(2020, 1, 1, tzinfo=UTC), datetime(2025, 1, 1, tzinfo=UTC)
    found = kept(
        item("a", "none", date=None, code=0), item("a", "old", date=old, code=1), item("b", "new", date=new, code=2)
    )
    assert [identity for _, identity, _ in found] == ["new", "old", "none"]
