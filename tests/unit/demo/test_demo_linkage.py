"""One person in several houses: mostly written down alike, sometimes not, never under the same numbers."""

import re

from invented_region import Invented, Json

from verbund.demo.chance import Chance
from verbund.demo.generator import TODAY
from verbund.demo.persons import DEPARTURES, as_registered, person

KVNR = "http://fhir.de/sid/gkv/kvid-10"
HUNDREDS = 2_000


def insurance_numbers(patient: Json) -> list[str]:
    return [one["value"] for one in patient["identifier"] if one["system"] == KVNR]


def demographics(patient: Json) -> tuple[str, ...]:
    names = [str(one) for one in patient["name"]]
    return (*names, patient["birthDate"], str(patient["address"]), *insurance_numbers(patient))


def test_about_eight_in_a_hundred_registrations_depart_from_the_person() -> None:
    people = [person(number, Chance(1, number), TODAY) for number in range(HUNDREDS)]
    registered = [as_registered(one, Chance(2, one.number)) for one in people]

    share = sum(one != other for one, other in zip(people, registered, strict=True)) / HUNDREDS

    assert 0.06 < share < 0.10


def test_every_kind_of_departure_changes_something() -> None:
    people = [person(number, Chance(1, number), TODAY) for number in range(200)]

    for depart, _ in DEPARTURES:
        changed = sum(depart(one, Chance(3, one.number)) != one for one in people)
        assert changed > 150


def test_the_same_person_differs_between_houses_in_some_records_and_not_in_most(invented: Invented) -> None:
    alike = different = 0
    for patient in invented.patients:
        seen = {demographics(invented.records[patient.number, house][0]) for house in patient.records}
        if len(patient.records) > 1:
            alike += len(seen) == 1
            different += len(seen) > 1

    assert different > 0
    assert alike > 4 * different


def test_insurance_numbers_belong_to_one_person_and_have_the_right_form(invented: Invented) -> None:
    owner: dict[str, int] = {}
    for (number, _), record in invented.records.items():
        for insured in insurance_numbers(record[0]):
            assert re.fullmatch(r"[A-Z]\d{9}", insured)
            assert owner.setdefault(insured, number) == number
    assert len(owner) > 100


def test_most_are_insured_by_law_and_some_privately(invented: Invented) -> None:
    private = sum(patient.person.private for patient in invented.patients)

    assert 0.03 < private / len(invented.patients) < 0.2


def test_each_house_has_its_own_numbers_for_a_patient(invented: Invented) -> None:
    for patient in invented.patients:
        ids = [record.patient_id for record in patient.records.values()]
        local = [
            one["value"]
            for house in patient.records
            for one in invented.records[patient.number, house][0]["identifier"]
            if one.get("type", {}).get("coding", [{}])[0].get("code") == "MR"
        ]
        assert len(set(ids)) == len(ids)
        assert len(set(local)) == len(ids)


def test_who_is_neither_woman_nor_man_has_the_official_german_gender() -> None:
    people = [person(number, Chance(1, number), TODAY) for number in range(HUNDREDS)]
    other = [one for one in people if one.gender == "other"]

    assert 5 < len(other) < 60
    assert {one.official_gender for one in other} == {"D", "X"}
    assert {one.official_gender for one in people if one.gender != "other"} == {None}
